"""Published weights for these networks: carried over by name, one layer at a time."""

import gc

import keras

APPLICATIONS = {
    "vgg16": keras.applications.VGG16,
    "vgg19": keras.applications.VGG19,
    "resnet50": keras.applications.ResNet50,
    "resnet101": keras.applications.ResNet101,
    "resnet152": keras.applications.ResNet152,
}


def transfer(source, target):
    """Copies the weights of every layer of `source` to the layer of that name in `target`.

    A convolution with a bias may go to one without, where batch normalisation follows: x_conv is
    followed by x_bn. The bias is then taken off the moving mean, which makes the same network in
    use (not in training, where normalisation removes any bias). Raises ValueError, before anything
    is copied, where the models differ: a layer that only one of them has, or weights of another
    shape; it names the first of these layers.
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
    return theirs, ours, biases


def load(model, weights):
    """Loads weights: "imagenet", those of keras.applications, or the path of a weights file.

    "imagenet" wants vgg("D"), vgg("E") or resnet(50), (101) or (152) of networks, with 1000
    classes; Keras downloads the published file and checks its hash. Their input is what
    `preprocess_input` of keras.applications.vgg16 or .resnet makes of an image. A file is one that
    `model.save_weights` wrote. Raises ValueError for another architecture, before anything is
    downloaded, and for a file whose hash is wrong; FileNotFoundError offline. Where it raises, the
    model keeps the weights that it has.
    """
    if weights != "imagenet":
        model.load_weights(weights)
        return
    if model.name not in APPLICATIONS:
        raise ValueError(
            f"no imagenet weights for {model.name!r}; there are some for {', '.join(APPLICATIONS)}"
        )
    build = APPLICATIONS[model.name]
    _matched(build(weights=None), model)  # raises for another architecture
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
