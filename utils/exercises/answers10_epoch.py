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


def _in_turn(w, parts, often, gradient):
    """In each step, the devices one after the other; or each from where the one before ended."""
    copies = [w] * 8
    for batch in np.split(parts, 10, axis=1):
        for i, images in enumerate(batch):
            start = copies[i - 1] if often == "each step" and i else copies[i]
            if often == "each step" and not i:
                start = copies[-1]
            copies[i] = start - 0.1 * gradient(start, images)
    return copies[-1] if often == "each step" else np.mean(copies, axis=0)


def _carried(w, parts, often, gradient):
    if often == "each step":
        return epoch(w, parts, often, gradient)
    ends = []
    for images in parts:
        for batch in np.split(images, 10):
            w = w - 0.1 * gradient(w, batch)
        ends.append(w)
    return np.mean(ends, axis=0)


def _one_copy(w, parts, often, gradient):
    if often == "each step":
        return epoch(w, parts, often, gradient)
    return _in_place(w, parts, often, gradient)


def _of_copies(w, parts, often, gradient, end):
    copies = [w] * 8
    for batch in np.split(parts, 10, axis=1):
        found = [gradient(copy, images) for copy, images in zip(copies, batch)]
        if often == "each step":
            found = [np.mean(found, axis=0)] * 8
        copies = [copy - 0.1 * own for copy, own in zip(copies, found)]
    return copies[0] if often == "each step" else end(copies)


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


def _moving(w, parts, often, gradient):
    """All devices move one array, each as soon as it has its gradient."""
    for batch in np.split(parts, 10, axis=1):
        for images in batch:
            w = w - 0.1 * gradient(w, images)
    return w


OTHER_EPOCHS = because(
    "within a step, the weights move from device to device; all take it from the same ones",
    _in_turn,
    "the devices move one array, one after the other: each needs a copy, and -= changes in place",
    _moving,
    "the copies are added up at the end; they are averaged",
    lambda *given: _of_copies(*given, end=lambda copies: np.sum(copies, axis=0)),
    "this is the last device's copy; at the end of the epoch they are averaged",
    lambda *given: _of_copies(*given, end=lambda copies: copies[-1]),
    "this is the first device's copy; at the end of the epoch they are averaged",
    lambda *given: _of_copies(*given, end=lambda copies: copies[0]),
    "each device goes on with the weights of the one before; all begin with the epoch's",
    _carried,
    "all devices move one copy: a list of one array eight times, which -= changes in place",
    _one_copy,
    "each step takes the same first 32 images of a device; the next step takes the next 32",
    lambda w, parts, often, gradient: epoch(
        w, np.concatenate([parts[:, :32]] * 10, axis=1), often, gradient
    ),
    "a step takes every tenth image of a device; it takes the next 32 that stand together",
    lambda w, parts, often, gradient: epoch(
        w, np.concatenate([parts[:, i::10] for i in range(10)], axis=1), often, gradient
    ),
    "RATE is forgotten: the whole gradient is taken off",
    lambda *given: epoch(*given, rate=1),
    "the step goes up the gradient, and devices' gradients are added up",
    lambda *given: epoch(*given, rate=-0.8),
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

    def of_seed(_seed, often):
        random = np.random.default_rng(_seed)
        parts = random.permutation(2560).reshape(8, 320)
        weights = random.normal(size=5)
        return epoch(
            weights, parts, often, lambda w, images: w / 2 + np.sin(3 * w) + images.mean() / 1280
        )

    of_seed.__doc__ = epoch.__doc__
    return of_seed
