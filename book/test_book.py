"""The book, once it is built: complete, without dead ends, open to everybody.

make test-book
"""

import json
import re
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
from build_book import PAGES, notebooks, pages  # noqa: E402

NOTEBOOKS = [*notebooks(), *notebooks("exercises"), *notebooks("solutions")]
HTML = pages()
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
LOOKS = [(width, scheme) for width in (320, 1280) for scheme in ("light", "dark")]


def page_of(notebook):
    return PAGES / notebook.relative_to(ROOT / "notebooks").with_suffix(".html")


def name(path):
    return path.relative_to(PAGES).as_posix() if path.is_relative_to(PAGES) else path.stem


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield found
        found.close()


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_page_has_what_its_notebook_has(notebook):
    cells = json.loads(notebook.read_text())["cells"]
    page = page_of(notebook).read_text()
    sources = [c for c in cells if c["cell_type"] == "code" and "".join(c["source"]).strip()]
    assert len(re.findall(r'<div class="cell_input ', page)) + len(
        re.findall(r'<details class="admonition hide above-input">', page)
    ) >= len(sources)
    pictures = [
        output for cell in cells for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]  # fmt: skip
    shown = re.findall(r'<img[^>]*class="figure[^>]*>', page)
    assert len(shown) == len(pictures)
    assert all(re.search(r'alt="[^"]{20,}"', image) for image in shown)
    assert "No description has been provided" not in page


@pytest.mark.parametrize("page", HTML, ids=name)
def test_links_lead_somewhere_and_one_heading_is_the_first(page):
    text = page.read_text()
    assert len(re.findall(r"<h1[ >]", text)) == 1 and '<html lang="en"' in text
    for link in re.findall(r'(?:href|src)="([^"#?]+)[^"]*"', text):
        if not re.match(r"[a-z]+:|//", link):
            assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", HTML, ids=name)
@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_nothing_stands_in_anybodys_way(browser, page, look):
    width, scheme = look
    tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(page.as_uri())
    found = Axe().run(tab).response["violations"]
    tab.close()
    assert not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
    assert not [(v["id"], v["nodes"][0]["html"][:200]) for v in found]


def test_a_reader_finds_a_word_and_its_exercise(browser):
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.goto((PAGES / "index.html").as_uri())
    tab.locator(".search-button:visible, .search-button__button:visible").first.click()
    tab.locator("input[name=q]:visible").first.type("bottleneck")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#search-results li a")
    links = tab.locator("#search-results li a")
    hit = next(
        i for i in range(links.count())
        if re.search(r"(^|/)05_residual", links.nth(i).get_attribute("href"))
    )  # fmt: skip
    links.nth(hit).click()
    assert "Residual blocks" in tab.locator("h1").inner_text()
    for mode in ("dark", "light"):
        tab.locator(".theme-switch-button:visible").first.click()
        tab.locator(f".theme-change-button[data-mode={mode}]:visible").first.click()
        assert tab.locator("html").get_attribute("data-theme") == mode
    tab.goto((PAGES / "05_residual_blocks.html").as_uri())
    tab.locator("article a[href*='exercises/05']").first.click()
    assert "Exercises 5" in tab.locator("h1").inner_text()
