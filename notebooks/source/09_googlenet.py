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
# GoogLeNet won ImageNet's contest in 2014, the year of VGG, with a twentieth of VGG's parameters.
# It is nine inception blocks in a row. One idea to remember: **cheap blocks make a deep network
# affordable.** Side branches were meant to carry the gradient into its depth, a year before
# shortcuts; whether they do depends on the initial weights.
#
# You will build it from a table of nine lines, set it beside the paper row by row, find three rows
# that do not fit, and measure what the side branches do.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
import tensorflow as tf
from keras import layers

from utils import blocks, cost, data, figures, networks, published, training
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
figures.volumes(networks.googlenet())

# %% [markdown]
# A stem as in the networks before it, then nine inception blocks in three stages, each block with
# its four slabs: 1×1, 3×3, 5×5, pooling. Height and width halve between stages, by pooling, as in
# VGG. (The picture leaves out the side branches.)

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


# %%
averaged, flattened = 1024 * 1000 + 1000, 7 * 7 * 1024 * 1000 + 1000
googlenet = networks.googlenet(auxiliary=False)
assert googlenet.get_layer("main").count_params() == averaged
assert flattened - averaged == 49_152_000 > 7 * googlenet.count_params()
averaged, flattened, 3 + 9 * 2 + 1

# %% [markdown]
# Averaging saves 49 million parameters, seven times the whole network. And the network is 22 layers
# deep, as the paper says. The second answer:

# %%
costs = cost.table(googlenet)


def of_block(block):
    rows = costs[costs.index.str.startswith(f"inception_{block}_")]
    return {"parameters": rows["parameters"].sum(), "work": rows["multiply_adds"].sum()}


counted = {block: of_block(block) for block in ("3a", "3b", "5a", "5b")}
assert counted["5b"]["parameters"] > 3 * counted["3b"]["parameters"]
assert counted["3b"]["work"] > 4 * counted["5b"]["work"]
Table.from_dict(counted, orient="index")

# %% [markdown]
# As in AlexNet and VGG, the earlier layers do more of the work, the later ones hold more of the
# weights.
#
# ## Build it
# The stem, with AlexNet's response normalisation (other constants); then a table, a line a block, in the order of the paper's columns: 1×1, 3×3 reduce, 3×3, 5×5 reduce, 5×5, pool proj. ("Reduce" is the bottleneck before a filter, "pool proj" the 1×1 behind the pooling.) `networks.googlenet()` has the same layers, with names and He's initial weights.

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
# **The side branches** leave behind 4a and 4d, a third and two thirds of the way: pool, 1×1, dense,
# dropout, and a softmax of their own.


# %%
def side_branch(x):
    x = layers.AveragePooling2D(5, 3)(x)
    x = layers.Conv2D(128, 1, activation="relu")(x)
    x = layers.Dense(1024, activation="relu")(layers.Flatten()(x))
    return layers.Dense(1000, activation="softmax")(layers.Dropout(0.7)(x))


by_hand = keras.Model(image, [main, side_branch(made["4a"]), side_branch(made["4d"])])
f"{by_hand.count_params():,}"

# %% [markdown]
# The two branches have nearly as many parameters as all the rest. They are there for training only.

# %% tags=["guard"]
assert by_hand.count_params() == networks.googlenet().count_params() == 13_378_280
assert keras.Model(image, main).count_params() == googlenet.count_params() == 6_998_552

# %% [markdown]
# ## Check it against the paper

# %%
comparison = published.compare(googlenet, "googlenet_main")
counts = comparison.dropna(subset="counted")
assert not counts["note"].str.contains("should be").any()
ratio = published.value("vgg16", "parameters") / googlenet.count_params()
assert round(ratio) == 20
len(counts), f"VGG-16 has {ratio:.1f} times the parameters"

# %% [markdown]
# All counts are what they should be. The paper prints thousands of parameters and millions of
# operations for every row. Row by row, paper over count:

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
# Nearly everywhere the paper is between 5 per cent under the count and 1 over it. Operations are in
# millions, rounded, though 4a's 73.6 stands there as 73. Parameters are without biases and, it
# seems, in units of 1,024 (lesson 8); even so some are off, by less than 2 per cent. The rows that
# do not fit:

# %%
shares = (paper["published"] / paper["counted"]).astype(float)
off = list(shares[(shares < 0.95) | (shares > 1.01)].index)
assert {name.split()[0] for name in off} == {"conv1", "inception_4c", "inception_5a"}
off


# %%
def thousands(place):
    found = [layer for layer in googlenet.layers if layer.name.startswith(place)]
    return sum(layer.kernel.numpy().size for layer in found if hasattr(layer, "kernel")) / 1024


kept = paper["published"].drop(off).filter(like="parameters") / 1000
assert all(abs(stated / thousands(name.split()[0]) - 1) < 0.02 for name, stated in kept.items())
assert 73.6e6 < paper["counted"]["inception_4a multiply-adds"] < 73.7e6
len(kept)

# %% [markdown]
# **conv1.** The paper has 2.7 thousand parameters and 34 million operations, where a 7×7
# convolution from 3 to 64 channels has 9,472 and 118 million. That is hardly a misprint: both
# numbers fit another layer. A *separable* convolution, 8 filters of 7×7 on each of the three
# colours and a 1×1 convolution from these 24 to 64, has both (here the thousands are plain
# thousands):

# %%
image = keras.Input((224, 224, 3))
separable = layers.SeparableConv2D(
    64, 7, strides=2, padding="same", depth_multiplier=8, use_bias=False
)
separable = keras.Model(image, separable(image))
assert separable.count_params() == 7 * 7 * 3 * 8 + 24 * 64 == 2_712
assert round(cost.multiply_adds(separable) / 1e6) == 34
separable.count_params(), cost.multiply_adds(separable)

# %% [markdown]
# It seems that the authors counted one network and described another. (Their paper on batch
# normalisation, a year later, says that its inception network begins with such a layer, 8 filters a
# colour.)
#
# **5a.** 1,072 thousand and 54 million do not fit the six numbers of that row either. Both would be
# right if the block read 96 more channels than 4e hands on:

# %%
image = keras.Input((7, 7, 832 + 96))
wider = keras.Model(image, blocks.inception_block(image, table["5a"], name="5a"))
weights = sum(layer.kernel.numpy().size for layer in wider.layers if hasattr(layer, "kernel"))
assert weights // 1024 == 1072 and round(cost.multiply_adds(wider) / 1e6) == 54
weights, cost.multiply_adds(wider)

# %% [markdown]
# Whether it once did, the paper does not say.
#
# **4c.** 463 thousand parameters fit nothing that we tried; the operations of this row are right.
#
# ### The notes' points, settled
#
# 1. *Inception blocks and poolings*: right; nine blocks, two poolings between them, and a stem.
# 2. *Side branches*: right that they predict from hidden layers. What they do to the gradient is
#    measured under *Look inside*; that they regularise is the authors' finding, quoted there.
# 3. *The name*: the paper credits LeNet for the one; for the other, network in network and "we need
#    to go deeper", a joke on the net about the film.
#
# ## Train it
#
# A quarter of the filters, on Fashion-MNIST enlarged to 66×66: under 65×65, too few pixels reach
# the first side branch. Three outputs have three losses, and the paper weighs those of
# the side branches by 0.3. With `COURSE_PROFILE=full`: all filters, all images, 112×112.

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
curves = {}
for name in network.output_names:
    keys = {"accuracy": f"{name}_accuracy", "val_accuracy": f"val_{name}_accuracy"}
    curves[name] = {kind: history.history[key] for kind, key in keys.items()}
figures.learning_curves(curves)

# %% [markdown]
# Three outputs, three curves. The first side branch, behind three blocks, does worse than the main
# output, behind nine. (Training accuracy is taken with dropout, which hides 70 % of a side branch's
# dense layer.) In use the side branches are cut off:

# %%
last = {name: of["val_accuracy"][-1] for name, of in curves.items()}
assert last["main"] > last["aux1"] + 0.04
in_use = keras.Model(network.input, network.outputs[0])
probabilities = in_use.predict(x_test, batch_size=200, verbose=0)
accuracy = np.mean(probabilities.argmax(axis=1) == y_test)
assert accuracy >= 0.65
f"test accuracy: at least 65 %, with {in_use.count_params():,} parameters"

# %%
figures.mistakes(x_test, y_test, probabilities, names)

# %% [markdown]
# Mostly one garment taken for another.

# %% [markdown]
# ## Look inside: what the side branches do
#
# The paper adds them to strengthen the gradient that reaches the early layers. Does it need that?
# One step of backpropagation at the start, with the losses of the side branches and without: how
# large is the gradient of each block's weights? With three kinds of initial weights: He's, made for
# ReLU; Glorot's, which are older and Keras's default; and half of He's, as a careless choice might
# have it.


# %%
def start_with(network, rule, factor=1):
    keras.utils.set_random_seed(2014)
    for layer in network.layers:
        if hasattr(layer, "kernel"):
            layer.kernel.assign(factor * keras.initializers.get(rule)(layer.kernel.shape))


# %%
loss = keras.losses.SparseCategoricalCrossentropy()
places = ["conv1", "conv2", *(f"inception_{block}" for block in table)]


def kernels(network, place):
    found = [layer for layer in network.layers if layer.name.startswith(place)]
    return [layer.kernel.value for layer in found if isinstance(layer, layers.Conv2D)]


def gradients(network, weights):
    with tf.GradientTape() as tape:
        outputs = network(x_train[:32])  # without dropout
        total = sum(w * loss(y_train[:32], output) for w, output in zip(weights, outputs))
    found = tape.gradient(total, {place: kernels(network, place) for place in places})
    return [float(tf.linalg.global_norm(found[place])) for place in places]


# %%
starts = {
    "He's weights": ("he_normal",),
    "Glorot's weights": ("glorot_uniform",),
    "half of He's weights": ("he_normal", 1 / 2),
}
losses = {"with side branches": [1, 0.3, 0.3], "main loss only": [1, 0, 0]}

# %%
fresh = networks.googlenet(width=1 / 4, input_shape=x_train.shape[1:], classes=10)
norms = {}
for start, how in starts.items():
    start_with(fresh, *how)
    norms[start] = {name: gradients(fresh, weights) for name, weights in losses.items()}
figures.gradient_norms(norms)

# %% [markdown]
# From conv1 on the left to block 5b on the right. With He's weights, and with Glorot's, the side
# branches change the early gradients little: they are not needed there. With half of He's every layer passes on half of the signal. So little reaches the end that the gradient of the main loss is tiny in *every* block, in
# the last as in the first. Fewer layers lie on the way through a side branch, so less is lost: the
# blocks up to 4a get many times as much. Behind 4d, the last block with a side branch, the
# two curves coincide.

# %%
gain = {
    start: np.divide(curves["with side branches"], curves["main loss only"])
    for start, curves in norms.items()
}
early, late = slice(0, places.index("inception_4a") + 1), slice(places.index("inception_4e"), None)
for start in ("He's weights", "Glorot's weights"):
    assert gain[start][early].min() > 0.5 and gain[start][early].max() < 2
assert gain["half of He's weights"][early].min() > 6
assert all(np.allclose(ratios[late], 1, atol=1e-2) for ratios in gain.values())
he, _, half = (curves["main loss only"] for curves in norms.values())
assert max(half) < min(he) / 100
{start: f"{min(g[early]):.1f} to {max(g[early]):.1f} times as large" for start, g in gain.items()}

# %% [markdown]
# So do side branches keep the hidden layers learning, as the notes say? It depends on the start.
# The paper of 2014 came before He's rule and before batch normalisation, which keep gradients alive
# without side branches. Its authors themselves found that the branches gain about half a point and
# that one is enough (in the paper as printed; its version on arXiv does not say so). With inception
# v3 they saw that a side branch does not speed up the beginning and helps near the end. So, they
# argue, it *regularises*: the other half of the notes' point, which is not measured here.
#
# ## Why "inception", and where it went
#
# "Inception" is the film in which dreams are dreamt inside dreams; "we need to go deeper" became a
# joke on the net, and the paper cites it. A network inside a network, lesson 7, is its other
# source, and the serious one. And the capital L in GoogLeNet bows to LeNet.
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
# ## What to remember
#
# - Nine inception blocks, 22 layers deep, 7 million parameters: a twentieth of VGG-16's.
# - At the start, side branches help where gradients vanish; with good initial weights there is
#   little to help.
# - A table in a paper can be wrong. Count.
#
# **Try it.** Train with `loss_weights=[1, 0, 0]`: is the main output better or worse? Then halve
# the initial weights as above and try both again.
#
# **Papers.** C. Szegedy and others, *Going Deeper with Convolutions*, CVPR 2015: table 1 has the
# rows, section 5 the side branches. S. Ioffe, C. Szegedy, *Batch Normalization*, ICML 2015. C.
# Szegedy and others, *Rethinking the Inception Architecture for Computer Vision*, CVPR 2016:
# section 4 on side branches. C. Szegedy and others, *Inception-v4, Inception-ResNet*, AAAI 2017. F.
# Chollet, *Xception*, CVPR 2017.
#
# Now [the exercises](exercises/09_googlenet.ipynb). Back to [lesson 8](08_inception_block.ipynb),
# [the map](00_start_here.ipynb), or on to [lesson 10](10_training_at_scale.ipynb), where devices
# share the work.
