"""Step 3 of 3. Let the neuron label pictures that it has never seen, and look at them.

    python predict_demo.py                      # some test pictures: the wrong ones, the least sure, the surest
    python predict_demo.py my_photo.jpg         # a picture of your own, or several, or a folder of them

Each picture goes the same way as in training: image_to_vector makes a column of 12288 numbers of it, and the neuron
says how sure it is. OpenCV writes that above the picture: in green where it is right, in red where it is wrong, in
white where no folder tells. What comes out: results/demo/, and a window. On your screen, for example:

    airplane    50.5%  wrong  dataset/test/bike/drawn_0751.jpg
    ...
    next: python lessons/evidence.py
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import ImageOps

from dataset.folders import command_line, make_folder, relative_path, results_folder
from dataset.pictures import find_classes, list_images, load_img
from dataset.screen import argument_parser, print_at_once, progress
from prepare_data import image_to_vector
from train import load_model, predict_image, sigmoid

try:
    import cv2
except ImportError as problem:  # on a bare Linux, system libraries are missing
    remedy = "sudo apt-get update && sudo apt-get install --no-install-recommends libgl1 libglib2.0-0 libsm6"
    raise SystemExit(
        f"error: OpenCV cannot be imported ({problem}) - on Debian or Ubuntu: {remedy}"
    )

EXAMPLES = 10  # how many test pictures are shown, where none is named
MOST_WRONG = 4  # of these so many wrong ones at most
MOST_UNSURE = 3  # and so many that it was least sure of
LARGEST = (640, 480)  # pixels: a picture is scaled to fit into this width and height
STRIP_HEIGHT = 46  # pixels: the strip above it

# Colours in OpenCV's order, blue first: right, wrong, nobody knows, and the strip.
GREEN = (120, 220, 90)
RED = (90, 90, 250)
WHITE = (255, 255, 255)
DARK = (34, 30, 28)


def prediction(path, w, b, image_size):
    """Let the neuron look at one picture: its class, 0 or 1, and how sure the neuron is of that, from 0.5 to 1.

    Raises OSError where the picture cannot be read.
    """
    x = image_to_vector(path, image_size)  # (12288, 1)
    label = predict_image(w, b, x)  # 0 or 1

    a = sigmoid(w.T @ x + b).item()  # how sure it is of class 1, from 0 to 1
    if label == 1:
        sure = a
    else:
        sure = 1 - a
    return label, sure


class Answer:
    """What the neuron says of one picture, and what is true."""

    def __init__(self, path, label, sure, class_names):
        self.path = path
        self.label = label  # 0 or 1
        self.sure = sure  # from 0.5, a mere guess, to 1
        self.class_name = class_names[label]
        self.true_name = find_true_name(path, class_names)  # None: nobody knows

    def verdict(self):
        """One word: right, wrong, or nothing where nobody knows."""
        if self.true_name is None:
            return ""
        if self.true_name == self.class_name:
            return "right"
        return "wrong"


def find_true_name(path, class_names):
    """The class that the folders of a picture name, or None."""
    true_name = None
    for folder in path.resolve().parent.parts:
        if folder in class_names:
            true_name = folder
    return true_name


def find_images(names):
    """The picture files that were named, those that a pattern like *.jpg fits, and those in folders."""
    images = []
    for name in names:
        path = Path(name)
        if path.exists():
            found = [path]
        else:
            found = sorted(path.parent.glob(path.name))
        if not found:
            raise SystemExit(f"error: no picture or folder {name} - check the name")

        for path in found:
            if path.is_dir():
                images += list_images(path)
            else:
                images.append(path)
    return images


def find_answers(images, neuron):
    """Let the neuron look at each picture. Those that cannot be read are left out, with a warning."""
    answers = []
    unreadable = []
    for path in progress(images, "looking"):
        try:
            label, sure = prediction(path, neuron.w, neuron.b, neuron.image_size)
        except OSError as problem:
            unreadable.append(str(problem))
            continue
        answers.append(Answer(path, label, sure, neuron.class_names))

    names = "; ".join(unreadable)
    if not answers:
        raise SystemExit(
            f"error: cannot read {names} - name other pictures, or save them anew as JPEG"
        )
    if unreadable:
        print(f"warning: left out, because they cannot be read: {names}")
    return answers


def by_sureness(answer):
    """By this number answers are sorted."""
    return answer.sure


def choose_examples(answers):
    """Some wrong ones, the surest first; then those it was least sure of; then the surest, of both classes in turn."""
    surest_first = sorted(answers, key=by_sureness, reverse=True)
    wrong = [answer for answer in surest_first if answer.verdict() == "wrong"]
    others = [answer for answer in surest_first if answer.verdict() != "wrong"]

    examples = wrong[:MOST_WRONG]
    for _ in range(MOST_UNSURE):
        if others:
            examples.append(others.pop())  # the last: the least sure

    # The surest of class 0, of class 1, of class 0, and so on.
    label = 0
    while others and len(examples) < EXAMPLES:
        of_this_class = [answer for answer in others if answer.label == label]
        if of_this_class:
            examples.append(of_this_class[0])
            others.remove(of_this_class[0])
        label = 1 - label
    return examples


def picture_to_show(path):
    """A picture file as it is shown: upright, on white, scaled to fit into LARGEST. A PIL image in RGB."""
    return ImageOps.contain(load_img(path), LARGEST)


def text_and_colour(answer):
    """What is written above a picture, and in which colour."""
    text = f"{answer.class_name} {answer.sure:.1%}"
    if answer.verdict() == "right":
        return f"{text}, right", GREEN
    if answer.verdict() == "wrong":
        return f"{text}, should be {answer.true_name}", RED
    return text, WHITE


def draw_label(image, text, sure, colour):
    """A picture below a strip with a text, and a bar that is empty at 50 %, a mere guess, and full at 100 %.

    image: (height, width, 3) uint8 in OpenCV's order, blue first, as what is returned.
    """
    height, width = image.shape[:2]
    font = cv2.FontFace(
        "uni"
    )  # a font that comes with OpenCV, with Chinese and Cyrillic letters, too
    size = 24

    # Where the text is wider than the picture, dark margins make room for it.
    x, y, text_width, text_height = cv2.getTextSize((width, height), text, (0, 0), font, size)
    margin = max(0, text_width + 28 - width) // 2
    canvas = cv2.copyMakeBorder(
        image, STRIP_HEIGHT, 0, margin, margin, cv2.BORDER_CONSTANT, value=DARK
    )

    cv2.putText(canvas, text, (14, 28), colour, font, size)
    bar = round(canvas.shape[1] * (2 * sure - 1))
    canvas[STRIP_HEIGHT - 6 : STRIP_HEIGHT - 2, :bar] = colour
    return canvas


def draw_answer(answer):
    """The labelled picture of an answer, (height, width, 3) uint8, blue first."""
    pixels = np.array(picture_to_show(answer.path))  # (height, width, 3) uint8, red first
    image = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)  # blue first, OpenCV's order
    text, colour = text_and_colour(answer)
    return draw_label(image, text, answer.sure, colour)


def picture_name(number, path):
    """A short name for what is made of a picture, another one for each number: 03-drawn_0768.png."""
    return f"{number:02}-{path.stem[:40]}.png"


def save_picture(canvas, path):
    """Write a labelled picture as a PNG file. (cv2.imwrite would fail in silence where a name is not English.)"""
    done, content = cv2.imencode(".png", canvas)
    path.write_bytes(content.tobytes())


def window_works():
    """Whether a window can be shown. A trial in another process tells, because without a display OpenCV aborts."""
    if sys.platform == "linux":
        os.environ["QT_QPA_PLATFORM"] = "xcb"  # the only way that this OpenCV has
        os.environ["QT_LOGGING_RULES"] = "*=false"  # quietly
    trial = "import cv2; cv2.namedWindow('trial'); cv2.destroyAllWindows()"
    try:
        done = subprocess.run([sys.executable, "-c", trial], capture_output=True, timeout=10)
    except subprocess.TimeoutExpired:  # a display that never answers
        return False
    return done.returncode == 0


def wait_for_key(window):
    """Wait for a key in a window of OpenCV. Returns False for Esc, q, or a window that was closed: the end."""
    key = -1
    try:
        while (
            key == -1 or 225 <= key <= 236
        ):  # Shift, Ctrl, Alt and their like are no keys of their own
            key = cv2.waitKey(100)  # waitKey(0) would notice neither Ctrl-C nor a closed window
            if cv2.getWindowProperty(window, cv2.WND_PROP_VISIBLE) < 1:
                return False
    except cv2.error:  # the window is gone
        return False
    return key not in (27, ord("q"))  # 27 is Esc


def show_pictures(pictures):
    """One window, in which one labelled picture follows the other."""
    window = "what the neuron says"
    flags = cv2.WINDOW_AUTOSIZE
    if sys.platform == "linux":
        flags = cv2.WINDOW_AUTOSIZE | cv2.WINDOW_GUI_NORMAL  # both: and no tool bar
    cv2.namedWindow(window, flags)

    for k, canvas in enumerate(pictures):
        cv2.imshow(window, canvas)
        cv2.setWindowTitle(window, f"{k + 1} of {len(pictures)} - any key: next, Esc: end")
        if not wait_for_key(window):
            break
    cv2.destroyAllWindows()


def main(argv=None):
    parser = argument_parser(__doc__)
    parser.add_argument("pictures", nargs="*", help="pictures or folders (default: test pictures)")
    parser.add_argument("--results", type=Path, help="another folder with model.h5, and for demo/")
    parser.add_argument("--no-window", action="store_true", help="only write the labelled pictures")
    args = parser.parse_args(argv)

    # The neuron of step 2.
    results = results_folder(args.dataset, args.results)
    train_command = command_line("train.py", args.dataset, args.results)
    neuron = load_model(results / "model.h5", train_command)

    # Which pictures, and what it says of them.
    if args.pictures:
        images = find_images(args.pictures)
        examples = find_answers(images, neuron)
    else:
        class_names = find_classes(args.dataset)
        if class_names != neuron.class_names:
            raise SystemExit(
                f"error: the neuron knows {neuron.class_names}, the pictures are of {class_names} - run: {train_command}"
            )
        images = list_images(args.dataset / "test")
        examples = choose_examples(find_answers(images, neuron))

    # The labelled pictures of an earlier run go, so that they do not mix with the new ones.
    folder = results / "demo"
    make_folder(folder, "--results")
    for old in folder.glob("[0-9][0-9]*-*.png"):
        old.unlink()

    pictures = []
    for answer in examples:
        verdict = answer.verdict()
        path = relative_path(answer.path)
        print(f"{answer.class_name:<10} {answer.sure:>6.1%}  {verdict:<5}  {path}")
        canvas = draw_answer(answer)
        pictures.append(canvas)
        save_picture(canvas, folder / picture_name(len(pictures), answer.path))
    print(f"wrote {len(pictures)} labelled pictures to {relative_path(folder)}")

    # The same pictures in a window, where there can be one.
    if not args.no_window:
        if window_works():
            print("look at the window: any key shows the next picture, Esc ends")
            show_pictures(pictures)
        else:
            print("no window can be shown here: open the files instead")
    print(f"next: {command_line('lessons/evidence.py', args.dataset, args.results)}")
    return examples


if __name__ == "__main__":
    print_at_once()
    main()
