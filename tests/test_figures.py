"""The plots of the scripts and the README's figures: made of any pictures, and no text where it cannot be read."""

import re
import shutil
import sys

import numpy as np
import pytest
from conftest import ROOT
from matplotlib.figure import Figure

from dataset.figures import draw_costs, draw_weights
from figures_check import figures_saved, texts_that_collide
from train import load_arrays, load_model

sys.path.insert(0, str(ROOT / ".figures"))
import make

NAMES = [
    ["airplane", "bike"],
    ["$1", "$5"],
    ["a very long name of a class of things", "another name, longer still, of another class"],
]


def test_what_collides_is_found():
    figure = Figure(figsize=(4, 3))
    axes = figure.subplots()
    axes.text(0.1, 0.5, "one text")
    axes.text(0.1, 0.5, "another")
    axes.text(0.9, 0.8, "a text that is too long")
    axes.annotate("far away", (5, 5))
    axes.set_xlabel("grey", color="#777777")
    axes.set_ylabel("dark grey", color="#757575")
    figure.suptitle("fine")
    found = texts_that_collide(figure)
    assert "'another' lies on 'one text'" in found
    assert "'a text that is too long' leaves the figure" in found
    assert "'a text that is too long' leaves its plot" in found
    assert "'far away' is not drawn" in found
    assert "'grey' is pale" in found
    assert "'dark grey' is pale" not in found
    assert not [sentence for sentence in found if "fine" in sentence]


@pytest.mark.parametrize("class_names", NAMES)
def test_no_text_collides_in_the_plots_of_train(class_names, tmp_path):
    w = np.linspace(-1, 1, 192)
    with figures_saved() as figures:
        draw_weights(tmp_path / "weights.png", w, 8, class_names)
        draw_costs(tmp_path / "costs.png", [0.7, 0.2, 0.09], 300, 0.4)
    for figure in figures:
        assert texts_that_collide(figure) == []


def test_no_text_collides_in_the_readme_figures(drawn):
    class_names = NAMES[-1]  # the longest
    train, test = load_arrays(drawn)
    neuron = load_model(drawn / "results" / "model.h5")
    train.class_names = class_names
    neuron.class_names = class_names
    path = drawn / test.files[0]
    answers = make.find_answers([path, path], neuron)
    figures = [
        make.draw_neuron(train.X[:, :1], neuron),
        make.draw_vector(path, neuron.image_size),
        make.draw_sigmoid(class_names),
        make.draw_loss(class_names),
        make.draw_valley(neuron, train),
        make.draw_every_cost([0.7, 3, 2, 0.3], [0.7, 2, 1, 0.004]),
        make.draw_average(neuron.w, train),
        make.draw_hero(answers, neuron.w, train),
    ]
    for figure in figures:
        assert texts_that_collide(figure) == []


def no_lesson(lesson, words, results, name, path):
    """In the place of run_lesson, which takes long."""


def no_page(words, results, path):
    """In the place of save_page."""


def test_figures_of_my_own_pictures_go_into_my_results(drawn, tmp_path, monkeypatch):
    mine = tmp_path / "mine"
    shutil.copytree(drawn, mine)
    readme_figures = {path: path.stat().st_mtime for path in (ROOT / ".figures").glob("*.*")}
    monkeypatch.setattr(make, "run_lesson", no_lesson)
    monkeypatch.setattr(make, "save_page", no_page)
    make.main(["--dataset", str(mine)])

    names = [path.name for path in (mine / "results" / "figures").iterdir()]
    expected = ["costs", "loss", "neuron", "sigmoid", "valley", "vector", "weights"]
    assert sorted(names) == sorted([f"{name}.png" for name in expected] + ["hero.jpg"])
    for path in readme_figures:
        assert path.stat().st_mtime == readme_figures[path], f"{path.name} was changed"


def test_every_figure_of_the_readme_is_made():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    made = (ROOT / ".figures" / "make.py").read_text(encoding="utf-8")
    for name in re.findall(r"[.]figures/(\w+)[.](?:png|jpg|gif)", readme):
        assert (f'"{name}.' in made) or (f'"{name}"' in made), f"nothing makes {name}"
