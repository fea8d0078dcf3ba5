"""What must you cover until it changes its mind?

    python lessons/paint_over.py                     # test pictures, one after the other
    python lessons/paint_over.py my_photo.jpg        # or pictures of your own

A window shows the 64 x 64 pixels that the neuron gets, and beside them what each says: red for class 1, blue for 0.
Paint on the left side with the mouse. You will see z, the answer and the evidence follow at once: they are a sum,
and you change its parts. Can you do it with one blob? Is it where the thing is?

    1 black    2 white    3 the colour of the corner, as at first    r take it back    space next picture    Esc end
"""

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from common import lesson_parser
from predict_demo import STRIP, WINDOW, Prediction, cv2, draw_label, find_images, window_works
from prepare_data import IMAGE_SIZE, command, image_to_vector, load_arrays, relative_path, save_file
from train import load_model, results_folder, sigmoid

ZOOM, BRUSH = 5, 3  # screen pixels for each pixel of the picture; the radius of the brush, in pixels of the picture
TITLE = "paint on the left side - 1 black, 2 white, 3 corner, r: back, space: next, Esc: end"


def brush(pixels, column, row, colour):
    """Paint a disc of one colour on (64, 64, 3) numbers from 0 to 1, in place."""
    y, x = np.ogrid[:IMAGE_SIZE, :IMAGE_SIZE]
    pixels[(x - column) ** 2 + (y - row) ** 2 <= BRUSH**2] = colour


def draw(pixels, w, b, names):
    """What the window shows, (height, width, 3) uint8, blue first; and z."""
    shares = w * pixels.reshape(-1, 1)  # (12288, 1): what each number adds to z
    z, limit = float(shares.sum() + b), abs(w.reshape(-1, 3).sum(axis=1)).max()
    evidence = plt.colormaps["RdBu_r"](0.5 + 0.5 * shares.reshape(pixels.shape).sum(axis=2) / limit)[:, :, :3]
    sides = np.uint8(255 * np.hstack([pixels, evidence])).repeat(ZOOM, axis=0).repeat(ZOOM, axis=1)
    said = Prediction("", int(z > 0), sigmoid(abs(z)).item(), None)
    return draw_label(Image.fromarray(sides), said, [f"z = {z:+.2f}: {name}" for name in names]), z


def main(argv=None):
    parser = lesson_parser(__doc__)
    parser.add_argument("pictures", nargs="*", help="pictures or folders (default: test pictures)")
    args = parser.parse_args(argv)
    _, test = load_arrays(args.dataset)
    remedy = command("train.py", dataset=args.dataset, results=args.results)
    w, b, names = load_model(results_folder(args) / "model.h5", remedy, test.class_names)
    files = np.random.default_rng(1).permutation(test.files)
    paths = find_images(args.pictures) or [args.dataset / file for file in files]
    strokes, key = [], 0
    if window := window_works():
        cv2.namedWindow(TITLE, WINDOW)
        cv2.setMouseCallback(TITLE, lambda event, x, y, flags, _: strokes.append((event, x, y, flags)))
    else:
        print("no window can be shown here: the picture shows the first one, and nothing painted on it")
    for path in paths:
        try:
            original = image_to_vector(path).reshape(IMAGE_SIZE, IMAGE_SIZE, 3)
        except OSError as problem:
            raise SystemExit(f"error: cannot read {problem} - name another picture, or save it anew as JPEG") from None
        pixels, colour = original.copy(), original[0, 0]
        print(f"{relative_path(path)}: z = {draw(pixels, w, b, names)[1]:+.4f}")
        while window:
            cv2.imshow(TITLE, draw(pixels, w, b, names)[0])
            key = cv2.waitKey(20)
            while strokes:
                event, x, y, flags = strokes.pop(0)
                if flags & cv2.EVENT_FLAG_LBUTTON or event == cv2.EVENT_LBUTTONDOWN:
                    brush(pixels, x // ZOOM, (y - STRIP) // ZOOM, colour)
                if event == cv2.EVENT_LBUTTONUP:
                    z, covered = draw(pixels, w, b, names)[1], (pixels != original).any(axis=2).sum()
                    print(f"  {covered} of 4096 pixels covered: z = {z:+.4f}, {names[int(z > 0)]}", flush=True)
            if key in (ord("1"), ord("2"), ord("3")):
                colour = {"1": 0, "2": 1, "3": original[0, 0]}[chr(key)]
            elif key == ord("r"):
                pixels = original.copy()
            elif key in (ord(" "), 27) or cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) < 1:
                break
        if key != ord(" "):
            break
    path = results_folder(args) / "lessons" / "paint_over.png"
    save_file(path, cv2.imencode(".png", draw(pixels, w, b, names)[0])[1].tobytes())
    print(f"wrote {relative_path(path)}")
    print("try: cover a thing part by part (of a bike, the tyres) with the colour of the corner. How much is enough?")
    return pixels


if __name__ == "__main__":
    main()
