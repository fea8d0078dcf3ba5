"""How fast it is: every way of training on the same pictures, side by side in one run.

    python tests/benchmark.py [--rounds 3] [--dataset FOLDER]

Each time is the median of some rounds, taken in turn, so that a machine that slows down slows all of them. "faster" is
in times of the tutorial's own loop; "agrees" is the largest difference of any cost from it. A busy machine is one on
which as many other programs as it has processors compute without pause. Close other programs first: some ten minutes.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "lessons")]
import keras_twin
import prepare_data
import train
from common import fit
from train import EPOCHS, LEARNING_RATE


def tutorial_loop(X, Y):
    """Gradient descent as the tutorial has it: textbook formulas, exp and log unguarded."""
    w, b, m, costs = np.zeros((X.shape[0], 1)), 0, X.shape[1], []
    for epoch in range(EPOCHS):
        A = 1 / (1 + np.exp(-(np.dot(w.T, X) + b)))
        cost = (-1 / m) * np.sum(np.multiply(Y, np.log(A)) + np.multiply(1 - Y, np.log(1 - A)))
        w, b = w - LEARNING_RATE / m * np.dot(X, (A - Y).T), b - LEARNING_RATE / m * np.sum(A - Y)
        if epoch % 100 == 0:
            costs.append(cost)
    return w, b, costs


def bare_gram(X, Y):
    """The descent by the Gram matrix in the fewest operations that NumPy can do it in: no line, no cost, no care."""
    K, m, y, z, alpha = X.T @ X + 1, X.shape[1], Y[0], np.zeros_like(Y[0]), np.zeros_like(Y[0])
    for _ in range(EPOCHS):
        d = LEARNING_RATE / m * (1 / (1 + np.exp(-z)) - y)
        alpha -= d
        z -= K @ d
    return X @ alpha[:, None], alpha.sum(), []


def keras_neuron(X, Y):
    neuron = keras_twin.keras_neuron(len(X))
    costs = keras_twin.descend(neuron, X, Y, EPOCHS)
    return *neuron.get_weights(), costs


def scikit_learn(X, Y):
    fitted = LogisticRegression(max_iter=1000).fit(X.T, Y[0])
    return fitted.coef_.T, fitted.intercept_, []


def in_turn(works, rounds):
    """Call all works in turn, `rounds` times: {name: (median seconds, last result)}."""
    times, results = {name: [] for name in works}, {}
    for _ in range(rounds):
        for name, work in works.items():
            start = time.perf_counter()
            results[name] = work()
            times[name].append(time.perf_counter() - start)
    return {name: (statistics.median(times[name]), results[name]) for name in works}


def training_table(X, Y, rounds):
    exact_X, exact_Y = X.astype(float), Y.astype(float)
    works = {
        "the tutorial's loop, float64": lambda: tutorial_loop(exact_X, exact_Y),
        "optimize, float32": lambda: fit(X, Y, descent=train.optimize),
        "optimize_gram, float32": lambda: fit(X, Y),
        "optimize_gram, float64": lambda: fit(exact_X, exact_Y),
        "the barest Gram descent, float32": lambda: bare_gram(X, Y),
        "Keras Dense(1), float64": lambda: keras_neuron(exact_X, exact_Y),
        "scikit-learn, to convergence": lambda: scikit_learn(X, Y),
    }
    rows = in_turn(works, rounds)
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count())]
    busy = in_turn({name: works[name] for name in list(works)[:3]}, 1 + rounds // 2)
    for other in others:
        other.terminate()
    rows |= {f"{name}, busy machine": row for name, row in busy.items()}
    first, (_, _, exact) = next(iter(rows.values()))
    print(f"{f'{EPOCHS} epochs of {X.shape}':<46} seconds  faster  agrees  training right")
    for name, (seconds, (w, b, costs)) in rows.items():
        agrees = f"{np.abs(np.subtract(costs, exact)).max():.0e}" if costs else "-"
        right = np.mean(train.predict(w, b, X) == Y)
        print(f"{name:<46} {seconds:>7.2f} {first / seconds:>7.1f} {agrees:>7} {right:>15.2%}")


def picture_table(dataset, files, rounds):
    keras, names, paths = prepare_data.import_keras(), prepare_data.find_classes(dataset), [dataset / f for f in files]

    def one_by_one():
        X = np.zeros((prepare_data.N, len(paths)))
        for k, path in enumerate(paths):
            X[:, k] = keras.utils.img_to_array(keras.utils.load_img(path, target_size=(64, 64))).flatten()
        return X / 255

    works = {"Keras, one by one": one_by_one, "prepare_data": lambda: prepare_data.make_arrays(dataset, "train", names)}
    for name, (seconds, _) in in_turn(works, rounds).items():
        print(f"{name:<46} {len(paths) / seconds:>7.0f} pictures a second")


def peak_memory(dataset, files, copies):
    """The most memory of prepare_data.py (Linux), beyond what its imports take, in sizes of the training array."""
    code = """if True:
        import pathlib, sys, prepare_data
        prepare_data.import_keras()
        pathlib.Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
        kilobytes = lambda name: int(pathlib.Path("/proc/self/status").read_text().split(name)[1].split()[0])
        start = kilobytes("VmRSS:")
        prepare_data.main(["--dataset", sys.argv[1]])
        print(1024 * (kilobytes("VmHWM:") - start))"""
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        for k, file in enumerate(files * copies):
            for split in ("train", "test")[: 1 + (k % 16 == 0)]:
                path, count = Path(folder) / split / Path(file).parent.name / f"{k}.jpg", count + 1
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(dataset / file, path)
        told = subprocess.check_output([sys.executable, "-c", code, folder], text=True, cwd=ROOT).split()[-1]
    times = int(told) / (4 * prepare_data.N * count)
    print(f"peak memory of prepare_data.py for {count:>6} pictures: {times:.2f} times their arrays")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (default: %(default)s)")
    parser.add_argument("--dataset", type=prepare_data.find_folder, default=prepare_data.DATASET)
    args = parser.parse_args()
    split, _ = prepare_data.load_arrays(args.dataset)
    training_table(split.X, split.Y, args.rounds)
    picture_table(args.dataset, split.files, args.rounds)
    peak_memory(args.dataset, split.files, 1)
    peak_memory(args.dataset, split.files, 13)  # some 20,000 pictures


if __name__ == "__main__":
    main()
