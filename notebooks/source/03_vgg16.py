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
# | | |
# |---|---|
# | **You will be able to** | follow an image through VGG's five stages (in brackets the exercise: `third_pooling`); say what a stack of small filters sees and what it costs (`receptive_field`, `stack_weights`, `wider_view`); build a network from a paper's table (`vgg_block`, `vgg16c`); find faults in a network that runs (`small_vgg`); tell what depends on the size of the image (`larger_image`) |
# | **You need** | [lesson 2](02_alexnet.ipynb) |
# | **Time** | {{time}} |
#
# AlexNet has filters of 11×11, 5×5 and 3×3, strides of 4 and 1, normalisation here and not there.
# In 2014 VGG replaced all of it by one block: **3×3 convolutions that keep the size, then a pooling
# that halves it; repeat.** One idea to remember: small filters, stacked, see as far as large ones,
# with fewer weights and more non-linearities.

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
# Five **stages**: a stage is the layers that work on one size of image (Keras calls the stages
# block1 to block5). All convolutions of a stage put out the same shape; from one stage to the next
# height and width halve, and the channels double until they are 512. ("2 × conv 3×3" is two layers,
# one behind the other; /2 is the stride.)

# %% [markdown]
# ## Predict
#
# Take a pencil.
#
# - How many numbers does the last pooling hand on to the first dense layer?
# - How many parameters has that dense layer, with 4,096 units? And the last convolution, 3×3 from
#   512 channels to 512?
# - On how many pixels does one number behind two 3×3 convolutions depend? Behind three?
#
# <details><summary>Answer, once you have yours</summary>
#
# - $224 / 2^5 = 7$ pixels each way and 512 channels: $7 \cdot 7 \cdot 512 = 25{,}088$ numbers.
# - The dense layer has $4096 \cdot (25088 + 1) = 102{,}764{,}544$ parameters, the convolution $512
#   \cdot (3 \cdot 3 \cdot 512 + 1) = 2{,}359{,}808$, less than a fortieth of that. Keep it in
#   mind for the notes' 160M.
# - On 5×5, and on 7×7: the second layer reads 3×3 numbers, and the outer ones of these see a pixel
#   further on each side.
#
# </details>

# %% tags=["guard"]
left = 224 // 2**5
fc1, conv = 4096 * (left * left * 512 + 1), 512 * (3 * 3 * 512 + 1)
assert (left, left * left * 512, fc1, conv) == (7, 25_088, 102_764_544, 2_359_808)
assert fc1 // conv == 43

# %% [markdown]
# ## Why small filters
#
# ### They see as much
#
# The **receptive field** of a number is the part of the image that it depends on. To measure it,
# give every weight the value 1, leave ReLU out, and put in an image with a single 1 in the middle.
# Each number that comes out counts the ways on which that pixel reaches it, through one weight in
# each layer. Read backwards, the same picture says what the number in the middle sees.


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
# Two layers reach 5×5 pixels, three reach 7×7: each adds $f-1=2$. (Each panel has colours of its
# own scale.) More ways lead to the middle than to the corners, so the middle counts for more from
# the start, which a 7×7 filter would have to learn. In the whole network poolings help: behind one,
# neighbouring numbers are two pixels apart. So each layer adds $f-1$ steps, and each pooling
# doubles what a step is in pixels:

# %%
reach, step, fields = 1, 1, {}
for layer in vgg16.layers[1:19]:  # all convolutions and poolings
    size, stride = (3, 1) if "conv" in layer.name else (2, 2)
    reach, step = reach + (size - 1) * step, step * stride
    fields[layer.name] = reach
ends = {name: fields[name] for name in fields if name.endswith("pool")}
ends

# %% tags=["guard"]
widths = [int(np.count_nonzero(grid[4])) for grid in grids.values()]
assert widths == [3, 5, 7] and [fields["block1_conv1"], fields["block1_conv2"]] == widths[:2]

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
# ### They have fewer weights
#
# With $C$ channels in and out, three 3×3 layers have $3 \cdot 9\,C^2 = 27\,C^2$ weights, one 7×7
# layer has $49\,C^2$. To see $n$ pixels, a stack takes $9\,\frac{n-1}{2}\,C^2$, a single layer
# $n^2\,C^2$: the larger the field, the more it saves. Count it on layers:


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
# 45 % fewer weights, and as much less work, since each weight is used once at every place. The
# price: training has to keep three outputs instead of one (more of that below).
#
# ### They have more non-linearities
#
# *Without* ReLU in between, three 3×3 filters in a row are no more than one 7×7 filter. For filters
# of ones it is the third picture above. The weights of its top row come from the top rows of the
# three:

# %%
ones = [1, 1, 1]
np.convolve(np.convolve(ones, ones), ones)

# %% [markdown]
# Such a 7×7 filter is a special one, since it is made of 27 numbers instead of 49. The authors call
# that a regularisation. *With* ReLU in between, the stack computes what no single layer of that
# size can. Take two units that draw a hat, up to 1 and down again, $h(x) = 2\,\mathrm{ReLU}(x) -
# 4\,\mathrm{ReLU}(x - \frac12)$, and feed what the hat puts out into the hat again, $h(h(x))$. How
# often does the line bend between 0 and 1?


# %%
def hat(x):
    return 2 * np.maximum(x, 0) - 4 * np.maximum(x - 0.5, 0)


def bends(line):
    return int(np.count_nonzero(np.diff(line, 2)))  # on a straight piece, second differences are 0


x = np.linspace(0, 1, 1025)  # steps of 1/1024, so that bends fall on points
bends(hat(x)), bends(hat(hat(x))), bends(hat(hat(hat(x))))

# %% [markdown]
# $2^n - 1$ bends from $n$ layers of two units. A single layer of ReLU units bends at most once a
# unit. So 20 units in one layer make 20 bends at most; in ten layers of two they can make 1,023.
# (What a network *can* compute, that is. Whether training finds it is another matter.)
#
# ### Are they better?
#
# That takes a race: two stages of one 5×5 each, or of two 3×3 each, with the same receptive field
# and the same 8 and 16 filters, on 4,000 images of Fashion-MNIST, halved to 14×14. Both networks
# have the same 240 steps, and of the rates 0.003, 0.01, 0.02 and 0.03 the one that made the
# training error smallest (0.02 for both). Three seeds of a network are trained side by side in one
# model, which saves time: they share the images and no weights, so that none knows of the others.
# The table has the mean of their errors, and in brackets the lowest and the highest.

# %%
SEEDS = (1, 2, 3)


def side_by_side(kernels):
    image, outputs = keras.Input((14, 14, 1)), []
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        x = image
        for filters in (8, 16):
            for kernel in kernels:
                x = layers.Conv2D(filters, kernel, padding="same", activation="relu")(x)
            x = layers.MaxPooling2D(2)(x)
        outputs.append(layers.Dense(10, activation="softmax")(layers.Flatten()(x)))
    return keras.Model(image, outputs)


# %%
def trained(kernels, x, y, rate=0.02, epochs=3):
    racers = side_by_side(kernels)
    schedule = keras.optimizers.schedules.CosineDecay(rate, epochs * len(x) // 50)
    adam = keras.optimizers.Adam(schedule)
    racers.compile(adam, ["sparse_categorical_crossentropy"] * len(SEEDS))
    adam.build(racers.trainable_variables)  # else Keras traces the first step twice
    racers.fit(x, [y] * len(SEEDS), batch_size=50, epochs=epochs, verbose=0)
    return racers


# %%
def halved(images):
    return images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))[..., None] / 255


(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
rows, wrong = {}, {}
for name, kernels in {"one 5×5": [5], "two 3×3": [3, 3]}.items():
    print("training", name)
    racers = trained(kernels, halved(x_train[:4000]), y_train[:4000])
    said = racers.predict(halved(x_test), batch_size=500, verbose=0)
    wrong[name] = [100 * np.mean(p.argmax(axis=1) != y_test) for p in said]
    rows[name] = {
        "parameters": racers.count_params() // len(SEEDS),
        "multiply-adds": cost.multiply_adds(racers) // len(SEEDS),
        "test error, %": f"≈ {results.spread(wrong[name])}",
    }
Table.from_dict(rows, orient="index")

# %% [markdown]
# **No verdict for the stack.** The two differ by about as much as seeds of one network do: three
# seeds of so short a race cannot tell which is better.
#
# The stack even has *more* weights here, and does half as much work again ($18\,C^2$ against
# $25\,C^2$ holds where as many channels come in as go out, and the first layer of a stage gets
# fewer: 1, then 8).
#
# What so small a race cannot show, the paper reports for ImageNet. The authors replaced each pair
# of 3×3 in their column B, of ten convolutions, by one 5×5. Of the shallower network the
# **top-1 error**, the share of images whose likeliest class is not the right one, "was measured to
# be 7% higher" (section 4.1).

# %% tags=["guard"]
means = [np.mean(errors) for errors in wrong.values()]
assert abs(means[0] - means[1]) < 3 and max(means) < 25, wrong

# %% [markdown]
# ## Build it
#
# The paper's table 1 has a column for each network, A to E; VGG-16 is column D. (A sixth, A-LRN, is
# A with AlexNet's response normalisation. It did no better, so the authors dropped it, and so do
# we.) Column D fits into one line: a pair for each stage, its filters and how many convolutions.

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
vgg16 = keras.Model(image, x, name="vgg16")  # yours, in place of the one in the picture
gc.collect()  # frees that one, half a gigabyte
vgg16.count_params(), sum(bool(layer.weights) for layer in vgg16.layers)

# %% [markdown]
# That is all: 13 convolutions and 3 dense layers, 16 with weights. (The paper drops out half of fc1
# and fc2 in training. We leave dropout out, as Keras does; it has no weights, so Keras's weights
# still fit.) Is it the network that Keras calls VGG-16? Let Keras build one with random weights,
# copy these to yours, layer by layer, by name, and show both Chelsea. (`preprocess_input` makes of
# a photo what the authors trained with: blue, green, red, less their means over ImageNet.)

# %%
pixels = keras.utils.img_to_array(photo)[None]
inputs = keras.applications.vgg16.preprocess_input(pixels)
reference = keras.applications.VGG16(weights=None)
theirs, before = np.array(reference(inputs)), np.array(vgg16(inputs))
weights.transfer(reference, vgg16)
after = np.array(vgg16(inputs))
del reference
gc.collect()
{name: np.allclose(y, theirs, rtol=1e-4) for name, y in {"before": before, "after": after}.items()}

# %% [markdown]
# Before, two networks with other weights; after, the same thousand probabilities.

# %% tags=["guard"]
assert vgg16.count_params() == 138_357_544 and np.allclose(after, theirs, rtol=1e-4)
assert not np.allclose(before, theirs, rtol=1e-2)

# %% [markdown]
# ## Count it: where the memory goes

# %%
costs = cost.table(vgg16)
figures.memory_bars(costs)

# %% [markdown]
# Both halves have one scale. The blue bars, weights, are the same in both; the orange ones,
# outputs, are 64 times as long on the right, where there are 64 images. For one image the dense
# layers are nearly all one sees. For 64 the first two stages, with the fewest weights of all, take
# most of what outputs take: training has to keep every output until the gradients have come back.
#
# And training keeps more: a gradient for each weight, and what the optimizer remembers, one number
# a weight with momentum, two with Adam. Each of the first three rows contains the one above it; the
# last has Adam in place of momentum. In megabytes (4 bytes a number):

# %%
weight_bytes = 4 * costs["parameters"].sum()
output_bytes = costs["activation bytes"].drop(["input", "flatten"]).sum()  # as in the figure
first = costs["activation bytes"][1:7].sum()  # both first stages, with their poolings
kept = {"weights": 1, "and gradients": 2, "and momentum": 3, "Adam, not momentum": 4}
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
# With gradients and momentum, as the paper trains, the outputs of the first two stages are half of
# everything, with Adam a little less. (Temporary memory comes on top, and depends on the program.)

# %% tags=["guard"]
shares = [row["these as part of all"] for row in rows.values()]
assert first > output_bytes / 2 and shares == ["63%", "56%", "50%", "46%"], shares

# %%
figures.cost_bars(costs)

# %% [markdown]
# Weights and work are far apart, as in AlexNet: fc1 holds three quarters of the weights and does
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
# No. It is 138,357,544, which the paper rounds to 138 million, and public transcripts of the
# lecture say 138 million, too. Did the notes mean another column of table 1? Build A to E:


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
columns

# %% [markdown]
# No column has 160M: it is a slip of the handwritten notes. From A to E the depth grows from 11 to
# 19 layers and the work by a factor of 2.6, but the parameters by 8 % only, since most are dense.
# (C differs from D in three convolutions of 1×1 instead of 3×3, the first you meet; lesson 7 is
# about them.)
#
# ### The notes' points, settled
#
# 1. *3×3 and 2×2 only*: right for A, B, D and E.
# 2. *16 layers with weights*: right, 13 and 3.
# 3. *Channels double, size halves*: right until 512; the last stage halves but does not double.
# 4. *About 160M*: 138M.
# 5. *VGG-19 about as well*: so the paper reports, a top-5 error of 7.5 % for either, trained and
#    tested on several sizes of image (table 4; we did not measure it). It costs 27 % more work.

# %% tags=["guard"]
assert columns["parameters"]["D"] == 138_357_544 and columns["parameters"].max() < 150_000_000
counts = columns[["parameters", "multiply-adds"]]
more = counts.loc["E"] / counts.loc["D"] - 1
assert 0.26 < more["multiply-adds"] < 0.28
all_the_way = counts.loc["E"] / counts.loc["A"]
assert 2.5 < all_the_way["multiply-adds"] < 2.6 and 1.08 < all_the_way["parameters"] < 1.09

# %% [markdown]
# ## Published weights
#
# Yours has random weights so far. What does such a network say of Chelsea? And what does it say
# with the weights that the authors trained? These are **a download of 553 MB**, so the cell leaves
# them out unless you set `DOWNLOAD` to `True`. Keras then fetches the file once (on a line of 50
# megabits a second, a minute and a half), checks its hash, and keeps it in the folder `.keras` of
# your home. Nothing below needs it. Offline, `True` ends in a `FileNotFoundError`, and you can go
# on with the next cell. (A network whose trained weights come with the course names this cat, and a
# photograph of yours, in [lesson 12](12_efficientnet.ipynb), without any download.)

# %%
DOWNLOAD = False  # True: 553 MB, once
if DOWNLOAD:
    weights.load(vgg16, "imagenet")
probabilities = vgg16.predict(inputs, verbose=0)
if DOWNLOAD:
    for name, probability in weights.likeliest(probabilities)[0]:
        print(f"{probability:.0%}  {name}")
f"the likeliest of {probabilities.size:,} classes: ≈ {probabilities.max():.1%}"

# %% [markdown]
# Random weights give every class about the same, a thousandth. With the authors' weights you see
# the five likeliest; ImageNet has several kinds of cat, so look for tabby, tiger cat and Egyptian
# cat.

# %% tags=["guard"]
assert DOWNLOAD or probabilities.max() < 0.01

# %% [markdown]
# ## Train it
#
# The same design at small scale: column A with an eighth of the filters, on Fashion-MNIST padded to
# 32×32, the least that five poolings can halve. `training.strategy()` takes every GPU that is
# there. (About a quarter of a minute. With `COURSE_PROFILE=full` it has half of the filters and all
# images.)

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
# Column A trains from random weights, at a rate that is small enough. (The training curve begins
# below the test curve, because it is the mean over an epoch, and the test is made at its end. That
# test has the first 2,000 of the test images; all 10,000 come next.) The authors could not train
# the deeper columns from random weights: they trained A first, and took its first four convolutions
# and its dense layers to start the others. Later they found that Glorot's rule (lesson 2; Keras's
# default) makes this unnecessary. Lesson 4 is about what remains of that trouble.

# %%
probabilities = small.predict(x_test, batch_size=500, verbose=0)
accuracy = np.mean(probabilities.argmax(axis=1) == y_test)
f"test accuracy ≈ {accuracy:.1%}, with {small.count_params():,} parameters"

# %% tags=["guard"]
assert accuracy >= 0.75

# %% [markdown]
# Do not hold that against LeNet-5's accuracy in lesson 1, which had other images and steps; a fair
# race follows. First, what does it get wrong?

# %%
figures.confusion_matrix(y_test, probabilities.argmax(axis=1), names)

# %% [markdown]
# The same mistakes as LeNet-5: tops for tops, shoes for shoes. Shirts it hardly knows: most of them
# are taken for something else.
#
# ### A fair race with AlexNet
#
# The race of [lesson 2](02_alexnet.ipynb), the same images, steps and rules, for a VGG of column A,
# a quarter as wide, on images enlarged to 32×32. Each error is the mean of three seeds, in brackets
# the lowest and the highest.

# %%
results.race({"LeNet-5": "lenet5", "AlexNet": "alexnet", "VGG-11": "vgg"})

# %% [markdown]
# **Again nobody wins** on test images, for nearly three times AlexNet's work: the three ranges
# overlap. But VGG-11 fits its *training* images worse than LeNet-5, with every seed: keep that in
# mind for lesson 4. And it wants a small rate. Of 0.0003, 0.001, 0.003 and 0.01, the best on the
# 5,000 training images that were held out was 0.001; at 0.003 and 0.01 it learned nothing at all.
# What the contest of 2014 showed, with a million images and weeks of training, is that deeper is
# better. This race is too short to show it, and no larger budget was tried for VGG-11. That depth
# makes *training* harder is the subject of the next lesson, and lesson 6 runs this race once more.

# %% tags=["guard"]
older, newer = (results.errors(results.runs("race", n), "test") for n in ("alexnet", "vgg"))
assert len(newer) == 3 and min(older) < max(newer) and min(newer) < max(older)
assert results.runs("race", "vgg")[0]["options"]["rate"] == 0.001
fitted = {n: results.errors(results.runs("race", n), "training") for n in ("lenet5", "vgg")}
assert max(fitted["lenet5"]) < min(fitted["vgg"])
for run in results.read("race", "vgg-*"):
    assert (run["errors"]["training"] > 0.85) == (run["options"]["rate"] in (0.003, 0.01))

# %% [markdown]
# ## Look inside

# %%
last = [f"block{stage}_pool" for stage in (1, 2, 3)]
figures.feature_maps(small, x_test[0], last)

# %% [markdown]
# An ankle boot (dark is high; the maps of a layer share one scale) after each of the first three
# stages: 16, 8 and 4 pixels wide. After the first the boot is plain, after the second a coarse
# silhouette, after the third only a few grey blocks; what remains is which channels answer, and
# roughly where. (A white map answers to something else, or to nothing at all. The maps that a network
# makes of a photograph after training on a million of them are in [lesson 12](12_efficientnet.ipynb).)

# %% [markdown]
# ## What to remember
#
# - One block, repeated: 3×3 keeps the size, pooling halves it, the channels double.
# - Three 3×3 see what a 7×7 sees, with 27 instead of 49 weights for each pair of channels.
# - 138,357,544 parameters, three quarters of them in one dense layer; in training with 64 images
#   and momentum, half of the memory (temporary memory not counted) goes to the outputs of the first
#   two stages.

# %% [markdown]
# ## Test yourself
#
# 1. Between two 3×3 convolutions you put a 2×2 pooling with stride 2. How much does one number
#    behind all three see, and what information about its pixels is lost?
#
# <details><summary>Answer</summary>
#
# 8×8 pixels instead of 5×5: $3 + 1 = 4$ behind the pooling, then a step is 2 pixels, so the second
# convolution adds $2 \cdot 2$. Of each four numbers only the largest is left, and not where it was.
#
# </details>
#
# 2. Height and width halve, channels double. What becomes of the work of a stage's last
#    convolution, from stage 1 to 4, and in stage 5?
#
# <details><summary>Answer</summary>
#
# A quarter of the places, four times the weights (twice the channels in and out): the work stays
# the same. In stage 5 the channels no longer double, so it falls to a quarter.
#
# </details>
#
# 3. After the fifth pooling a number sees 212 of 224 pixels. Does VGG-16 need a sixth stage to see
#    the whole image?
#
# <details><summary>Answer</summary>
#
# No. fc1 reads all 7×7 places, and these together see every pixel.
#
# </details>
#
# 4. Your GPU has too little memory for 64 images, with Adam. What does a batch of 16 save, and what
#    does it not?
#
# <details><summary>Answer</summary>
#
# Outputs fall to a quarter, from 3,862 to 966 MB. Weights, gradients and Adam's two numbers a
# weight stay, 2,213 MB: they do not depend on the images.
#
# </details>
#
# 5. What leaves VGG-16 with fewer parameters: no convolutions in stage 5, or half of fc1's units?
#
# <details><summary>Answer</summary>
#
# Halving fc1, by far: 51 million parameters of its own, and 8 million of fc2, which then reads half
# as many. Stage 5 has three convolutions of 2.4 million, 7 million in all.
#
# </details>

# %% [markdown]
# **Try it.** Is deeper better? Train column E, VGG-19, by the small network's recipe, in a new cell
# (half a minute). Try it with two or three seeds. Predict first: more or less accurate than column
# A?
#
# ```python
# keras.utils.set_random_seed(2)
# deep = networks.vgg("E", width=WIDTH, input_shape=(32, 32, 1), classes=10)
# schedule = keras.optimizers.schedules.CosineDecay(RATE, EPOCHS * IMAGES // BATCH)
# adam = keras.optimizers.Adam(schedule)
# deep.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
# deep.fit(x_train, y_train[:IMAGES], **fit)
# ```
#
# <details><summary>What you should see</summary>
#
# Less, though it has 38 % more parameters. With seed 2 the loss stays at 2.303, which is $\ln 10$,
# and the accuracy at 10 %: a guess. Of six seeds three ended so, and three reached 66 to 76 %;
# column A reached 79 to 80 % with each of four. (Half the rate changed nothing for seeds 2 and 3.)
# Your code is right, and Glorot's rule was in use. It was enough for the authors' full width and
# long training; for a network an eighth as wide in three epochs it is not. A deeper network is
# harder to train, as the authors found. That is lesson 4.
#
# </details>

# %% [markdown]
# **Papers.** K. Simonyan, A. Zisserman, *Very Deep Convolutional Networks for Large-Scale Image
# Recognition*, ICLR 2015: table 1 has the columns, section 2.3 the case for 3×3,
# section 4.1 the comparison with 5×5.
#
# Now [the exercises](exercises/03_vgg16.ipynb). Back to [lesson 2](02_alexnet.ipynb), [the map of
# the course](00_start_here.ipynb), or on to [lesson 4](04_trouble_with_depth.ipynb).
