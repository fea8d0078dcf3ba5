"""Step 3 of 3. Let the neuron label pictures that it has never seen, and look at them.

    python predict_demo.py                      # some test pictures: the wrong ones, the least sure, the surest
    python predict_demo.py my_photo.jpg         # a picture of your own, or several, or a folder of them

Each picture goes the same way as in training: image_to_vector makes a column of 12288 numbers of it, and the neuron
says how sure it is. OpenCV writes that above the picture: in green where it is right, in red where it is wrong, in
white where no folder tells. What comes out: results/demo/, and a window. On your screen, for example (drawn pictures):

    airplane    50.5%  wrong  dataset/test/bike/drawn_0751.jpg
    ...
    next: python lessons/evidence.py
"""

from pathlib import Path

import numpy as np
from PIL import ImageOps  # Pillow, a library for pictures

from dataset.folders import command_line, make_folder, relative_path, results_folder
from dataset.pictures import find_classes, list_images, load_img
from dataset.screen import argument_parser, print_at_once, progress
from dataset.window import show_pictures, window_works
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
TEXT_LEFT = 14  # pixels: the text begins so far from the left

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
    label = predict_image(w, b, x)  # which class: 0 or 1

    # How sure? The same sum again, now for the number behind the answer: a, how sure it is of class 1.
    A = sigmoid(w.T @ x + b)  # (1, 1)
    a = A.item()
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
    folders = path.resolve().parent.parts  # such as ("/", "home", "me", "dataset", "test", "bike")
    true_name = None
    for folder in folders:
        if folder in class_names:
            true_name = folder  # the innermost one wins
    return true_name


def find_images(names):
    """The paths of the pictures that were named, of those that a pattern like *.jpg fits, and of those in folders."""
    paths = []
    for name in names:
        named = Path(name)
        if named.exists():
            found = [named]
        else:
            # A pattern: of photos/*.jpg, parent is photos, and name is *.jpg.
            found = sorted(named.parent.glob(named.name))
        if not found:
            raise SystemExit(f"error: no picture or folder {name} - check the name")

        for path in found:
            if path.is_dir():
                paths += list_images(path)
            else:
                paths.append(path)
    return paths


def find_answers(paths, neuron):
    """Let the neuron look at each picture. Those that cannot be read are left out, with a warning."""
    answers = []
    unreadable = []
    for path in progress(paths, "looking"):  # with a bar on the screen
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
    # sorted calls by_sureness on each answer, and compares the numbers.
    surest_first = sorted(answers, key=by_sureness, reverse=True)
    wrong = [answer for answer in surest_first if answer.verdict() == "wrong"]
    others = [answer for answer in surest_first if answer.verdict() != "wrong"]

    examples = wrong[:MOST_WRONG]
    for _ in range(MOST_UNSURE):  # the number itself is not needed
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

    image: (height, width, 3) uint8, whole numbers from 0 to 255, in OpenCV's order, blue first. So is what is returned.
    """
    height, width = image.shape[:2]  # the first two of the three
    font = cv2.FontFace(
        "uni"
    )  # a font that comes with OpenCV, with Chinese and Cyrillic letters, too
    font_size = 24

    # How wide will the text be? OpenCV asks for the size of the picture, and where the text begins.
    text_box = cv2.getTextSize((width, height), text, (0, 0), font, font_size)
    text_width = text_box[2]  # the box is x, y, width, height

    # Dark pixels around the picture: above, below, left, right. Margins only where the text is wider.
    # BORDER_CONSTANT: all of one colour.
    margin = max(0, text_width + 2 * TEXT_LEFT - width) // 2
    canvas = cv2.copyMakeBorder(
        image, STRIP_HEIGHT, 0, margin, margin, cv2.BORDER_CONSTANT, value=DARK
    )
    cv2.putText(canvas, text, (TEXT_LEFT, 28), colour, font, font_size)  # 28 from above

    # The bar: four rows of the strip, from the left to end. Each of these pixels gets the three numbers of colour.
    how_full = 2 * sure - 1  # 0 at 50 %, 1 at 100 %
    end = round(how_full * canvas.shape[1])
    top = STRIP_HEIGHT - 6  # below the bar two more rows of the strip
    canvas[top : top + 4, 0:end] = colour
    return canvas


def draw_answer(answer):
    """The labelled picture of an answer, (height, width, 3) uint8, blue first."""
    pixels = np.array(picture_to_show(answer.path))  # (height, width, 3) uint8: whole numbers
    image = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)  # from red first to blue first
    text, colour = text_and_colour(answer)
    return draw_label(image, text, answer.sure, colour)


def picture_name(number, path):
    """A short name for what is made of a picture, another one for each number: 03-drawn_0768.png."""
    short = path.stem[:40]  # the name without .jpg, at most 40 letters of it
    return f"{number:02}-{short}.png"


def save_picture(picture, path):
    """Write a labelled picture as a PNG file. (cv2.imwrite would fail in silence where a name is not English.)"""
    # content: an array of the numbers that the file will hold. done, whether it worked, is not needed.
    done, content = cv2.imencode(".png", picture)
    path.write_bytes(content.tobytes())  # tobytes: as write_bytes wants them


def main(argv=None):
    """argv: the words behind the script's name, as a test gives them. Else those that were typed in the terminal."""
    # __doc__ is the text at the top of this file, which --help shows. --dataset comes with it, too.
    parser = argument_parser(__doc__)
    parser.add_argument("pictures", nargs="*", help="pictures or folders (default: test pictures)")
    parser.add_argument("--results", type=Path, help="another folder with model.h5, and for demo/")
    parser.add_argument("--no-window", action="store_true", help="only write the labelled pictures")
    args = parser.parse_args(argv)

    # The neuron of step 2, or of the exercise. neuron_command is the command that is shown where there is none.
    results = results_folder(args.dataset, args.results)
    neuron_command = command_line("train.py", args.dataset, args.results)
    if results.name == "my_neuron":
        neuron_command = command_line("lessons/exercise.py", args.dataset)
    neuron = load_model(results / "model.h5", neuron_command)

    # Which pictures, and what it says of them.
    if args.pictures:
        paths = find_images(args.pictures)
        answers = find_answers(paths, neuron)
    else:
        class_names = find_classes(args.dataset)
        if class_names != neuron.class_names:
            raise SystemExit(
                f"error: the neuron knows {neuron.class_names}, the pictures are of {class_names} - run: {neuron_command}"
            )
        paths = list_images(args.dataset / "test")
        answers = choose_examples(find_answers(paths, neuron))

    # The labelled pictures of an earlier run go, so that they do not mix with the new ones.
    folder = results / "demo"
    make_folder(folder, "--results")  # if that fails, it says so, and names this option
    for old in folder.glob("[0-9][0-9]*-*.png"):  # two digits, anything, a hyphen, anything
        old.unlink()

    if not args.pictures:
        print(f"{len(answers)} of {len(paths)} pictures:", end=" ")
        print(f"up to {MOST_WRONG} wrong ones, then the least sure, then the surest")

    pictures = []
    for answer in answers:
        class_name = answer.class_name.ljust(10)
        sure = f"{answer.sure:.1%}".rjust(6)
        verdict = answer.verdict().ljust(5)
        print(f"{class_name} {sure}  {verdict}  {relative_path(answer.path)}")

        picture = draw_answer(answer)  # (height, width, 3) uint8
        pictures.append(picture)
        save_picture(picture, folder / picture_name(len(pictures), answer.path))
    print(f"wrote the labelled pictures to {relative_path(folder)}")

    # The same pictures in a window, where there can be one.
    if not args.no_window:
        if window_works():
            print("look at the window: any key shows the next picture, Esc ends")
            show_pictures(pictures)
        else:
            print("no window can be shown here: open the files instead")
    next_command = command_line("lessons/evidence.py", args.dataset, args.results, args.pictures)
    print(f"next: {next_command}")
    return answers


if __name__ == "__main__":  # when this file is run, and not imported
    print_at_once()  # each printed line appears at once, also if it goes to a file or another program
    main()
