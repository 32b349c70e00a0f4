"""How long a training step takes, as ratios of runs that take turns in one process.

    python scripts/benchmark.py            everything, about five minutes on two cores
    python scripts/benchmark.py resnet20   one of: resnet20, resnet50

A machine speeds up and slows down, so milliseconds of different minutes cannot be compared. Here
the candidates take turns, and each round gives one ratio to the first of them.
"""

import argparse
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: E402
import numpy as np  # noqa: E402

from utils import blocks, networks  # noqa: E402
from utils.tables import Table  # noqa: E402

ROUNDS, STEPS = 9, 3


def resnet20():
    """ResNet-20, 32x32, batch 128: Keras's batch normalisation against the fused kernel."""
    small = {"input_shape": (32, 32, 3)}

    def stock():
        fused, blocks.BatchNormalization = (
            blocks.BatchNormalization,
            keras.layers.BatchNormalization,
        )
        try:
            return networks.resnet_cifar(20, **small)
        finally:
            blocks.BatchNormalization = fused

    def ours():
        return networks.resnet_cifar(20, **small)

    return {
        "Keras's layer, float32": step(stock, "float32", 128),
        "fused, float32": step(ours, "float32", 128),
        "Keras's layer, mixed_bfloat16": step(stock, "mixed_bfloat16", 128),
        "fused, mixed_bfloat16": step(ours, "mixed_bfloat16", 128),
    }


def resnet50():
    """ResNet-50, 64x64, batch 8: keras.applications against ours."""
    size = {"input_shape": (64, 64, 3)}
    theirs = lambda: keras.applications.ResNet50(weights=None, **size)  # noqa: E731
    ours = lambda: networks.resnet(50, **size)  # noqa: E731
    return {
        "keras.applications.ResNet50": step(theirs, "float32", 8),
        "networks.resnet(50)": step(ours, "float32", 8),
    }


def step(build, policy, batch):
    """A function that trains the network for one step, already traced."""
    keras.config.set_dtype_policy(policy)
    try:
        model = build()
        model.compile("sgd", "sparse_categorical_crossentropy")
    finally:
        keras.config.set_dtype_policy("float32")
    random = np.random.default_rng(0)
    images = random.normal(size=(batch, *model.input_shape[1:])).astype("float32")
    labels = random.integers(0, model.output_shape[-1], batch)

    def run():
        model.train_on_batch(images, labels)

    run()
    run()
    return run


def ratios(candidates):
    """A table: the median ratio to the first candidate, and the smallest and largest."""
    rounds = []
    for _ in range(ROUNDS):
        times = []
        for run in candidates.values():
            start = time.perf_counter()
            for _ in range(STEPS):
                run()
            times.append(time.perf_counter() - start)
        rounds.append(np.divide(times, times[0]))
    low, middle, high = np.percentile(rounds, [0, 50, 100], axis=0)
    spread = [f"{a:.2f} to {b:.2f}" for a, b in zip(low, high)]
    columns = {"step": list(candidates), "ratio": [f"{m:.2f}" for m in middle], "spread": spread}
    return Table(columns).set_index("step")


if __name__ == "__main__":
    benchmarks = {"resnet20": resnet20, "resnet50": resnet50}
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("which", nargs="*", help=", ".join(benchmarks))
    chosen = parser.parse_args().which or list(benchmarks)
    if unknown := set(chosen) - set(benchmarks):
        parser.error(f"no benchmark {', '.join(unknown)}; choose from {', '.join(benchmarks)}")
    for name in chosen:
        print(f"\n{benchmarks[name].__doc__}")
        print(ratios(benchmarks[name]()))
