"""Lesson 14: each wrong answer with a part of what the check has to say about it."""

import keras
import numpy as np
from keras import layers, ops

from planted.measured import experiment
from utils.exercises import answers14 as course
from utils.exercises import slips14 as slips
from utils.layers import GroupedConv2D


def norm_relu(x):
    return layers.ReLU()(layers.BatchNormalization()(x))


def dense(
    order=(0, 1),
    size=3,
    bias=False,
    padding="same",
    join=layers.Concatenate,
    norm=norm_relu,
    more=0,
    early=False,
    fixed=False,
    last=False,
):
    """A dense block with one thing or another wrong in it."""

    def answer(x, count, growth):
        first = x
        for _ in range(count + more):
            y = norm(first if fixed else x)
            y = layers.Conv2D(growth, size, padding=padding, use_bias=bias)(y)
            x = join()([(x, y)[i] for i in order])
            if early:
                return x
        return norm_relu(x) if last else x

    return answer


def recursive(x, count, growth):
    if not count:
        return x
    y = layers.Conv2D(growth, (3, 3), padding="SAME", use_bias=False)(norm_relu(x))
    return recursive(ops.concatenate([x, y], axis=-1), count - 1, growth)


def with_activation(x, count, growth):
    conv = {"kernel_size": 3, "strides": (1, 1), "padding": "same", "use_bias": False}
    for i in range(count):
        y = layers.Activation("relu")(layers.BatchNormalization(name=f"n{i}")(x))
        x = layers.concatenate([x, layers.Conv2D(growth, name=f"c{i}", **conv)(y)])
    return x


def collected(x, count, growth):
    made = [x]
    for _ in range(count):
        y = norm_relu(layers.Concatenate()(made) if len(made) > 1 else x)
        made.append(layers.Conv2D(growth, 3, padding="same", use_bias=False)(y))
    return layers.Concatenate()(made) if len(made) > 1 else x


def relatives(
    groups=None,
    inner=None,
    kind=layers.Add,
    last=True,
    bias=False,
    relus=(True, True),
    norms=(True, True, True),
    stride=1,
    sizes=(1, 3, 1),
    makes=None,
    shortcut=True,
):
    """ResNeXt's block with one thing or another wrong in it."""

    def answer(x, filters, width, count):
        width, y = inner or width, x
        for place, size in enumerate(sizes):
            made = (makes or filters) if place == 2 else width
            options = {"padding": "same", "use_bias": bias, "strides": stride if size == 3 else 1}
            if size == 3:
                y = GroupedConv2D(made, 3, groups=groups or count, **options)(y)
            else:
                y = layers.Conv2D(made, size, **options)(y)
            y = layers.BatchNormalization()(y) if norms[place] else y
            y = layers.ReLU()(y) if place < 2 and relus[place] else y
        y = kind()([x, y]) if shortcut else y
        return layers.ReLU()(y) if last else y

    return answer


def split_by_hand(x, filters, inner, groups):
    y = norm_relu(layers.Conv2D(inner, 1, use_bias=False)(x))
    return layers.ReLU()(layers.Add()([x, layers.Conv2D(filters, 1, use_bias=False)(y)]))


def swapped(x, filters, inner, groups):
    return course.resnext(x, filters, groups, inner)


def with_plus(x, filters, inner, groups):
    y = norm_relu(layers.Conv2D(inner, 1, use_bias=False)(x))
    conv = GroupedConv2D(inner, (3, 3), groups=groups, padding="same", use_bias=False)
    y = norm_relu(conv(y))
    y = layers.BatchNormalization()(layers.Conv2D(x.shape[-1], 1, use_bias=False)(y))
    return ops.relu(y + x)


def small(
    pool=layers.AveragePooling2D,
    half=2,
    last=True,
    block=course.dense_block,
    mean=True,
    act="softmax",
    count=3,
    growth=6,
    first=12,
    norm=True,
    blocks=2,
):
    """A small DenseNet with one thing or another wrong in it."""

    def answer():
        x = image = keras.Input((16, 16, 3))
        x = layers.Conv2D(first, 3, padding="same", use_bias=False)(x)
        for number in range(blocks):
            if number:
                x = norm_relu(x) if norm else x
                x = layers.Conv2D(x.shape[-1] // half, 1, use_bias=False)(x)
                x = pool(2)(x)
            x = block(x, count, growth)
        x = norm_relu(x) if last else x
        x = (layers.GlobalAveragePooling2D if mean else layers.GlobalMaxPooling2D)()(x)
        return keras.Model(image, layers.Dense(10, activation=act)(x))

    return answer


def crashing(x, count, growth):
    return layers.Concatenate()([x, layers.Conv2D(growth, 3)(x)])


def without_return(x, count, growth):
    course.dense_block(x, count, growth)


def blocks_of(
    norm=norm_relu, count=8, units=32, start="he_normal", outside=False, relu=False, bias=True
):
    def answer(x, scale):
        for _ in range(count):
            y = layers.Dense(units, kernel_initializer=start, use_bias=bias)(norm(x))
            x = scale * (x + y) if outside else x + scale * y
            x = layers.ReLU()(x) if relu else x
        return x

    return answer


def scaled_by_layer(x, scale):
    for _ in range(8):
        y = layers.Dense(32, kernel_initializer="he_normal")(norm_relu(x))
        x = layers.Add()([layers.Rescaling(scale)(y), x])
    return x


SHARED = [layers.Dense(32, kernel_initializer="he_normal") for _ in range(8)]


def shared(x, scale):
    for dense_ in SHARED:
        x = x + scale * dense_(norm_relu(x))
    return x


def frozen(x, scale):
    for _ in range(8):
        y = layers.Dense(32, kernel_initializer="he_normal", trainable=False)(norm_relu(x))
        x = x + scale * y
    return x


def running(dy, normal, spread, gamma):
    made = np.zeros_like(dy)
    for i in range(len(dy)):
        inner = gamma * dy[i]
        made[i] = (inner - inner.mean() - normal[i] * (inner * normal[i]).mean()) / spread[i]
    return made


def by_einsum(dy, normal, spread, gamma):
    inner = np.einsum("nf,f->nf", dy, gamma)
    along = np.einsum("nf,nf->n", inner, normal)[:, None] / dy.shape[1]
    return (inner - inner.mean(1)[:, None] - normal * along) / spread


def by_sums(dy, normal, spread, gamma):
    n, inner = dy.shape[1], dy * gamma
    total = n * inner - inner.sum(1, keepdims=True)
    return (total - normal * (inner * normal).sum(1, keepdims=True)) / (n * spread)


def counted_down(count, last):
    found, number = 0.0, count
    while number > 0:
        found, number = found + 1 + (last - 1) / count * number, number - 1
    return found


def changes_dy(dy, normal, spread, gamma):
    dy *= gamma
    return course.layer_back(dy, normal, spread, 1)


WHOLE, TENTH = [0.58, 0.54, 0.55], [0.73, 0.74, 0.72]
RUNS = {"whole": WHOLE, "tenth": TENTH}
LETTER = "one letter of 'a', 'b', 'c', 'd'"

ANSWERS = {
    "14.channels_in": {
        "right": [192, 192.0, "192 channels", np.int64(192)],
        "wrong": [
            (384, "second transition"),
            (480, "a transition halves"),
            (240, "first transition"),
            (96, "second block reads"),
            (256, "growth rate of 32"),
            (30, "adds 24 channels"),
            (144, "48 channels stay"),
            (288, "second block adds"),
            (768, "third block"),
            (168, "both transitions"),
            (180, "is not added"),
            ((192, 8), "should be a number"),
        ],
    },
    "14.grouped": {
        "right": [
            course.grouped,
            lambda p, c, f, g: p * p * f * c * 9 / g,
            lambda p, c, f, g: g * (c // g) * (f // g) * 9 * p**2,
            lambda pixels, channels, filters, groups: np.int64(
                pixels * pixels * filters * 9 * channels // groups
            ),
        ],
        "wrong": [
            (lambda p, c, f, g: p * p * 9 * (c // g) * (f // g), "both channels and filters"),
            (lambda p, c, f, g: p * p * 9 * c * f, "groups are left out"),
            (lambda p, c, f, g: p * p * 9 * f, "depthwise"),
            (lambda p, c, f, g: 9 * (c // g) * f, "weights"),
            (lambda p, c, f, g: p * p * 3 * (c // g) * f, "nine places"),
            (lambda p, c, f, g: p * 9 * (c // g) * f, "pixels squared"),
            (lambda p, c, f, g: (p - 2) ** 2 * 9 * (c // g) * f, "no rim"),
            (lambda p, c, f, g: p * p * (9 * (c // g) + 1) * f, "biases"),
            (lambda p, c, f, g: p * p * 25 * (c // g) * f, "2.77778 times"),
            (lambda p, c, f, g: p * p * 9 * c * f * g, "its share of the filters"),
            (lambda p, c, f, g: print(p), "is there a return?"),
            (lambda p, c, f: p, "takes 3"),
        ],
    },
    "14.dense_layer": {
        "right": [course.dense_block, recursive, with_activation, collected],
        "wrong": [
            (dense(order=(1, 0)), "in which order"),
            (dense(size=1), "filters of 1×1"),
            (dense(bias=True), "has a bias"),
            (dense(padding="valid"), "padding='same'"),
            (dense(join=layers.Add), "an addition gets"),
            (dense(norm=layers.ReLU()), "batch normalisation"),
            (dense(norm=lambda x: layers.BatchNormalization()(x)), "ReLU"),
            (dense(norm=lambda x: layers.BatchNormalization()(layers.ReLU()(x))), "ReLU"),
            (dense(more=1), "is too many"),
            (dense(early=True), "a block is missing"),
            (dense(fixed=True), "begins at another layer"),
            (dense(last=True), "one step too many"),
            (crashing, "padding='same'"),
            (without_return, "returns None"),
        ],
    },
    "14.resnext": {
        "right": [
            course.resnext,
            relatives(),
            with_plus,
            lambda x, filters, inner, groups: course.resnext(x, int(filters), inner, groups),
        ],
        "wrong": [
            (relatives(groups=1), "reads its channels in 1 group; it should read them in 4"),
            (relatives(inner=4), "filters"),
            (relatives(last=False), "ReLU"),
            (relatives(bias=True), "bias"),
            (relatives(relus=(False, True)), "ReLU"),
            (relatives(relus=(True, False)), "ReLU"),
            (relatives(norms=(True, True, False)), "batch normalisation"),
            (relatives(norms=(False, True, True)), "batch normalisation"),
            (relatives(kind=layers.Multiply), "addition"),
            (relatives(shortcut=False), "addition"),
            (relatives(stride=2), "height and width differ"),
            (relatives(makes=4), "the channels differ"),
            (split_by_hand, "convolution"),
            (swapped, "4 filters cannot be parted into 8 groups"),
        ],
    },
    "14.small_densenet": {
        "right": [
            course.small_densenet,
            small(),
            small(block=recursive),
            ("c", small(block=collected)),
        ],
        "wrong": [
            ("a", "who reads it?"),
            ("b", "halve the channels"),
            ("d", "keeps the map's size"),
            (small(last=False), "place"),
            (small(pool=layers.MaxPooling2D), "one place"),
            (small(block=dense(fixed=True)), "place"),
            (small(act="sigmoid"), "one place"),
            (small(mean=False), "one place"),
            (small(half=1), "place"),
            (small(count=4), "place"),
            (small(growth=12), "place"),
            (small(norm=False), "place"),
            (7, "a letter first"),
        ],
    },
    "14.which_convention": {
        "right": ["b", "B", "(b)", "b) The page leaves out what normalisation learns"],
        "wrong": [
            ("a", "3.5 million"),
            ("c", "biases"),
            ("d", "1,281"),
            ("A", "3.5 million"),
            ("e", LETTER),
            ("", LETTER),
            (2, LETTER),
            (None, LETTER),
            (True, LETTER),
            ("b, c", "has 2"),
        ],
    },
    "14.normalised_back": {
        "right": [course.layer_back, running, by_einsum, by_sums],
        "wrong": [
            (lambda *given: slips._back(*given, mean=0, own=0), "constants"),
            (lambda *given: slips._back(*given, mean=0), "mean's term is missing"),
            (lambda *given: slips._back(*given, own=0), "deviation's term is missing"),
            (lambda *given: slips._back(*given, axis=0), "over the images"),
            (lambda *given: slips._back(*given, axis=None), "each row has its own"),
            (lambda *given: slips._back(*given, after=True), "inside of the means"),
            (lambda d, n, s, g: slips._back(d, n, s, 1), "gamma is left out"),
            (lambda *given: slips._back(*given, total=True), "these are sums"),
            (lambda *given: slips._back(*given, mean=-1), "mean's term is added"),
            (lambda d, n, s, g: slips._back(d, n, 1, g), "not divided by `spread`"),
            (lambda *given: -course.layer_back(*given), "the sign is wrong in every case"),
            (lambda d, n, s, g: (d * g).mean(axis=1), "it should be an array of 4×5"),
            (changes_dy, "changes the data"),
        ],
    },
    "14.depth_left": {
        "right": [
            course.depth_left,
            lambda count, last: count - (1 - last) * (count + 1) / 2,
            lambda count, last: float(np.linspace(1, last, count + 1)[1:].sum()),
            counted_down,
        ],
        "wrong": [
            (lambda count, last: count * last, "each block is there as often"),
            (lambda count, last: course.depth_left(count, 1 - last), "how often the last block"),
            (lambda count, last: count - course.depth_left(count, last), "that are left out"),
            (lambda count, last: course.depth_left(count, last) / count, "part of the blocks"),
            (lambda count, last: round(course.depth_left(count, last)), "rounded"),
            (lambda count, last: (3 * count - 1) / 4, "last = 0.5 alone"),
            (lambda count, last: count * (1 + last) / 2, "half way"),
            (lambda count, last: np.linspace(1, last, count).sum(), "half way"),
            (lambda count, last: sum(1 - (1 - last) * n / count for n in range(count)), "from 1"),
            (lambda count, last: course.depth_left(count, last) + 1, "1 more than it should be"),
            (lambda count, last: None, "is there a return?"),
            (lambda count, last: f"{course.depth_left(count, last)}", "not text"),
        ],
    },
    "14.small_branches": experiment(
        (scaled_by_layer,),
        right=[
            (RUNS, "whole"),
            ({"whole": TENTH, "tenth": WHOLE}, " Tenth "),
            ({"whole": [0.5, 0.8, 0.6], "tenth": TENTH}, "neither"),
            ({name: np.array(values) for name, values in RUNS.items()}, "whole"),
        ],
        wrong=[
            ((RUNS, "tenth"), "every run of 'whole' lies below every other"),
            ((RUNS, "neither"), "every run of 'whole' lies below every other"),
            (({"whole": WHOLE}, "whole"), "nothing was measured for 'tenth'"),
            (({"whole": WHOLE, "tenth": [0.7]}, "whole"), "has 1 of 3 runs"),
            (({"whole": WHOLE, "tenth": [0.7, 0.7, 0.71]}, "whole"), "the same number"),
            (({"whole": WHOLE, "tenth": [30.0, 31.0, 29.0]}, "whole"), "ten classes guessed"),
            ((RUNS, "both"), "should be one of"),
        ],
        written=[(blocks_of(),)],
        unlike=[
            ((blocks_of(norm=lambda x: layers.ReLU()(x)),), "batch normalisation"),
            ((blocks_of(norm=lambda x: layers.BatchNormalization()(x)),), "ReLU"),
            ((blocks_of(count=7),), "7"),
            ((blocks_of(outside=True),), "stack: "),
            ((blocks_of(relu=True),), "stack: "),
            ((blocks_of(bias=False),), "stack: "),
            ((blocks_of(start="he_uniform"),), "uniform; it should start as random"),
            ((shared,), "the same layers again"),
            ((frozen,), "is frozen"),
        ],
    ),
}
