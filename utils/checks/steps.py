"""A Keras graph as a list of steps, in an order that no spelling of the same network changes."""

import re
from dataclasses import dataclass, field, replace

import keras
from keras import layers

from utils.checks.branches import apart, labelled, labels, paired
from utils.checks.spelling import (
    as_usual,
    averages_all,
    follows_average,
    padding_of,
    scales_by,
    taken_in,
)
from utils.checks.words import ACTIVATIONS, ORDINALS, WORDS
from utils.graph import calls

PAIRED = {"kernel_size", "pool_size", "strides"}
COUNTS = ("filters", "units")
ATTRIBUTES = (*COUNTS, "kernel_size", "pool_size", "strides", "padding", "use_bias", "rate")
# Mentioned where somebody set them, and what they are else.
UNUSUAL = {"max_value": None, "negative_slope": 0}
UNUSUAL |= dict.fromkeys(("dilation_rate", "groups", "depth_multiplier"), 1)
NORMALISING = {"scale": True, "center": True}
UNUSUAL |= NORMALISING


@dataclass(frozen=True)
class Step:
    """A layer in words, its settings, and the name that somebody gave it ("" for Keras's own).

    `branch` is the way on which it stands, where ways meet ("the 5×5 branch"), `at_pixels` whether
    it is a dense layer on maps, which is a 1×1 convolution by its nature, `shape` what it makes.
    """

    word: str
    settings: tuple = ()
    name: str = field(default="", compare=False)
    branch: str = field(default="", compare=False)
    at_pixels: bool = field(default=False, compare=False)
    shape: tuple = field(default=(), compare=False)
    parameters: int = field(default=0, compare=False)


def walk(model, merges=()):
    """A model's layers from input to output, a list of `Step`, and of each merge its branches.

    Every layer follows what it reads; of branches that meet, the longest comes first, of those as
    long as one another the kinds and sizes decide, and last the filters, so that the order in
    which they were written does not matter. With the `merges` of another model, branches stand in
    the order of those there that they resemble most. A model used as a layer gives its own steps.
    The branches are lists of `Step`, without what they share.
    """
    found = calls(model, open_nested=False)
    maker = {id(tensor): call for call in found for tensor in call.outputs}
    places = [id(call.outputs[0]) for call in found if len(call.inputs) > 1]
    known, branches = {}, {}
    taken = taken_in(found)

    def back(tensor):
        """The steps to this tensor, as a list of (key of the call, step)."""
        if id(tensor) not in known:
            call = maker[id(tensor)]
            key = id(call.outputs[0])
            ways = sorted((back(t) for t in call.inputs), key=_rank)
            if len(ways) > 1:
                place = places.index(key)
                alike = place < len(merges) and len(merges[place]) == len(ways)
                ways = paired(ways, merges[place]) if alike else ways
                beside = isinstance(call.layer, layers.Concatenate)
                names = labels(merges[place] if alike else apart(ways), beside)
                ways = labelled(ways, names)
                branches[place] = apart(ways)
            merged = {}
            for way in ways:
                merged |= dict(way)
            described = [] if key in taken else _described(call)
            if len(ways) > 1 and described:
                first, reads = described[0], ("reads", _sources(ways, merged))
                described[0] = replace(first, settings=(*first.settings, reads))
            if not isinstance(call.layer, keras.Model):  # whose steps have shapes of their own
                described = [replace(step, shape=call.shape) for step in described]
            own = [((key, i), step) for i, step in enumerate(described)]
            known[id(tensor)] = [*merged.items(), *own]
        return known[id(tensor)]

    ways = {}
    for output in model.outputs:
        ways |= dict(back(output))
    return list(ways.values()), [branches.get(place, []) for place in range(len(places))]


def ordinal(found, place):
    """Which one of its kind a step is: "the second convolution"."""
    word, branch = found[place].word, found[place].branch
    kinds = [(step.word, step.branch if branch else "") for step in found]
    of = f" of {branch}" if branch else ""
    if kinds.count((word, branch)) == 1:
        return f"the {word}{of}"
    number = kinds[: place + 1].count((word, branch))
    if number <= len(ORDINALS):
        return f"the {ORDINALS[number - 1]} {word}{of}"
    teen = number % 100 // 10 == 1
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"the {number}{ending} {word}{of}"


def _rank(way):
    """What sorts branches: the longer first, then kinds and sizes, then the filters."""
    found = [step for _, step in way]
    sizes = [(s.word, [pair for pair in s.settings if pair[0] not in COUNTS]) for s in found]
    return -len(found), str(sizes), str([s.settings for s in found])


def _sources(ways, merged):
    """Which steps a merge reads, in words."""
    places, known = list(merged), list(merged.values())
    read = [places.index(way[-1][0]) if way else None for way in ways]
    return tuple("the input" if p is None else ordinal(known, p) for p in read)


def _described(call):
    """The steps of one call: a convolution with activation="relu" is two."""
    layer, kind = call.layer, type(call.layer).__name__
    if isinstance(layer, (layers.InputLayer, layers.Identity)):
        return []
    if isinstance(layer, keras.Model):
        return walk(layer)[0]
    if isinstance(layer, layers.Activation):
        return _activation(layer.activation)
    if isinstance(layer, layers.Reshape) and len(call.shape) == 1:
        kind = "Flatten"
    if kind == "Flatten" and follows_average(call):
        return []  # one place of many channels is a vector already
    if averages_all(call):
        return [Step(WORDS["GlobalAveragePooling2D"])]
    if factor := scales_by(call):
        return [Step(WORDS["Rescaling"], (("factor", factor), ("offset", 0)))]
    settings = {}
    small = set(getattr(layer, "kernel_size", (0,))) == {1}  # 1×1 pads nothing, whatever it says
    for name in (*ATTRIBUTES, *UNUSUAL):
        value = getattr(layer, name, None)
        if name in NORMALISING and not isinstance(layer, layers.BatchNormalization):
            continue
        if name == "use_bias" and hasattr(layer, name):
            value = bool(value)
        if value is None and name == "strides" and "pool_size" in settings:  # ops.max_pool
            value = settings["pool_size"]
        if name in UNUSUAL and as_usual(value, UNUSUAL[name]):
            continue
        if value is not None and not (small and name == "padding"):
            settings[name] = (value,) * 2 if name in PAIRED and isinstance(value, int) else value
    if "padding" in settings:
        settings["padding"] = padding_of(call)
    if isinstance(layer, layers.Rescaling):
        settings |= {"factor": layer.scale, "offset": layer.offset}
    axis = getattr(layer, "axis", None)
    if isinstance(axis, int) and axis not in (-1, len(call.shape)):
        settings["axis"] = axis
    at_pixels = isinstance(layer, layers.Dense) and len(call.shape) == 3
    if at_pixels:
        kind, one = "Conv2D", (1, 1)
        settings = {"filters": layer.units, "kernel_size": one, "strides": one}
        settings["use_bias"] = layer.use_bias
    word, name = WORDS.get(kind, kind), _given_name(layer)
    count = layer.count_params() if isinstance(layer, layers.Layer) else 0
    found = [Step(word, tuple(settings.items()), name, at_pixels=at_pixels, parameters=count)]
    activation = getattr(layer, "activation", None)
    return found if activation is None else found + _activation(activation)


def _activation(function):
    name = getattr(function, "__name__", type(function).__name__)
    return [] if name == "linear" else [Step(WORDS.get(name, ACTIVATIONS.get(name, name)))]


def _given_name(layer):
    """A layer's name, unless it is one that Keras makes: conv2d_7 of a Conv2D."""
    own = re.sub(r"(_\d+)?$", "", layer.name).replace("_", "")
    return "" if own == type(layer).__name__.lower() else layer.name
