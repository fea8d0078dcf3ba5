"""Broken pictures, strange folders, damaged arrays, full disks, killed runs: a sentence for each, and nothing lost."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import prepare_data
from prepare_data import Arrays, BadPicture, image_to_vector, load_arrays, load_picture, save_arrays

import h5py
import numpy as np
import pytest
from conftest import assert_one_error, clean_environment, run_forked, run_script
from PIL import Image
from sample_pictures import (
    BROKEN,
    EPS,
    JPEG,
    ODD_SIZES,
    changed,
    encoded,
    keras_vector,
    photo,
    small_dataset,
)

with suppress(ImportError):  # Windows has no limits; the tests that set one need fork
    import resource

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="runs in a copy of this process: needs fork")
needs_posix = pytest.mark.skipif(os.name == "nt", reason="Windows: links for administrators only, no pipes, no holes")


@pytest.fixture(scope="module", autouse=True)
def keras_is_loaded():
    """So that forked scripts need not load it again."""
    prepare_data.picture_readers()


@pytest.fixture
def prepared(small):
    """The same with its arrays."""
    assert run_forked("prepare_data.py", "--dataset", small).returncode == 0
    return small


@pytest.fixture
def open_folder():
    """An empty folder that everybody may enter (pytest's own are for their owner alone)."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        for path in Path(folder).rglob("*"):
            with suppress(OSError):
                path.chmod(0o755)


def as_nobody():
    """In the forked copy: root may read and write everything, so be somebody who may not."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)


def arrays_in(dataset):
    """The bytes of both h5 files."""
    return [(dataset / name).read_bytes() for name in ("train_x.h5", "test_x.h5")]


def assert_fails_and_keeps_the_arrays(dataset, *words, **options):
    """The script ends with one line that has these words, and the arrays are what they were."""
    before = arrays_in(dataset)
    error = assert_one_error(run_forked("prepare_data.py", "--dataset", dataset, **options))
    for word in words:
        assert word in error
    assert arrays_in(dataset) == before
    assert not list(dataset.glob(".*.part"))
    return error


# ------------------------------------------------------------------ pictures that are none


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_picture_is_named_with_the_reason(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(BROKEN[name])
    for read in (image_to_vector, load_picture):
        with pytest.raises(BadPicture) as caught:
            read(path)
        what, remedy = str(caught.value).split(" - ")
        assert name in what and caught.value.why in what and "\n" not in what
        assert "JPEG or PNG" in remedy and "BytesIO" not in what


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_picture_in_the_data_set_is_one_line(prepared, name):
    (prepared / "train" / "bike" / name).write_bytes(BROKEN[name])
    assert_fails_and_keeps_the_arrays(prepared, name, "1 of the pictures", "--skip-bad")


def test_all_broken_pictures_can_be_skipped_at_once(small):
    for name, content in BROKEN.items():
        (small / "train" / "bike" / name).write_bytes(content)
    done = run_forked("prepare_data.py", "--dataset", small, "--skip-bad")
    assert done.returncode == 0 and len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(f"warning: {len(BROKEN)} of the pictures left out: ")
    assert all(name in done.stderr for name in BROKEN)
    assert load_arrays(small)[0].Y.tolist() == [[0, 0, 0, 1, 1, 1]]


def test_a_class_of_broken_pictures_only_cannot_be_skipped(prepared):
    for path in (prepared / "test" / "bike").iterdir():
        path.write_bytes(b"")
    before = arrays_in(prepared)
    done = run_forked("prepare_data.py", "--dataset", prepared, "--skip-bad")
    assert "has no picture that can be read" in assert_one_error(done)
    assert arrays_in(prepared) == before


@needs_fork
def test_a_huge_picture_is_refused_by_its_size_before_it_fills_the_memory(prepared):
    path = prepared / "train" / "bike" / "huge.png"
    Image.new("1", (10000, 10000)).save(path)
    assert path.stat().st_size < 100_000

    def little_memory():
        in_use = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (in_use + 250_000_000,) * 2)  # decoded it needs 400,000,000

    before = little_memory if Path("/proc/self/statm").exists() else None
    assert_fails_and_keeps_the_arrays(prepared, "huge.png", "too many pixels", before=before)


@needs_posix
def test_a_huge_file_is_refused_before_it_is_read(prepared):
    with (prepared / "train" / "bike" / "film.jpg").open("wb") as file:
        file.truncate(40_000_000_000)  # zeros that take no room on the disk
    assert_fails_and_keeps_the_arrays(prepared, "film.jpg", "too large")


@needs_fork
def test_postscript_named_jpg_starts_no_interpreter(tmp_path, prepared):
    """Pillow hands PostScript, which is a program, to Ghostscript. Here a false one notes that it was called."""
    note, false_gs = tmp_path / "called", tmp_path / "gs"
    false_gs.write_text(f"#!/bin/sh\ntouch '{note}'\nexit 1\n", encoding="utf-8")
    false_gs.chmod(0o755)
    env = clean_environment(PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    path = prepared / "train" / "bike" / "script.jpg"
    path.write_bytes(EPS)
    assert_fails_and_keeps_the_arrays(prepared, "script.jpg", env=env)
    assert not note.exists()

    pillow_alone = f"from PIL import Image; Image.open({str(path)!r}).load()"
    subprocess.run([sys.executable, "-c", pillow_alone], env=env, capture_output=True)
    assert note.exists(), "the trap does not work: Pillow alone should have called it"


def test_a_jpeg_with_broken_bytes_is_refused_or_reads_as_keras_reads_it(tmp_path):
    """The JPEG library bridges most errors in silence, and so does every viewer; nothing else may happen."""
    chance, path = random.Random(0), tmp_path / "broken bytes.jpg"
    scan = JPEG.index(b"\xff\xda")
    outcomes = []
    for _ in range(100):
        content = JPEG
        for _ in range(5):
            content = changed(content, chance.randrange(scan, len(JPEG)), chance.randrange(256))
        path.write_bytes(content)
        try:
            outcomes.append(bool((image_to_vector(path)[:, 0] == keras_vector(path)).all()))
        except BadPicture:
            outcomes.append("refused")
    assert set(outcomes) <= {True, "refused"} and True in outcomes


# ------------------------------------------------------------------ pictures that are strange, and right


TIFF = b"Exif\0\0MM\0*\0\0\0\x08"  # how an EXIF block begins


def entry(tag, kind, count, value):
    """One entry of an EXIF block."""
    return tag.to_bytes(2, "big") + kind.to_bytes(2, "big") + count.to_bytes(4, "big") + value


ORIENTATION = 0x0112
BROKEN_EXIF = {
    "empty": b"Exif\0\0",
    "garbage": b"Exif\0\0" + bytes(range(200)),
    "no entries": TIFF + b"\0\0\0\0\0\0",
    "cut": TIFF + b"\0\x05" + entry(ORIENTATION, 3, 1, b"\0")[:7],
    "65535 entries": TIFF + b"\xff\xff" + entry(ORIENTATION, 3, 1, b"\0\x01\0\0"),
    "turn 0": TIFF + b"\0\x01" + entry(ORIENTATION, 3, 1, b"\0\0\0\0") + bytes(4),
    "turn 9": TIFF + b"\0\x01" + entry(ORIENTATION, 3, 1, b"\0\x09\0\0") + bytes(4),
    "turn 65535": TIFF + b"\0\x01" + entry(ORIENTATION, 3, 1, b"\xff\xff\0\0") + bytes(4),
    "a text as turn": TIFF + b"\0\x01" + entry(ORIENTATION, 2, 4, b"six\0") + bytes(4),
    "a fraction by 0": TIFF + b"\0\x01" + entry(ORIENTATION, 5, 1, b"\0\0\0\x1a") + bytes(12),
    "far away": TIFF + b"\0\x01" + entry(ORIENTATION, 3, 90000, b"\xff\xff\xff\xff") + bytes(4),
    "a circle": TIFF + b"\0\x01" + entry(0x8769, 4, 1, b"\0\0\0\x08") + b"\0\0\0\x08",
    "unknown type": TIFF + b"\0\x01" + entry(ORIENTATION, 99, 1, b"\0\x06\0\0") + bytes(4),
    "begins elsewhere": b"Exif\0\0MM\0*\xff\xff\xff\xff",
}


@pytest.mark.parametrize("name", BROKEN_EXIF)
def test_a_photo_with_a_broken_exif_block_reads_as_keras_reads_it(tmp_path, name):
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(photo(101), exif=BROKEN_EXIF[name]))
    assert (image_to_vector(path)[:, 0] == keras_vector(path)).all()


def test_a_photo_is_turned_though_the_rest_of_its_exif_block_is_broken(tmp_path):
    path = tmp_path / "photo.jpg"
    entries = entry(ORIENTATION, 3, 1, b"\0\x03\0\0") + entry(0x0132, 2, 50000, b"\xff\xff\xff\xff")
    path.write_bytes(encoded(photo(102), exif=TIFF + b"\0\x02" + entries + bytes(4)))
    assert np.allclose(image_to_vector(path).reshape(64, 64, 3)[::-1, ::-1], keras_vector(path).reshape(64, 64, 3))


def test_broken_exif_blocks_print_nothing(small):
    for name, block in BROKEN_EXIF.items():
        (small / "train" / "bike" / f"{name}.jpg").write_bytes(encoded(photo(101), exif=block))
    done = run_script("prepare_data.py", "--dataset", small)  # fresh, because pytest catches what Pillow would print
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("size", ODD_SIZES)
def test_any_shape_of_picture_is_read(tmp_path, size):
    for suffix in ("jpg", "png", "bmp", "gif", "webp"):
        path = tmp_path / f"a.{suffix}"
        photo(103, *size).save(path)
        assert (image_to_vector(path)[:, 0] == keras_vector(path)).all()
        assert load_picture(path).size == size


NAMES = [
    "with spaces.jpg",
    " begins and ends with one .jpg",
    "Flugzeug über Köln.jpg",
    "U\u0308ber.jpg",  # the two-letter Ü of macOS
    "飞机.jpg",
    "✈️.jpg",
    "a" * 200 + ".jpg",
    "-x.jpg",
    "100%s {0}.jpg",
    "a.b.c.JPG",
    "quote's.jpg",
    "a;b&c.jpg",
    "new\nline\r.jpg",
    "bell\a\x1b[31m.jpg",
    'quo"te*?.jpg',
    os.fsdecode(b"not \xff\xfe text.jpg"),
]


def test_pictures_of_any_name_are_read_and_found_again(small):
    folder, made = small / "train" / "bike", []
    for name in NAMES:
        with suppress(OSError):  # not every system allows every name
            (folder / name).write_bytes(encoded(photo(len(made) + 200)))
            made.append(name)
    assert len(made) >= 10
    done = run_forked("prepare_data.py", "--dataset", small)
    assert (done.returncode, done.stderr) == (0, "")
    files = load_arrays(small)[0].files
    assert {f"train/bike/{name}" for name in made} < set(files)
    X = load_arrays(small)[0].X
    for k, name in enumerate(files):
        assert (X[:, [k]] == image_to_vector(small / name)).all()


def test_a_broken_picture_of_any_name_is_one_line(prepared):
    for name in NAMES:
        with suppress(OSError):
            (prepared / "train" / "bike" / name).write_bytes(b"no picture")
    assert_fails_and_keeps_the_arrays(prepared, "Köln.jpg", "飞机.jpg", "new\\nline\\r.jpg", "bell\\x07\\x1b[31m.jpg")


@needs_posix
@pytest.mark.parametrize("kind", ["nowhere", "itself", "a pipe", "a socket", "a device"])
def test_a_name_that_leads_to_no_file_is_named_and_nothing_hangs(prepared, kind):
    path = prepared / "train" / "bike" / "x.jpg"
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a socket":
        with socket.socket(socket.AF_UNIX) as listener:
            os.chdir(path.parent)
            listener.bind("x.jpg")
    else:
        path.symlink_to({"nowhere": "gone.jpg", "itself": "x.jpg", "a device": "/dev/zero"}[kind])
    with pytest.raises(BadPicture, match=r"x\.jpg"):
        image_to_vector(path)
    assert_fails_and_keeps_the_arrays(prepared, "x.jpg")
    done = run_forked("prepare_data.py", "--dataset", prepared, "--skip-bad")
    assert done.returncode == 0 and "x.jpg" in done.stderr


@needs_posix
def test_links_to_pictures_and_to_class_folders_are_followed(small, tmp_path):
    photo(104).save(tmp_path / "elsewhere.png")
    (small / "train" / "bike" / "link.png").symlink_to(tmp_path / "elsewhere.png")
    (small / "test" / "bike").rename(tmp_path / "bikes")
    (small / "test" / "bike").symlink_to(tmp_path / "bikes")
    done = run_forked("prepare_data.py", "--dataset", small)
    assert (done.returncode, done.stderr) == (0, "")
    train, test = load_arrays(small)
    assert train.files[-1] == "train/bike/link.png" and test.files[-1] == "test/bike/1.jpg"


def test_a_folder_named_like_a_picture_is_left_out_and_a_bad_picture_for_the_demo(small):
    folder = small / "train" / "bike" / "x.jpg"
    folder.mkdir()
    done = run_forked("prepare_data.py", "--dataset", small)
    assert done.returncode == 0 and "x.jpg" in done.stderr and done.stderr.startswith("warning: 1 ignored")
    with pytest.raises(BadPicture, match=r"x\.jpg"):
        image_to_vector(folder)


@needs_fork
@needs_posix
def test_a_picture_that_may_not_be_read_is_named(open_folder):
    dataset = small_dataset(open_folder / "dataset")
    assert run_forked("prepare_data.py", "--dataset", dataset).returncode == 0
    (dataset / "train" / "bike" / "1.jpg").chmod(0)
    assert_fails_and_keeps_the_arrays(dataset, "1.jpg", "Permission denied", before=as_nobody)


# ------------------------------------------------------------------ folders


def remove(*names):
    """A change of the data set: these folders are gone."""
    return lambda dataset: [shutil.rmtree(dataset / name) for name in names]


def rename(old, new):
    """A change of the data set: a folder has another name."""
    return lambda dataset: (dataset / old).rename(dataset / new)


def empty(name):
    """A change of the data set: a folder without pictures."""
    return lambda dataset: [path.unlink() for path in (dataset / name).iterdir()]


FOLDERS = {
    "no test": (remove("test"), ["no folder", "test"]),
    "no train": (remove("train"), ["no folder", "train"]),
    "one class": (remove("train/bike"), ["1 class folder", "train", "airplane", "exactly two"]),
    "no class": (remove("test/bike", "test/airplane"), ["0 class folders", "test", "exactly two"]),
    "three classes": (lambda d: (d / "train/car").mkdir(), ["3 class folders", "airplane, bike, car", "exactly two"]),
    "other classes in test": (rename("test/bike", "test/car"), ["airplane and bike", "airplane and car", "same names"]),
    "another case in test": (rename("test/bike", "test/Bike"), ["airplane and bike", "Bike and airplane"]),
    "empty class": (empty("train/airplane"), ["no pictures in", "airplane"]),
    "empty class in test": (empty("test/bike"), ["no pictures in", "bike"]),
    "train is a file": (lambda d: (shutil.rmtree(d / "train"), (d / "train").write_text("x")), ["train"]),
}


@pytest.mark.parametrize("kind", FOLDERS)
def test_folders_that_are_wrong_are_named_and_never_filled_up(prepared, kind):
    change, words = FOLDERS[kind]
    change(prepared)
    before = sorted(prepared.rglob("*"))
    assert_fails_and_keeps_the_arrays(prepared, *words)
    assert sorted(prepared.rglob("*")) == before


def test_one_picture_of_each_class_is_enough(tmp_path):
    dataset = small_dataset(tmp_path / "dataset", train=1, test=1)
    assert run_forked("prepare_data.py", "--dataset", dataset).returncode == 0
    assert [arrays.X.shape for arrays in load_arrays(dataset)] == [(12288, 2), (12288, 2)]


def test_a_data_set_that_is_a_file_is_named(tmp_path):
    (tmp_path / "dataset").write_text("x", encoding="utf-8")
    error = assert_one_error(run_forked("prepare_data.py", "--offline", "--dataset", tmp_path / "dataset"))
    assert str(tmp_path / "dataset") in error
    assert (tmp_path / "dataset").read_text(encoding="utf-8") == "x"


@needs_fork
@needs_posix
@pytest.mark.parametrize("arrays", ["old", "none"])
def test_a_read_only_data_set_folder_is_named(open_folder, arrays):
    dataset = small_dataset(open_folder / "dataset")
    if arrays == "old":
        assert run_forked("prepare_data.py", "--dataset", dataset).returncode == 0
    before = {path: path.read_bytes() for path in dataset.glob("*.h5")}
    dataset.chmod(0o555)
    error = assert_one_error(run_forked("prepare_data.py", "--dataset", dataset, before=as_nobody))
    assert "Permission denied" in error and "train_x.h5" in error and "another folder" in error
    assert {path: path.read_bytes() for path in dataset.glob("*.h5")} == before


@needs_fork
@needs_posix
@pytest.mark.parametrize("name", ["train", "train/bike"])
def test_a_folder_that_may_not_be_read_is_named(open_folder, name):
    dataset = small_dataset(open_folder / "dataset")
    (dataset / name).chmod(0)
    error = assert_one_error(run_forked("prepare_data.py", "--dataset", dataset, before=as_nobody))
    assert "Permission denied" in error and name in error


# ------------------------------------------------------------------ arrays that are none, or are wrong


def put(name, make):
    """A change of an h5 file: a data set made anew from the old one, or removed where that gives None."""

    def change(path):
        with h5py.File(path, "r+") as file:
            values = make(file[name][...])
            del file[name]
            if values is not None:
                file[name] = values

    return change


def set_value(name, where, value):
    """A change of an h5 file: one number."""

    def change(path):
        with h5py.File(path, "r+") as file:
            file[name][where] = value

    return change


def set_attribute(name, value):
    """A change of an h5 file: an attribute, or its removal where value is None."""

    def change(path):
        with h5py.File(path, "r+") as file:
            del file.attrs[name]
            if value is not None:
                file.attrs[name] = value

    return change


def no_columns(path):
    """A change of an h5 file: no pictures at all."""
    for name, shape in (("data_train", (12288, 0)), ("labels_train", (1, 0)), ("files_train", (0,))):
        put(name, lambda old, shape=shape: np.zeros(shape, old.dtype))(path)


def keras_model(path):
    """A Keras model in the file's place."""
    import keras

    keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)]).save(path)


def pickled(path):
    """A pickle in the file's place."""
    import pickle

    path.write_bytes(pickle.dumps({"data_train": np.zeros((12288, 6))}))


def cut(share):
    """A change of a file: only its first part is left."""
    return lambda path: path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


WRONG = {
    "no data": (put("data_train", lambda _: None), ["has no data_train"]),
    "no labels": (put("labels_train", lambda _: None), ["has no labels_train"]),
    "no files": (put("files_train", lambda _: None), ["has no files_train"]),
    "a group for data": (put("data_train", lambda _: None), ["has no data_train"]),
    "transposed": (put("data_train", np.transpose), ["data_train has the shape (6, 12288), not (12288, 6)"]),
    "a picture less": (put("data_train", lambda X: X[:, 1:]), ["data_train has the shape (12288, 5)"]),
    "a label more": (put("labels_train", lambda Y: np.c_[Y, Y[:, :1]]), ["labels_train has the shape (1, 7)"]),
    "flat labels": (put("labels_train", np.ravel), ["labels_train has the shape (6,), not (1, 6)"]),
    "one number": (put("data_train", lambda X: X[0, 0]), ["data_train has the shape ()"]),
    "a cube": (put("data_train", lambda X: X.reshape(64, 64, 18)), ["data_train has the shape (64, 64, 18)"]),
    "other image size": (put("data_train", lambda X: X[:3072]), ["data_train has the shape (3072, 6)"]),
    "zero columns": (no_columns, ["it has no pictures"]),
    "not a number": (set_value("data_train", (7, 3), np.nan), ["values outside 0 to 1, or NaN"]),
    "infinity": (set_value("data_train", (7, 3), np.inf), ["values outside 0 to 1"]),
    "not divided by 255": (put("data_train", lambda X: X * 255), ["values outside 0 to 1"]),
    "negative": (set_value("data_train", (12287, 5), -0.001), ["values outside 0 to 1"]),
    "bytes": (put("data_train", lambda X: (X * 255).astype(np.uint8)), ["data_train", "float"]),
    "texts for data": (put("data_train", lambda X: np.full(X.shape, b"x")), ["data_train"]),
    "label 2": (set_value("labels_train", (0, 0), 2), ["labels_train has other values than 0 and 1"]),
    "label 0.5": (set_value("labels_train", (0, 0), 0.5), ["labels_train has other values than 0 and 1"]),
    "label NaN": (set_value("labels_train", (0, 0), np.nan), ["labels_train has other values than 0 and 1"]),
    "numbers for files": (put("files_train", lambda _: np.arange(6)), ["files_train are not texts"]),
    "no class names": (set_attribute("class_names", None), ["class_names are not two texts"]),
    "three class names": (set_attribute("class_names", ["a", "b", "c"]), ["class_names are not two texts"]),
    "equal class names": (set_attribute("class_names", ["a", "a"]), ["class_names are not two texts"]),
    "numbers for class names": (set_attribute("class_names", [1, 2]), ["class_names are not two texts"]),
    "one class name": (set_attribute("class_names", "airplane"), ["class_names are not two texts"]),
    "other class names": (set_attribute("class_names", ["cat", "dog"]), ["cat and dog", "airplane and bike"]),
    "no image size": (set_attribute("image_size", None), ["image size is None, not 64"]),
    "image size 32": (set_attribute("image_size", 32), ["image size is 32, not 64"]),
    "image sizes": (set_attribute("image_size", [64, 64]), ["image size is"]),
    "a text for image size": (set_attribute("image_size", "64"), ["image size is"]),
    "cut in half": (cut(0.5), ["is damaged or is not an h5 file"]),
    "cut by 1 %": (cut(0.99), ["is damaged or is not an h5 file"]),
    "empty": (cut(0), ["is damaged or is not an h5 file"]),
    "text": (lambda path: path.write_text("data_train", encoding="utf-8"), ["is damaged or is not an h5 file"]),
    "zeros": (lambda path: path.write_bytes(bytes(100_000)), ["is damaged or is not an h5 file"]),
    "a pickle": (pickled, ["is damaged or is not an h5 file"]),
    "a Keras model": (keras_model, ["has no data_train and no labels_train and no files_train"]),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), ["no file"]),
    "missing": (Path.unlink, ["no file"]),
}


@pytest.mark.parametrize("kind", WRONG)
def test_wrong_arrays_are_one_line_that_says_what_is_wrong(prepared, tmp_path, kind):
    change, words = WRONG[kind]
    change(prepared / "train_x.h5")
    error = assert_one_error(run_forked("train.py", "--dataset", prepared, "--results", tmp_path / "results"))
    for word in ("train_x.h5", "run: python prepare_data.py", *words):
        assert word in error
    assert not (tmp_path / "results").exists()


def test_prepare_data_mends_wrong_arrays(prepared):
    good = load_arrays(prepared)
    for change in (cut(0.5), pickled, set_value("data_train", (0, 0), np.nan)):
        change(prepared / "train_x.h5")
        assert run_forked("prepare_data.py", "--dataset", prepared).returncode == 0
        assert all(map(same, load_arrays(prepared), good))


def test_a_folder_in_the_place_of_the_arrays_is_named_and_kept(small):
    (small / "train_x.h5").mkdir()
    (small / "train_x.h5" / "mine.txt").write_text("mine", encoding="utf-8")
    assert "train_x.h5" in assert_one_error(run_forked("prepare_data.py", "--dataset", small))
    assert (small / "train_x.h5" / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_arrays_that_a_learner_has_changed_and_left_right_are_loaded(prepared):
    """Painting a frame on the pictures, say, or arrays written with h5py alone."""
    train = load_arrays(prepared)[0]
    with h5py.File(prepared / "train_x.h5", "r+") as file:
        file["data_train"][:100] = 0
    assert (load_arrays(prepared)[0].X[:100] == 0).all()
    with h5py.File(prepared / "train_x.h5", "w") as file:
        file["data_train"], file["labels_train"], file["files_train"] = train.X.astype(np.float64), train.Y, train.files
        file.attrs.update(class_names=["airplane", "bike"], image_size=64)
    plain = load_arrays(prepared)[0]
    assert plain.X.dtype == np.float64 and (plain.X == train.X).all()
    assert plain.files == train.files and plain.class_names == ["airplane", "bike"]


# ------------------------------------------------------------------ killed, full, at once


def some_arrays(seed, m=100):
    """Arrays of random numbers; another seed gives others."""
    chance = np.random.default_rng(seed)
    X = chance.random((12288, m), dtype=np.float32)
    Y = chance.integers(0, 2, (1, m)).astype(np.float32)
    return Arrays(X, Y, [f"train/a/{seed}-{k}.jpg" for k in range(m)], ["a", "b"], f"seed {seed}")


def same(one, other):
    """Whether two Arrays are equal."""
    return (one.X == other.X).all() and (one.Y == other.Y).all() and one[2:] == other[2:]


@needs_fork
def test_killed_at_40_moments_of_writing_each_file_is_the_old_or_the_new_one(tmp_path):
    versions, chance = [some_arrays(seed) for seed in (1, 2)], random.Random(3)
    for part in ("train", "test"):
        save_arrays(tmp_path, part, versions[0])
    started = time.monotonic()
    save_arrays(tmp_path, "train", versions[0])
    a_write = time.monotonic() - started
    killed_while_writing = 0
    for _ in range(40):
        writer = os.fork()
        if writer == 0:
            while True:
                for arrays in versions:
                    for part in ("train", "test"):
                        save_arrays(tmp_path, part, arrays)
        time.sleep(chance.random() * 4 * a_write)
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
        killed_while_writing += bool(list(tmp_path.glob(".*.part")))
        for loaded in load_arrays(tmp_path):
            assert same(loaded, versions[0]) or same(loaded, versions[1])
    assert killed_while_writing > 0
    for part in ("train", "test"):
        save_arrays(tmp_path, part, versions[1])
    assert {path.name for path in tmp_path.iterdir()} == {"train_x.h5", "test_x.h5", ".lock"}


@needs_fork
def test_a_limit_on_file_sizes_is_one_line_and_the_old_arrays_stay(prepared):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    assert_fails_and_keeps_the_arrays(prepared, "train_x.h5", "ulimit -f", "the old file is kept", before=limit)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 4 million bytes."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("needs root, to make a small disk: mount -t tmpfs")
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4000k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("this machine does not allow a small disk: mount -t tmpfs")
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("room", [0, 1, 100_000, 250_000])
def test_a_full_disk_is_one_line_and_the_old_arrays_stay(small_disk, room):
    dataset = small_dataset(small_disk / "dataset")
    assert run_forked("prepare_data.py", "--dataset", dataset).returncode == 0
    with suppress(OSError), (small_disk / "other files").open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    with (small_disk / "other files").open("r+b") as file:
        file.truncate(file.seek(0, os.SEEK_END) - room)
    error = assert_fails_and_keeps_the_arrays(dataset, "_x.h5", "No space left", "the old file is kept")
    assert "make room" in error
    (small_disk / "other files").unlink()
    assert run_forked("prepare_data.py", "--dataset", dataset).returncode == 0


@needs_fork
def test_several_runs_at_once_leave_whole_arrays_and_readers_see_whole_arrays(prepared):
    good, runs = load_arrays(prepared), []
    for _ in range(6):
        child = os.fork()
        if child == 0:
            status = 1
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(1, 2)
            with suppress(BaseException):
                prepare_data.main(["--dataset", str(prepared)])
                status = 0
            os._exit(status)
        runs.append(child)
    while runs:
        assert all(map(same, load_arrays(prepared), good))
        ended, status = os.waitpid(runs[0], os.WNOHANG)
        if ended:
            assert status == 0
            runs.pop(0)
    assert {path.name for path in prepared.iterdir()} == {"train", "test", "train_x.h5", "test_x.h5", ".lock"}


@needs_fork
def test_ctrl_c_while_pictures_are_read_is_one_line_and_the_old_arrays_stay(prepared):
    folder = prepared / "train" / "bike"
    photo(105, 3000, 2000).save(folder / "large.png")
    for k in range(100):
        os.link(folder / "large.png", folder / f"large {k}.png")

    def ctrl_c_soon():
        signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
        signal.setitimer(signal.ITIMER_REAL, 0.5)

    before = arrays_in(prepared)
    done = run_forked("prepare_data.py", "--dataset", prepared, before=ctrl_c_soon)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.splitlines() == ["stopped by Ctrl-C; what was written before is whole"]
    assert arrays_in(prepared) == before
