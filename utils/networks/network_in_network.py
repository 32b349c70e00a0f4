"""Network in network: every convolution is followed by two of 1x1; no dense layers.

Source: Lin, Chen, Yan, "Network In Network", ICLR 2014, section 4.2; filters as in the authors'
own CIFAR-10 model.
"""

import keras
from keras import layers

from utils.blocks import conv_relu
from utils.networks.arguments import at_least, check, scaled

# Each block: the first kernel's size, then the filters of that convolution and of the two 1x1.
BLOCKS = (
    (5, (192, 160, 96)),
    (5, (192, 192, 192)),
    (3, (192, 192)),  # and as many as there are classes
)


def network_in_network(
    *, width=1, input_shape=(32, 32, 3), classes=10, logits=False, name="network_in_network"
):
    """The network for CIFAR-10: 966,986 parameters, no dense layer.

    Input (batch, 32, 32, 3), output (batch, classes) of probabilities, or of raw scores with
    `logits=True`. The last block makes one map a class, `block3_conv3`; its mean is the class's
    score. `width` multiplies the filters. Raises ValueError for images under 9x9 pixels.
    """
    input_shape, classes = check(name, input_shape, classes, width)
    at_least(
        name, input_shape, 9, "two poolings leave under 3x3 pixels, and the last filter is 3x3"
    )
    image = x = keras.Input(input_shape, name="input")
    for block, (kernel, filters) in enumerate(BLOCKS, start=1):
        counts = [scaled(n, width) for n in filters] + [classes] * (block == len(BLOCKS))
        for i, (count, size) in enumerate(zip(counts, (kernel, 1, 1)), start=1):
            x = conv_relu(x, count, size, name=f"block{block}_conv{i}")
        if block < len(BLOCKS):
            pooling = layers.MaxPooling2D if block == 1 else layers.AveragePooling2D
            x = pooling(3, 2, padding="same", name=f"block{block}_pool")(x)
            x = layers.Dropout(0.5, name=f"block{block}_dropout")(x)
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    if not logits:
        x = layers.Softmax(name="predictions")(x)
    return keras.Model(image, x, name=name)
