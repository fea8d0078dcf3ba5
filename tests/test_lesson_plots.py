"""What the lessons draw: numbers, places and colours of each picture, looked up in matplotlib's own objects."""

import sys
from pathlib import Path

import train

import cv2
import numpy as np
import pytest
from conftest import ROOT, assert_red_above_0
from PIL import Image

sys.path.insert(0, str(ROOT / "lessons"))

import evidence
import plots
import watch_it_learn
from common import short
from train import BLUE, RED

NAMES = ["airplane", "bike"]


def is_red(colour):
    """Whether a colour is red, and not blue."""
    from matplotlib.colors import to_rgb

    red, _, blue = to_rgb(colour)
    return red > blue


def two_pixels(first=(1, 2), second=(9, 9)):
    """(64, 64) zeros, but one pixel above 0 and another below."""
    pixels = np.zeros((64, 64))
    pixels[first], pixels[second] = 1, -0.5
    return pixels


def test_red_means_class_1_wherever_weights_are_drawn():
    assert is_red(RED) and not is_red(BLUE)
    w = np.repeat(two_pixels()[:, :, None], 3, axis=2).reshape(-1, 1)
    assert_red_above_0(train.show_red_blue(train.new_figure(2, 2).subplots(), w), (1, 2), (9, 9))
    figure = train.new_figure(2, 2)
    train.explain_red_blue(figure, NAMES)
    (legend,) = figure.legends
    said = {text.get_text(): patch.get_facecolor() for patch, text in zip(legend.get_patches(), legend.get_texts())}  # noqa: B905
    assert {words: is_red(colour[:3]) for words, colour in said.items()} == {
        "bright here speaks for bike": True,
        "bright here speaks for airplane": False,
    }


def test_long_class_names_are_cut():
    assert short("a" * 50) == "a" * 17 + "..." and short("a" * 20) == "a" * 20 and short("a\nb") == "a\\nb"


def test_gradient_check_draws_the_formula_against_the_cost():
    differences = {"float64": {0.1: 1e-8, 1: 1e-3}, "float32": {0.1: 1e-4, 1: 1e-2}}
    figure = plots.slopes_and_steps(np.array([1.0, 2, 3]), np.array([4.0, 5, 6]), differences, 1e-7, 0.1)
    pairs, steps = ({line.get_label(): line.get_xydata().tolist() for line in axes.get_lines()} for axes in figure.axes)
    assert (pairs["a weight"], pairs["b"]) == ([[4, 1], [5, 2]], [[6, 3]])
    assert (steps["float64"], steps["float32"]) == ([[0.1, 1e-8], [1, 1e-3]], [[0.1, 1e-4], [1, 1e-2]])
    assert steps["the limit, 1e-07"][0][1] == 1e-7 and steps["the step of this lesson, 0.1"][0][0] == 0.1


def test_learning_rates_draws_the_costs_that_it_names():
    curves = {name: [float(k + 1)] * 31 for k, name in enumerate(("0.1", "1", "1, mean subtracted"))}
    curves["0.1"][3] = 9.0
    lines = {line.get_label(): line for line in plots.curves_of_rates(curves, 0.69).axes[0].get_lines()}
    for name, costs in curves.items():
        assert list(lines[name].get_ydata()) == costs
        assert (lines[name].get_linestyle() == "--") == ("mean" in name)
    assert lines["the cost of guessing"].get_ydata()[0] == 0.69


def test_a_frame_of_the_film_names_its_colours_epoch_and_cost(monkeypatch):
    figures = []
    monkeypatch.setattr(plots, "new_figure", lambda *size: figures.append(train.new_figure(*size)) or figures[-1])
    w = np.repeat(two_pixels()[:, :, None], 3, axis=2).reshape(-1, 1)
    frame = plots.frame_of_film(w, [0.69, 0.5], "1 of 2", NAMES, 3)
    assert (frame.mode, frame.size) == ("RGB", (720, 396))
    weights, _, cost = figures[0].axes
    assert_red_above_0(weights.get_images()[0], (1, 2), (9, 9))
    assert weights.get_title() == "w after epoch 1" and cost.get_title() == "the cost: 0.500"
    colours = {text.get_text(): text.get_color() for text in figures[0].texts}
    assert is_red(colours["bright here speaks for bike"]) and not is_red(colours["bright here speaks for airplane"])
    assert "1 of 2 pictures are called bike" in colours


def test_the_window_of_the_film_has_the_colours_of_the_film(monkeypatch):
    shown = []
    monkeypatch.setattr(cv2, "namedWindow", lambda *_: None)
    monkeypatch.setattr(cv2, "imshow", lambda _, frame: shown.append(frame))
    monkeypatch.setattr(cv2, "waitKey", lambda _: -1)
    monkeypatch.setattr(cv2, "getWindowProperty", lambda *_: 1)
    assert watch_it_learn.show(Image.new("RGB", (4, 4), (255, 0, 9)), 0.1)
    assert shown[0][0, 0].tolist() == [9, 0, 255]  # OpenCV's order


@pytest.mark.parametrize("from_mean", [False, True])
def test_evidence_draws_picture_pixels_shares_and_the_sum_as_steps(tmp_path, from_mean):
    Image.new("RGB", (200, 100), (200, 40, 90)).save(tmp_path / "a.png")
    x = np.zeros((64, 64, 3), np.float32)
    x[0, 0] = (1, 0.5, 0)
    steps = [("b", 0.25, plots.GREY), ("for bike", 2.0, RED), ("for airplane", -0.5, BLUE)]
    figure = plots.evidence_of(tmp_path / "a.png", x.reshape(-1, 1), two_pixels(), steps, "t", NAMES, from_mean)
    photo, seen, shares, total = figure.axes[:4]
    assert np.asarray(photo.get_images()[0].get_array()).shape[:2] == (100, 200)
    assert np.asarray(seen.get_images()[0].get_array())[0, 0] == pytest.approx([1, 0.5, 0])
    assert_red_above_0(shares.get_images()[0], (1, 2), (9, 9))
    assert ("mean" in shares.get_title()) == from_mean
    ends = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in total.patches]
    assert ends == [(0, 0.25), (0.25, 2.25), (2.25, 1.75), (0, 1.75)]
    assert [label.get_text() for label in total.get_yticklabels()] == ["b", "for bike", "for airplane", "together: z"]
    assert total.get_xlabel() == "airplane < 0 < bike"  # so what is red reaches to the right


def test_evidence_gives_each_sum_the_colour_of_its_class(drawn, results, monkeypatch, capsys):
    given = []
    monkeypatch.setattr(evidence, "evidence_of", lambda *given_: given.append(given_) or train.new_figure(1, 1))
    evidence.main([str(drawn / "test/bike"), "--dataset", str(drawn), "--results", str(results)])
    assert len(given) == 4
    for _, _, pixels, steps, *_ in given:
        assert [(name, colour) for name, _, colour in steps[1:]] == [("for bike", RED), ("for airplane", BLUE)]
        sums = [pixels[pixels > 0].sum(), pixels[pixels < 0].sum()]
        assert [value for _, value, _ in steps[1:]] == pytest.approx(sums)


def test_border_only_draws_what_was_learned_above_how_good_it_is():
    group = {"a": (two_pixels(), 1.0, 0.8, "green"), "b": (np.zeros((64, 64, 3)), None, 0.25, "green")}
    figure = plots.sights_and_scores({"one": group, "two": group}, 0.5, NAMES)
    axes = [axes for part in figure.subfigs for axes in part.axes]
    assert_red_above_0(next(image for one in axes for image in one.get_images()), (1, 2), (9, 9))
    assert [bar.get_height() for one in axes for bar in one.patches] == [80, 25, 80, 25]
    assert {text.get_text() for one in axes for text in one.texts} == {"80 %", "25 %"}
    assert len(figure.legends) == 1


def test_honest_score_draws_each_score_the_mean_and_the_one_test():
    figure = plots.scores_of_tests([0.9, 0.9, 1.0], 0.8, 50)
    lines = [(line.get_label(), line.get_xydata().tolist()) for line in figure.axes[0].get_lines()]
    dots = [dot for label, points in lines if label.startswith("_") for dot in points]
    assert sorted(dots) == [[90, 1], [90, 2], [100, 1]]
    assert dict(lines)["the one test of train.py"] == [[80, 1]]
    assert dict(lines)["their mean, 93.3 %"][0][0] == pytest.approx(280 / 3)


def test_keras_twin_draws_both_on_one_scale():
    w = np.repeat(two_pixels()[:, :, None], 3, axis=2).reshape(-1, 1)
    figure = plots.twins([0.7, 0.2], [0.6, 0.1], w, w / 2, NAMES)
    costs, left, right = figure.axes[:3]
    drawn = {line.get_label(): line.get_xydata().tolist() for line in costs.get_lines()}
    assert drawn == {"train.py": [[0, 0.7], [100, 0.2]], "Keras": [[0, 0.6], [100, 0.1]]}
    ours, theirs = left.get_images()[0], right.get_images()[0]
    assert ours.get_clim() == theirs.get_clim() == (-3, 3) and theirs.get_array()[1, 2] == 1.5
    assert_red_above_0(ours, (1, 2), (9, 9))


def test_fast_descent_draws_the_times_and_where_they_meet():
    figure = plots.times_by_size((100, 200), [1.0, 2.0], [0.1, 0.4], 1000, 50)
    measured = {line.get_label(): line.get_xydata().tolist() for line in figure.axes[0].get_lines()}
    assert measured["textbook, measured"] == [[100, 1], [200, 2]]
    assert measured["Gram matrix, measured"] == [[100, 0.1], [200, 0.4]]
    dotted = [line.get_xydata()[-1] for line in figure.axes[0].get_lines() if line.get_linestyle() == ":"]
    assert [end.tolist() for end in dotted] == [pytest.approx([1000, 10]), pytest.approx([1000, 10])]
    assert measured["the same time, very roughly at 1000 pictures"][0][0] == 1000


def test_every_picture_of_a_lesson_is_drawn_here():
    functions = [line.split("(")[0][4:] for line in Path(plots.__file__).read_text().splitlines() if line[:4] == "def "]
    this = Path(__file__).read_text()
    assert functions and all(f"plots.{name}(" in this for name in functions)
