"""Trains one network of the course and writes what came out to data/results.

    python scripts/train.py resnet_cifar 20 --epochs 10
    python scripts/train.py plain_cifar 56 --data cifar10 --epochs 40 --precision float32

Started again after an interruption, the same command goes on with the epoch that was not
finished. What it keeps for that is in runs/, and is removed when the result is written.
"""

import argparse
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import tensorflow as tf  # noqa: E402

from utils import data, networks, training  # noqa: E402


def parse(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("network", choices=networks.__all__)
    parser.add_argument("size", nargs="?", help="depth of a residual network, column of VGG")
    parser.add_argument("--data", choices=data.CLASSES, default="fashion_mnist")
    parser.add_argument("--epochs", type=positive, default=10)
    parser.add_argument("--images", type=positive, help="train on the first so many only")
    parser.add_argument("--batch-size", type=positive, default=128)
    parser.add_argument("--rate", type=float, default=0.1, help="falls along half a cosine to 0")
    parser.add_argument("--weight-decay", type=float, default=1e-3, help="see build")
    parser.add_argument("--width", type=float, default=1.0, help="multiplies the filters")
    parser.add_argument("--augment", type=int, default=0, help="mirror, shift by so many pixels")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--precision", choices=["float32", "mixed_bfloat16"], default="float32")
    parser.add_argument("--note", help="what a reader of the result has to know, kept in it")
    parser.add_argument("--results", type=Path, default=ROOT / "data" / "results")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs")
    return parser.parse_args(arguments)


def positive(text):
    """A positive whole number, for argparse."""
    if (value := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"must be a positive whole number; got {text}")
    return value


def settings(options):
    """The options that change the result."""
    others = ("note", "results", "runs")
    return {name: value for name, value in vars(options).items() if name not in others}


def load(options):
    """Training and test images, (n, h, w, channels) from 0 to 1, and their labels, (n,)."""
    (x_train, y_train), (x_test, y_test) = data.load(options.data)
    x_train, y_train = x_train[: options.images], y_train[: options.images]
    x_train, x_test = (x.reshape(*x.shape[:3], -1) / np.float32(255) for x in (x_train, x_test))
    return (x_train, y_train.reshape(-1)), (x_test, y_test.reshape(-1))


def batches(options, images, labels):
    """The training images in batches, shuffled anew each epoch, altered if the options say so."""
    found = tf.data.Dataset.from_tensor_slices((images, labels))
    found = found.shuffle(len(images), seed=options.seed).batch(options.batch_size)
    if options.augment:
        found = found.map(lambda x, y: (training.augmented(x, options.augment), y))
    return found.prefetch(2)


def build(options, images):
    """The network, compiled: SGD with momentum 0.9, as in the residual networks' paper.

    Keras takes the weight decay off the weights past the momentum, which would have added it up
    ten times over: 0.001 here does what the paper's 0.0001 does.
    """
    size = [] if options.size is None else [options.size]
    size = [int(text) if text.isdigit() else text for text in size]
    shape = {"input_shape": images.shape[1:], "classes": len(data.CLASSES[options.data])}
    width = {} if options.width == 1 else {"width": options.width}
    network = getattr(networks, options.network)(*size, **shape, **width, logits=True)
    steps = options.epochs * -(-len(images) // options.batch_size)
    rate = keras.optimizers.schedules.CosineDecay(options.rate, steps)
    sgd = keras.optimizers.SGD(rate, momentum=0.9, weight_decay=options.weight_decay)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(sgd, loss, metrics=["accuracy"])
    return network


class Seconds(keras.callbacks.Callback):
    """Adds to each epoch's log how long it took."""

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        logs["seconds"] = time.perf_counter() - self.start


def revision():
    """The commit that runs, with a + where files differ from it."""

    def git(*command):
        answer = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True)
        return answer.stdout.strip()

    return git("rev-parse", "HEAD") + ("+" if git("status", "--porcelain", "-uno") else "")


def describe(arguments, options, commit, network, images, log):
    """Everything that somebody needs to make the same result, and the result."""
    return {
        "command": shlex.join(["python", "scripts/train.py", *arguments]),
        **({"note": options.note} if options.note else {}),
        "commit": commit,
        "versions": {
            "python": platform.python_version(),
            "keras": keras.__version__,
            "tensorflow": tf.__version__,
        },
        "machine": {"cores": os.cpu_count(), "gpus": len(tf.config.list_physical_devices("GPU"))},
        "options": settings(options),
        "training images": len(images),
        "parameters": network.count_params(),
        "seconds": round(log["seconds"].sum()),
        "history": {
            name: [round(float(v), 5) for v in log[name]]
            for name in ("loss", "accuracy", "val_loss", "val_accuracy")
        },
    }


def main(arguments=None):
    arguments = sys.argv[1:] if arguments is None else arguments
    options, commit = parse(arguments), revision()
    epochs, seed = f"{options.epochs}epochs", f"seed{options.seed}"
    parts = [options.network, options.size, options.data, epochs, seed]
    if options.precision != "float32":
        parts.append("bfloat16")
    name = "-".join(filter(None, parts))
    run, result = options.runs / name, options.results / f"{name}.json"
    keras.config.set_dtype_policy(options.precision)
    keras.utils.set_random_seed(options.seed)
    (x_train, y_train), test = load(options)
    with training.strategy().scope():
        network = build(options, x_train)
    run.mkdir(parents=True, exist_ok=True)
    kept = run / "options.json"
    if kept.exists() and json.loads(kept.read_text()) != settings(options):
        raise SystemExit(
            f"{run} holds an unfinished run with other options; finish that, or remove the folder"
        )
    kept.write_text(json.dumps(settings(options)))
    callbacks = [
        Seconds(),
        keras.callbacks.CSVLogger(run / "log.csv", append=True),
        keras.callbacks.BackupAndRestore(run / "backup", delete_checkpoint=False),
    ]
    train = batches(options, x_train, y_train)
    network.fit(train, epochs=options.epochs, validation_data=test, callbacks=callbacks)
    log = pd.read_csv(run / "log.csv").drop_duplicates("epoch", keep="last")
    options.results.mkdir(parents=True, exist_ok=True)
    draft = result.with_suffix(".draft")
    draft.write_text(
        json.dumps(describe(arguments, options, commit, network, x_train, log), indent=1) + "\n"
    )
    draft.replace(result)
    shutil.rmtree(run)
    print(f"{result}: test accuracy {log['val_accuracy'].iloc[-1]:.2%}")


if __name__ == "__main__":
    main()
