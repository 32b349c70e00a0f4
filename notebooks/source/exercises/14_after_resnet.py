# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises 14 · What came after ResNet
#
# {{badge}}
#
# Nine exercises on [lesson 14](../14_after_resnet.ipynb), from counting channels to an experiment with small
# branches. Put your answer where `...` stands and run the cell: `check` says whether it
# is right or what is wrong with it, as often as you like. `hint("14.resnext")` gives up to three hints, and
# `compare("14.resnext", resnext)` sets your layers beside the shapes and parameters wanted.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import data
from utils.exercises import check, compare, hint, progress
from utils.layers import GroupedConv2D

# %% [markdown]
# ## 1 · How many channels come in?
#
# A DenseNet has a growth rate of 24. Its first convolution makes 48 channels; the first dense block has 6 layers, the second 12, and a transition layer,
# which keeps half of the channels, stands behind each. How many channels does the third block read?

# %%
channels_in = 192  # solution
check("14.channels_in", channels_in)

# %% [markdown]
# ## 2 · What groups save
#
# A 3×3 convolution on `pixels` × `pixels` places, padded, reads `channels` and makes `filters`, in `groups`. How many multiply-adds does it take? (`groups` divides
# both.)


# %%
def grouped(pixels, channels, filters, groups):
    # solution:
    return pixels**2 * 9 * (channels // groups) * filters
    # end


check("14.grouped", grouped)

# %% [markdown]
# ## 3 · A dense block without bottlenecks
#
# The smaller DenseNets for CIFAR-10 have no 1×1 in their layers. Write such a dense block: `count` times normalise, ReLU, a 3×3 convolution of `growth` filters (padded,
# no bias), and put what it makes behind what was there.


# %%
def dense_block(x, count, growth):
    # solution:
    for _ in range(count):
        y = layers.ReLU()(layers.BatchNormalization()(x))
        y = layers.Conv2D(growth, 3, padding="same", use_bias=False)(y)
        x = layers.Concatenate()([x, y])
    return x
    # end


check("14.dense_layer", dense_block)

# %% [markdown]
# ## 4 · ResNeXt's block
#
# x has `filters` channels. 1×1 to `inner`, 3×3 in `groups`, 1×1 to `filters`, no biases, each with batch normalisation, a ReLU behind the first two; then
# the addition, and a ReLU. `GroupedConv2D` takes what Conv2D takes, and is fast on a processor, too.


# %%
def resnext(x, filters, inner, groups):
    # solution:
    y = layers.Conv2D(inner, 1, use_bias=False)(x)
    y = layers.ReLU()(layers.BatchNormalization()(y))
    y = GroupedConv2D(inner, 3, padding="same", groups=groups, use_bias=False)(y)
    y = layers.ReLU()(layers.BatchNormalization()(y))
    y = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(y))
    return layers.ReLU()(layers.Add()([x, y]))
    # end


check("14.resnext", resnext)

# %% [markdown]
# ## 5 · Find the fault: a small DenseNet
#
# It should have two dense blocks of three layers with a growth rate of 6, and between them a transition layer as in the lesson: normalise, ReLU, 1×1 to half of the channels, *average* pooling. Behind
# the last block: normalise, ReLU, the mean of each map. It has three faults.


# %%
def small_densenet():
    # given:
    x = image = keras.Input((16, 16, 3))
    x = layers.Conv2D(12, 3, padding="same", use_bias=False)(x)
    for number in range(2):
        if number:
            x = layers.ReLU()(layers.BatchNormalization()(x))
            x = layers.Conv2D(x.shape[-1] // 2, 1, use_bias=False)(x)
            x = layers.MaxPooling2D(2)(x)
        first = x
        for _ in range(3):
            y = layers.ReLU()(layers.BatchNormalization()(first))
            y = layers.Conv2D(6, 3, padding="same", use_bias=False)(y)
            x = layers.Concatenate()([x, y])
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # solution:
    x = image = keras.Input((16, 16, 3))
    x = layers.Conv2D(12, 3, padding="same", use_bias=False)(x)
    for number in range(2):
        if number:
            x = layers.ReLU()(layers.BatchNormalization()(x))
            x = layers.Conv2D(x.shape[-1] // 2, 1, use_bias=False)(x)
            x = layers.AveragePooling2D(2)(x)
        x = dense_block(x, 3, growth=6)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # end


# %% [markdown]
# First say, with a letter: which line keeps a layer from reading what the layers before it in its block made?
#
# - a) `x = layers.Concatenate()([x, y])`
# - b) `x = layers.Conv2D(x.shape[-1] // 2, 1, use_bias=False)(x)`
# - c) `y = layers.ReLU()(layers.BatchNormalization()(first))`
# - d) `y = layers.Conv2D(6, 3, padding="same", use_bias=False)(y)`

# %%
fault = "c"  # solution
check("14.small_densenet", fault)

# %% [markdown]
# Then mend all three, in the cell above; run that one and this one.

# %%
check("14.small_densenet", small_densenet)

# %% [markdown]
# ## 6 · Which convention makes the printed number?
#
# | | printed | all numbers | trainable | trainable, without batch normalisation's |
# |---|---|---|---|---|
# | MobileNetV2, authors' page | 3.47 M | 3,538,984 | 3,504,872 | 3,470,760 |
# | EfficientNet-B0, paper | 5.3 M | 5,330,571 | 5,288,548 | 5,246,532 |
#
# Which explanation fits both? The letter:
#
# - a) Both count all numbers that a file of weights holds, and round.
# - b) The page leaves out what normalisation learns; the paper does not.
# - c) The page leaves out the biases; the paper counts them.
# - d) The page's network has fewer classes than 1,000.

# %%
which_convention = "b"  # solution
check("14.which_convention", which_convention)

# %% [markdown]
# ## 7 · The way back through layer normalisation
#
# *Layer normalisation* normalises each image by itself, over its features: y = gamma · normal + beta, with normal = (x − mean) / spread, row by row. Arrays are (images, features); `spread` is (images, 1), `gamma` (features,). Return the
# gradient by x.


# %%
def layer_back(dy, normal, spread, gamma):
    # solution:
    inner = gamma * dy
    along = {"axis": 1, "keepdims": True}
    return (inner - inner.mean(**along) - normal * (inner * normal).mean(**along)) / spread
    # end


check("14.normalised_back", layer_back)

# %% [markdown]
# ## 8 · How deep on average?
#
# With stochastic depth, the last of `count` blocks is there with probability `last`; block number n (from 1) is left out n / `count` times as often as the last. How many blocks are there on
# average?


# %%
def depth_left(count, last):
    # solution:
    return sum(1 - (1 - last) * number / count for number in range(1, count + 1))
    # end


check("14.depth_left", depth_left)

# %% [markdown]
# ## 9 · Your own experiment: small branches
#
# In the lesson's picture of gradients, those of a network whose F were multiplied by 0.1 were the smoothest. Does it also learn faster? Write a stack of eight residual blocks: normalise, ReLU, `Dense(32)` with `he_normal`, and x + `scale` · that. Then measure the training loss after three epochs with `scale` 1 and 0.1,
# from three seeds each, and conclude from *your* numbers: `"whole"` or `"tenth"`, if all of its losses are below all of the other's, else `"neither"`.

# %%
(x_train, y_train), _ = data.load("fashion_mnist")
x_train, y_train = x_train[:2560, ::2, ::2] / 255.0, y_train[:2560]
SCALES = {"whole": 1.0, "tenth": 0.1}


def stack(x, scale):
    """Eight residual blocks of dense layers, on vectors of 32 numbers."""
    # solution:
    for _ in range(8):
        y = layers.ReLU()(layers.BatchNormalization()(x))
        y = layers.Dense(32, kernel_initializer="he_normal")(y)
        x = x + scale * y
    return x
    # end


# %%
def final_loss(scale, seed):
    """The training loss of the third epoch."""
    keras.utils.set_random_seed(seed)
    image = keras.Input((14, 14))
    x = stack(layers.Dense(32)(layers.Flatten()(image)), scale)
    network = keras.Model(image, layers.Dense(10, activation="softmax")(x))
    network.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    return network.fit(x_train, y_train, batch_size=64, epochs=3, verbose=0).history["loss"][-1]


# %% [markdown]
# First see whether `stack` is as meant, before anything is trained with it.

# %%
check("14.small_branches", stack)

# %% [markdown]
# Then measure, and conclude. The last check wants `stack`, too: it may have changed since.

# %%
# given:
measured = {"whole": ..., "tenth": ...}  # a list of three numbers each
conclusion = ...
# solution:
measured = {kind: [final_loss(scale, seed) for seed in (1, 2, 3)] for kind, scale in SCALES.items()}
least, most = ({kind: pick(runs) for kind, runs in measured.items()} for pick in (min, max))
conclusion = "neither"
if most["whole"] < least["tenth"]:
    conclusion = "whole"
if most["tenth"] < least["whole"]:
    conclusion = "tenth"
# end
check("14.small_branches", (stack, measured, conclusion))

# %% [markdown]
# ## What is done

# %%
progress()

# %% [markdown]
# A square for each exercise, filled where you solved it. On Colab the record goes when the machine
# goes: `from utils.exercises import download` and `download()` hand it to you; put back as
# `progress.json` into the course's folder, it counts again.
#
# [Solutions](../solutions/14_after_resnet.ipynb), [lesson 14](../14_after_resnet.ipynb), [the
# map](../00_start_here.ipynb).
