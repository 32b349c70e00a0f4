"""LeNet-5, as lectured today and as published.

Source: LeCun, Bottou, Bengio, Haffner, "Gradient-Based Learning Applied to Document
Recognition", Proceedings of the IEEE, 1998, section II.B.
"""

import keras
import numpy as np
from keras import layers

from utils.layers import EuclideanRBF, SparseConv2D, Subsampling, scaled_tanh, uniform
from utils.networks.arguments import check, scaled

# Table I: a row for each map of S2, a column for each map of C3, X where they are connected.
C3_TABLE = (
    "X...XXX..XXXX.XX",
    "XX...XXX..XXXX.X",
    "XXX...XXX..X.XXX",
    ".XXX..XXXX..X.XX",
    "..XXX..XXXX.XX.X",
    "...XXX..XXXX.XXX",
)

# Figure 3, the digits, as usually transcribed: 7x12 pixels each, # is +1 (ink) and . is -1.
DIGITS = """
.#####. ...##.. .#####. ####### .#####. .#####. ..####. ####### .#####. .#####.
....... ..###.. ....... .....## ....... ....... .##.... .....## ##...## ##..###
..###.. .####.. .#####. ....##. ....... ####### ##..... .....## ##...## ##...##
.##.##. ...##.. ##...## ...##.. .##..## ##..... ##..... ....##. ##...## ##...##
##...## ...##.. #....## ..####. .##..## ##..... ######. ...##.. .#####. ##..###
##...## ...##.. ....##. .....## ###..## .####.. ###..## ...##.. ##...## .######
##...## ...##.. ..###.. .....## ##...## ..####. ##...## ..##... ##...## .....##
##...## ...##.. .##.... .....## ##...## .....## ##...## ..##... ##...## .....##
.##.##. ...##.. ##..... ##...## ##..### ##...## ###..## ..##... ##...## ....##.
..###.. .###### ####### .#####. .###### .#####. .#####. ..##... .#####. .####..
....... ....... ....... ....... .....## ....... ....... ....... ....... .......
....... ....... ....... ....... .....## ....... ....... ....... ....... .......
"""


def digit_codes():
    """The ten target codes, shape (10, 12, 7): digit, row, column; +1 is ink, -1 is paper."""
    rows = [line.split() for line in DIGITS.split("\n") if line]
    return np.array([[[1 if c == "#" else -1 for c in r] for r in digit] for digit in zip(*rows)])


def lenet5(*, width=1, input_shape=(32, 32, 1), classes=10, logits=False, name="lenet5"):
    """LeNet-5 as it is lectured: full C3, plain average pooling, tanh, softmax.

    Input (batch, 32, 32, 1), output (batch, classes) of probabilities, or of raw scores with
    `logits=True`; 61,706 parameters. `width` multiplies filters and units. Raises ValueError for
    images under 16x16 pixels.
    """
    input_shape, classes = check(name, input_shape, classes, width)
    after_s4 = _after_s4(input_shape)
    if min(after_s4) < 1:
        raise ValueError(
            f"{name}: an image of {input_shape[0]}x{input_shape[1]} is too small: after two 5x5 "
            f"convolutions and two 2x2 poolings nothing is left; use 16x16 or more"
        )
    image = keras.Input(input_shape, name="input")
    x = layers.Conv2D(scaled(6, width), 5, activation="tanh", name="C1")(image)
    x = layers.AveragePooling2D(2, name="S2")(x)
    x = layers.Conv2D(scaled(16, width), 5, activation="tanh", name="C3")(x)
    x = layers.AveragePooling2D(2, name="S4")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(scaled(120, width), activation="tanh", name="C5")(x)
    x = layers.Dense(scaled(84, width), activation="tanh", name="F6")(x)
    x = layers.Dense(classes, activation=None if logits else "softmax", name="predictions")(x)
    return keras.Model(image, x, name=name)


def lenet5_1998(*, input_shape=(32, 32, 1), classes=10, name="lenet5_1998"):
    """LeNet-5 as published: sparse C3, trained subsampling, scaled tanh, distances to codes.

    Input (batch, 32, 32, 1), white -0.1 and ink 1.175. Output (batch, classes): the squared
    distances of F6 to the codes of the classes, of which the smallest wins, so there is no
    softmax and no `logits`; train it with `utils.layers.MAPLoss`. 60,000 trainable parameters,
    340,908 connections. Raises ValueError for an image that does not shrink to 5x5 at S4,
    and for more than the paper's ten digit codes.
    """
    input_shape, classes = check(name, input_shape, classes)
    after_s4 = _after_s4(input_shape)
    if after_s4 != (5, 5):
        raise ValueError(
            f"{name}: an image of {input_shape[0]}x{input_shape[1]} is {after_s4[0]}x{after_s4[1]} "
            f"after S4, but C5 needs 5x5; pad or crop the image to 32x32"
        )
    if classes > 10:
        raise ValueError(f"{name}: classes is at most 10, one digit's code each; got {classes}")
    image = keras.Input(input_shape, name="input")
    x = _convolution(6, input_shape[-1], "C1")(image)
    x = Subsampling(name="S2")(x)
    x = SparseConv2D(C3_TABLE, 5, name="C3")(x)
    x = Subsampling(name="S4")(x)
    x = _convolution(120, 16, "C5")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(84, scaled_tanh, kernel_initializer=uniform(120), name="F6")(x)
    x = EuclideanRBF(digit_codes().reshape(10, 84)[:classes], name="RBF")(x)
    return keras.Model(image, x, name=name)


def _convolution(filters, maps, name):
    initial = uniform(5 * 5 * maps)
    return layers.Conv2D(filters, 5, activation=scaled_tanh, kernel_initializer=initial, name=name)


def _after_s4(input_shape):
    """Height and width after S4."""
    return tuple(((n - 4) // 2 - 4) // 2 for n in input_shape[:2])
