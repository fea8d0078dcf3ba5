"""Why did it say bike?

    python lessons/evidence.py                     # the surest of each class, the least sure, the wrong ones
    python lessons/evidence.py my_photo.jpg        # pictures of your own, or folders of them
    python lessons/evidence.py --from-mean ...     # what sets a picture apart from the average one

One neuron has no secrets. It multiplies each number of a picture with its weight and adds everything up: z is the sum
of w * x, plus b. So the share of each pixel in the answer can be drawn, red where it speaks for class 1, blue where it
speaks for class 0, and all shares and b together are z, exactly. Larger networks do not let you look at them like this.

You will see for each picture what the neuron saw, the evidence, w * x, pixel by pixel, and the sum of it all.

Mind that a black pixel contributes nothing: 0 times any weight is 0. A dark wheel can only speak by silencing a bright
background. So --from-mean draws w * (x - mean), what a picture says beyond the mean training picture; the sum then
begins with what that one says, and comes to the same z. Evidence shows what moved the neuron, not always the thing.
"""

import matplotlib.pyplot as plt
import numpy as np

from common import GREY, lesson_parser, save_picture
from predict_demo import find_images, prediction, unique_name
from prepare_data import IMAGE_SIZE, command, image_to_vector, load_arrays, load_image, relative_path
from train import BLUE, RED, load_model, results_folder, show_weights


def select_examples(w, b, test):
    """Columns of the test: the surest right one of each class, the least sure one, and the surest mistakes."""
    z = (w.T @ test.X + b)[0]
    by_sureness = np.argsort(-np.abs(z), kind="stable")
    right = [k for k in by_sureness if (z[k] > 0) == test.Y[0, k]]
    surest = [next((k for k in right if test.Y[0, k] == label), by_sureness[-1]) for label in (1, 0)]
    wrong = [k for k in by_sureness if (z[k] > 0) != test.Y[0, k]]
    return dict.fromkeys([*surest, by_sureness[-1], *wrong[:12]])  # no picture twice


def draw_evidence(path, x, evidence, parts, class_names):
    """Picture, what was seen, evidence, and the sum as bars, each of which starts where the one above ended."""
    figure, axes = plt.subplots(1, 4, figsize=(13, 4), layout="constrained", width_ratios=(1.3, 1, 1.25, 1.3))
    axes[0].imshow(load_image(path))
    axes[1].imshow(x.reshape(IMAGE_SIZE, IMAGE_SIZE, 3))
    figure.colorbar(show_weights(axes[2], evidence), shrink=0.7)
    for panel, title in zip(axes, ("the picture", "what the neuron saw", "what each pixel says"), strict=False):
        panel.set(title=title, xticks=[], yticks=[], anchor="N")
    values = np.array([*parts.values(), sum(parts.values())])
    starts = np.append(0, np.cumsum(values[:2]))
    bars = axes[3].barh([*parts, "together: z"], values, left=[*starts, 0], color=[GREY, RED, BLUE, "black"])
    axes[3].bar_label(bars, [f"{value:+.2f}" for value in values], padding=3)
    axes[3].set(title="the sum, step by step (rounded)", xlabel=f"{class_names[0]} < 0 < {class_names[1]}")
    axes[3].set(xlim=(min(0, *starts) * 1.2 - 3, max(0, *starts) * 1.2 + 3), ylim=(3.6, -0.6))
    return figure


def main(argv=None):
    parser = lesson_parser(__doc__)
    parser.add_argument("pictures", nargs="*", help="pictures or folders (default: some test pictures)")
    parser.add_argument("--from-mean", action="store_true", help="evidence beyond the mean training picture")
    args = parser.parse_args(argv)
    train, test = load_arrays(args.dataset)
    remedy = command("train.py", dataset=args.dataset, results=args.results)
    w, b, names = load_model(results_folder(args) / "model.h5", remedy, train.class_names)
    mean = train.X.mean(axis=1, keepdims=True) * args.from_mean  # (12288, 1)
    start = "mean picture + b" if args.from_mean else "b"
    found = []
    for path in find_images(args.pictures) or [args.dataset / test.files[k] for k in select_examples(w, b, test)]:
        try:
            x = image_to_vector(path)
        except OSError as problem:
            raise SystemExit(f"error: cannot read {problem} - name another picture, or save it anew as JPEG") from None
        evidence = w * (x - mean)
        pixels = evidence.reshape(-1, 3).sum(axis=1)  # (4096,), as they are drawn
        parts = {start: b + (w * mean).sum(), f"for {names[1]}": pixels.clip(0).sum()}
        parts[f"for {names[0]}"] = pixels.clip(None, 0).sum()
        says = prediction(path, w, b, names)
        right = {True: ", right", False: ", wrong", None: ""}[says.right]
        title = f"{relative_path(path)}: {names[says.label]}, {says.probability:.1%} sure{right}"
        print(title)
        print(" ", ", ".join(f"{name} {value:+.4f}" for name, value in parts.items()))
        print(f"  together {sum(parts.values()):+.4f}; the neuron's z is {(w.T @ x + b).item():+.4f}")
        figure = draw_evidence(path, x, evidence, parts, names)
        figure.suptitle(title)
        save_picture(figure, args, f"evidence{'-from-mean' * args.from_mean}-{unique_name(path)}")
        found.append(parts)
    print("a black pixel is 0, and contributes nothing; compared with the mean picture (--from-mean) it does")
    print("try: a photo of your own, with and without --from-mean")
    return found


if __name__ == "__main__":
    main()
