"""dataset/download_caltech101.py: a server on this machine, archives like Caltech-101, photographs in their places."""

import gzip
import hashlib
import io
import tarfile
import zipfile
from functools import cache

import pytest
from PIL import Image
from werkzeug import Response

from dataset import download_caltech101
from dataset.download_caltech101 import TAR_GZ, fetch, main


@cache
def pictures():
    """The members of the tar.gz, {name: bytes}: 800 airplanes and 798 motorbikes, tiny, no two alike."""
    members = {}
    for category, count in (("airplanes", 800), ("Motorbikes", 798)):
        for k in range(1, count + 1):
            name, content = f"101_ObjectCategories/{category}/image_{k:04d}.jpg", io.BytesIO()
            Image.new("RGB", (16, 8), (k % 256, 128, 128)).save(content, "JPEG", comment=name)
            members[name] = content.getvalue()
    return members


def make_tar_gz(members, extra=()):
    """The bytes of a tar.gz of {name: bytes}, with the TarInfo entries of extra before them."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for entry in extra:
            tar.addfile(entry)
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), compresslevel=1)


def make_zip(tar_gz, name=TAR_GZ):
    """The bytes of a zip that holds the tar.gz, and beside it what a Mac leaves."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as outer:
        outer.writestr("__MACOSX/caltech-101/._101_ObjectCategories.tar.gz", b"junk that is no tar.gz")
        outer.writestr(name, tar_gz)
    return packed.getvalue()


@cache
def good():
    """A tar.gz as Caltech-101 has it: with other categories, a stray file, a link and a way out of the folder."""
    link = tarfile.TarInfo("101_ObjectCategories/airplanes/image_0801.jpg")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    others = {
        "101_ObjectCategories/accordion/image_0001.jpg": b"not for us",
        "101_ObjectCategories/BACKGROUND_Google/tmp": b"a stray file",
        "../../../image_0001.jpg": b"out of the folder",
        "101_ObjectCategories/Motorbikes/._image_0001.jpg": b"what a Mac leaves",
    }
    return make_tar_gz(pictures() | others, [link])


def assert_in_their_places(dataset):
    """The last 50 of each category are in test, all before them in train, each unchanged; nothing else is there."""
    expected = {}
    for name, content in pictures().items():
        _, category, file = name.split("/")
        class_name, most = {"airplanes": ("airplane", 750), "Motorbikes": ("bike", 748)}[category]
        expected[f"{'train' if int(file[6:10]) <= most else 'test'}/{class_name}/{file}"] = content
    found = {path.relative_to(dataset).as_posix(): path.read_bytes() for path in dataset.glob("*/*/*")}
    assert found == expected and len(found) == 1598
    assert {path.name for path in dataset.iterdir()} <= {"train", "test", "caltech-101.zip"}


@pytest.fixture
def dataset(tmp_path):
    (tmp_path / "dataset").mkdir()
    return tmp_path / "dataset"


@pytest.fixture
def served(httpserver, monkeypatch):
    """A server from which the script fetches a good zip; a function that lets it answer something else."""
    content = make_zip(good())
    monkeypatch.setattr(download_caltech101, "URL", httpserver.url_for("/caltech-101.zip"))
    monkeypatch.setattr(download_caltech101, "SHA256", hashlib.sha256(content).hexdigest())

    def answer(*args, **options):
        httpserver.clear()
        httpserver.expect_request("/caltech-101.zip").respond_with_response(Response(*args, **options))
        return httpserver

    answer(content)
    return answer


def test_the_photographs_come_from_a_server_and_the_zip_is_kept(dataset, served):
    assert fetch(dataset) == dataset / "caltech-101.zip"
    assert_in_their_places(dataset)
    for split in ("train", "test"):
        (dataset / split).rename(dataset.parent / split)
    served(status=500)
    assert fetch(dataset)  # from the zip that is there already
    assert_in_their_places(dataset)


def test_the_real_photographs_come_through_unchanged(photographs, archive):
    with zipfile.ZipFile(archive) as outer, tarfile.open(fileobj=outer.open(TAR_GZ)) as tar:
        for member in tar:
            _, category, file = (member.name + "//").split("/")[:3]
            if member.isfile() and category in ("airplanes", "Motorbikes"):
                class_name = "airplane" if category == "airplanes" else "bike"
                (path,) = photographs.glob(f"*/{class_name}/{file}")
                assert path.read_bytes() == tar.extractfile(member).read()


def test_a_server_that_cannot_be_reached_is_one_line_and_no_error(dataset, served, capsys, monkeypatch):
    for status in (404, 503):
        served(status=status)
        assert fetch(dataset) is None
    monkeypatch.setattr(download_caltech101, "URL", "http://127.0.0.1:9/")
    assert fetch(dataset) is None and not list(dataset.iterdir())
    assert capsys.readouterr().out.count("no photographs: http://") == 3
    monkeypatch.setattr(download_caltech101, "DATASET", dataset)
    with pytest.raises(SystemExit, match="error: nothing was fetched - .*--archive"):
        main([])


def test_a_file_with_another_checksum_is_an_error_and_nothing_is_kept(dataset, served):
    for content in (make_zip(good())[:-1], b"<html>Please log in</html>"):
        served(content)
        with pytest.raises(
            SystemExit, match=r"^error: http://.* is not Caltech-101, or damaged .*(hash|SHA256).* - get it"
        ):
            fetch(dataset)
    assert not list(dataset.iterdir())


def damaged(content, share):
    """The bytes with one bit flipped, at this share of their length."""
    place = int(len(content) * share)
    return content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :]


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "folder", "folder above"])
def test_an_archive_that_is_there_already_is_taken_and_left_alone(tmp_path, dataset, kind, monkeypatch, capsys):
    archive = tmp_path / "my downloads"
    if "folder" in kind:
        for name, content in pictures().items():
            path = archive / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        archive = archive / "101_ObjectCategories" if kind == "folder" else archive
    else:
        archive.write_bytes(make_zip(good()) if kind == "zip" else good())
    monkeypatch.setattr(download_caltech101, "DATASET", dataset)
    main(["--archive", str(archive)])
    assert_in_their_places(dataset)
    assert archive.exists() and "next: python " in capsys.readouterr().out


few = {name: content for name, content in pictures().items() if "0001" not in name}
BAD = {
    "a web page": lambda: b"<!DOCTYPE html><html>Please log in</html>",
    "nothing in it": lambda: b"",
    "another zip": lambda: make_zip(good(), "other.tar.gz"),
    "an empty tar.gz": lambda: make_tar_gz({}),
    "two pictures missing": lambda: make_zip(make_tar_gz(few)),
    "half a zip": lambda: make_zip(good())[: len(good()) // 2],
    "half a tar.gz": lambda: good()[: len(good()) // 2],
    "a flipped bit in the zip": lambda: damaged(make_zip(good()), 0.5),
    "a flipped bit in the tar.gz": lambda: damaged(good(), 0.5),
    "another flipped bit": lambda: damaged(good(), 0.7),
    "the checksum": lambda: good()[:-8] + bytes(4) + good()[-4:],
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_archive_is_one_line_and_leaves_nothing(tmp_path, dataset, kind):
    archive = tmp_path / "archive"
    archive.write_bytes(BAD[kind]())
    with pytest.raises(SystemExit, match=r"^error: .*archive is not Caltech-101, or damaged \(.+\) - get it anew"):
        fetch(dataset, archive)
    if kind == "a web page":
        with pytest.raises(SystemExit, match=r"damaged \(it is a web page\) - get it anew"):
            fetch(dataset, archive)
    with pytest.raises(SystemExit, match="No such file"):
        fetch(dataset, tmp_path / "no archive")
    assert not list(dataset.iterdir())


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_folder_that_exists_is_never_touched(tmp_path, dataset, split):
    (dataset / split).mkdir()
    (dataset / split / "mine.jpg").write_bytes(b"my own")
    (tmp_path / "archive").write_bytes(good())
    with pytest.raises(SystemExit, match=rf"error: .*{split} is there already - move it elsewhere first"):
        fetch(dataset, tmp_path / "archive")
    assert [path.name for path in dataset.rglob("*")] == [split, "mine.jpg"]
