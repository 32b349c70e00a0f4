"""Lesson 7, one-by-one convolutions."""

from functools import partial

import keras
import numpy as np
from keras import layers

from utils import networks
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Block, Network


def one_by_one(image, weights, bias):
    """A 1x1 convolution: the same matrix at every pixel, then the biases."""
    return image @ weights + bias


def without_bias(image, weights, bias):
    """the bias is forgotten: one number is added to each filter's result"""
    return image @ weights


def bias_for_each_channel(image, weights, bias):
    """the bias is added once for each channel; it comes once, after the sum over the channels"""
    return image @ weights + image.shape[-1] * bias


def summed(image, weights, bias):
    """it adds up the pixels too; sum over the channels only, and each pixel keeps its result"""
    return np.einsum("hwc,cf->f", image, weights) + bias


def in_a_row(image, weights, bias):
    """its values are right, but in a row of pixels: bring them back to (height, width, filters)"""
    return image.reshape(-1, image.shape[-1]) @ weights + bias


def filters_first(image, weights, bias):
    """its values are right, but the filters are the first axis; they should be the last"""
    return np.moveaxis(image @ weights + bias, -1, 0)


def averaged(image, weights, bias):
    """it takes the mean over the channels; a filter takes their sum, each times its weight"""
    return image @ weights / image.shape[-1] + bias


def rectified(image, weights, bias):
    """it applies a ReLU; here the result comes without an activation"""
    return np.maximum(image @ weights + bias, 0)


def case(height, width, channels, filters):
    """An image, weights and biases of whole numbers, so that no rounding gets in the way."""
    random = np.random.default_rng(2013)
    shapes = (height, width, channels), (channels, filters), (filters,)
    return tuple(random.integers(-4, 5, shape).astype("float64") for shape in shapes)


def mlpconv(x, kernel, filters, strides=1):
    """A convolution and two of 1x1, each with ReLU."""
    for count, size, step in zip(filters, (kernel, 1, 1), (strides, 1, 1)):
        x = layers.Conv2D(count, size, step, padding="same", activation="relu")(x)
    return x


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


EXERCISES = {
    "07.shrunk_shape": Number(
        effort=Effort(3, 1),
        value=(7, 7, 64),
        slips={
            (14, 14, 64): "the pooling is missing; it halves height and width",
            (7, 7, 512): "the convolution is missing; each filter makes one channel",
            (7, 7, 32): "pooling treats every channel by itself, and leaves as many as it finds",
            (7, 7, 576): "a convolution puts its channels in place of the old ones",
            (13, 13, 64): "the pooling moves by 2, so its windows do not overlap",
            (6, 6, 64): "a filter of one pixel loses no rim, so the pooling gets 14×14",
        },
        shown="the convolution sets the channels, the pooling height and width.",
        hints=(
            "One of the two layers changes the channels, the other height and width.",
            "A filter of 1×1 fits on every pixel, and makes one channel.",
            "The pooling halves 14 and leaves the number of channels as it is.",
        ),
    ),
    "07.multiplications": Number(
        effort=Effort(3, 1),
        value=6_422_528,
        slips={
            512 * 64: "these are its weights, and each is used at every pixel",
            512 * 64 + 64: "these are its parameters; each weight is used at every pixel",
            6_422_528 + 64: "biases are counted; they are added, not multiplied",
            6_422_528 + 14 * 14 * 64: "biases are counted; they are added, not multiplied",
            14 * 512 * 64: "one row of pixels is counted; there are 14 rows",
            7 * 7 * 512 * 64: "the pooling comes only after the convolution, which reads 14×14",
            14 * 14 * 64: "these are the values that come out, and each is a sum of products",
            14 * 14 * 512: "these are the values that come in, and each is read by every filter",
            9 * 6_422_528: "this is a 3×3's work; a filter of 1×1 has one place, not nine",
            2 * 6_422_528: "additions are counted too; only multiplications are asked for",
            28 * 28 * 192 * 32: "this is the lesson's convolution; here 14×14×512 is read",
        },
        shown="14·14 pixels, at each 512 channels for each of 64 filters.",
        hints=(
            "What does one filter do at one pixel?",
            "It multiplies each of the 512 channels by a weight. How many filters and pixels?",
            "The numbers to multiply are 14, 14, 512 and 64; biases are only added.",
        ),
    ),
    "07.one_by_one": Function(
        effort=Effort(8, 2),
        reference=one_by_one,
        cases=(case(3, 2, 4, 5), case(2, 3, 4, 4), case(2, 4, 3, 1)),
        slips=(
            *(without_bias, bias_for_each_channel, summed),
            *(in_a_row, filters_first, averaged, rectified),
        ),
        shown="one matrix product, the same at every pixel: a dense layer on the last axis.",
        hints=(
            "At one pixel stands a number for each channel; a filter takes their weighted sum.",
            "image[i, j] @ weights is what one pixel becomes, before the biases.",
            "numpy's @ works on the last axis of image, so no loop over pixels is needed.",
        ),
    ),
    "07.mlpconv": Block(
        effort=Effort(6, 1),
        reference=mlpconv,
        shape=(12, 12, 4),
        arguments=(5, (6, 5, 3), 2),
        others=(((9, 9, 3), (3, (4, 6, 5), 1)),),
        shown="a convolution, then a dense network of two layers at every pixel.",
        hints=(
            "Three convolutions one after the other; only the first looks at neighbours.",
            "kernel and strides belong to the first alone. Which number of filters is whose?",
            "padding='same' for the first, activation='relu' for all three, the last one too.",
        ),
    ),
    "07.network_in_network": Network(
        effort=Effort(12, 2),
        reference=partial(networks.network_in_network, width=1 / 16, classes=100),
        shown="nine convolutions and not one dense layer; 100 maps, and 100 means.",
        hints=(
            "Three calls of the block of exercise 4, with pooling and dropout between them.",
            "The two poolings are of different kinds, and the third block's kernel is smaller.",
            "The last block ends in a map for each class; then the mean, then softmax.",
        ),
    ),
    "07.two_blocks": Network(
        effort=Effort(8, 2),
        reference=two_blocks,
        given=two_blocks_given,
        shown="no dense layer, no convolution without ReLU; the mean of a map is a score.",
        hints=(
            "Look at two_blocks().summary(). Which layers have the most parameters?",
            "One fault is in the first block, one in the second, one behind both.",
            "A block looks at neighbours once; no convolution goes without ReLU; none is dense.",
        ),
    ),
    "07.explanation": Choice(
        effort=Effort(8, 2),
        value="b",
        slips={
            "a": "a pooling halves, whatever comes, and the last maps grow with the image",
            "c": "a filter's weights are its size times the channels that it reads, on any image",
            "d": "an average has no weights; and ten for each map would not grow with the image",
        },
        shown="the work grows with the number of places, the filters' weights do not.",
        hints=(
            "Compare: by which factor do the last maps grow, by which the multiplications?",
            "Multiplications grow as places do. Which layer's parameters do so, too?",
            "How many weights has a filter of 5×5 on 32×32 pixels, and how many on 64×64?",
        ),
    ),
}
