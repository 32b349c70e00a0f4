"""AlexNet: the two towers of the paper, or one network, as it is lectured today.

Source: Krizhevsky, Sutskever, Hinton, "ImageNet Classification with Deep Convolutional Neural
Networks", NIPS 2012, section 3.5.
"""

import keras
from keras import layers

from utils.layers import LocalResponseNormalization
from utils.networks.arguments import at_least, check, scaled

# Section 3.5, both towers together: filters, kernel, stride, padding, whether the layer reads
# both towers, whether response normalisation follows, whether pooling follows.
CONVOLUTIONS = {
    "conv1": (96, 11, 4, "valid", False, True, True),
    "conv2": (256, 5, 1, "same", False, True, True),
    "conv3": (384, 3, 1, "same", True, False, False),
    "conv4": (384, 3, 1, "same", False, False, False),
    "conv5": (256, 3, 1, "same", False, False, True),
}
DENSE = {"fc6": 4096, "fc7": 4096}


def alexnet(
    *,
    towers=2,
    width=1,
    input_shape=(227, 227, 3),
    classes=1000,
    logits=False,
    name="alexnet",
):
    """AlexNet with `towers=2`, one a GPU of 2012, meeting at conv3 and fc6; or with one.

    Input (batch, 227, 227, 3), output (batch, classes) of probabilities, or of raw scores with
    `logits=True`. 60,965,224 parameters with two towers, 62,378,344 with one. `width` multiplies
    the filters and the dense units, for small experiments. The initial weights are Keras's. Raises
    ValueError for other towers than 1 and 2 and for images under 67x67 pixels.
    """
    input_shape, classes = check(name, input_shape, classes, width)
    if towers not in (1, 2):
        raise ValueError(f"{name}: towers is 2, as published, or 1, as lectured; got {towers}")
    at_least(name, input_shape, 67, "the last pooling has nothing left to pool")
    image = keras.Input(input_shape, name="input")
    sides = ("_a", "_b") if towers == 2 else ("",)
    x = [image] * towers
    for conv, (filters, *geometry, reads_both, norm, pool) in CONVOLUTIONS.items():
        if reads_both:
            x = [_meet(x, f"{conv}_input")] * towers
        share = scaled(filters / towers, width)
        for i, side in enumerate(sides):
            x[i] = _convolution(x[i], share, *geometry, conv, side)
            if norm:
                x[i] = LocalResponseNormalization(name=f"norm{conv[-1]}{side}")(x[i])
            if pool:
                x[i] = layers.MaxPooling2D(3, 2, name=f"pool{conv[-1]}{side}")(x[i])
    x = layers.Flatten(name="flatten")(_meet(x, "fc6_input"))
    for dense, units in DENSE.items():
        x = layers.Dense(scaled(units, width), activation="relu", name=dense)(x)
        x = layers.Dropout(0.5, name=f"dropout{dense[-1]}")(x)
    x = layers.Dense(classes, activation=None if logits else "softmax", name="predictions")(x)
    return keras.Model(image, x, name=name)


def _convolution(x, filters, kernel, stride, padding, name, side):
    conv = layers.Conv2D(filters, kernel, stride, padding, activation="relu", name=name + side)
    return conv(x)


def _meet(towers, name):
    return layers.Concatenate(name=name)(towers) if len(towers) > 1 else towers[0]
