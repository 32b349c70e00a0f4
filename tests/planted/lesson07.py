"""Lesson 7: each wrong answer with a part of what the check has to say about it."""

import keras
import numpy as np
from keras import layers, ops

from utils import networks


def by_loops(image, weights, bias):
    height, width, channels = image.shape
    made = np.zeros((height, width, len(bias)))
    for i in range(height):
        for j in range(width):
            for f in range(len(bias)):
                made[i, j, f] = sum(image[i, j, c] * weights[c, f] for c in range(channels))
                made[i, j, f] += bias[f]
    return made


def by_keras(image, weights, bias):
    layer = layers.Conv2D(len(bias), 1)
    layer.build((None, *image.shape))
    layer.set_weights([weights[None, None], bias])
    return layer(image[None])[0]


def into_a_copy(image, weights, bias):
    made = np.zeros_like(image)
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            made[i, j] = image[i, j] @ weights + bias
    return made


def bias_inside(image, weights, bias):
    made = 0
    for c in range(image.shape[-1]):
        made = made + image[..., c, None] * weights[c] + bias
    return made


def in_place(image, weights, bias):
    image += 1
    return image @ weights + bias


def conv(x, filters, kernel, strides=1, activation="relu", **more):
    more = {"padding": "same", **more}
    return layers.Conv2D(filters, kernel, strides, activation=activation, **more)(x)


def block(x, kernel, filters, strides=1, sizes=(1, 1), moves=(1, 1), relus=3, order=(0, 1, 2)):
    """The block with one thing or another wrong in it."""
    sizes, moves = (kernel, *sizes), (strides, *moves)
    for i in range(3):
        activation = "relu" if i < relus else None
        x = conv(x, filters[order[i]], sizes[i], moves[i], activation)
    return x


def wrong_block(**changes):
    return lambda x, kernel, filters, strides: block(x, kernel, filters, strides, **changes)


def strides_at_the_end(x, kernel, filters, strides):
    return block(x, kernel, filters, 1, moves=(1, strides))


def unpadded(x, kernel, filters, strides):
    x = conv(x, filters[0], kernel, strides, padding="valid")
    return conv(conv(x, filters[1], 1), filters[2], 1)


def one_convolution_short(x, kernel, filters, strides):
    return conv(conv(x, filters[0], kernel, strides), filters[2], 1)


def side_by_side(x, kernel, filters, strides):
    ways = [conv(x, n, size, strides) for n, size in zip(filters, (kernel, 1, 1))]
    return layers.Concatenate()(ways)


def normalised(x, kernel, filters, strides):
    for count, size, step in zip(filters, (kernel, 1, 1), (strides, 1, 1)):
        x = conv(x, count, size, step, activation=None)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    return x


def without_biases(x, kernel, filters, strides):
    for count, size, step in zip(filters, (kernel, 1, 1), (strides, 1, 1)):
        x = conv(x, count, size, step, use_bias=False)
    return x


def by_dense(x, kernel, filters, strides=1):
    x = layers.ReLU()(conv(x, filters[0], (kernel, kernel), strides, activation=None))
    x = layers.Dense(filters[1], activation="relu")(x)
    return ops.relu(layers.Dense(filters[2])(x))


def dense_without_relu(x, kernel, filters, strides):
    x = conv(x, filters[0], kernel, strides)
    return layers.Dense(filters[2])(layers.Dense(filters[1], activation="relu")(x))


def sequential_without_relu(x, kernel, filters, strides):
    first = layers.Conv2D(filters[0], kernel, strides, "same", activation="relu")
    second = layers.Conv2D(filters[1], 1, activation="relu")
    return keras.Sequential([first, second, layers.Conv2D(filters[2], 1)])(x)


def sequential(x, kernel, filters, strides=1):
    return keras.Sequential(
        [
            layers.Conv2D(filters[0], kernel, strides, "same"),
            layers.Activation("relu"),
            layers.Conv2D(filters[1], (1, 1), padding="valid"),
            layers.Activation(ops.relu),
            layers.Conv2D(filters[2], 1, activation=keras.activations.relu),
        ]
    )(x)


def nin(
    pools=(layers.MaxPooling2D, layers.AveragePooling2D),
    steps=(2, 2),
    kernels=(5, 5, 3),
    last=100,
    dropout=0.5,
    dropped=(0, 1),
    kind=layers.Dropout,
    padding="same",
    head=layers.GlobalAveragePooling2D,
    top=layers.Softmax,
    one=block,
    **changes,
):
    def answer():
        x = image = keras.Input((32, 32, 3))
        for i, filters in enumerate(((12, 10, 6), (12, 12, 12), (12, 12, last))):
            x = one(x, kernels[i], filters, **(changes if i == 2 else {}))
            if i < 2:
                x = pools[i](3, steps[i], padding=padding)(x)
            x = kind(dropout)(x) if dropout and i in dropped else x
        x = head()(x)
        return keras.Model(image, top()(x) if top else x)

    return answer


def dense_head():
    return lambda x: layers.Dense(100)(layers.Flatten()(x))


def nin_by_ops():
    image = keras.Input((32, 32, 3), name="mine")
    x = layers.Dropout(0.5)(ops.max_pool(by_dense(image, 5, (12, 10, 6)), 3, 2, "same"))
    x = ops.average_pool(by_dense(x, 5, (12, 12, 12)), 3, 2, padding="same")
    x = by_dense(layers.Dropout(0.5, name="d")(x), 3, (12, 12, 100))
    return keras.Model(image, ops.softmax(ops.mean(x, axis=(1, 2))))


def two(second=1, last="relu", head="mean", top="softmax", pool=layers.MaxPooling2D, one=1):
    def answer():
        image = keras.Input((32, 32, 3))
        x = conv(conv(conv(image, 12, 5), 10, second), 6, 1)
        x = pool(3, 2, padding="same")(x)
        x = conv(conv(conv(x, 12, 3), 12, one), 10, 1, activation=last)
        if head == "mean":
            x = layers.GlobalAveragePooling2D()(x)
        elif head == "max":
            x = layers.GlobalMaxPooling2D()(x)
        elif head == "flat":
            x = layers.Dense(10)(layers.Flatten()(x))
        else:
            x = layers.Dense(10)(layers.GlobalAveragePooling2D()(x))
        return keras.Model(image, layers.Activation(top)(x))

    return answer


def two_by_ops():
    image = keras.Input((32, 32, 3))
    x = layers.MaxPool2D(3, 2, "same")(by_dense(image, 5, (12, 10, 6)))
    x = by_dense(x, 3, (12, 12, 10))
    return keras.Model(image, ops.softmax(layers.GlobalAvgPool2D()(x)))


ANSWERS = {
    "07.shrunk_shape": {
        "right": [(7, 7, 64), [7.0, 7, 64], np.array([7, 7, 64])],
        "wrong": [
            ((14, 14, 64), "the pooling is missing"),
            ((7, 7, 512), "the convolution is missing"),
            ((7, 7, 32), "every channel by itself"),
            ((7, 7, 576), "in place of the old ones"),
            ((13, 13, 64), "moves by 2"),
            ((6, 6, 64), "loses no rim"),
            ((7, 7), "should be 3 numbers"),
        ],
    },
    "07.multiplications": {
        "right": [6_422_528, 14 * 14 * 512 * 64.0],
        "wrong": [
            (32_768, "these are its weights"),
            (32_832, "these are its parameters"),
            (6_435_072, "biases are counted"),
            (458_752, "one row of pixels"),
            (1_605_632, "the pooling comes only after"),
            (12_544, "the values that come out"),
            (100_352, "the values that come in"),
            (57_802_752, "not nine"),
            (12_845_056, "additions are counted"),
            (4_816_896, "the lesson's convolution"),
            (7_000_000, "too large"),
        ],
    },
    "07.one_by_one": {
        "right": [
            lambda image, weights, bias: np.einsum("hwc,cf->hwf", image, weights) + bias,
            lambda image, weights, bias: np.tensordot(image, weights, 1) + bias,
            by_loops,
            by_keras,
        ],
        "wrong": [
            (lambda i, w, b: i @ w, "the bias is forgotten"),
            (bias_inside, "once for each channel"),
            (lambda i, w, b: (i @ w).sum(axis=(0, 1)) + b, "it adds up the pixels"),
            (lambda i, w, b: i.reshape(-1, i.shape[-1]) @ w + b, "in a row of pixels"),
            (lambda i, w, b: np.einsum("hwc,cf->fhw", i, w) + b[:, None, None], "the first axis"),
            (lambda i, w, b: (i[..., None] * w).mean(axis=2) + b, "the mean over the channels"),
            (lambda i, w, b: np.maximum(i @ w + b, 0), "without an activation"),
            (lambda i, w, b: i @ w.T + b, "a matrix product gets lengths"),
            (into_a_copy, "5 numbers are put in a place for 4"),
            (in_place, "work on a copy"),
            (lambda i, w, b: i @ w - b, "with other values: at [0, 0, 0] stands"),
            (lambda i, w, b: print(i @ w + b), "None (is there a return?)"),
        ],
    },
    "07.mlpconv": {
        "right": [block, by_dense, sequential],
        "wrong": [
            (wrong_block(relus=2), "after the third convolution, there is no ReLU yet"),
            (wrong_block(relus=1), "after the second convolution there is no ReLU"),
            (wrong_block(sizes=(3, 1)), "the second convolution has filters of 3×3"),
            (wrong_block(sizes=(5, 5)), "the second convolution has filters of 5×5"),
            (
                wrong_block(moves=(2, 1)),
                "the second convolution moves by 2×2; it should move by 1×1",
            ),
            (strides_at_the_end, "the first convolution moves by 1×1; it should move by 2×2"),
            (lambda x, k, f, s: block(x, k, f), "the first convolution moves by 1×1"),
            (unpadded, "the first convolution pads 'valid'"),
            (wrong_block(order=(0, 0, 2)), "the second convolution has 6 filters; it needs 5"),
            (one_convolution_short, "one of 1×1 is missing"),
            (side_by_side, "the first convolution has 3 filters; it needs 6"),
            (normalised, "batch normalisation that does not belong there"),
            (dense_without_relu, "after the third convolution, there is no ReLU"),
            (sequential_without_relu, "after the third convolution, there is no ReLU"),
            (without_biases, "the first convolution has no bias"),
        ],
    },
    "07.network_in_network": {
        "right": [
            nin(),
            nin_by_ops,
            networks.network_in_network(width=1 / 16, classes=100),
            nin(one=by_dense),
        ],
        "wrong": [
            (nin(pools=(layers.MaxPooling2D,) * 2), "there is no average pooling"),
            (
                nin(pools=(layers.AveragePooling2D, layers.MaxPooling2D)),
                "an average pooling that does not belong",
            ),
            (nin(steps=(2, 1)), "the average pooling moves by 1×1; it should move by 2×2"),
            (nin(kernels=(5, 5, 5)), "the seventh convolution has filters of 5×5"),
            (nin(kernels=(5, 3, 3)), "the fourth convolution has filters of 3×3"),
            (nin(last=10), "the ninth convolution has 10 filters; it needs 100"),
            (nin(padding="valid"), "the max pooling pads 'valid'; it should be 'same'"),
            (nin(dropout=None), "after the max pooling there is no dropout"),
            (nin(kind=layers.SpatialDropout2D), "dropout of whole channels"),
            (nin(dropped=(1, 2)), "there is no dropout: next comes the fourth convolution"),
            (nin(dropout=0.4), "the rate 0.4; it needs 0.5"),
            (nin(relus=2), "after the ninth convolution there is no ReLU"),
            (nin(head=dense_head), "1 dense layer; it should have none"),
            (nin(head=layers.GlobalMaxPooling2D), "there is no global average pooling"),
            (nin(top=None), "there is no softmax"),
        ],
    },
    "07.two_blocks": {
        "right": [two(), two_by_ops, lambda: keras.models.clone_model(two()())],
        "wrong": [
            (two(second=3), "the second convolution has filters of 3×3; they should be 1×1"),
            (two(one=3), "the fifth convolution has filters of 3×3"),
            (two(last=None), "after the sixth convolution there is no ReLU"),
            (two(head="flat"), "it should have none"),
            (two(head="flat", last=None), "it should have none"),
            (two(head="max"), "there is no global average pooling"),
            (two(head="both"), "is too many"),
            (two(pool=layers.AveragePooling2D), "there is no max pooling"),
            (two(top="sigmoid"), "there is no softmax: next comes the sigmoid"),
        ],
    },
    "07.explanation": {
        "right": ["b", " B "],
        "wrong": [
            ("a", "the last maps grow"),
            ("c", "on any image"),
            ("d", "has no weights"),
            ("e", "one letter of"),
            (2, "one letter of"),
        ],
    },
}
