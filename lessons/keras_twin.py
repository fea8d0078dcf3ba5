"""Would a real library do it better?

    python lessons/keras_twin.py

Keras builds the same neuron in two lines: one Dense unit, with the sigmoid as its activation. Give it the same
pictures, the same zeros to start from, the same learning rate, let it see all pictures at every step, and look at both
descents side by side.

You will see the same costs, digit by digit, and the same weights at the end. What a library does inside is what you
have read in train.py; what it adds is that it finds the gradient by itself, whatever network you build. Both
compute in float64 here, because while the cost jumps (learning_rates.py) the roundings of float32 would grow.
"""

import os
import time

from common import lesson_parser, save_picture, short, train_neuron
from dataset.guards import progress, quietly, run, whole_number
from plots import twins
from prepare_data import load_arrays
from train import EPOCHS, LEARNING_RATE, REPORT_EVERY, optimize

import numpy as np

LIMIT = 1e-3  # a larger difference is no rounding


def keras_neuron(n):
    """The same neuron in Keras: n weights and b, all zero, and gradient descent."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    with quietly():
        import keras

    dense = keras.layers.Dense(1, activation="sigmoid", kernel_initializer="zeros", dtype="float64")
    neuron = keras.Sequential([keras.Input((n,), dtype="float64"), dense])
    neuron.compile(keras.optimizers.SGD(LEARNING_RATE), keras.losses.BinaryCrossentropy(dtype="float64"))
    return neuron, keras.ops.convert_to_tensor


def descend(neuron, X, Y, epochs):
    """Let the Keras neuron see all pictures, epochs times; its cost every 100 epochs."""
    losses = []
    for epoch in progress(range(epochs), doing="Keras"):
        loss = neuron.train_on_batch(X, Y)  # the loss before the step, as in ours
        if epoch % REPORT_EVERY == 0:
            losses.append(float(loss))
    return losses


def main(argv=None):
    parser = lesson_parser(__doc__)
    parser.add_argument("--epochs", type=whole_number(1), default=EPOCHS, help="how long (default: %(default)s)")
    args = parser.parse_args(argv)
    train, _ = load_arrays(args.dataset)
    X, Y = train.X.astype(np.float64), train.Y.astype(np.float64)

    neuron, tensor = keras_neuron(X.shape[0])
    start = time.perf_counter()
    theirs = descend(neuron, tensor(X.T), tensor(Y.T), args.epochs)  # Keras wants a row a picture, not a column
    between = time.perf_counter()
    w, b, ours = train_neuron(X, Y, args.epochs, descent=optimize)
    end = time.perf_counter()
    their_w, their_b = neuron.get_weights()

    print(" epoch    train.py       Keras")
    for k in range(len(ours)):
        print(f"{k * REPORT_EVERY:>6}  {ours[k]:>10.6f}  {theirs[k]:>10.6f}")
    cost_difference = max(abs(np.subtract(ours, theirs)))
    w_difference = max(abs(their_w - w).max(), abs(their_b - b).max())
    print(f"largest difference of any cost: {cost_difference:.1e}, of any weight or b: {w_difference:.1e}")
    print(f"largest weight: {abs(w).max():.3f}; seconds: train.py {end - between:.1f}, Keras {between - start:.1f}")
    same = max(cost_difference, w_difference) < LIMIT
    print("so they are the same neuron" if same else f"more than {LIMIT:g}: so they are not the same neuron")
    save_picture(twins(ours, theirs, w, their_w, [short(name) for name in train.class_names]), args, "keras_twin.png")
    print("try: change SGD to Adam in this script, a cleverer descent: another neuron comes out")
    return cost_difference, w_difference


if __name__ == "__main__":
    run(main)
