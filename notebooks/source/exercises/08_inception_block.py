# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises 8 · The inception block
#
# {{badge}}
#
# Eight exercises on [lesson 8](../08_inception_block.ipynb), from a shape to two blocks out of the
# paper's table and an experiment of your own on what a neck loses. Put your answer where `...` stands
# and run the cell: `check` says whether it is right or what is wrong with it, as often as you like.
# `hint("08.inception_block")` gives up to three hints.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import blocks, cost, data
from utils.exercises import check, compare, hint, progress
from utils.tables import Table

# %% [markdown]
# ## 1 · Channels that pile up
#
# Two *naive* blocks, and between them a max pooling of 3×3, strides 2, padded (`same`). Each block
# has 64 filters of 1×1, 128 of 3×3, 32 of 5×5, and a max pooling of 3×3 without a convolution behind
# it. The first reads 28×28×192. Height, width and channels of what leaves the second, on paper first:

# %%
piled_up = (14, 14, 192 + 2 * (64 + 128 + 32))  # solution
check("08.piled_up", piled_up)

# %% [markdown]
# Stuck? Take the `#` away (and run the cell again for the next hint):

# %%
# hint("08.piled_up")

# %% [markdown]
# ## 2 · Two small filters for a large one
#
# Later versions of the block have two 3×3 in the place of the 5×5, as VGG has. Such a branch reads
# `height`×`width`×`channels_in`: a 1×1 convolution shrinks it to `bottleneck` channels, then come
# two convolutions, one behind the other, each with `filters` filters of `kernel`×`kernel`. All are
# padded (`same`). Write the number of multiplications that the whole branch takes, without biases.


# %%
def bottleneck_cost(height, width, channels_in, bottleneck, filters, kernel):
    # solution:
    shrink = bottleneck * channels_in
    first, second = filters * kernel**2 * bottleneck, filters * kernel**2 * filters
    return height * width * (shrink + first + second)
    # end


check("08.bottleneck_cost", bottleneck_cost)

# %% [markdown]
# ## 3 · The widest bottleneck
#
# In GoogLeNet's block 4a the 5×5 has 48 filters. The block reads 14×14×480, and the bottleneck
# before the 5×5 has 16 channels. How many could it have, at most, and still take fewer
# multiplications than the 5×5 directly on the 480 channels?

# %%
widest_bottleneck = 5 * 5 * 480 * 48 // (480 + 5 * 5 * 48)  # solution
check("08.widest_bottleneck", widest_bottleneck)

# %% [markdown]
# ## 4 · An inception block that may halve
#
# `filters` are six numbers in the order of the paper's table. These are the ones of its first
# block:
#
# | block | 1×1 | 3×3 reduce | 3×3 | 5×5 reduce | 5×5 | pool proj |
# |---|---|---|---|---|---|---|
# | 3a | 64 | 96 | 128 | 16 | 32 | 32 |
#
# Four branches that all read `x`; their channels go one behind the other in the order 1×1, 3×3, 5×5,
# pooling. In each branch one layer moves by `strides`: the 1×1 that is alone, the 3×3, the 5×5, and
# the pooling, a max pooling of 3×3. All other layers move by 1. Everything is padded (`same`); each
# convolution has biases, and has ReLU behind it. Write it in layers of Keras, without `blocks`.


# %%
def inception_block(x, filters, strides=1):
    # solution:
    n1, reduce3, n3, reduce5, n5, proj = filters
    same = {"padding": "same", "activation": "relu"}
    b1 = layers.Conv2D(n1, 1, strides, **same)(x)
    b2 = layers.Conv2D(reduce3, 1, **same)(x)
    b2 = layers.Conv2D(n3, 3, strides, **same)(b2)
    b3 = layers.Conv2D(reduce5, 1, **same)(x)
    b3 = layers.Conv2D(n5, 5, strides, **same)(b3)
    b4 = layers.MaxPooling2D(3, strides, padding="same")(x)
    b4 = layers.Conv2D(proj, 1, **same)(b4)
    return layers.Concatenate()([b1, b2, b3, b4])
    # end


check("08.inception_block", inception_block)

# %% [markdown]
# ## 5 · The last rows of the paper's table
#
# What follows block 4e in table 1 of the paper, with an eighth of the filters and for 10 classes:
#
# | type | size/stride | output | 1×1 | 3×3 reduce | 3×3 | 5×5 reduce | 5×5 | pool proj |
# |---|---|---|---|---|---|---|---|---|
# | max pool | 3×3/2 | 7×7×104 | | | | | | |
# | inception (5a) | | 7×7×104 | 32 | 20 | 40 | 4 | 16 | 16 |
# | inception (5b) | | 7×7×128 | 48 | 24 | 48 | 6 | 16 | 16 |
# | avg pool | 7×7/1 | 1×1×128 | | | | | | |
# | linear | | 1×1×10 | | | | | | |
# | softmax | | 1×1×10 | | | | | | |
#
# Build a model of these rows. It reads 14×14×104 and its output is 10 probabilities. The max
# pooling is padded (`same`), the linear layer has biases; the paper's dropout is left out. If
# exercise 4 is not solved yet, `blocks.inception_block(x, filters, name="5a")` makes a block too.
# (`compare("08.last_rows", last_rows)` in a cell of its own sets your layers beside the shapes and
# parameters wanted.)


# %%
def last_rows():
    # solution:
    maps = keras.Input((14, 14, 104))
    x = layers.MaxPooling2D(3, 2, padding="same")(maps)
    x = inception_block(x, (32, 20, 40, 4, 16, 16))
    x = inception_block(x, (48, 24, 48, 6, 16, 16))
    x = layers.Flatten()(layers.AveragePooling2D(7)(x))
    return keras.Model(maps, layers.Dense(10, activation="softmax")(x))
    # end


check("08.last_rows", last_rows)

# %% [markdown]
# ## 6 · Find the faults
#
# Block 3a with an eighth of the filters: 8, 12, 16, 2, 4, 4. On an `x` of 28×28×24 it should have
# 2,598 parameters. This one runs, and its output has the right shape, but three things in it are
# not as exercise 4 describes them (with strides of 1).


# %%
def eighth_of_3a(x):
    # given:
    same = {"padding": "same", "activation": "relu"}
    threes = layers.Conv2D(12, 1, **same)(x)
    threes = layers.Conv2D(16, 3, **same)(threes)
    fives = layers.Conv2D(2, 1, **same)(x)
    fives = layers.Conv2D(4, 3, **same)(fives)
    pooled = layers.Conv2D(4, 1, **same)(x)
    pooled = layers.MaxPooling2D(3, 1, padding="same")(pooled)
    ones = layers.Conv2D(8, 1)(x)
    return layers.Concatenate()([ones, threes, fives, pooled])
    # solution:
    same = {"padding": "same", "activation": "relu"}
    threes = layers.Conv2D(12, 1, **same)(x)
    threes = layers.Conv2D(16, 3, **same)(threes)
    fives = layers.Conv2D(2, 1, **same)(x)
    fives = layers.Conv2D(4, 5, **same)(fives)
    pooled = layers.MaxPooling2D(3, 1, padding="same")(x)
    pooled = layers.Conv2D(4, 1, **same)(pooled)
    ones = layers.Conv2D(8, 1, **same)(x)
    return layers.Concatenate()([ones, threes, fives, pooled])
    # end


# %% [markdown]
# First say in which branches they are, with a letter:
#
# - a) In those of the 1×1, of the 5×5 and of the pooling.
# - b) In those of the 1×1, of the 3×3 and of the pooling.
# - c) In those of the 3×3, of the 5×5 and of the pooling.
# - d) In those of the 1×1, of the 3×3 and of the 5×5.

# %%
faults = "a"  # solution
check("08.eighth_of_3a", faults)

# %% [markdown]
# Then mend them, in the cell above; run that one and this one.

# %%
check("08.eighth_of_3a", eighth_of_3a)

# %% [markdown]
# ## 7 · When a bottleneck stops paying
#
# From 28×28×192 to 32 channels, as in the 5×5 branch of block 3a, with bottlenecks of several
# widths. The last column compares with the same filters directly on the 192 channels.


# %%
def steps(kernel, neck=None):
    x = maps = keras.Input((28, 28, 192))
    x = layers.Conv2D(neck, 1)(x) if neck else x
    x = layers.Conv2D(32, kernel, padding="same")(x)
    return [n for n in cost.table(keras.Model(maps, x))["multiply_adds"] if n]


# %%
KERNEL = 5

rows = []
(direct,) = steps(KERNEL)
for neck in (16, 32, 64, 96, 128, 160, 192):
    first, second = steps(KERNEL, neck)
    row = {"bottleneck": neck, "1×1": first, f"then {KERNEL}×{KERNEL}": second}
    rows.append(row | {"of the direct way": f"{(first + second) / direct:.0%}"})
Table(rows).set_index("bottleneck")

# %% [markdown]
# Up to which width does it pay? Set `KERNEL` to 3 and run the cell, then to 1, then to 11. Which
# statement explains all that you see?
#
# - a) A bottleneck pays as long as it has fewer channels than the 192 that it reads. The kernel
#   does not matter for that: both ways use the same one.
# - b) A bottleneck pays as long as it has no more channels than the 32 filters behind it. With
#   more, it widens what it should narrow.
# - c) A 1×1 costs the same under every kernel, and the channels that it spares are worth more under
#   a larger one. So wider bottlenecks pay, though never one of 192.
# - d) A larger kernel reads more places around each pixel, and the 1×1 has to be worked out for all
#   of them. So its share of the work grows, and with it the width at which it stops paying.

# %%
explanation = "c"  # solution
check("08.explanation", explanation)

# %% [markdown]
# ## 8 · Your own experiment: what must a neck lose?
#
# A neck of 8 hands on 8 mixtures of the channels that it reads. Lay 64 maps out as a matrix, with a
# row for each pixel of each image and 64 columns. `np.linalg.svd(matrix, compute_uv=False)` gives its
# 64 **singular values**, the largest first. Their squares add up to the sum of all squares in the
# matrix; the best 8 mixtures (without biases) keep the squares of the first 8, and the rest is lost.
#
# So write `lost`, the part of the sum of squares that the best neck loses. (Maps that are all alike
# lose 0; `np.eye(64).reshape(1, 8, 8, 64)` loses 56/64.) Then: does training a network make the
# channels of its maps easier to squeeze, or harder? Measure maps before and after, from three seeds
# each, and conclude from *your* numbers: `"untrained"` or `"trained"`, if all of its runs lose less
# than all of the other's, else `"neither"`.

# %%
(x_train, y_train), _ = data.load("fashion_mnist")
x_train, y_train = x_train[:2000, ::2, ::2, None] / 255.0, y_train[:2000]


def lost(maps, neck):
    """The part of the sum of squares that the best `neck` mixtures of the channels lose."""
    # solution:
    values = np.linalg.svd(maps.reshape(-1, maps.shape[-1]), compute_uv=False)
    return np.sum(values[neck:] ** 2) / np.sum(values**2)
    # end


def maps_of(kind, seed):
    """64 maps of 500 images, of a network that is just made, or trained for some epochs."""
    keras.utils.set_random_seed(seed)
    image = keras.Input((14, 14, 1))
    x = layers.Conv2D(32, 3, padding="same", activation="relu")(image)
    x = layers.MaxPooling2D()(x)
    maps = layers.Conv2D(64, 3, padding="same", activation="relu")(x)
    x = layers.GlobalAveragePooling2D()(maps)
    network = keras.Model(image, layers.Dense(10, activation="softmax")(x))
    if kind == "trained":
        network.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy")
        network.fit(x_train, y_train, batch_size=32, epochs=5, verbose=0)
    return np.array(keras.Model(image, maps)(x_train[:500]))


# %% [markdown]
# First see whether `lost` is as meant, before anything is measured with it.

# %%
check("08.narrow_necks", lost)

# %% [markdown]
# Then measure, and conclude. The last check wants `lost`, too: it may have changed since.

# %%
# given:
measured = {"untrained": ..., "trained": ...}  # a list of three numbers each, for a neck of 8
conclusion = ...
# solution:
measured = {
    kind: [lost(maps_of(kind, seed), 8) for seed in (1, 2, 3)] for kind in ("untrained", "trained")
}
conclusion = "trained"
# end
check("08.narrow_necks", (lost, measured, conclusion))

# %% [markdown]
# Then measure a neck of 2. Does the conclusion stay?

# %% [markdown]
# ## What is done

# %%
progress()

# %% [markdown]
# A square for each exercise, filled where you solved it. On Colab the record goes when the machine
# goes: `from utils.exercises import download` and `download()` hand it to you; put back as
# `progress.json` into the course's folder, it counts again.
#
# [Solutions](../solutions/08_inception_block.ipynb), [lesson 8](../08_inception_block.ipynb), [the
# map](../00_start_here.ipynb).
