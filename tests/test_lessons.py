"""The lessons: each claim is computed anew here, in another way, and each `try:` is carried out.

All of them run on drawn pictures and on a learner's own two classes; what README.md tells is compared in both worlds.
"""

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import README, ROOT, assert_told, fold, numbers, photo, run_script, small_dataset, wait_for
from PIL import Image

from suspects import quietly, textbook_sigmoid

cv2 = pytest.importorskip("cv2", reason="OpenCV cannot be imported here", exc_type=ImportError)

import border_only
import camera
import common
import evidence
import fast_descent
import fool_it
import gradient_check
import hidden_layer
import honest_score
import how_many_pictures
import keras_twin
import learning_rates
import one_page
import paint_over
import silent_bugs
import three_answers
import train
import watch_it_learn
from prepare_data import image_to_vector, load_arrays
from prepare_data import main as prepare

LESSONS = {path.stem for path in (ROOT / "lessons").glob("*.py")} - {"common", "exercise"}
SHORT = {"watch_it_learn": ["--epochs", "3"], "keras_twin": ["--epochs", "101"]}
N = 12288


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    """A learner's own two classes, 24 + 6 pictures of each, with names that are not easy, and a neuron."""
    folder = small_dataset(tmp_path_factory.mktemp("mine") / "my pics", ("Äpfel $", "飞机"), train=24, test=6)
    prepare(["--dataset", str(folder)])
    train.main(["--dataset", str(folder), "--epochs", "101"])
    return folder


@pytest.fixture(scope="module")
def results(tmp_path_factory, drawn):
    """A folder for what lessons write, with the neuron of the small drawn pictures."""
    folder = tmp_path_factory.mktemp("results")
    shutil.copy(drawn / "results" / "model.h5", folder)
    return folder


def run(lesson, dataset, results=None, *args):
    """Run a lesson in this process; returns what main returns, and what it printed."""
    where = ["--dataset", str(dataset), *(["--results", str(results)] if results else [])]
    if lesson is one_page:
        where = where[:2]
    return quietly(lesson.main, [*where, *map(str, args)])


def assert_readme(lesson, world, *printed):
    """What README.md tells of a lesson is what it printed; constants of its code may be told, too."""
    assert_told(fold(lesson.__name__), world, *printed, Path(lesson.__file__).read_text(encoding="utf-8"))


def fast(world, results, *options):
    """What train.py --fast prints, with results of its own."""
    return quietly(train.main, ["--dataset", str(world), "--results", str(results), "--fast", *options])[1]


LEARNED = {}


def remembered_fit(X, Y, lr=train.LEARNING_RATE):
    """common.fit, which learns only once from the same pictures at the same rate."""
    key = hash(X.tobytes()), hash(Y.tobytes()), lr
    if key not in LEARNED:
        LEARNED[key] = common.fit(X, Y, lr=lr)
    return LEARNED[key]


def descend(X, Y, lr, epochs):
    """The textbook in float64: every cost, and w and b at the end."""
    X, Y, w, b, costs = X.astype(float), Y.astype(float), np.zeros((len(X), 1)), 0.0, []
    for _ in range(epochs):
        A = textbook_sigmoid(w.T @ X + b)
        costs.append(-np.mean(np.where(Y == 1, np.log(A), np.log(1 - A))))
        w, b = w - lr * X @ (A - Y).T / Y.size, b - lr * np.mean(A - Y)
    return costs, w, b


@pytest.mark.filterwarnings("ignore:Glyph")  # matplotlib's font has no Chinese letters
@pytest.mark.parametrize("name", sorted(LESSONS - {"camera"}))
def test_a_lesson_works_on_drawings_and_on_pictures_of_ones_own(name, drawn, mine, results, monkeypatch):
    lesson = sys.modules[name]
    monkeypatch.setattr(fast_descent, "SIZES", (50, 100))
    monkeypatch.setattr(fast_descent, "EPOCHS", 200)
    for dataset, where in ((mine, None), (drawn, results)):
        folder = (where or dataset / "results") / "lessons"
        before = {path: path.read_bytes() for path in [*dataset.rglob("*.*")] if path.parent.name != "lessons"}
        _, text = run(lesson, dataset, where, *SHORT.get(name, []))
        lines = text.splitlines()
        assert lines[-1].startswith("try: ") and text.count("try: ") == 1
        assert not re.search(r"python \S+\.py (?!--dataset)", lines[-1]), "it would leave the learner's data set"
        pictures = sorted(folder.glob(f"{name}*"))
        assert pictures or name == "one_page"
        for path in pictures:
            picture = Image.open(path)
            assert picture.width >= 600 and picture.height >= 350 and len(np.unique(picture.convert("L"))) > 20
        assert {path: path.read_bytes() for path in before} == before, "a lesson changed a file that is not its own"
    help_text = run_script(f"lessons/{name}.py", "--help").stdout
    assert f"python lessons/{name}.py" in help_text and "ou will see" in help_text


def test_without_arrays_or_a_neuron_a_lesson_names_the_command_that_makes_them(drawn, mine, tmp_path):
    with pytest.raises(SystemExit, match=r"^error: no file .*train_x\.h5 - run: python .*prepare_data\.py --dataset "):
        border_only.main(["--dataset", str(tmp_path)])
    with pytest.raises(SystemExit, match=r"^error: no file .*test_x\.h5 - run prepare_data\.py first$"):
        one_page.main(["--dataset", str(tmp_path)])
    for lesson in (evidence, paint_over):
        with pytest.raises(SystemExit, match=r"^error: cannot read .*README\.md \(.+\) - name another picture"):
            lesson.main([str(ROOT / "README.md"), "--dataset", str(drawn)])
    for lesson in (evidence, fool_it, paint_over):
        with pytest.raises(SystemExit, match=r"^error: no file .*model\.h5 - run: python .*train\.py --dataset "):
            lesson.main(["--dataset", str(drawn), "--results", str(tmp_path)])
        with pytest.raises(SystemExit, match=r"^error: the neuron knows \['airplane', 'bike'\], the pictures are of "):
            lesson.main(["--dataset", str(mine), "--results", str(drawn / "results")])


def test_many_neurons_at_once_are_those_of_the_textbook(drawn):
    learn, test = load_arrays(drawn)
    X, Y = np.hstack([learn.X, test.X]), np.hstack([learn.Y, test.Y])
    masks = np.random.default_rng(0).random((Y.size, 3)) < 0.6
    z = common.fit_many(X, Y, masks, epochs=60, lr=0.001)
    for k in range(3):
        _, w, b = descend(X[:, masks[:, k]], Y[:, masks[:, k]], 0.001, 60)
        assert np.allclose(z[:, k], (w.T @ X + b)[0], atol=1e-4)


def test_ctrl_c_while_a_neuron_learns_ends_the_lesson():
    def interrupted(w, b, X, Y, epochs, lr):
        print("stopped by Ctrl-C at epoch 7; what was learned so far is kept")
        return {"w": w, "b": b}, {}, [0.7]

    with pytest.raises(KeyboardInterrupt):
        common.fit(np.zeros((3, 2)), np.zeros((1, 2)), descent=interrupted)


def test_gradient_check_agrees_and_shouts_where_the_gradient_is_wrong(drawn, results, monkeypatch, capsys):
    difference, text = run(gradient_check, drawn, results)
    assert 0 < difference < 1e-9 and float(re.search("relative difference: (.*),", text)[1]) < 1e-9
    assert "1.0," in fold("gradient_check")  # its try, the first of these
    for key, factor, told in (("dw", -1, "1.0e+00"), ("dw", 1.01, ""), ("db", -1, ""), ("dw", np.nan, "nan")):

        def wrong(*args, key=key, factor=factor):
            grads, cost = train.propagate(*args)
            return grads | {key: factor * grads[key]}, cost

        monkeypatch.setattr(gradient_check, "propagate", wrong)
        with pytest.raises(SystemExit, match="^error: the gradient is wrong - compare dw and db in train.py"):
            gradient_check.main(["--dataset", str(drawn), "--results", str(results)])
        assert f"relative difference: {told}" in capsys.readouterr().out


def test_keras_twin_is_the_same_neuron_and_adam_is_another(drawn, results, monkeypatch):
    (costs, weights), text = run(keras_twin, drawn, results, "--epochs", 101)
    assert max(costs, weights) < 1e-6 and "so they are the same neuron" in text
    learn, _ = load_arrays(drawn)
    textbook = descend(learn.X, learn.Y, 0.01, 101)[0]
    rows = re.findall(r"^ +(\d+) +([\d.]+) +([\d.]+)$", text, re.M)
    for epoch, ours, theirs in rows:
        assert float(ours) == pytest.approx(textbook[int(epoch)], abs=1e-5) == float(theirs)
    assert len(rows) == 2
    keras = keras_twin.import_keras()
    monkeypatch.setattr(keras.optimizers, "SGD", keras.optimizers.Adam)  # the try of this lesson
    text = run(keras_twin, drawn, results, "--epochs", 101)[1]
    ours, theirs = re.findall(r"^ +100 +([\d.]+) +([\d.]+)$", text, re.M)[0]
    assert "so they are not the same neuron" in text and float(theirs) < float(ours)


def test_silent_bugs_have_a_symptom_each_that_no_other_has(world, drawn, tmp_path, monkeypatch):
    monkeypatch.setattr(silent_bugs, "fit", remembered_fit)
    symptoms, text = run(silent_bugs, world, tmp_path)
    healthy, healthy_train, healthy_test, healthy_cost = symptoms.pop("healthy")
    signs = {
        "A": lambda costs, train, test, cost: test < 0.2,
        "B": lambda costs, train, test, cost: max(costs) > 1000 and costs[-1] < 1e-6,
        "C": lambda costs, train, test, cost: np.allclose(costs, healthy) and test > 0.5 and cost > 1.05 * healthy_cost,
        "D": lambda costs, train, test, cost: costs[-1] > costs[1] > costs[0],
        "E": lambda costs, train, test, cost: train == 1 and 0.35 < test < 0.65,
        "F": lambda costs, *rest: not np.allclose(costs, healthy) and max(costs) < 1 and rest[-1] < healthy_cost,
    }
    for letter, sign in signs.items():
        assert [other for other in symptoms if sign(*symptoms[other])] == [letter], letter
        assert re.search(rf"^{letter}  .* {100 * symptoms[letter][2]:.1f}% ", text, re.M)
    assert not any(answer in text for answer in silent_bugs.ANSWERS.values())
    assert_readme(silent_bugs, world, text)
    _, text = run(silent_bugs, drawn, tmp_path, "--answers")  # the try of this lesson
    assert all(f"{letter}: {answer}" in text for letter, answer in silent_bugs.ANSWERS.items())


def test_one_page_has_the_costs_of_train_py_and_learns_at_three_times_the_rate(drawn, monkeypatch):
    learn, test = load_arrays(drawn)
    (costs, right), text = run(one_page, drawn)
    (params, _, expected), printed = quietly(train.optimize, *train.init_params(N), learn.X, learn.Y, 2000, 0.01)
    assert np.allclose(costs[::100], expected, rtol=0, atol=2e-6) and costs[::100][:1] == expected[:1]
    assert right == np.sum(train.predict(params["w"], params["b"], test.X) == test.Y)
    assert f"{right} of 8 test pictures are right" in text and text.count("cost after") == 20
    source = (ROOT / "lessons" / "one_page.py").read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 40 and "from train" not in source and "from prepare_data" not in source


def test_learning_rates_predicts_the_largest_rate_at_which_the_cost_never_rises(world, tmp_path, monkeypatch):
    learn, _ = load_arrays(world)
    monkeypatch.setattr(learning_rates, "fit", remembered_fit)
    curves, text = run(learning_rates, world, tmp_path)
    rates = [float(rate) for rate in numbers(text.splitlines()[0])]
    for X, rate in zip((learn.X, learn.X - learn.X.mean(axis=1)[:, None]), rates, strict=True):
        largest = np.linalg.eigvalsh((X.T @ X + 1).astype(float))[-1]  # another way than power iteration
        safe = 8 * X.shape[1] / largest
        assert learning_rates.safe_rate(X) == pytest.approx(safe, rel=1e-4) and safe == pytest.approx(rate, abs=5e-5)
    rises = [np.sum(np.diff(costs) > 0) for costs in curves.values()]
    assert rises[0] == rises[4] == 0 and min(rises[1:4]) > 3, "none at the safe rates, some at 1.5 times, 0.01 and 1"
    table = re.findall(r"^\S+(?:, \S.*?)? +([\d.]+) +(\d+) +(\d+|-)  ", text, re.M)
    assert [int(count) for _, count, _ in table] == rises
    assert [float(top) for top, _, _ in table] == pytest.approx([max(costs) for costs in curves.values()], abs=0.0051)
    default = list(curves.values())[2]
    assert default[:31] == pytest.approx(descend(learn.X, learn.Y, 0.01, 31)[0], rel=2e-3)
    last = np.flatnonzero(np.diff(default) > 0)[-1] + 1
    assert (last > 40) == (world.name == "all_drawn"), "at epoch 40 only the drawn ones flash: watch_it_learn.py"
    longer = fast(world, tmp_path, "--lr", "0.03")
    assert_readme(learning_rates, world, text, longer)
    printed = (world / "printed.txt").read_text(encoding="utf-8")
    assert_readme(one_page, world, longer, printed)  # its costs are those of train.py
    assert_readme(keras_twin, world, printed)  # and so are those of Keras
    assert_readme(fast_descent, world, printed)
    jumps = re.search(r"It goes up to a cost of [^.]*\..*? at epoch \S+ \(drawn: \d+\)", README)[0]
    assert_told(jumps, world, text)


def test_the_film_shows_the_neuron_of_the_textbook_each_early_epoch_and_flashes(drawn, results, monkeypatch):
    shown, draw_frame = [], watch_it_learn.draw_frame
    monkeypatch.setattr(watch_it_learn, "draw_frame", lambda w, *rest: shown.append(w.copy()) or draw_frame(w, *rest))
    (likeness, costs, test_costs), text = run(watch_it_learn, drawn, results, "--epochs", 12)
    learn, test = load_arrays(drawn)
    for epoch, w in enumerate(shown, 1):
        known, known_w, b = descend(learn.X, learn.Y, 0.01, epoch)
        assert np.allclose(w, known_w, atol=1e-5) and np.allclose(costs[:epoch], known, rtol=2e-3)
        z = known_w.T @ test.X + b
        assert test_costs[epoch] == pytest.approx(np.mean(np.logaddexp(0, z) - test.Y * z), rel=2e-3)
    means = [learn.X[:, learn.Y[0] == label].mean(axis=1) for label in (0, 1)]
    assert likeness == pytest.approx(np.corrcoef(shown[0][:, 0], means[1] - means[0])[0, 1]) and likeness > 0.999999
    film = Image.open(results / "lessons" / "watch_it_learn.gif")
    frames, times = [], []
    for k in range(film.n_frames):
        film.seek(k)
        frames.append(film.convert("RGB").tobytes())
        times.append(film.info["duration"])
    assert len(set(frames)) == 12 and times[0] > times[8] < times[-1] and "12 frames" in text


@pytest.mark.parametrize("epochs", [1, 2, 39, 40, 41, 60, 2000, 50000])
def test_the_epochs_of_the_film_are_close_at_first_and_end_at_the_end(epochs):
    chosen = sorted(watch_it_learn.frame_epochs(epochs))
    assert chosen[0] == 1 and chosen[-1] == epochs and min(epochs, 40) <= len(chosen) <= 42
    assert chosen[:3] == [1, 2, 3][: len(chosen)]


def test_the_fast_descent_takes_the_same_steps(drawn, results, monkeypatch):
    monkeypatch.setattr(fast_descent, "SIZES", (100, 200))
    (costs, gram_costs, crossing), text = run(fast_descent, drawn, results)
    assert np.allclose(costs, gram_costs, rtol=0, atol=1e-10) and len(costs) == 10 and crossing > 0
    learn, _ = load_arrays(drawn)
    assert costs[:2] == pytest.approx([descend(learn.X, learn.Y, 0.01, k + 1)[0][-1] for k in (0, 100)], rel=1e-6)


@pytest.mark.parametrize("reference", [[], ["--from-mean"]])
def test_evidence_adds_up_to_what_the_neuron_says_pixel_by_pixel(drawn, results, reference, monkeypatch):
    seen, draw_evidence = {}, evidence.draw_evidence

    def seeing(path, x, shares, *rest):
        seen[path] = shares
        return draw_evidence(path, x, shares, *rest)

    monkeypatch.setattr(evidence, "draw_evidence", seeing)
    parts, text = run(evidence, drawn, results, drawn / "test/bike", *reference)
    learn, _ = load_arrays(drawn)
    w, b, _ = train.load_model(drawn / "results" / "model.h5")
    mean = learn.X.mean(axis=1, keepdims=True) if reference else 0
    for (path, shares), sums in zip(seen.items(), parts, strict=True):
        x = image_to_vector(path)
        z = (w.T @ x + b).item()
        assert np.allclose(shares, w * (x - mean), atol=1e-6) and sum(sums.values()) == pytest.approx(z, abs=1e-4)
        assert sums["for bike"] >= 0 >= sums["for airplane"] and f"the neuron's z is {z:+.4f}" in text
    assert len(parts) == 4 and ("mean picture + b" in text) == bool(reference)


def test_evidence_chooses_the_surest_the_least_sure_and_every_mistake():
    X = np.array([[5.0, 4, 3, 0.1, -1, -6, 2]])
    test = train.load_arrays.__globals__["Split"](X, np.array([[1.0, 1, 1, 0, 0, 0, 0]]), [], [])
    assert list(evidence.select_examples(np.ones((1, 1)), 0.0, test)) == [0, 5, 3, 6]


def stripes(m, seed):
    """Noise whose frame tells the class: (12288, m) and labels."""
    random = np.random.default_rng(seed)
    Y = np.float32([np.arange(m) % 2])
    X = random.random((64, 64, 3, m)).astype(np.float32)
    X[:3] = 0.5 * X[:3] + 0.5 * Y
    return X.reshape(N, m), Y


def test_a_border_that_betrays_the_class_is_found_and_one_that_does_not_is_not(drawn, monkeypatch, tmp_path):
    split = load_arrays(drawn)[0]._replace
    telling = [split(X=X, Y=Y) for X, Y in (stripes(80, 0), stripes(40, 1))]
    monkeypatch.setattr(border_only, "load_arrays", lambda folder: telling)
    scores, text = run(border_only, drawn, tmp_path)
    assert scores["a ring of 4"] > 0.9 and scores["the centre"] < 0.8 and "these pictures let a neuron cheat" in text
    ring = border_only.ring(2).reshape(64, 64, 3)
    assert ring[:2].all() and ring[:, -2:].all() and not ring[2:-2, 2:-2].any()


def test_how_many_pictures_and_honest_score_count_right(drawn, results, monkeypatch):
    learn, test = load_arrays(drawn)
    X, Y = np.hstack([learn.X, test.X]), np.hstack([learn.Y, test.Y])
    asked = {}

    def noted(X, Y, masks, epochs=None):
        asked["masks"] = masks
        return common.fit_many(X, Y, masks, 300)

    for lesson in (how_many_pictures, honest_score):
        monkeypatch.setattr(lesson, "fit_many", noted)
    scores, text = run(how_many_pictures, drawn, results)
    assert list(scores) == [1, 2, 5, 10, 20, 50, 60] and text.count("\n                   all   ") == 1
    many = np.repeat(list(scores), 10).tolist()
    assert [asked["masks"][Y[0] == label].sum(axis=0).tolist() for label in (0, 1)] == [many, many]
    rows = re.findall(r"^ +(\d+) +([\d.]+)%   from (\d+)% to (\d+)%$", text.replace(" all ", " 60 "), re.M)
    for (size, shares), row in zip(scores.items(), rows, strict=True):
        right = [size, *(100 * value for value in (shares.mean(), min(shares), max(shares)))]
        assert [float(value) for value in row] == pytest.approx(right, abs=0.6)
    few = learn._replace(X=learn.X[:, :70], Y=learn.Y[:, :70])  # 60 of one class, 10 of the other
    monkeypatch.setattr(how_many_pictures, "load_arrays", lambda folder: (few, test))
    assert list(run(how_many_pictures, drawn, results)[0]) == [1, 2, 5, 60]
    (one, others), text = run(honest_score, drawn, results)
    assert asked["masks"].sum(axis=0).tolist() == [120] * 21 and not asked["masks"][120:, 0].any()
    w, b, _ = common.fit(learn.X, learn.Y, 300)
    assert one == np.mean(train.predict(w, b, test.X) == test.Y) and len(others) == 20
    assert f"mean {np.mean(others):.1%}" in text
    learned = asked["masks"][:, 7]
    w, b, _ = common.fit(X[:, learned], Y[:, learned], 300)
    assert others[6] == np.mean(train.predict(w, b, X[:, ~learned]) == Y[:, ~learned])
    monkeypatch.setattr(honest_score, "SPLITS", 50)  # the try of this lesson: the first 20 are the same
    assert run(honest_score, drawn, results)[0][1][:20] == others


def test_fool_it_names_the_exact_change_at_which_the_answer_turns(world, tmp_path):
    (needed, shares), text = run(fool_it, world, world / "results")
    _, test = load_arrays(world)
    w, b, _ = train.load_model(world / "results" / "model.h5")
    w, X = w.astype(float), test.X.astype(float)
    z = w.T @ X + b
    for share, turned in ((0.999, False), (1.001, True)):
        moved = w.T @ (X - share * needed * np.sign(z) * np.sign(w)) + b
        assert (((moved > 0) != (z > 0)) == turned).all()
    for level in (0, 8, 32):
        right = np.mean((w.T @ np.clip(X + level / 255 * np.sign(w) * (1 - 2 * test.Y), 0, 1) + b > 0) == test.Y)
        assert shares["against the weights"][level] == right and f"{level:>2} of 255 levels: {right:6.1%} right" in text
    assert shares["against the weights"][32] < 0.3 and shares["as much noise"][32] > 0.9
    early = fast(world, tmp_path, "--epochs", "200") + run(fool_it, world, tmp_path)[1]  # the try of this lesson
    assert_readme(fool_it, world, text, early)


def test_readme_tells_what_border_only_finds_and_one_pixel_of_paint_does(world, tmp_path, monkeypatch):
    monkeypatch.setattr(border_only, "fit", remembered_fit)
    text = run(border_only, world, tmp_path)[1]
    monkeypatch.setattr(border_only, "FRAME", 1)
    assert_readme(border_only, world, text, run(border_only, world, tmp_path)[1])


def test_readme_tells_what_more_tests_and_fewer_pictures_give(world, tmp_path, monkeypatch):
    text = run(honest_score, world, tmp_path)[1]
    assert_readme(honest_score, world, text)
    text = run(how_many_pictures, world, tmp_path)[1]
    assert_readme(how_many_pictures, world, text)
    monkeypatch.setattr(how_many_pictures, "DRAWS", 1)
    means = [shares.mean() for shares in run(how_many_pictures, world, tmp_path)[0].values()]
    assert min(np.diff(means)) < 0 < max(np.diff(means)), "up and down by luck"


def test_readme_tells_what_evidence_finds_and_what_the_film_shows(world, tmp_path):
    assert_readme(evidence, world, run(evidence, world, world / "results")[1])
    assert_readme(watch_it_learn, world, run(watch_it_learn, world, tmp_path, "--epochs", "2")[1])


def test_softmax_of_two_classes_is_the_sigmoid_and_learn_is_the_textbooks_descent(monkeypatch):
    z = np.linspace(-40, 40, 81)
    A = three_answers.softmax(np.array([np.zeros(81), z]))
    assert np.allclose(A[1], textbook_sigmoid(z), rtol=0, atol=1e-12) and np.allclose(A.sum(axis=0), 1)
    assert np.isfinite(three_answers.softmax(np.array([[1000.0], [-1000.0], [0.0]]))).all()
    random = np.random.default_rng(0)
    X, Y = random.random((7, 9)), np.eye(3)[:, random.integers(0, 3, 9)]
    W, b, rate = np.zeros((7, 3)), np.zeros((3, 1)), three_answers.LEARNING_RATE
    monkeypatch.setattr(three_answers, "EPOCHS", 50)
    for _ in range(50):
        D = three_answers.softmax(W.T @ X + b) - Y
        W, b = W - rate * X @ D.T / 9, b - rate * D.mean(axis=1, keepdims=True)
    for one, other in zip(three_answers.learn(X, Y), (W, b), strict=True):
        assert np.allclose(one, other, rtol=1e-10, atol=1e-14)


def test_shuffled_pictures_are_made_of_the_same_tiles_in_another_order(drawn):
    X = load_arrays(drawn)[1].X
    for tile in (8, 32):
        three_answers.TILE, usual = tile, three_answers.TILE
        cut = three_answers.shuffled(X, np.random.default_rng(0))
        three_answers.TILE = usual

        def tiles(pictures, tile=tile):
            pictures = pictures[:, 0].reshape(64, 64, 3)
            places = [(r, c) for r in range(0, 64, tile) for c in range(0, 64, tile)]
            return sorted(pictures[r : r + tile, c : c + tile].tobytes() for r, c in places)

        assert tiles(X) == tiles(cut) and cut.shape == X.shape and not np.array_equal(cut, X)


def test_three_answers_know_neither_and_one_neuron_does_not(world, tmp_path, monkeypatch):
    monkeypatch.setattr(three_answers, "fit", remembered_fit)
    (sure, neither, still), text = run(three_answers, world, tmp_path)
    assert 0.15 < sure < 0.45 and neither > 0.9 and still > 0.9 and f"{neither:.1%} of them neither" in text
    learn, test = load_arrays(world)
    random = np.random.default_rng(0)
    three_answers.shuffled(learn.X, random)
    w, b, _ = train.load_model(world / "results" / "model.h5")  # trained in the same way
    A = textbook_sigmoid(w.T @ three_answers.shuffled(test.X, random) + b)
    assert sure == pytest.approx(np.mean(np.maximum(A, 1 - A) > 0.99), abs=0.011)
    assert_readme(three_answers, world, text)


def test_four_large_tiles_are_neither_too(drawn, tmp_path, monkeypatch):
    monkeypatch.setattr(three_answers, "TILE", 32)  # the try of this lesson
    assert run(three_answers, drawn, tmp_path)[0][1] > 0.8


def test_the_gradient_of_the_hidden_layer_is_that_of_finite_differences():
    random = np.random.default_rng(0)
    params = [random.normal(size=(4, 9)), random.normal(size=(4, 1)), random.normal(size=(4, 1)), 0.3]
    X, Y = random.normal(size=(9, 12)), (random.random((1, 12)) < 0.5) * 1.0
    grads, _ = hidden_layer.propagate(params, X, Y)
    for number, (value, slope) in enumerate(zip(params, grads, strict=True)):
        assert np.shape(slope) == np.shape(value)
        for place in np.ndindex(np.shape(value)):
            step = np.zeros(np.shape(value))
            step[place] = 1e-6
            up, down = ([*params[:number], value + s * step, *params[number + 1 :]] for s in (1, -1))
            numeric = (hidden_layer.propagate(up, X, Y)[1] - hidden_layer.propagate(down, X, Y)[1]) / 2e-6
            assert np.asarray(slope)[place] == pytest.approx(numeric, rel=1e-5, abs=1e-8)


def test_a_hidden_layer_can_do_what_one_neuron_cannot(world, tmp_path, monkeypatch):
    (alone, together), text = run(hidden_layer, world, tmp_path)
    monkeypatch.setattr(hidden_layer, "fit", lambda X, Y: (np.zeros((N, 1)), 0.0, []))  # it has had its turn
    assert alone <= 0.61 and together >= 0.95 and f"get {together:.1%} of the test right" in text
    learn, test = load_arrays(world)
    random = np.random.default_rng(1)
    X, X_test = (hidden_layer.negatives(split.X, random) for split in (learn, test))
    assert np.allclose(np.abs(X), np.abs(learn.X - 0.5)) and 0.4 < np.mean(X[5] == learn.X[5] - np.float32(0.5)) < 0.6
    alpha = np.linalg.solve(X.T @ X + 100 * np.eye(X.shape[1], dtype=X.dtype), 2 * learn.Y.T - 1)  # least squares
    assert np.mean((X_test.T @ (X @ alpha) > 0) == test.Y.T) <= 0.61, "nor can any other sum of pixels"
    monkeypatch.setattr(hidden_layer, "HIDDEN", 2)  # the try of this lesson
    assert_readme(hidden_layer, world, text, run(hidden_layer, world, tmp_path)[1])


@pytest.fixture
def started(screen):
    """A function that starts a lesson with a window: xdotool, a wait for a title, a key into it, what was printed."""
    running = []

    def start(name, *args, title, project=ROOT):
        command, pipe = [sys.executable, "-u", project / "lessons" / f"{name}.py", *args], subprocess.PIPE
        running.append(subprocess.Popen(command, cwd=project, stdout=pipe, stderr=subprocess.STDOUT, text=True))
        window = wait_for(lambda: screen("search", "--onlyvisible", "--name", title)).split()[-1]
        screen("mousemove", "--window", window, 30, 30)
        return window, running[-1]

    yield start
    for process in running:
        process.kill()


def test_paint_over_follows_each_stroke(drawn, results, started, screen):
    path = drawn / "test/bike/drawn_0061.jpg"
    arguments = [path, "--dataset", drawn, "--results", results]
    window, lesson = started("paint_over", *arguments, title="paint on the left side")
    w, b, _ = train.load_model(results / "model.h5")
    pixels = image_to_vector(path).reshape(64, 64, 3)
    original = pixels.copy()

    def stroke(key, *places):
        screen("key", key)
        time.sleep(0.2)
        for k, (column, row) in enumerate(places):
            x, y = 5 * column + 2, 46 + 5 * row + 2
            screen("mousemove", "--window", window, x, y, *(["mousedown", 1] if k == 0 else []))
            paint_over.brush(pixels, column, row, {"1": 0, "2": 1, "3": original[0, 0]}[key])
        screen("mouseup", 1)
        line = lesson.stdout.readline()
        covered, z = re.search(r"(\d+) of 4096 pixels covered: z = (\S+), (?:airplane|bike)", line).groups()
        assert float(z) == pytest.approx((w.T @ pixels.reshape(-1, 1) + b).item(), abs=2e-4)
        assert int(covered) == (pixels != original).any(axis=2).sum() > 0

    lesson.stdout.readline()
    stroke("1", (20, 40))
    stroke("2", (40, 40), (41, 41))
    stroke("3", (10, 50))
    screen("key", "r")
    time.sleep(0.2)
    pixels[:] = original
    stroke("1", (30, 30))
    screen("key", "Escape")
    assert lesson.wait(timeout=60) == 0 and "try: " in lesson.stdout.read()


def film(path, count=400):
    """A film of dark and bright frames by turns, twenty of each; returns its pictures of both kinds."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 30, (160, 120))
    for k in range(count):
        frame = np.asarray(photo(1, 160, 120), float) * (0.3 if k // 20 % 2 else 1.0)
        writer.write(np.uint8(frame[:, :, ::-1]))
    writer.release()


def test_the_camera_collects_trains_labels_and_saves(tmp_path, started, screen):
    film(tmp_path / "film.avi", 3000)
    ignored = shutil.ignore_patterns(".*", "results", "tests", "test", "train", "*.h5", "*.zip", "mine*")
    shutil.copytree(ROOT, tmp_path / "project", ignore=ignored)
    project = tmp_path / "project"
    _, lesson = started("camera", "--source", tmp_path / "film.avi", title="1, 2: collect", project=project)
    screen("key", "t")  # nothing to learn from: nothing happens
    for key in "12" * 8:
        screen("key", key)
        time.sleep(0.1)
    screen("key", "t")
    told = re.match(r"trained on (\d+) of one, (\d+) of two: the cost is \d\.\d{4}$", lesson.stdout.readline())
    counts = [int(count) for count in told.groups()]
    assert min(counts) > 2
    screen("key", "s")
    assert lesson.stdout.readline() == "wrote mine\n"
    assert lesson.stdout.readline() == "next: python prepare_data.py --dataset mine\n"
    screen("key", "Escape")
    assert lesson.wait(timeout=60) == 0 and "try: " in lesson.stdout.read()
    saved = {path.relative_to(project / "mine").as_posix() for path in project.glob("mine/*/*/*")}
    numbered = [(name, k) for name, count in zip(("one", "two"), counts, strict=True) for k in range(count)]
    assert saved == {f"{'train' if k else 'test'}/{name}/{k:04}.png" for name, k in numbered}
    path = project / "mine/train/one/0001.png"
    assert (camera.frame_to_vector(Image.open(path)) == image_to_vector(path)).all()


def test_a_camera_that_is_not_there_is_one_line_and_a_third_thing_gets_an_answer_too(tmp_path):
    done = run_script("lessons/camera.py", "--source", tmp_path / "no film.avi")
    assert done.returncode == 1 and done.stderr.startswith("error: no camera or film ") and done.stderr.count("\n") == 1
    pictures = [photo(k, 160, 120) for k in (1, 2, 3)]
    X = np.hstack([camera.frame_to_vector(picture) for picture in pictures])
    w, b, _ = common.fit(X[:, :2], np.float32([[0, 1]]), 300)
    third = camera.draw(pictures[2], w, b)  # the try of this lesson: it must say one or two
    assert third.shape == (46 + 480, 640, 3) and third.dtype == np.uint8


def test_the_film_is_live_in_a_window(drawn, results, started):
    arguments = ["--dataset", drawn, "--results", results, "--epochs", "3", "--window"]
    (results / "lessons" / "watch_it_learn.gif").unlink(missing_ok=True)
    _, lesson = started("watch_it_learn", *arguments, title="watch it learn")
    assert not (results / "lessons" / "watch_it_learn.gif").exists(), "the window came after the film was made"
    assert lesson.wait(timeout=90) == 0 and (results / "lessons" / "watch_it_learn.gif").exists()
