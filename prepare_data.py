"""Step 1 of 3. Turn pictures into arrays of numbers that a machine can learn from.

    python prepare_data.py

A picture of 64 by 64 pixels is a block of numbers: for each pixel how much red, green and blue, from 0 to 255.
A neuron reads one long column of numbers. So every picture goes this way:

    picture file -> (64, 64, 3) -> (12288,) -> (12288, 1) -> column k of X, (12288, m)

64 * 64 * 3 = 12288, and m is the number of pictures. Dividing by 255 brings every number between 0 and 1.

The pictures stand in four folders. The names of the class folders are up to you; sorted by name, the first is
class 0 and the second class 1:

    dataset/train/airplane/   dataset/train/bike/    to learn from
    dataset/test/airplane/    dataset/test/bike/     to find out whether it learned: never used for training

If there are none, this script fetches photographs (Caltech-101), or draws pictures where there is no network.

What comes out: dataset/train_x.h5 and dataset/test_x.h5, with the pictures, their labels and their file names.
An h5 file holds named arrays; `load_arrays` below shows how to read one.

The heart of this file is image_to_vector, load_pixels and pixels_to_columns. The rest finds files, checks and saves;
you can skip it at first. Among the lines on your screen:

    class                 train   test
    airplane = 0            750     50
    ...
    next: python train.py
"""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from dataset.guards import Parser, Problem, in_one_line, print_next, progress, run, shown, warn
from dataset.h5_files import read_h5, write_h5
from dataset.pictures import BadPicture, as_a_person_sees_it, picture_readers, why_unreadable
from dataset.publish import has_pictures, settle, source_of, visible

import numpy as np

HERE = Path(__file__).resolve().parent
DATASET = HERE / "dataset"  # where the pictures are, and where the arrays go
IMAGE_SIZE = 64  # pixels; every picture is made 64 wide and 64 high
SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp"}  # what counts as a picture
PARTS = ("train", "test")


class Arrays(NamedTuple):
    """What one of the two h5 files holds, with m pictures and n = 64 * 64 * 3 = 12288 numbers a picture."""

    X: np.ndarray  # (n, m) float32 in [0, 1]; column k is picture k: X[:, k].reshape(64, 64, 3)
    Y: np.ndarray  # (1, m) float32; 0 or 1, the class of picture k
    files: list  # m texts; the path of picture k, relative to the dataset folder
    class_names: list  # two texts; class_names[0] is the name of class 0
    source: str  # where the pictures came from


# ------------------------------------------------------------------ from a picture file to a vector


def image_to_vector(path):
    """Read a picture file as one column of numbers. This is the only road from a file to numbers.

    Args:
        path (str or Path): a JPEG, PNG, BMP, GIF or WEBP file of any size.

    Returns:
        np.ndarray: (12288, 1) float32 in [0, 1]; row by row from the top, each pixel as red, green, blue.

    Raises:
        BadPicture: the file is no picture, is damaged, or is too large.
    """
    return pixels_to_columns([load_pixels(path)])


def load_pixels(path):
    """Read a picture file as a (64, 64, 3) array of whole numbers, 0 to 255: height, width, and red, green, blue.

    Raises:
        BadPicture: as in image_to_vector.
    """
    return np.asarray(load_picture(path, (IMAGE_SIZE, IMAGE_SIZE)))


def pixels_to_columns(pictures):
    """Lay each picture out as one column, and scale it: m arrays (64, 64, 3) of 0..255 -> (12288, m) of 0..1."""
    pixels = np.stack(pictures)  # (m, 64, 64, 3)
    rows = pixels.reshape(len(pictures), -1)  # (m, 12288): a row is one picture, flattened
    return rows.T / np.float32(255)  # (12288, m): a column is one picture


def load_picture(path, size=None):
    """A picture file as Keras loads it: RGB, upright, of the given (height, width) by nearest neighbour.

    Returns a PIL image. Without a size it keeps its own. Raises BadPicture, as image_to_vector does.
    """
    keras_load_img, _ = picture_readers()
    try:
        picture = keras_load_img(as_a_person_sees_it(Path(path)), target_size=size)
        picture.load()  # Pillow may have read no more than the first bytes so far
    except Exception as failure:  # there is hardly an exception that a damaged picture cannot cause
        raise BadPicture(path, why_unreadable(failure)) from failure
    return picture


# ------------------------------------------------------------------ from folders to arrays


def find_classes(dataset):
    """The names of the two class folders, the same in train and test; the first, by name, is class 0.

    Raises:
        Problem: there are not exactly two, or train and test differ.
    """
    names = {}
    for part in PARTS:
        folder = dataset / part
        if not folder.is_dir():
            raise Problem(f"no folder {shown(folder)} - see dataset/README.md for the four folders")
        names[part] = [entry.name for entry in visible(folder) if entry.is_dir()]
        if len(names[part]) != 2:
            raise Problem(
                f"{len(names[part])} class folders in {shown(folder)} ({', '.join(names[part]) or 'none'}) "
                "- there must be exactly two, one for each class"
            )
    if names["train"] != names["test"]:
        raise Problem(
            f"{shown(dataset / 'train')} has the classes {' and '.join(names['train'])}, but "
            f"{shown(dataset / 'test')} has {' and '.join(names['test'])} - give the folders the same names"
        )
    return names["train"]


def is_picture(path):
    """Whether a file counts as a picture, by its name."""
    return path.suffix.lower() in SUFFIXES and not path.is_dir()


def list_pictures(dataset, part, class_names):
    """The picture files of train or test in sorted order, class 0 first, and their labels.

    Returns:
        list of Path, list of int: the files, and 0 or 1 for each.

    Raises:
        Problem: a class folder without pictures.
    """
    paths, labels = [], []
    for label, class_name in enumerate(class_names):
        folder = dataset / part / class_name
        pictures, others = [], []
        for entry in visible(folder):
            (pictures if is_picture(entry) else others).append(entry)
        if not pictures:
            raise Problem(f"no pictures in {shown(folder)} - put some there ({' '.join(sorted(SUFFIXES))})")
        if others:
            names = ", ".join(shown(other.name) for other in others[:5]) + ", ..." * (len(others) > 5)
            warn(f"{len(others)} ignored in {shown(folder)}, by their names no pictures: {names}")
        paths += pictures
        labels += [label] * len(pictures)
    return paths, labels


def read_pictures(paths):
    """Read all pictures on all cores, into an array that is filled once.

    Returns:
        X (np.ndarray): (12288, m) float32; column k is picture k, all zeros if it could not be read.
        broken (dict): for each k that could not be read, why.
    """
    X = np.zeros((IMAGE_SIZE * IMAGE_SIZE * 3, len(paths)), dtype=np.float32)
    broken = {}
    picture_readers()  # once, before the threads start

    def read(block):
        pictures = np.zeros((len(block), IMAGE_SIZE, IMAGE_SIZE, 3), dtype=np.uint8)
        for picture, k in zip(pictures, block, strict=True):
            try:
                picture[:] = load_pixels(paths[k])
            except BadPicture as bad:
                broken[k] = bad
        X[:, block[0] : block[-1] + 1] = pixels_to_columns(pictures)  # neighbours in memory: faster than one by one
        return len(block)

    blocks = [range(k, min(k + 16, len(paths))) for k in range(0, len(paths), 16)]
    threads = ThreadPoolExecutor(os.cpu_count())
    try:
        with progress((), len(paths), "reading pictures") as bar:
            for count in threads.map(read, blocks):
                bar.update(count)
    finally:
        threads.shutdown(cancel_futures=True)  # after Ctrl-C nobody waits for the rest
    return X, broken


def make_arrays(dataset, class_names, skip_bad=False):
    """Read all pictures into arrays.

    Returns:
        dict: Arrays of "train" and of "test".

    Raises:
        Problem: pictures that cannot be read, all of them named; with skip_bad they are left out.
    """
    listed = {part: list_pictures(dataset, part, class_names) for part in PARTS}
    read = {part: read_pictures(paths) for part, (paths, _) in listed.items()}
    broken = [bad for _, by_number in read.values() for _, bad in sorted(by_number.items())]
    if broken:
        names = "; ".join(f"{shown(bad.path)} ({bad.why})" for bad in broken)
        if not skip_bad:
            raise Problem(f"cannot read {len(broken)} of the pictures: {names} - replace them, or use --skip-bad")
        warn(f"{len(broken)} of the pictures left out: {names}")

    arrays, source = {}, source_of(dataset)
    for part in PARTS:
        (paths, labels), (X, without) = listed[part], read.pop(part)
        good = [k for k in range(len(paths)) if k not in without]
        Y = np.array([[labels[k] for k in good]], dtype=np.float32)
        if len(np.unique(Y)) < 2:
            raise Problem(f"a class has no picture that can be read in {shown(dataset / part)} - add some")
        files = [paths[k].relative_to(dataset).as_posix() for k in good]
        arrays[part] = Arrays(X[:, good] if without else X, Y, files, class_names, source)
    return arrays


def count_in_both(dataset, train_files, test_files):
    """How many test pictures are also training pictures, byte for byte: such a test tells nothing."""

    def fingerprint(file):
        return hashlib.sha256((dataset / file).read_bytes()).digest()

    learned = {fingerprint(file) for file in train_files}
    return sum(fingerprint(file) in learned for file in test_files)


# ------------------------------------------------------------------ h5 files


def save_arrays(dataset, part, arrays):
    """Write Arrays as dataset/train_x.h5 or dataset/test_x.h5; returns the path."""
    path = dataset / f"{part}_x.h5"
    write_h5(
        path,
        {f"data_{part}": arrays.X, f"labels_{part}": arrays.Y, f"files_{part}": arrays.files},
        {"class_names": arrays.class_names, "image_size": IMAGE_SIZE, "source": arrays.source},
    )
    return path


def load_arrays(dataset=DATASET):
    """Read what this script wrote.

    Returns:
        Arrays, Arrays: the training pictures and the test pictures.

    Raises:
        Problem: files that are missing, damaged, of different classes, or not what this script writes.
    """
    train, test = (load_part(Path(dataset), part) for part in PARTS)
    if train.class_names != test.class_names:
        raise Problem(
            f"train_x.h5 has the classes {' and '.join(train.class_names)}, but test_x.h5 has "
            f"{' and '.join(test.class_names)} - run: python prepare_data.py"
        )
    return train, test


def load_part(dataset, part):
    """Read dataset/train_x.h5 or dataset/test_x.h5 as Arrays, and check every promise about it."""
    path, remedy = dataset / f"{part}_x.h5", "run: python prepare_data.py"
    arrays, attributes = read_h5(path, [f"data_{part}", f"labels_{part}", f"files_{part}"], remedy)
    X, Y, files = arrays.values()
    class_names, size = attributes.get("class_names"), attributes.get("image_size")
    n, m = IMAGE_SIZE * IMAGE_SIZE * 3, np.size(files)

    def must(be_true, complaint):
        if not be_true:
            raise Problem(f"{shown(path)} cannot be used: {complaint} - {remedy}")

    must(np.array_equal(size, IMAGE_SIZE), f"its image size is {size}, not {IMAGE_SIZE}")
    must(are_texts(class_names) and len(set(class_names)) == 2, f"class_names are not two texts: {class_names}")
    must(are_texts(files), f"files_{part} are not texts")
    must(m > 0, "it has no pictures")
    for name, values, shape in ((f"data_{part}", X, (n, m)), (f"labels_{part}", Y, (1, m))):
        must(np.shape(values) == shape, f"{name} has the shape {np.shape(values)}, not {shape}")
        must(np.asarray(values).dtype.kind == "f", f"{name} is not of a float type")
    must(X.min() >= 0 and X.max() <= 1, f"data_{part} has values outside 0 to 1, or NaN")
    must(np.isin(Y, (0, 1)).all(), f"labels_{part} has other values than 0 and 1")
    return Arrays(X, Y, files, class_names, str(attributes.get("source", "")))


def are_texts(values):
    """Whether this is a list of texts."""
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


# ------------------------------------------------------------------ the script


def get_pictures(dataset, offline=False):
    """Put pictures into an empty dataset folder: photographs if the network allows, else drawings.

    Raises:
        Problem: a folder that holds something else; photographs that arrive and are not the right ones.
    """
    from dataset import download_caltech101, draw_pictures

    if dataset.resolve() != DATASET and any(entry.is_dir() or is_picture(entry) for entry in visible(dataset)):
        raise Problem(f"no train and no test in {shown(dataset)} - see dataset/README.md for the four folders")
    if not offline:
        try:
            download_caltech101.fetch_pictures(dataset)
            return
        except download_caltech101.Unreachable as problem:
            print(f"no photographs: {str(problem).partition(' - ')[0]}; drawing pictures instead", flush=True)
    draw_pictures.make_pictures(dataset)


def main(argv=None):
    parser = Parser(__doc__)
    parser.add_argument(
        "--dataset", type=Path, default=DATASET, help="folder with train/ and test/ (default: %(default)s)"
    )
    parser.add_argument("--offline", action="store_true", help="if there are no pictures, draw them at once")
    parser.add_argument("--skip-bad", action="store_true", help="leave pictures out that cannot be read")
    args = parser.parse_args(argv)
    dataset = args.dataset

    settle(dataset)
    if not has_pictures(dataset):
        get_pictures(dataset, args.offline)
    class_names = find_classes(dataset)
    arrays = make_arrays(dataset, class_names, args.skip_bad)

    print(f"pictures: {arrays['train'].source}")
    print(f"{'class':<20} {'train':>6} {'test':>6}")
    for label, class_name in enumerate(class_names):
        counts = [np.count_nonzero(label == arrays[part].Y) for part in PARTS]
        print(f"{f'{in_one_line(class_name)} = {label}':<20} {counts[0]:>6} {counts[1]:>6}")
    if both := count_in_both(dataset, arrays["train"].files, arrays["test"].files):
        warn(f"{both} test pictures are training pictures as well: the test accuracy will flatter")

    for part in PARTS:
        path = save_arrays(dataset, part, arrays[part])
        print(f"wrote {shown(path)}: data_{part} {arrays[part].X.shape}, labels_{part} {arrays[part].Y.shape}")
    print_next("train.py", dataset=(dataset, DATASET))
    return arrays["train"], arrays["test"]


if __name__ == "__main__":
    run(main)
