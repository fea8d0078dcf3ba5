"""train.py: the seven functions, what is saved and shown, and the script as a learner runs it."""

import importlib
import os
import re
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import h5py
import numpy as np
import pytest
from conftest import (
    EXPERIMENTS,
    ROOT,
    copy_project,
    environment_with,
    kill_a_writer,
    run_script,
    script_command,
)
from matplotlib.figure import Figure
from PIL import Image

import dataset.figures
import predict_demo
import prepare_data
import train
from checks import ROUND_1, ROUND_2
from common import fit, gram_matrix
from dataset.figures import draw_costs, draw_weights, show_weights
from dataset.report import plausible_range
from train import load_arrays, load_model, optimize, predict, propagate, sigmoid

# Two pictures of three numbers each, and any neuron: z = [0.5, 2.5].
X = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]])  # (3, 2)
Y = np.array([[0.0, 1.0]])  # (1, 2)
W = np.array([[1.0], [2.0], [-1.0]])  # (3, 1)
B = 0.5

ROUNDS = dict(ROUND_1)
ROUNDS.update(ROUND_2)
only_posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits as POSIX has them")


def random_example(n=20, m=30, seed=0, dtype=np.float64):
    """Random w, b, X and Y."""
    rng = np.random.default_rng(seed)
    w = rng.normal(size=(n, 1))
    b = rng.normal()
    X = rng.random((n, m))
    Y = rng.random((1, m)) < 0.4
    return w.astype(dtype), dtype(b), X.astype(dtype), Y.astype(dtype)


def textbook_sigmoid(z):
    return 1 / (1 + np.exp(-z))


def textbook_cost(A, Y):
    return -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))


def textbook_descent(w, b, X, Y, epochs, lr):
    """w, b, the last gradients, and the cost before every epoch, by the formulas of any textbook."""
    m = Y.size
    costs = []
    for _ in range(epochs):
        A = textbook_sigmoid(w.T @ X + b)
        costs.append(textbook_cost(A, Y))
        dw = X @ (A - Y).T / m
        db = np.mean(A - Y)
        w = w - lr * dw
        b = b - lr * db
    return w, b, dw, db, costs


# ------------------------------------------------------------------ the seven functions


@pytest.mark.parametrize("name", list(ROUNDS))
def test_the_neuron_does_what_each_check_of_the_exercise_asks(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ROUNDS[name](train)


def test_sigmoid_is_the_textbook_formula_and_exact_far_below_0():
    z = np.linspace(-30, 30, 121).reshape(11, 11)
    assert np.allclose(sigmoid(z), textbook_sigmoid(z), rtol=1e-13, atol=0)
    far = np.array([-300.0, -700.0])
    assert np.allclose(sigmoid(far), np.exp(far), rtol=1e-12, atol=0)
    assert sigmoid(0) == 0.5
    assert sigmoid(np.log(3)) == pytest.approx(0.75, rel=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_numbers_do_not_overflow_in_any_function(dtype):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sigmoid(np.array([-1e4, 0, 1e4], dtype)).tolist() == [0, 0.5, 1]
        w = W.astype(dtype) * 1e4
        grads, cost = propagate(w, 0.0, X.astype(dtype), 1 - Y.astype(dtype))
        # z = [0, 2e4], and the labels are 1 and 0: the losses are log 2 and 2e4.
        assert cost == pytest.approx((np.log(2) + 2e4) / 2, rel=1e-6)
        assert grads["dw"].ravel().tolist() == [0.5, 0.125, -0.25]
        assert grads["db"] == 0.25
        assert predict(w, 0.0, X.astype(dtype)).tolist() == [[0, 1]]


def test_init_params_gives_zeros():
    w, b = train.init_params(7)
    assert (w.shape, w.dtype, b) == ((7, 1), np.float32, 0)
    assert not w.any()


def test_the_cost_is_the_textbook_formula_and_the_log_loss_of_scikit_learn():
    from sklearn.metrics import log_loss

    w, b, X, Y = random_example(seed=1)
    A = textbook_sigmoid(w.T @ X + b)
    grads, cost = propagate(w, b, X, Y)
    assert cost == pytest.approx(textbook_cost(A, Y), rel=1e-13)
    assert cost == pytest.approx(log_loss(Y[0], A[0]), rel=1e-10)
    assert np.allclose(grads["dw"], X @ (A - Y).T / 30, rtol=1e-12)
    assert grads["db"] == pytest.approx(np.mean(A - Y), rel=1e-12)


def test_the_gradients_are_those_of_finite_differences():
    w, b, X, Y = random_example()
    grads, cost = propagate(w, b, X, Y)
    h = 1e-5
    for j in range(len(w)):
        step = np.zeros_like(w)
        step[j] = h
        grads_above, above = propagate(w + step, b, X, Y)
        grads_below, below = propagate(w - step, b, X, Y)
        slope = (above - below) / (2 * h)
        assert grads["dw"][j, 0] == pytest.approx(slope, rel=1e-6, abs=1e-9)

    grads_above, above = propagate(w, b + h, X, Y)
    grads_below, below = propagate(w, b - h, X, Y)
    assert grads["db"] == pytest.approx((above - below) / (2 * h), rel=1e-6)


def test_optimize_is_the_textbook_descent(capsys):
    w, b, X, Y = random_example(seed=7)
    params, grads, costs = optimize(w, b, X, Y, 301, 0.3)
    w_end, b_end, dw, db, all_costs = textbook_descent(w, b, X, Y, 301, 0.3)
    assert np.allclose(params["w"], w_end, rtol=0, atol=1e-12)
    assert params["b"] == pytest.approx(b_end, abs=1e-12)
    assert np.allclose(grads["dw"], dw, rtol=0, atol=1e-12)
    assert grads["db"] == pytest.approx(db, abs=1e-12)
    assert np.allclose(costs, all_costs[::100], rtol=0, atol=1e-12)

    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"cost after {100 * k} epochs: {cost:.6f}" for k, cost in enumerate(all_costs[::100])
    ]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_all_stays_in_the_type_of_X(dtype, capsys):
    w, b, X, Y = random_example(dtype=dtype)
    w, b = train.init_params(20)
    params, grads, costs = optimize(w, b, X, Y, 3, 0.1)
    for array in (params["w"], grads["dw"], grads["db"], params["b"], costs[0]):
        assert array.dtype == dtype
    assert predict(params["w"], params["b"], X).dtype == dtype
    assert sigmoid(X).dtype == dtype


def test_predict_says_1_above_one_half():
    z = np.array([[-0.5, -0.001, 0, 0.001, 0.5]])  # X of one number a picture
    assert predict(np.ones((1, 1)), 0.0, z).tolist() == [[0, 0, 0, 1, 1]]
    assert predict(np.ones((1, 1)), 0.0015, z).tolist() == [[0, 1, 1, 1, 1]]


def test_predict_image_gives_one_number():
    for column, label in ((X[:, [0]], 1), (-X[:, [1]], 0)):
        answer = train.predict_image(W, B, column)
        assert answer == label
        assert isinstance(answer, int)
    with pytest.raises(ValueError, match="size 1"):
        train.predict_image(W, B, X)


def test_shapes_that_do_not_fit_are_told_in_a_sentence():
    for w, labels, sentence in (
        (W.T, Y, "w must be a column, (3, 1), as X is (3, 2); it is (1, 3)"),
        (W[:, 0], Y, "w must be a column, (3, 1), as X is (3, 2); it is (3,)"),
        (W, Y.T, "Y must be a row, (1, 2), as X is (3, 2); it is (2, 1)"),
        (W, Y[0], "Y must be a row, (1, 2), as X is (3, 2); it is (2,)"),
    ):
        with pytest.raises(AssertionError, match=re.escape(sentence)):
            propagate(w, B, X, labels)


def test_labels_and_sizes_that_do_not_fit_are_told_before_anything_is_learned(capsys):
    for labels in (Y + 1, 2 * Y - 1, Y * np.nan, Y / 2):
        for Y_train, Y_test in ((labels, Y), (Y, labels)):
            with pytest.raises(AssertionError, match="Y must hold labels 0 and 1, nothing else"):
                train.model(X, Y_train, X, Y_test, 10, 0.1)
    with pytest.raises(AssertionError, match="pictures differ in size: train 3, test 2 numbers"):
        train.model(X, Y, X[:2], Y, 10, 0.1)
    assert capsys.readouterr().out == ""

    # A test of one class alone can be.
    trained = train.model(X, Y, X[:, :1], Y[:, :1], 10, 0.1)
    assert trained["Y_predict_test"].shape == (1, 1)


def test_model_learns_and_returns_what_the_tutorial_names(capsys):
    w, b, X, Y = random_example(m=50, seed=3)
    Y = (w.T @ X + b > 1).astype(np.float64)  # what one neuron can learn
    trained = train.model(X[:, :40], Y[:, :40], X[:, 40:], Y[:, 40:], 3000, 0.5)

    names = ["costs", "w", "b", "Y_predict_train", "Y_predict_test", "learning_rate", "epochs"]
    assert list(trained) == names
    assert (trained["learning_rate"], trained["epochs"], len(trained["costs"])) == (0.5, 3000, 30)
    assert trained["costs"][-1] < 0.2
    assert trained["Y_predict_test"].shape == (1, 10)
    in_train = np.mean(trained["Y_predict_train"] == Y[:, :40])
    in_test = np.mean(trained["Y_predict_test"] == Y[:, 40:])
    assert in_train > 0.95
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == [
        f"train_accuracy: {100 * in_train:.2f} %",
        f"test_accuracy : {100 * in_test:.2f} %",
    ]


# ------------------------------------------------------------------ the descent of the lessons


def gram_descent_64(X, Y, epochs, lr):
    """The costs of the same descent, all in float64 and by other lines than those of fit: w = X @ alpha."""
    X = X.astype(np.float64)
    K = X.T @ X
    m = Y.size
    alpha = np.zeros((m, 1))
    b = 0.0
    costs = []
    for epoch in range(epochs):
        A = textbook_sigmoid(alpha.T @ K + b)
        if epoch % 100 == 0:
            costs.append(textbook_cost(A, Y))
        alpha = alpha - lr / m * (A - Y).T
        b = b - lr * np.mean(A - Y)
    return X @ alpha, b, costs


def test_the_gram_matrix_is_right_to_the_last_digit_of_float32():
    w, b, X, Y = random_example(n=12288, m=30, dtype=np.float32)
    exact = X.astype(np.float64).T @ X.astype(np.float64) + 1
    assert np.array_equal(gram_matrix(X), exact.astype(np.float32))


def test_fit_is_the_descent_of_optimize(capsys):
    w, b, X, Y = random_example(n=50, m=30, seed=7)
    params, grads, costs = optimize(0 * w, 0.0, X, Y, 301, 0.3)
    fast_w, fast_b, fast_costs = fit(X, Y, 301, 0.3)
    assert fast_w.shape == (50, 1)
    assert np.allclose(fast_w, params["w"], rtol=0, atol=2e-6)
    assert fast_b == pytest.approx(params["b"], abs=2e-6)
    assert np.allclose(fast_costs, costs, rtol=0, atol=2e-7)

    # And so is the witness of the next test.
    w_64, b_64, costs_64 = gram_descent_64(X, Y, 301, 0.3)
    assert np.allclose(costs_64, costs, rtol=0, atol=1e-12)
    assert np.allclose(w_64, params["w"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("world", ["drawn", "photographs"])
def test_fit_agrees_with_float64_and_with_train_py_on_pictures(world, request):
    folder = request.getfixturevalue(world)
    learn, test = load_arrays(folder)
    neuron = load_model(folder / "results" / "model.h5")
    with h5py.File(folder / "results" / "model.h5") as file:
        costs_of_train_py = file["costs"][:]
        epochs = int(file.attrs["epochs"])

    w, b, costs = fit(learn.X, learn.Y, epochs)
    assert np.allclose(costs, costs_of_train_py, rtol=0, atol=1.5e-6)
    assert np.allclose(w, neuron.w, rtol=0, atol=1e-5)
    assert b == pytest.approx(neuron.b, abs=1e-5)
    answers = predict(w, b, test.X)
    assert np.array_equal(answers, predict(neuron.w, neuron.b, test.X))

    # float64 takes long: so a part of the way, with the first epochs, in which the cost jumps.
    w_64, b_64, costs_64 = gram_descent_64(learn.X, learn.Y, 501, 0.01)
    steps = min(len(costs), len(costs_64))
    assert np.allclose(costs[:steps], costs_64[:steps], rtol=0, atol=2e-7)


# ------------------------------------------------------------------ the report and the plots


def test_the_table_of_answers_is_counted_right(capsys):
    from sklearn.metrics import confusion_matrix

    true = np.array([[0, 0, 0, 1, 1, 1, 1]])
    answers = np.array([[0, 1, 1, 0, 1, 1, 1]])
    train.report_answers(true, answers, ["cat", "dog"])
    printed = re.findall(r"true \w+ +(\d+) +(\d+)", capsys.readouterr().out)
    table = [[int(zeros), int(ones)] for zeros, ones in printed]
    assert table == confusion_matrix(true[0], answers[0]).tolist() == [[1, 2], [1, 3]]


@pytest.mark.parametrize(
    ("right", "m", "low", "high"),
    [(100, 100, 0.9630, 1), (97, 100, 0.9155, 0.9897), (0, 10, 0, 0.2775), (1, 1, 0.2065, 1)],
)
def test_the_range_is_the_one_of_wilson(right, m, low, high):
    assert plausible_range(right, m) == pytest.approx((low, high), abs=1e-4)


def test_the_mistakes_are_sentences_the_surest_first(drawn, monkeypatch):
    monkeypatch.chdir(drawn)
    learn, test = load_arrays(drawn)
    neuron = load_model(drawn / "results" / "model.h5")
    b = neuron.b + 2  # a neuron that is wrong more often
    sentences = train.find_mistakes({"w": neuron.w, "b": b}, learn, drawn)

    A = textbook_sigmoid(neuron.w.T @ learn.X + b)[0]
    expected = []
    for k, path in enumerate(learn.files):
        true, said = learn.class_names
        if learn.Y[0, k] == 1:
            said, true = learn.class_names
        if (A[k] > 0.5) != learn.Y[0, k]:
            sure = max(A[k], 1 - A[k])
            text = f"{path} is {true}, but the neuron says {said} ({sure:.1%} sure)"
            expected.append((sure, text))
    expected.sort(reverse=True)
    assert sentences == [text for sure, text in expected]
    assert len(sentences) > 1


def test_the_plot_of_costs_shows_them_and_the_test(tmp_path, monkeypatch):
    kept = []
    monkeypatch.setattr(dataset.figures, "save_figure", lambda figure, path: kept.append(figure))
    draw_costs(tmp_path / "costs.png", [0.7, 0.3, 0.2], 250, 0.35)
    axes = kept[0].axes[0]
    costs, test = axes.get_lines()
    assert costs.get_xydata().tolist() == [[0, 0.7], [100, 0.3], [200, 0.2]]
    assert test.get_xydata().tolist() == [[250, 0.35]]
    assert axes.get_yscale() == "log"


def test_weights_are_red_where_a_bright_pixel_speaks_for_class_1(tmp_path):
    w = np.zeros((64, 64, 3))
    w[5, 9] = (0.4, 0.1, 0.1)  # row 5, column 9 speaks for class 1
    w[50, 20] = -0.1
    axes = Figure().subplots()
    image = show_weights(axes, w.reshape(-1, 1), 64)
    colours = image.to_rgba(image.get_array())
    assert image.get_array()[5, 9] == pytest.approx(0.6)
    assert image.get_clim() == (-0.6, 0.6)
    red, green, blue, opaque = colours[5, 9]
    assert red > blue
    red, green, blue, opaque = colours[50, 20]
    assert red < blue

    draw_weights(tmp_path / "weights.png", w.reshape(-1, 1), 64, ["cat", "dog"])
    assert Image.open(tmp_path / "weights.png").width > 500


@pytest.mark.parametrize(
    "names", [["$1", "$5"], ["飞机", "摩托车"], ["кот", "пёс"], ["a_b^", "\\c"]]
)
def test_class_names_are_drawn_as_they_are(names, tmp_path, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw_weights(tmp_path / "weights.png", np.ones((12288, 1)), 64, names)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("wrote ")
    assert lines[0].endswith("weights.png")
    if lines[1:]:
        assert lines[1:] == [
            "warning: no font here has all letters of weights.png: some are shown as boxes"
        ]
    assert Image.open(tmp_path / "weights.png").width > 500


def test_letters_that_no_font_has_are_one_line(tmp_path, capsys):
    names = ["\U0001f6e9\U00012000", "\U0001f3cd\U00012001"]  # signs of Babylon
    draw_weights(tmp_path / "weights.png", np.ones((12288, 1)), 64, names)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("warning: no font here has all letters of weights.png")


# ------------------------------------------------------------------ the script


def test_the_script_learns_and_writes_what_it_says(drawn, tmp_path):
    options = ["--dataset", drawn, "--results", tmp_path / "r", "--epochs", 201, "--lr", 0.02]
    done = run_script("train.py", *options, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:4] == [
        "airplane = 0, bike = 1",
        "train: X (12288, 120), Y (1, 120)",
        "test : X (12288, 8), Y (1, 8)",
        "cost after 0 epochs: 0.693147",
    ]
    assert lines[5].startswith("cost after 200 epochs: 0.")
    command = f"python {ROOT.as_posix()}/predict_demo.py"
    assert lines[-4:] == [
        "wrote r/model.h5",
        "wrote r/costs.png",
        "wrote r/weights.png",
        f"next: {command} --dataset {drawn.as_posix()} --results r",
    ]

    with h5py.File(tmp_path / "r" / "model.h5") as file:
        assert set(file) == {"w", "b", "costs"}
        assert file["w"].dtype == np.float32
        assert (file["w"].shape, file["b"].shape, file["costs"].shape) == ((12288, 1), (), (3,))
        assert set(file.attrs) == {"class_names", "image_size", "learning_rate", "epochs"}
        assert list(file.attrs["class_names"]) == ["airplane", "bike"]
        assert file.attrs["image_size"] == 64
        assert file.attrs["epochs"] == 201
        assert file.attrs["learning_rate"] == 0.02
    for name in ("costs.png", "weights.png"):
        assert Image.open(tmp_path / "r" / name).width > 500

    neuron = load_model(str(tmp_path / "r" / "model.h5"))  # a path as text will do
    learn, test = load_arrays(drawn)
    for name, arrays in (("train_accuracy: ", learn), ("test_accuracy : ", test)):
        z = neuron.w.T @ arrays.X + neuron.b
        right = np.mean((z > 0) == arrays.Y)
        assert f"{name}{100 * right:.2f} %" in lines
    grads, test_cost = propagate(neuron.w, neuron.b, test.X, test.Y)
    assert f"cost on the test: {test_cost:.6f}" in lines

    mistakes = re.findall(r"^  (\S+) is (\w+), but the neuron says (\w+)", done.stdout, re.M)
    for path, true, said in mistakes:
        assert Path(path).parent.name == true != said


def test_results_go_into_the_data_set_that_is_named(drawn):
    neuron = load_model(drawn / "results" / "model.h5")
    assert (neuron.class_names, neuron.image_size) == (["airplane", "bike"], 64)
    assert Image.open(drawn / "results" / "costs.png").width > 500
    printed = (drawn / "printed.txt").read_text(encoding="utf-8")
    assert printed.splitlines()[-1].endswith(f"predict_demo.py --dataset {drawn.as_posix()}")


def small_arrays(folder, class_names=("cat", "dog"), splits=("train", "test")):
    """Write arrays of 4 random pictures of 2 x 2 pixels as prepare_data.py does."""
    rng = np.random.default_rng(0)
    folder.mkdir(exist_ok=True)
    for split in splits:
        with h5py.File(folder / f"{split}_x.h5", "w") as file:
            file[f"data_{split}"] = rng.random((12, 4)).astype(np.float32)
            file[f"labels_{split}"] = np.array([[0, 0, 1, 1]], np.float32)
            file[f"files_{split}"] = [f"{split}/a/{k}.jpg" for k in range(4)]
            file.attrs["class_names"] = list(class_names)
            file.attrs["image_size"] = 2
    return folder


def test_what_cannot_be_opened_or_does_not_fit_is_one_line(tmp_path):
    folder = small_arrays(tmp_path / "mine")
    for name in ("train_x.h5", "test_x.h5"):
        path = folder / name
        content = path.read_bytes()
        remedy = "run: python .*prepare_data.py --dataset .*mine$"

        for damaged in (b"", b"not h5 at all", content[: len(content) // 2]):
            path.write_bytes(damaged)
            with pytest.raises(SystemExit, match=f"^error: cannot open .*{name} .* or {remedy}"):
                load_arrays(folder)
        path.unlink()
        with pytest.raises(SystemExit, match=f"^error: no file .*{name} - {remedy}"):
            load_arrays(folder)
        path.write_bytes(content)

    small_arrays(folder, ("cat", "cow"), ["test"])
    message = r"^error: train_x.h5 has the classes \['cat', 'dog'\], test_x.h5 \['cat', 'cow'\] - "
    with pytest.raises(SystemExit, match=message + remedy):
        load_arrays(folder)


def test_a_model_that_is_missing_or_no_h5_file_is_one_line(tmp_path):
    path = tmp_path / "model.h5"
    with pytest.raises(SystemExit, match=r"^error: no file .*model\.h5 - run: python train\.py$"):
        load_model(path)
    path.write_bytes(b"half of a mod")
    with pytest.raises(SystemExit, match=r"^error: cannot open .*model\.h5 .* python train\.py$"):
        load_model(path)


def test_arrays_that_another_program_holds_open_are_one_line(tmp_path):
    folder = small_arrays(tmp_path / "mine")
    path = str(folder / "train_x.h5")
    code = f"import h5py; file = h5py.File({path!r}, 'r+'); print(1, flush=True); input()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe) as notebook:
        notebook.stdout.readline()
        with pytest.raises(SystemExit, match=r"^error: cannot open .*train_x\.h5 .* - close it in"):
            load_arrays(folder)
        notebook.communicate(b"\n")
    assert load_arrays(folder)[0].image_size == 2


def test_a_rate_that_is_too_large_is_told_and_weights_that_are_no_numbers_are_not_kept(
    drawn, tmp_path, capsys
):
    options = ["--dataset", str(drawn), "--results", str(tmp_path), "--epochs", "101"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train.main([*options, "--lr", "1e6"])
        out = capsys.readouterr().out
        assert "\nwarning: the cost still jumps up and down" in out
        before = (tmp_path / "model.h5").read_bytes()
        message = "^error: the weights are no longer finite numbers, no model is written - use"
        with pytest.raises(SystemExit, match=message):
            train.main([*options, "--lr", "1e300"])
    assert (tmp_path / "model.h5").read_bytes() == before


def test_a_cost_that_still_jumps_is_told_though_each_100th_falls(capsys):
    # Much that all have in common, and hardly anything else: at a large rate each second step goes up, without end.
    arrays = load_arrays_of(["cat", "dog"], [[0, 0, 1] * 10])
    arrays.X = np.full((12, 30), 3.0)
    for lr, jumps in ((0.3, True), (0.001, False)):
        trained = train.model(arrays.X, arrays.Y, arrays.X, arrays.Y, 201, lr)
        trained["costs"] = [0.7, 0.6, 0.5]
        train.report(trained, arrays, arrays, Path())
        warning = (
            "warning: the cost still jumps up and down, so it is luck how good this neuron is:"
        )
        assert (warning in capsys.readouterr().out) == jumps

    # It does not jump any more, but it rose on the way.
    for costs, rose in (([0.7, 5.0, 0.5], True), ([0.7, 0.6, 0.65], False)):
        train.report({**trained, "costs": costs}, arrays, arrays, Path())
        out = capsys.readouterr().out
        assert ("warning: the cost rose to 5 or more" in out) == rose


def test_a_test_that_tells_little_is_told(capsys):
    arrays = load_arrays_of(["cat", "dog"], [[0, 0, 0, 1]])
    for answers, warning in (
        (
            [[0, 0, 0, 0]],
            "warning: it says cat to every test picture (75% right).",
        ),
        (
            [[1, 1, 1, 1]],
            "warning: it says dog to every test picture (25% right).",
        ),
        ([[0, 0, 0, 1]], "warning: that may be no better than guessing, which gets 75%"),
    ):
        trained = {
            "costs": [0.7, 0.6],
            "learning_rate": 0.01,
            "w": np.zeros((12, 1)),
            "b": 0.0,
            "Y_predict_test": np.array(answers),
        }
        train.report(trained, arrays, arrays, Path())
        out = capsys.readouterr().out
        low, high = plausible_range(np.sum(np.array(answers) == arrays.Y), 4)
        assert f"on new pictures it may be right {low:.0%} to {high:.0%} of the time;" in out
        assert "a test of 4 pictures cannot say it more precisely" in out
        assert warning in out

    # Where it is better, no warning.
    labels = [[0] * 20 + [1] * 20]
    arrays = load_arrays_of(["cat", "dog"], labels)
    trained["Y_predict_test"] = np.array(labels)
    train.report(trained, arrays, arrays, Path())
    assert "warning" not in capsys.readouterr().out


def load_arrays_of(class_names, Y):
    """Arrays as load_arrays gives them, of black pictures."""
    arrays = object.__new__(train.Arrays)
    arrays.Y = np.array(Y)
    arrays.X = np.zeros((12, arrays.Y.size))
    arrays.files = [f"test/{k}.jpg" for k in range(arrays.Y.size)]
    arrays.class_names = class_names
    return arrays


@pytest.mark.parametrize(
    "arguments",
    [
        "--lr fast",
        "--lr -1",
        "--lr 0",
        "--lr nan",
        "--lr inf",
        "--epochs 0",
        "--epochs 1.5",
        "--speed",
        "extra",
    ],
)
def test_usage_mistakes_have_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        train.main(arguments.split())
    assert end.value.code == 2
    assert "error: " in capsys.readouterr().err


def test_the_numbers_of_the_tutorial_on_the_real_photographs(photographs):
    reference = """
        0.693147 0.133643 0.092946 0.077612 0.067585 0.060158 0.054339 0.049617 0.045687 0.042356
        0.039489 0.036992 0.034795 0.032846 0.031104 0.029536 0.028118 0.026829 0.025651 0.024571
    """
    printed = (photographs / "printed.txt").read_text(encoding="utf-8")
    costs = re.findall(r"cost after \d+ epochs: ([\d.]+)", printed)
    assert costs == reference.split()
    for line in (
        "train: X (12288, 1498), Y (1, 1498)",
        "test : X (12288, 100), Y (1, 100)",
        "train_accuracy: 99.67 %",
        "test_accuracy : 100.00 %",
        "wrong: 0 of 100 test pictures, 5 of 1498 training pictures",
        "on new pictures it may be right 96% to 100% of the time;",
    ):
        assert line in printed.splitlines()
    neuron = load_model(photographs / "results" / "model.h5")
    assert neuron.b == pytest.approx(0.0054172, abs=1e-6)
    assert np.linalg.norm(neuron.w) == pytest.approx(1.57143, abs=1e-5)


# ------------------------------------------------------------------ pipes, screens, windows


@only_posix
def test_a_reader_that_goes_away_costs_no_model(drawn, tmp_path):
    words = script_command("train.py", ["--dataset", drawn, "--results", tmp_path])
    script = " ".join(words)
    for buffering in ("1", None):
        (tmp_path / "model.h5").unlink(missing_ok=True)
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {script} --epochs 150 | head -3"],
            env=environment_with({"PYTHONUNBUFFERED": buffering}),
            capture_output=True,
            text=True,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert len(done.stdout.splitlines()) == 3
        assert load_model(tmp_path / "model.h5").image_size == 64
        assert (tmp_path / "weights.png").is_file()


@only_posix
def test_each_line_comes_at_once_through_a_pipe_and_ctrl_c_is_pythons_own(drawn, tmp_path):
    options = ["--dataset", drawn, "--results", tmp_path, "--epochs", 10**7]
    pipe = subprocess.PIPE
    running = subprocess.Popen(
        script_command("train.py", options),
        env=environment_with({"PYTHONUNBUFFERED": None}),
        stdout=pipe,
        stderr=pipe,
        text=True,
    )
    line = ""
    while not line.startswith("cost after 200 epochs"):
        assert running.poll() is None
        line = running.stdout.readline()
    running.send_signal(signal.SIGINT)
    out, error = running.communicate(timeout=60)
    assert running.returncode in (130, -signal.SIGINT)
    assert error.rstrip().endswith("KeyboardInterrupt")
    assert not list(tmp_path.iterdir())


def test_letters_of_an_old_code_page_are_question_marks_and_the_files_are_written(tmp_path):
    folder = small_arrays(tmp_path / "мои", ("кот", "пёс"))
    options = ["--dataset", folder, "--epochs", 3]
    done = run_script("train.py", *options, cwd=tmp_path, PYTHONIOENCODING="cp1252", PYTHONUTF8=0)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "??? = 0, ??? = 1"
    assert "wrote ???/results/model.h5" in lines
    assert load_model(folder / "results" / "model.h5").class_names == ["кот", "пёс"]


@pytest.mark.parametrize("backend", ["module://matplotlib_inline.backend_inline", "Qt5Agg", "no"])
def test_no_window_system_is_needed_whatever_MPLBACKEND_says(tmp_path, backend):
    folder = small_arrays(tmp_path / "mine")
    options = ["--dataset", folder, "--epochs", 3]
    done = run_script("train.py", *options, MPLBACKEND=backend)
    assert (done.returncode, done.stderr) == (0, "")
    assert (folder / "results" / "weights.png").is_file()


IMPORTS = """if True:
    import os, signal, sys, threading
    import cv2  # sets paths of its own
    import matplotlib
    matplotlib.use("svg")
    def state():
        out = sys.stdout, sys.stderr, sys.excepthook, sys.displayhook
        return signal.getsignal(signal.SIGINT), out, dict(os.environ), os.getcwd()
    before = state()
    import prepare_data, train, predict_demo
    print(state() == before, matplotlib.get_backend(), threading.active_count())
    print({"keras", "tensorflow", "matplotlib.pyplot", "PIL.ImageTk"} & set(sys.modules))"""


def test_importing_the_scripts_does_no_work_and_changes_nothing():
    done = subprocess.run([sys.executable, "-c", IMPORTS], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("True svg 1\nset()\n", "")

    # train.py knows nothing of pictures.
    code = "import sys, train; print({'cv2', 'keras', 'prepare_data'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("set()\n", "")


@only_posix
def test_a_file_of_the_learners_own_has_pythons_usual_ctrl_c_and_tracebacks(tmp_path):
    loop = "import time\nfrom train import propagate\nprint(1, flush=True)\ntime.sleep(60)\n"
    slip = "import numpy as np\nfrom train import propagate\npropagate(np.zeros(3), 0, [], [])\n"
    typo = "from train import propogate\n"
    path = tmp_path / "experiment.py"
    for text, words in (
        (loop, "KeyboardInterrupt"),
        (slip, "line 3"),
        (typo, "cannot import name 'propogate'"),
    ):
        path.write_text(text, encoding="utf-8")
        pipe = subprocess.PIPE
        environment = environment_with({"PYTHONPATH": ROOT})
        running = subprocess.Popen(
            [sys.executable, path], env=environment, stdout=pipe, stderr=pipe, text=True
        )
        if text == loop:
            running.stdout.readline()
            running.send_signal(signal.SIGINT)
        out, error = running.communicate(timeout=60)
        assert running.returncode != 0
        assert "Traceback" in error
        assert words in error


def test_a_slip_in_train_py_shows_its_line(tmp_path):
    slip = ("train.py", "dw = X @ (A - Y).T / m  # (5)", "dw = X @ (A - Y) / m")
    project = copy_project(tmp_path / "project", [slip])
    folder = small_arrays(tmp_path / "mine")
    done = run_script(project / "train.py", "--dataset", folder)
    assert done.returncode == 1
    assert "dw = X @ (A - Y) / m" in done.stderr
    assert "ValueError: matmul" in done.stderr


# ------------------------------------------------------------------ folders and disks


def test_the_default_data_set_and_results_are_those_of_the_scripts_folder(tmp_path):
    project = copy_project(tmp_path / "project")
    small_arrays(project / "dataset")
    done = run_script(project / "train.py", "--epochs", 3, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert "wrote project/results/model.h5" in lines
    assert lines[-1] == "next: python project/predict_demo.py"


SCRIPTS = [prepare_data, train, predict_demo]


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_data_set_that_does_not_exist_is_one_line_and_a_tilde_is_ones_home(
    script, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    folder = re.escape((tmp_path / "no" / "such").as_posix())
    message = f"^error: no folder {folder} - check the name, or make the folder first$"
    with pytest.raises(SystemExit, match=message):
        script.main(["--dataset", "no/such"])

    (tmp_path / "mine").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    with pytest.raises(SystemExit, match="^error: no (folder|file) mine/"):
        script.main(["--dataset", "~/mine"])


@pytest.mark.parametrize("script", SCRIPTS)
def test_help_is_worth_reading(script, capsys):
    with pytest.raises(SystemExit) as end:
        script.main(["--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    for word in ("--dataset", "usage: ", "hat comes out: ", f"python {script.__name__}.py"):
        assert word in text
    if script is train:
        for word in ("Notation", "(7)  w = w - lr * dw", "--epochs", "default: 0.01"):
            assert word in text


def test_an_error_is_one_line_and_status_1(tmp_path):
    done = run_script("predict_demo.py", "--dataset", "no/such", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    folder = (tmp_path / "no" / "such").as_posix()
    message = f"error: no folder {folder} - check the name, or make the folder first"
    assert done.stderr.splitlines() == [message]


def test_a_results_folder_that_cannot_be_written_is_one_line_before_the_work(tmp_path, capsys):
    folder = small_arrays(tmp_path / "mine")
    (tmp_path / "file").write_text("in the place of a folder")
    for results in ("file", "file/deeper"):
        with pytest.raises(SystemExit, match="^error: cannot write in .*file.* --results$"):
            train.main(["--dataset", str(folder), "--results", str(tmp_path / results)])
    assert capsys.readouterr().out == ""


LIMITED = """if True:
    import resource, signal, sys
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    sys.path.insert(0, {project!r})
    import {script}
    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
    {script}.main({arguments!r})"""


@only_posix
@pytest.mark.parametrize("limit", [300, 3000])
def test_a_full_disk_leaves_the_old_model(tmp_path, limit):
    folder = small_arrays(tmp_path / "mine")
    results = folder / "results"
    results.mkdir()
    (results / "model.h5").write_bytes(b"old")
    arguments = ["--dataset", str(folder), "--epochs", "3"]
    code = LIMITED.format(project=str(ROOT), script="train", limit=limit, arguments=arguments)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("error: cannot write ")
    assert done.stderr.rstrip().endswith("is the disk full?")
    assert len(done.stderr.splitlines()) == 1
    assert [path.name for path in results.iterdir()] == ["model.h5"]
    assert (results / "model.h5").read_bytes() == b"old"


KILLED = """if True:
    import sys
    from pathlib import Path
    sys.path.insert(0, {project!r})
    import numpy as np
    import train
    class Some:
        class_names = ["cat", "dog"]
        image_size = 64
    trained = dict(w=np.ones((2_000_000, 1)), b=0.0, costs=[0.7], learning_rate=0.1, epochs=1)
    while True:
        train.save_model(Path({path!r}), trained, Some)"""


@only_posix
def test_a_kill_at_any_moment_leaves_a_whole_model(tmp_path):
    path = tmp_path / "model.h5"
    code = KILLED.format(project=str(ROOT), path=str(path))
    for wait in np.linspace(0, 0.04, 4):
        kill_a_writer(code, path, wait)
        neuron = load_model(path)
        assert neuron.w.shape == (2_000_000, 1)
        assert neuron.w.min() == 1


# ------------------------------------------------------------------ a learner's experiments


@pytest.mark.parametrize("name", list(EXPERIMENTS))
def test_an_experiment_of_a_learner_runs_through_the_three_scripts(
    name, experiment, own_pictures, capsys
):
    experiment(name)
    prepare_data = importlib.import_module("prepare_data")
    train = importlib.import_module("train")
    predict_demo = importlib.import_module("predict_demo")
    options = ["--dataset", str(own_pictures)]

    if name == "labels 1 and 2":
        with pytest.raises(SystemExit, match="^error: no training picture has the label 0, airp"):
            prepare_data.main(options)
        return

    prepare_data.main(options)
    epochs = ["--epochs", "200"]
    if name == "EPOCHS 50":
        epochs = []
    trained = train.main(options + epochs)
    examples = predict_demo.main([*options, "--no-window"])

    out = capsys.readouterr().out
    n = len(trained["w"])
    assert f"train: X ({n}, 120), Y (1, 120)" in out
    assert len(examples) == 8
    assert len(list((own_pictures / "results" / "demo").glob("*.png"))) == 8
    assert (own_pictures / "results" / "weights.png").is_file()
    right = np.mean(trained["Y_predict_train"] == load_arrays(own_pictures)[0].Y)
    if name == "without / 255":
        assert "warning: the cost still jumps up and down" in out
    else:
        assert right > 0.8
    if name.startswith("IMAGE_SIZE"):
        size = int(name.split()[1])
        assert n == size * size * 3
        assert load_model(own_pictures / "results" / "model.h5").image_size == size
    if name == "grey pictures":
        assert n == 64 * 64
    if name == "EPOCHS 50":
        assert trained["epochs"] == 50
