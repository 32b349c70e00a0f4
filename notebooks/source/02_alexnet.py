# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 2 · AlexNet
#
# {{badge}}
#
# | | |
# |---|---|
# | **You will be able to** | follow an image's size through convolution and pooling (in brackets the exercise: `conv1_shape`); count and build layers in several towers (`four_towers`, `two_towers`); normalise a pixel's channels by hand (`normalised`); build AlexNet from its table and find the faults in another's (`narrow_alexnet`, `tiny_alexnet`); tell what sets the weights and what the work, and when dropout pays (`smaller_steps`, `false_labels`) |
# | **You need** | [lesson 1](01_lenet5.ipynb), and the lecture on AlexNet |
# | **Time** | {{time}} |
#
# In 2012 AlexNet won the ImageNet competition by a wide margin, and convolutional networks were
# back. It is LeNet-5's pattern with a thousand times the weights. One idea to remember: a network may
# be as large as you can afford to train, and can keep from learning by heart.
#
# On the way, three numbers that are often quoted wrongly get settled: 224 pixels, 60M parameters and
# 650,000 neurons.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import cost, data, figures, networks, published, results, training
from utils.layers import LocalResponseNormalization
from utils.tables import Table

keras.utils.set_random_seed(2012)

# %% [markdown]
# ## From the lecture notes
#
# 1. Much like LeNet-5, but much bigger: about 60M parameters.
# 2. The input is 227×227×3. (The paper says 224×224.)
# 3. conv 11×11 with stride 4 – max pool 3×3 with stride 2 – conv 5×5 – pool – three times conv 3×3
#    – pool – three dense layers, the last with 1,000 classes.
# 4. It uses ReLU.
# 5. It was trained on two GPUs, with the layers split between them.
# 6. It has local response normalisation, which is hardly used today.
#
# The paper adds: 650,000 neurons, overlapping pooling, dropout. Each of these gets settled below.

# %% [markdown]
# ## The picture

# %%
published_network = networks.alexnet()
figures.volumes(published_network)

# %% [markdown]
# Two **towers**, one on each GPU, see the same image; each has half of the filters. They read each
# other only where arrows cross: at conv3, and after pool5, where everything is dense. The size below
# a box is that of each tower; *2 ×* above one counts layers in a row, here fc6 and fc7. (/4 and /2
# are strides. Two small layers, norm1 and norm2, are left out.)

# %% [markdown]
# ## Predict
#
# Take a pencil, and the formula of lesson 1: $\lfloor (n + 2p - f) / s \rfloor + 1$.
#
# - conv1 has filters of 11×11 with stride 4 and no padding. What does it make of 224 pixels, and of
#   227? Which of the two fits?
# - Follow 227 pixels through conv1 and the three poolings (3×3, stride 2). conv2 to conv5 are
#   padded and keep the size. How many numbers reach the first dense layer, fc6, from 256 channels?
# - fc6 has 4,096 units. How many parameters is that? Which share of 60M?
#
# <details><summary>Answer, once you have yours</summary>
#
# - (224 − 11) / 4 + 1 = 54.25: 54 places, and a pixel left over. The paper writes 224 in its text,
#   55×55 in its figure, and padding both sides alike does not help (54.75, 55.25, 55.75). 227 fits:
#   (227 − 11) / 4 + 1 = 55. (Some libraries take 224, pad by 2 and round down: 55 too, but filters at
#   the edge see zeros.)
# - 227, 55, 27, 13, 6: fc6 reads 6 · 6 · 256 = 9,216 numbers.
# - 4,096 · (9,216 + 1) = 37,752,832: 63 % of 60M (62 % of the exact total, which you count below),
#   in one layer.
#
# </details>

# %% tags=["guard"]
assert [(224 - 11 + 2 * p) / 4 + 1 for p in range(4)] == [54.25, 54.75, 55.25, 55.75]
assert (227 - 11) / 4 + 1 == 55
pixels = 227
for f, s in [(11, 4), (3, 2), (3, 2), (3, 2)]:  # conv1, pool1, pool2, pool5
    pixels = (pixels - f) // s + 1
assert pixels * pixels * 256 == 9216
assert 4096 * (9216 + 1) == 37_752_832 and round(37_752_832 / 60_965_224, 2) == 0.62

# %% [markdown]
# ## Build it
#
# First in one tower, as it is lectured. What is new in each cell stands above it.
#
# **Large filters, large steps** in conv1: from 227 pixels to 55 at once. Then **local response
# normalisation**, which divides each number by the size of its neighbours among the channels, and
# pooling with overlap (windows of 3 that move by 2).

# %%
image = keras.Input((227, 227, 3), name="input")
x = layers.Conv2D(96, 11, strides=4, activation="relu", name="conv1")(image)
x = LocalResponseNormalization(name="norm1")(x)
x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)
x.shape

# %% [markdown]
# **Convolutions keep height and width** from here on, by `padding="same"`; only the poolings shrink.
# conv2 is the last to be normalised.

# %%
x = layers.Conv2D(256, 5, padding="same", activation="relu", name="conv2")(x)
x = LocalResponseNormalization(name="norm2")(x)
x = layers.MaxPooling2D(3, strides=2, name="pool2")(x)
x.shape

# %% [markdown]
# **Three convolutions in a row**, without pooling between them.

# %%
x = layers.Conv2D(384, 3, padding="same", activation="relu", name="conv3")(x)
x = layers.Conv2D(384, 3, padding="same", activation="relu", name="conv4")(x)
x = layers.Conv2D(256, 3, padding="same", activation="relu", name="conv5")(x)
x = layers.MaxPooling2D(3, strides=2, name="pool5")(x)
x.shape

# %% [markdown]
# **Dropout** after the two large dense layers: in each training step it sets a random half of their
# outputs to 0.

# %%
x = layers.Flatten(name="flatten")(x)
x = layers.Dense(4096, activation="relu", name="fc6")(x)
x = layers.Dropout(0.5, name="dropout6")(x)
x = layers.Dense(4096, activation="relu", name="fc7")(x)
x = layers.Dropout(0.5, name="dropout7")(x)
x = layers.Dense(1000, activation="softmax", name="predictions")(x)
lectured = keras.Model(image, x, name="alexnet_one_tower")
published.compare(lectured, "alexnet_one_tower")[["counted"]]

# %% [markdown]
# (`networks.alexnet(towers=1)` holds the same lines.)
#
# ### Two towers are a convolution in two groups
#
# In the paper's conv2, each tower convolves its own 48 channels with its own 128 filters. Keras
# calls that `groups=2`: the first half of the filters reads the first half of the channels. Put both
# towers' filters into such a layer:

# %%
tower_a, tower_b = (published_network.get_layer(f"conv2_{side}") for side in "ab")
both = zip(tower_a.get_weights(), tower_b.get_weights())
grouped = layers.Conv2D(256, 5, padding="same", activation="relu", groups=2)
grouped.build((None, 27, 27, 96))
grouped.set_weights([np.concatenate(pair, axis=-1) for pair in both])

# %%
maps = np.random.default_rng(1).normal(size=(1, 27, 27, 96)).astype("float32")
apart = np.concatenate([tower_a(maps[..., :48]), tower_b(maps[..., 48:])], axis=-1)
alike = bool(np.allclose(grouped(maps), apart, atol=1e-5))
alike, grouped.count_params(), lectured.get_layer("conv2").count_params()

# %% [markdown]
# The same function, and about half the weights: a filter reads 48 channels instead of 96.
#
# In 2012 the network did not fit into the 3 GB of one GPU, so the paper split the *model*. Today one
# splits the *batch*: every GPU holds all weights and sees its share of the images.
# `training.strategy()` does that below where there are several GPUs; lesson 10 is about it.

# %% [markdown]
# ## Count it: where are the 60M?

# %%
costs = cost.table(published_network)
figures.cost_bars(costs)

# %% [markdown]
# Blue and orange change places. The convolutions do the work, the dense layers hold the weights:

# %%
columns = ["parameters", "multiply_adds"]
dense = costs.loc[["fc6", "fc7", "predictions"], columns].sum() / costs[columns].sum()
{name: f"{value:.0%} in the dense layers" for name, value in dense.items()}

# %% [markdown]
# ## Check it against the paper

# %%
published.compare(published_network, "alexnet")

# %% [markdown]
# Where `published` is empty, the paper says nothing. (The two errors are in per cent.) Three of its
# numbers are not what is counted: the 60 million parameters, the 650,000 neurons, and the neurons
# of conv1.
#
# ### Settled: about 60M
#
# It is the network of two towers, 60,965,224, rounded down. The one tower that is lectured has
# 62,378,344, which is 2.3 % more (and takes 57 % more multiply-adds, 1,135M instead of 724M). Where
# does the difference come from?


# %%
def weights_of(network, *names):
    return sum(network.get_layer(name).count_params() for name in names)


difference = {
    name: weights_of(lectured, name) - weights_of(published_network, f"{name}_a", f"{name}_b")
    for name in ("conv1", "conv2", "conv3", "conv4", "conv5")
}
difference

# %% [markdown]
# From the three layers whose filters read one tower only.
#
# ### Settled: 650,000 neurons
#
# The paper lists them layer by layer (caption of its figure 2). Its sum, what you get by counting
# the outputs of every layer that has weights, and where the two differ:

# %%
ledger = [f for f in published.figures("alexnet") if f["figure"] == "neurons"]
paper = {figure["layer"]: figure["published"] for figure in ledger if figure["layer"]}
here = {name: int(np.prod(lectured.get_layer(name).output.shape[1:])) for name in paper}
sum(paper.values()), sum(here.values()), [n for n in paper if paper[n] != here[n]]

# %% [markdown]
# conv1 makes 55 · 55 · 96 = 290,400 numbers, not 253,440. So the abstract says 650,000, the caption
# adds up to 622,312, and it is 659,272. (The proceedings' web page still shows an earlier abstract,
# with 500,000.) 253,440 is 55 · 48 · 96, and 48 is the number of channels in one tower: perhaps a
# slip of the pen.

# %% tags=["guard"]
assert sum(difference.values()) == 62_378_344 - 60_965_224
assert round(62_378_344 / 60_965_224 - 1, 3) == 0.023
works = [published.value(f"alexnet{end}", "multiply-adds") for end in ("_one_tower", "")]
assert [round(work / 1e6) for work in works] == [1135, 724]
assert round(works[0] / works[1], 2) == 1.57
assert here["conv1"] == 55 * 55 * 96 and sum(here.values()) == 659_272
assert paper["conv1"] == 55 * 48 * 96

# %% [markdown]
# ### The notes' points, settled
#
# 1. *Much bigger, about 60M*: 60,965,224 in two towers, 62,378,344 in one.
# 2. *227*: right; 224 without padding gives 54, not 55.
# 3. *The layers*: right, in this order.
# 4. *ReLU*: right, after every layer but the last.
# 5. *Two GPUs*: right; conv2, conv4 and conv5 read one tower, conv3 and the dense layers both.
# 6. *Response normalisation*: right, after conv1 and conv2 only.

# %% [markdown]
# ## Why it won
#
# **Top-1 and top-5 error** are the shares of images whose class is not a network's first guess, and
# not among its five likeliest. The average of seven AlexNets had a top-5 error of 15.3 %, the next
# team one of 26.2 %. Four things met:
#
# - **Data.** 1.2 million labelled images, where earlier data sets had tens of thousands. (Its
#   competitors had them, too.)
# - **Depth.** Eight layers with weights. Without any one of the middle ones, says the paper, about
#   2 % more images are wrong (top-1).
# - **GPUs.** Two, for five to six days. With half of the filters, on one GPU, it is 1.7 % more.
# - **Regularisation**, which is whatever keeps a network from learning its training images by
#   heart: dropout, **data augmentation** (each image is shown again in other forms, shifted or
#   mirrored), and **weight decay** (each step takes a small part off every weight).
#
# Now the single parts, one by one, in networks that your machine can train: ReLU, overlapping
# pooling, response normalisation, dropout, altered images.

# %% [markdown]
# ### ReLU
#
# Training moves each weight against the **gradient**: the derivatives of the loss by all weights,
# how the loss changes if each changes a little. Between a weight of conv1 and the loss there are
# seven activation functions, and the derivative of each is a factor. How large are they?

# %%
figures.activations(
    {
        "ReLU": lambda x: np.maximum(x, 0),
        "tanh": np.tanh,
        "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    }
)

# %% [markdown]
# The sigmoid's is at most ¼, so seven of them make at most $(1/4)^7$, less than a ten-thousandth: the
# first weights hardly move. That of tanh comes to 1, but only near 0. ReLU's is 1 wherever it is on,
# however large its input and however many layers follow, and 0 where it is off. (The weights in
# between are factors, too; lesson 4 follows them.)
#
# The paper's figure 1 compares ReLU and tanh in four layers. Here are four for 1,280 images of
# Fashion-MNIST, at every second pixel to save time.

# %%
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
names = data.CLASSES["fashion_mnist"]
x_train, x_test = x_train[..., None], x_test[..., None]
mean_image = x_train.mean(axis=0)
seen, new = ((some - mean_image)[:, ::2, ::2] / 255 for some in (x_train[:1280], x_test[:1000]))
seen.shape


# %%
def four_layers(activation="relu", pool=3):
    image = x = keras.Input((14, 14, 1))
    for filters in (8, 16, 32):
        x = layers.Conv2D(filters, 3, padding="same", activation=activation)(x)
        x = layers.MaxPooling2D(pool, strides=2, padding="same")(x)
    x = layers.Dense(10, activation="softmax")(layers.Flatten()(x))
    return keras.Model(image, x)


def trained(images, labels, seed, **how):
    keras.utils.set_random_seed(seed)
    network = four_layers(**how)
    sgd = keras.optimizers.SGD(0.06, momentum=0.9)
    network.compile(sgd, "sparse_categorical_crossentropy", metrics=["accuracy"])
    sgd.build(network.trainable_variables)  # else Keras traces the first step twice
    return network.fit(images, labels, batch_size=64, epochs=6, verbose=0)


# %% [markdown]
# The steps have **momentum**, as the paper's: to each, nine tenths of the last one are added, so
# that steps add up where they agree. (Of the rates 0.03, 0.06 and 0.12 this one was best, or as
# good as the best, for ReLU and for tanh.) `tanh / 4` is tanh with its values and its derivative
# quartered: like the sigmoid's, its derivative is at most ¼; unlike the sigmoid it is 0 at 0, so
# that only the factor is another. The last network is for the next section. Each is trained from
# three **seeds**, the numbers that the random weights and the order of the images are drawn from,
# since a single run may be luck. That takes about a quarter of a minute.

# %%
SEEDS = 1, 2, 3
cases = {
    "ReLU, 3×3 pooling": {},
    "tanh": {"activation": "tanh"},
    "tanh / 4": {"activation": lambda x: keras.ops.tanh(x) / 4},
    "ReLU, 2×2 pooling": {"pool": 2},
}
histories = {}
for name, how in cases.items():
    histories[name] = [trained(seen, y_train[:1280], seed, **how) for seed in SEEDS]
    print(f"{name}: trained from {len(SEEDS)} seeds")


# %%
def mean(runs):
    return {"accuracy": np.mean([run.history["accuracy"] for run in runs], axis=0)}


figures.training_errors({name: mean(runs) for name, runs in histories.items()})

# %% [markdown]
# The mean of three seeds. At this rate and in six epochs, **factors of ¼ keep the network from
# learning**: it still guesses at the end. But tanh is ahead of ReLU here, in every epoch. A possible
# reason: it works near 0, where it is steep. The pixels are scaled to below 1, and the **initial
# weights**, the random ones that training starts from, follow **Glorot's rule**, Keras's default:
# the more inputs and outputs a layer has, the smaller (their variance is 2 over the number of both),
# so that its sums stay small. Another: these are three activation functions, not seven.


# %%
def accuracy(network, images, labels, training=False):
    guesses = np.argmax(network(images, training=training), axis=1)
    return 100 * float(np.mean(guesses == labels[: len(images)]))


ends = {
    name: {
        "training error, % (3 seeds)": [100 - 100 * h.history["accuracy"][-1] for h in runs],
        "test error, % (3 seeds)": [100 - accuracy(h.model, new, y_test) for h in runs],
    }
    for name, runs in histories.items()
}
Table({name: {k: f"≈ {results.spread(v)}" for k, v in row.items()} for name, row in ends.items()}).T

# %% [markdown]
# In brackets the lowest and the highest of the three. (Both tanh pool 3×3.)

# %% tags=["guard"]
last = {name: row["training error, % (3 seeds)"] for name, row in ends.items()}
large, small = "ReLU, 3×3 pooling", "ReLU, 2×2 pooling"
assert min(last["tanh / 4"]) > 80 and max(*last[large], *last["tanh"]) < 40
assert 0 < np.mean(last[large]) - np.mean(last["tanh"]) < 8 and (1 / 4) ** 7 < 1e-4
for column in ("training error, % (3 seeds)", "test error, % (3 seeds)"):
    assert np.mean(ends[large][column]) > np.mean(ends[small][column])

# %% [markdown]
# ### Overlapping pooling
#
# The paper pools windows of 3×3 that move by 2, instead of 2×2. It says that such networks are
# slightly harder to overfit, and wrong on 0.4 % fewer images (top-1). In the table they are harder to
# *fit*, and after so few epochs behind on the test images, too. Could these show 0.4 points at
# all? A share $p$ counted on $n$ images is uncertain by about $\sqrt{p (1 - p) / n}$:

# %%
{n: f"± {100 * np.sqrt(0.25 * (1 - 0.25) / n):.1f} points" for n in (1_000, 10_000, 50_000)}

# %% [markdown]
# Not 1,000 images, and hardly 10,000; ImageNet has 50,000 for validation. And that is one share: the
# difference of two is uncertain by up to 1.4 times as much. Our seeds alone move the test error by
# several points.

# %% [markdown]
# ### Local response normalisation
#
# Each value is divided by a power of what its neighbours in the *channels* have at the same place:
#
# $$b_i = a_i \Big/ \Big(k + \alpha \sum_{|j - i| \le n/2} a_j^2\Big)^{\beta},
# \qquad k = 2,\; n = 5,\; \alpha = 10^{-4},\; \beta = 0.75.$$
#
# So a channel that answers strongly quietens two neighbours on each side, as nerve cells do. One
# pixel with 24 channels:


# %%
def normalised(values):
    one_pixel = LocalResponseNormalization()(values[None, None, None])
    return keras.ops.convert_to_numpy(one_pixel)[0, 0, 0]


channels = np.full(24, 20.0)
channels[8], channels[17] = 200.0, 100.0
left = normalised(channels) / channels
panels = {"before": channels, "after": normalised(channels), "the share that is left": left}
figures.channel_bars(panels)

# %% [markdown]
# Of channel 8 and its neighbours about a quarter is left, around 17 it is 42 %, far from both 55 %.
# Channel 8 led a distant channel by ten times, and now leads by less than five. But its own
# neighbours, divided by the same sum, it still leads by ten: it quietens them and itself alike.
#
# With $\alpha = 10^{-4}$ the sum must be in the thousands to count, as behind raw pixels. If all
# is scaled to below 1, the layer only divides everything by $2^{0.75}$:

# %%
scaled = normalised(channels / 255) / (channels / 255)
f"{scaled.min():.4f} to {scaled.max():.4f} left of every channel, and 2 ** -0.75 = {2**-0.75:.4f}"

# %% [markdown]
# That is one reason why it is hardly used today. Another is that VGG's authors (lesson 3) found no
# gain; and lesson 4 has a normalisation that does more.

# %% tags=["guard"]
assert abs(left[8] - (2 + 1e-4 * (200**2 + 4 * 20**2)) ** -0.75) < 1e-6
assert [f"{left[i]:.0%}" for i in (8, 17, 3)] == ["26%", "42%", "55%"]
peak, far, beside = (normalised(channels)[i] for i in (8, 3, 7))
assert peak < 5 * far and 9 < peak / beside < 11
assert np.allclose(scaled, 2**-0.75, rtol=1e-3)

# %% [markdown]
# ### Dropout, and altered images
#
# Keras doubles what dropout leaves, so that the mean stays; in use, nothing is dropped. (The paper
# does not double, and halves in use: the same.)

# %%
ones, dropout = np.ones((1, 4096)), layers.Dropout(0.5)
dropped, used = (np.array(dropout(ones, training=training)) for training in (True, False))
np.unique(dropped).tolist(), np.unique(used).tolist()

# %% [markdown]
# Two dense layers, as AlexNet ends, see 1,000 images ten times each: as they are, with dropout, or
# each time mirrored or not and shifted by up to a pixel. We test on the images as they are, and on
# altered ones.

# %%
keras.utils.set_random_seed(2012)
alter = keras.Sequential(
    [
        layers.RandomFlip("horizontal"),
        layers.RandomTranslation(0.08, 0.08, "constant", "nearest"),  # zeros come in, no blur
    ]
)
altered = np.array(alter(new, training=True))


def dense_layers(rate):
    image = keras.Input((14, 14, 1))
    x = layers.Flatten()(image)
    for _ in range(2):
        x = layers.Dropout(rate)(layers.Dense(256, activation="relu")(x))
    network = keras.Model(image, layers.Dense(10, activation="softmax")(x))
    network.compile("adam", "sparse_categorical_crossentropy")
    network.optimizer.build(network.trainable_variables)
    return network


# %%
ten_times = np.tile(seen[:1000], (10, 1, 1, 1))  # copies, so that each is altered differently
means = {"neither": (0.0, False), "dropout": (0.5, False), "augmentation": (0.0, True)}
measured = {name: [] for name in means}
for name, (rate, augmented) in means.items():
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        network = dense_layers(rate)
        images = alter(ten_times, training=True) if augmented else ten_times
        network.fit(images, np.tile(y_train[:1000], 10), batch_size=100, verbose=0)
        in_training = accuracy(network, seen[:1000], y_train, training=True)
        tests = [(seen[:1000], y_train), (new, y_test), (altered, y_test)]
        measured[name].append([in_training, *(accuracy(network, *test) for test in tests)])
    print(f"{name}: trained from {len(SEEDS)} seeds")

# %%
columns = ("training images, dropping", "training images, in use")
columns += ("test images, in use", "altered test images")
rows = {
    name: {column: f"≈ {results.spread(v)}" for column, v in zip(columns, zip(*runs))}
    for name, runs in measured.items()
}
Table.from_dict(rows, orient="index")

# %% [markdown]
# Accuracy in per cent. Compare the first two columns first: with units dropped, as Keras logs it, the
# network with dropout looks several points worse on its training images than it is in use. **Training
# and test have to be measured in the same mode**, else a good part of what dropout seems to win is
# a measuring error.
#
# In use: without either, the network knows most of its training images and far fewer of the others.
# Dropout makes this gap narrower, but loses a little on the test images, possibly because it learns
# more slowly. Augmentation makes the gap about as narrow, and loses more on the test images, possibly
# because they are centred and their shoes point to the left, so that it learns what this test does
# not ask for. Where the test asks for it (last column), it leads by far: **augmentation teaches what
# should not matter.**


# %% tags=["guard"]
found = {name: np.mean(runs, axis=0) for name, runs in measured.items()}
gap = {name: known - unknown for name, (_, known, unknown, _) in found.items()}
assert max(gap["augmentation"], gap["dropout"]) < 0.85 * gap["neither"]
assert found["dropout"][1] - found["dropout"][0] > 1
assert found["dropout"][2] < found["neither"][2]
assert found["neither"][2] - found["augmentation"][2] > 2
assert found["augmentation"][3] - max(found["neither"][3], found["dropout"][3]) > 8

# %% [markdown]
# ### What the paper measured, and what shows here
#
# | | the paper | here |
# |---|---|---|
# | ReLU, not tanh | 25 % training error in a sixth of the epochs (figure 1) | no faster in four layers; `tanh / 4` does not learn |
# | overlapping pooling | top-1 −0.4 points, top-5 −0.3 (3.4) | harder to fit, so behind after six epochs; too few test images to see 0.4 points |
# | response normalisation | top-1 −1.4 points, top-5 −1.2 (3.3) | does nothing to scaled pixels; raw ones: *Try it* |
# | dropout | without it, "substantial overfitting"; about twice the steps (4.2) | a narrower gap, a small loss on test images |
# | shifted and mirrored images | without them, "substantial overfitting" (4.1) | a narrower gap; a large gain on altered test images, a loss on others |
# | altered colours | top-1 −1 point or more (4.1) | our images are grey |
#
# Why so little? In the paper, too, most of these are a point or so, of an error of 40.7 % (top-1).
# And 60M weights that see 1.2 million images 90 times can learn them by heart. Ours do overfit, but
# ten passes are too few for dropout to pay (an exercise asks when it does), and 1,000 test
# images are uncertain by more than a point. What does show is large: factors that shrink what
# passes through, images unlike those of the training.

# %% [markdown]
# ## Train it
#
# ### Two steps at full size
#
# As the paper trains: a learning rate of 0.01, momentum 0.9, weight decay (which Keras applies a
# little differently). It ran 90 epochs of batches of 128; you run two steps on 4 images of
# Fashion-MNIST, blown up to 227×227×3. A network that knows nothing gives each of 1,000 classes
# 1/1,000, so its loss must be near $\ln 1000 = 6.9$.

# %%
del lectured, image, x  # a quarter of a gigabyte
decay = {"momentum": 0.9, "weight_decay": 5e-4}
published_network.compile(keras.optimizers.SGD(0.01, **decay), "sparse_categorical_crossentropy")
batch = np.repeat(x_train[:4] - mean_image, 3, axis=-1) / 255
batch = keras.ops.convert_to_numpy(keras.ops.image.resize(batch, (227, 227)))
losses = [float(published_network.train_on_batch(batch, y_train[:4])) for _ in range(2)]
batch.shape, [f"loss ≈ {loss:.2f}" for loss in losses]

# %% tags=["guard"]
assert all(abs(loss - np.log(1000)) < 0.3 for loss in losses)

# %% [markdown]
# The network of 2012 takes its steps on your machine, at full size. (That it *learns* takes more.)
#
# ### A narrow one, trained
#
# The same graph with a quarter of the filters and units, for smaller images. `Resizing` brings
# 28×28 to 67×67, the least that leaves pool5 something to pool. As in the paper, the pixels are
# raw, less the mean image; Adam and a falling learning rate are today's. On a GPU,
# `COURSE_PROFILE=full` trains the full width at 227 pixels on all images.

# %%
WIDTH = training.by_profile(quick=1 / 4, full=1)
PIXELS = training.by_profile(quick=67, full=227)
IMAGES = training.by_profile(quick=3_600, full=60_000)
BATCH = training.by_profile(quick=64, full=128)
EPOCHS = training.by_profile(quick=3, full=20)
RATE = training.by_profile(quick=1e-3, full=1e-4)


# %%
def compiled(network):
    image = keras.Input((28, 28, 1))
    model = keras.Model(image, network(layers.Resizing(PIXELS, PIXELS)(image)))
    schedule = keras.optimizers.schedules.CosineDecay(RATE, EPOCHS * IMAGES // BATCH)
    adam = keras.optimizers.Adam(schedule)
    model.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
    adam.build(model.trainable_variables)
    return model


# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(2012)
with training.strategy().scope():
    narrow = networks.alexnet(width=WIDTH, input_shape=(PIXELS, PIXELS, 1), classes=10)
    model = compiled(narrow)
test = x_test[:1000] - mean_image, y_test[:1000]
fit = {"batch_size": BATCH, "epochs": EPOCHS, "validation_data": test}
history = model.fit(x_train[:IMAGES] - mean_image, y_train[:IMAGES], **fit)

# %%
figures.learning_curves({"narrow AlexNet": history})

# %% [markdown]
# At first, test images (solid) are ahead of training images (dashed). It is no mistake: dropout
# hampers the network in training only, and training is measured while the epoch still runs.

# %%
images, labels = x_test[:3000], y_test[:3000]
probabilities = model.predict(images - mean_image, batch_size=500, verbose=0)
right = np.mean(probabilities.argmax(axis=1) == labels)
f"test accuracy ≈ {right:.1%} of 3,000 images, with {narrow.count_params():,} parameters"

# %% tags=["guard"]
assert right >= 0.74 and history.history["val_accuracy"][0] > history.history["accuracy"][0]

# %% [markdown]
# ### A fair race with LeNet-5
#
# (The log has the first 1,000 of them.) LeNet-5 did better in lesson 1, but saw over five times as
# much: 12,000 images five times, here 3,600 three times. Which of the two *is* better? That has an
# answer only for a **budget**: the same images, steps and optimizer, to each the rate that suits
# it, and several seeds. `scripts/train.py` ran it: 5,000 images of 28×28 (AlexNet, a quarter as
# wide, enlarges them to 67×67), ten epochs, batches of 64, Adam along a cosine. The learning rate
# is the best of neighbouring ones (0.0003, 0.001, 0.003, 0.01, 0.03) by the error on the last 5,000
# training images, which are held out; test images choose nothing. Errors are measured in use, with
# dropout off, and given as the mean (lowest to highest) of three seeds. LeNet-5 has 44,426
# parameters here instead of 61,706, since 28×28 pixels leave C5 maps of 4×4 only. (The commands are
# in `data/results/race`.)

# %%
results.race({"LeNet-5": "lenet5", "AlexNet": "alexnet"})

# %% [markdown]
# **Nobody wins.** On the test images the ranges of three seeds overlap. AlexNet needs fourteen
# times the multiplications for that, and LeNet-5 fits its training images at least as well. On
# small grey images of ten classes a network of 1998 did as well here. The paper's are in colour,
# 227 pixels wide, of a thousand classes, and 1.2 million: that is where size paid.

# %% tags=["guard"]
first, second = (results.errors(results.runs("race", n), "test") for n in ("lenet5", "alexnet"))
assert len(first) == len(second) == 3
assert min(first) < max(second) and min(second) < max(first)
costs_ = [results.runs("race", n)[0]["multiply-adds"] for n in ("lenet5", "alexnet")]
assert 13 < costs_[1] / costs_[0] < 14.5

# %%
figures.mistakes(images, labels, probabilities, names)

# %% [markdown]
# The twelve test images (dark is high) whose right class got the lowest probability. The network was
# often sure, and wrong.

# %% [markdown]
# ## Look inside
#
# What do the two towers see? The first test image after conv1, twelve maps from each tower:

# %%
boot = keras.ops.image.resize(x_test[0] - mean_image, (PIXELS, PIXELS))
figures.feature_maps(narrow, keras.ops.convert_to_numpy(boot), ["conv1_a", "conv1_b"])

# %% [markdown]
# Some maps answer to the boot, some to what is around it, some to its edges, in both towers alike:
# only chance made them different. (The halo is the mean image, which was subtracted.) In the
# paper's figure 3 one tower learned edges and the other blobs of colour, in every run; our images
# have no colour to share out.
#
# **What does the network find alike?** The last hidden layer, fc7, turns an image into one vector.
# As in the paper's figure 4, look for the training images nearest to a test image there.

# %%
features = keras.Model(narrow.input, narrow.get_layer("fc7").output)


def vectors(network, images):
    larger = keras.ops.image.resize(images, (PIXELS, PIXELS))
    return network.predict(larger, batch_size=250, verbose=0)


def nearest(ours, theirs, count=5):
    """For each of our vectors the numbers of the nearest of theirs."""
    distances = (theirs**2).sum(axis=1) - 2 * ours @ theirs.T  # squared, less what is alike for all
    return distances.argsort(axis=1)[:, :count]


queries, known = x_test[:200], x_train[:2000]
by_fc7 = nearest(*(vectors(features, some - mean_image) for some in (queries, known)))
by_pixels = nearest(*(some.reshape(len(some), -1) / 255 for some in (queries, known)))

# %%
rows = [[query, *known[near]] for query, near in zip(queries[:5], by_fc7)]
captions = [["test image", "nearest", "2nd", "3rd", "4th", "5th"], *[[""] * 6] * 4]
figures.images(np.concatenate(rows), titles=sum(captions, []), size=0.9)

# %% [markdown]
# A row is a test image and the nearest of the first 2,000 training images. Most are of its kind. But
# pixels alone find neighbours of the same class, too. How many of five, for 200 test images?

# %%
pairs = {"fc7": by_fc7, "pixels": by_pixels}
same = {name: np.mean(y_train[near] == y_test[:200, None]) for name, near in pairs.items()}
{name: f"≈ {share:.0%} of the same class" for name, share in same.items()}

# %% [markdown]
# Pixels do as well here: the clothes are centred and grey, and our training was short. For the
# paper's photographs, whose pixels are far apart within a class, the neighbours in fc7 were a sign
# of what the network had learned. Here they are no such sign.

# %% tags=["guard"]
assert min(same.values()) >= 0.6 and abs(same["fc7"] - same["pixels"]) < 0.08

# %% [markdown]
# ## What to remember
#
# - LeNet-5's pattern at a thousand times the size: 96 % of the weights are dense, over 90 % of the
#   work is convolution.
# - ReLU's derivative is 1 wherever it is on; dropout and altered images keep 60M weights from
#   learning 1.2 million images by heart; response normalisation has had its day.
# - 227 pixels, not 224; 60,965,224 parameters in two towers, 62,378,344 in one; 659,272 neurons.

# %% [markdown]
# ## Test yourself
#
# 1. Halve all filters and units of AlexNet but the thousand of the last layer. What becomes of the
#    parameters of conv1, of fc7, and of the last layer?
#
# <details><summary>Answer</summary>
#
# fc7 keeps a quarter, since both its inputs and its units are halved. conv1 and the last layer keep
# half: the three colours and the thousand classes stay.
#
# </details>
#
# 2. Suppose conv3, too, read only its own tower. How many parameters would it have, and what would
#    the two towers be then?
#
# <details><summary>Answer</summary>
#
# 384 · (3 · 3 · 128 + 1) = 442,752 instead of 885,120. The towers would be two networks that know
# nothing of each other up to pool5.
#
# </details>
#
# 3. In four layers with `tanh / 4`, can a larger learning rate make up for the factors of ¼?
#
# <details><summary>Answer</summary>
#
# Only in part. Near 0 the gradient of a weight has three factors of ¼, some from the way forward and
# some from the way back, so its steps would need a rate 64 times as large. But the biases of the last
# layer have no such factor, and at that rate their steps would be far too long.
#
# </details>
#
# 4. Somebody writes: 88 % in the log of a training with dropout, 86 % on test images, so we hardly
#    overfit. What is missing?
#
# <details><summary>Answer</summary>
#
# The training images in use. The log was taken with half of the units missing, while the network
# was still learning; in the same mode the gap is wider.
#
# </details>
#
# 5. The test images are centred, the photographs of your users are not. Which of this lesson's
#    methods do you choose, and will the test show that it was right?
#
# <details><summary>Answer</summary>
#
# Data augmentation with shifts. No: a test tells how a network does on images like its own, and on
# centred ones shifts can only lose. Shift the test images, or test on the users' own.
#
# </details>

# %% tags=["guard"]
half, whole = (networks.alexnet(width=w, towers=1) for w in (1 / 8, 1 / 4))
ratio = {n: weights_of(half, n) / weights_of(whole, n) for n in ("conv1", "fc7", "predictions")}
assert abs(ratio["fc7"] - 1 / 4) < 0.01 and ratio["conv1"] == 1 / 2
assert abs(ratio["predictions"] - 1 / 2) < 0.01
assert 384 * (3 * 3 * 128 + 1) == 442_752
assert weights_of(published_network, "conv3_a", "conv3_b") == 885_120

# %% [markdown]
# ## Go on
#
# **Try it.** The narrow network reads raw pixels, so its response normalisation has something to do.
# What is it worth? Guess, then train the same network without it, in a new cell at the end. (No
# restart; it takes as long as the training above.)
#
# ```python
# def without(layer):
#     if layer.name.startswith("norm"):
#         return layers.Identity(name=layer.name)
#     return layer.from_config(layer.get_config())
#
# keras.utils.set_random_seed(2012)
# plain = compiled(keras.models.clone_model(narrow, clone_function=without))
# plain.fit(x_train[:IMAGES] - mean_image, y_train[:IMAGES], **fit)
# ```
#
# <details><summary>What you should see</summary>
#
# Nothing that one could tell from chance. From three seeds we had 77.5 to 78.1 % of 3,000 test
# images with it and 76.1 to 78.1 % without; one was ahead twice, the other once. (Your log has
# 1,000 test images: expect 74 to 81 %.) The paper's 1.4 points need more images, more seeds and a
# longer training.
#
# </details>

# %% [markdown]
# **Papers.** A. Krizhevsky, I. Sutskever, G. Hinton, *ImageNet Classification with Deep
# Convolutional Neural Networks*, NIPS 2012. N. Srivastava and others, *Dropout: A Simple Way to
# Prevent Neural Networks from Overfitting*, JMLR 15, 2014.
#
# Now [the exercises](exercises/02_alexnet.ipynb). Back to [lesson 1](01_lenet5.ipynb), [the
# map](00_start_here.ipynb), or on to [lesson 3](03_vgg16.ipynb).
