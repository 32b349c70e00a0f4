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
# Eight exercises on [lesson 1](../01_lenet5.ipynb), from a shape to an experiment of your own. Put
# your answer where `...` stands and run the cell: `check` says whether it is right or what is wrong
# with it, as often as you like. `hint` with the name of an exercise gives up to three hints;
# `compare` sets the layers of your network beside the shapes and counts that they should have.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import data
from utils.exercises import check, compare, hint, progress

# %% [markdown]
# ## 1 · A shape
#
# The lectured network reads photographs: 48 pixels high, 40 wide, three colours. Its layers stay as
# they are (C1, 6 filters of 5×5; S2, pooling 2×2; C3, 16 filters of 5×5; no padding). What comes out
# of C3? Height, width and channels, on paper first:

# %%
c3_shape = (18, 14, 16)  # solution
check("01.c3_shape", c3_shape)

# %% [markdown]
# Stuck? Take the `#` away (and run the cell again for the next hint):

# %%
# hint("01.c3_shape")

# %% [markdown]
# ## 2 · Backwards
#
# m places come out of a layer; how many pixels went in? The filter is f wide, there are p pixels of
# padding on each side, and the stride is s. A step that does not fit is not taken, so several widths
# may give the same m: return the smallest.


# %%
def size_before(m, f, p, s):
    # solution:
    return (m - 1) * s + f - 2 * p
    # end


check("01.size_before", size_before)

# %% [markdown]
# ## 3 · More filters
#
# Somebody gives C1 ten filters instead of six. The rest of the lectured network's code stays (images
# of 32×32×1, C3 reads all maps of S2). By how many parameters does the network grow?

# %%
more_filters = 4 * (5 * 5 * 1 + 1) + 16 * (5 * 5 * 4)  # solution
check("01.more_filters", more_filters)

# %% [markdown]
# ## 4 · Decide everywhere
#
# The paper calls C5 a convolution. Write C5, F6 and the output of the *lectured* network (120, 84
# and 10 outputs; tanh, tanh, softmax; with biases) as three convolutions without padding, such that
# 5×5×16 becomes 1×1×10 with as many weights as before, and the larger maps of a larger image,
# 9×9×16, become 5×5×10: a decision at each of 25 places.


# %%
def decide_everywhere(x):
    # solution:
    x = layers.Conv2D(120, 5, activation="tanh")(x)
    x = layers.Conv2D(84, 1, activation="tanh")(x)
    return layers.Conv2D(10, 1, activation="softmax")(x)
    # end


check("01.decide_everywhere", decide_everywhere)

# %% [markdown]
# ## 5 · A network from its counts
#
# LeNet-1 came eight years before LeNet-5. Simplified as the lecture simplifies LeNet-5 (tanh behind
# the convolutions, average pooling of 2×2, softmax, no padding, every map reads all maps), it has
# this table of costs. How large its filters are, the numbers say.
#
# | layer | output | parameters |
# |---|---|---|
# | input | 28×28×1 | 0 |
# | C1, a convolution | 24×24×4 | 104 |
# | S2, a pooling | 12×12×4 | 0 |
# | C3, a convolution | 8×8×12 | 1,212 |
# | S4, a pooling | 4×4×12 | 0 |
# | flatten | 192 | 0 |
# | predictions, a dense layer | 10 | 1,930 |


# %%
def lenet1():
    # solution:
    image = keras.Input((28, 28, 1))
    x = layers.Conv2D(4, 5, activation="tanh")(image)
    x = layers.AveragePooling2D(2)(x)
    x = layers.Conv2D(12, 5, activation="tanh")(x)
    x = layers.AveragePooling2D(2)(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(layers.Flatten()(x)))
    # end


check("01.lenet1", lenet1)

# %% [markdown]
# (`compare("01.lenet1", lenet1)` in a cell of its own sets your layers beside this table.)

# %% [markdown]
# ## 6 · Find the faults
#
# LeNet-5 as one would write it today: ReLU, and max pooling. It should have 61,706 parameters, as
# before, and give probabilities. This one runs, and trains, but three of its layers are wrong.


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


# %% [markdown]
# First say which three, with a letter.
#
# - a) The first convolution, the first pooling and the last dense layer.
# - b) The second convolution, the second pooling and the last dense layer.
# - c) The first convolution, the second pooling and the last dense layer.
# - d) The first convolution, the second pooling and the first dense layer.

# %%
faults = "c"  # solution
check("01.modern", faults)

# %% [markdown]
# Then mend them, in the cell above; run that one and this one.

# %%
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
# - a) It cannot be trained, since without activations there is no gradient.
# - b) Its layers together can compute no more than one dense layer could.
# - c) It has fewer parameters than before, so there is less that it can learn.
# - d) Its last outputs leave the range from -1 to 1 that a softmax reads.

# %%
explanation = "b"  # solution
check("01.explanation", explanation)

# %% [markdown]
# ## 8 · Your own experiment: moved by a pixel
#
# A convolution knows at every place what it learned at one. Does that help a whole network, whose
# last layer is dense? Train two kinds on centred clothes, and count errors on test images that are
# moved to the right by one pixel. Write `moved`, and for `"dense"` the layers of a rival without
# convolutions: two dense layers with the output, of about as many parameters in all (the other has
# 1,590). Then measure three seeds of each kind, and conclude from *your* numbers: `"convolution"` or
# `"dense"`, if all of its runs make fewer errors than all of the other's, else `"neither"`.

# %%
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
x_train, x_test = (x[:2_000, ::2, ::2, None] / 255.0 for x in (x_train, x_test))  # 14×14×1
y_train, y_test = y_train[:2_000], y_test[:2_000]


def moved(images):
    """The images, (number, height, width, 1), one pixel further right; on the left come zeros."""
    # solution:
    right = np.zeros_like(images)
    right[:, :, 1:] = images[:, :, :-1]
    return right
    # end


# %%
def hidden(kind):
    """A list of the layers between the image and the ten outputs, each with an activation."""
    if kind == "convolution":
        return [
            layers.Conv2D(6, 3, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 3, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
        ]
    # solution:
    return [layers.Flatten(), layers.Dense(8, activation="tanh")]
    # end


# %%
def errors(kind, seed):
    """Errors on moved test images, in per cent."""
    keras.utils.set_random_seed(seed)
    output = layers.Dense(10, activation="softmax")
    network = keras.Sequential([keras.Input((14, 14, 1)), *hidden(kind), output])
    adam = keras.optimizers.Adam(0.01)
    network.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
    network.fit(x_train, y_train, batch_size=50, epochs=4, verbose=0)
    return 100 - 100 * network.evaluate(moved(x_test), y_test, batch_size=500, verbose=0)[1]


# %% [markdown]
# First see whether `moved` and `hidden` are as meant, before anything is trained with them.

# %%
check("01.moved", (moved, hidden))

# %% [markdown]
# Then measure, and conclude. The last check wants `moved` and `hidden`, too: they may have changed since.

# %%
# given:
measured = {"convolution": ..., "dense": ...}  # a list of three numbers each
conclusion = ...
# solution:
measured = {kind: [errors(kind, seed) for seed in (1, 2, 3)] for kind in ("convolution", "dense")}
conclusion = "convolution"
# end
check("01.moved", (moved, hidden, measured, conclusion))

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
