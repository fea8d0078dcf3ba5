"""All checks of the exercise, in the order in which one writes the neuron.

A check takes a neuron, a module like train.py, and raises a Mistake if something is wrong. lessons/exercise.py runs
them on the learner's my_neuron.py, and a test runs them on train.py.
"""

from checks.model import check_model
from checks.optimize import check_optimize
from checks.propagate import check_propagate
from checks.round_2 import (
    check_float32,
    check_large_rate,
    check_large_z,
    check_shapes,
    check_sure_and_wrong,
)
from checks.small_ones import (
    check_init_params,
    check_predict,
    check_predict_image,
    check_sigmoid,
)

# The textbook: each function as it is printed.
ROUND_1 = {}
ROUND_1["sigmoid"] = check_sigmoid
ROUND_1["init_params"] = check_init_params
ROUND_1["propagate"] = check_propagate
ROUND_1["optimize"] = check_optimize
ROUND_1["predict"] = check_predict
ROUND_1["predict_image"] = check_predict_image
ROUND_1["model"] = check_model

# What train.py can do besides: which function to change, and what it must bear.
ROUND_2 = {}
ROUND_2["sigmoid: a very large z"] = check_large_z
ROUND_2["propagate: sure and wrong"] = check_sure_and_wrong
ROUND_2["optimize: a learning rate of 1"] = check_large_rate
ROUND_2["init_params: float32"] = check_float32
ROUND_2["propagate: a wrong shape"] = check_shapes
