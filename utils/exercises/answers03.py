"""Lesson 3, VGG-16: what answers are compared with, and typical slips."""

import keras
from keras import layers

STAGES = [[(3, 1)] * n + [(2, 2)] for n in (2, 2, 3, 3, 3)]
STACKS = (
    ([(3, 1)], 1),
    ([(3, 1)] * 2, 1),
    (STAGES[0], 3),
    ([(7, 2), (3, 2), (1, 1), (3, 1)], 2),
    (sum(STAGES, []), 7),
)


def receptive_field(stack, n, less=1, own=0, moved="multiplied", behind="gaps", start=1):
    """Pixels in one direction that n neighbours depend on, from pairs (filter, stride)."""
    reach, step = start, 1
    for f, s in stack:
        reach += (f - less) * step * s**own
        step = {"multiplied": step * s, "added": step + s - 1, "last": s, "none": 1}[moved]
    gaps = {"gaps": n - 1, "none": 0, "too many": n}
    return {"times": n * reach, "pixels": reach + n - 1}.get(behind) or reach + gaps[behind] * step


def forwards(stack, n):
    """(reach - 1)·s + f steps backwards, but your loop goes forwards: begin with the last layer"""
    for f, s in stack:
        n = (n - 1) * s + f
    return n


def slip(says, **mistake):
    """The receptive field with a mistake in it, which its docstring names."""

    def wrong(stack, n):
        return receptive_field(stack, n, **mistake)

    wrong.__doc__ = says
    return wrong


def swapped_pairs(stack, n):
    """a pair is (filter, stride), in this order; here the two are exchanged"""
    return receptive_field([(s, f) for f, s in stack], n)


def back_and_less(stack, n):
    """going back, n pixels come from (n - 1) * stride + filter, not n * stride + filter - 1"""
    for f, s in reversed(stack):
        n = n * s + f - 1
    return n


SLIPS = (
    slip("this is what one number sees; each further neighbour sees a step more", behind="none"),
    slip("neighbours' views overlap: each further one adds a step, not a view", behind="times"),
    slip("behind strides, neighbours are a step apart, not one pixel", behind="pixels"),
    slip("from the first of n neighbours to the last are n - 1 steps, not n", behind="too many"),
    slip("the strides are not used: behind a stride of 2, a step is 2 pixels wide", moved="none"),
    slip("it is 1 too small: before any layer, a number already sees one pixel, itself", start=0),
    slip("each layer adds its whole filter; one pixel of it was seen before: f - 1", less=0),
    slip("each layer adds its whole filter, but filters overlap: f - 1", less=0, start=0),
    slip("a layer's own stride is used for it already; it counts for those behind it", own=1),
    slip("each layer uses the last stride only; all strides before it multiply", moved="last"),
    slip("the strides before a layer are added up; they multiply", moved="added"),
    forwards,
    swapped_pairs,
    back_and_less,
)


def vgg_block(x, filters, convolutions):
    """A stage without pooling: 3x3 convolutions with ReLU, the last of which halves."""
    for i in range(convolutions):
        strides = 2 if i == convolutions - 1 else 1
        x = layers.Conv2D(filters, 3, strides, padding="same", activation="relu")(x)
    return x


def small_vgg():
    """Three stages of column D and three dense layers, narrowed."""
    x = image = keras.Input((64, 64, 3))
    for filters, convolutions in ((8, 2), (16, 2), (32, 3)):
        for _ in range(convolutions):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    x = layers.Dense(64, activation="relu")(layers.Flatten()(x))
    x = layers.Dense(64, activation="relu")(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def small_vgg_given():
    """The same with three faults: a convolution too few a stage, no padding, fc2 without ReLU."""
    x = image = keras.Input((64, 64, 3))
    for filters, convolutions in ((8, 2), (16, 2), (32, 3)):
        for _ in range(1, convolutions):
            x = layers.Conv2D(filters, 3, activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(64, activation="relu")(x)
    x = layers.Dense(64)(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def convolutions(x, kernels, filters):
    """A convolution a kernel, with a pooling behind the first."""
    for place, kernel in enumerate(kernels):
        x = layers.Conv2D(filters, kernel, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(2)(x) if place == 0 else x
    return x
