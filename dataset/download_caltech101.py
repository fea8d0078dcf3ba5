"""Fetch Caltech-101 and sort its photographs of airplanes and motorbikes into dataset/train and dataset/test.

python dataset/download_caltech101.py [--archive FILE]     FILE: the zip, 101_ObjectCategories.tar.gz, or that folder
"""

import gzip
import re
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path

import pooch
import requests
from tqdm import tqdm

from dataset.folders import SPLITS, check_no_pictures, put_in_place

URL = "https://data.caltech.edu/records/mzrjq-6wc02/files/caltech-101.zip"  # Li and others, doi.org/10.22002/D1.20086
SHA256 = "331234750fc7f77520e50d9565e8b6907b03565e30320da1401130db08c61f91"  # of the file at URL
TAR_GZ = "caltech-101/101_ObjectCategories.tar.gz"  # what the zip holds
CLASSES = {
    "airplanes": ("airplane", 750),
    "Motorbikes": ("bike", 748),
}  # class, how many train; the last 50 test
DAMAGE = (
    ValueError,
    FileNotFoundError,
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
)


def photographs(archive):
    """Yield the name and the bytes of each file in a folder, in the tar.gz, or in the official zip."""
    if archive.is_dir():
        yield from ((path.as_posix(), path.read_bytes()) for path in archive.rglob("*.jpg"))
    else:
        packed = (
            zipfile.Path(archive, TAR_GZ).open("rb") if zipfile.is_zipfile(archive) else archive
        )
        with gzip.open(packed) as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as members:
            yield from (
                (member.name, members.extractfile(member).read())
                for member in members
                if member.isreg()
            )
            unpacked.read()  # to the very end, where the checksum is


def download_photographs(dataset, archive=None):
    """Put the photographs into dataset/train and dataset/test. Returns the archive, or None without a network."""
    try:
        archive = archive or Path(
            pooch.retrieve(URL, SHA256, "caltech-101.zip", dataset, progressbar=True)
        )
        check_no_pictures(dataset)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=dataset) as temporary:
            folder = Path(temporary)
            for name, content in tqdm(photographs(archive), "unpacking", disable=None):
                if match := re.search(r"(airplanes|Motorbikes)/image_(\d{4})\.jpg$", name):
                    class_name, most = CLASSES[match[1]]
                    path = (
                        folder
                        / ("train" if int(match[2]) <= most else "test")
                        / class_name
                        / Path(name).name
                    )
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content)
            if (count := len(list(folder.glob("*/*/*")))) != 1598:
                raise ValueError(f"{count} of its 1598 photographs")
            for split in SPLITS:
                put_in_place(folder / split, dataset / split)
        return archive
    except requests.RequestException as problem:
        print(f"no photographs: {URL} cannot be reached ({type(problem).__name__})", flush=True)
    except DAMAGE as problem:
        told = "it is a web page" if "(b'<" in str(problem) else problem
        raise SystemExit(
            f"error: {archive or URL} is not Caltech-101, or damaged ({told}) - get it anew"
        ) from None
