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
# In 2012 AlexNet won the ImageNet competition by a wide margin, and convolutional networks were
# back. It is LeNet-5's pattern with a thousand times the weights. **ReLU and two GPUs** made it
# trainable, **dropout and altered copies of the images** kept it from learning by heart, response
# normalisation and overlapping pooling gave the last points. One idea to remember: a network may be
# as large as you can afford to train, and can keep from learning by heart.
#
# You will build it at full size, settle three numbers that are often quoted wrongly, and look at
# ReLU, pooling, normalisation and dropout one by one.

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
# Two towers, one on each GPU. They see the same image, and each has half of the filters. They read
# each other only where arrows cross: at conv3, and after pool5, where everything is dense. (/4 is
# the stride; 2 × 55×55×48 is one box in each tower, and 2 × dense two layers in a row, fc6 and
# fc7.)

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


# %%
def output_size(n, f, s=1, p=0):
    return (n + 2 * p - f) / s + 1  # not rounded: does it fit?


output_size(224, f=11, s=4), output_size(227, f=11, s=4)

# %% [markdown]
# ### Settled: 224 or 227
#
# The paper writes 224 in the text and 55×55 in its figure. Filters that start at every fourth pixel
# of 224 make 54 and leave one pixel over. Padding both sides alike does not help:

# %%
paddings = {p: output_size(224, f=11, s=4, p=p) for p in (0, 1, 2, 3)}
assert 55 not in paddings.values() and output_size(227, f=11, s=4) == 55
paddings

# %% [markdown]
# 227 fits, without padding and without remainder, so 227 it is. (Some libraries take 224, pad by 2
# and round 55.25 down: 55 too, but filters at the edge see zeros.) On to fc6:

# %%
size = 227
for f, s in [(11, 4), (3, 2), (3, 2), (3, 2)]:  # conv1, pool1, pool2, pool5
    size = int(output_size(size, f, s))
fc6 = 4096 * (size * size * 256 + 1)
assert fc6 > 60_965_224 / 2
size, size * size * 256, fc6

# %% [markdown]
# 6×6×256 = 9,216 numbers, and 37.8 million parameters: more than half the network sits in one
# layer.

# %% [markdown]
# ## Build it
#
# First in one tower, as it is lectured. What is new in each cell stands above it.
#
# **Large filters, large steps** in conv1: from 227 pixels to 55 at once. Then ReLU, normalisation,
# and pooling with overlap (windows of 3 that move by 2).

# %%
image = keras.Input((227, 227, 3), name="input")
x = layers.Conv2D(96, 11, strides=4, activation="relu", name="conv1")(image)
x = LocalResponseNormalization(name="norm1")(x)
x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)
x.shape

# %% [markdown]
# **`padding="same"`** keeps height and width from here on. conv2 is the last to be normalised.

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
# **Dropout** after the two large dense layers.

# %%
x = layers.Flatten(name="flatten")(x)
x = layers.Dense(4096, activation="relu", name="fc6")(x)
x = layers.Dropout(0.5, name="dropout6")(x)
x = layers.Dense(4096, activation="relu", name="fc7")(x)
x = layers.Dropout(0.5, name="dropout7")(x)
x = layers.Dense(1000, activation="softmax", name="predictions")(x)
by_hand = keras.Model(image, x, name="alexnet_by_hand")
by_hand.count_params()

# %% [markdown]
# `networks.alexnet(towers=1)` holds the same lines. With the same weights, both compute the same.

# %%
lectured = networks.alexnet(towers=1)
lectured.set_weights(by_hand.get_weights())
noise = np.random.default_rng(0).normal(size=(1, 227, 227, 3))
assert np.allclose(by_hand(noise), lectured(noise), atol=1e-6)
del by_hand, image, x  # a quarter of a gigabyte
published.compare(lectured, "alexnet_one_tower")

# %% [markdown]
# ### Two towers are a convolution in two groups
#
# In the paper's conv2, each tower convolves its own 48 channels with its own 128 filters. Keras has
# a word for that: a convolution with `groups=2`, whose first half of filters reads the first half
# of the channels. Put the towers' filters into it, and see:

# %%
tower_a, tower_b = (published_network.get_layer(f"conv2_{side}") for side in "ab")
both = zip(tower_a.get_weights(), tower_b.get_weights())
grouped = layers.Conv2D(256, 5, padding="same", activation="relu", groups=2)
grouped.build((None, 27, 27, 96))
grouped.set_weights([np.concatenate(pair, axis=-1) for pair in both])

# %%
maps = np.random.default_rng(1).normal(size=(1, 27, 27, 96)).astype("float32")
apart = np.concatenate([tower_a(maps[..., :48]), tower_b(maps[..., 48:])], axis=-1)
assert np.allclose(grouped(maps), apart, atol=1e-5)
one_tower = lectured.get_layer("conv2")
grouped.count_params(), one_tower.count_params()

# %% [markdown]
# The same function, and about half the weights of the lectured conv2: a filter reads only 48 of the
# 96 channels. We draw and build the towers as two, as the paper does, because one sees what is
# connected.
#
# **From two towers to today's GPUs.** In 2012 the network did not fit into the 3 GB of one GPU, so
# the paper split the *model*: half of the filters here, half there. Today a network of this size
# fits many times over, and `tf.distribute` splits the *batch*: every GPU holds all weights, sees
# its share of the images, and the gradients are added up. That is what `training.strategy()` does
# below when it finds several GPUs; lesson 10, on [the map](00_start_here.ipynb), is about it.

# %% [markdown]
# ## Count it: where are the 60M?

# %%
costs = cost.table(published_network)
figures.cost_bars(costs)

# %% [markdown]
# Blue and orange change places. The convolutions do the work, the dense layers hold the weights. In
# numbers:

# %%
columns = ["parameters", "multiply_adds"]
dense = costs.loc[["fc6", "fc7", "predictions"], columns].sum() / costs[columns].sum()
assert 0.96 < dense["parameters"] < 0.97 and 0.08 < dense["multiply_adds"] < 0.09
{name: f"{value:.0%} in the dense layers" for name, value in dense.items()}

# %% [markdown]
# ## Check it against the paper

# %%
comparison = published.compare(published_network, "alexnet")
comparison

# %% [markdown]
# Where `published` is empty, the paper says nothing. Three of its numbers are not what is counted:
# the 60 million parameters, the 650,000 neurons, and the neurons of conv1.
#
# ### Settled: about 60M, and 650,000 neurons
#
# **60 million parameters** is the network of two towers, 60,965,224, rounded down. The one tower on
# the slides has 62,378,344, which is 2.3 % more. Where does the difference come from?


# %%
def weights_of(network, *names):
    return sum(network.get_layer(name).count_params() for name in names)


difference = {
    name: weights_of(lectured, name) - weights_of(published_network, f"{name}_a", f"{name}_b")
    for name in ("conv1", "conv2", "conv3", "conv4", "conv5")
}
assert sum(difference.values()) == 62_378_344 - 60_965_224
assert round(62_378_344 / 60_965_224 - 1, 3) == 0.023
difference

# %% [markdown]
# From the three layers whose filters read one tower only.
#
# **650,000 neurons.** The paper lists them layer by layer (caption of its figure 2). Count the
# outputs of every layer that has weights:

# %%
ledger = [f for f in published.figures("alexnet") if f["figure"] == "neurons"]
paper = {figure["layer"]: figure["published"] for figure in ledger if figure["layer"]}
here = {name: int(np.prod(lectured.get_layer(name).output.shape[1:])) for name in paper}
sum(paper.values()), sum(here.values()), [n for n in paper if paper[n] != here[n]]

# %% [markdown]
# All agree but the first. conv1 makes 55 · 55 · 96 = 290,400 numbers, not 253,440; with the right
# one the sum is 659,272. The paper's abstract says 650,000, its caption adds up to 622,312; it is
# 659,272. (The proceedings' web page still shows an earlier abstract, with 500,000.) Where may
# 253,440 come from? 55 · 48 · 96 makes it, and 48 is the number of channels in one tower: perhaps a
# slip of the pen.

# %% tags=["guard"]
assert here["conv1"] == 55 * 55 * 96 and sum(here.values()) == 659_272
assert paper["conv1"] == 55 * 48 * 96

# %% [markdown]
# ### The notes' points, settled
#
# 1. *Much bigger, about 60M*: 60,965,224 in two towers, 62,378,344 in one.
# 2. *227*: right; 224 does not fit.
# 3. *The layers*: right, in this order.
# 4. *ReLU*: right, after every layer but the last.
# 5. *Two GPUs*: right; conv2, conv4 and conv5 read one tower, conv3 and the dense layers both.
# 6. *Response normalisation*: right, after conv1 and conv2 only.

# %% [markdown]
# ## What was new, measured
#
# ### ReLU
#
# $\tanh$ is flat where its input is large: there, its gradient is nearly zero, and the weights
# before it hardly move. ReLU, $\max(0, x)$, has gradient 1 wherever it is on. The paper's figure 1
# shows a network of four layers on CIFAR-10: with ReLU it came to 25 % training error six times
# faster than with tanh, each with the learning rate that suited it best.
#
# Four layers on 1,600 images of Fashion-MNIST, at every second pixel to save time. They are prepared
# as the paper prepares its own: raw pixels, 0 to 255, less the mean image, and initial weights from
# a normal distribution of standard deviation 0.01.

# %%
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
names = data.CLASSES["fashion_mnist"]
x_train, x_test = x_train[..., None], x_test[..., None]
mean_image = x_train.mean(axis=0)
few, unseen = x_train[:1600] - mean_image, x_test[:1000] - mean_image
few.shape, f"{few.min():.0f} to {few.max():.0f}"


# %%
def four_layers(activation="relu", start="glorot_uniform", pool=3):
    keras.utils.set_random_seed(2012)
    image = x = keras.Input((14, 14, 1))
    same = {"padding": "same"}
    for filters in (8, 16, 32):
        x = layers.Conv2D(filters, 5, activation=activation, kernel_initializer=start, **same)(x)
        x = layers.MaxPooling2D(pool, strides=2, **same)(x)
    x = layers.Dense(10, activation="softmax", kernel_initializer=start)(layers.Flatten()(x))
    return keras.Model(image, x)


def trained(network, rate, scale=1.0):
    sgd = keras.optimizers.SGD(rate, momentum=0.9)
    network.compile(sgd, "sparse_categorical_crossentropy", metrics=["accuracy"])
    sgd.build(network.trainable_variables)  # else Keras traces the first step twice
    images = scale * few[:, ::2, ::2]
    return network.fit(images, y_train[: len(images)], batch_size=32, epochs=6, verbose=0)


# %% [markdown]
# The learning rates are the best of those we tried: 0.001, 0.002, 0.004 and 0.008 for ReLU here,
# 0.005, 0.01, 0.02 and 0.04 for tanh; 0.01, 0.03 and 0.06 further below.

# %%
small_normal = keras.initializers.RandomNormal(stddev=0.01)
as_in_2012 = {
    "ReLU": trained(four_layers("relu", small_normal), rate=0.002),
    "tanh": trained(four_layers("tanh", small_normal), rate=0.02),
}
figures.training_errors(as_in_2012, level=35)

# %% [markdown]
# The paper's measure is the epoch in which the error first is below a level, 25 % there, 35 % here
# (dotted). By that there is hardly a difference; afterwards tanh falls behind. When does ReLU come
# to the error that tanh ends with?


# %%
def errors(histories):
    return {name: 1 - np.array(h.history["accuracy"]) for name, h in histories.items()}


error = errors(as_in_2012)
passed = {name: np.argmax(e < 0.35) + 1 for name, e in error.items()}
assert abs(passed["ReLU"] - passed["tanh"]) <= 1
epochs = np.argmax(error["ReLU"] < error["tanh"][-1]) + 1
assert epochs <= 6 and error["ReLU"][-1] < error["tanh"][-1] - 0.005
print("within its 6 epochs, and it ends more than half a point lower")

# %% [markdown]
# So ReLU gets further here too, but nowhere near six times faster. And that much only from the
# paper's start. Scale the pixels to below 1, and draw the initial weights as Keras does today
# (Glorot's rule: the more units a unit is connected to, the smaller its weights), so that tanh
# starts where it is steep:

# %%
as_today = {
    "ReLU": trained(four_layers("relu"), rate=0.03, scale=1 / 255),
    "tanh": trained(four_layers("tanh"), rate=0.03, scale=1 / 255),
}
figures.training_errors(as_today, level=35)

# %% [markdown]
# Now tanh leads, by about as much as ReLU did before: in four layers, the start matters as much as
# the function. ReLU has stayed because it needs less care, costs one comparison, and does not
# flatten in networks much deeper than this one.

# %%
error = errors(as_today)
assert error["tanh"][-1] < error["ReLU"][-1]
print("tanh ends below ReLU")

# %% [markdown]
# ### Overlapping pooling
#
# The paper pools windows of 3×3 that move by 2, instead of 2×2 by 2. It says that this lowers the
# top-1 error by 0.4 points, and that such networks are slightly harder to overfit. The same four
# layers, with ReLU:

# %%
pooling = {
    "3×3, overlapping": as_today["ReLU"],
    "2×2, plain": trained(four_layers(pool=2), rate=0.03, scale=1 / 255),
}
figures.training_errors(pooling)

# %% [markdown]
# With overlap the network is a little harder to fit, which agrees with the paper: what is harder to
# fit is harder to overfit. On test images?

# %%
images = unseen[:, ::2, ::2] / 255
test = {
    name: float(np.mean(np.argmax(history.model(images), axis=1) == y_test[:1000]))
    for name, history in pooling.items()
}
error = errors(pooling)
assert error["3×3, overlapping"][-1] > error["2×2, plain"][-1]
assert abs(test["3×3, overlapping"] - test["2×2, plain"]) < 0.1
print("on test images less than 10 points apart")

# %% [markdown]
# Half a point could not be told from chance here anyway: an effect so small needs tens of thousands
# of test images, and several seeds.

# %% [markdown]
# ### Local response normalisation
#
# Each value is divided by a power of what its neighbours in the *channels* have at the same place:
#
# $$b_i = a_i \Big/ \Big(k + \alpha \sum_{|j - i| \le n/2} a_j^2\Big)^{\beta},
# \qquad k = 2,\; n = 5,\; \alpha = 10^{-4},\; \beta = 0.75.$$
#
# So a channel that answers strongly quietens two neighbours on each side. (Such competition was known
# from nerve cells, as *lateral inhibition*.) One pixel with 24 channels:


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
# Far from the strong channels, 55 % are left. Around channel 8 only a quarter is: the peak itself
# is pressed down, and so are its four neighbours (around 17, 42 % are left). Against a channel far
# away, channel 8 leads by less than a factor of five afterwards, where it led by ten. Against its own
# neighbours it leads by ten as before: they are divided by nearly the same sum. So strong channels
# lose against distant ones, and nothing competes within the five.

# %%
assert abs(left[8] - (2 + 1e-4 * (200**2 + 4 * 20**2)) ** -0.75) < 1e-6
after = normalised(channels)
assert after[8] < 5 * after[3] and 9 < after[8] / after[7] < 11
f"{left[8]:.0%} left at channel 8, {left[17]:.0%} at 17, {left[3]:.0%} at 3"

# %% [markdown]
# Now look at the constants. With $\alpha = 10^{-4}$ the sum must be in the thousands to count, so
# the layer needs activations of raw pixels. On images scaled to below 1 it does next to nothing but
# divide everything by $2^{0.75}$:

# %%
left = normalised(channels / 255) / (channels / 255)
assert np.allclose(left, 2**-0.75, rtol=1e-3)
f"{left.min():.4f} to {left.max():.4f} left of every channel, and 2 ** -0.75 = {2**-0.75:.4f}"

# %% [markdown]
# That is one reason why it is hardly used today. Another is VGG's, the next lesson: its authors
# tried it and found no gain. And batch normalisation, lesson 5, does more.

# %% [markdown]
# ### Dropout
#
# In training, dropout sets each number to zero with probability ½, at random for every image. Keras
# doubles the others, so that the mean stays; in use, nothing is dropped. (The paper does not
# double, and halves in use: the same.)

# %%
dropped = keras.ops.convert_to_numpy(layers.Dropout(0.5)(np.ones((1, 4096)), training=True))
used = keras.ops.convert_to_numpy(layers.Dropout(0.5)(np.ones((1, 4096)), training=False))
assert set(dropped.ravel().tolist()) == {0.0, 2.0} and (used == 1).all()
assert abs(dropped.mean() - 1) < 0.1
np.unique(dropped).tolist(), np.unique(used).tolist()

# %% [markdown]
# What is it for? Two dense layers of 512, as AlexNet ends, and far too few images: 1,000, at every
# second pixel. Beside it the paper's other means against learning by heart, **data augmentation**:
# each image is shifted and mirrored at random every time it is seen, and only in training. Three
# seeds each, since a single run may be luck. (About a quarter of a minute; a line comes with each.)


# %%
def dense_layers(seed, rate=0.0, augment=False):
    keras.utils.set_random_seed(seed)
    image = x = keras.Input((14, 14, 1))
    if augment:
        x = layers.RandomTranslation(0.08, 0.08, "constant", "nearest")(
            layers.RandomFlip("horizontal")(x)
        )
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dropout(rate)(layers.Dense(512, activation="relu")(x))
    network = keras.Model(image, layers.Dense(10, activation="softmax")(x))
    network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return network


# %%
means = {"neither": {}, "dropout": {"rate": 0.5}, "augmentation": {"augment": True}}
columns = ("logged in training, %", "training images, in use, %", "test images, in use, %")
seen, new = ((images[:1000, ::2, ::2] / 255) for images in (few, unseen))


def in_use(network, images, labels):
    return float(np.mean(np.argmax(network(images), axis=1) == labels[:1000]))


# %% tags=["nbval-ignore-output"]
measured = {name: [] for name in means}
for name, how in means.items():
    for seed in (1, 2, 3):
        network = dense_layers(seed, **how)
        logged = network.fit(seen, y_train[:1000], 100, epochs=10, verbose=0).history["accuracy"]
        used = in_use(network, seen, y_train), in_use(network, new, y_test)
        measured[name].append((logged[-1], *used))
        print(f"{name}, seed {seed}: {used[1]:.1%} of the test images")
summary = {
    name: {
        column: results.spread([100 * value for value in values])
        for column, values in zip(columns, zip(*runs))
    }
    for name, runs in measured.items()
}
Table.from_dict(summary, orient="index")

# %% [markdown]
# Compare the first two columns before you compare anything else. What Keras logs in training is
# measured *with* units dropped and images altered, while the epoch runs; in use, on the same images,
# the network with dropout does better by several points. **Training and test have to be measured in the same mode**, or half of what dropout seems to
# win is a measuring error.
#
# In the same mode: without either, the network knows most of its training images and fewer of the
# others. Dropout makes this gap narrower, augmentation much narrower. But on the test images dropout
# wins nothing here, and augmentation loses: what it shows is harder to learn, and ten epochs of
# 1,000 images are too few for that. Both pay where a network has the time and the weights to learn
# everything by heart. The paper's had: 60M weights and 90 epochs.


# %% tags=["guard"]
gap = {name: np.mean([seen - new for _, seen, new in runs]) for name, runs in measured.items()}
assert max(gap["augmentation"], gap["dropout"]) < 0.75 * gap["neither"]
assert np.mean([seen - logged for logged, seen, _ in measured["dropout"]]) > 0.01
assert np.mean([test for _, _, test in measured["augmentation"]]) < 0.77

# %% [markdown]
# ## Train it
#
# ### Two steps at full size
#
# Gradient descent in the paper's manner: a learning rate of 0.01, momentum 0.9, and weights that
# decay (Keras applies the decay a little differently). The paper ran 90 epochs of batches of 128,
# five to six days on two GPUs; you run two steps on 8 images of Fashion-MNIST, blown up to
# 227×227×3 and scaled. A network that knows nothing gives each of 1,000 classes 1/1,000, so that
# its loss must be near $\ln 1000 = 6.9$.

# %%
del lectured
decay = {"momentum": 0.9, "weight_decay": 5e-4}
published_network.compile(keras.optimizers.SGD(0.01, **decay), "sparse_categorical_crossentropy")
batch = np.repeat(x_train[:8] - mean_image, 3, axis=-1)
batch = keras.ops.convert_to_numpy(keras.ops.image.resize(batch, (227, 227))) / 255
losses = [float(published_network.train_on_batch(batch, y_train[:8])) for _ in range(2)]
assert all(abs(loss - np.log(1000)) < 0.3 for loss in losses)
batch.shape, f"{np.log(1000):.1f}"

# %% [markdown]
# The loss is where it should be, and the network of 2012 takes its steps on your machine, at full
# size. (That it *learns* takes more than two.)
#
# ### A narrow one, trained
#
# The same graph with a quarter of the filters and units, for smaller images. `Resizing` brings
# 28×28 to 67×67, the least that leaves pool5 something to pool. As in the paper, the pixels are
# raw, less the mean image. Adam and a falling learning rate are today's. On a GPU,
# `COURSE_PROFILE=full` trains the full width at 227 pixels on all images.

# %%
WIDTH = training.by_profile(quick=1 / 4, full=1)
PIXELS = training.by_profile(quick=67, full=227)
IMAGES = training.by_profile(quick=3_600, full=60_000)
BATCH = training.by_profile(quick=64, full=128)
EPOCHS = training.by_profile(quick=3, full=20)
RATE = training.by_profile(quick=1e-3, full=1e-4)

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(2012)
with training.strategy().scope():
    narrow = networks.alexnet(width=WIDTH, input_shape=(PIXELS, PIXELS, 1), classes=10)
    image = keras.Input((28, 28, 1))
    model = keras.Model(image, narrow(layers.Resizing(PIXELS, PIXELS)(image)))
    schedule = keras.optimizers.schedules.CosineDecay(RATE, EPOCHS * IMAGES // BATCH)
    adam = keras.optimizers.Adam(schedule)
    model.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
    adam.build(model.trainable_variables)
test = x_test[:1000] - mean_image, y_test[:1000]
fit = {"batch_size": BATCH, "epochs": EPOCHS, "validation_data": test}
history = model.fit(x_train[:IMAGES] - mean_image, y_train[:IMAGES], **fit)

# %%
figures.learning_curves({"narrow AlexNet": history})

# %% [markdown]
# At first, test images (solid) are ahead of training images (dashed), which looks like a mistake.
# Dropout is one reason: it hampers the network in training only. The other is that training is
# measured while the epoch still runs.

# %%
seen, labels = x_test[:3000], y_test[:3000]
probabilities = model.predict(seen - mean_image, batch_size=500, verbose=0)
accuracy = np.mean(probabilities.argmax(axis=1) == labels)
assert accuracy >= 0.74 and history.history["val_accuracy"][0] > history.history["accuracy"][0]
f"test accuracy: at least 74 %, with {narrow.count_params():,} parameters"

# %% [markdown]
# ### A fair race with LeNet-5
#
# LeNet-5 reached 84 % in lesson 1, with over five times as many images. Which of the two is better?
# That has an answer only for a **budget**: the same images, the same number of steps, the same
# optimizer, to each the rate that suits it, and more than one seed. `scripts/train.py` ran this race:
# 5,000 images of 28×28, ten epochs, Adam, the best of the rates 0.001, 0.003 and 0.01, three seeds.
# (The files in `data/results/race` have the commands. AlexNet is a quarter as wide, on images enlarged
# to 67×67. In brackets: the lowest and the highest of three seeds.)

# %%
results.race({"LeNet-5": "lenet5", "AlexNet": "alexnet"})

# %% [markdown]
# **Nobody wins.** On the test images the ranges of the two overlap: which of them is ahead, the seed
# decides. AlexNet needs fourteen times the multiplications for that, and LeNet-5 fits its training
# images at least as well. On small grey images of ten classes, a network from 1998 is enough, and size
# brings nothing. The paper's images are in colour, 227 pixels wide, of a thousand classes, and 1.2
# million. That is where size paid.

# %% tags=["guard"]
first, second = (results.errors(results.runs("race", n), "test") for n in ("lenet5", "alexnet"))
assert len(first) == len(second) == 3
assert min(first) < max(second) and min(second) < max(first)
costs_ = [results.runs("race", n)[0]["multiply-adds"] for n in ("lenet5", "alexnet")]
assert 13 < costs_[1] / costs_[0] < 14.5

# %%
figures.mistakes(seen, labels, probabilities, names)

# %% [markdown]
# The twelve test images whose right class got the lowest probability. The network was often sure,
# and wrong.

# %% [markdown]
# ## Look inside
#
# What do the two towers see? The first test image after conv1, twelve maps from each tower:

# %%
boot = keras.ops.image.resize(x_test[0] - mean_image, (PIXELS, PIXELS))
figures.feature_maps(narrow, keras.ops.convert_to_numpy(boot), ["conv1_a", "conv1_b"])

# %% [markdown]
# Dark is high. Some maps answer to the boot, some to what is around it, some to its edges, in both
# towers alike: nothing but chance made them different. In the paper's figure 3 one tower learned
# edges without colour and the other blobs of colour, in every run; our images have no colour to
# share out.
#
# **What does the network find alike?** The last hidden layer, fc7, turns an image into one vector.
# The paper's figure 4 shows which training images lie nearest to a test image there.

# %%
features = keras.Model(narrow.input, narrow.get_layer("fc7").output)


def fc7(images):
    larger = keras.ops.image.resize(images - mean_image, (PIXELS, PIXELS))
    return features.predict(larger, batch_size=250, verbose=0)


queries, known = x_test[:5], x_train[:2000]
distances = np.linalg.norm(fc7(queries)[:, None] - fc7(known)[None], axis=-1)
nearest = distances.argsort(axis=1)[:, :5]

# %%
rows = [[query, *known[near]] for query, near in zip(queries, nearest)]
captions = [["test image", "nearest", "2nd", "3rd", "4th", "5th"], *[[""] * 6] * 4]
figures.images(np.concatenate(rows), titles=sum(captions, []), size=0.9)

# %% [markdown]
# A row is a test image and the five training images nearest to it in fc7, of the first 2,000. Most
# are of its kind, though their pixels may differ a lot: the network has learned what counts as
# alike.

# %%
alike = [np.mean(y_train[near] == label) for near, label in zip(nearest, y_test)]
assert np.mean(alike) >= 0.6
print("at least 15 of these 25 neighbours are of the same class")

# %% [markdown]
# ## What to remember
#
# - LeNet-5's pattern at a thousand times the size: 96 % of the weights are dense, over 90 % of the
#   work is convolution.
# - ReLU saves training time where tanh flattens; dropout, altered images and many of them keep 60M
#   weights from learning by heart; response normalisation has had its day.
# - 227 pixels, not 224; 60,965,224 parameters in two towers, 62,378,344 in one; 659,272 neurons.
#
# **Try it.** Set `WIDTH` to 1/8 and predict the number of parameters before you count it: what
# happens to a layer whose input and output are both halved? (The accuracy may miss the 74 % then.)
# Or find out whether normalisation helps the narrow network: train it once more with
# `layers.Identity` in place of `LocalResponseNormalization` in `utils/networks/alexnet.py`.
#
# **Papers.** A. Krizhevsky, I. Sutskever, G. Hinton, *ImageNet Classification with Deep
# Convolutional Neural Networks*, NIPS 2012. N. Srivastava and others, *Dropout: A Simple Way to
# Prevent Neural Networks from Overfitting*, JMLR 15, 2014.
#
# Now [the exercises](exercises/02_alexnet.ipynb). Back to [lesson 1](01_lenet5.ipynb), [the
# map](00_start_here.ipynb), or on to [lesson 3](03_vgg16.ipynb).
