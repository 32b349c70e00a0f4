"""Builds the lessons: notebooks/source/NN_name.py -> executed notebooks/NN_name.ipynb.

    python scripts/build_notebooks.py                  what changed
    python scripts/build_notebooks.py 01_lenet5        one lesson, if it changed
    python scripts/build_notebooks.py --force          everything, changed or not
    python scripts/build_notebooks.py --repository owner/name    the links of a fork

A source is a jupytext percent script. {{badge}} in it becomes the Colab badge, a code cell
tagged "setup" becomes source/_setup.py. Sources are the only hand-edited form.
"""

import argparse
import hashlib
import os
import re
import sys
import tempfile
import tomllib
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
BADGE = (
    "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
    "(https://colab.research.google.com/github/{}/blob/main/notebooks/{}.ipynb)"
)
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# What would change the outputs from one machine to another.
VOLATILE = ("COLUMNS", "JUPYTER_COLUMNS", "COURSE_PROFILE", "KERAS_BACKEND", "MPLBACKEND")

# Lessons are stored and tested as a learner without a network sees them: nothing listens here.
OFFLINE = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}


def repository(root=ROOT):
    """owner/name on GitHub, from pyproject.toml, the one place where it stands."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["course"][
        "repository"
    ]


def render(source, root=ROOT, address=None):
    """The notebook of one source, not executed, with ids that depend on nothing but position."""
    notebook = jupytext.read(source)
    address = address or repository(root)
    setup = (source.parent / "_setup.py").read_text(encoding="utf-8").strip()
    for position, cell in enumerate(notebook.cells):
        if "setup" in cell.metadata.get("tags", []):
            cell.source = setup.replace("{{repository}}", address)
        cell.source = cell.source.replace("{{badge}}", BADGE.format(address, source.stem))
        cell.id = hashlib.sha256(f"{source.stem} {position}".encode()).hexdigest()[:8]
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def form(notebook):
    """What must agree between a notebook and its source: the cells without their outputs."""
    return [(c.id, c.cell_type, c.source, c.metadata.get("tags", [])) for c in notebook.cells]


def in_step(source, target, root=ROOT):
    """Whether the notebook is there, has the source's cells, and was executed in order."""
    if not target.exists():
        return False
    stored = nbformat.read(target, as_version=4)
    counts = [c.execution_count for c in stored.cells if c.cell_type == "code"]
    return form(stored) == form(render(source, root)) and counts == list(range(1, len(counts) + 1))


def execute(notebook, folder, name):
    """Runs the notebook in its folder; a failing cell raises with its source and traceback."""
    for variable in VOLATILE:
        os.environ.pop(variable, None)
    os.environ.update(OFFLINE)
    for variable in ("KERAS_HOME", "IPYTHONDIR"):  # settings in the user's home
        os.environ[variable] = tempfile.mkdtemp(prefix="course-")
    total = len(notebook.cells)

    def started(cell, cell_index):
        end = "\r" if sys.stdout.isatty() else "\n"
        print(f"{name}: cell {cell_index + 1} of {total}", end=end, flush=True)

    client = NotebookClient(
        notebook,
        timeout=1800,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=started,
    )
    client.execute()
    notebook.metadata.pop("widgets", None)
    notebook.metadata.language_info = {"name": "python"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = tidy(cell.outputs)


def tidy(outputs):
    """Drops what went to stderr (the machine's notices); keeps of a progress bar its last state."""
    kept = []
    for out in outputs:
        if out.get("name") == "stderr":
            continue
        if out.output_type == "stream" and kept and kept[-1].output_type == "stream":
            kept[-1].text += out.text
        else:
            kept.append(out)
    for out in kept:
        if out.output_type == "stream":
            lines = [re.split(r"[\r\b]+", line.rstrip("\r\b"))[-1] for line in out.text.split("\n")]
            out.text = "\n".join(lines)
    return kept


def write(notebook, target):
    """Writes beside the target and renames, so that a broken run leaves the old notebook."""
    draft = target.with_suffix(".draft")
    draft.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    os.replace(draft, target)


def point_to(address, root=ROOT):
    """Makes badges, set-up cells and the README point to owner/name; outputs stay as they are."""
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", address):
        raise SystemExit(f"REPO is {address!r}; it must be owner/name: make badges REPO=owner/name")
    old = repository(root)
    for source in sources(root):
        target = root / "notebooks" / f"{source.stem}.ipynb"
        if in_step(source, target, root):
            stored = nbformat.read(target, as_version=4)
            for cell, fresh in zip(stored.cells, render(source, root, address).cells):
                cell.source = fresh.source
            write(stored, target)
        else:
            print(f"{source.stem}: not in step with its source; make notebooks will build it")
    links = rf'(github/|github\.com/|repository = "){re.escape(old)}(?![\w-])'
    for path in (root / "README.md", root / "pyproject.toml"):
        text = re.sub(links, rf"\g<1>{address}", path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
    print(f"{old} -> {address}")


def sources(root=ROOT):
    return sorted((root / "notebooks" / "source").glob("[0-9][0-9]_*.py"))


def build(names, force=False, root=ROOT):
    """Builds the named lessons (all, if none is named) that are out of step with their source."""
    by_name = {source.stem: source for source in sources(root)}
    for name in names:
        if name not in by_name:
            raise SystemExit(f"no lesson {name!r}; there are {', '.join(by_name)}")
    for name in names or by_name:
        source, target = by_name[name], root / "notebooks" / f"{name}.ipynb"
        if not force and in_step(source, target, root):
            print(f"{name}: up to date")
            continue
        notebook = render(source, root)
        execute(notebook, target.parent, name)
        write(notebook, target)
        print(f"{name}: built{' ' * 20}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lessons", nargs="*", metavar="LESSON")
    parser.add_argument("--force", action="store_true", help="also lessons that did not change")
    parser.add_argument("--repository", metavar="OWNER/NAME", help="point all links to this fork")
    options = parser.parse_args()
    if options.repository is not None:
        point_to(options.repository)
    else:
        build(options.lessons, options.force)
