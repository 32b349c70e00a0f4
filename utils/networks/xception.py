"""Xception: inception's idea to its end, channels and places apart, with shortcuts.

Source: Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions", CVPR 2017, figure
5. Layers are named as in keras.applications.
"""

import keras
from keras import layers

from utils.blocks.depthwise import EPSILON, separable, separable_block
from utils.layers import BatchNormalization
from utils.networks.arguments import at_least, check, scaled

# Figure 5: the filters of each block's separable convolutions, and how it moves.
BLOCKS = (
    ((128, 128), 2),
    ((256, 256), 2),
    ((728, 728), 2),
    *[((728, 728, 728), 1)] * 8,
    ((728, 1024), 2),
)
LAST = (1536, 2048)


def xception(*, width=1, input_shape=(299, 299, 3), classes=1000, logits=False, name="xception"):
    """Xception, 36 convolutional layers in 14 blocks, 12 of them with a shortcut.

    Input (batch, 299, 299, 3), output (batch, classes) of probabilities, or of raw scores with
    `logits=True`; 22,855,952 trainable parameters. `width` multiplies the filters. Raises
    ValueError for images under 32x32 pixels.
    """
    input_shape, classes = check(name, input_shape, classes, width)
    at_least(name, input_shape, 32, "it is halved five times")
    image = x = keras.Input(input_shape, name="input")
    for i, (filters, strides) in enumerate(((32, 2), (64, 1)), start=1):
        conv = {"use_bias": False, "kernel_initializer": "he_normal", "name": f"block1_conv{i}"}
        x = layers.Conv2D(scaled(filters, width), 3, strides, **conv)(x)
        x = BatchNormalization(momentum=0.9, epsilon=EPSILON, name=f"block1_conv{i}_bn")(x)
        x = layers.Activation("relu", name=f"block1_conv{i}_act")(x)
    for number, (filters, strides) in enumerate(BLOCKS, start=2):
        filters = [scaled(n, width) for n in filters]
        x = separable_block(x, filters, strides=strides, relu=number > 2, name=f"block{number}")
    for i, filters in enumerate(LAST, start=1):
        x = separable(x, scaled(filters, width), name=f"block14_sepconv{i}")
        x = layers.Activation("relu", name=f"block14_sepconv{i}_act")(x)
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    x = layers.Dense(classes, activation=None if logits else "softmax", name="predictions")(x)
    return keras.Model(image, x, name=name)
