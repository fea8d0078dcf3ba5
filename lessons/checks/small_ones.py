"""Round 1 of the exercise: sigmoid, init_params, predict and predict_image.

Each check calls a function of a neuron, a module like train.py or my_neuron.py, on an example that can be followed by
hand. It raises a Mistake if the function does something else than it must.
"""

import numpy as np

from checks.compare import Mistake, expect, expect_parts
from checks.textbook import B, W, X, textbook_sigmoid


def check_sigmoid(neuron):
    z = np.array([[-2.0, 0.0, 2.0]])
    known = {"z": z, "sigmoid": textbook_sigmoid}
    right = textbook_sigmoid(z)
    expect(neuron.sigmoid(z), right, "sigmoid(z) for z = [[-2, 0, 2]]", "sigmoid", known)
    expect(neuron.sigmoid(0.0), 0.5, "sigmoid(0.0)")


def check_init_params(neuron):
    got = neuron.init_params(3)
    order = "it must return w, b: an array of NumPy's, as np.zeros((n, 1)) makes it, and a number, in this order"
    if isinstance(got, tuple) and isinstance(got[0], list):
        order = "w is a list: make it an array of NumPy's, np.zeros((n, 1))"
    # The kinds of the two parts: an array of NumPy's, and anything; b is looked at below.
    expect_parts(got, "init_params(3)", [np.ndarray, object], order)

    w, b = got
    shape = None
    if w.shape == (1, 3):
        shape = "w lies on its side: (n, 1) is a column, (1, n) a row"
    zeros = "w must begin with zeros: the neuron knows nothing yet"
    expect(w, np.zeros((3, 1)), "w of init_params(3)", shape=shape, otherwise=zeros)
    if w.dtype.kind != "f":
        sentence = "it holds whole numbers, which cannot learn: use np.zeros((n, 1))"
        raise Mistake("w of init_params(3)", sentence, w)

    shape = "b must be one number, 0.0"
    zero = "b must begin with 0, as w does"
    expect(b, 0.0, "b of init_params(3)", shape=shape, otherwise=zero)


def check_predict(neuron):
    x = np.array([[-3.0, -0.1, 0.0, 0.1, 3.0]])
    known = {"z": x, "A": textbook_sigmoid(x)}
    what = "predict(w, b, X) for w = [[1]], b = 0, X = [[-3, -0.1, 0, 0.1, 3]]"
    got = neuron.predict(np.array([[1.0]]), 0.0, x)
    expect(got, np.array([[0, 0, 0, 1, 1]]), what, "predict", known)
    if got.dtype == bool:
        raise Mistake(
            what, "turn True and False into 1 and 0, for example with .astype(float)", got
        )

    what = "predict(w, b, X) for w = [[1], [2], [-1]], b = 0.5, X = [[0, 1], [0.5, 0.5], [1, 0]]"
    expect(neuron.predict(W, B, X), np.array([[1, 1]]), what, "predict with b")


def check_predict_image(neuron):
    w = np.array([[2.0]])
    shape = "it must be one number, 0 or 1: int(...) of the only entry that predict returns"
    for x, label in ((-1.0, 0), (1.0, 1)):
        got = neuron.predict_image(w, 0.0, np.array([[x]]))
        what = f"predict_image(w, b, X) for w = [[2]], b = 0, X = [[{x:g}]]"
        known = {"A": textbook_sigmoid(2 * x), "label": label}
        expect(got, label, what, "predict_image", known, shape)

    got = neuron.predict_image(w, 0.0, np.array([[0.1]]))
    what = "predict_image(w, b, X) for w = [[2]], b = 0, X = [[0.1]]"
    known = {"A": textbook_sigmoid(0.2)}
    expect(got, 1, what, "predict_image near 0", known, shape)
