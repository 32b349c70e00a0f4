"""How a figure says in words what it shows.

What a machine measures is said only as far as every machine would say it: who is ahead where the
lead is large, no digits.
"""

AHEAD = 1.25  # how many times as large as the next a measured value is where it is called largest


def listed(names):
    """a, b and c."""
    *others, last = map(str, names)
    return f"{', '.join(others)} and {last}" if others else last


def many(count, noun, plural=None):
    """1 image, 12 images, 1,000 images."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def pixels(image):
    """28×28, of an image (h, w) or (h, w, channels)."""
    return "×".join(str(n) for n in image.shape[:2])


def leader(values):
    """The name of the largest value, where it is well ahead of the next; else None.

    `values` maps names to numbers above 0.
    """
    first, *others = sorted(values, key=values.get, reverse=True)
    return first if not others or values[first] > AHEAD * values[others[0]] else None


def finish(ends, close):
    """Which curve ends above the others, and which below, by more than `close`.

    `ends` maps a curve's name to its last value. Nothing for a single curve.
    """
    names = sorted(ends, key=ends.get, reverse=True)
    if len(names) < 2:
        return ""
    steps = [ends[above] - ends[below] for above, below in zip(names, names[1:])]
    if max(steps[0], steps[-1]) <= close:
        return "; the ends lie close together"
    if len(names) == 2:
        return f"; {names[0]} ends above {names[1]}"
    first = f"; {names[0]} ends above all others" if steps[0] > close else ""
    return first + (f"; {names[-1]} ends below all others" if steps[-1] > close else "")


def way(first, last, close):
    """Whether a curve rises, falls, or ends about where it began."""
    if abs(last - first) <= close:
        return "stays about level"
    return "rises" if last > first else "falls"
