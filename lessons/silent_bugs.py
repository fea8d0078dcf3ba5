"""Which bug is it?

    python lessons/silent_bugs.py              # six neurons, A to F, and their symptoms
    python lessons/silent_bugs.py --answers    # what is wrong with each, and how one finds out

These six neurons are broken, and none of them crashes. In each there is one mistake, of the kind that many make:

    the pictures are not divided by 255                    the sign of the gradient is wrong
    a reshape where a transpose belongs mixes the pixels   the test pictures are in the training as well
    the labels 0 and 1 of the test are swapped             the test has blue for red (OpenCV's order)

You will see for each its costs, and how much of training and test is right, and the same for a healthy neuron, which is
drawn in grey. Each has a symptom that no other has; compare the costs in training digit by digit, and look at the cost
on the test, too. (A cost of 0 has no place in the figure: there it stands at 0.000001.) Which is which? Decide before
you read on here, for the answers come next.
"""

import numpy as np

from common import fit, gram_matrix, lesson_parser, save_picture, share_right
from dataset.figures import GREY, ORANGE, logarithmic_axis, new_figure
from dataset.screen import print_at_once
from train import LEARNING_RATE, load_arrays, propagate

ANSWERS = {
    "A": "the labels of the test are swapped. It says the opposite: print test.Y beside test.files",
    "B": "not divided by 255. Its cost leaps, or soon is 0: print X.min() and X.max()",
    "C": "blue for red in the test. Only the test is a little off: draw what the neuron gets",
    "D": "the sign of the gradient. The cost rises and rises: use lessons/gradient_check.py",
    "E": "a reshape for a transpose. All of the training, but little of the test: draw X[:, 0]",
    "F": "the test is in the training. Far too low a cost on the test: compare the files",
}


class Case:
    """A neuron that learned, broken or healthy, and its symptoms."""

    def __init__(self, X, Y, X_test, Y_test, lr, K):
        w, b, self.costs = fit(X, Y, lr=lr, K=K)
        self.train_right = share_right(w, b, X, Y)
        self.test_right = share_right(w, b, X_test, Y_test)
        grads, self.test_cost = propagate(w, b, X_test, Y_test)


def blue_for_red(X):
    """Pictures with red and blue swapped. Each pixel is three numbers: red, green, blue, red, green, blue, ..."""
    swapped = X.copy()
    swapped[0::3] = X[2::3]  # every third row, from row 0 on, becomes every third from row 2 on
    swapped[2::3] = X[0::3]
    return swapped


def learn(letter, train, test, K):
    """A neuron with the bug of that letter, or a healthy one.

    K: gram_matrix(train.X), which makes it quick, as fast_descent.py tells.
    """
    X = train.X
    Y = train.Y
    X_test = test.X
    Y_test = test.Y
    lr = LEARNING_RATE

    if letter == "A":
        Y_test = 1 - Y_test
    if letter == "B":
        X = 255 * X
        X_test = 255 * X_test
    if letter == "C":
        X_test = blue_for_red(X_test)
    if letter == "D":
        lr = -lr  # uphill: the same as a gradient with the wrong sign
    if letter == "E":
        # X.T, (m, n), stands for pictures that are read into rows. X.T.T would put them right; reshape only fills the
        # right shape, with the numbers of other pixels.
        X = X.T.reshape(X.shape)
        X_test = X_test.T.reshape(X_test.shape)
    if letter == "F":
        X = np.hstack([X, X_test])  # side by side
        Y = np.hstack([Y, Y_test])

    if X is not train.X:  # another array: other pictures than those of K
        K = gram_matrix(X)
    return Case(X, Y, X_test, Y_test, lr, K)


def draw_case(axes, letter, case, healthy):
    """How the costs of a broken neuron fell, or did not."""
    hundreds = 100 * np.arange(len(case.costs))  # 0, 100, 200, ...
    # A cost of 0 has no place on a logarithmic axis: np.maximum puts 0.000001 in its place.
    axes.plot(hundreds, np.maximum(healthy.costs, 1e-6), color=GREY, linewidth=5)
    axes.plot(hundreds, np.maximum(case.costs, 1e-6), "o-", markersize=3, color=ORANGE)
    logarithmic_axis(axes.yaxis)
    axes.set_title(
        f"{letter}: {case.test_right:.0%} of the test right,\nits cost {case.test_cost:.3g}"
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

    K = gram_matrix(train.X)  # (m, m), for all that learn from these pictures
    cases = {}
    print("         cost after 0      100      1900   right: training    test   cost on the test")
    for letter in ["healthy"] + letters:
        case = learn(letter, train, test, K)
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
    # And one label for the axes of all.
    figure.supxlabel("epochs")
    figure.supylabel("cost in training (logarithmic)")
    save_picture(figure, args, "silent_bugs.png")
    if not args.answers:
        print("try: --answers, when you have decided")
    return cases


if __name__ == "__main__":
    print_at_once()
    main()
