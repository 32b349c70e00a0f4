"""DenseNet's block: what a layer makes is put beside all that came before.

Source: Huang, Liu, van der Maaten, Weinberger, "Densely Connected Convolutional Networks", CVPR
2017, section 3. Layers are named as in keras.applications' DenseNet.
"""

from keras import layers

from utils.blocks.convolutions import EPSILON
from utils.layers import BatchNormalization
from utils.whole import whole

CONV = {"padding": "same", "use_bias": False, "kernel_initializer": "he_normal"}


def dense_layer(x, growth, *, bottleneck=True, name):
    """Normalise, ReLU, convolve; `growth` new channels behind the ones that were there.

    (batch, h, w, c) -> (batch, h, w, c + growth). With `bottleneck`, a 1x1 convolution to
    4 * `growth` channels comes before the 3x3, each after a normalisation and a ReLU of its own.
    """
    growth = whole(growth, f"{name}: growth")
    y, last = norm_relu(x, f"{name}_0"), 1
    if bottleneck:
        y, last = layers.Conv2D(4 * growth, 1, name=f"{name}_1_conv", **CONV)(y), 2
        y = norm_relu(y, f"{name}_1")
    y = layers.Conv2D(growth, 3, name=f"{name}_{last}_conv", **CONV)(y)
    return layers.Concatenate(name=f"{name}_concat")([x, y])


def dense_block(x, count, growth, *, bottleneck=True, name):
    """`count` dense layers: (batch, h, w, c) -> (batch, h, w, c + count * growth)."""
    for i in range(1, whole(count, f"{name}: count") + 1):
        x = dense_layer(x, growth, bottleneck=bottleneck, name=f"{name}_block{i}")
    return x


def transition(x, compression=0.5, *, name):
    """Normalise, ReLU, a 1x1 convolution to `compression` of the channels, halve the map.

    (batch, h, w, c) -> (batch, h / 2, w / 2, compression * c), rounded down.
    """
    x = norm_relu(x, name)
    channels = max(1, int(compression * x.shape[-1]))
    x = layers.Conv2D(channels, 1, name=f"{name}_conv", **CONV)(x)
    return layers.AveragePooling2D(2, name=f"{name}_pool")(x)


def norm_relu(x, name):
    """Batch normalisation, then ReLU: what comes before a convolution, here.

    They are called {name}_bn and {name}_relu, or where `name` is None bn and relu.
    """
    front = "" if name is None else f"{name}_"
    x = BatchNormalization(momentum=0.9, epsilon=EPSILON, name=f"{front}bn")(x)
    return layers.Activation("relu", name=f"{front}relu")(x)
