"""Lesson 7: each wrong answer with a part of what the check has to say about it."""

import itertools
from functools import partial

import keras
import numpy as np
from keras import layers, ops

from planted.measured import experiment
from utils import networks


class Plain(layers.Layer):
    """A 1×1 convolution of the learner's own, with ReLU."""

    def __init__(self, filters):
        super().__init__()
        self.filters = filters

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], self.filters), name="kernel")
        self.bias = self.add_weight(shape=(self.filters,), name="bias")

    def call(self, x):
        return ops.relu(x @ self.kernel + self.bias)


def by_loops(image, weights, bias, strides):
    rows, columns = range(0, image.shape[0], strides), range(0, image.shape[1], strides)
    made = np.zeros((len(rows), len(columns), len(bias)))
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            for f in range(len(bias)):
                made[i, j, f] = sum(image[row, column, c] * w for c, w in enumerate(weights[:, f]))
                made[i, j, f] += bias[f]
    return made


def by_keras(image, weights, bias, strides):
    layer = layers.Conv2D(len(bias), 1, strides)
    layer.build((None, *image.shape))
    layer.set_weights([weights[None, None], bias])
    return layer(image[None])[0]


def by_einsum(image, weights, bias, strides):
    return np.einsum("hwc,cf->hwf", image, weights)[::strides, ::strides] + bias


def in_lists(image, weights, bias, strides):
    columns = range(0, image.shape[1], strides)
    rows = image[::strides]
    return [[list(weights.T @ row[column] + bias) for column in columns] for row in rows]


def into_a_copy(image, weights, bias, strides):
    made = np.zeros_like(image)
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            made[i, j] = image[i, j] @ weights + bias
    return made


def bias_inside(image, weights, bias, strides):
    made = 0
    for c in range(image.shape[-1]):
        made = made + image[::strides, ::strides, c, None] * weights[c] + bias
    return made


def of_neighbours(image, weights, bias, strides):
    height, width = (-(-n // strides) for n in image.shape[:2])
    made = np.zeros((height, width, len(bias)))
    for i in range(height):
        for j in range(width):
            made[i, j] = image[i, j] @ weights + bias
    return made


def of_windows(image, weights, bias, strides):
    rows, columns = range(0, image.shape[0], strides), range(0, image.shape[1], strides)
    made = np.zeros((len(rows), len(columns), len(bias)))
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            window = image[row : row + strides, column : column + strides]
            made[i, j] = window.mean(axis=(0, 1)) @ weights + bias
    return made


def in_whole_numbers(image, weights, bias, strides):
    thin = image[::strides, ::strides]
    made = np.zeros((*thin.shape[:2], len(bias)), int)
    made[:] = thin @ weights + bias
    return made


def overwritten(image, weights, bias, strides):
    for c in range(image.shape[-1]):
        made = image[::strides, ::strides, c, None] * weights[c]
    return made + bias


def in_place(image, weights, bias, strides):
    image += 1
    return image[::strides, ::strides] @ weights + bias


def too_far(image, weights, bias, strides):
    height, width = (n // strides + 1 for n in image.shape[:2])
    return [
        [image[i * strides, j * strides] @ weights + bias for j in range(width)]
        for i in range(height)
    ]


def thinned(change):
    """The answer with the image thinned out first, and one thing or another wrong after that."""
    return lambda i, w, b, s: change(i[::s, ::s], w, b)


def conv(x, filters, kernel, strides=1, activation="relu", **more):
    more = {"padding": "same", **more}
    return layers.Conv2D(filters, kernel, strides, activation=activation, **more)(x)


def block(x, kernel, filters, strides=1, sizes=(1,), moves=(1,), relus=9, count=None, **more):
    """The block with one thing or another wrong in it; sizes and moves are those behind it."""
    for i, n in enumerate(filters[:count]):
        size, move = (sizes[(i - 1) % len(sizes)], moves[(i - 1) % len(moves)])
        size, move = (size, move) if i else (kernel, strides)
        activation = "relu" if i < relus else None
        x = conv(x, n, size, move, activation, **more)
    return x


def wrong_block(**changes):
    return lambda x, kernel, filters, strides: block(x, kernel, filters, strides, **changes)


def other_filters(change):
    return lambda x, kernel, filters, strides: block(x, kernel, change(filters), strides)


def strides_at_the_end(x, kernel, filters, strides):
    return block(x, kernel, filters, 1, moves=(1,) * (len(filters) - 2) + (strides,))


def side_by_side(x, kernel, filters, strides):
    ways = [conv(x, n, 1 if i else kernel, strides) for i, n in enumerate(filters)]
    return layers.Concatenate()(ways)


def normalised(x, kernel, filters, strides):
    for i, count in enumerate(filters):
        size, step = (1, 1) if i else (kernel, strides)
        x = conv(x, count, size, step, activation=None)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    return x


def always_from_x(x, kernel, filters, strides):
    y = conv(x, filters[0], kernel, strides)
    for count in filters[1:]:
        z = conv(y, count, 1)
    return z


def by_dense(x, kernel, filters, strides=1):
    x = layers.ReLU()(conv(x, filters[0], (kernel, kernel), strides, activation=None))
    for count in filters[1:]:
        x = ops.relu(layers.Dense(count)(x))
    return x


def dense_without_relu(x, kernel, filters, strides):
    x = conv(x, filters[0], kernel, strides)
    for i, count in enumerate(filters[1:], start=2):
        x = layers.Dense(count, activation="relu" if i < len(filters) else None)(x)
    return x


def of_its_own(x, kernel, filters, strides=1):
    x = conv(x, filters[0], kernel, strides)
    for count in filters[1:]:
        x = Plain(count)(x)
    return x


def sequential(x, kernel, filters, strides=1, last=True):
    found = [layers.Conv2D(filters[0], kernel, strides, "same"), layers.Activation("relu")]
    for count in filters[1:]:
        found += [layers.Conv2D(count, (1, 1), padding="valid"), layers.Activation(ops.relu)]
    return keras.Sequential(found if last else found[:-1])(x)


NUMBERS = itertools.count()


def odd_names(x, kernel, filters, strides=1):
    for i, count in enumerate(filters):
        kind = {"kernel_size": 1} if i else {"kernel_size": kernel, "strides": strides}
        x = layers.Convolution2D(count, padding="same", name=f"pooling_{next(NUMBERS)}", **kind)(x)
        x = keras.activations.relu(x)
    return x


ROWS = ((12, 10, 6), (12, 12), (12, 12, 12, 100))


def nin(
    pools=(layers.MaxPooling2D, layers.AveragePooling2D),
    steps=(2, 2),
    kernels=(5, 3, 3),
    rows=ROWS,
    first=2,
    dropout=(0.5, 0.3),
    dropped=(0, 1),
    kind=layers.Dropout,
    padding="same",
    head=layers.GlobalAveragePooling2D,
    top=layers.Softmax,
    one=block,
    size=48,
    **changes,
):
    def answer():
        x = image = keras.Input((size, size, 3))
        for i, filters in enumerate(rows):
            strides = 1 if i else first
            x = one(x, kernels[i], filters, strides, **(changes if i == 2 else {}))
            if i < 2:
                x = pools[i](3, steps[i], padding=padding)(x)
            x = kind(dropout[dropped.index(i)])(x) if i in dropped else x
        x = head()(x)
        return keras.Model(image, top()(x) if top else x)

    return answer


def dense_head():
    return lambda x: layers.Dense(100)(layers.Flatten()(x))


def nin_by_ops():
    image = keras.Input((48, 48, 3), name="mine")
    x = layers.Dropout(0.5)(ops.max_pool(by_dense(image, 5, ROWS[0], 2), 3, 2, "same"))
    x = ops.average_pool(by_dense(x, 3, ROWS[1]), 3, 2, padding="same")
    x = by_dense(layers.Dropout(0.3, name="d")(x), 3, ROWS[2])
    return keras.Model(image, ops.softmax(ops.mean(x, axis=(1, 2))))


def frozen():
    model = nin(top=lambda: layers.Activation("softmax"))()
    model.trainable = False
    return model


def two(
    second=1, last="relu", head="mean", top="softmax", pool=layers.MaxPooling2D, one=1, third=6
):
    def answer():
        image = keras.Input((32, 32, 3))
        x = conv(conv(conv(image, 12, 5), 10, second), third, 1)
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


MEAN, FLAT, WORSE = [0.57, 0.61, 0.65], [0.81, 0.84, 0.85], [0.5, 0.62, 0.9]


def moved(conclusion="mean", **numbers):
    return {"mean": MEAN, "flatten": FLAT} | numbers, conclusion


def ends(maps, kind, classes=10, kernel=1):
    if kind == "mean":
        return layers.GlobalAveragePooling2D()(layers.Conv2D(classes, kernel)(maps))
    return layers.Dense(classes)(layers.Flatten()(maps))


def ends_turned(maps, kind):
    if kind == "mean":
        return layers.Dense(10)(layers.GlobalAveragePooling2D()(maps))
    return layers.Dense(10)(layers.Reshape((-1,))(maps))


def ends_by_ops(maps, kind):
    if kind == "flatten":
        return layers.Dense(10)(layers.Flatten()(maps))
    return ops.mean(layers.Conv2D(10, 1, padding="same")(maps), axis=(1, 2))


def always(kind):
    return lambda maps, _: ends(maps, kind)


def with_softmax(maps, kind):
    return layers.Softmax()(ends(maps, kind))


def largest(maps, kind):
    if kind == "mean":
        return layers.GlobalMaxPooling2D()(layers.Conv2D(10, 1)(maps))
    return ends(maps, kind)


ANSWERS = {
    "07.shrunk_shape": {
        "right": [(8, 8, 64), [8.0, 8, 64], np.array([8, 8, 64]), "8x8x64", (None, 8, 8, 64)],
        "wrong": [
            ((15, 15, 64), "the pooling is missing"),
            ((8, 8, 512), "the convolution is missing"),
            ((7, 7, 64), "rounded up"),
            ((8, 8, 32), "every channel by itself"),
            ((8, 8, 256), "leaves the channels alone"),
            ((8, 8, 576), "in place of the old ones"),
            ((7, 7, 512), "the convolution is missing, and"),
            ((8, 8, 8), "64 filters make 64 channels"),
            ((5, 5, 64), "not by its own size"),
            ((6, 6, 64), "loses no rim"),
            ((4, 4, 64), "the convolution moves by 1"),
            ((28, 28, 32), "the lesson's numbers"),
            ((7.5, 7.5, 64), "whole places only"),
            ((64, 8, 8), "their order is not"),
            ((8, 7, 64), "the width is not right"),
            ((8, 8), "should be 3 numbers"),
            (4_096, "should be 3 numbers"),
        ],
    },
    "07.multiplications": {
        "right": [5_275_648, 161 * 512 * 64.0, "5,275,648", np.float32(5_275_648), [5_275_648]],
        "wrong": [
            (7_372_800, "the work on 15×15"),
            (2_097_152, "the work behind the pooling"),
            (9_469_952, "the sum of both ways"),
            (2_097_152 - 7_372_800, "the other way round"),
            (5_767_168, "not 7×7"),
            (229_376, "these are rows"),
            (161, "the places that fall away"),
            (32_768, "these are the weights"),
            (32_832, "these are the parameters"),
            (161 * 32_832, "biases are counted"),
            (3.515625, "how many times less"),
            (4_816_896, "the lesson's convolution"),
            (2 * 5_275_648, "2 times too large"),
            (161 * 64, "each filter reads 512 channels"),
            (161 * 512, "the work of one filter"),
            (49 * 32_768, "which is not (15 − 8)²"),
            (9 * 5_275_648, "3×3 multiplies nothing"),
            (1 - 64 / 225, "the part that is saved"),
            (0.716, "the part that is saved"),
            (5.3, "these are millions, rounded"),
            (5.275648, "these are millions;"),
            ("five million", "should be a number"),
        ],
    },
    "07.one_by_one": {
        "right": [by_einsum, by_loops, by_keras, in_lists],
        "wrong": [
            (thinned(lambda i, w, b: i @ w), "the bias is forgotten"),
            (bias_inside, "once for each channel"),
            (thinned(lambda i, w, b: (i @ w).sum(axis=(0, 1)) + b), "it adds up the pixels"),
            (thinned(lambda i, w, b: i.reshape(-1, i.shape[-1]) @ w + b), "in a row of pixels"),
            (
                thinned(lambda i, w, b: np.einsum("hwc,cf->fhw", i, w) + b[:, None, None]),
                "the first axis",
            ),
            (
                thinned(lambda i, w, b: (i[..., None] * w).mean(axis=2) + b),
                "the mean over",
            ),
            (thinned(lambda i, w, b: np.maximum(i @ w + b, 0)), "it applies a ReLU"),
            (thinned(lambda i, w, b: i @ w - b), "the bias is subtracted"),
            (thinned(lambda i, w, b: i @ w.T + b), "a matrix product gets lengths"),
            (lambda i, w, b, s: i @ w + b, "it works at every pixel"),
            (lambda i, w, b, s: i[::s] @ w + b, "in height only"),
            (lambda i, w, b, s: i[:, ::s] @ w + b, "in width only"),
            (lambda i, w, b, s: i[s - 1 :: s, s - 1 :: s] @ w + b, "at a later pixel"),
            (
                lambda i, w, b, s: i[: len(i) // s * s : s, : i.shape[1] // s * s : s] @ w + b,
                "leaves out the last pixels",
            ),
            (of_neighbours, "it reads neighbours"),
            (of_windows, "it averages windows"),
            (thinned(lambda i, w, b: (i @ w + b).astype(int)), "cut off to whole ones"),
            (in_whole_numbers, "cut off to whole ones"),
            (overwritten, "only the last channel is left"),
            (too_far, "is read on an axis of 2 places"),
            (into_a_copy, "5 numbers are put in a place for 4"),
            (in_place, "work on a copy"),
            (lambda i, w, b: i @ w + b, "arguments is given"),
            (lambda i, w, b, s: print(i @ w + b), "None (is there a return?)"),
        ],
    },
    "07.mlpconv": {
        "right": [block, by_dense, sequential, of_its_own, odd_names],
        "wrong": [
            (wrong_block(relus=2), "after the third convolution, there is no ReLU yet"),
            (wrong_block(relus=1), "after the second convolution there is no ReLU"),
            (wrong_block(sizes=(3, 1)), "the second convolution has filters of 3×3"),
            (wrong_block(sizes=(5,)), "the second convolution has filters of 5×5"),
            (
                wrong_block(moves=(2, 1)),
                "the second convolution moves by 2×2; it should move by 1×1",
            ),
            (strides_at_the_end, "the first convolution moves by 1×1; it should move by 2×2"),
            (lambda x, k, f, s: block(x, k, f), "the first convolution moves by 1×1"),
            (wrong_block(padding="valid"), "the first convolution pads 'valid'"),
            (
                other_filters(lambda f: (f[0], f[0], *f[2:])),
                "the second convolution has 6 filters; it needs 5",
            ),
            (other_filters(lambda f: f[::-1]), "the first convolution has 3 filters; it needs 6"),
            (wrong_block(count=2), "one of 1×1 is missing"),
            (wrong_block(count=3), "it has 3 convolutions; it should have 4"),
            (other_filters(lambda f: (*f, f[-1])), "one of 1×1 after the third"),
            (always_from_x, "one of 1×1 is missing after the first convolution"),
            (side_by_side, "the first convolution has 3 filters"),
            (normalised, "batch normalisation that does not belong there"),
            (dense_without_relu, "after the third convolution, there is no ReLU"),
            (
                lambda *given: sequential(*given, last=False),
                "after the third convolution, there is no ReLU",
            ),
            (wrong_block(use_bias=False), "the first convolution has no bias"),
            (lambda x, k, f, s: None, "it returns None"),
        ],
    },
    "07.network_in_network": {
        "right": [nin(), nin_by_ops, nin(one=by_dense), nin(one=odd_names), frozen(), nin()()],
        "wrong": [
            (nin(pools=(layers.MaxPooling2D,) * 2), "there is no average pooling"),
            (
                nin(pools=(layers.AveragePooling2D, layers.MaxPooling2D)),
                "an average pooling that does not belong",
            ),
            (nin(steps=(2, 1)), "the average pooling moves by 1×1; it should move by 2×2"),
            (nin(first=1), "the first convolution moves by 1×1; it should move by 2×2"),
            (nin(kernels=(5, 3, 5)), "the sixth convolution has filters of 5×5"),
            (nin(kernels=(5, 5, 3)), "the fourth convolution has filters of 5×5"),
            (nin(rows=(*ROWS[:2], (12, 12, 12, 10))), "10 filters; it needs 100"),
            (
                nin(rows=(ROWS[0], (12, 12, 12), ROWS[2])),
                "it has 10 convolutions",
            ),
            (nin(rows=(*ROWS[:2], (12, 12, 100))), "it has 8 convolutions; it should have 9"),
            (nin(padding="valid"), "the max pooling pads 'valid'; it should be 'same'"),
            (nin(dropped=()), "after the max pooling there is no dropout"),
            (nin(kind=layers.SpatialDropout2D), "dropout of whole channels"),
            (nin(dropped=(1, 2)), "there is no dropout: next comes the fourth convolution"),
            (nin(dropout=(0.5, 0.5)), "the second dropout has the rate 0.5; it needs 0.3"),
            (nin(relus=3), "after the ninth convolution there is no ReLU"),
            (nin(head=dense_head), "1 dense layer; it should have none"),
            (nin(head=layers.GlobalMaxPooling2D), "there is no global average pooling"),
            (nin(top=None), "there is no softmax"),
            (nin(size=32), "the model's input is 32×32×3; it should be 48×48×3"),
            (
                networks.network_in_network(width=1 / 16, classes=100),
                "the model's input is 32×32×3",
            ),
        ],
    },
    "07.two_blocks": {
        "right": [
            two(),
            two_by_ops,
            lambda: keras.models.clone_model(two()()),
            lambda: keras.Model((m := two()()).input, keras.layers.Identity()(m.output)),
        ],
        "wrong": [
            ("a", "the max pooling is as it should be"),
            ("C)", "the third is a 1×1"),
            ("(d)", "begins with a larger convolution"),
            ("e", "one letter of"),
            (two(second=3), "one place is not as it should be yet"),
            (two(last=None), "one place is not as it should be yet"),
            (two(head="flat"), "2 places are not"),
            (two(head="flat", last=None), "2 places are not"),
            (two(second=3, last=None), "2 places are not"),
            (two(second=3, head="flat"), "3 places are not"),
            (two(head="both"), "one place is not"),
            (two(head="max"), "one place is not"),
            (two(one=3), "one place is not"),
            (two(third=8), "one place is not"),
            (two(pool=layers.AveragePooling2D), "one place is not"),
            (two(top="sigmoid"), "one place is not"),
        ],
    },
    "07.explanation": {
        "right": ["b", " B ", "(b)", "b) A filter's weights serve at every place"],
        "wrong": [
            ("a", "the last maps grow"),
            ("A)", "the last maps grow"),
            ("c", "on any image"),
            ("(C)", "on any image"),
            ("d", "has no weights"),
            ("D) Global average pooling", "has no weights"),
            ("e", "one letter of"),
            ("bc", "one letter of"),
            (2, "one letter of"),
            (["b", "e"], "one letter of"),
        ],
    },
    "07.moved_images": experiment(
        (ends,),
        right=[
            moved(),
            moved(" Mean "),
            list(moved("flatten", mean=FLAT, flatten=MEAN)),
            moved("neither", flatten=np.array(WORSE)),
            moved(mean=(*MEAN, np.float32(0.6))),
        ],
        wrong=[
            (moved("flatten"), "every run of 'mean' lies below every other"),
            (moved("neither"), "every run of 'mean' lies below every other"),
            (moved(mean=WORSE), "reach into those of another"),
            (moved("the mean"), "the conclusion should be one of 'mean', 'flatten', 'neither'"),
            (moved(mean=MEAN[:2]), "'mean' has 2 of 3 runs"),
            (moved(flatten=[0.82] * 3), "a seed of its own"),
            (({"mean": MEAN}, "mean"), "nothing was measured for 'flatten'"),
            (({"mean": MEAN, "flat": FLAT}, "mean"), "nothing was measured for 'flatten'"),
            (moved(mean=0.6), "'mean' should have a list of numbers"),
            (moved(mean=["low", 0.6, 0.6]), "'low' among its numbers"),
            (moved(mean=[float("nan"), 0.6, 0.7]), "nan among its numbers"),
            (moved(mean=[57, 61, 65]), "57 among its numbers: hand over errors, as parts of 1"),
            (moved(mean=[-0.1, 0.6, 0.7]), "-0.1 among its numbers"),
            (((MEAN, FLAT), "mean"), "measured should be a dict"),
            (moved()[0], "measured, conclusion)"),
        ],
        written=[(ends_turned,), (ends_by_ops,)],
        unlike=[
            ((always("mean"),), "scores: "),
            ((always("flatten"),), "scores: "),
            (
                (lambda maps, kind: ends(maps, "mean" if kind == "flatten" else "flatten"),),
                "scores: ",
            ),
            ((partial(ends, classes=100),), "scores: "),
            ((partial(ends, kernel=3),), "scores: "),
            ((with_softmax,), "scores: "),
            ((largest,), "scores: "),
            ((lambda maps, kind: None,), "is there a return?"),
        ],
    ),
}
