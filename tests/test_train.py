"""scripts/train.py: a result says how it was made, and an interrupted run goes on."""

import functools
import json

import keras
import pytest
import train

from utils import data
from utils.training import precision

TINY = ["lenet5", "--images", "300", "--epochs", "2"]
DEEP = ["resnet_cifar", "8", "--width", "0.25", "--images", "30", "--epochs", "2"]
read_once = functools.cache(data.load)


@pytest.fixture(autouse=True)
def few_test_images(monkeypatch):
    load = train.load
    monkeypatch.setattr(data, "load", read_once)

    def short(options):
        trained, (x_test, y_test) = load(options)
        return trained, (x_test[:100], y_test[:100])

    monkeypatch.setattr(train, "load", short)
    yield
    keras.config.set_dtype_policy("float32")


@pytest.fixture
def folders(tmp_path):
    return ["--results", str(tmp_path / "results"), "--runs", str(tmp_path / "runs")]


def result(tmp_path):
    (path,) = (tmp_path / "results").iterdir()
    return path, json.loads(path.read_text())


def test_a_result_says_how_it_was_made(tmp_path, folders, capsys, monkeypatch):
    monkeypatch.setattr(precision, "no_bfloat16", lambda: "it is slow here")
    train.main([*DEEP, *folders, "--precision", "mixed_bfloat16", "--note", "a trial"])
    path, found = result(tmp_path)
    assert path.name == "resnet_cifar-8-fashion_mnist-2epochs-seed1-bfloat16.json"
    assert found["note"] == "a trial" and found["command"].endswith("--note 'a trial'")
    assert found["versions"]["keras"] == keras.__version__
    assert found["options"]["images"] == found["training images"] == 30
    assert len(found["commit"].rstrip("+")) == 40
    assert [len(values) for values in found["history"].values()] == [2, 2, 2, 2]
    assert not list((tmp_path / "runs").iterdir())
    said = capsys.readouterr().out
    assert said.startswith("mixed_bfloat16: it is slow here; --precision float32 is the way out\n")
    assert "test accuracy" in said


@pytest.mark.parametrize(
    "asked, reason, said",
    [
        ("mixed_bfloat16", "it is slow here", True),
        ("mixed_bfloat16", "", False),
        ("float32", "it is slow here", False),
    ],
)
def test_a_slow_precision_is_told_before_anything_starts(
    folders, capsys, monkeypatch, asked, reason, said
):
    def stop(options):
        raise InterruptedError

    monkeypatch.setattr(precision, "no_bfloat16", lambda: reason)
    monkeypatch.setattr(train, "load", stop)
    with pytest.raises(InterruptedError):
        train.main([*TINY, *folders, "--precision", asked])
    assert ("it is slow here; --precision float32" in capsys.readouterr().out) is said


def test_training_images_are_altered_if_asked(tmp_path, folders, monkeypatch):
    shifts = []

    def augmented(images, pixels, random, keep):
        shifts.append(pixels)
        return images[keep]

    monkeypatch.setattr("utils.training.batches.augmented", augmented)
    train.main([*TINY, *folders])
    assert not shifts
    train.main([*TINY, *folders, "--augment", "2", "--seed", "2"])
    assert shifts and set(shifts) == {2}


def test_an_interrupted_run_goes_on(tmp_path, folders, monkeypatch, capsys):
    begin = train.Seconds.on_epoch_begin

    def interrupt(self, epoch, logs=None):
        begin(self, epoch)
        if epoch == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(train.Seconds, "on_epoch_begin", interrupt)
    with pytest.raises(KeyboardInterrupt):
        train.main([*TINY, *folders])
    with pytest.raises(SystemExit, match="other options"):
        train.main([*TINY, *folders, "--rate", "0.2"])

    epochs, steps = [], []

    def watch(self, epoch, logs=None):
        begin(self, epoch)
        epochs.append(epoch)
        steps.append(int(self.model.optimizer.iterations))

    monkeypatch.setattr(train.Seconds, "on_epoch_begin", watch)
    train.main([*TINY, *folders])
    assert epochs == [1] and steps == [3]  # 300 images in batches of 128: three steps an epoch
    assert "going on with epoch 2" in capsys.readouterr().out
    assert len(result(tmp_path)[1]["history"]["loss"]) == 2


@pytest.mark.parametrize("wrong", [["resnet_cifar", "20", "--epochs", "0"], ["resnet_1000"]])
def test_bad_options_are_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        train.main(wrong)
    assert "error:" in capsys.readouterr().err
