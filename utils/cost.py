"""What a network costs: parameters, multiply-adds and activation memory, layer by layer.

Convention for multiply-adds: convolutions, dense layers and matrix products (attention); padded
positions count; biases, normalisation, scaling, activations and pooling do not. It is the
convention of the residual network's and GoogLeNet's papers.
"""

import re
from math import prod

import keras
from keras import layers

from utils.graph import calls
from utils.products import traced
from utils.tables import Table

WEIGHTED = (layers.Conv1D, layers.Conv2D, layers.Conv3D, layers.Dense)
WEIGHTED += (layers.DepthwiseConv1D, layers.DepthwiseConv2D)
TRANSPOSED = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
SEPARABLE = (layers.SeparableConv1D, layers.SeparableConv2D)
RECURRENT = (layers.SimpleRNN, layers.LSTM, layers.GRU)
# Weightless layers of Keras that multiply all the same.
PRODUCTS = (layers.Attention, layers.AdditiveAttention, layers.Dot, layers.Wrapper)
PRODUCTS += (layers.Lambda, layers.MelSpectrogram, layers.STFTSpectrogram)
# Operations of keras.ops that multiply matrices, or call others again and again.
OPERATIONS = set(
    "AssociativeScan CDist Cond Conv ConvTranspose DepthwiseConv Dot DotProductAttention Einsum "
    "ForiLoop Inner Kron Map Matmul Outer Scan SeparableConv Switch Tensordot Vdot VectorizedMap "
    "WhileLoop".split()
)


def table(model, connections=False):
    """layer, kind, output shape, parameters, multiply_adds, activation bytes: a row a layer.

    Everything is for one image: shapes without the batch axis, bytes in the layer's own
    precision. A layer's parameters stand in its first row only. With `connections=True`
    there is one more column, the count of LeNet-5's paper: every input that a unit reads,
    its bias among them. Layers that are not known here, of your own for instance, are counted by
    what TensorFlow runs for them. Raises ValueError where an image size is left open, TypeError
    for a layer whose cost cannot be known, or, on other backends, is not known.
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


def multiply_adds(model, pixels=None):
    """The multiply-adds of one image through the model, by the convention above.

    With `pixels`, of an image with that many pixels a side, whatever the model was built for; it
    has to be one that takes images of any size, with a mean over all places before what is dense.
    """
    counts = table(model)["multiply_adds"]
    if pixels is None:
        return int(counts.sum())
    total, shapes = 0, {}
    for call, count in zip(calls(model), counts, strict=True):
        if not call.inputs:
            shape = 1, pixels, pixels, call.shape[-1]
        else:
            given = [shapes[id(tensor)] for tensor in call.inputs]
            shape = call.layer.compute_output_shape(given[0] if len(given) == 1 else given)
        if shape[-1] != call.shape[-1] or count and given[0][-1] != call.inputs[0].shape[-1]:
            raise ValueError(
                f"{model.name} takes images of one size only, since {call.layer.name} reads all "
                f"places at once; build it with another input_shape"
            )
        total += int(count) * prod(shape[1:]) // prod(call.shape)
        shapes[id(call.outputs[0])] = shape
    return total


def _parameters(layer):
    return layer.count_params() if isinstance(layer, keras.Layer) else 0


def _bytes(dtype):
    """Bytes of one number: float32 is 4, bfloat16 is 2, bool is 1."""
    bits = re.search(r"\d+", dtype)
    return int(bits[0]) // 8 if bits else 1


def _applications(call, what):
    """How often the weights (and, for connections, the biases) of this layer are applied."""
    layer = call.layer
    positions = _positions(layer, call.shape)
    own = getattr(layer, f"{what}_per_position", None)  # a layer of ours counts for itself
    if own is not None:
        return own * positions
    if isinstance(layer, TRANSPOSED):
        positions = _positions(layer, call.inputs[0].shape[1:])
    if isinstance(layer, RECURRENT + (layers.Bidirectional,)):
        weights, positions = _recurrent(layer), call.inputs[0].shape[1]
    elif isinstance(layer, SEPARABLE):
        weights = prod(layer.depthwise_kernel.shape) + prod(layer.pointwise_kernel.shape)
    elif isinstance(layer, WEIGHTED + TRANSPOSED):
        weights = prod(layer.kernel.shape)
    elif _only_scales(layer):
        return 0
    else:
        return traced(call)
    if what == "connections" and getattr(layer, "use_bias", False):
        return weights * positions + prod(call.shape)
    return weights * positions


def _recurrent(layer):
    """The weights that a recurrent layer applies at each step of its sequence."""
    if isinstance(layer, layers.Bidirectional):
        return _recurrent(layer.forward_layer) + _recurrent(layer.backward_layer)
    return prod(layer.cell.kernel.shape) + prod(layer.cell.recurrent_kernel.shape)


def _only_scales(layer):
    """Whether a layer of Keras's multiplies number by number at most, as normalisation does."""
    module = type(layer).__module__
    if not module.startswith(("keras.", "utils.")):
        return False
    if not isinstance(layer, keras.Layer):  # an operation of keras.ops
        return type(layer).__name__ not in OPERATIONS and not module.endswith("linalg")
    vectors = all(sum(n > 1 for n in weight.shape) <= 1 for weight in layer.weights)
    spread = isinstance(layer, (layers.Embedding, layers.Normalization, layers.PReLU))
    spread = spread or isinstance(layer, layers.LayerNormalization)
    return (vectors or spread) and not isinstance(layer, PRODUCTS)


def _positions(layer, shape):
    """The positions at which a layer's weights are applied: all axes of `shape` but channels."""
    channels_first = getattr(layer, "data_format", None) == "channels_first"
    return prod(shape[1:] if channels_first else shape[:-1])
