"""How good is it really?

    python lessons/honest_score.py

train.py ends with one number: so much of the test is right. But the test pictures are drawn from a hat. Others would
have given another number, and one that looks perfect may be luck. So draw again: put all pictures together, pick as
many of each class at random for a test, train a new neuron on the rest, and test it. Do that 20 times.

You will see the 20 scores, their mean and their range, beside the score of the one test that you have. An honest
report gives the mean and the range, and says how large the tests were.
"""

import matplotlib.pyplot as plt
import numpy as np

from common import GREEN, fit_many, lesson_parser, save_picture
from prepare_data import load_arrays
from train import ORANGE

SPLITS = 20


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    X, Y = np.hstack([train.X, test.X]), np.hstack([train.Y, test.Y])
    counts, random = [int((label == test.Y).sum()) for label in (0, 1)], np.random.default_rng(0)
    tests = np.zeros((Y.size, SPLITS + 1), bool)  # a column for each neuron: which pictures test it
    tests[train.Y.size :, 0] = True  # the first is that of train.py
    for split in range(1, SPLITS + 1):
        for label, count in enumerate(counts):
            tests[random.permutation(np.flatnonzero(Y[0] == label))[:count], split] = True
    right = (fit_many(X, Y, ~tests) > 0) == Y.T  # each learns from all other pictures
    one, *scores = (float(right[tests[:, k], k].mean()) for k in range(SPLITS + 1))

    mean, names = np.mean(scores), train.class_names
    print(f"the one test of train.py: {one:.1%} of {test.Y.size} pictures are right")
    print(f"{SPLITS} random tests, in each {counts[0]} of {names[0]} and {counts[1]} of {names[1]}, % right:")
    print(" ", *(f"{100 * value:.1f}" for value in sorted(scores)))
    print(f"mean {mean:.1%}, from {min(scores):.1%} to {max(scores):.1%}")
    print(f"{sum(value >= one for value in scores)} of the {SPLITS} are as good as the one test, or better")

    figure, axes = plt.subplots(figsize=(8, 3.6), layout="constrained")
    for value in set(scores):  # each score is a dot, equal ones on top of each other
        count = scores.count(value)
        axes.plot([100 * value] * count, range(1, count + 1), "o", ms=13, color=GREEN)
    axes.axvline(100 * mean, color=GREEN, ls="--", label=f"their mean, {mean:.1%}")
    axes.plot(100 * one, scores.count(one) + 1, "D", ms=12, color=ORANGE, label="the one test of train.py")
    axes.set(title=f"{SPLITS} random tests, {test.Y.size} pictures each", xlabel="% of the test right", yticks=[])
    axes.margins(y=0.1)
    figure.legend(loc="outside lower center", ncols=2)
    save_picture(figure, args, "honest_score.png")
    print("try: change SPLITS in this script to 50: does the mean move, does the range?")
    return one, scores


if __name__ == "__main__":
    main()
