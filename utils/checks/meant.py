"""Names that Keras or the course does not know: what was meant by them."""

import ast
from difflib import get_close_matches
from inspect import signature

import keras

from utils import blocks

ELSEWHERE = ("Conv2D", "BatchNormalization", "Dense", "MaxPooling2D", "Dropout", "Flatten")


def _settings(layer):
    """The arguments of one of Keras's layers by its name, a list."""
    kind = getattr(keras.layers, layer, None)
    return [*signature(kind.__init__).parameters][1:] if kind else []


def keyword(layer, names):
    """What a layer has no argument for: the layer that has it, or what is meant."""
    given = next(iter(ast.literal_eval(names)))
    said = f"{layer} has no argument {given}"
    own = [name for name in _settings(layer) if name not in ("args", "kwargs")] + ["name"]
    ending = given.partition("_")[2]
    same = [n for n in own if ending and n.partition("_")[2] == ending and "bias" not in n]
    meant = same or get_close_matches(given, own, 1)
    if meant:
        return f"{said}: {meant[0]}?"
    having = [other for other in ELSEWHERE if given in _settings(other)]
    return f"{said}; {having[0]} has one" if having else said


def argument(function, name):
    """What a function of the course, or of Python, has no argument for, and what is meant."""
    build = getattr(blocks, function, None)
    known = list(signature(build).parameters)[1:] if build else []
    meant = get_close_matches(name, known, 1, 0.5)
    listed = f"; it has {', '.join(known)}" if known else ""
    return f"{function} has no argument {name}{f': {meant[0]}?' if meant else listed}"


def activation(name):
    """What Keras has no activation for, and what is meant."""
    known = [n for n in dir(keras.activations) if n.islower() and n not in ("get", "serialize")]
    meant = get_close_matches(name, known, 1)
    return f"Keras has no activation {name!r}" + (f": {meant[0]!r}?" if meant else "")
