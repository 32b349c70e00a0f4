# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 5 · Residual blocks
#
# {{badge}}
#
# In 2015 the depth of the best networks went from about 20 layers (VGG has 19, GoogLeNet 22) to
# 152. What changed is one addition. One idea to remember: **a block does not replace its input, it
# adds to it.** Doing nothing is then easy, and training only has to find what improves on it.
#
# You will build both blocks of the paper, prove that doing nothing is easy for them, see in one
# line of calculus why depth no longer hurts, put that line to a test that it could have failed, and
# measure what each block of a trained network adds.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
import tensorflow as tf
from keras import layers, ops

from utils import blocks, data, figures, networks, published, results, training
from utils.layers import BatchNormalization, PadChannels
from utils.tables import Table

keras.utils.set_random_seed(2015)

# %% [markdown]
# ## From the lecture notes
#
# 1. A shortcut carries $a^{[l]}$ past two layers, to just before the ReLU:
#    $a^{[l+2]}=g(z^{[l+2]}+a^{[l]})$.
# 2. It helps since the identity is easy to learn: with weight decay, $W^{[l+2]}$ and $b^{[l+2]}$
#    shrink to zero, and then $a^{[l+2]} = a^{[l]}$.
# 3. Where the shapes differ, the shortcut is $W_s a^{[l]}$. $W_s$ is learned, or a fixed matrix
#    that pads with zeros.
#
# Each of these gets settled below.

# %% [markdown]
# ## The picture
#
# The block of ResNet-50, 101 and 152, drawn from its Keras graph.

# %%
image = keras.Input((56, 56, 256), name="x")
identity = keras.Model(image, blocks.identity_block(image, 64, name="block"))
figures.wiring(identity)

# %% [markdown]
# Two ways from top to bottom. One goes through three convolutions, 1×1, 3×3, 1×1; the other passes
# no weights at all. They meet in the addition, and only then comes the last ReLU. (A second line in
# a box is its output's shape, where that changes.)

# %% [markdown]
# ## Predict
#
# Take a pencil. No convolution here has a bias, since the batch normalisation after it would take
# any constant away again.
#
# - The 1×1, 3×3 and 1×1 convolutions above go from 256 channels to 64, 64 and 256. How many
#   weights?
# - And a block of two 3×3 convolutions with 64 channels throughout, as in ResNet-34? With 256?

# %%
bottleneck = 256 * 64 + 3 * 3 * 64 * 64 + 64 * 256
two_layers = 2 * 3 * 3 * 64 * 64
bottleneck, two_layers, 2 * 3 * 3 * 256 * 256

# %% [markdown]
# The bottleneck handles four times as many channels for the weights of the small block: its 3×3
# convolution, the expensive part, works on the 64 channels that the first 1×1 makes. Two 3×3 on all
# 256 would have seventeen times as many.

# %% tags=["guard"]
convolutions = [layer for layer in identity.layers if isinstance(layer, layers.Conv2D)]
assert sum(layer.count_params() for layer in convolutions) == bottleneck
assert 16 < 2 * 3 * 3 * 256 * 256 / bottleneck < 17.5

# %% [markdown]
# ## Build it
#
# First what all blocks are made of: a convolution without bias, batch normalisation, ReLU. Batch
# normalisation takes off each channel's mean over the batch and divides by its standard deviation,
# then scales by $\gamma$ and adds $\beta$, both learned. (`utils.layers` has Keras's layer with a
# faster kernel.)


# %%
def conv_bn(x, filters, kernel, strides=1, relu=True):
    x = layers.Conv2D(filters, kernel, strides, padding="same", use_bias=False)(x)
    x = BatchNormalization(epsilon=blocks.EPSILON)(x)
    return layers.Activation("relu")(x) if relu else x


# %% [markdown]
# **The identity block.** Keep the input; go through the layers; add; ReLU.


# %%
def identity_block(x, filters):
    shortcut = x
    x = conv_bn(x, filters, 1)
    x = conv_bn(x, filters, 3)
    x = conv_bn(x, 4 * filters, 1, relu=False)  # ReLU only after the addition
    x = layers.Add()([shortcut, x])
    return layers.Activation("relu")(x)


image = keras.Input((56, 56, 256))
by_hand = keras.Model(image, identity_block(image, 64))
by_hand.output.shape

# %% [markdown]
# `blocks.identity_block` does the same, with names for its layers and He's initial weights. With
# the same weights, both compute the same. (A model that is simply called does inference: batch
# normalisation then uses its moving averages.)

# %%
random = np.random.default_rng(2015)
x = random.normal(size=(2, 56, 56, 256)).astype("float32")
by_hand.set_weights(identity.get_weights())
assert np.allclose(by_hand(x), identity(x), atol=1e-5)
by_hand.count_params()

# %% [markdown]
# **The convolutional block.** Where height and width halve and the channels double, $x$ cannot be
# added as it is: the shortcut gets a $W_s$.

# %%
image = keras.Input((56, 56, 256), name="x")
block = blocks.convolutional_block(image, 128, strides=2, name="block")
figures.wiring(keras.Model(image, block))

# %% [markdown]
# The same with a convolution and normalisation in the shortcut, so that both ways end in 28×28×512.
# Both first convolutions have stride 2 (the /2 in the box).

# %% [markdown]
# ## Check it against the paper
#
# The paper names three shortcuts, and the notes two kinds of $W_s$:
#
# - **A**, the notes' fixed matrix: where shapes change, take every second pixel, and zeros for the
#   channels that are missing. No parameters.
# - **B**, the notes' learned $W_s$: there a 1×1 convolution.
# - **C**: a 1×1 convolution in every block.
#
# Is A really a matrix? Write it as a 1×1 convolution whose filters are zeros and ones:

# %%
fixed = layers.Conv2D(512, 1, strides=2, use_bias=False)
fixed.build((None, 56, 56, 256))
fixed.set_weights([np.eye(256, 512)[None, None]])
exact = np.round(8 * x) / 8  # so few digits that no processor rounds them
assert np.array_equal(fixed(exact), PadChannels(512, strides=2)(exact))
np.eye(2, 4)

# %% [markdown]
# The same, number for number. The matrix is the identity with columns of zeros beside it, here for
# two channels that become four. What do the three cost in ResNet-34?

# %%
costs = {
    shortcut: published.compare(networks.resnet(34, shortcut=shortcut), name)
    for shortcut, name in [("A", "resnet34_a"), ("B", "resnet34"), ("C", "resnet34_c")]
}
for table in costs.values():  # every count is what it should be
    assert not table["note"].str.contains("should be").any()
costs["B"]

# %%
parameters = {shortcut: table["counted"].iloc[0] for shortcut, table in costs.items()}
assert parameters["A"] < parameters["B"] < parameters["C"]
{shortcut: f"{n - parameters['A']:,} more than A" for shortcut, n in parameters.items()}

# %% [markdown]
# (The paper's 3.6 billion fits shortcut A best.) B costs little, C a million parameters. And what
# do they bring? The top-1 errors that the paper reports for them:

# %%
errors = {}
for shortcut, table in costs.items():
    (errors[shortcut],) = table.loc[["validation error, top 1"], "published"]
assert errors["A"] > errors["B"] > errors["C"]
errors

# %% [markdown]
# Each is a little better than the one before. The paper finds C's gain too small for its cost, and
# goes on with B for ImageNet and with A for CIFAR-10. So do `networks.resnet` and
# `networks.resnet_cifar`.

# %% [markdown]
# ## Why doing nothing is easy
#
# ### Exactly the identity
#
# In a block's last batch normalisation, set $\gamma$ to zero ($\beta$ starts there). Whatever the
# convolutions do, nothing is added, and the block is its input after ReLU. Not nearly: exactly.


# %%
def last_normalisation(model):
    return [layer for layer in model.layers if isinstance(layer, BatchNormalization)][-1]


gamma = last_normalisation(identity).gamma
gamma.assign(np.zeros(256))
relu = np.maximum(x, 0)
assert np.array_equal(identity(x), relu)

# %% [markdown]
# Behind another block the input has been through a ReLU already, so $\text{ReLU}(x) = x$ and the
# block hands it on untouched. The same layers without a shortcut:

# %%
image = keras.Input((56, 56, 256))
plain = keras.Model(image, blocks.plain_block(image, 64, name="plain"))
last_normalisation(plain).gamma.assign(np.zeros(256))
assert not np.any(plain(x))

# %% [markdown]
# Everything is lost: it hands on zeros. To do nothing, plain layers have to build the identity from
# their filters. These cannot, since 256 channels do not fit through 64. The plain pairs of 3×3 in
# lesson 4 could: a 1 in the middle of one filter for each channel. They start far from that, and
# training does not find it. The residual block has nothing to find.
#
# ### The notes' argument: weight decay
#
# The notes have no batch normalisation. There, shrinking $W$ and $b$ takes a block to the identity
# and a plain pair of layers to zero. Shrink them step by step:


# %%
def pair_of_layers(residual):
    image = keras.Input((56, 56, 256))
    z = layers.Conv2D(256, 3, padding="same", activation="relu")(image)
    z = layers.Conv2D(256, 3, padding="same")(z)
    z = layers.Add()([z, image]) if residual else z
    return keras.Model(image, layers.Activation("relu")(z))


def shrunk(model, factor):
    smaller = keras.models.clone_model(model)
    smaller.set_weights([factor * weight for weight in model.get_weights()])
    output, size = smaller(relu), np.linalg.norm(relu)
    return float(np.linalg.norm(output - relu) / size), float(np.linalg.norm(output) / size)


# %%
pairs = {"residual": pair_of_layers(True), "plain": pair_of_layers(False)}
found = {name: [shrunk(model, f) for f in (1, 0.3, 0.1, 0)] for name, model in pairs.items()}
distances = [distance for distance, _ in found["residual"]]
assert distances == sorted(distances, reverse=True)
assert found["residual"][-1] == (0, 1) and found["plain"][-1] == (1, 0)
{name: [f"off by {d:.1f}, size {size:.1f}" for d, size in rows] for name, rows in found.items()}

# %% [markdown]
# For weights times 1, 0.3, 0.1 and 0: by how much the output is off the input, and its size, both as
# parts of the input's size. The residual pair comes to the identity (off by 0, size 1), the plain pair to nothing (size 0). So where weight decay pulls to, the notes are right.
# How far it pulls against the loss is another matter.
#
# But in a ResNet, each convolution is followed by batch normalisation, which divides by the
# standard deviation. Smaller filters then change nothing in training:

# %%
image = keras.Input((56, 56, 256))
normalised = keras.Model(image, blocks.identity_block(image, 64, name="block"))
before = np.array(normalised(x, training=True))
for layer in normalised.layers:
    if isinstance(layer, layers.Conv2D):
        layer.set_weights([0.3 * weight for weight in layer.get_weights()])
assert np.allclose(normalised(x, training=True), before, atol=1e-2)
"filters 0.3 times as large, and the same result, to 1e-2"

# %% [markdown]
# There it is $\gamma$ and $\beta$ that must shrink, and the last two alone are enough, as you saw.
# So the argument holds, with $\gamma$ in the place of $W$, as far as weight decay takes $\gamma$
# anywhere. Whether it does, you will see in a trained network below.

# %% [markdown]
# ## Why depth no longer hurts: a 1 in the derivative
#
# In [lesson 4](04_trouble_with_depth.ipynb) every layer multiplied the gradient by something, and a
# hundred factors a little off 1 made it vanish or explode. Write a stack of blocks down (the last
# ReLU left out), and take the derivative of the loss $L$ with the chain rule:
#
# - plain: $x_{l+1} = F(x_l)$, so $\frac{\partial L}{\partial x_l} = \frac{\partial L}{\partial
#   x_{l+1}} \cdot F'(x_l)$, and after $n$ blocks the gradient has been multiplied by $F'_1 F'_2
#   \cdots F'_n$: **every** factor has to be about 1.
# - residual: $x_{l+1} = x_l + F(x_l)$, so $\frac{\partial L}{\partial x_l} = \frac{\partial
#   L}{\partial x_{l+1}} \cdot (1 + F'(x_l))$, and after $n$ blocks by $(1 + F'_1) \cdots (1 + F'_n)
#   = 1 + (F'_1 + \dots + F'_n) + \dots$
#
# Multiply it out and you have one term for each way through the stack, through a block or past it.
# The first, 1, goes past all of them: it brings the gradient of the last layer to the first as it
# is, however deep the network. (For images $F'$ is a matrix and 1 the identity.) What is easy going
# forward, doing nothing, is easy for the gradient on its way back.
#
# ### A test that it could fail
#
# If it is this 1 that counts, a network without it should train worse, **even if it computes the
# very same numbers**. Such a network can be built: `ops.stop_gradient` hands its input on and lets no
# gradient back, so the derivative of the block is $F'$ alone. 21 layers of 3×3 with 8 channels:


# %%
def small_network(cut, blocks_=10):
    x = image = keras.Input((14, 14, 1))
    x = conv_bn(x, 8, 3)
    for _ in range(blocks_):
        shortcut = ops.stop_gradient(x) if cut else x
        x = conv_bn(conv_bn(x, 8, 3), 8, 3, relu=False)
        x = layers.Activation("relu")(layers.Add()([shortcut, x]))
    return keras.Model(image, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))


# %%
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
half = x_train[:1280, ::2, ::2, None] / np.float32(255)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def first_gradient(network):
    """The norm of the gradient of the first convolution's weights."""
    first = next(layer for layer in network.layers if isinstance(layer, layers.Conv2D))
    with tf.GradientTape() as tape:
        value = loss(y_train[:64], network(half[:64], training=True))
    return float(tf.norm(tape.gradient(value, first.kernel.value)))


# %% [markdown]
# Both kinds from the same initial weights, 80 steps on 1,280 images, with three seeds, as one run
# may be luck. (About twenty seconds; a line comes with each run.)

# %% tags=["nbval-ignore-output"]
rows = {}
for seed in (1, 2, 3):
    for kind, cut in (("residual", False), ("the 1 cut out", True)):
        keras.utils.set_random_seed(seed)
        small = small_network(cut)
        start, gradient = np.array(small(half[:8], training=True)), first_gradient(small)
        sgd = keras.optimizers.SGD(0.05, momentum=0.9)
        small.compile(sgd, loss)
        sgd.build(small.trainable_variables)
        end = small.fit(half, y_train[:1280], batch_size=32, epochs=2, verbose=0).history["loss"][
            -1
        ]
        rows[kind, seed] = {"start": start, "gradient": gradient, "end": end}
        print(f"{kind}, seed {seed}: training loss {end:.2f}")
summary = {}
for kind in ("residual", "the 1 cut out"):
    ends = [rows[kind, seed]["end"] for seed in (1, 2, 3)]
    norms = [rows[kind, seed]["gradient"] for seed in (1, 2, 3)]
    summary[kind] = {
        "gradient of the first layer": f"{min(norms):.1g} to {max(norms):.1g}",
        "training loss": results.spread(ends, 2),
    }
Table.from_dict(summary, orient="index")

# %% [markdown]
# The two start as one function: the same output, to the last digit. Going back they differ as the
# formula says. Without the 1 only the product of ten $F'$ reaches the first layer, a small fraction
# of the gradient, and with every seed the network learns less. The numbers that a shortcut adds
# going forward are not what helps here. The way back is.

# %% tags=["guard"]
for seed in (1, 2, 3):
    one, other = rows["residual", seed], rows["the 1 cut out", seed]
    assert np.array_equal(one["start"], other["start"])
    assert other["gradient"] < 0.1 * one["gradient"]
    assert one["end"] < other["end"]

# %% [markdown]
# ### The notes' points, settled
#
# 1. *Added before the ReLU*: right; the wiring shows it.
# 2. *The identity is easy*: right, exactly. With batch normalisation it is $\gamma$ that has to
#    vanish, not $W$.
# 3. *$W_s$ learned or fixed*: right; both are 1×1 convolutions with stride, one of them of zeros
#    and ones.

# %% [markdown]
# ## Train it
#
# A ResNet-20 of half the paper's width for CIFAR-10, on Fashion-MNIST at every second pixel, 14×14.
# With `COURSE_PROFILE=full`: the paper's width, all pixels, all images.

# %%
WIDTH = training.by_profile(quick=1 / 2, full=1)
STEP = training.by_profile(quick=2, full=1)
IMAGES = training.by_profile(quick=10_000, full=60_000)
EPOCHS = training.by_profile(quick=3, full=20)

# %%
names = data.CLASSES["fashion_mnist"]
x_train, x_test = (x[:, ::STEP, ::STEP, None] / np.float32(255) for x in (x_train, x_test))
x_train, y_train = x_train[:IMAGES], y_train[:IMAGES]
x_train.shape, x_test.shape

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(2015)
with training.strategy().scope():
    network = networks.resnet_cifar(20, width=WIDTH, input_shape=x_train.shape[1:])
    schedule = keras.optimizers.schedules.CosineDecay(0.1, EPOCHS * IMAGES // 128)
    sgd = keras.optimizers.SGD(schedule, momentum=0.9, weight_decay=1e-3)
    network.compile(sgd, "sparse_categorical_crossentropy", metrics=["accuracy"])
fit = {"batch_size": 128, "epochs": EPOCHS, "validation_data": (x_test[:2000], y_test[:2000])}
history = network.fit(x_train, y_train, **fit)

# %%
figures.learning_curves({"ResNet-20": history})

# %% [markdown]
# Twenty layers, and they train without trouble.

# %%
probabilities = network.predict(x_test, batch_size=500, verbose=0)
accuracy = np.mean(probabilities.argmax(axis=1) == y_test)
assert accuracy >= 0.80
f"test accuracy: at least 80 %, with {network.count_params():,} parameters"

# %%
figures.mistakes(x_test, y_test, probabilities, names)

# %% [markdown]
# The twelve test images whose right class got the lowest probability, at 14×14 pixels: not easy for
# you either.

# %% [markdown]
# ## Look inside: what does each block add?
#
# A block's output is $\text{ReLU}(x + F(x))$. How large is $F(x)$ beside $x$? That says something
# about training only beside the same network before it, so here are both.


# %%
def additions(network):
    """The norm of F(x) as part of that of x, at each addition, with the batch's statistics."""
    adds = [layer for layer in network.layers if isinstance(layer, layers.Add)]
    both = keras.Model(network.input, [layer.input for layer in adds])
    pairs = both(x_test[:500], training=True)
    names = [layer.name.removesuffix("_add").replace("_block", ".") for layer in adds]
    norms = [[np.linalg.norm(part) for part in pair] for pair in pairs]
    return {name: float(f / x) for name, (x, f) in zip(names, norms)}


keras.utils.set_random_seed(2015)
untrained = networks.resnet_cifar(20, width=WIDTH, input_shape=x_train.shape[1:])
sizes = {"before training": additions(untrained), "after": additions(network)}
figures.layer_bars(sizes, "norm of F(x) / norm of x")

# %% [markdown]
# A residual is what is left over, one might say, so blocks add less than they are given. Most do,
# but they did so before any training: what a block is given is a sum of all blocks before it and
# grows along a stage, while normalisation keeps $F(x)$ at one size. That says nothing of what was
# learned. [Lesson 6](06_resnet152.ipynb) asks better: it takes single blocks out.
#
# And $\gamma$ of each block's last normalisation, which weight decay should take to zero? It started
# at 1.

# %%
lasts = [layer for layer in network.layers if layer.name.endswith("_2_bn")]
gammas = {
    layer.name.removesuffix("_2_bn").replace("_block", "."): float(np.mean(np.abs(layer.gamma)))
    for layer in lasts
}
figures.layer_bars(gammas, "mean of |γ| after training")

# %% [markdown]
# Nothing has vanished. How far would weight decay alone have taken $\gamma$? In each step it takes off
# the rate times 0.001:

# %%
rates = [float(schedule(step)) for step in range(EPOCHS * -(-len(x_train) // 128))]
decay = float(np.prod([1 - 1e-3 * rate for rate in rates]))
print(f"weight decay alone would have taken γ from 1 to {decay:.3f}")

# %% [markdown]
# In so few steps weight decay alone takes off a hundredth or so; what took off
# more is the loss. That a block *can* be switched off is certain, as you saw; that weight decay does
# it is not seen here.

# %% tags=["guard"]
assert list(sizes["before training"].values())[1] < 1 and min(gammas.values()) > 0.5
for when in sizes.values():
    assert max(size for name, size in when.items() if not name.endswith(".1")) < 1
assert training.by_profile(quick=0.98 < decay < 0.995, full=True)

# %% [markdown]
# ## What to remember
#
# - $\text{ReLU}(x + F(x))$: a block adds to its input. With $F = 0$ it hands it on, exactly.
# - Where shapes change the shortcut needs a $W_s$: zeros and ones (A) or a learned 1×1 convolution
#   (B).
# - The bottleneck 1×1, 3×3, 1×1 handles 256 channels for about the weights of two 3×3 on 64.
#
# **Try it.** Move the last ReLU of `identity_block` in *Build it* to before the addition, build
# `by_hand` anew, and set `last_normalisation(by_hand).gamma` to zero. Is it still the identity?
# What can the block never do to its input then, however it is trained?
#
# **Papers.** K. He, X. Zhang, S. Ren, J. Sun, *Deep Residual Learning for Image Recognition*, CVPR
# 2016: figures 2 and 5 are the blocks, sections 3.2, 3.3 and 4.1 the shortcuts. S. Ioffe, C.
# Szegedy, *Batch Normalization*, ICML 2015.
#
# Now [the exercises](exercises/05_residual_blocks.ipynb). Back to [lesson
# 4](04_trouble_with_depth.ipynb), [the map of the course](00_start_here.ipynb), or on to [lesson
# 6](06_resnet152.ipynb), which stacks the blocks.
