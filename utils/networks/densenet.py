"""DenseNet: every layer reads all that the layers before it made.

Source: Huang, Liu, van der Maaten, Weinberger, "Densely Connected Convolutional Networks", CVPR
2017, tables 1 and 2. Layers are named as in keras.applications.
"""

import keras
from keras import layers

from utils.blocks import conv_bn, dense_block, transition
from utils.blocks.dense import CONV, norm_relu
from utils.networks.arguments import at_least, check, choice, scaled
from utils.whole import whole

# Table 1: the dense layers of the four blocks.
BLOCKS = {
    121: (6, 12, 24, 16),
    169: (6, 12, 32, 32),
    201: (6, 12, 48, 32),
    264: (6, 12, 64, 48),
}


def densenet(
    depth,
    *,
    growth=32,
    width=1,
    input_shape=(224, 224, 3),
    classes=1000,
    logits=False,
    name=None,
):
    """DenseNet-BC-121, 169, 201 or 264.

    Input (batch, 224, 224, 3), output (batch, classes) of probabilities, or of raw scores with
    `logits=True`; 7,978,856 trainable parameters for 121 layers. A layer makes `growth` channels,
    and has them read 1x1 first; a transition keeps half of the channels. `width` multiplies the
    growth and the first filters. Raises ValueError for another depth, and for images under 32x32
    pixels.
    """
    name = name or f"densenet{depth}"
    choice(name, "depth", depth, BLOCKS)
    input_shape, classes = check(name, input_shape, classes, width)
    at_least(name, input_shape, 32, "it is halved five times")
    growth = scaled(whole(growth, f"{name}: growth"), width)
    image = keras.Input(input_shape, name="input")
    x = conv_bn(image, 2 * growth, 7, strides=2, name="conv1")
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, 2, name="pool1")(x)
    for stage, count in enumerate(BLOCKS[depth], start=2):
        if stage > 2:
            x = transition(x, name=f"pool{stage - 1}")
        x = dense_block(x, count, growth, name=f"conv{stage}")
    return _classified(image, x, classes, logits, name)


def densenet_cifar(
    depth,
    *,
    growth=12,
    bottleneck=True,
    width=1,
    input_shape=(32, 32, 3),
    classes=10,
    logits=False,
    name=None,
):
    """DenseNet for CIFAR-10: three dense blocks of as many layers, `growth` channels from each.

    Input (batch, 32, 32, 3), output (batch, classes) of probabilities, or of raw scores with
    `logits=True`; 769,162 trainable parameters for 100 layers. With `bottleneck` it is DenseNet-BC,
    of 6n + 4 layers, whose transitions keep half of the channels; without it has 3n + 4 layers, and
    they keep all. `width` multiplies the growth and the first filters. Raises ValueError for
    another depth, and for images under 8x8 pixels.
    """
    name = name or f"densenet{depth}_cifar"
    each = 6 if bottleneck else 3
    depth = whole(depth, f"{name}: depth")
    if depth < each + 4 or (depth - 4) % each:
        raise ValueError(
            f"{name}: with bottleneck={bottleneck} these networks have {each}n + 4 layers "
            f"({each + 4}, {2 * each + 4}, {3 * each + 4}, ..., 100, ...); got {depth}"
        )
    input_shape, classes = check(name, input_shape, classes, width)
    at_least(name, input_shape, 8, "it is halved twice, and 3x3 filters need something to see")
    growth = scaled(whole(growth, f"{name}: growth"), width)
    image = keras.Input(input_shape, name="input")
    first = 2 * growth if bottleneck else scaled(16, width)
    x = layers.Conv2D(first, 3, name="conv1_conv", **CONV)(image)
    for stage in (2, 3, 4):
        if stage > 2:
            x = transition(x, 0.5 if bottleneck else 1, name=f"pool{stage - 1}")
        options = {"bottleneck": bottleneck, "name": f"conv{stage}"}
        x = dense_block(x, (depth - 4) // each, growth, **options)
    return _classified(image, x, classes, logits, name)


def _classified(image, x, classes, logits, name):
    x = norm_relu(x, None)
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    x = layers.Dense(classes, activation=None if logits else "softmax", name="predictions")(x)
    return keras.Model(image, x, name=name)
