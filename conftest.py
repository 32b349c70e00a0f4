"""Makes `pytest --nbval` compare notebooks strictly, and alike on every machine."""

import gc
import os
import tempfile
import time
from pathlib import Path
from queue import Empty

from nbval.kernel import RunningKernel

from tests.slowest import Slowest

# Kernels inherit these, and each changes what a cell prints.
for name in ("COLUMNS", "JUPYTER_COLUMNS", "COURSE_PROFILE", "KERAS_BACKEND", "MPLBACKEND"):
    os.environ.pop(name, None)
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"  # as in the set-up cell
# Lessons are tested as they were built, without a network: nothing listens here.
for name in ("http_proxy", "https_proxy"):
    os.environ[name] = "http://127.0.0.1:9"
os.environ["COURSE_PROGRESS"] = tempfile.mkdtemp(prefix="course-") + "/progress.json"
# So do settings in the user's home.
for name in ("KERAS_HOME", "IPYTHONDIR"):
    os.environ[name] = tempfile.mkdtemp(prefix="course-")


def pytest_configure(config):
    config.pluginmanager.register(Slowest(), "slowest files")
    config.option.nbval_sanitize_with = str(Path(__file__).parent / "tests" / "sanitize.cfg")


def pytest_collection_finish():
    gc.freeze()  # 350,000 objects of TensorFlow's, which each collection would look through again


def pytest_collectstart(collector):
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += ("stderr",)  # TensorFlow's notices about the machine


def await_reply(self, msg_id, timeout=None):
    """nbval's own wait, but a kernel that died is noticed within a second, not at the timeout."""
    deadline = time.monotonic() + (timeout or float("inf"))
    while True:
        try:
            return wait(self, msg_id, timeout=1)
        except Empty:
            if not self.is_alive():
                raise RuntimeError(
                    "the kernel died while it ran this cell: out of memory or a crash"
                ) from None
            if time.monotonic() > deadline:
                raise


wait, RunningKernel.await_reply = RunningKernel.await_reply, await_reply
