"""What the lessons share: where the data are, how a neuron is trained without a word, where pictures go.

A lesson asks one question and answers it on the pictures that you have, in a page of code. None of them changes the
arrays or results/model.h5; what they draw goes to results/lessons/.
"""

import argparse
import contextlib
import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the folder with train.py

from prepare_data import DATASET, command, find_folder, relative_path
from train import EPOCHS, LEARNING_RATE, init_params, load_model, optimize_gram, predict, results_folder, save_figure

GREY, GREEN = "#888888", "#1b9e77"  # on plots, like ORANGE of train.py: what is of neither class


def lesson_parser(text):
    """The command line arguments that every lesson has. text: its docstring, which is the help."""
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", type=find_folder, default=DATASET, help="another folder with the arrays")
    parser.add_argument("--results", type=Path, help="another folder with model.h5, and for lessons/")
    return parser


def load_neuron(args, class_names):
    """w and b of the neuron in model.h5, which must know the classes of the arrays."""
    w, b, known = load_model(results_folder(args) / "model.h5", command("train.py", dataset=args.dataset))
    if known != class_names:
        raise SystemExit(f"error: the neuron knows {known}, the arrays hold {class_names} - train it anew")
    return w, b


def fit(X, Y, epochs=EPOCHS, lr=LEARNING_RATE, descent=optimize_gram):
    """A neuron trained from zero, in silence: w, b, and its costs every 100 epochs. Ctrl-C ends the lesson."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        params, _, costs = descent(*init_params(X.shape[0]), X, Y, epochs, lr)
    if "stopped" in printed.getvalue():
        raise KeyboardInterrupt
    return params["w"], params["b"], costs


def accuracy(w, b, X, Y):
    """The share of the pictures that the neuron labels right, 0 to 1."""
    return float((predict(w, b, X) == Y).mean())


def save_picture(figure, args, name):
    """Write a figure to results/lessons/, and say so."""
    path = results_folder(args) / "lessons" / name
    save_figure(figure, path)
    print(f"wrote {relative_path(path)}")
