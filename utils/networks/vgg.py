"""VGG: one 3x3 convolution, repeated.

Source: Simonyan, Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
Recognition", ICLR 2015, table 1. Layers are named as in keras.applications.
"""

import keras
from keras import layers

from utils.networks.arguments import at_least, check, scaled

# Table 1, its columns A to E (without A-LRN): the kernel sizes of each stage's convolutions.
FILTERS = (64, 128, 256, 512, 512)
COLUMNS = {
    "A": ((3,), (3,), (3, 3), (3, 3), (3, 3)),
    "B": ((3, 3), (3, 3), (3, 3), (3, 3), (3, 3)),
    "C": ((3, 3), (3, 3), (3, 3, 1), (3, 3, 1), (3, 3, 1)),
    "D": ((3, 3), (3, 3), (3, 3, 3), (3, 3, 3), (3, 3, 3)),
    "E": ((3, 3), (3, 3), (3, 3, 3, 3), (3, 3, 3, 3), (3, 3, 3, 3)),
}


def vgg(
    column="D",
    *,
    width=1,
    input_shape=(224, 224, 3),
    classes=1000,
    logits=False,
    name=None,
):
    """The network of one column of table 1: "D" is VGG-16, "E" VGG-19.

    Input (batch, 224, 224, 3), output (batch, classes) of probabilities, or of raw scores with
    `logits=True`; 138,357,544 parameters for "D". `width` multiplies the filters and the dense
    units. Raises ValueError for an unknown column and for images under 32x32 pixels.
    """
    if column not in COLUMNS:
        raise ValueError(f"vgg: table 1 has the columns {', '.join(COLUMNS)}; got {column!r}")
    stages = COLUMNS[column]
    name = name or f"vgg{sum(map(len, stages)) + 3}{'c' if column == 'C' else ''}"
    input_shape, classes = check(name, input_shape, classes, width)
    at_least(name, input_shape, 32, "five poolings halve it five times")
    image = x = keras.Input(input_shape, name="input")
    for stage, (filters, kernels) in enumerate(zip(FILTERS, stages), start=1):
        for i, kernel in enumerate(kernels, start=1):
            x = layers.Conv2D(
                scaled(filters, width),
                kernel,
                padding="same",
                activation="relu",
                name=f"block{stage}_conv{i}",
            )(x)
        x = layers.MaxPooling2D(2, name=f"block{stage}_pool")(x)
    x = layers.Flatten(name="flatten")(x)
    for dense in ("fc1", "fc2"):
        x = layers.Dense(scaled(4096, width), activation="relu", name=dense)(x)
    x = layers.Dense(classes, activation=None if logits else "softmax", name="predictions")(x)
    return keras.Model(image, x, name=name)
