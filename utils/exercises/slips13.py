"""Lesson 13: typical wrong functions, and what is said of each."""

import numpy as np

from utils.exercises.answers13 import _voted, doubled, mixed
from utils.exercises.reasons import because


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
    "the images are as they were: each keeps 1 - part of itself, and gets part of the other",
    lambda i, n, c, p, o: (i, mixed(i, n, c, p, o)[1]),
    "the labels are those of the other images alone",
    lambda i, n, c, p, o: (mixed(i, n, c, p, o)[0], np.eye(c)[n[o]]),
    "the images are the other ones alone",
    lambda i, n, c, p, o: (i[o], mixed(i, n, c, p, o)[1]),
    "the labels come first; the images should",
    lambda i, n, c, p, o: mixed(i, n, c, p, o)[::-1],
    "one part, the mean of all, serves all images; each has its own",
    lambda i, n, c, p, o: mixed(i, n, c, 0 * p + p.mean(), o),
    "of both labels the larger is taken; where both are one class, they add up",
    lambda i, n, c, p, o: (
        mixed(i, n, c, p, o)[0],
        np.maximum((1 - p)[:, None] * np.eye(c)[n], p[:, None] * np.eye(c)[n[o]]),
    ),
    "both images are taken by `part`: image i keeps 1 - part[i] of itself",
    lambda i, n, c, p, o: (p[:, None, None, None] * (i + i[o]), mixed(i, n, c, p, o)[1]),
    "the images are cut to whole numbers: leave them floats",
    lambda i, n, c, p, o: (mixed(i, n, c, p, o)[0].astype("uint8"), mixed(i, n, c, p, o)[1]),
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
    "an axis of length 1 is left: one number for each image",
    lambda p: p.mean(axis=0).argmax(axis=-1)[:, None],
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
    "`axis` counts as it stands, and one more is taken: 1 are the rows, 2 the columns",
    lambda i, n, axis: doubled(i, n, axis + 1),
    "the pixels are moved along `axis` (np.roll); np.flip reverses their order",
    lambda i, n, axis: (np.concatenate([i, np.roll(i, 1, axis)]), np.tile(n, 2)),
    "np.stack makes a new axis: np.concatenate joins along the one of the images",
    lambda i, n, axis: (np.stack([i, np.flip(i, axis)]), np.stack([n, n])),
    "the copies are added to the images number by number: join them with np.concatenate",
    lambda i, n, axis: (i + np.flip(i, axis), n),
    "the copies are added to the images number by number: join them with np.concatenate",
    lambda i, n, axis: (i + np.flip(i, axis), np.concatenate([n, n])),
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
