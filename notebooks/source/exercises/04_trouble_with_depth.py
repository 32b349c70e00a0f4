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
# Eight exercises on [lesson 4](../04_trouble_with_depth.ipynb), from a factor per layer to an
# experiment of your own. Put your answer where `...` stands and run the cell: `check` says whether
# it is right or what is wrong with it, as often as you like. `hint("04.plain_block")` gives up to
# three hints; `compare("04.small_plain", small_plain)` shows the layers of your network or block
# beside the shapes that it should have.

# %% tags=["setup"]

# %%
import math

import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import tensorflow as tf
from keras import layers

from utils import data
from utils.exercises import check, compare, hint, progress

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
# ## 2 · Weights for another ReLU
#
# A **leaky ReLU** hands on what is above 0 and multiplies what is below 0 by `slope`, which is from
# 0 (ReLU) to 1 (nothing changes). Before it stands a convolution of `filters` filters of
# `kernel`×`kernel`, each of which reads all `channels` channels. Which **standard deviation** do
# its initial weights need, so that numbers keep their size as with He's rule? (Think of He's
# argument in the lesson: which part of the mean square is left now?)


# %%
def he_stddev(kernel, channels, filters, slope):
    # solution:
    inputs = kernel * kernel * channels
    left = (1 + slope**2) / 2  # of the mean square
    return math.sqrt(1 / (left * inputs))
    # end


check("04.he_stddev", he_stddev)

# %% [markdown]
# ## 3 · A plain block
#
# What the residual networks are compared with: two 3×3 convolutions of `filters` filters, both
# padded (`same`) and without biases, and no shortcut. The first moves by `strides`, the second
# by 1, and after each come batch normalisation and ReLU.


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


# %% [markdown]
# First a letter. Three of these are faults. With which of them does the shortcut no longer lead
# past the convolutions, so that a signal has to go through every one of them on its way back?
#
# - a) The loop: `range(1, 6)` makes the blocks.
# - b) The shortcut: `before = x` keeps what x is there.
# - c) The ReLU: it stands ahead of the addition.
# - d) The normalisation: it reads the convolution.

# %%
fault = "b"  # solution
check("04.six_blocks", fault)

# %% [markdown]
# Then mend all three, in the cell above; run that one and this one.

# %%
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
print(f"{depth} layers: the first convolution has ≈ {times:.3g} times the gradient of He's")
print(f"for comparison: {factor}**{depth - 1} = {factor ** (depth - 1):.3g}")

# %% [markdown]
# Try 10 and 30 layers. Then set `normalise` to `True`, for both networks, and try the depths and a
# factor of 1.25 again. Which statement on batch normalisation explains what you see? The letter:
#
# - a) It makes the gradient equally large in first and last layer, so depth no longer counts.
# - b) It divides a factor on the weights out again in each layer, so that none passes it on.
# - c) It brings the weights themselves to He's size before the convolution makes use of them.
# - d) Each layer multiplies by the factor as before, and the learned gamma makes up for it.

# %%
factor_explained = "b"  # solution
check("04.factor_explained", factor_explained)

# %% [markdown]
# ## 7 · Four networks
#
# Four runs of `data/results/depth`, with the same 2,560 training images and the same steps:
#
# | network | layers | training error | test error |
# |---|---|---|---|
# | P | 56 | 22.0 % | 28.7 % |
# | Q | 110 | 0.0 % | 19.5 % |
# | R | 110 | 89.3 % | 89.7 % |
# | S | 8 | 0.1 % | 17.2 % |
#
# Somebody wants to give them dropout, against overfitting. Who overfits? The letter:
#
# - a) P and R: of the four, they make the largest errors on the test images.
# - b) Q and S; P and R fail on images that a network of 8 layers can learn.
# - c) All four: every one of them makes more errors on test images than in training.
# - d) Only Q: of those that know their training images, it is the larger one.

# %%
which_overfits = "b"  # solution
check("04.which_overfits", which_overfits)

# %% [markdown]
# ## 8 · Your own experiment: start where nothing is lost
#
# A deeper network could hand on what it gets, and training does not find that. So start it there.
# Take sixteen dense layers of 32 units with ReLU, without shortcuts and normalisation, on small
# pictures of clothes. As `"random"` they start with He's weights; as `"identity"` with the identity
# matrix and biases of 0, so that each layer hands on what it gets. (ReLU changes nothing then: what
# comes has been through a ReLU.) From there both are trained, every weight of them.
#
# Write the sixteen layers, train both kinds from three seeds each, and conclude from *your*
# numbers: `"identity"` or `"random"`, if all of its runs end with less training loss than all of
# the other's, else `"neither"`. (About 12 seconds in all.)

# %%
(x_train, y_train), _ = data.load("fashion_mnist")
x_train, y_train = x_train[:2_000, ::2, ::2] / 255.0, y_train[:2_000]
KINDS = {"identity": "identity", "random": "he_normal"}  # what Keras calls these weights


def sixteen_layers(x, start):
    """Sixteen dense layers of 32 units with ReLU, and `start` as their kernel_initializer."""
    # solution:
    for _ in range(16):
        x = layers.Dense(32, activation="relu", kernel_initializer=start)(x)
    return x
    # end


def final_loss(kind, seed):
    """The training loss after 64 steps."""
    keras.utils.set_random_seed(seed)
    image = keras.Input((14, 14))
    x = layers.Dense(32, activation="relu")(layers.Flatten()(image))
    x = sixteen_layers(x, KINDS[kind])
    network = keras.Model(image, layers.Dense(10, activation="softmax")(x))
    network.compile(keras.optimizers.SGD(0.01, 0.9), "sparse_categorical_crossentropy")
    network.fit(x_train, y_train, batch_size=64, epochs=2, verbose=0)
    losses = keras.losses.sparse_categorical_crossentropy(y_train, network(x_train))
    return float(tf.reduce_mean(losses))


# %% [markdown]
# First see whether `sixteen_layers` is as meant, before anything is trained with it.

# %%
check("04.from_identity", sixteen_layers)

# %% [markdown]
# Then measure, and conclude. The last check wants `sixteen_layers`, too: it may have changed since.

# %%
# given:
measured = {"identity": ..., "random": ...}  # a list of three numbers each
conclusion = ...
# solution:
measured = {kind: [final_loss(kind, seed) for seed in (1, 2, 3)] for kind in KINDS}
conclusion = "identity"
# end
check("04.from_identity", (sixteen_layers, measured, conclusion))

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
