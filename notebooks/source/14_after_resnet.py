# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 14 · What came after ResNet
#
# {{badge}}
#
# | | |
# |---|---|
# | **You will be able to** | (in brackets the exercise) follow channels through a DenseNet, build its layer, and mend one (`channels_in`, `dense_layer`, `small_densenet`); say what groups save, and build the block (`grouped`, `resnext`); tell which convention a printed count follows (`which_convention`); write batch normalisation's way back by hand (`normalised_back`); say how deep a network of random depth is (`depth_left`), and measure whether a small start helps (`small_branches`) |
# | **You need** | residual blocks from [lesson 5](05_residual_blocks.ipynb), batch normalisation from [lesson 4](04_trouble_with_depth.ipynb), squeeze-and-excitation from [lesson 12](12_efficientnet.ipynb) |
# | **Time** | {{time}} |
#
# In 2015, ResNet made depth possible. In the two years after it, a dozen papers each changed *one thing* in its
# block. You can read such papers now: find the one thing, count what it costs, and ask what would have to
# come out if it worked. One idea to remember: a shortcut is a road for the gradient, and each of these papers changes what stands
# on that road, what stands beside it, or how wide it is.

# %% tags=["setup"]

# %%
from functools import partial

import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
import tensorflow as tf
from keras import layers

from utils import blocks, cost, data, figures, networks, published, results, stopwatch
from utils.tables import Table

keras.utils.set_random_seed(2017)

# %% [markdown]
# ## From the papers
#
# Of the networks after ResNet, the lecture shows inception, MobileNet and EfficientNet. These it leaves out; the papers' own claims (with
# the years of the conferences):
#
# 1. *DenseNet* (2017): let each layer read what *all* layers before it made, and far fewer parameters are
#    enough.
# 2. *ResNeXt* (2017): at equal cost, many groups are better than few.
# 3. *Squeeze-and-excitation* (2018): let the channels vote on each other; it costs nearly nothing.
# 4. **Wide residual networks** (2016): sixteen wide layers do what a thousand narrow ones do, and are faster.
# 5. **Pre-activation** (2016): normalise *before* each convolution, and nothing stands on the shortcut.
# 6. **Stochastic depth** (2016): leave out blocks at random in training, and it is faster and better.
# 7. *Xception* (2017): inception's idea to its end: channels and places entirely apart.
#
# What can be counted gets counted below. What can be tried in seconds gets tried. Errors on ImageNet and
# CIFAR-10 are the papers' own.

# %% [markdown]
# ## Predict
#
# - In a DenseNet, a block begins with 64 channels. Each of its six layers adds 32, behind those that are there. How many does the sixth layer
#   read, and how many come out of the block?
# - A 3×3 convolution from 128 to 128 channels is parted into 32 groups: each 32nd of the outputs reads only its own 32nd of the inputs. How many weights are left of its 147,456?
# - In ResNet's block a ReLU stands behind the addition. A number on the shortcut goes through 18 blocks in a
#   row. Is anything in its way?
#
# <details><summary>Answer, once you have yours</summary>
#
# - The sixth reads 64 + 5·32 = 224; 64 + 6·32 = 256 come out.
# - A thirty-second: each filter reads 4 channels, so 9·4·128 = 4,608.
# - 18 ReLUs. You will count how many numbers get through all of them.
#
# </details>

# %% [markdown]
# ## Concatenate instead of add: DenseNet
#
# ResNet *adds* what a block makes to what was there. DenseNet puts it *beside* what was there. Nothing is overwritten: a layer reads
# everything that was ever made on maps of its size. A row of such layers is a **dense block** (nothing to do with Keras's `Dense`). So a layer can be narrow; it adds only its **growth rate** of
# channels, 32 in DenseNet-121.


# %%
def dense_layer(x, growth):
    y = layers.ReLU()(layers.BatchNormalization()(x))
    y = layers.Conv2D(4 * growth, 1, use_bias=False)(y)  # a bottleneck: x may be wide
    y = layers.ReLU()(layers.BatchNormalization()(y))
    y = layers.Conv2D(growth, 3, padding="same", use_bias=False)(y)
    return layers.Concatenate()([x, y])


# %%
x = image = keras.Input((56, 56, 64), name="x")
for _ in range(6):
    x = dense_layer(x, growth=32)
print(image.shape[-1], "channels in,", x.shape[-1], "out")

# %%
one = keras.Input((56, 56, 64), name="x")
figures.wiring(keras.Model(one, dense_layer(dense_layer(one, 32), 32), name="two_dense_layers"))

# %% [markdown]
# Follow the line from *x*: inside of a block it goes past all convolutions, and nothing but concatenations stand on it. Between two dense blocks a **transition layer** halves the map, and with a 1×1
# convolution the channels, too. Four dense blocks of 6, 12, 24 and 16 layers, each of two convolutions, three transitions, the first convolution
# and the last, fully connected layer: 2·58 + 3 + 2 = 121 layers.

# %%
densenet = networks.densenet(121)
published.compare(densenet, "densenet121")

# %% [markdown]
# Eight million parameters, where ResNet-50 has 25.6, for a slightly larger error (23.6 against 22.9 %, both with ten crops, as the papers report).
# DenseNet-201, with 20 million, has 21.5 %, ResNet-101, with 44.5, 21.8 %. So fewer than half are enough for the same error, and a third gets near. But what does it cost besides?

# %%
resnet = networks.resnet(50)
tables = {"ResNet-50": cost.table(resnet), "DenseNet-121": cost.table(densenet)}
# %%
Table.from_dict(
    {
        name: {
            "parameters, millions": round(table["parameters"].sum() / 1e6, 1),
            "multiply-adds, billions": round(table["multiply_adds"].sum() / 1e9, 2),
            "outputs of all layers, megabytes": round(table["activation bytes"].sum() / 1e6),
        }
        for name, table in tables.items()
    },
    orient="index",
)

# %% [markdown]
# A third of the parameters, three quarters of the work, and a third *more* memory: the outputs of the layers are what training
# has to keep for the way back, for each image of a batch. Each layer normalises all that it reads anew, and each concatenation is a copy. The authors
# wrote a second paper on how to do without the copies. Parameters are only one of three currencies.

# %% tags=["guard"]
assert (image.shape[-1], x.shape[-1]) == (64, 256) and 2 * sum((6, 12, 24, 16)) + 3 + 2 == 121
resnet_kept, dense_kept = (table["activation bytes"].sum() for table in tables.values())
assert 1.3 < dense_kept / resnet_kept < 1.4
assert 0.7 < cost.multiply_adds(densenet) / cost.multiply_adds(resnet) < 0.76
assert densenet.count_params() < resnet.count_params() / 3
assert published.value("densenet121", "validation error, top 1, ten crops") == 23.61
assert published.value("resnet50", "validation error, top 1") == 22.85
assert published.value("densenet201", "validation error, top 1, ten crops") == 21.46
assert published.value("resnet101", "validation error, top 1") == 21.75
assert round(published.value("densenet201", "trainable parameters") / 1e6) == 20
assert round(published.value("resnet101", "trainable parameters") / 1e6, 1) == 44.5

# %% [markdown]
# ## Groups: ResNeXt
#
# AlexNet had two towers since one GPU was too small (lesson 2). ResNeXt makes the 3×3 of a bottleneck in 32 groups of four: outputs 1 to 4
# read inputs 1 to 4 only, outputs 5 to 8 inputs 5 to 8, and so on. What that saves is spent on width: 128 channels instead of 64 for the
# same price. The paper calls the number of groups **cardinality**.

# %%
bottleneck = keras.Input((14, 14, 256), name="x")
figures.wiring(
    keras.Model(bottleneck, blocks.identity_block(bottleneck, 64, name="a"), name="ResNet's block"),
    keras.Model(
        bottleneck,
        blocks.resnext_block(bottleneck, 256, inner=128, groups=32, name="b"),
        name="ResNeXt's block",
    ),
)

# %% [markdown]
# The paper's table 2 has five ways to spend 70,000 weights on such a block: groups, and channels in each. Its table 3 has the errors of a 50-layer network of
# each kind. Count the weights:


# %%
def block_weights(channels, inner, groups):
    """The weights of 1×1, 3×3 in groups and 1×1, from `channels` to as many."""
    return channels * inner + 9 * inner * inner // groups + inner * channels


# %%
WAYS = {(1, 64): "resnet", (2, 40): "2x40d", (4, 24): "4x24d", (8, 14): "8x14d", (32, 4): ""}
rows = {}
for (groups, each), name in WAYS.items():
    ledger = "resnext50" if not name else f"resnext50_{name.replace('resnet', '1x64d')}"
    rows[f"{groups} × {each}"] = {
        "inner width": groups * each,
        "weights": block_weights(256, groups * each, groups),
        "reported top-1 error, %": published.value(ledger, "validation error, top 1"),
    }
Table.from_dict(rows, orient="index")

# %% [markdown]
# The same price within 3 %, and the error falls with the number of groups, from 23.9 to 22.2 %: four falls in a row, the last of only 0.1. Why it is so, the paper does not
# prove: many small transformations seem to be worth more than one large.
#
# A caution from lesson 11 holds here, too: fewer multiply-adds are not less time. On a processor, what Keras makes of groups is very slow; our `GroupedConv2D`
# computes them there as one ordinary convolution with zeros between the groups, so that here nothing at all is saved.

# %% tags=["guard"]
weights = [row["weights"] for row in rows.values()]
assert weights == [69_632, 69_760, 69_888, 71_456, 70_144] and max(weights) < 1.03 * min(weights)
reported = [row["reported top-1 error, %"] for row in rows.values()]
assert reported == sorted(reported, reverse=True) and (reported[0], reported[-1]) == (23.9, 22.2)

# %% [markdown]
# ## Let the channels vote: SE-ResNet
#
# Lesson 12's squeeze-and-excitation, in a residual block: the block's output is multiplied, channel by channel, by numbers from 0 to 1, *before* it is
# added to the shortcut. So the vote can turn a block's contribution off, but not what is on the road.

# %%
published.compare(networks.se_resnet(50), "se_resnet50")

# %% [markdown]
# Two and a half million more parameters, a tenth, and 0.06 % more multiply-adds in the two small layers. (With the multiplication of every output by its vote it is 0.2 %; the paper prints 3.87 for 3.86 billion.)
# It reports 23.3 instead of 24.8 % for the same network without. Compare errors within one paper only: ResNet-50 has 22.9 % with ten crops in its own, 23.9 in ResNeXt's training, 24.8 here.
#
# What do the channels vote? If the votes told classes apart, they would have to differ between classes: early in the network, late, or both?
# We trained a small SE-ResNet of six blocks on 10,000 small photographs (CIFAR-10, three seeds; `scripts/train_relatives.py`) and took the votes of the
# first and of the last block for each of the ten classes, the means of about 1,000 test images each:

# %%
voted = results.read("relatives", "gates-*.json")[0]["runs"]
names = data.CLASSES["cifar10"]
first, last = voted[0]["means"]
# %%
figures.votes(
    {
        f"first block ({first})": voted[0]["means"][first],
        f"last block ({last})": voted[0]["means"][last],
    },
    names,
)

# %% [markdown]
# A row is a class, dark is 1 and white 0, and the channels stand in the order of their mean. At the left a column has nearly one shade from top to bottom; at the right hardly any has. And for all blocks, the part of the votes' variance over all images that lies between the classes' means:

# %%
Table.from_dict(
    {
        f"block {place + 1}": {
            "between classes, % of the variance": results.spread(
                [100 * run["between"][place] for run in voted]
            )
        }
        for place in range(6)
    },
    orient="index",
)

# %% [markdown]
# In the first block, what a channel is multiplied by differs by less than 0.2 between classes, on average. In the last block it differs by more than 0.5: many channels are turned off for one class and on for
# another. The table says it for all images and all three seeds: of all the variance of the votes, 11 to 22 % lies *between* the classes' means in the first block (the rest lies between images of the same class), and
# 40 to 47 % in the last. So early channels serve everybody, and late ones specialise, as the paper's own figure shows for its large network. Among the four blocks between no order can be told. (This small network gets 37 % of the test images wrong, and was trained on a copy of
# CIFAR-10 stored as JPEG.)

# %% tags=["guard"]
voting = networks.se_resnet(50)
two_layers = cost.multiply_adds(voting) / cost.multiply_adds(resnet) - 1
weighed = [x.output.shape[1:] for x in voting.layers if isinstance(x, layers.Multiply)]
by_votes = sum(int(np.prod(shape)) for shape in weighed) / cost.multiply_adds(resnet)
assert 0.0006 < two_layers < 0.0007 and 0.0015 < two_layers + by_votes < 0.0025
assert round(voting.count_params() / resnet.count_params(), 1) == 1.1
firsts, lasts = ([run["between"][place] for run in voted] for place in (0, -1))
assert 0.1 < min(firsts) < max(firsts) < 0.23 and 0.4 < min(lasts) < max(lasts) < 0.48
assert max(part for run in voted for part in run["between"][:-1]) < min(lasts)
apart = [np.ptp(run["means"][block], axis=0).mean() for run in voted for block in (first, last)]
assert max(apart[::2]) < 0.2 and min(apart[1::2]) > 0.5
assert all(round(100 * run["test"]) == 37 for run in voted)

# %% [markdown]
# ## Wider against deeper
#
# ResNet-1001 trains, and gets 4.9 % of CIFAR-10 wrong (4.6 with smaller batches) with 10 million parameters. Wide residual networks ask: was it the depth? WRN-16-8, sixteen
# layers and eight times the filters, has 11 million, and its paper reports 4.3 to 4.8 % (the two numbers differ in how the images were prepared).
# And it claims to be faster at equal work, since a GPU likes few large products better than many small ones. That can be tried, even on your
# processor: one batch through two networks of about equal multiply-adds, of 16 layers with 16, 32 and 64 filters, and of 110 with 5, 10 and 20. (WRN-16-8 has 128, 256 and 512.)

# %%
small = {"input_shape": (32, 32, 3), "classes": 10}
pair = {
    "16 layers": networks.wide_resnet(16, 1, **small),
    "110 layers": networks.resnet_cifar(110, preactivation=True, width=5 / 16, **small),
}
# %%
batch = np.random.default_rng(0).random((32, 32, 32, 3), "float32")
runs = {name: partial(tf.function(model), batch) for name, model in pair.items()}
seconds = stopwatch.in_turns(runs, rounds=5)
# %%
rows = {
    name: {
        "parameters": model.count_params(),
        "multiply-adds, millions": round(cost.multiply_adds(model) / 1e6, 1),
        "convolutions": sum(isinstance(x, layers.Conv2D) for x in model.layers),
        "normalisations": sum(isinstance(x, layers.BatchNormalization) for x in model.layers),
        "milliseconds a batch": f"≈ {1000 * seconds[name]:.0f}",
    }
    for name, model in pair.items()
}
Table.from_dict(rows, orient="index")

# %%
print(f"the deep one takes ≈ {seconds['110 layers'] / seconds['16 layers']:.1f} times as long")

# %% [markdown]
# About equal work, and the deep one takes longer: its layers wait for one another, each is small, and it has eight times as many
# normalisations, which are no multiply-adds and take time. (On a processor; the paper measured a GPU.)

# %% tags=["guard"]
work = [cost.multiply_adds(model) for model in pair.values()]
assert 0.9 < work[0] / work[1] < 1.1
assert 8 < rows["110 layers"]["normalisations"] / rows["16 layers"]["normalisations"] < 9
assert seconds["110 layers"] > seconds["16 layers"]
assert published.value("preactivated1001_cifar", "test error, CIFAR-10, augmented") == 4.92
assert networks.wide_resnet(16, 8).count_params() > 10.9e6

# %% [markdown]
# ## Normalise before: pre-activation
#
# In ResNet's block a ReLU stands behind the addition, on the road. In pre-activation blocks, normalisation and ReLU come *before* each
# convolution, and behind the addition comes nothing:

# %%
road = keras.Input((14, 14, 16), name="x")
figures.wiring(
    keras.Model(
        road, blocks.identity_block(road, 16, bottleneck=False, name="a"), name="original block"
    ),
    keras.Model(
        road,
        blocks.preactivated_block(road, 16, bottleneck=False, name="b"),
        name="pre-activation block",
    ),
)

# %% [markdown]
# Does it matter? Take 110 layers of each kind, a quarter as wide, with random weights, and send 32 images through. First, does the signal explode or vanish in one of them (lesson 4)?

# %%
(clothes, labels), _ = data.load("fashion_mnist")
clothes = clothes[:32, ..., None] / np.float32(255)


def after_blocks(network, ending):
    """What stands behind each block, for the 32 images; normalisation as in training."""
    ends = [layer.output for layer in network.layers if layer.name.endswith(ending)]
    return [np.array(made) for made in keras.Model(network.input, ends)(clothes, training=True)]


# %%
narrow = {"width": 1 / 4, "input_shape": (28, 28, 1)}
original = after_blocks(networks.resnet_cifar(110, **narrow), "_out")
before = after_blocks(networks.resnet_cifar(110, preactivation=True, **narrow), "_add")
# %%
Table.from_dict(
    {
        f"behind block {n}": {
            "original": f"≈ {original[n - 1].std():.1f}",
            "pre-activation": f"≈ {before[n - 1].std():.1f}",
        }
        for n in (1, 6, 18, 36, 54)
    },
    orient="index",
)

# %% [markdown]
# Both grow slowly, to about 4; neither explodes. So size is not the difference. Now look at the *road*. A number passes a ReLU if it is above 0, and its gradient passes
# with it; else both stop there. Through how many of the 18 ReLUs in a row, in the first stage, do they get?

# %%
through = np.ones(original[0].shape, bool)
left = {}
for n, made in enumerate(original[:18], start=1):
    through &= made > 0
    left[f"ReLU {n}"] = {
        "open at this one": f"≈ {np.mean(made > 0):.0%}",
        "open all the way": f"≈ {through.mean():.0%}",
    }
# %%
Table.from_dict(
    {name: left[name] for name in ("ReLU 1", "ReLU 2", "ReLU 6", "ReLU 12", "ReLU 18")},
    orient="index",
)

# %% [markdown]
# In this narrow network before any training, a fifth or so of all numbers on the road get through the 18 blocks of the first stage. (The larger the number on the road has become, the less often F pulls it below 0: so later ReLUs are open more often.) In a pre-activation network all do: nothing stands there. So lesson 6's
# sum over paths has its longest, plainest path, the one past everything, closed for most numbers in ResNet itself, and open
# here. The paper reports what that is worth: little with 110 layers (6.6 to 6.4 % wrong on CIFAR-10), much with 1,001 (7.6 to 4.9 %).
#
# The paper prints 1.7 million parameters for 164 layers, and 10.2 million for 1,001. Count those of 164 (1,001 take long; the ledger has their count):

# %%
published.compare(networks.resnet_cifar(164, preactivation=True), "preactivated164_cifar")

# %%
deep = published.value("preactivated1001_cifar", "trainable parameters")
of_normalisation = 149_216  # gamma and beta of its 1,000 normalisations
print(f"1,001 layers: {deep:,} trainable; without gamma and beta {deep - of_normalisation:,}")

# %% [markdown]
# 10.3 million; without the two numbers that normalisation learns for each channel it is rounded 10.2. So it fits if this paper does not count
# them; Keras, EfficientNet's paper and Xception's do. When your count is one or two per cent off, look there first.

# %% tags=["guard"]
share = through.mean()
assert 0.1 < share < 0.35 and np.mean(original[17] > 0) > 0.6
assert 0.5 < original[53].std() / before[53].std() < 2 < original[53].std() < 8
assert deep == 10_327_706 and round((deep - of_normalisation) / 1e6, 1) == 10.2

# %% [markdown]
# ### Shattered gradients
#
# Why do shortcuts help a network that normalises anyway? In 2017, Balduzzi and others looked at the gradient itself. Take networks with a single number as input, and ask how the gradient by that input changes
# as the input goes from -2 to 2. Training moves weights, not inputs; but the same factors stand in the gradients by the weights. If they turn into something else altogether with a small step of the input, two
# nearly equal images pull the weights in unrelated directions. They call that **shattered gradients**.


# %%
def on_a_line(depth, shortcut, width=100):
    """Dense layers, each behind normalisation and ReLU; `shortcut` is what F is multiplied by."""
    x = image = keras.Input((1,))
    normal = keras.initializers.RandomNormal(stddev=1.0)
    x = layers.Dense(width, kernel_initializer="he_normal", bias_initializer=normal)(x)
    for _ in range(depth):
        y = layers.ReLU()(layers.BatchNormalization()(x))
        y = layers.Dense(width, kernel_initializer="he_normal")(y)
        x = y if shortcut is None else x + shortcut * y
    y = layers.ReLU()(layers.BatchNormalization()(x))
    return keras.Model(image, layers.Dense(1)(y))


# %%
line = np.linspace(-2, 2, 256, dtype="float32")[:, None]


def gradients(network):
    """The gradient by the input, at each of the 256 places; normalisation as in training."""
    place = tf.Variable(line)
    with tf.GradientTape() as tape:
        made = network(place, training=True)
    return np.array(tape.gradient(made, place))[:, 0]


# %%
KINDS = {
    "2 layers": (2, None),
    "24 layers": (24, None),
    "24, shortcuts": (24, 1.0),
    "24, shortcuts, F times 0.1": (24, 0.1),
}


# %%
def beside(values):
    """The correlation of each gradient with the one at the next place."""
    values = values - values.mean()
    return float((values[:-1] * values[1:]).sum() / (values * values).sum())


# %%
found = {}
for name, (depth, shortcut) in KINDS.items():
    found[name] = []
    for seed in range(3):
        keras.utils.set_random_seed(seed)
        found[name].append(gradients(on_a_line(depth, shortcut)))
# %%
figures.slopes({name: seeds[0] for name, seeds in found.items()}, line[:, 0])

# %% [markdown]
# Each curve is divided by its largest value. And in numbers, from three random starts, how much a gradient has to do with the one at the next place (1: all, 0: nothing):

# %%
Table.from_dict(
    {
        name: {
            "correlation with the next place": "≈ " + results.spread(list(map(beside, seeds)), 2)
        }
        for name, seeds in found.items()
    },
    orient="index",
)

# %% [markdown]
# The paper's picture comes out, with smaller networks than its own. With 24 normalised layers, gradients at neighbouring places have nothing to do with each other: noise. With shortcuts they keep half of their likeness; and if each block's F is made small, nearly all, as with 2 layers: such a network begins almost as a shallow one. These networks have learned nothing yet; what
# is shown is where training has to *begin*.

# %% tags=["guard"]
kept = {name: [beside(values) for values in seeds] for name, seeds in found.items()}
assert max(kept["24 layers"]) < 0.3 < min(kept["24, shortcuts"])
assert max(kept["24, shortcuts"]) < min(kept["24, shortcuts, F times 0.1"])
assert min(kept["2 layers"]) > 0.7

# %% [markdown]
# ## Drop blocks while training: stochastic depth
#
# Dropout leaves out units; stochastic depth leaves out whole blocks. In a residual network that is easily done: without F the shortcut is still there. Of 54 blocks (110 layers), the first is left out in 1 % of the steps,
# the last one in 50 %, and those between in proportion to their place. How deep is the network then, on average?

# %%
blocks_there = 54
kept_on_average = sum(1 - 0.5 * n / blocks_there for n in range(1, blocks_there + 1))
print(f"{kept_on_average:.2f} of {blocks_there} blocks")

# %% [markdown]
# 40.25, the paper's (3·54 − 1)/4: a quarter of the work of training is saved, if the blocks that are left out are not computed. (Ours, `resnet_cifar(110, drop=0.5)`, leaves out a block image by image, not for a whole batch; that has the same effect on average, and
# saves nothing.)
#
# What would have to come out if it worked? A network that was trained so should mind it less if blocks are missing. Two narrow ResNet-20 of nine blocks, with stochastic depth and without, were trained on 5,000 images,
# three seeds, each with the best of three rates; then 0 to 8 of their blocks were left out, the mean of five random choices:

# %%
trained = results.read("relatives", "dropped-*.json")[0]["runs"]
ways = {
    f"trained {'with' if drop else 'without'} stochastic depth": [
        run["left out"] for run in trained if run["drop"] == drop
    ]
    for drop in (0.0, 0.5)
}
# %%
figures.errors_without(ways, "test error")

# %% [markdown]
# Each dot is a trained network. And with all blocks in place:

# %%
Table.from_dict(
    {
        f"stochastic depth {drop:g}": {
            f"{part} error, %": results.spread(
                [100 * run[part] for run in trained if run["drop"] == drop]
            )
            for part in ("training", "test")
        }
        for drop in (0.0, 0.5)
    },
    orient="index",
)

# %% [markdown]
# It came out, clearly: without stochastic depth a single missing block makes 23 to 48 % errors of 14; with it, four of nine can be missing for 22 %. Such a network is a crowd of networks of different depths, each of which has had to
# stand alone. But with all blocks in place it is *worse*, 16 against 14 %, in all three seeds, and it has not fitted its training images (12 against 4 % wrong). Leaving out blocks makes learning harder. A small network in ten epochs has no need of that; the paper's had
# 110 layers and 500 epochs, and there it helped: 5.25 instead of 6.41 % on CIFAR-10.

# %% tags=["guard"]
assert round(kept_on_average, 9) == 40.25 == (3 * 54 - 1) / 4
with_, without = ([run for run in trained if run["drop"] == drop] for drop in (0.5, 0.0))
one = [run["left out"][1] for run in without]
assert 0.22 < min(one) < 0.23 and 0.475 < max(one) < 0.485
assert all(round(100 * run["left out"][4]) == 22 for run in with_)
assert min(run["test"] for run in with_) > max(run["test"] for run in without) + 0.015
assert [round(100 * np.mean([run["training"] for run in w])) for w in (with_, without)] == [12, 4]
assert published.value("stochastic_depth110_cifar", "test error, CIFAR-10, augmented") == 5.25

# %% [markdown]
# ## Inception to its end: Xception
#
# Inception v3 is as old as ResNet; it went on from lesson 9's block: a 5×5 became two 3×3, a 7×7 became a 1×7 and a 7×1, which have 14 weights where there were 49. Xception
# asks what remains if the branches become as many as there are channels: a filter for each channel, and a 1×1 that mixes. That is lesson 11's depthwise separable
# convolution, found on another way, with shortcuts around every two or three.

# %%
published.compare(networks.xception(), "xception")

# %% [markdown]
# 22,855,952: the paper prints the number to the last digit, and it comes out. (So it counts what normalisation learns, and not what it only collects.) Its network is about as large as Inception v3, and a little
# better on ImageNet: 79.0 against 78.2 %. Inception v3 itself cannot be counted from its paper, whose tables are not complete: it prints 4.8 billion multiply-adds, and the network that everybody
# uses, also Keras's, has 5.7.

# %% tags=["guard"]
assert published.value("xception", "top 1 accuracy") == 79.0
assert published.value("inception_v3", "top 1 accuracy") == 78.2
assert published.value("inception_v3", "multiply-adds in print") == 4_800_000_000
assert round(published.value("inception_v3", "multiply-adds") / 1e9, 1) == 5.7

# %% [markdown]
# ## Batch normalisation by hand
#
# All these networks lean on one layer. What it does in training, forward and on the way back, in NumPy:


# %%
def forward(x, gamma, beta, epsilon=1e-3):
    """Normalised over all images and places of each channel; and what the way back needs."""
    mean, variance = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
    spread = np.sqrt(variance + epsilon)
    normal = (x - mean) / spread
    return gamma * normal + beta, normal, spread


# %%
def backward(dy, normal, spread, gamma):
    """The gradients by x, gamma and beta, from the gradient by the output."""
    over = {"axis": (0, 1, 2)}
    dx = gamma / spread * (dy - dy.mean(**over) - normal * (dy * normal).mean(**over))
    return dx, (dy * normal).sum(**over), dy.sum(**over)


# %% [markdown]
# Where does the bracket come from? The output depends on x in three ways: directly, through the mean, and through the deviation. The second term takes off what all numbers of a channel have in common: a common shift of x
# changes nothing, so no gradient may ask for one. The third takes off what is along the normalised x: a common factor changes nothing, either (but for epsilon). So whatever comes in from behind, a gradient that came through asks neither for a shift nor for a factor. Against Keras:

# %%
random = np.random.default_rng(3)
x, dy = (random.normal(1, 2, (8, 4, 4, 3)).astype("float32") for _ in range(2))
layer = layers.BatchNormalization(gamma_initializer="random_normal", momentum=0.9)
tensor = tf.Variable(x)
with tf.GradientTape() as tape:
    made = layer(tensor, training=True)
theirs = [np.array(g) for g in tape.gradient(made, [tensor, layer.gamma, layer.beta], dy)]
# %%
y, normal, spread = forward(x, np.array(layer.gamma), 0)
ours = backward(dy, normal, spread, np.array(layer.gamma))
print("forward agrees: ", np.allclose(y, made, atol=1e-4))
print("backward agrees:", all(np.allclose(a, b, atol=1e-3) for a, b in zip(ours, theirs)))

# %%
print("moving mean:    ", np.array(layer.moving_mean).round(3))
print("0.1 of the mean:", (0.1 * x.mean(axis=(0, 1, 2))).round(3))

# %% [markdown]
# In use there may be one image, and no batch. So training keeps *moving averages* of mean and variance: *momentum* (not the optimizer's) times the old value and 1 − *momentum* times that of the batch. They start at 0 and 1. How many steps until
# 95 % of that start is forgotten?

# %%
for momentum in (0.9, 0.99):
    print(f"momentum {momentum}: {int(np.ceil(np.log(0.05) / np.log(momentum)))} steps")

# %% [markdown]
# Keras's own value is 0.99: in a short training the averages are not there yet, and the network is bad in use while it is good in training. See for yourself: the same network, the same 80 steps, judged both ways.


# %%
def judged(momentum):
    """Test errors in use, and with the statistics of the test batch, after 80 steps."""
    keras.utils.set_random_seed(4)
    network = keras.Sequential([keras.Input((28, 28, 1))])
    for filters in (8, 16, 16):
        network.add(layers.Conv2D(filters, 3, 2, use_bias=False))
        network.add(layers.BatchNormalization(momentum=momentum))
        network.add(layers.ReLU())
    network.add(layers.Flatten())
    network.add(layers.Dense(10, activation="softmax"))
    network.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    network.fit(pictures, kinds, batch_size=32, epochs=1, verbose=0)
    return [np.mean(np.argmax(network(held, training=t), 1) != held_kinds) for t in (False, True)]


(pictures, kinds), (held, held_kinds) = data.load("fashion_mnist")
pictures, held = (x[:n, ..., None] / np.float32(255) for x, n in ((pictures, 2560), (held, 1000)))
kinds, held_kinds = kinds[:2560], held_kinds[:1000]

# %%
errors = {momentum: judged(momentum) for momentum in (0.9, 0.99)}
# %%
Table.from_dict(
    {
        f"momentum {momentum}": {"in use": f"≈ {use:.0%}", "by the batch": f"≈ {live:.0%}"}
        for momentum, (use, live) in errors.items()
    },
    orient="index",
)

# %% [markdown]
# Momentum changes nothing in training, so by the statistics of the batch both are equal. In use, the one with 0.99 is far worse: after 80 steps, 0.99 to the 80th, 45 %, of the start is still in its averages. The one with 0.9 is about as good either way, which is why
# this course's networks have 0.9. With tens of thousands of steps it makes no difference, and 0.99 is the steadier average.

# %% tags=["guard"]
(use, live), (slow_use, slow_live) = errors[0.9], errors[0.99]
assert (
    round(0.99**80, 2) == 0.45
    and slow_live == live
    and slow_use > live + 0.1
    and use < slow_use - 0.1
)

# %% [markdown]
# ### The papers' claims, settled
#
# 1. *Far fewer parameters*: right, and a third more memory.
# 2. *More groups at equal cost*: the cost is equal, within 3 %; that it is better is reported.
# 3. *Costs nearly nothing*: right in multiply-adds, 0.2 %; a tenth more parameters.
# 4. *Wide and faster*: faster at equal work, here too; as good, reported.
# 5. *Nothing on the shortcut*: right; in our narrow ResNet, before training, four of five numbers did not get through 18 blocks.
# 6. *Random depth*: 40.25 of 54 blocks. It made a network that can spare blocks, and, small and in ten epochs, a worse one.
# 7. *Channels and places apart*: our copy has exactly the paper's parameters; that it is better is reported.
#
# ## What to remember
#
# - Add, or concatenate; in groups, or by votes; wider, or deeper: each changes one line of a block, and you can count what it costs.
# - What stands on the shortcut matters more, the deeper the network is.
# - Batch normalisation computes two different things: with the batch's mean in training, with moving averages in use.

# %% [markdown]
# ## Test yourself
#
# 1. A DenseNet's first layer of a block has a growth rate of 32 and reads 64 channels; its twelfth reads 416. What in its work grows, and what does not?
#
# <details><summary>Answer</summary>
#
# The 1×1 convolution reads all channels, so its work grows with them. The 3×3 always reads the 128 that the 1×1 makes. That is what the bottleneck is for.
#
# </details>
#
# 2. With as many groups as channels, what is a convolution in groups called?
#
# <details><summary>Answer</summary>
#
# Depthwise: each filter reads a single channel (lesson 11).
#
# </details>
#
# 3. In SE-ResNet the votes multiply F(x) before the addition. What would change if they multiplied the sum?
#
# <details><summary>Answer</summary>
#
# They would stand on the road: 16 blocks would each multiply what is on the shortcut by numbers below 1 (lesson 4's product). With a fixed 0.5, in the pre-activation paper, networks of 110 layers failed or were far worse (12.4 instead of 6.6 %). Votes are learned, and can stay near 1; the paper of squeeze-and-excitation tried it, and found it worse than the usual place.
#
# </details>
#
# 4. You take a batch of one image, and call a network with `training=True`. What does its batch normalisation do on maps of 1×1?
#
# <details><summary>Answer</summary>
#
# The mean is the number itself, the variance 0: the output is beta, whatever the image is. On larger maps there are still the places to average over.
#
# </details>
#
# 5. A paper prints 10.2 million parameters, you count 10.33. What do you look at first?
#
# <details><summary>Answer</summary>
#
# Which weights are counted: gamma and beta, moving averages, biases. Then strides and the first layers.
#
# </details>

# %% [markdown]
# **Try it.** In the cell on shattered gradients, take the normalisation out of the 24 layers *with* shortcuts (both lines), and look at the table again. What happens to the correlation, and what to the size of the gradient?
#
# <details><summary>What you should see</summary>
#
# The correlation stays high, about 0.9. But nothing holds the size any more: each block doubles the variance, and the gradients become thousands of times as large (print `np.abs(found["24, shortcuts"]).mean()`). Normalisation holds the size, and without shortcuts it is also what shatters; together with shortcuts it does the one and not so much of the other.
#
# </details>
#
# **Papers.** G. Huang and others, *Densely Connected Convolutional Networks*, CVPR 2017. S. Xie and others, *Aggregated Residual Transformations for Deep Neural Networks*, CVPR 2017. J. Hu and others, *Squeeze-and-Excitation Networks*, CVPR 2018. S. Zagoruyko and N. Komodakis, *Wide Residual
# Networks*, BMVC 2016. K. He and others, *Identity Mappings in Deep Residual Networks*, ECCV 2016. D. Balduzzi and others, *The Shattered Gradients Problem*, ICML 2017. G. Huang and others, *Deep Networks with Stochastic Depth*, ECCV 2016. C. Szegedy and others, *Rethinking the Inception Architecture for Computer Vision*, CVPR 2016. F.
# Chollet, *Xception: Deep Learning with Depthwise Separable Convolutions*, CVPR 2017. S. Ioffe and C. Szegedy, *Batch Normalization*, ICML 2015.
#
# Now [the exercises](exercises/14_after_resnet.ipynb), then [lesson 15](15_the_race.ipynb): all
# seventeen networks of the course in one race.
