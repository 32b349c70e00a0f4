"""pytest --nbval is strict, alike everywhere, notices a dead kernel, leaves learners their work."""

import shutil
import subprocess
import sys
from xml.etree import ElementTree

import built
import nbformat
import pytest
from build_notebooks import ROOT
from nbformat.v4 import new_code_cell, new_notebook, new_output

SETTINGS = ["conftest.py", "pyproject.toml", "scripts/built.py", "scripts/surroundings.py"]
SETTINGS += [f"tests/{name}" for name in ("kernels.py", "sanitize.cfg", "slowest.py", "warm.py")]


def run_pytest(folder, *arguments):
    """The course's own pytest settings in a folder."""
    for name in SETTINGS:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)


# (source, stored text, whether it passes); the strategies' sentences are those of utils.training.
COMPARED = [
    ("print(0.87)", "0.87\n", True),
    ("print(0.87)", "0.88\n", False),
    ("print('3ms/step')", "12ms/step\n", True),
    ("print('test accuracy ≈ 84.1 %')", "test accuracy ≈ 83 %\n", True),
    ("print('≈ 84.1 (80.0 to 89.9) at rate 1')", "≈ 9.9 (8.8 to 10.7) at rate 1\n", True),
    ("print('test accuracy ≈ 84.1 %')", "training accuracy ≈ 84.1 %\n", False),
    ("import sys; print('a', file=sys.stderr); print(1)", "1\n", True),
    ("import shutil; print(shutil.get_terminal_size().columns)", "80\n", True),
    ("import os; print('TF_CONFIG' in os.environ, os.environ['IPYTHONDIR'])", "False /\n", False),
    ("print('TF_CONFIG' in os.environ, os.environ['IPYTHONDIR'] == '/')", "False False\n", True),
    ("print('default strategy: one GPU')", "default strategy: no GPU, so the CPU\n", True),
    (
        "print('MirroredStrategy: every batch is split over GPU:0, GPU:1')",
        "default strategy: no GPU, so the CPU\n",
        True,
    ),
    ("print('default strategy: one GPU')", "no strategy\n", False),
    (
        "print('with 8 replicas; this is worker 1')",
        "with 2 replicas; this is worker 0\n",
        False,
    ),
]
DEAD = [("import os; os._exit(1)", ""), ("print(1)", "1\n")]
SURROUNDINGS = {"COLUMNS": "40", "IPYTHONDIR": "/", "TF_CONFIG": "{}"}


def write(path, cells):
    """A notebook of these (source, stored text) cells."""
    made = [
        new_code_cell(source, execution_count=i, outputs=[new_output("stream", text=text)])
        for i, (source, text) in enumerate(cells, start=1)
    ]
    nbformat.write(new_notebook(cells=made), path)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What one run says of the cells of two notebooks, the one whose kernel dies first."""
    folder = tmp_path_factory.mktemp("course")
    write(folder / "dead.ipynb", DEAD)
    write(folder / "lesson.ipynb", [(source, stored) for source, stored, _ in COMPARED])
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SURROUNDINGS.items():
            patch.setenv(name, value)
        result = run_pytest(folder, "--junitxml=found.xml", "dead.ipynb", "lesson.ipynb")
    assert result.returncode == 1, result.stdout
    cells = list(ElementTree.parse(folder / "found.xml").iter("testcase"))
    assert len(cells) == len(DEAD) + len(COMPARED), result.stdout
    return cells


def test_dead_kernel_is_noticed_within_seconds(found):
    assert "the kernel died" in found[0].find("failure").text
    assert float(found[0].get("time")) < 60  # nbval alone waits for the timeout of the cell


def test_outputs_are_compared_strictly(found):
    for cell, (source, stored, passed) in zip(found[len(DEAD) :], COMPARED, strict=True):
        assert (not list(cell)) is passed, (source, stored)


FORM = """import pytest


@pytest.mark.parametrize("name", ["01_own", "02_left"])
def test_form(name):
    pass
"""


def test_what_a_learner_changed_is_named_and_not_collected(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_STRICT", raising=False)
    source = tmp_path / "notebooks" / "source"
    source.mkdir(parents=True)
    for name in ("01_own", "02_left"):
        (source / f"{name}.py").touch()
        nbformat.write(
            new_notebook(cells=[new_code_cell("1")]), tmp_path / "notebooks" / f"{name}.ipynb"
        )
    built.note(built.targets(tmp_path), tmp_path)
    nbformat.write(
        new_notebook(cells=[new_code_cell("2")]), tmp_path / "notebooks" / "01_own.ipynb"
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_form.py").write_text(FORM)
    said = run_pytest(tmp_path, "--collect-only").stdout
    left = ["notebooks/02_left.ipynb::Cell 0", "tests/test_form.py::test_form[02_left]"]
    assert all(line in said for line in left) and said.count("01_own") == 2
    assert "changed here, so not compared: notebooks/01_own.ipynb\n" in said
    monkeypatch.setenv("COURSE_STRICT", "1")
    said = run_pytest(tmp_path, "--collect-only").stdout
    everything = [*left, *(line.replace("02_left", "01_own") for line in left)]
    assert all(line in said for line in everything) and "changed here" not in said
