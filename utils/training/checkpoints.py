"""The state of a training, written so that a kill at any moment leaves a whole one behind."""

import json
import os
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import keras
import numpy as np

KEPT = 2
UNREADABLE = (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error)


def state(model):
    """Everything that training changes: weights, seeds, statistics, the optimizer's, metrics."""
    metrics = [variable for metric in model.metrics for variable in metric.variables]
    return {
        "model": model.variables,
        "optimizer": model.optimizer.variables,
        "metrics": metrics,
    }


def read(model):
    """The state as arrays, {"model 0": ..., "optimizer 0": ...}.

    On several machines all workers have to read it together: some statistics lie spread out.
    """
    return {
        f"{part} {place}": _plain(variable)
        for part, variables in state(model).items()
        for place, variable in enumerate(variables)
    }


def save(folder, arrays, step, history, settings):
    """Writes step-000123.npz and removes all but the last two. Raises OSError with a way out."""
    folder = Path(folder)
    notes = json.dumps({"step": step, "history": history, "settings": settings})
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


def restore(model, arrays, folder, parts=("model", "optimizer")):
    """Puts the arrays of a checkpoint into the model's variables.

    Raises ValueError where they belong to another network, optimizer or metrics.
    """
    for part in parts:
        variables = state(model)[part]
        found = [arrays[f"{part} {i}"] for i in range(sum(n.startswith(part) for n in arrays))]
        if [v.shape for v in found] != [tuple(v.shape) for v in variables]:
            raise ValueError(
                f"the checkpoint in {folder} belongs to another {part}: it has "
                f"{_differ(found, variables)}; choose another folder, or the network that made it"
            )
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
