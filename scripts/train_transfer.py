"""Teaches trained networks new classes from few images, in several ways.

    python scripts/train_transfer.py ways
    python scripts/train_transfer.py features
    python scripts/train_transfer.py features --data cifar10 --note "where the images came from"

`ways`: a small network learns eight classes of Fashion-MNIST, and from it T-shirt or dress is
learned: with the body frozen; the head first, then all; all at once; and all from scratch.
`features`: EfficientNet-Lite0's features of the images, enlarged to 96x96, and one dense layer,
beside a small network from scratch. Of several rates, the one with the least error on development
images of seed 1 serves all seeds. The result, with its command, goes to data/results/transfer;
lesson 13 shows it.
"""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402
from train_result import keep, revision  # noqa: E402

from utils import data, networks, weights  # noqa: E402

PAIR = (0, 3)  # T-shirt and dress, which the eight other classes do not show
RATES = (0.001, 0.003, 0.01, 0.03, 0.1)
SEEDS = (1, 2, 3)
STEPS, BATCH, HELD = 1000, 32, 1000  # of each run; HELD development images, the last ones
HEAD = 0.03  # the rate of a head that is trained first


def body(shape, seed):
    """Three convolutions with batch normalisation, ReLU and pooling, and the mean of each map."""
    keras.utils.set_random_seed(seed)
    x = image = keras.Input(shape)
    x = layers.Rescaling(1 / 255)(x)
    for filters in (16, 32, 64):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        x = layers.MaxPooling2D(2)(x)
    return keras.Model(image, layers.GlobalAveragePooling2D()(x))


def train(model, images, labels, rate, steps):
    """So many steps of Adam at a rate that falls along a cosine; the images again and again."""
    adam = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps))
    model.compile(adam, "sparse_categorical_crossentropy")
    batch = min(BATCH, len(images))
    random, rows = np.random.default_rng(0), []
    while len(rows) < steps * batch:
        rows.extend(random.permutation(len(images)))
    rows = rows[: steps * batch]
    model.fit(images[rows], labels[rows], batch_size=batch, shuffle=False, verbose=0)


def error(model, images, labels):
    """The part of images whose likeliest class is another."""
    found = model.predict(images, batch_size=500, verbose=0).argmax(axis=1)
    return round(float(np.mean(found != labels)), 4)


def chosen(images, labels, classes, count, seed):
    """The first images of each class, in an order that the seed draws; in all `count`."""
    order = np.random.default_rng(seed).permutation(len(images))
    each = count // len(classes)
    rows = np.concatenate([order[labels[order] == c][:each] for c in classes])
    rows = np.random.default_rng(seed).permutation(rows)
    return images[rows], labels[rows]


def parts(name, classes):
    """{part: (images, labels)} of some classes, numbered anew: training, development, test."""
    (x, y), (x_test, y_test) = data.load(name)
    found = {}
    for part, images, labels in (("training", x, y), ("test", x_test, y_test)):
        labels = labels.reshape(-1)
        rows = np.isin(labels, classes)
        images = images[rows].reshape(rows.sum(), *images.shape[1:3], -1)
        found[part] = images, np.searchsorted(classes, labels[rows])
    images, labels = found["training"]
    found["training"] = images[:-HELD], labels[:-HELD]
    found["development"] = images[-HELD:], labels[-HELD:]
    if missing := set(range(len(classes))) - set(labels[-HELD:].tolist()):
        raise SystemExit(
            f"the last {HELD} training images of {name} have nothing of {len(missing)} of "
            f"{len(classes)} classes, so no rate can be chosen by them: mix the images first"
        )
    return found


def eight_classes():
    """The weights of a body that learned the classes beside PAIR, and its error on them."""
    others = [c for c in range(10) if c not in PAIR]
    there = parts("fashion_mnist", others)
    inner = body((28, 28, 1), seed=0)
    model = keras.Model(inner.input, layers.Dense(8, activation="softmax")(inner.output))
    train(model, *there["training"], 0.01, 2000)
    return inner.get_weights(), error(model, *there["test"])


def run_ways(options):
    """Rows of results, and what else there is to know."""
    start, first = eight_classes()
    there = parts("fashion_mnist", PAIR)

    def run(way, count, seed, rate):
        inner = body((28, 28, 1), seed)
        if way != "from scratch":
            inner.set_weights(start)
        head = keras.Sequential([keras.Input((64,)), layers.Dense(2, activation="softmax")])
        model = keras.Model(inner.input, head(inner.output))
        images = chosen(*there["training"], (0, 1), count, seed)
        first = {"frozen": STEPS, "head, then all": STEPS // 2}.get(way, 0)
        if first:  # what a frozen body makes of the images is the same in each step
            made = inner.predict(images[0], verbose=0)
            train(head, made, images[1], rate if way == "frozen" else HEAD, first)
        if first < STEPS:
            train(model, *images, rate, STEPS - first)
        return {
            part: error(model, *(images if part == "training" else there[part])) for part in there
        }

    ways = ("frozen", "head, then all", "all", "from scratch")
    return tuned(run, ways, (10, 100, 1000)), {"error on the eight classes": first}


def run_features(options):
    """Rows of results; the features are computed once."""
    there = parts(options.data, range(10))
    counts = (10, 50, 100, 1000)
    pools = [chosen(*there["training"], range(10), max(counts), seed) for seed in SEEDS]
    there["test"] = [values[:2000] for values in there["test"]]
    network = networks.efficientnet("Lite0", input_shape=(96, 96, 3))
    weights.load(network, "shipped")
    seen = keras.Model(network.input, network.layers[-2].output)

    def features(images):
        images = np.repeat(images, 3 // images.shape[-1], axis=-1)
        made = [
            seen.predict(keras.ops.image.resize(images[i : i + 100], (96, 96)), verbose=0)
            for i in range(0, len(images), 100)
        ]
        return np.concatenate(made)

    held = {part: (features(there[part][0]), there[part][1]) for part in ("development", "test")}
    pooled = [(features(images), labels) for images, labels in pools]

    def run(way, count, seed, rate):
        on_features = way != "from scratch"
        source = pooled[seed - 1] if on_features else pools[seed - 1]
        tests = held if on_features else there
        images = chosen(*source, range(10), count, 0)
        keras.utils.set_random_seed(seed)
        shape = images[0].shape[1:]
        inner = layers.Identity() if on_features else body(shape, seed)
        image = keras.Input(shape)
        model = keras.Model(image, layers.Dense(10, activation="softmax")(inner(image)))
        train(model, *images, rate, STEPS)
        return {
            part: error(model, *(images if part == "training" else tests[part]))
            for part in ("training", "development", "test")
        }

    return tuned(run, ("features of photographs", "from scratch"), counts), {}


def tuned(run, ways, counts):
    """A row a run: all rates with the first seed, the best of them with the others."""
    rows = []
    for way in ways:
        for count in counts:
            tried = {rate: run(way, count, SEEDS[0], rate) for rate in RATES}
            best = min(RATES, key=lambda rate: tried[rate]["development"])
            found = {SEEDS[0]: tried[best]}
            found |= {seed: run(way, count, seed, best) for seed in SEEDS[1:]}
            for seed, errors in found.items():
                rows.append({"way": way, "images": count, "seed": seed, "rate": best, **errors})
            print(way, count, best, [errors["test"] for errors in found.values()], flush=True)
    return rows


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("experiment", choices=("ways", "features"))
    parser.add_argument("--data", choices=("fashion_mnist", "cifar10"), default="fashion_mnist")
    parser.add_argument("--note", help="what a reader of the result has to know, kept in it")
    parser.add_argument("--results", type=Path, default=ROOT / "data" / "results" / "transfer")
    arguments = sys.argv[1:] if arguments is None else arguments
    options, commit = parser.parse_args(arguments), revision()
    if options.experiment == "ways" and options.data != "fashion_mnist":
        parser.error("ways is an experiment on fashion_mnist")
    rows, more = {"ways": run_ways, "features": run_features}[options.experiment](options)
    keep(
        "train_transfer.py",
        options,
        options.experiment,
        arguments,
        commit,
        rows,
        rates=RATES,
        **more,
    )


if __name__ == "__main__":
    main()
