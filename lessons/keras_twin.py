"""Would a real library do it better?

    python lessons/keras_twin.py

Keras, a library that many use, builds the same neuron in two lines: one Dense unit, with the sigmoid as its activation.
Give it the same pictures, the same zeros to start from and the same learning rate, and let it look at all pictures
before each step. Then look at both descents, one below the other.

You will see the same costs, digit by digit, and the same weights at the end. What a library does inside is what you
have read in train.py. What it adds: it finds the gradient by itself, whatever network you build.

Both compute in float64 here, numbers of some 16 digits. In the first epochs the cost jumps (learning_rates.py), and
there the small roundings of float32, in which train.py computes, would grow to differences that can be seen. (With few
pictures of your own they may jump for longer than the figure shows: both in the same way.)
"""

import time

import numpy as np

from common import lesson_parser, save_picture
from dataset.figures import BLUE, ORANGE, logarithmic_axis, new_figure, show_weights
from dataset.pictures import import_keras
from dataset.screen import print_at_once
from train import LEARNING_RATE, init_params, load_arrays, optimize

EPOCHS = 300
LIMIT = 0.001  # a larger difference is more than rounding


def keras_neuron(n):
    """The same neuron in Keras: n weights and b, all zero, and gradient descent (SGD)."""
    keras = import_keras()
    pictures = keras.Input((n,), dtype="float64")
    dense = keras.layers.Dense(1, "sigmoid", kernel_initializer="zeros", dtype="float64")
    neuron = keras.Sequential([pictures, dense])

    # Binary crossentropy is the name that others have for our cost.
    cost = keras.losses.BinaryCrossentropy(dtype="float64")
    neuron.compile(keras.optimizers.SGD(LEARNING_RATE), cost)
    return neuron


def keras_optimize(neuron, X, Y, epochs):
    """What optimize does, with Keras: returns w (n, 1), b (1,), and the costs before epochs 0, 100, 200, ..."""
    keras = import_keras()
    rows = keras.ops.convert_to_tensor(X.T)  # (m, n): Keras wants a picture in each row
    labels = keras.ops.convert_to_tensor(Y.T)  # (m, 1)
    costs = []
    for epoch in range(epochs):
        neuron.reset_metrics()  # some versions would return the mean of all costs so far
        cost = neuron.train_on_batch(rows, labels)  # one step; the cost is the one before it
        if epoch % 100 == 0:
            costs.append(float(cost))
            print(f"cost after {epoch} epochs: {costs[-1]:.6f}")
    w, b = neuron.get_weights()
    return w, b, costs


def draw(our_costs, our_w, their_costs, their_w, image_size):
    """Both descents, one upon the other, and both w, (n, 1)."""
    figure = new_figure(12, 4.2)
    # The first panel is half again as wide as the others.
    left, middle, right = figure.subplots(1, 3, width_ratios=(1.5, 1, 1))

    hundreds = 100 * np.arange(len(our_costs))  # 0, 100, 200, ...
    left.plot(hundreds, our_costs, color=BLUE, linewidth=5, label="train.py")
    left.plot(hundreds, their_costs, "o--", color=ORANGE, label="Keras")
    left.set_title("Two descents, one upon the other")
    left.set_xlabel("epochs")
    left.set_ylabel("cost (logarithmic)")
    logarithmic_axis(left.yaxis, (1, 2, 5))
    left.legend()

    image = show_weights(middle, our_w, image_size)
    middle.set_title("w by train.py")
    # get_clim gives the numbers that are drawn in full blue and full red: the same for both pictures.
    show_weights(right, their_w, image_size, image.get_clim()[1])
    right.set_title("w by Keras")
    figure.colorbar(image, ax=right, shrink=0.8)
    return figure


def main(argv=None):
    parser = lesson_parser(__doc__)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="how many (default: 300)")
    args = parser.parse_args(argv)
    train, test = load_arrays(args.dataset)
    X = train.X.astype(np.float64)  # (n, m)
    Y = train.Y.astype(np.float64)  # (1, m)

    print("train.py:")
    start = time.perf_counter()
    w, b = init_params(X.shape[0])
    params, grads, our_costs = optimize(w, b, X, Y, args.epochs, LEARNING_RATE)
    print(f"seconds: {time.perf_counter() - start:.1f}")

    print("Keras (some seconds until it has started):")
    neuron = keras_neuron(X.shape[0])
    start = time.perf_counter()
    their_w, their_b, their_costs = keras_optimize(neuron, X, Y, args.epochs)
    print(f"seconds: {time.perf_counter() - start:.1f}")

    # The largest difference between two costs of the same epoch, and between two weights.
    cost_difference = np.abs(np.array(our_costs) - np.array(their_costs)).max()
    w_difference = np.abs(params["w"] - their_w).max()
    print(
        f"largest difference of any cost: {cost_difference:.1e}, of any weight: {w_difference:.1e}"
    )
    print(f"b: train.py {params['b']:+.6f}, Keras {their_b[0]:+.6f}")
    if max(cost_difference, w_difference) < LIMIT:
        print("so they are the same neuron")
    else:
        print(f"a difference is larger than {LIMIT}: so they are not the same neuron")

    figure = draw(our_costs, params["w"], their_costs, their_w, train.image_size)
    save_picture(figure, args, "keras_twin.png")
    print("try: change SGD to Adam in this script, a cleverer descent: another neuron comes out")
    return {"our costs": our_costs, "their costs": their_costs, "w difference": w_difference}


if __name__ == "__main__":
    print_at_once()
    main()
