"""What the lessons share. A lesson asks one question and answers it on the pictures that you have.

None of them changes the arrays or results/model.h5. What they draw goes to results/lessons/.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the folder with train.py
from dataset.figures import save_figure
from dataset.folders import command_line, make_folder, results_folder
from dataset.screen import argument_parser
from train import EPOCHS, LEARNING_RATE, load_model, sigmoid


def lesson_parser(text):
    """The command line arguments that every lesson has. text: its docstring, which is the help."""
    parser = argument_parser(text)
    parser.add_argument(
        "--results", type=Path, help="another folder with model.h5, and for lessons/"
    )
    return parser


def load_neuron(args):
    """The neuron that train.py wrote (class Neuron of train.py). args: what lesson_parser gave."""
    results = results_folder(args.dataset, args.results)
    remedy = command_line("train.py", args.dataset, args.results)
    return load_model(results / "model.h5", remedy)


def gram_matrix(X):
    """K = X.T @ X + 1, (m, m): how much each two pictures have in common. The 1 is for b.

    float32 has some 7 digits, too few for a sum of 12288 products: so it is summed in float64, over six blocks of rows.
    fast_descent.py tells what K is good for.
    """
    m = X.shape[1]
    K = np.ones((m, m))  # float64
    for rows in np.array_split(X, 6):  # six blocks, one below the other
        rows = rows.astype(np.float64)
        K += rows.T @ rows  # (m, m)
    return K.astype(np.float32)


def fit(X, Y, epochs=EPOCHS, lr=LEARNING_RATE):
    """Train a neuron from zero, in silence, by the descent of fast_descent.py: the same as train.py's, but faster.

    Returns w (n, 1), b, and the costs before epochs 0, 100, 200, ...
    """
    m = X.shape[1]
    K = gram_matrix(X)  # (m, m)
    y = Y[0].astype(np.float32)  # (m,)
    z = np.zeros(m, np.float32)  # (m,): what the neuron says of each picture
    total = np.zeros(m)  # (m,): all steps so far, added up
    costs = []

    for epoch in range(epochs):
        if epoch % 100 == 0:
            losses = y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)  # (3)
            costs.append(np.mean(losses))  # (4)
        step = lr * (sigmoid(z) - y) / m  # (2), and what (5), (6), (7) have in common
        z = z - K @ step  # (1), as it is after the step
        total = total + step

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
    axes.imshow(pixels.clip(0, 1), cmap="gray", vmin=0, vmax=1)
    axes.set_axis_off()


def save_picture(figure, args, name):
    """Write a figure to results/lessons/, and say so."""
    folder = results_folder(args.dataset, args.results) / "lessons"
    make_folder(folder, "--results")
    save_figure(figure, folder / name)
