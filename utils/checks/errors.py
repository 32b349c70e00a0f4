"""Errors of Keras, NumPy and Python inside an answer: cause, line, and the original text."""

import re
import traceback
from pathlib import Path

from utils.checks.causes import cause_of

COLOURS = re.compile(r"\x1b\[[0-9;]*m")  # of a terminal, in Keras's messages
LONGEST = 160  # characters of the original message
COURSE = str(Path(__file__).resolve().parent.parent)  # utils; Keras has folders of that name, too
LIBRARY = re.compile(r"site-packages|dist-packages|lib[/\\]python3")
LINE = 70  # characters of a learner's line


def explained(error):
    """What an exception in a learner's code says: the cause in words, the line, the original."""
    original = " ".join(COLOURS.sub("", said_by(error)).split())
    short = f"{original[:LONGEST]}{'…' if len(original) > LONGEST else ''}"
    kind = f"{type(error).__name__}: {short}".rstrip(": ")
    if _of_the_course(error):  # a sentence already
        return f"{original}{_line(error)}"
    cause = cause_of(f"{type(error).__name__}: {original}")
    if cause and _multiplies(_line(error)):
        cause = cause.replace("an addition gets", "a multiplication gets", 1)
    if cause is None:
        return f"{kind}{_line(error)}"
    return f"{cause}{_line(error)} ({kind})"


def said_by(error):
    """An exception's text, whatever its own __str__ does."""
    try:
        return str(error)
    except Exception:
        return ""


def _of_the_course(error):
    """Whether a function of the course refused what it was given."""
    frames = traceback.extract_tb(error.__traceback__)
    return isinstance(error, ValueError) and bool(frames and _in_course(frames[-1]))


def _in_course(frame):
    return frame.filename.startswith(COURSE)


def _multiplies(line):
    """Whether a line multiplies tensors: by a layer, or by * where nothing is added."""
    return "Multiply" in line or ("*" in line and not re.search(r"\bAdd\b|add\(|\+", line))


def _line(error):
    """Where in the learner's own code it happened: the last line that is no library's."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not LIBRARY.search(frame.filename) and not _in_course(frame) and frame.line:
            line = " ".join(frame.line.split())
            return f", in the line `{line if len(line) <= LINE else f'{line[: LINE - 1]}…'}`"
    return ""
