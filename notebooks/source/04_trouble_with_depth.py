# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 4 · The trouble with depth
#
# {{badge}}
#
# VGG stopped at 19 layers. Why not 50? A deeper network can do all that a shallower one can: let
# the added layers hand on what they get. And yet it comes out **worse, and already on the images it
# is trained on.** One idea to remember: this is not overfitting, it is gradient descent that does
# not find what is there.
#
# You will see the failure happen, and that one addition per block mends it.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
import tensorflow as tf
from keras import layers

from utils import data, figures, networks, published, training
from utils.layers import BatchNormalization
from utils.tables import Table

keras.utils.set_random_seed(2015)

# %% [markdown]
# ## From the lecture notes
#
# 1. Very deep networks are hard to train, because gradients vanish or explode.
# 2. In theory the training error only falls with depth. In practice, without shortcuts, it falls
#    and then rises again.
# 3. With shortcuts it keeps falling, even beyond 100 layers.
#
# Each of these gets measured below.

# %% [markdown]
# ## The picture
#
# The networks of this lesson are those with which the residual networks' authors studied depth:
# 6n+2 layers, here with n = 3, so 20.

# %%
figures.volumes(networks.plain_cifar(20))

# %% [markdown]
# One convolution, then three stages of six. With n = 9 there are 18 in each stage, 56 layers in
# all, and the picture looks the same. The residual network differs in nothing but shortcuts past
# every two layers, which have no weights.

# %%
counts = {
    name: build(56).count_params()
    for name, build in [("plain", networks.plain_cifar), ("residual", networks.resnet_cifar)]
}
assert counts["plain"] == counts["residual"]
counts

# %% [markdown]
# ## Predict
#
# Take a pencil. Backpropagation goes through the layers from last to first, and each multiplies the
# gradient by something. If it is 0.9 in every layer, how much is left after 10 layers, after 50,
# after 100? And if it is 1.1?

# %%
{factor: [float(f"{factor**depth:.2g}") for depth in (10, 50, 100)] for factor in (0.9, 1.1)}

# %% [markdown]
# With ten layers one hardly notices. With a hundred, 0.9 leaves nearly nothing, and 1.1 makes over
# ten thousand of one. Depth turns a small imbalance into a large one.
#
# ## Build it
#
# A stack of convolutions of which everything can be chosen: depth, the size of the initial weights,
# batch normalisation, shortcuts.


# %%
def stack(depth, start, normalise=False, shortcut=False):
    image = keras.Input((14, 14, 1))
    x = layers.Conv2D(8, 3, padding="same", kernel_initializer=start)(image)
    for _ in range(depth):
        before = x
        x = layers.Conv2D(8, 3, padding="same", kernel_initializer=start)(x)
        x = BatchNormalization()(x) if normalise else x
        x = layers.Add()([x, before]) if shortcut else x
        x = layers.Activation("relu")(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %% [markdown]
# ## Measure the gradients
#
# 64 real images, at every second pixel to save time; one step of backpropagation; at each
# convolution the norm of its weights' gradient.

# %%
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
x_train, x_test = (x[:, ::2, ::2, None] / np.float32(255) for x in (x_train, x_test))
x_train.shape, x_test.shape

# %%
loss = keras.losses.SparseCategoricalCrossentropy()


def gradients(network):
    kernels = [layer.kernel for layer in network.layers if isinstance(layer, layers.Conv2D)]
    with tf.GradientTape() as tape:
        value = loss(y_train[:64], network(x_train[:64], training=True))
    found = tape.gradient(value, [kernel.value for kernel in kernels])
    return [float(tf.norm(gradient)) for gradient in found]


# %%
def normal(deviation):
    return keras.initializers.RandomNormal(stddev=deviation)


kinds = {
    "small weights": {"start": normal(0.15)},
    "large weights": {"start": normal(0.185)},
    "He's weights": {"start": "he_normal"},
    "He's, batch norm": {"start": "he_normal", "normalise": True},
    "He's, shortcuts": {"start": "he_normal", "shortcut": True},
    "He's, batch norm, shortcuts": {"start": "he_normal", "normalise": True, "shortcut": True},
}

# %%
norms = {}
for kind, choice in kinds.items():
    keras.utils.set_random_seed(2015)
    norms[kind] = {depth: gradients(stack(depth, **choice)) for depth in (10, 30, 100)}
figures.gradient_norms(norms)

# %% [markdown]
# 10, 30 and 100 layers in each panel, from first to last, and one scale for all: seventeen powers
# of ten.
#
# - *Small weights* are 10 % smaller than He's rule wants, *large weights* 11 % larger. At ten
#   layers that is nothing; at a hundred the gradient has vanished or exploded.
# - *He's rule*, a variance of 2 over the number of inputs, is the right size on average. At 100
#   layers it drifts all the same.
# - *Batch normalisation* keeps what goes forward in order, but the gradient grows on its way back,
#   by a fifth or so in every layer.
# - *Shortcuts* alone add up: every block doubles what it is given.
# - *Both together*: the three depths lie on each other. A hundred layers have the gradients of ten.


# %%
def spread(kind):
    every = [norm for curve in norms[kind].values() for norm in curve]
    return max(every) / min(every)


# %%
assert spread("He's, batch norm, shortcuts") < 30
assert all(spread(kind) > 1e4 for kind in kinds if kind != "He's, batch norm, shortcuts")
assert norms["small weights"][100][0] < 1e-5 * norms["small weights"][10][0]
assert norms["large weights"][100][0] > 1e5 * norms["large weights"][10][0]

# %% [markdown]
# ## Train it: worse on its own training images
#
# Now the networks with batch normalisation and He's weights, at 8, 20 and 56 layers, without
# shortcuts (plain) and with (residual). The same seed, the same learning rate, the same 5,000
# images at 14×14; half of the paper's filters. On a GPU, `COURSE_PROFILE=full` trains the paper's
# widths on all images for twenty epochs. Look at the *training* loss.

# %%
WIDTH = training.by_profile(quick=1 / 2, full=1)
IMAGES = training.by_profile(quick=5_000, full=60_000)
EPOCHS = training.by_profile(quick=5, full=20)


# %%
def trained(build, depth):
    keras.utils.set_random_seed(2015)
    with training.strategy().scope():
        network = build(depth, width=WIDTH, input_shape=x_train.shape[1:])
        sgd = keras.optimizers.SGD(0.03, momentum=0.9)
        network.compile(sgd, "sparse_categorical_crossentropy", metrics=["accuracy"])
    fit = {"batch_size": 128, "epochs": EPOCHS, "verbose": 0}
    return network, network.fit(x_train[:IMAGES], y_train[:IMAGES], **fit)


# %%
results = {
    f"{kind}-{depth}": trained(build, depth)
    for depth in (8, 20, 56)
    for kind, build in [("plain", networks.plain_cifar), ("residual", networks.resnet_cifar)]
}
figures.training_losses({name: history for name, (_, history) in results.items()})

# %% [markdown]
# Dashed lines are plain, solid ones residual. With 8 layers there is hardly a difference. The plain
# network of 20 layers is behind that of 8, and the one of 56 far behind both: it has seven times
# the layers and fits the very images it is trained on much worse. The residual network of 56 layers
# has the same filters in the same places and does not suffer so.

# %%
end = {name: history.history["loss"][-1] for name, (_, history) in results.items()}
assert end["plain-56"] > 1.5 * end["plain-20"]
assert end["residual-56"] < 1.1 * end["plain-20"] and end["residual-56"] < 0.6 * end["plain-56"]
assert end["residual-20"] < end["plain-20"]
print("training loss: plain-56 over 1.5 times plain-20; residual-56 at most 1.1 times plain-20")

# %% [markdown]
# Is it overfitting? Then the training loss would be *low*, and the test images would tell. They
# tell the same story:

# %%
errors = {
    name: 1 - network.evaluate(x_test, y_test, batch_size=500, verbose=0)[1]
    for name, (network, _) in results.items()
}
assert errors["plain-56"] > errors["residual-56"]
print("test error: plain-56 above residual-56")

# %% [markdown]
# Residual-56 is not better than residual-20 here. Five epochs are few for 56 layers: the paper
# trains 164. What is mended is the failure, not the need for time. (The rate of 0.03 suits all six.
# With the paper's 0.1, residual-56 loses its first epochs to large losses; the paper itself starts
# 110 layers at 0.01.)

# %% [markdown]
# ## Check it against the paper
#
# On CIFAR-10 and with full training, the paper reports for residual networks:

# %%
reported = [
    {"layers": depth, "test error (%)": entry["value"], "source": entry["source"]}
    for depth in (20, 32, 44, 56, 110, 1202)
    for entry in published.figures(f"resnet{depth}_cifar")
    if entry["figure"] == "test error, CIFAR-10"
]
Table(reported).set_index("layers")

# %%
best = min(reported, key=lambda row: row["test error (%)"])
assert best["layers"] == 110
best["test error (%)"]

# %% [markdown]
# The error falls to 110 layers. At 1202, a network that trains without trouble, it rises again; the
# authors take that for overfitting, with 19 million parameters for 50,000 images.
#
# ### The notes' points, settled
#
# 1. *Gradients vanish or explode*: right where the initial weights are a little off. But the plain
#    networks that fail here have He's weights and batch normalisation. At the start their gradients
#    do not vanish; at 100 layers, those of the first layers are too large. The authors, too, doubt
#    that vanishing gradients are the reason, and leave open what is.
# 2. *Falls and then rises again*: right, measured at 8, 20 and 56 layers.
# 3. *With shortcuts it keeps falling*: to 110 layers in the paper. In our five epochs 56 layers are
#    trained as well as 20, not better.

# %% [markdown]
# ## What to remember
#
# - Deeper plain networks get worse on the images they are trained on. That is not overfitting.
# - Depth turns small imbalances into large ones: 10 % in the weights, a fifth in the gradient.
# - Batch normalisation and shortcuts together give a hundred layers the gradients of ten. Each
#   alone does not.
#
# **Try it.** Which learning rate does plain-56 want? Train it with 0.01 and with 0.1 in `trained`,
# and compare with 0.03. Does the failure go away, or does it move?
#
# **Papers.** K. He, X. Zhang, S. Ren, J. Sun, *Deep Residual Learning for Image Recognition*, CVPR
# 2016: section 4.2 and figure 6. K. He and others, *Delving Deep into Rectifiers*, ICCV 2015, is
# where He's weights come from.
#
# Back to [lesson 3](03_vgg16.ipynb), [the map](00_start_here.ipynb), or on to [lesson
# 5](05_residual_blocks.ipynb), which builds the block.
