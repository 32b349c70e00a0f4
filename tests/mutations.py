"""Networks in which one layer is set otherwise, dropped, doubled or exchanged with the next."""

from dataclasses import dataclass
from itertools import count

import keras
from keras import layers

from utils.graph import calls, readers

# What a setting may become, by its name: the values to try, the first that differ.
OTHERS = {
    "filters": lambda n: (n + 1, 2 * n, n // 2),
    "units": lambda n: (n + 1, 2 * n, n // 2),
    "kernel_size": lambda k: ((1, 1), (3, 3), (5, 5)),
    "pool_size": lambda k: ((2, 2), (3, 3)),
    "strides": lambda s: ((1, 1), (2, 2)),
    "padding": lambda p: ("same", "valid"),
    "use_bias": lambda b: (not b,),
    "rate": lambda r: (0.3, 0.6),
    "activation": lambda a: ("relu", "tanh", "linear", "sigmoid"),
}
POOLINGS = {
    layers.MaxPooling2D: layers.AveragePooling2D,
    layers.AveragePooling2D: layers.MaxPooling2D,
    layers.GlobalAveragePooling2D: layers.GlobalMaxPooling2D,
}
NAMES = (f"layer_{number}" for number in count())
ACTIVE = (layers.Activation, layers.Conv2D, layers.Dense)
MEANS = (layers.AveragePooling2D, layers.GlobalAveragePooling2D)
SAME = (layers.Flatten, layers.Reshape, layers.Identity)  # twice is once, and values stay
# Exchange with a ReLU, which leaves zeros zeros.
MONOTONE = (layers.MaxPooling2D, layers.GlobalMaxPooling2D, layers.ZeroPadding2D, *SAME)


@dataclass(frozen=True)
class Mutation:
    """What is done to the layer at a place among a network's calls: a setting, or a deed."""

    place: int
    what: str
    value: object = None


def mutations(model):
    """Every mutation of a model that changes what it computes, a list of `Mutation`."""
    found, all_calls = [], calls(model, open_nested=False)
    for place, call in enumerate(all_calls):
        if isinstance(call.layer, layers.InputLayer) or not isinstance(call.layer, layers.Layer):
            continue
        found += [Mutation(place, *pair) for pair in _settings(call)]
        if type(call.layer) in POOLINGS:
            found.append(Mutation(place, "kind"))
        if not isinstance(call.layer, layers.Identity):
            found.append(Mutation(place, "drop"))
        if not _twice_is_once(call.layer) and len(call.inputs) == 1:
            found.append(Mutation(place, "double"))
        if _exchangeable(all_calls, place):
            found.append(Mutation(place, "exchange"))
    return found


def mutated(model, mutation):
    """The model with one mutation; None where its shapes do not fit any more.

    It shares with the model the layers before the mutation, and those behind it that still fit.
    """
    known, found = {}, calls(model, open_nested=False)
    try:
        for place, call in enumerate(found):
            inputs = [known.get(id(tensor), tensor) for tensor in call.inputs]
            alike = all(a is b for a, b in zip(inputs, call.inputs))
            if alike and place != mutation.place:
                continue
            args, kwargs = call.node.arguments.fill_in(dict(zip(map(id, call.inputs), inputs)))
            if place == mutation.place:
                output = _done(mutation, call.layer, args, kwargs, found)
            elif mutation.what == "exchange" and place == mutation.place + 1:
                output = inputs[0]
            else:
                fits = [t.shape for t in inputs] == [t.shape for t in call.inputs]
                output = (call.layer if fits else _copy(call.layer))(*args, **kwargs)
            known[id(call.outputs[0])] = output
        return keras.Model(model.inputs, [known.get(id(t), t) for t in model.outputs])
    except (ValueError, TypeError, AttributeError):
        return None


def _settings(call):
    layer = call.layer
    for name, others in OTHERS.items():
        now = getattr(layer, name, None)
        if now is None or (name == "activation" and not isinstance(layer, ACTIVE)):
            continue
        now = getattr(now, "__name__", now) if name == "activation" else now
        if name == "padding" and (isinstance(now, tuple) or _fits(call)):
            continue
        if name == "strides" and call.shape[:2] == (1, 1):  # one place, from which nothing moves
            continue
        for other in others(now):
            if other != now and other != 0:
                yield name, other


def _fits(call):
    """Whether a window fits without padding, so that it makes no difference."""
    layer = call.layer
    size = getattr(layer, "kernel_size", None) or layer.pool_size
    return set(size) == {1} or all(
        n >= k and (n - k) % s == 0 and k <= s
        for n, k, s in zip(call.inputs[0].shape[1:3], size, layer.strides)
    )


def _copy(layer):
    if not isinstance(layer, layers.Layer):
        return layer
    return type(layer).from_config(layer.get_config() | {"name": next(NAMES)})


def _done(mutation, layer, args, kwargs, all_calls):
    if mutation.what == "drop":
        return args[0][-1] if isinstance(args[0], list) else args[0]
    if mutation.what == "double":
        return _copy(layer)(layer(*args, **kwargs))
    if mutation.what == "exchange":
        return layer(_copy(all_calls[mutation.place + 1].layer)(*args, **kwargs))
    config = layer.get_config() | {"name": next(NAMES)}
    if mutation.what == "kind":
        kind = POOLINGS[type(layer)]
        return kind.from_config(config)(*args, **kwargs)
    return type(layer).from_config(config | {mutation.what: mutation.value})(*args, **kwargs)


def _twice_is_once(layer):
    relu = isinstance(layer, layers.ReLU)
    if isinstance(layer, layers.Activation):
        relu = layer.activation is keras.activations.relu
    return relu or isinstance(layer, (*SAME, layers.GlobalAveragePooling2D))  # of one place


def _exchangeable(all_calls, place):
    """Whether a layer and the next are a chain, and computing them in the other order differs."""
    here = all_calls[place]
    if place + 1 == len(all_calls) or len(here.inputs) != 1:
        return False
    there = all_calls[place + 1]
    if (
        readers(all_calls).get(id(here.outputs[0])) != [there]
        or len(there.inputs) != 1
        or not isinstance(there.layer, layers.Layer)
    ):
        return False
    pair = [here.layer, there.layer]
    if _alike(*pair) or isinstance(here.layer, layers.Rescaling):  # what is linear commutes
        return False
    if any(isinstance(x, MEANS) for x in pair) and any(map(_mixes_linearly, pair)):
        return False
    if any(isinstance(layer, SAME) for layer in pair):
        return False
    relus = [layer for layer in pair if _twice_is_once(layer)]
    return not (relus and any(isinstance(layer, MONOTONE) for layer in pair if layer not in relus))


def _mixes_linearly(layer):
    """Whether it is a 1x1 convolution without activation, which a mean may come before or after."""
    if not isinstance(layer, layers.Conv2D) or set(layer.kernel_size + layer.strides) != {1}:
        return False
    return layer.activation is keras.activations.linear


def _alike(a, b):
    configs = [layer.get_config() | {"name": None} for layer in (a, b)]
    return type(a) is type(b) and configs[0] == configs[1]
