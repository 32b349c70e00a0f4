"""Answers that people really give, right and wrong, a file a lesson.

Each file has ANSWERS = {exercise: {"right": [answer], "wrong": [(answer, part of what is said)]}}.
"""

from importlib import import_module
from pkgutil import iter_modules

LESSONS = [
    import_module(f"planted.{module.name}")
    for module in iter_modules(__path__)
    if module.name.startswith("lesson")
]
