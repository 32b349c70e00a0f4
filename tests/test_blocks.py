"""Blocks: shapes, shortcuts, gradients, and why a residual block is easy to learn."""

import keras
import numpy as np
import pytest

from utils import blocks
from utils.layers import PadChannels

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(2, 8, 8, 16)).astype("float32")


def model_of(block, filters, dtype="float32", **arguments):
    image = keras.Input((8, 8, 16), dtype=dtype)
    return keras.Model(image, block(image, filters, name="b", **arguments))


def dense_layer(x, filters, **options):
    return blocks.dense_layer(x, filters, **options)


def transition(x, filters, **options):
    return blocks.transition(x, filters, **options)


def separable_block(x, filters, **options):
    return blocks.separable_block(x, filters, **options)


BLOCKS = [
    (blocks.identity_block, {"filters": 4}, (8, 8, 16)),
    (blocks.identity_block, {"filters": 16, "bottleneck": False}, (8, 8, 16)),
    (blocks.convolutional_block, {"filters": 8, "strides": 2}, (4, 4, 32)),
    (blocks.convolutional_block, {"filters": 8, "strides": 2, "stride_on": "3x3"}, (4, 4, 32)),
    (blocks.convolutional_block, {"filters": 8, "strides": 2, "shortcut": "A"}, (4, 4, 32)),
    (
        blocks.convolutional_block,
        {"filters": 32, "strides": 2, "bottleneck": False, "shortcut": "C"},
        (4, 4, 32),
    ),
    (blocks.plain_block, {"filters": 4, "strides": 2}, (4, 4, 16)),
    (blocks.resnext_block, {"filters": 16, "inner": 8, "groups": 4}, (8, 8, 16)),
    (blocks.resnext_block, {"filters": 24, "inner": 8, "groups": 2, "strides": 2}, (4, 4, 24)),
    (blocks.se_block, {"filters": 4, "ratio": 4}, (8, 8, 16)),
    (blocks.se_block, {"filters": 8, "strides": 2}, (4, 4, 32)),
    (blocks.preactivated_block, {"filters": 4}, (8, 8, 16)),
    (blocks.preactivated_block, {"filters": 24, "strides": 2, "bottleneck": False}, (4, 4, 24)),
    (dense_layer, {"filters": 4}, (8, 8, 20)),
    (dense_layer, {"filters": 4, "bottleneck": False}, (8, 8, 20)),
    (transition, {"filters": 0.5}, (4, 4, 8)),
    (separable_block, {"filters": (8, 24), "strides": 2}, (4, 4, 24)),
    (separable_block, {"filters": (16, 16)}, (8, 8, 16)),
]


@pytest.mark.parametrize("block, arguments, shape", BLOCKS)
def test_shape(block, arguments, shape):
    assert model_of(block, **arguments).output.shape[1:] == shape


@pytest.mark.tensorflow
@pytest.mark.parametrize("block, arguments, shape", BLOCKS)
def test_gradients_are_those_of_differences(block, arguments, shape):
    """The slope along a random direction, in float64, against a central difference."""
    import tensorflow as tf

    keras.config.set_dtype_policy("float64")
    try:
        model = model_of(block, dtype="float64", **arguments)
    finally:
        keras.config.set_dtype_policy("float32")
    x = tf.constant(X, "float64")
    loss = lambda x: tf.reduce_sum(tf.sin(model(x, training=True)))  # noqa: E731
    along = tf.constant(RANDOM.normal(size=X.shape))
    with tf.GradientTape() as tape:
        tape.watch(x)
        slope = loss(x)
    slope = tf.reduce_sum(tape.gradient(slope, x) * along)
    difference = (loss(x + 1e-6 * along) - loss(x - 1e-6 * along)) / 2e-6
    np.testing.assert_allclose(slope, difference, rtol=1e-4)


def last_normalisation(model):
    return [layer for layer in model.layers if "_bn" in layer.name and "_0_" not in layer.name][-1]


@pytest.mark.parametrize("bottleneck, filters", [(True, 4), (False, 16)])
def test_with_gamma_zero_the_block_is_relu(bottleneck, filters):
    model = model_of(blocks.identity_block, filters, bottleneck=bottleneck)
    last_normalisation(model).gamma.assign(np.zeros(16))
    for training in (False, True):
        np.testing.assert_array_equal(model(X, training=training), np.maximum(X, 0))
    plain = model_of(blocks.plain_block, filters, bottleneck=bottleneck)
    last_normalisation(plain).gamma.assign(np.zeros(16))
    np.testing.assert_array_equal(plain(X), np.zeros_like(X))


def test_shortcut_a_is_a_fixed_matrix_of_zeros_and_ones():
    fixed = keras.layers.Conv2D(24, 1, strides=2, use_bias=False)
    fixed.build(X.shape)
    fixed.set_weights([np.eye(16, 24)[None, None]])
    exact = np.round(8 * X) / 8  # so few digits that TensorFloat-32 does not round them
    np.testing.assert_array_equal(PadChannels(24, 2)(exact), fixed(exact))


@pytest.mark.parametrize("size", [7, 8, 9])
def test_a_stride_takes_the_same_pixels_on_both_ways(size):
    """A 3x3 filter with only its middle weight sees what the shortcut sees, also at odd sizes."""
    image = keras.Input((size, size, 2))
    model = keras.Model(image, blocks.conv_bn(image, 2, 3, strides=2, name="c", activation=None))
    kernel = np.zeros((3, 3, 2, 2))
    kernel[1, 1] = np.eye(2)
    model.get_layer("c_conv").set_weights([kernel])
    x = RANDOM.normal(size=(1, size, size, 2)).astype("float32")
    scale = np.sqrt(1 + blocks.EPSILON)
    np.testing.assert_allclose(model(x) * scale, PadChannels(2, 2)(x), atol=1e-6)


def test_shortcut_a_survives_saving():
    layer = PadChannels(24, 2, name="pad")
    again = PadChannels.from_config(layer.get_config())
    assert (again.channels, again.strides) == (24, 2)
    assert layer.compute_output_shape((None, 7, None, 16)) == (None, 4, None, 24)


@pytest.mark.parametrize(
    "block, arguments, message",
    [
        (blocks.identity_block, {"filters": 8}, "b: the input has 16 channels.*makes 32"),
        (
            blocks.convolutional_block,
            {"filters": 8, "strides": 2, "shortcut": "D"},
            "A, B and C.*D",
        ),
        (
            blocks.convolutional_block,
            {"filters": 2, "strides": 2, "shortcut": "A"},
            "has 16 and the block makes 8; use shortcut B",
        ),
        (blocks.convolutional_block, {"filters": 8, "strides": 2, "stride_on": "7x7"}, "3x3.*7x7"),
    ],
)
def test_bad_input(block, arguments, message):
    with pytest.raises(ValueError, match=message):
        model_of(block, **arguments)
