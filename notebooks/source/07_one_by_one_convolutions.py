# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 7 · One-by-one convolutions
#
# {{badge}}
#
# | | |
# |---|---|
# | **You will be able to** | (in brackets the exercises) say which layer shrinks the channels, and what it costs (`shrunk_shape`, `multiplications`); write a 1×1 convolution as a matrix product (`one_by_one`); build network in network, and repair one (`mlpconv`, `network_in_network`, `two_blocks`); say why it takes images of any size (`explanation`), and measure what its mean is good for (`moved_images`) |
# | **You need** | filters, channels and dense layers from [lesson 1](01_lenet5.ipynb), dropout from [lesson 2](02_alexnet.ipynb) |
# | **Time** | {{time}} |
#
# A filter of one pixel sees no edge, no corner, nothing of its neighbourhood. What is it good for?
# One idea to remember: **a 1×1 convolution is a dense layer that is applied at every pixel**, with
# the same weights everywhere. It mixes channels, and it sets how many there are.

# %% tags=["setup"]

# %%
from functools import partial

import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
import tensorflow as tf
from keras import layers

from utils import cost, data, figures, networks, published, results, training
from utils.tables import Table

keras.utils.set_random_seed(2013)
tf.config.experimental.enable_tensor_float_32_execution(False)  # GPUs round by default

# %% [markdown]
# ## From the lecture notes
#
# 1. On one channel, a 1×1 filter just multiplies the image by a number.
# 2. On many channels it is a small fully connected layer at each position: network in network.
# 3. Pooling shrinks height and width; a 1×1 convolution shrinks the channels, 28×28×192 to
#    28×28×32.
# 4. It may also keep the number of channels, and then adds a non-linearity.
#
# Each of these gets settled below.

# %% [markdown]
# ## The picture
#
# The notes' example, shrunk in the two ways:

# %%
image = keras.Input((28, 28, 192), name="maps")
channels = layers.Conv2D(32, 1, activation="relu", name="shrunk")(image)
figures.volumes(keras.Model(image, channels, name="one_by_one"))

# %% [markdown]
# Height and width stay, the channels shrink: a thin slice of the same size.

# %%
pooled = layers.MaxPooling2D(2, name="pooled")(image)
figures.volumes(keras.Model(image, pooled, name="pooling"))

# %% [markdown]
# The channels stay, height and width shrink. Pooling has no weights and treats every channel by
# itself; the 1×1 convolution has weights and treats every pixel by itself.

# %% [markdown]
# ## Predict
#
# Take a pencil.
#
# - 192 channels to 32 by 1×1, with biases: how many parameters? How many multiplications on 28×28?
# - And by 5×5?
# - Shuffle the pixels of the input, every channel in the same order. What becomes of the output of
#   the 1×1 convolution?
#
# <details><summary>Answer, once you have yours</summary>
#
# - By 1×1: 192·32 + 32 = 6,176 parameters, and 28·28·192·32 = 4,816,896 multiplications (biases are
#   only added).
# - By 5×5 each filter has 25 times the weights: 25·192·32 + 32 = 153,632 parameters, and 120,422,400
#   multiplications. So the 1×1 takes a twenty-fifth; lesson 8 rests on this difference.
# - The same numbers come out, moved about in the same way: each pixel is worked on by itself.
#
# </details>

# %% tags=["guard"]
weights_1x1, weights_5x5 = 192 * 32 + 32, 5 * 5 * 192 * 32 + 32
work_1x1, work_5x5 = 28 * 28 * 192 * 32, 28 * 28 * 5 * 5 * 192 * 32
shrink = keras.Model(image, channels)
assert shrink.count_params() == weights_1x1 == 6_176 and weights_5x5 == 153_632
assert cost.multiply_adds(shrink) == work_1x1 == 4_816_896 == work_5x5 / 25

# %% [markdown]
# ## Three channels: it mixes colours
#
# A photograph has a red, a green and a blue channel, so a 1×1 filter on it has three weights. Here
# are three such filters, with weights set by hand, on the cat of [lesson 3](03_vgg16.ipynb). A
# kernel's axes are height, width, channels in, filters, as always in Keras. So the filters have to
# be columns (`.T`), and two axes of length 1 go in front (`[None, None]`):

# %%
photo = keras.utils.load_img(
    data.FOLDER / "photos" / "chelsea.png", target_size=(224, 224), keep_aspect_ratio=True
)
photo = np.array(photo, "float32")
hand = {"grey": (1 / 3, 1 / 3, 1 / 3), "red − green": (1, -1, 0), "warm − cold": (1, 0, -1)}
mix = layers.Conv2D(3, 1, use_bias=False)
mix.build((None, 224, 224, 3))
mix.set_weights([np.array(list(hand.values())).T[None, None]])
mixed = np.array(mix(photo[None]))[0]
tuple(mix.kernel.shape), mixed.shape

# %%
channels_of = [np.moveaxis(x, -1, 0) for x in (photo, mixed)]
pictures = [photo / 255, *channels_of[0], *channels_of[1]]
titles = ["photograph", "red", "green", "blue", *hand]
figures.images(pictures, titles, columns=4, size=1.9, dark_is_high=False)

# %% [markdown]
# Bright is high, each picture on its own scale. The three channels look much alike: most of what they
# tell is brightness, and so does grey, their mean. In the differences it cancels. The stripes of the
# fur fade, and colour remains: in red − green the reddish nose is bright and the green eyes are dark.
# Such sums a network learns for itself.
#
# Nothing became sharper or smoother, since no filter looks at a neighbour. Here is one number of
# warm − cold, taken apart, on every eighth pixel so that you can see them:

# %%
small = photo[::8, ::8]
warm = np.reshape(hand["warm − cold"], (1, 1, 3))
figures.one_pixel(small, warm, row=14, column=14)

# %% [markdown]
# The window is one pixel: three numbers, three weights, one sum. With sliders you can go to other
# places. (They need a running kernel; the picture above is where they start. The three numbers of a
# slider are the lowest, the highest, and the first.)

# %%
figures.moving(partial(figures.one_pixel, small, warm), row=(0, 27, 14), column=(0, 27, 14))

# %% [markdown]
# With one channel nothing can be mixed. A filter has a single weight, and every pixel is multiplied
# by it, as the notes say:

# %%
double = layers.Conv2D(1, 1, use_bias=False, kernel_initializer=keras.initializers.Constant(2))
grey = mixed[None, ..., :1]
np.array_equal(double(grey), 2 * grey)

# %% [markdown]
# ## Many channels: a dense layer at every pixel
#
# Back to 192 channels. At one pixel stand 192 numbers, and a filter of 1×1×192 takes their weighted
# sum; 32 filters take 32 of them. That is a dense layer from 192 to 32, moved over the image. Three
# ways to write it:

# %%
random = np.random.default_rng(2013)
maps = random.normal(size=(2, 28, 28, 192)).astype("float32")
kernel = random.normal(size=(192, 32)).astype("float32")
convolution, dense = layers.Conv2D(32, 1, use_bias=False), layers.Dense(32, use_bias=False)
convolution.build(maps.shape)
dense.build(maps.shape)
convolution.set_weights([kernel[None, None]])
dense.set_weights([kernel])

# %%
by_convolution = np.array(convolution(maps))
by_dense = np.array(dense(maps))
by_hand = np.einsum("nhwc,cf->nhwf", maps, kernel)
assert np.allclose(by_convolution, by_hand, atol=1e-3) and np.allclose(by_dense, by_hand, atol=1e-3)
by_convolution.shape

# %% [markdown]
# The same (Keras applies a `Dense` layer to the last axis). So why the name convolution? Because it
# slides the same weights over the image, as every convolution does.
#
# What it cannot do is look sideways: move the pixels about, and the result moves along (your third
# prediction).

# %%
order = random.permutation(28 * 28)
shuffled = maps.reshape(2, -1, 192)[:, order].reshape(maps.shape)
expected = by_convolution.reshape(2, -1, 32)[:, order].reshape(by_convolution.shape)
assert np.allclose(convolution(shuffled), expected, atol=1e-3)
"pixels in another order: the same numbers in that order"

# %% [markdown]
# ## Build it: network in network
#
# The paper's idea: a filter with a ReLU asks one linear question of its patch, "how much does it
# look like this?" For "an edge, light above dark or dark above light" one filter is not enough. It
# takes two, one for each way round, and something behind them that adds their answers. One 1×1
# convolution could add them. The paper puts two behind the filters, a small dense network at every
# pixel (a *multilayer perceptron*, hence `mlp`), so that more than sums can be learned. One such
# block:


# %%
def mlp_convolution(x, kernel, filters):
    for size, count in zip((kernel, 1, 1), filters):
        x = layers.Conv2D(count, size, padding="same", activation="relu")(x)
    return x


# %% [markdown]
# Three of them make the whole network for CIFAR-10, small photographs of ten classes. Between the
# blocks stand a pooling and dropout.

# %%
image = keras.Input((32, 32, 3))
x = mlp_convolution(image, 5, (192, 160, 96))
x = layers.MaxPooling2D(3, 2, padding="same")(x)
x = layers.Dropout(0.5)(x)
x = mlp_convolution(x, 5, (192, 192, 192))
x = layers.AveragePooling2D(3, 2, padding="same")(x)
x = layers.Dropout(0.5)(x)
x.shape

# %% [markdown]
# The last block makes as many maps as there are classes. Then comes **global average pooling**: each
# map becomes one number, its mean, and that is the score of the map's class. No dense layer follows.

# %%
x = mlp_convolution(x, 3, (192, 192, 10))
x = layers.GlobalAveragePooling2D()(x)
x = layers.Softmax()(x)
nin_by_hand = keras.Model(image, x)
nin_by_hand.count_params()

# %%
figures.volumes(networks.network_in_network())

# %% [markdown]
# `networks.network_in_network()` has the same layers, with names, and with initial weights by He's
# rule ([lesson 4](04_trouble_with_depth.ipynb)). Behind each of the three larger convolutions stand
# two of 1×1, which mix channels. Only the larger convolutions and the poolings look at neighbours.

# %% [markdown]
# ## Check the count

# %%
nin = networks.network_in_network()
comparison = published.compare(nin, "network_in_network")
exact = published.value("network_in_network", "parameters")
assert nin.count_params() == nin_by_hand.count_params() == exact
comparison

# %% [markdown]
# (The paper prints no numbers of filters and no counts, so that nothing is published to check
# against. The reference is our sum, layer by layer, with the filters of the authors' own model. The
# errors are the paper's, in per cent; we do not train on CIFAR-10 here.)
#
# What does global average pooling save? Replace the last 1×1 convolution and the average by what
# AlexNet and VGG have: flatten, two dense layers of 4,096, and one of 10.

# %%
features = nin.get_layer("block3_conv2").output
head = layers.Dense(4096)(layers.Flatten()(features))
head = layers.Dense(10)(layers.Dense(4096)(head))
as_vgg = keras.Model(nin.input, head).count_params()
assert int(as_vgg / nin.count_params()) == 70
nin.count_params(), as_vgg

# %% [markdown]
# 70 times the parameters for the same task, nearly all in the two layers of 4,096. The first of
# them has separate weights for each place, so the size of the image is fixed. The averaged network
# takes images of any size, if its input leaves that open: however large a map is, its mean is one
# number.
#
# ### The notes' points, settled
#
# 1. *One channel just multiplies*: right, number for number.
# 2. *Many channels: fully connected at each position*: right, three ways. Each block of network in
#    network puts two of them behind its larger convolution, each with a ReLU.
# 3. *Shrinks the channels*: right.
# 4. *May keep them and add a non-linearity*: right; block 2 keeps 192. It also mixes them, which a
#    ReLU alone does not.

# %% [markdown]
# ## Train it
#
# The same network with a quarter of the filters, on Fashion-MNIST. With `COURSE_PROFILE=full`: all
# filters and all images. (About half a minute.)

# %%
WIDTH = training.by_profile(quick=1 / 4, full=1)
IMAGES = training.by_profile(quick=5_000, full=60_000)
BATCH = training.by_profile(quick=32, full=128)
EPOCHS = training.by_profile(quick=3, full=30)
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
x_train, x_test = (x[..., None] / np.float32(255) for x in (x_train, x_test))
x_train, y_train = x_train[:IMAGES], y_train[:IMAGES]
names = data.CLASSES["fashion_mnist"]

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(2013)
with training.strategy().scope():
    network = networks.network_in_network(width=WIDTH, input_shape=(28, 28, 1))
    adam = keras.optimizers.Adam(
        keras.optimizers.schedules.CosineDecay(3e-3, EPOCHS * IMAGES // BATCH)
    )
    network.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
fit = {"batch_size": BATCH, "epochs": EPOCHS, "validation_data": (x_test[:2000], y_test[:2000])}
history = network.fit(x_train, y_train, **fit)

# %%
figures.learning_curves({"network in network": history})

# %% [markdown]
# After the first epoch the training accuracy (dashed) lies far below that on test images. Yet the
# network does not know the test images better than its own: Keras averages the training accuracy over
# the whole epoch, at whose beginning the network knew nothing, and measures it with dropout on. How
# much does dropout take? The trained network on the same 2,000 training images, both ways. (The
# curves use the first 2,000 test images, the last line uses all 10,000.)

# %%
some, labels = x_train[:2000], y_train[:2000]
ways = {"dropout on": True, "dropout off": False}
for name, on in ways.items():
    guesses = np.argmax(network(some, training=on), axis=1)
    print(f"{name}: training accuracy ≈ {np.mean(guesses == labels):.1%}")
probabilities = network.predict(x_test, batch_size=500, verbose=0)
accuracy = np.mean(probabilities.argmax(axis=1) == y_test)
print(f"test accuracy ≈ {accuracy:.1%}, with {network.count_params():,} parameters")

# %% [markdown]
# Dropout takes a point or two, although half of what the first two blocks hand on is hidden. So most
# of the first epoch's gap will be the averaging over the epoch.
#
# Did LeNet-5 do better in lesson 1? These numbers cannot tell. It has about as many parameters, but
# look at the work for one image:

# %%
figures_of = {
    net.name: {"parameters": net.count_params(), "multiply-adds": cost.multiply_adds(net)}
    for net in (networks.lenet5(), network)
}
Table.from_dict(figures_of, orient="index")

# %% [markdown]
# 26 times as much, so that in its half minute this network sees fewer images. Each lesson up
# to here cut images, steps, width or resolution where its own network is expensive. **So the
# accuracies of lessons 1 to 7 do not compare networks, they compare budgets.** A comparison needs the
# same images and the same number of steps for all, each with the best of several learning rates, and
# more than one seed.

# %% tags=["guard"]
assert accuracy >= 0.70
if WIDTH == 1 / 4:
    assert round(cost.multiply_adds(network) / cost.multiply_adds(networks.lenet5())) == 26

# %% [markdown]
# ### A fair race with those before
#
# The race of [lesson 2](02_alexnet.ipynb) once more: ten epochs of 5,000 images, so 790 steps of 64,
# Adam, with a learning rate that falls along a cosine. It starts at the best of neighbouring rates
# (0.0003, 0.001, 0.003, 0.01, 0.03) by the error on 5,000 held-out images, the last of the training
# set; the best is not at an edge, and test images choose nothing. Errors are measured in use, without
# dropout. Network in network has a quarter of its filters, as above. (The mean of three seeds, and in
# brackets the lowest and the highest.)

# %%
racers = {"LeNet-5": "lenet5", "AlexNet": "alexnet", "VGG-11": "vgg", "ResNet-20": "resnet_cifar"}
results.race(racers | {"network in network": "network_in_network"})

# %% [markdown]
# It comes in last, with every seed, and already on its training images: it has not overfitted, it
# has not got going. Why, was not measured. It has no batch normalisation and no shortcut, but
# neither has VGG-11. What it alone has is dropout between convolutions, and a ReLU on its ten
# scores. The authors trained for far longer, on ten times as many images. (The training above, one
# seed, 471 steps of 32 images from a rate of 0.003, ended with about 25 % of the test images wrong.
# The LeNet-5 of the race reads 28×28 instead of 32×32 pixels, hence fewer multiply-adds and
# parameters than above.) Does it catch up with four times as many images, and so four times as many
# steps? One training of each, so this is a hint and no verdict:

# %%
for name in ("alexnet", "network_in_network"):
    (once,) = results.runs("race_20000", name)
    print(f"{name}: test error {once['errors']['test']:.1%} with 20,000 images")

# %% [markdown]
# Nearly half of its error is gone, and AlexNet, with a third of the work, is still ahead. No larger
# budget was tried. The two ideas, a small network at every pixel and a mean instead of dense layers,
# come back in lessons 8 and 9, in a network that learns faster.

# %% tags=["guard"]
tests = {n: results.errors(results.runs("race", n), "test") for n in racers.values()}
nin_runs = results.runs("race", "network_in_network")
nin_errors = results.errors(nin_runs, "test")
assert min(nin_errors) > max(max(errors) for errors in tests.values())
assert min(results.errors(nin_runs, "training")) > 0.2
(more,) = results.runs("race_20000", "network_in_network")
assert more["errors"]["test"] < 0.6 * np.mean(nin_errors)
assert (
    2.5 < nin_runs[0]["multiply-adds"] / results.runs("race", "alexnet")[0]["multiply-adds"] < 3.5
)

# %% [markdown]
# ## Look inside: where does it see it?
#
# Each class has a map of its own, and its score is nothing but the map's mean. So the map is a
# **class activation map**: it shows which places raised the score of the class. Where a dense layer
# follows the mean, such a map is the sum of the last maps, each times its weight for the class; here
# it is simply a layer's output.

# %%
last = keras.Model(network.input, network.get_layer("block3_conv3").output)
maps = last.predict(x_test[:8], verbose=0)
scores = maps.mean(axis=(1, 2))
softmax = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
assert np.allclose(softmax, probabilities[:8], atol=1e-4)
maps.shape

# %% [markdown]
# From how far does one of the 7×7 places of a map collect what it says? Its receptive field:

# %%
reach, step = 1, 1
for size, stride in [(5, 1), (3, 2), (5, 1), (3, 2), (3, 1)]:  # the layers that see neighbours
    reach, step = reach + (size - 1) * step, step * stride
reach

# %% [markdown]
# 27×27 pixels: on an image of 28×28 the place in the middle sees nearly all of it, and the one in
# the bottom right corner still a quarter, and a map may well be highest beside the clothes. To ask
# *where*, the image must be larger than that. The network allows it: its weights also fit images of
# 56×56, on which we lay four test images side by side. It was trained with one at a time, and never
# told where anything is.

# %%
larger = networks.network_in_network(width=WIDTH, input_shape=(56, 56, 1))
larger.set_weights(network.get_weights())
larger_maps = keras.Model(larger.input, larger.get_layer("block3_conv3").output)


def four(pictures):
    a, b, c, d = pictures[..., 0]
    return np.block([[a, b], [c, d]])[..., None]


# %%
shown = ["Trouser", "Sneaker", "Bag", "Ankle boot"]
classes = [names.index(name) for name in shown]
image = four(x_test[[np.flatnonzero(y_test == c)[0] for c in classes]])
of_classes = np.moveaxis(larger_maps.predict(image[None], verbose=0)[0], -1, 0)[classes]
figures.class_maps([image] * 4, of_classes, [f"map of {name}" for name in shown])

# %% [markdown]
# Four times the same image, the first trousers, sneaker, bag and ankle boot of the test images
# (drawn dark on white: dark is high), under the maps of their four classes. Orange is where a map
# is high, each on its own scale. The maps do not keep to their quarters. A quarter is 28 pixels
# wide and a place sees 27, so near a seam it sees two pieces of clothing; and one shoe speaks for
# the other, too. (Such maps over photographs, by a network that knows 1,000 classes, are in [lesson
# 12](12_efficientnet.ipynb).)
#
# These four were chosen for their different shapes. So count: the test images in their order, four by
# four, wherever four are of four classes. How often does the map of each class have its peak in the
# right quarter? (A map that is 0 everywhere has no peak, and counts as a miss.)

# %%
groups = [np.arange(i, i + 4) for i in range(0, 1600, 4) if len(set(y_test[i : i + 4])) == 4]
maps = larger_maps.predict(np.stack([four(x_test[group]) for group in groups]), verbose=0)
found = {name: [] for name in names}
for image_maps, group in zip(maps, groups):
    for quarter, label in enumerate(y_test[group]):
        of_class = image_maps[..., label]
        row, column = divmod(of_class.argmax(), 14)
        hit = 2 * (row // 7) + column // 7 == quarter and of_class.max() > 0
        found[names[label]].append(hit)
everywhere = np.mean(sum(found.values(), []))
print(f"in the right quarter, of {len(groups)} images of four: ≈ {everywhere:.0%}")
{name: f"≈ {np.mean(right):.0%}" for name, right in found.items()}

# %% [markdown]
# Chance would be 25 %. Trousers it finds nearly always, shirts far less often.

# %% tags=["guard"]
assert reach == 27 and maps.shape[1:] == (14, 14, 10)
assert everywhere > 0.45
assert np.mean(found["Trouser"]) > 0.65 > 0.6 > np.mean(found["Shirt"])

# %% [markdown]
# ## What to remember
#
# - A 1×1 convolution is a dense layer at every pixel. On one channel it only multiplies.
# - It sets the number of channels, as pooling sets height and width, for a twenty-fifth of a 5×5's
#   multiplications.
# - Global average pooling takes the place of the dense layers: one map a class, and the mean is the
#   score.

# %% [markdown]
# ## Test yourself
#
# 1. Between two convolutions you put a 1×1 convolution that keeps the number of channels, without
#    bias or activation. What can the network compute now that it could not before?
#
# <details><summary>Answer</summary>
#
# Nothing. It is a matrix at every pixel, and the next convolution takes weighted sums anyway: the
# matrix can be multiplied into its kernel. Only with a ReLU in between does it add something.
#
# </details>
#
# 2. A network has 1×1 convolutions with ReLU, then global average pooling, and nothing else. You
#    move the pixels of a photograph about. What becomes of the scores?
#
# <details><summary>Answer</summary>
#
# They stay. Each pixel keeps its numbers, wherever it is, and the mean does not depend on the order.
# Such a network sees which colours there are, and no shape at all.
#
# </details>
#
# 3. From 256 channels to 64 by 3×3: directly, or first by 1×1 to 64 and then by 3×3? Count the
#    multiplications for one place.
#
# <details><summary>Answer</summary>
#
# Directly 9·256·64 = 147,456. By way of the 1×1, 256·64 + 9·64·64 = 53,248, 36 % of it. A channel that
# is read costs a 3×3 filter nine times what it costs a 1×1, so it pays to have fewer of them first.
#
# </details>
#
# 4. Each map of the last block comes out of a ReLU. Can a place *lower* the score of its map's class?
#    And the probability?
#
# <details><summary>Answer</summary>
#
# Not the score: no number of a map is below 0, so at worst a place adds nothing to the mean. The
# probability yes, by raising the scores of other classes: softmax compares them.
#
# </details>
#
# 5. The head as AlexNet and VGG have it has 67 million parameters more, so it can express more. Why
#    may the mean do better all the same? (Not measured here.)
#
# <details><summary>Answer</summary>
#
# What it can express includes the training images by heart. The mean has no weights to learn, and so
# nothing to overfit with; and it need not learn for each place anew what a boot looks like there.
#
# </details>

# %% [markdown]
# **Try it.** Lay the same ankle boot four times on one image. What becomes of its ten scores, the
# means of the maps? And if three of the four quarters are black? Predict, then compare:
#
# - `last.predict(x_test[:1]).mean(axis=(1, 2))`: the boot alone;
# - `larger_maps.predict(four(x_test[[0, 0, 0, 0]])[None]).mean(axis=(1, 2))`: four boots;
# - `boot = np.pad(x_test[:1], ((0, 0), (0, 28), (0, 28), (0, 0)))`, and the means of
#   `larger_maps.predict(boot)`;
# - the means of `larger_maps.predict(np.zeros((1, 56, 56, 1)))`: all black.
#
# <details><summary>What you should see</summary>
#
# Four boots score about what one does: the largest scores are 10 to 20, and none moved by more than 2
# in three trainings. Four times as many places say the same, and a mean does not count. (Only at the
# seams does a place see two boots. Sneaker and ankle boot are close, and may change places.)
#
# With three black quarters you get, to within 1, a quarter of the boot's scores and three quarters of
# what the network says of a black image. It never saw one in training, and what it says is accident:
# hardly anything in one training, up to 12 for dress or T-shirt in another. So a dress may win.
#
# </details>
#
# **Papers.** M. Lin, Q. Chen, S. Yan, *Network In Network*, ICLR 2014: section 3.1 has the small
# network behind each filter, section 3.2 global average pooling, section 4.7 such maps. B. Zhou and
# others, *Learning Deep Features for Discriminative Localization*, CVPR 2016, gave class activation
# maps their name.
#
# Now [the exercises](exercises/07_one_by_one_convolutions.ipynb). Back to [lesson
# 6](06_resnet152.ipynb), [the map](00_start_here.ipynb), or on to [lesson
# 8](08_inception_block.ipynb).
