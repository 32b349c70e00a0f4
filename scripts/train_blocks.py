"""Trains a small network of two blocks of a kind on Fashion-MNIST: inception, or one size only.

    python scripts/train_blocks.py necks --seed 1
    KERAS_BACKEND=jax python scripts/train_blocks.py without_necks --epochs 5

All kinds make 112 channels of 14×14 images, by Keras's initial weights, Adam, batches of 128 and a
rate that falls along a cosine. The result, with its command, goes to data/results/blocks; lesson 8
shows it.
"""

import argparse
import json
import os
import shlex
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402
from train_result import revision, write  # noqa: E402

from utils import cost, data  # noqa: E402

BATCH = 128


def conv(x, filters, size):
    return layers.Conv2D(filters, size, padding="same", activation="relu")(x)


def inception(x, reduce):
    """Branches of 1×1, 3×3, 5×5 and a pooling, 32 + 48 + 16 + 16 channels; necks where wanted."""
    neck3, neck5 = reduce or (None, None)
    pooled = layers.MaxPooling2D(3, 1, padding="same")(x)
    threes, fives = (conv(x, neck, 1) if neck else x for neck in (neck3, neck5))
    parts = [conv(x, 32, 1), conv(threes, 48, 3), conv(fives, 16, 5), conv(pooled, 16, 1)]
    return layers.Concatenate()(parts)


KINDS = {
    "necks": lambda x: inception(x, (20, 8)),
    "necks_5_2": lambda x: inception(x, (5, 2)),
    "necks_1_1": lambda x: inception(x, (1, 1)),
    "without_necks": lambda x: inception(x, None),
    "threes": lambda x: conv(conv(x, 17, 1), 112, 3),
    "fives": lambda x: conv(conv(x, 6, 1), 112, 5),
}


def network(kind):
    """Two blocks of a kind behind a convolution of 64 filters; it ends in logits."""
    image = keras.Input((14, 14, 1))
    x = layers.MaxPooling2D()(conv(image, 64, 3))
    for _ in range(2):
        x = KINDS[kind](x)
    return keras.Model(image, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=0.01)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--images", type=int, default=60_000)
    parser.add_argument("--results", type=Path, default=ROOT / "data" / "results" / "blocks")
    arguments = sys.argv[1:] if arguments is None else arguments
    options, commit = parser.parse_args(arguments), revision()
    (x, y), (x_test, y_test) = data.load("fashion_mnist")
    x, x_test = (images[:, ::2, ::2, None] / np.float32(255) for images in (x, x_test))
    x, y = x[: options.images], y[: options.images]
    keras.utils.set_random_seed(options.seed)
    model = network(options.kind)
    steps = options.epochs * -(-len(x) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(options.rate, steps)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    model.fit(x, y, batch_size=BATCH, epochs=options.epochs, verbose=0)
    parts = {"training": (x, y), "test": (x_test, y_test)}
    accuracies = {p: model.evaluate(*v, batch_size=1000, verbose=0)[1] for p, v in parts.items()}
    found = {
        "command": shlex.join(["python", "scripts/train_blocks.py", *arguments]),
        "commit": commit,
        "options": {n: v for n, v in vars(options).items() if n != "results"},
        "parameters": model.count_params(),
        "multiply-adds": cost.multiply_adds(model),
        "errors": {part: round(1 - accuracy, 4) for part, accuracy in accuracies.items()},
    }
    name = f"{options.kind}-{options.epochs}epochs-seed{options.seed}-rate{options.rate:g}.json"
    options.results.mkdir(parents=True, exist_ok=True)
    write(options.results / name, json.dumps(found, indent=1) + "\n")
    print(f"{options.results / name}: test error {found['errors']['test']:.2%}")


if __name__ == "__main__":
    main()
