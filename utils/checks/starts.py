"""Two models held against each other by the weights that they start with."""

import keras
import numpy as np

MANY, ENDS = 200, 1.9  # deviations: uniform numbers end at 1.73, those of he_normal at 2.27
ALIKE = 1.4  # times the deviation of random weights: a kernel of 32×32 strays by 2 % of it


def unlike_start(mine, references):
    """Which weights of `mine` start otherwise, a sentence; None where none do.

    `references` are two models of the same code, fresh from their initializers: weights that are
    the same in both are no random ones. Those of one shape are compared in their order. Weights of
    other shapes, a convolution's for those of a dense layer, are not.
    """
    for weight, *there in _paired(mine, *references):
        here, one, two = map(_values, (weight, *there))
        drawn = not np.array_equal(one, two)
        fits = 1 / ALIKE < here.std() / one.std() < ALIKE if drawn else np.allclose(here, one)
        if not fits or (drawn and _spread(here) != _spread(one) == _spread(two)):
            layer = weight.path.split("/")[-2]
            return (
                f"the {weight.name} of {layer} starts as {_described(here)}; it should start as "
                f"{_described(one)}"
            )
    return None


def not_anew(mine, again):
    """Why two models of one function would not be two runs, a sentence; None where they would."""
    layers = [[x for x in model._flatten_layers() if x.weights] for model in (mine, again)]
    if frozen := [layer for layer in layers[0] if not layer.trainable]:
        return f"{frozen[0].name} is frozen (trainable=False): training would leave it as it is"
    if {id(layer) for layer in layers[0]} & {id(layer) for layer in layers[1]}:
        return (
            "it hands out the same layers again: a second run would go on where the first ended; "
            "make them inside of the function"
        )
    return None


def otherwise_set(mine, reference, names):
    """Which setting of a batch normalisation is not the reference's; None where all are."""
    for name in names:
        wanted = {getattr(layer, name) for layer in normalisations(reference)}
        for layer in normalisations(mine):
            if (value := getattr(layer, name)) not in wanted:
                needed = " or ".join(f"{number:g}" for number in sorted(wanted))
                return f"the {name} of {layer.name} is {value:g}; the text asks for {needed}"
    return None


def normalisations(model):
    """The batch normalisations of a model, and of those inside it."""
    kind = keras.layers.BatchNormalization
    return [layer for layer in model._flatten_layers() if isinstance(layer, kind)]


def not_drawn(mine, again, references):
    """Which weights begin alike in each run and should not, a sentence; None where none do.

    `references` are two models of the same code, as `mine` and `again` are.
    """
    for weight, other, *there in _paired(mine, again, *references):
        alike, fixed = (np.array_equal(*map(_values, pair)) for pair in ((weight, other), there))
        if alike and not fixed:
            return (
                f"the {weight.name} of {weight.path.split('/')[-2]} starts with the same numbers "
                f"in each run: leave the seed of its initializer out"
            )
    return None


def _paired(*models):
    """Weights of one shape, in their order, one of each model; none where the shapes differ."""
    found = [sorted(model.weights, key=lambda weight: tuple(weight.shape)) for model in models]
    shapes = {tuple(tuple(weight.shape) for weight in weights) for weights in found}
    return zip(*found) if len(shapes) == 1 else ()


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
    return f"random numbers with a deviation of {values.std():.2g}{_spread(values)}"


def _spread(values):
    """How random numbers are spread, where they are enough to tell: uniform ones end early."""
    if values.size < MANY or np.ptp(values) == 0:
        return ""
    return ", uniform" if np.abs(values).max() < ENDS * values.std() else ", normal"
