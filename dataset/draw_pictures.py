"""Draw side views of airplanes and motorbikes, for learners whose computer has no network.

    python dataset/draw_pictures.py                     # 800 pictures of each class, in half a minute
    python dataset/draw_pictures.py --per-class 80 --seed 5

What comes out: dataset/train and dataset/test with drawn_0001.jpg and so on, about 300 x 200 pixels; of each class one
picture in 16 goes to the test. Both classes stand before the same mixture of backgrounds, and no machine touches the
frame of its picture, so that a neuron has to look at the machines. The same seed draws the same pictures.
"""

import argparse
import io
import os
import shlex
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

HERE = Path(__file__).resolve().parent.parent  # the folder of the project
sys.path.insert(0, str(HERE))  # so that `dataset` is found when this file is run as a script
from dataset.drawing.airplanes import Airplane  # noqa: E402
from dataset.drawing.bikes import Bike  # noqa: E402
from dataset.drawing.scenery import Scene, develop  # noqa: E402
from dataset.drawing.sketch import disc  # noqa: E402

DATASET = HERE / "dataset"
SPLITS = ("train", "test")
CLASSES = {"airplane": Airplane, "bike": Bike}  # their positions are the labels 0 and 1
PER_CLASS, TEST_SHARE, SEED = 800, 16, 4  # pictures of each class, of which one in 16 is for the test
WIDTHS, HEIGHTS = (272, 332), (184, 220)  # pixels, from ... to
OVERSAMPLING = 4  # drawn this many times larger, then scaled down: smooth edges


def relative_path(path):
    """A path as it is seen from where the learner stands, with forward slashes."""
    path, here = Path(path).resolve(), Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()


def find_folder(text):
    """The type of a command line argument that names a folder; ~ is the learner's home folder."""
    folder = Path(text).expanduser().resolve()
    if not folder.is_dir():
        raise SystemExit(f"error: no folder {text} - check the name, or make the folder first")
    return folder


def command(script, **folders):
    """The command that runs a script from where the learner stands, with the folders that are not the usual ones."""
    words = ["python", relative_path(HERE / script)]
    for option, folder in folders.items():
        words += [f"--{option}", relative_path(folder)] if folder not in (None, DATASET) else []
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def rename(old, new):
    """Give a finished file or folder its name. On Windows another program may hold it for a moment: try for 5 s."""
    for _ in range(50):
        try:
            return old.replace(new)
        except PermissionError:
            time.sleep(0.1)
    raise SystemExit(f"error: cannot write {relative_path(new)} - close the program that has it open")


@contextmanager
def new_pictures(dataset):
    """A temporary folder for train/ and test/, which move into dataset when the block ends well; none is replaced."""
    for split in SPLITS:
        if (dataset / split).exists():
            raise SystemExit(f"error: {relative_path(dataset / split)} is there already - move it elsewhere first")
    with tempfile.TemporaryDirectory(prefix=".new-", dir=dataset) as folder:
        yield Path(folder)
        for split in SPLITS:
            rename(Path(folder) / split, dataset / split)


def draw_picture(class_name, rng):
    """One finished picture, a PIL image in RGB. rng: NumPy's random generator, which decides everything."""
    columns, rows = (OVERSAMPLING * int(rng.integers(*limits, endpoint=True)) for limits in (WIDTHS, HEIGHTS))
    width = columns / rows
    scene, machine = Scene(), CLASSES[class_name]()
    ground = scene.draw(rng, width)
    degrees, flying = machine.draw(rng)
    matrix, origin, left, right = machine.place(rng, degrees, flying, width, ground)
    for size in np.linspace(1, 0.5, 8):  # a soft shadow: many faint ellipses make a dark middle
        shadow = disc((left + right) / 2, ground + 0.004, (right - left) / 2 * size, 0.034 * size)
        scene.fill(shadow, (20, 22, 30), alpha=0.07)

    image = Image.new("RGB", (columns, rows))
    to_pixels, corner = np.diag([rows, -rows]), np.array([0, rows])
    scene.paint_on(image, to_pixels, corner)
    machine.paint_on(image, to_pixels @ matrix, to_pixels @ origin + corner)
    return develop(rng, image.reduce(OVERSAMPLING))


def draw_pictures(dataset, per_class=PER_CLASS, seed=SEED):
    """Draw per_class pictures of each class into dataset/train/<class> and dataset/test/<class>."""
    for_training = per_class - max(1, per_class // TEST_SHARE)
    with new_pictures(dataset) as folder, tqdm(total=2 * per_class, desc="drawing", disable=None) as bar:
        for label, class_name in enumerate(CLASSES):
            for number in range(1, per_class + 1):
                picture = draw_picture(class_name, np.random.default_rng([seed, label, number]))
                jpeg = io.BytesIO()  # in memory first: Pillow says nothing where a full disk takes half of a file
                picture.save(jpeg, "JPEG", quality=90, subsampling=0)
                path = folder / ("train" if number <= for_training else "test") / class_name / f"drawn_{number:04d}.jpg"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(jpeg.getvalue())
                bar.update()


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--per-class", type=int, default=PER_CLASS, help="of each class (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed draws others (default: %(default)s)")
    parser.add_argument("--dataset", type=find_folder, default=DATASET, help="another folder for them")
    args = parser.parse_args(argv)
    draw_pictures(args.dataset, args.per_class, args.seed)
    print(f"next: {command('prepare_data.py', dataset=args.dataset)}")


if __name__ == "__main__":
    main()
