"""Residual blocks, and the plain ones beside them.

Layers are named as in keras.applications: conv3_block1_2_conv is the second convolution of the
first block of stage 3; _0_ is the shortcut's.
"""

from keras import layers

from utils.blocks.convolutions import conv_bn
from utils.layers import PadChannels
from utils.whole import whole

SHORTCUTS = "ABC"


def identity_block(x, filters, *, name, bottleneck=True, drop=0):
    """A residual block whose shortcut is its input: relu(F(x) + x), the same shape out.

    `bottleneck`: F is 1x1, 3x3, 1x1 convolutions of `filters`, `filters`, 4 * `filters`; else two
    3x3 of `filters`. `drop`: how often F is left out in training, image by image. Raises ValueError
    where x has other channels than F makes. Source: He et al. 2016, figures 2 and 5.
    """
    filters = whole(filters, f"{name}: filters")
    made = filters * (4 if bottleneck else 1)
    if x.shape[-1] != made:
        raise ValueError(
            f"{name}: the input has {x.shape[-1]} channels and the block makes {made}, so they "
            f"cannot be added; use convolutional_block, whose shortcut fits them, or other filters"
            f"{'; with bottleneck=False it makes ' + str(filters) if bottleneck else ''}"
        )
    return add(x, left_out(residual(x, filters, 1, name, bottleneck), drop, name), name)


def convolutional_block(
    x, filters, *, strides, name, bottleneck=True, shortcut="B", stride_on="1x1", drop=0
):
    """A residual block whose shortcut fits another shape: relu(F(x) + W_s x).

    `strides` divides height and width. `shortcut` "A": every strides-th pixel, missing channels
    filled with zeros, no parameters; "B" and "C": a 1x1 convolution and batch normalisation.
    `stride_on`: where a bottleneck moves by `strides`, on its first "1x1" as published, or on the
    "3x3" (v1.5). `drop` as in `identity_block`. Raises ValueError for another shortcut or
    stride_on, and for "A" with fewer channels out than in. Source: He et al. 2016, section 3.3.
    """
    if shortcut not in SHORTCUTS:
        raise ValueError(f"{name}: the shortcuts are A, B and C; got {shortcut!r}")
    if stride_on not in ("1x1", "3x3"):
        raise ValueError(f"{name}: stride_on is '1x1' or '3x3'; got {stride_on!r}")
    filters, strides = whole(filters, f"{name}: filters"), whole(strides, f"{name}: strides")
    made = filters * (4 if bottleneck else 1)
    if shortcut == "A":
        beside = PadChannels(made, strides, name=f"{name}_0_pad")(x)
    else:
        beside = conv_bn(x, made, 1, strides=strides, name=f"{name}_0", activation=None)
    y = residual(x, filters, strides, name, bottleneck, stride_on)
    return add(beside, left_out(y, drop, name), name)


def plain_block(x, filters, *, strides=1, name, bottleneck=True):
    """The same layers without a shortcut: relu(F(x))."""
    x = residual(x, whole(filters, f"{name}: filters"), strides, name, bottleneck)
    return layers.Activation("relu", name=f"{name}_out")(x)


def residual(x, filters, strides, name, bottleneck, stride_on="1x1"):
    """F: the convolutions beside the shortcut, up to the last normalisation."""
    if not bottleneck:
        x = conv_bn(x, filters, 3, strides=strides, name=f"{name}_1")
        return conv_bn(x, filters, 3, name=f"{name}_2", activation=None)
    first, second = (strides, 1) if stride_on == "1x1" else (1, strides)
    x = conv_bn(x, filters, 1, strides=first, name=f"{name}_1")
    x = conv_bn(x, filters, 3, strides=second, name=f"{name}_2")
    return conv_bn(x, 4 * filters, 1, name=f"{name}_3", activation=None)


def left_out(x, drop, name):
    """Stochastic depth: for `drop` of the images zeros in training, for the others x / (1 - drop).

    Source: Huang et al. 2016, "Deep Networks with Stochastic Depth", section 3; there a block is
    left out for a whole batch, and scaled when the network is used.
    """
    if not drop:
        return x
    return layers.Dropout(drop, noise_shape=(None, 1, 1, 1), name=f"{name}_drop")(x)


def add(shortcut, x, name):
    """relu(shortcut + x)."""
    x = layers.Add(name=f"{name}_add")([shortcut, x])
    return layers.Activation("relu", name=f"{name}_out")(x)
