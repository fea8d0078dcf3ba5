"""What does learning look like?

    python lessons/watch_it_learn.py

Each weight belongs to one number of a pixel, so w can be looked at like a picture: red where brightness speaks for
class 1, blue where it speaks for class 0. Here the neuron learns once more, and after some of the epochs w is kept: the
early epochs one by one, the later ones in longer and longer strides. A film shows them, beside the costs.

You will see that the first step already knows the difference between the classes. A neuron of zeros says 0.5 to all
pictures, so each of them pulls equally hard, those of class 1 towards themselves, the others away: w becomes the mean
of class 1 minus the mean of class 0, times a small number, if both have about as many pictures. Then all of w may flash
(learning_rates.py tells why). The fine lines come last.

Look at the test, too. Where its cost is lowest, should one have stopped there? Not always. When the flashes end, the
neuron may be far too sure of all its answers. If there is no difficult picture in the test, that pays: the cost on the
test is low. Among the training pictures there are difficult ones, and from its mistakes the neuron learns to be less
sure: the cost on the test rises. Then it learns more, and becomes sure again: the cost falls once more. But if the cost
on the test, the dots, rises and does not come back, it learns its own pictures by heart, and it would have been time to
stop. (If train.py says that the cost still jumps, mend that first: see learning_rates.py. The epoch after which it is
lowest is printed. If that is the last one, it falls to the end; if it is 0, it was never better than guessing.)
"""

import io

import numpy as np
from PIL import Image

from common import lesson_parser
from dataset.figures import (
    BLUE,
    ORANGE,
    installed_families,
    logarithmic_axis,
    new_figure,
    show_weights,
)
from dataset.folders import make_folder, relative_path, results_folder
from dataset.screen import print_at_once, progress
from train import EPOCHS, LEARNING_RATE, init_params, load_arrays, propagate


def descend(train, test, epochs, chosen):
    """The loop of optimize in train.py.

    Returns the costs in training and test after epochs 0, 1, 2, ..., and w after each of the chosen epochs: {1: w, ...}
    """
    w, b = init_params(train.X.shape[0])
    costs = []
    test_costs = []
    weights = {}
    for epoch in progress(range(epochs + 1), "learning"):
        grads, cost = propagate(w, b, train.X, train.Y)
        test_grads, test_cost = propagate(w, b, test.X, test.Y)
        costs.append(cost)
        test_costs.append(test_cost)
        if epoch in chosen:
            weights[epoch] = w
        w = w - LEARNING_RATE * grads["dw"]
        b = b - LEARNING_RATE * grads["db"]
    return costs, test_costs, weights


def correlation(w, train):
    """How alike w, (n, 1), and the difference of the mean pictures are: 1 is alike but for brightness and contrast."""
    of_class_1 = train.X[:, train.Y[0] == 1]  # the columns where Y[0] is 1
    of_class_0 = train.X[:, train.Y[0] == 0]
    difference = of_class_1.mean(axis=1) - of_class_0.mean(axis=1)  # (n,)
    return np.corrcoef(w[:, 0], difference)[0, 1]  # of a table, row 0, column 1: first with second


def draw_frame(epoch, w, costs, test_costs, train):
    """One frame of the film, as a PIL image."""
    figure = new_figure(9, 4.8, layout=None)
    left, right = figure.subplots(1, 2)
    # Fixed places, left, bottom, right, top, from 0 to 1: so nothing trembles.
    figure.subplots_adjust(0.02, 0.13, 0.98, 0.86)
    show_weights(left, w, train.image_size)
    # A name may have a $, which would start a formula, and letters that few fonts have.
    left.set_title(
        f"w after epoch {epoch}; red: bright here\nspeaks for {train.class_names[1][:30]}",
        parse_math=False,
        fontfamily=installed_families(),
    )

    end = epoch + 1
    epochs = range(1, end)
    right.plot(epochs, costs[1:end], color=BLUE, label="training")
    right.plot(epochs, test_costs[1:end], ".", markersize=3, color=ORANGE, label="test")
    right.legend(loc="lower left")  # there is room: early costs are high

    # The axes have room for all costs, also for those to come, and a little more, so that no dot is cut in two.
    both = np.maximum(costs + test_costs, 1e-6)  # 0 has no place on a logarithmic axis
    right.set(
        title="the cost (logarithmic)",
        xlabel="epoch (logarithmic)",
        xlim=(0.9, 1.1 * len(costs)),
        ylim=(0.8 * min(both), 1.2 * max(both)),
    )
    logarithmic_axis(right.xaxis)
    logarithmic_axis(right.yaxis)
    right.minorticks_off()  # in all frames they would take two seconds

    memory = io.BytesIO()  # a file in memory
    figure.savefig(memory)
    return Image.open(memory).convert("RGB")


def main(argv=None):
    parser = lesson_parser(__doc__)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="how long (default: 2000)")
    args = parser.parse_args(argv)
    train, test = load_arrays(args.dataset)
    path = results_folder(args.dataset, args.results) / "lessons" / "watch_it_learn.gif"
    make_folder(path.parent, "--results")

    # At most 45 numbers from 1 to the last epoch, each larger than the one before by the same factor: rounded, and by the
    # braces none twice.
    chosen = sorted({round(epoch) for epoch in np.geomspace(1, args.epochs, 45)})
    costs, test_costs, weights = descend(train, test, args.epochs, chosen)
    alike = correlation(weights[1], train)
    print(f"after epoch 1, w and the difference of the mean pictures correlate by {alike:.6f}")

    lowest = test_costs.index(min(test_costs))  # the epoch after which it is lowest
    print(f"the cost on the test is lowest after epoch {lowest}: {test_costs[lowest]:.4f}")
    print(f"(in training it is {costs[lowest]:.4f} then)")
    print(f"in the end, after epoch {args.epochs}, it is {test_costs[-1]:.4f} on the test")

    frames = []
    for epoch in progress(chosen, "drawing"):
        frames.append(draw_frame(epoch, weights[epoch], costs, test_costs, train))
    milliseconds = [500 for frame in frames]
    milliseconds[-1] = 3000  # the last one longest
    # The first frame, and behind it the others. loop=0: again and again.
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=milliseconds, loop=0)
    print(f"wrote {relative_path(path)}")
    print("try: --epochs 40, and look at the costs: do they still jump at the end?")
    return {"correlation": alike, "test costs": test_costs}


if __name__ == "__main__":
    print_at_once()
    main()
