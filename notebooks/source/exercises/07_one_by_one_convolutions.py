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
# Eight exercises on [lesson 7](../07_one_by_one_convolutions.ipynb), from a shape to an experiment of
# your own on images that have moved. Put your answer where `...` stands and run the cell: `check` says
# whether it is right or what is wrong with it, as often as you like. `hint` with the name of an
# exercise gives up to three hints.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import cost, data, networks
from utils.exercises import check, compare, hint, progress

# %% [markdown]
# ## 1 · Two ways to shrink
#
# 15×15×512 go through a max pooling of 3×3, strides 2, padded (`same`), and then through a 1×1
# convolution with 64 filters. Height, width and channels of what comes out, on paper first:

# %%
shrunk_shape = (8, 8, 64)  # solution
check("07.shrunk_shape", shrunk_shape)

# %% [markdown]
# Stuck? Take the `#` away (and run the cell again for the next hint):

# %%
# hint("07.shrunk_shape")

# %% [markdown]
# ## 2 · Which goes first?
#
# With the convolution first and the pooling behind it, the same shape would come out. How many
# multiplications does pooling first save, for one image? (Poolings compare, they multiply nothing.)

# %%
multiplications = (15 * 15 - 8 * 8) * 512 * 64  # solution
check("07.multiplications", multiplications)

# %% [markdown]
# ## 3 · A matrix at some of the pixels
#
# The learned shortcut of lesson 5 is a 1×1 convolution that moves by `strides`. Write it with numpy
# or plain Python. `image` has the shape (height, width, channels), `weights` (channels, filters),
# and `bias` one number for each filter. It starts at the first pixel and has no activation. Return
# an array of the shape (height, width, filters); height and width of the image need not be multiples
# of `strides`.


# %%
def one_by_one(image, weights, bias, strides):
    # solution:
    return image[::strides, ::strides] @ weights + bias
    # end


check("07.one_by_one", one_by_one)

# %% [markdown]
# ## 4 · A network of any depth behind each filter
#
# The block of network in network, for any number of layers: a convolution of `kernel`×`kernel` that
# moves by `strides`, then 1×1 convolutions that move by 1. `filters` has a number for each
# convolution: three in the paper's blocks, here there may be two or five. All pad `same`, have
# biases, and have a ReLU after them.


# %%
def mlpconv(x, kernel, filters, strides=1):
    # solution:
    x = layers.Conv2D(filters[0], kernel, strides, padding="same", activation="relu")(x)
    for count in filters[1:]:
        x = layers.Conv2D(count, 1, activation="relu")(x)
    return x
    # end


check("07.mlpconv", mlpconv)

# %% [markdown]
# ## 5 · Another network in network, from its table
#
# A network like that of the lesson, for images of 48×48×3 and 100 classes. Its blocks are as
# `mlpconv` makes them, with strides of 1 unless others are given. Poolings pad `same`.
#
# | what | filters | output |
# |---|---|---|
# | block of 5×5, strides 2 | 12, 10, 6 | 24×24×6 |
# | max pooling 3×3, strides 2 | | 12×12×6 |
# | dropout, 0.5 | | |
# | block of 3×3 | 12, 12 | 12×12×12 |
# | average pooling 3×3, strides 2 | | 6×6×12 |
# | dropout, 0.3 | | |
# | block of 3×3 | 12, 12, 12, and one for each class | 6×6×100 |
# | global average pooling, softmax | | 100 |
#
# (`compare("07.network_in_network", network_in_network)` in a cell of its own sets your layers
# beside the shapes and parameters wanted.)


# %%
def network_in_network():
    # solution:
    image = keras.Input((48, 48, 3))
    x = mlpconv(image, 5, (12, 10, 6), strides=2)
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    x = layers.Dropout(0.5)(x)
    x = mlpconv(x, 3, (12, 12))
    x = layers.AveragePooling2D(3, 2, padding="same")(x)
    x = layers.Dropout(0.3)(x)
    x = mlpconv(x, 3, (12, 12, 12, 100))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Softmax()(x))
    # end


check("07.network_in_network", network_in_network)

# %% [markdown]
# ## 6 · Find the faults
#
# A smaller one, for 10 classes: a block of 5×5, a max pooling, a block of 3×3, no dropout, and the
# end as in network in network. It runs and trains, but three things in it are not as they should be.
# (The numbers of filters are right, and it should have 2,054 parameters.)


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


# %% [markdown]
# First say where they are, with a letter:
#
# - a) The second convolution, the max pooling, and what stands behind the last maps.
# - b) The second convolution, the sixth, and what stands behind the last maps.
# - c) The third convolution, the fifth, and what stands behind the last maps.
# - d) The first convolution, the fourth, and the softmax at the very end.

# %%
faults = "b"  # solution
check("07.two_blocks", faults)

# %% [markdown]
# Then mend them, in the cell above; run that one and this one.

# %%
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
# - b) A filter's weights serve at every place, and a map of any size has one mean. More places mean
#   more multiplications; only a dense layer has weights of its own for each.
# - c) The 5×5 and 3×3 convolutions get more weights on a larger image, the 1×1 do not. Global
#   average pooling takes away what is too many, and `Flatten` cannot.
# - d) Global average pooling has one weight for each map and uses it at every place. The dense
#   layer has ten for each map, one a class, and so its number of parameters grows.

# %%
explanation = "b"  # solution
check("07.explanation", explanation)

# %% [markdown]
# ## 8 · Your own experiment: what if the clothes have moved?
#
# Two small networks learn clothes that always stand in the middle, and are then tested on clothes
# that stand `MOVED` pixels further to the right. They share all layers but the last: one takes a map
# for each class and its mean, the other flattens the maps for a dense layer.
#
# Write the two ends, train both kinds from three seeds each, and conclude from *your* numbers:
# `"mean"` or `"flatten"`, if all of its test errors are below all of the other's, else `"neither"`.

# %%
MOVED = 3

(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
edge = ((0, 0), (5, 5), (5, 5), (0, 0))  # black pixels around 14×14: 24×24
x_train = np.pad(x_train[:2000, ::2, ::2, None] / 255.0, edge)
x_test = np.pad(x_test[:1000, ::2, ::2, None] / 255.0, edge)
y_train, y_test = y_train[:2000], y_test[:1000]
moved = np.roll(x_test, MOVED, axis=2)


def scores(maps, kind):
    """Ten scores, no activation: by a 1×1 convolution and "mean", or "flatten" and a dense layer."""
    # solution:
    if kind == "mean":
        return layers.GlobalAveragePooling2D()(layers.Conv2D(10, 1)(maps))
    return layers.Dense(10)(layers.Flatten()(maps))
    # end


# %%
def test_error(kind, seed):
    """The part of the moved test images that a newly trained network gets wrong."""
    keras.utils.set_random_seed(seed)
    image = keras.Input((24, 24, 1))
    maps = layers.Conv2D(16, 5, 2, padding="same", activation="relu")(image)
    maps = layers.Conv2D(32, 3, 2, padding="same", activation="relu")(maps)
    maps = layers.Conv2D(32, 1, activation="relu")(maps)
    network = keras.Model(image, layers.Softmax()(scores(maps, kind)))
    network.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    network.fit(x_train, y_train, batch_size=64, epochs=4, verbose=0)
    return np.mean(np.argmax(network(moved), axis=1) != y_test)


# %% [markdown]
# First see whether `scores` is as meant, before anything is trained with it.

# %%
check("07.moved_images", scores)

# %% [markdown]
# Then measure, and conclude. The last check wants `scores`, too: it may have changed since.

# %%
# given:
measured = {"mean": ..., "flatten": ...}  # a list of three numbers each
conclusion = ...
# solution:
measured = {kind: [test_error(kind, seed) for seed in (1, 2, 3)] for kind in ("mean", "flatten")}
conclusion = "mean"
# end
check("07.moved_images", (scores, measured, conclusion))

# %% [markdown]
# Then try other values of `MOVED`: 0, 2, and 4. The two convolutions move by 2 each. What is special
# about 4?

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
