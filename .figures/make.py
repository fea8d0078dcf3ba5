"""Make the figures of README.md anew.

    python .figures/make.py                   # README's own, from the drawn pictures: a few minutes
    python .figures/make.py --dataset mine    # the same of your pictures and your neuron: mine/results/figures/

The first way draws the pictures and trains the neuron in a folder of its own, which goes in the end. The second one needs
the arrays and the neuron that prepare_data.py and train.py have made; `--dataset dataset` writes to results/figures/.
"""

import contextlib
import importlib
import io
import os
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lessons"))
sys.path.insert(0, str(HERE.parent))

import prepare_data
import train
from common import show_picture
from dataset.draw_pictures import draw_pictures
from dataset.figures import (
    BLUE,
    GREY,
    ORANGE,
    RED,
    logarithmic_axis,
    save_figure,
    show_weights,
    wrapped,
)
from dataset.folders import command_line, make_folder, relative_path, results_folder
from dataset.pictures import list_images, load_img
from dataset.screen import argument_parser, print_at_once, progress
from predict_demo import choose_examples, draw_answer, find_answers
from prepare_data import image_to_vector
from train import EPOCHS, LEARNING_RATE, init_params, load_arrays, load_model, propagate, sigmoid

LARGEST = 400_000  # bytes: the largest figure
LARGEST_FILM = 2_000_000

# The drawn pictures that README.md shows, as they are seen from the folder test.
AIRPLANE = "airplane/drawn_0754.jpg"
BIKE = "bike/drawn_0800.jpg"
HERO = [
    "airplane/drawn_0754.jpg",
    "bike/drawn_0758.jpg",
    "bike/drawn_0761.jpg",
    "airplane/drawn_0771.jpg",
    "airplane/drawn_0790.jpg",
    "bike/drawn_0768.jpg",
]

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
ARROW = {"arrowstyle": "->", "linewidth": 1.6}
LINE = {"arrowstyle": "-", "linewidth": 0.8, "color": GREY}


# ------------------------------------------------------------------ the neuron, and its formulas


def draw_input(axes, height, k, x, w):
    """Number k of a picture in a circle, its line from the picture, and its arrow to the sum with its weight."""
    number = x[k, 0]
    weight = w[k, 0]
    colour = BLUE
    if weight > 0:
        colour = RED
    place = str(k + 1).translate(SUBSCRIPTS)  # counted from 1, as in the README's formula

    axes.annotate("", (3.3, height), (2.35, 2), arrowprops=LINE)
    axes.annotate("", (6.02, 2.1), (3.7, height), arrowprops=ARROW | {"color": colour})
    axes.add_patch(Circle((3.5, height), 0.36, facecolor="#eeeeee", edgecolor="black", zorder=3))
    text = f"x{place}\n{number:.2f}"
    axes.text(3.5, height, text, ha="center", va="center", fontsize=9, zorder=4)

    # The weight stands on its arrow, a little before the middle.
    middle = height + 0.46 * (2.1 - height)
    white = {"color": "white", "pad": 1}
    text = f"w{place} = {weight:+.4f}"
    axes.text(4.75, middle, text, color=colour, ha="center", va="center", bbox=white)


def draw_neuron(x, neuron):
    """One neuron with its true numbers: pixels, weights, sum, squash. x: (n, 1), a picture."""
    figure = Figure(figsize=(10.6, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.set(xlim=(0, 10.6), ylim=(0, 4.2), aspect="equal")
    z = (neuron.w.T @ x + neuron.b).item()
    a = sigmoid(z)

    # The picture, and four of its numbers: the first two, the one with the lowest weight, the last.
    size = neuron.image_size
    show_picture(axes, x, size)
    axes.set_axis_off()
    axes.images[0].set_extent((0.1, 2.3, 0.9, 3.1))
    axes.set(xlim=(0, 10.6), ylim=(0, 4.2))
    axes.text(1.2, 3.25, f"{size} x {size} pixels", ha="center")
    lowest = int(np.argmin(neuron.w))  # the place of the lowest weight
    draw_input(axes, 3.7, 0, x, neuron.w)
    draw_input(axes, 2.85, 1, x, neuron.w)
    draw_input(axes, 1.6, lowest, x, neuron.w)
    draw_input(axes, 0.4, x.size - 1, x, neuron.w)
    for height in (2.22, 1):
        axes.text(3.5, height, "...", ha="center", va="center", fontsize=14, rotation=90)

    # The sum.
    axes.annotate("", (6.4, 2.52), (6.4, 3.5), arrowprops=ARROW)
    b = round(neuron.b, 2) + 0.0  # + 0.0: never -0.00
    axes.text(6.4, 3.6, f"b = {b:+.2f}", ha="center")
    axes.add_patch(Circle((6.4, 2.1), 0.38, facecolor="#fff3d6", edgecolor="black", zorder=3))
    axes.text(6.4, 2.08, "Σ", ha="center", va="center", fontsize=18, zorder=4)
    axes.text(6.4, 1.55, "add up", ha="center", va="top")

    # The squash.
    axes.annotate("", (8, 2.1), (6.8, 2.1), arrowprops=ARROW)
    axes.text(7.38, 2.25, f"z = {z:+.2f}", ha="center")
    axes.add_patch(Rectangle((8, 1.7), 0.8, 0.8, facecolor="#e2f2e7", edgecolor="black", zorder=3))
    curve = np.linspace(-6, 6)
    axes.plot(8.4 + curve / 16, 1.82 + 0.56 * sigmoid(curve), color="black", zorder=4)
    axes.text(8.4, 1.55, "squash", ha="center", va="top")

    # The answer.
    axes.annotate("", (9.2, 2.1), (8.8, 2.1), arrowprops=ARROW)
    answer = neuron.class_names[int(a > 0.5)]
    axes.text(9.25, 2.1, f"a = {a:.3f}\n{wrapped(answer, 14)}", va="center")
    return figure


def draw_sigmoid(class_names):
    """The squash: z below it, a beside it, and five points."""
    figure = Figure(figsize=(7, 3.4), layout="constrained")
    axes = figure.subplots()
    z = np.linspace(-7, 7, 300)
    axes.axhspan(0.5, 1.12, color=RED, alpha=0.07)
    axes.axhspan(-0.12, 0.5, color=BLUE, alpha=0.07)
    axes.plot(z, sigmoid(z), color="black")

    # Each point with dotted lines from the axes, and its number to the right of it, or to the left.
    for point in (-5, -2, 0, 2, 5):
        a = sigmoid(point)
        axes.plot([point, point, -7], [-0.12, a, a], ":", color=GREY, linewidth=0.8)
        axes.plot(point, a, "o", color=ORANGE)
        offset = (8, -12)
        side = "left"
        if point > 0:
            offset = (-8, 5)
            side = "right"
        axes.annotate(f"{a:.3f}", (point, a), offset, textcoords="offset points", ha=side)

    axes.text(-6.8, 0.7, wrapped(f"it says {class_names[1]}", 30), color=RED, va="center")
    axes.text(
        6.8, 0.25, wrapped(f"it says {class_names[0]}", 30), color=BLUE, va="center", ha="right"
    )
    axes.set(xlim=(-7, 7), ylim=(-0.12, 1.12), title="The sigmoid squashes z")
    axes.set_xlabel("z: the weighted sum, any number")
    axes.set_ylabel("a: between 0 and 1")
    return figure


def draw_loss(class_names):
    """What each answer costs, for a picture of class 1 and for one of class 0."""
    figure = Figure(figsize=(7, 3.6), layout="constrained")
    axes = figure.subplots()
    a = np.linspace(0.002, 0.998, 500)
    title_1 = wrapped(f"the truth is {class_names[1]}: −log a", 34)
    title_0 = wrapped(f"the truth is {class_names[0]}: −log(1 − a)", 34)
    axes.plot(a, -np.log(a), color=RED, label=title_1)
    axes.plot(a, -np.log(1 - a), color=BLUE, label=title_0)

    for point in (0.01, 0.5, 0.99):
        loss = -np.log(point)
        axes.plot(point, loss, "o", color=RED)
        offset = (18, 8)  # to the right of the point, and above it
        if point == 0.5:
            offset = (0, 8)  # between the two lines
        text = f"{loss:.2f}"
        axes.annotate(
            text, (point, loss), offset, textcoords="offset points", color=RED, ha="center"
        )

    axes.set(xlim=(0, 1.1), ylim=(0, 5.4), ylabel="loss", title="Sure and wrong is expensive")
    axes.set_xlabel(wrapped(f"a: how sure it is of {class_names[1]}", 60))
    axes.legend(loc="upper center")
    return figure


# ------------------------------------------------------------------ a picture as a column


def draw_vector(path, image_size):
    """A picture, what the neuron gets of it, and the beginning and the end of its column."""
    x = image_to_vector(path, image_size)  # (12288, 1)
    channels = x.size // image_size**2  # 3, or 1 if the pictures are grey
    colours = ["red", "green", "blue"]
    if channels == 1:
        colours = ["grey"]

    # The first six numbers, and the last three: each with its place.
    lines = []
    for k in [0, 1, 2, 3, 4, 5, -3, -2, -1]:
        place = k % x.size  # the last is 12287
        pixel = place // channels
        row = pixel // image_size
        column = pixel % image_size
        colour = colours[place % channels]
        lines.append(f"{x[k, 0]:.3f}   row {row}, pixel {column}, {colour}")
    lines.insert(6, "...")

    figure = Figure(figsize=(10.6, 3), layout="constrained")
    photo, small, numbers = figure.subplots(1, 3, width_ratios=(1.5, 1, 1.35))
    photo.imshow(load_img(path))
    photo.set_title(wrapped(f"the file: {path.name}", 40))
    show_picture(small, x, image_size)
    small.set_title(f"shape ({image_size}, {image_size}, {channels})")
    numbers.text(0, 1, "\n".join(lines), va="top", fontsize=9, linespacing=1.5)
    numbers.set_title(f"shape ({x.size}, 1)")
    for axes in (photo, small, numbers):
        axes.set_axis_off()
        axes.set_anchor("N")  # at the top
    return figure


# ------------------------------------------------------------------ how it learns


def two_numbers(w, X, image_size):
    """Two numbers a picture: how bright it is where the weights are lowest, and where they are highest: (2, m)."""
    m = X.shape[1]
    pixels = w.reshape(image_size**2, -1).sum(axis=1)  # (4096,): one weight a pixel
    brightness = X.reshape(image_size**2, -1, m).mean(axis=1)  # (4096, m)
    lowest = pixels < np.quantile(pixels, 0.02)  # True for the lowest 2 %
    highest = pixels > np.quantile(pixels, 0.98)
    return np.array([brightness[lowest].mean(axis=0), brightness[highest].mean(axis=0)], float)


def walk(X, Y, lr):
    """The first twelve steps downhill: the weights before and after each, (13, 2), and the costs there."""
    w = np.zeros((2, 1))
    places = []
    costs = []
    for _ in range(13):
        grads, cost = propagate(w, 0.0, X, Y)
        places.append(w[:, 0])
        costs.append(cost)
        w = w - lr * grads["dw"]
    return np.array(places), costs


def numbers_around(numbers):
    """Eighty numbers from below the lowest of some to above the highest."""
    low = numbers.min()
    high = numbers.max()
    room = 0.3 * (high - low)
    return np.linspace(low - room, high + room, 80)


def heights(X, Y, across, up):
    """The cost at each place of a map: one row for each number of up, one column for each of across."""
    rows = []
    for second in up:
        row = []
        for first in across:
            w = np.array([[first], [second]])
            grads, cost = propagate(w, 0.0, X, Y)
            row.append(cost)
        rows.append(row)
    return np.array(rows)


def draw_valley(neuron, arrays):
    """The cost of a neuron of two weights, seen from above, and the steps of three learning rates in it."""
    X = two_numbers(neuron.w, arrays.X, neuron.image_size)  # (2, m)
    Y = arrays.Y

    # Around 8 / c the cost begins to rise (lessons/learning_rates.py): the rates are fractions of that.
    c = np.mean(np.sum(X**2, axis=0))
    names = ["short steps", "longer steps", "the longest steps"]
    rates = [float(f"{part * 8 / c:.1g}") for part in (0.2, 0.7, 2.8)]  # one digit is enough

    # The map shows all that the longest steps reach, and some room around it.
    places, costs = walk(X, Y, rates[-1])
    across = numbers_around(places[:, 0])
    up = numbers_around(places[:, 1])
    height = heights(X, Y, across, up)  # (80, 80)
    levels = np.geomspace(height.min(), height.max(), 22)

    figure = Figure(figsize=(10, 4.2), layout="constrained")
    panels = figure.subplots(1, 3, sharey=True)
    for axes, name, lr in zip(panels, names, rates, strict=True):
        places, costs = walk(X, Y, lr)
        axes.contourf(across, up, height, levels, cmap="YlGnBu", norm="log", alpha=0.8)
        axes.plot(places[:, 0], places[:, 1], "o-", color=ORANGE, markersize=3, linewidth=1)
        axes.plot(0, 0, "o", color="black", markersize=7)
        title = f"{name}, lr = {lr:g}\nhighest cost {max(costs):.2f}, last {costs[-1]:.2f}"
        axes.set_title(title, fontsize=10)
    panels[1].set_xlabel("weight of the brightness where w is lowest")
    panels[0].set_ylabel("weight of the brightness\nwhere w is highest")
    return figure


def every_cost(arrays, test):
    """The costs on training and test before the first step and after each: the loop of optimize in train.py."""
    w, b = init_params(arrays.X.shape[0])
    costs = []
    test_costs = []
    for _ in progress(range(EPOCHS + 1), "every epoch"):
        grads, cost = propagate(w, b, arrays.X, arrays.Y)
        test_grads, test_cost = propagate(w, b, test.X, test.Y)
        costs.append(cost)
        test_costs.append(test_cost)
        w = w - LEARNING_RATE * grads["dw"]
        b = b - LEARNING_RATE * grads["db"]
    return costs, test_costs


def draw_every_cost(costs, test_costs):
    """The cost on training and test after every epoch, from the first one on."""
    figure = Figure(figsize=(9, 4.6), layout="constrained")
    axes = figure.subplots()
    epochs = np.arange(1, len(costs))  # 1, 2, ... 2000
    axes.plot(epochs, costs[1:], color="black", linewidth=1.2, label="training pictures")

    # Dots on the line of the test, as far from each other as a dot is wide, or more.
    dots = []
    epoch = 1
    while epoch < len(costs):
        dots.append(epoch - 1)  # the place in epochs
        epoch = max(epoch + 1, round(1.11 * epoch))
    looks = {"markersize": 5.5, "markeredgecolor": "white", "markeredgewidth": 0.5}
    label = "test pictures (a dot now and then)"
    axes.plot(
        epochs,
        test_costs[1:],
        "o-",
        color=ORANGE,
        linewidth=1,
        label=label,
        markevery=dots,
        **looks,
    )

    axes.axhline(costs[0], color=GREY, linestyle=":", label=f"guessing: {costs[0]:.3f}")
    logarithmic_axis(axes.xaxis)
    logarithmic_axis(axes.yaxis, (1, 2, 5))
    axes.set_xlabel("epoch (logarithmic)")
    axes.set_ylabel("cost (logarithmic)")
    axes.set_title("First it jumps, then it learns")
    axes.grid(True, alpha=0.3)
    figure.legend(loc="outside lower center", ncols=3)
    return figure


# ------------------------------------------------------------------ what it learned


def average_says(w, arrays):
    """What the average picture of class 1 says beyond the mean picture, number by number: (12288, 1)."""
    class_1 = arrays.X[:, arrays.Y[0] == 1]  # the columns of class 1
    return w * (class_1.mean(axis=1, keepdims=True) - arrays.X.mean(axis=1, keepdims=True))


def draw_average(w, arrays):
    """The average picture of class 1, the weights, and what it says through them."""
    figure = Figure(figsize=(10, 3.95), layout="constrained")
    average, weights, says = figure.subplots(1, 3)
    size = arrays.image_size
    name = arrays.class_names[1]

    class_1 = arrays.X[:, arrays.Y[0] == 1]
    show_picture(average, class_1.mean(axis=1), size)
    show_weights(weights, w, size)
    show_weights(says, average_says(w, arrays), size)
    average.set_title(wrapped(f"the average {name}", 36), fontsize=11)
    weights.set_title(
        "the weights\n" + wrapped(f"red: bright here speaks for {name}", 36), fontsize=11
    )
    for axes in (average, weights, says):
        axes.set_anchor("S")  # at the bottom: room for titles above
    says.set_title("what it says through them\n" + wrapped(f"red: {name}", 36), fontsize=11)
    return figure


def draw_hero(answers, w, arrays):
    """Six labelled pictures beside what makes the neuron say class 1. answers: those of predict_demo.py."""
    figure = Figure(figsize=(13.5, 9.3), layout="constrained")
    grid = figure.add_gridspec(3, 3, width_ratios=(1, 1, 1.65))
    for k, answer in enumerate(answers[:6]):
        axes = figure.add_subplot(grid[k // 2, k % 2])
        canvas = draw_answer(answer)
        axes.imshow(canvas[:, :, ::-1])  # OpenCV has blue first: -1 turns the order around
        axes.set_axis_off()
        axes.set_anchor("N")  # at the top

    axes = figure.add_subplot(grid[:, 2])  # all rows of the last column
    show_weights(axes, average_says(w, arrays), arrays.image_size)
    title = wrapped(f"what makes it say {arrays.class_names[1]} (red)", 36)
    axes.set_title(title, fontsize=20)
    return figure


# ------------------------------------------------------------------ all of them


def save_jpeg(figure, path):
    """Write a figure as a JPEG file, which is smaller where there are many pictures in it."""
    png = path.with_suffix(".png")
    with contextlib.redirect_stdout(io.StringIO()):
        save_figure(figure, png)
    with Image.open(png) as image:
        image.convert("RGB").save(path, quality=90)
    png.unlink()
    print(f"wrote {relative_path(path)}")


def run_lesson(lesson, words, results, name, path):
    """Run a lesson in silence, and copy its picture. words: its command line. name: its picture, * for any letters."""
    print(f"running lessons/{lesson}.py")
    with contextlib.redirect_stdout(io.StringIO()):
        module = importlib.import_module(lesson)  # import, by a name in a variable
        module.main(words)
    pictures = sorted((results / "lessons").glob(name))
    shutil.copy(pictures[0], path)
    print(f"wrote {relative_path(path)}")


def paint_over_tyres(page):
    """Take a picture of class 1 in the page of lessons/play.py, and paint white where a drawn bike has tyres."""
    page.locator("#thumbs-1 button").nth(3).click()  # the least sure one that it has right
    page.evaluate("window.scrollTo(0, 0)")  # back to the top
    page.wait_for_timeout(1000)
    page.locator("input[value=white]").check()

    # Two strokes from left to right. Places are shares of the width and height of the picture.
    box = page.locator("#picture").bounding_box()  # in pixels of the screen
    height = box["y"] + 0.82 * box["height"]
    for start, end in ((0.16, 0.37), (0.67, 0.88)):
        page.mouse.move(box["x"] + start * box["width"], height)
        page.mouse.down()
        page.mouse.move(box["x"] + end * box["width"], height, steps=20)
        page.mouse.up()


def save_page(words, results, path):
    """The page of lessons/play.py in a browser, as a picture: needs playwright and Debian's chromium."""
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if chromium is None:
        print(
            f"left out {path.name}: it needs pip install playwright, and apt-get install chromium"
        )
        return

    run_lesson("play", words + ["--no-browser"], results, "play.html", results / "page.html")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page(viewport={"width": 1200, "height": 776})
        page.goto((results / "page.html").as_uri())
        paint_over_tyres(page)
        page.screenshot(path=path)
        browser.close()
    print(f"wrote {relative_path(path)}")


def make_figures(dataset, results, folder, path_0, path_1, images):
    """Make all figures. results: a folder with model.h5, where the lessons draw. folder: where the figures go.

    path_0, path_1: a picture of each class, which is explained. images: up to six, which are labelled.
    """
    arrays, test = load_arrays(dataset)
    neuron = load_model(results / "model.h5")
    x = image_to_vector(path_0, neuron.image_size)
    save_figure(draw_vector(path_1, neuron.image_size), folder / "vector.png")
    save_figure(draw_neuron(x, neuron), folder / "neuron.png")
    save_figure(draw_sigmoid(neuron.class_names), folder / "sigmoid.png")
    save_figure(draw_loss(neuron.class_names), folder / "loss.png")
    save_figure(draw_valley(neuron, arrays), folder / "valley.png")
    save_figure(draw_average(neuron.w, arrays), folder / "weights.png")
    answers = find_answers(images, neuron)
    save_jpeg(draw_hero(answers, neuron.w, arrays), folder / "hero.jpg")

    costs, test_costs = every_cost(arrays, test)
    save_figure(draw_every_cost(costs, test_costs), folder / "costs.png")

    # Those that lessons draw.
    words = ["--dataset", str(dataset), "--results", str(results)]
    with_picture = [str(path_1), "--from-mean"] + words
    run_lesson("evidence", with_picture, results, "evidence*.png", folder / "evidence.png")
    for lesson in ("learning_rates", "hidden_layer"):
        run_lesson(lesson, words, results, f"{lesson}.png", folder / f"{lesson}.png")
    film = "watch_it_learn.gif"
    run_lesson("watch_it_learn", words, results, film, folder / film)
    save_page(words, results, folder / "play.png")


def readme_figures(work):
    """The figures of README.md, into this folder. work: an empty folder."""
    dataset = work / "dataset"
    results = work / "results"
    dataset.mkdir()
    draw_pictures(dataset)
    prepare_data.main(["--dataset", str(dataset)])
    train.main(["--dataset", str(dataset), "--results", str(results)])

    os.chdir(work)  # titles name paths as they are seen from there
    images = [dataset / "test" / name for name in HERO]
    path_0 = dataset / "test" / AIRPLANE
    path_1 = dataset / "test" / BIKE
    make_figures(dataset, results, HERE, path_0, path_1, images)
    os.chdir(HERE.parent)  # on Windows a folder where one stands cannot go

    for path in HERE.glob("*.*"):
        limit = LARGEST
        if path.suffix == ".gif":
            limit = LARGEST_FILM
        size = path.stat().st_size
        assert size < limit, f"{path.name} is too large: {size} bytes"


def my_figures(dataset, work):
    """The same figures of the learner's own pictures, into results/figures/. work: an empty folder."""
    results = results_folder(dataset)
    remedy = command_line("train.py", dataset)
    neuron = load_model(results / "model.h5", remedy)
    shutil.copy(results / "model.h5", work)

    images = list_images(dataset / "test")
    answers = choose_examples(find_answers(images, neuron))
    examples = [answer.path for answer in answers]
    first_of_class_0 = list_images(dataset / "test" / neuron.class_names[0])[0]
    first_of_class_1 = list_images(dataset / "test" / neuron.class_names[1])[0]
    folder = results / "figures"
    make_folder(folder, "--dataset")
    make_figures(dataset, work, folder, first_of_class_0, first_of_class_1, examples[:6])


def main(argv=None):
    parser = argument_parser(__doc__)
    parser.set_defaults(dataset=None)  # without --dataset: README's own
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as work:
        if args.dataset is None:
            readme_figures(Path(work))
        else:
            my_figures(args.dataset, Path(work))


if __name__ == "__main__":
    print_at_once()
    main()
