"""Can it say "neither"?

    python lessons/three_answers.py

Cut each picture into tiles of 8 by 8 pixels and shuffle them. No airplane and no bike is left. Yet the neuron must
answer, and often it is quite sure: it was never asked "neither", so it never learned where to stop. To believe it only
above 90 % is no cure.

Give it a third answer: three neurons side by side, one a class, and one rule that makes their three sums into three
probabilities that add up to 1, the softmax: A = exp(Z) / the sum of the three exp(Z). W is now (n, 3), Z and A are
(3, m), and Y has three rows, with a 1 for the right class in each column. The gradient looks as before:

    Z = W.T @ X + b          dW = X @ (A - Y).T / m          db = the mean of A - Y, for each neuron

With two classes it is the sigmoid again. You will see how many shuffled pictures the old neuron is sure of, how many
the three call neither, and what that costs on real ones.
"""

import matplotlib.pyplot as plt
import numpy as np
from tqdm import tqdm

from common import GREY, fit, lesson_parser, save_picture
from prepare_data import IMAGE_SIZE, load_arrays
from train import BLUE, RED, sigmoid

TILE = 8  # pixels
EPOCHS, LEARNING_RATE = 1000, 0.01


def shuffled(X, random):
    """The pictures with their tiles in a random order, another one for each picture."""
    side = IMAGE_SIZE // TILE
    pictures = X.T.reshape(-1, side, TILE, side, TILE, 3).swapaxes(2, 3)  # (m, 8, 8, tile)
    tiles = pictures.reshape(len(pictures), side * side, TILE, TILE, 3).copy()
    for picture in tiles:
        random.shuffle(picture)
    pictures = tiles.reshape(-1, side, side, TILE, TILE, 3).swapaxes(2, 3)
    return pictures.reshape(X.shape[1], -1).T  # (12288, m)


def softmax(Z):
    """Turn each column of sums into probabilities, together 1. The largest is taken off first: safe for any Z."""
    E = np.exp(Z - Z.max(axis=0))
    return E / E.sum(axis=0)


def learn(X, Y):
    """W (n, 3) and b (3, 1) after gradient descent from zero, by K = X.T @ X as in fast_descent.py; Y is (3, m)."""
    K, Z, total, step = X.T @ X + 1, np.zeros_like(Y), np.zeros_like(Y), LEARNING_RATE / X.shape[1]
    for _ in tqdm(range(EPOCHS), "learning", disable=None):
        D = softmax(Z) - Y  # (3, m)
        Z -= step * (D @ K)
        total += D
    return -step * (X @ total.T), -step * total.sum(axis=1, keepdims=True)


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    (train, test), random = load_arrays(args.dataset), np.random.default_rng(0)
    names = [*train.class_names, "neither"]
    cut, test_cut = shuffled(train.X, random), shuffled(test.X, random)
    w, b, _ = fit(train.X, train.Y)
    sure = np.mean(np.abs(w.T @ test_cut + b) > np.log(99))  # a is above 0.99 or below 0.01
    print(f"one neuron is more than 99 % sure of {sure:.1%} of the shuffled test pictures")

    right = np.append(train.Y[0], np.full(cut.shape[1], 2)).astype(int)  # (2 m,): 0, 1 or 2
    W, b3 = learn(np.hstack([train.X, cut]), np.eye(3, dtype=train.X.dtype)[:, right])
    A, A_cut = softmax(W.T @ test.X + b3), softmax(W.T @ test_cut + b3)
    neither, still = np.mean(A_cut.argmax(axis=0) == 2), np.mean(A.argmax(axis=0) == test.Y[0])
    print(f"three neurons call {neither:.1%} of them neither, and get {still:.1%} of the real test pictures right")

    figure, axes = plt.subplots(2, 6, figsize=(13, 4.4), layout="constrained", height_ratios=(1.6, 1), sharey="row")
    shown = [np.flatnonzero(test.Y[0] == label)[0] for label in (0, 1)] + [np.argmax(np.abs(w.T @ test.X + b))]
    for column, k in enumerate(shown * 2):
        X, probabilities = (test.X, A) if column < 3 else (test_cut, A_cut)
        z = (w.T @ X[:, [k]] + b).item()
        axes[0, column].imshow(X[:, k].reshape(IMAGE_SIZE, IMAGE_SIZE, 3))
        axes[0, column].set_axis_off()
        axes[0, column].set_title(f"one neuron:\n{names[int(z > 0)]} {sigmoid(abs(z)):.1%}")
        axes[1, column].barh(names, 100 * probabilities[:, k], color=[BLUE, RED, GREY])
        axes[1, column].set(xlim=(0, 100), xlabel="three neurons: %")
    save_picture(figure, args, "three_answers.png")
    print("try: change TILE in this script to 32: are four large tiles still neither?")
    return sure, neither, still


if __name__ == "__main__":
    main()
