"""Makes `pytest --nbval` compare notebooks strictly, and alike on every machine.

A notebook that a learner changed is theirs: it is named at the end, not compared. In the project's
own CI, COURSE_STRICT=1, it is compared all the same, and a test fails that none may be changed.
"""

import gc
import os
import time
from pathlib import Path
from queue import Empty

import built
import kernels
from nbval.kernel import RunningKernel
from slowest import Slowest
from surroundings import settle

settle()
# Lessons run with oneDNN, tests and exercises without: on processors without AVX512 its gradient
# of a strided 1x1 convolution that reads fewer than six channels is wrong at random, or ends
# Python, and a narrow network or a wrong answer may have one.
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
if "PYTEST_XDIST_WORKER" in os.environ:  # two processes share two cores, and would spin for them
    os.environ["TF_NUM_INTRAOP_THREADS"] = "1"
CHANGED = [] if os.environ.get("COURSE_STRICT") else built.changed()
THEIRS = [built.ROOT / "notebooks" / f"{name}.ipynb" for name in CHANGED]


def pytest_configure(config):
    config.pluginmanager.register(Slowest(), "slowest files")
    kernels.start(config)
    config.option.nbval_sanitize_with = str(Path(__file__).parent / "tests" / "sanitize.cfg")


def pytest_ignore_collect(collection_path):
    return True if collection_path in THEIRS else None


def pytest_collection_modifyitems(items):
    """Leaves out the tests of changed notebooks' form; their parameter is the notebook's name."""
    items[:] = [i for i in items if not hasattr(i, "callspec") or i.callspec.id not in CHANGED]


def pytest_terminal_summary(terminalreporter):
    for line in built.report(CHANGED):
        terminalreporter.write_line(line)


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
