"""Which volumes a network is made of: what figures.volumes draws, found in the Keras graph."""

import re
from dataclasses import dataclass, replace
from os.path import commonprefix
from textwrap import fill

from keras import layers

from utils.figures.style import GREEN, GREY, ORANGE, PURPLE, SKY
from utils.graph import calls

RESHAPING = (layers.Flatten, layers.Reshape, layers.ZeroPadding2D)
WORDS = {
    "Add": "residual block",
    "AveragePooling2D": "avg pool",
    "BatchNormalization": "batch norm",
    "EuclideanRBF": "RBF distances",
    "GlobalAveragePooling2D": "global avg pool",
    "InputLayer": "",
    "PadChannels": "0 pad",
    "ReLU": "ReLU",
    "ZeroPadding2D": "zero padding",
}
ACTIVATIONS = {"relu": "ReLU"}


@dataclass(frozen=True)
class Box:
    """One volume: the layer that made it, what that did, its shape, how often it is repeated."""

    name: str
    made_by: str
    shape: tuple
    colour: str
    times: int = 1  # how often the step is repeated
    towers: int = 1  # how many boxes of this shape stand side by side
    crossed: bool = False  # whether each tower reads all towers before it
    parts: tuple = ()  # the channels of each branch, where branches are put one behind the other

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
        words = f"{self.times} × {self.made_by}" if self.times > 1 else self.made_by
        if self.parts:
            counts = [str(channels) for channels in self.parts]
            pairs = ["+".join(counts[i : i + 2]) for i in range(0, len(counts), 2)]
            words = f"concat {' +'.join(pairs)}"
        return fill(words, 11)

    @property
    def below(self):
        shape = "×".join(map(str, self.shape))
        return f"{self.towers} × {shape}" if self.towers > 1 else shape


def boxes(model):
    """The boxes of a functional keras.Model from its input to its first output, in order.

    Layers that keep the shape and have no kernel (activations, normalisation) make no box, and
    repeats of the same step make one. Branches that meet again make one, unless they are towers,
    that is, alike step by step. Raises ValueError for a model without a fixed input shape.
    """
    if any(None in tensor.shape[1:] for tensor in model.inputs):
        raise ValueError(
            f"{model.name} has the open input shape {model.input_shape}; its volumes have no "
            f"size: build it with a fixed input_shape"
        )
    found, met = [], False
    for step in _steps(model):
        call = step[0]
        if getattr(call.layer, "data_format", None) == "channels_first":
            raise ValueError(
                f"{call.layer.name} is channels_first; volumes are drawn channels_last"
            )
        if not _makes_box(call, found):
            continue
        if len(step) == 1 and found and found[-1].towers > 1 and len(call.inputs) > 1:
            met = True  # the towers meet: no box of its own, but crossing arrows to the next
            continue
        name = commonprefix([c.layer.name for c in step]).rstrip("_").removesuffix("_output")
        words, colour = describe(call)
        box = Box(name, words, call.shape, colour, 1, len(step), met, _parts(call))
        repeats = found and (found[-1].made_by, found[-1].shape) == (box.made_by, box.shape)
        if repeats and box.towers == 1:
            found[-1] = replace(box, times=found[-1].times + 1, crossed=found[-1].crossed)
        else:
            found.append(box)
        met = False
    return found


def _makes_box(call, found):
    """Whether the layer has a kernel, merges branches, or changes more than the layout."""
    if isinstance(call.layer, RESHAPING):
        return False
    has_kernel = any("kernel" in weight.path for weight in getattr(call.layer, "weights", ()))
    return has_kernel or len(call.inputs) > 1 or not found or call.shape != found[-1].shape


def _steps(model):
    """Lists of calls: one through which every path to the first output goes, or one a tower."""
    order = calls(model, open_nested=False)
    maker = {id(tensor): i for i, call in enumerate(order) for tensor in call.outputs}
    reads = [{maker[id(t)] for t in call.inputs} for call in order]
    needed = {maker[id(model.outputs[0])]}
    for i in range(max(needed), -1, -1):
        needed |= reads[i] if i in needed else set()
    passed_over = {k for i in needed for j in reads[i] for k in range(j + 1, i)}
    between = []
    for i in sorted(needed):
        if i in passed_over:
            between.append(i)
        else:
            yield from ([order[k] for k in step] for step in _towers(between, order, reads))
            yield [order[i]]
            between = []


def _towers(between, order, reads):
    """The steps of branches that are alike step by step; no steps if they are not alike."""
    chains = []
    for i in between:
        before = [chain for chain in chains if reads[i] == {chain[-1]}]
        if before:
            before[0].append(i)
        else:
            chains.append([i])
    kinds = {tuple((describe(order[i])[0], order[i].shape) for i in chain) for chain in chains}
    return list(zip(*chains)) if len(chains) > 1 and len(kinds) == 1 else []


def _parts(call):
    """The channels of each branch that a Concatenate puts one behind the other, else ()."""
    if not isinstance(call.layer, layers.Concatenate) or len(call.shape) == 1:
        return ()
    channels = tuple(tensor.shape[-1] for tensor in call.inputs)
    return channels if sum(channels) == call.shape[-1] else ()


def describe(call):
    """What a layer does, in a few words ("conv 3×3 /2"), and its colour."""
    layer, kind = call.layer, type(call.layer).__name__
    spelled = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r"\dD$", "", kind)).lower()
    words, colour = WORDS.get(kind, spelled.replace("pooling", "pool")), ORANGE
    if isinstance(layer, layers.InputLayer):
        colour = GREY
    elif isinstance(layer, layers.Activation):
        words = ACTIVATIONS.get(layer.activation.__name__, layer.activation.__name__)
    elif len(call.inputs) > 1:
        colour = PURPLE
        if isinstance(layer, layers.Concatenate):
            words = f"concat of {len(call.inputs)}"
    elif hasattr(layer, "kernel_size"):
        stride = max(getattr(layer, "strides", (1,)))
        words += f" {_window(layer.kernel_size)}" + (f" /{stride}" if stride > 1 else "")
        colour = SKY
    elif hasattr(layer, "pool_size"):
        words += f" {_window(layer.pool_size)}"
    elif len(call.shape) == 1 and not kind.startswith("Global"):
        colour = GREEN
    return words, colour


def _window(size):
    return "×".join(map(str, size)) if isinstance(size, tuple) else f"{size}×{size}"
