"""Is the calculus right?

    python lessons/gradient_check.py

Equations (5) and (6) in train.py say how the cost changes with each weight and with b: the gradient. They come from
calculus on paper. A wrong sign there, or a slip in the code, would not crash: the neuron would just learn badly.

But the cost itself can be asked. Make one weight larger by a small step h, look at the cost, make the weight smaller
by h, and look again:

    slope = (cost(weight + h) - cost(weight - h)) / (2 h)

That needs no calculus, only patience: two looks at all pictures for every weight. So it is done for b and for 80 of the
weights. The difference of both slopes is measured against their size: |asked - formula| / (|asked| + |formula|), where
|...| is the root of the sum of the squares, the length of a vector. That is 0 where both are equal, and 1 where the
sign of one is wrong.

You will see that it is far below 0.0000001, so formula and code are right. And you will see why h is 0.00001: a larger
step cuts off the bends of the cost, and with a smaller one the two costs are so alike that their last digits, which are
rounded, are all that is left.
"""

import numpy as np

from common import lesson_parser, save_picture
from dataset.figures import GREEN, ORANGE, logarithmic_axis, new_figure
from dataset.screen import print_at_once, progress
from train import load_arrays, propagate

STEP = 1e-5  # h; 1e-5 is Python's way to write 0.00001
LIMIT = 1e-7  # a larger difference is an error
PICTURES = 200  # so many are enough for this question
WEIGHTS = 80  # so many are checked, and 20 of them for the figure


def ask_weight(k, w, b, X, Y, h):
    """How the cost changes with weight k, asked from the cost itself."""
    larger = w.copy()
    smaller = w.copy()
    larger[k] += h
    smaller[k] -= h
    grads, cost_of_larger = propagate(larger, b, X, Y)
    grads, cost_of_smaller = propagate(smaller, b, X, Y)
    return (cost_of_larger - cost_of_smaller) / (2 * h)


def ask_b(w, b, X, Y, h):
    """The same for b."""
    grads, cost_of_larger = propagate(w, b + h, X, Y)
    grads, cost_of_smaller = propagate(w, b - h, X, Y)
    return (cost_of_larger - cost_of_smaller) / (2 * h)


def two_ways(chosen, w, b, X, Y, h=STEP):
    """The slopes of the chosen weights, and of b as the last, as two lists: asked, and by the formulas."""
    asked = [ask_weight(k, w, b, X, Y, h) for k in chosen]
    asked.append(ask_b(w, b, X, Y, h))

    grads, cost = propagate(w, b, X, Y)
    formula = [grads["dw"][k, 0] for k in chosen]
    formula.append(grads["db"])
    return asked, formula


def relative_difference(asked, formula):
    """0 where both lists are equal, 1 where one is the other with a wrong sign."""
    difference = np.array(asked) - np.array(formula)
    # np.linalg.norm is the length: the root of the sum of the squares.
    return np.linalg.norm(difference) / (np.linalg.norm(asked) + np.linalg.norm(formula))


def draw_steps(axes, chosen, w, b, X, Y):
    """How the relative difference depends on the step h."""
    steps = [1e-11, 1e-9, 1e-7, 1e-5, 1e-3, 1e-1]
    differences = []
    for h in progress(steps, "other steps"):
        asked, formula = two_ways(chosen, w, b, X, Y, h)
        differences.append(relative_difference(asked, formula))

    axes.plot(steps, differences, "o-", color=GREEN, label="relative difference")
    axes.axhline(LIMIT, color=ORANGE, linestyle="--", label="the limit")
    axes.axvline(STEP, color="black", linestyle=":", label="the step of this lesson")
    axes.set_title("Two slopes that should be equal: not too far, not too near")
    axes.set_xlabel("step h (logarithmic)")
    axes.set_ylabel("relative difference (logarithmic)")
    logarithmic_axis(axes.xaxis)
    logarithmic_axis(axes.yaxis)
    axes.legend()


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    rng = np.random.default_rng(0)

    # Some pictures at random, in float64: numbers of 16 digits.
    some = rng.permutation(train.Y.size)[:PICTURES]  # the numbers of all pictures, shuffled
    X = train.X[:, some].astype(np.float64)  # (n, 200)
    Y = train.Y[:, some].astype(np.float64)  # (1, 200)
    X = X / X.max()  # between 0 and 1, also if you have taken out / 255
    n, m = X.shape

    # Any neuron will do, so one at random, but with a b that makes it unsure: there the slopes are steep.
    w = rng.normal(0, 0.01, (n, 1))  # (n, 1) random numbers around 0, most between -0.01 and 0.01
    b = -np.mean(w.T @ X)

    print(f"{m} pictures, {WEIGHTS} of {n} weights, and b, in float64")
    chosen = rng.permutation(n)[:WEIGHTS]
    asked, formula = two_ways(chosen, w, b, X, Y)
    difference = relative_difference(asked, formula)
    print(
        f"weight {chosen[0]}: the cost says {asked[0]:+.10f}, the formula says {formula[0]:+.10f}"
    )
    print(f"b: the cost says {asked[-1]:+.10f}, the formula says {formula[-1]:+.10f}")
    print(f"relative difference of all: {difference:.1e}, and {LIMIT:.0e} is allowed")

    figure = new_figure(8, 5)
    draw_steps(figure.subplots(), chosen[:20], w, b, X, Y)
    save_picture(figure, args, "gradient_check.png")

    if not difference < LIMIT:  # so written, it also finds a difference that is no number
        raise SystemExit(
            "error: the gradient is wrong - compare dw and db in train.py with equations (5) and (6)"
        )
    print("the calculus is right, and so is the code that does it")
    print(
        "try: write dw = -X @ (A - Y).T / m in propagate (train.py), run this, take the minus out"
    )
    return {"relative difference": difference}


if __name__ == "__main__":
    print_at_once()
    main()
