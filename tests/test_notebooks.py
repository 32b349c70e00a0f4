"""Notebooks are in step with their source, executed in order, and keep to the form of a lesson."""

import ast
import os
import re
from statistics import median

import build_notebooks
import built
import nbformat
import pytest
from build_notebooks import ROOT, name_of, targets

NOTEBOOKS = ROOT / "notebooks"
SOURCES = built.sources()
MARKERS = {"nbval-ignore-output", "nbval-skip", "raises-exception"}


@pytest.fixture(params=SOURCES, ids=lambda source: source.stem)
def source(request):
    return request.param


@pytest.fixture
def notebook(source):
    return nbformat.read(NOTEBOOKS / f"{source.stem}.ipynb", as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_every_notebook_has_a_source():
    assert set(built.noted()) == {name_of(target) for target in targets()}


def test_what_is_published_is_as_it_was_built():
    if "COURSE_STRICT" in os.environ:
        assert not built.changed(), "make notebooks, or git restore"


def test_in_step_with_its_source_and_executed_in_order(source):
    target = NOTEBOOKS / f"{source.stem}.ipynb"
    assert build_notebooks.in_step(source, target), f"make notebooks LESSON={source.stem}"


def test_no_errors_and_nothing_of_the_machine_in_the_outputs(notebook):
    nbformat.validate(notebook)
    for cell in code(notebook):
        assert not {"nbval-skip"} & set(cell.metadata.get("tags", []))
        for out in cell.outputs:
            assert out.output_type != "error"
            assert out.get("name") != "stderr"
            text = str(out.get("text", "")) + str(out.get("data", {}).get("text/plain", ""))
            assert not re.search(r"(^|[\s'\"(])/(home|root|tmp|work|Users|usr|content)/", text)


def test_no_absolute_path_in_a_cell(notebook):
    for cell in notebook.cells:
        assert not re.search(r"(^|[\s'\"(])(/[a-z]+/[a-z]|[A-Z]:\\\\|~/)", cell.source), cell.source


def test_nine_code_cells_in_ten_are_compared(notebook):
    cells = code(notebook)
    left_out = [cell for cell in cells if MARKERS & set(cell.metadata.get("tags", []))]
    assert len(left_out) <= len(cells) / 10
    for cell in left_out:
        assert re.search(r"\.fit\(|check_setup\(", cell.source), "no reason visible"


def test_code_cells_are_a_handful_of_lines(notebook):
    lengths = [len(cell.source.splitlines()) for cell in code(notebook)]
    assert median(lengths) <= 7
    assert max(lengths) <= 25


def test_every_figure_is_followed_by_a_sentence(notebook):
    for cell, after in zip(notebook.cells, [*notebook.cells[1:], None]):
        if any("image/png" in out.get("data", {}) for out in cell.get("outputs", [])):
            assert after is not None and after.cell_type == "markdown", cell.source
            assert re.search(r"\w{2,}[.:!?]", after.source) and not after.source.startswith("#")


def test_it_opens_and_is_reviewed_in_a_moment(source):
    """No notebook is heavier than 1.5 megabytes, most of which are pictures."""
    assert (NOTEBOOKS / f"{source.stem}.ipynb").stat().st_size < 1_500_000


def test_figures_are_at_most_eight_inches_wide(notebook):
    for cell in code(notebook):
        for out in cell.outputs:
            size = out.get("metadata", {}).get("image/png")
            assert size is None or size["width"] <= 800


def test_starts_with_title_badge_and_setup(source, notebook):
    title, setup = notebook.cells[:2]
    assert re.match(r"# \d+ · ", title.source)
    address = f"{build_notebooks.repository()}/blob/main/notebooks/{source.stem}.ipynb"
    assert f"https://colab.research.google.com/github/{address}" in title.source
    assert "setup" in setup.metadata.tags


def test_what_only_guards_the_text_is_folded_away(source):
    cells = build_notebooks.render(source, NOTEBOOKS / f"{source.stem}.ipynb").cells
    cells = [cell for cell in cells if cell.cell_type == "code"]
    for position, cell in enumerate(cells):
        later = {name for after in cells[position + 1 :] for name in read(after.source)}
        tagged = "guard" in cell.metadata.get("tags", [])
        assert tagged == only_guards(cell.source, later), cell.source
        folded = cell.metadata.get("jupyter") == {"source_hidden": True}
        assert folded == (tagged or position == 0) == (cell.metadata.get("cellView") == "form")
        assert folded == cell.source.startswith("# @title ")


def only_guards(code, later):
    """Whether a cell has nothing but asserts, and arithmetic for them that no later cell reads."""
    if code.startswith("%"):
        return False
    body = ast.parse(code).body
    arithmetic = [name for s in body if isinstance(s, ast.Assign) for name in stored(s)]
    return (
        all(isinstance(s, ast.Assert | ast.Assign | ast.For | ast.If) for s in body)
        and any(isinstance(node, ast.Assert) for node in ast.walk(ast.Module(body, [])))
        and not later & set(arithmetic)
    )


def stored(statement):
    """Names that a statement sets, those inside a comprehension left out."""
    targets = [node for target in statement.targets for node in ast.walk(target)]
    return {node.id for node in targets if isinstance(node, ast.Name)}


def read(code):
    nodes = ast.walk(ast.parse(re.sub("^%.*$", "", code, flags=re.M)))
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def test_links_between_lessons_lead_somewhere(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"\]\(([^)]+)\)", cell.source):
                assert target.startswith("https://") or (NOTEBOOKS / target).exists(), target


def test_no_placeholder_is_left(notebook):
    assert not any("{{" in cell.source for cell in notebook.cells)


def test_the_address_stands_in_one_place():
    address = build_notebooks.repository()
    assert address in (ROOT / "README.md").read_text()
    for path in [
        *ROOT.glob("scripts/*"),
        *ROOT.glob("utils/**/*.py"),
        *ROOT.glob("notebooks/source/*"),
    ]:
        assert not path.is_file() or address not in path.read_text(), path
