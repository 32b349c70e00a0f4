"""VGG: the columns of table 1, keras.applications' names, small versions."""

import keras
import numpy as np
import pytest
from repeated import losses
from weightless import weightless

from utils import networks
from utils.networks.vgg import COLUMNS

SMALL = {"input_shape": (32, 32, 3), "width": 1 / 16, "classes": 5}


def shapes(model):
    return {w.path.removeprefix(model.name + "/"): tuple(w.shape) for w in model.weights}


@pytest.mark.parametrize("column, weight_layers", [*zip("ABCDE", (11, 13, 16, 16, 19))])
def test_depth_is_the_papers(column, weight_layers):
    model = weightless(networks.vgg, column, **SMALL)
    assert len([layer for layer in model.layers if layer.weights]) == weight_layers
    assert sum(map(len, COLUMNS[column])) == weight_layers - 3


@pytest.mark.parametrize("column, theirs", [("D", "VGG16"), ("E", "VGG19")])
def test_weights_have_kerass_names_and_shapes(column, theirs):
    size = {"input_shape": (32, 32, 3)}
    reference = weightless(getattr(keras.applications, theirs), weights=None, **size)
    assert shapes(weightless(networks.vgg, column, **size)) == shapes(reference)


def test_it_trains():
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).normal(size=(10, 32, 32, 3)).astype("float32")
    y = np.arange(10) % 5
    model = networks.vgg("A", **SMALL)
    model.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy")
    first, *_, last = losses(model, x, y, epochs=6, steps=10)
    assert last < first / 2


def test_another_column_is_refused():
    with pytest.raises(ValueError, match="columns A, B, C, D, E.*'F'"):
        networks.vgg("F")
