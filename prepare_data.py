"""Step 1 of 3. Turn pictures into arrays of numbers that a machine can learn from.

    python prepare_data.py

A picture of 64 by 64 pixels is a block of numbers: for each pixel how much red, green and blue, from 0 to 255.
A neuron reads one long column of numbers. So every picture goes this way:

    picture file -> (64, 64, 3) -> (12288,) -> (12288, 1) -> column k of X, (12288, m)

64 * 64 * 3 = 12288, and m is the number of pictures. Dividing by 255 brings every number between 0 and 1.

The pictures stand in four folders. Name the classes as you like; the first by name is class 0, the second class 1:

    dataset/train/airplane/   dataset/train/bike/    to learn from
    dataset/test/airplane/    dataset/test/bike/     to find out whether it learned: never used for training

If there are none, this script downloads photographs (Caltech-101), or draws pictures where there is no network.
What comes out: dataset/train_x.h5 and dataset/test_x.h5, files that hold named arrays. At the end, on your screen:

    class                 train   test
    airplane = 0            750     50
    ...
    next: python train.py
"""

from pathlib import Path

import h5py
import numpy as np

from dataset.download_caltech101 import download_photographs
from dataset.draw_pictures import draw_pictures
from dataset.folders import (
    DATASET,
    SPLITS,
    command_line,
    in_one_piece,
    make_folder,
    relative_path,
)
from dataset.pictures import find_classes, img_to_array, list_images, load_img
from dataset.screen import argument_parser, print_at_once, progress

IMAGE_SIZE = 64  # pixels; every picture is made 64 wide and 64 high
N = IMAGE_SIZE * IMAGE_SIZE * 3  # 12288, the numbers of one picture


def image_to_vector(path, image_size=IMAGE_SIZE):
    """Read a picture file of any size as one column of numbers. This is the only road from a file to numbers.

    Returns (12288, 1) float32 in [0, 1]: row by row from the top, each pixel as red, green, blue.
    Raises OSError if the file is no picture, or is damaged.
    """
    image = load_img(path, target_size=(image_size, image_size))  # a picture of 64 x 64 pixels
    array = img_to_array(image)  # (64, 64, 3), each number from 0 to 255
    flat = array.flatten()  # (12288,)
    column = flat.reshape(flat.size, 1)  # (12288, 1); .size: how many numbers
    return column / 255  # (12288, 1), each number from 0 to 1


def make_arrays(dataset, split, class_names):
    """Read all pictures of a split, "train" or "test". m is the number of those that can be read.

    Returns:
        X: (12288, m) float32, one picture a column
        Y: (1, m) float32, the class of each picture, 0 or 1
        files: m texts, the path of each picture, as it is seen from the dataset folder
        unreadable: a text for each picture that cannot be read
    """
    pictures = []
    for label, class_name in enumerate(class_names):
        for path in list_images(dataset / split / class_name):
            pictures.append((path, label))

    # np.zeros makes a table of zeros. order="F": in memory one column follows the other, so filling them is fast.
    m = len(pictures)
    X = np.zeros((N, m), np.float32, order="F")  # (12288, m)
    Y = np.zeros((1, m), np.float32)  # (1, m)
    files = []
    unreadable = []

    # progress gives one after the other, and shows on the screen how far it is.
    k = 0
    for path, label in progress(pictures, f"reading {split}"):
        try:
            column = image_to_vector(path)  # (12288, 1)
        except OSError as problem:
            unreadable.append(str(problem))
            continue
        X[:, k] = column[:, 0]  # column k of X is picture k
        Y[0, k] = label
        name = path.relative_to(
            dataset
        ).as_posix()  # train/airplane/image_0001.jpg, on Windows, too
        files.append(name)
        k = k + 1

    # Only the first k columns are filled, if some pictures cannot be read. :k means columns 0 to k - 1.
    return X[:, :k], Y[:, :k], files, unreadable


def get_pictures(dataset, archive, offline):
    """Where there are neither train nor test pictures, put some there.

    archive: the path of Caltech-101 as somebody has it already, or None. offline: True to draw at once.
    """
    if archive is not None:
        download_photographs(dataset, archive)  # downloads nothing; stops if pictures are there
        return

    found = [split for split in SPLITS if (dataset / split).exists()]
    if len(found) == 2:
        if offline:
            print("pictures are there already: none are drawn")
        return
    # raise SystemExit: the script ends here, and prints the text.
    if len(found) == 1 and dataset == DATASET:
        name = relative_path(dataset / found[0])
        raise SystemExit(
            f"error: of train and test only {name} is there - delete it to get both anew"
        )

    # DATASET is the folder dataset/ of this project. A folder of your own is yours to fill: nothing is
    # downloaded into it, and pictures are drawn only if it is empty and you say --offline.
    if offline and not found:
        draw_pictures(dataset)
    elif dataset == DATASET:
        downloaded = download_photographs(dataset)  # False where there is no network
        if not downloaded:
            draw_pictures(dataset)


def report_unreadable(unreadable, skip_bad):
    """Name the pictures that cannot be read: an error, or a warning if they may be left out."""
    if not unreadable:
        return
    names = "; ".join(unreadable)
    if not skip_bad:
        raise SystemExit(
            f"error: cannot read {names} - save them anew as JPEG, smaller, or use --skip-bad"
        )
    print(f"warning: left out, because they cannot be read: {names}")


def report_counts(class_names, Y_train, Y_test):
    """Print how many pictures there are of each class."""
    print(f"{'class':<20} {'train':>6} {'test':>6}")
    for label, class_name in enumerate(class_names):
        in_train = np.sum(Y_train == label)  # True counts as 1
        in_test = np.sum(Y_test == label)
        title = f"{class_name} = {label}"
        print(f"{title:<20} {in_train:>6} {in_test:>6}")
        if in_train == 0:
            raise SystemExit(
                f"error: no training picture has the label {label}, {class_name} - put some there that can be read"
            )


def report_copies(dataset, files_train, files_test):
    """Warn where the same picture is there twice: then a test tells less than it seems to."""
    contents_train = set()
    for name in files_train:
        content = (dataset / name).read_bytes()
        contents_train.add(hash(content))  # one number for all of a file's content
    copies = len(files_train) - len(contents_train)

    in_both = []
    for name in files_test:
        content = (dataset / name).read_bytes()
        if hash(content) in contents_train:
            in_both.append(name)

    if copies > 0:
        print(f"warning: {copies} training pictures are there twice, in one class or in both")
    if len(in_both) > 0:
        print(
            f"warning: {len(in_both)} test pictures are training pictures too: the test will look too good"
        )
        print("  for example:", ", ".join(in_both[:5]))


def save_arrays(dataset, split, X, Y, files, class_names):
    """Write train_x.h5 or test_x.h5. Until it is finished, an older file of that name stays as it is."""
    path = dataset / f"{split}_x.h5"
    # unfinished: the path of a temporary file. At the end of this block in_one_piece renames it to path.
    with in_one_piece(path) as unfinished:
        with h5py.File(unfinished, "w") as file:
            file[f"data_{split}"] = X
            file[f"labels_{split}"] = Y
            file[f"files_{split}"] = files

            # attrs: small notes that are attached to the file, under names.
            file.attrs["class_names"] = class_names
            file.attrs["image_size"] = IMAGE_SIZE
    print(f"wrote {relative_path(path)}: data_{split} {X.shape}, labels_{split} {Y.shape}")


def main(argv=None):
    """argv: the words behind the script's name, as a test gives them. Else those that were typed in the terminal."""
    # __doc__ is the text at the top of this file, which --help shows. --dataset comes with it, too.
    parser = argument_parser(__doc__)
    parser.add_argument(
        "--offline", action="store_true", help="no pictures there: draw them at once"
    )
    parser.add_argument(
        "--archive", type=Path, help="Caltech-101: the zip, tar.gz or folder you have"
    )
    parser.add_argument("--skip-bad", action="store_true", help="leave out what cannot be read")
    args = parser.parse_args(argv)
    dataset = args.dataset  # a Path

    make_folder(
        dataset, "--dataset"
    )  # if nothing can be written there, it says so, and names this option
    get_pictures(dataset, args.archive, args.offline)
    class_names = find_classes(dataset)

    X_train, Y_train, files_train, unreadable_train = make_arrays(dataset, "train", class_names)
    X_test, Y_test, files_test, unreadable_test = make_arrays(dataset, "test", class_names)
    report_unreadable(unreadable_train + unreadable_test, args.skip_bad)
    report_counts(class_names, Y_train, Y_test)
    report_copies(dataset, files_train, files_test)

    save_arrays(dataset, "train", X_train, Y_train, files_train, class_names)
    save_arrays(dataset, "test", X_test, Y_test, files_test, class_names)
    print(f"next: {command_line('train.py', dataset)}")


if __name__ == "__main__":  # when this file is run, and not imported
    print_at_once()  # each printed line appears at once, also if it goes to a file or another program
    main()
