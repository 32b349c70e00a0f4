"""MobileNet: depthwise separable convolutions, and inverted residual blocks.

Sources: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
Applications", arXiv 1704.04861, 2017, table 1; Sandler et al., "MobileNetV2: Inverted Residuals
and Linear Bottlenecks", CVPR 2018, table 2. Layers are named as in keras.applications.
"""

import keras
from keras import layers

from utils.blocks.depthwise import conv_bn_relu6, depthwise_separable, inverted_residual
from utils.networks.arguments import at_least, check

# MobileNet, table 1: filters and strides of the depthwise separable convolutions.
SEPARABLE = (
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (1024, 2),
    (1024, 1),
)
# MobileNetV2, table 2: expansion t, channels c, repeats n, strides s of the first.
INVERTED = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


def mobilenet(*, width=1, input_shape=(224, 224, 3), classes=1000, logits=False, name=None):
    """MobileNet, 28 layers if depthwise and 1x1 convolutions count one each.

    Input (batch, 224, 224, 3), output (batch, classes) of probabilities, or of raw scores with
    `logits=True`; 4,231,976 trainable parameters. `width`, the paper's alpha, multiplies all
    channels, which are cut to whole numbers. Raises ValueError for a width that leaves a layer
    without a channel, and for images under 32x32 pixels.
    """
    name = name or _named("mobilenet", width)
    input_shape, classes = check(name, input_shape, classes, width)
    at_least(name, input_shape, 32, "it is halved five times")
    image = keras.Input(input_shape, name="input")
    x = conv_bn_relu6(image, _cut(32, width, name), 3, strides=2, name="conv1")
    for number, (filters, strides) in enumerate(SEPARABLE, start=1):
        x = depthwise_separable(x, _cut(filters, width, name), strides=strides, name=number)
    x = layers.GlobalAveragePooling2D(keepdims=True, name="global_average_pooling")(x)
    x = layers.Dropout(1e-3, name="dropout")(x)
    x = layers.Conv2D(classes, 1, name="conv_preds")(x)
    x = layers.Flatten(name="flatten")(x)
    x = x if logits else layers.Softmax(name="predictions")(x)
    return keras.Model(image, x, name=name)


def mobilenet_v2(*, width=1, input_shape=(224, 224, 3), classes=1000, logits=False, name=None):
    """MobileNetV2: a convolution, 17 inverted residual blocks, a 1x1 convolution, a dense layer.

    Input (batch, 224, 224, 3), output (batch, classes) of probabilities, or of raw scores with
    `logits=True`; 3,504,872 trainable parameters. `width` multiplies the channels, which are
    rounded to multiples of 8; the last convolution never has fewer than 1,280. Raises ValueError
    for images under 32x32 pixels.
    """
    name = name or _named("mobilenet_v2", width)
    input_shape, classes = check(name, input_shape, classes, width)
    at_least(name, input_shape, 32, "it is halved five times")
    image = keras.Input(input_shape, name="input")
    x = conv_bn_relu6(image, eighths(32 * width), 3, strides=2, name="Conv1", bn="bn_Conv1")
    number = 0
    for expansion, filters, repeats, strides in INVERTED:
        for i in range(repeats):
            options = {"expansion": expansion, "strides": strides if i == 0 else 1}
            block = f"block_{number}" if number else "expanded_conv"
            x = inverted_residual(x, eighths(filters * width), name=block, **options)
            number += 1
    x = conv_bn_relu6(x, eighths(1280 * max(1, width)), 1, name="Conv_1")
    x = layers.GlobalAveragePooling2D(name="global_average_pooling")(x)
    activation = None if logits else "softmax"
    x = layers.Dense(classes, activation=activation, name="predictions")(x)
    return keras.Model(image, x, name=name)


def _named(family, width):
    """mobilenet, or mobilenet_0.75 where it is not as wide."""
    return family if width == 1 else f"{family}_{width}"


def eighths(filters):
    """The nearest multiple of 8, at least 8, and never less than nine tenths of `filters`."""
    rounded = max(8, int(filters + 4) // 8 * 8)
    return rounded if rounded >= 0.9 * filters else rounded + 8


def _cut(filters, width, name):
    """The channels of a network `width` times as wide, cut to a whole number."""
    if filters * width < 1:
        raise ValueError(
            f"{name}: a width of {width} leaves none of {filters} channels; the least is "
            f"1/32 (0.03125)"
        )
    return int(filters * width)
