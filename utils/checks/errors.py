"""Errors of Keras, NumPy and Python inside an answer: cause, line, and the original text."""

import re
import traceback
from textwrap import shorten

from utils.checks.causes import cause_of

COLOURS = re.compile(r"\x1b\[[0-9;]*m")  # of a terminal, in Keras's messages
LONGEST = 160  # characters of the original message
COURSE = re.compile(r"[/\\]utils[/\\]")
LIBRARY = re.compile(r"site-packages|dist-packages|[/\\]utils[/\\]|lib[/\\]python3")


def explained(error):
    """What an exception in a learner's code says: the cause in words, the line, the original."""
    original = " ".join(COLOURS.sub("", said_by(error)).split())
    short = f"{original[:LONGEST]}{'…' if len(original) > LONGEST else ''}"
    kind = f"{type(error).__name__}: {short}".rstrip(": ")
    if _of_the_course(error):  # a sentence already
        return f"{short}{_line(error)}"
    cause = cause_of(f"{type(error).__name__}: {original}")
    if cause and re.search(r"[Mm]ultiply|\*", _line(error)):
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
    return isinstance(error, ValueError) and bool(frames and COURSE.search(frames[-1].filename))


def _line(error):
    """Where in the learner's own code it happened: the last line that is no library's."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not LIBRARY.search(frame.filename) and frame.line:
            return f", in the line `{shorten(frame.line, 70, placeholder=' …')}`"
    return ""
