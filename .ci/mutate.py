"""Do the tests notice it when the code is wrong? Change one operator, comparison or number at a time, and see.

python .ci/mutate.py             # every function below; some minutes
python .ci/mutate.py propagate   # only this one

For each change the tests named below run in a copy of the project; a change that no test notices is printed.
"""

import argparse
import ast
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS = {
    "train.py": "sigmoid init_params propagate optimize predict predict_image model optimize_gram",
    "prepare_data.py": "image_to_vector find_classes list_images load_arrays",
}
TESTS = {"train.py": ["tests/test_train.py"], "prepare_data.py": ["tests/test_prepare_data.py"]}
OTHER = {
    ast.Add: ["-"], ast.Sub: ["+"], ast.Mult: ["/"], ast.Div: ["*"], ast.MatMult: ["*"], ast.FloorDiv: ["/"],
    ast.Mod: ["+"], ast.Pow: ["*"], ast.BitOr: ["&"], ast.BitAnd: ["|"], ast.RShift: ["<<"],
    ast.Gt: [">=", "<"], ast.GtE: [">", "<"], ast.Lt: ["<=", ">"], ast.LtE: ["<", ">"], ast.Eq: ["!="],
    ast.NotEq: ["=="], ast.In: ["not in"], ast.NotIn: ["in"], ast.Is: ["is not"], ast.IsNot: ["is"],
    ast.And: ["or"], ast.Or: ["and"],
}  # fmt: skip


def between(source, left, right, operators):
    """Changes of the operator that stands between two expressions: (start, end, what to write there)."""
    start, end = (
        position(source, left.end_lineno, left.end_col_offset),
        position(source, right.lineno, right.col_offset),
    )
    gap = source[start:end]
    for operator in operators:
        opening, closing = gap[: gap.rfind(")") + 1], gap[gap.find("(", gap.rfind(")") + 1) :] if "(" in gap else ""
        yield start, end, f"{opening} {operator} {closing}"


def position(source, line, column):
    """Where in the text a line and a column (in bytes) are."""
    lines = source.splitlines(keepends=True)
    return sum(map(len, lines[: line - 1])) + len(lines[line - 1].encode()[:column].decode())


def changes(source, function):
    """Every change to one function: (start, end, what to write there)."""
    for node in ast.walk(function):
        if isinstance(node, ast.BinOp):
            yield from between(source, node.left, node.right, OTHER.get(type(node.op), []))
        elif isinstance(node, ast.Compare):
            yield from between(source, node.left, node.comparators[0], OTHER.get(type(node.ops[0]), []))
        elif isinstance(node, ast.BoolOp):
            yield from between(source, node.values[0], node.values[1], OTHER[type(node.op)])
        elif isinstance(node, ast.AugAssign):
            operators = [operator + "=" for operator in OTHER.get(type(node.op), [])]
            yield from between(source, node.target, node.value, operators)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
            start = position(source, node.lineno, node.col_offset)
            yield start, position(source, node.operand.lineno, node.operand.col_offset), ""
        elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            start = position(source, node.lineno, node.col_offset)
            value = node.value
            other = not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else value * 1.5 + 0.1
            yield start, position(source, node.end_lineno, node.end_col_offset), repr(other)


def survives(job):
    """Run the tests on one changed copy; the changed line if they all pass."""
    file, source, (start, end, text) = job
    changed = source[:start] + text + source[end:]
    try:
        ast.parse(changed)
    except SyntaxError:
        return None, "not Python"
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "results", "dataset/t*", "*.h5"))
        (copy / file).write_text(changed, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *TESTS[file]]
        try:
            done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=600)
        except subprocess.TimeoutExpired:
            return False, ""
    line = source[:start].count("\n")
    return done.returncode == 0, f"{file}:{line + 1}: {changed.splitlines()[line].strip()}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("functions", nargs="*", help="only these (default: all)")
    wanted = parser.parse_args().functions
    for file, names in FUNCTIONS.items():
        source = (ROOT / file).read_text(encoding="utf-8")
        functions = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
        for name in names.split():
            if wanted and name not in wanted:
                continue
            jobs = [(file, source, change) for change in changes(source, functions[name])]
            with ThreadPoolExecutor(2) as threads:
                results = [result for result in threads.map(survives, jobs) if result[0] is not None]
            killed = [survived for survived, _ in results].count(False)
            print(f"{name}: {killed} of {len(results)} killed", flush=True)
            for survived, line in results:
                if survived:
                    print(f"    {line}", flush=True)


if __name__ == "__main__":
    main()
