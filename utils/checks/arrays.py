"""Errors of NumPy in an answer: a pattern of the text, and the usual cause, as in slips.py."""

ARRAYS = [
    (
        r"(concatenate|stack)\(\) got multiple values for argument",
        "{0} takes what it joins as one list: np.{0}([a, b], axis=...)",
    ),
    (
        r"must have same number of dimensions|zero-dimensional arrays cannot be concatenated",
        "arrays with different numbers of axes are joined: is one a function not called yet, or a "
        "single number?",
    ),
    (
        r"shape-mismatch for sum",
        "the two axes that are summed over have different lengths: which of them is the channels?",
    ),
    (
        r"only integer scalar arrays can be converted",
        "several arrays to join have to be one list or tuple, with brackets around them",
    ),
    (
        r"AxisError: axis (-?\d+) is out of bounds for array of dimension (\d+)",
        "axis {0} is asked of an array with as few axes as {1}, counted from 0: is it a number, or "
        "a row of them, where a table was meant?",
    ),
    (
        r"remapped shapes.*\((\d+),\s?2\) and requested shape \((\d+),\s?2\)",
        "np.pad wants a pair of numbers for each of the array's {1} axes; here are {0}",
    ),
    (
        r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)",
        "place {0} is read on an axis of {2} places, which are counted from 0",
    ),
]
