"""Lesson 9: each wrong answer with a part of what the check has to say about it."""

from functools import partial

import keras
import numpy as np
from keras import layers, ops

from planted.measured import experiment
from utils import blocks, networks
from utils.exercises import answers09 as course

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


def parameters(places=lambda n: (n - 5) // 3 + 1, bias=1, power=2):
    """The function of exercise 3, with one thing or another wrong in it."""

    def answer(size, channels, classes):
        read = places(size) ** power * 128
        return (channels + bias) * 128 + (read + bias) * 1024 + (1024 + bias) * classes

    return answer


def counted_by_keras(size, channels, classes):
    x = keras.Input((size, size, channels))
    y = layers.Conv2D(128, 1)(layers.AveragePooling2D(5, 3)(x))
    y = layers.Dense(classes)(layers.Dense(1024)(layers.Flatten()(y)))
    return keras.Model(x, y).count_params()


def branch(
    pool=layers.AveragePooling2D,
    size=5,
    strides=3,
    padding="valid",
    kernel=1,
    whole=None,
    bias=False,
    normalised=(True, True),
    relu=(True, True),
    widths=lambda filters, units: (filters, units),
    rate=None,
    last="softmax",
    flat=layers.Flatten,
):
    """The side branch of exercise 4, with one thing or another wrong in it."""

    def answer(x, filters, units, classes):
        x = pool(size, strides, padding=padding)(x)
        for i, count in enumerate(widths(filters, units)):
            window = (whole or x.shape[1:3]) if i else kernel
            pad = "valid" if i else "same"
            x = layers.Conv2D(count, window, padding=pad, use_bias=bias)(x)
            x = layers.BatchNormalization()(x) if normalised[i] else x
            x = layers.ReLU()(x) if relu[i] else x
        x = layers.Dropout(rate)(flat()(x)) if rate else flat()(x)
        return layers.Dense(classes, activation=last)(x)

    return answer


def normalised_last(x, filters, units, classes):
    x = layers.AveragePooling2D(5, 3)(x)
    x = layers.Conv2D(filters, 1, activation="relu", use_bias=False)(x)
    x = layers.Conv2D(units, x.shape[1:3], activation="relu", use_bias=False)(
        layers.BatchNormalization()(x)
    )
    x = layers.Flatten()(layers.BatchNormalization()(x))
    return layers.Dense(classes, activation="softmax")(x)


def branch_by_ops(x, filters, units, classes):
    x = ops.average_pool(x, 5, 3)
    x = ops.relu(layers.BatchNormalization()(layers.Dense(filters, use_bias=False)(x)))
    x = layers.Conv2D(units, (x.shape[1], x.shape[2]), use_bias=False, name="all")(x)
    x = layers.Activation("relu")(layers.BatchNormalization(name="n")(x))
    return ops.softmax(layers.Dense(classes)(layers.Reshape((-1,))(x)))


def branch_in_a_row(x, filters, units, classes):
    size = [(n - 5) // 3 + 1 for n in x.shape[1:3]]
    row = [
        layers.AvgPool2D((5, 5), strides=(3, 3)),
        layers.Conv2D(filters, (1, 1), padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.Conv2D(units, size, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Flatten(),
        layers.Dense(classes),
        layers.Softmax(),
    ]
    return keras.Sequential(row)(x)


def branch_of_blocks(x, filters, units, classes):
    x = blocks.conv_bn(layers.AveragePooling2D(5, 3)(x), filters, 1, name="reduced")
    x = layers.BatchNormalization()(layers.Conv2D(units, x.shape[1:3], use_bias=False)(x))
    return layers.Dense(classes, activation="softmax")(ops.mean(ops.relu(x), axis=(1, 2)))


def with_a_hidden_layer(x, filters, units, classes):
    x = layers.AveragePooling2D(5, 3)(x)
    x = layers.Conv2D(filters, 1, use_bias=False)(x)
    x = layers.Flatten()(layers.ReLU()(layers.BatchNormalization()(x)))
    x = layers.ReLU()(layers.BatchNormalization()(layers.Dense(units, use_bias=False)(x)))
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


def small_in_a_row():
    conv, pool = {"padding": "same", "activation": "relu"}, layers.MaxPool2D
    stem = keras.Sequential([layers.Conv2D(8, 7, strides=2, **conv), pool(3, 2, padding="same")])
    stem.add(keras.Sequential([layers.Conv2D(8, 1, **conv), layers.Conv2D(24, 3, **conv)]))
    image = keras.Input((64, 64, 3), name="pixels")
    x = inception(pool(3, 2, padding="same")(stem(image)), ROWS["3a"])
    x = ops.max_pool(inception(x, ROWS["3b"]), 3, 2, padding="same")
    x = ops.mean(inception(x, ROWS["4a"]), axis=(1, 2))
    return keras.Model(image, layers.Softmax()(layers.Dense(10)(layers.Dropout(0.4)(x))))


def frozen():
    network = stages()()
    network.trainable = False
    return network


SWAPPED = {**STAGES, "4a": (24, 26, 12, 4, 8, 6)}
REORDERED = {**ROWS, "3b": (16, 24, 12, 8, 16, 4)}
RECKONED = {**STAGES, "4a": (24, 26, 26, 4, 8, 6)}
TURNED = {**STAGES, "5a": (32, 40, 20, 4, 16, 16)}
LAST_TWO = {**ROWS, "4a": (24, 12, 26, 2, 8, 6)}
LOSSES = {"with": [2.26, 2.27, 2.23], "without": [2.08, 2.09, 2.01]}


def moved(**others):
    return {**LOSSES, **others}


def sigmoids(branches, count=6, units=32, between="sigmoid", top="softmax", counted_from=1):
    image = keras.Input((14, 14))
    x, sides = layers.Flatten()(image), []
    for number in range(counted_from, count + counted_from):
        x = layers.Dense(units, activation=between)(x)
        if number in branches:
            sides.append(layers.Dense(10, activation=top)(x))
    return keras.Model(image, [layers.Dense(10, activation="softmax")(x), *sides])


def sigmoids_at_once(branches):
    image = keras.Input((14, 14))
    found = [layers.Reshape((196,))(image)]
    for _ in range(6):
        found.append(layers.Activation("sigmoid")(layers.Dense(32)(found[-1])))
    main = layers.Dense(10, activation="softmax")(found[-1])
    return keras.Model(image, [main] + [layers.Dense(10, "softmax")(found[n]) for n in branches])


def main_last(branches):
    model = sigmoids(branches)
    return keras.Model(model.inputs, model.outputs[::-1])


def main_alone(branches):
    model = sigmoids(branches)
    return keras.Model(model.inputs, model.outputs[0])


ANSWERS = {
    "09.read_by_5a": {
        "right": [
            (7, 10, 608),
            [7.0, 10, 608],
            np.array([7, 10, 608]),
            (None, 7, 10, 608),
            "7x10x608",
        ],
        "wrong": [
            ((13, 20, 608), "comes out of 4e"),
            ((6, 10, 608), "padded layers round up"),
            ((4, 5, 608), "halved six times"),
            ((7, 10, 760), "reduce columns stay inside"),
            ((7, 10, 512), "pool proj is missing"),
            ((7, 10, 544), "the 64 of the 5×5 are missing"),
            ((7, 10, 352), "the 256 of the 3×3"),
            ((7, 10, 416), "the 192 of the 1×1"),
            ((7, 10, 256), "one behind the other"),
            ((7, 10, 832), "the paper's 4e"),
            ((7, 7, 832), "the lesson's network"),
            ((10, 7, 608), "their order is not"),
            ((7, 11, 608), "the width is not right"),
            ((7, 608), "should be 3 numbers"),
        ],
    },
    "09.way_to_aux2": {
        "right": [18, 3 + 12 + 3.0, "18", np.int64(18)],
        "wrong": [
            (22, "the way to the main output"),
            (12, "each two deep"),
            (15, "three layers are missing"),
            (16, "two layers are missing"),
            (2 + 6 * 2 + 3, "three in the stem and three in the branch"),
            (14, "two blocks are missing"),
            (24, "do not lie on the way"),
            (10, "two deep on the longest way"),
            (19, "poolings and dropout have no weights"),
            (20, "4e is not on the way"),
            (42, "all six convolutions"),
            ("many", "should be a number"),
        ],
    },
    "09.side_parameters": {
        "right": [
            parameters(),
            counted_by_keras,
            parameters(lambda n: len(range(0, n - 4, 3))),
            parameters(lambda n: int((n - 2) / 3)),
        ],
        "wrong": [
            (parameters(lambda n: 1), "for each place that the pooling leaves"),
            (parameters(lambda n: n), "not the whole map"),
            (parameters(lambda n: n - 4), "moves by 3"),
            (parameters(lambda n: -(-n // 3)), "not padded"),
            (parameters(lambda n: (n - 5) / 3 + 1), "without rounding down"),
            (parameters(bias=0), "the biases are forgotten"),
            (parameters(power=1), "as many rows as columns"),
            (course.unreduced, "the 128 channels of the 1×1"),
            (course.no_convolution, "the 1×1 convolution is missing"),
            (course.no_classes, "the last dense layer is missing"),
            (course.wide_convolution, "the 5×5 is the pooling's"),
            (parameters(lambda n: n // 5), "not by its own size of 5"),
            (parameters(lambda n: n // 3), "has to fit as a whole"),
            (parameters(lambda n: -(-(n - 5) // 3) + 1), "has to fit as a whole"),
            (lambda n, m, k: parameters()(n, m, k) - k, "the last layer's biases are missing"),
            (lambda n, m, k: parameters()(n, m, 1000), "classes is not used"),
            (lambda size, channels: 1, "arguments is given"),
        ],
    },
    "09.side_branch": {
        "right": [
            branch(),
            branch_by_ops,
            branch_in_a_row,
            branch_of_blocks,
            with_a_hidden_layer,  # on one place it is the same
        ],
        "wrong": [
            (branch(pool=layers.MaxPooling2D), "max pooling"),
            (branch(strides=1), "the average pooling moves by 1×1"),
            (branch(padding="same"), "pads 'same'"),
            (branch(size=3), "pools 3×3"),
            (branch(kernel=3), "filters of 3×3"),
            (branch(whole=1), "filters of 1×1; they should be 3×3"),
            (branch(whole=3), "called with (x, 4, 12, 7)"),
            (branch(bias=True), "has a bias"),
            (branch(normalised=(True, False)), "there is no batch normalisation"),
            (branch(relu=(False, True)), "there is no ReLU"),
            (
                branch(widths=lambda filters, units: (units, filters)),
                "`filters` and `units` are exchanged",
            ),
            (branch(rate=0.7), "a dropout that does not belong there"),
            (branch(last=None), "there is no softmax"),
            (branch(last="sigmoid"), "sigmoid"),
            (normalised_last, "ReLU comes before the batch normalisation"),
        ],
    },
    "09.small_googlenet": {
        "right": [
            small(),
            small(block=lambda x, filters, name: inception(x, filters)),
            small(flat=lambda: lambda x: layers.Flatten()(layers.AveragePooling2D(4)(x))),
            small_in_a_row,
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
            (small(rows=LAST_TWO), "has 8 filters; it needs 6"),
            (small(names=("3a", "4a")), "a block is missing"),
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
        "right": [
            stages(),
            stages_by_ops,
            lambda: keras.models.clone_model(stages()()),
            frozen,
        ],
        "wrong": [
            ("b", "5a's row the narrow number stands before"),
            ("C", "halves 32 to 16"),
            ("d) The convolution at the start", "3a's narrow numbers stand first"),
            ("e", "one letter of"),
            (stages(pools=(False, True)), "one place is not as it should be yet"),
            (stages(rows=SWAPPED), "2 places are not as they should be yet"),
            (stages(flat=layers.Flatten), "one place is not as it should be yet"),
            (stages(pools=(False, True), flat=layers.Flatten), "2 places are not"),
            (stages(rows=SWAPPED, flat=layers.Flatten), "3 places are not"),
            (stages(pool=layers.AveragePooling2D), "2 places are not"),
            (stages(rows=RECKONED), "one place is not"),
            (stages(rows=TURNED), "2 places are not"),
            (stages(rate=0.6), "one place is not"),
            (stages(size=64), "the model's input is 64×64×3"),
        ],
    },
    "09.explanation": {
        "right": ["d", " D", "(d)", "d) A loss reaches the blocks on the way"],
        "wrong": [
            ("a", "not exactly 0"),
            ("A", "not exactly 0"),
            ("b", "computed as before"),
            ("(b)", "computed as before"),
            ("c", "thinner"),
            ("c) A loss is spread", "thinner"),
            ("e", "one letter"),
            (["d", "e"], "one letter"),
            (4, "one letter"),
            ("", "one letter"),
        ],
    },
    "09.larger_gradient": experiment(
        (sigmoids,),
        right=[
            (LOSSES, "without"),
            [LOSSES, " Without "],
            ({"with": (1.9, 1.8, 1.7, 1.85), "without": np.array([2.1, 2.2, 2.0])}, "with"),
            (moved(without=[2.3, 2.25, 2.1]), "neither"),
        ],
        wrong=[
            ((LOSSES, "with"), "every run of 'without' lies below"),
            ((LOSSES, "neither"), "every run of 'without' lies below"),
            ((moved(without=[2.3, 2.25, 2.1]), "without"), "reach into those of another"),
            ((moved(without=[2.08, 2.09]), "without"), "'without' has 2 of 3 runs"),
            ((moved(without=[2.08] * 3), "without"), "are all 2.08"),
            (({"with": [2.2, 2.3, 2.1]}, "with"), "nothing was measured for 'without'"),
            ((moved(without=["a", 2.0, 2.1]), "without"), "among its numbers"),
            ((moved(without=[float("nan"), 2.0, 2.1]), "without"), "nan among its numbers"),
            ((moved(**{"with": [3.6, 3.5, 3.4]}), "without"), "main output's loss alone"),
            ((moved(without=2.08), "without"), "should have a list of numbers"),
            ((LOSSES, "the sides"), "the conclusion should be one of"),
            (([2.2, 2.3], "with"), "measured should be a dict"),
            (LOSSES, "measured, conclusion)"),
        ],
        written=[(sigmoids_at_once,)],
        unlike=[
            ((partial(sigmoids, count=5),), "sigmoids: "),
            ((partial(sigmoids, units=64),), "sigmoids: "),
            ((partial(sigmoids, between="relu"),), "sigmoids: "),
            ((partial(sigmoids, top="sigmoid"),), "sigmoids: "),
            ((partial(sigmoids, counted_from=0),), "sigmoids: "),
            ((lambda branches: sigmoids((1, 3)),), "sigmoids: "),
            ((main_alone,), "sigmoids: "),
            ((main_last,), "sigmoids: "),
            ((lambda branches: None,), "sigmoids: "),
        ],
    ),
}
