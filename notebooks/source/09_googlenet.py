# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 9 · GoogLeNet
#
# {{badge}}
#
# | | |
# |---|---|
# | **You will be able to** | (in brackets the exercise) follow height, width, channels and depth through a network's table (`read_by_5a`, `way_to_aux2`); count and build a side branch (`side_parameters`, `side_branch`); build a small GoogLeNet from its table, and find the faults in another (`small_googlenet`, `a_block_a_stage`); say which blocks a loss reaches (`explanation`), and measure whether a larger gradient helps (`larger_gradient`) |
# | **You need** | the block of [lesson 8](08_inception_block.ipynb), vanishing gradients and He's rule from [lesson 4](04_trouble_with_depth.ipynb) |
# | **Time** | {{time}} |
#
# GoogLeNet won ImageNet's contest in 2014, the year of VGG, with a twentieth of VGG's parameters.
# It is nine inception blocks in a row. One idea to remember: **cheap blocks make a deep network
# affordable.** Side branches were meant to carry the gradient into its depth, a year before
# shortcuts. Whether they do depends on the initial weights, as you will measure.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
import tensorflow as tf
from keras import layers

from utils import blocks, cost, data, figures, networks, published, results, training
from utils.layers import LocalResponseNormalization
from utils.tables import Table

keras.utils.set_random_seed(2014)

# %% [markdown]
# ## From the lecture notes
#
# 1. The inception network is inception blocks one after the other, with poolings between that
#    change height and width.
# 2. It has side branches, which predict the class from hidden layers. They keep the hidden layers
#    useful and regularise.
# 3. It comes from Google, its name honours LeNet, and "inception" comes from a film.
#
# Each of these gets settled below.

# %% [markdown]
# ## The picture

# %%
whole = networks.googlenet()
figures.volumes(whole)

# %% [markdown]
# A stem as in the networks before it, then nine inception blocks in three stages, each with four
# slabs as in lesson 8: 1×1, 3×3, 5×5, pooling. Height and width halve between stages, by pooling, as
# in VGG. Behind 4a and 4d an arrow leaves. There a **side branch** begins, a small classifier half
# way up the network, for training only. The paper calls it *auxiliary*, and so the two are named
# aux1 and aux2.

# %% [markdown]
# ## Predict
#
# Take a pencil.
#
# - The last block leaves 7×7×1024, which are averaged to 1,024 numbers. How many parameters has the
#   dense layer to 1,000 classes? And if the 7×7×1024 were flattened instead?
# - Blocks 3a and 3b read maps of 28×28, 5a and 5b of 7×7. Which have more parameters? Which do more
#   work?
# - A block is two convolutions deep. How many layers with weights lie on the longest way from image
#   to class? (The stem has three, and a dense layer ends it.)
#
# <details><summary>Answers, once you have yours</summary>
#
# - 1,024 · 1,000 weights and 1,000 biases: 1,025,000. Flattened, 7 · 7 · 1,024 · 1,000 + 1,000 =
#   50,177,000. Averaging saves 49 million parameters, seven times the whole network.
# - 5a and 5b have more parameters, since they have more channels. 3a and 3b do more work, since each
#   of their weights is used at 28 · 28 = 784 places, not at 49. It was so in AlexNet and in VGG, too.
# - 3 + 9 · 2 + 1 = 22, as the paper says.
#
# </details>

# %% tags=["guard"]
averaged, flattened = 1024 * 1000 + 1000, 7 * 7 * 1024 * 1000 + 1000
assert whole.get_layer("main").count_params() == averaged == 1_025_000
assert flattened == 50_177_000
assert flattened - averaged == 49_152_000 > 7 * 6_998_552
assert 3 + 9 * 2 + 1 == 22

# %% [markdown]
# ## Build it
#
# The stem, with AlexNet's response normalisation (`norm` has the constants of a widely used copy in
# Caffe, since the paper gives none). Then a table, a line a block, in the order of the paper's
# columns: 1×1, 3×3 reduce, 3×3, 5×5 reduce, 5×5, pool proj. ("Reduce" is the bottleneck before a
# filter, "pool proj" the 1×1 behind the pooling.) `networks.googlenet()` has the same layers, with
# names and He's initial weights.

# %%
image = keras.Input((224, 224, 3))
conv = {"padding": "same", "activation": "relu"}
pool = {"pool_size": 3, "strides": 2, "padding": "same"}
norm = {"k": 1.0, "alpha": 2e-5}
x = layers.Conv2D(64, 7, 2, **conv)(image)
x = LocalResponseNormalization(**norm)(layers.MaxPooling2D(**pool)(x))
x = layers.Conv2D(64, 1, **conv)(x)
x = layers.Conv2D(192, 3, **conv)(x)
x = layers.MaxPooling2D(**pool)(LocalResponseNormalization(**norm)(x))
x.shape

# %%
table = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}

# %%
made = {}
for block, filters in table.items():
    if block in ("4a", "5a"):
        x = layers.MaxPooling2D(**pool)(x)
    x = made[block] = blocks.inception_block(x, filters, name=block)
{block: tuple(x.shape[1:]) for block, x in made.items()}

# %%
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dropout(0.4)(x)
main = layers.Dense(1000, activation="softmax")(x)
f"{keras.Model(image, main).count_params():,}"

# %% [markdown]
# The two side branches leave behind 4a and 4d, a third and two thirds of the way: pool, 1×1, dense,
# dropout, and a softmax of their own.


# %%
def side_branch(x):
    x = layers.AveragePooling2D(5, 3)(x)
    x = layers.Conv2D(128, 1, activation="relu")(x)
    x = layers.Dense(1024, activation="relu")(layers.Flatten()(x))
    return layers.Dense(1000, activation="softmax")(layers.Dropout(0.7)(x))


# %%
behind_4a = keras.Input((14, 14, 512), name="4a")
figures.wiring(keras.Model(behind_4a, side_branch(behind_4a), name="side branch"))

# %% [markdown]
# Why it is there: its loss lies three layers with weights behind 4a, the main loss six blocks and a
# dense layer. So the blocks up to 4a get a gradient by a short way too, and have to make features
# that already tell classes apart. That was the authors' idea. You will measure what becomes of it.

# %%
by_hand = keras.Model(image, [main, side_branch(made["4a"]), side_branch(made["4d"])])
f"{by_hand.count_params():,}"

# %% [markdown]
# With them there are nearly twice as many parameters. In use the side branches are cut off. No layer
# of the main way reads them, so its output stays the same; 6,998,552 parameters are left:

# %%
googlenet = keras.Model(whole.input, whole.outputs[0])
f"{googlenet.count_params():,}"

# %% tags=["guard"]
assert by_hand.count_params() == whole.count_params() == 13_378_280
assert keras.Model(image, main).count_params() == googlenet.count_params() == 6_998_552

# %% [markdown]
# ## Check it against the paper
#
# This course keeps a *ledger* for each network: numbers that its paper prints, and what comes
# of it when it is counted here. Five of GoogLeNet's do not fit. The ledger says how, so they are not
# counted as wrong:

# %%
comparison = published.compare(googlenet, "googlenet_main")
counts = comparison.dropna(subset="counted")
wrong = counts["note"].str.contains("should be")
f"{len(counts)} numbers counted, {sum(wrong)} other than they should be"

# %% [markdown]
# The paper prints thousands of parameters and millions of operations for every row of its table. Row
# by row, paper over count:

# %%
paper = comparison[comparison["source"] == "Szegedy 2015, table 1"]
rows = {}
for figure, row in paper.iterrows():
    layer, kind = figure.split(" ", 1)
    rows.setdefault(layer, {})[f"{kind}, paper"] = row["published"]
    rows[layer][f"{kind}, counted"] = row["counted"]
    rows[layer][f"{kind}, paper / counted"] = f"{row['published'] / row['counted']:.2f}"
Table.from_dict(rows, orient="index")

# %% [markdown]
# Nearly everywhere the paper is between 5 per cent under the count and 1 over it. Operations are
# rounded to millions (but 4a's 73.6 is cut to 73). Parameters are without biases and, it seems, in
# units of 1,024, as in lesson 8. The rows that do not fit:

# %%
shares = (paper["published"] / paper["counted"]).astype(float)
off = list(shares[(shares < 0.95) | (shares > 1.01)].index)
off

# %% [markdown]
# And the parameters of all other rows, the paper's thousands beside the weights in units of 1,024:


# %%
def weights_of(model, place=""):
    found = [layer for layer in model.layers if layer.name.startswith(place)]
    return sum(layer.kernel.numpy().size for layer in found if hasattr(layer, "kernel"))


kept = paper["published"].drop(off).filter(like="parameters") / 1000
kept.index = [figure.split()[0] for figure in kept.index]
{place: (int(n), f"{weights_of(googlenet, place) / 1024:.1f}") for place, n in kept.items()}

# %% [markdown]
# Three of the nine agree to the thousand, two are one off, and the others by less than 2 per cent.

# %% tags=["guard"]
assert not wrong.any()
assert {name.split()[0] for name in off} == {"conv1", "inception_4c", "inception_5a"}
differences = [n - weights_of(googlenet, place) / 1024 for place, n in kept.items()]
assert len(kept) == 9 and sum(abs(d) < 0.9 for d in differences) == 3
assert sum(0.9 < abs(d) < 1.1 for d in differences) == 2
assert all(abs(d) < 0.02 * n for d, n in zip(differences, kept))
assert 73.6e6 < paper["counted"]["inception_4a multiply-adds"] < 73.7e6

# %% [markdown]
# **conv1.** The paper has 2.7 thousand parameters and 34 million operations, where a 7×7
# convolution from 3 to 64 channels has 9,472 and 118 million. That is hardly a misprint, since both
# numbers fit another layer: a *separable* convolution, 8 filters of 7×7 on each of the three colours
# and a 1×1 convolution from these 24 to 64. It has 7 · 7 · 3 · 8 + 24 · 64 weights. (Here the
# thousands are plain thousands.)

# %%
image = keras.Input((224, 224, 3))
separable = layers.SeparableConv2D(
    64, 7, strides=2, padding="same", depth_multiplier=8, use_bias=False
)
separable = keras.Model(image, separable(image))
separable.count_params(), cost.multiply_adds(separable)

# %% [markdown]
# It seems that the authors counted one network and described another. (The paper on batch
# normalisation, which two of Google's published some months later, says that its inception network
# begins with such a layer, 8 filters a colour.)
#
# **5a.** 1,072 thousand and 54 million do not fit the six numbers of that row either. Both would be
# right if the block read 96 more channels than 4e hands on:

# %%
image = keras.Input((7, 7, 832 + 96))
wider = keras.Model(image, blocks.inception_block(image, table["5a"], name="5a"))
f"{weights_of(wider) / 1024:.1f}", cost.multiply_adds(wider)

# %% [markdown]
# Whether it once did, the paper does not say.
#
# **4c.** 463 thousand parameters fit nothing that we tried. The operations of this row are right.

# %% tags=["guard"]
assert separable.count_params() == 7 * 7 * 3 * 8 + 24 * 64 == 2_712
assert round(cost.multiply_adds(separable) / 1e6) == 34
assert weights_of(wider) // 1024 == 1072 and round(cost.multiply_adds(wider) / 1e6) == 54

# %% [markdown]
# ## Why it is cheap
#
# VGG-16 and GoogLeNet side by side, VGG's dense layers with their biases:

# %%
vgg_dense = (7 * 7 * 512 + 1) * 4096 + (4096 + 1) * 4096 + (4096 + 1) * 1000
dense = {"VGG-16": vgg_dense, "GoogLeNet": (1024 + 1) * 1000}
sizes = {}
for name, ledger in {"VGG-16": "vgg16", "GoogLeNet": "googlenet_main"}.items():
    parameters = published.value(ledger, "parameters")
    sizes[name] = {
        "dense layers": dense[name],
        "convolutions": parameters - dense[name],
        "all parameters": parameters,
        "multiply-adds": published.value(ledger, "multiply-adds"),
    }
Table.from_dict(sizes, orient="index")

# %% [markdown]
# A twentieth of the parameters, a tenth of the work. **The parameters** went with the dense layers,
# which hold 124 of VGG's 138 million. A mean over all places, as in network in network,
# makes one dense layer of a million enough. **The work** is saved elsewhere, since VGG's dense layers
# do less than a hundredth of it. Two things save it. First, GoogLeNet looks at large maps only
# briefly. It is at 28×28 after three convolutions, while VGG's first two run at 224×224. Second, the
# bottlenecks. What would the nine blocks cost if every filter read all channels?

# %%
channels, direct = 192, 0
for block, (n1, _, n3, _, n5, pooled) in table.items():
    places = {"3": 28, "4": 14, "5": 7}[block[0]] ** 2
    direct += places * channels * (n1 + 3 * 3 * n3 + 5 * 5 * n5 + pooled)
    channels = n1 + n3 + n5 + pooled
costs = cost.table(googlenet)["multiply_adds"]
in_blocks = costs[costs.index.str.startswith("inception_")].sum()
first_two = 224 * 224 * 3 * 3 * (3 * 64 + 64 * 64)
{
    "VGG's first two layers": f"{first_two:,}",
    "all of GoogLeNet": f"{costs.sum():,}",
    "its nine blocks": f"{in_blocks:,}",
    "the same without bottlenecks": f"{direct:,}",
}

# %% [markdown]
# VGG's first two layers alone do more than all of GoogLeNet. Without bottlenecks the nine blocks
# would cost 3.6 times as much. And what a block costs depends on where it stands:


# %%
def of_block(block):
    rows = cost.table(googlenet).filter(like=f"inception_{block}_", axis="index")
    return {"parameters": rows["parameters"].sum(), "multiply-adds": rows["multiply_adds"].sum()}


counted = {block: of_block(block) for block in ("3a", "3b", "5a", "5b")}
Table.from_dict(counted, orient="index")

# %% [markdown]
# 5a has more than six times the parameters of 3a, and does 0.4 of its work: it is used at a sixteenth
# of the places.
#
# **And the error?** In the contest of 2014 GoogLeNet had a top-5 error of 6.7 % and VGG 7.3 %, both
# as an ensemble of seven. A single VGG was the better network, though: 7.0 % against 7.9 %, when each
# looks at many crops of every image (table 7 of VGG's paper, printed after the contest). So as an
# ensemble GoogLeNet beat VGG, as a single network it did not: about as few errors, for a tenth of the
# work.

# %% tags=["guard"]
vgg, ours = sizes["VGG-16"], sizes["GoogLeNet"]
assert round(vgg["all parameters"] / ours["all parameters"]) == 20
assert round(vgg["multiply-adds"] / ours["multiply-adds"]) == 10
assert ours["all parameters"] == googlenet.count_params() and ours["multiply-adds"] == costs.sum()
assert vgg_dense == 123_642_856 and vgg_dense < 0.01 * vgg["multiply-adds"]
assert first_two > costs.sum() and f"{direct / in_blocks:.1f}" == "3.6"
assert counted["5b"]["parameters"] > 3 * counted["3b"]["parameters"]
assert counted["3b"]["multiply-adds"] > 4 * counted["5b"]["multiply-adds"]
assert 6 < counted["5a"]["parameters"] / counted["3a"]["parameters"] < 6.5
assert round(counted["5a"]["multiply-adds"] / counted["3a"]["multiply-adds"], 1) == 0.4

# %% [markdown]
# ## Train it
#
# On Fashion-MNIST, but not on its 28×28 pixels. Five halvings would leave a single one of them, and
# even 64 pixels leave maps of 4×4 behind 4a, too small for the side branch's pooling of 5×5:

# %%
try:
    networks.googlenet(input_shape=(64, 64, 1))
except ValueError as refusal:
    print(refusal)

# %% [markdown]
# So the images are enlarged to 66×66, each pixel repeated two or three times, and the network has a
# quarter of the filters. Three outputs have three losses, and the paper weighs those of the side
# branches by 0.3. With `COURSE_PROFILE=full`: all filters, all images, 112×112.

# %%
WIDTH = training.by_profile(quick=1 / 4, full=1)
PIXELS = training.by_profile(quick=66, full=112)
IMAGES = training.by_profile(quick=2_240, full=60_000)
BATCH = training.by_profile(quick=32, full=64)
EPOCHS = training.by_profile(quick=3, full=20)
RATE = 1e-3


# %%
def prepare(images):
    nearest = np.arange(PIXELS) * 28 // PIXELS
    return images[:, nearest][:, :, nearest, None] / np.float32(255)


(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
names = data.CLASSES["fashion_mnist"]
x_train, y_train = prepare(x_train[:IMAGES]), y_train[:IMAGES]
x_test, y_test = prepare(x_test[:1000]), y_test[:1000]
x_train.shape, x_test.shape

# %% [markdown]
# About half a minute:

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(2014)
with training.strategy().scope():
    network = networks.googlenet(width=WIDTH, input_shape=x_train.shape[1:], classes=10)
    losses = ["sparse_categorical_crossentropy"] * 3
    rate = keras.optimizers.schedules.CosineDecay(RATE, EPOCHS * IMAGES // BATCH)
    adam = keras.optimizers.Adam(rate)
    network.compile(adam, losses, loss_weights=[1, 0.3, 0.3], metrics=["accuracy"] * 3)
    adam.build(network.trainable_variables)  # else Keras traces the first step twice
fit = {"batch_size": BATCH, "epochs": EPOCHS, "validation_data": (x_test, [y_test] * 3)}
history = network.fit(x_train, [y_train] * 3, **fit)

# %%
of_main = {"accuracy": "main_accuracy", "val_accuracy": "val_main_accuracy"}
figures.learning_curves({"main": {kind: history.history[key] for kind, key in of_main.items()}})

# %% [markdown]
# The main output learns. (Training accuracy is the mean over an epoch and taken with dropout, so that
# it may lie below test accuracy.) And the side branches, on the same test images, at the end?

# %%
last = {name: history.history[f"val_{name}_accuracy"][-1] for name in network.output_names}
{name: f"≈ {accuracy:.1%}" for name, accuracy in last.items()}

# %% [markdown]
# The first side branch, behind three blocks, does worse than the main output, behind nine. (The
# blocks need not be the only reason: its loss weighs 0.3, and its dropout hides 70 %, not 40. How far
# the second, behind six blocks, is from either differs from machine to machine.) For use, the side
# branches are cut off:

# %%
in_use = keras.Model(network.input, network.outputs[0])
probabilities = in_use.predict(x_test, batch_size=200, verbose=0)
accuracy = np.mean(probabilities.argmax(axis=1) == y_test)
f"test accuracy ≈ {accuracy:.1%} with {in_use.count_params():,} parameters"

# %%
figures.mistakes(x_test, y_test, probabilities, names)

# %% [markdown]
# Many are one garment taken for another that looks like it. (Dark pixels have high values.)

# %% tags=["guard"]
assert accuracy >= 0.65
if IMAGES < 60_000:  # with all images and 20 epochs the side branches may catch up
    assert last["main"] > last["aux1"] + 0.04

# %% [markdown]
# ### A fair race with those before
#
# The race of [lesson 2](02_alexnet.ipynb) for the last time: 5,000 images, ten epochs in batches of
# 64, Adam with a cosine. The learning rate is the best of neighbouring ones by the error on 5,000
# held-out images, the last of the training set; test images choose nothing. Errors are measured in
# use, without dropout: the mean of three seeds, in brackets the lowest and the highest. GoogLeNet has
# a quarter of its filters, and images enlarged to 66×66.

# %%
racers = {"LeNet-5": "lenet5", "AlexNet": "alexnet", "VGG-11": "vgg", "ResNet-20": "resnet_cifar"}
racers |= {"network in network": "network_in_network", "GoogLeNet": "googlenet"}
results.race(racers)

# %%
runs = {row: results.runs("race", network) for row, network in racers.items()}
missed = {row: results.errors(found, "test") for row, found in runs.items()}
work = {row: found[0]["multiply-adds"] for row, found in runs.items()}
near = [row for row in racers if row != "network in network"]
figures.errors_against_work({row: (work[row], missed[row]) for row in near}, "test error")

# %% [markdown]
# The figure shows all but network in network, which would stand far above the others.
#
# GoogLeNet is ahead of network in network, whose two ideas it uses, and of LeNet-5, with every seed.
# Three seeds do not tell it apart from AlexNet, or from VGG-11, the network of its own year: the
# ranges overlap. It needs a third of AlexNet's parameters and a quarter of VGG's for that, but on
# images of 66×66 three times AlexNet's work, and as much as VGG-11's. (The table counts the side
# branches, since they are trained: 30,420 parameters.) ResNet-20, of the year after, has the lowest
# mean, with 2.7 times the work, and every seed of it is ahead of every seed of GoogLeNet. (One
# budget of 5,000 small images is no ImageNet.)

# %% tags=["guard"]
for row in ("network in network", "LeNet-5"):
    assert max(missed["GoogLeNet"]) < min(missed[row])
for row in ("AlexNet", "VGG-11"):
    assert max(missed["GoogLeNet"]) > min(missed[row])
assert max(missed["ResNet-20"]) < min(missed["GoogLeNet"])
sizes = {row: found[0]["parameters"] for row, found in runs.items()}
assert 3 < sizes["AlexNet"] / sizes["GoogLeNet"] < 3.5 and sizes["VGG-11"] > 4 * sizes["GoogLeNet"]
assert round(work["ResNet-20"] / work["GoogLeNet"], 1) == 2.7
assert round(work["GoogLeNet"] / work["AlexNet"]) == 3
assert 1 < work["GoogLeNet"] / work["VGG-11"] < 1.1
if WIDTH == 1 / 4:
    assert sizes["GoogLeNet"] - in_use.count_params() == 30_420

# %% [markdown]
# ## Look inside: what the side branches do
#
# The paper adds them to strengthen the gradient that reaches the early layers. Does it need that?
# One step of backpropagation at the start, with the losses of the side branches and without: how
# large is the gradient of each block's weights? With three kinds of initial weights: He's, made for
# ReLU; Glorot's, which are older and Keras's default; and half of He's, a start that is too small.

# %%
PLACES = ["conv1", "conv2", *(f"inception_{block}" for block in table)]
STARTS = {
    "He's weights": ("he_normal",),
    "Glorot's weights": ("glorot_uniform",),
    "half of He's weights": ("he_normal", 1 / 2),
}
LOSSES = {"with side branches": [1.0, 0.3, 0.3], "main loss only": [1.0, 0.0, 0.0]}


# %%
def start_with(network, rule, factor=1):
    for layer in network.layers:
        if hasattr(layer, "kernel"):
            layer.kernel.assign(factor * keras.initializers.get(rule)(layer.kernel.shape))


def kernels(network, place):
    found = [layer for layer in network.layers if layer.name.startswith(place)]
    return [layer.kernel.value for layer in found if isinstance(layer, layers.Conv2D)]


# %%
@tf.function  # traced once, which makes the further calls fast
def gradients(network, x, y, weights):
    loss = keras.losses.SparseCategoricalCrossentropy()
    with tf.GradientTape() as tape:
        outputs = network(x)  # without dropout
        total = sum(w * loss(y, output) for w, output in zip(tf.unstack(weights), outputs))
    found = tape.gradient(total, {place: kernels(network, place) for place in PLACES})
    return tf.stack([tf.linalg.global_norm(found[place]) for place in PLACES])


# %%
fresh = networks.googlenet(width=1 / 4, input_shape=x_train.shape[1:], classes=10)
batch = x_train[:32], y_train[:32]
norms = {start: {name: [] for name in LOSSES} for start in STARTS}
keras.utils.set_random_seed(1)
for start, how in STARTS.items():
    for _ in range(3):
        start_with(fresh, *how)
        for name, weights in LOSSES.items():
            norms[start][name].append(gradients(fresh, *batch, tf.constant(weights)).numpy())
means = {start: {name: np.mean(n, axis=0) for name, n in of.items()} for start, of in norms.items()}
figures.gradient_norms(means)

# %% [markdown]
# Means of three draws of weights, from conv1 on the left to block 5b on the right: two convolutions
# and nine blocks. aux1 leaves at the fifth point, aux2 at the eighth. How many times as large do
# the side branches make the gradients up to 4a? (The mean of all these places and draws, in brackets
# the least and the most.)

# %%
gains = {
    start: np.divide(of["with side branches"], of["main loss only"]) for start, of in norms.items()
}
early = PLACES.index("inception_4a") + 1
{start: f"≈ {results.spread(gain[:, :early].ravel())}" for start, gain in gains.items()}

# %% [markdown]
# With He's weights, and with Glorot's, little: the three losses together weigh 1.6, which could make
# that much by itself. He's gradients shrink little towards the first layers, by half or so. Glorot's
# are some 200 times smaller, but about as much so in all blocks, and through the side branches, too.
# With half of He's every layer passes on half of the signal. So little reaches the end that the
# gradient of the main loss is tiny in *every* block, in the last as in the first. Fewer layers lie
# on the way through a side branch, so less is lost, and the blocks up to 4a get many times as much.
# Behind 4d, the last block with a side branch, the two curves coincide.

# %% tags=["guard"]
for start in ("He's weights", "Glorot's weights"):
    assert gains[start][:, :early].min() > 0.5 and gains[start][:, :early].max() < 3
assert gains["half of He's weights"][:, :early].min() > 6
late = PLACES.index("inception_4e")
assert all(np.allclose(gain[:, late:], 1, atol=1e-2) for gain in gains.values())
he, half = (norms[f"{start} weights"]["main loss only"] for start in ("He's", "half of He's"))
assert np.max(half) < np.min(he) / 100
assert 0.25 < np.mean(he, axis=0)[0] / np.mean(he, axis=0)[-1] < 1
assert 50 < np.mean(he) / np.mean(norms["Glorot's weights"]["main loss only"]) < 800

# %% [markdown]
# Larger gradients are not yet better training. So this network was trained from such starts, with the
# images and batches of above, Adam at a rate of 0.001, three epochs. Glorot's start, which gained as
# little as He's, was left out; 0.4 of He's, still smaller than half, was added and got six epochs.
# (`scripts/train_side_branches.py` does it, `data/results/side_branches` has the runs.) Test accuracy
# of the main output in per cent, a number a seed (three or four), where 10 is chance:


# %%
def ends(factor, main_only):
    wanted = {"factor": factor, "main_only": main_only}
    found = results.read("side_branches")
    found = [run for run in found if wanted.items() <= run["options"].items()]
    return [round(100 * (1 - error)) for error in results.errors(found, "test")]


STARTED = {"He's": 1.0, "half of He's": 0.5, "0.4 of He's": 0.4}
trained = {
    start: {name: ends(factor, name == "main loss only") for name in LOSSES}
    for start, factor in STARTED.items()
}
shown = {start: {name: str(of)[1:-1] for name, of in row.items()} for start, row in trained.items()}
Table.from_dict(shown, orient="index")

# %% [markdown]
# With He's weights the seeds decide. From too small a start, side branches got all seven trainings
# going, and the main loss alone one. So there they do carry training into the depth, as the paper
# hoped. (That the main loss alone got anywhere, with gradients so tiny, may be owed to Adam: it
# divides each step by the recent size of the gradient, and so makes steps of ordinary size even of a
# tiny one.) With weights of the right size there is nothing for them to mend.

# %% tags=["guard"]
both = [trained[start] for start in ("half of He's", "0.4 of He's")]
helped = [accuracy for row in both for accuracy in row["with side branches"]]
alone = [accuracy for row in both for accuracy in row["main loss only"]]
assert len(helped) == len(alone) == 7
assert min(helped) > 30 and sum(accuracy > 12 for accuracy in alone) == 1
he_helped, he_alone = trained["He's"].values()
assert min(he_helped) < max(he_alone) and min(he_alone) < max(he_helped)

# %% [markdown]
# Why were side branches thought to help, and what came of it? The paper (section 5) expects that a
# loss half way up makes features there tell classes apart, that it carries the gradient further down,
# and that it regularises. In the same section, as printed, the authors report that the gain is
# about half a percentage point and that one branch is enough. (The version on arXiv does not say so.)
# A year later some of them looked again, with Inception v3 (section 4 of that paper). Early in
# training the curves with and without side branches looked the same. Near the end the network with
# them came out slightly ahead, and to take the lower of the two away did no harm. So they conclude
# that side branches hardly help the low layers along, and argue that they *regularise*. (These
# networks had batch normalisation, which keeps gradients alive by itself.) The notes name
# regularising, too. It is not measured here.
#
# ## Where the block went
#
# The block had offspring:
#
# - **v2** (2015) brought batch normalisation, and two 3×3 in place of the 5×5, VGG's argument from
#   lesson 3.
# - **v3** (2016) splits filters further, an n×n into 1×n and n×1, and keeps one side branch.
# - **v4** (2017) tidies up. **Inception-ResNet**, in the same paper, puts shortcuts around the
#   blocks and trains much faster.
# - **Xception** (2017) goes to the end of the line. If channels and places may be read apart, read
#   them wholly apart: a 1×1 for the channels, and one small filter for each channel by itself. The
#   separable convolution from above, in other words, and what small networks for telephones are
#   made of.
#
# ### The notes' points, settled
#
# 1. *Inception blocks and poolings*: right. Nine blocks, two poolings between them, and a stem.
# 2. *Side branches*: right that they predict from hidden layers. They enlarge the gradients there
#    where a start is too small. With good initial weights these do not need it. That side branches
#    regularise is what the authors of Inception v3 argue.
# 3. *The names*: right. The capital L in GoogLeNet bows to LeNet. "Inception" is the film in which
#    dreams are dreamt inside dreams; its "we need to go deeper" became a joke on the net, which the
#    paper cites, beside network in network from lesson 7.
#
# ## What to remember
#
# - Nine inception blocks, 22 layers deep, 7 million parameters: a twentieth of VGG-16's, and a tenth
#   of its work.
# - Side branches enlarge the gradients of the early blocks where these vanish. With good initial
#   weights there is little to enlarge.
# - A table in a paper can be wrong. Count.

# %% [markdown]
# ## Test yourself
#
# 1. You feed GoogLeNet images of 448×448. Does the number of parameters change, without side branches
#    and with them?
#
# <details><summary>Answer</summary>
#
# Without them it does not: filters do not know how large the map is, and the mean makes 1,024 numbers
# of any map. With them it grows, because they flatten. Their pooling leaves 8×8 places of a map of
# 28×28, where it left 4×4 of 14×14, so their first dense layer reads four times as many numbers.
#
# </details>
#
# 2. Give VGG-16 GoogLeNet's ending, a mean over all places and one dense layer to 1,000 classes. How
#    many of its 138 million parameters are left, and how much of its work?
#
# <details><summary>Answer</summary>
#
# 14.7 million in the convolutions and 512 · 1,000 + 1,000 in the dense layer: about 15.2 million, a
# ninth. Of the work over 99 % is left, since a weight of a dense layer is used once an image and one
# of a convolution at every place.
#
# </details>
#
# 3. Why is "5a read 96 more channels" a better explanation than two misprints in one row?
#
# <details><summary>Answer</summary>
#
# One assumption makes both printed numbers right. They belong together, since each weight of 5a is
# used at 49 places, and two slips of the pen would have to keep that by chance. In 4c only one of the
# two numbers is off, which looks like a slip.
#
# </details>
#
# 4. With half of He's weights the gradient of the main loss is tiny in the last block already, and only
#    a few times smaller in the first. Why does it not vanish on its way back, as the signal in lesson
#    4 did?
#
# <details><summary>Answer</summary>
#
# The gradient of a weight is what the layer reads times what comes back from the loss. The first
# halves with every layer on the way up, the second with every layer on the way back. At each place
# the two together have been halved about equally often.
#
# </details>
#
# 5. What would you expect if the losses of the side branches weighed 3 instead of 0.3?
#
# <details><summary>Answer</summary>
#
# Most of the gradient in the blocks up to 4d would then come from the side branches. These blocks
# would learn to serve a small classifier right behind them, and what the main output needs of them
# would hardly count. But the main output is the only one that is used.
#
# </details>

# %% [markdown]
# **Try it.** Put two more lines into `STARTS`, `"0.7 of He's weights": ("he_normal", 0.7),` and
# `"twice He's weights": ("he_normal", 2),` and run the cells from there to the gains again. What do
# you expect of the gradients, and of the gains? Then train a fifth seed from half of He's weights,
# and once more with `loss_weights=[1, 0, 0]`. That takes about half a minute each:
#
# ```python
# keras.utils.set_random_seed(5)
# another = networks.googlenet(width=1 / 4, input_shape=x_train.shape[1:], classes=10)
# start_with(another, "he_normal", 1 / 2)
# entropies = ["sparse_categorical_crossentropy"] * 3
# another.compile("adam", entropies, loss_weights=[1, 0.3, 0.3], metrics=["accuracy"] * 3)
# another.fit(x_train, [y_train] * 3, **fit)
# ```
#
# <details><summary>What you should see</summary>
#
# With 0.7 the gradients lie between those of He's weights and of half of them, and so does the gain,
# about 4. With twice He's weights they are some hundred thousand times as large as with He's: what
# halved before doubles now. The gain is 1, since the main loss has the longest way and by far the
# largest gradient. The first training leaves a main loss of 2.30, chance, in the second epoch and
# ends at 20 to 55 % of the test images. With the main loss alone it depends on the seed: most stay
# at chance, about 10 %, as in the table above.
#
# </details>

# %% [markdown]
# **Papers.** C. Szegedy and others, *Going Deeper with Convolutions*, CVPR 2015: table 1 has the
# rows, section 5 the side branches. K. Simonyan, A. Zisserman, *Very Deep Convolutional Networks for
# Large-Scale Image Recognition*, ICLR 2015: table 7 sets VGG beside GoogLeNet. S. Ioffe, C. Szegedy,
# *Batch Normalization*, ICML 2015. C. Szegedy and others, *Rethinking the Inception Architecture for
# Computer Vision*, CVPR 2016: section 4 on side branches. C. Szegedy and others, *Inception-v4,
# Inception-ResNet*, AAAI 2017. F. Chollet, *Xception*, CVPR 2017.
#
# Now [the exercises](exercises/09_googlenet.ipynb). Back to [lesson 8](08_inception_block.ipynb),
# [the map](00_start_here.ipynb), or on to [lesson 10](10_training_at_scale.ipynb), where devices
# share the work.
