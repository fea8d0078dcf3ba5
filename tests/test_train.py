"""The neuron and train.py. With --neuron FILE the first part tests the seven functions in your own file.

Every number in the small examples can be checked by hand. A failing assertion says in a sentence what is likely wrong.
"""

import importlib.util
import os
import re
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import train
from prepare_data import load_arrays

import h5py
import numpy as np
import pytest
from conftest import ROOT, assert_one_error, assert_red_above_0, clean_environment, run_forked, run_script

SEVEN = ("sigmoid", "init_params", "propagate", "optimize", "predict", "predict_image", "model")

# Two pictures of three numbers each, an airplane (0) and a bike (1).
X = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]])  # (3, 2)
Y = np.array([[0.0, 1.0]])  # (1, 2)
W = np.array([[1.0], [2.0], [-1.0]])  # (3, 1)
B = 0.5  # so z = [0*1 + 0.5*2 - 1*1 + 0.5, 1*1 + 0.5*2 + 0.5] = [0.5, 2.5]


@pytest.fixture(scope="module")
def neuron(request):
    """The module whose seven functions are tested: train.py, or the file given by --neuron."""
    path = request.config.getoption("--neuron")
    if not path:
        return train
    if not Path(path).is_file():
        pytest.fail(f"no file {path} - write it with: python tests/exercise.py", pytrace=False)
    spec = importlib.util.spec_from_file_location("my_neuron", path)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except SyntaxError as mistake:
        where = f"{path}, line {mistake.lineno}: {(mistake.text or '').strip()}"
        pytest.fail(f"Python cannot read {where}\n{mistake.msg}", pytrace=False)
    return module


def expect(got, expected, name, tolerance=1e-12, suspects=None):
    """Fail with a sentence unless got is expected: a wrong shape, one of the suspects, or just another number.

    suspects: {sentence: the value that this mistake would give, or a list of such values}.
    """
    got, expected = np.asarray(got), np.asarray(expected)
    if got.shape != expected.shape:
        rank_1 = " (n,) is a rank-1 array: keep two dimensions" if got.ndim == 1 else ""
        pytest.fail(f"{name} has the shape {got.shape}, not {expected.shape}.{rank_1}", pytrace=False)
    if np.allclose(got, expected, rtol=tolerance, atol=tolerance):
        return
    for sentence, values in (suspects or {}).items():
        for value in map(np.asarray, values if isinstance(values, list) else [values]):
            if value.shape == got.shape and np.allclose(got, value, rtol=1e-9, atol=1e-12, equal_nan=True):
                pytest.fail(f"{name}: {sentence}", pytrace=False)
    if not np.isfinite(got).all():
        pytest.fail(f"{name} is {got}: something overflows, or a log is taken of 0", pytrace=False)
    pytest.fail(f"{name} is\n{got}\nand should be\n{expected}", pytrace=False)


MATMUL = "the shapes of a matrix product do not fit: is a .T missing, or at the wrong side of the @?"
HINTS = {  # words of NumPy: the mistake that usually causes them
    "matmul": MATMUL,
    "not aligned": MATMUL,
    "broadcast": "two shapes do not fit: is a * where an @ belongs, or is a .T missing?",
    "b must be one number": "b became an array: db must be one number, np.sum(A - Y) / m",
    "must have the shape": "a shape is not what it should be: is a .T missing, or a * where an @ belongs?",
    "only 0-dimensional": "an array cannot be one number: is a sum missing, or is it math.exp instead of np.exp?",
    "only length-1": "an array cannot be one number: is a sum missing, or is it math.exp instead of np.exp?",
    "truth value": "an array is not just true or false: use np.where(condition, this, that) in place of if",
}


def call(function, *arguments):
    """Call one of the seven; an exception of NumPy's is told with the mistake that usually causes it."""
    name = function.__name__
    try:
        returned = function(*arguments)
    except NotImplementedError:
        told = f"{name} is not written yet"
    except (ValueError, TypeError, AttributeError, NameError, KeyError) as failure:
        hint = next((hint for words, hint in HINTS.items() if words in str(failure)), "")
        told = f"{name} failed: {type(failure).__name__}: {failure}\n{hint}"
    else:
        told = what_is_wrong_with(returned, *RETURNS.get(name, ("a result", [object])), name)
        if not told:
            return returned
    pytest.fail(told, pytrace=False)


def refuses(function, arguments, words, remedy):
    """Fail with a sentence unless one of the seven refuses these arguments, in these words."""
    name, told = function.__name__, None
    try:
        function(*arguments)
    except NotImplementedError:
        told = f"{name} is not written yet"
    except (ValueError, FloatingPointError) as refusal:
        if not re.search(words, str(refusal)):
            told = f"{name} says: {refusal}\nand should say: ... {words} ...: {remedy}"
    else:
        told = f"{name} must refuse this, and does not: {remedy}"
    if told:
        pytest.fail(told, pytrace=False)


RETURNS = {  # what a function must return, in this order, and of which types
    "init_params": ("w, b", [np.ndarray, object]),
    "propagate": ("{'dw': dw, 'db': db}, cost", [dict, object]),
    "optimize": ("{'w': w, 'b': b}, {'dw': dw, 'db': db}, costs", [dict, dict, list]),
    "model": ("a dictionary", [dict]),
}


def what_is_wrong_with(returned, words, kinds, name):
    """A sentence if a function returned nothing, too little, or in another order; else nothing."""
    if returned is None:
        return f"{name} returned None: is `return` missing?"
    parts = returned if len(kinds) > 1 and isinstance(returned, tuple) else (returned,)
    if len(parts) != len(kinds) or not all(map(isinstance, parts, kinds)):
        return f"{name} must return {words}, in this order"
    return ""


def textbook_sigmoid(z):
    return 1 / (1 + np.exp(-z))


def textbook_cost(w, b, X, Y):
    A = textbook_sigmoid(w.T @ X + b)
    return -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))


def random_pictures(n=20, m=30, seed=0, kind=np.float64):
    rng = np.random.default_rng(seed)
    X = rng.random((n, m)).astype(kind)
    Y = (rng.random((1, m)) < 0.4).astype(kind)
    return rng.normal(size=(n, 1)).astype(kind), kind(rng.normal()), X, Y


# ------------------------------------------------------------------ sigmoid


def test_sigmoid_of_0_is_one_half(neuron):
    assert call(neuron.sigmoid, 0.0) == 0.5, "sigmoid(0) = 1 / (1 + exp(0)) = 1 / 2"


def test_sigmoid_is_the_textbook_formula(neuron):
    z = np.linspace(-30, 30, 121).reshape(11, 11)
    suspects = {
        "it falls where it should rise: look at the sign of z": textbook_sigmoid(-z),
        "this is the exponential alone: 1 / (1 + ...) is missing": np.exp(-z),
        "a bracket is missing: 1 / (1 + exp(-z)), not 1 / 1 + exp(-z)": 1 + np.exp(-z),
    }
    expect(call(neuron.sigmoid, z), textbook_sigmoid(z), "sigmoid(z)", suspects=suspects)


def test_sigmoid_is_exact_far_below_0_too(neuron):
    got = call(neuron.sigmoid, np.array([-30.0, -300.0, -700.0]))
    assert np.allclose(got, np.exp([-30.0, -300.0, -700.0]), rtol=1e-12, atol=0), f"for z << 0 it is exp(z), not {got}"


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_sigmoid_is_stable_for_any_z(neuron, kind):
    z = np.array([[-10000, -100, 0, 100, 10000]], dtype=kind)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            A = call(neuron.sigmoid, z)
        except RuntimeWarning as warning:
            pytest.fail(
                f"sigmoid({z[0]}): {warning}. Take exp only of numbers that are not positive, as -np.abs(z)",
                pytrace=False,
            )
    assert np.isfinite(A).all() and A[0, 0] == 0 and A[0, -1] == 1, f"sigmoid({z[0]}) is {A[0]}"
    assert A.dtype == kind, f"sigmoid of {kind.__name__} became {A.dtype}: a number of another type crept in"


# ------------------------------------------------------------------ init_params


def test_init_params_gives_a_column_of_zeros_and_the_number_0(neuron):
    w, b = call(neuron.init_params, 5)
    expect(w, np.zeros((5, 1)), "w")
    assert np.shape(b) == () and b == 0, f"b must be the number 0, not {b!r}"
    assert w.dtype.kind == "f", f"w holds {w.dtype}: whole numbers cannot learn, use np.zeros"


# ------------------------------------------------------------------ propagate


def test_the_cost_of_two_pictures_by_hand(neuron):
    # loss of the airplane: -log(1 - sigmoid(0.5)) = log(1 + e^0.5); of the bike: -log(sigmoid(2.5)) = log(1 + e^-2.5)
    losses = np.log1p(np.exp([0.5, -2.5]))
    cost = losses.mean()
    swapped = np.log1p(np.exp([-0.5, 2.5])).mean()
    suspects = {
        "it is negative: look at its sign": -cost,
        "it is the sum of the losses, not their mean: 1/m is forgotten": losses.sum(),
        "it is minus the sum of the losses: the sign, and 1/m": -losses.sum(),
        "Y and 1 - Y are exchanged": swapped,
        "only the losses of class 1 are in it: where is (1 - Y) * log(1 - A)?": losses[1] / 2,
        "only the losses of class 0 are in it: where is Y * log(A)?": losses[0] / 2,
        "w or b is not in z": np.log(2),
        "m is the number of columns, X.shape[1]; len(X) is the number of rows": losses.sum() / 3,
        "b is not in z": np.log1p(np.exp([0.0, -2.0])).mean(),
        "it is the logarithm to the base 10, or 2: np.log is the right one": [cost / np.log(10), cost / np.log(2)],
        "// rounds down: divide with /": cost // 1,
        "a * stands in z where an @ belongs": np.log1p(np.exp((W * X + B) * (1 - 2 * Y))).sum() / 2,
    }
    expect(call(neuron.propagate, W, B, X, Y)[1], cost, "the cost", suspects=suspects)


def test_the_cost_of_a_guess_is_log_2(neuron):
    cost = call(neuron.propagate, np.zeros((3, 1)), 0.0, X, Y)[1]
    expect(cost, np.log(2), "the cost with w = 0, b = 0")
    assert np.ndim(cost) == 0, f"the cost is one number, not an array of shape {np.shape(cost)}"


def test_the_gradients_of_two_pictures_by_hand(neuron):
    D = textbook_sigmoid(np.array([[0.5, 2.5]])) - Y  # (1, 2): A - Y
    dw, db = X @ D.T / 2, D.sum() / 2
    grads = call(neuron.propagate, W, B, X, Y)[0]
    assert set(grads) == {"dw", "db"}, f"propagate returns {{'dw', 'db'}}, cost; this has {set(grads)}"
    assert np.ndim(grads["db"]) == 0, (
        f"db has the shape {np.shape(grads['db'])}: it must be one number, np.sum(A - Y) / m, or b becomes a vector"
    )
    forgotten = "it is m times too large: 1/m is forgotten"
    floor = "// rounds down: divide with /"
    suspects = {
        "its sign is wrong: (A - Y), not (Y - A)": -dw,
        forgotten: 2 * dw,
        "m is the number of columns, X.shape[1], not of rows": dw * 2 / 3,
        "A alone is in it, not A - Y": X @ (D + Y).T / 2,
        floor: X @ D.T // 2,
    }
    expect(grads["dw"], dw, "dw", suspects=suspects)
    suspects = {
        "its sign is wrong: (A - Y), not (Y - A)": -db,
        forgotten: 2 * db,
        "m is the number of columns, X.shape[1], not of rows": db * 2 / 3,
        "A alone is in it, not A - Y": (D + Y).sum() / 2,
        floor: D.sum() // 2,
    }
    expect(grads["db"], db, "db", suspects=suspects)


def test_the_gradients_are_those_of_finite_differences(neuron):
    w, b, X, Y = random_pictures()
    grads, _ = call(neuron.propagate, w, b, X, Y)
    h = 1e-5

    def slope(step_w, step_b):
        up, down = (call(neuron.propagate, w + s * step_w, b + s * step_b, X, Y)[1] for s in (h, -h))
        return (up - down) / (2 * h)

    numeric = np.array([slope(np.eye(len(w))[:, [j]], 0.0) for j in range(len(w))] + [slope(0.0, 1.0)])
    analytic = np.append(grads["dw"], grads["db"])
    error = np.linalg.norm(numeric - analytic) / (np.linalg.norm(numeric) + np.linalg.norm(analytic))
    assert error < 1e-7, f"the gradients are not the slopes of the cost: relative difference {error:.1e}"


def test_the_cost_is_the_textbook_formula_where_that_is_defined(neuron):
    w, b, X, Y = random_pictures(seed=1)
    expect(call(neuron.propagate, w, b, X, Y)[1], textbook_cost(w, b, X, Y), "the cost")


def test_the_cost_is_the_log_loss_of_scikit_learn(neuron):
    from sklearn.metrics import log_loss

    w, b, X, Y = random_pictures(seed=2)
    A = textbook_sigmoid(w.T @ X + b)
    expect(call(neuron.propagate, w, b, X, Y)[1], log_loss(Y[0], A[0]), "the cost", tolerance=1e-10)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_cost_is_finite_and_right_for_any_z(neuron, kind):
    x, y = np.array([[1, -1]], kind), np.array([[0, 1]], kind)  # both wrong, z = 10000 and -10000: a loss of |z| each
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            grads, cost = call(neuron.propagate, np.array([[10000]], kind), kind(0), x, y)
        except RuntimeWarning as warning:
            pytest.fail(
                f"propagate with z = 10000: {warning}. A is rounded to 1 there, and log(1 - A) is log(0): compute the "
                "losses from z, with np.logaddexp",
                pytrace=False,
            )
    assert np.isfinite(cost), f"the cost is {cost}: A is rounded to 1, and log(1 - A) is log(0); compute it from z"
    expect(float(cost), 10000.0, "the cost of two surely wrong pictures", tolerance=1e-6)
    expect(float(grads["dw"][0, 0]), 1.0, "dw of two surely wrong pictures", tolerance=1e-6)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_gradients_have_the_type_of_X(neuron, kind):
    w, b, X, Y = random_pictures(kind=kind)
    dw = call(neuron.propagate, w.astype(np.float64), 0.0, X, Y)[0]["dw"]
    assert dw.dtype == kind, f"X holds {kind.__name__}, dw {dw.dtype}: convert w, b and Y to the type of X first"


def test_whole_numbers_in_X_are_no_trap(neuron):
    X8 = np.array([[0, 255], [255, 0]], np.uint8)
    grads, cost = call(neuron.propagate, np.array([[0.01], [0.02]]), 0, X8, np.array([[0, 1]]))
    expect(float(cost), textbook_cost(np.array([[0.01], [0.02]]), 0, X8.astype(float), Y), "the cost for whole numbers")
    assert grads["dw"].dtype.kind == "f", f"dw holds {grads['dw'].dtype}: convert X to floating-point numbers first"


@pytest.mark.parametrize(
    "bad",
    [(W.T, B, X, Y), (W[:, 0], B, X, Y), (W, B, X, Y[0]), (W, B, X, Y.T), (W, B, X[0], Y), (W, [1.0, 2.0], X, Y)],
    ids=["w as a row", "w of rank 1", "Y of rank 1", "Y as a column", "X of rank 1", "two numbers for b"],
)
def test_shapes_that_do_not_fit_are_told_in_a_sentence(neuron, bad):
    refuses(neuron.propagate, bad, "(must|shape).*(must|shape|number)", "begin with w, b, X, Y = fitting(w, b, X, Y)")


# ------------------------------------------------------------------ optimize


def test_one_step_goes_downhill_by_lr_times_the_gradient(neuron, capsys):
    D = textbook_sigmoid(np.array([[0.5, 2.5]])) - Y
    dw, db = X @ D.T / 2, D.sum() / 2
    params, grads, costs = call(neuron.optimize, W.copy(), B, X, Y, 1, 0.1)
    assert len(costs), "costs is empty: does the loop run? Append the cost before the step, at epochs 0, 100, 200, ..."
    D_then = textbook_sigmoid((W - 0.1 * dw).T @ X + B - 0.1 * db) - Y
    twice = "it is that after two steps: how often does the loop run?"
    suspects = {
        twice: W - 0.1 * dw - 0.1 * X @ D_then.T / 2,
        "it is what it was before: w is not updated": W,
        "it went uphill: w - lr * dw, not +": W + 0.1 * dw,
        "lr is not in the step": W - dw,
    }
    expect(params["w"], W - 0.1 * dw, "w after one step", suspects=suspects)
    suspects = {
        twice: B - 0.1 * db - 0.1 * D_then.sum() / 2,
        "it is what it was before: b is not updated": B,
        "it went uphill: b - lr * db, not +": B + 0.1 * db,
        "lr is not in the step": B - db,
    }
    expect(params["b"], B - 0.1 * db, "b after one step", suspects=suspects)
    expect(grads["dw"], dw, "the returned dw")
    expect(grads["db"], db, "the returned db")
    expect(costs, [np.log1p(np.exp([0.5, -2.5])).mean()], "costs, of one epoch")


def test_many_steps_are_that_many(neuron, capsys):
    w, b, X, Y = random_pictures(n=3, seed=3)
    steps = [(w, b)]
    for _ in range(7):
        w, b = steps[-1]
        D = textbook_sigmoid(w.T @ X + b) - Y
        steps.append((w - 0.3 * X @ D.T / 30, b - 0.3 * D.mean()))
    params, _, _ = call(neuron.optimize, *steps[0], X, Y, 7, 0.3)
    for number, name in enumerate("wb"):
        suspects = {
            "it is that after one step: does `return` stand inside the loop?": steps[1][number],
        }
        expect(params[name], steps[7][number], f"{name} after 7 steps", tolerance=1e-10, suspects=suspects)


def test_the_cost_is_kept_and_printed_every_100_epochs(neuron, capsys):
    w, b, X, Y = random_pictures(seed=4)
    _, _, costs = call(neuron.optimize, np.zeros_like(w), 0.0, X, Y, 201, 0.1)
    lines = [line for line in capsys.readouterr().out.splitlines() if line]
    assert len(costs) == 3, f"201 epochs have a cost at 0, 100 and 200; there are {len(costs)}"
    assert lines[:1] == ["cost after 0 epochs: 0.693147"], (
        f"the first line must be 'cost after 0 epochs: 0.693147', not {lines[:1]}: call report(epoch, cost, w, b)"
    )
    assert lines == [f"cost after {100 * k} epochs: {cost:.6f}" for k, cost in enumerate(costs)], lines
    assert costs[0] > costs[1] > costs[2], f"the cost does not fall: {costs}"


def test_optimize_leaves_what_it_was_given_alone(neuron, capsys):
    w, b, X, Y = random_pictures(seed=5)
    before = [a.copy() for a in (w, X, Y)]
    call(neuron.optimize, w, b, X, Y, 3, 0.5)
    for name, array, old in zip("wXY", (w, X, Y), before, strict=True):
        assert (array == old).all(), f"optimize changes {name} of its caller: write w = w - ..., not w -= ..."


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_optimize_works_in_the_type_of_X(neuron, kind, capsys):
    _, _, X, Y = random_pictures(kind=kind)
    params, _, _ = call(neuron.optimize, *call(neuron.init_params, 20), X, Y, 3, 0.5)
    assert params["w"].dtype == kind, f"X holds {kind.__name__}, w became {params['w'].dtype}"
    assert np.ndim(params["b"]) == 0, f"b became an array of shape {np.shape(params['b'])}: it is one number"


def test_a_cost_that_is_no_longer_a_number_ends_the_descent_with_the_epoch(neuron, capsys):
    X, Y = np.array([[1.0, -1.0]]), np.array([[0.0, 1.0]])
    remedy = 'raise FloatingPointError(f"... epoch {epoch}") where math.isfinite(cost) is false'
    with np.errstate(all="ignore"):
        refuses(neuron.optimize, (np.array([[0.0]]), 0.0, X * 1e200, Y, 20, 1e200), r"epoch 1$", remedy)


# ------------------------------------------------------------------ predict, predict_image


def test_predict_says_1_where_the_activation_is_above_one_half(neuron):
    x = np.array([[-3.0, -0.1, 0.0, 0.1, 3.0]])
    suspects = {
        "the threshold is reversed: 1 where A > 0.5": [np.array([[1.0, 1, 1, 0, 0]]), np.array([[1.0, 1, 0, 0, 0]])],
        "A is exactly 0.5 at z = 0, and that counts as class 0": np.array([[0.0, 0, 1, 1, 1]]),
        "these are the activations: compare them with 0.5": textbook_sigmoid(x),
        "z is compared with 0.5, not A = sigmoid(z)": np.array([[0.0, 0, 0, 0, 1]]),
        "it says the same of every picture": [np.zeros((1, 5)), np.ones((1, 5))],
    }
    got = call(neuron.predict, np.array([[1.0]]), 0.0, x)
    expect(np.asarray(got, float), [[0.0, 0, 0, 1, 1]], "predict", suspects=suspects)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_predict_works_in_the_type_of_X(neuron, kind):
    got = call(neuron.predict, np.array([[1.0]]), 0.0, np.array([[-3.0, 1.0]], kind))
    assert got.dtype == kind, f"X holds {kind.__name__}, the predicted classes {got.dtype}: use .astype(X.dtype)"


def test_predict_takes_no_shapes_that_do_not_fit(neuron):
    refuses(neuron.predict, (W.T, B, X), "must have the shape", "begin with w, b, X, _ = fitting(w, b, X)")
    refuses(neuron.predict_image, (W, B, X), "one picture", "raise ValueError where X is not one picture, (n, 1)")


def test_predict_uses_the_bias(neuron):
    got = call(neuron.predict, np.array([[1.0]]), 2.0, np.array([[-3.0, -1.0]]))
    expect(np.asarray(got, float), [[0.0, 1.0]], "predict with b = 2")


def test_predict_image_gives_one_label_as_a_number(neuron):
    for x, label in ((-1.0, 0), (1.0, 1)):
        got = call(neuron.predict_image, np.array([[2.0]]), 0.0, np.array([[x]]))
        assert np.ndim(got) == 0 and got == label, f"predict_image of z = {2 * x} is {got!r}, not the number {label}"


# ------------------------------------------------------------------ model


def separable(kind=np.float64):
    """Pictures whose first number tells the class."""
    X = np.random.default_rng(6).random((6, 40)).astype(kind)
    Y = (X[:1] > 0.5).astype(kind)
    return X, Y


def test_model_learns_and_returns_the_dictionary_of_the_tutorial(neuron, capsys):
    X, Y = separable()
    trained = call(neuron.model, X[:, :30], Y[:, :30], X[:, 30:], Y[:, 30:], 300, 0.5)
    keys = {"costs", "Y_predict_test", "Y_predict_train", "w", "b", "learning_rate", "epochs"}
    assert set(trained) == keys, f"missing {keys - set(trained)}, too many {set(trained) - keys}"
    expect(np.shape(trained["w"]), (6, 1), "the shape of w")
    expect(trained["Y_predict_train"], train.predict(trained["w"], trained["b"], X[:, :30]), "Y_predict_train")
    expect(trained["Y_predict_test"], train.predict(trained["w"], trained["b"], X[:, 30:]), "Y_predict_test")
    assert (trained["learning_rate"], trained["epochs"], len(trained["costs"])) == (0.5, 300, 3)
    assert trained["costs"][-1] < 0.45, f"it does not learn: the costs are {trained['costs']}"
    out = capsys.readouterr().out
    accuracies = re.findall(r"^(train_accuracy|test_accuracy ): ([\d.]+) %$", out, re.MULTILINE)
    assert [name for name, _ in accuracies] == ["train_accuracy", "test_accuracy "], (
        f"print both accuracies in percent, as in `train_accuracy: 99.5 %` and `test_accuracy : 97.0 %`, not\n{out}"
    )
    right = np.mean(trained["Y_predict_train"] == Y[:, :30]) * 100
    assert abs(float(accuracies[0][1]) - right) < 1e-9, f"train_accuracy is {right} %, not {accuracies[0][1]}"


def test_model_does_not_learn_from_the_test_pictures(neuron, capsys):
    X, Y = separable()
    one = call(neuron.model, X[:, :30], Y[:, :30], X[:, 30:], Y[:, 30:], 50, 0.5)
    other = call(neuron.model, X[:, :30], Y[:, :30], X[:, 30:] * 0, 1 - Y[:, 30:], 50, 0.5)
    assert (one["w"] == other["w"]).all(), "w depends on the test pictures: they are for the test alone"


def test_model_gives_back_what_it_has_learned_and_tells_the_truth_of_the_test(neuron, capsys):
    X, Y = separable()
    Y_test = Y[:, 30:].copy()
    Y_test[0, :3] = 1 - Y_test[0, :3]  # three labels are wrong: the test score is another than that of the training
    trained = call(neuron.model, X[:, :30], Y[:, :30], X[:, 30:], Y_test, 300, 0.5)
    w, b = np.zeros((6, 1)), 0.0
    for _ in range(300):
        D = textbook_sigmoid(w.T @ X[:, :30] + b) - Y[:, :30]
        w, b = w - 0.5 * X[:, :30] @ D.T / 30, b - 0.5 * D.mean()
    untrained = "it is what init_params gave, not what optimize returned"
    expect(trained["w"], w, "the w that model returns", 1e-9, suspects={untrained: np.zeros((6, 1))})
    expect(trained["b"], b, "the b that model returns", 1e-9, suspects={untrained: 0.0})
    out = capsys.readouterr().out
    right = 100 * np.mean(train.predict(w, b, X[:, 30:]) == Y_test)
    told = float(re.search(r"^test_accuracy : ([\d.]+) %$", out, re.MULTILINE)[1])
    assert abs(told - right) < 1e-9, f"test_accuracy is {right} %, not {told}: is it counted on the test pictures?"


def test_model_takes_the_descent_that_it_is_given(capsys):
    used = []
    X, Y = separable()
    train.model(X, Y, X, Y, 2, 0.5, lambda *given: used.append(given) or train.optimize(*given))
    assert len(used) == 1


# ------------------------------------------------------------------ optimize_gram, against optimize


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_both_descents_return_the_same_types(kind):
    w, b, X, Y = random_pictures(kind=kind)
    slow, fast = train.optimize(w, b, X, Y, 3, 0.1, None), train.optimize_gram(w, b, X, Y, 3, 0.1, None)
    for one, other in zip(slow[:2], fast[:2], strict=True):
        for key in one:
            assert (one[key].dtype, np.shape(one[key])) == (other[key].dtype, np.shape(other[key]))
            assert one[key].dtype == kind
    assert train.gram(X).dtype == kind


def test_float32_costs_the_fast_descent_no_digits(drawn):
    pictures, _ = load_arrays(drawn)
    start = np.zeros((len(pictures.X), 1)), 0.0
    fast = train.optimize_gram(*start, pictures.X, pictures.Y, 2000, 0.001, None)[2]
    exact = train.optimize_gram(*start, pictures.X.astype(float), pictures.Y.astype(float), 2000, 0.001, None)[2]
    assert np.allclose(fast, exact, rtol=0, atol=1e-6)


@pytest.mark.parametrize("start", [0.0, 1.0], ids=["from zero", "from anywhere"])
def test_optimize_gram_is_the_same_descent(start, capsys):
    w, b, X, Y = random_pictures(n=50, m=30, seed=7)
    slow = train.optimize(start * w, start * b, X, Y, 301, 0.3)
    lines = capsys.readouterr().out
    fast = train.optimize_gram(start * w, start * b, X, Y, 301, 0.3)
    assert capsys.readouterr().out == lines
    assert np.allclose(slow[0]["w"], fast[0]["w"], atol=1e-12) and np.isclose(slow[0]["b"], fast[0]["b"], atol=1e-12)
    assert np.allclose(slow[1]["dw"], fast[1]["dw"], atol=1e-12) and np.isclose(
        slow[1]["db"], fast[1]["db"], atol=1e-12
    )
    assert np.allclose(slow[2], fast[2], rtol=0, atol=1e-10)


def test_gram_is_X_transposed_times_X():
    X = np.random.default_rng(0).random((5000, 40), dtype=np.float32)
    exact = X.T.astype(np.float64) @ X
    assert np.allclose(train.gram(X), exact, rtol=1e-6, atol=0)


def test_optimize_gram_reports_the_weights_it_has_then(capsys):
    w, b, X, Y = random_pictures(n=50, m=30, seed=8)
    seen = {}
    for descent in (train.optimize, train.optimize_gram):
        seen[descent] = []
        descent(w, b, X, Y, 201, 0.3, lambda *report, to=seen[descent]: to.append(report))
    for slow, fast in zip(*seen.values(), strict=True):
        assert slow[0] == fast[0] and all(
            np.allclose(a, b, atol=1e-12) for a, b in zip(slow[1:], fast[1:], strict=True)
        )


def test_both_descents_say_at_which_epoch_the_cost_is_no_longer_a_number():
    X, Y = np.array([[1e200, -1e200]]), np.array([[0.0, 1.0]])
    for descent in (train.optimize, train.optimize_gram):
        with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match=r"no finite number at epoch 1$"):
            descent(np.zeros((1, 1)), 0.0, X, Y, 20, 1e200, None)


def test_an_infinite_cost_is_told_as_well_as_one_that_is_no_number():
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="epoch 0"):
        train.optimize(np.ones((1, 1)), 1e308, np.full((1, 2), 1.7e308), np.zeros((1, 2)), 1, 0.1, None)


def test_the_cost_is_a_number_of_python_and_silence_is_possible(capsys):
    _, cost = train.propagate(W, B, X, Y)
    assert type(cost) is float and type(train.predict_image(W, B, X[:, :1])) is int
    train.optimize(W, B, X, Y, 101, 0.1, report=None)
    assert capsys.readouterr().out == ""


# ------------------------------------------------------------------ the two plots


@pytest.fixture
def figures(monkeypatch):
    """The matplotlib figures that train.py would save, by file name."""
    seen = {}
    monkeypatch.setattr(train, "save_figure", lambda figure, path: seen.update({path: figure}))
    return seen


def test_the_cost_plot_shows_both_costs_at_their_epochs(figures):
    train.plot_costs("costs", [0.7, 0.3, 0.2], [0.7, 0.4, 0.35])
    (axes,) = figures["costs"].axes
    lines = {line.get_label().split()[0]: line for line in axes.get_lines()}
    assert list(lines["training"].get_ydata()) == [0.7, 0.3, 0.2]
    assert list(lines["test"].get_ydata()) == [0.7, 0.4, 0.35]
    assert all(list(line.get_xdata()) == [0, 100, 200] for line in lines.values()) and axes.get_yscale() == "log"


def test_the_weight_plot_is_red_where_a_bright_pixel_speaks_for_class_1(figures):
    w = np.zeros((64, 64, 3))
    w[5, 9] = (0.4, 0.1, 0.1)  # row 5, column 9 speaks for class 1, most of all in red
    w[50, 20] = -0.1
    train.plot_weights("weights", w.reshape(-1, 1), ["airplane", "bike"])
    colours, pixels = (axes.get_images()[0] for axes in figures["weights"].axes[:2])
    assert np.asarray(colours.get_array())[5, 9] == pytest.approx([1, 0.625, 0.625])
    assert np.asarray(colours.get_array())[0, 0] == pytest.approx([0.5, 0.5, 0.5])
    assert_red_above_0(pixels, (5, 9), (50, 20))
    assert pixels.get_array()[5, 9] == pytest.approx(0.6)
    legend = figures["weights"].legends[0]
    for patch, text in zip(legend.get_patches(), legend.get_texts(), strict=True):
        red, _, blue = patch.get_facecolor()[:3]
        assert text.get_text().endswith("bike" if red > blue else "airplane")
    assert len(legend.get_texts()) == 2


# ------------------------------------------------------------------ train.py as a learner runs it


def test_the_script_learns_and_writes_what_it_says(drawn, tmp_path):
    results = tmp_path / "results"
    done = run_script("train.py", "--dataset", drawn, "--results", results, "--epochs", 201, "--lr", 0.02)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    lines = done.stdout.splitlines()
    assert lines[:3] == ["airplane = 0, bike = 1", "train: X (12288, 120), Y (1, 120)", "test : X (12288, 8), Y (1, 8)"]
    assert lines[3] == "cost after 0 epochs: 0.693147" and lines[5].startswith("cost after 200 epochs: 0.")
    assert "predicted airplane" in done.stdout and lines[-1].startswith("next: python predict_demo.py --dataset ")
    with h5py.File(results / "model.h5") as file:
        w, b, costs = file["w"][...], file["b"][()], file["costs"][...]
        assert w.shape == (12288, 1) and w.dtype == np.float32 and np.shape(b) == () and costs.shape == (3,)
        about = dict(file.attrs)
    assert list(about["class_names"]) == ["airplane", "bike"] and about["image_size"] == 64
    assert (about["epochs"], about["learning_rate"]) == (201, 0.02) and "drawn" in about["source"]
    for name in ("costs.png", "weights.png"):
        assert (results / name).read_bytes().startswith(b"\x89PNG")
    again = train.load_model(results / "model.h5")
    assert (again[0] == w).all() and again[1:] == (float(b), ["airplane", "bike"])


def test_the_table_and_the_named_mistakes_agree_with_the_arrays(drawn, trained, tmp_path):
    done = run_forked("train.py", "--dataset", drawn, "--results", tmp_path / "r", "--epochs", 1)
    from prepare_data import load_arrays

    train_arrays, test_arrays = load_arrays(drawn)
    w, b, _ = train.load_model(tmp_path / "r" / "model.h5")
    wrong = {}
    for part, arrays in (("train", train_arrays), ("test", test_arrays)):
        guess = train.predict(w, b, arrays.X)[0]
        wrong[part] = {file for k, file in enumerate(arrays.files) if guess[k] != arrays.Y[0, k]}
    assert f"wrong: {len(wrong['test'])} of 8 test pictures, {len(wrong['train'])} of 120 for training" in done.stdout
    named = re.findall(r"^  (\S+) is (\w+), but the neuron says (\w+)", done.stdout, re.MULTILINE)
    assert len(named) == min(5, len(wrong["train"]) + len(wrong["test"])) > 0
    for path, true, said in named:
        assert Path(path).is_file(), "a mistake that is named can be opened"
        file = Path(path).relative_to(drawn).as_posix()
        assert file in wrong["train"] | wrong["test"] and Path(file).parent.name == true != said


def test_fast_gives_the_same_lines(drawn, tmp_path):
    outputs = []
    for extra in ([], ["--fast"]):
        done = run_forked("train.py", "--dataset", drawn, "--results", tmp_path / "r", "--epochs", 301, *extra)
        assert done.returncode == 0 and done.stderr == "", done.stderr
        outputs.append(re.sub(r"\([\d.]+% sure\)", "", done.stdout))
    assert outputs[0] == outputs[1]


def test_fast_takes_the_textbook_descent_where_it_cannot_pay(capsys):
    wide = np.zeros((10, 11), np.float32)
    assert train.choose_descent(True, wide) is train.optimize
    assert "does not pay" in capsys.readouterr().err
    assert train.choose_descent(True, wide.T) is train.optimize_gram
    assert train.choose_descent(False, wide.T) is train.optimize


@pytest.mark.skipif(sys.platform != "linux", reason="limits the memory of a process, which only Linux does reliably")
def test_fast_takes_the_textbook_descent_where_memory_is_short():
    code = f"""if True:
        import resource, sys
        sys.path.insert(0, {str(ROOT)!r})
        import numpy as np, train
        X = np.broadcast_to(np.float32(0), (20000, 15000))  # the shape of much, the memory of one number
        assert train.choose_descent(True, X) is train.optimize_gram
        now = int(open("/proc/self/statm").read().split()[0]) * 4096
        resource.setrlimit(resource.RLIMIT_AS, (now + 10**9, now + 10**9))
        assert train.choose_descent(True, X) is train.optimize"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=clean_environment())
    assert done.returncode == 0 and "needs memory" in done.stderr, done.stderr


def test_the_numbers_of_the_tutorial_on_the_real_photographs(caltech, tmp_path):
    reference = [
        0.693147, 0.133643, 0.092946, 0.077612, 0.067585, 0.060158, 0.054339, 0.049617, 0.045687, 0.042356,
        0.039489, 0.036992, 0.034795, 0.032846, 0.031104, 0.029536, 0.028118, 0.026829, 0.025651, 0.024571,
    ]  # fmt: skip
    for extra in ([], ["--fast"]):
        done = run_script("train.py", "--dataset", caltech, "--results", tmp_path, *extra)
        assert done.returncode == 0 and done.stderr == "", done.stderr
        costs = [float(cost) for cost in re.findall(r"cost after \d+ epochs: ([\d.]+)", done.stdout)]
        assert np.allclose(costs, reference, rtol=0, atol=1e-5)
        assert "train: X (12288, 1498)" in done.stdout and "test : X (12288, 100)" in done.stdout
        assert "wrong: 0 of 100 test pictures, 5 of 1498 for training" in done.stdout
        assert "train_accuracy: 99.66" in done.stdout and "test_accuracy : 100.0 %" in done.stdout
        with h5py.File(tmp_path / "model.h5") as file:
            assert abs(file["b"][()] - 0.0054172) < 1e-5 and abs(np.linalg.norm(file["w"][...]) - 1.57143) < 1e-4


def test_help_loads_no_heavy_library():
    code = f"""if True:
        import sys
        sys.path.insert(0, {str(ROOT)!r})
        import train
        try:
            train.main(["--help"])
        except SystemExit:
            pass
        heavy = {{"keras", "tensorflow", "cv2", "matplotlib", "pooch", "tqdm"}} & set(sys.modules)
        sys.exit(f"loaded: {{heavy}}" if heavy else 0)"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=clean_environment())
    assert done.returncode == 0, done.stderr
    assert "--fast" in done.stdout and "Notation" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [["--lr", "fast"], ["--lr", "-1"], ["--lr", "0"], ["--lr", "nan"], ["--lr", "inf"], ["--epochs", "0"]]
    + [["--epochs", "-5"], ["--epochs", "many"], ["--epochs", "1.5"], ["--speed"], ["extra"]],
    ids=" ".join,
)
def test_usage_mistakes_are_one_line_with_status_2(arguments):
    assert "--help" in assert_one_error(run_forked("train.py", *arguments), status=2)


@pytest.mark.skipif(os.name != "posix", reason="sends Ctrl-C as a signal, which Windows does not know")
def test_ctrl_c_keeps_what_was_learned_so_far(dataset, tmp_path):
    results = tmp_path / "results"
    command = [sys.executable, ROOT / "train.py", "--dataset", dataset, "--results", results, "--epochs", "10000000"]
    environment = clean_environment(PYTHONUNBUFFERED="1")
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    while not running.stdout.readline().startswith("cost after 200 epochs"):
        assert running.poll() is None
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130 and err == "", err
    epochs = int(re.search(r"stopped by Ctrl-C after (\d+) of 10000000 epochs", out)[1])
    with h5py.File(results / "model.h5") as file:
        assert file.attrs["epochs"] == epochs > 200
        assert len(file["costs"]) == (epochs + 99) // 100
    assert (results / "weights.png").is_file() and "train_accuracy" in out
    assert time.time() - (results / "model.h5").stat().st_mtime < 60
