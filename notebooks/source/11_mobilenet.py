# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 11 · MobileNet
#
# {{badge}}
#
# | | |
# |---|---|
# | **You will be able to** | (in brackets the exercise) count a depthwise separable convolution, and say what is left of the work (`part_left`, `strided_block`); build one, and a network of them (`separable`, `small_mobilenet`); build an inverted residual block, and mend one (`inverted`, `two_inverted`); find the layer that a published count left out (`forgotten`); tell what bounds a layer's speed (`what_bounds`), and what the split is worth (`split_or_not`) |
# | **You need** | 1×1 convolutions from [lesson 7](07_one_by_one_convolutions.ipynb), residual blocks from [lesson 5](05_residual_blocks.ipynb) |
# | **Time** | {{time}} |
#
# VGG-16 has half a gigabyte of weights and takes 15 billion multiply-adds an image: a telephone has better
# uses for its battery. MobileNet (2017) splits a convolution
# in two: first one filter for each channel by itself, then a 1×1 convolution that mixes the channels.
# One idea to remember: filtering and mixing, done one after the other, take about a ninth of the
# multiplications of doing both at once. Whether that also takes a ninth of the *time* is another
# question, and you will measure it.

# %% tags=["setup"]

# %%
from functools import partial

import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
import tensorflow as tf
from keras import layers

from utils import blocks, cost, data, figures, networks, published, results, stopwatch, training
from utils.tables import Table

keras.utils.set_random_seed(2017)

# %% [markdown]
# ## From the lecture notes
#
# 1. A 3×3 convolution of 6×6×3 with five filters takes 2,160 multiplications, as a depthwise
#    separable convolution 672.
# 2. In general the ratio is 1/n + 1/f², for n filters of f×f: with many filters of 3×3 about a ninth.
# 3. MobileNet is 13 such pairs in a row.
# 4. MobileNetV2 expands the channels six times, filters, projects them back, and adds a shortcut; 17
#    times.
# 5. So the block can compute a richer function, and what is handed from block to block stays small.
#
# Each of these gets settled below.

# %% [markdown]
# ## The picture
#
# The two blocks side by side, on 28×28 images of 32 channels:


# %%
def block(make, name, **options):
    x = keras.Input((28, 28, 32), name="x")
    return keras.Model(x, make(x, 32, name=name, **options), name=name.replace("_", " "))


separable = block(blocks.depthwise_separable, "separable")
inverted = block(blocks.inverted_residual, "inverted_residual")
figures.wiring(separable, inverted)

# %% [markdown]
# Left, MobileNet's block: a **depthwise convolution**, in which each filter reads one channel and
# makes one, then a 1×1 convolution, also called pointwise. The two together are a **depthwise
# separable convolution**. Right, the **inverted residual block** of MobileNetV2: a 1×1 makes 192
# channels out of 32, a depthwise convolution filters them, another 1×1 makes 32 again, and the
# shortcut adds what came in. It is *inverted* since lesson 5's bottleneck is wide at its ends and
# narrow in the middle. All its ReLUs are **ReLU6**, which ends at 6: numbers of a fixed range, from 0 to 6,
# can be stored in 8 bits.

# %% [markdown]
# ## Predict
#
# Take a pencil. The input is 6×6×3, the filters are 3×3 without padding, and there are five of them.
#
# - How many multiplications does an ordinary convolution take?
# - How many does the depthwise convolution, how many the 1×1 behind it?
# - Which would you make cheaper first, in a network of hundreds of channels: the depthwise convolution or
#   the 1×1?
#
# <details><summary>Answer, once you have yours</summary>
#
# - 4·4·5 numbers come out, of 3·3·3 products each: 2,160.
# - The depthwise one makes 4·4·3 numbers of 3·3 products, 432; the 1×1 makes 4·4·5 numbers of 3 products,
#   240. Together 672.
# - The 1×1: its work grows with the square of the channels, that of the depthwise one in proportion to
#   them. Below it will be 95 % of the network.
#
# </details>

# %% tags=["guard"]
assert 4 * 4 * 5 * 3 * 3 * 3 == 2_160
assert (4 * 4 * 3 * 3 * 3, 4 * 4 * 5 * 3) == (432, 240)

# %% [markdown]
# ## Three ways to the ratio
#
# By hand you have it. Now Keras's layers count:


# %%
def ordinary(x, filters, kernel):
    return layers.Conv2D(filters, kernel, use_bias=False)(x)


def in_two(x, filters, kernel):
    x = layers.DepthwiseConv2D(kernel, use_bias=False)(x)
    return layers.Conv2D(filters, 1, use_bias=False)(x)


# %%
image = keras.Input((6, 6, 3))
at_once = keras.Model(image, ordinary(image, 5, 3))
after_another = keras.Model(image, in_two(image, 5, 3))
print(f"{cost.multiply_adds(after_another) / cost.multiply_adds(at_once):.3f}")
cost.table(after_another)[["output shape", "parameters", "multiply_adds"]]

# %% [markdown]
# And with letters: m channels come in and n filters of f×f make n channels at each place. The ordinary
# convolution takes m·n·f² products, the separable one m·f² for the filters and m·n for the mixture.
# Divide:
#
# $$\frac{m f^2 + m n}{m n f^2} = \frac{1}{n} + \frac{1}{f^2}$$
#
# With n = 5 and f = 3 that is 1/5 + 1/9 = 0.311. The m is gone: how many channels come in does not
# matter. With hundreds of filters 1/n is nothing, and a ninth is left for 3×3 filters.

# %% tags=["guard"]
assert cost.multiply_adds(at_once) == 2_160 and cost.multiply_adds(after_another) == 672
assert abs(672 / 2_160 - (1 / 5 + 1 / 9)) < 1e-12

# %% [markdown]
# ### What is given up
#
# Is it the same convolution, only cheaper? Take the two kernels apart: the depthwise one has a number
# d for each place and channel, the 1×1 a number p for each channel in and out. Multiplied out they are
# one ordinary kernel, d·p:

# %%
depthwise, pointwise = after_another.get_weights()  # (3, 3, 3, 1) and (1, 1, 3, 5)
kernel = depthwise * pointwise  # (3, 3, 3, 5): place, place, channel in, filter
at_once.set_weights([kernel])
pixels = np.random.default_rng(1).normal(size=(2, 6, 6, 3)).astype("float32")
bool(np.allclose(at_once(pixels), after_another(pixels), atol=1e-5))

# %% [markdown]
# So every separable convolution *is* an ordinary one (as long as nothing stands between the two; MobileNet
# puts a ReLU there). The reverse is false. In the separable one's kernel, all filters look at a channel
# with the same pattern d, each with a factor of its own. An ordinary kernel of this size has 135 weights,
# the separable one 27 + 15 = 42. Each channel is searched for one pattern only. That is the price; whether
# it matters, training has to show.

# %% tags=["guard"]
assert np.allclose(at_once(pixels), after_another(pixels), atol=1e-5)
assert (kernel.size, depthwise.size + pointwise.size) == (135, 42)

# %% [markdown]
# ## Build it
#
# `blocks.depthwise_separable` is the block of the picture. The paper's table 1 is a convolution and
# then 13 of them. Where a stride of 2 halves the image, the channels are doubled (once before, too):

# %%
SEPARABLE = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)]
SEPARABLE += [(512, 1)] * 5 + [(1024, 2), (1024, 1)]


def mobilenet(image):
    x = layers.Conv2D(32, 3, 2, padding="same", use_bias=False)(image)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    for number, (filters, strides) in enumerate(SEPARABLE, start=1):
        x = blocks.depthwise_separable(x, filters, strides=strides, name=number)
    x = layers.GlobalAveragePooling2D()(x)
    return layers.Dense(1000, activation="softmax")(x)


# %%
image = keras.Input((224, 224, 3))
by_hand = keras.Model(image, mobilenet(image))
network = networks.mobilenet()
by_hand.count_params(), network.count_params(), cost.multiply_adds(network)

# %%
figures.volumes(network)

# %% [markdown]
# The same picture as LeNet-5's and VGG's: smaller and smaller images, more and more channels. No pooling
# halves them here; the strides of the first convolution and of four depthwise ones do, and at the end a mean
# over all places leaves 1,024 numbers. (`conv_preds` is the dense layer: Keras builds it as a 1×1 convolution
# on 1×1 places, which is the same.)
#
# ## Check it against the papers
#
# What is published, beside what is counted on the network here:

# %%
ledger = published.compare(network, "mobilenet")
ledger[~ledger.index.str.contains(" at |share")]

# %% [markdown]
# Three sources count the multiply-adds, and each has another number. The paper's own, 569 million, comes
# out. 575 million stand in the paper of MobileNetV2, by some of the same authors, 529 million in Keras's
# documentation, there for images of any size; where these two come from is not known. And table 1 gives the last
# depthwise convolution a stride of 2, but leaves its images at 7×7: the stride has to be 1.
#
# What does the split cost in accuracy? The paper trained the same network of ordinary convolutions, too:
# 71.7 % on ImageNet with 4,866 million multiply-adds (4,867 come out), against 70.6 % with 569 million.

# %% tags=["guard"]
assert by_hand.count_params() == network.count_params()
assert cost.multiply_adds(network) == 568_740_352
assert network.count_params() == 4_253_864
assert published.value("mobilenet_all_convolutions", "multiply-adds") == 4_867_293_184
assert network.get_layer("conv_dw_13").strides == (1, 1)

# %% [markdown]
# ### Where the work is
#
# The paper's table 2 says which kinds of layers the work and the weights are in. Recompute it:

# %%
table = cost.table(network)
KINDS = {"1×1": "conv_pw", "depthwise": "conv_dw", "first 3×3": "conv1", "dense": "conv_preds"}
COUNTS = ["multiply_adds", "parameters"]
weighted = table[table["multiply_adds"] > 0]
shares = {}
for kind, prefix in KINDS.items():
    rows = weighted[weighted.index.str.startswith(prefix)]
    part = rows[COUNTS].sum() / weighted[COUNTS].sum()
    shares[kind] = {column: f"{100 * value:.2f} %" for column, value in part.items()}
Table.from_dict(shares, orient="index")

# %% [markdown]
# 95 % of the work is in the 1×1 convolutions: the split has made the filtering so cheap that mixing is
# all that is left. The paper prints the same shares of the work, with one exception: 1.19 % for the first
# 3×3, where 1.91 % comes out. Add its column: 94.86 + 3.06 + 1.19 + 0.18 is 99.29. Two digits changed
# places. (Of the parameters it has 74.59 % in the 1×1 and 24.33 % in the dense layer, without that
# layer's 1,000 biases, which are counted here.)

# %% tags=["guard"]
assert [shares[kind]["multiply_adds"] for kind in KINDS] == [
    "94.86 %",
    "3.06 %",
    "1.91 %",
    "0.18 %",
]
assert [shares[kind]["parameters"] for kind in list(KINDS)[:3]] == ["74.57 %", "1.06 %", "0.02 %"]
whole = weighted["parameters"].sum() - 1_000
ones = weighted.index.str.startswith("conv_pw")
bare = weighted["parameters"][ones].sum(), 1_024_000
assert [round(100 * n / whole, 2) for n in bare] == [74.59, 24.33]
assert round(94.86 + 3.06 + 1.19 + 0.18, 2) == 99.29

# %% [markdown]
# ### Narrower, and smaller images
#
# Two knobs make it cheaper still: the **width multiplier** α, which makes all layers narrower (the paper
# has 1, 0.75, 0.5 and 0.25), and the **resolution**, how many pixels the image has.

# %%
WIDTHS, SIZES = (1, 0.75, 0.5, 0.25), (224, 192, 160, 128)
millions = {
    f"α = {width}": {
        f"{size} pixels": round(
            cost.multiply_adds(networks.mobilenet(width=width, input_shape=(size, size, 3))) / 1e6,
            1,
        )
        for size in SIZES
    }
    for width in WIDTHS
}
Table.from_dict(millions, orient="index")

# %% [markdown]
# Both act by their square, or nearly: half the width leaves 26 % of the work, not 25, since the
# depthwise convolutions and the first one are only halved. The authors offer these sixteen networks for
# download and print their costs. Three of their rows agree with ours, except for one number: they print 34
# million for α = 0.25 at 192 pixels, where 30.2 come out. The row of 0.75 is too small throughout: 317, 233,
# 162 and 104 million, about 8, 6, 4 and 3 too few. What is missing? (An exercise asks you.)

# %% tags=["guard"]
assert list(millions["α = 1"].values()) == [568.7, 418.1, 290.7, 186.4]
assert list(millions["α = 0.75"].values()) == [325.4, 239.3, 166.4, 106.8]
assert round(149.5 / 568.7, 2) == 0.26

# %% [markdown]
# ## Why it works: expand before you filter
#
# MobileNetV2 turns the bottleneck inside out. Why not filter the few channels that there are? Because of
# the ReLU. It sets everything below zero to zero, and what it has set to zero is lost. With few channels
# little is left to tell points apart; with many, what one channel has lost, another still has.
#
# An experiment: take points in two channels, mix them at random into n channels, apply a ReLU. Then let the
# best linear layer there is (least squares) try to get the points back. If a ReLU did no harm, two channels
# would do.

# %%
angle = np.linspace(0.5, 3 * np.pi, 400)
spiral = np.stack([angle * np.cos(angle), angle * np.sin(angle)], axis=1) / 9


def got_back(channels, seed=1, relu=True):
    mixed = spiral @ np.random.default_rng(seed).normal(size=(2, channels))
    mixed = np.maximum(mixed, 0) if relu else mixed
    return mixed @ np.linalg.lstsq(mixed, spiral, rcond=None)[0]


figures.clouds({"points": spiral} | {f"{n} channels": got_back(n) for n in (2, 3, 5, 12)})

# %% [markdown]
# Through two channels with a ReLU most of the spiral is gone: what is negative in both has become the same
# point. Through twelve it comes back. (Grey: the spiral as it was.) Three random mixtures each, and without
# the ReLU for comparison:


# %%
def missed(channels, relu):
    far = [np.linalg.norm(got_back(channels, seed, relu) - spiral) for seed in (1, 2, 3)]
    return results.spread([100 * distance / np.linalg.norm(spiral) for distance in far], 0)


lost = {
    f"{n} channels": {"with ReLU, %": missed(n, True), "without, %": missed(n, False)}
    for n in (2, 3, 5, 12, 30)
}
Table.from_dict(lost, orient="index")

# %% [markdown]
# How much of the points cannot be got back, in brackets for the best and the worst mixture. What counts is
# how many channels there are *for each number that they carry*: the spiral has two. A narrow end of 24
# channels that carries 24 numbers is like two channels that carry two. Is it? Random points of 24 numbers,
# in 24 channels and in six times as many:

# %%
cloud = np.random.default_rng(2).normal(size=(4_000, 24))


def missed_of_cloud(channels):
    mixed = np.maximum(cloud @ np.random.default_rng(1).normal(size=(24, channels)), 0)
    found = mixed @ np.linalg.lstsq(mixed, cloud, rcond=None)[0]
    return np.linalg.norm(found - cloud) / np.linalg.norm(cloud)


print({f"{n} channels": f"{missed_of_cloud(n):.0%}" for n in (24, 144)})

# %% [markdown]
# Two thirds are lost in 24 channels, a fifth in 144. (These points lie in no pattern, which is the hardest
# case.) Both questions have one answer. *Why expand?* In six times as many channels a ReLU loses far less. *Why
# no ReLU at the end?* There the channels are few again, and a ReLU would destroy what they carry. The paper
# calls that end a **linear bottleneck**.
#
# Is it a proof? No: networks are not random mixtures, and training may arrange the points so that what
# matters stays above zero. The paper tried it on ImageNet: with a ReLU at the narrow ends it was worse
# (figure 6).

# %% tags=["guard"]
mean = {n: float(row["with ReLU, %"].split()[0]) for n, row in lost.items()}
assert mean["2 channels"] > 50 > 30 > mean["5 channels"] > 5 > mean["12 channels"]
narrow, wide = missed_of_cloud(24), missed_of_cloud(144)
assert 0.6 < narrow < 0.75 and 0.15 < wide < 0.27
assert all(row["without, %"].startswith("0 ") for row in lost.values())

# %% [markdown]
# ### Shortcuts between the narrow ends, and what that saves
#
# A block's input has to wait until it is added. What waits takes memory; for one image, with four bytes a
# number:

# %%
HELD = {
    "ResNet-50, conv2": (networks.resnet(50), "conv2_block2_out", "conv2_block2_1_relu"),
    "MobileNetV2, block 2": (networks.mobilenet_v2(), "block_2_add", "block_2_expand_relu"),
}
waiting = {
    name: {
        "at the ends": (ends := model.get_layer(end).output.shape[1:]),
        "in the middle": model.get_layer(middle).output.shape[1:],
        "kilobytes that wait": int(np.prod(ends)) * 4 // 1024,
    }
    for name, (model, end, middle) in HELD.items()
}
Table.from_dict(waiting, orient="index")

# %% [markdown]
# On images of the same 56×56, the residual block hands on 256 channels, the inverted one 24. The wide
# middle of 144 channels is needed within the block only. Keras holds it whole; a program made for telephones
# need not, since the depthwise convolution reads one channel at a time and the last 1×1 is a sum over the
# channels: expand a few, filter them, add their part to the sum, forget them. (Said by the paper, section 5;
# not measured here.)
#
# ### MobileNetV2, counted
#
# Its table 2 has a row for each kind of block: expansion t, channels c, how many, and the first one's stride.

# %% tags=["guard"]
assert [row["in the middle"][-1] for row in waiting.values()] == [64, 144]
kilobytes = [row["kilobytes that wait"] for row in waiting.values()]
assert kilobytes == [3136, 294] and waiting["MobileNetV2, block 2"]["in the middle"][-1] == 144

# %%
INVERTED = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2)]
INVERTED += [(6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]


def mobilenet_v2(image):
    x = blocks.conv_bn(image, 32, 3, strides=2, name="first")
    for row, (t, c, n, s) in enumerate(INVERTED):
        for i in range(n):
            strides = s if i == 0 else 1
            x = blocks.inverted_residual(x, c, expansion=t, strides=strides, name=f"{row}_{i}")
    x = blocks.conv_bn(x, 1280, 1, name="last")
    return layers.Dense(1000, activation="softmax")(layers.GlobalAveragePooling2D()(x))


# %%
v2 = networks.mobilenet_v2()
by_hand = keras.Model(image, mobilenet_v2(image))
print("as many parameters by hand:", by_hand.count_params() == v2.count_params())
ledger = published.compare(v2, "mobilenet_v2")
ledger[~ledger.index.str.contains(" at ")]

# %% [markdown]
# Half of MobileNet's multiply-adds, and a better accuracy. The paper states 3.4 million parameters; without
# those of batch normalisation 3,470,760 come out, which may have been cut. (It does not say.) For a network
# 1.4 times as wide it prints 6.9 million. Count:

# %%
published.compare(networks.mobilenet_v2(width=1.4), "mobilenet_v2_1.4")

# %% [markdown]
# 6.1 million, and the authors' own page has 6.06 (without normalisation). 6.9 is most likely a slip.

# %% tags=["guard"]
assert v2.count_params() == 3_538_984
kinds_ = [layer for layer in v2.layers if not isinstance(layer, layers.BatchNormalization)]
assert sum(layer.count_params() for layer in kinds_) == 3_470_760
assert sum(layer.name.endswith("_project") for layer in v2.layers) == 17

# %% [markdown]
# ## Fewer multiply-adds, less time?
#
# A ninth of the work: is that a ninth of the time? Four layers on the same input, 28×28 with 128
# channels in and out: an ordinary 3×3 convolution, one in four **groups** (each filter reads a quarter of
# the channels), a depthwise one, and a separable one. For each also the *bytes* that it has to move at
# least: it reads its input and its weights once, and writes its output.

# %%
IMAGES = 16
KIND = {
    "ordinary": lambda x: layers.Conv2D(128, 3, padding="same", use_bias=False)(x),
    "4 groups": lambda x: layers.Conv2D(128, 3, padding="same", use_bias=False, groups=4)(x),
    "depthwise": lambda x: layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x),
    "separable": lambda x: layers.Conv2D(128, 1, use_bias=False)(
        layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
    ),
}
x = keras.Input((28, 28, 128))
models = {name: keras.Model(x, make(x), name=name.replace(" ", "_")) for name, make in KIND.items()}


def moved(model):
    """Bytes that the layers of a model read and write at least, for a batch of IMAGES."""
    numbers = sum(
        IMAGES * (np.prod(c.input.shape[1:]) + np.prod(c.output.shape[1:]))
        for c in model.layers[1:]
    )
    return 4 * int(numbers + model.count_params())


# %%
work = {name: IMAGES * cost.multiply_adds(model) for name, model in models.items()}
batch = keras.ops.ones((IMAGES, 28, 28, 128))
compiled = {name: tf.function(model) for name, model in models.items()}  # as `fit` does
layer_calls = {name: partial(run, batch) for name, run in compiled.items()}
seconds = stopwatch.in_turns(layer_calls)
rows = {
    name: {
        "multiply-adds, millions": round(work[name] / 1e6),
        "megabytes": round(moved(models[name]) / 1e6, 1),
        "for each byte": round(work[name] / moved(models[name]), 1),
        "part of the work": f"{work[name] / work['ordinary']:.3f}",
        "milliseconds": f"≈ {1000 * seconds[name]:.2f}",
        "part of the time": f"≈ {seconds[name] / seconds['ordinary']:.3f}",
    }
    for name in models
}
Table.from_dict(rows, orient="index")

# %% [markdown]
# Compare the part of the work with the part of the time. These are *your* machine's times, taken in turns so
# that all four meet the same busy machine. On the machine that built this page, the order of the times was that
# of the counts, and the ratios were far from it: the separable convolution, a ninth of the work, took more than
# a ninth of the time, and the depthwise one, which has less than a hundredth of the work, far more than a
# hundredth. Why?
#
# Count what has to be moved. A number that is fetched from memory can be used once or a hundred times. An
# ordinary convolution uses each number of its input for all its 128 filters; a depthwise convolution for
# a single one. The multiply-adds for each byte are called **arithmetic intensity**. A machine has two
# limits: how fast it multiplies, and how fast it moves bytes. Measure both, with a large matrix product
# and with a copy of as many numbers as the layers read (a larger one would not fit into the caches, and be
# slower):

# %%
SIDE, LONG = 1024, IMAGES * 28 * 28 * 128
matrix, line = keras.ops.ones((SIDE, SIDE)), keras.ops.ones((LONG,))
limits = stopwatch.in_turns(
    {"product": lambda: keras.ops.matmul(matrix, matrix), "copy": lambda: line + 1.0}
)
product, copy = SIDE**3 / limits["product"], 2 * 4 * LONG / limits["copy"]
print(f"multiply-adds, billions a second: ≈ {product / 1e9:.1f}")
print(f"bytes, billions a second: ≈ {copy / 1e9:.1f}")

# %%
points = {name: (work[name], moved(models[name]), seconds[name]) for name in models}
figures.roofline(points, product, copy)

# %% [markdown]
# Such a picture is called a **roofline**. Under the sloping part, a layer waits for its bytes and can
# multiply for nothing; under the flat part, it waits for its products. The depthwise convolution stands
# far to the left: it does about one multiply-add for each byte, so a machine that multiplies faster would not
# make it faster. A roof is what is possible, not what a program reaches. The convolution in four groups shows
# that: it has products enough for each byte, and on many machines it is far below the roof, since its program is not
# as good as that of the ordinary one. (A point above the slope: its numbers were still in a cache.)
#
# So a count of multiply-adds says little about time across kinds of layers. The paper of MobileNetV2
# therefore prints milliseconds on a telephone beside its counts.

# %% tags=["guard"]
assert work["depthwise"] < work["separable"] < work["4 groups"] < work["ordinary"]
assert work["depthwise"] * 100 < work["ordinary"]
assert points["depthwise"][0] / points["depthwise"][1] < 2

# %% [markdown]
# ## Train it
#
# A small MobileNet for Fashion-MNIST: a convolution and six separable ones, on 28×28 pixels. (Ten to thirty
# seconds.)

# %%
TRAINED = training.by_profile(quick=3_000, full=60_000)
EPOCHS = training.by_profile(quick=4, full=20)
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
x_train, x_test = (x[..., None] / np.float32(255) for x in (x_train, x_test))
x_train, y_train, x_test, y_test = (
    x_train[:TRAINED],
    y_train[:TRAINED],
    x_test[:2000],
    y_test[:2000],
)


def small():
    x = image = keras.Input((28, 28, 1))
    x = blocks.conv_bn(x, 16, 3, strides=2, name="conv1")
    table = [(32, 1), (64, 2), (64, 1), (64, 1), (128, 2), (128, 1)]
    for number, (filters, strides) in enumerate(table, start=1):
        x = blocks.depthwise_separable(x, filters, strides=strides, name=number)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(2017)
with training.strategy().scope():
    trained = small()
    adam = keras.optimizers.Adam(4e-3)
    trained.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
    adam.build(trained.trainable_variables)  # else Keras traces the first step twice
test = {"validation_data": (x_test, y_test), "validation_batch_size": 500}
history = trained.fit(x_train, y_train, batch_size=50, epochs=EPOCHS, verbose=2, **test)

# %%
figures.learning_curves({"small MobileNet": history})

# %% [markdown]
# In the first epochs the test accuracy may be anything: normalisation works with moving averages there, which
# have yet to settle. Then it is right more often on images that it has trained on than on new ones.

# %%
probabilities = trained.predict(x_test, verbose=0)
accuracy = np.mean(np.argmax(probabilities, axis=1) == y_test)
print(f"{trained.count_params():,} parameters, test accuracy ≈ {accuracy:.1%}")
figures.mistakes(x_test[..., 0], y_test, probabilities, data.CLASSES["fashion_mnist"], 6)

# %% [markdown]
# It trains like any other. (The curve and the accuracy are of 2,000 test images; these are the six that
# it got most wrong, and the percentages say how sure it was of that.)

# %% tags=["guard"]
assert accuracy > 0.6

# %% [markdown]
# ### A race of equal work
#
# How does it fare against networks of ordinary convolutions? Four networks of about the same work, 11 to 12
# million multiply-adds an image: VGG-11, a quarter as wide, on images of Fashion-MNIST enlarged to 32×32; a
# narrow ResNet-20 on 28×28; MobileNet with α = 0.5 on 64×64, and MobileNetV2 with 0.5 on 72×72: they halve
# an image five times, and of 28×28 nothing would be left. All had the same 5,000 images, ten epochs of batches
# of 64, and Adam, with a learning rate that falls along a cosine. For each network we took the rate with the
# least error on 5,000 held-out training images, after trying those beside it. All errors are those of the trained
# network in inference mode, of the training images, too: the mean (lowest to highest) of three seeds.
# (`scripts/train.py`; each file in `data/results/mobile` has its command.)

# %%
racers = {
    "VGG-11, narrow": "vgg",
    "ResNet-20, narrow": "resnet_cifar",
    "MobileNet, α = 0.5": "mobilenet",
    "MobileNetV2, α = 0.5": "mobilenet_v2",
}
results.race(racers, folder="mobile")

# %% [markdown]
# For the same work, both MobileNets have fewer errors than VGG-11, with every seed, and less than half its
# weights. The narrow ResNet-20 is ahead of all, by about a point, with an eighth of *their* weights. The second
# version is no better than the first here (their seeds overlap; on ImageNet it is). What does that say of the
# split? Little: the networks differ in normalisation, in shortcuts and in the size of their images, too. The
# paper's own pair, equal in all but the split, says more: 71.7 against 70.6 %, so a point of accuracy is lost, and
# 88 % of the work saved. (5,000 small images, one budget. MobileNet wants a large rate: 0.03, thirty times VGG's.)

# %% tags=["guard"]
missed_ = {row: results.errors(results.runs("mobile", n), "test") for row, n in racers.items()}
vgg, resnet, mobile, second = missed_.values()
assert max(mobile + second) < min(vgg) and max(resnet) < min(mobile + second) < max(resnet) + 0.01
assert max(mobile) > min(second) and min(mobile) < max(second)
first = [results.runs("mobile", n)[0] for n in racers.values()]
assert all(10.5e6 < run["multiply-adds"] < 12.5e6 for run in first)
weights_ = [run["parameters"] for run in first]
twin = published.value("mobilenet_all_convolutions", "multiply-adds")
assert round(1 - cost.multiply_adds(network) / twin, 2) == 0.88
assert max(weights_[2:]) < weights_[0] / 2 and 7 < min(weights_[2:]) / weights_[1] < 9
assert [run["options"]["rate"] for run in first] == [0.001, 0.01, 0.03, 0.01]

# %% [markdown]
# ## Look inside: a filter for each channel
#
# The filters of an ordinary convolution behind the first are no pictures: each has a pattern for every channel.
# Those of a depthwise convolution have one channel each. These are the 16 of the first depthwise layer, after training:

# %%
figures.filters(trained, "conv_dw_1").says("The 16 filters of conv_dw_1, 3×3 weights each.")

# %% [markdown]
# A red pixel adds, a blue one takes away. Each channel is searched for its one pattern, and then the 1×1 mixes what
# was found.
#
# ### The notes' points, settled
#
# 1. *2,160 and 672*: right, three ways.
# 2. *1/n + 1/f²*: right; the channels that come in cancel out.
# 3. *13 pairs*: right, behind one ordinary convolution.
# 4. *Expand, filter, project, add, 17 times*: nearly. There are 17 blocks (the paper's text says 19, its table
#    has 17); the first does not expand, and seven have no shortcut, where the shape changes.
# 5. *Richer and small*: what is handed on is small, 294 kilobytes against 3,136. That a wide middle saves what
#    a ReLU would destroy was shown on random mixtures; that the function is richer is an idea, and was not shown.
#
# ## What to remember
#
# - Depthwise, then 1×1: 1/n + 1/f² of the multiplications, about a ninth for 3×3.
# - Then 95 % of the work is in the 1×1. Expand before the ReLU, and have none where channels are few.
# - Few multiply-adds are not little time: what counts, too, is how many there are for each byte.

# %% tags=["guard"]
added = sum(isinstance(layer, layers.Add) for layer in v2.layers)
assert (17 - added, added) == (7, 10)

# %% [markdown]
# ## Test yourself
#
# 1. Which part of the work of an ordinary convolution is left in a separable one of 256 filters of 5×5?
#
# <details><summary>Answer</summary>
#
# 1/256 + 1/25 = 0.044 is left, a twenty-third. Larger filters gain more.
#
# </details>
#
# 2. You double the channels of a network of separable convolutions. By how much do the work of the
#    depthwise and of the 1×1 layers grow?
#
# <details><summary>Answer</summary>
#
# Twice and four times. With 95 % in the 1×1, nearly four times in all.
#
# </details>
#
# 3. Where MobileNetV2 halves the image, its block has no shortcut. ResNet has one there. What does
#    ResNet pay for it, and what does MobileNetV2 give up?
#
# <details><summary>Answer</summary>
#
# ResNet pays a 1×1 convolution for each, which fits the shapes to one another. MobileNetV2 saves its work
# and its weights, and gives up the way around: there the gradient has to go through the block.
#
# </details>
#
# 4. Two 1×1 convolutions follow one another where one block ends and the next begins, without a ReLU in
#    between. Could they be one?
#
# <details><summary>Answer</summary>
#
# Without the shortcut, yes: two linear steps are one (normalisation in use is linear, too). But a matrix
# from 144 to 144 channels has 20,736 numbers, by way of 24 channels 6,912. And the narrow place is where the
# shortcut adds.
#
# </details>
#
# 5. A new chip multiplies twice as fast and moves bytes as before. Which of the four layers gains, and
#    how does the roofline change?
#
# <details><summary>Answer</summary>
#
# The flat part rises, the slope stays, so the bend moves to the right. Layers on the right of it gain,
# the ordinary convolution most. The depthwise one gains nothing.
#
# </details>

# %% [markdown]
# **Try it.** Give the spiral's mixture a bias, so that the points lie far above zero before the ReLU: in
# `got_back`, add 10 to `mixed` before `np.maximum`, and 1 as a further column for least squares to use. Predict
# what is lost now, in 2 and in 30 channels, and say what the layer has become.
#
# ```python
# mixed = np.maximum(spiral @ np.random.default_rng(1).normal(size=(2, 2)) + 10, 0)
# mixed = np.concatenate([mixed, np.ones((400, 1))], axis=1)
# found = mixed @ np.linalg.lstsq(mixed, spiral, rcond=None)[0]
# print(np.linalg.norm(found - spiral) / np.linalg.norm(spiral))
# ```
#
# <details><summary>What you should see</summary>
#
# Nothing is lost, in two channels already: no point is below zero, so the ReLU does nothing. But then
# the layer is linear, and layers that are linear are one layer. What a ReLU destroys and what makes it
# useful are the same thing.
#
# </details>
#
# **Papers.** A. Howard and others, *MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
# Applications*, arXiv 1704.04861, 2017. M. Sandler and others, *MobileNetV2: Inverted Residuals and Linear
# Bottlenecks*, CVPR 2018: figure 1 has the spiral. S. Williams, A. Waterman, D. Patterson, *Roofline: An
# Insightful Visual Performance Model for Multicore Architectures*, CACM 2009.
#
# Now [the exercises](exercises/11_mobilenet.ipynb). Then [lesson 12](12_efficientnet.ipynb), where this
# lesson's block gets weights and names your photograph, or back to [the map](00_start_here.ipynb).
