"""What scripts/train_transfer.py and train_augmented.py write, at a tiny size."""

import json

import numpy as np
import pytest
import train_augmented
import train_transfer

from utils import data
from utils.augment import PCAColour

TUNED = train_transfer.tuned


@pytest.fixture
def tiny(monkeypatch):
    monkeypatch.setattr(train_transfer, "RATES", (0.01, 0.03))
    monkeypatch.setattr(train_transfer, "SEEDS", (1, 2))
    monkeypatch.setattr(train_transfer, "STEPS", 4)
    monkeypatch.setattr(train_transfer, "HELD", 60)
    monkeypatch.setattr(train_augmented, "STEPS", 4)
    for script in (train_transfer, train_augmented):
        monkeypatch.setattr(script, "tuned", lambda run, ways, counts: TUNED(run, ways, counts[:1]))
    (x, y), (x_test, y_test) = data.load("fashion_mnist")
    few = (x[:400], y[:400]), (x_test[:100], y_test[:100])
    monkeypatch.setattr(data, "load", lambda name: few)


def written(folder):
    (path,) = folder.glob("*.json")
    found = json.loads(path.read_text())
    keys = {(run["way"], run["images"]) for run in found["runs"]}
    for way, images in keys:
        runs = [r for r in found["runs"] if (r["way"], r["images"]) == (way, images)]
        assert [run["seed"] for run in runs] == [1, 2] and len({run["rate"] for run in runs}) == 1
        assert all(0 <= run[part] <= 1 for run in runs for part in ("training", "test"))
    return found, keys


def test_ways(tiny, tmp_path, monkeypatch):
    inner = train_transfer.train
    monkeypatch.setattr(train_transfer, "train", lambda *given: inner(*given[:-1], 2))
    train_transfer.main(["ways", "--results", str(tmp_path)])
    found, keys = written(tmp_path)
    assert len(keys) == 4 and found["command"].startswith("python scripts/train_transfer.py ways")
    assert 0 <= found["error on the eight classes"] <= 1


def test_what_is_frozen_stays(tiny, monkeypatch):
    body = train_transfer.body((28, 28, 1), seed=3)
    before = [w.copy() for w in body.get_weights()]
    monkeypatch.setattr(train_transfer, "eight_classes", lambda: (before, 0.5))
    made = []
    monkeypatch.setattr(train_transfer, "body", lambda *_: made.append(_) or body)
    monkeypatch.setattr(train_transfer, "tuned", lambda run, *_: run("frozen", 10, 1, 0.01))
    train_transfer.run_ways(None)
    for a, b in zip(before, body.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_chosen_images_are_as_many_of_each_class_and_labels_fit():
    images = np.arange(60)[:, None]
    labels = np.arange(60) % 3
    picked, own = train_transfer.chosen(images, labels, range(3), 12, seed=1)
    assert np.bincount(own).tolist() == [4, 4, 4] and (picked[:, 0] % 3 == own).all()
    other, _ = train_transfer.chosen(images, labels, range(3), 12, seed=2)
    assert set(picked[:, 0]) != set(other[:, 0])


def test_augmented(tiny, tmp_path, monkeypatch):
    kinds = {kind: train_augmented.KINDS[kind] for kind in ("none", "mixup", "mirror and shift")}
    monkeypatch.setattr(train_augmented, "KINDS", kinds)
    train_augmented.main(["--results", str(tmp_path)])
    found, keys = written(tmp_path)
    assert {way for way, _ in keys} == set(kinds)
    assert all(0 <= run["moved"] <= 1 for run in found["runs"])


def test_ways_of_other_data_are_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        train_transfer.main(["ways", "--data", "cifar10", "--results", str(tmp_path)])
    assert "fashion_mnist" in capsys.readouterr().err


def test_colours_are_shifted_along_those_of_the_training_images():
    images = np.random.default_rng(0).integers(0, 256, (5, 8, 8, 3), "uint8")
    found = train_augmented.kinds("cifar10", images)
    assert list(found) == ["none", "mirror", "colour", "PCA colour"]
    assert found["PCA colour"] == [PCAColour.of(images)]
    assert train_augmented.kinds("fashion_mnist", images) is train_augmented.KINDS


def test_data_sorted_by_class_is_refused(tiny, monkeypatch):
    (x, y), test = data.load("fashion_mnist")
    order = np.argsort(y, kind="stable")
    monkeypatch.setattr(data, "load", lambda name: ((x[order], y[order]), test))
    with pytest.raises(SystemExit, match="of 10 classes, so no rate can be chosen by them: mix"):
        train_transfer.parts("fashion_mnist", range(10))
