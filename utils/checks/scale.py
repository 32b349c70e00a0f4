"""What a model does to its input before the first layer with weights: how it scales and shifts."""

import keras
import numpy as np

from utils.graph import calls, readers

TOLERANCE = 1e-4  # of the largest value: a network's own would hide 1/256 for 1/255


def otherwise_scaled(mine, reference):
    """A sentence where the first layers with weights read other numbers; None where not."""
    own, wanted = _read_first(mine), _read_first(reference)
    if own is None or wanted is None or own.shape != wanted.shape:
        return None
    if np.allclose(own, wanted, atol=TOLERANCE * np.abs(wanted).max()):
        return None
    ratio = own[np.abs(wanted) > 0] / wanted[np.abs(wanted) > 0]
    if np.ptp(ratio) < TOLERANCE * abs(ratio.mean()):
        return f"its first layer with weights reads {ratio.mean():.4g} times what it should"
    return (
        "its first layer with weights reads other numbers than it should: how is the input scaled?"
    )


def _read_first(model):
    """What the first layer with weights reads of bytes; None where several layers read first."""
    if len(model.inputs) != 1:
        return None
    data = np.random.default_rng(255).integers(0, 256, (2, *model.inputs[0].shape[1:]))
    data = _until_weights(model, data.astype("float32"))
    return None if data is None else np.sort(np.ravel(data))


def _until_weights(model, data):
    """Data as the first layer with weights reads them, in a model within the model, too."""
    reading, tensor = readers(calls(model, open_nested=False)), model.inputs[0]
    while True:
        found = reading.get(id(tensor), ())
        if len(found) != 1 or len(found[0].inputs) != 1:
            return None
        if getattr(found[0].layer, "weights", ()):
            break
        tensor = found[0].outputs[0]
    if tensor is not model.inputs[0]:
        data = keras.Model(model.inputs, tensor)(data, training=False)
        data = keras.ops.convert_to_numpy(data).astype("float32")
    inner = found[0].layer
    return _until_weights(inner, data) if isinstance(inner, keras.Model) else data
