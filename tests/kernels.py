"""How pytest --nbval starts its kernels: forked from one process (see warm.py)."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import ipykernel.kernelspec

WARM = Path(__file__).with_name("warm.py")
FOLDER = "COURSE_KERNELS"  # a variable: where the process that is forked can be reached


def start(config):
    """Starts that process, once for all of pytest-xdist's workers, if notebooks are tested."""
    files = [argument.split("::")[0] for argument in config.args]
    runs = config.option.nbval and not config.option.collectonly
    wanted = runs and not all(name.endswith(".py") for name in files)
    if FOLDER in os.environ or not wanted or not hasattr(os, "fork"):
        return  # a worker, and pytest in a test of ours, use what is there
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="course-")
    command = [sys.executable, WARM, "serve", os.environ[FOLDER]]
    config.kernels = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"TF_ENABLE_ONEDNN_OPTS": "1"},  # read when TensorFlow is imported
    )


def stop(config):
    """Ends it; its processor seconds count from then on."""
    if hasattr(config, "kernels"):
        config.kernels.communicate()


def seconds():
    """Processor seconds of the kernels that ended, a list of (file, seconds)."""
    file = Path(os.environ.get(FOLDER, "")) / "seconds"
    lines = file.read_text().splitlines() if file.is_file() else []
    return [(name, float(used)) for used, name in (line.split(" ", 1) for line in lines)]


def command(**options):
    """As ipykernel.kernelspec.get_kernel_dict, but for a kernel that is forked."""
    found = usual(**options)
    if FOLDER in os.environ:
        found["argv"] = [sys.executable, "-I", "-S", str(WARM), "kernel", os.environ[FOLDER]]
        found["argv"] += ["{connection_file}"]
    return found


usual, ipykernel.kernelspec.get_kernel_dict = ipykernel.kernelspec.get_kernel_dict, command
