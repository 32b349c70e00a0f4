"""Lesson 10: each wrong answer with a part of what the check has to say about it."""

import keras
import numpy as np
from keras import layers, ops

from utils import blocks
from utils.exercises import lesson10 as course


def by_loop(images, devices):
    size, found = (images + devices - 1) // devices, []
    for _ in range(devices):
        found.append(min(size, images))
        images -= found[-1]
    return np.array(found)


def by_average(gradients, counts):
    return np.average(np.array(gradients), axis=0, weights=counts)


def by_interpolation(step, base, devices, warmup):
    return float(np.interp(step, [0, warmup], [base, devices * base]))


def resnet8(
    scale=True,
    first=4,
    filters=(4, 8, 16),
    shortcut="A",
    strides=2,
    blocks_a_stage=1,
    head=layers.GlobalAveragePooling2D,
    bottleneck=False,
    block=blocks.convolutional_block,
):
    def answer():
        x = image = keras.Input((32, 32, 3))
        x = layers.Rescaling(1 / 255)(x) if scale else x
        x = blocks.conv_bn(x, first, 3, name="c")
        for number, count in enumerate(filters):
            for i in range(blocks_a_stage):
                two = {"bottleneck": bottleneck, "name": f"b{number}_{i}"}
                if x.shape[-1] == count * (4 if bottleneck else 1):
                    x = blocks.identity_block(x, count, **two)
                else:
                    step = 1 if number == 0 else strides
                    x = block(x, count, strides=step, shortcut=shortcut, **two)
        return keras.Model(image, layers.Dense(10, activation="softmax")(head()(x)))

    return answer


def resnet8_by_ops():
    image = keras.Input((32, 32, 3), name="bytes")
    x = ops.relu(blocks.conv_bn(image / 255, 4, 3, name="first", activation=None))
    x = blocks.identity_block(x, 4, bottleneck=False, name="a")
    for filters in (8, 16):
        x = blocks.convolutional_block(
            x, filters, strides=2, bottleneck=False, shortcut="A", name=f"n{filters}"
        )
    return keras.Model(image, ops.softmax(layers.Dense(10)(ops.mean(x, axis=(1, 2)))))


def plain8():
    image = keras.Input((32, 32, 3))
    x = blocks.conv_bn(layers.Rescaling(1 / 255)(image), 4, 3, name="first")
    for filters, strides in ((4, 1), (8, 2), (16, 2)):
        x = blocks.plain_block(x, filters, strides=strides, bottleneck=False, name=f"p{filters}")
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


ANSWERS = {
    "10.steps": {
        "right": [235, 235.0],
        "wrong": [
            (234, "left over"),
            (234.375, "0.375 of a step"),
            (1_875, "a step takes eight of them"),
            (7_500, "32 in a step"),
            (1_880, "all the devices together"),
            (60_000, "too large"),
        ],
    },
    "10.shares": {
        "right": [by_loop, lambda n, d: tuple(course.shares(n, d))],
        "wrong": [
            (course.rounded_down, "are left out"),
            (course.all_alike, "more images than there are"),
            (course.rest_on_the_last, "the others wait for it"),
            (lambda n, d: [len(range(i, n, d)) for i in range(d)], "it gives ["),
            (lambda n, d: -(-n // d), "it gives 4"),
            (lambda n, d: [n], "it gives [7]"),
        ],
    },
    "10.batch_gradient": {
        "right": [by_average, lambda g, n: sum(a * (c / sum(n)) for a, c in zip(g, n))],
        "wrong": [
            (course.plain_mean, "as if each had the same number"),
            (course.plain_sum, "not averaged"),
            (course.weighted_sum, "number of all images"),
            (course.by_devices, "not of images"),
            (lambda g, n: np.mean(g), "it should be"),
        ],
    },
    "10.rate": {
        "right": [by_interpolation, lambda s, b, d, w: b * (1 + (d - 1) * min(s, w) / w)],
        "wrong": [
            (course.no_warmup, "full height at once"),
            (course.from_zero, "starts at 0"),
            (course.no_end, "goes on rising"),
            (course.too_high, "one base too high"),
            (lambda s, b, d, w: b, "it gives 0.1"),
        ],
    },
    "10.resnet8": {
        "right": [resnet8(), resnet8_by_ops],
        "wrong": [
            (resnet8(scale=False), "at the start there is no rescaling"),
            (resnet8(shortcut="B"), "it has 9 convolutions; it should have 7"),
            (resnet8(first=8), "shortcut A can only add channels"),
            (resnet8(strides=1), "there is no zero padding: next comes the fourth convolution"),
            (resnet8(blocks_a_stage=2), "it should have 7"),
            (resnet8(filters=(4, 8, 8)), "next comes the sixth convolution"),
            (resnet8(head=layers.Flatten), "there is no global average pooling"),
            (plain8, "there is no"),
        ],
    },
    "10.accuracy": {
        "right": [course.accuracy, lambda r, c: np.sum(r) / np.sum(c)],
        "wrong": [
            (course.without_the_empty, "still averaged alike"),
            (course.empty_is_nothing, "nothing right"),
            (lambda r, c: sum(r) / len(c), "it gives"),
            (lambda r, c: np.mean(np.divide(r, c)), "it gives"),
            (lambda r, c: sum(a / b for a, b in zip(r, c)), "ZeroDivisionError"),
        ],
    },
    "10.explanation": {
        "right": ["d", "D"],
        "wrong": [
            ("a", "a single image"),
            ("b", "look at the table"),
            ("c", "divides evenly"),
            ("e", "one letter of"),
            (None, "one letter of"),
        ],
    },
}
