"""Which bug is it?

    python lessons/silent_bugs.py              # six neurons, A to F, and their symptoms
    python lessons/silent_bugs.py --answers    # what is wrong with each, and how one finds out

These six neurons are broken, and none of them crashes. In each one line is wrong, of the kind that everyone writes:

    the pictures are not divided by 255                    the sign of the gradient is wrong
    a reshape where a transpose belongs mixes the pixels   the test pictures are in the training as well
    the labels of the test are in the other order          the test has blue for red (OpenCV's order)

You will see for each its costs, and how much of training and test is right, and the same for a healthy neuron. Each
has a symptom that no other has. Which is which? Decide before you ask for the answers.
"""

import numpy as np

from common import fit, lesson_parser, save_picture, share_right
from dataset.figures import GREY, ORANGE, logarithmic_axis, new_figure
from dataset.screen import print_at_once
from train import LEARNING_RATE, load_arrays, propagate

ANSWERS = {
    "A": "test labels in the other order. It knows, and says the opposite: print files beside labels",
    "B": "not divided by 255. The cost leaps into the thousands: print X.min() and X.max() first",
    "C": "blue for red in the test. Only the test is worse: draw a picture as the neuron gets it",
    "D": "the sign of the gradient. The cost rises and rises: use lessons/gradient_check.py",
    "E": "a reshape for a transpose. All of the training, half of the test: draw X[:, 0]",
    "F": "the test is in the training. Better on it than a healthy one: compare all files",
}


class Case:
    """A neuron that learned, broken or healthy, and its symptoms."""

    def __init__(self, X, Y, X_test, Y_test, lr=LEARNING_RATE):
        w, b, self.costs = fit(X, Y, lr=lr)
        self.train_right = share_right(w, b, X, Y)
        self.test_right = share_right(w, b, X_test, Y_test)
        grads, self.test_cost = propagate(w, b, X_test, Y_test)


def blue_for_red(X):
    """Pictures with red and blue swapped. Each pixel is three numbers: red, green, blue, red, green, blue, ..."""
    swapped = X.copy()
    swapped[0::3] = X[2::3]  # every third row, from row 0 on, becomes every third from row 2 on
    swapped[2::3] = X[0::3]
    return swapped


def learn(letter, train, test):
    """A neuron with the bug of that letter. Without a bug it would be Case(train.X, train.Y, test.X, test.Y)."""
    if letter == "A":
        return Case(train.X, train.Y, test.X, 1 - test.Y)
    if letter == "B":
        return Case(255 * train.X, train.Y, 255 * test.X, test.Y)
    if letter == "C":
        return Case(train.X, train.Y, blue_for_red(test.X), test.Y)

    if letter == "D":
        return Case(train.X, train.Y, test.X, test.Y, -LEARNING_RATE)
    if letter == "E":
        X = train.X.T.reshape(train.X.shape)  # the right shape, but the numbers of other pixels
        X_test = test.X.T.reshape(test.X.shape)
        return Case(X, train.Y, X_test, test.Y)
    if letter == "F":
        X = np.hstack([train.X, test.X])  # side by side
        Y = np.hstack([train.Y, test.Y])
        return Case(X, Y, test.X, test.Y)
    return Case(train.X, train.Y, test.X, test.Y)


def draw_case(axes, letter, case, healthy):
    """How the costs of a broken neuron fell, or did not."""
    hundreds = 100 * np.arange(len(case.costs))  # 0, 100, 200, ...
    # A cost of 0 has no place on a logarithmic axis: np.maximum draws it as 0.000001.
    axes.plot(hundreds, np.maximum(healthy.costs, 1e-6), color=GREY, linewidth=5)
    axes.plot(hundreds, np.maximum(case.costs, 1e-6), "o-", markersize=3, color=ORANGE)
    logarithmic_axis(axes.yaxis)
    axes.set_title(
        f"{letter}: {case.test_right:.0%} of the test right,\nits cost {case.test_cost:.3f}"
    )


def main(argv=None):
    parser = lesson_parser(__doc__)
    # action="store_true": args.answers is True if it is typed, else False.
    parser.add_argument("--answers", action="store_true", help="what is wrong with each")
    args = parser.parse_args(argv)
    train, test = load_arrays(args.dataset)
    letters = list(ANSWERS)  # A, B, C, D, E, F
    colours = train.X.shape[0] // train.image_size**2  # 3 numbers a pixel
    if colours != 3:
        print("C is left out: pictures without red, green and blue cannot have blue for red")
        letters.remove("C")

    cases = {}
    print("         cost after 0      100      1900   right: training    test   cost on the test")
    for letter in ["healthy"] + letters:
        case = learn(letter, train, test)
        cases[letter] = case
        costs = f"{case.costs[0]:>12.4f} {case.costs[1]:>8.4g} {case.costs[-1]:>9.4g}"
        right = f"{case.train_right:>17.1%} {case.test_right:>7.1%}"
        print(f"{letter:<9}{costs} {right} {case.test_cost:>18.4g}")

    figure = new_figure(11, 6.6)
    panels = figure.subplots(2, 3).flatten()  # 6 panels; if C is left out, the last stays empty
    for k, letter in enumerate(letters):
        draw_case(panels[k], letter, cases[letter], cases["healthy"])
        if args.answers:
            print(f"{letter}: {ANSWERS[letter]}")
    # One legend for all panels, made from the two lines of the first.
    names = ["a healthy neuron", "the broken one"]
    figure.legend(panels[0].lines, names, loc="outside upper center", ncols=2)
    figure.supxlabel("epochs")
    figure.supylabel("cost in training (logarithmic)")
    save_picture(figure, args, "silent_bugs.png")
    if not args.answers:
        print("try: --answers, when you have decided")
    return cases


if __name__ == "__main__":
    print_at_once()
    main()
