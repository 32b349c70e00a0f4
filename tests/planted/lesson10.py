"""Lesson 10: each wrong answer with a part of what the check has to say about it."""

from functools import partial

import keras
import numpy as np
from keras import layers, ops

from planted.measured import experiment
from utils import blocks
from utils.exercises import answers10 as course
from utils.exercises.lesson10 import EXERCISES


def by_loop(images, devices):
    size, found = (images + devices - 1) // devices, []
    for _ in range(devices):
        found.append(min(size, images))
        images -= found[-1]
    return np.array(found)


def by_queue(images, devices):
    queue, size = list(range(images)), -(-images // devices)
    return tuple(len(queue[size * i : size * (i + 1)]) for i in range(devices))


def rest_to_the_last(images, devices):
    size = (images + devices - 1) // devices
    return [size] * (devices - 1) + [images - size * (devices - 1)]


def one_more(images, devices):
    size = images // devices + 1
    return [min(size, max(0, images - size * i)) for i in range(devices)]


def to_the_nearest(images, devices):
    size = round(images / devices)
    return [min(size, max(0, images - size * i)) for i in range(devices)]


def by_moments(means, variances, counts):
    mean = np.average(means, weights=counts)
    squares = np.average(np.array(variances) + np.square(means), weights=counts)
    return squares - mean**2


def in_a_loop(means, variances, counts):
    total = squares = images = 0.0
    for mean, variance, count in zip(means, variances, counts):
        total += count * mean
        squares += count * (variance + mean * mean)
        images += count
    return squares / images - (total / images) ** 2


def around(mean, sign=1):
    """The variance with another mean of all, or the distances from it taken off."""

    def answer(means, variances, counts):
        squares = (np.array(means) - mean(means, counts)) ** 2
        return sum(counts * (variances + sign * squares)) / sum(counts)

    return answer


def of_made_up_images(means, variances, counts):
    """Half of the images a deviation above their mean, half below; twice as many, to be halved."""
    drawn = [
        [mean + sign * variance**0.5] * count
        for mean, variance, count in zip(means, variances, counts)
        for sign in (-1, 1)
    ]
    return np.var(np.concatenate(drawn))


def one_more_until_it_is_enough(efficiency, each, sharing):
    images = 1
    while images * each / (images * each + sharing) < efficiency:
        images += 1
    return images


def one_more_than_is_enough(efficiency, each, sharing):
    images = 1
    while images * each / (images * each + sharing) <= efficiency:
        images += 1
    return images


def by_interpolation(step, base, devices, warmup):
    return float(np.interp(step, [0, warmup], [base, devices * base]))


def by_cases(step, base, devices, warmup):
    if step >= warmup:
        return base * devices
    return base * (1 + step * (devices - 1) / warmup)


def resnet8(
    scale=1 / 255,
    offset=0.0,
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
        x = layers.Rescaling(scale, offset)(x) if scale else x
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


class Scaled(layers.Layer):
    def call(self, x):
        return x / 255.0


def resnet8_own_layer():
    image = keras.Input((32, 32, 3))
    x = blocks.conv_bn(Scaled()(image), 4, 3, name="one")
    x = blocks.identity_block(x, 4, bottleneck=False, name="two")
    for filters in (8, 16):
        x = blocks.convolutional_block(
            x, filters, strides=2, bottleneck=False, shortcut="A", name=f"three{filters}"
        )
    x = layers.Flatten()(layers.AveragePooling2D(8)(x))
    return keras.Model(image, layers.Softmax()(layers.Dense(10)(x)))


def rescaled_late():
    image = keras.Input((32, 32, 3))
    x = layers.Rescaling(1 / 255)(blocks.conv_bn(image, 4, 3, name="one"))
    x = blocks.identity_block(x, 4, bottleneck=False, name="two")
    for filters in (8, 16):
        x = blocks.convolutional_block(
            x, filters, strides=2, bottleneck=False, shortcut="A", name=f"three{filters}"
        )
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def slips(name):
    """The lesson's typical wrong functions, and what is said of them."""
    return [(slip, slip.__doc__) for slip in EXERCISES[name].slips]


LOSSES = {"each step": [0.96, 0.91, 0.93], "each epoch": [1.34, 1.28, 1.32]}
NEAR = {"each step": [0.96, 0.91, 0.93], "each epoch": [0.92, 0.95, 0.9]}


def without(name, values):
    return {**LOSSES, name: values}


def epoch(weights, parts, often, gradient, rate=0.1, share=np.mean):
    copies = [weights] * 8
    for batch in np.split(parts, 10, axis=1):
        found = [gradient(copy, images) for copy, images in zip(copies, batch)]
        if often == "each step":
            found = [share(found, axis=0)] * 8
        copies = [copy - rate * own for copy, own in zip(copies, found)]
    return np.mean(copies, axis=0)


def in_two_ways(weights, parts, often, gradient):
    size = parts.shape[1] // 10
    if often == "each epoch":
        return np.mean([_alone(weights, own, size, gradient) for own in parts], axis=0)
    for k in range(10):
        batch = parts[:, k * size : (k + 1) * size]
        weights = weights - 0.1 * sum(gradient(weights, images) for images in batch) / 8
    return weights


def _alone(weights, own, size, gradient):
    weights = weights.copy()
    for k in range(10):
        weights -= 0.1 * gradient(weights, own[k * size : (k + 1) * size])
    return weights


def from_the_start(weights, parts, often, gradient):
    batches = np.split(parts, 10, axis=1)
    steps = [np.mean([gradient(weights, images) for images in b], axis=0) for b in batches]
    return weights - 0.1 * np.sum(steps, axis=0)


def last_copy(weights, parts, often, gradient):
    return _alone(weights, parts[-1], parts.shape[1] // 10, gradient)


ANSWERS = {
    "10.steps": {
        "right": [235, 235.0, "235", np.int64(235), [235]],
        "wrong": [
            (234, "left over"),
            (234.375, "0.375 of a step"),
            (236, "one too many"),
            (1_875, "a step takes eight of them"),
            (7_500, "32 in a step"),
            (1_880, "all the devices together"),
            (1_500, "multiplied, not added up"),
            (256, "the images of a step"),
            (96, "the images of the last step"),
            (470, "256 images make 120,320"),
            ("many", "should be a number"),
        ],
    },
    "10.shares": {
        "right": [by_loop, by_queue, lambda n, d: tuple(course.shares(n, d)), course.shares],
        "wrong": [
            *slips("10.shares"),
            (lambda n, d: np.full(d, n // d), "are left out"),
            (lambda n, d: [len(p) for p in np.array_split(range(n), d)], "dealt out one by one"),
            (lambda n, d: sorted(course.shares(n, d)), "turned round"),
            (lambda n, d: np.ceil(n / d), "the first share alone"),
            (rest_to_the_last, "those before it take more"),
            (one_more, "8 images on 4 devices are 2 each"),
            (to_the_nearest, "images are lost"),
            (lambda n: [n], "arguments is given"),
        ],
    },
    "10.batch_variance": {
        "right": [by_moments, in_a_loop, of_made_up_images, course.batch_variance],
        "wrong": [
            *slips("10.batch_variance"),
            (lambda m, v, n: np.average(v, weights=n), "the devices' means differ"),
            (lambda m, v, n: np.mean(v) + np.var(m), "the same number of images"),
            (around(lambda means, counts: np.mean(means)), "the means are averaged without counts"),
            (
                lambda m, v, n: np.average(v, weights=n) + np.var(m),
                "the means are averaged without counts",
            ),
            (
                around(lambda means, counts: np.average(means, weights=counts), sign=-1),
                "the distances of the means are taken off",
            ),
        ],
    },
    "10.rate": {
        "right": [
            by_interpolation,
            by_cases,
            lambda s, b, d, w: b * (1 + (d - 1) * min(s, w) / w),
            lambda s, b, d, w: np.minimum(b + (d * b - b) / w * s, d * b),
        ],
        "wrong": [
            *slips("10.rate"),
            (lambda s, b, d, w: float(np.interp(s, [0, w], [0, d * b])), "it starts at 0"),
            (lambda s, b, d, w: b if s < w else d * b, "it should rise along a straight line"),
            (lambda s, b, d, w: b + (d - 1) * b * min(s / (w + 1), 1), "it is a step late"),
            (lambda s, b, d, w: b * (1 + (d - 1) * s / w) if s <= w else b, "back to base behind"),
            (lambda s, b, d, w: b * (1 + (d - 1) * s / w) if s < w else b, "back to base at"),
            (lambda s, b, d, w: b + (d - 1) * min(s / w, 1), "the rise is (devices - 1) times"),
            (lambda s, b, d, w: 1 + (d - 1) * min(s / w, 1), "this is the factor alone"),
        ],
    },
    "10.images_needed": {
        "right": [
            one_more_until_it_is_enough,
            course.images_needed,
            lambda e, each, sharing: -(-sharing // (each * (1 / e - 1))),
            lambda e, each, sharing: int(np.ceil(e * sharing / (each - e * each))),
        ],
        "wrong": [
            *slips("10.images_needed"),
            (lambda e, each, s: int(s * e / (1 - e) / each), "rounded down"),
            (lambda e, each, s: s / each * e / (1 - e), "no part of an image"),
            (lambda e, each, s: int(s * e / (1 - e) / each) + 1, "where it comes out even"),
            (one_more_than_is_enough, "where it comes out even"),
            (lambda e, each, s: course.images_needed(e / 100, each, s), "not per cent"),
            (lambda e, each, s: int(np.ceil(s * e / (1 - e))), "the seconds of computing"),
        ],
    },
    "10.resnet8": {
        "right": [
            resnet8(),
            resnet8_by_ops,
            resnet8_own_layer,
            lambda: keras.models.clone_model(resnet8()()),
        ],
        "wrong": [
            (resnet8(scale=False), "at the start there is no rescaling"),
            (resnet8(scale=1 / 250), "rescaling"),
            (resnet8(scale=1 / 256), "rescaling"),
            (resnet8(scale=1 / 127.5, offset=-1), "rescaling"),
            (resnet8(scale=255), "rescaling"),
            (rescaled_late, "rescaling"),
            (resnet8(shortcut="B"), "it has 9 convolutions; it should have 7"),
            (resnet8(first=8), "shortcut A can only add channels"),
            (resnet8(strides=1), "the fourth convolution (b1_0_1_conv) moves by 1×1"),
            (resnet8(blocks_a_stage=2), "blocks are too many"),
            (resnet8(filters=(4, 8, 8)), "has 8 filters; it needs 16"),
            (resnet8(filters=(4, 8)), "it has 2 additions of 3"),
            (resnet8(head=layers.Flatten), "there is no global average pooling"),
            (resnet8(head=layers.GlobalMaxPooling2D), "global average pooling"),
            (plain8, "there is no"),
        ],
    },
    "10.accuracy": {
        "right": [
            course.accuracy,
            lambda r, c: np.sum(r) / np.sum(c),
            lambda r, c: np.average([a / max(b, 1) for a, b in zip(r, c)], weights=c),
            lambda r, c: sum(a / sum(c) for a in r),
        ],
        "wrong": [
            ("a", "nothing is rounded"),
            ("C", "equally long"),
            ("(d)", "the other way round"),
            ("e", "one letter of"),
            (lambda r, c: np.mean([a / b for a, b in zip(r, c) if b]), "of those with images"),
            (lambda r, c: sum(a / max(b, 1) for a, b in zip(r, c)) / len(c), "counts as 0"),
            (lambda r, c: sum(r) / len(c), "number of devices, not of images"),
            (lambda r, c: sum(r) / (len(c) * max(c)), "devices times the largest share"),
            (lambda r, c: 100 * sum(r) / sum(c), "it is in per cent"),
            (lambda r, c: 1 - sum(r) / sum(c), "the part that is wrong"),
            (lambda r, c: sum(r) // sum(c), "leaves the whole part alone"),
            (lambda r, c: np.mean(np.divide(r, c)), "it gives"),
            (lambda r, c: sum(a / b for a, b in zip(r, c)), "it divides by zero"),
        ],
    },
    "10.explanation": {
        "right": ["d", "D", "(d)", "d) The brightness"],
        "wrong": [
            ("a", "a single image"),
            ("A) Nothing is lost", "a single image"),
            ("b", "look at the table"),
            ("(b)", "look at the table"),
            ("c", "divides evenly"),
            (" C", "divides evenly"),
            ("e", "one letter of"),
            (None, "one letter of"),
            (4, "one letter of"),
            ("brightness", "one letter of"),
        ],
    },
    "10.once_an_epoch": experiment(
        (epoch,),
        right=[
            (LOSSES, "each step"),
            [NEAR, "neither"],
            ({"each step": (1.9, 1.8, 1.7), "each epoch": np.array([1.1, 1.2, 1])}, "each epoch"),
            (without("each step", [0.9, 0.8, 0.7, 1.1]), " Each step "),
        ],
        wrong=[
            ((LOSSES, "each epoch"), "every run of 'each step' lies below"),
            ((LOSSES, "neither"), "every run of 'each step' lies below"),
            ((NEAR, "each step"), "reach into those of another"),
            ((without("each epoch", [1.3, 1.2]), "each step"), "has 2 of 3 runs"),
            ((without("each epoch", [1.3] * 3), "each step"), "are all 1.3"),
            (
                ({"each step": [0.9, 0.8, 0.7]}, "each step"),
                "nothing was measured for 'each epoch'",
            ),
            ((without("each step", ["0.9 s", 0.8, 0.7]), "each step"), "among its numbers"),
            ((without("each step", [np.nan, 0.8, 0.7]), "each step"), "nan among its numbers"),
            ((without("each step", [91, 90, 92]), "each epoch"), "check what you hand over"),
            ((without("each step", 0.9), "each step"), "should have a list of numbers"),
            ((LOSSES, "the first"), "the conclusion should be one of"),
            (([0.9, 1.3], "each step"), "measured should be a dict"),
            (LOSSES, "measured, conclusion)"),
        ],
        written=[(in_two_ways,)],
        unlike=[
            ((partial(epoch, rate=0.01),), "epoch: for often = "),
            ((partial(epoch, rate=-0.1),), "goes up the gradient"),
            ((partial(epoch, share=np.sum),), "epoch: "),
            ((lambda w, p, often, g: epoch(w, p, "each step", g),), "whatever `often` says"),
            ((lambda w, p, often, g: epoch(w, p, "each epoch", g),), "whatever `often` says"),
            ((from_the_start,), "at the weights of the epoch's start"),
            ((last_copy,), "epoch: "),
            ((lambda weights, parts, often: weights,), "epoch: your function stops"),
            ((lambda w, p, often, g: None,), "is there a return?"),
        ],
    ),
}
