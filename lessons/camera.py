"""Can you teach it something of your own, now?

    python lessons/camera.py                     # the first camera; --source 1 is the second
    python lessons/camera.py --source film.mp4   # a film in place of a camera

Show the camera one thing and hold key 1, show it another and hold key 2: each frame becomes a picture to learn from.
Some 30 of each will do. Then press t. From then on you will see what the neuron says of each frame, and over it why:
red where the picture speaks for the second thing, blue where for the first. Does it look at the thing, or at you?

    1, 2 collect a picture     t train     s save the pictures as a data set for the three scripts     Esc end
"""

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from common import fit, lesson_parser
from dataset.draw_pictures import new_pictures
from predict_demo import WINDOW, Prediction, cv2, draw_label, window_works
from prepare_data import DATASET, IMAGE_SIZE, command, relative_path
from train import sigmoid

NAMES = ["one", "two"]
TITLE = "1, 2: collect   t: train   s: save   Esc: end"


def frame_to_vector(image):
    """A frame as a PIL image, as image_to_vector would read it from a file: (12288, 1) float32 in [0, 1]."""
    small = image.resize((IMAGE_SIZE, IMAGE_SIZE), Image.Resampling.NEAREST)
    return np.asarray(small, np.float32).reshape(-1, 1) / 255


def draw(image, w, b):
    """What the window shows, (height, width, 3) uint8, blue first: the evidence laid over the frame, and the label."""
    shares = w * frame_to_vector(image)  # (12288, 1): what each number adds to z
    evidence, z = shares.reshape(IMAGE_SIZE, IMAGE_SIZE, 3).sum(axis=2), shares.sum() + b
    colours = plt.colormaps["RdBu_r"](0.5 + 0.5 * evidence / (abs(evidence).max() or 1))[:, :, :3]
    over = Image.fromarray(np.uint8(255 * colours)).resize(image.size)
    says = Prediction("", int(z > 0), sigmoid(abs(z)).item(), None)
    return draw_label(Image.blend(image, over, 0.4), says, NAMES)


def save_pictures(images):
    """Write the pictures of both classes as a new data set; the first and every tenth after it is for the test."""
    names = ("mine", *(f"mine-{number}" for number in range(2, 1000)))
    dataset = next(DATASET.parent / name for name in names if not (DATASET.parent / name).exists())
    dataset.mkdir()
    with new_pictures(dataset) as folder:
        for name, pictures in zip(NAMES, images, strict=True):
            for k, picture in enumerate(pictures):
                path = folder / ("train" if k % 10 else "test") / name / f"{k:04}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                picture.save(path)
    print(f"wrote {relative_path(dataset)}\nnext: {command('prepare_data.py', dataset=dataset)}", flush=True)


def main(argv=None):
    parser = lesson_parser(__doc__)
    parser.add_argument("--source", default="0", help="number of a camera, or a film (default: %(default)s)")
    source = parser.parse_args(argv).source
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # one line is enough, and it is ours
    camera = cv2.VideoCapture(int(source) if source.isdecimal() else source)
    if not camera.isOpened():
        raise SystemExit(f"error: no camera or film {source} that can be used - close what uses it, or try --source 1")
    if not window_works():
        raise SystemExit("error: no window can be shown here - run it on a computer with a display")
    cv2.namedWindow(TITLE, WINDOW)
    images, neuron, key = ([], []), None, -1
    while key not in (27, ord("q")) and cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) > 0:
        there, frame = camera.read()  # (height, width, 3) uint8, blue first
        if not there:
            break
        image, counts = Image.fromarray(frame[:, :, ::-1]), f"{len(images[0])} of one, {len(images[1])} of two"
        canvas = draw(image, *neuron) if neuron else cv2.putText(frame, counts, (10, 30), 0, 1, (0, 0, 255), 2)
        cv2.imshow(TITLE, canvas)
        key = cv2.waitKey(30)
        if key in (ord("1"), ord("2")):
            images[key - ord("1")].append(image)
        elif key == ord("t") and all(images):
            X = np.hstack([frame_to_vector(picture) for pictures in images for picture in pictures])
            *neuron, costs = fit(X, np.float32([[0] * len(images[0]) + [1] * len(images[1])]))
            print(f"trained on {counts}: the cost is {costs[-1]:.4f}", flush=True)
        elif key == ord("s") and min(map(len, images)) > 1:
            save_pictures(images)
    print("try: show it a third thing. What does it say, and how sure is it?")
    return images, neuron


if __name__ == "__main__":
    main()
