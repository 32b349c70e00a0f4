"""Lesson 12: each wrong answer with a part of what the check has to say about it."""

import numpy as np
from keras import layers, ops

from planted.measured import experiment
from utils import blocks
from utils.exercises import answers12 as course


def bn(x):
    return layers.BatchNormalization()(x)


def relu6(x):
    return layers.ReLU(6.0)(x)


def crashing(x):
    return (x - mean) / 128  # noqa: F821


def without_return(phi):
    depth, width, pixels = course.compound(phi)


def excite(
    pool=layers.GlobalAveragePooling2D,
    kind=layers.Conv2D,
    size=(1,),
    acts=("relu", "sigmoid"),
    bias=(True, True),
    narrow=None,
    join=layers.Multiply,
):
    """Squeeze-and-excitation with one thing or another wrong in it."""

    def answer(x, reduced):
        y = pool(keepdims=True)(x)
        y = kind(narrow or reduced, *size, activation=acts[0], use_bias=bias[0])(y)
        y = kind(x.shape[-1], *size, activation=acts[1], use_bias=bias[1])(y)
        return join()([x, y])

    return answer


class Excite(layers.Layer):
    """Squeeze-and-excitation as a layer of one's own."""

    def __init__(self, channels, reduced):
        super().__init__()
        self.narrow, self.channels = layers.Dense(reduced, activation="relu"), channels
        self.wide = layers.Dense(channels, activation="sigmoid")
        self.narrow.build((None, channels))
        self.wide.build((None, reduced))

    def call(self, x):
        return x * self.wide(self.narrow(ops.mean(x, axis=(1, 2))))[:, None, None, :]


def excite_by_vectors(x, reduced):
    y = layers.Dense(reduced, activation="relu")(layers.GlobalAveragePooling2D()(x))
    y = layers.Dense(x.shape[-1], activation="sigmoid")(y)
    return layers.Reshape((1, 1, x.shape[-1]))(y) * x


def excite_by_ops(x, reduced):
    y = layers.Dense(reduced)(ops.mean(x, axis=(1, 2), keepdims=True))
    return x * ops.sigmoid(layers.Conv2D(x.shape[-1], (1, 1))(layers.ReLU()(y)))


def excite_by_window(x, reduced):
    y = layers.AveragePooling2D(x.shape[1:3])(x)
    y = layers.Activation("relu")(layers.Conv2D(reduced, 1, padding="same")(y))
    y = layers.Conv2D(x.shape[-1], 1, activation=ops.sigmoid)(y)
    return layers.multiply([layers.UpSampling2D(x.shape[1:3])(y), x])


def unpooled(x, reduced):
    y = layers.Conv2D(reduced, 1, activation="relu")(x)
    return x * layers.Conv2D(x.shape[-1], 1, activation="sigmoid")(y)


def of_maxima(x, reduced):
    y = layers.Dense(reduced, activation="relu")(ops.max(x, axis=(1, 2), keepdims=True))
    return x * layers.Dense(x.shape[-1], activation="sigmoid")(y)


def gate(x, reduced):
    return excite(join=lambda: lambda pair: pair[1])(x, reduced)


def overwritten(x, reduced):
    x = layers.GlobalAveragePooling2D(keepdims=True)(x)
    y = layers.Conv2D(reduced, 1, activation="relu")(x)
    return layers.Multiply()([x, layers.Conv2D(x.shape[-1], 1, activation="sigmoid")(y)])


def gate_times_itself(x, reduced):
    y = gate(x, reduced)
    return layers.Multiply()([y, y])


def one_layer(x, reduced):
    y = layers.GlobalAveragePooling2D(keepdims=True)(x)
    return x * layers.Dense(x.shape[-1], activation="sigmoid")(y)


def convolved_vector(x, reduced):
    y = layers.GlobalAveragePooling2D()(x)
    return layers.Conv2D(reduced, 1, activation="relu")(y)


def by_mb_conv(moves=lambda i: i == 0, off=0, name="block{}", **other):
    """The stage with one thing or another wrong in it."""

    def answer(x, channels, repeats, strides):
        options = {"kernel": 5, "squeeze": 0, "activation": "relu6", "expansion": 6} | other
        for i in range(repeats + off):
            step = strides if moves(i) else 1
            x = blocks.mb_conv(x, channels, strides=step, name=name.format(i), **options)
        return x

    return answer


def by_layers(
    acts=(relu6, relu6, None),
    norms=(bn, bn, bn),
    kernel=5,
    bias=False,
    padding="same",
    expands_first=1,
    of_channels=False,
    shortcut="fitting",
):
    """The stage of Keras's layers, with one thing or another wrong in it."""

    def follow(y, place):
        for step in (norms[place], acts[place]):
            y = y if step is None else step(y)
        return y

    def answer(x, channels, repeats, strides):
        for i in range(repeats):
            step, wide = strides if i == 0 else 1, channels if of_channels else x.shape[-1]
            early = step if expands_first > 1 else 1
            y = follow(layers.Conv2D(6 * wide, 1, early, use_bias=bias)(x), 0)
            conv = layers.DepthwiseConv2D(kernel, step // early, padding=padding, use_bias=bias)
            y = follow(layers.Conv2D(channels, 1, use_bias=bias)(follow(conv(y), 1)), 2)
            if shortcut == "convolution" and i == 0:
                x = layers.Conv2D(channels, 1, step, use_bias=False)(x)
            fits = {"fitting": i > 0, "none": False}.get(shortcut, True)
            x = layers.Add()([x, y]) if fits else y
        return x

    return answer


def recursive(x, channels, repeats, strides):
    if repeats == 0:
        return x
    y = ops.relu6(bn(layers.Dense(6 * x.shape[-1], use_bias=False)(x)))
    y = layers.DepthwiseConv2D(5, strides, padding="same", use_bias=False)(y)
    y = bn(layers.Conv2D(channels, (1, 1), use_bias=False)(ops.relu6(bn(y))))
    return recursive(y + x if y.shape == x.shape else y, channels, repeats - 1, 1)


def first_and_rest(x, channels, repeats, strides):
    options = {"kernel": 5, "squeeze": 0, "activation": "relu6"}
    x = blocks.mb_conv(x, channels, strides=strides, name="a", **options)
    for letter in "bcdefgh"[: repeats - 1]:
        x = blocks.mb_conv(x, channels, name=letter, **options)
    return layers.Identity()(x)


def shared_weights(x, channels, repeats, strides):
    x = by_layers()(x, channels, 1, strides)
    wide = layers.Conv2D(6 * channels, 1, use_bias=False)
    each = layers.DepthwiseConv2D(5, padding="same", use_bias=False)
    narrow = layers.Conv2D(channels, 1, use_bias=False)
    for _ in range(repeats - 1):
        x = x + bn(narrow(relu6(bn(each(relu6(bn(wide(x))))))))
    return x


def over_repeats(x, channels, repeats, strides):
    for i in repeats:
        x = blocks.mb_conv(x, channels, kernel=5, strides=strides, squeeze=0, name=f"block{i}")
    return x


def unnamed(x, channels, repeats, strides):
    return blocks.mb_conv(x, channels, kernel=5, strides=strides, squeeze=0, activation="relu6")


def by_place(x, channels, repeats, strides):
    for i in range(repeats):
        x = blocks.mb_conv(x, channels, 5, strides if i == 0 else 1, 6, 0, "relu6", f"block{i}")
    return x


def listed(x, channels, repeats, strides):
    return [by_mb_conv()(x, channels, repeats, strides)]


def of_version_2(x, channels, repeats, strides):
    for i in range(repeats):
        x = blocks.inverted_residual(x, channels, strides=1 if i else strides, name=f"block{i}")
    return x


def stretched(maps, weights):
    found = maps @ weights
    return (found - found.min()) / (found.max() - found.min())


def too_early(maps, weights):
    total = np.zeros(maps.shape[:2])
    for k, weight in enumerate(weights):
        total += weight * maps[:, :, k]
        return total


def not_added(maps, weights):
    for k, weight in enumerate(weights):
        total = weight * maps[:, :, k]
    return total


LESS, MORE = [0.14, 0.31, 0.22], [0.52, 0.71, 0.44]
BOTH = {"grey": MORE, "tiles": LESS}


def grey(photo):
    return np.repeat(photo.mean(axis=-1, keepdims=True), 3, axis=-1)


EYE = [[0.299], [0.587], [0.114]]  # how bright red, green and blue look


def grey_stacked(photo):
    mean = (0.0 + photo[:, :, 0] + photo[:, :, 1] + photo[:, :, 2]) / 3
    return np.stack([mean, mean, mean], axis=2)


def grey_in_place(photo):
    photo[...] = photo.mean(axis=-1, keepdims=True)
    return photo


ANSWERS = {
    "12.scale_input": {
        "right": [
            course.scale_input,
            lambda x: x / 128 - 127 / 128,
            lambda x: np.divide(np.subtract(x.astype("float32"), 127), 128),
            lambda x: layers.Rescaling(1 / 128, offset=-127 / 128)(x),
            lambda x: np.interp(x, [0, 255], [-127 / 128, 1]),
            lambda x: ops.subtract(float(x), 127.0) * 2**-7,
        ],
        "wrong": [
            (lambda x: x / 255, "this is from 0 to 1"),
            (lambda x: x / 127.5 - 1, "from -1 to 1 exactly, as for MobileNet"),
            (lambda x: (x - 127.5) / 127.5, "from -1 to 1 exactly, as for MobileNet"),
            (lambda x: x - 127 / 128, "brackets are missing"),
            (lambda x: x / 128 - 127, "divided first, and then a whole 127 is taken off"),
            (lambda x: (x - 128) / 127, "have changed places"),
            (lambda x: (x - 128) / 128, "it is 127 that is taken off"),
            (lambda x: (x - 127) / 127, "it is 128 by which it is divided"),
            (lambda x: x / 128, "nothing is taken off"),
            (lambda x: x - 127, "it is not divided"),
            (lambda x: (x + 127) / 128, "127 is added"),
            (lambda x: (127 - x) / 128, "the signs are turned round"),
            (lambda x: (x / 255 - 127) / 128, "it is scaled twice"),
            (lambda x: (x - 127) * 128, "it should be divided"),
            (lambda x: (x - 127) // 128, "// leaves whole numbers only"),
            (lambda x: (np.array([x], "uint8") - 127)[0] / 128, "bytes cannot be negative"),
            (lambda x: (x - 127.5) / 128, "127.5 is taken off; Lite0 takes 127 off"),
            (lambda x: round((x - 127) / 128, 2), "it is rounded; the number itself"),
            (lambda x: print((x - 127) / 128), "is there a return?"),
            (crashing, "mean is not defined"),
            (-0.99, "the answer should be a function"),
        ],
    },
    "12.times_the_work": {
        "right": [
            course.times_the_work,
            lambda d, w, r: d * (w * r) ** 2,
            lambda *factors: np.prod(np.power(factors, (1.0, 2.0, 2.0))),
            lambda d, w, r: np.exp(np.log(d) + 2 * np.log(w) + 2 * np.log(r)),
            lambda depth, width, resolution: depth * (width * width) * (resolution * resolution),
        ],
        "wrong": [
            (lambda d, w, r: d * w * r, "a wider layer reads more channels and makes more"),
            (lambda d, w, r: d * w * r**2, "the width counts twice"),
            (lambda d, w, r: d * w**2 * r, "the resolution counts twice"),
            (lambda d, w, r: (d * w * r) ** 2, "the depth counts once"),
            (lambda d, w, r: d**2 * w * r, "it is turned round"),
            (lambda d, w, r: d + w**2 + r**2, "the factors are added"),
            (lambda d, w, r: d + w + r, "the factors are added"),
            (lambda d, w, r: w**2 * r**2, "the depth is missing"),
            (lambda d, w, r: d * r**2, "the width is missing"),
            (lambda d, w, r: d * w**2, "the resolution is missing"),
            (lambda d, w, r: d * 2 * w * 2 * r, "not 2 times width"),
            (lambda d, w, r: d * w ^ 2 * r ^ 2, "powers are written **"),
            (lambda d, w, r: 1 / (d * w**2 * r**2), "turn the fraction over"),
            (lambda d, w, r: 385_187_552 * d * w**2 * r**2, "how many times as many they are"),
            (lambda d, w, r: 1.2**d * 1.1**w * 1.15**r, "this is the compound rule"),
            (lambda d, w, r: round(d * w**2 * r**2), "it was rounded"),
            (lambda d, w, r: 1.2 * 1.1**2 * 1.15**2, "the arguments are not used"),
            (lambda d, w, r: (d, w**2, r**2), "it gives (2, 1, 1); it should be 2"),
            (lambda d, w: d * w**2, "arguments is given 3"),
            (4, "the answer should be a function"),
        ],
    },
    "12.compound": {
        "right": [
            course.compound,
            lambda phi: [1.2**phi, 1.1**phi, 224 * 1.15**phi],
            lambda phi: np.array([1, 1, 224]) * np.array([1.2, 1.1, 1.15]) ** phi,
            lambda phi: np.exp(phi * np.log([1.2, 1.1, 1.15])) * (1, 1, 224),
            lambda phi: tuple(s * pow(f, phi) for s, f in ((1, 1.2), (1, 1.1), (224, 1.15))),
        ],
        "wrong": [
            (lambda phi: (1.2 * phi, 1.1 * phi, 224 * 1.15 * phi), "φ is a power, not a factor"),
            (
                lambda phi: (1 + 0.2 * phi, 1 + 0.1 * phi, 224 + 0.15 * 224 * phi),
                "each step should multiply, not add",
            ),
            (lambda phi: (phi**1.2, phi**1.1, 224 * phi**1.15), "φ is the exponent"),
            (
                lambda phi: (1.2**phi, 1.21**phi, 224 * 1.3225**phi),
                "the squares belong to the work",
            ),
            (lambda phi: (1.1**phi, 1.2**phi, 224 * 1.15**phi), "β = 1.1 the width's"),
            (lambda phi: (1.2**phi, 1.15**phi, 224 * 1.1**phi), "γ = 1.15 the resolution's"),
            (lambda phi: (1.2**phi, 1.1**phi, 1.15**phi), "wanted in pixels"),
            (lambda phi: (1.2**phi, 1.1**phi, (224 * 1.15) ** phi), "only γ is raised to the φ"),
            (lambda phi: (1.2**phi, 1.1**phi, round(224 * 1.15**phi)), "the pixels are rounded"),
            (lambda phi: (1.2**phi, 1.1**phi, int(224 * 1.15**phi)), "a pixel are cut off"),
            (lambda phi: course.compound(phi)[::-1], "the order is depth, width, pixels"),
            (lambda phi: (1.2, 1.1, 257.6), "φ is not used"),
            (lambda phi: 2**phi, "for phi = 0 it gives 1; it should be (1.0, 1.0, 224.0)"),
            (lambda phi: (1.2 * 1.1**2 * 1.15**2) ** phi, "this is how many times the work"),
            (lambda phi: np.prod(course.compound(phi)), "the three are multiplied"),
            (lambda phi: (1.2**phi, 1.1**phi), "it gives (1.0, 1.0); it should be"),
            (lambda phi: (1.2**phi, 1.1**phi, 240 * 1.15**phi), "it gives (1.0, 1.0, 240.0)"),
            (without_return, "is there a return?"),
            (lambda: (1.2, 1.1, 257.6), "arguments is given 1"),
            ((1.2, 1.1, 257.6), "the answer should be a function"),
        ],
    },
    "12.squeeze_weights": {
        "right": [1_878, "1,878", 1_878.0, np.int64(1_878), [1_878], "1878 parameters"],
        "wrong": [
            (1_728, "the biases are missing, 6 and 144 of them"),
            (870, "the first of the two layers alone"),
            (1_008, "the second of the two layers alone"),
            (1_872, "the first layer's biases are missing"),
            (1_734, "the second layer's biases are missing"),
            (1_730, "not each layer one"),
            (1_740, "has as many biases, not 6"),
            (2_016, "has as many biases, not 144"),
            (10_548, "36 is a quarter of the 144"),
            (10_368, "36 is a quarter of 144; a quarter of the 24 is 6"),
            (7_080, "24 channels come in; a quarter of them, 6"),
            (6_912, "a quarter of the 24, 6, stands between"),
            (20_880, "one layer from 144 to 144 channels"),
            (1_038, "the second layer makes 24 numbers"),
            (1_158, "the first layer reads 144 channels, too"),
            (318, "the 144 wide channels that are weighed, not the 24"),
            (288, "not the 24; the biases are missing"),
            (150, "the first layer's weights and the second layer's weights are missing"),
            (6, "their parameters are asked for"),
            (3_756, "2 times too large"),
            (636_540, "one of the sixteen blocks is asked for"),
            (5_288_548, "this is the whole of B0"),
            ((870, 1_008), "should be a number; it is (870, 1008)"),
            ("a quarter", "should be a number; it is 'a quarter'"),
        ],
    },
    "12.squeeze_excite": {
        "right": [
            course.squeeze_excite,
            excite(kind=layers.Dense, size=()),
            excite_by_vectors,
            excite_by_ops,
            excite_by_window,
            lambda x, reduced: Excite(x.shape[-1], reduced)(x),
            lambda x, reduced: blocks.squeeze_excite(x, reduced, name="mine"),
        ],
        "wrong": [
            (excite(acts=(None, "sigmoid")), "after the first convolution there is no ReLU"),
            (excite(acts=("silu", "sigmoid")), "there is no ReLU: next comes the silu"),
            (excite(acts=("sigmoid", "sigmoid")), "no ReLU: next comes the first sigmoid"),
            (excite(acts=("relu", None)), "after the second convolution there is no sigmoid"),
            (excite(acts=("relu", "softmax")), "there is no sigmoid: next comes the softmax"),
            (excite(acts=("relu", "relu")), "there is no sigmoid: next comes the second ReLU"),
            (excite(acts=("sigmoid", "relu")), "the sigmoid comes before the ReLU"),
            (excite(pool=layers.GlobalMaxPooling2D), "next comes the global max pooling"),
            (of_maxima, "there is no global average pooling: next comes the Max"),
            (unpooled, "there is no global average pooling"),
            (excite(join=layers.Add), "there is no multiplication: next comes the addition"),
            (excite(bias=(False, False)), "the first convolution has no bias"),
            (excite(bias=(True, False)), "the second convolution has no bias"),
            (excite(narrow=3), "has 3 filters; it needs 5"),
            (lambda x, n: excite(narrow=x.shape[-1] // 4)(x, n), "has 2 filters; it needs 5"),
            (lambda x, n: excite(narrow=x.shape[-1])(x, n), "has 12 filters; it needs 3"),
            (excite(kind=layers.Conv2D, size=(3,)), "does not fit on"),
            (excite(size=(3, 1, "same")), "has filters of 3×3; they should be 1×1"),
            (one_layer, "it has 1 convolution; it should have 2"),
            (gate, "there is no multiplication yet"),
            (gate_times_itself, "reads the sigmoid and the sigmoid; it should read the input"),
            (overwritten, "reads the global average pooling; it should read the input"),
            (lambda x, n: x + excite()(x, n), "the addition is one step too many"),
            (lambda x, n: layers.ReLU()(excite()(x, n)), "the second ReLU is one step too many"),
            (convolved_vector, "it gets a vector of 12"),
            (lambda x, n: layers.Multiply()(x, gate(x, n)), "more arguments than it takes"),
            (lambda x, n: [x, gate(x, n)], "should return a tensor; it returns a list"),
            (layers.Multiply(), "the answer should be a function"),
        ],
    },
    "12.stage": {
        "right": [
            course.stage,
            by_mb_conv(squeeze=None),
            by_layers(),
            by_layers(acts=(ops.relu6, layers.Activation("relu6"), None)),
            recursive,
            first_and_rest,
        ],
        "wrong": [
            (by_mb_conv(kernel=3), "has filters of 3×3; they should be 5×5"),
            (
                by_mb_conv(squeeze=4),
                "it has squeeze-and-excitation, a sigmoid and a multiplication",
            ),
            (by_mb_conv(activation="silu"), "there is no ReLU: next comes the first silu"),
            (by_mb_conv(activation="relu"), "does not end; it should end at 6.0"),
            (by_mb_conv(activation=None), "after the first batch normalisation there is no ReLU"),
            (by_mb_conv(moves=lambda i: False), "moves by 1×1; it should move by 2×2"),
            (by_mb_conv(off=1), "a block is too many"),
            (by_mb_conv(off=-1), "a block is missing"),
            (by_mb_conv(expansion=4), "has 32 filters; it needs 48"),
            (by_mb_conv(name="block"), "two of its layers have the same name"),
            (by_mb_conv(drop=0.2), "stands a dropout that does not belong there"),
            (lambda x, n, repeats, s: by_mb_conv()(x, n, 3, s), "a block is too many (called with"),
            (
                lambda x, n, repeats, s: by_mb_conv()(x, 12, repeats, s),
                "has 12 filters; it needs 10",
            ),
            (lambda x, n, repeats, s: by_mb_conv()(x, n, repeats, 2), "it should move by 1×1"),
            (by_layers(acts=(None, relu6, None)), "there is no ReLU"),
            (by_layers(acts=(relu6, None, None)), "there is no ReLU"),
            (by_layers(acts=(relu6, relu6, relu6)), "stands a ReLU that does not belong there"),
            (by_layers(norms=(bn, None, bn)), "there is no batch normalisation"),
            (by_layers(norms=(bn, bn, None)), "there is no batch normalisation"),
            (by_layers(bias=True), "has a bias; it should have none"),
            (by_layers(of_channels=True), "has 72 filters; it needs 48"),
            (by_layers(expands_first=2), "the first convolution moves by 2×2"),
            (by_layers(padding="valid"), "padding='same' is missing"),
            (by_layers(shortcut="none"), "there is no addition"),
            (by_layers(shortcut="all"), "an addition gets 12×12×8 and 6×6×12"),
            (by_layers(shortcut="convolution"), "it has 7 convolutions; it should have 6: one of"),
            (of_version_2, "has filters of 3×3; they should be 5×5"),
            (shared_weights, "is used 2 times: each place needs its own"),
            (over_repeats, "a loop over n takes range(n)"),
            (unnamed, "name is missing"),
            (by_place, "settings go by their names"),
            (listed, "should return a tensor; it returns a list"),
        ],
    },
    "12.activation_map": {
        "right": [
            course.activation_map,
            lambda maps, weights: np.einsum("hwk,k->hw", maps, weights),
            lambda m, w: [[sum(a * b for a, b in zip(place, w)) for place in row] for row in m],
            lambda maps, weights: ops.tensordot(maps, weights, 1),
            lambda m, w: np.average(m, axis=-1, weights=w) * w.sum(),
            lambda m, w: sum(w[k] * m[:, :, k] for k in range(len(w))),
        ],
        "wrong": [
            (lambda m, w: (m @ w).mean(), "one number, the mean over all places"),
            (lambda m, w: m.mean(axis=(0, 1)) @ w, "one number, the mean over all places"),
            (lambda m, w: np.sum(m * w), "one number, the sum over all places"),
            (lambda m, w: m * w, "still have to be added up over the channels"),
            (lambda m, w: (m * w).mean(axis=-1), "averaged over the channels; they are added up"),
            (lambda m, w: np.maximum(m @ w, 0), "what is negative was set to 0, as in Grad-CAM"),
            (lambda m, w: m.sum(axis=2), "the weights are not used"),
            (lambda m, w: sum(m * w), "along the first axis, the rows"),
            (lambda m, w: (m * w).sum(axis=1), "along the second axis, the columns"),
            (lambda m, w: m @ w[:, None], "an axis of length 1 is left behind"),
            (lambda m, w: np.ravel(m @ w), "but in a row: the map is (h, w)"),
            (lambda m, w: np.einsum("hwk,k->wh", m, w), "height and width have changed places"),
            (lambda m, w: (m * w).max(axis=-1), "the largest of the weighted maps"),
            (lambda m, w: (m + w).sum(axis=-1), "the weights are added to the maps"),
            (too_early, "the first of the maps alone: does a loop return too early?"),
            (not_added, "the last of the maps alone"),
            (
                lambda m, w: sum(w[k] * m[..., k] for k in range(len(w) - 1)),
                "the last map is",
            ),
            (lambda m, w: m.mean(axis=(0, 1)) * w, "the mean over the places comes too early"),
            (lambda m, w: m @ w / m[..., 0].size, "divided by the number of places"),
            (stretched, "stretched from 0 to 1"),
            (lambda m, w: w @ m, "a matrix product gets lengths"),
            (
                lambda m, w: sum(w[k] * m[k] for k in range(len(w))),
                "place 2 is read on an axis of 2",
            ),
            (lambda m, w: print(m @ w), "is there a return?"),
            (lambda maps: maps.sum(axis=-1), "arguments is given 2"),
            (np.ones((7, 7)), "the answer should be a function"),
        ],
    },
    "12.certainty": {
        "right": ["b", "B", "(b)", "b) Of its 1,000 words this one fits best"],
        "wrong": [
            ("a", "how often it is right then, nobody has counted"),
            ("c", "said of this picture alone"),
            ("d", "it has read the whole picture"),
            ("e", "one letter of"),
            ("", "one letter of"),
            (None, "one letter of"),
            (0.97, "one letter of"),
            ("edible", "one letter of"),
            (["b", "e"], "one letter of"),
            ("a or b", "should be one letter; 'a or b' has 2"),
        ],
    },
    "12.grey_or_tiles": experiment(
        (grey,),
        right=[
            (BOTH, "tiles"),
            ({"tiles": MORE, "grey": LESS}, "grey"),
            ({"grey": [0.1, 0.9, 0.5], "tiles": [0.2, 0.6, 0.3, 0.4]}, "neither"),
            [{k: np.array(v, "float32") for k, v in BOTH.items()}, " Tiles "],
            ({"grey": (1.0000001, 0.9, np.float32(0.5)), "tiles": [0, 1e-9, 0.1]}, "tiles"),
        ],
        wrong=[
            ((BOTH, "grey"), "every number of 'tiles' lies below every other"),
            ((BOTH, "neither"), "every number of 'tiles' lies below every other"),
            (({**BOTH, "tiles": [0.1, 0.9, 0.2]}, "tiles"), "reach into those of another"),
            (({**BOTH, "tiles": [0.1, 0.9, 0.2]}, "grey"), "reach into those of another"),
            ((BOTH, "shapes"), "the conclusion should be one of 'grey', 'tiles', 'neither'"),
            (({"grey": MORE}, "grey"), "nothing was measured for 'tiles'"),
            (({"gray": MORE, "tiles": LESS}, "tiles"), "nothing was measured for 'grey'"),
            (({"grey": MORE[:2], "tiles": LESS[:2]}, "tiles"), "'grey' has 2 of 3 numbers"),
            (({"grey": MORE, "tiles": ...}, "tiles"), "'tiles' should have a list of numbers"),
            (({"grey": [52, 71, 44], "tiles": [14, 31, 22]}, "tiles"), "not per cent"),
            (({"grey": ["52 %", "71 %", "44 %"], "tiles": LESS}, "tiles"), "not per cent"),
            (({"grey": [285, 504, 663], "tiles": LESS}, "tiles"), "not the number of a class"),
            (({"grey": LESS, "tiles": LESS}, "neither"), "have the same numbers"),
            (({"grey": [0.38] * 3, "tiles": LESS}, "tiles"), "of each photograph's own class"),
            (({"grey": [0.5, 0.7, np.nan], "tiles": LESS}, "tiles"), "nan among its numbers"),
            (
                ({"grey": 0.56, "tiles": 0.22}, "tiles"),
                "should have a list of numbers; it has 0.56",
            ),
            (({"grey": np.ones((3, 1000)) / 1000, "tiles": LESS}, "tiles"), "an array of 3×1000"),
            (((MORE, LESS), "tiles"), "measured should be a dict"),
            (("tiles", BOTH), "measured should be a dict"),
            (BOTH, "measured, conclusion)"),
            ("tiles", "measured, conclusion)"),
        ],
        written=[(grey_stacked,), (lambda photo: photo.mean(2)[..., None] + np.zeros(3),)],
        unlike=[
            ((grey_in_place,), "work on a copy"),
            (
                (lambda p: np.stack([(p[..., 0] + p[..., 1] + p[..., 2]) / 3] * 3, axis=2),),
                "the sum of three bytes does not fit",
            ),
            ((lambda photo: photo.mean(axis=-1),), "the axis of the channels is gone"),
            ((lambda photo: photo.mean(axis=-1, keepdims=True),), "that has one channel"),
            ((lambda photo: grey(photo) * 3,), "divide by 3"),
            ((lambda photo: np.full_like(photo, photo.mean()),), "one grey for the whole"),
            (
                (lambda photo: photo @ np.full((3, 3), EYE),),
                "as the eye does",
            ),
            ((lambda photo: np.repeat(photo[..., :1], 3, axis=-1),), "that is red alone"),
            ((lambda photo: photo,), "for photo = an array of 4×6×3 it gives"),
        ],
    ),
}
