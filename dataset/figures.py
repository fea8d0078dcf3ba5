"""What plots need, here and in the lessons: colours, weights as a picture, and a figure as a file."""

import os
import sys
import textwrap
import warnings

import numpy as np

# MPLBACKEND may name a window system that is not here, which matplotlib refuses. Figures are files, and need none.
try:
    from matplotlib import font_manager
except ValueError:
    del os.environ["MPLBACKEND"]
    for name in list(sys.modules):
        if name.startswith("matplotlib"):
            del sys.modules[name]  # so that it is imported anew
    from matplotlib import font_manager

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import LogLocator

from dataset.folders import relative_path

# Colours: class 1, class 0, and what is of neither.
RED = "#b2182b"
BLUE = "#2166ac"
ORANGE = "#d95f02"
GREEN = "#1b9e77"
GREY = "#767676"

# Families that have more letters than matplotlib's own. Those that are installed are used.
FAMILIES = [
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Microsoft YaHei",
    "Yu Gothic",
    "Malgun Gothic",
    "PingFang SC",
    "Hiragino Sans",
    "Apple SD Gothic Neo",
    "WenQuanYi Micro Hei",
    "Arial Unicode MS",
    "Noto Sans Devanagari",
    "Noto Naskh Arabic",
]


def new_figure(width, height, layout="constrained"):
    """An empty figure, so many inches wide and high. layout: "constrained" makes room, so that no two texts overlap."""
    return Figure(figsize=(width, height), layout=layout)


def logarithmic_axis(axis, steps=(1,)):
    """Make an axis of a plot logarithmic: from 10 to 1 is as far as from 1 to 0.1.

    Call it when all is drawn. axis: axes.xaxis or axes.yaxis. steps: (1,) writes 0.1, 1, 10; (1, 2, 5) writes 0.1, 0.2,
    0.5, 1, if the axis is not too long for it.
    """
    if axis.axis_name == "x":
        axis.axes.set_xscale("log")
    else:
        axis.axes.set_yscale("log")
    low, high = axis.get_view_interval()
    if high > 10_000 * low:
        steps = (1,)
    axis.set_major_locator(LogLocator(subs=steps, numticks=20))  # also where it spans many powers
    axis.set_major_formatter("{x:g}")  # 0.1, and not a power of ten
    axis.set_minor_formatter("")


def show_weights(axes, w, image_size, limit=None):
    """Draw weights, or other numbers of that shape, as a picture: red above 0, blue below, white at 0.

    w: (n, 1). The numbers of a pixel, one a colour, are added up. limit: the number that is drawn in full red.
    """
    pixels = w.reshape(image_size, image_size, -1)  # (64, 64, 3): -1 stands for what is left over
    pixels = pixels.sum(axis=2)  # (64, 64): axis 2 is the colours
    if limit is None:
        limit = np.abs(pixels).max()
    if limit == 0:
        limit = 1
    axes.set_axis_off()
    return axes.imshow(pixels, cmap="RdBu_r", vmin=-limit, vmax=limit)


def wrapped(text, width):
    """A text in lines of at most so many letters: long class names must not leave a figure."""
    return textwrap.fill(text, width)


def draw_costs(path, costs, epochs, test_cost):
    """Draw how the cost fell while the neuron learned, and the cost of the test pictures at the end.

    path: the PNG file. costs: before epochs 0, 100, 200, ... epochs: how many there were.
    """
    figure = new_figure(7, 4.5)
    axes = figure.subplots()
    hundreds = 100 * np.arange(len(costs))  # 0, 100, 200, ...
    axes.plot(hundreds, costs, "o-", color="black", label="training pictures")
    axes.plot(epochs, test_cost, "D", color=ORANGE, label="test pictures, at the end")

    axes.set_xlabel("epochs")
    axes.set_ylabel("cost (logarithmic)")
    axes.set_title("How wrong the neuron is")
    logarithmic_axis(axes.yaxis, (1, 2, 5))
    axes.grid(True, which="both", alpha=0.3)
    axes.legend()
    save_figure(figure, path)


def draw_weights(path, w, image_size, class_names):
    """Draw the weights, (n, 1), as a picture, into a PNG file."""
    figure = new_figure(6, 5.4)
    axes = figure.subplots()
    image = show_weights(axes, w, image_size)
    figure.colorbar(image, shrink=0.9)
    meaning = f"red says {class_names[1]}, blue says {class_names[0]}"
    figure.suptitle("The weights: if it is bright here,\n" + wrapped(meaning, 56))
    save_figure(figure, path)


def installed_families():
    """Those of FAMILIES that this computer has."""
    installed = set(font_manager.get_font_names())
    return [family for family in FAMILIES if family in installed]


def save_figure(figure, path):
    """Write a matplotlib figure as a PNG file, and say so. Its texts are shown as they are: $ starts no formula."""
    families = installed_families()
    for text in figure.findobj(Text):
        text.set_parse_math(False)
        text.set_fontfamily(families)

    # matplotlib warns once for each letter that no font has: one line is enough.
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=120)
    print(f"wrote {relative_path(path)}")
    if any("Glyph" in str(warning.message) for warning in caught):
        print(f"warning: no font here has all letters of {path.name}: some are shown as boxes")
