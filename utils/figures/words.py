"""What a layer does, in a few words, and the colour that stands for it."""

import re

import keras
import numpy as np
from keras import layers

from utils.figures.style import GREEN, GREY, ORANGE, PURPLE, SKY

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
ACTIVATIONS = {"relu": "ReLU", "silu": "SiLU"}


def describe(call):
    """What a layer does, in a few words ("conv 3×3 /2"), and its colour."""
    layer, kind = call.layer, type(call.layer).__name__
    spelled = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r"\dD$", "", kind)).lower()
    words, colour = WORDS.get(kind, spelled.replace("pooling", "pool")), ORANGE
    if isinstance(layer, layers.InputLayer):
        colour = GREY
    elif isinstance(layer, keras.Model):
        words = f"{layer.name}, {len(layer.layers)} layers"
    elif isinstance(layer, layers.Activation):
        words = _activation(layer.activation)
    elif len(call.inputs) > 1:
        colour = PURPLE
        if isinstance(layer, layers.Concatenate):
            words = f"concat of {len(call.inputs)}"
    elif hasattr(layer, "kernel_size"):
        words += f" {_window(layer.kernel_size)}{_strides(layer)}"
        colour = SKY
    elif hasattr(layer, "pool_size"):
        words += f" {_window(layer.pool_size)}{_strides(layer)}"
    elif len(call.shape) == 1 and not kind.startswith("Global"):
        colour = GREEN
    return words, colour


def _activation(activation):
    """The name of an activation: a function, a partial one, a layer, or any other object."""
    activation = getattr(activation, "func", activation)
    name = getattr(activation, "__name__", type(activation).__name__)
    return WORDS.get(name, ACTIVATIONS.get(name, name))


def _strides(layer):
    """/2, or nothing for a layer that moves by one."""
    stride = np.max(getattr(layer, "strides", 1))
    return f" /{stride}" if stride > 1 else ""


def _window(size):
    return "×".join(map(str, size)) if isinstance(size, tuple) else f"{size}×{size}"
