"""The kinds of exercises whose answer is a network, or a part of one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from inspect import signature
from itertools import combinations

import keras

from utils.checks.compared import check_length, compare, kept
from utils.checks.guard import Trouble, guarded
from utils.checks.kinds import Exercise
from utils.checks.starts import not_anew, not_drawn, otherwise_set, unlike_start
from utils.checks.values import returned, short, show


@dataclass(frozen=True)
class Block(Exercise):
    """A function from tensor to tensor, that is, some layers on an input of `shape`.

    `others` are further (shape, arguments), which numbers that are written in do not fit. `also`
    are other references, right too where the text leaves something open. With `starts`, the weights
    before any training are compared as well; `compared` names settings of batch normalisation for
    which the text asks, and which do not show in what is computed.
    """

    reference: Callable = None
    shape: tuple = (8, 8, 16)
    arguments: tuple = ()
    others: tuple = ()
    also: tuple = ()
    starts: bool = False
    compared: tuple = ()

    def judge(self, answer, blind=False):
        """Raises Trouble; `blind` says in how many places an answer differs, not where."""
        self._judged(answer, blind)

    def _judged(self, answer, blind=False):
        """As `judge`; returns the right models, one for each shape and its arguments."""
        found = []
        for shape, arguments in ((self.shape, self.arguments), *self.others):
            try:
                found.append(self._tried(answer, blind, shape, arguments))
            except Trouble as trouble:
                if not arguments and not self.others:
                    raise
                given = ", ".join(map(repr, arguments))
                when = f"called with (x{', ' * bool(given)}{given}), where x is {show(shape)}"
                told = None if blind else self._exchanged(answer, shape, arguments)
                told = told or str(trouble).rstrip(".")
                raise Trouble(f"{told} ({when})") from None
        return found

    def _exchanged(self, answer, shape, arguments):
        """Which two arguments are taken for each other, or whose values are; None if none are."""
        names = list(signature(self.reference).parameters)[1:]
        for i, j in combinations(range(len(arguments)), 2):
            if not all(type(arguments[k]) is int for k in (i, j)):
                continue
            swapped = list(arguments)
            swapped[i], swapped[j] = arguments[j], arguments[i]
            if self._fits(answer, shape, arguments, tuple(swapped)):
                return f"`{names[i]}` and `{names[j]}` are exchanged: {', '.join(['x', *names])}"
        for other, values in (self.shape, self.arguments), *self.others:
            first = next(iter(values), None)
            texts = isinstance(first, str) and other == shape and not self.starts
            if texts and values != arguments and self._fits(answer, shape, arguments, values):
                return f"for {arguments[0]!r} it does what it should for {values[0]!r}"
        return None

    def _fits(self, answer, shape, arguments, others):
        """Whether an answer does for some arguments what the reference does for others."""
        try:
            mine = self._model(answer, shape, arguments)
            wanted = _wanted(self.reference, shape, others)
            sizes = [(model.output_shape, model.count_params()) for model in (mine, wanted)]
            if sizes[0] != sizes[1]:
                return False
            with kept(mine):
                compare(mine, [wanted])
        except Exception:  # where the reference cannot be built of these, too
            return False
        return True

    def judge_anew(self, answer):
        """As `judge`, for what is built once a run: trainable, and of new layers each time."""
        mine, *_ = self._judged(answer)
        if found := not_anew(mine, self._model(answer, self.shape, self.arguments)):
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

    def _tried(self, answer, blind, *given):
        references = [_wanted(reference, *given) for reference in (self.reference, *self.also)]
        mine = self._model(answer, *given)
        fresh = _fresh(self.reference, given, keras.backend.floatx()) if self.starts else ()
        again = self._model(answer, *given) if fresh else None
        with kept(mine):
            compare(mine, references, blind)
        if found := otherwise_set(mine, references[0], self.compared):
            raise Trouble(found)
        if fresh:
            found = not_anew(mine, again) or unlike_start(mine, fresh)
            if found := found or not_drawn(mine, again, fresh):
                raise Trouble(found)
        return mine


@dataclass(frozen=True)
class Network(Exercise):
    """A keras.Model, or a function without arguments that returns one. `also` as of `Block`."""

    reference: Callable = None
    also: tuple = ()

    def judge(self, answer, blind=False):
        """As that of `Block`."""
        self._judged(answer, blind)

    def _judged(self, answer, blind=False):
        mine, wanted = self.built(answer)
        with kept(mine):
            compare(mine, [wanted, *map(_wanted, self.also)], blind)
        return mine

    def judge_anew(self, answer):
        """As that of `Block`."""
        if found := not_anew(self._judged(answer), self.built(answer)[0]):
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
        check_length(answer)
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
    check_length(model)
    return model
