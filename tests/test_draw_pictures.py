"""draw_pictures.py: the pictures for learners without a network, and the two numbers that they must meet."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import train
from prepare_data import load_arrays

import numpy as np
import pytest
from conftest import ROOT, assert_one_error, run_forked, wait_for
from PIL import Image


def pictures_in(dataset):
    return {p.relative_to(dataset).as_posix(): p.read_bytes() for p in sorted(dataset.rglob("*.jpg"))}


def test_the_same_seed_draws_the_same_pictures_and_another_seed_others(tmp_path):
    for folder, seed in (("one", 3), ("two", 3), ("other", 0)):
        done = run_forked("dataset/draw_pictures.py", "--per-class", 4, "--seed", seed, "--dataset", tmp_path / folder)
        assert done.returncode == 0 and done.stderr == "", done.stderr
    one, two, other = (pictures_in(tmp_path / folder) for folder in ("one", "two", "other"))
    assert one == two and one.keys() == other.keys()
    assert all(one[name] != other[name] for name in one)
    expected = {f"{part}/{kind}/drawn_{k:04d}.jpg" for kind in ("airplane", "bike") for part, k in
                (("train", 1), ("train", 2), ("train", 3), ("test", 4))}  # fmt: skip
    assert set(one) == expected


def test_they_are_jpeg_photos_of_about_300_by_200_in_colour(drawn):
    for path in drawn.rglob("*.jpg"):
        with Image.open(path) as picture:
            assert (picture.format, picture.mode) == ("JPEG", "RGB")
            assert 260 <= picture.width <= 340 and 180 <= picture.height <= 230


def test_a_second_run_changes_nothing_and_another_seed_replaces_drawn_pictures(dataset):
    before = pictures_in(dataset)
    done = run_forked("dataset/draw_pictures.py", "--per-class", 64, "--dataset", dataset)
    assert done.returncode == 0 and "everything is there" in done.stdout and pictures_in(dataset) == before
    done = run_forked("dataset/draw_pictures.py", "--per-class", 2, "--seed", 1, "--dataset", dataset)
    assert done.returncode == 0 and len(pictures_in(dataset)) == 4
    assert "2 of each class, seed 1" in (dataset / "SOURCE").read_text(encoding="utf-8")


@pytest.mark.parametrize("change", ["added", "removed", "edited", "no SOURCE"])
def test_pictures_of_the_learners_own_are_never_replaced(dataset, change):
    bike = dataset / "train" / "bike"
    if change == "added":
        (bike / "mine.jpg").write_bytes(b"my own")
    elif change == "removed":
        (bike / "drawn_0001.jpg").unlink()
    elif change == "edited":
        (bike / "drawn_0001.jpg").write_bytes(b"painted over")
    else:
        (dataset / "SOURCE").unlink()
    before = pictures_in(dataset)
    error = assert_one_error(run_forked("dataset/draw_pictures.py", "--per-class", 2, "--dataset", dataset))
    assert "your own" in error and pictures_in(dataset) == before


@pytest.mark.parametrize("arguments", [["--per-class", "1"], ["--per-class", "many"], ["--seed", "-1"], ["--draw"]])
def test_usage_mistakes_are_one_line(arguments, tmp_path):
    assert_one_error(run_forked("dataset/draw_pictures.py", *arguments, "--dataset", tmp_path), status=2)
    assert not list(tmp_path.iterdir())


def test_where_there_is_no_room_the_old_drawings_stay(dataset):
    resource = pytest.importorskip("resource", reason="Windows has no limit on file sizes")
    before = {path: path.read_bytes() for path in dataset.rglob("*") if path.is_file()}
    arguments = ("dataset/draw_pictures.py", "--per-class", 60, "--seed", 1, "--dataset", dataset)
    done = run_forked(*arguments, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)))
    assert "ulimit -f" in assert_one_error(done)
    assert {path: path.read_bytes() for path in dataset.rglob("*") if path.is_file()} == before


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the helpers of a process as Linux names them")
@pytest.mark.parametrize("victim", ["the script", "a helper"])
def test_killed_while_it_draws_no_process_is_left_and_the_old_drawings_stay(dataset, victim):
    before = pictures_in(dataset)
    command = [sys.executable, ROOT / "dataset" / "draw_pictures.py", "--per-class", "300", "--dataset", dataset]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as script:
        wait_for(lambda: len([*(dataset / ".incoming").rglob("*.jpg")]) > 10)
        helpers = Path(f"/proc/{script.pid}/task/{script.pid}/children").read_text(encoding="utf-8").split()
        os.kill(script.pid if victim == "the script" else int(helpers[0]), signal.SIGKILL)
        out, err = script.communicate(timeout=60)
    wait_for(lambda: not any(Path(f"/proc/{helper}/exe").exists() for helper in helpers))
    if victim == "a helper":
        assert "a process that draws was ended" in assert_one_error(subprocess.CompletedProcess([], 1, out, err))
        assert script.returncode == 1 and not (dataset / ".incoming").exists()
    assert pictures_in(dataset).items() >= before.items()
    done = run_forked("dataset/draw_pictures.py", "--per-class", 2, "--seed", 1, "--dataset", dataset)
    assert done.returncode == 0 and len(pictures_in(dataset)) == 4  # and what the killed run left is gone


def accuracy(learn, test, chosen):
    """Train on the chosen rows of X alone; the share of test pictures that come out right."""
    start = train.init_params(np.count_nonzero(chosen))
    params, _, _ = train.optimize_gram(*start, learn.X[chosen], learn.Y, train.EPOCHS, train.LEARNING_RATE, None)
    return np.mean(train.predict(params["w"], params["b"], test.X[chosen]) == test.Y)


def test_the_neuron_must_look_at_the_machine_and_not_at_the_frame(all_drawn):
    learn, test = load_arrays(all_drawn)
    assert (learn.X.shape, test.X.shape) == ((12288, 1500), (12288, 100))
    ring = np.ones((64, 64, 3), bool)
    ring[4:60, 4:60] = False
    whole = accuracy(learn, test, np.ones(12288, bool))
    assert 0.90 <= whole <= 0.995, f"{whole:.1%} of the test right from the whole picture"
    frame = accuracy(learn, test, ring.ravel())
    assert frame <= 0.65, f"{frame:.1%} of the test right from a ring of 4 pixels: the frame gives the class away"


def test_a_cleverer_learner_finds_no_class_in_the_frame_either(all_drawn):
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    learn, test = load_arrays(all_drawn)
    ring = np.ones((64, 64, 3), bool)
    ring[4:60, 4:60] = False
    rows = ring.ravel()
    clever = make_pipeline(StandardScaler(), LogisticRegression(C=1e-4, max_iter=300))
    clever.fit(learn.X[rows].T, learn.Y[0])
    assert clever.score(test.X[rows].T, test.Y[0]) <= 0.65
