"""Step 3 of 3. Let the neuron label pictures that it has never seen, and look at them.

    python predict_demo.py                      # a choice of the test pictures, the wrong ones first
    python predict_demo.py my_photo.jpg         # a picture of your own, or several, or a folder of them

Each picture goes the same way as in training: image_to_vector makes a column of 12288 numbers of it, and the neuron
says how sure it is. OpenCV writes that above the picture: in green where it is right, in red where it is wrong, in
white where no folder tells. What comes out: results/demo/, and a window. On your screen, for example:

    airplane    50.5%  wrong  dataset/test/bike/drawn_0751.jpg
    ...
    next: python lessons/evidence.py
"""

import argparse
import os
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import numpy as np
from PIL import ImageOps
from tqdm import tqdm

from prepare_data import DATASET, find_classes, image_to_vector, list_images, load_image, relative_path, save_file
from train import command, find_folder, load_model, predict_image, results_folder, sigmoid

try:
    import cv2
except ImportError as problem:  # on a bare Linux, system libraries are missing
    remedy = "sudo apt-get update && sudo apt-get install --no-install-recommends libgl1 libglib2.0-0 libsm6"
    raise SystemExit(f"error: OpenCV cannot be imported ({problem}) - on Debian or Ubuntu: {remedy}") from None

EXAMPLES = 10  # how many test pictures are shown, where none is named
SIZE, STRIP = (640, 480), 46  # pixels: what a picture is scaled to fit in, and the height of the strip above it
WINDOW = cv2.WINDOW_AUTOSIZE | (cv2.WINDOW_GUI_NORMAL if sys.platform == "linux" else 0)  # no tool bar, no zooming
COLOURS = {True: (120, 220, 90), False: (90, 90, 250), None: (255, 255, 255)}  # right, wrong, nobody knows; blue first

# What the neuron says of one picture: 0 or 1, how sure it is of that (0.5 to 1), whether it is right (None: who knows?)
Prediction = namedtuple("Prediction", "path label probability right")


def find_images(names):
    """The picture files that were named, those that a pattern like *.jpg fits, and those in folders."""
    images = []
    for name in map(Path, names):
        paths = [name] if name.exists() else sorted(name.parent.glob(name.name))
        images += [image for path in paths for image in (list_images(path) if path.is_dir() else [path])]
        if not paths:
            raise SystemExit(f"error: no picture or folder {name} - check the name")
    return images


def prediction(path, w, b, class_names):
    """Let the neuron look at one picture. Raises OSError where it cannot be read."""
    x = image_to_vector(path)  # (12288, 1)
    label = predict_image(w, b, x)
    a = sigmoid(w.T @ x + b).item()  # how sure it is of class 1
    folders = [folder for folder in path.resolve().parts[:-1] if folder in class_names]
    right = folders[-1] == class_names[label] if folders else None
    return Prediction(path, label, a if label else 1 - a, right)


def select_examples(predictions):
    """As many pictures called class 0 as class 1, the wrong ones first."""
    called = [sorted((p for p in predictions if p.label == label), key=lambda p: p.right) for label in (0, 1)]
    return sorted(called[0][: EXAMPLES // 2] + called[1][: EXAMPLES // 2], key=lambda p: p.right)


def draw_label(image, prediction, class_names):
    """The picture, (height, width, 3) uint8 in OpenCV's order, below a strip with the label; a bar shows how sure."""
    truth = {True: ", right", False: f", should be {class_names[1 - prediction.label]}", None: ""}[prediction.right]
    text = f"{class_names[prediction.label]} {prediction.probability:.1%}{truth}"
    pixels = cv2.cvtColor(np.asarray(ImageOps.contain(image, SIZE)), cv2.COLOR_RGB2BGR)
    font = cv2.FONT_HERSHEY_SIMPLEX, 0.75
    margin = max(0, cv2.getTextSize(text, *font, 2)[0][0] + 28 - pixels.shape[1]) // 2
    canvas = cv2.copyMakeBorder(pixels, STRIP, 0, margin, margin, cv2.BORDER_CONSTANT, value=(34, 30, 28))
    cv2.putText(canvas, text, (14, 27), *font, COLOURS[prediction.right], 2, cv2.LINE_AA)
    bar = round(canvas.shape[1] * (2 * prediction.probability - 1))  # empty at 50 %: a mere guess
    canvas[STRIP - 6 : STRIP - 2, :bar] = COLOURS[prediction.right]
    return canvas


def unique_name(path):
    """A name for what is made of a picture, from the last parts of its path: test-bike-drawn_0768.jpg.png."""
    return "-".join(path.resolve().parts[1:][-3:]) + ".png"


def window_works():
    """Whether a window can be shown. A trial in another process tells, because without a display OpenCV aborts."""
    if sys.platform == "linux":
        os.environ.update(QT_QPA_PLATFORM="xcb", QT_LOGGING_RULES="*=false")  # all that OpenCV can; and quietly
    trial = "import cv2; cv2.namedWindow('trial'); cv2.destroyAllWindows()"
    return subprocess.run([sys.executable, "-c", trial], capture_output=True).returncode == 0


def wait_for_key(window):
    """Wait for a key in a window of OpenCV. Returns False for Esc, q, or a window that was closed: the end."""
    key = -1
    try:
        while key == -1 or 225 <= key <= 236:  # Shift, Ctrl, Alt and their like are no keys of their own
            key = cv2.waitKey(100)  # waitKey(0) would notice neither Ctrl-C nor a closed window
            if cv2.getWindowProperty(window, cv2.WND_PROP_VISIBLE) < 1:
                return False
    except cv2.error:  # the window is gone
        return False
    return key not in (27, ord("q"))


def show_images(files):
    """One window, in which one picture follows the other."""
    window = "what the neuron says"
    cv2.namedWindow(window, WINDOW)
    for number, file in enumerate(files, 1):
        cv2.imshow(window, cv2.imdecode(np.fromfile(file, np.uint8), cv2.IMREAD_COLOR))
        cv2.setWindowTitle(window, f"{number} of {len(files)} - any key: next, Esc: end")
        if not wait_for_key(window):
            break
    cv2.destroyAllWindows()


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", nargs="*", help="pictures or folders (default: some test pictures)")
    parser.add_argument("--dataset", type=find_folder, default=DATASET, help="another folder with test pictures")
    parser.add_argument("--results", type=Path, help="another folder with model.h5, and for the labelled pictures")
    parser.add_argument("--no-window", action="store_true", help="only write the labelled pictures")
    args = parser.parse_args(argv)

    results, predictions, bad, files = results_folder(args), [], [], []
    known = None if args.pictures or not (args.dataset / "train").exists() else find_classes(args.dataset)
    remedy = command("train.py", dataset=args.dataset, results=args.results)
    w, b, class_names = load_model(results / "model.h5", remedy, known)
    for path in tqdm(find_images(args.pictures or [args.dataset / "test"]), "looking", disable=None):
        try:
            predictions.append(prediction(path, w, b, class_names))
        except OSError as problem:
            bad.append(str(problem))
    if bad and not predictions:
        raise SystemExit(f"error: cannot read {'; '.join(bad)} - name other pictures, or save them anew as JPEG")
    if bad:
        print(f"warning: left out, because they cannot be read: {'; '.join(bad)}")
    for p in predictions if args.pictures else select_examples(predictions):
        word = {True: "right", False: "wrong", None: ""}[p.right]
        print(f"{class_names[p.label]:<10} {p.probability:>6.1%}  {word:<5}  {relative_path(p.path)}")
        files.append(results / "demo" / unique_name(p.path))
        save_file(files[-1], cv2.imencode(".png", draw_label(load_image(p.path), p, class_names))[1].tobytes())
    print(f"wrote {len(files)} labelled pictures to {relative_path(results / 'demo')}")
    if not args.no_window and not window_works():
        print("no window can be shown here: open the files instead")
    elif not args.no_window:
        print("look at the window: any key shows the next picture, Esc ends", flush=True)
        show_images(files)
    print(f"next: {command('lessons/evidence.py', dataset=args.dataset, results=args.results)}")
    return predictions


if __name__ == "__main__":
    main()
