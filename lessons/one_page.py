"""Does all of it fit on one page?

    python lessons/one_page.py

train.py once more, with NumPy and h5py and nothing of ours. You will see the very costs of train.py.
"""

import argparse
from pathlib import Path

import h5py
import numpy as np


def main(argv=None):
    parser = argparse.ArgumentParser(usage=__doc__)
    dataset = Path(__file__).resolve().parent.parent / "dataset"
    parser.add_argument("--dataset", type=Path, default=dataset, help="another folder")
    dataset = parser.parse_args(argv).dataset
    for name in ("train_x.h5", "test_x.h5"):
        if not (dataset / name).is_file():
            raise SystemExit(f"error: no file {name} in {dataset} - run prepare_data.py first")

    with h5py.File(dataset / "train_x.h5") as file:
        X = file["data_train"][:]  # (n, m), one picture a column; [:] reads all of it
        Y = file["labels_train"][:]  # (1, m), 0 or 1
    with h5py.File(dataset / "test_x.h5") as file:
        X_test = file["data_test"][:]
        Y_test = file["labels_test"][:]

    n, m = X.shape
    w = np.zeros((n, 1), np.float32)  # (n, 1)
    b = 0.0
    lr = 0.01
    costs = []
    for epoch in range(2000):
        z = w.T @ X + b  # (1, m)
        A = np.exp(-np.logaddexp(0, -z))  # (1, m): 1 / (1 + exp(-z)), safe for any z
        losses = Y * np.logaddexp(0, -z) + (1 - Y) * np.logaddexp(0, z)  # (1, m)
        if epoch % 100 == 0:
            costs.append(np.sum(losses) / m)
            print(f"cost after {epoch} epochs: {costs[-1]:.6f}", flush=True)  # at once
        w = w - lr * (X @ (A - Y).T / m)
        b = b - lr * (np.sum(A - Y) / m)

    z = w.T @ X_test + b
    right = np.sum((z > 0) == Y_test)  # True counts as 1
    print(f"{right} of {Y_test.size} test pictures are right")
    print("try: change lr to 0.03, and say first what the costs will do")
    return {"costs": costs, "right": right}


if __name__ == "__main__":
    main()
