"""Whatever a machine is set to, lessons are executed and compared in the same surroundings."""

import asyncio
import os
import runpy
import shutil
from pathlib import Path

import built
import matplotlib.pyplot as plt
import nbformat
import pytest
from nbconvert import HTMLExporter
from surroundings import settle
from traitlets.config import Config

from utils.figures import style

FOREIGN = """COLUMNS COURSE_PROFILE IPYTHONDIR JUPYTER_COLUMNS JUPYTER_PATH KERAS_BACKEND KERAS_HOME
KUBERNETES_SERVICE_HOST MATPLOTLIBRC MPLBACKEND PYTHONHASHSEED PYTHONOPTIMIZE PYTHONPATH
PYTHONSTARTUP SERVICE SLURM_PROCID SLURM_STEP_NUM_TASKS TF_CONFIG TF_ENABLE_ONEDNN_OPTS
TF_XLA_FLAGS WORKERS XLA_FLAGS no_proxy""".split()


def test_foreign_settings_are_dropped_and_ours_made():
    left = {"CUDA_VISIBLE_DEVICES": "1", "COURSE_KILLS": "20", "COURSE_STRICT": "1", "PATH": "/bin"}
    first, second = dict.fromkeys(FOREIGN, "theirs") | left, {}
    settle(first)
    settle(second)
    assert first.keys() - left.keys() == second.keys()
    assert "theirs" not in first.values() and first.items() >= left.items()
    assert first["TF_ENABLE_ONEDNN_OPTS"] == "1"
    assert not os.path.exists(first["IPYTHONDIR"])
    assert (Path(first["MATPLOTLIBRC"]) / "matplotlibrc").exists()


def test_a_matplotlibrc_does_not_change_the_figures():
    with plt.rc_context({"axes.facecolor": "black", "figure.figsize": (1, 1)}):
        style.use()
        assert plt.rcParams["axes.facecolor"] == "white"
        assert plt.rcParams["figure.figsize"] == [6.4, 4.8]


@pytest.fixture
def config():
    """What `make lab` tells JupyterLab's server."""
    said = Config()
    path = built.ROOT / "scripts" / "lab" / "jupyter_server_config.py"
    runpy.run_path(path, {"get_config": lambda: said})
    return said


@pytest.fixture
def contents(config, tmp_path):
    """The server's files as `make lab` serves them, from a folder of its own."""
    return config.ServerApp.contents_manager_class(root_dir=str(tmp_path))


def test_a_page_made_of_a_notebook_tells_no_answer(config):
    path = built.ROOT / "notebooks" / "04_trouble_with_depth.ipynb"
    guards = [
        c for c in nbformat.read(path, as_version=4).cells if "guard" in c.metadata.get("tags", ())
    ]
    page, _ = HTMLExporter(config=config).from_filename(str(path))
    assert guards and "Asserts what the text says" not in page and "<details>" in page


def test_opening_and_saving_a_notebook_changes_nothing(contents, tmp_path):
    from ipykernel.ipkernel import IPythonKernel

    path = tmp_path / "01_lenet5.ipynb"
    shutil.copy(built.ROOT / "notebooks" / "01_lenet5.ipynb", path)
    stored = nbformat.read(path, as_version=4)
    stored.metadata.language_info = dict(IPythonKernel.language_info)
    del stored.metadata.language_info["version"]
    nbformat.write(stored, path)
    before = path.read_bytes()
    opened = asyncio.run(contents.get(path.name))
    assert opened["content"]["metadata"]["language_info"] == IPythonKernel.language_info
    asyncio.run(contents.save({"type": "notebook", "content": opened["content"]}, path.name))
    assert path.read_bytes() == before


def test_other_files_are_served_as_they_are(contents, tmp_path):
    (tmp_path / "a.txt").write_text("a")
    assert asyncio.run(contents.get("a.txt"))["content"] == "a"
    assert len(asyncio.run(contents.get(""))["content"]) == 1
