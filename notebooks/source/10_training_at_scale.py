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
# AlexNet's two GPUs held half of the *model* each (lesson 2). Today every device holds the whole
# model and a share of the *batch*: data parallelism. One idea to remember: **the gradient of a
# batch is the mean of its images' gradients, so devices can share a batch and end, up to rounding,
# with the same weights.**
#
# You will see that with numbers, find what does change (batch size, batch normalisation,
# precision), interrupt a training and resume it, and start one on two workers. All of it runs on a
# CPU, split into two logical devices that stand in for two GPUs; where there are two GPUs, the same
# cells use them.

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
import numpy as np
import tensorflow as tf
from keras import layers

from utils import data, figures, training
from utils.tables import Table

# %% [markdown]
# ## What people say
#
# 1. Training on two devices computes the same as training on one.
# 2. Twice the devices, twice the batch, twice the learning rate.
# 3. Batch normalisation sees only what is on its own device.
# 4. Half the bits are enough.
# 5. A training that is killed has to begin again.
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
tf.config.experimental.enable_tensor_float_32_execution(False)  # GPUs since 2020 would round
two_devices = training.strategy([f"{kind}:0", f"{kind}:1"])

# %% [markdown]
# A *strategy* says which devices share the work. What is made inside `strategy.scope()`, a network
# and its optimizer, gets a copy on each of them, a *replica*. `training.strategy()` without
# arguments looks for several machines, several GPUs, or one, and says what it chose; here it was
# told. (With one device only it is TensorFlow's *default strategy*, which shares nothing.)

# %%
(x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
x_train, x_test = x_train[..., None], x_test[..., None]
x_train.shape, x_train.dtype

# %% [markdown]
# The images stay bytes until they are on the device that computes: a quarter of the memory, and a
# quarter to move about. The network scales them itself.


# %%
def small_network():
    x = image = keras.Input((28, 28, 1))
    x = layers.Rescaling(1 / 255)(x)
    for filters in (8, 16):
        x = layers.Conv2D(filters, 3, strides=2, activation="relu")(x)
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
# ## What data parallelism does to the gradient


# %%
def gradient(images, labels):
    """All gradients of the mean loss, joined into one vector."""
    with tf.GradientTape() as tape:
        value = loss(labels, network(images))
    found = tape.gradient(value, network.trainable_variables)
    return np.concatenate([np.ravel(g) for g in found])


# %%
keras.utils.set_random_seed(2012)
network = small_network()
eight = gradient(x_train[:8], y_train[:8])
first, second = gradient(x_train[:4], y_train[:4]), gradient(x_train[4:8], y_train[4:8])
assert np.allclose((first + second) / 2, eight, atol=1e-5)
f"{eight.size:,} numbers: the mean of the halves' gradients is the gradient of the batch"

# %%
seven = gradient(x_train[:7], y_train[:7])
three = gradient(x_train[4:7], y_train[4:7])
assert np.abs((first + three) / 2 - seven).max() > 1e-3
assert np.allclose(4 / 7 * first + 3 / 7 * three, seven, atol=1e-5)
"with 4 and 3 images the factors are 4/7 and 3/7"

# %% [markdown]
# That is all there is to data parallelism. Every device has a copy of the weights and a part of the
# batch. It multiplies the mean gradient of its images by the fraction of the batch that they are,
# 4/7 or 3/7; the products are added up across the devices (*all-reduce*), and every copy takes the
# same step. The last batch of an epoch seldom divides evenly, and Keras's `fit` takes the plain
# mean of the devices, as if it did. `training.fit` takes the right factors:


# %%
def trained(strategy, fit, seed=2012):
    keras.utils.set_random_seed(seed)
    with strategy.scope():
        network = small_network()
        network.compile(keras.optimizers.SGD(0.02, momentum=0.9), loss, metrics=["accuracy"])
    fit(network)
    return np.concatenate([np.ravel(w) for w in network.get_weights()])


# %%
few = training.Batches(x_train[:707], y_train[:707], batch_size=64)  # the last has 3 images


def ours(network):
    training.fit(network, few, epochs=3, verbose=0)


# %%
one_device = training.strategy([f"{kind}:0"])
one, two = trained(one_device, ours), trained(two_devices, ours)
assert np.abs(one - two).max() < 1e-5
print("36 steps on one device and on two: the same weights, to 1e-5")


# %%
def apart(count):
    """How far weights differ that model.fit trained on one device and on two."""

    def theirs(network):
        images, labels = few.images[:count], few.labels[:count]
        network.fit(images, labels, batch_size=64, epochs=3, shuffle=False, verbose=0)

    return np.abs(trained(one_device, theirs) - trained(two_devices, theirs)).max()


assert apart(704) < 1e-5 and apart(707) > 1e-3
print("model.fit: the same with 704 images, apart by over a thousandth with 707")

# %% [markdown]
# The first claim holds, if the batch as a whole stays the same: 64 images on one device, or 32 on
# each of two. It is the last batch, of 3 images, where Keras's own `fit` counts the image that is
# alone on its device twice as much as the other two: 704 images are 11 full batches, and there it
# is right. (On one device, `training.fit` does what `model.fit` does.)
#
# ## Batch size and learning rate
# In practice each device gets as many images as it can hold, so that eight devices make the batch
# eight times as large and the steps an eighth. Here are 5,000 images in four epochs: 628 steps of 32
# images, or 80 of 256.


# %%
def final_loss(batch_size, rate):
    keras.utils.set_random_seed(2012)
    network = small_network()
    network.compile(keras.optimizers.SGD(rate, momentum=0.9), loss)
    images, labels = x_train[:5000], y_train[:5000]
    training.fit(network, (images, labels), epochs=4, batch_size=batch_size, verbose=0)
    return network.evaluate(images, labels, batch_size=500, verbose=0)


# %%
losses = {
    "batch 32, rate 0.004": final_loss(32, 0.004),
    "batch 256, rate 0.004": final_loss(256, 0.004),
    "batch 256, rate 0.032": final_loss(256, 8 * 0.004),
}
figures.layer_bars(losses, "training loss after four epochs")

# %% [markdown]
# With eight times the batch and the same rate, training is far behind: it took an eighth of the
# steps. Eight times the rate makes up for most of it (one seed). That is the linear scaling rule of
# Goyal and others (2017). They begin with a small rate, a *warm-up*, which carried the rule to
# batches of 8,192 images on ImageNet; our steps are too few to show that.

# %%
small, large, scaled = losses.values()
assert large > 1.2 * small and scaled < large - 0.6 * (large - small)
print("the larger rate makes up for more than half of what the larger batch lost")

# %% [markdown]
# ## Batch normalisation across devices
# Every device normalises by the mean and variance of its own images. Take eight images, each
# brighter than the one before, the first four on one device and the last four on the other. What is
# the mean on each device after normalising?

# %%
brightness = tf.reshape(tf.range(8.0), (8, 1, 1, 1))
maps = brightness + tf.random.stateless_normal((8, 6, 6, 3), seed=(1, 2))
halves = two_devices.experimental_distribute_values_from_function(
    lambda device: maps[4 * device.replica_id_in_sync_group :][:4]
)


# %%
def means(synchronized):
    with two_devices.scope():
        norm = layers.BatchNormalization(synchronized=synchronized)
        norm.build(maps.shape)
    step = tf.function(lambda part: tf.reduce_mean(norm(part, training=True)))
    both = tf.function(lambda: two_devices.run(step, args=(halves,)))()
    return [round(float(mean), 1) + 0.0 for mean in two_devices.experimental_local_results(both)]


found = {"each by itself": means(False), "synchronized": means(True)}
assert found["each by itself"] == [0, 0] and found["synchronized"] == [-0.8, 0.8]
found

# %% [markdown]
# Normalised by themselves, the dark half and the bright half look alike. So the third claim holds,
# and with batch normalisation two devices do not end with exactly the weights of one.
# `layers.BatchNormalization(synchronized=True)` shares the statistics, and has to talk to the other
# device in every layer. With many shuffled images on each device the means hardly differ, and it
# does not matter.
#
# ## Precision
# Three ways to store a number:

# %%
formats = {name: tf.as_dtype(name) for name in ("float32", "float16", "bfloat16")}


def step_above_one(dtype):
    """The smallest power of two that makes a difference when it is added to 1."""
    return next(2.0**-n for n in range(40) if tf.cast(1 + 2.0 ** -(n + 1), dtype) == 1)


# %%
rows = {
    name: {
        "bits": 8 * dtype.size,
        "largest": f"{float(dtype.max):.0e}",
        "step above 1": f"{step_above_one(dtype):.0e}",
    }
    for name, dtype in formats.items()
}
Table.from_dict(rows, orient="index")

# %% [markdown]
# float16 has more digits than bfloat16, but a narrow range: small gradients become zero, so
# Micikevicius and others multiply the loss by a large number first (*loss scaling*) where a network
# needs it; their image classifiers did not. bfloat16 has the range of float32 and needs no scaling,
# but has fewer than three decimal digits. That is enough for convolutions, not for weights: an
# update of a thousandth of a weight would be lost. Hence *mixed* precision, weights in float32,
# layers in bfloat16:

# %%
assert tf.cast(1.0, "bfloat16") + tf.cast(0.001, "bfloat16") == 1
layer = layers.Conv2D(8, 3, dtype="mixed_bfloat16")
layer.build((None, 28, 28, 1))
{"computes in": layer.compute_dtype, "weights": layer.kernel.dtype}

# %% [markdown]
# `training.use_mixed_precision()` sets this for all layers where the hardware computes with
# bfloat16 (NVIDIA's cards since 2020, some recent CPUs), and leaves float32 elsewhere. Is it as
# good? The ResNet-20 of lesson 6 was trained twice on all of Fashion-MNIST, with the same command
# but for the precision:


# %%
def committed(name):
    return json.loads((data.FOLDER / "results" / f"{name}.json").read_text())


run = "resnet_cifar-20-fashion_mnist-13epochs-seed1"
right = {
    "float32": committed(run)["history"]["val_accuracy"][-1],
    "mixed bfloat16": committed(f"{run}-bfloat16")["history"]["val_accuracy"][-1],
}
assert abs(right["float32"] - right["mixed bfloat16"]) < 0.003
{precision: f"{accuracy:.2%}" for precision, accuracy in right.items()}

# %% [markdown]
# Less than 0.3 points apart, one run each. And how fast? Keras computes batch normalisation in many
# separate operations; this course's layer calls one kernel of TensorFlow's for all of it (*fused*).
# `scripts/benchmark` runs the candidates in turn, since a machine's speed changes from minute to
# minute. Each of nine rounds gives a ratio to the time of the first row; the table has their
# median, the least and the most, on two cores of a CPU that computes with bfloat16:

# %%
benchmark = committed("benchmark")["tensorflow"]  # by the kind of processor


def ratios(name, processor="AVX512_BF16"):
    rows = benchmark[processor][name]["rows"].items()
    return Table([{"candidate": row, **found} for row, found in rows]).set_index("candidate")


print(benchmark["AVX512_BF16"]["resnet20"]["what"])
ratios("resnet20").drop(columns="aim")

# %%
found = ratios("resnet20")["ratio"]
kernel, precision = found["fused, float32"], found["Keras's layer, bfloat16"]
assert found["fused, bfloat16"] < min(kernel, 0.5) and kernel < precision < 1
f"a step takes {found['fused, bfloat16']:.2f} of the time that Keras's layer takes in float32"

# %% [markdown]
# The fused kernel alone gains more than the precision does, and together they more than halve the
# time. From the least to the most is a long way: a single measurement says little. On a processor
# without bfloat16 (AVX2 and nothing newer, as in many laptops) only the kernel is left to gain:

# %%
ratios("resnet20", "AVX2").drop(columns="aim")

# %% [markdown]
# How much could still be gained there? The fastest thing that a processor does with numbers is to
# multiply large matrices. The same number of multiply-adds in one such product, and in the step:

# %%
print(benchmark["AVX2"]["product"]["what"])
ratios("product", "AVX2").drop(columns="aim")

# %%
share = 1 / ratios("product", "AVX2")["ratio"]["step"]
assert 0.4 < share < 0.7
f"the step computes at {share:.0%} of the product's speed"

# %% [markdown]
# Much of the rest goes where hardly anything is multiplied: into normalisation, ReLU, the shortcuts,
# and moving numbers between them.
#
# ## Where the time goes
# A step has to wait for its images. Let us shift and mirror 128 of them with a function of one
# image, mapped over the data set. `tf.data` would make them ahead, while the step before is
# running; for the first picture we switch that off:


# %%
def shifted(image):
    padded = tf.image.resize_with_crop_or_pad(image, 36, 36)
    return tf.image.random_flip_left_right(tf.image.random_crop(padded, (28, 28, 1)))


one_by_one = tf.data.Dataset.from_tensor_slices(x_train[:128]).repeat().map(shifted).batch(128)
options = tf.data.Options()
options.experimental_optimization.apply_default_optimizations = False
waiting, ahead = iter(one_by_one.with_options(options)), iter(one_by_one.prefetch(2))

# %% [markdown]
# `training.augmented` takes a whole batch in NumPy, without TensorFlow's operations for each image.
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
# When this figure was made, the network waited for more than half of the time with one image at a
# time. Made ahead, images cost nothing as long as there is a store of them, which two steps that
# are not in the picture had filled. But making them was the slower of the two, and both wanted the
# same cores: the store was soon empty. (Where there are cores to spare, `num_parallel_calls` of
# `map` makes several images at once.) A batch at a time leaves next to nothing to wait for (and
# `training.fit` makes it ahead, too). A GPU takes a step many times as fast, and waits all the
# more. So look at the input first when a training is slow: replace it by one constant batch, and
# see whether anything changes.
#
# ## Interrupted
# Given a folder as `resume=`, `training.fit` keeps all that training changes: weights, the
# optimizer's memory, the seeds of dropout, the epoch and the step. With `every=2` it does so after
# every second step. Let us pull the plug in the middle of the second epoch.


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


stopped = trained(one_device, interrupted)
assert np.abs(stopped - one).max() > 1e-3


# %%
def resumed(network):
    training.fit(network, few, epochs=3, resume=folder, verbose=0)


ended = trained(one_device, resumed, seed=1)  # other first weights: only what was kept leads there
assert np.array_equal(ended, one)
"and it ends with the weights of the training that was not interrupted, bit for bit"

# %% [markdown]
# A batch here is a function of seed and step alone, so the images that come next are the same. What
# was lost is one step, since the last checkpoint. `make test-kill` kills a training twenty times,
# and finds the same bits each time.
#
# ## Several machines
# Across machines Keras's own `fit` fails (Keras 3.15 on TensorFlow); `training.fit` works. Every
# machine runs the same script, and each such process is a *worker*. Before it starts, the
# environment variable `TF_CONFIG` is set to where all of them are and which one it is. This is the
# second machine's:

# %%
workers = ["machine-a:8888", "machine-b:8888"]
task = {"cluster": {"worker": workers}, "task": {"type": "worker", "index": 1}}
print(json.dumps(task, indent=1))

# %% [markdown]
# Under Slurm, and in a Kubernetes set, nobody has to write that: `training.strategy()` finds out
# (the README has the lines). On one machine, `scripts/train.py` starts the workers itself:

# %%
results = tempfile.mkdtemp()
options = f"lenet5 --images 1000 --epochs 2 --rate 0.01 --workers 2 --results {results}"
command = [sys.executable, data.FOLDER.parent / "scripts" / "train.py", *options.split()]
process = subprocess.run([*command, "--runs", results + "/runs"], capture_output=True, text=True)
said = re.findall(r"MultiWorker.* this is worker \d", process.stdout)
print(*sorted(said), sep="\n")

# %%
assert process.returncode == 0, process.stderr[-2000:]
(file,) = Path(results).glob("*.json")
result = json.loads(file.read_text())
first, second = result["history"]["loss"]
assert result["machine"]["replicas"] == 2 and second < first
f"{result['machine']['replicas']} replicas, and the loss of the second epoch is lower"

# %% [markdown]
# Two processes with a copy each of LeNet-5 shared every batch and added up their gradients. What
# does it cost to share? With ResNet-20, on one CPU for all:

# %%
print(benchmark["AVX512_BF16"]["replicas"]["what"])
ratios("replicas")

# %%
found = ratios("replicas")["ratio"]
assert found.max() < 1.15 and ratios("replicas")["least"].iloc[1:].max() < 1
f"two workers on two cores take {found['2 workers']:.2f} of the time that one takes on both"

# %% [markdown]
# Nothing is gained, since it is the same CPU that computes, and what sharing costs is within what
# one can measure here: each of the three was faster than TensorFlow's default strategy, the first
# row, in some of the five rounds, and slower in others. Between two machines the gradients travel,
# four bytes for each parameter in every step; how much the second machine helps depends on how fast
# the connection is. If a worker dies, the others end too, within a minute, and the same command
# goes on from the last checkpoint.
#
# ## What became of the claims
# 1. *The same as on one*: yes, to rounding, for the same batch as a whole, with a ragged last batch
#    weighted and without batch normalisation (3).
# 2. *Twice the rate*: a rule of thumb; it made up for most of what our larger batch lost.
# 3. *Batch normalisation sees its own device*: yes; synchronise it for a handful of images
#    a device.
# 4. *Half the bits*: for layers, with bfloat16; the weights keep 32.
# 5. *Begin again*: no. Keep everything that training changes, the step included.
#
# ## What to remember
# - Devices share a batch; adding up their gradients makes them one.
# - A larger batch needs a larger rate; it ends where steps overshoot.
# - Whatever can be killed will be: write checkpoints, and try them.
#
# **Try it.** Double the batch in `final_loss` once more, and the rate with it, with two or three
# seeds. A loss of 2.30 is $\ln 10$: a network that guesses. Where does the rule end?
#
# **Papers.** A. Krizhevsky, *One Weird Trick for Parallelizing Convolutional Neural Networks*,
# 2014. P. Goyal and others, *Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour*, 2017. P.
#       Micikevicius and others, *Mixed Precision Training*, ICLR 2018.
#
# Now [the exercises](exercises/10_training_at_scale.ipynb). Back to [lesson 9](09_googlenet.ipynb)
# or [the map of the course](00_start_here.ipynb).
