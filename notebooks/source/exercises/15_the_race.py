# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises 15 · The race
#
# {{badge}}
#
# Seven exercises on [lesson 15](../15_the_race.ipynb), from a budget of multiply-adds to an experiment with an
# old network and a younger one. Put your answer where `...` stands and run the cell: `check` says whether it
# is right or what is wrong with it, as often as you like. `hint("15.verdict")` gives up to three hints, and
# `compare("15.one_of_each", one_of_each)` sets your layers beside the shapes and parameters wanted.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import data
from utils.exercises import check, compare, hint, progress

# %% [markdown]
# ## 1 · Made smaller, to fit
#
# A network's multiply-adds have three parts: `first`, its first convolution, which reads the image; `middle`, all other convolutions; `last`, a dense layer from the mean of each map to the
# classes. Now every convolution gets `width` times as many filters, and the image is `side` times as high and wide as before. How many multiply-adds does the network take then? (Nothing gets
# rounded.)


# %%
def scaled_work(first, middle, last, width, side):
    # solution:
    return side**2 * (width * first + width**2 * middle) + width * last
    # end


check("15.scaled_work", scaled_work)

# %% [markdown]
# ## 2 · Never beaten
#
# Two lists, a place for each network: its error and its work. A network beats another if it is less in one of the two, and not more in the other. Return the list of the
# places, from 0, of those that no other beats, in their order.


# %%
def never_beaten(errors, work):
    # solution:
    pairs = list(zip(errors, work))
    found = []
    for place, (error, cost) in enumerate(pairs):
        if not any(e <= error and w <= cost and (e, w) != (error, cost) for e, w in pairs):
            found.append(place)
    return found
    # end


check("15.never_beaten", never_beaten)

# %% [markdown]
# ## 3 · A verdict
#
# Each list has the errors of one network's runs. Return 1 if every run of `ours` has fewer errors than every run of `theirs`, -1 if every one has more, else 0.


# %%
def verdict(ours, theirs):
    # solution:
    if max(ours) < min(theirs):
        return 1
    return -1 if max(theirs) < min(ours) else 0
    # end


check("15.verdict", verdict)

# %% [markdown]
# ## 4 · Find the fault: the chosen rate
#
# `runs` is a list of (rate, error on held-out images, error on test images), several for each rate. What should be returned: the rate with the least *mean* error on the held-out images, and the mean of the
# test errors of its runs. There are three faults.


# %%
def chosen(runs):
    # given:
    best = min(runs, key=lambda run: run[2])[0]
    tested = [test for rate, _, test in runs if rate == best]
    return best, min(tested)
    # solution:
    held_out = {}
    for rate, error, _ in runs:
        held_out.setdefault(rate, []).append(error)
    best = min(held_out, key=lambda rate: np.mean(held_out[rate]))
    return best, np.mean([test for rate, _, test in runs if rate == best])
    # end


# %% [markdown]
# First say, with a letter: even with a mean in the last line, the error that it returns is smaller than what you can expect from new images. Why?
#
# - a) It compares single runs, where rates should be compared.
# - b) It returns the least of several errors.
# - c) It looks for the smallest, and should look for the largest.
# - d) What it chooses by is what it reports.

# %%
fault = "d"  # solution
check("15.chosen_rate", fault)

# %% [markdown]
# Then mend all three, in the cell above; run that one and this one.

# %%
check("15.chosen_rate", chosen)

# %% [markdown]
# ## 5 · Whose merit?
#
# AlexNet's paper (2012) reports 40.7 % errors on ImageNet, EfficientNet-B0's (2019) 22.9, with about half of the multiply-adds. How many of these 17.8 points are the network's doing? The letter:
#
# - a) All of them: both learned from the same million photographs.
# - b) That cannot be told from these numbers.
# - c) About half of them, since the multiply-adds are halved.
# - d) None: with today's training any network would get there.

# %%
whose_merit = "b"  # solution
check("15.whose_merit", whose_merit)

# %% [markdown]
# ## 6 · One of each
#
# A network for images of 32×32×3 and ten classes, out of pieces from three lessons. *Normalised* stands for a convolution, padded and without a bias, then batch normalisation, then ReLU.
#
# 1. A normalised 3×3 of 16 filters.
# 2. A residual block: a normalised 3×3 of 16; another 3×3 of 16 with batch normalisation only; the addition; ReLU.
# 3. A depthwise separable convolution: a depthwise 3×3 that moves by 2, padded, no bias, with batch normalisation and ReLU; then a normalised 1×1 of 32.
# 4. Two branches: a normalised 1×1 of 16; and a normalised 1×1 of 8 with a normalised 3×3 of 16 behind it. Concatenated, the 16 channels of the first branch in front.
# 5. The mean of each map, and a dense layer with softmax.


# %%
def one_of_each():
    # solution:
    def normalised(x, filters, size=3):
        x = layers.Conv2D(filters, size, padding="same", use_bias=False)(x)
        return layers.ReLU()(layers.BatchNormalization()(x))

    image = keras.Input((32, 32, 3))
    x = normalised(image, 16)
    y = layers.Conv2D(16, 3, padding="same", use_bias=False)(normalised(x, 16))
    x = layers.ReLU()(layers.Add()([x, layers.BatchNormalization()(y)]))
    x = layers.DepthwiseConv2D(3, strides=2, padding="same", use_bias=False)(x)
    x = normalised(layers.ReLU()(layers.BatchNormalization()(x)), 32, size=1)
    long = normalised(normalised(x, 8, size=1), 16)
    x = layers.Concatenate()([normalised(x, 16, size=1), long])
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # end


check("15.one_of_each", one_of_each)

# %% [markdown]
# ## 7 · Your own experiment: LeNet-5, twenty years later
#
# In the lesson's light race LeNet-5 wins as it was lectured, with tanh and mean pooling. What do the inventions of later years do for it, at the same filters and units? Write `modern`: each of the two convolutions and each of the two dense layers without a bias, behind it batch normalisation (momentum
# 0.9, lesson 14 says why) and ReLU; behind the two convolutions' ReLU max pooling, where the old one takes the mean. Then measure the test error of both from three seeds each (the rate 0.01 was the best for either), and conclude from *your* numbers: `"old"` or `"modern"`, if all of its errors are below all of the
# other's, else `"neither"`.

# %%
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
x_train, y_train = x_train[:2000, ..., None] / 255.0, y_train[:2000]
x_test, y_test = x_test[:1000, ..., None] / 255.0, y_test[:1000]


def old(x):
    """LeNet-5's layers but for the last."""
    x = layers.Conv2D(6, 5, padding="same", activation="tanh")(x)
    x = layers.AveragePooling2D(2)(x)
    x = layers.Conv2D(16, 5, activation="tanh")(x)
    x = layers.AveragePooling2D(2)(x)
    x = layers.Dense(120, activation="tanh")(layers.Flatten()(x))
    return layers.Dense(84, activation="tanh")(x)


# %%
def modern(x):
    """The same filters and units, with what came later."""

    # solution:
    def late(y):
        return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(y))

    x = layers.MaxPooling2D(2)(late(layers.Conv2D(6, 5, padding="same", use_bias=False)(x)))
    x = layers.MaxPooling2D(2)(late(layers.Conv2D(16, 5, use_bias=False)(x)))
    x = late(layers.Dense(120, use_bias=False)(layers.Flatten()(x)))
    return late(layers.Dense(84, use_bias=False)(x))
    # end


# %%
def error(kind, seed):
    """The part of the test images that is wrong after four epochs."""
    keras.utils.set_random_seed(seed)
    image = keras.Input((28, 28, 1))
    network = keras.Model(image, layers.Dense(10, activation="softmax")(kind(image)))
    falling = keras.optimizers.schedules.CosineDecay(0.01, 4 * 32)
    network.compile(keras.optimizers.Adam(falling), "sparse_categorical_crossentropy")
    network.fit(x_train, y_train, batch_size=64, epochs=4, verbose=0)
    return float(np.mean(network.predict(x_test, verbose=0).argmax(axis=1) != y_test))


# %% [markdown]
# First see whether `modern` is as meant, before anything is trained with it.

# %%
check("15.modern_lenet", modern)

# %% [markdown]
# Then measure, and conclude. The last check wants `modern`, too: it may have changed since.

# %%
# given:
measured = {"old": ..., "modern": ...}  # a list of three numbers each
conclusion = ...
# solution:
measured = {kind.__name__: [error(kind, seed) for seed in (1, 2, 3)] for kind in (old, modern)}
conclusion = "neither"
if max(measured["old"]) < min(measured["modern"]):
    conclusion = "old"
if max(measured["modern"]) < min(measured["old"]):
    conclusion = "modern"
# end
check("15.modern_lenet", (modern, measured, conclusion))

# %% [markdown]
# ## What is done

# %%
progress()

# %% [markdown]
# A square for each exercise, filled where you solved it. On Colab the record goes when the machine
# goes: `from utils.exercises import download` and `download()` hand it to you; put back as
# `progress.json` into the course's folder, it counts again.
#
# [Solutions](../solutions/15_the_race.ipynb), [lesson 15](../15_the_race.ipynb), [the
# map](../00_start_here.ipynb).
