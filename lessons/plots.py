"""How the lessons draw what they found: one function a lesson, each gives a matplotlib figure.

You can read the lessons without reading this file.
"""

import io

from prepare_data import IMAGE_SIZE, load_picture
from train import BLUE, ORANGE, RED, REPORT_EVERY, explain_red_blue, new_figure, plain_log, show_red_blue

import numpy as np

GREY, GREEN = "#888888", "#1b9e77"  # like ORANGE: what is of neither class


def slopes_and_steps(numeric, formula, differences, limit, h):
    """Left: the pairs. Right: the relative difference for each step, h too. differences: {float type: {step: it}}."""
    figure = new_figure(10, 5)
    pairs, steps = figure.subplots(1, 2)
    pairs.axline((0, 0), slope=1, color=GREY, lw=1, label="where both are equal")
    pairs.plot(formula[:-1], numeric[:-1], "o", color=GREEN, alpha=0.6, label="a weight")
    pairs.plot(formula[-1], numeric[-1], "D", color=ORANGE, ms=8, label="b")
    pairs.set(title="The slopes, asked two ways", xlabel="what the formula says", ylabel="what the cost says")
    for (kind, by_step), colour in zip(differences.items(), (GREEN, GREY), strict=True):
        steps.plot(by_step.keys(), by_step.values(), "o-", color=colour, label=kind)
    steps.axhline(limit, color=ORANGE, ls="--", label=f"the limit, {limit:g}")
    steps.axvline(h, color="black", ls=":", label=f"the step of this lesson, {h:g}")
    steps.set(title="Not too far, not too near", xlabel="step h", ylabel="relative difference")
    pairs.locator_params(nbins=6)
    plain_log(steps.xaxis)
    plain_log(steps.yaxis)
    for axes in (pairs, steps):
        axes.grid(alpha=0.3)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=2)
    return figure


def curves_of_rates(curves, guessing):
    """All curves in one plot; the last, from which the mean picture was subtracted, is dashed. {name: costs}"""
    from matplotlib import colormaps

    figure = new_figure(8, 5.4)
    axes = figure.subplots()
    *shades, orange = [*colormaps["viridis_r"](np.linspace(0.15, 1, len(curves) - 1)), ORANGE]
    styles = [{"color": shade, "marker": "o", "ms": 4} for shade in shades] + [{"color": orange, "ls": "--", "lw": 3}]
    for (name, costs), style in zip(curves.items(), styles, strict=True):
        axes.plot(costs, label=name, **style)
    axes.axhline(guessing, color="black", lw=1, ls=":", label="the cost of guessing")
    axes.set(title="How large should a step be? The first epochs", xlabel="epoch", ylabel="cost (logarithmic)")
    plain_log(axes.yaxis)
    axes.grid(alpha=0.3)
    figure.legend(loc="outside lower center", ncols=3, title="learning rate")
    return figure


def frame_of_film(w, costs, called_1, names, epochs):
    """One frame as a Pillow image: w as a picture, and the costs so far. called_1: how many pictures are class 1."""
    from PIL import Image

    epoch = len(costs) - 1
    figure = new_figure(8, 4.4)
    figure.set_layout_engine("none")  # fixed places: nothing trembles from frame to frame
    boxes = ([0.01, 0.14, 0.42, 0.76], [0.44, 0.18, 0.014, 0.68], [0.62, 0.23, 0.36, 0.67])
    weights, bar, cost = (figure.add_axes(box) for box in boxes)
    figure.colorbar(show_red_blue(weights, w), cax=bar, format="%+.2g")
    weights.set_title(f"w after epoch {epoch}")
    for label, colour, height in ((1, RED, 0.07), (0, BLUE, 0.02)):
        figure.text(0.22, height, f"bright here speaks for {names[label]}", color=colour, ha="center")
    cost.axhline(costs[0], color="black", lw=1, ls=":")
    cost.plot(range(1, epoch + 1), costs[1:], color=GREY)
    cost.plot(epoch, costs[-1], "o", color="black")
    cost.set(title=f"the cost: {costs[-1]:.3f}", xlabel="epoch (dotted: the cost of guessing)")
    plain_log(cost.xaxis)
    plain_log(cost.yaxis)
    cost.set(xlim=(0.9, 1.2 * epochs), ylim=(min(0.01, *costs), max(20, *costs)))
    figure.text(0.8, 0.02, f"{called_1} pictures are called {names[1]}", ha="center")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=90)
    return Image.open(buffer).convert("RGB")


def evidence_of(path, x, pixels, steps, title, names, from_mean=False):
    """Picture, what was seen, evidence, and the sum as bars, each of which starts where the one above ended."""
    figure = new_figure(13, 3.8)
    figure.suptitle(title, fontsize=14)
    photo, seen, shares, total = figure.subplots(1, 4, width_ratios=(1.3, 1, 1.25, 1.3))
    picture = load_picture(path)
    picture.thumbnail((600, 600))
    limit = np.abs(pixels).max() or 1
    photo.imshow(picture)
    seen.imshow(x.reshape(IMAGE_SIZE, IMAGE_SIZE, 3))
    figure.colorbar(shares.imshow(pixels, cmap="RdBu_r", vmin=-limit, vmax=limit), ax=shares, shrink=0.8)
    titles = (
        "the picture",
        "what the neuron saw",
        "evidence beyond the mean" if from_mean else "the evidence, pixel by pixel",
    )
    for axes, what in zip((photo, seen, shares), titles, strict=True):
        axes.set(title=what, xticks=[], yticks=[])
        axes.spines[:].set(visible=True, color=GREY)  # a white edge would not be seen
        axes.set_anchor("N")

    ends = np.cumsum([value for _, value, _ in steps])
    bars = [*zip(steps, ends, strict=True), (("together: z", ends[-1], "black"), ends[-1])]
    for row, ((_, value, colour), end) in enumerate(bars):
        total.barh(row, value, left=end - value, color=colour)
        total.text(max(end, end - value), row, f" {value:+.2f}".replace("-", "\N{MINUS SIGN}"), va="center")
    total.set_yticks(range(len(bars)), [name for (name, _, _), _ in bars])
    total.axvline(0, color="black", lw=0.8)
    total.invert_yaxis()
    total.set(title="the sum, step by step", xlabel=f"{names[0]} < 0 < {names[1]}")
    return figure


def sights_and_scores(groups, guessing, names):
    """Images above, scores below. groups: {title: {name: (image, its limit or None, score, colour)}}"""
    figure = new_figure(13, 5)
    explain_red_blue(figure, names)
    parts = figure.subfigures(1, len(groups), width_ratios=[len(columns) for columns in groups.values()])
    for part, (title, columns) in zip(parts, groups.items(), strict=True):
        part.suptitle(title)
        top, bottom = part.subplots(2, len(columns), height_ratios=(1, 1.3))
        for above, below, (name, (image, limit, score, colour)) in zip(top, bottom, columns.items(), strict=True):
            above.imshow(image, cmap="RdBu_r", vmin=limit and -limit, vmax=limit)
            above.set(xticks=[], yticks=[], xlabel=name)
            above.spines[:].set_visible(True)
            below.bar(0, 100 * score, color=colour)
            below.axhline(100 * guessing, color="black", ls=":", lw=1)
            text = below.text(0, 100 * score + 2, f"{100 * score:.0f} %", ha="center", va="bottom")
            text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})  # the line must not strike it out
            below.set(xlim=(-0.7, 0.7), ylim=(0, 112), xticks=[], yticks=[])
            below.spines["left"].set_visible(False)
        bottom[0].set_ylabel("% of the test right\n(dotted: by guessing)")
    return figure


def scores_of_tests(scores, one, m):
    """Each score a dot, equal ones on top of each other."""
    figure = new_figure(8, 3.6)
    axes = figure.subplots()
    for value in set(scores):
        count = scores.count(value)
        axes.plot([100 * value] * count, range(1, count + 1), "o", ms=13, color=GREEN)
    mean = 100 * np.mean(scores)
    axes.axvline(mean, color=GREEN, ls="--", label=f"their mean, {mean:.1f} %")
    axes.plot(100 * one, scores.count(one) + 1, "D", ms=12, color=ORANGE, label="the one test of train.py")
    axes.set(title=f"{len(scores)} random tests, {m} pictures each", xlabel="% of the test right", yticks=[])
    axes.margins(y=0.1)
    axes.spines["left"].set_visible(False)
    figure.legend(loc="outside lower center", ncols=2)
    return figure


def twins(ours, theirs, w, their_w, names):
    """The costs of both in one plot, and both w as pictures on one scale."""
    figure = new_figure(12, 4.3)
    explain_red_blue(figure, names)
    costs, left, right = figure.subplots(1, 3, width_ratios=(1.5, 1, 1))
    epochs = range(0, REPORT_EVERY * len(ours), REPORT_EVERY)
    costs.plot(epochs, ours, color=GREY, lw=6, alpha=0.6, label="train.py")
    costs.plot(epochs, theirs, "o", color=ORANGE, label="Keras")
    costs.set(title="The same neuron, twice: its cost", xlabel="epochs", ylabel="cost (logarithmic)")
    plain_log(costs.yaxis, (1, 2, 5))
    costs.grid(alpha=0.3)
    costs.legend()
    limit = show_red_blue(left, w).get_clim()[1]
    left.set_title("w by train.py")
    figure.colorbar(show_red_blue(right, their_w, limit), ax=right, shrink=0.8)
    right.set_title("w by Keras")
    return figure


def times_by_size(sizes, textbook, gram, crossing, epochs):
    """Time against the number of pictures: measured, and drawn on to where both take the same."""
    figure = new_figure(8, 4.8)
    axes = figure.subplots()
    further = np.geomspace(sizes[-1], max(crossing, sizes[-1]))
    for times, power, colour, name in ((textbook, 1, GREY, "textbook"), (gram, 2, GREEN, "Gram matrix")):
        axes.plot(sizes, times, "o-", color=colour, label=f"{name}, measured")
        axes.plot(further, times[-1] * (further / sizes[-1]) ** power, ":", color=colour)
    axes.axvline(crossing, color=ORANGE, ls="--", label=f"the same time, very roughly at {crossing:.0f} pictures")
    axes.set(title=f"How long {epochs} epochs take", xlabel="pictures (logarithmic)", ylabel="seconds (logarithmic)")
    plain_log(axes.xaxis)
    plain_log(axes.yaxis)
    axes.grid(alpha=0.3)
    axes.legend()
    return figure
