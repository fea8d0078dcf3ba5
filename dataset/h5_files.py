"""Open an h5 file, or say in one line why that cannot be."""

import h5py

from dataset.folders import relative_path


def open_h5(path, remedy):
    """An open h5 file. Where there is none, or it cannot be opened, one line says what to run."""
    name = relative_path(path)
    if not path.is_file():
        raise SystemExit(f"error: no file {name} - run: {remedy}")
    try:
        return h5py.File(path)
    except OSError as problem:
        raise SystemExit(
            f"error: cannot open {name} ({problem}) - close it in other programs, or run: {remedy}"
        )
