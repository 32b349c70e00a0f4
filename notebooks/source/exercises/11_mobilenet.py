# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises 11 · MobileNet
#
# {{badge}}
#
# Nine exercises on [lesson 11](../11_mobilenet.ipynb), from a count to an experiment of your own. Put
# your answer where `...` stands and run the cell: `check` says whether it is right or what is wrong
# with it, as often as you like. `hint("11.separable")` gives up to three hints, and
# `compare("11.separable", separable)` sets your layers beside the shapes and parameters wanted.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import blocks, cost, data
from utils.exercises import check, compare, hint, progress
from utils.tables import Table

# %% [markdown]
# ## 1 · What is left
#
# A function of the number of filters n and their size f (for f×f): the multiplications of a depthwise
# separable convolution, divided by those of an ordinary one. (For five filters of 3×3 it is 0.311.)


# %%
def part_left(filters, size):
    # solution:
    return 1 / filters + 1 / size**2
    # end


check("11.part_left", part_left)

# %% [markdown]
# ## 2 · A block that halves
#
# 28×28 with 256 channels come in. A depthwise 3×3 convolution moves by 2 (`same`), then a 1×1 makes 512
# channels. How many multiply-adds do the two take together?

# %%
strided_block = 14 * 14 * 256 * 9 + 14 * 14 * 256 * 512  # solution
check("11.strided_block", strided_block)

# %% [markdown]
# ## 3 · The separable block
#
# A depthwise 3×3 convolution that moves by `strides` and pads with `same`, then a 1×1 with `filters`
# filters. Behind each, batch normalisation and a ReLU that ends at 6; no biases.


# %%
def separable(x, filters, strides):
    # solution:
    x = layers.DepthwiseConv2D(3, strides, padding="same", use_bias=False)(x)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    x = layers.Conv2D(filters, 1, use_bias=False)(x)
    return layers.ReLU(6.0)(layers.BatchNormalization()(x))
    # end


check("11.separable", separable)

# %% [markdown]
# ## 4 · A small MobileNet
#
# For images of 32×32×3, ten classes, from a table. An ordinary 3×3 convolution to 8 channels that moves
# by 2 (`same`, no bias), batch normalisation, ReLU6; then your `separable` four times:
#
# | filters | strides |
# |---|---|
# | 16 | 1 |
# | 32 | 2 |
# | 32 | 1 |
# | 64 | 2 |
#
# At the end a global average pooling and a dense layer with softmax.


# %%
def small_mobilenet():
    # solution:
    x = image = keras.Input((32, 32, 3))
    x = layers.Conv2D(8, 3, 2, padding="same", use_bias=False)(x)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    for filters, strides in ((16, 1), (32, 2), (32, 1), (64, 2)):
        x = separable(x, filters, strides)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # end


check("11.small_mobilenet", small_mobilenet)

# %% [markdown]
# ## 5 · The inverted residual block
#
# For blocks that keep the shape (`filters` equals `x.shape[-1]`): a 1×1 that makes
# `expansion` times as many channels, a depthwise 3×3 (`same`), a 1×1 back to `filters`, and the input
# added. Batch normalisation behind each of the three, ReLU6 where it belongs, no biases.


# %%
def inverted(x, filters, expansion):
    # solution:
    y = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(x)
    y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(y)
    y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.Conv2D(filters, 1, use_bias=False)(y)
    y = layers.BatchNormalization()(y)
    return layers.Add()([x, y])
    # end


check("11.inverted", inverted)

# %% [markdown]
# ## 6 · Find the fault
#
# Two blocks of MobileNetV2, for an input of 8×8×24: the first halves and makes 12 channels, the second
# keeps them. They run and train, but not as well as they could.


# %%
def two_inverted(x):
    # given:
    for strides in (2, 1):
        y = layers.Conv2D(6 * x.shape[-1], 1, use_bias=False)(x)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
        y = layers.DepthwiseConv2D(3, strides, padding="same", use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
        y = layers.Conv2D(12, 1, use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
        x = layers.Add()([x, y]) if strides == 1 else y
    return x
    # solution:
    for strides in (2, 1):
        y = layers.Conv2D(6 * x.shape[-1], 1, use_bias=False)(x)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
        y = layers.DepthwiseConv2D(3, strides, padding="same", use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
        y = layers.Conv2D(12, 1, use_bias=False)(y)
        y = layers.BatchNormalization()(y)
        x = layers.Add()([x, y]) if strides == 1 else y
    return x
    # end


# %% [markdown]
# First say what is wrong, with a letter.
#
# - a) The first 1×1 makes too few channels for an expansion of 6.
# - b) The depthwise convolutions of the two blocks move by the wrong strides.
# - c) An activation stands where none belongs.
# - d) A shortcut is missing where the first block halves the image.

# %%
fault = "c"  # solution
check("11.two_inverted", fault)

# %% [markdown]
# Then mend it, in `two_inverted` above; run that cell and this one.

# %%
check("11.two_inverted", two_inverted)

# %% [markdown]
# ## 7 · What did they forget?
#
# For α = 0.75 and 192 pixels the authors' page prints 233 million multiply-adds; 239.3 come out. The same
# layer is missing in all four counts of that row. How many multiply-adds does it take, for 192 pixels? (An
# exact whole number: not the difference of the rounded ones.)

# %%
forgotten = 96 * 96 * 24 * 3 * 3 * 3  # solution
check("11.forgotten", forgotten)

# %% [markdown]
# ## 8 · What does it wait for?
#
# Two layers on 28×28 with 128 channels, both with 128 channels out:

# %%
x = keras.Input((28, 28, 128))
both = {
    "depthwise 3×3": layers.DepthwiseConv2D(3, padding="same", use_bias=False),
    "1×1": layers.Conv2D(128, 1, use_bias=False),
}
rows = {
    name: cost.table(keras.Model(x, layer(x))).iloc[-1][["parameters", "multiply_adds"]].to_dict()
    for name, layer in both.items()
}
Table.from_dict(rows, orient="index")

# %% [markdown]
# The 1×1 has 14 times as many multiply-adds. On many machines it takes only one and a half to three times as
# long. Why?
#
# - a) Both move the same numbers in and out, and the depthwise one mostly waits for them.
# - b) The weights of the depthwise one have to be fetched from memory again and again.
# - c) The depthwise one is followed by batch normalisation, which costs more than it does.
# - d) Machines multiply small numbers of channels more slowly than large ones, always.

# %%
what_bounds = "a"  # solution
check("11.what_bounds", what_bounds)

# %% [markdown]
# ## 9 · Your own experiment: filter, or have more channels?
#
# Two small networks for pictures of clothes, shrunk to 14×14 by taking every second pixel, of about the same
# work: one with ordinary 3×3 convolutions of 16 channels, one with separable ones of 56. Which makes fewer
# mistakes after the same steps? Write the separable convolution, train both from three seeds, and conclude from
# *your* numbers: the name whose worst run is better than the best of the other, else `"neither"`.

# %%
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
x_train, x_test = (x[:, ::2, ::2, None] / np.float32(255) for x in (x_train, x_test))
x_train, y_train, x_test, y_test = x_train[:1600], y_train[:1600], x_test[:1000], y_test[:1000]


def ordinary_convolution(x):
    return layers.Conv2D(16, 3, padding="same", activation="relu")(x)


def separable_convolution(x):
    """Depthwise 3×3, same; then a 1×1 to 56 channels with ReLU."""
    # solution:
    x = layers.DepthwiseConv2D(3, padding="same")(x)
    return layers.Conv2D(56, 1, activation="relu")(x)
    # end


# %%
def test_error(convolution, seed):
    keras.utils.set_random_seed(seed)
    image = keras.Input((14, 14, 1))
    x = layers.MaxPooling2D()(layers.Conv2D(16, 3, padding="same", activation="relu")(image))
    x = convolution(convolution(x))
    x = layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(x))
    network = keras.Model(image, x)
    adam = keras.optimizers.Adam(5e-3)
    network.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
    network.fit(x_train, y_train, batch_size=50, epochs=3, verbose=0)
    return 1 - network.evaluate(x_test, y_test, batch_size=500, verbose=0)[1]


# %% [markdown]
# First see whether `separable_convolution` is as meant, before anything is trained with it.

# %%
check("11.split_or_not", separable_convolution)

# %% [markdown]
# Then measure, and conclude. The last check wants `separable_convolution`, too: it may have changed since.

# %%
# given:
measured = {"ordinary": ..., "separable": ...}  # a list of three numbers each
conclusion = ...
# solution:
kinds = {"ordinary": ordinary_convolution, "separable": separable_convolution}
measured = {name: [test_error(kind, seed) for seed in (1, 2, 3)] for name, kind in kinds.items()}
least, most = ({name: pick(runs) for name, runs in measured.items()} for pick in (min, max))
conclusion = "neither"
if most["ordinary"] < least["separable"]:
    conclusion = "ordinary"
if most["separable"] < least["ordinary"]:
    conclusion = "separable"
# end
check("11.split_or_not", (separable_convolution, measured, conclusion))

# %% [markdown]
# ## What is done

# %%
progress()

# %% [markdown]
# A square for each exercise, filled where you solved it. On Colab the record goes when the machine
# goes: `from utils.exercises import download` and `download()` hand it to you; put back as
# `progress.json` into the course's folder, it counts again.
#
# [Solutions](../solutions/11_mobilenet.ipynb), [lesson 11](../11_mobilenet.ipynb), [the
# map](../00_start_here.ipynb).
