"""predict_demo.py: what it says of which pictures, what it draws, what its window does."""

import contextlib
import importlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, environment_with, script_command, wait_for
from PIL import Image

cv2 = pytest.importorskip("cv2", reason="OpenCV cannot be imported here", exc_type=ImportError)

import predict_demo
from dataset import window
from dataset.pictures import load_img
from predict_demo import (
    DARK,
    GREEN,
    LARGEST,
    RED,
    STRIP_HEIGHT,
    WHITE,
    Answer,
    choose_examples,
    draw_label,
    picture_to_show,
)
from prepare_data import image_to_vector
from train import load_model, save_model, sigmoid

NIGHT = (60, 50, 40)  # a picture of class 0
DAY = (210, 200, 220)  # a picture of class 1


def paint(path, colour=NIGHT, size=(60, 40), **options):
    """A picture of one colour, with a corner of another, so that one sees which way is up."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", size, colour)
    width, height = size
    picture.paste((90, 160, 40), (0, 0, max(1, width // 4), max(1, height // 4)))
    picture.save(path, **options)
    return path


class About:
    """What save_model wants to know of the training pictures."""

    image_size = 64

    def __init__(self, class_names):
        self.class_names = class_names


def write_neuron(path, sureness=2.0, class_names=("airplane", "bike")):
    """A model file whose neuron says class 1 to what is brighter than middle grey, the surer the brighter."""
    path.parent.mkdir(exist_ok=True)
    w = np.full((12288, 1), 10 * sureness / 12288, np.float32)
    trained = {"w": w, "b": -5 * sureness, "costs": [0.1], "learning_rate": 0.01, "epochs": 1}
    save_model(path, trained, About(list(class_names)))


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A data set with 12 test pictures of each class, the first two of each wrong, and the neuron of write_neuron."""
    dataset = tmp_path / "mine"
    for class_name, colour, other in (("airplane", NIGHT, DAY), ("bike", DAY, NIGHT)):
        for k in range(12):
            red, green, blue = colour
            if k < 2:
                red, green, blue = other
            path = dataset / "test" / class_name / f"image_{k:02}.png"
            paint(path, (red + k, green + k, blue + k))
        paint(dataset / "train" / class_name / "image.png", colour)
    write_neuron(dataset / "results" / "model.h5")
    monkeypatch.chdir(tmp_path)
    return dataset


class Line:
    """What the demo prints of one picture."""

    def __init__(self, class_name, sure, verdict, path):
        self.class_name = class_name
        self.sure = sure
        self.verdict = verdict
        self.path = path


def demo(dataset, capsys, *args):
    """Run the demo without a window; returns its lines about pictures, and all other lines as text."""
    capsys.readouterr()
    words = [str(arg) for arg in args]
    predict_demo.main(["--dataset", str(dataset), "--no-window", *words])
    lines = []
    others = []
    for text in capsys.readouterr().out.splitlines():
        found = re.fullmatch(r"(\S.*?) +(\d+\.\d%)  (right|wrong|     )  (.*)", text)
        if found:
            class_name, sure, verdict, path = found.groups()
            lines.append(Line(class_name, sure, verdict.strip(), path))
        else:
            others.append(text)
    return lines, others


def paths_of(lines):
    return [line.path for line in lines]


def verdicts_of(lines):
    return [line.verdict for line in lines]


def saved(dataset):
    """The labelled pictures, by name, blue first."""
    pictures = {}
    for path in sorted((dataset / "results" / "demo").iterdir()):
        pictures[path.name] = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    return pictures


def is_colour(picture, colour):
    """True for each pixel of a picture that has just this colour."""
    return (picture == colour).all(axis=2)


# ------------------------------------------------------------------ which pictures


def test_without_names_ten_test_pictures_of_both_classes_are_labelled_the_wrong_ones_first(
    mine, capsys
):
    lines, others = demo(mine, capsys)
    assert verdicts_of(lines) == ["wrong"] * 4 + ["right"] * 6
    assert len(set(paths_of(lines))) == 10
    assert {line.class_name for line in lines[:4]} == {"airplane", "bike"}
    assert {line.class_name for line in lines[4:]} == {"airplane", "bike"}
    command = f"python {ROOT.as_posix()}/lessons/evidence.py --dataset mine"
    assert others == [
        "10 of 24 pictures: up to 4 wrong ones, then the least sure, then the surest",
        "wrote the labelled pictures to mine/results/demo",
        f"next: {command}",
    ]
    names = list(saved(mine))
    assert len(names) == 10
    for k, line in enumerate(lines):
        assert names[k] == f"{k + 1:02}-{Path(line.path).stem}.png"


def answers_of(kinds):
    """Answers (right or wrong, label, sure), each with its own path."""
    answers = []
    for k, (verdict, label, sure) in enumerate(kinds):
        folder = ["cat", "dog"][label]
        if verdict == "wrong":
            folder = ["dog", "cat"][label]
        answers.append(Answer(Path(folder, f"{k}.jpg"), label, sure, ["cat", "dog"]))
    return answers


def numbers_of(answers):
    return [int(answer.path.stem) for answer in answers]


def test_of_few_answers_all_are_shown_and_of_many_some_of_each_kind():
    few = [("right", 0, 0.9), ("wrong", 1, 0.9)]
    assert numbers_of(choose_examples(answers_of(few))) == [1, 0]
    assert choose_examples([]) == []

    # At most four wrong ones, the surest first; then three that it is least sure of; then the surest, in turn.
    many = [("wrong", k % 2, 0.6 + k / 100) for k in range(20)]
    many += [("right", 0, 0.8 + k / 1000) for k in range(20)]
    many += [("right", 1, 0.7 + k / 1000) for k in range(20)]
    assert numbers_of(choose_examples(answers_of(many))) == [19, 18, 17, 16, 40, 41, 42, 39, 59, 38]

    # Where none is wrong, and one class only is there.
    one_class = [("right", 0, 0.6 + k / 100) for k in range(20)]
    chosen = numbers_of(choose_examples(answers_of(one_class)))
    assert chosen == [0, 1, 2, 19, 18, 17, 16, 15, 14, 13]


def test_on_photographs_the_least_sure_are_shown(photographs, tmp_path, capsys):
    results = ["--results", str(tmp_path)]
    (tmp_path / "model.h5").write_bytes((photographs / "results" / "model.h5").read_bytes())
    lines, others = demo(photographs, capsys, *results)
    assert verdicts_of(lines) == ["right"] * 10
    assert (Path(lines[0].path).name, lines[0].sure) == ("image_0794.jpg", "60.1%")
    assert len(list((tmp_path / "demo").iterdir())) == 10


def test_folders_patterns_and_odd_names_may_be_given(mine, tmp_path, capsys):
    own = tmp_path / "own"
    shown = ["a.png", "b.JPG", "deeper/c.webp", "photo [1].jpg", "飞机 ü.png"]
    for name in shown + [".hidden.png", ".cache/d.png", "@eaDir/e.png"]:
        paint(own / name)
    (own / "phone.heic").write_bytes(b"no picture that is read")
    lines, others = demo(mine, capsys, "own")
    assert paths_of(lines) == [f"own/{name}" for name in shown]
    assert (
        others[0]
        == "warning: 1 ignored in own: phone.heic - if they are pictures, export them as JPEG"
    )
    assert len(saved(mine)) == 5

    lines, others = demo(mine, capsys, "own/*.JPG", "ow*")
    assert paths_of(lines)[:2] == ["own/b.JPG", "own/a.png"]
    lines, others = demo(mine, capsys, "own/photo [1].jpg", "own/b.JPG")
    assert paths_of(lines) == ["own/photo [1].jpg", "own/b.JPG"]


def test_names_of_what_is_written_are_short_and_different_and_what_was_there_is_gone(
    mine, tmp_path, capsys
):
    demo(mine, capsys)
    notes = mine / "results" / "demo" / "notes.txt"
    notes.write_text("of the learner")
    long = paint(tmp_path / ("x" * 236 + ".png"))
    phones = [tmp_path / name / "DCIM/100/IMG_0001.JPG" for name in ("phone", "phone2")]
    for path in phones:
        paint(path)
    lines, others = demo(mine, capsys, long, *phones)
    assert len(lines) == 3
    names = sorted(path.name for path in notes.parent.iterdir())
    assert names == [
        "01-" + "x" * 40 + ".png",
        "02-IMG_0001.png",
        "03-IMG_0001.png",
        "notes.txt",
    ]


# ------------------------------------------------------------------ what it says


def test_a_line_gives_class_probability_truth_and_path(mine, capsys):
    picture = mine / "test" / "bike" / "image_07.png"
    neuron = load_model(mine / "results" / "model.h5")
    a = sigmoid(neuron.w.T @ image_to_vector(picture) + neuron.b).item()
    for sureness, class_name, verdict in ((2, "bike", "right"), (-2, "airplane", "wrong")):
        write_neuron(mine / "results" / "model.h5", sureness)
        lines, others = demo(mine, capsys, picture)
        line = lines[0]
        assert (line.class_name, line.sure, line.verdict) == (class_name, f"{a:.1%}", verdict)
        assert line.path == "mine/test/bike/image_07.png"


@pytest.mark.parametrize(
    ("folder", "colour", "verdict", "shown"),
    [
        ("bike", DAY, "right", GREEN),
        ("bike", NIGHT, "wrong", RED),
        ("holiday", DAY, "", WHITE),
        ("airplane/bike", DAY, "right", GREEN),
    ],
)
def test_right_is_green_wrong_is_red_and_white_where_nobody_knows(
    mine, tmp_path, capsys, folder, colour, verdict, shown
):
    own = paint(tmp_path / folder / "deeper" / "own.jpg", colour)
    lines, others = demo(mine, capsys, own)
    assert verdicts_of(lines) == [verdict]
    picture = saved(mine)["01-own.png"]
    for colour in (GREEN, RED, WHITE):
        seen = np.count_nonzero(is_colour(picture, colour))
        if colour == shown:
            assert seen > 300
        else:
            assert seen == 0


def test_it_is_told_in_words_too():
    for folder, text in (("cat", "cat 91.2%, right"), ("dog", "cat 91.2%, should be dog")):
        answer = Answer(Path(folder, "1.jpg"), 0, 0.912, ["cat", "dog"])
        assert predict_demo.text_and_colour(answer)[0] == text
    answer = Answer(Path("1.jpg"), 1, 0.5, ["$1", "飞机"])
    assert predict_demo.text_and_colour(answer) == ("飞机 50.0%", WHITE)


# ------------------------------------------------------------------ what it draws


@pytest.mark.parametrize("size", [(1, 1), (300, 200), (64, 64), (3000, 400), (40, 900)])
def test_a_picture_is_scaled_to_fit_and_not_stretched(tmp_path, size):
    path = tmp_path / "picture.png"
    Image.new("RGB", size, (200, 30, 10)).save(path)
    shown = picture_to_show(path)
    width, height = shown.size
    if width == LARGEST[0]:
        assert height <= LARGEST[1]
        assert height == pytest.approx(width * size[1] / size[0], abs=1)
    else:
        assert height == LARGEST[1]
        assert width < LARGEST[0]
        assert width == pytest.approx(height * size[0] / size[1], abs=1)
    assert np.all(np.array(shown) == (200, 30, 10))


@pytest.mark.parametrize("text", ["cat 51.0%", "飞机 99.9%, right", "a very long class name " * 3])
@pytest.mark.parametrize("size", [(480, 480), (640, 85), (21, 480)])
def test_text_and_bar_are_inside_and_the_picture_is_whole_in_its_colours(size, text):
    width, height = size
    image = np.full((height, width, 3), (10, 30, 200), np.uint8)
    strips = []
    for sure in (0.5, 0.75, 1.0):
        canvas = draw_label(image, text, sure, GREEN)
        assert canvas.dtype == np.uint8
        assert canvas.shape[0] == STRIP_HEIGHT + height

        # The picture is whole, in the middle, below the strip; dark is beside it.
        picture = is_colour(canvas, (10, 30, 200))
        margin = (canvas.shape[1] - width) // 2
        assert picture[STRIP_HEIGHT:, margin : margin + width].all()
        assert np.count_nonzero(picture) == width * height
        assert is_colour(canvas[STRIP_HEIGHT:, :margin], DARK).all()

        # The bar is empty at 50 % and full at 100 %.
        green = is_colour(canvas, GREEN)
        bar = np.count_nonzero(green[STRIP_HEIGHT - 4])
        assert bar == pytest.approx(canvas.shape[1] * (2 * sure - 1), abs=1)

        # No letter touches the edge, or the bar.
        letters = canvas[: STRIP_HEIGHT - 6] != DARK
        rows, columns, colours = np.nonzero(letters)
        assert len(rows) > 300
        assert rows.min() > 2
        assert rows.max() < STRIP_HEIGHT - 8
        assert columns.min() > 4
        assert columns.max() < canvas.shape[1] - 4
        strips.append(canvas[:30])
    assert np.array_equal(strips[0], strips[2])


def test_a_phone_photo_is_shown_upright(mine, tmp_path, capsys):
    exif = Image.Exif()
    exif[0x0112] = 6
    path = paint(tmp_path / "phone.png", DAY, (80, 60), exif=exif)
    demo(mine, capsys, path)
    upright = load_img(path)
    assert upright.size == (60, 80)
    picture = saved(mine)["01-phone.png"]
    assert picture.shape[0] == STRIP_HEIGHT + 480
    # The green corner is at the top on the right, now that it is turned.
    right = (picture.shape[1] + 360) // 2 - 5
    assert tuple(picture[STRIP_HEIGHT + 4, right]) == (40, 160, 90)
    assert tuple(picture[-4, right]) == (DAY[2], DAY[1], DAY[0])


# ------------------------------------------------------------------ what people do


def test_mistakes_are_one_line_each(mine, tmp_path, capsys):
    (tmp_path / "text.jpg").write_text("no picture")
    (tmp_path / "nothing").mkdir()
    good = paint(tmp_path / "good.png")
    remedy = "name other pictures, or save them anew as JPEG"
    for name, message in (
        ("no.jpg", "^error: no picture or folder no.jpg - check the name$"),
        ("*.tiff", r"^error: no picture or folder \*.tiff - check the name$"),
        ("nothing", "^error: no pictures in nothing - put some there"),
        ("text.jpg", rf"^error: cannot read text.jpg \(.+\) - {remedy}$"),
    ):
        with pytest.raises(SystemExit, match=message):
            demo(mine, capsys, name)
    lines, others = demo(mine, capsys, "text.jpg", good)
    assert paths_of(lines) == ["good.png"]
    assert others[0].startswith("warning: left out, because they cannot be read: text.jpg (")

    write_neuron(mine / "results" / "model.h5", class_names=["cat", "dog"])
    remedy = "run: python .*train.py --dataset mine$"
    message = (
        r"^error: the neuron knows \['cat', 'dog'\], the pictures are of \['airplane', 'bike'\]"
    )
    with pytest.raises(SystemExit, match=f"{message} - {remedy}"):
        demo(mine, capsys)
    (mine / "results" / "model.h5").unlink()
    with pytest.raises(SystemExit, match=f"^error: no file mine/results/model.h5 - {remedy}"):
        demo(mine, capsys)
    remedy = "run: python .*lessons/exercise.py --dataset mine$"
    with pytest.raises(SystemExit, match=f"^error: no file .*my_neuron/model.h5 - {remedy}"):
        demo(mine, capsys, "--results", "my_neuron")


def test_a_folder_that_cannot_be_written_is_one_line_before_a_picture_is_labelled(mine, capsys):
    (mine / "results" / "demo").write_text("in the place of the folder")
    with pytest.raises(SystemExit, match=r"^error: cannot write in mine/results/demo \(.*results$"):
        demo(mine, capsys)
    assert capsys.readouterr().out == ""


def test_opencv_that_cannot_be_imported_is_one_line(tmp_path, monkeypatch):
    text = "raise ImportError('libGL.so.1: cannot open shared object file')"
    (tmp_path / "cv2.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("cv2", "predict_demo"):
        monkeypatch.delitem(sys.modules, name)  # so that Python imports it anew
    with pytest.raises(SystemExit) as ended:
        importlib.import_module("predict_demo")
    message = str(ended.value)
    assert message.startswith("error: OpenCV cannot be imported (libGL.so.1: ")
    assert " - on Debian or Ubuntu: sudo apt-get " in message
    assert len(message.splitlines()) == 1


# ------------------------------------------------------------------ without a window


NO_WINDOW = "no window can be shown here: open the files instead"
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="a display can be missing there")


@only_linux
@pytest.mark.parametrize("display", [None, "", ":77"])
def test_without_a_display_that_works_one_line_says_so_and_the_files_are_there(
    mine, capsys, monkeypatch, display
):
    if display is not None:
        monkeypatch.setenv("DISPLAY", display)
    predict_demo.main(["--dataset", str(mine)])
    assert NO_WINDOW in capsys.readouterr().out.splitlines()
    assert len(saved(mine)) == 10


@only_linux
def test_a_display_that_accepts_and_never_answers_is_none(monkeypatch):
    monkeypatch.setattr(window, "PATIENCE", 1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        # Display number N of a computer is its port 6000 + N.
        number = server.getsockname()[1] - 6000
        monkeypatch.setenv("DISPLAY", f"127.0.0.1:{number}")
        start = time.monotonic()
        assert not window.window_works()
        assert 0.9 < time.monotonic() - start < 5

        # It has been asked, and it was no other trouble.
        server.settimeout(1)
        connection, address = server.accept()
        connection.close()


# ------------------------------------------------------------------ the window


TEN = [np.full((200, 300, 3), 60 + 10 * k, np.uint8) for k in range(10)]  # ten grey pictures
SHOW_TEN = f"""if True:
    import sys
    sys.path.insert(0, {str(ROOT)!r})
    import numpy as np
    from dataset.window import show_pictures, window_works
    window_works()
    show_pictures([np.full((200, 300, 3), 60 + 10 * k, np.uint8) for k in range(10)])
    print("next: ")"""


class Shown:
    """A window of the demo on a screen. pictures: a function that gives those that it shows."""

    def __init__(self, command, pictures, screen, log):
        self.pictures = pictures
        self.screen = screen
        self.log = log
        self.process = subprocess.Popen(
            command,
            env=environment_with({}),
            stdout=log.open("w"),
            stderr=subprocess.STDOUT,
        )

    def window(self):
        """The number by which xdotool knows the window; nothing where there is none."""
        return self.screen("search", "--onlyvisible", "--name", "of 10 - any key").split()[-1:]

    def number(self):
        """The number of the picture in the title of the window; 0 where there is none."""
        title = re.match(r"(\d+) of 10", self.screen("getwindowname", *self.window()))
        if title:
            return int(title[1])
        return 0

    def ended(self):
        return self.process.poll() is not None

    def send(self, key):
        self.screen("mousemove", "--window", *self.window(), 30, 30, "key", key)

    def press(self, key):
        """Press a key until another picture is shown: the first may be lost, when the window is not ready."""
        before = self.number()
        for _ in range(5):
            self.send(key)
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline:
                if self.ended() or self.number() != before:
                    return
                time.sleep(0.02)
        pytest.fail(f"{key} does nothing")

    def shows_a_picture(self):
        """Whether what is seen in the window is one of the pictures, pixel by pixel."""
        command = ["import", "-window", *self.window(), "png:-"]
        content = subprocess.run(command, capture_output=True).stdout
        on_screen = cv2.imdecode(np.frombuffer(content or b"none", np.uint8), cv2.IMREAD_COLOR)
        return any(np.array_equal(on_screen, picture) for picture in self.pictures())

    def click_on_close(self):
        """Click where twm has put its X button: above the window, at its right end. Returns whether it ended."""
        for found in self.window():
            place = {}
            for line in self.screen("getwindowgeometry", "--shell", found).splitlines():
                name, value = line.split("=")
                place[name] = int(value)
            x = place["X"] + place["WIDTH"] - 10
            self.screen("mousemove", x, place["Y"] - 30, "click", 1)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=0.5)
        return self.ended()

    def end(self):
        """Wait for the end; returns the exit status and what was printed."""
        status = self.process.wait(timeout=60)
        return status, self.log.read_text(encoding="utf-8")

    def kill(self):
        self.process.kill()
        self.process.wait()


def start_until_it_shows(command, pictures, screen, log, seconds):
    """A window that shows its first picture. On a busy machine Qt misses in 1 of 40 starts that it is there."""
    for _ in range(5):
        shown = Shown(command, pictures, screen, log)
        try:
            wait_for(shown.number, seconds)
            wait_for(shown.shows_a_picture, 10)
        except AssertionError:
            shown.kill()
        else:
            return shown
    pytest.fail("the window does not show the picture that was written")


@pytest.fixture
def shown_by_script(mine, screen, tmp_path):
    """The script before a screen. It takes seconds: TensorFlow is imported before a picture is read."""
    command = script_command("predict_demo.py", ["--dataset", mine])
    shown = start_until_it_shows(
        command, lambda: saved(mine).values(), screen, tmp_path / "log", seconds=30
    )
    yield shown
    shown.kill()


@pytest.fixture
def shown(screen, tmp_path):
    """The window alone, with ten pictures, before a screen: it is there sooner."""
    command = [sys.executable, "-c", SHOW_TEN]
    shown = start_until_it_shows(command, lambda: TEN, screen, tmp_path / "log", seconds=10)
    yield shown
    shown.kill()


def test_any_key_goes_on_and_a_modifier_alone_does_not_and_at_the_end_it_ends(
    shown_by_script,
):
    shown = shown_by_script
    for key in ("Shift_L", "alt"):
        shown.send(key)
    time.sleep(0.3)
    assert shown.number() == 1
    for key in ["space", "Return", "Right", "x", "KP_5", "Down", "eacute", "1", "F5", "b"]:
        if not shown.ended():
            shown.press(key)
    status, text = shown.end()
    lines = text.splitlines()
    assert status == 0
    assert "look at the window: any key shows the next picture, Esc ends" in lines
    assert lines[-1].startswith("next: ")
    assert "Traceback" not in text


@pytest.mark.parametrize("key", ["Escape", "q"])
def test_escape_and_q_end_it(shown, key):
    shown.press("space")
    assert shown.number() >= 2
    shown.press(key)
    status, text = shown.end()
    assert status == 0
    assert text.splitlines()[-1].startswith("next: ")


def test_closing_the_window_ends_it(shown):
    wait_for(shown.click_on_close)
    status, text = shown.end()
    assert status == 0
    assert text.splitlines()[-1].startswith("next: ")


def test_ctrl_c_ends_it(shown):
    shown.process.send_signal(signal.SIGINT)
    status, text = shown.end()
    assert status in (1, 130, -signal.SIGINT)
    assert "KeyboardInterrupt" in text
    assert os.name == "posix"
