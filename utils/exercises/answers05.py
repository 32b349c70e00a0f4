"""Lesson 5, residual blocks: what answers are compared with, and typical slips."""

from functools import partial
from math import sqrt

import keras
import numpy as np
from keras import layers

from utils import blocks

convolutional_block = partial(blocks.convolutional_block, name="reference")


def preactivation_block(x, filters):
    """The block of He et al., Identity Mappings in Deep Residual Networks, ECCV 2016."""
    y = x
    for count, kernel in ((filters, 1), (filters, 3), (4 * filters, 1)):
        y = layers.ReLU()(layers.BatchNormalization()(y))
        y = layers.Conv2D(count, kernel, padding="same", use_bias=False)(y)
    return layers.Add()([x, y])


def padded(taken, zeros=(0, 1)):
    """Some pixels, and channels of zeros: `zeros` times as many before them and behind."""
    before, behind = (np.zeros_like(taken[..., :1]).repeat(n * taken.shape[-1], -1) for n in zeros)
    return np.concatenate([before, taken, behind], axis=-1)


def pad_shortcut(x):
    """Option A: every second pixel, and as many channels of zeros behind the others."""
    return padded(x[:, ::2, ::2])


def in_squares(x):
    """The pixels of each square of 2×2, on an axis of their own."""
    return np.stack([x[:, i::2, j::2] for i in (0, 1) for j in (0, 1)])


def said(sentence, function):
    """A wrong answer, with what is said of it."""
    function.__doc__ = sentence
    return function


SLIPS = (
    said(
        "the new channels repeat the old ones; they should be zeros",
        lambda x: np.concatenate([x[:, ::2, ::2]] * 2, axis=-1),
    ),
    said(
        "the zeros stand before the channels of x; they should come after them",
        lambda x: padded(x[:, ::2, ::2], (1, 0)),
    ),
    said(
        "the zeros stand on both sides of the channels of x; they should all come after them",
        lambda x: np.pad(y := x[:, ::2, ::2], [(0, 0)] * 3 + [(y.shape[-1] // 2,) * 2]),
    ),
    said(
        "the width is counted from the second pixel; every second one from the first is meant",
        lambda x: padded(x[:, ::2, 1::2]),
    ),
    said(
        "the zeros stand between the channels of x; they should come after them",
        lambda x: np.stack([y := x[:, ::2, ::2], 0 * y], -1).reshape(*y.shape[:-1], -1),
    ),
    said(
        "it starts at the second pixel; every second one counted from the first is meant",
        lambda x: padded(x[:, 1::2, 1::2]),
    ),
    said(
        "it takes the mean of 2×2 pixels; option A takes single pixels",
        lambda x: padded(in_squares(x).mean(axis=0)),
    ),
    said(
        "it takes the largest of 2×2 pixels; option A takes single pixels",
        lambda x: padded(in_squares(x).max(axis=0)),
    ),
    said(
        "it takes the upper left quarter of the image, not every second pixel",
        lambda x: padded(x[:, : x.shape[1] // 2, : x.shape[2] // 2]),
    ),
    said("all pixels are kept; height and width should halve", lambda x: padded(x)),
    said("it halves the height alone; the width should halve, too", lambda x: padded(x[:, ::2])),
    said("the channels of zeros are missing", lambda x: x[:, ::2, ::2]),
    *(
        said(
            f"the zeros are put on the axis of the {name}; the channels are the last (axis=-1)",
            lambda x, axis=axis: np.concatenate([y := x[:, ::2, ::2], 0 * y], axis=axis),
        )
        for axis, name in enumerate(("images", "rows", "columns"))
    ),
    said(
        "the first axis counts the images: every second image is left out, not every second row",
        lambda x: padded(x[::2, ::2]),
    ),
    said(
        "the last axis is the channels: the images' rows and columns are axes 1 and 2",
        lambda x: padded(x[:, :, ::2, ::2]),
    ),
)


def stack(x, stages):
    """A stage for each (filters, blocks, strides), the first block of which moves."""
    for stage, (filters, count, strides) in enumerate(stages):
        x = blocks.convolutional_block(x, filters, strides=strides, name=f"stage{stage}_0")
        for i in range(1, count):
            x = blocks.identity_block(x, filters, name=f"stage{stage}_{i}")
    return x


def two_stages(x):
    """conv2_x and conv3_x of ResNet-50, a sixteenth as wide."""
    return stack(x, ((4, 3, 1), (8, 4, 2)))


def three_stages():
    """A small residual network that halves height and width before the second and third stage."""
    image = keras.Input((32, 32, 3))
    x = layers.Conv2D(16, 3, padding="same", use_bias=False)(image)
    x = stack(x, ((4, 2, 1), (8, 2, 2), (16, 2, 2)))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def three_stages_given():
    """The same, but its condition lets it halve only once."""
    x = image = keras.Input((32, 32, 3))
    x = layers.Conv2D(16, 3, padding="same", use_bias=False)(x)
    for stage, filters in enumerate((4, 8, 16)):
        strides = 2 if stage == 1 else 1
        x = blocks.convolutional_block(x, filters, strides=strides, name=f"stage{stage}_0")
        x = blocks.identity_block(x, filters, name=f"stage{stage}_1")
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


WIDTH = (sqrt(1_024**2 + 4 * 9 * 294_912) - 1_024) / (2 * 9)  # of a bottleneck; 132 fit


def pair(x, start):
    """relu(x + F(x)) of two dense layers."""
    y = layers.Dense(32, activation="relu", kernel_initializer="he_normal")(x)
    y = layers.Dense(32, kernel_initializer="zeros" if start == "zero" else "he_normal")(y)
    return layers.ReLU()(layers.Add()([x, y]))
