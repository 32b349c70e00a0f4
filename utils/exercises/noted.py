"""A stand-in for a network that notes what each fit would train, and what is said of it."""

from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

from utils.checks.guard import Trouble, guarded
from utils.checks.kinds import Exercise

FAST = 0.01  # the rate at which the head is trained
HARDLY_MORE = 1.01  # rates are kept in 32 bits
LOSSES = ("sparse_categorical_crossentropy", "SparseCategoricalCrossentropy")


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
    """A body of ten convolutions, each with batch normalisation and ReLU."""

    def __init__(self):
        self.layers = []
        for _ in range(10):
            self.layers += [layers.Conv2D(4, 3), layers.BatchNormalization(), layers.ReLU()]

    def _flatten_layers(self, **_):
        return [self, *self.layers]

    def compile(self, *_, **__):
        raise Trouble("train `network`, not `body`: the new head is in the network")

    fit = compile


def trained(body, head):
    """What of a body and its head would be trained, in words."""
    convolutions, normalisations = (
        {layer.trainable for layer in body.layers[first::3]} for first in (0, 1)
    )
    if len(convolutions) > 1 or len(normalisations) > 1:
        return "only a part of the body"
    found = convolutions.pop(), normalisations.pop(), head.trainable
    return WORDS.get(found) or ("the body alone" if any(found) else "nothing")


HEAD, GENTLY = "the head alone", "all but the body's batch normalisations"
WORDS = {  # by the body's convolutions, its normalisations, and the head
    (False, False, True): HEAD,
    (True, False, True): GENTLY,
    (True, True, True): "all layers",
    (False, True, True): "the head and the body's batch normalisations",
}
ASKED = (  # of each fit: what it trains, above which rate, at which at most, and that in words
    ("first", HEAD, FAST / HARDLY_MORE, FAST, f"{FAST}"),
    ("second", GENTLY, 0, FAST / 10, f"a tenth of {FAST} or less"),
)


class _Network(_Layered):
    """A network that notes of each fit what it would train, at which rate, and what it could."""

    def __init__(self, body, data):
        self.body, self.fits, self._compiled, self._data = body, [], None, data
        self.layers = [*body.layers, layers.Dense(3)]
        self.optimizer, self._begun = None, {}

    def _flatten_layers(self, **_):
        return [self, self.body, *self.layers]

    def compile(self, optimizer="rmsprop", loss=None, *, metrics=None, **_):
        if loss is None:
            raise Trouble("compile needs a loss as well, the second time, too")
        called = loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)
        if called not in LOSSES:
            raise Trouble(
                f"labels are numbers of classes, for which the loss is {LOSSES[0]}; it is {called}"
            )
        self.optimizer = keras.optimizers.get(optimizer)
        self._compiled = trained(self.body, self.layers[-1])

    def fit(self, x=None, y=None, batch_size=None, epochs=1, *_, **__):
        if self._compiled is None:
            raise RuntimeError("You must call `compile()` before using the model.")
        if x is not self._data[0] or y is not self._data[1]:
            raise Trouble("fit takes what is learned from and what it is: fit(images, labels)")
        if epochs < 1:
            raise Trouble(f"fit trains for {epochs} epochs, which is not at all")
        if self._begun.setdefault(self.optimizer, self._compiled) != self._compiled:
            raise Trouble(
                "an optimizer belongs to the weights with which it began, and Keras would stop at "
                "the second fit: make a new one for the second compile"
            )
        rate = float(self.optimizer.learning_rate)
        self.fits.append((self._compiled, rate, trained(self.body, self.layers[-1])))
        history = keras.callbacks.History()
        history.history = {"loss": [1.0]}
        return history

    def summary(self, **_):
        """Nothing: it is asked for its print."""

    def evaluate(self, *_, **__):
        return 1.0


@dataclass(frozen=True)
class FineTuned(Exercise):
    """A function that trains the head of a network alone, then all but batch normalisation."""

    def judge(self, answer, blind=False):
        """Raises Trouble with what a fit trains, where it is something else."""
        body, data = _Body(), (np.zeros((4, 4)), np.zeros(4))
        network = _Network(body, data)
        with guarded("your function"):
            answer(network, body, *data)
        fits = network.fits
        if len(fits) != 2:
            many = {0: "fit is never called", 1: "fit is called once"}
            said = many.get(len(fits), f"fit is called {len(fits)} times")
            raise Trouble(f"{said}; the text has two trainings, the head alone, then {GENTLY}")
        for fit, asked in zip(fits, ASKED):
            _right_layers(*fit, *asked[:2])
        for (_, rate, _), (place, _, low, most, said) in zip(fits, ASKED):
            if not low < rate <= HARDLY_MORE * most:
                raise Trouble(
                    f"the {place} fit trains at a rate of {rate:.3g}; it should be {said}"
                )


def _right_layers(what, rate, could, place, wanted):
    """Raises Trouble where a fit does not train what is wanted; `could` is without compile."""
    if what == wanted:
        return
    if what != could:
        why = "`trainable` was set after compile, and what is trained is fixed by compile"
    elif wanted == GENTLY and what == "all layers":
        why = (
            "is each BatchNormalization frozen after `body.trainable = True`, which unfreezes all?"
        )
    else:
        why = f"it should train {wanted}"
    raise Trouble(f"the {place} fit trains {what}, at {rate:.3g}: {why}")
