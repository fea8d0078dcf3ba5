"""How fast it is: every way of training on the same pictures, side by side in one run.

    python tests/benchmark.py

Each row is the median of several rounds, taken in turn so that a machine that slows down slows all of them; the ratio
says how many times faster than the tutorial's own loop. "agrees" is the largest difference of any printed cost from
that loop. It runs on Caltech-101 where that is at hand (in dataset/, or by CALTECH101_ARCHIVE), else on drawn pictures.
Close other programs first.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import prepare_data  # noqa: E402
import train  # noqa: E402
from dataset import download_caltech101, draw_pictures  # noqa: E402
from dataset.guards import Parser, quietly, run  # noqa: E402
from dataset.publish import source_of  # noqa: E402

EPOCHS, LR = train.EPOCHS, train.LEARNING_RATE


# ------------------------------------------------------------------ the ways of training


def tutorial_loop(X, Y, epochs=EPOCHS):
    """Gradient descent as the tutorial has it: float64, textbook formulas, exp and log unguarded."""
    w, b, m = np.zeros((X.shape[0], 1)), 0, X.shape[1]
    costs = []
    for epoch in range(epochs):
        A = 1 / (1 + np.exp(-(np.dot(w.T, X) + b)))
        cost = (-1 / m) * np.sum(np.multiply(Y, np.log(A)) + np.multiply(1 - Y, np.log(1 - A)))
        dw, db = (1 / m) * np.dot(X, (A - Y).T), (1 / m) * np.sum(A - Y)
        w, b = w - LR * dw, b - LR * db
        if epoch % 100 == 0:
            costs.append(float(cost))
    return w, b, costs


def descent(optimize):
    """One of our two descents, silent, with the return values of tutorial_loop."""

    def train_it(X, Y, epochs=EPOCHS):
        params, _, costs = optimize(*train.init_params(X.shape[0]), X, Y, epochs, LR, None)
        return params["w"], params["b"], costs

    return train_it


def keras_neuron(X, Y):
    """Dense(1, "sigmoid") in Keras, all pictures in one batch, plain gradient descent."""
    import keras

    layers = [keras.Input((X.shape[0],)), keras.layers.Dense(1, "sigmoid", kernel_initializer="zeros")]
    neuron = keras.Sequential(layers)
    neuron.compile(keras.optimizers.SGD(LR), "binary_crossentropy")
    x, y = np.ascontiguousarray(X.T), np.ascontiguousarray(Y.T)
    costs = []
    for epoch in range(EPOCHS):
        cost = neuron.train_on_batch(x, y)
        neuron.reset_metrics()  # or the next cost is the mean of all so far
        if epoch % 100 == 0:
            costs.append(float(np.ravel(cost)[0]))
    w, b = neuron.get_weights()
    return w, b, costs


def scikit_learn(X, Y):
    """LogisticRegression to convergence: another, cleverer descent, to the bottom of the same cost plus a penalty."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(max_iter=1000).fit(X.T, Y[0])
    return fitted.coef_.T, fitted.intercept_[0], []


# ------------------------------------------------------------------ measuring


def seconds(work):
    """How long one call takes, and what it returns."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def in_turn(works, rounds):
    """Call all works in turn, `rounds` times: {name: median seconds}, {name: last result}."""
    times, results = {name: [] for name in works}, {}
    for _ in range(rounds):
        for name, work in works.items():
            taken, results[name] = seconds(work)
            times[name].append(taken)
    return {name: statistics.median(taken) for name, taken in times.items()}, results


def show(rows, heading):
    """Print rows of texts in columns."""
    rows = [heading, *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heading))]
    for name, *numbers in rows:
        cells = [name.ljust(widths[0]), *(text.rjust(wide) for text, wide in zip(numbers, widths[1:], strict=True))]
        print("  ".join(cells), flush=True)
    print()


def training_table(arrays, rounds):
    """Every way of training, its time, its ratio, and whether the results agree."""
    X32, Y32 = arrays.X, arrays.Y
    X64, Y64 = X32.astype(np.float64), Y32.astype(np.float64)
    works = {
        "the tutorial's loop, float64": lambda: tutorial_loop(X64, Y64),
        "optimize, float32": lambda: descent(train.optimize)(X32, Y32),
        "optimize_gram, float32": lambda: descent(train.optimize_gram)(X32, Y32),
        "optimize_gram, float64": lambda: descent(train.optimize_gram)(X64, Y64),
        "Keras Dense(1), float32": lambda: keras_neuron(X32, Y32),
        "scikit-learn, float32, converged": lambda: scikit_learn(X32, Y32),
    }
    times, results = in_turn(works, rounds)
    first, exact = next(iter(times.values())), next(iter(results.values()))[2]
    rows = []
    for name, taken in times.items():
        w, b, costs = results[name]
        right = np.mean(train.predict(w, float(np.ravel(b)[0]), X32) == Y32)
        difference = f"{np.abs(np.subtract(costs, exact)).max():.0e}" if costs else "-"
        rows.append([name, f"{taken:.2f} s", f"{first / taken:.1f} x", difference, f"{right:.2%}"])
    show(rows, [f"{EPOCHS} epochs of {X32.shape}", "time", "faster", "agrees", "training right"])
    return times


def bandwidth_lines(X, optimize_seconds, rounds):
    """What optimize reads of X in a second, against plain reading with all cores."""
    halves = np.array_split(X.ravel(order="K"), os.cpu_count())  # as they lie in memory, one after the other
    with ThreadPoolExecutor(len(halves)) as threads:
        taken, _ = in_turn({"read": lambda: [list(threads.map(np.max, halves)) for _ in range(20)]}, rounds)
    plain = 20 * X.nbytes / taken["read"] / 1e9
    reached = 2 * EPOCHS * X.nbytes / optimize_seconds / 1e9
    print(f"optimize reads X at {reached:.0f} GB/s, a plain read reaches {plain:.0f} GB/s: {reached / plain:.0%}\n")


def picture_table(dataset, files, rounds):
    """Pictures a second: Keras' load_img one by one, as in the tutorial, against prepare_data."""
    import keras

    paths = [dataset / file for file in files]

    def one_by_one():
        X = np.zeros((64 * 64 * 3, len(paths)))
        for k, path in enumerate(paths):
            picture = keras.utils.load_img(path, target_size=(64, 64))
            X[:, k] = keras.utils.img_to_array(picture).flatten()
        return X / 255

    works = {"Keras load_img, one by one": one_by_one, "prepare_data": lambda: prepare_data.read_pictures(paths)[0]}
    for work in works.values():
        work()  # once unmeasured: the files are then in the disk's cache
    times, results = in_turn(works, rounds)
    first = next(iter(times.values()))
    one, other = results.values()
    same = "yes" if (one.astype(np.float32) == other).all() else "NO"
    rows = [[name, f"{len(paths) / taken:.0f}", f"{first / taken:.1f} x", same] for name, taken in times.items()]
    show(rows, [f"{len(paths)} pictures", "a second", "faster", "same numbers"])


def growth_table(X, Y, rounds, epochs=200):
    """How both descents grow with the number of pictures m."""
    rows = []
    X, Y = np.hstack([X, X]), np.hstack([Y, Y])
    order = np.random.default_rng(0).permutation(X.shape[1])
    for m in (375, 750, 1500, 3000):
        columns = np.resize(order, m)
        x, y = np.ascontiguousarray(X[:, columns]), np.ascontiguousarray(Y[:, columns])
        works = {name: lambda f=f, x=x, y=y: descent(f)(x, y, epochs) for name, f in DESCENTS.items()}
        works["K alone"] = lambda x=x: train.gram(x)
        times, _ = in_turn(works, rounds)
        rows.append([str(m), *(f"{taken * 1000:.0f} ms" for taken in times.values())])
    show(rows, [f"m, {epochs} epochs", *DESCENTS, "of which K"])


DESCENTS = {"optimize": train.optimize, "optimize_gram": train.optimize_gram}


def memory_lines(dataset):
    """Peak memory of both scripts beyond what their imports take, in sizes of the training array."""
    size = np.prod(train.load_arrays(dataset)[0].X.shape) * 4
    code = """if True:
        import sys
        from pathlib import Path
        sys.path.insert(0, sys.argv[1])
        import train, prepare_data, matplotlib.figure, matplotlib.backends.backend_agg
        script = {"train": train, "prepare_data": prepare_data}[sys.argv[2]]
        if script is prepare_data:
            prepare_data.picture_readers()
        Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
        field = lambda name: int(Path("/proc/self/status").read_text().split(name)[1].split()[0]) * 1024
        before = field("VmRSS:")
        sys.stdout = open("/dev/null", "w")
        script.main(sys.argv[3:])
        print(field("VmHWM:") - before, file=sys.stderr)"""
    if not sys.platform.startswith("linux"):
        return print("peak memory: measured on Linux only")
    with tempfile.TemporaryDirectory() as results:
        for name, arguments in {"train": ["--results", results], "prepare_data": []}.items():
            command = [sys.executable, "-c", code, ROOT, name, "--dataset", dataset, *arguments]
            done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True)
            peak = int(done.stderr.split()[-1])
            print(f"peak memory of {name}.py beyond its imports: {peak / size:.2f} times the training array")
    return None


def script_line(dataset, tutorial_seconds, rounds):
    """The whole of `python train.py --fast`, start-up, files and plots included."""
    with tempfile.TemporaryDirectory() as results:
        command = [sys.executable, ROOT / "train.py", "--fast", "--dataset", dataset, "--results", results]
        times, _ = in_turn({"script": lambda: subprocess.run(command, capture_output=True, check=True)}, rounds)
    print(
        f"python train.py --fast, all of it: {times['script']:.2f} s; the tutorial's loop: {tutorial_seconds:.2f} s\n"
    )


# ------------------------------------------------------------------ the script


@contextmanager
def pictures():
    """A dataset folder with arrays: Caltech-101 if it is at hand, else drawn pictures."""
    own = prepare_data.DATASET
    if source_of(own) == download_caltech101.SOURCE and (own / "train_x.h5").is_file():
        yield own
        return
    with tempfile.TemporaryDirectory() as folder:
        if archive := os.environ.get("CALTECH101_ARCHIVE"):
            download_caltech101.fetch_pictures(Path(folder), Path(archive))
        else:
            draw_pictures.make_pictures(Path(folder))
        prepare_data.main(["--dataset", folder])
        print()
        yield Path(folder)


def main(argv=None):
    parser = Parser(__doc__)
    parser.add_argument("--rounds", type=train.whole_number, default=3, help="rounds of each (default: %(default)s)")
    rounds = parser.parse_args(argv).rounds
    os.environ["KERAS_BACKEND"] = "tensorflow"
    with quietly():
        import keras  # noqa: F401

    with pictures() as dataset:
        arrays, _ = train.load_arrays(dataset)
        print(f"pictures: {arrays.source}; {os.cpu_count()} cores; NumPy {np.__version__}; {rounds} rounds\n")
        times = training_table(arrays, rounds)
        bandwidth_lines(arrays.X, times["optimize, float32"], rounds)
        script_line(dataset, times["the tutorial's loop, float64"], rounds)
        picture_table(dataset, arrays.files, rounds)
        growth_table(arrays.X, arrays.Y, rounds)
        memory_lines(dataset)


if __name__ == "__main__":
    run(main)
