"""Lesson 13: typical wrong functions, and what is said of each."""

import numpy as np

from utils.exercises.answers13 import _voted, doubled, mixed, parted
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
    "the cut is that of the doubled images: take it from the images as they are",
    lambda i, n, change: parted_at(i, n, change, 3 * 2 * len(i) // 4),
)  # fmt: skip


def _set(labels, classes, part, other):
    known, rows = np.zeros((len(labels), classes)), range(len(labels))
    known[rows, labels] = 1 - part
    known[rows, labels[other]] = part
    return known


OTHER_MIXTURES = because(
    "the images' parts are exchanged, those of the labels are not: `part` is the other image's",
    lambda i, n, c, p, o: (mixed(i, n, c, 1 - p, o)[0], mixed(i, n, c, p, o)[1]),
    "the labels' parts are exchanged, those of the images are not: `part` is the other image's",
    lambda i, n, c, p, o: (mixed(i, n, c, p, o)[0], mixed(i, n, c, 1 - p, o)[1]),
    "each image is mixed with the next one; `other` says with which",
    lambda i, n, c, p, o: mixed(i, n, c, p, (np.arange(len(i)) + 1) % len(i)),
    "where both labels are the same class, the second part takes the place of the first: add them",
    lambda i, n, c, p, o: (mixed(i, n, c, p, o)[0], _set(n, c, p, o)),
    "the labels are not mixed: of 0.3 of another image comes 0.3 of its label",
    lambda i, n, c, p, o: (mixed(i, n, c, p, o)[0], np.eye(c)[n]),
    "the labels should be probabilities, (batch, classes): a row of zeros with a 1 for each image",
    lambda i, n, c, p, o: (mixed(i, n, c, p, o)[0], n),
    "the numbers of the classes are mixed; between bag 8 and boot 9 there is no class 8.4",
    lambda i, n, c, p, o: (mixed(i, n, c, p, o)[0], (1 - p) * n + p * n[o]),
    "the parts are exchanged: `part` is the other image's",
    lambda i, n, c, p, o: mixed(i, n, c, 1 - p, o),
    "the other image is added, and nothing of the first is taken off: 1 - part of it stays",
    lambda i, n, c, p, o: (i + p[:, None, None, None] * i[o], mixed(i, n, c, p, o)[1]),
    "it is half and half, whatever `part` says",
    lambda i, n, c, p, o: mixed(i, n, c, 0 * p + 0.5, o),
    "one part serves all images; each has its own",
    lambda i, n, c, p, o: mixed(i, n, c, 0 * p + p[0], o),
    "`other` is not used: each image is mixed with the one before it",
    lambda i, n, c, p, o: mixed(i, n, c, p, np.arange(len(i)) - 1),
    "`other` is not used: each image is mixed with itself",
    lambda i, n, c, p, o: mixed(i, n, c, p, np.arange(len(i))),
)


OTHER_VIEWS = because(
    "that is one number for all; argmax needs the axis of the classes, the last",
    lambda p: p.mean(axis=0).argmax(),
    "these are medians; the mean over the views is asked for",
    lambda p: np.median(p, axis=0).argmax(axis=-1),
    "these are votes: each view names a class. The mean lets a sure view count for more",
    _voted,
    "the mean is over the images; the first axis are the views",
    lambda p: p.mean(axis=1).argmax(axis=-1),
    "these are the means themselves; the number of the likeliest class is asked for",
    lambda p: p.mean(axis=0),
    "these are the largest means; the number of the class that has it is asked for",
    lambda p: p.mean(axis=0).max(axis=-1),
    "the surest view decides alone; the mean of all is asked for",
    lambda p: p.max(axis=0).argmax(axis=-1),
    "the probabilities are multiplied; their mean is asked for",
    lambda p: p.prod(axis=0).argmax(axis=-1),
    "this is the first view alone",
    lambda p: p[0].argmax(axis=-1),
    "the likeliest image of each class is found; it should be the likeliest class of each image",
    lambda p: p.mean(axis=0).argmax(axis=0),
    "there is an answer for each view; average first, then choose",
    lambda p: p.argmax(axis=-1),
    "the numbers of the classes are averaged; average the probabilities",
    lambda p: p.argmax(axis=-1).mean(axis=0),
)


OTHER_DOUBLES = because(
    "the copies are joined along `axis`; images are counted along axis 0",
    lambda i, n, axis: (np.concatenate([i, np.flip(i, axis)], axis), np.concatenate([n, n])),
    "np.flip turns all axes without one, the order of the images, too",
    lambda i, n, axis: (np.concatenate([i, np.flip(i)]), np.concatenate([n, n])),
    "all images come, then all copies, so their labels, too; np.repeat puts each twice in a row",
    lambda i, n, axis: (doubled(i, n, axis)[0], np.repeat(n, 2)),
    "the images are counted along axis 0, so rows are axis 1 and columns axis 2: one too small",
    lambda i, n, axis: doubled(i, n, axis - 1),
    "np.append without an axis makes one long row: join along axis 0",
    lambda i, n, axis: (np.append(i, np.flip(i, axis)), np.append(n, n)),
    "each image stands beside its copy; all images come first, then all copies",
    lambda i, n, axis: (
        np.stack([i, np.flip(i, axis)], 1).reshape(-1, *i.shape[1:]),
        np.repeat(n, 2),
    ),
    "the labels of the copies are missing, or there are too many",
    lambda i, n, axis: (doubled(i, n, axis)[0], n),
    "the copies are mirrored whatever `axis` says",
    lambda i, n, axis: doubled(i, n, 2),
    "the copies are upside down whatever `axis` says",
    lambda i, n, axis: doubled(i, n, 1),
    "height and width are exchanged: axis 0 counts the images, 1 the rows, 2 the columns",
    lambda i, n, axis: doubled(i, n, 3 - axis),
    "only the copies are returned; the images as they are come first",
    lambda i, n, axis: (np.flip(i, axis), n),
    "the copies come first; the images as they are should",
    lambda i, n, axis: (doubled(i, n, axis)[0][np.arange(2 * len(i)) - len(i)], np.tile(n, 2)),
    "the copies are the same images again: nothing is reversed",
    lambda i, n, axis: (np.tile(i, (2, 1, 1, 1)), np.tile(n, 2)),
    "the order of the copies is reversed, too, so that labels no longer fit",
    lambda i, n, axis: (np.concatenate([i, np.flip(i, (0, axis))]), np.tile(n, 2)),
    "the labels are reversed with the copies; each copy has its image's label",
    lambda i, n, axis: (doubled(i, n, axis)[0], np.concatenate([n, n[::-1]])),
)
