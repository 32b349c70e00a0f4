"""What two models have to share before they can be compared: weights, epsilons, dropout."""

import math
import zlib
from contextlib import contextmanager
from functools import partial

import keras
import numpy as np


def fix_weights(model, seed=0, named=None):
    """Sets every weight to values that depend on nothing but its shape, its role and the seed.

    `named` has each weight's role and shape, where `roles` of the model alone are not it. The
    epsilon of batch normalisation becomes one and the same: another one is no mistake.
    """
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.epsilon = 1e-3
    for weight, (role, shape) in zip(model.weights, named or roles(model)):
        random = np.random.default_rng(zlib.crc32(f"{role} {shape} {seed}".encode()))
        values = random.normal(size=weight.shape)
        if "variance" in role or "gamma" in role:
            values = 0.5 + random.random(size=weight.shape)
        elif "×" in shape:
            values *= np.sqrt(2 / np.prod(weight.shape[:-1]))
        if np.issubdtype(np.dtype(keras.backend.standardize_dtype(weight.dtype)), np.floating):
            weight.assign(values.astype("float32"))


def roles(model, known=()):
    """Each weight's role and shape, ("kernel", "64×32"), in the order of model.weights.

    In layers of one's own, weights may have other names, or none. They get the role that the
    `known` ones of that shape have, those of the model to compare with.
    """
    return [_role(weight, known) for weight in model.weights]


def _role(weight, known):
    role, shape = _named(weight)
    if (role, shape) in known or not known:
        return role, shape
    alike = sorted({there for there, size in known if size == shape}, key=_usual)
    fitting = [there for there in alike if there.startswith("moving") != weight.trainable]
    ones = bool(np.all(keras.ops.convert_to_numpy(weight) == 1)) and "×" not in shape
    begun = [there for there in fitting if ("gamma" in there or "variance" in there) == ones]
    return next(iter(begun or fitting), role), shape


def _usual(role):
    """Which role comes first where several fit."""
    order = ["kernel", "bias", "gamma", "beta"]
    return order.index(role) if role in order else len(order)


def _named(weight):
    """A weight's role by its name, and its shape; 1×1 kernels and dense ones are alike."""
    *read, made = weight.shape or (1,)
    role = weight.path.split("/")[-1]
    return role, f"{math.prod(read)}×{made}" if read else str(made)


def rates(model):
    """The rates of a model's dropout layers, smallest first, each with the layer's class."""
    return sorted((layer.rate, type(layer).__name__) for layer in _dropping(model))


def _dropping(model):
    kinds = (keras.layers.Dropout, keras.layers.SpatialDropout2D)
    return [layer for layer in model._flatten_layers() if isinstance(layer, kinds) and layer.rate]


@contextmanager
def steady(model):
    """Dropout scales by fixed numbers instead of random ones: its place shows in the outputs."""
    dropping = _dropping(model)
    for layer in dropping:
        layer.call = partial(_scaled, rate=layer.rate)
    try:
        yield
    finally:
        for layer in dropping:
            del layer.call


def _scaled(inputs, training=False, *, rate):
    if not training:
        return inputs
    shape = inputs.shape[1:]
    scale = np.random.default_rng(int(1000 * rate)).uniform(0.5, 1.5, math.prod(shape))
    return inputs * keras.ops.cast(scale.reshape(shape), inputs.dtype)
