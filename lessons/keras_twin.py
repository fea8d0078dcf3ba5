"""Would a real library do it better?

    python lessons/keras_twin.py

Keras builds the same neuron in two lines: one Dense unit, with the sigmoid as its activation. Give it the same
pictures, the same zeros to start from, the same learning rate, let it see all pictures at every step, and look at both
descents side by side.

You will see the same costs, digit by digit, and the same weights at the end. What a library does inside is what you
have read in train.py; what it adds is that it finds the gradient by itself, whatever network you build. Both
compute in float64 here, because while the cost jumps (learning_rates.py) the roundings of float32 would grow.
"""

import time

import matplotlib.pyplot as plt
import numpy as np
from tqdm import tqdm

from common import GREY, fit, lesson_parser, save_picture
from prepare_data import import_keras, load_arrays
from train import LEARNING_RATE, ORANGE, optimize, plain_log, show_weights

EPOCHS, LIMIT = 1000, 1e-3  # a larger difference than the limit is no rounding


def keras_neuron(n):
    """The same neuron in Keras: n weights and b, all zero, and gradient descent."""
    keras = import_keras()
    dense = keras.layers.Dense(1, activation="sigmoid", kernel_initializer="zeros", dtype="float64")
    neuron = keras.Sequential([keras.Input((n,), dtype="float64"), dense])
    neuron.compile(keras.optimizers.SGD(LEARNING_RATE), keras.losses.BinaryCrossentropy(dtype="float64"))
    return neuron


def descend(neuron, X, Y, epochs):
    """Let the Keras neuron see all pictures, epochs times; its cost every 100 epochs."""
    tensor, costs = import_keras().ops.convert_to_tensor, []
    X, Y = tensor(X.T), tensor(Y.T)  # Keras wants a row a picture, not a column
    for epoch in tqdm(range(epochs), "Keras", disable=None):
        neuron.reset_metrics()  # some versions would return the mean of all costs so far
        cost = neuron.train_on_batch(X, Y)  # the cost before the step, as in ours
        if epoch % 100 == 0:
            costs.append(float(cost))
    return costs


def main(argv=None):
    parser = lesson_parser(__doc__)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="how long (default: %(default)s)")
    args = parser.parse_args(argv)
    train, _ = load_arrays(args.dataset)
    X, Y = train.X.astype(np.float64), train.Y.astype(np.float64)
    neuron = keras_neuron(X.shape[0])
    start = time.perf_counter()
    theirs = descend(neuron, X, Y, args.epochs)
    between = time.perf_counter()
    w, b, ours = fit(X, Y, args.epochs, descent=optimize)
    end = time.perf_counter()
    their_w, their_b = neuron.get_weights()

    print(" epoch    train.py       Keras")
    for k, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        print(f"{100 * k:>6}  {one:>10.6f}  {other:>10.6f}")
    cost_difference = max(abs(np.subtract(ours, theirs)))
    w_difference = max(abs(their_w - w).max(), abs(their_b - b).max())
    print(f"largest difference of any cost: {cost_difference:.1e}, of any weight or b: {w_difference:.1e}")
    print(f"largest weight: {abs(w).max():.3f}; seconds: train.py {end - between:.1f}, Keras {between - start:.1f}")
    same = max(cost_difference, w_difference) < LIMIT
    print("so they are the same neuron" if same else f"more than {LIMIT:g}: so they are not the same neuron")

    figure, (costs, left, right) = plt.subplots(1, 3, figsize=(12, 4), width_ratios=(1.5, 1, 1), layout="constrained")
    costs.plot(ours, color=GREY, lw=6, alpha=0.6, label="train.py")
    costs.plot(theirs, "o", color=ORANGE, label="Keras")
    costs.set(title="The same neuron, twice: its cost", xlabel="hundreds of epochs", ylabel="cost (logarithmic)")
    plain_log(costs.yaxis, (1, 2, 5))
    costs.grid(alpha=0.3)
    costs.legend()
    limit = show_weights(left, w).get_clim()[1]
    figure.colorbar(show_weights(right, their_w, limit), shrink=0.8)
    figure.supxlabel("red: bright here speaks for {1}, blue: for {0}".format(*train.class_names))
    for axes, name in ((left, "train.py"), (right, "Keras")):
        axes.set_title(f"w by {name}")
    save_picture(figure, args, "keras_twin.png")
    print("try: change SGD to Adam in this script, a cleverer descent: another neuron comes out")
    return cost_difference, w_difference


if __name__ == "__main__":
    main()
