"""prepare_data.py: from picture files to arrays."""

import io
import json
import os
import signal
import subprocess
import sys
import zlib
from pathlib import Path

import h5py
import numpy as np
import pytest
from conftest import ROOT, photo, run_script, save_photo, wait_for
from PIL import Image

import prepare_data
from prepare_data import find_classes, image_to_vector, list_images, load_arrays, load_image, main, relative_path


def prepare(dataset, *args):
    """Run the script in this process; returns what it wrote."""
    main(["--dataset", str(dataset), *args])
    return load_arrays(dataset)


def keras_vector(path):
    """The witness: what plain Keras makes of a picture file, as (12288,) numbers from 0 to 1."""
    from keras.utils import img_to_array, load_img

    return (img_to_array(load_img(path, target_size=(64, 64)), data_format="channels_last") / 255).flatten()


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
@pytest.mark.parametrize("size", [(90, 60), (64, 64), (17, 200), (1, 1)])
def test_pixels_are_those_of_plain_keras_bit_for_bit(tmp_path, name, mode, options, size):
    path = save_photo(tmp_path / name, 1, *size, mode, **options)
    vector = image_to_vector(path)
    assert (vector.shape, vector.dtype) == ((12288, 1), np.float32) and 0 <= vector.min() <= vector.max() <= 1
    assert (vector[:, 0] == keras_vector(path)).all() and (image_to_vector(str(path)) == vector).all()


def test_a_vector_is_row_by_row_from_the_top_each_pixel_as_red_green_blue(tmp_path):
    picture = Image.new("RGB", (64, 64), (51, 102, 153))
    picture.putpixel((5, 2), (255, 0, 0))  # column 5 of row 2
    picture.save(tmp_path / "a.png")
    pixels = image_to_vector(tmp_path / "a.png").reshape(64, 64, 3)
    assert pixels[2, 5].tolist() == [1, 0, 0] and np.allclose(pixels[0, 0], [0.2, 0.4, 0.6])


def test_real_photographs_give_the_pixels_of_plain_keras_bit_for_bit(photographs):
    grey = []
    for split in load_arrays(photographs):
        for k, name in enumerate(split.files):
            assert (split.X[:, k] == keras_vector(photographs / name)).all(), name
            if Image.open(photographs / name).mode == "L":
                grey.append(name[-8:-4])
    assert grey == ["0512", "0561", "0570", "0576", "0640", "0659", "0771"]


def half_seen(mode):
    """A red picture whose left half cannot be seen, and what a viewer shows: white on the left, red on the right."""
    picture, shown = Image.new("RGBA", (64, 64), (255, 0, 0, 255)), np.ones((64, 64, 3), np.float32)
    picture.paste((255, 0, 0, 0), (0, 0, 32, 64))
    shown[:, 32:] = (1, 0, 0) if mode != "LA" else np.float32(76 / 255)
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
    assert (image_to_vector(tmp_path / name).reshape(64, 64, 3) == shown).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["phone.jpg", "phone.png", "phone.webp"])
def test_a_photo_is_upright_however_the_phone_was_held_as_opencv_shows_it(tmp_path, orientation, name):
    cv2 = pytest.importorskip("cv2", exc_type=ImportError)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = save_photo(tmp_path / name, 6, 120, 80, exif=exif, quality=95, lossless=True)
    upright = np.asarray(load_image(path))
    assert np.abs(upright - cv2.imread(str(path))[:, :, ::-1].astype(float)).mean() < 2
    witness = Image.fromarray(upright).resize((64, 64), Image.Resampling.NEAREST)
    assert np.abs(image_to_vector(path).reshape(64, 64, 3) - np.asarray(witness) / 255).mean() < 0.01


def test_of_an_animation_the_first_picture_counts(tmp_path):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "lime", "blue")]
    for name in ("moving.gif", "moving.webp", "moving.png"):
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:], duration=100)
        assert np.abs(image_to_vector(tmp_path / name).reshape(64, 64, 3) - (1, 0, 0)).max() < 0.02, name


def encoded(picture, file_format):
    file = io.BytesIO()
    picture.save(file, file_format)
    return file.getvalue()


def huge_png():
    """A PNG of a few bytes whose header says 30000 x 30000."""
    size = (30000).to_bytes(4, "big") * 2
    chunks = [(b"IHDR", size + b"\x08\x02\0\0\0"), (b"IDAT", zlib.compress(b"0" * 9)), (b"IEND", b"")]
    parts = [len(d).to_bytes(4, "big") + name + d + zlib.crc32(name + d).to_bytes(4, "big") for name, d in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


JPEG, PNG = encoded(photo(100), "JPEG"), encoded(photo(100), "PNG")
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
    "half.gif": encoded(photo(100), "GIF")[:900],
    "half.bmp": encoded(photo(100), "BMP")[:5000],
    "half.webp": encoded(photo(100), "WEBP")[:80],
    "tiff.jpg": encoded(photo(100), "TIFF"),
    "postscript.jpg": encoded(photo(100), "EPS"),
    "phone.jpg": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200),
    "huge.png": huge_png(),
    "deep.png": encoded(Image.fromarray(np.full((9, 9), 30000, np.uint16)), "PNG"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_picture_is_an_oserror_with_its_name_and_a_reason(tmp_path, name):
    (tmp_path / name).write_bytes(BROKEN[name])
    with pytest.raises(OSError, match=rf"{name} \(.+\)"):
        image_to_vector(tmp_path / name)


def test_random_damage_gives_a_vector_or_an_oserror(tmp_path):
    random, path = np.random.default_rng(0), tmp_path / "damaged"
    for content in (JPEG, PNG, encoded(photo(1), "GIF"), encoded(photo(1), "BMP"), encoded(photo(1), "WEBP")):
        for _ in range(60):
            damaged = bytearray(content[: random.integers(20, len(content))] if random.random() < 0.3 else content)
            for place in random.integers(0, len(damaged), random.integers(1, 9)):
                damaged[place] = random.integers(256)
            path.write_bytes(damaged)
            try:
                assert image_to_vector(path).shape == (12288, 1)
            except OSError as problem:
                assert "damaged (" in str(problem)


def test_a_photo_of_108_million_pixels_is_read(tmp_path):
    Image.new("RGB", (12000, 9000), (255, 0, 0)).save(tmp_path / "large.png", compress_level=1)
    with pytest.warns(Image.DecompressionBombWarning):
        assert image_to_vector(tmp_path / "large.png")[:3, 0].tolist() == [1, 0, 0]


def test_classes_are_sorted_by_name_and_must_be_two_the_same_in_train_and_test(tmp_path):
    for made, found in (
        (["train/dog", "train/cat", "test/cat", "test/dog", "train/.hidden"], ["cat", "dog"]),
        (["train/Äpfel", "train/飞机", "test/飞机", "test/Äpfel"], ["Äpfel", "飞机"]),
        (["train/cat", "test/cat"], None),
        (["train/cat", "train/cow", "train/dog", "test/cat", "test/cow", "test/dog"], None),
        (["train/cat", "train/dog", "test/cat", "test/cow"], None),
        (["train/cat", "train/dog"], None),
        ([], None),
    ):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        for name in made:
            (folder / name).mkdir(parents=True)
        if found:
            assert find_classes(folder) == found
        else:
            with pytest.raises(SystemExit, match="error: .* - there must be two, the same in both"):
                find_classes(folder)


def test_images_are_listed_by_name_with_sub_folders_and_without_what_is_hidden(tmp_path, capsys):
    hidden = (".hidden.png", ".cache/e.png", "._a.png")
    for name in ("b.JPG", "a.png", "deeper/c.webp", "d.jfif", "a folder.jpg/x.gif", *hidden):
        save_photo(tmp_path / name, format="JPEG")
    names = [path.relative_to(tmp_path).as_posix() for path in list_images(tmp_path)]
    assert names == ["a folder.jpg/x.gif", "a.png", "b.JPG", "d.jfif", "deeper/c.webp"]
    assert capsys.readouterr().out == ""
    for name in ("phone.HEIC", "scan.tif", "new.avif", "notes.txt", "Thumbs.db", "more/raw.dng"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"no picture")
    assert len(list_images(tmp_path)) == 5
    warning = capsys.readouterr().out
    told = "Thumbs.db, raw.dng, new.avif, notes.txt, phone.HEIC, ... - export pictures as JPEG"
    assert warning.startswith("warning: 6 ignored in ") and warning.endswith(f": {told}\n")
    (tmp_path / "scan.tif").unlink()
    assert len(list_images(tmp_path)) == 5 and "phone.HEIC - export" in capsys.readouterr().out


def test_the_h5_files_hold_just_what_is_promised(small):
    prepare(small)
    for split, m in (("train", 6), ("test", 4)):
        with h5py.File(small / f"{split}_x.h5") as file:
            assert set(file) == {f"data_{split}", f"labels_{split}", f"files_{split}"}
            data, labels, files = (file[f"{name}_{split}"] for name in ("data", "labels", "files"))
            assert (data.shape, data.dtype, data.fletcher32) == ((12288, m), np.float32, True)
            assert (labels.shape, labels.dtype, labels.fletcher32) == ((1, m), np.float32, True)
            assert labels[0].tolist() == [0] * (m // 2) + [1] * (m // 2)
            expected = [f"{split}/{name}/{k}.jpg" for name in ("airplane", "bike") for k in range(m // 2)]
            assert files.asstr()[:].tolist() == expected
            assert (list(file.attrs["class_names"]), file.attrs["image_size"]) == (["airplane", "bike"], 64)
            for k, name in enumerate(expected):
                assert (data[:, k] == image_to_vector(small / name)[:, 0]).all(), name


@pytest.mark.parametrize("count", [1, 31, 32, 33, 70])
def test_any_number_of_pictures_is_read_each_into_its_own_column(tmp_path, count):
    for split in ("train", "test"):
        for label, name in enumerate(("cat", "dog")):
            for k in range(count):
                (tmp_path / split / name).mkdir(parents=True, exist_ok=True)
                Image.new("RGB", (3, 3), (k, 0, 100 * label)).save(tmp_path / split / name / f"{k:03}.png")
    for split in prepare(tmp_path):
        assert split.X.shape == (12288, 2 * count) and split.class_names == ["cat", "dog"]
        assert (split.X[0] * 255).round().tolist() == [*range(count), *range(count)]
        assert (split.X[2] * 255).round().tolist() == [0] * count + [100] * count
        assert split.Y.tolist() == [[0] * count + [1] * count]


def test_the_lines_on_the_screen_are_those_of_the_docstring(small, capsys, monkeypatch):
    monkeypatch.chdir(small.parent)
    prepare("dataset")
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:] == [
        "airplane = 0              3      2",
        "bike = 1                  3      2",
        "wrote dataset/train_x.h5: data_train (12288, 6), labels_train (1, 6)",
        "wrote dataset/test_x.h5: data_test (12288, 4), labels_test (1, 4)",
        f"next: python {ROOT.as_posix()}/train.py --dataset dataset",
    ]
    assert lines[0] in [line.strip() for line in prepare_data.__doc__.splitlines()]
    assert sorted(path.name for path in small.iterdir()) == ["test", "test_x.h5", "train", "train_x.h5"]


def test_bad_pictures_are_all_named_and_the_old_arrays_stay_or_they_are_left_out(small, capsys):
    prepare(small)
    before = [(small / name).read_bytes() for name in ("train_x.h5", "test_x.h5")]
    for name in ("train/airplane/2.jpg", "train/bike/0.jpg", "test/bike/1.jpg"):
        (small / name).write_bytes(b"no picture")
    with pytest.raises(
        SystemExit, match=r"2\.jpg.*0\.jpg.*1\.jpg.* - save them anew as JPEG, smaller, or use --skip-bad"
    ):
        prepare(small)
    assert before == [(small / name).read_bytes() for name in ("train_x.h5", "test_x.h5")]
    train, test = prepare(small, "--skip-bad")
    assert train.files == [f"train/{name}.jpg" for name in ("airplane/0", "airplane/1", "bike/1", "bike/2")]
    assert train.Y.tolist() == [[0, 0, 1, 1]] and test.Y.tolist() == [[0, 0, 1]]
    assert (train.X[:, [2]] == image_to_vector(small / "train/bike/1.jpg")).all()
    assert "warning: left out, because they cannot be read: " in capsys.readouterr().out


def test_a_picture_in_train_and_test_is_a_warning_with_the_count(small, capsys):
    for k in (0, 1):
        (small / f"test/bike/again{k}.jpg").write_bytes((small / f"train/bike/{k}.jpg").read_bytes())
    prepare(small)
    assert "warning: 2 test pictures are training pictures too" in capsys.readouterr().out


def spoil(path, change):
    """Change one thing in train_x.h5, by a function of the open file."""
    with h5py.File(path, "r+") as file:
        change(file)


def replaced(name, change):
    """A function that replaces an array of the file by change(array)."""

    def apply(file):
        values = change(file[name][:])
        del file[name]
        file[name] = values

    return apply


@pytest.mark.parametrize(
    "change",
    [
        replaced("labels_train", lambda Y: Y + 1),
        replaced("labels_train", lambda Y: Y * 0),  # one class alone
        replaced("labels_train", lambda Y: Y * np.nan),
        replaced("labels_train", lambda Y: Y[0]),
        replaced("data_train", lambda X: X * 255),
        replaced("data_train", lambda X: X - 1),
        replaced("data_train", lambda X: X * np.nan),
        replaced("data_train", lambda X: X[:100]),
        replaced("data_train", lambda X: X[:, :5]),
        replaced("data_train", lambda X: X.astype("S4")),
        replaced("files_train", lambda files: files[:5]),
        lambda file: file.pop("data_train"),
        lambda file: file.pop("files_train"),
        lambda file: file.attrs.pop("class_names"),
        lambda file: file.attrs.update(class_names=["one"]),
        lambda file: file.attrs.update(class_names=["cat", "dog"]),
    ],
)
def test_arrays_that_are_not_what_the_script_writes_are_one_line(small, change):
    prepare(small)
    spoil(small / "train_x.h5", change)
    with pytest.raises(SystemExit, match=r"^error: .*_x\.h5 is damaged, or not ours .* - run: python .*prepare_data"):
        load_arrays(small)


def test_missing_and_damaged_files_are_one_line_and_a_flipped_bit_is_found(small):
    with pytest.raises(SystemExit, match=r"error: no file .*train_x\.h5 - run: python .*prepare_data\.py --dataset"):
        load_arrays(small)
    train, _ = prepare(small)
    path, random = small / "train_x.h5", np.random.default_rng(0)
    content, start = path.read_bytes(), path.read_bytes().index(train.X[:, :1].tobytes()[:8])
    for _ in range(60):
        if random.random() < 0.3:
            damaged = content[: random.integers(0, len(content) - 1)]
        else:
            place = random.integers(start, start + train.X.nbytes // 2)
            damaged = content[:place] + bytes([content[place] ^ (1 << random.integers(8))]) + content[place + 1 :]
        path.write_bytes(damaged)
        with pytest.raises(SystemExit, match="is damaged, or not ours"):
            load_arrays(small)
    path.write_bytes(content)
    assert (load_arrays(small)[0].X == train.X).all()


def test_arrays_that_another_program_holds_open_are_told_as_that(small):
    prepare(small)
    path = str(small / "train_x.h5")
    code = f"import h5py, time; file = h5py.File({path!r}, 'r+'); print(1, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as notebook:
        notebook.stdout.readline()
        with pytest.raises(SystemExit, match="another program has .*train_x.h5 open - close it there"):
            load_arrays(small)
        notebook.kill()


@pytest.mark.skipif(os.name != "posix", reason="limits and kills processes, which only POSIX does so")
def test_a_full_disk_and_a_kill_leave_the_old_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    code = f"""if True:
        import resource, sys
        from pathlib import Path
        sys.path.insert(0, {str(ROOT)!r})
        from prepare_data import save_file
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
        save_file(Path({str(path)!r}), bytes(10_000))"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1 and "File too large" in done.stderr and path.read_bytes() == b"old"
    code = f"""if True:
        import sys
        from pathlib import Path
        sys.path.insert(0, {str(ROOT)!r})
        from prepare_data import save_file
        print(1, flush=True)
        while True:
            save_file(Path({str(path)!r}), b"new" * 2_000_000)"""
    for wait in np.linspace(0, 0.05, 15):
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as writer:
            writer.stdout.readline()
            wait_for(lambda: path.stat().st_size > 3)
            signal.sigtimedwait([], wait)
            writer.kill()
        assert path.read_bytes() in (b"old", b"new" * 2_000_000)


def test_a_name_that_is_refused_for_a_moment_is_tried_again_and_then_told(tmp_path, monkeypatch):
    """On Windows a virus scanner holds a new file for a moment; or another program has the old one open."""
    refusals, replace = [], Path.replace

    def refuse(self, target):
        refusals.append(target)
        if len(refusals) < 4:
            raise PermissionError(13, "used by another process")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    prepare_data.save_file(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new" and len(refusals) == 4
    refusals[:] = []
    monkeypatch.setattr(Path, "replace", lambda self, target: refuse(self, refusals.clear()))
    with pytest.raises(SystemExit, match="error: cannot write .*file - close the program that has it open"):
        prepare_data.save_file(tmp_path / "file", b"newer")
    assert (tmp_path / "file").read_bytes() == b"new"


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """An empty folder in the place of dataset/, which is filled by four drawings of each class at most."""
    for module in ("prepare_data", "dataset.draw_pictures"):
        monkeypatch.setattr(f"{module}.DATASET", tmp_path)
    monkeypatch.setattr(prepare_data, "draw_pictures", lambda folder: draw_four(folder))
    return tmp_path


def draw_four(folder):
    from dataset.draw_pictures import draw_pictures

    draw_pictures(folder, 4)


def test_without_a_network_it_says_so_in_one_line_and_draws(empty, capsys, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # where nobody listens
    prepare(empty)
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "no photographs" in line] == lines[:1]
    assert "https://data.caltech.edu/" in lines[0] and lines[-1].endswith("train.py")
    assert load_arrays(empty)[0].files[0] == "train/airplane/drawn_0001.jpg"


def test_offline_draws_and_asks_no_network_and_what_is_there_is_taken_as_it_is(empty, monkeypatch, capsys):
    monkeypatch.setattr(prepare_data, "fetch", lambda folder: pytest.fail("it asked the network"))
    before = [split.files for split in prepare(empty, "--offline")]
    pictures = {path: path.read_bytes() for path in empty.rglob("*.jpg")}
    assert len(pictures) == 8 and [split.files for split in prepare(empty)] == before
    assert {path: path.read_bytes() for path in empty.rglob("*.jpg")} == pictures


def test_only_the_usual_folder_is_filled(tmp_path):
    with pytest.raises(SystemExit, match="error: no folder .*mein - check the name"):
        main(["--dataset", str(tmp_path / "mein")])
    with pytest.raises(SystemExit, match="there must be two"):
        main(["--dataset", str(tmp_path)])
    assert not list(tmp_path.iterdir())


def test_paths_and_commands_are_those_from_where_the_learner_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert relative_path(tmp_path / "a" / "b") == "a/b" and relative_path("a") == "a"
    assert relative_path(tmp_path.parent) == tmp_path.parent.as_posix()
    command = prepare_data.command("train.py", dataset=tmp_path / "my pics", results=None)
    assert command == f"python {ROOT.as_posix()}/train.py --dataset 'my pics'"
    monkeypatch.chdir(ROOT)
    assert prepare_data.command("lessons/evidence.py", dataset=prepare_data.DATASET) == "python lessons/evidence.py"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert prepare_data.find_folder("~") == tmp_path.resolve()


def test_a_fresh_run_prints_nothing_of_tensorflow_and_heeds_no_keras_settings(small, tmp_path):
    expected = prepare(small)
    settings = {"image_data_format": "channels_first", "backend": "torch", "floatx": "float16"}
    (tmp_path / "keras.json").write_text(json.dumps(settings), encoding="utf-8")
    done = run_script("prepare_data.py", "--dataset", small, KERAS_HOME=tmp_path, KERAS_BACKEND="jax")
    assert (done.returncode, done.stderr) == (0, "")
    for split, wanted in zip(load_arrays(small), expected, strict=True):
        assert (split.X == wanted.X).all()


def test_keras_that_cannot_be_imported_is_one_line(small, tmp_path):
    (tmp_path / "keras.py").write_text("raise ImportError('DLL load failed')", encoding="utf-8")
    done = run_script("prepare_data.py", "--dataset", small, PYTHONPATH=tmp_path)
    assert done.returncode == 1 and done.stderr.startswith("error: Keras cannot be imported (DLL load failed) - see ")
    assert done.stderr.count("\n") == 1


def test_importing_the_scripts_does_no_work_and_changes_nothing():
    code = """if True:
        import os, signal, sys, threading
        before = sys.excepthook, signal.getsignal(signal.SIGINT), dict(os.environ), os.getcwd()
        import train
        after = sys.excepthook, signal.getsignal(signal.SIGINT), dict(os.environ), os.getcwd()
        print(before == after, sorted({"keras", "tensorflow", "cv2"} & set(sys.modules)), threading.active_count())"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("True [] 1\n", "")
