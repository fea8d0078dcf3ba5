"""prepare_data.py: from picture files to arrays."""

import io
import json
import os
import shutil
import struct
import subprocess
import sys
import zlib

import h5py
import numpy as np
import pytest
from conftest import (
    ROOT,
    copy_project,
    environment_with,
    kill_a_writer,
    photo,
    run_script,
    save_photo,
    script_command,
    small_dataset,
)
from PIL import Image

import prepare_data
from dataset.folders import (
    DATASET,
    command_line,
    existing_folder,
    in_one_piece,
    put_in_place,
    relative_path,
    results_folder,
)
from dataset.pictures import find_classes, list_images, load_img
from prepare_data import image_to_vector
from train import load_arrays

only_posix = pytest.mark.skipif(os.name != "posix", reason="links, kills and limits as on POSIX")


def prepare(dataset, *options):
    """Run the script in this process; returns what it wrote."""
    prepare_data.main(["--dataset", str(dataset), *options])
    return load_arrays(dataset)


def keras_vector(path):
    """The witness: what plain Keras makes of a picture file, as (12288,) numbers from 0 to 1."""
    from keras.utils import img_to_array, load_img

    array = img_to_array(load_img(path, target_size=(64, 64)), data_format="channels_last")
    return (array / 255).flatten()


# ------------------------------------------------------------------ image_to_vector


@pytest.mark.parametrize(
    ("name", "mode", "options"),
    [
        ("colour.jpg", "RGB", {}),
        ("fine.jpeg", "RGB", {"quality": 97, "subsampling": 0}),
        ("progressive.JPG", "RGB", {"progressive": True}),
        ("grey.jpg", "L", {}),
        ("print.jpg", "CMYK", {}),
        ("browser.jfif", "RGB", {"format": "JPEG"}),
        ("old.jpe", "RGB", {"format": "JPEG"}),
        ("a lie.jpg", "RGB", {"format": "PNG"}),
        ("colour.png", "RGB", {}),
        ("palette.png", "P", {}),
        ("black and white.png", "1", {}),
        ("palette.gif", "P", {}),
        ("colour.bmp", "RGB", {}),
        ("colour.webp", "RGB", {"lossless": True}),
    ],
)
def test_pixels_are_those_of_plain_keras_bit_for_bit(tmp_path, name, mode, options):
    for width, height in ((90, 60), (64, 64), (17, 200), (1, 1)):
        path = save_photo(tmp_path / name, 1, width, height, mode, **options)
        column = image_to_vector(path)
        assert (column.shape, column.dtype) == ((12288, 1), np.float32)
        assert column.min() >= 0
        assert column.max() <= 1
        assert np.array_equal(column[:, 0], keras_vector(path))
        assert np.array_equal(column, image_to_vector(str(path)))


def test_a_vector_is_row_by_row_from_the_top_each_pixel_as_red_green_blue(tmp_path):
    picture = Image.new("RGB", (64, 64), (51, 102, 153))
    picture.putpixel((5, 2), (255, 0, 0))  # column 5 of row 2
    picture.save(tmp_path / "a.png")
    pixels = image_to_vector(tmp_path / "a.png").reshape(64, 64, 3)
    assert pixels[2, 5].tolist() == [1, 0, 0]
    assert np.allclose(pixels[0, 0], [0.2, 0.4, 0.6])


def test_a_picture_can_be_read_in_another_size(tmp_path):
    path = save_photo(tmp_path / "a.png", 1, 60, 40)
    pixels = image_to_vector(path, 20).reshape(20, 20, 3)
    small = Image.open(path).resize((20, 20), Image.Resampling.NEAREST)
    assert np.allclose(pixels, np.asarray(small) / 255, atol=1e-6)


def test_real_photographs_give_the_pixels_of_plain_keras_bit_for_bit(photographs):
    grey = []
    for arrays in load_arrays(photographs):
        for k, name in enumerate(arrays.files):
            assert np.array_equal(arrays.X[:, k], keras_vector(photographs / name)), name
            if Image.open(photographs / name).mode == "L":
                grey.append(name[-8:-4])
    assert grey == ["0512", "0561", "0570", "0576", "0640", "0659", "0771"]


def half_seen(mode):
    """A red picture whose left half cannot be seen, and what a viewer shows: white on the left, red on the right."""
    picture = Image.new("RGBA", (64, 64), (255, 0, 0, 255))
    picture.paste((255, 0, 0, 0), (0, 0, 32, 64))
    shown = np.ones((64, 64, 3), np.float32)
    shown[:, 32:] = (1, 0, 0)
    if mode == "LA":
        shown[:, 32:] = np.float32(76 / 255)
    if mode == "P":
        picture = Image.new("P", (64, 64), 1)
        picture.putpalette([0, 255, 0, 255, 0, 0])
        picture.paste(0, (0, 0, 32, 64))
    return picture.convert(mode), shown


@pytest.mark.parametrize(
    ("name", "mode", "options"),
    [
        ("a.png", "RGBA", {}),
        ("a.webp", "RGBA", {"lossless": True}),
        ("grey.png", "LA", {}),
        ("palette.png", "P", {"transparency": 0}),
        ("palette.gif", "P", {"transparency": 0}),
        ("graded.png", "P", {"transparency": b"\x00\xff"}),
    ],
)
def test_see_through_parts_are_white(tmp_path, name, mode, options):
    picture, shown = half_seen(mode)
    picture.save(tmp_path / name, **options)
    assert np.array_equal(image_to_vector(tmp_path / name).reshape(64, 64, 3), shown)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["phone.jpg", "phone.png", "phone.webp"])
def test_a_photo_is_upright_however_the_phone_was_held_as_opencv_shows_it(
    tmp_path, orientation, name
):
    cv2 = pytest.importorskip("cv2", exc_type=ImportError)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = save_photo(tmp_path / name, 6, 120, 80, exif=exif, quality=95, lossless=True)
    upright = np.asarray(load_img(path))
    as_opencv = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
    assert np.abs(upright - as_opencv.astype(float)).mean() < 2
    small = Image.fromarray(upright).resize((64, 64), Image.Resampling.NEAREST)
    pixels = image_to_vector(path).reshape(64, 64, 3)
    assert np.abs(pixels - np.asarray(small) / 255).mean() < 0.01


def test_of_an_animation_the_first_picture_counts(tmp_path):
    red = Image.new("RGB", (20, 20), "red")
    others = [Image.new("RGB", (20, 20), "lime"), Image.new("RGB", (20, 20), "blue")]
    for name in ("moving.gif", "moving.webp", "moving.png"):
        red.save(tmp_path / name, save_all=True, append_images=others, duration=100)
        pixels = image_to_vector(tmp_path / name).reshape(64, 64, 3)
        assert np.abs(pixels - (1, 0, 0)).max() < 0.02, name


def encoded(picture, file_format):
    file = io.BytesIO()
    picture.save(file, file_format)
    return file.getvalue()


def png_part(name, content):
    checksum = zlib.crc32(name + content)
    return len(content).to_bytes(4, "big") + name + content + checksum.to_bytes(4, "big")


def huge_png():
    """A PNG of a few bytes whose header says 30000 x 30000."""
    size = (30000).to_bytes(4, "big") * 2
    header = png_part(b"IHDR", size + b"\x08\x02\0\0\0")
    return b"\x89PNG\r\n\x1a\n" + header + png_part(b"IDAT", b"0") + png_part(b"IEND", b"")


JPEG = encoded(photo(100), "JPEG")
PNG = encoded(photo(100), "PNG")
GIF = encoded(photo(100), "GIF")
BMP = encoded(photo(100), "BMP")
WEBP = encoded(photo(100), "WEBP")
BROKEN = {
    "empty.jpg": b"",
    "text.jpg": b"a picture of a bike",
    "page.jpg": b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
    "half.jpg": JPEG[: len(JPEG) // 2],
    "cut by 20.jpg": JPEG[:-20],
    "start.jpg": JPEG[:3],
    "no tables.jpg": b"\xff\xd8\xff" + bytes(300),
    "half.png": PNG[: len(PNG) // 2],
    "start.png": PNG[:8],
    "checksum.png": PNG[:45] + b"\x55" + PNG[46:],
    "half.gif": GIF[:900],
    "half.bmp": BMP[:5000],
    "half.webp": WEBP[:80],
    "tiff.jpg": encoded(photo(100), "TIFF"),
    "postscript.jpg": encoded(photo(100), "EPS"),
    "phone.jpg": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200),
    "huge.png": huge_png(),
    "deep.png": encoded(Image.fromarray(np.full((9, 9), 30000, np.uint16)), "PNG"),
}


def test_a_broken_picture_is_an_oserror_with_its_name_and_a_reason(tmp_path):
    for name, content in BROKEN.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(OSError, match=rf"{name} \(.+\)"):
            image_to_vector(tmp_path / name)


def test_random_damage_gives_a_vector_or_an_oserror(tmp_path):
    rng = np.random.default_rng(0)
    path = tmp_path / "damaged"
    for content in (JPEG, PNG, GIF, BMP, WEBP):
        for _ in range(60):
            damaged = bytearray(content)
            if rng.random() < 0.3:
                damaged = damaged[: rng.integers(20, len(content))]
            for place in rng.integers(0, len(damaged), rng.integers(1, 9)):
                damaged[place] = rng.integers(256)
            path.write_bytes(damaged)
            try:
                column = image_to_vector(path)
            except OSError as problem:
                assert "damaged (" in str(problem)
            else:
                assert column.shape == (12288, 1)


def test_a_photo_of_108_million_pixels_is_read(tmp_path):
    path = tmp_path / "large.png"
    Image.new("1", (12000, 9000), 1).save(path, compress_level=1)
    with pytest.warns(Image.DecompressionBombWarning):
        assert image_to_vector(path)[:3, 0].tolist() == [1, 1, 1]


# ------------------------------------------------------------------ classes and files


@pytest.mark.parametrize(
    ("folders", "found"),
    [
        ("train/dog train/cat test/cat test/dog train/.hidden", ["cat", "dog"]),
        ("train/Äpfel train/飞机 test/飞机 test/Äpfel", ["Äpfel", "飞机"]),
        ("train/$1 train/$5 test/$5 test/$1 train/@eaDir test/__MACOSX", ["$1", "$5"]),
        ("train/cat test/cat", None),
        ("train/cat train/cow train/dog test/cat test/cow test/dog", None),
        ("train/cat train/dog test/cat test/cow", None),
        ("train/cat train/dog", None),
        ("train/cat train/dog test", None),
        ("train test/cat test/dog", None),
        ("train test", None),
        ("", None),
    ],
)
def test_classes_are_sorted_by_name_and_must_be_two_the_same_in_both(tmp_path, folders, found):
    for name in folders.split():
        (tmp_path / name).mkdir(parents=True)
    if found is not None:
        (tmp_path / "train" / "desktop.ini").write_text("of Windows")
        assert find_classes(tmp_path) == found
    else:
        with pytest.raises(SystemExit, match="^error: [^\n]* - there must be two, [^\n]*$"):
            find_classes(tmp_path)


def names_of(folder):
    """What list_images finds, as names seen from the folder."""
    return [path.relative_to(folder).as_posix() for path in list_images(folder)]


def test_images_are_listed_by_name_with_sub_folders_and_without_what_is_hidden(tmp_path, capsys):
    folder = tmp_path / "mine"
    hidden = [".hidden.png", ".cache/e.png", "._a.png"]
    system = ["@eaDir/a.jpg", "deeper/__MACOSX/b.jpg", "desktop.ini", "Thumbs.db"]
    shown = ["B.jpeg", "a folder.jpg/x.gif", "a.png", "b.JPG", "d.jfif", "deeper/c.webp"]
    shown += ["e.jpe", "f.bmp"]
    for name in shown + hidden + system:
        save_photo(folder / name, format="JPEG")
    assert names_of(folder) == shown
    assert capsys.readouterr().out == ""

    others = ["phone.HEIC", "scan.tif", "new.avif", "notes.txt", "more/raw.dng"]
    for name in others:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"no picture")
    assert names_of(folder) == shown
    five = "new.avif, notes.txt, phone.HEIC, raw.dng, scan.tif"
    name = relative_path(folder)
    assert capsys.readouterr().out == (
        f"warning: 5 ignored in {name}: {five} - if they are pictures, export them as JPEG\n"
    )
    (folder / "a.psd").write_bytes(b"no picture")
    assert names_of(folder) == shown
    first = "a.psd, new.avif, notes.txt, phone.HEIC, raw.dng, ... - if they are pictures, export"
    assert f"warning: 6 ignored in {name}: {first}" in capsys.readouterr().out


def test_a_folder_without_pictures_is_one_line(tmp_path):
    (tmp_path / "notes.txt").write_text("none")
    with pytest.raises(SystemExit, match=r"^error: no pictures in .* - put some there: \.jpg .*"):
        list_images(tmp_path)


@only_posix
def test_folders_may_be_links(small, tmp_path, capsys):
    elsewhere = tmp_path / "phone"
    for class_name in ("airplane", "bike"):
        (small / "train" / class_name).rename(elsewhere.with_name(class_name))
        (small / "train" / class_name).symlink_to(elsewhere.with_name(class_name))
    save_photo(elsewhere / "more.jpg", 50)
    (small / "test" / "bike" / "holiday").symlink_to(elsewhere)
    train, test = prepare(small)
    assert list(train.files[:2]) == ["train/airplane/0.jpg", "train/airplane/1.jpg"]
    assert train.Y.tolist() == [[0, 0, 0, 1, 1, 1]]
    assert test.files[-1] == "test/bike/holiday/more.jpg"
    assert "warning" not in capsys.readouterr().out


# ------------------------------------------------------------------ the arrays


def test_the_h5_files_hold_just_what_is_promised(small):
    prepare(small)
    for split, count in (("train", 3), ("test", 2)):
        m = 2 * count
        with h5py.File(small / f"{split}_x.h5") as file:
            assert set(file) == {f"data_{split}", f"labels_{split}", f"files_{split}"}
            assert set(file.attrs) == {"class_names", "image_size"}
            data = file[f"data_{split}"]
            labels = file[f"labels_{split}"]
            assert (data.shape, data.dtype) == ((12288, m), np.float32)
            assert (labels.shape, labels.dtype) == ((1, m), np.float32)
            assert labels[0].tolist() == [0] * count + [1] * count
            assert list(file.attrs["class_names"]) == ["airplane", "bike"]
            assert file.attrs["image_size"] == 64

            files = file[f"files_{split}"].asstr()[:].tolist()
            airplanes = [f"{split}/airplane/{k}.jpg" for k in range(count)]
            bikes = [f"{split}/bike/{k}.jpg" for k in range(count)]
            assert files == airplanes + bikes
            for k, name in enumerate(files):
                assert np.array_equal(data[:, [k]], image_to_vector(small / name))


@pytest.mark.parametrize("count", [1, 70])
def test_any_number_of_pictures_is_read_each_into_its_own_column(tmp_path, count):
    for split in ("train", "test"):
        for label, class_name in enumerate(("cat", "dog")):
            folder = tmp_path / split / class_name
            folder.mkdir(parents=True)
            for k in range(count):
                Image.new("RGB", (3, 3), (k, 0, 100 * label)).save(folder / f"{k:03}.png")
    for arrays in prepare(tmp_path):
        assert arrays.X.shape == (12288, 2 * count)
        assert arrays.class_names == ["cat", "dog"]
        red = np.round(255 * arrays.X[0])
        blue = np.round(255 * arrays.X[2])
        assert red.tolist() == [*range(count), *range(count)]
        assert blue.tolist() == [0] * count + [100] * count
        assert arrays.Y.tolist() == [[0] * count + [1] * count]


def test_the_lines_on_the_screen_are_those_of_the_docstring(small, capsys, monkeypatch):
    monkeypatch.chdir(small.parent)
    prepare_data.main(["--dataset", "dataset"])
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "class                 train   test",
        "airplane = 0              3      2",
        "bike = 1                  3      2",
        "wrote dataset/train_x.h5: data_train (12288, 6), labels_train (1, 6)",
        "wrote dataset/test_x.h5: data_test (12288, 4), labels_test (1, 4)",
        f"next: python {ROOT.as_posix()}/train.py --dataset dataset",
    ]
    docstring = [line.strip() for line in prepare_data.__doc__.splitlines()]
    assert lines[0] in docstring
    assert "next: python train.py" in docstring
    names = sorted(path.name for path in small.iterdir())
    assert names == ["test", "test_x.h5", "train", "train_x.h5"]


def test_bad_pictures_are_all_named_and_the_old_arrays_stay_or_they_are_left_out(small, capsys):
    prepare(small)
    before = [(small / name).read_bytes() for name in ("train_x.h5", "test_x.h5")]
    for name in ("train/airplane/2.jpg", "train/bike/0.jpg", "test/bike/1.jpg"):
        (small / name).write_bytes(b"no picture")
    message = r"^error: cannot read .*2\.jpg.*0\.jpg.*1\.jpg.* - save them anew .* --skip-bad$"
    with pytest.raises(SystemExit, match=message):
        prepare(small)
    assert before == [(small / name).read_bytes() for name in ("train_x.h5", "test_x.h5")]

    train, test = prepare(small, "--skip-bad")
    names = ["airplane/0", "airplane/1", "bike/1", "bike/2"]
    assert list(train.files) == [f"train/{name}.jpg" for name in names]
    assert train.X.shape == (12288, 4)
    assert (train.Y.tolist(), test.Y.tolist()) == ([[0, 0, 1, 1]], [[0, 0, 1]])
    assert np.array_equal(train.X[:, [2]], image_to_vector(small / "train/bike/1.jpg"))
    assert "warning: left out, because they cannot be read: " in capsys.readouterr().out


def test_a_class_of_which_nothing_can_be_read_is_one_line(small):
    for k in range(3):
        (small / "train" / "bike" / f"{k}.jpg").write_bytes(b"no picture")
    with pytest.raises(SystemExit, match="^error: no training picture has the label 1, bike - put"):
        prepare(small, "--skip-bad")
    assert not list(small.glob("*.h5"))


TWICE = "warning: 2 training pictures are there twice, in one class or in both"
IN_BOTH = "warning: 2 test pictures are training pictures too: the test will look too good"


@pytest.mark.parametrize(
    ("to", "warning"), [("train/airplane", TWICE), ("train/bike", TWICE), ("test/bike", IN_BOTH)]
)
def test_the_same_picture_twice_is_a_warning_with_the_count(small, capsys, to, warning):
    prepare(small)
    assert "warning" not in capsys.readouterr().out
    for k in (0, 1):
        shutil.copy(small / f"train/airplane/{k}.jpg", small / to / f"again{k}.jpg")
    prepare(small)
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "warning" in line] == [warning]
    if warning == IN_BOTH:
        assert "  for example: test/bike/again0.jpg, test/bike/again1.jpg" in lines


# ------------------------------------------------------------------ getting pictures


@pytest.fixture
def empty(tmp_path):
    """A copy of the project that has no pictures yet, and draws four of each class only."""
    fewer = ("dataset/draw_pictures.py", "PER_CLASS = 800", "PER_CLASS = 4")
    return copy_project(tmp_path / "project", [fewer])


def test_without_a_network_it_says_so_in_one_line_and_draws_and_then_keeps_what_is_there(
    empty, capsys
):
    nowhere = "http://127.0.0.1:9"  # where nobody listens
    done = run_script(empty / "prepare_data.py", cwd=empty, https_proxy=nowhere)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert [line for line in lines if "no photographs: " in line] == lines[:1]
    assert "data.caltech.edu" in lines[0]
    assert lines[-1] == "next: python train.py"
    train, test = load_arrays(empty / "dataset")
    assert train.files[0] == "train/airplane/drawn_0001.jpg"
    assert (train.X.shape, test.X.shape) == ((12288, 6), (12288, 2))

    # What is there is taken as it is.
    before = {path: path.stat().st_mtime_ns for path in empty.rglob("*.jpg")}
    assert len(before) == 8
    prepare_data.get_pictures(empty / "dataset", None, offline=True)
    assert capsys.readouterr().out == "pictures are there already: none are drawn\n"
    prepare_data.get_pictures(empty / "dataset", None, offline=False)
    assert {path: path.stat().st_mtime_ns for path in empty.rglob("*.jpg")} == before


def test_offline_draws_and_asks_no_network(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setattr(prepare_data, "draw_pictures", small_dataset)
    prepare(tmp_path, "--offline")
    out = capsys.readouterr().out
    assert out.startswith("class ")
    assert (tmp_path / "train_x.h5").is_file()


def test_only_the_usual_folder_is_filled(tmp_path):
    with pytest.raises(SystemExit, match="^error: no folder .*mein - check the name"):
        prepare_data.main(["--dataset", str(tmp_path / "mein")])
    with pytest.raises(SystemExit, match="^error: no folder .*train - there must be two"):
        prepare_data.main(["--dataset", str(tmp_path)])
    assert not list(tmp_path.iterdir())


# ------------------------------------------------------------------ folders and disks


def test_paths_and_commands_are_those_from_where_the_learner_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert relative_path(tmp_path / "a" / "b") == "a/b"
    assert relative_path("a") == "a"
    assert relative_path(tmp_path.parent) == tmp_path.parent.as_posix()
    script = f"python {ROOT.as_posix()}/train.py"
    assert command_line("train.py") == script
    assert command_line("train.py", tmp_path / "my pics") == f"{script} --dataset 'my pics'"
    command = command_line("train.py", tmp_path / "mine", tmp_path / "r", ["--lr", "0.1"])
    assert command == f"{script} --dataset mine --results r --lr 0.1"
    assert results_folder(tmp_path / "mine") == tmp_path / "mine" / "results"
    assert results_folder(DATASET) == ROOT / "results"

    monkeypatch.chdir(ROOT)
    assert command_line("lessons/evidence.py", DATASET) == "python lessons/evidence.py"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert existing_folder("~") == tmp_path.resolve()
    assert results_folder(DATASET, "~/r") == tmp_path / "r"


def write_in_pieces(path):
    """What a process does that is killed: it writes h5 files again and again."""
    return f"""if True:
        import sys
        from pathlib import Path
        sys.path.insert(0, {str(ROOT)!r})
        import numpy as np
        from prepare_data import save_arrays
        X = np.ones((12288, 200), np.float32)
        while True:
            save_arrays(Path({str(path)!r}), "train", X, X[:1], ["a"] * 200, ["cat", "dog"])"""


@only_posix
def test_a_kill_at_any_moment_leaves_whole_arrays(tmp_path):
    path = tmp_path / "train_x.h5"
    code = write_in_pieces(tmp_path)
    for wait in np.linspace(0, 0.05, 4):
        kill_a_writer(code, path, wait)
        with h5py.File(path) as file:
            assert file["data_train"][:].min() == 1
            assert file["labels_train"].shape == (1, 200)
            assert len(file["files_train"][:]) == 200
            assert list(file.attrs["class_names"]) == ["cat", "dog"]


FULL = """if True:
    import resource, signal, sys
    from pathlib import Path
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    sys.path.insert(0, {project!r})
    import numpy as np
    from prepare_data import save_arrays
    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
    X = np.ones((12288, 200), np.float32)
    save_arrays(Path({folder!r}), "train", X, X[:1], ["a"] * 200, ["cat", "dog"])"""


@only_posix
@pytest.mark.parametrize("limit", [0, 5000, 999_999, 5_000_000])
def test_a_full_disk_leaves_the_old_arrays(tmp_path, limit):
    (tmp_path / "train_x.h5").write_bytes(b"old")
    code = FULL.format(project=str(ROOT), folder=str(tmp_path), limit=limit)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("error: cannot write ")
    assert done.stderr.endswith("train_x.h5 (File too large) - is the disk full?\n")
    assert len(done.stderr.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["train_x.h5"]
    assert (tmp_path / "train_x.h5").read_bytes() == b"old"


def test_a_mistake_in_the_middle_leaves_the_old_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    message = "^error: cannot write .*file .the cable. - is the disk full.$"
    with pytest.raises(SystemExit, match=message), in_one_piece(path) as unfinished:
        unfinished.write_bytes(b"new")
        raise OSError("the cable")
    assert path.read_bytes() == b"old"
    with in_one_piece(path) as unfinished:
        unfinished.write_bytes(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


class Refused:
    """Stands for a new file that a virus scanner of Windows holds for a moment."""

    def __init__(self, times):
        self.times = times

    def replace(self, path):
        self.times = self.times - 1
        if self.times >= 0:
            raise PermissionError(13, "used by another process")
        path.write_bytes(b"new")


def test_a_name_that_is_refused_for_a_moment_is_tried_again_and_then_told(tmp_path, monkeypatch):
    monkeypatch.setattr("time.sleep", abs)  # in no time
    put_in_place(Refused(4), tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"new"
    message = "^error: cannot write .*file - close the program that has it open$"
    with pytest.raises(SystemExit, match=message):
        put_in_place(Refused(1000), tmp_path / "file")


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder where nobody can write")
def test_a_folder_that_cannot_be_written_is_one_line_before_the_work(capsys):
    message = r"^error: cannot write in /proc \(.*\) - name another folder with --dataset$"
    with pytest.raises(SystemExit, match=message):
        prepare_data.main(["--dataset", "/proc", "--offline"])
    assert capsys.readouterr().out == ""


# ------------------------------------------------------------------ the script in its surroundings


def test_keras_that_cannot_be_imported_is_one_line(small, tmp_path):
    (tmp_path / "keras.py").write_text("raise ImportError('DLL load failed')", encoding="utf-8")
    done = run_script("prepare_data.py", "--dataset", small, PYTHONPATH=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error: Keras cannot be imported (DLL load failed) - see ")
    assert len(done.stderr.splitlines()) == 1


def read_terminal(terminal):
    """All that was written to a terminal, until the program that writes there ends."""
    text = b""
    try:
        piece = os.read(terminal, 10000)
        while piece:
            text = text + piece
            piece = os.read(terminal, 10000)
    except OSError:  # Linux: the other end is closed
        pass
    return text.decode()


def run_in_terminal(command, changes):
    """Run a command in a terminal of 100 columns; returns its exit status and all that is seen."""
    import fcntl
    import pty
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))  # its size
    environment = environment_with(changes)
    running = subprocess.Popen(command, env=environment, stdout=theirs, stderr=theirs)
    os.close(theirs)
    text = read_terminal(ours)
    os.close(ours)
    return running.wait(), text


@only_posix
def test_in_odd_surroundings_the_screen_shows_its_six_lines_and_nothing_else(tmp_path):
    """Nothing of TensorFlow, no bar for a screen reader, "?" on an old code page, and no settings of Keras."""
    folder = small_dataset(tmp_path / "mine", ("кот", "пёс"))
    expected = prepare(folder)
    settings = {"image_data_format": "channels_first", "backend": "torch", "floatx": "float16"}
    (tmp_path / "keras.json").write_text(json.dumps(settings), encoding="utf-8")
    surroundings = {
        "KERAS_HOME": tmp_path,
        "KERAS_BACKEND": "jax",
        "TQDM_DISABLE": 1,
        "PYTHONIOENCODING": "cp1252",
        "PYTHONUTF8": 0,
    }
    command = script_command("prepare_data.py", ["--dataset", folder])
    status, text = run_in_terminal(command, surroundings)
    assert status == 0
    lines = text.splitlines()
    assert len(lines) == 6
    assert lines[0] == "class                 train   test"
    assert lines[1].split() == ["???", "=", "0", "3", "2"]
    assert lines[5].startswith("next: ")
    for arrays, wanted in zip(load_arrays(folder), expected, strict=True):
        assert np.array_equal(arrays.X, wanted.X)
        assert arrays.class_names == ["кот", "пёс"]


@only_posix
def test_a_terminal_shows_a_bar():
    code = "from dataset.screen import progress; print(sum(progress([1, 2, 3], 'adding')))"
    command = [sys.executable, "-c", code]
    status, text = run_in_terminal(command, {"PYTHONPATH": ROOT})
    assert status == 0
    assert "adding: 100%|" in text
    assert text.endswith("6\r\n")
