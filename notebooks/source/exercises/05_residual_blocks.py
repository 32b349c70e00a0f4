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
# Eight exercises on [lesson 5](../05_residual_blocks.ipynb), from a count to a network with a
# famous fault. Put your answer where `...` stands and run the cell: `check` says whether it is
# right or what is wrong with it, as often as you like. `hint("05.identity_block")` gives up to
# three hints.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers, ops

from utils import blocks, data
from utils.exercises import check, compare, hint, progress
from utils.tables import Table

# %% [markdown]
# ## 1 · What a bottleneck weighs
#
# A bottleneck block on 256 channels: 1×1 to 64, 3×3 on 64, 1×1 back to 256, all without biases. How
# many weights do the three convolutions have?

# %%
block_weights = 256 * 64 + 3 * 3 * 64 * 64 + 64 * 256  # solution
check("05.block_weights", block_weights)

# %% [markdown]
# ## 2 · What a learned shortcut weighs
#
# Between two stages the channels go from 256 to 512, and height and width halve. How many weights
# has the convolution in the shortcut (option B, no bias)?

# %%
shortcut_weights = 256 * 512  # solution
check("05.shortcut_weights", shortcut_weights)

# %% [markdown]
# ## 3 · The identity block
#
# A bottleneck whose shortcut is its input. 1×1 and 3×3 convolutions have `filters` filters, the
# last 1×1 four times as many. No biases; batch normalisation after each convolution.


# %%
def identity_block(x, filters):
    # solution:
    shortcut = x
    x = layers.Conv2D(filters, 1, use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Conv2D(4 * filters, 1, use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(layers.Add()([x, shortcut]))
    # end


check("05.identity_block", identity_block)

# %% [markdown]
# ## 4 · The convolutional block
#
# The same for another shape: the first 1×1 moves by `strides`, and the shortcut is a 1×1
# convolution with batch normalisation.


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
# Option A: every second pixel in height and width, and twice the channels, the new ones zero.


# %%
def pad_shortcut(x):
    # solution:
    x = x[:, ::2, ::2]
    return ops.concatenate([x, ops.zeros_like(x)], axis=-1)
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
# First say what is wrong, with a letter. Which stage is not what it should be?
#
# - a) The first: it should halve, too.
# - b) The third: it does not halve.
# - c) The third: it has too many filters.
# - d) All of them: the identity blocks should halve as well.

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
# times as many the two 3×3 have. Why?
#
# - a) The bottleneck has three layers and the other block two, whatever the channels.
# - b) Batch normalisation evens it out.
# - c) Both grow with the square of the channels: 18·c² beside (1/4 + 9/16 + 1/4)·c².
# - d) Both grow in proportion to the channels, with 3·3·2 and 3·3 places.

# %%
explanation = "c"  # solution
check("05.explanation", explanation)

# %% [markdown]
# ## 9 · Your own experiment: does the addition do it?
#
# Thirty dense layers of 32 units on small pictures of clothes: too many for a plain network. Let
# each second layer add what came before it. Write the pair of layers with a shortcut, train both
# kinds from three seeds each, and conclude from *your* numbers: `"with"` or `"without"`, if all of
# its runs end with less training loss than all of the other's, else `"neither"`.

# %%
(x_train, y_train), _ = data.load("fashion_mnist")
x_train, y_train = x_train[:3_200, ::2, ::2] / 255.0, y_train[:3_200]


def pair(x, shortcut):
    """Two dense layers; with the shortcut, their input is added before the last ReLU."""
    # solution:
    y = layers.Dense(32, activation="relu", kernel_initializer="he_normal")(x)
    y = layers.Dense(32, kernel_initializer="he_normal")(y)
    return layers.ReLU()(layers.Add()([x, y]) if shortcut else y)
    # end


def final_loss(shortcut, seed):
    """The training loss after 150 steps."""
    keras.utils.set_random_seed(seed)
    image = keras.Input((14, 14))
    x = layers.Dense(32, activation="relu")(layers.Flatten()(image))
    for _ in range(15):
        x = pair(x, shortcut)
    network = keras.Model(image, layers.Dense(10, activation="softmax")(x))
    network.compile(keras.optimizers.SGD(0.01, 0.9), "sparse_categorical_crossentropy")
    network.fit(x_train, y_train, batch_size=64, epochs=3, verbose=0)
    return network.evaluate(x_train, y_train, verbose=0)


# %%
# given:
measured = {"with": ..., "without": ...}  # a list of three numbers each
conclusion = ...
# solution:
measured = {
    kind: [final_loss(kind == "with", seed) for seed in (1, 2, 3)] for kind in ("with", "without")
}
conclusion = "with"
# end
check("05.shortcut_left_out", (measured, conclusion))

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
