"""A learner's model beside some references: what sets it apart, or in how many places."""

from contextlib import contextmanager

import keras
import numpy as np

from utils.checks.behaviour import difference
from utils.checks.fitting import nothing_left
from utils.checks.guard import Trouble, guarded
from utils.checks.places import count_differences
from utils.checks.structure import most_alike
from utils.checks.values import show
from utils.graph import calls

MOST = 1000  # layers; ResNet-152 has fewer than 600


@contextmanager
def kept(model):
    """Puts back weights and epsilons, which the comparison overwrites, and what was frozen."""
    weights = [(w, np.array(keras.ops.convert_to_numpy(w))) for w in model.weights]
    bn = keras.layers.BatchNormalization
    epsilons = [(x, x.epsilon) for x in model._flatten_layers() if isinstance(x, bn)]
    frozen = [x for x in model._flatten_layers() if not x.trainable]
    try:
        yield
    finally:
        for weight, values in weights:
            weight.assign(values)
        for layer, epsilon in epsilons:
            layer.epsilon = epsilon
        for layer in frozen:
            layer.trainable = False


def check_length(model):
    """Raises Trouble for too many layers, and for maps of which nothing is left."""
    for call in calls(model):
        if empty := [tensor for tensor in call.outputs if 0 in tensor.shape[1:]]:
            raise Trouble(nothing_left(show(tuple(empty[0].shape[1:]))))
    if len(model.layers) > MOST:
        raise Trouble(f"the model has {len(model.layers):,} layers; {MOST:,} are more than enough")


def compare(mine, references, blind=False):
    """Raises Trouble with what sets a model apart from the first of some references."""
    with guarded("comparing your model", 30, "run the cell again; it may be right"):
        for layer in mine._flatten_layers():
            layer.trainable = True  # freezing changes no value, and the gradients are compared
        found = [difference(mine, reference) for reference in references]
        nearest = most_alike(mine, references) if all(found) and len(found) > 1 else 0
        places = count_differences(mine, references[nearest]) if blind and all(found) else 0
    if all(found):
        raise Trouble(_left(places) if blind else found[nearest])


def _left(places):
    """How many places are wrong yet, and nothing more."""
    if not places:
        return (
            "each layer is as it should be, and yet it computes something else: in which order are "
            "branches joined, and does each layer read what it should?"
        )
    return ONE_LEFT if places == 1 else f"{places} {MORE_LEFT}"


ONE_LEFT = "one place is not as it should be yet"
MORE_LEFT = "places are not as they should be yet (one fault may show in several)"
