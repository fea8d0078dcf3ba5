"""How pictures get into dataset/train and dataset/test: all of them or none, and never over your own.

`dataset/SOURCE` is one line that says where the pictures came from, and ends with a fingerprint of each folder. A
folder whose files do not match its fingerprint there holds pictures of your own: nothing replaces them.
"""

import hashlib
import os
import shutil
from contextlib import contextmanager, suppress

from dataset.guards import Problem, locked, os_reason, shown

FOLDERS = ("train", "test")
OWN = "your own pictures"  # the source, where no SOURCE says otherwise


def source_of(dataset):
    """Where the pictures in this folder came from: the line in SOURCE, if they still are those it speaks of."""
    return read_source(dataset)[0] if is_unchanged(dataset) else OWN


def read_source(dataset):
    """The text in dataset/SOURCE and its fingerprints, {folder: fingerprint}; both empty where there is none."""
    try:
        line = (dataset / "SOURCE").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return "", {}
    text, _, fingerprints = line.partition(" [fingerprints ")
    return text, dict(zip(FOLDERS, fingerprints.rstrip("]").split(), strict=False))


def has_pictures(dataset):
    """Whether there is anything in dataset/train or dataset/test, hidden files aside."""
    return any(visible(dataset / name) for name in FOLDERS)


def visible(folder):
    """The entries of a folder whose names do not begin with a dot; the folder itself if it is a file."""
    if not folder.is_dir():
        return [folder] if folder.exists() or folder.is_symlink() else []
    return sorted((entry for entry in folder.iterdir() if not entry.name.startswith(".")), key=by_name)


def by_name(path):
    """What files are sorted by: the same order on all systems, which paths themselves do not have."""
    return path.as_posix()


def files_in(folder):
    """All that is below a folder but folders, sorted; names that begin with a dot, like .DS_Store, do not count."""
    entries = folder.rglob("*") if folder.is_dir() else visible(folder)
    not_hidden = (entry for entry in entries if not entry.name.startswith("."))
    return sorted((entry for entry in not_hidden if entry.is_symlink() or not entry.is_dir()), key=by_name)


def fingerprint_of(folder):
    """A short hash over the names and contents of all files below a folder: any change to them changes it."""
    hashed = hashlib.sha256()
    for path in files_in(folder):
        hashed.update(path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape"))
        hashed.update(hashlib.sha256(path.read_bytes() if path.is_file() else b"").digest())
    return hashed.hexdigest()[:16]


def is_unchanged(dataset):
    """Whether both folders hold what a script of ours put there: nothing changed, added or missing."""
    return read_source(dataset)[1] == {name: fingerprint_of(dataset / name) for name in FOLDERS}


def check_replaceable(dataset, by="the script", folders=FOLDERS):
    """Refuse to go on where dataset/train or dataset/test holds something that no script of ours put there."""
    _, fingerprints = read_source(dataset)
    own = [
        dataset / name
        for name in folders
        if files_in(dataset / name) and fingerprint_of(dataset / name) != fingerprints.get(name)
    ]
    if own:
        raise Problem(
            f"pictures of your own are in {' and '.join(map(shown, own))}, and nothing replaces them - "
            f"move {shown(dataset / 'train')} and {shown(dataset / 'test')} elsewhere, then run {by} again"
        )


@contextmanager
def publishing(dataset, source):
    """A new, hidden folder to fill with train/ and test/; they take their places when the block ends well.

    A plug may be pulled at any moment: the filled folder is first renamed to `.complete`, and from then on every
    run begins by finishing the moves. The caller holds the lock of `dataset`.

    Args:
        dataset (Path): the folder in which train/, test/ and SOURCE will stand.
        source (str): one line for SOURCE.
    """
    incoming = dataset / ".incoming"
    discard(incoming)
    incoming.mkdir()
    try:
        yield incoming
        fingerprints = " ".join(fingerprint_of(incoming / name) for name in FOLDERS)
        (incoming / "SOURCE").write_text(f"{source} [fingerprints {fingerprints}]\n", encoding="utf-8")
        if hasattr(os, "sync"):  # not on Windows
            os.sync()  # the pictures are on the disk before a name says that they are complete
        incoming.rename(dataset / ".complete")
        finish(dataset)
    finally:
        discard(incoming)


def finish(dataset):
    """Move what is complete into its place; where a run was killed, the next one does it.

    Much can happen in between, so both places are looked at anew: what our scripts put there goes; pictures of
    your own stay, and what was complete is dropped instead.
    """
    complete = dataset / ".complete"
    waiting = [name for name in FOLDERS if (complete / name).exists()]
    try:
        check_replaceable(dataset, folders=waiting)
    except Problem:
        discard(complete)
        raise
    for name in waiting:
        if (dataset / name).exists():
            (dataset / name).rename(complete / f"old {name}")  # one step: never half deleted in its place
        (complete / name).rename(dataset / name)
    if (complete / "SOURCE").exists():
        (complete / "SOURCE").replace(dataset / "SOURCE")
    discard(complete)


def discard(path):
    """Delete a file or a whole folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def filling(dataset):
    """Hold the dataset folder while pictures are put there; a second run waits. Leftovers are cleared first."""
    try:
        dataset.mkdir(parents=True, exist_ok=True)
        with locked(dataset, "filling"):
            with suppress(Problem):  # pictures of your own have come, and stay
                finish(dataset)
            discard(dataset / ".incoming")
            yield
    except BrokenPipeError:  # what is printed finds no reader: nothing is wrong with the folder
        raise
    except OSError as failure:
        failure.filename = failure.filename or str(dataset)
        raise Problem(f"cannot put pictures into {shown(dataset)}: {os_reason(failure)}") from failure


def show_folders(dataset):
    """Print how many pictures are in each class folder."""
    for part in FOLDERS:
        for folder in visible(dataset / part):
            print(f"{shown(folder)}: {len(visible(folder))} pictures")


def settle(dataset):
    """Complete what a killed run left half in place, or wait for the run that is at it."""
    if (dataset / ".complete").exists():
        with filling(dataset):
            pass
