"""Lesson 9, GoogLeNet: what answers are compared with, and typical slips."""

import keras
from keras import layers

from utils import blocks
from utils.checks.guard import Trouble

CONV = {"padding": "same", "activation": "relu"}
POOL = {"pool_size": 3, "strides": 2, "padding": "same"}


def _count(places, channels, classes, units=1024, bias=1, read=128):
    hidden = (places * read + bias) * 1024
    return (channels + bias) * 128 + hidden + (units + bias) * classes


def _places(size):
    return ((size - 5) // 3 + 1) ** 2


def side_parameters(size, channels, classes):
    """Parameters of a side branch: 1×1 convolution, dense layer, dense layer with softmax."""
    return _count(_places(size), channels, classes)


def one_place(size, channels, classes):
    """the dense layer reads 128 values for each place that the pooling leaves, not 128 in all"""
    return _count(1, channels, classes)


def unpooled(size, channels, classes):
    """the dense layer reads what the pooling leaves, not the whole map"""
    return _count(size**2, channels, classes)


def unmoved(size, channels, classes):
    """the pooling moves by 3, not by 1"""
    return _count((size - 4) ** 2, channels, classes)


def padded(size, channels, classes):
    """the pooling is not padded: its window of 5 has to fit"""
    return _count((-(-size // 3)) ** 2, channels, classes)


def unrounded(size, channels, classes):
    """it divides without rounding down: half a step of the pooling is no step"""
    return _count(((size - 5) / 3 + 1) ** 2, channels, classes)


def without_bias(size, channels, classes):
    """the biases are forgotten: each of the three layers has them"""
    return _count(_places(size), channels, classes, bias=0)


def one_direction(size, channels, classes):
    """the pooling leaves as many rows as columns: both count, not one of them"""
    return _count((size - 5) // 3 + 1, channels, classes)


def unreduced(size, channels, classes):
    """the dense layer reads the 128 channels of the 1×1 convolution, not those of the map"""
    return _count(_places(size), channels, classes, read=channels)


def no_convolution(size, channels, classes):
    """the 1×1 convolution is missing: it has weights and biases, too"""
    return side_parameters(size, channels, classes) - (channels + 1) * 128


def no_classes(size, channels, classes):
    """the last dense layer is missing: it has 1,024 weights and a bias for each class"""
    return side_parameters(size, channels, classes) - 1025 * classes


def wide_convolution(size, channels, classes):
    """the convolution is 1×1; the 5×5 is the pooling's, which has no weights"""
    return side_parameters(size, channels, classes) + 24 * channels * 128


def wide_steps(size, channels, classes):
    """the pooling moves by 3, not by its own size of 5"""
    return _count((size // 5) ** 2, channels, classes)


def unfitting(size, channels, classes):
    """the pooling's window of 5 has to fit as a whole: in a row of 10 it does so at two places"""
    return _count((size // 3) ** 2, channels, classes)


def no_last_bias(size, channels, classes):
    """the last layer's biases are missing, one for each class: 1,000 too few for 1,000 classes"""
    return side_parameters(size, channels, classes) - classes


def thousand_classes(size, channels, classes):
    """it counts 1,000 classes each time; classes is not used"""
    return side_parameters(size, channels, 1000)


def side_branch(x, filters, units, classes):
    """Inception v3's side branch: pooling, 1×1, a convolution of the whole map, softmax."""
    x = layers.AveragePooling2D(5, 3)(x)
    x = layers.Conv2D(filters, 1, use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Conv2D(units, x.shape[1:3], use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    return layers.Dense(classes, activation="softmax")(layers.Flatten()(x))


def _head(image, x):
    x = layers.Dropout(0.4)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def small_googlenet():
    """Stem, 3a, 3b, 4a and head of GoogLeNet with an eighth of the filters."""
    image = keras.Input((64, 64, 3))
    x = layers.MaxPooling2D(**POOL)(layers.Conv2D(8, 7, 2, **CONV)(image))
    x = layers.Conv2D(24, 3, **CONV)(layers.Conv2D(8, 1, **CONV)(x))
    x = layers.MaxPooling2D(**POOL)(x)
    x = blocks.inception_block(x, (8, 12, 16, 2, 4, 4), name="3a")
    x = blocks.inception_block(x, (16, 16, 24, 4, 12, 8), name="3b")
    x = layers.MaxPooling2D(**POOL)(x)
    return _head(image, blocks.inception_block(x, (24, 12, 26, 2, 6, 8), name="4a"))


def a_block_a_stage():
    """Three inception blocks, on 16×16, 8×8 and 4×4."""
    image = keras.Input((32, 32, 3))
    x = layers.Conv2D(16, 3, 2, **CONV)(image)
    x = blocks.inception_block(x, (8, 12, 16, 2, 4, 4), name="3a")
    x = layers.MaxPooling2D(**POOL)(x)
    x = blocks.inception_block(x, (24, 12, 26, 4, 8, 6), name="4a")
    x = layers.MaxPooling2D(**POOL)(x)
    return _head(image, blocks.inception_block(x, (32, 20, 40, 4, 16, 16), name="5a"))


def a_block_a_stage_given():
    """The same with three faults: a pooling missing, 4a's 3×3 swapped, flattened at the end."""
    image = keras.Input((32, 32, 3))
    x = layers.Conv2D(16, 3, 2, padding="same", activation="relu")(image)
    x = blocks.inception_block(x, (8, 12, 16, 2, 4, 4), name="3a")
    x = blocks.inception_block(x, (24, 26, 12, 4, 8, 6), name="4a")
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    x = blocks.inception_block(x, (32, 20, 40, 4, 16, 16), name="5a")
    x = layers.Flatten()(x)
    x = layers.Dropout(0.4)(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def sigmoids(branches):
    """Six dense layers of sigmoids, with side branches behind some."""
    image = keras.Input((14, 14))
    x, sides = layers.Flatten()(image), []
    for number in range(1, 7):
        x = layers.Dense(32, activation="sigmoid")(x)
        if number in branches:
            sides.append(layers.Dense(10, activation="softmax")(x))
    return keras.Model(image, [layers.Dense(10, activation="softmax")(x), *sides])


def behind(branches):
    """Calls a learner's function with branches, and lays several outputs side by side."""

    def of(sigmoids):
        def joined():
            network = sigmoids(branches)
            outputs = network.outputs
            if len(outputs) != 1 + len(branches):
                raise Trouble(
                    f"for branches = {branches} it has {len(outputs)} outputs; it should have "
                    f"{1 + len(branches)}, the main one first"
                )
            if len(outputs) < 2:
                return network
            return keras.Model(network.inputs, layers.Concatenate()(outputs))

        return joined

    return of
