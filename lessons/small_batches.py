"""Must it look at all pictures before each step?

    python lessons/small_batches.py

train.py looks at all training pictures, takes one step downhill, and looks at all of them again. 2000 looks, 2000
steps. Libraries seldom do it like this, and with a million pictures nobody can wait for it. But a few pictures, drawn
at random, say nearly the same as all: as a poll of a thousand people says nearly what the country thinks. So shuffle
the pictures like cards, take the first 32 from the pile, compute the gradient of these alone, and take a step; then the
next 32. Such a handful is called a batch. When the pile is through, that was one look at all pictures, an epoch.
Shuffle anew.

The learning rate is the same for all here, so they differ only in how many steps they take in one look, and in what a
step looks at. From all pictures the mean picture is subtracted: so nothing swings (learning_rates.py tells why).

You will see how the cost of all pictures falls until each has looked ten times. Small batches come further down,
because they take many more steps in these ten looks; step for step, 32 pictures are about as good as all. (If you have
fewer than 128 pictures, a batch is about a quarter of them.) The price: each step follows a few pictures only, so the
way jumps (a cost of 0 is drawn at 0.000001). And it is never twice the same: another shuffle, other digits. Only with
the same seed, the number from which chance starts, does the same come out. One picture at a time jumps most and takes
longest, for each step changes all weights. 32 are a usual choice.
"""

import numpy as np

from common import fit, lesson_parser, save_picture, share_right
from dataset.figures import BLUE, ORANGE, logarithmic_axis, new_figure
from dataset.screen import print_at_once, progress
from train import init_params, load_arrays, propagate

BATCH = 32  # pictures
PAUSE = 128  # pictures between two looks at the cost
LOOKS = 10  # at all pictures
LEARNING_RATE = 0.01  # that of train.py
STYLES = {"o-": "black", "-": BLUE, "--": ORANGE, "D": "black"}  # of the lines: style -> colour


def cost_of(w, b, X, Y):
    """The cost of a neuron on all pictures: equations (1), (3) and (4) of train.py."""
    z = w.T @ X + b  # (1, m)
    losses = Y * np.logaddexp(0, -z) + (1 - Y) * np.logaddexp(0, z)  # (1, m)
    return np.mean(losses)


def descend(X, Y, size, seed=0):
    """Look at all pictures again and again, and take a step after each batch of so many pictures.

    Returns w, b, and the costs of all pictures, a dict: how many steps were taken -> the cost.
    """
    rng = np.random.default_rng(seed)
    n, m = X.shape
    w, b = init_params(n)
    steps = 0
    costs = {}
    for _ in progress(range(LOOKS), f"{size} at a time"):
        order = rng.permutation(m)  # the numbers from 0 to m - 1, shuffled
        for start in range(0, m, size):  # 0, 32, 64, ...
            # To know the cost takes a look at all pictures. So only before the first batch of each 128 pictures: if 32
            # are taken, start % 128 is 0, 32, 64, 96, 0, ..., and only 0 is below 32.
            if start % PAUSE < size:
                costs[steps] = cost_of(w, b, X, Y)

            columns = order[start : start + size]
            grads, cost = propagate(w, b, X[:, columns], Y[:, columns])
            w = w - LEARNING_RATE * grads["dw"]
            b = b - LEARNING_RATE * grads["db"]
            steps += 1
    costs[steps] = cost_of(w, b, X, Y)  # at the end
    return w, b, costs


def descend_far(X, Y, steps):
    """All pictures at once, as many steps as small batches take: the costs, a dict as from descend."""
    w, b, fitted = fit(X, Y, steps, LEARNING_RATE)  # fitted: costs before steps 0, 100, 200, ...
    costs = {}
    for k, cost in enumerate(fitted):
        costs[100 * k] = cost
    costs[steps] = cost_of(w, b, X, Y)
    return costs


def draw_costs(axes, walks):
    """The costs against the steps. walks: what descend gave for each line, by its title."""
    for style, title in zip(STYLES, walks, strict=True):
        steps = list(walks[title])  # list of a dict: its keys
        # [1:] leaves out step 0, which has no place on a logarithmic axis. Nor has a cost of 0: 0.000001 stands for it.
        costs = np.maximum(list(walks[title].values()), 1e-6)
        axes.plot(steps[1:], costs[1:], style, color=STYLES[style], label=title)

    axes.set(
        title="How far down with how many steps?",
        xlabel="steps (logarithmic)",
        ylabel="cost of all pictures (logarithmic)",
    )
    logarithmic_axis(axes.xaxis)
    logarithmic_axis(axes.yaxis, (1, 2, 5))
    axes.legend()


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    mean = train.X.mean(axis=1, keepdims=True)  # (n, 1), the mean picture
    # asfortranarray: with the numbers of a column side by side in memory, quick to take.
    X = np.asfortranarray(train.X - mean)
    m = train.Y.size

    # If there are few pictures, fewer than 128, a batch is about a quarter of them.
    batch = min(BATCH, m // 4 + 1)  # + 1: never 0
    sizes = {"all at once": m, f"{batch} at a time": batch, "one at a time": 1}
    walks = {}
    print(f"{LOOKS} looks       steps   cost in training  right in the test")
    for title, size in sizes.items():
        w, b, costs = descend(X, train.Y, size)
        right = share_right(w, b, test.X - mean, test.Y)
        walks[title] = costs
        steps = max(costs)  # max of a dict: its largest key
        print(f"{title:<14} {steps:>5} {costs[steps]:>18.6f} {right:>18.1%}")

    # The small batches once more, shuffled in another way; and all at once, as often as these took a step.
    w, b, again = descend(X, train.Y, batch, seed=1)
    steps = max(again)
    print(f"{batch} at a time, shuffled in another way: cost {again[steps]:.6f}")
    far = descend_far(X, train.Y, steps)
    walks[f"all at once, {steps} looks"] = far
    print(f"all at once, but {steps} looks and steps: cost {far[steps]:.6f}")

    figure = new_figure(8, 5)
    draw_costs(figure.subplots(), walks)
    save_picture(figure, args, "small_batches.png")
    print("try: change LEARNING_RATE in this script to 0.3: which of the lines jumps most?")
    return {"walks": walks, "same steps": far[steps], "again": again[steps]}


if __name__ == "__main__":
    print_at_once()
    main()
