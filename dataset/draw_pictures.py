"""Draw side views of airplanes and motorbikes, for learners whose computer has no network.

draw_pictures makes train/ and test/ with drawn_0001.jpg and so on, about 300 x 200 pixels; of each class one picture in
16 goes to the test. Both classes stand before the same mixture of backgrounds, and no machine touches the frame of its
picture, so that a neuron has to look at the machines. The same seed draws the same pictures.
"""

import io
import multiprocessing
import os
import signal
import tempfile
import threading
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from dataset.drawing.airplanes import Airplane
from dataset.drawing.bikes import Bike
from dataset.drawing.scenery import Scene, develop
from dataset.drawing.sketch import disc
from dataset.folders import SPLITS, check_no_pictures, put_in_place
from dataset.screen import progress

CLASSES = {"airplane": Airplane, "bike": Bike}  # the first is class 0, the second class 1
PER_CLASS = 800  # pictures of each class
TEST_SHARE = 16  # one picture in 16 is for the test
SEED = 4
WIDTHS = (272, 332)  # pixels, from ... to
HEIGHTS = (184, 220)
OVERSAMPLING = 4  # drawn this many times larger, then scaled down: smooth edges
FEW = 100  # pictures that one processor has drawn before others would have begun


def draw_picture(class_name, rng):
    """One finished picture, a PIL image in RGB. rng: NumPy's random generator, which decides everything."""
    columns = OVERSAMPLING * int(rng.integers(*WIDTHS, endpoint=True))
    rows = OVERSAMPLING * int(rng.integers(*HEIGHTS, endpoint=True))
    width = columns / rows  # the unit of the scene is the height of the picture

    scene = Scene()
    ground = scene.draw(rng, width)
    machine = CLASSES[class_name]()
    degrees, flying = machine.draw(rng)
    matrix, origin, left, right = machine.place(rng, degrees, flying, width, ground)

    # A soft shadow: many faint ellipses make a dark middle.
    middle = (left + right) / 2
    for size in np.linspace(1, 0.5, 8):
        shadow = disc(middle, ground + 0.004, (right - left) / 2 * size, 0.034 * size)
        scene.fill(shadow, (20, 22, 30), alpha=0.07)

    image = Image.new("RGB", (columns, rows))
    to_pixels = np.diag([rows, -rows])  # pixels are counted from the top
    corner = np.array([0, rows])
    scene.paint_on(image, to_pixels, corner)
    machine.paint_on(image, to_pixels @ matrix, to_pixels @ origin + corner)
    return develop(rng, image.reduce(OVERSAMPLING))


def list_drawings(folder, per_class, seed):
    """What is to be drawn: for each picture its class, the seed of its own random generator, and its path."""
    for_test = max(1, per_class // TEST_SHARE)
    drawings = []
    for label, class_name in enumerate(CLASSES):
        for split in SPLITS:
            (folder / split / class_name).mkdir(parents=True)

        for number in range(1, per_class + 1):
            split = "train"
            if number > per_class - for_test:
                split = "test"
            path = folder / split / class_name / f"drawn_{number:04d}.jpg"
            drawings.append((class_name, [seed, label, number], path))
    return drawings


def draw_and_save(drawing):
    """Draw one picture of list_drawings."""
    class_name, seed, path = drawing
    picture = draw_picture(class_name, np.random.default_rng(seed))

    # In memory first: Pillow says nothing where a full disk takes half of a file.
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=90, subsampling=0)
    path.write_bytes(jpeg.getvalue())


def end_with_the_main_process():
    """Wait until the process that started this one has ended, however that came, then end this one."""
    multiprocessing.parent_process().join()
    os._exit(1)


def start_helper():
    """Called first in each of the processes that draw. Ctrl-C is for the main process alone, which ends them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_the_main_process, daemon=True).start()


def draw_on_all_cores(drawings):
    """Draw with as many processes as the computer has processors. Each takes four pictures at a time."""
    processors = min(os.cpu_count(), 60)  # Windows allows no more
    helpers = ProcessPoolExecutor(processors, initializer=start_helper)
    handler = signal.getsignal(signal.SIGINT)  # what Ctrl-C does
    try:
        # Start them, each with a first small task. They inherit that they do not hear Ctrl-C.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for _ in range(processors):
            helpers.submit(os.getpid)
        signal.signal(signal.SIGINT, handler)

        finished = helpers.map(draw_and_save, drawings, chunksize=4)
        for _ in progress(finished, "drawing", len(drawings)):
            pass
    finally:
        # After an error or Ctrl-C: without those that are not begun. A second Ctrl-C changes nothing.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        helpers.shutdown(cancel_futures=True)
        signal.signal(signal.SIGINT, handler)


def draw_pictures(dataset, per_class=PER_CLASS, seed=SEED):
    """Draw per_class pictures of each class into dataset/train/<class> and dataset/test/<class>.

    Other processes help: a script must call this under `if __name__ == "__main__":`.
    """
    check_no_pictures(dataset)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=dataset) as temporary:
        folder = Path(temporary)
        drawings = list_drawings(folder, per_class, seed)
        if len(drawings) > FEW:
            draw_on_all_cores(drawings)
        else:
            for drawing in progress(drawings, "drawing"):
                draw_and_save(drawing)

        for split in SPLITS:
            put_in_place(folder / split, dataset / split)
