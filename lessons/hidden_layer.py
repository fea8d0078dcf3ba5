"""What can one neuron not do?

    python lessons/hidden_layer.py

Turn half of the pictures, in training and test, into negatives: each number x becomes 1 - x. A person sees the same
bike. For one neuron it is the end. Where a tyre is, one picture is dark and the next is bright, so brightness there
says nothing, neither for bike nor against it; and one neuron can only add up what each pixel says alone. (With 12,288
weights for some 1,500 pictures it can learn many of these by heart; that helps with no new one.)

So put a layer of 16 neurons between the picture and the one that answers. Each looks for a pattern, and speaks up only
if more speaks for it than against it: max(0, z). One can look for the tyre, another for its negative, and the neuron
that listens to both is content with either. Equations (1) and (2) of train.py, once for each layer:

    Z1 = W1 @ X + b1     A1 = max(0, Z1)     z2 = w2.T @ A1 + b2     A2 = sigmoid(z2)

Backwards, each hidden neuron gets its share of the blame, w2 @ (A2 - Y) / m, if it spoke at all: the chain rule again.
You will see how far one neuron gets, how far 17, and the 16 patterns.
"""

import math

import numpy as np

from common import fit, lesson_parser, save_picture, share_right
from dataset.figures import new_figure, show_weights
from dataset.screen import print_at_once
from train import load_arrays, sigmoid

HIDDEN = 16  # neurons between the picture and the one that answers
EPOCHS = 200
LEARNING_RATE = 0.01


def negatives(X, rng):
    """X with half of its pictures, chosen at random, as negatives. All numbers are moved by -1/2: a negative is -x."""
    X = X / X.max() - 0.5  # between -0.5 and 0.5, also if you have taken out / 255
    for k in range(X.shape[1]):
        if rng.random() >= 0.5:  # a random number from 0 to 1
            X[:, k] = -X[:, k]
    return X


def init_two_layers(h, n, rng):
    """h hidden neurons, and one that listens to them. They begin at random: else all would learn the same."""
    W1 = rng.normal(size=(h, n))  # (h, n) random numbers around 0, most between -1 and 1
    w2 = rng.normal(size=(h, 1))  # (h, 1)
    # W1 small: a number of Z1 adds up 12288 products, one of z2 only 16.
    return {
        "W1": 0.005 * W1.astype(np.float32),
        "b1": np.zeros((h, 1), np.float32),
        "w2": w2.astype(np.float32),
        "b2": 0.0,
    }


def forward(params, X):
    """What both layers say of the pictures X, (n, m)."""
    Z1 = params["W1"] @ X + params["b1"]  # (h, m)
    A1 = np.maximum(0, Z1)  # (h, m): 0 for who is silent
    z2 = params["w2"].T @ A1 + params["b2"]  # (1, m)
    return A1, z2


def propagate_two_layers(params, X, Y):
    """Forward to the cost, and back to the gradients: each has the shape of what it belongs to."""
    A1, z2 = forward(params, X)
    A2 = sigmoid(z2)  # (1, m)
    losses = Y * np.logaddexp(0, -z2) + (1 - Y) * np.logaddexp(0, z2)  # (1, m)
    cost = np.mean(losses)

    # Back: the one that answers, then the hidden ones.
    dz2 = (A2 - Y) / Y.size  # (1, m), divided by m
    blame = params["w2"] @ dz2  # (h, m): to each hidden neuron its share
    spoke = A1 > 0  # (h, m): True, which counts as 1, where Z1 > 0. False, 0, for who was silent
    dZ1 = blame * spoke  # (h, m): who was silent gets no blame

    grads = {
        "W1": dZ1 @ X.T,  # (h, n): (5) for each hidden neuron
        "b1": np.sum(dZ1, axis=1, keepdims=True),  # (h, 1): the sum along each row
        "w2": A1 @ dz2.T,  # (h, 1): (5), with A1 in place of X
        "b2": np.sum(dz2),
    }
    return grads, cost


def learn(X, Y, rng):
    """Gradient descent, as in train.py. Returns the params."""
    params = init_two_layers(HIDDEN, X.shape[0], rng)
    for epoch in range(EPOCHS):
        grads, cost = propagate_two_layers(params, X, Y)
        if epoch % 50 == 0:
            print(f"cost after {epoch} epochs: {cost:.6f}")
        for name in params:
            params[name] = params[name] - LEARNING_RATE * grads[name]
    return params


def draw_patterns(figure, params, train):
    """What each hidden neuron looks for, and the weight that the last neuron gives to its word."""
    # show_weights adds up the three weights of a pixel: so twice the largest single one. The same limit in all of them.
    limit = 2 * np.abs(params["W1"]).max()
    rows = math.ceil(HIDDEN / 8)  # rounded up
    for k in range(HIDDEN):
        axes = figure.add_subplot(rows, 8, k + 1)  # they are counted from 1
        show_weights(axes, params["W1"][k], train.image_size, limit)
        weight = params["w2"][k, 0]
        axes.set_title(f"{weight:+.1f}")  # +: with its sign, also above 0
    line_1 = "What each hidden neuron looks for: bright where it is red, dark where it is blue."
    line_2 = (
        f"The number, its w2, says how the last neuron takes it: above 0 for {train.class_names[1]}"
    )
    figure.suptitle(f"{line_1}\n{line_2}")


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    rng = np.random.default_rng(1)
    X = negatives(train.X, rng)
    X_test = negatives(test.X, rng)

    w, b, costs = fit(X, train.Y)
    in_training = share_right(w, b, X, train.Y)
    one_neuron = share_right(w, b, X_test, test.Y)
    print(f"one neuron gets {in_training:.1%} of the training right, {one_neuron:.1%} of the test")

    params = learn(X, train.Y, rng)
    A1, z2 = forward(params, X_test)
    seventeen = np.mean((z2 > 0) == test.Y)
    print(f"{HIDDEN} hidden neurons and one that listens get {seventeen:.1%} of the test right")

    figure = new_figure(14, 4.6)
    draw_patterns(figure, params, train)
    save_picture(figure, args, "hidden_layer.png")
    print("try: change HIDDEN in this script to 2: is one pattern and its negative enough?")
    return {"in training": in_training, "one neuron": one_neuron, "seventeen": seventeen}


if __name__ == "__main__":
    print_at_once()
    main()
