"""Write my_neuron.py: the seven functions of train.py with their bodies blanked out, for you to write anew.

    python tests/exercise.py
    python -m pytest tests/test_train.py --neuron my_neuron.py

The tests say in a sentence what is likely wrong. Go from top to bottom: sigmoid first. Every function keeps its
signature and its docstring. An existing my_neuron.py is never overwritten.
"""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dataset.guards import Parser, Problem, run, shown, write_safely  # noqa: E402

SEVEN = ("sigmoid", "init_params", "propagate", "optimize", "predict", "predict_image", "model")
HEAD = '''"""My neuron. Replace each `raise NotImplementedError` by your own lines, then run:

    python -m pytest tests/test_train.py --neuron my_neuron.py

{notation}"""

import math

import numpy as np

from train import REPORT_EVERY, fitting, print_cost

# fitting(w, b, X, Y) gives them back in one float type, after a look at their shapes. print_cost(epoch, cost, w, b)
# prints the line. math.isfinite(cost) says whether the cost is still a number; where it is not:
# raise FloatingPointError(f"the cost is no finite number at epoch {{epoch}}")
'''


def blanked(source):
    """The text of my_neuron.py, made from the text of train.py."""
    tree, lines = ast.parse(source), source.splitlines()
    docstring = ast.get_docstring(tree)
    notation = docstring[docstring.index("Notation") : docstring.index("What comes out")]
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    parts = [HEAD.format(notation=notation)]
    for name in SEVEN:
        described_until = functions[name].body[0].end_lineno  # the docstring is the first statement
        kept = lines[functions[name].lineno - 1 : described_until]
        parts.append("\n".join([*kept, "    raise NotImplementedError"]) + "\n")
    return "\n\n".join(parts)


def main(argv=None):
    parser = Parser(__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "my_neuron.py", help="the file (default: %(default)s)")
    path = parser.parse_args(argv).to
    if path.exists() or path.is_symlink():
        raise Problem(f"{shown(path)} is there already - rename it first, your work is not overwritten")
    write_safely(path, blanked((ROOT / "train.py").read_text(encoding="utf-8")).encode("utf-8"))
    print(f"wrote {shown(path)}: seven functions to write")
    print(f"next: python -m pytest tests/test_train.py --neuron {shown(path)}")


if __name__ == "__main__":
    run(main)
