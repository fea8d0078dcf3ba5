"""Draw side views of airplanes and motorbikes, for learners whose computer has no network.

draw_pictures makes train/ and test/ with drawn_0001.jpg and so on, about 300 x 200 pixels; of each class one picture in
16 goes to the test. Both classes stand before the same mixture of backgrounds, and no machine touches the frame of its
picture, so that a neuron has to look at the machines. The same seed draws the same pictures.
"""

import io
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from dataset.drawing.airplanes import Airplane
from dataset.drawing.bikes import Bike
from dataset.drawing.scenery import Scene, develop
from dataset.drawing.sketch import disc
from dataset.folders import SPLITS, check_no_pictures, put_in_place

CLASSES = {"airplane": Airplane, "bike": Bike}  # their positions are the labels 0 and 1
PER_CLASS, TEST_SHARE, SEED = (
    800,
    16,
    4,
)  # pictures of each class, of which one in 16 is for the test
WIDTHS, HEIGHTS = (272, 332), (184, 220)  # pixels, from ... to
OVERSAMPLING = 4  # drawn this many times larger, then scaled down: smooth edges


def draw_picture(class_name, rng):
    """One finished picture, a PIL image in RGB. rng: NumPy's random generator, which decides everything."""
    columns, rows = (
        OVERSAMPLING * int(rng.integers(*limits, endpoint=True)) for limits in (WIDTHS, HEIGHTS)
    )
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
    check_no_pictures(dataset)
    with (
        tempfile.TemporaryDirectory(prefix=".new-", dir=dataset) as temporary,
        tqdm(total=2 * per_class, desc="drawing", disable=None) as bar,
    ):
        folder = Path(temporary)
        for label, class_name in enumerate(CLASSES):
            for number in range(1, per_class + 1):
                picture = draw_picture(class_name, np.random.default_rng([seed, label, number]))
                jpeg = (
                    io.BytesIO()
                )  # in memory first: Pillow says nothing where a full disk takes half of a file
                picture.save(jpeg, "JPEG", quality=90, subsampling=0)
                path = (
                    folder
                    / ("train" if number <= for_training else "test")
                    / class_name
                    / f"drawn_{number:04d}.jpg"
                )
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(jpeg.getvalue())
                bar.update()
        for split in SPLITS:
            put_in_place(folder / split, dataset / split)
