"""Lesson 10, training at scale: what answers are compared with, and typical slips."""

from math import ceil, floor

import keras
import numpy as np
from keras import layers

from utils import blocks
from utils.exercises.reasons import because


def shares(images, devices, low=0):
    """Sizes of the devices' shares, each as large as the first while there are images."""
    return shares_of(-(-images // devices), images, devices, low)


def shares_of(size, images, devices, low=0):
    """The same, of which the first is `size`."""
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
    "the last device gets less than nothing: those before it take more than there are",
    lambda n, devices: [-(-n // devices)] * (devices - 1) + [n - -(-n // devices) * (devices - 1)],
    "one too many where it divides evenly: 8 images on 4 devices are 2 each",
    lambda n, devices: shares_of(n // devices + 1, n, devices),
    "it is rounded to the nearest, and where that is down, images are lost: round up",
    lambda n, devices: shares_of(round(n / devices), n, devices),
)


def batch_variance(means, variances, counts, power=2, apart=1, inside=1):
    """The variance over all devices' images, from the devices' own means and variances."""
    counts, means, variances = map(np.array, (counts, means, variances))
    mean = (counts * means).sum() / counts.sum()
    own = inside * variances + apart * abs(means - mean) ** power
    return (counts * own).sum() / counts.sum()


OTHER_VARIANCES = because(
    "the devices' means differ, and that is left out, or cancels: square each distance",
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
    "the means are averaged without counts; a device with more images counts more",
    lambda m, v, counts: np.average(v + np.square(m - np.mean(m)), weights=counts),
    "the means are averaged without counts; a device with more images counts more",
    lambda m, v, counts: np.average(v, weights=counts) + np.var(m),
    "the distances of the means are taken off; they come to the variances",
    lambda *given: batch_variance(*given, apart=-1),
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
    (
        "it jumps at the end of the warm-up; it should rise along a straight line until then "
        "(// leaves nothing of a part)"
    ),
    lambda step, base, devices, warmup: rate(step // warmup, base, devices, 1),
    "it is a step late: at step warmup it should have its full height",
    lambda step, base, devices, warmup: rate(step, base, devices, warmup + 1),
    "it falls back to base behind the warm-up; it should stay at its height",
    lambda step, base, *others: rate(step, base, *others) if step <= others[1] else base,
    "it falls back to base at the end of the warm-up; it should stay at its height",
    lambda step, base, *others: rate(step, base, *others) if step < others[1] else base,
    "the rise is (devices - 1) times base, not (devices - 1) alone",
    lambda step, base, devices, warmup: base + (devices - 1) * min(step / warmup, 1),
    "this is the factor alone; the rate is base times that",
    lambda step, base, *others: rate(step, 1, *others),
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
    "one too many where it comes out even: what is just enough is enough, without + 1 or <=",
    lambda e, each, sharing: floor(sharing * e / (1 - e) / each) + 1,
    "efficiency is a part of 1, not per cent: it is not divided by 100",
    lambda e, each, sharing: images_needed(e / 100, each, sharing),
    "these are the seconds of computing: divide by those of an image",
    lambda e, each, sharing: ceil(sharing * e / (1 - e)),
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
