"""What mixes images with one another; and one function after the other."""

from dataclasses import dataclass

import numpy as np

from utils.augment.ranges import between, like
from utils.whole import whole


@dataclass(frozen=True)
class Mixup:
    """Each image and its label mixed with another's of the batch (Zhang et al. 2018).

    The part of the other is a Beta(alpha, alpha) number. Labels, numbers of `classes`, become
    probabilities, (batch, classes): the loss has to be "categorical_crossentropy".
    """

    classes: int
    alpha: float = 0.2

    def __post_init__(self):
        whole(self.classes, "classes", 2)
        between(self.alpha, "alpha", 0, np.inf)

    def __call__(self, images, labels, random):
        if np.ndim(labels) == 1:
            labels = np.eye(self.classes, dtype="float32")[labels]
        part = random.beta(self.alpha, self.alpha, len(images))
        other = random.permutation(len(images))
        images_part, part = part[:, None, None, None], part[:, None].astype(labels.dtype)
        mixed = images + images_part * (images[other].astype("float32") - images)
        return like(images, mixed), labels + part * (labels[other] - labels)


def applied(functions, images, labels, random):
    """What functions make of a batch, one after the other. ValueError for another shape or type."""
    for function in functions:
        made, labels = function(images, labels, random)
        if getattr(made, "shape", None) != images.shape or made.dtype != images.dtype:
            got = f"{getattr(made, 'shape', type(made).__name__)} {getattr(made, 'dtype', '')}"
            raise ValueError(
                f"{function} makes {got} of images {images.shape} {images.dtype}; it must keep both"
            )
        if len(labels) != len(images):
            raise ValueError(f"{function} makes {len(labels)} labels for {len(images)} images")
        images = made
    return images, labels
