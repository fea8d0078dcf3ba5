"""How many pictures does it need?

    python lessons/how_many_pictures.py

Learn from one picture of each class, then from 2, 5, 10, and so on. Which pictures they are is luck, and so is which
ones test it. So try each number ten times. Each time pick pictures for a test at random, pick some of the others to
learn from, learn, and test.

You will see the share of the test that is right, for each number: the mean of the draws, and from the worst to the
best. The first few pictures bring most. Then it takes twice as many again and again for a little more; and the luck of
the draw, wide at first, mostly wears off. (What stays is that of a small test.) Before you collect a thousand pictures,
collect fifty, and look at such a curve.
"""

import numpy as np

from common import lesson_parser, save_picture, share_right
from dataset.figures import GREEN, GREY, logarithmic_axis, new_figure
from dataset.screen import print_at_once, progress
from judging import all_pictures, draw_a_test, fit_columns
from train import load_arrays

SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500)  # pictures of each class; at last all
DRAWS = 10  # how often each number is tried
EPOCHS = 1000  # half as many as usual: mostly enough; with a smaller LEARNING_RATE take more


def first_of_each(columns, size, Y):
    """The first pictures of each class among some columns: as many as size, or as there are."""
    chosen = []
    for label in (0, 1):
        of_class = [k for k in columns if Y[0, k] == label]
        chosen += of_class[:size]  # the first of them, at the end of the list
    return chosen


def report(scores, m):
    """Print a line for each number of pictures. m: how many the test has."""
    print(f"pictures of each class   % of {m} test pictures right: mean of the draws, worst, best")
    largest = max(scores)
    for size, shares in scores.items():
        name = str(size)
        if size == largest:
            name = "all"
        mean = np.mean(shares)
        print(f"{name:>22}   {mean:>6.1%}   from {min(shares):.0%} to {max(shares):.0%}")


def draw_scores(axes, scores):
    """The mean of the draws for each number of pictures, between the worst and the best."""
    sizes = list(scores)
    mean = [100 * np.mean(shares) for shares in scores.values()]
    worst = [100 * min(shares) for shares in scores.values()]
    best = [100 * max(shares) for shares in scores.values()]
    label = "from the worst draw to the best"
    # alpha: how thick the colour is, from 0 to 1.
    axes.fill_between(sizes, worst, best, color=GREEN, alpha=0.2, label=label)
    axes.plot(sizes, mean, "o-", color=GREEN, label="mean")

    axes.set_title("How many pictures does it need?")
    axes.set_xlabel("pictures of each class (logarithmic)")
    axes.set_ylabel("% of the test right")
    logarithmic_axis(axes.xaxis, (1, 2, 5))
    axes.grid(alpha=0.3)


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    rng = np.random.default_rng(0)

    # The last number of pictures is all: so many that the larger class has no more.
    counts = [int(np.sum(train.Y == label)) for label in (0, 1)]
    sizes = [size for size in SIZES if size < min(counts)]
    sizes.append(max(counts))

    # Into the hat with all pictures. Draw a test, draw some of the others, learn from these, test.
    X, Y, K = all_pictures(train, test)  # K helps to learn faster: see fast_descent.py
    scores = {}
    for size in progress(sizes, "numbers of pictures"):
        scores[size] = []
        for _ in range(DRAWS):
            # Two lists of columns of X, in a random order.
            tested, others = draw_a_test(Y, test.Y, rng)
            w, b = fit_columns(X, Y, K, first_of_each(others, size, Y), EPOCHS)
            scores[size].append(share_right(w, b, X[:, tested], Y[:, tested]))
    report(scores, test.Y.size)

    figure = new_figure(8, 4.5)
    axes = figure.subplots()
    draw_scores(axes, scores)
    always = 100 * max(np.mean(test.Y), 1 - np.mean(test.Y))
    axes.axhline(always, color=GREY, linestyle=":", label="always naming the more frequent class")
    axes.legend(loc="lower right")
    save_picture(figure, args, "how_many_pictures.png")
    print("try: change DRAWS in this script to 1: would you still trust the curve?")
    return scores


if __name__ == "__main__":
    print_at_once()
    main()
