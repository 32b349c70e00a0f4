"""Lesson 8: each wrong answer with a part of what the check has to say about it."""

import keras
import numpy as np
from keras import layers, ops

from utils import blocks, cost

EIGHTH = (8, 12, 16, 2, 4, 4)
THREES = (1, 1, 3, 1, 3, 1)  # kernels, with a 3×3 for the 5×5
ROWS = ((32, 20, 40, 4, 16, 16), (48, 24, 48, 6, 16, 16))


def in_two_steps(h, w, c, b, n, k):
    return sum(h * w * made * size**2 * read for made, size, read in ((b, 1, c), (n, k, b)))


def counted_on_layers(h, w, c, b, n, k):
    x = keras.Input((h, w, c))
    y = layers.Conv2D(n, k, padding="same")(layers.Conv2D(b, 1)(x))
    return cost.multiply_adds(keras.Model(x, y))


def inception(
    kernels=(1, 1, 3, 1, 5, 1),
    activations=("relu",) * 6,
    bias=True,
    pool=layers.MaxPooling2D,
    size=3,
    strides=1,
    padding="same",
    order=(0, 1, 2, 3),
    numbers=(0, 1, 2, 3, 4, 5),
    reduce=(True, True),
    project="after",
    reads="x",
    merge=layers.Concatenate,
):
    """The inception block with one thing or another wrong in it."""

    def answer(x, filters):
        def conv(x, place):
            setting = {"padding": "same", "use_bias": bias, "activation": activations[place]}
            return layers.Conv2D(filters[numbers[place]], kernels[place], **setting)(x)

        b1 = conv(x, 0)
        b2 = middle = conv(x, 1) if reduce[0] else x
        b2 = conv(b2, 2)
        source = {"x": x, "reduce": middle, "3x3": b2}[reads]
        b3 = conv(conv(source, 3) if reduce[1] else source, 4)
        b4 = conv(x, 5) if project == "before" else x
        b4 = pool(size, strides, padding=padding)(b4)
        b4 = conv(b4, 5) if project == "after" else b4
        branches = (b1, b2, b3, b4)
        return merge()([branches[place] for place in order])

    return answer


def by_ops(x, filters):
    """Another spelling: dense layers for 1×1, keras.ops, and the branches written backwards."""
    n1, reduce3, n3, reduce5, n5, proj = filters
    b4 = ops.relu(layers.Dense(proj)(ops.max_pool(x, 3, 1, padding="same")))
    b3 = ops.relu(layers.Conv2D(reduce5, (1, 1))(x))
    b3 = ops.relu(layers.Conv2D(n5, 5, padding="same")(b3))
    b2 = layers.ReLU()(layers.Conv2D(reduce3, 1)(x))
    b2 = layers.Activation("relu")(layers.Conv2D(n3, 3, padding="same")(b2))
    b1 = layers.Dense(n1, "relu")(x)
    return ops.concatenate([b1, b2, b3, b4], axis=-1)


def branches_in_rows(x, filters):
    """Each branch a keras.Sequential; padded by hand around the 3×3."""
    n1, reduce3, n3, reduce5, n5, proj = filters
    rows = [
        [layers.Conv2D(n1, 1, activation="relu")],
        [
            layers.Conv2D(reduce3, 1, activation="relu"),
            layers.Conv2D(n3, 3, padding="same", activation="relu"),
        ],
        [
            layers.Conv2D(reduce5, 1, activation="relu"),
            layers.Conv2D(n5, 5, padding="same", activation="relu"),
        ],
        [layers.MaxPool2D(3, 1, "same"), layers.Conv2D(proj, 1), layers.ReLU()],
    ]
    return layers.concatenate([keras.Sequential(row)(x) for row in rows])


def relu_of_all(x, filters):
    """One ReLU behind the concatenation does the same as one at the end of each branch."""
    return layers.ReLU()(
        inception(activations=(None, "relu", None, "relu", None, None))(x, filters)
    )


def without_relu(places):
    return tuple(None if place in places else "relu" for place in range(6))


def eighth(**wrong):
    return lambda x: inception(**wrong)(x, EIGHTH)


def last(
    size=14,
    window=3,
    strides=2,
    padding="same",
    pool=layers.MaxPooling2D,
    rows=ROWS,
    block=lambda x, filters, name: blocks.inception_block(x, filters, name=name),
    end=layers.GlobalAveragePooling2D,
    units=(10,),
    top="softmax",
    rate=None,
):
    """The rows of exercise 5 with one thing or another wrong in them."""

    def answer():
        x = maps = keras.Input((size, size, 104))
        x = pool(window, strides, padding=padding)(x) if pool else x
        for i, filters in enumerate(rows):
            x = block(x, filters, f"mine{i}")
        x = end()(x) if end else x
        x = layers.Dropout(rate)(x) if rate else x
        for count in units:
            x = layers.Dense(count, activation=top if count == units[-1] else "relu")(x)
        return keras.Model(maps, x)

    return answer


def last_by_ops():
    x = maps = keras.Input((14, 14, 104))
    x = ops.max_pool(x, 3, 2, padding="same")
    for filters in ROWS:
        x = by_ops(x, filters)
    return keras.Model(maps, ops.softmax(layers.Dense(10)(ops.mean(x, axis=(1, 2)))))


def of_conv(**wrong):
    return lambda x, filters, name: inception(**wrong)(x, filters)


def naive(x, filters, name):
    return blocks.naive_inception_block(x, (filters[0], filters[2], filters[4]), name=name)


REORDERED = tuple((row[0], row[2], row[1], row[4], row[3], row[5]) for row in ROWS)

ANSWERS = {
    "08.piled_up": {
        "right": [(28, 28, 640), [28.0, 28, 640], np.array([28, 28, 416 + 224])],
        "wrong": [
            ((28, 28, 416), "leaves the first block"),
            ((28, 28, 448), "hands on 192 channels too"),
            ((28, 28, 224), "the poolings are forgotten"),
            ((28, 28, 256), "there is none"),
            ((28, 28, 832), "the second reads 416"),
            ((14, 14, 640), "move by 1"),
            ((28, 28, 600), "is not it"),
            (640, "should be 3 numbers"),
        ],
    },
    "08.bottleneck_cost": {
        "right": [
            lambda h, w, c, b, n, k: h * w * b * (c + n * k * k),
            in_two_steps,
            counted_on_layers,
            lambda h, w, c, b, n, k: float(h * w * (b * c + n * k**2 * b)),
        ],
        "wrong": [
            (lambda h, w, c, b, n, k: h * w * b * c, "only the 1×1 is counted"),
            (lambda h, w, c, b, n, k: h * w * n * k * k * b, "only the larger filters"),
            (lambda h, w, c, b, n, k: h * w * n * k * k * c, "without a bottleneck"),
            (lambda h, w, c, b, n, k: h * w * c * (b + n * k * k), "no longer all that come in"),
            (lambda h, w, c, b, n, k: h * w * b * (c * k * k + n), "in the wrong step"),
            (lambda h, w, c, b, n, k: h * w * b * (c + k * n), "kernel times kernel"),
            (lambda h, w, c, b, n, k: h * w * n * (c + k * k * b), "not `filters`"),
            (lambda h, w, c, b, n, k: b * c + n * k * k * b, "these are the weights"),
            (
                lambda h, w, c, b, n, k: h * w * b * c + (h - k + 1) * (w - k + 1) * n * k * k * b,
                "padded",
            ),
            (
                lambda h, w, c, b, n, k: h * w * (b * (c + 1) + n * (k * k * b + 1)),
                "added, not multiplied",
            ),
            (lambda h, w, c, b, n, k: 2 * h * w * b * (c + n * k * k), "additions are counted"),
            (lambda h, w, c, b, n, k: h * w * b * k * k * (c + n), "it should be 12,443,648"),
            (lambda h, w, c, b, n, k: h * h * b * (c + n * k * k), "it should be 45,360"),
            (lambda h, w, c, b, n, k: print(h), "is there a return"),
        ],
    },
    "08.widest_bottleneck": {
        "right": [342, 342.0, np.int64(342), max(n for n in range(480) if n * 1680 < 576_000)],
        "wrong": [
            (343, "rounded up"),
            (25 * 480 * 48 / (480 + 25 * 48), "whole channels only"),
            (479, "of the 1×1 itself"),
            (480, "only adds work"),
            (1200, "behind the bottleneck are forgotten"),
            (154, "the lesson's block 3a"),
            (382, "3×3 branch"),
            (160, "not 5"),
            (16, "the paper's choice"),
            (300, "too small"),
            ((14, 14, 342), "should be a number"),
        ],
    },
    "08.inception_block": {
        "right": [
            inception(),
            by_ops,
            branches_in_rows,
            relu_of_all,
            lambda x, filters: blocks.inception_block(x, filters, name="mine"),
        ],
        "wrong": [
            (inception(activations=without_relu([0])), "there is no ReLU"),
            (
                inception(activations=without_relu([1])),
                "after the first convolution of the 3×3 branch there is no ReLU",
            ),
            (inception(activations=without_relu([3])), "there is no ReLU"),
            (
                inception(activations=without_relu([5])),
                "after the convolution of the pooling branch there is no ReLU",
            ),
            (inception(activations=without_relu(range(6))), "there is no ReLU"),
            (
                inception(kernels=THREES),
                "the second convolution of the 5×5 branch has filters of 3×3",
            ),
            (inception(kernels=(1, 3, 3, 5, 5, 1)), "they should be 1×1"),
            (inception(bias=False), "has no bias"),
            (inception(pool=layers.AveragePooling2D), "average pooling"),
            (inception(size=2), "pools 2×2; it should pool 3×3"),
            (inception(strides=2), "a concatenation gets"),
            (inception(padding="valid"), "a concatenation gets"),
            (inception(merge=layers.Add), "an addition gets"),
            (inception(project="before"), "comes before the max pooling"),
            (inception(project=None), "it has 5 convolutions; it should have 6"),
            (inception(reduce=(True, False)), "it has 5 convolutions; it should have 6"),
            (inception(reduce=(False, False)), "it has 4 convolutions; it should have 6"),
            (inception(reads="3x3"), "first layer read?"),
            (inception(order=(0, 2, 1, 3)), "in which order does the concatenation"),
            (
                inception(numbers=(0, 2, 1, 4, 3, 5)),
                "the first convolution of the 3×3 branch has 8 filters; it needs 4",
            ),
            (
                inception(numbers=(0, 1, 2, 5, 4, 3)),
                "the first convolution of the 5×5 branch has 5 filters; it needs 2",
            ),
            (inception(merge=lambda: layers.Concatenate(axis=1)), "a concatenation gets"),
            (
                lambda x, filters: inception()(x, (6, 4, 8, 2, 3, 5)),
                "called with (x, (3, 8, 4, 7, 2, 6))",
            ),
            (
                lambda x, filters: naive(x, filters, "mine"),
                "it has 3 convolutions; it should have 6",
            ),
        ],
    },
    "08.last_rows": {
        "right": [
            last(),
            last_by_ops,
            last(block=of_conv(), end=lambda: lambda x: ops.mean(x, axis=(1, 2))),
            last(end=lambda: lambda x: layers.Flatten()(layers.AvgPool2D(7, 1)(x))),
        ],
        "wrong": [
            (last(padding="valid"), "pads 'valid'"),
            (last(strides=1), "moves by 1×1; it should move by 2×2"),
            (last(pool=None), "there is no max pooling"),
            (last(pool=layers.AveragePooling2D), "average pooling"),
            (last(window=2), "pools 2×2; it should pool 3×3"),
            (last(rows=ROWS[::-1]), "has 24 filters; it needs 20"),
            (last(rows=REORDERED), "has 40 filters; it needs 20"),
            (last(rows=ROWS[:1]), "it has 6 convolutions; it should have 12"),
            (last(rows=(*ROWS, ROWS[1])), "it has 18 convolutions; it should have 12"),
            (last(block=naive), "it has 6 convolutions; it should have 12"),
            (last(block=of_conv(activations=without_relu(range(6)))), "there is no ReLU"),
            (last(block=of_conv(project="before")), "comes before the"),
            (last(end=layers.Flatten), "flattening"),
            (last(end=layers.GlobalMaxPooling2D), "global max pooling"),
            (last(end=None), "there is no global average pooling before the first dense layer"),
            (last(top=None), "there is no softmax"),
            (last(top="relu"), "ReLU"),
            (last(units=(128, 10)), "it has 2 dense layers; it should have 1"),
            (last(rate=0.4), "dropout"),
            (last(size=7, pool=None), "the model's input is 7×7×104"),
        ],
    },
    "08.eighth_of_3a": {
        "right": [eighth(), lambda x: by_ops(x, EIGHTH), lambda x: branches_in_rows(x, EIGHTH)],
        "wrong": [
            (eighth(kernels=THREES, project="before"), "3×3; they should be 5×5"),
            (eighth(kernels=THREES, activations=without_relu([0])), "3×3; they should be 5×5"),
            (eighth(project="before", activations=without_relu([0])), "before the max pooling"),
            (eighth(kernels=THREES), "of the 5×5 branch has filters of 3×3"),
            (eighth(project="before"), "comes before the max pooling"),
            (eighth(activations=without_relu([0])), "there is no ReLU"),
            (eighth(activations=without_relu(range(6))), "there is no ReLU"),
            (eighth(reads="3x3"), "first layer read?"),
            (eighth(order=(0, 1, 3, 2)), "in which order does the concatenation"),
            (lambda x: inception()(x, (8, 12, 16, 4, 4, 2)), "has 4 filters; it needs 2"),
            (lambda x: inception()(x, (64, 96, 128, 16, 32, 32)), "has 96 filters; it needs 12"),
        ],
    },
    "08.explanation": {
        "right": ["c", " (C)"],
        "wrong": [
            ("a", "160 is less than 192"),
            ("b", "still pays"),
            ("d", "the same for every kernel"),
            ("e", "one letter"),
            (3, "one letter"),
        ],
    },
}
