"""The small residual networks for CIFAR-10, the plain ones beside them, and wide ones.

Sources: He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", CVPR 2016, section 4.2
and table 6; the same, "Identity Mappings in Deep Residual Networks", ECCV 2016, tables 3 and 4;
Zagoruyko and Komodakis, "Wide Residual Networks", BMVC 2016, table 1.
"""

import sys
from numbers import Integral

import keras
from keras import layers

from utils.blocks import SHORTCUTS, conv_bn, preactivated_block
from utils.blocks.dense import CONV, norm_relu
from utils.networks.arguments import at_least, check, choice, part, scaled
from utils.networks.resnet import block

FILTERS = (16, 32, 64)  # for maps of 32x32, 16x16 and 8x8
BOTTLENECKS = (164, 1001)  # the depths at which the second paper has blocks of three layers


def resnet_cifar(
    depth,
    *,
    shortcut="A",
    preactivation=False,
    drop=0,
    width=1,
    input_shape=(32, 32, 3),
    classes=10,
    logits=False,
    name=None,
):
    """A residual network of `depth` = 6n + 2 layers: 20, 32, 44, 56, 110, 1202 in the paper.

    Input (batch, 32, 32, 3), output (batch, classes) of probabilities, or of raw scores with
    `logits=True`; 271,098 parameters for 20 layers. `shortcut` as in `resnet`; the paper has "A".
    `preactivation` puts normalisation and ReLU before each convolution, and makes a shortcut of
    another shape a 1x1 convolution; with it, 164 and 1001 layers are bottlenecks, 9n + 2. `drop` is
    how often the last block is left out in training, the others less, in proportion to how deep
    they are. `width` multiplies the filters. Raises ValueError for another depth or shortcut, and
    for images under 8x8 pixels.
    """
    name = name or f"resnet{depth}_cifar"
    choice(name, "shortcut", shortcut, SHORTCUTS)
    part(name, "drop", drop)
    bottleneck = preactivation and depth in BOTTLENECKS
    count = _count(name, depth, 9 if bottleneck else 6, 2)

    def made(x, filters, strides, name, drop):
        if preactivation:
            options = {"bottleneck": bottleneck, "drop": drop, "name": name}
            return preactivated_block(x, filters, strides=strides, **options)
        return block(x, filters, strides, name, False, {"shortcut": shortcut, "drop": drop})

    return _network(count, made, drop, width, input_shape, classes, logits, name, preactivation)


def plain_cifar(depth, *, width=1, input_shape=(32, 32, 3), classes=10, logits=False, name=None):
    """The layers of resnet_cifar(depth) without its shortcuts."""
    name = name or f"plain{depth}_cifar"
    count = _count(name, depth, 6, 2)

    def made(x, filters, strides, name, drop):
        return block(x, filters, strides, name, False, None)

    return _network(count, made, 0, width, input_shape, classes, logits, name)


def wide_resnet(
    depth,
    width=10,
    *,
    dropout=0,
    input_shape=(32, 32, 3),
    classes=10,
    logits=False,
    name=None,
):
    """A wide residual network, WRN-`depth`-`width`: 6n + 4 layers, `width` times the filters.

    Input (batch, 32, 32, 3), output (batch, classes) of probabilities, or of raw scores with
    `logits=True`; 36,479,194 trainable parameters for 28 layers ten times as wide. The first
    convolution keeps its 16 filters. `dropout` is between the two convolutions of a block; the
    paper has 0.3 where it has any. Raises ValueError for another depth, and for images under 8x8
    pixels.
    """
    name = name or f"wide_resnet{depth}_{width}"
    part(name, "dropout", dropout)
    count = _count(name, depth, 6, 4)

    def made(x, filters, strides, name, drop):
        options = {"bottleneck": False, "dropout": dropout, "name": name}
        return preactivated_block(x, filters, strides=strides, **options)

    return _network(count, made, 0, width, input_shape, classes, logits, name, True, first=16)


def _count(name, depth, each, more):
    """The blocks of each of three stages: a third of the layers, but for `more`."""
    if not isinstance(depth, Integral) or depth < each + more or (depth - more) % each:
        known = ", ".join(str(each * n + more) for n in range(1, 6))
        raise ValueError(
            f"{name}: these networks have {each}n + {more} layers ({known}, ...); got {depth}"
        )
    return int(depth - more) // each


def _network(
    count, made, drop, width, input_shape, classes, logits, name, preactivation=False, first=None
):
    """Three stages of `count` blocks each, which `made` makes; preactivated ones want no ReLU
    before them, and one behind the last."""
    input_shape, classes = check(name, input_shape, classes, width)
    at_least(name, input_shape, 8, "it is halved twice, and 3x3 filters need something to see")
    image = keras.Input(input_shape, name="input")
    first = first or scaled(FILTERS[0], width)
    if preactivation:
        x = layers.Conv2D(first, 3, name="conv1_conv", **CONV)(image)
    else:
        x = conv_bn(image, first, 3, name="conv1")
    number = 0
    for stage, filters in enumerate(FILTERS, start=2):
        for i in range(1, count + 1):
            number += 1
            strides, dropped = 2 if stage > 2 and i == 1 else 1, drop * number / (3 * count)
            x = made(x, scaled(filters, width), strides, f"conv{stage}_block{i}", dropped)
    x = norm_relu(x, None) if preactivation else x
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    x = layers.Dense(classes, activation=None if logits else "softmax", name="predictions")(x)
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(max(usual, 60 * count * 3))  # Keras follows the graph by recursion
    try:
        return keras.Model(image, x, name=name)
    finally:
        sys.setrecursionlimit(usual)
