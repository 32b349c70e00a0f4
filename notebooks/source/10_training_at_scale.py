# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 10 · Training at scale
#
# {{badge}}
#
# | | |
# |---|---|
# | **You will be able to** | (in brackets the exercise) share a batch among devices and count the steps (`steps`, `shares`); put together what each device knows, and scale the rate (`batch_variance`, `rate`); build a network that takes bytes (`resnet8`); say what goes wrong on a device with few images or none (`images_needed`, `accuracy`, `explanation`); measure what it costs to share rarely (`once_an_epoch`) |
# | **You need** | gradients, momentum and seeds ([lesson 2](02_alexnet.ipynb)), batch normalisation ([lesson 4](04_trouble_with_depth.ipynb)) |
# | **Time** | {{time}} |
#
# AlexNet's two GPUs held half of the *model* each (lesson 2). Today every device holds the whole
# model and a share of the *batch*: data parallelism. One idea to remember: **the gradient of a
# batch is the mean of its images' gradients, so devices can share a batch and end, up to rounding,
# with the same weights.**
#
# You will see that with numbers, find what does change (batch size, batch normalisation,
# precision), interrupt a training and resume it, and estimate what eight GPUs gain. All of it runs
# on a CPU, split into two logical devices that stand in for two GPUs; where there are two GPUs, the
# same cells use them.

# %% tags=["setup"]

# %%
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import ml_dtypes
import numpy as np
import tensorflow as tf
from keras import layers

from utils import data, figures, networks, published, training
from utils.tables import Table

# %% [markdown]
# ## What people say
#
# 1. Training on two devices computes the same as training on one.
# 2. Twice the devices, twice the batch, twice the learning rate.
# 3. Batch normalisation sees only what is on its own device.
# 4. Half the bits are enough.
# 5. A training that is killed has to begin again.
# 6. Eight GPUs are eight times as fast.
#
# Each of these gets settled below.
#
# ## Two devices
# A CPU has to be split before TensorFlow computes anything, so this comes first.

# %%
kind = "GPU" if len(tf.config.list_physical_devices("GPU")) >= 2 else "CPU"
if kind == "CPU":
    (cpu,) = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
else:
    tf.config.experimental.enable_op_determinism()  # else a GPU adds up in any order
tf.config.experimental.enable_tensor_float_32_execution(False)  # else GPUs shorten float32
two_devices = training.strategy([f"{kind}:0", f"{kind}:1"])

# %% [markdown]
# A *strategy* says which devices share the work. A network and its optimizer that are made inside
# `strategy.scope()` get a copy on each device; such a copy, which takes its share of every batch, is
# a **replica**. `training.strategy()` without arguments looks for several machines, several GPUs, or
# one, and prints what it chose; here it was told which two. (Where there is one device only, nothing
# is shared, and TensorFlow calls that its *default strategy*.)

# %%
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
x_train, x_test = x_train[..., None], x_test[..., None]
x_train.shape, x_train.dtype

# %% [markdown]
# The images stay bytes until they are on the device that computes: that takes a quarter of the
# memory of float32, and a quarter of the time to move them. The network scales them itself.


# %%
def small_network(normalise=False, synchronized=False):
    x = image = keras.Input((28, 28, 1))
    x = layers.Rescaling(1 / 255)(x)
    for filters in (8, 16):
        x = layers.Conv2D(filters, 3, strides=2, activation="relu")(x)
        if normalise:
            x = layers.BatchNormalization(synchronized=synchronized)(x)
    return keras.Model(image, layers.Dense(10)(layers.Flatten()(x)))


loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

# %% [markdown]
# ## Predict
#
# Take a pencil. A batch of 7 images lies on two devices: 4 on the first, 3 on the second.
#
# - Each device takes the mean gradient of its own images. Is the mean of the two the gradient of
#   the batch?
# - And with 8 images, 4 and 4?
# - By which factors must the gradients of the 4 and of the 3 be multiplied before they are added?
#
# <details><summary>Answer, once you have yours</summary>
#
# A mean times its number of images is a sum. The gradient of the batch is the sum over all seven
# images, divided by 7: (4 · first + 3 · second) / 7. So the factors are 4/7 and 3/7. The mean of the
# two, with 1/2 and 1/2, counts an image of the second device 1/6 and one of the first 1/8, and is
# wrong. With 4 and 4 images the factors are 4/8 and 4/8, and the plain mean is right.
#
# </details>

# %% [markdown]
# ## What data parallelism does to the gradient


# %%
def gradient(images, labels):
    """All gradients of the mean loss, joined into one vector."""
    with tf.GradientTape() as tape:
        value = loss(labels, network(images, training=True))
    found = tape.gradient(value, network.trainable_variables)
    return np.concatenate([np.ravel(g) for g in found])


# %%
keras.utils.set_random_seed(2012)
network = small_network()
seven, eight = (gradient(x_train[:n], y_train[:n]) for n in (7, 8))
first = gradient(x_train[:4], y_train[:4])
second = {n: gradient(x_train[4 : 4 + n], y_train[4 : 4 + n]) for n in (3, 4)}
errors = {
    "4 and 4 images, 1/2 and 1/2": (first + second[4]) / 2 - eight,
    "4 and 3 images, 1/2 and 1/2": (first + second[3]) / 2 - seven,
    "4 and 3 images, 4/7 and 3/7": 4 / 7 * first + 3 / 7 * second[3] - seven,
}
print(f"{eight.size:,} numbers; the largest error of one:")
found = {how: np.abs(error).max() for how, error in errors.items()}
found["the largest number itself"] = np.abs(eight).max()
{how: f"≈ {value:.8f}" for how, value in found.items()}

# %% tags=["guard"]
even, plain, weighted = (np.abs(error).max() for error in errors.values())
assert max(even, weighted) < 1e-5 and plain > 1e-3

# %% [markdown]
# That is all there is to data parallelism. Every device has a copy of the weights and a part of the
# batch. It multiplies the mean gradient of its images by the fraction of the batch that they are,
# 4/7 or 3/7. Then comes the **all-reduce**: all devices add up what each of them has, and all get
# the sum. Every copy takes the same step.
#
# How do they add it up? If all sent their gradients to one device, that one would have to receive
# n − 1 gradients. A ring spreads the work: each device cuts its gradient into n parts and sends one
# part in each step, only to its neighbour. Here are four devices with gradients of four whole
# numbers:

# %%
figures.all_reduce([[1, 5, 2, 4], [2, 1, 6, 1], [3, 2, 1, 2], [1, 3, 4, 5]])

# %% [markdown]
# Follow part 0. GPU 0 sends its 1 to GPU 1, which adds 2 and sends 3 to GPU 2, which adds 3 and sends
# 6 to GPU 3. There the sum is complete: 7, in colour. The other parts do the same at the same time,
# each a place further round the ring, so after n − 1 = 3 steps each device has one complete sum. In
# 3 more steps the sums go round, and all have all.
#
# Each step moves one n-th of a gradient through each device, and there are 2 (n − 1) steps. How many
# gradients does a device send in all?

# %%
{f"{n} devices": f"{2 * (n - 1) / n:.2f} gradients" for n in (2, 4, 8, 256)}

# %% [markdown]
# Never more than two, however many devices there are (and it receives as much). How long that takes
# comes further down. First, whether it is right: a network is trained on one device and on two, and
# the weights compared. The images are 707, eleven batches of 64 and a last one of 3, with 2 on one
# device and 1 on the other.


# %%
def trained(strategy, fit, seed=2012, **options):
    keras.utils.set_random_seed(seed)
    with strategy.scope():
        network = small_network(**options)
        network.compile(keras.optimizers.SGD(0.02, momentum=0.9), loss)
    fit(network)
    return np.concatenate([np.ravel(w) for w in network.get_weights()])


few = training.Batches(x_train[:707], y_train[:707], batch_size=64)


def ours(network):
    training.fit(network, few, epochs=3, verbose=0)


def theirs(network):
    network.fit(few.images, few.labels, batch_size=64, epochs=3, shuffle=False, verbose=0)


# %%
one_device = training.strategy([f"{kind}:0"])
one = trained(one_device, ours)
ours_apart = np.abs(trained(two_devices, ours) - one).max()
theirs_apart = np.abs(trained(two_devices, theirs) - trained(one_device, theirs)).max()
print(f"weights of one device and of two, after 36 steps of training.fit: ≈ {ours_apart:.8f} apart")
print(f"after 36 steps of model.fit: ≈ {theirs_apart:.8f} apart")

# %% tags=["guard"]
assert ours_apart < 1e-5 and theirs_apart > 1e-3

# %% [markdown]
# The first claim holds, if the batch as a whole stays the same: 64 images on one device, or 32 on
# each of two. `training.fit` multiplies by the right factors. Keras's own `model.fit` takes the plain
# mean of the devices, so in the last batch the image that is alone on its device counts twice as
# much as each of the other two. (Full batches, half on each device, would hide that.)
#
# ## Batch size and learning rate
# In practice each device gets as many images as it can hold, so that eight devices make the batch
# eight times as large, and an epoch has an eighth of the steps. Should a step then be eight times as
# long? Compare k small steps with a single large one, for the same images in k batches:
#
# $$w - \eta\, g_1(w) - \eta\, g_2(w_1) - \dots - \eta\, g_k(w_{k-1})
# \qquad\text{and}\qquad w - k\eta \cdot \frac{g_1(w) + \dots + g_k(w)}{k}$$
#
# The gradient of the large batch is the mean of the k small ones. With the rate $k\eta$ both are the
# same sum, but for where the gradients are taken: on the way, at $w_1$, $w_2$, …, or all at $w$. As
# long as they hardly change on the way, a batch k times as large asks for a learning rate k times as
# large. This is the **linear scaling rule** of Goyal and others (2017). They use it with momentum as
# it is, and so do the trainings below, though the sum above has none.
#
# Here are 2,560 images in five epochs, which is 400 steps of 32 images or 50 of 256, with three
# seeds. It takes about a quarter of a minute.


# %%
def final_loss(batch_size, rate, seed):
    keras.utils.set_random_seed(seed)
    network = small_network()
    network.compile(keras.optimizers.SGD(rate, momentum=0.9), loss)
    images, labels = x_train[:2560], y_train[:2560]
    training.fit(network, (images, labels), epochs=5, batch_size=batch_size, verbose=0)
    return network.evaluate(images, labels, batch_size=512, verbose=0)


# %%
losses = {}
for seed in (1, 2, 3):
    losses[f"seed {seed}"] = {
        "batch 32, rate 0.004": final_loss(32, 0.004, seed),
        "batch 256, rate 0.004": final_loss(256, 0.004, seed),
        "batch 256, rate 0.032": final_loss(256, 0.032, seed),
    }
    print(f"seed {seed}: three trainings done")
figures.layer_bars(losses, "training loss after five epochs")

# %% [markdown]
# With eight times the batch and the same rate, training is far behind on all three seeds: it took an
# eighth of the steps. With eight times the rate, too, it catches up most of the way. How much of
# what the larger batch lost does the rate make up for?

# %%
small, large, scaled = np.transpose([list(found.values()) for found in losses.values()])
made_up = 100 * (large - scaled) / (large - small)
f"the mean of three seeds: ≈ {made_up.mean():.0f} % ({made_up.min():.0f} to {made_up.max():.0f})"

# %% tags=["guard"]
assert (large > 1.5 * small).all() and (made_up > 50).all()

# %% [markdown]
# Not all of it. One likely reason: at the start of training the gradients change fast on the way.
# Goyal and others therefore begin with a **warm-up**: the rate of the small batch, which grows to k
# times that over the first five epochs. With it, ResNet-50 on ImageNet in batches of 8,192 ends at
# 23.74 % errors; without, at 24.84 %; in batches of 256, at 23.60 % (table 1). And the rule has an
# end: with batches of 16,384 it is 24.79 %, with 65,536 it is 33.96 % (figure 3). "Try it" below
# looks for the end of the rule here.
#
# ## Batch normalisation across devices
# Every device normalises by the mean and variance of its own images. Take eight images, each a
# little brighter than the one before. Four lie on one device and four on the other:

# %%
brightness = np.arange(8.0)
dark, bright = np.split(brightness, 2)


def normalised(values):
    return (values - values.mean()) / values.std()


print("together:      ", normalised(brightness).round(1))
print("each by itself:", normalised(dark).round(1), normalised(bright).round(1))

# %% [markdown]
# Normalised by themselves, the dark four and the bright four become the same numbers: what told
# them apart is gone. What does that do to training? Take real images, the first eight of the training
# set: is the mean of the halves' gradients still that of the batch?

# %%
keras.utils.set_random_seed(2012)
network = small_network(normalise=True)
halves = [gradient(x_train[part], y_train[part]) for part in (slice(0, 4), slice(4, 8))]
whole = gradient(x_train[:8], y_train[:8])
difference = np.abs(sum(halves) / 2 - whole).max()
f"the largest error is ≈ {difference:.2f}, the largest number ≈ {np.abs(whole).max():.2f}"

# %% tags=["guard"]
assert difference > 0.01

# %% [markdown]
# So the third claim holds, and the first one does not hold with batch normalisation.
# `layers.BatchNormalization(synchronized=True)` shares the statistics: in every such layer the
# devices add up their sums, and normalise by the mean and variance of the whole batch. How far apart
# are the weights of one device and of two after a step of 64 images, with that and without?


# %%
def one_step(network):
    training.fit(network, (x_train[:64], y_train[:64]), batch_size=64, verbose=0)


together = trained(one_device, one_step, normalise=True)
apart = {
    how: np.abs(trained(two_devices, one_step, normalise=True, synchronized=shared) - together)
    for how, shared in {"synchronised": True, "each by itself": False}.items()
}
{how: f"≈ {difference.max():.8f}" for how, difference in apart.items()}

# %% tags=["guard"]
assert apart["synchronised"].max() < 1e-5 < 1e-4 < apart["each by itself"].max()

# %% [markdown]
# The price is an exchange between the devices in every such layer. Where each device has 32 images or
# more, people do without. Goyal and others leave each device its own statistics, of 32 images, on
# purpose: what is minimised then is the same on any number of devices (section 2.3).
#
# ## Precision
# Three ways to store a number: float32, float16, and **bfloat16**, which has 16 bits as float16 has,
# but the range of float32, with two to three digits.

# %%
formats = {name: ml_dtypes.finfo(name) for name in ("float32", "float16", "bfloat16")}
rows = {
    name: {
        "bits": limits.bits,
        "smallest above 0": f"{float(limits.smallest_subnormal):.0e}",
        "largest": f"{float(limits.max):.0e}",
        "from 1 to the next": f"{float(limits.eps):.0e}",
    }
    for name, limits in formats.items()
}
Table.from_dict(rows, orient="index")

# %% [markdown]
# In float16 small gradients become zero. So Micikevicius and others (2018) multiply the loss by a
# large number first where a network needs it, and divide the gradients by it again (*loss scaling*);
# their image classifiers did without. In bfloat16 nothing has to be scaled, but from 1 to the next
# number it is 0.008. For a convolution that is enough, because its sums are kept in 32 bits and the
# rounding errors of many factors partly cancel. For a weight it is not: a weight of 1 to which an
# update of 0.001 is added stays 1.

# %%
{name: f"1 + 0.001 = {tf.cast(1.0, name) + tf.cast(0.001, name):.3f}" for name in formats}

# %% [markdown]
# Hence **mixed precision**: layers compute in 16 bits, and the weights are kept in 32.

# %%
layer = layers.Conv2D(8, 3, dtype="mixed_bfloat16")
layer.build((None, 28, 28, 1))
{"computes in": layer.compute_dtype, "weights": layer.kernel.dtype}

# %% [markdown]
# `training.use_mixed_precision()` sets this for all layers where the hardware computes with
# bfloat16 (NVIDIA's cards since 2020, some recent CPUs), and leaves float32 elsewhere. Is it as
# good? A ResNet-20 was trained twice on all of Fashion-MNIST, with the same command but for the
# precision. The test accuracies:


# %%
def committed(name):
    return json.loads((data.FOLDER / "results" / f"{name}.json").read_text())


run = "resnet_cifar-20-fashion_mnist-13epochs-seed1"
right = {
    "float32": committed(run)["history"]["val_accuracy"][-1],
    "mixed bfloat16": committed(f"{run}-bfloat16")["history"]["val_accuracy"][-1],
}
{precision: f"{accuracy:.2%}" for precision, accuracy in right.items()}

# %% [markdown]
# They are 0.16 points apart, which one run each cannot tell from chance.
#
# ### How fast: precision and fused normalisation
# Precision is not all that a step's time depends on. Keras computes batch normalisation in many
# separate operations; this course's layer calls one operation of TensorFlow's for all of it
# (*fused*). `scripts/benchmark` runs the candidates in turn, since a machine's speed changes from
# minute to minute. Each of nine rounds gives a ratio to the time of the first row; the table has
# their median, the least and the most, on two cores of a CPU that computes with bfloat16. (Left out
# is `aim`, what the script demands of a change of this course.)

# %%
benchmark = committed("benchmark")["tensorflow"]  # by the kind of processor


def ratios(name, processor="AVX512_BF16"):
    rows = benchmark[processor][name]["rows"].items()
    return Table([{"candidate": row, **found} for row, found in rows]).set_index("candidate")


print(benchmark["AVX512_BF16"]["resnet20"]["what"])
ratios("resnet20").drop(columns="aim")

# %% tags=["guard"]
assert round(abs(right["float32"] - right["mixed bfloat16"]), 4) == 0.0016
of_four = ratios("resnet20")["ratio"]
by_fusing, by_halving = of_four["fused, float32"], of_four["Keras's layer, bfloat16"]
by_both, of_halving = of_four["fused, bfloat16"], ratios("resnet20").loc["Keras's layer, bfloat16"]
assert (round(by_fusing, 2), round(by_halving, 2)) == (0.71, 0.84) and of_halving["most"] > 1
assert by_both < 0.5 and round(by_both / by_fusing, 2) == 0.65

# %% [markdown]
# Fusing saves 29 % of the time. Precision saves 16 % with Keras's layer (but its range reaches past
# 1) and 35 % with the fused one. Together they more than halve it. From the least to the most is a
# long way: a single measurement says little. On a processor without bfloat16 (AVX2 and nothing
# newer, as in many laptops) only the normalisation is left to gain:

# %%
ratios("resnet20", "AVX2").drop(columns="aim")

# %% [markdown]
# How much could still be gained there? The fastest thing that a processor does with numbers is to
# multiply large matrices. Here is the time of the step with the fused layer (`step`) against that of
# one product of matrices with as many multiply-adds (`matrix product`):

# %%
print(benchmark["AVX2"]["product"]["what"])
ratios("product", "AVX2").drop(columns="aim")

# %% tags=["guard"]
of_step = 1 / ratios("product", "AVX2").loc["step", ["ratio", "most", "least"]]
assert of_step.astype(float).round(2).tolist() == [0.51, 0.37, 0.75]

# %% [markdown]
# So the step computes at about half of the product's speed (37 to 75 %). Much of the rest probably
# goes where hardly anything is multiplied: into normalisation, ReLU, the shortcuts, and moving
# numbers between them.
#
# ## Where the time goes
# A step has to wait for its images. Let us shift and mirror 128 of them in three ways: with a
# function of one image, which `tf.data` applies to one after the other; the same, made ahead of the
# step that needs them (`prefetch`); and a whole batch at a time in NumPy, which is what
# `training.augmented` does.


# %%
def shifted(image):
    padded = tf.image.resize_with_crop_or_pad(image, 36, 36)
    return tf.image.random_flip_left_right(tf.image.random_crop(padded, (28, 28, 1)))


one_by_one = tf.data.Dataset.from_tensor_slices(x_train[:128]).repeat().map(shifted).batch(128)
options = tf.data.Options()
options.experimental_optimization.apply_default_optimizations = False  # would make them ahead, too
waiting, ahead = (iter(d.with_options(options)) for d in (one_by_one, one_by_one.prefetch(2)))

# %% [markdown]
# Now a stopwatch beside five steps of the small network: when does it wait for images, and when
# does it train?


# %%
def trace(make_images, steps=5):
    """When the loop waits for images, and when it trains, in milliseconds."""
    network = small_network()
    network.compile("sgd", loss)
    clock = []
    for _ in range(steps + 2):
        clock.append(time.perf_counter())
        images = make_images()
        clock.append(time.perf_counter())
        network.train_on_batch(images, y_train[:128])
    clock.append(time.perf_counter())
    clock = 1000 * (np.array(clock[4:]) - clock[4])  # without the first two steps
    starts_and_ends = list(zip(clock, clock[1:]))
    return {"waiting": starts_and_ends[::2], "training": starts_and_ends[1::2]}


# %%
random = np.random.default_rng(0)
traces = {
    "one image at a time": trace(lambda: next(waiting)),
    "one image at a time, made ahead of the step": trace(lambda: next(ahead)),
    "a batch at a time": trace(lambda: training.augmented(x_train[:128], 4, random)),
}
figures.traces(traces)

# %% [markdown]
# What counts is where the last bar ends. Short blue bars are good, if the orange ones do not grow
# for it. As shares of the time:


# %%
def share_of_waiting(spans):
    waits, trains = (sum(end - start for start, end in spans[what]) for what in spans)
    return waits / (waits + trains)


{way: f"waiting ≈ {share_of_waiting(spans):.0%}" for way, spans in traces.items()}

# %% tags=["guard"]
slow, _, fast = map(share_of_waiting, traces.values())
assert slow > fast

# %% [markdown]
# A batch at a time leaves little to wait for (and `training.fit` makes it ahead, too). Making single
# images ahead helps where a core is idle: then one makes images while another trains. Where both
# need the same cores, training takes longer instead, or the images that were made ahead are soon
# used up and the step waits as before. (Five steps are too few to show which: two batches are ready
# when they begin.) A GPU takes a step many times as fast, and waits all the more. So look at the
# input first when a training is slow: replace it by one constant batch, and see whether anything
# changes.
#
# ## Interrupted
# Given a folder as `resume=`, `training.fit` writes a **checkpoint** after each epoch, a file with
# all that a training needs to go on: weights, the optimizer's memory, the seeds of dropout, the epoch
# and the step. With `every=2` it does so after every second step, too. Let us pull the plug in the
# middle of the second epoch.


# %%
class Plug(keras.callbacks.Callback):
    steps = 0

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1
        if self.steps == 17:
            raise KeyboardInterrupt


# %%
folder = tempfile.mkdtemp()


def interrupted(network):
    try:
        training.fit(network, few, epochs=3, resume=folder, every=2, callbacks=[Plug()], verbose=0)
    except KeyboardInterrupt:
        print("interrupted in step 17")


def resumed(network):
    training.fit(network, few, epochs=3, resume=folder, verbose=0)


stopped = trained(one_device, interrupted)
ended = trained(one_device, resumed, seed=1)  # other first weights: only what was kept leads there
print("the same bits as without the interruption:", np.array_equal(ended, one))

# %% tags=["guard"]
assert np.array_equal(ended, one) and np.abs(stopped - one).max() > 1e-3

# %% [markdown]
# Which images a batch has depends on the seed, which the checkpoint keeps too, and on the number of
# the step alone, so the images that come next are the same. Lost was one step: the 17th, since the
# last checkpoint was written after the 16th. (`make test-kill`, in the course's folder, kills a
# training twenty times, and finds the same bits each time.)
#
# ## Several machines
# Every machine runs the same script, and each such process, which trains together with the others, is
# a **worker**. Before it starts, the environment variable `TF_CONFIG` is set to where all workers are
# and which one it is. This is the second machine's:

# %%
workers = ["machine-a:8888", "machine-b:8888"]
task = {"cluster": {"worker": workers}, "task": {"type": "worker", "index": 1}}
print(json.dumps(task, indent=1))

# %% [markdown]
# Under Slurm or Kubernetes, programs that hand out the machines of a cluster, nobody has to write
# that: `training.strategy()` finds out (the README has the lines). Keras's own `fit` fails with
# several workers on TensorFlow ([issue 20585](https://github.com/keras-team/keras/issues/20585),
# open when this was written); `training.fit` works. On one machine `scripts/train.py` starts the
# workers itself. Here are two, and each imports TensorFlow first: about half a minute.

# %%
print("two workers start and train LeNet-5 ...")
results = tempfile.mkdtemp()
options = f"lenet5 --images 1000 --epochs 2 --rate 0.01 --workers 2 --results {results}"
command = [sys.executable, data.FOLDER.parent / "scripts" / "train.py", *options.split()]
process = subprocess.run([*command, "--runs", results + "/runs"], capture_output=True, text=True)
said = re.findall(r"MultiWorker.* this is worker \d", process.stdout)
print(*sorted(said), sep="\n")

# %% tags=["guard"]
assert process.returncode == 0, process.stderr[-2000:]

# %%
(file,) = Path(results).glob("*.json")
result = json.loads(file.read_text())
replicas = result["machine"]["replicas"]
before, after = result["history"]["loss"]
print(f"{replicas} replicas; the loss of the epochs: ≈ {before:.2f}, then ≈ {after:.2f}")

# %% tags=["guard"]
assert replicas == 2 and after < before

# %% [markdown]
# Two processes with a copy each of LeNet-5 shared every batch and added up their gradients. If a
# worker dies, the others end too, within a minute, and the same command goes on from the last
# checkpoint (`tests/test_interrupted.py` tries it). What does it cost to share? With ResNet-20, on
# one CPU for all:

# %%
print(benchmark["AVX512_BF16"]["replicas"]["what"])
ratios("replicas")

# %% tags=["guard"]
found = ratios("replicas")
assert found["ratio"].max() < 1.15 and found["least"].iloc[1:].max() < 1

# %% [markdown]
# Nothing is gained, since it is the same CPU that computes; and what the sharing costs, between
# parts of one memory, is too small to be measured here: each of the three was faster than the first
# row in some of the rounds (five this time), and slower in others. Between GPUs and machines the
# gradients travel.
#
# ## What eight GPUs gain
# That is a matter of two times. *Computing* takes 3 × the multiply-adds of the images on a device
# (once forward, twice back, for the derivatives by inputs and by weights), divided by the speed.
# *Sharing* takes 2 (n − 1)/n × the bytes of the gradient, four for each weight, divided by the
# **bandwidth**, the bytes that a connection carries in a second. If a device waits while it shares,
# the *efficiency*, the part of its time in which it computes, is
#
# $$\frac{\text{computing}}{\text{computing} + \text{sharing}}$$
#
# Take the GPUs of Goyal and others. An NVIDIA P100 takes 120 ms to go back through ResNet-50 (v1.5,
# whose blocks halve the map in their 3×3) with 32 images (section 4.3), which is 2 · 4.1 billion ·
# 32 multiply-adds: 2.2 trillion in a second. Each server has eight of them, joined by NVLink, and
# the servers are joined by Ethernet of 50 Gbit/s. We put eight devices into eight servers, so that
# Ethernet joins them; within one server it would be NVLink, the last line of each network in the
# second table. The bandwidths are nominal, in each direction:

# %%
SPEED = 2 * 4.1e9 * 32 / 0.120  # multiply-adds a second
BANDWIDTH = {  # bytes a second
    "10 Gbit/s Ethernet": 10e9 / 8,  # its name
    "50 Gbit/s Ethernet": 50e9 / 8,  # Goyal and others, section 4.3
    "NVLink": 4 * 20e9,  # NVIDIA's P100 white paper: four links of 20 GB/s
}
WEIGHTS = {
    "AlexNet": published.value("alexnet", "parameters"),
    "ResNet-20": published.value("resnet20_cifar", "trainable parameters"),
    "ResNet-152": published.value("resnet152", "trainable parameters"),
}
FILES = {"AlexNet": "alexnet", "ResNet-20": "resnet20_cifar", "ResNet-152": "resnet152"}
WORK = {name: published.value(file, "multiply-adds") for name, file in FILES.items()}


# %%
def computing(name, images=32):
    """Seconds that a device computes in a step with so many images on it."""
    return 3 * WORK[name] * images / SPEED


def sharing(name, connection, devices):
    """Seconds that a ring of devices takes to add up the gradients, by bandwidth alone."""
    return 2 * (devices - 1) / devices * 4 * WEIGHTS[name] / BANDWIDTH[connection]


def row(name):
    shared = sharing(name, "50 Gbit/s Ethernet", 8)
    return {
        "gradient, MB": round(4 * WEIGHTS[name] / 1e6, 1),
        "computing, ms": round(1000 * computing(name), 1),
        "sharing by 8, ms": round(1000 * shared, 1),
        "multiply-adds a weight": round(WORK[name] / WEIGHTS[name]),
    }


Table.from_dict({name: row(name) for name in WORK}, orient="index")

# %% [markdown]
# That was with 32 images on each device, and 50 Gbit/s. And the efficiency, in per cent, of one, two,
# four and eight devices:


# %%
def efficiency(name, connection, devices):
    alone = computing(name)
    return round(100 * alone / (alone + sharing(name, connection, devices)))


rows = {
    f"{name}, {connection}": {
        f"{n} device{'s' * (n > 1)}": efficiency(name, connection, n) for n in (1, 2, 4, 8)
    }
    for name in WORK
    for connection in BANDWIDTH
}
Table.from_dict(rows, orient="index")

# %% [markdown]
# The number of devices matters little beyond four, as in a ring it should; the connection matters,
# and the network. AlexNet and ResNet-152 have the same gradient to share, but for each weight
# ResNet-152 computes sixteen times as much in the meantime. A weight of a dense layer is used once an
# image, one of a convolution at every place: weight sharing is what makes data parallelism pay.
# AlexNet's dense layers hold 96 % of its weights and do 8 % of its work. So Krizhevsky (2014) shares
# the batch in the convolutions only, and divides the dense layers among the GPUs.

# %% tags=["guard"]
dense = 37_748_736 + 16_777_216 + 4_096_000  # fc6, fc7 and predictions
assert round(100 * dense / WEIGHTS["AlexNet"]) == 96 and round(100 * dense / WORK["AlexNet"]) == 8
uses = {name: WORK[name] / WEIGHTS[name] for name in WORK}
assert round(uses["ResNet-152"] / uses["AlexNet"]) == 16
assert min(counts["ResNet-152"] / counts["ResNet-20"] for counts in (WORK, WEIGHTS)) > 200

# %% [markdown]
# By bandwidth, ResNet-20 scales nearly as well as ResNet-152: it has less work and a smaller
# gradient, both by a factor of over 200. Two things that bandwidth leaves out hold it back. Its step
# is short, so all that takes a fixed time weighs more: a ring of eight sends 14 messages one after
# the other, and each is under way for a while, however small it is. And a small network is trained in
# small batches: the 128 images of its paper are 16 on each of eight devices, half the computing for
# the same sharing. Assume 50 microseconds a message:


# %%
def on_eight(name, images, message):
    alone = computing(name, images)
    shared = sharing(name, "50 Gbit/s Ethernet", 8) + 14 * message
    return f"{alone / (alone + shared):.0%}"


rows = {
    name: {
        "32 images each": on_eight(name, 32, 0),
        "and 50 µs a message": on_eight(name, 32, 50e-6),
        "16 images each, and 50 µs": on_eight(name, 16, 50e-6),
    }
    for name in ("ResNet-20", "ResNet-152")
}
Table.from_dict(rows, orient="index")

# %% [markdown]
# ResNet-152 computes for half a second in a step and does not notice the messages. (On 32 servers
# Goyal and others found another order of messages, 2 log₂ n of them with the same bytes in all, three
# times as fast as the ring. And the speed is that of large layers: in small ones a GPU computes more
# slowly, so ResNet-20 would wait a smaller part of a longer step.)
#
# A device need not wait. The gradient of the last layer is known first, and can be shared while the
# layers before it are still computed. If that works perfectly, sharing is hidden behind the way back,
# two thirds of the computing, and only what is longer than that costs time:


# %%
def overlapped(alone, shared):
    return alone / (alone / 3 + max(2 / 3 * alone, shared))


{
    name: f"{overlapped(computing(name), sharing(name, '50 Gbit/s Ethernet', 8)):.0%}"
    for name in WORK
}

# %% [markdown]
# The residual networks' sharing disappears; AlexNet's takes longer than its way back. What do people
# measure? Goyal and others trained ResNet-50 on 8 to 352 GPUs, with 32 images on each. The eight GPUs
# of a server first add up among themselves, so n is the number of servers, 32 for 256 GPUs. Our
# estimates beside what they report:

# %%
alone = 3 / 2 * 0.120  # the way back takes two thirds of it
shared = 2 * 31 / 32 * 4 * published.value("resnet50", "trainable parameters") / (50e9 / 8)
print(f"sharing {1000 * shared:.0f} ms, computing {1000 * alone:.0f} ms")
print(f"waiting: {alone / (alone + shared):.0%}, overlapped: {overlapped(alone, shared):.0%}")
print("published, 256 GPUs against 8: about 90%")

# %% [markdown]
# The published number (abstract and figure 8) lies between our two: they overlap, and not everything
# is hidden. A step of 352 GPUs took 12 % longer than one of 8 (section 5.5). So the sixth claim comes
# close to the truth where a step computes for much longer than its gradient travels, and if the batch
# may grow with the devices, which is where the learning rate comes in again.
#
# Where this machine has several GPUs, the next cell measures it: how many images a second ResNet-20
# trains on, with 128 on each device, on two of them and on one.


# %%
def images_a_second(strategy, each=128, steps=20):
    batch, ends = each * strategy.num_replicas_in_sync, []
    images, labels = x_train[: batch * steps] / np.float32(255), y_train[: batch * steps]
    with strategy.scope():
        network = networks.resnet_cifar(20, input_shape=(28, 28, 1), logits=True)
        network.compile("sgd", loss)
    clock = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: ends.append(time.perf_counter())
    )
    options = {"batch_size": batch, "callbacks": [clock], "verbose": 0}
    training.fit(network, (images, labels), epochs=3, **options)
    return len(images) / (ends[2] - ends[1])


# %%
if kind == "GPU":
    gain = images_a_second(two_devices) / images_a_second(one_device)
    print(f"two GPUs are ≈ {gain:.2f} times as fast as one")
else:
    print("This machine has fewer than two GPUs, so there is nothing to compare.")

# %% [markdown]
# ## What became of the claims
# 1. *The same as on one*: yes, to rounding, for the same batch as a whole, with a ragged last batch
#    weighted, and without batch normalisation or with it synchronised (3).
# 2. *Twice the rate*: a rule of thumb with an end; it made up for most of what our larger batch lost.
# 3. *Batch normalisation sees its own device*: yes; synchronise it for a handful of images
#    a device.
# 4. *Half the bits*: for layers, with bfloat16, no difference was seen in one run each; the weights
#    keep 32.
# 5. *Begin again*: no. Keep everything that training changes, the step included.
# 6. *Eight times as fast*: by estimate nearly, for a network with much work for each weight, where
#    the connection is fast for its gradient.

# %% [markdown]
# ## What to remember
# - Devices share a batch; adding up their gradients makes them one.
# - A larger batch needs a larger rate, up to a size that one has to try.
# - Whatever can be killed will be: write checkpoints, and try them.

# %% [markdown]
# ## Test yourself
#
# 1. Eight devices share a batch of 100 images, 13 on each as long as there are any. By which factor
#    is the gradient of the last device multiplied, and what would a plain mean of the eight do?
#
# <details><summary>Answer</summary>
#
# Seven devices have 91 images, the last has 9, so its factor is 9/100. A plain mean takes 1/8 and
# counts each of its images 1/72 instead of 1/100, the others 1/104.
#
# </details>
#
# 2. You go from 8 GPUs to 16 in the same kind of ring, with as many images on each as before. Does
#    the all-reduce take twice as long?
#
# <details><summary>Answer</summary>
#
# By bandwidth hardly longer: each device sends 1.88 instead of 1.75 gradients. But there are 30
# messages one after the other instead of 14, which matters if the gradient is small.
#
# </details>
#
# 3. The batch stays at 256 images in all and you take 16 GPUs instead of 8. Why does the efficiency
#    fall?
#
# <details><summary>Answer</summary>
#
# Each device has half the images, so it computes half as long, and shares the same gradient. In
# return the learning rate can stay as it was.
#
# </details>
#
# 4. Would it halve the time of sharing if the gradients were sent in bfloat16? And is that safe?
#
# <details><summary>Answer</summary>
#
# By bandwidth, yes: two bytes a number instead of four. Rounding changes a number by less than half a
# per cent, and another choice of images for the batch would change the gradient by far more. What
# must not be rounded is the weights, in which small updates would be lost, and they stay in float32.
#
# </details>
#
# 5. A checkpoint keeps the weights and the epoch, nothing else. What goes wrong after a kill in the
#    middle of an epoch?
#
# <details><summary>Answer</summary>
#
# The momentum starts at zero, a rate that depends on the step starts anew, dropout draws other
# numbers, and the images of the half epoch are seen twice or in another order. Training goes on, but
# not as if nothing had happened.
#
# </details>

# %% [markdown]
# **Try it.** Call `final_loss` with batch and rate doubled once more, 512 and 0.064, then with 1,024
# and 0.128, each with the seeds 1, 2 and 3. A loss of 2.30 is $\ln 10$: a network that guesses. Where
# does the rule end? And what does a batch of 512 do if the rate stays at 0.032?
#
# <details><summary>What you should see</summary>
#
# The rule ends here, between 256 and 512 images. Batch 256 ended between 0.7 and 1.1; with 512 and
# 0.064 the seeds end between 1.3 and 2.3, and with 1,024 and 0.128 nearly all guess, or do worse. It
# is the rate, not the few steps: with 512 and 0.032, in just as many steps, the loss is between 0.9
# and 1.8, lower than with 0.064 for most seeds. A step twice as long goes past where the gradient at
# its start still holds.
#
# </details>

# %% [markdown]
# **Papers.** A. Krizhevsky, *One Weird Trick for Parallelizing Convolutional Neural Networks*,
# 2014. P. Goyal and others, *Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour*, 2017.
# P. Micikevicius and others, *Mixed Precision Training*, ICLR 2018.
#
# Now [the exercises](exercises/10_training_at_scale.ipynb). Back to [lesson 9](09_googlenet.ipynb)
# or [the map of the course](00_start_here.ipynb), or on to [lesson 11](11_mobilenet.ipynb), a network
# for a telephone.
