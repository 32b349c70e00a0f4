"""Lesson 6, ResNet-152: what answers are compared with, and typical slips."""

from functools import partial
from itertools import count as counted

import keras
from keras import layers

from utils import blocks

RESNET50, BLOCK = 3_857_973_248, 218_365_952  # multiply-adds


def deepest(work):
    """Layers of the deepest network of bottlenecks that needs no more than `work`."""
    return 50 + 3 * ((work - RESNET50) // BLOCK)


def one_a_block(work):
    """a block has three layers; here each counts as one"""
    return 50 + (work - RESNET50) // BLOCK


def nothing_paid_yet(work):
    """the work of ResNet-50 itself is not taken off"""
    return 50 + 3 * (work // BLOCK)


def only_further_layers(work):
    """these are the layers that are added; ResNet-50's own 50 are missing"""
    return 3 * ((work - RESNET50) // BLOCK)


def number_of_blocks(work):
    """these are the blocks that are added; layers are asked for, with ResNet-50's 50"""
    return (work - RESNET50) // BLOCK


def all_in_blocks(work):
    """it spends all work on identity blocks; the stem, the shortcuts and the rest cost, too"""
    return 2 + 3 * (work // BLOCK)


def nearest(work):
    """it rounds to the nearest number of blocks; one that is not paid for does not fit"""
    return 50 + 3 * round((work - RESNET50) / BLOCK)


def rounded_up(work):
    """it rounds up; a block that is paid for in part does not fit"""
    return 50 - 3 * ((RESNET50 - work) // BLOCK)


def fractions(work):
    """it adds parts of a block: // divides without a remainder"""
    return 50 + 3 * (work - RESNET50) / BLOCK


def single_layers(work):
    """it adds single layers; a block is added whole, so round down before you multiply by 3"""
    return 50 + 3 * (work - RESNET50) // BLOCK


def two_a_block(work):
    """a bottleneck has three layers, not two"""
    return 50 + 2 * ((work - RESNET50) // BLOCK)


def just_enough(work):
    """work that is just enough is enough: a block that needs all that is left fits, too"""
    return 50 + 3 * max(0, (work - RESNET50 - 1) // BLOCK)


def all_blocks(work):
    """these are blocks, ResNet-50's 16 among them; each has three layers"""
    return 16 + (work - RESNET50) // BLOCK


NUMBERS = counted()


def basic_block(x, filters, strides):
    """Two 3x3 convolutions and the shortcut of option B."""
    shortcut = x
    if strides != 1 or x.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides, use_bias=False)(x)
        shortcut = layers.BatchNormalization()(shortcut)
    x = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.Add()([layers.BatchNormalization()(x), shortcut]))


def course_block(x, filters, strides):
    """The same of the course's own blocks, which pad alike on both sides."""
    name = f"block{next(NUMBERS)}"
    if strides == 1 and x.shape[-1] == filters:
        return blocks.identity_block(x, filters, bottleneck=False, name=name)
    return blocks.convolutional_block(x, filters, strides=strides, bottleneck=False, name=name)


def stage(x, filters, count, strides, bottleneck):
    """`count` blocks, the first with a learned shortcut if it changes the shape."""
    made = 4 * filters if bottleneck else filters
    for i in range(count):
        name, moves = f"stage{filters}_{i}", strides if i == 0 else 1
        if moves == 1 and x.shape[-1] == made:
            x = blocks.identity_block(x, filters, name=name, bottleneck=bottleneck)
        else:
            x = blocks.convolutional_block(
                x, filters, strides=moves, name=name, bottleneck=bottleneck
            )
    return x


def stage_padded_same(x, filters, count, strides, bottleneck):
    """The same with pairs of 3×3 that are padded as in exercise 3."""
    if bottleneck:
        return stage(x, filters, count, strides, bottleneck)
    for i in range(count):
        x = basic_block(x, filters, strides if i == 0 else 1)
    return x


def own_stem(x):
    """conv1 and the max pooling, of Keras's layers."""
    x = layers.Conv2D(8, 7, 2, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    return layers.MaxPooling2D(3, 2, padding="same")(x)


def course_stem(x):
    """The same, of the course's."""
    x = blocks.conv_bn(x, 8, 7, strides=2, name="conv1")
    return layers.MaxPooling2D(3, 2, padding="same")(x)


def resnet18(block=basic_block, stem=own_stem):
    """Table 1's 18 layers with an eighth of the filters."""
    x = image = keras.Input((64, 64, 3))
    x = stem(x)
    for filters, strides in ((8, 1), (16, 2), (32, 2), (64, 2)):
        x = block(block(x, filters, strides), filters, 1)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


COURSE_RESNETS = (partial(resnet18, course_block), partial(resnet18, course_block, course_stem))


def small_resnet():
    """Three stages of 2, 2 and 3 bottlenecks."""
    x = image = keras.Input((64, 64, 3))
    x = blocks.conv_bn(x, 8, 7, strides=2, name="conv1")
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    for number, (filters, count) in enumerate(((4, 2), (8, 2), (16, 3)), start=2):
        x = stage(x, filters, count, 1 if number == 2 else 2, bottleneck=True)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def small_resnet_given():
    """The same with three faults: a stride too many, a block a stage too few, the largest value."""
    x = image = keras.Input((64, 64, 3))
    x = blocks.conv_bn(x, 8, 7, strides=2, name="conv1")
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    for number, (filters, count) in enumerate(((4, 2), (8, 2), (16, 3)), start=2):
        x = blocks.convolutional_block(x, filters, strides=2, name=f"conv{number}_1")
        for i in range(2, count):
            x = blocks.identity_block(x, filters, name=f"conv{number}_{i}")
    x = layers.GlobalMaxPooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
