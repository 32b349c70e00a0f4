"""Lesson 10's experiment: an epoch on eight devices, and typical slips."""

import numpy as np

from utils.exercises.reasons import because


def epoch(weights, parts, often, gradient, rate=0.1, steps=10):
    """The weights after ten steps on eight devices that share in each step or at the end."""
    copies = [weights] * 8
    for batch in np.split(parts, steps, axis=1):
        found = [gradient(copy, images) for copy, images in zip(copies, batch)]
        if often == "each step":
            found = [np.mean(found, axis=0)] * 8
        copies = [copy - rate * own for copy, own in zip(copies, found)]
    return np.mean(copies, axis=0)


def _in_place(weights, parts, often, gradient):
    one = np.array(weights)
    for batch in np.split(parts, 10, axis=1):
        found = [gradient(one, images) for images in batch]
        for own in [np.mean(found, axis=0)] * 8 if often == "each step" else found:
            one -= 0.1 * own
    return one


def _one_by_one(weights, parts, gradient):
    for images in parts:
        for batch in np.split(images, 10):
            weights = weights - 0.1 * gradient(weights, batch)
    return weights


def _alone(weights, parts, often, gradient):
    for batch in np.split(parts, 10, axis=1):
        shared = np.mean([gradient(weights, images) for images in batch], axis=0)
        own = shared if often == "each step" else gradient(weights, batch[0])
        weights = weights - 0.1 * own
    return weights


OTHER_EPOCHS = because(
    "the gradients are taken at the weights of the epoch's start; a copy moves at each step",
    lambda w, parts, often, gradient: (
        w
        - 0.1
        * sum(
            np.mean([gradient(w, images) for images in batch], axis=0)
            for batch in np.split(parts, 10, axis=1)
        )
    ),
    "the devices' gradients are added up; they share the mean",
    lambda *given: epoch(*given, rate=0.8),
    "it shares in each step, whatever `often` says",
    lambda w, parts, often, gradient: epoch(w, parts, "each step", gradient),
    "it shares once an epoch, whatever `often` says",
    lambda w, parts, often, gradient: epoch(w, parts, "each epoch", gradient),
    "the two ways are exchanged",
    lambda w, parts, often, gradient: epoch(
        w, parts, "each epoch" if often == "each step" else "each step", gradient
    ),
    "all devices move one copy: [weights] * 8 is one array eight times, and -= changes it in place",
    lambda w, parts, often, gradient: _in_place(w, parts, often, gradient),
    "the devices run one after the other on the same weights; they work at the same time",
    lambda w, parts, often, gradient: _one_by_one(w, parts, gradient),
    "this is one device's copy; at the end of the epoch they are averaged",
    lambda w, parts, often, gradient: _alone(w, parts, often, gradient),
    "it ends after the first step: a return stands in the loop",
    lambda w, parts, often, gradient: epoch(w, parts[:, :32], often, gradient, steps=1),
    "there are ten steps of 32 images a device; this is one less",
    lambda w, parts, often, gradient: epoch(w, parts[:, :288], often, gradient, steps=9),
    "each step takes all of a device's images; it takes the next 32",
    lambda w, parts, often, gradient: epoch(w, np.tile(parts, 10), often, gradient),
    "the rate is divided by the number of devices; the mean of the gradients is enough",
    lambda *given: epoch(*given, rate=0.1 / 8),
    "the step goes up the gradient: take RATE times it off",
    lambda *given: epoch(*given, rate=-0.1),
)


def on_slopes(epoch):
    """The weights after an epoch from a seed, on gradients that depend on weights and images."""

    def of_seed(seed, often):
        random = np.random.default_rng(seed)
        parts = random.permutation(2560).reshape(8, 320)
        weights = random.normal(size=5)
        return epoch(
            weights, parts, often, lambda w, images: w / 2 + np.sin(3 * w) + images.mean() / 1280
        )

    of_seed.__doc__ = epoch.__doc__
    return of_seed
