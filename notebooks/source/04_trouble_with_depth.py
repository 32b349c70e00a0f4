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
# | | |
# |---|---|
# | **You will be able to** | work out what a factor in every layer does to a gradient (in brackets the exercise: `layers_to_vanish`); choose the size of initial weights (`he_stddev`); build the plain networks of the paper and mend a residual one (`plain_block`, `small_plain`, `six_blocks`); explain what batch normalisation does to a factor on the weights (`factor_explained`); tell a network that does not train from one that overfits (`which_overfits`, `from_identity`) |
# | **You need** | [lesson 3](03_vgg16.ipynb), and the derivative of a function of a function |
# | **Time** | {{time}} |
#
# VGG stopped at 19 layers. Why not 50? A deeper network can do all that a shallower one can: let
# the added layers hand on what they get. And yet it comes out **worse, and already on the images it
# is trained on.** One idea to remember: this is not overfitting, it is gradient descent that does
# not find what is there. You will see it happen, and see that one addition per block mends it.

# %% tags=["setup"]

# %%
import json

import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
import tensorflow as tf
from keras import layers

from utils import data, figures, networks, published, results, training
from utils.layers import BatchNormalization  # computes what Keras's does, only faster
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
# The networks of this lesson are those with which the authors of the residual networks studied
# depth: 6n+2 layers, here with n = 3, so 20.

# %%
figures.volumes(networks.plain_cifar(20))

# %% [markdown]
# One convolution, three stages of six and a dense layer: $1 + 3 \cdot 6 + 1 = 20$. (The picture has
# the first convolution, conv1, and the first stage, conv2, as one box, 7 ×; in conv3 and conv4 the
# convolution that halves height and width has its own: conv3_block1_1 is the first layer of conv3's
# first block.) With n = 5 there are ten in each stage, 32 layers in all, and only the counts in the
# picture change.
#
# The residual network has the same layers and, past every two of them, a **shortcut**: a way that
# hands their input on as it is. (A function that does so is called the **identity**.) Input and
# output of the two layers are added, and together they are a **residual block**.
# Where a stage begins, shapes differ: there the shortcut takes every second pixel and fills the
# missing channels with zeros (lesson 5). Shortcuts have no weights:

# %%
{
    name: build(20).count_params()
    for name, build in [("plain", networks.plain_cifar), ("residual", networks.resnet_cifar)]
}

# %% [markdown]
# ## Predict
#
# Take a pencil. Every training step needs the gradient of the loss by the weights of all layers.
# **Backpropagation** computes it from the last layer to the first: each layer turns the derivative
# by its output into those by its weights and by its input. On the way, each layer multiplies it by
# something. If that is 0.8 in every layer, how much is left after 10 layers, after 50, after 100?
# And if it is 1.25?
#
# <details><summary>Answer, once you have yours</summary>
#
# | a layer's factor | 10 layers | 50 layers | 100 layers |
# |---|---|---|---|
# | 0.8 | 0.11 | 0.000014 | 0.0000000002 |
# | 1.25 | 9.3 | 70,000 | 4,900,000,000 |
#
# 0.8 to the power of 10, 50 and 100; and as 1.25 is 1/0.8, the second row is one over the first.
# Ten layers can live with that: a tenth, or ten times as much. After a hundred layers nothing is
# left, or billions. Depth turns a small imbalance into a large one.
#
# </details>

# %% tags=["guard"]
for depth, left in ((10, 0.11), (50, 1.4e-5), (100, 2e-10)):
    assert abs(0.8**depth / left - 1) < 0.03
for depth, left in ((10, 9.3), (50, 70_000), (100, 4.9e9)):
    assert abs(1.25**depth / left - 1) < 0.02

# %% [markdown]
# ## Why: a product of slopes
#
# Where does the factor come from? From the **chain rule**: the derivative of a function of a
# function is the product of their derivatives. Think of a stack in which each layer makes one
# number of one number, $x_{l+1} = f_l(x_l)$. The derivative of the loss $L$ by what goes in is then
#
# $$\frac{dL}{dx_1} = f_1'(x_1) \cdot f_2'(x_2) \cdots f_n'(x_n) \cdot \frac{dL}{dx_{n+1}}$$
#
# a product of slopes, one for each layer. If they are all a little under 1, you have a **vanishing
# gradient**: it gets smaller from layer to layer on its way back, until the first layers hardly
# learn. If they are a little over 1, it explodes. (In a layer of many numbers the slope is a
# matrix, and the sizes multiply in the same way, on average.)
#
# **Which weights make the slope 1?** An output of a layer is a sum of products, weight times input.
# How many numbers it adds up is the layer's **fan-in**: 3·3·8 = 72 for a 3×3 filter on 8 channels.
# Random weights with mean 0 and variance $v$ make of inputs with mean square $s$ a sum with mean
# square $72\,v\,s$. ReLU sets the negative half to zero, which leaves half of that. So numbers keep
# their size if $v = 2/72$. That is **He's rule**: initial weights with a variance of 2 over the
# fan-in. On the way back the same holds, since each number goes into 72 sums and ReLU lets half of
# them through. With all weights 0.8 times as large every slope is 0.8 times as large.
#
# **And with a shortcut?** A block makes $x + F(x)$ (the ReLU behind the addition is left out here),
# and its slope is $1 + F'(x)$, with the square
# $1 + 2F' + F'^2$. With random weights $F'$ is positive as often as negative, so that the middle
# term averages out. What is left, 1 and the mean square of $F'$, is never below 1: a product of
# such slopes does not vanish. But it can explode, if $F'$ is large.

# %% [markdown]
# ## Build it
#
# To see all of this, build a stack of convolutions of which everything can be chosen: depth,
# initial weights, shortcuts, and **batch normalisation**, a layer that shifts and scales each
# channel to mean 0 and variance 1 over the batch, and then to a mean and a spread that are learned.
# (Lesson 5 takes it apart. A shortcut passes one convolution here, to keep the code short; the
# paper's pass two or three.)


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
# Take 64 images, at every second pixel to save time, and one step of backpropagation. What goes
# back through the layers is the **signal**: the gradient of the loss by what a layer hands on, the
# $dL/dx_l$ from above. `tf.GradientTape` writes down what is computed, so that TensorFlow can go
# through it backwards.

# %%
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
x_train, x_test = (x[:, ::2, ::2, None] / np.float32(255) for x in (x_train, x_test))
x_train.shape, x_test.shape


# %%
def gradients(network, images, labels):
    """From first to last: norms of the signal behind each ReLU and of each kernel's gradient."""
    outputs = [layer.output for layer in network.layers if isinstance(layer, layers.Activation)]
    kernels = [layer.kernel.value for layer in network.layers if isinstance(layer, layers.Conv2D)]
    watched = keras.Model(network.input, [*outputs, network.output])
    with tf.GradientTape() as tape:
        *handed_on, predicted = watched(images, training=True)
        loss = keras.losses.SparseCategoricalCrossentropy()(labels, predicted)
    found = tape.gradient(loss, [*handed_on, *kernels])
    norms = [float(tf.norm(gradient)) for gradient in found]
    return norms[: len(outputs)], norms[len(outputs) :]


# %%
def he_times(factor):
    rule = {"scale": 2 * factor**2, "mode": "fan_in", "distribution": "truncated_normal"}
    return {"class_name": "VarianceScaling", "config": rule}  # each layer makes its own of this


he = he_times(1)  # Keras has it by name, too: "he_normal"
kinds = {
    "0.8 times He's": {"start": he_times(0.8)},
    "He's weights": {"start": he},
    "1.25 times He's": {"start": he_times(1.25)},
    "He's, batch norm": {"start": he, "normalise": True},
    "He's, shortcuts": {"start": he, "shortcut": True},
    "He's, batch norm, shortcuts": {"start": he, "normalise": True, "shortcut": True},
}

# %% [markdown]
# Six kinds, each with 10 and with 100 layers (about a quarter of a minute):

# %%
norms, of_weights = {}, {}
for kind, choice in kinds.items():
    norms[kind], of_weights[kind] = {}, {}
    for depth in (10, 100):
        keras.utils.set_random_seed(2015)
        network = stack(depth, **choice)
        found = gradients(network, x_train[:64], y_train[:64])
        norms[kind][depth], of_weights[kind][depth] = found
    print(f"{kind}: measured")
figures.gradient_norms(norms)

# %% [markdown]
# 10 and 100 layers in each panel, from first to last, and one logarithmic scale for all. (Ten
# layers are drawn as wide as a hundred, so the same factor a layer is a tenth as steep.) Read each
# curve from right to left, as backpropagation goes: on this scale a straight line is one factor in
# every layer. How large is it, on average? And what becomes of it in 100 layers?

# %%
rows = {}
for kind, curves in norms.items():
    grown = {depth: signal[0] / signal[-1] for depth, signal in curves.items()}
    rows[kind] = {f"each of {n} layers": f"≈ {grown[n] ** (1 / (n - 1)):.2f}" for n in grown}
    rows[kind]["100 layers together"] = f"10 to the power of ≈ {np.log10(grown[100]):.1f}"
print("By what the signal is multiplied on its way back, by")
Table.from_dict(rows, orient="index")

# %% [markdown]
# - *He's weights*: nearly 1. (In the stack of 100 layers each loses a twentieth, at the edges of
#   the image, where a 3×3 filter reads the zeros of the padding. This is one seed.)
# - *0.8 and 1.25 times He's*: the signal vanishes and explodes, as in your table from above. Each
#   factor comes times the 0.95 that He's weights leave: 0.8 · 0.95 = 0.76 and 1.25 · 0.95 = 1.19.
#   Over 99 layers that takes two more powers of ten off both.
# - *Batch normalisation*: what goes forward keeps its size, but the signal grows on its way back,
#   by a fifth in every layer. Why? What ReLU hands on is never negative, so part of its size is its
#   mean: $1/(2\pi)$ of a mean square of $1/2$, where what ReLU gets is normally distributed. The
#   normalisation takes the mean off and enlarges what is left to the old size, and the slopes with
#   it: by $\sqrt{\pi/(\pi-1)} = 1.21$.
# - *Shortcuts*: nothing vanishes, and all explodes. As $F$ has no ReLU of its own here, He's rule
#   makes the mean square of $F'$ 2, not 1. That of $1 + F'$ is 1 + 2, of which the ReLU behind the
#   addition takes about a third (not half: $x$ is never negative, so more than half of the sums are
#   positive). That is a factor of $\sqrt2$ or so in every block.
# - *Both together*: on this scale the two curves nearly coincide. A hundred layers multiply the
#   signal by some tens, ten layers by a few.

# %% tags=["guard"]
for factor in (0.8, 1.25):
    for depth in (10, 100):
        he, other = (norms[kind][depth][0] for kind in ("He's weights", f"{factor} times He's"))
        assert 1 / 5 < other / he / factor**depth < 5
per_layer = {
    (kind, depth): (signal[0] / signal[-1]) ** (1 / (depth - 1))
    for kind, curves in norms.items()
    for depth, signal in curves.items()
}
for depth in (10, 100):
    assert 0.9 < per_layer["He's weights", depth] < 1.1
    assert 1.1 < per_layer["He's, batch norm", depth] < 1.3
    assert 1.35 < per_layer["He's, shortcuts", depth] < 1.6
assert per_layer["0.8 times He's", 100] < 0.85 and per_layer["1.25 times He's", 100] > 1.15
assert per_layer["He's, batch norm, shortcuts", 100] < 1.06
assert abs(np.sqrt(np.pi / (np.pi - 1)) - 1.21) < 0.002

# %% [markdown]
# **Why does it take both?** Let every $F$ end in a batch normalisation. Whatever a block gets, its
# $F(x)$ has size 1. What block $l$ gets, $x$, is the sum of the image and the blocks before it, $l$
# parts of size 1: its mean square is about $l$. To make numbers of size 1 of such an $x$, the
# normalisation divides by its size, and divides the slope $F'$, too: its mean square is about
# $1/l$. So the signal's square is multiplied by $1 + 1/l$ in block $l$, and by all $n$ blocks
# together by
#
# $$\left(1 + \tfrac11\right)\left(1 + \tfrac12\right) \cdots \left(1 + \tfrac1n\right)
# = \frac21 \cdot \frac32 \cdots \frac{n+1}{n} = n + 1$$
#
# The shortcut keeps the product from vanishing; the normalisation makes each $F'$ smaller the
# deeper the block, so that it does not explode either. What is left grows with the root of the
# depth, where the others have the depth in the exponent:

# %%
both, normalised = norms["He's, batch norm, shortcuts"], norms["He's, batch norm"]
for depth in (10, 100):
    print(
        f"{depth} blocks: the signal grows ≈ {both[depth][0] / both[depth][-1]:,.1f} times; "
        f"the root of {depth + 1} is {(depth + 1) ** 0.5:.1f}; "
        f"without shortcuts ≈ {normalised[depth][0] / normalised[depth][-1]:,.0f} times"
    )

# %% tags=["guard"]
grown = [both[depth][0] / both[depth][-1] for depth in (10, 100)]
assert 6 < grown[1] / grown[0] < 9

# %% [markdown]
# The law of the root is too optimistic: in 100 blocks the signal grows seven and a half times as
# much as in 10, not three times, since the argument leaves out the ReLU behind the addition. What
# it gets right shows in the table above: with more layers a layer's factor falls, from 1.16 to
# 1.03, where the other kinds keep theirs.
#
# What training changes is the weights. The gradient of a layer's weights is the signal *times what
# the layer reads*. With 0.8 times He's weights the signal vanishes on its way back, and what the
# layers read vanishes on its way forward. So the weights' gradient is tiny in all of them, in the
# last as in the first:

# %%
tiny = max(of_weights["0.8 times He's"][100])
print(
    f"0.8 times He's, 100 layers: the largest of all is 10 to the power of ≈ {np.log10(tiny):.1f}"
)

# %% tags=["guard"]
assert tiny < 1e-10
for depth, most in ((10, 12), (100, 100)):
    assert depth**0.5 / 2 < both[depth][0] / both[depth][-1] < most
assert normalised[100][0] / normalised[100][-1] > 1e6

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


# %%
def compiled(build, depth, rate=0.03):
    keras.utils.set_random_seed(2015)
    with training.strategy().scope():
        network = build(depth, width=WIDTH, input_shape=(14, 14, 1))
        sgd = keras.optimizers.SGD(rate, momentum=0.9)
        network.compile(sgd, "sparse_categorical_crossentropy", metrics=["accuracy"])
        sgd.build(network.trainable_variables)  # else Keras traces the first step twice
    return network


trained = {
    "plain-8": compiled(networks.plain_cifar, 8),
    "plain-32": compiled(networks.plain_cifar, 32),
    "residual-32": compiled(networks.resnet_cifar, 32),
}

# %% [markdown]
# Before they start: how many times as large is the gradient of the first convolution's weights as
# that of the last?

# %%
first_to_last = {}
for name in ("plain-32", "residual-32"):
    _, found = gradients(trained[name], x_train[:64], y_train[:64])
    first_to_last[name] = found[0] / found[-1]
    print(f"{name}: ≈ {first_to_last[name]:.1f} times")

# %% [markdown]
# One learning rate serves all layers: a step that suits the last layer of plain-32 is thirty times
# as large in the first. In residual-32 both get about the same.
#
# Now train them, 120 steps each, and look at the *training* loss. (About a quarter of a minute.)

# %% tags=["nbval-ignore-output"]
histories = {}
for name, network in trained.items():
    fit = {"batch_size": BATCH, "epochs": EPOCHS, "verbose": 0}
    histories[name] = network.fit(x_train[:IMAGES], y_train[:IMAGES], **fit)
    print(f"{name}: training loss ≈ {histories[name].history['loss'][-1]:.2f}")
figures.training_losses(histories)

# %% [markdown]
# Dashed lines are plain, the solid one is residual. The plain network of 32 layers ends far above
# that of 8: with four times the layers it fits the very images it is trained on much worse. The
# residual network has 32 layers too, the same filters in the same places, and trains about as well
# as the one of 8.
#
# Is it overfitting? Then the training loss would be *low*, and the error on test images high. But
# plain-32 is worse in both:

# %%
errors, losses = {}, {name: history.history["loss"][-1] for name, history in histories.items()}
for name, network in trained.items():
    guesses = np.argmax(network(x_test[:1000]), axis=1)
    errors[name] = float(np.mean(guesses != y_test[:1000]))
    print(f"{name}: training loss ≈ {losses[name]:.2f}, test error ≈ {errors[name]:.1%}")

# %% tags=["guard"]
steps = EPOCHS * -(-IMAGES // BATCH)
assert steps == training.by_profile(quick=120, full=9380)
assert first_to_last["plain-32"] > 8 > first_to_last["residual-32"]
assert losses["plain-32"] > 1.4 * losses["plain-8"]
assert losses["residual-32"] < 0.7 * losses["plain-32"]
assert errors["plain-32"] > errors["residual-32"] + 0.05

# %% [markdown]
# ### The lecture's figure
#
# Small images, 120 steps, one seed, one learning rate for all: would it come out otherwise if each
# network could train to the end, at a rate that suits it? `scripts/train.py` did that for five
# depths of both kinds: 30 epochs of the first 2,560 images at 14×14, half of the paper's filters, a
# rate that falls to 0 along half a cosine. Of the rates 0.1, 0.03 and 0.01 each network got the one
# with which it fitted its training images best (least loss); then it was trained with two seeds
# more. At the end all training images and all test images were classified with the weights as they
# then were, so that the training error is no mean over an epoch, as the training loss is. The files
# in `data/results/depth` have the commands. This is one of them (`--watch` says how many test
# images are classified after each epoch, which changes nothing; weight decay is from lesson 2):

# %%
depths = (8, 20, 32, 56, 110)
runs = {
    kind: {depth: results.runs("depth", network, depth) for depth in depths}
    for kind, network in (("plain", "plain_cifar"), ("residual", "resnet_cifar"))
}
print(runs["plain"][56][0]["command"].replace(" --epochs", " \\\n  --epochs"))

# %%
training_errors = {
    kind: {depth: results.errors(seeds, "training") for depth, seeds in of_kind.items()}
    for kind, of_kind in runs.items()
}
figures.errors_against_depth(training_errors, "error on the training images")

# %% [markdown]
# Each dot is a run, the lines go through the means. (Above 1 % each step up is a factor; below it
# the scale is even, so that 0 has a place.) Without shortcuts the error on the *training* images
# rises with every depth beyond 20. With shortcuts there are next to no errors, at any depth. In
# numbers:

# %%
rows = {}
for depth in depths:
    for kind in runs:
        seeds = runs[kind][depth]
        rows[f"{kind}-{depth}"] = {
            "rate": seeds[0]["options"]["rate"],
            "training loss": results.spread([results.final_loss(run) for run in seeds], 3),
        }
        for images in ("training", "test"):
            found = [100 * error for error in results.errors(seeds, images)]
            rows[f"{kind}-{depth}"][f"{images} error, %"] = results.spread(found)
Table.from_dict(rows, orient="index")

# %% [markdown]
# In brackets are the lowest and the highest of three seeds. Plain-110 has learned nothing: nine
# wrong of ten is what guessing gets, and so it is with the other two rates, which the table leaves
# out. With shortcuts all depths to 110 know their training images by heart.
#
# The test error of the plain networks rises with depth, too. That of the residual ones stays at 17
# to 18 % to 56 layers. Residual-110 has more, with every seed than residual-8. (But it is the one
# that fits its training images best at the rate 0.01, and at that rate those of 8 to 56 layers are
# at 19 % and more as well; these runs are in the folder, not in the table.) For images as small and
# as few as these, 8 layers are enough. More do not help here; with shortcuts, up to 56 do not hurt.

# %% tags=["guard"]
mean = {
    kind: {depth: np.mean(errors) for depth, errors in of_kind.items()}
    for kind, of_kind in training_errors.items()
}
assert all(len(seeds) == 3 for of_kind in runs.values() for seeds in of_kind.values())
assert max(mean["residual"].values()) < 0.005
assert mean["plain"][20] < 0.01 < mean["plain"][32] < mean["plain"][56] / 3 < mean["plain"][110]
assert mean["plain"][56] > 0.1 and mean["plain"][110] > 0.3
folder = data.FOLDER / "results" / "depth"
plain110 = [json.loads(path.read_text()) for path in folder.glob("plain_cifar-110-*")]
assert {run["options"]["rate"] for run in plain110} == {0.1, 0.03, 0.01}
assert all(run["errors"]["test"] > 0.89 for run in plain110)
tests = {n: results.errors(runs["residual"][n], "test") for n in (8, 110)}
assert max(tests[8]) < min(tests[110])
for depth in (8, 20, 32, 56):
    assert 0.165 < np.mean(results.errors(runs["residual"][depth], "test")) < 0.185
    (slow,) = [json.loads(p.read_text()) for p in folder.glob(f"resnet_cifar-{depth}-*rate0.01.*")]
    assert 0.19 < slow["errors"]["test"] < 0.2

# %% [markdown]
# ### The paper's images, and a short run
#
# And on CIFAR-10, the images of the paper, with all of its filters? Four epochs at a rate of 0.1, a
# fortieth of the paper's steps, with one seed. (The 50,000 images came from a copy in JPEG files,
# slightly lossy.)


# %%
def short_run(kind, depth, images="cifar10"):
    network = {"plain": "plain_cifar", "residual": "resnet_cifar"}[kind]
    name = f"{network}-{depth}-{images}-4epochs-seed1-bfloat16.json"
    return json.loads((data.FOLDER / "results" / name).read_text())


short_depths = (20, 32, 44, 56)
cifar = {f"{kind}-{n}": short_run(kind, n) for n in short_depths for kind in ("plain", "residual")}
print(cifar["plain-56"]["command"].replace(" --note", " \\\n  --note"))
shown = [f"{kind}-{depth}" for depth in (20, 56) for kind in ("plain", "residual")]
figures.training_losses({name: cifar[name]["history"] for name in shown})

# %% [markdown]
# Dashed lines are plain again, and a colour is a depth. (Before you run such a command: it took
# four minutes for 20 layers and half an hour for 56, on two cores that compute with 16-bit numbers.
# On a processor that cannot, `--precision mixed_bfloat16` makes it ten times as slow or worse.
# Leave it out there.) Where all eight runs end:

# %%
last = {name: run["history"]["loss"][-1] for name, run in cifar.items()}
rows = {
    f"{depth} layers": {kind: round(last[f"{kind}-{depth}"], 2) for kind in ("plain", "residual")}
    for depth in short_depths
}
Table.from_dict(rows, orient="index")

# %% [markdown]
# At 20 layers shortcuts make no difference. From there to 56 layers the final loss of the plain
# networks nearly triples, step by step; that of the residual networks grows by less than half, and
# not at every step. So in a short run residual networks, too, get clearly worse with depth, though
# far less than plain ones. Perhaps deeper ones take longer to start. Only training to the end
# settles it, and that was done above, on Fashion-MNIST.

# %% tags=["guard"]
plain, residual = ([rows[row][kind] for row in rows] for kind in ("plain", "residual"))
assert plain == sorted(plain) and 2.5 * plain[0] < plain[-1] < 3 * plain[0]
assert residual != sorted(residual) and max(residual) == residual[-1] < 1.5 * residual[0]
assert abs(plain[0] - residual[0]) < 0.02 and residual[-1] < plain[1]
assert cifar["plain-20"]["seconds"] < 300 and cifar["plain-56"]["seconds"] > 1700

# %% [markdown]
# ## Check it against the paper
#
# What the short runs made of the test images, in per cent of errors, beside what the paper reports
# for residual networks on CIFAR-10, after 64,000 steps and with shifted and mirrored images.

# %%
reported = {}
for depth in (20, 32, 44, 56, 110, 1202):
    (entry,) = [e for e in published.figures(f"resnet{depth}_cifar") if "error" in e["figure"]]
    reported[depth] = {"paper, residual, CIFAR-10": entry["published"], "source": entry["source"]}
for depth in short_depths:
    for kind in ("plain", "residual"):
        accuracy = cifar[f"{kind}-{depth}"]["history"]["val_accuracy"][-1]
        reported[depth][f"here, {kind}, short run"] = round(100 * (1 - accuracy), 1)
Table.from_dict(reported, orient="index")

# %% tags=["guard"]
best = min(reported, key=lambda depth: reported[depth]["paper, residual, CIFAR-10"])
assert best == 110

# %% [markdown]
# The paper's error falls to 110 layers. (6.43 is the best of five runs; their mean is 6.61, still
# the lowest.) At 1202, a network that trains without trouble, it rises again; the authors take that
# for overfitting, with 19 million parameters for 50,000 images.

# %% [markdown]
# ### The notes' points, settled
#
# 1. *Gradients vanish or explode*: both are measured above. With He's weights and batch
#    normalisation, as in the plain networks that fail here, they do not vanish but grow on their
#    way back: in the stack by a fifth a layer, and in plain-32 the first weights' gradient is
#    thirty times the last's before training. Whether that is why they fail is open: the authors
#    report healthy ones, doubt that they are the reason, suspect slow convergence, and leave it
#    open.
# 2. *Falls and then rises again*: the rise is measured here, from 20 to 110 layers, with every seed
#    and with the rate that suits each network best. The fall is not seen: on so few images 8
#    layers, the fewest that this kind of network has, make next to no errors already.
# 3. *With shortcuts it keeps falling, even beyond 100 layers*: it stays where it cannot fall
#    further. To 110 layers the networks fit their training images as well as those of 8; in the
#    paper, whose images are harder, they fit better the deeper they are (its figure 6).

# %% [markdown]
# ## What to remember
#
# - Deeper plain networks get worse on the images they are trained on. That is not overfitting.
# - A gradient is a product of slopes, one a layer: weights a fifth too small make it vanish.
# - With a shortcut a slope is $1 + F'$, which does not vanish; batch normalisation keeps $F'$
#   small, so that it does not explode. It takes both.

# %% [markdown]
# ## Test yourself
#
# 1. Each layer of a plain stack multiplies the gradient by 0.95. Is that close enough to 1 for 50
#    layers? For 10?
#
# <details><summary>Answer</summary>
#
# For 10 it is: 0.95 to the power of 10 is 0.60. After 50 layers 0.08 is left, a thirteenth; after
# 200 it would be 0.00004.
#
# </details>
#
# 2. Why is there a 2 in He's rule? What would stand there for a stack without ReLU?
#
# <details><summary>Answer</summary>
#
# ReLU sets half of the numbers to zero, which halves their mean square; twice the variance makes up
# for it. Without ReLU a variance of 1 over the fan-in keeps the size.
#
# </details>
#
# 3. A network of 56 layers has 29 % errors on its training images and 30 % on test images. A friend
#    says that it overfits, and wants to add dropout. What do you say?
#
# <details><summary>Answer</summary>
#
# A network that overfits is good on its training images, and this one is not. Dropout would make it
# worse on them. It needs to be trained better: with shortcuts, for instance.
#
# </details>
#
# 4. Somebody gives you a trained plain-20, and 36 layers of 3×3 to put behind one of its layers, as
#    many channels in as out. Which weights make the deeper network exactly as good, and what does
#    that say about plain-56?
#
# <details><summary>Answer</summary>
#
# Each filter has a 1 in its middle for its own channel, and zeros elsewhere; ReLU changes nothing,
# since what it gets has been through a ReLU. (Batch normalisation has to undo itself, which its
# learned mean and spread can.) So a good plain-56 exists. Training does not find it.
#
# </details>
#
# 5. Take the batch normalisation out of a residual network of 100 blocks. The signal does not
#    vanish. Why is it still a bad network to train?
#
# <details><summary>Answer</summary>
#
# Then $F(x)$ grows with $x$, and its slope stays as large as it is: $1 + F'$ multiplies the signal
# by the same factor in every block, and a hundred such factors explode.
#
# </details>

# %% [markdown]
# ## Go on
#
# **Try it.** Perhaps 0.03 is just a bad learning rate for plain-32. Put this into a new cell, with
# `rate=0.01` and then with `rate=0.1`, and compare with what it got above. Does the failure go
# away? (A few seconds each. The cells above stay as they are, and nothing needs a restart.)
#
# ```python
# network = compiled(networks.plain_cifar, 32, rate=0.01)
# network.fit(x_train[:IMAGES], y_train[:IMAGES], batch_size=BATCH, epochs=EPOCHS)
# ```
#
# <details><summary>What you should see</summary>
#
# Between 1.1 and 1.9 at the end, with 0.01 and 0.1 as with 0.03 (three seeds each), and which of
# them is best changes with the seed. At the best of these rates plain-8 comes to about 0.7,
# residual-32 to between 0.5 and 0.7. The failure does not go away, so the learning rate is not what
# causes it.
#
# </details>
#
# **Papers.** K. He, X. Zhang, S. Ren, J. Sun, *Deep Residual Learning for Image Recognition*, CVPR
# 2016: section 4.2 and figure 6. K. He and others, *Delving Deep into Rectifiers*, ICCV 2015, is
# where He's weights come from.
#
# Now [the exercises](exercises/04_trouble_with_depth.ipynb). Back to [lesson 3](03_vgg16.ipynb),
# [the map](00_start_here.ipynb), or on to [lesson 5](05_residual_blocks.ipynb), which builds the
# block.
