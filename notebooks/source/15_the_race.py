# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 15 · The race
#
# {{badge}}
#
# | | |
# |---|---|
# | **You will be able to** | (in brackets the exercise) scale a network to a budget, and say what that does to each of its parts (`scaled_work`); find the networks that no other beats in error and work (`never_beaten`); tell a lead from luck (`verdict`), choose a rate without fooling yourself (`chosen_rate`), and say what a comparison cannot tell (`whose_merit`); put blocks of several papers into one network (`one_of_each`), and measure what twenty years do for LeNet-5 (`modern_lenet`) |
# | **You need** | all lessons help; [lesson 6](06_resnet152.ipynb), [11](11_mobilenet.ipynb) and [14](14_after_resnet.ipynb) most |
# | **Time** | {{time}} |
#
# You have built the networks of 21 years, 1998 to 2019. Most papers say that theirs is better, or cheaper, than those before. Many trained longer, too, with more
# tricks and on faster machines. What is the *networks'* part in it? Here they run in one race: the same work for each image, the same images,
# the same steps. One idea to remember: a comparison says something about what differs only if all else is equal.

# %% tags=["setup"]

# %%
import keras  # red lines below are TensorFlow's notices about the machine; they do no harm
import numpy as np

from utils import cost, data, figures, networks, papers, published, results, training
from utils.tables import Table

history = papers.read()

# %% [markdown]
# ## From the papers
#
# All networks of the course in the order in which they became public, each with what it brought:

# %%
Table.from_dict(
    {
        paper["name"]: {"year": paper["first"][:4], "what it brought": paper["idea"]}
        for paper in history
    },
    orient="index",
)

# %% [markdown]
# Ten of the papers report the **top-1 error** on ImageNet. Against the multiply-adds of one image, with a thin arrow from each paper to the next:

# %%
reported = {}
for paper in history:
    images, error = papers.error(paper["ledger"]) or ("", None)
    if images == "ImageNet":
        work = published.value(paper["ledger"], "multiply-adds") / 1e9
        reported[paper["name"]] = (work, [error])
# %%
figures.named_points(reported, "billions of multiply-adds an image", "top-1 error on ImageNet, %")

# %% [markdown]
# Follow the arrows. From AlexNet to VGG-16 the error falls and the work grows more than twenty times. ResNet-50 has less of both. Then they turn back and forth: down to the right for the least error, to the left for the least work.
# Lower left is better. EfficientNet-B0 has ResNet-50's error with a tenth of its work, and of these ten *nobody* has less error with as little work.
#
# But the points were not made alike. AlexNet learned for some 90 epochs from crops and mirrored copies, with a rate that was lowered by hand. EfficientNet learned with augmentation that a search had found, with dropout, stochastic depth and a schedule of its own. And the papers do not test alike: ResNet-50's error is that of ten crops averaged, VGG-16's that of images of 384 pixels, most others' that of one crop, and the work is always that of one crop. (So SE-ResNet-50 looks worse here than ResNet-50; in its own paper's comparison, one crop each, it is better: 23.3 to 24.8.) One part of the way down belongs to the networks, the other to the training, and this picture cannot tell them apart. How large the second can be was shown in 2021: *ResNet-50*, unchanged, trained with all that had been learned about training since, has 19.6 % wrong, less than any point here (Wightman and others).

# %% tags=["guard"]
points = {name: (work, errors[0]) for name, (work, errors) in reported.items()}
assert len(points) == 10 and [history[0]["first"], history[-1]["first"]] == ["1998-11", "2019-05"]
assert 20 < points["VGG-16"][0] / points["AlexNet"][0] < 22
assert all(new < old for new, old in zip(points["ResNet-50"], points["VGG-16"]))
assert 0.099 < points["EfficientNet-B0"][0] / points["ResNet-50"][0] < 0.101
assert abs(points["EfficientNet-B0"][1] - points["ResNet-50"][1]) < 0.1
dearer = [point for name, point in points.items() if name != "EfficientNet-B0"]
assert not any(w <= 0.386 and e <= 22.9 for w, e in dearer)
assert min(error for _, error in points.values()) > 100 - 80.4
assert (5_000 + 63) // 64 * 10 == 790

# %% [markdown]
# ## Predict
#
# All networks of the course, seventeen, each made narrower or wider until an image costs about 12 million multiply-adds. All see the same 5,000 images of clothes for ten epochs, with no augmentation, and each gets the best of several learning rates.
#
# - Which one makes the fewest errors? Which the most?
# - How many points of error lie between ResNet-20 and EfficientNet-B0, and who leads?
# - All have equal multiply-adds. The slowest network's step takes how many times as long as LeNet-5's?
# - Now LeNet-5, AlexNet, VGG-11, ResNet-20 and MobileNet with a thirtieth or fortieth of the work, 0.3 to 0.4 million. Who wins?
# - And with small colour photographs instead of clothes: is the first the same?
#
# Write your five answers down.
#
# <details><summary>Answer, once you have yours</summary>
#
# Fewest errors: Xception (12.1 %); most: network in network (26.7 %). ResNet-20 leads EfficientNet-B0 by 1.7 points. The slowest step takes seven and a half times as long as LeNet-5's. With a fortieth of the work LeNet-5 wins. On photographs another one is first, wide ResNet-16. If you were wrong in some: so were we, and that is why one measures.
#
# </details>

# %% [markdown]
# ## One budget
#
# What is equal, and what is not?
#
# - **Equal for all:** about as many multiply-adds an image, 10.8 to 12.7 million; 5,000 training images, ten epochs, batches of 64; Adam, the rate falling like a cosine, no augmentation, no weight decay; three random seeds.
# - **Its own for each:** the width; how far the images are enlarged before they go in; for four of them the depth (VGG, pre-activated, wide, dense); dropout, where the network has it; and the learning rate, tuned: three at first, and more as long as the best is the largest or smallest.
#
# Why should the images be larger for some? MobileNet halves its maps five times; of 28×28 pixels nothing would be left to look at. So its images are enlarged to 64×64, and what that costs has to be saved in width. What was run (`--width` multiplies the filters: ResNet-20 has 0.6 of its own 16, 32 and 64, *wide* ResNet-16 0.75 of the same, in four layers fewer):

# %%
raced = results.raced()
Table.from_dict(
    {
        paper["racer"]: {"for": paper["name"], "made by scripts/train.py": paper["fashion_mnist"]}
        for paper in history
    },
    orient="index",
)

# %% [markdown]
# Does the rate matter so much? ResNet-50's runs with the first seed:

# %%
PARTS = {"training": "training", "development": "held-out", "test": "test"}
tried = results.read("all", "resnet-50-fashion_mnist-10epochs-seed1-*.json")
rows = {
    f"rate {run['options']['rate']:g}": {
        f"{said} error, %": round(100 * run["errors"][part], 1) for part, said in PARTS.items()
    }
    for run in sorted(tried, key=lambda run: run["options"]["rate"])
}
Table.from_dict(rows, orient="index")

# %% [markdown]
# One network, and the rate alone moves its test error further than most networks below lie apart. With small rates it learns its training images nearly by heart, and is *worse* on new ones. (Why, the table cannot say. A common explanation: large steps do not let the network settle in solutions that fit only these images.)
#
# A rate is chosen on 5,000 *other* images, held out for that; the 10,000 test images are looked at once, at the end (exercise 4 shows what happens otherwise). To save time, the rates are tried with the first seed only, each three times the one before; a finer search might help some a little. The three runs of each differ in their seeds: other first weights, another order of the images. A network leads
# *only* if all of its runs are better than all of the other's.
#
# ## The race

# %%
results.standings()

# %% [markdown]
# (Errors: the mean of three runs, and for test images in brackets the best and the worst. Training and test errors are both measured after the last step and as in use: without dropout, normalised by the averages.)
#
# The same as a picture. A bar reaches from the best run to the worst; the arrows are history again. (Network in network, with 26.7 %, would lie far above.)

# %%
tested = {name: [100 * e for e in results.errors(runs, "test")] for name, runs in raced.items()}
del tested["network in network"]
# %%
figures.named_points(
    {name: (raced[name][0]["parameters"], errors) for name, errors in tested.items()},
    "parameters",
    "test error, %",
)

# %% [markdown]
# More parameters do not mean fewer errors here. The four at the lower left have some 100,000 or fewer, and of all others only Xception makes fewer errors than they. The three at the far right have most of theirs in dense layers; AlexNet has 44 times as many as ResNet-20. From AlexNet to ResNet-20 history goes to the left. Those around 1,000,000 were drawn for ImageNet and have many channels on small maps, where a weight takes
# little work.
#
# And what does a step take, in memory and in time?

# %%
costs = results.costs()
costs

# %% [markdown]
# (*Outputs* are those of all layers for one image, which training has to keep; *ms a step* is a step of 64 images on one processor thread, the median of seven rounds through all networks.)

# %%
figures.named_points(
    {name: (float(costs.loc[name, "ms a step"]), errors) for name, errors in tested.items()},
    "milliseconds a step of 64 images",
    "test error, %",
)

# %% [markdown]
# Equal multiply-adds, and steps that differ seven and a half times: 77 milliseconds for LeNet-5, 577 for DenseNet-46. Lesson 11 said why: depthwise convolutions, normalisation, additions and concatenations move many numbers for little arithmetic (EfficientNet-B0 keeps 25 times as many outputs as LeNet-5), and many small layers cost more than few large ones. Outputs alone do not say it: MobileNetV2 keeps the most, and DenseNet-46, the smallest, is the slowest. (Likely since each of its layers normalises all maps before it once more.) Wide ResNet-16 makes as few errors as ResNet-20, within the bars, and
# takes a quarter less time: fewer and larger layers (lesson 14).
#
# ## What history bought, and what not
# Read the table by pairs, and count a lead only where all three runs lie beyond all three.
#
# - **From LeNet-5 to AlexNet: 2.6 points.** ReLU, max pooling, dropout and more layers came at once; which of them did it, this race does not say (exercise 7 asks).
# - **From AlexNet to VGG-11 and GoogLeNet: no lead.** VGG-11 makes *more* errors than AlexNet in all runs, GoogLeNet cannot be told from it. Likely because both are deep and have no normalisation, and 790 steps (79 batches, ten times) are few: their training errors are higher than AlexNet's, too. Network in network is far from done (25 % of the *training* images wrong, and runs that lie far apart).
# - **From GoogLeNet to plain-20: 1.4 points.** Plain-20 is about as deep, and has batch normalisation (and no inception blocks, no enlarged images, no dropout, so normalisation need not be all of it): of the training images it gets 5 % wrong, GoogLeNet 11.
# - **From plain-20 to ResNet-20: 1.1 points.** These two differ in the shortcut alone (and in the rate that suits each). It is one of the few pairs here with a single change.
# - **ResNet-20's relatives: no lead.** Pre-activated, wide or dense, 12.9 to 13.2 %. But DenseNet-46 does it with 42,196 parameters, fewer than half: its paper's claim, and it holds here.
# - **The networks drawn for ImageNet since: one leads.** Xception leads all others, by 0.8 points or more in the mean, with seven times ResNet-20's parameters. ResNet-50, ResNeXt-50 and SE-ResNet-50, MobileNet, MobileNetV2 and EfficientNet-B0 make 0.6 to 2.3 points *more* errors than ResNet-20 in the mean. They, too, have seven to fourteen times its parameters, and all seven look at images enlarged to 64 or 72 pixels that hold no more than 28. What sets Xception apart? It filters each channel by itself, as MobileNet does, has shortcuts, as ResNet-50 has, and no bottleneck. Which of it counts, the race cannot say: too much differs at once.
# - **From ResNet-50 to SE-ResNet-50: 1.1 points.** Again one change, the votes of the channels, a tenth more parameters, and all runs better: what its paper reports holds here. (Its relative ResNeXt-50 cannot be told from ResNet-50.)
#
# So, at this size: 4.6 points from 1998 to 2015, a quarter of all errors (3.7, if one takes the small LeNet-5 of below, which is better than the wide one), and one more from ResNet-20 to Xception. None of the others that came after ResNet-20 leads it; DenseNet-46 has fewer parameters, wide ResNet-16 and ResNet-50 take less time. That is *not* what ImageNet says. There photographs have detail to use, a thousand classes to part and a million images to fit, and training goes on for hundreds of thousands of steps. A network is an answer to a question; this race asks another.
#
# And how sure is a lead? If two networks were equally good, three runs of one would all be ahead of three of the other in one case of ten, by chance alone (six runs fall into two threes in 20 ways; in 2 of them the best three stand together). The table has 136 pairs: if all networks were equally good, it would still show 13 or 14 leads. Believe those with a wide gap, and those that something else confirms: lesson 5 does it for the shortcut, and a second race below for some more.

# %% tags=["guard"]
ahead = ["AlexNet", "AlexNet", "plain-20", "ResNet-20", "SE-ResNet-50"]
behind = ["LeNet-5", "VGG-11", "GoogLeNet", "plain-20", "ResNet-50"]
for better, worse in zip(ahead, behind):
    assert max(tested[better]) < min(tested[worse])
ones = ["AlexNet", "ResNet-20", "ResNet-20", "ResNet-20", "ResNet-50"]
others = ["GoogLeNet", "ResNet-20, pre-activated", "wide ResNet-16", "DenseNet-46", "ResNeXt-50"]
for one, other in zip(ones, others):
    assert min(tested[one]) < max(tested[other]) and min(tested[other]) < max(tested[one])
train = {name: results.errors(runs, "training") for name, runs in raced.items()}
assert max(train["AlexNet"]) < min(train["GoogLeNet"] + train["VGG-11"])
assert [round(100 * np.mean(train[name])) for name in ("plain-20", "GoogLeNet")] == [5, 11]
assert round(100 * np.mean(train["network in network"])) == 25
work = [runs[0]["multiply-adds"] / 1e6 for runs in raced.values()]
assert (round(min(work), 1), round(max(work), 1)) == (10.8, 12.7)
rates = [runs[0]["options"]["rate"] for runs in raced.values()]
assert round(max(rates) / min(rates)) == 30
apart = [round(max(errors) - min(errors), 1) for errors in tested.values()]
assert (min(apart), max(apart)) == (0.1, 2.4)
assert len(raced) == 17 and len(history) == 17 and 17 * 16 // 2 == 136
everyone_else = [error for name, errors in tested.items() if name != "Xception" for error in errors]
assert max(tested["Xception"]) < min(everyone_else)

# %% tags=["guard"]
means = {name: round(float(np.mean(errors)), 1) for name, errors in tested.items()}  # as shown
assert round(means["LeNet-5"] - means["AlexNet"], 1) == 2.6
assert round(means["GoogLeNet"] - means["plain-20"], 1) == 1.4
assert round(means["plain-20"] - means["ResNet-20"], 1) == 1.1
assert round(means["ResNet-50"] - means["SE-ResNet-50"], 1) == 1.1
assert round(means["LeNet-5"] - means["ResNet-20"], 1) == 4.6
assert round(means["EfficientNet-B0"] - means["ResNet-20"], 1) == 1.7 and means["Xception"] == 12.1
size = {name: runs[0]["parameters"] for name, runs in raced.items()}
assert 1.1 < size["SE-ResNet-50"] / size["ResNet-50"] < 1.12
assert size["DenseNet-46"] == 42_196 < size["ResNet-20"] / 2
assert min(size, key=size.get) == "DenseNet-46" and 43 < size["AlexNet"] / size["ResNet-20"] < 45
for name in ("MobileNet", "MobileNetV2", "EfficientNet-B0", "ResNet-50", "ResNeXt-50"):
    assert min(tested[name]) > max(tested["ResNet-20"]) and 7 < size[name] / size["ResNet-20"] < 14
    assert 1.0 <= round(means[name] - means["ResNet-20"], 1) <= 2.3
assert round(means["SE-ResNet-50"] - means["ResNet-20"], 1) == 0.6
by_mean = sorted(means, key=means.get)
assert by_mean[0] == "Xception" and round(means[by_mean[1]] - means["Xception"], 1) == 0.8
assert round(means["ResNet-20"] - means["Xception"], 1) == 1.0
assert all(7 < size[name] / size["ResNet-20"] < 14 for name in ("SE-ResNet-50", "Xception"))
assert max(size[name] for name in by_mean[1:5]) == 100_010

# %% tags=["guard"]
most = {name: np.mean(results.errors(runs, "test")) for name, runs in raced.items()}
assert (
    max(most, key=most.get) == "network in network" and round(100 * max(most.values()), 1) == 26.7
)
took = dict(costs["ms a step"])
assert took["ResNet-50"] < took["ResNet-20"]
assert max(costs["outputs, kB"]) == costs.loc["MobileNetV2", "outputs, kB"]
assert max(took.values()) == took["DenseNet-46"] == 577 and took["LeNet-5"] == 77
assert 24 < float(costs.loc["EfficientNet-B0", "outputs, kB"]) / 189 < 26
assert 0.7 * took["ResNet-20"] < took["wide ResNet-16"] < 0.8 * took["ResNet-20"]

# %% [markdown]
# ## ImageNet's order, and this one
#
# Does the order of the papers' errors on ImageNet say anything about this race? For the networks that have both:

# %%
both, rows = {}, {}
for paper in history:
    if paper["name"] in reported:
        error, errors = reported[paper["name"]][1][0], tested[paper["racer"]]
        both[paper["racer"]] = (error, errors)
        rows[paper["racer"]] = {
            "year": paper["first"][:4],
            "ImageNet, %": f"{error:.1f}",
            "in the race, %": results.spread(errors),
        }
Table.from_dict(rows, orient="index")

# %% [markdown]
# (ImageNet's errors are those that the papers report of their own large networks: of VGG-16, not VGG-11, of DenseNet-121, not DenseNet-46. ResNet-50's is still that of ten crops.)

# %%
axes = "top-1 error on ImageNet, as reported, %", "test error in the race, %"
figures.named_points(both, *axes, logarithmic=False, line=False)

# %% [markdown]
# If ImageNet's order held here, the points would rise from left to right. Take both as lists of places, first to last, and correlate them (1: the same order, −1: the reverse, 0: no common trend):


# %%
def agreement(pairs):
    """The correlation of places: by the first of each pair, and by the mean of the second."""
    there, here = zip(*((first, np.mean(errors)) for first, errors in pairs))
    return np.corrcoef(np.argsort(np.argsort(there)), np.argsort(np.argsort(here)))[0, 1]


print(f"correlation of the places: {agreement(both.values()):.2f}")

# %% [markdown]
# No clear sign of a common order. (Two lists of ten in random order correlate between −0.65 and 0.65 in 19 cases of 20.) AlexNet, far behind on ImageNet, cannot be told from ResNet-50 and ResNeXt-50. So a network's place in one list is not a property of the network alone. It belongs to the network, the data, the size and the training together; which of them counts most, the next section asks. Before you choose one for your own 5,000 images, try three.

# %% tags=["guard"]
assert abs(agreement(both.values())) < 0.3 and len(both) == 10
for name in ("ResNet-50", "ResNeXt-50"):
    assert min(tested["AlexNet"]) < max(tested[name]) and min(tested[name]) < max(tested["AlexNet"])

# %% [markdown]
# ## The same race on photographs
#
# The papers' trainings differ from this race in everything. What if little more than the images differs? CIFAR-10 has colour photographs of 32×32 pixels, of ten kinds of animals and vehicles. Again 5,000 of them, ten epochs, the best rate for each, three seeds. They are larger than the clothes and have three channels, so nine of the networks are narrower, DenseNet-46 by nearly a fifth: 10.0 to 12.8 million multiply-adds (the commands are in `data/published/papers.csv`). Whoever guesses gets 90 % wrong.

# %%
results.standings("cifar10")

# %% [markdown]
# (From a copy in JPEG files, which loses a little; two thirds of the runs were made on a GPU with Keras on JAX, the others on a processor with TensorFlow. Each result in `data/results` says which.)
#
# Wide ResNet-16 is first. Both races, a network a point, with a bar for its runs on photographs; VGG-11 and network in network would lie outside:

# %%
photographs = {
    name: [100 * error for error in results.errors(runs, "test")]
    for name, runs in results.raced("cifar10").items()
}
outside = "VGG-11", "network in network"
twice = {
    name: (np.mean(tested[name]), errors)
    for name, errors in photographs.items()
    if name not in outside
}
axes = "test error on clothes, %", "test error on photographs, %"
figures.named_points(twice, *axes, logarithmic=False, line=False)

# %% [markdown]
# Here the points do rise from left to right: who does well on clothes does well on photographs. The places of all seventeen, as above:

# %%
on_clothes = {n: np.mean(results.errors(runs, "test")) for n, runs in raced.items()}
pairs = [(on_clothes[name], errors) for name, errors in photographs.items()]
print(f"correlation of the places: {agreement(pairs):.2f}")

# %% [markdown]
# Nearly one order, and far beyond chance, which gives between −0.49 and 0.49 in 19 cases of 20. It is an order of groups: the same five are ahead in both races, but among these five the order is another. So other images, as small and as few, with the same training, change little. What separates both races from ImageNet's order is likely the rest: the size and number of the images, the size of the networks, the training.
#
# Step by step: how many points of test error the later network has fewer or more, in brackets as a part of the earlier one's, or that the runs of the two overlap:

# %%
taken = [
    ("LeNet-5", "AlexNet"),
    ("AlexNet", "GoogLeNet"),
    ("GoogLeNet", "plain-20"),
    ("plain-20", "ResNet-20"),
    ("ResNet-20", "ResNet-20, pre-activated"),
    ("ResNet-20", "Xception"),
    ("wide ResNet-16", "Xception"),
    ("ResNet-50", "SE-ResNet-50"),
]
steps = results.steps(taken, {"clothes": "fashion_mnist", "photographs": "cifar10"})
steps

# %% [markdown]
# Four steps pay in both races, in all runs: from LeNet-5 to AlexNet (both widened; the small LeNet-5 below is better), from GoogLeNet to plain-20, the shortcut, the votes of the channels. Such leads you can believe. The last two change one thing alone; and on photographs the shortcut takes away a fifth of all errors.
#
# Two do not carry over. *Xception* was ahead of all on clothes. On photographs it cannot be told from ResNet-20, and wide ResNet-16, which it led in all runs, now leads in all runs. There Xception gets 10 % of its *training* images wrong and 44 % of the new ones: it has learned most of its photographs by heart. (Of its clothes, too, 1.9 and 12.1 %; so that need not be the reason.) And *pre-activation* shows no difference on clothes and makes 4.3 points *more* errors here, in all runs. Its paper promises something else, a way through hundreds of layers. Its rate is another here, too (0.003 for 0.01); whether that is the reason, the race does not say.
#
# And VGG-11: its three runs get 57, 73 and 90 % wrong. The last one guesses. Eleven layers without normalisation may begin to learn at this rate, or not, and the seed decides. The rate was chosen with the first seed, which did begin. (GoogLeNet, deeper and without normalisation, too, learns with all three, at a third of the rate.) With one run for each network you would not have seen it.

# %% tags=["guard"]
there = "2.6 fewer (15 %)|0.5 more, overlap|1.4 fewer (9 %)|1.1 fewer (8 %)|0.1 more, overlap|"
assert "|".join(steps["clothes"]) == there + "1.0 fewer (8 %)|1.1 fewer (8 %)|1.1 fewer (7 %)"
there = "2.5 fewer (4 %)|1.0 more, overlap|5.2 fewer (9 %)|11.0 fewer (20 %)|4.3 more (10 %)|"
assert "|".join(steps["photographs"]) == there + "0.7 more, overlap|2.1 more (5 %)|4.8 fewer (9 %)"
assert [round(error) for error in sorted(photographs["VGG-11"])] == [57, 73, 90]
learned = {n: np.mean(results.errors(r, "training")) for n, r in results.raced("cifar10").items()}
assert {*sorted(learned, key=learned.get)[:3]} == {"Xception", "MobileNet", "MobileNetV2"}
assert round(100 * learned["Xception"]) == 10 and learned["MobileNet"] < 0.11
assert round(np.mean(photographs["Xception"])) == 44 and len(photographs) == 17
assert agreement(pairs) > 0.9 and len(pairs) == 17
five = sorted(tested, key=lambda name: np.mean(tested[name]))[:5]
assert {*sorted(photographs, key=lambda name: np.mean(photographs[name]))[:5]} == {*five}
assert agreement([(np.mean(tested[name]), photographs[name]) for name in five]) < -0.2
assert min(photographs, key=lambda name: np.mean(photographs[name])) == "wide ResNet-16"
for one, other in ((r["EfficientNet-B0"], r["ResNet-50"]) for r in (tested, photographs)):
    assert max(one) > min(other) and max(other) > min(one)
assert max(tested["MobileNet"]) < min(tested["ResNet-50"])
assert max(photographs["MobileNet"]) > min(photographs["ResNet-50"])
much = [runs[0]["multiply-adds"] / 1e6 for runs in results.raced("cifar10").values()]
assert (round(min(much), 1), round(max(much), 1)) == (10.0, 12.8)
narrower = [paper for paper in history if paper["cifar10"] != paper["fashion_mnist"]]
assert len(narrower) == 9

# %% tags=["guard"]
both_races = results.raced(), results.raced("cifar10")
chosen = [{n: runs[0]["options"]["rate"] for n, runs in race.items()} for race in both_races]
assert [rates_of["ResNet-20, pre-activated"] for rates_of in chosen] == [0.01, 0.003]
assert (chosen[1]["ResNet-20"], chosen[1]["VGG-11"], chosen[1]["GoogLeNet"]) == (
    0.01,
    0.001,
    0.0003,
)
by_heart = [100 * np.mean(results.errors(race["Xception"], "training")) for race in both_races]
assert [round(by_heart[0], 1), round(by_heart[1])] == [1.9, 10]
cores = [run["machine"]["cores"] for runs in results.entered("cifar10").values() for run in runs]
assert 0.64 < cores.count(16) / len(cores) < 0.7
for places, bound in ((10, 0.65), (17, 0.49)):
    draws = (np.random.default_rng(seed).permutation(places) for seed in range(4_000))
    by_chance = [abs(np.corrcoef(range(places), drawn)[0, 1]) for drawn in draws]
    assert abs(np.quantile(by_chance, 0.95) - bound) < 0.02

# %% [markdown]
# ## Where LeNet-5 wins
#
# Five of the seventeen once more, one for each time of the course, with 0.3 to 0.4 million multiply-adds an image, a thirtieth to a fortieth of the work. The rules are the same. LeNet-5 has its own filters and units, on 28×28 pixels; the others get so narrow that they fit:

# %%
light = results.standings("light")
light

# %% [markdown]
# LeNet-5 wins: each of its runs makes fewer errors than all runs of all others. The table does not prove why. Likely:
#
# - *It learns fastest.* Its training error is the least by far, 8 % against 13 to 17: in 790 steps the others have not yet learned what they could. Two convolutions and three dense layers are a short way for a gradient.
# - *It was drawn for this.* Small grey images, ten classes, a processor of 1998. At this price the others are caricatures: ResNet-20 has 2, 3 and 6 filters in its three stages and 2,817 parameters in all, VGG-11's first layer 3 filters. What helps 64 channels need not help 3.
#
# And it stays behind when it grows. With 7.6 times the width and 43 times the work (its row in the table above) it is *worse* than small: 17.7 to 16.8 %, and in training, too: 11.8 to 8.2 %. So it does not overfit; it is harder to train. Much of what later papers brought is about that: ReLU, normalisation, shortcuts. (Exercise 7 adds two of them to LeNet-5.)

# %% tags=["guard"]
few = results.raced("light")
assert set(few) == {"LeNet-5", "AlexNet", "VGG-11", "ResNet-20", "MobileNet"}
for part in ("test", "training"):
    small, wide = (results.errors(runs["LeNet-5"], part) for runs in (few, raced))
    rivals = [e for n, runs in few.items() if n != "LeNet-5" for e in results.errors(runs, part)]
    assert max(small) < min(rivals) and max(small) < min(wide)
    assert part == "test" or (round(100 * np.mean(small)) == 8 and min(rivals) > 0.125)
    assert (
        part == "training" or round(100 * np.mean(small) - np.mean(tested["ResNet-20"]), 1) == 3.7
    )
assert 42 < raced["LeNet-5"][0]["multiply-adds"] / few["LeNet-5"][0]["multiply-adds"] < 44
assert few["ResNet-20"][0]["parameters"] == 2_817
narrow = {"input_shape": (32, 32, 1), "classes": 10}
pair = networks.resnet_cifar(20, width=0.1, **narrow), networks.vgg("A", width=0.04, **narrow)
filters = [[x.filters for x in network.layers if hasattr(x, "filters")] for network in pair]
assert set(filters[0]) == {2, 3, 6} and (filters[1][0], max(filters[1])) == (3, 20)

# %% [markdown]
# ## A race of your own
#
# Live, on your machine: three small ones, three seeds each, a minute for all. LeNet-5, the light VGG-11, and ResNet-8, which is ResNet-20 with one block in each stage where that has three. They have 0.3 to 0.5 million multiply-adds and the rates of the light race (for ResNet-8 that of ResNet-20).

# %%
IMAGES = training.by_profile(quick=800, full=20_000)
(clothes, labels), (unseen, unseen_labels) = data.load("fashion_mnist")
to_32 = ((0, 0), (2, 2), (2, 2))
clothes = np.pad(clothes[:IMAGES], to_32)[..., None] / np.float32(255)
unseen = np.pad(unseen[:1_000], to_32)[..., None] / np.float32(255)
# %%
SHAPE = {"input_shape": (32, 32, 1), "classes": 10}
RACERS = {
    "LeNet-5": (lambda: networks.lenet5(**SHAPE), 0.01),
    "VGG-11": (lambda: networks.vgg("A", width=0.04, **SHAPE), 0.003),
    "ResNet-8": (lambda: networks.resnet_cifar(8, width=0.2, **SHAPE), 0.03),
}


# %%
def run(make, rate):
    """The errors on 1,000 unseen images, in %, of three trainings from other first weights."""
    network, errors = make(), []
    falling = keras.optimizers.schedules.CosineDecay(rate, 4 * IMAGES // 40)
    network.compile(keras.optimizers.Adam(falling), "sparse_categorical_crossentropy")
    for seed in (1, 2, 3):
        keras.utils.set_random_seed(seed)
        network.set_weights(make().get_weights())
        for memory in network.optimizer.variables:  # Adam forgets the training before
            memory.assign(keras.ops.zeros_like(memory))
        network.fit(clothes, labels[:IMAGES], batch_size=40, epochs=4, verbose=0)
        guessed = np.argmax(network(unseen, training=False), axis=1)
        errors.append(100 * float(np.mean(guessed != unseen_labels[:1_000])))
    return errors


# %%
live = {name: run(*racer) for name, racer in RACERS.items()}
# %%
Table.from_dict(
    {
        name: {
            "multiply-adds": cost.multiply_adds(make()),
            "parameters": make().count_params(),
            "test error, %": f"≈ {results.spread(live[name])}",
        }
        for name, (make, _) in RACERS.items()
    },
    orient="index",
)

# %% [markdown]
# With 800 images and eighty steps: LeNet-5, and by far. VGG-11, eight convolutions of 3 to 20 filters and three dense layers without normalisation, is far from done. ResNet-8 gets further with a fourteenth of the parameters (and half as much work again), likely by its shortcuts and normalisation. (LeNet-5 has more weights here than above: its images have an edge of zeros, 32×32 as in the paper.) Depth has to be paid for in steps, and eighty are too few.

# %% tags=["guard"]
assert max(live["LeNet-5"]) < min(live["ResNet-8"] + live["VGG-11"])
deep, eight = RACERS["VGG-11"][0](), RACERS["ResNet-8"][0]()
assert 1.5 < cost.multiply_adds(eight) / cost.multiply_adds(deep) < 1.6
assert 13.5 < deep.count_params() / eight.count_params() < 14.5
assert training.by_profile(quick=max(live["ResNet-8"]) < min(live["VGG-11"]), full=True)

# %% [markdown]
# ## What to remember
#
# - Error, work, parameters, memory, time: a network is a point in five directions. "Better" needs the direction beside it.
# - A comparison needs one budget, a tuned rate for each, several seeds, and errors on images by which nothing was chosen. Numbers from two papers seldom share all that.
# - Under this budget four steps paid, on clothes and on photographs: LeNet-5 to AlexNet, GoogLeNet to the normalised plain-20, the shortcut, the votes of the channels. EfficientNet-B0, which has ResNet-50's error on ImageNet with a tenth of its work, cannot be told from it at equal work here.
#
# ## Questions across lessons
#
# For an hour with pencil and paper, or with somebody else. Each needs two lessons or more.
#
# **A.** Count for one 3×3 layer from 64 to 64 channels on 28×28: weights and multiply-adds; then for the same in 32 groups; depthwise with a 1×1 behind it; and through a bottleneck of 16 channels.
#
# <details><summary>Answer</summary>
#
# 36,864 weights, 28.9 million multiply-adds. In groups a thirty-second of both: 1,152 and 0.9 million. Depthwise and 1×1: 576 + 4,096 = 4,672 and 3.7 million. Bottleneck: 1,024 + 2,304 + 1,024 = 4,352 and 3.4 million. (Lessons 14, 11, 6 or 8; without biases. Every multiply-add count is 784 times the weights, since each weight is used at every place.)
#
# </details>
#
# **B.** 1×1 convolutions stand in network in network, GoogLeNet, ResNet-50, MobileNet and squeeze-and-excitation. What do they do in each?
#
# <details><summary>Answer</summary>
#
# A small network at every pixel (lesson 7); fewer channels before a costly filter (8); down and up again around a 3×3 (6); all mixing between channels, after filters that mix none (11); in the votes, dense layers on one vector of means, which is a 1×1 on a map of 1×1 (12).
#
# </details>
#
# **C.** Name three ways to keep a gradient alive through many layers, and the network that brought each into this course.
#
# <details><summary>Answer</summary>
#
# A side branch, which feeds a loss in half way (GoogLeNet, lesson 9, which doubts that it helps); a shortcut (ResNet, 5), or concatenation (DenseNet, 14); normalisation, which holds the size of what is passed (plain-20 has it, 4 and 14). ReLU instead of tanh (AlexNet, 2) is a fourth.
#
# </details>
#
# **D.** Where do the parameters of LeNet-5, AlexNet, VGG-16 and ResNet-50 mostly stand, and why did that change?
#
# <details><summary>Answer</summary>
#
# In the first three in the dense layers behind the last map. Global average pooling (network in network, lesson 7) left one number a map to read; so from GoogLeNet on most stand in convolutions.
#
# </details>
#
# **E.** You have 300 photographs of six birds and an afternoon. What do you do, in which order, and what must you not do?
#
# <details><summary>Answer</summary>
#
# Split them before anything else, and by session, so that no two pictures of one moment lie on both sides. Take published weights with exactly their own scaling (12), train a new head on frozen features, then, with a small rate and frozen normalisation, more (13). Augment the training part only. Three seeds. Do not choose by the test images.
#
# </details>
#
# **F.** A paper reports 4.2 million parameters and 569 million multiply-adds. Your copy has 4,253,864 and 568.7 million. Is it the same network?
#
# <details><summary>Answer</summary>
#
# Likely: that is MobileNet, and 4,231,976 of yours are trainable; the rest are moving averages. But equal counts prove little: shapes, strides, order, and best of all published weights that give published predictions, prove more (lessons 11, 6, 12).
#
# </details>
#
# **G.** Two networks have 75.0 and 74.6 % correct, one run each. Which is better?
#
# <details><summary>Answer</summary>
#
# One run each cannot tell. In the race on clothes runs of one network, which differ in their seeds alone, lie 0.1 to 2.4 points apart, and further where training hardly works (network in network).
#
# </details>
#
# **H.** A network has as many multiply-adds as another and takes four times as long. Name three reasons.
#
# <details><summary>Answer</summary>
#
# Layers that move many numbers for little arithmetic: depthwise convolutions, normalisation, additions, concatenations (11, 14). Many small layers one after the other (14). Kernels for such layers that use the machine less well, as for groups on a processor (11, 14).
#
# </details>

# %% [markdown]
# ## Test yourself
#
# 1. The race gave every network the same epochs. Whom does that favour?
#
# <details><summary>Answer</summary>
#
# Those that learn fast: normalised, residual, not too deep. A rule of equal *final* loss, or of ten times the epochs, could change the order. ResNet's own training on CIFAR-10 has 64,000 steps; here there are 790.
#
# </details>
#
# 2. Why is each network's rate tuned, and not one rate taken for all?
#
# <details><summary>Answer</summary>
#
# The best rates of the race on clothes differ by thirty times. One rate for all would be a race of who happens to like it.
#
# </details>
#
# 3. Could the rate be chosen by the test error, if it is done for all alike?
#
# <details><summary>Answer</summary>
#
# Then the numbers would tend to be too small, and most so for networks whose runs vary most. One rule for all can still favour some.
#
# </details>
#
# 4. Two networks' bars overlap. May you say that they are equally good?
#
# <details><summary>Answer</summary>
#
# No: only that three runs cannot tell them apart. With thirty runs each, the means might, although the bars would overlap even more. The rule of the bars is one for three runs.
#
# </details>
#
# 5. What would you change so that the race says more about ImageNet?
#
# <details><summary>Answer</summary>
#
# Photographs, more classes, larger images, more of them, and training until nothing improves. Each costs; all together cost what ImageNet costs.
#
# </details>

# %% [markdown]
# **Try it.** Build a network of your own with at most 420,000 multiply-adds (`cost.multiply_adds`; LeNet-5 has 416,520 here), enter it into `RACERS`, and beat LeNet-5 in all three runs. Anything that you have seen is allowed; begin with exercise 7's changes.
#
# <details><summary>What you should see</summary>
#
# LeNet-5 with normalisation, ReLU and max pooling has the same multiply-adds. In exercise 7, with 2,000 images, it makes about a quarter fewer errors. If that is easy, take 0.1 million.
#
# </details>
#
# **Papers.** Those of the lessons; `data/published` has every figure with its source. How to compare: A. Canziani and others, *An Analysis of Deep Neural Network Models for Practical Applications*, 2016; I. Radosavovic and others, *On Network Design Spaces for Visual Recognition*, ICCV 2019; R. Wightman and others, *ResNet strikes back*, 2021.
#
# Now [the exercises](exercises/15_the_race.ipynb). Every network has a [recap card](cards.md), every word an entry in the [glossary](glossary.md). Back to [the map](00_start_here.ipynb): the rest is your own reading.
