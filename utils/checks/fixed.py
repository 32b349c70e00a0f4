"""What two models have to share before they can be compared: weights, epsilons, dropout."""

import math
import zlib
from contextlib import contextmanager
from functools import partial
from itertools import islice, product
from typing import NamedTuple

import keras
import numpy as np

from utils.graph import calls, readers

MOST_TRIED = 24  # ways to read the weights of a kind of layer of one's own


class Role(NamedTuple):
    """What a weight is for: ("kernel", "64×32"), and whether it is stored the other way round."""

    name: str
    shape: str
    turned: bool = False


def fix_weights(model, seed=0, named=None):
    """Sets every weight to values that depend on nothing but its shape, its role and the seed.

    `named` has each weight's role, where `roles` of the model alone are not it. The epsilon of
    batch normalisation becomes one and the same: another one is no mistake.
    """
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.epsilon = 1e-3
    for weight, role in zip(model.weights, named or roles(model)):
        random = np.random.default_rng(zlib.crc32(f"{role.name} {role.shape} {seed}".encode()))
        values = random.normal(size=math.prod(weight.shape))
        if "variance" in role.name or "gamma" in role.name:
            values = 0.5 + random.random(size=values.shape)
        elif "×" in role.shape:
            read, made = map(int, role.shape.split("×"))
            # One filter may be a depthwise one, which reads a single channel at nine places.
            values *= np.sqrt(2 / (read if made > 1 else min(read, 9)))
        values = turned(values, role).reshape(weight.shape)
        if np.issubdtype(np.dtype(keras.backend.standardize_dtype(weight.dtype)), np.floating):
            weight.assign(values.astype("float32"))


def turned(values, role, back=False):
    """A weight's numbers in a row, as they are stored; `back`, as others store them."""
    if not role.turned:
        return values
    read, made = map(int, role.shape.split("×"))
    return values.reshape((made, read) if back else (read, made)).T.ravel()


def roles(model, known=()):
    """Each weight's role, in the order of model.weights.

    In layers of one's own, weights may have other names, or none. They get the role that the
    `known` ones of that shape have, those of the model to compare with.
    """
    return [_role(weight, known) for weight in model.weights]


def assignments(model, known):
    """Lists of roles for a model's weights, the likeliest first, then others that fit as well.

    What the weights of a layer of one's own are for is not known but by trying: each may be any
    of the `known` roles of its size, and a matrix may be stored the other way round.
    """
    likely = roles(model, known)
    yield likely
    kinds = {}
    for layer in own_layers(model):
        kinds.setdefault(type(layer), layer.weights)
    order = {id(weight): place for place, weight in enumerate(model.weights)}
    for kind, weights in kinds.items():
        fitting = [_fitting(weight, known) or [likely[order[id(weight)]]] for weight in weights]
        alike = [layer for layer in own_layers(model) if type(layer) is kind]
        for tried in islice(product(*fitting), MOST_TRIED):
            if len({role[:2] for role in tried}) < len(tried):
                continue
            found = list(likely)
            for layer in alike:
                for weight, role in zip(layer.weights, tried):
                    like = [x for x in _fitting(weight, known) if x[::2] == role[::2]]
                    found[order[id(weight)]] = (like or [likely[order[id(weight)]]])[0]
            yield found


def own_layers(model):
    """The layers with weights that neither Keras nor the course has."""
    made = [x for x in model._flatten_layers() if x.weights and not isinstance(x, keras.Model)]
    return [x for x in made if not type(x).__module__.startswith(("keras.", "utils."))]


def _fitting(weight, known):
    """The known roles that a weight may have by its size."""
    shape = _named(weight).shape
    other = "×".join(reversed(shape.split("×")))
    straight = [Role(*role[:2]) for role in sorted(known) if role[1] == shape]
    across = [Role(*role[:2], True) for role in sorted(known) if "×" in shape and role[1] == other]
    return straight + across


def _role(weight, known):
    own = _named(weight)
    if own in known or not known:
        return own
    alike = sorted({there.name for there in known if there.shape == own.shape}, key=_usual)
    fitting = [there for there in alike if there.startswith("moving") != weight.trainable]
    values = keras.ops.convert_to_numpy(weight)
    ones = bool(np.all(values == 1)) and "×" not in own.shape
    begun = [there for there in fitting if ("gamma" in there or "variance" in there) == ones]
    return Role(next(iter(begun or fitting), own.name), own.shape)


def _usual(role):
    """Which role comes first where several fit."""
    order = ["kernel", "bias", "gamma", "beta"]
    return order.index(role) if role in order else len(order)


def _named(weight):
    """A weight's role by its name and shape; 1×1 kernels and dense ones are alike."""
    *read, made = weight.shape or (1,)
    name = weight.path.split("/")[-1]
    return Role(name, f"{math.prod(read)}×{made}" if read else str(made))


def rates(model):
    """The rates of a model's dropout layers, smallest first, each with the layer's class."""
    return sorted((layer.rate, type(layer).__name__) for layer in _dropping(model))


def _dropping(model):
    kinds = (keras.layers.Dropout, keras.layers.SpatialDropout2D)
    return [layer for layer in model._flatten_layers() if isinstance(layer, kinds) and layer.rate]


@contextmanager
def steady(model):
    """Makes fixed what may differ without a mistake: what dropout draws, the order in a vector.

    Dropout scales by fixed numbers instead of random ones, so that its place shows in the
    outputs. Axes that are exchanged just before a map becomes a vector are not: the weights that
    read it could stand in that order, too.
    """
    dropping, exchanging = _dropping(model), _exchanging(model)
    for layer in dropping:
        layer.call = partial(_scaled, rate=layer.rate)
    for layer in exchanging:
        layer.call = _as_it_is
    try:
        yield
    finally:
        for layer in dropping + exchanging:
            del layer.call


def _scaled(inputs, training=False, *, rate):
    if not training:
        return inputs
    shape = inputs.shape[1:]
    scale = np.random.default_rng(int(1000 * rate)).uniform(0.5, 1.5, math.prod(shape))
    return inputs * keras.ops.cast(scale.reshape(shape), inputs.dtype)


def _exchanging(model):
    """The layers that exchange axes of what is made a vector in the next step."""
    found = calls(model, open_nested=False)
    reading = readers(found)
    return [
        call.layer
        for call in found
        if isinstance(call.layer, keras.layers.Permute)
        and all(len(r.shape) == 1 for r in reading.get(id(call.outputs[0]), ()))
    ]


def _as_it_is(inputs):
    return inputs
