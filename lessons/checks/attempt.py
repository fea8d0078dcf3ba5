"""Run a check of the exercise, and report in a few lines what came of it."""

import _thread
import contextlib
import io
import threading
import time
import traceback

import numpy as np

from checks.compare import HERE, Mistake, read_tables
from checks.plain_text import show_both

PATIENCE = 6  # seconds: a check that takes longer is stopped
LINES = 5  # so many printed lines are shown
HINTS = read_tables(HERE / "hints.txt")


class Attempt:
    """A call of a function with one argument, for example a check with a neuron, and what became of it."""

    def __init__(self, function, argument):
        self.result = None  # what the function gave
        self.problem = None  # what went wrong, an exception, or None
        self.printed = ""  # what was printed meanwhile
        output = io.StringIO()

        # A clock stops it where it takes too long, in the way in which Ctrl-C does.
        start = time.monotonic()
        clock = threading.Timer(PATIENCE, _thread.interrupt_main)
        clock.start()
        try:
            with contextlib.redirect_stdout(output), np.errstate(all="ignore"):
                self.result = function(argument)
        except KeyboardInterrupt as stopped:
            if time.monotonic() - start < PATIENCE:
                raise  # it was Ctrl-C
            self.problem = stopped
        except Exception as problem:  # whatever the learner's lines can raise: shown with its line
            self.problem = problem
        finally:
            clock.cancel()
        self.printed = output.getvalue()


def explain(shown):
    """The sentence for an error of Python's. shown: the learner's line, and what Python says."""
    for words, sentence in HINTS["python says"]:
        missing = [word for word in words.split(" & ") if word not in shown]
        if not missing:
            return sentence
    return "read the line: what does each part of it hold?"


def complaint(problem, file):
    """What is wrong, as a list of a few lines. file: the path of my_neuron.py."""
    if isinstance(problem, Mistake):
        both = show_both(problem.got, problem.right)
        return [problem.what] + both + [problem.sentence]

    # Python stopped: show the learner's own line at which it did.
    own = []
    for frame in traceback.extract_tb(problem.__traceback__):
        if frame.filename == str(file):
            own.append(frame)
    if isinstance(problem, KeyboardInterrupt):
        # What it calls has passed before: the first line is in the function that takes long.
        shown = "".join(traceback.format_list(own[:1]))
        name = "it"
        if own and own[0].name != "<module>":
            name = own[0].name
        sentence = f"{name} takes long: is it a `while` that never ends, or a loop over pictures or numbers?"
        return shown.splitlines() + [sentence]

    shown = "".join(traceback.format_list(own[-1:]))
    shown += "".join(traceback.format_exception_only(problem))
    sentence = explain(shown)
    if isinstance(problem, IndentationError) and "\t" in str(problem.text):
        sentence = "the line begins with a tab, others with spaces: put four spaces in its place"
    return shown.splitlines() + [sentence]


def show_lines(lines):
    """Print lines below the name of a check, farther to the right."""
    for line in lines:
        print(f"    {line}")


def show_printed(printed):
    """Show what the learner's own print lines gave, each line once. Costs and accuracies belong to the task."""
    lines = []
    seen = set()  # of many thousand lines, a set is much faster than a list
    for line in printed.splitlines():
        of_the_task = line.startswith(("cost after", "train_accuracy", "test_accuracy"))
        if not of_the_task and line not in seen:
            lines.append(f"printed: {line}")
            seen.add(line)
    show_lines(lines[:LINES])
    if len(lines) > LINES:
        show_lines([f"printed: {len(lines) - LINES} more lines"])


class Examiner:
    """Reports one check after the other."""

    def __init__(self, file, hints):
        self.file = file  # the path of my_neuron.py
        self.hints = hints  # 0, 1, or 2: how much help was asked for

    def tell(self, name, lines):
        """Say what is wrong, and the hints that were asked for."""
        print(f"[ ] {name}")
        show_lines(lines)
        for title in ("first hint", "second hint")[: self.hints]:
            for what, hint in HINTS[title]:
                if what == name:
                    show_lines([f"hint: {hint}"])

    def passes(self, name, attempt):
        """Report an attempt. Returns whether all went well. What was printed is shown where something is wrong."""
        if attempt.problem is None:
            print(f"[x] {name}")
        else:
            self.tell(name, complaint(attempt.problem, self.file))
            show_printed(attempt.printed)
        return attempt.problem is None
