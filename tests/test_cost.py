"""Parameters, multiply-adds and memory against Keras and against arithmetic."""

from functools import partial

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers, ops
from weightless import weightless

from utils import cost, networks
from utils.tables import Table

QUICK = settings(max_examples=10, deadline=None, derandomize=True)


def model_of(*stack, shape=(12, 10, 4)):
    return keras.Sequential([keras.Input(shape), *stack])


@QUICK
@given(
    n=st.integers(7, 20),
    f=st.integers(1, 5),
    s=st.integers(1, 3),
    channels=st.sampled_from([2, 4]),
    filters=st.sampled_from([2, 6]),
    groups=st.sampled_from([1, 2]),
    padding=st.sampled_from(["valid", "same"]),
    bias=st.booleans(),
)
def test_convolution_of_any_size(n, f, s, channels, filters, groups, padding, bias):
    layer = layers.Conv2D(filters, f, s, padding, groups=groups, use_bias=bias)
    model = model_of(layer, shape=(n, n, channels))
    size = -(-n // s) if padding == "same" else (n - f) // s + 1
    row = cost.table(model, connections=True).iloc[-1]
    weights = f * f * channels // groups * filters
    assert row["output shape"] == (size, size, filters)
    assert row["parameters"] == model.count_params() == weights + bias * filters
    assert row["multiply_adds"] == size * size * weights
    assert row["connections"] == size * size * (weights + bias * filters)
    assert row["activation bytes"] == 4 * size * size * filters


@QUICK
@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 5))
def test_dense_layer_on_every_position(inputs, units, positions):
    model = model_of(layers.Dense(units), shape=(positions, inputs))
    assert cost.multiply_adds(model) == positions * inputs * units


@pytest.mark.parametrize(
    "layer, expected",
    [
        (layers.DepthwiseConv2D(3, padding="same"), 12 * 10 * 9 * 4),
        (layers.SeparableConv2D(6, 3, padding="same"), 12 * 10 * (9 * 4 + 4 * 6)),
        (layers.Conv2DTranspose(6, 3, strides=2), 12 * 10 * 9 * 4 * 6),
        (layers.MaxPooling2D(), 0),
        (layers.BatchNormalization(), 0),
        (layers.Activation("relu"), 0),
    ],
)
def test_multiply_adds_by_convention(layer, expected):
    assert cost.multiply_adds(model_of(layer)) == expected


def test_a_known_network():
    model = weightless(keras.applications.MobileNet, weights=None)
    assert cost.table(model)["parameters"].sum() == model.count_params() == 4_253_864
    assert cost.multiply_adds(model) == 568_740_352


def test_shared_layer_costs_twice_and_weighs_once():
    shared, x = layers.Dense(3), keras.Input((3,))
    model = keras.Model(x, shared(shared(x)))
    assert cost.multiply_adds(model) == 18
    assert cost.table(model)["parameters"].sum() == model.count_params() == 12


def test_nested_model_gives_its_own_layers():
    model = model_of(layers.Flatten(), model_of(layers.Dense(3, name="inner"), shape=(480,)))
    assert cost.table(model).loc["inner", "multiply_adds"] == 480 * 3


def test_half_precision_halves_the_memory():
    model = model_of(layers.Conv2D(2, 1, dtype="mixed_bfloat16"))
    assert cost.table(model).iloc[-1]["activation bytes"] == 2 * 12 * 10 * 2


def test_open_shape_is_refused():
    with pytest.raises(ValueError, match="fixed input_shape"):
        cost.table(model_of(layers.Conv2D(2, 3), shape=(None, None, 3)))


class Own(layers.Layer):
    """A layer of one's own, with others in it and a product that no layer holds."""

    def __init__(self):
        super().__init__()
        self.convolution = layers.Conv2D(5, 3, padding="same")
        self.dense = layers.Dense(7)

    def call(self, x):
        pooled = ops.mean(self.convolution(x), axis=1)
        return self.dense(ops.matmul(ops.transpose(pooled, (0, 2, 1)), pooled))


SEQUENCE = (6, 4)


@pytest.mark.parametrize(
    "layer, shape, expected",
    [
        (lambda x: layers.Attention()([x, x]), SEQUENCE, 2 * 6 * 6 * 4),
        (lambda x: layers.Dot(axes=2)([x, x]), SEQUENCE, 6 * 6 * 4),
        (
            lambda x: layers.MultiHeadAttention(2, 3)(x, x),
            SEQUENCE,
            3 * 6 * 4 * 2 * 3 + 2 * 2 * 6 * 6 * 3 + 6 * 2 * 3 * 4,
        ),
        (lambda x: ops.matmul(x, ops.transpose(x, (0, 2, 1))), SEQUENCE, 6 * 6 * 4),
        (lambda x: ops.einsum("abc,adc->abd", x, x), SEQUENCE, 6 * 6 * 4),
        (lambda x: layers.EinsumDense("abc,cd->abd", (6, 9))(x), SEQUENCE, 6 * 4 * 9),
        (lambda x: layers.Lambda(lambda t: ops.matmul(t, t[:, :4]))(x), SEQUENCE, 6 * 4 * 4),
        (lambda x: layers.LSTM(3)(x), SEQUENCE, 6 * (4 * 12 + 3 * 12)),
        (lambda x: layers.Bidirectional(layers.GRU(3))(x), SEQUENCE, 2 * 6 * (4 * 9 + 3 * 9)),
        (lambda x: layers.Embedding(9, 2)(x[..., 0]), SEQUENCE, 0),
        (
            lambda x: layers.TimeDistributed(layers.Conv2D(6, 3, padding="same"))(x),
            (5, 8, 8, 4),
            5 * 64 * 9 * 4 * 6,
        ),
        (
            lambda x: layers.SpectralNormalization(layers.Conv2D(6, 3, padding="same"))(x),
            (8, 8, 4),
            64 * 9 * 4 * 6,
        ),
        (
            lambda x: layers.Conv2D(6, 3, dilation_rate=2, groups=2, padding="same")(x),
            (8, 8, 4),
            64 * 9 * 2 * 6,
        ),
        (lambda x: Own()(x), (8, 8, 4), 64 * 9 * 4 * 5 + 5 * 8 * 5 + 5 * 5 * 7),
    ],
)
@pytest.mark.tensorflow
def test_layers_of_every_kind(layer, shape, expected):
    image = keras.Input(shape)
    model = keras.Model(image, layer(image))
    assert cost.multiply_adds(model) == expected
    assert cost.table(model)["parameters"].sum() == model.count_params()


@pytest.mark.tensorflow
def test_what_loops_is_refused_not_counted_as_free():
    model = model_of(layers.ConvLSTM2D(3, 3, name="looping"), shape=(5, 6, 6, 2))
    with pytest.raises(TypeError, match="looping.*since it loops.*multiply_adds_per_position"):
        cost.table(model)


def test_nested_models_have_the_size_that_they_are_used_at():
    convolution = layers.Conv2D(3, 3, padding="same")
    base = keras.Sequential([keras.Input((None, None, 4)), convolution, layers.MaxPooling2D()])
    images = [keras.Input((n, n, 4)) for n in (8, 16)]
    model = keras.Model(images, [base(image) for image in images])
    table = cost.table(model)
    assert table["multiply_adds"].sum() == (64 + 256) * 9 * 4 * 3
    assert table["parameters"].sum() == model.count_params()
    assert set(table["output shape"][table["kind"] == "MaxPooling2D"]) == {(4, 4, 3), (8, 8, 3)}


def test_several_outputs_are_all_counted():
    x = keras.Input((4,))
    model = keras.Model(x, [layers.Dense(2)(x), layers.Dense(3)(x)])
    assert cost.multiply_adds(model) == 4 * 2 + 4 * 3


def test_channels_first_is_counted_alike():
    last = layers.Conv2D(6, 3, padding="same")
    first = layers.Conv2D(6, 3, padding="same", data_format="channels_first")
    shapes = (12, 10, 4), (4, 12, 10)
    counts = {cost.multiply_adds(model_of(la, shape=s)) for la, s in zip((last, first), shapes)}
    assert counts == {12 * 10 * 9 * 4 * 6}


def test_subclassed_and_unbuilt_models_are_refused():
    class Mine(keras.Model):
        pass

    with pytest.raises(TypeError, match="functional API"):
        cost.table(Mine())
    with pytest.raises(ValueError, match="keras.Input"):
        cost.table(keras.Sequential([layers.Dense(2)]))


def test_tables_show_separators_and_shapes():
    shown = Table({"n": [60_000], "shape": [(28, 28, 6)], "none": [np.nan]})
    for text in (repr(shown), shown._repr_html_()):
        assert "60,000" in text and "28×28×6" in text and "nan" not in text.lower()
    assert shown["n"].sum() == 60_000


def test_another_image_size_is_counted_as_if_built_for_it():
    for build, channels in ((networks.mobilenet, 3), (partial(networks.resnet_cifar, 20), 1)):
        network = build(input_shape=(64, 64, channels))
        smaller = build(input_shape=(40, 40, channels))
        assert cost.multiply_adds(network, 40) == cost.multiply_adds(smaller)
        assert cost.multiply_adds(network, 64) == cost.multiply_adds(network)
    with pytest.raises(ValueError, match="lenet5 takes images of one size only, since flatten"):
        cost.multiply_adds(networks.lenet5(), 28)
