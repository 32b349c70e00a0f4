"""EfficientNet: one small network, made deeper, wider and finer all at once.

Sources: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
ICML 2019, table 1; widths, depths and resolutions of B1 to B7 as in the authors' code and in
keras.applications, whose names the layers have. EfficientNet-Lite0: the authors' page for mobile
devices, 2020: ReLU6, and no squeeze-and-excitation.
"""

from math import ceil

import keras
from keras import layers

from utils.blocks.depthwise import edges
from utils.blocks.mbconv import CONV, mb_conv, normalised
from utils.networks.arguments import at_least, check, choice
from utils.networks.mobilenet import eighths

# Table 1: kernel, stride, expansion, channels, repeats.
STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)
# How much wider and deeper than B0, the pixels of an image's side, and dropout.
SCALES = {
    "B0": (1.0, 1.0, 224, 0.2),
    "B1": (1.0, 1.1, 240, 0.2),
    "B2": (1.1, 1.2, 260, 0.3),
    "B3": (1.2, 1.4, 300, 0.3),
    "B4": (1.4, 1.8, 380, 0.4),
    "B5": (1.6, 2.2, 456, 0.4),
    "B6": (1.8, 2.6, 528, 0.5),
    "B7": (2.0, 3.1, 600, 0.5),
    "Lite0": (1.0, 1.0, 224, 0.2),
}
DROPPED = 0.2  # how often the last block would be left out in training; the first never is


def efficientnet(
    size, *, width=1, depth=1, input_shape=None, classes=1000, logits=False, name=None
):
    """EfficientNet-B0 to B7, or Lite0.

    Input (batch, pixels, pixels, 3) of numbers from 0 to 255, which the network scales itself, 224
    pixels for B0 and Lite0, 600 for B7 (`SCALES`); output (batch, classes) of probabilities, or of
    raw scores with `logits=True`. `width` and `depth` multiply channels and repeats once more; the
    channels are rounded to multiples of 8, the repeats up. B0 has 5,288,548 trainable parameters.
    Raises ValueError for another size, and for images under 32x32 pixels.
    """
    choice("efficientnet", "size", size, SCALES)
    name = name or _named(size, width, depth)
    wider, deeper, pixels, dropout = SCALES[size]
    input_shape = (pixels, pixels, 3) if input_shape is None else input_shape
    input_shape, classes = check(name, input_shape, classes, width)
    at_least(name, input_shape, 32, "it is halved five times")
    if not depth > 0:
        raise ValueError(f"{name}: depth multiplies repeats, so it is positive; got {depth}")
    wider, deeper, lite = wider * width, deeper * depth, size == "Lite0"
    activation = "relu6" if lite else "silu"
    options = {"squeeze": 0 if lite else 0.25, "activation": activation}

    image = keras.Input(input_shape, name="input")
    x = _scaled_input(image, lite)
    x = layers.ZeroPadding2D(edges(x, 3), name="stem_conv_pad")(x)
    stem = CONV | {"padding": "valid", "use_bias": False, "name": "stem_conv"}
    x = layers.Conv2D(eighths(32 * wider), 3, strides=2, **stem)(x)
    x = normalised(x, activation, "stem_bn", "stem_activation")
    made, blocks = 0, sum(ceil(deeper * repeats) for *_, repeats in STAGES)
    for stage, (kernel, strides, expansion, channels, repeats) in enumerate(STAGES, start=1):
        for i in range(ceil(deeper * repeats)):
            options |= {"kernel": kernel, "strides": strides if i == 0 else 1}
            options |= {"expansion": expansion, "drop": DROPPED * made / blocks}
            x = mb_conv(x, eighths(channels * wider), name=_block(stage, i), **options)
            made += 1
    x = layers.Conv2D(eighths(1280 * wider), 1, use_bias=False, name="top_conv", **CONV)(x)
    x = normalised(x, activation, "top_bn", "top_activation")
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    x = layers.Dropout(dropout, name="top_dropout")(x)
    x = layers.Dense(classes, activation=None if logits else "softmax", name="predictions")(x)
    return keras.Model(image, x, name=name)


def _scaled_input(image, lite):
    """Lite0: from -1 to 1. The others: from 0 to 1, less a mean, over a deviation, which weights
    of ImageNet bring along (0 and 1 before that)."""
    if lite:
        return layers.Rescaling(1 / 128, offset=-127 / 128, name="rescaling")(image)
    x = layers.Rescaling(1 / 255, name="rescaling")(image)
    return layers.Normalization(axis=-1, name="normalization")(x)


def _block(stage, i):
    """block2a, block2b and so on, as keras.applications counts."""
    return f"block{stage}{chr(ord('a') + i)}"


def _named(size, width, depth):
    scaled = "".join(f"_{by}{n}" for by, n in (("width", width), ("depth", depth)) if n != 1)
    return f"efficientnet_{size.lower()}{scaled}"
