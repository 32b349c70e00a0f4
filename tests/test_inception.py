"""Network in network, inception blocks and GoogLeNet."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repeated import losses
from weightless import weightless

from utils import blocks, cost, networks

RANDOM = np.random.default_rng(0)
COUNTS = st.integers(1, 6)


def model_of(block, shape, filters):
    image = keras.Input(shape)
    return keras.Model(image, block(image, filters, name="b"))


@settings(max_examples=15, deadline=None)
@given(
    st.tuples(st.integers(3, 12), st.integers(3, 12), COUNTS),
    st.lists(COUNTS, min_size=6, max_size=6),
)
def test_inception_block_is_its_four_branches(shape, filters):
    n1x1, n3x3_reduce, n3x3, n5x5_reduce, n5x5, pool_proj = filters
    model = weightless(model_of, blocks.inception_block, shape, filters)
    assert model.output.shape[1:] == (*shape[:2], n1x1 + n3x3 + n5x5 + pool_proj)
    channels, places = shape[2], shape[0] * shape[1]
    weights = channels * (n1x1 + n3x3_reduce + n5x5_reduce + pool_proj)
    weights += 9 * n3x3_reduce * n3x3 + 25 * n5x5_reduce * n5x5
    assert cost.multiply_adds(model) == places * weights
    assert model.count_params() == weights + sum(filters)


@settings(max_examples=15, deadline=None)
@given(
    st.tuples(st.integers(3, 12), st.integers(3, 12), COUNTS),
    st.lists(COUNTS, min_size=3, max_size=3),
)
def test_naive_inception_block_keeps_the_pooled_channels(shape, filters):
    model = model_of(blocks.naive_inception_block, shape, filters)
    assert model.output.shape[1:] == (*shape[:2], sum(filters) + shape[2])
    x = RANDOM.normal(size=(1, *shape)).astype("float32")
    pooled = keras.layers.MaxPooling2D(3, 1, padding="same")(x)
    np.testing.assert_array_equal(model(x)[..., sum(filters) :], pooled)
    weights = shape[2] * sum(n * k * k for n, k in zip(filters, (1, 3, 5)))
    assert cost.multiply_adds(model) == shape[0] * shape[1] * weights


@pytest.mark.parametrize(
    "block, filters, shape, message",
    [
        (blocks.inception_block, (1, 2, 3), (8, 8, 4), "3a: filters are 6 numbers.*5x5_reduce.*3"),
        (blocks.inception_block, (1, 2, 3, 0, 5, 6), (8, 8, 4), "3a: filters.5x5_reduce. is 0"),
        (blocks.inception_block, (1, 2, -3, 4, 5, 6), (8, 8, 4), "3a: filters.3x3. is -3"),
        (blocks.inception_block, (1, 2, 3, 4, 5.5, 6), (8, 8, 4), "3a: filters.5x5. is 5.5"),
        (blocks.inception_block, (1, 2, 3, 4, 5, 6), (2, 8, 4), "3a: a map of 2x8 is too small"),
        (blocks.naive_inception_block, (1, 2), (8, 8, 4), "3a: filters are 3 numbers.*got 2"),
        (blocks.naive_inception_block, (1, 2, 3), (2, 2, 4), "3a: a map of 2x2 is too small"),
    ],
)
def test_bad_blocks(block, filters, shape, message):
    with pytest.raises(ValueError, match=message):
        block(keras.Input(shape), filters, name="3a")


def test_any_map_size_may_be_left_open():
    image = keras.Input((None, None, 4))
    assert blocks.inception_block(image, (1, 1, 1, 1, 1, 1), name="b").shape[-1] == 4


def test_the_least_image_is_explained():
    with pytest.raises(ValueError, match="64x224.*side branch.*65x65"):
        networks.googlenet(input_shape=(64, 224, 3))


def test_the_least_image_reaches_both_side_branches():
    model = weightless(networks.googlenet, width=1 / 16, input_shape=(65, 65, 1), classes=4)
    assert model.get_layer("inception_5a_output").output.shape[1:3] == (3, 3)
    assert model.get_layer("aux1_pool").output.shape[1:3] == (1, 1)


def test_three_outputs_train_together():
    keras.utils.set_random_seed(0)
    x, y = RANDOM.normal(size=(16, 65, 65, 1)).astype("float32"), np.arange(16) % 4
    model = networks.googlenet(width=1 / 8, input_shape=(65, 65, 1), classes=4)
    assert model.output_names == ["main", "aux1", "aux2"]
    loss = "sparse_categorical_crossentropy"
    # Four steps take TensorFlow less time than to trace one.
    how = {"loss_weights": [1, 0.3, 0.3], "run_eagerly": keras.backend.backend() == "tensorflow"}
    model.compile(keras.optimizers.SGD(0.01), [loss] * 3, **how)
    history = model.fit(x, [y] * 3, epochs=4, verbose=0).history
    assert {"main_loss", "aux1_loss", "aux2_loss"} <= set(history)
    assert history["loss"][-1] < history["loss"][0]


def test_side_branches_do_not_touch_the_main_output():
    size = {"width": 1 / 16, "input_shape": (65, 65, 1), "classes": 4}
    whole, main = networks.googlenet(**size), networks.googlenet(auxiliary=False, **size)
    for layer in main.layers:
        layer.set_weights(whole.get_layer(layer.name).get_weights())
    x = RANDOM.normal(size=(2, 65, 65, 1)).astype("float32")
    np.testing.assert_allclose(main(x), whole(x)[0], atol=1e-6)


def test_a_class_is_scored_by_the_mean_of_its_map():
    model = networks.network_in_network(width=1 / 16, logits=True)
    maps = keras.Model(model.input, model.get_layer("block3_conv3").output)
    x = RANDOM.normal(size=(2, 32, 32, 3)).astype("float32")
    np.testing.assert_allclose(model(x), np.mean(maps(x), axis=(1, 2)), rtol=1e-4, atol=1e-4)
    assert not [la for la in model.layers if isinstance(la, keras.layers.Dense)]


def test_network_in_network_trains():
    keras.utils.set_random_seed(0)
    y = np.arange(16) % 4
    x = np.random.default_rng(0).normal(size=(4, 9, 9, 1)).astype("float32")[y]
    model = networks.network_in_network(width=1 / 4, input_shape=(9, 9, 1), classes=4)
    model.compile(keras.optimizers.SGD(0.01), "sparse_categorical_crossentropy")
    least = min(losses(model, x, y, epochs=12, steps=20))
    assert least < 0.97 * np.log(4)  # better than a guess; the last ReLU may die later
