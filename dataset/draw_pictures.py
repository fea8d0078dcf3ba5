"""Draw side views of airplanes and motorbikes, for learners whose computer has no internet.

    python dataset/draw_pictures.py                      # 800 pictures of each class, in some 15 seconds
    python dataset/draw_pictures.py --per-class 80 --seed 5

What comes out: dataset/train/airplane, train/bike, test/airplane and test/bike, with files named drawn_0001.jpg and so
on: RGB, about 300 x 200 pixels; of each class one picture in 16 goes to the test. Both classes stand before the same
mixture of backgrounds, and no machine touches the frame of its picture, so that a neuron has to look at the machines.
The same seed draws the same pictures.
"""

import io
import sys
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # so that `dataset` is found when this file is run as a script

from dataset.drawing.airplanes import AIRPLANES  # noqa: E402
from dataset.drawing.bikes import BIKES  # noqa: E402
from dataset.drawing.scenery import draw_background  # noqa: E402
from dataset.drawing.sketch import Sketch, disc, pick  # noqa: E402
from dataset.guards import Parser, Problem, become_helper, print_next, progress, run, shown, whole_number  # noqa: E402
from dataset.publish import (  # noqa: E402
    check_replaceable,
    filling,
    has_pictures,
    publishing,
    read_source,
    show_folders,
    source_of,
)

import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402

CLASSES = ("airplane", "bike")  # their positions are the labels 0 and 1
PER_CLASS = 800  # pictures drawn of each class
TEST_SHARE = 16  # one picture in this many goes to the test set
WIDTHS = (272, 332)  # pixels
HEIGHTS = (184, 220)  # pixels
OVERSAMPLING = 4  # drawn this many times larger, then scaled down: smooth edges
SIDE_MARGIN = 0.085  # of the width: no machine comes nearer to the left and right edge
TOP_MARGIN = 0.095  # of the height
USUAL_PLACE = (0.72, 0.82), (0.35, 0.65), (0.35, 0.65)  # width of the machine; where in the room left, across and up
ODD_PLACE = (0.64, 0.82), (0.1, 0.9), (0.2, 0.8)  # the same for some pictures, which are harder for a neuron
ODD = 0.2  # share of the pictures with an odd place
FLYING = 0.6  # share of the airplanes that are in the air
EXPOSURE = 1.3  # above 1 makes middle tones darker and colours richer
GRAIN = (1.0, 3.0)  # standard deviation of the noise, in grey levels
VIGNETTE = (0.0, 0.12)  # how much darker the corners are
JPEG_QUALITY = 90  # of 100: more makes larger files
SEED = 4  # another seed draws other pictures
DRAWN = "drawn pictures"  # SOURCE begins with it


# ------------------------------------------------------------------ one picture


def draw_machine(class_name, rng):
    """A machine, the angle in degrees by which its nose points up, and whether it is in the air."""
    machine = Sketch()
    if class_name == "bike":
        pick(rng, BIKES)(rng, machine)
        return machine, 0, False
    flying = rng.random() < FLYING
    resting = pick(rng, AIRPLANES)(rng, machine, flying)
    return machine, rng.uniform(-5, 10) if flying else resting, flying


def place(rng, machine, degrees, flying, width, ground):
    """Where a machine goes, in picture heights: matrix and origin, its left and its right end."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turned = np.array([[cos, -sin], [sin, cos]])
    if rng.random() < 0.5:
        turned[0] *= -1  # facing left
    widths, across, heights = ODD_PLACE if rng.random() < ODD else USUAL_PLACE
    low, high = machine.bounds(turned)
    room = np.array([width * (1 - 2 * SIDE_MARGIN), 1 - TOP_MARGIN - ground])
    scale = min(width * rng.uniform(*widths) / (high - low)[0], *(room / (high - low)))
    low, high = scale * low, scale * high
    spare = room - (high - low)
    up = spare[1] * rng.uniform(*heights) if flying else 0
    origin = (SIDE_MARGIN * width + spare[0] * rng.uniform(*across), ground + up) - low
    return scale * turned, origin, low[0] + origin[0], high[0] + origin[0]


def draw_shadow(scene, left, right, ground):
    """A soft shadow on the ground: many faint ellipses make a dark middle."""
    for size in np.linspace(1, 0.5, 8):
        shadow = disc((left + right) / 2, ground + 0.004, (right - left) / 2 * size, 0.034 * size)
        scene.fill(shadow, (20, 22, 30), alpha=0.07)


def develop(rng, image):
    """Add what a camera adds: an exposure, corners a little darker, and grain."""
    pixels = np.asarray(image, dtype=np.float32)
    y, x = np.meshgrid(*(np.linspace(-1, 1, n, dtype=np.float32) for n in pixels.shape[:2]), indexing="ij")
    light = 1 - np.float32(rng.uniform(*VIGNETTE)) * (x**2 + y**2)
    grain = rng.standard_normal(light.shape, dtype=np.float32) * np.float32(rng.uniform(*GRAIN))
    pixels = 255 * (pixels * light[:, :, None] / 255) ** np.float32(EXPOSURE) + grain[:, :, None]
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def draw_picture(class_name: str, rng: np.random.Generator) -> Image.Image:
    """One finished RGB picture, about 300 x 200 pixels."""
    columns, rows = (OVERSAMPLING * int(rng.integers(*limits, endpoint=True)) for limits in (WIDTHS, HEIGHTS))
    width = columns / rows
    scene = Sketch()
    ground = draw_background(rng, scene, width)
    machine, degrees, flying = draw_machine(class_name, rng)
    matrix, origin, left, right = place(rng, machine, degrees, flying, width, ground)
    draw_shadow(scene, left, right, ground)

    image = Image.new("RGB", (columns, rows))
    to_pixels, corner = np.diag([rows, -rows]), np.array([0, rows])
    scene.paint_on(image, to_pixels, corner)
    machine.paint_on(image, to_pixels @ matrix, to_pixels @ origin + corner)
    return develop(rng, image.reduce(OVERSAMPLING))


# ------------------------------------------------------------------ the files


def draw_one(job):
    """Draw one picture and write it. job: (path, class name, seed, number)."""
    path, class_name, seed, number = job
    rng = np.random.default_rng([seed, CLASSES.index(class_name), number])
    jpeg = io.BytesIO()  # in memory first: Pillow says nothing where a disk takes only half of a file
    draw_picture(class_name, rng).save(jpeg, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    path.write_bytes(jpeg.getbuffer())


def draw_all(folder, per_class=PER_CLASS, seed=SEED):
    """Draw all pictures, on all cores, into folder/train/<class> and folder/test/<class>."""
    for_training = per_class - max(1, per_class // TEST_SHARE)
    jobs = []
    for class_name in CLASSES:
        for number in range(1, per_class + 1):
            part = folder / ("train" if number <= for_training else "test") / class_name
            part.mkdir(parents=True, exist_ok=True)
            jobs.append((part / f"drawn_{number:04d}.jpg", class_name, seed, number))
    with ProcessPoolExecutor(initializer=become_helper) as workers:
        try:
            for _ in progress(workers.map(draw_one, jobs, chunksize=10), len(jobs), "drawing"):
                pass
        except BrokenExecutor as failure:
            raise Problem("a process that draws was ended - close other programs, then run it again") from failure
        except BaseException:
            workers.shutdown(cancel_futures=True)
            raise


def make_pictures(dataset, per_class=PER_CLASS, seed=SEED):
    """Put drawn pictures into dataset/train and dataset/test, complete or not at all.

    Args:
        dataset (Path): the folder that gets train/, test/ and SOURCE.
        per_class (int): how many of each class, at least 2.
        seed (int): 0 or more; another seed draws other pictures.

    Returns:
        bool: False where just these pictures were there already.
    """
    source = f"{DRAWN}, {per_class} of each class, seed {seed}"
    with filling(dataset):
        if source_of(dataset) == source:
            return False
        check_replaceable(dataset, "dataset/draw_pictures.py")
        if has_pictures(dataset) and not read_source(dataset)[0].startswith(DRAWN):
            folders = f"{shown(dataset / 'train')} and {shown(dataset / 'test')}"
            raise Problem(f"photographs are in {folders} - delete both folders first if you want drawings")
        with publishing(dataset, source) as incoming:
            draw_all(incoming, per_class, seed)
    return True


def main(argv=None):
    parser = Parser(__doc__)
    parser.add_argument(
        "--per-class", type=whole_number(2), default=PER_CLASS, help="of each class (default: %(default)s)"
    )
    parser.add_argument(
        "--seed", type=whole_number(0), default=SEED, help="another seed draws other pictures (default: %(default)s)"
    )
    parser.add_argument("--dataset", type=Path, default=HERE, help="where train/ and test/ go (default: %(default)s)")
    args = parser.parse_args(argv)

    new = make_pictures(args.dataset, args.per_class, args.seed)
    show_folders(args.dataset)
    print("done" if new else "everything is there: nothing to do")
    print_next("prepare_data.py", dataset=(args.dataset, HERE))
    return new


if __name__ == "__main__":
    run(main)
