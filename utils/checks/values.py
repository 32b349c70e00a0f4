"""Numbers, shapes and other values as learners write them: read, compared, and put in words."""

import re
from collections.abc import KeysView, ValuesView
from decimal import Decimal
from numbers import Integral, Real

import numpy as np

LARGE = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}


def unwrapped(value):
    """What an array without axes, or a list of one text, holds; anything else as it is."""
    if isinstance(value, list | tuple) and len(value) == 1 and isinstance(value[0], str):
        return value[0]
    return value.item() if isinstance(value, np.ndarray) and not value.ndim else value


def plain(value):
    """Numbers and shapes as Python's own: 5.0 is 5, a list is a tuple, "61,706" is 61706."""
    value = unwrapped(value)
    if isinstance(value, str):
        return _read(value)
    if isinstance(value, ValuesView | KeysView):
        value = list(value)
    if hasattr(value, "as_list") or hasattr(value, "numpy"):  # TensorFlow's shapes and tensors
        value = value.as_list() if hasattr(value, "as_list") else value.numpy()
    if hasattr(value, "to_numpy"):  # pandas
        value = value.to_numpy()
    if isinstance(value, np.ndarray) and value.ndim < 2:
        value = value.tolist() if value.size != 1 else value.item()
    if isinstance(value, (list, tuple)):
        return tuple(map(plain, value))
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, (Real, Decimal)) and not isinstance(value, bool):
        return int(value) if value == value and float(value).is_integer() else float(value)
    return value


def _read(text):
    """The number, "61,706", or the shape, "7x7x64", that a text is; else the text."""
    text = re.sub(
        r"(\d)\s+(?!million|thousand|billion)[a-z][a-z -]{2,}\.?$", r"\1", text.strip(), flags=re.I
    )
    if large := re.fullmatch(r"\W*([\d.,]+)\s*(thousand|million|billion)\W*", text, re.I):
        number = _read(large[1])
        return number if isinstance(number, str) else plain(number * LARGE[large[2].lower()])
    number = r"[-−]?\d+(?:[,_ ]\d{3})*(?:\.\d+)?"
    if not re.fullmatch(rf"\W*{number}(?:\s*[x×*,]\s*{number})*\W*", text.strip(), re.I):
        return text
    found = re.findall(r"[-−]?\d+(?:[,_]\d{3}(?!\d)| \d{3}(?!\d))*(?:\.\d+)?", text)
    numbers = [float(re.sub(r"[,_ ]", "", n).replace("−", "-")) for n in found]
    return plain(numbers[0] if len(numbers) == 1 else tuple(numbers))


def same_kind(answer, value):
    """Whether an answer is a number where one is wanted, or as many numbers."""
    if isinstance(value, tuple):
        of_numbers = isinstance(answer, tuple) and all(isinstance(a, (int, float)) for a in answer)
        return of_numbers and len(answer) == len(value)
    return isinstance(answer, (int, float)) and not isinstance(answer, bool) and answer == answer


def agree(mine, wanted):
    """Whether numbers or arrays have the same shape and values: whole ones exactly, others 1e-6.

    A tuple of arrays is compared one by one.
    """
    if callable(wanted):
        return mine is wanted
    if several(wanted):
        alike = isinstance(mine, tuple | list) and len(mine) == len(wanted)
        return alike and all(map(agree, mine, wanted))
    try:
        if np.shape(mine) != np.shape(wanted):
            return False
        if np.asarray(wanted).dtype.kind in "biuU":
            return bool(np.array_equal(mine, wanted))
        return bool(np.allclose(mine, wanted, atol=1e-6))
    except (TypeError, ValueError):
        return False


def several(value):
    """Whether a value is a tuple of arrays."""
    return isinstance(value, tuple) and any(isinstance(part, np.ndarray) for part in value)


def show(value):
    """A number or a shape as a learner reads it: 61,706 and 28×28×6."""
    if isinstance(value, tuple):
        return "×".join(map(str, value))
    if isinstance(value, int) and abs(value) > 10**15:
        return "a number of more than 15 digits"
    return f"{value:,}" if isinstance(value, (int, float)) else short(value)


def short(value):
    """What a value is, in a few words."""
    if isinstance(value, np.ndarray):
        return f"an array of {show(value.shape)}" if value.ndim else repr(value.item())
    value = tidy(value)
    listed = isinstance(value, (tuple, list))
    if value is None or isinstance(value, (int, float, str)) or listed and len(repr(value)) < 60:
        return repr(value)[:60]
    if listed and value and len(first := repr(value[0])) < 40:
        return f"[{first}, …] ({len(value)} of them)"
    name = type(value).__name__
    return f"{'an' if name[0] in 'AEIOaeio' else 'a'} {name}"


def tidy(value):
    """Numbers, also those in lists, as Python's own, without the last digits of a rounding."""
    if type(value) in (tuple, list):
        return type(value)(map(tidy, value))
    if isinstance(value, np.generic):
        value = value.item()
    return float(f"{value:.12g}") if isinstance(value, float) else value


def returned(value):
    """What a function returned, in a few words."""
    return f"{short(value)}{' (is there a return?)' if value is None else ''}"
