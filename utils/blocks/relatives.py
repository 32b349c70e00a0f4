"""What others changed in the residual block: groups, votes of the channels, the order of layers.

Layers are named as those of the residual blocks.
"""

from keras import layers

from utils.blocks.convolutions import conv_bn
from utils.blocks.dense import CONV, norm_relu
from utils.blocks.mbconv import squeeze_excite
from utils.blocks.residual import add, left_out, residual
from utils.whole import whole


def resnext_block(x, filters, *, inner, groups=32, strides=1, name):
    """A residual block whose 3x3 convolution is in `groups`: relu(F(x) + shortcut).

    (batch, h, w, c) -> (batch, h / strides, w / strides, filters), rounded up. F: 1x1 to `inner`
    channels, 3x3 in groups, moving by `strides`, 1x1 to `filters`. The shortcut is x, or a 1x1
    convolution where the shape changes. Raises ValueError for `inner` channels that cannot be
    parted. Source: Xie et al. 2017, "Aggregated Residual Transformations", table 1, figure 3c.
    """
    inner, groups = whole(inner, f"{name}: inner"), whole(groups, f"{name}: groups")
    if inner % groups:
        raise ValueError(
            f"{name}: {inner} channels cannot be parted into {groups} groups; use a multiple of "
            f"{groups}"
        )
    y = conv_bn(x, inner, 1, name=f"{name}_1")
    y = conv_bn(y, inner, 3, strides=strides, groups=groups, name=f"{name}_2")
    y = conv_bn(y, filters, 1, name=f"{name}_3", activation=None)
    return add(_shortcut(x, filters, strides, name), y, name)


def se_block(x, filters, *, ratio=16, strides=1, name):
    """A bottleneck whose channels are weighed before they are added: relu(s F(x) + shortcut).

    (batch, h, w, c) -> (batch, h / strides, w / strides, 4 * filters), rounded up. The first 1x1
    convolution moves by `strides`; s, one number a channel from 0 to 1, is made by way of
    4 * `filters` / `ratio` channels. Source: Hu et al. 2018, "Squeeze-and-Excitation Networks",
    figure 3 and table 1.
    """
    filters = whole(filters, f"{name}: filters")
    y = residual(x, filters, strides, name, bottleneck=True)
    y = squeeze_excite(y, max(1, 4 * filters // whole(ratio, f"{name}: ratio")), name=name)
    return add(_shortcut(x, 4 * filters, strides, name), y, name)


def _shortcut(x, filters, strides, name):
    if strides == 1 and x.shape[-1] == filters:
        return x
    return conv_bn(x, filters, 1, strides=strides, name=f"{name}_0", activation=None)


def preactivated_block(x, filters, *, strides=1, bottleneck=True, dropout=0, drop=0, name):
    """A residual block with nothing behind its addition: x + F(x), F normalising first.

    (batch, h, w, c) -> (batch, h / strides, w / strides, made), rounded up; made is `filters`, with
    `bottleneck` 4 * `filters`. F is two 3x3 convolutions, or 1x1, 3x3, 1x1, before each a
    normalisation and a ReLU. Where the shape changes, the shortcut is a 1x1 convolution of the
    first ReLU. `dropout` is between the two 3x3, as in wide networks; `drop` is how often F is left
    out in training. Source: He et al. 2016, "Identity Mappings", figure 4e; Zagoruyko and Komodakis
    2016, "Wide Residual Networks", figure 1.
    """
    filters, strides = whole(filters, f"{name}: filters"), whole(strides, f"{name}: strides")
    made = filters * (4 if bottleneck else 1)
    kernels = ((1, filters), (3, filters), (1, made)) if bottleneck else ((3, filters), (3, made))
    y = first = norm_relu(x, f"{name}_1")
    for i, (kernel, count) in enumerate(kernels, start=1):
        if i > 1:
            y = norm_relu(y, f"{name}_{i}")
            y = layers.Dropout(dropout, name=f"{name}_dropout")(y) if dropout and i == 2 else y
        y = _convolution(y, count, kernel, strides if i == 1 else 1, f"{name}_{i}")
    if strides > 1 or x.shape[-1] != made:
        x = _convolution(first, made, 1, strides, f"{name}_0")
    return layers.Add(name=f"{name}_add")([x, left_out(y, drop, name)])


def _convolution(x, filters, kernel, strides, name):
    """Zeros alike on all sides, so that a stride of 2 takes the pixels that a shortcut takes."""
    if strides > 1 and kernel > 1:
        x = layers.ZeroPadding2D(kernel // 2, name=f"{name}_pad")(x)
    conv = CONV | {"padding": "same" if strides == 1 else "valid", "name": f"{name}_conv"}
    return layers.Conv2D(filters, kernel, strides, **conv)(x)
