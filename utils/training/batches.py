"""Images in batches, each one a function of the seed and the step alone: any step can be the first.

So training that was interrupted goes on with the very images that came next, and each of several
workers finds its own share without asking the others.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import keras
import numpy as np

from utils.training.augment import augmented


class Batches:
    """Batches of images and labels, in another order each epoch.

    images: (n, ...), of any type; uint8 stays uint8, a quarter of float32 to move about.
    labels: (n, ...). `augment` shifts each image by up to so many pixels and mirrors every second
    one; images are (n, h, w, c) then. `shuffle=False` keeps the order, as for test images.
    Raises ValueError where images and labels are not equally many, or none, and where
    `batch_size` is not positive.
    """

    def __init__(self, images, labels, batch_size=128, *, seed=0, augment=0, shuffle=True):
        if len(images) != len(labels) or not len(images):
            raise ValueError(
                f"{len(images)} images and {len(labels)} labels: one label an image, at least one"
            )
        if batch_size < 1:
            raise ValueError(f"batch_size is {batch_size}; it must be 1 or more")
        if augment and np.ndim(images) != 4:
            raise ValueError(f"images are {np.shape(images)}; to augment, (n, height, width, c)")
        self.images, self.labels = images, labels
        self.batch_size, self.seed = int(batch_size), seed
        self.augment, self.shuffle = augment, shuffle
        self._order = None, None

    @property
    def steps(self):
        """How many batches make an epoch; the last may be smaller."""
        return -(-len(self.images) // self.batch_size)

    def batch(self, step):
        """The images and labels of one step, counted from 0 through all epochs."""
        rows = self._rows(step)
        return self._take(step, rows, np.arange(len(rows)))

    def share(self, step, part, parts):
        """One of `parts` shares of a batch: images, labels, which part of the batch they are.

        Every share of every step has the same size, so that all replicas compute alike: where a
        batch is too small, images are there twice, and loss and metrics have to leave out those
        after the `count`. -> images, labels, count, size of the batch.
        """
        rows = self._rows(step)
        size = -(-self.batch_size // parts)
        keep = np.arange(part * size, (part + 1) * size)
        count = int(np.clip(len(rows) - part * size, 0, size))
        return (*self._take(step, rows, keep % len(rows)), np.int32(count), np.int32(len(rows)))

    def _rows(self, step):
        """Which images make a batch."""
        epoch, place = divmod(int(step), self.steps)
        known, order = self._order
        if known != epoch:
            random, count = np.random.default_rng((self.seed, epoch)), len(self.images)
            order = random.permutation(count) if self.shuffle else np.arange(count)
            self._order = epoch, order  # another thread may be in another epoch
        return order[place * self.batch_size : (place + 1) * self.batch_size]

    def _take(self, step, rows, keep):
        labels = self.labels[rows[keep]]
        if not self.augment:
            return self.images[rows[keep]], labels
        random = np.random.default_rng((self.seed, int(step), 1))
        return augmented(self.images[rows], self.augment, random, keep), labels


class Ahead:
    """Calls `make(step)` for steps that follow one another, always one ahead, in a thread.

    A prefetching tf.data pipeline would do the same, but when it is deleted while it runs Python
    code, TensorFlow waits for that code and holds the lock that the code waits for.
    """

    def __init__(self, make):
        self._make, self._thread = make, ThreadPoolExecutor(1)
        self._coming = None, None

    def __call__(self, step):
        step = int(step)
        number, coming = self._coming
        made = coming.result() if number == step else self._make(step)
        self._coming = step + 1, self._thread.submit(self._make, step + 1)
        return made


def stream(batches, first):
    """All batches from step `first` on, without end."""
    if keras.backend.backend() != "tensorflow":
        return (batches.batch(step) for step in count(first))
    import tensorflow as tf

    specs = [
        tf.TensorSpec((None, *array.shape[1:]), array.dtype)
        for array in (batches.images, batches.labels)
    ]
    ahead = Ahead(batches.batch)

    def batch(step):
        made = tf.numpy_function(ahead, [step], [spec.dtype for spec in specs])
        return tuple(tf.ensure_shape(values, spec.shape) for values, spec in zip(made, specs))

    return tf.data.Dataset.range(first, tf.int64.max).map(batch)
