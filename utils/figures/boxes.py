"""Which volumes a network is made of: what figures.volumes draws, found in the Keras graph."""

from dataclasses import dataclass, replace
from textwrap import fill

from keras import layers

from utils.figures.style import GREEN, GREY, ORANGE, PURPLE, SKY
from utils.graph import calls

MERGING = (layers.Add, layers.Concatenate)
RESHAPING = (layers.Flatten, layers.Reshape, layers.ZeroPadding2D)
WORDS = {
    "Add": "residual block",
    "AveragePooling2D": "avg pool",
    "Conv2D": "conv",
    "DepthwiseConv2D": "depthwise conv",
    "EuclideanRBF": "RBF distances",
    "GlobalAveragePooling2D": "global avg pool",
    "InputLayer": "",
    "MaxPooling2D": "max pool",
    "SparseConv2D": "sparse conv",
}


@dataclass(frozen=True)
class Box:
    """One volume: the layer that made it, what that did, its shape, how often it is repeated."""

    name: str
    made_by: str
    shape: tuple
    colour: str
    times: int = 1

    @property
    def is_vector(self):
        return len(self.shape) == 1

    @property
    def height(self):
        return self.shape[0]

    @property
    def width(self):
        return self.shape[1] if len(self.shape) > 2 else 1

    @property
    def channels(self):
        return self.shape[-1]

    @property
    def above(self):
        return fill(f"{self.times} × {self.made_by}" if self.times > 1 else self.made_by, 11)

    @property
    def below(self):
        return "×".join(map(str, self.shape))


def boxes(model):
    """The boxes of a functional keras.Model from its input to its first output, in order.

    Layers that keep the shape and have no kernel (activations, normalisation) make no box;
    branches that meet again make one, and so do repeats of the same step. Raises ValueError
    for a model without a fixed input shape.
    """
    if any(None in tensor.shape[1:] for tensor in model.inputs):
        raise ValueError(
            f"{model.name} has the open input shape {model.input_shape}; its volumes have no "
            f"size: build it with a fixed input_shape"
        )
    found = []
    for call in _spine(model):
        works = hasattr(call.layer, "kernel") or isinstance(call.layer, MERGING)
        if isinstance(call.layer, RESHAPING) or (
            found and not works and call.shape == found[-1].shape
        ):
            continue
        box = _describe(call)
        if found and (found[-1].made_by, found[-1].shape) == (box.made_by, box.shape):
            found[-1] = replace(box, times=found[-1].times + 1)
        else:
            found.append(box)
    return found


def _spine(model):
    """The calls through which every path from the input to the first output goes."""
    order = calls(model, open_nested=False)
    maker = {id(tensor): i for i, call in enumerate(order) for tensor in call.outputs}
    reads = [{maker[id(t)] for t in call.inputs} for call in order]
    needed = {maker[id(model.outputs[0])]}
    for i in range(max(needed), -1, -1):
        needed |= reads[i] if i in needed else set()
    passed_over = {k for i in needed for j in reads[i] for k in range(j + 1, i)}
    return [order[i] for i in sorted(needed - passed_over)]


def _describe(call):
    layer, kind = call.layer, type(call.layer).__name__
    spelled = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind)
    words, colour = WORDS.get(kind, spelled.strip()), ORANGE
    if isinstance(layer, layers.InputLayer):
        colour = GREY
    elif isinstance(layer, MERGING):
        colour = PURPLE
        words = f"concat of {len(call.inputs)}" if isinstance(layer, layers.Concatenate) else words
    elif hasattr(layer, "kernel_size"):
        stride = max(getattr(layer, "strides", (1,)))
        words += f" {_window(layer.kernel_size)}" + (f" /{stride}" if stride > 1 else "")
        colour = SKY
    elif hasattr(layer, "pool_size"):
        words += f" {_window(layer.pool_size)}"
    elif len(call.shape) == 1 and not kind.startswith("Global"):
        colour = GREEN
    return Box(layer.name, words, call.shape, colour)


def _window(size):
    return "×".join(map(str, size)) if isinstance(size, tuple) else f"{size}×{size}"
