"""Make every figure of README.md anew, from the drawn pictures, with the project's own scripts.

python .figures/make.py
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from dataset.guards import Parser, run, shown  # noqa: E402
from predict_demo import label_picture  # noqa: E402
from prepare_data import image_to_vector, load_arrays, load_picture  # noqa: E402
from train import explain_red_blue, load_model, new_figure, save_figure, show_red_blue  # noqa: E402

LARGEST = 400_000  # bytes of a figure, so that the page loads quickly
EXPLAINED = "test/bike/drawn_0758.jpg"  # the picture that README.md explains


def script(name, *arguments):
    """Run a script of the project."""
    print(f"python {name}", flush=True)
    subprocess.run([sys.executable, ROOT / name, *arguments], check=True, stdout=subprocess.DEVNULL)


def keep(image, name):
    """Save a PIL image in this folder, in the format of its name."""
    path = HERE / name
    image.convert("RGB").save(path, optimize=True, quality=88)
    assert path.stat().st_size < LARGEST, f"{name} is too large"
    print(f"wrote {shown(path)}: {path.stat().st_size / 1000:.0f} KB")


def choose(labelled):
    """Six test pictures: two airplanes, three bikes that are right, and the surest mistake."""
    wrong = sorted((one for one in labelled if one.right is False), key=lambda one: -one.probability)
    right = [[one for one in labelled if one.right and one.label == label] for label in (0, 1)]
    return [right[0][3], right[1][12], right[0][10], right[1][11], right[1][10], *wrong[:1]]


def hero(demo, results, chosen):
    """Six labelled pictures beside the weights in red and blue."""
    width, gap = 380, 12
    tiles = []
    for one in chosen:
        tile = Image.open(demo / f"{one.path.parent.name}-{one.path.stem}.png").convert("RGB")
        tiles.append(tile.resize((width, round(tile.height * width / tile.width)), Image.Resampling.LANCZOS))
    height = min(tile.height for tile in tiles)
    rows = -(-len(tiles) // 2)
    sheet = Image.new("RGB", (2 * (width + gap) + 3 * height, rows * (height + gap) - gap), "white")
    for k, tile in enumerate(tiles):
        sheet.paste(tile.crop((0, 0, width, height)), (k % 2 * (width + gap), k // 2 * (height + gap)))
    w, _, class_names = load_model(results / "model.h5")
    figure = new_figure(6, 6.5)
    show_red_blue(figure.subplots(), w)
    explain_red_blue(figure, class_names)
    save_figure(figure, demo / "weights.png")
    weights = Image.open(demo / "weights.png").convert("RGB")
    weights.thumbnail((sheet.width, sheet.height), Image.Resampling.LANCZOS)
    sheet.paste(weights, (2 * (width + gap), (sheet.height - weights.height) // 2))
    return sheet.crop((0, 0, 2 * (width + gap) + weights.width, sheet.height))


def vector(path, folder):
    """A picture, what the neuron gets of it, and the beginning and the end of its column."""
    x = image_to_vector(path)
    figure = new_figure(11, 3.4)
    photo, small, column = figure.subplots(1, 3, width_ratios=(1.5, 1, 1.1))
    photo.imshow(load_picture(path))
    photo.set_title(f"the file: {path.name}")
    small.imshow(x.reshape(64, 64, 3))
    small.set_title("64 x 64 pixels: shape (64, 64, 3)")
    names = [f"row {row}, pixel {pixel}, {colour}" for row, pixel in ((0, 0), (0, 1), (63, 63)) for colour in
             ("red", "green", "blue")]  # fmt: skip
    lines = [f"{value:.3f}   {name}" for name, value in zip(names, x[[0, 1, 2, 3, 4, 5, -3, -2, -1], 0], strict=True)]
    lines.insert(6, "...")
    column.text(0.03, 0.5, "\n".join(lines), family="monospace", va="center", fontsize=10, linespacing=1.5)
    column.set_title("the column: shape (12288, 1)")
    for axes in (photo, small, column):
        axes.set_axis_off()
    save_figure(figure, folder / "vector.png")
    return Image.open(folder / "vector.png")


def main(argv=None):
    Parser(__doc__).parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        dataset, results, demo = (Path(folder) / name for name in ("dataset", "results", "demo"))
        dataset.mkdir()
        script("prepare_data.py", "--offline", "--dataset", dataset)
        script("train.py", "--dataset", dataset, "--results", results)

        _, test = load_arrays(dataset)
        w, b, class_names = load_model(results / "model.h5")
        paths = [dataset / file for file in test.files]
        labelled = [label_picture(path, w, b, class_names) for path in paths]
        chosen = choose(labelled)
        where = ("--dataset", dataset, "--results", results)
        script(
            "predict_demo.py",
            *(one.path for one in chosen),
            "--model",
            results / "model.h5",
            "--save",
            demo,
            "--no-window",
        )
        script("lessons/learning_rates.py", *where)
        script("lessons/watch_it_learn.py", *where)
        script("lessons/evidence.py", dataset / EXPLAINED, *where)

        keep(hero(demo, results, chosen), "hero.jpg")
        keep(vector(dataset / EXPLAINED, demo), "vector.png")
        keep(Image.open(results / "costs.png"), "costs.png")
        keep(Image.open(results / "weights.png"), "weights.png")
        keep(Image.open(results / "lessons" / "learning_rates.png"), "learning_rates.png")
        keep(Image.open(next((results / "lessons").glob("evidence-*.png"))), "evidence.png")
        film = (results / "lessons" / "watch_it_learn.gif").read_bytes()
        (HERE / "watch_it_learn.gif").write_bytes(film)
        print(f"wrote {shown(HERE / 'watch_it_learn.gif')}: {len(film) / 1000:.0f} KB")


if __name__ == "__main__":
    run(main)
