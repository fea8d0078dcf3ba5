"""How good is it really?

    python lessons/honest_score.py

train.py ends with one number: so much of the test is right. But the test pictures are drawn from a hat. Others would
have given another number, and one that looks perfect may be luck. So draw again: put all pictures together, pick as
many of each class at random for a test, train a new neuron on the rest, and test it. Do that 20 times.

You will see the 20 scores, their mean and their range, beside the score of the one test that you have. An honest
report gives the mean and the range, and says how large the tests were.
"""

from common import lesson_parser, save_picture, share_right, short, train_neuron
from dataset.guards import progress, run
from plots import scores_of_tests
from prepare_data import load_arrays

import numpy as np

SPLITS = 20


def random_split(Y, test_counts, random):
    """Columns for a new test, as many of each class as in the old one, and the columns that are left for training."""
    chosen = [random.permutation(np.flatnonzero(Y[0] == label))[:count] for label, count in enumerate(test_counts)]
    test = np.concatenate(chosen)
    return np.setdiff1d(np.arange(Y.size), test), test


def score(X_train, Y_train, X_test, Y_test):
    """Train a neuron, and test it."""
    w, b, _ = train_neuron(X_train, Y_train)
    return share_right(w, b, X_test, Y_test)


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    names = [short(name) for name in train.class_names]
    one = score(train.X, train.Y, test.X, test.Y)

    X, Y = np.hstack([train.X, test.X]), np.hstack([train.Y, test.Y])
    counts = [int((label == test.Y).sum()) for label in (0, 1)]
    scores, random = [], np.random.default_rng(0)
    for _ in progress(range(SPLITS), doing="splitting, training, testing"):
        for_training, for_test = random_split(Y, counts, random)
        scores.append(score(X[:, for_training], Y[:, for_training], X[:, for_test], Y[:, for_test]))

    as_good = sum(value >= one for value in scores)
    print(f"the one test of train.py: {100 * one:.1f} % of {test.Y.size} pictures are right")
    print(f"{SPLITS} random tests, in each {counts[0]} of {names[0]} and {counts[1]} of {names[1]}, % right:")
    print(" ", " ".join(f"{100 * value:.1f}" for value in sorted(scores)))
    print(f"mean {100 * np.mean(scores):.1f} %, from {100 * min(scores):.1f} to {100 * max(scores):.1f} %")
    print(f"{as_good} of the {SPLITS} are as good as the one test, or better")
    save_picture(scores_of_tests(scores, one, test.Y.size), args, "honest_score.png")
    print("try: change SPLITS in this script to 100: does the mean move, does the range?")
    return one, scores


if __name__ == "__main__":
    run(main)
