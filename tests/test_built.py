"""What was built and what somebody changed are told apart, whatever happened to the file."""

import nbformat
import pytest
from built import changed, name_of, note, noted, report, targets
from nbformat.v4 import new_code_cell, new_notebook, new_output


@pytest.fixture
def root(tmp_path):
    """A course of a lesson with its exercises, as built."""
    (tmp_path / "notebooks" / "source" / "exercises").mkdir(parents=True)
    for folder in ("source", "source/exercises"):
        (tmp_path / "notebooks" / folder / "01_lesson.py").touch()
    for target in targets(tmp_path):
        target.parent.mkdir(exist_ok=True)
        outputs = [new_output("stream", text="2\n")]
        cell = new_code_cell("print(1 + 1)", id="a", execution_count=1, outputs=outputs)
        nbformat.write(new_notebook(cells=[cell]), target)
    note(targets(tmp_path), tmp_path)
    return tmp_path


def edited(notebook, how):
    cell = notebook.cells[0]
    if how == "output":
        cell.outputs[0].text = "3\n"
    elif how == "count":
        cell.execution_count = 2
    elif how == "cell metadata":
        cell.metadata["collapsed"] = True
    elif how == "cell":
        cell.source = "print(1 + 2)"
    elif how == "added":
        notebook.cells.append(new_code_cell("3", id="b"))
    elif how == "kernel":
        notebook.metadata["language_info"] = {"name": "python", "version": "3.13.1"}
    return notebook


@pytest.mark.parametrize("how", ["output", "count", "cell metadata", "cell", "added", "kernel"])
def test_what_was_run_or_edited_is_changed_and_what_was_only_opened_is_not(root, how):
    target = root / "notebooks" / "exercises" / "01_lesson.ipynb"
    nbformat.write(edited(nbformat.read(target, as_version=4), how), target)
    assert changed(root) == ([] if how == "kernel" else ["exercises/01_lesson"])


def test_what_is_gone_broken_or_somebodys_own_is_changed(root):
    folder = root / "notebooks"
    assert changed(root) == []
    (folder / "01_lesson.ipynb").unlink()
    (folder / "solutions" / "01_lesson.ipynb").write_text("<<<<<<< HEAD")
    for name in ("Untitled.ipynb", ".ipynb_checkpoints/01_lesson-checkpoint.ipynb"):
        (folder / name).parent.mkdir(exist_ok=True)
        nbformat.write(new_notebook(), folder / name)
    assert changed(root) == ["01_lesson", "Untitled", "solutions/01_lesson"]
    assert report(changed(root), root) == [
        "changed here, so not compared: notebooks/01_lesson.ipynb, "
        "notebooks/solutions/01_lesson.ipynb",
        "the course's own come back with: git restore notebooks/01_lesson.ipynb "
        "notebooks/solutions/01_lesson.ipynb",
        "not the course's, so not compared: notebooks/Untitled.ipynb",
    ]
    assert report([], root) == []


def test_what_has_no_source_any_more_is_forgotten(root):
    assert set(noted(root)) == {name_of(target, root) for target in targets(root)}
    (root / "notebooks" / "source" / "exercises" / "01_lesson.py").unlink()
    note([], root)
    assert set(noted(root)) == {"01_lesson"}
