"""Lesson 5: each wrong answer with a part of what the check has to say about it."""

import keras
from keras import layers, ops

from utils import blocks


def bn(x):
    return layers.BatchNormalization()(x)


def conv(x, filters, kernel, strides=1, bias=False):
    return layers.Conv2D(filters, kernel, strides, padding="same", use_bias=bias)(x)


def identity(
    counts=(1, 1, 4),
    kernels=(1, 3, 1),
    bias=False,
    last_bn=True,
    activations=(True, True),
    end=True,
):
    """The identity block with one thing or another wrong in it."""

    def answer(x, filters):
        shortcut = x
        for i, (count, kernel) in enumerate(zip(counts, kernels)):
            x = conv(x, count * filters, kernel, bias=bias)
            x = bn(x) if last_bn or i < 2 else x
            x = layers.ReLU()(x) if i < 2 and activations[i] else x
        x = layers.Add()([x, shortcut])
        return layers.ReLU()(x) if end else x

    return answer


def relu_before_addition(x, filters):
    y = layers.ReLU()(bn(conv(x, filters, 1)))
    y = layers.ReLU()(bn(conv(y, filters, 3)))
    return layers.Add()([layers.ReLU()(bn(conv(y, 4 * filters, 1))), x])


def relu_before_bn(x, filters):
    y = bn(layers.ReLU()(conv(x, filters, 1)))
    y = bn(layers.ReLU()(conv(y, filters, 3)))
    return layers.ReLU()(layers.Add()([bn(conv(y, 4 * filters, 1)), x]))


def shortcut_of_something_else(x, filters):
    x = conv(x, 4 * filters, 1)
    y = layers.ReLU()(bn(conv(x, filters, 1)))
    y = layers.ReLU()(bn(conv(y, filters, 3)))
    return layers.ReLU()(layers.Add()([bn(conv(y, 4 * filters, 1)), x]))


def no_addition(x, filters):
    y = layers.ReLU()(bn(conv(x, filters, 1)))
    y = layers.ReLU()(bn(conv(y, filters, 3)))
    return layers.ReLU()(bn(conv(y, 4 * filters, 1)))


def identity_by_ops(x, filters):
    y = ops.relu(bn(layers.Dense(filters, use_bias=False)(x)))
    y = layers.Activation("relu")(bn(conv(y, filters, (3, 3))))
    return ops.relu(x + bn(conv(y, 4 * filters, 1)))


def convolutional(strides_at=0, beside=None, beside_bn=True, beside_relu=False, count=4):
    def answer(x, filters, strides):
        y = x
        for i, (n, kernel) in enumerate(((1, 1), (1, 3), (4, 1))):
            y = bn(conv(y, n * filters, kernel, strides if i == strides_at else 1))
            y = layers.ReLU()(y) if i < 2 else y
        x = conv(x, count * filters, 1, beside or strides)
        x = bn(x) if beside_bn else x
        x = layers.ReLU()(x) if beside_relu else x
        return layers.ReLU()(layers.Add()([x, y]))

    return answer


def stages(moves=(1, 2, 2), filters=(4, 8, 16), first=16, repeats=1):
    def answer():
        x = image = keras.Input((32, 32, 3))
        x = conv(x, first, 3)
        for stage, (count, strides) in enumerate(zip(filters, moves)):
            x = blocks.convolutional_block(x, count, strides=strides, name=f"mine{stage}")
            for i in range(repeats):
                x = blocks.identity_block(x, count, name=f"mine{stage}_{i}")
        x = layers.GlobalAveragePooling2D()(x)
        return keras.Model(image, layers.Dense(10, activation="softmax")(x))

    return answer


def concatenated(x):
    x = x[:, ::2, ::2]
    return ops.concatenate([x, 0 * x], axis=-1)


def pooled(x):
    x = layers.MaxPooling2D(1, 2)(x)
    return ops.pad(x, [[0, 0], [0, 0], [0, 0], [0, x.shape[-1]]])


def two_stages(filters=(4, 8), counts=(3, 4), moves=(1, 2), block=blocks.convolutional_block):
    def answer(x):
        for stage, (n, count, strides) in enumerate(zip(filters, counts, moves)):
            x = block(x, n, strides=strides, name=f"mine{stage}")
            for i in range(count - 1):
                x = blocks.identity_block(x, n, name=f"mine{stage}_{i}")
        return x

    return answer


def two_stages_by_hand(x):
    for n, count, strides in ((4, 3, 1), (8, 4, 2)):
        x = convolutional()(x, n, strides)
        for _ in range(count - 1):
            x = identity_by_ops(x, n)
    return x


ANSWERS = {
    "05.block_weights": {
        "right": [69_632, 256 * 64 + 9 * 64**2 + 64 * 256.0],
        "wrong": [
            (70_016, "biases are counted"),
            (57_344, ", not"),
            (36_864, "nine places"),
            (589_824, "what the bottleneck avoids"),
            (1_179_648, "two 3×3"),
            (1_000, "too small"),
        ],
    },
    "05.shortcut_weights": {
        "right": [131_072, 131_072.0],
        "wrong": [
            (131_584, "biases are counted"),
            (1_179_648, "not a 3×3"),
            (65_536, "256 times 256"),
            (512, "its filters"),
            (32_768, "not weights"),
        ],
    },
    "05.identity_block": {
        "right": [identity(), identity_by_ops],
        "wrong": [
            (lambda x, filters: identity()(x, 4), "called with (x, 3)"),
            (relu_before_addition, "the third ReLU comes before the addition"),
            (relu_before_bn, "the first ReLU comes before the batch normalisation"),
            (no_addition, "there is no addition"),
            (shortcut_of_something_else, "convolution"),
            (identity(counts=(4, 1, 4)), "the first convolution has 16 filters; it needs 4"),
            (identity(kernels=(3, 3, 1)), "the first convolution has filters of 3×3"),
            (identity(bias=True), "the first convolution has a bias"),
            (identity(last_bn=False), "there is no batch normalisation"),
            (identity(activations=(True, False)), "there is no ReLU"),
            (identity(end=False), "there is no ReLU"),
            (identity(counts=(1, 1, 1)), "an addition gets 8×8×4 and 8×8×16"),
        ],
    },
    "05.convolutional_block": {
        "right": [
            convolutional(),
            lambda x, f, s: blocks.convolutional_block(x, f, strides=s, name="mine"),
        ],
        "wrong": [
            (convolutional(beside=2), "called with (x, 3, 1)"),
            (convolutional(strides_at=1), "the first convolution moves by 1×1"),
            (convolutional(beside_bn=False), "there is no batch normalisation"),
            (convolutional(beside_relu=True), "ReLU"),
            (convolutional(beside=1), "height and width differ"),
            (convolutional(count=1), "the channels differ"),
            (
                lambda x, f, s: blocks.plain_block(x, f, strides=s, name="mine"),
                "batch normalisation",
            ),
        ],
    },
    "05.pad_shortcut": {
        "right": [concatenated, pooled],
        "wrong": [
            (
                lambda x: ops.concatenate([x[:, ::2, ::2]] * 2, axis=-1),
                "with the same weights and input it computes something else",
            ),
            (lambda x: x[:, ::2, ::2], "its output is 4×4×6; it should be 4×4×12"),
            (lambda x: layers.Conv2D(12, 1, 2)(x), "has 84 parameters; it should have 0"),
            (lambda x: ops.pad(x, [[0, 0], [0, 0], [0, 0], [0, 6]]), "its output is 8×8×12"),
            (
                lambda x: ops.pad(layers.AveragePooling2D(2)(x), [[0, 0]] * 3 + [[0, 6]]),
                "computes something else",
            ),
            (lambda x: ops.pad(x[:, 1::2, 1::2], [[0, 0]] * 3 + [[0, 6]]), "something else"),
        ],
    },
    "05.two_stages": {
        "right": [two_stages(), two_stages_by_hand],
        "wrong": [
            (two_stages(moves=(2, 2)), "moves by 2×2; it should move by 1×1"),
            (two_stages(moves=(1, 1)), "moves by 1×1; it should move by 2×2"),
            (two_stages(counts=(2, 3)), "it has 17 convolutions; it should have 23"),
            (two_stages(counts=(3, 3)), "it has 20 convolutions; it should have 23"),
            (two_stages(filters=(16, 32)), "filters; it needs 4"),
            (two_stages(block=blocks.plain_block), "it has 21 convolutions; it should have 23"),
        ],
    },
    "05.three_stages": {
        "right": [stages(), lambda: keras.models.clone_model(stages()())],
        "wrong": [
            (stages(moves=(1, 2, 1)), "moves by 1×1; it should move by 2×2"),
            (stages(moves=(2, 2, 2)), "moves by 2×2; it should move by 1×1"),
            (stages(moves=(1, 1, 1)), "moves by 1×1; it should move by 2×2"),
            (stages(filters=(8, 8, 16)), "has 8 filters; it needs 4"),
            (stages(repeats=0), "it has 13 convolutions; it should have 22"),
            (stages(first=32), "the first convolution has 32 filters; it needs 16"),
        ],
    },
    "05.explanation": {
        "right": ["c", "C "],
        "wrong": [
            ("a", "how large they are"),
            ("b", "only the kernels"),
            ("d", "four times the weights"),
            ("", "one letter of"),
            (17, "one letter of"),
        ],
    },
}
