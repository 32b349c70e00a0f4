"""Lesson 11: each wrong answer with a part of what the check has to say about it."""

from functools import partial

import keras
import numpy as np
from keras import layers, ops

from planted.measured import experiment
from utils import blocks
from utils.exercises import answers11 as course


def bn(x, **options):
    return layers.BatchNormalization(**options)(x)


def relu6(x):
    return layers.ReLU(6.0)(x)


def separable(
    kernel=3, padding="same", bias=False, first=relu6, second=relu6, norms=(True, True), moves=0
):
    """A separable block with one thing or another wrong in it."""

    def answer(x, filters, strides):
        strides = (strides, 1) if moves == 0 else (1, strides)
        x = layers.DepthwiseConv2D(kernel, strides[0], padding=padding, use_bias=bias)(x)
        x = first(bn(x) if norms[0] else x)
        x = layers.Conv2D(filters, 1, strides[1], use_bias=bias)(x)
        return second(bn(x) if norms[1] else x)

    return answer


def as_it_is(x):
    return x


def separable_by_padding(x, filters, strides):
    x = layers.ZeroPadding2D(((0, 1), (0, 1)) if strides == 2 else 1)(x)
    x = layers.DepthwiseConv2D(3, strides, use_bias=False, name="filters_each")(x)
    x = ops.relu6(bn(x))
    return layers.Activation("relu6")(bn(layers.Dense(filters, use_bias=False)(x)))


def one_keras_layer(x, filters, strides):
    return relu6(bn(layers.SeparableConv2D(filters, 3, strides, padding="same", use_bias=False)(x)))


def mixed_first(x, filters, strides):
    x = relu6(bn(layers.Conv2D(filters, 1, use_bias=False)(x)))
    x = layers.DepthwiseConv2D(3, strides, padding="same", use_bias=False)(x)
    return relu6(bn(x))


def ordinary(x, filters, strides):
    return relu6(bn(layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)))


def network(
    rows=((16, 1), (32, 2), (32, 1), (64, 2)),
    first=8,
    strides=2,
    bias=False,
    block=course.separable,
    head=layers.GlobalAveragePooling2D,
    activation="softmax",
    pixels=32,
    stem=relu6,
):
    def answer():
        x = image = keras.Input((pixels, pixels, 3))
        x = layers.Conv2D(first, 3, strides, padding="same", use_bias=bias)(x)
        x = stem(bn(x))
        for filters, moves in rows:
            x = block(x, filters, moves)
        return keras.Model(image, layers.Dense(10, activation=activation)(head()(x)))

    return answer


def from_blocks():
    x = image = keras.Input((32, 32, 3))
    x = relu6(bn(layers.Conv2D(8, 3, 2, padding="same", use_bias=False)(x)))
    for number, (filters, strides) in enumerate(((16, 1), (32, 2), (32, 1), (64, 2)), start=1):
        x = blocks.depthwise_separable(x, filters, strides=strides, name=number)
    x = ops.mean(x, axis=(1, 2))
    return keras.Model(image, ops.softmax(layers.Dense(10)(x)))


def sequential():
    mine = keras.Sequential([keras.Input((32, 32, 3))])
    mine.add(layers.Conv2D(8, 3, 2, padding="same", use_bias=False))
    mine.add(layers.BatchNormalization())
    mine.add(layers.ReLU(6.0))
    for filters, strides in ((16, 1), (32, 2), (32, 1), (64, 2)):
        mine.add(layers.DepthwiseConv2D(3, strides, padding="same", use_bias=False))
        mine.add(layers.BatchNormalization())
        mine.add(layers.ReLU(6.0))
        mine.add(layers.Conv2D(filters, 1, use_bias=False))
        mine.add(layers.BatchNormalization())
        mine.add(layers.ReLU(6.0))
    mine.add(layers.GlobalAveragePooling2D())
    mine.add(layers.Dense(10, activation="softmax"))
    return mine


def inverted(
    of_filters=False,
    expand=True,
    acts=(True, True, False),
    add=True,
    end=False,
    kernel=3,
    bias=False,
    norm=True,
    kind=layers.DepthwiseConv2D,
):
    """The inverted residual block with one thing or another wrong in it."""

    def answer(x, filters, expansion):
        wide = expansion * (filters + 1 if of_filters else x.shape[-1])
        y = x
        if expand:
            y = bn(layers.Conv2D(wide, 1, use_bias=bias)(y))
            y = relu6(y) if acts[0] else y
        if kind is layers.DepthwiseConv2D:
            y = layers.DepthwiseConv2D(kernel, padding="same", use_bias=bias)(y)
        else:
            y = kind(wide, kernel, padding="same", use_bias=bias)(y)
        y = bn(y)
        y = relu6(y) if acts[1] else y
        y = layers.Conv2D(filters, 1, use_bias=bias)(y)
        y = bn(y) if norm else y
        y = relu6(y) if acts[2] else y
        y = layers.Add()([x, y]) if add else y
        return relu6(y) if end else y

    return answer


def inverted_by_ops(x, filters, expansion):
    y = ops.relu6(bn(layers.Dense(expansion * x.shape[-1], use_bias=False)(x)))
    y = layers.ZeroPadding2D(1)(y)
    y = ops.relu6(bn(layers.DepthwiseConv2D(3, use_bias=False)(y)))
    return x + bn(layers.Conv2D(filters, (1, 1), use_bias=False)(y))


def two(ends=(False, False), shortcut=True, expansion=6, strides=(2, 1), acts=True):
    """The two blocks; `ends` are the ReLU6 that are left at the narrow ends."""

    def answer(x):
        for moves, end in zip(strides, ends):
            y = bn(layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(x))
            y = relu6(y) if acts else y
            y = layers.DepthwiseConv2D(3, moves, padding="same", use_bias=False)(y)
            y = bn(layers.Conv2D(12, 1, use_bias=False)(relu6(bn(y))))
            y = relu6(y) if end else y
            x = layers.Add()([x, y]) if moves == 1 and shortcut else y
        return x

    return answer


LESS, MORE = [0.30, 0.32, 0.31], [0.41, 0.39, 0.40]
BOTH = {"ordinary": MORE, "separable": LESS}


def split_up(x, kernel=3, padding="same", channels=56, relu="relu", between=None):
    x = layers.DepthwiseConv2D(kernel, padding=padding, activation=between)(x)
    return layers.Conv2D(channels, 1, activation=relu)(x)


def separable_at_once(x):
    x = layers.DepthwiseConv2D((3, 3), padding="same")(x)
    return layers.ReLU()(layers.Dense(56)(x))


def the_other_way_round(x):
    return layers.DepthwiseConv2D(3, padding="same")(layers.Conv2D(56, 1, activation="relu")(x))


ANSWERS = {
    "11.part_left": {
        "right": [
            course.part_left,
            lambda n, f: (n + f * f) / (n * f * f),
            lambda filters, size: np.divide(1, filters) + np.power(float(size), -2),
            lambda n, f: sum([1 / n, 1 / f / f]),
        ],
        "wrong": [
            (course.multiplied, "the two are multiplied"),
            (course.filtering_only, "the 1×1 is forgotten"),
            (course.mixing_only, "the depthwise convolution is forgotten"),
            (course.upside_down, "turn the fraction over"),
            (course.not_squared, "f² places, not f"),
            (course.swapped, "the arguments have changed places"),
            (lambda n, f: 672 / 2160, "for filters = 256, size = 3 it gives 0.311111"),
            (lambda n, f: 1 / (n + f * f), "not what they are divided by"),
            (lambda n, f: 1 - 1 / n - 1 / f**2, "what is left is asked for"),
            (lambda n, f: 100 * (n + f**2) / (n * f**2), "in per cent"),
            (lambda n, f: 1 / n + 1 / (f * f) ** 2, "not f⁴"),
            (lambda n, f: print(1 / n), "is there a return?"),
            (lambda n: 1 / n, "arguments is given"),
            (lambda n, f: 1 // n + 1 // f**2, "in whole numbers nothing is left"),
            (lambda n, f: (n + f**2) // (n * f**2), "in whole numbers nothing is left"),
            (0.311, "the answer should be a function"),
        ],
    },
    "11.strided_block": {
        "right": [26_141_696, "26,141,696", 26_141_696.0, np.int64(26_141_696), [26_141_696]],
        "wrong": [
            (25_690_112, "the depthwise convolution is missing"),
            (451_584, "the 1×1 convolution is missing"),
            (27_496_448, "since it moves by 2"),
            (104_566_784, "a stride of 2 leaves 14×14"),
            (231_211_008, "an ordinary 3×3 convolution"),
            (26_593_280, "each its own"),
            (133_376, "these are its weights"),
            (26.141696, "these are millions"),
            (14 * 14 * 256 * 3 + 14 * 14 * 256 * 512, "nine places, not three"),
            (13 * 13 * 256 * (9 + 512), "not 13×13"),
            (14 * 14 * 256 * 9 + 7 * 7 * 256 * 512, "the 1×1 moves by 1"),
            (1 / 512 + 1 / 9, "the part left of an ordinary convolution"),
            (0.113, "the part left of an ordinary convolution"),
            (2 * 26_141_696, "is a multiply-add counted as two"),
            ("26 million", "it is rounded; the number itself"),
            ((14, 14, 512), "should be a number"),
        ],
    },
    "11.separable": {
        "right": [separable(), separable_by_padding, course.separable, separable(first=ops.relu6)],
        "wrong": [
            (separable(kernel=5), "has filters of 5×5; they should be 3×3"),
            (separable(padding="valid"), "pads 'valid'; it should be 'same'"),
            (separable(bias=True), "has a bias; it should have none"),
            (separable(first=layers.ReLU()), "does not end; it should end at 6.0"),
            (separable(second=as_it_is), "there is no ReLU"),
            (separable(first=as_it_is), "there is no ReLU"),
            (separable(norms=(False, True)), "there is no batch normalisation"),
            (separable(norms=(True, False)), "there is no batch normalisation"),
            (separable(moves=1), "moves by 1×1; it should move by 2×2"),
            (ordinary, "depthwise convolution"),
            (mixed_first, "comes before the"),
            (one_keras_layer, "the two are wanted as two layers"),
            (lambda x, filters, strides: x, "one of 1×1 is missing at the start"),
        ],
    },
    "11.small_mobilenet": {
        "right": [network(), from_blocks, sequential, network(stem=layers.Activation("relu6"))],
        "wrong": [
            (network(first=16), "has 16 filters; it needs 8"),
            (network(strides=1), "moves by 1×1; it should move by 2×2"),
            (network(bias=True), "has a bias; it should have none"),
            (network(rows=((16, 1), (32, 2), (64, 2))), "it has 4 convolutions; it should have 5"),
            (network(rows=((16, 1), (32, 2), (32, 2), (64, 1))), "moves by 2×2"),
            (network(block=ordinary), "depthwise convolution"),
            (network(head=layers.Flatten), "there is no global average pooling"),
            (network(head=layers.GlobalMaxPooling2D), "global max pooling"),
            (network(activation=None), "there is no softmax"),
            (network(activation="sigmoid"), "sigmoid"),
            (network(pixels=28), "the model's input is 28×28×3"),
            (network(stem=layers.ReLU()), "does not end; it should end at 6.0"),
        ],
    },
    "11.inverted": {
        "right": [
            course.inverted,
            inverted(),
            inverted_by_ops,
            lambda x, n, t: blocks.inverted_residual(x, n, expansion=t, name="mine"),
        ],
        "wrong": [
            (inverted(acts=(True, True, True)), "stands a ReLU that does not belong there"),
            (inverted(acts=(False, True, False)), "there is no ReLU"),
            (inverted(acts=(True, False, False)), "there is no ReLU"),
            (inverted(add=False), "there is no addition"),
            (inverted(end=True), "one step too many"),
            (inverted(of_filters=True), "has 28 filters; it needs 24"),
            (inverted(expand=False), "it has 1 convolution; it should have 2"),
            (inverted(kernel=5), "has filters of 5×5; they should be 3×3"),
            (inverted(bias=True), "has a bias; it should have none"),
            (inverted(norm=False), "there is no batch normalisation"),
            (
                inverted(kind=layers.Conv2D),
                "is an ordinary convolution; it should be a depthwise one",
            ),
        ],
    },
    "11.two_inverted": {
        "right": [
            two(),
            course.two_inverted,
            two(shortcut=True),
            lambda x: layers.Identity()(two()(x)),
        ],
        "wrong": [
            ("a", "six times as many"),
            ("b", "the first moves by 2"),
            ("d", "nothing can be added"),
            ("e", "one letter of"),
            (two(ends=(True, True)), "2 places are not as they should be yet"),
            (two(ends=(True, False)), "one place is not as it should be yet"),
            (two(ends=(False, True)), "one place is not as it should be yet"),
            (two(shortcut=False), "one place is not as it should be yet"),
            (two(expansion=4), "places are not as they should be yet"),
            (two(acts=False), "2 places are not as they should be yet"),
            (lambda x: x, "places are not as they should be yet"),
        ],
    },
    "11.forgotten": {
        "right": [5_971_968, "5,971,968", 5_971_968.0, (5_971_968,)],
        "wrong": [
            (7_962_624, "32 filters"),
            (8_128_512, "the row is for 192"),
            (23_887_872, "96×96 places, not 192×192"),
            (1_990_656, "27 products, not 9"),
            (221_184, "one product a filter and place"),
            (648, "these are its weights"),
            (239_273_472, "this is the whole network"),
            (95 * 95 * 24 * 27, "not 95×95"),
            (768 * 1_000, "this is the dense layer"),
            (96 * 96 * 24 * (9 + 48), "the first separable block"),
            (239_300_000 - 233_000_000, "a difference from a rounded number"),
            (239_273_472 - 233_000_000, "a difference from a rounded number"),
            (239.3 - 233, "a difference from a rounded number"),
            (5.97, "these are millions, rounded"),
            (5.971968, "these are millions;"),
            (6_000_000, "a little too large"),
            (11_943_936, "in both directions"),
            ("conv1", "should be a number; it is 'conv1'"),
        ],
    },
    "11.what_bounds": {
        "right": ["a", "A", "(a)", "a) Both move the same numbers"],
        "wrong": [
            ("b", "fewer weights than the 1×1"),
            ("c", "not part of either layer"),
            ("d", "look at the bytes"),
            ("e", "one letter of"),
            ("", "one letter of"),
            (None, "one letter of"),
            (1, "one letter of"),
            ("both", "one letter of"),
            (["a", "e"], "one letter of"),
            ("ab", "one letter of"),
        ],
    },
    "11.split_or_not": experiment(
        (split_up,),
        right=[
            (BOTH, "separable"),
            ({"ordinary": LESS, "separable": MORE}, "ordinary"),
            ({"ordinary": LESS, "separable": [0.315, 0.4, 0.35]}, "neither"),
            [{k: np.array(v) for k, v in BOTH.items()}, " Separable "],
        ],
        wrong=[
            ((BOTH, "ordinary"), "every run of 'separable' lies below"),
            ((BOTH, "neither"), "every run of 'separable' lies below"),
            (({**BOTH, "ordinary": [0.3, 0.4, 0.5]}, "separable"), "reach into those of another"),
            ((BOTH, "depthwise"), "the conclusion should be one of"),
            (({"separable": LESS}, "separable"), "nothing was measured for 'ordinary'"),
            (({**BOTH, "ordinary": [0.4]}, "separable"), "1 of 3 runs"),
            (({**BOTH, "ordinary": [0.4] * 3}, "separable"), "a seed of its own"),
            (({**BOTH, "ordinary": [40, 41, 39]}, "separable"), "an error is a part of 1"),
            (({**BOTH, "ordinary": [0.4, 0.41, np.nan]}, "separable"), "nan among its numbers"),
            ((LESS, "separable"), "should be a dict"),
            (BOTH, "measured, conclusion)"),
        ],
        written=[(separable_at_once,)],
        unlike=[
            ((partial(split_up, kernel=5),), "separable_convolution: "),
            ((partial(split_up, padding="valid"),), "separable_convolution: "),
            ((partial(split_up, channels=16),), "separable_convolution: "),
            ((partial(split_up, relu=None),), "separable_convolution: "),
            ((partial(split_up, between="relu"),), "separable_convolution: "),
            ((the_other_way_round,), "separable_convolution: "),
            (
                (lambda x: layers.Conv2D(56, 3, padding="same", activation="relu")(x),),
                "no depthwise convolution",
            ),
            ((lambda x: layers.DepthwiseConv2D(3, padding="same")(x),), "separable_convolution: "),
        ],
    ),
}
