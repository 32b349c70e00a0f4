"""Lesson 10, training at scale."""

import keras
import numpy as np
from keras import layers

from utils import blocks
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Network


def shares(images, devices):
    """Sizes of the devices' shares, each as large as the first while there are images."""
    size = -(-images // devices)
    return [min(size, max(0, images - size * i)) for i in range(devices)]


def rounded_down(images, devices):
    """the images that do not divide evenly are left out"""
    return [images // devices] * devices


def all_alike(images, devices):
    """together these are more images than there are; the last devices get fewer"""
    return [-(-images // devices)] * devices


def rest_on_the_last(images, devices):
    """the last device gets more than the others, and the others wait for it"""
    return [images // devices] * (devices - 1) + [images - images // devices * (devices - 1)]


def batch_gradient(gradients, counts):
    """The devices' mean gradients, weighted with their numbers of images."""
    return sum(g * n for g, n in zip(gradients, counts)) / sum(counts)


def plain_mean(gradients, counts):
    """the devices are averaged as if each had the same number of images"""
    return sum(gradients) / len(counts)


def plain_sum(gradients, counts):
    """the gradients are added up, not averaged"""
    return sum(gradients)


def weighted_sum(gradients, counts):
    """the weighted gradients are added up; divide by the number of all images"""
    return sum(g * n for g, n in zip(gradients, counts))


def by_devices(gradients, counts):
    """the weighted sum is divided by the number of devices, not of images"""
    return sum(g * n for g, n in zip(gradients, counts)) / len(counts)


def rate(step, base, devices, warmup):
    """From base to devices * base in a straight line, then level."""
    return base + (devices - 1) * base * min(step / warmup, 1)


def no_warmup(step, base, devices, warmup):
    """it has its full height at once; at step 0 it should be base"""
    return devices * base


def from_zero(step, base, devices, warmup):
    """it starts at 0; it should start with base"""
    return devices * base * min(step / warmup, 1)


def no_end(step, base, devices, warmup):
    """it goes on rising after the warm-up"""
    return base + (devices - 1) * base * step / warmup


def too_high(step, base, devices, warmup):
    """it ends one base too high: devices * base is added to base, not reached"""
    return base + devices * base * min(step / warmup, 1)


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


def without_the_empty(right, counts):
    """devices without images are left out now, but the others are still averaged alike"""
    return np.mean([r / c for r, c in zip(right, counts) if c])


def empty_is_nothing(right, counts):
    """a device without images counts as one with nothing right"""
    return sum(r / max(c, 1) for r, c in zip(right, counts)) / len(counts)


A, B = np.array([[1.0, -2.0], [0.5, 8.0]]), np.array([[4.0, 0.0], [1.5, -1.0]])

EXERCISES = {
    "10.steps": Number(
        effort=Effort(3, 1),
        value=235,
        slips={
            234: "96 images are left over, and they make a step too",
            234.375: "there is no 0.375 of a step; a smaller batch makes a step too",
            1_875: "this is one device's batch of 32; a step takes eight of them",
            7_500: "this is divided by eight; each device takes 32 in a step",
            1_880: "a step is one of all the devices together, not one of each",
        },
        shown="234 steps of 256 images, and one of 96.",
        hints=(
            "How many images do all the devices take together in a step?",
            "256. How often does that fit into 60,000, and what remains?",
            "Round up: -(-a // b) does that in Python.",
        ),
    ),
    "10.shares": Function(
        effort=Effort(8, 2),
        reference=shares,
        cases=((7, 2), (10, 4), (5, 4), (8, 4), (1, 3), (25, 2)),
        slips=(rounded_down, all_alike, rest_on_the_last),
        shown="equal shares while there are images, then the rest, then nothing.",
        hints=(
            "How large is the first share? Round up.",
            "Device i begins with image size * i. How many are left from there?",
            "At most size, at least 0: min and max.",
        ),
    ),
    "10.batch_gradient": Function(
        effort=Effort(8, 2),
        reference=batch_gradient,
        cases=(([A, B], [4, 3]), ([B, A], [1, 7]), ([A, B, A], [2, 2, 1])),
        slips=(plain_mean, plain_sum, weighted_sum, by_devices),
        shown="a mean of means, weighted: 4/7 and 3/7 for 4 and 3 images.",
        hints=(
            "A mean times its count is a sum. Of what?",
            "The sum over all images is the sum of mean times count over the devices.",
            "Divide it by the number of all images, sum(counts).",
        ),
    ),
    "10.rate": Function(
        effort=Effort(6, 2),
        reference=rate,
        cases=((0, 0.1, 8, 10), (5, 0.1, 8, 10), (10, 0.1, 8, 10), (50, 0.1, 8, 9)),
        slips=(no_warmup, from_zero, no_end, too_high),
        shown="base, then a straight line to devices · base, then level.",
        hints=(
            "Which part of the way is done at a step? At most all of it: min(step / warmup, 1).",
            "The way goes from base to devices * base. How long is it?",
            "base plus that length times the part that is done.",
        ),
    ),
    "10.resnet8": Network(
        effort=Effort(10, 2),
        reference=resnet8,
        shown="1 + 2 + 2 + 2 + 1 layers; the bytes are scaled where the network computes.",
        hints=(
            "layers.Rescaling(1 / 255) comes before everything else.",
            "Three blocks: which of them keep the shape?",
            "identity_block(x, 4), then convolutional_block by 2 with 8 and with 16 filters.",
        ),
    ),
    "10.accuracy": Function(
        effort=Effort(6, 2),
        reference=accuracy,
        given=accuracy_given,
        cases=(([4, 1], [4, 3]), ([3, 0], [3, 0]), ([5, 5], [8, 8]), ([1, 2, 0], [5, 2, 1])),
        slips=(without_the_empty, empty_is_nothing),
        shown="all that are right by all that there are; nothing is divided by 0.",
        hints=(
            "4 of 4 are right on one device, 1 of 3 on the other. What is the accuracy?",
            "Five of seven. What does the function say, and why?",
            "Add up first, and divide once.",
        ),
    ),
    "10.explanation": Choice(
        effort=Effort(6, 2),
        value="d",
        slips={
            "a": "mean and variance are right, but look at what becomes of a single image",
            "b": "the values are small in every case: look at the table",
            "c": "64 divides evenly by 2, 8 and 32",
        },
        shown="with two images on a device, the result is always -1 and 1.",
        hints=(
            "With 32 devices, how many images has each?",
            "What do the two rows say for the first device, and what for the last?",
            "Two images, one darker and one brighter: which two values can come out?",
        ),
    ),
}
