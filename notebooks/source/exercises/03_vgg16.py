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
# Eight exercises on [lesson 3](../03_vgg16.ipynb), from a shape to a network out of the paper's
# table and an experiment of your own. Put your answer where `...` stands and run the cell: `check`
# says whether it is right or what is wrong with it, as often as you like. `hint` with the name of
# an exercise gives up to three hints; `compare("03.vgg16c", vgg16c)` shows the layers of your
# network or block beside the shapes that it should have.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import cost, data, networks
from utils.exercises import check, compare, hint, progress
from utils.tables import Table

# %% [markdown]
# ## 1 · A shape
#
# The convolutions and poolings of VGG-16 take images of any size. One is 240 pixels high and 320
# wide, with 3 channels. What comes out of the third pooling? Height, width and channels, without
# building it:

# %%
third_pooling = (240 // 2**3, 320 // 2**3, 64 * 2**2)  # solution
check("03.third_pooling", third_pooling)

# %% [markdown]
# Stuck? Take the `#` away (and run the cell again for the next hint):

# %%
# hint("03.third_pooling")

# %% [markdown]
# ## 2 · When a stack weighs more
#
# VGG's second stage gets 64 channels and makes 128. Its two 3×3 convolutions, 64 → 128 → 128, see
# as much as one 5×5 convolution, 64 → 128. How many weights *more* has the stack of two? (No
# biases. If it has fewer, the answer is below 0.)

# %%
stack_weights = 9 * 64 * 128 + 9 * 128 * 128 - 25 * 64 * 128  # solution
check("03.stack_weights", stack_weights)

# %% [markdown]
# ## 3 · What neighbours see together
#
# The lesson followed one number. Dense layers read many: on how many pixels, in one direction, do
# `n` neighbouring numbers behind the last layer depend together? Write it for any stack of
# convolutions and poolings. `stack` is a list of pairs (filter, stride), from the image onwards:
# `[(3, 1), (3, 1), (2, 2)]` is VGG-16's first stage, behind which one number sees 6 pixels. (In the
# middle of a large image, so that padding plays no part.)


# %%
def receptive_field(stack, n):
    # solution:
    reach = step = 1
    for f, s in stack:
        reach += (f - 1) * step
        step *= s
    return reach + (n - 1) * step
    # end


check("03.receptive_field", receptive_field)

# %% [markdown]
# ## 4 · A stage without pooling
#
# Some later networks leave VGG's poolings out. Write such a stage: as many 3×3 convolutions as
# `convolutions` says, one after the other, each with `filters` filters, biases and ReLU, padded
# (`same`). The last one halves height and width itself, with strides of 2.


# %%
def vgg_block(x, filters, convolutions):
    # solution:
    for _ in range(convolutions - 1):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(x)
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
# behind every layer with weights but the last (which has softmax), and 163,378 parameters. This one
# runs, and trains, but three things in it are wrong.


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


# %% [markdown]
# First say, with a letter: which one of the three can `small_vgg().summary()` not show, because it
# changes neither a shape nor a number of parameters?
#
# - a) Each stage has one convolution too few.
# - b) The convolutions shrink height and width.
# - c) The second dense layer has no activation.
# - d) The poolings stand behind the ReLUs.

# %%
fault = "c"  # solution
check("03.small_vgg", fault)

# %% [markdown]
# Then mend all three, in the cell above; run that one and this one.

# %%
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
# - a) Keras scales 240 pixels down to 224 before the first layer; for that, 256 are too many.
# - b) A convolution needs weights for each place: 16 pixels more add none yet, 32 pixels do.
# - c) fc1 reads what the last pooling leaves: 7 pixels of 14, 7 of 15 as well, and 8 of 16.
# - d) Dense layers look at the whole image, so all three grow with it, in steps of 32 pixels.
#
# The letter:

# %%
larger_image = "c"  # solution
check("03.larger_image", larger_image)

# %% [markdown]
# ## 8 · Your own experiment: what is a wider view worth?
#
# Two networks, each with three convolutions and about 2,800 parameters. `"wide"` has 12 filters of
# 3×3 in all three. `"narrow"` has 32 filters, of 3×3 in the first and 1×1 in the other two, which
# add ReLUs and no view. With a pooling behind the first, a number of the last maps sees 12×12 of
# 14×14 pixels in one and 4×4 in the other. Global average pooling, the mean of each map over all
# places, joins what they find.
#
# Write the convolutions, train both kinds from three seeds each, and conclude from *your* numbers:
# `"wide"` or `"narrow"`, if all of its runs make fewer errors than all of the other's, else
# `"neither"`. (About 12 seconds in all.)

# %%
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
x_train, y_train = x_train[:2_000, ::2, ::2, None] / 255.0, y_train[:2_000]
x_test, y_test = x_test[:1_000, ::2, ::2, None] / 255.0, y_test[:1_000]
KINDS = {"wide": ((3, 3, 3), 12), "narrow": ((3, 1, 1), 32)}


def convolutions(x, kernels, filters):
    """A convolution a kernel, padded and with ReLU; a 2×2 max pooling behind the first."""
    # solution:
    for place, kernel in enumerate(kernels):
        x = layers.Conv2D(filters, kernel, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(2)(x) if place == 0 else x
    return x
    # end


def error_of(kind, seed):
    """The part of the test images that are wrong after 160 steps."""
    keras.utils.set_random_seed(seed)
    image = keras.Input((14, 14, 1))
    x = layers.GlobalAveragePooling2D()(convolutions(image, *KINDS[kind]))
    network = keras.Model(image, layers.Dense(10, activation="softmax")(x))
    network.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    network.fit(x_train, y_train, batch_size=25, epochs=2, verbose=0)
    return np.mean(np.argmax(network(x_test), axis=1) != y_test)


# %% [markdown]
# First see whether `convolutions` is as meant, before anything is trained with it.

# %%
check("03.wider_view", convolutions)

# %% [markdown]
# Then measure, and conclude. The last check wants `convolutions`, too: it may have changed since.

# %%
# given:
measured = {"wide": ..., "narrow": ...}  # a list of three numbers each
conclusion = ...
# solution:
measured = {kind: [error_of(kind, seed) for seed in (1, 2, 3)] for kind in KINDS}
conclusion = "wide"
# end
check("03.wider_view", (convolutions, measured, conclusion))

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
