"""How fast it is, as ratios: what is compared is measured in turn, in one run.

    python tests/benchmark.py                                              # some ten minutes
    python tests/benchmark.py --rounds 1 --dataset dataset mine            # shorter, and the lessons on both

Each time is the median of some rounds, so that a machine that slows down for a moment slows all. The first data set is
used for everything; the lessons are run once on each of them. Prepare and train them first, and close other programs.
"""

import argparse
import contextlib
import functools
import io
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from multiprocessing.pool import ThreadPool
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "lessons"))
sys.path.insert(0, str(ROOT))

from common import fit
from dataset.draw_pictures import draw_picture, draw_pictures
from dataset.folders import DATASET, existing_folder, results_folder
from dataset.pictures import find_classes, import_keras
from prepare_data import make_arrays
from train import EPOCHS, LEARNING_RATE, init_params, load_arrays, optimize

OTHERS = 2  # programs that compute without pause, on a busy machine
DRAWN = 200  # pictures of each class, where drawing is measured


# ------------------------------------------------------------------ measuring


class Work:
    """Something that is measured. call: a function without arguments."""

    def __init__(self, name, call):
        self.name = name
        self.call = call
        self.seconds = []
        self.result = None  # what call returned last

    def run(self):
        start = time.perf_counter()
        self.result = self.call()
        self.seconds.append(time.perf_counter() - start)

    def median(self):
        return statistics.median(self.seconds)


def measure(works, rounds):
    """Do all works in turn, some rounds, and print what each took."""
    for _ in range(rounds):
        for work in works:
            work.run()
    for work in works:
        print(f"  {work.name:<52} {work.median():8.2f} s")


def say(what, number, aim):
    """Print a ratio, and what it ought to be."""
    print(f"  = {what:<50} {number:8.3g}   {aim}")


@contextlib.contextmanager
def busy_machine():
    """While the block runs, other programs compute, too."""
    command = [sys.executable, "-c", "while True: pass"]
    others = [subprocess.Popen(command) for _ in range(OTHERS)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


# ------------------------------------------------------------------ learning


def tutorial_loop(X, Y):
    """The descent as the tutorial has it: textbook formulas, exp and log unguarded. Returns every 100th cost."""
    m = X.shape[1]
    w = np.zeros((X.shape[0], 1))
    b = 0
    costs = []
    for epoch in range(EPOCHS):
        A = 1 / (1 + np.exp(-(np.dot(w.T, X) + b)))
        cost = (-1 / m) * np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))
        dw = (1 / m) * np.dot(X, (A - Y).T)
        db = (1 / m) * np.sum(A - Y)
        w = w - LEARNING_RATE * dw
        b = b - LEARNING_RATE * db
        if epoch % 100 == 0:
            costs.append(cost)
    return costs


def train_loop(X, Y):
    """The descent of train.py, in silence."""
    w, b = init_params(X.shape[0])
    with contextlib.redirect_stdout(io.StringIO()):
        params, grads, costs = optimize(w, b, X, Y, EPOCHS, LEARNING_RATE)
    return costs


def gram_descent(X, Y):
    """The descent of the lessons."""
    w, b, costs = fit(X, Y)
    return costs


def read_part(numbers):
    """Read an array, and hardly compute."""
    return np.dot(numbers, numbers)


def read_only(X):
    """Read X on all cores, as often as a descent must, twice an epoch: no descent like that can be faster."""
    parts = np.array_split(X.reshape(-1), os.cpu_count())
    with ThreadPool(len(parts)) as pool, threadpool_limits(1):
        for _ in range(2 * EPOCHS):
            pool.map(read_part, parts)


def compare_descents(train, rounds):
    print(f"learning: {EPOCHS} epochs of {train.X.shape}")
    X = train.X.astype(float)
    Y = train.Y.astype(float)
    tutorial = Work("the tutorial's loop, float64", functools.partial(tutorial_loop, X, Y))
    plain = Work("train.py, float32", functools.partial(train_loop, train.X, train.Y))
    gram = Work("the lessons' fit, float32", functools.partial(gram_descent, train.X, train.Y))
    reading = Work("only reading X, float32", functools.partial(read_only, train.X))
    with np.errstate(all="ignore"):  # the tutorial's loop may overflow
        measure([tutorial, plain, gram, reading], rounds)

    # The same beside other programs.
    busy_plain = Work(f"train.py, beside {OTHERS} other programs", plain.call)
    busy_gram = Work(f"the lessons' fit, beside {OTHERS} other programs", gram.call)
    with busy_machine():
        measure([busy_plain, busy_gram], rounds)

    differences = np.abs(np.array(gram.result) - np.array(tutorial.result))
    say("tutorial / train.py", tutorial.median() / plain.median(), "")
    say("tutorial / lessons' fit", tutorial.median() / gram.median(), "at least 15")
    say("train.py / only reading", plain.median() / reading.median(), "at most 1.4")
    say("train.py, busy / idle", busy_plain.median() / plain.median(), "")
    say("lessons' fit, busy / idle", busy_gram.median() / gram.median(), "at most 3")
    say("lessons' fit, largest difference from float64", differences.max(), "at most 2e-7")


# ------------------------------------------------------------------ pictures


def read_one_by_one(dataset, files):
    """The tutorial's loop over the pictures, with Keras."""
    utils = import_keras().utils
    X = np.zeros((12288, len(files)))
    for k, file in enumerate(files):
        image = utils.load_img(dataset / file, target_size=(64, 64))
        X[:, k] = utils.img_to_array(image).flatten()
    return X / 255


def compare_reading(dataset, files, rounds):
    print(f"reading {len(files)} pictures")
    import_keras()  # takes seconds, once
    class_names = find_classes(dataset)
    keras = Work("Keras, one by one", functools.partial(read_one_by_one, dataset, files))
    ours = Work("prepare_data.py", functools.partial(make_arrays, dataset, "train", class_names))
    measure([keras, ours], rounds)
    say("Keras / prepare_data.py", keras.median() / ours.median(), "about 1: it reads with Keras")


def draw_one_by_one():
    """The same pictures as draw_all, on one core."""
    for label, class_name in enumerate(("airplane", "bike")):
        for number in range(1, DRAWN + 1):
            picture = draw_picture(class_name, np.random.default_rng([4, label, number]))
            picture.save(io.BytesIO(), "JPEG", quality=90, subsampling=0)


def draw_all():
    with tempfile.TemporaryDirectory() as folder:
        draw_pictures(Path(folder), per_class=DRAWN)


def compare_drawing(rounds):
    print(f"drawing {2 * DRAWN} pictures, {os.cpu_count()} cores")
    start = time.process_time()
    draw_one_by_one()
    milliseconds = 1000 * (time.process_time() - start) / (2 * DRAWN)
    alone = Work("one by one, on one core", draw_one_by_one)
    together = Work("draw_pictures, on all cores", draw_all)
    measure([alone, together], rounds)
    say("milliseconds of processor a picture", milliseconds, "")
    say("one core / all cores", alone.median() / together.median(), "")


# ------------------------------------------------------------------ scripts and lessons


def run_script(script, words):
    """Run a script of the project as a learner does."""
    command = [sys.executable, str(ROOT / script)] + [str(word) for word in words]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"  {script} ended with {done.returncode}: {done.stderr[-300:]}")


def measure_steps(dataset, rounds):
    """The three scripts, once from nothing without a network, and once where pictures are there."""
    print("the three steps")
    offline = Work("1, drawing the pictures", None)
    there = Work("1, pictures are there", None)
    learning = Work("2, learning", None)
    demo = Work("3, the demo, without its window", None)

    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            empty = ["--dataset", folder]
            offline.call = functools.partial(run_script, "prepare_data.py", ["--offline"] + empty)
            offline.run()
        with tempfile.TemporaryDirectory() as folder:
            for split in ("train", "test"):
                shutil.copytree(dataset / split, Path(folder) / split)
            words = ["--dataset", folder]
            there.call = functools.partial(run_script, "prepare_data.py", words)
            learning.call = functools.partial(run_script, "train.py", words)
            demo.call = functools.partial(run_script, "predict_demo.py", ["--no-window"] + words)
            for work in (there, learning, demo):
                work.run()

    for work in (offline, there, learning, demo):
        print(f"  {work.name:<52} {work.median():8.2f} s")
    say("seconds from nothing", offline.median() + learning.median() + demo.median(), "at most 30")
    say("with pictures", there.median() + learning.median() + demo.median(), "at most 18")


def find_lessons():
    """The scripts that ask a question: not play.py, which opens a browser."""
    names = []
    for path in sorted((ROOT / "lessons").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        is_lesson = "lesson_parser(__doc__)" in text or path.stem == "one_page"
        if is_lesson and path.stem not in ("play", "exercise"):
            names.append(path.stem)
    return names


def run_lesson(name, dataset):
    """Run a lesson. What it draws goes to a folder that is deleted."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(results_folder(dataset) / "model.h5", folder)
        words = ["--dataset", dataset]
        if name != "one_page":  # it writes nothing
            words += ["--results", folder]
        run_script(f"lessons/{name}.py", words)


def measure_lessons(datasets):
    """Run each lesson once on each data set."""
    titles = [f"{dataset.name:>10}" for dataset in datasets]
    print(f"{'seconds of each lesson, at most 20':<36} {' '.join(titles)}")
    for name in find_lessons():
        cells = []
        for dataset in datasets:
            lesson = Work(name, functools.partial(run_lesson, name, dataset))
            lesson.run()
            cells.append(f"{lesson.median():>10.1f}")
        print(f"  {name:<34} {' '.join(cells)}")


def main():
    as_it_stands = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_it_stands)
    parser.add_argument("--rounds", type=int, default=3, help="how often (default: 3)")
    parser.add_argument(
        "--dataset", type=existing_folder, nargs="+", default=[DATASET], help="one, or several"
    )
    args = parser.parse_args()
    first = args.dataset[0]
    train, test = load_arrays(first)

    compare_descents(train, args.rounds)
    compare_reading(first, train.files, args.rounds)
    compare_drawing(args.rounds)
    measure_steps(first, args.rounds)
    measure_lessons(args.dataset)


if __name__ == "__main__":
    main()
