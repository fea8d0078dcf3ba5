"""What does learning look like?

    python lessons/watch_it_learn.py             # results/lessons/watch_it_learn.gif
    python lessons/watch_it_learn.py --window    # the same, and live in a window

Each weight belongs to one pixel, so w can be looked at like a picture: red where brightness speaks for class 1, blue
where it speaks for class 0. Here it is drawn while it forms, beside the cost. The loop in watch() is the textbook's.
The early epochs, in which much happens, are shown one by one, the later ones in longer and longer strides. Every
frame uses the whole range of colours; the numbers beside the colour bar tell how large the weights are by then.

You will see that the first step already knows the difference between the classes. A neuron of zeros says 0.5 to all
pictures, so in the first step each of them pulls equally hard, those of class 1 towards themselves, the others away:
w becomes the mean of class 1 minus the mean of class 0, times a number, if there are as many of each. Then all of w
may flash red and blue: the steps are too large along what all pictures have in common (learning_rates.py tells
more). The fine lines come last, and slowly.
"""

import io
from contextlib import suppress

from common import lesson_parser, short
from dataset.guards import (
    ENDS,
    progress,
    run,
    run_apart,
    shown,
    wait_for_key,
    whole_number,
    window_problem,
    write_safely,
)
from plots import frame_of_film
from prepare_data import load_arrays
from train import EPOCHS, LEARNING_RATE, init_params, predict, propagate

import numpy as np

FRAMES = 40
WINDOW = "watch it learn - Esc closes this window"


def moments(epochs):
    """The epochs that are shown: 1, 2, 3, ..., then in longer and longer strides; FRAMES, if there are so many."""
    series = ({round(epoch) for epoch in np.geomspace(1, epochs, count)} for count in range(FRAMES, 9 * FRAMES))
    return next(chosen for chosen in series if len(chosen) >= min(FRAMES, epochs))


def show(frame, seconds):
    """Show a frame in the window for a while. False: Esc was pressed, or the window was closed."""
    import cv2

    cv2.namedWindow(WINDOW, cv2.WINDOW_AUTOSIZE | cv2.WINDOW_GUI_NORMAL)
    cv2.imshow(WINDOW, np.asarray(frame)[:, :, ::-1])  # RGB -> BGR, OpenCV's order
    with suppress(cv2.error):  # the window is gone
        if (
            cv2.waitKey(round(1000 * seconds)) & 0xFF not in ENDS
            and cv2.getWindowProperty(WINDOW, cv2.WND_PROP_VISIBLE) >= 1
        ):
            return True
        cv2.destroyAllWindows()
    return False


def watch(args, window):
    """Let a neuron learn, and draw it meanwhile. window: also show each frame at once."""
    from PIL import Image

    pictures, _ = load_arrays(args.dataset)
    X, Y, names = pictures.X, pictures.Y, [short(name) for name in pictures.class_names]
    means = [X[:, Y[0] == label].mean(axis=1) for label in (0, 1)]
    chosen, frames, seconds, costs, likeness = moments(args.epochs), [], [], [], {}

    w, b = init_params(X.shape[0])
    for epoch in progress(range(args.epochs + 1), doing="learning"):
        grads, cost = propagate(w, b, X, Y)
        costs.append(cost)
        if epoch in chosen:
            frames.append(frame_of_film(w, costs, f"{predict(w, b, X).sum():.0f} of {Y.size}", names, args.epochs))
            seconds.append(3.0 if epoch == args.epochs else 1.0 if epoch < 6 else 0.3)
            likeness[epoch] = np.corrcoef(w[:, 0], means[1] - means[0])[0, 1]
            window = window and show(frames[-1], seconds[-1])
        w = w - LEARNING_RATE * grads["dw"]
        b = b - LEARNING_RATE * grads["db"]

    print(f"correlation of w with the mean {names[1]} minus the mean {names[0]}:")
    for epoch in (1, args.epochs):
        print(f"  after epoch {epoch}: {likeness[epoch]:.6f}")
    print(
        f"The first step adds each {names[1]} to w and subtracts each {names[0]}, all with the same factor. So with as"
    )
    print("many of one class as of the other the correlation begins at 1.")
    path, buffer = args.results / "lessons" / "watch_it_learn.gif", io.BytesIO()
    first, *others = [frame.quantize(256, Image.Quantize.MAXCOVERAGE) for frame in frames]
    first.save(buffer, "GIF", save_all=True, append_images=others, duration=[1000 * s for s in seconds], loop=0)
    write_safely(path, buffer.getvalue())
    print(f"wrote {shown(path)}: {len(frames)} frames")
    if window:
        print("any key closes the window", flush=True)
        wait_for_key(WINDOW)
    print("try: --epochs 40, every one of them drawn: does it still flash at the end?")


def main(argv=None):
    parser = lesson_parser(__doc__)
    parser.add_argument("--epochs", type=whole_number(1), default=EPOCHS, help="how long (default: %(default)s)")
    parser.add_argument("--window", action="store_true", help="also show it live")
    args = parser.parse_args(argv)
    problem = window_problem() if args.window else "not wanted"
    if args.window and problem:
        print(f"no window ({problem}): open the GIF instead", flush=True)
    if problem or not run_apart(watch, args, True):  # what shows windows runs in a process of its own
        watch(args, False)


if __name__ == "__main__":
    run(main)
