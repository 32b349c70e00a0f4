"""Trains a small GoogLeNet from a start of some size, with the losses of its side branches or not.

    python scripts/train_side_branches.py --factor 0.5 --seed 1
    python scripts/train_side_branches.py --factor 0.5 --seed 1 --main-only

The network, images and batches of lesson 9; the weights are drawn by He's rule and multiplied by
the factor. The result, with its command, goes to data/results/side_branches; lesson 9 shows it.
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
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # as in the set-up cell

import keras  # noqa: E402
import numpy as np  # noqa: E402
from train_result import revision, write  # noqa: E402

from utils import data, networks  # noqa: E402

PIXELS, SIDE = 66, 0.3  # as in lesson 9


def prepare(images):
    nearest = np.arange(PIXELS) * 28 // PIXELS
    return images[:, nearest][:, :, nearest, None] / np.float32(255)


def started(factor):
    """The network with its kernels drawn by He's rule, times the factor."""
    network = networks.googlenet(width=1 / 4, input_shape=(PIXELS, PIXELS, 1), classes=10)
    for layer in network.layers:
        if hasattr(layer, "kernel"):
            layer.kernel.assign(factor * keras.initializers.get("he_normal")(layer.kernel.shape))
    return network


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--factor", type=float, default=1.0)
    parser.add_argument("--main-only", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--images", type=int, default=2_240)
    folder = ROOT / "data" / "results" / "side_branches"
    parser.add_argument("--results", type=Path, default=folder)
    arguments = sys.argv[1:] if arguments is None else arguments
    options, commit = parser.parse_args(arguments), revision()
    (x, y), (x_test, y_test) = data.load("fashion_mnist")
    x, y = prepare(x[: options.images]), y[: options.images]
    x_test, y_test = prepare(x_test[:1000]), y_test[:1000]
    keras.utils.set_random_seed(options.seed)
    network = started(options.factor)
    side = 0.0 if options.main_only else SIDE
    losses = ["sparse_categorical_crossentropy"] * 3
    network.compile(keras.optimizers.Adam(1e-3), losses, loss_weights=[1.0, side, side])
    network.fit(x, [y] * 3, batch_size=32, epochs=options.epochs, verbose=0)
    in_use = keras.Model(network.input, network.outputs[0])
    guesses = in_use.predict(x_test, batch_size=200, verbose=0).argmax(axis=1)
    found = {
        "command": shlex.join(["python", "scripts/train_side_branches.py", *arguments]),
        "commit": commit,
        "options": {n: v for n, v in vars(options).items() if n != "results"},
        "errors": {"test": round(float(np.mean(guesses != y_test)), 4)},
    }
    kind = "main" if options.main_only else "side"
    name = f"{kind}-factor{options.factor:g}-{options.epochs}epochs-seed{options.seed}.json"
    options.results.mkdir(parents=True, exist_ok=True)
    write(options.results / name, json.dumps(found, indent=1) + "\n")
    print(f"{options.results / name}: test error {found['errors']['test']:.1%}")


if __name__ == "__main__":
    main()
