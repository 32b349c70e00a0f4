"""Lesson 12, EfficientNet: what answers are compared with, and typical slips."""

import numpy as np
from keras import layers

from utils import blocks
from utils.exercises.reasons import because


def scale_input(x):
    """What EfficientNet-Lite0 makes of numbers from 0 to 255."""
    return (x - 127) / 128


OTHER_SCALES = because(
    "this is from 0 to 1; the network was trained on numbers from about -1 to 1",
    lambda x: x / 255,
    "this is from -1 to 1 exactly, as for MobileNet; Lite0 takes 127 off, and divides by 128",
    lambda x: x / 127.5 - 1,
    "127 is taken off what is divided already: brackets are missing",
    lambda x: x - 127 / 128,
    "it is divided first, and then a whole 127 is taken off: brackets are missing",
    lambda x: x / 128 - 127,
    "127 and 128 have changed places",
    lambda x: (x - 128) / 127,
    "128 is taken off and divided by; it is 127 that is taken off",
    lambda x: (x - 128) / 128,
    "127 is taken off and divided by; it is 128 by which it is divided",
    lambda x: (x - 127) / 127,
    "nothing is taken off, so black would be 0 and no number negative",
    lambda x: x / 128,
    "it is not divided: the numbers reach from -127 to 128",
    lambda x: x - 127,
    "127 is added; it is to be taken off, so that black becomes negative",
    lambda x: (x + 127) / 128,
    "the signs are turned round: black should become -0.99, and white 1",
    lambda x: (127 - x) / 128,
    "it is scaled twice: x is from 0 to 255 still, and no division by 255 belongs before it",
    lambda x: (x / 255 - 127) / 128,
    "it is multiplied by 128; it should be divided",
    lambda x: (x - 127) * 128,
    "// leaves whole numbers only, -1, 0 and 1; / keeps the parts",
    lambda x: (x - 127) // 128,
    "bytes cannot be negative, and 0 - 127 became 129: turn x into floats first",
    lambda x: (int(x) - 127) % 256 / 128,
)


def times_the_work(depth, width, resolution):
    """How many times the multiply-adds: in proportion to depth, by the square of the others."""
    return depth * width**2 * resolution**2


OTHER_WORK = because(
    "a wider layer reads more channels and makes more; longer sides are more rows and columns",
    lambda d, w, r: d * w * r,
    "the width counts twice: more channels come in, and more go out",
    lambda d, w, r: d * w * r**2,
    "the resolution counts twice: there are more rows and more columns",
    lambda d, w, r: d * w**2 * r,
    "the depth counts once: twice as many layers take twice the work",
    lambda d, w, r: d**2 * w**2 * r**2,
    "it is turned round: the depth counts once, width and resolution by their square",
    lambda d, w, r: d**2 * w * r,
    "the factors are added; they multiply one another",
    lambda d, w, r: d + w**2 + r**2,
    "the factors are added; they multiply one another, and two of them count twice",
    lambda d, w, r: d + w + r,
    "the depth is missing: each further layer takes its own multiply-adds",
    lambda d, w, r: w**2 * r**2,
    "the width is missing: more channels come in, and more go out",
    lambda d, w, r: d * r**2,
    "the resolution is missing: there are more rows and more columns",
    lambda d, w, r: d * w**2,
    "a square is width times width, not 2 times width",
    lambda d, w, r: d * 2 * w * 2 * r,
    "this is how many times less it takes: turn the fraction over",
    lambda d, w, r: 1 / (d * w**2 * r**2),
    "these are Lite0's multiply-adds at that size; asked is how many times as many they are",
    lambda d, w, r: 385_187_552 * d * w**2 * r**2,
    "this is the compound rule, by which a size is chosen; what does a chosen size cost?",
    lambda d, w, r: 1.2**d * 1.1**w * 1.15**r,
    "it was rounded; the factor need not be a whole number",
    lambda d, w, r: round(d * w**2 * r**2),
)


def compound(phi):
    """Depth, width and the pixels of a side by the compound rule, not rounded."""
    return 1.2**phi, 1.1**phi, 224 * 1.15**phi


OTHER_RULES = because(
    "φ is a power, not a factor: 1.2 to the φ",
    lambda phi: (1.2 * phi, 1.1 * phi, 224 * 1.15 * phi),
    "each step should multiply, not add the same again: φ is a power",
    lambda phi: (1 + 0.2 * phi, 1 + 0.1 * phi, 224 * (1 + 0.15 * phi)),
    "it is turned round: φ is the exponent, not what is raised to a power",
    lambda phi: (phi**1.2, phi**1.1, 224 * phi**1.15),
    "the squares belong to the work; a measure itself grows by its number to the φ",
    lambda phi: (1.2**phi, 1.1 ** (2 * phi), 224 * 1.15 ** (2 * phi)),
    "α = 1.2 is the depth's and β = 1.1 the width's; they have changed places",
    lambda phi: (1.1**phi, 1.2**phi, 224 * 1.15**phi),
    "β = 1.1 is the width's and γ = 1.15 the resolution's; they have changed places",
    lambda phi: (1.2**phi, 1.15**phi, 224 * 1.1**phi),
    "the third number is wanted in pixels, 224 of them for φ = 0",
    lambda phi: (1.2**phi, 1.1**phi, 1.15**phi),
    "only γ is raised to the φ, not the 224",
    lambda phi: (1.2**phi, 1.1**phi, (224 * 1.15) ** phi),
    "the pixels are rounded; they are wanted as the rule gives them",
    lambda phi: (1.2**phi, 1.1**phi, round(224 * 1.15**phi)),
    "the parts of a pixel are cut off; the number is wanted as the rule gives it",
    lambda phi: (1.2**phi, 1.1**phi, int(224 * 1.15**phi)),
    "the order is depth, width, pixels",
    lambda phi: (224 * 1.15**phi, 1.1**phi, 1.2**phi),
    "φ is not used: this is the first step, φ = 1, whatever is asked for",
    lambda phi: (1.2, 1.1, 224 * 1.15),
    "this is how many times the work; return depth, width and pixels, three numbers",
    lambda phi: (1.2 * 1.1**2 * 1.15**2) ** phi,
    "the three are multiplied; return them one by one, three numbers",
    lambda phi: 1.2**phi * 1.1**phi * 224 * 1.15**phi,
)


def squeeze_excite(x, reduced, dense=False):
    """Each channel times a number from 0 to 1, made of the means of all channels."""
    layer = layers.Dense if dense else lambda n, **kind: layers.Conv2D(n, 1, **kind)
    y = layers.GlobalAveragePooling2D(keepdims=not dense)(x)
    y = layer(x.shape[-1], activation="sigmoid")(layer(reduced, activation="relu")(y))
    return layers.Multiply()([x, layers.Reshape((1, 1, -1))(y) if dense else y])


def stage(x, channels, repeats, strides):
    """A row of the table: the first block moves by `strides`, the others by 1."""
    for i in range(repeats):
        options = {"kernel": 5, "squeeze": 0, "activation": "relu6"}
        options |= {"strides": strides if i == 0 else 1, "name": f"block{i}"}
        x = blocks.mb_conv(x, channels, **options)
    return x


def activation_map(maps, weights):
    """The sum of the maps, each times its weight: (h, w, k) and (k,) -> (h, w)."""
    return np.asarray(maps) @ np.asarray(weights)


OTHER_MAPS = because(  # m are the maps, w the weights
    "this is one number, the mean over all places; the map has a number for each place",
    lambda m, w: (m @ w).mean(),
    "this is one number, the sum over all places; the map has a number for each place",
    lambda m, w: (m @ w).sum(),
    "the weighted maps still have to be added up over the channels",
    lambda m, w: m * w,
    "the weighted maps are averaged over the channels; they are added up",
    lambda m, w: (m * w).mean(axis=-1),
    "what is negative was set to 0, as in Grad-CAM; a class activation map keeps it",
    lambda m, w: np.maximum(m @ w, 0),
    "the weights are not used: this is the sum of all maps, the same for every class",
    lambda m, w: m.sum(axis=-1),
    "it is added up along the first axis, the rows; the channels are the last",
    lambda m, w: (m * w).sum(axis=0),
    "it is added up along the second axis, the columns; the channels are the last",
    lambda m, w: (m * w).sum(axis=1),
    "its values are right, but an axis of length 1 is left behind: (h, w, 1), not (h, w)",
    lambda m, w: (m @ w)[..., None],
    "its values are right, but in a row: the map is (h, w)",
    lambda m, w: (m @ w).ravel(),
    "height and width have changed places",
    lambda m, w: (m @ w).T,
    "the largest of the weighted maps is taken at each place; they are added up",
    lambda m, w: (m * w).max(axis=-1),
    "the weights are added to the maps; each map is multiplied by its weight",
    lambda m, w: (m + w).sum(axis=-1),
    "this is the first of the maps alone: does a loop return too early?",
    lambda m, w: m[..., 0] * w[0],
    "this is the last of the maps alone: is each added to those before it?",
    lambda m, w: m[..., -1] * w[-1],
    "the last map is missing: there are k of them, 0 to k - 1",
    lambda m, w: m[..., :-1] @ w[:-1],
    "the mean over the places comes too early: what is left has no places",
    lambda m, w: m.mean(axis=(0, 1)) * w,
    "it is divided by the number of places; that belongs to the score, not to the map",
    lambda m, w: m @ w / (m.shape[0] * m.shape[1]),
    "it was stretched from 0 to 1, as for a picture; the map itself is wanted",
    lambda m, w: (m @ w - (m @ w).min()) / np.ptp(m @ w),
)


def grey(photo):
    """The mean of red, green and blue, three times."""
    return np.repeat(photo.mean(axis=-1, keepdims=True), 3, axis=-1)


OTHER_GREYS = because(
    "that has one channel; the network reads three, which are alike where all is grey",
    lambda photo: photo.mean(axis=-1, keepdims=True),
    "the axis of the channels is gone; keep it, and repeat the mean three times along it",
    lambda photo: photo.mean(axis=-1),
    "that weights green more than red and blue, as the eye does; here it is the plain mean",
    lambda photo: np.repeat(photo @ np.array([[0.299], [0.587], [0.114]]), 3, axis=-1),
    "that is the sum of red, green and blue; divide by 3",
    lambda photo: 3 * grey(photo),
    "that is one grey for the whole photograph: the mean of a pixel is over its channels",
    lambda photo: np.full_like(photo, photo.mean()),
)


RANDOM = np.random.default_rng(1)
PHOTOS = tuple((RANDOM.random(shape, "float32"),) for shape in ((4, 6, 3), (8, 8, 3)))
