"""One step written in several ways: a global average, a division of bytes, a setting left alone."""

from keras import layers


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
    maker = getattr(getattr(tensor, "_keras_history", None), "operation", None)
    average = isinstance(maker, layers.GlobalAveragePooling2D | layers.AveragePooling2D)
    return average and tensor.shape[1:3] == (1, 1)


def scales_by(call):
    """The number that a call multiplies its input by, as in image / 255; None for other calls."""
    kind, numbers = type(call.layer).__name__, getattr(call.node.arguments, "args", ())[1:]
    if len(numbers) != 1 or not isinstance(numbers[0], int | float) or not numbers[0]:
        return None
    return {"TrueDivide": 1 / numbers[0], "Multiply": numbers[0]}.get(kind)


def as_usual(value, usual):
    """Whether a setting is as Keras has it, or is none of this layer's."""
    return value is None or value == usual or value == (usual,) * 2
