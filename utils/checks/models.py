"""The kinds of exercises whose answer is a network, or a part of one."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import keras
import numpy as np

from utils.checks.behaviour import difference
from utils.checks.fitting import nothing_left
from utils.checks.guard import Trouble, guarded
from utils.checks.kinds import Exercise
from utils.checks.places import count_differences
from utils.checks.starts import not_anew, not_drawn, unlike_start
from utils.checks.structure import most_alike
from utils.checks.values import returned, short, show
from utils.graph import calls

MOST = 1000  # layers; ResNet-152 has fewer than 600


@dataclass(frozen=True)
class Block(Exercise):
    """A function from tensor to tensor, that is, some layers on an input of `shape`.

    `others` are further (shape, arguments), which numbers that are written in do not fit. `also`
    are other references, right too where the text leaves something open. With `starts`, the weights
    before any training are compared as well.
    """

    reference: Callable = None
    shape: tuple = (8, 8, 16)
    arguments: tuple = ()
    others: tuple = ()
    also: tuple = ()
    starts: bool = False

    def judge(self, answer, blind=False):
        """Raises Trouble; `blind` says in how many places an answer differs, not where."""
        self._try(answer, blind, self.shape, self.arguments)
        for shape, arguments in self.others:
            try:
                self._try(answer, blind, shape, arguments)
            except Trouble as trouble:
                given = ", ".join(map(str, ["x", *arguments]))
                when = f"called with ({given}), where x is {show(shape)}"
                raise Trouble(f"{str(trouble).rstrip('.')} ({when})") from None

    def judge_anew(self, answer):
        """As `judge`, for what is built once a run: trainable, and of new layers each time."""
        self.judge(answer)
        if found := not_anew(*(self._model(answer, self.shape, self.arguments) for _ in range(2))):
            raise Trouble(found)

    def built(self, answer):
        """An answer and the reference as models."""
        return self._model(answer, self.shape, self.arguments), _wanted(
            self.reference, self.shape, self.arguments
        )

    def _model(self, answer, *given):
        if isinstance(answer, keras.layers.Layer) or not callable(answer):
            raise Trouble(f"the answer should be a function; it is {short(answer)}")
        return _on_input(answer, *given)

    def _try(self, answer, blind, *given):
        references = [_wanted(reference, *given) for reference in (self.reference, *self.also)]
        mine = self._model(answer, *given)
        fresh = _fresh(self.reference, given, keras.backend.floatx()) if self.starts else ()
        again = self._model(answer, *given) if fresh else None
        with _kept(mine):
            _compare(mine, references, blind)
        if fresh and (found := unlike_start(mine, fresh) or not_drawn(mine, again, fresh)):
            raise Trouble(found)


@dataclass(frozen=True)
class Network(Exercise):
    """A keras.Model, or a function without arguments that returns one. `also` as of `Block`."""

    reference: Callable = None
    also: tuple = ()

    def judge(self, answer, blind=False):
        """As that of `Block`."""
        mine, wanted = self.built(answer)
        with _kept(mine):
            _compare(mine, [wanted, *map(_wanted, self.also)], blind)

    def judge_anew(self, answer):
        """As that of `Block`."""
        self.judge(answer)
        if found := not_anew(*(self.built(answer)[0] for _ in range(2))):
            raise Trouble(found)

    def built(self, answer):
        """An answer and the reference as models."""
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
        if not keras.backend.is_float_dtype(kind := answer.inputs[0].dtype):
            raise Trouble(
                f"the model's input is of {kind}: leave dtype out, so that it can be tried on "
                f"numbers of any size; Keras turns whole numbers into such by itself"
            )
        own, shape = tuple(answer.inputs[0].shape[1:]), wanted.input_shape[1:]
        if own != shape:
            raise Trouble(f"the model's input is {show(own)}; it should be {show(shape)}")
        _check_length(answer)
        return answer, wanted


@lru_cache(maxsize=32)  # those of a lesson, which are small
def _built(reference, given, settings):
    return _on_input(reference, *given) if given else reference()


@lru_cache(maxsize=8)
def _fresh(reference, given, kind):
    """Two models of a reference, whose weights nobody sets."""
    return tuple(_on_input(reference, *given) for _ in range(2))


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
        model = keras.Model(x, keras.layers.Identity()(y) if y is x else y)
    except ValueError as error:
        if "should be unique" in str(error):
            raise Trouble("two of its layers have the same name: each needs its own") from None
        raise Trouble("what your function returns does not depend on its input x") from None
    _check_length(model)
    return model


@contextmanager
def _kept(model):
    """Puts back weights and epsilons, which the comparison overwrites, and what was frozen."""
    weights = [(w, np.array(keras.ops.convert_to_numpy(w))) for w in model.weights]
    bn = keras.layers.BatchNormalization
    epsilons = [(x, x.epsilon) for x in model._flatten_layers() if isinstance(x, bn)]
    frozen = [x for x in model._flatten_layers() if not x.trainable]
    try:
        yield
    finally:
        for weight, values in weights:
            weight.assign(values)
        for layer, epsilon in epsilons:
            layer.epsilon = epsilon
        for layer in frozen:
            layer.trainable = False


def _check_length(model):
    """Raises Trouble for too many layers, and for maps of which nothing is left."""
    for call in calls(model):
        if empty := [tensor for tensor in call.outputs if 0 in tensor.shape[1:]]:
            raise Trouble(nothing_left(show(tuple(empty[0].shape[1:]))))
    if len(model.layers) > MOST:
        raise Trouble(f"the model has {len(model.layers):,} layers; {MOST:,} are more than enough")


def _compare(mine, references, blind=False):
    """Raises Trouble with what sets a model apart from the first of some references."""
    with guarded("comparing your model", 30, "run the cell again; it may be right"):
        for layer in mine._flatten_layers():
            layer.trainable = True  # freezing changes no value, and the gradients are compared
        found = [difference(mine, reference) for reference in references]
        nearest = most_alike(mine, references) if all(found) and len(found) > 1 else 0
        places = count_differences(mine, references[nearest]) if blind and all(found) else 0
    if all(found):
        raise Trouble(_left(places) if blind else found[nearest])


def _left(places):
    """How many places are wrong yet, and nothing more."""
    if places < 2:
        return "it does not compute what it should yet: look on" if not places else ONE_LEFT
    return f"{places if places < 10 else 'many'} places are not as they should be yet"


ONE_LEFT = "one place is not as it should be yet"
