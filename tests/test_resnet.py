"""Residual and plain networks: all depths and shortcuts, and the published weights."""

import keras
import numpy as np
import pytest
from repeated import losses
from weightless import weightless

from utils import cost, networks, weights

RANDOM = np.random.default_rng(0)
TINY = {"input_shape": (32, 32, 3)}


@pytest.mark.parametrize("depth", [18, 34, 50, 101, 152])
def test_it_has_as_many_layers_as_its_name_says(depth):
    model = weightless(networks.resnet, depth, width=1 / 16, **TINY)
    counted = [la for la in model.layers if la.weights and not la.name.endswith("_bn")]
    assert len([la for la in counted if "_0_" not in la.name]) == depth
    assert model.name == f"resnet{depth}"


@pytest.mark.parametrize("depth", [8, 20, 56])
def test_small_networks_have_6n_plus_2_layers(depth):
    for build in (networks.resnet_cifar, networks.plain_cifar):
        model = weightless(build, depth)
        assert len([la for la in model.layers if la.weights and "_bn" not in la.name]) == depth


def test_plain_networks_cost_what_residual_networks_with_shortcut_a_cost():
    plain, residual = (
        weightless(build, 20) for build in (networks.plain_cifar, networks.resnet_cifar)
    )
    assert plain.count_params() == residual.count_params()
    assert cost.multiply_adds(plain) == cost.multiply_adds(residual)
    assert not [la for la in plain.layers if isinstance(la, keras.layers.Add)]


def test_stride_on_the_3x3_costs_more_work_and_no_parameters():
    first, second = (weightless(networks.resnet, 50, stride_on=on) for on in ("1x1", "3x3"))
    assert first.count_params() == second.count_params()
    assert cost.multiply_adds(second) > 1.05 * cost.multiply_adds(first)


def randomise(model):
    """Random weights everywhere: also biases and statistics, which start at 0 and 1."""
    for layer in model.layers:
        for weight in layer.weights:
            if weight.name in ("gamma", "moving_variance"):
                weight.assign(RANDOM.uniform(0.5, 1.0, weight.shape))
            elif weight.name in ("beta", "bias", "moving_mean"):
                weight.assign(RANDOM.normal(0, 0.1, weight.shape))


@pytest.mark.parametrize("depth", [50, 101, 152])
def test_it_takes_the_weights_of_keras_applications(depth):
    size = (64, 64, 3) if depth == 50 else (32, 32, 3)
    theirs = weights.APPLICATIONS[f"resnet{depth}"](weights=None, input_shape=size)
    randomise(theirs)
    model = networks.resnet(depth, input_shape=size)
    weights.transfer(theirs, model)
    x = RANDOM.normal(size=(2, *size)).astype("float32")
    expected, found = (keras.ops.convert_to_numpy(network(x)) for network in (theirs, model))
    assert not np.allclose(expected[0], expected[1], rtol=1e-2)  # they do tell images apart
    np.testing.assert_allclose(found, expected, atol=1e-5)
    keras.backend.clear_session()


@pytest.mark.parametrize("shortcut", "BC")
def test_weights_of_other_shortcuts_do_not_fit(shortcut):
    model, other = (weightless(networks.resnet, 50, shortcut=s, **TINY) for s in ("A", shortcut))
    with pytest.raises(ValueError, match="do not fit.*conv2_block1_0_conv"):
        weights.transfer(other, model)


@pytest.mark.parametrize("build", [networks.resnet_cifar, networks.plain_cifar])
def test_it_trains(build):
    keras.utils.set_random_seed(0)
    x, y = RANDOM.normal(size=(16, 8, 8, 1)).astype("float32"), np.arange(16) % 4
    model = build(8, width=1 / 2, input_shape=(8, 8, 1), classes=4)
    model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    first, *_, last = losses(model, x, y, epochs=6, steps=5)
    assert last < first / 3


@pytest.mark.parametrize(
    "build, wrong, message",
    [
        (networks.resnet, {"depth": 51}, "resnet51: depth is one of 18, 34, 50, 101, 152; got 51"),
        (networks.plain, {"depth": 19}, "plain19: depth is one of 18, 34"),
        (networks.resnet, {"depth": 50, "shortcut": "D"}, "shortcut is one of A, B, C; got 'D'"),
        (networks.resnet, {"depth": 50, "stride_on": "5x5"}, "stride_on.*5x5"),
        (networks.resnet_cifar, {"depth": 21}, r"6n \+ 2 layers \(8, 14, 20.*got 21"),
        (networks.resnet_cifar, {"depth": 2}, "got 2"),
        (networks.resnet_cifar, {"depth": 20, "shortcut": "0"}, "shortcut.*'0'"),
    ],
)
def test_other_depths_and_shortcuts_are_refused(build, wrong, message):
    with pytest.raises(ValueError, match=message):
        build(**wrong)
