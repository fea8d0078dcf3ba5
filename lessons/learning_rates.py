"""How large should a step be?

    python lessons/learning_rates.py

train.py prints the cost every 100 epochs, and there it falls and falls. Look at every epoch, and it may first jump up
and down. The gradient says in which direction downhill is, not how far the valley reaches: a step that is too
large lands on the other side, higher up, and the next one swings back.

Which way does it swing? All pictures are bright in much the same places. The mean picture is what they have in common,
and a step along it moves z of all of them at once: the neuron calls every picture class 1, then every picture class 0,
and only when that has calmed down can it see the difference. Subtract the mean picture, and longer steps are safe.

How long is safe can be computed. Where the slope is c times the way to the bottom, a rate of 1 / c leads right to the
bottom, and 2 / c just as high up on the other side. Here c is lambda / (4 m) at most: 1/4 is the steepest slope of the
sigmoid, and lambda is how many times longer a vector can become when X.T @ X + 1 is multiplied with it (its largest
eigenvalue; the 1 is for b): much, if the pictures are alike. So up to a rate of 8 m / lambda the cost never rises.
You will see that rate, 1.5 times it, the default and a very large one: the first 80 epochs, and what came of it.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colormaps
from tqdm import tqdm

from common import fit, lesson_parser, save_picture
from prepare_data import command, load_arrays
from train import LEARNING_RATE, ORANGE, init_params, plain_log, predict, propagate

LARGE = 1.0  # a rate that is much too large
FIRST = 80  # epochs that are looked at one by one


def safe_rate(X):
    """8 m / lambda, by power iteration: multiplied with X.T @ X + 1 again and again, any v comes to grow by lambda."""
    v = np.ones((X.shape[1], 1), X.dtype)
    for _ in range(50):
        v = v / np.linalg.norm(v)
        v = X.T @ (X @ v) + v.sum()
    return 8 * X.shape[1] / np.linalg.norm(v)


def every_cost(X, Y, lr):
    """The cost before each of the first epochs: the loop of optimize."""
    (w, b), costs = init_params(X.shape[0]), []
    for _ in range(FIRST):
        grads, cost = propagate(w.astype(X.dtype), b, X, Y)
        costs.append(cost)
        w, b = w - lr * grads["dw"], b - lr * grads["db"]
    return costs


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    mean = train.X.mean(axis=1, keepdims=True)
    safe, calm = safe_rate(train.X), safe_rate(train.X - mean)
    print(f"safe rates: {safe:.4f}; with the mean picture subtracted {calm:.4f}")
    trials = {f"{safe:.4f}, safe": (safe, 0), f"{1.5 * safe:.4f}, 1.5 times that": (1.5 * safe, 0)}
    trials |= {f"{LEARNING_RATE:g}, default": (LEARNING_RATE, 0), f"{LARGE:g}": (LARGE, 0)}
    trials |= {f"{calm:.4f}, mean subtracted": (calm, mean)}

    figure, axes = plt.subplots(figsize=(8, 5.4), layout="constrained")
    curves, colours = {}, [*colormaps["viridis_r"](np.linspace(0.15, 1, 4)), ORANGE]
    print(f"{'':<23} in the first {FIRST} epochs      after 2000 epochs, on")
    print("learning rate           highest rises  last   training    test   of the test right")
    for (name, (rate, taken_off)), colour in zip(tqdm(trials.items(), "rates", disable=None), colours, strict=True):
        X, X_test = train.X - taken_off, test.X - taken_off
        curves[name] = costs = every_cost(X, train.Y, rate)
        rises = [epoch for epoch in range(1, FIRST) if costs[epoch] > costs[epoch - 1]]
        w, b, _ = fit(X, train.Y, lr=rate)
        ends = propagate(w, b, X, train.Y)[1], propagate(w, b, X_test, test.Y)[1]
        right, last = np.mean(predict(w, b, X_test) == test.Y), rises[-1] if rises else "-"
        print(f"{name:<23} {max(costs):>7.2f} {len(rises):>5} {last:>5}    {ends[0]:.4f}  {ends[1]:.4f}   {right:.1%}")
        axes.plot(costs[:31], "o-", ms=4, color=colour, label=name)
    print(
        f"guessing costs {np.log(2):.4f}; more than that on the test is overconfidence: the few mistakes are too sure"
    )
    axes.axhline(np.log(2), color="black", lw=1, ls=":", label="the cost of guessing")
    axes.set(title="How large should a step be? The first epochs", xlabel="epoch", ylabel="cost (logarithmic)")
    plain_log(axes.yaxis, (1, 2, 5))
    axes.grid(alpha=0.3)
    figure.legend(loc="outside lower center", ncols=3, title="learning rate")
    save_picture(figure, args, "learning_rates.png")
    again = f"{command('train.py', dataset=args.dataset)} --lr 0.03 --results results/large"
    print(f"try: {again}: it jumps, too. Is it worse on the test in the end?")
    return curves


if __name__ == "__main__":
    main()
