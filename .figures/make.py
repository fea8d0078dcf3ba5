"""Make every figure of README.md anew, from the drawn pictures and from formulas.

python .figures/make.py                    # draws the pictures, trains the neuron, some two minutes
python .figures/make.py --dataset FOLDER   # with arrays and a neuron that are there already
"""

import argparse
import io
import os
import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "lessons")]
import evidence
import hidden_layer
import learning_rates
import predict_demo
import prepare_data
import train
import watch_it_learn
from common import GREY
from dataset.draw_pictures import draw_pictures
from prepare_data import image_to_vector, load_arrays, load_image
from train import BLUE, ORANGE, RED, load_model, plain_log, propagate, show_weights, sigmoid

LARGEST, LARGEST_FILM = 400_000, 2_000_000  # bytes
BIKE, AIRPLANE = "test/bike/drawn_0800.jpg", "test/airplane/drawn_0754.jpg"  # the pictures that README.md explains


def as_image(figure):
    """A matplotlib figure as a PIL image."""
    memory = io.BytesIO()
    figure.savefig(memory, dpi=110)
    plt.close(figure)
    return Image.open(memory).convert("RGB")


def keep(image, name):
    """Write a matplotlib figure, a PIL image or the bytes of a file into this folder."""
    path = HERE / name
    if isinstance(image, plt.Figure):
        image = as_image(image)
    if isinstance(image, Image.Image):
        memory = io.BytesIO()
        image.convert("RGB").save(memory, "JPEG" if name.endswith("jpg") else "PNG", optimize=True, quality=88)
        image = memory.getvalue()
    assert len(image) < (LARGEST_FILM if name.endswith("gif") else LARGEST), f"{name} is too large: {len(image)}"
    path.write_bytes(image)
    print(f"wrote {path.name}: {len(image) / 1000:.0f} KB")


def draw_neuron(path, w, b):
    """One neuron with its true numbers: pixels, weights, sum, squash."""
    x = image_to_vector(path)
    z = (w.T @ x + b).item()
    figure, axes = plt.subplots(figsize=(10, 4.2), layout="constrained")
    axes.set(xlim=(0, 10), ylim=(0, 4.2), aspect="equal")
    axes.set_axis_off()
    axes.imshow(x.reshape(64, 64, 3), extent=(0.1, 2.3, 0.9, 3.1), zorder=2)
    axes.text(1.2, 3.25, "64 x 64 pixels", ha="center")
    inputs = {3.7: 0, 2.85: 1, 1.6: int(np.argmin(w)), 0.4: len(x) - 1}
    for dots in (2.22, 1):
        axes.text(3.5, dots, "...", ha="center", va="center", fontsize=14, rotation=90)
    for height, k in inputs.items():
        colour = RED if w[k, 0] > 0 else BLUE
        axes.annotate("", (3.3, height), (2.35, 2), arrowprops={"arrowstyle": "-", "color": GREY, "lw": 0.8})
        axes.annotate("", (6.02, 2.1), (3.7, height), arrowprops={"arrowstyle": "->", "color": colour, "lw": 1.6})
        axes.add_patch(plt.Circle((3.5, height), 0.34, color="#eeeeee", ec="black", zorder=3))
        axes.text(3.5, height, f"$x_{{{k + 1}}}$\n{x[k, 0]:.2f}", ha="center", va="center", fontsize=8, zorder=4)
        middle = (4.75, height + (2.1 - height) * 0.46)
        label = f"$w_{{{k + 1}}}$ = {w[k, 0]:+.4f}"
        axes.text(*middle, label, color=colour, ha="center", va="center", bbox={"color": "white", "pad": 1}, fontsize=9)
    axes.annotate("", (6.4, 2.52), (6.4, 3.5), arrowprops={"arrowstyle": "->", "lw": 1.6})
    axes.text(6.4, 3.6, f"$b$ = {b:+.2f}", ha="center")
    axes.add_patch(plt.Circle((6.4, 2.1), 0.38, color="#fff3d6", ec="black", zorder=3))
    axes.text(6.4, 2.08, "$\\Sigma$", ha="center", va="center", fontsize=18, zorder=4)
    axes.text(6.4, 1.55, "add up", ha="center", va="top", fontsize=9)
    axes.annotate("", (8, 2.1), (6.8, 2.1), arrowprops={"arrowstyle": "->", "lw": 1.6})
    axes.text(7.37, 2.22, f"$z$ = {z:+.2f}", ha="center")
    axes.add_patch(plt.Rectangle((8, 1.7), 0.8, 0.8, color="#e2f2e7", ec="black", zorder=3))
    curve = np.linspace(-6, 6)
    axes.plot(8.4 + curve / 16, 1.82 + 0.56 * sigmoid(curve), color="black", zorder=4)
    axes.text(8.4, 1.55, "squash", ha="center", va="top", fontsize=9)
    axes.annotate("", (9.2, 2.1), (8.8, 2.1), arrowprops={"arrowstyle": "->", "lw": 1.6})
    axes.text(9.25, 2.1, f"$a$ = {sigmoid(z):.3f}\nbike" if z > 0 else f"$a$ = {sigmoid(z):.3f}\nairplane", va="center")
    return figure


def draw_sigmoid():
    """The squash, with z below it, and the table's points."""
    figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
    z = np.linspace(-7, 7, 300)
    axes.axhspan(0.5, 1.12, color=RED, alpha=0.07)
    axes.axhspan(-0.12, 0.5, color=BLUE, alpha=0.07)
    axes.plot(z, sigmoid(z), color="black")
    for point in (-5, -2, 0, 2, 5):
        axes.plot([point, point, -7], [-0.12, sigmoid(point), sigmoid(point)], color=GREY, lw=0.8, ls=":")
        axes.plot(point, sigmoid(point), "o", color=ORANGE)
        right = point < 1
        offset = (8, -12 if point else -4) if right else (-8, 5)
        axes.annotate(f"{sigmoid(point):.3f}", (point, sigmoid(point)), offset, textcoords="offset points",
                      ha="left" if right else "right")  # fmt: skip
    axes.text(6.9, 0.56, "it says bike", color=RED, ha="right")
    axes.text(6.9, 0.4, "it says airplane", color=BLUE, ha="right")
    axes.set(xlim=(-7, 7), ylim=(-0.12, 1.12), xlabel="z: the weighted sum, any number", ylabel="a: between 0 and 1")
    axes.set_title("The sigmoid squashes z")
    return figure


def draw_loss():
    """-log a and -log(1 - a): what each answer costs, for a bike and for an airplane."""
    figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
    a = np.linspace(0.002, 0.998, 500)
    axes.plot(a, -np.log(a), color=RED, label="it is a bike: $-\\log a$")
    axes.plot(a, -np.log(1 - a), color=BLUE, label="it is an airplane: $-\\log(1 - a)$")
    for point in (0.01, 0.5, 0.99):
        axes.plot(point, -np.log(point), "o", color=RED)
        axes.annotate(f"{-np.log(point):.2f}", (point, -np.log(point)), (9, 5), textcoords="offset points", color=RED)
    axes.set(xlim=(0, 1.1), ylim=(0, 5.4), xlabel="a: how sure it is that this is a bike", ylabel="loss")
    axes.set_title("Sure and wrong is expensive")
    axes.legend(loc="upper center")
    return figure


def draw_valley(w, X, Y):
    """The cost of a neuron of two weights, and the steps of three learning rates in it.

    Its two numbers: how bright a picture is where tyres are (there w is lowest), and where w is highest.
    """
    pixels = w.reshape(-1, 3).sum(axis=1)  # (4096,)
    brightness = X.reshape(4096, 3, -1).mean(axis=1)  # (4096, m)
    places = pixels < np.quantile(pixels, 0.02), pixels > np.quantile(pixels, 0.98)
    X = np.array([brightness[place].mean(axis=0) for place in places], float)  # (2, m)
    wide, high = np.meshgrid(np.linspace(-24, 8, 120), np.linspace(-10, 20, 120))
    costs = np.array([propagate(np.array([[u], [v]]), 0.0, X, Y)[1] for u, v in zip(wide.flat, high.flat, strict=True)])
    figure, panels = plt.subplots(1, 3, figsize=(10, 4.1), layout="constrained", sharey=True)
    for axes, (lr, title) in zip(panels, {1: "short steps", 10: "good steps", 40: "long steps"}.items(), strict=True):
        v, steps, way = np.zeros((2, 1)), [], []
        for _ in range(13):
            grads, cost = propagate(v, 0.0, X, Y)
            steps.append(v[:, 0])
            way.append(cost)
            v = v - lr * grads["dw"]
        levels = np.geomspace(costs.min(), costs.max(), 22)
        axes.contourf(wide, high, costs.reshape(wide.shape), levels, cmap="YlGnBu", norm="log", alpha=0.8)
        axes.plot(*np.transpose(steps), "o-", color=ORANGE, ms=3, lw=1)
        axes.plot(0, 0, "o", color="black", ms=7)
        axes.set_title(f"{title}, lr = {lr}\nhighest cost {max(way):.2f}, last {cost:.2f}", fontsize=10)
        axes.set(xlabel="weight of the brightness at the tyres", xlim=(-24, 8), ylim=(-10, 20))
    panels[0].set_ylabel("weight of the brightness between them")
    return figure


def draw_vector(path):
    """A picture, what the neuron gets of it, and the beginning and the end of its column."""
    x = image_to_vector(path)
    figure, (photo, small, column) = plt.subplots(
        1, 3, figsize=(10, 3), layout="constrained", width_ratios=(1.5, 1, 1.1)
    )
    photo.imshow(load_image(path))
    small.imshow(x.reshape(64, 64, 3))
    places = [(row, pixel, colour) for row, pixel in ((0, 0), (0, 1), (63, 63)) for colour in ("red", "green", "blue")]
    values = x[[0, 1, 2, 3, 4, 5, -3, -2, -1], 0]
    lines = [f"{value:.3f}   row {row}, pixel {pixel}, {colour}"
             for value, (row, pixel, colour) in zip(values, places, strict=True)]  # fmt: skip
    lines.insert(6, "...")
    column.text(0, 1, "\n".join(lines), family="monospace", va="top", fontsize=9, linespacing=1.5)
    for axes, title in ((photo, f"the file: {path.name}"), (small, "shape (64, 64, 3)"), (column, "shape (12288, 1)")):
        axes.set_axis_off()
        axes.set(anchor="N")
        axes.set_title(title)
    return figure


def draw_costs(costs, test_costs):
    """The cost at every epoch, from the first one on."""
    figure, axes = plt.subplots(figsize=(7.5, 3.8), layout="constrained")
    axes.plot(range(1, len(costs)), costs[1:], color="black", lw=1, label="training pictures, every epoch")
    axes.plot(test_costs.keys(), test_costs.values(), "o", ms=3, color=ORANGE, label="test pictures, now and then")
    axes.axhline(costs[0], color=GREY, ls=":", label=f"guessing: {costs[0]:.3f}")
    plain_log(axes.xaxis)
    plain_log(axes.yaxis, (1, 2, 5))
    axes.set(xlabel="epoch (logarithmic)", ylabel="cost (logarithmic)", title="First it jumps, then it learns")
    axes.grid(True, alpha=0.3)
    axes.legend()
    return figure


def average_bike_says(w, split):
    """What the average bike says beyond the mean picture, number by number: (12288, 1)."""
    return w * (split.X[:, split.Y[0] == 1].mean(axis=1) - split.X.mean(axis=1))[:, None]


def draw_weights(w, split):
    """The weights, and what an average bike says through them."""
    figure, panels = plt.subplots(1, 3, figsize=(10, 4), layout="constrained")
    panels[0].imshow(split.X[:, split.Y[0] == 1].mean(axis=1).reshape(64, 64, 3))
    show_weights(panels[1], w)
    show_weights(panels[2], average_bike_says(w, split))
    titles = (
        "the average bike",
        "the weights\nred: bright here speaks for bike",
        "what the average bike says\nred: bike",
    )
    for axes, title in zip(panels, titles, strict=True):
        axes.set_axis_off()
        axes.set_title(title)
    return figure


def draw_hero(demo, w, split, names):
    """Six labelled pictures beside what the average bike says."""
    width, gap = 380, 12
    tiles = [Image.open(demo / f"test-{name.replace('/', '-')}.png").convert("RGB") for name in names]
    tiles = [tile.resize((width, round(tile.height * width / tile.width)), Image.Resampling.LANCZOS) for tile in tiles]
    heights = [max(tile.height for tile in tiles[k : k + 2]) for k in (0, 2, 4)]
    figure, axes = plt.subplots(figsize=(6, 6.6), layout="constrained")
    show_weights(axes, average_bike_says(w, split))
    axes.set_title("what makes it say bike (red)", fontsize=18)
    side = as_image(figure)
    tops, total = np.cumsum([0, *(height + gap for height in heights)]), sum(heights) + 2 * gap
    side.thumbnail((total, total), Image.Resampling.LANCZOS)
    sheet = Image.new("RGB", (2 * (width + gap) + side.width, total), "white")
    for k, tile in enumerate(tiles):
        sheet.paste(tile, (k % 2 * (width + gap), int(tops[k // 2])))
    sheet.paste(side, (2 * (width + gap), (total - side.height) // 2))
    return sheet


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", type=prepare_data.find_folder)
    given = parser.parse_args(argv).dataset
    with tempfile.TemporaryDirectory() as folder:
        dataset, results = given or Path(folder) / "dataset", Path(folder) / "results"
        os.chdir(dataset.parent)  # titles name paths as they are seen from there
        if not given:
            dataset.mkdir()
            draw_pictures(dataset)
            prepare_data.main(["--dataset", str(dataset)])
        options = ["--dataset", str(dataset), "--results", str(results)]
        train.main(options)
        split, _ = load_arrays(dataset)
        w, b, _ = load_model(results / "model.h5")
        chosen = ["airplane/drawn_0754.jpg", "bike/drawn_0758.jpg", "bike/drawn_0761.jpg",
                  "airplane/drawn_0771.jpg", "airplane/drawn_0790.jpg", "bike/drawn_0768.jpg"]  # fmt: skip
        predict_demo.main([*(str(dataset / "test" / name) for name in chosen), *options, "--no-window"])
        evidence.main([str(dataset / BIKE), "--from-mean", *options])
        learning_rates.main(options)
        hidden_layer.main(options)
        _, costs, test_costs = watch_it_learn.main(options)
        keep(draw_hero(results / "demo", w, split, chosen), "hero.jpg")
        keep(draw_neuron(dataset / AIRPLANE, w, b), "neuron.png")
        keep(draw_sigmoid(), "sigmoid.png")
        keep(draw_loss(), "loss.png")
        keep(draw_valley(w, split.X, split.Y), "valley.png")
        keep(draw_vector(dataset / BIKE), "vector.png")
        keep(draw_costs(costs, test_costs), "costs.png")
        keep(draw_weights(w, split), "weights.png")
        for name in ("evidence-*.png", "learning_rates.png", "hidden_layer.png"):
            path = next((results / "lessons").glob(name))
            keep(Image.open(path), path.name.split("-")[0].removesuffix(".png") + ".png")
        keep((results / "lessons" / "watch_it_learn.gif").read_bytes(), "watch_it_learn.gif")


if __name__ == "__main__":
    main()
