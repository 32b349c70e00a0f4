"""Convolutions split in two: one filter a channel, then a 1x1 convolution over the channels.

Layers are named as in keras.applications' MobileNet and MobileNetV2.
"""

from keras import layers

from utils.layers import BatchNormalization
from utils.whole import whole

EPSILON = 1e-3  # keras.applications' own


def depthwise_separable(x, filters, *, strides=1, name):
    """A 3x3 depthwise convolution and a 1x1 convolution, each with normalisation and ReLU6.

    (batch, h, w, c) -> (batch, h / strides, w / strides, filters), rounded down where strides is
    2. `name` is the block's number: conv_dw_1, conv_pw_1 and so on. Source: Howard et al. 2017,
    "MobileNets", figure 3 and table 1.
    """
    filters = whole(filters, f"{name}: filters")
    x = depthwise(x, 3, strides, f"conv_dw_{name}", f"conv_pad_{name}", ((0, 1), (0, 1)))
    x = relu6(_normalised(x, f"conv_dw_{name}_bn"), f"conv_dw_{name}_relu")
    return conv_bn_relu6(x, filters, 1, name=f"conv_pw_{name}")


def inverted_residual(x, filters, *, expansion=6, strides=1, kernel=3, name):
    """Expand, filter each channel, project without a ReLU; and add, where shapes agree.

    (batch, h, w, c) -> (batch, h / strides, w / strides, filters), rounded up. A 1x1 convolution
    makes expansion * c channels (none for an expansion of 1), a depthwise one filters each, a 1x1
    convolution makes `filters` of them. The shortcut is there where strides is 1 and filters is c.
    Source: Sandler et al. 2018, "MobileNetV2", table 1 and figure 4.
    """
    filters, expansion = whole(filters, f"{name}: filters"), whole(expansion, f"{name}: expansion")
    y = x
    if expansion > 1:
        y = conv_bn_relu6(
            y, expansion * x.shape[-1], 1, name=f"{name}_expand", bn=f"{name}_expand_BN"
        )
    y = depthwise(y, kernel, strides, f"{name}_depthwise", f"{name}_pad", edges(y, kernel))
    y = relu6(_normalised(y, f"{name}_depthwise_BN"), f"{name}_depthwise_relu")
    y = _convolution(y, filters, 1, 1, f"{name}_project")
    y = _normalised(y, f"{name}_project_BN")
    if whole(strides, f"{name}: strides") == 1 and x.shape[-1] == filters:
        return layers.Add(name=f"{name}_add")([x, y])
    return y


def separable_block(x, filters, *, strides=1, relu=True, name):
    """Xception's block: separable convolutions of `filters` each, a shortcut around them.

    (batch, h, w, c) -> (batch, h / strides, w / strides, filters[-1]), rounded up. Before each, but
    for the first where `relu` is False, stands a ReLU; behind the addition none. Where it moves, by
    a max pooling at its end, the shortcut is a 1x1 convolution. Source: Chollet 2017, "Xception",
    figure 5.
    """
    y = x
    for i, count in enumerate(filters, start=1):
        if relu or i > 1:
            y = layers.Activation("relu", name=f"{name}_sepconv{i}_act")(y)
        y = separable(y, count, name=f"{name}_sepconv{i}")
    if whole(strides, f"{name}: strides") > 1:
        y = layers.MaxPooling2D(3, strides, padding="same", name=f"{name}_pool")(y)
        x = _convolution(x, filters[-1], 1, strides, f"{name}_shortcut")
        x = _normalised(x, f"{name}_shortcut_bn")
    return layers.Add(name=f"{name}_add")([y, x])


def separable(x, filters, *, name):
    """A 3x3 filter a channel and a 1x1 convolution with nothing between them, then normalisation.

    (batch, h, w, c) -> (batch, h, w, filters).
    """
    conv = {f"{part}_initializer": "he_normal" for part in ("depthwise", "pointwise")}
    conv |= {"padding": "same", "use_bias": False, "name": name}
    return _normalised(layers.SeparableConv2D(filters, 3, **conv)(x), f"{name}_bn")


def conv_bn_relu6(x, filters, kernel, *, strides=1, name, bn=None):
    """Convolution without bias, normalisation, ReLU6; what reads beyond the image reads zeros.

    (batch, h, w, c) -> (batch, h / strides, w / strides, filters), rounded up. `bn` is what the
    normalisation is called, usually {name}_bn.
    """
    x = _convolution(x, filters, kernel, strides, name)
    return relu6(_normalised(x, bn or f"{name}_bn"), f"{name}_relu")


def relu6(x, name):
    """min(max(x, 0), 6): bounded, so that it can be stored in few bits."""
    return layers.ReLU(6.0, name=name)(x)


def _convolution(x, filters, kernel, strides, name):
    conv = {"padding": "same", "use_bias": False, "kernel_initializer": "he_normal"}
    return layers.Conv2D(filters, kernel, strides, name=name, **conv)(x)


def edges(x, kernel):
    """Zeros above and below, left and right, so that a convolution that moves by 2 rounds up.

    They are those of "same": one less before than after, where the number of pixels is even.
    """
    return tuple((kernel // 2 - 1 + n % 2, kernel // 2) for n in x.shape[1:3])


def depthwise(x, kernel, strides, name, pad, around):
    """A depthwise convolution; moving by more than 1, it has the zeros `around` it, called `pad`.

    (batch, h, w, c) -> (batch, h / strides, w / strides, c).
    """
    strides = whole(strides, f"{name}: strides")
    conv = {"use_bias": False, "depthwise_initializer": "he_normal", "name": name}
    if strides == 1:
        return layers.DepthwiseConv2D(kernel, padding="same", **conv)(x)
    x = layers.ZeroPadding2D(around, name=pad)(x)
    return layers.DepthwiseConv2D(kernel, strides, padding="valid", **conv)(x)


def _normalised(x, name):
    return BatchNormalization(momentum=0.9, epsilon=EPSILON, name=name)(x)
