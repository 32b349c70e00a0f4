"""The multiply-adds of what no table knows: read off the operations that TensorFlow runs for it."""

from math import prod

import keras

# Operations that call other functions, and those of which nobody knows how often they do.
CALLERS = ("PartitionedCall", "StatefulPartitionedCall")
LOOPS = ("While", "StatelessWhile", "If", "StatelessIf", "Case", "StatelessCase", "MapDefun")
ALGEBRA = "Cholesky Eig FFT IFFT IRFFT Lu MatrixInverse MatrixSolve Qr RFFT SelfAdjoint Svd".split()


def traced(call):
    """The multiply-adds of one use of a layer on one image: convolutions and matrix products.

    call: of `graph.calls`. Raises TypeError for a layer that loops or branches, whose count
    depends on what it finds, and on another backend than TensorFlow, which alone tells.
    """
    layer = call.layer
    if keras.backend.backend() != "tensorflow":
        raise TypeError(_unknown(layer, "and only TensorFlow can tell it"))
    import tensorflow as tf

    def run(*tensors):
        named = dict(zip(map(id, call.node.input_tensors), tensors))
        args, kwargs = call.node.arguments.fill_in(named)
        return layer(*args, **kwargs)

    specs = [tf.TensorSpec((1, *tensor.shape[1:]), tensor.dtype) for tensor in call.inputs]
    graph = tf.function(run, autograph=False).get_concrete_function(*specs).graph
    return _count(graph, layer)


def _count(graph, layer):
    total = 0
    for operation in graph.get_operations():
        if operation.type in LOOPS:
            raise TypeError(_unknown(layer, f"since it loops or branches ({operation.type})"))
        if operation.type not in COUNTED and operation.type.startswith(tuple(ALGEBRA)):
            raise TypeError(_unknown(layer, f"since it uses {operation.type}"))
        if operation.type in CALLERS:
            name = operation.get_attr("f").name
            total += _count(graph._get_function(name).graph, layer)
        elif operation.type in COUNTED:
            shapes = [operation.outputs[0].shape, *(t.shape for t in operation.inputs)]
            if not all(shape.is_fully_defined() for shape in shapes):
                raise TypeError(
                    _unknown(layer, f"since the shapes of its {operation.type} are open")
                )
            total += COUNTED[operation.type](operation, *(tuple(shape) for shape in shapes))
    return total


def _unknown(layer, why):
    kind = type(layer).__name__
    return (
        f"{layer.name}: the cost of a {kind} is not known, {why}; give the layer an "
        f"attribute multiply_adds_per_position, the count at one place of its output"
    )


def _product(operation, out, left, right):
    turned = next(operation.get_attr(n) for n in ("transpose_a", "adj_x") if _has(operation, n))
    return prod(out) * left[-2 if turned else -1]


def _has(operation, name):
    return name in operation.node_def.attr


def _convolution(operation, out, image, kernel):
    format = operation.get_attr("data_format").decode()
    return prod(out) // out[format.index("C")] * prod(kernel)


def _transposed(operation, out, sizes, kernel, image):
    format = operation.get_attr("data_format").decode()
    return prod(image) // image[format.index("C")] * prod(kernel)


def _depthwise(operation, out, image, kernel):
    return prod(out) * kernel[0] * kernel[1]


def _einsum(operation, out, *shapes):
    terms = operation.get_attr("equation").decode().split("->")[0].split(",")
    sizes = {}
    for term, shape in zip(terms, shapes):
        if "." in term:  # axes without a name, which all terms share
            named = [*term.replace("...", ".")]
            spread = len(shape) - len(named) + 1
            at = named.index(".")
            named[at : at + 1] = [f".{i}" for i in range(-spread, 0)]
        else:
            named = [*term]
        sizes |= dict(zip(named, shape))
    return prod(sizes.values()) if len(terms) > 1 else 0


COUNTED = {
    "BatchMatMulV2": _product,
    "BatchMatMulV3": _product,
    "Conv2D": _convolution,
    "Conv2DBackpropInput": _transposed,
    "Conv3D": _convolution,
    "Conv3DBackpropInputV2": _transposed,
    "DepthwiseConv2dNative": _depthwise,
    "Einsum": _einsum,
    "MatMul": _product,
}
