"""Blocks: functions from a tensor to a tensor, from which the deep networks are stacked.

Layers are named as in keras.applications: conv3_block1_2_conv is the second convolution of the
first block of stage 3; _0_ is the shortcut's.
"""

from keras import layers

from utils.layers import BatchNormalization, PadChannels

SHORTCUTS = "ABC"
EPSILON = 1.001e-5  # keras.applications' own, and the least that the fused kernel takes


def conv_bn(x, filters, kernel, *, name, strides=1, activation="relu"):
    """Convolution without bias, batch normalisation, then the activation (None leaves it out).

    (batch, h, w, c) -> (batch, h / strides, w / strides, filters), rounded up. Zeros are padded
    alike on all sides, so that a stride of 2 takes the same pixels as a shortcut does. Initial
    weights by He et al. 2015.
    """
    padding = "same" if strides == 1 else "valid"
    if strides > 1 and kernel > 1:
        x = layers.ZeroPadding2D(kernel // 2, name=f"{name}_pad")(x)
    conv = {"padding": padding, "use_bias": False, "kernel_initializer": "he_normal"}
    x = layers.Conv2D(filters, kernel, strides, name=f"{name}_conv", **conv)(x)
    x = BatchNormalization(momentum=0.9, epsilon=EPSILON, name=f"{name}_bn")(x)
    return layers.Activation(activation, name=f"{name}_{activation}")(x) if activation else x


def identity_block(x, filters, *, name, bottleneck=True):
    """A residual block whose shortcut is its input: relu(F(x) + x), the same shape out.

    `bottleneck`: F is 1x1, 3x3, 1x1 convolutions of `filters`, `filters`, 4 * `filters`; else two
    3x3 of `filters`. Raises ValueError where x has other channels than F makes. Source: He et
    al. 2016, figures 2 and 5.
    """
    made = filters * (4 if bottleneck else 1)
    if x.shape[-1] != made:
        raise ValueError(
            f"{name}: the input has {x.shape[-1]} channels and the block makes {made}, so they "
            f"cannot be added; use convolutional_block, whose shortcut fits them, or other filters"
        )
    return _add(x, _residual(x, filters, 1, name, bottleneck), name)


def convolutional_block(
    x, filters, *, strides, name, bottleneck=True, shortcut="B", stride_on="1x1"
):
    """A residual block whose shortcut fits another shape: relu(F(x) + W_s x).

    `strides` divides height and width. `shortcut` "A": every strides-th pixel, missing channels
    filled with zeros, no parameters; "B" and "C": a 1x1 convolution and batch normalisation.
    `stride_on`: where a bottleneck moves by `strides`, on its first "1x1" as published, or on the
    "3x3" (v1.5). Raises ValueError for another shortcut or stride_on, and for "A" with fewer
    channels out than in. Source: He et al. 2016, section 3.3.
    """
    if shortcut not in SHORTCUTS:
        raise ValueError(f"{name}: the shortcuts are A, B and C; got {shortcut!r}")
    if stride_on not in ("1x1", "3x3"):
        raise ValueError(f"{name}: stride_on is '1x1' or '3x3'; got {stride_on!r}")
    made = filters * (4 if bottleneck else 1)
    if shortcut == "A":
        beside = PadChannels(made, strides, name=f"{name}_0_pad")(x)
    else:
        beside = conv_bn(x, made, 1, strides=strides, name=f"{name}_0", activation=None)
    return _add(beside, _residual(x, filters, strides, name, bottleneck, stride_on), name)


def plain_block(x, filters, *, strides=1, name, bottleneck=True):
    """The same layers without a shortcut: relu(F(x))."""
    x = _residual(x, filters, strides, name, bottleneck)
    return layers.Activation("relu", name=f"{name}_out")(x)


def conv_relu(x, filters, kernel, *, name, strides=1):
    """Convolution with bias, padded, then ReLU: (batch, h, w, c) -> (batch, h, w, filters).

    `strides` divides height and width, rounded up. Initial weights by He et al. 2015.
    """
    conv = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
    return layers.Conv2D(filters, kernel, strides, name=name, **conv)(x)


def inception_block(x, filters, *, name):
    """Four branches side by side, their channels put one behind the other.

    `filters` are those of 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5 and pool proj, the columns of
    table 1: (batch, h, w, c) -> (batch, h, w, 1x1 + 3x3 + 5x5 + pool proj). Raises ValueError for
    other than six positive whole numbers, and for maps under 3x3, where a 5x5 filter's rim would
    read nothing but padding. Source: Szegedy et al. 2015, figure 2b.
    """
    columns = ("1x1", "3x3_reduce", "3x3", "5x5_reduce", "5x5", "pool_proj")
    _check_inception(x, filters, columns, name)
    n1x1, n3x3_reduce, n3x3, n5x5_reduce, n5x5, pool_proj = filters
    b1 = conv_relu(x, n1x1, 1, name=f"{name}_1x1")
    b2 = conv_relu(x, n3x3_reduce, 1, name=f"{name}_3x3_reduce")
    b2 = conv_relu(b2, n3x3, 3, name=f"{name}_3x3")
    b3 = conv_relu(x, n5x5_reduce, 1, name=f"{name}_5x5_reduce")
    b3 = conv_relu(b3, n5x5, 5, name=f"{name}_5x5")
    b4 = layers.MaxPooling2D(3, 1, padding="same", name=f"{name}_pool")(x)
    b4 = conv_relu(b4, pool_proj, 1, name=f"{name}_pool_proj")
    return layers.Concatenate(name=f"{name}_output")([b1, b2, b3, b4])


def naive_inception_block(x, filters, *, name):
    """The same without 1x1 bottlenecks: convolutions 1x1, 3x3 and 5x5 on x, and x pooled.

    `filters` are those of 1x1, 3x3 and 5x5; the pooling keeps all channels: (batch, h, w, c) ->
    (batch, h, w, 1x1 + 3x3 + 5x5 + c). Errors as in `inception_block`. Source: Szegedy et al.
    2015, figure 2a.
    """
    columns = ("1x1", "3x3", "5x5")
    _check_inception(x, filters, columns, name)
    branches = [
        conv_relu(x, n, int(size[0]), name=f"{name}_{size}") for n, size in zip(filters, columns)
    ]
    pooled = layers.MaxPooling2D(3, 1, padding="same", name=f"{name}_pool")(x)
    return layers.Concatenate(name=f"{name}_output")([*branches, pooled])


def _residual(x, filters, strides, name, bottleneck, stride_on="1x1"):
    """F: the convolutions beside the shortcut, up to the last normalisation."""
    if not bottleneck:
        x = conv_bn(x, filters, 3, strides=strides, name=f"{name}_1")
        return conv_bn(x, filters, 3, name=f"{name}_2", activation=None)
    first, second = (strides, 1) if stride_on == "1x1" else (1, strides)
    x = conv_bn(x, filters, 1, strides=first, name=f"{name}_1")
    x = conv_bn(x, filters, 3, strides=second, name=f"{name}_2")
    return conv_bn(x, 4 * filters, 1, name=f"{name}_3", activation=None)


def _add(shortcut, x, name):
    x = layers.Add(name=f"{name}_add")([shortcut, x])
    return layers.Activation("relu", name=f"{name}_out")(x)


def _check_inception(x, filters, columns, name):
    if len(filters) != len(columns):
        raise ValueError(
            f"{name}: filters are {len(columns)} numbers, {', '.join(columns)}; got {len(filters)}"
        )
    for column, n in zip(columns, filters):
        if not isinstance(n, int) or n < 1:
            raise ValueError(f"{name}: {column} needs a positive whole number of filters; got {n}")
    size = x.shape[1:3]
    if None not in size and min(size) < 3:
        raise ValueError(
            f"{name}: a map of {size[0]}x{size[1]} is too small for 5x5 filters, whose rim would "
            f"read nothing but padding; use a map of 3x3 or more, that is, a larger image"
        )
