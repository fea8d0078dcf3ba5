"""dataset/download_caltech101.py when things go wrong: the network, the archive, the disk, the user, the plug.

After every fault: one line says what is wrong, the earlier pictures are there byte for byte, nothing is left behind.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
from contextlib import suppress

import prepare_data
from dataset import download_caltech101, draw_pictures
from dataset.download_caltech101 import Unreachable, fetch_pictures
from dataset.guards import Problem, run
from dataset.publish import check_replaceable, filling, has_pictures, is_unchanged, publishing, source_of

import pytest
import web
from conftest import ROOT, assert_one_error, clean_environment, run_forked, wait_for

resource = pytest.importorskip("resource", reason="these faults are made with fork, signals and limits of Unix")

SCRIPT = "dataset/download_caltech101.py"
AIRPLANE = "101_ObjectCategories/airplanes/image_0020.jpg"
BIKE = "101_ObjectCategories/Motorbikes/image_0020.jpg"

server = pytest.fixture(web.running_server, name="server")


@pytest.fixture(autouse=True)
def without_sync(monkeypatch):
    """As on Windows: elsewhere some hundred runs would wait for the disk, and for all that others write to it."""
    monkeypatch.delattr(os, "sync", raising=False)


@pytest.fixture
def home(tmp_path):
    """A folder that stands for the whole machine: a home, a temporary folder, and a data set of drawn pictures."""
    for name in ("home", "tmp"):
        (tmp_path / name).mkdir()
    web.put_drawn_pictures(tmp_path / "dataset")
    (tmp_path / "dataset" / "caltech-101.zip").write_bytes(b"an earlier zip with another checksum")
    return tmp_path


def settings(home, **proxies):
    """The environment for a script on that machine."""
    return clean_environment(HOME=home / "home", TMPDIR=home / "tmp", **proxies)


def download(home, *args, env=None, before=web.run_small, timeout=60):
    command = (SCRIPT, "--dataset", home / "dataset", *args)
    return run_forked(*command, env=env or settings(home), before=before, timeout=timeout)


def start_download(home, *args, prefix=(), **options):
    """Start the same in a process of its own; stdout and stderr are pipes with text."""
    code = f"import sys; sys.path[:0] = {[str(ROOT), str(ROOT / 'tests')]}; import web; web.run_small()"
    command = [*prefix, sys.executable, "-c", code, "--dataset", str(home / "dataset"), *map(str, args)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=settings(home), **(pipes | options))


def assert_good_pictures(home):
    """All photographs are in the data set, and nothing else but the zip is there."""
    dataset = home / "dataset"
    contents = [content for name, content in web.files_below(dataset).items() if "/" in name]
    assert sorted(contents) == sorted(web.photographs().values())
    assert {path.name for path in dataset.iterdir()} <= {"train", "test", "SOURCE", "caltech-101.zip", ".lock"}
    assert source_of(dataset) == download_caltech101.SOURCE
    assert is_unchanged(dataset)


# ------------------------------------------------------------------ the network

NETWORK_FAULTS = {
    "stalled": "no answer within 1 s",
    "silent": "no answer within 1 s",
    "dropped": "the connection broke",
    "dropped_chunked": "the connection broke",
    "hung_up": "no connection",
    "gibberish": "no connection",
    "missing": "404 Not Found",
    "broken": "500 Internal Server Error",
    "loop": "it redirects in a circle",
    "astray": "not an http address",
    "no_gzip": "",
}


@pytest.mark.parametrize("fault", NETWORK_FAULTS)
def test_a_server_that_fails_is_named_with_the_reason_and_leaves_no_trace(server, home, fault):
    before = web.files_below(home)
    limit = {"TIMEOUT": 1} if "no answer" in NETWORK_FAULTS[fault] else {}
    done = download(home, *server.get(fault), before=lambda: web.run_small(**limit), timeout=25)
    error = assert_one_error(done)
    assert f"cannot download {server.url(fault)} ({NETWORK_FAULTS[fault]}" in error
    assert "--archive FILE" in error
    assert "python dataset/draw_pictures.py" in error
    assert web.files_below(home) == before


@pytest.mark.parametrize("fault", ["html", "empty", "damaged"])
def test_something_else_than_the_archive_is_not_unpacked(server, home, fault):
    before = web.files_below(home)
    error = assert_one_error(download(home, *server.get(fault)))
    assert f"what came from {server.url(fault)} is not Caltech-101 (its checksum differs)" in error
    assert web.files_below(home) == before


def test_a_good_archive_with_another_checksum_than_asked_for_is_not_unpacked(server, home):
    before = web.files_below(home)
    error = assert_one_error(download(home, "--url", server.url()))
    assert "its checksum differs" in error
    assert web.files_below(home) == before


def test_where_nobody_listens_there_is_no_connection(home, free_port):
    before = web.files_below(home)
    error = assert_one_error(download(home, "--url", f"http://127.0.0.1:{free_port}/caltech-101.zip"))
    assert "(no connection)" in error
    assert web.files_below(home) == before


def test_a_name_that_nobody_knows_is_no_connection(home):
    before = web.files_below(home)
    error = assert_one_error(download(home, "--url", "http://photographs.invalid/caltech-101.zip"))
    assert "(no connection)" in error
    assert web.files_below(home) == before


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("listens", [True, False])
def test_a_proxy_that_refuses_is_named(server, home, free_port, scheme, listens):
    proxy = f"http://127.0.0.1:{server.server_port if listens else free_port}"
    proxies = {name: proxy for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")}
    before = web.files_below(home)
    env = settings(home, **proxies, NO_PROXY="", no_proxy="")
    error = assert_one_error(download(home, "--url", f"{scheme}://photographs.invalid/a.zip", env=env))
    assert ("(403 Forbidden)" if listens and scheme == "http" else "(the proxy refused)") in error
    assert len(server.asked) == listens
    assert web.files_below(home) == before


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/hostname",
        "ftp://127.0.0.1/caltech-101.zip",
        "caltech-101.zip",
        "/home/me/caltech-101.zip",
        "C:\\Users\\me\\caltech-101.zip",
        "",
        "http://",
        "http://[::1/a.zip",
        "http://127.0.0.1:99999/a.zip",
        "http://127.0.0.1:port/a.zip",
        "http://a b/c",
        "http://.a/",
        "http://" + "a" * 300 + "/",
        "http://ä\udcff/\n",
        "10.22002/D1.20086",
    ],
)
def test_an_address_that_is_none_is_an_error_in_one_line(home, url):
    before = web.files_below(home)
    error = assert_one_error(download(home, "--url", url))
    assert "cannot download" in error
    assert "checksum" not in error
    assert web.files_below(home) == before


@pytest.mark.parametrize("checksum", ["nonsense", "md5:3138e1922a9193bfa496528edbbc45d0", "0" * 64])
def test_a_checksum_that_nothing_can_have_is_an_error_in_one_line(server, home, checksum):
    before = web.files_below(home)
    assert_one_error(download(home, "--url", server.url(), "--sha256", checksum))
    assert web.files_below(home) == before


# What prepare_data.py makes of it: where nothing arrives it draws, but what arrives wrong is an error.


@pytest.mark.parametrize("fault", ["dropped", "missing", "hung_up", "loop", "html", "damaged", "good"])
def test_nothing_and_something_wrong_are_told_apart(server, tmp_path, fault):
    something_arrives = fault in ("html", "damaged", "good")
    with pytest.raises(Problem) as failure:
        fetch_pictures(tmp_path, url=server.url(fault))
    assert isinstance(failure.value, Unreachable) != something_arrives
    assert not has_pictures(tmp_path)


def get_pictures(home, url):
    """What prepare_data.py does first in an empty data set, with few drawings."""

    def main():
        download_caltech101.URL = url
        draw_pictures.make_pictures.__defaults__ = (4, 0)
        run(lambda: prepare_data.get_pictures(home / "dataset"))
        sys.exit(0)

    shutil.rmtree(home / "dataset")
    return run_forked("prepare_data.py", env=settings(home), before=main)


def test_prepare_data_draws_where_nothing_arrives_and_says_so(home, free_port):
    url = f"http://127.0.0.1:{free_port}/caltech-101.zip"
    done = get_pictures(home, url)
    assert (done.returncode, done.stderr) == (0, "")
    line = f"no photographs: cannot download {url} (no connection); drawing pictures instead"
    assert line in done.stdout.splitlines()
    assert source_of(home / "dataset").startswith("drawn")
    assert len(list((home / "dataset").glob("*/*/*.jpg"))) == 8


@pytest.mark.parametrize("fault", ["html", "good"])
def test_prepare_data_does_not_draw_where_something_wrong_arrives(server, home, fault):
    error = assert_one_error(get_pictures(home, server.url(fault)))
    assert "its checksum differs" in error
    assert web.files_below(home) == {"home": "empty folder", "tmp": "empty folder"}


# ------------------------------------------------------------------ the archive


def flipped(content, position):
    """The bytes with one bit changed."""
    changed = bytearray(content)
    changed[position] ^= 0x10
    return bytes(changed)


def without(*names):
    """The members of the good archive but for these."""
    return {name: content for name, content in web.photographs().items() if name not in names}


def with_entry_for(name, kind, target=""):
    """A zip in which a picture is not a file but a link, a folder or a device."""
    return web.pack_zip(web.pack_tar_gz([*without(name).items(), (web.member(name, kind, target), b"")]))


def good_tar_gz():
    return web.pack_tar_gz(web.photographs())


def marked(content, field, value):
    """The zip with a field of all its members set to another value: their flags (6) or their method (8)."""
    changed = bytearray(content)
    for magic, offset in ((b"PK\x03\x04", field), (b"PK\x01\x02", field + 2)):
        for found in re.finditer(re.escape(magic), content):
            changed[found.start() + offset] = value
    return bytes(changed)


NO_FILES = {  # where a picture should be
    "a symbolic link to a file outside": lambda: with_entry_for(AIRPLANE, tarfile.SYMTYPE, "/etc/hostname"),
    "a symbolic link to a picture": lambda: with_entry_for(AIRPLANE, tarfile.SYMTYPE, "image_0001.jpg"),
    "a hard link to a file outside": lambda: with_entry_for(AIRPLANE, tarfile.LNKTYPE, "../../../etc/hostname"),
    "a hard link to a picture": lambda: with_entry_for(
        AIRPLANE, tarfile.LNKTYPE, "101_ObjectCategories/airplanes/image_0001.jpg"
    ),
    "a folder named like a picture": lambda: with_entry_for(AIRPLANE, tarfile.DIRTYPE),
    "a device named like a picture": lambda: with_entry_for(AIRPLANE, tarfile.CHRTYPE),
    "a pipe named like a picture": lambda: with_entry_for(AIRPLANE, tarfile.FIFOTYPE),
}
OUTSIDE = "../" * 3 + "outside.jpg"
BAD_ARCHIVES = {
    "text": lambda: b"this is no zip",
    "nothing": lambda: b"",
    "the tar.gz itself": good_tar_gz,
    "a truncated zip": lambda: web.good_zip()[:-500],
    "half a zip": lambda: web.good_zip()[: len(web.good_zip()) // 2],
    "a zip with other files": lambda: web.pack_zip(b"", "caltech-101/readme.txt"),
    "a zip with only the junk of a Mac": lambda: web.pack_zip(b"", "__MACOSX/x/._101_ObjectCategories.tar.gz"),
    "an encrypted zip": lambda: marked(web.good_zip(), 6, 1),
    "a zip packed by an unknown method": lambda: marked(web.good_zip(), 8, 99),
    "a zip packed by another method": lambda: marked(web.good_zip(), 8, 14),
    "a zip packed by a third method": lambda: marked(web.good_zip(), 8, 12),
    "no tar.gz in it": lambda: web.pack_zip(b"this is no tar.gz"),
    "an empty tar.gz": lambda: web.pack_zip(b""),
    "a tar.gz without members": lambda: web.pack_zip(web.pack_tar_gz({})),
    "a truncated tar.gz": lambda: web.pack_zip(good_tar_gz()[:-1000]),
    "a tar.gz without its last byte": lambda: web.pack_zip(good_tar_gz()[:-1]),
    "half a tar.gz": lambda: web.pack_zip(good_tar_gz()[: len(good_tar_gz()) // 2]),
    "a bit flipped in the zip": lambda: flipped(web.good_zip(), len(web.good_zip()) // 2),
    "a bit flipped in the middle of the tar.gz": lambda: web.pack_zip(flipped(good_tar_gz(), len(good_tar_gz()) // 2)),
    "a bit flipped in the checksum of the tar.gz": lambda: web.pack_zip(flipped(good_tar_gz(), -6)),
    "a bit flipped in the length of the tar.gz": lambda: web.pack_zip(flipped(good_tar_gz(), -2)),
    "a picture too few": lambda: web.pack_zip(web.pack_tar_gz(without(BIKE))),
    "a picture too many": lambda: web.pack_zip(
        web.pack_tar_gz(web.photographs() | {AIRPLANE.replace("0020", "0801"): b""})
    ),
    "half of the pictures": lambda: web.pack_zip(web.pack_tar_gz(web.photographs(airplanes=27, Motorbikes=26))),
    "one category": lambda: web.pack_zip(web.pack_tar_gz(web.photographs(airplanes=54))),
    "other categories": lambda: web.pack_zip(web.pack_tar_gz(web.photographs(accordion=54, buddha=52))),
    "categories in small letters": lambda: web.pack_zip(web.pack_tar_gz(web.photographs(airplanes=54, motorbikes=52))),
    "a picture twice, another missing": lambda: web.pack_zip(
        web.pack_tar_gz([*without(BIKE).items(), (BIKE.replace("0020", "0019"), b"")])
    ),
    "a member that climbs out": lambda: web.pack_zip(
        web.pack_tar_gz(without(AIRPLANE) | {f"101_ObjectCategories/airplanes/{OUTSIDE}": b"evil"})
    ),
    "a member that climbs out, with a good name": lambda: web.pack_zip(
        web.pack_tar_gz(without(AIRPLANE) | {f"../../{AIRPLANE}": b"evil"})
    ),
    "a member with an absolute name": lambda: web.pack_zip(
        web.pack_tar_gz(without(AIRPLANE) | {f"/{AIRPLANE}": b"evil"})
    ),
    "a member with a name of Windows": lambda: web.pack_zip(
        web.pack_tar_gz(without(AIRPLANE) | {AIRPLANE.replace("/", "\\"): b"evil"})
    ),
    "a number in other digits": lambda: web.pack_zip(
        web.pack_tar_gz(without(AIRPLANE) | {AIRPLANE.replace("0020", "٠٠٢٠"): b"evil"})
    ),
    **NO_FILES,
}


@pytest.mark.parametrize("fault", BAD_ARCHIVES)
def test_a_bad_archive_is_refused_in_one_line_and_leaves_no_trace(home, fault):
    archive = home / "caltech-101.zip"
    archive.write_bytes(BAD_ARCHIVES[fault]())
    before = web.files_below(home)
    error = assert_one_error(download(home, "--archive", archive))
    assert str(archive) in error
    assert error.endswith(" - get it again")
    assert error.count("get it again") == 1
    assert "holds 53 pictures of airplanes where 54 belong" in error or fault not in NO_FILES
    assert web.files_below(home) == before


@pytest.mark.parametrize(
    "fault", ["a zip with other files", "half a tar.gz", "a picture too few", "a member that climbs out"]
)
def test_a_bad_archive_from_a_server_is_not_even_kept(home, fault):
    (home / "dataset" / "caltech-101.zip").unlink()
    before = web.files_below(home)
    with web.serving(BAD_ARCHIVES[fault]()) as server:
        assert_one_error(download(home, *server.get()))
        assert_one_error(download(home, *server.get()))
    assert server.asked == ["/good", "/good"]
    assert web.files_below(home) == before


@pytest.mark.parametrize("name", ["nowhere.zip", "dataset", ""])
def test_an_archive_that_is_not_there_is_an_error(home, name):
    before = web.files_below(home)
    assert "no archive at" in assert_one_error(download(home, "--archive", home / name))
    assert web.files_below(home) == before


def test_an_archive_with_another_checksum_than_asked_for_is_not_unpacked(home):
    (home / "my.zip").write_bytes(web.good_zip())
    before = web.files_below(home)
    error = assert_one_error(download(home, "--archive", home / "my.zip", "--sha256", "0" * 64))
    assert "my.zip has another checksum" in error
    assert web.files_below(home) == before


# ------------------------------------------------------------------ the user's own pictures


def put_own(home):
    shutil.rmtree(home / "dataset")
    web.put_pictures(home / "dataset")


OWN_PICTURES = {
    "no script made any of them": put_own,
    "one was changed": lambda home: (home / "dataset/train/bike/a.jpg").write_bytes(b"retouched"),
    "one was added": lambda home: (home / "dataset/test/bike/b.jpg").write_bytes(b"mine"),
    "one was added, under a name of its own": lambda home: (home / "dataset/train/notes.txt").write_bytes(b"mine"),
    "one was removed": lambda home: (home / "dataset/train/airplane/a.jpg").unlink(),
    "one was renamed": lambda home: (home / "dataset/train/bike/a.jpg").rename(home / "dataset/train/bike/b.jpg"),
    "a class was added": lambda home: (
        (home / "dataset/train/car").mkdir() or (home / "dataset/train/car/a.jpg").write_bytes(b"mine")
    ),
    "two changed places": lambda home: (home / "dataset/train/bike").rename(home / "dataset/train/boat"),
    "SOURCE was deleted": lambda home: (home / "dataset/SOURCE").unlink(),
    "SOURCE is not text": lambda home: (home / "dataset/SOURCE").write_bytes(b"\xff\xfe\x00"),
    "SOURCE says something else": lambda home: (home / "dataset/SOURCE").write_text("from my camera"),
    "a file stands where a folder should": lambda home: (
        (home / "dataset/test").rename(home / "dataset/away") and (home / "dataset/test").write_bytes(b"mine")
    ),
    "a link to a picture was added": lambda home: (home / "dataset/train/bike/b.jpg").symlink_to("/nowhere"),
    "a link to a folder was added": lambda home: (home / "dataset/train/more").symlink_to(home),
    "they are in a hidden folder": lambda home: (
        (home / "dataset/train/.kept").mkdir() or (home / "dataset/train/.kept/a.jpg").write_bytes(b"mine")
    ),
}


@pytest.mark.parametrize("case", OWN_PICTURES)
def test_pictures_of_your_own_are_never_replaced_and_nothing_is_fetched(server, home, case):
    OWN_PICTURES[case](home)
    before = web.files_below(home)
    error = assert_one_error(download(home, *server.get()))
    assert "your own" in error
    assert "move" in error
    assert web.files_below(home) == before
    assert server.asked == []


def test_photographs_that_were_changed_are_your_own(server, home):
    download(home, *server.get())
    (home / "dataset/train/bike/image_0001.jpg").write_bytes(b"retouched")
    before = web.files_below(home)
    assert "your own" in assert_one_error(download(home, *server.get()))
    assert web.files_below(home) == before


def test_pictures_of_your_own_that_come_while_ours_are_made_stay(tmp_path):
    with pytest.raises(Problem, match="your own"), filling(tmp_path), publishing(tmp_path, "drawn") as incoming:
        web.put_pictures(incoming, b"drawn")
        web.put_pictures(tmp_path, b"my own")
    assert set(web.files_below(tmp_path).values()) == {b"my own"}


# ------------------------------------------------------------------ plugs pulled, Ctrl-C, two at once


def strike(signum, when, then=web.run_small):
    """For run_forked(before=...): this process gets a signal right before the first step at which when(step) is true.

    step is a text: what is about to be done to which file. Every rename, new file, new folder and deletion is a step.
    """
    kinds = {"os.rename", "os.mkdir", "os.rmdir", "os.remove", "open"}

    def before():
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.addaudithook(watch)
        then()

    def watch(event, args):
        if event in kinds and (event != "open" or (args[1] or "r")[0] != "r") and when(f"{event} {args}"):
            os.kill(os.getpid(), signum)

    return before


def at_step(number):
    """For strike(): the step with this number, counted from 0."""
    steps = iter(range(number + 1))
    return lambda step: next(steps, None) == number


def publish_new(dataset):
    """What a script does that puts pictures into a data set."""

    def main():
        with filling(dataset), publishing(dataset, "new") as incoming:
            web.put_pictures(incoming, b"new")

    run(main)
    sys.exit(0)


def publish_and_strike(dataset, signum):
    """Publish new pictures over drawn ones, again and again, with a signal one step later each time."""
    for number in range(200):
        shutil.rmtree(dataset, ignore_errors=True)
        web.put_drawn_pictures(dataset)
        done = run_forked(SCRIPT, before=strike(signum, at_step(number), lambda: publish_new(dataset)))
        if done.returncode == 0:
            assert number > 20
            return
        assert done.returncode == (130 if signum == signal.SIGINT else -signum), done.stderr
        yield number


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGINT])
def test_stopped_at_any_step_the_pictures_are_the_old_or_the_new_ones_after_the_next_run(tmp_path, signum):
    sources = set()
    for number in publish_and_strike(tmp_path / "dataset", signum):
        with filling(tmp_path / "dataset"):
            files = web.files_below(tmp_path / "dataset")
        source = files.pop("SOURCE").decode()
        kind = b"new" if source.startswith("new") else b"drawn"
        assert set(files) == {f"{part}/{name}/a.jpg" for part in ("train", "test") for name in ("airplane", "bike")}
        assert set(files.values()) == {kind}, f"step {number}"
        assert source_of(tmp_path / "dataset") in ("new", "drawn by draw_pictures.py")
        sources.add(kind)
    assert sources == {b"new", b"drawn"}


def test_pictures_put_there_after_a_killed_run_are_never_deleted(tmp_path):
    for number in publish_and_strike(tmp_path / "dataset", signal.SIGKILL):
        for parts in (["train"], ["test"], ["train", "test"]):
            dataset = shutil.copytree(tmp_path / "dataset", tmp_path / f"{number} {parts}")
            mine = [dataset / part / "bike" / "mine.jpg" for part in parts]
            for path in mine:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"mine")
            with filling(dataset):  # clears up, and does not mind them
                assert {path.name for path in dataset.iterdir()} <= {"train", "test", "SOURCE", ".lock"}
            with suppress(Problem), filling(dataset), publishing(dataset, "newer") as incoming:
                check_replaceable(dataset)
                web.put_pictures(incoming, b"newer")
            assert [path.read_bytes() for path in mine] == [b"mine"] * len(mine), f"step {number}"
            assert {path.name for path in dataset.iterdir()} <= {"train", "test", "SOURCE", ".lock"}


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_download_leaves_nothing_that_the_next_run_does_not_clear(server, home, signum):
    before = web.files_below(home)
    with start_download(home, *server.get("stalled")) as script:
        wait_for(lambda: any(path.stat().st_size for path in (home / "dataset/.incoming").glob("*")))
        script.send_signal(signum)
        _, stderr = script.communicate(timeout=30)
    if signum == signal.SIGINT:
        assert script.returncode == 130
        assert stderr.count("\n") == 1
        assert web.files_below(home) == before
    done = download(home, *server.get())
    assert (done.returncode, done.stderr) == (0, "")
    assert_good_pictures(home)


@pytest.mark.parametrize(
    "moment", ["image_0030.jpg", "os.rename.*caltech-101.zip", "os.rename.*.complete", "os.rename.*dataset/test'"]
)
@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGINT])
def test_a_run_stopped_while_it_unpacks_or_moves_is_completed_by_the_next(server, home, signum, moment):
    first, _, last = moment.partition(".*")
    done = download(home, *server.get(), before=strike(signum, lambda step: first in step and last in step))
    assert done.returncode == (130 if signum == signal.SIGINT else -signum)
    done = download(home, *server.get())
    assert (done.returncode, done.stderr) == (0, "")
    assert_good_pictures(home)
    assert len(server.asked) <= 1 + ("zip" in moment)


def test_of_two_downloads_at_once_one_waits_and_both_end_well(server, home):
    with start_download(home, *server.get("slow")) as one, start_download(home, *server.get("slow")) as other:
        outputs = [script.communicate(timeout=60) for script in (one, other)]
    assert (one.returncode, other.returncode) == (0, 0)
    assert sorted(stderr for _, stderr in outputs) == ["", f"waiting: another run is filling {home / 'dataset'}\n"]
    assert sorted("nothing to do" in stdout for stdout, _ in outputs) == [False, True]
    assert server.asked == ["/slow"]
    assert_good_pictures(home)


def test_a_run_that_waits_for_another_takes_over_when_that_is_killed(server, home):
    with start_download(home, *server.get("stalled")) as one:
        wait_for(lambda: server.asked)
        with start_download(home, *server.get()) as other:
            assert "waiting" in other.stderr.readline()
            one.kill()
            other.communicate(timeout=60)
    assert other.returncode == 0
    assert_good_pictures(home)


# ------------------------------------------------------------------ disks and folders


@pytest.fixture
def small_disk(home):
    """A function that puts the data set on a disk of its own, of so many bytes."""
    disk = home / "disk"

    def make(size):
        disk.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk], capture_output=True, text=True
        )
        if mounted.returncode:
            pytest.skip(f"needs the right to mount a small disk ({mounted.stderr.strip()}): run the tests as root")
        shutil.rmtree(home / "dataset")
        web.put_drawn_pictures(disk / "dataset")
        (home / "dataset").symlink_to(disk / "dataset")

    yield make
    if disk.is_mount():
        subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("size, moment", [("100k", "downloading"), ("400k", "unpacking")])
def test_a_full_disk_costs_nothing_but_the_run(server, home, small_disk, size, moment):
    small_disk(size)
    before = web.files_below(home / "disk")
    error = assert_one_error(download(home, *server.get()))
    assert "No space left on device" in error
    assert "make room" in error
    assert ", line " not in error, "the place in the code stands where the user's folder should"
    after = web.files_below(home / "disk")
    assert (after.pop("dataset/caltech-101.zip", None) is None) == (moment == "downloading")
    assert after == before


@pytest.mark.parametrize("way", ["--url", "--archive"])
def test_a_limit_on_file_sizes_is_a_full_disk(server, home, way):
    (home / "my.zip").write_bytes(web.good_zip())
    before = web.files_below(home)
    args = server.get() if way == "--url" else ["--archive", home / "my.zip"]
    limit = 10_000 if way == "--url" else 400  # below the size of the zip, and of a picture

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        web.run_small()

    done = download(home, *args, before=limited)
    assert "File too large" in assert_one_error(done)
    assert web.files_below(home) == before


def download_without_rights(home, *args):
    """As a user who may not do everything: root does without its right to read and write everywhere."""
    prefix = []
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root may write everywhere: run the tests as another user, or install setpriv")
        prefix = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    with start_download(home, *args, prefix=prefix) as script:
        return subprocess.CompletedProcess([], script.wait(60), script.stdout.read(), script.stderr.read())


def test_a_dataset_folder_that_cannot_be_written_is_an_error(server, home):
    before = web.files_below(home)
    (home / "dataset").chmod(0o555)
    done = download_without_rights(home, *server.get())
    (home / "dataset").chmod(0o755)
    error = assert_one_error(done)
    assert "Permission denied" in error
    assert str(home / "dataset") in error
    assert web.files_below(home) == before
    assert server.asked == []


def test_an_archive_that_cannot_be_read_is_not_called_damaged(home):
    archive = home / "my.zip"
    archive.write_bytes(web.good_zip())
    before = web.files_below(home)
    archive.chmod(0)
    done = download_without_rights(home, "--archive", archive)
    archive.chmod(0o644)
    error = assert_one_error(done)
    assert f"Permission denied: {archive} - allow" in error
    assert web.files_below(home) == before


@pytest.mark.parametrize("where", ["file", "file/dataset", "link"])
def test_a_dataset_path_that_is_no_folder_is_an_error(server, home, where):
    (home / "file").write_bytes(b"a file")
    (home / "link").symlink_to("nowhere/at/all")
    before = web.files_below(home)
    done = run_forked(SCRIPT, "--dataset", home / where, *server.get(), before=web.run_small)
    assert str(home / where) in assert_one_error(done)
    assert web.files_below(home) == before
    assert server.asked == []


# ------------------------------------------------------------------ streams that are closed


@pytest.mark.parametrize("way", ["--url", "--archive"])
def test_a_reader_that_goes_away_is_told_in_one_line(server, home, way):
    (home / "my.zip").write_bytes(web.good_zip())
    read, write = os.pipe()
    os.close(read)
    args = server.get() if way == "--url" else ["--archive", home / "my.zip"]
    with start_download(home, *args, stdout=write) as script:
        os.close(write)
        _, stderr = script.communicate(timeout=60)
    assert script.returncode == 1
    assert stderr.startswith("error: the program that read the output ended early")
    assert stderr.count("\n") == 1


def test_without_stdout_and_stderr_the_pictures_still_come(server, home):
    with start_download(home, *server.get(), preexec_fn=lambda: os.closerange(1, 3)) as script:
        assert script.wait(60) == 0
    assert_good_pictures(home)
