"""The lessons on whether it is right, and on how it learns: each claim is computed anew here, in another way.

What lessons/README.md tells of both worlds is compared with it. The rest runs on small pictures.
"""

import re

import h5py
import numpy as np
import pytest
from conftest import assert_told, told
from PIL import Image

import common
import fast_descent
import gradient_check
import keras_twin
import learning_rates
import one_page
import silent_bugs
import train
import watch_it_learn
from dataset.pictures import import_keras
from figures_check import figures_saved, texts_that_collide

PICTURES = {
    gradient_check: "gradient_check.png",
    keras_twin: "keras_twin.png",
    silent_bugs: "silent_bugs.png",
    learning_rates: "learning_rates.png",
    watch_it_learn: "watch_it_learn.gif",
    fast_descent: "fast_descent.png",
}


def save_shapes(folder, image_size=64, colours=3, largest=1):
    """Arrays of a learner's own 30 pictures, 15 of each class: dark spots, higher in class 1. Returns the folder."""
    rng = np.random.default_rng(0)
    folder.mkdir()
    for split, m in (("train", 24), ("test", 6)):
        Y = np.arange(m) % 2
        X = rng.uniform(0.7, 1, (image_size, image_size, colours, m))
        top = image_size // 8
        X[top : 3 * top, :, :, Y == 1] *= 0.4
        X[4 * top : 6 * top, :, :, Y == 0] *= 0.4
        with h5py.File(folder / f"{split}_x.h5", "w") as file:
            file[f"data_{split}"] = (largest * X).reshape(-1, m).astype(np.float32)
            file[f"labels_{split}"] = Y.reshape(1, m).astype(np.float32)
            file[f"files_{split}"] = [f"{split}/{k}.jpg" for k in range(m)]
            file.attrs["class_names"] = ["Äpfel $1 in a basket", "飞机 $2 over the house"]
            file.attrs["image_size"] = image_size
    return folder


def run(lesson, dataset, results, *options):
    """Run a lesson's main in this process; returns what it returns."""
    if lesson is one_page:
        return lesson.main(["--dataset", str(dataset)])
    return lesson.main(["--dataset", str(dataset), "--results", str(results), *options])


def descend(X, Y, lr, epochs):
    """The textbook's formulas in float64, as they stand in books: every cost, and w and b at the end."""
    X = X.astype(float)
    w = np.zeros(X.shape[0])
    b = 0.0
    costs = []
    for _ in range(epochs):
        A = 1 / (1 + np.exp(-(w @ X + b)))
        costs.append(-np.mean(np.where(Y[0] == 1, np.log(A), np.log(1 - A))))
        w = w - lr * X @ (A - Y[0]) / Y.size
        b = b - lr * np.mean(A - Y[0])
    return costs, w, b


def costs_by_gram(learn, test, lr=0.01, epochs=2001):
    """Every cost in training and test, and z of the test at the end, in float64 by numbers of X.T @ X alone."""
    X = learn.X.astype(float)
    own = X.T @ X + 1
    other = test.X.T.astype(float) @ X + 1
    z = np.zeros(learn.Y.size)
    z_test = np.zeros(test.Y.size)
    costs = []
    test_costs = []
    for _ in range(epochs):
        costs.append(np.mean(np.logaddexp(0, z) - learn.Y[0] * z))
        test_costs.append(np.mean(np.logaddexp(0, z_test) - test.Y[0] * z_test))
        step = lr * (1 / (1 + np.exp(-np.clip(z, -500, 500))) - learn.Y[0]) / z.size
        z = z - own @ step
        z_test = z_test - other @ step
    return costs, test_costs, z_test


# ------------------------------------------------------------------ all of them


WAYS = {
    "large": {"image_size": 100},
    "small and grey": {"image_size": 40, "colours": 1},
    "without / 255": {"largest": 255},
}


@pytest.mark.filterwarnings("ignore:Glyph")  # where no font here has Chinese letters
@pytest.mark.parametrize("way", WAYS)
def test_lessons_work_on_30_pictures_of_any_kind(way, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(fast_descent, "SIZES", [20, 40])
    monkeypatch.setattr(fast_descent, "EPOCHS", 200)
    dataset = save_shapes(tmp_path / "my pictures", **WAYS[way])
    before = sorted(path.read_bytes() for path in dataset.glob("*.h5"))

    for lesson in [*PICTURES, one_page]:
        if lesson is keras_twin and way != "small and grey":
            continue  # it takes seconds
        options = []
        if lesson in (watch_it_learn, keras_twin):
            options = ["--epochs", "4"]
        with figures_saved() as figures:
            run(lesson, dataset, dataset / "results", *options)
        for figure in figures:
            assert texts_that_collide(figure) == []
        lines = capsys.readouterr().out.splitlines()
        assert lines[-1].startswith("try: ")
        assert not re.search(r"\.py (?!--dataset)--", lines[-1]), "it would leave these pictures"
        if lesson is silent_bugs and way == "small and grey":
            assert "C is left out" in lines[0]
        if lesson in PICTURES:
            picture = Image.open(dataset / "results" / "lessons" / PICTURES[lesson])
            assert picture.width >= 600
            assert picture.height >= 350

    assert sorted(path.read_bytes() for path in dataset.glob("*.h5")) == before


def test_without_arrays_a_lesson_names_the_command_that_makes_them(tmp_path):
    for lesson in PICTURES:
        with pytest.raises(
            SystemExit, match=r"^error: no file .*train_x\.h5 - run: python .*prepare"
        ):
            run(lesson, tmp_path, tmp_path)
    with pytest.raises(
        SystemExit, match=r"^error: no file train_x\.h5 in .* - run prepare_data\.py"
    ):
        run(one_page, tmp_path, tmp_path)


# ------------------------------------------------------------------ is it right?


WRONG_GRADIENTS = [("dw", -1), ("dw", 1.01), ("db", -1), ("dw", np.nan)]


@pytest.mark.parametrize(("key", "factor"), WRONG_GRADIENTS)
def test_gradient_check_finds_a_wrong_gradient(key, factor, tmp_path, monkeypatch, capsys):
    def wrong(w, b, X, Y):
        grads, cost = train.propagate(w, b, X, Y)
        grads[key] = factor * grads[key]
        return grads, cost

    dataset = save_shapes(tmp_path / "mine", 32)
    monkeypatch.setattr(gradient_check, "propagate", wrong)
    with pytest.raises(
        SystemExit, match=r"^error: the gradient is wrong - compare dw and db in train"
    ):
        run(gradient_check, dataset, tmp_path)
    if factor == -1 and key == "dw":  # the try of this lesson
        difference = re.search("difference of all: (.*),", capsys.readouterr().out)[1]
        assert f"{float(difference):.1f}" == told_alike("gradient_check", "with a wrong sign in dw")


def told_alike(lesson, what):
    """A cell that is the same in both worlds."""

    class Photographs:
        name = "photographs"

    return told(lesson, what, Photographs)


def test_gradient_check_agrees_where_it_is_right(drawn, tmp_path):
    assert 0 < run(gradient_check, drawn, tmp_path)["relative difference"] < 1e-8


def test_keras_twin_is_the_same_neuron_and_adam_is_another(drawn, tmp_path, monkeypatch, capsys):
    numbers = run(keras_twin, drawn, tmp_path, "--epochs", "101")
    learn, test = train.load_arrays(drawn)
    costs, w, b = descend(learn.X, learn.Y, 0.01, 101)
    assert numbers["our costs"] == pytest.approx(costs[::100], abs=1e-6)
    assert numbers["their costs"] == pytest.approx(costs[::100], abs=1e-6)
    assert numbers["w difference"] < 1e-6
    assert "so they are the same neuron" in capsys.readouterr().out

    # The try of this lesson.
    optimizers = import_keras().optimizers
    monkeypatch.setattr(optimizers, "SGD", optimizers.Adam)
    numbers = run(keras_twin, drawn, tmp_path, "--epochs", "101")
    assert numbers["their costs"][1] < numbers["our costs"][1]
    assert "so they are not the same neuron" in capsys.readouterr().out


def signs_of(case, healthy):
    """The bugs of which a case of silent_bugs.py has the symptom."""
    signs = ""
    same_costs = np.allclose(case.costs, healthy.costs)
    if case.test_right < 0.2:
        signs += "A"
    if max(case.costs) > 1000 and case.costs[-1] < 1e-6:
        signs += "B"
    if same_costs and case.test_right > 0.5 and case.test_cost > 1.05 * healthy.test_cost:
        signs += "C"
    if case.costs[-1] > case.costs[1] > case.costs[0]:
        signs += "D"
    if case.train_right == 1 and 0.35 < case.test_right < 0.65:
        signs += "E"
    if not same_costs and max(case.costs) < 1 and case.test_cost < healthy.test_cost:
        signs += "F"
    return signs


def test_silent_bugs_have_a_symptom_each_that_no_other_has(small_world, tmp_path, capsys):
    cases = run(silent_bugs, small_world, tmp_path, "--answers")
    healthy = cases.pop("healthy")
    text = capsys.readouterr().out
    for letter, case in cases.items():
        assert signs_of(case, healthy) == letter
        assert f"\n{letter}: {silent_bugs.ANSWERS[letter]}\n" in text

    numbers = {"healthy: cost on the test": f"{healthy.test_cost:.3f}"}
    for letter in "ABCDEF":
        numbers[f"{letter}: right in the test"] = f"{cases[letter].test_right:.0%}"
    for letter in "CF":
        numbers[f"{letter}: cost on the test"] = f"{cases[letter].test_cost:.3f}"
    assert_told("silent_bugs", small_world, numbers)

    # The healthy one, in another way.
    learn, test = train.load_arrays(small_world)
    costs, test_costs, z_test = costs_by_gram(learn, test)
    assert healthy.costs == pytest.approx(costs[:2000:100], abs=1e-6)
    assert healthy.test_cost == pytest.approx(test_costs[2000], rel=1e-3)
    assert healthy.test_right == np.mean((z_test > 0) == test.Y)


def test_without_answers_silent_bugs_does_not_tell(drawn, tmp_path, capsys):
    run(silent_bugs, drawn, tmp_path)
    text = capsys.readouterr().out
    for answer in silent_bugs.ANSWERS.values():
        assert answer not in text


def test_blue_for_red_is_the_order_of_opencv():
    X = np.arange(2 * 2 * 3 * 5.0).reshape(12, 5)
    pixels = X.reshape(2, 2, 3, 5)[:, :, ::-1]
    assert np.array_equal(silent_bugs.blue_for_red(X), pixels.reshape(12, 5))


# ------------------------------------------------------------------ how does it learn?


def test_one_page_has_the_costs_of_train_py(drawn, capsys):
    numbers = run(one_page, drawn, None)
    printed = capsys.readouterr().out
    learn, test = train.load_arrays(drawn)
    costs, test_costs, z_test = costs_by_gram(learn, test, epochs=2000)
    assert numbers["costs"] == pytest.approx(costs[::100], abs=2e-6)
    assert numbers["right"] == np.sum((z_test > 0) == test.Y[0])
    assert f"{numbers['right']} of {test.Y.size} test pictures are right" in printed
    assert printed.count("cost after") == 20


def test_one_page_and_its_neighbours_tell_the_costs_of_train_py(world):
    printed = (world / "printed.txt").read_text(encoding="utf-8")
    cost = re.search(r"cost after 100 epochs: (\S+)", printed)[1]
    for lesson in ("one_page", "keras_twin", "fast_descent"):
        assert told(lesson, "cost after 100 epochs", world) == cost


def test_three_times_the_rate_jumps_higher_and_is_faster_later(world):
    # The try of one_page.py, and that of learning_rates.py.
    learn, test = train.load_arrays(world)
    w, b, costs = common.fit(learn.X, learn.Y, lr=0.03)
    assert told("one_page", "with lr 0.03: cost after 100 epochs", world) == f"{costs[1]:.3f}"
    assert told("one_page", "with lr 0.03: last printed cost", world) == f"{costs[-1]:.4f}"
    right = common.share_right(w, b, test.X, test.Y)
    assert told("learning_rates", "at a rate of 0.03: right in the test", world) == f"{right:.0%}"


def test_learning_rates_predicts_where_the_cost_begins_to_rise(small_world, tmp_path, capsys):
    trials = run(learning_rates, small_world, tmp_path)
    learn, test = train.load_arrays(small_world)
    X = learn.X.astype(float)
    X_mean_off = X - X.mean(axis=1, keepdims=True)
    rises = [trial.rises for trial in trials]

    # The eigenvalues in another way. At the safe rates the cost never rises, at the others it does.
    for trial, pictures in ((trials[0], X), (trials[4], X_mean_off)):
        largest = np.linalg.eigvalsh(pictures.T @ pictures + 1)[-1]
        assert trial.lr == pytest.approx(8 * X.shape[1] / largest, rel=1e-4)
        assert trial.rises == 0
    assert min(rises[1:4]) > 3

    costs, test_costs, z_test = costs_by_gram(learn, test, epochs=80)
    assert trials[2].costs == pytest.approx(costs, rel=2e-3)
    rising = [k for k in range(1, 80) if costs[k] > costs[k - 1]]
    assert (trials[2].rises, trials[2].last_rise) == (len(rising), rising[-1])
    numbers = {
        "safe rate": f"{trials[0].lr:.3g}",
        "safe rate, mean picture subtracted": f"{trials[4].lr:.3g}",
        "rises at 1.5 times the safe rate": str(rises[1]),
        "highest cost at 0.01": f"{trials[2].costs[int(np.argmax(trials[2].costs))]:.2f}",
        "last rise at 0.01, epoch": str(trials[2].last_rise),
        "highest cost at 1": f"{max(trials[3].costs):.0f}",
        "right in the test at 1": f"{trials[3].right:.0%}",
        "cost on the test at 1": f"{trials[3].test_cost:.1f}",
    }
    assert_told("learning_rates", small_world, numbers)


def test_what_readme_tells_of_the_cost_on_the_test(one_world):
    learn, test = train.load_arrays(one_world)
    costs, test_costs, z_test = costs_by_gram(learn, test)
    lowest = int(np.argmin(test_costs))
    highest = lowest + int(np.argmax(test_costs[lowest:]))
    numbers = {
        "cost on the test is lowest after epoch": str(lowest),
        "lowest cost on the test": f"{test_costs[lowest]:.4f}",
        "training cost at that epoch": f"{costs[lowest]:.2f}",
        "highest cost on the test after that": f"{test_costs[highest]:.3f}",
        "cost on the test after 2000 epochs": f"{test_costs[2000]:.3f}",
    }
    assert_told("watch_it_learn", one_world, numbers)

    w, b, fitted_costs = common.fit(learn.X, learn.Y, lowest)
    wrong = round(learn.Y.size * (1 - common.share_right(w, b, learn.X, learn.Y)))
    assert told("watch_it_learn", "training pictures wrong at that epoch", one_world) == str(wrong)

    # Its try: at epoch 40 only the drawn ones jump.
    jumps = max(costs[39:42]) > 1.1 * min(costs[39:42])
    assert jumps == (one_world.name == "all_drawn")


def test_the_film_shows_the_neuron_of_the_textbook(drawn, tmp_path, monkeypatch):
    shown = {}
    draw_frame = watch_it_learn.draw_frame

    def draw_and_keep(epoch, w, costs, test_costs, arrays):
        shown[epoch] = w
        return draw_frame(epoch, w, costs, test_costs, arrays)

    monkeypatch.setattr(watch_it_learn, "draw_frame", draw_and_keep)
    numbers = run(watch_it_learn, drawn, tmp_path, "--epochs", "12")
    learn, test = train.load_arrays(drawn)
    assert list(shown) == list(range(1, 13))
    for epoch in (1, 2, 12):
        costs, w, b = descend(learn.X, learn.Y, 0.01, epoch)
        assert np.allclose(shown[epoch][:, 0], w, atol=1e-5)
        z = w @ test.X + b
        cost = np.mean(np.logaddexp(0, z) - test.Y[0] * z)
        assert numbers["test costs"][epoch] == pytest.approx(cost, rel=2e-3)
    assert f"{numbers['correlation']:.5f}" == "1.00000"

    film = Image.open(tmp_path / "lessons" / "watch_it_learn.gif")
    assert film.n_frames == 12
    film.seek(11)
    assert film.info["duration"] == 3000


def test_after_one_epoch_w_is_the_difference_of_the_mean_pictures(world):
    learn, test = train.load_arrays(world)
    costs, w, b = descend(learn.X, learn.Y, 0.01, 1)
    correlation = watch_it_learn.correlation(w.reshape(-1, 1), learn)
    assert told("watch_it_learn", "correlation after one epoch", world) == f"{correlation:.6f}"


def test_the_fast_descent_takes_the_same_steps(drawn, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(fast_descent, "SIZES", [50, 100])
    monkeypatch.setattr(fast_descent, "EPOCHS", 500)
    numbers = run(fast_descent, drawn, tmp_path)
    learn, test = train.load_arrays(drawn)
    costs = costs_by_gram(learn, test, epochs=500)[0]
    assert numbers["costs"] == pytest.approx(costs[::100], abs=5e-7)
    assert numbers["difference"] < 5e-6
    assert numbers["times as fast"] > 1
    assert capsys.readouterr().out.count("cost after 400 epochs:") == 2
