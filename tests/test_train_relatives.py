"""The script behind lesson 14's comparisons."""

import json

import numpy as np
import pytest
import train_relatives


@pytest.fixture
def few(monkeypatch):
    """Few images, an epoch, a rate, a seed."""
    random = np.random.default_rng(0)

    def parts(name, classes):
        return {
            part: (random.integers(0, 256, (40, 16, 16, 1), "uint8"), np.arange(40) % 10)
            for part in ("training", "development", "test")
        }

    monkeypatch.setattr(train_relatives, "parts", parts)
    monkeypatch.setattr(train_relatives, "EPOCHS", 1)
    monkeypatch.setattr(train_relatives, "RATES", (0.01,))
    monkeypatch.setattr(train_relatives, "SEEDS", (1,))
    monkeypatch.setattr(train_relatives, "RANDOM", 1)
    monkeypatch.setattr(train_relatives, "DROPS", (0.5,))


def results(tmp_path, *arguments):
    train_relatives.main([*arguments, "--images", "40", "--results", str(tmp_path)])
    (path,) = tmp_path.glob("*.json")
    return json.loads(path.read_text())


def test_errors_with_blocks_left_out(few, tmp_path):
    found = results(tmp_path, "dropped")
    assert found["command"].startswith("python scripts/train_relatives.py dropped")
    assert [(run["drop"], run["seed"]) for run in found["runs"]] == [(0.5, 1)]
    for run in found["runs"]:
        assert len(run["left out"]) == 9 and run["left out"][0] == run["test"]


def test_what_channels_vote_for(few, tmp_path):
    found = results(tmp_path, "gates")
    for run in found["runs"]:
        assert len(run["between"]) == 6 and len(run["means"]) == 2
        assert all(0 <= part <= 1 for part in run["between"])
        assert np.shape(run["means"]["conv2_block1"]) == (10, 32)
        assert np.shape(run["means"]["conv4_block2"]) == (10, 128)


def test_left_out_blocks_add_nothing_and_come_back():
    network = train_relatives.networks.resnet_cifar(20, width=0.25, input_shape=(16, 16, 1))
    x = np.random.default_rng(0).random((2, 16, 16, 1), "float32")
    before = np.array(network(x))
    with train_relatives.without(network, range(9)):
        seen = train_relatives.keras.Model(
            network.input, [network.get_layer(f"conv2_block{i}_out").output for i in (1, 3)]
        )
        first, third = seen(x)
        np.testing.assert_array_equal(first, third)
    np.testing.assert_array_equal(network(x), before)
