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

from common import lesson_parser, save_picture, train_neuron
from dataset.guards import progress, run
from plots import times_by_size
from prepare_data import load_arrays
from train import REPORT_EVERY, optimize, optimize_gram

import numpy as np

EPOCHS = 1000
SIZES = (100, 200, 400, 800, 1600)  # numbers of pictures for which the time is measured
TENTH = EPOCHS // 10  # there the textbook is timed for a tenth of the epochs


def timed(descent, X, Y, epochs=EPOCHS):
    """Seconds for a descent, and its costs."""
    start = time.perf_counter()
    _, _, costs = train_neuron(X, Y, epochs, descent=descent)
    return time.perf_counter() - start, costs


def fastest(descent, X, Y, epochs=EPOCHS):
    """The seconds of the better one of two descents, because other programs may disturb."""
    return min(timed(descent, X, Y, epochs)[0] for _ in range(2))


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, _ = load_arrays(args.dataset)
    X, Y = train.X.astype(np.float64), train.Y.astype(np.float64)
    n, m = X.shape

    seconds, costs = timed(optimize, X, Y)
    gram_seconds, gram_costs = timed(optimize_gram, X, Y)
    print(" epoch    textbook  Gram matrix")
    for k, pair in enumerate(zip(costs, gram_costs, strict=True)):
        print(f"{k * REPORT_EVERY:>6}  {pair[0]:>10.6f}   {pair[1]:>10.6f}")
    print(f"largest difference: {max(abs(np.subtract(costs, gram_costs))):.1e}")
    print(f"seconds for {m} pictures: {seconds:.2f} and {gram_seconds:.2f}, {seconds / gram_seconds:.1f} times as fast")

    textbook, gram = [], []
    print(f"\nseconds for {EPOCHS} epochs:\npictures    textbook  Gram matrix")
    for size in progress(SIZES, doing="timing"):
        some = np.arange(size) * m // size  # spread over both classes; some more than once if there are too few
        textbook.append(fastest(optimize, X[:, some], Y[:, some], TENTH) * EPOCHS / TENTH)
        gram.append(fastest(optimize_gram, X[:, some], Y[:, some]))
    for row in zip(SIZES, textbook, gram, strict=True):
        print("{:>8}  {:>10.2f}   {:>10.2f}".format(*row))
    crossing = round(SIZES[-1] * textbook[-1] / gram[-1], -2)  # further on one grows like m, the other like m * m
    print(
        f"If it goes on like this, on this machine both take the same time at, very roughly, {crossing:.0f} pictures."
    )
    print(f"Counting multiplications, an epoch takes the same at 2 n = {2 * n}, but K comes first. And it needs room:")
    print(f"at n = {n} pictures K is as large as X; there train.py --fast stops.")
    save_picture(times_by_size(SIZES, textbook, gram, crossing, EPOCHS), args, "fast_descent.png")
    print("try: python train.py --fast")
    return costs, gram_costs, crossing


if __name__ == "__main__":
    run(main)
