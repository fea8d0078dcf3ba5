"""What can go wrong while the neuron learns: one line says it, and earlier results are kept.

Every fault is produced for real: signals, limits on file sizes, closed pipes, narrow terminals, folders without rights.
"""

import hashlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import train

import numpy as np
import pytest
from conftest import ROOT, assert_one_error, clean_environment, run_forked, run_script

posix = pytest.mark.skipif(os.name != "posix", reason="needs signals and limits of a POSIX system")


def contents(folder):
    """{name: hash} of the files in a folder, hidden ones too, lock files aside."""
    files = [path for path in folder.iterdir() if path.is_file() and path.name != ".lock"]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def start(*args, **options):
    """Start train.py in a new Python, to be disturbed."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options
    command = [sys.executable, str(ROOT / "train.py"), *map(str, args)]
    return subprocess.Popen(command, env=clean_environment(PYTHONUNBUFFERED="1"), **options)


# ------------------------------------------------------------------ numbers


@pytest.mark.parametrize("fast", [[], ["--fast"]], ids=["textbook", "fast"])
@pytest.mark.parametrize("rate", [f"1e{power}" for power in (-12, -6, -3, 0, 1, 2, 3, 6, 9, 12)])
def test_any_learning_rate_gives_a_model_or_one_line(drawn, tmp_path, rate, fast):
    done = run_forked("train.py", "--dataset", drawn, "--results", tmp_path, "--lr", rate, "--epochs", 101, *fast)
    assert "RuntimeWarning" not in done.stderr
    if done.returncode:
        assert_one_error(done)
        assert not (tmp_path / "model.h5").exists()
    else:
        w, b, _ = train.load_model(tmp_path / "model.h5")
        assert np.isfinite(w).all() and np.isfinite(b)
        first, last = (float(cost) for cost in re.findall(r"cost after \d+ epochs: (\S+)", done.stdout))
        assert ("the cost rose" in done.stderr) == (last > first)


@pytest.mark.parametrize("arguments", [["--lr", "1e39"], ["--lr", "1e308", "--fast"]], ids=" ".join)
def test_a_cost_that_is_no_number_ends_in_one_line_with_the_epoch_and_the_old_model_is_kept(drawn, results, arguments):
    before = contents(results)
    error = assert_one_error(run_forked("train.py", "--dataset", drawn, "--results", results, *arguments))
    assert re.search(r"epoch \d+", error) and "smaller --lr" in error
    assert contents(results) == before


# ------------------------------------------------------------------ Ctrl-C, kill, two at once


@posix
def test_ctrl_c_at_any_early_moment_is_one_line(drawn, tmp_path):
    for moment in ("_multiarray_umath", "h5py", "openblas"):  # a library that has just been loaded
        running = start("--dataset", drawn, "--results", tmp_path / "results")
        while running.poll() is None and moment not in loaded(running.pid):
            time.sleep(0.001)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
        assert running.returncode == 130, (moment, running.returncode, err)
        assert "Traceback" not in err and len(err.splitlines()) <= 1, (moment, err)


@posix
def test_ctrl_c_where_a_library_takes_it_for_another_failure_is_one_line(drawn, tmp_path):
    """NumPy makes an ImportError of it, if it comes while NumPy's own code in C imports datetime."""
    press = """if True:
        import os, signal, sys
        class Press:
            def find_spec(self, name, path=None, target=None):
                if name == "datetime":
                    sys.meta_path.remove(self)
                    os.kill(os.getpid(), signal.SIGINT)
        sys.meta_path.insert(0, Press())"""
    (tmp_path / "sitecustomize.py").write_text(press, encoding="utf-8")
    arguments = ("--dataset", drawn, "--results", tmp_path / "results", "--epochs", 1)
    done = run_script("train.py", *arguments, env=clean_environment(PYTHONPATH=tmp_path))
    assert done.returncode == 130
    assert done.stderr == "stopped by Ctrl-C; what was written before is whole\n"


def loaded(pid):
    """The names of the libraries that a process has loaded; on systems without /proc, after a moment, any."""
    maps = f"/proc/{pid}/maps"
    if not os.path.exists(maps):  # noqa: PTH110
        time.sleep(0.2)
        return "_multiarray_umath h5py openblas"
    with open(maps, encoding="utf-8") as file:  # noqa: PTH123
        return file.read()


@posix
def test_ctrl_c_while_results_are_written_leaves_every_file_whole(drawn, results):
    for seed in range(8):
        running = start("--dataset", drawn, "--results", results, "--epochs", 1, "--fast")
        while not running.stdout.readline().startswith("wrong:"):
            assert running.poll() is None
        time.sleep(random.Random(seed).uniform(0, 0.6))
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
        assert running.returncode in (0, 130) and "Traceback" not in err, err
        assert_whole(results)


def assert_whole(results):
    """The model can be read, both plots are whole PNG files, and nothing else is left."""
    train.load_model(results / "model.h5")
    for name in ("costs.png", "weights.png"):
        assert (results / name).read_bytes().endswith(b"IEND\xaeB`\x82")
    assert set(contents(results)) == {"model.h5", "costs.png", "weights.png"}


@posix
def test_kill_at_40_random_moments_leaves_the_old_model_or_the_new_one(results, drawn):
    code = f"""if True:
        import sys
        sys.path.insert(0, {str(ROOT)!r})
        import numpy as np, train
        from pathlib import Path
        print("ready", flush=True)
        value = 1.0
        while True:
            trained = dict(w=np.full((12288, 1), value), b=value, costs=[value], learning_rate=0.1, epochs=1)
            train.save_model(Path(sys.argv[1]), trained, ["airplane", "bike"], "test")
            value += 1"""
    moments = random.Random(0)
    for _ in range(40):
        running = subprocess.Popen([sys.executable, "-c", code, results / "model.h5"], stdout=subprocess.PIPE)
        running.stdout.readline()
        time.sleep(moments.uniform(0, 0.03))
        running.kill()
        running.communicate()
        w, b, class_names = train.load_model(results / "model.h5")
        assert class_names == ["airplane", "bike"] and (len(set(w[:, 0])) > 1 or (w == b).all())
    done = run_forked("train.py", "--dataset", drawn, "--results", results, "--epochs", 1)
    assert done.returncode == 0, done.stderr
    assert_whole(results)  # and what the killed runs left behind is gone


def test_two_runs_at_once_both_end_well(drawn, results):
    running = [start("--dataset", drawn, "--results", results, "--epochs", 100) for _ in range(2)]
    for one in running:
        _, err = one.communicate(timeout=120)
        assert one.returncode == 0, err
    assert_whole(results)


# ------------------------------------------------------------------ disks, folders, pipes, terminals


@posix
@pytest.mark.parametrize("limit", [2_000, 40_000, 53_000])
def test_a_disk_that_is_full_is_one_line_and_old_files_are_kept(drawn, results, limit):
    import resource

    before = contents(results)
    done = run_forked(
        *("train.py", "--dataset", drawn, "--results", results, "--epochs", 1),
        before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    error = assert_one_error(done)
    assert "cannot write" in error
    name = re.search(r"(\w+\.\w+) - ", error)[1]  # the first that is too large; those before it are written
    after = contents(results)
    assert after[name] == before[name] and after.keys() == before.keys()
    train.load_model(results / "model.h5")


@pytest.fixture
def everybodys():
    """An empty folder that everybody may enter (pytest's own are for their owner alone)."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@posix
def test_results_that_cannot_be_written_are_one_line(drawn, tmp_path, everybodys):
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    error = assert_one_error(run_forked("train.py", "--dataset", drawn, "--results", tmp_path / "file", "--epochs", 1))
    assert "file" in error

    shutil.copytree(drawn, everybodys / "dataset")
    locked = everybodys / "locked"
    locked.mkdir()
    for folder in (everybodys, everybodys / "dataset"):
        folder.chmod(0o755)
    locked.chmod(0o555)

    import email.parser  # noqa: F401  # what the script imports late must be loaded before the rights are gone

    import filelock  # noqa: F401
    import matplotlib.figure  # noqa: F401

    def become_nobody():
        if os.getuid() == 0:
            os.setgid(65534)
            os.setuid(65534)

    arguments = ("--dataset", everybodys / "dataset", "--results", locked, "--epochs", 1)
    error = assert_one_error(run_forked("train.py", *arguments, before=become_nobody))
    assert "locked" in error and "ermission" in error


def test_a_home_folder_that_cannot_be_written_is_no_problem(drawn, tmp_path):
    """As in a school or a container: Keras and matplotlib keep their settings there."""
    (tmp_path / "home").write_text("a file, so that nothing can be put there", encoding="utf-8")
    env = clean_environment(HOME=tmp_path / "home", USERPROFILE=tmp_path / "home")
    for variable in ("KERAS_HOME", "MPLCONFIGDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        env.pop(variable, None)
    results = tmp_path / "results"
    for script, *arguments in (
        ("train.py", "--dataset", drawn, "--results", results, "--epochs", 1),
        ("predict_demo.py", "--dataset", drawn, "--model", results / "model.h5", "--save", results, "--no-window"),
    ):
        done = run_script(script, *arguments, env=env)
        assert (done.returncode, done.stderr) == (0, "")


@posix
@pytest.mark.parametrize("reader", ["head -1", "true"])
def test_an_output_that_is_closed_early_is_one_line_and_the_old_model_is_kept(drawn, results, reader):
    before = contents(results)
    command = f'"$0" "$@" | {reader}; exit ${{PIPESTATUS[0]}}'
    arguments = [sys.executable, ROOT / "train.py", "--dataset", drawn, "--results", results, "--epochs", "201"]
    done = subprocess.run(
        ["bash", "-c", command, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=clean_environment(PYTHONUNBUFFERED="1"),
    )
    assert_one_error(done)
    assert contents(results) == before


@posix
def test_a_closed_stdout_and_stderr_do_not_matter(drawn, tmp_path):
    command = '"$0" "$@" >&- 2>&-'
    arguments = [sys.executable, ROOT / "train.py", "--dataset", drawn, "--results", tmp_path, "--epochs", "1"]
    done = subprocess.run(["bash", "-c", command, *map(str, arguments)], env=clean_environment())
    assert done.returncode == 0
    train.load_model(tmp_path / "model.h5")


@posix
def test_on_a_terminal_of_40_columns_there_is_a_bar_that_fits(drawn, tmp_path):
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    environment = clean_environment()
    del environment["COLUMNS"]
    arguments = [sys.executable, ROOT / "train.py", "--dataset", drawn, "--results", tmp_path, "--epochs", "1500"]
    running = subprocess.Popen(list(map(str, arguments)), stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    text = b""
    try:
        while chunk := os.read(ours, 65536):
            text += chunk
    except OSError:
        pass  # the other end is closed: the script has ended
    assert running.wait(timeout=60) == 0
    bars = [line for line in re.split(r"[\r\n]", text.decode()) if "training" in line and "%" in line]
    assert bars and all(len(re.sub(r"\x1b\[.", "", bar)) <= 40 for bar in bars), bars
    assert re.search(r"^\s*cost after 100 epochs: [\d.]+\s*$", text.decode().replace("\r", "\n"), re.MULTILINE)


def test_where_there_is_no_terminal_there_are_plain_lines(drawn, tmp_path):
    done = run_script("train.py", "--dataset", drawn, "--results", tmp_path, "--epochs", 101)
    assert done.stderr == "" and "\r" not in done.stdout and "\x1b" not in done.stdout


# ------------------------------------------------------------------ packages that are missing


@pytest.mark.parametrize("package", ["numpy", "h5py", "tqdm", "matplotlib", "filelock", "PIL"])
def test_a_package_that_is_not_installed_is_one_line(drawn, tmp_path, package):
    block = f"""if True:
        import sys
        class Missing:
            def find_spec(self, name, path=None, target=None):
                if name.partition(".")[0] == {package!r}:
                    raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
        sys.meta_path.insert(0, Missing())"""
    (tmp_path / "sitecustomize.py").write_text(block, encoding="utf-8")
    arguments = ("--dataset", drawn, "--results", tmp_path / "results", "--epochs", 1)
    done = run_script("train.py", *arguments, env=clean_environment(PYTHONPATH=tmp_path))
    error = assert_one_error(done)
    assert package in error and "pip install" in error
