# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 8 · The inception block
#
# {{badge}}
#
# | | |
# |---|---|
# | **You will be able to** | (in brackets the exercises) count what a bottleneck saves, and from which width on it saves nothing (`bottleneck_cost`, `widest_bottleneck`, `explanation`); say why the pooling needs a 1×1, too (`piled_up`); build an inception block, and repair one (`inception_block`, `eighth_of_3a`); put such blocks in a row (`last_rows`); measure how much a bottleneck must lose (`narrow_necks`) |
# | **You need** | 1×1 convolutions from [lesson 7](07_one_by_one_convolutions.ipynb), bottlenecks from [lesson 5](05_residual_blocks.ipynb) |
# | **Time** | {{time}} |
#
# 1×1, 3×3, 5×5, or a pooling? The inception block of 2014 does not choose: it does **all of them
# side by side** and lets the next layer pick. One idea to remember: what makes this affordable is a
# bottleneck (**neck**, for short), a 1×1 convolution that shrinks the channels before the expensive
# filters read them.

# %% tags=["setup"]

# %%
import re
import time

import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
import tensorflow as tf
from keras import layers

from utils import blocks, cost, data, figures, published, results, training
from utils.tables import Table

keras.utils.set_random_seed(2014)
tf.config.experimental.enable_tensor_float_32_execution(False)  # GPUs round by default

# %% [markdown]
# ## From the lecture notes
#
# 1. Do 1×1, 3×3, 5×5 and pooling at once, all `same`, and put the channels one behind the other:
#    28×28×(64 + 128 + 32 + 32) = 28×28×256.
# 2. The 5×5 alone takes 120M multiplications.
# 3. A 1×1 bottleneck of 16 channels before it brings that to 12.4M, a tenth.
# 4. Within reason, the bottleneck does not seem to hurt.
# 5. The network chooses which filters it wants.
#
# Each of these gets settled below.

# %% [markdown]
# ## The picture
#
# An **inception block** has branches with filters of several sizes, which all read the same input;
# their outputs are put one behind the other, as channels. This is GoogLeNet's first, which the paper
# calls 3a (the first block of the third stage):

# %%
image = keras.Input((28, 28, 192), name="x")
made = blocks.inception_block(image, (64, 96, 128, 16, 32, 32), name="3a")
inception = keras.Model(image, made, name="inception_3a")
figures.wiring(inception)

# %% [markdown]
# Four ways from top to bottom, and at the end their channels lie one behind the other. Six of the
# layers are convolutions, four of them 1×1: two shrink the channels before larger filters, one
# shrinks what the pooling hands on, and one is a branch of its own.

# %%
figures.volumes(inception)

# %% [markdown]
# The same as volumes. Each branch makes a slab of 28×28, with 64, 128, 32 and 32 channels: 256 in
# all. The slabs must agree in height and width, and that is why every branch pads, the pooling too.

# %% [markdown]
# ## Predict
#
# Take a pencil. The input is 28×28×192.
#
# - A 3×3 convolution, `same`, to 96 channels: how many multiplications?
# - First 1×1 to 16 channels, then 3×3 to 96. How many in each step, and how many in all?
# - The pooling branch has a 1×1 convolution too, to 32 channels. How many channels would the block
#   put out without it?
#
# <details><summary>Answer, once you have yours</summary>
#
# - Each of the 28·28·96 numbers that come out takes 3·3·192 products: 130,056,192.
# - The 1×1 takes 28·28·16·192 = 2,408,448, the 3×3 behind it 28·28·96·3·3·16 = 10,838,016, together
#   13,246,464. A tenth, as with the notes' 5×5. (Biases are added, not multiplied.)
# - A pooling hands on all channels that it reads, so 64 + 128 + 32 + 192 = 416.
#
# </details>

# %% tags=["guard"]
assert 28 * 28 * 96 * 3 * 3 * 192 == 130_056_192
assert 28 * 28 * 16 * 192 == 2_408_448 and 28 * 28 * 96 * 3 * 3 * 16 == 10_838_016
assert 2_408_448 + 10_838_016 == 13_246_464 and 28 * 28 * 32 * 5 * 5 * 16 == 10_035_200
assert published.value("five_by_five", "multiply-adds") == 120_422_400
assert published.value("five_by_five_bottleneck", "multiply-adds") == 2_408_448 + 10_035_200

# %% [markdown]
# ## What one number costs
#
# Where do millions of multiplications come from? Look at a single number of a convolution's output,
# on three channels and with a filter of 3×3, which fits on the page. The filter answers to vertical
# edges, and the numbers of the photograph (lesson 3's cat) are per cent of full brightness:

# %%
photo = keras.utils.load_img(
    data.FOLDER / "photos" / "chelsea.png", target_size=(224, 224), keep_aspect_ratio=True
)
photo = np.round(np.array(photo)[::8, ::8] / 2.55)
edge = np.array([[-1, 0, 1]] * 3)[..., None]
figures.one_pixel(photo, edge * [1, 1, 1], row=12, column=20)

# %% [markdown]
# 3·3·3 = 27 products for one number, the sum over all three channels. A filter of 5×5 on 192 channels
# takes 25·192 = 4,800, and that for each of 32 filters at each of 28·28 places.
#
# By way of the bottleneck, the 5×5 reads 16 channels, and a number takes 25·16 = 400 products.
# Before that, each of the 16 numbers at a place costs 192 products. But such a number is computed
# once, and then read by all 32 filters in each of the 25 windows that contain it. So count a place:
# directly 32·4,800 = 153,600 products, otherwise 16·192 + 32·400 = 15,872. Now on layers:


# %%
def five_by_five(bottleneck=None):
    x = image = keras.Input((28, 28, 192))
    if bottleneck:
        x = layers.Conv2D(bottleneck, 1, activation="relu", name="bottleneck")(x)
    x = layers.Conv2D(32, 5, padding="same", activation="relu", name="conv")(x)
    return keras.Model(image, x)


# %%
directly, two_steps = cost.table(five_by_five()), cost.table(five_by_five(16))
print(f"{directly['multiply_adds'].sum() / two_steps['multiply_adds'].sum():.2f} times fewer")
two_steps[["output shape", "multiply_adds"]]

# %% tags=["guard"]
assert directly["multiply_adds"].sum() == 28 * 28 * 153_600 == 120_422_400
assert two_steps["multiply_adds"].sum() == 28 * 28 * 15_872 == 12_443_648

# %% [markdown]
# ### How narrow must the neck be?


# %%
def both_steps(neck):
    """Multiplications of the 1×1 to `neck` channels, and of the 5×5 behind it."""
    return 28 * 28 * neck * 192, 28 * 28 * 32 * 5 * 5 * neck


def neck_of(channels):
    work = {n: sum(both_steps(n)) for n in range(1, 193)}
    directly = 28 * 28 * 32 * 5 * 5 * 192
    figure = figures.bottleneck_cost(work, directly, marked=channels)
    first, second = both_steps(channels)
    share = f"{work[channels] / directly:.0%} of the direct way"
    figure.axes[0].set_title(f"{first:,} + {second:,} = {work[channels]:,}, {share}")
    return figure


neck_of(channels=16)

# %% [markdown]
# The cost grows with the neck, along a straight line. At 16 channels, the paper's choice, a tenth
# is left. Up to 154 channels something is saved; from 155 on, the 1×1 costs more than it takes off.
#
# The slider moves the neck. (It needs a running kernel; the picture above is where it starts.)

# %%
figures.moving(neck_of, channels=(1, 192, 16))

# %% tags=["guard"]
assert sum(both_steps(154)) < 120_422_400 < sum(both_steps(155))
assert sum(both_steps(16)) == 12_443_648

# %% [markdown]
# ## Build it
#
# A convolution that keeps the size, with ReLU, is all it takes:


# %%
def conv(x, filters, size):
    return layers.Conv2D(filters, size, padding="same", activation="relu")(x)


# %% [markdown]
# Four branches; every one reads the block's input. The pooling moves by 1 and is padded, so that it
# keeps the size too, and hands on all 192 channels, which are cut to 32 afterwards.

# %%
x = keras.Input((28, 28, 192))
branch1 = conv(x, 64, 1)
branch2 = conv(conv(x, 96, 1), 128, 3)
branch3 = conv(conv(x, 16, 1), 32, 5)
branch4 = conv(layers.MaxPooling2D(3, strides=1, padding="same")(x), 32, 1)
y = layers.Concatenate()([branch1, branch2, branch3, branch4])
by_hand = keras.Model(x, y)
y.shape

# %%
random = np.random.default_rng(2014)
maps = random.normal(size=(2, 28, 28, 192)).astype("float32")
by_hand.set_weights(inception.get_weights())
assert np.allclose(by_hand(maps), inception(maps), atol=1e-3)
by_hand.count_params()

# %% [markdown]
# `blocks.inception_block` has the same layers and takes its six numbers in the order of the paper's
# table. Four of them are the slabs, 64, 128, 32 and 32. The other two, 96 and 16, are the
# bottlenecks, which nobody sees from outside.
#
# ## Check it against the paper
#
# The paper states 159K parameters and 128M operations for this block:

# %%
ledger = [f for f in published.figures("googlenet_main") if f["layer"] == "inception_3a"]
paper = {f["figure"]: f["published"] for f in ledger}
counts = cost.table(inception)[["parameters", "multiply_adds"]].sum()
counted = {"parameters": counts["parameters"], "multiply-adds": counts["multiply_adds"]}
rows = {name: {"paper": paper[name], "counted": int(counted[name])} for name in counted}
Table.from_dict(rows, orient="index")

# %% [markdown]
# 128 million is right. 159 thousand parameters, read as 159,000, are not 163,696. Leave out the
# biases, one a filter:

# %%
weights = int(counts["parameters"]) - (64 + 96 + 128 + 16 + 32 + 32)
weights, weights / 1024

# %% [markdown]
# So it fits if the paper's K stands for 1,024, as with bytes, and what follows the point was cut off.
# The paper's M, however, is a plain million. Lesson 9 sets all nine blocks beside the paper.

# %% tags=["guard"]
assert round(counts["multiply_adds"] / 1e6) == paper["multiply-adds"] / 1e6 == 128
assert int(weights / 1024) == paper["parameters"] / 1000 == 159

# %% [markdown]
# And the block that the paper draws first, without bottlenecks:

# %%
image = keras.Input((28, 28, 192), name="x")
naive = blocks.naive_inception_block(image, (64, 128, 32), name="naive")
naive = keras.Model(image, naive, name="naive_block")
figures.wiring(naive)

# %% [markdown]
# Its pooling hands on all 192 channels, so 416 come out. The next block would hand on these 416 and
# add its own. Block after block the channels would pile up.

# %%
both = {"naive": naive, "with bottlenecks": inception}
sizes = {
    name: {
        "channels": model.output.shape[-1],
        "parameters": model.count_params(),
        "multiply-adds": cost.multiply_adds(model),
    }
    for name, model in both.items()
}
Table.from_dict(sizes, orient="index")

# %% [markdown]
# ## Why several sizes?
#
# What speaks for a class has no fixed size. A button is a few pixels, a sleeve half of the image, and
# in photographs the same dog is near or far. A stack of 3×3 convolutions looks at one size in each
# layer. An inception block looks at three, at every place, and the 1×1 filters of the next block read
# all of them together: "a fine pattern here, within a coarse shape". Which size matters at which
# depth need not be known beforehand. It becomes a matter of weights, and weights are learned.
#
# And it is thrifty: what one pixel can tell is left to cheap 1×1 filters, and only 32 of the 256
# channels come from costly 5×5 filters.
#
# That is an argument. Below, networks with such blocks are trained against others: some without necks,
# whose filters read all channels, and some with filters of one size only.
#
# ## Train it: does the bottleneck hurt?
#
# Two small networks for Fashion-MNIST at every second pixel: a convolution, a pooling, two
# inception blocks, a mean, and a dense layer. They have the same branches and the same number of
# channels everywhere, 112 behind each block. One has necks of 20 and 8 channels before its 3×3 and
# 5×5 filters, the other has none.

# %%
IMAGES = training.by_profile(quick=1_024, full=60_000)
BATCH = training.by_profile(quick=32, full=128)
EPOCHS = training.by_profile(quick=4, full=20)
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
x_train, x_test = (x[:, ::2, ::2, None] / np.float32(255) for x in (x_train, x_test))
x_train, y_train = x_train[:IMAGES], y_train[:IMAGES]
x_test, y_test = x_test[:2000], y_test[:2000]


# %%
def without_necks(x, filters, name):
    ones, _, threes, _, fives, projected = filters
    pooled = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    branches = [conv(x, ones, 1), conv(x, threes, 3), conv(x, fives, 5), conv(pooled, projected, 1)]
    return layers.Concatenate(name=f"{name}_output")(branches)


def small(block, filters):
    x = image = keras.Input((14, 14, 1))
    x = layers.MaxPooling2D()(conv(x, 64, 3))
    for name in ("first", "second"):
        x = block(x, filters, name=name)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %%
def compiled(block, filters, seed=1):
    keras.utils.set_random_seed(seed)
    with training.strategy().scope():
        network = small(block, filters)
        adam = keras.optimizers.Adam(4e-3)
        network.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
        adam.build(network.trainable_variables)  # else Keras traces the first step twice
    return network


FILTERS = (32, 20, 48, 8, 16, 16)
kinds = {"with necks": blocks.inception_block, "without": without_necks}
work = {name: cost.multiply_adds(small(block, FILTERS)) for name, block in kinds.items()}
print(f"{work['without'] / work['with necks']:.2f} times the work without necks")
work

# %% [markdown]
# Four times the work. So compare them twice: after the same number of steps, and after the same
# *work*, that is, the one without necks after a quarter of the steps. Three seeds each; the rate is
# the better of two that we tried, 0.002 and 0.004. (About half a minute; a line comes with each.)

# %% tags=["nbval-ignore-output"]
fit = {"batch_size": BATCH, "verbose": 0}
test = {"batch_size": 500, "verbose": 0}
runs, seconds = {name: [] for name in kinds}, dict.fromkeys(kinds, 0)
for seed in (1, 2, 3):
    for name, block in kinds.items():
        network = compiled(block, FILTERS, seed)
        network.fit(x_train, y_train, epochs=EPOCHS // 4, **fit)
        early = network.evaluate(x_test, y_test, **test)[1]
        start = time.perf_counter()
        network.fit(x_train, y_train, epochs=EPOCHS - EPOCHS // 4, **fit)
        seconds[name] += time.perf_counter() - start
        runs[name].append((early, network.evaluate(x_test, y_test, **test)[1], network))
        print(
            f"{name}, seed {seed}: ≈ {early:.1%} after a quarter, ≈ {runs[name][-1][1]:.1%} at the end"
        )

# %%
early, late = ({name: [run[i] for run in runs[name]] for name in kinds} for i in (0, 1))
steps = EPOCHS * -(-IMAGES // BATCH)  # // rounds down, and the two minus signs make it up
ways = {
    "with necks": (steps, 1, late["with necks"]),
    "without, same steps": (steps, 4, late["without"]),
    "without, same work": (steps // 4, 1, early["without"]),
}
columns = "steps", "work per step", "test accuracy, %"
rows = {
    name: dict(zip(columns, (n, times, "≈ " + results.spread([100 * value for value in values]))))
    for name, (n, times, values) in ways.items()
}
print(
    f"a step without necks takes ≈ {seconds['without'] / seconds['with necks']:.1f} times as long"
)
Table.from_dict(rows, orient="index")

# %% [markdown]
# In brackets the lowest and the highest of three seeds. After the same *work*, the network with necks
# is far ahead, with every seed. After the same *steps* it is a few points behind on average; but with
# one seed it may be far behind and with the next ahead, so that three seeds cannot tell. And that is
# after 128 steps, when neither has learned what it could.
#
# The saving in *time* is smaller than that in work, says the line above the table: in equal time, the
# network without necks makes far more than a quarter of its steps. Small convolutions keep a processor
# waiting for everything but multiplications: for memory, for the next small step. [Lesson
# 10](10_training_at_scale.ipynb) measures it.

# %% tags=["guard"]
assert round(100 * work["without"] / work["with necks"]) == 399
assert min(map(min, late.values())) > 0.5
assert -0.03 < np.mean(late["without"]) - np.mean(late["with necks"]) < 0.09
assert min(late["with necks"]) > max(early["without"]) + 0.01
assert steps == 128 or IMAGES == 60_000

# %% [markdown]
# ### To the end
#
# Once, on a GPU, such networks were trained with all 60,000 images for 20 epochs (9,380 steps of
# 128 images, the learning rate falling to 0 along a cosine), three seeds each. Five are new. Two
# have narrower necks, of 5 and 2 and of 1 and 1 channels. One has no necks and only a quarter of the
# steps, with a cosine as short. Two have **one size only**, with the same width, depth and number of
# steps, and necks chosen so that the work is about the same: in the place of a block a 1×1 to 17
# channels and a 3×3 to 112, or a 1×1 to 6 and a 5×5 to 112. (`scripts/train_blocks.py` trains them,
# and `data/results/blocks` has all runs. The mean of three seeds, and in brackets the lowest and the
# highest.)

# %%
longer = {
    "inception, necks of 20 and 8": "necks",
    "inception, necks of 5 and 2": "necks_5_2",
    "inception, necks of 1 and 1": "necks_1_1",
    "without necks": "without_necks",
    "without necks, a quarter of the steps": ("without_necks", 5),
    "3×3 only": "threes",
    "5×5 only": "fives",
}
results.blocks(longer)

# %% [markdown]
# **Within reason, no harm of the bottleneck could be measured.** With necks of 20 and 8, a quarter of
# the work and of the parameters, the test error is about that without necks; the ranges overlap.
# Narrower necks do cost something: 0.8 points at 5 and 2, 1.5 at 1 and 1. (The column is the work of a
# step, in multiples of the first row's. After the same work in all, a quarter of the steps, the
# network without necks ends behind the one with necks, at 11.9 %.)
#
# **At equal work, the mixed block does better than one size**, 10.2 against 11.3 and 11.9 %, and each
# seed of its is better than each of the others. Whether that is because of the several sizes, the
# pooling, or the 1×1 that reads without a neck, the table does not say: the blocks of one size lack
# all three. It is one data set of small images.
#
# On that GPU the necks saved no time at all: 20 epochs took 128 seconds with them and 105 without.
# They mean more layers, and each is far too small to keep a GPU busy. (The rate began at 0.01, the
# best of 0.001, 0.003 and 0.01 by the error on training images, and the largest that was tried. For
# the narrower necks no other was tried, and 5×5 only has 0.003, since at 0.01 one of its seeds learned
# nothing.)

# %% tags=["guard"]
ends = results.blocks(longer)
whole = "inception, necks of 20 and 8"
for row, block in ((whole, blocks.inception_block), ("without necks", without_necks)):
    assert ends["parameters"][row] == small(block, FILTERS).count_params()
assert ends["work"]["without necks"] == f"{work['without'] / work['with necks']:.2f}"
told = {row: re.findall(r"[\d.]+", said) for row, said in ends["test error, %"].items()}
mean, least, most = ({row: float(said[i]) for row, said in told.items()} for i in range(3))
for row in ("3×3 only", "5×5 only"):
    assert mean[row] > mean[whole] + 1 and least[row] > most[whole]
narrower = [mean[f"inception, necks of {n}"] - mean[whole] for n in ("5 and 2", "1 and 1")]
assert np.allclose(narrower, [0.8, 1.5]) and abs(mean["without necks"] - mean[whole]) < 0.5
took = [
    np.mean([run["seconds"] for run in results.read("blocks", f"{kind}-20epochs-*-rate0.01.json")])
    for kind in ("necks", "without_necks")
]
assert [round(mean) for mean in took] == [128, 105]

# %% [markdown]
# ## Look inside: let the network choose
#
# The notes say that the network chooses which filters it wants. What did the three that you trained
# choose? Of the second block's output, how much comes from each branch? The *energy* is the sum of
# the squared outputs, over 1,000 test images.

# %%
BRANCHES = {"1×1": "1x1", "3×3": "3x3", "5×5": "5x5", "pooling": "pool_proj"}


def energies(network, images):
    outputs = [network.get_layer(f"second_{layer}").output for layer in BRANCHES.values()]
    activations = keras.Model(network.input, outputs).predict(images, verbose=0)
    energy = {name: float(np.sum(a**2)) for name, a in zip(BRANCHES, activations)}
    return {name: value / sum(energy.values()) for name, value in energy.items()}


trained = [network for *_, network in runs["with necks"]]
shares = {f"seed {i + 1}": energies(n, x_test[:1000]) for i, n in enumerate(trained)}
channels = {name: n / 112 for name, n in zip(BRANCHES, (32, 48, 16, 16))}
figures.layer_bars({**shares, "channels": channels}, "share of the second block's output")

# %% [markdown]
# In each network the 3×3 and the 5×5 put out most of the energy between them, and the 1×1 far less
# than its 29 % of the channels. (The 3×3 has three times the channels of the 5×5: of two bars of
# the same height, a channel of the 5×5 is three times as loud.) But loud is not the same as needed.
# Switch a branch off, with its weights and biases at zero, and see what becomes of the accuracy:


# %%
def accuracy_without(network, layer, images, labels):
    last = network.get_layer(f"second_{layer}")
    weights = last.get_weights()
    last.set_weights([np.zeros_like(w) for w in weights])
    accuracy = network.evaluate(images, labels, batch_size=500, verbose=0)[1]
    last.set_weights(weights)
    return accuracy


# %%
without = {}
for i, (_, accuracy, network) in enumerate(runs["with necks"]):
    cut = {
        name: accuracy_without(network, layer, x_test, y_test) for name, layer in BRANCHES.items()
    }
    without[f"seed {i + 1}"] = {"none": accuracy, **cut}
figures.layer_bars(without, "test accuracy with this branch switched off")

# %% [markdown]
# Each network loses most without one of its two larger filters, here the 3×3, by about 30 points.
# Without the other, some lose nothing and some several points, although it may put out a quarter of
# the energy; and the quieter pooling may cost as much. What is loud need not be needed. So a network
# does use its branches unequally: that is the choice that the notes speak of. But the random start
# has a say in it, too, and these networks saw only 128 steps. It is not a decision for one branch, and
# nothing was tidied away: all four are still computed.

# %% tags=["guard"]
for name in shares:
    assert shares[name]["3×3"] + shares[name]["5×5"] > 0.65 > channels["3×3"] + channels["5×5"]
    assert shares[name]["1×1"] < 0.7 * channels["1×1"]
    assert min(without[name], key=without[name].get) in ("3×3", "5×5")

# %% [markdown]
# ### The notes' points, settled
#
# 1. *All at once, 256 channels*: right.
# 2. *120M multiplications*: right, biases not counted.
# 3. *12.4M, a tenth*: right, and something is saved with necks of up to 154 channels.
# 4. *Does not seem to hurt*: no harm could be measured where we trained to the end, with a quarter of
#    the work. The notes add "within reason", and that stands.
# 5. *The network chooses*: it weighs the branches, by gradient descent, as with any weights, and from
#    another start it weighs them differently.
#
# ## What to remember
#
# - An inception block runs 1×1, 3×3, 5×5 and pooling side by side and puts their channels one
#   behind the other.
# - A 1×1 bottleneck takes the 5×5 from 120 to 12.4 million multiplications.
# - The pooling branch needs a 1×1 too, or the channels pile up.

# %% [markdown]
# ## Test yourself
#
# 1. Block 3a takes 128 million multiplications. Which of its four branches takes most of them, and
#    how many?
#
# <details><summary>Answer</summary>
#
# The 3×3, not the 5×5: 28·28·(192·96 + 9·96·128) = 101 million, nearly four fifths. Its neck is wide
# and it has 128 filters; behind a neck of 16 channels the 5×5 is cheap.
#
# </details>
#
# 2. Why has the branch of 1×1 filters no bottleneck before it?
#
# <details><summary>Answer</summary>
#
# It has little to save. A channel less spares a 5×5 filter 25 products at each place and a 1×1 filter
# one. With a neck of n channels, n·(192 + 64) is below 192·64 only for n under 48, and then the 64
# channels are mixtures of fewer than 48.
#
# </details>
#
# 3. You take the ReLU out of the bottleneck before the 5×5. Could a single 5×5 convolution on the 192
#    channels do the same? Could the two do all that such a convolution can?
#
# <details><summary>Answer</summary>
#
# Yes to the first: two linear steps are one, with the kernels multiplied together. No to the second.
# At each of the 25 places the product is a matrix from 192 to 32 channels that goes through 16, so it
# has rank 16 at most. That is what a bottleneck gives up.
#
# </details>
#
# 4. The pooling of the block moves by 1. What would break with a stride of 2, as in other networks?
#
# <details><summary>Answer</summary>
#
# It would make 14×14, and the other branches 28×28: volumes of different height and width cannot be
# put one behind the other. Shrinking is left to poolings between the blocks.
#
# </details>
#
# 5. With a branch switched off, a trained network loses hardly anything. Would a network that is
#    trained without this branch be as good? Does a large loss say that it would be worse?
#
# <details><summary>Answer</summary>
#
# The experiment says neither. The others were trained to work beside that branch; without it, from
# the start, they would learn other weights and might take over its part. To know, train without it.
#
# </details>

# %% [markdown]
# **Try it.** Switched off, the branch of the 3×3 was missed by far in most networks. Train one that
# never had it: with `(32, 1, 1, 8, 16, 16)` this branch has a single filter, on a single channel. And
# one that never had the 5×5, `(32, 20, 48, 1, 1, 16)`. Predict how much they lose against the first
# row of the first table of *Train it*. (About a quarter of a minute each.)
#
# ```python
# for seed in (1, 2, 3):
#     # for the second network, put (32, 20, 48, 1, 1, 16) in the place of the six numbers
#     network = compiled(blocks.inception_block, (32, 1, 1, 8, 16, 16), seed)
#     network.fit(x_train, y_train, epochs=EPOCHS, **fit)
#     print(network.evaluate(x_test, y_test, **test)[1])
# ```
#
# <details><summary>What you should see</summary>
#
# Very little: 58 to 69 % in 18 such trainings, where nine networks with all branches ended at 63 to
# 70 %. A network that never had the branch leans on the others. The same branch, switched off
# afterwards, took 12 to 34 points. So that figure says what a trained network relies on, and not what
# a block needs.
#
# </details>
#
# **Papers.** C. Szegedy and others, *Going Deeper with Convolutions*, CVPR 2015: section 4 and
# figure 2 have both blocks, table 1 the numbers. M. Lin, Q. Chen, S. Yan, *Network In Network*,
# ICLR 2014, is where the 1×1 comes from.
#
# Now [the exercises](exercises/08_inception_block.ipynb). Back to [lesson
# 7](07_one_by_one_convolutions.ipynb), [the map](00_start_here.ipynb), or on to [lesson
# 9](09_googlenet.ipynb), which stacks nine of these blocks.
