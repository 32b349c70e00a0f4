"""Published weights for these networks: carried over by name, one layer at a time."""

import gc
import json
from functools import partial
from pathlib import Path

import keras
from keras import layers

from utils.graph import calls

APPLICATIONS = {
    "vgg16": keras.applications.VGG16,
    "vgg19": keras.applications.VGG19,
    "resnet50": keras.applications.ResNet50,
    "resnet101": keras.applications.ResNet101,
    "resnet152": keras.applications.ResNet152,
    "mobilenet": keras.applications.MobileNet,
    "mobilenet_v2": keras.applications.MobileNetV2,
}
APPLICATIONS |= {
    f"mobilenet_{width}": partial(keras.applications.MobileNet, alpha=width)
    for width in (0.75, 0.5, 0.25)
}
APPLICATIONS |= {
    f"mobilenet_v2_{width}": partial(keras.applications.MobileNetV2, alpha=width)
    for width in (1.4, 1.3, 0.75, 0.5, 0.35)
}

ACTIVATIONS = (layers.Activation, layers.ReLU, layers.Softmax, layers.LeakyReLU)
# Settings without effect on the output of a trained layer, or compared by its weights.
ELSEWHERE = "name trainable dtype momentum rate seed noise_shape use_bias synchronized".split()
ELSEWHERE += "batch_shape batch_input_shape sparse ragged optional autocast filters units".split()
UNTRAINED = ("_initializer", "_regularizer", "_constraint")


def transfer(source, target):
    """Copies the weights of every layer of `source` to the layer of that name in `target`.

    A convolution with a bias may go to one without, where batch normalisation follows: x_conv is
    followed by x_bn. The bias is then taken off the moving mean, which makes the same network in
    use (not in training, where normalisation removes any bias). Raises ValueError, before anything
    is copied, where the models differ: a layer with weights that only one of them has, weights of
    another shape, other settings of layers of one name (strides, padding, activation, epsilon and
    so on), or layers that follow one another otherwise; it names the first of these layers.
    """
    theirs, ours, biases = _matched(source, target)
    for name, weights in theirs.items():
        for mine, weight in zip(ours[name], weights):
            mine.assign(keras.ops.convert_to_numpy(weight))  # JAX would share the array
    for name, bias in biases.items():
        moving_mean = target.get_layer(name).moving_mean
        moving_mean.assign(moving_mean - bias)


def _matched(source, target):
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
        if key == "axis" and isinstance(value, int) and value < 0 and layer.weights:
            value += len(layer.output.shape)
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
            reads[call.layer.name] = sorted({*reads.get(call.layer.name, ()), *before})
        for tensor in call.outputs:
            sources[id(tensor)] = [call.layer.name] if weighs else before
    return reads


def load(model, weights):
    """Loads weights: "imagenet", those of keras.applications, or the path of a weights file.

    "imagenet" wants vgg("D"), vgg("E"), resnet(50), (101) or (152), mobilenet or mobilenet_v2, the
    last two of a width that Keras has, with 1000 classes; Keras downloads the published file and
    checks its hash. Their input is what `preprocess_input` of keras.applications.vgg16, .resnet,
    .mobilenet or .mobilenet_v2 makes of an image. A file is one that
    `model.save_weights` wrote. Raises ValueError for another architecture, before anything is
    downloaded, and for a file whose hash is wrong; FileNotFoundError offline. Where it raises, the
    model keeps the weights that it has.
    """
    if weights != "imagenet":
        _from_file(model, Path(weights).expanduser())
        return
    if model.name not in APPLICATIONS:
        raise ValueError(
            f"no imagenet weights for {model.name!r}; there are some for {', '.join(APPLICATIONS)}"
        )
    build = APPLICATIONS[model.name]
    _matched(build(weights=None), model)  # raises for another architecture
    gc.collect()  # Keras's models are cycles; this one may hold half a gigabyte
    transfer(_online(f"the weights of {model.name}", lambda: build(weights="imagenet")), model)


def _from_file(model, path):
    """The weights of a file; where it does not fit, those that the model had."""
    before = model.get_weights()
    try:
        model.load_weights(path)
    except BaseException:
        model.set_weights(before)
        raise


def likeliest(probabilities, count=5):
    """ImageNet's likeliest classes for each image, [(name, probability), ...], best first.

    `probabilities` are (images, 1000). Keras downloads the classes' names once; raises
    FileNotFoundError offline.
    """
    decode = keras.applications.imagenet_utils.decode_predictions
    named = _online("the names of ImageNet's classes", lambda: decode(probabilities, top=count))
    return [[(name, float(p)) for _, name, p in image] for image in named]


def _online(what, fetch):
    try:
        return fetch()
    except ValueError:
        raise  # a file whose hash is wrong, which Keras names
    except Exception as error:  # Keras raises a bare Exception when it cannot download
        raise FileNotFoundError(
            f"{what} cannot be downloaded ({error}); go online once, Keras keeps them in "
            f"~/.keras/models"
        ) from None


def _weights(model):
    """The weights of every layer that has some, by the layer's name."""
    return {layer.name: list(layer.weights) for layer in model.layers if layer.weights}


def _shapes(weights, name):
    return [tuple(w.shape) for w in weights[name]] if name in weights else "no weights"
