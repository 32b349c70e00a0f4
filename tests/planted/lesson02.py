"""Lesson 2: each wrong answer with a part of what the check has to say about it."""

from functools import partial

import keras
import numpy as np
from keras import layers, ops

from planted.measured import experiment
from utils import networks
from utils.layers import LocalResponseNormalization


def lrn(window=lambda v, i, m: v[max(0, i - m) : i + m + 1], count=lambda w, n: np.sum(w**2)):
    """Response normalisation with another window, or another sum over it."""

    def answer(values, k, n, alpha, beta):
        sums = [count(window(values, i, n // 2), n) for i in range(len(values))]
        return values / (k + alpha * np.array(sums)) ** beta

    return answer


def lrn_by_loops(values, k, n, alpha, beta):
    made = []
    for i, value in enumerate(values):
        total = sum(v * v for j, v in enumerate(values) if abs(i - j) <= n / 2)
        made.append(value / (k + alpha * total) ** beta)
    return made


def lrn_by_convolution(values, k, n, alpha, beta):
    padded = np.pad(values**2, n // 2)
    return values * (k + alpha * np.convolve(padded, np.ones(n), "valid")) ** -beta


def lrn_padded_by_the_edge(values, k, n, alpha, beta):
    padded = np.pad(values**2, n // 2, mode="edge")
    return values / (k + alpha * np.convolve(padded, np.ones(n), "valid")) ** beta


def lrn_around(values, k, n, alpha, beta):
    total = sum(np.roll(values**2, shift) for shift in range(-(n // 2), n // 2 + 1))
    return values / (k + alpha * total) ** beta


def lrn_inner_power(values, k, n, alpha, beta):
    total = np.convolve(np.pad(values**2, n // 2), np.ones(n), "valid")
    return values / (k + (alpha * total) ** beta)


def lrn_without_itself(values, k, n, alpha, beta):
    total = np.convolve(np.pad(values**2, n // 2), np.ones(n), "valid") - values**2
    return values / (k + alpha * total) ** beta


def lrn_by_layer(values, k, n, alpha, beta):
    return LocalResponseNormalization(n, k, alpha, beta)(values[None])[0]


def lrn_in_place(values, k, n, alpha, beta):
    values /= 2
    return values


def towers(
    counts=(2, 2),
    kernels=(11, 5),
    steps=(4, 1),
    padding=("valid", "same"),
    pool=layers.MaxPooling2D,
    window=(3, 2),
    pools=2,
    activation="relu",
    many=2,
    last=layers.Concatenate,
    fixed=None,
    **more,
):
    """The two towers of exercise 4 with one thing or another wrong in them."""

    def answer(x, first, second):
        found = []
        for _ in range(many):
            y = x
            for i, filters in enumerate(fixed or (first, second)):
                y = layers.Conv2D(
                    filters // counts[i],
                    kernels[i],
                    steps[i],
                    padding=padding[i],
                    activation=activation,
                    **more,
                )(y)
                y = pool(*window)(y) if i < pools else y
            found.append(y)
        return last()(found) if many > 1 else found[0]

    return answer


def one_tower_twice(x, first, second):
    y = towers(many=1)(x, first, second)
    return layers.Concatenate()([y, y])


def behind_one_another(x, first, second):
    """Towers in one row."""
    for _ in range(2):
        x = layers.Conv2D(first // 2, 11, 4, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(3, 2, padding="same")(x)
        x = layers.Conv2D(second // 2, 5, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(3, 2, padding="same")(x)
    return x


def one_conv2(x, first, second):
    halves = [layers.Conv2D(first // 2, 11, 4, activation="relu")(x) for _ in range(2)]
    x = layers.Concatenate()([layers.MaxPooling2D(3, 2)(half) for half in halves])
    x = layers.Conv2D(second, 5, padding="same", activation="relu")(x)
    return layers.MaxPooling2D(3, 2)(x)


def in_groups(x, first, second):
    x = layers.MaxPooling2D(3, 2)(layers.Conv2D(first, 11, 4, activation="relu")(x))
    x = layers.Conv2D(second, 5, padding="same", groups=2, activation="relu", name="conv2")(x)
    return layers.MaxPool2D((3, 3), (2, 2))(x)


def split(x, first, second):
    x = ops.max_pool(ops.relu(layers.Conv2D(first, 11, 4)(x)), 3, 2)
    halves = [layers.Conv2D(second // 2, 5, padding="same")(half) for half in ops.split(x, 2, -1)]
    return layers.MaxPooling2D(3, 2)(layers.ReLU()(ops.concatenate(halves, axis=-1)))


def padded_by_hand(x, first, second):
    found = []
    for _ in range(2):
        y = layers.Conv2D(first // 2, (11, 11), strides=(4, 4), activation="relu")(x)
        y = layers.ZeroPadding2D(2)(layers.MaxPool2D(3, 2)(y))
        y = layers.Activation("relu")(layers.Conv2D(second // 2, 5)(y))
        found.append(layers.MaxPool2D(3, 2)(y))
    return layers.concatenate(found)


def of_sequentials(x, first, second):
    def tower():
        return keras.Sequential(
            [
                layers.Conv2D(first // 2, 11, 4, activation="relu"),
                layers.MaxPooling2D(3, 2),
                layers.Conv2D(second // 2, 5, padding="same", activation="relu"),
                layers.MaxPooling2D(3, 2),
            ]
        )

    return layers.Concatenate(axis=-1)([tower()(x), tower()(x)])


def table(
    filters=(12, 32, 48, 48, 32),
    kernels=(11, 5, 3, 3, 3),
    steps=(4, 1, 1, 1, 1),
    padding=("valid", "same", "same", "same", "same"),
    pooled=(0, 1, 4),
    relu=(0, 1, 2, 3, 4),
    pool=(3, 2),
    units=(512, 512),
    dropped=(0, 1),
    rate=0.5,
    first=False,
    top="softmax",
    size=67,
    late_relu=False,
    last_dropped=False,
):
    """The network of the table, by its columns; `first` puts dropout before its dense layer."""

    def answer():
        x = image = keras.Input((size, size, 3))
        for i, count in enumerate(filters):
            x = layers.Conv2D(count, kernels[i], steps[i], padding=padding[i])(x)
            x = layers.ReLU()(x) if i in relu and not late_relu else x
            x = layers.MaxPooling2D(*pool)(x) if i in pooled else x
            x = layers.ReLU()(x) if i in relu and late_relu else x
        x = layers.Flatten()(x)
        for i, count in enumerate(units):
            x = layers.Dropout(rate)(x) if first and i in dropped else x
            x = layers.Dense(count, activation="relu")(x)
            x = layers.Dropout(rate)(x) if not first and i in dropped else x
        x = layers.Dense(10, activation=top)(x)
        return keras.Model(image, layers.Dropout(rate)(x) if last_dropped else x)

    return answer


def sequential():
    relu = {"activation": "relu"}
    return keras.Sequential(
        [
            keras.Input((67, 67, 3)),
            layers.Conv2D(12, (11, 11), strides=(4, 4), **relu),
            layers.MaxPool2D((3, 3), strides=(2, 2)),
            layers.Conv2D(32, 5, padding="same", **relu, name="c2"),
            layers.MaxPool2D(3, 2),
            *(layers.Conv2D(n, 3, padding="same", **relu) for n in (48, 48, 32)),
            layers.MaxPool2D(3, 2),
            layers.GlobalAveragePooling2D(),
            layers.Dense(512, "relu"),
            layers.Dropout(0.5),
            layers.Dense(512, ops.relu),
            layers.Dropout(0.5),
            layers.Dense(10),
            layers.Softmax(),
        ]
    )


def tiny(last="plain", **more):
    """Exercise 6 with what is left of its faults; `last` is what the dense layer of 10 gets."""
    sizes = {"filters": (8, 16, 24, 24, 16), "units": (64, 64), "size": 99, **more}
    if last == "plain":
        return table(**sizes)

    def answer():
        network = table(**sizes, top=None)()
        x = network.output
        x = layers.ReLU()(x) if "relu" in last else x
        x = layers.Dropout(0.5)(x) if "dropout" in last else x
        return keras.Model(network.input, layers.Softmax()(x))

    return answer


def tiny_by_hand():
    image = keras.Input((99, 99, 3), name="photograph")
    x = layers.MaxPool2D(3, 2)(ops.relu(layers.Conv2D(8, (11, 11), (4, 4))(image)))
    x = layers.Conv2D(16, 5)(layers.ZeroPadding2D(2)(x))
    x = layers.MaxPool2D(3, 2)(layers.ReLU()(x))
    for filters in (24, 24, 16):
        x = layers.Activation("relu")(layers.Conv2D(filters, 3, padding="same")(x))
    x = layers.Reshape((2 * 2 * 16,))(layers.MaxPool2D(3, 2)(x))
    for name in ("fc6", "fc7"):
        x = layers.Dropout(0.5)(layers.Dense(64, "relu", name=name)(x))
    return keras.Model(image, layers.Dense(10, "softmax")(x))


FOUND = {"with": [28.8, 30.2, 29.6], "without": [34.2, 37.1, 35.3]}
NEAR = {"with": [28.8, 34.9, 29.6], "without": [34.2, 37.1, 35.3]}


def runs(conclusion="with", **changed):
    return {**FOUND, **changed}, conclusion


LETTER = "one letter of 'a', 'b', 'c', 'd'"
PLAIN, LOOSE = (2, 2), ("valid", "valid", "same", "same", "same")


def network(rate):
    image = keras.Input((14, 14))
    x = layers.Dropout(rate)(layers.Dense(256, "relu")(layers.Flatten()(image)))
    x = layers.Dropout(rate)(layers.Dense(256, "relu")(x))
    return keras.Model(image, layers.Dense(10, "softmax")(x))


def listed(rate, units=256, between="relu", last="softmax"):
    found = [keras.Input((14, 14)), layers.Reshape((196,))]
    for _ in range(2):
        found += [layers.Dense(units), layers.Activation(between), layers.Dropout(rate)]
    return keras.Sequential([*found, layers.Dense(10), layers.Activation(last)])


def dropped(first, second, units=(256, 256)):
    def network(rate):
        x = image = keras.Input((14, 14))
        x = layers.Flatten()(x)
        for number, own in zip(units, (first, second)):
            x = layers.Dense(number, "relu")(x)
            x = layers.Dropout(own(rate))(x) if own else x
        return keras.Model(image, layers.Dense(10, "softmax")(x))

    return network


def same(rate):
    return rate


ANSWERS = {
    "02.conv1_shape": {
        "right": [(62, 62, 96), [62.0, 62, 96], (None, 62, 62, 96), np.array([62, 62, 96])],
        "wrong": [
            ((63, 63, 96), "rounded up"),
            ((62.25, 62.25, 96), "a step that does not fit"),
            ((61, 61, 96), "the place where the filter starts"),
            ((64, 64, 96), "with padding"),
            ((55, 55, 96), "227×227"),
            ((54, 54, 96), "224×224"),
            ((246, 246, 96), "a stride of 1"),
            ((30, 30, 96), "pool1 is counted too"),
            ((62, 62, 48), "one tower"),
            ((62, 62, 3), "each filter makes one channel"),
            ((27, 27, 96), "that is pool1"),
            ((53, 53, 96), "divided by 4 first"),
            ((245, 245, 96), "it moves by 4"),
            ((62, 62, 288), "adds up its three channels"),
            ((62, 62, 256), "the filters of conv2"),
            ((96, 62, 62), "their order is not"),
            ((62, 62), "should be 3 numbers"),
            ((62, 61, 96), "the width is not right"),
        ],
    },
    "02.four_towers": {
        "right": [153_856, 4 * 64 * (25 * 24 + 1.0), np.int64(153_856), "153 856", [153_856]],
        "wrong": [
            (614_656, "one tower: each filter reads all 96"),
            (307_456, "two towers"),
            (38_464, "one tower of the four"),
            (153_600, "biases are forgotten"),
            (153_664, "64 biases"),
            (55_552, "conv2's are 5×5"),
            (38_400, "one tower of the four, and its biases"),
            (614_400, "one tower, without biases"),
            (6_656, "one channel here"),
            (409_856, "24 channels of conv1, not 64"),
            (460_800, "the difference from one tower"),
            (34_944, "that is conv1"),
            ("many", "should be a number"),
        ],
    },
    "02.normalised": {
        "right": [lrn(), lrn_by_loops, lrn_by_convolution, lrn_by_layer],
        "wrong": [
            (lrn(count=lambda w, n: w.sum()), "square each of them first"),
            (lrn(count=lambda w, n: w.sum() ** 2), "the sum is squared"),
            (lrn(lambda v, i, m: v[max(0, i - m) : i + m]), "a channel too soon"),
            (lrn(lambda v, i, m: v[max(0, i - m) : i + 1]), "the neighbours after channel i"),
            (lrn(lambda v, i, m: v[i : i + m + 1]), "the neighbours before channel i"),
            (lrn(lambda v, i, m: v[i - m : i + m + 1]), "a slice that starts below 0"),
            (lrn(lambda v, i, m: v), "all channels are summed"),
            (lrn(lambda v, i, m: np.delete(v, i)), "all other channels are summed"),
            (lrn(count=lambda w, n: np.sum(w**2) / n), "the sum is divided by n"),
            (
                lambda v, k, n, *rest: lrn()(v, k, 2 * (2 * (n // 2) + 1) + 1, *rest),
                "n to each side, not n in all",
            ),
            (lambda v, k, *rest: lrn()(v, 0, *rest), "the k is missing"),
            (lambda v, k, n, alpha, beta: lrn()(v, k, n, alpha, 1), "the power beta is missing"),
            (lambda v, k, n, alpha, beta: lrn()(v, 2, 5, 1e-4, 0.75), "beta are not used"),
            (lrn_around, "the window goes round"),
            (lrn_inner_power, "beta is the power of the sum only"),
            (lrn_without_itself, "the channel itself belongs"),
            (lrn_padded_by_the_edge, "at the edges the window is filled up"),
            (lrn_in_place, "work on a copy"),
            (lambda v, *rest: lrn()(v, *rest)[:-1], "an array of 7; it should be an array of 8"),
            (lambda v, *rest: print(v), "None (is there a return?)"),
        ],
    },
    "02.two_towers": {
        "right": [towers(), in_groups, split, padded_by_hand, of_sequentials],
        "wrong": [
            (towers(counts=(1, 2)), "convolution has 8 filters; it needs 4"),
            (towers(counts=(2, 1)), "convolution has 12 filters; it needs 6"),
            (towers(counts=(1, 1)), "has 8 filters; it needs 4"),
            (towers(fixed=(8, 12)), "called with (x, 4, 6)"),
            (towers(many=1), "there is no concatenation"),
            (towers(many=4), "convolution"),
            (towers(window=(2, 2)), "pools 2×2; it should pool 3×3"),
            (towers(window=(3,)), "max pooling moves by 3×3; it should move by 2×2"),
            (towers(pool=layers.AveragePooling2D), "average pooling"),
            (towers(pools=1), "max pooling"),
            (towers(steps=(2, 1)), "moves by 2×2; it should move by 4×4"),
            (towers(kernels=(5, 5)), "filters of 5×5; they should be 11×11"),
            (towers(kernels=(11, 3)), "filters of 3×3; they should be 5×5"),
            (towers(padding=("same", "same")), "pads 'same'; it should be 'valid'"),
            (towers(padding=("valid", "valid")), "pads 'valid'; it should be 'same'"),
            (towers(activation=None), "there is no ReLU"),
            (towers(activation="tanh"), "tanh"),
            (towers(use_bias=False), "no bias"),
            (towers(last=layers.Add), "there is no concatenation"),
            (one_tower_twice, "convolution"),
            (one_conv2, "convolution"),
            (behind_one_another, "there is no concatenation"),
        ],
    },
    "02.narrow_alexnet": {
        "right": [table(), table(late_relu=True), sequential, sequential()],
        "wrong": [
            (table(pool=(2, 2)), "the first max pooling pools 2×2; it should pool 3×3"),
            (table(relu=(0, 1, 2, 4)), "after the fourth convolution there is no ReLU"),
            (table(relu=()), "after the first convolution there is no ReLU"),
            (table(steps=(2, 1, 1, 1, 1)), "the first convolution moves by 2×2"),
            (table(padding=("same",) * 5), "the first convolution pads 'same'"),
            (table(kernels=(11, 3, 3, 3, 3)), "the second convolution has filters of 3×3"),
            (table(filters=(12, 32, 48, 32)), "it has 4 convolutions; it should have 5"),
            (table(filters=(12, 32, 48, 48, 48)), "the fifth convolution has 48 filters"),
            (table(filters=(96, 256, 384, 384, 256)), "has 96 filters; it needs 12"),
            (table(pooled=(0, 1)), "after the fifth ReLU there is no max pooling"),
            (table(pooled=(0, 1, 2)), "after the third ReLU stands a max pooling"),
            (table(units=(512,)), "it has 2 dense layers; it should have 3"),
            (table(units=(4096, 4096)), "has 4096 units; it needs 512"),
            (table(dropped=()), "after the sixth ReLU there is no dropout"),
            (table(dropped=(0,)), "after the seventh ReLU there is no dropout"),
            (table(rate=0.25), "the first dropout has the rate 0.25; it needs 0.5"),
            (table(first=True), "the first dropout comes before the"),
            (table(last_dropped=True), "the third dropout is one step too many"),
            (
                table(dropped=(0,), last_dropped=True),
                "the third dense layer comes before the dropout",
            ),
            (table(top=None), "there is no softmax"),
            (table(top="relu"), "after the third dense layer there is no softmax"),
            (table(size=227), "the model's input is 227×227×3; it should be 67×67×3"),
            (
                lambda: networks.alexnet(
                    towers=1, width=1 / 8, input_shape=(67, 67, 3), classes=10
                ),
                "local response normalisation that does not belong there",
            ),
        ],
    },
    "02.tiny_alexnet": {
        "right": [
            tiny(),
            tiny(late_relu=True),
            lambda: keras.models.clone_model(tiny()()),
            tiny_by_hand,
            tiny_by_hand(),
        ],
        "wrong": [
            ("a", "the first dense layer has ReLU and dropout"),
            ("b", "compare the size behind the second"),
            ("c", "do the poolings overlap?"),
            ("e", LETTER),
            ("", LETTER),
            (tiny(pool=PLAIN), "3 places are not as they should be yet"),
            (tiny(padding=LOOSE), "one place is not"),
            (tiny(last="relu, dropout"), "2 places are not"),
            (tiny(last="relu"), "one place is not"),
            (tiny(last="dropout"), "one place is not"),
            (tiny(pool=PLAIN, padding=LOOSE), "4 places are not"),
            (tiny(padding=LOOSE, last="relu, dropout"), "3 places are not"),
            (tiny(padding=("same",) * 5), "one place is not"),
            (tiny(dropped=()), "2 places are not"),
            (tiny(top=None), "one place is not"),
            (tiny(size=67), "the model's input is 67×67×3; it should be 99×99×3"),
        ],
    },
    "02.smaller_steps": {
        "right": ["b", "B)", "(b)", " b", "b) Convolutions"],
        "wrong": [
            ("a", "one set of weights for all places"),
            ("c", "nearly all of the new work is convolution"),
            ("d", "fc7 reads fc6's units"),
            ("D.", "fc7 reads fc6's units"),
            ("e", LETTER),
            ("fc6", LETTER),
            ("", LETTER),
            (4, LETTER),
            (None, LETTER),
            ([4, 2, 8], LETTER),
        ],
    },
    "02.false_labels": experiment(
        (network,),
        right=[
            runs(),
            (FOUND, "With "),
            (NEAR, "neither"),
            ({name: np.array(values) for name, values in FOUND.items()}, "with"),
            [{"without": FOUND["with"], "with": FOUND["without"]}, "without"],
        ],
        wrong=[
            (runs("without"), "every run of 'with' lies below every other"),
            (runs("neither"), "every run of 'with' lies below every other"),
            ((NEAR, "with"), "the runs of one reach into those of another"),
            (runs("dropout"), "should be one of 'with', 'without', 'neither'"),
            (runs(without=[34.2, 37.1]), "has 2 of 3 runs"),
            (runs(without=34.2), "should have a list of numbers"),
            (runs(without=[34.2] * 3), "with a seed of its own"),
            (runs(without=["bad", 37.1, 35.3]), "has 'bad' among its numbers"),
            (runs(without=[float("nan"), 37.1, 35.3]), "has nan among"),
            (runs(without=[0.342, 0.371, 0.353]), "per cent of errors are wanted"),
            (runs(**{"with": [90.0, 90.5, 89.1]}), "which is guessing"),
            (({0.5: FOUND["with"], 0.0: FOUND["without"]}, "with"), "nothing was measured for"),
            (FOUND, "measured, conclusion)"),
            ("with", "measured, conclusion)"),
            (([28.8, 34.2], "with"), "should be a dict"),
        ],
        written=[(listed,), (dropped(same, same),)],
        unlike=[
            ((dropped(lambda r: 0.5, lambda r: 0.5),), "has the rate 0.5; it needs 0.25"),
            ((dropped(lambda r: 1 - r / 2, same),), "has the rate 0.75; it needs 0.5"),
            ((dropped(same, None),), "after the second ReLU there is no dropout"),
            ((dropped(None, None),), "after the first ReLU there is no dropout"),
            ((dropped(same, same, (256, 128)),), "network: "),
            ((dropped(same, same, (512, 512)),), "network: "),
            ((partial(listed, between="tanh"),), "network: "),
            ((partial(listed, last="linear"),), "network: "),
            ((lambda rate: None,), "should be a keras.Model"),
        ],
    ),
}
