"""Is the calculus right?

    python lessons/gradient_check.py

Equations (5) and (6) in train.py say how the cost changes with each weight and with b: the gradient. They come from
calculus on paper, and neither a wrong sign there nor a slip in the code would crash: the neuron would just learn
badly. But the cost itself can be asked. Make one weight larger by a small step h, then smaller by h:

    numeric gradient = (cost(weight + h) - cost(weight - h)) / (2 h)

That needs no calculus, only patience: two looks at all pictures for every weight. Here it is done for b and for 80
of the weights, the 40 with the steepest slope among them. Both gradients are vectors, compared by

    relative difference = |numeric - formula| / (|numeric| + |formula|)

You will see that it is below 1e-7 if formula and code are right; with a wrong sign in dw it would be near 1. The
picture shows the pairs, and why h is 0.00001: a larger step cuts off the bends of the cost, a smaller one drowns in
the rounding of its digits.
"""

from common import lesson_parser, save_picture
from dataset.guards import Problem, progress, run
from plots import slopes_and_steps
from prepare_data import load_arrays
from train import propagate

import numpy as np

STEP = 1e-5  # h
LIMIT = 1e-7  # a larger relative difference is an error
PICTURES = 200  # at most: enough for this question


def cost_at(v, X, Y):
    """The cost for the parameters v, (n + 1, 1): all weights, and b as the last."""
    return propagate(v[:-1], v[-1], X, Y)[1]


def numeric_gradient(v, X, Y, chosen, h=STEP):
    """The slope of the cost along each chosen parameter, without any calculus."""
    slopes = []
    for k in chosen:
        nudge = np.zeros_like(v)
        nudge[k] = h
        slopes.append((cost_at(v + nudge, X, Y) - cost_at(v - nudge, X, Y)) / (2 * h))
    return np.array(slopes)


def relative_difference(one, other):
    return np.linalg.norm(one - other) / (np.linalg.norm(one) + np.linalg.norm(other))


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, _ = load_arrays(args.dataset)
    random = np.random.default_rng(0)
    some = random.permutation(train.Y.size)[:PICTURES]
    X, Y = train.X[:, some].astype(np.float64), train.Y[:, some].astype(np.float64)
    n, m = X.shape

    v = random.normal(0, 0.01, (n + 1, 1))  # any place on the slope will do, so one at random,
    v[-1] = -np.mean(v[:-1].T @ X)  # where the neuron is unsure
    grads, _ = propagate(v[:-1], v[-1], X, Y)
    formula = np.append(grads["dw"], grads["db"])
    chosen = [*np.argsort(-np.abs(grads["dw"][:, 0]))[:40], *random.permutation(n)[:40], n]  # the last is b
    numeric, formula = numeric_gradient(v, X, Y, progress(chosen, doing="asking the cost")), formula[chosen]
    difference = relative_difference(numeric, formula)
    print(f"{m} pictures, {len(chosen) - 1} of {n} weights, and b, in float64")
    for k, name in ((0, "steepest weight"), (-2, "a random weight"), (-1, "b")):
        print(f"{name:<16} the cost says {numeric[k]:+.10f}, the formula says {formula[k]:+.10f}")
    print(f"relative difference: {difference:.1e}, and {LIMIT:.0e} is allowed")

    few, differences = slice(30, 50), {"float64": {}, "float32": {}}
    for kind, by_step in differences.items():
        for h in 10.0 ** np.arange(-11, 1):
            slopes = numeric_gradient(v, X.astype(kind), Y, chosen[few], h)
            by_step[h] = relative_difference(slopes, formula[few])
    save_picture(slopes_and_steps(numeric, formula, differences, LIMIT, STEP), args, "gradient_check.png")
    if not difference < LIMIT:
        raise Problem(
            f"the gradient is wrong: what propagate returns and what the cost says differ by {difference:.1e} "
            "- compare dw and db in train.py with the equations (5) and (6)"
        )
    print("the calculus is right, and so is the code that does it")
    print("try: write dw = -X @ (A - Y).T / m in propagate (train.py), and run this again")
    return difference


if __name__ == "__main__":
    run(main)
