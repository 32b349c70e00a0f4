"""Training on two devices under JAX, which make test-jax parts this machine's CPU into."""

import os

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"

import keras  # noqa: E402
import numpy as np  # noqa: E402
import pytest  # noqa: E402
from test_fit import IMAGES, LABELS, fit, network, weights  # noqa: E402

from utils import training  # noqa: E402


@pytest.fixture(autouse=True)
def back_to_one_device():
    yield
    keras.distribution.set_distribution(None)


def trained(devices, **options):
    with training.strategy(devices).scope():
        model = network()
    history = fit(model, validation_data=(IMAGES[:20], LABELS[:20]), epochs=3, **options)
    return model, history.history


def test_two_devices_end_with_the_weights_of_one(tmp_path, capsys):
    one, alone = trained(["CPU:0"])
    two, shared = trained(None)  # batches of 16, 16, 16 and 2
    said = "keras.distribution.DataParallel over CPU:0, CPU:1, since the backend is JAX"
    assert said in capsys.readouterr().out
    assert training.replicas(two) == 2
    np.testing.assert_allclose(weights(two), weights(one), atol=1e-5)
    for name in alone:
        np.testing.assert_allclose(shared[name], alone[name], atol=1e-5)


def test_two_devices_go_on_where_they_were(tmp_path):
    whole, history = trained(None)
    fit(network(), resume=tmp_path, every=3, validation_data=(IMAGES[:20], LABELS[:20]), epochs=1)
    again, found = trained(None, resume=tmp_path, every=3)
    np.testing.assert_array_equal(weights(again), weights(whole))
    assert found == history


def test_what_cannot_be_shared_is_told_before_anything_starts():
    training.strategy()
    with pytest.raises(ValueError, match="a batch of 15 images cannot be shared by 2 devices"):
        fit(network(), batch_size=15)
    with pytest.raises(ValueError, match="no device GPU:7 on this machine; it has CPU:0, CPU:1"):
        training.strategy(["GPU:7"])
