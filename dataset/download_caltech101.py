"""Download Caltech-101, and sort its photographs of airplanes and motorbikes into train/ and test/.

The official file is a zip that holds a tar.gz that holds folders of photographs, 101 categories of things. Two are
taken. The last 50 photographs of each go to the test, all others to the training:

    101_ObjectCategories/airplanes/image_0001.jpg   ->  train/airplane/image_0001.jpg
    101_ObjectCategories/Motorbikes/image_0798.jpg  ->  test/bike/image_0798.jpg
"""

import gzip
import re
import sys
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path
from urllib.parse import urlsplit

import pooch
import requests

from dataset.folders import SPLITS, check_no_pictures, command_line, put_in_place, relative_path
from dataset.screen import progress

# Li and others, https://doi.org/10.22002/D1.20086
URL = "https://data.caltech.edu/records/mzrjq-6wc02/files/caltech-101.zip"
SHA256 = "331234750fc7f77520e50d9565e8b6907b03565e30320da1401130db08c61f91"  # its checksum
TAR_GZ = "101_ObjectCategories.tar.gz"
IN_THE_ZIP = f"caltech-101/{TAR_GZ}"
PHOTOGRAPH = r"101_ObjectCategories/(airplanes|Motorbikes)/(image_([0-9]{4})\.jpg)"
CLASS_NAMES = {"airplanes": "airplane", "Motorbikes": "bike"}
COUNTS = {"train/airplane": 750, "train/bike": 748, "test/airplane": 50, "test/bike": 50}

# What Python says of an archive that is damaged, cut, or something else.
DAMAGE = (
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
    KeyError,
)


def download_zip(dataset):
    """Download the official zip into the dataset folder, unless it is there already. Returns its path.

    Raises requests.RequestException if it does not come, ValueError if something else comes.
    """
    archive = dataset / "caltech-101.zip"
    if archive.exists():
        if pooch.file_hash(str(archive)) == SHA256:
            return archive
        print(
            f"{relative_path(archive)} is damaged or not whole (another checksum): it is downloaded anew"
        )

    # A bar that counts is drawn on sys.stderr, only where that is a terminal. (Some editors have none: None.)
    on_a_terminal = sys.stderr is not None and sys.stderr.isatty()

    # retrieve also compares the checksum. What is not whole goes with its folder; only what is whole gets its name.
    with tempfile.TemporaryDirectory(prefix=".new-", dir=dataset) as temporary:
        unfinished = pooch.retrieve(URL, SHA256, archive.name, temporary, progressbar=on_a_terminal)
        put_in_place(Path(unfinished), archive)
    return archive


def try_to_download(dataset):
    """Returns the path of the zip and "", or None and the reason why it did not come."""
    server = urlsplit(URL).netloc
    for _ in range(2):  # once more, if the download is cut
        try:
            return download_zip(dataset), ""
        except requests.exceptions.ChunkedEncodingError:
            continue
        except requests.HTTPError as problem:
            status = problem.response.status_code  # 403: forbidden, 429: too many, ...
            return None, f"{server} refuses the download (status {status})"
        except requests.RequestException as problem:
            return None, f"{server} is not reached ({type(problem).__name__})"

        # It came, and is wrong.
        except ValueError:
            again = command_line("prepare_data.py", dataset, more=["--offline"])
            raise SystemExit(
                f"error: what came from {URL} is not Caltech-101, its checksum is another one"
                f" (does this network want you to log in?) - try again, or draw pictures: {again}"
            )
    return None, f"the download from {server} was cut, twice"


def report_no_photographs(dataset, reason):
    """One line: why there are no photographs, what happens now, and how to get them later."""
    train = relative_path(dataset / "train")
    test = relative_path(dataset / "test")
    again = command_line("prepare_data.py", dataset)
    with_archive = command_line("prepare_data.py", dataset, more=["--archive", "PATH"])
    print(
        f"no photographs: {reason}. Pictures are drawn in their place."
        f" For photographs later: delete {train} and {test}, then {again},"
        f" or, if you have the file: {with_archive}"
    )


def find_place(name):
    """Where a photograph of the archive goes, for example train/bike/image_0001.jpg; None for anything else."""
    found = re.fullmatch(PHOTOGRAPH, name)
    if found is None:
        return None

    category, file_name, number = found.groups()
    class_name = CLASS_NAMES[category]
    split = "train"
    if int(number) > COUNTS[f"train/{class_name}"]:
        split = "test"
    return f"{split}/{class_name}/{file_name}"


def copy_from_folder(source, folder):
    """Copy the photographs of the unpacked folder 101_ObjectCategories, or of the folder around it."""
    if (source / "101_ObjectCategories").is_dir():
        source = source / "101_ObjectCategories"
    for category in CLASS_NAMES:
        for path in progress(sorted(source.glob(f"{category}/*")), f"copying {category}"):
            place = find_place(f"101_ObjectCategories/{category}/{path.name}")
            if place is not None:
                (folder / place).write_bytes(path.read_bytes())


def copy_from_tar_gz(packed, folder):
    """Copy the photographs of a tar.gz, a file that is open for reading. Links and folders in it are left out."""
    with (
        gzip.open(packed) as unpacked,
        tarfile.open(fileobj=unpacked, mode="r|") as members,
    ):
        for member in progress(members, "unpacking"):
            place = find_place(member.name)
            if place is not None and member.isreg():
                content = members.extractfile(member).read()
                (folder / place).write_bytes(content)

        unpacked.read()  # to the very end: there a checksum is compared


def copy_photographs(archive, folder):
    """Copy the photographs of an archive, whatever it is, to folder/train and folder/test."""
    if (archive / TAR_GZ).is_file():
        archive = archive / TAR_GZ  # a zip that a browser has unpacked

    if archive.is_dir():
        copy_from_folder(archive, folder)
    elif zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as outer, outer.open(IN_THE_ZIP) as packed:
            copy_from_tar_gz(packed, folder)
    else:
        with archive.open("rb") as packed:
            copy_from_tar_gz(packed, folder)


def check_counts(name, folder):
    """All photographs must be there. name: that of the archive, for the message."""
    for place, count in COUNTS.items():
        found = len(list((folder / place).iterdir()))
        if found != count:
            raise SystemExit(
                f"error: {name} is not all of Caltech-101: {found} photographs for {place}"
                f" where there must be {count} - get it anew from {URL}"
            )


def download_photographs(dataset, archive=None):
    """Put the photographs into dataset/train and dataset/test.

    archive: the official zip, the older tar.gz, or the unpacked folder; without it the zip is downloaded.
    Returns True; or False after one printed line, if the download does not come.
    """
    check_no_pictures(dataset)
    if archive is None:
        archive, reason = try_to_download(dataset)
        if archive is None:
            report_no_photographs(dataset, reason)
            return False
    archive = archive.expanduser()
    name = relative_path(archive)
    if not archive.exists():
        raise SystemExit(f"error: no such file: {name} - check its name and folder")

    with tempfile.TemporaryDirectory(prefix=".new-", dir=dataset) as temporary:
        folder = Path(temporary)
        for place in COUNTS:
            (folder / place).mkdir(parents=True)
        try:
            copy_photographs(archive, folder)
        except DAMAGE as problem:
            raise SystemExit(
                f"error: {name} is not Caltech-101, or damaged ({problem}) - get it anew from {URL}"
            )
        check_counts(name, folder)
        for split in SPLITS:
            put_in_place(folder / split, dataset / split)

    total = sum(COUNTS.values())
    train = relative_path(dataset / "train")
    test = relative_path(dataset / "test")
    print(f"took {total} photographs from {name}: {train}, {test}")
    return True
