"""ResNet's relatives for ImageNet: ResNeXt and SE-ResNet.

Sources: Xie, Girshick, Dollár, Tu, He, "Aggregated Residual Transformations for Deep Neural
Networks", CVPR 2017, table 1; Hu, Shen, Sun, "Squeeze-and-Excitation Networks", CVPR 2018, table 1.
"""

import keras
from keras import layers

from utils.blocks import conv_bn, resnext_block, se_block
from utils.networks.arguments import at_least, check, choice, scaled
from utils.networks.resnet import BLOCKS, FILTERS
from utils.whole import whole

RESNEXT = (50, 101)
SE = (50, 101, 152)


def resnext(
    depth,
    *,
    groups=32,
    channels=4,
    width=1,
    input_shape=(224, 224, 3),
    classes=1000,
    logits=False,
    name=None,
):
    """ResNeXt-50 or 101, of `groups` x `channels`: 32x4d in the paper's table.

    Input (batch, 224, 224, 3), output (batch, classes) of probabilities, or of raw scores with
    `logits=True`; 25,028,904 trainable parameters for 50 layers. `channels` has each group of the
    first stage, twice as many those of the next. `width` multiplies channels and filters. Raises
    ValueError for another depth, and for images under 32x32 pixels.
    """
    name = name or f"resnext{depth}"
    choice(name, "depth", depth, RESNEXT)
    input_shape, classes = check(name, input_shape, classes, width)
    groups = whole(groups, f"{name}: groups")
    channels = whole(channels, f"{name}: channels")

    def block(x, filters, **options):
        inner = groups * scaled(channels * filters / FILTERS[0], width)
        return resnext_block(x, scaled(4 * filters, width), inner=inner, groups=groups, **options)

    return _network(depth, block, width, input_shape, classes, logits, name)


def se_resnet(
    depth,
    *,
    ratio=16,
    width=1,
    input_shape=(224, 224, 3),
    classes=1000,
    logits=False,
    name=None,
):
    """SE-ResNet-50, 101 or 152: a residual network whose blocks weigh their channels.

    Input (batch, 224, 224, 3), output (batch, classes) of probabilities, or of raw scores with
    `logits=True`; 28,088,024 trainable parameters for 50 layers. `ratio` is how many times fewer
    channels the weights of the channels are made from. `width` multiplies the filters. Raises
    ValueError for another depth, and for images under 32x32 pixels.
    """
    name = name or f"se_resnet{depth}"
    choice(name, "depth", depth, SE)
    input_shape, classes = check(name, input_shape, classes, width)

    def block(x, filters, **options):
        return se_block(x, scaled(filters, width), ratio=ratio, **options)

    return _network(depth, block, width, input_shape, classes, logits, name)


def _network(depth, block, width, input_shape, classes, logits, name):
    """ResNet's stem, its stages of these blocks, its head."""
    at_least(name, input_shape, 32, "it is halved five times")
    image = keras.Input(input_shape, name="input")
    x = conv_bn(image, scaled(64, width), 7, strides=2, name="conv1")
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, 2, name="pool1_pool")(x)
    for stage, (filters, count) in enumerate(zip(FILTERS, BLOCKS[depth][1]), start=2):
        for i in range(1, count + 1):
            strides = 2 if stage > 2 and i == 1 else 1
            x = block(x, filters, strides=strides, name=f"conv{stage}_block{i}")
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    x = layers.Dense(classes, activation=None if logits else "softmax", name="predictions")(x)
    return keras.Model(image, x, name=name)
