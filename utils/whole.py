"""Whole numbers as people have them: Python's, NumPy's, a tensor's shape's."""

from numbers import Integral


def whole(value, what, least=1):
    """The number as int, which cannot overflow as NumPy's small ones do.

    Raises ValueError, which says `what` it is, for what is no whole number or less than `least`.
    """
    if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
        rule = "a positive whole number" if least == 1 else f"a whole number, {least} or more"
        raise ValueError(f"{what} is {value!r}; it must be {rule}")
    return int(value)
