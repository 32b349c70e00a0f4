"""Answers that people really give, right and wrong, a file a lesson.

Each file has ANSWERS = {exercise: {"right": [answer], "wrong": [(answer, part of what is said)]}}.
"""

import re
from importlib import import_module
from pkgutil import iter_modules

LESSONS = [
    import_module(f"planted.{module.name}")
    for module in iter_modules(__path__)
    if module.name.startswith("lesson")
]
VAGUE = (
    r"too (small|large)\.|it computes something else\.?$|of the \d numbers (is|are) right|"
    r"none of its numbers is right|it has [\d,]+ parameters; it should have|"
    r"its output is [\d×]+; it should be [\d×]+\.?$|failed itself"
)
RAW = r"^✗ \S+: (your function stops: )?\w*(Error|Exception)\b"


def kind_of(sentence):
    """Whether what a check says is "right", "named", "vague" or "raw", an error's own text."""
    if sentence.startswith("✓"):
        return "right"
    if re.search(RAW, sentence):
        return "raw"
    return "vague" if re.search(VAGUE, sentence) else "named"
