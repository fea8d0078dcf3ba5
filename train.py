"""Step 2 of 3. Teach one neuron to tell two kinds of pictures apart.

    python train.py            # the textbook way
    python train.py --fast     # the same descent, many times faster

The neuron multiplies every number of a picture with a weight, adds it all up, and squashes the sum to a number
between 0 and 1: how sure it is that the picture is of class 1. Learning means to change the weights, a little at a
time, so that it is wrong less and less. This file is all of it: no library but NumPy does the learning. The seven
functions are those of the tutorial by Gogul Ilango (2017) that README.md tells of.

Notation, with its shapes; n = 12288 numbers a picture, m pictures:

    X    (n, m)    the pictures, one a column, every number between 0 and 1
    Y    (1, m)    their true classes, 0 or 1
    w    (n, 1)    the weights, one for each number of a picture
    b    a number  the bias: what the neuron thinks before it looks
    z    (1, m)    the weighted sums, one a picture; above 0 speaks for class 1
    A    (1, m)    the activations: z squashed between 0 and 1
    cost a number  how wrong the neuron is on all pictures; 0.693 = -log 0.5 means that it guesses
    dw   (n, 1)    how the cost changes with each weight: the gradient
    db   a number  how the cost changes with the bias
    lr   a number  the learning rate: how far to step

The seven equations. (3) is for one picture, with its label y and its activation a. w.T is the column w turned into a
row; @ multiplies a row with each column of a table, number by number, and adds up: (1, 2) and (3, 4) give 3 + 8 = 11.

    (1)  z = w.T @ X + b                              weighted sum
    (2)  A = 1 / (1 + exp(-z))                        activation, the sigmoid function
    (3)  loss = -(y log(a) + (1 - y) log(1 - a))      how wrong, for one picture
    (4)  cost = the mean of the m losses              how wrong, for all
    (5)  dw = X @ (A - Y).T / m                       gradient
    (6)  db = the mean of A - Y                       gradient
    (7)  w = w - lr * dw,  b = b - lr * db            one step downhill

What comes out: results/model.h5 (w, b and what is needed to use them), results/costs.png, results/weights.png.
"""

import argparse
import io
import math
import time
from pathlib import Path

import h5py
import matplotlib.pyplot as plt
import numpy as np
from threadpoolctl import ThreadpoolController

from prepare_data import DATASET, IMAGE_SIZE, N, command, find_folder, load_arrays, open_h5, relative_path, save_file

EPOCHS = 2000  # how often the neuron sees all pictures: more and it fits them better, up to a point
LEARNING_RATE = 0.01  # how far each step goes: too small is slow, too large jumps over the valley
RED, BLUE, ORANGE = "#b2182b", "#2166ac", "#d95f02"  # on plots: class 1, class 0, and what is of neither


def sigmoid(z):
    """Squash a number, or each number of an array, between 0 and 1: equation (2).

    exp(1000) is too large for a computer, exp(-1000) is just 0: so exp is taken of -|z| alone. For z below 0 the
    fraction is written as exp(z) / (exp(z) + 1): the same, above and below multiplied by exp(z).
    """
    e = np.exp(-np.abs(z))
    return np.where(np.greater_equal(z, 0), 1, e) / (1 + e)


def init_params(dimension):
    """The neuron before it has learned, which says 0.5 to every picture: w, (dimension, 1) zeros, and b = 0."""
    w = np.zeros((dimension, 1))
    b = 0.0
    return w, b


def propagate(w, b, X, Y):
    """Look at all pictures once: forward to the cost, equations (1) to (4), and back to the gradients, (5) and (6).

    Where a is rounded to 0 or 1, the textbook's loss has a log(0). The same number comes safely from z: -log(a) is
    log(1 + exp(-z)) and -log(1 - a) is log(1 + exp(z)); and np.logaddexp(0, z) is log(exp(0) + exp(z)), computed
    without ever making exp(z).

    Returns {"dw": (n, 1), "db": a number} and the cost, a number.
    """
    m = X.shape[1]
    assert w.shape == (X.shape[0], 1), f"w must be a column, one weight a row of X {X.shape}; its shape is {w.shape}"
    assert Y.shape == (1, m), f"Y must be a row, one label a column of X {X.shape}; its shape is {Y.shape}"

    z = w.T @ X + b  # (1)  (1, m)
    A = sigmoid(z)  # (2)  (1, m)
    losses = Y * np.logaddexp(0, -z) + (1 - Y) * np.logaddexp(0, z)  # (3)  (1, m)
    cost = np.sum(losses) / m  # (4)  a number

    dw = X @ (A - Y).T / m  # (5)  (n, 1)
    db = np.sum(A - Y) / m  # (6)  a number
    return {"dw": dw, "db": db}, cost


def optimize(w, b, X, Y, epochs, lr):
    """Walk downhill: gradient descent, equation (7), again and again.

    Returns {"w": (n, 1), "b": a number} after the last step, {"dw", "db"} of that step, and a list of the costs before
    steps 0, 100, 200, ..., each of which is printed like this: `cost after 100 epochs: 0.133643`
    """
    dtype = np.result_type(X, np.float32)  # that of X, which is float32 here: half as much to read as float64
    w, Y, grads, costs = w.astype(dtype), Y.astype(dtype), {}, []
    try:
        for epoch in range(epochs):
            grads, cost = propagate(w, b, X, Y)  # (1) to (6)
            if epoch % 100 == 0:
                costs.append(cost)
                print(f"cost after {epoch} epochs: {cost:.6f}")
            w = w - lr * grads["dw"]  # (7)
            b = b - lr * grads["db"]  # (7)
    except KeyboardInterrupt:  # Ctrl-C
        print(f"stopped by Ctrl-C at epoch {epoch}; what was learned so far is kept")
    return {"w": w, "b": b}, grads, costs


def predict(w, b, X):
    """The class of each picture, (1, m): 1 where the neuron's activation is above 0.5, else 0."""
    A = sigmoid(w.T @ X + b)  # (1), (2)
    return (A > 0.5).astype(X.dtype)


def predict_image(w, b, X):
    """The class, 0 or 1, of one picture: X is (n, 1), as image_to_vector gives it."""
    return int(predict(w, b, X).item())


def model(X_train, Y_train, X_test, Y_test, epochs, lr, optimize=optimize):
    """Train a neuron on the training pictures, and try it on pictures that it has never seen.

    Prints two lines, like `train_accuracy: 99.67 %` and `test_accuracy : 100.00 %`. Returns a dict with costs, w, b,
    Y_predict_train, Y_predict_test, and learning_rate and epochs as they were given.
    """
    assert len(X_test) == len(X_train), f"pictures differ in size: X_train {X_train.shape}, X_test {X_test.shape}"
    assert np.isin(Y_train, (0, 1)).all() and np.isin(Y_test, (0, 1)).all(), "Y must hold labels 0 and 1, nothing else"
    w, b = init_params(X_train.shape[0])
    params, _, costs = optimize(w, b, X_train, Y_train, epochs, lr)
    w, b = params["w"], params["b"]
    Y_predict_train = predict(w, b, X_train)
    Y_predict_test = predict(w, b, X_test)
    print(f"train_accuracy: {100 * np.mean(Y_predict_train == Y_train):.2f} %")
    print(f"test_accuracy : {100 * np.mean(Y_predict_test == Y_test):.2f} %")
    trained = {"w": w, "b": b, "costs": costs, "learning_rate": lr, "epochs": epochs}
    return trained | {"Y_predict_train": Y_predict_train, "Y_predict_test": Y_predict_test}


def save_model(path, trained, class_names):
    """Write what model() returns as an h5 file, with all that is needed to use the neuron."""
    memory = io.BytesIO()
    with h5py.File(memory, "w") as file:
        file.create_dataset("w", data=trained["w"], fletcher32=True)
        file["b"], file["costs"] = trained["b"], trained["costs"]
        file.attrs.update(class_names=class_names, image_size=IMAGE_SIZE)
        file.attrs.update(learning_rate=trained["learning_rate"], epochs=trained["epochs"])
    save_file(path, memory.getbuffer())


def load_model(path, remedy="python train.py", class_names=None):
    """Read what save_model wrote: w (12288, 1), b (float), and the two class names, those that are given if any are."""
    with open_h5(path, remedy) as file:
        w, b, known = file["w"][:], float(file["b"][()]), list(file.attrs["class_names"])
        if w.shape != (N, 1) or not np.isfinite(w).all() or not np.isfinite(b) or len(known) != 2:
            raise ValueError("it must hold w, b and two class names")
    if class_names not in (None, known):
        raise SystemExit(f"error: the neuron knows {known}, the pictures are of {class_names} - run: {remedy}")
    return w, b, known


def results_folder(args):
    """Where results go: --results, or results/ beside the scripts, or results/ in the data set that was named."""
    return (args.results or (DATASET.parent if args.dataset == DATASET else args.dataset) / "results").expanduser()


def confusion_matrix(Y, Y_predict):
    """How many pictures of each true class (row) were given which class (column): (2, 2). Y, Y_predict: (1, m)."""
    return np.array([[np.sum((true == Y) & (label == Y_predict)) for label in (0, 1)] for true in (0, 1)])


def plausible_range(right, m, k=1.96):
    """Where the true share of right answers may be, after `right` of m: k standard deviations, 95 % (Wilson, 1927)."""
    middle, half = right + k**2 / 2, k * math.sqrt(right * (m - right) / m + k**2 / 4)
    return max(0, (middle - half) / (m + k**2)), min(1, (middle + half) / (m + k**2))


def misclassified(w, b, split, dataset):
    """A sentence for each wrongly labelled picture of a Split, the surest mistakes first."""
    A, Y = sigmoid(w.T @ split.X + b)[0], split.Y[0]
    wrong = [k for k in np.argsort(-np.abs(A - 0.5), kind="stable") if (A[k] > 0.5) != Y[k]]
    return [
        f"{relative_path(dataset / split.files[k])} is {split.class_names[int(Y[k])]}, but the neuron says "
        f"{split.class_names[int(1 - Y[k])]} ({max(A[k], 1 - A[k]):.1%} sure)"
        for k in wrong
    ]


def save_figure(figure, path):
    """Write a matplotlib figure as a PNG file, and close it."""
    memory = io.BytesIO()
    figure.savefig(memory, dpi=120)
    plt.close(figure)
    save_file(path, memory.getbuffer())


def show_weights(axes, w, limit=None):
    """Draw (12288, 1) weights as a picture, the three colours of a pixel added up: red above 0, blue below."""
    pixels = w.reshape(IMAGE_SIZE, IMAGE_SIZE, 3).sum(axis=2)  # (12288, 1) -> (64, 64, 3) -> (64, 64)
    limit = limit or abs(pixels).max() or 1
    axes.set_axis_off()
    return axes.imshow(pixels, cmap="RdBu_r", vmin=-limit, vmax=limit)


def plain_log(axis, steps=(1,)):
    """Make a matplotlib axis logarithmic, with numbers that read 0.1, not a power of ten. steps: 1, or 1, 2, 5."""
    axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    axis.set(major_locator=plt.LogLocator(subs=steps), major_formatter="{x:g}", minor_formatter="")


def plot_results(results, trained, test_cost, class_names):
    """Draw how the cost fell, with that of the test pictures at the end, and the weights as a picture of 64 x 64."""
    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    epochs = 100 * np.arange(len(trained["costs"]))
    axes.plot(epochs, trained["costs"], "o-", color="black", label="training pictures")
    axes.plot(min(trained["epochs"], epochs[-1] + 100), test_cost, "D", color=ORANGE, label="test pictures, at the end")
    axes.set(xlabel="epochs", ylabel="cost (logarithmic)", title="How wrong the neuron is")
    plain_log(axes.yaxis, (1, 2, 5))
    axes.grid(True, which="both", alpha=0.3)
    axes.legend()
    save_figure(figure, results / "costs.png")

    figure, axes = plt.subplots(figsize=(6, 5.4), layout="constrained")
    figure.colorbar(show_weights(axes, trained["w"]), shrink=0.9)
    axes.set_title(f"The weights: if it is bright here,\nred says {class_names[1]}, blue says {class_names[0]}")
    save_figure(figure, results / "weights.png")


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="how many steps downhill (default: %(default)s)")
    parser.add_argument("--lr", type=float, default=LEARNING_RATE, help="learning rate (default: %(default)s)")
    parser.add_argument("--fast", action="store_true", help="by the Gram matrix: the same, but for the last digit")
    parser.add_argument("--dataset", type=find_folder, default=DATASET, help="another folder with train_x.h5")
    parser.add_argument("--results", type=Path, help="another folder for what comes out")
    args = parser.parse_args(argv)
    if args.epochs < 1 or not 0 < args.lr < math.inf:
        parser.error("--epochs must be at least 1, and --lr a number above 0")

    train, test = load_arrays(args.dataset)
    class_names, results = train.class_names, results_folder(args)
    print(f"{class_names[0]} = 0, {class_names[1]} = 1")
    print(f"train: X {train.X.shape}, Y {train.Y.shape}\ntest : X {test.X.shape}, Y {test.Y.shape}")
    trained = model(train.X, train.Y, test.X, test.Y, args.epochs, args.lr, optimize_gram if args.fast else optimize)
    w, b, costs, said = (trained[name] for name in ("w", "b", "costs", "Y_predict_test"))
    if not np.isfinite(w).all():
        raise SystemExit("error: the weights are no longer finite numbers, no model is written - use a smaller --lr")
    if max(costs) > costs[0]:
        print(f"warning: the cost rose to {max(costs):.3g}: the steps are too large, try a smaller --lr")
    print("\nthe test pictures:")
    width = max(map(len, class_names)) + len("predicted ")
    print(" " * width, *(f"{'predicted ' + name:>{width}}" for name in class_names), sep="  ")
    for name, row in zip(class_names, confusion_matrix(test.Y, said), strict=True):
        print(f"{'true ' + name:<{width}}", *(f"{count:>{width}}" for count in row), sep="  ")
    wrong, missed = (misclassified(w, b, split, args.dataset) for split in (test, train))
    m, (low, high) = test.Y.size, plausible_range(test.Y.size - len(wrong), test.Y.size)
    print(f"on new pictures it may be right {low:.0%} to {high:.0%} of the time: {m} cannot tell more exactly")
    if np.ptp(said) == 0:
        always = f"it says {class_names[int(said[0, 0])]} to every test picture"
        print(f"warning: {always}; always saying so gives {np.mean(said == test.Y):.0%} too")
    print(f"\nwrong: {len(wrong)} of {m} test pictures, {len(missed)} of {train.Y.size} for training")
    for sentence in (wrong + missed)[:5]:
        print(f"  {sentence}")
    save_model(results / "model.h5", trained, class_names)
    plot_results(results, trained, propagate(w, b, test.X, test.Y)[1], class_names)
    for name in ("model.h5", "costs.png", "weights.png"):
        print(f"wrote {relative_path(results / name)}")
    print(f"next: {command('predict_demo.py', dataset=args.dataset, results=args.results)}")
    return trained


# ------------------------------------------------------------------ the same descent, faster


def optimize_gram(w, b, X, Y, epochs, lr):
    """The same descent as optimize: arguments, lines and return values are the same.

    Every step adds columns of X to w: w = w0 + X @ alpha, one alpha for each picture, and b = b0 + their sum. So (1) is
    z = z0 + K @ alpha + their sum, with K = X.T @ X, the Gram matrix, computed once. An epoch takes m * m
    multiplications then, not 2 * n * m. Numbers around 0 lose less in float32: so K is that of X - mean, plus the rest.
    """
    X = X.astype(np.result_type(X, np.float32), copy=False)
    w, m, mean, pools = w.astype(X.dtype), X.shape[1], X.mean(axis=1), ThreadpoolController()
    K, s, square, costs = 0, 0, mean @ mean + 1, []
    for part, middle in zip(np.array_split(X, 6), np.array_split(mean, 6), strict=True):  # no second X in memory
        C = part - middle[:, None]
        K, s = K + C.T @ C, s + middle @ C  # (m, m), (m,)
    z = z0 = (w.T @ X + b)[0].astype(X.dtype)
    y, alpha = Y[0].astype(X.dtype), np.zeros_like(z)

    def seconds(threads):
        pools.limit(limits=threads)
        start = time.perf_counter()
        K @ alpha
        return time.perf_counter() - start

    with pools.limit(limits=None):  # afterwards as many threads as before
        all_threads = max((pool["num_threads"] for pool in pools.info()), default=1)
        for epoch in range(epochs):
            if epoch % 100 == 0:
                costs.append(np.mean(y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)))  # (3), (4)
                print(f"cost after {epoch} epochs: {costs[-1]:.6f}")
                pools.limit(limits=min((1, all_threads), key=seconds))  # on a busy machine 1 is faster
            d = sigmoid(z) - y  # (2)
            alpha -= lr / m * d  # (5), (6), (7)
            total = alpha.sum()
            z = z0 + K @ alpha + s * total + (s @ alpha + square * total)  # (1)
    w, b = w + X @ alpha[:, None], X.dtype.type(b + total)
    return {"w": w, "b": b}, {"dw": X @ d[:, None] / m, "db": d.sum() / m}, costs


if __name__ == "__main__":
    main()
