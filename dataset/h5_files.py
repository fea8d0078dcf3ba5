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

MARK = b"crc32:"  # then eight digits: what the last 14 bytes of our files are, behind the end of what HDF5 reads


def write_h5(path, datasets, attributes):
    """Write named arrays and attributes as an h5 file, whole or not at all.

    The file is first built in memory, because h5py leaves half a file behind when it is interrupted. A checksum is
    put behind it, so that a damaged file is noticed when it is read: HDF5 itself has none for most of its contents.
    """
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", libver="latest") as file:
        for name, values in datasets.items():
            file[name] = to_h5(values)
        for name, value in attributes.items():
            file.attrs[name] = to_h5(value)
    buffer.seek(0, io.SEEK_END)
    buffer.write(MARK + b"%08x" % zlib.crc32(buffer.getbuffer()))
    write_safely(path, buffer.getbuffer())


def is_damaged(path):
    """Whether a file ends with a checksum that is not its own. Files from elsewhere have none."""
    crc = 0
    with path.open("rb") as file:
        file.seek(0, io.SEEK_END)
        left = file.tell() - len(MARK) - 8
        if left < 0:
            return False
        file.seek(left)
        end = file.read()
        file.seek(0)
        while left and (block := file.read(min(left, 1 << 20))):
            crc, left = zlib.crc32(block, crc), left - len(block)
    return end.startswith(MARK) and end != MARK + b"%08x" % crc


def to_h5(values):
    """Numbers as an array; texts as HDF5 keeps them, also file names that are no valid text."""
    values = np.asarray(values)
    if values.dtype.kind != "U":
        return values
    if any(0xD800 <= ord(letter) < 0xE000 for letter in "".join(values.flat)):
        texts = np.char.encode(values, "utf-8", "surrogatepass")
        return texts.astype(h5py.string_dtype("utf-8", texts.dtype.itemsize))
    return values.astype(h5py.string_dtype()) if values.ndim else str(values)


def from_h5(values):
    """What to_h5 made, and what others write: a text, a list of texts, or numbers."""
    if isinstance(values, bytes):
        return values.decode("utf-8", "surrogatepass")
    if isinstance(values, np.ndarray) and values.dtype.kind in "SO":
        return [from_h5(text) for text in values.flat]
    return values


def read_numbers(dataset, rows=256):
    """A matrix as it lies best in memory: column after column, so that each picture is one piece.

    The file holds it row after row. Matrix products run up to a fifth faster on it. It is read a
    few rows at a time, so that it is never there twice.
    """
    if dataset.ndim != 2:
        return dataset[...]
    matrix = np.empty(dataset.shape, dataset.dtype, order="F")
    for start in range(0, len(dataset), rows):
        matrix[start : start + rows] = dataset[start : start + rows]
    return matrix


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
        if is_damaged(path):
            raise ValueError("another checksum")
        with h5py.File(path) as file:
            missing = [name for name in names if not isinstance(file.get(name), h5py.Dataset)]
            if missing:
                raise Problem(f"{shown(path)} has no {' and no '.join(missing)} - {remedy}")
            arrays = {name: from_h5(read_numbers(file[name])) for name in names}
            attributes = {name: from_h5(value) for name, value in file.attrs.items()}
            return arrays, attributes
    except PermissionError:
        raise
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as failure:
        raise Problem(f"{shown(path)} is damaged or is not an h5 file - {remedy}") from failure
