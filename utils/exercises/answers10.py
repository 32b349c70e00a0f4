"""Lesson 10, training at scale: what answers are compared with, and typical slips."""

from math import ceil

import keras
import numpy as np
from keras import layers

from utils import blocks


def shares(images, devices, low=0):
    """Sizes of the devices' shares, each as large as the first while there are images."""
    return shares_of(-(-images // devices), images, devices, low)


def shares_of(size, images, devices, low=0):
    """The same, of which the first is `size`."""
    return [min(size, max(low, images - size * i)) for i in range(devices)]


def batch_variance(means, variances, counts, power=2, apart=1, inside=1):
    """The variance over all devices' images, from the devices' own means and variances."""
    counts, means, variances = map(np.array, (counts, means, variances))
    mean = (counts * means).sum() / counts.sum()
    own = inside * variances + apart * abs(means - mean) ** power
    return (counts * own).sum() / counts.sum()


def rate(step, base, devices, warmup):
    """From base to devices * base in a straight line, then level."""
    return base + (devices - 1) * base * min(step / warmup, 1)


def images_needed(efficiency, each, sharing):
    """The least number of images for which computing is that part of computing and sharing."""
    return ceil(sharing * efficiency / (1 - efficiency) / each)


def resnet8():
    """ResNet-8, a quarter as wide, for bytes."""
    image = keras.Input((32, 32, 3))
    x = blocks.conv_bn(layers.Rescaling(1 / 255)(image), 4, 3, name="conv1")
    x = blocks.identity_block(x, 4, bottleneck=False, name="stage1")
    for filters in (8, 16):
        block = {"bottleneck": False, "shortcut": "A", "name": f"stage{filters}"}
        x = blocks.convolutional_block(x, filters, strides=2, **block)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def accuracy(right, counts):
    """The share of all images that are right."""
    return sum(right) / sum(counts)


def accuracy_given(right, counts):
    """The mean of the devices' accuracies, which is not the same."""
    each = [r / c for r, c in zip(right, counts)]
    return sum(each) / len(each)
