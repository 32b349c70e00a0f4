"""Lesson 7, one-by-one convolutions: what answers are compared with, and typical slips."""

import keras
import numpy as np
from keras import layers


def one_by_one(image, weights, bias, strides):
    """A 1x1 convolution: the same matrix at every pixel that it reads, then the biases."""
    return image[::strides, ::strides] @ weights + bias


def of_thinned(change, why):
    """A slip: what a function makes of the pixels that are read, the weights and the biases."""

    def slip(image, weights, bias, strides):
        return change(image[::strides, ::strides], weights, bias)

    slip.__doc__ = why
    return slip


SLIPS = (  # x: the pixels that are read
    (lambda x, w, b: x @ w, "the bias is forgotten: each filter adds one number to its result"),
    (
        lambda x, w, b: x @ w + len(w) * b,
        "the bias is added once for each channel, not once in all",
    ),
    (lambda x, w, b: np.einsum("hwc,cf->f", x, w) + b, "it adds up the pixels; sum over channels"),
    (
        lambda x, w, b: x.reshape(-1, x.shape[-1]) @ w + b,
        "its values are right, but in a row of pixels: bring them back to (height, width, filters)",
    ),
    (
        lambda x, w, b: np.moveaxis(x @ w + b, -1, 0),
        "its values are right, but the filters are the first axis; they should be the last",
    ),
    (lambda x, w, b: x @ w / len(w) + b, "it takes the mean over the channels, not their sum"),
    (lambda x, w, b: np.maximum(x @ w + b, 0), "it applies a ReLU; no activation is asked for"),
    (lambda x, w, b: x @ w - b, "the bias is subtracted; it should be added"),
    (
        lambda x, w, b: np.trunc(x @ w + b),
        "its numbers are cut off to whole ones; they need not be whole",
    ),
    (
        lambda x, w, b: x[..., -1:] * w[-1] + b,
        "only the last channel is left: each one overwrites the sum of those before it",
    ),
)


def unmoved_bias(image, weights, bias, strides):
    """it works at every pixel, whatever `strides` says, and adds the bias for each channel anew"""
    return image @ weights + len(weights) * bias


def on_channels(image, weights, bias, strides):
    """the strides thin out the channels, too: they are for height and width"""
    return image[::strides, ::strides, ::strides] @ weights[::strides] + bias


def in_means(image, weights, bias, strides):
    """it takes the mean of each square; a 1×1 with strides leaves pixels out"""
    high, wide = (length // strides * strides for length in image.shape[:2])
    parts = image[:high, :wide].reshape(high // strides, strides, wide // strides, strides, -1)
    return parts.mean(axis=(1, 3)) @ weights + bias


def unmoved(image, weights, bias, strides):
    """it works at every pixel; with strides of 2 it should leave out every second"""
    return image @ weights + bias


def one_axis(image, weights, bias, strides):
    """it moves by the strides in height only; the width should be thinned out too"""
    return image[::strides] @ weights + bias


def other_axis(image, weights, bias, strides):
    """it moves by the strides in width only; the height should be thinned out too"""
    return image[:, ::strides] @ weights + bias


def late(image, weights, bias, strides):
    """it starts at a later pixel than the first, which is to be read"""
    return image[strides - 1 :: strides, strides - 1 :: strides] @ weights + bias


def rounded_down(image, weights, bias, strides):
    """it leaves out the last pixels: of 5 pixels, strides of 2 read three, those at 0, 2 and 4"""
    height, width = (n // strides * strides for n in image.shape[:2])
    return image[:height:strides, :width:strides] @ weights + bias


def neighbours(image, weights, bias, strides):
    """it reads neighbours, from the corner on: multiply the place by strides"""
    height, width = (-(-n // strides) for n in image.shape[:2])
    return image[:height, :width] @ weights + bias


def averaged(image, weights, bias, strides):
    """it averages windows of strides×strides pixels; only the first pixel of each is read"""
    rows, columns = (range(0, n, strides) for n in image.shape[:2])
    windows = [[image[i : i + strides, j : j + strides] for j in columns] for i in rows]
    means = [[window.mean(axis=(0, 1)) for window in row] for row in windows]
    return np.array(means) @ weights + bias


def case(height, width, channels, filters, strides):
    """An image, weights and biases in quarters, so that no rounding gets in the way."""
    random = np.random.default_rng(2013)
    shapes = (height, width, channels), (channels, filters), (filters,)
    return *(random.integers(-9, 10, shape) / 4 for shape in shapes), strides


def mlpconv(x, kernel, filters, strides=1):
    """A convolution and then some of 1x1, each with ReLU."""
    for i, count in enumerate(filters):
        size, step = (1, 1) if i else (kernel, strides)
        x = layers.Conv2D(count, size, step, padding="same", activation="relu")(x)
    return x


def network_in_network():
    """The network of the exercise's table, for images of 48x48 and 100 classes."""
    image = keras.Input((48, 48, 3))
    x = mlpconv(image, 5, (12, 10, 6), 2)
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    x = layers.Dropout(0.5)(x)
    x = mlpconv(x, 3, (12, 12))
    x = layers.AveragePooling2D(3, 2, padding="same")(x)
    x = layers.Dropout(0.3)(x)
    x = mlpconv(x, 3, (12, 12, 12, 100))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Softmax()(x))


def two_blocks():
    """Two blocks with a pooling between them; the mean of a map is the score of its class."""
    image = keras.Input((32, 32, 3))
    x = mlpconv(image, 5, (12, 10, 6))
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    x = mlpconv(x, 3, (12, 12, 10))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Softmax()(x))


def two_blocks_given():
    """The same with three faults: a 3x3 for a 1x1, the last ReLU, the head."""
    image = keras.Input((32, 32, 3))
    x = layers.Conv2D(12, 5, padding="same", activation="relu")(image)
    x = layers.Conv2D(10, 3, padding="same", activation="relu")(x)
    x = layers.Conv2D(6, 1, activation="relu")(x)
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    x = layers.Conv2D(12, 3, padding="same", activation="relu")(x)
    x = layers.Conv2D(12, 1, activation="relu")(x)
    x = layers.Conv2D(10, 1)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(10)(x)
    return keras.Model(image, layers.Softmax()(x))


def scores(maps, kind, swapped=False):
    """Ten scores of maps, by their means or by a dense layer."""
    if kind == "flatten":
        return layers.Dense(10)(layers.Flatten()(maps))
    if swapped:
        return layers.Dense(10)(layers.GlobalAveragePooling2D()(maps))
    return layers.GlobalAveragePooling2D()(layers.Conv2D(10, 1)(maps))
