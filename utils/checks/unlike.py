"""How a value that a function gave differs from the one that it should give, in words."""

import numpy as np

from utils.checks.values import agree, plain, returned, several, short
from utils.checks.words import ORDINALS


def unlike(mine, wanted):
    """What a function gave and what it should, or the first place at which two arrays differ."""
    if several(wanted):
        if not isinstance(mine, tuple | list) or len(mine) != len(wanted):
            return f"{returned(mine)}; it should be a tuple of {len(wanted)} arrays"
        pairs = enumerate(zip(mine, wanted))
        place, (one, other) = next((i, pair) for i, pair in pairs if not agree(*pair))
        return f"as its {ORDINALS[place]} value {unlike(one, other)}"
    mine = mine.numpy() if hasattr(mine, "numpy") else mine  # a tensor
    texts = isinstance(wanted, list) and all(isinstance(value, str) for value in wanted)
    if texts and isinstance(mine, list) and len(mine) != len(wanted):
        return f"{len(mine)} of {len(wanted)}: {mine or 'none'}; it should be {wanted}"
    if np.ndim(wanted) == 0 or _shape(mine) != np.shape(wanted):
        told = f"{number(mine) or returned(mine)}; it should be {number(wanted) or short(wanted)}"
        return f"{told}{_axes(_shape(mine), np.shape(wanted))}"
    if not all(np.asarray(values).dtype.kind in "biuf" for values in (mine, wanted)):
        place, (one, other) = next(
            (i, pair) for i, pair in enumerate(zip(mine, wanted)) if not agree(*pair)
        )
        return f"at [{place}] {short(one)}; it should be {short(other)}"
    if isinstance(wanted, tuple | list) and len(short(wanted)) < 60:
        return f"{short(mine)}; it should be {short(wanted)}"
    mine, wanted = np.asarray(mine), np.asarray(wanted)
    exact = wanted.dtype.kind in "biu"  # as in `agree`
    apart = mine != wanted if exact else ~np.isclose(mine, wanted, atol=1e-6)
    first = tuple(int(n) for n in np.argwhere(apart)[0])
    here, there = (f"{values[first]:.9g}" for values in (mine, wanted))
    where = f"[{', '.join(map(str, first))}]"
    return f"{short(mine)} with other values: at {where} stands {here}; it should be {there}"


def number(value):
    """A number as one reads it, 12,443,648 or 0.117851; nothing for what is none."""
    value = value if isinstance(value, str) else plain(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{value:.6g}"


def _axes(mine, wanted):
    """Along which axes an array is too long or too short, as the end of a sentence."""
    if not mine or len(mine) != len(wanted) or len(wanted) < 2:
        return ""
    odd = [axis for axis, (a, b) in enumerate(zip(mine, wanted)) if a != b]
    which = f"axes {', '.join(map(str, odd))}" if len(odd) > 1 else f"axis {odd[0]}"
    return f" ({which} of 0 to {len(wanted) - 1} {'are' if len(odd) > 1 else 'is'} not right)"


def _shape(value):
    """The shape of an array; None where rows have different lengths."""
    try:
        return np.shape(value)
    except ValueError:
        return None
