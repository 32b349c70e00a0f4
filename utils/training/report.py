"""Is this machine ready for the course? What it has, and what to do where something is missing."""

import os
import platform
import sys

import keras
import psutil

from utils import data
from utils.tables import Table
from utils.training import cluster
from utils.training.devices import strategy

MEMORY = 5  # GiB, enough for every lesson in the quick profile
X86 = ("x86_64", "AMD64")
ONEDNN = "set TF_ENABLE_ONEDNN_OPTS=1 before TensorFlow is imported: training takes half the time"
WINDOWS = "TensorFlow finds no GPU here, and nothing stops endless loops: use WSL 2"
PYTHON = "install Python 3.11, 3.12 or 3.13, then make lab"


def check_setup():
    """A table with a row a requirement: what, found, what to do ("" where all is well).

    Looks at the system, Python, Keras and its backend, TensorFlow and its kernels for processors,
    the GPUs, the strategy that lessons will train under, the free memory in GiB, and the data that
    ships.
    Raises nothing: what cannot be found out is found as the error that came instead.
    """
    try:
        import tensorflow as tf
    except ImportError as error:
        return _table([("TensorFlow", str(error), False, "pip install -r requirements.txt")])
    gpus = tf.config.list_physical_devices("GPU")
    free = psutil.virtual_memory().available / 2**30
    backend, damage = keras.backend.backend(), _damage()
    kernels = _onednn()
    order = keras.config.image_data_format()
    install = "pip install -r requirements.txt"
    rows = [
        ("system", platform.system(), platform.system() != "Windows", WINDOWS),
        ("Python", platform.python_version(), (3, 11) <= sys.version_info < (3, 14), PYTHON),
        ("Keras", keras.__version__, _at_least(keras.__version__, 3, 13), install),
        ("backend", backend, backend == "tensorflow", "set KERAS_BACKEND=tensorflow, restart"),
        ("image format", order, order == "channels_last", "remove it from ~/.keras/keras.json"),
        ("TensorFlow", tf.__version__, _at_least(tf.__version__, 2, 20), install),
        (
            "oneDNN",
            "on" if kernels else "off",
            kernels or gpus or platform.machine() not in X86,
            ONEDNN,
        ),
        ("GPUs", len(gpus), gpus, "fine for the quick profile; for more, Colab or README.md"),
        ("strategy", *_strategy(gpus)),
        (
            "free memory",
            f"{free:.1f} GiB",
            free >= MEMORY,
            f"lessons want {MEMORY} GiB: close programs",
        ),
        ("Fashion-MNIST", "damaged" if damage else "checked", not damage, damage),
    ]
    return _table(rows)


def _table(rows):
    columns = ("what", "found", "what to do")
    shown = [(what, found, "" if fine else advice) for what, found, fine, advice in rows]
    return Table(shown, columns=columns, dtype=object).set_index("what")


def _at_least(version, *wanted):
    return tuple(map(int, version.split(".")[:2])) >= wanted


def _onednn():
    """Whether TensorFlow computes with oneDNN's kernels; it decides when it is imported."""
    try:
        from tensorflow.python.util import _pywrap_util_port

        return _pywrap_util_port.IsMklEnabled()
    except (ImportError, AttributeError):  # no public function tells
        return os.environ.get("TF_ENABLE_ONEDNN_OPTS") == "1"


def _strategy(gpus):
    """The strategy, whether it is fine, and else what to do. Waits for no other worker."""
    try:
        if found := cluster.find():
            count = len(found.addresses)
            return f"{found.source}: worker {found.index} of {count}, which meet to train", True, ""
        return _describe(strategy(), gpus), True, ""
    except Exception as error:
        return "none", False, str(error)


def _describe(chosen, gpus):
    count, name = chosen.num_replicas_in_sync, type(chosen).__name__
    if count > 1:
        return f"{name}: every batch is split over {count} GPUs"
    return f"TensorFlow's default, on the {'GPU' if gpus else 'CPU'}"


def _damage():
    """What is wrong with the data that ships, "" if nothing is."""
    try:
        data.load("fashion_mnist")
    except (OSError, ValueError) as error:
        return str(error)
    return ""
