"""Fetch Caltech-101 and sort its airplanes and motorbikes into dataset/train and dataset/test.

    python dataset/download_caltech101.py                        # 137 MB from data.caltech.edu
    python dataset/download_caltech101.py --archive FILE.zip     # the same file, if you already have it

What comes out:

    dataset/train/airplane/image_0001.jpg ... image_0750.jpg     750 photographs
    dataset/train/bike/image_0001.jpg ... image_0748.jpg         748
    dataset/test/airplane/image_0751.jpg ... image_0800.jpg      50
    dataset/test/bike/image_0749.jpg ... image_0798.jpg          50

The photographs: Li, F.-F., Andreeto, M., Ranzato, M., & Perona, P. (2022). Caltech 101 (1.0) [Data set].
CaltechDATA. https://doi.org/10.22002/D1.20086
"""

import gzip
import re
import sys
import tarfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # so that `dataset` is found when this file is run as a script

from dataset.guards import Parser, Problem, print_next, progress, run, shown  # noqa: E402
from dataset.publish import check_replaceable, filling, publishing, show_folders, source_of  # noqa: E402

URL = "https://data.caltech.edu/records/mzrjq-6wc02/files/caltech-101.zip"  # 137,414,764 bytes
SHA256 = "331234750fc7f77520e50d9565e8b6907b03565e30320da1401130db08c61f91"  # of the file at URL
TIMEOUT = 30  # seconds without a byte after which the download is given up
SOURCE = "Caltech-101, https://doi.org/10.22002/D1.20086"
CLASSES = {"airplanes": ("airplane", 800), "Motorbikes": ("bike", 798)}  # category: class name, pictures
TEST_PICTURES = 50  # the last ones of each category, by name; all before them are for training
PICTURE = re.compile(r"101_ObjectCategories/(airplanes|Motorbikes)/(image_[0-9]{4}\.jpg)")


class Unreachable(Problem):
    """No file arrived: no network, no such address, a server that gives up. Drawn pictures can stand in."""


def download(url, sha256, folder):
    """Download the zip into folder and compare its checksum; returns its path.

    Raises:
        Unreachable: nothing arrived, or only a part of it.
        Problem: something arrived, and it is not the file that was asked for.
    """
    import pooch
    import requests

    path = folder / "caltech-101.zip"
    try:
        with progress(total=1, doing="downloading", unit="B", unit_scale=True) as bar:  # pooch finds out the total
            pooch.HTTPDownloader(progressbar=bar, timeout=TIMEOUT)(url, path, None)
    except (requests.RequestException, ValueError) as failure:
        raise Unreachable(
            f"cannot download {url} ({reason(failure)}) - check the address and the network, or get the file in "
            "another way and use --archive FILE, or draw pictures: python dataset/draw_pictures.py"
        ) from failure
    if not has_checksum(path, sha256):
        raise Problem(
            f"what came from {url} is not Caltech-101 (its checksum differs) - something between here and "
            "there sends another page or damages the file: try another network"
        )
    return path


def reason(failure):
    """A network failure in a few words."""
    from requests import exceptions

    if isinstance(failure, exceptions.HTTPError):
        return f"{failure.response.status_code} {failure.response.reason}"
    if "timed out" in str(failure):  # several kinds of failure say so
        return f"no answer within {TIMEOUT} s"
    words = {
        ValueError: "not an http address",
        exceptions.TooManyRedirects: "it redirects in a circle",
        exceptions.ProxyError: "the proxy refused",
        exceptions.SSLError: "no secure connection",
        exceptions.ChunkedEncodingError: "the connection broke",
        exceptions.ConnectionError: "no connection",
    }
    return next((words[kind] for kind in words if isinstance(failure, kind)), type(failure).__name__)


def has_checksum(path, sha256):
    """Whether a file is there and has this checksum."""
    import pooch

    return path.is_file() and pooch.file_hash(str(path), "sha256") == sha256.lower()


def unpack(archive, folder):
    """Write the photographs of both categories from the archive into folder/train and folder/test.

    Raises:
        Problem: not a zip, damaged, or not the pictures that belong in it.
    """
    everything = sum(expected for _, expected in CLASSES.values())
    for category, name, content in progress(photographs_in(archive), everything, "unpacking"):
        (folder / category).mkdir(exist_ok=True)
        (folder / category / name).write_bytes(content)
    for category, (class_name, expected) in CLASSES.items():
        pictures = sorted((folder / category).glob("*"))
        if len(pictures) != expected:
            raise Problem(
                f"{shown(archive)} holds {len(pictures)} pictures of {category} where {expected} belong - get it again"
            )
        split(pictures, class_name, folder)
        (folder / category).rmdir()


def photographs_in(archive):
    """Yield category, file name and content of each photograph of both categories.

    The zip holds a tar.gz, and that holds `101_ObjectCategories/<category>/image_NNNN.jpg`. Only regular members
    with such names are read, so nothing in the archive can reach another folder. The tar.gz is read to its very
    end, because only there gzip and zip compare their checksums.
    """
    try:
        with (
            zipfile.ZipFile(archive) as outer,
            outer.open(tar_gz_in(outer)) as packed,
            gzip.open(packed) as unpacked,
            tarfile.open(fileobj=unpacked, mode="r|") as members,
        ):
            for member in members:
                match = PICTURE.fullmatch(member.name)
                if match and member.isreg():
                    yield (*match.groups(), members.extractfile(member).read())
            while unpacked.read(1 << 20):
                pass
    except (Problem, PermissionError, MemoryError):
        raise
    except Exception as failure:  # damage comes to light as a dozen kinds of exception
        raise Problem(
            f"{shown(archive)} is damaged ({str(failure) or type(failure).__name__}) - get it again"
        ) from failure


def tar_gz_in(archive):
    """The name of the tar.gz inside the zip; a Mac's `._` copy beside it is junk."""
    for name in archive.namelist():
        if name.rpartition("/")[2] == "101_ObjectCategories.tar.gz":
            return name
    raise Problem(f"{shown(archive.filename)} holds no 101_ObjectCategories.tar.gz - get it again")


def split(pictures, class_name, folder):
    """Move pictures to folder/train/class_name, and the last ones to folder/test/class_name."""
    for part, chosen in (("train", pictures[:-TEST_PICTURES]), ("test", pictures[-TEST_PICTURES:])):
        (folder / part / class_name).mkdir(parents=True)
        for picture in chosen:
            picture.rename(folder / part / class_name / picture.name)


def fetch_pictures(dataset, archive=None, url=None, sha256=None):
    """Put Caltech-101 into dataset/train and dataset/test, complete or not at all.

    Args:
        dataset (Path): the folder that gets train/, test/ and SOURCE.
        archive (Path): the zip, where the user already has it; otherwise it is downloaded.
        url (str): where to download it; the official address if not given.
        sha256 (str): its checksum; for a download the official one if not given.

    Returns:
        bool: False where the pictures were there already.
    """
    with filling(dataset):
        if source_of(dataset) == SOURCE:
            return False
        check_replaceable(dataset, "dataset/download_caltech101.py")
        with publishing(dataset, SOURCE) as incoming:
            if archive:
                check_archive(archive, sha256)
                unpack(archive, incoming)
            else:
                unpack_download(dataset, url or URL, sha256 or SHA256, incoming)
    return True


def check_archive(archive, sha256):
    """Refuse a file that is not there or, where a checksum is given, has another one."""
    if not archive.is_file():
        raise Problem(f"no archive at {shown(archive)} - give the path of caltech-101.zip")
    if sha256 and not has_checksum(archive, sha256):
        raise Problem(f"{shown(archive)} has another checksum than asked for - get it again")


def unpack_download(dataset, url, sha256, incoming):
    """Unpack the zip that an earlier run kept in dataset if its checksum is right, else download it first."""
    kept = dataset / "caltech-101.zip"
    if not has_checksum(kept, sha256):
        print(f"downloading {url}", flush=True)
        download(url, sha256, incoming).replace(kept)
    try:
        unpack(kept, incoming)
    except Problem:
        kept.unlink()  # it is no use to keep
        raise


def main(argv=None):
    parser = Parser(__doc__)
    parser.add_argument("--archive", type=Path, help="caltech-101.zip, if you already have it: nothing is fetched")
    parser.add_argument("--url", default=URL, help="where to fetch it (default: %(default)s)")
    parser.add_argument("--sha256", help="its checksum (default: that of the official file; none with --archive)")
    parser.add_argument("--dataset", type=Path, default=HERE, help="where train/ and test/ go (default: %(default)s)")
    args = parser.parse_args(argv)

    new = fetch_pictures(args.dataset, args.archive, args.url, args.sha256)
    show_folders(args.dataset)
    print("done" if new else f"everything is there ({SOURCE}): nothing to do")
    print_next("prepare_data.py", dataset=(args.dataset, HERE))
    return new


if __name__ == "__main__":
    run(main)
