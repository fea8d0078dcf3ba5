"""lessons/exercise.py: the empty page, both rounds, and a planted mistake of each kind is told apart by its own sentence."""

import os
import re
import sys
import threading
import time

import pytest
from conftest import ROOT, run_script, wait_for

import exercise
import train

TEXTBOOK = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def init_params(dimension):
    w = np.zeros((dimension, 1))
    b = 0.0
    return w, b

def propagate(w, b, X, Y):
    m = X.shape[1]
    z = w.T @ X + b
    A = sigmoid(z)
    cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
    dw = X @ (A - Y).T / m
    db = np.sum(A - Y) / m
    return {"dw": dw, "db": db}, cost

def optimize(w, b, X, Y, epochs, lr):
    costs = []
    for epoch in range(epochs):
        grads, cost = propagate(w, b, X, Y)
        if epoch % 100 == 0:
            costs.append(cost)
            print(f"cost after {epoch} epochs: {cost:.6f}")
        w = w - lr * grads["dw"]
        b = b - lr * grads["db"]
    return {"w": w, "b": b}, grads, costs

def predict(w, b, X):
    A = sigmoid(w.T @ X + b)
    return (A > 0.5).astype(float)

def predict_image(w, b, X):
    return int(predict(w, b, X)[0, 0])

def model(X_train, Y_train, X_test, Y_test, epochs, lr):
    w, b = init_params(X_train.shape[0])
    params, grads, costs = optimize(w, b, X_train, Y_train, epochs, lr)
    w, b = params["w"], params["b"]
    Y_predict_train = predict(w, b, X_train)
    Y_predict_test = predict(w, b, X_test)
    print(f"train_accuracy: {100 * np.mean(Y_predict_train == Y_train):.2f} %")
    print(f"test_accuracy : {100 * np.mean(Y_predict_test == Y_test):.2f} %")
    return {"costs": costs, "w": w, "b": b, "learning_rate": lr, "epochs": epochs,
            "Y_predict_train": Y_predict_train, "Y_predict_test": Y_predict_test}
"""
SAFE = {  # what round 2 asks for, step by step: what breaks without it, the textbook's line, the safe one
    "a very large z": ("exp(1000) is too large", "    return 1 / (1 + np.exp(-z))",
        "    e = np.exp(-np.abs(z))\n    return np.where(z >= 0, 1, e) / (1 + e)"),
    "sure and wrong": ("log(1 - A) is log(0)", "    cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m",
        "    cost = np.sum(Y * np.logaddexp(0, -z) + (1 - Y) * np.logaddexp(0, z)) / m"),
    "float32": ("begin with w = w.astype(X.dtype)", "    costs = []", "    w, costs = w.astype(X.dtype), []"),
    "a vector where a column belongs": ("becomes (3, 3) without a word", "    m = X.shape[1]",
        '    m = X.shape[1]\n    assert w.shape == (X.shape[0], 1), "w is no column"\n    assert Y.shape == (1, m), "Y is no row"'),
}  # fmt: skip
COST = "    cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m"
DW, DB = "X @ (A - Y).T / m", "np.sum(A - Y) / m"
GRADS, STEP = "        grads, cost = propagate(w, b, X, Y)\n", '        w = w - lr * grads["dw"]'
MISTAKES = {  # {the mistake: (the function, words of the message, the right text, the wrong text)}
    "brackets forgotten": ("sigmoid", "a bracket is missing", "1 / (1 + np.exp(-z))", "1 / 1 + np.exp(-z)"),
    "the sigmoid falls": ("sigmoid", "look at the sign of z", "np.exp(-z)", "np.exp(z)"),
    "the exponential alone": ("sigmoid", "the exponential alone", "1 / (1 + np.exp(-z))", "np.exp(-z)"),
    "the tangent": ("sigmoid", "this is the tangent", "1 / (1 + np.exp(-z))", "np.tanh(z)"),
    "z clipped too early": ("sigmoid", "follow the example", "np.exp(-z)", "np.exp(-np.clip(z, -1, 1))"),
    "exp without np.": ("sigmoid", "exp is NumPy's: np.exp", "np.exp(-z)", "exp(-z)"),
    "math.exp": ("sigmoid", "is it math.exp for np.exp", "np.exp(-z)", "__import__('math').exp(-z)"),
    "if for an array": ("sigmoid", "use np.where", "    return 1 /", "    if z > 0: pass\n    return 1 /"),
    "nothing returned": ("sigmoid", "is `return` missing", "    return 1 / (1", "    1 / (1"),
    "a bracket not closed": ("my_neuron.py", "was never closed", "np.exp(-z))", "np.exp(-z)"),
    "the shape as two numbers": ("init_params", "in brackets of its own", "np.zeros((dimension, 1))", "np.zeros(dimension, 1)"),
    "w of rank 1": ("init_params", "has one dimension, neither row nor column", "np.zeros((dimension, 1))", "np.zeros(dimension)"),
    "w on its side": ("init_params", "w lies on its side", "np.zeros((dimension, 1))", "np.zeros((1, dimension))"),
    "w of whole numbers": ("init_params", "whole numbers", "np.zeros((dimension, 1))", "np.zeros((dimension, 1), int)"),
    "w of ones": ("init_params", "begin with zeros", "np.zeros((dimension", "np.ones((dimension"),
    "w as a list": ("init_params", "w is a list", "np.zeros((dimension, 1))", "[[0.0]] * dimension"),
    "b and w exchanged": ("init_params", "must return w, b", "return w, b", "return b, w"),
    "b an array": ("init_params", "b must be one number", "b = 0.0", "b = np.zeros((1, 1))"),
    "the sign of the cost": ("propagate", "look at its sign", "-np.sum(Y *", "np.sum(Y *"),
    "1/m forgotten in the cost": ("propagate", "1/m is forgotten", COST, COST[:-4]),
    "* m in the cost": ("propagate", "multiplied with m: divide", COST, COST[:-4] + " * m"),
    "minus on one half": ("propagate", "one half only", COST, COST.replace("-np.sum(Y *", "np.sum(-Y *")),
    "only class 1": ("propagate", "only the losses of class 1", " + (1 - Y) * np.log(1 - A)", ""),
    "Y and 1 - Y exchanged": ("propagate", "are exchanged", "(Y * np.log(A) + (1 - Y) * np.log(1 - A))", "((1 - Y) * np.log(A) + Y * np.log(1 - A))"),
    "the wrong logarithm": ("propagate", "np.log is the right one", COST, COST.replace("np.log", "np.log10")),
    "squared difference": ("propagate", "another loss", COST, "    cost = np.mean((A - Y) ** 2)"),
    "the cost an array": ("propagate", "the cost must be one number", "-np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))", "-np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A), axis=1)"),
    "rows counted for m": ("propagate", "number of rows", "m = X.shape[1]", "m = len(X)"),
    "b not in z": ("propagate", "b is not in z", "    z = w.T @ X + b", "    z = w.T @ X"),
    "* for @ in z": ("propagate", "is a * where an @ belongs", "z = w.T @ X", "z = w.T * X"),
    "no .T in z": ("propagate", "is a .T missing", "z = w.T @ X", "z = w @ X"),
    "no .T in dw": ("propagate", "is a .T missing", DW, "X @ (A - Y) / m"),
    "the sign of dw": ("propagate", "(A - Y), not (Y - A)", DW, "X @ (Y - A).T / m"),
    "1/m forgotten in dw": ("propagate", "1/m is forgotten", DW, "X @ (A - Y).T"),
    "* m in dw": ("propagate", "multiplied with m: divide", DW, "X @ (A - Y).T * m"),
    "z for A in dw": ("propagate", "z is in it where A belongs", DW, "X @ (z - Y).T / m"),
    "A alone in dw": ("propagate", "A alone is in it", DW, "X @ A.T / m"),
    "the mean of dw": ("propagate", "one number for each weight", DW, "np.mean(X @ (A - Y).T)"),
    "// in db": ("propagate", "// rounds down", DB, "np.sum(A - Y) // m"),
    "db a vector": ("propagate", "b becomes a vector", DB, "(A - Y) / m"),
    "cost, grads": ("propagate", "in this order", '{"dw": dw, "db": db}, cost', 'cost, {"dw": dw, "db": db}'),
    "another key": ("propagate", 'must have the keys "dw" and "db"', '"dw": dw', '"w": dw'),
    "w not updated": ("optimize", "w is not updated", STEP, '        w - lr * grads["dw"]'),
    "uphill": ("optimize", "it went uphill", STEP, STEP.replace("-", "+")),
    "lr forgotten": ("optimize", "lr is not in the step", STEP, STEP.replace("lr * ", "")),
    "w changed in place": ("optimize", "not w -= ...", STEP, '        w -= lr * grads["dw"]'),
    "a name for a key": ("optimize", 'in a dictionary: grads["dw"]', STEP, "        w = w - lr * dw"),
    "another key again": ("optimize", "no such key", 'grads["dw"]', 'grads["w"]'),
    "grads for grads[]": ("optimize", "stands in its dictionary", 'lr * grads["dw"]', "lr * grads"),
    "for epoch in epochs": ("optimize", "range(epochs) counts", "in range(epochs)", "in epochs"),
    "one thing taken of two": ("optimize", "is a pair", "grads, cost = propagate", "grads = cost = propagate"),
    "return inside the loop": ("optimize", "stand inside the loop", '    return {"w": w, "b": b}, grads', '        return {"w": w, "b": b}, grads'),
    "the first gradient always": ("optimize", "belongs into the loop", f"    for epoch in range(epochs):\n{GRADS}", f"{GRADS[4:]}    for epoch in range(epochs):\n"),
    "a step too many": ("optimize", "after two steps", "range(epochs)", "range(epochs + 1)"),
    "every cost kept": ("optimize", "must be those at 0, 100 and 200", "if epoch % 100 == 0:", "if True:"),
    "nothing printed": ("optimize", "cost after", '            print(f"cost after {epoch} epochs: {cost:.6f}")\n', ""),
    "the threshold reversed": ("predict", "reversed", "(A > 0.5)", "(A < 0.5)"),
    "exactly one half": ("predict", "exactly 0.5", "(A > 0.5)", "(A >= 0.5)"),
    "the activations": ("predict", "compare them with 0.5", "(A > 0.5).astype(float)", "A"),
    "z compared": ("predict", "z is compared", "A = sigmoid(w.T @ X + b)", "A = w.T @ X + b"),
    "predict without b": ("predict", "b is not in z", "A = sigmoid(w.T @ X + b)", "A = sigmoid(w.T @ X)"),
    "int of several": ("predict", "is it math.exp for np.exp", "return (A > 0.5).astype(float)", "return int(A > 0.5)"),
    "an array for one": ("predict_image", "must be one number", "int(predict(w, b, X)[0, 0])", "predict(w, b, X)"),
    "columns for rows": ("model", "X_train.shape[0] = 6, not 30", "X_train.shape[0]", "X_train.shape[1]"),
    "untrained": ("model", "what init_params gave", '    w, b = params["w"], params["b"]\n', ""),
    "learned from the test": ("model", "learned from the test", "w, b, X_train, Y_train, epochs", "w, b, X_test, Y_test, epochs"),
    "counted on the training": ("model", "on the other pictures", "np.mean(Y_predict_test == Y_test)", "np.mean(Y_predict_train == Y_train)"),
    "a share for percent": ("model", "times 100", "{100 * np.mean(Y_predict_train", "{np.mean(Y_predict_train"),
    "b of one half": ("init_params", "b must begin with 0", "b = 0.0", "b = 0.5"),
    "m twice": ("propagate", "divided by m twice", COST, COST.replace("np.sum", "np.mean")),
    "z a column": ("propagate", "z must be a row", "    z = w.T @ X + b", "    z = X.T @ w + b"),
    "dw on its side": ("propagate", "dw lies on its side", DW, "(A - Y) @ X.T / m"),
    "@ for * in the cost": ("propagate", "Or must it be a *", "Y * np.log(A)", "Y @ np.log(A)"),
    "keys without quotes": ("propagate", "a dictionary is a text", '{"dw": dw', "{dw: dw"),
    "exchanged": ("optimize", "gives the gradients first", "grads, cost = propagate", "cost, grads = propagate"),
    "costs = append": ("optimize", "costs is None", "            costs.append(cost)", "            costs = costs.append(cost)"),
    "from zeros again": ("optimize", "it starts from zeros", "    costs = []", "    w, b, costs = 0 * w, 0.0, []"),
    "no first epoch": ("optimize", "that line never ran", "range(epochs)", "range(1, epochs)"),
    "indented too far": ("my_neuron.py", "right under the one above", "    A = sigmoid(z)\n    cost", "      A = sigmoid(z)\n    cost"),
    "no .T in predict": ("predict", "is a .T missing", "A = sigmoid(w.T @ X + b)\n    return (A", "A = sigmoid(w @ X + b)\n    return (A"),
    "int of an array": ("predict_image", "is [0, 0] missing", "int(predict(w, b, X)[0, 0])", "int(np.array([*predict(w, b, X)[0], 1])[:, None])"),
    "z in predict_image": ("predict_image", "z is compared", "int(predict(w, b, X)[0, 0])", "int((w.T @ X + b)[0, 0] > 0.5)"),
    "the activation of one": ("predict_image", "it is the activation", "int(predict(w, b, X)[0, 0])", "sigmoid(w.T @ X + b)[0, 0]"),
    "epochs and lr fixed": ("model", "pass them on", "X_train, Y_train, epochs, lr)", "X_train, Y_train, 2000, 0.01)"),
    "epochs and lr exchanged": ("model", "are epochs and lr exchanged", "X_train, Y_train, epochs, lr)", "X_train, Y_train, lr, epochs)"),
    "the wrong ones counted": ("model", "==, not !=", "(Y_predict_train == Y_train)", "(Y_predict_train != Y_train)"),
    "a key forgotten": ("model", "lacks: epochs", ', "epochs": epochs', ""),
}  # fmt: skip


@pytest.fixture
def ask(tmp_path, monkeypatch, capsys, drawn):
    """A function that writes my_neuron.py and gives the answer of the exercise, as lines, and what main returns."""
    monkeypatch.setattr(exercise, "FILE", tmp_path / "my_neuron.py")

    def asked(text, *args):
        if text is not None:
            exercise.FILE.write_text(text, encoding="utf-8")
        passed = exercise.main(["--dataset", str(drawn), *args])
        return capsys.readouterr().out.splitlines(), passed

    return asked


def test_the_first_call_writes_an_empty_page_and_no_later_one_does(ask):
    lines, passed = ask(None)
    assert lines[0].startswith("wrote ") and "write sigmoid" in lines[0] and not passed
    assert lines[1:3] == ["[ ] sigmoid", "    this is next"]
    page = exercise.FILE.read_text(encoding="utf-8")
    assert "(7)  w = w - lr * dw" in page and "logaddexp" not in page and page.count("\n    ...\n") == 7
    for name in exercise.ROUND_1:
        signature = re.search(rf"^def {name}\((.*)\):$", (ROOT / "train.py").read_text(encoding="utf-8"), re.M)[1]
        assert f"def {name}({signature.replace(', optimize=optimize', '')}):" in page
    ask(None)
    assert exercise.FILE.read_text(encoding="utf-8") == page


def test_the_textbook_passes_round_1_and_fails_round_2_step_by_step(ask):
    text = TEXTBOOK
    for name, (words, right, wrong) in SAFE.items():
        lines, passed = ask(text)
        assert not passed and [line for line in lines if line.startswith("[ ]")] == [f"[ ] {name}"], lines
        assert [line for line in lines if line.startswith("[x]")][:7] == [f"[x] {name}" for name in exercise.ROUND_1]
        assert re.search(r"^round 1 is passed: after 200 epochs, your neuron gets [678] of 8 ", "\n".join(lines), re.M)
        assert words in "\n".join(lines), lines
        text = text.replace(right, wrong, 1)
    lines, passed = ask(text)
    assert passed and lines[-1].startswith("round 2 is passed")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_planted_mistake_is_told_apart_by_its_own_sentence(ask, mistake):
    name, words, right, wrong = MISTAKES[mistake]
    assert right in TEXTBOOK and right != wrong
    lines, passed = ask(TEXTBOOK.replace(right, wrong, 1))
    assert not passed and [line.endswith(name) for line in lines if line.startswith("[ ]")] == [True], lines
    message = lines[next(k for k, line in enumerate(lines) if line.startswith("[ ]")) + 1 :]
    assert words in "\n".join(message) and len(message) <= 6, message
    assert "suspects.py" not in "\n".join(message)


def test_a_mistake_in_python_shows_the_learners_own_line_underlined(ask):
    lines, _ = ask(TEXTBOOK.replace("z = w.T @ X", "z = w @ X"))
    message = lines[lines.index("[ ] propagate") + 1 :]
    assert re.search(r'File ".*my_neuron\.py", line \d+, in propagate', message[0])
    assert message[1].strip() == "z = w @ X + b"
    assert sys.version_info < (3, 11) or "~~^~~" in message[2]
    assert "ValueError: matmul" in message[-2]


def test_hints_come_in_two_levels_and_the_solution_afterwards(ask):
    page = TEXTBOOK.replace("    return (A > 0.5).astype(float)", "    ...")
    lines, _ = ask(page)
    assert not [line for line in lines if "hint:" in line]
    assert [line for line in ask(page, "--hint")[0] if "hint:" in line] == [f"    hint: {exercise.HINTS['predict'][0]}"]
    assert len([line for line in ask(page, "--hint", "--hint")[0] if "hint:" in line]) == 2
    assert set(exercise.HINTS) == {*exercise.ROUND_1, *exercise.ROUND_2}
    lines, passed = ask(page, "--solution", "predict")
    told = "predict has not passed yet: when it has, --solution predict shows it beside that of train.py"
    assert lines == [told] and not passed
    lines, passed = ask(page, "--solution", "sigmoid")
    assert passed and "    return 1 / (1 + np.exp(-z))" in lines and "    e = np.exp(-np.abs(z))" in lines
    assert lines[0] == "# yours" and "# train.py" in lines


def test_watch_looks_again_whenever_the_file_is_saved(ask):
    def save_twice():
        for text in (TEXTBOOK, safe):
            time.sleep(1.5)
            exercise.FILE.write_text(text, encoding="utf-8")
            os.utime(exercise.FILE, (time.time() + 5, time.time() + 5 + len(text)))  # whatever the clock of the disk

    safe = TEXTBOOK
    for _, right, wrong in SAFE.values():
        safe = safe.replace(right, wrong, 1)
    threading.Thread(target=save_twice).start()
    lines, passed = ask(TEXTBOOK.replace("1 / (1 +", "1 / (2 +"), "--watch")
    assert passed and [line for line in lines if line.startswith("[ ]")] == ["[ ] sigmoid", "[ ] a very large z"]


def test_it_needs_no_package_that_only_the_tests_need(tmp_path):
    (tmp_path / "pytest.py").write_text("raise ImportError('no pytest here')", encoding="utf-8")
    (tmp_path / "sklearn.py").write_text("raise ImportError('no scikit-learn here')", encoding="utf-8")
    done = run_script("lessons/exercise.py", "--help", PYTHONPATH=tmp_path)
    assert done.returncode == 0 and done.stderr == "" and "--watch" in done.stdout
    assert train.sigmoid and wait_for(lambda: True)


def test_arrays_that_are_missing_are_named_after_round_1(ask, tmp_path):
    exercise.FILE.write_text(TEXTBOOK, encoding="utf-8")
    with pytest.raises(SystemExit, match=r"error: no file .*train_x\.h5 - run: python "):
        exercise.main(["--dataset", str(tmp_path)])
