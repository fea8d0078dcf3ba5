"""What does learning look like?

    python lessons/watch_it_learn.py             # results/lessons/watch_it_learn.gif
    python lessons/watch_it_learn.py --window    # the same, and live in a window

Each weight belongs to one pixel, so w can be looked at like a picture: red where brightness speaks for class 1, blue
where it speaks for class 0. Here it is drawn while it forms, the early epochs one by one, the later ones in strides.

You will see that the first step already knows the difference between the classes. A neuron of zeros says 0.5 to all
pictures, so each of them pulls equally hard, those of class 1 towards themselves, the others away: w becomes the mean
of class 1 minus the mean of class 0. Then all of w may flash (learning_rates.py tells why). The fine lines come last.
"""

import io

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image
from tqdm import tqdm

from common import GREY, lesson_parser
from predict_demo import WINDOW, cv2, window_works
from prepare_data import load_arrays, relative_path, save_file
from train import EPOCHS, LEARNING_RATE, ORANGE, plain_log, propagate, results_folder, show_weights


def frame_epochs(epochs, frames=40):
    """The epochs that are shown: 1, 2, 3, ..., then in longer and longer strides; as many as frames, if there are."""
    series = ({round(epoch) for epoch in np.geomspace(1, epochs, count)} for count in range(frames, 9 * frames))
    return next(chosen for chosen in series if len(chosen) >= min(frames, epochs))


def draw_frame(w, costs, test_costs, class_names, epochs):
    """One frame as a PIL image: w as a picture, and the costs so far. test_costs: {epoch: cost on the test}."""
    figure, (weights, cost) = plt.subplots(1, 2, figsize=(9, 4.4))
    figure.subplots_adjust(0.02, 0.14, 0.98, 0.9, 0.22)  # fixed places, so that nothing trembles
    figure.colorbar(show_weights(weights, w), ax=weights, format="%+.2g", shrink=0.9)
    weights.set_title(f"w after epoch {len(costs) - 1}")
    weights.text(0, 69, f"red: bright here speaks for {class_names[1]}, blue: for {class_names[0]}")
    cost.plot(range(1, len(costs)), costs[1:], color=GREY, label="training pictures")
    cost.plot(test_costs.keys(), test_costs.values(), ".", color=ORANGE, label="test pictures")
    cost.axhline(costs[0], color="black", lw=1, ls=":", label="guessing")
    plain_log(cost.xaxis)
    plain_log(cost.yaxis)
    limits = {"xlim": (0.9, 1.2 * epochs), "ylim": (min(0.01, *costs), max(20, *costs))}
    cost.set(title=f"the cost: {costs[-1]:.3f}", xlabel="epoch (logarithmic)", **limits)
    cost.legend(loc="upper right")
    memory = io.BytesIO()
    figure.savefig(memory, dpi=90)
    plt.close(figure)
    return Image.open(memory).convert("RGB")


def main(argv=None):
    parser = lesson_parser(__doc__)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="how long (default: %(default)s)")
    parser.add_argument("--window", action="store_true", help="also show it live")
    args = parser.parse_args(argv)
    train, test = load_arrays(args.dataset)
    if args.window and not window_works():
        raise SystemExit("error: no window can be shown here - leave --window out, and open the film")
    w, b = np.zeros((len(train.X), 1), train.X.dtype), 0.0
    means, names = [train.X[:, train.Y[0] == label].mean(axis=1) for label in (0, 1)], train.class_names
    chosen, costs, test_costs, frames, times, likeness = frame_epochs(args.epochs), [], {}, [], [], None
    for epoch in tqdm(range(args.epochs + 1), "learning", disable=None):
        grads, cost = propagate(w, b, train.X, train.Y)
        costs.append(cost)
        if epoch in chosen:
            test_costs[epoch] = propagate(w, b, test.X, test.Y)[1]
            likeness = likeness or np.corrcoef(w[:, 0], means[1] - means[0])[0, 1]  # after epoch 1
            frames.append(draw_frame(w, costs, test_costs, names, args.epochs))
            times.append(3000 if epoch == args.epochs else 1000 if epoch < 6 else 300)  # ms
            if args.window:
                cv2.namedWindow("watch it learn", WINDOW)
                cv2.imshow("watch it learn", np.asarray(frames[-1])[:, :, ::-1])  # OpenCV's order: blue first
                cv2.waitKey(times[-1])
        w, b = w - LEARNING_RATE * grads["dw"], b - LEARNING_RATE * grads["db"]
    print(f"after epoch 1, w and the mean {names[1]} minus the mean {names[0]} correlate by {likeness:.6f}")
    print(f"the cost on the test is lowest after epoch {min(test_costs, key=test_costs.get)}")
    memory, path = io.BytesIO(), results_folder(args) / "lessons" / "watch_it_learn.gif"
    first, *others = [frame.quantize(256, Image.Quantize.MAXCOVERAGE) for frame in frames]
    first.save(memory, "GIF", save_all=True, append_images=others, duration=times, loop=0)
    save_file(path, memory.getbuffer())
    print(f"wrote {relative_path(path)}: {len(frames)} frames")
    print("try: --epochs 40, every one of them drawn: does it still flash at the end?")
    return likeness, costs, test_costs


if __name__ == "__main__":
    main()
