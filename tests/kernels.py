"""How pytest --nbval starts its kernels: forked from a process that is warm (see warm.py)."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import ipykernel.kernelspec

WARM = Path(__file__).with_name("warm.py")
FOLDER = "COURSE_KERNELS"  # a variable: where the processes that are forked can be reached
# As in their set-up cells. TensorFlow reads it when it is imported: there is a process of each.
ONEDNN = {"lessons": "1", "practice": "0"}


def start(config):
    """Starts the processes, once for all of pytest-xdist's workers, if notebooks are tested."""
    files = [argument.split("::")[0] for argument in config.args]
    runs = config.option.nbval and not config.option.collectonly
    wanted = runs and not all(name.endswith(".py") for name in files)
    if FOLDER in os.environ or not wanted or not hasattr(os, "fork"):
        return  # a worker, and pytest in a test of ours, use what is there
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="course-")
    config.kernels = []
    for kind, onednn in ONEDNN.items():
        folder = Path(os.environ[FOLDER], kind)
        folder.mkdir()
        process = subprocess.Popen(
            [sys.executable, WARM, "serve", folder],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"TF_ENABLE_ONEDNN_OPTS": onednn},
        )
        config.kernels.append(process)


def stop(config):
    """Ends them; their processor seconds count from then on."""
    for process in getattr(config, "kernels", []):
        process.communicate()


def seconds():
    """Processor seconds of the kernels that ended, a list of (file, seconds)."""
    files = Path(os.environ.get(FOLDER, "nowhere")).glob("*/seconds")
    lines = [line for file in files for line in file.read_text().splitlines()]
    return [(name, float(used)) for used, name in (line.split(" ", 1) for line in lines)]


def command(**options):
    """As ipykernel.kernelspec.get_kernel_dict, but for a kernel that is forked."""
    found = usual(**options)
    if FOLDER in os.environ:
        found["argv"] = [sys.executable, "-I", "-S", str(WARM), "kernel", os.environ[FOLDER]]
        found["argv"] += ["{connection_file}"]
    return found


usual, ipykernel.kernelspec.get_kernel_dict = ipykernel.kernelspec.get_kernel_dict, command
