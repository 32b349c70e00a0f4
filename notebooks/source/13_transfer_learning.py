# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 13 · Transfer learning and data augmentation
#
# {{badge}}
#
# | | |
# |---|---|
# | **You will be able to** | (in brackets the exercise) teach a trained network your own classes from a few pictures, and say what is learned (`trained_parameters`, `which_way`); find the faults that spoil it without an error message (`scaled_twice`, `fine_tune`, `split_late`); make pictures from pictures (`mixed`), average several views (`views`), and measure whether it helps (`upside_down`) |
# | **You need** | a network with published weights from [lesson 12](12_efficientnet.ipynb), batch normalisation from [lesson 4](04_trouble_with_depth.ipynb), dropout and overfitting from [lesson 2](02_alexnet.ipynb) |
# | **Time** | {{time}} |
#
# Lesson 12's network says one of 1,000 words. Yours are not among them? Keep all of it but its last layer, put a
# small new one there, and ten pictures of each of your classes are often enough. That is **transfer learning**: what was
# learned from 1.2 million photographs serves again. One idea to remember: keep the body of a trained network, make its head anew, and what you change of the body, change gently.

# %% tags=["setup"]

# %%
import tempfile
from pathlib import Path

import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers
from PIL import Image

from utils import augment, data, figures, networks, published, results, training, weights
from utils.tables import Table

keras.utils.set_random_seed(2019)

# %% [markdown]
# ## From the lecture notes
#
# 1. Do not start from random weights: take a network that somebody has trained, and replace its softmax.
# 2. Few images: freeze everything, train the new softmax only. What the frozen layers make of each
#    image can be computed once and kept.
# 3. More images: freeze fewer layers. Many: train all, from the weights that you took.
# 4. Augmentation helps nearly always: mirror images, random crops, changed colours (AlexNet's along the principal
#    components).
# 5. The less data there is, the more is engineered by hand. Averages of several networks and of ten crops win
#    benchmarks, and are rarely used in products.
#
# Each of these gets settled below.

# %% [markdown]
# ## Your own classes
#
# Put your photographs into a folder, in it a folder for each class: `my pictures/mug`, `my pictures/key`, and so on, twenty or more in each. Then write its path between the quotation marks (a zip will do, too; on Colab write `"upload"`, and you
# will be asked for one). Until then the cell makes such a folder: 20 pictures each of five kinds of clothes that look different (no shirt, no coat). Half of each class is held out for the
# test. Photographs are turned as the camera says, and cropped to the square in their middle.


# %%
def clothes_folder(kinds=("T-shirt", "Trouser", "Sandal", "Bag", "Ankle boot")):
    """A folder of small pictures, as you would make one by hand."""
    folder = Path(tempfile.mkdtemp()) / "clothes"
    (images, labels), _ = data.load("fashion_mnist")
    for kind in kinds:
        (folder / kind).mkdir(parents=True)
        number = data.CLASSES["fashion_mnist"].index(kind)
        for i, row in enumerate(np.flatnonzero(labels == number)[:20]):
            Image.fromarray(images[row]).save(folder / kind / f"{i:02}.png")
    return folder


# %%
YOURS = ""  # for example "my pictures"
PIXELS = 224
train, test = data.folders(YOURS or clothes_folder(), PIXELS, test=0.5)
print(len(train.names), "to learn from,", len(test.names), "to be tested on:", *train.classes)

# %% [markdown]
# `data.folders` parts the *files*, half of each class for learning and half held out, before anything is made of them
# (you will see below why that matters). It reads them when they are needed; what is no picture it names and leaves out.

# %%
images = np.concatenate([train[i][0] for i in range(len(train))])
firsts = [np.flatnonzero(train.labels == k)[0] for k in range(len(train.classes))]
figures.images(images[firsts][:6], list(train.classes[:6]), dark_is_high=False)

# %% [markdown]
# The pictures of clothes have 28×28 pixels, enlarged to 224×224. The photographs that the network was trained on are larger, in colour, and of things among other
# things.

# %% [markdown]
# ## Predict
#
# - The body of EfficientNet-Lite0 makes 1,280 numbers of each picture. How many parameters has a new dense layer from these to five classes? And from how many pictures does it learn them?
# - Ten pictures of each class: what part of the other ten will it get right? Guessing gets 20 %.
#
# <details><summary>Answer, once you have yours</summary>
#
# - 1,280·5 + 5 = 6,405, from 50 pictures: 128 parameters for each. It works all the same, since what tells things apart is in
#   the 1,280 numbers already.
# - Here more than 90 %.
#
# </details>

# %% [markdown]
# ## Build it: body and head
#
# **Transfer learning** keeps what a network learned for one task and uses it for another. The **body** is everything before the last layer; the **head** is what you put behind it. **Freezing** means that training
# leaves weights as they are: `trainable = False`.

# %%
network = networks.efficientnet("Lite0", input_shape=(PIXELS, PIXELS, 3))
weights.load(network, "shipped")
body = keras.Model(network.input, network.get_layer("avg_pool").output, name="body")
body.trainable = False

head = keras.Sequential(
    [keras.Input((1280,)), layers.Dense(len(train.classes), activation="softmax", name="mine")]
)
mine = keras.Model(body.input, head(body.output))
figures.trained_layers(mine)

# %% [markdown]
# 3.4 million weights stay as they are. And since they do, what the body makes of a picture is always the same: compute
# these **features** once, and train the head on them. (A few seconds for the features; then hundreds of epochs
# take no time.)


# %%
def seen_by(model, part):
    """What a model makes of all photographs, batch by batch."""
    return np.concatenate([np.array(model(part[i][0])) for i in range(len(part))])


def probabilities_of(model, inputs):
    return np.array(model(inputs))


def right_of(model, inputs, labels):
    return np.mean(probabilities_of(model, inputs).argmax(axis=1) == labels)


# %%
features, test_features = seen_by(body, train), seen_by(body, test)
head.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
head.fit(features, train.labels, epochs=50, verbose=0)
right = right_of(head, test_features, test.labels)
print(f"≈ {right:.0%} of {len(test.names)} pictures right")

# %% tags=["guard"]
if not YOURS:
    assert right > 0.8
    assert np.allclose(seen_by(mine, test), probabilities_of(head, test_features), atol=1e-4)
    assert sum(int(np.prod(w.shape)) for w in mine.trainable_weights) == 6_405

# %% [markdown]
# Which ones does it find hardest? The six test pictures whose right class got the lowest probability; above each what it says
# it is, and what it is.

# %%
said = probabilities_of(head, test_features)
hardest = np.argsort(said[np.arange(len(said)), test.labels])[:6]
pictures = np.concatenate([test[i][0] for i in range(len(test))])[hardest]
titles = [f"{test.classes[said[i].argmax()]}?\n{test.classes[test.labels[i]]}" for i in hardest]
figures.images(pictures, titles, dark_is_high=False).says("The six that it finds hardest.")

# %% [markdown]
# Body and head together are one network, `mine`, which takes a photograph. It can be kept in one file, and
# used on a new one:

# %%
file = Path(tempfile.mkdtemp()) / "mine.keras"
mine.save(file)
loaded = keras.models.load_model(file)
new = test[0][0][:1]  # for one of yours: data.photo("its path", PIXELS)[None]
probabilities = probabilities_of(loaded, new)[0]
print(f"{train.classes[probabilities.argmax()]}, ≈ {probabilities.max():.0%} sure")
print("It is:", test.classes[test.labels[0]])

# %% [markdown]
# ## How much to train: the lecture's rule, measured
#
# A small network (three convolutions of 16, 32 and 64 filters with batch normalisation, then the mean of each map) learned eight of the ten classes of
# Fashion-MNIST, all but T-shirts and dresses. Then it is to learn to tell
# these two apart, from 10, 100 or 1,000 pictures, in four ways: with the body frozen; the head first, then all of it; all
# at once; and, for comparison, from random weights. Each has 1,000 steps; of five learning rates each has the one that did best on 1,000 other pictures; three seeds, which also draw the pictures. A dot is a
# run, put a little aside where others lie; the lines join the means. (Computed by `scripts/train_transfer.py ways`.)

# %%
(measured,) = results.read("transfer", "ways-fashion_mnist.json")


def by_way(measured, part="test"):
    """{way: {images: [error of each seed on a part of the images]}}"""
    ways = {}
    for run in measured["runs"]:
        ways.setdefault(run["way"], {}).setdefault(run["images"], []).append(run[part])
    return ways


ways = by_way(measured)
figures.errors_against_images(ways, "test error")

# %% [markdown]
# With 10 pictures the four cannot be told apart: *which* ten it were moves the error from 11 to 33 %, the way hardly at all. With 100, what the
# body knows is worth most: trained on from there, it misses 7 %, from random weights 10 %; frozen it lies between, on average. With 1,000 it hardly
# matters where one begins, and the frozen body is the last: what would tell T-shirts from dresses better is not in its features, and they must not change.
#
# So the rule holds in its second half: the more pictures, the less should be frozen. Of its first half, *few: freeze everything*, nothing is left
# here but the price: the frozen way passes each picture through the body once, the others take up to 32,000 pictures forwards and backwards. (A body of 23,000 weights is small. The more there are to move, the more there
# is to spoil.)

# %% tags=["guard"]
assert all(max(r[10]) > 0.2 and min(r[10]) < 0.17 for r in ways.values())
means = {way: {n: np.mean(errors) for n, errors in runs.items()} for way, runs in ways.items()}
begun = [max(ways[w][100]) for w in ("all", "head, then all")]
assert max(begun) < min(min(ways[w][100]) for w in ("frozen", "from scratch"))
assert min(ways["frozen"][1000]) > max(max(ways[w][1000]) for w in ways if w != "frozen")
assert means["frozen"][100] < means["from scratch"][100]

# %% [markdown]
# ### Do photographs help with clothes?
#
# The same question for the features of real photographs, all ten classes, one dense layer on 1,280 numbers, beside the small network from scratch. (Of
# different sizes: this compares what you could take with what you could train, not transfer alone.)

# %%
(clothes,) = results.read("transfer", "features-fashion_mnist.json")
figures.errors_against_images(by_way(clothes), "test error")

# %% [markdown]
# With five and with ten pictures of each class (50 and 100 in all) the features are ahead by three to five points; with one, and with
# a hundred, the runs of the two overlap. Grey clothes of 28×28 pixels are nothing like photographs, and still something
# of what was learned there serves. Now small photographs of animals and vehicles, CIFAR-10:

# %% tags=["guard"]
assert all(
    (max(of_photographs[n]) < min(of_scratch[n])) == (n in (50, 100))
    for of_photographs, of_scratch in [by_way(clothes).values()]
    for n in of_scratch
)

# %%
(small_photos,) = results.read("transfer", "features-cifar10.json")
print(small_photos["note"])
figures.errors_against_images(by_way(small_photos), "test error")

# %% [markdown]
# On photographs, even of 32×32 pixels, the features of photographs are far ahead at every number: with ten pictures of each class they miss 48 %,
# the network from scratch 70; with a hundred, 34 and 51. Its dogs, ships and lorries are among the 1,000 classes. The nearer a task is to what was learned, the more transfer should be worth; these
# two fit that.

# %% tags=["guard"]
assert all(
    max(of_photographs[n]) < min(of_scratch[n])
    for of_photographs, of_scratch in [by_way(small_photos).values()]
    for n in of_scratch
)

# %% [markdown]
# ## Faults that raise no error
#
# Each of these runs, trains, and looks like work. Most people meet all of them.
#
# ### 1. Batch normalisation left in training mode
#
# In training, batch normalisation uses mean and variance of the batch at hand (lesson 4). Left in that mode,
# the answer for a picture depends on the pictures beside it:

# %%
some = images[:16]
for training_mode in (False, True):
    alone = np.array(body(some[:1], training=training_mode))[0]
    among = np.array(body(some, training=training_mode))[0]
    apart = np.abs(alone - among).mean() / np.abs(among).mean()
    print(f"training={training_mode}: features differ by ≈ {apart:.0%} of their size")

# %% [markdown]
# When is it in that mode? In `fit`, wherever it is trainable. Many texts say that `body(x, training=False)` prevents it. In Keras 3 (3.15, and issue 20285 of its authors says so) it does not: `fit` calls the whole model with `training=True`, and that wins. What counts is `trainable`:


# %%
def mean_moves(keep_still):
    """Whether one step of fit moves the mean that a small body's batch normalisation keeps."""
    image, norm = keras.Input((4,)), layers.BatchNormalization()
    small = keras.Model(image, norm(layers.Dense(4)(image)))
    norm.trainable = not keep_still
    model = keras.Model(image, layers.Dense(1)(small(image, training=False)))
    model.compile("sgd", "mse")
    model.fit(np.ones((8, 4)), np.ones(8), verbose=0)
    return bool(np.abs(norm.moving_mean.numpy()).max() > 0)


loose, still = mean_moves(keep_still=False), mean_moves(keep_still=True)
print(f"Did the mean that it keeps move? With training=False: {loose}; frozen as well: {still}")

# %% [markdown]
# So: freeze the body, and batch normalisation stays as it was, with means and variances of a million photographs. Unfreeze the
# body, and freeze its batch normalisations again, each by itself; 50 pictures would give bad ones.

# %% tags=["guard"]
assert loose and not still

# %% [markdown]
# ### 2. The input scaled twice
#
# EfficientNet scales its input itself. Divide by 255 before, out of habit, and train a head on what comes out:

# %%
twice = keras.Model(body.input, body(layers.Rescaling(1 / 255)(body.input)))
black, test_black = seen_by(twice, train), seen_by(twice, test)
again = keras.models.clone_model(head)
again.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
again.fit(black, train.labels, epochs=50, verbose=0)
scaled_twice = right_of(again, test_black, test.labels)
spans = [np.ptp(values, axis=0).mean() for values in (features, black)]
print(f"features span ≈ {spans[0]:.2f}, scaled twice ≈ {spans[1]:.4f}")
print(f"right: ≈ {right:.0%}, scaled twice ≈ {scaled_twice:.0%}")

# %% [markdown]
# All pictures are as good as black, and their features as good as alike.

# %% tags=["guard"]
assert spans[1] < spans[0] / 50
if not YOURS:
    assert scaled_twice < right - 0.2

# %% [markdown]
# ### 3. Unfrozen, but not compiled again
#
# For the next two, only the last part of the body is unfrozen: block 7 and the convolution behind it. What comes before is
# computed once, as above.

# %%
before = keras.Model(network.input, network.get_layer("block6d_add").output)
maps, test_maps = seen_by(before, train), seen_by(before, test)


def tail():
    """A copy of block 7 and what follows, with the trained head: from block 6's maps to classes."""
    last = keras.Model(before.output, network.get_layer("avg_pool").output)
    copy = keras.models.clone_model(last)
    copy.set_weights(last.get_weights())
    copy.trainable = False
    own = keras.models.clone_model(head)
    own.set_weights(head.get_weights())
    return copy, keras.Model(copy.input, own(copy.output))


def fitted(model, rate=None, epochs=10):
    """Trains, after compiling where a rate is given; the part of the test pictures that is right."""
    if rate is not None:
        adam = keras.optimizers.Adam(rate)
        model.compile(adam, "sparse_categorical_crossentropy")
    model.fit(maps, train.labels, epochs=epochs, verbose=0)
    return right_of(model, test_maps, test.labels)


# %%
last, model = tail()
fitted(model, rate=1e-4, epochs=1)
kept = [w.copy() for w in last.get_weights()]
for compiled in (False, True):
    last.trainable = True
    fitted(model, rate=1e-4 if compiled else None, epochs=1)
    moved = sum(not np.array_equal(a, b) for a, b in zip(kept, last.get_weights()))
    print(f"compiled again: {compiled}; arrays of weights that moved: {moved} of {len(kept)}")

# %% [markdown]
# Keras decides what is trained when it compiles. Without that, `trainable = True` changes nothing, and nobody says so.
#
# ### 4. The head's rate for the body
#
# A new head starts at random, and 0.01 was right for it. The body's weights are good already.

# %%
scores = {}
for rate in (1e-4, 1e-2):
    last, model = tail()
    last.trainable = True
    for layer in last.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = False
    start = [np.array(w) for w in last.trainable_weights]
    scores[rate] = fitted(model, rate, epochs=5)
    far = sum(np.sum((a - b) ** 2) for a, b in zip(start, last.trainable_weights))
    apart = np.sqrt(far / sum(np.sum(a**2) for a in start))
    print(f"rate {rate:g}: moved by ≈ {apart:.1%} of their size, ≈ {scores[rate]:.0%} right")

# %% [markdown]
# At the head's rate ten steps carry the weights more than a hundred times as far from where a million photographs had put
# them, and most of what they knew is lost. A tenth to a hundredth of the head's rate is usual for a body.

# %% tags=["guard"]
if not YOURS:
    assert scores[1e-2] < scores[1e-4] - 0.2 and scores[1e-4] > 0.8

# %% [markdown]
# ### 5. Unfrozen in the middle of a block
#
# `for layer in body.layers[-8:]` is quickly written. Where does it cut, and what is trained then?

# %%
last, model = tail()
for layer in last.layers[-8:]:
    layer.trainable = True
start = {layer.name: layer.get_weights() for layer in last.layers}
score = fitted(model, rate=1e-4, epochs=5)
cut = [
    name
    for name, weights_before in start.items()
    if any(
        not np.array_equal(a, b) for a, b in zip(weights_before, last.get_layer(name).get_weights())
    )
]
print("trained:", *cut)
print(f"≈ {score:.0%} right")

# %% [markdown]
# It cuts block 7 in two: the normalisation behind the depthwise convolution moves, and so does the last 1×1; the depthwise convolution itself
# and the expansion do not. That is no catastrophe, but no decision either. Count in blocks, and look at `figures.trained_layers` before you train.

# %% tags=["guard"]
assert cut == ["block7a_bn", "block7a_project_conv", "block7a_project_bn", "top_conv", "top_bn"]

# %% [markdown]
# ### 6. Augmented, then split
#
# Fifty pictures, twenty changed copies of each, and *then* a tenth is drawn as test set. A test picture's sisters are
# among those it learned from:

# %%
(x, y), (fresh, fresh_labels) = data.load("fashion_mnist")
random = np.random.default_rng(0)
few, few_labels = np.repeat(x[:50, ..., None], 20, axis=0), np.repeat(y[:50], 20)
for function in (augment.Shift(1), augment.Crop(0.9), augment.Colour(0.2)):
    few, few_labels = function(few, few_labels, random)
order = random.permutation(len(few))
learn, held = order[:900], order[900:]


def nearest(images):
    """The label of the most similar picture among those that were learned."""
    apart = images.reshape(len(images), -1).astype("float32") @ known.T
    return few_labels[learn][np.argmin(sizes - 2 * apart, axis=1)]


known = few[learn].reshape(len(learn), -1).astype("float32")
sizes = (known**2).sum(axis=1)
leaked = np.mean(nearest(few[held]) != few_labels[held])
honest = np.mean(nearest(fresh[:1000]) != fresh_labels[:1000])
print(f"errors: ≈ {leaked:.0%} on the part split off, ≈ {honest:.0%} on fresh pictures")

# %% [markdown]
# (No network at all: each picture gets the label of the most similar one.) The first number is worth nothing. Split
# first, by photograph, or by person, or by day: whatever makes pictures sisters. Then augment what is learned from, and nothing else.

# %% tags=["guard"]
assert leaked < 0.1 and honest > 0.3

# %% [markdown]
# ## Augmentation: pictures from pictures
#
# A mirrored cat is a cat. Each function takes a batch, its labels and a random generator, and gives both
# back; look at what they make before you train with it:

# %%
cat = data.photo("chelsea", pixels=160)
kinds = {
    "mirror": augment.Mirror(),
    "shift": augment.Shift(24),
    "crop": augment.Crop(0.5),
    "colour": augment.Colour(0.5),
    "PCA colour": augment.PCAColour.of(cat, by=3),
    "cutout": augment.Cutout(64),
    "mixup": augment.Mixup(2, alpha=1.0),
}
batch, two = np.stack([cat, data.photo("coffee", pixels=160)]), np.array([0, 1])
made = {name: f(batch, two, np.random.default_rng(30))[0][0] for name, f in kinds.items()}
figures.images([cat, *made.values()], ["as it is", *made], columns=4, size=1.9, dark_is_high=False)

# %% [markdown]
# Mirroring, shifts and random crops say: where something stands does not matter. Colour says so of the light. **Cutout** hides a
# square, so that not everything can hang on one detail. **Mixup** goes further: it adds two pictures, and their labels alike,
# 0.65 of a cat and 0.35 of a cup; the loss has to take probabilities then. (The square that hides may lie over the edge.)
#
# AlexNet's **PCA colour shift** moves along the axes on which the colours of photographs vary most: eigenvectors of the 3×3
# covariance of red, green and blue, times the eigenvalues, times a random number of deviation 0.1 (drawn thirty times as
# strong here; as published, one cannot see it):

# %%
shift = augment.PCAColour.of(np.concatenate([data.photo(n, 160) for n in data.PHOTOS]))
Table(
    {
        "variance": np.round(shift.variances, 4),
        "its share (%)": np.round(100 * np.array(shift.variances) / sum(shift.variances), 1),
        **{c: np.round(v, 2) for c, v in zip(("red", "green", "blue"), np.array(shift.axes))},
    },
    index=["first axis", "second axis", "third axis"],
)

# %% [markdown]
# More than four fifths of all variance lie along the first axis, on which red, green and blue change together: brightness. So the shift
# changes brightness most and the tint a little, as the light of a day does.
#
# ### In training
#
# `training.Batches` takes them as a list. Each batch is a function of the seed and the step alone, so that an interrupted
# training goes on with the very same pictures (lesson 10). The same four, in three epochs:

# %%
(x, y), _ = data.load("fashion_mnist")
batches = training.Batches(
    x[:100, ..., None], y[:100], 4, augment=[augment.Mirror(), augment.Shift(3)], shuffle=False
)
rows = np.concatenate([batches.batch(step)[0] for step in (0, 25, 50)])
figures.images(
    rows, ["epoch 1"] * 4 + ["epoch 2"] * 4 + ["epoch 3"] * 4, columns=4, dark_is_high=False
)

# %% [markdown]
# What does each bring? A small network learned Fashion-MNIST from 100 and from 1,000 pictures, in 300 steps, three seeds each, the rate
# chosen for each kind. It was tested twice: on the test images as they are, and on the same images *moved*, that is, mirrored and shifted by up to two pixels, by
# chance (`scripts/train_augmented.py`). Errors in per cent, the mean of three seeds, the least and the most:

# %%
(augmented,) = results.read("transfer", "augmentation-fashion_mnist.json")
as_they_are, moved_too = by_way(augmented), by_way(augmented, "moved")
Table.from_dict(
    {
        kind: {
            f"{name}, {count:,}": results.spread([100 * e for e in errors[kind][count]])
            for name, errors in (("test", as_they_are), ("moved", moved_too))
            for count in (100, 1000)
        }
        for kind in as_they_are
    },
    orient="index",
)

# %% [markdown]
# On the test images as they are, nothing helps. With 100 pictures most runs overlap; with 1,000 every kind loses, up to nearly four points. Look at these
# images: all clothes stand in the middle, and most shoes point to the left. What mirrors and shifts teach is not asked for, and learning
# it takes steps, of which there are 300. On the moved test images the network that learned from 1,000 pictures as they are misses 34 % instead of 19; trained on
# mirrored and shifted ones, it misses 23. That is no surprise, it was trained for just this; but it is the point. Augmentation tells the network
# what you know of the pictures that will come. Choose it for these.

# %% tags=["guard"]
assert all(
    min(e[1000]) > max(as_they_are["none"][1000]) for k, e in as_they_are.items() if k != "none"
)
for count in (100, 1000):
    assert max(moved_too["mirror and shift"][count]) < min(moved_too["none"][count]) - 0.05
    assert np.mean(moved_too["none"][count]) > 1.3 * np.mean(as_they_are["none"][count])

# %% [markdown]
# Colours need coloured images: the same network and steps on small photographs, CIFAR-10. Errors in per cent on test images as they are:

# %%
(in_colour,) = results.read("transfer", "augmentation-cifar10.json")
print(in_colour["note"])
Table.from_dict(
    {
        kind: {
            f"{count:,} pictures": results.spread([100 * error for error in errors])
            for count, errors in counts.items()
        }
        for kind, counts in by_way(in_colour).items()
    },
    orient="index",
)

# %% [markdown]
# With 1,000 pictures all three runs with PCA colours are better than all without, by about a point; the paper, too, reports a good point, on ImageNet.
# The other kinds cannot be told from none, and with 100 pictures nothing can. One point and three runs are not much to
# rely on: what augmentation brings here, in 300 steps, is little beside what comes of ten times as many pictures.

# %% tags=["guard"]
assert all(
    (max(runs[1000]) < min(by_way(in_colour)["none"][1000])) == (kind == "PCA colour")
    for kind, runs in by_way(in_colour).items()
)
assert all(max(e[1000]) < min(e[100]) - 0.05 for e in by_way(in_colour).values())

# %% [markdown]
# ## Several views, several networks
#
# AlexNet looked at ten crops of each test picture (corners, middle, and their mirror images) and averaged the probabilities. And where
# several networks err differently, their average is better than each. Three small networks from three seeds, 2,000 pictures, 24 of
# 28 pixels:


# %%
def small_network(seed, epochs=10):
    """Trained on crops of 24×24 at random places, and on their mirror images."""
    random = np.random.default_rng(seed)
    crops = []
    for _ in range(epochs):  # new ones for each
        turned, _ = augment.Mirror()(few, few_labels, random)
        corners = random.integers(0, 5, (len(few), 2))
        crops += [image[i : i + 24, j : j + 24] for image, (i, j) in zip(turned, corners)]
    keras.utils.set_random_seed(seed)
    x = image = keras.Input((24, 24, 1))
    x = layers.Rescaling(1 / 255)(x)
    for filters in (16, 32):
        x = layers.MaxPooling2D(2)(layers.Conv2D(filters, 3, activation="relu")(x))
    output = layers.Dense(10, activation="softmax")(layers.Flatten()(x))
    model = keras.Model(image, output)
    schedule = keras.optimizers.schedules.CosineDecay(3e-3, epochs * len(few) // 32)
    model.compile(keras.optimizers.Adam(schedule), "sparse_categorical_crossentropy")
    model.fit(np.stack(crops), np.tile(few_labels, epochs), batch_size=32, verbose=0)
    return model


# %%
few, few_labels = x[:2000, ..., None], y[:2000]
trained = [small_network(seed) for seed in (1, 2, 3)]

# %%
views = augment.ten_crops(fresh[:2000, ..., None], 24)  # (10, images, 24, 24, 1)
flat = views.reshape(-1, 24, 24, 1)
said = np.stack([probabilities_of(model, flat).reshape(10, -1, 10) for model in trained])


def error(probabilities):
    return 100 * np.mean(probabilities.argmax(axis=-1) != fresh_labels[:2000])


Table.from_dict(
    {
        name: {"test error (%)": f"≈ {error(values):.1f}"}
        for name, values in {
            "first network, the middle": said[0, 4],
            "second network, the middle": said[1, 4],
            "third network, the middle": said[2, 4],
            "first network, ten views": said[0].mean(axis=0),
            "second network, ten views": said[1].mean(axis=0),
            "third network, ten views": said[2].mean(axis=0),
            "all three, the middle": said[:, 4].mean(axis=0),
            "all three, ten views": said.mean(axis=(0, 1)),
        }.items()
    },
    orient="index",
)

# %% [markdown]
# Ten views help each of the three, by half a point to more than one. (2,000 test pictures: a point is twenty of them.) The average of the three networks is
# no better than each alone. They are small and alike, and have learned from the same 2,000 pictures.

# %% tags=["guard"]
assert np.mean([error(p.mean(axis=0)) for p in said]) < np.mean([error(p[4]) for p in said])

# %% [markdown]
# ### What the papers report
#
# On ImageNet, error of the five likeliest classes (top-5), as the papers state it:

# %%
REPORTED = [
    ("AlexNet, 2012, table 2", "1 network, 10 crops", 18.2, "5 networks", 16.4),
    ("GoogLeNet, 2015, table 3", "1 network, 1 crop", 10.07, "7 networks, 144 crops each", 6.67),
    ("ResNet, 2016, tables 4 and 5", "1 network (152 layers)", 4.49, "6 networks", 3.57),
]
columns = ("paper", "alone", "top-5 error (%)", "together", "top-5 error (%) together")
Table([dict(zip(columns, row)) for row in REPORTED]).set_index("paper")

# %% tags=["guard"]
assert REPORTED[0][2] == published.value("alexnet", "validation error, top 5")
assert REPORTED[1][2] == published.value("googlenet_main", "validation error, top 5")
assert 7 * 144 == 1_008

# %% [markdown]
# (On validation images; ResNet's six networks on test images.) Seven networks with 144 crops take 1,008 times the work of one look. That wins a benchmark; in a telephone nobody would wait for it.
#
# ### The state of computer vision
#
# The notes order tasks by how much labelled data there is: speech had much, image recognition a good deal, object detection less, since a box
# is dearer than a word. Where data is scarce, people put in knowledge by hand: features, architectures, and this lesson's transfer and
# augmentation, both of which say something that the pictures alone do not.

# %% [markdown]
# ### The notes' points, settled
#
# 1. *Not from random weights*: right where the tasks are near each other (CIFAR-10 from photographs: 34 instead of 51 % wrong with 1,000
#    pictures). For two kinds of clothes it counted with 100 pictures, and no more with 1,000.
# 2. *Few images: freeze everything*: that is cheapest, and with ten pictures no worse than the rest.
# 3. *More images: freeze less*: right from 100 pictures on, as far as it was measured: all frozen, or nothing.
# 4. *Augmentation helps nearly always*: little here, in 300 steps, on images that stand still; much, where the images to come vary as it does.
# 5. *Averages win benchmarks*: ten views helped each network, at ten times the work; the average of three small networks did not. In the
#    papers' table both do.
#
# ## What to remember
#
# - Take a trained network, freeze its body, compute its features once, train a head: minutes, not weeks.
# - With few pictures little is lost by freezing; with more, freeze less. What moves, moves at a small rate.
# - The faults are silent. Test one picture whose answer you know, split before you augment, and look at the pictures.

# %% [markdown]
# ## Test yourself
#
# 1. You have 12 photographs of each of three kinds of screws. What do you train, and what do you keep for the end?
#
# <details><summary>Answer</summary>
#
# A head on frozen features. Some photographs of each kind, held out by file before anything else (better: taken on another day, with another
# screw), looked at once, at the end.
#
# </details>
#
# 2. Why may features be computed once if the body is frozen, but not if pictures are augmented anew in each epoch?
#
# <details><summary>Answer</summary>
#
# Another picture has other features. One can compute features of several augmented copies of each, and keep these.
#
# </details>
#
# 3. A network for X-rays was trained with mirror images. What did that tell it that is wrong?
#
# <details><summary>Answer</summary>
#
# That left and right do not matter. The heart is on the left.
#
# </details>
#
# 4. Somebody unfreezes a body with batch normalisation and trains with batches of 4. Training goes well, the test badly. What first?
#
# <details><summary>Answer</summary>
#
# Freeze its batch normalisations, each by itself: means and variances of four pictures are noise, and what it keeps of them for the test
# is not what it was trained with.
#
# </details>
#
# 5. Ten crops lower an error from 20 to 19 %. What does it cost, and what else could be bought for that?
#
# <details><summary>Answer</summary>
#
# Ten times the work for each picture. For about as much, 2³ = 8 times, lesson 12's compound rule gives a network of φ = 3.
#
# </details>

# %% [markdown]
# **Try it.** How many pictures does it take? Train the head on 1, 2, 5 and 10 of each class:
#
# ```python
# for count in (1, 2, 5, 10):
#     rows = np.concatenate([np.flatnonzero(train.labels == k)[:count] for k in range(len(train.classes))])
#     again = keras.models.clone_model(head)
#     again.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
#     again.fit(features[rows], train.labels[rows], epochs=100, verbose=0)
#     print(count, right_of(again, test_features, test.labels))
# ```
#
# <details><summary>What you should see</summary>
#
# About 80, 86, 94 and 98 % of these five, which look different. One picture of each class is a good part of the way.
#
# </details>
#
# **Papers.** J. Yosinski and others, *How transferable are features in deep neural networks?*, NIPS 2014. S. Kornblith and others,
# *Do Better ImageNet Models Transfer Better?*, CVPR 2019. T. DeVries and G. Taylor, *Improved Regularization of Convolutional Neural
# Networks with Cutout*, 2017. H. Zhang and others, *mixup: Beyond Empirical Risk Minimization*, ICLR 2018. A. Krizhevsky and others,
# *ImageNet Classification with Deep Convolutional Neural Networks*, NIPS 2012, sections 4.1 and 5.
#
# Now [the exercises](exercises/13_transfer_learning.ipynb), then [lesson 14](14_after_resnet.ipynb):
# what came after ResNet.
