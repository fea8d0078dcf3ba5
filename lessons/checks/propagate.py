"""Round 1 of the exercise: propagate. The checks are like those of small_ones.py."""

import numpy as np

from checks.compare import BY_HAND, Mistake, expect, expect_parts
from checks.textbook import (
    EXAMPLE,
    B,
    W,
    X,
    Y,
    random_pictures,
    textbook_cost,
    textbook_losses,
    textbook_sigmoid,
    textbook_slopes,
)


def check_propagate_on(neuron, w, b, X, Y, example, otherwise):
    """Call propagate once. example: the numbers in words; otherwise: a sentence if no known mistake explains it."""
    m = X.shape[1]
    z = w.T @ X + b  # (1, m)
    A = textbook_sigmoid(z)  # (1, m)
    cost = textbook_cost(z, Y)
    known = {"w": w, "b": b, "X": X, "Y": Y, "m": m, "z": z, "A": A}
    known["cost"] = cost
    known["cost_of"] = textbook_cost
    known["losses"] = textbook_losses(z, Y)  # (1, m)

    what = f"propagate(w, b, X, Y) for {example}"
    order = 'it must return {"dw": dw, "db": db}, cost: a dictionary and a number, in this order'
    got = neuron.propagate(w, b, X, Y)
    expect_parts(got, what, [dict, object], order)
    grads, got_cost = got
    if set(grads) != {"dw", "db"}:
        raise Mistake(what, 'the dictionary must have the keys "dw" and "db"', grads)

    shape = "the cost must be one number: np.sum(losses) / m adds up all of them"
    expect(got_cost, cost, f"the cost of {what}", "cost", known, shape, otherwise)

    dw, db = textbook_slopes(w, b, X, Y)
    shape = "dw must be a column, one number for each weight: X @ (A - Y).T / m"
    if np.shape(grads["dw"]) == (1, len(w)):
        shape = "dw lies on its side: X @ (A - Y).T / m is a column"
    expect(grads["dw"], dw, f"dw of {what}", "dw", known, shape, otherwise)

    shape = "db must be one number, np.sum(A - Y) / m, or b becomes an array"
    expect(grads["db"], db, f"db of {what}", "db", known, shape, otherwise)


def check_propagate(neuron):
    check_propagate_on(neuron, W, B, X, Y, EXAMPLE, BY_HAND)

    # Once more, with other numbers of pictures and of numbers.
    pictures, labels = random_pictures(5, 4)
    w = np.full((5, 1), 0.1)  # (5, 1), all 0.1
    example = "four pictures of five numbers"
    written = (
        "it was right for two pictures of three numbers: is m written as a number? It is X.shape[1]"
    )
    check_propagate_on(neuron, w, B, pictures, labels, example, written)
