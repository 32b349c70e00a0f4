"""Devices, profiles and the check of the reader's machine."""

import re
import sys
from pathlib import Path

import keras
import pytest
import tensorflow as tf
from tensorflow.python import util

from utils import training
from utils.training import devices, precision, report


def test_without_gpus_the_default_strategy(monkeypatch):
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda: [device("CPU:0")])
    assert training.strategy() is tf.distribute.get_strategy()


def device(name):
    return tf.config.LogicalDevice(f"/device:{name}", name.split(":")[0])


@pytest.mark.parametrize("gpus", [2, 4])
def test_all_gpus_are_used(monkeypatch, gpus):
    names = ["CPU:0", *(f"GPU:{i}" for i in range(gpus))]
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda: [device(name) for name in names])
    monkeypatch.setattr(tf.distribute, "MirroredStrategy", lambda devices: list(devices))
    monkeypatch.setattr(devices, "_mirrored", {})
    assert training.strategy() == names[1:]
    assert training.strategy() is training.strategy(), "two would mix up their messages"
    assert training.strategy(names[1:]) is not training.strategy(names[2:0:-1])


def test_one_gpu_needs_no_strategy(monkeypatch):
    names = ["CPU:0", "GPU:0"]
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda: [device(name) for name in names])
    assert training.strategy() is tf.distribute.get_strategy()


def test_a_device_that_is_not_there():
    with pytest.raises(ValueError, match="GPU:7.*CPU:0"):
        training.strategy(["GPU:7"])


def test_profile(monkeypatch):
    monkeypatch.delenv("COURSE_PROFILE", raising=False)
    assert training.by_profile(quick=1, full=2) == 1
    monkeypatch.setenv("COURSE_PROFILE", "full")
    assert training.by_profile(quick=1, full=2) == 2
    monkeypatch.setenv("COURSE_PROFILE", "fast")
    with pytest.raises(ValueError, match="'fast'.*quick.*full"):
        training.by_profile(quick=1, full=2)


def test_setup_report_says_what_to_do(monkeypatch):
    monkeypatch.setattr(report, "_onednn", lambda: True)
    table = training.check_setup()
    assert list(table.columns) == ["found", "what to do"]
    assert (table.drop(index=["GPUs", "free memory"])["what to do"] == "").all()
    monkeypatch.setattr("utils.data.sets.FOLDER", Path("nowhere"))
    monkeypatch.setattr("keras.__version__", "3.12.0")
    table = training.check_setup()
    assert "requirements.txt" in table.loc["Keras", "what to do"]
    assert "nowhere" in table.loc["Fashion-MNIST", "what to do"]


@pytest.mark.parametrize(
    "text, found, advice",
    [
        ("{", "none", "TF_CONFIG cannot be read"),
        (
            '{"cluster": {"ps": ["a:1", "b:1"]}, "task": {"type": "ps", "index": 0}}',
            "none",
            "of type",
        ),
        (
            '{"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "worker", "index": 1}}',
            "TF_CONFIG: worker 1 of 2, which meet to train",
            "",
        ),
    ],
)
def test_a_cluster_is_advised_about_and_not_waited_for(monkeypatch, text, found, advice):
    monkeypatch.setenv("TF_CONFIG", text)
    row = training.check_setup().loc["strategy"]
    assert row["found"] == found and advice in row["what to do"]


@pytest.mark.parametrize(
    "enabled, machine, gpus, found, advised",
    [
        (True, "x86_64", 0, "on", False),
        (False, "x86_64", 0, "off", True),
        (False, "AMD64", 0, "off", True),
        (False, "arm64", 0, "off", False),
        (False, "x86_64", 1, "off", False),
    ],
)
def test_onednn_is_asked_for_where_it_helps(monkeypatch, enabled, machine, gpus, found, advised):
    monkeypatch.setattr(report, "_onednn", lambda: enabled)
    monkeypatch.setattr(report, "_damage", lambda: "")
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["GPU"] * gpus)
    row = training.check_setup().loc["oneDNN"]
    assert row["found"] == found
    assert ("TF_ENABLE_ONEDNN_OPTS=1 before" in row["what to do"]) is advised


@pytest.mark.parametrize("value", ["0", "1"])
def test_without_tensorflows_own_word_the_variable_tells_of_onednn(monkeypatch, value):
    monkeypatch.setitem(sys.modules, "tensorflow.python.util._pywrap_util_port", None)
    monkeypatch.delattr(util, "_pywrap_util_port", raising=False)
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", value)
    assert report._onednn() is (value == "1")


def test_tensorflow_says_whether_onednn_is_on():
    """conftest.py turns it off for tests, before TensorFlow is imported."""
    assert report._onednn() is False


@pytest.mark.parametrize(
    "capabilities, flags, policy, reason",
    [
        ([], "fpu avx512_bf16", "mixed_bfloat16", "this hardware computes with bfloat16"),
        ([], "fpu avx2", "float32", "this processor has no bfloat16, .*about ten times as slow"),
        ([(9, 0), (8, 0)], "fpu", "mixed_bfloat16", "this hardware computes with bfloat16"),
        ([(9, 0), (7, 5)], "fpu avx512_bf16", "float32", "a GPU here has no bfloat16"),
    ],
)
def test_bfloat16_where_the_hardware_has_it(
    monkeypatch, capsys, capabilities, flags, policy, reason
):
    monkeypatch.setattr(devices, "_said", set())
    monkeypatch.setattr(precision, "_gpu_capabilities", lambda: capabilities)
    monkeypatch.setattr(precision.Path, "read_text", lambda path: f"flags: {flags}\n")
    try:
        assert training.use_mixed_precision().name == policy
        assert re.match(f"{policy}: {reason}", capsys.readouterr().out)
        layer = keras.layers.Dense(2)
        layer.build((None, 3))
        assert layer.kernel.dtype == "float32"
    finally:
        keras.config.set_dtype_policy("float32")


def test_the_choice_is_said_once(capsys, monkeypatch):
    monkeypatch.setattr(devices, "_said", set())
    training.strategy()
    training.strategy()
    assert capsys.readouterr().out == "default strategy: no GPU, so the CPU\n"
