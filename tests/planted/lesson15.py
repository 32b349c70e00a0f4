"""Lesson 15: each wrong answer with a part of what the check has to say about it."""

from functools import partial

import keras
import numpy as np
from keras import layers

from planted.measured import experiment
from utils.exercises import answers15 as course
from utils.exercises import slips15 as slips
from utils.exercises.slips15_rate import OTHER_CHOICES


def front_by_sorting(errors, work):
    found = []
    for place in sorted(range(len(errors)), key=lambda i: (work[i], errors[i])):
        least = min((errors[i] for i in found), default=float("inf"))
        same = found and (errors[found[-1]], work[found[-1]]) == (errors[place], work[place])
        if errors[place] < least or same:
            found.append(place)
    return sorted(found)


def front_by_arrays(errors, work):
    e, w = np.array(errors), np.array(work)
    no_more = (e[:, None] <= e) & (w[:, None] <= w)
    less = (e[:, None] < e) | (w[:, None] < w)
    return np.flatnonzero(~(no_more & less).any(axis=0))


def by_numpy(runs):
    runs = np.array(runs)
    rates = np.unique(runs[:, 0])
    held_out = [runs[runs[:, 0] == rate, 1].mean() for rate in rates]
    best = rates[np.argmin(held_out)]
    return best, runs[runs[:, 0] == best, 2].mean()


def by_sums(runs):
    found = {}
    for rate, held_out, test in runs:
        total = found.setdefault(rate, [0, 0, 0])
        found[rate] = [total[0] + held_out, total[1] + test, total[2] + 1]
    best = min(found, key=lambda rate: found[rate][0] / found[rate][2])
    return [best, found[best][1] / found[best][2]]


def late(y, momentum=0.9):
    return layers.ReLU()(layers.BatchNormalization(momentum=momentum)(y))


def lenet(
    behind=late,
    pool=layers.MaxPooling2D,
    bias=False,
    filters=(6, 16),
    units=(120, 84),
    paddings=("same", "valid"),
    size=5,
    dense=late,
    pooled_first=False,
):
    """LeNet-5 with something else behind its layers."""

    def answer(x):
        for count, padding in zip(filters, paddings):
            x = layers.Conv2D(count, size, padding=padding, use_bias=bias)(x)
            x = behind(pool(2)(x)) if pooled_first else pool(2)(behind(x))
        x = layers.Flatten()(x)
        for count in units:
            x = dense(layers.Dense(count, use_bias=bias)(x))
        return x

    return answer


def by_activation(x):
    for count, padding in ((6, "same"), (16, "valid")):
        x = layers.Conv2D(count, (5, 5), padding=padding, use_bias=False)(x)
        x = layers.Activation("relu")(layers.BatchNormalization(momentum=0.9)(x))
        x = layers.MaxPooling2D((2, 2), strides=2)(x)
    x = layers.Reshape((400,))(x)
    for count in (120, 84):
        x = layers.BatchNormalization(momentum=0.9)(layers.Dense(count, use_bias=False)(x))
        x = layers.Activation("relu")(x)
    return x


def with_c5(x):
    """The 1998 way: a convolution of 5×5 on maps of 5×5 in place of the first dense layer."""
    x = layers.MaxPooling2D(2)(late(layers.Conv2D(6, 5, padding="same", use_bias=False)(x)))
    x = layers.MaxPooling2D(2)(late(layers.Conv2D(16, 5, use_bias=False)(x)))
    x = layers.Flatten()(late(layers.Conv2D(120, 5, use_bias=False)(x)))
    return late(layers.Dense(84, use_bias=False)(x))


def each(
    second_relu=False,
    last_relu=True,
    shortcut=True,
    depthwise_stride=2,
    depthwise_bias=False,
    depthwise_relu=True,
    pointwise=32,
    short=16,
    order=(0, 1),
    join=layers.Concatenate,
    squeeze=8,
    mean=layers.GlobalAveragePooling2D,
    act="softmax",
    kind=layers.DepthwiseConv2D,
    norm=course.normalised,
    depthwise_multiplier=1,
    outputs=1,
    short_size=1,
):
    """One of each, with one thing or another wrong in it."""

    def answer():
        image = keras.Input((32, 32, 3))
        x = norm(image, 16)
        y = norm(x, 16)
        y = layers.BatchNormalization()(layers.Conv2D(16, 3, padding="same", use_bias=False)(y))
        y = layers.ReLU()(y) if second_relu else y
        x = layers.Add()([x, y]) if shortcut else y
        x = layers.ReLU()(x) if last_relu else x
        options = {"strides": depthwise_stride, "padding": "same", "use_bias": depthwise_bias}
        if kind is layers.DepthwiseConv2D:
            options["depth_multiplier"] = depthwise_multiplier
        x = kind(3, **options)(x)
        x = layers.BatchNormalization()(x)
        x = norm(layers.ReLU()(x) if depthwise_relu else x, pointwise, size=1)
        both = [
            norm(x, short, size=short_size),
            norm(norm(x, squeeze, size=1) if squeeze else x, 16),
        ]
        x = mean()(join()([both[i] for i in order]))
        x = [layers.Dense(10, activation=act)(x), x][:outputs]
        return keras.Model(image, x if outputs > 1 else x[0])

    return answer


def biased(x, filters, size=3):
    x = layers.Conv2D(filters, size, padding="same")(x)
    return layers.ReLU()(layers.BatchNormalization()(x))


def late_normalised(x, filters, size=3):
    x = layers.Conv2D(filters, size, padding="same", use_bias=False)(x)
    return layers.BatchNormalization()(layers.ReLU()(x))


def renamed():
    def block(x, filters, size, name):
        x = layers.Conv2D(filters, size, padding="SAME", use_bias=False, name=name)(x)
        x = layers.BatchNormalization(name=f"{name}_norm")(x)
        return layers.Activation("relu", name=f"{name}_relu")(x)

    image = x = keras.Input((32, 32, 3), name="picture")
    x = block(x, 16, 3, "stem")
    y = layers.Conv2D(16, 3, padding="same", use_bias=False)(block(x, 16, 3, "inner"))
    x = keras.ops.relu(layers.BatchNormalization()(y) + x)
    x = layers.DepthwiseConv2D(3, (2, 2), padding="same", use_bias=False)(x)
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    x = block(x, 32, 1, "pointwise")
    long = block(block(x, 8, 1, "reduce"), 16, 3, "wide")
    x = layers.concatenate([block(x, 16, 1, "short"), long])
    x = layers.Softmax()(layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))
    return keras.Model(image, x, name="mine")


OLD, MODERN = [0.221, 0.224, 0.203], [0.162, 0.161, 0.15]
RUNS = {"old": OLD, "modern": MODERN}
LETTER = "one letter of 'a', 'b', 'c', 'd'"

ANSWERS = {
    "15.scaled_work": {
        "right": [
            course.scaled_work,
            lambda f, m, d, w, s: w * (f * s * s + w * m * s * s + d),
            lambda first, middle, last, width, side: float(
                np.dot([first, middle, last], [width * side**2, (width * side) ** 2, width])
            ),
            lambda f, m, d, w, s: sum([s**2 * w * f, s**2 * w**2 * m, w * d]),
        ],
        "wrong": [
            (slips.work_by(first=2), "whose channels do not grow"),
            (slips.work_by(middle=1), "what each reads"),
            (slips.work_by(first=0), "first convolution has `width` times"),
            (slips.work_by(last=0), "reads `width` times as many means"),
            (slips.work_by(last=2), "as many classes as before"),
            (slips.work_by(sides=(2, 2, 2)), "a mean is one number"),
            (slips.work_by(sides=(1, 1, 0)), "height *and* width"),
            (slips.work_by(sides=(0, 2, 0)), "larger maps"),
            (slips.work_by(2, 2, 2, (2, 2, 2)), "all three are multiplied alike"),
            (slips.work_by(2, 2, 2), "squares `width` for all three"),
            (lambda *given: int(course.scaled_work(*given)), "it should be"),
            (lambda f, m, d, w, s: None, "is there a return?"),
            (lambda f, m, d, w: f, "takes 4"),
        ],
    },
    "15.never_beaten": {
        "right": [
            course.never_beaten,
            front_by_sorting,
            front_by_arrays,
            lambda e, w: tuple(course.never_beaten(e, w)),
        ],
        "wrong": [
            *((function, function.__doc__[:24]) for function in slips.OTHER_UNBEATEN),
            (lambda e, w: range(len(zip(e, w))), "neither a length nor places"),
            (lambda errors, work: None, "is there a return?"),
            (lambda errors: [], "takes 1"),
        ],
    },
    "15.verdict": {
        "right": [
            course.verdict,
            lambda a, b: (max(a) < min(b)) - (max(b) < min(a)),
            lambda a, b: (
                1
                if all(x < y for x in a for y in b)
                else -1
                if all(x > y for x in a for y in b)
                else 0
            ),
            lambda a, b: int(np.sign(min(b) - max(a)) == 1) - int(np.max(b) < np.min(a)),
        ],
        "wrong": [
            *((function, function.__doc__[:24]) for function in slips.OTHER_VERDICTS),
            (lambda a, b: None, "is there a return?"),
        ],
    },
    "15.chosen_rate": {
        "right": [course.chosen, ("d", by_numpy), by_sums, by_numpy],
        "wrong": [
            ("a", "lets luck choose"),
            ("b", "makes the rate itself"),
            ("c", "comes to the same"),
            *((function, function.__doc__[:24]) for function in OTHER_CHOICES),
            (7, "a letter first"),
        ],
    },
    "15.whose_merit": {
        "right": ["b", "B", "(b)", "b) That cannot be told from these numbers."],
        "wrong": [
            ("a", "seven years"),
            ("c", "no points of error"),
            ("d", "networks do differ"),
            ("A", "seven years"),
            ("e", LETTER),
            ("", LETTER),
            (2, LETTER),
            (None, LETTER),
            (True, LETTER),
            ("a, b", "has 2"),
        ],
    },
    "15.one_of_each": {
        "right": [
            course.one_of_each,
            each(),
            renamed,
            each(kind=layers.DepthwiseConv2D, mean=layers.GlobalAvgPool2D),
        ],
        "wrong": [
            (each(second_relu=True), "ReLU"),
            (each(last_relu=False), "ReLU"),
            (each(shortcut=False), "addition"),
            (each(depthwise_stride=1), "moves by 1×1"),
            (each(depthwise_bias=True), "bias"),
            (each(depthwise_relu=False), "ReLU"),
            (each(pointwise=16), "16"),
            (each(short=8), "8"),
            (each(order=(1, 0)), "order"),
            (each(join=layers.Add), "no concatenation"),
            (each(squeeze=0), "1×1"),
            (each(mean=layers.GlobalMaxPooling2D), "max pooling"),
            (each(mean=layers.Flatten), "flattening"),
            (each(act="sigmoid"), "sigmoid"),
            (each(kind=partial(layers.SeparableConv2D, 16)), "separable"),
            (each(kind=partial(layers.Conv2D, 16)), "fourth convolution"),
            (each(depthwise_multiplier=2), "2 filters for each channel"),
            (each(outputs=2), "2 outputs"),
            (each(kind=partial(layers.DepthwiseConv2D, kernel_initializer="ones")), "depthwise_in"),
            (each(short_size=3), "1×1 branch"),
            (lambda: keras.Sequential([keras.Input((32, 32, 3)), each()().output]), "Model(image"),
            (each(norm=biased), "bias"),
            (each(norm=late_normalised), "normalisation"),
        ],
    },
    "15.modern_lenet": experiment(
        (course.modern,),
        right=[
            (RUNS, "modern"),
            ({"old": MODERN, "modern": OLD}, " Old "),
            ({"old": OLD, "modern": [0.2, 0.21, 0.19]}, "neither"),
            ({name: np.array(values) for name, values in RUNS.items()}, "modern"),
        ],
        wrong=[
            ((RUNS, "old"), "every run of 'modern' lies below every other"),
            ((RUNS, "neither"), "every run of 'modern' lies below every other"),
            (({"old": OLD}, "old"), "nothing was measured for 'modern'"),
            (({"old": OLD, "modern": [0.2]}, "modern"), "has 1 of 3 runs"),
            (({"old": OLD, "modern": [20.1, 19.0, 19.5]}, "modern"), "from 0 to 1"),
            ((RUNS, "both"), "should be one of"),
            (({"old": OLD, "modern": [0.81, 0.8, 0.805]}, "old"), "was it trained"),
        ],
        written=[(lenet(),), (by_activation,), (with_c5,)],
        unlike=[
            ((lenet(behind=lambda x: layers.ReLU()(x)),), "batch normalisation"),
            ((lenet(behind=lambda x: layers.BatchNormalization()(x)),), "ReLU"),
            ((lenet(pool=layers.AveragePooling2D),), "max"),
            ((lenet(bias=True),), "bias"),
            ((lenet(behind=partial(late, momentum=0.99)),), "asks for 0.9"),
            ((lenet(behind=lambda x: layers.BatchNormalization(0.9)(x)),), "momentum=..."),
            ((lambda x: layers.Conv2D(6, 5, momentum=0.9)(x),), "BatchNormalization has one"),
            ((lenet(dense=lambda x: layers.ReLU()(x)),), "batch normalisation"),
            ((lenet(units=(84, 120)),), "84"),
            ((lenet(paddings=("same", "same")),), "pads 'same'"),
            ((lenet(units=(120,)),), "one is missing"),
        ],
    ),
}
