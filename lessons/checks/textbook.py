"""The example of the checks, and the neuron as any textbook has it, to compare a learner's neuron with."""

import numpy as np

# Two pictures of three numbers each, an airplane (0) and a bike (1), and any neuron.
X = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]])  # (3, 2)
Y = np.array([[0.0, 1.0]])  # (1, 2)
W = np.array([[1.0], [2.0], [-1.0]])  # (3, 1)
B = 0.5  # so z = [0*1 + 0.5*2 - 1*1 + 0.5, 1*1 + 0.5*2 - 0*1 + 0.5] = [0.5, 2.5]
EXAMPLE = "w = [[1], [2], [-1]], b = 0.5, X = [[0, 1], [0.5, 0.5], [1, 0]], Y = [[0, 1]]"


def textbook_sigmoid(z):
    """Equation (2), as it is printed."""
    return 1 / (1 + np.exp(-z))


def textbook_losses(z, Y):
    """Equation (3), as it is printed."""
    A = textbook_sigmoid(z)
    return -(Y * np.log(A) + (1 - Y) * np.log(1 - A))


def textbook_cost(z, Y):
    """Equation (4), as it is printed."""
    return np.sum(textbook_losses(z, Y)) / Y.size


def textbook_slopes(w, b, X, Y):
    """Equations (5) and (6), as they are printed: dw (n, 1) and db."""
    m = X.shape[1]
    A = textbook_sigmoid(w.T @ X + b)  # (1, m)
    dw = X @ (A - Y).T / m  # (n, 1)
    db = np.sum(A - Y) / m
    return dw, db


def descend(w, b, X, Y, epochs, lr):
    """The descent, equation (7), as it is printed. Returns w, b, and the costs before each step."""
    costs = []
    for _ in range(epochs):
        costs.append(textbook_cost(w.T @ X + b, Y))
        dw, db = textbook_slopes(w, b, X, Y)
        w = w - lr * dw
        b = b - lr * db
    return w, b, costs


def random_pictures(n=6, m=10, seed=0):
    """Pictures of numbers from 0 to 1, X (n, m), of which the first number tells the class, Y (1, m)."""
    rng = np.random.default_rng(seed)
    X = rng.random((n, m))
    Y = X[:1] > 0.5
    return X, Y.astype(np.float64)
