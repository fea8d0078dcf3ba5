"""What every script does the same way: errors in one line, files that are whole, progress bars, Ctrl-C.

You can read the three lesson scripts without reading this file. It uses little but the standard library, so
that it can still speak when a package is missing.
"""

import argparse
import errno
import os
import signal
import subprocess
import sys
import threading
import traceback
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSTALL = "activate the virtual environment and run: pip install -r requirements.txt"
CTRL_C_STATUS = 130  # what a shell reports for a program ended by Ctrl-C


class Problem(Exception):
    """Something the user can mend. It is shown as `error: WHAT WHERE - REMEDY`, and the exit status is 1."""


def run(main):
    """Call main() as a script does: every failure is one line on stderr, and the exit status tells its kind.

    0 done, 1 data or environment, 2 usage (argparse), 130 Ctrl-C, also where the script went on after it.
    """
    if signal.getsignal(signal.SIGINT) is stop_at_once:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace")  # a class name in Chinese, a terminal without
        main()
        if sys.stdout:
            sys.stdout.flush()  # here, so that a closed pipe is noticed where it can be told
    except Exception as failure:
        leave(failure)
    except KeyboardInterrupt as stop:
        leave(stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done: nothing is left to be stopped
    if until_ctrl_c.stopped:
        sys.exit(CTRL_C_STATUS)


def leave(failure):
    """Say in one line what went wrong, and end the program."""
    with suppress(OSError):  # stderr may be closed too: nobody listens
        print(in_one_line(explanation(failure)), file=sys.stderr, flush=True)
    if isinstance(failure, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more at its end
    if isinstance(failure, KeyboardInterrupt):
        with suppress(Exception):
            sys.stdout.flush()
        os._exit(CTRL_C_STATUS)  # at once: a library that was interrupted midway may crash while Python tidies up
    sys.exit(1)


def explanation(failure):
    """The line for a failure: what, where, and the remedy."""
    if isinstance(failure, KeyboardInterrupt):
        return "stopped by Ctrl-C; what was written before is whole"
    if isinstance(failure, Problem):
        return f"error: {failure}"
    if isinstance(failure, ModuleNotFoundError):
        return f"error: the package {failure.name} is not installed - {INSTALL}"
    if isinstance(failure, ImportError):
        return f"error: {failure} - if you changed a script, look there; else {INSTALL}"
    if isinstance(failure, BrokenPipeError):
        return "error: the program that read the output ended early - run the script without it; old files are kept"
    if isinstance(failure, MemoryError):
        return f"error: not enough memory ({failure}) - close other programs, or use fewer pictures"
    if isinstance(failure, OSError):
        return f"error: {os_reason(failure)}"
    return (
        f"error: {type(failure).__name__}: {failure} ({place_of(failure)}) - "
        "if you changed the script, look there; else please report this line"
    )


def os_reason(failure):
    """What the operating system complains of, and where; with a remedy for the usual three."""
    where = shown(failure.filename) if failure.filename else place_of(failure)
    reason = failure.strerror or str(failure)
    remedy = {
        errno.ENOSPC: "make room on the disk and run it again; the old file is kept",
        errno.EDQUOT: "make room on the disk and run it again; the old file is kept",
        errno.EFBIG: "raise the limit on file sizes (ulimit -f) and run it again; the old file is kept",
        errno.EACCES: "allow writing and reading there, or choose another folder",
        errno.EROFS: "the disk is read-only: choose another folder",
        errno.EEXIST: "a file stands where a folder belongs: move it, or choose another folder",
        errno.ENOTDIR: "a file stands where a folder belongs: move it, or choose another folder",
        errno.ENAMETOOLONG: "use a shorter name",
    }.get(failure.errno, "look at that file or folder and run it again")
    return f"{reason}: {where} - {remedy}"


def place_of(failure):
    """The file and line in which a failure arose, as `train.py, line 12`; the last of our own, not a library's."""
    steps = traceback.extract_tb(failure.__traceback__)
    libraries = ("site-packages", "dist-packages", f"python{sys.version_info.major}.{sys.version_info.minor}")
    ours = [step for step in steps if not {*libraries} & {*Path(step.filename).parts}]
    last = next(reversed(ours or steps), None)
    return f"{Path(last.filename).name}, line {last.lineno}" if last else "place unknown"


class Parser(argparse.ArgumentParser):
    """Command line arguments, with the script's docstring as help, and usage mistakes in one line (status 2)."""

    def __init__(self, text):
        layout = argparse.RawDescriptionHelpFormatter
        super().__init__(shown(sys.argv[0]), description=text, formatter_class=layout, allow_abbrev=False)

    def error(self, message):
        self.exit(2, in_one_line(f"error: {message} - see python {self.prog} --help") + "\n")


def whole_number(least):
    """The type of an argument that must be a whole number, and not below the least one."""

    def read(text):
        with suppress(ValueError):
            if int(text) >= least:
                return int(text)
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} on")

    return read


def positive_number(text):
    """The type of an argument that must be a finite number above 0."""
    with suppress(ValueError):
        if 0 < float(text) < float("inf"):
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")


def print_next(script, **paths):
    """Print the next command, with the options that it needs where the learner keeps things in other places.

    Args:
        script (str): the script, for example "train.py".
        paths: for each of its options, for example dataset=, the path to give and the script's default.
    """
    options = (f" --{option} {shown(path)}" for option, (path, default) in paths.items() if path != default)
    print(f"next: python {script}{''.join(options)}")


def in_one_line(text):
    """The text without line breaks or control characters, whatever file names it holds."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def shown(path):
    """A path as a learner knows it: relative to the folder they stand in, in one line, always printable."""
    path = Path(os.fsdecode(path)) if not isinstance(path, int) else Path(str(path))
    with suppress(ValueError, OSError, RuntimeError):  # it lies elsewhere: then the whole path
        path = path.relative_to(Path.cwd()) if path.is_absolute() else path
    return in_one_line(str(path).encode("utf-8", "replace").decode("utf-8"))


def warn(text):
    """One line on stderr that does not end the program."""
    print(in_one_line(f"warning: {text}"), file=sys.stderr, flush=True)


def complain_before_main(kind, failure, trace):
    """Explain what goes wrong while a script still imports: a package not installed, an early Ctrl-C."""
    if isinstance(failure, (KeyboardInterrupt, ImportError)):
        leave(failure)
    sys.__excepthook__(kind, failure, trace)


def stop_at_once(signum, frame):
    """Ctrl-C while a script still imports: some libraries would take it for a failure of their own."""
    leave(KeyboardInterrupt())


def is_ours(script):
    """Whether this file is a script of the project, and not the learner's own that imports from it."""
    folder = script.resolve().parent
    return folder in (ROOT / "dataset", ROOT / "lessons") or (folder == ROOT and not script.name.startswith("my_"))


if is_ours(Path(getattr(sys.modules["__main__"], "__file__", None) or "my_prompt")):
    sys.excepthook = complain_before_main
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # in the background Ctrl-C is not for it
        signal.signal(signal.SIGINT, stop_at_once)


# ---------------------------------------------------------------- files


@contextmanager
def locked(folder, doing):
    """Hold the folder for this run alone; a second run waits, and says so. The lock ends with the process."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print(f"waiting: another run is {doing} {shown(folder)}", file=sys.stderr, flush=True)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def write_safely(path, data):
    """Write bytes so that the file is the old one or the new one, whole, at every moment.

    They go to a `.part` file in the same folder, are forced to the disk, and take the file's name at the end
    (Path.replace, one step for the operating system). What a killed run leaves behind is overwritten by the next.
    """
    path = Path(path)
    part = path.with_name(f".{path.name[:100]}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.parent, "writing in"):
            try:
                with part.open("wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
    except OSError as failure:
        failure.filename = str(path)  # the learner knows the file, not its .part
        raise Problem(f"cannot write: {os_reason(failure)}") from failure


# ---------------------------------------------------------------- what takes longer than a second


def progress(items=None, total=None, doing="", **units):
    """The items, with a bar on stderr while they go by; no bar where stderr is no terminal."""
    from tqdm import tqdm

    no_bar = None if sys.stderr else True  # None: tqdm looks whether it is a terminal
    return tqdm(items, total=total, desc=doing, disable=no_bar, leave=False, dynamic_ncols=True, **units)


def say(line):
    """Print a line above the progress bar, if there is one."""
    from tqdm import tqdm

    with tqdm.external_write_mode():
        print(line)


def until_ctrl_c(count, doing=""):
    """0, 1, ..., count - 1, with a progress bar; ends early, between two steps, when Ctrl-C is pressed.

    `until_ctrl_c.done` is the number of steps done, `until_ctrl_c.stopped` whether Ctrl-C ended them. A second
    Ctrl-C ends the program at once.
    """
    until_ctrl_c.done, until_ctrl_c.stopped = 0, False
    pressed = False

    def remember(signum, frame):
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, before)

    in_main_thread = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, remember) if in_main_thread else None
    try:
        for step in progress(range(count), doing=doing):
            yield step
            until_ctrl_c.done = step + 1
            if pressed:
                until_ctrl_c.stopped = True
                say(f"stopped by Ctrl-C after {step + 1} of {count} epochs")
                return
    finally:
        if in_main_thread:
            signal.signal(signal.SIGINT, before)


until_ctrl_c.done = 0
until_ctrl_c.stopped = False


@contextmanager
def quietly():
    """Drop what is written to stderr meanwhile, also by C++ code; an exception still comes through.

    TensorFlow prints six to eight lines while it starts. They would hide the one line that matters. And Ctrl-C waits
    until the end, because inside TensorFlow's start it comes out as some other error.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        terminal, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:  # stderr is closed: quiet enough
        yield
        return
    os.dup2(nowhere, 2)
    try:
        with holding_ctrl_c():
            yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)
        os.close(nowhere)


@contextmanager
def holding_ctrl_c():
    """Let Ctrl-C, if it is pressed meanwhile, wait until the end of the block.

    For the import of a library with parts in C: there it may be taken for a failure to import, or be lost.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears it
        return
    pressed = []
    before = signal.signal(signal.SIGINT, lambda *_: pressed.append(True))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt


def become_helper():
    """In a second process: Ctrl-C is for the first one, and when that ends, in whatever way, this one ends too."""
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=lambda: (parent_process().join(), os._exit(1)), daemon=True).start()


# ---------------------------------------------------------------- windows

PATIENCE = 30  # seconds until a display that does not answer is given up
TRY_WINDOW = "import cv2; cv2.namedWindow('try'); cv2.destroyAllWindows()"
ENDS = {27, ord("q"), ord("Q")}  # the keys that end: Esc and q
GOES_ON = {10, 13, *range(32, 127), *range(160, 0xE000)}  # the keys that go on: Enter, all printable ones,
GOES_ON |= {*range(-96, -1)}  # which are below zero if they are Ä, é, ñ in OpenCV on Linux,
GOES_ON |= {*range(0xFF80, 0xFFBE), *range(0xFF51, 0xFF55)}  # the number pad and the arrows on Linux,
GOES_ON |= {*range(0xF700, 0xF704), *range(0x250000, 0x290000, 0x10000)}  # the arrows on macOS and Windows


def import_cv2():
    """OpenCV, or the line that says how to get it."""
    try:
        with holding_ctrl_c():
            import cv2
    except ImportError as failure:
        raise Problem(
            f"OpenCV cannot be imported ({failure}) - run: pip install -r requirements.txt; on a bare Debian or "
            "Ubuntu also: sudo apt-get install --no-install-recommends libgl1 libglib2.0-0 libsm6"
        ) from failure
    return cv2


def window_problem():
    """Why no window can be shown, or "" if it can. Asked in a child process: without a display OpenCV aborts."""
    if sys.platform.startswith("linux"):
        if not os.environ.get("DISPLAY"):
            return "there is no display"
        os.environ.update(QT_QPA_PLATFORM="xcb", QT_LOGGING_RULES="*=false")  # all that OpenCV can; and quietly
    try:
        trial = subprocess.run([sys.executable, "-c", TRY_WINDOW], capture_output=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return "the display does not answer"
    if b"not implemented" in trial.stderr:
        return (
            "this OpenCV has none; run: pip uninstall opencv-python-headless, "
            "then: pip install --force-reinstall --no-deps opencv-python"
        )
    return "the display cannot be used" if trial.returncode else ""


def run_apart(function, *args):
    """Call a function that shows windows in a process of its own, and wait for it; returns whether it came to its end.

    If the display goes away, the window library ends its process at once; here nothing else is lost by that.
    Ctrl-C is for this process, which then ends the other.
    """
    from multiprocessing import get_context

    spawn = get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=apart, args=(there, function, *args), daemon=True)
    with quietly():  # and so it stays in the new process: what Qt says there helps nobody
        process.start()
    try:
        while process.is_alive():
            process.join(0.1)  # a join without end would not notice Ctrl-C on Windows
    finally:
        process.terminate()
        process.join()
    if here.poll():
        raise Problem(here.recv())
    return process.exitcode == 0


def apart(there, function, *args):
    """In the new process: call the function, and send home what goes wrong."""
    become_helper()
    try:
        function(*args)
    except Exception as failure:
        there.send(explanation(failure).removeprefix("error: "))


def wait_for_key(window):
    """Wait for a key in a window of OpenCV. True: go on. False: Esc, q, or the window was closed.

    A loop, because cv2.waitKey(0) would not notice that the window was closed. A modifier key alone does nothing.
    """
    import cv2

    while True:
        key = cv2.waitKeyEx(100)  # -1 if there was none
        keys = {key, key & 0xFFFF}  # some window systems put Shift, Ctrl, Num Lock above the lower 16 bits
        if keys & ENDS:
            return False
        if keys & GOES_ON:
            return True
        try:
            if cv2.getWindowProperty(window, cv2.WND_PROP_VISIBLE) < 1:
                return False
        except cv2.error:  # the window is gone
            return False
