"""Is it cheating?

    python lessons/border_only.py

A neuron does not know what it is meant to look at. It takes whatever tells the classes apart, and that may be the
surroundings of a thing and not the thing. So cover something up. Here neurons are trained that see only a ring of the
outermost pixels, or only what is inside of it. If a ring alone gives good answers, the pictures betray their class at
the edge. (In Caltech-101 three of four motorbikes have a white frame, and hardly an airplane has one.)

Then the other way round: the neuron that learned from whole pictures is shown the test pictures with a frame painted
on, black or white. The thing in the middle is still there for all to see. A person would not mind; the neuron adds up
all pixels, and has no idea which of them matter.

You will see what each neuron learned, in red and blue, or a painted picture, and how much of the test it gets
right. Guessing gets about half; a test is small, so a little more than that may be luck.
"""

import numpy as np
from matplotlib.figure import Figure

from common import fit, lesson_parser, save_picture, share_right, show_picture
from dataset.figures import GREEN, ORANGE, show_weights
from dataset.screen import print_at_once, progress
from train import load_arrays

RINGS = {"1-pixel ring": 1, "2-pixel ring": 2, "4-pixel ring": 4, "8-pixel ring": 8}  # their widths
EDGE = "4-pixel ring"  # the ring that the verdict is about, and that the centre is without
FRAME = 3  # pixels, painted


def ring(width, X, image_size):
    """Which numbers of a picture belong to its outermost pixels: 1 for those, 0 for the others. (n, 1)"""
    n = X.shape[0]
    numbers = np.ones((n, 1), X.dtype)
    pixels = numbers.reshape(image_size, image_size, -1)  # (64, 64, 3)
    pixels[width:-width, width:-width] = 0  # rows and columns without the first and the last ones
    return pixels.reshape(n, 1)


def report(edge, Y):
    """Print what the score of the ring at the edge means. Y: the labels of the test, (1, m)."""
    guessing = max(np.mean(Y), 1 - np.mean(Y))  # by always naming the more frequent class
    spread = (guessing * (1 - guessing) / Y.size) ** 0.5  # the standard deviation of such a share
    lucky = guessing + 2 * spread
    print(f"guessing gets {guessing:.0%}, with much luck {lucky:.0%}")
    if edge > lucky:
        print(f"so the {EDGE} betrays the class ({edge:.1%}): these pictures let a neuron cheat")
    else:
        print(f"so the {EDGE} does no better than luck ({edge:.1%}): no cheating seen there,")
        print("but a small test cannot rule out a little")


def draw_neurons(figure, weights, painted, train):
    """What each neuron learned, and the first of the painted pictures."""
    class_0, class_1 = train.class_names
    figure.suptitle(f"red: bright here speaks for {class_1}, blue: for {class_0}")
    names = list(weights) + list(painted)
    axes = figure.subplots(1, len(names))
    for panel, name in zip(axes, names, strict=True):
        panel.set_title(name)
        if name in weights:
            show_weights(panel, weights[name], train.image_size, limit=0.25)
        else:
            show_picture(panel, painted[name][:, 0], train.image_size)


def draw_scores(axes, scores):
    """A bar for each score: green for what a neuron sees, orange for a test with a frame."""
    for name, score in scores.items():
        colour = GREEN
        if "frame" in name:
            colour = ORANGE
        axes.bar(name, 100 * score, color=colour)
        axes.text(name, 100 * score + 2, f"{score:.0%}", ha="center")  # centred above its bar

    axes.axhline(50, color="black", linestyle=":", label="half")
    axes.set_ylim(0, 119)
    axes.set_ylabel("% of the test right")
    axes.set_xlabel("green: what a neuron sees; orange: the last neuron, tested with a frame")
    axes.legend(loc="upper right", bbox_to_anchor=(1, -0.1))  # below the plot


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    white = train.X.max()  # 1, or 255 if you have taken out / 255

    # What each neuron may see: 1 for the numbers that it sees, 0 for the others.
    seen = {}
    for name, width in RINGS.items():
        seen[name] = ring(width, train.X, train.image_size)
    seen["centre"] = 1 - seen[EDGE]
    seen["whole picture"] = np.ones_like(seen[EDGE])  # ones in the same shape

    # Let each learn from pictures in which the other numbers are 0: their weights stay 0.
    scores = {}
    weights = {}
    for name in progress(seen, "neurons"):
        w, b, costs = fit(train.X * seen[name], train.Y)
        weights[name] = w
        scores[name] = share_right(w, b, test.X, test.Y)
    for name, score in scores.items():
        print(f"a neuron that sees the {name:<12} gets {score:6.1%} of the test right")

    # w and b are now those of the last neuron, which sees whole pictures. Show it pictures with a frame.
    frame = ring(FRAME, test.X, test.image_size)
    painted = {
        "no frame": test.X,
        "black frame": test.X * (1 - frame),
        "white frame": test.X * (1 - frame) + white * frame,
    }
    for name, X in painted.items():
        scores[name] = share_right(w, b, X, test.Y)
        print(f"the last one, tested with {name:<11}: {scores[name]:6.1%}")

    report(scores[EDGE], test.Y)

    # Above, what was learned or painted; below, the scores.
    figure = Figure(figsize=(13, 5.6), layout="constrained")
    above, below = figure.subfigures(2, 1)  # two halves of it
    draw_neurons(above, weights, painted, train)
    draw_scores(below.subplots(), scores)
    save_picture(figure, args, "border_only.png")
    print("try: change FRAME in this script: how little paint changes an answer?")
    return scores


if __name__ == "__main__":
    print_at_once()
    main()
