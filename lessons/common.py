"""What the lessons share. A lesson asks one question and answers it on the pictures that you have.

None of them changes the arrays or results/model.h5. What they draw goes to results/lessons/.

What the lessons use besides the lines that README tells, told once:

    X * column                    each column of the table X times it, number by number; so with + and - and /
    Z - row                       a row, (1, m) or (m,), goes with each row of a table
    P @ Q                         each row of P with each column of Q: (h, n) @ (n, m) is (h, m)
    K @ y, w @ X                  y (m,) and w (n,) are lines of numbers, and so is what comes out: (m,)
    P.clip(0, 1)                  number by number, what is below 0 becomes 0, and what is above 1 becomes 1
    A[inside]                     inside is an array of True and False: the numbers of A where it is True
    A[places], A[places] = B      places is a list or an array of whole numbers: take these, or fill these
    np.maximum(P, Q)              number by number, the larger of the two; np.minimum: the smaller
    np.zeros_like(X)              zeros, as many and of the same kind as X has; np.ones_like: ones
    np.hstack([P, Q])             side by side; np.vstack: one below the other
    np.argmin(P), P.argmax()      where the smallest, the largest number stands
    zip(P, Q, strict=True)        walks along both, side by side; strict: an error where one is longer
    for _ in range(50)            the number of the round is not needed
    progress(items, "name")       the same items one by one, with a bar in the terminal
    np.random.default_rng(0)      draws random numbers, because of the 0 the same ones in every run
    time.perf_counter()           a clock, in seconds
    new_figure(8, 5)              an empty figure, 8 inches wide and 5 high
    figure.subplots(1, 3)         three empty plots side by side, to be walked along; subplots(): one
    figure.subfigures(2, 1)       two parts of a figure, one below the other
    axes.plot(x, y, "o-")         o, s, D, . draw dots, squares, diamonds, small dots; -, --, : draw lines; k: black
    axes.axhline(0.5)             a level line all across; axes.axvline: an upright one
    fit(X, Y)                     trains a neuron from zero, below: w, b, and the costs on the way
    share_right(w, b, X, Y)       the share of these pictures that it gets right, below
    return {...} of main          the numbers, for the tests of this project
"""

import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the folder with train.py
from dataset.figures import save_figure
from dataset.folders import command_line, make_folder, results_folder
from dataset.report import rises
from dataset.screen import argument_parser
from train import EPOCHS, LEARNING_RATE, load_model, sigmoid


def lesson_parser(text):
    """The command line arguments that every lesson has. text: its docstring, which is the help."""
    parser = argument_parser(text)
    parser.add_argument(
        "--results", type=Path, help="another folder: it has model.h5, and gets lessons/"
    )
    return parser


def load_neuron(args):
    """The neuron that train.py wrote (class Neuron of train.py). args: what lesson_parser gave."""
    results = results_folder(args.dataset, args.results)
    remedy = command_line("train.py", args.dataset, args.results)
    return load_model(results / "model.h5", remedy)


def check_neuron(neuron, arrays, args):
    """A neuron can only speak of pictures of the same classes and the same size as those that it learned from."""
    learned = (neuron.class_names, neuron.image_size)
    found = (arrays.class_names, arrays.image_size)
    if learned != found or len(neuron.w) != len(arrays.X):
        remedy = command_line("train.py", args.dataset, args.results)
        raise SystemExit(
            f"error: the neuron learned from other pictures, {learned}; these are {found} - run: {remedy}"
        )


def gram_matrix(X):
    """K = X.T @ X + 1, (m, m): how much any two pictures have in common. The 1 is for b.

    float32 has some 7 digits, too few for a sum of 12288 products: so K is added up in float64. Each number of K is a sum
    over all rows of X; so it may be added up block by block. fast_descent.py tells what K is good for.
    """
    m = X.shape[1]
    K = np.ones((m, m))  # float64
    for rows in np.array_split(X, 6):  # six blocks, one below the other
        rows = rows.astype(np.float64)
        K += rows.T @ rows  # (m, m)
    return K.astype(np.float32)


def product(K, step, helper):
    """K @ step, (m,): what each picture's z loses. step: (m,), one number for each picture.

    A large K is shared by two threads. A thread is a worker, and most processors have room for several at once: helper
    computes the upper half of the result while this one computes the lower half.
    """
    half = len(K) // 16 * 8  # about a half of the rows, and a multiple of 8: the fastest
    if half < 400:  # so few that sharing takes longer
        return K @ step

    # submit hands over a function and what goes into it, and does not wait. np.matmul(P, Q) is P @ Q.
    task = helper.submit(np.matmul, K[:half], step)
    lower_half = K[half:] @ step  # (m - half,)
    upper_half = task.result()  # (half,): waits until the helper has computed it
    return np.append(upper_half, lower_half)


def cost_of(z, y):
    """Equations (3) and (4). z, y: (m,)"""
    losses = y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)  # (m,)
    return np.mean(losses)


def warn_if_it_jumps(costs):
    """Say, once in each run, that the steps are too large for these pictures. costs: those of the last epochs."""
    if rises(costs):
        text = "the cost still jumps at the end, so its scores are partly luck: write a smaller"
        # warnings.warn prints a text the first time, and not again. stacklevel: it shows where this was called.
        warnings.warn(f"{text} LEARNING_RATE into train.py, see learning_rates.py", stacklevel=2)


def fit(X, Y, epochs=EPOCHS, lr=None, K=None, every=100):
    """Train a neuron from zero, in silence, by the descent of fast_descent.py: the same as train.py's, but faster.

    lr: if none is given, that of train.py. K: gram_matrix(X), if it is there already. every: how many epochs from one
    cost to the next. Returns w (n, 1), b, and the costs, a list: before epochs 0, 100, 200, ...
    """
    rate = lr
    if lr is None:
        rate = LEARNING_RATE
    m = X.shape[1]
    if K is None:
        K = gram_matrix(X)  # (m, m)
    y = Y[0].astype(np.float32)  # (m,)
    z = np.zeros(m, np.float32)  # (m,): what the neuron says of each picture
    total = np.zeros(m)  # (m,): all steps so far, added up
    costs = []
    late = []  # the costs of the last tenth, epoch by epoch

    # These products are so short that NumPy's own threads would mostly wait for each other: so NumPy gets one, and
    # helper is a second one of ours, for product. Behind the with both settings are gone.
    with threadpool_limits(1), ThreadPoolExecutor(1) as helper:
        for epoch in range(epochs):
            if epoch % every == 0:
                costs.append(cost_of(z, y))  # (3), (4)
            if epoch >= 0.9 * epochs:
                late.append(cost_of(z, y))
            step = rate * (sigmoid(z) - y) / m  # (2), and what (5), (6), (7) have in common
            z = z - product(K, step, helper)  # K @ step, so this is (1), as it is after the step
            total = total + step

    if lr is None:
        warn_if_it_jumps(late)
    w = -(X @ total.astype(X.dtype))  # (n,): all steps at once
    b = -np.sum(total)
    return w.reshape(-1, 1), b, costs


def share_right(w, b, X, Y):
    """The share of pictures that a neuron gets right."""
    z = w.T @ X + b  # (1, m), above 0 for class 1
    return np.mean((z > 0) == Y)


def show_picture(axes, x, image_size):
    """Draw a column of numbers as the picture that it is."""
    pixels = x.reshape(image_size, image_size, -1)  # (64, 64, 3)
    if pixels.max() > 2:  # numbers up to 255, because you have taken out / 255
        pixels = pixels / 255
    axes.imshow(pixels.clip(0, 1), cmap="gray", vmin=0, vmax=1)
    axes.set(xticks=[], yticks=[])  # no numbers around it, only a thin frame


def save_picture(figure, args, name):
    """Write a figure to results/lessons/, and say so."""
    folder = results_folder(args.dataset, args.results) / "lessons"
    make_folder(folder, "--results")
    save_figure(figure, folder / name)
