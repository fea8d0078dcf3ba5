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
cost does not run to infinity, because no gradient is larger than the pictures are; but it lands far above where it
started, again and again. At last it may come to rest, because there are more weights than pictures. Look at the last
column then, the cost on the test: what it knows by heart is of little use on pictures that it has never seen.
"""

from common import lesson_parser, save_picture, short, train_neuron
from dataset.guards import run
from plots import curves_of_rates
from prepare_data import load_arrays
from train import LEARNING_RATE, optimize, predict, propagate

import numpy as np

RATES = (0.0001, 0.001, LEARNING_RATE, 1.0)
FIRST = 30  # epochs that are drawn
LAST = 1900  # the last epoch of the table, and the last whose cost train.py prints
GUESSING = np.log(2)  # the cost of a neuron that says 0.5 to everything


def rises(costs):
    """The epochs at which the cost is higher than one epoch before."""
    return [epoch for epoch in range(1, len(costs)) if costs[epoch] > costs[epoch - 1]]


def line_of_table(name, costs, on_test):
    up = rises(costs)
    last = f"at {up[-1]}" if up else "never"
    return (
        f"{name:<21} {max(costs):>8.2f} {len(up):>6} {last:>10} "
        f"{costs[FIRST]:>9.4f} {costs[LAST]:>11.4f} {on_test:>9.4f}"
    )


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    X, Y, name_1 = train.X, train.Y, short(train.class_names[1])
    mean = X.mean(axis=1, keepdims=True)  # the mean picture: what all have in common
    usual, largest = f"{LEARNING_RATE:g}", f"{max(RATES):g}"
    trials = {f"{rate:g}": (rate, 0) for rate in sorted({*RATES, LEARNING_RATE})}
    trials[f"{usual}, mean subtracted"] = LEARNING_RATE, mean

    print(f"learning rate          highest  rises  last rise  epoch {FIRST}  epoch {LAST}  its test")
    curves, tested = {}, {}
    for name, (rate, taken_off) in trials.items():
        w, b, curves[name] = train_neuron(X - taken_off, Y, LAST + 1, rate, every=1)
        tested[name] = propagate(w, b, test.X - taken_off, test.Y)[1]
        print(line_of_table(name, curves[name], tested[name]))
    costs, calm, too_fast = curves[usual], curves[name], curves[largest]

    print(f"\nthe first costs at {usual}: {' '.join(f'{cost:.2f}' for cost in costs[:8])} ...")
    if up := rises(costs):
        top = int(np.argmax(costs))
        print(f"it jumps: {costs[top]:.2f} at epoch {top}; the last rise is at epoch {up[-1]}")
    for epoch in (1, 2, 3, 4):
        w, b, _ = train_neuron(X, Y, epoch, descent=optimize)
        print(f"after epoch {epoch} it calls {predict(w, b, X).sum():.0f} of {Y.size} pictures {name_1}")
    print(f"with the mean picture subtracted, the same rate has {len(rises(calm))} rises")
    times = too_fast[FIRST] / GUESSING
    verdict = "diverges at first" if times > 1 else "does not diverge"
    print(f"the rate {largest} {verdict}: at epoch {FIRST} the cost is {times:.1f} times that of guessing")
    if times > 1 and too_fast[LAST] < GUESSING:
        print("at rest at last, it knows the training pictures by heart; compare its last two numbers:")
        print(f"{too_fast[LAST]:.4f} for them, {tested[largest]:.4f} for the test, where guessing costs {GUESSING:.4f}")
    first = {name: costs[: FIRST + 1] for name, costs in curves.items()}
    save_picture(curves_of_rates(first, GUESSING), args, "learning_rates.png")
    print("try: change RATES in this script, and find the largest rate that never jumps")
    return curves


if __name__ == "__main__":
    run(main)
