"""dataset/download_caltech101.py: a server on this machine, archives like Caltech-101, photographs in their places."""

import functools
import gzip
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import threading
import time
import zipfile

import pytest
from conftest import ROOT, environment_with
from werkzeug import Response

import prepare_data
from dataset import download_caltech101
from dataset.download_caltech101 import IN_THE_ZIP, download_photographs


@functools.cache
def photographs_of_caltech():
    """The members of the tar.gz, {name: bytes}: 800 airplanes and 798 motorbikes, tiny, no two alike."""
    members = {}
    for category, count in (("airplanes", 800), ("Motorbikes", 798)):
        for k in range(1, count + 1):
            name = f"101_ObjectCategories/{category}/image_{k:04d}.jpg"
            members[name] = b"a photograph: " + name.encode()
    return members


def make_tar_gz(members, link=None):
    """The bytes of a tar.gz of {name: bytes}. link: the name of a link to another file, before them."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        if link is not None:
            entry = tarfile.TarInfo(link)
            entry.type = tarfile.SYMTYPE
            entry.linkname = "/etc/passwd"
            tar.addfile(entry)
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), compresslevel=1)


def make_zip(tar_gz, name=IN_THE_ZIP):
    """The bytes of a zip that holds the tar.gz, and beside it what a Mac leaves."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as outer:
        outer.writestr("__MACOSX/caltech-101/._101_ObjectCategories.tar.gz", b"no tar.gz")
        outer.writestr(name, tar_gz)
    return packed.getvalue()


@functools.cache
def good_tar_gz():
    """As Caltech-101 has it, with other categories and stray files; and a link, and ways out of the folder."""
    members = dict(photographs_of_caltech())
    members["101_ObjectCategories/accordion/image_0001.jpg"] = b"not for us"
    members["101_ObjectCategories/BACKGROUND_Google/tmp"] = b"a stray file"
    members["101_ObjectCategories/Motorbikes/._image_0001.jpg"] = b"what a Mac leaves"
    members["../../../image_0001.jpg"] = b"out of the folder"
    members["../101_ObjectCategories/airplanes/image_0001.jpg"] = b"out of the folder, too"
    return make_tar_gz(members, link="101_ObjectCategories/airplanes/image_0801.jpg")


@functools.cache
def good_zip():
    return make_zip(good_tar_gz())


def assert_in_their_places(dataset):
    """The last 50 of each category are in test, all before them in train, each unchanged; nothing else is there."""
    expected = {}
    for name, content in photographs_of_caltech().items():
        _, category, file = name.split("/")
        class_name = "bike"
        for_training = 748
        if category == "airplanes":
            class_name = "airplane"
            for_training = 750
        split = "test"
        if int(file[6:10]) <= for_training:
            split = "train"
        expected[f"{split}/{class_name}/{file}"] = content

    found = {}
    for path in dataset.glob("*/*/*"):
        found[path.relative_to(dataset).as_posix()] = path.read_bytes()
    assert found == expected
    names = {path.name for path in dataset.iterdir()}
    assert names <= {"train", "test", "caltech-101.zip"}


@pytest.fixture
def dataset(tmp_path, monkeypatch):
    """An empty folder, which the scripts take for their own."""
    folder = tmp_path / "dataset"
    folder.mkdir()
    monkeypatch.setattr(prepare_data, "DATASET", folder)
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def server(httpserver, monkeypatch):
    """A server from which the script downloads a good zip, for as long as no test lets it answer otherwise."""
    monkeypatch.setattr(download_caltech101, "URL", httpserver.url_for("/caltech-101.zip"))
    checksum = hashlib.sha256(good_zip()).hexdigest()
    monkeypatch.setattr(download_caltech101, "SHA256", checksum)
    httpserver.expect_request("/caltech-101.zip").respond_with_data(good_zip())
    return httpserver


def answer(server, response):
    """From now on the server answers this."""
    server.clear()
    server.expect_request("/caltech-101.zip").respond_with_response(response)


def cut_response():
    """90 % of the zip, and then the end."""
    content = good_zip()
    response = Response(content[: len(content) * 9 // 10])
    response.headers["Content-Length"] = str(len(content))
    return response


# ------------------------------------------------------------------ the download


def test_the_photographs_come_from_a_server_and_the_zip_is_kept(dataset, server, capsys):
    assert download_photographs(dataset) is True
    assert_in_their_places(dataset)
    told = "took 1598 photographs from dataset/caltech-101.zip: dataset/train, dataset/test"
    assert told in capsys.readouterr().out

    # The zip that is there already serves again, without the server.
    for split in ("train", "test"):
        (dataset / split).rename(dataset.parent / split)
    answer(server, Response(status=500))
    assert download_photographs(dataset) is True
    assert_in_their_places(dataset)


def test_a_zip_in_the_folder_that_is_another_one_is_downloaded_anew(dataset, server, capsys):
    (dataset / "caltech-101.zip").write_bytes(good_zip()[:1000])
    assert download_photographs(dataset) is True
    told = "dataset/caltech-101.zip is damaged or not whole (another checksum): "
    assert capsys.readouterr().out.startswith(told)
    assert_in_their_places(dataset)


REFUSALS = [
    (403, "refuses the download (status 403)"),
    (404, "refuses the download (status 404)"),
    (429, "refuses the download (status 429)"),
    (503, "refuses the download (status 503)"),
]


@pytest.mark.parametrize(("status", "reason"), REFUSALS)
def test_a_refusal_is_one_line_that_says_what_happens_next(dataset, server, capsys, status, reason):
    answer(server, Response(status=status))
    assert download_photographs(dataset) is False
    assert len(server.log) == 1
    assert_one_line(capsys, reason)
    assert not list(dataset.iterdir())


def assert_one_line(capsys, reason):
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    assert printed.startswith("no photographs: ")
    assert reason in printed
    assert "Pictures are drawn in their place" in printed
    assert "delete dataset/train and dataset/test" in printed
    assert "prepare_data.py --dataset dataset --archive PATH" in printed


def test_a_server_that_is_not_reached_is_one_line(dataset, capsys, monkeypatch):
    monkeypatch.setattr(download_caltech101, "URL", "http://127.0.0.1:9/caltech-101.zip")
    assert download_photographs(dataset) is False
    assert_one_line(capsys, "127.0.0.1:9 is not reached (ConnectionError)")
    assert not list(dataset.iterdir())


def test_a_download_that_is_cut_is_tried_once_more(dataset, server, capsys):
    answer(server, cut_response())
    assert download_photographs(dataset) is False
    assert len(server.log) == 2
    assert_one_line(capsys, "was cut, twice")
    assert not list(dataset.iterdir())

    # Cut once, then whole.
    server.clear()
    server.expect_oneshot_request("/caltech-101.zip").respond_with_response(cut_response())
    server.expect_request("/caltech-101.zip").respond_with_data(good_zip())
    assert download_photographs(dataset) is True
    assert_in_their_places(dataset)


def test_without_photographs_the_script_draws(dataset, server, monkeypatch):
    drawn = []
    monkeypatch.setattr(prepare_data, "draw_pictures", drawn.append)
    answer(server, Response(status=429))
    prepare_data.get_pictures(dataset, archive=None, offline=False)
    assert drawn == [dataset]


@pytest.mark.parametrize("content", [good_zip()[:-1], b"<html>Please log in</html>"])
def test_what_comes_and_is_wrong_is_an_error_and_nothing_is_kept_or_drawn(dataset, server, content):
    answer(server, Response(content))
    with pytest.raises(SystemExit, match="its checksum is another one.*log in.* --offline"):
        prepare_data.get_pictures(dataset, archive=None, offline=False)
    assert not list(dataset.iterdir())


# What a test starts in a terminal of its own, to close it.
DOWNLOAD = """
import sys
from pathlib import Path
from dataset import download_caltech101

download_caltech101.URL = sys.argv[1]
download_caltech101.download_photographs(Path(sys.argv[2]))
"""


def half_of_a_zip(closed):
    """Bytes, and then nothing for a minute, or until a threading.Event."""
    yield b"half of a zip" * 10_000
    closed.wait(60)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pty")
def test_a_closed_terminal_leaves_nothing_that_git_shows(dataset, httpserver):
    import pty

    closed = threading.Event()

    def slowly(request):
        return Response(half_of_a_zip(closed), headers={"Content-Length": "1000000"})

    httpserver.expect_request("/caltech-101.zip").respond_with_handler(slowly)
    terminal, end_of_script = pty.openpty()
    url = httpserver.url_for("/caltech-101.zip")
    process = subprocess.Popen(
        [sys.executable, "-c", OWN_TERMINAL + DOWNLOAD, url, str(dataset)],
        env=environment_with({"PYTHONPATH": ROOT}),
        stdin=end_of_script,
        stdout=end_of_script,
        stderr=end_of_script,
        start_new_session=True,
    )
    os.close(end_of_script)
    while not list(dataset.glob("*/tmp*")):
        assert process.poll() is None
        time.sleep(0.05)

    os.close(terminal)
    process.wait(60)
    closed.set()
    assert [path.name[:5] for path in dataset.iterdir()] == [".new-"]
    assert "/dataset/.new-*/" in (ROOT / ".gitignore").read_text(encoding="utf-8")


OWN_TERMINAL = """
import fcntl
import termios

fcntl.ioctl(0, termios.TIOCSCTTY, 0)
"""


# ------------------------------------------------------------------ an archive that is there already


def test_the_real_photographs_come_through_unchanged(photographs, archive):
    compared = 0
    with zipfile.ZipFile(archive) as outer, tarfile.open(fileobj=outer.open(IN_THE_ZIP)) as tar:
        for member in tar:
            _, category, file = (member.name + "//").split("/")[:3]
            class_name = {"airplanes": "airplane", "Motorbikes": "bike"}.get(category)
            if class_name is None or not member.isfile():
                continue
            (path,) = photographs.glob(f"*/{class_name}/{file}")
            assert path.read_bytes() == tar.extractfile(member).read()
            compared += 1
    assert compared == 1598


def unpack(folder):
    for name, content in photographs_of_caltech().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "unpacked zip", "folder", "folder above"])
def test_an_archive_that_is_there_already_is_taken_and_left_alone(tmp_path, dataset, kind, capsys):
    archive = tmp_path / "my downloads"
    if kind == "zip":
        archive.write_bytes(good_zip())
    elif kind == "tar.gz":
        archive.write_bytes(good_tar_gz())
    elif kind == "unpacked zip":
        archive.mkdir()
        (archive / "101_ObjectCategories.tar.gz").write_bytes(good_tar_gz())
    else:
        unpack(archive)
    if kind == "folder":
        archive = archive / "101_ObjectCategories"

    prepare_data.get_pictures(dataset, archive, offline=False)
    assert_in_their_places(dataset)
    assert archive.exists()
    told = f"took 1598 photographs from {archive.relative_to(tmp_path)}: dataset/train"
    assert told in capsys.readouterr().out


def damaged(content, share):
    """The bytes with one bit flipped, at this share of their length."""
    changed = bytearray(content)
    changed[int(len(content) * share)] ^= 4
    return bytes(changed)


def without_some():
    members = dict(photographs_of_caltech())
    del members["101_ObjectCategories/airplanes/image_0001.jpg"]
    return make_tar_gz(members)


def with_one_more():
    members = dict(photographs_of_caltech())
    members["101_ObjectCategories/Motorbikes/image_0799.jpg"] = b"there is none in Caltech-101"
    return make_tar_gz(members)


# For each what it holds, and a part of the message.
BAD = {
    "a web page": (b"<html>Please log in</html>", r"damaged \(Not a gzipped file"),
    "nothing in it": (b"", "not all of Caltech-101|damaged"),
    "another zip": (make_zip(good_tar_gz(), "other.tar.gz"), "damaged .*no item named"),
    "an empty tar.gz": (make_tar_gz({}), "0 photographs for train/airplane where"),
    "one missing": (without_some(), "749 photographs for train/airplane where there must be 750"),
    "one more": (with_one_more(), "51 photographs for test/bike where there must be 50"),
    "half a zip": (good_zip()[: len(good_zip()) // 2], "damaged"),
    "half a tar.gz": (good_tar_gz()[: len(good_tar_gz()) // 2], "damaged"),
    "a flipped bit in the zip": (damaged(good_zip(), 0.5), "damaged"),
    "a flipped bit in the tar.gz": (damaged(good_tar_gz(), 0.5), "damaged"),
    "another flipped bit": (damaged(good_tar_gz(), 0.7), "damaged"),
    "the checksum": (good_tar_gz()[:-8] + bytes(4) + good_tar_gz()[-4:], "damaged .*CRC"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_archive_is_one_line_and_leaves_nothing(tmp_path, dataset, kind):
    content, message = BAD[kind]
    archive = tmp_path / "archive"
    archive.write_bytes(content)
    with pytest.raises(SystemExit, match=f"^error: archive is not .*({message}).* - get it anew"):
        download_photographs(dataset, archive)
    assert not list(dataset.iterdir())


def test_an_archive_that_is_not_there_is_said_so(dataset, tmp_path):
    with pytest.raises(SystemExit, match="^error: no such file: nope.zip - check its name"):
        download_photographs(dataset, tmp_path / "nope.zip")
    assert not list(dataset.iterdir())


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_folder_that_exists_is_never_touched(tmp_path, dataset, split):
    (dataset / split).mkdir()
    (dataset / split / "mine.jpg").write_bytes(b"my own")
    (tmp_path / "archive").write_bytes(good_tar_gz())
    with pytest.raises(
        SystemExit, match=f"^error: dataset/{split} is there already - move or delete"
    ):
        download_photographs(dataset, tmp_path / "archive")
    with pytest.raises(
        SystemExit,
        match=f"^error: of train and test only dataset/{split} is there - delete it to get both anew",
    ):
        prepare_data.get_pictures(dataset, archive=None, offline=False)
    assert [path.name for path in dataset.rglob("*")] == [split, "mine.jpg"]
