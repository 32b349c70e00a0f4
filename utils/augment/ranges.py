"""What numbers images and options may have."""

import numpy as np


def white(images):
    """What stands for white: 255 in bytes, 1 in floats."""
    return 255 if images.dtype.kind in "iu" else 1


def like(images, values):
    """Values as the images are: rounded and cut off at black and white for bytes."""
    if images.dtype.kind in "iu":
        values = np.clip(np.rint(values), 0, 255)
    return values.astype(images.dtype)


def between(value, what, low, high):
    """Raises ValueError, which says `what` it is, for no number above low and up to high."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low < value <= high:
        raise ValueError(f"{what} is {value!r}; it must be above {low} and at most {high}")
