"""What the tests share: small pictures, the drawn ones, the real photographs, a screen, and a copy of the project.

Two worlds are told in lessons/README.md: the 1,600 drawn pictures, and the real photographs, which need the variable
CALTECH101_ARCHIVE. Quick tests run in both (fixture world), if both are there; the drawn pictures are if dataset/ has
them, or if there are no photographs. What takes seconds runs in one (fixture one_world), the photographs or else the
drawn pictures; and what takes longest on a small data set (fixture small_world), of which nothing is told.

    python -m pytest -m ""    runs all in both worlds: whenever a number of a lesson may have changed
"""

import contextlib
import functools
import hashlib
import io
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # tests run side by side
os.environ.pop("DISPLAY", None)  # no window but where a test opens a screen of its own
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell runs the tests behind

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
sys.path.insert(0, str(ROOT / "lessons"))
sys.path.insert(0, str(ROOT))

import common
import prepare_data
import train
from dataset.download_caltech101 import download_photographs
from dataset.draw_pictures import CLASSES, SEED, draw_and_save, draw_pictures
from dataset.folders import DATASET, SPLITS

# ------------------------------------------------------------------ pictures


def photo(seed=0, width=90, height=60, mode="RGB"):
    """A picture of 6 x 4 blocks of colour, another one for each seed."""
    rng = np.random.default_rng(seed)
    blocks = rng.integers(0, 256, (4, 6, 3), dtype=np.uint8)
    picture = Image.fromarray(blocks).resize((width, height), Image.Resampling.BOX)
    return picture.convert(mode)


def save_photo(path, seed=0, width=90, height=60, mode="RGB", **options):
    """Write photo(...) as a file, and make its folder. options: those of Pillow's save."""
    path.parent.mkdir(parents=True, exist_ok=True)
    photo(seed, width, height, mode).save(path, **options)
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


# ------------------------------------------------------------------ made once, for all test processes


def project_has_them_drawn():
    """True if dataset/ holds the 1,600 pictures that today's code draws: some are drawn anew and compared."""
    for label, class_name in enumerate(CLASSES):
        for split, count, number in (("train", 750, 1), ("test", 50, 800)):
            pictures = DATASET / split / class_name
            if len(list(pictures.glob("drawn_*.jpg"))) != count:
                return False
            with tempfile.TemporaryDirectory() as folder:
                again = Path(folder) / "again.jpg"
                draw_and_save((class_name, [SEED, label, number], again))
                same = again.read_bytes() == (pictures / f"drawn_{number:04d}.jpg").read_bytes()
            if not same:
                return False
    return True


HAS_PHOTOGRAPHS = "CALTECH101_ARCHIVE" in os.environ
ALREADY_DRAWN = project_has_them_drawn()  # else it takes half a minute
ALL_DRAWN_LATER = pytest.param("all_drawn", marks=pytest.mark.every_number)
PHOTOGRAPHS_LATER = pytest.param("photographs", marks=pytest.mark.every_number)

WORLDS = ["all_drawn", "photographs"]
ONE_WORLD = ["all_drawn", PHOTOGRAPHS_LATER]
if HAS_PHOTOGRAPHS:
    ONE_WORLD = ["photographs", ALL_DRAWN_LATER]
if HAS_PHOTOGRAPHS and not ALREADY_DRAWN:
    WORLDS = [ALL_DRAWN_LATER, "photographs"]


def made_once(tmp_path_factory, name, make):
    """A folder that the first of the test processes makes, for all of them. Nobody changes it.

    make: a function of the folder that fills it.
    """
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # the folder that all test processes share
    folder = base / name
    try:
        folder.mkdir()
    except FileExistsError:
        wait_for((base / f"{name}.done").exists, 170)
        return folder

    try:
        make(folder)
    finally:
        (base / f"{name}.done").touch()
    return folder


class Once:
    """A function of the lessons that learns from many pictures, for all test processes: no neuron learns twice.

    Lessons that ask for the same neuron get what the first of them has computed.
    """

    folder = None  # where the results are kept

    def __init__(self, function):
        self.function = function
        functools.update_wrapper(self, function)

    def __call__(self, X, *more, **named):
        if X.size < 1e6 or Once.folder is None:
            return self.function(X, *more, **named)
        if "K" in named and named["K"] is None:
            del named["K"]

        name = hashlib.sha1(self.function.__name__.encode())
        for argument in [X, *more, *sorted(named.items())]:
            add_to_hash(name, argument)
        path = Once.folder / name.hexdigest()
        if not path.exists():
            result = self.function(X, *more, **named)
            unfinished = path.with_suffix(f".{os.getpid()}")
            unfinished.write_bytes(pickle.dumps(result))
            unfinished.replace(path)
        return pickle.loads(path.read_bytes())


def add_to_hash(name, argument):
    """An array by its numbers, anything else by its text; a pair by both of its parts."""
    if isinstance(argument, tuple):
        for part in argument:
            add_to_hash(name, part)
    elif isinstance(argument, np.ndarray):
        name.update(f"{argument.shape} {argument.dtype} {argument.flags.c_contiguous}".encode())
        name.update(argument.tobytes("A"))
    else:
        name.update(repr(argument).encode())


# Before any lesson is imported, and takes them.
common.gram_matrix = Once(common.gram_matrix)
common.fit = Once(common.fit)


@pytest.fixture(scope="session", autouse=True)
def learn_once(tmp_path_factory):
    """Keeps what the functions of class Once compute."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    Once.folder = base / "once"
    Once.folder.mkdir(exist_ok=True)


def prepare_and_train(folder, *options):
    """Both scripts on a data set; what they print is kept in printed.txt."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        prepare_data.main(["--dataset", str(folder)])
        train.main(["--dataset", str(folder), *options])
    (folder / "printed.txt").write_text(printed.getvalue(), encoding="utf-8")


def make_drawn(folder):
    draw_pictures(folder, per_class=64)
    prepare_and_train(folder, "--epochs", "300")


@pytest.fixture(scope="session")
def drawn(tmp_path_factory):
    """A small drawn data set, 60 training and 4 test pictures of each class, its arrays, and a trained neuron."""
    return made_once(tmp_path_factory, "drawn", make_drawn)


def optimize_fast(w, b, X, Y, epochs, lr):
    """Does what train.optimize does, to six digits, by fit of the lessons: in 2 seconds and not in 30."""
    w, b, costs = common.fit(X, Y, epochs, lr)
    for k, cost in enumerate(costs):
        print(f"cost after {100 * k} epochs: {cost:.6f}")
    return {"w": w, "b": b}, None, costs


def make_all_drawn(folder):
    if ALREADY_DRAWN:
        for split in SPLITS:
            shutil.copytree(DATASET / split, folder / split)
    else:
        draw_pictures(folder)

    with pytest.MonkeyPatch.context() as patch:
        if HAS_PHOTOGRAPHS:  # they show that train.py's own loop gets the same
            patch.setattr(train, "optimize", optimize_fast)
        prepare_and_train(folder)


@pytest.fixture(scope="session")
def all_drawn(tmp_path_factory):
    """The 1,600 drawn pictures, their arrays, and a trained neuron: what a learner without a network has."""
    return made_once(tmp_path_factory, "all_drawn", make_all_drawn)


@pytest.fixture(scope="session")
def archive():
    """The path of the real photographs, given by CALTECH101_ARCHIVE."""
    if not HAS_PHOTOGRAPHS:
        pytest.skip("needs real photographs: set CALTECH101_ARCHIVE to the path of caltech-101.zip")
    return Path(os.environ["CALTECH101_ARCHIVE"]).resolve()


def make_photographs(folder):
    download_photographs(folder, Path(os.environ["CALTECH101_ARCHIVE"]).resolve())
    prepare_and_train(folder)


@pytest.fixture(scope="session")
def photographs(archive, tmp_path_factory):
    """The real photographs, their arrays, and a trained neuron: what a learner with a network has."""
    return made_once(tmp_path_factory, "photographs", make_photographs)


@pytest.fixture(params=WORLDS[:1])
def drawn_world(request):
    """The 1,600 drawn pictures alone."""
    return request.getfixturevalue(request.param)


@pytest.fixture(params=WORLDS)
def world(request):
    """Both worlds, one after the other; the second is skipped where there are no photographs."""
    return request.getfixturevalue(request.param)


@pytest.fixture(params=ONE_WORLD)
def one_world(request):
    """For tests that take seconds: the photographs where they are, else the drawn pictures."""
    return request.getfixturevalue(request.param)


@pytest.fixture(params=[PHOTOGRAPHS_LATER, ALL_DRAWN_LATER])
def each_world(request):
    """For tests that take longest, and that a small data set has others for."""
    return request.getfixturevalue(request.param)


@pytest.fixture(params=["drawn", PHOTOGRAPHS_LATER, ALL_DRAWN_LATER])
def small_world(request):
    """For tests that take longest: the small drawn data set."""
    return request.getfixturevalue(request.param)


def order(item):
    """Tests are sorted by this, so that neither of two processes waits for the other.

    Each gets one half of the tests, and when it is through, it takes over some from the end of the other's. So one
    process begins with the photographs and what takes longest, and the other ends with the drawn pictures.
    """
    if "one_world" in item.fixturenames:
        return 0
    if "photographs" in item.fixturenames or "photographs" in item.name:
        return 1
    if "all_drawn" in item.fixturenames or "all_drawn" in item.name:
        return 3
    return 2


def pytest_collection_modifyitems(items):
    items.sort(key=order)


def assert_told(lesson, world, numbers):
    """The table of lessons/README.md has these numbers. numbers: a dict, what -> the number as it is printed.

    Of the small drawn data set nothing is told.
    """
    if world.name != "drawn":
        for what, number in numbers.items():
            assert told(lesson, what, world) == number, what


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


# ------------------------------------------------------------------ scripts


def environment_with(changes):
    """The environment of a script that a test starts. changes: a dict; None takes a variable out."""
    environment = dict(os.environ)
    environment["COLUMNS"] = "100"
    environment["PYTHONUTF8"] = "1"
    for name, value in changes.items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = str(value)
    return environment


def script_command(script, args):
    """The words that start a script of the project, or of a copy of it, in a new Python."""
    return [sys.executable, str(ROOT / script)] + [str(arg) for arg in args]


def run_script(script, *args, cwd=ROOT, **environment):
    """Run a script in a new Python as a user does; returns a CompletedProcess with text.

    environment: variables, for example DISPLAY=":1"; None takes one out.
    """
    return subprocess.run(
        script_command(script, args),
        cwd=cwd,
        env=environment_with(environment),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=170,
    )


def copy_project(folder, edits=()):
    """A copy of the project's code, in which a learner has edited something; returns its folder.

    edits: for each the file, a text that is in it, and what stands in its place.
    """
    for pattern in ("*.py", "dataset/*.py", "dataset/drawing/*.py", "lessons/**/*"):
        for path in ROOT.glob(pattern):
            ours = not path.name.startswith("my_") and path.suffix != ".pyc"
            if ours and path.is_file():
                copy = folder / path.relative_to(ROOT)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy)

    for file, old, new in edits:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"{file} does not say {old!r}"
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return folder


# What learners try.
GREY = "    array = array.mean(axis=2, keepdims=True)  # (64, 64, 1)"
FLATTEN = "    flat = array.flatten()"
EXPERIMENTS = {
    "without / 255": [("prepare_data.py", "return column / 255", "return column")],
    "IMAGE_SIZE 32": [("prepare_data.py", "IMAGE_SIZE = 64", "IMAGE_SIZE = 32")],
    "IMAGE_SIZE 40": [("prepare_data.py", "IMAGE_SIZE = 64", "IMAGE_SIZE = 40")],
    "IMAGE_SIZE 100": [("prepare_data.py", "IMAGE_SIZE = 64", "IMAGE_SIZE = 100")],
    "IMAGE_SIZE 128": [("prepare_data.py", "IMAGE_SIZE = 64", "IMAGE_SIZE = 128")],
    "EPOCHS 50": [("train.py", "EPOCHS = 2000", "EPOCHS = 50")],
    "grey pictures": [
        ("prepare_data.py", "N = IMAGE_SIZE * IMAGE_SIZE * 3", "N = IMAGE_SIZE * IMAGE_SIZE"),
        ("prepare_data.py", FLATTEN, GREY + "\n" + FLATTEN),
    ],
    "labels 1 and 2": [("prepare_data.py", "Y[0, k] = label", "Y[0, k] = label + 1")],
}
ROOMS = ["dataset", "prepare_data", "train", "predict_demo"]
ROOMS += [path.stem for path in ROOT.glob("lessons/*")]


def take_out_the_project():
    """Take the project's modules out of Python's memory, so that they are imported anew; returns them in a dict."""
    modules = {}
    for name in list(sys.modules):
        if name.split(".")[0] in ROOMS:
            modules[name] = sys.modules.pop(name)
    return modules


@pytest.fixture
def experiment(tmp_path, monkeypatch):
    """A function: the name of an experiment -> the folder of a copy of the project with this edit.

    For this test, `import train` and its like (also importlib.import_module("border_only")) take that copy.
    """
    folder = tmp_path / "project"
    modules = take_out_the_project()
    monkeypatch.setattr(sys, "path", [str(folder), str(folder / "lessons"), *sys.path])

    def edit(name):
        return copy_project(folder, EXPERIMENTS[name])

    yield edit
    take_out_the_project()
    sys.modules.update(modules)


@pytest.fixture
def own_pictures(drawn, tmp_path):
    """A data set with the pictures of drawn, 60 + 4 of each class, not yet prepared."""
    folder = tmp_path / "own"
    for split in ("train", "test"):
        shutil.copytree(drawn / split, folder / split)
    return folder


# ------------------------------------------------------------------ a screen


def wait_for(condition, seconds=60):
    """The first true value of condition(); fails if it does not come."""
    deadline = time.monotonic() + seconds
    found = condition()
    while not found:
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)
        found = condition()
    return found


def xdotool(*words):
    """What the program xdotool prints: it presses keys, moves the mouse and finds windows."""
    command = ["xdotool"] + [str(word) for word in words]
    return subprocess.run(command, capture_output=True, text=True).stdout


def window_manager_is_ready():
    return xdotool("search", "--name", "TWM Icon Manager")


@pytest.fixture
def screen(monkeypatch):
    """A virtual screen with a window manager, for this test; gives the function xdotool."""
    for tool in ("Xvfb", "twm", "xdotool", "import"):
        if not shutil.which(tool):
            remedy = "apt-get install xvfb twm xdotool imagemagick"
            pytest.skip(f"needs a virtual screen: {remedy} ({tool} is missing)")

    # Xvfb chooses a free number, and writes it into this pipe.
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x1024x24", "-noreset"]
    command += ["-nolisten", "tcp"]
    nowhere = subprocess.DEVNULL
    server = subprocess.Popen(command, pass_fds=[write], stdout=nowhere, stderr=nowhere)
    os.close(write)
    with os.fdopen(read) as pipe:
        monkeypatch.setenv("DISPLAY", ":" + pipe.readline().strip())
    settings = Path(__file__).with_name("twmrc")
    manager = subprocess.Popen(["twm", "-f", str(settings)], stdout=nowhere, stderr=nowhere)

    try:
        wait_for(window_manager_is_ready)
        yield xdotool
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait()


def kill_a_writer(code, path, wait):
    """Start Python code that writes a file again and again; some seconds after the first one, kill -9 it."""
    path.unlink(missing_ok=True)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL) as writer:
        wait_for(path.exists)
        signal.sigtimedwait([], wait)
        writer.kill()
