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
# | | |
# |---|---|
# | **You will be able to** | find your way through the lessons; read a network's picture and its table of costs; say what one filter does |
# | **You need** | the lectures of the week, Python with NumPy, a first network trained with Keras |
# | **Time** | {{time}} |
#
# This course goes with the lecture week on classic convolutional networks. The lecture shows the
# networks; here you **build each one, count it, check it against its paper, train it on real
# images, and look inside.**
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
# | ResNet, very deep | [6 · ResNet-152](06_resnet152.ipynb) |
# | 1×1 convolution and network in network | [7 · One-by-one convolutions](07_one_by_one_convolutions.ipynb) |
# | The inception block and its cost | [8 · The inception block](08_inception_block.ipynb) |
# | The inception network | [9 · GoogLeNet](09_googlenet.ipynb) |
# | Training on GPUs | [10 · Training at scale](10_training_at_scale.ipynb) |
# | MobileNet: depthwise separable convolution | [11 · MobileNet](11_mobilenet.ipynb) |
# | EfficientNet; open-source implementations and their weights | [12 · EfficientNet](12_efficientnet.ipynb) |
# | Transfer learning; data augmentation; the state of computer vision | [13 · Transfer learning](13_transfer_learning.ipynb) |
# | (what came after the lecture's networks) | [14 · What came after ResNet](14_after_resnet.ipynb) |
# | (all seventeen networks under one budget) | [15 · The race](15_the_race.ipynb) |
#
# Every lesson has the same order: the notes' claims, a picture, a prediction, building, checking
# against the paper, training, looking inside, three lines to remember, five questions to test
# yourself. Answers are folded away: a click on the small triangle opens one, best after you have
# your own on paper. Grey lines that begin with *Set-up* or *Asserts* are folded code, which you can
# leave closed. A number after ≈ was measured on the machine that built the page; yours will differ
# a little. New words are **bold** and explained where they first appear, and again in the
# [glossary](glossary.md).

# %% [markdown]
# ## What the notes claim
#
# The notes that the course speaks of are handwritten ones, by a learner of Andrew Ng's lectures on
# convolutional networks. Such notes round, simplify, and sometimes err. Which of these claims would
# you sign? Each gets settled in its lesson, by building the network and counting.

# %%
published.claims()[["lesson"]]

# %% [markdown]
# All of the numbers that the course checks, with their sources, stand in `data/published`, one table
# for each network.

# %% [markdown]
# ## A taste
#
# Five minutes in the manner of the lessons: what does a single **filter** do? It is a small square of
# weights. A **convolution** slides it over an image. At each place it multiplies the pixels below by
# the weights and adds the products up; the sum is one pixel of the result. Take one image.

# %%
(x_train, y_train), _ = data.load("fashion_mnist")
boot = x_train[0]
boot.shape, data.CLASSES["fashion_mnist"][y_train[0]]

# %% [markdown]
# A network learns its filters. Here you set one by hand: it subtracts what is on the right from what
# is on the left. One pixel of its output, taken apart (pixels are 0 to 255, dark is high):

# %%
left_right = np.array([[1, 0, -1]] * 3)
figures.one_pixel(boot, left_right, row=18, column=12)

# %% [markdown]
# Nine products, one sum. Where the left side is darker than the right, the sum is large; where the
# right is darker, it is negative; where both are alike, it is about 0. (In the map on the right, grey
# is 0, dark is positive, white negative.) Lesson 1 has a slider for the place.
#
# **Predict.** A 3×3 filter slides over 28×28 pixels, one pixel at a time, without **padding** (zeros
# around the image, so that the filter could also stand at its edge). How large is the result? How
# many **parameters**, numbers to be learned, does a layer with two such filters have, if each filter
# adds one more number to all its sums? And how many multiplications does it take? Write three
# numbers down.
#
# <details><summary>Answer, once you have yours</summary>
#
# $28 - 3 + 1 = 26$ pixels each way. $2\,(3 \cdot 3 \cdot 1 + 1) = 20$ parameters: nine weights and one
# number more each. $26 \cdot 26 \cdot 2 \cdot 3 \cdot 3 = 12{,}168$ multiplications. Few
# parameters, much work: that is a convolution.
#
# </details>

# %% [markdown]
# Now let Keras count.

# %%
image = keras.Input((28, 28, 1), name="image")
maps = layers.Conv2D(2, kernel_size=3, name="edges")(image)
edges = keras.Model(image, maps, name="one_layer")
cost.table(edges)

# %% [markdown]
# `multiply_adds` counts a multiplication together with its addition as one, for one image. An
# *activation* is a number that a layer puts out; each takes 4 bytes: 26 · 26 · 2 · 4 = 5,408.

# %% tags=["guard"]
assert maps.shape[1] == 28 - 3 + 1
assert edges.count_params() == 2 * (3 * 3 * 1 + 1) == 20
assert cost.multiply_adds(edges) == 26 * 26 * 2 * 3 * 3 == 12_168
assert cost.table(edges).loc["edges", "activation bytes"] == 26 * 26 * 2 * 4 == 5_408

# %% [markdown]
# Now both filters on the whole image: the one from above, and one that subtracts the lower from the
# upper neighbours.

# %%
filters = np.stack([left_right, left_right.T], axis=-1)
kernel = filters[:, :, None, :]  # height, width, channels in (a grey image has one), filters
edges.set_weights([kernel, np.zeros(2)])  # and nothing is added to the sums

# %%
result = edges(boot[None, ..., None] / 255).numpy()[0]
pictures = [boot / 255, *np.moveaxis(np.abs(result), -1, 0)]
figures.images(pictures, titles=["image", "|left − right|", "|upper − lower|"], columns=3, size=1.8)

# %% [markdown]
# The bars | | stand for the size of the difference, whatever its sign. The first filter answers where
# the image changes from left to right, the second where it changes from top to bottom. The sole
# shows in the second only: a level edge has the same on its left and on its right. Lesson 1 has six
# such filters in its first layer, and nobody sets them.

# %%
figures.volumes(networks.lenet5())

# %% [markdown]
# That is LeNet-5, drawn from the Keras model you will build. Each box is what a layer makes: its
# height and depth are the image's height and width, its thickness is how many numbers stand at each
# place (not to scale; a layer of six filters makes six). *2×2 /2* is a window of 2×2 that moves by
# 2. You will meet such pictures in every lesson.

# %% [markdown]
# ## Is your machine ready?
#
# Everything runs on two CPU cores; computing takes about a minute for each lesson. That is the quick
# profile. With a GPU, start Jupyter by `COURSE_PROFILE=full jupyter lab`, and the same cells run at
# full size. (What this cell shows depends on your machine.)

# %% tags=["nbval-ignore-output"]
training.check_setup()

# %% [markdown]
# Rows with an empty right column are fine. The hint beside *GPUs* is no fault: a missing GPU is no
# obstacle. *oneDNN* and *strategy* are of use in reports of faults.
#
# Now go to [lesson 1](01_lenet5.ipynb).
