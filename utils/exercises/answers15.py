"""Lesson 15, the race: what answers are compared with."""

import keras
from keras import layers


def scaled_work(first, middle, last, width, side):
    """Multiply-adds, once all filters are `width` times as many, images `side` times as wide."""
    return side**2 * (width * first + width**2 * middle) + width * last


def never_beaten(errors, work):
    """The places of the networks that no other beats: less in one, and no more in the other."""
    pairs = list(zip(errors, work))
    return [
        place
        for place, (error, cost) in enumerate(pairs)
        if not any(e <= error and w <= cost and (e, w) != (error, cost) for e, w in pairs)
    ]


def verdict(ours, theirs):
    """1 where all runs of ours have fewer errors than all of theirs, -1 where more, else 0."""
    if max(ours) < min(theirs):
        return 1
    return -1 if max(theirs) < min(ours) else 0


def mean(values):
    """The mean of a list."""
    return sum(values) / len(values)


def chosen(runs):
    """(the rate with the least mean error on held-out images, the mean of its test errors)."""
    rates = {rate for rate, _, _ in runs}
    held_out = {rate: mean([held for r, held, _ in runs if r == rate]) for rate in rates}
    best = min(held_out, key=held_out.get)
    return best, mean([test for rate, _, test in runs if rate == best])


def chosen_given(runs):
    """By the single run with the least test error, of which it returns the least."""
    best = min(runs, key=lambda run: run[2])[0]
    tested = [test for rate, _, test in runs if rate == best]
    return best, min(tested)


def normalised(x, filters, size=3):
    """A convolution, padded and without a bias, batch normalisation, ReLU."""
    x = layers.Conv2D(filters, size, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))


def one_of_each():
    """A residual block, a depthwise separable convolution, two branches, the mean of each map."""
    image = keras.Input((32, 32, 3))
    x = normalised(image, 16)
    y = normalised(x, 16)
    y = layers.BatchNormalization()(layers.Conv2D(16, 3, padding="same", use_bias=False)(y))
    x = layers.ReLU()(layers.Add()([x, y]))
    x = layers.DepthwiseConv2D(3, strides=2, padding="same", use_bias=False)(x)
    x = normalised(layers.ReLU()(layers.BatchNormalization()(x)), 32, size=1)
    wide = normalised(normalised(x, 8, size=1), 16)
    x = layers.Concatenate()([normalised(x, 16, size=1), wide])
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def modern(x):
    """LeNet-5's layers with what came later: ReLU, batch normalisation, max pooling."""

    def late(y):
        return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(y))

    for filters, padding in ((6, "same"), (16, "valid")):
        x = late(layers.Conv2D(filters, 5, padding=padding, use_bias=False)(x))
        x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    for units in (120, 84):
        x = late(layers.Dense(units, use_bias=False)(x))
    return x
