"""What can go wrong with the demo: models, pictures, names, folders, displays, libraries, an impatient learner."""

import os
import pickle
import random
import shutil
import signal
import socket
import subprocess
import sys
import time

import train
from dataset import guards
from prepare_data import IMAGE_SIZE, image_to_vector

import cv2
import h5py
import numpy as np
import pytest
from conftest import ROOT, assert_one_error, clean_environment, run_forked, run_script, virtual_screen
from PIL import Image
from sample_pictures import BROKEN, strange_pictures
from window import as_arguments, learner_before, make_world, paint, printed, without_privileges, write_neuron

N = IMAGE_SIZE * IMAGE_SIZE * 3
posix = pytest.mark.skipif(os.name != "posix", reason="Windows has other links, pipes and permissions")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs X11, or the limits of Linux")


@pytest.fixture
def world(tmp_path):
    return make_world(tmp_path)


def demo(world, *args, **options):
    """Run the demo without a display."""
    return run_forked("predict_demo.py", *args, *as_arguments(world), **options)


def assert_succeeded(done, world, pictures):
    """Status 0, nothing on stderr, and so many labelled pictures, all whole."""
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert len(whole_pictures(world)) == pictures


def whole_pictures(world):
    """The labelled pictures; fails if one of them cannot be read."""
    files = list(world["--save"].glob("*.png"))
    for file in files:
        assert cv2.imread(str(file)) is not None, f"{file.name} is half a picture"
    return files


# ------------------------------------------------------------------ the model


def without(name):
    return lambda file: file.pop(name)


def replaced(name, value):
    def replace(file):
        del file[name]
        file[name] = value

    return replace


def attribute(name, value):
    def change(file):
        del file.attrs[name]
        if value is not None:
            file.attrs[name] = value

    return change


def one_bad_weight(value):
    def change(file):
        file["w"][N // 2] = value

    return change


MISFITS = {
    "no w": without("w"),
    "no b": without("b"),
    "w is a group": lambda file: (file.pop("w"), file.create_group("w")),
    "w leads nowhere": lambda file: (file.pop("w"), file.update({"w": h5py.SoftLink("/nowhere")})),
    "w lies in a lost file": lambda file: (file.pop("w"), file.update({"w": h5py.ExternalLink("lost.h5", "w")})),
    "w is a row": replaced("w", np.zeros((1, N))),
    "w is flat": replaced("w", np.zeros(N)),
    "w is too short": replaced("w", np.zeros((N - 1, 1))),
    "w is empty": replaced("w", np.zeros((0, 1))),
    "w is text": replaced("w", ["wheel"] * 3),
    "w is whole numbers": replaced("w", np.zeros((N, 1), int)),
    "w is complex": replaced("w", np.zeros((N, 1), complex)),
    "w has NaN": one_bad_weight(np.nan),
    "w has infinity": one_bad_weight(np.inf),
    "b is two numbers": replaced("b", [0.1, 0.2]),
    "b is NaN": replaced("b", np.nan),
    "b is text": replaced("b", "bias"),
    "another image size": attribute("image_size", 32),
    "no image size": attribute("image_size", None),
    "image size in words": attribute("image_size", "large"),
    "two image sizes": attribute("image_size", [64, 64]),
    "no class names": attribute("class_names", None),
    "one class name": attribute("class_names", ["bike"]),
    "three class names": attribute("class_names", ["airplane", "bike", "car"]),
    "twice the same class name": attribute("class_names", ["bike", "bike"]),
    "class names are a table": attribute("class_names", np.zeros((2, 2))),
}


@pytest.mark.parametrize("change", MISFITS.values(), ids=MISFITS)
def test_a_model_that_does_not_fit_is_one_error(world, change):
    with h5py.File(world["--model"], "r+") as file:
        change(file)
    line = assert_one_error(demo(world))
    assert "model.h5" in line
    assert "train.py" in line
    assert not world["--save"].exists()


def test_a_model_larger_than_memory_is_one_error(world):
    with h5py.File(world["--model"], "r+") as file:
        del file["w"]
        file.create_dataset("w", (1 << 50, 1), "f8", chunks=True)  # nothing of it is stored
    assert "memory" in assert_one_error(demo(world))


def keras_model(suffix):
    def write(path):
        import keras

        named = path.with_suffix(suffix)
        keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)]).save(named)
        named.replace(path)

    return write


IMPOSTORS = {
    "missing": lambda path: None,
    "a folder": lambda path: path.mkdir(),
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("w = 0.5"),
    "a pickle": lambda path: path.write_bytes(pickle.dumps({"w": [0.1], "b": 0.2})),
    "a picture": lambda path: Image.new("RGB", (4, 4)).save(path, "PNG"),
    "a Keras model": keras_model(".keras"),
    "an old Keras model": keras_model(".h5"),
    "an array file": lambda path: h5py.File(path, "w").create_dataset("data_train", (3, 3)).file.close(),
}


@pytest.mark.parametrize("write", IMPOSTORS.values(), ids=IMPOSTORS)
def test_a_file_that_is_no_model_is_one_error(world, write):
    world["--model"].unlink()
    write(world["--model"])
    line = assert_one_error(demo(world))
    assert "model.h5" in line
    assert "train.py" in line
    assert not world["--save"].exists()


@posix
def test_a_model_that_may_not_be_read_is_one_error(world):
    world["--model"].chmod(0)
    line = assert_one_error(demo(world, before=without_privileges))
    assert "model.h5" in line


def test_a_model_of_other_classes_than_the_pictures_is_one_error(world):
    write_neuron(world["--model"], ["cat", "dog"])
    line = assert_one_error(demo(world))
    for word in ("cat", "dog", "airplane", "bike", "train.py"):
        assert word in line


def test_a_model_of_other_classes_labels_pictures_that_are_named(world):
    write_neuron(world["--model"], ["cat", "dog"])
    lines = printed(demo(world, world["--dataset"] / "test" / "bike"))
    assert [line.word for line in lines] == [""] * 3


def test_class_names_with_line_breaks_stay_on_one_line(world):
    write_neuron(world["--model"], ["a\nb", "c\x1b[31m\td"])
    done = demo(world, world["--dataset"] / "test" / "bike")
    assert_succeeded(done, world, 3)
    assert len(printed(done)) == 3
    assert "\x1b" not in done.stdout


# ------------------------------------------------------------------ pictures


NO_FILES = {  # names that lead to no file, or to one without end
    "dangling link": lambda path: path.symlink_to("nowhere.jpg"),
    "link to itself": lambda path: path.symlink_to(path),
    "pipe": lambda path: os.mkfifo(path),
    "device": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_picture_is_one_error_that_names_it(world, tmp_path, name):
    (tmp_path / name).write_bytes(BROKEN[name])
    assert name in assert_one_error(demo(world, name, cwd=tmp_path))
    assert not world["--save"].exists()


@posix
@pytest.mark.parametrize("make", NO_FILES.values(), ids=NO_FILES)
def test_a_name_that_leads_to_no_file_is_one_error_that_names_it(world, tmp_path, make):
    make(tmp_path / "mine.jpg")
    assert "mine.jpg" in assert_one_error(demo(world, "mine.jpg", cwd=tmp_path))
    assert not world["--save"].exists()


@posix
def test_a_picture_that_may_not_be_read_is_one_error_that_names_it(world, tmp_path):
    paint(tmp_path / "mine.jpg").chmod(0)
    line = assert_one_error(demo(world, "mine.jpg", cwd=tmp_path, before=without_privileges))
    assert "mine.jpg" in line


@posix
def test_broken_pictures_among_others_are_named_and_the_others_labelled(world, tmp_path):
    folder = tmp_path / "mine"
    paint(folder / "a.jpg")
    paint(folder / "z.jpg")
    (folder / "folder.jpg").mkdir()
    for name, content in BROKEN.items():
        (folder / name).write_bytes(content)
    for name, make in NO_FILES.items():
        make(folder / f"{name}.jpg")
    done = demo(world, folder)
    assert done.returncode == 0
    for name, line in zip(
        sorted([*BROKEN, *(f"{name}.jpg" for name in NO_FILES)]), done.stderr.splitlines(), strict=True
    ):
        assert line.startswith("warning: ")
        assert f"{name} (" in line
    assert [line.path.rpartition("/")[2] for line in printed(done)] == ["a.jpg", "z.jpg"]
    assert len(whole_pictures(world)) == 2


def test_strange_pictures_are_labelled_as_the_arrays_would_have_them(world, tmp_path):
    settings = tmp_path / "keras.json"  # a learner's own: our pictures must not heed it
    settings.write_text('{"image_data_format": "channels_first", "backend": "torch", "floatx": "float16"}')
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, content in strange_pictures().items():
        (folder / name).write_bytes(content)
    for name in (".DS_Store", "._usual.jpg", "Thumbs.db"):
        (folder / name).write_bytes(b"what a system leaves behind")
    env = clean_environment(KERAS_HOME=tmp_path, KERAS_BACKEND="jax")
    done = run_script("predict_demo.py", folder, *as_arguments(world), "--no-window", env=env)
    assert_succeeded(done, world, len(strange_pictures()))
    w, b, class_names = train.load_model(world["--model"])
    for line in printed(done):
        a = train.sigmoid(w.T @ image_to_vector(ROOT / line.path) + b)[0, 0]
        assert line.class_name == class_names[int(a > 0.5)]
        assert line.sure == f"{100 * max(a, 1 - a):.1f}%"


def test_where_all_of_several_are_broken_all_are_named_and_there_is_one_error(world, tmp_path):
    for name in ("a.jpg", "b.png"):
        (tmp_path / name).write_text("no picture")
    done = demo(world, "a.jpg", "b.png", cwd=tmp_path)
    assert_one_error(done)
    assert "a.jpg" in done.stderr
    assert "b.png" in done.stderr
    assert len(done.stderr.splitlines()) == 3


def test_a_broken_test_picture_is_named_and_the_others_shown(world):
    (world["--dataset"] / "test" / "bike" / "image_1.png").write_text("no picture")
    done = demo(world)
    assert done.returncode == 0
    assert done.stderr.startswith("warning: ")
    assert "image_1.png" in done.stderr
    assert len(printed(done)) == 5


# ------------------------------------------------------------------ names and folders


@pytest.mark.parametrize(
    "name", ["missing.jpg", "missing/", "a" * 300 + ".jpg", "", "folder", "x.jpg", "mine.png/x.jpg"]
)
def test_a_name_that_stands_for_no_picture_is_one_error(world, tmp_path, name):
    good = paint(tmp_path / "mine.png")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.txt").write_text("no picture")
    (tmp_path / "x.jpg").mkdir()
    assert_one_error(demo(world, good, name, cwd=tmp_path / "folder" if name == "" else tmp_path))
    assert not world["--save"].exists()


@posix
def test_a_folder_that_may_not_be_read_is_one_error(world, tmp_path):
    folder = paint(tmp_path / "mine" / "a.png").parent
    folder.chmod(0)
    assert "mine" in assert_one_error(demo(world, folder, before=without_privileges))
    folder.chmod(0o700)


def no_train(dataset):
    (dataset / "train").rename(dataset / "learn")


def third_class(dataset):
    paint(dataset / "test" / "car" / "x.png")


def empty_class(dataset):
    for file in (dataset / "test" / "bike").iterdir():
        file.unlink()


@pytest.mark.parametrize(
    "change", [no_train, third_class, empty_class, lambda dataset: dataset.rename(dataset / "../d")]
)
def test_a_data_set_without_the_four_folders_is_one_error(world, change):
    change(world["--dataset"])
    assert "dataset" in assert_one_error(demo(world))
    assert not world["--save"].exists()


@pytest.mark.parametrize("args", [["--colour"], ["--save"], ["--model", "a", "--sav", "b"]])
def test_a_usage_mistake_is_one_line_with_status_2(args):
    assert "--help" in assert_one_error(run_forked("predict_demo.py", *args), status=2)


# ------------------------------------------------------------------ where the labelled pictures go


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_a_save_folder_that_is_a_file_is_one_error(world, tmp_path, below):
    file = tmp_path / "file"
    file.write_text("mine")
    assert "file" in assert_one_error(demo({**world, "--save": file / below}))
    assert file.read_text() == "mine"


@posix
def test_a_save_folder_that_may_not_be_written_is_one_error(world):
    world["--save"].mkdir()
    world["--save"].chmod(0o555)
    line = assert_one_error(demo(world, before=without_privileges))
    assert "demo" in line
    assert list(world["--save"].iterdir()) == []


@posix
def test_a_disk_that_is_full_is_one_error_and_the_old_pictures_stay(world):
    import resource

    assert_succeeded(demo(world), world, 6)
    before = {file: file.read_bytes() for file in whole_pictures(world)}
    small = min(map(len, before.values())) // 2
    line = assert_one_error(demo(world, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (small, small))))
    assert "ulimit" in line
    assert {file: file.read_bytes() for file in world["--save"].glob("*") if file.suffix == ".png"} == before


@posix
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_stopped_while_it_writes_every_labelled_picture_is_whole(world, how):
    chance = random.Random(1)
    many = [world["--dataset"]] * 40
    for _ in range(6):
        shutil.rmtree(world["--save"], ignore_errors=True)
        with learner_before(None, *many, *as_arguments(world)) as learner:
            learner.wait_until(world["--save"].exists, "nothing is written")
            time.sleep(chance.uniform(0, 0.1))
            os.killpg(learner.pid, how)
            done = learner.ends()
        assert len(whole_pictures(world)) < 320
        if how == signal.SIGINT:
            assert done.returncode == 130
            assert done.stderr == "stopped by Ctrl-C; what was written before is whole\n"
    shutil.rmtree(world["--save"])
    assert_succeeded(demo(world), world, 6)


def test_what_a_killed_demo_leaves_behind_is_no_hindrance(world):
    world["--save"].mkdir()
    for name in (".lock", ".bike-image_1.png.part", "bike-image_1.png"):
        (world["--save"] / name).write_bytes(b"half")
    assert_succeeded(demo(world), world, 6)
    assert not list(world["--save"].glob(".*.part"))


def test_two_demos_at_once_do_not_disturb_each_other(world):
    with learner_before(None, *as_arguments(world)) as one, learner_before(None, *as_arguments(world)) as two:
        done = one.ends(), two.ends()
    assert [each.returncode for each in done] == [0, 0]
    assert len(whole_pictures(world)) == 6


@posix
def test_a_reader_that_ends_early_is_one_error(world):
    def close_reader():
        reader, writer = os.pipe()
        os.close(reader)
        sys.stdout = os.fdopen(writer, "w")

    line = assert_one_error(demo(world, before=close_reader))
    assert "ended early" in line


def test_a_terminal_without_umlauts_is_no_problem(world, tmp_path):
    own = paint(tmp_path / "Flügelhörner.png")
    done = demo(world, own, before=lambda: sys.stdout.reconfigure(encoding="ascii", errors="strict"))
    assert_succeeded(done, world, 1)
    assert "Fl\\xfcgelh\\xf6rner.png" in done.stdout


# ------------------------------------------------------------------ displays


@linux
@pytest.mark.parametrize("display", [None, "", ":99", ":99.7", "nonsense", "127.0.0.1:1", "/dev/null"])
@pytest.mark.parametrize("platform", [None, "wayland"])
def test_without_a_display_it_writes_the_files_and_says_so(world, display, platform):
    done = demo(world, env=clean_environment(DISPLAY=display, QT_QPA_PLATFORM=platform))
    assert_succeeded(done, world, 6)
    assert "no window (" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("next: python lessons/evidence.py --dataset ")


def test_a_new_process_without_a_display_is_quiet_too(world):
    assert_succeeded(
        run_script("predict_demo.py", *as_arguments(world), env=clean_environment(DISPLAY=":99")), world, 6
    )


@linux
def test_a_display_that_does_not_answer_is_given_up(world):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        number = silent.getsockname()[1] - 6000
        if number < 0:
            pytest.skip("the system gave out a port below those of displays")
        environment = clean_environment(DISPLAY=f"127.0.0.1:{number}")
        done = demo(world, env=environment, before=lambda: setattr(guards, "PATIENCE", 1))
    assert_succeeded(done, world, 6)
    assert "does not answer" in done.stdout


@linux
def test_a_user_of_wayland_sees_the_window(world, screen):
    settings = {"QT_QPA_PLATFORM": "wayland", "WAYLAND_DISPLAY": "wayland-0", "XDG_SESSION_TYPE": "wayland"}
    with learner_before(screen, *as_arguments(world), **settings) as learner:
        learner.waits_for(learner.files(world["--save"])[0])
        learner.press("Escape")
        assert_succeeded(learner.ends(), world, 6)


@linux
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_display_that_goes_away_is_one_warning(world, tmp_path, how):
    with virtual_screen(tmp_path) as (server, display), learner_before(display, *as_arguments(world)) as learner:
        learner.waits_for(learner.files(world["--save"])[0])
        server.send_signal(how)
        server.wait()
        done = learner.ends()
    assert done.returncode == 0
    assert done.stderr == "warning: the window went away; the labelled pictures are in the folder named above\n"
    assert done.stdout.splitlines()[-1].startswith("next: python lessons/evidence.py --dataset ")
    assert len(whole_pictures(world)) == 6


@linux
def test_ctrl_c_while_the_window_opens_is_one_line(world, screen):
    for k in range(6):
        with learner_before(screen, *as_arguments(world)) as learner:
            learner.wait_until(lambda: "look at the window" in learner.demo().stdout, "no line about the window")
            time.sleep(0.04 * k)
            os.killpg(learner.pid, signal.SIGINT)
            done = learner.ends()
        assert done.returncode == 130
        assert done.stderr == "stopped by Ctrl-C; what was written before is whole\n"


@linux
def test_a_window_whose_program_the_window_manager_kills_is_one_warning(world, screen):
    with learner_before(screen, *as_arguments(world)) as learner:
        learner.tool("xdotool", "windowkill", learner.window())
        done = learner.ends()
    assert done.returncode == 0
    assert done.stderr.startswith("warning: the window went away")


@linux
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_demo_that_is_killed_takes_its_window_with_it(world, screen, how):
    with learner_before(screen, *as_arguments(world)) as learner:
        learner.window()
        os.kill(learner.pid, how)
        assert learner.ends().returncode == -how  # and it leaves no process behind


def test_a_mistake_in_code_that_shows_windows_is_told_with_its_line(tmp_path):
    script = tmp_path / "mine.py"
    script.write_text(
        "from dataset.guards import run, run_apart\n"
        "def show():\n"
        "    cv3.imshow()\n"
        "if __name__ == '__main__':\n"
        "    run(lambda: run_apart(show))\n"
    )
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, env=clean_environment(PYTHONPATH=ROOT)
    )
    line = assert_one_error(done)
    assert "cv3" in line
    assert "mine.py, line 3" in line


# ------------------------------------------------------------------ libraries


@linux
def test_the_opencv_without_windows_is_told(world, screen):
    folder = os.environ.get("OPENCV_HEADLESS")
    if not folder:
        pytest.skip(
            "needs the OpenCV without windows: pip install --no-deps --target DIR opencv-python-headless, "
            "and set OPENCV_HEADLESS to DIR"
        )
    env = clean_environment(DISPLAY=screen, PYTHONPATH=folder)
    done = run_script("predict_demo.py", *as_arguments(world), env=env)
    assert_succeeded(done, world, 6)
    assert "no window (this OpenCV has none; run: pip uninstall opencv-python-headless" in done.stdout


def test_an_opencv_that_cannot_be_imported_is_one_error_with_the_remedy(world, tmp_path):
    (tmp_path / "cv2.py").write_text("raise ImportError('libGL.so.1: cannot open shared object file')")
    done = run_script("predict_demo.py", *as_arguments(world), env=clean_environment(PYTHONPATH=tmp_path))
    line = assert_one_error(done)
    assert "libGL.so.1" in line
    assert "apt-get install --no-install-recommends libgl1 libglib2.0-0 libsm6" in line


def test_packages_that_are_not_installed_are_one_error_with_the_remedy():
    command = [sys.executable, "-S", str(ROOT / "predict_demo.py")]  # -S: without the folder of installed packages
    line = assert_one_error(subprocess.run(command, capture_output=True, text=True, env=clean_environment()))
    assert "pip install -r requirements.txt" in line
