"""Lesson 1, LeNet-5: what answers are compared with, and typical slips."""

import keras
import numpy as np
from keras import layers

from utils.exercises.reasons import because


def size_before(m, f, p, s):
    """The least width from which m places come: (m - 1)s + f - 2p."""
    return (m - 1) * s + f - 2 * p


SLIPS = {
    "between m places lie m - 1 steps, not m": lambda m, f, p, s: m * s + f - 2 * p,
    "the padding is left out: it is part of what the filter covers, so take it off": (
        lambda m, f, p, s: (m - 1) * s + f
    ),
    "padding is taken off on one side only; there are two": (
        lambda m, f, p, s: (m - 1) * s + f - p
    ),
    "the padding is added; it is no part of the image, so take it off": (
        lambda m, f, p, s: (m - 1) * s + f + 2 * p
    ),
    "that is the largest of these widths; the smallest is asked for": (
        lambda m, f, p, s: m * s + f - 2 * p - 1
    ),
    "the stride is left out: a step moves the filter by s pixels": (
        lambda m, f, p, s: m - 1 + f - 2 * p
    ),
    "the filter's width is left out: it covers f pixels where it stands last": (
        lambda m, f, p, s: (m - 1) * s - 2 * p
    ),
    "it is 1 too large: the last filter covers f pixels, and nothing is behind it": (
        lambda m, f, p, s: (m - 1) * s + f - 2 * p + 1
    ),
    "it is 1 too small: the last filter covers f pixels, not f - 1": (
        lambda m, f, p, s: (m - 1) * s + f - 2 * p - 1
    ),
    "filter and stride are swapped: the steps are s wide, the last window is f": (
        lambda m, f, p, s: (m - 1) * f + s - 2 * p
    ),
    "padding and stride are swapped: the arguments are m, f, p, s": (
        lambda m, f, p, s: (m - 1) * p + f - 2 * s
    ),
    "the windows stand side by side; they overlap, since a step is s pixels and not f": (
        lambda m, f, p, s: m * f - 2 * p
    ),
    "it divides by the stride; backwards, m - 1 steps are multiplied by it": (
        lambda m, f, p, s: (m - 1) / s + f - 2 * p
    ),
    "it divides by the stride; backwards, the m - 1 steps are multiplied by it": (
        lambda m, f, p, s: (m - 1) // s + f - 2 * p
    ),
    "that is the way forward, from the pixels to the places; m are the places": (
        lambda m, f, p, s: (m + 2 * p - f) // s + 1
    ),
}
for said, slip in SLIPS.items():
    slip.__doc__ = said


def decide_everywhere(x):
    """C5, F6 and the output of the lectured network as convolutions."""
    x = layers.Conv2D(120, 5, activation="tanh")(x)
    x = layers.Conv2D(84, 1, activation="tanh")(x)
    return layers.Conv2D(10, 1, activation="softmax")(x)


def lenet1():
    """LeNet-1 with tanh, average pooling and softmax."""
    image = keras.Input((28, 28, 1))
    x = layers.Conv2D(4, 5, activation="tanh")(image)
    x = layers.AveragePooling2D(2)(x)
    x = layers.Conv2D(12, 5, activation="tanh")(x)
    x = layers.AveragePooling2D(2)(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(layers.Flatten()(x)))


def modern():
    """LeNet-5 with max pooling instead of average pooling."""
    image = keras.Input((32, 32, 1))
    x = layers.Conv2D(6, 5, activation="relu")(image)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(16, 5, activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(120, activation="relu")(x)
    x = layers.Dense(84, activation="relu")(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def modern_given():
    """The same with three faults: padding, the second pooling, the last activation."""
    image = keras.Input((32, 32, 1))
    x = layers.Conv2D(6, 5, padding="same", activation="relu")(image)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(16, 5, activation="relu")(x)
    x = layers.AveragePooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(120, activation="relu")(x)
    x = layers.Dense(84, activation="relu")(x)
    return keras.Model(image, layers.Dense(10, activation="sigmoid")(x))


def moved(images):
    """The images one pixel further right."""
    return np.pad(images, ((0, 0), (0, 0), (1, 0), (0, 0)))[:, :, :-1]


MOVED = because(
    "what leaves on the right comes back on the left; zeros should come in there",
    lambda images: np.roll(images, 1, axis=2),
    "they move down: the axes are images, height, width, channels",
    lambda images: np.pad(images, ((0, 0), (1, 0), (0, 0), (0, 0)))[:, :-1],
    "they move to the left",
    lambda images: np.pad(images, ((0, 0), (0, 0), (0, 1), (0, 0)))[:, :, 1:],
    "they move up, and the axes are images, height, width, channels",
    lambda images: np.pad(images, ((0, 0), (0, 1), (0, 0), (0, 0)))[:, 1:],
    "they become a pixel wider: the last column has to go",
    lambda images: np.pad(images, ((0, 0), (0, 0), (1, 0), (0, 0))),
    "the first column is still there; zeros should stand in its place",
    lambda images: np.concatenate([images[:, :, :1], images[:, :, :-1]], axis=2),
    "they are as they were",
    lambda images: images,
)
IMAGES = tuple(
    (np.random.default_rng(1).random(shape, "float32"),) for shape in ((2, 5, 5, 1), (3, 4, 6, 1))
)
# The text leaves open what the hidden units are, and how many "about as many" are.
RIVALS = [(units, f) for units in (7, 8, 9) for f in ("tanh", "relu", "sigmoid")]


def rival(x, units=8, activation="tanh"):
    """Two dense layers of about 1,590 parameters on 14×14."""
    x = layers.Dense(units, activation=activation)(layers.Flatten()(x))
    return layers.Dense(10, activation="softmax")(x)


def convolutions(x):
    """The network that the exercise gives, 1,590 parameters on 14×14."""
    for filters in (6, 16):
        x = layers.Conv2D(filters, 3, activation="tanh")(x)
        x = layers.AveragePooling2D(2)(x)
    return layers.Dense(10, activation="softmax")(layers.Flatten()(x))


def as_block(hidden, kind="dense"):
    """The block that a list of layers and the output behind it are."""

    def block(x):
        for layer in [*hidden(kind), layers.Dense(10, activation="softmax")]:
            x = layer(x)
        return x

    return block
