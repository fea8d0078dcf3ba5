"""What the lessons share. A lesson asks one question and answers it on the pictures that you have, in a page of code.
None of them changes the arrays or results/model.h5; what they draw goes to results/lessons/."""

import argparse
import contextlib
import io
import sys
from pathlib import Path

import numpy as np
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the folder with train.py
from prepare_data import DATASET, find_folder, relative_path
from train import EPOCHS, LEARNING_RATE, init_params, optimize_gram, results_folder, save_figure, sigmoid

GREY, GREEN = "#888888", "#1b9e77"  # on plots, like ORANGE of train.py: what is of neither class


def lesson_parser(text):
    """The command line arguments that every lesson has. text: its docstring, which is the help."""
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", type=find_folder, default=DATASET, help="another folder with the arrays")
    parser.add_argument("--results", type=Path, help="another folder with model.h5, and for lessons/")
    return parser


def fit(X, Y, epochs=EPOCHS, lr=LEARNING_RATE, descent=optimize_gram):
    """A neuron trained from zero, in silence: w, b, and its costs every 100 epochs. Ctrl-C ends the lesson."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        params, _, costs = descent(*init_params(X.shape[0]), X, Y, epochs, lr)
    if "stopped" in printed.getvalue():
        raise KeyboardInterrupt
    return params["w"], params["b"], costs


def fit_many(X, Y, masks, epochs=EPOCHS, lr=LEARNING_RATE):
    """Many neurons at once, by one X.T @ X. Each learns from the pictures where its column of masks, (m, s), is True.
    Returns z (m, s): what each neuron says of each picture, also of those it did not learn from. The 1 is for b."""
    K, z, steps = X.T @ X + 1, np.zeros(masks.shape, X.dtype), (lr * masks / masks.sum(axis=0)).astype(X.dtype)
    for _ in tqdm(range(epochs), "learning", disable=None):
        z -= K @ (steps * (sigmoid(z) - Y.T))
    return z


def save_picture(figure, args, name):
    """Write a figure to results/lessons/, and say so."""
    path = results_folder(args) / "lessons" / name
    save_figure(figure, path)
    print(f"wrote {relative_path(path)}")
