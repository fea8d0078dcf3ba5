"""What the lessons on judging a score share: tests drawn at random from all pictures.

Which pictures are in a test is luck. So these lessons put all pictures together, draw some for a test, let a new neuron
learn from others, and do that again and again. What gram_matrix is, and why it makes this quick, fast_descent.py tells.
"""

import numpy as np

from common import fit, gram_matrix
from train import EPOCHS


def all_pictures(train, test):
    """All pictures side by side, those of the test at the end, for tests drawn at random: X, Y, and gram_matrix(X)."""
    X = np.hstack([train.X, test.X])  # (n, all of them)
    Y = np.hstack([train.Y, test.Y])
    X = np.array(X, order="F")  # the numbers of a column side by side in memory: quick to take
    return X, Y, gram_matrix(X)


def draw_a_test(Y, Y_test, rng):
    """Draw a random test with as many pictures of each class as Y_test has. Y: of all pictures.

    Returns two lists of column numbers: of the pictures to test with, and of all others, to learn from.
    """
    tested = []
    others = []
    for label in (0, 1):
        of_class = [k for k in range(Y.size) if Y[0, k] == label]
        shuffled = list(rng.permutation(of_class))  # in a random order
        count = np.sum(Y_test == label)
        tested += shuffled[:count]
        others += shuffled[count:]
    return tested, others


def fit_columns(X, Y, K, columns, epochs=EPOCHS):
    """Train a neuron on some of the pictures: w and b. K: gram_matrix(X). columns: a list of column numbers."""
    # A list in place of one number takes all those rows, or columns: first rows of K, then, of these, columns.
    K = K[columns][:, columns]
    w, b, costs = fit(X[:, columns], Y[:, columns], epochs, K=K)
    return w, b
