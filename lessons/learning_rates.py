"""How large should a step be?

    python lessons/learning_rates.py

train.py prints the cost every 100 epochs, and there it falls and falls. Look at every epoch, and it may first jump up
and down. The gradient says in which direction downhill is, but not how far the valley reaches. A step that is too long
lands on the other side, higher up, and the next one swings back.

What swings? All pictures are bright in much the same places. What they have in common is the mean picture, and a step
along it moves z of all of them at once: the neuron calls every picture class 1, then every picture class 0, and so on.
Only when that has calmed down can the details be learned; where things lie anywhere in their pictures, it may take very
long. Subtract the mean picture, and longer steps are safe.

How long is safe? (If you like, skip to the formula.) Take the simplest valley, a parabola: at a distance x from the
bottom, the slope is c * x. One step leads from x to x - lr * c * x. With lr = 1 / c that is the bottom. With lr = 2 / c
it is -x: the other side, just as high. With more it is higher every time. So 2 / c is the limit, where c says how fast
the slope changes.

Now the neuron. fast_descent.py shows that one step changes z by K @ step, where K = X.T @ X + 1 says how much each two
pictures have in common. If all entries of K were the same number k, a step of 1 for each of the m pictures would change
each z by m * k. Our entries differ, but in place of m * k there is one number for every K: multiply some numbers by
K, again and again, and soon each time makes them larger by the same factor. It is the most that K can do, and it is
called the largest eigenvalue of K. In the direction in which K does most, the valley is such a parabola, or flatter.
The steps have a 1 / m in them, and the sigmoid is never steeper than 1 / 4. So let a - y be some d: one step makes it
smaller by lr * eigenvalue / (4 m) * d at most: that is x - lr * c * x again. Together:

    c = eigenvalue / (4 m) at most,    so the safe rate is 2 / c = 8 m / eigenvalue at least

You will see the cost in the first epochs at this rate, at 1.5 times it, at that of train.py, at a very large one, and
at the safe rate of pictures from which the mean was subtracted; and what came of it after 2000 epochs.
"""

import numpy as np

from common import fit, gram_matrix, lesson_parser, save_picture, share_right
from dataset.figures import BLUE, GREEN, ORANGE, RED, logarithmic_axis, new_figure
from dataset.screen import print_at_once
from train import EPOCHS, LEARNING_RATE, load_arrays, propagate

LARGE = 1  # a very large rate
FIRST = 80  # so many epochs are looked at one by one
DRAWN = 31  # and so many of them are drawn
COLOURS = [BLUE, GREEN, "black", RED, ORANGE]  # of the five trials


def largest_eigenvalue(K):
    """How many times larger numbers can become when they are multiplied by K, (m, m)."""
    # (m,) random numbers from 0 to 1, of the same kind as those of K: a start that favours none.
    numbers = np.random.default_rng(0).random(K.shape[0], K.dtype)
    for _ in range(50):
        # np.linalg.norm is their length: the root of the sum of the squares. So each round starts with length 1.
        numbers = numbers / np.linalg.norm(numbers)
        numbers = K @ numbers  # (m,)
    return np.linalg.norm(numbers)  # it was 1 before the last K @: so this is the factor


def safe_rate(K):
    """A learning rate at which the cost never rises. K: gram_matrix of the pictures, (m, m)."""
    m = K.shape[0]
    c = largest_eigenvalue(K) / (4 * m)  # the slope changes no faster
    return 2 / c


class Trial:
    """A learning rate, and what comes of it."""

    def __init__(self, lr, note, K, subtracted=0):
        self.name = f"{lr:.3g}{note}"  # .3g: three digits, as in 0.00162, safe
        self.lr = lr
        self.K = K
        self.subtracted = subtracted  # from every picture: nothing, or the mean picture

    def learn(self, train, test):
        X = train.X - self.subtracted
        X_test = test.X - self.subtracted
        # The first epochs, one by one: of these only the costs.
        w, b, self.costs = fit(X, train.Y, epochs=FIRST, lr=self.lr, K=self.K, every=1)
        self.rises = 0  # how often the cost rose
        self.last_rise = "-"  # at which epoch the last time
        for epoch in range(1, FIRST):
            if self.costs[epoch] > self.costs[epoch - 1]:
                self.rises = self.rises + 1
                self.last_rise = epoch

        # And all 2000, of which the costs on the way are not used. propagate gives those at the end.
        w, b, costs = fit(X, train.Y, epochs=EPOCHS, lr=self.lr, K=self.K)
        grads, self.train_cost = propagate(w, b, X, train.Y)
        grads, self.test_cost = propagate(w, b, X_test, test.Y)
        self.right = share_right(w, b, X_test, test.Y)

    def report(self):
        print(f"{self.name:<23} {max(self.costs):>7.2f} ", end="")
        print(f"{self.rises:>5} {self.last_rise:>5} ", end="")
        print(f" {self.train_cost:>8.4f} {self.test_cost:>7.4f} {self.right:>8.1%}")


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    mean = train.X.mean(axis=1, keepdims=True)  # (n, 1), the mean picture
    K = gram_matrix(train.X)  # (m, m)
    K_mean_off = gram_matrix(train.X - mean)  # (m, m)
    safe = safe_rate(K)
    safe_mean_off = safe_rate(K_mean_off)
    print(f"safe rates: {safe:.3g}; with the mean picture subtracted {safe_mean_off:.3g}")

    trials = [
        Trial(safe, ", safe", K),
        Trial(1.5 * safe, ", 1.5 times that", K),
        Trial(LEARNING_RATE, ", of train.py", K),
        Trial(LARGE, ", LARGE", K),
        Trial(safe_mean_off, ", mean subtracted", K_mean_off, mean),
    ]

    figure = new_figure(8, 5.6)
    axes = figure.subplots()
    print(f"                        in the first {FIRST} epochs  cost after all, in  right in")
    print("learning rate           highest rises  last training    test  the test")
    for trial, colour in zip(trials, COLOURS, strict=True):
        trial.learn(train, test)
        trial.report()
        # Without places for x they are 0, 1, 2, ...
        axes.plot(trial.costs[:DRAWN], "o-", markersize=4, color=colour, label=trial.name)
    print(
        f"(last: the epoch of the last rise. {FIRST - 1}: it still jumped when the looking stopped)"
    )
    print("(guessing costs 0.693 on the test. What costs more, and yet is mostly right, is")
    print("overconfident: far too sure of its few mistakes)")

    # A level line. log 2 is -log 0.5, which is 0.693.
    axes.axhline(np.log(2), color="black", linestyle=":", label="the cost of guessing")
    axes.set_title("How large should a step be? The first epochs")
    axes.set(xlabel="epoch", ylabel="cost (logarithmic)")
    logarithmic_axis(axes.yaxis, (1, 2, 5))  # with the numbers 1, 2, 5, 10, 20, 50, ...
    figure.legend(loc="outside lower center", ncols=3, title="learning rate")
    save_picture(figure, args, "learning_rates.png")

    print("try: change LARGE in this script to 0.03: it jumps, too. Is it worse on the test?")
    return trials


if __name__ == "__main__":
    print_at_once()
    main()
