"""Prints the book into one PDF, with Debian's Chromium: book/_build/classic-networks.pdf.

make pdf
"""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from build_book import BOOK, PAGES, notebooks
from pypdf import PdfWriter

ROOT = Path(__file__).resolve().parent.parent
OUT = BOOK / "_build" / "classic-networks.pdf"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-sync"


def chapters():
    """The pages in the order of reading: lessons, cards, glossary, exercises."""
    lessons = [path.stem for path in notebooks()]
    exercises = [f"exercises/{path.stem}" for path in notebooks("exercises")]
    return [PAGES / f"{name}.html" for name in ("index", *lessons, "cards", "glossary", *exercises)]


def printed(page, folder):
    """One page as a PDF; answers that are folded on the screen are open on paper."""
    source = page.with_name(f".print-{page.name}")
    answers = r'<details(?! class="admonition)'  # and not the folded code
    source.write_text(re.sub(answers, "<details open", page.read_text()))
    target = Path(folder) / f"{page.stem}-{page.parent.name}.pdf"
    try:
        command = [CHROMIUM, *QUIET.split(), f"--print-to-pdf={target}", "--no-pdf-header-footer"]
        command += [
            "--virtual-time-budget=10000",
            f"--user-data-dir={folder}/user",
            source.as_uri(),
        ]
        subprocess.run(command, check=True, capture_output=True)
    finally:
        source.unlink()
    return target


def main():
    book = PdfWriter()
    with tempfile.TemporaryDirectory() as folder:
        for page in chapters():
            title = re.search(r"<title>(.*?)(?: &#8212;.*)?</title>", page.read_text())[1]
            book.append(printed(page, folder), outline_item=title)
            print(title, flush=True)
    book.add_metadata({"/Title": "Classic Networks"})
    draft = OUT.with_suffix(".draft")
    book.write(draft)
    draft.rename(OUT)
    print(f"{len(book.pages)} pages: {OUT}")


if __name__ == "__main__":
    main()
