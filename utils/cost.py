"""What a network costs: parameters, multiply-adds and activation memory, layer by layer.

Convention for multiply-adds: convolutions and dense layers only; padded positions count;
biases, normalisation, activations and pooling do not. It is the convention of the residual
network's and GoogLeNet's papers.
"""

import re
from math import prod

import keras
from keras import layers

from utils.graph import calls
from utils.tables import Table

WEIGHTED = (layers.Conv1D, layers.Conv2D, layers.Conv3D, layers.Dense)
WEIGHTED += (layers.DepthwiseConv1D, layers.DepthwiseConv2D)
TRANSPOSED = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
SEPARABLE = (layers.SeparableConv1D, layers.SeparableConv2D)
FREE = (layers.BatchNormalization, layers.LayerNormalization, layers.GroupNormalization)
FREE += (layers.Normalization, layers.PReLU)
# Operations of keras.ops that multiply by weights which no layer holds.
PRODUCTS = {"Conv", "ConvTranspose", "DepthwiseConv", "Dot", "Einsum", "Matmul", "SeparableConv"}


def table(model, connections=False):
    """layer, kind, output shape, parameters, multiply_adds, activation bytes: a row a layer.

    Everything is for one image: shapes without the batch axis, bytes in the layer's own
    precision. A layer's parameters stand in its first row only. With `connections=True`
    there is one more column, the count of LeNet-5's paper: every input that a unit reads,
    its bias among them. Raises ValueError where an image size is left open, TypeError for a
    layer with weights whose cost is not known here.
    """
    rows, seen = [], set()
    for call in calls(model):
        layer, shape = call.layer, call.shape
        if None in shape:
            raise ValueError(
                f"{model.name}: {layer.name} has the open shape {shape}; the cost depends on the "
                f"image size, so build it, and what is nested in it, with a fixed input_shape"
            )
        row = {
            "layer": layer.name,
            "kind": type(layer).__name__,
            "output shape": shape,
            "parameters": 0 if id(layer) in seen else _parameters(layer),
            "multiply_adds": _applications(call, "multiply_adds"),
            "activation bytes": sum(prod(t.shape[1:]) * _bytes(t.dtype) for t in call.outputs),
        }
        if connections:
            row["connections"] = _applications(call, "connections")
        seen.add(id(layer))
        rows.append(row)
    return Table(rows).set_index("layer")


def multiply_adds(model):
    """The multiply-adds of one image through the model, by the convention above."""
    return int(table(model)["multiply_adds"].sum())


def _parameters(layer):
    return layer.count_params() if isinstance(layer, keras.Layer) else 0


def _bytes(dtype):
    """Bytes of one number: float32 is 4, bfloat16 is 2, bool is 1."""
    bits = re.search(r"\d+", dtype)
    return int(bits[0]) // 8 if bits else 1


def _applications(call, what):
    """How often the weights (and, for connections, the biases) of this layer are applied."""
    layer, kind = call.layer, type(call.layer).__name__
    positions = _positions(layer, call.shape)
    own = getattr(layer, f"{what}_per_position", None)  # a layer of ours counts for itself
    if own is not None:
        return own * positions
    if isinstance(layer, TRANSPOSED):
        positions = _positions(layer, call.inputs[0].shape[1:])
    if isinstance(layer, SEPARABLE):
        weights = prod(layer.depthwise_kernel.shape) + prod(layer.pointwise_kernel.shape)
    elif isinstance(layer, WEIGHTED + TRANSPOSED):
        weights = prod(layer.kernel.shape)
    elif isinstance(layer, FREE) or (not getattr(layer, "weights", ()) and kind not in PRODUCTS):
        return 0
    else:
        raise TypeError(
            f"{layer.name}: the cost of a {kind} is not known; use a layer of Keras, or "
            f"give yours an attribute {what}_per_position, the count at one place of its output"
        )
    if what == "connections" and layer.use_bias:
        return weights * positions + prod(call.shape)
    return weights * positions


def _positions(layer, shape):
    """The positions at which a layer's weights are applied: all axes of `shape` but channels."""
    channels_first = getattr(layer, "data_format", None) == "channels_first"
    return prod(shape[1:] if channels_first else shape[:-1])
