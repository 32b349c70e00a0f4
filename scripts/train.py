"""Trains one network of the course and writes what came out to data/results.

    python scripts/train.py resnet_cifar 20 --epochs 10
    python scripts/train.py plain_cifar 56 --data cifar10 --epochs 40 --precision float32
    python scripts/train.py resnet_cifar 20 --workers 2

Started again after an interruption, the same command goes on with the step that came next. What
it keeps for that is in runs/, and is removed when the result is written. On a cluster (TF_CONFIG,
Slurm, Kubernetes) it is started once a machine; runs/ has to be a folder that all of them see.
All networks take all data; those for large images want --pixels. (lenet5_1998, which has a loss of
its own, is trained in lesson 1.)
"""

import json
import os
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # as in the set-up cell

SIDE = 0.3  # what the loss of a side branch of GoogLeNet counts, as in its paper

import keras  # noqa: E402
import local_workers  # noqa: E402
import numpy as np  # noqa: E402
from train_options import core, parse  # noqa: E402
from train_result import describe, error, revision, settings, write  # noqa: E402

from utils import data, training  # noqa: E402
from utils.training import precision  # noqa: E402


def load(options):
    """{part: (images, labels)}: (n, h, w, channels) from 0 to 255, and (n,).

    The parts are training, development where some images are held out for it, and test.
    """
    (x_train, y_train), test = data.load(options.data)
    held = options.develop or 0
    there = len(x_train) - held
    if (options.images or 1) > there:
        less = f", {held:,} of them held out" if held else ""
        raise SystemExit(
            f"--images {options.images or 'all'}: {options.data} has {len(x_train):,} only{less}"
        )
    parts = {"training": (x_train[:there][: options.images], y_train[:there][: options.images])}
    if held:
        parts["development"] = x_train[there:], y_train[there:]
    parts["test"] = test
    return {name: (x.reshape(*x.shape[:3], -1), y.reshape(-1)) for name, (x, y) in parts.items()}


def build(options, images):
    """The network, compiled: SGD with momentum 0.9, as in the residual networks' paper, or Adam.

    Keras takes the weight decay off the weights past the momentum, which would have added it up
    ten times over: 0.001 here does what the paper's 0.0001 does.
    """
    network = core(options, images.shape[1:])
    image = keras.Input(images.shape[1:])  # uint8 is scaled on the device that computes
    x = image
    if not any(isinstance(layer, keras.layers.Rescaling) for layer in network.layers):
        x = keras.layers.Rescaling(1 / 255)(x)  # efficientnet does it itself
    if options.pixels:
        x = keras.layers.Resizing(options.pixels, options.pixels)(x)
    names, made = network.output_names, keras.tree.flatten(network(x))
    made = [keras.layers.Identity(name=name)(scores) for name, scores in zip(names, made)]
    network = keras.Model(image, made if len(made) > 1 else made[0])
    steps = options.epochs * -(-len(images) // options.batch_size)
    rate = keras.optimizers.schedules.CosineDecay(options.rate, steps)
    if options.optimizer == "adam":
        optimizer = keras.optimizers.Adam(rate, weight_decay=options.weight_decay)
    else:
        optimizer = keras.optimizers.SGD(rate, momentum=0.9, weight_decay=options.weight_decay)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    if len(names) == 1:
        network.compile(optimizer, loss, metrics=["accuracy"])
    else:
        weights = {name: 1.0 if name == "main" else SIDE for name in names}
        losses, metrics = (
            dict.fromkeys(names, loss),
            {n: ["accuracy"][: n == "main"] for n in names},
        )
        network.compile(optimizer, losses, loss_weights=weights, metrics=metrics)
    return network


class Seconds(keras.callbacks.Callback):
    """Adds to each epoch's log how long it took."""

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        logs["seconds"] = time.perf_counter() - self.start


def labelled(network, images, labels):
    """Images and labels, these once for each output of a network with side branches."""
    names = network.output_names
    return images, labels if len(names) == 1 else dict.fromkeys(names, labels)


def name_of(options):
    """What a run's folder and its result are called."""
    epochs, seed = f"{options.epochs}epochs", f"seed{options.seed}"
    parts = [options.network, options.size, options.data, epochs, seed]
    if options.preactivation:
        parts.append("preactivated")
    if options.drop:
        parts.append(f"drop{options.drop:g}")
    if options.optimizer != "sgd":
        parts.append(options.optimizer)
    if options.rate != 0.1:
        parts.append(f"rate{options.rate:g}")
    if options.precision != "float32":
        parts.append("bfloat16")
    return "-".join(filter(None, parts))


def fit(options, network, parts, run):
    """Trains, keeping everything in the run's folder; the history, {name: values}."""
    how = {"batch_size": options.batch_size, "seed": options.seed, "augment": options.augment}
    watched = (values[: options.watch] for values in parts.get("development", parts["test"]))
    unseen = training.Batches(*labelled(network, *watched), options.batch_size, shuffle=False)
    history = training.fit(
        network,
        training.Batches(*labelled(network, *parts["training"]), **how),
        validation_data=unseen,
        epochs=options.epochs,
        callbacks=[Seconds()],
        resume=run,
        every=options.every,
    ).history
    return {name.replace("main_accuracy", "accuracy"): history[name] for name in history}


def claim(run, options):
    """Makes the folders of run and result; ends with a sentence where others would be lost."""
    wanted = json.loads(json.dumps(settings(options)))
    kept, result = run / "options.json", options.results / f"{run.name}.json"
    try:
        run.mkdir(parents=True, exist_ok=True)
        options.results.mkdir(parents=True, exist_ok=True)
        write(result.with_suffix(".trial"), "")  # rather now than after hours
        result.with_suffix(".trial").unlink(missing_ok=True)
    except OSError as error:
        with suppress(OSError):
            run.rmdir()  # where it is empty
        raise SystemExit(f"{error}: choose other folders with --runs and --results") from None
    begun = list(run.glob("step-*"))
    if begun and kept.exists() and json.loads(kept.read_text()) != wanted:
        raise SystemExit(
            f"{run} holds an unfinished run with other options; finish that, or remove the folder"
        )
    if result.exists() and wanted | json.loads(result.read_text())["options"] != wanted:
        raise SystemExit(
            f"{result} was made with other options; choose another folder with --results, or "
            f"remove the file"
        )
    write(kept, json.dumps(wanted))


def trained(options, run):
    """Reads the data, builds and trains; the network, the parts of the data, the history."""
    if options.precision != "float32" and (reason := precision.no_bfloat16()):
        print(f"{options.precision}: {reason}; --precision float32 is the way out", flush=True)
    keras.config.set_dtype_policy(options.precision)
    keras.utils.set_random_seed(options.seed)
    parts = load(options)
    try:
        strategy = training.strategy()
    except (
        ValueError,
        RuntimeError,
        OSError,
    ) as error:  # a cluster that is not there
        raise SystemExit(str(error)) from None
    with strategy.scope():
        network = build(options, parts["training"][0])
    try:
        return network, parts, fit(options, network, parts, run)
    except OSError as error:  # another worker is gone, or the folder cannot be written to
        raise SystemExit(str(error)) from None


def main(arguments=None):
    arguments = sys.argv[1:] if arguments is None else arguments
    options, commit = parse(__doc__, arguments), revision()
    run = options.runs / name_of(options)
    claim(run, options)
    try:
        if options.workers > 1 and "TF_CONFIG" not in os.environ:
            command = [sys.executable, __file__, *arguments]
            raise SystemExit(local_workers.run(command, options.workers))
        local_workers.leave_with_parent()
        network, parts, history = trained(options, run)
    finally:
        if not any(run.glob("step-*")):
            shutil.rmtree(run, ignore_errors=True)  # nothing was begun that could go on
    if not training.is_chief(network):
        return
    errors = {name: error(network, *part) for name, part in parts.items()}
    result = options.results / f"{run.name}.json"
    found = describe(arguments, options, commit, network, parts["training"][0], history, errors)
    write(result, json.dumps(found, indent=1, allow_nan=False) + "\n")
    shutil.rmtree(run)
    lost = not np.isfinite([*history["loss"], *history["val_loss"]]).all()
    told = "; the loss became no number: try a smaller --rate" if lost else ""
    print(f"{result}: test accuracy {1 - errors['test']:.2%}{told}")


if __name__ == "__main__":
    main()
