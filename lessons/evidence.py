"""Why did it say bike?

    python lessons/evidence.py                     # the surest of each class, the least sure, and every wrong one
    python lessons/evidence.py my_photo.jpg        # pictures of your own, or folders of them
    python lessons/evidence.py --from-mean ...     # what sets a picture apart from the average one

One neuron has no secrets. It multiplies each number of a picture with its weight and adds everything up: z is the sum
of w * x, plus b. So the share of each pixel in the answer can be drawn, red where it speaks for class 1, blue where it
speaks for class 0, and all shares together are z, exactly. Larger networks do not let you look at them like this.

You will see for each picture: the photo; the 64 x 64 pixels that the neuron saw; the evidence, w * x, pixel by pixel;
and the sum: all that speaks for class 1, all that speaks for class 0, b, and what is left, z.

Mind that a black pixel contributes nothing: it is 0, and so is 0 times any weight. A dark wheel can only speak by
silencing a bright background. So --from-mean draws w * (x - mean), what a picture says beyond the mean training
picture; the sum then begins with what that one says, and comes to the same z. And mind that evidence shows what moved
the neuron, which need not be the thing in the picture.
"""

from pathlib import Path

from common import lesson_parser, load_neuron, save_picture, short
from dataset.guards import in_one_line, run, shown, warn
from plots import GREY, evidence_of
from predict_demo import folder_name, free_name, pictures_in
from prepare_data import IMAGE_SIZE, BadPicture, image_to_vector, load_arrays
from train import BLUE, RED, percent, sigmoid

import numpy as np

MOST = 12  # wrong test pictures that are drawn


def choose(w, b, test):
    """Columns of the test: the surest right one of each class, the least sure one, and the surest mistakes."""
    z = (w.T @ test.X + b)[0]
    by_sureness = np.argsort(-np.abs(z), kind="stable")
    right = [k for k in by_sureness if (z[k] > 0) == test.Y[0, k]]
    surest = [next((k for k in right if test.Y[0, k] == label), None) for label in (1, 0)]
    wrong = [k for k in by_sureness if (z[k] > 0) != test.Y[0, k]]
    if len(wrong) > MOST:
        warn(f"{len(wrong)} test pictures are wrong; the {MOST} surest mistakes are drawn")
    chosen = [*surest, by_sureness[-1], *wrong[:MOST]]
    return dict.fromkeys(k for k in chosen if k is not None)  # no picture twice


def evidence(w, b, x, mean):
    """What each pixel adds to z, (64, 64), and what the sum begins with. mean: a picture of zeros, or the mean one."""
    w, x, mean = (np.asarray(column, np.float64) for column in (w, x, mean))
    pixels = (w * (x - mean)).reshape(IMAGE_SIZE, IMAGE_SIZE, 3).sum(axis=2)
    return pixels, b + float((w * mean).sum())


def verdict(z, folder, class_names):
    """What the neuron says, how sure it is, and whether that is right, if the picture's folder tells."""
    says = class_names[int(z > 0)]
    right = ", right" if says == folder else f", but it is {folder}" if folder in class_names else ""
    return in_one_line(f"{says}, {percent(sigmoid(abs(z)))} sure{right}")


def main(argv=None):
    parser = lesson_parser(__doc__)
    parser.add_argument("pictures", nargs="*", type=Path, help="pictures or folders (default: some test pictures)")
    parser.add_argument("--from-mean", action="store_true", help="evidence beyond the mean training picture")
    args = parser.parse_args(argv)
    train, test = load_arrays(args.dataset)
    w, b = load_neuron(args, train.class_names)
    names = [short(name) for name in train.class_names]
    paths = pictures_in(args.pictures) or [args.dataset / test.files[k] for k in choose(w, b, test)]
    mean = train.X.mean(axis=1, keepdims=True) if args.from_mean else np.zeros_like(w)  # (12288, 1)
    begin, prefix = ("mean picture + b", "evidence-from-mean") if args.from_mean else ("b", "evidence")

    found, taken = [], set()
    for path in paths:
        try:
            x = image_to_vector(path)
        except BadPicture as unreadable:
            if len(paths) == 1:
                raise
            warn(str(unreadable))
            continue
        z = float((w.T @ x + b)[0, 0])
        pixels, start = evidence(w, b, x, mean)
        for_1, for_0 = pixels.clip(0).sum(), pixels.clip(None, 0).sum()
        says = verdict(z, folder_name(path), train.class_names)
        print(f"{shown(path)}: {says}")
        print(f"  {begin} {start:+.4f}, for {names[1]} {for_1:+.4f}, for {names[0]} {for_0:+.4f}")
        print(f"  together {start + for_1 + for_0:+.4f}; the neuron's z is {z:+.4f}")
        steps = [(begin, start, GREY), (f"for {names[1]}", for_1, RED), (f"for {names[0]}", for_0, BLUE)]
        figure = evidence_of(path, x, pixels, steps, f"{shown(path.name)}: {short(says, 90)}", names, args.from_mean)
        save_picture(figure, args, f"{prefix}-{free_name(path, taken)}")
        found.append((path, start, for_1, for_0, z))
    print("a black pixel is 0, and contributes nothing; compared with the mean picture (--from-mean) it does")
    print("try: a photo of your own, with and without --from-mean")
    return found


if __name__ == "__main__":
    run(main)
