# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 3 · VGG-16
#
# {{badge}}
#
# AlexNet has filters of 11×11, 5×5 and 3×3, strides of 4 and 1, normalisation here and not there.
# In 2014 VGG replaced all of it by one block: **3×3 convolutions that keep the size, then a pooling
# that halves it; repeat.** One idea to remember: small filters, stacked, see as far as large ones,
# with fewer weights and more non-linearities.
#
# You will build VGG-16 in a loop of six lines, find out where its memory goes, and fill it with
# published weights.

# %% tags=["setup"]

# %%
import gc

import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import cost, data, figures, networks, published, results, training, weights
from utils.tables import Table

keras.utils.set_random_seed(2014)

# %% [markdown]
# ## From the lecture notes
#
# 1. Every convolution is 3×3 with stride 1, `same`; every pooling is 2×2 with stride 2.
# 2. 16 layers have weights.
# 3. The channels double, 64, 128, 256, 512; height and width halve. That is all there is to it.
# 4. A large network even by today's standards: about 160M parameters.
# 5. There is a VGG-19, which does about as well.
#
# Each of these gets settled below.

# %% [markdown]
# ## The picture

# %%
vgg16 = networks.vgg("D")
figures.volumes(vgg16)

# %% [markdown]
# Five stages. Within a stage nothing changes but what the numbers mean; between stages height and
# width halve, and the channels double until they are 512. "2 × conv 3×3" is two layers.

# %% [markdown]
# ## Predict
#
# Take a pencil.
#
# - Five poolings halve 224 pixels. How many are left, and how many numbers reach the first dense
#   layer from 512 channels?
# - How many parameters has that dense layer, with 4,096 units? And the last convolution, 3×3 from
#   512 channels to 512?
# - One number behind two 3×3 convolutions depends on how many pixels? Behind three?

# %%
left = 224 // 2**5
fc1 = 4096 * (left * left * 512 + 1)
conv = 512 * (3 * 3 * 512 + 1)
assert fc1 > 40 * conv
left, left * left * 512, fc1, conv

# %% [markdown]
# The first dense layer has over 100 million parameters, more than forty times as many as the
# largest convolution. Keep that in mind for the notes' 160M.
#
# ### Two 3×3 see what one 5×5 sees
#
# To see what a number depends on, give all weights the value 1 and put in an image with a single 1
# in the middle. What comes out says how far one pixel reaches, and on how many paths. With filters
# of ones this is symmetric, so it is also what one number sees: its **receptive field**. (No ReLU
# is needed for that.)


# %%
def paths(convolutions, size=9):
    stack = keras.Sequential([keras.Input((size, size, 1))])
    for _ in range(convolutions):
        stack.add(layers.Conv2D(1, 3, padding="same", kernel_initializer="ones"))
    image = np.zeros((1, size, size, 1))
    image[0, size // 2, size // 2] = 1
    return stack.predict(image, verbose=0)[0, ..., 0].astype(int)


grids = {f"{n} × conv 3×3": paths(n) for n in (1, 2, 3)}
figures.path_counts(grids)

# %% [markdown]
# Two layers reach 5×5 pixels, three reach 7×7. More paths lead to the middle than to the corners,
# so the middle counts for more, which a single 7×7 filter would have to learn. Each layer adds
# $f-1=2$ pixels, and pooling doubles what the next ones add. In the whole network:

# %%
reach, step, fields = 1, 1, {}
for layer in vgg16.layers[1:19]:  # all convolutions and poolings
    size, stride = (3, 1) if "conv" in layer.name else (2, 2)
    reach, step = reach + (size - 1) * step, step * stride
    fields[layer.name] = reach
widths = [int(np.count_nonzero(grid[4])) for grid in grids.values()]
assert widths == [3, 5, 7] and [fields["block1_conv1"], fields["block1_conv2"]] == widths[:2]
ends = {name: fields[name] for name in fields if name.endswith("pool")}
ends

# %%
photo = keras.utils.load_img(
    data.FOLDER / "photos" / "chelsea.png", target_size=(224, 224), keep_aspect_ratio=True
)
figures.receptive_fields(photo, ends)

# %% [markdown]
# What one number in the middle of each stage's output depends on. After stage 2 that is a tuft of
# fur; after stage 4, the bridge of the nose and part of an eye; after stage 5, nearly the whole of
# 224×224. (The cat is Chelsea, photographed by Stéfan van der Walt.)
#
# ### What it saves
#
# With $C$ channels in and out, three 3×3 layers have $3 \cdot 9\,C^2 = 27\,C^2$ weights, one 7×7
# layer has $49\,C^2$. Count it on layers:


# %%
def stack_of(kernels, channels):
    stack = keras.Sequential([keras.Input((None, None, channels))])
    for kernel in kernels:
        stack.add(layers.Conv2D(channels, kernel, padding="same", use_bias=False))
    return stack.count_params()


C = 64
three, one = stack_of([3, 3, 3], C), stack_of([7], C)
assert (three, one) == (27 * C**2, 49 * C**2)
three, one, f"{1 - three / one:.0%} saved"

# %% [markdown]
# 45 % fewer weights for the same view, and three ReLUs instead of one.

# %% [markdown]
# ## Build it
#
# The paper's table 1 has a column for each network, A to E; VGG-16 is column D. (A sixth, A-LRN, is
# A with AlexNet's response normalisation. It did no better, so the authors dropped it, and so do
# we.) As data D is one line, filters and repetitions of the five stages:

# %%
image = x = keras.Input((224, 224, 3), name="input")
stages = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]
for stage, (filters, repeats) in enumerate(stages, start=1):
    for i in range(1, repeats + 1):
        name = f"block{stage}_conv{i}"
        x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=name)(x)
    x = layers.MaxPooling2D(2, name=f"block{stage}_pool")(x)
    print(stage, x.shape)

# %%
x = layers.Flatten(name="flatten")(x)
x = layers.Dense(4096, activation="relu", name="fc1")(x)
x = layers.Dense(4096, activation="relu", name="fc2")(x)
x = layers.Dense(1000, activation="softmax", name="predictions")(x)
by_hand = keras.Model(image, x, name="vgg16_by_hand")
by_hand.count_params()

# %% [markdown]
# That is all: 13 convolutions and 3 dense layers, 16 with weights. (The paper drops out half of fc1
# and fc2 in training. Ours follows `keras.applications`, whose weights it will take, and does
# without.) `networks.vgg("D")` holds the same lines. `weights.transfer` copies weights from layer
# to layer by name:

# %%
noise = 100 * np.random.default_rng(0).normal(size=(1, 224, 224, 3))
assert not np.allclose(by_hand(noise), vgg16(noise), rtol=1e-2)
weights.transfer(by_hand, vgg16)
assert np.allclose(by_hand(noise), vgg16(noise), rtol=1e-4)
with_weights = [layer.name for layer in vgg16.layers if layer.weights]
del by_hand, image, x
gc.collect()  # half a gigabyte of weights
assert len(with_weights) == 13 + 3
len(with_weights)

# %% [markdown]
# ## Count it: where the memory goes

# %%
costs = cost.table(vgg16)
figures.memory_bars(costs)

# %% [markdown]
# Weights (blue) are the same however many images there are, outputs (orange) grow with them. For
# one image the dense layers are all one sees. In a batch of 64 the first two stages, with the
# fewest weights of all convolutions, take most of what outputs take: training has to keep every
# output until the gradients have come back. And it keeps more than outputs: a gradient for each
# weight, and what the optimizer remembers, one number a weight with momentum, two with Adam. In
# megabytes (4 bytes a number):

# %%
weight_bytes = 4 * costs["parameters"].sum()
output_bytes = costs["activation bytes"].sum()
first = costs["activation bytes"][1:7].sum()  # both first stages, with their poolings
kept = {"weights": 1, "and gradients": 2, "and momentum": 3, "Adam instead": 4}
rows = {
    name: {
        "for the weights": int(copies * weight_bytes / 1e6),
        "outputs of 64 images": int(64 * output_bytes / 1e6),
        "of it the first two stages": int(64 * first / 1e6),
        "these as part of all": f"{64 * first / (copies * weight_bytes + 64 * output_bytes):.0%}",
    }
    for name, copies in kept.items()
}
Table.from_dict(rows, orient="index")

# %% [markdown]
# With gradients and momentum, as the paper trains, the first two stages are half of everything, with
# Adam a little less. (Temporary memory comes on top, and depends on the program.)

# %% tags=["guard"]
shares = [row["these as part of all"] for row in rows.values()]
assert first > output_bytes / 2 and shares == ["62%", "55%", "50%", "45%"], shares

# %%
figures.cost_bars(costs)

# %% [markdown]
# Weights and work are as far apart as in AlexNet: fc1 holds three quarters of the weights and does
# under one per cent of the work.

# %% tags=["guard"]
of_fc1 = costs.loc["fc1", ["parameters", "multiply_adds"]]
share = of_fc1 / costs[["parameters", "multiply_adds"]].sum()
assert 0.74 < share["parameters"] < 0.75 and share["multiply_adds"] < 0.01

# %% [markdown]
# ## Check it against the paper

# %%
comparison = published.compare(vgg16, "vgg16")
comparison

# %% [markdown]
# ### Settled: about 160M
#
# No. It is 138,357,544, which the paper rounds to 138 million. Is there another column of
# table 1 that has 160M? Build A to E:


# %%
def counted(column):
    gc.collect()  # frees the column before, half a gigabyte
    network = vgg16 if column == "D" else networks.vgg(column)
    counts = network.count_params(), cost.multiply_adds(network)
    return {
        "column": column,
        "network": network.name,
        "parameters": counts[0],
        "multiply-adds": counts[1],
    }


columns = Table([counted(column) for column in "ABCDE"]).set_index("column")
assert columns["parameters"]["D"] == 138_357_544 and columns["parameters"].max() < 150_000_000
columns

# %% [markdown]
# None has 160M. From A to E the depth grows from 11 to 19 layers and the work by a factor of 2.6,
# but the parameters by 8 % only, since most are dense. (C differs from D in three convolutions of
# 1×1 instead of 3×3, the first you meet; lesson 7 is about them.)
#
# ### The notes' points, settled
#
# 1. *3×3 and 2×2 only*: right for A, B, D and E.
# 2. *16 layers with weights*: right, 13 and 3.
# 3. *Channels double, size halves*: right until 512; the last stage halves but does not double.
# 4. *About 160M*: 138M.
# 5. *VGG-19 about as well*: so the paper reports (we did not measure it); it costs 27 % more work.

# %%
counts = columns[["parameters", "multiply-adds"]]
more = counts.loc["E"] / counts.loc["D"] - 1
assert 0.26 < more["multiply-adds"] < 0.28
all_the_way = counts.loc["E"] / counts.loc["A"]
assert 2.5 < all_the_way["multiply-adds"] < 2.6 and 1.08 < all_the_way["parameters"] < 1.09
{name: f"{value:.0%} more" for name, value in more.items()}

# %% [markdown]
# ## Published weights
#
# `keras.applications` has the authors' weights for VGG-16 and VGG-19. Our layers have the same
# names, so weights move by name, one for one. Offline this can still be proven: take Keras's VGG-16
# with random weights, transfer them, and both must say the same of Chelsea.

# %%
pixels = keras.utils.img_to_array(photo)[None]
inputs = keras.applications.vgg16.preprocess_input(pixels)
reference = keras.applications.VGG16(weights=None)
before = np.array(vgg16(inputs))
weights.transfer(reference, vgg16)
theirs, ours = np.array(reference(inputs)), np.array(vgg16(inputs))
del reference
gc.collect()
assert np.allclose(ours, theirs, rtol=1e-4, atol=1e-7)
assert not np.allclose(before, theirs, rtol=1e-2)

# %% [markdown]
# Now the real ones. Online, the next cell downloads 553 MB once, checks the file's hash, and lists
# what VGG-16 thinks of the photograph. (The stored notebook was run offline.)

# %%
try:
    weights.load(vgg16, "imagenet")
    for name, probability in weights.likeliest(vgg16.predict(inputs, verbose=0))[0]:
        print(f"{probability:.0%}  {name}")
except FileNotFoundError:
    print("Offline. Online you would see ImageNet's five likeliest classes for the photograph.")
    print("ImageNet has several kinds of cat; look for tabby, tiger cat and Egyptian cat.")

# %% [markdown]
# ## Train it
#
# The same recipe at small scale: column A with an eighth of the filters, on Fashion-MNIST padded to
# 32×32, the least that five poolings can halve. `training.strategy()` takes every GPU that is
# there. With `COURSE_PROFILE=full` it has half of the filters and all images.

# %%
WIDTH = training.by_profile(quick=1 / 8, full=1 / 2)
IMAGES = training.by_profile(quick=10_000, full=60_000)
BATCH = training.by_profile(quick=64, full=128)
EPOCHS = training.by_profile(quick=3, full=20)
RATE = training.by_profile(quick=2e-3, full=5e-4)


# %%
def prepare(images):
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2)))
    return (padded[..., None] / 255).astype("float32")


(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
names = data.CLASSES["fashion_mnist"]
x_train, x_test = prepare(x_train[:IMAGES]), prepare(x_test)
x_train.shape, x_test.shape

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(2014)
with training.strategy().scope():
    small = networks.vgg("A", width=WIDTH, input_shape=(32, 32, 1), classes=10)
    schedule = keras.optimizers.schedules.CosineDecay(RATE, EPOCHS * IMAGES // BATCH)
    adam = keras.optimizers.Adam(schedule)
    small.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
    adam.build(small.trainable_variables)  # else Keras traces the first step twice
fit = {"batch_size": BATCH, "epochs": EPOCHS, "validation_data": (x_test[:2000], y_test[:2000])}
history = small.fit(x_train, y_train[:IMAGES], **fit)

# %%
figures.learning_curves({"small VGG-11": history})

# %% [markdown]
# Column A trains from random weights without further ado. The authors could not train the deeper
# columns so: they trained A first, and took its first four convolutions and its dense layers to
# start the others. Later they found that Glorot's rule (lesson 2; Keras's default) makes this
# unnecessary. Lesson 4 is about what remains of that trouble.

# %%
probabilities = small.predict(x_test, batch_size=500, verbose=0)
accuracy = np.mean(probabilities.argmax(axis=1) == y_test)
assert accuracy >= 0.75
f"test accuracy: at least 75 %, with {small.count_params():,} parameters"

# %%
figures.confusion_matrix(y_test, probabilities.argmax(axis=1), names)

# %% [markdown]
# The same mistakes as LeNet-5: tops for tops, shoes for shoes. Shirts it hardly knows: most of them
# are taken for something else.
#
# ### A fair race with AlexNet
#
# The race of [lesson 2](02_alexnet.ipynb), the same images, steps and rules, for a VGG of column A, a
# quarter as wide, on images enlarged to 32×32:

# %%
results.race({"LeNet-5": "lenet5", "AlexNet": "alexnet", "VGG-11": "vgg"})

# %% [markdown]
# **Again nobody wins**, for nearly three times AlexNet's work: the three ranges overlap. And VGG-11 wants
# the smallest of the three rates, at 0.003 it learned nothing at all. What the contest of 2014 showed,
# that deeper is better, holds for a million images and weeks of training, and not for a race as short
# as this. No larger budget was tried here. That depth makes *training* harder is the subject of the
# next lesson, and lesson 6 runs this race once more.

# %% tags=["guard"]
older, newer = (results.errors(results.runs("race", n), "test") for n in ("alexnet", "vgg"))
assert len(newer) == 3 and min(older) < max(newer) and min(newer) < max(older)
assert results.runs("race", "vgg")[0]["options"]["rate"] == 0.001

# %% [markdown]
# ## Look inside

# %%
last = [f"block{stage}_pool" for stage in (1, 2, 3)]
figures.feature_maps(small, x_test[0], last)

# %% [markdown]
# An ankle boot after each of the first three stages: 16, 8 and 4 pixels wide. After the first the
# boot is plain, after the second a coarse silhouette, after the third hardly more than a step; what
# remains is which channels are on. (A white map answers to something else, or to nothing at all.)

# %% [markdown]
# ## What to remember
#
# - One block, repeated: 3×3 keeps the size, pooling halves it, the channels double.
# - Three 3×3 see what a 7×7 sees, with 27 instead of 49 weights for each pair of channels.
# - 138,357,544 parameters, three quarters of them in one dense layer; in training, half of the
#   memory goes to the outputs of the first two stages.
#
# **Try it.** Which share of VGG-16 would be left if global average pooling took the place of
# `flatten`, `fc1` and `fc2`, so that `predictions` read 512 numbers? Predict, then build it:
# `layers.GlobalAveragePooling2D()` on `vgg16.get_layer("block5_pool").output`, and a dense layer of
# 1,000. Residual networks do so.
#
# **Papers.** K. Simonyan, A. Zisserman, *Very Deep Convolutional Networks for Large-Scale Image
# Recognition*, ICLR 2015: table 1 has the columns, section 2.3 the case for 3×3.
#
# Now [the exercises](exercises/03_vgg16.ipynb). Back to [lesson 2](02_alexnet.ipynb), [the map of
# the course](00_start_here.ipynb), or on to [lesson 4](04_trouble_with_depth.ipynb).
