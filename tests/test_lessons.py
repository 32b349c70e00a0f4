"""What a learner finds in every lesson: the table, the answers out of sight, questions, terms."""

import re

import built
import front_matter
import nbformat
import pytest
from build_notebooks import ROOT

from utils.exercises import face

NOTEBOOKS = ROOT / "notebooks"
LESSONS = [source.stem for source in built.sources()]
GLOSSARY = NOTEBOOKS / "glossary.md"
ANSWER = re.compile(r"^<details><summary>[^<]+</summary>\n\n.+?\n\n</details>$", re.M | re.S)


def read(name):
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


@pytest.fixture(params=LESSONS)
def name(request):
    return request.param


@pytest.fixture(params=LESSONS[1:])
def practised(request):
    """The name of a lesson with exercises."""
    return request.param


def part(notebook, heading):
    """The cells below a heading, to the next one of its level or above."""
    level, found, inside = heading.split(" ")[0], [], False
    for cell in notebook.cells:
        first = cell.source.split("\n")[0]
        if cell.cell_type == "markdown" and re.match(rf"#{{1,{len(level)}}} ", first):
            inside = first.startswith(heading)
        if inside:
            found.append(cell)
    assert found, f"no {heading}"
    return found


def text(cells):
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def rows(notebook):
    """The table that a lesson begins with, {name of a row: what it says}."""
    return dict(re.findall(r"^\| \*\*(.+?)\*\* \| (.+) \|$", notebook.cells[0].source, re.M))


def test_begins_with_what_one_learns_needs_and_how_long_it_takes(name):
    notebook = read(name)
    assert list(rows(notebook)) == ["You will be able to", "You need", "Time"]
    assert rows(notebook)["Time"] == front_matter.time_needed(notebook, name)
    assert name in front_matter.seconds(), f"make notebooks LESSON={name} FORCE=1"


def test_what_one_learns_is_exercised(practised):
    verbs = rows(read(practised))["You will be able to"].split("; ")
    assert 3 <= len(verbs) <= 5
    exercises = {full.split(".")[1] for full in face.exercises(practised[:2])}
    for verb in verbs:
        named = re.findall(r"`(\w+)`", verb)
        assert named and set(named) <= exercises, verb


def test_answers_to_predictions_are_out_of_sight(practised):
    cells = part(read(practised), "## Predict")
    assert ANSWER.search(text(cells))
    for cell in cells:
        assert not cell.get("outputs"), f"an answer in sight: {cell.source}"


def test_five_questions_to_test_oneself(practised):
    questions = text(part(read(practised), "## Test yourself")).split("**Try it.**")[0]
    assert re.findall(r"^(\d)\. ", questions, re.M) == list("12345")
    assert len(ANSWER.findall(questions)) == 5


def test_what_to_try_has_an_answer(practised):
    after = text(read(practised).cells).split("**Try it.**")
    assert len(after) == 2 and ANSWER.search(after[1].split("**Papers.**")[0])


def test_folded_text_is_well_formed(name):
    for cell in read(name).cells:
        if cell.cell_type == "markdown" and "<details" in cell.source:
            assert len(ANSWER.findall(cell.source)) == cell.source.count("details>") / 2


def test_every_picture_says_something_of_its_own(name):
    said = {}
    for cell in read(name).cells:
        here = []
        for out in cell.get("outputs", []):
            if "image/png" in (data := out.get("data", {})):
                here.append(data["text/plain"])
                assert re.match(r"\w", here[-1]) and here[-1][-1] in ".…" and len(here[-1]) <= 250
                assert said.setdefault(here[-1], data["image/png"]) == data["image/png"]
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt")
        assert alt == (re.sub(r"\s+", " ", " ".join(here)) if here else None)


def terms():
    """{term: (the lesson that explains it, what it means)}, as the glossary has them."""
    line = re.compile(r"^\*\*(.+?)\*\* \(\[lesson \d+\]\((\w+)\.ipynb\)\): (.+)$", re.M)
    return {term: where for term, *where in line.findall(GLOSSARY.read_text(encoding="utf-8"))}


def prose(name):
    """A lesson's sentences: no title, headings, tables, code, or claims of the lecture notes."""
    cells = [c.source for c in read(name).cells[1:] if c.cell_type == "markdown"]
    kept = [source for source in cells if not source.startswith("## From the lecture notes")]
    lines = [li for source in kept for li in source.split("\n") if not li.startswith(("#", "|"))]
    return re.sub(r"`[^`]*`", "", "\n".join(lines))


def used(term):
    """A pattern of a term's uses: singular or plural, at the start of a sentence, hyphenated."""
    words = r"[\s-]+".join(map(re.escape, re.split("[ -]", term)))
    return re.compile(rf"(?<![\w-]){words}(?:s|es)?(?![\w-])", re.I)


def test_the_glossary_is_in_order_and_complete():
    found = terms()
    entries = re.findall(r"^\*\*", GLOSSARY.read_text(encoding="utf-8"), re.M)
    assert list(found) == sorted(found, key=str.lower) and len(found) == len(entries)
    standard = (ROOT / "tests" / "terms.txt").read_text(encoding="utf-8").splitlines()
    spoken = {term for term in standard if any(used(term).search(prose(n)) for n in LESSONS)}
    assert spoken <= set(found), f"used and not explained: {sorted(spoken - set(found))}"
    assert set(found) <= set(standard), "a term is a line in tests/terms.txt, too"


@pytest.mark.parametrize("term", terms() if GLOSSARY.exists() else [])
def test_a_term_is_explained_where_it_first_appears(term):
    where, _ = terms()[term]
    first = next((name for name in LESSONS if used(term).search(prose(name))), None)
    assert first == where
    place = used(term).search(prose(first))
    bold = [m.span() for m in re.finditer(r"\*\*.+?\*\*", prose(first), re.S)]
    assert any(start < place.start() and place.end() < end for start, end in bold), (
        f"{first} says {term} first, and not in bold with its explanation"
    )
