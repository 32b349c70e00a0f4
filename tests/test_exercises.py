"""Exercise notebooks: blank and solved from one source, checked by the same checks."""

import re
from statistics import median

import build_notebooks
import nbformat
import pytest
from build_notebooks import ROOT, blank, name_of, render, solved, targets
from planted import LESSONS

from utils.exercises import face

NOTEBOOKS = {name_of(t): t for t in targets() if "/" in name_of(t)}
BLANK = [name for name in NOTEBOOKS if name.startswith("exercises/")]


def cells(name, kind="code"):
    return of_kind(nbformat.read(NOTEBOOKS[name], as_version=4), kind)


def of_kind(notebook, kind):
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def printed(name):
    return "".join(out.get("text", "") for c in cells(name) for out in c.outputs)


def test_every_exercise_stands_in_its_notebook_once():
    lessons = {name.split("/")[1][:2]: name for name in BLANK}
    assert set(lessons) == set(face.lessons())
    for lesson, name in lessons.items():
        made = render(targets()[NOTEBOOKS[name]], NOTEBOOKS[name])
        calls = re.findall(r'check\("([^"]+)"', "".join(c.source for c in of_kind(made, "code")))
        calls = list(dict.fromkeys(calls))  # a fault is asked for twice: which, and without it
        said = "Five Six Seven Eight Nine".split()[len(calls) - 5]
        assert f"{said} exercises on " in made.cells[0].source, "the text counts them, too"
        assert calls == list(face.exercises(lesson)) and 5 <= len(calls) <= 9


def test_source_records_and_planted_answers_name_the_same_exercises_in_the_same_order():
    sources = sorted((ROOT / "notebooks" / "source" / "exercises").glob("*.py"))
    assert [path.name[:2] for path in sources] == face.lessons()
    assert [lesson.__name__[-2:] for lesson in LESSONS] == face.lessons()
    for path, lesson, planted in zip(sources, face.lessons(), LESSONS):
        assert (path.parent.parent / path.name).exists(), "a lesson and its exercises are alike"
        calls = re.findall(r'^check\("([^"]+)"', path.read_text(), re.MULTILINE)
        assert list(dict.fromkeys(calls)) == list(face.exercises(lesson)) == list(planted.ANSWERS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_in_step_with_the_source_and_executed_in_order(name):
    target = NOTEBOOKS[name]
    assert build_notebooks.in_step(targets()[target], target), f"make notebooks LESSON={name}"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_blank_notebooks_are_blank_and_solutions_solve_them(name):
    records, said = face.exercises(name.split("/")[1][:2]).values(), printed(name)
    count = sum(len(record.said_if_right()) for record in records)
    if name in BLANK:
        not_yet = r": not attempted yet \(about \d+ minutes, ●[●○]{2}\)\n"
        assert len(re.findall(not_yet, said)) == count
    else:
        assert said.count("✓") == count and "✗" not in said


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_code_cells_are_a_handful_of_lines(name):
    lengths = [len(cell.source.splitlines()) for cell in cells(name)]
    assert median(lengths) <= 8 and max(lengths) <= 25


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_mark_and_no_error_is_left(name):
    for cell in cells(name):
        assert not re.search(r"# (solution|given|end)\b", cell.source)
        assert all(out.output_type != "error" for out in cell.outputs)
        assert all(out.get("name") != "stderr" for out in cell.outputs)
    for cell in cells(name, "markdown"):
        assert "{{" not in cell.source
        for target in re.findall(r"\]\(([^)]+)\)", cell.source):
            here = NOTEBOOKS[name].parent
            assert target.startswith("https://") or (here / target).exists(), target
    assert f"/blob/main/notebooks/{name}.ipynb" in cells(name, "markdown")[0].source


SOURCE = """def block(x):
    # given:
    y = x
    return y
    # solution:
    return relu(x)
    # end


def other(x):
    # solution:
    return 1
    # end


shape = (10, 10)  # solution
check(other)"""


def test_marks_part_what_is_given_from_the_solution():
    assert blank(SOURCE) == (
        "def block(x):\n    y = x\n    return y\n\n\ndef other(x):\n    ...\n\n\n"
        "shape = ...\ncheck(other)"
    )
    assert solved(SOURCE) == (
        "def block(x):\n    return relu(x)\n\n\ndef other(x):\n    return 1\n\n\n"
        "shape = (10, 10)\ncheck(other)"
    )


def test_a_faulty_function_as_it_was_given_is_the_one_that_the_check_knows():
    for lesson in face.lessons():
        for name, exercise in face.exercises(lesson).items():
            if exercise.given is not None:
                assert face._blank(exercise.given, exercise.given), name

    def returns_nothing(x):
        return None

    def returns(x):
        return 1

    assert not face._blank(returns, None) and not face._blank(len, None)
    assert not face._blank(returns_nothing, returns)


def test_the_record_of_a_learner_is_not_shipped():
    assert "progress*.json" in (ROOT / ".gitignore").read_text().splitlines()


def test_formulas_give_the_value():
    """And what is said of any whole number is a sentence."""
    for lesson in face.lessons():
        for name, exercise in face.exercises(lesson).items():
            if formula := getattr(exercise, "formula", ""):
                assert eval(formula) == exercise.value, name
            if tried := getattr(exercise, "tried", None):
                assert str(exercise.value) in tried(exercise.value), name
