"""Lesson 1: each wrong answer with a part of what the check has to say about it."""

import math

import keras
import numpy as np
from keras import layers, ops

from utils import networks


def lenet(
    first="valid", pool=layers.AveragePooling2D, activation="tanh", units=(120, 84), top="softmax"
):
    image = keras.Input((32, 32, 1))
    x = layers.Conv2D(6, 5, padding=first, activation=activation)(image)
    x = pool(2)(x)
    x = layers.Conv2D(16, 5, activation=activation)(x)
    x = pool(2)(x)
    x = layers.Flatten()(x)
    for count in units:
        x = layers.Dense(count, activation=activation)(x)
    return keras.Model(image, layers.Dense(10, activation=top)(x))


def sequential():
    return keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            layers.Conv2D(6, 5),
            layers.Activation("tanh"),
            layers.AvgPool2D(2),
            layers.Conv2D(16, (5, 5), activation=ops.tanh, name="mine"),
            layers.AveragePooling2D((2, 2)),
            layers.Reshape((400,)),
            layers.Dense(120, "tanh"),
            layers.Dense(84, "tanh"),
            layers.Dense(10),
            layers.Softmax(),
        ]
    )


def flattened_by_convolution():
    image = keras.Input((32, 32, 1))
    x = layers.AveragePooling2D(2)(ops.tanh(layers.Conv2D(6, 5)(image)))
    x = layers.AveragePooling2D(2)(ops.tanh(layers.Conv2D(16, 5)(x)))
    x = ops.tanh(layers.Dense(120)(ops.reshape(x, (-1, 400))))
    x = ops.tanh(layers.Dense(84)(x))
    return keras.Model(image, ops.softmax(layers.Dense(10)(x)))


def relu(pool=layers.MaxPooling2D, **more):
    return lenet(pool=pool, activation="relu", **more)


def block(pool=layers.AveragePooling2D, size=2, filters=16, kernel=5, activation="tanh", **more):
    def answer(x):
        x = pool(size)(x)
        return layers.Conv2D(filters, kernel, activation=activation, **more)(x)

    return answer


def swapped(x):
    return layers.AveragePooling2D(2)(layers.Conv2D(16, 5, activation="tanh")(x))


def by_ops(x):
    return ops.tanh(layers.Conv2D(16, 5)(ops.average_pool(x, 2, 2)))


def separate(x):
    x = layers.Conv2D(16, (5, 5), name="c")(layers.AvgPool2D(2)(x))
    return layers.Activation("tanh")(x)


ANSWERS = {
    "01.c3_shape": {
        "right": [(10, 10, 16), "10x10x16", "(10, 10, 16)", [10.0, 10, 16], np.array([10, 10, 16])],
        "wrong": [
            ((14, 14, 16), "`valid`"),
            ((10, 10, 6), "C3 has 16 filters"),
            ((9, 9, 16), "14 - 5 + 1"),
            ((5, 5, 16), "the pooling after it"),
            ((10, 10), "should be 3 numbers"),
            ((10, 10, 15), "2 of the 3 numbers are right"),
            ((16, 10, 10), "their order is not"),
            ((1, 10, 10, 16), "counts the images: leave it out"),
            (1600, "should be 3 numbers"),
        ],
    },
    "01.c3_parameters": {
        "right": [2416, 2416.0, np.int64(2416), "2,416", [2416]],
        "wrong": [
            (2400, "biases are forgotten"),
            (416, "one channel only"),
            (400, "one channel only"),
            (241_600, "shares"),
            (1516, "as in 1998"),
            (61_706, "too large"),
            ("many", "should be a number"),
            (float("nan"), "should be a number"),
        ],
    },
    "01.size_after": {
        "right": [
            lambda n, f, p, s: (n + 2 * p - f) // s + 1,
            lambda n, f, p, s: math.floor((n + 2 * p - f) / s) + 1,
            lambda n, f, p, s: len(range(0, n + 2 * p - f + 1, s)),
        ],
        "wrong": [
            (lambda n, f, p, s: (n + 2 * p - f) // s, "the + 1 is missing"),
            (lambda n, f, p, s: (n + p - f) // s + 1, "one side only"),
            (lambda n, f, p, s: (n + 2 * p - f) / s + 1, "without rounding down"),
            (lambda n, f, p, s: (n + 2 * p - f + 1) // s, "divided by the stride too"),
            (lambda n, f, p, s: math.ceil((n + 2 * p - f) / s) + 1, "it rounds up"),
            (lambda n, f, p, s: n, "for n = 32, f = 5, p = 0, s = 1 it gives 32; it should be 28"),
            (lambda n, f, p, s: print(n), "None (is there a return?)"),
        ],
    },
    "01.pool_and_convolve": {
        "right": [block(), by_ops, separate],
        "wrong": [
            (block(pool=layers.MaxPooling2D), "max pooling"),
            (block(activation=None), "no tanh"),
            (block(activation="relu"), "ReLU"),
            (block(padding="same"), "pads 'same'"),
            (block(filters=6), "has 6 filters; it needs 16"),
            (block(kernel=3), "filters of 3×3"),
            (block(use_bias=False), "no bias"),
            (block(size=3), "pools 3×3"),
            (swapped, "convolution comes before"),
        ],
    },
    "01.lenet5": {
        "right": [lenet, networks.lenet5(), sequential(), flattened_by_convolution],
        "wrong": [
            (lenet(first="same"), "the first convolution pads 'same'"),
            (lenet(pool=layers.MaxPooling2D), "max pooling"),
            (lenet(activation="relu"), "ReLU"),
            (lenet(units=(84, 120)), "the first dense layer has 84 units"),
            (lenet(units=(120,)), "it should have 3: one is missing"),
            (lenet(activation="sigmoid"), "sigmoid"),
            (networks.lenet5(logits=True), "there is no softmax"),
            (networks.lenet5(input_shape=(28, 28, 1)), "28×28×1"),
        ],
    },
    "01.modern": {
        "right": [relu, lambda: lenet("valid", layers.MaxPool2D, "relu")],
        "wrong": [
            (relu(pool=layers.AveragePooling2D), "average pooling"),
            (lenet(pool=layers.MaxPooling2D), "tanh"),
            (relu(first="same"), "pads 'same'"),
            (relu(top=None), "there is no softmax"),
            (relu(units=(120, 84, 84)), "one after the fourth ReLU is too many"),
        ],
    },
    "01.explanation": {
        "right": ["b", "b)", "B. Its"],
        "wrong": [
            ("a", "has gradients"),
            ("c", "no parameters"),
            ("d", "the softmax makes them so"),
            ("linear", "one letter of"),
            (2, "one letter of"),
        ],
    },
}
