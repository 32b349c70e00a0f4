"""Two Keras models held against each other by what they compute from the same weights and input."""

from functools import lru_cache

import keras
import numpy as np

from utils.checks.amounts import places
from utils.checks.fixed import (
    assignments,
    fix_weights,
    own_layers,
    rates,
    roles,
    steady,
    turned,
)
from utils.checks.scale import otherwise_scaled
from utils.checks.structure import first_difference
from utils.checks.values import show

TOLERANCE = 1e-2  # of the largest value
OF_GRADIENTS = 0.3  # of their length: a rounding at a ReLU's kink moves them more than the values
DRAWS = 2  # of weights and input: one may leave a branch switched off by chance


def difference(mine, reference):
    """Why `mine` does not compute what `reference` does, a sentence; None where it does.

    Both get the same fixed weights, by shape and role, so that neither seeds nor names nor the
    way in which a layer is written matter; then shapes, parameters, outputs in use and in
    training, and gradients by the input and the weights have to agree. Only where they do not
    are the graphs compared. Both models' weights are overwritten; the reference has to stay as it
    is otherwise, since what it computes is kept for the next answer.
    """
    if len(mine.outputs) != len(reference.outputs):
        return f"it has {len(mine.outputs)} outputs; it should have {len(reference.outputs)}"
    found = _shapes(mine, reference) or _parameters(mine, reference) or _dropouts(mine, reference)
    found = found or otherwise_scaled(mine, reference) or _computes_otherwise(mine, reference)
    if found is None:
        return None
    if own := own_layers(mine):
        return (
            f"{found}: in your layer {type(own[0]).__name__}, whose inside cannot be seen (compare "
            f"it with a layer of Keras's on the same weights), or elsewhere"
        )
    try:
        where = first_difference(mine, reference)
    except Exception:  # a graph that Keras does not know: the behaviour has to do
        where = None
    return where or found


def _shapes(mine, reference):
    own = [tuple(output.shape[1:]) for output in mine.outputs]
    wanted = [tuple(output.shape[1:]) for output in reference.outputs]
    for here, there in zip(own, wanted):
        if here != there:
            which = f": {places(here, there)}" if len(here) == len(there) == 3 else ""
            here, there = (show(shape) or "a single number" for shape in (here, there))
            return f"its output is {here}; it should be {there}{which}"


def _parameters(mine, reference):
    own, wanted = mine.count_params(), reference.count_params()
    if own and not wanted:
        name = next(layer.name for layer in mine._flatten_layers() if layer.weights)
        return f"it has {own:,} parameters, the first in {name}; it should have none"
    if own != wanted:
        return f"it has {own:,} parameters; it should have {wanted:,}"


def _data(reference, seed):
    random = np.random.default_rng(seed)
    shapes = [tuple(tensor.shape) for tensor in reference.inputs]
    size = 100**seed  # ceilings and response normalisation show in large values only
    data = [size * random.normal(size=(2, *shape[1:])).astype("float32") for shape in shapes]
    return data[0] if len(data) == 1 else data


def _dropouts(mine, reference):
    own, wanted = rates(mine), rates(reference)
    if own != wanted:
        return f"its dropout rates are {_listed(own)}; they should be {_listed(wanted)}"


def _listed(values):
    return ", ".join(str(rate) for rate, _ in values) or "none"


def _computes_otherwise(mine, reference):
    """What differs under the likeliest reading of the weights, a sentence; None if one fits."""
    first = None
    for named in assignments(mine, frozenset(roles(reference))):
        found = next(filter(None, (_unlike(mine, reference, s, named) for s in range(DRAWS))), None)
        if found is None:
            return None
        first = first or found
    return first


def _unlike(mine, reference, seed, named):
    """What differs in one draw of weights and input, a sentence; None if nothing does."""
    data, (wanted, slopes, trained) = _wanted(reference, seed)
    with steady(mine):
        steps = _computed(mine, seed, data, named)
        same = "with the same weights and input" if mine.weights else "with the same input"
        return (
            _outputs(next(steps), wanted, f"{same} it computes something else")
            or _gradients(next(steps), slopes)
            or _outputs(next(steps), trained, f"{same} in training it computes something else")
        )


@lru_cache(maxsize=32 * DRAWS)
def _wanted(reference, seed):
    """The input of a draw, and what the reference computes from it."""
    data = _data(reference, seed)
    with steady(reference):
        return data, list(_computed(reference, seed, data))


def _computed(model, seed, data, named=None):
    """One after the other: a model's outputs in use, its gradients, its outputs in training."""
    fix_weights(model, seed, named)
    outputs, gradients = _in_use(model, data, named or roles(model))
    yield _numbers(outputs)
    yield gradients()
    yield _numbers(model(data, training=True))  # last: it moves the statistics


def _outputs(own, wanted, sentence):
    if any(not np.isfinite(values).all() for values in own):
        return "it computes values that are not numbers (NaN or infinity)"
    for here, there in zip(own, wanted):
        scale = max(1e-6, float(np.abs(there).max()))
        if not np.allclose(here, there, atol=TOLERANCE * scale):
            return f"{sentence}{_which(here, there, scale)}"


def _which(here, there, scale):
    """Which part of an output differs, or that its numbers are in another order."""
    unlike = ~np.isclose(here, there, atol=TOLERANCE * scale)
    if np.allclose(np.sort(here, axis=None), np.sort(there, axis=None), atol=TOLERANCE * scale):
        return ": the right numbers, in another order"
    if here.ndim != 4:
        return ""
    for axis, name in ((3, "channel"), (1, "row"), (2, "column")):
        found = np.flatnonzero(unlike.any(axis=tuple(i for i in range(4) if i != axis)))
        count = here.shape[axis]
        if len(found) < count:
            first, last = found[0] + 1, found[-1] + 1
            span = f"{name} {first}" if first == last else f"{name}s {first} to {last}"
            return f" in {span} of {count}"
    return ""


def _gradients(own, wanted):
    for name, there in wanted.items():
        here = own.get(name)
        least = OF_GRADIENTS * max(1e-6, np.linalg.norm(there))
        if here is None or np.linalg.norm(here - there) > least:
            return (
                f"it computes the right values, but its gradient with respect to {name} differs: "
                f"is a part cut off from training?"
            )


def _in_use(model, data, named):
    """A model's outputs in use, and a function of the gradients of a weighted sum of them.

    The gradients, {name: array}, are by the input, and by the weights of a role and shape, which
    `named` has for each weight; none on other backends, where no tape takes any function.
    """
    if keras.backend.backend() != "tensorflow":
        return model(data, training=False), dict
    import tensorflow as tf

    inputs = [tf.constant(values) for values in keras.tree.flatten(data)]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
    return outputs, lambda: _gradients_of(model, tape, inputs, outputs, named)


def _gradients_of(model, tape, inputs, outputs, named):
    outputs = keras.tree.flatten(outputs)
    drawn = (np.random.default_rng(7).normal(size=output.shape) for output in outputs)
    weights = [keras.ops.cast(draw, output.dtype) for draw, output in zip(drawn, outputs)]
    variables = [weight.value for weight in model.trainable_weights]
    found = tape.gradient(outputs, [*inputs, *variables], weights, unconnected_gradients="zero")
    sums = {"the input": np.concatenate([np.ravel(values) for values in found[: len(inputs)]])}
    known = {id(weight): role for weight, role in zip(model.weights, named)}
    for weight, values in zip(model.trainable_weights, found[len(inputs) :]):
        role = known[id(weight)]
        name = f"the {role.name} of {role.shape}"
        sums[name] = sums.get(name, 0) + turned(np.ravel(values), role, back=True)
    return sums


def _numbers(outputs):
    """Outputs as arrays; probabilities as logarithms, which do not hide a difference near 0."""
    found = map(keras.ops.convert_to_numpy, keras.tree.flatten(outputs))
    found = [np.asarray(values, "float32") for values in found]
    return [np.log(np.maximum(y, 1e-37)) if _probabilities(y) else y for y in found]


def _probabilities(values):
    return (values >= 0).all() and np.allclose(values.sum(axis=-1), 1, atol=1e-3)
