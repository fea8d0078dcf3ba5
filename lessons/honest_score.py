"""How good is it really?

    python lessons/honest_score.py

train.py ends with one number: so much of the test is right. But which pictures are in the test is luck. Others would
have given another number, and one that looks perfect may be luck, too. So pick again: put all pictures together, pick
as many of each class at random for a test, train a new neuron on the rest, and test it. Do that ten times.

You will see the ten scores, their mean and their range, beside the score of the one test that you have. An honest
report gives the mean and the range, and says how large the tests were.
"""

import numpy as np

from common import fit, lesson_parser, save_picture, share_right
from dataset.figures import GREEN, ORANGE, new_figure
from dataset.screen import print_at_once, progress
from judging import all_pictures, draw_a_test, fit_columns
from train import load_arrays

TESTS = 10  # how many random tests


def draw_scores(axes, one, scores):
    """A dot for each score, equal ones on top of each other, and the one test above them."""
    heights = {}  # score -> how many dots stand there
    for score in scores:
        heights[score] = heights.get(score, 0) + 1  # .get(score, 0): 0 if there is none yet
        axes.plot(100 * score, heights[score], "o", markersize=13, color=GREEN)
    top = heights.get(one, 0) + 1
    axes.plot(100 * one, top, "D", markersize=12, color=ORANGE, label="the one test of train.py")
    mean = np.mean(scores)
    axes.axvline(100 * mean, color=GREEN, linestyle="--", label=f"mean of the others, {mean:.1%}")

    axes.set_xlabel("% of the test right")
    axes.set_xlim(right=100.5)
    axes.set_yticks([])  # no numbers on this axis
    axes.margins(y=0.15)  # room above and below


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    rng = np.random.default_rng(0)

    w, b, costs = fit(train.X, train.Y)
    one = share_right(w, b, test.X, test.Y)
    m = test.Y.size
    print(f"the one test of train.py: {one:.1%} of {m} pictures are right")

    # Into the hat with all pictures. Draw a test, learn from the others, test, again and again.
    X, Y, K = all_pictures(train, test)  # K helps to learn faster: see fast_descent.py
    scores = []
    for _ in progress(range(TESTS), "random tests"):
        tested, others = draw_a_test(Y, test.Y, rng)  # two lists of columns of X
        w, b = fit_columns(X, Y, K, others)
        scores.append(share_right(w, b, X[:, tested], Y[:, tested]))

    print(f"{TESTS} random tests of {m} pictures, % right:")
    print("  " + " ".join(f"{100 * score:.1f}" for score in sorted(scores)))
    mean = np.mean(scores)
    print(f"mean {mean:.1%}, from {min(scores):.1%} to {max(scores):.1%}")
    as_good = len([score for score in scores if score >= one])
    print(f"{as_good} of the {TESTS} are as good as the one test, or better")
    if min(scores) == 1:
        print(
            "all are perfect, so easy are these pictures. Believe the range of train.py all the same"
        )

    figure = new_figure(8, 3.6)
    figure.suptitle(f"{TESTS} random tests, {m} pictures each")
    draw_scores(figure.subplots(), one, scores)
    figure.legend(loc="outside lower center", ncols=2)
    save_picture(figure, args, "honest_score.png")
    print("try: change TESTS in this script to 20: does the mean move, does the range?")
    return {"one": one, "scores": scores, "mean": mean, "as good": as_good}


if __name__ == "__main__":
    print_at_once()
    main()
