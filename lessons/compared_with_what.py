"""Is 100 % good?

    python lessons/compared_with_what.py

A score says little alone. In a village without rain "no rain tomorrow" is right every day, and nobody has learned
anything. So before you praise a score, ask how far one gets with less. Such a simple rival is called a baseline. Here
are four, each a little less simple than the one before:

    the frequent class    says what most training pictures are, and does not look at all
    brightness            one number for a picture, the mean of all its numbers: which class's mean is closer?
    mean picture          the same with all numbers: which class's mean picture is it closer to?
    nearest neighbour     keeps all training pictures, finds the one most like the new picture, and says its class

The distance between two pictures is computed as between two points on paper, only with more numbers: the root of the
sum of the squared differences. Without the root the order stays the same.

You will see what the four and the neuron get right, in the test of train.py and in ten tests drawn at random. One test
of 100 pictures may not tell two rivals apart; ten do it better. Below, some mistakes of the nearest neighbour: the
picture, and under it the training picture that is most like it. It compares backgrounds as much as things. Where the
neuron is better than that, it has learned which pixels count.
"""

import numpy as np

from common import lesson_parser, save_picture, show_picture
from dataset.figures import ORANGE, new_figure
from dataset.screen import print_at_once, progress
from judging import all_pictures, draw_a_test, fit_columns
from train import load_arrays

TESTS = 10  # how many random tests
RIVALS = ["frequent class", "brightness", "mean picture", "nearest neighbour", "neuron"]


def closer_mean(X, y, tested, others):
    """For each tested column of X, True if the mean of class 1 is closer to it than that of class 0."""
    distances = []
    for label in (0, 1):
        of_class = [k for k in others if y[k] == label]
        mean = X[:, of_class].mean(axis=1, keepdims=True)  # (n, 1)
        squares = (X[:, tested] - mean) ** 2  # (n, tested)
        distances.append(squares.sum(axis=0))  # (tested,): the sum of each column
    return distances[1] < distances[0]


def nearest_neighbours(K, tested, others):
    """For each tested picture, which of the others is most like it: a list of column numbers.

    The squared distance of pictures a and b adds up (a - b)**2 = a * a + b * b - 2 * a * b, and K holds these sums:
    K[a, a], K[b, b] and K[a, b], each plus 1, which moves all distances alike. For one picture a the first is always the
    same, so it can be left out, too.
    """
    # np.diag(K) is K[0, 0], K[1, 1], ... So squares has K[b, b] for each of the others.
    squares = np.diag(K)[others]  # (others,)
    nearest = []
    for k in tested:
        compared = squares - 2 * K[k, others]  # (others,): of row k these columns
        nearest.append(others[np.argmin(compared)])
    return nearest


def compare(X, Y, K, tested, others):
    """How much of a test each of the RIVALS gets right, in %, and the nearest neighbours. X, Y, K: of all pictures."""
    y = Y[0]  # (all,)
    nearest = nearest_neighbours(K, tested, others)
    w, b = fit_columns(X, Y, K, others)

    # X.mean(axis=0, keepdims=True): one number for each picture, (1, all).
    by_brightness = closer_mean(X.mean(axis=0, keepdims=True), y, tested, others)
    by_mean_picture = closer_mean(X, y, tested, others)
    z = w.T @ X[:, tested] + b  # (1, tested)
    # Each answer is True or 1 for pictures that are called class 1. The first is one answer for all of them.
    answers = [np.mean(y[others]) > 0.5, by_brightness, by_mean_picture, y[nearest], z[0] > 0]
    percents = [100 * np.mean(answer == y[tested]) for answer in answers]
    return percents, nearest


def compare_at_random(X, Y, K, Y_test):
    """Random tests: the percents of each test, and the mistakes of the nearest neighbour, each before its neighbour."""
    rng = np.random.default_rng(0)
    scores = []
    mistakes = []
    for _ in progress(range(TESTS), "random tests"):
        tested, others = draw_a_test(Y, Y_test, rng)
        percents, nearest = compare(X, Y, K, tested, others)
        scores.append(percents)
        for k, neighbour in zip(tested, nearest, strict=True):
            if Y[0, k] != Y[0, neighbour]:
                mistakes += [k, neighbour]
    return np.array(scores), mistakes


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    X, Y, K = all_pictures(train, test)

    # The test of train.py, whose pictures come last, and tests drawn at random.
    m = train.Y.size
    one, nearest = compare(X, Y, K, range(m, Y.size), range(m))
    scores, mistakes = compare_at_random(X, Y, K, test.Y)  # scores: (10, 5), a row for each test
    means = scores.mean(axis=0)  # of each column, that is, of each rival
    print("% of the test right       the one test   mean of random tests")
    for k in range(5):
        print(f"{RIVALS[k]:<25} {one[k]:>12.1f} {means[k]:>14.1f}")

    # For each rival a line, from its worst random test to its best, with the mean, and the one test.
    figure = new_figure(11, 7)
    above, below = figure.subfigures(2, 1)
    axes = above.subplots()
    axes.hlines(RIVALS, scores.min(axis=0), scores.max(axis=0), label="worst to best")
    axes.plot(means, RIVALS, "ko", label="mean of the random tests")
    axes.plot(one, RIVALS, "D", color=ORANGE, label="the one test of train.py")
    axes.set_xlabel("% of the test right")
    axes.legend()

    # Below it the mistakes.
    below.suptitle("Mistakes of the nearest neighbour, if any; below each picture its neighbour")
    panels = below.subplots(2, 7).T.flatten()  # 14, column by column
    for panel in panels:
        panel.set_axis_off()
    for panel, k in zip(panels, mistakes, strict=False):  # until one of the two ends
        show_picture(panel, X[:, k], train.image_size)
    save_picture(figure, args, "compared_with_what.png")
    # X[::3] takes every third row.
    print("try: in compare, write X[::3].mean, for the red numbers only: is it a better rival?")
    return {"one": one, "means": means}


if __name__ == "__main__":
    print_at_once()
    main()
