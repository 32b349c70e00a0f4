# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises 13 · Transfer learning and data augmentation
#
# {{badge}}
#
# Eight exercises on [lesson 13](../13_transfer_learning.ipynb), from what is trained to an experiment with
# copies of images. Put your answer where `...` stands and run the cell: `check` says whether it is right or what is
# wrong with it, as often as you like. `hint("13.views")` gives up to three hints, and
# `compare("13.scaled_twice", transferred)` sets your layers beside the shapes and parameters wanted.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import data
from utils.exercises import check, compare, hint, progress

# %% [markdown]
# ## 1 · What is trained
#
# The last convolution of EfficientNet-Lite0 is a 1×1 from 320 to 1,280 channels, without biases. Behind it stand a batch
# normalisation, the mean over all places, and your new head for eight classes. You unfreeze the convolution and its normalisation. How
# many parameters are trained, the head's included?

# %%
trained_parameters = 320 * 1280 + 2 * 1280 + 1280 * 8 + 8  # solution
check("13.trained_parameters", trained_parameters)

# %% [markdown]
# ## 2 · Mixup
#
# Each image of a batch gets a part of another one, and so does its label. `images` are (batch, height, width,
# channels), `labels` the numbers of their `classes`; `part[i]` is the part of the other image, and `other[i]` its number in
# the batch. So image i keeps 1 - part[i] of itself. Return the mixed images, and the mixed labels as probabilities, (batch, classes).


# %%
def mixed(images, labels, classes, part, other):
    # solution:
    known = np.eye(classes)[labels]
    share = part[:, None, None, None]
    pictures = (1 - share) * images + share * images[other]
    return pictures, (1 - part)[:, None] * known + part[:, None] * known[other]
    # end


check("13.mixed", mixed)

# %% [markdown]
# ## 3 · Ten views, one answer
#
# A network has looked at several crops of each image: `probabilities` are (views, images, classes). For each image, return the number of
# the class that is likeliest by the mean of all views.


# %%
def by_views(probabilities):
    # solution:
    return probabilities.mean(axis=0).argmax(axis=-1)
    # end


check("13.views", by_views)

# %% [markdown]
# ## 4 · Find the fault: a new head
#
# `trained` is a small stand-in for a network that somebody trained on 20 classes. It wants bytes, 0 to 255. `transferred` is to put a
# head for your five classes in the place of the old one, and has three faults.


# %%
def trained():
    x = image = keras.Input((32, 32, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(x)
    for filters in (8, 16):
        x = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(20, activation="softmax")(x))


# %%
def transferred():
    # given:
    image = keras.Input((32, 32, 3))
    x = layers.Rescaling(1 / 255)(image)
    x = trained()(x)
    x = layers.Dropout(0.2)(x)
    return keras.Model(image, layers.Dense(5, activation="sigmoid")(x))
    # solution:
    network = trained()
    x = layers.Dropout(0.2)(network.layers[-2].output)
    return keras.Model(network.input, layers.Dense(5, activation="softmax")(x))
    # end


# %% [markdown]
# First say, with a letter: which line makes all photographs as good as alike?
#
# - a) The scaling in front of the network.
# - b) The call of the trained network.
# - c) The activation of the last layer.
# - d) The dropout.

# %%
fault = "a"  # solution
check("13.scaled_twice", fault)

# %% [markdown]
# Then mend all three, in the cell above; run that one and this one.

# %%
check("13.scaled_twice", transferred)

# %% [markdown]
# ## 5 · Find the fault: the head first, then all
#
# `network` is a body with a new head. The head is to be trained alone, at 0.01; then all layers but the body's batch
# normalisations, which keep their means and variances, at a tenth of that rate or less.


# %%
def fine_tune(network, body, images, labels):
    # given:
    network.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    body.trainable = False
    network.fit(images, labels, epochs=5)
    body.trainable = True
    network.fit(images, labels, epochs=5)
    # solution:
    body.trainable = False
    network.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    network.fit(images, labels, epochs=5)
    for layer in body.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    network.compile(keras.optimizers.Adam(0.0001), "sparse_categorical_crossentropy")
    network.fit(images, labels, epochs=5)
    # end


# %% [markdown]
# First say, with a letter: as it stands, what do the two calls of `fit` train?
#
# - a) The head alone in the first, all in the second.
# - b) All in the first, the head alone in the second.
# - c) The head alone in both, the second time at a smaller rate.
# - d) All in both, at 0.01.

# %%
what_is_trained = "d"  # solution
check("13.fine_tune", what_is_trained)

# %% [markdown]
# Then mend all that is wrong. (The check calls your function with a stand-in that only notes what each `fit` would train.)

# %%
check("13.fine_tune", fine_tune)

# %% [markdown]
# ## 6 · Find the fault: a test that means something
#
# Three quarters of the images are to be learned from, as they are and, behind these, changed by `change`; the last quarter is the
# test. Returned are images and labels to learn from, images and labels of the test.


# %%
def parted(images, labels, change):
    # given:
    images = np.concatenate([images, change(images)])
    labels = np.concatenate([labels, labels])
    cut = 3 * len(images) // 4
    return images[:cut], labels[:cut], images[cut:], labels[cut:]
    # solution:
    cut = 3 * len(images) // 4
    learn, test = images[:cut], images[cut:]
    learn = np.concatenate([learn, change(learn)])
    return learn, np.concatenate([labels[:cut], labels[:cut]]), test, labels[cut:]
    # end


# %% [markdown]
# First say, with a letter: why is the test error that comes of it worth nothing?
#
# - a) The test has changed images only, and none as it is.
# - b) The labels of the copies belong to other images.
# - c) Of each test image, the original was learned.
# - d) The images come in their order, and are not mixed.

# %%
why_nothing = "c"  # solution
check("13.split_late", why_nothing)

# %% [markdown]
# Then mend it.

# %%
check("13.split_late", parted)

# %% [markdown]
# ## 7 · What the frozen body lacks
#
# In the lesson's first figure of errors, with 1,000 pictures, the frozen body misses 7 % of the T-shirts and dresses. The three other ways, even
# that from random weights, miss 5 %. Why does it stay behind? The letter:
#
# - a) A head alone learns more slowly, and it was given as many steps as the others.
# - b) What would tell the two apart better is not in the body's features.
# - c) The head overfits: it is good on its 1,000 pictures only.
# - d) A head is trained at the rate of a body, which is too small for it.

# %%
which_way = "b"  # solution
check("13.which_way", which_way)

# %% [markdown]
# ## 8 · Your own experiment: which copies help?
#
# There are 100 pictures of clothes. Twice as many can be made of them, by mirroring each, or by turning each upside down. Write
# `doubled`. Then measure the test error with either, from three seeds, and conclude from *your* numbers: `"mirrored"` or
# `"upside down"`, if all of its runs make fewer errors than all of the other's, else `"neither"`.


# %%
def doubled(images, labels, axis):
    """The images and, behind them, their copies reversed along an axis; and the labels of all.

    Images are (number, height, width, 1); axis 1 turns them upside down, axis 2 mirrors them.
    """
    # solution:
    copies = np.flip(images, axis)
    return np.concatenate([images, copies]), np.concatenate([labels, labels])
    # end


# %%
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
x_test, y_test = x_test[:1000, ::2, ::2, None] / 255.0, y_test[:1000]
AXES = {"mirrored": 2, "upside down": 1}


def error_of(axis, seed):
    """The part of 1,000 test images that is wrong after 100 images, each twice, and 100 steps."""
    keras.utils.set_random_seed(seed)
    rows = np.random.default_rng(seed).choice(60_000, 100, replace=False)
    images, labels = doubled(x_train[rows][:, ::2, ::2, None] / 255.0, y_train[rows], axis)
    x = image = keras.Input((14, 14, 1))
    for filters in (16, 32):
        x = layers.Conv2D(filters, 3, activation="relu")(x)
    x = layers.Flatten()(layers.MaxPooling2D(2)(x))
    network = keras.Model(image, layers.Dense(10, activation="softmax")(x))
    network.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    network.fit(images, labels, batch_size=20, epochs=10, verbose=0)
    return np.mean(np.argmax(network(x_test), axis=1) != y_test)


# %% [markdown]
# First see whether `doubled` is as meant, before anything is trained with it.

# %%
check("13.upside_down", doubled)

# %% [markdown]
# Then measure, and conclude. The last check wants `doubled`, too: it may have changed since.

# %%
# given:
measured = {"mirrored": ..., "upside down": ...}  # a list of three numbers each
conclusion = ...
# solution:
measured = {kind: [error_of(axis, seed) for seed in (1, 2, 3)] for kind, axis in AXES.items()}
least, most = ({kind: pick(runs) for kind, runs in measured.items()} for pick in (min, max))
conclusion = "neither"
if most["mirrored"] < least["upside down"]:
    conclusion = "mirrored"
if most["upside down"] < least["mirrored"]:
    conclusion = "upside down"
# end
check("13.upside_down", (doubled, measured, conclusion))

# %% [markdown]
# ## What is done

# %%
progress()

# %% [markdown]
# A square for each exercise, filled where you solved it. On Colab the record goes when the machine
# goes: `from utils.exercises import download` and `download()` hand it to you; put back as
# `progress.json` into the course's folder, it counts again.
#
# [Solutions](../solutions/13_transfer_learning.ipynb), [lesson 13](../13_transfer_learning.ipynb), [the
# map](../00_start_here.ipynb).
