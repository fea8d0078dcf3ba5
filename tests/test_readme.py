"""README.md is true: its commands run, its printed lines are what is printed, its links lead somewhere."""

import re
from pathlib import Path

import pytest
from conftest import ROOT, run_forked

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "dataset" / "README.md"]
SCRIPTS = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.py", "dataset/d*.py", "lessons/*.py", "tests/exercise.py", "tests/benchmark.py")
    for path in ROOT.glob(pattern)
    if path.name != "common.py" and not path.name.startswith("my_")
)
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in [*ROOT.glob("*.py"), *ROOT.glob("dataset/*.py")])


def block_after(marker):
    """The text of the first code block after a marker in README.md."""
    return re.search(rf"{re.escape(marker)}\n```\w*\n(.*?)```", README, re.DOTALL)[1]


def close(shown, printed):
    """Whether a printed line is the shown one: words and shapes exactly, numbers with a point within 1 %."""
    number = r"\d+\.\d+"
    if re.sub(number, "#", shown) != re.sub(number, "#", printed):
        return False
    pairs = zip(re.findall(number, shown), re.findall(number, printed), strict=True)
    return all(abs(float(one) - float(other)) <= 0.01 * abs(float(one)) for one, other in pairs)


@pytest.fixture(scope="module")
def printed(all_drawn):
    """What step 1 and step 2 print on all drawn pictures, in the folder above `dataset`."""
    lines = {}
    for script, extra in (("prepare_data.py", []), ("train.py", ["--results", "results"])):
        done = run_forked(script, "--dataset", "dataset", *extra, cwd=all_drawn.parent, timeout=150)
        assert done.returncode == 0 and done.stderr == "", done.stderr
        lines[script] = (
            done.stdout.replace(" --dataset dataset", "").replace(" --model results/model.h5", "").splitlines()
        )
    return lines


@pytest.mark.parametrize("script", ["prepare_data.py", "train.py"])
def test_the_printed_lines_are_those_of_a_real_run(printed, script):
    remaining = iter(printed[script])
    skipping = False
    for shown in block_after(f"<!-- output {script} -->").splitlines():
        if shown == "...":
            skipping = True
            continue
        line = next(remaining, None)
        while skipping and line is not None and not close(shown, line):
            line = next(remaining, None)
        assert line is not None and close(shown, line), f"README.md shows\n{shown}\nand {script} prints\n{line}"
        skipping = False
    assert next(remaining, None) is None, "README.md does not show the last line"


@pytest.mark.timeout(240)
def test_the_vectorisation_example_runs_and_both_ways_agree(all_drawn, capsys):
    example = block_after("<!-- vectorisation -->")
    assert "load_arrays()[0]" in example
    exec(example.replace("load_arrays()", f"load_arrays({str(all_drawn)!r})"), {})
    first, second = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"loop [\d.]+ ms, matrix [\d.]+ ms: \d+ times as fast", first) and second == "True"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_headings_that_are_there(page):
    text = page.read_text(encoding="utf-8")
    anchors = {heading_anchor(line) for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        assert not file or (page.parent / file).exists(), f"{page.name} links to {target}"
        assert file or anchor in anchors, f"{page.name} links to the heading {target}"


def heading_anchor(heading):
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def test_figures_are_there_described_and_small():
    figures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", README)
    assert len(figures) >= 6
    for described, path in figures:
        assert len(described) > 20, f"{path} needs an alternative text"
        limit = 2_000_000 if path.endswith(".gif") else 400_000
        assert (ROOT / path).stat().st_size < limit, f"{path} is too large"


@pytest.fixture(scope="module")
def helps():
    """The help text of each script."""
    texts = {}
    for script in SCRIPTS:
        done = run_forked(script, "--help")
        assert done.returncode == 0 and done.stderr == "", f"{script}: {done.stderr}"
        texts[script] = done.stdout
    return texts


def test_every_command_names_a_script_and_flags_that_it_has(helps):
    commands = [
        command
        for page in PAGES
        for command in re.findall(r"python3? ((?:\w+/)?\w+\.py[^\n`&|;)]*)", page.read_text(encoding="utf-8"))
    ]
    assert len(commands) > 10
    for command in commands:
        script, *words = command.split("#")[0].split()
        if script.startswith("my_"):  # the learner's own
            continue
        assert script in helps, f"no script {script}"
        for flag in (word for word in words if word.startswith("--")):
            assert re.search(rf"{flag}\b", helps[script]), f"{script} has no {flag}"


def test_the_run_command_runs_the_three_scripts_and_the_test_command_the_tests():
    run, test = block_after("<!-- run -->"), block_after("<!-- test -->")
    scripts = re.findall(r"python (\w+\.py)", run)
    assert scripts == ["prepare_data.py", "train.py", "predict_demo.py"]
    assert "requirements.txt" in run and "tests/requirements.txt" in test and "python -m pytest" in test


def test_every_equation_stands_beside_its_line_of_code():
    source = (ROOT / "train.py").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \((\d)\) [^|]*\|[^|]*\| (.*?) \|", README, re.MULTILINE)
    assert [number for number, _ in rows] == list("1234567")
    for number, codes in rows:
        for code in re.findall(r"`([^`]+)`", codes):
            assert re.search(rf"{re.escape(code)} +# .*\({number}\)", source), (
                f"train.py has no line: {code}  # ({number})"
            )


def test_every_error_that_is_explained_can_occur():
    rows = re.findall(
        r"^\| `([^`]+)` \|", README.partition("## Troubleshooting")[2].partition("\n## ")[0], re.MULTILINE
    )
    assert len(rows) >= 10
    for text in rows:
        if text.startswith("pip:"):
            continue
        fixed = text.removeprefix("error: ").replace("the package numpy", "the package ")
        words = fixed.split("the package ")[-1] if "the package " in fixed else fixed
        assert words.strip() in re.sub(r'"\s*\n\s*f?"', "", SOURCES), f"no script says: {text}"


def test_no_word_is_left_to_be_filled_in():
    assert not re.search(r"\b(TODO|FIXME|XXX|MISTAKES|LESSONS|VECTORISATION)\b", README)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_folders_and_files_that_are_named_exist_or_are_made(page):
    made = (
        "results",
        "dataset/train",
        "dataset/test",
        "dataset/SOURCE",
        "my_",  # the learner's own
        "mine",
        ".venv",
        "caltech-101.zip",
    )
    for path in re.findall(
        r"`((?:\.?[\w-]+/)+[\w.*-]*|[\w-]+\.(?:py|h5|md|txt|zip))`", page.read_text(encoding="utf-8")
    ):
        generated = path.startswith(made) or path.endswith((".h5", ".png", ".jpg"))
        assert generated or any((base / path).exists() for base in (ROOT, page.parent, Path(ROOT, "dataset"))), path


def test_the_example_by_hand_prints_what_is_shown(capsys):
    exec(block_after("<!-- by hand -->"), {})
    assert capsys.readouterr().out == block_after("<!-- output by hand -->")
