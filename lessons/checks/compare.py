"""Compare what a learner's function gives with what it must give, and find the mistake that explains the difference.

A table in mistakes.txt has what learners write in place of the right line, with a sentence that names the mistake.
Where a number is wrong, each of these lines is computed, too. The one that gives the learner's number is the likely
mistake.
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
BY_HAND = "follow the example by hand: where do you leave it?"
NOTHING = "it is None: is `return` missing? (print shows a number, return gives it to the caller)"
NEARLY = "nearly right: is a number rounded, such as 2.718 for e (np.exp knows it), or something small added?"
NO_NUMBER = "it is no number any more: something overflows, or a log is taken of 0"


def read_tables(path):
    """The tables of a text file: a dict of title -> list of (before the arrow, behind it)."""
    tables = {}
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):  # as in: [sigmoid]  z = [[-2, 0, 2]]
            title = line[1 : line.index("]")]
            rows = []
            tables[title] = rows
        elif " -> " in line:
            before, behind = line.split(" -> ", 1)
            rows.append((before.strip(), behind.strip()))
    return tables


MISTAKES = read_tables(HERE / "mistakes.txt")


class Mistake(Exception):
    """A function does not do what it must."""

    def __init__(self, what, sentence, got=None, right=None):
        super().__init__(what, sentence)
        self.what = what  # of what is spoken, for example "sigmoid(0.0)"
        self.sentence = sentence  # the likely mistake
        self.got = got  # what came out, if it is to be shown
        self.right = right  # what should have


def same(got, right):
    """Whether two arrays have the same shape and, nearly, the same numbers."""
    right = np.asarray(right)
    return got.shape == right.shape and np.allclose(got, right, 1e-6, 1e-6, equal_nan=True)


def expect_numbers(got, what, right):
    """Raise a Mistake where a function gives something else than numbers."""
    if got is None:
        raise Mistake(what, NOTHING, got, right)
    kind = type(got).__name__
    if isinstance(got, (tuple, dict)) or (isinstance(got, list) and not isinstance(right, list)):
        sentence = f"it is a {kind}, where a number or NumPy's array belongs"
        raise Mistake(what, sentence, got, right)
    if np.asarray(got).dtype.kind not in "bif":  # boolean, integer, float
        sentence = (
            "it is text, or something else that one cannot compute with: a number belongs here"
        )
        raise Mistake(what, sentence, got, right)


def shape_sentence(got, right):
    """What is said of a wrong shape."""
    if got.ndim == 1 and right.ndim == 2:
        return f"its shape {got.shape} is written with one number, so it is neither row nor column: it must have two, {right.shape}"
    if got.ndim == 0:
        return f"it is one number, and must be an array of the shape {right.shape}"
    return f"its shape is {got.shape} and must be {right.shape}"


def likely_mistake(got, right, table, known):
    """The sentence of the mistake that gives the same numbers as the learner's function."""
    names = {"np": np}
    names.update(known)
    for written, sentence in MISTAKES.get(table, []):
        value = eval(written, names)  # computes a line that is there as text
        if same(got, value):
            return sentence

    if not np.isfinite(got).all():
        return NO_NUMBER
    if np.allclose(got, right, rtol=0.02):
        return NEARLY
    return None


def expect(got, right, what, table=None, known=(), shape=None, otherwise=BY_HAND):
    """Raise a Mistake unless a function gave the right numbers.

    table: one of mistakes.txt; known: a dict of the names in it and their values;
    shape: a sentence for a wrong shape; otherwise: a sentence if nothing explains the numbers.
    """
    expect_numbers(got, what, right)
    got_array = np.asarray(got)
    right_array = np.asarray(right)
    if got_array.shape != right_array.shape:
        if shape is None:
            shape = shape_sentence(got_array, right_array)
        raise Mistake(what, shape, got, right)

    if not same(got_array, right_array):
        sentence = likely_mistake(got_array, right_array, table, known)
        if sentence is None:
            sentence = otherwise
        raise Mistake(what, sentence, got, right)


def expect_parts(got, what, kinds, sentence):
    """Raise a Mistake unless a function returned as many things as there are kinds, each of its kind."""
    if got is None:
        raise Mistake(what, NOTHING)
    if not isinstance(got, tuple) or len(got) != len(kinds):
        raise Mistake(what, sentence, got)
    for part, kind in zip(got, kinds, strict=True):
        if not isinstance(part, kind):
            raise Mistake(what, sentence, got)


def check_nothing_changed(arrays, copies, what):
    """Raise a Mistake if a function changed the arrays that it was given. Both: dicts, by name."""
    for name in arrays:
        if not np.array_equal(arrays[name], copies[name]):
            sentence = f"it changes {name} of its caller: write w = w - ..., not w -= ... (nor +=)"
            raise Mistake(what, sentence)
