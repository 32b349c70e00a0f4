# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 12 · EfficientNet, and a network that names your photograph
#
# {{badge}}
#
# | | |
# |---|---|
# | **You will be able to** | (in brackets the exercise) build a network that takes published weights, and scale its input right (`stage`, `scale_input`); compute what depth, width and resolution cost, and apply the compound rule (`times_the_work`, `compound`); build squeeze-and-excitation (`squeeze_excite`); compute a class activation map (`activation_map`); say what a network's certainty is worth, and test what it looks at (`certainty`, `grey_or_tiles`) |
# | **You need** | inverted residual blocks from [lesson 11](11_mobilenet.ipynb), global average pooling from [lesson 7](07_one_by_one_convolutions.ipynb) |
# | **Time** | {{time}} |
#
# Eleven lessons, and none of their networks ever named a picture. This one does: you build
# EfficientNet-Lite0 from lesson 11's block, put weights into it that were trained on 1.2 million
# photographs, and show it one of your own. One idea to remember: a network can be made deeper, wider, or
# given finer images; **compound scaling** does a little of each at once.

# %% tags=["setup"]

# %%
from math import ceil

import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np
from keras import layers

from utils import attribution, blocks, cost, data, figures, networks, published, results, weights
from utils.networks.efficientnet import SCALES
from utils.tables import Table

keras.utils.set_random_seed(2019)

# %% [markdown]
# ## From the lecture notes
#
# 1. Given more to compute with, one can use finer images (r), make the network deeper (d), or wider (w).
# 2. The question is at what rate to scale each.
# 3. Compound scaling scales all three at the same time.
# 4. With an open-source implementation and its weights, one need not train from scratch.
#
# Each of these gets settled below.

# %% [markdown]
# ## The picture
#
# EfficientNet's block is MobileNetV2's inverted residual with one thing more. This is a block of EfficientNet-B0, the
# smallest of the family, on maps of 56×56 with 24 channels:

# %%
x = keras.Input((56, 56, 24), name="x")
figures.wiring(keras.Model(x, blocks.mb_conv(x, 24, name="block"), name="block of B0"))

# %% [markdown]
# What is new is the way that begins with a global average and ends in the multiplication, **squeeze-and-excitation**: the mean of each of the
# 144 channels over all places (squeeze); two small layers, with six numbers between them and a sigmoid at the end, that
# make of these 144 means 144 numbers from 0 to 1 (excite); and each channel is multiplied by its number. So a channel that does not matter for *this*
# picture is turned down. And where MobileNet has ReLU6, B0 has **SiLU**, x·sigmoid(x), also called swish: it
# looks like a ReLU with a rounded corner.
#
# EfficientNet-*Lite0* is the variant for telephones: no squeeze-and-excitation, and ReLU6, since their chips do both
# of the others slowly. So its block is exactly lesson 11's. It is the one whose weights ship with this course.

# %% [markdown]
# ## Predict
#
# - You may double the multiply-adds of a network. By which factor could you make it deeper? Wider? By
#   which factor could you make the sides of its images longer?
# - The photograph below shows a cat's face. ImageNet, the data set of the weights, has 1,000 classes,
#   five of them house cats. How sure do you expect a network to be of its first guess?
#
# <details><summary>Answer, once you have yours</summary>
#
# - Deeper: twice. Wider: √2, since the work of a 1×1, which is nearly all of it, grows with the channels that come
#   in *and* with those that go out. Longer sides: √2, for the same reason with height and width.
# - 38 %, you will see. It is far surer that it is *some* cat.
#
# </details>

# %% [markdown]
# ## Build it
#
# The paper's table 1 has seven stages. A row: size of the filters, stride of the first block, expansion,
# channels, how many blocks.

# %%
STAGES = [(3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3)]
STAGES += [(5, 1, 6, 112, 3), (5, 2, 6, 192, 4), (3, 1, 6, 320, 1)]


def normalised(x, name):
    x = layers.BatchNormalization(epsilon=1e-3, name=f"{name}_bn")(x)
    return layers.ReLU(6.0)(x)


def lite0(image):
    x = layers.Rescaling(1 / 128, offset=-127 / 128)(image)  # 0 to 255 -> about -1 to 1
    x = layers.Conv2D(32, 3, 2, padding="same", use_bias=False, name="stem_conv")(x)
    x = normalised(x, "stem")
    for stage, (kernel, stride, expansion, channels, repeats) in enumerate(STAGES, start=1):
        for letter in "abcd"[:repeats]:
            strides = stride if letter == "a" else 1
            options = {"squeeze": 0, "activation": "relu6", "name": f"block{stage}{letter}"}
            options |= {"kernel": kernel, "strides": strides, "expansion": expansion}
            x = blocks.mb_conv(x, channels, **options)
    x = layers.Conv2D(1280, 1, use_bias=False, name="top_conv")(x)
    x = layers.GlobalAveragePooling2D()(normalised(x, "top"))
    return layers.Dense(1000, activation="softmax", name="predictions")(x)


# %%
image = keras.Input((224, 224, 3))
network = keras.Model(image, lite0(image), name="efficientnet_lite0")
published.compare(network, "efficientnet_lite0")

# %% [markdown]
# 4.7 million parameters come out as the authors state. Their 407 million multiply-adds do not; what they
# counted besides convolutions and the dense layer is not said. A random network knows nothing, of course:

# %%
cat = data.photo("chelsea", pixels=224)  # the square in the middle, as uint8
untrained = keras.ops.convert_to_numpy(network(cat[None]))
print(f"{untrained.min():.1%} to {untrained.max():.1%}")

# %% [markdown]
# All 1,000 classes have about the same probability. Now the weights. They are 4,694,024 numbers in
# `data/weights`, stored in 16 bits each, 9.4 megabytes; layers and weights find each other by name:

# %%
weights.load(network, "shipped")
said = weights.likeliest(network(cat[None]))
figures.guesses([cat], said)

# %% [markdown]
# **It is a cat.** Nobody wrote a rule about ears or whiskers; 4.7 million numbers were moved by gradients until
# 1.2 million photographs were mostly right. Three classes of house cats and the lynx are close to each other here, so the
# certainty is spread over them.

# %% tags=["guard"]
assert 0.0005 < untrained.min() <= untrained.max() < 0.002
assert network.count_params() == 4_694_024 and cost.multiply_adds(network) == 385_187_552
shipped = networks.efficientnet("Lite0")
assert shipped.count_params() == network.count_params()
assert [name for name, _ in said[0]][:3] == ["Egyptian cat", "tiger cat", "tabby"]
assert 0.3 < said[0][0][1] < 0.45
assert sum(p for name, p in said[0] if "cat" in name or name in ("tabby", "lynx")) > 0.85

# %% [markdown]
# ## Your own photograph
#
# Put the path of one of your photographs between the quotation marks (JPEG, PNG or WebP; in JupyterLab you
# can drag a file into the list at the left). On Colab, write `"upload"`, and you will be asked for one.
# Until then it is a photograph that ships.

# %%
YOURS = "coffee"  # for example "holiday.jpg"
mine = data.photo(YOURS, pixels=224)
figures.guesses([mine], weights.likeliest(network(mine[None])))

# %% [markdown]
# Nothing leaves the machine on which this notebook runs. (On Colab, that is one of Google's.)
#
# ### Look at its classes first
#
# It can only say one of its 1,000 words. Is what you show it among them?

# %%
words = weights.classes()
print(len(words), "classes, among them", ", ".join(words[i] for i in (0, 99, 285, 504, 817, 967)))
[word for word in words if "cat" in word.split()]

# %% [markdown]
# (The Madagascar cat is a lemur, and the fifth house cat, the tabby, does not say that it is one.) Now three
# photographs of something else:

# %%
others = [data.photo(name, pixels=224) for name in ("flower", "rocket", "astronaut")]
named = weights.likeliest(network(np.stack(others)))
figures.guesses(others, named)

# %% [markdown]
# A dahlia is none of the 1,000 classes, a rocket that carries no warhead neither, and *human being* is not
# among them at all. The network has no word for "something else". The 1,000 numbers of a softmax add up to 1
# whatever it is shown, so it says *something*. Its certainty is low here, but so it was for the cat.

# %% tags=["guard"]
assert [best[0][0] for best in named] == ["daisy", "missile", "bobsled"]
assert all(best[0][1] < 0.4 for best in named)
assert not {"dahlia", "person", "astronaut", "rocket"} & set(words)

# %% [markdown]
# Is a high certainty a proof, at least? Show it 100 pictures of clothes, 28×28 and grey, which are nothing like
# ImageNet's photographs:

# %%
(_, _), (clothes, _) = data.load("fashion_mnist")
clothes = np.repeat(clothes[:100, ..., None], 3, axis=-1)
enlarged = keras.ops.image.resize(clothes.astype("float32"), (96, 96))
small = networks.efficientnet("Lite0", input_shape=(96, 96, 3))
weights.load(small, "shipped")
probabilities = keras.ops.convert_to_numpy(small(enlarged))
certainty = probabilities.max(axis=1)
print(f"surer than 50 %: ≈ {np.sum(certainty > 0.5)} of {len(certainty)} pictures")
surest = np.argsort(-certainty)[:3]
figures.guesses(clothes[surest], weights.likeliest(probabilities[surest], count=2))

# %% [markdown]
# Of most of them it is sure, of some as sure as one can be. (They are also smaller than what it was trained on.) Certainty is no
# proof. A network is **calibrated** if, of all its answers with 80 % certainty, 80 % are right; nothing makes it
# so by itself, and on pictures unlike those that it was trained on it rarely is. (The same weights were just used
# for images of 96×96. No layer before the average depends on the image's size.)

# %% tags=["guard"]
assert np.sum(certainty > 0.5) > 60 and certainty.max() > 0.99

# %% [markdown]
# ## What it looks at
#
# The network ends in a mean over 7×7 places and one dense layer, like network in network in lesson 7.
# So the score of a class is a sum over places, and each place's part can be drawn: a **class activation map**. At
# each place, the 1,280 channels are multiplied by the weights with which the class reads their means:
#
# $$\text{score}_c = b_c + \frac{1}{49} \sum_{\text{places}} \underbrace{\sum_k w_{kc}\, f_k(\text{place})}_{\text{map}_c(\text{place})}$$
#
# **Grad-CAM** gets such a map for networks that end otherwise: instead of the weight it takes the mean gradient
# of the score with respect to channel k, and keeps what is positive. **Occlusion** needs no formula: hide a
# square of 48×48 pixels (with the image's mean colour), measure how much the probability of the class falls, move it on
# by 44. (A few seconds.) The stronger the orange, the higher the map; the cross is where it is highest.

# %%
EGYPTIAN_CAT = words.index("Egyptian cat")
activation = attribution.class_activation(network, cat, EGYPTIAN_CAT)
gradient = attribution.grad_cam(network, cat, EGYPTIAN_CAT)
hidden = attribution.occlusion(network, cat, EGYPTIAN_CAT, patch=48, stride=44)
figures.heat(cat, {"class activation": activation, "Grad-CAM": gradient, "occlusion": hidden})

# %% [markdown]
# For the cat all of the face speaks, cheeks and nose most. Occlusion has only 5×5 places, and it measures the *probability*, which also falls where another
# cat gets likelier: it need not agree. The same for the cup:

# %%
ESPRESSO = words.index("espresso")
cup = data.photo("coffee", pixels=224)
maps = {
    "class activation": attribution.class_activation(network, cup, ESPRESSO),
    "Grad-CAM": attribution.grad_cam(network, cup, ESPRESSO),
    "occlusion": attribution.occlusion(network, cup, ESPRESSO, patch=48, stride=44),
}
figures.heat(cup, maps)

# %% [markdown]
# The first two maps agree, and not by chance. With this ending, the
# gradient of the score with respect to channel k is the same everywhere, $w_{kc}/49$: Grad-CAM is the positive
# part of the class activation map, over 49. Occlusion asks another question: not what speaks for the class, but
# what is missed when it is gone.

# %% tags=["guard"]
assert np.allclose(gradient, np.maximum(activation, 0) / 49, atol=1e-5)
headless = keras.Model(network.input, network.layers[-1].input)
bias = network.layers[-1].bias[EGYPTIAN_CAT]
score = headless(cat[None].astype("float32")) @ network.layers[-1].kernel[:, EGYPTIAN_CAT, None]
assert np.isclose(activation.mean(), float(score[0, 0]), rtol=1e-3)
assert maps["class activation"][2:5, 2:5].max() == maps["class activation"].max()

# %% [markdown]
# What do its channels look for? Six of the 32 maps of its first layer, and six of the 40 behind the first block of its
# third stage, where a place has read 35×35 pixels; those that differ most from place to place. (Dark is high, each on
# its own scale.)


# %%
def liveliest(layer, count=6):
    maps = keras.ops.convert_to_numpy(keras.Model(network.input, layer)(cat[None]))[0]
    best = np.argsort(-maps.std(axis=(0, 1)))[:count]
    return [maps[..., k] for k in best]


first = liveliest(network.get_layer("stem_bn").output)
third = liveliest(network.get_layer("block3a_project_bn").output)
figures.images(first + third, ["first layer"] * 6 + ["third stage"] * 6)

# %% [markdown]
# The first layer finds edges and patches of colour; in each map you still see the cat. In the third stage one hardly does: the maps
# answer in spots and stripes, and what each looks for has no name.

# %% tags=["guard"]
reads, moves = 3, 2  # pixels that a place has read, and from place to place
for kernel, stride, *_, repeats in [*STAGES[:2], (*STAGES[2][:-1], 1)]:
    for i in range(repeats):
        reads, moves = reads + (kernel - 1) * moves, moves * (stride if i == 0 else 1)
assert (reads, third[0].shape) == (35, (28, 28))
assert network.get_layer("block3a_project_bn").output.shape[-1] == 40

# %% [markdown]
# And on the photograph that you chose above, for its likeliest class:

# %%
likeliest = int(np.argmax(network(mine[None])))
figures.heat(mine, {words[likeliest]: attribution.class_activation(network, mine, likeliest)})

# %% [markdown]
# The map is that of the word that it found likeliest, right or wrong: it shows what speaks for *that* word.
#
# ## What fools it
#
# Five changes: the cat without colours; the cat cut into 16 tiles, in another order; the cat turned by 90°; the rocket turned by 90°; the
# launch pad without the rocket. Decide for each, before you look, whether the network will still name the cat, and the
# *missile* that it took the rocket for.


# %%
def tiles(photo, side=56):
    """The photograph cut into 16 squares, put together in another order."""
    cut = photo.reshape(4, side, 4, side, 3).transpose(0, 2, 1, 3, 4).reshape(16, side, side, 3)
    cut = cut[np.random.default_rng(0).permutation(16)].reshape(4, 4, side, side, 3)
    return cut.transpose(0, 2, 1, 3, 4).reshape(photo.shape)


rocket = data.photo("rocket", pixels=224)
gone = rocket.copy()
gone[55:205, 95:135] = rocket[55:205, 130:170]  # the sky beside it, over the rocket
changed = [
    np.repeat(cat.mean(axis=-1, keepdims=True), 3, axis=-1),  # without colours
    tiles(cat),
    np.rot90(cat),
    np.rot90(rocket),
    gone,
]
after = weights.likeliest(network(np.stack(changed)), count=3)
figures.guesses(changed, after)

# %% [markdown]
# The cat survives everything, and each change makes the network surer of it, even the 16 tiles: the parts are enough, an eye here, a nose
# there, fur everywhere, in any order. (Geirhos and others, 2019, found that networks trained on ImageNet decide by *texture* where
# texture and shape disagree.) The rocket lying on its side is a crane, though barely: lying, it is less of a missile. And with
# the rocket painted over, *drilling platform*, which was its second guess before, is the first: the towers and the lights speak, too.

# %% tags=["guard"]
assert [best[0][0] for best in after[:3]] == ["Egyptian cat"] * 3
assert after[1][0][1] > 0.5 and all(best[0][1] > said[0][0][1] for best in after[:3])
assert after[3][0][0] == "crane" and after[4][0][0] == "drilling platform"

# %% [markdown]
# ### A common fault: the input scaled twice
#
# This network divides by 128 itself. Most others in this course want numbers from 0 to 1. If you
# do both:

# %%
twice = weights.likeliest(network(cat[None] / 255))
black = weights.likeliest(network(np.zeros((1, 224, 224, 3))))
for best in (twice, black):
    print(", ".join(f"{name} {p:.1%}" for name, p in best[0][:3]))

# %% [markdown]
# For the network the picture is as good as black, and it answers as if it were. No error, no
# warning. Before you use anyone's weights, find out what they expect, and try one picture that you know.

# %% tags=["guard"]
assert twice[0][0][0] == black[0][0][0] and twice[0][0][1] < 0.1

# %% [markdown]
# ## Compound scaling
#
# Now the idea that made EfficientNet known. What does a network of this kind cost if you make it deeper,
# wider, finer? Count from the table, as you counted layers in the lessons before:


# %%
def work(depth=1.0, width=1.0, pixels=224):
    """Multiply-adds of the seven stages, Lite0's way: channels and repeats scaled."""
    total, before, side = 0, 32 * width, ceil(pixels / 2)
    for kernel, stride, expansion, channels, repeats in STAGES:
        for i in range(ceil(depth * repeats)):
            wide, after = expansion * before, channels * width
            expand = side**2 * before * wide if expansion > 1 else 0
            side = ceil(side / stride) if i == 0 else side
            total += expand + side**2 * wide * (kernel**2 + after)
            before = after
    return total


stages = [name for name in cost.table(network).index if name.startswith("block")]
counted = cost.table(network).loc[stages, "multiply_adds"].sum()
print(f"{work():,.0f} by this function, {counted:,} by Keras's layers")

# %%
FACTORS = (0.5, 1, 2, 3, 4)
curves = {
    "depth": {f: work(depth=f) / work() for f in FACTORS},
    "width": {f: work(width=f) / work() for f in FACTORS},
    "resolution": {f: work(pixels=round(224 * f)) / work() for f in FACTORS},
}
figures.cost_against_scale(curves)

# %% [markdown]
# Twice as deep takes about twice the work, twice as wide and twice as fine four times. The paper's rule, **compound
# scaling**, gives each a power of one number: depth
# $\alpha^\varphi$, width $\beta^\varphi$, resolution $\gamma^\varphi$, with
# $\alpha\,\beta^2\gamma^2 \approx 2$; so each step of φ doubles the work. A search among small networks
# gave α = 1.2, β = 1.1, γ = 1.15:

# %%
ALPHA, BETA, GAMMA = 1.2, 1.1, 1.15
print(f"α β² γ² = {ALPHA * BETA**2 * GAMMA**2:.3f}")


def explore(phi, deeper=100, wider=100, finer=100):
    """A network by the rule with φ = phi, then each measure times so many per cent."""
    depth, width = ALPHA**phi * deeper / 100, BETA**phi * wider / 100
    pixels = round(224 * GAMMA**phi * finer / 100)
    times = work(depth, width, pixels) / work()
    figure = figures.cost_against_scale(curves, chosen=times)
    figure.axes[0].set_title(f"depth {depth:.2f}, width {width:.2f}, {pixels} pixels")
    return figure


explore(phi=1)

# %% [markdown]
# By the rule, φ = 1 would take 1.92 times the work. It takes 2.7 times: there is no fifth of a block, so repeats are
# rounded up, and so are the sides of the maps. (B2, which φ = 1 fits, takes 2.6 times the work of B0.)
#
# The sliders choose φ, and make one of the three measures larger or smaller by so many per cent. (They need
# a running kernel; the picture above is where they start.)

# %%
figures.moving(
    explore, phi=(0, 3, 1), deeper=(50, 200, 100), wider=(50, 200, 100), finer=(50, 200, 100)
)

# %% tags=["guard"]
assert round(work()) == counted
one = work(ALPHA, BETA, round(224 * GAMMA)) / work()
assert 2.6 < one < 2.8 and round(993_561_872 / 385_814_752, 1) == 2.6
assert round(ALPHA * BETA**2 * GAMMA**2, 2) == 1.92
assert 1.9 < curves["depth"][2] < 2.2 and 3.6 < curves["width"][2] < 4
assert 3.9 < curves["resolution"][2] < 4.1

# %% [markdown]
# ### Check it against the paper
#
# EfficientNet-B1 to B7 are said to follow. With φ = ½, 1, 2, 3, 4, 5, 6 the rule would give:

# %%
PHI = {"B0": 0, "B1": 0.5, "B2": 1, "B3": 2, "B4": 3, "B5": 4, "B6": 5, "B7": 6}
rows = {}
for name, phi in PHI.items():
    width, depth, pixels, _ = SCALES[name]
    rows[name] = {
        "depth": depth,
        "depth by the rule": round(ALPHA**phi, 2),
        "width": width,
        "width by the rule": round(BETA**phi, 2),
        "pixels": pixels,
        "pixels by the rule": round(224 * GAMMA**phi),
    }
Table.from_dict(rows, orient="index")

# %% [markdown]
# Up to B3 what was used is the rule, rounded. Beyond, no φ fits all three: B7's depth would be that of φ = 6.2, its width that of 7.3, its pixels those of 7.0. (The paper does not print its φ; these are the values that fit best at the beginning.)
#
# And the costs that it states? The ledger, the course's table of published figures, has all eight; three are not what comes out:

# %%
stated = {}
for size in PHI:
    name = f"efficientnet_{size.lower()}"
    for figure in published.figures(name):
        if figure["figure"] == "multiply-adds":
            stated[size] = {
                "published, billions": figure["published"] / 1e9,
                "counted": round(figure["counted"] / 1e9, 2),
                "note": figure["note"],
            }
Table.from_dict(stated, orient="index")

# %% [markdown]
# Is a little of each better than one alone? In its table 3 the paper scales older networks to about four times their work. Of ResNet-50's
# 76.0 % right it reports 78.1 with depth 4, 77.7 with width 2, 77.5 with twice the pixels, and 78.8 with some of each.
# (For depth 4 it prints 16.2 billion multiply-adds and for width 2 14.7. Networks of this course give 14.57 and 16.12: the two look
# exchanged; whether the accuracies travelled with them, the paper cannot tell us.)

# %% tags=["guard"]
assert published.value("resnet50_3x3_deep", "multiply-adds") == 14_570_749_952
assert published.value("resnet50_3x3_wide", "multiply-adds") == 16_116_613_120
assert [rows[b]["pixels by the rule"] for b in ("B3", "B7")] == [296, 518]
b7 = np.log([3.1, 2.0, 600 / 224]) / np.log([ALPHA, BETA, GAMMA])
assert np.round(b7, 1).tolist() == [6.2, 7.3, 7.0] and SCALES["B7"][:3] == (2.0, 3.1, 600)
assert round(work(ALPHA**3, BETA**3, round(224 * GAMMA**3)) / work(), 1) == 8.7
table_3 = ["top 1 accuracy", "top 1 accuracy at 448x448", "top 1 accuracy, some of each"]
assert [published.value("resnet50_3x3", figure) for figure in table_3] == [76.0, 77.5, 78.8]
assert published.value("resnet50_3x3_deep", "top 1 accuracy") == 78.1
assert published.value("resnet50_3x3_wide", "top 1 accuracy") == 77.7

# %% [markdown]
# ### What squeeze-and-excitation costs

# %%
b0 = networks.efficientnet("B0")
Table.from_dict(
    {
        name: {"trainable parameters": count, "multiply-adds": cost.multiply_adds(model)}
        for name, model in (("Lite0, without", network), ("B0, with", b0))
        if (count := sum(int(np.prod(w.shape)) for w in model.trainable_weights))
    },
    orient="index",
)

# %% [markdown]
# 14 % more weights and 0.2 % more work, since its two layers read one mean for each channel, not a number for each
# place. (The multiplication of the channels is not counted, as activations are not: less than 1 % more.) The authors report 77.1 % right for B0 and 75.1 % for Lite0, which differ in the activation, too.

# %% tags=["guard"]
squeezed = cost.multiply_adds(b0) - cost.multiply_adds(network)
assert squeezed / cost.multiply_adds(network) < 0.002
assert round(37_745_884_192 / 385_814_752) == 98
assert 0.13 < 5_288_548 / 4_652_008 - 1 < 0.145

# %% [markdown]
# ### Measured: one of the three, or a little of each?
#
# On a small scale: Lite0 a quarter as wide, on clothes enlarged to 32×32, and four networks of four times its work. One is deeper, one wider, one gets
# larger images (the same clothes, enlarged to 64×64), and one some of each. 5,000 training images, ten epochs in batches of 64, three
# seeds: the mean, and in brackets the least and the most of 10,000 test images. Of the rates 0.003, 0.01 and 0.03 (for the deeper one 0.1, too) each has
# the best on other images. (`scripts/train.py`; each result in `data/results/scaling` has its command.)

# %%
WAYS = {
    "small": "base",
    "deeper": "deep",
    "wider": "wide",
    "larger images": "fine",
    "some of each": "compound",
}
scaled = {}
for way, folder in WAYS.items():
    found = results.runs(f"scaling/{folder}", "efficientnet")
    options = found[0]["options"]
    scaled[way] = {
        "depth, width, pixels": f"{options['depth']:g}, {options['width']:g}, {options['pixels']}",
        "multiply-adds (millions)": round(found[0]["multiply-adds"] / 1e6, 2),
        "parameters": found[0]["parameters"],
        **{
            f"{part} error (%)": results.spread([100 * e for e in results.errors(found, part)])
            for part in ("training", "test")
        },
    }
Table.from_dict(scaled, orient="index")

# %% [markdown]
# *Larger images* win, by more than the seeds differ, although nothing is to be seen in them that was not there before: larger maps in every
# stage were worth more than more layers or channels. *Some of each* and *wider* overlap. *Deeper* is worst by far, and worse than the
# small network, in training as well, as lesson 4's plain stacks were. In 790 steps its 64 blocks have not come as far as 16, shortcuts or
# not; more steps might tell another story.
#
# So here, one of the three alone was better than this mix. It is one mix, and not quite the rule's: channels come in eights, so that its first five
# stages are as wide as the small network's, and its blocks 23 instead of 16. The paper's networks were balanced to begin with, and trained for hundreds of epochs.
# What the table does say: which of the three a network has too little of, one has to measure.

# %% tags=["guard"]
tests = {
    w: results.errors(results.runs(f"scaling/{f}", "efficientnet"), "test") for w, f in WAYS.items()
}
large, mix = tests["larger images"], tests["some of each"]
assert max(large) < min(mix) and min(tests["deeper"]) > max(tests["small"])
assert max(mix) < min(tests["small"]) and max(mix) > min(tests["wider"])
assert all(len(errors) == 3 for errors in tests.values())
assert min(results.errors(results.runs("scaling/deep", "efficientnet"), "training")) > 0.2


# %% [markdown]
# ### The notes' points, settled
#
# 1. *Finer, deeper, wider*: right, and the three cost differently: depth in proportion, the others by their square.
# 2. *At what rate*: the paper answers by a search on small networks, and uses other rates for its largest.
# 3. *All three at once*: so B1 to B7 are made. The paper reports 77.1 % right for B0, and 84.3 % for B7 with 98
#    times the work. It reports that a little of each beats one alone, at equal work;
#    in our small experiment larger images alone did better than the one mix that was tried.
# 4. *Take the weights*: done. 9.4 megabytes, and your photograph has a name.
#
# ## What to remember
#
# - Deeper costs in proportion, wider and finer by the square; compound scaling does a little of each.
# - A network with published weights is useful at once, if its input is scaled as it was in training.
# - It says one of its words, whatever it sees; certainty is no proof, and what it looks at may be the background.

# %% [markdown]
# ## Test yourself
#
# 1. You have eight times the multiply-adds. Which depth, width and resolution does the compound rule give?
#
# <details><summary>Answer</summary>
#
# φ = 3, since each step doubles the work (1.92³ = 7.1 by the rule; counted, with all that is rounded up, 8.7). Depth 1.2³ = 1.73, width 1.1³ = 1.33, and
# sides 1.15³ = 1.52 times as long: 341 pixels. B4 has 1.8, 1.4 and 380.
#
# </details>
#
# 2. Why can weights that were trained on 224×224 be used for images of 96×96, but those of VGG-16 not?
#
# <details><summary>Answer</summary>
#
# Convolutions and the global average take any size. VGG-16 flattens 7×7×512 numbers, and its first dense layer
# has a weight for each of these.
#
# </details>
#
# 3. A class activation map of 7×7 is enlarged to 224×224. How finely does it say where the cat is?
#
# <details><summary>Answer</summary>
#
# A place stands for 32×32 pixels, so no finer than that; and it has read far around (lesson 3's receptive field), though most from its
# middle. It shows about which part of the image counts, not which pixel.
#
# </details>
#
# 4. A friend's network is 99 % sure that your X-ray shows a hen. What do you conclude?
#
# <details><summary>Answer</summary>
#
# Nothing about hens. If it was trained on ImageNet, X-rays were not among its pictures, and its certainty on them is no proof of anything.
#
# </details>
#
# 5. A channel's squeeze-and-excitation number is 0.02 for one photograph and 0.98 for another. In which of the two
#    would cutting that channel out of the network change the answer more?
#
# <details><summary>Answer</summary>
#
# In the second, most likely: in the first it is almost turned off already.
#
# </details>

# %% [markdown]
# **Try it.** Show the network a smaller and smaller part of the cat, enlarged again: 224, 160, 96, 64 and 32 of its
# pixels, from the middle. At which part would you still say "cat", and the network?
#
# ```python
# for side in (224, 160, 96, 64, 32):
#     edge = (224 - side) // 2
#     part = cat[edge : edge + side, edge : edge + side]
#     part = keras.ops.image.resize(part.astype("float32"), (224, 224))
#     print(side, weights.likeliest(network(part[None]), count=2)[0])
# ```
#
# <details><summary>What you should see</summary>
#
# At 160 and 96 pixels it says cat, and is less and less sure which; at 64, an eye and fur, it says *bloodhound*; at
# 32 anything. You would have given up on a piece of fur, too: what is gone is all that was around it.
#
# </details>
#
# **Papers.** M. Tan and Q. Le, *EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks*, ICML
# 2019. J. Hu and others, *Squeeze-and-Excitation Networks*, CVPR 2018. B. Zhou and others, *Learning Deep Features
# for Discriminative Localization*, CVPR 2016. R. Selvaraju and others, *Grad-CAM*, ICCV 2017. M. Zeiler and R. Fergus,
# *Visualizing and Understanding Convolutional Networks*, ECCV 2014. R. Geirhos and others, *ImageNet-trained CNNs
# are biased towards texture*, ICLR 2019.
#
# Now [the exercises](exercises/12_efficientnet.ipynb). Back to [lesson 11](11_mobilenet.ipynb), or to
# [the map](00_start_here.ipynb).
