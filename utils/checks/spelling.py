"""One step written in several ways: a global average, zeros around a map, a division of bytes."""

from keras import layers

from utils.graph import readers

WINDOWED = (layers.Conv2D, layers.DepthwiseConv2D, layers.MaxPooling2D, layers.AveragePooling2D)


def taken_in(calls):
    """The ids of what layers of zero padding make that only layers with a window read.

    Such zeros count as the window's own padding, see `padding_of`.
    """
    reading, windowed = readers(calls), (*WINDOWED, layers.ZeroPadding2D)
    padded = [id(c.outputs[0]) for c in calls if isinstance(c.layer, layers.ZeroPadding2D)]
    return {
        made
        for made in padded
        if made in reading and all(isinstance(call.layer, windowed) for call in reading[made])
    }


def padding_of(call):
    """How the input of a layer with a window is padded: "same", "valid", or by zeros around it.

    A layer of zeros before a convolution that adds what "same" adds is "same".
    """
    layer, tensor, zeros = call.layer, call.inputs[0], [[0, 0], [0, 0]]
    while isinstance(_maker(tensor), layers.ZeroPadding2D):
        maker = _maker(tensor)
        zeros = [[a + b for a, b in zip(*pair)] for pair in zip(zeros, maker.padding)]
        tensor = maker._inbound_nodes[tensor._keras_history.node_index].input_tensors[0]
    if not any(map(sum, zeros)):
        return layer.padding
    sizes = getattr(layer, "kernel_size", None) or layer.pool_size
    usual = [_same(*given) for given in zip(tensor.shape[1:3], sizes, layer.strides)]
    if layer.padding == "valid" and zeros == usual and hasattr(layer, "kernel_size"):
        return "same"
    return f"zero padding {tuple(map(tuple, zeros))}{' and same' * (layer.padding == 'same')}"


def _same(length, size, stride):
    """The zeros at the start and at the end that padding="same" adds to an axis."""
    total = max((-(-length // stride) - 1) * stride + size - length, 0)
    return [total // 2, total - total // 2]


def _maker(tensor):
    return getattr(getattr(tensor, "_keras_history", None), "operation", None)


def averages_all(call):
    """Whether a call is a global average pooling, however it is written."""
    layer, before = call.layer, call.inputs[0].shape
    if isinstance(layer, layers.AveragePooling2D):
        return call.shape[:2] == (1, 1) and tuple(before[1:3]) == tuple(layer.pool_size)
    axes = getattr(layer, "axis", None)
    return type(layer).__name__ == "Mean" and len(before) == 4 and sorted(axes or ()) == [1, 2]


def follows_average(call):
    """Whether a call reads a global average that has kept its two axes of length 1."""
    tensor = call.inputs[0]
    average = isinstance(_maker(tensor), layers.GlobalAveragePooling2D | layers.AveragePooling2D)
    return average and tensor.shape[1:3] == (1, 1)


def scales_by(call):
    """The number that a call multiplies its input by, as in image / 255; None for other calls."""
    kind, given = type(call.layer).__name__, getattr(call.node.arguments, "args", ())
    numbers = [value for value in given if not hasattr(value, "shape")]
    if kind == "TrueDivide" and numbers and numbers[0] is given[0]:  # 1 / x
        return None
    if len(numbers) != 1 or not isinstance(numbers[0], int | float) or not numbers[0]:
        return None
    return {"TrueDivide": 1 / numbers[0], "Multiply": numbers[0]}.get(kind)


def as_usual(value, usual):
    """Whether a setting is as Keras has it, or is none of this layer's."""
    return value is None or value == usual or value == (usual,) * 2
