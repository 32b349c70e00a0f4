"""Lesson 14, what came after ResNet: what answers are compared with, and typical slips."""

import keras
from keras import layers

from utils.layers import GroupedConv2D


def grouped(pixels, channels, filters, groups):
    """The multiply-adds of a 3×3 convolution in groups, padded, on pixels × pixels."""
    return pixels**2 * 9 * (channels // groups) * filters


def dense_block(x, count, growth):
    """Dense layers without a bottleneck."""
    for _ in range(count):
        y = layers.ReLU()(layers.BatchNormalization()(x))
        y = layers.Conv2D(growth, 3, padding="same", use_bias=False)(y)
        x = layers.Concatenate()([x, y])
    return x


def resnext(x, filters, inner, groups):
    """ResNeXt's block with the shortcut x itself."""
    y = layers.Conv2D(inner, 1, use_bias=False)(x)
    y = layers.ReLU()(layers.BatchNormalization()(y))
    y = GroupedConv2D(inner, 3, padding="same", groups=groups, use_bias=False)(y)
    y = layers.ReLU()(layers.BatchNormalization()(y))
    y = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(y))
    return layers.ReLU()(layers.Add()([x, y]))


def small_densenet():
    """Two dense blocks of three layers, a transition between them."""
    x = image = keras.Input((16, 16, 3))
    x = layers.Conv2D(12, 3, padding="same", use_bias=False)(x)
    for number in range(2):
        if number:
            x = layers.ReLU()(layers.BatchNormalization()(x))
            x = layers.Conv2D(x.shape[-1] // 2, 1, use_bias=False)(x)
            x = layers.AveragePooling2D(2)(x)
        x = dense_block(x, 3, growth=6)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def small_densenet_given():
    """The same with three faults: what a layer reads, the pooling, the last normalisation."""
    x = image = keras.Input((16, 16, 3))
    x = layers.Conv2D(12, 3, padding="same", use_bias=False)(x)
    for number in range(2):
        if number:
            x = layers.ReLU()(layers.BatchNormalization()(x))
            x = layers.Conv2D(x.shape[-1] // 2, 1, use_bias=False)(x)
            x = layers.MaxPooling2D(2)(x)
        first = x
        for _ in range(3):
            y = layers.ReLU()(layers.BatchNormalization()(first))
            y = layers.Conv2D(6, 3, padding="same", use_bias=False)(y)
            x = layers.Concatenate()([x, y])
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def layer_back(dy, normal, spread, gamma):
    """The gradient by x of a layer that normalises each row, (images, features), by itself."""
    inner = gamma * dy
    along = {"axis": 1, "keepdims": True}
    return (inner - inner.mean(**along) - normal * (inner * normal).mean(**along)) / spread


def depth_left(count, last):
    """How many of `count` blocks are there on average, the last one with probability `last`."""
    return sum(1 - (1 - last) * number / count for number in range(1, count + 1))


def stack(x, scale):
    """Eight residual blocks of dense layers, whose F is multiplied by `scale`."""
    for _ in range(8):
        y = layers.ReLU()(layers.BatchNormalization()(x))
        y = layers.Dense(32, kernel_initializer="he_normal")(y)
        x = layers.Add()([x, layers.Rescaling(scale)(y)])
    return x
