"""Can the same descent be faster?

    python lessons/fast_descent.py

Every step of the descent adds columns of X to w, because dw = X @ (A - Y).T / m. So at any epoch w is a sum of
pictures, w = X @ alpha, with one number alpha for each of the m pictures. Put that into z:

    z = w.T @ X + b = alpha.T @ K + b        with K = X.T @ X, of shape (m, m), the Gram matrix

K says how much each two pictures have in common. Once it is there, the pictures themselves are not needed any more:
an epoch takes m * m multiplications in place of 2 * n * m, and the numbers are the same. That is optimize_gram in
train.py, and `python train.py --fast`.

You will see both descents side by side, and how long they take for more and more pictures. Twice as many pictures take
the textbook twice as long, but the Gram matrix four times as long: somewhere it stops paying. Both compute in
float64 here, because while the cost jumps (learning_rates.py) the roundings of float32 would grow.
"""

import time

import matplotlib.pyplot as plt
import numpy as np
from tqdm import tqdm

from common import GREEN, GREY, fit, lesson_parser, save_picture
from prepare_data import command, load_arrays
from train import ORANGE, optimize, optimize_gram, plain_log

EPOCHS = 1000
SIZES = (100, 200, 400, 800, 1600)  # numbers of pictures for which the time is measured


def timed(descent, X, Y, epochs=EPOCHS):
    """The costs of a descent, and how many seconds it takes for EPOCHS epochs, seen from fewer."""
    start = time.perf_counter()
    _, _, costs = fit(X, Y, epochs, descent=descent)
    return costs, (time.perf_counter() - start) * EPOCHS / epochs


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, _ = load_arrays(args.dataset)
    X, Y = train.X.astype(np.float64), train.Y.astype(np.float64)
    n, m = X.shape

    costs, seconds = timed(optimize, X, Y)
    gram_costs, gram_seconds = timed(optimize_gram, X, Y)
    print(" epoch    textbook  Gram matrix")
    for k, (one, other) in enumerate(zip(costs, gram_costs, strict=True)):
        print(f"{100 * k:>6}  {one:>10.6f}   {other:>10.6f}")
    print(f"largest difference: {max(abs(np.subtract(costs, gram_costs))):.1e}")
    print(f"seconds for {m} pictures: {seconds:.2f} and {gram_seconds:.2f}, {seconds / gram_seconds:.1f} times as fast")

    textbook, gram = [], []
    print(f"\nseconds for {EPOCHS} epochs:\npictures    textbook  Gram matrix")
    for size in tqdm(SIZES, "timing", disable=None):
        some = np.arange(size) * m // size  # spread over both classes; some more than once if there are too few
        for times, descent, epochs in ((textbook, optimize, EPOCHS // 10), (gram, optimize_gram, EPOCHS)):
            times.append(min(timed(descent, X[:, some], Y[:, some], epochs)[1] for _ in range(2)))
    for size, one, other in zip(SIZES, textbook, gram, strict=True):
        print(f"{size:>8}  {one:>10.2f}   {other:>10.2f}")
    crossing = SIZES[-1] * textbook[-1] / gram[-1]  # further on one grows like m, the other like m * m
    print(f"If it goes on like this, both take the same time at, very roughly, {round(crossing, -2):.0f} pictures.")
    print(f"Counting multiplications, an epoch takes the same at 2 n = {2 * n}, but K comes first. And it needs room:")
    print(f"at n = {n} pictures K is as large as X.")

    figure, axes = plt.subplots(figsize=(8, 4.8), layout="constrained")
    further = np.geomspace(SIZES[-1], max(crossing, SIZES[-1]))
    for times, power, colour, name in ((textbook, 1, GREY, "textbook"), (gram, 2, GREEN, "Gram matrix")):
        axes.plot(SIZES, times, "o-", color=colour, label=f"{name}, measured")
        axes.plot(further, times[-1] * (further / SIZES[-1]) ** power, ":", color=colour)
    axes.axvline(crossing, color=ORANGE, ls="--", label=f"the same time, very roughly at {crossing:.0f} pictures")
    axes.set(title=f"How long {EPOCHS} epochs take", xlabel="pictures (logarithmic)", ylabel="seconds (logarithmic)")
    for axis in (axes.xaxis, axes.yaxis):
        plain_log(axis)
    axes.grid(alpha=0.3)
    axes.legend()
    save_picture(figure, args, "fast_descent.png")
    print(f"try: {command('train.py', dataset=args.dataset)} --fast")
    return costs, gram_costs, crossing


if __name__ == "__main__":
    main()
