"""What each of the seven functions must do, on examples that can be followed by hand, and who did it if it does not.

Each check below calls a function of a neuron, a module like train.py, and compares what comes out with what must.
Where that differs, the suspects are tried: the values to which known mistakes lead, each with a sentence that names
the mistake. `tests/test_train.py` runs the checks on train.py, `lessons/exercise.py` on the learner's my_neuron.py.
"""

import contextlib
import functools
import io
import re
import warnings

import numpy as np

# Two pictures of three numbers each, an airplane (0) and a bike (1), and any neuron.
X = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]])  # (3, 2)
Y = np.array([[0.0, 1.0]])  # (1, 2)
W = np.array([[1.0], [2.0], [-1.0]])  # (3, 1)
B = 0.5  # so z = [0*1 + 0.5*2 - 1*1 + 0.5, 1*1 + 0.5*2 - 0*1 + 0.5] = [0.5, 2.5]
EXAMPLE = "w = [[1], [2], [-1]], b = 0.5, X = [[0, 1], [0.5, 0.5], [1, 0]], Y = [[0, 1]]"


class Mistake(Exception):
    """A function does not do what it must: of what is spoken, what came out, what should, the likely mistake."""

    def __init__(self, what, got=None, right=None, sentence=""):
        super().__init__(what, got, right, sentence)
        self.what, self.got, self.right, self.sentence = what, got, right, sentence


def expect(got, right, what, suspects=None, shape="", tolerance=1e-9):
    """Raise a Mistake unless got is right: nothing, a list, a wrong shape, one of the suspects, or just other numbers.

    suspects: {sentence: the value that this mistake would give, or a list of such values}.
    shape: a sentence for a wrong shape.
    """
    if got is None:
        raise Mistake(what, got, right, "it is None: is `return` missing?")
    if isinstance(got, (list, tuple, dict)) and not isinstance(right, list):
        raise Mistake(what, got, right, f"it is a {type(got).__name__}, where NumPy's array or a number belongs")
    got, right = np.asarray(got), np.asarray(right)
    if got.shape != right.shape:
        rank_1 = f"the shape {got.shape} has one dimension, neither row nor column: keep two, {right.shape}"
        other = f"the shape is {got.shape} and must be {right.shape}"
        raise Mistake(what, got, right, shape or (rank_1 if got.ndim == 1 and right.ndim == 2 else other))
    if np.allclose(got, right, rtol=tolerance, atol=tolerance):
        return
    for sentence, values in (suspects or {}).items():
        for value in map(np.asarray, values if isinstance(values, list) else [values]):
            if value.shape == got.shape and np.allclose(got, value, rtol=1e-9, atol=1e-12, equal_nan=True):
                raise Mistake(what, got, right, sentence)
    raise Mistake(what, got, right, "" if np.isfinite(got).all() else "something overflows, or a log is taken of 0")


def expect_parts(got, what, kinds, sentence):
    """Raise a Mistake unless a function returned as many things as there are kinds, each of its kind."""
    if got is None:
        raise Mistake(what, got, None, "it is None: is `return` missing?")
    if not isinstance(got, tuple) or len(got) != len(kinds) or not all(map(isinstance, got, kinds)):
        raise Mistake(what, got, None, sentence)


def quietly(function, *args):
    """What a function returns and what it prints; warnings of NumPy are no mistake here."""
    with contextlib.redirect_stdout(io.StringIO()) as printed, np.errstate(all="ignore"):
        return function(*args), printed.getvalue()


def textbook_sigmoid(z):
    return 1 / (1 + np.exp(-z))


def descend(w, b, X, Y, epochs, lr):
    """The textbook's descent."""
    for _ in range(epochs):
        D = textbook_sigmoid(w.T @ X + b) - Y
        w, b = w - lr * X @ D.T / X.shape[1], b - lr * np.mean(D)
    return w, b


def random_pictures(n=6, m=10, seed=0):
    """Pictures of numbers from 0 to 1, of which the first tells the class."""
    X = np.random.default_rng(seed).random((n, m))
    return X, (X[:1] > 0.5).astype(float)


def check_sigmoid(neuron):
    z = np.array([[-2.0, 0.0, 2.0]])
    suspects = {
        "it falls where it should rise: look at the sign of z": textbook_sigmoid(-z),
        "this is the exponential alone: 1 / (1 + ...) is missing": [np.exp(-z), np.exp(z)],
        "a bracket is missing: 1 / (1 + np.exp(-z)), not 1 / 1 + np.exp(-z)": [1 + np.exp(-z), 1 + np.exp(z)],
        "1 / is missing": 1 + 1 / np.exp(z),
        "this is the tangent, from -1 to 1: the sigmoid is 1 / (1 + np.exp(-z))": np.tanh(z),
        "it is z itself: nothing is squashed": z,
        "it is only 0 or 1: the sigmoid is smooth in between": [(z > 0) * 1.0, (z >= 0) * 1.0],
    }
    expect(quietly(neuron.sigmoid, z)[0], textbook_sigmoid(z), "sigmoid(z) for z = [[-2, 0, 2]]", suspects)
    expect(quietly(neuron.sigmoid, 0.0)[0], 0.5, "sigmoid(0.0)")


def check_init_params(neuron):
    what = "init_params(3)"
    got, _ = quietly(neuron.init_params, 3)
    if isinstance(got, tuple) and len(got) == 2 and isinstance(got[0], list):
        raise Mistake(what, got, None, "w is a list: make it an array of NumPy's, np.zeros((dimension, 1))")
    expect_parts(got, what, [np.ndarray, object], "it must return w, b: an array and a number, in this order")
    w, b = got
    on_its_side = "w lies on its side: (dimension, 1) is a column, (1, dimension) a row" if w.shape == (1, 3) else ""
    suspects = {"w must begin with zeros: the neuron knows nothing yet": np.ones((3, 1))}
    expect(w, np.zeros((3, 1)), "w of init_params(3)", suspects, on_its_side)
    if w.dtype.kind != "f":
        raise Mistake("w of init_params(3)", w, None, "it holds whole numbers, which cannot learn: use np.zeros")
    expect(b, 0.0, "b of init_params(3)", {"b must begin with 0, as w does": b}, "b must be one number, 0.0")


def check_propagate(neuron):
    what = f"propagate(w, b, X, Y) for {EXAMPLE}"
    got, _ = quietly(neuron.propagate, W, B, X, Y)
    order = 'it must return {"dw": dw, "db": db}, cost: a dictionary and a number, in this order'
    expect_parts(got, what, [dict, object], order)
    grads, cost = got
    if set(grads) != {"dw", "db"}:
        raise Mistake(what, grads, None, 'the dictionary must have the keys "dw" and "db"')
    z = np.array([[0.5, 2.5]])
    A, m = textbook_sigmoid(z), 2
    losses = -(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    right = losses.sum() / m
    number = "the cost must be one number: np.sum(losses) / m adds up all of them, and m is X.shape[1]"
    column = np.log1p(np.exp((X.T @ W + B) * (1 - 2 * Y))).sum() / m
    suspects = {
        "it is negative: look at its sign": -right,
        "it is the sum of the losses, not their mean: 1/m is forgotten": losses.sum(),
        "it is minus the sum of the losses: the sign, and 1/m": -losses.sum(),
        "it is multiplied with m: divide": losses.sum() * m,
        "Y and 1 - Y are exchanged": -np.mean((1 - Y) * np.log(A) + Y * np.log(1 - A)),
        "the minus stands before one half only: -(... + ...) needs a bracket around both": [
            np.mean(-Y * np.log(A) + (1 - Y) * np.log(1 - A)),
            np.mean(Y * np.log(A) - (1 - Y) * np.log(1 - A)),
        ],
        "only the losses of class 1 are in it: where is (1 - Y) * np.log(1 - A)?": losses[0, 1] / m,
        "only the losses of class 0 are in it: where is Y * np.log(A)?": losses[0, 0] / m,
        "w or b is not in z": np.log(2),
        "it is divided by m twice": right / m,
        "z must be a row, w.T @ X + b: as a column it makes (2, 2) of A - Y": column,
        "b is not in z": -np.mean(Y * np.log(textbook_sigmoid(z - B)) + (1 - Y) * np.log(1 - textbook_sigmoid(z - B))),
        "m is the number of columns, X.shape[1]; len(X) and X.shape[0] are the number of rows": losses.sum() / 3,
        "it is the logarithm to the base 10, or 2: np.log is the right one": [right / np.log(10), right / np.log(2)],
        "// rounds down: divide with /": [right // 1, losses.sum() // m],
        "(A - Y) ** 2 is another loss: equation (3) has logarithms": [np.mean((A - Y) ** 2), np.sum((A - Y) ** 2) / 4],
        "|A - Y| is another loss: equation (3) has logarithms": np.mean(np.abs(A - Y)),
        "a * stands in z where an @ belongs": np.log1p(np.exp((W * X + B) * (1 - 2 * Y))).sum() / m,
    }
    expect(cost, right, f"the cost of {what}", suspects, number)

    def slopes(D, rows=m):
        return X @ D.T / rows, np.sum(D) / rows

    D = A - Y
    values = {
        "its sign is wrong: (A - Y), not (Y - A)": slopes(-D),
        "it is m times too large: 1/m is forgotten": slopes(D, 1),
        "it is multiplied with m: divide": slopes(D, 1 / m),
        "m is the number of columns, X.shape[1], not of rows": slopes(D, 3),
        "A alone is in it, not A - Y": slopes(A),
        "z is in it where A belongs": slopes(z - Y),
        "that is the slope of the squared difference: here it is X @ (A - Y).T / m": slopes(D * A * (1 - A)),
        "// rounds down: divide with /": (X @ D.T // m, np.sum(D) // m),
    }
    dw, db = slopes(D)
    one = "dw must be a column, one number for each weight: X @ (A - Y).T / m"
    lies = "dw lies on its side: X @ (A - Y).T / m is a column" if np.shape(grads["dw"]) == (1, 3) else ""
    shape = one if np.size(grads["dw"]) != 3 else lies
    expect(grads["dw"], dw, f"dw of {what}", {sentence: pair[0] for sentence, pair in values.items()}, shape)
    number = "db must be one number, np.sum(A - Y) / m, or b becomes a vector"
    expect(grads["db"], db, f"db of {what}", {sentence: pair[1] for sentence, pair in values.items()}, number)


def check_optimize(neuron):
    what = f"optimize(w, b, X, Y, 1, 0.1) for {EXAMPLE}"
    before = [array.copy() for array in (W, X, Y)]
    got, _ = quietly(neuron.optimize, W, B, X, Y, 1, 0.1)
    for name, array, old in zip("wXY", (W, X, Y), before, strict=True):
        if not np.array_equal(array, old):
            array[:] = old
            raise Mistake(what, sentence=f"it changes {name} of its caller: write w = w - ..., not w -= ...")
    order = 'it must return {"w": w, "b": b}, {"dw": dw, "db": db}, costs: two dictionaries and a list, in this order'
    if isinstance(got, tuple) and got[-1] is None:
        raise Mistake(what, None, None, "costs is None: costs.append(cost) changes the list, and gives nothing back")
    expect_parts(got, what, [dict, dict, list], order)
    params, grads, costs = got
    if set(params) != {"w", "b"}:
        raise Mistake(what, params, None, 'the first dictionary must have the keys "w" and "b"')
    if not costs:
        raise Mistake(what, costs, None, "costs is empty: append the cost before the step, at epochs 0, 100, 200, ...")
    D = textbook_sigmoid(W.T @ X + B) - Y
    dw, db = X @ D.T / 2, np.mean(D)
    for name, old, slope in (("w", W, dw), ("b", B, db)):
        twice = descend(W, B, X, Y, 2, 0.1)["wb".index(name)]
        suspects = {
            f"it is what it was before: {name} is not updated": old,
            "it starts from zeros: w and b are given": descend(0 * W, 0.0, X, Y, 1, 0.1)["wb".index(name)],
            f"it went uphill: {name} - lr * ..., not +": old + 0.1 * slope,
            "lr is not in the step": old - slope,
            "it divides by lr: multiply": old - slope / 0.1,
            "it is that after two steps: how often does the loop run?": twice,
            "it is the step alone: where is what it was before?": [-0.1 * slope, 0.1 * slope],
        }
        expect(params[name], old - 0.1 * slope, f"{name} of {what}", suspects)
    expect(grads.get("dw"), dw, f"the dw that {what} returns")
    expect(grads.get("db"), db, f"the db that {what} returns")
    expect(costs, [np.mean(np.log1p(np.exp([0.5, -2.5])))], f"costs of {what}", shape="costs of 1 epoch hold one cost")

    w, b = descend(W, B, X, Y, 7, 0.1)
    got, _ = quietly(neuron.optimize, W, B, X, Y, 7, 0.1)
    for name, right, old, slope in (("w", w, W, dw), ("b", b, B, db)):
        suspects = {
            "it is that after one step: does `return` stand inside the loop?": old - 0.1 * slope,
            "each step uses the first gradient: propagate belongs into the loop": old - 0.7 * slope,
            "each step starts from the beginning: w and b must go into propagate anew": old - 0.1 * slope,
            "it is one step too many": descend(W, B, X, Y, 8, 0.1)["wb".index(name)],
            "it is one step too few": descend(W, B, X, Y, 6, 0.1)["wb".index(name)],
        }
        expect(got[0][name], right, f"{name} after 7 steps of 0.1", suspects)

    pictures, labels = random_pictures()
    (_, _, costs), printed = quietly(neuron.optimize, np.zeros((6, 1)), 0.0, pictures, labels, 201, 0.1)
    if len(costs) != 3:
        told = "they must be those at 0, 100 and 200: epoch % 100 == 0, and costs = [] before the loop"
        raise Mistake("costs of 201 epochs", costs, None, told)
    right = [f"cost after {100 * k} epochs: {cost:.6f}" for k, cost in enumerate(costs)]
    if [line for line in printed.splitlines() if line] != right:
        told = 'print(f"cost after {epoch} epochs: {cost:.6f}")'
        raise Mistake("what optimize prints", printed, "\n".join(right), told)


def check_predict(neuron):
    x = np.array([[-3.0, -0.1, 0.0, 0.1, 3.0]])
    suspects = {
        "the threshold is reversed: 1 where A > 0.5": [[[1.0, 1, 1, 0, 0]], [[1.0, 1, 0, 0, 0]]],
        "A is exactly 0.5 at z = 0, and that counts as class 0: >, not >=": [[[0.0, 0, 1, 1, 1]]],
        "these are the activations: compare them with 0.5": textbook_sigmoid(x),
        "z is compared with 0.5, not A = sigmoid(z)": [[[0.0, 0, 0, 0, 1]]],
        "it says the same of every picture": [np.zeros((1, 5)), np.ones((1, 5))],
    }
    got, _ = quietly(neuron.predict, np.array([[1.0]]), 0.0, x)
    right, what = [[0.0, 0, 0, 1, 1]], "predict(w, b, X) for w = [[1]], b = 0, X = [[-3, -0.1, 0, 0.1, 3]]"
    expect(got if got is None else np.asarray(got, float), right, what, suspects)
    got, _ = quietly(neuron.predict, W, B, X)
    what = "predict(w, b, X) for w = [[1], [2], [-1]], b = 0.5, X = [[0, 1], [0.5, 0.5], [1, 0]]"
    expect(np.asarray(got, float), [[1.0, 1.0]], what, {"b is not in z": [[[0.0, 1.0]]]})


def check_predict_image(neuron):
    for x, label in ((-1.0, 0), (0.1, 1)):
        got, _ = quietly(neuron.predict_image, np.array([[2.0]]), 0.0, np.array([[x]]))
        number = "it must be one number, 0 or 1: int(...) of the only entry that predict returns"
        suspects = {"it is the activation: compare it with 0.5": textbook_sigmoid(2 * x)}
        suspects["z is compared with 0.5, not A = sigmoid(z)"] = 0
        expect(got, label, f"predict_image(w, b, x) for w = [[2]], b = 0, x = [[{x:g}]]", suspects, number)


def check_model(neuron):
    (X_train, Y_train), (X_test, Y_test) = random_pictures(6, 30, 1), random_pictures(6, 11, 2)
    Y_test[0, :3] = 1 - Y_test[0, :3]  # so the test cannot come out like the training
    asked, init_params = [], neuron.init_params
    neuron.init_params = functools.wraps(init_params)(lambda n: asked.append(n) or init_params(n))
    try:
        got, printed = quietly(neuron.model, X_train, Y_train, X_test, Y_test, 300, 0.5)
    except (ValueError, AssertionError) as problem:
        if asked and asked[0] != 6:
            sentence = f"init_params wants how many numbers a picture has, X_train.shape[0] = 6, not {asked[0]}"
            raise Mistake("model(...)", sentence=sentence) from problem
        raise
    finally:
        neuron.init_params = init_params
    if not isinstance(got, dict):
        raise Mistake("model(...)", got, None, "it must return a dictionary: is `return` missing?")
    keys = {"costs", "Y_predict_test", "Y_predict_train", "w", "b", "learning_rate", "epochs"}
    if set(got) != keys:
        missing, extra = ", ".join(sorted(keys - set(got))), ", ".join(sorted(set(got) - keys))
        sentence = f"the dictionary lacks: {missing or 'nothing'}; it has too much: {extra or 'nothing'}"
        raise Mistake("model(...)", sorted(got), sorted(keys), sentence)
    w, b = descend(np.zeros((6, 1)), 0.0, X_train, Y_train, 300, 0.5)
    tested = descend(np.zeros((6, 1)), 0.0, X_test, Y_test, 300, 0.5)
    for name, right, untrained, by_test in (("w", w, np.zeros((6, 1)), tested[0]), ("b", b, 0.0, tested[1])):
        suspects = {
            "it is what init_params gave, not what optimize returned": untrained,
            "it has learned from the test pictures: they are for the test alone": by_test,
            "epochs and lr are given: pass them on": descend(0 * w, 0.0, X_train, Y_train, 2000, 0.01)[
                "wb".index(name)
            ],
        }
        expect(got[name], right, f"{name} that model(...) returns", suspects)
    accuracies, lines = {}, {"train_accuracy": (X_train, Y_train), "test_accuracy ": (X_test, Y_test)}
    for name, (pictures, labels) in lines.items():
        predicted = (w.T @ pictures + b > 0) * 1.0
        accuracies[name] = 100 * np.mean(predicted == labels)
        key = f"Y_predict_{name[:5].strip('_')}"
        expect(np.asarray(got[key], float), predicted, f"{key} that model(...) returns")
    for name, right in accuracies.items():
        line = re.search(rf"^{name}: ([\d.]+) %$", printed, re.MULTILINE)
        if not line:
            told = f'print(f"{name}: {{100 * np.mean(... == ...):.2f}} %")'
            raise Mistake("what model(...) prints", printed, f"{name}: {right:.2f} %", told)
        swapped = {"it is counted on the other pictures": [value for value in accuracies.values() if value != right]}
        swapped["it is a share, not yet percent: times 100"] = right / 100
        swapped["it counts the wrong answers: ==, not !="] = round(100 - right, 2)
        swapped["it is a sum: np.mean is the share"] = right * lines[name][1].size
        expect(float(line[1]), right, f"the {name.strip()} that model(...) prints", swapped, tolerance=0.01)
    expect([got["learning_rate"], got["epochs"], len(got["costs"])], [0.5, 300, 3], "learning_rate, epochs, len(costs)")


def check_large_z(neuron):
    z = np.array([[-1000.0, 0.0, 1000.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            got = neuron.sigmoid(z)
        except RuntimeWarning as warning:
            sentence = f"{warning}: exp(1000) is too large. Take exp of -np.abs(z) alone, and use np.where"
            raise Mistake("sigmoid(z) for z = [[-1000, 0, 1000]]", sentence=sentence) from None
        expect(got, [[0.0, 0.5, 1.0]], "sigmoid(z) for z = [[-1000, 0, 1000]]")


def check_sure_and_wrong(neuron):
    """Two pictures of which the neuron is sure, and wrong: z = 1000 and -1000, a loss of 1000 each."""
    what = "the cost where the neuron is sure and wrong: w = [[1000]], b = 0, X = [[1, -1]], Y = [[0, 1]]"
    x, y = np.array([[1.0, -1.0]]), np.array([[0.0, 1.0]])
    (grads, cost), _ = quietly(neuron.propagate, np.array([[1000.0]]), 0.0, x, y)
    if not np.isfinite(cost):
        sentence = "A is rounded to 1, and log(1 - A) is log(0). Compute the losses from z, with np.logaddexp(0, z)"
        raise Mistake(what, cost, 1000.0, sentence)
    wrong = "np.clip hides how wrong it is: compute the losses from z, with np.logaddexp(0, z)"
    expect(cost, 1000.0, what, {wrong: [cost] if cost < 999 else []})
    expect(grads["dw"], [[1.0]], "dw for the same")


def check_large_rate(neuron):
    pictures, labels = random_pictures(50, 20)
    (params, _, costs), _ = quietly(neuron.optimize, np.zeros((50, 1)), 0.0, 100 * pictures, labels, 101, 1.0)
    if not (np.isfinite(costs).all() and np.isfinite(params["w"]).all()):
        raise Mistake("costs at a learning rate of 1", costs, None, "they are no longer numbers: see z = 1000")


def check_float32(neuron):
    pictures, labels = (array.astype(np.float32) for array in random_pictures())
    w, b = neuron.init_params(6)
    (params, _, _), _ = quietly(neuron.optimize, w, b, pictures, labels, 3, 0.5)
    if params["w"].dtype != np.float32:
        sentence = "float64 takes twice the time and memory of float32, the type of X: begin with w = w.astype(X.dtype)"
        raise Mistake("the type of w after optimize, where X is float32", params["w"].dtype, "float32", sentence)
    A = neuron.sigmoid(np.array([[-10000, 0, 10000]], np.float32))
    expect(A, np.float32([[0, 0.5, 1]]), "sigmoid(z) in float32 for z = [[-10000, 0, 10000]]", tolerance=1e-6)


def check_shapes(neuron):
    told = "stop with a sentence: assert {0}.shape == {1}, 'what {0} must be'"
    cases = (
        ("a vector w (3,): w - lr * dw becomes (3, 3) without a word", (W[:, 0], B, X, Y), ("w", "(X.shape[0], 1)")),
        ("a row w (1, 3)", (W.T, B, X, Y), ("w", "(X.shape[0], 1)")),
        ("Y as a column (2, 1): A - Y becomes (2, 2) without a word", (W, B, X, Y.T), ("Y", "(1, X.shape[1])")),
        ("Y as a vector (2,)", (W, B, X, Y[0]), ("Y", "(1, X.shape[1])")),
    )
    for name, arguments, words in cases:
        try:
            quietly(neuron.propagate, *arguments)
        except (AssertionError, ValueError) as refusal:
            if "matmul" not in str(refusal) and "broadcast" not in str(refusal):
                continue  # a sentence of its own
        raise Mistake(f"propagate(w, b, X, Y) for {name}", sentence=told.format(*words))


ROUND_1 = {
    "sigmoid": check_sigmoid,
    "init_params": check_init_params,
    "propagate": check_propagate,
    "optimize": check_optimize,
    "predict": check_predict,
    "predict_image": check_predict_image,
    "model": check_model,
}
ROUND_2 = {
    "a very large z": check_large_z,
    "sure and wrong": check_sure_and_wrong,
    "a learning rate of 1": check_large_rate,
    "float32": check_float32,
    "a vector where a column belongs": check_shapes,
}


HINTS = {  # for each function and each check of round 2: an idea, and the line with gaps
    "sigmoid": ("Equation (2). np.exp takes whole arrays.", "return __ / (__ + np.exp(__))"),
    "init_params": ("A column of zeros, and the number 0. np.zeros takes the shape as a pair, in brackets of its own.", "w = np.zeros((__, __))"),
    "propagate": ("Equations (1) to (6), one line each. m is the number of columns of X. (3) and (4) fit into one line.", "z = __.T @ __ + __ ... cost = -np.sum(__ * np.log(__) + (1 - __) * np.log(__)) / __ ... dw = __ @ (__).T / __"),
    "optimize": ("A loop over the epochs: propagate, keep and print every 100th cost, then equation (7).", 'grads, cost = propagate(__, __, __, __) ... if epoch % __ == 0: ... w = w - __ * grads["__"]'),
    "predict": ("Equations (1) and (2) again. Then: where is A above one half?", "return (__ > __).astype(float)"),
    "predict_image": ("predict gives an array of one entry. Make a number of it.", "return int(predict(__)[__, __])"),
    "model": ("The others in their order: init_params, optimize on the training pictures, predict on both. Print, return.", "params, grads, costs = optimize(__) ... 100 * np.mean(Y_predict_train == __)"),
    "a very large z": ("exp(-z) overflows where z is very negative. There it is exp(z) / (exp(z) + 1), too. np.where computes both: so take exp(-|z|) once, for both.", "e = np.exp(-np.abs(z)); return np.where(z >= 0, __, __) / (__ + e)"),
    "sure and wrong": ("-log(a) is log(1 + exp(-z)), -log(1 - a) is log(1 + exp(z)); np.logaddexp(0, z) is log(1 + exp(z)), safely.", "losses = Y * np.logaddexp(0, __) + (1 - Y) * np.logaddexp(0, __)"),
    "a learning rate of 1": ("What is safe for z = 1000 is safe here. What did you leave out?", "see the two before"),
    "float32": ("w begins as float64. Give it the type of the pictures before the loop.", "w = w.astype(__.dtype)"),
    "a vector where a column belongs": ("assert CONDITION, SENTENCE stops with the sentence where the condition is false. Put two into propagate.", 'assert w.shape == (__, 1), f"w must be a column; its shape is {w.shape}"'),
}  # fmt: skip
MATMUL = "the shapes of a matrix product do not fit: is a .T missing, or at the wrong side of the @? Or must it be a *?"
ONE_NUMBER = "an array cannot become one number: is a sum missing, is it math.exp for np.exp, or is [0, 0] missing?"
PYTHON_SAYS = {  # words of Python's or NumPy's: the mistake that usually causes them
    "IndentationError": "the line must begin right under the one above, or four spaces further after a colon",
    "SyntaxError": "Python cannot read this line, or the one above: count the brackets and quotes; == compares",
    "unhashable": 'the key of a dictionary is a text: {"dw": dw, "db": db}',
    "dict.__format__": "propagate gives the gradients first: grads, cost = propagate(w, b, X, Y)",
    "local variable": "that line never ran: does the loop begin with range(epochs), and does the name stand there?",
    "as an integer": "are epochs and lr exchanged? optimize(w, b, X, Y, epochs, lr)",
    "matmul": MATMUL,
    "not aligned": MATMUL,
    "broadcast": "two shapes do not fit: is a * where an @ belongs, a .T missing, or do training and test meet?",
    "only 0-dimensional": ONE_NUMBER,
    "only length-1": ONE_NUMBER,
    "can only convert an array of size 1": "predict gave more than one class: X must be one picture here",
    "truth value": "an array is not just true or false: use np.where(condition, this, that) in place of if",
    "Cannot interpret": "np.zeros takes the shape in brackets of its own: np.zeros((dimension, 1))",
    "'int' object is not iterable": "a number cannot be looped over: range(epochs) counts from 0 to epochs - 1",
    "unpack": "a function gives another number of things than are taken: propagate gives two, optimize three",
    "'NoneType'": "a function that is called here gave nothing: is its `return` missing?",
    "KeyError": 'a dictionary has no such key: params has "w" and "b", grads has "dw" and "db"',
    "passed to tuple": "what propagate gives is a pair: grads, cost = propagate(w, b, X, Y)",
    "indices must be": 'what propagate gives is a pair: grads, cost = propagate(w, b, X, Y), and then grads["dw"]',
    "and 'dict'": 'a gradient stands in its dictionary: grads["dw"], grads["db"]',
    "name 'exp'": "exp is NumPy's: np.exp",
    "name 'log'": "log is NumPy's: np.log",
    "name 'dw'": 'here it is in a dictionary: grads["dw"]',
    "name 'db'": 'here it is in a dictionary: grads["db"]',
    "is not defined": "Python does not know this name: is it misspelt, NumPy's (np. ...), or a key of grads or params?",
    "required positional argument": "a function is called with too little: compare with its def line",
    "has no attribute": "this has no such part: is it misspelt, or is it a list where an array of NumPy's belongs?",
    "": "read the line: what does each part of it hold?",
}
