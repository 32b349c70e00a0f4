"""Building notebooks: stable, incremental, careful with what is there, and easy to fork."""

import base64
import io
import os
import shutil

import build_notebooks
import built
import nbformat
import numpy as np
import pictures
import pytest
from PIL import Image

SOURCE = """# %% [markdown]
# # 7 · A lesson
#
# {{badge}}

# %% tags=["setup"]

# %%
import sys

print("progress 1", end="\\r")
print("progress 2")
print("noise", file=sys.stderr)

# %%
root.name, x

# %% tags=["guard"]
assert root.name
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of one lesson, built."""
    root = tmp_path_factory.mktemp("course")
    (root / "notebooks" / "source").mkdir(parents=True)
    (root / "utils").mkdir()
    (root / "utils" / "whole.py").touch()
    (root / "utils" / "__init__.py").touch()
    (root / "data" / "published").mkdir(parents=True)
    (root / "README.md").write_text("https://github.com/one/place\n")
    (root / "pyproject.toml").write_text('[tool.course]\nrepository = "one/place"\n')
    shutil.copy(
        build_notebooks.ROOT / "notebooks" / "source" / "_setup.py", root / "notebooks/source"
    )
    source = root / "notebooks" / "source" / "07_lesson.py"
    source.write_text(SOURCE.replace(", x", ", 1"))
    build_notebooks.build([], root=root)
    return root


def notebook(root):
    return root / "notebooks" / "07_lesson.ipynb"


def test_lessons_ask_for_onednn_and_exercises_do_not():
    for name, asks in [("01_lenet5", True), ("exercises/01_lenet5", False)]:
        source = build_notebooks.ROOT / "notebooks" / "source" / f"{name}.py"
        target = build_notebooks.ROOT / "notebooks" / f"{name}.ipynb"
        rendered = build_notebooks.render(source, target)
        (setup,) = (c.source for c in rendered.cells if "setup" in c.metadata.get("tags", []))
        assert ("oneDNN" in setup) is ("TF_ENABLE_ONEDNN_OPTS" in setup) is asks


def test_built_notebook_is_executed_and_clean(course):
    stored = nbformat.read(notebook(course), as_version=4)
    assert [c.execution_count for c in stored.cells if c.cell_type == "code"] == [1, 2, 3, 4]
    assert [out.text for out in stored.cells[2].outputs] == ["progress 2\n"]
    assert stored.cells[3].outputs[0].data["text/plain"] == f"('{course.name}', 1)"
    assert "one/place/blob/main/notebooks/07_lesson.ipynb" in stored.cells[0].source


def test_rebuilding_gives_the_same_bytes_and_leaves_the_environment_alone(course):
    before, environment = notebook(course).read_bytes(), dict(os.environ)
    build_notebooks.build(["07_lesson"], force=True, root=course)
    assert notebook(course).read_bytes() == before
    assert dict(os.environ) == environment


def test_what_did_not_change_is_left_alone(course, capsys, monkeypatch):
    monkeypatch.setattr(build_notebooks, "execute", lambda *_: pytest.fail("executed"))
    build_notebooks.build([], root=course)
    assert "07_lesson: up to date" in capsys.readouterr().out


def test_setup_and_guards_are_folded_to_their_title(course):
    cells = nbformat.read(notebook(course), as_version=4).cells
    for cell, tag in ((cells[1], "setup"), (cells[4], "guard")):
        assert cell.source.startswith(f"# @title {build_notebooks.TITLES[tag]}\n")
        assert cell.metadata == {
            "tags": [tag],
            "jupyter": {"source_hidden": True},
            "cellView": "form",
        }
    assert cells[0].metadata == cells[2].metadata == {}


def test_what_was_changed_by_hand_is_built_again_or_left_by_a_fork(course, tmp_path, monkeypatch):
    root = shutil.copytree(course, tmp_path / "course")
    before = notebook(root).read_text()
    assert not built.changed(root)
    notebook(root).write_text(before.replace("progress 2", "progress 3", 1))
    assert built.changed(root) == ["07_lesson"]
    changed = notebook(root).read_text()
    build_notebooks.point_to("two/forks", root=root)
    assert notebook(root).read_text() == changed and built.changed(root) == ["07_lesson"]
    monkeypatch.setattr(build_notebooks, "execute", lambda *_: 0.0)
    build_notebooks.build([], root=root)
    assert notebook(root).read_text() != changed and not built.changed(root)


@pytest.mark.parametrize(
    "what", ["source", "order", "unexecuted", "missing", "unfolded", "metadata"]
)
def test_out_of_step_is_seen(course, tmp_path, what):
    root = shutil.copytree(course, tmp_path / "course")
    source, target = root / "notebooks/source/07_lesson.py", notebook(root)
    assert build_notebooks.in_step(source, target, root)
    stored = nbformat.read(target, as_version=4)
    if what == "source":
        source.write_text(source.read_text().replace("progress 2", "progress 3"))
    elif what == "missing":
        target.unlink()
    else:
        if what == "unfolded":
            del stored.cells[-1].metadata["jupyter"]
        elif what == "metadata":
            stored.metadata.language_info["version"] = "3.14.0"
        else:
            stored.cells[-1].execution_count = 9 if what == "order" else None
        nbformat.write(stored, target)
    assert not build_notebooks.in_step(source, target, root)


def test_a_failing_cell_leaves_the_old_notebook(course, tmp_path):
    root = shutil.copytree(course, tmp_path / "course")
    source, before = root / "notebooks/source/07_lesson.py", notebook(root).read_bytes()
    source.write_text(SOURCE)
    with pytest.raises(Exception, match="name 'x' is not defined"):
        build_notebooks.build([], root=root)
    assert notebook(root).read_bytes() == before


def test_a_fork_changes_every_link_and_no_output(course, tmp_path):
    root = shutil.copytree(course, tmp_path / "course")
    before = nbformat.read(notebook(root), as_version=4)
    build_notebooks.point_to("two/forks", root=root)
    after = nbformat.read(notebook(root), as_version=4)
    assert build_notebooks.in_step(root / "notebooks/source/07_lesson.py", notebook(root), root)
    assert [c.get("outputs") for c in after.cells] == [c.get("outputs") for c in before.cells]
    assert not built.changed(root)
    for path in (notebook(root), root / "README.md", root / "pyproject.toml"):
        assert "two/forks" in path.read_text() and "one/place" not in path.read_text()


def test_links_take_a_version_that_stands_still(course, tmp_path):
    root = shutil.copytree(course, tmp_path / "course")
    (root / "pyproject.toml").write_text('[tool.course]\nrepository = "one/place"\nref = "main"\n')
    (root / "README.md").write_text("colab/github/one/place/blob/main/notebooks/07_lesson.ipynb\n")
    build_notebooks.point_to(ref="2027-spring", root=root)
    assert build_notebooks.reference(root) == "2027-spring"
    assert "one/place/blob/2027-spring/notebooks" in (root / "README.md").read_text()
    stored = notebook(root).read_text()
    assert "one/place/blob/2027-spring/notebooks" in stored and "blob/main" not in stored
    with pytest.raises(SystemExit, match="must be a branch or tag"):
        build_notebooks.point_to(ref="two words", root=root)


@pytest.mark.parametrize("address", ["", "noslash", "https://github.com/a/b"])
def test_a_bad_address_changes_nothing(course, address):
    with pytest.raises(SystemExit, match="owner/name"):
        build_notebooks.point_to(address, root=course)


def test_unknown_lesson_lists_the_known(course):
    with pytest.raises(SystemExit, match="08_none.*07_lesson"):
        build_notebooks.build(["08_none"], root=course)


def test_a_picture_with_a_photograph_gets_lighter_and_stays_what_it_is():
    slope = np.linspace(60, 160, 300)[:, None, None] + np.zeros((300, 300, 3))
    pixels = (slope + np.random.default_rng(0).normal(0, 6, slope.shape)).astype(np.uint8)
    pixels[10:20, 10:20] = 20, 200, 40  # rare, and far from all others
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    heavy = base64.b64encode(file.getvalue()).decode()
    light = pictures.lighter(heavy)
    assert len(light) < len(heavy) / 2 and light == pictures.lighter(heavy)
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(light))).convert("RGB"))
    assert np.abs(shown.astype(int) - pixels).max() < 26
    file = io.BytesIO()
    Image.new("RGB", (50, 50)).save(file, "PNG")
    small = base64.b64encode(file.getvalue()).decode()
    assert pictures.lighter(small) == small
