"""my_neuron.py, the file in which a learner writes the neuron anew: made, read, and compared with train.py."""

import inspect
import types

import train
from checks import ROUND_1
from checks.attempt import Attempt
from checks.compare import Mistake
from dataset.folders import PROJECT, relative_path

BLANK_PAGE = PROJECT / "lessons" / "blank_page.txt"


def write_blank_page(file, command):
    """The first call: my_neuron.py without the bodies of its functions. command: the one that checks it, for line 1."""
    name = relative_path(file)
    text = BLANK_PAGE.read_text(encoding="utf-8")
    text = text.replace("python lessons/exercise.py", command)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise SystemExit(
            f"error: cannot write {name} ({problem.strerror}) - copy the project to a folder of yours"
        )


def read_file(file):
    """The text of my_neuron.py."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        sentence = "its letters are stored in another way than Python reads them: save it as UTF-8"
        raise Mistake(relative_path(file), sentence)
    return text


def load_neuron(file):
    """my_neuron.py as a module, like train.py."""
    text = read_file(file)
    neuron = types.ModuleType("my_neuron")
    code = compile(text, str(file), "exec")
    exec(code, neuron.__dict__)  # runs the file: now the module has its functions
    return neuron


def not_yet_written(neuron, name, file):
    """What is said of a function that is not there, or still has its ... only; an empty list for any other."""
    file_name = relative_path(file)
    function = getattr(neuron, name, None)  # None if it is not there
    if not inspect.isfunction(function):
        return [f"{file_name} has no function {name}: is its name misspelt, or its line indented?"]

    source = inspect.getsource(function)
    behind_docstring = source.split('"""')[-1]
    written = []
    for line in behind_docstring.splitlines():
        if line.strip() and not line.strip().startswith("#"):
            written.append(line.strip())
    if written == ["..."]:
        return ["this is next", f"write it over the ... in {file_name}, run this again"]
    return []


def show_solution(file, name):
    """Print the learner's function, once it has passed, and that of train.py."""
    neuron = load_neuron(file)
    attempt = Attempt(ROUND_1[name], neuron)
    if attempt.problem is not None:
        print(f"{name} has not passed yet: when it has, this shows it beside that of train.py")
        return False
    print("# yours")
    print(inspect.getsource(getattr(neuron, name)))
    print("# train.py")
    print(inspect.getsource(getattr(train, name)))
    return True
