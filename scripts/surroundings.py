"""What lessons are executed and compared in: the same everywhere, whatever a machine is set to."""

import atexit
import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

# Variables that begin so change what a cell prints, or have it wait for other machines.
DROPPED = (
    *("COURSE_", "IPYTHON", "JUPYTER_", "MATPLOTLIB", "MPL", "PYTHON"),
    *("DNNL_", "JAX_", "KERAS_", "NVIDIA_TF32", "ONEDNN_", "TF_", "TF2_", "XLA_"),
    *("KUBERNETES_", "SERVICE", "SLURM_", "WORKERS"),
    *("COLUMNS", "LINES", "NO_PROXY", "no_proxy"),
)
# What a test run is asked for; ONEDNN_MAX_CPU_ISA makes a processor as slow as an older one.
KEPT = "COURSE_DRAWS COURSE_KERNELS COURSE_KILLS COURSE_STRICT COURSE_ZOO".split()
KEPT += ["ONEDNN_MAX_CPU_ISA"]


def settle(environment=os.environ):
    """Makes an environment that of every machine; what belongs to one run goes when it ends.

    Which GPUs there are stays: CUDA_VISIBLE_DEVICES says which of them are ours to use.
    """
    for name in list(environment):
        if name.startswith(DROPPED) and name not in KEPT:
            del environment[name]
    home = Path(tempfile.mkdtemp(prefix="course-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    environment |= {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "1",  # as in the set-up cell
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",  # two test processes share a GPU
        # As a learner without a network sees them: nothing listens here.
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
        # Instead of settings in the user's home.
        "COURSE_PROGRESS": str(home / "progress.json"),
        "IPYTHONDIR": str(home / "ipython"),
        "KERAS_HOME": str(home / "keras"),
        "MATPLOTLIBRC": str(Path(find_spec("matplotlib").origin).parent / "mpl-data"),
    }
