"""What every network asks of its arguments, before it builds anything."""

from utils.whole import whole


def check(name, input_shape, classes, width=1):
    """input_shape and classes, as Python's numbers.

    Raises ValueError for what no network can be built with, naming the value and the rule.
    """
    try:
        height, width_, channels = (whole(n, "") for n in input_shape)
    except (TypeError, ValueError):
        raise ValueError(
            f"{name}: input_shape is (height, width, channels), three positive whole numbers; "
            f"got {input_shape}"
        ) from None
    classes = whole(classes, f"{name}: classes")
    if not width > 0:
        raise ValueError(
            f"{name}: width multiplies the number of filters, so it must be positive; got {width}"
        )
    return (height, width_, channels), classes


def choice(name, argument, value, allowed):
    """Raises ValueError for a value that is not among the allowed ones, which it lists."""
    if value not in allowed:
        listed = ", ".join(map(str, allowed))
        raise ValueError(f"{name}: {argument} is one of {listed}; got {value!r}")


def at_least(name, input_shape, pixels, reason):
    """Raises ValueError for images under `pixels` on a side; `reason` says why they are too few."""
    if min(input_shape[:2]) < pixels:
        raise ValueError(
            f"{name}: an image of {input_shape[0]}x{input_shape[1]} is too small: {reason}; use "
            f"{pixels}x{pixels} or more"
        )


def scaled(filters, width):
    """The number of filters of a network `width` times as wide, at least 1."""
    return max(1, round(filters * width))


def part(name, argument, value):
    """Raises ValueError for what is not a part of all, from 0 to less than 1."""
    if not 0 <= value < 1:
        raise ValueError(f"{name}: {argument} is a number from 0 to less than 1; got {value}")
