"""Lesson 6: each wrong answer with a part of what the check has to say about it."""

import keras
from keras import layers, ops

from utils import blocks


def bn(x):
    return layers.BatchNormalization()(x)


def conv(x, filters, kernel, strides=1, bias=False, padding="same"):
    return layers.Conv2D(filters, kernel, strides, padding=padding, use_bias=bias)(x)


def basic(
    beside=True,
    beside_bn=True,
    always=False,
    strides_at=0,
    kernel=3,
    bias=False,
    middle=True,
    end=True,
    early=False,
):
    """The two-layer block with one thing or another wrong in it."""

    def answer(x, filters, strides):
        shortcut = x
        if always or strides != 1 or x.shape[-1] != filters:
            shortcut = conv(x, filters, 1 if beside else 3, strides)
            shortcut = bn(shortcut) if beside_bn else shortcut
        x = bn(conv(x, filters, kernel, strides if strides_at == 0 else 1, bias))
        x = layers.ReLU()(x) if middle else x
        x = bn(conv(x, filters, kernel, strides if strides_at == 1 else 1, bias))
        if early:
            return layers.Add()([layers.ReLU()(x), shortcut])
        x = layers.Add()([x, shortcut])
        return layers.ReLU()(x) if end else x

    return answer


def by_strides_alone(x, filters, strides):
    """Takes the input as shortcut whenever the stride is 1, whatever the channels."""
    shortcut = bn(conv(x, filters, 1, strides)) if strides != 1 else x
    x = layers.ReLU()(bn(conv(x, filters, 3, strides)))
    return layers.ReLU()(layers.Add()([bn(conv(x, filters, 3)), shortcut]))


def by_channels_alone(x, filters, strides):
    """Takes the input as shortcut whenever the channels fit, whatever the stride."""
    shortcut = bn(conv(x, filters, 1, strides)) if x.shape[-1] != filters else x
    x = layers.ReLU()(bn(conv(x, filters, 3, strides)))
    return layers.ReLU()(layers.Add()([bn(conv(x, filters, 3)), shortcut]))


def relu_before_bn(x, filters, strides):
    y = bn(layers.ReLU()(conv(x, filters, 3, strides)))
    y = bn(conv(y, filters, 3))
    fits = strides == 1 and x.shape[-1] == filters
    return layers.ReLU()(layers.Add()([y, x if fits else bn(conv(x, filters, 1, strides))]))


def basic_by_ops(x, filters, strides):
    y = ops.relu(bn(conv(x, filters, (3, 3), (strides, strides))))
    y = bn(conv(y, filters, 3))
    if (strides, x.shape[-1]) != (1, filters):
        x = bn(layers.Dense(filters, use_bias=False)(x[:, ::strides, ::strides]))
    return ops.relu(x + y)


def stage(extra=0, all_move=False, first=blocks.convolutional_block, identity=True, last=False):
    def answer(x, filters, count, strides):
        for i in range(count + extra):
            moves = i == (count - 1 if last else 0)
            if moves or not identity:
                step = strides if moves or all_move else 1
                x = blocks.convolutional_block(x, filters, strides=step, name=f"mine{i}")
            else:
                x = blocks.identity_block(x, filters, name=f"mine{i}")
        return x

    return answer


def stage_of_two_layers(x, filters, count, strides):
    two = {"bottleneck": False}
    x = blocks.convolutional_block(x, 4 * filters, strides=strides, name="m", **two)
    for i in range(count - 1):
        x = blocks.identity_block(x, 4 * filters, name=f"m{i}", **two)
    return x


def stage_without_shortcuts(x, filters, count, strides):
    for i in range(count):
        x = blocks.plain_block(x, filters, strides=strides if i == 0 else 1, name=f"m{i}")
    return x


def stage_that_forgets(x, filters, count, strides):
    """Every block reads the first one, so that only the last of them counts."""
    y = x = blocks.convolutional_block(x, filters, strides=strides, name="m")
    for i in range(1, count):
        y = blocks.identity_block(x, filters, name=f"m{i}")
    return y


def stage_of_one_name(x, filters, count, strides):
    x = blocks.convolutional_block(x, filters, strides=strides, name="m")
    for _ in range(1, count):
        x = blocks.identity_block(x, filters, name="block")
    return x


def stage_by_recursion(x, filters, count, strides):
    if count == 1:
        return blocks.convolutional_block(x, filters, strides=strides, name="a")
    x = stage_by_recursion(x, filters, count - 1, strides)
    return blocks.identity_block(x, filters, name=f"a{count}")


def resnet18(
    moves=(1, 2, 2, 2),
    repeats=(2, 2, 2, 2),
    filters=(8, 16, 32, 64),
    kernel=7,
    pool=True,
    norm=True,
    block=None,
    head=layers.GlobalAveragePooling2D,
    top="softmax",
):
    block = block or basic()

    def answer():
        x = image = keras.Input((64, 64, 3))
        x = conv(x, filters[0], kernel, 2)
        x = layers.ReLU()(bn(x) if norm else x)
        x = layers.MaxPooling2D(3, 2, padding="same")(x) if pool else x
        for count, strides, times in zip(filters, moves, repeats):
            for i in range(times):
                x = block(x, count, strides if i == 0 else 1)
        return keras.Model(image, layers.Dense(10, activation=top)(head()(x)))

    return answer


def small(moves=(1, 2, 2), counts=(2, 2, 3), head=layers.GlobalAveragePooling2D, first=8):
    def answer():
        x = image = keras.Input((64, 64, 3))
        x = blocks.conv_bn(x, first, 7, strides=2, name="c")
        x = layers.MaxPooling2D(3, 2, padding="same")(x)
        for filters, count, strides in zip((4, 8, 16), counts, moves):
            x = blocks.convolutional_block(x, filters, strides=strides, name=f"a{filters}")
            for i in range(count - 1):
                x = blocks.identity_block(x, filters, name=f"a{filters}_{i}")
        return keras.Model(image, layers.Dense(10, activation="softmax")(head()(x)))

    return answer


def by_mean():
    return layers.Lambda(lambda x: ops.mean(x, axis=(1, 2)))


ANSWERS = {
    "06.conv4_blocks": {
        "right": [23, 23.0, "23", [23]],
        "wrong": [
            (33, "all four stages"),
            (69, "three make a block"),
            (39.5, "a bottleneck has three"),
            (101 / 3 - 10, "not in any block"),
            (36, "ResNet-152's"),
            (22, "too small"),
            ("many", "should be a number"),
        ],
    },
    "06.depth": {
        "right": [
            lambda blocks, per_block: sum(blocks) * per_block + 2,
            lambda b, n: 2.0 + sum(n for count in b for _ in range(count)),
        ],
        "wrong": [
            (lambda b, n: n * sum(b), "dense layer are forgotten"),
            (lambda b, n: n * sum(b) + 1, "one of the two ends"),
            (lambda b, n: 3 * sum(b) + 2, "three layers a block, whatever"),
            (lambda b, n: 2 * sum(b) + 2, "two layers a block, whatever"),
            (lambda b, n: n * sum(b) + 6, "it gives 156; it should be 152"),
            (lambda b, n: n * sum(b) + 3, "a pooling is counted"),
            (lambda b, n: sum(b) + 2, "blocks are counted"),
            (lambda b, n: print(b), "is there a return?"),
        ],
    },
    "06.basic_block": {
        "right": [basic(), basic_by_ops],
        "wrong": [
            (basic(always=True), "(called with (x, 6, 1), where x is 6×6×6)"),
            (basic(beside=False), "filters of 3×3; they should be 1×1"),
            (basic(beside_bn=False), "there is no batch normalisation"),
            (basic(strides_at=1), "the first convolution moves by 1×1; it should move by 2×2"),
            (basic(kernel=5), "filters of 5×5; they should be 3×3"),
            (basic(bias=True), "has a bias; it should have none"),
            (basic(middle=False), "there is no ReLU"),
            (basic(end=False), "after the addition, there is no ReLU yet"),
            (basic(early=True), "the second ReLU comes before the convolution"),
            (relu_before_bn, "the first ReLU comes before the batch normalisation"),
            (by_strides_alone, "(called with (x, 6, 1), where x is 6×6×4)"),
            (by_channels_alone, "(called with (x, 6, 2), where x is 8×8×6)"),
        ],
    },
    "06.stage": {
        "right": [stage(), stage_by_recursion],
        "wrong": [
            (stage(extra=1), "it has 13 convolutions; it should have 10"),
            (stage(extra=-1), "it has 7 convolutions; it should have 10"),
            (stage(identity=False), "it has 12 convolutions; it should have 10"),
            (stage(identity=False, all_move=True), "it has 12 convolutions; it should have 10"),
            (stage(last=True), "the input has 8 channels and the block makes 16"),
            (stage_of_two_layers, "convolutions; it should have 10"),
            (stage_that_forgets, "it has 7 convolutions; it should have 10"),
            (stage_of_one_name, "two of its layers have the same name"),
            (stage_without_shortcuts, "it has 9 convolutions; it should have 10"),
        ],
    },
    "06.resnet18": {
        "right": [resnet18(), resnet18(block=basic_by_ops, head=by_mean)],
        "wrong": [
            (resnet18(moves=(2, 2, 2, 2)), "it has 21 convolutions; it should have 20"),
            (resnet18(moves=(1, 2, 2, 1)), "moves by 1×1; it should move by 2×2"),
            (resnet18(pool=False), "there is no max pooling"),
            (resnet18(repeats=(2, 2, 2, 1)), "it has 18 convolutions; it should have 20"),
            (resnet18(repeats=(3, 4, 6, 3)), "it should have 20"),
            (resnet18(kernel=3), "the first convolution has filters of 3×3"),
            (resnet18(norm=False), "there is no batch normalisation"),
            (resnet18(filters=(16, 16, 32, 64)), "has 16 filters; it needs 8"),
            (resnet18(block=basic(early=True)), "the third ReLU comes before the addition"),
            (resnet18(block=basic(end=False)), "there is no ReLU"),
            (resnet18(head=layers.Flatten), "there is no global average pooling"),
            (resnet18(top=None), "there is no softmax"),
        ],
    },
    "06.small_resnet": {
        "right": [small(), small(head=by_mean)],
        "wrong": [
            (small(moves=(2, 2, 2)), "moves by 2×2; it should move by 1×1"),
            (small(counts=(1, 1, 2)), "it should have 25"),
            (small(head=layers.GlobalMaxPooling2D), "there is no global average pooling"),
            (small(moves=(2, 2, 2), counts=(1, 1, 2)), "it should have 25"),
            (small(counts=(2, 2, 4)), "it has 28 convolutions; it should have 25"),
            (small(first=16), "has 16 filters; it needs 8"),
        ],
    },
    "06.explanation": {
        "right": ["c", " C)"],
        "wrong": [
            ("a", "sixteen blocks each"),
            ("b", "adds no weights"),
            ("d", "two numbers a channel"),
            ("e", "one letter of"),
            (3, "one letter of"),
        ],
    },
}
