"""What changes colours."""

from dataclasses import dataclass

import numpy as np

from utils.augment.ranges import between, like, white


@dataclass(frozen=True)
class Colour:
    """Brightness, contrast and saturation, each times a number from 1 - by to 1 + by."""

    by: float = 0.3

    def __post_init__(self):
        between(self.by, "by", 0, 1)

    def __call__(self, images, labels, random):
        bright, contrast, saturation = random.uniform(
            1 - self.by, 1 + self.by, (3, len(images), 1, 1, 1)
        )
        values = images * bright
        mean = values.mean(axis=(1, 2, 3), keepdims=True)
        values = mean + contrast * (values - mean)
        grey = values.mean(axis=3, keepdims=True)
        return like(images, grey + saturation * (values - grey)), labels


@dataclass(frozen=True)
class PCAColour:
    """AlexNet's colour shift (Krizhevsky et al. 2012, section 4.1): along the axes of all colours.

    To every pixel of an image the same is added, each axis times its variance (of colours from 0 to
    1) times a normal number of deviation `by`. `of(images)` finds axes and variances, the
    eigenvectors (columns) and eigenvalues of the 3x3 covariance of red, green and blue.
    """

    variances: tuple
    axes: tuple
    by: float = 0.1

    @classmethod
    def of(cls, images, by=0.1):
        """From the colours of photographs, (n, height, width, 3), or one, (height, width, 3)."""
        images = np.asarray(images)
        if images.ndim < 3 or images.shape[-1] != 3:
            raise ValueError(f"colours are (..., 3); these images are {images.shape}")
        pixels = images.reshape(-1, 3) / (255 if images.dtype.kind in "iu" else 1)
        variances, axes = np.linalg.eigh(np.cov(pixels, rowvar=False))
        axes *= np.sign(axes[np.abs(axes).argmax(axis=0), range(3)])  # the largest part is above 0
        return cls(tuple(variances[::-1]), tuple(map(tuple, axes[:, ::-1])), by)

    def __call__(self, images, labels, random):
        if images.shape[-1] != 3:
            raise ValueError(
                f"PCAColour wants red, green and blue; these images are {images.shape}"
            )
        amounts = random.normal(0, self.by, (len(images), 3)) * self.variances
        shifts = (amounts @ np.transpose(self.axes))[:, None, None]
        return like(images, images + shifts * white(images)), labels
