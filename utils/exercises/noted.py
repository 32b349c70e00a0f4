"""A stand-in for a network that notes what each fit would train."""

import keras
import numpy as np
from keras import layers

from utils.checks.guard import Trouble


class _Layered:
    """Something of layers: whether it is trained is said to all of them, as in Keras."""

    @property
    def trainable(self):
        return any(layer.trainable for layer in self.layers)

    @trainable.setter
    def trainable(self, value):
        for layer in self.layers:
            layer.trainable = value


class _Body(_Layered):
    """A body of two convolutions, each with batch normalisation."""

    def __init__(self):
        kinds = (layers.Conv2D(4, 3), layers.BatchNormalization())
        self.layers = [*kinds, layers.Conv2D(4, 3), layers.BatchNormalization()]

    def _flatten_layers(self, **_):
        return [self, *self.layers]


def trained(body, head):
    """What of a body and its head would be trained, in words."""
    convolutions, normalisations = (
        [layer.trainable for layer in body.layers[first::2]] for first in (0, 1)
    )
    some = any(convolutions) and not all(convolutions)
    if some or (any(normalisations) and not all(normalisations)):
        return "a part of the body"
    if not head.trainable:
        return "nothing" if not convolutions[0] and not normalisations[0] else "the body alone"
    return WORDS[convolutions[0], normalisations[0]]


WORDS = {
    (False, False): "the head",
    (True, False): "all but batch normalisation",
    (True, True): "all",
    (False, True): "head and batch normalisation",
}


class _Network(_Layered):
    """A network that notes what each fit would train, and at which rate."""

    def __init__(self, body, data):
        self.body, self.fits, self._compiled, self._data = body, [], None, data
        self.layers = [*body.layers, layers.Dense(3)]
        self.optimizer = None

    def _flatten_layers(self, **_):
        return [self, self.body, *self.layers]

    def compile(self, optimizer="rmsprop", loss=None, *, metrics=None, **_):
        if loss is None:
            raise Trouble("compile needs a loss as well, the second time, too")
        self.optimizer = keras.optimizers.get(optimizer)
        self._compiled = trained(self.body, self.layers[-1]), float(self.optimizer.learning_rate)

    def fit(self, x=None, y=None, **_):
        if self._compiled is None:
            raise RuntimeError("You must call `compile()` before using the model.")
        if x is not self._data[0] or y is not self._data[1]:
            raise Trouble("fit takes what is learned from and what it is: fit(images, labels)")
        self.fits.append(self._compiled)
        history = keras.callbacks.History()
        history.history = {"loss": [1.0]}
        return history

    def summary(self, **_):
        """Nothing: it is asked for its print."""

    def evaluate(self, *_, **__):
        return 1.0


def watched(fine_tune):
    """What each fit of a function trains: (what, whether the rate is a tenth of the largest)."""

    def fits(images):
        body, data = _Body(), (np.zeros((images, 4)), np.zeros(images))
        network = _Network(body, data)
        fine_tune(network, body, *data)
        most = max((rate for _, rate in network.fits), default=0)
        # 1.01: rates are kept in 32 bits
        return [
            f"{what}, {'gently' if rate < 1.01 * most / 10 else 'fast'}"
            for what, rate in network.fits
        ]

    return fits
