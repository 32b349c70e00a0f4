"""What is written around a lesson's cells: how long it takes, and what its pictures show.

{{time}} stands in the table that a lesson begins with. Reading is estimated, computing was measured
when the notebook was built, exercises have their minutes in utils/exercises.
"""

import json
import re
import sys

import psutil
from built import ROOT

# An estimate for text with formulas and code: words and cells that one reads in a minute.
WORDS, CELLS = 140, 3


def time_needed(notebook, name, root=ROOT):
    """The sentence for the lesson of this name, whose cells are `notebook.cells`."""
    texts = [c.source for c in notebook.cells if c.cell_type == "markdown"]
    texts[0] = re.sub(r"^\| \*\*Time.*$", "", texts[0], flags=re.MULTILINE)  # itself, that is
    words = sum(len(text.split()) for text in texts)
    cells = sum(c.cell_type == "code" for c in notebook.cells)
    reading = words / WORDS + cells / CELLS
    parts = [f"about {_rounded(reading, 5)} minutes to read and run"]
    if name in (measured := seconds(root)):
        parts.append(f"of it {measured[name]} seconds of computing on two cores")
    if practice := exercise_minutes(name[:2]):
        parts.append(f"and {_rounded(practice, 5)} minutes for the exercises")
    return ", ".join(parts)


def exercise_minutes(lesson):
    """The minutes of a lesson's exercises together; 0 for a lesson without any."""
    return sum(exercise.effort.minutes for exercise in exercises(lesson).values())


def exercises(lesson):
    """{name: record} of the exercises of a lesson, "05"; {} for a lesson without any."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from utils.exercises import face  # only here: it imports Keras

    return face.exercises(lesson) if lesson in face.lessons() else {}


def seconds(root=ROOT):
    """{name: processor seconds} of the lessons as they were last built, in tens."""
    file = root / "notebooks" / "source" / "seconds.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def note(name, used, root=ROOT):
    """Takes `used` processor seconds as what building this lesson took."""
    file = root / "notebooks" / "source" / "seconds.json"
    known = seconds(root) | {name: _rounded(used, 10)}
    text = json.dumps(dict(sorted(known.items())), indent=1) + "\n"
    file.write_text(text, encoding="utf-8")


def used_by(process_id):
    """Processor seconds of a process so far, with those of its children that ended."""
    return sum(psutil.Process(process_id).cpu_times()[:4])


def describe(cell):
    """Copies the sentences of a cell's pictures to its metadata, where a book looks for them."""
    said = [
        re.sub(r"\s+", " ", out.data["text/plain"])
        for out in cell.get("outputs", [])
        if "image/png" in out.get("data", {})
    ]
    if said:
        cell.metadata["mystnb"] = {"image": {"alt": " ".join(said)}}


def _rounded(number, step):
    """Up to the next multiple of a step."""
    return int(-(-number // step) * step)
