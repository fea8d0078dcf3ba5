"""Picture files as they really are: turned by a phone, see-through, damaged, huge, or no pictures at all.

You can read prepare_data.py without reading this file. Keras loads a picture without any of these cares.
"""

import errno
import io
import os
import stat
import warnings
from functools import cache

from dataset.guards import Problem, quietly, shown

import numpy as np

FORMATS = ("JPEG", "PNG", "BMP", "GIF", "WEBP")  # what a file must hold, whatever its name says
MOST_PIXELS = 89_000_000  # of one picture; a larger one could fill the memory
TURNS = {  # by the number in a photo's EXIF tag "orientation"; 1 stands upright
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}


class BadPicture(Problem):
    """A file that cannot be read as a picture: which, and why."""

    def __init__(self, path, why):
        super().__init__(f"cannot read the picture {shown(path)} ({why}) - replace it, or save it anew as JPEG or PNG")
        self.path, self.why = path, why


def as_a_person_sees_it(path):
    """What Keras should load, in memory: the file's own bytes, or an upright, opaque copy of the picture.

    Keras ignores the turn that a phone notes in a photo (its EXIF tag), shows transparent pixels black, and
    16-bit pixels white. Such pictures, and only they, are first put right.
    """
    _, Image = picture_readers()
    file = path.stat()
    if not stat.S_ISREG(file.st_mode):
        raise OSError(errno.EINVAL, "it is no file")  # but a folder, or a pipe on which we would wait for ever
    if file.st_size > 4 * MOST_PIXELS:
        raise OSError(errno.EINVAL, "it is too large")

    content = path.read_bytes()
    if content.startswith(b"\xff\xd8\xff") and b"Exif" not in content:  # the usual photograph needs no closer look
        return io.BytesIO(content)

    picture = Image.open(io.BytesIO(content), formats=FORMATS)  # looks at the first few bytes only
    turn = turn_of(picture)
    deep = picture.mode.startswith("I")  # more than 8 bits a pixel
    if not (turn or deep or picture.has_transparency_data):
        return io.BytesIO(content)

    if deep:
        picture = Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    if turn:
        picture = picture.transpose(Image.Transpose[turn])
    upright = io.BytesIO()
    picture.convert("RGB").save(upright, "BMP")
    upright.seek(0)
    return upright


def turn_of(picture):
    """How a photo must be turned to stand upright, as its EXIF tag says; None if it stands upright."""
    try:
        return TURNS.get(picture.getexif().get(0x0112)) if "exif" in picture.info else None
    except Exception:  # a damaged tag turns nothing; picture viewers do the same
        return None


@cache
def picture_readers():
    """Keras' load_img and PIL's Image, imported when the first picture is read: it takes seconds."""
    os.environ["KERAS_BACKEND"] = "tensorflow"  # the one in requirements.txt, whatever ~/.keras says
    try:
        with quietly():
            from keras.utils import load_img
    except Exception as failure:
        raise Problem(f"Keras cannot be imported ({failure!r}) - run: pip install -r requirements.txt") from failure
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow warns above this number, and refuses above twice as many
    warnings.filterwarnings("ignore", module="PIL")
    return load_img, Image


def why_unreadable(failure):
    """The reason in words for the learner."""
    from PIL import Image, UnidentifiedImageError

    if isinstance(failure, UnidentifiedImageError):
        return "it is not a JPEG, PNG, BMP, GIF or WEBP file"
    if isinstance(failure, Image.DecompressionBombError):
        return "it has too many pixels"
    if isinstance(failure, OSError) and failure.strerror:
        return failure.strerror
    return f"it is damaged: {failure}"
