"""README.md and the other pages are true: commands, flags, links, figures, equations, printed lines and numbers.

The numbers of the lessons are tested with the lessons.
"""

import re

import numpy as np
import pytest
from conftest import README, ROOT, told

import train
from common import fit, share_right
from dataset.report import plausible_range
from judging import all_pictures
from train import load_arrays, propagate, sigmoid

PAGES = [
    ROOT / "README.md",
    ROOT / "dataset" / "README.md",
    ROOT / "lessons" / "README.md",
    ROOT / "lessons" / "tutorial.md",
]

# What Python, pip, PowerShell and Linux say.
FOREIGN = {
    "No matching distribution found for tensorflow",
    "ensurepip is not available",
    "partially initialized module",
    "running scripts is disabled on this system",
    "ModuleNotFoundError: No module named 'h5py'",
    "Killed",
    "has no attribute 'array'",
    "No such file or directory",
}


def sources():
    """The text of each Python file, by its path."""
    texts = {}
    for path in [*ROOT.glob("*.py"), *ROOT.glob("[!.]*/**/*.py")]:
        name = path.relative_to(ROOT).as_posix()
        texts[name] = path.read_text(encoding="utf-8")
    return texts


SOURCES = sources()


def block(marker):
    """The text of the first code block after a marker in README.md."""
    found = re.search(rf"<!-- {marker} -->\n```\w*\n(.*?)```", README, re.DOTALL)
    return found[1]


def section(heading):
    """The text below a heading of README.md, to the next heading."""
    after = README.split(f"# {heading}\n")[1]
    return after.split("\n#")[0]


def printed_in(world):
    """What steps 1 and 2 print there, with the names of folders that a learner has."""
    text = (world / "printed.txt").read_text(encoding="utf-8")
    text = text.replace(world.as_posix() + "/results", "results")
    text = text.replace(world.as_posix(), "dataset")
    return re.sub(r"python (?:\S*/)?(\w+\.py).*", r"python \1", text)


@pytest.mark.parametrize("script", ["prepare_data.py", "train.py"])
def test_the_printed_lines_are_those_of_the_photographs(photographs, script):
    printed = printed_in(photographs).splitlines()
    position = 0
    for line in block(f"output {script}").splitlines():
        if line == "...":
            continue
        assert line in printed[position:], f"{script} does not print there: {line}"
        position = printed.index(line, position) + 1


def test_the_numbers_of_the_three_scripts_are_those_of_both_worlds(world):
    printed = printed_in(world)
    lines = {
        "training pictures": r"train: X \(12288, (\d+)\)",
        "test pictures": r"test : X \(12288, (\d+)\)",
        "cost after 100 epochs": r"cost after 100 epochs: (\S+)",
        "cost after 1900 epochs": r"cost after 1900 epochs: (\S+)",
        "right in training": r"train_accuracy: (\S+ %)",
        "right in the test": r"test_accuracy : (\S+ %)",
        "cost on the test": r"cost on the test: (\S+)",
        "on new pictures it may be right": r"may be right (\S+ to \S+) of the time",
        "wrong in the test": r"wrong: (\d+) of",
        "wrong in training": r"test pictures, (\d+) of",
    }
    for what, pattern in lines.items():
        assert told("train", what, world) == re.search(pattern, printed)[1], what


def test_a_slow_rate_and_a_small_test(world):
    learn, test = load_arrays(world)
    w, b, costs = fit(learn.X, learn.Y, lr=0.001)  # the same as train.py's, but faster
    assert told("train", "cost after 1900 epochs at a rate of 0.001", world) == f"{costs[-1]:.6f}"
    right = share_right(w, b, test.X, test.Y)
    assert told("train", "right in the test at a rate of 0.001", world) == f"{right:.0%}"
    low, high = plausible_range(5, 6)
    assert f"from {low:.0%} to {high:.0%}" in section("Your own two classes")


def costs_of_train_and_test(world):
    """The cost on training and test pictures before every epoch, by train.py's own functions."""
    train_arrays, test_arrays = load_arrays(world)
    w, b = train.init_params(train_arrays.X.shape[0])
    costs = []
    test_costs = []
    for _ in range(251):
        grads, cost = propagate(w, b, train_arrays.X, train_arrays.Y)
        _, test_cost = propagate(w, b, test_arrays.X, test_arrays.Y)
        costs.append(float(cost))
        test_costs.append(float(test_cost))
        w = w - 0.01 * grads["dw"]
        b = b - 0.01 * grads["db"]
    return costs, test_costs


def test_what_is_told_of_the_early_costs_of_the_photographs(photographs):
    costs, test_costs = costs_of_train_and_test(photographs)
    text = section("How it learns")
    lowest = test_costs.index(min(test_costs))
    assert lowest == 27
    assert f"the cost is {test_costs[27]:.4f} after 27 epochs" in text
    assert f"that of the training is still {costs[27]:.4f}" in text
    assert f"it rises to {test_costs[250]:.4f} at epoch 250" in text
    assert f"{max(costs):.2f}, and rises a last time at epoch 23" in text
    rises = [epoch for epoch in range(1, 251) if costs[epoch] > costs[epoch - 1]]
    assert rises[-1] == 23


def learn_from_five(K, y, rng):
    """A neuron learns from five pictures of each class, and is asked about all others, every ten epochs.

    Returns the epoch of its lowest cost on them, this cost, the last one, and the shares that are right then.
    """
    class_0 = rng.permutation(np.flatnonzero(y == 0))
    class_1 = rng.permutation(np.flatnonzero(y == 1))
    learn = np.concatenate([class_0[:5], class_1[:5]])
    ask = np.concatenate([class_0[5:], class_1[5:]])

    across = K[ask][:, learn]

    # Seen through the pictures that it learns from, a step is one product.
    z = np.zeros(10)
    total = np.zeros(10)
    costs = []
    rights = []
    for epoch in range(2001):
        if epoch % 10 == 0:
            z_ask = -across @ total
            losses = y[ask] * np.logaddexp(0, -z_ask) + (1 - y[ask]) * np.logaddexp(0, z_ask)
            costs.append(np.mean(losses))
            rights.append(np.mean((z_ask > 0) == y[ask]))
        step = 0.01 * (sigmoid(z) - y[learn]) / 10
        z = z - K[learn][:, learn] @ step
        total = total + step
    best = int(np.argmin(costs))
    return [10 * best, costs[best], costs[-1], rights[best], rights[-1]]


def test_what_is_told_of_stopping_with_few_pictures(one_world):
    X, Y, K = all_pictures(*load_arrays(one_world))
    found = [learn_from_five(K, Y[0], np.random.default_rng(seed)) for seed in range(100)]
    text = section("How it learns")
    early = [numbers for numbers in found if numbers[0] <= 500]
    assert 88 <= len(early) <= 92
    better = [numbers for numbers in found if numbers[0] > 0]  # than guessing
    best, lowest, last, right_at_best, right_at_last = np.mean(better, axis=0)
    what = "learning from 5 of each class, picks better than guessing"
    rights = f"{100 * right_at_best:.0f} %, {100 * right_at_last:.0f} %"
    assert (
        told("train", f"{what}: lowest cost, last cost", one_world) == f"{lowest:.2f}, {last:.2f}"
    )
    assert told("train", f"{what}: right then, in the end", one_world) == rights
    what = "learning from 5 of each class: worse than guessing, of 100 picks"
    worse = told("train", what, one_world)
    assert worse == str(100 - len(better))
    if one_world.name != "all_drawn":
        assert f"from {lowest:.2f} to {last:.2f}, on average" in text
        assert f"on {100 * right_at_best:.0f} % of the new pictures" in text
        assert f"and on {100 * right_at_last:.0f} % in the end" in text


@pytest.mark.parametrize("name", ["arrays", "by hand"])
def test_the_examples_print_what_is_shown(name, capsys):
    exec(block(name), {})
    assert capsys.readouterr().out == block(f"output {name}")


def test_the_losses_by_hand_and_the_three_steps():
    assert round(-np.log(1 - 0.6225), 3) == 0.974
    assert round(-np.log(0.924), 3) == 0.079

    example = {}
    exec(block("by hand"), example)
    X = example["X"]
    Y = example["Y"]
    w = example["w"]
    b = example["b"]
    rows = re.search(r"<!-- three steps -->\n(.*?)<!--", README, re.DOTALL)[1].splitlines()[2:]
    for step, row in enumerate(rows):
        z = (w.T @ X + b)[0]
        a = sigmoid(z)
        grads, cost = propagate(w, b, X, Y)
        dw = ", ".join(f"{value:.2f}" for value in grads["dw"][:, 0])
        cells = f"| {step} | {z[0]:.2f}, {z[1]:.2f} | {a[0]:.2f}, {a[1]:.2f} | {cost:.3f} | {dw} |"
        assert row == cells.replace("-", "−")
        w = w - grads["dw"]
        b = b - grads["db"]
    assert len(rows) == 4


def test_the_loop_and_the_equations_stand_in_train_py_letter_by_letter():
    lines = [line.strip() for line in SOURCES["train.py"].splitlines()]
    loop = [line.strip() for line in block("loop").splitlines()]
    start = lines.index(loop[0])
    assert lines[start : start + len(loop)] == loop
    equations = re.findall(r"`(\w+ = [^`]+)`", section("The neuron") + section("How it learns"))
    assert len(equations) == 7, "(7) is in the loop, too"
    for code in equations:
        assert any(line.startswith(code + "  # ") for line in lines), code


def test_every_name_of_numpy_in_the_scripts_is_told_or_commented():
    explained = block("arrays") + section("Arrays in a page") + section("The neuron")
    for script in ("prepare_data.py", "train.py", "predict_demo.py"):
        lines = SOURCES[script].splitlines()
        for name in sorted(set(re.findall(r"\bnp\.(\w+)", SOURCES[script]))):
            used = [k for k, line in enumerate(lines) if f"np.{name}" in line]
            commented = any("#" in lines[k] or "#" in lines[k - 1] for k in used)
            assert f"np.{name}" in explained or name in explained or commented, (script, name)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_headings_that_are_there(page):
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        file, _, anchor = target.partition("#")
        if target.startswith("https://"):
            continue
        goal = page
        if file:
            goal = page.parent / file
        assert goal.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", goal.read_text(encoding="utf-8"), re.MULTILINE)
            plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
            assert anchor in [heading.replace(" ", "-") for heading in plain], target


def test_figures_are_there_described_small_and_all_used():
    figures = dict(re.findall(r"!\[([^\]]{30,})\]\((.figures/[^)]+)\)", README))
    there = {f".figures/{path.name}" for path in (ROOT / ".figures").glob("*.*[gf]")}
    assert set(figures.values()) == there
    for path in there:
        limit = 400_000
        if path.endswith(".gif"):
            limit = 2_000_000
        assert (ROOT / path).stat().st_size < limit, path


def test_every_command_names_a_script_and_flags_that_it_has():
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    commands = set(re.findall(r"python3? (\.?(?:\w+/)?\w+\.py)([^\n`&|;)<]*)", pages))
    assert len(commands) > 25
    for script, words in sorted(commands):
        if script in ("my_try.py", "my_arrays.py"):
            continue
        text = (ROOT / script).read_text(encoding="utf-8") + SOURCES["dataset/screen.py"]
        if script.startswith("lessons/"):
            text += SOURCES["lessons/common.py"]
        for flag in re.findall(r"--[\w-]+", words.split("#")[0]):
            assert f'"{flag}"' in text, f"{script} has no {flag}"
    assert re.findall(r"python (\w+\.py)", block("run")) == [
        "prepare_data.py",
        "train.py",
        "predict_demo.py",
    ]
    assert "requirements.txt" in block("run")
    assert "python -m pytest" in block("test")


def test_every_lesson_is_told_once_with_what_it_finds_and_its_try():
    page = (ROOT / "lessons" / "README.md").read_text(encoding="utf-8")
    folds = re.findall(r"<details>.*?</details>", page, re.DOTALL)
    lessons = set()
    for path in (ROOT / "lessons").glob("*.py"):
        if "lesson_parser(__doc__)" in path.read_text(encoding="utf-8"):
            lessons.add(path.stem)
    lessons.discard("exercise")
    lessons.add("one_page")
    told_of = []
    for fold in folds:
        told_of += re.findall(r"<code>python lessons/(\w+)\.py</code></summary>", fold)
        assert "*Try*: " in fold, fold
    assert sorted(told_of) == sorted(lessons)
    assert len(lessons) == 20


def table_numbers(page, lesson):
    """All numbers in the rows of a lesson, in the table of lessons/README.md."""
    rows = [line for line in page.splitlines() if line.startswith(f"| {lesson} |")]
    text = " ".join(rows).replace(",", "")
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)]


def test_the_numbers_in_the_prose_of_the_lessons_stand_in_the_table():
    """What is told of a lesson is told of the photographs, in the digits of the table."""
    page = (ROOT / "lessons" / "README.md").read_text(encoding="utf-8")
    for fold in re.findall(r"<details>.*?</details>", page, re.DOTALL):
        name = re.search(r"python lessons/(\w+)\.py", fold)[1]
        prose = fold.split("</summary>")[1].split("*Try*")[0].replace(",", "")
        prose = re.sub(r"rates? of [\d.]+", "", prose)  # rates are chosen, not found
        for number in re.findall(r"\d+\.\d+|\d+(?= %)", prose):
            assert float(number) in table_numbers(page, name), f"{name} tells {number}"


def test_every_italic_word_of_the_course_is_in_the_list_of_words():
    page = (ROOT / "lessons" / "README.md").read_text(encoding="utf-8")
    words = page.split("## The words")[1].lower()
    for text in (README, page.split("## The words")[0]):
        for term in re.findall(r"(?<![*\w])\*([a-z][a-z0-9 -]{2,25})\*(?![*\w])", text):
            assert f"**{term}**" in words, term


def test_every_message_that_is_explained_can_occur():
    table = re.findall(r"^\| (.*?) \|", section("Troubleshooting"), re.MULTILINE)[2:]
    texts = []
    for cell in table:
        texts += re.findall(r"`([^`]+)`", cell)
    everything = re.sub(r'"\s*f?"|\{[^{}]*\}', "", "\n".join(SOURCES.values()))
    assert len(texts) >= 15
    for text in texts:
        assert text in FOREIGN or text in everything, text
