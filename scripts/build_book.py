"""Builds the book: notebooks as they are stored, glossary, recap cards and `utils`, as pages.

    make book        into book/_build/html, open its index.html

The pages are made from a copy of notebooks/, to which a first page and the pages of `utils` are
added. Pictures get the sentences that stand in their outputs.
"""

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
SOURCE, PAGES = BOOK / "_build" / "source", BOOK / "_build" / "html"
COURSE = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["course"]
ADDRESS = COURSE["repository"]
BADGE = r"\[!\[Open in Colab\]\(\S+?\)\]\((\S+?)\)"  # a picture from elsewhere
EMPTY = r"<th[^>]*>(?:<p></p>)?</th>"
POLISH = (
    (rf"<thead>\s*<tr[^>]*>\s*(?:{EMPTY}\s*)+</tr>\s*</thead>", ""),
    (r"<th([^>]*)>(?:<p></p>)?</th>", r"<td\1></td>"),
    (r'(<div id="jb-print-docs-body"[^>]*>\s*)<h1>(.*?)</h1>', r"\1<p>\2</p>"),
    (r'<table class="dataframe">', '<table class="dataframe" tabindex="0">'),
    (
        r'<div class="sidebar-primary-item">(?=\s*<a class="navbar-brand)',
        '<div class="sidebar-primary-item" role="navigation" aria-label="The course">',
    ),
)
LICENCE = (
    "Text and figures: [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/). Code: MIT. "
    f"Data: see [the README](https://github.com/{ADDRESS}#data-and-licence)."
)


def notebooks(folder=""):
    """The stored notebooks of a folder below notebooks/, in order."""
    return sorted((ROOT / "notebooks" / folder).glob("[0-9][0-9]_*.ipynb"))


def prepare():
    """Writes the source of the pages."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    skip = shutil.ignore_patterns("source", ".ipynb_checkpoints", "*.draft")
    shutil.copytree(ROOT / "notebooks", SOURCE, ignore=skip)
    for path in SOURCE.rglob("*.ipynb"):
        if path.name[:2].isdigit():
            path.write_text(json.dumps(described(json.loads(path.read_text()))))
        else:
            path.unlink()
    (SOURCE / "index.md").write_text(first_page())
    (SOURCE / "utils").mkdir()
    for name, text in api().items():
        (SOURCE / "utils" / f"{name}.md").write_text(text)


def described(notebook):
    """A notebook whose pictures have their sentences where the book looks for them."""
    for cell in notebook["cells"]:
        cell["source"] = re.sub(BADGE, r"[Open in Colab](\1)", "".join(cell["source"]))
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/png" in data:
                text = "".join(data.get("text/plain", ""))
                cell["metadata"]["mystnb"] = {"image": {"alt": text, "classes": "figure"}}
        if {"setup", "guard"} & set(cell["metadata"].get("tags", [])):
            cell["metadata"]["tags"].append("hide-input")
    return notebook


def toctree(caption, names, hidden=True):
    lines = ["```{toctree}", f":caption: {caption}", *[":hidden:"] * hidden, "", *names, "```"]
    return "\n".join(lines)


def first_page():
    """What the book begins with."""
    parts = [
        "# Classic Networks",
        "A course companion for the lecture week on classic convolutional networks: build each "
        "one, count it, check it against its paper, train it, look inside.",
        "Begin with [lesson 0](00_start_here.ipynb). Every lesson can be read here; to run it, "
        "choose Colab in the rocket menu above it, or take [the course]"
        f"(https://github.com/{ADDRESS}) to your own machine. What a word "
        "means stands in the [glossary](glossary.md), what a network is on its [card](cards.md).",
        LICENCE,
        toctree("Lessons", [path.stem for path in notebooks()]),
        toctree("To look up", ["cards", "glossary"]),
        toctree("Exercises", [f"exercises/{path.stem}" for path in notebooks("exercises")]),
        toctree("Solutions", [f"solutions/{path.stem}" for path in notebooks("solutions")]),
        toctree("The code", [f"utils/{name}" for name in api()]),
    ]
    return "\n\n".join(parts) + "\n"


def api():
    """{name: page} of the parts of `utils` that lessons import, from their docstrings."""
    pages = {}
    for path in sorted((ROOT / "utils").iterdir()):
        files = sorted(path.glob("*.py")) if path.is_dir() else [path] * (path.suffix == ".py")
        entries = [entry for file in files for entry in functions(file)]
        if entries and path.stem not in ("__init__", "checks", "whole", "official"):
            pages[path.stem] = "\n\n".join([f"# utils.{path.stem}", *entries]) + "\n"
    return pages


def functions(path):
    """The public functions of a file: signature and docstring."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and node.name[0] != "_" and ast.get_docstring(node):
            call = f"```python\n{node.name}({ast.unparse(node.args)})\n```"
            said = f"```text\n{ast.get_docstring(node)}\n```"
            yield f"## {node.name}\n\n{call}\n\n{said}"


def pages():
    """The pages of the book, without the theme's own files."""
    return [path for path in sorted(PAGES.rglob("*.html")) if "_static" not in path.parts]


def polish(page):
    """A page on which no table has empty headers, and what scrolls can be reached by keyboard."""
    for pattern, better in POLISH:
        page = re.sub(pattern, better, page)
    return page


def main():
    prepare()
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-c", BOOK, "-q", "-W"]
    command += ["--keep-going", SOURCE, PAGES]
    done = subprocess.run(list(map(str, command)))
    if done.returncode:
        raise SystemExit(done.returncode)
    for path in pages():
        path.write_text(polish(path.read_text()))
    print(f"{len(pages())} pages: {PAGES / 'index.html'}")


if __name__ == "__main__":
    main()
