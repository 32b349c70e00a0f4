"""Trains what lesson 14 shows of ResNet's relatives: blocks left out, and what channels vote for.

    python scripts/train_relatives.py dropped
    python scripts/train_relatives.py gates --data cifar10 --note "where the images came from"

dropped: a narrow ResNet-20 with stochastic depth or not, 5,000 images, ten epochs; then its error
with so many of its nine blocks left out, the mean of RANDOM choices. gates: a small SE-ResNet; what
its blocks multiply their channels by, for each class. Each has the best of three rates on
development images with the first seed. The results, with their commands, go to
data/results/relatives; lesson 14 shows them.
"""

import argparse
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402
from train_result import keep, revision  # noqa: E402
from train_transfer import error, parts  # noqa: E402

from utils import blocks, networks  # noqa: E402

RATES, SEEDS, EPOCHS, BATCH, RANDOM = (0.003, 0.01, 0.03), (1, 2, 3), 10, 64, 5
DROPS = (0.0, 0.5)


def train(model, images, labels, rate):
    steps = EPOCHS * -(-len(images) // BATCH)
    adam = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(adam, loss)
    model.fit(images, labels, batch_size=BATCH, epochs=EPOCHS, verbose=0)


def errors(model, there):
    return {part: error(model, *there[part]) for part in ("training", "development", "test")}


@contextmanager
def without(network, left_out):
    """Has the blocks of these numbers add nothing, and puts their weights back."""
    lasts = [layer for layer in network.layers if layer.name.endswith("_2_bn")]
    kept = [layer.get_weights() for layer in lasts]
    for number in left_out:
        lasts[number].gamma.assign(0 * lasts[number].gamma)
        lasts[number].beta.assign(0 * lasts[number].beta)
    try:
        yield
    finally:
        for layer, weights in zip(lasts, kept):
            layer.set_weights(weights)


def dropped(drop, there, rate, seed):
    """The errors, and those with 0 to 8 blocks left out."""
    keras.utils.set_random_seed(seed)
    shape = there["test"][0].shape[1:]
    network = networks.resnet_cifar(20, width=0.6, drop=drop, input_shape=shape, logits=True)
    train(network, *there["training"], rate)
    random, fewer = np.random.default_rng(seed), []
    few = [values[:2000] for values in there["test"]]
    for count in range(9):
        choices = [random.permutation(9)[:count] for _ in range(RANDOM if count else 1)]
        found = []
        for choice in choices:
            with without(network, choice):
                found.append(error(network, *few))
        fewer.append(round(float(np.mean(found)), 4))
    return {"drop": drop, **errors(network, there), "left out": fewer}


def voting(shape):
    """A small SE-ResNet, three stages of two bottlenecks."""
    image = keras.Input(shape)
    x = blocks.conv_bn(image, 16, 3, name="conv1")
    for stage, filters in enumerate((8, 16, 32), start=2):
        for i in (1, 2):
            strides = 2 if stage > 2 and i == 1 else 1
            name = f"conv{stage}_block{i}"
            x = blocks.se_block(x, filters, ratio=4, strides=strides, name=name)
    return keras.Model(image, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))


def gates(there, rate, seed):
    """The errors; for each block the part of its factors' variance that lies between the classes;
    and for the first and the last the channels' mean factors, a row a class."""
    keras.utils.set_random_seed(seed)
    network = voting(there["test"][0].shape[1:])
    train(network, *there["training"], rate)
    images, labels = there["test"]
    votes = [layer for layer in network.layers if layer.name.endswith("_se_expand")]
    seen = keras.Model(network.input, [layer.output for layer in votes])
    made = [values[:, 0, 0] for values in seen.predict(images, batch_size=500, verbose=0)]
    found = {"between": [], "means": {}}
    for layer, values in zip(votes, made):
        means = np.stack([values[labels == c].mean(axis=0) for c in range(10)])
        shares = np.bincount(labels)[:, None] / len(labels)
        between = (shares * (means - values.mean(axis=0)) ** 2).sum()
        found["between"].append(round(float(between / values.var(axis=0).sum()), 4))
        if layer in (votes[0], votes[-1]):
            found["means"][layer.name.removesuffix("_se_expand")] = means.round(3).tolist()
    return {**errors(network, there), **found}


def chosen(run):
    """A row a seed, of the rate with the least error on development images."""
    tried = {rate: run(rate, SEEDS[0]) for rate in RATES}
    best = min(RATES, key=lambda rate: tried[rate]["development"])
    found = [tried[best], *(run(best, seed) for seed in SEEDS[1:])]
    rows = [{"seed": seed, "rate": best, **row} for seed, row in zip(SEEDS, found)]
    print(best, [row["test"] for row in rows], flush=True)
    return rows


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("experiment", choices=("dropped", "gates"))
    parser.add_argument("--data", choices=("fashion_mnist", "cifar10"), default="fashion_mnist")
    parser.add_argument("--images", type=int, default=5000)
    parser.add_argument("--note", help="what a reader of the result has to know, kept in it")
    parser.add_argument("--results", type=Path, default=ROOT / "data" / "results" / "relatives")
    arguments = sys.argv[1:] if arguments is None else arguments
    options, commit = parser.parse_args(arguments), revision()
    there = {
        part: (images / np.float32(255), labels)
        for part, (images, labels) in parts(options.data, range(10)).items()
    }
    there["training"] = [values[: options.images] for values in there["training"]]
    if options.experiment == "gates":
        rows = chosen(partial(gates, there))
    else:
        rows = [row for drop in DROPS for row in chosen(partial(dropped, drop, there))]
    how = {"rates tried": RATES, "images": options.images, "epochs": EPOCHS, "batch": BATCH}
    keep("train_relatives.py", options, options.experiment, arguments, commit, rows, **how)


if __name__ == "__main__":
    main()
