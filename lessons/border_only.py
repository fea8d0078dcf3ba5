"""Is it cheating?

    python lessons/border_only.py

A neuron does not know what it is meant to look at. It takes whatever tells the classes apart, and that may be the
surroundings of a thing and not the thing. So cover something up. Here neurons are trained that see only a ring of the
outermost pixels, or only what is inside of it. If a ring alone gives good answers, the pictures betray their class at
the edge. (In Caltech-101 three of four motorbikes have a white frame, and hardly an airplane has one.)

Then the other way round: the neuron that learned from whole pictures is shown the test pictures with a frame painted
on, black or white. The thing in the middle is still there for all to see. A person would not mind; the neuron adds up
all pixels, and has no idea which of them matter.

You will see what each neuron learned, in red and blue, or a painted picture, and below how much of the test it gets
right. Guessing gets about half; a test is small, so a little more than that may be luck.
"""

from common import GREEN, ORANGE, lesson_parser, new_figure, save_picture, share_right, train_neuron
from dataset.guards import progress, run
from prepare_data import IMAGE_SIZE, load_arrays

import numpy as np

RINGS = (1, 2, 4, 8)  # pixels
EDGE = 4  # pixels: the ring that the verdict is about, and that the centre is without
FRAME = 3  # pixels, painted


def ring(width):
    """Which of the 12288 numbers of a picture belong to its outermost pixels: True or False for each."""
    pixels = np.ones((IMAGE_SIZE, IMAGE_SIZE, 3), bool)
    pixels[width:-width, width:-width] = False
    return pixels.flatten()


def painted(X, brightness):
    """The pictures with a frame of one brightness, 0 to 1."""
    X = X.copy()
    X[ring(FRAME)] = brightness
    return X


def learn_from(seen, train):
    """w and b of a neuron that sees only some of the numbers of each picture; the other weights are 0."""
    w = np.zeros((len(seen), 1), train.X.dtype)
    w[seen], b, _ = train_neuron(train.X[seen], train.Y)
    return w, b


def draw(groups, guessing):
    """Images above, scores below. groups: {title: {name: (image, its limit or None, score, colour)}}"""
    figure = new_figure(13, 4.6)
    parts = figure.subfigures(1, len(groups), width_ratios=[len(columns) for columns in groups.values()])
    for part, (title, columns) in zip(parts, groups.items(), strict=True):
        part.suptitle(title)
        top, bottom = part.subplots(2, len(columns), height_ratios=(1, 1.3))
        for above, below, (name, (image, limit, score, colour)) in zip(top, bottom, columns.items(), strict=True):
            above.imshow(image, cmap="RdBu_r", vmin=limit and -limit, vmax=limit)
            above.set(xticks=[], yticks=[], xlabel=name)
            above.spines[:].set_visible(True)
            below.bar(0, 100 * score, color=colour)
            below.text(0, 100 * score, f"{100 * score:.0f} %", ha="center", va="bottom")
            below.axhline(100 * guessing, color="black", ls=":", lw=1)
            below.set(xlim=(-0.7, 0.7), ylim=(0, 112), xticks=[], yticks=[])
            below.spines["left"].set_visible(False)
        bottom[0].set_ylabel("% of the test right\n(dotted: by guessing)")
    return figure


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    share = float(test.Y.mean())
    guessing = max(share, 1 - share)  # by always naming the more frequent class
    lucky = guessing + 2 * (guessing * (1 - guessing) / test.Y.size) ** 0.5  # guessing hardly ever gets more
    scores, learned, shown_frames = {}, {}, {}

    sights = {f"a ring of {width}": ring(width) for width in RINGS}
    sights |= {"the centre": ~ring(EDGE), "everything": ring(IMAGE_SIZE)}
    for name, seen in progress(sights.items(), doing="training"):
        w, b = learn_from(seen, train)
        scores[name] = share_right(w, b, test.X, test.Y)
        pixels = w.reshape(IMAGE_SIZE, IMAGE_SIZE, 3).sum(axis=2)
        learned[name] = (pixels, np.abs(pixels).max(), scores[name], GREEN)
        print(f"a neuron that sees {name:<11} gets {100 * scores[name]:5.1f} % of the test right")
    for name, brightness in (("black", 0), ("white", 1)):  # w and b are now those that see everything
        X = painted(test.X, brightness)
        scores[name] = share_right(w, b, X, test.Y)
        shown_frames[name] = (X[:, 0].reshape(IMAGE_SIZE, IMAGE_SIZE, 3), None, scores[name], ORANGE)
        print(f"the last one, with a {name} frame of {FRAME} pixels painted on: {100 * scores[name]:5.1f} %")

    edge = scores[f"a ring of {EDGE}"]
    print(f"guessing gets {100 * guessing:.0f} %, with much luck {100 * lucky:.0f} %")
    if edge > lucky:
        print(f"so {EDGE} pixels at the edge betray the class ({100 * edge:.1f} %): these pictures let a neuron cheat")
    else:
        print(f"so {EDGE} pixels at the edge do no better than luck ({100 * edge:.1f} %): no sign of cheating there")
    groups = {
        "what neurons learn that see a part of each picture": learned,
        "the last, tested with a painted frame": shown_frames,
    }
    save_picture(draw(groups, guessing), args, "border_only.png")
    print("try: change FRAME in this script: how little paint changes an answer?")
    return scores


if __name__ == "__main__":
    run(main)
