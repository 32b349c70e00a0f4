"""What lecturers get: minutes that agree with the lessons', links that lead somewhere, the zip."""

import importlib.util
import json
import re
import zipfile
from pathlib import Path

import pytest

from utils import published

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    *sorted((ROOT / "instructor").glob("*.md")),
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
]
PAGES.append(ROOT / "notebooks" / "cards.md")
SAID = r"## (\d+) · \[.*?\]\(\.\./notebooks/(.*?)\)\n\n(\d+) minutes to read and run, (\d+) minutes"


@pytest.fixture(scope="module")
def make_zip():
    path = ROOT / "instructor" / "gradescope" / "make_zip.py"
    spec = importlib.util.spec_from_file_location("make_zip", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_minutes_are_those_that_each_lesson_states():
    found = re.findall(SAID, (ROOT / "instructor" / "lessons.md").read_text())
    lessons = {path.name for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert {name for _, name, *_ in found} == lessons - {"00_start_here.ipynb"}
    for number, name, reading, exercises in found:
        title = "".join(json.loads((ROOT / "notebooks" / name).read_text())["cells"][0]["source"])
        assert int(number) == int(name[:2])
        assert f"about {reading} minutes to read and run" in title, name
        assert f"and {exercises} minutes for the exercises" in title, name


def test_each_lesson_has_three_questions_to_discuss():
    for part in (ROOT / "instructor" / "lessons.md").read_text().split("\n## ")[1:]:
        assert re.findall(r"^(\d)\. .*\?", part, re.MULTILINE) == ["1", "2", "3"], part[:40]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        if not link.startswith("http"):
            assert (page.parent / link).exists(), link


def test_the_lectures_last_ninety_minutes():
    week = (ROOT / "instructor" / "week.md").read_text()
    for lecture in week.split("lecture: ")[1:3]:
        minutes = re.findall(r"^\| (\d+) \| lesson", lecture.split("**Lab")[0], re.MULTILINE)
        assert sum(map(int, minutes)) == 90


def test_the_autograder_has_what_gradescope_asks_for(make_zip, tmp_path):
    make_zip.make(tmp_path / "it.zip", ["05", "06.stage"], "abc123", "one/place")
    with zipfile.ZipFile(tmp_path / "it.zip") as archive:
        assert archive.namelist() == ["setup.sh", "run_autograder"]
        assert all(entry.external_attr >> 16 == 0o755 for entry in archive.infolist())
        assert "checkout abc123" in archive.read("setup.sh").decode()
        run = archive.read("run_autograder").decode()
    assert "--exercises 05 06.stage" in run and "results/results.json" in run


def test_citation_and_forms_have_what_github_reads():
    citation = (ROOT / "CITATION.cff").read_text()
    for key in ("cff-version", "message", "title", "authors", "version", "date-released"):
        assert f"{key}:" in citation
    for form in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"):
        text = form.read_text()
        assert all(f"\n{key}:" in f"\n{text}" for key in ("name", "description", "body"))


def test_numbers_that_are_discussed_are_counted():
    whole, convolutions = published.value("vgg16", "parameters"), 14_714_688
    assert round(1 - convolutions / whole, 1) == 0.9
    small, large = (published.value(name, "parameters") for name in ("googlenet_main", "alexnet"))
    assert 0.1 < small / large < 0.12
    small, large = (published.value(n, "multiply-adds") for n in ("googlenet_main", "alexnet"))
    assert 2 < small / large < 2.3
    deep, vgg = (published.value(name, "multiply-adds") for name in ("resnet152", "vgg16"))
    assert deep < vgg
