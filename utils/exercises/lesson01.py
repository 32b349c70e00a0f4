"""Lesson 1, LeNet-5."""

import keras
from keras import layers

from utils import networks
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Block, Network


def size_after(n, f, p, s):
    """Height after a convolution or pooling: floor((n + 2p - f) / s) + 1."""
    return (n + 2 * p - f) // s + 1


def without_start(n, f, p, s):
    """the + 1 is missing: how often does a filter of 2 fit on 2 pixels?"""
    return (n + 2 * p - f) // s


def one_sided(n, f, p, s):
    """padding is added on one side only; there are two"""
    return (n + p - f) // s + 1


def unrounded(n, f, p, s):
    """it divides without rounding down: half a step is no step"""
    return (n + 2 * p - f) / s + 1


def start_divided(n, f, p, s):
    """the + 1 is divided by the stride too"""
    return (n + 2 * p - f + 1) // s


def rounded_up(n, f, p, s):
    """it rounds up, to steps that no longer fit"""
    return -((f - n - 2 * p) // s) + 1


def pool_and_convolve(x):
    """S2 and C3 of the lectured network."""
    x = layers.AveragePooling2D(2)(x)
    return layers.Conv2D(16, 5, activation="tanh")(x)


def modern():
    """LeNet-5 with max pooling instead of average pooling."""
    image = keras.Input((32, 32, 1))
    x = layers.Conv2D(6, 5, activation="relu")(image)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(16, 5, activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(120, activation="relu")(x)
    x = layers.Dense(84, activation="relu")(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def modern_given():
    """The same with three faults: padding, the second pooling, the last activation."""
    image = keras.Input((32, 32, 1))
    x = layers.Conv2D(6, 5, padding="same", activation="relu")(image)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(16, 5, activation="relu")(x)
    x = layers.AveragePooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(120, activation="relu")(x)
    x = layers.Dense(84, activation="relu")(x)
    return keras.Model(image, layers.Dense(10, activation="sigmoid")(x))


EXERCISES = {
    "01.c3_shape": Number(
        effort=Effort(3, 1),
        value=(10, 10, 16),
        slips={
            (14, 14, 16): "the image is padded (`same`); C3 is `valid`, and loses 4 of 14",
            (10, 10, 6): "each filter makes one channel, and there are still 6; C3 has 16 filters",
            (9, 9, 16): "5 are taken off; a filter of 5 fits 14 - 5 + 1 times",
            (5, 5, 16): "the pooling after it is counted too",
        },
        shown="14 - 5 + 1 = 10 places a side, and a channel for each of the 16 filters.",
        hints=(
            "What comes into C3 has 14×14 places and 6 channels. How often does a filter fit?",
            "A filter of 5 starts at the places 1 to 10 of 14.",
            "Height and width are 14 - 5 + 1; the number of filters is the number of channels.",
        ),
    ),
    "01.c3_parameters": Number(
        effort=Effort(3, 1),
        value=2_416,
        slips={
            2_400: "the biases are forgotten: one for each filter",
            416: "a filter reads one channel only; it reads all 6",
            400: "a filter reads one channel only, and the biases are forgotten",
            2_406: "there are as many biases as classes; there is one for each filter",
            241_600: "every place has its own weights; a convolution shares them",
            1_516: "C3 is wired as in 1998, to some of the channels; here it reads all 6",
        },
        shown="16 filters of 5·5·6 weights and one bias each.",
        hints=(
            "Parameters do not depend on the size of the image, only on the filters.",
            "One filter is 5×5 and reads all 6 channels. And it has a bias.",
            "16 times (5·5·6 + 1).",
        ),
    ),
    "01.size_after": Function(
        effort=Effort(5, 1),
        reference=size_after,
        cases=(
            (32, 5, 0, 1),
            (28, 2, 0, 2),
            (7, 3, 0, 2),
            (28, 5, 2, 1),
            (8, 3, 0, 2),
            (227, 11, 0, 4),
            (224, 7, 3, 2),
        ),
        slips=(without_start, one_sided, unrounded, start_divided, rounded_up),
        shown="floor((n + 2p - f) / s) + 1, for convolutions and poolings alike.",
        hints=(
            "Put the filter at the first place. How far can its left edge still move?",
            "It can move n + 2p - f pixels, in steps of s; a step that does not fit is not taken.",
            "Whole steps, // in Python, and one more for the place where it starts.",
        ),
    ),
    "01.pool_and_convolve": Block(
        effort=Effort(5, 1),
        reference=pool_and_convolve,
        shape=(28, 28, 6),
        shown="from 28×28×6 by way of 14×14×6 to 10×10×16.",
        hints=(
            "Two layers of Keras: an average pooling, then a convolution with its activation.",
            "layers.AveragePooling2D and layers.Conv2D; Keras pads nothing unless it is told to.",
            "The pooling halves (2), the convolution has 16 filters of 5, and activation='tanh'.",
        ),
    ),
    "01.lenet5": Network(
        effort=Effort(8, 2),
        reference=networks.lenet5,
        shown="61,706 parameters, layer by layer as in the notes.",
        hints=(
            "Two rounds of convolution and pooling, then three dense layers.",
            "Between the last pooling and the first dense layer, flatten.",
            "6 filters, 16 filters; 120, 84 and 10 units; which activations does the lesson use?",
        ),
    ),
    "01.modern": Network(
        effort=Effort(8, 2),
        reference=modern,
        given=modern_given,
        shown="the largest of four values instead of their mean; no parameter changes.",
        hints=(
            "Look at modern().summary(). Where is a shape not LeNet-5's?",
            "One fault is in the padding, one in a pooling, one in an activation.",
            "Ten sigmoids need not add up to 1. And compare the two poolings.",
        ),
    ),
    "01.explanation": Choice(
        effort=Effort(6, 2),
        value="b",
        slips={
            "a": "a linear layer has gradients; they are even simpler",
            "c": "activations have no parameters",
            "d": "neither ReLU's nor tanh's outputs are probabilities; the softmax makes them so",
        },
        shown="sums of sums are sums: depth needs something between its layers that is not linear.",
        hints=(
            "With which activation is the answer True?",
            "Which kind of function gives for a sum the sum of what it gives for each?",
            "A matrix times a matrix is a matrix.",
        ),
    ),
}
