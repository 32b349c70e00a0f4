"""Trains one network of the course and writes what came out to data/results.

    python scripts/train.py resnet_cifar 20 --epochs 10
    python scripts/train.py plain_cifar 56 --data cifar10 --epochs 40 --precision float32
    python scripts/train.py resnet_cifar 20 --workers 2

Started again after an interruption, the same command goes on with the step that came next. What
it keeps for that is in runs/, and is removed when the result is written. On a cluster (TF_CONFIG,
Slurm, Kubernetes) it is started once a machine; runs/ has to be a folder that all of them see.
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
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # as in the set-up cell

import keras  # noqa: E402
import local_workers  # noqa: E402

from utils import data, networks, training  # noqa: E402
from utils.training import precision  # noqa: E402


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
    parser.add_argument("--workers", type=positive, default=1, help="on this machine")
    parser.add_argument("--every", type=positive, help="a checkpoint each so many steps, too")
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
    others = ("note", "results", "runs", "every")
    return {name: value for name, value in vars(options).items() if name not in others}


def load(options):
    """Training and test images, (n, h, w, channels) from 0 to 255, and their labels, (n,)."""
    (x_train, y_train), (x_test, y_test) = data.load(options.data)
    x_train, y_train = x_train[: options.images], y_train[: options.images]
    x_train, x_test = (x.reshape(*x.shape[:3], -1) for x in (x_train, x_test))
    return (x_train, y_train.reshape(-1)), (x_test, y_test.reshape(-1))


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
    image = keras.Input(images.shape[1:])  # uint8 is scaled on the device that computes
    network = keras.Model(image, network(keras.layers.Rescaling(1 / 255)(image)))
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


def describe(arguments, options, commit, network, images, history):
    """Everything that somebody needs to make the same result, and the result."""
    return {
        "command": shlex.join(["python", "scripts/train.py", *arguments]),
        **({"note": options.note} if options.note else {}),
        "commit": commit,
        "versions": {"python": platform.python_version(), "keras": keras.__version__}
        | {keras.backend.backend(): sys.modules[keras.backend.backend()].__version__},
        "machine": {"cores": os.cpu_count(), "replicas": training.replicas(network)},
        "options": settings(options),
        "training images": len(images),
        "parameters": network.count_params(),
        "seconds": round(sum(history["seconds"])),
        "history": {
            name: [round(value, 5) for value in history[name]]
            for name in ("loss", "accuracy", "val_loss", "val_accuracy")
        },
    }


def name_of(options):
    """What a run's folder and its result are called."""
    epochs, seed = f"{options.epochs}epochs", f"seed{options.seed}"
    parts = [options.network, options.size, options.data, epochs, seed]
    if options.precision != "float32":
        parts.append("bfloat16")
    return "-".join(filter(None, parts))


def fit(options, network, train, test, run):
    """Trains, keeping everything in the run's folder; the history, {name: values}."""
    how = {"batch_size": options.batch_size, "seed": options.seed, "augment": options.augment}
    return training.fit(
        network,
        training.Batches(*train, **how),
        validation_data=training.Batches(*test, options.batch_size, shuffle=False),
        epochs=options.epochs,
        callbacks=[Seconds()],
        resume=run,
        every=options.every,
    ).history


def claim(run, options):
    """Makes the run's folder; ends with a sentence where it holds a run with other options."""
    run.mkdir(parents=True, exist_ok=True)
    kept, wanted = run / "options.json", json.dumps(settings(options))
    if kept.exists() and json.loads(kept.read_text()) != json.loads(wanted):
        raise SystemExit(
            f"{run} holds an unfinished run with other options; finish that, or remove the folder"
        )
    write(kept, wanted)


def write(path, text):
    """Writes beside the target, then renames: a kill leaves the old file or the new one."""
    draft = path.with_suffix(f".draft{os.getpid()}")
    draft.write_text(text)
    draft.replace(path)


def main(arguments=None):
    arguments = sys.argv[1:] if arguments is None else arguments
    options, commit = parse(arguments), revision()
    run = options.runs / name_of(options)
    claim(run, options)
    if options.workers > 1 and "TF_CONFIG" not in os.environ:
        command = [sys.executable, __file__, *arguments]
        raise SystemExit(local_workers.run(command, options.workers))
    local_workers.leave_with_parent()
    if options.precision != "float32" and (reason := precision.no_bfloat16()):
        print(f"{options.precision}: {reason}; --precision float32 is the way out", flush=True)
    keras.config.set_dtype_policy(options.precision)
    keras.utils.set_random_seed(options.seed)
    (x_train, y_train), test = load(options)
    with training.strategy().scope():
        network = build(options, x_train)
    try:
        history = fit(options, network, (x_train, y_train), test, run)
    except OSError as error:  # another worker is gone, or the folder cannot be written to
        raise SystemExit(str(error)) from None
    if not training.is_chief(network):
        return
    options.results.mkdir(parents=True, exist_ok=True)
    result = options.results / f"{run.name}.json"
    found = describe(arguments, options, commit, network, x_train, history)
    write(result, json.dumps(found, indent=1) + "\n")
    shutil.rmtree(run)
    print(f"{result}: test accuracy {history['val_accuracy'][-1]:.2%}")


if __name__ == "__main__":
    main()
