"""For the tests of the download: a web server that behaves well or badly, and archives like that of Caltech-101.

The archives have the structure of the real one, with tiny pictures, and fewer of them where `run_small` unpacks
them. Everything is real: a server listens on a port of 127.0.0.1, and notes who asks.
"""

import gzip
import hashlib
import io
import os
import random
import sys
import tarfile
import threading
import time
import zipfile
from contextlib import contextmanager, suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from dataset import download_caltech101
from dataset.guards import run
from dataset.publish import filling, publishing

import filelock  # noqa: F401
import pooch  # noqa: F401
import requests  # noqa: F401
from PIL import Image

INNER = "caltech-101/101_ObjectCategories.tar.gz"
FEW = {"airplanes": 54, "Motorbikes": 52}
ALL = {"airplanes": 800, "Motorbikes": 798}


# ------------------------------------------------------------------ archives


@cache
def photographs(**counts):
    """The members of the tar.gz, {name: bytes}: as many pictures of each category as wanted, no two alike."""
    pictures = {}
    for category, count in (counts or FEW).items():
        for k in range(1, count + 1):
            name, content = f"101_ObjectCategories/{category}/image_{k:04d}.jpg", io.BytesIO()
            Image.new("RGB", (16, 8), (k % 256, 128, 128)).save(content, "JPEG", comment=name)
            pictures[name] = content.getvalue()
    return pictures


def member(name, kind=tarfile.REGTYPE, target=""):
    """An entry for a tar archive: a file, or a link to target, a directory, a device."""
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


def pack_tar_gz(contents):
    """The bytes of a tar.gz. contents: {name: bytes}, or pairs of a name or member() and bytes."""
    pairs = contents.items() if isinstance(contents, dict) else contents
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for entry, content in pairs:
            entry = member(entry) if isinstance(entry, str) else entry
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), compresslevel=1)


def pack_zip(tar_gz, name=INNER):
    """The bytes of a zip that holds a tar.gz under this name, and beside it what a Mac leaves."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("__MACOSX/caltech-101/._101_ObjectCategories.tar.gz", b"junk that is no tar.gz")
        archive.writestr(name, tar_gz)
        archive.writestr("caltech-101/show_annotation.m", b"% not for us")
    return packed.getvalue()


@cache
def good_zip(**counts):
    """An archive as Caltech-101 is, with two other categories, a stray file and a directory entry."""
    others = {
        "101_ObjectCategories/accordion/image_0001.jpg": random.Random(0).randbytes(200_000),
        "101_ObjectCategories/BACKGROUND_Google/tmp": b"a stray file",
        "101_ObjectCategories/Motorbikes/.DS_Store": b"what a Mac leaves",
    }
    folder = (member("101_ObjectCategories/airplanes", tarfile.DIRTYPE), b"")
    return pack_zip(pack_tar_gz([folder, *(photographs(**counts) | others).items()]))


def sha256(content):
    return hashlib.sha256(content).hexdigest()


# ------------------------------------------------------------------ the server


class Behaviour(BaseHTTPRequestHandler):
    """Answers http://127.0.0.1:port/NAME by the method NAME; stands in as a proxy that refuses, too."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(self.path)
        self.close_connection = True
        with suppress(OSError):  # the other side has gone
            if self.path.startswith("http://"):  # what a browser asks of a proxy
                return self.send_error(403)
            getattr(self, self.path[1:])()

    def do_CONNECT(self):
        self.server.asked.append(self.path)
        self.close_connection = True
        self.send_error(403)

    def log_message(self, *_):
        pass

    def send_head(self, status=200, **headers):
        self.send_response(status)
        self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def good(self):
        self.send_head(Content_Length=len(self.server.content))
        self.wfile.write(self.server.content)

    def without_length(self):
        self.send_head()
        self.wfile.write(self.server.content)

    def chunked(self):
        self.send_head(Transfer_Encoding="chunked")
        content = self.server.content
        for start in range(0, len(content), 50_000):
            piece = content[start : start + 50_000]
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def slow(self):
        content = self.server.content
        self.send_head(Content_Length=len(content))
        step = len(content) // 25 + 1
        for start in range(0, len(content), step):
            self.wfile.write(content[start : start + step])
            time.sleep(0.1)

    def stalled(self):
        self.send_head(Content_Length=len(self.server.content))
        self.wfile.write(self.server.content[: len(self.server.content) // 2])
        self.server.closing.wait(60)

    def silent(self):
        self.server.closing.wait(60)

    def dropped(self):
        self.send_head(Content_Length=len(self.server.content))
        self.wfile.write(self.server.content[: len(self.server.content) // 2])

    def dropped_chunked(self):
        self.send_head(Transfer_Encoding="chunked")
        self.wfile.write(b"fffff\r\n" + self.server.content[:1000])

    def hung_up(self):
        """Close the connection without a word."""

    def gibberish(self):
        self.wfile.write(b"\x00\x01 no HTTP at all\r\n\r\n")

    def html(self):
        page = b"<!DOCTYPE html><title>Please log in</title>"
        self.send_head(Content_Type="text/html", Content_Length=len(page))
        self.wfile.write(page)

    def empty(self):
        self.send_head(Content_Length=0)

    def damaged(self):
        content = bytearray(self.server.content)
        content[len(content) // 2] ^= 1
        self.send_head(Content_Length=len(content))
        self.wfile.write(content)

    def no_gzip(self):
        self.send_head(Content_Encoding="gzip", Content_Length=len(self.server.content))
        self.wfile.write(self.server.content)

    def missing(self):
        self.send_error(404)

    def broken(self):
        self.send_error(500)

    def redirect(self):
        self.send_head(302, Location="/good", Content_Length=0)

    def loop(self):
        self.send_head(302, Location="/loop", Content_Length=0)

    def astray(self):
        self.send_head(302, Location="ftp://127.0.0.1/caltech-101.zip", Content_Length=0)


class Server(ThreadingHTTPServer):
    """Serves `content`; `asked` are the paths that were asked for."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, content):
        super().__init__(("127.0.0.1", 0), Behaviour)
        self.content, self.asked, self.closing = content, [], threading.Event()

    def url(self, behaviour="good"):
        return f"http://127.0.0.1:{self.server_port}/{behaviour}"

    def get(self, behaviour="good"):
        """What to give the script so that it fetches from here: its arguments."""
        return ["--url", self.url(behaviour), "--sha256", sha256(self.content)]


@contextmanager
def serving(content):
    """A Server that runs while the block does."""
    with Server(content) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield server
        server.closing.set()
        server.shutdown()


def running_server():
    """For pytest.fixture: a Server with the good archive."""
    with serving(good_zip()) as server:
        yield server


# ------------------------------------------------------------------ scripts and folders


def run_small(**constants):
    """For run_forked(before=...): run download_caltech101 for few pictures, and with other constants, like TIMEOUT."""
    few = {category: (name, FEW[category]) for category, (name, _) in download_caltech101.CLASSES.items()}
    vars(download_caltech101).update(CLASSES=few, **constants)
    run(download_caltech101.main)
    sys.exit(0)


def files_below(folder, with_times=False):
    """Every file below a folder, {path in it: content}, and what else is there, except for locks."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"link to {path.readlink()}"
        elif path.is_dir():
            if not any(path.iterdir()):
                found[name] = "empty folder"
        elif path.name != ".lock":
            found[name] = (path.read_bytes(), path.stat().st_mtime_ns) if with_times else path.read_bytes()
    return found


def put_drawn_pictures(dataset, content=b"drawn"):
    """Put files into train/ and test/ as draw_pictures.py does, which other scripts of ours may replace."""
    with filling(dataset), publishing(dataset, "drawn by draw_pictures.py") as incoming:
        put_pictures(incoming, content)


def put_pictures(dataset, content=b"my own"):
    """Put a file into each class folder."""
    for part in ("train", "test"):
        for class_name in ("airplane", "bike"):
            (dataset / part / class_name).mkdir(parents=True, exist_ok=True)
            (dataset / part / class_name / "a.jpg").write_bytes(content)


def read_terminal(terminal):
    """All that a program writes to the terminal whose other end this is."""
    shown = b""
    with suppress(OSError):  # how Linux says that the program has closed its end
        while piece := os.read(terminal, 10_000):
            shown += piece
    os.close(terminal)
    return shown.decode()
