"""Parameters, multiply-adds and memory against Keras and against arithmetic."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers
from weightless import weightless

from utils import cost
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


def test_unknown_layer_is_refused_not_counted_as_free():
    with pytest.raises(TypeError, match="gru.*multiply_adds_per_position"):
        cost.table(model_of(layers.GRU(3, name="gru"), shape=(5, 2)))


def test_products_without_a_layer_are_refused():
    x = keras.Input((4, 4))
    with pytest.raises(TypeError, match="Matmul is not known"):
        cost.table(keras.Model(x, keras.ops.matmul(x, x)))


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
