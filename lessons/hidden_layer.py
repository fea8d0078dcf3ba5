"""What can one neuron not do?

    python lessons/hidden_layer.py

Turn half of the pictures, in training and test, into negatives: each number x becomes 1 - x. A person sees the same
bike. For one neuron it is the end. Where a tyre is, one picture is dark and the next is bright, so brightness there
says nothing, neither for bike nor against it; and one neuron can only add up what each pixel says alone.

So put a layer of 16 neurons between the picture and the one that answers. Each looks for a pattern, and speaks up only
if there is more of it than against it: max(0, z). One can look for the tyre, another for its negative, and the neuron
that listens to both is content with either. Equations (1) and (5) of train.py, once more for the new layer:

    Z1 = W1 @ X + b1     A1 = max(0, Z1)     z2 = w2.T @ A1 + b2     A2 = sigmoid(z2)

Backwards, each hidden neuron gets its share of the blame, w2 @ (A2 - Y), if it spoke at all: the chain rule again.
You will see how far one neuron gets, how far 17, and the 16 patterns.
"""

import matplotlib.pyplot as plt
import numpy as np
from tqdm import tqdm

from common import fit, lesson_parser, save_picture
from prepare_data import load_arrays
from train import predict, show_weights, sigmoid

HIDDEN = 16
EPOCHS, LEARNING_RATE = 200, 0.01


def negatives(X, random):
    """X with half of its pictures, chosen at random, as negatives; all moved by -1/2, so that a negative is -x."""
    return np.where(random.random(X.shape[1]) < 0.5, X - 0.5, 0.5 - X).astype(X.dtype)


def propagate(params, X, Y):
    """Forward and back: the gradients, in the shapes of params = W1 (h, n), b1 (h, 1), w2 (h, 1), b2, and the cost."""
    W1, b1, w2, b2 = params
    m = X.shape[1]
    Z1 = W1 @ X + b1  # (h, m)
    A1 = np.maximum(0, Z1)  # (h, m)
    z2 = w2.T @ A1 + b2  # (1, m)
    A2 = sigmoid(z2)  # (1, m)
    cost = np.sum(Y * np.logaddexp(0, -z2) + (1 - Y) * np.logaddexp(0, z2)) / m

    dz2 = (A2 - Y) / m  # (1, m)
    dZ1 = (w2 @ dz2) * (Z1 > 0)  # (h, m): who was silent gets no blame
    return (dZ1 @ X.T, np.sum(dZ1, axis=1, keepdims=True), A1 @ dz2.T, np.sum(dz2)), cost


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    random = np.random.default_rng(1)
    X, X_test = negatives(train.X, random), negatives(test.X, random)
    w, b, _ = fit(X, train.Y)
    alone = np.mean(predict(w, b, X_test) == test.Y)
    print(f"one neuron gets {np.mean(predict(w, b, X) == train.Y):.1%} of the training right, {alone:.1%} of the test")

    start = 0.005 * random.normal(size=(HIDDEN, X.shape[0]))  # not zeros, or all 16 would learn the same
    params = [array.astype(X.dtype) for array in (start, np.zeros((HIDDEN, 1)), random.normal(size=(HIDDEN, 1)))] + [
        0.0
    ]
    for epoch in tqdm(range(EPOCHS), "learning", disable=None):
        grads, cost = propagate(params, X, train.Y)
        params = [value - LEARNING_RATE * slope for value, slope in zip(params, grads, strict=True)]
        if epoch % 100 == 0:
            tqdm.write(f"cost after {epoch} epochs: {cost:.6f}")
    W1, b1, w2, b2 = params
    together = np.mean((w2.T @ np.maximum(0, W1 @ X_test + b1) + b2 > 0) == test.Y)
    print(f"{HIDDEN} hidden neurons and one that listens to them get {together:.1%} of the test right")

    figure, axes = plt.subplots(2, HIDDEN // 2, figsize=(14, 4.4), layout="constrained", squeeze=False)
    for panel, k in zip(axes.flat, np.argsort(-w2[:, 0]), strict=True):
        show_weights(panel, W1[k], limit=np.abs(W1.reshape(HIDDEN, -1, 3).sum(axis=2)).max())
        panel.set_title(f"says {train.class_names[int(w2[k, 0] > 0)]}, {abs(w2[k, 0]):.1f}")
    figure.suptitle("What each hidden neuron looks for: bright where it is red, dark where it is blue")
    save_picture(figure, args, "hidden_layer.png")
    print("try: change HIDDEN in this script to 2: is one pattern and its negative enough?")
    return alone, together


if __name__ == "__main__":
    main()
