"""How little must change to fool it?

    python lessons/fool_it.py

For one neuron the answer is exact, as long as no number leaves 0 to 1. z is a sum of weights times numbers. If every
number of a picture moves by the same small e, each to the side that speaks against the right answer, z moves by
e * sum(|w|), where |w| is a weight without its sign: 12,288 small steps, all in step. So

    e = |z| / sum(|w|)

brings z to 0, where the answer turns. Noise of the same size moves z hardly at all, because its steps go this way and
that, and cancel. Large networks are fooled in the same way, by a step against the gradient (Goodfellow, 2014).

You will see a picture, the change, which is the sign of each weight, the fooled picture, and how much of the test
stays right while e grows, beside noise of the same size. Look closely at the fooled picture. Where it is busy nothing
shows; but in a smooth sky the ghost of what the neuron looks for may be seen.
"""

import numpy as np

from common import check_neuron, lesson_parser, load_neuron, save_picture, share_right, show_picture
from dataset.figures import GREY, ORANGE, new_figure
from dataset.folders import command_line, results_folder
from dataset.screen import print_at_once, progress
from train import load_arrays, sigmoid

LEVELS = range(33)  # e in grey levels, of which there are 255 from black to white


def levels_needed(neuron, test, grey_level):
    """How many grey levels turn the answer, for each test picture: (m,). 0 where it is wrong already."""
    z = (neuron.w.T @ test.X + neuron.b)[0]  # (m,)
    e = np.abs(z) / np.sum(np.abs(neuron.w))  # (m,): np.abs takes the sign off
    right = (z > 0) == test.Y[0]  # (m,) True, which counts as 1, or False, which counts as 0
    return right * e / grey_level


def find_shares(neuron, test, change, grey_level):
    """The share of the test that is right after a change of each number, for each e in LEVELS.

    change: (n, m), 1 where the number becomes larger, -1 where it becomes smaller.
    """
    shares = []
    for level in progress(LEVELS, "levels"):
        X = test.X + level * grey_level * change  # (n, m)
        X = X.clip(0, 255 * grey_level)  # no darker than black, no brighter than white
        shares.append(share_right(neuron.w, neuron.b, X, test.Y))
    return shares


def draw_picture(axes, neuron, x, title):
    """A picture, (n,), and what the neuron says of it."""
    z = x @ neuron.w[:, 0] + neuron.b  # a number
    class_name = neuron.class_names[int(z > 0)]
    show_picture(axes, x, neuron.image_size)
    # sigmoid of z without its sign: how sure it is of its own answer.
    axes.set_title(f"{title}: {class_name[:15]}, {sigmoid(abs(z)):.1%} sure")


def draw_shares(axes, shares, noise_shares):
    """How much stays right while the change grows."""
    axes.plot(LEVELS, shares, "o-", markersize=3, color=ORANGE, label="against the weights")
    axes.plot(LEVELS, noise_shares, "o-", markersize=3, color=GREY, label="as much noise")
    axes.set(
        xlabel="change of each number, in grey levels of 255",
        ylabel="share of the test that is right",
    )


def propose(args):
    """Print what to try. Another neuron gets a folder of its own, so that the first one stays."""
    folder = results_folder(args.dataset) / "short"
    train_command = command_line("train.py", args.dataset, folder, ["--epochs", "200"])
    again = command_line("lessons/fool_it.py", args.dataset, folder)
    print(f"try: {train_command}, then {again}: if it is still mostly right, is it easier to fool?")


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    neuron = load_neuron(args)
    check_neuron(neuron, test, args)
    grey_level = max(1, test.X.max()) / 255  # 1 / 255, or 1 if you have taken out / 255

    needed = levels_needed(neuron, test, grey_level)  # (m,)
    # Of the pictures that are right half need less than the median, and half more.
    half = np.median(needed[needed > 0])
    print(f"by the formula {half:.1f} of 255 grey levels fool half of the pictures that are right")

    # Which way each number moves: against the right answer, or at random.
    away = 1 - 2 * test.Y  # (1, m): 1 for pictures of class 0, -1 for those of class 1
    against = np.sign(neuron.w) @ away  # (n, m): np.sign gives 1 for a number above 0, -1 below 0
    noise = np.random.default_rng(0).choice([-1, 1], test.X.shape)  # (n, m): each -1 or 1
    shares = find_shares(neuron, test, against, grey_level)
    noise_shares = find_shares(neuron, test, noise, grey_level)
    for level in (0, 2, 4, 8, 16, 32):
        print(f"{level:>2} of 255 levels: {shares[level]:6.1%} right", end="; ")
        print(f"with as much noise {noise_shares[level]:6.1%}")

    # A picture that is neither very easy nor very hard to fool, moved a little further than it needs by the formula.
    # A quarter of those that are right needs less than the quantile 0.25. "higher": one of these numbers, not between two.
    quarter = np.quantile(needed[needed > 0], 0.25, method="higher")
    k = list(needed).index(quarter)
    change = against[:, k]  # (n,)
    fooled = (test.X[:, k] + 1.05 * quarter * grey_level * change).clip(0, 255 * grey_level)  # (n,)

    figure = new_figure(14, 4.6)
    axes = figure.subplots(1, 4)
    draw_picture(axes[0], neuron, test.X[:, k], "before")
    # Grey is 0.5: brighter where the change is 1, darker where it is -1.
    show_picture(axes[1], 0.5 + 0.4 * change, test.image_size)
    axes[1].set_title("the change, enlarged")
    draw_picture(axes[2], neuron, fooled, "fooled")
    draw_shares(axes[3], shares, noise_shares)
    axes[3].axvline(quarter, color="black", linestyle=":", label=f"this picture: {quarter:.1f}")
    figure.legend(loc="outside lower right", ncols=3)
    save_picture(figure, args, "fool_it.png")

    propose(args)
    return {"half": half, "shares": shares, "noise shares": noise_shares, "needed": needed}


if __name__ == "__main__":
    print_at_once()
    main()
