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
# Nine exercises on [lesson 10](../10_training_at_scale.ipynb), from counting steps to devices that
# share once an epoch. Put your answer where `...` stands and run the cell: `check` says whether it is
# right or what is wrong with it, as often as you like. `hint("10.shares")` gives up to three hints.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import blocks, data
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
# ## 3 · The variance of the batch
#
# Synchronised batch normalisation puts together what each device knows of its own images. `means`
# and `variances` are those of one channel on each device (of its images' squared distances from its
# own mean), `counts` the numbers of images. Return the variance of all the images.


# %%
def batch_variance(means, variances, counts):
    # solution:
    means, variances, counts = map(np.array, (means, variances, counts))
    mean = (counts * means).sum() / counts.sum()
    return (counts * (variances + (means - mean) ** 2)).sum() / counts.sum()
    # end


check("10.batch_variance", batch_variance)

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
# ## 5 · How many images it takes
#
# The lesson asks how efficient a device is with 32 images. Turn the question round. A device computes
# `each` seconds for an image and waits `sharing` seconds in a step, whatever the number of images.
# How many images must it have at least, so that it computes in the part `efficiency` of its time?
# Nothing overlaps, and the answer is a whole number.


# %%
def images_needed(efficiency, each, sharing):
    # solution:
    computing = sharing * efficiency / (1 - efficiency)
    return int(np.ceil(computing / each))
    # end


check("10.images_needed", images_needed)

# %% [markdown]
# ## 6 · ResNet-8 for bytes, from the paper's table
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
# ## 7 · Find the faults
#
# The accuracy over all devices: `right[i]` is how many of its `counts[i]` images device i classified
# correctly. This function runs, and is right as long as every device has the same number of images.
# It has two faults; the smaller one shows when a device got no image.


# %%
def accuracy(right, counts):
    # given:
    each = [r / c for r, c in zip(right, counts)]
    return sum(each) / len(each)
    # solution:
    return sum(right) / sum(counts)
    # end


# %% [markdown]
# First say what is wrong, with a letter. With `right = [4, 1]` and `counts = [4, 3]` the function says
# 67 %, where five of seven are 71 %. Why?
#
# - a) The accuracies of the devices are rounded before they are added up.
# - b) An image of the second device counts more than one of the first.
# - c) `zip` stops at the shorter list, so the second device is left out.
# - d) It divides by the number of images, and not by that of the devices.

# %%
fault = "b"  # solution
check("10.accuracy", fault)

# %% [markdown]
# Then mend it, in the cell above; run that one and this one.

# %%
check("10.accuracy", accuracy)

# %% [markdown]
# ## 8 · Few images on a device
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
# - a) Nothing is lost: the normalised values have mean 0 and variance 1, however few there are.
# - b) The precision: with so few images normalised values become too large for bfloat16.
# - c) The mean gradient: the devices no longer have the same number of images each.
# - d) The brightness: an image becomes either -1 or 1, however bright it was before.

# %%
explanation = "d"  # solution
check("10.explanation", explanation)

# %% [markdown]
# ## 9 · Your own experiment: sharing once an epoch
#
# An all-reduce in every step is a lot of traffic. Could every device train a copy of the weights by
# itself, and the copies be averaged after each epoch? Here are eight devices that keep their images
# as they lie in the archive, sorted by class, so that each has few kinds of clothes. Write the
# epoch, train from three seeds each way, and conclude from *your* numbers: `"each step"` or
# `"each epoch"`, if all of its runs end with less loss than all of the other's, else `"neither"`.

# %%
(x, y), _ = data.load("fashion_mnist")
x, y = x[:2_560, ::2, ::2].reshape(2_560, 196) / 255.0, y[:2_560]
DEVICES, RATE, HIDDEN = 8, 0.1, 32


def forward(weights, images):
    """Hidden values, probabilities and last weights of a network of two dense layers, no biases."""
    first, last = np.split(weights, [196 * HIDDEN])
    hidden = np.maximum(x[images] @ first.reshape(196, HIDDEN), 0)
    scores = hidden @ last.reshape(HIDDEN, 10)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return hidden, powers / powers.sum(axis=1, keepdims=True), last.reshape(HIDDEN, 10)


def gradient(weights, images):
    """The mean gradient over some images, whose numbers are given: a vector, as the weights."""
    hidden, probabilities, last = forward(weights, images)
    back = (probabilities - np.eye(10)[y[images]]) / len(images)
    first = x[images].T @ (back @ last.T * (hidden > 0))
    return np.concatenate([first.ravel(), (hidden.T @ back).ravel()])


# %%
def epoch(weights, parts, often, gradient):
    """The weights after an epoch of ten steps, with 32 images on each device in a step.

    `parts` are the numbers of the images, 320 in a row for each of the eight devices. If `often` is
    "each step", the devices share the mean of their gradients in every step; if it is "each epoch",
    each trains a copy of its own, and the mean of the copies is returned. Call
    `gradient(weights, images)` for the mean gradient over some images, and take RATE times it off.
    """
    # solution:
    copies = [weights] * DEVICES
    for batch in np.split(parts, 10, axis=1):
        found = [gradient(copy, images) for copy, images in zip(copies, batch)]
        if often == "each step":
            found = [np.mean(found, axis=0)] * DEVICES
        copies = [copy - RATE * own for copy, own in zip(copies, found)]
    return np.mean(copies, axis=0)
    # end


# %%
def final_loss(often, seed):
    """The loss over all images after ten epochs."""
    random = np.random.default_rng(seed)
    weights = random.normal(size=(196 + 10) * HIDDEN) * 0.15
    parts = np.argsort(y, kind="stable").reshape(DEVICES, 320)  # sorted by class
    for _ in range(10):
        weights = epoch(weights, random.permuted(parts, axis=1), often, gradient)
    probabilities = forward(weights, np.arange(len(y)))[1]
    return -np.log(probabilities[np.arange(len(y)), y]).mean()


# %% [markdown]
# First see whether `epoch` is as meant, before anything is trained with it.

# %%
check("10.once_an_epoch", epoch)

# %% [markdown]
# Then measure, and conclude. The last check wants `epoch`, too: it may have changed since.

# %%
# given:
measured = {"each step": ..., "each epoch": ...}  # a list of three numbers each
conclusion = ...
# solution:
measured = {
    often: [final_loss(often, seed) for seed in (1, 2, 3)] for often in ("each step", "each epoch")
}
conclusion = "each step"
# end
check("10.once_an_epoch", (epoch, measured, conclusion))

# %% [markdown]
# Go on, if you like: give `parts` the images in random order, `random.permutation(len(y))`. Does your
# conclusion stay?

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
