"""The lessons on what was learned: each claim is computed anew, in another way, and told as it is.

evidence, border_only, how_many_pictures, honest_score, fool_it, three_answers, hidden_layer.
"""

import importlib
import re
import shutil
import warnings
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import EXPERIMENTS, ROOT, assert_told, photo, save_photo, small_dataset
from matplotlib.figure import Figure

import border_only
import evidence
import fool_it
import hidden_layer
import honest_score
import how_many_pictures
import judging
import prepare_data
import three_answers
import train
from figures_check import figures_saved, texts_that_collide

LESSONS = [
    "evidence",
    "border_only",
    "how_many_pictures",
    "honest_score",
    "fool_it",
    "three_answers",
    "hidden_layer",
]
N = 12288


def textbook_sigmoid(z):
    return 1 / (1 + np.exp(-z))


def run(lesson, dataset, results, *options):
    """Run a lesson with the neuron of a data set; what it draws goes to results. No text of it may collide.

    Returns what main returns, and the figures.
    """
    results.mkdir(exist_ok=True)
    if not (results / "model.h5").exists():
        shutil.copy(dataset / "results" / "model.h5", results)
    words = ["--dataset", str(dataset), "--results", str(results)]
    words += [str(option) for option in options]
    with figures_saved() as figures:
        numbers = lesson.main(words)
    for figure in figures:
        assert texts_that_collide(figure) == []
    return numbers, figures


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    """A learner's own 30 pictures of two classes, with names that are not easy, and a neuron."""
    folder = small_dataset(tmp_path_factory.mktemp("mine"), ("Äpfel $1", "Birnen $2"), 12, 3)
    prepare_data.main(["--dataset", str(folder)])
    train.main(["--dataset", str(folder), "--epochs", "101"])
    return folder


def stripes(m, seed):
    """Noise whose frame tells the class, as what load_arrays gives."""
    rng = np.random.default_rng(seed)
    Y = np.arange(m).reshape(1, m) % 2
    X = rng.random((64, 64, 3, m)).astype(np.float32)
    X[:3] = 0.5 * X[:3] + 0.5 * Y
    names = ["dark", "bright"]
    return SimpleNamespace(X=X.reshape(N, m), Y=Y, class_names=names, image_size=64)


# ------------------------------------------------------------------ all of them


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_works_on_30_pictures_of_ones_own(name, mine, tmp_path, capsys):
    lesson = importlib.import_module(name)
    before = {}
    for path in mine.rglob("*.*"):
        before[path] = path.read_bytes()
    numbers, figures = run(lesson, mine, tmp_path / "results")
    lines = capsys.readouterr().out.splitlines()
    assert numbers
    assert figures
    assert lines[-1].startswith("try: ")
    for path in before:
        assert path.read_bytes() == before[path], "a lesson changed a file that is not its own"


@pytest.mark.parametrize("name", LESSONS)
def test_the_help_of_a_lesson_says_how_to_run_it_and_what_one_will_see(name, capsys):
    lesson = importlib.import_module(name)
    with pytest.raises(SystemExit):
        lesson.main(["--help"])
    text = capsys.readouterr().out
    assert f"python lessons/{name}.py" in text
    assert "You will see" in " ".join(text.split())


# These experiments concern only some lessons: those that cut a picture up, and those that learn longest.
SOME_LESSONS = {
    "IMAGE_SIZE 40": ["evidence", "border_only", "three_answers"],
    "IMAGE_SIZE 100": ["evidence", "border_only", "three_answers"],
    "EPOCHS 50": ["border_only", "honest_score", "hidden_layer"],
}


def save_nothing(figure, path):
    """In the place of save_figure."""


@pytest.mark.parametrize("name", list(EXPERIMENTS))
def test_lessons_run_in_a_learners_experiments(
    name, experiment, mine, tmp_path, capsys, monkeypatch
):
    experiment(name)
    if name == "labels 1 and 2":
        return  # train.py says so in a sentence
    folder = tmp_path / "own"
    for split in ("train", "test"):
        shutil.copytree(mine / split, folder / split)
    importlib.import_module("prepare_data").main(["--dataset", str(folder)])
    importlib.import_module("train").main(["--dataset", str(folder), "--epochs", "20"])
    # What is drawn does not depend on it, and takes most of the time.
    monkeypatch.setattr(importlib.import_module("common"), "save_figure", save_nothing)

    for lesson in SOME_LESSONS.get(name, LESSONS):
        module = importlib.import_module(lesson)
        words = ["--dataset", str(folder)]
        if lesson == "evidence":
            words += [str(path) for path in sorted(folder.glob("test/*/0.jpg"))]
        for constant in ("EPOCHS", "DRAWS", "TESTS"):  # only whether it runs is asked here
            if hasattr(module, constant):
                setattr(module, constant, 2)
        if lesson == "three_answers" and name == "IMAGE_SIZE 100":
            with pytest.raises(
                SystemExit, match=r"^error: tiles of 8 pixels do not fit into 100 -"
            ):
                module.main(words)
            continue
        module.main(words)
        assert "try: " in capsys.readouterr().out


def test_without_arrays_or_with_another_neuron_a_lesson_names_the_command(drawn, mine, tmp_path):
    with pytest.raises(SystemExit, match=r"^error: no file .*train_x\.h5 - run: python .*prepare_"):
        border_only.main(["--dataset", str(tmp_path)])
    for lesson in (evidence, fool_it):
        with pytest.raises(
            SystemExit, match=r"^error: no file .*model\.h5 - run: python .*train\.py"
        ):
            lesson.main(["--dataset", str(drawn), "--results", str(tmp_path)])
        with pytest.raises(SystemExit, match=r"^error: the neuron learned from other pictures"):
            lesson.main(["--dataset", str(mine), "--results", str(drawn / "results")])


# ------------------------------------------------------------------ evidence


@pytest.mark.parametrize("options", [[], ["--from-mean"]])
def test_evidence_adds_up_to_what_the_neuron_says(options, drawn, tmp_path):
    found, figures = run(evidence, drawn, tmp_path / "r", drawn / "test" / "bike", *options)
    arrays = train.load_arrays(drawn)[0]
    neuron = train.load_model(drawn / "results" / "model.h5")
    mean = np.zeros((N, 1))
    if options:
        mean = arrays.X.mean(axis=1, keepdims=True)

    assert len(found) == len(figures) == 4
    for path, parts in found.items():
        x = prepare_data.image_to_vector(path)
        z = (neuron.w.T @ x + neuron.b).item()
        shares = (neuron.w * (x - mean)).reshape(64, 64, 3).sum(axis=2)  # another shape
        assert parts["together"] == pytest.approx(z, abs=1e-4)
        assert parts["for bike"] == pytest.approx(shares[shares > 0].sum(), rel=1e-4)
        assert parts["for airplane"] == pytest.approx(shares[shares < 0].sum(), rel=1e-4)


def test_evidence_of_the_test_pictures_is_told(one_world, tmp_path):
    test = train.load_arrays(one_world)[1]
    neuron = train.load_model(one_world / "results" / "model.h5")
    z = (neuron.w.T @ test.X + neuron.b)[0]
    bike = one_world / test.files[np.argmax(z)]
    airplane = one_world / test.files[np.argmin(z)]
    found, figures = run(evidence, one_world, tmp_path / "r", bike, airplane)
    sums = [parts["together"] for parts in found.values()]
    of_bike = sums[0]
    of_airplane = sums[1]
    assert of_bike == pytest.approx(z.max(), abs=1e-3)
    assert of_airplane == pytest.approx(z.min(), abs=1e-3)
    numbers = {
        "z of the surest bike": f"{of_bike:+.2f}",
        "z of the surest airplane": f"{of_airplane:+.2f}",
    }
    assert_told("evidence", one_world, numbers)


def test_evidence_takes_odd_names_large_photos_and_a_broken_one(drawn, tmp_path, capsys):
    folder = tmp_path / "photos"
    save_photo(folder / "IMG_$RX7_$2.jpg", 1)
    save_photo(folder / f"{'long' * 55}.png", 2)
    photo(3, 4000, 3000).save(folder / "large.jpg")
    (folder / "broken.jpg").write_bytes(b"no picture")
    found, figures = run(evidence, drawn, tmp_path / "r", folder)
    assert len(found) == 3
    printed = capsys.readouterr().out
    assert "warning: left out, because they cannot be read" in printed
    assert "broken.jpg" in printed
    names = sorted(path.name for path in (tmp_path / "r" / "lessons").iterdir())
    assert names[0] == "evidence-01-IMG_$RX7_$2.png"
    assert names[1] == "evidence-02-large.png"
    assert max(len(name) for name in names) < 70
    for figure in figures:
        height, width = figure.axes[0].images[0].get_array().shape[:2]
        assert height <= 480
        assert width <= 640


@pytest.mark.parametrize(
    "values",
    [(0.0054, 21.98, -31.92), (0.1, 18.05, -18.2), (-3, 0.01, -0.02), (40, 1, -2), (0, 0, 0)],
)
def test_the_bars_of_evidence_stay_in_the_frame(values):
    parts = {"start": values[0], "for b": values[1], "for a": values[2], "together": sum(values)}
    figure = Figure(figsize=(4, 4), layout="constrained")
    axes = figure.subplots()
    evidence.draw_sum(axes, parts)
    assert texts_that_collide(figure) == []
    left, right = axes.get_xlim()
    for bar in axes.patches:
        assert left <= bar.get_x() <= right
        assert left <= bar.get_x() + bar.get_width() <= right
    ends = [bar.get_x() + bar.get_width() for bar in axes.patches]
    assert ends[2] == pytest.approx(ends[3])  # the third ends where the sum does


# ------------------------------------------------------------------ border_only


def test_a_border_that_betrays_the_class_is_found(drawn, monkeypatch, tmp_path, capsys):
    arrays = [stripes(80, 0), stripes(40, 1)]
    monkeypatch.setattr(border_only, "load_arrays", lambda folder: arrays)
    scores, figures = run(border_only, drawn, tmp_path / "r")
    assert scores["4-pixel ring"] > 0.9
    assert scores["inside 8"] < 0.8
    assert "these pictures let a neuron cheat" in capsys.readouterr().out
    ring = border_only.ring(2, arrays[0].X, 64).reshape(64, 64, 3)
    assert ring[:2].all()
    assert ring[:, -2:].all()
    assert not ring[2:-2, 2:-2].any()


def framed(X, width, colour):
    """Pictures with a frame painted on."""
    pictures = X.T.reshape(-1, 64, 64, 3).copy()
    pictures[:, :width] = colour
    pictures[:, -width:] = colour
    pictures[:, :, :width] = colour
    pictures[:, :, -width:] = colour
    return pictures.reshape(X.shape[1], N).T


def test_what_border_only_finds_is_told(small_world, tmp_path, monkeypatch):
    learned = []
    fit = border_only.fit

    def noted(X, Y):
        learned.append((X[:, 0], fit(X, Y)))
        return learned[-1][1]

    monkeypatch.setattr(border_only, "fit", noted)
    scores, figures = run(border_only, small_world, tmp_path / "r")
    numbers = {
        "right from a ring of 4 pixels": f"{scores['4-pixel ring']:.1%}",
        "right from a ring of 8 pixels": f"{scores['8-pixel ring']:.1%}",
        "right from inside 4 pixels": f"{scores['inside 4']:.1%}",
        "right from inside 8 pixels": f"{scores['inside 8']:.1%}",
        "right from whole pictures": f"{scores['whole picture']:.1%}",
        "right with a black frame": f"{scores['black frame']:.1%}",
        "right with a white frame": f"{scores['white frame']:.1%}",
    }

    # The neuron of the ring learned nothing of the middle, and is tested on whole pictures.
    learn, test = train.load_arrays(small_world)
    mean = learn.X.mean(axis=1, keepdims=True)
    x, (w, b, costs) = learned[1]
    assert not x.reshape(64, 64, 3)[4:-4, 4:-4].any()
    assert not w.reshape(64, 64, 3)[4:-4, 4:-4].any()
    assert scores["4-pixel ring"] == np.mean(train.predict(w, b, test.X - mean) == test.Y)

    # Its try, one pixel of paint, and its own three, on the last neuron.
    w, b, costs = learned[5][1]
    for width in (1, 3):
        for colour, name in ((0, "black"), (1, "white")):
            right = train.predict(w, b, framed(test.X, width, colour) - mean) == test.Y
            if width == 1:
                numbers[f"right with 1 pixel of {name}"] = f"{np.mean(right):.1%}"
            elif name == "black":
                wrong = np.sum(~right[test.Y == 1])
                numbers["bikes that are wrong with a black frame"] = f"{wrong}"
            else:
                wrong = np.sum(~right[test.Y == 0])
                numbers["airplanes that are wrong with a white frame"] = f"{wrong}"
    assert_told("border_only", small_world, numbers)


# ------------------------------------------------------------------ how_many_pictures, honest_score


class Hat:
    """Stands in for fit and share_right of a lesson, and notes which pictures are drawn to learn from and for the test.

    X[0] holds the number of each picture.
    """

    def __init__(self, lesson, monkeypatch, in_train, in_test):
        self.learned = []
        self.tested = []
        arrays = []
        first = 0
        for counts in (in_train, in_test):
            Y = np.repeat([0, 1], counts).reshape(1, -1)
            X = np.ones((5, Y.size))
            X[0] = np.arange(first, first + Y.size)
            first = Y.size
            names = ["a", "b"]
            arrays.append(SimpleNamespace(X=X, Y=Y, class_names=names, image_size=1))
        self.labels = np.hstack([arrays[0].Y[0], arrays[1].Y[0]])
        monkeypatch.setattr(lesson, "load_arrays", lambda folder: arrays)
        monkeypatch.setattr(judging, "fit", self.fit)
        monkeypatch.setattr(lesson, "fit", self.fit, raising=False)
        monkeypatch.setattr(lesson, "share_right", self.share_right)

    def fit(self, X, Y, epochs=0, K=None):
        if K is not None:
            assert np.allclose(K, X.T @ X + 1)
        self.learned.append(X[0].astype(int))
        assert np.array_equal(self.labels[self.learned[-1]], Y[0])
        return np.zeros((5, 1)), 0.0, []

    def share_right(self, w, b, X, Y):
        self.tested.append(X[0].astype(int))
        assert np.array_equal(self.labels[self.tested[-1]], Y[0])
        return len(self.tested) % 7 / 7


@pytest.mark.parametrize(
    ("in_train", "sizes"),
    [((60, 60), [1, 2, 5, 10, 20, 50, 60]), ((60, 10), [1, 2, 5, 60]), ((4, 4), [1, 2, 4])],
)
def test_how_many_pictures_draws_from_the_hat(in_train, sizes, drawn, tmp_path, monkeypatch):
    hat = Hat(how_many_pictures, monkeypatch, in_train, (4, 3))
    scores, figures = run(how_many_pictures, drawn, tmp_path / "r")
    assert list(scores) == sizes
    assert {len(shares) for shares in scores.values()} == {how_many_pictures.DRAWS}
    wanted = np.repeat(sizes, how_many_pictures.DRAWS)
    for size, learned, tested in zip(wanted, hat.learned, hat.tested, strict=True):
        assert not set(learned) & set(tested)
        assert len(set(learned)) == len(learned)
        assert list(np.bincount(hat.labels[tested])) == [4, 3]
        assert list(np.bincount(hat.labels[learned])) == [min(size, k) for k in in_train]
    assert len({tuple(tested) for tested in hat.tested}) > 1


def test_honest_score_draws_tests_from_the_hat(drawn, tmp_path, monkeypatch, capsys):
    hat = Hat(honest_score, monkeypatch, (20, 30), (4, 3))
    numbers, figures = run(honest_score, drawn, tmp_path / "r")
    assert list(hat.tested[0]) == list(range(50, 57))  # the first is the test as it is
    assert list(hat.learned[0]) == list(range(50))
    for learned, tested in zip(hat.learned, hat.tested, strict=True):
        assert sorted([*learned, *tested]) == list(range(57))
        assert list(np.bincount(hat.labels[tested])) == [4, 3]
    assert len({tuple(sorted(tested)) for tested in hat.tested}) > 9
    assert len(numbers["scores"]) == honest_score.TESTS
    assert f"mean {np.mean(numbers['scores']):.1%}" in capsys.readouterr().out

    first = numbers["scores"]
    monkeypatch.setattr(honest_score, "TESTS", 20)  # its try: the first are the same
    hat = Hat(honest_score, monkeypatch, (20, 30), (4, 3))
    numbers, figures = run(honest_score, drawn, tmp_path / "r")
    assert numbers["scores"][:10] == first


def test_a_lesson_warns_once_where_the_cost_jumps_to_the_end(mine, tmp_path, monkeypatch):
    arrays = train.load_arrays(mine)
    # Pictures that have so much in common that all are called one class, then the other, and so little else, and one
    # class so rare, that this never ends.
    jumping = [SimpleNamespace(**vars(part)) for part in arrays]
    for part in jumping:
        part.X = 1 + part.X / 1000
        part.Y = (np.arange(part.Y.size) % 3 == 0).astype(float).reshape(1, -1)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        run(honest_score, mine, tmp_path)
        assert caught == []
        monkeypatch.setattr(honest_score, "load_arrays", lambda folder: jumping)
        run(honest_score, mine, tmp_path)
    texts = [str(warning.message) for warning in caught]
    assert len(texts) == 1
    assert "the cost still jumps at the end" in texts[0]


def test_what_other_tests_say_is_told(each_world, tmp_path):
    numbers, figures = run(honest_score, each_world, tmp_path / "r")
    scores = numbers["scores"]
    assert numbers["as good"] == sum(score >= numbers["one"] for score in scores)
    printed = (each_world / "printed.txt").read_text(encoding="utf-8")
    assert f"test_accuracy : {100 * numbers['one']:.2f} %" in printed
    expected = {
        "lowest of the random tests": f"{min(scores):.1%}",
        "highest of the random tests": f"{max(scores):.1%}",
        "mean of the random tests": f"{np.mean(scores):.1%}",
        "as good as the one test, or better": str(numbers["as good"]),
    }
    assert_told("honest_score", each_world, expected)


def test_how_many_pictures_is_told(each_world, tmp_path):
    scores, figures = run(how_many_pictures, each_world, tmp_path / "r")
    means = {size: np.mean(shares) for size, shares in scores.items()}
    expected = {"right after all pictures": f"{means[max(means)]:.1%}"}
    for size in (1, 10, 50, 200):
        expected[f"right after {size} of each class"] = f"{means[size]:.1%}"
    expected["worst draw of 1"] = f"{min(scores[1]):.0%}"
    expected["best draw of 1"] = f"{max(scores[1]):.0%}"
    assert_told("how_many_pictures", each_world, expected)
    one_draw = [shares[0] for shares in scores.values()]
    assert min(np.diff(one_draw)) < 0, "its try: with one draw the curve goes up and down"


# ------------------------------------------------------------------ fool_it


def test_fool_it_names_the_change_at_which_an_answer_turns(drawn, tmp_path):
    numbers, figures = run(fool_it, drawn, tmp_path / "r")
    test = train.load_arrays(drawn)[1]
    neuron = train.load_model(drawn / "results" / "model.h5")
    w = neuron.w.astype(float)
    X = test.X.astype(float)
    z = w.T @ X + neuron.b
    right = (z > 0) == test.Y
    assert np.array_equal(numbers["needed"] == 0, ~right[0])
    for part, turned in ((0.999, False), (1.001, True)):
        e = part * numbers["needed"] / 255
        moved = w.T @ (X - e * np.sign(z) * np.sign(w)) + neuron.b
        assert np.all(((moved > 0) != (z > 0))[right] == turned)

    for level in (0, 8, 32):
        change = level / 255 * np.sign(w) * (1 - 2 * test.Y)
        moved = w.T @ np.clip(X + change, 0, 1) + neuron.b
        assert numbers["shares"][level] == pytest.approx(np.mean((moved > 0) == test.Y))


def test_what_fool_it_finds_and_its_try_are_told(one_world, tmp_path, capsys):
    numbers, figures = run(fool_it, one_world, tmp_path / "r")
    assert numbers["noise shares"][32] > 0.9

    # Its try, as it is printed: 200 epochs, in a folder of its own.
    line = capsys.readouterr().out.splitlines()[-1]
    again = re.findall(r"--results (\S+short)", line)
    assert len(again) == 2
    assert line.count(f"--dataset {one_world}") == 2
    train.main(["--dataset", str(one_world), "--results", again[0], "--epochs", "200"])
    short, figures = run(fool_it, one_world, Path(again[1]))
    expected = {
        "enough for half of those that are right, in grey levels": f"{numbers['half']:.1f}",
        "right at 8 grey levels": f"{numbers['shares'][8]:.1%}",
        "right at 32 grey levels": f"{numbers['shares'][32]:.1%}",
        "right at 8 grey levels after 200 epochs": f"{short['shares'][8]:.1%}",
    }
    assert_told("fool_it", one_world, expected)


# ------------------------------------------------------------------ three_answers


def test_softmax_of_two_classes_is_the_sigmoid():
    z = np.linspace(-40, 40, 81)
    A = three_answers.softmax(np.array([np.zeros(81), z]))
    assert np.allclose(A[1], textbook_sigmoid(z), rtol=0, atol=1e-12)
    assert np.allclose(A.sum(axis=0), 1)
    huge = three_answers.softmax(np.array([[1000.0], [-1000.0], [0.0]]))
    assert huge[:, 0].tolist() == [1, 0, 0]


def test_three_neurons_learn_as_the_textbook_says(monkeypatch):
    monkeypatch.setattr(three_answers, "EPOCHS", 50)
    rng = np.random.default_rng(0)
    X = rng.random((7, 9)).astype(np.float32)
    Y = np.eye(3, dtype=np.float32)[:, rng.integers(0, 3, 9)]
    W = np.zeros((7, 3))
    b = np.zeros((3, 1))
    for _ in range(50):
        E = np.exp(W.T @ X + b)
        D = E / E.sum(axis=0) - Y
        W = W - three_answers.LEARNING_RATE * X @ D.T / 9
        b = b - three_answers.LEARNING_RATE * D.mean(axis=1, keepdims=True)
    learned_W, learned_b = three_answers.learn(X, Y)
    assert np.allclose(learned_W, W, atol=1e-6)
    assert np.allclose(learned_b, b, atol=1e-6)
    labels = three_answers.three_labels(np.array([[0.0, 1.0]]))
    assert labels.tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1]]


@pytest.mark.parametrize("tile", [8, 32])
def test_shuffled_pictures_are_the_same_tiles_in_another_order(tile, drawn, monkeypatch):
    X = train.load_arrays(drawn)[1].X
    monkeypatch.setattr(three_answers, "TILE", tile)
    shuffled = three_answers.shuffle_all(X, 64, np.random.default_rng(0))
    assert shuffled.shape == X.shape
    assert not np.array_equal(shuffled, X)
    bags = []
    for pictures in (X, shuffled):
        pixels = pictures[:, 1].reshape(64, 64, 3)
        bag = []
        for row in range(0, 64, tile):
            for column in range(0, 64, tile):
                bag.append(pixels[row : row + tile, column : column + tile].tobytes())
        bags.append(bag)
    assert sorted(bags[0]) == sorted(bags[1])


def test_three_answers_know_neither_and_one_neuron_does_not(small_world, tmp_path):
    numbers, figures = run(three_answers, small_world, tmp_path / "r")
    arrays, test = train.load_arrays(small_world)
    rng = np.random.default_rng(0)
    three_answers.shuffle_all(arrays.X, 64, rng)
    neuron = train.load_model(small_world / "results" / "model.h5")  # trained in the same way
    z = neuron.w.T @ three_answers.shuffle_all(test.X, 64, rng) + neuron.b
    A = textbook_sigmoid(z)
    assert numbers["sure"] == pytest.approx(np.mean(np.maximum(A, 1 - A) > 0.99), abs=0.011)
    expected = {
        "one neuron is over 99 % sure of shuffled pictures": f"{numbers['sure']:.1%}",
        "shuffled pictures called neither": f"{numbers['neither']:.1%}",
        "real pictures right with three answers": f"{numbers['real right']:.1%}",
    }
    assert_told("three_answers", small_world, expected)


def test_four_large_tiles_are_mostly_neither_too(small_world, tmp_path, monkeypatch):
    monkeypatch.setattr(three_answers, "TILE", 32)  # its try
    numbers, figures = run(three_answers, small_world, tmp_path / "r")
    assert numbers["neither"] > 0.8
    assert numbers["real right"] > 0.9 or small_world.name == "drawn"


# ------------------------------------------------------------------ hidden_layer


def test_the_gradient_of_two_layers_is_that_of_finite_differences():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(9, 12))
    Y = rng.integers(0, 2, (1, 12))
    params = {
        "W1": rng.normal(size=(4, 9)),
        "b1": rng.normal(size=(4, 1)),
        "w2": rng.normal(size=(4, 1)),
        "b2": np.array(0.3),
    }
    grads, cost = hidden_layer.propagate_two_layers(params, X, Y)
    for name, value in params.items():
        assert np.shape(grads[name]) == value.shape
        for place in np.ndindex(value.shape):
            costs = []
            for step in (1e-6, -1e-6):
                moved = value.copy()
                moved[place] += step
                changed = {**params, name: moved}
                costs.append(hidden_layer.propagate_two_layers(changed, X, Y)[1])
            slope = (costs[0] - costs[1]) / 2e-6
            assert np.asarray(grads[name])[place] == pytest.approx(slope, rel=1e-5, abs=1e-8)


def test_half_of_the_pictures_become_negatives():
    X = np.random.default_rng(0).random((50, 400)).astype(np.float32)
    X[0, 0] = 1
    turned = hidden_layer.negatives(X, np.random.default_rng(1))
    assert turned.dtype == np.float32
    same = np.all(np.isclose(turned, X - 0.5), axis=0)
    negative = np.all(np.isclose(turned, 0.5 - X), axis=0)
    assert np.all(same | negative)
    assert 0.4 < np.mean(same) < 0.6


def test_a_hidden_layer_can_do_what_one_neuron_cannot(small_world, tmp_path):
    numbers, figures = run(hidden_layer, small_world, tmp_path / "r")
    assert numbers["one neuron"] <= 0.61
    assert numbers["seventeen"] >= 0.8
    expected = {
        "one neuron, training": f"{numbers['in training']:.1%}",
        "one neuron, test": f"{numbers['one neuron']:.1%}",
        "sixteen hidden neurons and one, test": f"{numbers['seventeen']:.1%}",
    }
    assert_told("hidden_layer", small_world, expected)


def fit_nothing(X, Y):
    """In the place of fit: a neuron that has not learned."""
    return np.zeros((len(X), 1)), 0.0, []


@pytest.mark.every_number
def test_two_hidden_neurons_are_too_few_on_photographs(photographs, tmp_path, monkeypatch):
    monkeypatch.setattr(hidden_layer, "HIDDEN", 2)  # its try
    monkeypatch.setattr(hidden_layer, "fit", fit_nothing)  # the single neuron is not asked for
    numbers, figures = run(hidden_layer, photographs, tmp_path / "r")
    expected = {"two hidden neurons and one, test": f"{numbers['seventeen']:.1%}"}
    assert_told("hidden_layer", photographs, expected)


@pytest.mark.parametrize("hidden", [1, 5, 9])
def test_any_number_of_hidden_neurons_can_be_drawn(hidden, mine, tmp_path, monkeypatch):
    monkeypatch.setattr(hidden_layer, "HIDDEN", hidden)
    monkeypatch.setattr(hidden_layer, "EPOCHS", 2)
    numbers, figures = run(hidden_layer, mine, tmp_path / "r")
    shown = [axes for axes in figures[0].axes if axes.images]
    assert len(shown) == hidden


def test_no_lesson_of_these_uses_pyplot():
    for name in LESSONS:
        text = (ROOT / "lessons" / f"{name}.py").read_text(encoding="utf-8")
        assert "pyplot" not in text
