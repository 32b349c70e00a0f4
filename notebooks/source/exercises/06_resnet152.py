# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises 6 · ResNet-152
#
# {{badge}}
#
# Seven exercises on [lesson 6](../06_resnet152.ipynb), from counting layers to a whole residual
# network out of the paper's table. Put your answer where `...` stands and run the cell: `check`
# says whether it is right or what is wrong with it, as often as you like. `hint("06.basic_block")`
# gives up to three hints.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
from keras import layers

from utils import blocks, cost, networks
from utils.exercises import check, hint, progress
from utils.tables import Table

# %% [markdown]
# ## 1 · A missing number
#
# ResNet-101 is built of bottlenecks, as ResNet-152 is. Its stages conv2, conv3 and conv5 have 3, 4
# and 3 blocks. How many has conv4, so that there are 101 layers with weights? (Those in shortcuts
# do not count.)

# %%
conv4_blocks = (101 - 1 - 1) // 3 - (3 + 4 + 3)  # solution
check("06.conv4_blocks", conv4_blocks)

# %% [markdown]
# Stuck? Take the `#` away (and run the cell again for the next hint):

# %%
# hint("06.conv4_blocks")

# %% [markdown]
# ## 2 · Where the names come from
#
# Write the rule: `blocks` are the blocks of the four stages, such as `(3, 8, 36, 3)`, and
# `per_block` is the number of layers in each, 2 or 3.


# %%
def depth(blocks, per_block):
    # solution:
    return 1 + per_block * sum(blocks) + 1
    # end


check("06.depth", depth)

# %% [markdown]
# ## 3 · The block of the smaller ones
#
# ResNet-18 and 34 have blocks of two 3×3 convolutions: convolution, batch normalisation, ReLU,
# convolution, batch normalisation; then the addition and a ReLU. The first convolution moves by
# `strides`; both have `filters` filters, no biases, and are padded (`same`). The shortcut is the
# input itself where its shape fits; else a 1×1 convolution that moves by `strides`, without bias,
# with batch normalisation (option B).


# %%
def basic_block(x, filters, strides):
    # solution:
    shortcut = x
    if strides != 1 or x.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides, use_bias=False)(x)
        shortcut = layers.BatchNormalization()(shortcut)
    x = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(layers.Add()([x, shortcut]))
    # end


check("06.basic_block", basic_block)

# %% [markdown]
# ## 4 · A stage
#
# A stage of `count` bottleneck blocks: the first is `blocks.convolutional_block` and moves by
# `strides`, all others are `blocks.identity_block`. (Both want a name; any will do, but no two may
# be alike.)


# %%
def stage(x, filters, count, strides):
    # solution:
    x = blocks.convolutional_block(x, filters, strides=strides, name=f"stage{filters}_1")
    for i in range(2, count + 1):
        x = blocks.identity_block(x, filters, name=f"stage{filters}_{i}")
    return x
    # end


check("06.stage", stage)

# %% [markdown]
# ## 5 · ResNet-18, from the paper's table
#
# Table 1 of the paper, with an eighth of the filters, for images of 64×64 and 10 classes:
#
# | layer | output | 18-layer |
# |---|---|---|
# | conv1 | 32×32 | 7×7, 8, stride 2 |
# | conv2_x | 16×16 | 3×3 max pool, stride 2, then [3×3, 8; 3×3, 8] × 2 |
# | conv3_x | 8×8 | [3×3, 16; 3×3, 16] × 2 |
# | conv4_x | 4×4 | [3×3, 32; 3×3, 32] × 2 |
# | conv5_x | 2×2 | [3×3, 64; 3×3, 64] × 2 |
# | | 1×1 | average pool, 10-d fc, softmax |
#
# The blocks are those of exercise 3, so use your `basic_block`. Batch normalisation and ReLU follow
# conv1 too, which has no bias. Everything is padded (`same`), and the average pool takes the mean
# of each map.


# %%
def resnet18():
    # solution:
    x = image = keras.Input((64, 64, 3))
    x = layers.Conv2D(8, 7, 2, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    for filters, strides in ((8, 1), (16, 2), (32, 2), (64, 2)):
        x = basic_block(x, filters, strides)
        x = basic_block(x, filters, 1)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # end


check("06.resnet18", resnet18)

# %% [markdown]
# ## 6 · Find the faults
#
# A small network of bottlenecks. Its stages should have 2, 2 and 3 blocks, on maps of 16×16, 8×8
# and 4×4, and the mean of each last map goes to the classes. It should have 21,826 parameters. This
# one runs and trains, but three things in it are wrong.


# %%
def small_resnet():
    # given:
    x = image = keras.Input((64, 64, 3))
    x = blocks.conv_bn(x, 8, 7, strides=2, name="conv1")
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    for number, (filters, count) in enumerate(((4, 2), (8, 2), (16, 3)), start=2):
        x = blocks.convolutional_block(x, filters, strides=2, name=f"conv{number}_1")
        for i in range(2, count):
            x = blocks.identity_block(x, filters, name=f"conv{number}_{i}")
    x = layers.GlobalMaxPooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # solution:
    x = image = keras.Input((64, 64, 3))
    x = blocks.conv_bn(x, 8, 7, strides=2, name="conv1")
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    for number, (filters, count) in enumerate(((4, 2), (8, 2), (16, 3)), start=2):
        strides = 1 if number == 2 else 2
        x = blocks.convolutional_block(x, filters, strides=strides, name=f"conv{number}_1")
        for i in range(2, count + 1):
            x = blocks.identity_block(x, filters, name=f"conv{number}_{i}")
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # end


check("06.small_resnet", small_resnet)

# %% [markdown]
# ## 7 · The price of a learned shortcut
#
# Option B learns a shortcut only where the shape changes, option C in every block. Here is what C
# adds to ResNet-34:

# %%
DEPTH = 34

b, c = (networks.resnet(DEPTH, shortcut=option) for option in "BC")
rows = {
    option: {"parameters": network.count_params(), "multiply_adds": cost.multiply_adds(network)}
    for option, network in (("B", b), ("C", c))
}
print(f"C has {c.count_params() / b.count_params() - 1:.1%} more parameters than B")
Table.from_dict(rows, orient="index")

# %% [markdown]
# Change `DEPTH` to 50 and run the cell again; try 18 and 101 too. For 34 layers C is nearly free,
# for 50 it is not. Why?
#
# - a) ResNet-50 has more blocks, and so more shortcuts.
# - b) The shortcuts of ResNet-50 move by 2 more often.
# - c) A bottleneck's shortcut joins its wide ends: with four times the channels, a 1×1 has sixteen
#   times the weights, about as many as the rest of the block.
# - d) Every learned shortcut brings batch normalisation with it, and bottlenecks have more channels
#   to normalise.

# %%
explanation = "c"  # solution
check("06.explanation", explanation)

# %% [markdown]
# ## What is done

# %%
progress()

# %% [markdown]
# A square for each exercise, filled where you solved it. On Colab the record goes when the machine
# goes: `from utils.exercises import download` and `download()` hand it to you; put back as
# `progress.json` into the course's folder, it counts again.
#
# [Solutions](../solutions/06_resnet152.ipynb), [lesson 6](../06_resnet152.ipynb), [the
# map](../00_start_here.ipynb).
