"""Any numbers in any shapes and types for the seven functions: the right answer, or a sentence.

The witness works without NumPy's help: sums of fractions, which are exact, and the formulas of the textbook in the
form that is safe for one number. What the neuron may differ by is the rounding of its type.
"""

import contextlib
import io
import math
import re
from fractions import Fraction

import train

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

TYPES = [np.float64, np.float32, np.float16, np.int64, np.int8, np.uint8, np.bool_]
ODD_TYPES = [np.str_, np.bytes_, np.complex128, np.datetime64, np.object_]
many = settings(max_examples=200, deadline=None)


def elements(kind, largest):
    """Numbers of a type, tiny and large, of both signs, but no NaN and no infinity."""
    if kind.kind == "f":
        largest = float(kind.type(min(largest, float(np.finfo(kind).max))))
        return some.floats(-largest, largest, width=kind.itemsize * 8)
    if kind.kind == "b":
        return some.booleans()
    bounds = np.iinfo(kind)
    return some.integers(max(bounds.min, -int(largest)), min(bounds.max, int(largest)))


def draw(data, shape, largest=1e6):
    """An array of this shape, of some type."""
    kind = np.dtype(data.draw(some.sampled_from(TYPES)))
    return data.draw(arrays(kind, shape, elements=elements(kind, largest)))


@some.composite
def problems(choose, largest=1e6):
    """w, b, X, Y whose shapes fit."""
    data = choose(some.data())
    n, m = choose(some.integers(1, 6)), choose(some.integers(1, 6))
    b = choose(some.floats(-largest, largest) | some.integers(-1000, 1000))
    return draw(data, (n, 1), largest), b, draw(data, (n, m), largest), draw(data, (1, m), 1e6).astype(bool) * 1


def one_sum(w, b, x):
    """z of one picture, exactly, and the largest it could be if all its parts had the same sign."""
    parts = [Fraction(float(a)) * Fraction(float(c)) for a, c in zip(w, x, strict=True)] + [Fraction(float(b))]
    return float(sum(parts)), float(sum(map(abs, parts)))


def one_activation(z):
    return 1 / (1 + math.exp(-z)) if z > -700 else 0.0


def one_loss(z, y):
    towards = -z if y else z
    return max(towards, 0) + math.log1p(math.exp(-abs(z)))


def rounding(X, w):
    """How much a sum in the neuron's type may be off, relative to the sizes of its parts."""
    kind = np.float32 if X.dtype == np.float32 else np.float64
    return 8 * (len(w) + X.shape[1]) * float(np.finfo(kind).eps), kind


def as_counted(w, b, X):
    """w and b as the neuron must take them: in its own type."""
    _, kind = rounding(X, w)
    return w.astype(kind)[:, 0], kind(b)


@many
@given(problems())
def test_propagate_gives_the_cost_and_the_gradients(problem):
    w, b, X, Y = problem
    grads, cost = train.propagate(w, b, X, Y)
    eps, kind = rounding(X, w)
    sums = [one_sum(*as_counted(w, b, X), x) for x in X.T]
    reach = 1 + max(size for _, size in sums)
    n, m = X.shape
    D = [one_activation(z) - int(y) for (z, _), y in zip(sums, Y[0], strict=True)]

    right = sum(one_loss(z, y) for (z, _), y in zip(sums, Y[0], strict=True)) / m
    assert abs(cost - right) <= eps * reach
    assert type(cost) is float and grads["dw"].shape == (n, 1) and grads["dw"].dtype == kind
    assert abs(float(grads["db"]) - sum(D) / m) <= eps * reach
    for k in range(n):
        right = sum(float(X[k, i]) * D[i] for i in range(m)) / m
        assert abs(float(grads["dw"][k, 0]) - right) <= eps * reach * (1 + max(abs(float(x)) for x in X[k]))


@many
@given(problems())
def test_predict_and_predict_image_say_1_just_where_the_sum_is_above_0(problem):
    w, b, X, _ = problem
    labels = train.predict(w, b, X)
    eps, _ = rounding(X, w)
    assert labels.shape == (1, X.shape[1])
    for k, x in enumerate(X.T):
        z, size = one_sum(*as_counted(w, b, X), x)
        if abs(z) > eps * (1 + size):  # nearer to 0 it may be rounded to either side
            assert labels[0, k] == (z > 0)
            assert train.predict_image(w, b, X[:, [k]]) == (z > 0)


@many
@given(problems(largest=10), some.integers(0, 250), some.floats(1e-12, 1))
def test_optimize_takes_just_so_many_steps_along_the_gradient(problem, epochs, lr):
    w, b, X, Y = problem
    before = [np.copy(part) for part in problem]
    params, grads, costs = train.optimize(w, b, X, Y, epochs, lr, report=None)
    w_now, b_now, _, _ = train.fitting(w, b, X, Y)
    right = []
    for epoch in range(epochs):
        last, cost = train.propagate(w_now, b_now, X, Y)
        if epoch % 100 == 0:
            right.append(cost)
        w_now, b_now = w_now - lr * last["dw"], b_now - lr * last["db"]
    assert costs == right and (params["w"] == w_now).all() and params["b"] == b_now
    if epochs:
        assert (grads["dw"] == last["dw"]).all() and grads["db"] == last["db"]
    assert all((one == other).all() for one, other in zip(problem, before, strict=True)), "an argument was changed"


@many
@given(problems(largest=10), problems(largest=10), some.integers(0, 30))
def test_model_learns_from_the_one_and_tries_itself_on_the_other(problem, other, epochs):
    (_, _, X, Y), (_, _, X_test, Y_test) = problem, other
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        if len(X) != len(X_test):
            with pytest.raises(ValueError, match="must"):
                train.model(X, Y, X_test, Y_test, epochs, 0.1, report=None)
            return
        trained = train.model(X, Y, X_test, Y_test, epochs, 0.1, report=None)
    params, _, costs = train.optimize(*train.init_params(len(X)), X, Y, epochs, 0.1, report=None)
    assert (trained["w"] == params["w"]).all() and trained["b"] == params["b"] and trained["costs"] == costs
    shares = [float(share) for share in re.findall(r"accuracy ?: (\S+) %", printed.getvalue())]
    for name, share, pixels, labels in zip(("train", "test"), shares, (X, X_test), (Y, Y_test), strict=True):
        said = train.predict(params["w"], params["b"], pixels)
        assert (trained[f"Y_predict_{name}"] == said).all()
        assert share == pytest.approx(100 * np.count_nonzero(said == labels) / labels.size)


@given(some.integers(0, 5000))
def test_init_params_gives_zeros(dimension):
    w, b = train.init_params(dimension)
    assert w.shape == (dimension, 1) and not w.any() and b == 0 and w.dtype == np.float64


@many
@given(arrays(np.float64, some.lists(some.integers(0, 4), max_size=3).map(tuple), elements=some.floats()))
def test_sigmoid_is_right_for_any_number_in_any_shape(z):
    A = train.sigmoid(z)
    assert np.shape(A) == z.shape
    for a, number in zip(np.ravel(A), np.ravel(z), strict=True):
        if math.isnan(number):
            assert math.isnan(a)
        else:
            assert 0 <= a <= 1 and math.isclose(a, one_activation(number), rel_tol=1e-14, abs_tol=1e-300)
    known = ~np.isnan(z)
    assert np.allclose((A + train.sigmoid(-z))[known], 1, rtol=0, atol=1e-15)


# ------------------------------------------------------------------ what cannot be answered


@many
@given(some.data(), some.sampled_from(["w", "b", "X", "Y"]))
def test_a_shape_that_does_not_fit_is_told_in_a_sentence_with_its_name(data, wrong):
    problem = dict(zip("wbXY", data.draw(problems()), strict=True))
    right = np.shape(problem[wrong])
    shape = data.draw(some.lists(some.integers(0, 7), max_size=3).map(tuple))
    if shape == right or (wrong == "b" and math.prod(shape) == 1) or (wrong == "X" and shape[:1] == right[:1]):
        return  # it fits, or it is Y that does not
    problem[wrong] = draw(data, shape)
    calls = {train.propagate: "wbXY", train.optimize: "wbXY", train.predict: "wbX", train.predict_image: "wbX"}
    for function, takes in calls.items():
        if wrong in takes:
            arguments = [problem[name] for name in takes] + [3, 0.1] * (function is train.optimize)
            with pytest.raises(ValueError, match=r"must") as told:
                function(*arguments)
            named = ("X must", "w must") if wrong == "X" else f"{wrong} must"  # w may not fit X, or X not w
            assert str(told.value).startswith(named)


@pytest.mark.parametrize("kind", ODD_TYPES)
@pytest.mark.parametrize("wrong", "wbXY")
def test_what_is_no_number_is_told_in_a_sentence_with_its_name(wrong, kind):
    problem = {"w": np.ones((2, 1)), "b": np.float64(0), "X": np.ones((2, 3)), "Y": np.ones((1, 3))}
    problem[wrong] = np.zeros(problem[wrong].shape, kind)
    with pytest.raises(ValueError, match=f"^{wrong} must hold numbers"):
        train.propagate(*problem.values())


@pytest.mark.parametrize("where", ["X_test", "Y_test"])
def test_test_pictures_that_do_not_fit_are_told_before_the_training(where):
    """A column of labels in place of a row would be spread over all pictures, and the accuracy be nonsense."""
    given = {"X": np.ones((2, 3)), "Y": np.ones((1, 3)), "X_test": np.ones((2, 4)), "Y_test": np.ones((1, 4))}
    given[where] = given[where].T

    def descent(*_):
        pytest.fail("it has begun to learn")

    with pytest.raises(ValueError, match="must have the shape"):
        train.model(*given.values(), 10, 0.1, optimize=descent)


@many
@given(problems(largest=1e308), some.floats(1e-12, 1e12))
def test_numbers_of_any_size_end_in_finite_weights_or_with_the_epoch(problem, lr):
    w, b, X, Y = problem
    with np.errstate(all="ignore"):
        try:
            params, _, costs = train.optimize(w, b, X, Y, 3, lr, report=None)
        except FloatingPointError as told:
            assert re.fullmatch(r"the cost is no finite number at epoch [012]", str(told))
            return
    assert np.isfinite(costs).all() and min(costs) >= 0 and params["w"].shape == w.shape
