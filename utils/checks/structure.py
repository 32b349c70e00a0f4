"""Two Keras graphs held against each other: the first layer that differs, in words."""

from collections import Counter

from keras import layers

from utils.graph import calls

ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
# What a layer is called in a sentence; the names of keras.ops are spelled alike.
WORDS = {
    "Activation": "activation",
    "Add": "addition",
    "AveragePooling2D": "average pooling",
    "BatchNormalization": "batch normalisation",
    "Concatenate": "concatenation",
    "Conv2D": "convolution",
    "Dense": "dense layer",
    "DepthwiseConv2D": "depthwise convolution",
    "Dropout": "dropout",
    "Flatten": "flattening",
    "GlobalAveragePooling2D": "global average pooling",
    "LocalResponseNormalization": "local response normalisation",
    "MaxPooling2D": "max pooling",
    "Multiply": "multiplication",
    "PadShortcut": "padded shortcut",
    "Relu": "ReLU",
    "ReLU": "ReLU",
    "Reshape": "reshaping",
    "SeparableConv2D": "separable convolution",
    "Softmax": "softmax",
    "Tanh": "tanh",
    "ZeroPadding2D": "zero padding",
}
ACTIVATIONS = {"relu": "ReLU"}
SPELLED = ("softmax", "sigmoid", "tanh")  # activations whose names are words already
PAIRED = {"kernel_size", "pool_size", "strides"}
ATTRIBUTES = ("filters", "units", "kernel_size", "pool_size", "strides", "padding", "use_bias")


def first_difference(mine, reference):
    """A sentence on the first layer of `mine` that `reference` does not have so; None if none.

    Branches may come in any order. Layers are compared by what they are and how they are set, not
    by their names. Where the reference is made of keras.ops rather than layers, there is nothing
    to compare: None.
    """
    own, wanted = steps(mine), steps(reference)
    if not {word for word, _ in wanted} <= {*WORDS.values(), *ACTIVATIONS.values(), *SPELLED}:
        return None
    for word in ("convolution", "dense layer"):
        here, there = (sum(step[0] == word for step in found) for found in (own, wanted))
        if abs(here - there) > 1:
            return f"it has {here} {word}s; it should have {there}"
    for place, (here, there) in enumerate(zip(own, wanted)):
        if here == there:
            continue
        if here[0] == there[0]:
            return _settings(here, there, _ordinal(own, place))
        return _order(own, wanted, place)
    if len(own) < len(wanted):
        return f"after {_ordinal(own, len(own) - 1)}, there is no {wanted[len(own)][0]} yet"
    if len(own) > len(wanted):
        return f"{_ordinal(own, len(wanted))} is one step too many: the network ends before it"
    return None


def steps(model):
    """A model's layers from input to output: (words, settings) each.

    Every layer follows what it reads; of branches that meet, the longest comes first, and of
    those as long as one another, the alphabet decides, so that their order does not matter.
    """
    maker = {id(tensor): call for call in calls(model) for tensor in call.outputs}
    known = {}

    def back(tensor):
        """The steps to this tensor, as a list of (key of the call, step)."""
        if id(tensor) not in known:
            call = maker[id(tensor)]
            ways = sorted(
                (back(t) for t in call.inputs),
                key=lambda way: (-len(way), str([step for _, step in way])),
            )
            merged = {}
            for way in ways:
                merged |= dict(way)
            described = _described(call)
            if len(ways) > 1:
                words, settings = described[0]
                described[0] = words, (*settings, ("reads", _sources(ways, merged)))
            found = [((id(call.outputs[0]), i), step) for i, step in enumerate(described)]
            known[id(tensor)] = [*merged.items(), *found]
        return known[id(tensor)]

    ways = {}
    for output in model.outputs:
        ways |= dict(back(output))
    return list(ways.values())


def _sources(ways, merged):
    """Which steps a merge reads, in words."""
    places, known = list(merged), list(merged.values())
    read = [places.index(way[-1][0]) if way else None for way in ways]
    return tuple("the input" if p is None else _ordinal(known, p) for p in read)


def _described(call):
    """The steps of one call: a convolution with activation="relu" is two."""
    layer, kind = call.layer, type(call.layer).__name__
    if isinstance(layer, layers.InputLayer):
        return []
    if isinstance(layer, layers.Activation):
        return [_activation(layer.activation)]
    settings = {}
    small = set(getattr(layer, "kernel_size", (0,))) == {1}  # 1×1 pads nothing, whatever it says
    for name in ATTRIBUTES:
        value = getattr(layer, name, None)
        if value is not None and not (small and name == "padding"):
            settings[name] = (value,) * 2 if name in PAIRED and isinstance(value, int) else value
    found = [(WORDS.get(kind, kind), tuple(settings.items()))]
    activation = getattr(layer, "activation", None)
    if activation is not None and activation.__name__ != "linear":
        found.append(_activation(activation))
    return found


def _activation(function):
    return ACTIVATIONS.get(function.__name__, function.__name__), ()


def _ordinal(found, place):
    """Which one of its kind a step is: "the second convolution"."""
    word = found[place][0]
    kinds = [step[0] for step in found]
    number = kinds[: place + 1].count(word)
    if kinds.count(word) == 1:
        return f"the {word}"
    return f"the {ORDINALS[number - 1] if number <= 10 else f'{number}th'} {word}"


def _settings(here, there, which):
    own, wanted = dict(here[1]), dict(there[1])
    name = next(n for n in [*wanted, *own] if own.get(n) != wanted.get(n))
    mine, needed = own.get(name), wanted.get(name)
    if name == "reads":
        own_only = [source for source in mine if source not in needed] or mine
        needed_only = [source for source in needed if source not in mine] or needed
        return f"{which} reads {' and '.join(own_only)}; it should read {' and '.join(needed_only)}"
    return {
        "filters": f"{which} has {mine} filters; it needs {needed}",
        "units": f"{which} has {mine} units; it needs {needed}",
        "kernel_size": f"{which} has filters of {_by(mine)}; they should be {_by(needed)}",
        "pool_size": f"{which} pools {_by(mine)}; it should pool {_by(needed)}",
        "strides": f"{which} moves by {_by(mine)}; it should move by {_by(needed)}",
        "padding": f"{which} pads {mine!r}; it should be {needed!r}",
        "use_bias": f"{which} has {'a' if mine else 'no'} bias; it should have "
        f"{'one' if needed else 'none'}",
    }[name]


def _by(size):
    return f"{size[0]}×{size[1]}" if isinstance(size, tuple) else size


def _order(own, wanted, place):
    """Where steps of different kinds stand in one place: one missing, too many, or swapped."""
    here, there = own[place][0], wanted[place][0]
    counts = Counter(step[0] for step in own)
    needed = Counter(step[0] for step in wanted)
    after = f"after {_ordinal(wanted, place - 1)}" if place else "at the start"
    if counts[there] < needed[there]:
        return f"{after} there is no {there}: next comes {_ordinal(own, place)}"
    if counts[here] > needed[here]:
        return f"{after} stands a {here} that does not belong there"
    return f"{_ordinal(own, place)} comes before the {there}; it should be the other way round"
