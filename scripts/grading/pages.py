"""What comes out of grading: a table of all learners, a page of feedback and a file for each."""

import csv
import json
import os
from html import escape

STYLE = """
body { font: 1rem/1.5 sans-serif; max-width: 45rem; margin: 2rem auto; padding: 0 1rem;
       color: #1b1b1b; background: #fff; }
h2 { font-size: 1.1rem; margin-bottom: 0; }
.right { color: #00603f; } .wrong { color: #8f2d00; } .none { color: #4d4d4d; }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #181818; }
  .right { color: #7fd6b2; } .wrong { color: #ffb38a; } .none { color: #c0c0c0; } }
"""
NOT_THERE = "nothing was handed in"


def write(path, text):
    """Writes a file whole or not at all."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)


def write_table(path, results, wanted):
    """A row a learner: points, what could be had, each exercise, and what to look at."""
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["learner", "points", "of", *wanted, "look at"])
        for one in results:
            scores = [one["exercises"].get(name, {}).get("score", 0) for name in wanted]
            look = "; ".join(one["look at"])
            rows.writerow([_safe(one["learner"]), sum(scores), len(wanted), *scores, _safe(look)])
    os.replace(draft, path)


def _safe(text):
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def gradescope(one, wanted):
    """A learner's result as Gradescope reads it, results.json."""
    tests = []
    for name in wanted:
        found = one["exercises"].get(name, {"score": 0, "said": NOT_THERE})
        tests.append(
            {
                "name": name,
                "score": found["score"],
                "max_score": 1,
                "output": found["said"],
                "visibility": "visible",
            }
        )
    output = "\n".join(one["troubles"]) or "All cells ran."
    return json.dumps({"output": output, "tests": tests}, indent=1, ensure_ascii=False)


def feedback(one, wanted):
    """A learner's page: each exercise with what the check says, and the cells that stopped."""
    points = sum(one["exercises"].get(name, {}).get("score", 0) for name in wanted)
    parts = [f"<p><strong>{points} of {len(wanted)}</strong></p>"]
    for name in wanted:
        found = one["exercises"].get(name)
        kind = "none" if found is None else ("wrong", "right")[found["score"]]
        said = NOT_THERE if found is None else found["said"]
        if found and found.get("begun"):
            said += " (The first step is right; the exercise has a second one.)"
        parts.append(f'<h2>{escape(name)}</h2>\n<p class="{kind}">{escape(said)}</p>')
    if one["troubles"]:
        stopped = "".join(f"<li>{escape(text)}</li>" for text in one["troubles"])
        parts.append(f"<h2>Cells that stopped</h2>\n<ul>{stopped}</ul>")
    title = escape(f"Feedback for {one['learner']}")
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width">\n<style>{STYLE}</style></head>\n'
        f"<body>\n<main>\n<h1>{title}</h1>\n{chr(10).join(parts)}\n</main>\n</body>\n</html>\n"
    )
