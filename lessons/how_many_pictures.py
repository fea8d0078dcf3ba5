"""How many pictures does it need?

    python lessons/how_many_pictures.py

Learn from one picture of each class, then from 2, 5, 10, and so on. Which pictures they are is luck, and so is which
ones test it. So each number is tried with ten draws from the hat, of pictures to learn from and of a test.

You will see the share of the test that is right, for each number: the mean of the draws, and from the worst to the
best. The first few pictures bring most. Then it takes twice as many again and again for a little more; and the luck of
the draw, wide at first, wears off. Before you collect a thousand pictures, collect fifty, and look at such a curve.
"""

import matplotlib.pyplot as plt
import numpy as np

from common import GREEN, GREY, fit_many, lesson_parser, save_picture
from prepare_data import load_arrays
from train import plain_log

SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500)  # pictures of each class; at last all
DRAWS, EPOCHS = 10, 1000  # half of the usual epochs: enough here


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    X, Y = np.hstack([train.X, test.X]), np.hstack([train.Y, test.Y])
    random, columns = np.random.default_rng(0), {label: np.flatnonzero(Y[0] == label) for label in (0, 1)}
    tested = {label: int((label == test.Y).sum()) for label in (0, 1)}  # as many of each class as in the test
    least, most = sorted(len(columns[label]) - tested[label] for label in (0, 1))
    sizes = [size for size in SIZES if size < least] + [most]
    learn, tests = (np.zeros((Y.size, DRAWS * len(sizes)), bool) for _ in range(2))  # a column for each neuron
    for neuron, size in enumerate(np.repeat(sizes, DRAWS)):
        for label in (0, 1):
            order = random.permutation(columns[label])
            tests[order[: tested[label]], neuron] = True
            learn[order[tested[label] :][:size], neuron] = True
    right = (fit_many(X, Y, learn, EPOCHS) > 0) == Y.T
    shares = np.array([right[tests[:, k], k].mean() for k in range(tests.shape[1])]).reshape(-1, DRAWS)
    scores = dict(zip(sizes, shares, strict=True))

    print(f"pictures of each class   % of {test.Y.size} test pictures right: mean of the draws, worst and best")
    for size, shares in scores.items():
        name = "all" if size == most else size
        print(f"{name:>22}   {shares.mean():>6.1%}   from {shares.min():.0%} to {shares.max():.0%}")

    figure, axes = plt.subplots(figsize=(8, 4.5), layout="constrained")
    low, mean, high = (100 * np.array([f(shares) for shares in scores.values()]) for f in (np.min, np.mean, np.max))
    axes.fill_between(sizes, low, high, color=GREEN, alpha=0.2, label=f"from the worst of {DRAWS} draws to the best")
    axes.plot(sizes, mean, "o-", color=GREEN, label="mean")
    share = 100 * max(test.Y.mean(), 1 - test.Y.mean())
    axes.axhline(share, color=GREY, ls=":", label="always naming the more frequent class")
    axes.set(title="How many pictures does it need?", xlabel="pictures of each class", ylabel="% of the test right")
    plain_log(axes.xaxis, (1, 2, 5))
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    save_picture(figure, args, "how_many_pictures.png")
    print("try: change DRAWS in this script to 1: would you still trust the curve?")
    return scores


if __name__ == "__main__":
    main()
