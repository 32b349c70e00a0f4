# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 1 · LeNet-5
#
# {{badge}}
#
# In 1998 LeNet-5 read the digits on bank cheques. It set the pattern that AlexNet and VGG-16 still
# follow: **convolve, shrink, repeat, then decide with dense layers.** One idea to remember: a filter
# is learned once and used at every place of the image, so a few weights see a lot.
#
# You will build it twice, as it is lectured today and as it was published, and you will know to
# the last weight where the two differ.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import cost, data, figures, networks, published, training

keras.utils.set_random_seed(1998)

# %% [markdown]
# ## From the lecture notes
#
# 1. The input is a grey image of 32×32×1.
# 2. conv – pool – conv – pool – dense – dense – output.
# 3. Height and width go down, the number of channels goes up.
# 4. About 60k parameters.
# 5. Back then: tanh instead of ReLU, with the non-linearity after the pooling; average instead of
#    max pooling; no padding; another classifier instead of softmax.
# 6. To save work, each filter of the second convolution looked at only some of the channels.
#
# Each of these gets settled below, by counting or by building.

# %% [markdown]
# ## The picture
#
# Each box is what a layer makes. Its height and depth are the image's height and width, its
# thickness the number of channels (all by square roots, so that small ones stay visible). The names
# are the paper's: C for convolution, S for subsampling (pooling), F for fully connected (dense); the
# number counts the layers. One channel of an output is called a *map*.

# %%
figures.volumes(networks.lenet5())

# %% [markdown]
# From left to right the boxes get smaller and thicker: the network gives up *where* something is
# and gains *what* it is. The green bars are vectors; there is no place left in them.

# %% [markdown]
# ## Predict
#
# Take a pencil. A filter of size $f$ with stride $s$ and padding $p$ makes of $n$ pixels
#
# $$\left\lfloor \frac{n + 2p - f}{s} \right\rfloor + 1$$
#
# pixels. A filter on $c$ channels has $f^2 c$ weights and one bias; a dense layer from $n$ numbers
# to $m$ has $m\,(n + 1)$ parameters.
#
# - The picture tells the sizes for images of 32×32. Which are C1, S2, C3 and S4 for 28×28?
# - How many parameters have C1, C3 and C5 in the picture? Which of the three has the most?
#
# Write your numbers down before you run on.


# %%
def output_size(n, f, s=1, p=0):
    return (n + 2 * p - f) // s + 1


def sizes(n):
    c1 = output_size(n, f=5)
    s2 = output_size(c1, f=2, s=2)
    c3 = output_size(s2, f=5)
    return c1, s2, c3, output_size(c3, f=2, s=2)


sizes(32), sizes(28)

# %% [markdown]
# Pooling follows the same formula as convolution, with $f = s = 2$.

# %%
parameters = {
    "C1": 6 * (5 * 5 * 1 + 1),
    "C3": 16 * (5 * 5 * 6 + 1),
    "C5": 120 * (5 * 5 * 16 + 1),
}
parameters

# %% [markdown]
# C5 alone holds nearly four fifths of the network. It is the first dense layer, and the first that does
# not share its weights between places.

# %%
share = parameters["C5"] / networks.lenet5().count_params()
assert 0.75 < share < 0.80
f"{share:.0%}"

# %% [markdown]
# ## Build it
#
# As it is usually lectured: average pooling and tanh as in 1998, but tanh after the convolutions
# only, and softmax at the end.
#
# A layer is a function: it takes a tensor and returns a tensor. First two rounds of convolution
# and pooling. Watch the shape; `None` is the number of images, which is still open.

# %%
image = keras.Input((32, 32, 1), name="input")
x = layers.Conv2D(6, kernel_size=5, activation="tanh", name="C1")(image)
x.shape

# %%
x = layers.AveragePooling2D(pool_size=2, name="S2")(x)
x.shape

# %%
x = layers.Conv2D(16, kernel_size=5, activation="tanh", name="C3")(x)
x = layers.AveragePooling2D(pool_size=2, name="S4")(x)
x.shape

# %% [markdown]
# These are the sizes in the picture. Now the maps become one long vector, and dense layers decide.

# %%
x = layers.Flatten(name="flatten")(x)
x = layers.Dense(120, activation="tanh", name="C5")(x)
x = layers.Dense(84, activation="tanh", name="F6")(x)
x = layers.Dense(10, activation="softmax", name="predictions")(x)
by_hand = keras.Model(image, x, name="lenet5")
by_hand.output.shape

# %% [markdown]
# `networks.lenet5()` holds the same lines. With the same weights, both compute the same.

# %%
lectured = networks.lenet5()
lectured.set_weights(by_hand.get_weights())
noise = np.random.default_rng(0).normal(size=(4, 32, 32, 1))
assert np.allclose(by_hand(noise), lectured(noise))
lectured.count_params()

# %% [markdown]
# ## Count it
#
# `cost.table` lists what each layer costs for one image: its parameters, its multiply-adds (one
# multiplication and one addition each), and the memory of its output.

# %%
costs = cost.table(lectured)
costs

# %%
figures.cost_bars(costs)

# %% [markdown]
# The same as shares of the whole. The blue bars are long where the orange ones are short: the
# convolutions C1 and C3 do the work, C5 has the weights. The two convolutions together:

# %%
columns = ["parameters", "multiply_adds"]
share = costs.loc[["C1", "C3"], columns].sum() / costs[columns].sum()
{name: f"{value:.0%}" for name, value in share.items()}

# %% [markdown]
# A few per cent of the weights do most of the work. In AlexNet and VGG-16, too, most parameters sit
# in the dense layers.
#
# Now hold every count against the ledger, `data/published`.

# %%
published.compare(lectured, "lenet5")

# %% [markdown]
# `published` is what the source prints, `counted` what your network has. Where `published` is empty,
# no source states the figure; the note says how it comes about. So the code agrees with your
# arithmetic, and is 1,706 above the notes' "about 60k". Is that just rounding? The paper says *60,000 trainable free parameters*, and it means it. So the network of
# 1998 must be a different one.

# %% [markdown]
# ## Check it against the paper: the network of 1998
#
# Four things were different.
#
# **C3 reads only some maps.** Table I of the paper says which. Fewer connections, and, as the
# authors put it, a break of symmetry: maps that see different things learn different things.

# %%
original = networks.lenet5_1998()
connected = original.get_layer("C3").connected
figures.connection_table(connected, "map of S2", "map of C3")

# %% [markdown]
# Read a column: map 0 of C3 reads maps 0, 1 and 2 of S2. Six maps read three neighbours (counted in
# a circle: 0 comes after 5), six read four neighbours, three read four that are not all neighbours,
# and the last one reads everything. That makes 60 connected pairs of maps instead of 96, and this
# many parameters, and multiply-adds on the 10×10 places, sparse and full:

# %%
pairs = int(connected.sum())
assert pairs == 60 and connected.size == 96
filters = pairs * 5 * 5  # one of 5×5 for each pair
filters + 16, 100 * filters, 100 * 96 * 5 * 5

# %% [markdown]
# **Pooling is trained.** A unit of S2 and S4 adds its four inputs, multiplies the sum by a weight,
# adds a bias, and is squashed: 2 parameters a map.

# %%
{name: original.get_layer(name).count_params() for name in ("S2", "S4")}

# %% [markdown]
# **The output measures distances.** There is no softmax. Each class has a fixed code of 84 numbers,
# +1 and −1, which is a picture of its digit, 7×12 pixels. That is why F6 has 84 units: it has to
# *draw* the digit. Output $y_i = \sum_j (x_j - w_{ij})^2$ says how far the drawing is from code $i$;
# the smallest wins. (The paper calls these units radial basis functions, RBF.)

# %%
codes = networks.lenet.digit_codes()
figures.images(codes, titles=list("0123456789"), columns=10, size=0.75)

# %% [markdown]
# The ten codes, dark for +1. (They follow the usual transcription of the paper's figure 3; no count
# depends on them.) Similar characters get similar codes: for an ambiguous one both distances are
# small, and a language model that reads the outputs can choose.
#
# **Every layer up to F6 is squashed** by $f(a) = 1.7159 \tanh(\tfrac23 a)$: after the convolution
# *and* after the pooling. The odd constants make $f(1) = 1$ and $f(-1) = -1$, where the codes lie.

# %%
squash = original.get_layer("F6").activation
at_one, at_minus_one = float(squash(1.0)), float(squash(-1.0))
assert original.get_layer("C1").activation is original.get_layer("S2").activation is squash
round(at_one, 3), round(at_minus_one, 3)

# %%
figures.volumes(original)

# %% [markdown]
# The sizes are those of the lectured network; what differs stands above the boxes. C5 is a
# convolution here, as the authors call it: on maps of 5×5 it is the same as a dense layer. Its 120
# channels are now the thickest box, so the others look thinner than before.

# %% [markdown]
# ### Settled: about 60k
#
# The paper also counts *connections*: every input that every unit reads, biases included.

# %%
comparison = published.compare(original, "lenet5_1998")
counts = comparison.dropna(subset="counted")
off = counts[counts["published"] != counts["counted"]]
assert list(off.index) == ["C3 connections", "connections"]
assert off["source"].str.contains("IEEE print").all()
comparison

# %% [markdown]
# Every count of the authors' preprint comes out exactly. The article as printed differs in two: it
# gives C3 156,000 connections, where 1,516 parameters at 100 places make 151,600, and its total has
# the same 4,400 too many. So "about 60k" is exactly right for the network as published, and 1,706
# short for the network as lectured. Where do the 1,706 come from?


# %%
def trainable(model, layer):
    return sum(weight.numpy().size for weight in model.get_layer(layer).trainable_weights)


extra = {
    "C3 reads all six maps": trainable(lectured, "C3") - trainable(original, "C3"),
    "S2 and S4 have no weights": -trainable(original, "S2") - trainable(original, "S4"),
    "softmax instead of fixed codes": trainable(lectured, "predictions"),
}
assert sum(extra.values()) == 61_706 - 60_000
extra

# %% [markdown]
# ### The notes' points, settled
#
# 1. *32×32×1*: right. Digits of 28×28 are padded; you will do the same below, and see why.
# 2. *conv – pool – conv – pool – dense – dense – output*: right; only that 1998 calls the first dense
#    layer, C5, a convolution.
# 3. *Size down, channels up*: right, 32, 28, 14, 10, 5 pixels against 1, 6, 16 channels.
# 4. *About 60k*: exactly right as published, 61,706 as lectured.
# 5. *tanh*: right, scaled. *After the pooling*: after both. *Average pooling*: with a trained weight
#    and bias. *No padding*: right within the network. *Another classifier*: distances to codes.
# 6. *Only some of the channels, to save work*: right but for the last map, which reads all; 150,000
#    instead of 240,000 multiply-adds.

# %% [markdown]
# ## Train it
#
# Fashion-MNIST has the size of MNIST, ten kinds of clothing instead of ten digits, and is much
# harder. If you have MNIST, or a network connection, put `"mnist"` here: every cell below runs
# unchanged, though the sentences speak of clothes.

# %%
DATASET = "fashion_mnist"
(x_train, y_train), (x_test, y_test) = data.load(DATASET)
names = data.CLASSES[DATASET]
x_train.shape, x_test.shape

# %%
figures.images(x_train[:12], titles=[names[label] for label in y_train[:12]])

# %% [markdown]
# Twelve of the 60,000 training images, 28×28 pixels each. The paper pads to 32×32, so that even the
# tip of a stroke can lie in the middle of what a unit of C3 sees, and scales white to −0.1 and ink
# to 1.175. It says that this makes the mean about 0 and the variance about 1. The variance cannot
# be: numbers between −0.1 and 1.175 with mean 0 have a variance of at
# most 0.1 · 1.175, about 0.12.


# %%
def prepare(images):
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2)))
    return (-0.1 + 1.275 / 255 * padded[..., None]).astype("float32")


x_train, x_test = prepare(x_train), prepare(x_test)
assert x_train.var() < (1.175 + 0.1) ** 2 / 4 < 0.41  # the most, whatever the mean
x_train.shape, f"{x_train.min():.3f} to {x_train.max():.3f}"

# %% [markdown]
# `training.strategy()` takes every GPU that is there, and else the CPU; the cell is the same for
# both. A third of the images will do here; `COURSE_PROFILE=full` takes all, for twenty epochs. Three
# things are today's: the optimizer (the authors used a diagonal second-order method), the batches
# of 64 (they updated after every image), and the learning rate, which falls along half a cosine to
# zero (theirs fell in steps). The test images choose nothing here, so we do without a
# development set.

# %%
IMAGES = training.by_profile(quick=20_000, full=60_000)
EPOCHS = training.by_profile(quick=3, full=20)
x_train, y_train = x_train[:IMAGES], y_train[:IMAGES]
strategy = training.strategy()


def adam(rate=4e-3):
    steps = EPOCHS * IMAGES // 64
    return keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps))


# %% [markdown]
# First the lectured network. (A training log differs from run to run and from machine to machine,
# so this cell and the next training are the only ones whose output our tests do not compare.)

# %% tags=["nbval-ignore-output"]
with strategy.scope():
    lectured = networks.lenet5()
    lectured.compile(adam(), "sparse_categorical_crossentropy", metrics=["accuracy"])
fit = {"batch_size": 64, "epochs": EPOCHS, "validation_data": (x_test, y_test)}
lectured_history = lectured.fit(x_train, y_train, **fit)

# %% [markdown]
# Then the network of 1998, with the loss of 1998. For distances $y$ and the right class $D$ it is
#
# $$y_D + \log\Big(e^{-j} + \sum_i e^{-y_i}\Big).$$
#
# The first term pulls the drawing to the right code. The second makes the classes compete: it pushes
# the drawing away from wrong codes, but hardly from those much farther than $j$. The paper gives no
# $j$; we take 10.

# %% tags=["nbval-ignore-output"]
from utils.layers import MAPLoss, nearest_code

with strategy.scope():
    original = networks.lenet5_1998()
    accuracy = keras.metrics.MeanMetricWrapper(nearest_code, name="accuracy")
    original.compile(adam(), MAPLoss(j=10), metrics=[accuracy])
original_history = original.fit(x_train, y_train, **fit)

# %%
histories = {"as lectured": lectured_history, "as published": original_history}
figures.learning_curves(histories)

# %% [markdown]
# Solid lines are test images, dashed lines training images (measured while the epoch still runs,
# which is why they start lower). The two networks learn much alike. In the end training is ahead of
# test: overfitting begins. A longer schedule may still help; `COURSE_PROFILE=full` runs twenty epochs.

# %%
both = {name: history.history["val_accuracy"][-1] for name, history in histories.items()}
assert both["as lectured"] >= 0.84
assert both["as published"] >= 0.82
print("test accuracy: at least 84 % as lectured, at least 82 % as published")

# %% [markdown]
# On digits, the paper reports 0.95 % error for this network. Clothes are harder: compare only
# numbers of the same data set.

# %% [markdown]
# ### What it gets wrong

# %%
probabilities = lectured.predict(x_test, batch_size=500, verbose=0)
guesses = probabilities.argmax(axis=1)
figures.confusion_matrix(y_test, guesses, names)

# %% [markdown]
# A row is what an image is, a column what the network said; the diagonal (bold) is right. The darker
# the orange, the more often the mistake. Tops are confused with tops, shoes with shoes.

# %%
wrong = guesses != y_test
hardest = np.bincount(y_test[wrong], minlength=10).argmax()
f"hardest: {names[hardest]}"

# %%
figures.mistakes(x_test, y_test, probabilities, names)

# %% [markdown]
# The twelve images whose right class got the lowest probability. Some you would get wrong too, and
# some labels one can argue about. Before you blame a network, look at its mistakes.

# %% [markdown]
# ## Look inside
#
# What did the filters learn? These are the six of C1: blue where they subtract, red where they add.

# %%
figures.filters(lectured, "C1")

# %% [markdown]
# Look for a filter with a red and a blue side: it answers to an edge between them. One that is red in
# the middle answers to a spot or a stroke. The faint ones say little after so few epochs. Nobody drew
# these; they are what lowers the loss.
#
# Now follow one image through the network.

# %%
figures.feature_maps(lectured, x_test[0], ["C1", "S2", "C3", "S4"])

# %% [markdown]
# An ankle boot on its way (each layer has its own scale, dark is high). C1 finds edges and flat
# parts, still as sharp as the image. S2 is the same in a quarter of the pixels. In C3 you can just
# tell the boot, in S4 no longer: 16 small maps, each of which says where something is, roughly.
#
# The network of 1998 gives one more view that a softmax hides: what F6 *draws*.

# %%
f6 = keras.Model(original.input, original.get_layer("F6").output)
drawn = f6.predict(x_test, batch_size=500, verbose=0).reshape(-1, 12, 7)
mean = [drawn[y_test == label].mean(axis=0) for label in range(10)]
figures.images(mean, titles=[name.replace(" ", "\n") for name in names], columns=10, size=0.8)

# %% [markdown]
# F6's 84 outputs as 7×12 pixels, averaged over the test images of each class. The network writes
# *0* for a T-shirt and *9* for an ankle boot, because we gave the classes these codes. Where it is
# often unsure, as between pullover (2), coat (4) and shirt (6), the digits are blurred. Is each of
# these mean drawings nearest to its own code?

# %%
distances = [[np.sum((m - code) ** 2) for code in codes] for m in mean]
nearest = np.argmin(distances, axis=1)
assert (nearest == np.arange(10)).all()
nearest.tolist()

# %% [markdown]
# ## What to remember
#
# - Convolve, shrink, repeat, then decide: size goes down, channels go up.
# - Sharing weights is why 340,908 connections need only 60,000 parameters; nearly four fifths
#   of those lectured today sit in the first layer that does not share.
# - "About 60k" is exactly 60,000 for the network of 1998 and 61,706 for the one on the slides.
#
# **Try it.** In the cells of *Build it*, put max pooling for average pooling, or ReLU for tanh.
# Predict what happens to the parameters and to the accuracy; then train your network with
# `by_hand.compile(adam(), "sparse_categorical_crossentropy", metrics=["accuracy"])` and
# `by_hand.fit(x_train, y_train, **fit)`. Neither changes the number of parameters. Why?
#
# **Papers.** Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, *Gradient-Based Learning Applied to
# Document Recognition*, Proceedings of the IEEE 86(11), 1998: section II.B is the network, appendix
# A the squashing function. H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*, arXiv:1708.07747, 2017.
#
# Now [the exercises](exercises/01_lenet5.ipynb). Back to [the map of the course](00_start_here.ipynb),
# or on to [lesson 2](02_alexnet.ipynb).
