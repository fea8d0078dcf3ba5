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

import matplotlib.pyplot as plt
import numpy as np

from common import GREY, fit, lesson_parser, save_picture
from prepare_data import load_arrays
from train import LEARNING_RATE, ORANGE, plain_log, predict, propagate

ANSWERS = {  # by letter: what is wrong, and how one finds out
    "A": "the labels of the test are in the other order. It knows, and says the opposite: print files beside labels",
    "B": "not divided by 255. The cost leaps into the thousands: print X.min() and X.max() before you train",
    "C": "blue for red in the test. Only the test is worse: look at a picture with your eyes, as the neuron gets it",
    "D": "the sign of the gradient. The cost rises and rises: check it, as lessons/gradient_check.py does",
    "E": "a reshape for a transpose. All of the training, half of the test: look at X[:, 0].reshape(64, 64, 3)",
    "F": "the test is in the training. Better on the test than a healthy one: compare files, as prepare_data.py does",
}


def broken(letter, X, Y, X_test, Y_test):
    """Pictures and labels as they become by the bug of that letter."""
    if letter == "A":
        Y_test = 1 - Y_test
    elif letter == "B":
        X, X_test = 255 * X, 255 * X_test
    elif letter == "C":
        X_test = X_test.reshape(-1, 3, X_test.shape[1])[:, ::-1].reshape(X_test.shape)  # RGB becomes BGR
    elif letter == "E":
        X, X_test = X.T.reshape(X.shape), X_test.T.reshape(X_test.shape)
    elif letter == "F":
        X, Y = np.hstack([X, X_test]), np.hstack([Y, Y_test])
    return X, Y, X_test, Y_test


def main(argv=None):
    parser = lesson_parser(__doc__)
    parser.add_argument("--answers", action="store_true", help="what is wrong with each, and how one finds out")
    args = parser.parse_args(argv)
    train, test = load_arrays(args.dataset)
    figure, axes = plt.subplots(2, 3, figsize=(11, 6), layout="constrained", sharex=True)
    symptoms = {}
    print("         cost after 0      100     1900   right: training    test   cost on the test")
    for letter in ("healthy", *ANSWERS):
        X, Y, X_test, Y_test = broken(letter, train.X, train.Y, test.X, test.Y)
        w, b, costs = fit(X, Y, lr=-LEARNING_RATE if letter == "D" else LEARNING_RATE)
        right = [np.mean(predict(w, b, pictures) == labels) for pictures, labels in ((X, Y), (X_test, Y_test))]
        symptoms[letter] = (costs, *right, propagate(w, b, X_test, Y_test)[1])
        first, then, last, of_test = costs[0], costs[1], costs[-1], symptoms[letter][3]
        print(
            f"{letter:<8}{first:>13.4f} {then:>8.4g} {last:>8.4g}{right[0]:>18.1%}{right[1]:>8.1%}   {of_test:>16.4g}"
        )
    for (letter, answer), panel in zip(ANSWERS.items(), axes.flat, strict=True):
        panel.plot(np.maximum(symptoms["healthy"][0], 1e-6), color=GREY, lw=5, alpha=0.5, label="healthy")
        panel.plot(np.maximum(symptoms[letter][0], 1e-6), "o-", ms=3, color=ORANGE, label=letter)
        told = f"{symptoms[letter][2]:.0%} of the test right, its cost {symptoms[letter][3]:.2g}"
        panel.set_title(f"{letter}: {answer.partition('.')[0] if args.answers else told}")
        plain_log(panel.yaxis)
        panel.legend()
        if args.answers:
            print(f"{letter}: {answer}")
    figure.supxlabel("hundreds of epochs")
    figure.supylabel("cost (logarithmic)")
    save_picture(figure, args, "silent_bugs.png")
    print("try: --answers, when you have decided")
    return symptoms


if __name__ == "__main__":
    main()
