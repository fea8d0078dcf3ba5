"""prepare_data.py: from picture files to arrays."""

import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import prepare_data
from dataset import draw_pictures
from prepare_data import image_to_vector, load_arrays, load_picture

import cv2
import h5py
import numpy as np
import pytest
from conftest import ROOT, assert_one_error, clean_environment, run_forked, run_script
from PIL import Image
from sample_pictures import encoded, keras_vector, photo, small_dataset

GREY_BIKES = ("0512", "0561", "0570", "0576", "0640", "0659", "0771")  # of Caltech-101


@pytest.fixture(scope="module", autouse=True)
def keras_is_loaded():
    """So that forked scripts need not load it again."""
    prepare_data.picture_readers()


def prepare(dataset, *args, **options):
    """Run the script, which must succeed, and load what it wrote."""
    done = run_forked("prepare_data.py", "--dataset", dataset, *args, **options)
    assert done.returncode == 0, done.stderr
    return *load_arrays(dataset), done


def saved(folder, name, picture, file_format, **options):
    """Write a picture file; returns its path."""
    path = folder / name
    path.write_bytes(encoded(picture, file_format, **options))
    return path


def seen(path):
    """The (64, 64, 3) numbers that our road makes of a picture file."""
    return image_to_vector(path).reshape(64, 64, 3)


# ------------------------------------------------------------------ the arrays


@pytest.mark.parametrize(("part", "m"), [("train", 6), ("test", 4)])
def test_the_h5_files_hold_just_what_is_promised(small, part, m):
    prepare(small)
    with h5py.File(small / f"{part}_x.h5") as file:
        assert set(file) == {f"data_{part}", f"labels_{part}", f"files_{part}"}
        data, labels, files = (file[f"{name}_{part}"] for name in ("data", "labels", "files"))
        assert (data.shape, data.dtype) == ((12288, m), np.float32)
        assert 0 <= data[:].min() < 0.3 and 0.7 < data[:].max() <= 1
        assert (labels.shape, labels.dtype) == ((1, m), np.float32)
        assert labels[0].tolist() == [0] * (m // 2) + [1] * (m // 2)
        assert files.shape == (m,)
        expected = [f"{part}/{name}/{k}.jpg" for name in ("airplane", "bike") for k in range(m // 2)]
        assert files.asstr()[:].tolist() == expected
        assert set(file.attrs) == {"class_names", "image_size", "source"}
        assert list(file.attrs["class_names"]) == ["airplane", "bike"]
        assert file.attrs["image_size"] == 64
        assert file.attrs["source"] == "your own pictures"


def test_column_k_is_picture_k_and_files_k_is_its_path(small):
    for part, arrays in zip(("train", "test"), prepare(small)[:2], strict=True):
        assert arrays.files == sorted(arrays.files) and all(name.startswith(f"{part}/") for name in arrays.files)
        for k, name in enumerate(arrays.files):
            pixels = np.asarray(Image.open(small / name).resize((64, 64), Image.Resampling.NEAREST), dtype=np.float32)
            assert (arrays.X[:, k].reshape(64, 64, 3) == pixels / 255).all(), name
            assert (arrays.X[:, [k]] == image_to_vector(small / name)).all(), name


def test_a_vector_is_a_column_of_12288_numbers_from_0_to_1(small):
    vector = image_to_vector(small / "train/bike/0.jpg")
    assert (vector.shape, vector.dtype) == ((12288, 1), np.float32)
    assert 0 <= vector.min() < vector.max() <= 1
    assert (image_to_vector(str(small / "train/bike/0.jpg")) == vector).all()


@pytest.mark.parametrize("count", [15, 16, 17, 33])
def test_any_number_of_pictures_is_read_each_into_its_own_column(tmp_path, count):
    paths = [saved(tmp_path, f"{k}.png", Image.new("RGB", (3, 3), (k, 0, 255 - k)), "PNG") for k in range(count)]
    X, broken = prepare_data.read_pictures(paths)
    assert X.shape == (12288, count) and X.flags.c_contiguous and not broken
    expected = np.arange(count, dtype=np.float32) / 255
    assert (X[0::3] == expected).all() and (X[1::3] == 0).all() and np.allclose(X[2::3], 1 - expected)


@pytest.mark.parametrize(
    ("name", "mode", "file_format", "options"),
    [
        ("colour.jpg", "RGB", "JPEG", {}),
        ("fine.jpeg", "RGB", "JPEG", {"quality": 97, "subsampling": 0}),
        ("progressive.JPG", "RGB", "JPEG", {"progressive": True}),
        ("grey.jpg", "L", "JPEG", {}),
        ("printed.jpg", "CMYK", "JPEG", {}),
        ("colour.png", "RGB", "PNG", {}),
        ("palette.png", "P", "PNG", {}),
        ("black and white.png", "1", "PNG", {}),
        ("grey.PNG", "L", "PNG", {}),
        ("palette.gif", "P", "GIF", {}),
        ("grey.gif", "L", "GIF", {}),
        ("colour.bmp", "RGB", "BMP", {}),
        ("palette.bmp", "P", "BMP", {}),
        ("colour.webp", "RGB", "WEBP", {}),
        ("exact.webp", "RGB", "WEBP", {"lossless": True}),
    ],
)
@pytest.mark.parametrize("size", [(90, 60), (64, 64), (17, 200)])
def test_pixels_are_those_of_plain_keras_bit_for_bit(tmp_path, name, mode, file_format, options, size):
    path = saved(tmp_path, name, photo(1, *size, mode), file_format, **options)
    assert (image_to_vector(path)[:, 0] == keras_vector(path)).all()


def test_real_photographs_give_the_pixels_of_plain_keras_bit_for_bit(caltech):
    train, test = load_arrays(caltech)
    assert (train.X.shape, test.X.shape) == ((12288, 1498), (12288, 100))
    assert train.Y.sum() == 748 and test.Y.sum() == 50
    for arrays in (train, test):
        for k, name in enumerate(arrays.files):
            assert (arrays.X[:, k] == keras_vector(caltech / name)).all(), name


def test_seven_real_bikes_are_grey(caltech):
    grey = [
        path
        for path in sorted(caltech.glob("*/bike/*.jpg"), key=lambda path: path.name)
        if Image.open(path).mode == "L"
    ]
    assert tuple(path.stem[-4:] for path in grey) == GREY_BIKES
    for path in grey:
        pixels = seen(path)
        assert (pixels == pixels[..., :1]).all() and pixels.std() > 0.1


# ------------------------------------------------------------------ as a person sees them


def test_grey_pictures_have_equal_red_green_and_blue(tmp_path):
    pixels = seen(saved(tmp_path, "grey.jpg", photo(2, mode="L"), "JPEG"))
    assert (pixels == pixels[..., :1]).all() and pixels.std() > 0.1


def test_pictures_for_print_come_out_in_their_colours(tmp_path):
    pixels = seen(saved(tmp_path, "print.jpg", photo(3, mode="CMYK"), "JPEG", quality=95))
    assert np.abs(pixels - seen(saved(tmp_path, "rgb.png", photo(3), "PNG"))).mean() < 0.02


def half_transparent(mode):
    """A red picture whose left half cannot be seen, and what a viewer shows: white on the left, red on the right."""
    picture = Image.new("RGBA", (64, 64), (255, 0, 0, 255))
    picture.paste((255, 0, 0, 0), (0, 0, 32, 64))
    shown = np.ones((64, 64, 3), dtype=np.float32)
    shown[:, 32:] = (1, 0, 0)
    if mode == "P":
        palette = Image.new("P", (64, 64), 1)
        palette.putpalette([0, 255, 0, 255, 0, 0])
        palette.paste(0, (0, 0, 32, 64))
        picture = palette
    if mode == "LA":
        picture, shown[:, 32:] = picture.convert("LA"), np.float32(76 / 255)
    return picture, shown


@pytest.mark.parametrize(
    ("name", "mode", "file_format", "options"),
    [
        ("a.png", "RGBA", "PNG", {}),
        ("a.webp", "RGBA", "WEBP", {"lossless": True}),
        ("grey.png", "LA", "PNG", {}),
        ("palette.png", "P", "PNG", {"transparency": 0}),
        ("palette.gif", "P", "GIF", {"transparency": 0}),
        ("graded.png", "P", "PNG", {"transparency": b"\x00\xff"}),
    ],
)
def test_transparent_parts_are_white(tmp_path, name, mode, file_format, options):
    picture, shown = half_transparent(mode)
    assert (seen(saved(tmp_path, name, picture, file_format, **options)) == shown).all()


def test_a_half_transparent_pixel_is_half_white(tmp_path):
    path = saved(tmp_path, "veil.png", Image.new("RGBA", (9, 9), (0, 0, 0, 128)), "PNG")
    assert np.abs(seen(path) - 127 / 255).max() < 0.005


def test_an_opaque_alpha_channel_changes_nothing(tmp_path):
    opaque = saved(tmp_path, "opaque.png", photo(4, mode="RGBA"), "PNG")
    assert (seen(opaque) == seen(saved(tmp_path, "plain.png", photo(4), "PNG"))).all()


def test_a_deep_grey_picture_looks_like_its_8_bit_copy(tmp_path):
    shallow = photo(5, mode="L")
    deep = Image.fromarray(np.asarray(shallow).astype(np.uint16) * 257)  # 255 -> 65535
    path = saved(tmp_path, "deep.png", deep, "PNG")
    assert Image.open(path).mode == "I;16"
    assert (seen(path) == seen(saved(tmp_path, "shallow.png", shallow, "PNG"))).all()


def test_of_an_animation_the_first_picture_counts(tmp_path):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "lime", "blue")]
    for name in ("moving.gif", "moving.webp", "moving.png"):
        file_format = name[-4:].strip(".").upper()
        path = saved(tmp_path, name, frames[0], file_format, save_all=True, append_images=frames[1:], duration=100)
        assert Image.open(path).n_frames == 3
        assert np.abs(seen(path) - (1, 0, 0)).max() < 0.02, name


def turned(picture, orientation, file_format, **options):
    """The file a camera writes that is held in one of eight ways: a picture turned, and a tag that says how."""
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose that the tag undoes
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = picture.transpose(Image.Transpose(undo[orientation])) if orientation in undo else picture
    return encoded(stored, file_format, exif=exif, **options)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_upright_however_the_phone_was_held(tmp_path, orientation, file_format):
    path = tmp_path / f"photo.{file_format.lower()}"
    upright = photo(6, 120, 80)
    quality = {"JPEG": {"quality": 95, "subsampling": 0}, "PNG": {}, "WEBP": {"lossless": True}}[file_format]
    path.write_bytes(turned(upright, orientation, file_format, **quality))
    expected = np.asarray(upright.resize((64, 64), Image.Resampling.NEAREST)) / 255
    assert np.abs(seen(path) - expected).mean() < 0.02
    assert load_picture(path).size == upright.size


@pytest.mark.parametrize("orientation", range(1, 9))
def test_opencv_turns_photos_as_we_do(tmp_path, orientation):
    path = tmp_path / "photo.jpg"
    path.write_bytes(turned(photo(7), orientation, "JPEG", quality=95))
    assert (np.asarray(load_picture(path)) == cv2.imread(str(path))[:, :, ::-1]).all()


def test_the_turn_of_a_grey_or_see_through_photo_counts_too(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(turned(photo(8, mode="L"), 6, "JPEG", quality=95))
    assert np.abs(seen(path) - seen(saved(tmp_path, "l.png", photo(8, mode="L"), "PNG"))).mean() < 0.02
    path = tmp_path / "photo.png"
    path.write_bytes(turned(photo(8, mode="RGBA"), 6, "PNG"))
    assert (seen(path) == seen(saved(tmp_path, "rgb.png", photo(8), "PNG"))).all()


# ------------------------------------------------------------------ folders


@pytest.mark.parametrize(
    "classes", [("Äpfel", "Öl"), ("red wine", "white wine"), ("飞机", "摩托车"), ("a'b", 'c"d'), ("Bike", "bike")]
)
def test_any_two_class_names_will_do(tmp_path, classes):
    dataset = small_dataset(tmp_path / "my data", classes)
    train, test, done = prepare(dataset)
    assert train.class_names == test.class_names == sorted(classes)
    assert [name.split("/")[1] for name in train.files] == [name for name in sorted(classes) for _ in range(3)]
    for label, name in enumerate(sorted(classes)):
        assert f"{name} = {label}" in done.stdout


def test_counts_and_formats_may_be_mixed(tmp_path):
    dataset = small_dataset(tmp_path / "dataset", ("cat", "dog"), train=1, test=1)
    for name, file_format in (
        ("b.PNG", "PNG"),
        ("c.Jpeg", "JPEG"),
        ("d.bmp", "BMP"),
        ("e.GIF", "GIF"),
        ("f.WebP", "WEBP"),
    ):
        saved(dataset / "train/dog", name, photo(50), file_format)
    train, test, done = prepare(dataset)
    assert train.files == [
        f"train/{x}"
        for x in ("cat/0.jpg", *(f"dog/{y}" for y in ("0.jpg", "b.PNG", "c.Jpeg", "d.bmp", "e.GIF", "f.WebP")))
    ]
    assert train.Y.tolist() == [[0, 1, 1, 1, 1, 1, 1]] and test.Y.tolist() == [[0, 1]]
    assert np.abs(train.X[:, 2:] - image_to_vector(dataset / "train/dog/d.bmp")).mean() < 0.1
    assert done.stderr == ""


def test_the_suffix_may_lie_about_the_format(small):
    saved(small / "train/bike", "really a png.jpg", photo(9), "PNG")
    train, _, _ = prepare(small)
    assert "train/bike/really a png.jpg" in train.files


def test_hidden_files_are_skipped_in_silence(small):
    for name in (".DS_Store", "._0.jpg", ".0.jpg"):
        (small / "train/bike" / name).write_bytes(b"no picture")
    (small / "train/.hidden").mkdir()
    train, _, done = prepare(small)
    assert train.Y.size == 6 and done.stderr == ""


def test_what_is_no_picture_by_name_is_counted_and_named(small):
    for name in ("Thumbs.db", "notes.txt", "scan.tif"):
        (small / "train/bike" / name).write_text("no picture", encoding="utf-8")
    (small / "test/airplane/more.jpg").mkdir()
    train, _, done = prepare(small)
    assert train.Y.size == 6
    lines = done.stderr.splitlines()
    assert len(lines) == 2 and all(line.startswith("warning: ") for line in lines)
    assert "3 ignored" in lines[0] and "Thumbs.db, notes.txt, scan.tif" in lines[0]
    assert "1 ignored" in lines[1] and "more.jpg" in lines[1]


def test_labels_do_not_depend_on_the_order_in_which_folders_are_listed(tmp_path):
    for part, classes in (("train", ("bike", "airplane")), ("test", ("airplane", "bike"))):
        for class_name in classes:
            for name in ("2.png", "1.png", "3.png")[:: 1 if part == "train" else -1]:
                (tmp_path / part / class_name).mkdir(parents=True, exist_ok=True)
                saved(tmp_path / part / class_name, name, Image.new("RGB", (2, 2), (int(name[0]), 0, 0)), "PNG")
    for arrays in prepare(tmp_path)[:2]:
        assert [name.partition("/")[2] for name in arrays.files] == [
            f"{class_name}/{k}.png" for class_name in ("airplane", "bike") for k in (1, 2, 3)
        ]
        assert arrays.Y.tolist() == [[0, 0, 0, 1, 1, 1]]
        assert (arrays.X[0] * 255).round().tolist() == [1, 2, 3, 1, 2, 3]


def test_the_same_picture_in_train_and_test_is_counted_in_a_warning(small):
    for k in (0, 1):
        (small / f"test/bike/again{k}.jpg").write_bytes((small / f"train/bike/{k}.jpg").read_bytes())
    _, test, done = prepare(small)
    assert test.Y.size == 6
    assert done.stderr.startswith("warning: 2 test pictures are training pictures as well")
    assert len(done.stderr.splitlines()) == 1


# ------------------------------------------------------------------ the script


def test_the_lines_on_the_screen_are_those_of_the_docstring(small):
    _, _, done = prepare(small, cwd=small.parent)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "pictures: your own pictures",
        "class                 train   test",
        "airplane = 0              3      2",
        "bike = 1                  3      2",
        f"wrote {Path('dataset/train_x.h5')}: data_train (12288, 6), labels_train (1, 6)",
        f"wrote {Path('dataset/test_x.h5')}: data_test (12288, 4), labels_test (1, 4)",
        "next: python train.py --dataset dataset",
    ]
    documented = [line.strip().split() for line in prepare_data.__doc__.splitlines()]
    printed = [line.split() for line in done.stdout.splitlines()]
    assert printed[1] in documented and printed[-1][:3] in documented
    assert ["airplane", "=", "0", "750", "50"] in documented


def test_it_runs_from_any_folder_with_a_relative_path(small):
    prepared = run_forked("prepare_data.py", "--dataset", "dataset", cwd=small.parent)
    assert prepared.returncode == 0 and load_arrays(small)[0].Y.size == 6


def test_nothing_but_the_two_files_is_left(small):
    before = {path.name for path in small.iterdir()}
    prepare(small)
    assert {path.name for path in small.iterdir()} - before - {".lock"} == {"train_x.h5", "test_x.h5"}


def test_main_returns_the_arrays_it_wrote(small, capsys):
    for returned, loaded in zip(prepare_data.main(["--dataset", str(small)]), load_arrays(small), strict=True):
        assert (returned.X == loaded.X).all() and (returned.Y == loaded.Y).all() and returned[2:] == loaded[2:]
    assert capsys.readouterr().out.endswith(f"next: python train.py --dataset {small}\n")


def test_help_names_every_option_and_what_comes_out():
    done = run_forked("prepare_data.py", "--help")
    assert done.returncode == 0 and done.stderr == ""
    for text in ("--dataset", "--offline", "--skip-bad", "(12288, m)", "train_x.h5", "python prepare_data.py"):
        assert text in done.stdout


@pytest.mark.parametrize("arguments", [["--skipbad"], ["--offline", "extra"], ["--dataset"]])
def test_usage_mistakes_are_one_line(arguments):
    assert "--help" in assert_one_error(run_forked("prepare_data.py", *arguments), status=2)


def test_skip_bad_leaves_broken_pictures_out_and_names_them(small):
    (small / "train/bike/1.jpg").write_bytes(b"")
    (small / "test/airplane/0.jpg").write_text("no picture", encoding="utf-8")
    train, test, done = prepare(small, "--skip-bad")
    assert train.files == [f"train/{x}.jpg" for x in ("airplane/0", "airplane/1", "airplane/2", "bike/0", "bike/2")]
    assert train.Y.tolist() == [[0, 0, 0, 1, 1]] and test.Y.tolist() == [[0, 1, 1]]
    for arrays in (train, test):
        for k, name in enumerate(arrays.files):
            assert (arrays.X[:, [k]] == image_to_vector(small / name)).all()
    assert len(done.stderr.splitlines()) == 1 and done.stderr.startswith("warning: 2 ")
    for name in ("1.jpg", "0.jpg"):
        assert name in done.stderr


def test_without_skip_bad_all_broken_pictures_are_named_and_the_old_arrays_stay(small):
    prepare(small)
    before = (small / "train_x.h5").read_bytes(), (small / "test_x.h5").read_bytes()
    broken = [small / name for name in ("train/airplane/2.jpg", "train/bike/0.jpg", "test/bike/1.jpg")]
    for path in broken:
        path.write_bytes(b"no picture")
    error = assert_one_error(run_forked("prepare_data.py", "--dataset", small, cwd=small))
    assert "3 of the pictures" in error and "--skip-bad" in error
    for path in broken:
        assert str(path.relative_to(small)) in error
    assert before == ((small / "train_x.h5").read_bytes(), (small / "test_x.h5").read_bytes())


# ------------------------------------------------------------------ pictures from elsewhere


def draw_few():
    """In the forked copy: four drawings of each class are enough."""
    draw_pictures.make_pictures.__defaults__ = (4, 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="draws fewer pictures in a copy of this process: needs fork")
def test_without_a_network_it_says_so_and_draws(tmp_path, free_port):
    env = clean_environment(https_proxy=f"http://127.0.0.1:{free_port}")  # where nobody listens
    train, test, done = prepare(tmp_path / "new" / "dataset", env=env, before=draw_few)
    said = [line for line in done.stdout.splitlines() if line.startswith("no photographs: ")]
    assert len(said) == 1 and "https://data.caltech.edu/" in said[0]
    assert said[0].endswith("; drawing pictures instead")
    assert train.class_names == ["airplane", "bike"] and train.source == test.source != "your own pictures"
    assert train.Y.size + test.Y.size == 8


@pytest.mark.skipif(not hasattr(os, "fork"), reason="draws fewer pictures in a copy of this process: needs fork")
def test_offline_draws_at_once_and_asks_no_network(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        env = clean_environment(https_proxy=f"http://127.0.0.1:{proxy.getsockname()[1]}")
        train, _, done = prepare(tmp_path, "--offline", env=env, before=draw_few)
        proxy.settimeout(0)
        with pytest.raises(BlockingIOError):
            proxy.accept()
    assert train.Y.size > 1 and "no photographs" not in done.stdout


@pytest.mark.parametrize("arguments", [[], ["--offline"]])
def test_pictures_that_are_there_are_taken_as_they_are(small, free_port, arguments):
    before = {path: path.read_bytes() for path in small.rglob("*.jpg")}
    prepare(small, *arguments, env=clean_environment(https_proxy=f"http://127.0.0.1:{free_port}"))
    assert {path: path.read_bytes() for path in small.rglob("*.jpg")} == before


# ------------------------------------------------------------------ a fresh Python


def test_importing_it_does_no_work():
    code = """if True:
        import sys, threading, prepare_data
        heavy = {"keras", "tensorflow", "torch", "jax", "cv2", "matplotlib", "requests", "tqdm"} & set(sys.modules)
        print(sorted(heavy), threading.active_count())"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("[] 1\n", "")


def test_a_fresh_run_prints_nothing_of_tensorflow_and_heeds_no_keras_settings(small, tmp_path):
    prepare(small)
    expected = load_arrays(small)
    settings = {"image_data_format": "channels_first", "backend": "torch", "floatx": "float16"}
    (tmp_path / "keras.json").write_text(json.dumps(settings), encoding="utf-8")
    env = clean_environment(KERAS_HOME=tmp_path, KERAS_BACKEND="jax")
    done = run_script("prepare_data.py", "--dataset", small, env=env)
    assert (done.returncode, done.stderr) == (0, "")
    for arrays, wanted in zip(load_arrays(small), expected, strict=True):
        assert arrays.X.shape == wanted.X.shape and (arrays.X == wanted.X).all()


# ------------------------------------------------------------------ all cores


@pytest.mark.skipif(os.cpu_count() == 1, reason="this machine has one core only")
def test_pictures_are_read_by_several_threads(tmp_path):
    paths = [saved(tmp_path, f"{k}.jpg", photo(k, 900, 600), "JPEG") for k in range(48)]
    readers = set()

    def note(frame, event, _):
        if event == "call" and frame.f_code is load_picture.__code__:
            readers.add(threading.get_ident())

    threading.setprofile(note)  # every thread that starts from now on reports the functions it calls
    try:
        _, broken = prepare_data.read_pictures(paths)
    finally:
        threading.setprofile(None)
    assert not broken
    assert len(readers) > 1 and threading.get_ident() not in readers
