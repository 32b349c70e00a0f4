# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises 9 · GoogLeNet
#
# {{badge}}
#
# Eight exercises on [lesson 9](../09_googlenet.ipynb), from a shape to a small GoogLeNet and what
# its side branches reach. Put your answer where `...` stands and run the cell: `check` says whether
# it is right or what is wrong with it, as often as you like. `hint("09.side_branch")` gives up to
# three hints.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
import tensorflow as tf
from keras import layers

from utils import blocks, data, networks
from utils.exercises import check, hint, progress

# %% [markdown]
# ## 1 · What block 5a reads
#
# Your GoogLeNet reads pictures 200 pixels high and 320 wide. As in the lesson, five layers halve
# height and width before block 5a: conv1, the two poolings of the stem, and the poolings before 4a
# and 5a, all padded (`same`, which rounds up). Your last block before 5a is another than the paper's:
#
# | block | 1×1 | 3×3 reduce | 3×3 | 5×5 reduce | 5×5 | pool proj |
# |---|---|---|---|---|---|---|
# | 4e | 192 | 128 | 256 | 24 | 64 | 96 |
#
# Height, width and channels of what 5a reads?

# %%
read_by_5a = (7, 10, 192 + 256 + 64 + 96)  # solution
check("09.read_by_5a", read_by_5a)

# %% [markdown]
# Stuck? Take the `#` away (and run the cell again for the next hint):

# %%
# hint("09.read_by_5a")

# %% [markdown]
# ## 2 · The longest way to a side branch
#
# From image to class GoogLeNet is 22 layers deep, counting those with weights on the longest way.
# The second side branch leaves behind 4d and has an average pooling, a 1×1 convolution, a dense
# layer, dropout, and a dense layer with softmax. How many layers with weights lie on the longest
# way from the image to *its* softmax?

# %%
way_to_aux2 = 3 + 6 * 2 + 3  # solution
check("09.way_to_aux2", way_to_aux2)

# %% [markdown]
# ## 3 · What a side branch weighs
#
# The two side branches have nearly as many parameters as all the rest. Where are they? A side
# branch reads a map of `size`×`size`×`channels`. It has
#
# 1. average pooling of 5×5, moving by 3, without padding,
# 2. a 1×1 convolution to 128 channels,
# 3. a dense layer of 1,024 units, which reads all of that, flattened,
# 4. dropout, then a dense layer with a unit for each class.
#
# All three layers with weights have biases. Write the number of parameters as a function.


# %%
def side_parameters(size, channels, classes):
    # solution:
    places = (size - 5) // 3 + 1
    convolution = channels * 128 + 128
    hidden = places * places * 128 * 1024 + 1024
    return convolution + hidden + 1024 * classes + classes
    # end


check("09.side_parameters", side_parameters)

# %% [markdown]
# ## 4 · A side branch without a hidden dense layer
#
# The first dense layer was the heavy part. Inception v3's side branch has a convolution there, whose
# filters are as large as the map that the pooling leaves, and batch normalisation. Build it for maps
# of any height and width:
#
# 1. average pooling of 5×5, moving by 3, without padding,
# 2. a 1×1 convolution with `filters` filters,
# 3. a convolution with `units` filters that cover the whole map (no padding: one place is left),
# 4. flattening, and a dense layer to `classes` with softmax.
#
# The convolutions have no biases; batch normalisation and ReLU follow on each. No dropout.


# %%
def side_branch(x, filters, units, classes):
    # solution:
    x = layers.AveragePooling2D(5, 3)(x)
    x = layers.Conv2D(filters, 1, use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Conv2D(units, x.shape[1:3], use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    return layers.Dense(classes, activation="softmax")(layers.Flatten()(x))
    # end


check("09.side_branch", side_branch)

# %% [markdown]
# ## 5 · A network from the paper's table
#
# Table 1 of the paper, cut short behind 4a, with an eighth of the filters, for images of 64×64×3:
#
# | type | size/stride | output | depth | 1×1 | 3×3 reduce | 3×3 | 5×5 reduce | 5×5 | pool proj |
# |---|---|---|---|---|---|---|---|---|---|
# | convolution | 7×7/2 | 32×32×8 | 1 | | | | | | |
# | max pool | 3×3/2 | 16×16×8 | 0 | | | | | | |
# | convolution | 3×3/1 | 16×16×24 | 2 | | 8 | 24 | | | |
# | max pool | 3×3/2 | 8×8×24 | 0 | | | | | | |
# | inception (3a) | | 8×8×32 | 2 | 8 | 12 | 16 | 2 | 4 | 4 |
# | inception (3b) | | 8×8×60 | 2 | 16 | 16 | 24 | 4 | 12 | 8 |
# | max pool | 3×3/2 | 4×4×60 | 0 | | | | | | |
# | inception (4a) | | 4×4×64 | 2 | 24 | 12 | 26 | 2 | 6 | 8 |
# | avg pool | 4×4/1 | 1×1×64 | 0 | | | | | | |
# | dropout (40%) | | 1×1×64 | 0 | | | | | | |
# | linear | | 1×1×10 | 1 | | | | | | |
# | softmax | | 1×1×10 | 0 | | | | | | |
#
# "Depth" is how many layers with weights stand one behind the other in that row. Every convolution
# has biases, ReLU and padding (`same`), and the max poolings pad too. The table has no response
# normalisation and no side branches: leave them out. Dropout hides 40 %, and the model's output is
# 10 probabilities. `blocks.inception_block(x, filters, name="3a")` makes a block of a row's six
# numbers.


# %%
def small_googlenet():
    # solution:
    image = keras.Input((64, 64, 3))
    conv = {"padding": "same", "activation": "relu"}
    pool = {"pool_size": 3, "strides": 2, "padding": "same"}
    x = layers.Conv2D(8, 7, 2, **conv)(image)
    x = layers.MaxPooling2D(**pool)(x)
    x = layers.Conv2D(8, 1, **conv)(x)
    x = layers.Conv2D(24, 3, **conv)(x)
    x = layers.MaxPooling2D(**pool)(x)
    x = blocks.inception_block(x, (8, 12, 16, 2, 4, 4), name="3a")
    x = blocks.inception_block(x, (16, 16, 24, 4, 12, 8), name="3b")
    x = layers.MaxPooling2D(**pool)(x)
    x = blocks.inception_block(x, (24, 12, 26, 2, 6, 8), name="4a")
    x = layers.Dropout(0.4)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # end


check("09.small_googlenet", small_googlenet)

# %% [markdown]
# ## 6 · Find the faults
#
# A smaller one still, a block a stage. Its blocks should put out 16×16×32, 8×8×64 and 4×4×104, and
# the whole should have 22,584 parameters. This one runs and trains, but three things in it are
# wrong. (The six numbers of each row are the right ones, though not all stand where they should.)


# %%
def a_block_a_stage():
    image = keras.Input((32, 32, 3))
    # given:
    x = layers.Conv2D(16, 3, 2, padding="same", activation="relu")(image)
    x = blocks.inception_block(x, (8, 12, 16, 2, 4, 4), name="3a")
    x = blocks.inception_block(x, (24, 26, 12, 4, 8, 6), name="4a")
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    x = blocks.inception_block(x, (32, 20, 40, 4, 16, 16), name="5a")
    x = layers.Flatten()(x)
    x = layers.Dropout(0.4)(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # solution:
    x = layers.Conv2D(16, 3, 2, padding="same", activation="relu")(image)
    x = blocks.inception_block(x, (8, 12, 16, 2, 4, 4), name="3a")
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    x = blocks.inception_block(x, (24, 12, 26, 4, 8, 6), name="4a")
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    x = blocks.inception_block(x, (32, 20, 40, 4, 16, 16), name="5a")
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.4)(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    # end


# %% [markdown]
# First say what is wrong, with a letter. Which three places are not what they should be?
#
# - a) A pooling of the two; the order of the numbers in 4a's row; what stands behind 5a.
# - b) A pooling of the two; the order of the numbers in 5a's row; what stands behind 5a.
# - c) The convolution at the start; the order of 4a's row; the dropout at the end.
# - d) The convolution at the start; the order of 3a's row; the softmax at the end.

# %%
fault = "a"  # solution
check("09.a_block_a_stage", fault)

# %% [markdown]
# Then mend it, in the cell above; run that one and this one.

# %%
check("09.a_block_a_stage", a_block_a_stage)

# %% [markdown]
# ## 7 · Whom a loss reaches
#
# GoogLeNet with a sixteenth of the filters, three outputs, and one loss made of three. The cell
# prints which blocks get a gradient from it (in their 1×1 branch), and which get exactly none.

# %%
loss_weights = {"main": 1, "aux1": 0.3, "aux2": 0.3}

keras.utils.set_random_seed(2014)
network = networks.googlenet(width=1 / 16, input_shape=(65, 65, 3), classes=10)
with tf.GradientTape() as tape:
    outputs = network(keras.random.normal((4, 65, 65, 3)))
    losses = [-tf.reduce_mean(tf.math.log(output[:, 0])) for output in outputs]
    names = network.output_names
    total = sum(loss_weights[name] * loss for name, loss in zip(names, losses))
places = "3a 3b 4a 4b 4c 4d 4e 5a 5b".split()
kernels = [network.get_layer(f"inception_{place}_1x1").kernel.value for place in places]
gradients = tape.gradient(total, kernels)
reached = [place for place, of in zip(places, gradients) if tf.reduce_any(of != 0)]
print("a gradient:", *reached)
print("none:", *[place for place in places if place not in reached])

# %% [markdown]
# Set the weight of `main` to 0 and run the cell. Then that of `aux2` too, and run it again. Which
# statement explains what you see?
#
# - a) The way back from a side branch is long, so the gradient vanishes before it comes to the blocks
#   that get none; with better initial weights they would get some.
# - b) A weight of 0 takes its branch out of the network, so the blocks that get no gradient are no
#   longer computed; they could be cut off.
# - c) A loss is spread over all blocks alike; with fewer losses each block gets less, and the last
#   ones in the row come away empty.
# - d) A loss reaches the blocks on the way to its own output alone; those behind it stay as they were,
#   but go on computing.

# %%
explanation = "d"  # solution
check("09.explanation", explanation)

# %% [markdown]
# ## 8 · Your own experiment: does a larger gradient help?
#
# Before ReLU, layers ended in a sigmoid, whose slope is 1/4 at most. Little of a gradient comes
# back through six of them. Side branches behind the first and the third layer bring the first one
# many times as much. Does the *main* output learn more for it? Write the network, train it with the
# two branches and without from three seeds each, and conclude from *your* numbers: `"with"` or
# `"without"`, if all of its runs end with less loss of the main output than all of the other's,
# else `"neither"`.

# %%
(x_train, y_train), _ = data.load("fashion_mnist")
x_train, y_train = x_train[:2_560, ::2, ::2] / 255.0, y_train[:2_560]


def sigmoids(branches):
    """A model for images of 14×14: six dense layers of 32 sigmoids, then ten classes, `main`.

    Behind each layer whose number (from 1) is in `branches` stands a side branch, a dense layer
    with softmax to the ten classes, too. The model's outputs are a list, main first, then
    the side branches in the order of their layers.
    """
    # solution:
    image = keras.Input((14, 14))
    x, sides = layers.Flatten()(image), []
    for number in range(1, 7):
        x = layers.Dense(32, activation="sigmoid")(x)
        if number in branches:
            sides.append(layers.Dense(10, activation="softmax")(x))
    return keras.Model(image, [layers.Dense(10, activation="softmax")(x), *sides])
    # end


# %%
def main_loss(branches, seed):
    """The loss of the main output on the training images, after 120 steps."""
    keras.utils.set_random_seed(seed)
    network = sigmoids(branches)
    outputs = len(network.outputs)
    entropies = ["sparse_categorical_crossentropy"] * outputs
    weights = [1] + [0.3] * (outputs - 1)
    network.compile(keras.optimizers.Adam(0.003), entropies, loss_weights=weights)
    network.fit(x_train, [y_train] * outputs, batch_size=64, epochs=3, verbose=0)
    right = keras.Model(network.input, network.outputs[0])(x_train).numpy()
    return -np.log(right[np.arange(len(y_train)), y_train]).mean()


# %% [markdown]
# First see whether `sigmoids` is as meant, before anything is trained with it.

# %%
check("09.larger_gradient", sigmoids)

# %% [markdown]
# Then measure, and conclude. The last check wants `sigmoids`, too: it may have changed since.

# %%
# given:
measured = {"with": ..., "without": ...}  # a list of three numbers each
conclusion = ...
# solution:
branches = {"with": (1, 3), "without": ()}
measured = {
    kind: [main_loss(behind, seed) for seed in (1, 2, 3)] for kind, behind in branches.items()
}
conclusion = "without"
# end
check("09.larger_gradient", (sigmoids, measured, conclusion))

# %% [markdown]
# ## What is done

# %%
progress()

# %% [markdown]
# A square for each exercise, filled where you solved it. On Colab the record goes when the machine
# goes: `from utils.exercises import download` and `download()` hand it to you; put back as
# `progress.json` into the course's folder, it counts again.
#
# [Solutions](../solutions/09_googlenet.ipynb), [lesson 9](../09_googlenet.ipynb), [the
# map](../00_start_here.ipynb).
