"""Step 2 of 3. Teach one neuron to tell two kinds of pictures apart.

    python train.py            # the textbook way
    python train.py --fast     # the same descent in other coordinates, many times faster

The neuron multiplies every number of a picture with a weight, adds it all up, and squeezes the sum into a number
between 0 and 1: how sure it is that the picture is of class 1. Learning means to change the weights, a little at
a time, so that it is wrong less and less. This file is all of it: no library but NumPy does the learning. The seven
functions have the names and arguments of the tutorial by Gogul Ilango (2017) that README.md tells of.

Notation, with its shapes; n = 12288 numbers a picture, m pictures:

    X    (n, m)   the pictures, one a column, every number between 0 and 1
    Y    (1, m)   their true classes, 0 or 1
    w    (n, 1)   the weights, one for each number of a picture
    b    a number the bias: what the neuron thinks before it looks
    z    (1, m)   the weighted sums, one a picture; above 0 speaks for class 1
    A    (1, m)   the activations: z squeezed between 0 and 1
    cost a number how wrong the neuron is on all pictures; 0.693 = -log 0.5 means that it guesses
    dw   (n, 1)   how the cost changes with each weight: the gradient
    db   a number how the cost changes with the bias
    lr   a number the learning rate: how far to step

The seven equations. (3) is for one picture, with its label y and its activation a. w.T is w lying on its side: a
column turned into a row. @ is the matrix product: a row times a column, number by number, all added up, so that
[1, 2] @ [3, 4] is 1 * 3 + 2 * 4 = 11; a row @ a matrix does that with each of its columns.

    (1)  z = w.T @ X + b                              weighted sum
    (2)  A = 1 / (1 + exp(-z))                        activation, the sigmoid function
    (3)  loss = -(y log(a) + (1 - y) log(1 - a))      how wrong, for one picture
    (4)  cost = the mean of the m losses              how wrong, for all
    (5)  dw = X @ (A - Y).T / m                       gradient
    (6)  db = the mean of A - Y                       gradient
    (7)  w = w - lr * dw,  b = b - lr * db            one step downhill

What comes out: results/model.h5 (w, b and what is needed to use them), results/costs.png, results/weights.png.
The first and last lines on your screen:

    airplane = 0, bike = 1
    ...
    next: python predict_demo.py
"""

import math
from pathlib import Path

from dataset.guards import (
    Parser,
    Problem,
    holding_ctrl_c,
    in_one_line,
    positive_number,
    print_next,
    progress,
    run,
    say,
    shown,
    until_ctrl_c,
    warn,
    whole_number,
    write_safely,
)
from dataset.h5_files import read_h5, write_h5
from prepare_data import DATASET, IMAGE_SIZE, are_texts, load_arrays

import numpy as np

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"  # where the model and the plots go
EPOCHS = 2000  # how often the neuron sees all pictures: more and it fits them better, up to a point
LEARNING_RATE = 0.01  # how far each step goes: too small is slow, too large jumps over the valley
REPORT_EVERY = 100  # epochs between two printed costs
MISTAKES_SHOWN = 5  # at most so many wrong pictures are named
RED, BLUE, ORANGE = "#b2182b", "#2166ac", "#d95f02"  # on plots: class 1, class 0, and what is of neither


# ------------------------------------------------------------------ the neuron: seven functions


def sigmoid(z):
    """Squeeze any number between 0 and 1: equation (2).

    Textbook: 1 / (1 + exp(-z)). For z = -1000 that exp is too large for a computer, so exp is only ever taken of
    a number that is not positive; for z < 0 both parts of the fraction are multiplied by exp(z).

    Args:
        z (number or np.ndarray): weighted sums, of any shape and size.

    Returns:
        The same shape: 0.5 where z is 0, close to 1 for a large z, close to 0 for a very negative one.
    """
    e = np.exp(-np.abs(z))
    return np.where(np.greater_equal(z, 0), 1, e) / (1 + e)


def init_params(dimension):
    """The neuron before it has learned: it says 0.5 to every picture.

    Args:
        dimension (int): n, how many numbers a picture has.

    Returns:
        w (np.ndarray): (n, 1) zeros.
        b (float): 0.0.
    """
    w = np.zeros((dimension, 1))
    b = 0.0
    return w, b


def propagate(w, b, X, Y):
    """Look at all pictures once: forward to the cost, equations (1) to (4), and back to the gradients, (5) and (6).

    Textbook (3): -(y log(a) + (1 - y) log(1 - a)). Where a is rounded to 0 or 1 that is log(0). The same number
    comes safely from z: -log(a) = log(1 + exp(-z)) and -log(1 - a) = log(1 + exp(z)), and
    np.logaddexp(0, z) is log(exp(0) + exp(z)) without ever computing exp(z).

    Args:
        w (np.ndarray): (n, 1) weights.
        b (float): bias.
        X (np.ndarray): (n, m) pictures.
        Y (np.ndarray): (1, m) labels.

    Returns:
        grads (dict): "dw", (n, 1), and "db", a number.
        cost (float): the mean loss.

    Raises:
        ValueError: shapes that do not fit, in a sentence.
    """
    w, b, X, Y = fitting(w, b, X, Y)
    m = X.shape[1]

    z = w.T @ X + b  # (1)  (1, m)
    A = sigmoid(z)  # (2)  (1, m)
    losses = Y * np.logaddexp(0, -z) + (1 - Y) * np.logaddexp(0, z)  # (3)  (1, m)
    cost = np.sum(losses) / m  # (4)  a number

    dw = X @ (A - Y).T / m  # (5)  (n, 1)
    db = np.sum(A - Y) / m  # (6)  a number
    return {"dw": dw, "db": db}, float(cost)


def print_cost(epoch, cost, w, b):
    """The line that the training prints every 100 epochs."""
    say(f"cost after {epoch} epochs: {cost:.6f}")


def optimize(w, b, X, Y, epochs, lr, report=print_cost):
    """Walk downhill: gradient descent, equation (7), again and again.

    Args:
        w (np.ndarray): (n, 1) weights to start from.
        b (float): bias to start from.
        X (np.ndarray): (n, m) pictures.
        Y (np.ndarray): (1, m) labels.
        epochs (int): how many steps.
        lr (float): learning rate.
        report (function): called every 100 epochs as report(epoch, cost, w, b); None for silence.

    Returns:
        params (dict): "w" and "b" after the last step.
        grads (dict): "dw" and "db" of the last step.
        costs (list of float): the cost before steps 0, 100, 200, ...

    Raises:
        ValueError: shapes that do not fit, in a sentence.
        FloatingPointError: the cost is no longer a finite number, with the epoch.
    """
    w, b, X, Y = fitting(w, b, X, Y)
    grads = {"dw": np.zeros_like(w), "db": 0.0}
    costs = []
    for epoch in until_ctrl_c(epochs, doing="training"):  # 0, 1, ..., epochs - 1; Ctrl-C ends it early
        grads, cost = propagate(w, b, X, Y)
        if not math.isfinite(cost):
            raise FloatingPointError(f"the cost is no finite number at epoch {epoch}")
        if epoch % REPORT_EVERY == 0:
            costs.append(cost)
            if report:
                report(epoch, cost, w, b)
        w = w - lr * grads["dw"]  # (7)
        b = b - lr * grads["db"]  # (7)
    return {"w": w, "b": b}, grads, costs


def predict(w, b, X):
    """The class of each picture: 1 where the neuron's activation is above 0.5, else 0.

    Args:
        w (np.ndarray): (n, 1) weights.
        b (float): bias.
        X (np.ndarray): (n, m) pictures.

    Returns:
        np.ndarray: (1, m), each 0 or 1.

    Raises:
        ValueError: shapes that do not fit, in a sentence.
    """
    w, b, X, _ = fitting(w, b, X)
    A = sigmoid(w.T @ X + b)  # (1), (2)
    return (A > 0.5).astype(X.dtype)


def predict_image(w, b, X):
    """The class of one picture.

    Args:
        w (np.ndarray): (n, 1) weights.
        b (float): bias.
        X (np.ndarray): (n, 1), one picture, as image_to_vector gives it.

    Returns:
        int: 0 or 1.

    Raises:
        ValueError: shapes that do not fit, in a sentence.
    """
    Y_predict = predict(w, b, X)
    if Y_predict.shape != (1, 1):
        raise ValueError(f"X must be one picture of shape (n, 1), not {np.shape(X)}: use predict for several")
    return int(Y_predict[0, 0])


def model(X_train, Y_train, X_test, Y_test, epochs, lr, optimize=optimize, report=print_cost):
    """Train a neuron on the training pictures, and try it on pictures that it has never seen.

    Args:
        X_train, Y_train (np.ndarray): (n, m) pictures and (1, m) labels to learn from.
        X_test, Y_test (np.ndarray): the same for the test.
        epochs (int): how many steps.
        lr (float): learning rate.
        optimize (function): optimize or optimize_gram.
        report (function): as in optimize.

    Returns:
        dict: costs, Y_predict_test, Y_predict_train, w, b, learning_rate, epochs.

    Raises:
        ValueError, FloatingPointError: as in optimize.
    """
    w, b = init_params(X_train.shape[0])
    fitting(w, b, X_test, Y_test)  # a mistake in the test is told before the long training
    params, _, costs = optimize(w, b, X_train, Y_train, epochs, lr, report)
    w, b = params["w"], params["b"]

    Y_predict_train = predict(w, b, X_train)
    Y_predict_test = predict(w, b, X_test)
    print(f"train_accuracy: {100 * np.mean(Y_predict_train == Y_train)} %")
    print(f"test_accuracy : {100 * np.mean(Y_predict_test == Y_test)} %")
    return {
        "costs": costs,
        "Y_predict_test": Y_predict_test,
        "Y_predict_train": Y_predict_train,
        "w": w,
        "b": b,
        "learning_rate": lr,
        "epochs": epochs,
    }


def fitting(w, b, X, Y=None):
    """The arguments in one float type, after a look at what they hold and at their shapes.

    Returns:
        w, b, X, Y as in propagate: float32 where X is, else float64; Y is None where none is given.

    Raises:
        ValueError: what does not fit, in a sentence.
    """
    for name, values in (("w", w), ("b", b), ("X", X), ("Y", 0 if Y is None else Y)):
        if np.asarray(values).dtype.kind not in "fiub":
            raise ValueError(f"{name} must hold numbers; its type is {np.asarray(values).dtype}")
    X = np.asarray(X)
    if X.ndim != 2 or X.shape[1] == 0:
        raise ValueError(f"X must have the shape (n, m), one column a picture, at least one; it has {X.shape}")
    if np.shape(w) != (X.shape[0], 1):
        raise ValueError(f"w must have the shape {(X.shape[0], 1)}, one weight a row of X; it has {np.shape(w)}")
    if np.size(b) != 1:
        raise ValueError(f"b must be one number; it has the shape {np.shape(b)}")
    if Y is not None and np.shape(Y) != (1, X.shape[1]):
        raise ValueError(f"Y must have the shape {(1, X.shape[1])}, one label a column of X; it has {np.shape(Y)}")
    kind = X.dtype.type if X.dtype in (np.float32, np.float64) else np.float64
    w, X = np.asarray(w, kind), np.asarray(X, kind)
    return w, kind(np.reshape(b, ())), X, Y if Y is None else np.asarray(Y, kind)


# ------------------------------------------------------------------ the fast way: skip it at first reading


def optimize_gram(w, b, X, Y, epochs, lr, report=print_cost):
    """The same descent as optimize, in other coordinates: arguments, lines and return values are the same.

    Every step adds columns of X to w, so at any time w = w0 + X @ alpha for some alpha of shape (m, 1).
    One step (7) with D = A - Y:     alpha = alpha - (lr / m) * D.T         and b = b - lr * mean(D)
    So z = w.T @ X + b moves by      -(lr / m) * D @ K - lr * mean(D)       with K = X.T @ X, of shape (m, m)

    K is computed once; then an epoch needs m * m multiplications, not 2 * n * m. It pays while m < n.
    z, alpha and b are summed up in float64, so that float32 in X and K does not add up its roundings.
    """
    w, b, X, Y = fitting(w, b, X, Y)
    m = X.shape[1]
    K = gram(X)
    z = np.asarray(w.T @ X + b, np.float64)  # (1)
    alpha = np.zeros((m, 1))
    D = np.zeros((1, m))
    costs = []
    for epoch in until_ctrl_c(epochs, doing="training"):
        if not np.isfinite(z).all():
            raise FloatingPointError(f"the cost is no finite number at epoch {epoch}")
        if epoch % REPORT_EVERY == 0:
            costs.append(float(np.sum(Y * np.logaddexp(0, -z) + (1 - Y) * np.logaddexp(0, z)) / m))  # (3), (4)
            if report:
                report(epoch, costs[-1], w + X @ alpha.astype(X.dtype), b)
        D = sigmoid(z) - Y  # (2), (5), (6)
        alpha -= lr / m * D.T  # (7)
        b = b - lr * np.sum(D) / m  # (7)
        z -= lr / m * (D.astype(K.dtype) @ K + np.sum(D))
    params = {"w": w + X @ alpha.astype(X.dtype), "b": X.dtype.type(b)}
    grads = {"dw": X @ D.T.astype(X.dtype) / m, "db": X.dtype.type(np.sum(D) / m)}
    return params, grads, costs


def gram(X, rows=2048):
    """K = X.T @ X, how much each two pictures have in common, (m, m).

    Summed up over blocks of rows, so that no second array of the size of X is needed. The mean picture is taken
    off first and put back at the end, because numbers around 0 lose less in float32: with X = C + mean,
    K = C.T @ C + s + s.T - mean.T @ mean, where s = mean.T @ X, and the mean of s is mean.T @ mean.

    Args:
        X (np.ndarray): (n, m) pictures.
        rows (int): how many rows of X are in one block.
    """
    K = np.zeros((X.shape[1], X.shape[1]), X.dtype)
    s = np.zeros((1, X.shape[1]))
    for start in progress(range(0, X.shape[0], rows), doing="comparing pictures"):
        block = X[start : start + rows]
        mean = block.mean(axis=1, keepdims=True)
        s += mean.T @ block
        block = block - mean
        K += block.T @ block
    return K + (s + s.T - s.mean()).astype(X.dtype)


# ------------------------------------------------------------------ what is saved


def save_model(path, trained, class_names, source):
    """Write the neuron and all that is needed to use it: what load_model reads.

    Args:
        path (Path): the file.
        trained (dict): what model() returns.
        class_names (list): two texts.
        source (str): where the pictures came from.
    """
    write_h5(
        path,
        {"w": trained["w"], "b": trained["b"], "costs": trained["costs"]},
        {
            "class_names": class_names,
            "image_size": IMAGE_SIZE,
            "learning_rate": trained["learning_rate"],
            "epochs": trained["epochs"],
            "source": source,
        },
    )


def load_model(path=RESULTS / "model.h5"):
    """Read what save_model wrote.

    Returns:
        w (np.ndarray): (12288, 1) weights.
        b (float): bias.
        class_names (list): two texts; class_names[1] is what a large activation means.

    Raises:
        Problem: no such file, damaged, or not a neuron for pictures of this size.
    """
    remedy = "run: python train.py"
    arrays, attributes = read_h5(Path(path), ["w", "b"], remedy)
    w, b = np.asarray(arrays["w"]), np.asarray(arrays["b"])
    class_names, n = attributes.get("class_names"), IMAGE_SIZE * IMAGE_SIZE * 3
    numbers = w.dtype.kind == "f" and b.dtype.kind == "f" and np.isfinite(w).all() and np.isfinite(b).all()
    fits = np.array_equal(attributes.get("image_size"), IMAGE_SIZE) and w.shape == (n, 1) and b.shape == ()
    if not (numbers and fits):
        raise Problem(f"{shown(path)} is not a neuron for pictures of {IMAGE_SIZE} x {IMAGE_SIZE} - {remedy}")
    if not are_texts(class_names) or len(set(class_names)) != 2:
        raise Problem(f"{shown(path)} does not name two classes - {remedy}")
    return w, float(b), class_names


# ------------------------------------------------------------------ what is shown


def table_of_classes(Y, Y_predict, class_names):
    """How many pictures of each true class were given which class. Y, Y_predict: (1, m). Returns lines of text."""
    wide = max(len(name) for name in class_names) + len("predicted ")
    lines = [" " * wide + "".join(f"  {'predicted ' + name:>{wide}}" for name in class_names)]
    for true, name in enumerate(class_names):
        counts = [np.count_nonzero((true == Y) & (Y_predict == guess)) for guess in (0, 1)]
        lines.append(f"{'true ' + name:<{wide}}" + "".join(f"  {count:>{wide}}" for count in counts))
    return lines


def percent(a):
    """A probability in words: it is never 100 %, so that is not what it says."""
    return f"{a:.1%}" if a < 0.9995 else "over 99.9%"


def mistakes(w, b, arrays, dataset):
    """A sentence for each wrongly labelled picture, the surest mistakes first.

    Args:
        w (np.ndarray), b (float): the neuron, w of shape (n, 1).
        arrays (Arrays): pictures, labels and file names, as load_arrays gives them.
        dataset (Path): the folder of those files.
    """
    A = sigmoid(w.T @ arrays.X + b)[0]
    true = arrays.Y[0].astype(int)
    wrong = [k for k in np.argsort(-np.abs(A - 0.5), kind="stable") if (A[k] > 0.5) != true[k]]
    return [
        f"{shown(dataset / arrays.files[k])} is {arrays.class_names[true[k]]}, but the neuron says "
        f"{arrays.class_names[1 - true[k]]} ({percent(max(A[k], 1 - A[k]))} sure)"
        for k in wrong
    ]


def new_figure(*size):
    """An empty matplotlib figure, width and height in inches. A $ in a class name is a $, not a formula."""
    import logging

    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # that its home folder cannot be written is no harm
    with holding_ctrl_c():
        import matplotlib
        from matplotlib.figure import Figure

    matplotlib.rcParams.update({"text.parse_math": False, "axes.spines.top": False, "axes.spines.right": False})
    return Figure(figsize=size, layout="constrained")


def save_figure(figure, path):
    """Write a matplotlib figure as a PNG file, whole or not at all."""
    import io
    import warnings

    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # letters that the font lacks are drawn as boxes
        figure.savefig(buffer, format="png", dpi=120)
    write_safely(path, buffer.getbuffer())


def plain_log(axis, steps=(1,)):
    """Make a matplotlib axis logarithmic, with numbers that read 0.1, not a power of ten. steps: 1, or 1, 2, 5."""
    from matplotlib.ticker import LogLocator

    axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    axis.set_major_locator(LogLocator(subs=steps))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter("")


def show_red_blue(axes, numbers, limit=None):
    """Draw (12288, 1) numbers as a picture, the three colours of a pixel added up: red above 0, blue below."""
    pixels = numbers.reshape(IMAGE_SIZE, IMAGE_SIZE, 3).sum(axis=2)
    limit = limit or abs(pixels).max() or 1
    axes.set_axis_off()
    return axes.imshow(pixels, cmap="RdBu_r", vmin=-limit, vmax=limit)


def explain_red_blue(figure, class_names):
    """Put a legend below a matplotlib figure: what red and blue mean in a picture of weights."""
    from matplotlib.patches import Patch

    names = [in_one_line(name) for name in class_names]
    legend = [Patch(color=colour, label=f"bright here speaks for {names[k]}") for k, colour in ((1, RED), (0, BLUE))]
    figure.legend(handles=legend, loc="outside lower center", ncols=2)


def plot_costs(path, costs, test_costs):
    """Draw how the cost falls, on the training pictures and on the test pictures."""
    epochs = range(0, REPORT_EVERY * len(costs), REPORT_EVERY)
    figure = new_figure(7, 4.5)
    axes = figure.subplots()
    axes.plot(epochs, costs, "o-", color="black", label="training pictures")
    axes.plot(epochs, test_costs, "s--", color=ORANGE, label="test pictures, never trained on")
    axes.set(xlabel="epochs", ylabel="cost (logarithmic)", title="How wrong the neuron is")
    plain_log(axes.yaxis, (1, 2, 5))
    axes.grid(True, which="both", alpha=0.3)
    axes.legend()
    save_figure(figure, path)


def plot_weights(path, w, class_names):
    """Draw the weights as a picture of 64 x 64: each weight belongs to one pixel and one colour."""
    figure = new_figure(9, 5)
    colours, evidence = figure.subplots(1, 2)
    picture = np.asarray(w).reshape(IMAGE_SIZE, IMAGE_SIZE, 3)  # (12288, 1) -> (64, 64, 3)
    colours.imshow(0.5 + 0.5 * picture / (np.abs(picture).max() or 1))
    colours.set_axis_off()
    colours.set_title("the weights as colours\n(grey: the neuron does not care)")
    figure.colorbar(show_red_blue(evidence, w), ax=evidence, shrink=0.8)
    evidence.set_title("the weights of each pixel, added up")
    explain_red_blue(figure, class_names)
    save_figure(figure, path)


# ------------------------------------------------------------------ the script


def choose_descent(fast, X):
    """optimize; or optimize_gram, where it was asked for, can pay, and has the memory that it needs."""
    n, m = X.shape
    if not fast:
        return optimize
    if m > n:
        warn(f"--fast does not pay with more pictures, {m}, than numbers in each, {n}: textbook descent used")
        return optimize
    try:
        np.empty((3 * m, m), X.dtype)  # K, and what it takes to compute it
    except MemoryError:
        warn(f"--fast needs memory for 3 x {m} x {m} numbers, which is not there: textbook descent used")
        return optimize
    return optimize_gram


def main(argv=None):
    parser = Parser(__doc__)
    parser.add_argument("--epochs", type=whole_number(1), default=EPOCHS, help="steps downhill (default: %(default)s)")
    parser.add_argument(
        "--lr", type=positive_number, default=LEARNING_RATE, help="learning rate (default: %(default)s)"
    )
    parser.add_argument("--fast", action="store_true", help="descend by the Gram matrix: the same numbers, sooner")
    parser.add_argument(
        "--dataset", type=Path, default=DATASET, help="folder with train_x.h5 and test_x.h5 (default: %(default)s)"
    )
    parser.add_argument(
        "--results", type=Path, default=RESULTS, help="folder for the model and the plots (default: %(default)s)"
    )
    args = parser.parse_args(argv)

    train, test = load_arrays(args.dataset)
    class_names = [in_one_line(name) for name in train.class_names]
    print(f"{class_names[0]} = 0, {class_names[1]} = 1")
    print(f"train: X {train.X.shape}, Y {train.Y.shape}")
    print(f"test : X {test.X.shape}, Y {test.Y.shape}")

    test_costs = []

    def report(epoch, cost, w, b):
        print_cost(epoch, cost, w, b)
        test_costs.append(propagate(w, b, test.X, test.Y)[1])

    numbers = (train.X, train.Y, test.X, test.Y, args.epochs, args.lr)
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # told below, in one line
            trained = model(*numbers, choose_descent(args.fast, train.X), report)
    except FloatingPointError as failure:
        raise Problem(f"{failure}, with --lr {args.lr} - use a smaller --lr; no model was written") from failure
    if until_ctrl_c.stopped:
        trained["epochs"] = until_ctrl_c.done
        print("what was learned so far is kept")
    w, b, costs = trained["w"], trained["b"], trained["costs"]
    if costs[-1] > costs[0]:
        warn(f"the cost rose from {costs[0]:.3f} to {costs[-1]:.3f}: the steps are too large, try a smaller --lr")

    print("\nthe test pictures:")
    print("\n".join(table_of_classes(test.Y, trained["Y_predict_test"], class_names)))
    wrong_test, wrong_train = mistakes(w, b, test, args.dataset), mistakes(w, b, train, args.dataset)
    print(
        f"\nwrong: {len(wrong_test)} of {test.Y.size} test pictures, {len(wrong_train)} of {train.Y.size} for training"
    )
    for sentence in (wrong_test + wrong_train)[:MISTAKES_SHOWN]:
        print(in_one_line(f"  {sentence}"))

    save_model(args.results / "model.h5", trained, train.class_names, train.source)
    plot_costs(args.results / "costs.png", costs, test_costs)
    plot_weights(args.results / "weights.png", w, class_names)
    print()
    for name in ("model.h5", "costs.png", "weights.png"):
        print(f"wrote {shown(args.results / name)}")
    model_file, usual_file = args.results / "model.h5", RESULTS / "model.h5"
    print_next("predict_demo.py", dataset=(args.dataset, DATASET), model=(model_file, usual_file))
    return trained


if __name__ == "__main__":
    run(main)
