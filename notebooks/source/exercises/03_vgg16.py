# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises 3 · VGG-16
#
# {{badge}}
#
# Seven exercises on [lesson 3](../03_vgg16.ipynb), from a shape to a network out of the paper's
# table and a question about its image size. Put your answer where `...` stands and run the cell:
# `check` says whether it is right or what is wrong with it, as often as you like. `hint` with the
# name of an exercise gives up to three hints.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
from keras import layers

from utils import cost, networks
from utils.exercises import check, hint, progress
from utils.tables import Table

# %% [markdown]
# ## 1 · A shape
#
# VGG-16 reads 224×224×3. What comes out of its third pooling? Height, width and channels, without
# building it:

# %%
third_pooling = (224 // 2**3, 224 // 2**3, 64 * 2**2)  # solution
check("03.third_pooling", third_pooling)

# %% [markdown]
# Stuck? Take the `#` away (and run the cell again for the next hint):

# %%
# hint("03.third_pooling")

# %% [markdown]
# ## 2 · What a stack weighs
#
# AlexNet begins with filters of 11×11. Replace one such layer (stride 1) by a stack of 3×3
# convolutions (stride 1), as few as see 11×11 pixels. 64 channels go into each layer and come out
# of it; there are no biases. How many weights does the whole stack have?

# %%
stack_weights = (11 - 1) // 2 * 3 * 3 * 64 * 64  # solution
check("03.stack_weights", stack_weights)

# %% [markdown]
# ## 3 · What one number sees
#
# A function for any stack of convolutions and poolings. `stack` is a list of pairs (filter,
# stride), from the image onwards: `[(3, 1), (3, 1), (2, 2)]` is VGG-16's first stage. On how many
# pixels, in one direction, does one number behind the last layer depend? (In the middle of a large
# image, so that padding plays no part.)


# %%
def receptive_field(stack):
    # solution:
    reach = step = 1
    for f, s in stack:
        reach += (f - 1) * step
        step *= s
    return reach
    # end


check("03.receptive_field", receptive_field)

# %% [markdown]
# ## 4 · The block
#
# One stage of VGG: as many 3×3 convolutions as `convolutions` says, one after the other, each with
# `filters` filters, biases and ReLU, padded so that height and width stay; then a 2×2 max pooling
# that halves them.


# %%
def vgg_block(x, filters, convolutions):
    # solution:
    for _ in range(convolutions):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return layers.MaxPooling2D(2)(x)
    # end


check("03.vgg_block", vgg_block)

# %% [markdown]
# ## 5 · Column C, from the paper's table
#
# Here is column C of table 1, a sixteenth as wide and for 10 classes. As in the paper, *conv3-8* is
# a 3×3 convolution with 8 filters, *conv1-16* a 1×1 with 16, and *FC-256* a dense layer of 256
# units.
#
# | stage | layers, one after the other | then |
# |---|---|---|
# | 1 | conv3-4, conv3-4 | maxpool |
# | 2 | conv3-8, conv3-8 | maxpool |
# | 3 | conv3-16, conv3-16, conv1-16 | maxpool |
# | 4 | conv3-32, conv3-32, conv1-32 | maxpool |
# | 5 | conv3-32, conv3-32, conv1-32 | maxpool |
# | dense | FC-256, FC-256, FC-10 | soft-max |
#
# What the table leaves out: images are 32×32×3, convolutions keep height and width (stride 1),
# poolings are 2×2 with stride 2, every layer has biases, and ReLU follows each but the last. No
# dropout here.


# %%
def vgg16c():
    # solution:
    x = image = keras.Input((32, 32, 3))
    stages = [(4, (3, 3)), (8, (3, 3)), (16, (3, 3, 1)), (32, (3, 3, 1)), (32, (3, 3, 1))]
    for filters, kernels in stages:
        for kernel in kernels:
            x = layers.Conv2D(filters, kernel, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(256, activation="relu")(x)
    x = layers.Dense(256, activation="relu")(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # end


check("03.vgg16c", vgg16c)

# %% [markdown]
# ## 6 · Find the faults
#
# The first three stages of column D, with 8, 16 and 32 filters, and dense layers of 64, 64 and 10,
# for images of 64×64. It should have 2, 2 and 3 convolutions that keep height and width, ReLU
# behind every layer with weights but the last, and 163,378 parameters. This one runs, and trains,
# but three things in it are wrong.


# %%
def small_vgg():
    x = image = keras.Input((64, 64, 3))
    # given:
    for filters, convolutions in ((8, 2), (16, 2), (32, 3)):
        for _ in range(1, convolutions):
            x = layers.Conv2D(filters, 3, activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(64, activation="relu")(x)
    x = layers.Dense(64)(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # solution:
    for filters, convolutions in ((8, 2), (16, 2), (32, 3)):
        for _ in range(convolutions):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(64, activation="relu")(x)
    x = layers.Dense(64, activation="relu")(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # end


check("03.small_vgg", small_vgg)

# %% [markdown]
# ## 7 · Another image size
#
# VGG-16, a sixteenth as wide, on images of 224×224: its last pooling, the parameters of all
# convolutions together, of fc1 and of fc2, and the work.


# %%
def counted(size):
    vgg16 = networks.vgg("D", width=1 / 16, input_shape=(size, size, 3))
    costs = cost.table(vgg16)
    shape, counts = costs["output shape"]["block5_pool"], costs["parameters"]
    convolutions = sum(counts[name] for name in counts.index if "conv" in name)
    row = {"pixels": size, "block5_pool": shape, "convolutions": convolutions}
    row |= {"fc1": counts["fc1"], "fc2": counts["fc2"]}
    return row | {"multiply-adds": cost.multiply_adds(vgg16)}


# %%
# given:
sizes = [224]
# solution:
sizes = [224, 240, 256]
# end
Table([counted(size) for size in sizes]).set_index("pixels")

# %% [markdown]
# Which columns will change for 240 pixels, and which for 256? Decide, then put both sizes into the
# list and run the cell again. Which statement explains what you see in the two new rows?
#
# - a) Keras scales 240 pixels down to 224 before the first layer, and 256 are too many for that.
# - b) A convolution needs weights for every place it works at. 16 pixels more are too few for a
#   further place behind five poolings, 32 pixels more are enough.
# - c) fc1 has weights for every number of the last pooling, and a pooling leaves out what does not
#   fill a step: of 240 pixels remain 15, then 7, as many as of 224. All other weights suit any
#   image.
# - d) Dense layers look at the whole image, so all three grow with it, in steps of 32 pixels.
#
# The letter:

# %%
larger_image = "c"  # solution
check("03.larger_image", larger_image)

# %% [markdown]
# ## What is done

# %%
progress()

# %% [markdown]
# A square for each exercise, filled where you solved it. On Colab the record goes when the machine
# goes: `from utils.exercises import download` and `download()` hand it to you; put back as
# `progress.json` into the course's folder, it counts again.
#
# [Solutions](../solutions/03_vgg16.ipynb), [lesson 3](../03_vgg16.ipynb), [the
# map](../00_start_here.ipynb).
