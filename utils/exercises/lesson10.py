"""Lesson 10, training at scale."""

from math import ceil, floor

import keras
import numpy as np
from keras import layers

from utils import blocks
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Network
from utils.checks.trials import Experiment, Fault


def because(*pairs):
    """Typical wrong functions, from (what is wrong, function, ...); the docstrings say it."""
    for why, function in zip(pairs[::2], pairs[1::2]):
        function.__doc__ = why
    return pairs[1::2]


def shares(images, devices, low=0):
    """Sizes of the devices' shares, each as large as the first while there are images."""
    size = -(-images // devices)
    return [min(size, max(low, images - size * i)) for i in range(devices)]


OTHER_SHARES = because(
    "the images that do not divide evenly are left out",
    lambda n, devices: [n // devices] * devices,
    "together these are more images than there are; the last devices get fewer",
    lambda n, devices: [-(-n // devices)] * devices,
    "the last device gets more than the others, and the others wait for it",
    lambda n, devices: [n // devices] * (devices - 1) + [n - n // devices * (devices - 1)],
    "the rest is dealt out one by one; each should get as many as the first, while there are",
    lambda n, devices: [len(range(i, n, devices)) for i in range(devices)],
    "a device gets less than nothing: where no images are left it is 0",
    lambda n, devices: shares(n, devices, low=-n * devices),
    "devices that get no image belong to the list, too, with 0",
    lambda n, devices: [size for size in shares(n, devices) if size],
    "it is turned round: the first device gets the most, and the last what is left",
    lambda n, devices: shares(n, devices)[::-1],
    "the arguments are swapped: first the images, then the devices",
    lambda n, devices: shares(devices, n),
    "there is no part of an image: the first share is rounded up",
    lambda n, devices: [n / devices] * devices,
    "this is the first share alone; the list should have one for each device",
    lambda n, devices: -(-n // devices),
)


def batch_variance(means, variances, counts, power=2, apart=1, inside=1):
    """The variance over all devices' images, from the devices' own means and variances."""
    counts, means, variances = map(np.array, (counts, means, variances))
    mean = (counts * means).sum() / counts.sum()
    own = inside * variances + apart * abs(means - mean) ** power
    return (counts * own).sum() / counts.sum()


OTHER_VARIANCES = because(
    "the devices' means differ, and that is left out: each lies off the mean of all",
    lambda *given: batch_variance(*given, apart=0),
    "this is the plain mean of the variances: counts and the devices' means are left out",
    lambda means, variances, counts: np.mean(variances),
    "this is the variance of the means; the variances on the devices come to it",
    lambda *given: batch_variance(*given, inside=0),
    "the devices are averaged as if each had the same number of images",
    lambda means, variances, counts: batch_variance(means, variances, [1] * len(counts)),
    "this is the mean of the squares; take off the square of the mean of all",
    lambda means, variances, counts: np.average(variances + np.square(means), weights=counts),
    "the weighted variances are added up; divide by the number of all images",
    lambda *given: batch_variance(*given) * sum(given[2]),
    "this is the standard deviation; the variance is its square",
    lambda *given: batch_variance(*given) ** 0.5,
    "the distances between the means have to be squared, as those in a variance are",
    lambda *given: batch_variance(*given, power=1),
    "it divides by the number of images less one; a batch is no sample, divide by all",
    lambda *given: batch_variance(*given) * sum(given[2]) / (sum(given[2]) - 1),
    "the variances are added up, without the counts and the distances of the means",
    lambda means, variances, counts: sum(variances),
    "means and variances are swapped",
    lambda means, variances, counts: batch_variance(variances, means, counts),
)


def rate(step, base, devices, warmup):
    """From base to devices * base in a straight line, then level."""
    return base + (devices - 1) * base * min(step / warmup, 1)


OTHER_RATES = because(
    "it has its full height at once; at step 0 it should be base",
    lambda step, base, devices, warmup: devices * base,
    "it starts at 0; it should start with base",
    lambda step, base, devices, warmup: devices * base * min(step / warmup, 1),
    "it goes on rising after the warm-up",
    lambda step, base, devices, warmup: base + (devices - 1) * base * step / warmup,
    "it ends one base too high: devices * base is added to base, not reached",
    lambda step, base, devices, warmup: base + devices * base * min(step / warmup, 1),
    "it is a step early: at step 0 it is base, and nothing more",
    lambda step, *others: rate(step + 1, *others),
    "it jumps at the end of the warm-up: // leaves nothing of a part; take /",
    lambda step, base, devices, warmup: rate(step // warmup, base, devices, 1),
    "it stays at base; after the warm-up it should be devices times as high",
    lambda step, base, devices, warmup: base,
    "the rise begins only when the warm-up is over: min, not max",
    lambda step, base, devices, warmup: base + (devices - 1) * base * max(step / warmup, 1),
    "it grows by the same factor in each step; it should rise in a straight line",
    lambda step, base, devices, warmup: base * devices ** min(step / warmup, 1),
    "step and base are swapped",
    lambda step, base, devices, warmup: rate(base, step, devices, warmup),
)


def images_needed(efficiency, each, sharing):
    """The least number of images for which computing is that part of computing and sharing."""
    return ceil(sharing * efficiency / (1 - efficiency) / each)


OTHER_NUMBERS = because(
    "it is rounded down: with these images it is a little less than wanted",
    lambda e, each, sharing: floor(sharing * e / (1 - e) / each),
    "it is rounded to the nearest; where that is down, the efficiency is less than wanted",
    lambda e, each, sharing: round(sharing * e / (1 - e) / each),
    "there is no part of an image: round up to a whole number",
    lambda e, each, sharing: sharing * e / (1 - e) / each,
    "one image too many: int(...) + 1 adds one to what is rounded up already",
    lambda e, each, sharing: ceil(sharing * e / (1 - e) / each) + 1,
    "efficiency is a part of computing and sharing together: divide by 1 - efficiency",
    lambda e, each, sharing: ceil(sharing * e / each),
    "it is turned round: this is where sharing is the part that computing should be",
    lambda e, each, sharing: ceil(sharing * (1 - e) / e / each),
    "sharing / (1 - efficiency) is the whole step; computing is what remains without sharing",
    lambda e, each, sharing: ceil(sharing / (1 - e) / each),
    "sharing is 1 - efficiency of a step, not efficiency of it",
    lambda e, each, sharing: ceil(sharing / e / each),
    "this is where computing takes as long as sharing: where is the efficiency?",
    lambda e, each, sharing: ceil(sharing / each),
    "each and sharing are swapped: the longer the devices share, the more images it takes",
    lambda e, each, sharing: images_needed(e, sharing, each),
)


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


EXERCISES = {
    "10.steps": Number(
        effort=Effort(3, 1),
        value=235,
        slips={
            234: "96 images are left over, and they make a step too",
            234.375: "there is no 0.375 of a step; a smaller batch makes a step too",
            236: "one too many: 234 are full, and the 96 images that are left make one more",
            256: "these are the images of a step; how many such steps take all 60,000?",
            96: "these are the images of the last step; how many steps are there?",
            1_500: "32 and 8 are multiplied, not added up: a step takes 256 images",
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
        slips=OTHER_SHARES,
        shown="equal shares while there are images, then the rest, then nothing.",
        hints=(
            "How large is the first share? Round up.",
            "Device i begins with image size * i. How many are left from there?",
            "At most size, at least 0: min and max.",
        ),
    ),
    "10.batch_variance": Function(
        effort=Effort(10, 3),
        reference=batch_variance,
        cases=(
            ([1.0, 5.0], [2.0, 1.0], [4, 3]),
            ([0.5, 0.5], [4.0, 1.0], [1, 7]),
            ([3.0, -1.0, 2.0], [0.5, 2.0, 3.0], [2, 2, 1]),
        ),
        slips=OTHER_VARIANCES,
        shown="the mean of the variances and the variance of the means, each image counting once.",
        hints=(
            "Two images of brightness 0 here, two of 4 there: what is the variance of the four?",
            "The mean of all: means weighted with counts. How far is each device's mean from it?",
            "An image's squared distance from that is, on average, variance + (own mean - mean)².",
        ),
    ),
    "10.rate": Function(
        effort=Effort(6, 2),
        reference=rate,
        cases=((0, 0.1, 8, 10), (5, 0.1, 8, 10), (10, 0.1, 8, 10), (50, 0.1, 8, 9)),
        slips=OTHER_RATES,
        shown="base, then a straight line to devices · base, then level.",
        hints=(
            "Which part of the way is done at a step? At most all of it: min(step / warmup, 1).",
            "The way goes from base to devices * base. How long is it?",
            "base plus that length times the part that is done.",
        ),
    ),
    "10.images_needed": Function(
        effort=Effort(8, 2),
        reference=images_needed,
        cases=(
            (0.9, 0.004, 0.0299),
            (0.5, 0.003, 0.01),
            (0.8, 0.01, 0.067),
            (0.75, 0.02, 0.011),
        ),
        slips=OTHER_NUMBERS,
        shown="the lesson's ResNet-50 needs 52 images a device for 90 %, with 50 Gbit/s.",
        hints=(
            "With an efficiency of 0.9, how much longer does it compute than it shares?",
            "Nine times as long: 0.9 beside 0.1. And with any other efficiency?",
            "The seconds of computing, divided by those of an image, rounded up.",
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
    "10.accuracy": Fault(
        effort=Effort(8, 2),
        given=accuracy_given,
        where=Choice(
            value="b",
            slips={
                "a": "nothing is rounded: the two accuracies are 1 and 1/3, and their mean is 2/3",
                "c": "the lists are equally long, so both devices are in the mean",
                "d": "it is the other way round: len(each) is the number of devices",
            },
            shown="each of the first device's images counts 1/8, each of the second's 1/6.",
        ),
        repair=Function(
            reference=accuracy,
            cases=(([4, 1], [4, 3]), ([3, 0], [3, 0]), ([5, 5], [8, 8]), ([1, 2, 0], [5, 2, 1])),
        ),
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
            "c": "64 divides evenly by 2, 8 and 32: each device has as many as the others",
        },
        shown="with two images on a device, the result is always -1 and 1.",
        hints=(
            "With 32 devices, how many images has each?",
            "What do the two rows say for the first device, and what for the last?",
            "Two images, one darker and one brighter: which two values can come out?",
        ),
    ),
    "10.once_an_epoch": Experiment(
        effort=Effort(20, 3),
        names=("each step", "each epoch"),
        within=(0.05, 4),
        unit="loss after ten epochs",
        outside="ten classes guessed are 2.3; check what you hand over",
        best="least",
        shown="as many images and steps either way; only how often the devices share differs.",
        hints=(
            "Begin with a list of eight copies of the weights, one for each device.",
            "np.split(parts, 10, axis=1) gives ten batches, each with a row of images a device.",
            "Each copy takes a step, by its own gradient or by the mean of all eight.",
        ),
    ),
}
