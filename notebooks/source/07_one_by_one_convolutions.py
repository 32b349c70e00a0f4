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
# A filter of one pixel sees no edge, no corner, nothing of its neighbourhood. What is it good for?
# One idea to remember: **a 1×1 convolution is a dense layer that is applied at every pixel**, with
# the same weights everywhere. It mixes channels, and it sets how many there are.
#
# You will show that it is one, use it to shrink channels as pooling shrinks height and width, and
# build network in network, whose only dense layers are 1×1 convolutions.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
import tensorflow as tf
from keras import layers

from utils import cost, data, figures, networks, published, training

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
figures.volumes(keras.Model(image, channels))

# %% [markdown]
# Height and width stay, the channels shrink: a thin slice of the same size.

# %%
pooled = layers.MaxPooling2D(2, name="pooled")(image)
figures.volumes(keras.Model(image, pooled))

# %% [markdown]
# The channels stay, height and width shrink. Pooling has no weights and treats every channel by
# itself; the 1×1 convolution has weights and treats every pixel by itself.

# %% [markdown]
# ## Predict
#
# Take a pencil.
#
# - 192 channels to 32 by 1×1, with biases: how many weights? How many multiplications on 28×28?
# - And by 5×5?

# %%
weights_1x1, weights_5x5 = 192 * 32 + 32, 5 * 5 * 192 * 32 + 32
work_1x1, work_5x5 = 28 * 28 * 192 * 32, 28 * 28 * 5 * 5 * 192 * 32
{"1×1": (weights_1x1, work_1x1), "5×5": (weights_5x5, work_5x5)}

# %% tags=["guard"]
shrink = keras.Model(image, channels)
assert shrink.count_params() == weights_1x1
assert cost.multiply_adds(shrink) == work_1x1 == work_5x5 / 25

# %% [markdown]
# A twenty-fifth of the multiplications. Lesson 8 builds the inception block on this difference.

# %% [markdown]
# ## One channel: it just multiplies

# %%
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
x_train, x_test = (x[..., None] / np.float32(255) for x in (x_train, x_test))
names = data.CLASSES["fashion_mnist"]
boot = x_train[0]
single = layers.Conv2D(1, 1, use_bias=False)
single.build((None, 28, 28, 1))
single.set_weights([np.full((1, 1, 1, 1), 2.0)])

# %%
doubled = np.array(single(boot[None]))[0]
assert np.array_equal(doubled, 2 * boot)
figures.images([boot, doubled], titles=["image", "after a 1×1 filter of 2"], columns=2, size=2)

# %% [markdown]
# Every pixel is doubled, yet the pictures look alike, since each is drawn on its own grey scale.
# The notes are right: on one channel there is nothing to see.
#
# ## Many channels: a dense layer at every pixel
#
# At one pixel stand 192 numbers. A filter of 1×1×192 takes their weighted sum; 32 filters take 32
# of them. That is a dense layer from 192 to 32, moved over the image. Three ways to write it:

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
# What it cannot do is look sideways: move the pixels about, and the result moves along.

# %%
order = random.permutation(28 * 28)
shuffled = maps.reshape(2, -1, 192)[:, order].reshape(maps.shape)
expected = by_convolution.reshape(2, -1, 32)[:, order].reshape(by_convolution.shape)
assert np.allclose(convolution(shuffled), expected, atol=1e-3)
"pixels in another order: the same numbers in that order"

# %% [markdown]
# ## Build it: network in network
#
# The paper's idea: a convolution with a ReLU is a nearly linear model of its patch, too simple for
# many features. Put a small dense network behind it, at every pixel: two 1×1 convolutions with
# ReLU. One such block:


# %%
def mlp_convolution(x, kernel, filters):
    for size, count in zip((kernel, 1, 1), filters):
        x = layers.Conv2D(count, size, padding="same", activation="relu")(x)
    return x


# %% [markdown]
# Three of them make the whole network for CIFAR-10. Dropout stands between the blocks.

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
# **Global average pooling.** The last block makes as many maps as there are classes, and the mean
# of a map is the score of its class. No dense layer follows.

# %%
x = mlp_convolution(x, 3, (192, 192, 10))
x = layers.GlobalAveragePooling2D()(x)
x = layers.Softmax()(x)
nin_by_hand = keras.Model(image, x)
nin_by_hand.count_params()

# %%
figures.volumes(networks.network_in_network())

# %% [markdown]
# `networks.network_in_network()` has the same layers, with names and He's initial weights. Behind
# each of the three larger convolutions stand two of 1×1, which mix channels. Only the larger
# convolutions and the poolings look at neighbours.

# %% [markdown]
# ## Check the count

# %%
nin = networks.network_in_network()
comparison = published.compare(nin, "network_in_network")
exact = published.value("network_in_network", "parameters")
assert nin.count_params() == nin_by_hand.count_params() == exact
comparison

# %% [markdown]
# (The paper prints neither the numbers of filters nor the counts. The filters are those of the
# authors' own model, and the counts in the table are ours, layer by layer. The errors are the
# paper's; we do not train on CIFAR-10 here.)
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
# 70 times the parameters for the same task, nearly all in the two layers of 4,096. They have
# separate weights for each place, so the size of the image is fixed. The averaged network takes
# images of any size, if its input leaves that open: however large a map is, its mean is one number.
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
# filters and all images.

# %%
WIDTH = training.by_profile(quick=1 / 4, full=1)
IMAGES = training.by_profile(quick=5_000, full=60_000)
BATCH = training.by_profile(quick=32, full=128)
EPOCHS = training.by_profile(quick=3, full=30)
x_train, y_train = x_train[:IMAGES], y_train[:IMAGES]

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
# In training, dropout hides half of what the first two blocks hand on, and Keras averages the
# training accuracy over the whole epoch; both pull the dashed curve down. In testing nothing is
# hidden. So the dashed curve begins far below, and the two end close together.

# %%
probabilities = network.predict(x_test, batch_size=500, verbose=0)
accuracy = np.mean(probabilities.argmax(axis=1) == y_test)
assert accuracy >= 0.70
f"test accuracy: at least 70 %, with {network.count_params():,} parameters"

# %% [markdown]
# ## Look inside: where does it see it?
#
# Each class has a map of its own, and its score is nothing but the map's mean. So the map says
# which places raised the score: a **class activation map**. Other networks must compute it with the
# weights of a last dense layer; here it is simply a layer's output.

# %%
last = keras.Model(network.input, network.get_layer("block3_conv3").output)
maps = last.predict(x_test[:8], verbose=0)
scores = maps.mean(axis=(1, 2))
softmax = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
assert np.allclose(softmax, probabilities[:8], atol=1e-4)
maps.shape

# %%
guesses = scores.argmax(axis=1)
titles = [names[g] if g == y else f"{names[g]} (is: {names[y]})" for g, y in zip(guesses, y_test)]
figures.class_maps(x_test[:8], maps[np.arange(8), ..., guesses], titles)

# %% [markdown]
# Orange is where the map of the guessed class is high, each on its own scale. A wrong guess has a
# map too: it shows what misled the network. Not all of the orange lies on the clothes. Each of the
# 49 places sees a window of 27×27 pixels around itself, nearly the whole image, so a high value
# says that something in that window speaks for the class, not that the clothes are there.

# %%
reach, step = 1, 1
for size, stride in [(5, 1), (3, 2), (5, 1), (3, 2), (3, 1)]:  # the layers that see neighbours
    reach, step = reach + (size - 1) * step, step * stride
assert reach == 27
reach

# %% [markdown]
# ## What to remember
#
# - A 1×1 convolution is a dense layer at every pixel. On one channel it only multiplies.
# - It sets the number of channels, as pooling sets height and width, for a twenty-fifth of a 5×5's
#   multiplications.
# - Global average pooling takes the place of the dense layers: one map a class, and the mean is the
#   score.
#
# **Try it.** Feed `nin_by_hand` images of 48×48: `keras.Input((None, None, 3))` in *Build it*
# leaves the size open. Which layer would refuse if `Flatten` and a dense layer stood at the end?
#
# **Papers.** M. Lin, Q. Chen, S. Yan, *Network In Network*, ICLR 2014: section 3.1 has the small
# network behind each filter, section 3.2 global average pooling, section 4.7 such maps. B. Zhou and
# others, *Learning Deep Features for Discriminative Localization*, CVPR 2016, gave class activation
# maps their name.
#
# Now [the exercises](exercises/07_one_by_one_convolutions.ipynb). Back to [lesson
# 6](06_resnet152.ipynb), [the map](00_start_here.ipynb), or on to [lesson
# 8](08_inception_block.ipynb), the inception block.
