"""Where things are, and how they are named on the screen. Paths only: no arrays, no pictures."""

import contextlib
import os
import shlex
import subprocess
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent  # the folder with train.py
DATASET = PROJECT / "dataset"
ROOM = 1_000_000  # bytes: so much must be free on the disk where an h5 file is written
SPLITS = ("train", "test")  # to learn from, and to find out whether it learned


def relative_path(path):
    """A path as text, as it is seen from where the learner stands, with forward slashes."""
    path = Path(path).resolve()
    here = Path.cwd()
    if path.is_relative_to(here):
        path = path.relative_to(here)
    return path.as_posix()


def existing_folder(text):
    """The folder that a command line argument names. A ~ in it is the learner's home folder."""
    folder = Path(text).expanduser().resolve()
    if not folder.is_dir():
        where = folder.as_posix()  # in full, so that one sees where it was looked for
        raise SystemExit(f"error: no folder {where} - check the name, or make the folder first")
    return folder


def results_folder(dataset, results=None):
    """Where results go: the folder that was named, else results/ beside the scripts.

    With a data set of the learner's own they go into it, so that one's first neuron stays.
    """
    if results is not None:
        return Path(results).expanduser()
    if dataset == DATASET:
        return PROJECT / "results"
    return dataset / "results"


def command_line(script, dataset=DATASET, results=None, more=()):
    """The command that runs a script from where the learner stands, as one text.

    Folders are named where they are not the usual ones. more: other words for its end.
    """
    words = ["python", relative_path(PROJECT / script)]
    if dataset != DATASET:
        words += ["--dataset", relative_path(dataset)]
    if results is not None:
        words += ["--results", relative_path(results)]
    words += more

    if os.name == "nt":
        return subprocess.list2cmdline(words)
    return shlex.join(words)


def make_folder(folder, option):
    """Make a folder for what comes out. If nothing can be written there, say so before the work.

    option: the command line option that names another folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        name = relative_path(folder)
        raise SystemExit(
            f"error: cannot write in {name} ({problem.strerror}) - name another folder with {option}"
        )


def put_in_place(unfinished, path):
    """Give a finished file or folder its name. What had that name before is replaced in one step.

    On Windows another program may hold a new file for a moment: try for 5 seconds.
    """
    for _ in range(50):
        try:
            unfinished.replace(path)
            return
        except PermissionError:
            time.sleep(0.1)
    name = relative_path(path)
    raise SystemExit(f"error: cannot write {name} - close the program that has it open")


@contextlib.contextmanager
def in_one_piece(path):
    """Gives a name to write a file to. When the block ends well, the file takes the name of path, else it goes.

    So path is the old file or the new one at any moment, never half of one.
    """
    unfinished = path.with_name(path.name + ".part")
    try:
        unfinished.write_bytes(bytes(ROOM))  # on a full disk h5py would crash, and this does not
        yield unfinished
    except OSError as problem:
        unfinished.unlink(missing_ok=True)
        name = relative_path(path)
        reason = str(problem)
        if problem.errno is not None:
            reason = os.strerror(problem.errno)  # in a few words: h5py's own are three lines
        raise SystemExit(f"error: cannot write {name} ({reason}) - is the disk full?")
    put_in_place(unfinished, path)


def check_no_pictures(dataset):
    """New pictures never replace or fill up what is there."""
    for split in SPLITS:
        if (dataset / split).exists():
            name = relative_path(dataset / split)
            raise SystemExit(
                f"error: {name} is there already - move or delete train and test first"
            )
