"""What if the thing stands elsewhere?

    python lessons/shift_it.py

A weight belongs to a place. If tyres are often in row 50, the weights there learn what a tyre there looks like, and
know nothing of row 42. So move the test pictures a little, up, down, left and right: what comes in at the edge is the
edge's own colour. For a person a bike that stands 8 pixels further left is the same bike.

Then help: for each training picture add a copy, moved at random by up to 8 pixels, and learn again. Making more of the
pictures that one has is called augmentation, and everybody who works with pictures does it.

You will see how much of the test is right the further it is moved, without copies and with them. The copies help with
pictures that are moved as far as they were; beyond that the help soon ends. And they have their price: one sum of
pixels must now serve a thing in all these places, its weights blur, and where things stand in one place anyway it may
get worse. The neuron was told of more places; it still has no idea of a wheel.

What has? Take a small window of weights, say 5 by 5 pixels, and slide it over the whole picture: it finds its wheel
wherever it is, with the same few weights. That is a convolution, and a network made of such windows is where a next
course would begin.
"""

import numpy as np
from matplotlib.figure import Figure

from common import fit, lesson_parser, save_picture, share_right, show_picture
from dataset.figures import BLUE, ORANGE, show_weights
from dataset.screen import print_at_once
from train import load_arrays

STEPS = 8  # how often the test pictures are moved further, by a 32nd of their width each time
COPIES_MOVED = 4  # the copies are moved by up to so many of these steps: 8 of 64 pixels
EPOCHS = 1000  # enough here


def move(X, down, right, image_size):
    """Pictures moved by so many pixels; what comes in is the colour of the edge. X: (n, m), or (n,) for one picture."""
    pixels = X.reshape(image_size, image_size, -1)  # (64, 64, 3 m)

    # For each row and column, from where it comes: .clip takes 0 where it would be less, and the last for more.
    places = np.arange(image_size)  # 0, 1, ..., 63
    rows = (places - down).clip(0, image_size - 1)
    columns = (places - right).clip(0, image_size - 1)
    moved = pixels[rows][:, columns]
    return moved.reshape(X.shape)


def moved_copies(X, farthest, image_size):
    """A copy of each picture in X, (n, m), moved at random by up to so many pixels."""
    rng = np.random.default_rng(0)
    copies = np.zeros_like(X)  # zeros in the same shape
    for k in range(X.shape[1]):
        down = rng.integers(-farthest, farthest + 1)
        right = rng.integers(-farthest, farthest + 1)
        copies[:, k] = move(X[:, k], down, right, image_size)
    return copies


def score_moved(w, b, test, distances):
    """The share that is right for each distance, the mean of moving up, down, left and right."""
    shares = []
    for distance in distances:
        right = []
        for down, to_right in ((-distance, 0), (distance, 0), (0, -distance), (0, distance)):
            X = move(test.X, down, to_right, test.image_size)
            right.append(share_right(w, b, X, test.Y))
        shares.append(np.mean(right))
    return shares


def draw_pictures(panels, x, farthest, weights, image_size):
    """A picture x, (n,), and moved; and the weights of both neurons."""
    show_picture(panels[0], x, image_size)
    show_picture(panels[1], move(x, farthest, farthest, image_size), image_size)
    panels[1].set_title(f"moved by {farthest} and {farthest}")
    show_weights(panels[2], weights[0], image_size)
    panels[2].set_title("weights")
    show_weights(panels[3], weights[1], image_size)
    panels[3].set_title("weights, with copies")


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    size = train.image_size
    unit = max(1, size // 32)  # pixels
    distances = [unit * k for k in range(STEPS + 1)]  # 0, 2, 4, ... 16
    farthest = unit * COPIES_MOVED

    # Without copies, and with them.
    w, b, costs = fit(train.X, train.Y, EPOCHS)
    without = score_moved(w, b, test, distances)
    weights = [w]
    X = np.hstack([train.X, moved_copies(train.X, farthest, size)])  # (n, 2 m), side by side
    w, b, costs = fit(X, np.hstack([train.Y, train.Y]), EPOCHS)
    with_copies = score_moved(w, b, test, distances)
    weights.append(w)
    print("moved by   without copies   with copies")
    for k in range(len(distances)):
        print(f"{distances[k]:>8} {without[k]:>16.1%} {with_copies[k]:>13.1%}")

    figure = Figure(figsize=(10, 6.4), layout="constrained")
    above, below = figure.subfigures(2, 1)
    draw_pictures(above.subplots(1, 4), test.X[:, 0], farthest, weights, size)
    axes = below.subplots()
    axes.plot(distances, without, "o-", color=BLUE, label="without copies")
    axes.plot(distances, with_copies, "s--", color=ORANGE, label=f"copies moved up to {farthest}")
    axes.set_xlabel("pixels by which the test pictures are moved")
    axes.set_ylabel("share of the test right")
    axes.legend()
    save_picture(figure, args, "shift_it.png")
    print("try: change COPIES_MOVED in this script to 8: what is won far out, what is lost at 0?")
    return {"distances": distances, "without": without, "with copies": with_copies}


if __name__ == "__main__":
    print_at_once()
    main()
