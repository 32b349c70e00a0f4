"""Two Keras models held against each other by what they compute from the same weights and input."""

import zlib

import keras
import numpy as np

from utils.checks.structure import first_difference
from utils.graph import calls

TOLERANCE = 1e-2  # of the largest value: another epsilon in batch normalisation is no mistake


def difference(mine, reference):
    """Why `mine` does not compute what `reference` does, a sentence; None where it does.

    Both get the same fixed weights, by shape and role, so that neither seeds nor names nor the
    way in which a layer is written matter; then shapes, parameters, outputs in use and in
    training, and the gradient by the input have to agree. Only where they do not are the graphs
    compared. Both models' weights are overwritten.
    """
    found = _shapes(mine, reference) or _parameters(mine, reference)
    if found is None:
        for model in (mine, reference):
            fix_weights(model)
        found = _outputs(mine, reference)
    if found is None:
        return None
    try:
        where = first_difference(mine, reference)
    except Exception:  # a graph that Keras does not know: the behaviour has to do
        where = None
    return where or found


def fix_weights(model):
    """Sets every weight to values that depend on nothing but its shape and its role."""
    for weight in model.weights:
        role = weight.path.split("/")[-1]
        shape = [n for n in weight.shape if n != 1]  # 1×1 kernels and dense ones count as alike
        random = np.random.default_rng(zlib.crc32(f"{role} {shape}".encode()))
        values = random.normal(size=weight.shape)
        if "variance" in role or "gamma" in role:
            values = 0.5 + random.random(size=weight.shape)
        elif len(shape) > 1:
            values *= np.sqrt(2 / np.prod(weight.shape[:-1]))
        if np.issubdtype(np.dtype(keras.backend.standardize_dtype(weight.dtype)), np.floating):
            weight.assign(values)


def _shapes(mine, reference):
    own = [tuple(output.shape[1:]) for output in mine.outputs]
    wanted = [tuple(output.shape[1:]) for output in reference.outputs]
    if len(own) != len(wanted):
        return f"it has {len(own)} outputs; it needs {len(wanted)}"
    for here, there in zip(own, wanted):
        if here != there:
            return f"its output is {_times(here)}; it should be {_times(there)}"


def _parameters(mine, reference):
    own, wanted = mine.count_params(), reference.count_params()
    if own != wanted:
        return f"it has {own:,} parameters; it should have {wanted:,}"


def _outputs(mine, reference):
    random = np.random.default_rng(5)
    shapes = [tuple(tensor.shape) for tensor in reference.inputs]
    data = [random.normal(size=(2, *shape[1:])).astype("float32") for shape in shapes]
    data = data[0] if len(data) == 1 else data
    for training in (False, True):
        if training and _has_dropout(mine, reference):
            break
        own, wanted = (_numbers(model(data, training=training)) for model in (mine, reference))
        if any(not np.isfinite(values).all() for values in own):
            return "it computes values that are not numbers (NaN or infinity)"
        for here, there in zip(own, wanted):
            scale = max(1.0, float(np.abs(there).max()))
            if not np.allclose(here, there, atol=TOLERANCE * scale):
                when = " in training" if training else ""
                return f"with the same weights and input it computes something else{when}"


def _has_dropout(*models):
    return any(isinstance(c.layer, keras.layers.Dropout) for m in models for c in calls(m))


def _numbers(outputs):
    return [keras.ops.convert_to_numpy(output) for output in keras.tree.flatten(outputs)]


def _times(shape):
    return "×".join(map(str, shape)) or "a single number"
