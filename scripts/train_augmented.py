"""Trains a small network on few images of Fashion-MNIST, with each kind of augmentation.

    python scripts/train_augmented.py

Clothes stand in the middle, and shoes point to the left; "moved" are the test images mirrored and
shifted by chance. For each kind and number of images, the rate with the least error on development
images of seed 1 serves all seeds. The result, with its command, goes to data/results/transfer;
lesson 13 shows it.
"""

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402
from train_result import revision, write  # noqa: E402
from train_transfer import BATCH, body, chosen, error, parts, tuned  # noqa: E402

from utils.augment import (  # noqa: E402
    Colour,
    Crop,
    Cutout,
    Mirror,
    Mixup,
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
    options, commit = parser.parse_args(arguments), revision()
    there = parts("fashion_mnist", range(10))
    there["moved"] = applied(KINDS["mirror and shift"], *there["test"], np.random.default_rng(0))

    def run(kind, count, seed, rate):
        inner = body((28, 28, 1), seed)
        model = keras.Model(inner.input, layers.Dense(10, activation="softmax")(inner.output))
        images, labels = chosen(*there["training"], range(10), count, seed)
        adam = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, STEPS))
        model.compile(adam, "categorical_crossentropy")
        known = np.eye(10, dtype="float32")[labels]
        augment = KINDS[kind] or 0
        batches = Batches(images, known, min(BATCH, count), seed=seed, augment=augment)
        model.fit(Counted(batches), shuffle=False, verbose=0)
        return {
            part: error(model, *((images, labels) if part == "training" else there[part]))
            for part in there
        }

    rows = tuned(run, KINDS, (100, 1000))
    found = {"command": "python scripts/train_augmented.py", "commit": commit, "runs": rows}
    options.results.mkdir(parents=True, exist_ok=True)
    write(options.results / "augmentation-fashion_mnist.json", json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
