"""Round 1 of the exercise: optimize. The checks are like those of small_ones.py."""

import contextlib
import io

import numpy as np

from checks.compare import Mistake, check_nothing_changed, expect, expect_parts
from checks.textbook import EXAMPLE, B, W, X, Y, descend, random_pictures, textbook_slopes

PRINT_LINE = 'print(f"cost after {epoch} epochs: {cost:.6f}")'


def check_optimize_parts(got, what):
    """Raise a Mistake unless optimize returned what it must, in its order."""
    order = 'it must return {"w": w, "b": b}, {"dw": dw, "db": db}, costs: two dictionaries and a list, in this order'
    if isinstance(got, tuple) and got[-1] is None:
        raise Mistake(
            what, "costs is None: costs.append(cost) changes the list, and returns nothing"
        )
    expect_parts(got, what, [dict, dict, list], order)

    params, grads, costs = got
    if set(params) != {"w", "b"}:
        raise Mistake(what, 'the first dictionary must have the keys "w" and "b"', params)
    if set(grads) != {"dw", "db"}:
        raise Mistake(what, "the second dictionary must be the one that propagate gave", grads)
    if not costs:
        raise Mistake(
            what, "costs is empty: append the cost before the step, at epochs 0, 100, ..."
        )


def check_first_step(neuron):
    """One step of optimize."""
    what = f"optimize(w, b, X, Y, 1, 0.1) for {EXAMPLE}"
    arrays = {"w": W.copy(), "X": X.copy(), "Y": Y.copy()}
    got = neuron.optimize(arrays["w"], B, arrays["X"], arrays["Y"], 1, 0.1)
    check_nothing_changed(arrays, {"w": W, "X": X, "Y": Y}, what)
    check_optimize_parts(got, what)
    params, grads, costs = got

    dw, db = textbook_slopes(W, B, X, Y)
    w_2, b_2, costs_2 = descend(W, B, X, Y, 2, 0.1)
    w_0, b_0, costs_0 = descend(0 * W, 0.0, X, Y, 1, 0.1)
    known = {"old": W, "slope": dw, "after_2": w_2, "from_zeros": w_0}
    expect(params["w"], W - 0.1 * dw, f"w of {what}", "first step", known)
    known = {"old": B, "slope": db, "after_2": b_2, "from_zeros": b_0}
    expect(params["b"], B - 0.1 * db, f"b of {what}", "first step", known)

    before = "it must be that of the last step: call propagate once for each step, before it"
    expect(grads["dw"], dw, f"dw of {what}", otherwise=before)
    expect(grads["db"], db, f"db of {what}")
    shape = "costs must hold one number for one epoch"
    expect(costs, costs_2[:1], f"costs of {what}", shape=shape)


def check_seven_steps(neuron):
    """Seven steps of optimize."""
    params, grads, costs = neuron.optimize(W, B, X, Y, 7, 0.1)
    dw, db = textbook_slopes(W, B, X, Y)
    w_7, b_7, costs_7 = descend(W, B, X, Y, 7, 0.1)
    w_6, b_6, costs_6 = descend(W, B, X, Y, 6, 0.1)
    w_8, b_8, costs_8 = descend(W, B, X, Y, 8, 0.1)

    known = {"old": W, "slope": dw, "after_6": w_6, "after_8": w_8}
    expect(params["w"], w_7, "w after 7 steps of 0.1", "seven steps", known)
    known = {"old": B, "slope": db, "after_6": b_6, "after_8": b_8}
    expect(params["b"], b_7, "b after 7 steps of 0.1", "seven steps", known)


def check_printed_costs(neuron):
    """201 steps of optimize: the costs, and what is printed. Other lines may be printed, too."""
    pictures, labels = random_pictures()
    w = np.zeros((6, 1))
    w_end, b_end, all_costs = descend(w, 0.0, pictures, labels, 201, 0.1)
    output = io.StringIO()
    try:
        with contextlib.redirect_stdout(output):
            params, grads, costs = neuron.optimize(w, 0.0, pictures, labels, 201, 0.1)
    finally:
        printed = output.getvalue()
        print(printed, end="")

    told = "they must be those at epochs 0, 100 and 200: epoch % 100 == 0, and costs = [] before the loop"
    expect(costs, all_costs[::100], "costs of 201 epochs", shape=told, otherwise=told)
    got = [line for line in printed.splitlines() if line.startswith("cost after")]
    got += ["missing"] * 3
    for k in range(3):
        right = f"cost after {100 * k} epochs: {costs[k]:.6f}"
        if got[k] != right:
            raise Mistake("what optimize prints", PRINT_LINE, got[k], right)


def check_optimize(neuron):
    check_first_step(neuron)
    check_seven_steps(neuron)
    check_printed_costs(neuron)
