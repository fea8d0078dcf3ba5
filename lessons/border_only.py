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

import matplotlib.pyplot as plt
import numpy as np
from tqdm import tqdm

from common import GREEN, fit, lesson_parser, save_picture
from prepare_data import IMAGE_SIZE, load_arrays
from train import ORANGE, predict, show_weights

RINGS = (1, 2, 4, 8)  # pixels
EDGE = 4  # pixels: the ring that the verdict is about, and that the centre is without
FRAME = 3  # pixels, painted


def ring(width):
    """Which of the 12288 numbers of a picture belong to its outermost pixels: True or False for each."""
    pixels = np.ones((IMAGE_SIZE, IMAGE_SIZE, 3), bool)
    pixels[width:-width, width:-width] = False
    return pixels.flatten()


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    share = float(test.Y.mean())
    guessing = max(share, 1 - share)  # by always naming the more frequent class
    lucky = guessing + 2 * (guessing * (1 - guessing) / test.Y.size) ** 0.5  # guessing hardly ever gets more
    scores, weights, pictures = {}, {}, {}

    sights = {f"a ring of {width}": ring(width) for width in RINGS}
    sights |= {"the centre": ~ring(EDGE), "everything": np.ones(len(train.X), bool)}
    for name, seen in tqdm(sights.items(), "neurons", disable=None):
        weights[name] = np.zeros((len(seen), 1), train.X.dtype)
        weights[name][seen], b, _ = fit(train.X[seen], train.Y)
        scores[name] = np.mean(predict(weights[name], b, test.X) == test.Y)
        print(f"a neuron that sees {name:<11} gets {scores[name]:6.1%} of the test right")
    for name, paint in (("no frame", test.X), ("a black frame", 0), ("a white frame", 1)):
        pictures[name] = np.where(ring(FRAME)[:, None], paint, test.X)
        scores[name] = np.mean(predict(weights["everything"], b, pictures[name]) == test.Y)
        print(f"the last one, tested with {name:<13}: {scores[name]:6.1%}")

    edge = scores[f"a ring of {EDGE}"]
    print(f"guessing gets {guessing:.0%}, with much luck {lucky:.0%}")
    if edge > lucky:
        print(f"so {EDGE} pixels at the edge betray the class ({edge:.1%}): these pictures let a neuron cheat")
    else:
        print(f"so {EDGE} pixels at the edge do no better than luck ({edge:.1%}): no sign of cheating there,")
        print(f"but a test of {test.Y.size} pictures is too small to rule out a little")

    names = list(scores)
    figure, axes = plt.subplot_mosaic([names, ["bars"] * len(names)], figsize=(14, 5), layout="constrained")
    for name in weights:
        show_weights(axes[name], weights[name], limit=0.25)
    for name in pictures:
        axes[name].imshow(pictures[name][:, 0].reshape(IMAGE_SIZE, IMAGE_SIZE, 3))
    for name in names:
        axes[name].set(title=name, xticks=[], yticks=[])
    colours = [GREEN] * len(weights) + [ORANGE] * len(pictures)
    bars = axes["bars"].bar(names, [100 * score for score in scores.values()], color=colours)
    axes["bars"].bar_label(bars, fmt="%.0f %%", bbox={"color": "white", "pad": 1})
    axes["bars"].axhline(100 * guessing, color="black", ls=":", label="by guessing")
    axes["bars"].set(xlim=(-0.5, len(names) - 0.5), xticks=[], ylim=(0, 112), ylabel="% of the test right")
    axes["bars"].set_xlabel(
        "green: neurons that learn from a part of each picture; orange: the last, tested with a frame"
    )
    figure.supxlabel("red: bright here speaks for {1}, blue: for {0}".format(*train.class_names))
    save_picture(figure, args, "border_only.png")
    print("try: change FRAME in this script: how little paint changes an answer?")
    return scores


if __name__ == "__main__":
    main()
