"""Arrays and texts in h5 files that are whole, and that tell when they are damaged.

You can read the scripts without reading this file. To look into an h5 file yourself, this is all it takes:

    with h5py.File("dataset/train_x.h5") as file:
        print(dict(file), dict(file.attrs))
        X = file["data_train"][:]                       # the array
        names = file["files_train"].asstr()[:]          # texts
"""

import io
import zlib

from dataset.guards import Problem, shown, write_safely

import h5py
import numpy as np


def write_h5(path, datasets, attributes):
    """Write named arrays and attributes as an h5 file, whole or not at all.

    The file is first built in memory, because h5py leaves half a file behind when it is interrupted. All of it
    carries checksums, so that a damaged file is noticed when it is read.
    """
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", libver="latest") as file:
        for name, values in datasets.items():
            values = to_h5(values)
            file.create_dataset(name, data=values, **with_checksum(values))
        file.attrs.update(attributes)
        file.attrs["crc32"] = checksum(attributes)
    write_safely(path, buffer.getbuffer())


def checksum(attributes):
    """A number that tells when a text among the attributes has changed: HDF5 keeps those without a checksum."""
    texts = {name: np.asarray(value).tolist() for name, value in sorted(attributes.items()) if name != "crc32"}
    return zlib.crc32(repr(texts).encode("utf-8", "surrogatepass"))


def with_checksum(values):
    """Where HDF5 keeps an array so that it has a checksum: a small one in the header, a large one in chunks."""
    if values.nbytes > 50_000:
        return {"fletcher32": True}
    header = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    header.set_layout(h5py.h5d.COMPACT)
    return {"dcpl": header}


def to_h5(values):
    """Numbers as an array, texts as UTF-8 of one length: HDF5 keeps texts of any length without a checksum."""
    values = np.asarray(values)
    if values.dtype.kind != "U":
        return values
    texts = np.char.encode(values, "utf-8", "surrogatepass")  # a file name on a disk may be no valid text
    return texts.astype(h5py.string_dtype("utf-8", texts.dtype.itemsize))


def from_h5(values):
    """What to_h5 made, and what others write: a text, a list of texts, or numbers."""
    if isinstance(values, bytes):
        return values.decode("utf-8", "surrogatepass")
    if isinstance(values, np.ndarray) and values.dtype.kind in "SO":
        return [from_h5(text) for text in values.flat]
    return values


def read_h5(path, names, remedy):
    """Read the named arrays and all attributes of an h5 file.

    Returns:
        dict, dict: arrays by name, attributes by name; texts as str.

    Raises:
        Problem: no such file, not an h5 file, damaged, or an array is missing.
    """
    if not path.is_file():
        raise Problem(f"no file {shown(path)} - {remedy}")
    try:
        with h5py.File(path) as file:
            missing = [name for name in names if not isinstance(file.get(name), h5py.Dataset)]
            if missing:
                raise Problem(f"{shown(path)} has no {' and no '.join(missing)} - {remedy}")
            arrays = {name: from_h5(file[name][...]) for name in names}
            attributes = {name: from_h5(value) for name, value in file.attrs.items()}
            if attributes.pop("crc32", None) not in (None, checksum(attributes)):
                raise ValueError("a text has changed")
            return arrays, attributes
    except PermissionError:
        raise
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as failure:
        raise Problem(f"{shown(path)} is damaged or is not an h5 file - {remedy}") from failure
