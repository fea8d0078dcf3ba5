"""Can the same descent be faster?

    python lessons/fast_descent.py

An epoch of train.py looks at all numbers of all pictures, twice. Must it? One step takes this away from w and b:

    lr * dw = X @ step         where step = lr * (a - y) / m, one number for each of the m pictures
    lr * db = the sum of step

So how does z of a picture change? z is w.T @ X + b, so z of picture k loses its own numbers times X @ step, added up,
and the sum of step for b. X @ step is itself a sum of pictures, each times its step. So what z loses is a sum, too:

    step of picture i, times (picture i times picture k, number by number and added up, + 1), for all i

What stands in brackets says how much the two pictures have in common. All of it is a table, K = X.T @ X + 1, of shape
(m, m): row i and column k for pictures i and k. It is called the Gram matrix. (The 1 is for b.) Row i, column k is the
same number as row k, column i, so the order does not matter: z loses K @ step. K need be computed only once. After that
no pixel is needed any more: three lines an epoch, and they are the loop of fit in lessons/common.py (where two threads
share K @ step).

    step = lr * (sigmoid(z) - y) / m
    z = z - K @ step
    total = total + step           all steps so far; in the end w = -X @ total, and b = -the sum of total

An epoch takes m * m multiplications in place of 2 * n * m, and the numbers are the same but for rounding. Most lessons
learn in this way.

You will see both descents, one below the other, and how long they take for more and more pictures. With twice as many
the textbook takes twice as long, but the Gram matrix, once they are many, nearly four times as long: somewhere it stops
paying. (For few pictures other work hides that. A computer that is busy with something else measures nonsense.)
"""

import time

import numpy as np

from common import fit, lesson_parser, save_picture
from dataset.figures import BLUE, GREEN, ORANGE, logarithmic_axis, new_figure
from dataset.screen import print_at_once
from train import LEARNING_RATE, init_params, load_arrays, optimize, propagate

EPOCHS = 1000
SIZES = [100, 200, 400, 800, 1600]  # numbers of pictures for which the time is measured


def seconds_of_textbook(X, Y):
    """How long EPOCHS epochs of the textbook take, estimated from a tenth of them."""
    w, b = init_params(X.shape[0])
    start = time.perf_counter()
    for _ in range(EPOCHS // 10):
        grads, cost = propagate(w, b, X, Y)
        w = w - LEARNING_RATE * grads["dw"]
        b = b - LEARNING_RATE * grads["db"]
    return 10 * (time.perf_counter() - start)  # a tenth was run


def seconds_of_gram(X, Y):
    """How long EPOCHS epochs take with the Gram matrix, which has to be computed, too."""
    start = time.perf_counter()
    fit(X, Y, EPOCHS)
    return time.perf_counter() - start


def compare(X, Y):
    """Run both descents on all pictures. Returns how many times as fast the second is, and how far the costs differ."""
    print("the textbook, train.py:")
    w, b = init_params(X.shape[0])
    start = time.perf_counter()
    params, grads, costs = optimize(w, b, X, Y, EPOCHS, LEARNING_RATE)
    seconds = time.perf_counter() - start

    print("the Gram matrix, fit in lessons/common.py:")
    start = time.perf_counter()
    w, b, gram_costs = fit(X, Y, EPOCHS)
    gram_seconds = time.perf_counter() - start
    for k in range(len(gram_costs)):
        print(f"cost after {100 * k} epochs: {gram_costs[k]:.6f}")

    # The largest difference between two costs of the same epoch.
    difference = np.abs(np.array(costs) - np.array(gram_costs)).max()
    print(f"largest difference of any cost: {difference:.1e}")
    faster = seconds / gram_seconds
    print(f"seconds: {seconds:.2f} and {gram_seconds:.2f}, {faster:.1f} times as fast")
    return {"difference": difference, "times as fast": faster, "costs": gram_costs}


def draw(textbook, gram, crossing):
    """The seconds of both, lists for SIZES, and how it goes on until both take the same time, at crossing pictures."""
    figure = new_figure(8, 5)
    axes = figure.subplots()
    axes.plot(SIZES, textbook, "o-", color=BLUE, label="textbook")
    axes.plot(SIZES, gram, "o-", color=GREEN, label="Gram matrix")

    # Further on: twice as many pictures take twice as long, or four times as long.
    # geomspace: 50 numbers from last to crossing, each the same factor larger than the one before.
    last = SIZES[-1]
    further = np.geomspace(last, max(crossing, last))
    times = further / last  # how many times as many pictures
    axes.plot(further, textbook[-1] * times, ":", color=BLUE, label="textbook, going on like this")
    axes.plot(
        further, gram[-1] * times**2, ":", color=GREEN, label="Gram matrix, going on like this"
    )
    axes.axvline(crossing, color=ORANGE, linestyle="--", label="the same time, very roughly")

    axes.set_title(f"How long {EPOCHS} epochs take")
    axes.set_xlabel("pictures (logarithmic)")
    axes.set_ylabel("seconds (logarithmic)")
    logarithmic_axis(axes.xaxis)
    logarithmic_axis(axes.yaxis)
    axes.grid(alpha=0.3)
    axes.legend()
    return figure


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    n, m = train.X.shape
    numbers = compare(train.X, train.Y)

    textbook = []
    gram = []
    print(f"\nseconds for {EPOCHS} epochs:")
    print("pictures    textbook  Gram matrix   (more than there are: some come twice)")
    for size in SIZES:
        # size column numbers, evenly over all m, from 0 on, so from both classes. Where size > m, some come twice.
        some = (np.arange(size) * m) // size  # for size 3, m 9: 0, 3, 6
        X = train.X[:, some]
        Y = train.Y[:, some]
        textbook.append(seconds_of_textbook(X, Y))
        gram.append(seconds_of_gram(X, Y))
        print(f"{size:>8}  {textbook[-1]:>10.2f}   {gram[-1]:>10.2f}")

    print("(if the times do not grow from line to line, this computer is busy: run it again)")

    # For k times as many pictures than the last: textbook * k = gram * k * k, so k = textbook / gram.
    k = textbook[-1] / gram[-1]
    crossing = k * SIZES[-1]
    pictures = round(crossing, -3)  # to whole thousands
    print(
        f"If the curves go on like this, both take the same time at, very roughly, {pictures:.0f} pictures."
    )
    print(f"Counting multiplications, an epoch takes the same at 2 n = {2 * n}. But K must be")
    print(f"computed first, and it needs room: at n = {n} pictures it is as large as X.")

    save_picture(draw(textbook, gram, crossing), args, "fast_descent.png")
    print("try: write EPOCHS = 200 in this script. K takes its time all the same: what is left?")
    return numbers


if __name__ == "__main__":
    print_at_once()
    main()
