"""Lesson 13, transfer learning: what answers are compared with, and typical slips."""

import keras
import numpy as np
from keras import layers


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


def by_views(probabilities):
    """The likeliest class by the mean of all views: (views, images, classes) -> (images,)."""
    return np.asarray(probabilities).mean(axis=0).argmax(axis=-1)


def _voted(probabilities):
    votes = np.asarray(probabilities).argmax(axis=-1)
    return np.array([np.bincount(column).argmax() for column in votes.T])


def doubled(images, labels, axis):
    """The images, behind them the same reversed along an axis; and the labels."""
    return np.concatenate([images, np.flip(images, axis)]), np.concatenate([labels, labels])
