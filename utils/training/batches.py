"""Images in batches, each one a function of the seed and the step alone: any step can be the first.

So training that was interrupted goes on with the very images that came next, and each of several
workers finds its own share without asking the others.
"""

import zlib
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np

from utils.augment import applied
from utils.training.arrays import arrays, lengths, native, take
from utils.training.augment import augmented
from utils.whole import whole

DEFAULT = 128  # images in a batch
KERAS_BATCH = 32  # what Keras takes batch_size=None for


class Batches:
    """Batches of images and labels, in another order each epoch.

    images: (n, ...), of any number type; uint8 stays uint8, a quarter of float32 to move about.
    labels: (n, ...). Either is what `model.fit` takes as arrays, a tuple or a dict of several for
    several inputs or outputs; rows are paired by position, whatever an index says. `augment` shifts
    each image by up to so many pixels and mirrors every second one, or it is a list of functions,
    as in `utils.augment`, called one after the other; images are (n, h, w, c) then.
    `shuffle=False` keeps the order, as for test images.
    Raises TypeError for what is no array of numbers, ValueError where images and labels are not
    equally many, or none, and where a number is none or too small.
    """

    def __init__(self, images, labels, batch_size=DEFAULT, *, seed=0, augment=0, shuffle=True):
        self.images, self.labels = arrays(images, "images"), arrays(labels, "labels")
        counts, labelled = lengths(self.images), lengths(self.labels)
        if counts != labelled or len(counts) != 1 or not counts[0]:
            many = [s for s in (self.images, self.labels) if isinstance(s, tuple) and len(s) > 3]
            hint = f"; a list of {len(many[0])} arrays is so many inputs: np.stack" if many else ""
            raise ValueError(
                f"{' or '.join(map(str, counts))} images and {' or '.join(map(str, labelled))} "
                f"labels: one label an image, at least one{hint}"
            )
        self.count = counts[0]
        self.batch_size = KERAS_BATCH if batch_size is None else whole(batch_size, "batch_size")
        self.seed, self.augment = whole(seed, "seed", 0), _chosen(augment)
        if self.augment and (isinstance(self.images, (tuple, dict)) or self.images.ndim != 4):
            shape = getattr(self.images, "shape", f"{len(self.images)} inputs")
            raise ValueError(f"images are {shape}; to augment, (n, height, width, c)")
        self.shuffle = shuffle
        self._order = None, None

    @property
    def steps(self):
        """How many batches make an epoch; the last may be smaller."""
        return -(-self.count // self.batch_size)

    def digest(self):
        """A number that other images or labels have not: of 32 rows from the first to the last."""
        rows = np.unique(np.linspace(0, self.count - 1, 32).astype(int))
        some = keras.tree.flatten(take((self.images, self.labels), rows))
        return zlib.crc32(b"".join(np.ascontiguousarray(array).tobytes() for array in some))

    def augmented_by(self):
        """The number of pixels, or what the functions are called, with their settings."""
        if isinstance(self.augment, int):
            return self.augment
        return [getattr(function, "__qualname__", repr(function)) for function in self.augment]

    def batch(self, step):
        """The images and labels of one step, counted from 0 through all epochs."""
        rows = self._rows(step)
        return self._take(step, rows, np.arange(len(rows)))

    def share(self, step, part, parts):
        """One of `parts` shares of a batch: images, labels, which part of the batch they are.

        Shares differ by one image at most. All arrays have the same size, so that a step is
        compiled once: images after the `count` are there twice, and have to be left out.
        -> images, labels, count, size of the batch.
        """
        rows = self._rows(step)
        least, more = divmod(len(rows), parts)
        start, count = part * least + min(part, more), least + (part < more)
        keep = (start + np.arange(-(-self.batch_size // parts))) % len(rows)
        return (*self._take(step, rows, keep), np.int32(count), np.int32(len(rows)))

    def _rows(self, step):
        """Which images make a batch."""
        epoch, place = divmod(int(step), self.steps)
        known, order = self._order
        if known != epoch:
            random = np.random.default_rng((self.seed, epoch))
            order = random.permutation(self.count) if self.shuffle else np.arange(self.count)
            self._order = epoch, order  # another thread may be in another epoch
        return order[place * self.batch_size : (place + 1) * self.batch_size]

    def _take(self, step, rows, keep):
        labels = take(self.labels, rows[keep])
        if not self.augment:
            return take(self.images, rows[keep]), labels
        random = np.random.default_rng((self.seed, int(step), 1))
        images = take(self.images, rows)
        if isinstance(self.augment, int):
            return augmented(images, self.augment, random, keep), labels
        made = applied(self.augment, images, take(self.labels, rows), random)
        return take(made, keep)


def _chosen(augment):
    """The number of pixels, or the functions as a tuple."""
    if callable(augment):
        augment = [augment]
    if not isinstance(augment, list | tuple):
        return whole(augment, "augment", 0)
    if wrong := [function for function in augment if not callable(function)]:
        raise ValueError(
            f"augment is a number of pixels, or a list of functions (images, labels, random); "
            f"{wrong[0]!r} is none"
        )
    return tuple(augment)


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


class Epoch(keras.utils.PyDataset):
    """The batches of an epoch, or what is left of it, for backends other than TensorFlow.

    `first`, a function, tells the step that the epoch begins with.
    """

    def __init__(self, batches, first):
        super().__init__()
        self.batches, self.first = batches, first
        self.rest = batches.steps - first() % batches.steps

    def __len__(self):
        return self.rest

    def __getitem__(self, place):
        return self.batches.batch(self.first() + place)


def reader(batches):
    """A function (first, last) -> a tf.data.Dataset of these steps, each batch made one ahead."""
    import tensorflow as tf

    pair = batches.batch(0)  # augmented, since labels may have become probabilities
    specs = [tf.TensorSpec((None, *a.shape[1:]), native(a)) for a in keras.tree.flatten(pair)]
    ahead = Ahead(lambda step: keras.tree.flatten(batches.batch(step)))

    def batch(step):
        made = tf.numpy_function(ahead, [step], [spec.dtype for spec in specs])
        made = [tf.ensure_shape(values, spec.shape) for values, spec in zip(made, specs)]
        return keras.tree.pack_sequence_as(pair, made)

    return lambda first, last: tf.data.Dataset.range(first, last).map(batch)
