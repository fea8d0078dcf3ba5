"""dataset/draw_pictures.py: the pictures for learners without a network, and what they must and must not betray."""

import hashlib
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from conftest import ROOT, environment_with
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from dataset import draw_pictures
from train import load_arrays

# A script that draws, in a folder and with a way to start processes that are named on its command line.
DRAW = """
import multiprocessing
import sys
from pathlib import Path
from dataset import draw_pictures

if __name__ == "__main__":
    draw_pictures.FEW = 0  # other processes help with the first picture
    multiprocessing.set_start_method(sys.argv[2])
    draw_pictures.draw_pictures(Path(sys.argv[1]), per_class=int(sys.argv[3]))
"""


def contents(folder):
    """A dict: the name of each picture in a folder -> the bytes of its file."""
    files = {}
    for path in folder.rglob("*.jpg"):
        files[path.relative_to(folder).as_posix()] = path.read_bytes()
    return files


def drawn_by(folder, seed):
    folder.mkdir()
    draw_pictures.draw_pictures(folder, per_class=4, seed=seed)
    return contents(folder)


def test_the_same_seed_draws_the_same_pictures_and_another_seed_others(tmp_path):
    one = drawn_by(tmp_path / "one", 3)
    same = drawn_by(tmp_path / "same", 3)
    other = drawn_by(tmp_path / "other", 0)

    assert one == same
    assert one.keys() == other.keys()
    for name in one:
        assert one[name] != other[name]

    expected = []
    for class_name in ("airplane", "bike"):
        expected.append(f"test/{class_name}/drawn_0004.jpg")
        for number in (1, 2, 3):
            expected.append(f"train/{class_name}/drawn_000{number}.jpg")
    assert sorted(one) == sorted(expected)


def test_what_is_there_is_never_replaced(tmp_path):
    before = drawn_by(tmp_path / "one", 3)
    with pytest.raises(SystemExit, match="train is there already"):
        draw_pictures.draw_pictures(tmp_path / "one", per_class=2)
    assert contents(tmp_path / "one") == before


def test_the_pixels_are_those_of_always(drawn):
    """Pixels, not files: another version of Pillow may compress them otherwise."""
    hashed = hashlib.sha256()
    for label, class_name in enumerate(("airplane", "bike")):
        for number in range(1, 41):
            rng = np.random.default_rng([4, label, number])
            picture = draw_pictures.draw_picture(class_name, rng)
            hashed.update(np.asarray(picture).tobytes())
    assert hashed.hexdigest()[:16] == "2d6674e92fa92f6c"

    with Image.open(drawn / "train/bike/drawn_0040.jpg") as saved:
        assert (saved.format, saved.mode, saved.size) == ("JPEG", "RGB", picture.size)
        assert np.abs(np.asarray(saved).astype(float) - picture).mean() < 3


def share_right(train, test, rows):
    """The share of the test that scikit-learn's logistic regression gets right from these rows of X alone."""
    learner = make_pipeline(StandardScaler(), LogisticRegression(C=1e-4, max_iter=300))
    learner.fit(train.X[rows].T, train.Y[0])
    return learner.score(test.X[rows].T, test.Y[0])


def test_the_machine_tells_the_class_and_the_frame_does_not(drawn_world):
    train, test = load_arrays(drawn_world)
    assert (train.X.shape, test.X.shape) == ((12288, 1500), (12288, 100))

    in_the_frame = np.ones((64, 64, 3), bool)
    in_the_frame[4:60, 4:60] = False
    frame = in_the_frame.ravel()
    assert share_right(train, test, ~frame) >= 0.9
    assert share_right(train, test, frame) <= 0.65


def full_disk(path, content):
    raise OSError(28, "No space left")


def test_a_full_disk_leaves_nothing_half_drawn(tmp_path, monkeypatch):
    monkeypatch.setattr("pathlib.Path.write_bytes", full_disk)
    with pytest.raises(OSError, match="No space left"):
        draw_pictures.draw_pictures(tmp_path, per_class=2)
    assert not list(tmp_path.iterdir())


# ------------------------------------------------------------------ on all cores


def start_drawing(tmp_path, method, per_class):
    """Start DRAW in a session of its own, as a terminal does. It draws into tmp_path/pictures."""
    script = tmp_path / "draw.py"
    script.write_text(DRAW, encoding="utf-8")
    (tmp_path / "pictures").mkdir()
    command = [sys.executable, script, tmp_path / "pictures", method, str(per_class)]
    return subprocess.Popen(
        command,
        env=environment_with({"PYTHONPATH": ROOT}),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def processes_of(session):
    """The processes that live in the session of a process that was started."""
    listed = subprocess.run(["ps", "-eo", "sid=,stat="], capture_output=True, text=True).stdout
    living = []
    for line in listed.splitlines():
        number, state = line.split()
        if int(number) == session and not state.startswith("Z"):
            living.append(line)
    return living


@pytest.mark.skipif(os.name == "nt", reason="Windows has no fork, and other sessions")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_other_processes_draw_the_same_pictures(tmp_path, method):
    process = start_drawing(tmp_path, method, 8)
    _, errors = process.communicate(timeout=100)
    assert (process.returncode, errors) == (0, "")

    drawn = contents(tmp_path / "pictures")
    assert len(drawn) == 16
    for label, class_name in enumerate(("airplane", "bike")):
        path = tmp_path / "alone.jpg"
        draw_pictures.draw_and_save((class_name, [4, label, 8], path))
        assert drawn[f"test/{class_name}/drawn_0008.jpg"] == path.read_bytes()


ENDS = [
    ("fork", "Ctrl-C"),
    ("fork", "Ctrl-C twice"),
    ("fork", "the main process is killed"),
    ("spawn", "Ctrl-C"),
]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no sessions")
@pytest.mark.parametrize(("method", "how"), ENDS)
def test_the_end_of_one_is_the_end_of_all(tmp_path, method, how):
    pictures = tmp_path / "pictures"
    process = start_drawing(tmp_path, method, 800)
    while not contents(pictures):
        assert process.poll() is None
        time.sleep(0.05)

    if how == "the main process is killed":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGINT)
    if how == "Ctrl-C twice":
        os.killpg(process.pid, signal.SIGINT)

    _, errors = process.communicate(timeout=100)
    while processes_of(process.pid):
        time.sleep(0.05)
    if how != "the main process is killed":
        assert errors.count("Traceback") == 1  # of the main process, as in any script
        assert errors.endswith("KeyboardInterrupt\n")
        assert not list(pictures.iterdir())
