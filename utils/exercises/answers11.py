"""Lesson 11, MobileNet: what answers are compared with, and typical slips."""

import keras
from keras import layers


def part_left(filters, size):
    """What is left of an ordinary convolution's multiplications: 1/n + 1/f²."""
    return 1 / filters + 1 / size**2


def multiplied(filters, size):
    """the two are multiplied; they are added, since the work of two layers adds up"""
    return 1 / filters / size**2


def filtering_only(filters, size):
    """the 1×1 is forgotten: this is the depthwise convolution's part alone"""
    return 1 / filters


def mixing_only(filters, size):
    """the depthwise convolution is forgotten: this is the 1×1's part alone"""
    return 1 / size**2


def upside_down(filters, size):
    """this is how many times more the ordinary one takes: turn the fraction over"""
    return 1 / (1 / filters + 1 / size**2)


def not_squared(filters, size):
    """a filter of size f has f² places, not f"""
    return 1 / filters + 1 / size


def swapped(filters, size):
    """the arguments have changed places: first the filters, then their size"""
    return 1 / size + 1 / filters**2


def joined(filters, size):
    """the two parts are added, 1/n and 1/f², not what they are divided by"""
    return 1 / (filters + size**2)


def saved(filters, size):
    """this is what is saved; what is left is asked for"""
    return 1 - part_left(filters, size)


def in_per_cent(filters, size):
    """this is in per cent; a part of 1 is asked for"""
    return 100 * part_left(filters, size)


def whole_numbers(filters, size):
    """in whole numbers nothing is left of a part: take /, not //"""
    return 1 // filters + 1 // size**2


def squared_twice(filters, size):
    """a filter of size f has f² places, not f⁴"""
    return 1 / filters + 1 / size**4


def bn(x):
    """Batch normalisation."""
    return layers.BatchNormalization()(x)


def relu6(x):
    """A ReLU that ends at 6."""
    return layers.ReLU(6.0)(x)


def separable(x, filters, strides):
    """A depthwise and a 1×1 convolution, each with normalisation and ReLU6."""
    x = layers.DepthwiseConv2D(3, strides, padding="same", use_bias=False)(x)
    x = layers.Conv2D(filters, 1, use_bias=False)(relu6(bn(x)))
    return relu6(bn(x))


def small_mobilenet():
    """A convolution, four separable ones, a mean, a dense layer."""
    x = image = keras.Input((32, 32, 3))
    x = layers.Conv2D(8, 3, 2, padding="same", use_bias=False)(x)
    x = relu6(bn(x))
    for filters, strides in ((16, 1), (32, 2), (32, 1), (64, 2)):
        x = separable(x, filters, strides)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def inverted(x, filters, expansion):
    """Expand, filter, project without an activation, add what came in."""
    y = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(x)
    y = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(relu6(bn(y)))
    y = bn(layers.Conv2D(filters, 1, use_bias=False)(relu6(bn(y))))
    return layers.Add()([x, y])


def two_inverted(x):
    """A block that halves, without a shortcut, and one that keeps the shape, with one."""
    for strides in (2, 1):
        y = relu6(bn(layers.Conv2D(6 * x.shape[-1], 1, use_bias=False)(x)))
        y = layers.DepthwiseConv2D(3, strides, padding="same", use_bias=False)(y)
        y = bn(layers.Conv2D(12, 1, use_bias=False)(relu6(bn(y))))
        x = layers.Add()([x, y]) if strides == 1 else y
    return x


def two_inverted_given(x):
    """The same with two faults: a ReLU6 at each narrow end."""
    for strides in (2, 1):
        y = layers.Conv2D(6 * x.shape[-1], 1, use_bias=False)(x)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
        y = layers.DepthwiseConv2D(3, strides, padding="same", use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
        y = layers.Conv2D(12, 1, use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
        x = layers.Add()([x, y]) if strides == 1 else y
    return x


def separable_as_one(x):
    """The same by Keras's layer for both, whose depthwise convolution has no bias."""
    return layers.SeparableConv2D(56, 3, padding="same", activation="relu")(x)


def separable_without_biases(x):
    """The same without biases."""
    x = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
    return layers.Conv2D(56, 1, activation="relu", use_bias=False)(x)


SEPARABLE_OTHERWISE = separable_as_one, separable_without_biases


def separable_convolution(x):
    """A depthwise convolution, then a 1×1."""
    return layers.Conv2D(56, 1, activation="relu")(layers.DepthwiseConv2D(3, padding="same")(x))
