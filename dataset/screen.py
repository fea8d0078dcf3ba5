"""The terminal: what was typed there to start a script, and what is seen there while it runs."""

import argparse
import io
import os
import sys

from tqdm import tqdm

from dataset.folders import DATASET, existing_folder


def argument_parser(text):
    """An argparse parser whose --help shows a script's docstring as it stands, with the option --dataset."""
    as_it_stands = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=text, formatter_class=as_it_stands)
    parser.add_argument(
        "--dataset",
        type=existing_folder,
        default=DATASET,
        help="another folder for pictures and arrays; results go into it, too",
    )
    return parser


class PatientOutput(io.TextIOWrapper):
    """What print writes to. If the reader of a pipe goes away, the script goes on without it."""

    def write(self, text):
        try:
            return super().write(text)
        except BrokenPipeError:  # as in: python train.py | head -3
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            return len(text)


def print_at_once():
    """Show each printed line at once, also in a pipe or a file. Called where a script starts.

    A letter that the screen cannot show becomes "?".
    """
    if not isinstance(sys.stdout, io.TextIOWrapper):
        return  # in some editors it is something else
    encoding = sys.stdout.encoding
    bytes_out = sys.stdout.detach()
    sys.stdout = PatientOutput(bytes_out, encoding, errors="replace", line_buffering=True)


def progress(items, what, total=None):
    """The same items, with a bar on the terminal that counts them. total: how many, if it must be told."""
    if sys.stderr is None or not sys.stderr.isatty():
        return items
    return tqdm(items, what, total)  # TQDM_DISABLE=1 leaves the bar out
