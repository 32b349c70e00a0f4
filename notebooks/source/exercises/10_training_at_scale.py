# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises 10 · Training at scale
#
# {{badge}}
#
# Seven exercises on [lesson 10](../10_training_at_scale.ipynb), from counting steps to a network
# that takes bytes. Put your answer where `...` stands and run the cell: `check` says whether it is
# right or what is wrong with it, as often as you like. `hint("10.shares")` gives up to three hints.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import blocks
from utils.exercises import check, hint, progress
from utils.tables import Table

# %% [markdown]
# ## 1 · Steps
#
# 60,000 images, eight devices, 32 images on each device in every step. How many steps does an epoch
# take, if no image is left out?

# %%
steps = -(-60_000 // (8 * 32))  # solution
check("10.steps", steps)

# %% [markdown]
# Stuck? Take the `#` away (and run the cell again for the next hint):

# %%
# hint("10.steps")

# %% [markdown]
# ## 2 · Sharing a batch
#
# How many images does each device get? The first takes images / devices, rounded up, and each of the
# others as many, until there are no more left: 7 images on 2 devices are `[4, 3]`, 10 on 4 are
# `[3, 3, 3, 1]`, 5 on 4 are `[2, 2, 1, 0]`. Return the list.


# %%
def shares(images, devices):
    # solution:
    size = -(-images // devices)
    return [min(size, max(0, images - size * i)) for i in range(devices)]
    # end


check("10.shares", shares)

# %% [markdown]
# ## 3 · The gradient of the batch
#
# `gradients` are the mean gradients of each device, arrays of one shape, and `counts` the number of
# images that each of them had. Return the mean gradient of all the images.


# %%
def batch_gradient(gradients, counts):
    # solution:
    total = sum(gradient * count for gradient, count in zip(gradients, counts))
    return total / sum(counts)
    # end


check("10.batch_gradient", batch_gradient)

# %% [markdown]
# ## 4 · A rate that warms up
#
# With `devices` times the batch the rate is `devices` times `base`, but not at once: it starts with
# `base` at step 0, rises in a straight line, has its full height at step `warmup`, and stays there.


# %%
def rate(step, base, devices, warmup):
    # solution:
    return base + (devices - 1) * base * min(step / warmup, 1)
    # end


check("10.rate", rate)

# %% [markdown]
# ## 5 · ResNet-8 for bytes, from the paper's table
#
# The residual networks' paper describes its networks for CIFAR-10 like this, for 6n + 2 layers:
#
# | output map size | 32×32 | 16×16 | 8×8 |
# |---|---|---|---|
# | layers | 1 + 2n | 2n | 2n |
# | filters | 16 | 32 | 64 |
#
# Build the one with n = 1 and a quarter of the filters (4, 8, 16), for images of bytes, 32×32×3
# from 0 to 255: first scale them to 0 to 1. The first layer is `blocks.conv_bn` with 3×3 filters;
# each stage is one two-layer block (`bottleneck=False`): `blocks.identity_block` where the shape
# stays, else `blocks.convolutional_block` with `shortcut="A"`, which moves by 2. Then global
# average pooling, 10 classes and softmax.


# %%
def resnet8():
    # solution:
    image = keras.Input((32, 32, 3))
    x = blocks.conv_bn(layers.Rescaling(1 / 255)(image), 4, 3, name="conv1")
    x = blocks.identity_block(x, 4, bottleneck=False, name="stage1")
    for filters in (8, 16):
        block = {"bottleneck": False, "shortcut": "A", "name": f"stage{filters}"}
        x = blocks.convolutional_block(x, filters, strides=2, **block)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # end


check("10.resnet8", resnet8)

# %% [markdown]
# ## 6 · Find the faults
#
# The accuracy over all devices: `right[i]` is how many of its `counts[i]` images device i classified
# correctly. This function runs, and is right as long as every device has the same number of images.
# It has two faults; one of them shows when a device got none.


# %%
def accuracy(right, counts):
    # given:
    each = [r / c for r, c in zip(right, counts)]
    return sum(each) / len(each)
    # solution:
    return sum(right) / sum(counts)
    # end


check("10.accuracy", accuracy)

# %% [markdown]
# ## 7 · Few images on a device
#
# Sixty-four images, each with one value, its brightness. Every device normalises its own, as batch
# normalisation does:

# %%
DEVICES = 2

parts = np.arange(64.0).reshape(DEVICES, -1)
means, deviations = parts.mean(axis=1, keepdims=True), parts.std(axis=1, keepdims=True)
normalised = (parts - means) / deviations
rows = [
    {
        "device, image": f"{device}, {image}",
        "brightness": parts[d, i],
        "normalised": normalised[d, i].round(2),
    }
    for device, d in (("first", 0), ("last", -1))
    for image, i in (("darkest", 0), ("brightest", -1))
]
Table(rows).set_index("device, image")

# %% [markdown]
# The last device has much brighter images than the first. Change `DEVICES` to 8 and to 32, and run
# it again. What is lost with 32 devices that 2 devices still keep?
#
# - a) Nothing: normalised values have mean 0 and variance 1 in any case.
# - b) The values become too large for bfloat16.
# - c) The gradients no longer add up, since each device has another number of images.
# - d) Of two images one becomes -1 and the other 1, whatever they were: how bright an image is no
#   longer matters, only whether it is brighter than its one neighbour.

# %%
explanation = "d"  # solution
check("10.explanation", explanation)

# %% [markdown]
# ## What is done

# %%
progress()

# %% [markdown]
# A square for each exercise, filled where you solved it. On Colab the record goes when the machine
# goes: `from utils.exercises import download` and `download()` hand it to you; put back as
# `progress.json` into the course's folder, it counts again.
#
# [Solutions](../solutions/10_training_at_scale.ipynb), [lesson 10](../10_training_at_scale.ipynb),
# [the map](../00_start_here.ipynb).
