"""The kinds of exercises whose answer is a network, or a part of one."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import keras
import numpy as np

from utils.checks.behaviour import difference
from utils.checks.guard import Trouble, guarded
from utils.checks.kinds import Exercise
from utils.checks.values import returned, short, show

MOST = 1000  # layers; ResNet-152 has fewer than 600


@dataclass(frozen=True)
class Block(Exercise):
    """A function from tensor to tensor, that is, some layers on an input of `shape`.

    `others` are further (shape, arguments), which numbers that are written in do not fit.
    """

    reference: Callable = None
    shape: tuple = (8, 8, 16)
    arguments: tuple = ()
    others: tuple = ()

    def judge(self, answer):
        if isinstance(answer, keras.layers.Layer) or not callable(answer):
            raise Trouble(f"the answer should be a function; it is {short(answer)}")
        self._try(answer, self.shape, self.arguments)
        for shape, arguments in self.others:
            try:
                self._try(answer, shape, arguments)
            except Trouble as trouble:
                given = ", ".join(map(str, ["x", *arguments]))
                when = f"called with ({given}), where x is {show(shape)}"
                raise Trouble(f"{str(trouble).rstrip('.')} ({when})") from None

    def _try(self, answer, *given):
        _compare(_on_input(answer, *given), _wanted(self.reference, *given))


@dataclass(frozen=True)
class Network(Exercise):
    """A keras.Model, or a function without arguments that returns one."""

    reference: Callable = None

    def judge(self, answer):
        if callable(answer) and not isinstance(answer, keras.Model):
            with guarded("your function"):
                answer = answer()
        if not isinstance(answer, keras.Model):
            raise Trouble(f"the answer should be a keras.Model; it is {returned(answer)}")
        if not hasattr(answer, "_nodes_by_depth") and not isinstance(answer, keras.Sequential):
            raise Trouble(
                "a subclass of keras.Model hides its layers: return keras.Model(inputs, outputs)"
            )
        if not answer.built:
            raise Trouble("the model has no shapes yet: start it with keras.Input(shape)")
        if len(answer.inputs) != 1:
            raise Trouble(f"the model has {len(answer.inputs)} inputs; it needs one")
        wanted = _wanted(self.reference)
        own, shape = tuple(answer.inputs[0].shape[1:]), wanted.input_shape[1:]
        if own != shape:
            raise Trouble(f"the model's input is {show(own)}; it should be {show(shape)}")
        if any(layer.weights and not layer.trainable for layer in answer._flatten_layers()):
            raise Trouble("some of its layers are frozen: their trainable is False")
        _check_length(answer)
        with _kept(answer):
            _compare(answer, wanted)


@lru_cache(maxsize=16)  # those of a lesson, which are small
def _built(reference, given, settings):
    return _on_input(reference, *given) if given else reference()


def _wanted(reference, *given):
    """The model to compare with, kept for the next answer under the same settings of Keras."""
    settings = keras.config.dtype_policy().name, keras.config.image_data_format()
    return _built(reference, given, settings)


def _on_input(block, shape, arguments):
    """A block as a model, on an input of a shape."""
    x = keras.Input(shape, name="x")
    with guarded("your function"):
        y = block(x, *arguments)
    if not isinstance(y, keras.KerasTensor):
        raise Trouble(f"your function should return a tensor; it returns {returned(y)}")
    try:
        model = keras.Model(x, y)
    except ValueError as error:
        if "should be unique" in str(error):
            raise Trouble("two of its layers have the same name: each needs its own") from None
        raise Trouble("what your function returns does not depend on its input x") from None
    _check_length(model)
    return model


@contextmanager
def _kept(model):
    """Puts back weights and epsilons, which the comparison overwrites."""
    weights = [(w, np.array(keras.ops.convert_to_numpy(w))) for w in model.weights]
    bn = keras.layers.BatchNormalization
    epsilons = [(x, x.epsilon) for x in model._flatten_layers() if isinstance(x, bn)]
    try:
        yield
    finally:
        for weight, values in weights:
            weight.assign(values)
        for layer, epsilon in epsilons:
            layer.epsilon = epsilon


def _check_length(model):
    if len(model.layers) > MOST:
        raise Trouble(f"the model has {len(model.layers):,} layers; {MOST:,} are more than enough")


def _compare(mine, reference):
    with guarded("comparing your model", 30, "run the cell again; it may be right"):
        found = difference(mine, reference)
    if found:
        raise Trouble(found)
