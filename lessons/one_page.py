"""Does all of it fit on one page?

    python lessons/one_page.py

train.py once more, with NumPy and h5py and nothing of ours. You will see the very costs of train.py.
"""

import argparse
from pathlib import Path

import h5py
import numpy as np


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", type=Path, default=Path(__file__).parent.parent / "dataset", help="another folder")
    dataset = parser.parse_args(argv).dataset
    if not (dataset / "test_x.h5").exists():
        raise SystemExit(f"error: no file {dataset.as_posix()}/test_x.h5 - run prepare_data.py first")
    with h5py.File(dataset / "train_x.h5") as train, h5py.File(dataset / "test_x.h5") as test:
        X, Y = train["data_train"][:], train["labels_train"][:]  # (n, m) and (1, m)
        X_test, Y_test = test["data_test"][:], test["labels_test"][:]
    w, b, m, costs = np.zeros((X.shape[0], 1), X.dtype), 0.0, X.shape[1], []
    for epoch in range(2000):
        z = w.T @ X + b
        A = np.exp(-np.logaddexp(0, -z))  # 1 / (1 + exp(-z)), safe for any z
        costs.append(np.mean(np.logaddexp(0, z) - Y * z))  # -(y log a + (1 - y) log(1 - a)), in terms of z
        w = w - 0.01 * (X @ (A - Y).T / m)
        b = b - 0.01 * np.mean(A - Y)
        if epoch % 100 == 0:
            print(f"cost after {epoch} epochs: {costs[-1]:.6f}")
    right = np.sum((w.T @ X_test + b > 0) == Y_test)
    print(f"{right} of {Y_test.size} test pictures are right")
    print("try: change 0.01 to 0.03 in the two lines that step downhill, and say first what the costs will do")
    return costs, right


if __name__ == "__main__":
    main()
