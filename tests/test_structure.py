"""The house keeps its form: imports run one way, files stay short, links lead somewhere."""

import ast
import re
import subprocess
import sys
from functools import partial
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "utils").rglob("*.py"))

# What each part of utils may import of the project, besides itself.
ALLOWED = {
    "graph": set(),
    "tables": set(),
    "augment": {"whole"},
    "data": {"official", "whole"},
    "official": set(),
    "layers": set(),
    "cost": {"graph", "products", "tables"},
    "products": {"graph"},
    "published": {"cost", "tables"},
    "papers": {"published"},
    "results": {"papers", "tables"},
    "stopwatch": set(),
    "attribution": {"graph"},
    "weights": {"graph", "official"},
    "whole": set(),
    "figures": {"graph", "whole"},
    "training": {"augment", "data", "tables", "whole"},
    "blocks": {"layers", "whole"},
    "networks": {"blocks", "layers", "whole"},
    "checks": {"blocks", "graph", "tables"},
    "exercises": {"blocks", "checks", "figures", "layers", "networks"},
}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(path):
    return path.relative_to(ROOT / "utils").with_suffix("").parts[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_one_way(path):
    if path == ROOT / "utils" / "__init__.py":
        return
    own = part(path)
    for name in imports(path):
        if name.startswith("utils."):
            other = name.split(".")[1]
            assert other == own or other in ALLOWED[own], f"{own} imports {other}"
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import | ast.ImportFrom) and "tensorflow" in ast.unparse(node):
            assert own == "training", f"{own} is plain Keras; it must not need TensorFlow"


def test_no_two_files_import_each_other():
    """A file depends on others, never on one that depends on it, by whatever way."""
    names = {named(path): path for path in MODULES}
    needs = {
        name: {found for found in map(partial(nearest, names), imports(path)) if found != name}
        for name, path in names.items()
    }
    ordered = list(TopologicalSorter(needs).static_order())  # CycleError names a circle
    assert set(ordered) >= set(names)


def named(path):
    """utils/blocks/__init__.py is utils.blocks."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def nearest(names, imported):
    """The file that an import reads: that of the name, or that of the package it is in."""
    while imported and imported not in names:
        imported = imported.rpartition(".")[0]
    return imported


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_are_short_and_documented(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 210
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


def test_what_a_package_offers_is_there():
    for path in ROOT.glob("utils/**/__init__.py"):
        package = import_module(".".join(path.parent.relative_to(ROOT).parts))
        assert all(hasattr(package, name) for name in getattr(package, "__all__", ())), package


def test_requirements_are_exact_and_complete():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w-]+==[\d.]+", pin) for pin in pins)
    pinned = {pin.split("==")[0] for pin in pins} | {"utils"}
    book = (ROOT / "book" / "requirements.txt").read_text().splitlines()[1:]
    assert all(re.fullmatch(r"[\w-]+==[\d.]+", pin) for pin in book)
    pinned |= {pin.split("==")[0] for pin in book}
    used, own = set(), {"planted"}
    for folder in ("utils", "scripts", "tests"):
        for path in (ROOT / folder).rglob("*.py"):
            used |= {name.split(".")[0] for name in imports(path)}
            own |= {path.stem, path.parent.name}
    # JAX only where it is Keras's backend; matplotlib_inline comes with ipykernel, jupyter_server
    # with jupyterlab, as nbconvert and traitlets do, IPython with ipykernel, h5py with Keras; the
    # benchmark on a GPU compares with torch where that is there
    unpinned = {
        "IPython",
        "h5py",
        "jax",
        "jupyter_server",
        "matplotlib_inline",
        "nbconvert",
        "torch",
        "torchvision",
        "traitlets",
    }
    unpinned |= {"PIL"} if "pillow" in pinned else set()  # what Pillow is imported as
    unpinned |= {"google"}  # Colab's own
    assert used - own - pinned - set(sys.stdlib_module_names) <= unpinned


def test_links_of_the_readme_lead_somewhere():
    text = (ROOT / "README.md").read_text()
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert target.startswith("https://") or (ROOT / target).exists(), target


def test_nothing_is_left_behind_that_git_would_ship():
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--cached", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    left = [name for name in listed if name.endswith((".draft", ".pyc", ".npz"))]
    assert left == ["data/weights/efficientnet_lite0.npz"]
