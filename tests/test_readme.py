"""README.md is true, in both worlds: commands, flags, links, figures, equations, printed lines and numbers.

What it tells of each lesson is tested in test_lessons.py.
"""

import re

import pytest
from conftest import README, ROOT, assert_told, fold, numbers

import train
from suspects import quietly

PAGES = [ROOT / "README.md", ROOT / "dataset" / "README.md", ROOT / "lessons" / "tutorial.md"]
SOURCES = {p.relative_to(ROOT).as_posix(): p.read_text("utf-8") for p in ROOT.glob("[!.]*/**/*.py")} | {
    p.name: p.read_text("utf-8") for p in ROOT.glob("*.py")
}
FOREIGN = {  # what Python, pip, PowerShell and Linux say
    "No matching distribution found for tensorflow", "ensurepip is not available", "partially initialized module",
    "running scripts is disabled on this system", "ModuleNotFoundError: No module named 'h5py'", "Killed",
    "has no attribute 'array'", "No such file or directory",
}  # fmt: skip


def block(marker):
    """The text of the first code block after a marker in README.md."""
    return re.search(rf"<!-- {marker} -->\n```\w*\n(.*?)```", README, re.DOTALL)[1]


def section(heading):
    return README.partition(f"# {heading}\n")[2].partition("\n#")[0]


def printed_in(world):
    """What steps 1 and 2 print there, with the names of folders that a learner has."""
    text = (world / "printed.txt").read_text(encoding="utf-8").replace(world.as_posix() + "/results", "results")
    return re.sub(r"python (?:\S*/)?(\w+\.py).*", r"python \1", text.replace(world.as_posix(), "dataset"))


@pytest.mark.parametrize("script", ["prepare_data.py", "train.py"])
def test_the_printed_lines_are_those_of_the_photographs(photographs, script):
    shown, printed = block(f"output {script}"), printed_in(photographs)
    position = 0
    for line in shown.splitlines():
        if line != "...":
            pattern = re.sub(r"(0\\\.\d{5})\d", r"\1\\d", re.escape(line))  # the last digit may be rounded otherwise
            found = re.compile(f"^{pattern}$", re.M).search(printed, position)
            assert found, f"README.md shows\n{line}\nwhich {script} does not print there"
            position = found.end()


def test_the_numbers_of_each_step_are_those_of_both_worlds(world, tmp_path):
    printed, column = printed_in(world), {"photographs": 1, "all_drawn": 2}[world.name]
    for cells in re.findall(r"^\| (?!\|)(.*?) \| (.*?) \| (.*?) \|$", section("Step 2: the neuron learns"), re.M)[1:]:
        assert_told(cells[column], world, printed)
    slow = quietly(train.main, ["--dataset", str(world), "--results", str(tmp_path), "--fast", "--lr", "0.001"])[1]
    assert_told(re.search(r"The last printed cost is .*?\)", README)[0], world, slow)
    assert_told(re.search(r"rows and .*? columns", README)[0], world, printed)
    said = [float(number) / 100 for number in numbers(re.search(r"With 5 of 6 right.*?%\.", README)[0])[2:]]
    assert [round(share, 2) for share in train.plausible_range(5, 6)] == said
    if world.name == "all_drawn":  # the three wrong ones are bikes in the dark
        _, test = train.load_arrays(world)
        wrong = re.findall(r"all_drawn/(test/bike/\S+) is bike|dataset/(test/bike/\S+) is bike", printed)
        dark = test.X.mean(axis=0) < 0.33
        assert len(wrong) == 3 and all(dark[test.files.index(one or other)] for one, other in wrong)
        assert dark[test.Y[0] == 1].sum() < 10


def test_the_example_by_hand_prints_what_is_shown(capsys):
    exec(block("by hand"), {})
    assert capsys.readouterr().out == block("output by hand")
    assert round(-train.np.log(1 - 0.6225), 3) == 0.974 and round(-train.np.log(0.924), 3) == 0.079


def test_the_loop_and_the_equations_stand_in_train_py_letter_by_letter():
    lines = [line.strip() for line in SOURCES["train.py"].splitlines()]
    loop = [line.strip() for line in block("loop").splitlines()]
    assert lines[lines.index(loop[0]) :][: len(loop)] == loop
    equations = re.findall(r"`(\w+ = [^`]+)`", section("The neuron") + section("How it learns"))
    assert len(equations) == 7, "(7) is in the loop, too"
    assert all(any(line.startswith(code + "  # (") for line in lines) for code in equations)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings_that_are_there(page):
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        file, _, anchor = target.partition("#")
        if not target.startswith("https://"):
            goal = page.parent / file if file else page
            assert goal.exists(), target
            headings = re.findall(r"^#+ (.*)$", goal.read_text(encoding="utf-8"), re.M) if anchor else [""]
            assert anchor in [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]


def test_figures_are_there_described_small_and_all_used_and_the_page_is_short():
    assert len(README.splitlines()) <= 450
    figures = dict(re.findall(r"!\[([^\]]{30,})\]\((.figures/[^)]+)\)", README))
    assert {*figures.values()} == {f".figures/{p.name}" for p in (ROOT / ".figures").glob("*.*[gf]")}
    for path in figures.values():
        assert (ROOT / path).stat().st_size < (2_000_000 if path.endswith(".gif") else 400_000)


def test_every_command_names_a_script_and_flags_that_it_has():
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    commands = {
        (script, *flags.split("#")[0].split())
        for script, flags in re.findall(r"python3? ((?:\w+/)?\w+\.py)([^\n`&|;)<]*)", pages)
    }
    assert len(commands) > 25
    for script, *words in sorted(commands):
        assert script in SOURCES or script in ("my_try.py", ".figures/make.py"), script
        for flag in (word.rstrip(".,:") for word in words if word.startswith("--")):
            shared = SOURCES["lessons/common.py"] * script.startswith("lessons/")
            assert f'"{flag}"' in SOURCES[script] + shared, f"{script} has no {flag}"
    assert re.findall(r"python (\w+\.py)", block("run")) == ["prepare_data.py", "train.py", "predict_demo.py"]
    assert "requirements.txt" in block("run") and "python -m pytest" in block("test")


def test_every_lesson_is_there_once_with_what_it_finds_and_its_try():
    lessons = {path.stem for path in (ROOT / "lessons").glob("*.py")} - {"common", "exercise"}
    assert sorted(re.findall(r"<code>python lessons/(\w+)\.py</code></summary>", README)) == sorted(lessons)
    assert len(lessons) == 16 and all("*Try*: " in fold(lesson) for lesson in lessons)


def test_every_message_that_is_explained_can_occur():
    table = re.findall(r"^\| (.*?) \|", section("Troubleshooting"), re.M)[2:]
    texts = [text for row in table for text in re.findall(r"`([^`]+)`", row)]
    sources = re.sub(r'"\s*f?"|\{[^{}]*\}', "", "\n".join(SOURCES.values()))
    assert len(texts) >= 15
    for text in texts:
        assert text in FOREIGN or all(part.strip() in sources for part in text.split("...")), text
