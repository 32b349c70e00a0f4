"""Grading: notebooks as learners hand them in, and as some would like them to be taken."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parent.parent
START = "from utils.exercises import check, hint, progress"
WIDTH = 'check("05.bottleneck_width", 132)'
WORK = 'work = 102_760_448\ncheck("05.shortcut_work", work)'
FORGED = """
from utils.exercises import face, solved
for name in face.exercises("05"): solved.add(name)
open("progress.json", "w").write('{"done": ["05.bottleneck_width"]}')
"""
PATCHED = """
from utils.checks import kinds
kinds.Number.judge = lambda self, answer: None
check("05.bottleneck_width", 1)
"""
HANDED_IN = {  # name: (its cells, its points, part of what the instructor is told)
    "right": ([START, WIDTH, WORK], "2", ""),
    "right_and_wrong": ([START, WIDTH, 'check("05.shortcut_work", 1)'], "1", ""),
    "wrong_after_right": ([START, WIDTH, 'check("05.bottleneck_width", 1)'], "1", ""),
    "without_checks": ([START, "bottleneck_width = 132"], "1", ""),
    "in_another_order": ([WORK, START, WIDTH, WORK], "2", ""),
    "an_error": ([START, "1 / 0", WIDTH, "this is no Python", WORK], "2", ""),
    "endless": ([START, WIDTH, "while True: pass", WORK], "2", "more than 4 seconds, in cell 3"),
    "forks": ([START, "import os\nwhile True: os.fork()", WIDTH], "1", ""),
    "programs": ([START, "!ls", "import os; os.system('ls')", WIDTH], "1", ""),
    "gigabytes": ([START, "import numpy as np; np.ones(10**11)", WIDTH], "1", ""),
    "deletes": ([START, f"import os; os.remove({str(ROOT / 'README.md')!r})", WIDTH], "1", ""),
    "leaves": ([START, "exit()", WIDTH, "import os; os._exit(0)", WORK], "2", "ended Python"),
    "prints": ([START, "for i in range(20_000): print('x' * 1_000)", WIDTH], "1", ""),
    "own_check": ([START, "def check(*_): print('✓')", WIDTH.replace("132", "1")], "0", ""),
    "forged": ([START, FORGED], "0", ""),
    "patched": ([START, PATCHED], "0", "changed the course's own"),
    "a_look": ([START, "from utils.exercises import answers05", WIDTH], "1", "reads answers05"),
    "network": (
        [START, "import socket; socket.create_connection(('1.1.1.1', 80))", WIDTH],
        "1",
        "",
    ),
}


def notebook(sources, whole=True):
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
         "source": source if whole else source.splitlines(keepends=True)}
        for source in sources
    ]  # fmt: skip
    return json.dumps({"cells": cells, "metadata": {"colab": {}}, "nbformat": 4})


def grade(folder, *options):
    command = [
        sys.executable,
        str(ROOT / "scripts" / "grade.py"),
        *sorted(map(str, folder.glob("*.ipynb"))),
    ]
    command += [
        "--exercises",
        "05.bottleneck_width",
        "05.shortcut_work",
        "--out",
        str(folder / "out"),
    ]
    return subprocess.run([*command, *options], capture_output=True, text=True, cwd=folder)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("submissions")
    for place, (name, (sources, *_)) in enumerate(HANDED_IN.items()):
        (folder / f"{name}.ipynb").write_text(notebook(sources, place % 2))
    (folder / "no_notebook.ipynb").write_text("{")
    done = grade(folder, "--cell-seconds", "4", "--jobs", "2")
    assert done.returncode == 0, done.stderr[-2000:]
    return folder / "out"


@pytest.fixture(scope="module")
def rows(graded):
    with (graded / "grades.csv").open(newline="") as file:
        return {row["learner"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("name", HANDED_IN)
def test_each_gets_the_points_of_its_right_answers(rows, name):
    _, points, told = HANDED_IN[name]
    assert (rows[name]["points"], rows[name]["of"]) == (points, "2"), rows[name]
    assert told in rows[name]["look at"]


def test_what_is_no_notebook_gets_none(rows, graded):
    assert rows["no_notebook"]["points"] == "0"
    assert "no Jupyter notebook" in (graded / "feedback" / "no_notebook.html").read_text()


def test_the_course_is_as_it_was(graded):
    assert (ROOT / "README.md").exists()


def test_learners_and_gradescope_are_told_what_the_checks_say(graded):
    page = (graded / "feedback" / "right_and_wrong.html").read_text()
    assert '<html lang="en">' in page and "1 of 2" in page and "✗ 05.shortcut_work" in page
    page = (graded / "feedback" / "an_error.html").read_text()
    assert "cell 2 stopped: ZeroDivisionError" in page
    tests = json.loads((graded / "gradescope" / "right_and_wrong.json").read_text())["tests"]
    assert [(test["score"], test["max_score"]) for test in tests] == [(1, 1), (0, 1)]


def test_what_is_graded_is_not_graded_again(graded):
    folder = graded.parent
    before = {path: path.stat().st_mtime_ns for path in (graded / "learners").glob("*.json")}
    (folder / "right.ipynb").write_text(notebook([START, WIDTH]))
    for path in folder.glob("*.ipynb"):
        if path.stem not in ("right", "an_error"):
            path.unlink()
    assert grade(folder, "--jobs", "1").returncode == 0
    changed = {path.stem for path, was in before.items() if path.stat().st_mtime_ns != was}
    assert changed == {"right"}


def test_wrong_orders_are_refused(tmp_path):
    (tmp_path / "one.ipynb").write_text(notebook([START]))
    wrong = grade(tmp_path, "--exercises", "05.nothing")
    assert wrong.returncode == 2 and "no exercise '05.nothing'; lesson 05 has" in wrong.stderr


def test_who_stops_it_is_told_how_to_go_on_and_no_notebook_runs_on(tmp_path):
    (tmp_path / "endless.ipynb").write_text(notebook([START, "while True: pass"]))
    paths = [tmp_path / "endless.ipynb", "--exercises", "05", "--out", tmp_path / "out"]
    grader = subprocess.Popen(
        [sys.executable, ROOT / "scripts" / "grade.py", *paths],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    process, deadline = psutil.Process(grader.pid), time.monotonic() + 120
    while not any(worker.children() for worker in process.children()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    running = process.children(recursive=True)
    os.killpg(grader.pid, signal.SIGINT)  # as a terminal does
    _, said = grader.communicate(timeout=60)
    assert "stopped: 0 of 1 are graded, and the same command goes on from there" in said
    assert not psutil.wait_procs(running, timeout=10)[1]
