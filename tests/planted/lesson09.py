"""Lesson 9: each wrong answer with a part of what the check has to say about it."""

import keras
import numpy as np
from keras import layers, ops

from utils import blocks, networks

ROWS = {
    "3a": (8, 12, 16, 2, 4, 4),
    "3b": (16, 16, 24, 4, 12, 8),
    "4a": (24, 12, 26, 2, 6, 8),
}
STAGES = {
    "3a": (8, 12, 16, 2, 4, 4),
    "4a": (24, 12, 26, 4, 8, 6),
    "5a": (32, 20, 40, 4, 16, 16),
}


def parameters(places=lambda n: (n - 5) // 3 + 1, bias=1, units=1024, power=2):
    """The function of exercise 3, with one thing or another wrong in it."""

    def answer(size, channels, classes):
        read = places(size) ** power * 128
        return (channels + bias) * 128 + (read + bias) * 1024 + (units + bias) * classes

    return answer


def counted_by_keras(size, channels, classes):
    x = keras.Input((size, size, channels))
    return keras.Model(x, branch()(x, 128, 1024, classes)).count_params()


def branch(
    pool=layers.AveragePooling2D,
    size=5,
    strides=3,
    padding="valid",
    kernel=1,
    conv="relu",
    flat=layers.Flatten,
    dense="relu",
    rate=0.7,
    top="softmax",
    early=False,
    late=False,
):
    def answer(x, filters, units, classes):
        x = pool(size, strides, padding=padding)(x)
        x = layers.Conv2D(filters, kernel, padding="same", activation=conv)(x)
        x = layers.Dropout(rate)(flat()(x)) if early else flat()(x)
        x = layers.Dense(units, activation=dense)(x)
        x = layers.Dropout(rate)(x) if rate and not (early or late) else x
        x = layers.Dense(classes, activation=top)(x)
        return layers.Dropout(rate)(x) if late else x

    return answer


def branch_by_ops(x, filters, units, classes):
    x = ops.average_pool(x, 5, 3)
    x = ops.relu(layers.Dense(filters)(x))
    x = layers.ReLU()(layers.Dense(units, name="hidden")(layers.Reshape((-1,))(x)))
    return ops.softmax(layers.Dense(classes)(layers.Dropout(0.7, seed=1)(x)))


def branch_in_a_row(x, filters, units, classes):
    row = [
        layers.AvgPool2D((5, 5), strides=(3, 3)),
        layers.Conv2D(filters, (1, 1), padding="same", activation="relu"),
        layers.Flatten(),
        layers.Dense(units, "relu"),
        layers.Dropout(0.7),
        layers.Dense(classes),
        layers.Softmax(),
    ]
    return keras.Sequential(row)(x)


def convolution_first(x, filters, units, classes):
    x = layers.Conv2D(filters, 1, activation="relu")(x)
    x = layers.Flatten()(layers.AveragePooling2D(5, 3)(x))
    x = layers.Dropout(0.7)(layers.Dense(units, activation="relu")(x))
    return layers.Dense(classes, activation="softmax")(x)


def no_hidden_layer(x, filters, units, classes):
    x = layers.Conv2D(filters, 1, activation="relu")(layers.AveragePooling2D(5, 3)(x))
    x = layers.Dropout(0.7)(layers.Flatten()(x))
    return layers.Dense(classes, activation="softmax")(x)


def inception(x, filters):
    """An inception block written out, its branches in another order in the code."""
    n1, reduce3, n3, reduce5, n5, proj = filters
    pooled = layers.MaxPooling2D(3, 1, padding="same")(x)
    pooled = ops.relu(layers.Conv2D(proj, 1)(pooled))
    b5 = ops.relu(layers.Conv2D(reduce5, 1)(x))
    b5 = ops.relu(layers.Conv2D(n5, 5, padding="same")(b5))
    b3 = layers.ReLU()(layers.Conv2D(reduce3, 1)(x))
    b3 = layers.ReLU()(layers.Conv2D(n3, 3, padding="same")(b3))
    b1 = layers.Dense(n1, activation="relu")(x)
    return ops.concatenate([b1, b3, b5, pooled], axis=-1)


def small(
    size=64,
    strides=(2, 1, 1),
    reduce=True,
    conv="relu",
    pad="same",
    pool=layers.MaxPooling2D,
    window=3,
    before=("3a", "4a"),
    rows=ROWS,
    names=("3a", "3b", "4a"),
    rate=0.4,
    flat=layers.GlobalAveragePooling2D,
    top="softmax",
    block=lambda x, filters, name: blocks.inception_block(x, filters, name=name),
):
    """The network of exercise 5, with one thing or another wrong in it."""

    def answer():
        x = image = keras.Input((size, size, 3))
        x = layers.Conv2D(8, 7, strides[0], padding="same", activation=conv)(x)
        x = pool(window, 2, padding=pad)(x)
        if reduce:
            x = layers.Conv2D(8, 1, strides[1], padding="same", activation=conv)(x)
        x = layers.Conv2D(24, 3, strides[2], padding="same", activation=conv)(x)
        for name in names:
            x = pool(window, 2, padding=pad)(x) if name in before else x
            x = block(x, rows[name], f"mine{name}")
        x = flat()(x)
        x = layers.Dropout(rate)(x) if rate else x
        return keras.Model(image, layers.Dense(10, activation=top)(x))

    return answer


def stages(
    size=32,
    rows=STAGES,
    pools=(True, True),
    pool=layers.MaxPooling2D,
    flat=layers.GlobalAveragePooling2D,
    rate=0.4,
    block=lambda x, filters, name: blocks.inception_block(x, filters, name=name),
):
    """The network of exercise 6, with one thing or another wrong in it."""

    def answer():
        x = image = keras.Input((size, size, 3))
        x = layers.Conv2D(16, 3, 2, padding="same", activation="relu")(x)
        for name, pooled in zip(("3a", "4a", "5a"), (False, *pools)):
            x = pool(3, 2, padding="same")(x) if pooled else x
            x = block(x, rows[name], f"mine{name}")
        x = layers.Dropout(rate)(flat()(x))
        return keras.Model(image, layers.Dense(10, activation="softmax")(x))

    return answer


def stages_by_ops():
    x = image = keras.Input((32, 32, 3))
    x = ops.relu(layers.Conv2D(16, (3, 3), strides=2, padding="same")(x))
    x = inception(x, STAGES["3a"])
    x = inception(ops.max_pool(x, 3, 2, padding="same"), STAGES["4a"])
    x = inception(ops.max_pool(x, 3, 2, padding="same"), STAGES["5a"])
    x = layers.Dropout(0.4)(ops.mean(x, axis=(1, 2)))
    return keras.Model(image, ops.softmax(layers.Dense(10)(x)))


def relu_left_out(x, filters, name):
    """A block of convolutions that forget their activation."""
    branches = [layers.Conv2D(filters[0], 1)(x)]
    for i, kernel in ((1, 3), (3, 5)):
        y = layers.Conv2D(filters[i + 1], kernel, padding="same")(layers.Conv2D(filters[i], 1)(x))
        branches.append(y)
    pooled = layers.MaxPooling2D(3, 1, padding="same")(x)
    return layers.Concatenate()([*branches, layers.Conv2D(filters[5], 1)(pooled)])


SWAPPED = {**STAGES, "4a": (24, 26, 12, 4, 8, 6)}
REORDERED = {**ROWS, "3b": (16, 24, 12, 8, 16, 4)}
RECKONED = {**STAGES, "4a": (24, 26, 26, 4, 8, 6)}

ANSWERS = {
    "09.read_by_5a": {
        "right": [(7, 7, 832), [7.0, 7, 832], np.array([7, 7, 832])],
        "wrong": [
            ((14, 14, 832), "comes out of 4e"),
            ((6, 6, 832), "the pooling is padded"),
            ((7, 7, 1024), "reduce columns stay inside"),
            ((7, 7, 704), "a column of 128 is missing"),
            ((7, 7, 528), "the channels of 4d"),
            ((7, 7, 256), "one behind the other"),
            ((7, 832), "should be 3 numbers"),
        ],
    },
    "09.way_to_aux2": {
        "right": [18, 3 + 12 + 3.0],
        "wrong": [
            (22, "the way to the main output"),
            (12, "each two deep"),
            (15, "three layers are missing"),
            (16, "two layers are missing"),
            (19, "poolings and dropout have no weights"),
            (20, "4e is not on the way"),
            (42, "all six convolutions"),
            ("many", "should be a number"),
        ],
    },
    "09.side_parameters": {
        "right": [parameters(), counted_by_keras, parameters(lambda n: len(range(0, n - 4, 3)))],
        "wrong": [
            (parameters(lambda n: 1), "for each place that the pooling leaves"),
            (parameters(lambda n: n), "not the whole map"),
            (parameters(lambda n: n - 4), "moves by 3"),
            (parameters(lambda n: -(-n // 3)), "not padded"),
            (parameters(lambda n: (n - 5) / 3 + 1), "without rounding down"),
            (parameters(bias=0), "the biases are forgotten"),
            (parameters(units=307), "takes no parameters away"),
            (parameters(power=1), "it gives 1,615,976; it should be"),
        ],
    },
    "09.side_branch": {
        "right": [branch(), branch_by_ops, branch_in_a_row],
        "wrong": [
            (branch(pool=layers.MaxPooling2D), "max pooling"),
            (branch(strides=1), "the average pooling moves by 1×1"),
            (branch(padding="same"), "pads 'same'"),
            (branch(size=3), "pools 3×3"),
            (branch(kernel=3), "filters of 3×3"),
            (branch(conv=None), "there is no ReLU"),
            (branch(dense=None), "there is no ReLU"),
            (branch(flat=layers.GlobalAveragePooling2D), "global average pooling"),
            (branch(rate=0.7, late=True), "dropout"),
            (branch(rate=0.7, early=True), "dropout"),
            (branch(rate=0.3), "the rate 0.3; it needs 0.7"),
            (branch(rate=None), "dropout"),
            (branch(top=None), "there is no softmax"),
            (branch(top="sigmoid"), "sigmoid"),
            (convolution_first, "comes before"),
            (no_hidden_layer, "dense layer"),
        ],
    },
    "09.small_googlenet": {
        "right": [
            small(),
            small(block=lambda x, filters, name: inception(x, filters)),
            small(flat=lambda: lambda x: layers.Flatten()(layers.AveragePooling2D(4)(x))),
        ],
        "wrong": [
            (small(reduce=False), "one of 1×1 is missing"),
            (small(strides=(1, 2, 1)), "the first convolution moves by 1×1"),
            (small(strides=(2, 1, 2), before=("3a",)), "moves by 2×2; it should move by 1×1"),
            (small(conv=None), "there is no ReLU"),
            (small(pad="valid"), "pads 'valid'"),
            (small(window=2), "pools 2×2; it should pool 3×3"),
            (small(pool=layers.AveragePooling2D), "average pooling"),
            (small(before=("3a",)), "after the second concatenation there is no max pooling"),
            (small(before=("3a", "3b")), "stands a max pooling that does not belong"),
            (small(rows=REORDERED), "has 24 filters; it needs 16"),
            (small(names=("3a", "4a")), "it has 15 convolutions; it should have 21"),
            (small(block=relu_left_out), "there is no ReLU"),
            (small(rate=0.6), "the rate 0.6; it needs 0.4"),
            (small(rate=None), "dropout"),
            (small(flat=layers.Flatten), "flattening"),
            (small(flat=layers.GlobalMaxPooling2D), "global average pooling"),
            (small(top=None), "there is no softmax"),
            (small(size=32), "a map of 2x2 is too small"),
            (networks.googlenet(width=1 / 8, input_shape=(65, 65, 3), classes=10), "65×65×3"),
        ],
    },
    "09.a_block_a_stage": {
        "right": [stages(), stages_by_ops, lambda: keras.models.clone_model(stages()())],
        "wrong": [
            (stages(pools=(False, True)), "after the first concatenation there is no max pooling"),
            (stages(rows=SWAPPED), "has 26 filters; it needs 12"),
            (stages(flat=layers.Flatten), "flattening"),
            (stages(pool=layers.AveragePooling2D), "average pooling"),
            (stages(rows=RECKONED), "has 26 filters; it needs 12"),
            (stages(rate=0.6), "the rate 0.6; it needs 0.4"),
            (stages(pools=(False, True), flat=layers.Flatten), "max pooling"),
            (stages(size=64), "the model's input is 64×64×3"),
        ],
    },
    "09.explanation": {
        "right": ["d", " D"],
        "wrong": [
            ("a", "not exactly 0"),
            ("b", "computed as before"),
            ("c", "thinner"),
            ("e", "one letter"),
            (["d"], "one letter"),
        ],
    },
}
