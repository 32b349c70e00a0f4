"""Lesson 12, EfficientNet: what answers are compared with, and typical slips."""

import numpy as np
from keras import layers

from utils import blocks


def scale_input(x):
    """What EfficientNet-Lite0 makes of numbers from 0 to 255."""
    return (x - 127) / 128


def times_the_work(depth, width, resolution):
    """How many times the multiply-adds: in proportion to depth, by the square of the others."""
    return depth * width**2 * resolution**2


def compound(phi):
    """Depth, width and the pixels of a side by the compound rule, not rounded."""
    return 1.2**phi, 1.1**phi, 224 * 1.15**phi


def squeeze_excite(x, reduced, dense=False):
    """Each channel times a number from 0 to 1, made of the means of all channels."""
    layer = layers.Dense if dense else lambda n, **kind: layers.Conv2D(n, 1, **kind)
    y = layers.GlobalAveragePooling2D(keepdims=not dense)(x)
    y = layer(x.shape[-1], activation="sigmoid")(layer(reduced, activation="relu")(y))
    return layers.Multiply()([x, layers.Reshape((1, 1, -1))(y) if dense else y])


def stage(x, channels, repeats, strides):
    """A row of the table: the first block moves by `strides`, the others by 1."""
    for i in range(repeats):
        options = {"kernel": 5, "squeeze": 0, "activation": "relu6"}
        options |= {"strides": strides if i == 0 else 1, "name": f"block{i}"}
        x = blocks.mb_conv(x, channels, **options)
    return x


def activation_map(maps, weights):
    """The sum of the maps, each times its weight: (h, w, k) and (k,) -> (h, w)."""
    return np.asarray(maps) @ np.asarray(weights)


def grey(photo):
    """The mean of red, green and blue, three times."""
    return np.repeat(photo.mean(axis=-1, keepdims=True), 3, axis=-1)


RANDOM = np.random.default_rng(1)
PHOTOS = (
    *((RANDOM.random(shape, "float32"),) for shape in ((4, 6, 3), (8, 8, 3))),
    (RANDOM.integers(0, 256, (5, 5, 3), "uint8"),),
)
