"""dataset/download_caltech101.py when all goes well: a server, an archive, photographs in their places."""

import os
import struct
import subprocess
import sys
import tarfile
import zipfile

from dataset import download_caltech101
from dataset.publish import source_of

import pytest
import web
from conftest import ROOT, clean_environment, run_forked

SCRIPT = "dataset/download_caltech101.py"

server = pytest.fixture(web.running_server, name="server")


def download(dataset, *args, before=web.run_small):
    return run_forked(SCRIPT, "--dataset", dataset, *args, before=before)


def assert_pictures(dataset, photographs):
    """The folders hold the last 50 of each category for testing, and all before them for training."""
    expected = {}
    for category, class_name in (("airplanes", "airplane"), ("Motorbikes", "bike")):
        members = sorted(name for name in photographs if f"/{category}/" in name)
        for k, name in enumerate(members):
            part = "test" if k >= len(members) - 50 else "train"
            expected[f"{part}/{class_name}/{name.rpartition('/')[2]}"] = photographs[name]
    found = {name: content for name, content in web.files_below(dataset).items() if "/" in name}
    assert sorted(found) == sorted(expected)
    assert found == expected


def test_the_photographs_come_from_a_server_into_four_folders(tmp_path):
    with web.serving(web.good_zip(**web.ALL)) as server:
        done = download(tmp_path, *server.get(), before=None)
    assert (done.returncode, done.stderr) == (0, "")
    assert_pictures(tmp_path, web.photographs(**web.ALL))
    assert done.stdout.splitlines() == [
        f"downloading {server.url()}",
        f"{tmp_path / 'train' / 'airplane'}: 750 pictures",
        f"{tmp_path / 'train' / 'bike'}: 748 pictures",
        f"{tmp_path / 'test' / 'airplane'}: 50 pictures",
        f"{tmp_path / 'test' / 'bike'}: 50 pictures",
        "done",
        f"next: python prepare_data.py --dataset {tmp_path}",
    ]
    assert source_of(tmp_path) == "Caltech-101, https://doi.org/10.22002/D1.20086"


def test_the_real_photographs_come_through_unchanged(caltech_archive, tmp_path):
    with (
        zipfile.ZipFile(caltech_archive) as outer,
        outer.open(web.INNER) as packed,
        tarfile.open(fileobj=packed) as tar,
    ):
        names = [name for name in tar.getnames() if name.endswith(".jpg") and name.split("/")[1] in web.ALL]
        photographs = {name: tar.extractfile(name).read() for name in names}
    with web.serving(caltech_archive.read_bytes()) as server:
        done = download(tmp_path, *server.get(), before=None)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(photographs) == 1598
    assert_pictures(tmp_path, photographs)


@pytest.mark.parametrize("way", ["redirect", "without_length", "chunked"])
def test_servers_may_redirect_or_keep_the_length_to_themselves(server, tmp_path, way):
    done = download(tmp_path, *server.get(way))
    assert (done.returncode, done.stderr) == (0, "")
    assert_pictures(tmp_path, web.photographs())


def test_a_server_may_take_longer_than_the_time_out_if_it_is_never_silent_for_so_long(server, tmp_path):
    done = download(tmp_path, *server.get("slow"), before=lambda: web.run_small(TIMEOUT=2))
    assert (done.returncode, done.stderr) == (0, "")
    assert_pictures(tmp_path, web.photographs())


def test_a_second_run_finds_everything_there_and_changes_nothing(server, tmp_path):
    download(tmp_path, *server.get())
    (tmp_path / "train" / ".DS_Store").write_bytes(b"what a Mac leaves when one looks into the folder")
    before = web.files_below(tmp_path, with_times=True)
    again = download(tmp_path, *server.get())
    assert (again.returncode, again.stderr) == (0, "")
    assert "everything is there (Caltech-101" in again.stdout
    assert again.stdout.count("pictures\n") == 4
    assert web.files_below(tmp_path, with_times=True) == before
    assert server.asked == ["/good"]


def test_the_zip_is_kept_and_saves_the_next_download(server, tmp_path):
    download(tmp_path, *server.get())
    assert (tmp_path / "caltech-101.zip").read_bytes() == server.content
    for part in ("train", "test"):
        (tmp_path / part).rename(tmp_path / f"moved away {part}")
    again = download(tmp_path, *server.get())
    assert (again.returncode, again.stderr) == (0, "")
    assert (tmp_path / "test" / "bike" / "image_0052.jpg").exists()
    assert server.asked == ["/good"]


def test_a_kept_zip_with_another_checksum_is_fetched_anew(server, tmp_path):
    (tmp_path / "caltech-101.zip").write_bytes(server.content[:-1])
    done = download(tmp_path, *server.get())
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "caltech-101.zip").read_bytes() == server.content
    assert server.asked == ["/good"]


@pytest.mark.parametrize("checksum", ["none", "given", "in capitals"])
def test_an_archive_that_is_there_already_is_taken_and_left_where_it_is(tmp_path, checksum):
    archive = tmp_path / "my downloads" / "caltech-101 (1).zip"
    archive.parent.mkdir()
    archive.write_bytes(web.good_zip())
    digest = web.sha256(web.good_zip())
    options = {"none": [], "given": ["--sha256", digest], "in capitals": ["--sha256", digest.upper()]}[checksum]
    done = download(tmp_path / "dataset", "--archive", archive, *options)
    assert (done.returncode, done.stderr) == (0, "")
    assert_pictures(tmp_path / "dataset", web.photographs())
    assert archive.read_bytes() == web.good_zip()
    assert not (tmp_path / "dataset" / "caltech-101.zip").exists()


def test_drawn_pictures_make_way_for_photographs(server, tmp_path):
    web.put_drawn_pictures(tmp_path)
    done = download(tmp_path, *server.get())
    assert (done.returncode, done.stderr) == (0, "")
    assert_pictures(tmp_path, web.photographs())
    assert source_of(tmp_path).startswith("Caltech-101")


@pytest.mark.parametrize("missing", ["test", "train"])
def test_a_folder_that_the_user_deleted_is_filled_again(server, tmp_path, missing):
    download(tmp_path, *server.get())
    (tmp_path / missing).rename(tmp_path / "deleted")
    done = download(tmp_path, *server.get())
    assert (done.returncode, done.stderr) == (0, "")
    (tmp_path / "deleted").rename(tmp_path.parent / f"{tmp_path.name} deleted")
    assert_pictures(tmp_path, web.photographs())
    assert server.asked == ["/good"]


def test_empty_class_folders_made_by_hand_are_filled(server, tmp_path):
    for part in ("train", "test"):
        for class_name in ("airplane", "bike"):
            (tmp_path / part / class_name).mkdir(parents=True)
    done = download(tmp_path, *server.get())
    assert (done.returncode, done.stderr) == (0, "")
    assert_pictures(tmp_path, web.photographs())


def test_of_a_picture_that_is_twice_in_the_archive_the_later_one_counts_as_tar_has_it(tmp_path):
    name = "101_ObjectCategories/airplanes/image_0007.jpg"
    twice = [*web.photographs().items(), (name, b"the later one")]
    (tmp_path / "twice.zip").write_bytes(web.pack_zip(web.pack_tar_gz(twice)))
    done = download(tmp_path / "dataset", "--archive", tmp_path / "twice.zip")
    assert (done.returncode, done.stderr) == (0, "")
    assert_pictures(tmp_path / "dataset", web.photographs() | {name: b"the later one"})


def test_paths_are_shown_as_the_user_gave_them(tmp_path):
    (tmp_path / "archive.zip").write_bytes(web.good_zip())
    args = ("--archive", "archive.zip", "--dataset", "Flüge & Räder")
    done = run_forked(SCRIPT, *args, cwd=tmp_path, before=web.run_small)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Flüge & Räder/train/airplane: 4 pictures".replace("/", os.sep) in done.stdout
    assert str(tmp_path) not in done.stdout


def test_help_names_every_option_and_the_official_address():
    done = run_forked(SCRIPT, "--help")
    assert done.returncode == 0
    for word in ("--archive", "--url", "--sha256", "--dataset", "https://data.caltech.edu/records/mzrjq-6wc02"):
        assert word in done.stdout


def test_the_official_address_and_checksum_are_what_other_libraries_use():
    assert download_caltech101.URL == "https://data.caltech.edu/records/mzrjq-6wc02/files/caltech-101.zip"
    assert download_caltech101.SHA256 == "331234750fc7f77520e50d9565e8b6907b03565e30320da1401130db08c61f91"


@pytest.mark.parametrize("columns", [100, 40])
def test_a_terminal_sees_progress_in_lines_that_fit(server, tmp_path, columns):
    pty = pytest.importorskip("pty", reason="needs a terminal of Unix")
    import fcntl
    import termios

    server.content = web.good_zip(**web.ALL)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, str(ROOT / SCRIPT), "--dataset", str(tmp_path), *server.get("slow")]
    env = clean_environment()
    del env["COLUMNS"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=env, text=True) as script:
        os.close(theirs)
        shown = web.read_terminal(ours)
        script.stdout.read()
    assert script.returncode == 0, shown
    assert "\n" not in shown, "a bar is left on the screen"
    lines = [line.rstrip() for line in shown.split("\r")]
    assert any("downloading" in line and "%" in line for line in lines), lines
    assert any("unpacking" in line for line in lines), lines
    assert max(map(len, lines)) <= columns
    assert lines[-1] == "", "a bar is left on the screen"
