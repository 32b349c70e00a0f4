"""Lesson 3: each wrong answer with a part of what the check has to say about it."""

from functools import partial

import keras
import numpy as np
from keras import layers, ops

from utils import networks

MAX = partial(layers.MaxPooling2D, 2)
C = [(4, (3, 3)), (8, (3, 3)), (16, (3, 3, 1)), (32, (3, 3, 1)), (32, (3, 3, 1))]
D = [(8, (3, 3)), (16, (3, 3)), (32, (3, 3, 3))]
small = {"classes": 10, "width": 1 / 16, "input_shape": (32, 32, 3)}


def backwards(stack):
    reach = 1
    for f, s in reversed(stack):
        reach = (reach - 1) * s + f
    return reach


def recursive(stack):
    if not stack:
        return 1
    (f, s), *behind = stack
    return f + s * (recursive(behind) - 1)


def by_numpy(stack):
    filters, strides = np.array(stack).T
    return 1 + np.sum((filters - 1) * np.cumprod(np.append(1, strides[:-1])))


def forward(add=lambda f, step, s: (f - 1) * step, move=lambda step, s: step * s, start=1):
    def answer(stack):
        reach, step = start, 1
        for f, s in stack:
            reach += add(f, step, s)
            step = move(step, s)
        return reach

    return answer


def wrong_way(stack):
    return backwards(stack[::-1])


def filters_multiplied(stack):
    reach = 1
    for f, _ in stack:
        reach *= f
    return reach


def emptied(stack):
    reach = step = 1
    while stack:
        f, s = stack.pop(0)
        reach, step = reach + (f - 1) * step, step * s
    return reach


def block(kernel=3, pool=MAX, more=0, padding="same", activation="relu", bias=True, grow=1):
    def answer(x, filters, convolutions):
        conv = {"padding": padding, "activation": activation, "use_bias": bias}
        for i in range(convolutions + more):
            x = layers.Conv2D(filters * grow**i, kernel, **conv)(x)
        return pool()(x)

    return answer


def relu_behind_the_pooling(x, filters, convolutions):
    for i in range(convolutions):
        activation = "relu" if i < convolutions - 1 else None
        x = layers.Conv2D(filters, 3, padding="same", activation=activation)(x)
    return layers.ReLU()(layers.MaxPooling2D(2)(x))


def block_by_ops(x, filters, convolutions):
    for _ in range(convolutions):
        x = ops.relu(layers.Conv2D(filters, (3, 3), padding="same", name=f"c{_}")(x))
    return ops.max_pool(x, 2, 2)


def padded_by_hand(x, filters, convolutions):
    for _ in range(convolutions):
        x = layers.ReLU()(layers.Conv2D(filters, 3)(layers.ZeroPadding2D(1)(x)))
    return layers.MaxPool2D((2, 2), (2, 2))(x)


def only_the_last_relu(x, filters, convolutions):
    for _ in range(convolutions):
        x = layers.Conv2D(filters, 3, padding="same")(x)
    return MAX()(layers.ReLU()(x))


def all_on_the_input(x, filters, convolutions):
    for _ in range(convolutions):
        y = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return MAX()(y)


def pooling_in_the_loop(x, filters, convolutions):
    for _ in range(convolutions):
        x = MAX()(layers.Conv2D(filters, 3, padding="same", activation="relu")(x))
    return x


def pooling_first(x, filters, convolutions):
    x = MAX()(x)
    for _ in range(convolutions):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return x


def no_pooling(x, filters, convolutions):
    return block(pool=lambda: lambda x: x)(x, filters, convolutions)


def net(stages, units=(256, 256), padding="same", pool=MAX, without=(), size=32, **more):
    """A VGG; `without` are the layers with weights, counted from 0, that forget their ReLU."""

    def answer():
        x = image = keras.Input((size, size, 3))
        place = iter(range(100))
        for filters, kernels in stages:
            x = pool()(x) if more.get("pool_first") else x
            for kernel in kernels:
                x = layers.Conv2D(filters, kernel, padding=padding)(x)
                x = x if next(place) in without else layers.ReLU()(x)
            x = x if more.get("pool_first") else pool()(x)
        x = more.get("flat", layers.Flatten)()(x)
        for count in units:
            x = layers.Dense(count)(x)
            x = x if next(place) in without else layers.ReLU()(x)
            x = layers.Dropout(0.5)(x) if more.get("dropout") else x
        return keras.Model(image, layers.Dense(10, activation=more.get("top", "softmax"))(x))

    return answer


def sequential():
    model = keras.Sequential([keras.Input((32, 32, 3))])
    for filters, kernels in C:
        for kernel in kernels:
            model.add(
                layers.Dense(filters) if kernel == 1 else layers.Conv2D(filters, 3, 1, "same")
            )
            model.add(layers.Activation(ops.relu))
        model.add(layers.MaxPool2D())
    model.add(layers.Reshape((32,)))
    for units in (256, 256):
        model.add(layers.Dense(units, "relu"))
    model.add(layers.Dense(10, "softmax"))
    return model


def swapped_kernels(kernels, at=(2, 3, 4)):
    return [(n, kernels if i in at else old) for i, (n, old) in enumerate(C)]


fixed = partial(net, D, (64, 64), size=64)
one_less = partial(net, [(8, (3,)), (16, (3,)), (32, (3, 3))], (64, 64), size=64)

ANSWERS = {
    "03.third_pooling": {
        "right": [(28, 28, 256), [28.0, 28, 256], np.array([28, 28, 256])],
        "wrong": [
            ((28, 28, 512), "only in the fourth stage"),
            ((28, 28, 128), "channels of the second stage"),
            ((56, 56, 256), "comes into the third pooling"),
            ((14, 14, 512), "out of the fourth"),
            ((37, 37, 256), "not by 6"),
            ((23, 23, 256), "padded and keep the size"),
            ((28, 28), "should be 3 numbers"),
            ((128, 28, 28, 256), "should be 3 numbers"),
        ],
    },
    "03.stack_weights": {
        "right": [184_320, 5 * 9 * 64**2.0, np.int64(184_320)],
        "wrong": [
            (495_616, "the one 11×11 layer"),
            (311_296, "what the stack saves"),
            (147_456, "9×9 only"),
            (405_504, "eleven layers"),
            (36_864, "one 3×3 layer"),
            (2_880, "reads all 64 channels"),
            (45, "one channel in"),
            (184_640, "biases are counted"),
            (200_000, "too large"),
        ],
    },
    "03.receptive_field": {
        "right": [forward(), backwards, recursive, by_numpy],
        "wrong": [
            (forward(add=lambda f, step, s: f - 1), "strides are not used"),
            (forward(start=0), "1 too small"),
            (forward(add=lambda f, step, s: f * step), "so it adds f - 1"),
            (forward(add=lambda f, step, s: f * step, start=0), "because they overlap"),
            (forward(add=lambda f, step, s: (f - 1) * step * s), "own stride"),
            (forward(move=lambda step, s: s), "just before it only"),
            (wrong_way, "steps backwards"),
            (filters_multiplied, "multiplies the filters"),
            (forward(add=lambda f, step, s: 2 * step), "it gives 7; it should be 6"),
            (emptied, "work on a copy"),
        ],
    },
    "03.vgg_block": {
        "right": [block(), block_by_ops, padded_by_hand, relu_behind_the_pooling],
        "wrong": [
            (block(activation=None), "after the first convolution there is no ReLU"),
            (only_the_last_relu, "after the first convolution there is no ReLU"),
            (block(padding="valid"), "the first convolution pads 'valid'"),
            (lambda x, filters, convolutions: block()(x, 6, 3), "called with (x, 5, 2)"),
            (block(more=-1), "it has 2 convolutions; it should have 3"),
            (block(more=1), "it has 4 convolutions; it should have 3"),
            (block(kernel=5), "filters of 5×5; they should be 3×3"),
            (block(pool=partial(layers.MaxPooling2D, 2, 1)), "moves by 1×1"),
            (block(pool=partial(layers.MaxPooling2D, 3, 2, "same")), "pools 3×3"),
            (block(pool=partial(layers.AveragePooling2D, 2)), "next comes the average pooling"),
            (block(bias=False), "has no bias"),
            (block(grow=2), "the second convolution has 12 filters; it needs 6"),
            (all_on_the_input, "it has 1 convolution; it should have 3"),
            (pooling_in_the_loop, "there is no convolution: next comes the first max pooling"),
            (pooling_first, "at the start stands a max pooling"),
            (no_pooling, "after the third ReLU, there is no max pooling yet"),
        ],
    },
    "03.vgg16c": {
        "right": [
            net(C),
            sequential,
            networks.vgg("C", **small),
            net(C, flat=layers.GlobalAveragePooling2D),
        ],
        "wrong": [
            (networks.vgg("D", **small), "filters of 3×3; they should be 1×1"),
            (networks.vgg("B", **small), "it has 10 convolutions; it should have 13"),
            (networks.vgg("C", **small, logits=True), "there is no softmax"),
            (net(swapped_kernels((1, 3, 3))), "has filters of 1×1; they should be 3×3"),
            (net(swapped_kernels((3, 3), at=(4,))), "it should have 13: one of 1×1 is missing"),
            (net([*C[:4], (64, (3, 3, 1))]), "has 64 filters; it needs 32"),
            (net(C[:4]), "it has 10 convolutions; it should have 13"),
            (net(C, without=(6, 9, 12)), "after the seventh convolution there is no ReLU"),
            (net(C, without=(13,)), "after the first dense layer there is no ReLU"),
            (net(C, without=range(15)), "after the first convolution there is no ReLU"),
            (net(C, units=(256,)), "it should have 3: one is missing"),
            (net(C, units=(4096, 4096)), "has 4096 units; it needs 256"),
            (net(C, padding="valid"), "a window of 2×2 does not fit on 1×1×16"),
            (net(C, pool=partial(layers.MaxPooling2D, 2, 1)), "first max pooling moves by 1×1"),
            (net(C, pool_first=True), "at the start stands a max pooling"),
            (net(C, flat=lambda: lambda x: x), "no flattening before the first dense layer"),
            (net(C, top="sigmoid"), "next comes the sigmoid"),
            (net(C, dropout=True), "a dropout that does not belong there"),
        ],
    },
    "03.small_vgg": {
        "right": [
            fixed(),
            fixed(pool=partial(layers.MaxPooling2D, 2, padding="same")),
            lambda: keras.models.clone_model(fixed()()),
        ],
        "wrong": [
            (one_less(), "it has 4 convolutions; it should have 7"),
            (fixed(padding="valid"), "the first convolution pads 'valid'; it should be 'same'"),
            (fixed(without=(8,)), "after the second dense layer there is no ReLU"),
            (fixed(without=(7, 8)), "after the first dense layer there is no ReLU"),
            (
                net([*D[:2], (32, (3, 3, 3, 3))], (64, 64), size=64),
                "is too many",
            ),
            (fixed(pool=partial(layers.MaxPooling2D, 2, 1)), "moves by 1×1"),
            (fixed(top="relu"), "there is no softmax: next comes the tenth ReLU"),
        ],
    },
    "03.larger_image": {
        "right": ["c", " C ", "(c) because"],
        "wrong": [
            ("a", "nothing is scaled"),
            ("b", "shares its weights"),
            ("d", "fc2 reads fc1's units"),
            ("e", "one letter of 'a', 'b', 'c', 'd'"),
            (240, "one letter of"),
        ],
    },
}
