"""pytest --nbval is strict, and notices a dead kernel at once."""

import os
import shutil
import subprocess
import sys
from xml.etree import ElementTree

import nbformat
import pytest
from build_notebooks import ROOT
from nbformat.v4 import new_code_cell, new_notebook, new_output

DEAD = [("import os; os._exit(1)", ""), ("print(1)", "1\n")]
# source, stored text, whether the two agree
COMPARED = [
    ("print(0.87)", "0.87\n", True),
    ("print(0.87)", "0.88\n", False),
    ("print('3ms/step')", "12ms/step\n", True),
    ("import sys; print('a', file=sys.stderr); print(1)", "1\n", True),
    ("import shutil; print(shutil.get_terminal_size().columns)", "80\n", True),
]


def write(path, cells):
    made = [
        new_code_cell(source, execution_count=i, outputs=[new_output("stream", text=text)])
        for i, (source, text) in enumerate(cells, start=1)
    ]
    nbformat.write(new_notebook(cells=made), path)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What the course's own pytest settings say of each cell of two notebooks."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "tests").mkdir()
    for name in ("conftest.py", "pyproject.toml", "tests/sanitize.cfg", "tests/slowest.py"):
        shutil.copy(ROOT / name, folder / name)
    write(folder / "dead.ipynb", DEAD)
    write(folder / "lesson.ipynb", [case[:2] for case in COMPARED])
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "--junitxml", "found.xml"]
    result = subprocess.run(
        [*command, "dead.ipynb", "lesson.ipynb"],
        cwd=folder, env=os.environ | {"COLUMNS": "40"}, capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert result.returncode == 1, result.stdout
    cells = list(ElementTree.parse(folder / "found.xml").iter("testcase"))
    assert len(cells) == len(DEAD) + len(COMPARED), result.stdout
    return cells


def test_dead_kernel_is_noticed_within_seconds(found):
    failure = found[0].find("failure")
    assert "the kernel died" in failure.text
    assert float(found[0].get("time")) < 60  # nbval alone waits for the timeout of the cell


@pytest.mark.parametrize("place", range(len(COMPARED)), ids=[str(case) for case in COMPARED])
def test_outputs_are_compared_strictly(found, place):
    cell, passed = found[len(DEAD) + place], COMPARED[place][2]
    assert (not list(cell)) is passed, ElementTree.tostring(cell, "unicode")
