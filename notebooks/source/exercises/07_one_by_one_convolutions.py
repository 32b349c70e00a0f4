# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises 7 · One-by-one convolutions
#
# {{badge}}
#
# Seven exercises on [lesson 7](../07_one_by_one_convolutions.ipynb), from a shape to network in
# network on images of any size. Put your answer where `...` stands and run the cell: `check` says
# whether it is right or what is wrong with it, as often as you like. `hint` with the name of an
# exercise gives up to three hints.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import cost, networks
from utils.exercises import check, hint, progress

# %% [markdown]
# ## 1 · Two ways to shrink
#
# An image of 14×14×512 goes through a 1×1 convolution with 64 filters and then through a max
# pooling of 2×2, strides 2. Height, width and channels of what comes out, on paper first:

# %%
shrunk_shape = (14 // 2, 14 // 2, 64)  # solution
check("07.shrunk_shape", shrunk_shape)

# %% [markdown]
# Stuck? Take the `#` away (and run the cell again for the next hint):

# %%
# hint("07.shrunk_shape")

# %% [markdown]
# ## 2 · What the convolution costs
#
# How many multiplications does the 1×1 convolution of exercise 1 take for one image?

# %%
multiplications = 14 * 14 * 512 * 64  # solution
check("07.multiplications", multiplications)

# %% [markdown]
# ## 3 · A matrix at every pixel
#
# Write a 1×1 convolution with numpy or plain Python. `image` has the shape (height, width,
# channels), `weights` (channels, filters), and `bias` one number for each filter. No activation.
# Return an array of the shape (height, width, filters).


# %%
def one_by_one(image, weights, bias):
    # solution:
    return image @ weights + bias
    # end


check("07.one_by_one", one_by_one)

# %% [markdown]
# ## 4 · A small network behind each filter
#
# The block of network in network, with strides: a convolution of `kernel`×`kernel` that moves by
# `strides`, then two 1×1 convolutions that move by 1. `filters` are three numbers, one for each
# convolution. All pad `same`, have biases, and have a ReLU after them.


# %%
def mlpconv(x, kernel, filters, strides=1):
    # solution:
    first, second, third = filters
    x = layers.Conv2D(first, kernel, strides, padding="same", activation="relu")(x)
    x = layers.Conv2D(second, 1, activation="relu")(x)
    return layers.Conv2D(third, 1, activation="relu")(x)
    # end


check("07.mlpconv", mlpconv)

# %% [markdown]
# ## 5 · Network in network, from its table
#
# The network for the 100 classes of CIFAR-100, with a sixteenth of the filters. Each block is a
# convolution and two of 1×1, as `mlpconv` makes them with strides of 1. Poolings pad `same`. The
# input is 32×32×3.
#
# | what | filters | output |
# |---|---|---|
# | block of 5×5 | 12, 10, 6 | 32×32×6 |
# | max pooling 3×3, strides 2 | | 16×16×6 |
# | dropout, 0.5 | | |
# | block of 5×5 | 12, 12, 12 | 16×16×12 |
# | average pooling 3×3, strides 2 | | 8×8×12 |
# | dropout, 0.5 | | |
# | block of 3×3 | 12, 12, and one for each class | 8×8×100 |
# | global average pooling, softmax | | 100 |


# %%
def network_in_network():
    # solution:
    image = keras.Input((32, 32, 3))
    x = mlpconv(image, 5, (12, 10, 6))
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    x = layers.Dropout(0.5)(x)
    x = mlpconv(x, 5, (12, 12, 12))
    x = layers.AveragePooling2D(3, 2, padding="same")(x)
    x = layers.Dropout(0.5)(x)
    x = mlpconv(x, 3, (12, 12, 100))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Softmax()(x))
    # end


check("07.network_in_network", network_in_network)

# %% [markdown]
# ## 6 · Find the faults
#
# A smaller one, for 10 classes: a block of 5×5, a max pooling, a block of 3×3, without dropout. It
# runs and trains, but three things in it are not as in network in network. Filters, padding and the
# pooling in the middle are right; it should have 2,054 parameters.


# %%
def two_blocks():
    image = keras.Input((32, 32, 3))
    # given:
    x = layers.Conv2D(12, 5, padding="same", activation="relu")(image)
    x = layers.Conv2D(10, 3, padding="same", activation="relu")(x)
    x = layers.Conv2D(6, 1, activation="relu")(x)
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    x = layers.Conv2D(12, 3, padding="same", activation="relu")(x)
    x = layers.Conv2D(12, 1, activation="relu")(x)
    x = layers.Conv2D(10, 1)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(10)(x)
    return keras.Model(image, layers.Softmax()(x))
    # solution:
    x = layers.Conv2D(12, 5, padding="same", activation="relu")(image)
    x = layers.Conv2D(10, 1, activation="relu")(x)
    x = layers.Conv2D(6, 1, activation="relu")(x)
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    x = layers.Conv2D(12, 3, padding="same", activation="relu")(x)
    x = layers.Conv2D(12, 1, activation="relu")(x)
    x = layers.Conv2D(10, 1, activation="relu")(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Softmax()(x))
    # end


check("07.two_blocks", two_blocks)

# %% [markdown]
# ## 7 · Another size of image
#
# Network in network with a sixteenth of the filters, and beside it the same network with `Flatten`
# and a dense layer in place of the average.

# %%
SIDE = 32

nin = networks.network_in_network(width=1 / 16, input_shape=(SIDE, SIDE, 3))
maps = nin.get_layer("block3_conv3").output
dense = layers.Dense(10, activation="softmax")(layers.Flatten()(maps))
flattened = keras.Model(nin.input, dense)
print("last maps:", "×".join(map(str, maps.shape[1:])))
print(f"averaged: {nin.count_params():,} parameters, {cost.multiply_adds(nin):,} multiplications")
print(f"flattened: {flattened.count_params():,} parameters")

# %% [markdown]
# Set `SIDE` to 64 and run the cell, then to 128. Which statement explains all that you see?
#
# - a) The poolings bring every image to the same size, so the layers behind them see no difference.
#   Only the first block has more to do, and it has no more weights than before.
# - b) A filter's weights serve at every place, and a map has one mean, however large it is. More
#   places mean more multiplications; only the dense layer has weights of its own for each of them.
# - c) The 5×5 and 3×3 convolutions get more weights on a larger image, the 1×1 do not. Global
#   average pooling takes away what is too many, and `Flatten` cannot.
# - d) Global average pooling has one weight for each map and uses it at every place. The dense
#   layer has ten for each map, one a class, and so its number of parameters grows.

# %%
explanation = "b"  # solution
check("07.explanation", explanation)

# %% [markdown]
# ## What is done

# %%
progress()

# %% [markdown]
# A square for each exercise, filled where you solved it. On Colab the record goes when the machine
# goes: `from utils.exercises import download` and `download()` hand it to you; put back as
# `progress.json` into the course's folder, it counts again.
#
# [Solutions](../solutions/07_one_by_one_convolutions.ipynb), [lesson
# 7](../07_one_by_one_convolutions.ipynb), [the map](../00_start_here.ipynb).
