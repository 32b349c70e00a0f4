# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises 12 · EfficientNet
#
# {{badge}}
#
# Nine exercises on [lesson 12](../12_efficientnet.ipynb), from scaling an image to an experiment with a
# network that knows photographs. Put your answer where `...` stands and run the cell: `check` says whether it
# is right or what is wrong with it, as often as you like. `hint("12.stage")` gives up to three hints, and
# `compare("12.stage", stage)` sets your layers beside the shapes and parameters wanted.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import blocks, data, networks, weights
from utils.exercises import check, compare, hint, progress

# %% [markdown]
# ## 1 · What the weights expect
#
# EfficientNet-Lite0 was trained on numbers x from 0 to 255, less 127, divided by 128. Write that as a
# function of x, numbers with a decimal point. (Whole numbers of 8 bits, as in a file, cannot be negative: make
# them floats first.)


# %%
def scale_input(x):
    # solution:
    return (x - 127) / 128
    # end


check("12.scale_input", scale_input)

# %% [markdown]
# ## 2 · Times the work
#
# A network of ordinary convolutions is made `depth` times as deep and `width` times as wide, and the sides of its
# images `resolution` times as long. How many times the multiply-adds does it take? (The first layer and the last
# are neglected, and so is rounding.)


# %%
def times_the_work(depth, width, resolution):
    # solution:
    return depth * width**2 * resolution**2
    # end


check("12.times_the_work", times_the_work)

# %% [markdown]
# ## 3 · The compound rule
#
# With α = 1.2 for depth, β = 1.1 for width, γ = 1.15 for resolution, and 224 pixels for φ = 0: return depth, width
# and the pixels of a side for any φ, three numbers, not rounded.


# %%
def compound(phi):
    # solution:
    return 1.2**phi, 1.1**phi, 224 * 1.15**phi
    # end


check("12.compound", compound)

# %% [markdown]
# ## 4 · What squeeze-and-excitation adds
#
# A block of B0: 24 channels come in, 144 are filtered. Its squeeze-and-excitation weighs the 144, through a quarter
# of the 24. How many parameters do its two layers have together, biases included?

# %%
squeeze_weights = (144 * 6 + 6) + (6 * 144 + 144)  # solution
check("12.squeeze_weights", squeeze_weights)

# %% [markdown]
# ## 5 · Let the channels be weighed
#
# The mean of each channel of x over all places; from these means a layer with `reduced` outputs and a ReLU; one with
# as many outputs as x has channels and a sigmoid; and each channel of x times its number. Both layers have biases.


# %%
def squeeze_excite(x, reduced):
    # solution:
    y = layers.GlobalAveragePooling2D(keepdims=True)(x)
    y = layers.Conv2D(reduced, 1, activation="relu")(y)
    y = layers.Conv2D(x.shape[-1], 1, activation="sigmoid")(y)
    return layers.Multiply()([x, y])
    # end


check("12.squeeze_excite", squeeze_excite)

# %% [markdown]
# ## 6 · A row of the table
#
# A stage of EfficientNet-Lite0 with filters of 5×5: `repeats` inverted residual blocks with an expansion of 6, ReLU6, and
# `channels` channels at their ends. The first moves by `strides`. Use `blocks.mb_conv` (its arguments: `x`, the
# number of channels, `kernel`, `strides`, `expansion`, `squeeze=0`, `activation="relu6"` and `name`), or build it of
# Keras's layers.


# %%
def stage(x, channels, repeats, strides):
    # solution:
    for i in range(repeats):
        options = {"kernel": 5, "squeeze": 0, "activation": "relu6", "name": f"block{i}"}
        x = blocks.mb_conv(x, channels, strides=strides if i == 0 else 1, expansion=6, **options)
    return x
    # end


check("12.stage", stage)

# %% [markdown]
# ## 7 · A map for a class
#
# `maps` are the last feature maps, an array (h, w, k); `weights` are the k numbers with which a class reads their
# means. Return the class activation map, (h, w).


# %%
def activation_map(maps, weights):
    # solution:
    return np.asarray(maps) @ np.asarray(weights)
    # end


check("12.activation_map", activation_map)

# %% [markdown]
# ## 8 · How sure is sure?
#
# You show the network a mushroom that you found in the woods. It says *hen-of-the-woods*, which is edible, with 97 %.
# What do you know?
#
# - a) It is edible, with a probability of 97 %.
# - b) Of its 1,000 words this one fits best, far ahead of the others. Whether it fits at all, it cannot say.
# - c) The network was trained until it was 97 % sure of its answers.
# - d) The network has looked at 97 % of the picture.

# %%
certainty = "b"  # solution
check("12.certainty", certainty)

# %% [markdown]
# ## 9 · Your own experiment: colours or shapes?
#
# Which does the network miss more: the colours of a photograph, or the arrangement of its parts? For each of three
# photographs, find the class that it names. Then measure the probability of *that* class when the photograph is
# grey, and when it is cut into 16 tiles that are put together in another order. Conclude from *your* numbers: the name
# of the change whose three probabilities are all below those of the other, else `"neither"`.

# %%
network = networks.efficientnet("Lite0")
weights.load(network, "shipped")
photographs = [data.photo(name, pixels=224) for name in ("chelsea", "coffee", "china")]


def grey(photo):
    """The mean of red, green and blue, three times: (224, 224, 3)."""
    # solution:
    return np.repeat(photo.mean(axis=-1, keepdims=True), 3, axis=-1)
    # end


def tiles(photo, side=56):
    cut = photo.reshape(4, side, 4, side, 3).transpose(0, 2, 1, 3, 4).reshape(16, side, side, 3)
    cut = cut[np.random.default_rng(0).permutation(16)].reshape(4, 4, side, side, 3)
    return cut.transpose(0, 2, 1, 3, 4).reshape(photo.shape)


def probabilities(photo):
    return network.predict(photo[None], verbose=0)[0]


# %% [markdown]
# First see whether `grey` is as meant, before anything is measured with it.

# %%
check("12.grey_or_tiles", grey)

# %% [markdown]
# Then measure, and conclude. The last check wants `grey`, too: it may have changed since.

# %%
# given:
measured = {"grey": ..., "tiles": ...}  # a list of three numbers each
conclusion = ...
# solution:
named = [probabilities(photo).argmax() for photo in photographs]
measured = {
    change.__name__: [probabilities(change(p))[k] for p, k in zip(photographs, named)]
    for change in (grey, tiles)
}
conclusion = "neither"
if max(measured["grey"]) < min(measured["tiles"]):
    conclusion = "grey"
if max(measured["tiles"]) < min(measured["grey"]):
    conclusion = "tiles"
# end
check("12.grey_or_tiles", (grey, measured, conclusion))

# %% [markdown]
# ## What is done

# %%
progress()

# %% [markdown]
# A square for each exercise, filled where you solved it. On Colab the record goes when the machine
# goes: `from utils.exercises import download` and `download()` hand it to you; put back as
# `progress.json` into the course's folder, it counts again.
#
# [Solutions](../solutions/12_efficientnet.ipynb), [lesson 12](../12_efficientnet.ipynb), [the
# map](../00_start_here.ipynb).
