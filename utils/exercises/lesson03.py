"""Lesson 3, VGG-16."""

from functools import partial
from math import prod

import keras
from keras import layers

from utils import networks
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Block, Network

STAGES = [[(3, 1)] * n + [(2, 2)] for n in (2, 2, 3, 3, 3)]
STACKS = [(3, 1)], [(3, 1)] * 2, STAGES[0], [(7, 2), (3, 2), (1, 1), (3, 1)], sum(STAGES, [])


def receptive_field(stack):
    """Pixels in one direction that one number depends on, from pairs (filter, stride)."""
    reach = step = 1
    for f, s in stack:
        reach, step = reach + (f - 1) * step, step * s
    return reach


def no_strides(stack):
    """the strides are not used: behind a stride of 2, each step of a filter is 2 pixels wide"""
    return 1 + sum(f - 1 for f, _ in stack)


def from_0(stack):
    """it is 1 too small: before any layer, a number already sees one pixel, itself"""
    return receptive_field(stack) - 1


def whole(stack):
    """each layer adds its whole filter; one pixel of it was seen before, so it adds f - 1"""
    reach = step = 1
    for f, s in stack:
        reach, step = reach + f * step, step * s
    return reach


def whole_from_0(stack):
    """each layer adds its whole filter: two 3×3 see 5 pixels, not 6, because they overlap"""
    return whole(stack) - 1


def own_stride(stack):
    """a layer's own stride is used for it already; it counts for the layers behind it only"""
    reach = step = 1
    for f, s in stack:
        reach, step = reach + (f - 1) * step * s, step * s
    return reach


def last_stride(stack):
    """each layer uses the stride just before it only; all the strides before it multiply"""
    reach = step = 1
    for f, s in stack:
        reach, step = reach + (f - 1) * step, s
    return reach


def forwards(stack):
    """(reach - 1)·s + f steps backwards, but your loop goes forwards: begin with the last layer"""
    reach = 1
    for f, s in stack:
        reach = (reach - 1) * s + f
    return reach


def product(stack):
    """it multiplies the filters; a layer adds its filter less 1, times the strides before it"""
    return prod(f for f, _ in stack)


def vgg_block(x, filters, convolutions):
    """One stage: 3x3 convolutions with ReLU, then a pooling."""
    for _ in range(convolutions):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return layers.MaxPooling2D(2)(x)


def small_vgg():
    """Three stages of column D and three dense layers, narrowed."""
    x = image = keras.Input((64, 64, 3))
    for filters, convolutions in ((8, 2), (16, 2), (32, 3)):
        x = vgg_block(x, filters, convolutions)
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


EXERCISES = {
    "03.third_pooling": Number(
        effort=Effort(3, 1),
        value=(28, 28, 256),
        slips={
            (28, 28, 512): "the channels double once more, but only in the fourth stage",
            (28, 28, 128): "those are the channels of the second stage, which come into the third",
            (56, 56, 256): "that comes into the third pooling; it halves once more",
            (56, 56, 128): "that comes out of the second pooling",
            (14, 14, 512): "that comes out of the fourth pooling",
            (37, 37, 256): "three halvings divide by 2·2·2, not by 6",
            (23, 23, 256): "VGG's convolutions are padded and keep the size; here they shrink it",
        },
        shown="224 halved three times, and 64 filters doubled twice.",
        hints=(
            "Only the poolings change height and width; only the convolutions change the channels.",
            "Each pooling halves. From stage to stage, the filters double.",
            "Height is 224 / 2 / 2 / 2. The first stage has 64 filters, the second 128; the third?",
        ),
    ),
    "03.stack_weights": Number(
        effort=Effort(5, 2),
        value=184_320,
        slips={
            495_616: "that is the one 11×11 layer; the stack sees as much with fewer",
            311_296: "that is what the stack saves; the question is what it has",
            147_456: "four layers see 9×9 only; it takes one more",
            405_504: "eleven layers are too many: each adds 2 pixels to what is seen",
            368_640: "ten layers are too many: each adds 2 pixels, one on either side",
            36_864: "that is one 3×3 layer; a single one sees 3×3 pixels",
            2_880: "a filter reads all 64 channels; in this count each reads one only",
            45: "that is for one channel in and one out; here are 64 of each",
            184_640: "the biases are counted; these layers have none",
        },
        shown="five layers, 45·64² weights instead of 121·64²: 63 % fewer, and five ReLUs for one.",
        hints=(
            "One 3×3 sees 3 pixels in a row, two see 5. How many layers see 11?",
            "Each layer adds 2 pixels to the 1 at the start. A layer has 3·3·64·64 weights.",
            "n layers see 1 + 2n pixels. Solve that for 11, and multiply n by 3·3·64·64.",
        ),
    ),
    "03.receptive_field": Function(
        effort=Effort(10, 3),
        reference=receptive_field,
        cases=tuple((stack,) for stack in STACKS),
        slips=(no_strides, from_0, whole, whole_from_0, own_stride, last_stride, forwards, product),
        shown="f - 1 from each layer, times all strides before it; all five stages see 212 pixels.",
        hints=(
            "Keep two numbers while you go through the stack: the reach, and the step in pixels.",
            "Both start at 1. A filter of f adds f - 1 steps to the reach.",
            "reach += (f - 1) * step first; what does a stride of s then do to the step?",
        ),
    ),
    "03.vgg_block": Block(
        effort=Effort(6, 1),
        reference=vgg_block,
        shape=(16, 16, 4),
        arguments=(6, 3),
        others=(((8, 8, 3), (5, 2)),),
        shown="the whole of VGG is this block, five times, and three dense layers.",
        hints=(
            "A loop of convolutions, each on what the one before made, and a pooling after it.",
            "layers.Conv2D takes padding= and activation=; what it makes goes back into x.",
            "range(convolutions) counts; padding='same', activation='relu'; MaxPooling2D(2) last.",
        ),
    ),
    "03.vgg16c": Network(
        effort=Effort(15, 2),
        reference=partial(networks.vgg, "C", width=1 / 16, input_shape=(32, 32, 3), classes=10),
        shown="13 convolutions and 3 dense layers; the three 1×1 add ReLUs and no view.",
        hints=(
            "The stages differ in filters and in kernels. Write both as data, and loop over them.",
            "Stage 3 is 16 filters with the kernels (3, 3, 1). A pooling ends each stage.",
            "padding='same' everywhere; behind the last pooling flatten, then the dense layers.",
        ),
    ),
    "03.small_vgg": Network(
        effort=Effort(8, 2),
        reference=small_vgg,
        given=small_vgg_given,
        shown="two of the three show in summary(); a forgotten ReLU changes no shape and no count.",
        hints=(
            "Look at small_vgg().summary(). How many convolutions are there, and of which shapes?",
            "Height and width should be 64, 32 and 16. How much does Keras pad by itself?",
            "What does range(1, 2) count? And read the dense layers: which one has no activation?",
        ),
    ),
    "03.larger_image": Choice(
        effort=Effort(8, 2),
        value="c",
        slips={
            "a": "nothing is scaled; then there would not be more work for 240 pixels",
            "b": "a convolution shares its weights among all places: its column never changes",
            "d": "fc2 reads fc1's units, not the image: its column never changes",
        },
        shown="from 224 to 255 pixels the weights stay the same; only the convolutions work more.",
        hints=(
            "In which columns of the table does 240 differ from 224, and 256 from 240?",
            "What does fc1 read? Look at block5_pool.",
            "240 is halved to 120, 60, 30 and 15. A pooling of 2 fits how often into 15?",
        ),
    ),
}
