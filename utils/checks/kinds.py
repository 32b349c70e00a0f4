"""The kinds of exercises whose answer is a number, a letter or a function of numbers.

Each has `judge(answer)`, which returns None where the answer is right and raises Trouble, with a
sentence on what is wrong, where it is not.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

import numpy as np

from utils.checks.guard import Trouble, guarded
from utils.checks.values import agree, plain, returned, same_kind, short, show


@dataclass(frozen=True)
class Effort:
    """Minutes for somebody who followed the lesson, 2 to 25, and difficulty, 1 to 3.

    Raises ValueError for others, and for parts of a minute.
    """

    minutes: int
    difficulty: int

    def __post_init__(self):
        if self.minutes not in range(2, 26) or self.difficulty not in (1, 2, 3):
            raise ValueError(f"an effort of {self.minutes} minutes, difficulty {self.difficulty}")

    def __str__(self):
        return f"about {self.minutes} minutes, {'●' * self.difficulty:○<3}"


@dataclass(frozen=True)
class Exercise:
    """The effort, what a right answer shows, in a sentence, and three hints, the last short of it.

    `given` is the faulty function to start from, where there is one; handed back unchanged, it is
    no answer yet.
    """

    effort: Effort
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
        if isinstance(answer, tuple) and answer[:1] == (None,):  # Keras's shapes have a batch axis
            answer = answer[1:]
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
        letter = answer.strip(" ().:").lower() if isinstance(answer, str) else None
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
        made = [self._run(answer, case) for case in self.cases]
        for case, mine in zip(self.cases, made):
            wanted = self.reference(*deepcopy(case))
            if agree(mine, wanted):
                continue
            for slip in self.slips:
                if all(agree(m, slip(*deepcopy(c))) for m, c in zip(made, self.cases)):
                    raise Trouble(slip.__doc__)
            given = ", ".join(map(short, case))
            if np.ndim(wanted) and np.shape(mine) == np.shape(wanted):
                raise Trouble(f"for ({given}) it gives {short(mine)} with other values")
            if np.ndim(wanted) and np.ndim(mine):
                should = f"it should be {short(wanted)}"
                raise Trouble(f"for ({given}) it gives {short(mine)}; {should}")
            raise Trouble(f"for ({given}) it gives {returned(mine)}, which is not right")

    def _run(self, answer, case):
        given = deepcopy(case)
        with guarded("your function"):
            made = answer(*given)
        if not all(agree(a, b) for a, b in zip(given, case)):
            raise Trouble("your function changes the data that it is given: work on a copy")
        return made
