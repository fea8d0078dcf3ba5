"""Can you write the neuron yourself, from an empty page?

    python lessons/exercise.py                  # again and again: it says what is next, and what is wrong
    python lessons/exercise.py --hint           # an idea for what is next; --hint --hint gives the line, with gaps
    python lessons/exercise.py --watch          # look again whenever my_neuron.py is saved; Ctrl-C ends
    python lessons/exercise.py --solution NAME  # a function that has passed: yours, and that of train.py

The first call writes my_neuron.py: seven functions without their bodies. Round 1 is the textbook: write each equation
as it is printed. Then your neuron learns from your own pictures. Round 2 breaks it, and you make it safe.

You will see, at the end, your own neuron learn as long as train.py's does. It is saved to results/my_neuron/, and
predict_demo.py lets it label the pictures.
"""

import contextlib
import io
import sys
import time

import numpy as np

from checks import ROUND_1, ROUND_2
from checks.attempt import Attempt, Examiner, show_printed
from checks.compare import Mistake
from common import lesson_parser
from dataset.folders import (
    PROJECT,
    command_line,
    make_folder,
    relative_path,
    results_folder,
)
from dataset.screen import print_at_once
from learners_file import load_neuron, not_yet_written, show_solution, write_blank_page
from train import EPOCHS, LEARNING_RATE, load_arrays, propagate, save_model

FILE = PROJECT / "my_neuron.py"


# ------------------------------------------------------------------ on all pictures


def seconds_for_a_look(propagate, arrays):
    """How long a function propagate takes for all pictures of train or test (Arrays)."""
    X = arrays.X.astype(np.float64)  # (n, m): the textbook's formulas need more digits than float32
    w = np.zeros((X.shape[0], 1))  # (n, 1)
    start = time.perf_counter()
    propagate(w, 0.0, X, arrays.Y)
    return time.perf_counter() - start


def check_speed(neuron_and_arrays):
    """Raise a Mistake if a look at all pictures takes so long that the neuron could not learn from them."""
    neuron, arrays = neuron_and_arrays
    seconds = seconds_for_a_look(neuron.propagate, arrays)
    if seconds > 0.3 and seconds > 10 * seconds_for_a_look(propagate, arrays):
        what = f"propagate takes long: {seconds:.1f} seconds for one look at your pictures"
        sentence = "is there a loop over pictures or numbers in it? @ and np.sum take all at once"
        raise Mistake(what, sentence)


def learn_a_little(neuron, training, test):
    """The end of round 1: 200 epochs on the learner's pictures, in float64."""
    print("round 1 is passed: now your neuron learns from your pictures, for 200 epochs")
    X_train = training.X.astype(np.float64)
    X_test = test.X.astype(np.float64)
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        trained = neuron.model(X_train, training.Y, X_test, test.Y, 200, 0.01)
    right = int(np.sum(trained["Y_predict_test"] == test.Y))
    print(
        f"it gets {right} of {test.Y.size} test pictures right so far. Now round 2: what breaks it"
    )


def own_folder(args):
    """Where the learner's own neuron is saved."""
    return results_folder(args.dataset, args.results) / "my_neuron"


def learn_and_save(neuron, training, test, args):
    """The end of round 2: the learner's own neuron learns as train.py's does, and is saved like it."""
    results = own_folder(args)
    make_folder(results, "--results")
    print("round 2 is passed: your neuron can do what train.py's can. Now it learns:")
    trained = neuron.model(training.X, training.Y, test.X, test.Y, EPOCHS, LEARNING_RATE)
    save_model(results / "model.h5", trained, training)
    print("You wrote it, all of it. Let it label the pictures:")
    print(f"next: {command_line('predict_demo.py', args.dataset, results)}")


# ------------------------------------------------------------------ the exercise


def look(args):
    """Check my_neuron.py from top to bottom, and stop at the first thing that is wrong. True: all is passed."""
    examiner = Examiner(FILE, args.hint)
    attempt = Attempt(load_neuron, FILE)
    neuron = attempt.result
    if attempt.problem is not None:
        return examiner.passes(relative_path(FILE), attempt)
    show_printed(attempt.printed)  # by lines outside of all functions

    # What was printed while the function before was checked: shown only if no other is written yet.
    printed = ""
    for name, check in ROUND_1.items():
        lines = not_yet_written(neuron, name, FILE)
        if lines:
            show_printed(printed)
            examiner.tell(name, lines)
            return False
        attempt = Attempt(check, neuron)
        if not examiner.passes(name, attempt):
            return False
        printed = attempt.printed

    training, test = load_arrays(args.dataset)
    attempt = Attempt(check_speed, [neuron, training])
    if attempt.problem is not None:
        return examiner.passes("propagate", attempt)
    # Later, while the learner works on round 2, these 200 epochs would only make them wait.
    first = list(ROUND_2)[0]
    if Attempt(ROUND_2[first], neuron).problem is not None:
        show_printed(printed)
        learn_a_little(neuron, training, test)

    for name, check in ROUND_2.items():
        if not examiner.passes(name, Attempt(check, neuron)):
            return False
    learn_and_save(neuron, training, test, args)
    return True


def watch(args):
    """Look again whenever the file is saved, until all is passed."""
    while True:
        saved = FILE.stat().st_mtime  # asked first: it may be saved while we look
        if look(args):
            return True
        while not FILE.exists() or FILE.stat().st_mtime == saved:
            time.sleep(0.2)
        print()


def start(args):
    """What the options ask for. Returns whether it was passed."""
    if not FILE.exists():
        again = command_line("lessons/exercise.py", args.dataset, args.results)
        write_blank_page(FILE, again)
        print(f"wrote {relative_path(FILE)}: open it, write sigmoid, then run: {again}")
    elif args.solution:
        return show_solution(FILE, args.solution)
    if args.watch:
        return watch(args)
    return look(args)


def main(argv=None):
    parser = lesson_parser(__doc__)
    parser.add_argument("--hint", action="count", default=0, help="an idea; twice: the line")
    parser.add_argument("--watch", action="store_true", help="look again after each saving")
    parser.add_argument(
        "--solution", choices=ROUND_1, metavar="NAME", help="a function, and that of train.py"
    )
    args = parser.parse_args(argv)
    try:
        return start(args)
    except KeyboardInterrupt:
        print(f"\nended: what you wrote is in {relative_path(FILE)}")
        return False


if __name__ == "__main__":
    print_at_once()
    passed = main()
    if not passed:
        sys.exit(1)
