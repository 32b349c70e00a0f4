"""Real images: Fashion-MNIST, which ships with the course; MNIST and CIFAR-10 through Keras."""

import gzip
import os
import zipfile
import zlib
from pathlib import Path

import numpy as np

from utils import official

FOLDER = Path(__file__).resolve().parent.parent.parent / "data"

CLASSES = {
    "fashion_mnist": [
        "T-shirt",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ],
    "mnist": list("0123456789"),
    "cifar10": [
        "airplane",
        "automobile",
        "bird",
        "cat",
        "deer",
        "dog",
        "frog",
        "horse",
        "ship",
        "truck",
    ],
}
# The shape of one image and of one label, as keras.datasets gives them.
SHAPES = {"fashion_mnist": ((28, 28), ()), "mnist": ((28, 28), ()), "cifar10": ((32, 32, 3), (1,))}
CACHED = {"mnist": "mnist.npz*", "cifar10": "cifar-10-*"}  # in Keras's folder
# What np.load raises for archives that are cut short, altered or no archives at all.
UNREADABLE = (OSError, ValueError, EOFError, TypeError, RuntimeError, KeyError)
UNREADABLE += (zipfile.BadZipFile, zlib.error)
ARRAYS = ("x_train", "y_train", "x_test", "y_test")
IDX_FILES = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")


def load(name):
    """A data set as keras.datasets gives it: (x_train, y_train), (x_test, y_test).

    Images are uint8, (n, 28, 28) or (n, 32, 32, 3) for "cifar10"; labels uint8, (n,) or
    (n, 1). "fashion_mnist" is read from data/fashion_mnist and checked against its SHA-256
    sums; "mnist" and "cifar10" from data/<name>.npz if it is there, else by keras.datasets.
    Raises ValueError for an unknown name and for files that are damaged or hold something
    else, FileNotFoundError where a file is missing; both name the file and the way out.
    """
    if not isinstance(name, str) or name not in CLASSES:
        raise ValueError(f"no data set {name!r}; choose from {', '.join(CLASSES)}")
    shipped = FOLDER / f"{name}.npz"
    if name == "fashion_mnist":
        arrays, source = _read_idx(FOLDER / name), FOLDER / name
    elif shipped.exists():
        arrays, source = _read_npz(shipped), shipped
    else:
        arrays, source = _download(name, shipped), f"keras.datasets.{name}"
    _check(name, dict(zip(ARRAYS, arrays)), source)
    x_train, y_train, x_test, y_test = arrays
    return (x_train, y_train), (x_test, y_test)


def _read_idx(folder):
    return [_idx(folder / f"{stem}-ubyte.gz") for stem in IDX_FILES]


def _idx(path):
    """One gzipped IDX file: two zero bytes, type, number of axes, the axes, then the bytes."""
    raw = gzip.decompress(official.read(path))
    axes = np.frombuffer(raw, ">i4", count=raw[3], offset=4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(axes).copy()


def _read_npz(path):
    try:
        with np.load(path, allow_pickle=False) as archive:
            missing = [key for key in ARRAYS if key not in archive]
            if not missing:
                return [archive[key] for key in ARRAYS]
    except UNREADABLE as error:
        raise ValueError(
            f"{path} cannot be read as an .npz archive ({error}); it may be cut short: fetch it "
            f"again, or remove it and keras.datasets is asked"
        ) from error
    raise ValueError(f"{path} has no array {', '.join(missing)}; it must hold {', '.join(ARRAYS)}")


def _download(name, instead):
    import keras

    try:
        (x_train, y_train), (x_test, y_test) = getattr(keras.datasets, name).load_data()
    except Exception as error:  # keras.datasets raises a bare Exception when it cannot download
        if copies := _cached(name):
            raise ValueError(
                f"Keras's copy of {name} cannot be read ({type(error).__name__}: {error}); remove "
                f"{' and '.join(map(str, copies))}, go online, and it is fetched again"
            ) from None
        raise FileNotFoundError(
            f"{name} cannot be downloaded ({error}) and {instead} is not there; put a file there "
            f"with the arrays {', '.join(ARRAYS)}, or go on with load('fashion_mnist')"
        ) from None
    return x_train, y_train, x_test, y_test


def _cached(name):
    """What keras.datasets keeps of a data set: archives, and folders that they were unpacked to."""
    home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    return sorted((home / "datasets").glob(CACHED[name]))


def _check(name, arrays, source):
    for key, array in arrays.items():
        shape = SHAPES[name][0 if key.startswith("x") else 1]
        if array.shape[1:] != shape or array.dtype != np.uint8 or not len(array):
            wanted = ", ".join(["n", *map(str, shape)])
            raise ValueError(
                f"{source}: {key} has shape {array.shape} and dtype {array.dtype}; "
                f"{name} needs shape ({wanted}) and dtype uint8"
            )
    for part in ("train", "test"):
        images, labels = arrays[f"x_{part}"], arrays[f"y_{part}"]
        if len(images) != len(labels):
            raise ValueError(
                f"{source}: {len(images)} images in x_{part} but {len(labels)} labels in y_{part}; "
                f"there must be one label an image"
            )
        if labels.max() >= len(CLASSES[name]):
            raise ValueError(f"{source}: y_{part} holds label {labels.max()}; labels are 0 to 9")
