"""Is it cheating?

    python lessons/border_only.py

A neuron does not know what it is meant to look at. It takes whatever tells the classes apart, and that may be the
surroundings of a thing and not the thing. So cover something up. Here neurons are trained that see only a ring of the
outermost pixels, or only what is inside the 4-pixel ring, or inside the 8-pixel ring, or all. If a ring alone gives
good answers, the pictures betray their class at the edge. (In Caltech-101 three out of four motorbikes have a white
frame, up to 8 pixels wide, and hardly any airplane has one.)

From all pictures the mean picture is subtracted. So the cost does not jump, as learning_rates.py tells; with some rings
it would jump to the end.

Then the other way round: the neuron that learned from whole pictures is shown the test pictures with a frame of 3
pixels painted on, black or white. The thing in the middle is still there for all to see. A person would not mind; the
neuron adds up all pixels, and so the frame is in its sum, too.

You will see the weights of each neuron, in red and blue; the first test picture with each frame; and how much of the
test is right. Guessing gets about half; a test is small, so a little more than that may be luck.
"""

import numpy as np

from common import fit, lesson_parser, save_picture, share_right, show_picture
from dataset.figures import GREEN, ORANGE, new_figure, show_weights
from dataset.screen import print_at_once, progress
from train import load_arrays

RINGS = {"1-pixel ring": 1, "4-pixel ring": 4, "8-pixel ring": 8}  # their widths
EDGE = "4-pixel ring"  # the ring that the verdict is about
FRAME = 3  # pixels, painted


def ring(width, X, image_size):
    """Which numbers of a picture belong to its outermost pixels: 1 for those, 0 for the others. (n, 1)"""
    n = X.shape[0]
    numbers = np.ones((n, 1), X.dtype)
    pixels = numbers.reshape(image_size, image_size, -1)  # (64, 64, 3)
    # All but the first and last width rows and columns become 0.
    pixels[width:-width, width:-width] = 0
    return pixels.reshape(n, 1)


def guess(Y):
    """The share that is right if one always names the more frequent class. Y: (1, m)"""
    return max(np.mean(Y), 1 - np.mean(Y))


def report(edge, Y):
    """Print what the score of the ring at the edge means. Y: the labels of the test, (1, m)."""
    # If one guesses m times, and each time is right with chance p, the share is about p, give or take
    # sqrt(p * (1 - p) / m), and hardly ever more than twice that above p.
    guessing = guess(Y)
    spread = (guessing * (1 - guessing) / Y.size) ** 0.5  # ** 0.5 is the square root
    lucky = guessing + 2 * spread
    print(f"guessing gets {guessing:.0%}, with much luck {lucky:.0%}")
    if edge > lucky:
        print(f"so the {EDGE} betrays the class ({edge:.1%}): these pictures let a neuron cheat")
    else:
        print(f"so the {EDGE} does no better than luck ({edge:.1%}): no cheating is seen there")


def draw_neurons(figure, weights, painted, train):
    """What each neuron learned, and the first of the painted pictures."""
    class_0, class_1 = train.class_names
    figure.suptitle(f"red: bright here speaks for {class_1}, blue: for {class_0}")
    names = list(weights) + list(painted)
    axes = figure.subplots(1, len(names))
    for panel, name in zip(axes, names, strict=True):
        panel.set_title(name)
        if name in weights:
            # limit: one scale for all, so that the colours can be compared
            show_weights(panel, weights[name], train.image_size, limit=0.25)
        else:
            show_picture(panel, painted[name][:, 0], train.image_size)


def draw_scores(axes, scores, guessing):
    """A bar for each score: green for what a neuron sees, orange for a test with a frame. guessing: a share"""
    for name, score in scores.items():
        colour = GREEN
        if "frame" in name:  # also no frame: the test as it is
            colour = ORANGE
        bar = axes.bar(name, 100 * score, color=colour)
        axes.bar_label(bar, fmt="%.0f%%", padding=6)  # %%: a %

    axes.axhline(100 * guessing, color="black", linestyle=":", label="guessing")
    axes.set(
        ylim=(0, 119),  # room for the numbers above the bars
        ylabel="% of the test right",
        xlabel="green: what a neuron sees; orange: the neuron of whole pictures, tested",
    )


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    mean = train.X.mean(axis=1, keepdims=True)  # (n, 1)

    # What each neuron may see: 1 for the numbers that it sees, 0 for the others.
    seen = {}
    for name in RINGS:
        seen[name] = ring(RINGS[name], train.X, train.image_size)
    seen["inside 4"] = 1 - seen["4-pixel ring"]
    seen["inside 8"] = 1 - seen["8-pixel ring"]
    seen["whole picture"] = np.ones_like(mean)  # (n, 1)

    # Let each learn from pictures in which the other numbers are 0: their weights stay 0.
    scores = {}
    weights = {}
    for name in progress(seen, "neurons"):
        w, b, costs = fit((train.X - mean) * seen[name], train.Y)
        weights[name] = w
        # No need to cover up the test: where the neuron saw nothing, its weights are 0.
        scores[name] = share_right(w, b, test.X - mean, test.Y)
    for name in scores:
        print(f"a neuron that sees: {name:<14} gets {scores[name]:6.1%} of the test right")

    # w and b are now those of the last neuron, which sees whole pictures. Show it pictures with a frame.
    frame = ring(FRAME, test.X, test.image_size)
    black = test.X * (1 - frame)  # (n, m): each column times 0 in the frame, times 1 inside
    white = black + train.X.max() * frame  # (n, m): 1 in the frame, or 255 if you took out / 255
    painted = {"no frame": test.X, "black frame": black, "white frame": white}
    for name, X in painted.items():
        scores[name] = share_right(w, b, X - mean, test.Y)
        print(f"the last one, tested with {name:<11}: {scores[name]:6.1%}")

    report(scores[EDGE], test.Y)

    # Above, what was learned or painted; below, the scores.
    figure = new_figure(13, 5.6)
    above, below = figure.subfigures(2, 1)
    draw_neurons(above, weights, painted, train)
    draw_scores(below.subplots(), scores, guess(test.Y))
    figure.legend(loc="outside lower right")
    save_picture(figure, args, "border_only.png")
    print("try: change FRAME in this script: how little paint changes an answer?")
    return scores


if __name__ == "__main__":
    print_at_once()
    main()
