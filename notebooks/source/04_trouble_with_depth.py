# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 4 · The trouble with depth
#
# {{badge}}
#
# VGG stopped at 19 layers. Why not 50? A deeper network can do all that a shallower one can: let
# the added layers hand on what they get. And yet it comes out **worse, and already on the images it
# is trained on.** One idea to remember: this is not overfitting, it is gradient descent that does
# not find what is there.
#
# You will see the failure happen, and that one addition per block mends it.

# %% tags=["setup"]

# %%
import json

import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
import tensorflow as tf
from keras import layers

from utils import data, figures, networks, published, results, training
from utils.layers import BatchNormalization
from utils.tables import Table

keras.utils.set_random_seed(2015)

# %% [markdown]
# ## From the lecture notes
#
# 1. Very deep networks are hard to train, because gradients vanish or explode.
# 2. In theory the training error only falls with depth. In practice, without shortcuts, it falls
#    and then rises again.
# 3. With shortcuts it keeps falling, even beyond 100 layers.
#
# Each of these gets measured below.

# %% [markdown]
# ## The picture
#
# The networks of this lesson are the ones the authors of the residual networks used to study depth:
# 6n+2 layers, here with n = 3, so 20.

# %%
figures.volumes(networks.plain_cifar(20))

# %% [markdown]
# One convolution, then three stages of six. (The picture has the first convolution and the first
# stage as one box, 7 ×; in the other stages the convolution that halves height and width has its
# own.) With n = 5 there are ten in each stage, 32 layers in all, and only the counts in the picture
# change. The residual network differs in nothing but shortcuts past every two layers, which have no
# weights.

# %%
counts = {
    name: build(20).count_params()
    for name, build in [("plain", networks.plain_cifar), ("residual", networks.resnet_cifar)]
}
assert counts["plain"] == counts["residual"]
counts

# %% [markdown]
# ## Predict
#
# Take a pencil. Backpropagation goes through the layers from last to first, and each multiplies the
# gradient by something. If it is 0.8 in every layer, how much is left after 10 layers, after 50,
# after 100? And if it is 1.25?

# %%
{factor: [float(f"{factor**depth:.2g}") for depth in (10, 50, 100)] for factor in (0.8, 1.25)}

# %% [markdown]
# Ten layers can live with that: a tenth, or ten times as much. After a hundred layers nothing is
# left, or billions. Depth turns a small imbalance into a large one.
#
# ## Build it
#
# A stack of convolutions of which everything can be chosen: depth, the size of the initial weights,
# batch normalisation, shortcuts. (A shortcut passes one convolution here, to keep the code short.
# The paper's pass two or three.)


# %%
def stack(depth, start, normalise=False, shortcut=False):
    image = keras.Input((14, 14, 1))
    x = layers.Conv2D(8, 3, padding="same", kernel_initializer=start)(image)
    for _ in range(depth):
        before = x
        x = layers.Conv2D(8, 3, padding="same", kernel_initializer=start)(x)
        x = BatchNormalization()(x) if normalise else x
        x = layers.Add()([x, before]) if shortcut else x
        x = layers.Activation("relu")(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %% [markdown]
# ## Measure the gradients
#
# 64 real images, at every second pixel to save time; one step of backpropagation. What goes back
# through the layers is the **signal**: the gradient of the loss by what a layer has made. Its norm at
# each convolution:

# %%
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
x_train, x_test = (x[:, ::2, ::2, None] / np.float32(255) for x in (x_train, x_test))
x_train.shape, x_test.shape

# %%
loss = keras.losses.SparseCategoricalCrossentropy()


def gradients(network):
    """Of each convolution, from first to last: the norms of signal and of the weights' gradient."""
    convolutions = [layer for layer in network.layers if isinstance(layer, layers.Conv2D)]
    made = [layer.output for layer in convolutions]
    watched = keras.Model(network.input, [*made, network.output])
    with tf.GradientTape() as tape:  # it writes down what is computed, to go back through it
        *maps, predicted = watched(x_train[:64], training=True)
        value = loss(y_train[:64], predicted)
    kernels = [layer.kernel.value for layer in convolutions]
    found = tape.gradient(value, [*maps, *kernels])
    norms = [float(tf.norm(gradient)) for gradient in found]
    return norms[: len(maps)], norms[len(maps) :]


# %%
def he_times(factor):
    rule = {"scale": 2 * factor**2, "mode": "fan_in", "distribution": "truncated_normal"}
    return {"class_name": "VarianceScaling", "config": rule}


kinds = {
    "0.8 times He's": {"start": he_times(0.8)},
    "He's weights": {"start": he_times(1)},
    "1.25 times He's": {"start": he_times(1.25)},
    "He's, batch norm": {"start": "he_normal", "normalise": True},
    "He's, shortcuts": {"start": "he_normal", "shortcut": True},
    "He's, batch norm, shortcuts": {"start": "he_normal", "normalise": True, "shortcut": True},
}

# %%
norms, of_weights = {}, {}
for kind, choice in kinds.items():
    keras.utils.set_random_seed(2015)
    both = {depth: gradients(stack(depth, **choice)) for depth in (10, 100)}
    norms[kind] = {depth: signal for depth, (signal, _) in both.items()}
    of_weights[kind] = {depth: weights for depth, (_, weights) in both.items()}
figures.gradient_norms(norms)

# %% [markdown]
# 10 and 100 layers in each panel, from first to last, and one scale for all. Read each curve from
# right to left, as backpropagation goes: on this scale a straight line is one factor in every layer.
#
# - *0.8 times He's*: the signal falls. After ten layers a tenth of He's is left, after a hundred it
#   has vanished. *1.25 times He's*: it grows, and explodes. That is your table from above.
# - *He's rule*, a variance of 2 over the number of inputs, makes the factor 1 on average: the factor
#   ½ is there since ReLU lets half of the numbers through. At 100 layers it drifts all the same.
# - *Batch normalisation* (lesson 5 builds it; it takes off each channel's mean and divides by its
#   standard deviation) keeps what goes forward in order, but the signal grows on its way back, by a
#   fifth or so in every layer.
# - *Shortcuts* alone add up: every block adds about as much as it is given, so that the signal grows
#   by nearly a half in every block.
# - *Both together*: the two curves nearly coincide. A hundred layers start with the signal of ten.

# %%
ratios = {
    kind: {f"{n} layers": f"10^{np.log10(c[0] / c[-1]):.0f}" for n, c in curves.items()}
    for kind, curves in norms.items()
}
print(
    "the signal at the first layer, as a multiple of that at the last, to the nearest power of ten"
)
Table.from_dict(ratios, orient="index")


# %% tags=["guard"]
for factor in (0.8, 1.25):
    for depth in (10, 100):
        he, other = (norms[kind][depth][0] for kind in ("He's weights", f"{factor} times He's"))
        assert 1 / 5 < other / he / factor**depth < 5
grown = {kind: curves[100][0] / curves[100][-1] for kind, curves in norms.items()}
assert grown["0.8 times He's"] < 1e-10 and grown["1.25 times He's"] > 1e6
assert grown["He's, batch norm"] > 1e6 and grown["He's, shortcuts"] > 1e12
together = norms["He's, batch norm, shortcuts"]
assert grown["He's, batch norm, shortcuts"] < 1e4 and together[100][0] < 100 * together[10][0]

# %% [markdown]
# What training changes is the weights. The gradient of a layer's weights is the signal *times what
# the layer reads*. With 0.8 times He's weights the signal vanishes on its way back, and what the
# layers read vanishes on its way forward. So the weights' gradient is tiny in all of them, in the
# last as in the first:

# %%
tiny = of_weights["0.8 times He's"][100]
print(
    f"0.8 times He's, 100 layers: the largest gradient of all is about 10^{np.log10(max(tiny)):.0f}"
)

# %% tags=["guard"]
assert max(tiny) < 1e-10

# %% [markdown]
# ## Train it: worse on its own training images
#
# Now the networks of the picture, with batch normalisation and He's weights: 8 layers, 32 without
# shortcuts (plain), and 32 with (residual). The same seed, the same learning rate, the same 1,280
# images at 14×14; half of the paper's filters. On a GPU, `COURSE_PROFILE=full` trains the paper's
# widths on all images for twenty epochs.

# %%
WIDTH = training.by_profile(quick=1 / 2, full=1)
IMAGES = training.by_profile(quick=1_280, full=60_000)
BATCH = training.by_profile(quick=32, full=128)
EPOCHS = training.by_profile(quick=3, full=20)
steps = EPOCHS * -(-IMAGES // BATCH)
assert steps == training.by_profile(quick=120, full=9380)


# %%
def compiled(build, depth):
    keras.utils.set_random_seed(2015)
    with training.strategy().scope():
        network = build(depth, width=WIDTH, input_shape=x_train.shape[1:])
        sgd = keras.optimizers.SGD(0.03, momentum=0.9)
        network.compile(sgd, "sparse_categorical_crossentropy", metrics=["accuracy"])
        sgd.build(network.trainable_variables)  # else Keras traces the first step twice
    return network


trained = {
    "plain-8": compiled(networks.plain_cifar, 8),
    "plain-32": compiled(networks.plain_cifar, 32),
    "residual-32": compiled(networks.resnet_cifar, 32),
}

# %% [markdown]
# Before they start: how much larger is the gradient of the first convolution's weights than that of
# the last?

# %%
first_to_last = {}
for name in ("plain-32", "residual-32"):
    _, found = gradients(trained[name])
    first_to_last[name] = found[0] / found[-1]
assert first_to_last["plain-32"] > 8 > first_to_last["residual-32"]
print("plain-32: over 8 times; residual-32: under 8 times")

# %% [markdown]
# Now train them, and look at the *training* loss. (Some ten seconds; a line comes with each.)

# %% tags=["nbval-ignore-output"]
histories = {}
for name, network in trained.items():
    fit = {"batch_size": BATCH, "epochs": EPOCHS, "verbose": 0}
    histories[name] = network.fit(x_train[:IMAGES], y_train[:IMAGES], **fit)
    print(f"{name}: training loss {histories[name].history['loss'][-1]:.2f}")
figures.training_losses(histories)

# %% [markdown]
# Dashed lines are plain, the solid one is residual. The plain network of 32 layers is far behind
# that of 8: with four times the layers it fits the very images it is trained on much worse. The
# residual network has 32 layers too, the same filters in the same places, and trains about as well
# as the one of 8.

# %%
end = {name: history.history["loss"][-1] for name, history in histories.items()}
assert end["plain-32"] > 1.4 * end["plain-8"] and end["residual-32"] < 0.7 * end["plain-32"]
print("training loss: plain-32 over 1.4 times plain-8; residual-32 under 0.7 times plain-32")

# %% [markdown]
# Is it overfitting? Then the training loss would be *low*, and the test images would tell. They
# tell the same story:

# %%
errors = {}
for name, network in trained.items():
    guesses = np.argmax(network(x_test[:1000]), axis=1)
    errors[name] = float(np.mean(guesses != y_test[:1000]))
assert errors["plain-32"] > errors["residual-32"] + 0.05
print("test error: plain-32 over 5 points above residual-32")

# %% [markdown]
# (All three have a rate of 0.03, and one seed. The paper starts with 0.1, and 110 layers with 0.01.)

# %% [markdown]
# ### The lecture's figure
#
# Small images, 120 steps, one seed, one learning rate for all: would it come out otherwise if each
# network could train to the end, at a rate that suits it? `scripts/train.py` did that for five depths
# of both kinds: 30 epochs of the same 2,560 images at 14×14, half of the paper's filters, a rate that
# falls to 0 along half a cosine. Of the rates 0.1, 0.03 and 0.01 each network got the one with which
# it fitted its training images best; then it was trained with two seeds more. At the end all images,
# training and test, were classified in one mode: in use. The files in `data/results/depth` have the
# commands.

# %%
depths = (8, 20, 32, 56, 110)
runs = {
    kind: {depth: results.runs("depth", network, depth) for depth in depths}
    for kind, network in (("plain", "plain_cifar"), ("residual", "resnet_cifar"))
}
print(runs["plain"][56][0]["command"])

# %%
training_errors = {
    kind: {depth: results.errors(seeds, "training") for depth, seeds in of_kind.items()}
    for kind, of_kind in runs.items()
}
figures.errors_against_depth(training_errors, "error on the training images")

# %% [markdown]
# Each dot is a run, the lines go through the means. Without shortcuts the error on the *training*
# images rises with every depth beyond 20. With shortcuts there is none, at any depth. In numbers:

# %%
rows = {}
for depth in depths:
    for kind in runs:
        seeds = runs[kind][depth]
        rows[f"{kind}-{depth}"] = {
            "rate": seeds[0]["options"]["rate"],
            "training loss": results.spread([results.final_loss(run) for run in seeds], 3),
            "test error, %": results.spread([100 * e for e in results.errors(seeds, "test")]),
        }
Table.from_dict(rows, orient="index")

# %% [markdown]
# In brackets are the lowest and the highest of three seeds. At 110 layers without shortcuts nothing has
# been learned at any rate: nine of ten is what guessing gets wrong. With shortcuts all depths to 110
# know their training images by heart. The test images tell the same story, and for residual networks they do not
# tell the depths apart: for images as small and as few as these, 8 layers are enough. Depth does not
# help here. With shortcuts, it does not hurt.

# %% tags=["guard"]
mean = {
    kind: {depth: np.mean(errors) for depth, errors in of_kind.items()}
    for kind, of_kind in training_errors.items()
}
assert all(len(seeds) == 3 for of_kind in runs.values() for seeds in of_kind.values())
assert max(mean["residual"].values()) < 0.005
assert mean["plain"][20] < 0.01 < mean["plain"][32] < mean["plain"][56] / 3 < mean["plain"][110]
assert mean["plain"][56] > 0.1 and mean["plain"][110] > 0.3

# %% [markdown]
# ### The paper's images, and a short run
#
# And on CIFAR-10, the images of the paper, with all of its filters? Four epochs at a rate of 0.1, five
# to eleven minutes each on two cores; a fortieth of the paper's steps. (The 50,000 images came from a copy
# in JPEG files, slightly lossy.)


# %%
def short_run(kind, depth, images="cifar10"):
    network = {"plain": "plain_cifar", "residual": "resnet_cifar"}[kind]
    name = f"{network}-{depth}-{images}-4epochs-seed1-bfloat16.json"
    return json.loads((data.FOLDER / "results" / name).read_text())


depths = (20, 32, 44, 56)
cifar = {f"{kind}-{n}": short_run(kind, n) for n in depths for kind in ("plain", "residual")}
print(cifar["plain-56"]["command"])
figures.training_losses({name: run["history"] for name, run in cifar.items()})

# %% [markdown]
# At 20 layers shortcuts make no difference. From there to 56 layers the final loss of the plain
# networks nearly triples, step by step; that of the residual networks grows by less than half, and
# not at every step. So in a short run residual networks, too, get a little worse with depth: deeper
# ones take longer to start. Only those that were trained to the end, above, settle it.

# %%
last = {name: run["history"]["loss"][-1] for name, run in cifar.items()}
plain, residual = ([last[f"{kind}-{depth}"] for depth in depths] for kind in ("plain", "residual"))
assert plain == sorted(plain) and 2.5 * plain[0] < plain[-1] < 3 * plain[0]
assert residual != sorted(residual) and max(residual) == residual[-1] < 1.5 * residual[0]
assert abs(plain[0] - residual[0]) < 0.02 and residual[-1] < plain[1]
{name: round(loss, 2) for name, loss in last.items()}

# %% [markdown]
# ## Check it against the paper
#
# What the short runs made of the test images, in per cent of errors, beside what the paper reports
# for residual networks on CIFAR-10, after 64,000 steps and with shifted and mirrored images.


# %%
def error(kind, depth):
    return round(100 * (1 - short_run(kind, depth)["history"]["val_accuracy"][-1]), 1)


reported = {}
for depth in (20, 32, 44, 56, 110, 1202):
    (entry,) = [e for e in published.figures(f"resnet{depth}_cifar") if "error" in e["figure"]]
    reported[depth] = {"paper, residual, CIFAR-10": entry["published"], "source": entry["source"]}
for depth in depths:
    for kind in ("plain", "residual"):
        reported[depth][f"here, {kind}, short run"] = error(kind, depth)
Table.from_dict(reported, orient="index")

# %% tags=["guard"]
best = min(reported, key=lambda depth: reported[depth]["paper, residual, CIFAR-10"])
assert best == 110

# %% [markdown]
# The error falls to 110 layers. (6.43 is the best of five runs; their mean is 6.61, still the
# lowest.) At 1202, a network that trains without trouble, it rises again; the authors take that for
# overfitting, with 19 million parameters for 50,000 images.
#
# ### The notes' points, settled
#
# 1. *Gradients vanish or explode*: right where the initial weights are a little off. The plain
#    networks that fail have He's weights and batch normalisation; their gradients do not vanish,
#    they grow towards the first layers. The authors report healthy ones, doubt that they are the
#    reason, suspect slow convergence, and leave it open.
# 2. *Falls and then rises again*: the rise is measured here, from 20 to 110 layers, with every seed
#    and with the rate that suits each network best. The fall is not seen: on so few images 8 layers,
#    the fewest that this kind of network has, make next to no errors already.
# 3. *With shortcuts it keeps falling, even beyond 100 layers*: it stays where it cannot fall further.
#    To 110 layers the networks fit their training images as well as those of 8; in the paper, whose
#    images are harder, they fit better the deeper they are.

# %% [markdown]
# ## What to remember
#
# - Deeper plain networks get worse on the images they are trained on. That is not overfitting.
# - Depth turns small imbalances into large ones: weights a fifth too small are enough.
# - With batch normalisation and shortcuts together, a hundred layers start with the gradients of
#   ten. Neither does it alone.
#
# **Try it.** Which learning rate does plain-32 want? Train it with 0.01 and with 0.1 in `compiled`,
# and compare with 0.03. Does the failure go away, or does it move?
#
# **Papers.** K. He, X. Zhang, S. Ren, J. Sun, *Deep Residual Learning for Image Recognition*, CVPR
# 2016: section 4.2 and figure 6. K. He and others, *Delving Deep into Rectifiers*, ICCV 2015, is
# where He's weights come from.
#
# Now [the exercises](exercises/04_trouble_with_depth.ipynb). Back to [lesson 3](03_vgg16.ipynb),
# [the map](00_start_here.ipynb), or on to [lesson 5](05_residual_blocks.ipynb), which builds the
# block.
