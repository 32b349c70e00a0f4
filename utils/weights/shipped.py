"""The weights of ImageNet that come with the course, and the names of its classes."""

import io
from functools import cache
from pathlib import Path

import numpy as np

from utils import official

FOLDER = Path(__file__).resolve().parent.parent.parent / "data" / "weights"
NETWORKS = ("efficientnet_lite0",)


def load(model):
    """Puts the weights that ship into a network of that name, layer by layer.

    They are stored as float16. Raises ValueError for a network that none ship for, for one that
    was built otherwise, and for a file that is damaged, FileNotFoundError where it is missing; the
    model then keeps the weights that it has.
    """
    if model.name not in NETWORKS:
        raise ValueError(
            f"no weights ship for {model.name!r}; there are some for "
            f'networks.efficientnet("Lite0"), and many more online: weights.load(model, '
            f'"imagenet")'
        )
    stored, found = read(model.name), {}
    for layer in model.layers:
        for number, weight in enumerate(layer.weights):
            found[f"{layer.name}.{number}"] = weight
    for key in [*stored, *found]:
        there = stored[key].shape if key in stored else "no weights"
        here = tuple(found[key].shape) if key in found else "no weights"
        if there != here:
            raise ValueError(
                f"the weights that ship do not fit this {model.name}: layer "
                f"{key.rpartition('.')[0]!r} has {there} there and {here} here; build it as "
                f'networks.efficientnet("Lite0"), of any input_shape with 3 channels'
            )
    for key, weight in found.items():
        weight.assign(stored[key].astype("float32"))


def read(name):
    """The arrays of a file that ships, {"layer.number": float16 array}, its hash checked.

    Raises ValueError where it is damaged, FileNotFoundError where it is missing.
    """
    with np.load(io.BytesIO(official.read(FOLDER / f"{name}.npz")), allow_pickle=False) as archive:
        return dict(archive)


@cache
def classes():
    """The names of ImageNet's 1,000 classes, a tuple in the order of the outputs."""
    return tuple(official.read(FOLDER / "imagenet_classes.txt").decode().splitlines())
