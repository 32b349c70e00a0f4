"""scripts/train.py: a result says how it was made, and an interrupted run goes on."""

import functools
import json

import keras
import numpy as np
import pytest
import tensorflow as tf
import train

from utils import data, networks
from utils.training import precision

TINY = ["lenet5", "--images", "300", "--epochs", "2"]
DEEP = ["resnet_cifar", "8", "--width", "0.25", "--images", "30", "--epochs", "2"]
read_once = functools.cache(data.load)


@pytest.fixture(autouse=True)
def few_test_images(monkeypatch):
    load = train.load
    monkeypatch.setattr(data, "load", read_once)

    def short(options):
        parts = load(options)
        return parts | {"test": tuple(values[:100] for values in parts["test"])}

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


def test_images_are_held_out_to_choose_rates_by(tmp_path, folders, monkeypatch):
    seen = []
    fit = train.fit
    monkeypatch.setattr(
        train, "fit", lambda o, n, parts, run: seen.append(parts) or fit(o, n, parts, run)
    )
    train.main([*TINY, *folders, "--develop", "50", "--watch", "20"])
    (parts,) = seen
    (images, labels), _ = data.load("fashion_mnist")
    assert np.array_equal(parts["training"][1], labels[:300])
    assert np.array_equal(parts["development"][1], labels[-50:])
    assert np.array_equal(parts["development"][0][..., 0], images[-50:])
    _, found = result(tmp_path)
    assert list(found["errors"]) == ["training", "development", "test"]
    with pytest.raises(SystemExit, match="--images 59990.*60,000 only, 50 of them held out"):
        train.load(train.parse("", ["lenet5", "--images", "59990", "--develop", "50"]))


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
        train.main([*TINY, *folders, "--augment", "1"])

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


EVERY = {
    "alexnet": ["--pixels", "67"],
    "densenet": ["121", "--pixels", "32"],
    "densenet_cifar": ["10"],
    "efficientnet": ["Lite0", "--depth", "0.5", "--pixels", "32"],
    "googlenet": ["--pixels", "65"],
    "lenet5": [],
    "mobilenet": ["--pixels", "32"],
    "mobilenet_v2": ["--pixels", "32"],
    "network_in_network": [],
    "plain": ["18", "--pixels", "32"],
    "plain_cifar": ["8"],
    "resnet": ["18", "--pixels", "32"],
    "resnet_cifar": ["8", "--preactivation", "--drop", "0.5"],
    "resnext": ["50", "--pixels", "32"],
    "se_resnet": ["50", "--pixels", "32"],
    "vgg": ["A", "--pixels", "32"],
    "wide_resnet": ["10"],
    "xception": ["--pixels", "32"],
}


@pytest.fixture
def eagerly():
    """Tracing a deep network takes longer than the two steps for which it is trained here."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning")
@pytest.mark.parametrize("name", sorted(EVERY))
def test_every_network_that_it_offers_is_trained(tmp_path, folders, eagerly, name):
    train.main([name, *EVERY[name], "--width", "0.05", "--images", "20", "--epochs", "1", *folders])
    found = result(tmp_path)[1]
    assert found["errors"]["test"] == pytest.approx(1 - found["history"]["val_accuracy"][0])
    assert (
        0 <= found["errors"]["training"] <= 1 and found["multiply-adds"] > found["parameters"] / 9
    )


def test_those_are_all_networks_but_one(capsys):
    assert {*EVERY, "lenet5_1998"} == set(networks.__all__)
    with pytest.raises(SystemExit):
        train.main(["lenet5_1998"])


@pytest.mark.parametrize(
    "options, said",
    [
        (["lenet5", "--preactivation"], "lenet5 has no --preactivation"),
        (["plain_cifar", "20", "--drop", "0.5"], "plain_cifar has no --drop"),
        (["resnet_cifar", "20", "--drop", "1"], "must be a number from 0 to less than 1; got 1"),
        (["lenet5", "20"], "lenet5 has one size only; got 20"),
        (["resnet_cifar"], "resnet_cifar needs its depth"),
        (["resnet_cifar", "21"], "6n + 2 layers"),
        (
            ["vgg"],
            "too small: five poolings halve it five times; use 32x32 or more; --pixels resizes",
        ),
        (["googlenet"], "--pixels resizes the images"),
        (["lenet5", "--pixels", "14"], "too small"),
        (["lenet5", "--rate", "nan"], "must be a number above 0; got nan"),
        (["lenet5", "--rate", "-1"], "must be a number above 0; got -1"),
        (["lenet5", "--augment", "two"], "must be a whole number, 0 or more; got two"),
        (["lenet5", "--images", "60001"], "fashion_mnist has 60,000 only"),
    ],
)
def test_what_does_not_fit_together_leaves_nothing_behind(tmp_path, folders, capsys, options, said):
    with pytest.raises(SystemExit) as caught:
        train.main([*options, *folders])
    assert said in f"{capsys.readouterr().err} {caught.value}"
    assert not any((tmp_path / "runs").glob("*")) and not any((tmp_path / "results").glob("*"))
    assert "options.json" not in str(list(tmp_path.rglob("*")))


def test_a_start_that_failed_does_not_block_the_right_one(tmp_path, folders, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(train, "build", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            train.main([*TINY, *folders])
    train.main([*TINY, *folders, "--weight-decay", "0.002"])
    assert result(tmp_path)[1]["options"]["weight_decay"] == 0.002


def test_a_result_of_other_options_is_not_written_over(tmp_path, folders):
    train.main([*TINY, *folders])
    with pytest.raises(SystemExit, match="was made with other options"):
        train.main([*TINY, *folders, "--weight-decay", "0.002"])
    train.main([*TINY, *folders])


def test_a_result_that_is_no_number_is_json_all_the_same(tmp_path, folders):
    train.main([*TINY, *folders, "--rate", "1e30"])
    path, found = result(tmp_path)
    assert None in found["history"]["loss"] and "NaN" not in path.read_text()


def test_it_runs_without_git(tmp_path, folders, monkeypatch):
    monkeypatch.setenv("PATH", "")
    train.main([*TINY, *folders])
    assert result(tmp_path)[1]["commit"] == "unknown"
