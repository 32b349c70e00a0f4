"""The small residual networks for CIFAR-10, of 6n + 2 layers, and the plain ones beside them.

Source: He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", CVPR 2016, section
4.2 and table 6.
"""

import sys
from numbers import Integral

import keras
from keras import layers

from utils.blocks import SHORTCUTS, conv_bn
from utils.networks.arguments import at_least, check, choice, scaled
from utils.networks.resnet import stack

FILTERS = (16, 32, 64)  # for maps of 32x32, 16x16 and 8x8, each in 2n layers


def resnet_cifar(
    depth,
    *,
    shortcut="A",
    width=1,
    input_shape=(32, 32, 3),
    classes=10,
    logits=False,
    name=None,
):
    """A residual network of `depth` = 6n + 2 layers: 20, 32, 44, 56, 110, 1202 in the paper.

    Input (batch, 32, 32, 3), output (batch, classes) of probabilities, or of raw scores with
    `logits=True`; 271,098 parameters for 20 layers. `shortcut` as in `resnet`; the paper has "A".
    `width` multiplies the filters. Raises ValueError for another depth or shortcut, and for
    images under 8x8 pixels.
    """
    name = name or f"resnet{depth}_cifar"
    choice(name, "shortcut", shortcut, SHORTCUTS)
    options = {"shortcut": shortcut}
    return _network(depth, options, width, input_shape, classes, logits, name)


def plain_cifar(depth, *, width=1, input_shape=(32, 32, 3), classes=10, logits=False, name=None):
    """The layers of resnet_cifar(depth) without its shortcuts."""
    name = name or f"plain{depth}_cifar"
    return _network(depth, None, width, input_shape, classes, logits, name)


def _network(depth, options, width, input_shape, classes, logits, name):
    if not isinstance(depth, Integral) or depth < 8 or (depth - 2) % 6:
        raise ValueError(
            f"{name}: these networks have 6n + 2 layers (8, 14, 20, 26, 32, ...); got {depth}"
        )
    depth = int(depth)
    input_shape, classes = check(name, input_shape, classes, width)
    at_least(name, input_shape, 8, "it is halved twice, and 3x3 filters need something to see")
    image = keras.Input(input_shape, name="input")
    x = conv_bn(image, scaled(16, width), 3, name="conv1")
    for stage, filters in enumerate(FILTERS, start=2):
        count, strides = (depth - 2) // 6, 1 if stage == 2 else 2
        x = stack(x, scaled(filters, width), count, strides, f"conv{stage}", False, options)
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    x = layers.Dense(classes, activation=None if logits else "softmax", name="predictions")(x)
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(max(usual, 20 * depth))  # Keras follows the graph by recursion
    try:
        return keras.Model(image, x, name=name)
    finally:
        sys.setrecursionlimit(usual)
