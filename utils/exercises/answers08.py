"""Lesson 8, the inception block: what answers are compared with, and typical slips."""

import keras
import numpy as np
from keras import layers

from utils import blocks
from utils.exercises.reasons import because


def bottleneck_cost(height, width, channels_in, bottleneck, filters, kernel):
    """Multiplications of a 1×1 bottleneck and two larger convolutions behind it."""
    larger = kernel**2 * filters * (bottleneck + filters)
    return height * width * (bottleneck * channels_in + larger)


def of_places(per_place, why):
    """A slip: the same at each place, height times width, what a function says."""

    def slip(height, width, *numbers):
        return height * width * per_place(*numbers)

    slip.__doc__ = why
    return slip


def weights(height, width, channels_in, bottleneck, filters, kernel):
    """these are the weights, and each is used at every place: height times width"""
    return bottleneck_cost(1, 1, channels_in, bottleneck, filters, kernel)


def one_place(height, width, channels_in, bottleneck, filters, kernel):
    """the 1×1 works at every place, too: height times width"""
    larger = kernel**2 * filters * (bottleneck + filters)
    return channels_in * bottleneck + height * width * larger


def square(height, width, *numbers):
    """height is taken twice; the number of places is height times width"""
    return bottleneck_cost(height, height, *numbers)


def unpadded(height, width, channels_in, bottleneck, filters, kernel):
    """the larger filters are padded, and so work at all places, those at the rim too"""
    places = [(height - n) * (width - n) for n in (0, kernel - 1, 2 * kernel - 2)]
    steps = channels_in, kernel**2 * filters, kernel**2 * filters
    reads = bottleneck, bottleneck, filters
    return sum(a * b * c for a, b, c in zip(places, steps, reads))


SLIPS = (  # c: channels that come in, b: the bottleneck's, n: filters, k: kernel
    (lambda c, b, n, k: b * c, "only the 1×1 is counted; the larger filters come on top"),
    (lambda c, b, n, k: k**2 * n * (b + n), "the 1×1 before the larger filters is missing"),
    (lambda c, b, n, k: b * (c + k**2 * n), "the second of the two larger convolutions is missing"),
    (lambda c, b, n, k: b * c + k**2 * n * n, "the first of the two larger ones is missing"),
    (lambda c, b, n, k: b * (c + 2 * k**2 * n), "the second larger one reads `filters` channels"),
    (lambda c, b, n, k: b * c + 2 * k**2 * n**2, "the first larger one reads the bottleneck"),
    (lambda c, b, n, k: k**2 * n * (c + n), "this is the way without a bottleneck"),
    (lambda c, b, n, k: b * c + k**2 * n * (c + n), "the larger filters read the bottleneck"),
    (lambda c, b, n, k: k**2 * (b * c + n * (b + n)), "the bottleneck is 1×1, not as the others"),
    (lambda c, b, n, k: b * c + k * n * (b + n), "a filter has kernel times kernel places"),
    (lambda c, b, n, k: b * c + 9 * n * (b + n), "kernel is not always 3, so 9 is not its square"),
    (lambda c, b, n, k: b * c + (2 * k - 1) ** 2 * b * n, "this is one large filter, not two"),
    (lambda c, b, n, k: b * c + k**4 * b * n, "the two are multiplied; their work adds up"),
    (lambda c, b, n, k: b * c + b + n * (k**2 * (b + n) + 2), "biases are counted, too"),
    (lambda c, b, n, k: 2 * (b * c + k**2 * n * (b + n)), "additions are counted, too"),
)


def inception_block(x, filters, strides=1):
    """The inception block; the alone-standing 1×1, the 3×3, 5×5 and pooling move by strides."""
    n1, reduce3, n3, reduce5, n5, project = filters

    def conv(x, count, size, strides=1):
        return layers.Conv2D(count, size, strides, padding="same", activation="relu")(x)

    pooled = layers.MaxPooling2D(3, strides, padding="same")(x)
    branches = [
        conv(x, n1, 1, strides),
        conv(conv(x, reduce3, 1), n3, 3, strides),
        conv(conv(x, reduce5, 1), n5, 5, strides),
        conv(pooled, project, 1),
    ]
    return layers.Concatenate()(branches)


def last_rows():
    """What follows 4e in GoogLeNet, with an eighth of the filters."""
    maps = keras.Input((14, 14, 104))
    x = layers.MaxPooling2D(3, 2, padding="same")(maps)
    x = blocks.inception_block(x, (32, 20, 40, 4, 16, 16), name="5a")
    x = blocks.inception_block(x, (48, 24, 48, 6, 16, 16), name="5b")
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(maps, layers.Dense(10, activation="softmax")(x))


def eighth_of_3a_given(x):
    """An eighth of 3a with three faults: a ReLU, a kernel, the order of pooling and projection."""
    same = {"padding": "same", "activation": "relu"}
    threes = layers.Conv2D(12, 1, **same)(x)
    threes = layers.Conv2D(16, 3, **same)(threes)
    fives = layers.Conv2D(2, 1, **same)(x)
    fives = layers.Conv2D(4, 3, **same)(fives)
    pooled = layers.Conv2D(4, 1, **same)(x)
    pooled = layers.MaxPooling2D(3, 1, padding="same")(pooled)
    ones = layers.Conv2D(8, 1)(x)
    return layers.Concatenate()([ones, threes, fives, pooled])


def lost(maps, neck):
    """The part of the sum of squares that the best mixtures of the channels lose."""
    return _of_values(maps, lambda v: (v[neck:] ** 2).sum() / (v**2).sum())


def _of_values(maps, told):
    """What is told of the singular values of maps."""
    return told(np.linalg.svd(maps.reshape(-1, maps.shape[-1]), compute_uv=False))


OTHER_LOSSES = because(
    "it takes 8, whatever `neck` is",
    lambda maps, neck: lost(maps, 8),
    "each channel's mean is taken off first, as principal components do; here nothing is",
    lambda maps, neck: lost(maps - maps.mean(axis=(0, 1, 2)), neck),
    "the values of an array of four axes are those of each row by itself: reshape it to a table",
    lambda maps, neck: (lambda v: (v[..., neck:] ** 2).sum() / (v**2).sum())(
        np.linalg.svd(maps, compute_uv=False)
    ),
    "that is the part that is kept; the part that is lost is asked for",
    lambda maps, neck: 1 - lost(maps, neck),
    "the singular values are not squared",
    lambda maps, neck: _of_values(maps, lambda v: v[neck:].sum() / v.sum()),
    "that is the sum of the squares that are lost; divide by the sum of all",
    lambda maps, neck: _of_values(maps, lambda v: (v[neck:] ** 2).sum()),
    "it divides by the squares that are kept; divide by the sum of all",
    lambda maps, neck: _of_values(maps, lambda v: (v[neck:] ** 2).sum() / (v[:neck] ** 2).sum()),
    "one value too many counts as lost: those that are kept are values[:neck]",
    lambda maps, neck: lost(maps, neck - 1),
    "one value too few counts as lost: Python counts from 0, so values[neck:] are the rest",
    lambda maps, neck: lost(maps, neck + 1),
    "the rows are not the pixels: maps.reshape(-1, channels) keeps the last axis",
    lambda maps, neck: lost(maps.reshape(1, 1, maps.shape[-1], -1), neck),
    "the matrix has a row for each image; a pixel should have one of its own",
    lambda maps, neck: lost(maps.reshape(1, 1, len(maps), -1), neck),
)


MAPS = tuple(
    (np.random.default_rng(8).random(shape, "float32"), neck)
    for shape, neck in (((2, 8, 8, 64), 8), ((2, 5, 4, 64), 3))
)
