"""How large should a step be?

    python lessons/learning_rates.py

train.py prints the cost every 100 epochs, and there it falls and falls. Look at every epoch, and it may first jump up
and down. The gradient says in which direction downhill is, not how far the valley reaches: a step that is too
large lands on the other side, higher up, and the next one swings back.

Which way does it swing? All pictures are bright in much the same places. The mean picture is what they have in common,
and a step along it moves z of all of them at once: the neuron calls every picture class 1, then every picture class 0,
and only when that has calmed down can it see the difference. Subtract the mean picture from each, and the same
rate does not jump.

You will see the first 30 epochs of a rate that is too slow, a careful one, the default, and one that diverges. Its
cost does not run to infinity, because no gradient is larger than the pictures are; but it lands far above where
it started, again and again. (If it comes to rest at last, then because there are more weights than pictures.)
"""

from common import lesson_parser, new_figure, plain_log, save_picture, train_neuron
from dataset.guards import run
from prepare_data import load_arrays
from train import LEARNING_RATE, optimize, predict

import numpy as np

RATES = (0.0001, 0.001, LEARNING_RATE, 1.0)
FIRST = 30  # epochs that are drawn
LAST_PRINTED = 1900  # the last epoch whose cost train.py prints
GUESSING = np.log(2)  # the cost of a neuron that says 0.5 to everything


def rises(costs):
    """The epochs at which the cost is higher than one epoch before."""
    return [epoch for epoch in range(1, len(costs)) if costs[epoch] > costs[epoch - 1]]


def line_of_table(name, costs):
    up = rises(costs)
    last = f"at {up[-1]}" if up else "never"
    return f"{name:<21} {max(costs):>8.2f} {len(up):>6} {last:>10} {costs[FIRST]:>9.4f} {costs[LAST_PRINTED]:>11.4f}"


def draw(curves):
    """All curves in one plot; the last, from which the mean picture was subtracted, is dashed. {name: costs}"""
    from matplotlib import colormaps

    figure = new_figure(8, 5.4)
    axes = figure.subplots()
    *shades, orange = [*colormaps["viridis_r"](np.linspace(0.15, 1, len(curves) - 1)), "#d95f02"]
    styles = [{"color": shade, "marker": "o", "ms": 4} for shade in shades] + [{"color": orange, "ls": "--", "lw": 3}]
    for (name, costs), style in zip(curves.items(), styles, strict=True):
        axes.plot(costs[: FIRST + 1], label=name, **style)
    axes.axhline(GUESSING, color="black", lw=1, ls=":", label="the cost of guessing")
    axes.set(title="How large should a step be? The first epochs", xlabel="epoch", ylabel="cost (logarithmic)")
    plain_log(axes.yaxis)
    axes.grid(alpha=0.3)
    figure.legend(loc="outside lower center", ncols=3, title="learning rate")
    return figure


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    pictures, _ = load_arrays(args.dataset)
    X, Y = pictures.X, pictures.Y

    curves = {f"{rate:g}": train_neuron(X, Y, lr=rate, every=1)[2] for rate in RATES}
    costs, too_fast = curves[f"{LEARNING_RATE:g}"], curves[f"{RATES[-1]:g}"]
    X_from_mean = X - X.mean(axis=1, keepdims=True)
    curves[f"{LEARNING_RATE:g}, mean subtracted"] = calm = train_neuron(X_from_mean, Y, every=1)[2]

    print(f"{'learning rate':<21} {'highest':>8} {'rises':>6} {'last rise':>10} {'epoch 30':>9} {'epoch 1900':>11}")
    for name in curves:
        print(line_of_table(name, curves[name]))
    print(f"\nthe first costs at {LEARNING_RATE:g}: {' '.join(f'{cost:.2f}' for cost in costs[:8])} ...")
    if up := rises(costs):
        top = int(np.argmax(costs))
        print(f"it jumps: {costs[top]:.2f} at epoch {top}; the last rise is at epoch {up[-1]}")
    for epoch in (1, 2, 3, 4):
        w, b, _ = train_neuron(X, Y, epoch, descent=optimize)
        print(
            f"after epoch {epoch} it calls {predict(w, b, X).sum():.0f} of {Y.size} pictures {pictures.class_names[1]}"
        )
    print(f"with the mean picture subtracted, the same rate has {len(rises(calm))} rises")
    print(
        f"the rate {RATES[-1]:g} diverges: at epoch {FIRST} the cost is {too_fast[FIRST]:.1f}, "
        f"{too_fast[FIRST] / GUESSING:.0f} times that of guessing"
        if too_fast[FIRST] > GUESSING
        else f"on these few pictures even the rate {RATES[-1]:g} calms down: {too_fast[FIRST]:.4f} at epoch {FIRST}"
    )
    save_picture(draw(curves), args, "learning_rates.png")
    print("try: change RATES in this script, and find the largest rate that never jumps")
    return curves


if __name__ == "__main__":
    run(main)
