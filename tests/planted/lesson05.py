"""Lesson 5: each wrong answer with a part of what the check has to say about it."""

from functools import partial

import keras
import numpy as np
from keras import layers, ops

from planted.measured import experiment
from utils import blocks
from utils.layers import PadChannels

NAN = float("nan")


def bn(x):
    return layers.BatchNormalization()(x)


def conv(x, filters, kernel, strides=1, bias=False):
    return layers.Conv2D(filters, kernel, strides, padding="same", use_bias=bias)(x)


def preactivation(counts=(1, 1, 4), kernels=(1, 3, 1), bias=False, relus=3, norms=3, end=None):
    """The block with normalisation and ReLU first, with one thing or another wrong in it."""

    def answer(x, filters):
        y = x
        for i, (count, kernel) in enumerate(zip(counts, kernels)):
            y = bn(y) if i >= 3 - norms else y
            y = layers.ReLU()(y) if i >= 3 - relus else y
            y = conv(y, count * filters, kernel, bias=bias)
        y = layers.Add()([x, y])
        return end(y) if end else y

    return answer


def old_block(x, filters):
    return blocks.identity_block(x, filters, name="old")


def relu_first(x, filters):
    y = x
    for count, kernel in ((1, 1), (1, 3), (4, 1)):
        y = conv(bn(layers.ReLU()(y)), count * filters, kernel)
    return layers.Add()([x, y])


def shortcut_behind_relu(x, filters):
    x = layers.ReLU()(bn(x))
    y = layers.ReLU()(bn(conv(x, filters, 1)))
    y = layers.ReLU()(bn(conv(y, filters, 3)))
    return layers.Add()([x, conv(y, 4 * filters, 1)])


def not_added(x, filters):
    for count, kernel in ((1, 1), (1, 3), (4, 1)):
        x = conv(layers.ReLU()(bn(x)), count * filters, kernel)
    return x


def joined(x, filters):
    return layers.Concatenate()([x, not_added(x, filters)])


def by_ops(x, filters):
    y = layers.Dense(filters, use_bias=False)(ops.relu(bn(x)))
    y = conv(layers.Activation("relu", name="odd")(bn(y)), filters, (3, 3))
    return x + layers.Dense(4 * filters, use_bias=False)(ops.relu(bn(y)))


def padded_by_hand(x, filters):
    y = layers.ReLU()(bn(conv(layers.ReLU()(bn(x)), filters, 1)))
    y = layers.Conv2D(filters, 3, use_bias=False)(layers.ZeroPadding2D(1)(y))
    return layers.add([conv(ops.maximum(bn(y), 0), 4 * filters, 1), x])


def of_sequential(x, filters):
    way = keras.Sequential()
    for count, kernel in ((filters, 1), (filters, 3), (4 * filters, 1)):
        way.add(layers.BatchNormalization())
        way.add(layers.ReLU())
        way.add(layers.Conv2D(count, kernel, padding="same", use_bias=False))
    return layers.Add()([x, way(x)])


def convolutional(
    strides_at=0,
    beside=None,
    beside_bn=True,
    beside_relu=False,
    kernel=1,
    count=4,
    middle=3,
    **more,
):
    """The block that changes the shape; `more`: bias, end=False, reads."""

    def answer(x, filters, strides):
        y = x
        for i, (n, size) in enumerate(((1, 1), (1, middle), (4, 1))):
            y = bn(
                conv(
                    y, n * filters, size, strides if i == strides_at else 1, more.get("bias", False)
                )
            )
            y = layers.ReLU()(y) if i < 2 else y
        x = conv(x, count * filters, kernel, beside or strides)
        x = bn(x) if beside_bn else x
        x = layers.ReLU()(x) if beside_relu else x
        y = layers.Add()([x, y])
        return layers.ReLU()(y) if more.get("end", True) else y

    return answer


def convolutional_by_ops(x, filters, strides):
    y = ops.relu(bn(layers.Dense(filters, use_bias=False)(x[:, ::strides, ::strides])))
    y = layers.ZeroPadding2D()(y)
    y = layers.Conv2D(filters, 3, use_bias=False)(y)
    y = bn(conv(ops.relu(bn(y)), 4 * filters, 1))
    return layers.Activation("relu")(bn(conv(x, 4 * filters, 1, strides)) + y)


def stages(moves=(1, 2, 2), filters=(4, 8, 16), first=16, repeats=1, top="softmax"):
    def answer():
        x = image = keras.Input((32, 32, 3))
        x = conv(x, first, 3)
        for stage, (count, strides) in enumerate(zip(filters, moves)):
            x = blocks.convolutional_block(x, count, strides=strides, name=f"mine{stage}")
            for i in range(repeats):
                x = blocks.identity_block(x, count, name=f"mine{stage}_{i}")
        x = layers.GlobalAveragePooling2D()(x)
        return keras.Model(image, layers.Dense(10, activation=top)(x))

    return answer


def frozen():
    network = stages()()
    network.trainable = False
    return network


def padded(x, before=0, behind=None):
    return np.pad(x, [(0, 0)] * 3 + [(before, x.shape[-1] if behind is None else behind)])


def pooled(x):
    x = layers.MaxPooling2D(1, 2)(x)
    return ops.pad(x, [[0, 0], [0, 0], [0, 0], [0, x.shape[-1]]])


def filled(x):
    images, height, width, channels = x.shape
    y = np.zeros((images, height // 2, width // 2, 2 * channels))
    y[..., :channels] = x[:, ::2, ::2]
    return y


def between(x):
    y = filled(x)
    y[..., ::2], y[..., 1::2] = x[:, ::2, ::2], 0
    return y


def two_stages(
    filters=(4, 8), counts=(3, 4), moves=(1, 2), block=blocks.convolutional_block, **more
):
    """Two stages; `more` are further options of `block`."""
    two = {"bottleneck": False} if "bottleneck" in more else {}

    def answer(x):
        for stage, (n, count, strides) in enumerate(zip(filters, counts, moves)):
            x = block(x, n, strides=strides, name=f"mine{stage}", **more)
            for i in range(count - 1):
                x = blocks.identity_block(x, n, name=f"mine{stage}_{i}", **two)
        return x

    return answer


def two_stages_by_hand(block):
    def answer(x):
        for n, count, strides in ((4, 3, 1), (8, 4, 2)):
            x = block(x, n, strides)
            for _ in range(count - 1):
                y = layers.ReLU()(bn(layers.Dense(n, use_bias=False)(x)))
                y = ops.relu(bn(conv(y, n, 3)))
                x = layers.ReLU()(bn(conv(y, 4 * n, 1)) + x)
        return x

    return answer


def forgetful(x):
    """Every block of a stage reads its first one."""
    for n, count, strides in ((4, 3, 1), (8, 4, 2)):
        y = x = blocks.convolutional_block(x, n, strides=strides, name=f"a{n}")
        for i in range(count - 1):
            y = blocks.identity_block(x, n, name=f"a{n}_{i}")
        x = y
    return x


def stages_swapped(x):
    for n, count, strides in ((8, 4, 1), (4, 3, 2)):
        x = blocks.convolutional_block(x, n, strides=strides, name=f"a{n}")
        for i in range(count - 1):
            x = blocks.identity_block(x, n, name=f"a{n}_{i}")
    return x


ZERO, RANDOM = [0.7, 0.72, 0.75], [0.9, 1.1, 1.0]


def measured(zero=ZERO, random=RANDOM, said="zero"):
    return {"zero": zero, "random": random}, said


def pair(x, start, first="he_normal", inside="relu", units=32, back=True, relu=True):
    y = layers.Dense(units, inside, kernel_initializer=first)(x)
    y = layers.Dense(32, kernel_initializer="zeros" if start == "zero" else "he_normal")(y)
    y = layers.Add()([x, y]) if back else y
    return layers.ReLU()(y) if relu else y


def pair_by_ops(x, start):
    given = {"zero": keras.initializers.Zeros(), "random": keras.initializers.HeNormal()}
    y = layers.ReLU()(layers.Dense(32, kernel_initializer="he_normal")(x))
    return keras.ops.relu(layers.Dense(32, kernel_initializer=given[start])(y) + x)


def second_as_is(x, start):
    y = layers.Dense(32, "relu", kernel_initializer="he_normal")(x)
    return layers.ReLU()(layers.Add()([x, layers.Dense(32)(y)]))


ANSWERS = {
    "05.bottleneck_width": {
        "right": [132, 132.0, "132", [132], np.int64(132)],
        "wrong": [
            (128, "the paper's width"),
            (133, "295,393 weights"),
            (181, "the 3×3 alone"),
            (154, "one 1×1"),
            (288, "the 1×1 alone"),
            (234, "nine places"),
            (83, "the pair has two 3×3"),
            (64, "the first stage's"),
            (294_912, "a number of channels"),
            (132.86, "a whole one"),
            ((-1_024 + (1_024**2 + 36 * 294_912) ** 0.5) / 18, "a whole one"),
            ("a hundred", "should be a number"),
        ],
    },
    "05.shortcut_work": {
        "right": [102_760_448, 102_760_448.0, "102,760,448", np.prod([7, 7, 1024, 2048])],
        "wrong": [
            (411_041_792, "7×7 places"),
            (2_097_152, "these are its weights"),
            (924_844_032, "not a 3×3"),
            (102_860_800, "biases are counted"),
            (51_380_224, "1,024 channels in and 2,048 out"),
            (205_520_896, "count as one"),
            (14_680_064, "49, not 7"),
            (100_352, "the numbers it makes"),
            (200_704, "the numbers that x has"),
            (0, "option A"),
            (102_760.448, "these are thousands"),
            ((7, 7, 2048), "should be a number"),
        ],
    },
    "05.preactivation_block": {
        "right": [preactivation(), by_ops, padded_by_hand, of_sequential],
        "wrong": [
            (lambda x, filters: preactivation()(x, 4), "called with (x, 3)"),
            (old_block, "(old_1_conv) comes before the batch normalisation"),
            (relu_first, "the first ReLU comes before the batch normalisation"),
            (shortcut_behind_relu, "the addition reads the first ReLU; it should read the input"),
            (not_added, "there is no addition after the third convolution"),
            (joined, "there is no addition after the third convolution"),
            (preactivation(end=layers.ReLU()), "the fourth ReLU is one step too many"),
            (preactivation(end=bn), "the fourth batch normalisation is one step too many"),
            (preactivation(counts=(4, 1, 4)), "the first convolution has 16 filters; it needs 4"),
            (preactivation(counts=(1, 1, 1)), "the channels differ"),
            (preactivation(kernels=(3, 3, 1)), "the first convolution has filters of 3×3"),
            (preactivation(bias=True), "the first convolution has a bias"),
            (preactivation(relus=2), "after the first batch normalisation there is no ReLU"),
            (preactivation(norms=2), "at the start there is no batch normalisation"),
        ],
    },
    "05.convolutional_block": {
        "right": [
            convolutional(),
            lambda x, f, s: blocks.convolutional_block(x, f, strides=s, name="mine"),
            convolutional_by_ops,
            lambda x, f, s: keras.Model(
                i := keras.Input(x.shape[1:]), convolutional()(i, f, s), trainable=False
            )(x),
        ],
        "wrong": [
            (convolutional(beside=2), "height and width differ"),
            (
                convolutional(strides_at=1),
                "the first convolution moves by 1×1; it should move by 2×2",
            ),
            (
                convolutional(strides_at=2),
                "the first convolution moves by 1×1; it should move by 2×2",
            ),
            (convolutional(beside_bn=False), "there is no batch normalisation"),
            (convolutional(beside_relu=True), "ReLU"),
            (convolutional(beside=1), "height and width differ"),
            (convolutional(count=1), "the channels differ"),
            (convolutional(kernel=3), "filters of 3×3; they should be 1×1"),
            (convolutional(middle=1), "filters of 1×1; they should be 3×3"),
            (convolutional(bias=True), "the first convolution has a bias"),
            (convolutional(end=False), "there is no ReLU"),
            (lambda x, f, s: old_block(x, f), "so they cannot be added; use convolutional_block"),
            (
                lambda x, f, s: blocks.plain_block(x, f, strides=s, name="mine"),
                "there is no addition after the third batch normalisation",
            ),
        ],
    },
    "05.pad_shortcut": {
        "right": [
            pooled,
            filled,
            lambda x: PadChannels(2 * x.shape[-1], strides=2)(x),
            lambda x: ops.concatenate([x[:, ::2, ::2], 0 * x[:, ::2, ::2]], axis=-1),
            lambda x: padded(x)[:, ::2, ::2].tolist(),
        ],
        "wrong": [
            (lambda x: ops.concatenate([x[:, ::2, ::2]] * 2, axis=-1), "repeat the old ones"),
            (lambda x: x[:, ::2, ::2], "zeros are missing"),
            (padded, "all pixels are kept"),
            (lambda x: padded(x[:, ::2]), "the height alone"),
            (lambda x: padded(np.array(layers.AveragePooling2D(2)(x))), "the mean of 2×2"),
            (lambda x: padded(np.array(layers.MaxPooling2D(2)(x))), "the largest of 2×2"),
            (lambda x: padded(x[:, 1::2, 1::2]), "starts at the second pixel"),
            (lambda x: padded(x[:, ::2, ::2], x.shape[-1], 0), "before the channels"),
            (between, "between the channels"),
            (lambda x: padded(x[:, ::2, ::2], x.shape[-1] // 2, x.shape[-1] // 2), "on both sides"),
            (lambda x: padded(x[:, ::2, 1::2]), "the width is counted from the second"),
            (lambda x: padded(x[:, : x.shape[1] // 2, : x.shape[2] // 2]), "upper left quarter"),
            (
                lambda x: ops.concatenate([x[:, ::2, ::2], 0 * x[:, ::2, ::2]], 1),
                "the axis of the rows",
            ),
            (lambda x: padded(x[:, ::2, ::2], 0, 6), "4×6×2"),
        ],
    },
    "05.two_stages": {
        "right": [
            two_stages(),
            two_stages_by_hand(convolutional()),
            two_stages_by_hand(convolutional_by_ops),
            lambda x: keras.Sequential(
                [keras.Model(i := keras.Input((28, 28, 4)), two_stages()(i))]
            )(x),
        ],
        "wrong": [
            (two_stages(moves=(2, 2)), "moves by 2×2; it should move by 1×1"),
            (two_stages(moves=(1, 1)), "moves by 1×1; it should move by 2×2"),
            (two_stages(moves=(2, 1)), "(mine0_1_conv) moves by 2×2"),
            (two_stages(counts=(2, 3)), "5 additions of 7"),
            (two_stages(counts=(3, 3)), "a block is missing after the 18th ReLU"),
            (two_stages(counts=(4, 5)), "blocks are too many"),
            (two_stages(filters=(16, 32)), "(mine0_1_conv) has 16 filters; it needs 4"),
            (two_stages(block=blocks.plain_block), "5 additions of 7"),
            (two_stages(shortcut="A"), "the shortcut has none of them"),
            (two_stages(stride_on="3x3"), "moves by 1×1; it should move by 2×2"),
            (two_stages(bottleneck=False), "convolutions; it should have 23"),
            (forgetful, "4 additions of 7"),
            (stages_swapped, "has 8 filters; it needs 4"),
        ],
    },
    "05.three_stages": {
        "right": [stages(), frozen, lambda: keras.models.clone_model(stages()()), stages()()],
        "wrong": [
            ("a", "meant to work on 32×32"),
            ("c)", "4, 8 and 16 are right"),
            ("(D)", "keeps the shape"),
            ("e", "one letter of"),
            (stages(moves=(1, 2, 1)), "2 places are not"),
            (stages(moves=(2, 2, 2)), "2 places are not"),
            (stages(moves=(2, 1, 1)), "6 places are not"),
            (stages(moves=(1, 1, 2)), "2 places are not"),
            (stages(moves=(1, 1, 1)), "4 places are not"),
            (stages(filters=(8, 8, 16)), "7 places are not"),
            (stages(repeats=0), "places are not"),
            (stages(first=32), "one place is not"),
            (stages(top=None), "one place is not"),
        ],
    },
    "05.explanation": {
        "right": ["c", "C ", "(c)", "c) The weights of all five"],
        "wrong": [
            ("a", "how large they are"),
            ("A)", "how large they are"),
            ("b", "changes no number of weights"),
            ("(b)", "the kernels alone"),
            ("d", "four times, not to twice"),
            ("D. The weights", "four times, not to twice"),
            ("", "one letter of"),
            ("square", "one letter of"),
            (17, "one letter of"),
            (["c", "e"], "one letter of"),
        ],
    },
    "05.start_from_nothing": experiment(
        (pair,),
        right=[
            measured(),
            measured(RANDOM, ZERO, " Random"),
            measured([0.7, 0.9, 0.8], [0.75, 1, 1.1], "neither"),
            measured(np.array(ZERO), tuple(RANDOM)),
            [{"random": [2.303, 1.4, 0.9, 1.0], "zero": ["0.7", 0.71, 0.72]}, "zero"],
        ],
        wrong=[
            (measured(said="random"), "every run of 'zero' lies below every other"),
            (measured(said="neither"), "every run of 'zero' lies below every other"),
            (measured(RANDOM, ZERO), "every run of 'random' lies below"),
            (measured([0.7, 0.9, 0.8], [0.75, 1, 1.1]), "reach into those of another"),
            (measured(said="nothing"), "the conclusion should be one of"),
            (measured(said=None), "the conclusion should be one of"),
            (measured(zero=[0.7, 0.72]), "'zero' has 2 of 3 runs"),
            (measured(zero=0.7), "should have a list of numbers"),
            (measured(random=[0.9] * 3), "a seed of its own"),
            (measured(random=[0.9, NAN, 1.0]), "'random' has nan"),
            (measured(random=["high", 0.9, 1.0]), "'random' has 'high'"),
            (measured(zero=[72.0, 70.1, 75.2]), "is it the loss of the last epoch?"),
            (({"zero": ZERO}, "zero"), "nothing was measured for 'random'"),
            ((ZERO, "zero"), "measured should be a dict"),
            ({"zero": ZERO, "random": RANDOM}, "measured, conclusion)"),
            ("zero", "measured, conclusion)"),
        ],
        written=[(pair_by_ops,), (lambda x, start: pair(x, start=start),)],
        unlike=[
            ((partial(pair, first="zeros"),), "starts as 0 everywhere; it should start as random"),
            ((partial(pair, inside=None),), "pair: "),
            ((partial(pair, back=False),), "pair: "),
            ((partial(pair, relu=False),), "pair: "),
            ((partial(pair, units=64),), "pair: "),
            ((lambda x, start: pair(x, "random"),), "it should start as 0 everywhere"),
            ((lambda x, start: pair(x, "zero"),), "starts as 0 everywhere"),
            ((second_as_is,), "it should start as 0 everywhere"),
        ],
    ),
}
