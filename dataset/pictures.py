"""Which files are pictures, and one of them as a person sees it: upright, and on white where it is see-through.

load_img and img_to_array are those of Keras. Keras is imported when the first picture is read, because that takes
seconds.
"""

import functools
import glob
import os
import sys

from PIL import Image, ImageOps

from dataset.folders import SPLITS, relative_path

SUFFIXES = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".gif", ".webp")  # names that count
FORMATS = ("JPEG", "PNG", "BMP", "GIF", "WEBP")  # what a file must hold, whatever its name says
SYSTEM_NAMES = ("@eaDir", "__MACOSX", "desktop.ini", "Thumbs.db")  # a NAS, a Mac, Windows


@functools.cache
def import_keras():
    """Keras. What TensorFlow writes to the terminal while it starts is dropped."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    sys.stdout.flush()

    # TensorFlow writes to file number 2, the terminal, past Python: for a moment that is no terminal.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        terminal = os.dup(2)
    except OSError:  # some editors have none
        terminal = nowhere
    os.dup2(nowhere, 2)
    try:
        import keras
    except ImportError as problem:
        raise SystemExit(
            f"error: Keras cannot be imported ({problem}) - see Troubleshooting in README.md"
        )
    finally:
        os.dup2(terminal, 2)
    return keras


def is_see_through(path):
    """Whether a picture has see-through parts. Raises OSError or ValueError: none of the FORMATS, or not 8 bits."""
    with Image.open(path, formats=FORMATS) as image:  # looks at the first bytes only
        if image.mode.startswith("I"):
            raise ValueError("more than 8 bits a pixel")
        return image.has_transparency_data


def load_img(path, target_size=None):
    """A picture file as Keras loads it, but as a person sees it: upright, and on white where it is see-through.

    target_size: (height, width) in pixels; without it the picture keeps its own. Returns a PIL image in RGB.
    Raises OSError with the file's name: no picture, damaged, too many pixels, or none of the FORMATS.
    """
    try:
        color_mode = "rgb"
        if is_see_through(path):
            color_mode = "rgba"
        load = import_keras().utils.load_img
        image = load(path, color_mode=color_mode, target_size=target_size)
        image = ImageOps.exif_transpose(image)  # phones store how they were held
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as problem:
        raise OSError(f"{relative_path(path)} ({problem})")

    if color_mode == "rgba":
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return image.convert("RGB")


def img_to_array(image):
    """The pixels of a PIL image as an array of Keras: (height, width, 3) float32, each number from 0 to 255."""
    return import_keras().utils.img_to_array(image, data_format="channels_last", dtype="float32")


def find_class_folders(folder):
    """The names of the folders in a folder, sorted. Those that begin with a dot, or are a system's, do not count."""
    names = []
    for path in folder.glob("*"):
        if path.is_dir() and not path.name.startswith(".") and path.name not in SYSTEM_NAMES:
            names.append(path.name)
    return sorted(names)


def find_classes(dataset):
    """The names of the two classes, sorted: the first is class 0. They are the same in train and in test."""
    for split in SPLITS:
        if not (dataset / split).is_dir():
            name = relative_path(dataset / split)
            raise SystemExit(
                f"error: no folder {name} - there must be two, train and test, each with two class folders"
            )

    in_train = find_class_folders(dataset / "train")
    in_test = find_class_folders(dataset / "test")
    if len(in_train) != 2 or in_train != in_test:
        found = f"train has the class folders {in_train}, test has {in_test}"
        where = relative_path(dataset)
        raise SystemExit(
            f"error: in {where}, {found} - there must be two, the same in both: see dataset/README.md"
        )
    return in_train


def list_images(folder):
    """The picture files in a folder and in the folders below it, sorted by name. What else is there is reported."""
    images = []
    others = []
    for name in glob.glob("**/*", root_dir=folder, recursive=True):  # leaves out names with a dot
        path = folder / name
        if not path.is_file() or any(part in SYSTEM_NAMES for part in path.parts):
            continue
        if path.suffix.lower() in SUFFIXES:
            images.append(path)
        else:
            others.append(path.name)

    where = relative_path(folder)
    if others:
        others.sort()
        names = ", ".join(others[:5])
        if len(others) > 5:
            names += ", ..."
        remedy = "if they are pictures, export them as JPEG"
        print(f"warning: {len(others)} ignored in {where}: {names} - {remedy}")
    if not images:
        raise SystemExit(f"error: no pictures in {where} - put some there: {' '.join(SUFFIXES)}")
    return sorted(images, key=path_as_text)


def path_as_text(path):
    """By this text paths are sorted, the same on every system."""
    return path.as_posix()
