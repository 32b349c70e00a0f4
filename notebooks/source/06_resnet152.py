# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 6 · ResNet-152
#
# {{badge}}
#
# | | |
# |---|---|
# | **You will be able to** | count a network's layers from its table of blocks (in brackets the exercise: `conv4_blocks`), and say how deep a network its cost allows (`deepest`); build a residual block, a stage and a whole ResNet (`basic_block`, `stage`, `resnet18`); find what is wrong in one (`small_resnet`); say what a learned shortcut costs, and why (`explanation`); measure what the order of blocks is worth (`order_of_blocks`) |
# | **You need** | [lesson 4](04_trouble_with_depth.ipynb) for the training error against depth, [lesson 5](05_residual_blocks.ipynb) for the block |
# | **Time** | {{time}} |
#
# You have the block. Now stack it fifty times, and you own the deepest of the networks that won
# ImageNet's contest in 2015. One idea to remember: **a network this deep is one short table.** Four
# numbers say how often each stage repeats its block, and that is all in which ResNet-50, 101 and
# 152 differ.
#
# You will build all 152 layers in a dozen lines, see why they can be trained and paid for, and then
# take single blocks out of a trained network.

# %% tags=["setup"]

# %%
import gc
import json

import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
import tensorflow as tf
from keras import layers

from utils import blocks, cost, data, figures, networks, published, results, training, weights
from utils.tables import Table

keras.utils.set_random_seed(2015)

# %% [markdown]
# ## From the lecture notes
#
# 1. ResNets go up to 155 layers.
# 2. All 3×3 convolutions are `same`; where height and width halve, the filters double.
# 3. No fully connected layers, no dropout.
#
# Each of these gets settled below.

# %% [markdown]
# ## The picture

# %%
figures.volumes(networks.resnet(152))

# %% [markdown]
# All 152 layers: a pink volume is a stage, and the number above it says how many residual blocks of
# three convolutions (lesson 5) it has. Height and width halve five times, as in VGG, but the first
# two halvings come at once, in the first convolution and the pooling behind it.

# %% [markdown]
# ## Predict
#
# Take a pencil.
#
# - 3, 8, 36 and 3 blocks of three convolutions, a convolution before and a dense layer behind them.
#   Is that 152? How many blocks has ResNet-50?
# - VGG-16 has 138 million parameters and needs 15.5 billion multiplications. ResNet-152 has nearly
#   ten times the layers. More of both?
# - Take one block out of a trained residual network of 20 layers, and train nothing. How wrong is it
#   then? And a network without shortcuts?
#
# <details><summary>Answer, once you have yours</summary>
#
# - $1 + 3 \cdot (3 + 8 + 36 + 3) + 1 = 152$. ResNet-50 has $(50 - 2) / 3 = 16$ blocks. (The
#   convolutions in shortcuts do not count, nor does batch normalisation.)
# - Less of both: 60 million and 11.3 billion. *Paid for*, below, has the arithmetic.
# - With shortcuts a third or so of the images instead of a quarter, for most blocks. Without one,
#   from six of ten to nine of ten, which is guessing. *Look inside* does it.
#
# </details>

# %% tags=["guard"]
for depth_, blocks_ in ((50, (3, 4, 6, 3)), (101, (3, 4, 23, 3)), (152, (3, 8, 36, 3))):
    assert depth_ == 1 + 3 * sum(blocks_) + 1
assert (50 - 2) / 3 == 16

# %% [markdown]
# ## Build it
#
# First the stem: one 7×7 convolution and one pooling bring 224 pixels to 56, where a block is
# affordable. (`blocks.conv_bn` is like lesson 5's, but names its layers, has the initial weights of
# K. He, and with stride 2 pads alike on all sides, as the published weights expect; `same` would
# not. The padding before the pooling does the same, and after a ReLU its zeros never win.)

# %%
image = keras.Input((224, 224, 3), name="input")
x = blocks.conv_bn(image, 64, 7, strides=2, name="conv1")
x = layers.ZeroPadding2D(1)(x)
x = layers.MaxPooling2D(3, 2)(x)
x.shape

# %% [markdown]
# Then the paper's table: for each stage the filters of a block's first two convolutions (the third
# has four times as many) and the number of blocks. The first block of a stage changes the shape,
# the others keep it. (The stage names count from 2, as in the paper, where conv1 is the stem.)

# %%
stages = [(64, 3), (128, 8), (256, 36), (512, 3)]
for stage, (filters, count) in enumerate(stages, start=2):
    strides, name = 1 if stage == 2 else 2, f"conv{stage}_block"
    x = blocks.convolutional_block(x, filters, strides=strides, name=f"{name}1")
    for i in range(2, count + 1):
        x = blocks.identity_block(x, filters, name=f"{name}{i}")
    print(f"conv{stage}: {count} blocks, {x.shape}")

# %% [markdown]
# The last block leaves 2,048 channels of 7×7. VGG would flatten them and put two dense layers of
# 4,096 behind; here each channel is averaged, and one dense layer reads 2,048 numbers.

# %%
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dense(1000, activation="softmax", name="predictions")(x)
resnet152 = keras.Model(image, x, name="resnet152")
f"{resnet152.count_params():,}"

# %% [markdown]
# ## Check it against the paper

# %%
published.compare(resnet152, "resnet152")

# %% [markdown]
# The paper states one of these counts, 11.3 billion, and yours rounds to it. (It counts a
# multiplication with its addition as one and calls them FLOPs.) The two counts of parameters follow
# from its table, layer by layer; it does not print them, so `published` is empty. The errors were
# measured with *ten crops*: the network sees the four corners and the middle of an image, each also
# mirrored, and the mean of its ten answers counts. Now the other depths:

# %%
table = {
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}
ledger = {18: "resnet18_a"} | {depth: f"resnet{depth}" for depth in (34, 50, 101, 152)}
top_1 = "validation error, top 1"


def row_of(network, depth):
    return {
        "layers": depth,
        "blocks": ", ".join(map(str, table[depth])),
        "parameters": network.count_params(),
        "multiply-adds": cost.multiply_adds(network),
        "top-1 error (%), paper": published.value(ledger[depth], top_1),
    }


# %%
built = {depth: networks.resnet(depth) for depth in (18, 34, 50, 101)} | {152: resnet152}
family = Table([row_of(network, depth) for depth, network in built.items()]).set_index("layers")
resnet50 = built[50]
family

# %% tags=["guard"]
for depth_, network_ in built.items():
    assert (
        not published.compare(network_, f"resnet{depth_}")["note"].str.contains("should be").any()
    )
assert family["top-1 error (%), paper"].is_monotonic_decreasing

# %% [markdown]
# (18 and 34 have blocks of two 3×3. The row of 18 mixes two: counts with shortcut B, as in the
# others, and the paper's error with shortcut A, the only one it gives.) Every step deeper has the
# lower error. The contest was won by an **ensemble**, several networks whose outputs are averaged:
# six of different depths, two of them with 152 layers. Together they had a top-5 error of 3.57 % on
# the test images. The best of them alone had 4.49 % on the validation images, tested at five sizes;
# with ten crops it is the 5.71 % above (the paper's tables 3 to 5).
#
# Without shortcuts, the deeper network has the *higher* error:

# %%
del built
gc.collect()  # frees half a gigabyte
{f"plain, {depth} layers": published.value(f"plain{depth}", top_1) for depth in (18, 34)}

# %% tags=["guard"]
assert published.value("plain34", top_1) > published.value("plain18", top_1)

# %% [markdown]
# ## Why 152 layers can be trained, and paid for
#
# ### Trained: why the gradient arrives
#
# In the figure of [lesson 4](04_trouble_with_depth.ipynb) the training error of plain networks rose
# with depth, until at 110 layers nothing was learned. With shortcuts there was next to no training
# error at any depth. [Lesson 5](05_residual_blocks.ipynb) gave the reason: on its way back the
# gradient is multiplied by $F'$ in a plain block, by $1 + F'$ in a residual one, so that it does not
# vanish. But could it not explode? 1 plus something, fifty times over, may be a lot.
#
# It does not, because of what a block is added to. Normalisation gives every $F$ about the same size,
# while $x$ grows: in front of block $l$ it is the sum of all blocks before it. So the later a block,
# the less it changes. Lesson 4 found that the *square* of the signal, the gradient on its way back,
# is multiplied by about $1 + c/l$ in block $l$, there with $c = 1$. Over conv4's 36 blocks that
# makes, and a factor of 2 in every block would make,
#
# $$\frac{2}{1} \cdot \frac{3}{2} \cdot \frac{4}{3} \cdots \frac{37}{36} = 37, \qquad \qquad
# 2 \cdot 2 \cdot 2 \cdots 2 = 2^{36} = 68{,}719{,}476{,}736.$$
#
# Nearly everything cancels. (In real blocks $c$ is larger than 1. For any $c$ the product grows like
# the depth to the power of $c$, and the gradient itself like the root of that.) The depth no longer
# stands in the exponent. That is the idea, not a proof, so measure it: hand a random gradient to the
# last of 36 real blocks, and see how much larger it is when it comes out in front of the first.


# %%
def gradient_grows(block, count):
    keras.utils.set_random_seed(2015)
    x = image = keras.Input((7, 7, 32))
    for i in range(count):
        x = block(x, 8, name=f"block{i}")
    stack = keras.Model(image, x)
    maps, signal = tf.random.uniform((2, 16, 7, 7, 32))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        value = tf.reduce_sum(stack(maps, training=True) * (signal - 0.5))  # signal: the gradient
    return float(tf.norm(tape.gradient(value, maps)) / tf.norm(signal - 0.5))


kinds = {"plain": blocks.plain_block, "residual": blocks.identity_block}
grows = {kind: [gradient_grows(block, n) for n in (3, 36)] for kind, block in kinds.items()}
for kind, (three, many) in grows.items():
    print(f"{kind}: ≈ {three:.0f} times through 3 blocks, ≈ {many:,.0f} times through 36")

# %% [markdown]
# Through three blocks there is hardly a difference. Through 36, twelve times as many, the plain stack
# multiplies the gradient by a hundred million or more, the residual one by some hundreds. That is
# some forty times its number for three blocks, as with $c = 3$: $\sqrt{12^3} \approx 42$. Both stacks
# have normalisation, so the 1 makes the difference. (Without the 1 it may go either way: here the
# gradient explodes, in lesson 5 it vanished.)

# %% tags=["guard"]
assert all(5 < three < 20 for three, _ in grows.values())
assert 37 < grows["residual"][1] < 1000 and grows["plain"][1] > 1e8
assert 25 < grows["residual"][1] / grows["residual"][0] < 60 and round(12**1.5) == 42

# %% [markdown]
# ### Paid for: the bottleneck
#
# A block of two 3×3 on 256 channels is dear. Behind a 1×1 that leaves 64 of them, the 3×3 costs a
# sixteenth, and another 1×1 brings the 256 back. Weights of one block:

# %%
f = 64
{
    "two 3×3 on 256 channels": 2 * 9 * (4 * f) ** 2,
    "bottleneck: 1×1, 3×3 on 64, 1×1": 4 * f * f + 9 * f * f + f * 4 * f,
    "two 3×3 on 64 channels, as in ResNet-34": 2 * 9 * f * f,
}

# %% [markdown]
# $17 f^2$ instead of $288 f^2$: three layers and 256 channels for less than the price of two layers on
# 64. In the next stage $f$ doubles, so a block has four times the weights, at a quarter of the
# places. **Every identity block costs the same**, wherever it stands:

# %%
places, weights_of_block = 56 * 56, 17 * f * f
fifty = 50 * places * weights_of_block
print(f"one block: {places * weights_of_block:,} multiply-adds")
print(f"50 blocks: {fifty:,}, of {family['multiply-adds'][152]:,} in all")

# %% tags=["guard"]
conv4_weights = 1024 * 256 + 9 * 256 * 256 + 256 * 1024
assert 14 * 14 * conv4_weights == places * weights_of_block == 218_365_952
assert 0.96 < fifty / family["multiply-adds"][152] < 0.98
saved = 56**2 * (256 - 64) * 64 + 3 * 28**2 * (512 - 256) * 128
added = 112**2 * 7**2 * 3 * 64 + 56**2 * 64 * 256 + 3 * 28**2 * 256 * 512 + 2048 * 1000
assert fifty - saved + added == family["multiply-adds"][152]
assert (round(saved / 1e9, 2), round(added / 1e9, 2)) == (0.12, 0.48)

# %% [markdown]
# (For the blocks alone this is a little too much: the first of a stage reads fewer channels, which
# saves 0.12 billion in all. The stem, four shortcuts with a convolution and the dense layer add
# 0.48 billion.) The whole family, beside VGG:

# %%
per_family = {"blocks of two 3×3": (18, 34), "bottleneck blocks": (50, 101, 152)}
both = ["parameters", "multiply-adds"]
families = {
    kind: [(depth, *family.loc[depth, both]) for depth in depths]
    for kind, depths in per_family.items()
}
vgg = {depth: [published.value(f"vgg{depth}", what) for what in both] for depth in (16, 19)}
families["VGG"] = [(depth, *counts) for depth, counts in vgg.items()]
figures.cost_against_depth(families)

# %% [markdown]
# 152 layers have less than half of VGG-16's parameters and do less work than it. VGG keeps nearly
# nine tenths of its parameters in dense layers. And its 3×3 have no bottleneck: a single one on 512
# channels at 28×28 costs as much as eight blocks of yours. From 34 to 50 layers only 5 % of work
# are added: both networks have 16 blocks.

# %% tags=["guard"]
assert family["parameters"][152] < 0.45 * vgg[16][0]
assert family["multiply-adds"][152] < 0.75 * vgg[16][1]
assert 1.05 < family["multiply-adds"][50] / family["multiply-adds"][34] < 1.06
dense = 7 * 7 * 512 * 4096 + 4096 * 4096 + 4096 * 1000 + 4096 + 4096 + 1000
assert 0.89 < dense / vgg[16][0] < 0.9
assert 8 < 28 * 28 * 9 * 512 * 512 / (places * weights_of_block) < 8.5

# %% [markdown]
# ### Which convolution moves by 2? (optional)
#
# Skip this, and you miss why two networks that are both called ResNet-50 do not do the same work.
#
# Where a stage begins, a bottleneck moves by 2. The paper does not say which of its convolutions
# does, but its 3.8 billion is near the 3.86 of the first 1×1 and far from the 4.09 of the 3×3, and
# on the 1×1 its authors' published networks and `keras.applications` have it: **v1**. Others,
# PyTorch's torchvision among them, let the 3×3 do it: **v1.5**. Ask the gradient which pixels of a
# 12×12 image the block's output can depend on:

# %%
image = keras.Input((12, 12, 8))
options = {"strides": 2, "name": "block"}
pair = {
    name: keras.Model(image, blocks.convolutional_block(image, 8, **options, stride_on=size))
    for name, size in (("v1: stride on the 1×1", "1x1"), ("v1.5: stride on the 3×3", "3x3"))
}
x = tf.random.stateless_normal((8, 12, 12, 8), seed=(20, 15))
looks = {}
for name, block in pair.items():
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(block(x) ** 2)
    looks[name] = np.abs(tape.gradient(total, x)).sum(axis=(0, 3)) > 0
figures.images(list(looks.values()), titles=list(looks), columns=2, size=2.4)

# %% [markdown]
# Dark pixels count, white ones do not. In v1 three quarters of what the block before has computed
# are never read: a 1×1 filter that moves by 2 steps over them, in the block and in its shortcut. In
# v1.5 the 3×3 reaches every pixel. The price: in three blocks the first 1×1 has four times the places
# to work at. And the same weights fit both, without an error message:

# %%
v1, v15 = pair.values()
v15.set_weights(v1.get_weights())
apart = np.linalg.norm(v15(x) - v1(x)) / np.linalg.norm(v1(x))
more = 3 * (56 * 56 - 28 * 28) * 256 * 128  # alike in conv3, conv4 and conv5
print(f"ResNet-50: {more / family['multiply-adds'][50]:.0%} more work in v1.5")
print(f"same weights, same images: the outputs are apart by ≈ {apart:.0%} of their size")

# %% tags=["guard"]
assert [look.mean() for look in looks.values()] == [1 / 4, 1]
assert apart > 0.2 and 3_857_973_248 + more == 4_089_184_256

# %% [markdown]
# So whenever you take over weights, ask which they are. (NVIDIA reports half a point more top-1
# accuracy for v1.5.) `networks.resnet` builds v1; `stride_on="3x3"` makes it v1.5.

# %% [markdown]
# ### The notes' points, settled

# %%
kinds = [type(layer).__name__ for layer in resnet152.layers]
kernels = [layer.kernel_size[0] for layer in resnet152.layers if hasattr(layer, "kernel_size")]
{f"{size}×{size}": kernels.count(size) for size in (1, 3, 7)} | {
    kind: kinds.count(kind) for kind in ("Dense", "Dropout")
}

# %% [markdown]
# 1. *Up to 155 layers*: 152 on ImageNet, 151 convolutions and a dense layer. (155 is the number of
#    all convolutions, if the four in shortcuts count; the paper does not count them.) On CIFAR-10 the
#    same authors went up to 1,202.
# 2. *3×3 same, filters double*: right from conv2 to conv5. In ResNet-152 a 1×1 does the halving (in
#    18 and 34 layers a 3×3, which then moves by 2), and the stem halves twice without doubling. And
#    most convolutions of ResNet-152 are 1×1.
# 3. *No fully connected layers, no dropout*: nearly right. There is one dense layer, the last, and
#    no dropout.

# %% tags=["guard"]
assert kinds.count("Dense") == 1 and "Dropout" not in kinds
assert kernels.count(3) == 50 and kernels.count(1) == 2 * 50 + 4
assert len(kernels) == 155 == 151 + 4

# %% [markdown]
# ## Published weights
#
# `keras.applications` has the authors' weights for 50, 101 and 152 layers. With a connection, the
# next cell downloads those of ResNet-50, **103 MB**, once (Keras keeps them in `~/.keras/models`),
# puts them into your network, and lists what it sees on lesson 3's photograph of a cat. Without one
# it says so, and nothing is lost: no cell below needs these weights. This page was made without. (In
# [lesson 12](12_efficientnet.ipynb) are weights that come with the course.)
# (With `resnet152` the same downloads 242 MB. `keep_aspect_ratio` cuts the photograph to a square
# rather than squeeze it; `preprocess_input` puts blue first and takes the mean colour off, as the
# authors did.)

# %%
photo = keras.utils.load_img(
    data.FOLDER / "photos" / "chelsea.png", target_size=(224, 224), keep_aspect_ratio=True
)
pixels = keras.utils.img_to_array(photo)[None]
inputs = keras.applications.resnet.preprocess_input(pixels)

# %%
try:
    weights.load(resnet50, "imagenet")
    for name, probability in weights.likeliest(resnet50.predict(inputs, verbose=0))[0]:
        print(f"{probability:.0%}  {name}")
except FileNotFoundError:
    print("No connection: the network keeps its random weights. Go on, nothing below needs others.")

# %% [markdown]
# ### Weights with biases (optional)
#
# Skip this, and you take it on trust that these weights mean the same in your network.
#
# The published convolutions have biases, one for each of their filters; yours have none: batch
# normalisation takes off the mean, and with it any constant. A trained bias $b$ is not lost, though.
# Take it off the moving mean $\mu$: $\gamma\,(z + b - \mu)/\sigma + \beta$ is the same number as
# $\gamma\,(z - (\mu - b))/\sigma + \beta$. `weights.transfer` does that, here with a single layer and
# random numbers:


# %%
def one_layer(bias):
    image = keras.Input((12, 12, 8))
    x = layers.Conv2D(8, 3, use_bias=bias, name="one_conv")(image)
    return keras.Model(image, layers.BatchNormalization(name="one_bn")(x))


theirs, yours = one_layer(bias=True), one_layer(bias=False)
random = np.random.default_rng(2015)
# All numbers above zero, as a variance must be.
theirs.set_weights([random.uniform(0.5, 1, weight.shape) for weight in theirs.get_weights()])
weights.transfer(theirs, yours)
x = random.normal(size=(4, 12, 12, 8)).astype("float32")
np.allclose(theirs(x), yours(x), atol=1e-3)

# %% [markdown]
# The same output. ResNet-50 saves 26,560 biases in this way.

# %% tags=["guard"]
assert np.allclose(theirs(x), yours(x), atol=1e-3) and np.std(yours(x)) > 0.1
convolutions = [layer for layer in resnet50.layers if isinstance(layer, layers.Conv2D)]
assert sum(layer.filters for layer in convolutions) == 26_560

# %% [markdown]
# ## Train it
#
# Training 152 layers on a million images is too much for two cores. The small relatives of lesson 4
# train here: 20 layers, with and without shortcuts, half of the paper's filters, on 1,280 images at
# every second pixel. (So few, to have both in a quarter of a minute.) With `COURSE_PROFILE=full`: the
# paper's filters, all pixels, all images.

# %%
resnet152 = resnet50 = image = x = None
gc.collect()  # frees a quarter of a gigabyte
WIDTH = training.by_profile(quick=1 / 2, full=1)
STEP = training.by_profile(quick=2, full=1)
IMAGES = training.by_profile(quick=1_280, full=60_000)
BATCH = training.by_profile(quick=32, full=128)
EPOCHS = training.by_profile(quick=3, full=20)

# %%
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
x_train, x_test = (x[:, ::STEP, ::STEP, None] / np.float32(255) for x in (x_train, x_test))
x_train, y_train = x_train[:IMAGES], y_train[:IMAGES]
x_train.shape, x_test.shape


# %%
def trained(build):
    keras.utils.set_random_seed(2015)
    with training.strategy().scope():
        network = build(20, width=WIDTH, input_shape=x_train.shape[1:])
        schedule = keras.optimizers.schedules.CosineDecay(0.05, EPOCHS * IMAGES // BATCH)
        sgd = keras.optimizers.SGD(schedule, momentum=0.9, weight_decay=1e-3)
        network.compile(sgd, "sparse_categorical_crossentropy", metrics=["accuracy"])
        sgd.build(network.trainable_variables)  # else Keras traces the first step twice
    return network, network.fit(x_train, y_train, batch_size=BATCH, epochs=EPOCHS)


# %% tags=["nbval-ignore-output"]
residual, history = trained(networks.resnet_cifar)  # shows the progress of .fit()
plain, plain_history = trained(networks.plain_cifar)

# %%
figures.training_losses({"plain-20": plain_history, "residual-20": history})

# %% [markdown]
# The residual network (solid) is ahead all the way: lesson 4 once more. And on test images?


# %%
def error(network):
    guesses = np.argmax(network(x_test[:1000]), axis=1)
    return float(np.mean(guesses != y_test[:1000]))


whole = {"residual": error(residual), "plain": error(plain)}
for name, wrong in whole.items():
    print(f"{name}: test accuracy ≈ {1 - wrong:.1%}")

# %% tags=["guard"]
assert whole["residual"] < 0.33 and whole["residual"] < whole["plain"] + 0.03
pairs_ = zip(history.history["loss"], plain_history.history["loss"])
assert training.by_profile(quick=all(r < p for r, p in pairs_), full=True)

# %% [markdown]
# (One seed and 1,000 test images; with another seed the lead may be much smaller.)
#
# ### A fair race with those before
#
# The race of [lesson 2](02_alexnet.ipynb) once more: ResNet-20 with the paper's filters against all
# that came before, each over 10 epochs of the same 5,000 images, batch 64, Adam with a cosine. The
# learning rate is the best of neighbouring ones (0.0003, 0.001, 0.003, 0.01, 0.03) by the error on
# 5,000 held-out images, the last of the training set; test images choose nothing. (Errors in use:
# the mean, and in brackets the lowest and the highest, of three seeds.)

# %%
racers = {"LeNet-5": "lenet5", "AlexNet": "alexnet", "VGG-11": "vgg", "ResNet-20": "resnet_cifar"}
results.race(racers)

# %% [markdown]
# Between the first three the seeds decide. ResNet-20 is ahead: its worst run is two points better
# than the best run of all others, one of AlexNet's. It has a fifth of AlexNet's weights, and takes
# eight times its multiplications. After ten epochs the twenty layers with shortcuts and batch
# normalisation also fit their training images best, and the eleven of VGG, without either, worst.
# (What part of that each of the two has, this race cannot say.)

# %%
race = {name: results.runs("race", network) for name, network in racers.items()}
tests = {name: results.errors(runs, "test") for name, runs in race.items()}
work = {name: (runs[0]["multiply-adds"], tests[name]) for name, runs in race.items()}
figures.errors_against_work(work, "test error")

# %% [markdown]
# A dot is a run, a bar the mean; the axis of work is logarithmic. More work alone buys nothing
# here: from LeNet-5 to VGG-11 it grows nearly fortyfold, and the errors stay where they are. The
# step down comes with ResNet-20, which does still more work and does it with shortcuts and
# normalisation. What the figure does not show is any other budget: these are 5,000 small images,
# and with 60,000, or with ImageNet's, the same networks may stand in another order.

# %% tags=["guard"]
assert all(len(errors) == 3 for errors in tests.values())
others = [error for name, errors in tests.items() if name != "ResNet-20" for error in errors]
assert min(others) - max(tests["ResNet-20"]) > 0.015
fitted = {name: results.errors(runs, "training") for name, runs in race.items()}
assert all(max(fitted["ResNet-20"]) < min(fitted[n]) for n in racers if n != "ResNet-20")
assert max(racers, key=lambda name: np.mean(fitted[name])) == "VGG-11"
weights_, work_ = (
    [race[n][0][what] for n in ("ResNet-20", "AlexNet", "VGG-11", "LeNet-5")]
    for what in ("parameters", "multiply-adds")
)
assert 4 < weights_[1] / weights_[0] < 5 and 7.5 < work_[0] / work_[1] < 8.5
assert 37 < work_[2] / work_[3] < 40
for one in ("LeNet-5", "AlexNet", "VGG-11"):
    assert all(min(tests[one]) < max(tests[n]) for n in ("LeNet-5", "AlexNet", "VGG-11"))

# %% [markdown]
# With all 60,000 images, data augmentation and thirteen epochs, ResNet-20 gets further.
# `scripts/train.py` did that once, on two cores, in about half an hour. The file it wrote says how
# (`--augment 2` shifts each image by up to two pixels and mirrors half of them):

# %%
run = data.FOLDER / "results" / "resnet_cifar-20-fashion_mnist-13epochs-seed1.json"
result = json.loads(run.read_text())
print(result["command"])
print(f"{result['history']['val_accuracy'][-1]:.1%} on test images, {result['seconds']} seconds")

# %% tags=["guard"]
assert result["history"]["val_accuracy"][-1] >= 0.93 and result["seconds"] < 35 * 60

# %% [markdown]
# ## Look inside: take a block out
#
# Which block does the work? Take one out of the trained network, train nothing, and test again. In
# a residual network that is easy: with the last $\gamma$ and $\beta$ at zero a block adds nothing
# (lesson 5).


# %%
def error_without(network, *taken):
    kept = network.get_weights()
    for block in taken:
        last = network.get_layer(f"{block}_2_bn")
        last.gamma.assign(0 * last.gamma)
        last.beta.assign(0 * last.beta)
    found = error(network)
    network.set_weights(kept)
    return found


names = [layer.name.removesuffix("_add") for layer in residual.layers if "_add" in layer.name]
errors = {"residual": {"no block out": whole["residual"]}}
errors["residual"] |= {name: error_without(residual, name) for name in names}

# %% [markdown]
# A plain network is a chain. There the block's layers have to be left out, and the ones behind it
# read what the ones before it wrote. (The first blocks of conv3 and conv4 have to stay, since they
# change the shape. In the residual network they can go; half of the channels then are zeros.)


# %%
def chain_without(network, block):
    x = image = keras.Input(network.input_shape[1:])
    for layer in network.layers[1:]:
        if not layer.name.startswith(f"{block}_"):
            x = layer(x)
    return keras.Model(image, x)


same_shape = [name for name in names if name not in ("conv3_block1", "conv4_block1")]
errors["plain"] = {"no block out": whole["plain"]}
errors["plain"] |= {name: error(chain_without(plain, name)) for name in same_shape}

# %%
per_cent = {kind: {name: 100 * e for name, e in row.items()} for kind, row in errors.items()}
figures.layer_bars(per_cent, "test error without the block (%)")

# %% [markdown]
# The first row is the whole network. Whichever one of its blocks is taken out, the plain network
# gets six of ten images wrong or more, and mostly it is close to guessing, which would be 90 %. The
# residual network, though nobody trained it to do without, loses less than ten points with most
# blocks, and on average more with the first of a stage. That may be because the later blocks of the
# stage add to what that one made, or because without it half of the channels are zeros (in conv3
# and conv4); this experiment does not tell the two apart. Without the same blocks, those that the
# plain network can do without:

# %%
lost = {
    kind: np.median([row[name] for name in same_shape]) - whole[kind]
    for kind, row in errors.items()
}
for kind, points in lost.items():
    print(f"{kind}: without one of the seven, ≈ {100 * points:.0f} points more (the median)")

# %% [markdown]
# This is one training of each. With other seeds the bars have other lengths and the later blocks
# change places. What came out alike in all that we tried: the first blocks of the stages are missed
# more than the others, on average, and whichever single block is taken out, the residual network is
# less wrong than the plain one without that block. (The paper below took blocks out of a network of
# 110 layers, trained to the end. With 54 blocks each is a smaller part of the sum, and hardly any
# of them was missed.)

# %% tags=["guard"]
for block_ in same_shape:
    assert errors["residual"][block_] < errors["plain"][block_]
assert min(errors["plain"][block_] for block_ in same_shape) > 0.5
assert lost["residual"] < 0.2 < 0.35 < lost["plain"]
first, other = ([n for n in names if n.endswith("1") is begins] for begins in (True, False))
means = [np.mean([errors["residual"][name] for name in part]) for part in (first, other)]
assert training.by_profile(quick=means[0] > means[1], full=True)

# %% [markdown]
# A. Veit and others, who found this in 2016, read it so: every block may be passed through or
# passed by, which makes $2^n$ ways through $n$ blocks, and the network is something like an
# ensemble of them all. Taking one block out closes half of the ways and leaves the other half. In a
# plain network there is one way, and it led through the missing block. (ReLU is not linear, so the
# output is no plain sum over the ways; but that is how it behaves.) For our 9 blocks, and for the
# 50 of ResNet-152:

# %%
{count: f"{2**count:,}" for count in (len(names), sum(table[152]))}

# %% [markdown]
# ## What to remember
#
# - A residual network is a table: 3, 8, 36, 3 blocks make 152 layers.
# - 152 layers cost less than VGG-16, in parameters and in work: bottlenecks, nearly all at the same
#   price, and no large dense layer.
# - Blocks add to what comes before them: take one out, and the rest goes on, somewhat worse.

# %% [markdown]
# ## Test yourself
#
# 1. A ResNet has 3, 24, 36 and 3 bottleneck blocks. How many layers is that, and about how many
#    multiply-adds?
#
# <details><summary>Answer</summary>
#
# $1 + 3 \cdot 66 + 1 = 200$ layers. A block costs 218 million wherever it stands, so 16 blocks more
# than ResNet-152 are 3.5 billion more: about 14.8 billion.
#
# </details>
#
# 2. Leave the stem's two halvings out, so that conv2 works on 224×224 and all else follows. What
#    happens to the work, and what to the number of parameters?
#
# <details><summary>Answer</summary>
#
# Sixteen times the places in every stage, so about sixteen times the work, some 180 billion. The
# parameters stay as they are: filters are shared by all places, and the dense layer reads one mean a
# channel, however large the maps.
#
# </details>
#
# 3. In `error_without` the last $\gamma$ and $\beta$ of a block become zero. Why was the plain
#    network not treated in the same way?
#
# <details><summary>Answer</summary>
#
# There is no shortcut beside the block: it would hand on zeros, and everything behind would see the
# same for every image. Leaving the layers out is the milder test, and it is failed all the same.
#
# </details>
#
# 4. Ten crops and an ensemble of ten networks both average ten answers. What does each cost, and
#    which should help more?
#
# <details><summary>Answer</summary>
#
# In use both cost ten passes. The ensemble also has to be trained ten times, and kept ten times.
# Averaging helps as far as the mistakes differ, and those of ten networks differ more than those of
# one network on ten views of the same image.
#
# </details>
#
# 5. From 101 to 152 layers the error falls by 0.3 points, for half as much work again. Does that mean
#    that 1,000 layers would be better still?
#
# <details><summary>Answer</summary>
#
# No: the same 17 blocks more, from 50 to 101, had gained 1.1 points, so the gain is running out. On
# CIFAR-10 the paper tried it. 1,202 layers trained without trouble and had a test error of 7.93 %,
# 110 layers had 6.43 %: what can be trained can still overfit.
#
# </details>

# %% [markdown]
# ## Go on
#
# **Try it.** Take more blocks out: two, three, half of them, all nine. Does the error jump or climb?
# Write your guess down, then run this in a new cell, more than once (the weights are put back each
# time, so nothing else changes):
#
# ```python
# for count in range(10):
#     taken = np.random.permutation(names)[:count]
#     print(count, f"{error_without(residual, *taken):.0%}", *sorted(taken))
# ```
#
# <details><summary>What you should see</summary>
#
# It climbs, block by block. In seven trainings, each with its own seed, the median error was 35 %
# without one block, 62 without two, 75 without three, 83 without four, and 88 without six: that is
# guessing, or close to it, and no wonder, as $2^3 = 8$ ways are left of 512. Single results lie wide
# apart (28 to 91 % without two) and are worse if the first block is among those taken. But there is
# no single step at which the network breaks, as the plain one does with its first. Whether the blocks
# come from one stage does not decide: a whole stage out gave 52 to 91 %, one block out of each stage
# 42 to 91.
#
# </details>

# %% [markdown]
# **Papers.** K. He, X. Zhang, S. Ren, J. Sun, *Deep Residual Learning for Image Recognition*, CVPR
# 2016: table 1 has the stages, tables 2 to 5 the errors, section 4.2 the 1,202 layers. A. Veit, M.
# Wilber, S. Belongie, *Residual Networks Behave Like Ensembles of Relatively Shallow Networks*,
# NeurIPS 2016.
#
# Now [the exercises](exercises/06_resnet152.ipynb). Back to [lesson 5](05_residual_blocks.ipynb),
# [the map of the course](00_start_here.ipynb), or on to [lesson
# 7](07_one_by_one_convolutions.ipynb).
