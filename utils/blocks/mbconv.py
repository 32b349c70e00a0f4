"""EfficientNet's block: an inverted residual, whose channels may be weighed before they are mixed.

Layers are named as in keras.applications' EfficientNet.
"""

from keras import layers

from utils.blocks.depthwise import EPSILON, depthwise, edges, relu6
from utils.blocks.residual import left_out
from utils.layers import BatchNormalization
from utils.whole import whole

CONV = {"padding": "same", "kernel_initializer": "he_normal"}


def mb_conv(
    x, filters, *, kernel=3, strides=1, expansion=6, squeeze=0.25, drop=0, activation="silu", name
):
    """Expand, filter each channel, weigh the channels, project; and add, where shapes agree.

    (batch, h, w, c) -> (batch, h / strides, w / strides, filters), rounded up. `squeeze` is the
    part of the c channels that squeeze-and-excitation works with, 0 for none; `drop` is how often
    the block is left out in training. `activation` is silu, x sigmoid(x), or relu6. Source: Tan and
    Le 2019, "EfficientNet", table 1; Tan et al. 2019, "MnasNet", figure 7.
    """
    filters, expansion = whole(filters, f"{name}: filters"), whole(expansion, f"{name}: expansion")
    channels = x.shape[-1]
    y = x
    if expansion > 1:
        y = layers.Conv2D(
            expansion * channels, 1, use_bias=False, name=f"{name}_expand_conv", **CONV
        )(y)
        y = normalised(y, activation, f"{name}_expand_bn", f"{name}_expand_activation")
    y = depthwise(y, kernel, strides, f"{name}_dwconv", f"{name}_dwconv_pad", edges(y, kernel))
    y = normalised(y, activation, f"{name}_bn", f"{name}_activation")
    if squeeze:
        y = squeeze_excite(y, max(1, int(channels * squeeze)), activation=activation, name=name)
    y = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_project_conv", **CONV)(y)
    y = normalised(y, None, f"{name}_project_bn")
    if strides != 1 or channels != filters:
        return y
    return layers.Add(name=f"{name}_add")([left_out(y, drop, name), x])


def squeeze_excite(x, reduced, *, activation="relu", name):
    """Weigh each channel by a number from 0 to 1 that is computed from the means of all of them.

    (batch, h, w, c) -> the same; two 1x1 convolutions, to `reduced` channels and back to c, on the
    mean of each channel. Source: Hu et al. 2018, "Squeeze-and-Excitation Networks", figure 2.
    """
    channels = x.shape[-1]
    weights = layers.GlobalAveragePooling2D(name=f"{name}_se_squeeze")(x)
    weights = layers.Reshape((1, 1, channels), name=f"{name}_se_reshape")(weights)
    reduce = {"activation": activation, "name": f"{name}_se_reduce"} | CONV
    weights = layers.Conv2D(whole(reduced, f"{name}: reduced"), 1, **reduce)(weights)
    expand = {"activation": "sigmoid", "name": f"{name}_se_expand"} | CONV
    weights = layers.Conv2D(channels, 1, **expand)(weights)
    return layers.Multiply(name=f"{name}_se_excite")([x, weights])


def normalised(x, activation, bn, name=None):
    """Batch normalisation called `bn`, then the activation called `name`, if there is one."""
    x = BatchNormalization(epsilon=EPSILON, name=bn)(x)
    if activation is None:
        return x
    if activation == "relu6":
        return relu6(x, name)
    return layers.Activation(activation, name=name)(x)
