"""train.py: the seven functions, both descents, what is saved and shown, and the script as a learner runs it."""

import itertools
import os
import re
import signal
import subprocess
import sys
import warnings
from unittest import mock

import h5py
import numpy as np
import pytest
from conftest import ROOT, run_script
from PIL import Image
from threadpoolctl import threadpool_info, threadpool_limits

import train
from prepare_data import load_arrays
from suspects import ROUND_1, ROUND_2, B, W, X, Y, random_pictures, textbook_sigmoid
from train import confusion_matrix, main, misclassified, optimize, optimize_gram, predict, propagate, sigmoid


@pytest.mark.parametrize("name", [*ROUND_1, *ROUND_2])
def test_the_neuron_does_what_each_check_asks(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (ROUND_1 | ROUND_2)[name](train)


def pictures(n=20, m=30, seed=0, dtype=np.float64):
    """Random w, b, X and Y."""
    random = np.random.default_rng(seed)
    X, Y = random.random((n, m)), random.random((1, m)) < 0.4
    return random.normal(size=(n, 1)).astype(dtype), dtype(random.normal()), X.astype(dtype), Y.astype(dtype)


def test_sigmoid_is_the_textbook_formula_and_exact_far_below_0():
    z = np.linspace(-30, 30, 121).reshape(11, 11)
    assert np.allclose(sigmoid(z), textbook_sigmoid(z), rtol=1e-14, atol=0)
    assert np.allclose(sigmoid(np.array([-300.0, -700.0])), np.exp([-300.0, -700.0]), rtol=1e-12, atol=0)
    for dtype in (np.float32, np.float64):
        assert sigmoid(np.array([-10000, 0, 10000], dtype)).dtype == dtype


def test_the_cost_is_the_textbook_formula_and_the_log_loss_of_scikit_learn():
    from sklearn.metrics import log_loss

    w, b, X, Y = pictures(seed=1)
    A = textbook_sigmoid(w.T @ X + b)
    cost = propagate(w, b, X, Y)[1]
    assert np.isclose(cost, -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)), rtol=1e-13)
    assert np.isclose(cost, log_loss(Y[0], A[0]), rtol=1e-10)


def test_the_gradients_are_those_of_finite_differences():
    w, b, X, Y = pictures()
    grads, h = propagate(w, b, X, Y)[0], 1e-5

    def slope(step_w, step_b):
        return (
            propagate(w + h * step_w, b + h * step_b, X, Y)[1] - propagate(w - h * step_w, b - h * step_b, X, Y)[1]
        ) / (2 * h)

    numeric = [slope(np.eye(len(w))[:, [j]], 0.0) for j in range(len(w))] + [slope(0.0, 1.0)]
    assert np.allclose(numeric, np.append(grads["dw"], grads["db"]), rtol=1e-7, atol=1e-9)


def test_shapes_and_labels_that_do_not_fit_are_told_in_a_sentence(capsys):
    for arguments, sentence in (
        ((W.T, B, X, Y), r"w must be a column, one weight a row of X \(3, 2\); its shape is \(1, 3\)"),
        ((W[:, 0], B, X, Y), r"w must be a column"),
        ((W, B, X, Y.T), r"Y must be a row, one label a column of X \(3, 2\); its shape is \(2, 1\)"),
        ((W, B, X, Y[0]), r"Y must be a row"),
    ):
        with pytest.raises(AssertionError, match=sentence):
            propagate(*arguments)
    for labels in (Y + 1, 2 * Y - 1, Y * np.nan):
        for sets in ((X, labels, X, Y), (X, Y, X, labels)):
            with pytest.raises(AssertionError, match="Y must hold labels 0 and 1, nothing else"):
                train.model(*sets, 10, 0.1)
    with pytest.raises(AssertionError, match=r"pictures differ in size: X_train \(3, 2\), X_test \(2, 2\)"):
        train.model(X, Y, X[:2], Y, 10, 0.1)
    with pytest.raises(ValueError, match="size 1"):
        train.predict_image(W, B, X)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("start", [0.0, 1.0], ids=["from zero", "from anywhere"])
def test_optimize_gram_is_the_same_descent(start, capsys):
    w, b, X, Y = pictures(n=50, m=30, seed=7)
    slow = optimize(start * w, start * b, X, Y, 301, 0.3)
    lines = capsys.readouterr().out
    fast = optimize_gram(start * w, start * b, X, Y, 301, 0.3)
    assert capsys.readouterr().out == lines and len(lines.splitlines()) == 4
    for one, other in zip(slow[:2], fast[:2], strict=True):
        for key in one:
            assert np.shape(one[key]) == np.shape(other[key]) and np.allclose(one[key], other[key], rtol=0, atol=1e-12)
    assert np.allclose(slow[2], fast[2], rtol=0, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_both_descents_work_in_the_type_of_X(dtype, capsys):
    w, _, X, Y = pictures(dtype=dtype)
    for descent in (optimize, optimize_gram):
        params, grads, _ = descent(w.astype(np.float64), 0.0, X, Y.astype(int), 3, 0.1)
        assert params["w"].dtype == grads["dw"].dtype == params["b"].dtype == dtype
        assert predict(params["w"], params["b"], X).dtype == dtype


def test_both_descents_agree_with_the_textbook_in_float64_on_pictures(world, capsys):
    train_set, _ = load_arrays(world)
    some, Y = train_set.X[:, ::3].copy(), train_set.Y[:, ::3]  # every third, or this would take long
    X, w, b, exact = some.astype(np.float64), np.zeros((12288, 1)), 0.0, []
    for epoch in range(101):
        A = textbook_sigmoid(w.T @ X + b)
        if epoch % 100 == 0:
            exact.append(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))
        w, b = w - 0.001 * X @ (A - Y).T / Y.size, b - 0.001 * np.mean(A - Y)
    for descent, pixels, tolerance in ((optimize, X, 1e-12), (optimize_gram, X, 1e-10), (optimize_gram, some, 1e-6)):
        costs = descent(np.zeros((12288, 1)), 0.0, pixels, Y, 101, 0.001)[2]
        assert np.allclose(costs, exact, rtol=0, atol=tolerance)


def test_the_fast_descent_takes_one_thread_where_that_is_faster_and_leaves_as_many_as_it_found(capsys, monkeypatch):
    with threadpool_limits(2):
        before = [pool["num_threads"] for pool in threadpool_info()]
        optimize_gram(*pictures(), 1, 0.1)
        assert [pool["num_threads"] for pool in threadpool_info()] == before
    for slow, fast in ((2, 1), (1, 2)):
        pools, clock = mock.MagicMock(info=lambda: [{"num_threads": 2}]), itertools.count()

        def ticks(pools=pools, clock=clock, slow=slow):
            return next(clock) * 10 if pools.limit.call_args.kwargs["limits"] == slow else 10**9 + next(clock)

        monkeypatch.setattr(train, "ThreadpoolController", lambda pools=pools: pools)
        monkeypatch.setattr(train, "time", mock.Mock(perf_counter=ticks))
        optimize_gram(*pictures(), 101, 0.1)
        assert [call.kwargs["limits"] for call in pools.limit.call_args_list] == [None, 1, 2, fast, 1, 2, fast]


def test_the_matrix_of_classes_and_the_mistakes_are_counted_right():
    true, said = np.array([[0, 0, 0, 1, 1, 1, 1]]), np.array([[0, 1, 1, 0, 1, 1, 1]])
    assert confusion_matrix(true, said).tolist() == [[1, 2], [1, 3]]
    from sklearn.metrics import confusion_matrix as witness

    assert (confusion_matrix(true, said) == witness(true[0], said[0])).all()


def test_the_mistakes_are_sentences_the_surest_first(drawn, monkeypatch):
    monkeypatch.chdir(drawn)
    learn, _ = load_arrays(drawn)
    w, b, _ = train.load_model(drawn / "results" / "model.h5")
    b += 2.0  # a neuron that is wrong more often
    told = misclassified(w, b, learn, drawn)
    A = textbook_sigmoid(w.T @ learn.X + b)[0]
    wrong = sorted((k for k in range(len(A)) if (A[k] > 0.5) != learn.Y[0, k]), key=lambda k: -abs(A[k] - 0.5))
    assert len(told) == len(wrong) > 1
    for sentence, k in zip(told, wrong, strict=True):
        names = learn.class_names if learn.Y[0, k] == 0 else learn.class_names[::-1]
        sure = max(A[k], 1 - A[k])
        assert sentence == f"{learn.files[k]} is {names[0]}, but the neuron says {names[1]} ({sure:.1%} sure)"
        assert (drawn / learn.files[k]).is_file()


def test_the_plots_show_the_costs_and_red_where_a_bright_pixel_speaks_for_class_1(tmp_path, monkeypatch):
    figures = {}
    monkeypatch.setattr(train, "save_figure", lambda figure, path: figures.update({path.name: figure}))
    w = np.zeros((64, 64, 3))
    w[5, 9], w[50, 20] = (0.4, 0.1, 0.1), -0.1  # row 5, column 9 speaks for class 1
    train.plot_results(tmp_path, {"costs": [0.7, 0.3, 0.2], "epochs": 250, "w": w.reshape(-1, 1)}, 0.35, ["cat", "dog"])
    costs, test = figures["costs.png"].axes[0].get_lines()
    assert costs.get_xydata().tolist() == [[0, 0.7], [100, 0.3], [200, 0.2]]
    assert test.get_xydata().tolist() == [[250, 0.35]] and figures["costs.png"].axes[0].get_yscale() == "log"
    axes = figures["weights.png"].axes[0]
    image = axes.get_images()[0]
    colours = image.to_rgba(image.get_array())
    assert image.get_array()[5, 9] == pytest.approx(0.6) and image.get_clim() == (-0.6, 0.6)
    assert colours[5, 9][0] > colours[5, 9][2] and colours[50, 20][0] < colours[50, 20][2]
    assert "red says dog, blue says cat" in axes.get_title()


def test_the_script_learns_and_writes_what_it_says(drawn, tmp_path):
    options = ["--dataset", drawn, "--results", tmp_path / "r", "--epochs", 201, "--lr", 0.02]
    done = run_script("train.py", *options, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:3] == ["airplane = 0, bike = 1", "train: X (12288, 120), Y (1, 120)", "test : X (12288, 8), Y (1, 8)"]
    assert lines[3] == "cost after 0 epochs: 0.693147" and lines[5].startswith("cost after 200 epochs: 0.")
    assert lines[-4:-1] == ["wrote r/model.h5", "wrote r/costs.png", "wrote r/weights.png"]
    assert lines[-1] == f"next: python {ROOT.as_posix()}/predict_demo.py --dataset {drawn.as_posix()} --results r"
    with h5py.File(tmp_path / "r" / "model.h5") as file:
        w, b, costs, about = file["w"][:], file["b"][()], file["costs"][:], dict(file.attrs)
    assert (w.shape, w.dtype, np.shape(b), costs.shape) == ((12288, 1), np.float32, (), (3,))
    assert list(about["class_names"]) == ["airplane", "bike"]
    assert (about["image_size"], about["epochs"], about["learning_rate"]) == (64, 201, 0.02)
    assert (tmp_path / "r/costs.png").read_bytes()[:4] == (tmp_path / "r/weights.png").read_bytes()[:4] == b"\x89PNG"
    for split, name in zip(load_arrays(drawn), ("train", "test"), strict=True):
        right = 100 * np.mean((w.T @ split.X + b > 0) == split.Y)
        assert re.search(rf"^{name}_accuracy ?: {right:.2f} %$", done.stdout, re.MULTILINE)
    named = re.findall(r"^  (\S+) is (\w+), but the neuron says (\w+)", done.stdout, re.MULTILINE)
    assert all(path.split("/")[-2] == true != said for path, true, said in named)


def test_results_go_into_the_data_set_that_is_named_and_fast_prints_the_same(drawn, capsys):
    printed = []
    for extra in ([], ["--fast"]):
        main(["--dataset", str(drawn), "--epochs", "300", *extra])  # as the fixture did: it is not changed
        printed.append(re.sub(r"\([\d.]+% sure\)", "", capsys.readouterr().out))
    words = [re.sub(r"\.\d{6}", "", text) for text in printed]
    costs = [np.array(re.findall(r"0\.\d{6}", text), float) for text in printed]
    assert words[0] == words[1] and np.allclose(*costs, rtol=0, atol=2e-6) and len(costs[0]) == 3
    assert (drawn / "results" / "model.h5").is_file() and Image.open(drawn / "results" / "costs.png").width > 500


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file.pop("w"),
        lambda file: file.pop("b"),
        lambda file: file.attrs.pop("class_names"),
        lambda file: file.attrs.update(class_names=["one"]),
        lambda file: file["w"].write_direct(np.full((12288, 1), np.nan, np.float32)),
        lambda file: (file.pop("w"), file.update(w=np.zeros((3, 1)))),
        lambda file: (file.pop("b"), file.update(b=np.inf)),
        lambda file: (file.pop("b"), file.update(b=np.zeros(2))),
    ],
)
def test_a_model_that_is_none_is_one_line(drawn, tmp_path, change):
    path = tmp_path / "model.h5"
    with pytest.raises(SystemExit, match=r"^error: no file .*model\.h5 - run: python train\.py$"):
        train.load_model(path)
    path.write_bytes((drawn / "results" / "model.h5").read_bytes())
    assert train.load_model(path)[2] == ["airplane", "bike"]
    with h5py.File(path, "r+") as file:
        change(file)
    with pytest.raises(SystemExit, match=r"^error: .*model\.h5 is damaged, or not ours .* - run: python train\.py$"):
        train.load_model(path)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_rate_that_is_too_large_is_told_and_weights_that_are_no_numbers_are_not_kept(drawn, tmp_path, capsys):
    results = ["--dataset", str(drawn), "--results", str(tmp_path), "--epochs", "101"]
    main([*results, "--lr", "1e6"])
    assert "\nwarning: the cost rose to " in capsys.readouterr().out
    before = (tmp_path / "model.h5").read_bytes()
    for extra in ([], ["--fast"]):
        with pytest.raises(SystemExit, match="no longer finite numbers, no model is written - use a smaller --lr"):
            main([*results, "--lr", "1e300", *extra])
    assert (tmp_path / "model.h5").read_bytes() == before


def test_a_test_that_tells_little_is_told(drawn, tmp_path, capsys, monkeypatch):
    learn, test = load_arrays(drawn)
    for columns, always in (([2, 6, 7], False), ([1] * 5, True)):  # the second: one picture, which is called airplane
        files = [test.files[k] for k in columns]
        small = test._replace(X=test.X[:, columns], Y=test.Y[:, -len(columns) :], files=files)
        monkeypatch.setattr(train, "load_arrays", lambda folder, splits=(learn, small): splits)
        right, m = np.sum(main(["--results", str(tmp_path), "--fast"])["Y_predict_test"] == small.Y), len(columns)
        center, half = (right + 1.92) / (m + 3.84), 1.96 * np.sqrt(right * (1 - right / m) + 0.9604) / (m + 3.84)
        low, high = (f"{min(max(share, 0), 1):.0%}" for share in (center - half, center + half))
        out = capsys.readouterr().out
        assert f"on new pictures it may be right {low} to {high} of the time: {m} cannot tell more exactly" in out
        warning = f"warning: it says airplane to every test picture; always saying so gives {right / m:.0%} too"
        assert (warning in out) == always


@pytest.mark.parametrize(
    "arguments",
    [["--lr", "fast"], ["--lr", "-1"], ["--lr", "0"], ["--lr", "nan"], ["--lr", "inf"], ["--epochs", "0"]]
    + [["--epochs", "1.5"], ["--speed"], ["extra"]],
    ids=" ".join,
)
def test_usage_mistakes_have_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2 and "error: " in capsys.readouterr().err


def test_help_is_worth_reading(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert all(word in text for word in ("Notation", "(7)  w = w - lr * dw", "--fast", "--epochs", "default: 0.01"))


def test_the_numbers_of_the_tutorial_on_the_real_photographs(photographs, tmp_path, capsys):
    reference = [
        0.693147, 0.133643, 0.092946, 0.077612, 0.067585, 0.060158, 0.054339, 0.049617, 0.045687, 0.042356,
        0.039489, 0.036992, 0.034795, 0.032846, 0.031104, 0.029536, 0.028118, 0.026829, 0.025651, 0.024571,
    ]  # fmt: skip
    for extra in ([], ["--fast"]):
        main(["--dataset", str(photographs), "--results", str(tmp_path), *extra])
        out = capsys.readouterr().out
        costs = [float(cost) for cost in re.findall(r"cost after \d+ epochs: ([\d.]+)", out)]
        assert np.allclose(costs, reference, rtol=0, atol=1.5e-6)
        assert "train: X (12288, 1498)" in out and "test : X (12288, 100)" in out
        assert "wrong: 0 of 100 test pictures, 5 of 1498 for training" in out
        assert "train_accuracy: 99.67 %" in out and "test_accuracy : 100.00 %" in out
        w, b, _ = train.load_model(tmp_path / "model.h5")
        assert abs(b - 0.0054172) < 1e-5 and abs(np.linalg.norm(w) - 1.57143) < 1e-4


@pytest.mark.skipif(os.name != "posix", reason="sends Ctrl-C as a signal, which Windows does not know")
def test_ctrl_c_ends_the_training_and_keeps_what_was_learned(drawn, tmp_path):
    options = ["--dataset", drawn, "--results", tmp_path, "--epochs", "10000000"]
    command = [sys.executable, "-u", ROOT / "train.py", *options]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not running.stdout.readline().startswith("cost after 200 epochs"):
        assert running.poll() is None
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    epoch = int(re.search(r"stopped by Ctrl-C at epoch (\d+); what was learned so far is kept", out)[1])
    with h5py.File(tmp_path / "model.h5") as file:
        assert epoch >= 200 and len(file["costs"]) == epoch // 100 + 1
    assert "train_accuracy" in out


@pytest.mark.skipif(os.name != "posix", reason="sends Ctrl-C as a signal, which Windows does not know")
def test_a_file_of_the_learners_own_has_pythons_usual_ctrl_c_and_tracebacks(tmp_path):
    loop = "import time\nfrom train import propagate\nprint(1, flush=True)\nwhile True: time.sleep(0.01)\n"
    slip = "import numpy as np\nfrom train import propagate\npropagate(np.zeros((3, 1)), 0.0, np.zeros((2, 4)), 'Y')\n"
    typo = "from train import propogate\n"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    for text, words in ((loop, "KeyboardInterrupt"), (slip, "line 3"), (typo, "cannot import name 'propogate'")):
        (tmp_path / "experiment.py").write_text(text, encoding="utf-8")
        command = [sys.executable, tmp_path / "experiment.py"]
        running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if text is loop:
            running.stdout.readline()
            running.send_signal(signal.SIGINT)
        error = running.communicate(timeout=60)[1]
        assert running.returncode != 0 and "Traceback" in error and words in error, error


def test_a_slip_in_train_py_shows_its_line(drawn, tmp_path):
    for name in ("train.py", "prepare_data.py"):
        text = (ROOT / name).read_text(encoding="utf-8").replace("dw = X @ (A - Y).T / m", "dw = X @ (A - Y) / m")
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "dataset").symlink_to(ROOT / "dataset")
    done = run_script(tmp_path / "train.py", "--dataset", drawn, "--results", tmp_path)
    assert done.returncode == 1 and "dw = X @ (A - Y) / m" in done.stderr and "ValueError: matmul" in done.stderr


def test_small_examples_learn(capsys):
    X, Y = random_pictures(6, 40, 3)
    trained = train.model(X, Y, X, Y, 3000, 0.5)
    assert np.mean(trained["Y_predict_train"] == Y) > 0.95 and trained["costs"][-1] < 0.2
