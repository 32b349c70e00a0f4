"""Published weights for these networks: carried over by name, one layer at a time."""

import gc

import keras

APPLICATIONS = {"vgg16": keras.applications.VGG16, "vgg19": keras.applications.VGG19}


def transfer(source, target):
    """Copies the weights of every layer of `source` to the layer of that name in `target`.

    Raises ValueError, before anything is copied, where the models differ: a layer that only
    one of them has, or weights of another shape; it names the first of these layers.
    """
    theirs, ours = _shapes(source), _shapes(target)
    for name in [*theirs, *ours]:
        if theirs.get(name) != ours.get(name):
            raise ValueError(
                f"the weights of {source.name} do not fit {target.name}: layer {name!r} has "
                f"{theirs.get(name, 'no weights')} there and {ours.get(name, 'no weights')} here; "
                f"build {target.name} with the arguments of {source.name}"
            )
    for name in theirs:
        target.get_layer(name).set_weights(source.get_layer(name).get_weights())


def load(model, weights):
    """Loads weights: "imagenet", those of keras.applications, or the path of a weights file.

    "imagenet" wants networks.vgg("D") or ("E") with 1000 classes; Keras downloads the published
    file and checks its hash. A file is one that `model.save_weights` wrote. Raises ValueError for
    another architecture, before anything is downloaded, and FileNotFoundError offline.
    """
    if weights != "imagenet":
        model.load_weights(weights)
        return
    if model.name not in APPLICATIONS:
        raise ValueError(
            f"no imagenet weights for {model.name!r}; there are some for {', '.join(APPLICATIONS)}"
        )
    build = APPLICATIONS[model.name]
    transfer(build(weights=None), model)  # raises for another architecture
    gc.collect()  # Keras's models are cycles; this one may hold half a gigabyte
    transfer(_online(f"the weights of {model.name}", lambda: build(weights="imagenet")), model)


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
    except Exception as error:  # Keras raises a bare Exception when it cannot download
        raise FileNotFoundError(
            f"{what} cannot be downloaded ({error}); go online once, Keras keeps them in "
            f"~/.keras/models"
        ) from None


def _shapes(model):
    """The shapes of the weights of every layer that has some, by the layer's name."""
    return {
        layer.name: [tuple(w.shape) for w in layer.weights]
        for layer in model.layers
        if layer.weights
    }
