"""What the lessons share: where the data are, how a neuron is trained in a moment, where pictures go.

A lesson asks one question and answers it on the pictures that you have, in a page of code. None of them changes
the arrays or results/model.h5; what they draw goes to results/lessons/. This file only saves them repetition.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the folder with train.py

import train
from dataset.guards import Parser, Problem, in_one_line, shown, until_ctrl_c
from prepare_data import DATASET
from train import (
    EPOCHS,
    LEARNING_RATE,
    REPORT_EVERY,
    RESULTS,
    init_params,
    load_model,
    optimize,
    optimize_gram,
    predict,
    save_figure,
)


def lesson_parser(text):
    """Command line arguments that every lesson has. text: its docstring, which is the help."""
    parser = Parser(text)
    parser.add_argument("--dataset", type=Path, default=DATASET, help="folder with the arrays (default: %(default)s)")
    parser.add_argument(
        "--results", type=Path, default=RESULTS, help="folder with model.h5, and for lessons/ (default: %(default)s)"
    )
    return parser


def load_neuron(args, class_names):
    """w and b of the trained neuron, which must know the classes of the arrays."""
    w, b, known = load_model(args.results / "model.h5")
    if known != class_names:
        raise Problem(
            f"{shown(args.results / 'model.h5')} knows {' and '.join(known)}, but the arrays in "
            f"{shown(args.dataset)} hold {' and '.join(class_names)} - run: python train.py"
        )
    return w, b


def train_neuron(X, Y, epochs=EPOCHS, lr=LEARNING_RATE, descent=None, every=REPORT_EVERY):
    """A neuron that starts from zero: w, b, and its cost every so many epochs.

    Nothing is printed. It descends by the Gram matrix where that pays, unless another descent is given.
    """
    descent = descent or (optimize_gram if X.shape[1] < X.shape[0] else optimize)
    usual, train.REPORT_EVERY = train.REPORT_EVERY, every
    try:
        params, _, costs = descent(*init_params(X.shape[0]), X, Y, epochs, lr, report=None)
    finally:
        train.REPORT_EVERY = usual
    if until_ctrl_c.stopped:  # in a lesson there is nothing to keep
        raise KeyboardInterrupt
    return params["w"], params["b"], costs


def share_right(w, b, X, Y):
    """The share of the pictures that the neuron labels right, 0 to 1."""
    return float((predict(w, b, X) == Y).mean())


def short(name, most=20):
    """A class name that fits into a picture and into a line."""
    name = in_one_line(name)
    return name if len(name) <= most else name[: most - 3] + "..."


def save_picture(figure, args, name):
    """Write a figure to results/lessons/, and say so."""
    path = args.results / "lessons" / name
    save_figure(figure, path)
    print(f"wrote {shown(path)}")
