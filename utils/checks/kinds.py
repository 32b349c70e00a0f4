"""The kinds of exercises: a number, a choice, a function of numbers, a block, a network.

Each has `judge(answer)`, which returns None where the answer is right and raises Trouble, with a
sentence on what is wrong, where it is not.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

import keras

from utils.checks.behaviour import difference
from utils.checks.guard import Trouble, guarded
from utils.checks.values import agree, plain, same_kind, short, show

MOST = 1000  # layers; ResNet-152 has fewer than 600


@dataclass(frozen=True)
class Exercise:
    """What is shown by a right answer, in a sentence, and three hints, the last short of it.

    `given` is the faulty function to start from, where there is one; handed back unchanged, it is
    no answer yet.
    """

    shown: str
    hints: tuple[str, str, str]
    given: Callable | None = None


@dataclass(frozen=True)
class Number(Exercise):
    """A number or a shape. `slips` maps typical wrong answers to what went wrong, a statement."""

    value: object = None
    slips: dict = field(default_factory=dict)

    def judge(self, answer):
        answer = plain(answer)
        if not same_kind(answer, self.value):
            wanted = f"{len(self.value)} numbers" if isinstance(self.value, tuple) else "a number"
            raise Trouble(f"the answer should be {wanted}; it is {short(answer)}")
        if answer == self.value:
            return
        if answer in self.slips:
            raise Trouble(f"{show(answer)} is not it: {self.slips[answer]}")
        if isinstance(self.value, tuple):
            raise Trouble(f"{show(answer)} is not it")
        raise Trouble(f"{show(answer)} is too {'small' if answer < self.value else 'large'}")


@dataclass(frozen=True)
class Choice(Exercise):
    """A letter, for one of several explanations. `slips` says of each other letter why not."""

    value: str = ""
    slips: dict = field(default_factory=dict)

    def judge(self, answer):
        letters = sorted([self.value, *self.slips])
        letter = answer.strip().lower() if isinstance(answer, str) else None
        if letter not in letters:
            wanted = ", ".join(map(repr, letters))
            raise Trouble(f"the answer should be one letter of {wanted}; it is {short(answer)}")
        if letter != self.value:
            raise Trouble(f"not {letter!r}: {self.slips[letter]}")


@dataclass(frozen=True)
class Function(Exercise):
    """A function of numbers or arrays. `slips` are typical wrong ones; their docstrings say why."""

    reference: Callable = None
    cases: tuple = ()
    slips: tuple = ()

    def judge(self, answer):
        if not callable(answer):
            raise Trouble(f"the answer should be a function; it is {short(answer)}")
        for case in self.cases:
            mine, wanted = self._run(answer, case), self.reference(*deepcopy(case))
            if agree(mine, wanted):
                continue
            for wrong in self.slips:
                if all(agree(self._run(answer, c), wrong(*deepcopy(c))) for c in self.cases):
                    raise Trouble(wrong.__doc__)
            given = ", ".join(show(plain(value)) for value in case)
            raise Trouble(f"for ({given}) it gives {short(mine)}, which is not right")

    def _run(self, answer, case):
        given = deepcopy(case)
        with guarded("your function"):
            made = answer(*given)
        if not all(agree(a, b) for a, b in zip(given, case)):
            raise Trouble("your function changes the data that it is given: work on a copy")
        return made


@dataclass(frozen=True)
class Block(Exercise):
    """A function from tensor to tensor, that is, some layers on an input of `shape`."""

    reference: Callable = None
    shape: tuple = (8, 8, 16)
    arguments: tuple = ()

    def judge(self, answer):
        if isinstance(answer, keras.layers.Layer) or not callable(answer):
            raise Trouble(f"the answer should be a function; it is {short(answer)}")
        _compare(self._model(answer), self._model(self.reference))

    def _model(self, block):
        x = keras.Input(self.shape, name="x")
        with guarded("your function"):
            y = block(x, *self.arguments)
        if not keras.tree.flatten(y) or not all(map(_is_tensor, keras.tree.flatten(y))):
            raise Trouble(f"your function should return a tensor; it returns {short(y)}")
        try:
            model = keras.Model(x, y)
        except ValueError:
            raise Trouble("what your function returns does not depend on its input x") from None
        _check_length(model)
        return model


@dataclass(frozen=True)
class Network(Exercise):
    """A keras.Model, or a function without arguments that returns one."""

    reference: Callable = None

    def judge(self, answer):
        if callable(answer) and not isinstance(answer, keras.Model):
            with guarded("your function"):
                answer = answer()
        if not isinstance(answer, keras.Model):
            raise Trouble(f"the answer should be a keras.Model; it is {short(answer)}")
        if not answer.built:
            raise Trouble("the model has no shapes yet: start it with keras.Input(shape)")
        wanted = self.reference()
        own, shape = _input_shape(answer), wanted.input_shape[1:]
        if own != shape:
            raise Trouble(f"the model's input is {show(own)}; it should be {show(shape)}")
        _check_length(answer)
        with guarded("your model"):
            copy = keras.models.clone_model(answer)  # the learner's weights are not touched
        _compare(copy, wanted)


def _check_length(model):
    if len(model.layers) > MOST:
        raise Trouble(f"the model has {len(model.layers):,} layers; {MOST:,} are more than enough")


def _compare(mine, reference):
    with guarded("your model", seconds=30):
        found = difference(mine, reference)
    if found:
        raise Trouble(found)


def _input_shape(model):
    shape = getattr(model, "input_shape", None)
    return tuple(shape[1:]) if isinstance(shape, tuple) else shape


def _is_tensor(value):
    return isinstance(value, keras.KerasTensor)
