"""The layers of 1998 against the paper's formulas, written out in NumPy."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from utils import networks
from utils.layers import (
    EuclideanRBF,
    GroupedConv2D,
    MAPLoss,
    SparseConv2D,
    Subsampling,
    nearest_code,
    scaled_tanh,
)
from utils.networks.lenet import C3_TABLE, digit_codes

RANDOM = np.random.default_rng(0)


def numbers(*shape):
    return RANDOM.normal(size=shape).astype("float32")


def trainable(layer):
    return sum(np.prod(w.shape) for w in layer.trainable_weights)


def test_scaled_tanh_is_one_at_one_and_odd():
    assert float(scaled_tanh(1.0)) == pytest.approx(1, abs=1e-4)
    assert float(scaled_tanh(-1.0)) == pytest.approx(-1, abs=1e-4)
    assert float(scaled_tanh(100.0)) == pytest.approx(1.7159)


def test_subsampling_is_squashed_weighted_sum_of_four():
    layer, x = Subsampling(), numbers(2, 6, 4, 3)
    layer.build(x.shape)
    scale, bias = numbers(3), numbers(3)
    layer.set_weights([scale, bias])
    sums = x.reshape(2, 3, 2, 2, 2, 3).sum(axis=(2, 4))
    np.testing.assert_allclose(layer(x), 1.7159 * np.tanh(2 / 3 * (scale * sums + bias)), atol=1e-5)
    assert trainable(layer) == 6


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 3), st.integers(0, 2**20))
def test_sparse_convolution_is_a_convolution_with_zeros(inputs, outputs, k, marks):
    connected = np.array(
        [[marks >> (i * outputs + o) & 1 for o in range(outputs)] for i in range(inputs)]
    )
    connected[0, ~connected.any(axis=0)] = 1
    table = ["".join("X" if c else "." for c in row) for row in connected]
    layer, x = SparseConv2D(table, k, activation=None), numbers(2, 6, 5, inputs)
    y = layer(x)
    kernel = ops.convert_to_numpy(layer.dense_kernel())
    assert (kernel[:, :, connected == 0] == 0).all()
    assert (kernel[:, :, connected == 1] != 0).all()
    np.testing.assert_allclose(y, ops.conv(x, kernel), atol=1e-5)
    assert trainable(layer) == k * k * connected.sum() + outputs


def test_sparse_convolution_adds_its_bias_and_squashes():
    layer, x = SparseConv2D(C3_TABLE, 5), numbers(2, 14, 14, 6)
    layer.build(x.shape)
    layer.bias.assign(numbers(16))
    sums = np.asarray(ops.conv(x, layer.dense_kernel()) + layer.bias)
    np.testing.assert_allclose(layer(x), 1.7159 * np.tanh(2 / 3 * sums), atol=1e-5)


@pytest.mark.parametrize(
    "name, fan_in", [("C1", 25), ("C5", 400), ("F6", 120), ("S2", 4), ("S4", 4)]
)
def test_initial_weights_are_the_papers(name, fan_in):
    weights = networks.lenet5_1998().get_layer(name).trainable_weights[0].numpy()
    assert 0.4 * 2.4 / fan_in < abs(weights).max() <= 2.4 / fan_in


def test_initial_weights_of_c3_depend_on_the_maps_it_reads():
    c3 = networks.lenet5_1998().get_layer("C3")
    kernel = keras.ops.convert_to_numpy(c3.dense_kernel())
    for o, reads in enumerate(c3.connected.sum(axis=0)):
        most = abs(kernel[..., o]).max()
        assert 0.8 * 2.4 / (25 * reads) < most <= 2.4 / (25 * reads)


@pytest.mark.parametrize(
    "layer",
    [
        Subsampling(3, activation="relu"),
        SparseConv2D(("X.", "XX"), 3, activation=None),
        EuclideanRBF([[1, -1], [-1, 1]]),
        MAPLoss(j=3.0),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_configurations_are_complete(layer):
    config = layer.get_config()
    again = type(layer).from_config(config)
    assert again.get_config() == config
    for key in {"size", "activation", "table", "kernel_size", "j", "code_values"} & set(
        vars(layer)
    ):
        assert getattr(again, key) == getattr(layer, key)


def test_every_connected_filter_learns():
    keras.utils.set_random_seed(0)
    layer, x = SparseConv2D(C3_TABLE, 5), numbers(2, 14, 14, 6)
    model = keras.Sequential([keras.Input((14, 14, 6)), layer])
    before = layer.kernel.numpy()
    model.compile("sgd", "mse")
    model.fit(x, numbers(2, 10, 10, 16), verbose=0)
    assert (before != layer.kernel.numpy()).any(axis=(0, 1)).all()


@pytest.mark.parametrize("table", [("X.", "X"), ("Xo",), ("X.",), ()])
def test_bad_connection_table(table):
    with pytest.raises(ValueError, match="X"):
        SparseConv2D(table, 3, name="C3")


def test_connection_table_must_fit_the_input():
    with pytest.raises(ValueError, match="2 rows.*3 maps"):
        SparseConv2D(("X", "X"), 3)(numbers(1, 5, 5, 3))


def test_rbf_is_squared_distance_and_is_not_trained():
    codes, x = numbers(4, 7), numbers(3, 7)
    layer = EuclideanRBF(codes)
    np.testing.assert_allclose(layer(x), ((x[:, None] - codes) ** 2).sum(-1), rtol=1e-5)
    assert layer.trainable_weights == [] and layer.count_params() == 28
    with pytest.raises(ValueError, match="7.*5"):
        EuclideanRBF(codes)(numbers(3, 5))


@pytest.mark.parametrize("shape", [(5,), (5, 1)])
def test_map_loss_is_equation_9(shape):
    labels, distances = np.array([0, 1, 2, 3, 0]), abs(numbers(5, 4)) * 9
    right = distances[np.arange(5), labels]
    expected = right + np.log(np.exp(-3.0) + np.exp(-distances).sum(axis=1))
    loss = MAPLoss(j=3.0, reduction=None)(labels.reshape(shape), distances)
    np.testing.assert_allclose(loss, expected, rtol=1e-5)


def test_map_loss_stays_finite_far_away():
    loss = MAPLoss(j=10)(np.array([0]), np.array([[5000.0, 4000.0]], "float32"))
    assert np.isfinite(float(loss))


@pytest.mark.parametrize("j", [0, -1])
def test_map_loss_wants_a_positive_j(j):
    with pytest.raises(ValueError, match=f"positive.*{j}"):
        MAPLoss(j=j)


def test_nearest_code_takes_the_smallest():
    distances = np.array([[3.0, 1.0], [0.5, 2.0], [0.5, 2.0]])
    assert np.array(nearest_code(np.array([1, 1, 0]), distances)).tolist() == [1, 0, 1]


def test_digit_codes_are_ten_different_pictures():
    codes = digit_codes()
    assert codes.shape == (10, 12, 7)
    assert set(np.unique(codes)) == {-1, 1}
    assert len({code.tobytes() for code in codes}) == 10


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("strides", [1, 2])
def test_a_convolution_in_groups_is_that_of_each_group(groups, strides):
    options = {"padding": "same", "strides": strides, "activation": "tanh"}
    layer = GroupedConv2D(8, 3, groups=groups, **options)
    x = numbers(2, 5, 6, 4)
    made = ops.convert_to_numpy(layer(x))
    kernel, bias = layer.get_weights()
    assert kernel.shape == (3, 3, 4 // groups, 8)
    for group in range(groups):
        reads = slice(group * 4 // groups, (group + 1) * 4 // groups)
        makes = slice(group * 8 // groups, (group + 1) * 8 // groups)
        alone = keras.layers.Conv2D(8 // groups, 3, **options)
        alone.build((None, 5, 6, 4 // groups))
        alone.set_weights([kernel[..., makes], bias[makes]])
        np.testing.assert_allclose(made[..., makes], alone(x[..., reads]), atol=1e-6)
    assert GroupedConv2D.from_config(layer.get_config()).groups == groups
    with pytest.raises(ValueError, match="divisible"):
        GroupedConv2D(9, 3, groups=2)
