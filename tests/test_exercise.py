"""lessons/exercise.py: the empty page, both rounds, and each planted mistake is named by a sentence of its own."""

import ast
import contextlib
import io
import os
import re
import signal
import sys
import threading
import time

import pytest
from conftest import ROOT, run_script, wait_for

import exercise
import predict_demo
import train
from checks import ROUND_1, ROUND_2, attempt
from checks.attempt import HINTS, Attempt, complaint
from checks.compare import read_tables
from learners_file import BLANK_PAGE, load_neuron
from train import load_arrays, load_model

TEXTBOOK = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def init_params(n):
    w = np.zeros((n, 1))
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

# What round 2 asks for, step by step: the check that fails, words of it, the textbook's line, the safe one.
COST = "cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m"
SAFE_COST = "cost = np.sum(Y * np.logaddexp(0, -z) + (1 - Y) * np.logaddexp(0, z)) / m"
ASSERTS = '''m = X.shape[1]
    assert w.shape == (X.shape[0], 1), "w is no column"
    assert Y.shape == (1, m), "Y is no row"'''
SAFE = [
    (
        "sigmoid: a very large z",
        "exp(1000) is too large",
        "return 1 / (1 + np.exp(-z))",
        "return np.exp(-np.logaddexp(0, -z))",
    ),
    ("propagate: sure and wrong", "log(1 - A) is log(0)", COST, SAFE_COST),
    (
        "init_params: float32",
        "begin with a w of float32",
        "np.zeros((n, 1))",
        "np.zeros((n, 1), np.float32)",
    ),
    ("propagate: a wrong shape", "w - lr * dw would be (3, 3)", "m = X.shape[1]", ASSERTS),
]

# Other ways to be safe: the check, and the body of the function that it is about.
OTHER_WAYS = [
    (
        "sigmoid: a very large z",
        "e = np.exp(-np.abs(z))\n    return np.where(z >= 0, 1, e) / (1 + e)",
    ),
    ("sigmoid: a very large z", "return 0.5 * (1 + np.tanh(z / 2))"),
    ("sigmoid: a very large z", "return 1 / (1 + np.exp(-np.clip(z, -80, 80)))"),
]


def safe_text():
    """The textbook's neuron with all that round 2 asks for."""
    text = TEXTBOOK
    for step in SAFE:
        right, safe = step[2:]
        assert right in text
        text = text.replace(right, safe, 1)
    return text


def planted_mistakes():
    """A list of (function, right text, wrong text, words)."""
    cases = []
    tables = read_tables(ROOT / "tests" / "planted_mistakes.txt")
    for name, rows in tables.items():
        for change, words in rows:
            change = change.replace("\\n", "\n").replace("\\t", "\t")
            right, wrong = change.split("  =>  ")
            cases.append((name, right, wrong, words))
    return cases


PLANTED = planted_mistakes()


def first_problem(text, file):
    """Where the checks of round 1 stop, and what is said there. Without main, so it is fast."""
    file.write_text(text, encoding="utf-8")
    loaded = Attempt(load_neuron, file)
    if loaded.problem is not None:
        return "my_neuron.py", complaint(loaded.problem, file)
    for name, check in ROUND_1.items():
        lines = exercise.not_yet_written(loaded.result, name, file)
        if lines:
            return name, lines
        tried = Attempt(check, loaded.result)
        if tried.problem is not None:
            return name, complaint(tried.problem, file)
    return None, []


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Where my_neuron.py is in this test."""
    path = tmp_path / "my_neuron.py"
    monkeypatch.setattr(exercise, "FILE", path)
    return path


@pytest.fixture
def ask(file, capsys, drawn, tmp_path):
    """A function that writes my_neuron.py and gives the answer of the exercise, as lines, and what main returns."""

    def asked(text, *args):
        if text is not None:
            file.write_text(text, encoding="utf-8")
        results = tmp_path / "results"
        options = ["--dataset", str(drawn), "--results", str(results)]
        passed = exercise.main(options + list(args))
        return capsys.readouterr().out.splitlines(), passed

    return asked


def failed(lines):
    """The names of what did not pass."""
    return [line[4:] for line in lines if line.startswith("[ ]")]


# ------------------------------------------------------------------ the page


def test_the_first_call_writes_an_empty_page_and_no_later_one_does(ask, file):
    lines, passed = ask(None)
    assert lines[0].startswith("wrote ")
    assert "write sigmoid, then run: python " in lines[0]
    assert "lessons/exercise.py --dataset" in lines[0]
    assert "--results" in lines[0]
    assert lines[1:3] == ["[ ] sigmoid", "    this is next"]
    assert not passed
    file.write_text(file.read_text(encoding="utf-8") + "# mine", encoding="utf-8")
    lines, passed = ask(None)
    assert lines[0] == "[ ] sigmoid"
    assert file.read_text(encoding="utf-8").endswith("# mine")


def test_the_page_has_the_notation_and_the_signatures_of_train_py_and_no_answers():
    page = BLANK_PAGE.read_text(encoding="utf-8")
    start = train.__doc__.index("Notation")
    end = train.__doc__.index("What comes out")
    assert train.__doc__[start:end].strip() in page
    assert "logaddexp" not in page
    script = (ROOT / "train.py").read_text(encoding="utf-8")
    for name in ROUND_1:
        signature = re.search(rf"^def {name}\(.*\):$", script, re.MULTILINE)[0]
        assert f"{signature}\n" in page
    assert re.findall(r"^def (\w+)", page, re.MULTILINE) == list(ROUND_1)
    for function in ast.parse(page).body[2:]:
        assert len(function.body) == 2  # the docstring and the ...
        assert ast.unparse(function.body[1]) == "..."


# ------------------------------------------------------------------ both rounds


def test_the_textbook_passes_round_1_and_fails_round_2_step_by_step(ask):
    text = TEXTBOOK
    for name, words, right, safe in SAFE:
        lines, passed = ask(text)
        assert not passed
        assert failed(lines) == [name]
        assert lines[:7] == [f"[x] {name}" for name in ROUND_1]
        if text == TEXTBOOK:  # later these 200 epochs are not repeated
            assert lines[7].startswith("round 1 is passed")
            assert re.fullmatch(
                r"it gets [678] of 8 test pictures right so far\. Now round 2: what breaks it",
                lines[8],
            )
        else:
            assert lines[7].startswith("[x] ")
        assert words in "\n".join(lines)
        text = text.replace(right, safe, 1)


def test_the_learners_own_neuron_learns_and_labels_the_pictures(
    ask, drawn, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(exercise, "EPOCHS", 300)
    monkeypatch.chdir(tmp_path)
    lines, passed = ask(safe_text())
    assert passed
    assert "cost after 200 epochs: " in "\n".join(lines)
    next_command = lines[-1]
    assert next_command.startswith("next: python ")
    assert next_command.endswith("--results results/my_neuron")

    # It is train.py's neuron, to the last digits.
    path = tmp_path / "results" / "my_neuron" / "model.h5"
    assert f"wrote results/my_neuron/{path.name}" in lines
    own = load_model(path)
    learn, test = load_arrays(drawn)
    same = load_model(drawn / "results" / "model.h5")
    assert abs(own.w - same.w).max() < 1e-5
    assert own.class_names == same.class_names
    options = ["--dataset", str(drawn), "--results", str(path.parent), "--no-window"]
    answers = predict_demo.main(options)
    assert len(answers) == 8
    assert len(list((path.parent / "demo").glob("*.png"))) == 8


def test_with_another_data_set_the_neuron_is_saved_inside_it():
    args = exercise.lesson_parser("").parse_args(["--dataset", str(ROOT / "tests")])
    assert exercise.own_folder(args) == ROOT / "tests" / "results" / "my_neuron"
    args = exercise.lesson_parser("").parse_args([])
    assert exercise.own_folder(args) == ROOT / "results" / "my_neuron"


def test_an_assert_without_a_sentence_is_asked_for_one(file):
    bare = ASSERTS.replace(', "w is no column"', "")
    file.write_text(safe_text().replace(ASSERTS, bare), encoding="utf-8")
    attempt = Attempt(ROUND_2["propagate: a wrong shape"], load_neuron(file))
    assert "put a comma and a sentence behind the condition" in str(attempt.problem)


@pytest.mark.parametrize(("name", "body"), OTHER_WAYS)
def test_any_safe_form_will_do(name, body, file):
    file.write_text(safe_text().replace(SAFE[0][3], body), encoding="utf-8")
    neuron = load_neuron(file)
    assert Attempt(ROUND_2[name], neuron).problem is None


def test_zeros_of_float64_and_float32_pass_round_1(file):
    for zeros in ("np.zeros((n, 1))", "np.zeros((n, 1), np.float32)", "np.zeros((n, 1), float)"):
        text = TEXTBOOK.replace("np.zeros((n, 1))", zeros)
        assert first_problem(text, file) == (None, [])


# ------------------------------------------------------------------ mistakes


@pytest.mark.parametrize(("name", "right", "wrong", "words"), PLANTED)
def test_a_planted_mistake_is_named_by_a_sentence_of_its_own(name, right, wrong, words, file):
    assert right in TEXTBOOK
    where, lines = first_problem(TEXTBOOK.replace(right, wrong, 1), file)
    message = "\n".join(lines)
    assert where == name, message
    assert words in message
    assert len(lines) <= 6
    assert "Traceback" not in message


def test_no_mistake_is_planted_twice():
    changes = [case[1:3] for case in PLANTED]
    assert len(set(changes)) == len(changes)
    assert len(changes) >= 87 + 30


def test_a_mistake_in_python_shows_the_learners_own_line_underlined(file):
    where, lines = first_problem(TEXTBOOK.replace("z = w.T @ X", "z = w @ X"), file)
    assert where == "propagate"
    assert re.search(r'File ".*my_neuron\.py", line \d+, in propagate', lines[0])
    assert lines[1].strip() == "z = w @ X + b"
    if sys.version_info >= (3, 11):
        assert "~~^~~" in lines[2]
    assert "ValueError: matmul" in lines[-2]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1252"])
def test_a_file_of_another_encoding_is_told_by_name(encoding, ask, file):
    file.write_bytes(("# é\n" + TEXTBOOK).encode(encoding))
    lines, passed = ask(None)
    assert not passed
    assert lines[0].endswith("my_neuron.py")
    assert "save it as UTF-8" in lines[-1]


def printed_in(lines):
    """What is shown as printed by the learner."""
    return [line.strip() for line in lines if line.startswith("    printed: ")]


def test_prints_of_the_learners_are_shown_once_and_are_no_mistake(ask):
    shapes = TEXTBOOK.replace("A = sigmoid(z)\n", "A = sigmoid(z)\n    print(A.shape)\n")

    # Where a function fails, below what is wrong with it.
    lines, passed = ask(shapes.replace("cost = -np.sum", "cost = np.sum"))
    assert failed(lines) == ["propagate"]
    assert printed_in(lines) == ["printed: (1, 2)"]
    assert lines[-1] == "    printed: (1, 2)"

    # Else below the function that was written last, and no earlier one.
    loss = "costs.append(cost)"
    text = shapes.replace(loss, f"{loss}\n            print(cost)")
    text = text.replace("A = sigmoid(w.T @ X + b)\n    return (A > 0.5).astype(float)", "...")
    text = text.replace("def predict(w, b, X):\n", 'def predict(w, b, X):\n    """Class."""\n')
    lines, passed = ask(text)
    assert lines[3] == "[x] optimize"
    assert lines[-3] == "[ ] predict"
    assert lines[4:-3] == ["    " + line for line in printed_in(lines)]
    assert printed_in(lines)[:2] == ["printed: (1, 2)", "printed: 0.5264833592363282"]

    # What optimize must print is not shown, and of many lines the first.
    lines, passed = ask(text.replace("print(A.shape)", "print(A[0, 0])"))
    assert len(printed_in(lines)) == 5 + 1
    assert re.fullmatch(r"printed: \d+ more lines", printed_in(lines)[-1])
    assert "cost after" not in "\n".join(lines)

    # Lines outside of all functions.
    lines, passed = ask(text + "\nprint(sigmoid(0.0))\n")
    assert lines[:2] == ["    printed: 0.5", "[x] sigmoid"]


def test_numbers_are_written_as_a_human_does(file):
    every = TEXTBOOK.replace("epoch % 100 == 0", "epoch % 50 == 0")
    where, lines = first_problem(every, file)
    assert where == "optimize"
    assert lines[1:3] == [
        "  is        [0.6931, 0.4961, 0.4435, 0.3992, 0.3615]",
        "  should be [0.6931, 0.4435, 0.3615]",
    ]
    where, lines = first_problem(TEXTBOOK.replace("return w, b", "return b, w"), file)
    assert lines[1] == "  is        (0, [[0], [0], [0]])"

    # With as many digits as it takes to tell them apart.
    where, lines = first_problem(TEXTBOOK.replace("np.log(A)", "np.log(A + 1e-5)"), file)
    assert lines[1:3] == ["  is        0.526478", "  should be 0.526483"]


# ------------------------------------------------------------------ what takes long


ENDLESS = """
    i = 0
    while i < m:
        i = i + 0
"""


def test_a_loop_without_end_is_told_with_its_line(file, monkeypatch):
    monkeypatch.setattr(attempt, "PATIENCE", 0.2)
    text = TEXTBOOK.replace("m = X.shape[1]", "m = X.shape[1]" + ENDLESS)
    where, lines = first_problem(text, file)
    assert where == "propagate"
    assert lines[-1].startswith("propagate takes long: is it a `while` that never ends")
    assert "i" in lines[1]

    # The loop is named, and not what is called in it.
    forever = TEXTBOOK.replace("for epoch in range(epochs):", "epoch = 0\n    while True:")
    where, lines = first_problem(forever, file)
    assert where == "optimize"
    assert lines[-1].startswith("optimize takes long: ")

    # At the top of the file, too.
    where, lines = first_problem("while True:\n    pass\n", file)
    assert where == "my_neuron.py"
    assert "takes long" in lines[-1]


LOOPS = """dw = np.zeros((X.shape[0], 1))
    for j in range(X.shape[0]):
        for k in range(m):
            dw[j, 0] += X[j, k] * (A[0, k] - Y[0, k]) / m"""


def test_loops_over_pictures_and_numbers_are_told_before_they_take_hours(
    ask, file, drawn, monkeypatch
):
    text = TEXTBOOK.replace("dw = X @ (A - Y).T / m", LOOPS)
    learn, test = load_arrays(drawn)
    learn.X = learn.X[:, ::2]  # half of the pictures are enough to see it
    learn.Y = learn.Y[:, ::2]
    monkeypatch.setattr(exercise, "load_arrays", lambda dataset: (learn, test))
    lines, passed = ask(text)
    assert not passed
    assert lines[:7] == [f"[x] {name}" for name in ROUND_1]
    assert failed(lines) == ["propagate"]
    assert "propagate takes long" in "\n".join(lines)
    assert "a loop over pictures or numbers" in lines[-1]

    # With many pictures it would not even come to an end.
    monkeypatch.setattr(attempt, "PATIENCE", 0.3)
    tried = Attempt(exercise.check_speed, [load_neuron(file), learn])
    lines = complaint(tried.problem, file)
    assert "in propagate" in lines[0]
    assert lines[-1].startswith("propagate takes long: ")


def test_ctrl_c_is_one_line(ask, monkeypatch):
    def pressed(args):
        raise KeyboardInterrupt

    monkeypatch.setattr(exercise, "look", pressed)
    for options in ([], ["--watch"]):
        lines, passed = ask(TEXTBOOK, *options)
        assert not passed
        assert len(lines) == 2
        assert lines[0] == ""
        assert re.fullmatch(r"ended: what you wrote is in .*my_neuron\.py", lines[1])


def test_ctrl_c_while_a_check_runs_is_no_mistake(file):
    with pytest.raises(KeyboardInterrupt):
        Attempt(signal.raise_signal, signal.SIGINT)


# ------------------------------------------------------------------ options


def test_hints_come_in_two_levels_and_the_solution_afterwards(ask):
    page = TEXTBOOK.replace("return (A > 0.5).astype(float)", "...")
    page = page.replace(
        "def predict(w, b, X):\n    A = sigmoid(w.T @ X + b)",
        'def predict(w, b, X):\n    """Asks."""',
    )
    first = dict(HINTS["first hint"])
    second = dict(HINTS["second hint"])
    assert list(first) == list(second) == list(ROUND_1) + list(ROUND_2)

    lines, passed = ask(page)
    assert lines[-3:-1] == ["[ ] predict", "    this is next"]
    assert "hint:" not in "\n".join(lines)
    lines, passed = ask(page, "--hint")
    assert lines[-1] == f"    hint: {first['predict']}"
    lines, passed = ask(page, "--hint", "--hint")
    assert lines[-2:] == [f"    hint: {first['predict']}", f"    hint: {second['predict']}"]

    lines, passed = ask(page, "--solution", "predict")
    assert len(lines) == 1
    assert lines[0].startswith("predict has not passed yet")
    assert not passed
    lines, passed = ask(page, "--solution", "sigmoid")
    assert passed
    assert lines[0] == "# yours"
    assert "    return 1 / (1 + np.exp(-z))" in lines
    assert "# train.py" in lines
    assert any(line.startswith("    return np.exp(log_a)") for line in lines)


def test_the_second_hints_of_round_2_fit_the_lines_of_train_py():
    script = (ROOT / "train.py").read_text(encoding="utf-8")
    for name, hint in HINTS["second hint"]:
        if name in ("sigmoid: a very large z", "propagate: sure and wrong", "init_params: float32"):
            for part in hint.split(" ... "):
                pattern = re.escape(part).replace("__", ".+")
                assert re.search(pattern, script), hint


def test_watch_looks_again_whenever_the_file_is_saved(ask, file, monkeypatch):
    monkeypatch.setattr(exercise, "EPOCHS", 101)
    output = io.StringIO()

    def save_after(message, text):
        wait_for(lambda: message in output.getvalue())
        file.write_text(text, encoding="utf-8")
        later = time.time() + len(text)  # whatever the clock of the disk
        os.utime(file, (later, later))

    def save_twice():
        save_after("[ ] sigmoid\n", TEXTBOOK)
        save_after("[ ] sigmoid: a very large z\n", safe_text())

    threading.Thread(target=save_twice, daemon=True).start()
    with contextlib.redirect_stdout(output):
        passed = ask(TEXTBOOK.replace("1 / (1 +", "1 / (2 +"), "--watch")[1]
    assert passed
    assert failed(output.getvalue().splitlines()) == ["sigmoid", "sigmoid: a very large z"]


def test_it_needs_no_package_that_only_the_tests_need(tmp_path):
    for package in ("pytest", "sklearn"):
        trap = tmp_path / f"{package}.py"
        trap.write_text(f"raise ImportError('no {package} here')", encoding="utf-8")
    done = run_script("lessons/exercise.py", "--help", PYTHONPATH=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "--watch" in done.stdout


def test_arrays_that_are_missing_are_named_after_round_1(ask, file, tmp_path, capsys):
    file.write_text(TEXTBOOK, encoding="utf-8")
    with pytest.raises(SystemExit, match=r"error: no file .*train_x\.h5 - run: python "):
        exercise.main(["--dataset", str(tmp_path)])
    assert "[x] model" in capsys.readouterr().out
