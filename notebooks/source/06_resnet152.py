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
# You have the block. Now stack it fifty times, and you own the deepest of the networks that won
# ImageNet's contest in 2015. One idea to remember: **a network this deep is one short table.** Four
# numbers say how often each stage repeats its block, and that is all in which ResNet-50, 101 and
# 152 differ.
#
# You will build all 152 layers in a dozen lines and hold them against the paper, fill ResNet-50 with
# published weights, and then take blocks out of a trained network and find that most are hardly
# missed.

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
# All 152 layers: a pink volume is a stage of residual blocks, three convolutions each (lesson 5).
# The number above it counts the blocks, the name below is that of the last block's addition. Height
# and width halve five times, as in VGG, but the first two halvings come at once, in the first
# convolution and the pooling behind it.

# %% [markdown]
# ## Predict
#
# Take a pencil.
#
# - 3, 8, 36 and 3 blocks of three convolutions, a convolution before and a dense layer behind them.
#   Is that 152? How many blocks has ResNet-50?
# - VGG-16 has 138 million parameters and needs 15.5 billion multiplications. ResNet-152 has nearly
#   ten times the layers. More of both?

# %%
table = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
blocks_of = {depth: sum(counts) for depth, counts in table.items()}
assert all(depth == 1 + 3 * count + 1 for depth, count in blocks_of.items())
blocks_of

# %% [markdown]
# So ResNet-50 has 16 blocks, and $1 + 3 \cdot 16 + 1 = 50$. (The convolutions in shortcuts do not
# count, nor does batch normalisation.) The second answer comes further down.

# %% [markdown]
# ## Build it
#
# First the stem: one 7×7 convolution and one pooling bring 224 pixels to 56, where a block is
# affordable. (`blocks.conv_bn` is lesson 5's, with named layers and He's initial weights. With
# stride 2 it pads alike on all sides, as the published weights expect; `same` would not. The
# padding before the pooling does the same, and after a ReLU its zeros never win.)

# %%
image = keras.Input((224, 224, 3), name="input")
x = blocks.conv_bn(image, 64, 7, strides=2, name="conv1")
x = layers.ZeroPadding2D(1)(x)
x = layers.MaxPooling2D(3, 2)(x)
x.shape

# %% [markdown]
# Then the paper's table: for each stage the filters of a block's first two convolutions (the third
# has four times as many) and the number of blocks. The first block of a stage changes the shape,
# the others keep it.

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
# That is all. The stage names count from 2 as in the paper, where conv1 is the stem.

# %% [markdown]
# ## Check it against the paper

# %%
comparison = published.compare(resnet152, "resnet152")
comparison

# %% [markdown]
# The paper states one of these counts, 11.3 billion, and yours rounds to it. The others follow from
# its table, layer by layer; it does not give them, so `published` is empty. Were one of yours off,
# the note would say what it should be. The paper counts a multiplication with its addition as one
# and calls them FLOPs. (Moving means and variances of batch normalisation are parameters that are
# not trained.) And the other depths, with the errors that the paper reports for them:

# %%
top_1 = "validation error, top 1"
ledger = {18: "resnet18_a"} | {depth: f"resnet{depth}" for depth in (34, 50, 101, 152)}
ten_crops = {depth: published.value(name, top_1) for depth, name in ledger.items()}


# %%
def row_of(network, depth):
    check = published.compare(network, f"resnet{depth}")
    assert not check["note"].str.contains("should be").any()
    return {
        "layers": depth,
        "parameters": network.count_params(),
        "multiply-adds": cost.multiply_adds(network),
        "top-1 error (%), paper": ten_crops[depth],
    }


built = {depth: networks.resnet(depth) for depth in (18, 34, 50, 101)} | {152: resnet152}
family = Table([row_of(network, depth) for depth, network in built.items()]).set_index("layers")
assert family["top-1 error (%), paper"].is_monotonic_decreasing
resnet50 = built[50]
del built
gc.collect()
family

# %% [markdown]
# (Each image is judged by its mean scores over ten crops. The paper has 18 layers with shortcut A
# only; 34 layers with A have 25.03.) Every step deeper has the lower error. For plain networks it
# is not so:

# %%
plain_errors = {depth: published.value(f"plain{depth}", top_1) for depth in (18, 34)}
assert plain_errors[34] > plain_errors[18]
plain_errors

# %% [markdown]
# ### What depth costs

# %%
two, three = [(18, 34), (50, 101, 152)]
families = {
    "blocks of two 3×3": [(depth, *family.loc[depth].iloc[:2]) for depth in two],
    "bottleneck blocks": [(depth, *family.loc[depth].iloc[:2]) for depth in three],
}
vgg = {}
for depth in (16, 19):
    both = ("parameters", "multiply-adds")
    vgg[depth] = tuple(published.value(f"vgg{depth}", figure) for figure in both)
families["VGG"] = [(depth, *counts) for depth, counts in vgg.items()]
figures.cost_against_depth(families)

# %% [markdown]
# 152 layers have less than half of VGG-16's parameters and do less work than it. From 34 to 50
# layers hardly any work is added: both have 16 blocks, and a bottleneck block costs about what a
# block of two 3×3 costs.

# %%
assert family["parameters"][152] < 0.45 * vgg[16][0]
assert family["multiply-adds"][152] < 0.75 * vgg[16][1]
ratio = family["multiply-adds"][50] / family["multiply-adds"][34]
assert 1.05 < ratio < 1.06
f"{ratio - 1:.0%} more work for 50 layers than for 34"

# %% [markdown]
# ### Stride on the 1×1 or on the 3×3?
#
# Where a stage begins, a bottleneck moves by 2. The paper does not say which of its convolutions
# does, but its 3.8 billion fits the first 1×1 only, and there its authors' published networks and
# `keras.applications` have it: **v1**. Many others, PyTorch's torchvision among them, let the 3×3
# do it: **v1.5**. What does each see of its input? Ask the gradient: which pixels of a 12×12 image
# can the block's output depend on?


# %%
def seen(stride_on):
    image = keras.Input((12, 12, 8))
    options = {"strides": 2, "name": "block", "stride_on": stride_on}
    block = keras.Model(image, blocks.convolutional_block(image, 8, **options))
    x = tf.random.stateless_normal((8, 12, 12, 8), seed=(20, 15))
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(block(x) ** 2)
    return np.abs(tape.gradient(total, x)).sum(axis=(0, 3)) > 0


looks = {"v1: stride on the 1×1": seen("1x1"), "v1.5: stride on the 3×3": seen("3x3")}
figures.images(list(looks.values()), titles=list(looks), columns=2, size=2.4)

# %% [markdown]
# Dark pixels count, white ones do not. In v1 three quarters of what the block before has computed
# are never read: a 1×1 filter that moves by 2 steps over them, in the block and in its shortcut
# alike. In v1.5 the shortcut still does so, but the 3×3 reaches every pixel.

# %% tags=["guard"]
v1, v15 = looks.values()
assert v1.mean() == 1 / 4 and v15.mean() == 1

# %% [markdown]
# The price: the first 1×1 works at full size, with four times the pixels.

# %%
other = networks.resnet(50, stride_on="3x3")
more = cost.multiply_adds(other) / family["multiply-adds"][50] - 1
assert other.count_params() == family["parameters"][50] and 0.05 < more < 0.07
f"{more:.0%} more work, not one parameter more"

# %% [markdown]
# NVIDIA reports half a point more top-1 accuracy for ResNet-50, and 5 % fewer images a second. The
# two are different networks with the same parameters: weights of one fit the other without an error
# message, and give wrong answers. Whenever you take over weights, ask which they are.
# `networks.resnet` builds v1; `stride_on="3x3"` makes it v1.5.

# %% [markdown]
# ### The notes' points, settled
#
# 1. *Up to 155 layers*: 152 on ImageNet. On CIFAR-10 the same authors trained 1,202 (lesson 4).
# 2. *3×3 same, filters double*: right from conv2 to conv5. In ResNet-152 a 1×1 does the halving (in
#    18 and 34 layers a 3×3, which then moves by 2), and the stem halves twice without doubling. And
#    most convolutions of ResNet-152 are 1×1.
# 3. *No fully connected layers, no dropout*: one dense layer, the last, and no dropout.

# %%
kinds = [type(layer).__name__ for layer in resnet152.layers]
kernels = [layer.kernel_size[0] for layer in resnet152.layers if hasattr(layer, "kernel_size")]
assert kinds.count("Dense") == 1 and "Dropout" not in kinds
assert kernels.count(3) == 50 and kernels.count(1) > 100
{f"{size}×{size}": kernels.count(size) for size in (1, 3, 7)}

# %% [markdown]
# ## Published weights
#
# `keras.applications` has the authors' weights for 50, 101 and 152 layers; here the smallest of the
# three. Its convolutions have biases, yours do not: batch normalisation takes off the mean, and
# with it any constant. A trained bias is not lost, though. Normalisation computes
# $\gamma\,(z + b - \mu)/\sigma + \beta$; take $b$ off the moving mean $\mu$, and
# $\gamma\,(z - (\mu - b))/\sigma + \beta$ is the same number. `weights.transfer` does that. Offline,
# with random weights, biases and statistics:

# %%
photo = keras.utils.load_img(
    data.FOLDER / "photos" / "chelsea.png", target_size=(224, 224), keep_aspect_ratio=True
)
pixels = keras.utils.img_to_array(photo)[None]
inputs = keras.applications.resnet.preprocess_input(pixels)

# %%
random = np.random.default_rng(2015)
reference = keras.applications.ResNet50(weights=None)
for layer in reference.layers:
    for weight in layer.weights:
        if weight.name in ("bias", "beta", "moving_mean"):
            weight.assign(random.normal(0, 0.1, weight.shape))
        elif weight.name in ("gamma", "moving_variance"):
            weight.assign(random.uniform(0.5, 1, weight.shape))

# %%
tf.config.experimental.enable_tensor_float_32_execution(False)  # GPUs round by default


def features_and_probabilities(model):
    outputs = [model.layers[-2].output, model.output]
    return [np.array(values) for values in keras.Model(model.input, outputs)(inputs)]


before, _ = features_and_probabilities(resnet50)
weights.transfer(reference, resnet50)
ours, our_probabilities = features_and_probabilities(resnet50)
theirs, their_probabilities = features_and_probabilities(reference)

# %%
size = np.linalg.norm(theirs)
assert np.linalg.norm(ours - theirs) < 1e-4 * size < 1e-1 * np.linalg.norm(before - theirs)
assert np.allclose(our_probabilities, their_probabilities, atol=1e-5)
biases = reference.count_params() - resnet50.count_params()
del reference
gc.collect()
f"{biases:,} biases fewer, the same 2,048 features, the same probabilities"

# %% [markdown]
# Now the real ones. Online, the next cell downloads 103 MB once, checks the file's hash, and lists
# what ResNet-50 thinks of the cat. (The stored notebook was run offline. The same with `resnet152`
# downloads 242 MB.)

# %%
try:
    weights.load(resnet50, "imagenet")
    for name, probability in weights.likeliest(resnet50.predict(inputs, verbose=0))[0]:
        print(f"{probability:.0%}  {name}")
except FileNotFoundError:
    print("Offline. Online you would see ImageNet's five likeliest classes for the photograph.")
    print("Compare them with VGG-16's in lesson 3.")

# %% [markdown]
# ## Train it
#
# Training 152 layers on a million images is too much for two cores. The small relatives of lesson 4
# train here: 20 layers, with and without shortcuts, half of the paper's filters, at every second
# pixel. With `COURSE_PROFILE=full`: the paper's filters, all pixels, all images.

# %%
resnet152 = resnet50 = image = x = None
gc.collect()  # a quarter of a gigabyte
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
assert whole["residual"] < 0.3 and whole["residual"] < whole["plain"]
"test accuracy of the residual network: at least 70 %, and above the plain one's"

# %% [markdown]
# ### A fair race with those before
#
# The race of [lesson 2](02_alexnet.ipynb) once more, the same 5,000 images, steps and rules: ResNet-20
# with the paper's filters against all that came before.

# %%
results.race(
    {"LeNet-5": "lenet5", "AlexNet": "alexnet", "VGG-11": "vgg", "ResNet-20": "resnet_cifar"}
)

# %% [markdown]
# Between the first three the seeds decide. ResNet-20 is ahead: its worst run is as good as the best of
# all others. With a fifth of AlexNet's weights, and eight times its multiplications, twenty layers with
# shortcuts and batch normalisation know nearly all training images after ten epochs. The eleven layers
# of VGG, without either, do not. (What part of that each of the two has, this race cannot say.)

# %% tags=["guard"]
race = {n: results.runs("race", n) for n in ("lenet5", "alexnet", "vgg", "resnet_cifar")}
tests = {name: results.errors(found, "test") for name, found in race.items()}
assert all(len(errors) == 3 for errors in tests.values())
others = [error for name, errors in tests.items() if name != "resnet_cifar" for error in errors]
assert max(tests["resnet_cifar"]) < min(others) + 0.001
assert max(results.errors(race["resnet_cifar"], "training")) < 0.01
weights_, work = (
    [race[n][0][what] for n in ("resnet_cifar", "alexnet")]
    for what in ("parameters", "multiply-adds")
)
assert 4 < weights_[1] / weights_[0] < 5 and 7.5 < work[0] / work[1] < 8.5

# %% [markdown]
# Twenty residual layers reach more with all images and thirteen epochs, and images that are mirrored
# and shifted at random. `scripts/train.py` did that on two cores; the file it wrote says how:

# %%
run = data.FOLDER / "results" / "resnet_cifar-20-fashion_mnist-13epochs-seed1-bfloat16.json"
result = json.loads(run.read_text())
assert result["history"]["val_accuracy"][-1] >= 0.93 and result["seconds"] <= 15 * 60
print(result["command"])
print(f"{result['history']['val_accuracy'][-1]:.1%} on test images, {result['seconds']} seconds")

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
# A plain network is a chain. Without a block's layers, the ones behind it read what the ones before
# it wrote. (The first blocks of conv3 and conv4 have to stay, since they change the shape. In the
# residual network they can go; half of the channels then are zeros.)


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
figures.layer_bars(errors, "test error without the block")

# %% [markdown]
# The first row is the whole network. Without any one of its blocks the plain network is not far
# from guessing, which would be 0.9. The residual network loses far less: without most of its blocks
# a few points, and more without the first block of a stage. And nobody trained it to do without.

# %%
left = {name: np.median([errors[name][block] for block in same_shape]) for name in errors}
assert left["plain"] > 0.6 and left["residual"] < whole["residual"] + 0.15
print("median error without a block: plain, over 60 %; residual, within 15 points of the whole")

# %% [markdown]
# A. Veit and others, who found this in 2016, read it so: every block may be passed through or
# passed by, which makes $2^n$ ways through $n$ blocks. Taking one out closes half of the ways and
# leaves the other half; in a plain network there is one way, and it is cut. (ReLU is not linear, so
# the output is no plain sum over the ways; but that is how it behaves.) For our 9 blocks, and for
# the 50 of ResNet-152:

# %%
ways = {count: f"{2**count:,}" for count in (len(names), sum(table[152]))}
assert ways[9] == "512"
ways

# %% [markdown]
# ## What to remember
#
# - A residual network is a table: 3, 8, 36, 3 blocks make 152 layers.
# - 152 layers cost less than VGG-16, in parameters and in work: bottlenecks, and no large dense
#   layer.
# - Blocks add to what comes before them: take one out, and in most cases the rest goes on.
#
# **Try it.** `error_without(residual, "conv3_block3", "conv4_block3")` takes two blocks out. Take
# out three, then half of them. Does the error jump or climb? And does it matter whether they come
# from one stage?
#
# **Papers.** K. He, X. Zhang, S. Ren, J. Sun, *Deep Residual Learning for Image Recognition*, CVPR
# 2016: table 1 has the stages, tables 2 and 3 the errors. A. Veit, M. Wilber, S. Belongie,
# *Residual Networks Behave Like Ensembles of Relatively Shallow Networks*, NeurIPS 2016.
#
# Now [the exercises](exercises/06_resnet152.ipynb). Back to [lesson 5](05_residual_blocks.ipynb),
# [the map of the course](00_start_here.ipynb), or on to [lesson
# 7](07_one_by_one_convolutions.ipynb).
