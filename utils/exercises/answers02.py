"""Lesson 2, AlexNet: what answers are compared with, and typical slips."""

from functools import partial

import keras
import numpy as np
from keras import layers

PIXEL = np.array([0.5, 3, 0, 2, 8, 1, 4, 6])


def normalised(values, k, n, alpha, beta):
    """Response normalisation among one pixel's channels, over a window of n."""
    return values / (k + alpha * _sums(values**2, n // 2, n // 2)) ** beta


def _sums(values, before, after):
    places = range(len(values))
    return np.array([values[max(0, i - before) : i + after + 1].sum() for i in places])


def _cut(v, m):
    return np.array([(v[i - m : i + m + 1] ** 2).sum() for i in range(len(v))])


def _filled(v, m):
    return np.convolve(np.pad(v**2, m, mode="edge"), np.ones(2 * m + 1), "valid")


def _round(v, m):
    return sum(np.roll(v**2, i) for i in range(-m, m + 1))


WRONG_SUMS = (  # of values v and a window that reaches m to each side
    ("the values are summed as they are; square each of them first", lambda v, m: _sums(v, m, m)),
    ("the sum is squared; square each value, then add them", lambda v, m: _sums(v, m, m) ** 2),
    ("the window stops a channel too soon", lambda v, m: _sums(v**2, m, m - 1)),
    ("the window is n to each side, not n in all", lambda v, m: _sums(v**2, 2 * m + 1, 2 * m + 1)),
    ("the neighbours before channel i are missing", lambda v, m: _sums(v**2, 0, m)),
    ("the neighbours after channel i are missing", lambda v, m: _sums(v**2, m, 0)),
    ("the channel itself belongs to its window too", lambda v, m: _sums(v**2, m, m) - v**2),
    ("all channels are summed; take those in the window only", lambda v, m: np.sum(v**2)),
    ("all other channels are summed; take the window only", lambda v, m: np.sum(v**2) - v**2),
    ("at the edges the window is filled up; the sum has just those that exist", _filled),
    ("the sum is divided by n; take it as it is", lambda v, m: _sums(v**2, m, m) / (2 * m + 1)),
    ("the window goes round, but the first and the last channel are no neighbours", _round),
    ("a slice that starts below 0 counts from the end: start at 0 or above", _cut),
)
WRONG_REST = (
    ("the k is missing", lambda v, k, *rest: normalised(v, 0, *rest)),
    ("the power beta is missing", lambda *given: normalised(*given[:-1], 1)),
    (
        "beta is the power of the sum only; it is that of the whole bracket, with k",
        lambda v, k, n, alpha, beta: v / (k + (alpha * _sums(v**2, n // 2, n // 2)) ** beta),
    ),
    ("k, n, alpha and beta are not used", lambda v, *_: normalised(v, 2, 5, 1e-4, 0.75)),
)


def _with(sums):
    return lambda v, k, n, alpha, beta: v / (k + alpha * sums(v, n // 2)) ** beta


SLIPS = [*((said, _with(sums)) for said, sums in WRONG_SUMS), *WRONG_REST]
for said, slip in SLIPS:
    slip.__doc__ = said


def _pooled(x):
    return layers.MaxPooling2D(3, 2)(x)


def two_towers(x, first, second, joined=False, grouped=False):
    """AlexNet up to pool2 in two towers; conv1 may be one layer for both, conv2 in two groups."""
    one = {"kernel_size": 11, "strides": 4, "activation": "relu"}
    two = {"kernel_size": 5, "padding": "same", "activation": "relu"}
    if joined:
        both = _pooled(layers.Conv2D(first, **one)(x))
        towers = [both[..., : first // 2], both[..., first // 2 :]]
    else:
        towers = [_pooled(layers.Conv2D(first // 2, **one)(x)) for _ in range(2)]
    if grouped:
        both = both if joined else layers.Concatenate()(towers)
        return _pooled(layers.Conv2D(second, groups=2, **two)(both))
    return layers.Concatenate()([_pooled(layers.Conv2D(second // 2, **two)(t)) for t in towers])


def _alexnet(size, filters, units):
    """One tower without normalisation: filters of conv1 to conv5, units of fc6 and fc7."""
    image = keras.Input((size, size, 3))
    x = _pooled(layers.Conv2D(filters[0], 11, 4, activation="relu")(image))
    for count, kernel, pool in zip(filters[1:], (5, 3, 3, 3), (True, False, False, True)):
        x = layers.Conv2D(count, kernel, padding="same", activation="relu")(x)
        x = _pooled(x) if pool else x
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dropout(0.5)(layers.Dense(units, activation="relu")(x))
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def tiny_alexnet_given():
    """Three faults: poolings of 2×2, conv2 without padding, ReLU and dropout behind the last."""
    x = image = keras.Input((99, 99, 3))
    x = layers.Conv2D(8, 11, strides=4, activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(16, 5, activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    for filters in (24, 24, 16):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    x = layers.Flatten()(layers.MaxPooling2D(2)(x))
    for units in (64, 64, 10):
        x = layers.Dense(units, activation="relu")(x)
        x = layers.Dropout(0.5)(x)
    return keras.Model(image, layers.Softmax()(x))


def dropped(rate):
    """Two dense layers with dropout."""
    x = image = keras.Input((14, 14))
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dropout(rate)(layers.Dense(256, activation="relu")(x))
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def at(rate):
    """Calls a learner's network with a rate."""
    return lambda network: partial(network, rate)
