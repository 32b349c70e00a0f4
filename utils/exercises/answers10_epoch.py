"""Lesson 10's experiment: an epoch on eight devices, and typical slips."""

import numpy as np

from utils.exercises.reasons import because


def epoch(weights, parts, often, gradient, rate=0.1):
    """The weights after ten steps on eight devices that share in each step or at the end."""
    copies = [weights] * 8
    for batch in np.split(parts, 10, axis=1):
        found = [gradient(copy, images) for copy, images in zip(copies, batch)]
        if often == "each step":
            found = [np.mean(found, axis=0)] * 8
        copies = [copy - rate * own for copy, own in zip(copies, found)]
    return np.mean(copies, axis=0)


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
    "the step goes up the gradient: take RATE times it off",
    lambda *given: epoch(*given, rate=-0.1),
)


def on_slopes(epoch):
    """The weights after an epoch from a seed, on gradients that depend on weights and images."""

    def of_seed(seed, often):
        random = np.random.default_rng(seed)
        parts = random.permutation(160).reshape(8, 20)
        return epoch(
            random.normal(size=5), parts, often, lambda w, images: w**2 + images.mean() / 80
        )

    of_seed.__doc__ = epoch.__doc__
    return of_seed
