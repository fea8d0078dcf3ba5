"""Can it say "neither"?

    python lessons/three_answers.py

Cut each picture into tiles of 8 by 8 pixels and shuffle them. No airplane and no bike is left. Yet the neuron must
answer, and often it is quite sure: it was never asked "neither", so it never learned to say no. To believe it only
above 99 % is no cure.

Give it a third answer: three neurons side by side, one for each answer, and one rule that makes their three sums into
three probabilities that add up to 1, the softmax: A = exp(Z) / the sum of the three exp(Z). The third one learns from
the training pictures, shuffled. W is now (n, 3), Z and A are (3, m), and Y has three rows, with a 1 for the right class
in each column, else 0. The loss of a picture is -log of the probability of its right class, and the gradient looks as
before:

    Z = W.T @ X + b          dW = X @ (A - Y).T / m          db = the mean of A - Y, for each neuron

With two classes it is the sigmoid of the difference of the two sums. The descent is that of fast_descent.py. You will
see how many shuffled pictures the old neuron is sure of, how many the three call neither, and how many of the real ones
they get right: compare that with what train.py printed.
"""

import numpy as np

from common import fit, gram_matrix, lesson_parser, save_picture, show_picture
from dataset.figures import new_figure
from dataset.screen import print_at_once, progress
from train import LEARNING_RATE, load_arrays, sigmoid

TILE = 8  # pixels
EPOCHS = 1000  # half of the usual: enough here


def shuffle_tiles(x, image_size, rng):
    """A picture, (n,), with its tiles in a random order."""
    pixels = x.reshape(image_size, image_size, -1)  # (64, 64, 3)
    side = image_size // TILE  # how many tiles lie side by side: 8
    tiles = []
    for strip in np.split(pixels, side, axis=0):  # 8 strips, one below the other: (8, 64, 3)
        # 8 tiles, side by side: (8, 8, 3) each. += puts them at the end of the list.
        tiles += np.split(strip, side, axis=1)

    rng.shuffle(tiles)
    strips = []
    for k in range(0, len(tiles), side):  # 0, 8, 16, ...
        strips.append(np.hstack(tiles[k : k + side]))  # side by side: (8, 64, 3)
    return np.vstack(strips).flatten()  # one below the other: (64, 64, 3), and (n,) again


def shuffle_all(X, image_size, rng):
    """Each of the pictures in X, (n, m), with its tiles in another order."""
    shuffled = np.zeros_like(X)  # (n, m)
    for k in range(X.shape[1]):
        shuffled[:, k] = shuffle_tiles(X[:, k], image_size, rng)
    return shuffled


def softmax(Z):
    """Turn each column of sums into probabilities, together 1. Z: (3, m)

    The largest sum of a column is taken off first, which changes nothing, because exp(z - c) is exp(z) / exp(c). After
    that the largest exp is exp(0) = 1, and none overflows.
    """
    largest = Z.max(axis=0)  # (m,): of each column
    E = np.exp(Z - largest)  # (3, m): a row is taken from each row
    return E / E.sum(axis=0)


def learn(X, Y):
    """W (n, 3) and b (3, 1) after gradient descent from zero, by the Gram matrix as in fast_descent.py. Y: (3, m)

    m: how many pictures there are in X, shuffled ones and all.
    """
    m = X.shape[1]
    K = gram_matrix(X)  # (m, m)
    Z = np.zeros((3, m), np.float32)  # of the same kind as K
    total = np.zeros_like(Z)  # (3, m): all steps so far, added up
    for _ in progress(range(EPOCHS), "learning"):
        # As in fit of common.py, once for each of the three rows: steps are rows here, so K stands behind them.
        step = LEARNING_RATE * (softmax(Z) - Y) / m  # (3, m)
        Z = Z - step @ K  # (3, m)
        total = total + step

    W = -(X @ total.T)  # (n, 3): all steps at once
    b = -total.sum(axis=1, keepdims=True)  # (3, 1)
    return W, b


def three_labels(Y):
    """Labels in three rows, (3, 2 m): for the m pictures with labels Y, then for the m shuffled ones.

    Each column has one 1, else 0.
    """
    zeros = np.zeros_like(Y)  # (1, m)
    ones = np.ones_like(Y)
    # np.block joins arrays as they stand here. Rows: class 0, class 1, neither. Left: real pictures, right: shuffled.
    return np.block([[1 - Y, zeros], [Y, zeros], [zeros, ones]])


def draw_pictures(X, image_size, sure, A_three):
    """Three of the shuffled pictures X: those of which one neuron is surest, sure (m,). A_three (3, m): what three say."""
    figure = new_figure(8, 3.7)
    axes = figure.subplots(1, 3)
    # np.argsort: the places of these numbers, from that of the smallest to that of the largest.
    for panel, k in zip(axes, np.argsort(sure)[-3:], strict=True):
        show_picture(panel, X[:, k], image_size)
        title = f"one neuron:\n{sure[k]:.1%} sure\nthree neurons:\nneither {A_three[2, k]:.1%}"
        panel.set(title=title, anchor="S")  # "S", south: at the bottom, with room for the title
    return figure


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    size = train.image_size
    if size % TILE > 0:  # what is left over when size is divided by TILE
        raise SystemExit(
            f"error: tiles of {TILE} pixels do not fit into {size} - change TILE in this script"
        )
    rng = np.random.default_rng(0)
    X_shuffled = shuffle_all(train.X, size, rng)  # (n, m)
    test_shuffled = shuffle_all(test.X, size, rng)

    # One neuron, which must say one or the other.
    w, b, costs = fit(train.X, train.Y)
    A = sigmoid(w.T @ test_shuffled + b)  # (1, m)
    sure = np.maximum(A, 1 - A)[0]  # (m,): how sure of its own answer
    too_sure = np.mean(sure > 0.99)
    print(f"one neuron is more than 99 % sure of {too_sure:.1%} of the shuffled test pictures")

    # Three neurons, which learn from shuffled pictures, too.
    W, b_three = learn(np.hstack([train.X, X_shuffled]), three_labels(train.Y))
    real = softmax(W.T @ test.X + b_three)  # (3, m)
    # argmax: 0, 1 or 2, the row in which the largest number of a column stands.
    real_right = np.mean(real.argmax(axis=0) == test.Y[0])
    A_three = softmax(W.T @ test_shuffled + b_three)  # (3, m)
    neither = np.mean(A_three.argmax(axis=0) == 2)
    print(f"three neurons call {neither:.1%} of them neither")
    print(f"and get {real_right:.1%} of the real test pictures right")

    save_picture(draw_pictures(test_shuffled, size, sure, A_three), args, "three_answers.png")
    print(
        "try: change TILE in this script to 32: are four large tiles still neither, and the real pictures still right?"
    )
    return {"sure": too_sure, "neither": neither, "real right": real_right}


if __name__ == "__main__":
    print_at_once()
    main()
