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
# Eight exercises on [lesson 6](../06_resnet152.ipynb), from counting layers to a whole residual
# network out of the paper's table, and an experiment of your own. Put your answer where `...` stands
# and run the cell: `check` says whether it is right or what is wrong with it, as often as you like.
# `hint("06.basic_block")` gives up to three hints; `compare("06.resnet18", resnet18)`
# shows the layers of your network or block beside the shapes and counts that they should have.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import blocks, cost, data, networks
from utils.exercises import check, compare, hint, progress
from utils.tables import Table

# %% [markdown]
# ## 1 · A missing number
#
# Others stacked the same bottlenecks to 269 layers. In ResNet-269 the stages conv2, conv3 and conv5
# have 3, 30 and 8 blocks. How many has conv4, so that there are 269 layers with weights? (Those in
# shortcuts do not count.)

# %%
conv4_blocks = (269 - 1 - 1) // 3 - (3 + 30 + 8)  # solution
check("06.conv4_blocks", conv4_blocks)

# %% [markdown]
# Stuck? Take the `#` away (and run the cell again for the next hint):

# %%
# hint("06.conv4_blocks")

# %% [markdown]
# ## 2 · As deep as you can pay for
#
# ResNet-50 needs 3,857,973,248 multiply-adds. Each further identity block has three layers and needs
# 218,365,952, in whichever stage it stands. How many layers has the deepest such network that needs
# at most `work` multiply-adds, which are at least those of ResNet-50? With VGG-16's 15,470,264,320
# it is 209.


# %%
def deepest(work):
    # solution:
    return 50 + 3 * ((work - 3_857_973_248) // 218_365_952)
    # end


check("06.deepest", deepest)

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
# ## 4 · A stage of any of the five
#
# A stage of `count` blocks, bottlenecks or pairs of 3×3 (`bottleneck` is True or False). Only the
# first block moves by `strides`. A block whose output has the shape of its input is a
# `blocks.identity_block(x, filters, name=..., bottleneck=...)`, also if it is the first, as in conv2
# of ResNet-34. Any other is a `blocks.convolutional_block(x, filters, strides=..., name=...,
# bottleneck=...)`. (Any names will do, but no two may be alike.)


# %%
def stage(x, filters, count, strides, bottleneck):
    # solution:
    made = 4 * filters if bottleneck else filters
    for i in range(count):
        options = {"name": f"stage{filters}_{i}", "bottleneck": bottleneck}
        moves = strides if i == 0 else 1
        if moves == 1 and x.shape[-1] == made:
            x = blocks.identity_block(x, filters, **options)
        else:
            x = blocks.convolutional_block(x, filters, strides=moves, **options)
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
# A small network of bottlenecks with 4, 8 and 16 filters. Its stages, conv2 to conv4, should have 2,
# 2 and 3 blocks, on maps of 16×16, 8×8 and 4×4, and the mean of each last map goes to the classes.
# This one runs and trains, but three things in it are wrong.


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


# %% [markdown]
# Which three are not as they should be? (`small_resnet().summary()` may help.)
#
# - a) The stride of conv1, the number of blocks in all stages, and the last pooling.
# - b) The stride of conv2, the number of blocks in all stages, and the last pooling.
# - c) The stride of conv2, the number of filters in conv4, and the last pooling.
# - d) The stride of conv2, the number of blocks in all stages, and the max pooling.

# %%
faults = "b"  # solution
check("06.small_resnet", faults)

# %% [markdown]
# Then mend it, in the cell above; run that one and this one. (It should have 21,826 parameters.)

# %%
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
# - a) ResNet-50 has more blocks, so that C adds more shortcuts to it.
# - b) ResNet-50 moves by 2 more often, so that C adds more shortcuts to it.
# - c) ResNet-50 has blocks with wider ends, so that C's shortcuts are larger.
# - d) ResNet-50 has more to normalise, so that C's normalisations are larger.

# %%
explanation = "c"  # solution
check("06.explanation", explanation)

# %% [markdown]
# ## 8 · Your own experiment: is a block missed more than the order?
#
# The lesson took single blocks out of a trained network. Here you take one out, or keep all and run
# them in the opposite order, the last first. Five residual blocks of two dense layers, on small
# pictures of clothes; `trained` gives you the first layer, the five F and the last layer.
#
# Write `error`. With three seeds, measure both on the same networks: `"one out"` is the mean of the
# five errors without one block, `"reversed"` the error in the opposite order. Conclude from *your*
# numbers: the name whose runs all have less error than all of the other's, else `"neither"`.

# %%
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
x_train, y_train = x_train[:1_600, ::2, ::2] / np.float32(255), y_train[:1_600]
x_test, y_test = x_test[:2_000, ::2, ::2] / np.float32(255), y_test[:2_000]


def trained(seed):
    """The first layer, a list of five F, and the last layer of a trained residual network."""
    keras.utils.set_random_seed(seed)
    first = keras.Sequential([layers.Flatten(), layers.Dense(32)])
    two = [(layers.Dense(32, activation="relu"), layers.Dense(32)) for _ in range(5)]
    adds = [keras.Sequential(pair) for pair in two]
    last = layers.Dense(10, activation="softmax")
    image = keras.Input((14, 14))
    x = first(image)
    for add in adds:
        x = x + add(x)
    network = keras.Model(image, last(x))
    network.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    network.fit(x_train, y_train, batch_size=64, epochs=4, verbose=0)
    return first, adds, last


# %%
def error(network, order, images, labels):
    """The part of the images that is classified wrongly, with the blocks in an order: [4, 3, 0].

    `network` is what `trained` returns, `labels` are the numbers of the classes. Blocks that are
    not in `order` are left out.
    """
    # solution:
    first, adds, last = network
    x = first(images)
    for i in order:
        x = x + adds[i](x)
    return float(np.mean(np.argmax(last(x), axis=1) != labels))
    # end


# %% [markdown]
# First see whether `error` is as meant, before anything is measured with it.

# %%
check("06.order_of_blocks", error)

# %% [markdown]
# Then measure, and conclude. The last check wants `error`, too: it may have changed since.

# %%
# given:
measured = {"one out": ..., "reversed": ...}  # a list of three numbers each
conclusion = ...
# solution:
measured = {"one out": [], "reversed": []}
for seed in (1, 2, 3):
    network = trained(seed)
    without = [
        error(network, [i for i in range(5) if i != out], x_test, y_test) for out in range(5)
    ]
    measured["one out"].append(np.mean(without))
    measured["reversed"].append(error(network, [4, 3, 2, 1, 0], x_test, y_test))
conclusion = "one out"
# end
check("06.order_of_blocks", (error, measured, conclusion))

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
