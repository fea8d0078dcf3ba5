"""Is the calculus right?

    python lessons/gradient_check.py

Equations (5) and (6) in train.py say how the cost changes with each weight and with b: the gradient. They come from
calculus on paper, and neither a wrong sign there nor a slip in the code would crash: the neuron would just learn
badly. But the cost itself can be asked. Make one weight larger by a small step h, then smaller by h:

    numeric gradient = (cost(weight + h) - cost(weight - h)) / (2 h)

That needs no calculus, only patience: two looks at all pictures for every weight. Here it is done for b and for 80
of the weights. The relative difference of both gradients is |numeric - formula| / (|numeric| + |formula|).

You will see that it is below 1e-7 if formula and code are right; with a wrong sign in dw it would be near 1. And why h
is 0.00001: a larger step cuts off the bends of the cost, a smaller one drowns in the rounding of its digits.
"""

import matplotlib.pyplot as plt
import numpy as np
from tqdm import tqdm

from common import GREEN, GREY, lesson_parser, save_picture
from prepare_data import load_arrays
from train import ORANGE, plain_log, propagate

STEP = 1e-5  # h
LIMIT = 1e-7  # a larger relative difference is an error


def numeric_gradient(v, X, Y, chosen, h=STEP):
    """The slope of the cost along each chosen number of v, (n + 1, 1): all weights, and b as the last."""
    slopes = []
    for k in chosen:
        nudge = np.zeros_like(v)
        nudge[k] = h
        up, down = (propagate(u[:-1], u[-1], X, Y)[1] for u in (v + nudge, v - nudge))
        slopes.append((up - down) / (2 * h))
    return np.array(slopes)


def relative_difference(one, other):
    return np.linalg.norm(one - other) / (np.linalg.norm(one) + np.linalg.norm(other))


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, _ = load_arrays(args.dataset)
    random = np.random.default_rng(0)
    some = random.permutation(train.Y.size)[:200]  # enough for this question
    X, Y = train.X[:, some].astype(np.float64), train.Y[:, some].astype(np.float64)
    n, m = X.shape
    v = random.normal(0, 0.01, (n + 1, 1))  # any place on the slope will do, so one at random,
    v[-1] = -np.mean(v[:-1].T @ X)  # where the neuron is unsure
    grads, _ = propagate(v[:-1], v[-1], X, Y)
    formula = np.append(grads["dw"], grads["db"])
    chosen = [*np.argsort(-np.abs(grads["dw"][:, 0]))[:40], *random.permutation(n)[:40], n]  # the last is b
    numeric, formula = numeric_gradient(v, X, Y, tqdm(chosen, "asking the cost", disable=None)), formula[chosen]
    difference = relative_difference(numeric, formula)
    print(f"{m} pictures, {len(chosen) - 1} of {n} weights, and b, in float64")
    for name, one, other in zip(("steepest weight", "b"), numeric[[0, -1]], formula[[0, -1]], strict=True):
        print(f"{name:<16} the cost says {one:+.10f}, the formula says {other:+.10f}")
    print(f"relative difference: {difference:.1e}, and {LIMIT:.0e} is allowed")

    figure, (pairs, steps) = plt.subplots(1, 2, figsize=(10, 5), layout="constrained")
    pairs.axline((0, 0), slope=1, color=GREY, lw=1, label="where both are equal")
    pairs.plot(formula, numeric, "o", color=GREEN, alpha=0.6, label="a weight, or b")
    pairs.locator_params(nbins=6)
    pairs.set(title="The slopes, asked two ways", xlabel="what the formula says", ylabel="what the cost says")
    few, sizes = slice(30, 50), 10.0 ** np.arange(-11, 1)
    for dtype, colour in (("float64", GREEN), ("float32", GREY)):
        slopes = [numeric_gradient(*(a.astype(dtype) for a in (v, X, Y)), chosen[few], h) for h in sizes]
        steps.plot(sizes, [relative_difference(s, formula[few]) for s in slopes], "o-", color=colour, label=dtype)
    steps.axhline(LIMIT, color=ORANGE, ls="--", label=f"the limit, {LIMIT:g}")
    steps.axvline(STEP, color="black", ls=":", label=f"the step of this lesson, {STEP:g}")
    steps.set(title="Not too far, not too near", xlabel="step h", ylabel="relative difference")
    plain_log(steps.xaxis)
    plain_log(steps.yaxis)
    for axes in (pairs, steps):
        axes.grid(alpha=0.3)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2)
    save_picture(figure, args, "gradient_check.png")
    if not difference < LIMIT:
        raise SystemExit("error: the gradient is wrong - compare dw and db in train.py with equations (5) and (6)")
    print("the calculus is right, and so is the code that does it")
    print("try: write dw = -X @ (A - Y).T / m in propagate (train.py), run this again, and take the minus out again")
    return difference


if __name__ == "__main__":
    main()
