"""Lesson 01's set-up cell, on Colab and at home, from any folder, once and twice."""

import os
import subprocess
import sys

import build_notebooks
import pytest
from build_notebooks import ROOT

RUN = """
import os, sys, types
colab, cell = sys.argv[1] == "colab", open(sys.argv[2]).read()
if colab:
    sys.modules["google.colab"] = types.ModuleType("google.colab")
exec(cell, {})
os.makedirs("elsewhere", exist_ok=True)
os.chdir("elsewhere")
before = list(sys.path)
exec(cell, {})
assert sys.path == before
import utils.data
print(utils.data.FOLDER)
"""


FILES = ["data/published/claims.csv"]
FILES += sorted(str(file.relative_to(ROOT)) for file in (ROOT / "utils").rglob("*.py"))

# git and Python as on a fresh machine, whatever this one is set to.
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "PYTHONPATH"))}
CLEAN |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


@pytest.fixture
def cell(tmp_path):
    notebooks = ROOT / "notebooks"
    lesson = build_notebooks.render(
        notebooks / "source" / "01_lenet5.py", notebooks / "01_lenet5.ipynb"
    )
    path = tmp_path / "cell.py"
    path.write_text(lesson.cells[1].source)
    return path


@pytest.fixture
def github(tmp_path):
    """An environment in which git finds the course's address on this machine."""
    origin = tmp_path / "origin"
    for name in FILES:
        (origin / name).parent.mkdir(parents=True, exist_ok=True)
        (origin / name).write_bytes((ROOT / name).read_bytes())
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(origin)]
    branch = f"--initial-branch={build_notebooks.reference()}"
    for command in (["init", "-q", branch], ["add", "."], ["commit", "-qm", "course"]):
        subprocess.run([*git, *command], check=True, env=CLEAN)
    return CLEAN | {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.file://{origin}.insteadOf",
        "GIT_CONFIG_VALUE_0": f"https://github.com/{build_notebooks.repository()}",
    }


def run(place, where, cell, env=CLEAN):
    """Runs the cell twice, from two folders; the folder of data that the course then uses."""
    command = [sys.executable, "-c", RUN, place, str(cell)]
    return subprocess.run(command, cwd=where, env=env, capture_output=True, text=True)


def test_on_colab_it_fetches_the_course_once(cell, github, tmp_path):
    empty = tmp_path / "content"
    empty.mkdir()
    done = run("colab", empty, cell, github)
    assert done.returncode == 0, done.stderr
    name = build_notebooks.repository().split("/")[1]
    assert done.stdout.strip() == str(empty / name / "data")
    assert len(list(empty.rglob("claims.csv"))) == 1


def test_on_colab_a_second_session_uses_what_is_there(cell, github, tmp_path):
    name = build_notebooks.repository().split("/")[1]
    for _ in range(2):
        done = run("colab", tmp_path, cell, github)
        assert done.stdout.strip() == str(tmp_path / name / "data"), done.stderr


@pytest.mark.parametrize("half_fetched", [False, True])
def test_on_colab_what_cannot_be_fetched_is_said_with_the_way_out(cell, tmp_path, half_fetched):
    place = tmp_path / build_notebooks.repository().split("/")[1]
    if half_fetched:
        (place / "data").mkdir(parents=True)
        (place / "data" / "README.md").touch()
    offline = {"https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    done = run("colab", tmp_path, cell, CLEAN | offline)
    said = done.stderr.splitlines()[-1]
    assert said.startswith("OSError: could not fetch https://github.com/")
    assert said.endswith("then run this cell again")
    assert (f"remove it with !rm -r {place}" if half_fetched else "check the network") in said


def test_another_programs_utils_is_told(cell, tmp_path):
    """A folder of that name is no course; one that was imported first is in the way."""
    other = tmp_path / "other"
    (other / "utils").mkdir(parents=True)
    for name in ("__init__.py", "weights.py", "whole.py"):
        (other / "utils" / name).touch()
    done = run("home", other, cell)
    assert "open the notebook inside the course" in done.stderr
    inside = other / "course" / "notebooks"
    inside.mkdir(parents=True)
    for name in FILES:
        (other / "course" / name).parent.mkdir(parents=True, exist_ok=True)
        (other / "course" / name).write_bytes((ROOT / name).read_bytes())
    theirs = CLEAN | {"PYTHONPATH": str(other)}
    done = run("home", inside, cell, theirs)
    assert done.stdout.strip() == str(other / "course" / "data"), done.stderr
    first = tmp_path / "first.py"
    first.write_text(f"import utils\n{cell.read_text()}")
    said = run("home", inside, first, theirs).stderr.splitlines()[-1]
    assert said == "ImportError: another utils was imported before this one: restart the kernel"


def test_at_home_it_finds_the_course_above(cell, tmp_path):
    inside = tmp_path / "course" / "notebooks" / "deep"
    inside.mkdir(parents=True)
    for name in FILES:
        (tmp_path / "course" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "course" / name).write_bytes((ROOT / name).read_bytes())
    done = run("home", inside, cell)
    assert done.stdout.strip() == str(tmp_path / "course" / "data"), done.stderr


def test_outside_the_course_it_says_where_to_go(cell, tmp_path):
    done = run("home", tmp_path, cell)
    assert "open the notebook inside the course" in done.stderr
