# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises 4 · The trouble with depth
#
# {{badge}}
#
# Seven exercises on [lesson 4](../04_trouble_with_depth.ipynb), from a factor per layer to the two
# networks that the lesson compares. Put your answer where `...` stands and run the cell: `check`
# says whether it is right or what is wrong with it, as often as you like. `hint("04.plain_block")`
# gives up to three hints.

# %% tags=["setup"]

# %%
import json
import math

import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import tensorflow as tf
from keras import layers

from utils import data
from utils.exercises import check, hint, progress

# %% [markdown]
# ## 1 · Until nothing is left
#
# Every layer multiplies the gradient by 0.8. What is the smallest number of layers after which less
# than a thousandth of it is left? A whole number.

# %%
layers_to_vanish = math.ceil(math.log(1 / 1000) / math.log(0.8))  # solution
check("04.layers_to_vanish", layers_to_vanish)

# %% [markdown]
# Stuck? Take the `#` away (and run the cell again for the next hint):

# %%
# hint("04.layers_to_vanish")

# %% [markdown]
# ## 2 · He's weights
#
# A convolution with ReLU has `filters` filters of `kernel`×`kernel`, each of which reads all
# `channels` channels. He's rule starts it with random weights whose variance is 2 over the number
# of inputs. Write the **standard deviation** of these weights as a function.


# %%
def he_stddev(kernel, channels, filters):
    # solution:
    inputs = kernel * kernel * channels
    return math.sqrt(2 / inputs)
    # end


check("04.he_stddev", he_stddev)

# %% [markdown]
# ## 3 · A plain block
#
# What the residual networks are compared with: two 3×3 convolutions of `filters` filters, both
# padded (`same`) and without biases, and no shortcut. The first moves by `strides`, the second by
# 1. After each convolution come batch normalisation and ReLU.


# %%
def plain_block(x, filters, strides):
    # solution:
    x = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))
    # end


check("04.plain_block", plain_block)

# %% [markdown]
# ## 4 · A network from the paper's table
#
# This is the paper's table of its CIFAR-10 networks, with a quarter of the filters:
#
# | output map size | 32×32 | 16×16 | 8×8 |
# |---|---|---|---|
# | number of layers | 1+2n | 2n | 2n |
# | number of filters | 4 | 8 | 16 |
#
# Build the plain network with **n = 2** for images of 32×32×3. The layers of the table are 3×3
# convolutions, padded (`same`) and without biases, each with batch normalisation and ReLU. There is
# no pooling between them: the first convolution of a smaller map moves by 2. The network ends with
# global average pooling and a dense layer with softmax for 10 classes. If exercise 3 is solved,
# `plain_block` will do for all but one of the convolutions.


# %%
def small_plain():
    # solution:
    image = keras.Input((32, 32, 3))
    x = layers.Conv2D(4, 3, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    for filters, strides in [(4, 1), (8, 2), (16, 2)]:
        x = plain_block(x, filters, strides)
        x = plain_block(x, filters, 1)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # end


check("04.small_plain", small_plain)

# %% [markdown]
# ## 5 · Find the faults
#
# The lesson's stack with normalisation and shortcuts. After a first convolution, which is right, it
# should have six blocks, each of them: a convolution, batch normalisation, the addition of *what
# the block was given*, ReLU. The whole should have 3,866 parameters. This one runs and trains, but
# three things in its loop are wrong.


# %%
def six_blocks():
    # given:
    image = keras.Input((14, 14, 1))
    x = layers.Conv2D(8, 3, padding="same")(image)
    for _ in range(1, 6):
        x = layers.Conv2D(8, 3, padding="same")(x)
        before = x
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
        x = layers.Add()([x, before])
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # solution:
    image = keras.Input((14, 14, 1))
    x = layers.Conv2D(8, 3, padding="same")(image)
    for _ in range(6):
        before = x
        x = layers.Conv2D(8, 3, padding="same")(x)
        x = layers.BatchNormalization()(x)
        x = layers.Add()([x, before])
        x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # end


check("04.six_blocks", six_blocks)

# %% [markdown]
# ## 6 · All weights a fifth smaller
#
# Two stacks without shortcuts, alike but for their initial weights: He's, and `factor` times He's.
# One step of backpropagation through each, without training.


# %%
def first_gradient(depth, factor, normalise):
    keras.utils.set_random_seed(2015)
    x = image = keras.Input((8, 8, 8))
    for _ in range(depth):
        start = keras.initializers.VarianceScaling(2 * factor**2, "fan_in")
        x = layers.Conv2D(8, 3, padding="same", kernel_initializer=start)(x)
        x = layers.BatchNormalization(epsilon=1e-5)(x) if normalise else x
        x = layers.ReLU()(x)
    network, images = keras.Model(image, x), keras.random.normal((16, 8, 8, 8))
    with tf.GradientTape() as tape:
        value = tf.reduce_mean(network(images, training=True)[..., 0])
    return tf.norm(tape.gradient(value, network.layers[1].kernel.value))


# %%
depth, factor, normalise = 20, 0.8, False

times = first_gradient(depth, factor, normalise) / first_gradient(depth, 1, normalise)
print(f"{depth} layers: the first convolution has {times:.3g} times the gradient of He's")
print(f"for comparison: {factor}**{depth - 1} = {factor ** (depth - 1):.3g}")

# %% [markdown]
# Try 10 and 30 layers. Then set `normalise` to `True`, for both networks, and try the depths and a
# factor of 1.25 again. Which statement explains what you see?
#
# - a) Batch normalisation makes the gradient as large in the first layer as in the last, so it no
#   longer depends on depth.
# - b) Batch normalisation divides a factor on the weights out again, layer by layer, so that none
#   passes it on. What is left comes from the first convolution's own weights.
# - c) Batch normalisation brings the weights themselves to He's size before they are used.
# - d) Each layer still multiplies by the factor, and gamma, which batch normalisation learns, makes
#   up for it.

# %%
factor_explained = "b"  # solution
check("04.factor_explained", factor_explained)

# %% [markdown]
# ## 7 · What is wrong with 56 layers?
#
# Two of the lesson's short runs, read from their files: CIFAR-10, four epochs, the same settings.
# (The errors on the training images are means over the last epoch, during which the network still
# improves. They can be above those on the test images, which are taken at its end.)

# %%
kind = "plain"

for depth in (20, 56):
    name = f"{kind}_cifar-{depth}-cifar10-4epochs-seed1-bfloat16.json"
    run = json.loads((data.FOLDER / "results" / name).read_text())
    train, test = (100 * (1 - run["history"][k][-1]) for k in ("accuracy", "val_accuracy"))
    print(f"{kind}-{depth}: {run['parameters']:,} parameters")
    print(f"  errors in per cent: {train:.1f} in training, {test:.1f} on test images")

# %% [markdown]
# Set `kind` to `"resnet"`, which has the shortcuts, and run the cell again. Which statement
# explains plain-56?
#
# - a) It overfits: with so many parameters it learns its training images by heart, and fails on
#   others.
# - b) Its gradients vanish, as in the stacks with 0.8 times He's weights. With He's it would come
#   out right.
# - c) It has too few parameters for these images, and residual-56 is better because its shortcuts
#   bring more.
# - d) It could be as good as plain-20, if its added layers handed on what they get, but in these
#   steps training does not find that. With shortcuts, which cost no parameter, it comes far closer.

# %%
plain56_explained = "d"  # solution
check("04.plain56_explained", plain56_explained)

# %% [markdown]
# ## What is done

# %%
progress()

# %% [markdown]
# A square for each exercise, filled where you solved it. On Colab the record goes when the machine
# goes: `from utils.exercises import download` and `download()` hand it to you; put back as
# `progress.json` into the course's folder, it counts again.
#
# [Solutions](../solutions/04_trouble_with_depth.ipynb), [lesson 4](../04_trouble_with_depth.ipynb),
# [the map](../00_start_here.ipynb).
