"""How sure must it be?

    python lessons/how_sure.py

The neuron gives a number between 0 and 1, and predict calls a picture class 1 when it is above 0.5. This limit is the
threshold, and it is a choice. Say that you look for bikes, class 1. There are two kinds of mistakes:

    a false alarm    an airplane that is called bike
    a miss           a bike that is called airplane

If a machine looks for tumours, a miss may cost a life, and a false alarm another look: take a low threshold. If a
machine looks for junk mail and throws it away, a false alarm costs a letter that you waited for, and a miss a moment:
take a high one.

Precision is the share of those called bike that are bikes: it falls with every false alarm. Recall is the share of the
bikes that are found: it falls with every miss. Move the threshold, and mostly one goes up as the other goes down. To
choose, you must know what a mistake costs.

Is it honest? When it is 90 % sure, is it right 9 times out of 10? If so, it is called calibrated. If a miss costs as
much as 10 false alarms, an honest neuron does best near the threshold 1 / (1 + 10). (Where another one is cheapest, it
is less honest, or it is luck, or several cost the same: then the first of them is named.)

Judge it only on pictures that it has not learned from. So deal all pictures into ten heaps, like cards. Nine are
learned from, the tenth is judged, and so on in turn, until each picture has been judged once. This is called
cross-validation.

You will see the mistakes at several thresholds, and what they cost; and, for each range of sureness, how many of its
answers are right.
"""

import numpy as np

from common import lesson_parser, save_picture
from dataset.figures import BLUE, GREY, ORANGE, new_figure
from dataset.screen import print_at_once, progress
from judging import all_pictures, fit_columns
from train import load_arrays, sigmoid

HEAPS = 10
THRESHOLDS = [0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99]
COST_OF_MISS = 10  # a false alarm costs 1
SURE = [(0.5, 0.7), (0.7, 0.9), (0.9, 0.99), (0.99, 1)]  # how sure: above 0.5 and up to 0.7, ...


def judge_all(X, Y, K):
    """The activation of each picture, (all,), from a neuron that has not learned from it."""
    rng = np.random.default_rng(0)
    order = rng.permutation(Y.size)  # all column numbers, shuffled
    A = np.zeros(Y.size)
    for heap in progress(np.array_split(order, HEAPS), "heaps"):  # ten parts
        others = [k for k in order if k not in heap]
        w, b = fit_columns(X, Y, K, others)
        z = w.T @ X[:, heap] + b  # (1, those of the heap)
        A[heap] = sigmoid(z[0])  # into the places of the heap
    return A


def count_mistakes(A, y):
    """A row for each threshold: threshold, false alarms, misses, precision, recall, cost. A, y: (all,)"""
    print("threshold  false alarms  misses  precision  recall  cost")
    rows = []
    for threshold in THRESHOLDS:
        called_1 = A > threshold  # True for those that are called class 1
        hits = np.sum(called_1 & (y == 1))  # bikes that are called bike. & is True where both are
        false_alarms = np.sum(called_1) - hits
        misses = np.sum(y) - hits

        # max: never divided by 0, where none was called class 1.
        precision = hits / max(1, np.sum(called_1))
        recall = hits / np.sum(y)
        cost = false_alarms + COST_OF_MISS * misses
        print(f"{threshold:>9} {false_alarms:>13} {misses:>7.0f} ", end="")
        print(f"{precision:>10.3f} {recall:>7.3f} {cost:>5g}")
        rows.append([threshold, false_alarms, misses, precision, recall, cost])
    return np.array(rows)


def count_right(A, y):
    """A row for each range of SURE with pictures in it: how many they are, how sure it is of them, how often right."""
    print("sure        pictures  mean sureness  right   (few pictures: much luck)")
    sure = np.maximum(A, 1 - A)  # of its own answer
    right = (A > 0.5) == y
    rows = []
    for low, high in SURE:
        inside = (sure > low) & (sure <= high)  # True for those in this range
        if np.sum(inside) > 0:
            some = sure[inside]  # those numbers of sure where inside is True
            row = [some.size, np.mean(some), np.mean(right[inside])]
            rows.append(row)
            print(f"{low:>4.0%} - {high:>4.0%} {row[0]:>8} {row[1]:>13.1%} {row[2]:>8.1%}")
    return np.array(rows)


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    X, Y, K = all_pictures(train, test)
    A = judge_all(X, Y, K)
    class_0, class_1 = train.class_names
    print(f"a false alarm: {class_0} called {class_1}; a miss: {class_1} called {class_0}")
    mistakes = count_mistakes(A, Y[0])
    costs = mistakes[:, 5]  # the last column
    best = THRESHOLDS[np.argmin(costs)]
    print(
        f"if a miss costs {COST_OF_MISS} false alarms, no threshold of these is cheaper than {best}"
    )
    if np.max(costs) == 0:
        print("all of them cost nothing: these pictures are too easy to choose by")
    calibration = count_right(A, Y[0])

    figure = new_figure(10, 4.6)
    left, right_plot = figure.subplots(1, 2)
    left.plot(THRESHOLDS, mistakes[:, 3], "o-", color=BLUE, label="precision")
    left.plot(THRESHOLDS, mistakes[:, 4], "s--", color=ORANGE, label="recall")
    left.set(title="How sure must it be?", xlabel="threshold", ylabel="share")

    right_plot.plot([0.5, 1], [0.5, 1], ":", color=GREY, label="as often as it is sure")
    right_plot.plot(calibration[:, 1], calibration[:, 2], "ko-", label="this neuron")
    right_plot.set(
        title="Is it as often right as it is sure?",
        xlabel="how sure it is, mean",
        ylabel="share of right answers",
    )
    left.legend()
    right_plot.legend()
    save_picture(figure, args, "how_sure.png")
    print("try: change COST_OF_MISS in this script to 0.1: which threshold is the cheapest now?")
    return {"A": A, "mistakes": mistakes, "best": best, "right": calibration}


if __name__ == "__main__":
    print_at_once()
    main()
