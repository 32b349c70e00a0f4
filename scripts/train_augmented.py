"""Trains a small network on few images, with each kind of augmentation.

    python scripts/train_augmented.py
    python scripts/train_augmented.py --data cifar10 --note "where the images came from"

Clothes stand in the middle, and shoes point to the left; "moved" are the test images mirrored and
shifted by chance. For each kind and number of images, the rate with the least error on development
images of seed 1 serves all seeds. The result, with its command, goes to data/results/transfer;
lesson 13 shows it.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402
from train_result import keep, revision  # noqa: E402
from train_transfer import BATCH, body, chosen, error, parts, tuned  # noqa: E402

from utils.augment import (  # noqa: E402
    Colour,
    Crop,
    Cutout,
    Mirror,
    Mixup,
    PCAColour,
    Shift,
    applied,
)
from utils.training import Batches  # noqa: E402

STEPS = 300
KINDS = {
    "none": [],
    "mirror": [Mirror()],
    "shift": [Shift(2)],
    "crop": [Crop(0.8)],
    "colour": [Colour(0.3)],
    "cutout": [Cutout(8)],
    "mixup": [Mixup(10)],
    "mirror and shift": [Mirror(), Shift(2)],
}


def kinds(data, images):
    """{kind: functions, called one after the other}: of grey images, or of coloured ones."""
    if data == "fashion_mnist":
        return KINDS
    few = {kind: KINDS[kind] for kind in ("none", "mirror", "colour")}
    return few | {"PCA colour": [PCAColour.of(images)]}


class Counted(keras.utils.PyDataset):
    """So many batches, each augmented by its number."""

    def __init__(self, batches):
        super().__init__()
        self.batches = batches

    def __len__(self):
        return STEPS

    def __getitem__(self, step):
        return self.batches.batch(step)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--results", type=Path, default=ROOT / "data" / "results" / "transfer")
    parser.add_argument("--data", choices=("fashion_mnist", "cifar10"), default="fashion_mnist")
    parser.add_argument("--note", help="what a reader of the result has to know, kept in it")
    arguments = sys.argv[1:] if arguments is None else arguments
    options, commit = parser.parse_args(arguments), revision()
    there = parts(options.data, range(10))
    functions = kinds(options.data, there["training"][0][:2000])
    there["moved"] = applied(KINDS["mirror and shift"], *there["test"], np.random.default_rng(0))

    def run(kind, count, seed, rate):
        inner = body(there["test"][0].shape[1:], seed)
        model = keras.Model(inner.input, layers.Dense(10, activation="softmax")(inner.output))
        images, labels = chosen(*there["training"], range(10), count, seed)
        adam = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, STEPS))
        model.compile(adam, "categorical_crossentropy")
        known = np.eye(10, dtype="float32")[labels]
        augment = functions[kind] or 0
        batches = Batches(images, known, min(BATCH, count), seed=seed, augment=augment)
        model.fit(Counted(batches), shuffle=False, verbose=0)
        return {
            part: error(model, *((images, labels) if part == "training" else there[part]))
            for part in there
        }

    rows = tuned(run, functions, (100, 1000))
    keep("train_augmented.py", options, "augmentation", arguments, commit, rows)


if __name__ == "__main__":
    main()
