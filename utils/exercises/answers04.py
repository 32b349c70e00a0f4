"""Lesson 4, the trouble with depth: what answers are compared with, and typical slips."""

import math

import keras
from keras import layers


def he_stddev(kernel, channels, filters, slope):
    """The standard deviation of weights before a leaky ReLU: He's, were the slope 0."""
    return math.sqrt(2 / ((1 + slope**2) * kernel**2 * channels))


def slip(says, wrong):
    """A function with what is wrong with it as its docstring; its arguments k, c, f, a."""
    wrong.__doc__ = says
    return wrong


SLIPS = (
    slip(
        "this is half of the variance: ** 1/2 is a power of 1, then divided by 2; write ** 0.5",
        lambda k, c, f, a: he_stddev(k, c, f, a) ** 2 / 2,
    ),
    slip(
        "a bias is counted among what a filter reads; it reads kernel·kernel·channels numbers",
        lambda k, c, f, a: math.sqrt(2 / ((1 + a * a) * (k * k * c + 1))),
    ),
    slip(
        "this is the variance over the mean of inputs and outputs; He's has the inputs, and a root",
        lambda k, c, f, a: 2 / ((1 + a * a) * k * k * (c + f) / 2),
    ),
    slip(
        "He's has what a filter reads, the inputs; here stands the mean of inputs and outputs",
        lambda k, c, f, a: math.sqrt(2 / ((1 + a * a) * k * k * (c + f) / 2)),
    ),
    slip(
        "this is the variance; the standard deviation is its square root",
        lambda k, c, f, a: he_stddev(k, c, f, a) ** 2,
    ),
    slip(
        "this is He's rule for ReLU: with a slope above 0, more than half of the size is left",
        lambda k, c, f, a: he_stddev(k, c, f, 0),
    ),
    slip(
        "the slope multiplies numbers; in their mean square it is squared",
        lambda k, c, f, a: math.sqrt(2 / ((1 + a) * k * k * c)),
    ),
    slip(
        "a larger slope lets more through, so it asks for smaller weights: divide by 1 + slope²",
        lambda k, c, f, a: math.sqrt(2 * (1 + a * a) / (k * k * c)),
    ),
    slip(
        "what is below 0 is multiplied by the slope, not reduced by it: 1 + slope², not 1 - slope²",
        lambda k, c, f, a: math.sqrt(2 / ((1 - a * a) * k * k * c)),
    ),
    slip(
        "the 2 is forgotten: it makes up for the half of all numbers that are below 0",
        lambda k, c, f, a: math.sqrt(1 / ((1 + a * a) * k * k * c)),
    ),
    slip(
        "the root is taken of the 2 only, not of what it is divided by",
        lambda k, c, f, a: math.sqrt(2) / ((1 + a * a) * k * k * c),
    ),
    slip(
        "it counts the filters; He's rule counts what one filter reads, and that is the channels",
        lambda k, c, f, a: he_stddev(k, f, c, a),
    ),
    slip(
        "this has inputs and outputs, as Glorot's rule; He's has the inputs only",
        lambda k, c, f, a: he_stddev(k, c + f, f, a),
    ),
    slip(
        "the filter's area is forgotten: it reads every channel at kernel times kernel places",
        lambda k, c, f, a: he_stddev(1, c, f, a),
    ),
    slip(
        "kernel counts once only: the filter is as high as it is wide",
        lambda k, c, f, a: he_stddev(1, k * c, f, a),
    ),
    slip(
        "this is where a uniform distribution ends, not its standard deviation",
        lambda k, c, f, a: math.sqrt(3) * he_stddev(k, c, f, a),
    ),
)


def plain_block(x, filters, strides):
    """Two 3×3 convolutions, each with batch normalisation and ReLU; the first moves by strides."""
    for step in (strides, 1):
        x = layers.Conv2D(filters, 3, step, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    return x


def small_plain():
    """The plain network for CIFAR-10 with n = 2 and a quarter of the filters."""
    image = keras.Input((32, 32, 3))
    x = layers.Conv2D(4, 3, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    for filters, strides in ((4, 1), (8, 2), (16, 2)):
        x = plain_block(plain_block(x, filters, strides), filters, 1)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def six_blocks():
    """A stack of six blocks: relu(batch normalisation(convolution(x)) + x)."""
    image = keras.Input((14, 14, 1))
    x = layers.Conv2D(8, 3, padding="same")(image)
    for _ in range(6):
        y = layers.BatchNormalization()(layers.Conv2D(8, 3, padding="same")(x))
        x = layers.ReLU()(layers.Add()([y, x]))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def six_blocks_given():
    """The same with three faults: a block too few, the shortcut's start, ReLU's place."""
    image = keras.Input((14, 14, 1))
    x = layers.Conv2D(8, 3, padding="same")(image)
    for _ in range(1, 6):
        x = layers.Conv2D(8, 3, padding="same")(x)
        before = x
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
        x = layers.Add()([x, before])
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


EXACT = [  # the power of 0.8 that is a thousandth, as one computes it in this way or that
    *(math.log(0.001) / math.log(0.8), math.log(0.001, 0.8), math.log(1000, 1.25)),
    *(-3 / math.log10(0.8), math.log2(0.001) / math.log2(0.8), 30.96, 30.957),
]


def sixteen_layers(x, start):
    """Sixteen dense layers of 32."""
    for _ in range(16):
        x = layers.Dense(32, activation="relu", kernel_initializer=start)(x)
    return x
