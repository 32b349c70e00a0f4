"""Lesson 6's experiment: the blocks of a network in another order, and typical slips."""

from functools import lru_cache

import keras
import numpy as np
from keras import layers

from utils.checks.guard import Trouble
from utils.exercises.reasons import because


def error(network, order, images, labels):
    """The part of the images that a network gets wrong, with its blocks in an order."""
    first, adds, last = network
    x = first(images)
    for i in order:
        x = x + adds[i](x)
    return float(np.mean(np.argmax(last(x), axis=1) != labels))


def _less_x(block):
    """A block to which nothing is added, where x is added to it."""
    return lambda x: block(x) - x


def _times_x(block):
    """A block whose output is multiplied by x, where x is added to it."""
    return lambda x: x * block(x) - x


def _all_of(network, order):
    """What all F make of the first layer's output, added up with it."""

    def first(images):
        x = network[0](images)
        return x + sum(network[1][i](x) for i in order)

    return first


OTHER_ERRORS = because(
    "these are the images that it gets right; the wrong ones are asked for",
    lambda *given: 1 - error(*given),
    "it runs the blocks in `order` sorted: the loop should go over `order` itself",
    lambda network, order, *rest: error(network, sorted(order), *rest),
    "it runs all five blocks, whatever `order` says",
    lambda network, order, *rest: error(network, range(5), *rest),
    "it runs the blocks in the opposite of `order`",
    lambda network, order, *rest: error(network, order[::-1], *rest),
    "it runs the blocks that are not in `order`",
    lambda network, order, *rest: error(network, sorted({*range(5)} - {*order}), *rest),
    "the F(x) are chained without x added: a block hands on x + F(x)",
    lambda network, *rest: error((network[0], [_less_x(f) for f in network[1]], network[2]), *rest),
    "it counts the images that are wrong; their part of all is asked for",
    lambda *given: error(*given) * 50,
    "per cent are made; the part of 1 is asked for",
    lambda *given: error(*given) * 100,
    "it divides by another number than that of the labels, which may be 2,000 or 50",
    lambda *given: error(*given) * 50 / 2000,
    "each F reads what the first layer made; it reads what the block before it left",
    lambda network, order, images, labels: error(
        (_all_of(network, order), [], network[2]), (), images, labels
    ),
    "x itself is not handed on: x = x + F(x), in each turn",
    lambda network, order, images, labels: error(
        (network[0], [network[1][order[-1]]], network[2]), (0,), images, labels
    ),
    "only the first block of `order` is run: a return stands in the loop",
    lambda network, order, *rest: error(network, order[:1], *rest),
    "the blocks are run by their place in the loop, not by the numbers in `order`",
    lambda network, order, *rest: error(network, range(len(order)), *rest),
    "a block adds F(x) times x, or multiplies; it is x + F(x)",
    lambda network, *rest: error(
        (network[0], [_times_x(f) for f in network[1]], network[2]), *rest
    ),
)


@lru_cache
def _small(seed):
    """A network of five blocks, images and labels."""
    random, normal = np.random.default_rng(seed), keras.initializers.RandomNormal
    dense = [
        layers.Dense(units, kernel_initializer=normal(stddev=1, seed=seed + place))
        for place, units in enumerate((4, 4, 4, 4, 4, 4, 3))
    ]
    first = keras.Sequential([keras.Input((2, 2)), layers.Flatten(), dense[0]])
    adds = [keras.Sequential([keras.Input((4,)), layer]) for layer in dense[1:6]]
    images = random.normal(size=(50, 2, 2)).astype("float32")
    return (first, adds, dense[6]), images, random.integers(0, 3, 50)


def on_small_networks(error):
    """The errors on a network of five blocks from a seed, in an order."""

    def of_seed(seed, order):
        network, images, labels = _small(seed)
        given = list(order)
        made = error(network, given, images, labels)
        if given != list(order):
            raise Trouble("it changes the list `order`, which the next run needs: work on a copy")
        return made

    of_seed.__doc__ = error.__doc__
    return of_seed
