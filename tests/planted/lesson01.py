"""Lesson 1: each wrong answer with a part of what the check has to say about it."""

import math
from functools import partial

import keras
import numpy as np
from keras import layers, ops

from planted.measured import experiment


def lenet(
    first="valid",
    pool=layers.AveragePooling2D,
    activation="tanh",
    units=(120, 84),
    top="softmax",
    filters=(6, 16),
    kernels=(5, 5),
    size=32,
    second=None,
    last="flatten",
    **more,
):
    """LeNet-5, or LeNet-1 with other counts, with one thing or another wrong in it."""
    image = keras.Input((size, size, 1))
    x = layers.Conv2D(filters[0], kernels[0], padding=first, activation=activation, **more)(image)
    x = pool(2)(x)
    x = layers.Conv2D(filters[1], kernels[1], activation=activation, **more)(x)
    x = (second or pool)(2)(x) if second is not False else x
    x = layers.Flatten()(x) if last == "flatten" else x
    x = layers.GlobalAveragePooling2D()(x) if last == "global" else x
    for count in units:
        x = layers.Dense(count, activation=activation)(x)
    x = layers.Dense(10, activation=top)(x)
    return keras.Model(image, layers.Flatten()(x) if last == "late" else x)


lenet1 = partial(lenet, units=(), filters=(4, 12), size=28)
relu = partial(lenet, pool=layers.MaxPooling2D, activation="relu")


class Filters(layers.Layer):
    """A convolution of one's own, with weights of other names."""

    def __init__(self, count):
        super().__init__()
        self.count = count

    def build(self, shape):
        self.w = self.add_weight(shape=(5, 5, shape[-1], self.count), name="w")
        self.b = self.add_weight(shape=(self.count,), name="b")

    def call(self, x):
        return ops.tanh(ops.conv(x, self.w) + self.b)


def lenet1_of_ones_own():
    image = keras.Input((28, 28, 1))
    x = layers.AveragePooling2D(2)(Filters(4)(image))
    x = layers.AveragePooling2D(2)(Filters(12)(x))
    return keras.Model(image, layers.Dense(10, activation="softmax")(layers.Flatten()(x)))


def lenet1_in_a_row(frozen=False):
    found = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(4, 5),
            layers.Activation("tanh"),
            layers.AvgPool2D(2),
            layers.Conv2D(12, (5, 5), activation=ops.tanh, name="mine"),
            layers.AveragePooling2D((2, 2)),
            layers.Reshape((192,)),
            layers.Dense(10),
            layers.Softmax(),
        ]
    )
    found.trainable = not frozen
    return found


def lenet1_by_ops():
    image = keras.Input((28, 28, 1), name="picture")
    x = ops.average_pool(ops.tanh(layers.Conv2D(4, 5, name="a")(image)), 2, 2)
    x = ops.average_pool(ops.tanh(layers.Conv2D(12, 5, name="b")(x)), 2, 2)
    return keras.Model(image, ops.softmax(layers.Dense(10)(ops.reshape(x, (-1, 192)))))


def without_a_bias(network):
    """The same network, whose last layer has none."""
    features = network.layers[-2].output
    top = layers.Dense(10, activation="softmax", use_bias=False)(features)
    return keras.Model(network.inputs, top)


def everywhere(
    units=(120, 84, 10),
    kernels=(5, 1, 1),
    activations=("tanh", "tanh", "softmax"),
    before=lambda x: x,
    **more,
):
    def answer(x):
        x = before(x)
        for count, kernel, activation in zip(units, kernels, activations):
            x = layers.Conv2D(count, kernel, activation=activation, **more)(x)
        return x

    return answer


def with_dense_layers(x):
    x = layers.Conv2D(120, 5, activation="tanh")(x)
    x = layers.Dense(84, activation="tanh")(x)
    return layers.Dense(10, activation="softmax")(x)


def everywhere_by_ops(x):
    x = ops.tanh(layers.Conv2D(120, (5, 5), padding="valid", name="C5")(x))
    x = layers.Activation("tanh")(layers.Conv2D(84, (1, 1), padding="same")(x))
    return layers.Softmax()(layers.Conv2D(10, 1)(x))


def of_sequential(x):
    return keras.Sequential(
        [
            layers.Conv2D(120, 5, activation="tanh"),
            layers.Conv2D(84, 1, activation="tanh"),
            layers.Conv2D(10, 1, activation="softmax"),
        ]
    )(x)


def flattened(x):
    for units, activation in ((120, "tanh"), (84, "tanh"), (10, "softmax")):
        x = layers.Dense(units, activation=activation)(layers.Flatten()(x))
    return x


def reshaped(x):
    return layers.Reshape((1, 1, 10))(flattened(x))


def relu_by_hand():
    image = keras.Input((32, 32, 1))
    x = layers.MaxPool2D()(layers.ReLU()(layers.Conv2D(6, 5)(image)))
    x = layers.MaxPool2D((2, 2), strides=2)(ops.relu(layers.Conv2D(16, 5)(x)))
    x = layers.Permute((1, 2, 3))(x)
    for units in (120, 84):
        x = layers.Activation("relu")(layers.Dense(units)(layers.Flatten()(x)))
    return keras.Model(image, layers.Softmax()(layers.Dense(10)(x)))


ONE = {"convolution": [35.0, 39.5, 36.2], "dense": [50.5, 43.9, 51.2]}
NEAR = {"convolution": [35.0, 47.5, 36.2], "dense": [50.5, 43.9, 51.2]}


def runs(conclusion="convolution", **changed):
    return {**ONE, **changed}, conclusion


LETTER = "one letter of 'a', 'b', 'c', 'd'"


def shifted(images):
    right = np.zeros_like(images)
    right[:, :, 1:] = images[:, :, :-1]
    return right


def given(pooling=layers.AveragePooling2D):
    first, second = (layers.Conv2D(filters, 3, activation="tanh") for filters in (6, 16))
    return [first, pooling(2), second, pooling(2), layers.Flatten()]


def hidden(kind):
    if kind == "convolution":
        return given()
    return [layers.Flatten(), layers.Dense(8, activation="tanh")]


def anew(layer):
    return layer.from_config(layer.get_config())


def rival(*listed):
    return shifted, lambda kind: given() if kind == "convolution" else [*map(anew, listed)]


def with_scipy(images):
    return np.concatenate([np.zeros_like(images[:, :, :1]), images[:, :, :-1]], axis=2)


def rolled(images):
    images = np.roll(images, 1, 2)
    images[:, :, 0] = 0
    return images


def shifts(**others):
    return lambda images: np.pad(images, [others.get(axis, (0, 0)) for axis in "nhwc"])


ANSWERS = {
    "01.c3_shape": {
        "right": [
            (18, 14, 16),
            "18x14x16",
            "(18, 14, 16)",
            [18.0, 14, 16],
            np.array([18, 14, 16]),
            (None, 18, 14, 16),
        ],
        "wrong": [
            ((10, 10, 16), "comes out of 32×32"),
            ((22, 18, 16), "C3 is not padded"),
            ((20, 16, 16), "C1 takes 4 pixels off"),
            ((40, 32, 16), "S2 is left out"),
            ((17, 13, 16), "22 - 5 + 1"),
            ((9, 7, 16), "S4, the pooling after it"),
            ((18, 18, 16), "40 pixels wide"),
            ((14, 14, 16), "48 pixels high"),
            ((14, 18, 16), "their order is not"),
            ((16, 18, 14), "their order is not"),
            ((18, 14, 6), "C3 has 16"),
            ((18, 14, 3), "the colours end in C1"),
            ((18, 14, 48), "there are not 3 for each"),
            ((44, 36, 6), "that is C1"),
            ((18, 14, 15), "the channels are not right"),
            ((18, 13, 16), "the width is not right"),
            ((18, 14), "should be 3 numbers"),
            (4032, "should be 3 numbers"),
        ],
    },
    "01.size_before": {
        "right": [
            lambda m, f, p, s: (m - 1) * s + f - 2 * p,
            lambda m, f, p, s: float(f + s * (m - 1) - p - p),
            lambda m, f, p, s: np.int64(m * s - s + f - 2 * p),
            lambda m, f, p, s: next(n for n in range(999) if (n + 2 * p - f) // s + 1 == m),
            lambda places, width, zeros, stride: (
                range(0, stride * places, stride)[-1] + width - 2 * zeros
            ),
        ],
        "wrong": [
            (lambda m, f, p, s: m * s + f - 2 * p, "m - 1 steps, not m"),
            (lambda m, f, p, s: (m - 1) * s + f, "the padding is left out"),
            (lambda m, f, p, s: (m - 1) * s + f - p, "one side only"),
            (lambda m, f, p, s: (m - 1) * s + f + 2 * p, "the padding is added"),
            (lambda m, f, p, s: m * s + f - 2 * p - 1, "the largest of these widths"),
            (lambda m, f, p, s: m + f - 1 - 2 * p, "the stride is left out"),
            (lambda m, f, p, s: (m - 1) * s - 2 * p, "the filter's width is left out"),
            (lambda m, f, p, s: (m - 1) * s + f - 2 * p + 1, "1 too large"),
            (lambda m, f, p, s: (m - 1) * s + f - 1 - 2 * p, "1 too small"),
            (
                lambda m, f, s, p: (m - 1) * s + f - 2 * p,
                "padding and stride are swapped",
            ),
            (lambda m, f, p, s: (m - 1) * f + s - 2 * p, "filter and stride are swapped"),
            (lambda m, f, p, s: m * f - 2 * p, "side by side"),
            (lambda m, f, p, s: (m - 1) / s + f - 2 * p, "divides by the stride"),
            (lambda m, f, p, s: math.floor((m + 2 * p - f) / s) + 1, "the way forward"),
            (lambda m, f, p, s: print(m), "None (is there a return?)"),
            (lambda m, f: m + f, "arguments is given"),
            (lambda m, f, p, s: m, "for m = 28, f = 5, p = 0, s = 1 it gives 28; it should be 32"),
        ],
    },
    "01.more_filters": {
        "right": [1704, 1704.0, np.int64(1704), "1,704", [1704], "1 704"],
        "wrong": [
            (104, "the growth of C3 is missing"),
            (1_600, "the growth of C1 is missing"),
            (1_700, "biases of C1's four new filters"),
            (1_604, "only the biases are counted"),
            (1_768, "no new biases"),
            (13_704, "16 maps as before"),
            (504, "all four new maps"),
            (63_410, "the whole network now"),
            (61_706, "the whole network before"),
            (4_276, "all parameters of C1 and C3"),
            (4_016, "all parameters of C3"),
            (260, "all parameters of C1"),
            (160_104, "a convolution shares them"),
            (3_408, "counted 2 times"),
            ("many", "should be a number"),
            (float("nan"), "should be a number"),
        ],
    },
    "01.decide_everywhere": {
        "right": [
            everywhere(),
            with_dense_layers,
            everywhere_by_ops,
            of_sequential,
            everywhere(before=layers.Identity(name="S4")),
        ],
        "wrong": [
            (flattened, "convolution"),
            (reshaped, "convolution"),
            (everywhere(kernels=(1, 1, 1)), "the first convolution has filters of 1×1"),
            (everywhere(kernels=(5, 5, 1)), "does not fit"),
            (everywhere(kernels=(3, 3, 1)), "the first convolution has filters of 3×3"),
            (everywhere(padding="same"), "the first convolution pads 'same'"),
            (everywhere(units=(84, 120, 10)), "the first convolution has 84 filters"),
            (everywhere(units=(120, 84, 1)), "the third convolution has 1 filters; it needs 10"),
            (everywhere(activations=("relu", "relu", "softmax")), "ReLU"),
            (everywhere(activations=("tanh", "tanh", None)), "there is no softmax"),
            (everywhere(activations=("tanh", "tanh", "sigmoid")), "sigmoid"),
            (everywhere(activations=("tanh", None, "softmax")), "there is no tanh"),
            (everywhere(activations=(None, None, "softmax")), "there is no tanh"),
            (everywhere(use_bias=False), "the first convolution has no bias"),
            (everywhere(units=(120, 10), kernels=(5, 1)), "it should have 3"),
            (everywhere(before=layers.AveragePooling2D(2)), "does not fit"),
            (everywhere(before=layers.Flatten()), "needs maps, and it gets a vector"),
            (lambda x: everywhere()(x)[:, 0, 0], "is one step too many"),
            (
                lambda x: layers.GlobalAveragePooling2D(keepdims=True)(everywhere()(x)),
                "average pooling",
            ),
        ],
    },
    "01.lenet1": {
        "right": [
            lenet1,
            lenet1_in_a_row(),
            lenet1_in_a_row(frozen=True),
            lenet1_by_ops,
            lenet1_of_ones_own,
        ],
        "wrong": [
            (lenet1(first="same"), "the first convolution pads 'same'"),
            (lenet1(kernels=(3, 5)), "the first convolution has filters of 3×3"),
            (lenet1(kernels=(5, 3)), "the second convolution has filters of 3×3"),
            (lenet1(filters=(6, 16)), "has 6 filters; it needs 4"),
            (lenet1(filters=(12, 4)), "has 12 filters; it needs 4"),
            (lenet1(pool=layers.MaxPooling2D), "max pooling"),
            (lenet1(second=False), "there is no average pooling"),
            (lenet1(activation="relu"), "ReLU"),
            (lenet1(activation=None), "there is no tanh"),
            (lenet1(top=None), "there is no softmax"),
            (lenet1(top="sigmoid"), "sigmoid"),
            (lenet1(units=(120, 84)), "it has 3 dense layers; it should have 1"),
            (lenet1(use_bias=False), "the first convolution has no bias"),
            (without_a_bias(lenet1()), "the dense layer has no bias"),
            (lenet1(last="none"), "there is no flattening"),
            (lenet1(last="late"), "flattening comes after a dense layer"),
            (lenet1(last="global"), "global average pooling"),
            (lenet1(size=32), "the model's input is 32×32×1; it should be 28×28×1"),
            (lambda: print("built"), "None (is there a return?)"),
        ],
    },
    "01.modern": {
        "right": [
            relu,
            relu_by_hand,
            lambda: lenet("valid", layers.MaxPool2D, keras.activations.relu),
            lambda: keras.models.clone_model(relu()),
            relu(),
        ],
        "wrong": [
            ("a", "the first pooling is as it should be"),
            ("b", "the second convolution is as it should be"),
            ("d", "the first dense layer is as it should be"),
            ("e", LETTER),
            ("", LETTER),
            (3, "a letter first"),
            (relu(first="same"), "one place is not as it should be yet"),
            (relu(second=layers.AveragePooling2D), "one place is not"),
            (relu(top="sigmoid"), "one place is not"),
            (relu(top=None), "one place is not"),
            (relu(first="same", second=layers.AveragePooling2D), "2 places are not"),
            (relu(first="same", top="sigmoid"), "2 places are not"),
            (relu(second=layers.AveragePooling2D, top="sigmoid"), "2 places are not"),
            (relu(pool=layers.AveragePooling2D), "2 places are not"),
            (relu(activation="tanh"), "4 places are not"),
            (relu(units=(120, 84, 84)), "2 places are not"),
        ],
    },
    "01.explanation": {
        "right": ["b", "b)", "B", "(b)", "B. Its layers"],
        "wrong": [
            ("a", "has gradients"),
            ("c", "no parameters"),
            ("d", "reads any numbers"),
            ("D) Its", "reads any numbers"),
            ("linear", LETTER),
            ("e", LETTER),
            ("", LETTER),
            (2, LETTER),
            (None, LETTER),
            (True, LETTER),
        ],
    },
    "01.moved": experiment(
        (
            shifted,
            hidden,
        ),
        right=[
            runs(),
            (ONE, " Convolution"),
            (NEAR, "neither"),
            ({name: np.array(values) for name, values in ONE.items()}, "convolution"),
            [{"dense": ONE["convolution"], "convolution": ONE["dense"]}, "dense"],
            ({**ONE, "a third": [1]}, "convolution"),
        ],
        wrong=[
            (runs("dense"), "every run of 'convolution' lies below every other"),
            (runs("neither"), "every run of 'convolution' lies below every other"),
            ((NEAR, "convolution"), "the runs of one reach into those of another"),
            (runs("the convolution"), "should be one of 'convolution', 'dense', 'neither'"),
            (runs(dense=[50.5]), "has 1 of 3 runs"),
            (runs(dense=50.5), "should have a list of numbers"),
            (runs(dense=[50.5] * 3), "with a seed of its own"),
            (runs(dense=["half", 43.9, 51.2]), "has 'half' among its numbers"),
            (runs(dense=[float("nan"), 43.9, 51.2]), "has nan among"),
            (runs(dense=[0.505, 0.439, 0.512]), "per cent of errors are wanted"),
            (runs(convolution=[90.0, 90.0, 89.1]), "which is guessing"),
            (
                ({"convolution": ONE["convolution"]}, "convolution"),
                "nothing was measured for 'dense'",
            ),
            (ONE, "measured, conclusion)"),
            ("convolution", "measured, conclusion)"),
            (([1, 2, 3], "dense"), "should be a dict"),
        ],
        written=[
            (with_scipy, hidden),
            (rolled, rival(layers.Reshape((196,)), layers.Dense(7, "relu"))[1]),
            rival(layers.Flatten(), layers.Dense(9), layers.Activation("sigmoid")),
        ],
        unlike=[
            ((lambda images: np.roll(images, 1, 2), hidden), "comes back on the left"),
            ((lambda images: images, hidden), "as they were"),
            ((shifts(w=(1, 0)), hidden), "a pixel wider"),
            ((lambda images: shifts(h=(1, 0))(images)[:, :-1], hidden), "they move down"),
            ((lambda images: shifts(w=(0, 1))(images)[:, :, 1:], hidden), "to the left"),
            ((lambda images: None, hidden), "is there a return?"),
            (rival(layers.Dense(8, "tanh"), layers.Flatten()), "hidden: "),
            (rival(layers.Flatten(), layers.Dense(100, "tanh")), "hidden: "),
            (rival(layers.Flatten(), layers.Dense(8), layers.Dense(10)), "hidden: "),
            (
                (shifted, lambda kind: rival(layers.Flatten(), layers.Dense(8, "tanh"))[1]("")),
                "(called with 'convolution', which the exercise gives)",
            ),
            (
                (shifted, lambda kind: given(layers.MaxPooling2D) if "v" in kind else hidden("")),
                "there is no average pooling: next comes the first max pooling (called",
            ),
            (rival(layers.Dense(8, "tanh")), "no flattening before the first dense layer"),
            ((hidden, shifted), "moved: your function stops"),
            ((shifted,), "the answer should be (moved, hidden, measured, conclusion)"),
        ],
    ),
}
