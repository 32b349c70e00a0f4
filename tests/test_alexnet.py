"""AlexNet: two towers and one, and the normalisation between its layers."""

import keras
import numpy as np
import pytest
from repeated import losses
from weightless import weightless

from utils import networks
from utils.layers import LocalResponseNormalization

SMALL = {"input_shape": (67, 67, 3), "width": 1 / 16, "classes": 5}
RANDOM = np.random.default_rng(0)


def by_the_formula(x, n, k, alpha, beta):
    """Section 3.3, one channel at a time."""
    result = np.empty_like(x)
    for i in range(x.shape[-1]):
        near = x[..., max(0, i - n // 2) : i + n // 2 + 1]
        result[..., i] = x[..., i] / (k + alpha * (near**2).sum(-1)) ** beta
    return result


@pytest.mark.parametrize("n, k, alpha, beta", [(5, 2, 1e-4, 0.75), (3, 1, 0.1, 0.5), (1, 1, 1, 1)])
def test_response_normalization_is_the_formula(n, k, alpha, beta):
    x = RANDOM.normal(size=(2, 4, 3, 7)).astype("float32")
    y = LocalResponseNormalization(n, k, alpha, beta)(x)
    np.testing.assert_allclose(y, by_the_formula(x, n, k, alpha, beta), atol=1e-6)


@pytest.mark.tensorflow
def test_response_normalization_is_tensorflows_and_so_is_its_gradient():
    import tensorflow as tf

    x = tf.constant(RANDOM.normal(size=(2, 4, 3, 7)), "float32")
    weights = RANDOM.normal(size=x.shape).astype("float32")
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        ours = LocalResponseNormalization(5, 2, 0.1, 0.75)(x)
        theirs = tf.nn.local_response_normalization(x, 2, 2, 0.1, 0.75)
        sums = [tf.reduce_sum(weights * y) for y in (ours, theirs)]
    np.testing.assert_allclose(ours, theirs, atol=1e-6)
    here, there = (tape.gradient(sum, x) for sum in sums)
    np.testing.assert_allclose(here, there, atol=1e-6)


def test_response_normalization_keeps_precision_and_type():
    layer = LocalResponseNormalization(dtype="mixed_bfloat16")
    assert layer(np.ones((1, 2, 2, 8), "float32")).dtype == "bfloat16"
    assert (
        LocalResponseNormalization.from_config(layer.get_config()).get_config()
        == layer.get_config()
    )
    with pytest.raises(ValueError, match="odd.*4"):
        LocalResponseNormalization(n=4)


@pytest.mark.parametrize("towers", [1, 2])
def test_it_trains(towers):
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).normal(size=(10, 67, 67, 3)).astype("float32")
    y = np.arange(10) % 5
    model = networks.alexnet(towers=towers, **SMALL)
    model.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy")
    losses(model, x, y, epochs=1, steps=60)
    assert model.evaluate(x, y, verbose=0) < np.log(5) / 2  # without dropout


def test_two_towers_are_one_network_with_groups():
    """conv2 of two towers is Conv2D(groups=2) on what both made."""
    x = RANDOM.normal(size=(2, 9, 9, 8)).astype("float32")
    halves = [keras.layers.Conv2D(6, 5, padding="same") for _ in "ab"]
    apart = np.concatenate([half(part) for half, part in zip(halves, np.split(x, 2, -1))], -1)
    grouped = keras.layers.Conv2D(12, 5, padding="same", groups=2)
    grouped.build(x.shape)
    grouped.set_weights([np.concatenate(w, -1) for w in zip(*(h.get_weights() for h in halves))])
    np.testing.assert_allclose(grouped(x), apart, atol=1e-5)


def test_towers_meet_at_conv3_and_fc6_only():
    model = weightless(networks.alexnet, **SMALL)
    meetings = [la.name for la in model.layers if isinstance(la, keras.layers.Concatenate)]
    assert meetings == ["conv3_input", "fc6_input"]


def test_other_towers_are_refused():
    with pytest.raises(ValueError, match="towers.*3"):
        networks.alexnet(towers=3)
