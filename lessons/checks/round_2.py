"""Round 2 of the exercise: what the textbook's neuron cannot do, and train.py's can.

The checks are like those of small_ones.py. Any way to do it will pass.
"""

import numpy as np

from checks.compare import Mistake, expect
from checks.textbook import B, W, X, Y, random_pictures


def check_large_z(neuron):
    z = np.array([[-1000.0, 0.0, 1000.0]])
    what = "sigmoid(z) for z = [[-1000, 0, 1000]]"
    try:
        # In this block NumPy raises a FloatingPointError where it would only warn: for a number that is too large (over),
        # for one that is no number (invalid), and for a division by 0.
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            got = neuron.sigmoid(z)
    except FloatingPointError as problem:
        sentence = (
            f"{problem}: exp(1000) is too large. If it is in np.where, that computes both sides"
        )
        raise Mistake(what, sentence)
    expect(got, [[0.0, 0.5, 1.0]], what)


def check_sure_and_wrong(neuron):
    """Two pictures of which the neuron is sure, and wrong: z = 1000 and -1000, a loss of 1000 each."""
    example = "w = [[1000]], b = 0, X = [[1, -1]], Y = [[0, 1]]"
    what = f"the cost where the neuron is sure and wrong: {example}"
    w = np.array([[1000.0]])
    pictures = np.array([[1.0, -1.0]])
    labels = np.array([[0.0, 1.0]])
    grads, cost = neuron.propagate(w, 0.0, pictures, labels)

    if not np.isfinite(cost):
        sentence = (
            "A is rounded to 1, and log(1 - A) is log(0): compute the losses from z, not from A"
        )
        raise Mistake(what, sentence, cost, 1000.0)
    hidden = "something small that is added, or np.clip, hides how wrong it is: compute the losses from z"
    expect(cost, 1000.0, what, otherwise=hidden)
    expect(grads["dw"], [[1.0]], f"dw for {example}")


def check_large_rate(neuron):
    pictures, labels = random_pictures(50, 20)
    w = np.zeros((50, 1))
    params, grads, costs = neuron.optimize(w, 0.0, 100 * pictures, labels, 101, 1.0)
    if not np.isfinite(costs).all() or not np.isfinite(params["w"]).all():
        sentence = (
            "they are no numbers any more: somewhere exp or log still gets what it cannot bear"
        )
        raise Mistake("costs at a learning rate of 1", sentence, costs)


def check_float32(neuron):
    pictures, labels = random_pictures()
    pictures = pictures.astype(np.float32)
    labels = labels.astype(np.float32)
    w, b = neuron.init_params(6)
    params, grads, costs = neuron.optimize(w, b, pictures, labels, 3, 0.5)

    kind = params["w"].dtype
    if kind != np.float32:
        sentence = "float64 takes twice the time and room of float32, the type of X: begin with a w of float32"
        if w.dtype == np.float32:
            sentence = (
                "w begins as float32: print the dtype of z, A and dw to see where float64 comes in"
            )
        raise Mistake("the type of w after optimize, where X is float32", sentence, kind, "float32")
    z = np.array([[-10000, 0, 10000]], np.float32)
    right = [[0.0, 0.5, 1.0]]
    expect(neuron.sigmoid(z), right, "sigmoid(z) in float32 for z = [[-10000, 0, 10000]]")


def check_refusal(neuron, w, Y, of_what, sentence):
    """Raise a Mistake if propagate takes a w or Y of a wrong shape without a sentence of its own."""
    try:
        neuron.propagate(w, B, X, Y)
    except AssertionError as refusal:
        if str(refusal) != "":
            return
        sentence = "it stops, but says nothing: put a comma and a sentence behind the condition"
    except (ValueError, TypeError) as refusal:
        told = str(refusal)
        # With these words NumPy itself complains: that is no sentence of the learner's.
        if told != "" and "matmul" not in told and "broadcast" not in told:
            return
    raise Mistake(f"propagate(w, b, X, Y) for {of_what}", sentence)


def check_shapes(neuron):
    about_w = (
        "stop with a sentence, before any @: assert w.shape == (X.shape[0], 1), 'what w must be'"
    )
    about_Y = (
        "stop with a sentence, before any @: assert Y.shape == (1, X.shape[1]), 'what Y must be'"
    )
    alone = W[:, 0]  # (3,)
    check_refusal(neuron, alone, Y, "w (3,), with which w - lr * dw would be (3, 3)", about_w)
    check_refusal(neuron, W.T, Y, "a row w (1, 3)", about_w)
    check_refusal(neuron, W, Y.T, "a column Y (2, 1), with which A - Y would be (2, 2)", about_Y)
    check_refusal(neuron, W, Y[0], "Y (2,), neither row nor column", about_Y)
