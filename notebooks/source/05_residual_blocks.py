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
# | | |
# |---|---|
# | **You will be able to** | say what a bottleneck and a shortcut cost (in brackets the exercise: `bottleneck_width`, `shortcut_work`, `explanation`); build the paper's block that changes the shape, and its successor (`convolutional_block`, `preactivation_block`); build a shortcut without parameters (`pad_shortcut`); stack blocks as the paper's table says, and find a stage that does not halve (`two_stages`, `three_stages`); put the start of a block to a test (`start_from_nothing`) |
# | **You need** | [lesson 4](04_trouble_with_depth.ipynb): what goes wrong without shortcuts, and the chain rule |
# | **Time** | {{time}} |
#
# In 2015 the depth of the best networks went from about 20 layers (VGG has 19, GoogLeNet 22) to
# 152. What changed is one addition. One idea to remember: **a block does not replace its input, it
# adds to it.** Doing nothing is then easy, and training only has to find what improves on it. You
# will prove that, see why it is good for the gradient, put that to a test that it could have
# failed, and look at what each block of a trained network adds.

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
# Two layers of lesson 4's plain network, and the same two layers as a residual block, drawn from
# their Keras graphs.

# %%
image = keras.Input((56, 56, 64), name="x")
plain = blocks.plain_block(image, 64, bottleneck=False, name="a")
residual = blocks.identity_block(image, 64, bottleneck=False, name="b")
figures.wiring(
    keras.Model(image, plain, name="plain"), keras.Model(image, residual, name="residual")
)

# %% [markdown]
# In the residual block two ways lead from top to bottom. One goes through both convolutions; the
# other passes no weights at all. They meet in the addition, and only then comes the last ReLU. (A
# second line in a box is its output's shape, where that changes.)
#
# ResNet-18 and 34 consist of such pairs. The blocks of ResNet-50, 101 and 152 have three
# convolutions: a 1×1 from 256 channels to 64, a 3×3 on these 64, and a 1×1 back to 256. (So it is
# in the first stage, the blocks on maps of one size; each later stage halves height and width and
# doubles these numbers.) The 64 channels are a **bottleneck**: few channels between layers with
# many, so that the expensive 3×3 in between is cheap.

# %% [markdown]
# ## Predict
#
# Take a pencil. No convolution here has a bias, since the batch normalisation after it would take
# any constant away again. How many weights have
#
# - the three convolutions of a bottleneck block, from 256 channels to 64, 64 and 256?
# - the pair of 3×3 convolutions in the picture, with 64 channels throughout?
# - such a pair with 256 channels?
#
# <details><summary>Answer, once you have yours</summary>
#
# - 256·64 + 3·3·64·64 + 64·256 = 69,632
# - 2·3·3·64·64 = 73,728
# - 2·3·3·256·256 = 1,179,648
#
# So the bottleneck handles four times as many channels as the small pair, for about as many
# weights. A pair on all 256 channels has seventeen times as many.
#
# </details>

# %% tags=["guard"]
assert 256 * 64 + 3 * 3 * 64 * 64 + 64 * 256 == 69_632 and 2 * 3 * 3 * 64 * 64 == 73_728
assert 2 * 3 * 3 * 256 * 256 == 1_179_648 and round(1_179_648 / 69_632) == 17

# %% [markdown]
# ## Build it
#
# ### Batch normalisation
#
# A batch normalisation stands behind every convolution. For each channel it takes the mean $\mu$
# and the variance $\sigma^2$ over all pixels of all images of the batch, and makes of a number $x$
#
# $$y = \gamma\,\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta$$
#
# $\gamma$ and $\beta$ are learned, one of each for a channel; they start at 1 and 0. ($\epsilon$,
# here 0.00001, only prevents a division by zero.) By hand, for a channel with mean 3 and standard
# deviation 2:

# %%
random = np.random.default_rng(2015)
channel = random.normal(3, 2, size=(32, 8, 8, 1)).astype("float32")
norm = BatchNormalization(epsilon=blocks.EPSILON)
in_training = np.array(norm(channel, training=True))
by_hand = (channel - channel.mean()) / np.sqrt(channel.var() + blocks.EPSILON)
print(f"by hand: mean {abs(by_hand.mean()):.2f}, standard deviation {by_hand.std():.2f}")
print(f"the same as the layer: {np.allclose(in_training, by_hand, atol=1e-4)}")

# %% [markdown]
# A trained network may get a single image, and what it says of it should not depend on which other
# images are there. So in training the layer also collects **moving statistics**: a mean and a
# variance that start at 0 and 1 and go, in each step, a hundredth of the way to those of the batch.
# With them it normalises in **inference**, which is the use of a trained network.

# %%
in_use = np.array(norm(channel))  # without training=True: inference
print(f"moving mean after one step: {float(norm.moving_mean[0]):.2f}")
print(f"in inference: mean {in_use.mean():.1f}, standard deviation {in_use.std():.1f}")

# %% [markdown]
# After one step the moving mean is 0.03 instead of 3, and in inference the layer does next to
# nothing. It takes several hundred steps; so a network may do well in training and badly on test
# images only because it was trained for too few. (The blocks of `utils.blocks` go a tenth of the
# way in each step, to be faster; the `conv_bn` below goes a hundredth. `utils.layers` has Keras's
# layer with a faster kernel.)
#
# ### The identity block
#
# A convolution without bias, batch normalisation, ReLU: of these all blocks are made. Keep the
# input; go through the layers; add; ReLU.


# %%
def conv_bn(x, filters, kernel, strides=1, relu=True):
    x = layers.Conv2D(filters, kernel, strides, padding="same", use_bias=False)(x)
    x = BatchNormalization(epsilon=blocks.EPSILON)(x)
    return layers.Activation("relu")(x) if relu else x


def identity_block(x, filters):
    shortcut = x
    x = conv_bn(x, filters, 1)
    x = conv_bn(x, filters, 3)
    x = conv_bn(x, 4 * filters, 1, relu=False)  # ReLU only after the addition
    x = layers.Add()([shortcut, x])
    return layers.Activation("relu")(x)


image = keras.Input((56, 56, 256), name="x")
mine = keras.Model(image, identity_block(image, 64))
mine.output.shape

# %% [markdown]
# `blocks.identity_block` does the same, with names for its layers and the initial weights of K. He
# (lesson 4). With the same weights, both compute the same:

# %%
identity = keras.Model(image, blocks.identity_block(image, 64, name="block"), name="identity block")
x = random.normal(size=(1, 56, 56, 256)).astype("float32")
mine.set_weights(identity.get_weights())
print(
    f"{mine.count_params():,} parameters; the same: {np.allclose(mine(x), identity(x), atol=1e-5)}"
)

# %% [markdown]
# ### The convolutional block
#
# Where height and width halve and the channels double, $x$ cannot be added as it is. The notes'
# $W_s$ makes it fit: a 1×1 convolution (and batch normalisation) in the shortcut, a **projection
# shortcut**.

# %%
block = blocks.convolutional_block(image, 128, strides=2, name="block")
figures.wiring(identity, keras.Model(image, block, name="convolutional block"))

# %% [markdown]
# Left the block that keeps the shape, right the one that changes it: both of its ways end in
# 28×28×512, and both begin with a convolution of stride 2 (the /2 in the box).

# %% tags=["guard"]
convolutions = [layer for layer in identity.layers if isinstance(layer, layers.Conv2D)]
assert sum(layer.count_params() for layer in convolutions) == 69_632
assert mine.count_params() == identity.count_params()
assert np.allclose(in_training, by_hand, atol=1e-4)
assert np.allclose(mine(x), identity(x), atol=1e-5)

# %% [markdown]
# ## Check it against the paper
#
# The paper names three shortcuts, and the notes two kinds of $W_s$:
#
# - **A**, the notes' fixed matrix: where shapes change, take every second pixel, and zeros for the
#   channels that are missing. No parameters.
# - **B**, the notes' learned $W_s$: a projection where shapes change.
# - **C**: a projection in every block.
#
# Is A really a matrix? Write it as a 1×1 convolution whose filters are zeros and ones:

# %%
fixed = layers.Conv2D(512, 1, strides=2, use_bias=False)
fixed.build((None, 56, 56, 256))
fixed.set_weights([np.eye(256, 512)[None, None]])
exact = np.round(8 * x) / 8  # so few digits that no processor rounds them
print("the same:", np.array_equal(fixed(exact), PadChannels(512, strides=2)(exact)))
np.eye(2, 4)

# %% [markdown]
# The same, number for number. What you see of the matrix is the identity with columns of zeros
# beside it, here for two channels that become four. (Keras has inputs in rows and outputs in
# columns; the notes' $W_s$ is its transpose, with rows of zeros below.)
#
# What do the three cost in ResNet-34? (The top-1 error counts the images whose first guess is
# wrong. *FLOPs* are what we call multiply-adds. *Ten crops*: the network answers for ten parts of
# an image, some mirrored, and the mean of its answers counts.)

# %%
costs = {
    shortcut: published.compare(networks.resnet(34, shortcut=shortcut), name)
    for shortcut, name in [("A", "resnet34_a"), ("B", "resnet34"), ("C", "resnet34_c")]
}
costs["B"]

# %%
least = costs["A"]["counted"].iloc[0]
rows = {}
for shortcut, table in costs.items():
    more, error = table["counted"].iloc[0] - least, table["published"]["validation error, top 1"]
    rows[shortcut] = {"parameters more than A": more, "top-1 error, paper, %": error}
Table.from_dict(rows, orient="index")

# %% tags=["guard"]
for table in costs.values():  # every count is what it should be
    assert not table["note"].str.contains("should be").any()
assert [row["parameters more than A"] for row in rows.values()] == [0, 173_824, 1_092_992]
billions = [costs[shortcut]["counted"]["multiply-adds"] / 1e9 for shortcut in "AB"]
assert [round(b, 2) for b in billions] == [3.64, 3.66]

# %% [markdown]
# (The paper's 3.6 billion is shortcut A's 3.64, rounded; B's 3.66 would round to 3.7.) B costs
# little, C a million parameters, and each has a little less error than the one before, as far as
# one number of each can tell. The paper finds C's gain too small for its cost, and goes on with B
# for ImageNet and with A for CIFAR-10. So do `networks.resnet` and `networks.resnet_cifar`.

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
positive = np.maximum(x, 0)
print("exactly ReLU of its input:", np.array_equal(identity(x), positive))

# %% [markdown]
# Behind another block the input has been through a ReLU already, so $\text{ReLU}(x) = x$ and the
# block hands it on untouched. The same layers without a shortcut:

# %%
without = keras.Model(image, blocks.plain_block(image, 64, name="without"))
last_normalisation(without).gamma.assign(np.zeros(256))
f"largest output without the shortcut: {np.max(without(x)):.1f}"

# %% [markdown]
# Everything is lost: it hands on zeros. To do nothing, plain layers have to build the identity from
# their filters. A bottleneck cannot, since 256 channels do not fit through 64. A pair of 3×3
# convolutions, as in lesson 4, can: with a 1 in the middle of each filter for its own channel, and
# zeros elsewhere. (Here without normalisation, as in the notes, and so with biases.)


# %%
def pair_of_layers(residual):
    image = keras.Input((56, 56, 256))
    z = layers.Conv2D(256, 3, padding="same", activation="relu")(image)
    z = layers.Conv2D(256, 3, padding="same")(z)
    z = layers.Add()([z, image]) if residual else z
    return keras.Model(image, layers.Activation("relu")(z))


ones = np.zeros((3, 3, 256, 256), "float32")
ones[1, 1] = np.eye(256)
handing_on = pair_of_layers(residual=False)
handing_on.set_weights([ones, np.zeros(256), ones, np.zeros(256)])
print(f"hands its input on: {np.allclose(handing_on(positive), positive, atol=1e-4)}")
print(f"{np.sum(ones):.0f} of {ones.size:,} weights of a convolution are 1, the others 0")

# %% [markdown]
# So it is possible. But training starts from small random weights, far from these, and lesson 4
# showed where it ends: at a higher training error than with fewer layers. The residual block starts
# no nearer to doing nothing, but has only to bring $\gamma$ to 0: 256 numbers instead of two
# convolutions of 589,824 weights each.

# %% [markdown]
# ### The notes' argument: weight decay
#
# The notes have no batch normalisation. There, shrinking $W$ and $b$ takes a residual pair to the
# identity and a plain pair to zero. Multiply all weights by 1, 0.3, 0.1 and 0. How far is the
# output from the input, and how large is it, both as parts of the input's size?


# %%
def shrunk(model, factor, x):
    smaller = keras.models.clone_model(model)
    smaller.set_weights([factor * weight for weight in model.get_weights()])
    output, size = smaller(x), np.linalg.norm(x)
    return float(np.linalg.norm(output - x) / size), float(np.linalg.norm(output) / size)


pairs = {"residual": pair_of_layers(True), "plain": pair_of_layers(False)}
rows = {}
for factor in (1, 0.3, 0.1, 0):
    found = {name: shrunk(model, factor, positive) for name, model in pairs.items()}
    rows[f"times {factor}"] = {
        f"{name}, {what}": f"≈ {value:.2f}"
        for name, values in found.items()
        for what, value in zip(("off by", "size"), values)
    }
Table.from_dict(rows, orient="index")

# %% [markdown]
# The residual pair comes to the identity (off by 0, size 1), the plain pair to nothing (size 0). So
# where weight decay pulls to, the notes are right. How hard it pulls, while the loss pulls
# elsewhere, is another matter.

# %% tags=["guard"]
assert np.array_equal(identity(x), positive) and not np.any(without(x))
assert np.allclose(handing_on(positive), positive, atol=1e-4) and ones.size == 9 * 256 * 256
distances = [float(row["residual, off by"][2:]) for row in rows.values()]
assert distances == sorted(distances, reverse=True)
nothing = shrunk(pairs["residual"], 0, positive), shrunk(pairs["plain"], 0, positive)
assert nothing == ((0, 1), (1, 0))

# %% [markdown]
# But in a ResNet, each convolution is followed by batch normalisation, which divides by the
# standard deviation. Smaller filters then change nothing in training (what is left comes from
# $\epsilon$ and rounding):

# %%
normalised = keras.Model(image, blocks.identity_block(image, 64, name="block"))
before = np.array(normalised(x, training=True))
for layer in normalised.layers:
    if isinstance(layer, layers.Conv2D):
        layer.set_weights([0.3 * weight for weight in layer.get_weights()])
change = np.max(np.abs(normalised(x, training=True) - before))
f"filters 0.3 times as large; numbers up to ≈ {before.max():.1f} change by at most ≈ {change:.4f}"

# %% tags=["guard"]
assert change < 1e-2 and before.max() > 4

# %% [markdown]
# There it is $\gamma$ and $\beta$ of the block's last normalisation that must become 0, as you saw.
# So the argument holds, with $\gamma$ in the place of $W$, as far as weight decay takes $\gamma$
# anywhere. Whether it does, you will see in a trained network below.

# %% [markdown]
# ## Why depth no longer hurts: a 1 in the derivative
#
# By the chain rule, a stack of layers multiplies the gradient by a product of slopes ([lesson
# 4](04_trouble_with_depth.ipynb)). In a plain stack, $x_{l+1} = F_l(x_l)$, these are the $F_l'$,
# and their product has to stay near 1 at any depth. In a residual one, $x_{l+1} = x_l + F_l(x_l)$
# (the last ReLU left out), they are $1 + F_l'$. Multiply out what $n$ blocks make of it:
#
# $$\frac{dL}{dx_1} = (1 + F_1')(1 + F_2') \cdots (1 + F_n')\,\frac{dL}{dx_{n+1}}
# = \big(1 + (F_1' + \dots + F_n') + \dots + F_1' F_2' \cdots F_n'\big)\frac{dL}{dx_{n+1}}$$
#
# There is one term for each way through the stack, through a block ($F'$) or past it. The last one,
# through all blocks, is all that a plain stack has. The first, 1, goes past all of them: it brings
# the gradient of the last layer to the first as it is, however deep the network. (For images $F'$
# is a matrix and 1 the identity.) What is easy going forward, doing nothing, is easy for the
# gradient on its way back.
#
# ### A test that this could fail
#
# If it is this 1 that counts, a network without it should train worse, **even if it computes the
# very same numbers**. Such a network can be built: `ops.stop_gradient` hands its input on and lets
# no gradient back, so that the slope of the block is $F'$ alone. 21 layers of 3×3 with 8 channels:


# %%
def small_network(cut):
    x = image = keras.Input((14, 14, 1))
    x = conv_bn(x, 8, 3)
    for _ in range(10):
        shortcut = ops.stop_gradient(x) if cut else x
        x = conv_bn(conv_bn(x, 8, 3), 8, 3, relu=False)
        x = layers.Activation("relu")(layers.Add()([shortcut, x]))
    return keras.Model(image, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))


# %%
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
few, labels = x_train[:960, ::2, ::2, None] / np.float32(255), y_train[:960]
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def first_step(network, images, labels, loss):
    """What comes out, and the norm of the gradient of the first convolution's weights."""
    first = next(layer for layer in network.layers if isinstance(layer, layers.Conv2D))
    with tf.GradientTape() as tape:
        outputs = network(images, training=True)
        value = loss(labels, outputs)
    return np.array(outputs), float(tf.norm(tape.gradient(value, first.kernel.value)))


# %% [markdown]
# Both kinds from the same initial weights, 60 steps on 960 images at every second pixel, with
# three seeds, as one run may be luck. (About twenty seconds; a line comes with each run.)

# %% tags=["nbval-ignore-output"]
found = {}
for seed in (1, 2, 3):
    for kind, cut in (("residual", False), ("the 1 cut out", True)):
        keras.utils.set_random_seed(seed)
        small = small_network(cut)
        start, gradient = first_step(small, few[:64], labels[:64], loss)
        sgd = keras.optimizers.SGD(0.05, momentum=0.9)
        small.compile(sgd, loss)
        sgd.build(small.trainable_variables)
        history = small.fit(few, labels, batch_size=32, epochs=2, verbose=0).history
        found[kind, seed] = {"start": start, "gradient": gradient, "end": history["loss"][-1]}
        print(f"{kind}, seed {seed}: training loss ≈ {history['loss'][-1]:.2f}")

# %%
rows = {}
for kind in ("residual", "the 1 cut out"):
    of_kind = [found[kind, seed] for seed in (1, 2, 3)]
    rows[kind] = {
        "gradient of the first layer": f"≈ {results.spread([f['gradient'] for f in of_kind], 3)}",
        "training loss": f"≈ {results.spread([f['end'] for f in of_kind], 2)}",
    }
Table.from_dict(rows, orient="index")

# %% [markdown]
# (The mean of three seeds, and in brackets the lowest and the highest.) The two start as one
# function: the same output, to the last digit. Going back they differ as the formula says. Without
# the 1 only the product of ten $F'$ reaches the first layer, a hundredth of the gradient or less,
# and with every seed the network learns less. So what a shortcut adds going forward is not enough;
# the way back is needed. (Two cautions. Both had one learning rate; another may suit the second
# better. And with the 1 cut out, the gradient is not that of the function any more. So the test
# shows that this network cannot do without the way back through its shortcuts, not that this is all
# that a plain network lacks.)

# %% tags=["guard"]
for seed in (1, 2, 3):
    one, other = found["residual", seed], found["the 1 cut out", seed]
    assert np.array_equal(one["start"], other["start"])
    assert other["gradient"] < 0.05 * one["gradient"]
    assert one["end"] < other["end"]

# %% [markdown]
# ### The notes' points, settled
#
# 1. *Added before the ReLU*: right; the wiring shows it.
# 2. *The identity is easy*: right without normalisation. With it $\gamma$ has to vanish, not $W$,
#    and *Look inside* shows whether weight decay took it there.
# 3. *$W_s$ learned or fixed*: right; both are 1×1 convolutions of stride 2, one of them with fixed
#    zeros and ones.

# %% [markdown]
# ## Train it
#
# A ResNet-20 of half the paper's width for CIFAR-10, on 8,000 images of Fashion-MNIST at every
# second pixel, 14×14. With `COURSE_PROFILE=full`: the paper's width, all pixels, all images. (About
# a quarter of a minute. `val_accuracy` is measured on the first 1,000 test images.)

# %%
WIDTH = training.by_profile(quick=1 / 2, full=1)
STEP = training.by_profile(quick=2, full=1)
IMAGES = training.by_profile(quick=8_000, full=60_000)
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
fit = {"batch_size": 128, "epochs": EPOCHS, "validation_data": (x_test[:1000], y_test[:1000])}
history = network.fit(x_train, y_train, **fit)

# %%
figures.learning_curves({"ResNet-20": history})

# %% [markdown]
# Twenty layers, and they train without trouble. On all 10,000 test images:

# %%
probabilities = network.predict(x_test, batch_size=500, verbose=0)
accuracy = np.mean(probabilities.argmax(axis=1) == y_test)
f"test accuracy ≈ {accuracy:.1%}, with {network.count_params():,} parameters"

# %% tags=["guard"]
assert accuracy >= 0.78

# %%
figures.mistakes(x_test, y_test, probabilities, names)

# %% [markdown]
# The twelve test images whose right class got the lowest probability (a dark pixel is a high
# number): at 14×14 not easy for you either.

# %% [markdown]
# ## Look inside: what does each block add?
#
# A block's output is $\text{ReLU}(x + F(x))$. How large is $F(x)$ beside $x$? That says something
# about training only beside the same network before it, so here are both.


# %%
def additions(network, images):
    """The norm of F(x) as part of that of x, at each addition, with the batch's statistics."""
    adds = [layer for layer in network.layers if isinstance(layer, layers.Add)]
    both = keras.Model(network.input, [layer.input for layer in adds])
    pairs = both(images, training=True)
    names = [layer.name.removesuffix("_add").replace("_block", ".") for layer in adds]
    norms = [[np.linalg.norm(part) for part in pair] for pair in pairs]
    return {name: float(f / x) for name, (x, f) in zip(names, norms)}


keras.utils.set_random_seed(2015)
untrained = networks.resnet_cifar(20, width=WIDTH, input_shape=x_train.shape[1:])
sizes = {
    "before training": additions(untrained, x_test[:500]),
    "after": additions(network, x_test[:500]),
}
figures.layer_bars(sizes, "norm of F(x) / norm of x")

# %% [markdown]
# (conv1 is the convolution before the blocks, so the stages count from 2: conv3.1 is the first
# block of the second stage.) Is a block's addition small, as the word *residual*, what is left
# over, suggests? In all blocks but the first it is smaller than $x$, but it was so before any
# training: what a block is given is a sum of all blocks before it and grows along a stage, while
# normalisation keeps $F(x)$ at one size. (At conv3.1 and conv4.1 it jumps: there half of the
# channels of $x$ are padded zeros.) What training changed is small, and this is one seed. [Lesson
# 6](06_resnet152.ipynb) asks better: it takes single blocks out.
#
# And $\gamma$ of each block's last normalisation, which weight decay should take to zero? It
# started at 1.

# %%
lasts = [layer for layer in network.layers if layer.name.endswith("_2_bn")]
gammas = {
    layer.name.removesuffix("_2_bn").replace("_block", "."): float(np.mean(np.abs(layer.gamma)))
    for layer in lasts
}
figures.layer_bars(gammas, "mean of |γ| after training")

# %% [markdown]
# Nothing has vanished. How far would weight decay alone have taken $\gamma$? In each step it takes
# off the rate times 0.001:

# %%
rates = [float(schedule(step)) for step in range(EPOCHS * -(-len(x_train) // 128))]
decay = float(np.prod([1 - 1e-3 * rate for rate in rates]))
print(f"weight decay alone would have taken γ from 1 to {decay:.3f}")

# %% [markdown]
# In so few steps weight decay alone takes off a hundredth or so. In most blocks more is gone, and
# the loss took that; on another machine one of them may even have grown. That a block *can* be switched off is certain, as you saw; that weight decay
# does it is not seen here.

# %% tags=["guard"]
assert list(sizes["before training"].values())[1] < 1 and min(gammas.values()) > 0.5
for when in sizes.values():
    assert max(size for name, size in when.items() if not name.endswith(".1")) < 1
shrunk = sum(gamma < decay for gamma in gammas.values())
assert training.by_profile(quick=shrunk >= 7 and decay < 0.995, full=True)

# %% [markdown]
# ## What to remember
#
# - $\text{ReLU}(x + F(x))$: a block adds to its input. With $F = 0$ it hands it on, exactly.
# - Where shapes change the shortcut needs a $W_s$: zeros and ones (A) or a learned 1×1 convolution
#   (B).
# - The bottleneck 1×1, 3×3, 1×1 handles 256 channels for about the weights of two 3×3 on 64.
# - Going back, the slope is $1 + F'$: the 1 brings the gradient past every block.

# %% [markdown]
# ## Test yourself
#
# 1. How many weights have the convolutions of a bottleneck block on 256 channels whose bottleneck
#    is 128 channels wide, not 64? Why is it not twice as many?
#
# <details><summary>Answer</summary>
#
# 256·128 + 9·128·128 + 128·256 = 212,992, three times the 69,632. The 1×1 convolutions double, but
# the 3×3 has twice the channels on both sides, and so four times the weights.
#
# </details>
#
# 2. Somebody starts training with $\gamma = 0$ in the last normalisation of every block. What does
#    the network compute in the first step? Can the block ever learn anything?
#
# <details><summary>Answer</summary>
#
# Every identity block hands its input on, as if it were not there, and a block that changes the
# shape hands on its shortcut alone. It can learn: the derivative by $\gamma$ is the signal times
# the normalised number, which is not 0. (The filters before it get no gradient in that first step,
# as it is multiplied by $\gamma$; once $\gamma$ has moved, they do.)
#
# </details>
#
# 3. All filters of a ResNet are made 0.3 times as large, and in training it computes the same as
#    before. Does it in inference, too, if nothing else is changed?
#
# <details><summary>Answer</summary>
#
# No. In inference the layer normalises with the moving statistics. These were collected with the
# larger filters, so it subtracts a mean and divides by a deviation that are both too large now.
#
# </details>
#
# 4. The test above could have compared a residual network with a plain one. Why does
#    `ops.stop_gradient` make it a better test?
#
# <details><summary>Answer</summary>
#
# A plain network computes something else, so that a difference could come from the way forward or
# from the way back. With `ops.stop_gradient` the numbers going forward are the same, and only the
# way back is left as a reason.
#
# </details>
#
# 5. How many ways lead through a stack of 8 blocks? How many of them go through exactly one block,
#    and what does one of them contribute to the gradient?
#
# <details><summary>Answer</summary>
#
# Two choices in each block, so 2 to the power of 8 = 256 ways; 8 of them go through one block only.
# Each of these contributes a single $F'$, the slope of its block; the way past all blocks
# contributes 1.
#
# </details>

# %% [markdown]
# ## Go on
#
# **Try it.** Where should the last ReLU stand? Put this block into a new cell: its ReLU comes
# before the addition, and nothing after. (The cells above stay as they are, and nothing needs a
# restart.) With $\gamma = 0$, is it still the identity, for numbers below zero as well? With
# $\gamma = 1$ again, what can such a block never do to its input, however it is trained?
#
# ```python
# y = conv_bn(conv_bn(conv_bn(image, 64, 1), 64, 3), 256, 1)
# early = keras.Model(image, layers.Add()([image, y]))
# for value in (0, 1):
#     last_normalisation(early).gamma.assign(np.full(256, value))
#     added = np.array(early(x)) - x
#     print(value, added.min(), added.max())
# ```
#
# <details><summary>What you should see</summary>
#
# With $\gamma = 0$ nothing is added, and the block is exactly the identity, for numbers below zero
# as well (the published block is ReLU of its input). With $\gamma = 1$ the least that is added is
# 0, and the most somewhere between 1 and 3: such a block only adds and never takes away, so that
# numbers can only grow from block to block. With the last ReLU behind the addition, $F(x)$ can be
# negative.
#
# </details>
#
# **Papers.** K. He, X. Zhang, S. Ren, J. Sun, *Deep Residual Learning for Image Recognition*, CVPR
# 2016: figures 2 and 5 are the blocks, sections 3.2, 3.3 and 4.1 the shortcuts. S. Ioffe, C.
# Szegedy, *Batch Normalization*, ICML 2015.
#
# Now [the exercises](exercises/05_residual_blocks.ipynb). Back to [lesson
# 4](04_trouble_with_depth.ipynb), [the map of the course](00_start_here.ipynb), or on to [lesson
# 6](06_resnet152.ipynb), which stacks the blocks.
