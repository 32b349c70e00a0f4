# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises 5 · Residual blocks
#
# {{badge}}
#
# Nine exercises on [lesson 5](../05_residual_blocks.ipynb), from a count to a network with a
# famous fault, and an experiment of your own. Put your answer where `...` stands and run the cell:
# `check` says whether it is right or what is wrong with it, as often as you like.
# `hint("05.convolutional_block")` gives up to three hints; `compare("05.two_stages", two_stages)`
# shows the layers of your network or block beside the shapes and counts that they should have.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import blocks, data
from utils.exercises import check, compare, hint, progress
from utils.tables import Table

# %% [markdown]
# ## 1 · How wide may the bottleneck be?
#
# Two 3×3 convolutions on 128 channels have 2·9·128·128 = 294,912 weights. A bottleneck block (1×1,
# 3×3, 1×1, no biases) reads and makes 512 channels. How many channels may its bottleneck have at
# most, if the three convolutions are to have no more weights than that pair?

# %%
bottleneck_width = max(f for f in range(1, 512) if 2 * 512 * f + 9 * f * f <= 294_912)  # solution
check("05.bottleneck_width", bottleneck_width)

# %% [markdown]
# ## 2 · What a learned shortcut costs
#
# Where the last stage of ResNet-50 begins, the input of the block has 1,024 channels of 14×14, and
# its output 2,048 channels of 7×7. How many multiply-adds does the convolution in its shortcut take
# (option B, no bias)?

# %%
shortcut_work = 7 * 7 * 1_024 * 2_048  # solution
check("05.shortcut_work", shortcut_work)

# %% [markdown]
# ## 3 · The block of a year later
#
# In 2016 the same authors moved normalisation and ReLU in front of the convolutions. Three times:
# batch normalisation, ReLU, convolution. Then the input is added, and nothing comes after the
# addition. The convolutions are those of the bottleneck: a 1×1 and a 3×3 (padded, `same`) with
# `filters` filters, a 1×1 with four times as many. No biases. The shortcut is the input.


# %%
def preactivation_block(x, filters):
    # solution:
    y = x
    for count, kernel in ((filters, 1), (filters, 3), (4 * filters, 1)):
        y = layers.ReLU()(layers.BatchNormalization()(y))
        y = layers.Conv2D(count, kernel, padding="same", use_bias=False)(y)
    return layers.Add()([x, y])
    # end


check("05.preactivation_block", preactivation_block)

# %% [markdown]
# ## 4 · The convolutional block
#
# The block of 2015 that changes the shape. 1×1, 3×3 (padded, `same`) and 1×1, with `filters`,
# `filters` and four times `filters` filters, each followed by batch normalisation; ReLU after the
# first two, and after the addition. The first 1×1 moves by `strides`. The shortcut is a 1×1
# convolution that fits, with batch normalisation. No biases.


# %%
def convolutional_block(x, filters, strides):
    # solution:
    shortcut = layers.Conv2D(4 * filters, 1, strides, use_bias=False)(x)
    shortcut = layers.BatchNormalization()(shortcut)
    x = layers.Conv2D(filters, 1, strides, use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Conv2D(4 * filters, 1, use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(layers.Add()([x, shortcut]))
    # end


check("05.convolutional_block", convolutional_block)

# %% [markdown]
# ## 5 · The shortcut without parameters
#
# Option A on numbers: `x` is an array of images, height, width, channels. Take every second pixel
# in height and width, beginning with the first, and twice the channels: the new ones are zeros and
# come last. NumPy, `keras.ops` and layers are all allowed.


# %%
def pad_shortcut(x):
    # solution:
    x = x[:, ::2, ::2]
    return np.concatenate([x, np.zeros_like(x)], axis=-1)
    # end


check("05.pad_shortcut", pad_shortcut)

# %% [markdown]
# ## 6 · Two stages, from the paper's table
#
# Two rows of table 1, the column of 50 layers, with a sixteenth of the filters:
#
# | stage | output | 50-layer |
# |---|---|---|
# | conv2_x | 28×28 | [1×1, 4; 3×3, 4; 1×1, 16] × 3 |
# | conv3_x | 14×14 | [1×1, 8; 3×3, 8; 1×1, 32] × 4 |
#
# `x` is 28×28×4. Use `blocks.convolutional_block(x, filters, strides=..., name=...)` for the first
# block of each stage and `blocks.identity_block(x, filters, name=...)` for the others; every block
# needs a name of its own.


# %%
def two_stages(x):
    # solution:
    for stage, (filters, count, strides) in enumerate(((4, 3, 1), (8, 4, 2)), start=2):
        x = blocks.convolutional_block(x, filters, strides=strides, name=f"conv{stage}_1")
        for i in range(2, count + 1):
            x = blocks.identity_block(x, filters, name=f"conv{stage}_{i}")
    return x
    # end


check("05.two_stages", two_stages)

# %% [markdown]
# ## 7 · Find the fault
#
# Three stages, meant to work on 32×32, 16×16 and 8×8. This one runs and trains, but it is slow and
# reads too little of the image. A well-known implementation was like this for years.


# %%
def three_stages():
    # given:
    x = image = keras.Input((32, 32, 3))
    x = layers.Conv2D(16, 3, padding="same", use_bias=False)(x)
    for stage, filters in enumerate((4, 8, 16)):
        strides = 2 if stage == 1 else 1
        x = blocks.convolutional_block(x, filters, strides=strides, name=f"stage{stage}_0")
        x = blocks.identity_block(x, filters, name=f"stage{stage}_1")
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # solution:
    x = image = keras.Input((32, 32, 3))
    x = layers.Conv2D(16, 3, padding="same", use_bias=False)(x)
    for stage, filters in enumerate((4, 8, 16)):
        strides = 2 if stage > 0 else 1
        x = blocks.convolutional_block(x, filters, strides=strides, name=f"stage{stage}_0")
        x = blocks.identity_block(x, filters, name=f"stage{stage}_1")
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # end


# %% [markdown]
# All four sentences below are true of this network. Which one is the fault? Answer with a letter.
# (`three_stages().summary()` may help. Stages count from 0, as in the code.)
#
# - a) The first block of stage 0 moves by 1, so that the maps there stay 32×32.
# - b) The first block of stage 2 moves by 1, so that the maps there stay 16×16.
# - c) The blocks of stage 2 have 16 filters, so that the maps there have 64 channels.
# - d) The identity blocks of all stages move by 1, so that no stage halves two times.

# %%
fault = "b"  # solution
check("05.three_stages", fault)

# %% [markdown]
# Then mend it, in the cell above; run that one and this one.

# %%
check("05.three_stages", three_stages)

# %% [markdown]
# ## 8 · What the bottleneck saves
#
# The weights of two identity blocks with as many channels in and out: two 3×3 convolutions, and a
# bottleneck.

# %%
CHANNELS = 256

x = keras.Input((8, 8, CHANNELS))
two = blocks.identity_block(x, CHANNELS, bottleneck=False, name="two")
neck = blocks.identity_block(x, CHANNELS // 4, name="neck")
kernels = {
    name: sum(w.size for w in map(np.array, keras.Model(x, y).weights) if w.ndim == 4)
    for name, y in {"two 3×3": two, "bottleneck": neck}.items()
}
ratio = f"{kernels['two 3×3'] / kernels['bottleneck']:.1f} times"
Table([kernels | {"the two have": ratio}], index=[CHANNELS])

# %% [markdown]
# Change `CHANNELS` to 64 and to 512, and run the cell again. The weights change, but not how many
# times as many the two 3×3 have. Why? The letter:
#
# - a) The bottleneck has three convolutions and the other block two, at any width.
# - b) Batch normalisation brings the outputs of both blocks to one size, at any width.
# - c) The weights of all five convolutions grow with the square of the width.
# - d) The weights of all five convolutions grow in proportion to the width.

# %%
explanation = "c"  # solution
check("05.explanation", explanation)

# %% [markdown]
# ## 9 · Your own experiment: should a pair start as nothing?
#
# Twelve dense layers in six residual pairs, without normalisation, on small pictures of clothes. If
# the second layer of a pair starts with weights of 0, the pair hands its input on at first; but its
# first layer gets no gradient in the first step (question 2 at the end of the lesson). With the
# usual random start, all layers learn from the beginning. Which gets further?
#
# Write the pair. Train both kinds from three seeds each, and conclude from *your* numbers: `"zero"`
# or `"random"`, if all of its runs end with less training loss than all of the other's, else
# `"neither"`.

# %%
(x_train, y_train), _ = data.load("fashion_mnist")
x_train, y_train = x_train[:1_600, ::2, ::2] / np.float32(255), y_train[:1_600]


def pair(x, start):
    """relu(x + F(x)), where F is a dense layer of 32 with ReLU and one of 32 without.

    The first one's kernel_initializer is "he_normal", the second one's is "zeros" where start is
    "zero", else "he_normal".
    """
    # solution:
    y = layers.Dense(32, activation="relu", kernel_initializer="he_normal")(x)
    start = "zeros" if start == "zero" else "he_normal"
    y = layers.Dense(32, kernel_initializer=start)(y)
    return layers.ReLU()(layers.Add()([x, y]))
    # end


# %%
def final_loss(start, seed):
    """The training loss of the last of three epochs."""
    keras.utils.set_random_seed(seed)
    image = keras.Input((14, 14))
    x = layers.Dense(32, activation="relu")(layers.Flatten()(image))
    for _ in range(6):
        x = pair(x, start)
    network = keras.Model(image, layers.Dense(10, activation="softmax")(x))
    network.compile(keras.optimizers.SGD(0.01, 0.9), "sparse_categorical_crossentropy")
    return network.fit(x_train, y_train, epochs=3, verbose=0).history["loss"][-1]


# %% [markdown]
# First see whether `pair` is as meant, before anything is trained with it.

# %%
check("05.start_from_nothing", pair)

# %% [markdown]
# Then measure, and conclude. The last check wants `pair`, too: it may have changed since.

# %%
# given:
measured = {"zero": ..., "random": ...}  # a list of three numbers each
conclusion = ...
# solution:
measured = {start: [final_loss(start, seed) for seed in (1, 2, 3)] for start in ("zero", "random")}
conclusion = "zero"
# end
check("05.start_from_nothing", (pair, measured, conclusion))

# %% [markdown]
# ## What is done

# %%
progress()

# %% [markdown]
# A square for each exercise, filled where you solved it. On Colab the record goes when the machine
# goes: `from utils.exercises import download` and `download()` hand it to you; put back as
# `progress.json` into the course's folder, it counts again.
#
# [Solutions](../solutions/05_residual_blocks.ipynb), [lesson 5](../05_residual_blocks.ipynb), [the
# map](../00_start_here.ipynb).
