"""Convolutions with what usually follows them."""

from keras import layers

from utils.layers import BatchNormalization, GroupedConv2D
from utils.whole import whole

EPSILON = 1.001e-5  # keras.applications' own, and the least that the fused kernel takes


def conv_bn(x, filters, kernel, *, name, strides=1, groups=1, activation="relu"):
    """Convolution without bias, batch normalisation, then the activation (None leaves it out).

    (batch, h, w, c) -> (batch, h / strides, w / strides, filters), rounded up. Zeros are padded
    alike on all sides, so that a stride of 2 takes the same pixels as a shortcut does. Of several
    `groups`, each reads its share of the channels and makes its share of the filters. Initial
    weights by He et al. 2015.
    """
    filters, kernel, strides = _checked(filters, kernel, strides, name)
    padding = "same" if strides == 1 else "valid"
    if strides > 1 and kernel > 1:
        x = layers.ZeroPadding2D(kernel // 2, name=f"{name}_pad")(x)
    conv = {"padding": padding, "use_bias": False, "kernel_initializer": "he_normal"}
    if groups == 1:
        x = layers.Conv2D(filters, kernel, strides, name=f"{name}_conv", **conv)(x)
    else:
        x = GroupedConv2D(filters, kernel, strides, groups=groups, name=f"{name}_conv", **conv)(x)
    x = BatchNormalization(momentum=0.9, epsilon=EPSILON, name=f"{name}_bn")(x)
    return layers.Activation(activation, name=f"{name}_{activation}")(x) if activation else x


def conv_relu(x, filters, kernel, *, name, strides=1):
    """Convolution with bias, padded, then ReLU: (batch, h, w, c) -> (batch, h, w, filters).

    `strides` divides height and width, rounded up. Initial weights by He et al. 2015.
    """
    filters, kernel, strides = _checked(filters, kernel, strides, name)
    conv = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
    return layers.Conv2D(filters, kernel, strides, name=name, **conv)(x)


def _checked(filters, kernel, strides, name):
    named = zip(("filters", "kernel", "strides"), (filters, kernel, strides))
    return (whole(value, f"{name}: {what}") for what, value in named)
