"""Lesson 13, transfer learning: what answers are compared with, and typical slips."""

import keras
import numpy as np
from keras import layers

from utils.exercises.reasons import because


def trained():
    """A stand-in for a trained network of 20 classes, which scales its input itself."""
    x = image = keras.Input((32, 32, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(x)
    for filters in (8, 16):
        x = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(20, activation="softmax")(x))


def transferred():
    """A new head in the place of the old one."""
    network = trained()
    x = layers.Dropout(0.2)(network.layers[-2].output)
    return keras.Model(network.input, layers.Dense(5, activation="softmax")(x))


def transferred_given():
    """Three faults: scaled twice, the old head still there, five sigmoids."""
    image = keras.Input((32, 32, 3))
    x = layers.Rescaling(1 / 255)(image)
    x = trained()(x)
    x = layers.Dropout(0.2)(x)
    return keras.Model(image, layers.Dense(5, activation="sigmoid")(x))


def fine_tune(network, body, images, labels):
    """The head first, then all but batch normalisation at a hundredth of the rate."""
    body.trainable = False
    network.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    network.fit(images, labels, epochs=5)
    for layer in body.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    network.compile(keras.optimizers.Adam(0.0001), "sparse_categorical_crossentropy")
    network.fit(images, labels, epochs=5)


def fine_tune_given(network, body, images, labels):
    """Three faults: frozen after compiling, batch normalisation in training mode, not compiled."""
    network.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    body.trainable = False
    network.fit(images, labels, epochs=5)
    body.trainable = True
    network.fit(images, labels, epochs=5)


def parted(images, labels, change):
    """Three quarters, as they are and changed, to learn from; the last quarter for the test."""
    cut = 3 * len(images) // 4
    learn, test = images[:cut], images[cut:]
    learn = np.concatenate([learn, change(learn)])
    return learn, np.concatenate([labels[:cut], labels[:cut]]), test, labels[cut:]


def parted_given(images, labels, change):
    """Changed copies of all, and the last quarter of everything for the test."""
    images = np.concatenate([images, change(images)])
    labels = np.concatenate([labels, labels])
    cut = 3 * len(images) // 4
    return images[:cut], labels[:cut], images[cut:], labels[cut:]


def mixed(images, labels, classes, part, other):
    """Images and labels, each with a part of another's."""
    known = np.eye(classes)[labels]
    share = part[:, None, None, None]
    return (
        (1 - share) * images + share * images[other],
        (1 - part)[:, None] * known + part[:, None] * known[other],
    )


OTHER_MIXTURES = because(
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


def by_views(probabilities):
    """The likeliest class by the mean of all views: (views, images, classes) -> (images,)."""
    return np.asarray(probabilities).mean(axis=0).argmax(axis=-1)


def _voted(probabilities):
    votes = np.asarray(probabilities).argmax(axis=-1)
    return np.array([np.bincount(column).argmax() for column in votes.T])


OTHER_VIEWS = because(
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


def doubled(images, labels, axis):
    """The images, behind them the same reversed along an axis; and the labels."""
    return np.concatenate([images, np.flip(images, axis)]), np.concatenate([labels, labels])


OTHER_DOUBLES = because(
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
