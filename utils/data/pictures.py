"""Photographs in batches, each read from its file when it is asked for."""

import keras
import numpy as np

from utils.data.photographs import decoded
from utils.whole import whole


class Pictures(keras.utils.PyDataset):
    """Photographs and the numbers of their classes, in batches, as `fit` and `predict` take them.

    Each batch is read from its files when it is asked for: (batch, pixels, pixels, 3) of uint8 and
    (batch,) of int64. `labels` has all of them, `names` what the files are called and `classes`
    what the numbers mean. They come in one order always, or with `shuffle` (a seed) in another one
    each epoch.
    """

    def __init__(self, read, names, labels, classes, pixels, batch_size, shuffle=None):
        super().__init__()
        self.names, self.labels, self.classes = tuple(names), np.asarray(labels), tuple(classes)
        self.batch_size, self._read, self._pixels = batch_size, read, pixels
        self._random = None if shuffle is None else np.random.default_rng(shuffle)
        self._order = np.arange(len(self.names))
        self.on_epoch_end()

    def __len__(self):
        return -(-len(self.names) // self.batch_size)

    def __getitem__(self, place):
        if not 0 <= place < len(self):
            raise IndexError(f"batch {place} of {len(self)}")
        rows = self._order[place * self.batch_size :][: self.batch_size]
        found = [decoded(self.names[i], self._read(self.names[i]), self._pixels) for i in rows]
        return np.stack(found), self.labels[rows]

    def on_epoch_end(self):
        """Another order, if one was asked for."""
        if self._random is not None:
            self._order = self._random.permutation(len(self.names))

    def shuffled(self, seed=0):
        """The same photographs in another order each epoch, as for training on them."""
        seed = whole(seed, "seed", 0)
        given = self._read, self.names, self.labels, self.classes, self._pixels
        return Pictures(*given, self.batch_size, seed)
