"""Lesson 8: each wrong answer with a part of what the check has to say about it."""

import keras
import numpy as np
from keras import layers, ops

from planted.measured import experiment
from utils import blocks, cost

EIGHTH = (8, 12, 16, 2, 4, 4)
THREES = (1, 1, 3, 1, 3, 1)  # kernels, with a 3×3 for the 5×5
ROWS = ((32, 20, 40, 4, 16, 16), (48, 24, 48, 6, 16, 16))


def in_steps(h, w, c, b, n, k):
    chain = ((b, 1, c), (n, k, b), (n, k, n))
    return sum(h * w * made * size**2 * read for made, size, read in chain)


def counted_on_layers(h, w, c, b, n, k):
    x = keras.Input((h, w, c))
    y = layers.Conv2D(n, k, padding="same")(layers.Conv2D(b, 1)(x))
    y = layers.Conv2D(n, k, padding="same")(y)
    return cost.multiply_adds(keras.Model(x, y))


def added_up(h, w, c, b, n, k):
    total = h * w * b * c
    total += h * w * n * k * k * b
    total += h * w * n * k * k * n
    return np.int64(total)


def per_place(change):
    return lambda h, w, c, b, n, k: h * w * change(c, b, n, k)


def inception(
    kernels=(1, 1, 3, 1, 5, 1),
    activations=("relu",) * 6,
    bias=True,
    pool=layers.MaxPooling2D,
    size=3,
    moving=(0, 2, 4, "pool"),
    padding="same",
    order=(0, 1, 2, 3),
    numbers=(0, 1, 2, 3, 4, 5),
    reduce=(True, True),
    project="after",
    reads="x",
    merge=layers.Concatenate,
):
    """The inception block with one thing or another wrong in it; `moving` are those that stride."""

    def answer(x, filters, strides=1):
        def conv(x, place):
            setting = {"padding": "same", "use_bias": bias, "activation": activations[place]}
            setting["strides"] = strides if place in moving else 1
            return layers.Conv2D(filters[numbers[place]], kernels[place], **setting)(x)

        b1 = conv(x, 0)
        b2 = middle = conv(x, 1) if reduce[0] else x
        b2 = conv(b2, 2)
        source = {"x": x, "reduce": middle, "3x3": b2}[reads]
        b3 = conv(conv(source, 3) if reduce[1] else source, 4)
        b4 = conv(x, 5) if project == "before" else x
        b4 = pool(size, strides if "pool" in moving else 1, padding=padding)(b4)
        b4 = conv(b4, 5) if project == "after" else b4
        branches = (b1, b2, b3, b4)
        return merge()([branches[place] for place in order])

    return answer


def by_ops(x, filters, strides=1):
    """Another spelling: dense layers for 1×1, keras.ops, and the branches written backwards."""
    n1, reduce3, n3, reduce5, n5, proj = filters
    b4 = ops.relu(layers.Dense(proj)(ops.max_pool(x, 3, strides, padding="same")))
    b3 = ops.relu(layers.Conv2D(reduce5, (1, 1))(x))
    b3 = ops.relu(layers.Conv2D(n5, 5, strides, padding="same")(b3))
    b2 = layers.ReLU()(layers.Conv2D(reduce3, 1)(x))
    b2 = layers.Activation("relu")(layers.Conv2D(n3, 3, strides, padding="same")(b2))
    b1 = layers.Dense(n1, "relu")(x[:, ::strides, ::strides] if strides > 1 else x)
    return ops.concatenate([b1, b2, b3, b4], axis=-1)


def branches_in_rows(x, filters, strides=1):
    """Each branch a keras.Sequential, with names of their own."""
    n1, reduce3, n3, reduce5, n5, proj = filters
    same = {"padding": "same", "activation": "relu"}
    rows = [
        [layers.Conv2D(n1, 1, strides, activation="relu")],
        [layers.Conv2D(reduce3, 1, **same), layers.Conv2D(n3, 3, strides, **same)],
        [layers.Conv2D(reduce5, 1, **same), layers.Conv2D(n5, 5, strides, **same)],
        [layers.MaxPool2D(3, strides, "same"), layers.Conv2D(proj, 1), layers.ReLU()],
    ]
    return layers.concatenate([keras.Sequential(row)(x) for row in rows])


def padded_by_hand(x, filters, strides=1):
    """Zeros around the 5×5, where `same` lays as many before as behind."""
    if strides > 1:
        return inception()(x, filters, strides)
    n1, reduce3, n3, reduce5, n5, proj = filters
    b1 = layers.Conv2D(n1, 1, strides, activation="relu")(x)
    b2 = layers.Conv2D(n3, 3, strides, "same")(layers.Conv2D(reduce3, 1, activation="relu")(x))
    b3 = layers.ZeroPadding2D(2)(layers.Conv2D(reduce5, 1, activation="relu")(x))
    b3 = layers.Conv2D(n5, 5, strides, activation="relu")(b3)
    b4 = layers.Conv2D(proj, 1)(layers.MaxPooling2D(3, strides, "same")(x))
    return layers.Concatenate()([b1, layers.ReLU()(b2), b3, layers.Activation("relu")(b4)])


def relu_of_all(x, filters, strides=1):
    """One ReLU behind the concatenation does the same as one at the end of each branch."""
    activations = (None, "relu", None, "relu", None, None)
    return layers.ReLU()(inception(activations=activations)(x, filters, strides))


def halved_behind(x, filters, strides=1):
    return layers.MaxPooling2D(1, strides)(inception()(x, filters))


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

LESS, MORE, WIDE = [0.032, 0.033, 0.036], [0.047, 0.06, 0.09], [0.03, 0.05, 0.08]


def necks(conclusion="trained", **numbers):
    return {"untrained": MORE, "trained": LESS} | numbers, conclusion


def lost(maps, neck):
    values = np.linalg.svd(maps.reshape(-1, maps.shape[-1]), compute_uv=False)
    return np.sum(values[neck:] ** 2) / np.sum(values**2)


def lost_by_kept(maps, neck):
    matrix = np.reshape(maps, (-1, maps.shape[3]))
    squares = np.linalg.eigvalsh(matrix.T @ matrix)[::-1]
    return float(1 - squares[:neck].sum() / squares.sum())


def of_values(told, rows=-1):
    def lost(maps, neck):
        matrix = maps.reshape(len(maps) if rows else maps.shape[-1], -1)
        matrix = maps.reshape(-1, maps.shape[-1]) if rows == -1 else matrix
        return told(np.linalg.svd(matrix, compute_uv=False), neck)

    return lost


ANSWERS = {
    "08.piled_up": {
        "right": [
            (14, 14, 640),
            [14.0, 14, 640],
            np.array([14, 14, 416 + 224]),
            "14×14×640",
            (None, 14, 14, 640),
        ],
        "wrong": [
            ((28, 28, 640), "the pooling between the blocks moves by 2"),
            ((7, 7, 640), "those in the blocks move by 1"),
            ((13, 13, 640), "nothing is lost at the rim"),
            ((14, 14, 416), "this reaches the second block"),
            ((28, 28, 416), "leaves the first block"),
            ((14, 14, 448), "hands on 192 channels too"),
            ((14, 14, 224), "the poolings are forgotten"),
            ((14, 14, 256), "there is none"),
            ((14, 14, 512), "hand on all channels, not 32"),
            ((14, 14, 832), "the second reads 416"),
            ((28, 28, 832), "both blocks read the same here"),
            ((14, 14, 1056), "it adds no channels"),
            ((640, 14, 14), "their order is not"),
            ((14, 14, 600), "the channels are not right"),
            (640, "should be 3 numbers"),
        ],
    },
    "08.bottleneck_cost": {
        "right": [
            lambda h, w, c, b, n, k: h * w * (b * c + k * k * n * (b + n)),
            in_steps,
            counted_on_layers,
            added_up,
            lambda h, w, c, b, n, k: float(h * w * (b * c + n * k**2 * b + n**2 * k**2)),
        ],
        "wrong": [
            (per_place(lambda c, b, n, k: b * c), "only the 1×1 is counted"),
            (per_place(lambda c, b, n, k: n * k * k * (b + n)), "the 1×1 before the larger"),
            (per_place(lambda c, b, n, k: b * c + k * k * b * n), "the second of the two"),
            (per_place(lambda c, b, n, k: b * c + k * k * n * n), "the first of the two"),
            (per_place(lambda c, b, n, k: b * c + 2 * k * k * b * n), "reads `filters` channels"),
            (per_place(lambda c, b, n, k: b * c + 2 * k * k * n * n), "reads the bottleneck"),
            (per_place(lambda c, b, n, k: k * k * n * (c + n)), "the way without a bottleneck"),
            (per_place(lambda c, b, n, k: b * c + k * k * n * (c + n)), "read the bottleneck"),
            (per_place(lambda c, b, n, k: k * k * (b * c + n * (b + n))), "not as the others"),
            (per_place(lambda c, b, n, k: b * c + k * n * (b + n)), "kernel times kernel"),
            (per_place(lambda c, b, n, k: b * c + 9 * n * (b + n)), "kernel is not always 3"),
            (per_place(lambda c, b, n, k: b * c + (2 * k - 1) ** 2 * b * n), "not two"),
            (per_place(lambda c, b, n, k: b * c + k**4 * b * n), "their work adds up"),
            (per_place(lambda c, b, n, k: b * (c + 1) + n * (k * k * (b + n) + 2)), "biases"),
            (lambda h, w, *more: in_steps(1, 1, *more), "these are the weights"),
            (lambda h, w, *more: in_steps(h, h, *more), "height is taken twice"),
            (
                lambda h, w, c, b, n, k: b * c + h * w * n * k * k * (b + n),
                "the 1×1 works at every place",
            ),
            (
                lambda h, w, c, b, n, k: (
                    h * w * b * c
                    + (h - k + 1) * (w - k + 1) * n * k * k * b
                    + (h - 2 * k + 2) * (w - 2 * k + 2) * n * k * k * n
                ),
                "those at the rim too",
            ),
            (lambda *given: 2 * in_steps(*given), "additions are counted"),
            (lambda h, w, c, b, n, k: print(h), "is there a return"),
        ],
    },
    "08.widest_bottleneck": {
        "right": [342, 342.0, np.int64(342), "342", 25 * 480 * 48 // (480 + 25 * 48)],
        "wrong": [
            (341, "one channel more"),
            (343, "rounded up"),
            (576_000, "at each place"),
            (1_680, "each channel of the bottleneck"),
            (25 * 480 * 48 / (480 + 25 * 48), "whole channels only"),
            (479, "of the 1×1 itself"),
            (480, "only adds work"),
            (1200, "behind the bottleneck are forgotten"),
            (154, "the lesson's block 3a"),
            (25 * 192 * 48 // (192 + 25 * 48), "480 channels, not 192"),
            (382, "3×3 branch"),
            (9 * 480 * 48 // (480 + 9 * 48), "those of 5×5 have 25 places"),
            (14 * 14 * 342 * (480 + 25 * 48), "these are multiplications"),
            (160, "not 5"),
            (16, "the paper's choice"),
            (461, "not 48"),
            ((14, 14, 342), "should be a number"),
        ],
    },
    "08.inception_block": {
        "right": [
            inception(),
            by_ops,
            branches_in_rows,
            relu_of_all,
            padded_by_hand,
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
            (inception(moving=("pool",)), "a concatenation gets"),
            (inception(moving=()), "moves by 1×1; it should move by 2×2"),
            (inception(moving=(0, 1, 3, "pool")), "of the 3×3 branch moves by 2×2"),
            (inception(moving=(0, 2, 3, "pool")), "of the 5×5 branch moves by 2×2"),
            (inception(moving=(0, 1, 2, 4, "pool")), "a concatenation gets"),
            (inception(moving=(0, 2, 4, 5)), "the max pooling of the pooling branch moves by 1×1"),
            (halved_behind, "moves by"),
            (inception(padding="valid"), "a concatenation gets"),
            (inception(merge=layers.Add), "an addition gets"),
            (inception(project="before"), "comes before the max pooling"),
            (inception(project=None), "it has 5 convolutions; it should have 6"),
            (inception(reduce=(True, False)), "it has 5 convolutions; it should have 6"),
            (inception(reduce=(False, False)), "it has 4 convolutions; it should have 6"),
            (inception(reads="3x3"), "a concatenation gets 4×4×6 and 4×4×8 and 2×2×3"),
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
                lambda x, filters, s: inception()(x, (6, 4, 8, 2, 3, 5), s),
                "called with (x, (3, 8, 4, 7, 2, 6), 1)",
            ),
            (
                inception(reduce=(False, False), project=None),
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
            keras.models.clone_model(last()()),
        ],
        "wrong": [
            (last(padding="valid"), "pads 'valid'"),
            (last(strides=1), "moves by 1×1; it should move by 2×2"),
            (last(pool=None), "there is no max pooling"),
            (last(pool=layers.AveragePooling2D), "average pooling"),
            (last(window=2), "pools 2×2; it should pool 3×3"),
            (last(rows=ROWS[::-1]), "has 24 filters; it needs 20"),
            (last(rows=REORDERED), "has 40 filters; it needs 20"),
            (last(rows=ROWS[:1]), "1 concatenation of 2"),
            (last(rows=(*ROWS, ROWS[1])), "a block is too many"),
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
        "right": [
            eighth(),
            lambda x: by_ops(x, EIGHTH),
            lambda x: branches_in_rows(x, EIGHTH),
            lambda x: padded_by_hand(x, EIGHTH),
            lambda x: blocks.inception_block(x, EIGHTH, name="mine"),
        ],
        "wrong": [
            ("b", "compare the 5×5's"),
            ("B) ", "compare the 5×5's"),
            ("c", "compare the 1×1's"),
            ("(d)", "in which order come pooling and projection"),
            ("5", "one letter of"),
            (eighth(kernels=THREES, project="before"), "places are not as they should be yet"),
            (
                eighth(kernels=THREES, activations=without_relu([0])),
                "places are not as they should be yet",
            ),
            (
                eighth(project="before", activations=without_relu([0])),
                "places are not as they should be yet",
            ),
            (eighth(kernels=THREES), "one place is not"),
            (eighth(project="before"), "places are not as they should be yet"),
            (eighth(activations=without_relu([0])), "should be yet"),
            (eighth(activations=without_relu(range(6))), "places are not as they should be yet"),
            (eighth(reads="3x3"), " yet"),
            (eighth(order=(0, 1, 3, 2)), " yet"),
            (
                lambda x: inception()(x, (8, 12, 16, 4, 4, 2)),
                "places are not as they should be yet",
            ),
            (
                lambda x: inception()(x, (64, 96, 128, 16, 32, 32)),
                "places are not as they should be yet",
            ),
        ],
    },
    "08.explanation": {
        "right": ["c", " (C)", "C) A 1×1 costs the same", "c."],
        "wrong": [
            ("a", "160 is less than 192"),
            ("A)", "160 is less than 192"),
            ("b", "still pays"),
            (" B", "still pays"),
            ("d", "the same for every kernel"),
            ("(D)", "the same for every kernel"),
            ("e", "one letter"),
            (3, "one letter"),
            ("cd", "one letter"),
            ("all of them", "one letter"),
        ],
    },
    "08.narrow_necks": experiment(
        (lost,),
        right=[
            necks(),
            necks(" TRAINED"),
            list(necks("untrained", trained=MORE, untrained=LESS)),
            necks("neither", untrained=np.array(WIDE)),
            necks(trained=(*LESS, np.float32(0.04))),
        ],
        wrong=[
            (necks("untrained"), "every run of 'trained' lies below every other"),
            (necks("neither"), "every run of 'trained' lies below every other"),
            (necks(trained=WIDE), "reach into those of another"),
            (necks("yes"), "the conclusion should be one of 'untrained', 'trained', 'neither'"),
            (necks(trained=LESS[:1]), "'trained' has 1 of 3 runs"),
            (necks(untrained=[0.06] * 3), "a seed of its own"),
            (({"trained": LESS}, "trained"), "nothing was measured for 'untrained'"),
            (({"before": MORE, "after": LESS}, "after"), "'untrained' and 'trained'"),
            (necks(trained=0.03), "'trained' should have a list of numbers"),
            (necks(trained=["little", 0.03, 0.03]), "'little' among its numbers"),
            (necks(trained=[float("nan"), 0.03, 0.04]), "nan among its numbers"),
            (necks(trained=[0.97, 0.96, 0.98]), "are the values squared, the first 8 kept?"),
            (necks(trained=[3.2, 3.3, 3.6]), "3.2 among its numbers"),
            (((MORE, LESS), "trained"), "measured should be a dict"),
            (necks()[0], "measured, conclusion)"),
        ],
        written=[(lost_by_kept,), (of_values(lambda v, n: (v[n:] ** 2 / (v @ v)).sum()),)],
        unlike=[
            ((lambda maps, neck: 1 - lost(maps, neck),), "the part that is kept"),
            ((of_values(lambda v, n: v[n:].sum() / v.sum()),), "not squared"),
            ((of_values(lambda v, n: (v[n:] ** 2).sum()),), "divide by the sum of all"),
            ((of_values(lambda v, n: (v[n + 1 :] ** 2).sum() / (v @ v)),), "one value too few"),
            ((of_values(lambda v, n: (v[n - 1 :] ** 2).sum() / (v @ v)),), "one value too many"),
            (
                (of_values(lambda v, n: (v[n:] ** 2).sum() / (v @ v), rows=1),),
                "a row for each image",
            ),
            ((of_values(lambda v, n: (v[8:] ** 2).sum() / (v @ v)),), "it takes 8"),
            ((lambda maps, neck: np.linalg.svd(maps)[1],), "lost: "),
        ],
    ),
}
