"""pytest --nbval is strict, and notices a dead kernel at once."""

import shutil
import subprocess
import sys
import time

import nbformat
import pytest
from build_notebooks import ROOT
from nbformat.v4 import new_code_cell, new_notebook, new_output


def run_nbval(folder, *cells):
    """The course's own pytest settings on a notebook of these (source, stored text) cells."""
    (folder / "tests").mkdir()
    needed = ("sanitize.cfg", "slowest.py", "kernels.py", "warm.py")
    for name in ("conftest.py", "pyproject.toml", *(f"tests/{name}" for name in needed)):
        shutil.copy(ROOT / name, folder / name)
    made = [
        new_code_cell(source, execution_count=i, outputs=[new_output("stream", text=text)])
        for i, (source, text) in enumerate(cells, start=1)
    ]
    nbformat.write(new_notebook(cells=made), folder / "lesson.ipynb")
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "lesson.ipynb"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100)


def test_dead_kernel_is_noticed_within_seconds(tmp_path):
    start = time.monotonic()
    result = run_nbval(tmp_path, ("import os; os._exit(1)", ""), ("print(1)", "1\n"))
    assert result.returncode == 1
    assert "the kernel died" in result.stdout
    assert time.monotonic() - start < 60  # nbval alone waits for the timeout of the cell


@pytest.mark.parametrize(
    "source, stored, passed",
    [
        ("print(0.87)", "0.87\n", True),
        ("print(0.87)", "0.88\n", False),
        ("print('3ms/step')", "12ms/step\n", True),
        ("import sys; print('a', file=sys.stderr); print(1)", "1\n", True),
        ("import shutil; print(shutil.get_terminal_size().columns)", "80\n", True),
    ],
)
def test_outputs_are_compared_strictly(tmp_path, monkeypatch, source, stored, passed):
    monkeypatch.setenv("COLUMNS", "40")
    result = run_nbval(tmp_path, (source, stored))
    assert (result.returncode == 0) is passed, result.stdout
