"""What a learner's function gave, as one writes it by hand."""

import numpy as np


def plain_text(value, digits):
    """A value as one writes it by hand, on one line: [[0.5, 2.5]] where NumPy says array([[0.5, 2.5]])."""
    if isinstance(value, (np.ndarray, np.generic)):  # generic: one number of NumPy's
        value = value.tolist()  # now it is Python's: a number, or lists of numbers
    if isinstance(value, float):
        return f"{value:.{digits}g}"  # g: without zeros at the end
    if isinstance(value, dict):
        parts = [f'"{key}": {plain_text(value[key], digits)}' for key in value]
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, (list, tuple)):
        parts = [plain_text(part, digits) for part in value]
        text = ", ".join(parts)
        if isinstance(value, list):
            return f"[{text}]"
        return f"({text})"
    words = str(value).split()
    return " ".join(words)


def short(text):
    """The beginning of a long text."""
    if len(text) > 150:
        return text[:150] + " ..."
    return text


def show_both(got, right):
    """What a function gave and what it should have, as lines. Either may be None: then it is not shown."""
    for digits in (4, 6, 12):
        got_text = plain_text(got, digits)
        right_text = plain_text(right, digits)
        if got_text != right_text:
            break  # so many digits tell them apart

    lines = []
    if got is not None:
        lines.append(f"  is        {short(got_text)}")
    if right is not None:
        lines.append(f"  should be {short(right_text)}")
    return lines
