"""The state of a training, written so that a kill at any moment leaves a whole one behind."""

import json
import os
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import keras
import numpy as np

from utils.training.optimizers import optimizers

KEPT = 2
UNREADABLE = (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error)


def state(model):
    """Everything that training changes: weights, seeds, statistics, the optimizers', metrics."""
    return {
        "model": model.variables,
        "optimizer": [v for optimizer in optimizers(model) for v in optimizer.variables],
        "metrics": [v for metric in model.metrics for v in metric.variables],
    }


def settings(model):
    """A number for what a model's layers are set to, whatever they are called."""
    layers = model._flatten_layers(include_self=False)
    return zlib.crc32(repr([[type(layer).__name__, _settings(layer)] for layer in layers]).encode())


def _settings(layer):
    try:
        return _nameless(layer.get_config())
    except Exception:  # a layer of one's own may not know its settings
        return None


def _nameless(value):
    """Settings without names, seeds and what may change while a training is interrupted."""
    if isinstance(value, dict):
        left = value.keys() - {"name", "trainable", "seed", "registered_name", "build_config"}
        return [(key, _nameless(value[key])) for key in sorted(left, key=str)]
    if isinstance(value, (list, tuple)):
        return [_nameless(inner) for inner in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else type(value).__name__


def read(model, parts=("model", "optimizer", "metrics")):
    """The state, or these parts of it, as arrays, {"model 0": ..., "optimizer 0": ...}.

    On several machines all workers have to read it together: some statistics lie spread out.
    """
    return {
        f"{part} {place}": _plain(variable)
        for part in parts
        for place, variable in enumerate(state(model)[part])
    }


def save(folder, arrays, notes):
    """Writes step-000123.npz and removes all but the last two. Raises OSError with a way out."""
    folder, step, notes = Path(folder), notes["step"], json.dumps(notes)
    draft, target = folder / "draft", folder / f"step-{step:09d}.npz"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(draft, "wb") as file:
            np.savez(file, notes=np.array(notes), **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise OSError(
            f"the training cannot be kept in {folder}: {error.strerror or error}; make room or "
            f"choose another folder, and start again with it: the last checkpoint is whole"
        ) from error
    for old in _files(folder)[:-KEPT]:
        old.unlink(missing_ok=True)


def is_there(folder):
    """Whether the folder holds a checkpoint."""
    return bool(_files(folder))


def latest(folder):
    """The newest checkpoint that can be read: (notes, arrays), or (None, None) if there is none.

    One that cannot be read is set aside, and said so.
    """
    for file in reversed(_files(Path(folder))):
        try:
            with np.load(file, allow_pickle=False) as found:
                arrays = {name: found[name] for name in found.files}
            return json.loads(str(arrays.pop("notes"))), arrays
        except UNREADABLE:
            aside = file.with_suffix(".damaged")
            os.replace(file, aside)
            print(f"{file.name} cannot be read and is set aside as {aside.name}")
    return None, None


def are_finite(arrays):
    """Whether all weights of a state are numbers."""
    weights = [array for name, array in arrays.items() if name.startswith("model ")]
    return all(np.isfinite(array).all() for array in weights if array.dtype.kind == "f")


def check(model, arrays, folder, parts=("model", "optimizer")):
    """Raises ValueError where arrays belong to another network, optimizer or metrics."""
    for part in parts:
        variables = state(model)[part]
        found = [arrays[f"{part} {i}"] for i in range(sum(n.startswith(part) for n in arrays))]
        if [v.shape for v in found] != [tuple(v.shape) for v in variables]:
            raise ValueError(
                f"the checkpoint in {folder} belongs to another {part}: it has "
                f"{_differ(found, variables)}; choose another folder, or the network that made it"
            )


def restore(model, arrays, folder, parts=("model", "optimizer")):
    """Puts a checkpoint's arrays into the model's variables. Raises as `check`, before that."""
    check(model, arrays, folder, parts)
    for part in parts:
        for place, variable in enumerate(state(model)[part]):
            variable.assign(arrays[f"{part} {place}"])


def _differ(found, variables):
    for place, (here, there) in enumerate(zip(found, variables)):
        if here.shape != tuple(there.shape):
            return f"{here.shape} where {there.path} is {tuple(there.shape)} (array {place})"
    return f"{len(found)} arrays and this {len(variables)}"


def _files(folder):
    return sorted(folder.glob("step-*.npz"))


def _plain(variable):
    """A variable as an array that numpy can write: bfloat16 as float32, which holds it."""
    array = keras.ops.convert_to_numpy(variable)
    return array.astype("float32") if array.dtype.name == "bfloat16" else array
