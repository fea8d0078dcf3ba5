"""Step 1 of 3. Turn pictures into arrays of numbers that a machine can learn from.

    python prepare_data.py

A picture of 64 by 64 pixels is a block of numbers: for each pixel how much red, green and blue, from 0 to 255.
A neuron reads one long column of numbers. So every picture goes this way:

    picture file -> (64, 64, 3) -> (12288,) -> (12288, 1) -> column k of X, (12288, m)

64 * 64 * 3 = 12288, and m is the number of pictures. Dividing by 255 brings every number between 0 and 1.

The pictures stand in four folders. Name the classes as you like; the first by name is class 0, the second class 1:

    dataset/train/airplane/   dataset/train/bike/    to learn from
    dataset/test/airplane/    dataset/test/bike/     to find out whether it learned: never used for training

If there are none, it fetches photographs (Caltech-101), or draws pictures where there is no network. What comes out:
dataset/train_x.h5 and dataset/test_x.h5, files that hold named arrays. At the end, on your screen:

    class                 train   test
    airplane = 0            750     50
    ...
    next: python train.py
"""

import argparse
import io
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np
from PIL import Image, ImageOps
from tqdm import tqdm

from dataset.download_caltech101 import fetch
from dataset.draw_pictures import DATASET, SPLITS, command, draw_pictures, find_folder, relative_path, rename

IMAGE_SIZE = 64  # pixels; every picture is made 64 wide and 64 high
N = IMAGE_SIZE * IMAGE_SIZE * 3  # 12288, the numbers of one picture
FORMATS = ("JPEG", "PNG", "BMP", "GIF", "WEBP")  # what a file must hold, whatever its name says
SUFFIXES = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".gif", ".webp")  # the names that count as pictures
BLOCK = 32  # pictures that are read, and written into the h5 file, at a time


class Split(NamedTuple):
    """What train_x.h5 or test_x.h5 holds: m pictures."""

    X: np.ndarray  # (12288, m) float32 in [0, 1]; column k is picture k: X[:, k].reshape(64, 64, 3)
    Y: np.ndarray  # (1, m) float32; 0 or 1, the class of picture k
    files: list  # m texts; the path of picture k, relative to the dataset folder
    class_names: list  # two texts; class_names[0] is the name of class 0


@cache
def import_keras():
    """Keras, which takes seconds to import. What TensorFlow writes meanwhile to the terminal, file 2, is dropped."""
    os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3")
    terminal = os.dup(2) if sys.__stderr__ else os.open(os.devnull, os.O_WRONLY)  # some editors have none
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        import keras
    except ImportError as problem:
        raise SystemExit(f"error: Keras cannot be imported ({problem}) - see Troubleshooting in README.md") from None
    finally:
        os.dup2(terminal, 2)
    return keras


def load_image(path, size=None):
    """A picture file as Keras loads it, in RGB, but as a person sees it: upright, and white where it is see-through.

    Without a size, (height, width), it keeps its own. Returns a PIL image. Raises OSError: the file holds none of the
    FORMATS, is damaged, or has too many pixels.
    """
    try:
        with Image.open(path, formats=FORMATS) as image:  # looks at its first bytes only
            mode = "rgba" if image.has_transparency_data else "rgb"
            if image.mode.startswith("I"):
                raise ValueError("more than 8 bits a pixel")
        file = io.BytesIO(Path(path).read_bytes())  # all at once: after small reads threads wait for each other
        image = ImageOps.exif_transpose(import_keras().utils.load_img(file, color_mode=mode, target_size=size))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as problem:
        raise OSError(f"{relative_path(path)} ({problem})") from None
    if mode == "rgba":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")


def image_to_vector(path):
    """Read a picture file of any size as one column of numbers. This is the only road from a file to numbers.

    Returns (12288, 1) float32 in [0, 1]: row by row from the top, each pixel as red, green, blue. Raises OSError.
    """
    image = load_image(path, (IMAGE_SIZE, IMAGE_SIZE))
    array = import_keras().utils.img_to_array(image, "channels_last", "float32")  # (64, 64, 3), each 0 to 255
    vector = array.flatten()  # (12288,)
    column = vector.reshape(-1, 1)  # (12288, 1)
    return column / 255


def find_classes(dataset):
    """The names of the two class folders, the same in train and test; the first, by name, is class 0."""
    train, test = (sorted(path.name for path in (dataset / split).glob("[!.]*") if path.is_dir()) for split in SPLITS)
    if len(train) != 2 or train != test:
        found = f"in {relative_path(dataset)}, train has the class folders {train}, test has {test}"
        raise SystemExit(f"error: {found} - there must be two, the same in both: see dataset/README.md")
    return train


def list_images(folder):
    """The picture files in a folder and below it, sorted by name. What else is there is reported."""
    visible = (path for path in folder.rglob("*") if "/." not in f"/{path.relative_to(folder).as_posix()}")
    files = sorted((path for path in visible if path.is_file()), key=lambda path: path.as_posix())
    images = [path for path in files if path.suffix.lower() in SUFFIXES]
    if others := [path.name for path in files if path.suffix.lower() not in SUFFIXES]:
        names = ", ".join(others[:5]) + ", ..." * (len(others) > 5)
        print(f"warning: {len(others)} ignored in {relative_path(folder)}: {names} - export pictures as JPEG")
    if not images:
        raise SystemExit(f"error: no pictures in {relative_path(folder)} - put some there: {' '.join(SUFFIXES)}")
    return images


def make_arrays(dataset, split, class_names):
    """Read the pictures of train or test, on all cores, block by block, into an h5 file in memory.

    Returns:
        io.BytesIO: the file. On the disk h5py would leave half of one if it were stopped.
        dict: the path of each picture in it, class 0 first, and its label.
        list of OSError: the pictures that cannot be read and are left out.
    """
    folders = enumerate(dataset / split / class_name for class_name in class_names)
    labels = {path: label for label, folder in folders for path in list_images(folder)}
    memory, files, bad = io.BytesIO(), {}, []

    def read(block):
        columns = {}
        for path in block:
            try:
                columns[path] = image_to_vector(path)
            except OSError as problem:
                bad.append(problem)
        return columns

    import_keras()  # once, before the threads start
    blocks = [list(labels)[k : k + BLOCK] for k in range(0, len(labels), BLOCK)]
    with h5py.File(memory, "w") as file, ThreadPoolExecutor(os.cpu_count()) as threads:
        shape, layout = (N, len(labels)), {"maxshape": (N, None), "chunks": (N, BLOCK), "fletcher32": True}
        X = file.create_dataset(f"data_{split}", shape, "float32", **layout)
        for columns in tqdm(threads.map(read, blocks), f"reading {split}", len(blocks), disable=None):
            X[:, len(files) : len(files) + len(columns)] = np.array([*columns.values()], X.dtype).reshape(-1, N).T
            files |= {path: labels[path] for path in columns}
        X.resize(len(files), axis=1)
        file.create_dataset(f"labels_{split}", data=np.float32([list(files.values())]), fletcher32=True)
        file[f"files_{split}"] = [path.relative_to(dataset).as_posix() for path in files]
        file.attrs.update(class_names=class_names, image_size=IMAGE_SIZE)
    return memory, files, bad


def save_file(path, data):
    """Write bytes to a file, which is the old one or the new one at any moment, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    rename(part, path)


@contextmanager
def open_h5(path, remedy):
    """An h5 file to read. Where it is not as our scripts write it, one line says so, and the command that mends it."""
    name = relative_path(path)
    if not path.is_file():
        raise SystemExit(f"error: no file {name} - run: {remedy}")
    try:
        with h5py.File(path) as file:
            yield file
    except BlockingIOError:
        raise SystemExit(f"error: another program has {name} open - close it there") from None
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, AttributeError) as problem:
        raise SystemExit(f"error: {name} is damaged, or not ours ({problem}) - run: {remedy}") from None


def load_arrays(dataset=DATASET):
    """Read what this script wrote: a Split of the training pictures, and one of the test pictures."""
    splits = []
    for split in SPLITS:
        with open_h5(Path(dataset) / f"{split}_x.h5", command("prepare_data.py", dataset=dataset)) as file:
            X, Y = file[f"data_{split}"][:], file[f"labels_{split}"][:]
            files, class_names = list(file[f"files_{split}"].asstr()[:]), list(file.attrs["class_names"])
            fitting = X.shape == (N, len(files)) and Y.shape == (1, len(files)) and len(class_names) == 2
            if not (fitting and X.min() >= 0 and X.max() <= 1 and set(Y[0]) == {0, 1}):
                raise ValueError("it must hold pictures as columns, from 0 to 1, labels 0 and 1, and two class names")
            if splits and class_names != splits[0].class_names:
                raise ValueError("other classes than in train_x.h5")
        splits.append(Split(X, Y, files, class_names))
    return splits


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", type=find_folder, default=DATASET, help="another folder with train/ and test/")
    parser.add_argument("--offline", action="store_true", help="if there are no pictures, draw them at once")
    parser.add_argument("--skip-bad", action="store_true", help="leave pictures out that cannot be read")
    args = parser.parse_args(argv)
    dataset = args.dataset
    empty = not any((dataset / split).exists() for split in SPLITS)
    if empty and dataset == DATASET and (args.offline or not fetch(dataset)):
        draw_pictures(dataset)
    class_names = find_classes(dataset)
    train_h5, train_labels, bad_train = make_arrays(dataset, "train", class_names)
    test_h5, test_labels, bad_test = make_arrays(dataset, "test", class_names)
    if problems := "; ".join(map(str, bad_train + bad_test)):
        if not args.skip_bad:
            raise SystemExit(f"error: cannot read {problems} - save them anew as JPEG, smaller, or use --skip-bad")
        print(f"warning: left out, because they cannot be read: {problems}")

    print(f"{'class':<20} {'train':>6} {'test':>6}")
    for label, class_name in enumerate(class_names):
        in_train, in_test = (list(labels.values()).count(label) for labels in (train_labels, test_labels))
        print(f"{f'{class_name} = {label}':<20} {in_train:>6} {in_test:>6}")
    train, test = ({hash(path.read_bytes()) for path in labels} for labels in (train_labels, test_labels))
    if both := train & test:
        print(f"warning: {len(both)} test pictures are training pictures too: the test accuracy will flatter")
    for split, memory, labels in (("train", train_h5, train_labels), ("test", test_h5, test_labels)):
        path, m = dataset / f"{split}_x.h5", len(labels)
        save_file(path, memory.getbuffer())
        print(f"wrote {relative_path(path)}: data_{split} {(N, m)}, labels_{split} {(1, m)}")
    print(f"next: {command('train.py', dataset=dataset)}")


if __name__ == "__main__":
    main()
