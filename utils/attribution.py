"""What a network looks at: class activation maps, Grad-CAM, occlusion.

Each function takes a functional keras.Model, one image (height, width, channels) as the model's
input takes it, and the number of a class, and returns a map. They work on every backend.
"""

from math import prod

import keras
import numpy as np
from keras import layers, ops

from utils.graph import calls

TOGETHER = 32  # images at once
# What may stand between the last feature maps and the scores, besides the one layer with weights.
WEIGHTLESS = (layers.GlobalAveragePooling2D, layers.Dropout, layers.Flatten, layers.Reshape)
WEIGHTLESS += (layers.Softmax, layers.Activation, layers.Identity)


def class_activation(model, image, index):
    """Where the last feature maps speak for a class, or against it: (h, w), as large as they are.

    For a network that ends in a global average pooling and one dense layer: the maps, each times
    the weight by which the class reads its mean. The mean of the result, and the bias, are the
    class's score. Raises ValueError for a network that ends otherwise. Source: Zhou et al. 2016,
    "Learning Deep Features for Discriminative Localization", section 2.
    """
    maps, after = _features(model)
    weighted = [call.layer for call in after if call.layer.weights]
    kinds = {type(call.layer) for call in after if not call.layer.weights}
    strange = [kind.__name__ for kind in kinds if not issubclass(kind, WEIGHTLESS)]
    averaged = layers.GlobalAveragePooling2D in kinds
    if len(weighted) != 1 or not averaged or strange:
        raise ValueError(
            f"{model.name} does not end in a global average pooling and one dense layer, which "
            f"class activation maps need; attribution.grad_cam takes other networks, too"
        )
    image, index = _checked(model, image, index)
    found = _numpy(keras.Model(model.input, maps)(image[None]))[0]
    kernel = _numpy(weighted[0].kernel)
    return found @ kernel.reshape(-1, kernel.shape[-1])[:, index]


def grad_cam(model, image, index, layer=None):
    """Where feature maps speak for a class: (h, w), as large as they are, 0 or more.

    The maps of `layer` (its name; else the last maps of the network), each times the mean gradient
    of the class's score with respect to it, added up; what is negative becomes 0. For a network
    that ends in a global average and a dense layer it is the positive part of the class activation
    map, over the number of places. Raises ValueError for a layer without maps, and for one that a
    shortcut leads around. Source: Selvaraju et al. 2017, "Grad-CAM", equations 1 and 2.
    """
    maps = _features(model)[0] if layer is None else model.get_layer(layer).output
    if len(maps.shape) != 4:
        raise ValueError(
            f"{layer} makes vectors of shape {tuple(maps.shape[1:])}, not maps; choose a layer "
            f"before it"
        )
    image, index = _checked(model, image, index)
    try:
        rest = keras.Model(maps, _scores(model))
    except ValueError:
        raise ValueError(
            f"{layer}: a shortcut or another branch leads around it, so the score does not depend "
            f"on it alone; choose the layer where they meet again"
        ) from None
    found = ops.convert_to_tensor(keras.Model(model.input, maps)(image[None]))
    slopes = _numpy(_gradient(lambda x: ops.sum(rest(x)[:, index]), found))[0]
    return np.maximum(_numpy(found)[0] @ slopes.mean(axis=(0, 1)), 0)


def occlusion(model, image, index, patch=32, stride=16, value=None):
    """How much less likely a class becomes where a patch is hidden: (rows, columns), one a place.

    A square of `patch` pixels, filled with `value` (the image's mean), moves by `stride`. Positive
    where the network needs what it hides. Source: Zeiler and Fergus 2014, section 4.2.
    """
    image, index = _checked(model, image, index)
    height, width = image.shape[:2]
    if not 0 < patch <= min(height, width) or stride < 1:
        raise ValueError(
            f"a patch has 1 to {min(height, width)} pixels and moves by at least 1; got a patch of "
            f"{patch} that moves by {stride}"
        )
    tops, lefts = (range(0, size - patch + 1, stride) for size in (height, width))
    hidden = np.repeat(image[None], len(tops) * len(lefts), axis=0)
    places = ((top, left) for top in tops for left in lefts)
    for picture, (top, left) in zip(hidden, places):
        fill = image.mean(axis=(0, 1)) if value is None else value
        picture[top : top + patch, left : left + patch] = fill
    starts = range(0, len(hidden), TOGETHER)
    parts = [_numpy(model(hidden[i : i + TOGETHER]))[:, index] for i in starts]
    whole = _numpy(model(image[None]))[0, index]
    return (whole - np.concatenate(parts)).reshape(len(tops), len(lefts))


def _checked(model, image, index):
    """The image as float32 and the class's number, or a sentence."""
    image, wanted = np.asarray(image, "float32"), tuple(model.input_shape[1:])
    if image.ndim != 3 or any(n not in (None, m) for n, m in zip(wanted, image.shape)):
        raise ValueError(
            f"{model.name} takes one image of shape {wanted}; got {image.shape}; data.photo(path, "
            f"pixels) makes a square of any size"
        )
    count = model.output_shape[-1]
    if not isinstance(index, int | np.integer) or not 0 <= index < count:
        raise ValueError(f"{model.name} has the classes 0 to {count - 1}; got {index!r}")
    return image, int(index)


def _features(model):
    """The last feature maps of a model, with more than one place, and the calls behind them."""
    found = calls(model, open_nested=False)
    for number, call in reversed(list(enumerate(found))):
        shape = call.outputs[0].shape
        if len(shape) == 4 and prod(n or 2 for n in shape[1:3]) > 1:
            after = found[number + 1 :]
            if inside := [c.layer.name for c in after if isinstance(c.layer, keras.Model)]:
                raise ValueError(
                    f"{model.name}: the last feature maps are inside of {inside[0]}, a model in "
                    f"the model; let it end with its maps (include_top=False, no pooling), and "
                    f"pool behind it"
                )
            return call.outputs[0], after
    raise ValueError(f"{model.name} has no feature maps: no layer makes (height, width, channels)")


def _scores(model):
    """The scores that a model's softmax turns into probabilities; without a softmax, its output."""
    last = calls(model, open_nested=False)[-1]
    if isinstance(last.layer, layers.Softmax):
        return last.inputs[0]
    if getattr(last.layer, "activation", None) is not keras.activations.softmax:
        return model.output
    if not last.layer.weights:
        return last.inputs[0]
    config = last.layer.get_config() | {"activation": None, "name": f"{last.layer.name}_scores"}
    linear = type(last.layer).from_config(config)
    scores = linear(last.inputs[0])
    linear.set_weights(last.layer.get_weights())
    return scores


def _gradient(function, x):
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        return tape.gradient(y, x)
    if keras.backend.backend() == "jax":
        import jax

        return jax.grad(function)(x)
    raise ValueError(f"gradients are taken with TensorFlow or JAX, not {keras.backend.backend()}")


def _numpy(tensor):
    return keras.ops.convert_to_numpy(tensor)
