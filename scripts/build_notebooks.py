"""Builds the lessons: notebooks/source/NN_name.py -> executed notebooks/NN_name.ipynb.

    python scripts/build_notebooks.py                  what changed
    python scripts/build_notebooks.py 01_lenet5        one lesson, if it changed
    python scripts/build_notebooks.py --force          everything, changed or not
    python scripts/build_notebooks.py --repository owner/name    the links of a fork

A source is a jupytext percent script. {{badge}} in it becomes the Colab badge, {{time}} how long
the lesson takes, a code cell tagged "setup" becomes source/_setup.py. A cell tagged "guard" only
asserts what the text says; both are folded to a title in JupyterLab and on Colab. Sources are the
only hand-edited form.

A source in source/exercises/ makes two notebooks: exercises/NN_name.ipynb, blank, and
solutions/NN_name.ipynb, solved. Solutions stand in the source between marks:

    shape = (10, 10, 16)  # solution        blank: shape = ...

    def block(x):
        # given:                            only in the blank notebook; without it, ...
        return x
        # solution:                         only in the solved one
        return layers.ReLU()(x)
        # end
"""

import argparse
import hashlib
import os
import re
import sys
import tomllib

import built
import frames
import front_matter
import jupytext
import nbformat
import pictures
from built import ROOT, name_of, targets
from nbclient import NotebookClient
from surroundings import settle

BADGE = (
    "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
    "(https://colab.research.google.com/github/{}/blob/{}/notebooks/{}.ipynb)"
)
MARKS = re.MULTILINE | re.DOTALL
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    # What the kernel says of its language, but for the version, which differs between machines.
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}
# What a folded cell shows of itself, by its tag.
TITLES = {
    "setup": "Set-up: finds the course; run me first",
    "guard": "Asserts what the text says",
}


def repository(root=ROOT):
    """owner/name on GitHub, from pyproject.toml, the one place where it stands."""
    return _course(root)["repository"]


def reference(root=ROOT):
    """The branch or tag that badges and Colab's set-up cell take, from the same place."""
    return _course(root).get("ref", "main")


def _course(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["course"]


def render(source, target, root=ROOT, address=None, ref=None):
    """The notebook of one target, not executed, with ids that depend on nothing but position."""
    notebook = jupytext.read(source)
    address, name = address or repository(root), name_of(target, root)
    ref = ref or reference(root)
    setup = (root / "notebooks" / "source" / "_setup.py").read_text(encoding="utf-8").strip()
    for position, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", [])
        if "setup" in tags:
            cell.source = setup.replace("{{repository}}", address).replace("{{ref}}", ref)
            if "/" in name:  # checks try narrow networks, for which oneDNN's gradients are wrong
                cell.source = re.sub(r"# oneDNN.*\n.*TF_ENABLE_ONEDNN_OPTS.*\n", "", cell.source)
        elif cell.cell_type == "code" and "/" in name:
            cell.source = (blank if name.startswith("exercises/") else solved)(cell.source)
        cell.source = cell.source.replace("{{badge}}", BADGE.format(address, ref, name))
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        for tag in TITLES.keys() & set(tags):
            fold(cell, TITLES[tag])
        cell.id = hashlib.sha256(f"{name} {position}".encode()).hexdigest()[:8]
    if "/" in name:
        frames.frame(notebook.cells, name)
    title = notebook.cells[0]
    if "{{time}}" in title.source:
        needed = front_matter.time_needed(notebook, name, root)
        title.source = title.source.replace("{{time}}", needed)
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def fold(cell, title):
    """Hides a cell's code behind a title: JupyterLab shows its first line, Colab a form."""
    cell.source = f"# @title {title}\n{cell.source}"
    cell.metadata |= nbformat.from_dict({"cellView": "form", "jupyter": {"source_hidden": True}})


def blank(code):
    """A cell as a learner gets it: what is given, and `...` where the solution stands."""
    code = re.sub(r"^ *# given:\n(.*?)^ *# solution:\n.*?^ *# end$\n?", r"\1", code, flags=MARKS)
    code = re.sub(r"^( *)# solution:\n.*?^ *# end$", r"\1...", code, flags=MARKS)
    return re.sub(r"^( *\w+ = ).*  # solution$", r"\1...", code, flags=re.M).rstrip("\n")


def solved(code):
    """A cell with its solution, without the marks and without what only the blank one has."""
    code = re.sub(r"^ *# given:\n.*?(?=^ *# solution:$)", "", code, flags=MARKS)
    code = re.sub(r"^ *# (solution:|end)$\n?", "", code, flags=re.M)
    return re.sub(r"  # solution$", "", code, flags=re.M).rstrip("\n")


def form(notebook):
    """What must agree between a notebook and its source: all but outputs and their descriptions."""
    kept = [{k: v for k, v in c.metadata.items() if k != "mystnb"} for c in notebook.cells]
    cells = [(c.id, c.cell_type, c.source, m) for c, m in zip(notebook.cells, kept)]
    return notebook.metadata, cells


def in_step(source, target, root=ROOT):
    """Whether the notebook is there, has the source's cells, and was executed in order."""
    if not target.exists():
        return False
    stored = nbformat.read(target, as_version=4)
    counts = [c.execution_count for c in stored.cells if c.cell_type == "code"]
    return form(stored) == form(render(source, target, root)) and counts == list(
        range(1, len(counts) + 1)
    )


def execute(notebook, folder, name):
    """Runs the notebook in its folder; the processor seconds that it took.

    A failing cell raises with its source and traceback.
    """
    environment = dict(os.environ)  # the kernel's, not that of whoever builds
    settle(environment)
    total, used = len(notebook.cells), [0.0]

    def started(cell, cell_index):
        end = "\r" if sys.stdout.isatty() else "\n"
        print(f"{name}: cell {cell_index + 1} of {total}", end=end, flush=True)

    def ended(cell, cell_index, execute_reply):
        used.append(front_matter.used_by(client.km.provisioner.pid))

    client = NotebookClient(
        notebook,
        timeout=1800,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=started,
        on_cell_executed=ended,
    )
    client.execute(env=environment)
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = tidy(cell.outputs)
            front_matter.describe(cell)
    return used[-1]


def tidy(outputs):
    """Drops what went to stderr (the machine's notices); keeps of a progress bar its last state.

    Large pictures are stored with a palette.
    """
    kept = []
    for out in outputs:
        if out.get("name") == "stderr":
            continue
        if out.output_type == "stream" and kept and kept[-1].output_type == "stream":
            kept[-1].text += out.text
        else:
            kept.append(out)
    for out in kept:
        if "image/png" in out.get("data", {}):
            out.data["image/png"] = pictures.lighter(out.data["image/png"])
        if out.output_type == "stream":
            lines = [re.split(r"[\r\b]+", line.rstrip("\r\b"))[-1] for line in out.text.split("\n")]
            out.text = "\n".join(lines)
    return kept


def write(notebook, target, root=ROOT):
    """Writes beside the target and renames, so that a broken run leaves the old notebook."""
    draft = target.with_suffix(".draft")
    draft.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    os.replace(draft, target)
    built.note([target], root)


def point_to(address=None, ref=None, root=ROOT):
    """Makes badges, set-up cells and the README point to owner/name at a branch or tag.

    What is None stays as it is, and so do outputs.
    """
    old, old_ref, changed = repository(root), reference(root), built.changed(root)
    address, ref = old if address is None else address, old_ref if ref is None else ref
    if not re.fullmatch(r"[\w./-]+", ref):
        raise SystemExit(f"REF is {ref!r}; it must be a branch or tag: make badges REF=2027-spring")
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", address):
        raise SystemExit(f"REPO is {address!r}; it must be owner/name: make badges REPO=owner/name")
    for target, source in targets(root).items():
        if name_of(target, root) not in changed and in_step(source, target, root):
            stored = nbformat.read(target, as_version=4)
            for cell, fresh in zip(stored.cells, render(source, target, root, address, ref).cells):
                cell.source = fresh.source
            write(stored, target, root)
        else:
            print(f"{name_of(target, root)}: not as its source has it: make notebooks")
    links = rf'(github/|github\.com/|repository = "){re.escape(old)}(?![\w-])'
    for path in (root / "README.md", root / "pyproject.toml"):
        text = re.sub(links, rf"\g<1>{address}", path.read_text(encoding="utf-8"))
        text = text.replace(f"{address}/blob/{old_ref}/", f"{address}/blob/{ref}/")
        text = re.sub(r'^ref = "[^"]*"', f'ref = "{ref}"', text, flags=re.MULTILINE)
        path.write_text(text, encoding="utf-8")
    print(f"{old} -> {address}, {old_ref} -> {ref}")


def build(names, force=False, root=ROOT):
    """Builds the named notebooks (all, if none is named) that are not as their source has them."""
    by_name = {name_of(target, root): target for target in targets(root)}
    for name in names:
        if name not in by_name:
            raise SystemExit(f"no lesson {name!r}; there are {', '.join(by_name)}")
    changed = built.changed(root)
    for name in names or by_name:
        target = by_name[name]
        source = targets(root)[target]
        if not force and name not in changed and in_step(source, target, root):
            print(f"{name}: up to date")
            continue
        notebook = render(source, target, root)
        target.parent.mkdir(exist_ok=True)
        used = execute(notebook, target.parent, name)
        if "/" not in name:
            front_matter.note(name, used, root)
        notebook.cells[0].source = render(source, target, root).cells[0].source
        write(notebook, target, root)
        print(f"{name}: built{' ' * 20}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lessons", nargs="*", metavar="LESSON")
    parser.add_argument("--force", action="store_true", help="also lessons that did not change")
    parser.add_argument("--repository", metavar="OWNER/NAME", help="point all links to this fork")
    parser.add_argument("--ref", metavar="REF", help="point all links to this branch or tag")
    options = parser.parse_args()
    if (options.repository, options.ref) != (None, None):
        point_to(options.repository, options.ref)
    else:
        build(options.lessons, options.force)
