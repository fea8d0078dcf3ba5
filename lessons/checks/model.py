"""Round 1 of the exercise: model. The checks are like those of small_ones.py."""

import contextlib
import io
import re

import numpy as np

from checks.compare import NOTHING, Mistake, expect
from checks.textbook import descend, random_pictures

MODEL_KEYS = ["Y_predict_test", "Y_predict_train", "b", "costs", "epochs", "learning_rate", "w"]


class Recorder:
    """Does what a function of one argument does, and remembers that argument."""

    def __init__(self, function):
        self.function = function
        self.asked = None

    def __call__(self, argument):
        self.asked = argument
        return self.function(argument)


def call_model(neuron, train, test):
    """What model returns, and what it prints. train, test: X and Y."""
    init_params = neuron.init_params
    recorder = Recorder(init_params)
    neuron.init_params = recorder
    output = io.StringIO()
    try:
        with contextlib.redirect_stdout(output):
            got = neuron.model(train[0], train[1], test[0], test[1], 300, 0.5)
    except (ValueError, AssertionError):
        if recorder.asked not in (None, 6):
            sentence = f"init_params wants how many numbers a picture has, X_train.shape[0] = 6, not {recorder.asked}"
            raise Mistake("model(...)", sentence)
        raise
    finally:
        neuron.init_params = init_params
        print(output.getvalue(), end="")
    return got, output.getvalue()


def check_keys(got):
    """Raise a Mistake unless model returned a dictionary with the keys that it must have."""
    if got is None:
        raise Mistake("model(...)", NOTHING)
    if not isinstance(got, dict):
        kind = type(got).__name__
        sentence = (
            f'it returns a {kind}, and must return one dictionary: {{"costs": costs, "w": w, ...}}'
        )
        raise Mistake("model(...)", sentence, got)

    missing = [key for key in MODEL_KEYS if key not in got]
    if missing:
        raise Mistake("model(...)", f"the dictionary lacks: {', '.join(missing)}", list(got))


def check_trained(got, train, test):
    """Raise a Mistake unless w and b are those that the training pictures teach."""
    start = np.zeros((6, 1))
    w, b, costs = descend(start, 0.0, train[0], train[1], 300, 0.5)
    test_w, test_b, test_costs = descend(start, 0.0, test[0], test[1], 300, 0.5)
    usual_w, usual_b, usual_costs = descend(start, 0.0, train[0], train[1], 2000, 0.01)

    known = {"start": start, "from_test": test_w, "with_usual_numbers": usual_w}
    expect(got["w"], w, "w that model(...) returns", "trained", known)
    known = {"start": 0.0, "from_test": test_b, "with_usual_numbers": usual_b}
    expect(got["b"], b, "b that model(...) returns", "trained", known)
    return w, b


def check_accuracy(name, printed, right, other, m):
    """Raise a Mistake unless model printed a line with the right accuracy. other: that on the other pictures."""
    found = re.search(rf"^{name}: ([\d.]+) %$", printed, re.MULTILINE)
    if found is None:
        sentence = f'print(f"{name}: {{100 * np.mean(... == ...):.2f}} %")'
        last = printed.splitlines()[-2:]  # the last two lines
        raise Mistake("what model(...) prints", sentence, last, f"{name}: {right:.2f} %")
    accuracy = float(found[1])
    if abs(accuracy - right) > 0.06:
        known = {"right": right, "other": other, "m": m}
        what = f"the {name.strip()} that model(...) prints"
        expect(accuracy, round(right, 2), what, "accuracy", known)


def check_model(neuron):
    train = random_pictures(6, 30, 1)
    X_test, Y_test = random_pictures(6, 11, 2)
    Y_test[0, :3] = 1 - Y_test[0, :3]  # so the test cannot come out like the training
    test = (X_test, Y_test)

    got, printed = call_model(neuron, train, test)
    check_keys(got)
    w, b = check_trained(got, train, test)

    # Its answers, which also give the accuracies.
    accuracies = []
    for key, pictures in (("Y_predict_train", train), ("Y_predict_test", test)):
        predicted = 1 * (w.T @ pictures[0] + b > 0)  # (1, m), 1 where z > 0, else 0
        expect(got[key], predicted, f"{key} that model(...) returns")
        accuracies.append(100 * np.mean(predicted == pictures[1]))
    in_train, in_test = accuracies
    check_accuracy("train_accuracy", printed, in_train, in_test, 30)
    check_accuracy("test_accuracy ", printed, in_test, in_train, 11)

    last = [got["learning_rate"], got["epochs"], len(got["costs"])]
    given = "learning_rate and epochs are those that were given, costs those of optimize"
    expect(last, [0.5, 300, 3], "learning_rate, epochs, len(costs)", otherwise=given)
