"""The results of scripts/train*.py: how they were made, and what came out."""

import json
import math
import os
import platform
import shlex
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np

from utils import cost, training

ROOT = Path(__file__).resolve().parent.parent
TOGETHER = 500  # images of which the errors are counted at once


def settings(options):
    """The options that change the result."""
    others = ("note", "results", "runs", "every")
    return {name: value for name, value in vars(options).items() if name not in others}


def error(network, images, labels):
    """The share of images that a network gets wrong, in use: without dropout, as it was saved."""
    tensorflow = keras.backend.backend() == "tensorflow"
    answer = compiled(network) if tensorflow else network.predict_on_batch
    wrong = 0
    for start in range(0, len(images), TOGETHER):
        scores = keras.tree.flatten(answer(images[start : start + TOGETHER]))[0]
        guesses = np.argmax(keras.ops.convert_to_numpy(scores), axis=-1)
        wrong += int(np.sum(guesses != labels[start : start + TOGETHER]))
    return round(wrong / len(images), 5)


def compiled(network):
    """The network as one function, on this worker alone."""
    import tensorflow as tf

    return tf.function(lambda images: network(images, training=False), reduce_retracing=True)


def revision():
    """The commit that runs, with a + where files differ from it; "unknown" without git."""

    def git(*command):
        answer = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True)
        return answer.stdout.strip()

    try:
        commit = git("rev-parse", "HEAD")
        return commit + ("+" if git("status", "--porcelain", "-uno") else "") or "unknown"
    except OSError:
        return "unknown"


def describe(arguments, options, commit, network, images, history, errors):
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
        "multiply-adds": cost.multiply_adds(network),
        "errors": errors,
        "seconds": round(sum(history["seconds"])),
        "history": {
            name: [round(value, 5) if math.isfinite(value) else None for value in history[name]]
            for name in ("loss", "accuracy", "val_loss", "val_accuracy")
        },
    }


def write(path, text):
    """Writes beside the target, then renames: a kill leaves the old file or the new one."""
    draft = path.with_name(f"{path.name}.draft{os.getpid()}")
    draft.write_text(text)
    draft.replace(path)


def keep(script, options, experiment, arguments, commit, rows, **more):
    """Writes a result, with the command of the script that made it."""
    found = {
        "command": shlex.join(["python", f"scripts/{script}", *arguments]),
        **({"note": options.note} if options.note else {}),
        "commit": commit,
        **more,
        "runs": rows,
    }
    options.results.mkdir(parents=True, exist_ok=True)
    path = options.results / f"{experiment}-{options.data}.json"
    write(path, json.dumps(found, indent=1) + "\n")
