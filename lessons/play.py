"""How little paint makes it change its mind?

    python lessons/play.py

One page in your browser, results/lessons/play.html, with your own neuron in it: all its weights, and some test pictures
of each class, the wrong ones first. Paint on a picture, move it, use a photo of your own or the camera, and watch z.
You will see every part of the sum change at once. At the end of the page you can teach a neuron two things of your own.

Each pixel adds w * x to z, three numbers added up. Black is 0, so a pixel that is painted black says nothing any more:
z loses what it said, and nothing else changes. That tells beforehand which pixels to take, those that speak loudest
for the answer. Here you will see how few of them are enough. Then paint by hand: how many do you need?

The page is lessons/play.html with the numbers filled in. It loads nothing and sends nothing: what the camera sees
stays in the page.
"""

import base64
import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import numpy as np

from common import check_neuron, lesson_parser, load_neuron
from dataset.folders import command_line, make_folder, relative_path, results_folder
from dataset.screen import print_at_once
from train import load_arrays

PAGE = Path(__file__).with_name("play.html")
HALF = 4  # pictures of each class that are wrong or least sure, and as many of the surest
ROOM = 40_000  # numbers: so many have room in the page, of each half


def fewest_pixels(x, w, z, image_size):
    """How many pixels must at least be painted black until the answer changes. x, w: (n,)"""
    says = (w * x).reshape(image_size**2, -1)  # (4096, 3): what each number adds to z
    says = says.sum(axis=1)  # (4096,): what each pixel adds to z
    loudest_first = sorted(says)  # for class 0 the lowest numbers speak loudest
    if z > 0:
        loudest_first.reverse()

    new_z = z
    for count, pixel in enumerate(loudest_first, start=1):
        new_z = new_z - pixel
        if (new_z > 0) != (z > 0):
            return count
    return np.inf  # infinitely many: black alone cannot do it


def choose_examples(label, z, test):
    """Columns of some test pictures of one class: from the most wrong one to the surest. z: (m,)"""
    side = 2 * label - 1  # 1 or -1: where z must be for the right answer, above 0 or below
    ranked = []
    for k in range(z.size):
        if test.Y[0, k] == label:
            ranked.append((side * z[k], k))
    ranked.sort()  # by the first number of each pair. Below 0 is wrong: these come first

    half = min(HALF, 1 + ROOM // len(test.X))  # of large pictures fewer
    if len(ranked) > 2 * half:
        ranked = ranked[:half] + ranked[-half:]
    return [k for _, k in ranked]  # the second number of each pair


def as_text(numbers):
    """An array as text, so that the page gets exactly the same numbers: their bytes, written in 64 letters."""
    return base64.b64encode(numbers.astype("<f4").tobytes()).decode()  # <f4 is float32


def fill_page(data):
    """The text of the page with data in it, a dict."""
    page = PAGE.read_text(encoding="utf-8")

    # The page runs only scripts that know this word, which nobody can guess.
    page = page.replace("SECRET", secrets.token_hex(16))

    # A class may be named </script>. Written as \u003c, its < does not end the data.
    text = json.dumps(data).replace("<", "\\u003c")
    return page.replace("PLAY_DATA", text)


def open_in_browser(address):
    """Show the page where there is a screen. Another Python starts the browser, so that what browsers print is lost."""
    if sys.platform == "linux" and "DISPLAY" not in os.environ:
        return
    command = [sys.executable, "-m", "webbrowser", address]
    nowhere = subprocess.DEVNULL
    subprocess.Popen(command, stdout=nowhere, stderr=nowhere)


def main(argv=None):
    parser = lesson_parser(__doc__)
    parser.add_argument("--no-browser", action="store_true", help="only write the page")
    args = parser.parse_args(argv)
    train, test = load_arrays(args.dataset)
    neuron = load_neuron(args)
    check_neuron(neuron, train, args)
    w = neuron.w[:, 0]  # (n,)
    z = (neuron.w.T @ test.X + neuron.b)[0]  # (m,)

    # How little paint?
    pixels = []  # for each test picture
    for k in range(z.size):
        pixels.append(fewest_pixels(test.X[:, k], w, z[k], neuron.image_size))

    pictures = []
    print("        z  black pixels")
    for k in choose_examples(0, z, test) + choose_examples(1, z, test):
        print(f"{z[k]:>+9.4f}  {pixels[k]:>12}  {test.files[k]}")
        label = int(test.Y[0, k])
        pictures.append([test.files[k], label, as_text(test.X[:, k])])
    middle = np.median(pixels)
    print(f"half of the test pictures need {middle:.0f} black pixels or fewer")

    # Fill the page.
    data = {
        "class_names": neuron.class_names,
        "image_size": neuron.image_size,
        "brightest": float(train.X.max()),  # 1, or 255 where nobody divided
        "w": as_text(w),
        "b": neuron.b,
        "mean": as_text(train.X.mean(axis=1)),
        "pictures": pictures,
        "lesson": command_line("lessons/LESSON.py", args.dataset, args.results),
    }
    folder = results_folder(args.dataset, args.results) / "lessons"
    make_folder(folder, "--results")
    path = folder / "play.html"
    path.write_text(fill_page(data), encoding="utf-8")

    # Show it.
    print(f"wrote {relative_path(path)}")
    address = path.resolve().as_uri()
    print(f"open it in a browser: {address}")
    if not args.no_browser:
        open_in_browser(address)
    print("try: paint over the thing in a picture that it gets right. Does that change its mind?")
    return {"path": path, "pixels": pixels, "middle": middle}


if __name__ == "__main__":
    print_at_once()
    main()
