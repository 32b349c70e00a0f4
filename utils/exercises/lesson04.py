"""Lesson 4, the trouble with depth."""

import math

import keras
from keras import layers

from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Block, Network


def he_stddev(kernel, channels, filters):
    """The standard deviation of He's initial weights: the root of 2 over the inputs."""
    return math.sqrt(2 / (kernel**2 * channels))


def variance(kernel, channels, filters):
    """this is the variance; the standard deviation is its square root"""
    return 2 / (kernel**2 * channels)


def root_of_two(kernel, channels, filters):
    """the root is taken of the 2 only, not of the number of inputs"""
    return math.sqrt(2) / (kernel**2 * channels)


def fan_out(kernel, channels, filters):
    """it counts the filters; He's rule counts what one filter reads, and that is the channels"""
    return math.sqrt(2 / (kernel**2 * filters))


def glorot(kernel, channels, filters):
    """this is Glorot's rule, with inputs and outputs; He's has the inputs only"""
    return math.sqrt(2 / (kernel**2 * (channels + filters)))


def without_two(kernel, channels, filters):
    """the variance is 2 over the inputs, not 1: the 2 makes up for what ReLU sets to zero"""
    return math.sqrt(1 / (kernel**2 * channels))


def no_area(kernel, channels, filters):
    """the filter's area is forgotten: it reads every channel at kernel times kernel places"""
    return math.sqrt(2 / channels)


def one_side(kernel, channels, filters):
    """kernel counts once only: the filter is as high as it is wide"""
    return math.sqrt(2 / (kernel * channels))


def limit(kernel, channels, filters):
    """this is where He's uniform distribution ends, not its standard deviation"""
    return math.sqrt(6 / (kernel**2 * channels))


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


EXERCISES = {
    "04.layers_to_vanish": Number(
        effort=Effort(4, 1),
        value=31,
        slips={
            30: "0.8**30 is 0.00124, still a little more than a thousandth",
            32: "0.8**32 is 0.00079, but a layer less is enough",
            5: "each layer takes a fifth of what is left, not a fifth of the beginning",
            10: "a tenth is left after about ten layers, and a tenth is not yet a thousandth",
            11: "less than a tenth is left then; a thousandth is a tenth of a tenth of a tenth",
            33: "a tenth takes a little over ten layers: rounded up three times, it is too much",
        },
        shown="0.8**30 is 0.00124, 0.8**31 is 0.00099. Plain-56 has nearly twice the layers.",
        hints=(
            "After two layers 0.8 times 0.8 is left. After a number of layers: 0.8 to which power?",
            "Try 0.8**depth for some depths, or solve 0.8**depth = 0.001 with logarithms.",
            "math.log(0.001) / math.log(0.8), and then the next whole number.",
        ),
    ),
    "04.he_stddev": Function(
        effort=Effort(4, 1),
        reference=he_stddev,
        cases=((3, 16, 32), (7, 3, 64), (5, 6, 16), (1, 64, 256), (3, 64, 64)),
        slips=(variance, root_of_two, fan_out, glorot, without_two, no_area, one_side, limit),
        shown="the root of 2 over what one filter reads; how many filters there are is no matter.",
        hints=(
            "How many numbers does one filter read at one place? They are its inputs.",
            "kernel times kernel places, and all channels at each. One argument is not needed.",
            "2 over these inputs is the variance. What is between it and the standard deviation?",
        ),
    ),
    "04.plain_block": Block(
        effort=Effort(7, 1),
        reference=plain_block,
        shape=(8, 8, 4),
        arguments=(6, 2),
        others=(((6, 6, 3), (5, 1)),),
        shown="relu(F(x)): a residual block of two layers, less its shortcut.",
        hints=(
            "Six layers one after the other: the same three, twice.",
            "Conv2D, BatchNormalization, ReLU. Keras gives a bias and no padding if not told else.",
            'Only the first Conv2D gets strides; both get padding="same" and use_bias=False.',
        ),
    ),
    "04.small_plain": Network(
        effort=Effort(12, 2),
        reference=small_plain,
        shown="6·2 + 2 = 14 layers; with n = 9 and the paper's filters it is plain-56.",
        hints=(
            "n = 2: how many convolutions on 32×32, on 16×16, on 8×8? Count the 1 as well.",
            "One convolution by itself, then two blocks of two for each column of the table.",
            "Only the first block on 16×16 and the first on 8×8 move by 2.",
        ),
    ),
    "04.six_blocks": Network(
        effort=Effort(10, 2),
        reference=six_blocks,
        given=six_blocks_given,
        shown="six times relu(F(x) + x), where the shortcut has a convolution to pass.",
        hints=(
            "Go through the loop line by line: how often does it run, and what is x where?",
            "One fault is in the count, one in what the shortcut keeps, one in ReLU's place.",
            "What does range(1, 6) count? What was the block given, and when is that x lost?",
        ),
    ),
    "04.factor_explained": Choice(
        effort=Effort(10, 3),
        value="b",
        slips={
            "a": "the cell compares two networks, not two layers; and in the lesson's plain stacks "
            "with batch normalisation the gradient grows on its way back",
            "c": "it never sees the weights: it normalises what the convolution makes of them",
            "d": "nothing has learned here: every gamma is still 1",
        },
        shown="the factor does not pile up. And 1/0.8 is 1.25: to the same step, smaller weights "
        "give way more.",
        hints=(
            "How does the number change with depth, without normalisation and with it?",
            "Multiply a convolution by 0.8. What are its mean and deviation then, and what is left "
            "after it has been normalised?",
            "With normalisation, the answer to 0.8 is 1.25 and to 1.25 is 0.8. How often does a "
            "factor count in that, once or once a layer?",
        ),
    ),
    "04.plain56_explained": Choice(
        effort=Effort(5, 2),
        value="d",
        slips={
            "a": "then its training error would be low; it is about as high as the test error",
            "b": "it has He's weights and batch normalisation, and in the lesson the gradients of "
            "such a network do not vanish, they grow towards the first layers",
            "c": "plain-20 does better with a third of the parameters, and residual-56 has as many "
            "as plain-56: look at the numbers printed",
        },
        shown="degradation. Why gradient descent does not find it, the authors leave open.",
        hints=(
            "Overfitting shows in the difference of two numbers. In which?",
            "Compare the parameters of the networks of 56 layers, and of 20 and 56.",
            "Which statement fits a high training error, He's weights and equal parameters?",
        ),
    ),
}
