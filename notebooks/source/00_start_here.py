# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 0 · Start here
#
# {{badge}}
#
# This course goes with the lecture week on classic convolutional networks. The lecture shows the
# networks; here you **build each one, count it, check it against its paper, train it on real
# images, and look inside.** You need the lectures, some Python, and about an hour a lesson.
#
# Run a cell with Shift+Enter and go on. Run the cells in order; when you lose track, choose *Kernel
# → Restart Kernel and Run All Cells*.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import cost, data, figures, networks, published, training

# %% [markdown]
# ## The map
#
# | in the lecture notes | lesson |
# |---|---|
# | LeNet-5 | [1 · LeNet-5](01_lenet5.ipynb) |
# | AlexNet | [2 · AlexNet](02_alexnet.ipynb) |
# | VGG-16 | [3 · VGG-16](03_vgg16.ipynb) |
# | Deep networks are harder to train | [4 · The trouble with depth](04_trouble_with_depth.ipynb) |
# | The residual block; why ResNets work | [5 · Residual blocks](05_residual_blocks.ipynb) |
# | ResNet, with up to 152 layers | [6 · ResNet-152](06_resnet152.ipynb) |
# | 1×1 convolution and network in network | [7 · One-by-one convolutions](07_one_by_one_convolutions.ipynb) |
# | The inception block and its cost | [8 · The inception block](08_inception_block.ipynb) |
# | The inception network | [9 · GoogLeNet](09_googlenet.ipynb) |
# | Training on GPUs | [10 · Training at scale](10_training_at_scale.ipynb) |
#
# Every lesson has the same order: the notes' claims, a picture, a prediction, building, checking
# against the paper, training, looking inside, three lines to remember.

# %% [markdown]
# ## What the notes claim
#
# Lecture notes round, simplify, and sometimes err. These claims get settled, each in its lesson, by
# building the network and counting.

# %%
published.claims()

# %% [markdown]
# All of the numbers that the course checks, with their sources, stand in `data/published`, a table a
# network.

# %% [markdown]
# ## A taste
#
# Five minutes in the manner of the lessons: what does *one* filter do? Take one image.

# %%
(x_train, y_train), _ = data.load("fashion_mnist")
boot = x_train[0]
boot.shape, data.CLASSES["fashion_mnist"][y_train[0]]

# %% [markdown]
# **Predict.** A 3×3 filter slides over 28×28 pixels, without padding, one pixel at a time. How
# large is the result? How many parameters does a layer with two such filters have, and how many
# multiplications does it take? Write three numbers down.

# %%
image = keras.Input((28, 28, 1), name="image")
maps = layers.Conv2D(2, kernel_size=3, name="edges")(image)
edges = keras.Model(image, maps, name="one_layer")
maps.shape

# %%
cost.table(edges)

# %% [markdown]
# `None` in the shape is the number of images, which is open. `multiply_adds` counts one
# multiplication with its addition, `activation bytes` the memory of the output, both for one image.
# So: $28 - 3 + 1 = 26$ pixels each way; $2\,(3 \cdot 3 \cdot 1 + 1) = 20$ parameters; $26 \cdot 26
# \cdot 2 \cdot 3 \cdot 3 = 12{,}168$ multiplications. Few parameters, much work: that is a
# convolution.

# %% tags=["guard"]
assert maps.shape[1] == 28 - 3 + 1
assert edges.count_params() == 2 * (3 * 3 * 1 + 1) == 20
assert cost.multiply_adds(edges) == 26 * 26 * 2 * 3 * 3 == 12_168

# %% [markdown]
# A network learns its filters. Here you set them by hand: one subtracts the right from the left,
# the other the lower from the upper neighbours.

# %%
left_right = np.array([[1, 0, -1]] * 3)
filters = np.stack([left_right, left_right.T], axis=-1)
edges.set_weights([filters[:, :, None, :], np.zeros(2)])

# %%
result = edges(boot[None, ..., None] / 255).numpy()[0]
pictures = [boot / 255, *np.moveaxis(np.abs(result), -1, 0)]
figures.images(pictures, titles=["image", "|left − right|", "|upper − lower|"], columns=3, size=1.8)

# %% [markdown]
# The first filter answers where the image changes from left to right, the second where it changes
# from top to bottom: the sole shows in the second only. Lesson 1 has six such filters in its first
# layer, and nobody sets them.

# %%
figures.volumes(networks.lenet5())

# %% [markdown]
# That is LeNet-5, drawn from the Keras model you will build: each box is what a layer makes. You
# will meet such pictures in every lesson.

# %% [markdown]
# ## Is your machine ready?
#
# Everything runs on two CPU cores, in about a minute a lesson. With a GPU, `COURSE_PROFILE=full`
# runs the same cells at full size. (What this cell shows depends on your machine, so our tests do
# not compare it.)

# %% tags=["nbval-ignore-output"]
training.check_setup()

# %% [markdown]
# An empty right column means that all is well. A missing GPU is no obstacle.
#
# Now go to [lesson 1](01_lenet5.ipynb).
