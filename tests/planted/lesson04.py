"""Lesson 4: each wrong answer with a part of what the check has to say about it."""

import math
from functools import partial

import keras
import numpy as np
from keras import layers, ops

from planted.measured import experiment
from utils import blocks, networks


def conv(x, filters, strides=1, kernel=3, bias=False, padding="same"):
    return layers.Conv2D(filters, kernel, strides, padding=padding, use_bias=bias)(x)


def bn_relu(x):
    return layers.ReLU()(layers.BatchNormalization()(x))


def relu_bn(x):
    return layers.BatchNormalization()(layers.ReLU()(x))


def block(after=(bn_relu, bn_relu), second=False, fixed=None, **more):
    """The plain block with one thing or another wrong in it."""

    def answer(x, filters, strides):
        steps = (1, strides) if second else (strides, fixed or 1)
        for step, then in zip(steps, after):
            x = then(conv(x, filters, step, **more))
        return x

    return answer


def block_by_ops(x, filters, strides):
    for i in (0, 1):
        pair = (strides, strides) if i == 0 else (1, 1)
        x = layers.Conv2D(filters, (3, 3), pair, "same", use_bias=False, name=f"mine{i}")(x)
        x = ops.relu(layers.BatchNormalization(epsilon=1e-5)(x))
    return x


def sequential_block(x, filters, strides):
    def part(step):
        return [
            layers.Conv2D(filters, 3, step, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.Activation("relu"),
        ]

    return keras.Sequential([*part(strides), *part(1)])(x)


def shortcut_block(x, filters, strides):
    y = layers.BatchNormalization()(conv(bn_relu(conv(x, filters, strides)), filters))
    beside = layers.BatchNormalization()(conv(x, filters, strides, kernel=1))
    return layers.ReLU()(layers.Add()([y, beside]))


def ours(x, filters, strides):
    return blocks.plain_block(x, filters, strides=strides, name="ours", bottleneck=False)


def plain(
    n=2, first=4, moves=(1, 2, 2), filters=(4, 8, 16), then=bn_relu, late=False, pool=None, **more
):
    """The network of the table; `late` moves in the second convolution of a block."""

    def answer():
        x = image = keras.Input((32, 32, 3))
        x = then(conv(x, first, **more)) if first else x
        for count, strides in zip(filters, moves):
            x = pool(2)(x) if pool and strides > 1 else x
            for i in range(2 * n):
                here = i == (1 if late else 0) and pool is None
                x = then(conv(x, count, strides if here else 1, **more))
        return image, x

    return answer


def head(body, average=layers.GlobalAveragePooling2D, classes=10, activation="softmax"):
    def answer():
        image, x = body()
        x = average()(x)
        return keras.Model(image, layers.Dense(classes, activation=activation)(x))

    return answer


def plain_by_sequential():
    network = keras.Sequential([keras.Input((32, 32, 3))])
    for i, filters in enumerate([4] * 5 + [8] * 4 + [16] * 4):
        strides = 2 if i in (5, 9) else 1
        network.add(layers.Conv2D(filters, 3, strides, padding="same", use_bias=False))
        network.add(layers.BatchNormalization(momentum=0.9))
        network.add(layers.Activation("relu"))
    network.add(layers.GlobalAvgPool2D())
    network.add(layers.Dense(10))
    network.add(layers.Softmax())
    return network


def plain_by_ops():
    image, x = plain(then=lambda x: ops.relu(layers.BatchNormalization()(x)))()
    return keras.Model(image, ops.softmax(layers.Dense(10)(ops.mean(x, axis=(1, 2)))))


def six(count=6, late=False, early_relu=False, bn="before", shortcut=True, end=True, once=False):
    """The stack of blocks with one or more of the faults left in it."""

    def answer():
        image = keras.Input((14, 14, 1))
        x = before = conv(image, 8, bias=True)
        for _ in range(count):
            before = before if once else x
            x = conv(x, 8, bias=True)
            before = x if late else before
            x = layers.BatchNormalization()(x) if bn == "before" else x
            x = layers.ReLU()(x) if early_relu else x
            x = layers.Add()([x, before]) if shortcut else x
            x = layers.BatchNormalization()(x) if bn == "after" else x
            x = layers.ReLU()(x) if end and not early_relu else x
        x = layers.GlobalAveragePooling2D()(x)
        return keras.Model(image, layers.Dense(10, activation="softmax")(x))

    return answer


def six_by_ops():
    image = keras.Input((14, 14, 1))
    x = layers.Conv2D(8, 3, padding="same")(image)
    for _ in range(6):
        y = layers.BatchNormalization()(layers.Conv2D(8, 3, padding="same")(x))
        x = ops.relu(x + y)
    x = ops.mean(x, axis=(1, 2))
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def six_with_identity():
    """The same with names, layers of identity, and Activation layers."""
    x = image = keras.Input((14, 14, 1), name="clothes")
    x = layers.Conv2D(8, (3, 3), padding="same", name="first")(x)
    for i in range(6):
        shortcut = layers.Identity(name=f"way{i}")(x)
        x = layers.Conv2D(8, 3, padding="same", name=f"c{i}")(layers.ZeroPadding2D(0)(x))
        x = layers.add([shortcut, layers.BatchNormalization(momentum=0.9)(x)])
        x = layers.Activation("relu")(x)
    x = layers.Flatten()(layers.GlobalAveragePooling2D(keepdims=True)(x))
    return keras.Model(image, layers.Softmax()(layers.Dense(10)(x)))


def padded_block(x, filters, strides):
    """Padded by hand: below and on the right, where the first convolution moves by 2."""
    for step in (strides, 1):
        pads = ((0, 1), (0, 1)) if step == 2 else 1
        x = layers.ZeroPadding2D(pads)(x)
        x = bn_relu(conv(x, filters, step, padding="valid"))
    return x


def frozen_block(x, filters, strides):
    for step in (strides, 1):
        convolution = layers.Conv2D(filters, 3, step, padding="same", use_bias=False)
        convolution.trainable = False
        x = bn_relu(convolution(x))
    return x


def root(inputs, two=2):
    """The root of 2 over what counts as inputs, which gets k, c, f and the slope a."""
    return lambda kernel, channels, filters, slope: math.sqrt(
        two / inputs(kernel, channels, filters, slope)
    )


IDENTITY, RANDOM = [0.81, 0.78, 0.91], [1.57, 1.62, 1.43]


def found(identity=IDENTITY, random=RANDOM):
    return {"identity": identity, "random": random}


def sixteen(x, start, layers_=16, units=32, relu="relu", bias="zeros"):
    for _ in range(layers_):
        x = layers.Dense(units, relu, kernel_initializer=start, bias_initializer=bias)(x)
    return x


def by_hand(x, start):
    start = keras.initializers.Identity() if start == "identity" else start
    for _ in range(16):
        x = layers.ReLU()(layers.Dense(32, kernel_initializer=start)(x))
    return x


def started(x, start):
    return sixteen(x, "he_uniform" if start == "he_normal" else start)


ANSWERS = {
    "04.layers_to_vanish": {
        "right": [31, 31.0, np.ceil(np.log(0.001) / np.log(0.8)), "31", [31]],
        "wrong": [
            (30, "still a little more than a thousandth"),
            (32, "a layer less is enough"),
            (5, "a fifth of what is left"),
            (10, "a tenth is not yet a thousandth"),
            (11, "a tenth of a tenth of a tenth"),
            (33, "rounded up three times"),
            (math.log(0.001) / math.log(0.8), "layers come in whole numbers"),
            (math.log(0.001, 0.8), "layers come in whole numbers"),
            ("30.96", "layers come in whole numbers"),
            (1250, "a thousand over 0.8"),
            (0.8**31, "the number of layers is asked for"),
            (0.8**30, "the number of layers is asked for"),
            ("thirty-one", "should be a number"),
            (62, "twice as many as needed"),
        ],
    },
    "04.he_stddev": {
        "right": [
            root(lambda k, c, f, a: (1 + a**2) * k * k * c),
            lambda kernel, channels, filters, slope: (
                (2 / (1 + slope**2) / kernel**2 / channels) ** 0.5
            ),
            lambda k, c, f, a: np.sqrt(1.0) / (k * np.sqrt(c * (0.5 + a * a / 2))),
            lambda k, c, f, a: keras.ops.sqrt(2 / (k * k * c)) / np.hypot(1, a),
        ],
        "wrong": [
            (lambda k, c, f, a: 2 / ((1 + a * a) * k * k * c), "this is the variance"),
            (root(lambda k, c, f, a: k * k * c), "He's rule for ReLU"),
            (root(lambda k, c, f, a: (1 + a) * k * k * c), "mean square it is squared"),
            (root(lambda k, c, f, a: k * k * c / (1 + a * a)), "divide by 1 + slope²"),
            (root(lambda k, c, f, a: (1 - a * a) * k * k * c), "not 1 - slope²"),
            (root(lambda k, c, f, a: (1 + a * a) * k * k * c, two=1), "the 2 is forgotten"),
            (lambda k, c, f, a: math.sqrt(2) / ((1 + a * a) * k * k * c), "of the 2 only"),
            (root(lambda k, c, f, a: (1 + a * a) * k * k * f), "it counts the filters"),
            (root(lambda k, c, f, a: (1 + a * a) * k * k * (c + f)), "as Glorot's rule"),
            (root(lambda k, c, f, a: (1 + a * a) * c), "area is forgotten"),
            (root(lambda k, c, f, a: (1 + a * a) * k * c), "counts once only"),
            (root(lambda k, c, f, a: (1 + a * a) * k * k * c, two=6), "uniform distribution"),
            (
                root(lambda k, c, f, a: k * k * c * f),
                "filters = 32, slope = 0 it gives 0.0208333; it should be",
            ),
            (lambda k, c, f, a: print(c), "None (is there a return?)"),
            (0.1, "should be a function"),
        ],
    },
    "04.plain_block": {
        "right": [block(), block_by_ops, sequential_block, padded_block, frozen_block],
        "wrong": [
            (block(second=True), "the first convolution moves by 1×1; it should move by 2×2"),
            (block(fixed=2), "the second convolution moves by 2×2"),
            (block(bias=True), "the first convolution has a bias"),
            (block(padding="valid"), "pads 'valid'"),
            (block(kernel=1), "has filters of 1×1"),
            (block(after=(relu_bn, relu_bn)), "the first ReLU comes before the batch norm"),
            (block(after=(bn_relu, layers.BatchNormalization())), "there is no ReLU"),
            (block(after=(layers.BatchNormalization(), bn_relu)), "there is no ReLU"),
            (block(after=(layers.ReLU(), layers.ReLU())), "there is no batch normalisation"),
            (block(after=(bn_relu,)), "it has 1 convolution; it should have 2"),
            (shortcut_block, "it has 3 convolutions; it should have 2: one of 1×1"),
            (ours, "pads 'zero padding ((1, 1), (1, 1))'; it should be 'same'"),
            (lambda x, f, s: block()(x, 6, 2), "called with (x, 5, 1)"),
        ],
    },
    "04.small_plain": {
        "right": [head(plain()), plain_by_sequential, plain_by_sequential(), plain_by_ops],
        "wrong": [
            (head(plain(n=1)), "it has 7 convolutions; it should have 13"),
            (head(plain(n=3)), "it has 19 convolutions; it should have 13"),
            (head(plain(first=None)), "it has 12 convolutions; it should have 13"),
            (head(plain(moves=(2, 2, 2))), "the second convolution moves by 2×2"),
            (head(plain(moves=(2, 2, 1))), "the second convolution moves by 2×2"),
            (head(plain(moves=(1, 1, 1))), "the sixth convolution moves by 1×1"),
            (head(plain(moves=(1, 2, 1))), "the tenth convolution moves by 1×1"),
            (head(plain(late=True)), "the sixth convolution moves by 1×1"),
            (head(plain(pool=layers.MaxPooling2D)), "max pooling that does not belong there"),
            (head(plain(first=16, filters=(16, 32, 64))), "has 16 filters; it needs 4"),
            (head(plain(filters=(16, 8, 4))), "has 16 filters; it needs 4"),
            (head(plain(then=relu_bn)), "the first ReLU comes before the batch normalisation"),
            (head(plain(then=layers.ReLU())), "there is no batch normalisation"),
            (head(plain(bias=True)), "the first convolution has a bias"),
            (head(plain(), average=layers.Flatten), "flattening"),
            (head(plain(), activation=None), "there is no softmax"),
            (lambda: networks.plain_cifar(14, width=1 / 4), "it should be 'same'"),
            (lambda: networks.resnet_cifar(14, width=1 / 4), "an addition that does not belong"),
            (plain(), "should be a keras.Model"),
        ],
    },
    "04.six_blocks": {
        "right": [
            six(),
            six()(),
            six_by_ops,
            six_with_identity,
            lambda: keras.models.clone_model(six()()),
        ],
        "wrong": [
            ("a", "keep their shortcuts"),
            ("c", "added all the same"),
            ("d", "that is no fault"),
            ("e", "one letter of 'a', 'b', 'c', 'd'"),
            ("before", "one letter of"),
            (six(count=5), "places are not as they should be yet"),
            (six(count=7), "places are not as they should be yet"),
            (six(late=True), "6 places are not as they should be yet"),
            (six(early_relu=True), "places are not as they should be yet"),
            (six(late=True, early_relu=True), "places are not as they should be yet"),
            (six(5, late=True), "places are not as they should be yet"),
            (six(bn="after"), "places are not as they should be yet"),
            (six(shortcut=False), "6 places are not as they should be yet"),
            (six(end=False), "6 places are not as they should be yet"),
            (six(once=True), "5 places are not as they should be yet"),
        ],
    },
    "04.factor_explained": {
        "right": ["b", " B ", "(b)", "b) It divides a factor"],
        "wrong": [
            ("a", "two networks, not two layers"),
            ("(a)", "two networks, not two layers"),
            ("A) It makes", "two networks, not two layers"),
            ("c", "never sees the weights"),
            ("C", "never sees the weights"),
            ("d", "every gamma is still 1"),
            ("d) Each layer", "every gamma is still 1"),
            ("e", "one letter of 'a', 'b', 'c', 'd'"),
            ("gamma", "one letter of"),
            (1.25, "one letter of"),
            (["b", "e"], "one letter of"),
        ],
    },
    "04.which_overfits": {
        "right": ["b", "B)", "(b)", "b) Q and S"],
        "wrong": [
            ("a", "good on the training images"),
            ("A", "good on the training images"),
            ("c", "no overfitting explains"),
            ("c) All four", "no overfitting explains"),
            ("d", "S knows its training images as well"),
            ("(d)", "S knows its training images as well"),
            ("Q", "one letter of 'a', 'b', 'c', 'd'"),
            ("Q and S", "one letter of"),
            ("", "one letter of"),
            (2, "one letter of"),
            (["b", "e"], "one letter of"),
        ],
    },
    "04.from_identity": experiment(
        (sixteen,),
        right=[
            (found(), "identity"),
            (found(), "Identity "),
            [found(np.array(IDENTITY), tuple(RANDOM)), "identity"],
            (found(IDENTITY, [0.9, 1.6, 1.5]), "neither"),
            (found(RANDOM, IDENTITY), "random"),
            (found(IDENTITY + [0.88], RANDOM), "identity"),
        ],
        wrong=[
            ((found(), "random"), "every run of 'identity' lies below every other"),
            ((found(), "neither"), "every run of 'identity' lies below every other"),
            ((found(IDENTITY, [0.9, 1.6, 1.5]), "identity"), "so no one is told apart"),
            ((found(RANDOM, IDENTITY), "identity"), "every run of 'random' lies below"),
            ((found(), "he_normal"), "should be one of 'identity', 'random', 'neither'"),
            ((found(), True), "should be one of"),
            ((found(IDENTITY[:2]), "identity"), "'identity' has 2 of 3 runs"),
            ((found(IDENTITY, RANDOM[:1]), "identity"), "'random' has 1 of 3 runs"),
            ((found(IDENTITY, [1.57] * 3), "identity"), "the 3 runs of 'random' are all 1.57"),
            ((found(0.81), "identity"), "'identity' should have a list of numbers"),
            ((found([0.81, None, 0.9]), "identity"), "'identity' has None among its numbers"),
            ((found(IDENTITY, [1.6, float("nan"), 1.4]), "identity"), "'random' has nan"),
            ((found(IDENTITY, ["much", 1.6, 1.4]), "identity"), "'random' has 'much'"),
            ((found([81.0, 78.0, 91.0]), "identity"), "guessed make a loss of 2.3"),
            ((found(IDENTITY, [0.0, 1.6, 1.4]), "identity"), "guessed make a loss of 2.3"),
            (({"identity": IDENTITY}, "identity"), "nothing was measured for 'random'"),
            (([IDENTITY, RANDOM], "identity"), "should be a dict"),
            (found(), "measured, conclusion)"),
        ],
        written=[(by_hand,)],
        unlike=[
            ((started,), "uniform; it should start as random numbers"),
            ((partial(sixteen, layers_=15),), "sixteen_layers: "),
            ((partial(sixteen, units=16),), "sixteen_layers: "),
            ((partial(sixteen, relu=None),), "sixteen_layers: "),
            ((lambda x, start: sixteen(x, "he_normal"),), "should start as the identity matrix"),
            ((lambda x, start: sixteen(x, "identity"),), "starts as the identity matrix"),
            ((lambda x, start: sixteen(x, "zeros"),), "starts as 0 everywhere"),
            ((lambda x, start: sixteen(x, "glorot_uniform"),), "should start as the identity"),
            ((partial(sixteen, bias="ones"),), "the bias of"),
        ],
    ),
}
