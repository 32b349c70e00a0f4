"""Whether two networks are one, layer by layer; then the weights go over by name."""

import json

import keras
import numpy as np
from keras import layers

from utils.graph import calls

ACTIVATIONS = (layers.Activation, layers.ReLU, layers.Softmax, layers.LeakyReLU)
# Settings without effect on the output of a trained layer, or compared by its weights.
ELSEWHERE = "name trainable dtype momentum rate seed noise_shape use_bias synchronized".split()
ELSEWHERE += "batch_shape batch_input_shape sparse ragged optional autocast filters units".split()
UNTRAINED = ("_initializer", "_regularizer", "_constraint")


def transfer(source, target):
    """Copies the weights of every layer of `source` to the layer of that name in `target`.

    A convolution with a bias may go to one without, where batch normalisation follows: x_conv is
    followed by x_bn. The bias is then taken off the moving mean, which makes the same network in
    use (not in training, where normalisation removes any bias). A Normalization may have any name;
    a factor a channel behind it, which Keras puts there, goes into its variance. Raises ValueError,
    before anything is copied, where the models differ: a layer with weights that only one of them
    has, weights of another shape, other settings of layers of one name (strides, padding,
    activation, epsilon and so on), or layers that follow one another otherwise; it names the first
    of these layers.
    """
    theirs, ours, biases = match(source, target)
    for name, weights in theirs.items():
        for mine, weight in zip(ours[name], weights):
            mine.assign(keras.ops.convert_to_numpy(weight))  # JAX would share the array
    for name, bias in biases.items():
        moving_mean = target.get_layer(name).moving_mean
        moving_mean.assign(moving_mean - bias)
    for layer in target.layers:
        if isinstance(layer, layers.Normalization):
            layer.adapt_variance.assign(layer.adapt_variance / _factor(source) ** 2)
            layer.finalize_state()


def match(source, target):
    """Both models' weights by layer, and the biases that go into a moving mean.

    Raises ValueError where the models differ.
    """
    theirs, ours = _weights(source), _weights(target)
    biases = {}
    for name in list(theirs):
        follower = name.removesuffix("_conv") + "_bn"
        if follower in theirs and len(theirs[name]) == 2 and len(ours.get(name, ())) == 1:
            biases[follower] = theirs[name].pop()
    for name in [*theirs, *ours]:
        there, here = _shapes(theirs, name), _shapes(ours, name)
        if there != here:
            raise ValueError(
                f"the weights of {source.name} do not fit {target.name}: layer {name!r} has "
                f"{there} there and {here} here; build {target.name} with the arguments of "
                f"{source.name}"
            )
    _check_settings(source, target)
    _check_order(source, target)
    return theirs, ours, biases


def _check_settings(source, target):
    """Raises ValueError where layers of one name compute something else."""
    ours = {layer.name: layer for layer in target.layers}
    for layer in source.layers:
        mine = ours.get(layer.name, layer)
        there, here = _settings(layer), _settings(mine)
        if _is_alike(type(layer), type(mine)):
            del there["kind"]
        if other := [key for key in there if here.get(key, there[key]) != there[key]]:
            key = other[0]
            raise ValueError(
                f"{source.name} and {target.name} compute something else: layer {layer.name!r} has "
                f"{key} {there[key]} there and {here[key]} here; build {target.name} with the "
                f"arguments of {source.name}"
            )


def _is_alike(one, other):
    """Whether two kinds of layer may stand for one another: a kind and its own, two activations."""
    activations = issubclass(one, ACTIVATIONS) and issubclass(other, ACTIVATIONS)
    return issubclass(one, other) or issubclass(other, one) or activations


def _settings(layer):
    """What changes a trained layer's output, as text by its name."""
    found = {"kind": type(layer).__name__}
    for key, value in layer.get_config().items():
        if key == "axis" and (layer.weights or isinstance(layer, layers.Concatenate)):
            value = [n % len(layer.output.shape) for n in np.atleast_1d(value).tolist()]
        if key not in ELSEWHERE and not key.endswith(UNTRAINED):
            found[key] = json.dumps(value, default=str)
    if set(found.get("kernel_size", "")) <= set("[1, ]"):
        found.pop("padding", None)  # nothing to pad for
    return found


def _check_order(source, target):
    """Raises ValueError where a layer reads others there than here."""
    there, here = _reads(source), _reads(target)
    for name in there:
        if there[name] != here.get(name, there[name]):
            raise ValueError(
                f"{source.name} and {target.name} are wired otherwise: layer {name!r} reads "
                f"{', '.join(there[name]) or 'the input'} there and "
                f"{', '.join(here[name]) or 'the input'} here"
            )


def _reads(model):
    """The layers with weights that come before each of them, by its name."""
    reads, sources = {}, {}
    for call in calls(model, open_nested=False):
        before = sorted({name for tensor in call.inputs for name in sources.get(id(tensor), ())})
        weighs = bool(getattr(call.layer, "weights", ()))
        if weighs:
            name = _name(call.layer)
            reads[name] = sorted({*reads.get(name, ()), *before})
        for tensor in call.outputs:
            sources[id(tensor)] = [name] if weighs else before
    return reads


def _weights(model):
    """The weights of every layer that has some, by the layer's name."""
    return {_name(layer): list(layer.weights) for layer in model.layers if layer.weights}


def _name(layer):
    """Its name; a Normalization has none in keras.applications, so it is called after its kind."""
    return "normalization" if isinstance(layer, layers.Normalization) else layer.name


def _factor(model):
    """What a model multiplies each channel of its image by, behind a Normalization; else 1."""
    factors = [layer.scale for layer in model.layers if isinstance(layer, layers.Rescaling)]
    return np.array([f for f in factors if np.ndim(f)] or 1.0, "float32").squeeze()


def _shapes(weights, name):
    return [tuple(w.shape) for w in weights[name]] if name in weights else "no weights"
