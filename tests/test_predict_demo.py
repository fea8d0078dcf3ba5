"""predict_demo.py: what it says of which pictures, what it draws, what its window does."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections import namedtuple

import numpy as np
import pytest
from conftest import ROOT, run_script, wait_for
from PIL import Image

cv2 = pytest.importorskip("cv2", reason="OpenCV cannot be imported here", exc_type=ImportError)

from predict_demo import COLOURS, SIZE, STRIP, Prediction, draw_label, main, select_examples
from prepare_data import image_to_vector, load_image
from train import load_model, save_model, sigmoid

DARK, BRIGHT = (60, 50, 40), (200, 210, 220)
Line = namedtuple("Line", "class_name sure word path")  # what the demo prints of one picture


def paint(path, colour=DARK, size=(60, 40), **options):
    """A picture of one colour, with a corner of another, so that one sees which way is up."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", size, colour)
    picture.paste((90, 160, 40), (0, 0, max(1, size[0] // 4), max(1, size[1] // 4)))
    picture.save(path, **options)
    return path


def write_neuron(path, sureness=2.0, class_names=("airplane", "bike")):
    """A model file whose neuron says class 1 to what is brighter than middle grey, the surer the brighter."""
    w, b = np.full((12288, 1), 10 * sureness / 12288, np.float32), np.float32(-5 * sureness)
    save_model(path, {"w": w, "b": b, "costs": [0.1], "learning_rate": 0.01, "epochs": 1}, list(class_names))


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A data set with 12 test pictures of each class, the first two of each wrong, and the neuron of write_neuron."""
    dataset = tmp_path / "world"
    for class_name, colour, other in (("airplane", DARK, BRIGHT), ("bike", BRIGHT, DARK)):
        for k in range(12):
            shade = tuple(c + k for c in (colour if k > 1 else other))
            paint(dataset / "test" / class_name / f"image_{k:02}.png", shade)
        paint(dataset / "train" / class_name / "image.png", colour)
    write_neuron(dataset / "results" / "model.h5")
    monkeypatch.chdir(tmp_path)
    return dataset


def demo(world, capsys, *args):
    """Run the demo without a window; returns the lines about pictures, and all other lines."""
    main(["--dataset", str(world), "--no-window", *map(str, args)])
    out = capsys.readouterr().out
    found = re.findall(r"^(\S.*?) +(\d+\.\d%)  (right|wrong|     )  (.*)$", out, re.MULTILINE)
    others = [line for line in out.splitlines() if "%" not in line]
    return [Line(class_name, sure, word.strip(), path) for class_name, sure, word, path in found], others


def saved(world):
    """The labelled pictures, by name."""
    return {file.name: cv2.imread(str(file)) for file in sorted((world / "results" / "demo").glob("*.png"))}


def test_without_names_ten_test_pictures_of_both_classes_are_labelled_the_wrong_ones_first(world, capsys):
    lines, others = demo(world, capsys)
    assert [line.word for line in lines] == ["wrong"] * 4 + ["right"] * 6 and len({line.path for line in lines}) == 10
    assert [line.class_name for line in lines].count("bike") == 5
    assert others == ["wrote 10 labelled pictures to world/results/demo", others[1]]
    assert others[1] == f"next: python {ROOT.as_posix()}/lessons/evidence.py --dataset world"
    assert len(saved(world)) == 10 and "test-bike-image_00.png.png" in saved(world)


def test_of_few_predictions_all_are_shown_and_of_many_wrong_ones_some():
    few = [Prediction("a", 0, 0.9, True), Prediction("b", 1, 0.9, False)]
    assert [p.path for p in select_examples(few)] == ["b", "a"]
    many = [Prediction(k, k % 2, 0.9, False) for k in range(40)]
    assert len(select_examples(many)) == 10 and {p.label for p in select_examples(many)} == {0, 1}


def test_a_line_gives_class_probability_truth_and_path(world, capsys):
    picture = world / "test" / "bike" / "image_07.png"
    w, b, _ = load_model(world / "results" / "model.h5")
    a = sigmoid(w.T @ image_to_vector(picture) + b).item()
    assert demo(world, capsys, picture)[0] == [("bike", f"{a:.1%}", "right", "world/test/bike/image_07.png")]
    write_neuron(world / "results" / "model.h5", sureness=-2.0)
    assert demo(world, capsys, picture)[0] == [("airplane", f"{a:.1%}", "wrong", "world/test/bike/image_07.png")]


@pytest.mark.parametrize(
    ("folder", "colour", "word", "right"),
    [("bike", BRIGHT, "right", True), ("bike", DARK, "wrong", False), ("holiday", BRIGHT, "", None)],
)
def test_right_is_green_wrong_is_red_and_white_where_nobody_knows(world, tmp_path, capsys, folder, colour, word, right):
    own = paint(tmp_path / folder / "deeper" / "mine.jpg", colour)
    assert [line.word for line in demo(world, capsys, own)[0]] == [word]
    ((name, picture),) = saved(world).items()
    counts = {key: np.count_nonzero((picture == shade).all(axis=2)) for key, shade in COLOURS.items()}
    assert name == f"{folder}-deeper-mine.jpg.png" and counts.pop(right) > 300 and set(counts.values()) == {0}


@pytest.mark.parametrize("size", [(1, 1), (300, 200), (64, 64), (3000, 400), (40, 900)])
@pytest.mark.parametrize("names", [["airplane", "bike"], ["a class whose name is very long " * 3, "b"]])
def test_text_and_bar_are_inside_and_the_picture_is_whole_in_its_colours(size, names):
    image = Image.new("RGB", size, (200, 30, 10))
    drawn = {p: draw_label(image, Prediction("x", 0, p, True), names) for p in (0.5, 0.75, 1.0)}
    for p, canvas in drawn.items():
        height, width = canvas.shape[:2]
        assert height - STRIP <= SIZE[1] and canvas.dtype == np.uint8
        picture = (canvas == (10, 30, 200)).all(axis=2)
        rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
        assert rows[0] == STRIP and rows[-1] == height - 1 and picture[STRIP:, columns[0] : columns[-1] + 1].all()
        assert max(len(rows) / SIZE[1], len(columns) / SIZE[0]) > 0.99  # it fills the window
        green = (canvas == COLOURS[True]).all(axis=2)
        bar = np.count_nonzero(green[STRIP - 5])
        assert abs(bar - width * (2 * p - 1)) <= 2, "the bar is empty at 50 % and full at 100 %"
        text = np.argwhere(green[: STRIP - 8])
        assert len(text) > 100 and text.min(axis=0)[0] > 2 and text.max(axis=0)[1] < width - 4
    assert not np.array_equal(drawn[0.5][:30], drawn[0.75][:30])


def test_folders_patterns_and_odd_names_may_be_given(world, tmp_path, capsys):
    for name in ("b.JPG", "a.png", "deeper/c.webp", ".hidden.png", ".cache/d.png", "飞机 ü.png", "photo [1].jpg"):
        paint(tmp_path / "mine" / name)
    (tmp_path / "mine" / "phone.heic").write_bytes(b"no picture that is read")
    lines, others = demo(world, capsys, "mine")
    assert [line.path for line in lines] == [
        f"mine/{name}" for name in ("a.png", "b.JPG", "deeper/c.webp", "photo [1].jpg", "飞机 ü.png")
    ]
    assert others[0].startswith("warning: 1 ignored in mine: phone.heic - export pictures as JPEG")
    assert [line.path for line in demo(world, capsys, "mine/*.JPG", "*ne")[0][:2]] == ["mine/b.JPG", "mine/a.png"]
    assert [line.path for line in demo(world, capsys, "mine/photo [1].jpg", "mine/b.JPG")[0]] == [
        "mine/photo [1].jpg",
        "mine/b.JPG",
    ]


def test_a_phone_photo_is_shown_upright(world, tmp_path, capsys):
    exif = Image.Exif()
    exif[0x0112] = 6
    path = paint(tmp_path / "phone.png", BRIGHT, (80, 60), exif=exif)
    demo(world, capsys, path)
    ((_, picture),) = saved(world).items()
    upright = cv2.cvtColor(np.asarray(load_image(path)), cv2.COLOR_RGB2BGR)
    assert upright.shape[:2] == (80, 60) and picture.shape[0] > picture.shape[1] * 0.9
    assert (picture[STRIP + 4, -30] != picture[-4, -30]).any() or (picture[STRIP + 4, 300] == (40, 160, 90)).all()


def test_mistakes_are_one_line_each(world, tmp_path, capsys):
    (tmp_path / "text.jpg").write_text("no picture")
    (tmp_path / "nothing").mkdir()
    good = paint(tmp_path / "good.png")
    for arguments, message in (
        (["no.jpg"], "^error: no picture or folder no.jpg - check the name$"),
        (["*.tiff"], r"^error: no picture or folder \*.tiff - check the name$"),
        (["nothing"], "^error: no pictures in nothing - put some there"),
        (["text.jpg"], r"^error: cannot read text.jpg \(.+\) - name other pictures, or save them anew as JPEG$"),
    ):
        with pytest.raises(SystemExit, match=message):
            demo(world, capsys, *arguments)
    lines, others = demo(world, capsys, "text.jpg", good)
    assert len(lines) == 1 and others[0].startswith("warning: left out, because they cannot be read: text.jpg (")
    write_neuron(world / "results" / "model.h5", class_names=["cat", "dog"])
    with pytest.raises(SystemExit, match=r"^error: the neuron knows \['cat', 'dog'\], the pictures are of .* - run: "):
        demo(world, capsys)
    (world / "results" / "model.h5").unlink()
    (world / "train").rename(tmp_path / "elsewhere")  # as in a new folder, before step 1
    remedy = r"run: python .*train.py --dataset world$"
    with pytest.raises(SystemExit, match=r"^error: no file world/results/model.h5 - " + remedy):
        demo(world, capsys)


def test_opencv_that_cannot_be_imported_is_one_line(world, tmp_path):
    (tmp_path / "cv2.py").write_text("raise ImportError('libGL.so.1: cannot open shared object file')", "utf-8")
    done = run_script("predict_demo.py", "--dataset", world, PYTHONPATH=tmp_path)
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert done.stderr.startswith("error: OpenCV cannot be imported (libGL.so.1: ")


@pytest.mark.skipif(sys.platform != "linux", reason="only there a display can be missing or dead")
@pytest.mark.parametrize("display", [None, "", ":77"])
def test_without_a_display_that_works_one_line_says_so_and_the_files_are_there(world, capsys, monkeypatch, display):
    if display is not None:
        monkeypatch.setenv("DISPLAY", display)
    main(["--dataset", str(world)])
    assert "no window can be shown here: open the files instead" in capsys.readouterr().out and len(saved(world)) == 10


@pytest.fixture
def shown(world, screen, tmp_path):
    """The demo before a screen: xdotool, number() of the picture that is shown, press(key), ended(), the process."""
    log, command = tmp_path / "log", [sys.executable, "-u", ROOT / "predict_demo.py", "--dataset", world]

    def window():
        return screen("search", "--onlyvisible", "--name", "of 10 - any key").split()[-1:]

    def number():
        """The number of the picture in the title of the window; 0 where there is none."""
        title = re.match(r"(\d+) of 10", screen("getwindowname", *window()))
        return int(title[1]) if title else 0

    def press(key):
        """Press a key until another picture is shown: the first may be lost, when the window is not ready."""
        before = number()
        for _ in range(5):
            screen("mousemove", "--window", *window(), 30, 30, "key", key)
            with contextlib.suppress(AssertionError):
                return wait_for(lambda: number() != before or process.poll() is not None, 5)
        pytest.fail(f"{key} does nothing")

    def ended():
        assert process.wait(timeout=60) is not None
        return process.returncode, log.read_text(encoding="utf-8")

    def file_is_shown():
        picture = subprocess.run(["import", "-window", *window(), "png:-"], capture_output=True).stdout
        on_screen = cv2.imdecode(np.frombuffer(picture or b"none", np.uint8), cv2.IMREAD_COLOR)
        return any(np.array_equal(on_screen, file) for file in saved(world).values())

    for _ in range(5):  # on a busy machine Qt misses in 1 of 40 starts that its window is there, and leaves it empty
        process = subprocess.Popen(command, stdout=log.open("w"), stderr=subprocess.STDOUT)
        wait_for(number)
        with contextlib.suppress(AssertionError):
            wait_for(file_is_shown, 10)
            break
        process.kill()
        process.wait()
    else:
        pytest.fail("the window does not show the picture that was written")
    yield screen, number, press, ended, process
    process.kill()


def test_any_key_goes_on_and_a_modifier_alone_does_not(shown):
    screen, number, press, ended, process = shown
    window = screen("search", "--onlyvisible", "--name", "of 10 - any key").split()[-1]
    for key in ("Shift_L", "alt"):
        screen("mousemove", "--window", window, 30, 30, "key", key)
    time.sleep(0.5)
    assert number() == 1
    for key in ("space", "Return", "Right", "x", "KP_5", "Down", "eacute", "1", "F5", "b"):
        if process.poll() is None:
            press(key)
    status, text = ended()
    assert status == 0 and text.splitlines()[-1].startswith("next: ") and "Traceback" not in text
    assert "look at the window: any key shows the next picture, Esc ends" in text


@pytest.mark.parametrize("key", ["Escape", "q"])
def test_escape_and_q_end_it(shown, key):
    _, number, press, ended, _ = shown
    press("space")
    assert number() >= 2
    press(key)
    status, text = ended()
    assert status == 0 and text.splitlines()[-1].startswith("next: ")


def test_closing_the_window_ends_it(shown):
    screen, _, _, ended, process = shown

    def click():
        """Click where twm has put its X button: above the window, at its right end."""
        for window in screen("search", "--onlyvisible", "--name", "of 10 - any key").split()[-1:]:
            place = dict(line.split("=") for line in screen("getwindowgeometry", "--shell", window).split())
            screen("mousemove", int(place["X"]) + int(place["WIDTH"]) - 10, int(place["Y"]) - 30, "click", 1)
        time.sleep(0.5)
        return process.poll() is not None

    wait_for(click)
    status, text = ended()
    assert status == 0 and text.splitlines()[-1].startswith("next: ")


def test_ctrl_c_ends_it(shown):
    _, _, _, ended, process = shown
    process.send_signal(signal.SIGINT)
    status, text = ended()
    assert status in (1, 130, -signal.SIGINT) and "KeyboardInterrupt" in text and os.name == "posix"
