"""Lesson 13, the late split: typical wrong functions, and what is said of each."""

import numpy as np

from utils.exercises.answers13 import parted
from utils.exercises.reasons import because


def parted_at(images, labels, change, cut):
    """The same with another cut."""
    learn = np.concatenate([images[:cut], change(images[:cut])])
    return learn, np.concatenate([labels[:cut], labels[:cut]]), images[cut:], labels[cut:]


OTHER_PARTS = because(
    "the test images are changed, too; they are for the test as they are",
    lambda i, n, change: (
        *parted(i, n, change)[:2], change(i[3 * len(i) // 4 :]), n[3 * len(i) // 4 :]
    ),
    "the test images stand there twice, as they are and changed; once is enough",
    lambda i, n, change: (
        *parted(i, n, change)[:2],
        np.concatenate([i[3 * len(i) // 4 :], change(i[3 * len(i) // 4 :])]),
        np.concatenate([n[3 * len(i) // 4 :]] * 2),
    ),
    "the labels of the copies are missing",
    lambda i, n, change: (parted(i, n, change)[0], n[: 3 * len(i) // 4], *parted(i, n, change)[2:]),
    "labels + labels adds arrays number by number; join them with np.concatenate",
    lambda i, n, change: (
        parted(i, n, change)[0], 2 * n[: 3 * len(i) // 4], *parted(i, n, change)[2:]
    ),
    "the order is: images and labels to learn from, then images and labels for the test",
    lambda i, n, change: tuple(parted(i, n, change)[k] for k in (0, 2, 1, 3)),
    "what is learned and what is tested are exchanged",
    lambda i, n, change: tuple(parted(i, n, change)[k] for k in (2, 3, 0, 1)),
    "the first quarter is the test here; the last one should be",
    lambda i, n, change: (
        np.concatenate([i[len(i) // 4 :], change(i[len(i) // 4 :])]),
        np.concatenate([n[len(i) // 4 :]] * 2),
        i[: len(i) // 4],
        n[: len(i) // 4],
    ),
    "a quarter is learned from and three are tested; it is the other way round",
    lambda i, n, change: (
        np.concatenate([i[: len(i) // 4], change(i[: len(i) // 4])]),
        np.concatenate([n[: len(i) // 4]] * 2),
        i[len(i) // 4 :],
        n[len(i) // 4 :],
    ),
    "only the changed ones are learned from; the images as they are come first",
    lambda i, n, change: (
        change(i[: 3 * len(i) // 4]), n[: 3 * len(i) // 4], *parted(i, n, change)[2:]
    ),
    "the copies come first; the images as they are should",
    lambda i, n, change: (
        np.concatenate([change(i[: 3 * len(i) // 4]), i[: 3 * len(i) // 4]]),
        *parted(i, n, change)[1:],
    ),
    "nothing is changed: the copies are the images once more",
    lambda i, n, change: parted(i, n, lambda images: images),
    "no copies are learned from: join the changed images to those as they are",
    lambda i, n, change: (
        i[: 3 * len(i) // 4], n[: 3 * len(i) // 4], *parted(i, n, change)[2:]
    ),
    "`change` is called on one image at a time; it takes a batch of them",
    lambda i, n, change: parted(i, n, lambda images: np.stack([change(one) for one in images])),
    "half of the images are learned from; three quarters should be",
    lambda i, n, change: parted_at(i, n, change, len(i) // 2),
    "nothing is learned from, the cut is 0: 3 // 4 is 0, and 3 * n // 4 is not",
    lambda i, n, change: parted_at(i, n, change, 0),
    "all images but the last are learned from; three quarters should be",
    lambda i, n, change: parted_at(i, n, change, len(i) - 1),
    "each image stands beside its copy; all images come first, then all copies",
    lambda i, n, change: (
        np.stack([i[: 3 * len(i) // 4], change(i[: 3 * len(i) // 4])], 1).reshape(-1, *i.shape[1:]),
        np.repeat(n[: 3 * len(i) // 4], 2),
        *parted(i, n, change)[2:],
    ),
    "the order of the images is reversed; they stay as they come",
    lambda i, n, change: parted(i[::-1], n[::-1], change),
    "the labels are repeated one by one; all images come, then all copies, so their labels, too",
    lambda i, n, change: (
        parted(i, n, change)[0], np.repeat(n[: 3 * len(i) // 4], 2), *parted(i, n, change)[2:]
    ),
    "the cut is that of the doubled images: take it from the images as they are",
    lambda i, n, change: parted_at(i, n, change, 3 * 2 * len(i) // 4),
)  # fmt: skip
