"""What if one class is rare?

    python lessons/rare_class.py

Of a thousand people one is ill. A machine that says "healthy" to all of them is right 99.9 % of the time, and useless.
What happens to a neuron? Learning makes the cost small, the mean over all pictures, and in it a rare class hardly
counts: to be right about 20 airplanes is worth little, if with the same steps it can be surer of 700 bikes.

So keep only 20 pictures of class 0, drawn at random, and all of class 1 (or the other way round, if class 1 is the rare
one already; and never more than a third of the number of the other class). Learn, and test with pictures of both. Then
learn once more from the same pictures, with one thing changed: each picture is weighted by 1 divided by the number of
pictures of its class. So the rare ones together count as much as the others together, and a mistake on one of them
costs more.

                                   all alike                the rare ones count more
    the weight of a picture        1 / m                    1 / (2 * the number of its class)

You will see what each of the two neurons gets right, class by class, as the mean of five draws. Of all training
pictures nearly all are right, weighted or not, so all looks fine. What matters is the test, class by class: there the
rare one suffers, and the weights mend some of it. Not all: 20 pictures cannot show what airplanes can look like. (Other
ways: move the threshold, see how_sure.py; or get more pictures.) Where classes are not alike, look at each of them,
never at one number alone. If all is 100 %, your classes are too easy for this lesson: change RARE to 1.
"""

import numpy as np
from threadpoolctl import threadpool_limits

from common import gram_matrix, lesson_parser, save_picture
from dataset.figures import BLUE, ORANGE, new_figure, wrapped
from dataset.screen import print_at_once, progress
from train import EPOCHS, LEARNING_RATE, load_arrays, sigmoid

RARE = 20  # pictures of the rare class that are kept
DRAWS = 5  # how often they are drawn
WAYS = {"left: all pictures alike": BLUE, "right: weighted": ORANGE}


def learn(X, Y, K, weights):
    """Train a neuron by the descent of fast_descent.py, with a weight for each picture: w (n,) and b. weights: (m,)"""
    z = np.zeros(Y.size, np.float32)  # (m,)
    total = 0  # all steps so far, added up: (m,) after the first
    with threadpool_limits(1):  # one thread, as in fit of common.py
        for _ in range(EPOCHS):
            step = LEARNING_RATE * weights * (sigmoid(z) - Y[0])  # weights in place of 1 / m
            z = z - K @ step
            total = total + step
    return -(X @ total), -np.sum(total)


def shares_right(w, b, X, Y):
    """The share of pictures that a neuron gets right: of all, of class 0, and of class 1."""
    right = (w @ X + b > 0) == Y[0]  # (m,): True where it is right
    # right[Y[0] == 0]: only those of class 0.
    return [np.mean(right), np.mean(right[Y[0] == 0]), np.mean(right[Y[0] == 1])]


def find_rare(Y):
    """The class that is made rare: class 0, unless class 1 is rare already, with less than a third of all."""
    if np.mean(Y) < 1 / 3:
        return 1
    return 0


def draw_rare(Y, label, rng):
    """The columns of RARE pictures of the class `label`, and of all others.

    If the others are few, it is at most a third of their number: so they are rarer all the same.
    """
    is_rare = Y[0] == label  # (m,), each True or False
    rare = rng.permutation(np.flatnonzero(is_rare))  # the places of True, in a random order
    others = np.flatnonzero(~is_rare)  # ~: where it is not
    count = min(RARE, max(1, others.size // 3))  # at least 1
    return np.append(rare[:count], others)  # all of the rare ones, if there are not so many


def try_once(X, Y, test):
    """Learn in both ways: (2, 6), a row for each, with the shares of training and those of the test."""
    K = gram_matrix(X)
    ones = np.sum(Y)  # how many are of class 1
    alike = 1 / Y.size  # one number for all
    # np.where: the first number where Y[0] is 1, and the second where it is 0.
    weighted = np.where(Y[0] == 1, 0.5 / ones, 0.5 / (Y.size - ones))  # (m,)

    rows = []
    for weights in (alike, weighted):
        w, b = learn(X, Y, K, weights)
        rows.append(shares_right(w, b, X, Y) + shares_right(w, b, test.X, test.Y))
    return rows


def draw_bars(axes, mean, names):
    """Two bars for each name, side by side. mean: (2, 6)"""
    places = np.arange(6)  # 0, 1, 2, ...
    for row, way in enumerate(WAYS):
        # The bars are 0.38 wide; those of the second way stand 0.4 further right.
        bars = axes.bar(places + 0.4 * row, 100 * mean[row], 0.38, label=way, color=WAYS[way])
        axes.bar_label(bars, fmt="%.0f")  # without digits behind the point
    axes.set_xticks(places + 0.2, [wrapped(name, 14) for name in names])
    axes.set_ylim(0, 110)  # room for the numbers above the bars


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    rng = np.random.default_rng(0)
    label = find_rare(train.Y)
    draws = []
    for _ in progress(range(DRAWS), "draws"):
        columns = draw_rare(train.Y, label, rng)
        Y = train.Y[:, columns]
        draws.append(try_once(train.X[:, columns], Y, test))

    # Report the mean of the draws. Y is that of the last draw; it is the same in all.
    kept = np.sum(Y == label)
    print(f"{train.class_names[label]} is rare: {kept} of these {Y.size} training pictures")
    names = []
    for part in ("training", "test"):
        for which in ["all"] + train.class_names:
            names.append(f"{part}: {which}")

    mean = np.mean(draws, axis=0)  # draws: (5, 2, 6). Their mean: (2, 6)
    print("  alike   weighted")
    for k, name in enumerate(names):
        print(f"{mean[0, k]:>7.1%} {mean[1, k]:>10.1%}  {name}")

    # And draw it.
    figure = new_figure(9, 4.6)
    draw_bars(figure.subplots(), mean, names)
    figure.suptitle("What if one class is rare? % of the answers that are right")
    figure.legend(loc="outside lower center")
    save_picture(figure, args, "rare_class.png")
    print("try: change RARE in this script to 5, then to 200, if you have so many. What is mended?")
    return {"mean": mean, "Y": Y}


if __name__ == "__main__":
    print_at_once()
    main()
