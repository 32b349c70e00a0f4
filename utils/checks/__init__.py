"""Exercises that say what is wrong, not only that it is.

from utils.checks import check, hint, progress

check("01.c1_parameters", 156)
"""

from utils.checks.engine import check, hint, progress
from utils.checks.record import download

__all__ = ["check", "download", "hint", "progress"]
