"""ResNet's relatives for ImageNet: ResNeXt and SE-ResNet.

Sources: Xie, Girshick, Dollár, Tu, He, "Aggregated Residual Transformations for Deep Neural
Networks", CVPR 2017, table 1; Hu, Shen, Sun, "Squeeze-and-Excitation Networks", CVPR 2018, table 1.
"""

from utils.blocks import resnext_block, se_block
from utils.networks.arguments import choice, scaled
from utils.networks.resnet import FILTERS, of_blocks
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
    groups = whole(groups, f"{name}: groups")
    channels = whole(channels, f"{name}: channels")

    def made(x, filters, strides, name):
        options = {"strides": strides, "name": name}
        inner = groups * scaled(channels * filters / FILTERS[0], width)
        return resnext_block(x, scaled(4 * filters, width), inner=inner, groups=groups, **options)

    return of_blocks(made, depth, width, input_shape, classes, logits, name)


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

    def made(x, filters, strides, name):
        return se_block(x, scaled(filters, width), ratio=ratio, strides=strides, name=name)

    return of_blocks(made, depth, width, input_shape, classes, logits, name)
