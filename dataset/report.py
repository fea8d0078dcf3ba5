"""What the numbers say, and what they cannot say: whether the cost rises, the answers in a test, how far to trust it."""

import math

import numpy as np


def rises(costs):
    """True if one of these costs is larger than the one before it, by more than rounding can do (0.1 %)."""
    risen = [k for k in range(1, len(costs)) if costs[k] > 1.001 * costs[k - 1]]
    return len(risen) > 0


def report_answers(Y, Y_predict, class_names):
    """Print how many pictures of each true class were called what. Y, Y_predict: (1, m), 0 or 1."""
    titles = []
    for name in class_names:
        titles.append(f"predicted {name}")
    longest = max(titles, key=len)
    width = len(longest)
    print(" " * width, titles[0].rjust(width), titles[1].rjust(width), sep="  ")

    for label in (0, 1):
        is_label = Y == label  # (1, m), each True or False
        title = f"true {class_names[label]}"
        cells = [title.ljust(width)]
        for said in (0, 1):
            both = is_label * (Y_predict == said)  # True * True is 1: where both are true
            count = str(np.sum(both))
            cells.append(count.rjust(width))
        print("  ".join(cells))


def plausible_range(right, m):
    """From where to where the true share of right answers may be, after `right` of m: 95 times of 100.

    A formula by Wilson (1927), to be taken on trust. lessons/honest_score.py tries it out.
    """
    k = 1.96  # 95 % of a bell curve lies within 1.96 standard deviations
    middle = right + k**2 / 2
    spread = right * (m - right) / m
    half_width = k * math.sqrt(spread + k**2 / 4)
    whole = m + k**2
    low = (middle - half_width) / whole
    high = (middle + half_width) / whole
    return max(0, low), min(1, high)
