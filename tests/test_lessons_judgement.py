"""Five lessons between the score and the judgement: their numbers are those of scikit-learn, and of README's table."""

import h5py
import numpy as np
import pytest
from conftest import assert_told
from sklearn.calibration import calibration_curve
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import precision_recall_curve
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid

import compared_with_what
import how_sure
import rare_class
import shift_it
import small_batches
import train
from figures_check import figures_saved, texts_that_collide
from judging import all_pictures, draw_a_test
from train import load_arrays

# ------------------------------------------------------------------ what README tells


def numbers_compared(numbers):
    rows = {}
    for k, name in enumerate(compared_with_what.RIVALS):
        rows[f"{name}, the one test"] = f"{numbers['one'][k]:.1f}%"
        rows[f"{name}, 10 random tests"] = f"{numbers['means'][k]:.1f}%"
    return rows


def numbers_how_sure(numbers):
    rows = {}
    for threshold, false_alarms, misses, precision, recall, cost in numbers["mistakes"]:
        if threshold in (0.1, 0.5, 0.9):
            rows[f"threshold {threshold}: false alarms, misses"] = (
                f"{false_alarms:.0f}, {misses:.0f}"
            )
            rows[f"threshold {threshold}: precision, recall"] = f"{precision:.3f}, {recall:.3f}"
            rows[f"threshold {threshold}: cost, if a miss costs 10"] = f"{cost:.0f}"
    rows["cheapest threshold, if a miss costs 10"] = f"{numbers['best']}"
    for (low, high), row in zip(how_sure.SURE, numbers["right"], strict=True):
        rows[f"{low:.0%} to {high:.0%} sure: pictures, right"] = f"{row[0]:.0f}, {row[2]:.0%}"
    return rows


def numbers_rare_class(numbers):
    always = max(np.mean(numbers["Y"] == 0), np.mean(numbers["Y"] == 1))
    rows = {"always saying the frequent class, in training": f"{always:.1%}"}
    names = ["training", "training, rare class", "training, other class"]
    names += ["test", "test, rare class", "test, other class"]
    for k, name in enumerate(names):
        rows[f"{name}: alike, weighted"] = (
            f"{numbers['mean'][0, k]:.1%}, {numbers['mean'][1, k]:.1%}"
        )
    return rows


def numbers_small_batches(numbers):
    rows = {}
    for title in ("all at once", "32 at a time", "one at a time"):
        costs = numbers["walks"][title]
        rows[f"cost after 10 looks, {title}"] = f"{costs[max(costs)]:.4f}"
    rows["cost after 470 looks, all at once"] = f"{numbers['same steps']:.4f}"
    rows["32 at a time, another shuffle"] = f"{numbers['again']:.4f}"
    return rows


def numbers_shift_it(numbers):
    rows = {}
    for k in (0, 4, 6, 8):
        distance = numbers["distances"][k]
        pair = f"{numbers['without copies'][k]:.1%}, {numbers['with copies'][k]:.1%}"
        rows[f"moved by {distance} pixels: without copies, with them"] = pair
    return rows


LESSONS = {
    compared_with_what: numbers_compared,
    how_sure: numbers_how_sure,
    rare_class: numbers_rare_class,
    small_batches: numbers_small_batches,
    shift_it: numbers_shift_it,
}


def run(lesson, dataset, results):
    """What a lesson's main returns; no text of its figure may collide."""
    with figures_saved() as figures:
        numbers = lesson.main(["--dataset", str(dataset), "--results", str(results)])
    assert len(figures) == 1
    assert texts_that_collide(figures[0]) == []
    assert (results / "lessons" / f"{lesson.__name__}.png").is_file()
    return numbers


@pytest.mark.parametrize("lesson", [rare_class, small_batches, shift_it], ids=str)
def test_a_lesson_finds_what_the_table_tells(lesson, one_world, tmp_path):
    numbers = run(lesson, one_world, tmp_path)
    assert_told(lesson.__name__, one_world, LESSONS[lesson](numbers))


@pytest.mark.parametrize("lesson", [compared_with_what, how_sure], ids=str)
def test_a_slow_lesson_finds_what_the_table_tells(lesson, each_world, tmp_path):
    numbers = run(lesson, each_world, tmp_path)
    assert_told(lesson.__name__, each_world, LESSONS[lesson](numbers))


def test_what_three_tries_give_is_told(each_world, tmp_path, monkeypatch):
    monkeypatch.setattr(shift_it, "COPIES_MOVED", 8)
    shares = run(shift_it, each_world, tmp_path)["with copies"]
    found = f"{shares[0]:.1%}, {shares[6]:.1%}, {shares[8]:.1%}"
    assert_told("shift_it", each_world, {"copies moved up to 16: right at 0, 12, 16": found})

    monkeypatch.setattr(small_batches, "LEARNING_RATE", 0.3)
    walks = run(small_batches, each_world, tmp_path)["walks"]
    ends = []
    for title in ("all at once", "32 at a time", "one at a time"):
        ends.append(f"{walks[title][max(walks[title])]:.2f}")
    found = {"at a rate of 0.3: all at once, 32, one": ", ".join(ends)}
    assert_told("small_batches", each_world, found)

    for kept in (5, 200):
        monkeypatch.setattr(rare_class, "RARE", kept)
        mean = run(rare_class, each_world, tmp_path)["mean"]
        what = f"with {kept} kept, test, rare class: alike, weighted"
        assert_told("rare_class", each_world, {what: f"{mean[0, 4]:.1%}, {mean[1, 4]:.1%}"})


def test_what_the_red_numbers_alone_get_is_told(each_world):
    learn, test = load_arrays(each_world)
    X = np.hstack([learn.X, test.X])
    Y = np.hstack([learn.Y, test.Y])
    red = X[::3].mean(axis=0, keepdims=True)
    rng = np.random.default_rng(0)
    draws = [(range(learn.Y.size, Y.size), range(learn.Y.size))]
    for _ in range(10):
        draws.append(draw_a_test(Y, test.Y, rng))
    right = []
    for tested, others in draws:
        answers = compared_with_what.closer_mean(red, Y[0], tested, others)
        right.append(np.mean(answers == Y[0, tested]))
    found = f"{right[0]:.1%}, {np.mean(right[1:]):.1%}"
    what = "red numbers alone: the one test, 10 random tests"
    assert_told("compared_with_what", each_world, {what: found})


# ------------------------------------------------------------------ pictures of one's own


# Size, numbers of a pixel, white: a large one that is not divided by 255.
LARGE = (128, 3, 255)
ODD_SIZES = [
    (32, 1, 1),
    (40, 3, 1),
    (100, 3, 1),
]  # they concern only the lesson that moves pictures


def save_noise(folder, image_size, channels, white):
    """Arrays of 15 + 15 pictures of noise, the second class a little brighter: size, numbers of a pixel, white."""
    rng = np.random.default_rng(0)
    names = ["a very long name of a class of things", "$1 飞机"]
    for split, count in (("train", 30), ("test", 10)):
        Y = np.arange(count)[np.newaxis] % 2
        X = rng.random((image_size * image_size * channels, count)) * (0.8 + 0.2 * Y)
        with h5py.File(folder / f"{split}_x.h5", "w") as file:
            file[f"data_{split}"] = (white * X).astype(np.float32)
            file[f"labels_{split}"] = Y.astype(np.float32)
            file[f"files_{split}"] = [f"{k}.jpg" for k in range(count)]
            file.attrs["class_names"] = names
            file.attrs["image_size"] = image_size


EACH_SIZE = [(lesson, LARGE) for lesson in LESSONS]
EACH_SIZE += [(shift_it, size) for size in ODD_SIZES]


@pytest.mark.parametrize(("lesson", "size"), EACH_SIZE, ids=str)
def test_a_lesson_runs_on_thirty_pictures_of_any_size(lesson, size, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(compared_with_what, "TESTS", 5)
    save_noise(tmp_path, *size)
    run(lesson, tmp_path, tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("try: ")


# ------------------------------------------------------------------ the same in another way


@pytest.fixture
def arrays(drawn):
    return load_arrays(drawn)


def test_the_rivals_are_those_of_scikit_learn(arrays):
    X, Y, K = all_pictures(*arrays)
    tested, others = draw_a_test(Y, arrays[1].Y, np.random.default_rng(7))
    others = others[5:]  # so that one class is more frequent
    percents, nearest = compared_with_what.compare(X, Y, K, tested, others)

    rivals = [DummyClassifier(), NearestCentroid(), NearestCentroid(), KNeighborsClassifier(1)]
    brightness = X.mean(axis=0, keepdims=True)
    for k, rival in enumerate(rivals):
        numbers = X
        if k == 1:
            numbers = brightness
        rival.fit(numbers[:, others].T, Y[0, others])
        right = rival.score(numbers[:, tested].T, Y[0, tested])
        assert percents[k] == pytest.approx(100 * right), compared_with_what.RIVALS[k]

    closest = rivals[3].kneighbors(X[:, tested].T, return_distance=False)
    assert nearest == [others[k] for k in closest[:, 0]]

    w, b = train.init_params(len(X))
    params, _, _ = train.optimize(w, b, X[:, others], Y[:, others], 2000, 0.01)
    right = train.predict(params["w"], params["b"], X[:, tested]) == Y[:, tested]
    assert percents[4] == pytest.approx(100 * np.mean(right))


def test_a_random_test_has_as_many_of_each_class_and_no_picture_twice(arrays):
    learn, test = arrays
    Y = np.hstack([learn.Y, test.Y])
    tested, others = draw_a_test(Y, test.Y, np.random.default_rng(0))
    assert sorted(tested + others) == list(range(Y.size))
    assert np.sum(Y[0, tested]) == np.sum(test.Y)


def test_precision_recall_and_calibration_are_those_of_scikit_learn(monkeypatch):
    rng = np.random.default_rng(0)
    A = rng.random(500)
    y = (rng.random(500) < A).astype(float)
    rows = how_sure.count_mistakes(A, y)
    precision, recall, thresholds = precision_recall_curve(y, A)
    for row in rows:
        first = np.sum(thresholds <= row[0])  # theirs is >=, ours is >
        assert row[3:5] == pytest.approx([precision[first], recall[first]])
        assert row[5] == row[1] + 10 * row[2]
        assert row[1] + row[2] == np.sum((A > row[0]) != y)

    monkeypatch.setattr(
        how_sure, "SURE", [(0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1)]
    )
    rows = how_sure.count_right(A, y)
    share, mean = calibration_curve((A > 0.5) == y, np.maximum(A, 1 - A), n_bins=10)
    assert rows[:, 1] == pytest.approx(mean)
    assert rows[:, 2] == pytest.approx(share)
    assert np.sum(rows[:, 0]) == 500


def test_no_picture_is_judged_by_a_neuron_that_learned_from_it(arrays, monkeypatch):
    X, Y, K = all_pictures(*arrays)
    seen = []
    fit_columns = how_sure.fit_columns

    def spy(X, Y, K, columns):
        seen.append(set(columns))
        return fit_columns(X, Y, K, columns)

    monkeypatch.setattr(how_sure, "fit_columns", spy)
    A = how_sure.judge_all(X, Y, K)
    heaps = [set(range(Y.size)) - columns for columns in seen]
    assert sorted(k for heap in heaps for k in heap) == list(range(Y.size))

    # One heap again, by train.py's own descent.
    heap = sorted(heaps[3])
    others = sorted(seen[3])
    w, b = train.init_params(len(X))
    params, _, _ = train.optimize(w, b, X[:, others], Y[:, others], 2000, 0.01)
    z = params["w"].T @ X[:, heap] + params["b"]
    assert A[heap] == pytest.approx(train.sigmoid(z)[0], abs=1e-3)


@pytest.mark.parametrize(
    "of_class_0, of_class_1, rare, kept",
    [
        (750, 748, 0, 20),
        (30, 30, 0, 10),  # a third of the others
        (30, 2, 1, 2),
        (12, 60, 0, 12),  # rare already: all of them
        (60, 12, 1, 12),
    ],
)
def test_a_rare_class_is_made_rare_but_not_rarer(of_class_0, of_class_1, rare, kept):
    Y = np.append(np.zeros(of_class_0), np.ones(of_class_1)).reshape(1, -1)
    assert rare_class.find_rare(Y) == rare
    columns = rare_class.draw_rare(Y, rare, np.random.default_rng(0))
    counts = {0: of_class_0, 1: of_class_1}
    counts[rare] = kept
    assert {label: np.sum(Y[0, columns] == label) for label in (0, 1)} == counts
    assert len(set(columns)) == len(columns)


def test_weights_are_as_good_as_copies_of_the_rare_pictures(arrays, monkeypatch):
    learn, test = arrays
    monkeypatch.setattr(rare_class, "EPOCHS", 300)
    class_0 = np.flatnonzero(learn.Y[0] == 0)[:6]
    class_1 = np.flatnonzero(learn.Y[0] == 1)
    columns = np.concatenate([class_0, class_1])
    rows = rare_class.try_once(learn.X[:, columns], learn.Y[:, columns], test)

    # Six pictures of class 0, each ten times, and sixty of class 1.
    for row, times in ((0, 1), (1, 10)):
        repeated = np.concatenate([np.repeat(class_0, times), class_1])
        w, b = train.init_params(len(learn.X))
        X = learn.X[:, repeated]
        params, _, _ = train.optimize(w, b, X, learn.Y[:, repeated], 300, 0.01)
        right = train.predict(params["w"], params["b"], test.X) == test.Y
        expected = [np.mean(right), np.mean(right[test.Y == 0]), np.mean(right[test.Y == 1])]
        assert rows[row][3:] == pytest.approx(expected)


def test_one_at_a_time_is_scikit_learns_sgd(arrays, monkeypatch):
    learn, _ = arrays
    monkeypatch.setattr(small_batches, "LOOKS", 3)
    monkeypatch.setattr(small_batches, "LEARNING_RATE", 0.001)  # the mean picture is in X here
    w, b, costs = small_batches.descend(learn.X, learn.Y, 1)

    rng = np.random.default_rng(0)
    witness = SGDClassifier("log_loss", penalty=None, learning_rate="constant", shuffle=False)
    witness.set_params(eta0=small_batches.LEARNING_RATE)
    for _ in range(3):
        order = rng.permutation(learn.Y.size)
        witness.partial_fit(learn.X[:, order].T, learn.Y[0, order], classes=[0, 1])
    assert w[:, 0] == pytest.approx(witness.coef_[0], abs=1e-4)
    assert b == pytest.approx(witness.intercept_[0], abs=1e-4)
    assert max(costs) == 3 * learn.Y.size


def test_all_at_once_is_the_descent_of_train_and_a_seed_gives_the_same_digits(arrays):
    learn, _ = arrays
    w, b, costs = small_batches.descend(learn.X, learn.Y, learn.Y.size)
    first, bias = train.init_params(len(learn.X))
    params, _, _ = train.optimize(first, bias, learn.X, learn.Y, 10, small_batches.LEARNING_RATE)
    assert w == pytest.approx(params["w"], abs=1e-6)

    again = [small_batches.descend(learn.X, learn.Y, 32, seed)[0] for seed in (0, 0, 1)]
    assert np.array_equal(again[0], again[1])
    assert not np.allclose(again[0], again[2], atol=1e-5)


@pytest.mark.parametrize(("down", "right"), [(0, 0), (5, 0), (-3, 0), (0, 16), (2, -7)])
def test_a_moved_picture_is_one_cut_out_of_a_wider_one(down, right, arrays):
    _, test = arrays
    moved = shift_it.move(test.X, down, right, 64)
    for k in range(test.Y.size):
        pixels = test.X[:, k].reshape(64, 64, 3)
        wide = np.pad(pixels, ((16, 16), (16, 16), (0, 0)), mode="edge")
        cut = wide[16 - down : 80 - down, 16 - right : 80 - right]
        assert np.array_equal(moved[:, k].reshape(64, 64, 3), cut)
    one = shift_it.move(test.X[:, 1], down, right, 64)
    assert np.array_equal(one, moved[:, 1])


def test_copies_are_moved_up_to_the_farthest_in_both_directions(arrays):
    _, test = arrays
    copies = shift_it.moved_copies(test.X, 2, 64)
    for k in range(test.Y.size):
        found = []
        for down in range(-2, 3):
            for right in range(-2, 3):
                moved = shift_it.move(test.X[:, k], down, right, 64)
                found.append(np.array_equal(moved, copies[:, k]))
        assert any(found)
