"""What moves: mirror images, shifts, parts of an image, and parts taken away."""

from dataclasses import dataclass

import numpy as np

from utils.augment.ranges import between, like
from utils.whole import whole


@dataclass(frozen=True)
class Mirror:
    """Left and right exchanged, in every second image (by chance)."""

    def __call__(self, images, labels, random):
        chosen = random.random(len(images)) < 0.5
        return np.where(chosen[:, None, None, None], images[:, :, ::-1], images), labels


@dataclass(frozen=True)
class Shift:
    """Moved by up to so many pixels each way, zeros moving in (He et al. 2016, section 4.2)."""

    pixels: int

    def __post_init__(self):
        whole(self.pixels, "pixels")

    def __call__(self, images, labels, random):
        count, height, width = images.shape[:3]
        far = self.pixels
        padded = np.pad(images, ((0, 0), (far, far), (far, far), (0, 0)))
        rows, columns = random.integers(0, 2 * far + 1, (2, count))
        made = np.empty_like(images)
        for place, (top, left) in enumerate(zip(rows, columns)):
            made[place] = padded[place, top : top + height, left : left + width]
        return made, labels


@dataclass(frozen=True)
class Crop:
    """A part of the image, of `least` of its sides or more, enlarged to the size that it had."""

    least: float = 0.7

    def __post_init__(self):
        between(self.least, "least", 0, 1)

    def __call__(self, images, labels, random):
        count, height, width = images.shape[:3]
        sides = random.uniform(self.least, 1, count)
        starts = random.random((2, count)) * (1 - sides)
        rows, columns = (
            (start[:, None] + side[:, None] * (np.arange(size) + 0.5) / size) * size - 0.5
            for start, side, size in zip(starts, (sides, sides), (height, width))
        )
        return _sampled(images, rows, columns), labels


@dataclass(frozen=True)
class Cutout:
    """A square, at a place by chance, filled with the image's mean (DeVries and Taylor 2017).

    It may lie over the edge.
    """

    pixels: int

    def __post_init__(self):
        whole(self.pixels, "pixels")

    def __call__(self, images, labels, random):
        count, height, width = images.shape[:3]
        inside = []
        for size, axis in ((height, 1), (width, 2)):
            start = random.integers(0, size, count)[:, None] - self.pixels // 2
            place = np.arange(size)
            inside.append(
                np.expand_dims((place >= start) & (place < start + self.pixels), 3 - axis)
            )
        gone = (inside[0] & inside[1])[..., None]
        return np.where(gone, like(images, images.mean(axis=(1, 2), keepdims=True)), images), labels


def ten_crops(images, size):
    """AlexNet's ten views (section 4.1): the corners, the middle, and their mirror images.

    (n, height, width, channels) -> (10, n, size, size, channels).
    """
    height, width = np.shape(images)[1:3]
    if not whole(size, "size") <= min(height, width):
        raise ValueError(f"a crop of {size} does not fit into images of {height} x {width}")
    down, right = height - size, width - size
    corners = [(0, 0), (0, right), (down, 0), (down, right), (down // 2, right // 2)]
    views = [images[:, top : top + size, left : left + size] for top, left in corners]
    return np.stack([*views, *(view[:, :, ::-1] for view in views)])


def _sampled(images, rows, columns):
    """Images between the pixels, at rows (n, height) and columns (n, width), by straight lines."""
    values, batch = images.astype("float32"), np.arange(len(images))[:, None, None]

    def corners(places, size):
        places = np.clip(places, 0, size - 1)
        low = np.minimum(places.astype(int), size - 2) if size > 1 else np.zeros(places.shape, int)
        return low, np.minimum(low + 1, size - 1), (places - low).astype("float32")

    top, bottom, y = corners(rows, images.shape[1])
    left, right, x = corners(columns, images.shape[2])
    y, x = y[:, :, None, None], x[:, None, :, None]

    def at(row, column):
        return values[batch, row[:, :, None], column[:, None, :]]

    above = at(top, left) * (1 - x) + at(top, right) * x
    below = at(bottom, left) * (1 - x) + at(bottom, right) * x
    return like(images, above * (1 - y) + below * y)
