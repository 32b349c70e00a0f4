# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises 1 · LeNet-5
#
# {{badge}}
#
# Seven exercises on [lesson 1](../01_lenet5.ipynb), from a number to a whole network. Put your
# answer where `...` stands and run the cell: `check` says whether it is right or what is wrong with
# it, as often as you like. `hint` with the name of an exercise gives up to three hints.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils.exercises import check, hint, progress

# %% [markdown]
# ## 1 · A shape
#
# What comes out of C3, the second convolution of LeNet-5 as lectured? It reads 14×14×6 and has 16
# filters of 5×5, without padding. Height, width and channels, on paper first:

# %%
c3_shape = (10, 10, 16)  # solution
check("01.c3_shape", c3_shape)

# %% [markdown]
# Stuck? Take the `#` away (and run the cell again for the next hint):

# %%
# hint("01.c3_shape")

# %% [markdown]
# ## 2 · A count
#
# How many parameters has C3?

# %%
c3_parameters = 16 * (5 * 5 * 6 + 1)  # solution
check("01.c3_parameters", c3_parameters)

# %% [markdown]
# ## 3 · The rule
#
# Write the rule behind every height and width of the week: n pixels, a filter of f, padding p on
# each side, stride s. A step that does not fit is not taken.


# %%
def size_after(n, f, p, s):
    # solution:
    return (n + 2 * p - f) // s + 1
    # end


check("01.size_after", size_after)

# %% [markdown]
# ## 4 · Two layers
#
# S2 and C3 as a function from tensor to tensor: average pooling of 2×2, then C3's convolution with
# its tanh. From 28×28×6 to 10×10×16.


# %%
def pool_and_convolve(x):
    # solution:
    x = layers.AveragePooling2D(2)(x)
    return layers.Conv2D(16, 5, activation="tanh")(x)
    # end


check("01.pool_and_convolve", pool_and_convolve)

# %% [markdown]
# ## 5 · The whole network, from its table
#
# | layer | what | output |
# |---|---|---|
# | C1 | 6 filters of 5×5, tanh | 28×28×6 |
# | S2 | average pooling 2×2 | 14×14×6 |
# | C3 | 16 filters of 5×5, tanh | 10×10×16 |
# | S4 | average pooling 2×2 | 5×5×16 |
# | C5, F6 | dense, 120 and 84 units, tanh | 84 |
# | output | dense, softmax | 10 |


# %%
def lenet5():
    # solution:
    image = keras.Input((32, 32, 1))
    x = layers.Conv2D(6, 5, activation="tanh")(image)
    x = pool_and_convolve(x)
    x = layers.Flatten()(layers.AveragePooling2D(2)(x))
    x = layers.Dense(120, activation="tanh")(x)
    x = layers.Dense(84, activation="tanh")(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # end


check("01.lenet5", lenet5)

# %% [markdown]
# ## 6 · Find the faults
#
# LeNet-5 as one would write it today: ReLU, and max pooling. This one runs, and trains, but three
# things in it are wrong. It should have 61,706 parameters, as before, and give probabilities.


# %%
def modern():
    image = keras.Input((32, 32, 1))
    # given:
    x = layers.Conv2D(6, 5, padding="same", activation="relu")(image)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(16, 5, activation="relu")(x)
    x = layers.AveragePooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(120, activation="relu")(x)
    x = layers.Dense(84, activation="relu")(x)
    return keras.Model(image, layers.Dense(10, activation="sigmoid")(x))
    # solution:
    x = layers.Conv2D(6, 5, activation="relu")(image)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(16, 5, activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(120, activation="relu")(x)
    x = layers.Dense(84, activation="relu")(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # end


check("01.modern", modern)

# %% [markdown]
# ## 7 · What the activation is for
#
# A small LeNet, up to its last dense layer, and a test: does it compute the same for the sum of two
# images as for each of them, added up? (The biases count once too often; `f(0)` makes up for that.)

# %%
ACTIVATION = "tanh"

keras.utils.set_random_seed(1998)
f = keras.Sequential([keras.Input((32, 32, 1)), layers.Conv2D(6, 5, activation=ACTIVATION)])
f.add(layers.AveragePooling2D(2))
f.add(layers.Conv2D(16, 5, activation=ACTIVATION))
f.add(layers.Flatten())
f.add(layers.Dense(10))

a, b = np.random.default_rng(0).normal(size=(2, 1, 32, 32, 1))
same = np.allclose(f(a + b) + f(0 * a), f(a) + f(b), atol=1e-3)
print(f"{ACTIVATION}: f(a + b) + f(0) is f(a) + f(b): {same}")

# %% [markdown]
# Change `ACTIVATION` to `"relu"`, then to `"linear"` (which does nothing), and run the cell again.
# What follows for a network whose activations are forgotten?
#
# - a) It cannot be trained: without activations there is no gradient.
# - b) Its layers compute together what one dense layer from image to output can compute, and no
#   more.
# - c) It has fewer parameters, so it learns less.
# - d) Its outputs are no longer between -1 and 1, and so they are no probabilities.

# %%
explanation = "b"  # solution
check("01.explanation", explanation)

# %% [markdown]
# ## What is done

# %%
progress()

# %% [markdown]
# A square for each exercise, filled where you solved it. On Colab the record goes when the machine
# goes: `from utils.exercises import download` and `download()` hand it to you; put back as
# `progress.json` into the course's folder, it counts again.
#
# [Solutions](../solutions/01_lenet5.ipynb), [lesson 1](../01_lenet5.ipynb), [the
# map](../00_start_here.ipynb).
