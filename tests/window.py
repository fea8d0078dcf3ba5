"""For the tests of the demo: a neuron that tells bright from dark, and a learner in front of a real window.

The neuron is not trained but written down: it says bike to a bright picture and airplane to a dark one, the surer the
brighter or darker. So a test decides what is right and wrong by painting pictures.
"""

import ctypes
import os
import re
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from prepare_data import IMAGE_SIZE, picture_readers
from train import save_model

import numpy as np
import pytest
from conftest import ROOT, become_script, clean_environment
from PIL import Image

DARK, BRIGHT = (60, 50, 40), (200, 210, 220)
TITLE = "any key: next"
PATIENCE = 20  # seconds until something that must happen is called missing


# ------------------------------------------------------------------ a neuron, and pictures for it


def paint(path, colour=DARK, size=(60, 40), **options):
    """A picture of one colour, with a corner of another, so that one sees which way is up."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", size, colour)
    picture.paste((90, 160, 40), (0, 0, max(1, size[0] // 4), max(1, size[1] // 4)))
    picture.save(path, **options)
    return path


def write_neuron(path, class_names=("airplane", "bike"), sureness=2.0):
    """A model file as train.py writes it, whose neuron says class 1 to what is brighter than middle grey."""
    n = IMAGE_SIZE * IMAGE_SIZE * 3
    w = np.full((n, 1), 10 * sureness / n, np.float32)
    numbers = {"w": w, "b": np.float32(-5 * sureness), "costs": [0.1], "learning_rate": 0.01, "epochs": 1}
    save_model(path, numbers, list(class_names), "painted")
    return path


def make_world(folder, each=3):
    """A model, and a data set with `each` test pictures of each class, the first of each wrong; the demo's options."""
    dataset = folder / "dataset"
    for class_name, colour, other in (("airplane", DARK, BRIGHT), ("bike", BRIGHT, DARK)):
        for k in range(each):
            shade = tuple(c + 3 * k for c in (colour if k else other))
            paint(dataset / "test" / class_name / f"image_{k}.png", shade)
        paint(dataset / "train" / class_name / "image.png", colour)
    write_neuron(folder / "results" / "model.h5")
    picture_readers()  # Keras, here once, so that every copy of this process has it
    return {"--dataset": dataset, "--model": folder / "results" / "model.h5", "--save": folder / "demo"}


def as_arguments(options):
    """A dictionary of options as a list of arguments."""
    return [text for pair in options.items() for text in pair]


class Line(NamedTuple):
    """What the demo prints of one picture."""

    class_name: str
    sure: str
    word: str
    path: str


def printed(done):
    """The lines about pictures."""
    found = re.findall(r"^(\S.*?) {2,}(\d+\.\d%|over 99\.9%)  (right|wrong|     )  (.*)$", done.stdout, re.MULTILINE)
    return [Line(class_name, sure, word.strip(), path) for class_name, sure, word, path in found]


def without_privileges():
    """In a script's process: give up what lets root write into a read-only folder. Others need not."""
    if os.geteuid() == 0:
        header, nothing = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
        assert ctypes.CDLL(None).capset(header, nothing) == 0, "this root cannot give up its capabilities"


# ------------------------------------------------------------------ a learner in front of a window


class Learner:
    """Has started predict_demo.py, looks at the screen, presses keys, waits for the end."""

    def __init__(self, args, env, out, err):
        self.env, self.out, self.err, self.status = env, out, err, None
        self.pid = os.fork()  # as run_forked does, but without waiting for its end
        if self.pid == 0:
            become_script("predict_demo.py", args, ROOT, env, out, err, before=become_group)

    def demo_ended(self):
        """Whether the demo has ended."""
        if self.status is None and (ended := os.waitpid(self.pid, os.WNOHANG)) != (0, 0):
            self.status = os.waitstatus_to_exitcode(ended[1])
        return self.status is not None

    def demo(self):
        """What the demo has printed so far, and its exit status."""
        texts = [os.pread(file.fileno(), 1_000_000, 0).decode() for file in (self.out, self.err)]
        return subprocess.CompletedProcess("predict_demo.py", self.status, *texts)

    def tool(self, *command):
        """What xdotool or import print, on this display; nothing if they fail."""
        return subprocess.run(command, env=self.env, stdin=subprocess.DEVNULL, capture_output=True).stdout

    def wait_until(self, there, missing):
        """The first true value of there(); fails when the demo ends first, or after a while."""
        deadline = time.monotonic() + PATIENCE
        while not (found := there()):
            if self.demo_ended():
                pytest.fail(f"{missing}, but the demo ended: {self.demo()}")
            if time.monotonic() > deadline:
                pytest.fail(f"{missing} for {PATIENCE} s")
            time.sleep(0.02)
        return found

    def window(self):
        """The number of the window, once it is there."""
        search = ("xdotool", "search", "--onlyvisible", "--name", TITLE)
        return self.wait_until(lambda: self.tool(*search), "no window").split()[-1].decode()

    def files(self, folder):
        """The labelled pictures in this folder in the order in which the demo shows them."""
        self.window()
        sources = [Path(line.path) for line in printed(self.demo())]
        return [folder / f"{source.parent.name}-{source.stem}.png" for source in sources]

    def screenshot(self):
        """What is on the screen: (height, width, 3), blue, green, red."""
        import cv2

        png = self.tool("import", "-window", "root", "png:-")
        return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)

    def sees(self, file):
        """Whether this picture file is on the screen, pixel by pixel."""
        import cv2

        picture, screen = cv2.imread(str(file)), self.screenshot()
        height, width = picture.shape[:2]
        x, y = cv2.minMaxLoc(cv2.matchTemplate(screen, picture, cv2.TM_SQDIFF_NORMED))[2]
        return np.array_equal(screen[y : y + height, x : x + width], picture)

    def waits_for(self, file):
        """Fails if the picture file does not come to the screen."""
        self.window()
        self.wait_until(lambda: self.sees(file), f"{Path(file).name} is not on the screen")

    def press(self, *keys):
        self.tool("xdotool", "mousemove", "--window", self.window(), "30", "30")  # twm sends keys to what is there
        for key in keys:
            self.tool("xdotool", "key", key)

    def click_x_button(self):
        """Click where twm has put it: in the bar above the window, at its right end."""
        geometry = self.tool("xdotool", "getwindowgeometry", "--shell", self.window()).decode()
        place = {name: int(value) for name, _, value in (line.partition("=") for line in geometry.split())}
        # xdotool adds the height of the bar and the border twice
        x, y = place["X"] + place["WIDTH"] - 10, place["Y"] - 30
        self.tool("xdotool", "mousemove", str(x), str(y), "click", "1")

    def ends(self):
        """The CompletedProcess of the demo, which must end by itself now, and leave no process behind."""
        deadline = time.monotonic() + PATIENCE
        while not self.demo_ended() or self.processes():
            assert time.monotonic() < deadline, f"still running: {self.processes()}"
            time.sleep(0.02)
        return self.demo()

    def processes(self):
        """The processes of the demo's group."""
        listed = subprocess.run(["ps", "-eo", "pgid,stat,args"], capture_output=True, text=True).stdout.splitlines()
        fields = [line.split(None, 2) for line in listed[1:]]
        return [args for pgid, stat, args in fields if int(pgid) == self.pid and not stat.startswith("Z")]


def become_group():
    """In the demo's process: a group of its own, and Ctrl-C as for a user, whatever started these tests."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def learner_before(display, *args, **environment):
    """predict_demo.py running with a display, and the Learner in front of it."""
    env = clean_environment(DISPLAY=display, **environment)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        learner = Learner(args, env, out, err)
        try:
            yield learner
        finally:
            with suppress(OSError):
                os.killpg(learner.pid, signal.SIGKILL)
            if learner.status is None:
                os.waitpid(learner.pid, 0)
