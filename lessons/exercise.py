"""Write the neuron anew, from an empty page.

    python lessons/exercise.py                  # again and again: it says what is next, and what is wrong
    python lessons/exercise.py --hint           # an idea for what is next; --hint --hint gives the line, with gaps
    python lessons/exercise.py --watch          # look again whenever my_neuron.py is saved; Ctrl-C ends
    python lessons/exercise.py --solution NAME  # a function that has passed: yours, and that of train.py

The first call writes my_neuron.py: seven functions without their bodies. Round 1 is the textbook: write each equation
as it is printed. Then your neuron learns from your own pictures. Round 2 breaks it, and you make it safe.
"""

import importlib.util
import inspect
import sys
import textwrap
import time
import traceback

from common import DATASET, lesson_parser, relative_path

sys.path.insert(0, str(DATASET.parent / "tests"))  # where the checks are, which train.py must pass, too
import train
from prepare_data import command, load_arrays, save_file
from suspects import HINTS, PYTHON_SAYS, ROUND_1, ROUND_2, Mistake, quietly

FILE = DATASET.parent / "my_neuron.py"


def blank_page():
    """The text of my_neuron.py, made from train.py: of each docstring what is asked for, not how train.py does it."""
    notation = train.__doc__[train.__doc__.index("Notation") : train.__doc__.index("What comes out")]
    parts = [f'"""My neuron: write each ... anew, from top to bottom.\n\n{notation}"""\n\nimport numpy as np\n']
    for name in ROUND_1:
        function = getattr(train, name)
        first, *more = inspect.getdoc(function).split("\n\n")
        asked = "\n\n".join([first, *(text for text in more if text.startswith(("Returns", "Prints")))])
        signature = inspect.getsource(function).partition("\n")[0].replace(", optimize=optimize", "")
        parts.append(f"{signature}\n" + textwrap.indent(f'"""{asked}\n"""\n...\n', "    "))
    return "\n\n".join(parts)


def load_neuron():
    """my_neuron.py as a module, read anew."""
    spec = importlib.util.spec_from_file_location("my_neuron", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def complaint(problem):
    """What is wrong, in at most six lines: a Mistake, or an exception with the learner's own line."""
    if isinstance(problem, Mistake):
        shown = [("is", problem.got), ("should be", problem.right)]
        values = [f"  {word:<10}{' '.join(str(value).split())[:150]}" for word, value in shown if value is not None]
        return [problem.what, *values, problem.sentence or "follow the example by hand: where do you leave it?"]
    frames = [frame for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == str(FILE)]
    lines = "".join(traceback.format_list(frames[-1:]) + traceback.format_exception_only(problem)).rstrip()
    return [*lines.split("\n"), next(hint for words, hint in PYTHON_SAYS.items() if words in lines.split("\n")[-1])]


def look(dataset, hints):
    """Check my_neuron.py from top to bottom, and stop at the first thing that is wrong. True: all is passed."""
    name = relative_path(FILE)
    try:
        neuron = load_neuron()
        for name, check in ROUND_1.items():
            if inspect.getsource(getattr(neuron, name)).rstrip().endswith("..."):
                told = f"write it over the ... in {relative_path(FILE)}, run this again"
                raise Mistake("this is next", sentence=told)
            check(neuron)
            print(f"[x] {name}")
        learn, test = load_arrays(dataset)
        trained, _ = quietly(neuron.model, learn.X.astype(float), learn.Y, test.X.astype(float), test.Y, 200, 0.01)
        right = (trained["Y_predict_test"] == test.Y).sum()
        print(f"round 1 is passed: after 200 epochs, your neuron gets {right} of {test.Y.size} test pictures right")
        for name, check in ROUND_2.items():
            check(neuron)
            print(f"[x] {name}")
    except Exception as problem:  # whatever the learner's lines can raise: it is shown with its line
        print(f"[ ] {name}", *complaint(problem), *(f"hint: {h}" for h in HINTS.get(name, ())[:hints]), sep="\n    ")
        return False
    print("round 2 is passed: this neuron can do what train.py can. You wrote it, all of it.")
    return True


def show_solution(name):
    """Print the learner's function beside that of train.py, once it has passed."""
    neuron = load_neuron()
    try:
        ROUND_1[name](neuron)
    except Exception:  # as in look
        print(f"{name} has not passed yet: when it has, --solution {name} shows it beside that of train.py")
        return False
    for title, module in (("yours", neuron), ("train.py", train)):
        print(f"# {title}", inspect.getsource(getattr(module, name)), sep="\n")
    return True


def main(argv=None):
    parser = lesson_parser(__doc__)
    parser.add_argument("--hint", action="count", default=0, help="an idea for what is next; twice: its line")
    parser.add_argument("--watch", action="store_true", help="look again whenever the file is saved")
    parser.add_argument("--solution", choices=ROUND_1, metavar="NAME", help="your function, and that of train.py")
    args = parser.parse_args(argv)
    if not FILE.exists():
        save_file(FILE, blank_page().encode("utf-8"))
        print(f"wrote {relative_path(FILE)}: open it, write sigmoid, then run: {command('lessons/exercise.py')}")
    elif args.solution:
        return show_solution(args.solution)
    while True:
        saved, passed = FILE.stat().st_mtime, look(args.dataset, args.hint)  # in this order: it may be saved meanwhile
        if passed or not args.watch:
            return passed
        while not FILE.exists() or FILE.stat().st_mtime == saved:
            time.sleep(0.2)
        print()


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
