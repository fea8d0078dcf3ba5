"""Step 2 of 3. Teach one neuron to tell two kinds of pictures apart.

    python train.py

The neuron multiplies every number of a picture by a weight, adds it all up, and squashes the sum to a number
between 0 and 1: how sure it is that the picture is of class 1. Learning means to change the weights, a little at a
time, so that it is wrong less and less. This file is all of it: no library but NumPy does the learning. The seven
functions are those of a tutorial by Gogul Ilango (2017), by name and order.

Notation, with its shapes; n = 12288 numbers a picture, m pictures:

    X    (n, m)    the pictures, one a column, every number between 0 and 1
    Y    (1, m)    their true classes, 0 or 1
    w    (n, 1)    the weights, one for each number of a picture
    b    a number  the bias: what the neuron thinks before it looks
    z    (1, m)    the weighted sums, one a picture; above 0 speaks for class 1
    A    (1, m)    the activations: z squashed between 0 and 1
    cost a number  how wrong the neuron is on all pictures; 0.693 = -log 0.5 means that it guesses
    dw   (n, 1)    how the cost changes with each weight: the gradient
    db   a number  how the cost changes with the bias
    lr   a number  the learning rate: how far to step

The seven equations. (3) is for one picture, with its label y and its activation a. w.T is the column w turned into a
row; @ multiplies a row by each column of a table, number by number, and adds up: the row 1, 2 and the column 3, 4
give 1 * 3 + 2 * 4 = 11.

    (1)  z = w.T @ X + b                              weighted sum
    (2)  A = 1 / (1 + exp(-z))                        activation, the sigmoid function
    (3)  loss = -(y log(a) + (1 - y) log(1 - a))      how wrong, for one picture
    (4)  cost = the mean of the m losses              how wrong, for all
    (5)  dw = X @ (A - Y).T / m                       gradient
    (6)  db = the mean of A - Y                       gradient
    (7)  w = w - lr * dw,  b = b - lr * db            one step downhill

What comes out: results/model.h5 (w, b and what is needed to use them), results/costs.png, results/weights.png.
"""

import math
from pathlib import Path

import h5py
import numpy as np

from dataset.figures import draw_costs, draw_weights
from dataset.folders import (
    command_line,
    in_one_piece,
    make_folder,
    relative_path,
    results_folder,
)
from dataset.h5_files import open_h5
from dataset.report import plausible_range, report_answers, rises
from dataset.screen import argument_parser, print_at_once

EPOCHS = 2000  # how often the neuron sees all pictures: more and it fits them better, up to a point
LEARNING_RATE = 0.01  # how far each step goes: too small is slow, too large jumps over the valley


def sigmoid(z):
    """Squash a number, or each number of an array, between 0 and 1: equation (2).

    For z = -1000 the textbook's 1 / (1 + exp(-z)) needs exp(1000), which is too large for a computer. The same
    number comes safely by its logarithm: log(1 / (1 + exp(-z))) is -log(1 + exp(-z)), and np.logaddexp(0, -z) is
    log(exp(0) + exp(-z)), computed without ever making exp(-z).
    """
    log_a = -np.logaddexp(0, -z)  # the logarithm of each a; it has the shape of z
    return np.exp(log_a)  # e to the power log(a) is a


def init_params(n):
    """The neuron before it has learned, which says 0.5 to every picture: n weights of 0, and b = 0.

    float32 are numbers of some 7 digits, as in the h5 files. They take half the room of Python's own.
    """
    w = np.zeros((n, 1), np.float32)  # (n, 1)
    b = 0.0
    return w, b


def propagate(w, b, X, Y):
    """Look at all pictures once: forward to the cost, equations (1) to (4), and back to the gradients, (5) and (6).

    Where a is rounded to 0 or 1, the textbook's loss has a log(0). Seen from z, -log(a) is log(1 + exp(-z)) and
    -log(1 - a) is log(1 + exp(z)): np.logaddexp computes both safely, as in sigmoid.

    Returns {"dw": (n, 1), "db": a number} and the cost, a number.
    """
    n, m = X.shape
    # assert: where this is not true, Python stops, and prints the text behind the comma.
    assert w.shape == (n, 1), f"w must be a column, ({n}, 1), as X is {X.shape}; it is {w.shape}"
    assert Y.shape == (1, m), f"Y must be a row, (1, {m}), as X is {X.shape}; it is {Y.shape}"

    z = w.T @ X + b  # (1)  (1, m)
    A = sigmoid(z)  # (2)  (1, m)
    loss_if_1 = np.logaddexp(0, -z)  # -log(a), (1, m): the loss where y is 1
    loss_if_0 = np.logaddexp(0, z)  # -log(1 - a), (1, m): the loss where y is 0
    losses = Y * loss_if_1 + (1 - Y) * loss_if_0  # (3)  (1, m)
    cost = np.sum(losses) / m  # (4)  a number

    dw = X @ (A - Y).T / m  # (5)  (n, 1)
    db = np.sum(A - Y) / m  # (6)  a number
    return {"dw": dw, "db": db}, cost


def optimize(w, b, X, Y, epochs, lr):
    """Walk downhill: gradient descent, equation (7), again and again.

    Returns {"w": (n, 1), "b": a number} after the last step, {"dw", "db"} of that step, and a list of the costs before
    steps 0, 100, 200, ..., each of which is printed like this: `cost after 100 epochs: 0.133643`
    """
    costs = []
    for epoch in range(epochs):
        grads, cost = propagate(w, b, X, Y)  # (1) to (6)
        if epoch % 100 == 0:
            costs.append(cost)
            print(f"cost after {epoch} epochs: {cost:.6f}")
        w = w - lr * grads["dw"]  # (7)
        b = b - lr * grads["db"]  # (7)
    return {"w": w, "b": b}, grads, costs


def predict(w, b, X):
    """The class of each picture, (1, m): 1 where the neuron's activation is above 0.5, else 0."""
    z = w.T @ X + b  # (1)  (1, m)
    A = sigmoid(z)  # (2)  (1, m)
    is_class_1 = A > 0.5  # (1, m), each True or False
    return is_class_1.astype(X.dtype)  # 1 for True, 0 for False. X.dtype: float32, as X is


def predict_image(w, b, X):
    """The class, 0 or 1, of one picture: X is (n, 1), as image_to_vector gives it."""
    labels = predict(w, b, X)  # (1, 1): one row, one column
    return int(labels.item())  # .item() takes the one number out of its array


def model(X_train, Y_train, X_test, Y_test, epochs, lr):
    """Train a neuron on the training pictures, and try it on pictures that it has never seen.

    Prints two lines, like `train_accuracy: 99.67 %` and `test_accuracy : 100.00 %`. Returns a dict with costs, w, b,
    Y_predict_train, Y_predict_test, and learning_rate and epochs as they were given.
    """
    n = X_train.shape[0]
    assert X_test.shape[0] == n, (
        f"pictures differ in size: train {n}, test {X_test.shape[0]} numbers"
    )
    for Y in (Y_train, Y_test):
        known = np.sum(Y == 0) + np.sum(Y == 1)  # how many labels are 0 or 1
        assert known == Y.size, "Y must hold labels 0 and 1, nothing else"  # .size: how many in all

    w, b = init_params(n)
    # grads, those of the last step, are not used here.
    params, grads, costs = optimize(w, b, X_train, Y_train, epochs, lr)
    w = params["w"]
    b = params["b"]

    # == gives True where the answer is right. The mean of True and False, 1 and 0, is the share of True.
    Y_predict_train = predict(w, b, X_train)  # (1, m)
    Y_predict_test = predict(w, b, X_test)
    print(f"train_accuracy: {100 * np.mean(Y_predict_train == Y_train):.2f} %")
    print(f"test_accuracy : {100 * np.mean(Y_predict_test == Y_test):.2f} %")
    return {
        "costs": costs,
        "w": w,
        "b": b,
        "Y_predict_train": Y_predict_train,
        "Y_predict_test": Y_predict_test,
        "learning_rate": lr,
        "epochs": epochs,
    }


# ------------------------------------------------------------------ files


class Arrays:
    """What train_x.h5 or test_x.h5 holds: m pictures, and what is known of them."""

    def __init__(self, file, split):
        # split is "train" or "test". [:] reads a whole array from the file.
        self.X = file[f"data_{split}"][:]  # (n, m) float32, one picture a column
        self.Y = file[f"labels_{split}"][:]  # (1, m) float32, 0 or 1
        self.files = file[f"files_{split}"].asstr()[:]  # asstr: as texts. m paths of pictures

        # attrs: small notes that are attached to the file, under names.
        self.class_names = list(file.attrs["class_names"])  # two texts: of class 0, of class 1
        self.image_size = int(file.attrs["image_size"])  # 64: pictures are 64 pixels wide and high


def load_arrays(dataset):
    """Read what prepare_data.py wrote into a folder: the training pictures and the test pictures, as Arrays."""
    # remedy: the command that is shown where a file is missing.
    remedy = command_line("prepare_data.py", dataset)
    with open_h5(dataset / "train_x.h5", remedy) as file:
        train = Arrays(file, "train")
    with open_h5(dataset / "test_x.h5", remedy) as file:
        test = Arrays(file, "test")

    if train.class_names != test.class_names:
        raise SystemExit(
            f"error: train_x.h5 has the classes {train.class_names}, test_x.h5 {test.class_names} - run: {remedy}"
        )
    return train, test


def save_model(path, trained, train):
    """Write what model() returns as an h5 file, with all that is needed to use the neuron. train: Arrays."""
    # unfinished: the path of a temporary file. At the end of this block in_one_piece renames it to path.
    with in_one_piece(path) as unfinished:
        with h5py.File(unfinished, "w") as file:
            file["w"] = trained["w"]
            file["b"] = trained["b"]
            file["costs"] = trained["costs"]
            file.attrs["class_names"] = train.class_names
            file.attrs["image_size"] = train.image_size
            file.attrs["learning_rate"] = trained["learning_rate"]
            file.attrs["epochs"] = trained["epochs"]
    print(f"wrote {relative_path(path)}")


class Neuron:
    """What model.h5 holds, and all that is needed to use it."""

    def __init__(self, file):
        self.w = file["w"][:]  # (n, 1) float32
        self.b = float(file["b"][()])  # [()] reads a single number
        self.class_names = list(file.attrs["class_names"])  # two texts
        self.image_size = int(file.attrs["image_size"])  # 64


def load_model(path, remedy="python train.py"):
    """Read what save_model wrote, as a Neuron. remedy: the command that makes such a file."""
    with open_h5(Path(path), remedy) as file:
        return Neuron(file)


# ------------------------------------------------------------------ the report


def find_mistakes(trained, arrays, dataset):
    """A sentence for each picture of train or test (Arrays) whose answer is wrong, the surest mistakes first."""
    z = trained["w"].T @ arrays.X + trained["b"]  # (1, m)
    A = sigmoid(z)  # (1, m)
    mistakes = []
    for k in range(len(arrays.files)):
        a = float(A[0, k])
        said = int(a > 0.5)  # 0 or 1
        label = int(arrays.Y[0, k])
        if said != label:
            sure = max(a, 1 - a)
            path = relative_path(dataset / arrays.files[k])
            true_name = arrays.class_names[label]
            said_name = arrays.class_names[said]
            sentence = f"{path} is {true_name}, but the neuron says {said_name} ({sure:.1%} sure)"
            mistakes.append((sure, sentence))

    mistakes.sort(reverse=True)  # pairs are sorted by their first part; the largest comes first
    return [sentence for sure, sentence in mistakes]


def still_jumps(trained, train):
    """True if the cost rises in one of the next 50 epochs. trained: what model() returned; train: Arrays."""
    w = trained["w"]
    b = trained["b"]
    lr = trained["learning_rate"]
    costs = []
    for _ in range(50):  # the number of the round is not needed
        grads, cost = propagate(w, b, train.X, train.Y)
        costs.append(cost)
        w = w - lr * grads["dw"]
        b = b - lr * grads["db"]
    return rises(costs)


def report(trained, train, test, dataset):
    """Print what the numbers of model() mean: the test, how far to trust it, and the mistakes."""
    costs = trained["costs"]
    if still_jumps(trained, train):
        print("warning: the cost still jumps up and down, so it is luck how good this neuron is:")
        print("more --epochs, or a smaller --lr, as lessons/learning_rates.py computes it")
    elif max(costs) > costs[0]:
        print(f"warning: the cost rose to {max(costs):.3g} or more: a smaller --lr may do better")

    Y_predict = trained["Y_predict_test"]  # (1, m)
    m = Y_predict.size  # how many pictures the test has
    right = np.sum(Y_predict == test.Y)  # how many answers are right
    print("\nthe test pictures:")
    report_answers(test.Y, Y_predict, test.class_names)
    low, high = plausible_range(right, m)
    print(f"on new pictures it may be right {low:.0%} to {high:.0%} of the time;")
    print(f"a test of {m} pictures cannot say it more precisely")
    guessing = max(np.mean(test.Y), 1 - np.mean(test.Y))  # always naming the more frequent class
    if low <= guessing:
        print(f"warning: that may be no better than guessing, which gets {guessing:.0%}")

    first_answer = int(Y_predict[0, 0])
    if np.all(Y_predict == first_answer):  # np.all: whether each of them is True
        name = test.class_names[first_answer]
        share = f"{right / m:.0%} right"
        print(f"warning: it says {name} to every test picture ({share}).")
        print("if the cost still jumps, that may be why; else see lessons/rare_class.py")

    test_mistakes = find_mistakes(trained, test, dataset)
    training_mistakes = find_mistakes(trained, train, dataset)
    in_test = f"{len(test_mistakes)} of {m} test pictures"
    in_training = f"{len(training_mistakes)} of {train.Y.size} training pictures"
    print(f"\nwrong: {in_test}, {in_training}")
    mistakes = test_mistakes + training_mistakes
    for sentence in mistakes[:5]:
        print(f"  {sentence}")
    if len(mistakes) > 5:
        print(f"  and {len(mistakes) - 5} more")


def main(argv=None):
    """argv: the words behind the script's name, as a test gives them. Else those that were typed in the terminal."""
    # __doc__ is the text at the top of this file, which --help shows. --dataset comes with it, too.
    parser = argument_parser(__doc__)
    parser.add_argument(
        "--epochs", type=int, default=EPOCHS, help=f"steps downhill (default: {EPOCHS})"
    )
    parser.add_argument(
        "--lr", type=float, default=LEARNING_RATE, help=f"learning rate (default: {LEARNING_RATE})"
    )
    parser.add_argument("--results", type=Path, help="another folder for what comes out")
    args = parser.parse_args(argv)
    if args.epochs < 1:
        parser.error("--epochs must be at least 1")
    if not 0 < args.lr < math.inf:
        parser.error("--lr must be a number above 0")

    # Load, and look at it.
    train, test = load_arrays(args.dataset)
    results = results_folder(args.dataset, args.results)
    make_folder(results, "--results")  # if that fails, it says so, and names this option
    print(f"{train.class_names[0]} = 0, {train.class_names[1]} = 1")
    print(f"train: X {train.X.shape}, Y {train.Y.shape}")
    print(f"test : X {test.X.shape}, Y {test.Y.shape}")

    # Train. np.errstate: in this block NumPy is silent about numbers that become too large.
    with np.errstate(all="ignore"):
        trained = model(train.X, train.Y, test.X, test.Y, args.epochs, args.lr)
    # np.isfinite: whether a number is neither infinite nor "not a number".
    if not np.all(np.isfinite(trained["w"])):
        raise SystemExit(
            "error: the weights are no longer finite numbers, no model is written - use a smaller --lr"
        )
    # propagate does not change w and b. Only the cost is needed.
    grads, test_cost = propagate(trained["w"], trained["b"], test.X, test.Y)
    print(f"cost on the test: {test_cost:.6f}")

    # Report, save, draw.
    report(trained, train, test, args.dataset)
    save_model(results / "model.h5", trained, train)
    draw_costs(results / "costs.png", trained["costs"], args.epochs, test_cost)
    draw_weights(results / "weights.png", trained["w"], train.image_size, train.class_names)
    print(f"next: {command_line('predict_demo.py', args.dataset, args.results)}")
    return trained


if __name__ == "__main__":  # when this file is run, and not imported
    print_at_once()  # each printed line appears at once, also if it goes to a file or another program
    main()
