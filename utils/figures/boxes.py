"""Which volumes a network is made of: what figures.volumes draws, found in the Keras graph."""

import re
from dataclasses import dataclass, replace
from os.path import commonprefix
from textwrap import fill

from keras import layers

from utils.figures.steps import needed, side_outputs, steps
from utils.figures.words import describe
from utils.graph import model_graph

RESHAPING = (layers.Flatten, layers.Reshape, layers.ZeroPadding2D)
# Endings of a name that the words above a volume say again: conv1_conv, pool1_pool, block2_add.
SAID = r"(?<=_\d|v\d|l\d)_(?:conv|pool)$|_(?:add|out|output)$"


@dataclass(frozen=True)
class Box:
    """One volume: the layers that make it, what they do, its shape, how often it is repeated."""

    layers: tuple  # their names
    made_by: str
    shape: tuple
    colour: str
    times: int = 1  # how often the step is repeated
    towers: int = 1  # how many boxes of this shape stand side by side
    crossed: bool = False  # whether each tower reads all towers before it
    parts: tuple = ()  # the channels of each branch, where branches are put one behind the other
    leaving: tuple = ()  # the outputs whose ways leave the others here

    @property
    def name(self):
        """The layer's name without what the words above say; the stage's of several layers."""
        first, last = self.layers[0], self.layers[-1]
        if len(self.layers) > 1:
            stages = [name.split("_")[0] for name in (first, last)]
            return "–".join(dict.fromkeys(stages))
        return re.sub(SAID, "", first)

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
            often = f"{self.times} × " if self.times > 1 else ""
            words = f"{often}concat {' +'.join(pairs)}"
        return fill(words, 11)

    @property
    def below(self):
        shape = "×".join(map(str, self.shape))
        return f"{shape} each" if self.towers > 1 else shape


def boxes(model):
    """The boxes of a functional keras.Model from its first input to its first output, in order.

    Layers that keep the shape and have no kernel (activations, normalisation) make no box, and
    repeats of the same step make one. Branches that meet again make one, unless they are towers,
    that is, alike step by step. Raises ValueError for a model without a fixed input shape.
    """
    if any(None in tensor.shape[1:] for tensor in model_graph(model).inputs):
        raise ValueError(
            f"{model.name} has the open input shape {model.input_shape}; its volumes have no "
            f"size: build it with a fixed input_shape"
        )
    if () in [tuple(tensor.shape[1:]) for tensor in model_graph(model).inputs]:
        raise ValueError(f"{model.name} reads single numbers, which have no volume")
    found, starts, met = [], [], False
    places, order, reads = needed(model)
    place = {id(call): i for i, call in enumerate(order)}
    for step in steps(places, order, reads):
        call = step[0]
        if getattr(call.layer, "data_format", None) == "channels_first":
            raise ValueError(
                f"{call.layer.name} is channels_first; volumes are drawn channels_last"
            )
        if not _makes_box(call, found):
            continue
        if None in call.shape:
            raise ValueError(f"{call.layer.name} has the open shape {call.shape}, and so no size")
        if len(step) == 1 and found and found[-1].towers > 1 and len(call.inputs) > 1:
            met = True  # the towers meet: no box of its own, but crossing arrows to the next
            continue
        name = commonprefix([c.layer.name for c in step]).rstrip("_")
        words, colour = describe(call)
        box = Box((name,), words, call.shape, colour, 1, len(step), met, _parts(call))
        if found and box.towers == 1 and _is_repeat(box, found[-1]):
            last = found[-1]
            found[-1] = replace(last, times=last.times + 1, layers=(*last.layers, name))
        else:
            found.append(box)
            starts.append(place[id(call)])
        met = False
    for output, (left, _) in side_outputs(model).items():
        at = max((i for i, start in enumerate(starts) if start <= (left or 0)), default=0)
        found[at] = replace(found[at], leaving=(*found[at].leaving, output))
    return found


def _is_repeat(box, before):
    """Whether a step is the one before it once more."""
    return (box.made_by, box.shape, box.parts) == (before.made_by, before.shape, before.parts)


def _makes_box(call, found):
    """Whether the layer has a kernel, merges branches, or changes more than the layout."""
    if isinstance(call.layer, RESHAPING):
        return False
    has_kernel = any("kernel" in weight.path for weight in getattr(call.layer, "weights", ()))
    return has_kernel or len(call.inputs) > 1 or not found or call.shape != found[-1].shape


def _parts(call):
    """The channels of each branch that a Concatenate puts one behind the other, else ()."""
    if not isinstance(call.layer, layers.Concatenate) or len(call.shape) == 1:
        return ()
    channels = tuple(tensor.shape[-1] for tensor in call.inputs)
    return channels if sum(channels) == call.shape[-1] else ()
