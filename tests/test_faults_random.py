"""Random damage to pictures, arrays, models and archives: the right outcome or a sentence, never anything else.

Each test tries as many cases as are said here. On demand each goes on, with new ones, for so many seconds:

    FUZZ_SECONDS=600 python -m pytest tests/test_faults_random.py --timeout 0
"""

import os
import random
import time

import train
from dataset.h5_files import MARK
from prepare_data import BadPicture, image_to_vector, load_arrays

import pytest
import web
from conftest import assert_one_error, run_forked
from PIL import Image
from sample_pictures import changed, keras_vector, small_dataset, strange_pictures
from window import as_arguments, make_world, printed

FUZZ_SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))
PICTURES = [*strange_pictures().values()]


def dice(few):
    """Random numbers for one case after the other: the same few, or with FUZZ_SECONDS ever new ones for so long.

    Where a case fails, the number that it is printed with makes it again: random.Random(number).
    """
    end = time.monotonic() + FUZZ_SECONDS
    case = 0
    while case < few or time.monotonic() < end:
        number = time.time_ns() if FUZZ_SECONDS else case
        print("case", number)  # pytest shows it where the test fails
        yield random.Random(number)
        case += 1


def damaged(chance, content):
    """The bytes with some changed, removed or added, or cut off; most often near their beginning or their end."""
    content = bytearray(content)
    if chance.random() < 0.2:
        return bytes(content[: chance.randrange(len(content) + 1)])
    reach, from_end = chance.choice([50, 500, len(content)]), chance.random() < 0.3
    for _ in range(chance.choice([1, 1, 2, 5, 30])):
        where = chance.randrange(min(reach, len(content)))
        where = len(content) - 1 - where if from_end else where
        kind = chance.randrange(6)
        if kind < 3:
            content[where] ^= 1 << chance.randrange(8)
        elif kind == 3:
            content[where] = chance.choice([0, 1, 127, 128, 255, chance.randrange(256)])
        elif kind == 4 and len(content) > 100:
            del content[where : where + chance.randrange(1, 20)]
        else:
            content[where:where] = chance.randbytes(chance.randrange(1, 9))
    return bytes(content)


def damaged_picture(chance):
    """A picture file of any kind, damaged; or random bytes."""
    return damaged(chance, chance.choice(PICTURES)) if chance.random() < 0.95 else chance.randbytes(300)


# ------------------------------------------------------------------ pictures


def test_a_damaged_picture_is_refused_in_a_sentence_or_read_as_keras_reads_it(tmp_path):
    path, read = tmp_path / "damaged.jpg", 0
    for chance in dice(1500):
        path.write_bytes(damaged_picture(chance))
        try:
            vector = image_to_vector(path)
        except BadPicture as refused:
            assert "damaged.jpg" in str(refused)
            continue
        read += 1
        assert vector.shape == (12288, 1) and vector.min() >= 0 and vector.max() <= 1
        if not needs_care(path):
            assert (vector[:, 0] == keras_vector(path)).all()
    assert read > 0


def needs_care(path):
    """Whether a picture is turned, see-through or deep, so that plain Keras would show it wrongly."""
    with Image.open(path) as picture:
        return picture.has_transparency_data or picture.mode.startswith("I") or "exif" in picture.info


def test_prepare_data_and_the_demo_leave_the_same_damaged_pictures_out_and_take_the_others(tmp_path):
    """Twenty at a time among good ones: all are named in one line, or read each into its own column."""
    world, left_out, taken = make_world(tmp_path / "world", each=1), 0, 0
    numbers = dice(200)
    while some := [chance for chance, _ in zip(numbers, range(20), strict=False)]:
        dataset = small_dataset(tmp_path / f"{left_out + taken}")
        folder = dataset / "train" / "bike"
        for k, chance in enumerate(some):
            (folder / f"damaged {k}.jpg").write_bytes(damaged_picture(chance))
        made = run_forked("prepare_data.py", "--dataset", dataset, "--skip-bad")
        assert made.returncode == 0 and made.stderr.count("\n") <= 1, made.stderr
        arrays = load_arrays(dataset)[0]
        good = [file for file in arrays.files if "damaged" in file]
        bad = [f"damaged {k}.jpg" for k in range(len(some)) if f"damaged {k}.jpg (" in made.stderr]
        assert len(good) + len(bad) == len(some)
        for k, file in enumerate(arrays.files):
            assert (arrays.X[:, [k]] == image_to_vector(dataset / file)).all()

        shown = run_forked("predict_demo.py", folder, *as_arguments(world), "--no-window")
        assert shown.returncode == 0
        assert len(shown.stderr.splitlines()) == len(bad) and all(f"{name} (" in shown.stderr for name in bad)
        assert len(printed(shown)) == 3 + len(good)
        left_out, taken = left_out + len(bad), taken + len(good)
    assert left_out > 50 and taken > 20


# ------------------------------------------------------------------ h5 files


@pytest.mark.parametrize("marked", [True, False], ids=["ours", "without a checksum"])
def test_train_refuses_damaged_arrays_or_learns_what_they_hold(tmp_path, marked):
    """Ours end with a checksum: then no damage goes unnoticed. Files from elsewhere have none; HDF5 must cope."""
    dataset = small_dataset(tmp_path / "dataset")
    assert run_forked("prepare_data.py", "--dataset", dataset).returncode == 0
    path, results, learned = dataset / "train_x.h5", tmp_path / "results", 0
    right = load_arrays(dataset)[0].X.mean()
    whole = path.read_bytes()[: None if marked else -len(MARK) - 8]
    for chance in dice(150):
        path.write_bytes(damaged(chance, whole))
        done = run_forked("train.py", "--dataset", dataset, "--results", results, "--epochs", 1)
        if done.returncode:
            assert "train_x.h5" in assert_one_error(done)
            continue
        learned += 1
        train.load_model(results / "model.h5")
        if marked:
            assert load_arrays(dataset)[0].X.mean() == right
    assert learned > 0 or marked


@pytest.mark.parametrize("marked", [True, False], ids=["ours", "without a checksum"])
def test_the_demo_refuses_a_damaged_model_or_uses_it(tmp_path, marked):
    world = make_world(tmp_path, each=1)
    picture = world["--dataset"] / "test" / "bike" / "image_0.png"
    whole = world["--model"].read_bytes()[: None if marked else -len(MARK) - 8]
    for chance in dice(100):
        world["--model"].write_bytes(damaged(chance, whole))
        done = run_forked("predict_demo.py", picture, *as_arguments(world), "--no-window")
        if done.returncode:
            assert "model.h5" in assert_one_error(done)
        else:
            assert done.stderr == "" and len(printed(done)) == 1


def test_one_changed_byte_anywhere_in_the_arrays_is_noticed(tmp_path):
    """In the numbers, the labels, the file names, the attributes, and what HDF5 itself wrote."""
    dataset = small_dataset(tmp_path / "dataset")
    assert run_forked("prepare_data.py", "--dataset", dataset).returncode == 0
    path, arrays = dataset / "train_x.h5", load_arrays(dataset)[0]
    whole = path.read_bytes()
    numbers, labels = arrays.X[0, :1].tobytes(), arrays.Y.tobytes()
    for piece in (numbers, labels, arrays.files[0].encode(), arrays.source.encode(), b"class_names", b"OHDR", b"HDF"):
        for where in range(whole.index(piece), whole.index(piece) + len(piece)):
            path.write_bytes(changed(whole, where, whole[where] ^ 1))
            done = run_forked("train.py", "--dataset", dataset, "--results", tmp_path / "results", "--epochs", 1)
            assert "is damaged or is not an h5 file" in assert_one_error(done)


# ------------------------------------------------------------------ archives


def test_a_damaged_archive_gives_the_right_pictures_or_one_line(tmp_path):
    good = web.pack_zip(web.pack_tar_gz(web.photographs()))
    outcomes = set()
    for case, chance in enumerate(dice(150)):
        archive, dataset = tmp_path / f"{case}.zip", tmp_path / f"dataset {case}"
        archive.write_bytes(damaged(chance, good))
        done = run_forked(
            "dataset/download_caltech101.py", "--archive", archive, "--dataset", dataset, before=web.run_small
        )
        outcomes.add(done.returncode)
        if done.returncode == 0:
            found = [path.read_bytes() for path in dataset.glob("t*/*/*")]
            assert sorted(found) == sorted(web.photographs().values())
        else:
            assert str(archive) in assert_one_error(done)
            assert web.files_below(dataset) == {}
    assert outcomes == {0, 1}
