"""The demo as a learner meets it: what it says of which pictures, what it draws, what its windows do."""

import os
import signal
import subprocess
import sys
import time

import predict_demo
from predict_demo import GREEN, RED, STRIP, WHITE, Labelled, draw_label
from prepare_data import image_to_vector
from train import load_model, sigmoid

import cv2
import numpy as np
import pytest
from conftest import ROOT, clean_environment, run_forked
from PIL import Image
from window import (
    BRIGHT,
    DARK,
    as_arguments,
    learner_before,
    make_world,
    paint,
    printed,
    write_neuron,
)

NAMES = ["airplane", "bike"]
EXIF_ORIENTATION = 0x0112
TURN_BACK = {  # what a camera held otherwise does to a picture that it then notes with this orientation
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.fixture
def world(tmp_path):
    return make_world(tmp_path)


def demo(world, *args, **options):
    """Run the demo without windows; it must succeed, and say nothing on stderr."""
    done = run_forked("predict_demo.py", *args, *as_arguments(world), "--no-window", **options)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done


def saved(world):
    """The labelled pictures, by name."""
    return {file.name: cv2.imread(str(file)) for file in sorted(world["--save"].glob("*.png"))}


def pixels_of(picture, colour):
    return np.count_nonzero((picture == colour).all(axis=2))


# ------------------------------------------------------------------ which pictures, and what is said of them


def test_without_names_test_pictures_of_both_classes_are_labelled_the_wrong_ones_first(world):
    lines = printed(demo(world))
    assert [line.word for line in lines] == ["wrong", "wrong", "right", "right", "right", "right"]
    assert [line.class_name for line in lines] == ["bike", "airplane", "airplane", "bike", "airplane", "bike"]
    assert [line.path.rpartition("test/")[2] for line in lines[:2]] == ["airplane/image_0.png", "bike/image_0.png"]


@pytest.mark.parametrize(
    ("sureness", "words"), [(2, ["wrong"] * 2 + ["right"] * 8), (-2, ["wrong"] * 8 + ["right"] * 2)]
)
def test_of_many_test_pictures_ten_are_shown_right_ones_of_both_classes_among_them(tmp_path, sureness, words):
    world = make_world(tmp_path, each=12)
    write_neuron(world["--model"], sureness=sureness)
    lines = printed(demo(world))
    assert [line.word for line in lines] == words
    assert {line.class_name for line in lines if line.word == "right"} == set(NAMES)
    assert len({line.path for line in lines}) == 10


def test_the_choice_is_spread_over_the_test_pictures(tmp_path):
    lines = printed(demo(make_world(tmp_path, each=12)))
    bikes = [line.path.rpartition("/")[2] for line in lines if line.word == "right" and line.class_name == "bike"]
    in_order = sorted(f"image_{k}.png" for k in range(1, 12))  # image_0 is the wrong one
    assert bikes == in_order[::2][:4]  # two of the ten are wrong ones; each class has half of the other eight


def test_the_neuron_is_never_less_sure_than_half(world):
    assert all(float(line.sure.strip("over %")) >= 50 for line in printed(demo(world)))


def test_the_folder_counts_where_only_the_name_is_given(world):
    folder = world["--dataset"] / "test" / "bike"
    assert [line.word for line in printed(demo(world, "image_1.png", cwd=folder))] == ["right"]


def test_a_folder_below_a_hidden_one_may_be_named(world, tmp_path):
    paint(tmp_path / ".mine" / "pictures" / "a.png")
    assert len(printed(demo(world, tmp_path / ".mine" / "pictures"))) == 1


def test_a_line_gives_class_probability_truth_and_path(world, tmp_path):
    picture = tmp_path / "dataset" / "test" / "bike" / "image_1.png"
    w, b, _ = load_model(world["--model"])
    a = float(sigmoid(w.T @ image_to_vector(picture) + b)[0, 0])
    done = demo(world, picture, cwd=tmp_path)
    assert done.stdout.splitlines() == [
        f"bike           {a:.1%}  right  dataset/test/bike/image_1.png",
        "wrote 1 labelled pictures to demo",
        "next: python lessons/evidence.py --dataset dataset --results results",
    ]


@pytest.mark.parametrize(
    ("folder", "colour", "word", "painted"),
    [("bike", BRIGHT, "right", GREEN), ("bike", DARK, "wrong", RED), ("holiday", BRIGHT, "", WHITE)],
)
def test_right_is_green_wrong_is_red_and_white_where_nobody_knows(world, tmp_path, folder, colour, word, painted):
    own = paint(tmp_path / folder / "mine.jpg", colour)
    assert [line.word for line in printed(demo(world, own))] == [word]
    ((name, picture),) = saved(world).items()
    assert name == f"{folder}-mine.png"
    counts = {some: pixels_of(picture, some) for some in (GREEN, RED, WHITE)}
    assert counts.pop(painted) > 500
    assert set(counts.values()) == {0}


def test_a_folder_stands_for_all_pictures_in_it_and_below(world, tmp_path):
    for name in ("b.JPG", "a.png", "deeper/c.webp", ".hidden.png", ".cache/d.png", "._a.png"):
        paint(tmp_path / "mine" / name)
    (tmp_path / "mine" / "notes.txt").write_text("no picture")
    lines = printed(demo(world, "mine", cwd=tmp_path))
    assert [line.path for line in lines] == ["mine/a.png", "mine/b.JPG", "mine/deeper/c.webp"]


def test_a_phone_photo_is_shown_upright_and_labelled_like_the_upright_one(world, tmp_path):
    upright = paint(tmp_path / "phone" / "0.png", BRIGHT, size=(80, 60))
    for orientation, turn in TURN_BACK.items():
        exif = Image.Exif()
        exif[EXIF_ORIENTATION] = orientation
        turned = Image.open(upright).transpose(turn)
        turned.save(tmp_path / "phone" / f"{orientation}.png", exif=exif)
        turned.save(tmp_path / "phone" / f"{orientation}.jpg", exif=exif, quality=100, subsampling=0)
    lines = printed(demo(world, tmp_path / "phone"))
    assert len(lines) == 15
    assert len({(line.class_name, line.sure) for line in lines}) == 1
    pictures = saved(world)
    expected = pictures.pop("phone-0.png").astype(int)
    for name, picture in pictures.items():
        assert picture.shape == expected.shape, name
        assert np.abs(picture - expected).mean() < 2, name


@pytest.mark.parametrize(
    "name",
    [
        "my photo.jpg",
        "Flügelhörner.png",
        "飞机.webp",
        "two\nlines.png",
        "-dash.bmp",
        "a" * 196 + ".jpg",
        "飞" * 80 + ".png",
    ],
)
def test_a_picture_may_have_any_name(world, tmp_path, name):
    try:
        own = paint(tmp_path / "mine" / name)
    except OSError:
        pytest.skip("this file system does not take such a name")
    done = demo(world, own)
    assert len(printed(done)) == 1
    assert len(done.stdout.splitlines()) == 3
    assert len(saved(world)) == 1


def test_a_name_that_is_no_text_is_no_problem(world, tmp_path):
    own = paint(tmp_path / "mine" / "x.png")
    odd = os.fsencode(own.parent) + b"/\xff\xfe.png"
    try:
        os.rename(own, odd)  # noqa: PTH104
    except OSError:
        pytest.skip("this file system takes only names that are text")
    assert len(printed(demo(world, own.parent))) == 1


def test_pictures_of_the_same_name_do_not_overwrite_each_other(world, tmp_path):
    shades = [(10 * k, 10 * k, 10 * k) for k in range(1, 7)]
    names = ["one/x/a.png", "two/x/a.png", "one/x/a.jpg", "one/x/A.bmp", "one/x/a-2.png"]
    own = [paint(tmp_path / name, shade) for name, shade in zip(names, shades, strict=False)]
    demo(world, *own, own[0])
    pictures = saved(world)
    assert len({name.casefold() for name in pictures}) == 6
    assert len({tuple(picture[-2, -2]) for picture in pictures.values()}) == 5


def test_no_picture_that_was_looked_at_is_written_over(world, tmp_path):
    first = paint(tmp_path / "mine" / "a.png")
    second = paint(tmp_path / "mine" / "mine-a.png")  # the name that the labelled first would get
    before = first.read_bytes(), second.read_bytes()
    demo({**world, "--save": first.parent}, first.parent)
    assert (first.read_bytes(), second.read_bytes()) == before
    assert len(list(first.parent.glob("*.png"))) == 4


def test_a_second_run_writes_the_same_files(world):
    demo(world)
    before = {file: file.read_bytes() for file in world["--save"].glob("*.png")}
    demo(world)
    assert {file: file.read_bytes() for file in world["--save"].glob("*.png")} == before


def test_any_two_classes_will_do(world, tmp_path):
    write_neuron(world["--model"], ["Nacht 夜", "Tag"])
    for class_name, colour in (("Nacht 夜", DARK), ("Tag", BRIGHT)):
        paint(tmp_path / "other" / "test" / class_name / "x.gif", colour)
        paint(tmp_path / "other" / "train" / class_name / "x.gif", colour)
    lines = printed(demo({**world, "--dataset": tmp_path / "other"}))
    assert [(line.class_name, line.word) for line in lines] == [("Nacht 夜", "right"), ("Tag", "right")]


def test_a_trained_neuron_gets_most_drawn_pictures_right(drawn, trained, tmp_path):
    lines = printed(demo({"--dataset": drawn, "--model": trained / "model.h5", "--save": tmp_path / "demo"}))
    assert {line.path.split("/")[-2] for line in lines} == set(NAMES)
    assert sum(line.word == "right" for line in lines) >= 0.6 * len(lines)


def test_help_names_every_flag_and_the_default_folders(tmp_path):
    done = run_forked("predict_demo.py", "--help", cwd=tmp_path)
    assert done.returncode == 0
    for text in ("--model", "--save", "--dataset", "--no-window", "Esc", str(ROOT / "results" / "demo")):
        assert text in done.stdout


def test_nothing_heavy_is_loaded_before_a_picture_is_read():
    code = "import predict_demo, sys; print({'keras', 'tensorflow', 'cv2', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "set()\n", done


# ------------------------------------------------------------------ what is drawn


def drawing(size=(300, 200), colour=DARK, label=1, right=False, names=NAMES, sure=0.9):
    return draw_label(Image.new("RGB", size, colour), Labelled(None, label, sure, right), names)


@pytest.mark.parametrize("size", [(1, 1), (5000, 1), (1, 5000), (64, 64), (300, 200), (4000, 3000), (200, 2000)])
def test_any_picture_is_shown_at_a_size_that_a_person_can_see(size):
    height, width = drawing(size).shape[:2]
    assert 400 <= width <= 800
    assert STRIP + 8 <= height <= STRIP + 600


@pytest.mark.parametrize("right", [True, False, None])
@pytest.mark.parametrize("names", [NAMES, ["gÄjpq|", "Flügelhörner"], ["飞机", "摩托车"], ["n" * 255, "W" * 255]])
def test_no_letter_is_cut_off(names, right):
    strip = drawing(right=right, names=names)[: STRIP - 6]
    ink = (strip != predict_demo.DARK).any(axis=2)
    assert ink.sum() > 300
    assert not ink[:3].any(), "at the top"
    assert not ink[-1].any(), "at the bar below"
    assert not ink[:, :10].any(), "at the left"
    assert not ink[:, -10:].any(), "at the right"


def test_the_label_looks_the_same_on_any_background():
    busy = np.random.default_rng(0).integers(0, 256, (200, 300, 3), np.uint8)
    one = Labelled(None, 0, 0.75, True)
    strips = [
        draw_label(Image.fromarray(np.broadcast_to(c, (200, 300, 3)).astype(np.uint8)), one, NAMES)[:STRIP]
        for c in (0, 255, busy)
    ]
    assert np.array_equal(strips[0], strips[1])
    assert np.array_equal(strips[0], strips[2])


@pytest.mark.parametrize("colour", [WHITE, GREEN, RED])
def test_the_label_stands_out_from_its_strip(colour):
    def luminance(bgr):
        """Relative luminance, as the accessibility guidelines of the web (WCAG 2) define it."""
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in bgr)]
        return float(np.dot(linear, (0.0722, 0.7152, 0.2126)))

    contrast = (luminance(colour) + 0.05) / (luminance(predict_demo.DARK) + 0.05)
    assert contrast >= 4.5  # what those guidelines ask of text


@pytest.mark.parametrize("sure", [0.5, 0.75, 1])
def test_the_bar_is_as_long_as_the_neuron_is_sure(sure):
    drawn_bar = drawing(right=None, sure=sure)[STRIP - 4]
    assert (drawn_bar == WHITE).all(axis=1).mean() == pytest.approx(sure, abs=0.01)


def test_a_wrong_label_says_what_it_should_be():
    wrong = drawing(label=1, right=False)
    unknown = drawing(label=1, right=None)
    assert pixels_of(wrong[: STRIP - 6, 250:], RED) > 50
    assert pixels_of(unknown[: STRIP - 6, 250:], WHITE) == 0


def test_the_words_on_the_picture_are_those_of_the_line(monkeypatch):
    texts = []
    monkeypatch.setattr(cv2, "putText", lambda canvas, text, *rest: texts.append(text))
    for label, right in ((1, False), (0, True), (0, None)):
        drawing(label=label, right=right, names=["car", "bus"])
    assert texts == ["bus 90.0%", "should be car", "car 90.0%", "right", "car 90.0%", ""]


def test_the_picture_below_the_strip_is_the_picture(world, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (400, 500, 3), np.uint8)
    (tmp_path / "own").mkdir()
    Image.fromarray(pixels).save(tmp_path / "own" / "a.png")
    demo(world, tmp_path / "own" / "a.png")
    ((_, picture),) = saved(world).items()
    assert picture.shape == (STRIP + 400, 500, 3)
    assert (picture[STRIP:, :, ::-1] == pixels).all()


def test_green_is_green_and_red_is_red():
    assert np.argmax(GREEN) == 1 and np.argmax(RED) == 2  # blue, green, red


# ------------------------------------------------------------------ what the window does


def test_keys_go_on_from_picture_to_picture_until_the_last(world, screen):
    with learner_before(screen, *as_arguments(world)) as learner:
        files = learner.files(world["--save"])
        assert len(files) == 6
        for file, key in zip(files, ("space", "a", "Right", "Up", "7", "Return"), strict=True):
            learner.waits_for(file)
            learner.press(key)
        done = learner.ends()
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1].startswith("next: python lessons/evidence.py --dataset ")


@pytest.mark.parametrize(
    ("layout", "keys"),
    [("us", ["Left", "Down", "KP_5", "shift+b", "KP_Left"]), ("de", ["adiaeresis", "ssharp"]), ("ru", ["Cyrillic_ya"])],
)
def test_arrows_number_pad_and_letters_of_other_alphabets_go_on_as_well(world, screen, layout, keys):
    subprocess.run(["setxkbmap", layout], env=clean_environment(DISPLAY=screen), check=True)
    with learner_before(screen, *as_arguments(world)) as learner:
        files = learner.files(world["--save"])
        for shown, key, following in zip(files, keys, files[1:], strict=False):
            learner.waits_for(shown)
            learner.press(key)
            learner.waits_for(following)
    subprocess.run(["setxkbmap", "us"], env=clean_environment(DISPLAY=screen), check=True)


def test_modifier_keys_alone_do_nothing(world, screen):
    with learner_before(screen, *as_arguments(world)) as learner:
        first, second = learner.files(world["--save"])[:2]
        learner.waits_for(first)
        learner.press("shift", "ctrl", "alt", "super", "Caps_Lock", "Caps_Lock", "ISO_Level3_Shift", "F5")
        time.sleep(0.5)  # five times as long as the demo waits for a key
        assert learner.sees(first)
        learner.press("space")
        learner.waits_for(second)


@pytest.mark.parametrize("key", ["Escape", "q", "shift+q"])
def test_esc_and_q_end(world, screen, key):
    with learner_before(screen, *as_arguments(world)) as learner:
        learner.waits_for(learner.files(world["--save"])[0])
        learner.press(key)
        done = learner.ends()
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1].startswith("next: python lessons/evidence.py --dataset ")


def test_the_x_button_ends(world, screen):
    with learner_before(screen, *as_arguments(world)) as learner:
        learner.waits_for(learner.files(world["--save"])[0])
        learner.click_x_button()
        done = learner.ends()
    assert done.returncode == 0
    assert done.stderr == ""


def test_ctrl_c_ends_with_one_line_and_leaves_no_window(world, screen):
    with learner_before(screen, *as_arguments(world)) as learner:
        learner.waits_for(learner.files(world["--save"])[0])
        os.killpg(learner.pid, signal.SIGINT)
        done = learner.ends()
    assert done.returncode == 130
    assert done.stderr == "stopped by Ctrl-C; what was written before is whole\n"
    assert len(saved(world)) == 6


def test_a_minimised_window_waits(world, screen):
    with learner_before(screen, *as_arguments(world)) as learner:
        first = learner.files(world["--save"])[0]
        learner.waits_for(first)
        window = learner.window()
        learner.tool("xdotool", "windowunmap", window)
        time.sleep(0.5)
        assert not learner.demo_ended()
        learner.tool("xdotool", "windowmap", window)
        learner.waits_for(first)


def test_all_files_are_there_before_the_window_opens(world, screen):
    with learner_before(screen, *as_arguments(world)) as learner:
        learner.window()
        assert len(saved(world)) == 6


def test_no_window_opens_where_none_is_wanted(world, screen):
    done = demo(world, env=clean_environment(DISPLAY=screen))
    assert "look at the window" not in done.stdout
    assert len(saved(world)) == 6
