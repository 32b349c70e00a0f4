"""GoogLeNet, the inception network: nine blocks and, in training, two side branches.

Source: Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, table 1 and section 5.
Blocks are named as in the authors' model.
"""

import keras
from keras import layers

from utils.blocks import conv_relu, inception_block
from utils.layers import LocalResponseNormalization
from utils.networks.arguments import at_least, check, scaled

# Table 1: filters of 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5 and pool proj, in each block.
BLOCKS = (
    ("3a", (64, 96, 128, 16, 32, 32)),
    ("3b", (128, 128, 192, 32, 96, 64)),
    ("4a", (192, 96, 208, 16, 48, 64)),
    ("4b", (160, 112, 224, 24, 64, 64)),
    ("4c", (128, 128, 256, 24, 64, 64)),
    ("4d", (112, 144, 288, 32, 64, 64)),
    ("4e", (256, 160, 320, 32, 128, 128)),
    ("5a", (256, 160, 320, 32, 128, 128)),
    ("5b", (384, 192, 384, 48, 128, 128)),
)
SIDE_BRANCHES = {"4a": "aux1", "4d": "aux2"}


def googlenet(
    *,
    auxiliary=True,
    width=1,
    input_shape=(224, 224, 3),
    classes=1000,
    logits=False,
    name="googlenet",
):
    """GoogLeNet; with `auxiliary`, its outputs are [main, aux1, aux2], else main alone.

    Input (batch, 224, 224, 3), each output (batch, classes) of probabilities, or of raw scores
    with `logits=True`; 13,378,280 parameters, 6,998,552 without the side branches. The paper
    weighs their losses by 0.3. `width` multiplies the filters and the dense units. Raises
    ValueError for images under 65x65 pixels.
    """
    input_shape, classes = check(name, input_shape, classes, width)
    at_least(
        name,
        input_shape,
        65,
        "inception_4a would leave its side branch under 5x5 pixels to pool, and inception_5a's "
        "5x5 filters would see under 3x3",
    )
    activation = None if logits else "softmax"
    image = keras.Input(input_shape, name="input")
    x, sides = _stem(image, width), []
    for block, filters in BLOCKS:
        filters = [scaled(n, width) for n in filters]
        x = inception_block(x, filters, name=f"inception_{block}")
        if block in ("3b", "4e"):
            x = layers.MaxPooling2D(3, 2, padding="same", name=f"pool{block[0]}")(x)
        if auxiliary and block in SIDE_BRANCHES:
            sides.append(_side_branch(x, width, classes, activation, SIDE_BRANCHES[block]))
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    x = layers.Dropout(0.4, name="dropout")(x)
    x = layers.Dense(classes, activation=activation, name="main")(x)
    return keras.Model(image, [x, *sides] if auxiliary else x, name=name)


def _stem(x, width):
    """Table 1 down to inception_3a: 224x224x3 -> 28x28x192."""
    pool = {"pool_size": 3, "strides": 2, "padding": "same"}
    x = conv_relu(x, scaled(64, width), 7, strides=2, name="conv1")
    x = layers.MaxPooling2D(**pool, name="pool1")(x)
    x = LocalResponseNormalization(k=1.0, alpha=2e-5, name="norm1")(x)
    x = conv_relu(x, scaled(64, width), 1, name="conv2_reduce")
    x = conv_relu(x, scaled(192, width), 3, name="conv2")
    x = LocalResponseNormalization(k=1.0, alpha=2e-5, name="norm2")(x)
    return layers.MaxPooling2D(**pool, name="pool2")(x)


def _side_branch(x, width, classes, activation, name):
    """Section 5: average pooling, a 1x1 convolution, a dense layer, dropout, a softmax."""
    x = layers.AveragePooling2D(5, 3, name=f"{name}_pool")(x)
    x = conv_relu(x, scaled(128, width), 1, name=f"{name}_conv")
    x = layers.Flatten(name=f"{name}_flatten")(x)
    dense = {"activation": "relu", "kernel_initializer": "he_normal"}
    x = layers.Dense(scaled(1024, width), name=f"{name}_fc", **dense)(x)
    x = layers.Dropout(0.7, name=f"{name}_dropout")(x)
    return layers.Dense(classes, activation=activation, name=name)(x)
