"""What if the thing stands elsewhere?

    python lessons/shift_it.py

A weight belongs to a place. If tyres are often in row 50, the weights there learn what a tyre there looks like, and
know nothing of row 42. So move the test pictures a little, up, down, left and right: what comes in at the edge is the
edge's own colour. For a person a bike that stands 8 pixels further left is the same bike.

Then help: for each training picture add a copy, moved at random by up to 8 pixels, and learn again. Making more of the
pictures that one has is called augmentation, and nearly everybody who works with pictures does it.

From all pictures the mean picture is subtracted. So the cost does not jump, as learning_rates.py tells; with moved
copies it would jump for a very long time.

You will see how much of the test stays right as it is moved further, without copies and with them. Mostly the copies
help with pictures that are moved as far as they were, and half as far again; beyond that the help ends. (Where your
things stand in many places already, they may not help at all.) They have their price. One weighted sum must now serve a
thing in all these places, and its weights spread out. Where things always stand in one place, it may get worse. (In the
weights, red speaks for class 1 where it is bright, and blue for class 0.) The neuron was told of more places; it still
has no idea of a wheel.

What has an idea of a wheel? Take a small window of weights, say 5 by 5 pixels, and slide it over the whole picture: it
finds its wheel wherever it is, with the same few weights. That is a convolution, and a network made of such windows is
where a next course would begin.
"""

import numpy as np

from common import fit, lesson_parser, save_picture, share_right, show_picture
from dataset.figures import BLUE, ORANGE, new_figure, show_weights
from dataset.screen import print_at_once
from train import load_arrays

STEPS = 8  # the test pictures are moved by 0, 1, ... 8 steps; a step is a 32nd of their width
COPIES_MOVED = 4  # the copies are moved by up to so many of these steps: 4 are 8 of 64 pixels
EPOCHS = 1000  # enough here


def move(X, down, right, image_size):
    """Pictures moved by so many pixels; what comes in is the colour of the edge. X: (n, m), or (n,) for one picture."""
    # Row by row, X holds one number of all m pictures. So the three rows of a pixel become 3 m numbers, and all pictures
    # move at once.
    pixels = X.reshape(image_size, image_size, -1)  # (64, 64, 3 m)

    # For each row and column, from where it comes: .clip takes 0 where it would be less, and the last for more.
    # Moved down by 2, row 10 shows what was in row 8, and rows 0 and 1 show row 0 again.
    places = np.arange(image_size)  # 0, 1, ..., 63
    rows = (places - down).clip(0, image_size - 1)
    columns = (places - right).clip(0, image_size - 1)
    moved = pixels[rows]  # rows in their new order
    moved = moved[:, columns]
    return moved.reshape(X.shape)


def moved_copies(X, farthest, image_size):
    """A copy of each picture in X, (n, m), moved at random by up to so many pixels."""
    rng = np.random.default_rng(0)
    copies = np.zeros_like(X)  # (n, m)
    for k in range(X.shape[1]):
        # A whole number for each direction; the last one is left out, as in range.
        down = rng.integers(-farthest, farthest + 1)
        right = rng.integers(-farthest, farthest + 1)
        copies[:, k] = move(X[:, k], down, right, image_size)
    return copies


def learn_and_test(X, Y, mean, test, distances):
    """Train a neuron, and move the test pictures. From all pictures mean, the mean picture (n, 1), is subtracted.

    Returns w, and the share that is right for each distance, the mean of moving up, down, left and right.
    """
    w, b, costs = fit(X - mean, Y, EPOCHS)
    shares = []
    for distance in distances:
        right = []
        # Up, down, left, right: below 0 is up or left.
        for down, to_right in ((-distance, 0), (distance, 0), (0, -distance), (0, distance)):
            moved = move(test.X, down, to_right, test.image_size)
            right.append(share_right(w, b, moved - mean, test.Y))
        shares.append(np.mean(right))
    return w, shares


def draw_pictures(figure, x, farthest, w_plain, w_copies, image_size):
    """A picture x, (n,), and moved; and the weights of both neurons."""
    panels = figure.subplots(1, 4)
    show_picture(panels[0], x, image_size)
    panels[0].set_title("as it stands")
    show_picture(panels[1], move(x, farthest, farthest, image_size), image_size)
    panels[1].set_title(f"moved down and right by {farthest}")
    show_weights(panels[2], w_plain, image_size)
    panels[2].set_title("weights")
    show_weights(panels[3], w_copies, image_size)
    panels[3].set_title("weights, with copies")


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    unit = max(1, train.image_size // 32)  # pixels of one step: 2 of 64
    distances = [unit * k for k in range(STEPS + 1)]  # 0, 2, 4, ... 16
    farthest = unit * COPIES_MOVED

    mean = train.X.mean(axis=1, keepdims=True)  # (n, 1)

    # Without copies, and with them.
    w_plain, without_copies = learn_and_test(train.X, train.Y, mean, test, distances)
    X = np.hstack([train.X, moved_copies(train.X, farthest, train.image_size)])  # (n, 2 m)
    Y = np.hstack([train.Y, train.Y])
    w_copies, with_copies = learn_and_test(X, Y, mean, test, distances)
    print(f"% of the test right after {EPOCHS} epochs")
    print("moved by   without copies   with copies")
    for k in range(len(distances)):
        print(f"{distances[k]:>8} {without_copies[k]:>16.1%} {with_copies[k]:>13.1%}")

    figure = new_figure(10, 6.4)
    above, below = figure.subfigures(2, 1)
    draw_pictures(above, test.X[:, 0], farthest, w_plain, w_copies, train.image_size)
    axes = below.subplots()
    axes.plot(distances, without_copies, "o-", color=BLUE, label="without copies")
    axes.plot(distances, with_copies, "s--", color=ORANGE, label=f"copies moved up to {farthest}")
    axes.set(xlabel="pixels by which the test pictures are moved", ylabel="share of the test right")
    axes.legend()
    save_picture(figure, args, "shift_it.png")
    print(
        "try: change COPIES_MOVED in this script to 8: they move twice as far. What is won, what is lost at 0?"
    )
    return {"distances": distances, "without copies": without_copies, "with copies": with_copies}


if __name__ == "__main__":
    print_at_once()
    main()
