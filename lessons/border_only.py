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

from common import lesson_parser, save_picture, share_right, short, train_neuron
from dataset.guards import progress, run, say
from plots import GREEN, ORANGE, sights_and_scores
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


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    names = [short(name) for name in train.class_names]
    share = float(test.Y.mean())
    guessing = max(share, 1 - share)  # by always naming the more frequent class
    lucky = guessing + 2 * (guessing * (1 - guessing) / test.Y.size) ** 0.5  # guessing hardly ever gets more
    scores, learned, tested = {}, {}, {}

    sights = {f"a ring of {width}": ring(width) for width in RINGS}
    sights |= {"the centre": ~ring(EDGE), "everything": np.ones(len(train.X), bool)}
    for name, seen in progress(sights.items(), doing="neurons"):
        w, b = learn_from(seen, train)
        scores[name] = share_right(w, b, test.X, test.Y)
        pixels = w.reshape(IMAGE_SIZE, IMAGE_SIZE, 3).sum(axis=2)
        learned[name] = (pixels, np.abs(pixels).max(), scores[name], GREEN)
        say(f"a neuron that sees {name:<11} gets {100 * scores[name]:5.1f} % of the test right")
    frames = {"no frame": test.X, "black": painted(test.X, 0), "white": painted(test.X, 1)}
    for name, X in frames.items():  # w and b are now those that see everything
        scores[name] = share_right(w, b, X, test.Y)
        tested[name] = (X[:, 0].reshape(IMAGE_SIZE, IMAGE_SIZE, 3), None, scores[name], ORANGE)
        if X is not test.X:
            print(f"the last one, with a {name} frame of {FRAME} pixels painted on: {100 * scores[name]:5.1f} %")

    edge = scores[f"a ring of {EDGE}"]
    print(f"guessing gets {100 * guessing:.0f} %, with much luck {100 * lucky:.0f} %")
    if edge > lucky:
        print(f"so {EDGE} pixels at the edge betray the class ({100 * edge:.1f} %): these pictures let a neuron cheat")
    else:
        print(f"so {EDGE} pixels at the edge do no better than luck ({100 * edge:.1f} %): no sign of cheating there,")
        print(f"but a test of {test.Y.size} pictures is too small to rule out a little")
    groups = {
        "what neurons learn that see a part of each picture": learned,
        "the last, tested with a painted frame": tested,
    }
    save_picture(sights_and_scores(groups, guessing, names), args, "border_only.png")
    print("try: change FRAME in this script: how little paint changes an answer?")
    return scores


if __name__ == "__main__":
    run(main)
