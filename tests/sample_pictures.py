"""Small pictures for tests, made with Pillow: no two alike, coarse enough to be recognised after compression."""

import io

import numpy as np
from PIL import Image

SIZE = (64, 64)


def photo(seed=0, width=90, height=60, mode="RGB"):
    """A picture of 6 x 4 blocks of colour."""
    blocks = np.random.default_rng(seed).integers(0, 256, (4, 6, 3), dtype=np.uint8)
    return Image.fromarray(blocks).resize((width, height), Image.Resampling.BOX).convert(mode)


def encoded(picture, file_format="JPEG", **options):
    """The bytes of a picture file."""
    file = io.BytesIO()
    picture.save(file, file_format, **options)
    return file.getvalue()


def small_dataset(folder, classes=("airplane", "bike"), train=3, test=2):
    """Fill folder/train and folder/test with JPEG photos of two classes; returns the folder."""
    seed = 0
    for part, count in (("train", train), ("test", test)):
        for class_name in classes:
            (folder / part / class_name).mkdir(parents=True)
            for number in range(count):
                (folder / part / class_name / f"{number}.jpg").write_bytes(encoded(photo(seed)))
                seed += 1
    return folder


def keras_vector(path):
    """The witness: what plain Keras makes of a picture file, as (12288,) numbers from 0 to 1."""
    from keras.utils import img_to_array, load_img

    pixels = img_to_array(load_img(path, target_size=SIZE), data_format="channels_last")
    return (pixels / 255).flatten()
