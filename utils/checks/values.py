"""Numbers, shapes and other values as learners write them: read, compared, and put in words."""

from numbers import Number as Numeric

import numpy as np


def plain(value):
    """Numbers and shapes as Python's own: 5.0 is 5, a list is a tuple."""
    if isinstance(value, np.ndarray) and value.ndim < 2:
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return tuple(map(plain, value))
    if isinstance(value, (Numeric, np.number)) and not isinstance(value, (bool, complex)):
        return int(value) if value == value and float(value).is_integer() else float(value)
    return value


def same_kind(answer, value):
    """Whether an answer is a number where one is wanted, or as many numbers."""
    if isinstance(value, tuple):
        of_numbers = isinstance(answer, tuple) and all(isinstance(a, (int, float)) for a in answer)
        return of_numbers and len(answer) == len(value)
    return isinstance(answer, (int, float)) and not isinstance(answer, bool) and answer == answer


def agree(mine, wanted):
    """Whether two numbers or arrays have the same shape and values (to 1e-6)."""
    try:
        return np.shape(mine) == np.shape(wanted) and bool(np.allclose(mine, wanted, atol=1e-6))
    except (TypeError, ValueError):
        return False


def show(value):
    """A number or a shape as a learner reads it: 61,706 and 28×28×6."""
    if isinstance(value, tuple):
        return "×".join(map(str, value))
    return f"{value:,}" if isinstance(value, (int, float)) else short(value)


def short(value):
    """What a value is, in a few words."""
    if value is None:
        return "None (is there a return?)"
    if isinstance(value, (int, float, str)):
        return repr(value)[:60]
    return f"a {type(value).__name__}"
