# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises 2 · AlexNet
#
# {{badge}}
#
# Eight exercises on [lesson 2](../02_alexnet.ipynb), from a shape to an experiment of your own. Put
# your answer where `...` stands and run the cell: `check` says whether it is right or what is wrong
# with it, as often as you like. `hint` with the name of an exercise gives up to three hints;
# `compare` sets the layers of your network beside the shapes and counts that they should have.

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
# The paper's images have 256×256 pixels, and the network reads patches cut out of them. Suppose it
# read a whole one, 256×256×3. What would come out of conv1, both towers together: 96 filters of
# 11×11 that move by 4, without padding? Height, width and channels:

# %%
conv1_shape = ((256 - 11) // 4 + 1, (256 - 11) // 4 + 1, 96)  # solution
check("02.conv1_shape", conv1_shape)

# %% [markdown]
# Stuck? Take the `#` away (and run the cell again for the next hint):

# %%
# hint("02.conv1_shape")

# %% [markdown]
# ## 2 · Four towers
#
# conv2 has 256 filters of 5×5 with biases, and conv1 hands it 96 channels. Suppose there had been
# four GPUs, and four towers: each with a quarter of conv2's filters, which read only the quarter of
# conv1's channels in their own tower. How many parameters would conv2 have, all towers together?

# %%
four_towers = 4 * 64 * (5 * 5 * 24 + 1)  # solution
check("02.four_towers", four_towers)

# %% [markdown]
# ## 3 · Response normalisation, in NumPy
#
# `values` are the channels of one pixel, none below 0. Return as many, normalised among the
# channels:
#
# $$b_i = a_i \Big/ \Big(k + \alpha \sum_{|j - i| \le n/2} a_j^2\Big)^{\beta}$$
#
# n is odd, so the window is channel i itself and (n - 1) / 2 neighbours on each side. At the first
# and the last channels there are fewer: the sum has just those that exist.


# %%
def normalised(values, k, n, alpha, beta):
    # solution:
    near = n // 2
    windows = [values[max(0, i - near) : i + near + 1] for i in range(len(values))]
    sums = np.array([np.sum(window**2) for window in windows])
    return values / (k + alpha * sums) ** beta
    # end


check("02.normalised", normalised)

# %% [markdown]
# ## 4 · Two towers
#
# AlexNet up to pool2, without normalisation, in two towers that both read `x`. In each: conv1 with
# filters of 11×11 that move by 4, without padding; pool1; conv2 with filters of 5×5, padded so that
# the size stays; pool2. Behind each convolution comes ReLU, each has biases, and a pooling takes the
# maximum of windows of 3×3 that move by 2, without padding. `first` and `second` are the filters of
# conv1 and conv2, both towers together; both are even. At the end the towers' channels are joined,
# one tower's behind the other's.


# %%
def two_towers(x, first, second):
    # solution:
    towers = []
    for _ in range(2):
        y = layers.Conv2D(first // 2, 11, strides=4, activation="relu")(x)
        y = layers.MaxPooling2D(3, strides=2)(y)
        y = layers.Conv2D(second // 2, 5, padding="same", activation="relu")(y)
        towers.append(layers.MaxPooling2D(3, strides=2)(y))
    return layers.Concatenate()(towers)
    # end


check("02.two_towers", two_towers)

# %% [markdown]
# ## 5 · The network, from its table
#
# Section 3.5 of the paper as a table, in one tower, an eighth as wide, for images of 67×67×3 and 10
# classes:
#
# | layer | filters or units | filter | stride | padding | behind its activation |
# |---|---|---|---|---|---|
# | conv1 | 12 | 11×11 | 4 | none | max pooling |
# | conv2 | 32 | 5×5 | 1 | keeps the size | max pooling |
# | conv3 | 48 | 3×3 | 1 | keeps the size | |
# | conv4 | 48 | 3×3 | 1 | keeps the size | |
# | conv5 | 32 | 3×3 | 1 | keeps the size | max pooling |
# | fc6 | 512 | | | | dropout, rate 0.5 |
# | fc7 | 512 | | | | dropout, rate 0.5 |
# | predictions | 10 | | | | |
#
# All poolings are of 3×3, move by 2 and pad nothing. Every layer of the table has biases, and its
# activation is ReLU, for the last softmax. Response normalisation is left out.


# %%
def narrow_alexnet():
    # solution:
    x = image = keras.Input((67, 67, 3))
    x = layers.MaxPooling2D(3, 2)(layers.Conv2D(12, 11, 4, activation="relu")(x))
    same = {"padding": "same", "activation": "relu"}
    x = layers.MaxPooling2D(3, 2)(layers.Conv2D(32, 5, **same)(x))
    for filters in (48, 48, 32):
        x = layers.Conv2D(filters, 3, **same)(x)
    x = layers.Flatten()(layers.MaxPooling2D(3, 2)(x))
    for _ in range(2):
        x = layers.Dropout(0.5)(layers.Dense(512, activation="relu")(x))
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # end


check("02.narrow_alexnet", narrow_alexnet)

# %% [markdown]
# ## 6 · Find the faults
#
# A still smaller one on 99×99 pixels. It should be built as in exercise 5 (all poolings overlap,
# every convolution but the first keeps the size, ReLU behind each layer with weights but the last,
# dropout behind the first two dense layers only) and have 27,258 parameters. This one runs, and
# trains, but not all of its layers are right.


# %%
def tiny_alexnet():
    x = image = keras.Input((99, 99, 3))
    # given:
    x = layers.Conv2D(8, 11, strides=4, activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(16, 5, activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    for filters in (24, 24, 16):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    x = layers.Flatten()(layers.MaxPooling2D(2)(x))
    for units in (64, 64, 10):
        x = layers.Dense(units, activation="relu")(x)
        x = layers.Dropout(0.5)(x)
    return keras.Model(image, layers.Softmax()(x))
    # solution:
    x = layers.Conv2D(8, 11, strides=4, activation="relu")(x)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = layers.Conv2D(16, 5, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(3, strides=2)(x)
    for filters in (24, 24, 16):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    x = layers.Flatten()(layers.MaxPooling2D(3, strides=2)(x))
    for units in (64, 64):
        x = layers.Dense(units, activation="relu")(x)
        x = layers.Dropout(0.5)(x)
    return keras.Model(image, layers.Softmax()(layers.Dense(10)(x)))
    # end


# %% [markdown]
# First say, with a letter, where the faults are.
#
# - a) In the poolings, the second convolution and the first dense layer.
# - b) In the poolings, the first convolution and the last dense layer.
# - c) In the strides, the second convolution and the last dense layer.
# - d) In the poolings, the second convolution and the last dense layer.

# %%
faults = "d"  # solution
check("02.tiny_alexnet", faults)

# %% [markdown]
# Then mend them, in the cell above; run that one and this one.

# %%
check("02.tiny_alexnet", tiny_alexnet)

# %% [markdown]
# ## 7 · Smaller steps
#
# The whole AlexNet in one tower, an eighth as wide, on 227×227×3, with another stride in conv1: two
# shapes, then parameters and multiply-adds.


# %%
def counted(stride):
    def changed(layer):
        own = {"strides": (stride, stride)} if layer.name == "conv1" else {}
        return layer.from_config(layer.get_config() | own)

    alexnet = networks.alexnet(towers=1, width=1 / 8)
    costs = cost.table(keras.models.clone_model(alexnet, clone_function=changed))
    groups = {"convolutions": [name for name in costs.index if name.startswith("conv")]}
    groups |= {"fc6": ["fc6"], "fc7": ["fc7"]}
    row = {"stride": stride}
    row |= {name: costs["output shape"][name] for name in ("conv1", "pool5")}
    for what in ("parameters", "multiply_adds"):
        row |= {f"{what}, {group}": costs[what][names].sum() for group, names in groups.items()}
    return row


# %%
# given:
strides = [4]
# solution:
strides = [4, 2, 8]
# end
Table([counted(stride) for stride in strides]).set_index("stride")

# %% [markdown]
# Which columns will change if conv1 moves by 2, and which if it moves by 8? Decide, then put both
# into the list and run the cell again. Which statement explains what you see?
#
# - a) conv1 works at about four times as many places with a stride of 2, and has weights for each.
# - b) Convolutions use their weights at more or fewer places; fc6 has weights for each of pool5's.
# - c) fc6 gets about four times the weights, and so the network has about four times the work.
# - d) With larger maps all dense layers grow, because each of them looks at the whole image.
#
# The letter:

# %%
smaller_steps = "b"  # solution
check("02.smaller_steps", smaller_steps)

# %% [markdown]
# ## 8 · Your own experiment: when does dropout pay?
#
# In the lesson dropout lost a little. Now four training labels in ten are wrong, and the network sees
# its 500 images twenty times: it can learn wrong labels by heart. Write `network`: from 14×14 pixels
# two dense layers of 256 units with ReLU, each followed by dropout of the given rate, then ten
# outputs with softmax. Measure its errors on test images (whose labels are right) for three seeds
# each, and conclude from *your* numbers: `"with"` or `"without"` (a rate of 0.5, a rate of 0), if all
# of its runs make fewer errors than all of the other's, else `"neither"`.

# %%
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
x_train, x_test = x_train[:500, ::2, ::2] / 255.0, x_test[:2_000, ::2, ::2] / 255.0

random = np.random.default_rng(0)
wrong = random.random(500) < 0.4
labels = np.where(wrong, y_train[:500] + random.integers(1, 10, 500), y_train[:500]) % 10


def network(rate):
    """A keras.Model: two dense layers with dropout, and ten outputs."""
    # solution:
    x = image = keras.Input((14, 14))
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dropout(rate)(layers.Dense(256, activation="relu")(x))
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # end


def errors(rate, seed):
    """Errors on test images, in per cent, after twenty passes."""
    keras.utils.set_random_seed(seed)
    model = network(rate)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(np.tile(x_train, (20, 1, 1)), np.tile(labels, 20), batch_size=50, verbose=0)
    return 100 - 100 * model.evaluate(x_test, y_test[:2_000], batch_size=500, verbose=0)[1]


# %% [markdown]
# First see whether `network` is as meant, before anything is trained with it.

# %%
check("02.false_labels", network)

# %% [markdown]
# Then measure, and conclude. The last check wants `network`, too: it may have changed since.

# %%
# given:
measured = {"with": ..., "without": ...}  # a list of three numbers each
conclusion = ...
# solution:
rates = {"with": 0.5, "without": 0.0}
measured = {name: [errors(rate, seed) for seed in (1, 2, 3)] for name, rate in rates.items()}
conclusion = "with"
# end
check("02.false_labels", (network, measured, conclusion))

# %% [markdown]
# ## What is done

# %%
progress()

# %% [markdown]
# A square for each exercise, filled where you solved it. On Colab the record goes when the machine
# goes: `from utils.exercises import download` and `download()` hand it to you; put back as
# `progress.json` into the course's folder, it counts again.
#
# [Solutions](../solutions/02_alexnet.ipynb), [lesson 2](../02_alexnet.ipynb), [the
# map](../00_start_here.ipynb).
