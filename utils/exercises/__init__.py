"""Exercises that say what is wrong, not only that it is: one file a lesson, one record each.

from utils.exercises import case, check, compare, hint, progress

check("01.more_filters", 1_704)

`case` hands over the arguments for which a function was found wrong.
"""

from utils.exercises.face import case, check, compare, hint, progress
from utils.exercises.solved import download

__all__ = ["case", "check", "compare", "download", "hint", "progress"]
