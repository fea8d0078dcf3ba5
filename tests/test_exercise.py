"""The exercise: my_neuron.py is made from train.py, and each classic mistake in it is told apart by its own sentence."""

from pathlib import Path

import train

import exercise
import pytest
from conftest import ROOT, assert_one_error, run_forked

SOURCE = (ROOT / "train.py").read_text(encoding="utf-8")
COST = """    losses = Y * np.logaddexp(0, -z) + (1 - Y) * np.logaddexp(0, z)  # (3)  (1, m)
    cost = np.sum(losses) / m  # (4)  a number"""
DW = "    dw = X @ (A - Y).T / m  # (5)  (n, 1)"
DB = "    db = np.sum(A - Y) / m  # (6)  a number"

# {the mistake: (a test that must fail, words of its message, the right line, the wrong line)}
MISTAKES = {
    "the sign of the cost": ("cost_of_two", "look at its sign", COST, COST.replace("np.sum(losses)", "-np.sum(losses)")),
    "1/m forgotten in the cost": ("cost_of_two", "1/m is forgotten", COST, COST.replace("np.sum(losses) / m", "np.sum(losses)")),
    "1/m forgotten in dw": ("gradients_of_two", "dw: it is m times too large", DW, DW.replace(" / m", "")),
    "1/m forgotten in db": ("gradients_of_two", "db: it is m times too large", DB, DB.replace(" / m", "")),
    "the sign of dw": ("gradients_of_two", "dw: its sign is wrong", DW, DW.replace("A - Y", "Y - A")),
    "the sign of db": ("gradients_of_two", "db: its sign is wrong", DB, DB.replace("A - Y", "Y - A")),
    "* for @ in z": ("cost_of_two", "is a * where an @ belongs", "    z = w.T @ X + b", "    z = w.T * X + b"),
    "* for @ in dw": ("cost_of_two", "is a * where an @ belongs", DW, DW.replace(" @ ", " * ")),
    "a missing transpose in z": ("cost_of_two", "is a .T missing", "    z = w.T @ X + b", "    z = w @ X + b"),
    "a missing transpose in dw": ("cost_of_two", "is a .T missing", DW, DW.replace(".T", "")),
    "a rank-1 array for w": ("init_params", "rank-1", "np.zeros((dimension, 1))", "np.zeros(dimension)"),
    "a rank-1 array for dw": ("gradients_of_two", "rank-1", DW, DW.replace("X @ (A - Y).T / m", "(X @ (A - Y).T / m)[:, 0]")),
    "w not updated": ("one_step", "w is not updated", '        w = w - lr * grads["dw"]', '        w - lr * grads["dw"]'),
    "b not updated": ("one_step", "b is not updated", '        b = b - lr * grads["db"]', '        b - lr * grads["db"]'),
    "a step uphill": ("one_step", "uphill", '        w = w - lr * grads["dw"]', '        w = w + lr * grads["dw"]'),
    "w changed in place": ("leaves_what", "not w -= ...", '        w = w - lr * grads["dw"]', '        w -= lr * grads["dw"]'),
    "b a vector": ("gradients_of_two", "b becomes a vector", DB, DB.replace("np.sum(A - Y) / m", "(A - Y) / m")),
    "the threshold reversed": ("predict_says_1", "the threshold is reversed", "(A > 0.5)", "(A < 0.5)"),
    "the threshold at the wrong side": ("predict_says_1", "exactly 0.5", "(A > 0.5)", "(A >= 0.5)"),
    "whole numbers for w": ("init_params", "whole numbers cannot learn", "np.zeros((dimension, 1))", "np.zeros((dimension, 1), int)"),
    "another type": ("have_the_type", "convert w, b and Y to the type of X", "    w, b, X, Y = fitting(w, b, X, Y)\n    m = X", "    m = X"),
    "cost from A, with log(0)": (
        "cost_is_finite",
        "log(0)",
        COST,
        "    cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m",
    ),
    "the sigmoid of the textbook": (
        "sigmoid_is_stable",
        "only of numbers that are not positive",
        "    e = np.exp(-np.abs(z))\n    return np.where(np.greater_equal(z, 0), 1, e) / (1 + e)",
        "    return 1 / (1 + np.exp(-z))",
    ),
    "the sigmoid falls": (
        "sigmoid_is_the_textbook",
        "look at the sign of z",
        "np.where(np.greater_equal(z, 0), 1, e)",
        "np.where(np.less_equal(z, 0), 1, e)",
    ),
    "Y and 1 - Y exchanged": (
        "cost_of_two",
        "Y and 1 - Y are exchanged",
        COST,
        COST.replace("(0, -z)", "(0, z)", 1).replace("(1 - Y) * np.logaddexp(0, z)", "(1 - Y) * np.logaddexp(0, -z)"),
    ),
    "nothing returned": ("sigmoid_of_0", "is `return` missing", "    return np.where", "    np.where"),
    "returned in another order": ("cost_of_two", "in this order", '    return {"dw": dw, "db": db}, float(cost)', '    return float(cost), {"dw": dw, "db": db}'),
    "if for an array": (
        "sigmoid_is_the_textbook",
        "use np.where",
        "    return np.where(np.greater_equal(z, 0), 1, e) / (1 + e)",
        "    return (1 if z >= 0 else e) / (1 + e)",
    ),
    "math.exp for an array": ("sigmoid_is_the_textbook", "instead of np.exp", "    e = np.exp(-np.abs(z))", "    e = math.exp(-np.abs(z))"),
    "rows counted for m": ("cost_of_two", "number of rows", "    m = X.shape[1]", "    m = len(X)"),
    "a forgotten bracket": ("sigmoid_of_0", "Python cannot read", "    e = np.exp(-np.abs(z))", "    e = np.exp(-np.abs(z)"),
    "// for /": ("gradients_of_two", "// rounds down", DB, DB.replace("/", "//")),
    "the wrong logarithm": (
        "cost_of_two",
        "np.log is the right one",
        COST,
        "    cost = -np.sum(Y * np.log10(A) + (1 - Y) * np.log10(1 - A)) / m",
    ),
    "a cost of two dimensions": ("cost_of_two", "is a sum missing", COST, COST.replace("np.sum(losses)", "losses.sum(axis=1)")),
    "z compared with 0.5": ("predict_says_1", "z is compared with 0.5", "(A > 0.5)", "(w.T @ X + b > 0.5)"),
    "always the same answer": ("predict_says_1", "the same of every picture", "(A > 0.5)", "(A > 9)"),
    "shapes not looked at": ("takes_no_shapes", "begin with w, b, X, _ = fitting", "    w, b, X, _ = fitting(w, b, X)\n", ""),
    "return inside the loop": (
        "many_steps",
        "does `return` stand inside the loop",
        '    return {"w": w, "b": b}, grads, costs',
        '        return {"w": w, "b": b}, grads, costs',
    ),
    "a step too few": ("one_step", "does the loop run?", "until_ctrl_c(epochs,", "until_ctrl_c(epochs - 1,"),
    "a step too many": ("one_step", "after two steps", "until_ctrl_c(epochs,", "until_ctrl_c(epochs + 1,"),
    "an infinite cost": ("no_longer_a_number", "must refuse this", "if not math.isfinite(cost):", "if False:"),
    "nothing printed": ("printed_every_100", "call report", "                report(epoch, cost, w, b)", "                pass"),
    "untrained weights returned": ("gives_back", "what init_params gave", '    w, b = params["w"], params["b"]\n', ""),
    "the test counted on the training": (
        "gives_back",
        "is it counted on the test pictures",
        "np.mean(Y_predict_test == Y_test)",
        "np.mean(Y_predict_train == Y_train)",
    ),
    "trained on the test pictures": (
        "does_not_learn_from_the_test",
        "test pictures",
        "optimize(w, b, X_train, Y_train, epochs, lr, report)",
        "optimize(w, b, X_test, Y_test, epochs, lr, report)",
    ),
}  # fmt: skip


def solved():
    """my_neuron.py as somebody would write it who thinks just like train.py."""
    helpers = "from dataset.guards import until_ctrl_c\n"
    text = exercise.blanked(SOURCE).replace("\nimport numpy as np\n", "\nimport numpy as np\n\n" + helpers, 1)
    for name in exercise.SEVEN:
        start = SOURCE.index(f"def {name}(")
        whole = SOURCE[start : SOURCE.index("\n\n\n", start)]
        start = text.index(f"def {name}(")
        stop = text.index("    raise NotImplementedError", start)
        text = text[:start] + whole + text[stop + len("    raise NotImplementedError") :]
    return text


def run_tests(neuron, *choice):
    """The test command of the exercise, as a learner gives it."""
    return run_forked(
        Path(pytest.__file__).with_name("__main__.py"), "tests/test_train.py", "--neuron", neuron, *choice
    )


def test_the_seven_functions_are_blanked_with_signature_and_docstring(tmp_path):
    path = tmp_path / "my_neuron.py"
    done = run_forked("tests/exercise.py", "--to", path)
    assert done.returncode == 0 and "--neuron" in done.stdout, done.stderr
    blank = {"__name__": "my_neuron"}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), blank)
    for name in exercise.SEVEN:
        assert blank[name].__doc__ == getattr(train, name).__doc__
        count = blank[name].__code__.co_argcount
        assert blank[name].__code__.co_varnames[:count] == getattr(train, name).__code__.co_varnames[:count]
        with pytest.raises(NotImplementedError):
            blank[name](*[None] * (count - len(blank[name].__defaults__ or ())))


def test_an_existing_file_is_never_overwritten(tmp_path):
    path = tmp_path / "my_neuron.py"
    path.write_text("my work", encoding="utf-8")
    assert "my_neuron.py" in assert_one_error(run_forked("tests/exercise.py", "--to", path))
    assert path.read_text(encoding="utf-8") == "my work"


def test_where_it_cannot_be_written_nothing_is_left(tmp_path):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    assert "a folder belongs" in assert_one_error(run_forked("tests/exercise.py", "--to", tmp_path / "file" / "my.py"))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_blank_file_fails_with_the_names_of_the_functions_to_write(tmp_path):
    path = tmp_path / "my_neuron.py"
    path.write_text(exercise.blanked(SOURCE), encoding="utf-8")
    done = run_tests(path)
    assert done.returncode == 1 and " passed" not in done.stdout
    for name in exercise.SEVEN:
        assert f"{name} is not written yet" in done.stdout


def test_the_solution_passes(tmp_path):
    path = tmp_path / "my_neuron.py"
    path.write_text(solved(), encoding="utf-8")
    done = run_tests(path)
    assert done.returncode == 0 and " failed" not in done.stdout, done.stdout


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_classic_mistake_is_told_apart(tmp_path, mistake):
    test, words, right, wrong = MISTAKES[mistake]
    text = solved()
    assert text.count(right) >= 1 and right != wrong, "train.py has changed: adapt this list"
    path = tmp_path / "my_neuron.py"
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    done = run_tests(path, "-x")  # as README.md says: the first failure alone is shown
    assert done.returncode == 1 and f"{test}" in done.stdout, f"{test} must be the first to notice:\n{done.stdout}"
    assert words in done.stdout and "Traceback" not in done.stdout, done.stdout
