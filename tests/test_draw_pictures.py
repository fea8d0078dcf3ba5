"""dataset/draw_pictures.py: the pictures for learners without a network, and what they must and must not betray."""

import hashlib

import numpy as np
import pytest
from PIL import Image

from dataset import draw_pictures
from prepare_data import load_arrays


def drawn_by(folder, *args):
    folder.mkdir()
    draw_pictures.main([*args, "--dataset", str(folder)])
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.jpg")}


def test_the_same_seed_draws_the_same_pictures_and_another_seed_others(tmp_path, capsys):
    one, two, other = (drawn_by(tmp_path / f"{k}", "--per-class", "4", "--seed", seed) for k, seed in enumerate("330"))
    assert one == two and one.keys() == other.keys() and all(one[name] != other[name] for name in one)
    expected = {f"train/{kind}/drawn_000{k}.jpg" for kind in ("airplane", "bike") for k in (1, 2, 3)}
    expected |= {f"test/{kind}/drawn_0004.jpg" for kind in ("airplane", "bike")}
    assert set(one) == expected
    assert f"next: python prepare_data.py --dataset {tmp_path}/0" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="train is there already"):
        draw_pictures.draw_pictures(tmp_path / "0", 2)


def test_the_pixels_are_those_of_always(all_drawn):
    """Pixels, not files: another version of Pillow may compress them otherwise."""
    hashed = hashlib.sha256()
    for name in ("airplane", "bike"):
        for number in range(1, 41):
            picture = draw_pictures.draw_picture(name, np.random.default_rng([4, name == "bike", number]))
            hashed.update(np.asarray(picture).tobytes())
    assert hashed.hexdigest()[:16] == "2d6674e92fa92f6c"
    with Image.open(all_drawn / "train/bike/drawn_0040.jpg") as saved:
        assert (saved.format, saved.mode, saved.size) == ("JPEG", "RGB", picture.size)
        assert np.abs(np.asarray(saved).astype(float) - picture).mean() < 3


def share_right(learn, test, rows):
    """The share of the test that scikit-learn's logistic regression gets right from these rows of X alone."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    learner = make_pipeline(StandardScaler(), LogisticRegression(C=1e-4, max_iter=300))
    return learner.fit(learn.X[rows].T, learn.Y[0]).score(test.X[rows].T, test.Y[0])


def test_the_machine_tells_the_class_and_the_frame_does_not(all_drawn):
    learn, test = load_arrays(all_drawn)
    assert (learn.X.shape, test.X.shape) == ((12288, 1500), (12288, 100))
    ring = np.ones((64, 64, 3), bool)
    ring[4:60, 4:60] = False
    assert share_right(learn, test, ~ring.ravel()) >= 0.9 and share_right(learn, test, ring.ravel()) <= 0.65


def test_a_full_disk_leaves_nothing_half_drawn(tmp_path, monkeypatch):
    monkeypatch.setattr("pathlib.Path.write_bytes", lambda *args: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(OSError, match="No space left"):
        draw_pictures.draw_pictures(tmp_path, 2)
    assert not list(tmp_path.iterdir())
