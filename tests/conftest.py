"""What the tests share: a small drawn data set, scripts run as a user would, a screen, the real photographs.

Whole scripts run in two ways. `run_script` starts a new Python, as a user does; with Keras that takes seconds.
`run_forked` makes a copy of this process, in which the libraries are loaded already, and runs the same file from
its first line: the same exit status and output in a fraction of the time (where there is no fork it is run_script).
"""

import os
import pkgutil  # noqa: F401  # runpy needs it, and a forked copy without rights could not load it
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from contextlib import contextmanager
from pathlib import Path

import pytest
from sample_pictures import small_dataset

# A shell lets the programs in its background (pytest &) not hear Ctrl-C. The scripts that are tested must hear it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Tests run side by side. Matrix products with several threads each would then mostly wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def pytest_addoption(parser):
    parser.addoption("--neuron", metavar="FILE", help="test the seven functions in this file instead of train.py")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """With --neuron there are few tests, and their sentences matter: one process, and short output."""
    if config.getoption("--neuron"):
        config.option.numprocesses = 0
        config.option.dist = "no"
        config.option.tbstyle = "short"
        config.option.verbose = min(config.option.verbose, -1)  # without the lines about the machine


# ------------------------------------------------------------------ scripts


def clean_environment(**changes):
    """The environment for a script: no display unless a test gives one, no settings of this machine's Keras."""
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "KERAS_BACKEND")}
    env |= {"PYTHONUNBUFFERED": "", "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    env |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    return env | {k: str(v) for k, v in changes.items() if v is not None}


def run_script(script, *args, cwd=ROOT, env=None, timeout=120, **options):
    """Run a script of the project in a new Python; returns a CompletedProcess with text."""
    command = [sys.executable, str(ROOT / script), *map(str, args)]
    options = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True, "encoding": "utf-8"} | options
    return subprocess.run(command, cwd=cwd, env=env or clean_environment(), timeout=timeout, **options)


def run_forked(script, *args, cwd=ROOT, env=None, timeout=60, before=None):
    """Run a script of the project in a copy of this process; returns a CompletedProcess with text.

    before: a function called in the copy first, for example to lower a limit.
    """
    if not hasattr(os, "fork"):
        if before:
            pytest.skip("this system has no fork, which this test needs to change a limit inside the script")
        return run_script(script, *args, cwd=cwd, env=env, timeout=timeout)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            become_script(script, args, cwd, env or clean_environment(), out, err, before)
        deadline = time.monotonic() + timeout
        while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0):
            if time.monotonic() > deadline:
                os.kill(child, 9)
                os.waitpid(child, 0)
                raise subprocess.TimeoutExpired(script, timeout)
            time.sleep(0.002)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
    status = os.waitstatus_to_exitcode(ended[1])
    return subprocess.CompletedProcess([script, *args], status, *texts)


def become_script(script, args, cwd, env, out, err, before):
    """In the forked copy: never return, end with the script's exit status."""
    status = 1
    try:
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (out.fileno(), 1), (err.fileno(), 2)):
            os.dup2(source, target)
        sys.stdin, sys.stdout, sys.stderr = (
            open(fd, mode, encoding="utf-8", errors="backslashreplace")  # noqa: SIM115, PTH123
            for fd, mode in ((0, "r"), (1, "w"), (2, "w"))
        )
        os.environ.clear()
        os.environ.update(env)
        os.chdir(cwd)
        sys.argv = [str(ROOT / script), *map(str, args)]
        sys.path.insert(0, str((ROOT / script).parent))
        if before:
            before()
        runpy.run_path(str(ROOT / script), run_name="__main__")
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def assert_one_error(done, status=1):
    """The script failed as promised: its status, nothing but one `error: WHAT - REMEDY` line, no traceback."""
    lines = done.stderr.splitlines()
    errors = [line for line in lines if not line.startswith("warning: ")]
    assert done.returncode == status, f"status {done.returncode}, not {status}\n{done.stdout}\n{done.stderr}"
    assert len(errors) == 1, f"not one line but {len(errors)}:\n{done.stderr}"
    assert errors[0].startswith("error: "), errors[0]
    assert " - " in errors[0], f"no remedy: {errors[0]}"
    assert "Traceback" not in done.stderr + done.stdout
    return errors[0]


def wait_for(condition, seconds=30):
    """Wait until the condition is true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.005)


# ------------------------------------------------------------------ pictures, arrays, a model


@pytest.fixture
def small(tmp_path):
    """A data set of 3 training and 2 test pictures of each class, blocks of colour."""
    return small_dataset(tmp_path / "dataset")


@pytest.fixture(scope="session")
def drawn(tmp_path_factory):
    """A small drawn data set with its arrays: 60 training and 4 test pictures of each class. Do not change it."""
    dataset = tmp_path_factory.mktemp("drawn") / "dataset"
    for script, args in (("dataset/draw_pictures.py", ["--per-class", "64"]), ("prepare_data.py", [])):
        done = run_script(script, *args, "--dataset", dataset)
        assert done.returncode == 0, done.stderr
    return dataset


@pytest.fixture(scope="session")
def all_drawn(tmp_path_factory):
    """The 1,600 drawn pictures with their arrays, as step 1 makes them without a network. Do not change it."""
    dataset = tmp_path_factory.mktemp("all") / "dataset"
    dataset.mkdir()
    done = run_script("prepare_data.py", "--offline", "--dataset", dataset, timeout=170)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return dataset


@pytest.fixture(scope="session")
def trained(drawn, tmp_path_factory):
    """A results folder with a neuron trained on the small drawn data set. Do not change it."""
    results = tmp_path_factory.mktemp("trained") / "results"
    done = run_script("train.py", "--dataset", drawn, "--results", results, "--epochs", "300")
    assert done.returncode == 0, done.stderr
    return results


@pytest.fixture
def dataset(drawn, tmp_path):
    """A copy of the small drawn data set, to be changed."""
    return Path(shutil.copytree(drawn, tmp_path / "dataset"))


@pytest.fixture
def results(trained, tmp_path):
    """A copy of the results folder, to be changed."""
    return Path(shutil.copytree(trained, tmp_path / "results"))


@pytest.fixture(scope="session")
def caltech_archive():
    """The path of the real photographs, given by CALTECH101_ARCHIVE."""
    path = os.environ.get("CALTECH101_ARCHIVE")
    if not path:
        pytest.skip("needs real photographs: set CALTECH101_ARCHIVE to the path of caltech-101.zip")
    return Path(path).resolve()


@pytest.fixture(scope="session")
def caltech(caltech_archive, tmp_path_factory):
    """The real photographs as a data set with its arrays. Do not change it."""
    dataset = tmp_path_factory.mktemp("caltech") / "dataset"
    done = run_script("dataset/download_caltech101.py", "--archive", caltech_archive, "--dataset", dataset)
    assert done.returncode == 0, done.stderr
    done = run_script("prepare_data.py", "--dataset", dataset)
    assert done.returncode == 0, done.stderr
    return dataset


# ------------------------------------------------------------------ plots


def assert_red_above_0(image, positive, negative):
    """In an image of matplotlib's the pixel `positive` is red, `negative` blue, and 0 the middle of the scale."""
    colours = image.to_rgba(image.get_array())
    (red, _, blue), (other_red, _, other_blue) = colours[positive][:3], colours[negative][:3]
    assert red > blue and other_red < other_blue
    low, high = image.get_clim()
    assert low == -high < 0


# ------------------------------------------------------------------ a screen

TWM_SETTINGS = """
TitleFont "fixed"
MenuFont "fixed"
IconFont "fixed"
ResizeFont "fixed"
IconManagerFont "fixed"
RandomPlacement
NoDefaults
RightTitleButton ":xlogo" = f.delete
"""


@pytest.fixture
def screen(tmp_path):
    """A virtual screen of its own for each test: the value for DISPLAY."""
    with virtual_screen(tmp_path) as (_, display):
        yield display


@contextmanager
def virtual_screen(folder):
    """Xvfb with twm, a window manager whose windows have one button, an X that closes.

    Without a window manager Qt now and then leaves a new window unpainted; and without -noreset Xvfb starts anew
    whenever its last client leaves, and refuses whoever comes meanwhile.

    Yields:
        the process of Xvfb, and the value for DISPLAY.
    """
    for tool in ("Xvfb", "twm", "xdotool", "import"):
        if not shutil.which(tool):
            pytest.skip(f"needs a virtual screen: apt-get install xvfb twm xdotool imagemagick ({tool} is missing)")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-noreset"]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, pass_fds=[write], **silent)
    os.close(write)
    with os.fdopen(read) as pipe:
        display = ":" + pipe.readline().strip()
    settings = folder / "twmrc"
    settings.write_text(TWM_SETTINGS)
    environment = clean_environment(DISPLAY=display, LC_ALL="C")
    manager = subprocess.Popen(["twm", "-f", settings], env=environment, **silent)
    ready = ["xdotool", "search", "--name", "TWM Icon Manager"]  # made when twm has begun to manage windows
    deadline = time.monotonic() + 30
    while subprocess.run(ready, env=environment, **silent).returncode and time.monotonic() < deadline:
        time.sleep(0.02)
    try:
        yield server, display
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait()


@pytest.fixture
def free_port():
    """A port on 127.0.0.1 at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pytest_collection_modifyitems(config, items):
    """With --neuron only the tests of the seven functions run: those that use the fixture `neuron`."""
    if config.getoption("--neuron"):
        items[:] = [item for item in items if "neuron" in item.fixturenames]
