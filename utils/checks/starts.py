"""Two models held against each other by the weights that they start with."""

import keras
import numpy as np

ALIKE = 1.4  # times the deviation of random weights: a kernel of 32×32 strays by 2 % of it


def unlike_start(mine, references):
    """Which weights of `mine` start otherwise, a sentence; None where none do.

    `references` are two models of the same code, fresh from their initializers: weights that are
    the same in both are no random ones. All have weights of the same shapes; those of one shape are
    compared in their order.
    """
    for weight, *there in zip(*map(_by_shape, (mine, *references))):
        here, one, two = map(_values, (weight, *there))
        drawn = not np.array_equal(one, two)
        fits = 1 / ALIKE < here.std() / one.std() < ALIKE if drawn else np.allclose(here, one)
        if not fits:
            layer = weight.path.split("/")[-2]
            return (
                f"the {weight.name} of {layer} starts as {_described(here)}; it should start as "
                f"{_described(one)}"
            )
    return None


def _by_shape(model):
    return sorted(model.weights, key=lambda weight: tuple(weight.shape))


def _values(weight):
    return np.asarray(keras.ops.convert_to_numpy(weight))


def _described(values):
    """What weights are before any training, in words."""
    if np.ptp(values) == 0:
        return f"{values.flat[0]:.3g} everywhere"
    if (
        values.ndim == 2
        and values.shape[0] == values.shape[1]
        and (values == np.eye(*values.shape)).all()
    ):
        return "the identity matrix"
    return f"random numbers with a deviation of {values.std():.2g}"
