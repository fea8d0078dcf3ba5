"""The lessons: each claim that a lesson prints is computed anew here, in another way, from the arrays and the model.

Most lessons run as scripts on the small drawn pictures, in a folder that is not theirs. Where it matters what the
pictures hold, arrays are made up, so that the right answer is known: noise, in which there is nothing to learn; frames
that betray the class, around noise; few pictures of classes with odd names.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, assert_one_error, clean_environment, run_forked, run_script
from PIL import Image

sys.path.insert(0, str(ROOT / "lessons"))  # as Python does for a script in that folder

import border_only
import evidence
import honest_score
import learning_rates
import watch_it_learn
from prepare_data import Arrays, image_to_vector, load_arrays, picture_readers, save_arrays
from train import load_model, save_model

LESSONS = {  # each with arguments that make it short
    "gradient_check": [],
    "learning_rates": [],
    "watch_it_learn": ["--epochs", 12],
    "evidence": [],
    "border_only": [],
    "honest_score": [],
    "keras_twin": ["--epochs", 101],
    "fast_descent": [],
}
N = 64 * 64 * 3


def lesson(name, dataset, results, *args, **options):
    """Run a lesson as a script; returns what it printed. It must end well, and say nothing on stderr."""
    run = run_script if name == "keras_twin" else run_forked  # TensorFlow, once it computes, can not be copied
    if name == "evidence":
        picture_readers()  # Keras, here once, so that every copy of this process has it
    done = run(f"lessons/{name}.py", "--dataset", dataset, "--results", results, *args, **options)
    assert done.returncode == 0 and done.stderr == "", f"{done.stdout}\n{done.stderr}"
    return done.stdout


def numbers(text):
    """All numbers in a text."""
    return [float(number) for number in re.findall(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", text)]


def fingerprints(*folders):
    """The content of all files in these folders: {path: hash}."""
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def make_data(folder, X, Y, X_test, Y_test, class_names=("airplane", "bike")):
    """A data set of made-up arrays, and a model that knows nothing of it; returns the two folders."""
    for part, X_part, Y_part in (("train", X, Y), ("test", X_test, Y_test)):
        files = [f"{part}/{class_names[int(label)]}/picture_{k}.png" for k, label in enumerate(Y_part[0])]
        save_arrays(folder, part, Arrays(X_part.astype(np.float32), Y_part, files, list(class_names), "made up"))
    return folder, folder / "results"


def noise(m, seed):
    """m pictures of noise, and labels that have nothing to do with them."""
    random = np.random.default_rng(seed)
    return random.random((N, m)), np.float32([np.arange(m) % 2])


def costs_by_the_textbook(X, Y, lr, epochs):
    """The cost before each step, and w and b at the end: the equations of the tutorial, in float64."""
    X, Y, w, b, costs = np.float64(X), np.float64(Y), np.zeros((len(X), 1)), 0.0, []
    for _ in range(epochs):
        A = 1 / (1 + np.exp(-(w.T @ X + b)))
        costs.append(float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))))
        w = w - lr * X @ (A - Y).T / X.shape[1]
        b = b - lr * np.mean(A - Y)
    return costs, w, b


# ------------------------------------------------------------------ all of them


@pytest.fixture(scope="session")
def printed(drawn, trained, tmp_path_factory):
    """What each lesson prints on the small drawn pictures, by name; it runs when it is first asked for."""
    results = Path(shutil.copytree(trained, tmp_path_factory.mktemp("lessons") / "results"))
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    class Printed(dict):
        folder = results / "lessons"

        def __missing__(self, name):
            self[name] = lesson(name, drawn, results, *LESSONS[name], cwd=elsewhere)
            return self[name]

    return Printed()


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_writes_pictures_only_and_ends_with_something_to_try(name, printed, drawn):
    results = printed.folder.parent
    before = fingerprints(drawn, results)
    text = printed[name]
    written = re.findall(r"^wrote ([^:\n]+\.(?:png|gif))", text, re.MULTILINE)
    assert written and re.fullmatch("try: .*", text.splitlines()[-1])
    assert len(re.findall("^try: ", text, re.MULTILINE)) == 1
    for path in map(Path, written):
        assert path.parent == printed.folder and path.name.startswith(name)
        picture = Image.open(path)
        assert picture.width >= 700 and picture.height >= 350
        assert len(np.unique(np.asarray(picture.convert("L")))) > 20, f"{path} is blank"
    after = fingerprints(drawn, results)
    assert {path: after.get(path) for path in before} == before, "a lesson changed a file that is not its own"
    assert {path.parent for path in after if path not in before} <= {printed.folder}


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_without_arrays_names_the_command_that_makes_them(name, tmp_path):
    done = run_forked(f"lessons/{name}.py", "--dataset", tmp_path, "--results", tmp_path)
    assert assert_one_error(done).endswith(" - run: python prepare_data.py")


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_says_in_its_help_what_one_will_see(name):
    done = run_forked(f"lessons/{name}.py", "--help")
    assert done.returncode == 0
    assert f"python lessons/{name}.py" in done.stdout and "ou will see" in done.stdout


def test_evidence_without_a_model_names_the_command_that_makes_it(drawn, tmp_path):
    done = run_forked("lessons/evidence.py", "--dataset", drawn, "--results", tmp_path)
    assert assert_one_error(done).endswith(" - run: python train.py")


def test_a_model_for_other_classes_is_an_error(drawn, results):
    w, b, _ = load_model(results / "model.h5")
    trained = {"w": w, "b": np.float32(b), "costs": [0.1], "learning_rate": 0.01, "epochs": 1}
    save_model(results / "model.h5", trained, ["cat", "dog"], "painted")
    error = assert_one_error(run_forked("lessons/evidence.py", "--dataset", drawn, "--results", results))
    assert "cat and dog" in error and "airplane and bike" in error


@pytest.mark.parametrize("name", [name for name in LESSONS if name not in ("evidence", "keras_twin", "fast_descent")])
def test_any_two_classes_will_do_whatever_their_names_and_however_few(name, tmp_path):
    X, Y, X_test, Y_test = *noise(9, 1), *noise(3, 2)
    dataset, results = make_data(
        tmp_path, X, Y, X_test, Y_test, ("50 $ or ^_{ more", "Äpfel, " + "sehr " * 20 + "reif")
    )
    lesson(name, dataset, results, *(["--epochs", 3] if name == "watch_it_learn" else []))


@pytest.mark.parametrize("name", [name for name in LESSONS if name != "keras_twin"])  # TensorFlow can not be copied
def test_where_a_picture_cannot_be_written_a_lesson_keeps_the_old_one(name, drawn, results):
    resource = pytest.importorskip("resource", reason="Windows has no limit on file sizes")
    suffix = "gif" if name == "watch_it_learn" else "png"
    old = results / "lessons" / f"{name}.{suffix}"
    old.parent.mkdir()
    old.write_bytes(b"the old picture")
    picture_readers()
    done = run_forked(
        *(f"lessons/{name}.py", "--dataset", drawn, "--results", results, *LESSONS[name]),
        before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)),
    )
    assert f"{name}" in assert_one_error(done) and "ulimit -f" in done.stderr
    assert [*old.parent.glob("[!.]*")] == [old] and old.read_bytes() == b"the old picture"


def test_ctrl_c_ends_a_lesson_at_once(drawn, tmp_path):
    def press_ctrl_c():
        signal.signal(signal.SIGINT, signal.default_int_handler)
        threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start()

    done = run_forked("lessons/fast_descent.py", "--dataset", drawn, "--results", tmp_path, before=press_ctrl_c)
    assert done.returncode == 130 and re.fullmatch("stopped by Ctrl-C.*\n", done.stderr), done
    assert not list(tmp_path.iterdir())


def test_a_package_that_is_not_installed_is_one_line(drawn, tmp_path):
    missing = "import sys; sys.modules['numpy'] = None"
    (tmp_path / "sitecustomize.py").write_text(missing, encoding="utf-8")
    arguments = ("lessons/border_only.py", "--dataset", drawn, "--results", tmp_path)
    done = run_script(*arguments, env=clean_environment(PYTHONPATH=tmp_path))
    assert "numpy" in assert_one_error(done)


# ------------------------------------------------------------------ gradient_check


def test_gradient_check_finds_the_gradient_right(printed):
    difference = numbers(re.search("relative difference: (.*),", printed["gradient_check"])[1])[0]
    assert 0 < difference < 1e-7
    for cost_says, formula_says in re.findall(r"cost says (\S+), the formula says (\S+)", printed["gradient_check"]):
        assert float(cost_says) == pytest.approx(float(formula_says), abs=1e-9) != 0


@pytest.mark.parametrize(
    "right, wrong",
    [
        ("dw = X @ (A - Y).T / m  #", "dw = -X @ (A - Y).T / m  #"),
        ("dw = X @ (A - Y).T / m  #", "dw = X @ (A - Y).T / (m + 1)  #"),
        ("db = np.sum(A - Y) / m  #", "db = np.sum(Y - A) / m  #"),
    ],
)
def test_gradient_check_shouts_when_the_gradient_is_wrong(right, wrong, drawn, tmp_path):
    for name in ("train.py", "prepare_data.py", "predict_demo.py", "dataset", "lessons"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    code = (tmp_path / "train.py").read_text(encoding="utf-8")
    assert code.count(right) == 1
    (tmp_path / "train.py").write_text(code.replace(right, wrong), encoding="utf-8")
    done = run_script(tmp_path / "lessons/gradient_check.py", "--dataset", drawn, "--results", tmp_path / "results")
    assert "the gradient is wrong" in assert_one_error(done)
    assert "right" not in done.stdout


# ------------------------------------------------------------------ learning_rates


def table_of_rates(text):
    """The table that the lesson prints: {name: [highest, rises, last rise or None, at epoch 30, 1900, on the test]}"""
    rows = re.findall(
        r"^([\d.]+(?:, mean subtracted)?) +([\d.]+) +(\d+) +(never|at \d+) +([\d.]+) +([\d.]+) +([\d.]+)$", text, re.M
    )
    return {
        name: [float(top), int(rises), None if last == "never" else int(last[3:]), *map(float, at_the_end)]
        for name, top, rises, last, *at_the_end in rows
    }


def test_learning_rates_tells_every_rise_of_the_cost(printed, drawn):
    train, _ = load_arrays(drawn)
    table = table_of_rates(printed["learning_rates"])
    assert list(table) == ["0.0001", "0.001", "0.01", "1", "0.01, mean subtracted"]
    for name, X in (
        ("0.0001", train.X),
        ("0.001", train.X),
        ("0.01, mean subtracted", train.X - train.X.mean(1)[:, None]),
    ):
        costs, _, _ = costs_by_the_textbook(X, train.Y, float(name.split(",")[0]), 31)
        assert table[name][:3] == [0.69, 0, None]
        assert table[name][3] == pytest.approx(costs[30], abs=2e-4)
    costs, _, _ = costs_by_the_textbook(train.X, train.Y, 0.01, 31)
    first = numbers(re.search("first costs at 0.01: (.*) \\.\\.\\.", printed["learning_rates"])[1])
    assert first == pytest.approx(costs[:8], abs=0.0051)
    highest, rises, last, _, at_1900, _ = table["0.01"]
    assert rises > 10 and last > 20 and highest == pytest.approx(max(costs), abs=0.01) and at_1900 < 0.1
    assert f"{highest:.2f} at epoch {np.argmax(costs)}; the last rise is at epoch {last}" in printed["learning_rates"]
    assert "subtracted, the same rate has 0 rises" in printed["learning_rates"]
    assert table["1"][0] > 100
    said = re.search("the rate 1 diverges at first: at epoch 30 the cost is (.*) times", printed["learning_rates"])
    assert float(said[1]) == pytest.approx(table["1"][3] / np.log(2), abs=0.051)


def test_learning_rates_tries_each_neuron_on_the_test(printed, drawn):
    train, test = load_arrays(drawn)
    mean = train.X.mean(axis=1, keepdims=True)
    table = table_of_rates(printed["learning_rates"])
    for name, rate, off in (("0.001", 0.001, 0), ("0.01, mean subtracted", 0.01, mean)):
        _, w, b = costs_by_the_textbook(train.X - off, train.Y, rate, 1901)
        A = 1 / (1 + np.exp(-(w.T @ (test.X - off) + b)))
        cost = -np.mean(test.Y * np.log(A) + (1 - test.Y) * np.log(1 - A))
        assert table[name][5] == pytest.approx(cost, abs=2e-4)


def test_learning_rates_counts_rises_and_does_not_call_everything_diverging(tmp_path):
    assert learning_rates.rises([1, 2, 1, 3, 3]) == [1, 3]
    text = lesson("learning_rates", *make_data(tmp_path, *noise(9, 1), *noise(3, 2)))
    at_30 = table_of_rates(text)["1"][3]
    assert ("the rate 1 diverges" in text) == (at_30 > np.log(2)) and ("does not diverge" in text) == (
        at_30 < np.log(2)
    )


def test_learning_rates_takes_any_rates(drawn, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(learning_rates, "RATES", (0.5, 0.002))
    curves = learning_rates.main(["--dataset", str(drawn), "--results", str(tmp_path)])
    assert list(curves) == ["0.002", "0.01", "0.5", "0.01, mean subtracted"]
    assert "the rate 0.5 " in capsys.readouterr().out


def test_learning_rates_tells_how_the_neuron_swings(printed, drawn):
    train, _ = load_arrays(drawn)
    said = re.findall(r"after epoch (\d) it calls (\d+) of 120 pictures bike", printed["learning_rates"])
    for epoch, called in said:
        _, w, b = costs_by_the_textbook(train.X, train.Y, 0.01, int(epoch))
        assert int(called) == np.count_nonzero(w.T @ train.X + b > 0)
    assert len(said) == 4 and {"0", "120"} <= {called for _, called in said}


# ------------------------------------------------------------------ watch_it_learn


def test_the_film_shows_every_single_one_of_the_first_epochs(printed):
    printed["watch_it_learn"]
    film = Image.open(printed.folder / "watch_it_learn.gif")
    assert film.n_frames == 12 and film.info["loop"] == 0
    assert (printed.folder / "watch_it_learn.gif").stat().st_size < 2_000_000
    frames, times = [], []
    for k in range(film.n_frames):
        film.seek(k)
        frames.append(film.convert("RGB").tobytes())
        times.append(film.info["duration"])
    assert len(set(frames)) == 12, "frames are repeated"
    assert times[0] > times[8] < times[-1], "the first and the last frames are to be seen longer"


def test_the_film_shows_the_neuron_of_the_textbook(drawn, tmp_path, monkeypatch, capsys):
    shown, frame_of_film = [], watch_it_learn.frame_of_film
    monkeypatch.setattr(
        watch_it_learn,
        "frame_of_film",
        lambda w, costs, called, *rest: shown.append((w, costs[:], called)) or frame_of_film(w, costs, called, *rest),
    )
    watch_it_learn.main(["--dataset", str(drawn), "--results", str(tmp_path), "--epochs", "5"])
    train, _ = load_arrays(drawn)
    assert len(shown) == 5
    for epoch, (w, costs, called) in enumerate(shown, 1):
        known_costs, known_w, b = costs_by_the_textbook(train.X, train.Y, 0.01, epoch)
        assert np.allclose(w, known_w, atol=1e-5) and np.allclose(costs[:-1], known_costs, atol=1e-3)
        assert called == f"{np.count_nonzero(known_w.T @ train.X + b > 0)} of 120"


@pytest.mark.parametrize("epochs", [1, 2, 39, 40, 41, 60, 2000, 50000])
def test_the_moments_of_the_film_are_close_at_first_and_end_at_the_end(epochs):
    chosen = sorted(watch_it_learn.moments(epochs))
    assert chosen[0] == 1 and chosen[-1] == epochs
    assert min(epochs, 40) <= len(chosen) <= 42
    assert chosen[:3] == [1, 2, 3][: len(chosen)]


@pytest.mark.parametrize("counts, equal", [((20, 20), True), ((30, 10), False)])
def test_the_first_weights_are_the_difference_of_the_class_means(counts, equal, tmp_path):
    random = np.random.default_rng(0)
    X, Y = random.random((N, 40)), np.float32([[0] * counts[0] + [1] * counts[1]])
    X[: N // 2] *= 1 - 0.5 * Y  # class 1 is darker above
    dataset, results = make_data(tmp_path, X, Y, *noise(4, 2))
    text = lesson("watch_it_learn", dataset, results, "--epochs", 2)
    said = numbers(re.search("after epoch 1: (.*)", text)[1])[0]
    _, w, _ = costs_by_the_textbook(X, Y, 0.01, 1)
    difference = X[:, Y[0] == 1].mean(axis=1) - X[:, Y[0] == 0].mean(axis=1)
    assert said == pytest.approx(np.corrcoef(w[:, 0], difference)[0, 1], abs=2e-6)
    assert (said > 0.999999) == equal


def test_the_film_is_made_without_a_display_too(drawn, tmp_path):
    text = lesson("watch_it_learn", drawn, tmp_path, "--epochs", 2, "--window")
    assert "no window (there is no display): open the GIF instead" in text
    assert (tmp_path / "lessons/watch_it_learn.gif").is_file()


@pytest.mark.parametrize("epochs, to_the_end", [(12, False), (2, True)])
def test_the_film_is_live_in_a_window(epochs, to_the_end, drawn, screen, tmp_path):
    env = clean_environment(DISPLAY=screen)
    arguments = ("--dataset", drawn, "--results", tmp_path, "--epochs", str(epochs), "--window")
    command = [sys.executable, ROOT / "lessons/watch_it_learn.py", *arguments]
    film = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")

    def windows():
        assert film.poll() is None, f"it has ended: {film.communicate()}"
        search = ["xdotool", "search", "--onlyvisible", "--name", "watch it learn"]
        return subprocess.run(search, env=env, capture_output=True, text=True).stdout.split()

    def wait_until(there):
        while not there():
            time.sleep(0.05)

    wait_until(windows)
    gif = tmp_path / "lessons" / "watch_it_learn.gif"
    if to_the_end:
        wait_until(gif.exists)  # then the last frame stays until a key is pressed
    else:
        assert not gif.exists(), "the window came after the film was made, so it is not live"
    subprocess.run(["xdotool", "mousemove", "--window", windows()[-1], "30", "30", "key", "Escape"], env=env)
    out, err = film.communicate(timeout=60)
    assert film.returncode == 0 and err == "" and out.count("try: ") == 1
    assert ("any key closes the window" in out) == to_the_end
    assert Image.open(gif).n_frames == epochs


# ------------------------------------------------------------------ evidence


def explained(text):
    """What the lesson prints of each picture: {path: (what the parts add up to, the neuron's z)}"""
    found = re.findall(r"^(\S.*): .* sure.*\n  (.*)\n  together (\S+); the neuron's z is (\S+)$", text, re.MULTILINE)
    assert found
    for _, parts, together, _ in found:
        assert sum(map(float, re.findall(r"[-+]\d+\.\d{4}", parts))) == pytest.approx(float(together), abs=2e-4)
    return {path: (float(together), float(z)) for path, _, together, z in found}


@pytest.mark.parametrize("reference", [[], ["--from-mean"]])
def test_evidence_adds_up_to_what_the_neuron_says(reference, drawn, trained, tmp_path):
    shutil.copy(trained / "model.h5", tmp_path)
    text = lesson("evidence", drawn, tmp_path, drawn / "test/bike", *reference)
    _, test = load_arrays(drawn)
    w, b, _ = load_model(tmp_path / "model.h5")
    z = dict(zip(test.files, (w.T @ test.X + b)[0], strict=True))
    parts = explained(text)
    assert len(parts) == 4
    for path, (together, said) in parts.items():
        expected = z[Path(path).relative_to(drawn).as_posix()]
        assert together == pytest.approx(expected, abs=2e-4) and said == pytest.approx(expected, abs=2e-4)
    assert ("mean picture + b" in text) == bool(reference)


@pytest.mark.parametrize("reference", [[], ["--from-mean"]])
def test_evidence_tells_what_speaks_for_each_class_apart(reference, drawn, results, capsys):
    argv = [str(drawn / "test"), "--dataset", str(drawn), "--results", str(results), *reference]
    found = evidence.main(argv)
    train, test = load_arrays(drawn)
    w, b, _ = load_model(results / "model.h5")
    mean = train.X.mean(axis=1, keepdims=True, dtype=float) * bool(reference)
    text = capsys.readouterr().out
    said = re.findall(r"([-+]\d+\.\d{4}), for bike (\S+), for airplane (\S+)\n", text)
    assert len(said) == len(found) == 8
    for (start, for_1, for_0), (file, *_) in zip(said, found, strict=True):
        x = test.X[:, [test.files.index(file.relative_to(drawn).as_posix())]].astype(float)
        shares = (w * (x - mean)).reshape(64, 64, 3).sum(axis=2)
        assert float(start) == pytest.approx(b + float((w * mean).sum()), abs=2e-4)
        assert float(for_1) == pytest.approx(shares[shares > 0].sum(), abs=2e-4)
        assert float(for_0) == pytest.approx(shares[shares < 0].sum(), abs=2e-4)
    sure = re.findall(r"([\d.]+)% sure", text)
    assert len(sure) == 8 and all(float(percent) >= 50 for percent in sure)
    assert "a black pixel is 0, and contributes nothing" in text


def test_evidence_is_exact_and_a_black_pixel_has_none():
    random = np.random.default_rng(0)
    w, x, mean = random.normal(size=(N, 1)), random.random((N, 1)), random.random((N, 1))
    x[: N // 2] = 0  # the upper half is black
    for reference in (np.zeros((N, 1)), mean):
        pixels, start = evidence.evidence(w, 0.3, x, reference)
        assert pixels.shape == (64, 64)
        assert pixels.sum() + start == pytest.approx((w.T @ x).item() + 0.3, abs=1e-9)
    assert np.all(evidence.evidence(w, 0.3, x, np.zeros((N, 1)))[0][:32] == 0)
    row, column = 40, 7
    numbers_of_it = slice(3 * (64 * row + column), 3 * (64 * row + column) + 3)
    expected = (w * (x - mean))[numbers_of_it].sum()
    assert evidence.evidence(w, 0.3, x, mean)[0][row, column] == pytest.approx(expected)


def test_evidence_takes_the_surest_of_each_class_the_least_sure_and_all_that_are_wrong(drawn, results):
    w, b, names = load_model(results / "model.h5")
    _, test = load_arrays(drawn)
    z = (w.T @ test.X + b)[0]
    order = np.argsort(-np.abs(z))
    right = (z > 0) == test.Y[0]
    surest = [next(k for k in order if right[k] and test.Y[0, k] == label) for label in (1, 0)]
    expected = list(dict.fromkeys([*surest, order[-1], *order[~right[order]]]))
    text = lesson("evidence", drawn, results)
    assert list(explained(text)) == [str(drawn / test.files[k]) for k in expected]
    for k in expected:
        _, folder, name = test.files[k].split("/")
        assert (results / "lessons" / f"evidence-{folder}-{Path(name).stem}.png").is_file()
        verdict = re.search(f"{folder}/{name}: (.*)", text)[1]
        assert verdict.startswith(names[int(z[k] > 0)])
        assert verdict.endswith("right" if right[k] else f"but it is {folder}")


def test_evidence_draws_at_most_so_many_mistakes_and_counts_the_others(drawn, trained, capsys, monkeypatch):
    w, b, _ = load_model(trained / "model.h5")
    _, test = load_arrays(drawn)
    w, b = -w, -b  # now what was right is wrong
    wrong = np.count_nonzero(((w.T @ test.X + b)[0] > 0) != test.Y[0])
    assert wrong > 2 and len(evidence.choose(w, b, test)) >= wrong
    monkeypatch.setattr(evidence, "MOST", 2)
    assert len(evidence.choose(w, b, test)) <= 4
    assert capsys.readouterr().err == f"warning: {wrong} test pictures are wrong; the 2 surest mistakes are drawn\n"


def test_evidence_explains_pictures_of_ones_own(drawn, results, tmp_path):
    folder = tmp_path / "Motorräder, 100 $ each"
    folder.mkdir()
    for k in (1, 2):
        Image.new("RGBA", (30 * k, 200), (200, 40 * k, 90, 255)).save(folder / f"größe {k}_$.png")
    text = lesson("evidence", drawn, results, folder / "größe 1_$.png", folder, cwd=tmp_path)
    w, b, _ = load_model(results / "model.h5")
    for path, (_, z) in explained(text).items():
        assert z == pytest.approx((w.T @ image_to_vector(tmp_path / path) + b).item(), abs=2e-4)
    assert not re.search("right|but it is", text.partition("try:")[0])
    assert len(list((results / "lessons").glob("evidence-*.png"))) == 3, (
        "pictures of one name have overwritten each other"
    )


def test_evidence_names_a_picture_that_it_cannot_read(drawn, results, tmp_path):
    (tmp_path / "bad.jpg").write_text("no picture")
    done = run_forked("lessons/evidence.py", tmp_path / "bad.jpg", "--dataset", drawn, "--results", results)
    assert "bad.jpg" in assert_one_error(done)


# ------------------------------------------------------------------ border_only


def test_a_ring_is_the_outermost_pixels_and_paint_goes_there_only():
    ring = border_only.ring(4).reshape(64, 64, 3)
    rows, columns = np.indices((64, 64))
    distance = np.min([rows, columns, 63 - rows, 63 - columns], axis=0)
    assert np.array_equal(ring, np.repeat((distance < 4)[:, :, None], 3, axis=2))
    assert border_only.ring(64).all()
    X, _ = noise(2, 1)
    for brightness in (0, 1):
        framed = border_only.painted(X, brightness).reshape(64, 64, 3, 2)
        assert np.all(framed[distance < 3] == brightness) and np.array_equal(X, noise(2, 1)[0])
        assert np.array_equal(framed[distance >= 3], noise(2, 1)[0].reshape(64, 64, 3, 2)[distance >= 3])


def scores_in(text):
    """What border_only prints: {what the neuron sees, or the colour of the frame: % right}"""
    seen = re.findall(r"sees (\D*\d?) +gets +([\d.]+) %", text)
    framed = re.findall(r"with a (\w+) frame of 3 pixels painted on: +([\d.]+) %", text)
    return {name.strip(): float(score) for name, score in seen + framed}


def test_border_only_finds_a_frame_that_betrays_the_class(tmp_path):
    parts = []
    for m, seed in ((60, 1), (40, 2)):
        X, Y = noise(m, seed)
        X[border_only.ring(2)] = 0.1 + 0.8 * Y  # dark frames for class 0, bright ones for class 1
        parts += [X, Y]
    text = lesson("border_only", *make_data(tmp_path, *parts))
    scores = scores_in(text)
    assert [scores[f"a ring of {width}"] for width in (1, 2, 4, 8)] == [100] * 4
    assert scores["everything"] == 100
    assert 25 <= scores["the centre"] <= 75, "there is nothing to learn in noise"
    assert scores["black"] == scores["white"] == 50, "with painted frames all pictures are of one class"
    assert "4 pixels at the edge betray the class (100.0 %)" in text


def test_border_only_finds_no_cheating_where_only_the_centre_tells(tmp_path):
    parts = []
    for m, seed in ((60, 1), (40, 2)):
        X, Y = noise(m, seed)
        X[~border_only.ring(20)] *= 1 - 0.8 * Y
        parts += [X, Y]
    text = lesson("border_only", *make_data(tmp_path, *parts))
    scores = scores_in(text)
    assert scores["the centre"] == scores["everything"] == 100
    assert all(20 <= scores[f"a ring of {width}"] <= 80 for width in (1, 2, 4, 8)) and scores["a ring of 4"] <= 65.8
    assert "no sign of cheating" in text and "guessing gets 50 %, with much luck 66 %" in text


# ------------------------------------------------------------------ honest_score


def test_border_only_names_frames_and_guessing_right(tmp_path):
    parts = []
    for m, seed, ones in ((60, 1, 30), (40, 2, 10)):
        X, _ = noise(m, seed)
        Y = np.float32([[0] * (m - ones) + [1] * ones])
        X[border_only.ring(4)] = 0.1 + 0.8 * Y  # dark frames for class 0
        parts += [X, Y]
    text = lesson("border_only", *make_data(tmp_path, *parts))
    scores = scores_in(text)
    assert (scores["black"], scores["white"]) == (75, 25) and "guessing gets 75 %" in text
    assert scores["the centre"] < 90


def test_the_score_is_honest_the_test_is_never_learned(tmp_path):
    text = lesson("honest_score", *make_data(tmp_path, *noise(60, 1), *noise(40, 2)))
    scores = numbers(text.splitlines()[2])
    assert len(scores) == 20
    assert 40 <= np.mean(scores) <= 60, "in noise there is nothing to learn: it has seen the test pictures"


def test_honest_score_uses_all_pictures_and_the_one_test(tmp_path, monkeypatch, capsys):
    X, Y = noise(24, 1)
    X_test, _ = noise(8, 2)
    dataset, results = make_data(tmp_path, X, Y, X_test, np.float32([[0] * 5 + [1] * 3]))
    calls, score = [], honest_score.score
    monkeypatch.setattr(honest_score, "score", lambda *given: calls.append(given) or score(*given))
    honest_score.main(["--dataset", str(dataset), "--results", str(results)])
    train, test = load_arrays(dataset)
    for got, known in zip(calls[0], (train.X, train.Y, test.X, test.Y), strict=True):
        assert np.array_equal(got, known)
    everything = np.sort(np.hstack([train.X, test.X])[0])
    for X_train, _, X_new, Y_new in calls[1:]:
        assert np.array_equal(np.sort(np.hstack([X_train[0], X_new[0]])), everything)
        assert (np.count_nonzero(Y_new == 0), np.count_nonzero(Y_new == 1)) == (5, 3)
    assert "in each 5 of airplane and 3 of bike" in capsys.readouterr().out


def test_honest_score_tells_mean_and_range(printed):
    lines = printed["honest_score"].splitlines()
    one, size = numbers(lines[0])
    scores = numbers(lines[2])
    mean, low, high = numbers(lines[3])
    assert size == 8 and len(scores) == 20 and all(score % 12.5 == 0 for score in scores), "a test has 8 pictures"
    assert mean == pytest.approx(np.mean(scores), abs=0.051) and (low, high) == (min(scores), max(scores))
    assert len(set(scores)) > 1, "the tests are not drawn at random"
    assert numbers(lines[4])[0] == sum(score >= one for score in scores)


def test_a_random_split_has_the_same_numbers_of_each_class_in_the_test():
    Y = np.float32([[0] * 30 + [1] * 20])
    random = np.random.default_rng(0)
    splits = [honest_score.random_split(Y, (5, 3), random) for _ in range(10)]
    for train, test in splits:
        assert sorted([*train, *test]) == list(range(50))
        assert list(np.bincount(Y[0, test].astype(int))) == [5, 3]
    assert len({tuple(sorted(test)) for _, test in splits}) == 10


# ------------------------------------------------------------------ keras_twin, fast_descent


def table_of_costs(text):
    """The costs side by side: {epoch: (one, the other)}"""
    rows = re.findall(r"^ *(\d+) +(\d+\.\d{6}) +(\d+\.\d{6})$", text, re.MULTILINE)
    return {int(epoch): (float(one), float(other)) for epoch, one, other in rows}


@pytest.mark.parametrize("name, epochs", [("keras_twin", [0, 100]), ("fast_descent", list(range(0, 1000, 100)))])
def test_both_neurons_have_the_costs_of_the_textbook(name, epochs, printed, drawn):
    train, _ = load_arrays(drawn)
    table = table_of_costs(printed[name])
    assert list(table) == epochs
    costs, _, _ = costs_by_the_textbook(train.X, train.Y, 0.01, 101)
    for epoch in (0, 100):
        assert table[epoch] == pytest.approx((costs[epoch], costs[epoch]), abs=2e-6)


def test_keras_twin_is_the_same_neuron(printed):
    cost, weight = numbers(re.search("of any cost: (.*), of any weight or b: (.*)", printed["keras_twin"])[0])
    assert 0 < cost < 1e-3 and 0 < weight < 1e-3
    assert "so they are the same neuron" in printed["keras_twin"]


def test_keras_twin_says_so_where_the_neurons_are_not_the_same(drawn, tmp_path):
    for name in ("train.py", "prepare_data.py", "predict_demo.py", "dataset", "lessons"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        options = {"ignore": shutil.ignore_patterns("train", "test", "*.h5", "*.zip")} if (ROOT / name).is_dir() else {}
        copy(ROOT / name, tmp_path / name, **options)
    script = tmp_path / "lessons" / "keras_twin.py"
    code = script.read_text(encoding="utf-8")
    assert code.count("SGD(LEARNING_RATE)") == 1
    script.write_text(code.replace("SGD(LEARNING_RATE)", "SGD(2 * LEARNING_RATE)"), encoding="utf-8")
    done = run_script(script, "--dataset", drawn, "--results", tmp_path / "results", "--epochs", 12)
    assert "so they are not the same neuron" in done.stdout
    assert numbers(re.search("of any weight or b: (.*)", done.stdout)[1])[0] > 1e-3


def test_fast_descent_compares_two_descents(printed):
    assert 0 < numbers(re.search("largest difference: (.*)", printed["fast_descent"])[1])[0] < 1e-9
    one, other, times = numbers(re.search("seconds for 120 pictures: (.*)", printed["fast_descent"])[1])
    assert times == pytest.approx(one / other, rel=0.2)  # of rounded seconds


def test_fast_descent_gives_the_same_numbers_and_tells_where_it_stops_to_pay(printed):
    text = printed["fast_descent"]
    assert numbers(re.search("largest difference: (.*)", text)[1])[0] < 1e-6
    times = [numbers(line) for line in re.findall(r"^ *\d+ +\d+\.\d\d +\d+\.\d\d$", text, re.MULTILINE)]
    assert [row[0] for row in times] == [100, 200, 400, 800, 1600]
    crossing = numbers(re.search("the same time at, very roughly, (.*) pictures", text)[1])[0]
    assert crossing == pytest.approx(1600 * times[-1][1] / times[-1][2], rel=0.1)
    assert "2 n = 24576" in text


# ------------------------------------------------------------------ the real photographs


def test_on_photographs_the_gradient_is_right_and_the_cost_jumps_until_epoch_23(caltech, tmp_path):
    text = lesson("gradient_check", caltech, tmp_path)
    assert numbers(re.search("relative difference: (.*),", text)[1])[0] < 1e-7
    text = lesson("learning_rates", caltech, tmp_path)
    assert "it jumps: 7.93 at epoch 2; the last rise is at epoch 23" in text
    assert "the first costs at 0.01: 0.69 1.26 7.93 4.61 3.96 6.97 0.52" in text
    table = table_of_rates(text)
    assert table["0.01, mean subtracted"][1] == 0 and table["0.01, mean subtracted"][4] == pytest.approx(
        0.0252, abs=1e-4
    )
    assert table["0.01"][4] == pytest.approx(0.024571, abs=1e-4)
    assert table["1"][0] > 100 and table["1"][3] > 10


def test_on_photographs_evidence_adds_up(caltech, tmp_path):
    done = run_forked("train.py", "--fast", "--dataset", caltech, "--results", tmp_path)
    assert done.returncode == 0, done.stderr
    for reference in ([], ["--from-mean"]):
        for together, z in explained(lesson("evidence", caltech, tmp_path, *reference)).values():
            assert together == pytest.approx(z, abs=1.5e-4)  # both are printed with four digits
    _, test = load_arrays(caltech)
    w, b, _ = load_model(tmp_path / "model.h5")
    for k in range(test.Y.size):
        pixels, start = evidence.evidence(w, b, test.X[:, [k]], np.zeros((N, 1)))
        assert pixels.sum() + start == pytest.approx((w.T @ test.X[:, [k]] + b).item(), abs=1e-4)


def test_on_photographs_the_film_is_small_and_begins_with_the_class_means(caltech, tmp_path):
    text = lesson("watch_it_learn", caltech, tmp_path, "--epochs", 300)
    assert numbers(re.search("after epoch 1: (.*)", text)[1])[0] > 0.99999
    film = tmp_path / "lessons" / "watch_it_learn.gif"
    assert film.stat().st_size < 2_000_000 and Image.open(film).n_frames == 40


def test_on_photographs_the_frame_betrays_the_class_and_100_percent_was_luck(caltech, tmp_path):
    scores = scores_in(lesson("border_only", caltech, tmp_path))
    assert scores["a ring of 4"] == pytest.approx(96, abs=1) and scores["everything"] == 100
    assert scores["black"] == pytest.approx(80, abs=2)
    lines = lesson("honest_score", caltech, tmp_path).splitlines()
    assert numbers(lines[0]) == [100, 100]
    mean, low, high = numbers(lines[3])
    assert 96 < mean < 99 and 93 <= low < 97 and high >= 99


def test_on_photographs_all_three_descents_are_the_same(caltech, tmp_path):
    text = lesson("keras_twin", caltech, tmp_path, "--epochs", 101)
    cost, weight = numbers(re.search("of any cost: (.*), of any weight or b: (.*)", text)[0])
    assert cost < 1e-3 and weight < 1e-3
    text = lesson("fast_descent", caltech, tmp_path)
    assert numbers(re.search("largest difference: (.*)", text)[1])[0] < 1e-9
    assert table_of_costs(text)[900] == pytest.approx((0.042356, 0.042356), abs=1e-6)
