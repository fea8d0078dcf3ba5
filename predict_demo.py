"""Step 3 of 3. Let the neuron label pictures that it has never seen, and look at them.

    python predict_demo.py                      # a choice of the test pictures, the wrong ones first
    python predict_demo.py my_photo.jpg         # a picture of your own, or several, or a folder of them

Each picture goes the same way as in training: image_to_vector makes a column of 12288 numbers of it, the neuron
computes its activation, and that is how sure it is. The label is written above the picture with OpenCV: in green
where it is known to be right, in red where it is wrong, in white where nobody knows. What a picture shows is known
from its folder, if that has the name of a class.

In the window any key shows the next picture; Esc, q or closing the window ends. Without a display there is no
window. The labelled pictures are always written to results/demo/. The first and last lines on your screen:

    airplane       94.9%  wrong  dataset/test/bike/drawn_0768.jpg
    ...
    next: python lessons/evidence.py
"""

from itertools import chain, zip_longest
from pathlib import Path
from typing import NamedTuple

from dataset import guards
from dataset.guards import Parser, Problem, in_one_line, print_next, progress, run, shown, warn, write_safely
from dataset.publish import by_name
from prepare_data import (
    DATASET,
    SUFFIXES,
    BadPicture,
    find_classes,
    image_to_vector,
    is_picture,
    list_pictures,
    load_picture,
)
from train import RESULTS, load_model, percent, predict_image, sigmoid

import numpy as np

TEST_PICTURES_SHOWN = 10  # how many, where no picture is named
WINDOW = (800, 600)  # pixels; the widest and highest a picture is shown
SMALLEST = 400  # pixels; a narrower picture is enlarged to this width
STRIP = 46  # pixels; the height of the dark strip above the picture, for the label
LONGEST_NAME = 24  # letters; a longer class name is cut on the picture
WHITE, GREEN, RED = (255, 255, 255), (120, 220, 90), (90, 90, 250)  # blue, green, red: OpenCV's order
DARK, GREY = (34, 30, 28), (70, 64, 60)


class Labelled(NamedTuple):
    """What the neuron says of one picture."""

    path: Path
    label: int  # 0 or 1
    probability: float  # how sure it is of this label, 0.5 to 1
    right: bool | None  # None where nobody knows


# ------------------------------------------------------------------ which pictures


def pictures_in(names):
    """The picture files that were named, and those in the folders that were named, in sorted order.

    Raises:
        Problem: a name that is neither, or a folder without pictures.
    """
    paths = []
    for name in names:
        if name.is_dir():
            found = [path for path in name.rglob("*") if is_picture(path) and not hidden(path, name)]
            if not found:
                raise Problem(f"no pictures in {shown(name)} - name a folder with {' '.join(sorted(SUFFIXES))} files")
            paths += sorted(found, key=by_name)
        elif name.exists() or name.is_symlink():
            paths.append(name)
        else:
            raise Problem(f"no picture or folder {shown(name)} - check the name")
    return paths


def hidden(path, folder):
    """Whether a file below folder is hidden, or stands in a hidden folder."""
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def all_test_pictures(dataset, class_names, model):
    """All test pictures, if the data set holds the classes that the model knows."""
    classes = find_classes(dataset)
    if classes != class_names:
        raise Problem(
            f"{shown(model)} knows {' and '.join(class_names)}, but {shown(dataset)} holds {' and '.join(classes)} "
            "- run: python prepare_data.py, then python train.py"
        )
    return list_pictures(dataset, "test", classes)[0]


def choose(labelled, most=TEST_PICTURES_SHOWN):
    """Some of the test pictures: the wrong ones, the surest first, then right ones, by turns one of each class."""
    wrong = sorted((one for one in labelled if one.right is False), key=lambda one: -one.probability)
    wrong = wrong[: most - 2]  # room for one of each class that is right
    right = [[one for one in labelled if one.right and one.label == label] for label in (0, 1)]
    spread = [row[:: max(1, 2 * len(row) // most)] for row in right]
    by_turns = [one for one in chain.from_iterable(zip_longest(*spread)) if one]
    return (wrong + by_turns)[:most]


# ------------------------------------------------------------------ what the neuron says


def folder_name(path):
    """The name of the folder in which a picture stands, links not followed: the class, in a data set."""
    name = path.parent.name
    return path.parent.resolve().name if name in ("", "..") else name


def label_picture(path, w, b, class_names):
    """Let the neuron look at one picture."""
    x = image_to_vector(path)  # (12288, 1)
    label = predict_image(w, b, x)
    a = float(sigmoid(w.T @ x + b)[0, 0])  # how sure it is of class 1
    folder = folder_name(path)
    right = folder == class_names[label] if folder in class_names else None
    return Labelled(path, label, a if label else 1 - a, right)


def label_pictures(paths, w, b, class_names):
    """Let the neuron look at all pictures; those that cannot be read are named and left out.

    Raises:
        Problem: none of them can be read.
    """
    labelled, bad = [], []
    for path in progress(paths, doing="looking"):
        try:
            labelled.append(label_picture(path, w, b, class_names))
        except BadPicture as unreadable:
            bad.append(unreadable)
    if len(bad) == len(paths) == 1:
        raise bad[0]
    for unreadable in bad:
        warn(str(unreadable))
    if not labelled:
        raise Problem(f"none of the {len(paths)} pictures can be read - name others")
    return labelled


# ------------------------------------------------------------------ what the learner sees


def draw_label(picture, one, class_names):
    """The picture at a size a person can see, below a dark strip: the label, its truth, and a bar of how sure.

    Args:
        picture (PIL image): RGB, of any size.
        one (Labelled): what the neuron says of it.
        class_names (list): two texts.

    Returns:
        np.ndarray: (height, width, 3) uint8, in OpenCV's order blue, green, red.
    """
    cv2 = guards.import_cv2()
    pixels = cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2BGR)
    height, width = pixels.shape[:2]
    scale = min(max(1, SMALLEST / width), WINDOW[0] / width, WINDOW[1] / height)
    width, height = max(8, round(width * scale)), max(8, round(height * scale))  # a line of pixels becomes a bar
    pixels = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)

    names = [name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…" for name in class_names]
    label = f"{names[one.label]} {percent(one.probability)}"
    truth = {True: "right", False: f"should be {names[1 - one.label]}", None: ""}[one.right]
    colour = {True: GREEN, False: RED, None: WHITE}[one.right]

    font = cv2.FONT_HERSHEY_SIMPLEX
    label_width = cv2.getTextSize(label, font, 0.75, 2)[0][0]
    truth_width = cv2.getTextSize(truth, font, 0.55, 1)[0][0]
    wide = max(width, SMALLEST, 14 + label_width + 20 + truth_width + 14)
    canvas = np.full((STRIP + height, wide, 3), DARK, np.uint8)
    cv2.putText(canvas, label, (14, 27), font, 0.75, colour, 2, cv2.LINE_AA)
    cv2.putText(canvas, truth, (wide - 14 - truth_width, 27), font, 0.55, colour, 1, cv2.LINE_AA)
    canvas[STRIP - 6 : STRIP - 2] = GREY
    canvas[STRIP - 6 : STRIP - 2, : round(wide * one.probability)] = colour
    left = (wide - width) // 2
    canvas[STRIP:, left : left + width] = pixels
    return canvas


def free_name(path, taken):
    """A name for the labelled picture: class folder and own name, unlike all in the set taken, which it joins."""
    stem = f"{folder_name(path)}-{path.stem}"
    stem = "".join(c if c.isalnum() or c in " ._-" else "_" for c in stem)[:60]
    name, number = f"{stem}.png", 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}.png"
    taken.add(name.casefold())
    return name


def show_pictures(files):
    """One window, in which one picture follows the other, until the last or until the learner ends it."""
    cv2 = guards.import_cv2()
    window = "what the neuron says"
    cv2.namedWindow(window, cv2.WINDOW_AUTOSIZE | cv2.WINDOW_GUI_NORMAL)
    for number, file in enumerate(files, 1):
        cv2.imshow(window, cv2.imdecode(np.fromfile(file, np.uint8), cv2.IMREAD_COLOR))
        cv2.setWindowTitle(window, f"{number} of {len(files)} - any key: next, Esc: end")
        if not guards.wait_for_key(window):
            break


# ------------------------------------------------------------------ the script


def main(argv=None):
    parser = Parser(__doc__)
    parser.add_argument("pictures", nargs="*", type=Path, help="pictures or folders (default: some test pictures)")
    parser.add_argument(
        "--model", type=Path, default=RESULTS / "model.h5", help="what train.py wrote (default: %(default)s)"
    )
    parser.add_argument(
        "--save", type=Path, default=RESULTS / "demo", help="where labelled pictures go (default: %(default)s)"
    )
    parser.add_argument(
        "--dataset", type=Path, default=DATASET, help="where the test pictures are (default: %(default)s)"
    )
    parser.add_argument("--no-window", action="store_true", help="only write the labelled pictures")
    args = parser.parse_args(argv)

    cv2 = guards.import_cv2()
    w, b, class_names = load_model(args.model)
    paths = pictures_in(args.pictures) if args.pictures else all_test_pictures(args.dataset, class_names, args.model)
    labelled = label_pictures(paths, w, b, class_names)
    if not args.pictures:
        labelled = choose(labelled)

    files, taken = [], {path.name.casefold() for path in paths}  # a picture is never written over one looked at
    class_names = [in_one_line(name) for name in class_names]
    wide = max(map(len, class_names))
    for one in labelled:
        word = {True: "right", False: "wrong", None: ""}[one.right]
        print(f"{class_names[one.label]:<{wide}}  {percent(one.probability):>10}  {word:<5}  {shown(one.path)}")
        drawn = draw_label(load_picture(one.path), one, class_names)
        files.append(args.save / free_name(one.path, taken))
        write_safely(files[-1], cv2.imencode(".png", drawn)[1].tobytes())
    print(f"wrote {len(files)} labelled pictures to {shown(args.save)}")

    if not args.no_window:
        if problem := guards.window_problem():
            print(f"no window ({problem}): open the files instead")
        else:
            print("look at the window: any key shows the next picture, Esc ends", flush=True)
            if not guards.run_apart(show_pictures, files):
                warn("the window went away; the labelled pictures are in the folder named above")
    results = (args.model.parent, RESULTS)  # a lesson looks for model.h5 there
    print_next("lessons/evidence.py", dataset=(args.dataset, DATASET), results=results)
    return labelled


if __name__ == "__main__":
    run(main)
