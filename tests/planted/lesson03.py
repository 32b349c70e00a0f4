"""Lesson 3: each wrong answer with a part of what the check has to say about it."""

from functools import partial

import keras
import numpy as np
from keras import layers, ops

from planted.measured import experiment
from utils import networks

MAX = partial(layers.MaxPooling2D, 2)
C = [(4, (3, 3)), (8, (3, 3)), (16, (3, 3, 1)), (32, (3, 3, 1)), (32, (3, 3, 1))]
D = [(8, (3, 3)), (16, (3, 3)), (32, (3, 3, 3))]
SMALL = {"classes": 10, "width": 1 / 16, "input_shape": (32, 32, 3)}


def backwards(stack, n):
    for f, s in reversed(stack):
        n = (n - 1) * s + f
    return n


def recursive(stack, n):
    if not stack:
        return n
    *before, (f, s) = stack
    return recursive(before, (n - 1) * s + f)


def by_numpy(stack, n):
    filters, strides = np.array(stack).T
    steps = np.cumprod(np.append(1, strides))
    return 1 + np.sum((filters - 1) * steps[:-1]) + (n - 1) * steps[-1]


def forward(
    add=lambda f, step, s: (f - 1) * step,
    move=lambda step, s: step * s,
    start=1,
    end=lambda reach, step, n: reach + (n - 1) * step,
):
    def answer(stack, n):
        reach, step = start, 1
        for f, s in stack:
            reach += add(f, step, s)
            step = move(step, s)
        return end(reach, step, n)

    return answer


def wrong_way(stack, n):
    return backwards(stack[::-1], n)


def emptied(stack, n):
    while stack:
        f, s = stack.pop()
        n = (n - 1) * s + f
    return n


def block(
    kernel=3, moves="last", more=0, padding="same", activation="relu", bias=True, grow=1, pool=False
):
    def answer(x, filters, convolutions):
        count = convolutions + more
        conv = {"padding": padding, "activation": activation, "use_bias": bias}
        strides = {
            "last": [1] * (count - 1) + [2],
            "first": [2] + [1] * (count - 1),
            "each": [2] * count,
            "none": [1] * count,
            "4": [1] * (count - 1) + [4],
        }[moves]
        for i, stride in enumerate(strides):
            x = layers.Conv2D(filters * grow**i, kernel, stride, **conv)(x)
        return MAX()(x) if pool else x

    return answer


def block_by_ops(x, filters, convolutions):
    for i in range(1, convolutions + 1):
        conv = layers.Conv2D(filters, (3, 3), (1 + i // convolutions,) * 2, "same", name=f"c{i}")
        x = ops.relu(conv(x))
    return x


def padded_by_hand(x, filters, convolutions):
    for _ in range(convolutions - 1):
        x = layers.ReLU()(layers.Conv2D(filters, 3)(layers.ZeroPadding2D(1)(x)))
    x = layers.ZeroPadding2D(((0, 1), (0, 1)))(x)
    return layers.Activation("relu")(layers.Conv2D(filters, 3, 2)(x))


def every_second(x, filters, convolutions):
    """Convolves everywhere and takes every second pixel, where `same` with a stride of 2 looks."""
    x = block(moves="none")(x, filters, convolutions)
    return x[:, 1::2, 1::2]


def sequential_block(x, filters, convolutions):
    strides = [1] * (convolutions - 1) + [2]
    return keras.Sequential(
        [layers.Conv2D(filters, 3, s, padding="same", activation=ops.relu) for s in strides]
    )(x)


def only_the_last_relu(x, filters, convolutions):
    return layers.ReLU()(block(activation=None)(x, filters, convolutions))


def all_on_the_input(x, filters, convolutions):
    for i in range(convolutions):
        strides = 2 if i == convolutions - 1 else 1
        y = layers.Conv2D(filters, 3, strides, padding="same", activation="relu")(x)
    return y


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


def small_by_sequential():
    model = keras.Sequential([keras.Input((64, 64, 3))])
    for filters, kernels in D:
        for _ in kernels:
            model.add(layers.Conv2D(filters, (3, 3), padding="same"))
            model.add(layers.Activation("relu"))
        model.add(layers.MaxPool2D((2, 2)))
    for layer in (layers.Flatten(), layers.Dense(64, "relu"), layers.Dense(64, ops.relu)):
        model.add(layer)
    model.add(layers.Dense(10))
    model.add(layers.Softmax())
    return model


WIDE, NARROW = [0.41, 0.46, 0.36], [0.53, 0.59, 0.49]


def found(wide=WIDE, narrow=NARROW):
    return {"wide": wide, "narrow": narrow}


fixed = partial(net, D, units=(64, 64), size=64)
one_less = partial(net, [(8, (3,)), (16, (3,)), (32, (3, 3))], (64, 64), size=64)


def convolutions(x, kernels, filters, pool=(0,), padding="same", relu="relu", strides=1):
    for place, kernel in enumerate(kernels):
        x = layers.Conv2D(filters, kernel, strides, padding=padding, activation=relu)(x)
        if place in pool:
            x = layers.MaxPooling2D()(x)
    return x


def in_order(x, kernels, filters):
    first, *others = kernels
    x = layers.ReLU()(layers.Conv2D(filters, first, padding="same")(x))
    x = layers.MaxPooling2D()(x)
    for kernel in others:
        x = layers.ReLU()(layers.Conv2D(filters, kernel, padding="same")(x))
    return x


def always_three(x, kernels, filters):
    return convolutions(x, (3, 3, 3), filters)


def relu_behind(x, kernels, filters):
    for place, kernel in enumerate(kernels):
        x = layers.Conv2D(filters, kernel, padding="same")(x)
        x = layers.ReLU()(x if place else layers.MaxPooling2D(2)(x))
    return x


ANSWERS = {
    "03.third_pooling": {
        "right": [
            (30, 40, 256),
            [30.0, 40, 256],
            np.array([30, 40, 256]),
            "30x40x256",
            (None, 30, 40, 256),
        ],
        "wrong": [
            ((30, 40, 512), "only in the fourth stage"),
            ((30, 40, 128), "channels of the second stage"),
            ((30, 40, 64), "channels of the first stage"),
            ((30, 40, 192), "do not grow by 64"),
            ((60, 80, 256), "comes into the third pooling"),
            ((60, 80, 128), "out of the second pooling"),
            ((15, 20, 512), "out of the fourth"),
            ((40, 53, 256), "not by 6"),
            ((80, 107, 256), "not by 3"),
            ((25, 35, 256), "padded and keep the size"),
            ((28, 28, 256), "for an image of 224×224"),
            ((40, 30, 256), "height comes first"),
            ((256, 30, 40), "their order is not"),
            ((30, 30, 256), "the width is not right"),
            ((30, 40), "should be 3 numbers"),
            ((128, 30, 40, 256), "counts the images"),
        ],
    },
    "03.stack_weights": {
        "right": [16_384, 9 * 64 * 128 + 9 * 128**2 - 25 * 64 * 128.0, np.int64(16_384), "16,384"],
        "wrong": [
            (-16_384, "the other way round"),
            (221_184, "the stack alone"),
            (204_800, "the one 5×5 layer alone"),
            (147_456, "the second 3×3 alone"),
            (425_984, "their difference"),
            (-57_344, "the 128 channels that the first one makes"),
            (57_344, "the 128 channels that the first one makes"),
            (-94_208, "the first 3×3 makes 128"),
            (-114_688, "the first layer reads 64"),
            (-28_672, "they make 128"),
            (-131_072, "two to see 5×5"),
            (-7, "one channel in and one out"),
            (16_512, "biases are counted"),
            ("8 %", "in per cent"),
            ("more", "should be a number"),
        ],
    },
    "03.receptive_field": {
        "right": [forward(), backwards, recursive, by_numpy],
        "wrong": [
            (forward(end=lambda reach, step, n: reach), "this is what one number sees"),
            (forward(end=lambda reach, step, n: n * reach), "views overlap"),
            (forward(end=lambda reach, step, n: reach + n - 1), "not one pixel"),
            (forward(end=lambda reach, step, n: reach + n * step), "n - 1 steps"),
            (forward(move=lambda step, s: 1), "strides are not used"),
            (forward(start=0), "1 too small"),
            (forward(add=lambda f, step, s: f * step), "one pixel of it was seen before"),
            (forward(add=lambda f, step, s: f * step, start=0), "filters overlap"),
            (forward(add=lambda f, step, s: (f - 1) * step * s), "own stride"),
            (forward(move=lambda step, s: s), "the last stride only"),
            (forward(move=lambda step, s: step + s - 1), "they multiply"),
            (wrong_way, "begin with the last layer"),
            (emptied, "work on a copy"),
            (lambda stack, n: print(n), "None (is there a return?)"),
        ],
    },
    "03.vgg_block": {
        "right": [block(), block_by_ops, padded_by_hand, sequential_block, every_second],
        "wrong": [
            (block(activation=None), "after the first convolution there is no ReLU"),
            (only_the_last_relu, "after the first convolution there is no ReLU"),
            (block(padding="valid"), "the first convolution pads 'valid'"),
            (lambda x, filters, convolutions: block()(x, 6, 3), "called with (x, 5, 2)"),
            (block(moves="first"), "the first convolution moves by 2×2; it should move by 1×1"),
            (block(moves="each"), "the first convolution moves by 2×2; it should move by 1×1"),
            (block(moves="none"), "the third convolution moves by 1×1; it should move by 2×2"),
            (block(moves="4"), "the third convolution moves by 4×4"),
            (block(moves="none", pool=True), "the third convolution moves by 1×1"),
            (block(pool=True), "is one step too many"),
            (block(more=1), "it has 4 convolutions; it should have 3"),
            (block(kernel=5), "filters of 5×5; they should be 3×3"),
            (block(bias=False), "has no bias"),
            (block(grow=2), "the second convolution has 12 filters; it needs 6"),
            (all_on_the_input, "it has 1 convolution; it should have 3"),
        ],
    },
    "03.vgg16c": {
        "right": [
            net(C),
            sequential,
            networks.vgg("C", **SMALL),
            net(C, flat=layers.GlobalAveragePooling2D),
        ],
        "wrong": [
            (networks.vgg("D", **SMALL), "filters of 3×3; they should be 1×1"),
            (networks.vgg("B", **SMALL), "it has 10 convolutions; it should have 13"),
            (networks.vgg("C", **SMALL, logits=True), "there is no softmax"),
            (net(swapped_kernels((1, 3, 3))), "has filters of 1×1; they should be 3×3"),
            (net(swapped_kernels((3, 3), at=(4,))), "it should have 13: one of 1×1 is missing"),
            (net([*C[:4], (64, (3, 3, 1))]), "has 64 filters; it needs 32"),
            (net(C[:4]), "it has 10 convolutions; it should have 13"),
            (net(C, without=(6, 9, 12)), "after the seventh convolution there is no ReLU"),
            (net(C, without=(13,)), "after the first dense layer there is no ReLU"),
            (net(C, without=range(15)), "after the first convolution there is no ReLU"),
            (net(C, units=(256,)), "it should have 3: one is missing"),
            (net(C, units=(4096, 4096)), "has 4096 units; it needs 256"),
            (net(C, padding="valid"), "does not fit on"),
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
            fixed()(),
            fixed(pool=partial(layers.MaxPooling2D, 2, padding="same")),
            lambda: keras.models.clone_model(fixed()()),
            small_by_sequential,
        ],
        "wrong": [
            ("a", "summary() shows it: 4 convolutions"),
            ("b", "summary() shows it: 62×62"),
            ("d", "that is no fault"),
            ("e", "one letter of 'a', 'b', 'c', 'd'"),
            ("", "one letter of"),
            (one_less(), "places are not as they should be yet"),
            (fixed(padding="valid"), "7 places are not as they should be yet"),
            (fixed(without=(8,)), "one place is not as it should be yet"),
            (fixed(without=(7, 8)), "2 places are not as they should be yet"),
            (fixed(padding="valid", without=(8,)), "8 places are not as they should be yet"),
            (fixed(pool=partial(layers.MaxPooling2D, 2, 1)), "3 places"),
            (fixed(top="relu"), "one place is not"),
            (fixed(units=(64,)), "2 places"),
            (net([*D[:2], (32, (3, 3, 3, 3))], (64, 64), size=64), "2 places"),
            (7, "a letter first"),
        ],
    },
    "03.larger_image": {
        "right": ["c", " C ", "(c) because", "c) fc1 reads"],
        "wrong": [
            ("a", "nothing is scaled"),
            ("A)", "nothing is scaled"),
            ("b", "shares its weights"),
            ("(b)", "shares its weights"),
            ("d", "fc2 reads fc1's units"),
            ("d) Dense layers", "fc2 reads fc1's units"),
            ("e", "one letter of 'a', 'b', 'c', 'd'"),
            ("fc1", "one letter of"),
            ("", "one letter of"),
            (240, "one letter of"),
            (["c", "e"], "one letter of"),
        ],
    },
    "03.wider_view": experiment(
        (convolutions,),
        right=[
            (found(), "wide"),
            (found(), " Wide "),
            ([found(np.array(WIDE), tuple(NARROW)), "wide"]),
            (found(WIDE, [0.40, 0.55, 0.52]), "neither"),
            (found(NARROW, WIDE), "narrow"),
            (found(WIDE + [0.44], NARROW), "wide"),
        ],
        wrong=[
            ((found(), "narrow"), "every run of 'wide' lies below every other"),
            ((found(), "neither"), "every run of 'wide' lies below every other"),
            ((found(WIDE, [0.40, 0.55, 0.52]), "wide"), "so no one is told apart"),
            ((found(NARROW, WIDE), "wide"), "every run of 'narrow' lies below"),
            ((found(), "3×3"), "should be one of 'wide', 'narrow', 'neither'"),
            ((found(), None), "should be one of"),
            ((found(WIDE[:1]), "wide"), "'wide' has 1 of 3 runs"),
            ((found(WIDE, NARROW[:2]), "wide"), "'narrow' has 2 of 3 runs"),
            ((found([0.4] * 3), "wide"), "the 3 runs of 'wide' are all 0.4"),
            ((found(0.41), "wide"), "'wide' should have a list of numbers"),
            ((found([0.41, float("nan"), 0.4]), "wide"), "'wide' has nan among its numbers"),
            ((found(["0.41", "low", 0.4]), "wide"), "'wide' has 'low' among its numbers"),
            ((found([41.2, 45.8, 36.0]), "wide"), "errors are parts of 1"),
            ((found([0.97, 0.45, 0.36]), "wide"), "guessing makes 0.9"),
            (({"wide": WIDE}, "wide"), "nothing was measured for 'narrow'"),
            (([WIDE, NARROW], "wide"), "should be a dict"),
            (found(), "measured, conclusion)"),
        ],
        written=[(in_order,), (relu_behind,)],
        unlike=[
            ((partial(convolutions, pool=(0, 1, 2)),), "convolutions: "),
            ((partial(convolutions, pool=()),), "convolutions: "),
            ((partial(convolutions, pool=(2,)),), "convolutions: "),
            ((partial(convolutions, padding="valid"),), "convolutions: "),
            ((partial(convolutions, relu=None),), "convolutions: "),
            ((always_three,), "convolutions: "),
            ((lambda x, kernels, filters: in_order(x, kernels[:2], filters),), "convolutions: "),
            ((lambda x, kernels, filters: x,), "convolutions: "),
        ],
    ),
}
