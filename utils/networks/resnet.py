"""Residual networks for ImageNet, 18 to 152 layers, and the plain ones beside them.

Source: He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", CVPR 2016, table 1.
Layers are named as in keras.applications.
"""

import keras
from keras import layers

from utils.blocks import SHORTCUTS, conv_bn, convolutional_block, identity_block, plain_block
from utils.networks.arguments import at_least, check, choice, scaled

# Table 1: whether blocks are bottlenecks, and the number of blocks in conv2 to conv5.
FILTERS = (64, 128, 256, 512)
BLOCKS = {
    18: (False, (2, 2, 2, 2)),
    34: (False, (3, 4, 6, 3)),
    50: (True, (3, 4, 6, 3)),
    101: (True, (3, 4, 23, 3)),
    152: (True, (3, 8, 36, 3)),
}


def resnet(
    depth,
    *,
    shortcut="B",
    stride_on="1x1",
    width=1,
    input_shape=(224, 224, 3),
    classes=1000,
    logits=False,
    name=None,
):
    """ResNet-18, 34, 50, 101 or 152.

    Input (batch, 224, 224, 3), output (batch, classes) of probabilities, or of raw scores with
    `logits=True`; 25,610,152 parameters for 50 layers, 60,344,232 for 152. `shortcut` where the
    shape changes: "A" zeros, "B" a 1x1 convolution; "C" a 1x1 convolution everywhere.
    `stride_on="3x3"` moves a bottleneck's stride from its first 1x1 (v1.5). `width` multiplies
    the filters. Raises ValueError for another depth or shortcut, and for images under 32x32
    pixels.
    """
    name = name or f"resnet{depth}"
    choice(name, "shortcut", shortcut, SHORTCUTS)
    choice(name, "stride_on", stride_on, ("1x1", "3x3"))
    options = {"shortcut": shortcut, "stride_on": stride_on}
    return _network(depth, options, width, input_shape, classes, logits, name)


def plain(depth, *, width=1, input_shape=(224, 224, 3), classes=1000, logits=False, name=None):
    """The layers of resnet(depth, shortcut="A") without its shortcuts."""
    return _network(depth, None, width, input_shape, classes, logits, name or f"plain{depth}")


def _network(depth, options, width, input_shape, classes, logits, name):
    choice(name, "depth", depth, BLOCKS)
    bottleneck, _ = BLOCKS[depth]

    def made(x, filters, strides, name):
        return block(x, scaled(filters, width), strides, name, bottleneck, options)

    return of_blocks(made, depth, width, input_shape, classes, logits, name)


def of_blocks(made, depth, width, input_shape, classes, logits, name):
    """ResNet's stem, four stages of the blocks that `made` makes, its head.

    `made` takes a tensor, the stage's filters as in the table, the stride and the block's name.
    """
    input_shape, classes = check(name, input_shape, classes, width)
    at_least(name, input_shape, 32, "it is halved five times")
    image = keras.Input(input_shape, name="input")
    x = conv_bn(image, scaled(64, width), 7, strides=2, name="conv1")
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, 2, name="pool1_pool")(x)
    for stage, (filters, count) in enumerate(zip(FILTERS, BLOCKS[depth][1]), start=2):
        for i in range(1, count + 1):
            strides = 2 if stage > 2 and i == 1 else 1
            x = made(x, filters, strides, f"conv{stage}_block{i}")
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    x = layers.Dense(classes, activation=None if logits else "softmax", name="predictions")(x)
    return keras.Model(image, x, name=name)


def block(x, filters, strides, name, bottleneck, options):
    """The block that fits: plain, one whose shortcut is its input, or one that changes the shape.

    `options` are those of `convolutional_block`, or None for blocks without shortcuts.
    """
    named = {"name": name, "bottleneck": bottleneck}
    if options is None:
        return plain_block(x, filters, strides=strides, **named)
    same = strides == 1 and x.shape[-1] == filters * (4 if bottleneck else 1)
    if same and options["shortcut"] != "C":
        return identity_block(x, filters, drop=options.get("drop", 0), **named)
    return convolutional_block(x, filters, strides=strides, **named, **options)
