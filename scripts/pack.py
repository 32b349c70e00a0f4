"""Packs what lecturers take: figures, slides, recap cards, cards for Anki.

    make pack                 all lessons, into book/_build/pack
    make pack LESSON=05_residual_blocks

A lesson's cells are run, and each figure that one shows is kept as SVG and PNG with its sentence.
slides/<lesson>.html has them one below the other, a screen each; cards.tsv is read by Anki.
"""

import argparse
import csv
import json
import os
import re
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
OUT = ROOT / "book" / "_build" / "pack"
STYLE = """
body { margin: 0; font: 1.4rem/1.4 sans-serif; color: #1b1b1b; background: #fff; }
section { min-height: 100vh; display: flex; flex-direction: column; justify-content: center;
          align-items: center; break-after: page; padding: 1rem; box-sizing: border-box; }
img { max-width: 100%; max-height: 75vh; } p { max-width: 60rem; } h2 { font-size: 1.4rem; }
"""


def figures_of(notebook, folder):
    """Runs a lesson and keeps its figures: [(heading, name, sentence)], in order."""
    from IPython.core.interactiveshell import InteractiveShell

    from utils.figures.style import Figure

    os.chdir(notebook.parent)
    shell, heading, kept = InteractiveShell.instance(colors="NoColor"), "", []
    for cell in json.loads(notebook.read_text())["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            headings = re.findall(r"^#+ (.*)", source, re.MULTILINE)
            heading = headings[-1] if headings else heading
            continue
        result = shell.run_cell(source, store_history=False)
        result.raise_error()
        if isinstance(result.result, Figure):
            name = f"{notebook.stem}-{len(kept) + 1:02d}"
            for kind in ("svg", "png"):
                result.result.savefig(folder / f"{name}.{kind}", dpi=200)
            (folder / f"{name}.txt").write_text(repr(result.result) + "\n")
            kept.append((heading, name, repr(result.result)))
    return kept


def slides(title, kept):
    """A page with a screen for each figure."""
    parts = [
        f'<section>\n<h2>{escape(heading)}</h2>\n<img src="../figures/{name}.svg" '
        f'alt="{escape(said, quote=True)}">\n<p>{escape(said)}</p>\n</section>'
        for heading, name, said in kept
    ]
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{escape(title)}'
        f"</title>\n<style>{STYLE}</style></head>\n<body>\n<section><h1>{escape(title)}</h1>"
        f"</section>\n{chr(10).join(parts)}\n</body>\n</html>\n"
    )


def anki():
    """[(front, back)]: what each word means, and of each network its year, authors and idea."""
    from utils import papers

    found = []
    glossary = (ROOT / "notebooks" / "glossary.md").read_text()
    for word, said in re.findall(r"^\*\*(.+?)\*\* \(.*?\)\): (.*)", glossary, re.MULTILINE):
        found.append((word, said))
    for paper in papers.read():
        when = f"{paper['first'][:4]}, {paper['authors']}"
        found.append((f"{paper['name']}: what did it change?", f"{paper['idea']} ({when})"))
        if error := papers.error(paper["ledger"]):
            found.append((f"{paper['name']}: which error does its paper report?",
                          f"{error[1]} % ({error[0]})"))  # fmt: skip
    return found


def one(notebook):
    """A lesson's figures and slides; in a process of its own."""
    kept = figures_of(notebook, OUT / "figures")
    first = json.loads(notebook.read_text())["cells"][0]["source"]
    title = re.search(r"# (.*)", "".join(first))[1]
    (OUT / "slides" / f"{notebook.stem}.html").write_text(slides(title, kept))
    print(f"{notebook.stem}: {len(kept)} figures", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lessons", nargs="*", metavar="LESSON")
    parser.add_argument("--here", help=argparse.SUPPRESS)
    options = parser.parse_args()
    for folder in ("figures", "slides"):
        (OUT / folder).mkdir(parents=True, exist_ok=True)
    if options.here:
        return one(ROOT / "notebooks" / f"{options.here}.ipynb")
    known = [path.stem for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))]
    if unknown := set(options.lessons) - set(known):
        parser.error(f"no lesson {unknown.pop()!r}; there are {', '.join(known)}")
    for lesson in options.lessons or known:
        subprocess.run([sys.executable, __file__, "--here", lesson], check=True)
    shutil.copytree(ROOT / "notebooks" / "cards", OUT / "cards", dirs_exist_ok=True)
    shutil.copy(ROOT / "notebooks" / "cards.md", OUT)
    with (OUT / "cards.tsv").open("w", newline="") as file:
        csv.writer(file, delimiter="\t").writerows(anki())
    print(OUT)


if __name__ == "__main__":
    main()
