"""What is written around an exercise's cells: minutes and difficulty, and what a right answer says.

Both come from the exercise's record in utils/exercises.
"""

import re

from front_matter import exercises

EXPECTED = "\n\n<details><summary>What a right answer prints</summary>\n\n{}\n\n</details>"


def frame(cells, name):
    """Completes the text before each exercise of a notebook, whose cells are changed."""
    records, framed, text = exercises(name.split("/")[1][:2]), set(), None
    for cell in cells:
        if cell.cell_type == "markdown":
            text = cell if cell.source.startswith("## ") else text
            last = cell
        for called in re.findall(r'^check\("([^"]+)"', cell.source, re.MULTILINE):
            if called in records and called not in framed:
                framed.add(called)
                heading, *rest = text.source.split("\n", 1)
                effort = str(records[called].effort)
                text.source = "\n".join([f"{heading}\n\n*{effort[0].upper()}{effort[1:]}*", *rest])
                last.source += EXPECTED.format(expected(called, records[called]))


def expected(name, record):
    """The lines that a check prints of right answers, as a text."""
    lines = [f"✓ {name}: {said}" for said in record.said_if_right()]
    return "\n\n".join(lines)
