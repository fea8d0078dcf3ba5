"""What the tests share: small pictures, the drawn ones, the real photographs, a screen."""

import contextlib
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # tests run side by side: more threads would wait for each other
os.environ.pop("DISPLAY", None)  # no window but where a test opens a screen of its own
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell runs the tests in its background

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
sys.path[:0] = [str(ROOT), str(ROOT / "lessons")]

import prepare_data
import train
from dataset.download_caltech101 import download_photographs
from dataset.draw_pictures import draw_pictures


def pytest_collection_modifyitems(items):
    """The pictures are drawn first; what needs all of them comes last, so that no process has to wait."""

    def order(item):
        needs = [world in f"{item.name} {item.fixturenames}" for world in ("all_drawn", "photographs")]
        return "pixels_are_those_of_always" not in item.name, *needs

    items.sort(key=order)


def photo(seed=0, width=90, height=60, mode="RGB"):
    """A picture of 6 x 4 blocks of colour, another one for each seed."""
    blocks = np.random.default_rng(seed).integers(0, 256, (4, 6, 3), dtype=np.uint8)
    return Image.fromarray(blocks).resize((width, height), Image.Resampling.BOX).convert(mode)


def save_photo(path, *args, **options):
    """Write photo(...) as a file, and make its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    photo(*args).save(path, **options)
    return path


def small_dataset(folder, classes=("airplane", "bike"), train=3, test=2):
    """folder/train and folder/test with JPEG photos of two classes, no two alike; returns the folder."""
    seed = 0
    for split, count in (("train", train), ("test", test)):
        for class_name in classes:
            for number in range(count):
                save_photo(folder / split / class_name / f"{number}.jpg", seed)
                seed += 1
    return folder


@pytest.fixture
def small(tmp_path):
    """A data set of 3 training and 2 test pictures of each class, blocks of colour, not yet prepared."""
    return small_dataset(tmp_path / "dataset")


def made_once(tmp_path_factory, name, make):
    """A folder that the first of the test processes makes, for all of them. Nobody changes it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    try:
        folder.mkdir()
    except FileExistsError:
        while not (folder / "done").exists():
            time.sleep(0.1)
        return folder
    make(folder)
    (folder / "done").touch()
    return folder


@pytest.fixture(scope="session")
def drawn(tmp_path_factory):
    """A small drawn data set, 60 training and 4 test pictures of each class, its arrays, and a trained neuron."""

    def make(folder):
        draw_pictures(folder, per_class=64)
        prepare_data.main(["--dataset", str(folder)])
        train.main(["--dataset", str(folder), "--epochs", "300"])

    return made_once(tmp_path_factory, "drawn", make)


def prepare_and_train(folder):
    """Both scripts on a data set; what they print is kept in printed.txt."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        prepare_data.main(["--dataset", str(folder)])
        train.main(["--dataset", str(folder)])
    (folder / "printed.txt").write_text(printed.getvalue(), encoding="utf-8")


@pytest.fixture(scope="session")
def all_drawn(tmp_path_factory):
    """The 1,600 drawn pictures, their arrays, and a trained neuron: what a learner without a network has."""

    def make(folder):
        draw_pictures(folder)
        prepare_and_train(folder)

    return made_once(tmp_path_factory, "all_drawn", make)


@pytest.fixture(scope="session")
def archive():
    """The path of the real photographs, given by CALTECH101_ARCHIVE."""
    if not os.environ.get("CALTECH101_ARCHIVE"):
        pytest.skip("needs real photographs: set CALTECH101_ARCHIVE to the path of caltech-101.zip")
    return Path(os.environ["CALTECH101_ARCHIVE"]).resolve()


@pytest.fixture(scope="session")
def photographs(archive, tmp_path_factory):
    """The real photographs, their arrays, and a trained neuron: what a learner with a network has."""

    def make(folder):
        download_photographs(folder, archive)
        prepare_and_train(folder)

    return made_once(tmp_path_factory, "photographs", make)


@pytest.fixture(params=["all_drawn", "photographs"])
def world(request):
    """Both worlds, one after the other; the second is skipped where there are no photographs."""
    return request.getfixturevalue(request.param)


def numbers(text):
    """The numbers in a text, as they are written: 1,498 and 0.024571, +13.7 and 2e-05."""
    return [number.replace(",", "") for number in re.findall(r"[-+]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?", text)]


def told(lesson, what, world):
    """What the table of lessons/README.md tells of this world: the cell in the row of a lesson and a number."""
    table = (ROOT / "lessons" / "README.md").read_text(encoding="utf-8")
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[:2] == [lesson, what]:
            if world.name == "photographs":
                return cells[2]
            return cells[3]
    pytest.fail(f"lessons/README.md has no row for {lesson}: {what}")


def run_script(script, *args, cwd=ROOT, **environment):
    """Run a script in a new Python as a user does; returns a CompletedProcess with text."""
    command = [sys.executable, str(ROOT / script), *map(str, args)]
    env = os.environ | {"COLUMNS": "100", "PYTHONUTF8": "1"} | {name: str(value) for name, value in environment.items()}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8", timeout=170)


@pytest.fixture
def screen(monkeypatch):
    """A virtual screen with a window manager, for this test; xdotool as a function: what it prints for its words."""
    for tool in ("Xvfb", "twm", "xdotool", "import"):
        if not shutil.which(tool):
            pytest.skip(f"needs a virtual screen: apt-get install xvfb twm xdotool imagemagick ({tool} is missing)")
    read, write = os.pipe()
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[write], **silent)
    os.close(write)
    with os.fdopen(read) as pipe:
        monkeypatch.setenv("DISPLAY", ":" + pipe.readline().strip())
    settings = Path(__file__).with_name("twmrc")
    manager = subprocess.Popen(["twm", "-f", str(settings)], **silent)

    def xdotool(*words):
        return subprocess.run(["xdotool", *map(str, words)], capture_output=True, text=True).stdout

    try:
        wait_for(lambda: xdotool("search", "--name", "TWM Icon Manager"))  # it manages windows from now on
        yield xdotool
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait()


def wait_for(condition, seconds=60):
    """The first true value of condition(); fails if it does not come."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)
    return found
