"""Published weights for these networks: those that ship, and those that Keras downloads."""

import gc
from functools import partial
from itertools import product
from pathlib import Path

import keras
import numpy as np

from utils.weights import shipped
from utils.weights.matching import match, transfer
from utils.weights.shipped import classes

__all__ = ["APPLICATIONS", "classes", "likeliest", "load", "transfer"]

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
APPLICATIONS |= {
    f"densenet{n}": getattr(keras.applications, f"DenseNet{n}") for n in (121, 169, 201)
}
APPLICATIONS |= {
    f"efficientnet_b{n}": getattr(keras.applications, f"EfficientNetB{n}") for n in range(8)
}


def _xception(**options):
    """Keras's Xception, with names for the convolutions and normalisations beside its blocks."""
    model = keras.applications.Xception(**options)
    unnamed = [layer for layer in model.layers if layer.weights and "block" not in layer.name]
    for layer, (number, kind) in zip(unnamed, product((2, 3, 4, 13), ("", "_bn"))):
        layer.name = f"block{number}_shortcut{kind}"
    return model


APPLICATIONS["xception"] = _xception


def load(model, weights):
    """Loads weights: "shipped", "imagenet" (of keras.applications), or the path of a weights file.

    "shipped" wants efficientnet("Lite0"), whose weights of ImageNet come with the course.
    "imagenet" wants vgg("D"), vgg("E"), resnet(50), (101) or (152), efficientnet("B0") to ("B7"),
    densenet(121), (169) or (201), xception, mobilenet or mobilenet_v2, the last two of a width that
    Keras has, with 1000 classes; Keras downloads the published file and checks its hash. Their
    input is what `preprocess_input` of keras.applications.vgg16, .resnet, .densenet, .xception,
    .mobilenet or .mobilenet_v2 makes of an image; EfficientNet takes numbers from 0 to 255. A file
    is one that `model.save_weights` wrote. Raises ValueError for another architecture, before
    anything is downloaded, and for a file whose hash is wrong; FileNotFoundError offline. Where it
    raises, the model keeps the weights that it has.
    """
    if weights == "shipped":
        shipped.load(model)
        return
    if weights != "imagenet":
        _from_file(model, Path(weights).expanduser())
        return
    if model.name not in APPLICATIONS:
        raise ValueError(
            f"no imagenet weights for {model.name!r}; there are some for "
            f'{", ".join(APPLICATIONS)}, and for efficientnet_lite0 some that ship: "shipped"'
        )
    build = APPLICATIONS[model.name]
    match(build(weights=None), model)  # raises for another architecture
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
    """ImageNet's likeliest classes for each image, [[(name, probability), ...], ...], best first.

    `probabilities` are (images, 1000). Raises ValueError for another shape.
    """
    probabilities, names = keras.ops.convert_to_numpy(probabilities), classes()
    if probabilities.ndim != 2 or probabilities.shape[1] != len(names):
        raise ValueError(
            f"probabilities of {len(names)} classes for each image, (images, {len(names)}), have "
            f"names; got the shape {probabilities.shape}"
        )
    best = np.argsort(-probabilities, axis=1, kind="stable")[:, :count]
    return [[(names[i], float(row[i])) for i in order] for row, order in zip(probabilities, best)]


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
