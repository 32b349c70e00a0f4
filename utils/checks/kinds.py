"""The kinds of exercises whose answer is a number, a letter or a function of numbers.

Each has `judge(answer)`, which returns None where the answer is right and raises Trouble, with a
sentence on what is wrong, where it is not.
"""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from inspect import signature

import numpy as np

from utils.checks.amounts import multiplied, places, scaled, summed
from utils.checks.formulas import slip_in
from utils.checks.guard import Trouble, guarded
from utils.checks.nearly import slip_of
from utils.checks.unlike import number, unlike
from utils.checks.values import agree, plain, same_kind, short, show, unwrapped

BARE = ("too small", "too large")  # an amount and no cause: the first hint goes with it
LONGEST = 90  # characters of a case that goes with an error
FEW = 12  # characters, in which a second letter is a second answer, and not an option's text


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
    no answer yet. A part of an exercise has `shown` at most.
    """

    effort: Effort | None = None
    shown: str = ""
    hints: tuple[str, ...] = ()
    given: Callable | None = None

    def said_if_right(self):
        """What is said of right answers, a sentence for each step of the exercise."""
        return (self.shown,)

    def begun_by(self, answer):
        """Whether a right answer is only the first step, so that the exercise is not done yet."""
        return False


@dataclass(frozen=True)
class Number(Exercise):
    """A number, or a shape of height, width and channels.

    `slips` maps typical wrong answers to what went wrong, a statement. `parts` names what a number
    is the sum of, {"the biases": 16}: one that is missing, alone or counted twice is told. So it is
    of `factors`, those of a product. `formula` is how one counts it, "128 * (9 * 64 + 1)": the slip
    in it that gives an answer is told. `tried` says of any whole number what would come of it.
    """

    value: object = None
    slips: dict = field(default_factory=dict)
    parts: dict = field(default_factory=dict)
    factors: dict = field(default_factory=dict)
    formula: str = ""
    tried: Callable | None = None

    def judge(self, answer):
        answer = plain(self._as_many(answer))
        batch = isinstance(answer, tuple) and answer[:1] in ((None,), (1,))
        if batch and isinstance(self.value, tuple) and len(answer) == len(self.value) + 1:
            answer = answer[1:]  # Keras's shapes count the images first
        if isinstance(answer, tuple) and len(answer) == 1 and not isinstance(self.value, tuple):
            answer = answer[0]
        if not same_kind(answer, self.value):
            raise Trouble(self._of_another_kind(answer))
        if answer == self.value:
            return
        if answer in self.slips:
            raise Trouble(f"{show(answer)} is not it: {self.slips[answer]}")
        if isinstance(self.value, tuple):
            raise Trouble(f"{show(answer)} is not it: {places(answer, self.value)}")
        told = summed(answer, self.value, self.parts)
        told = told or multiplied(answer, self.value, self.factors) or slip_in(self.formula, answer)
        if not told and self.tried and isinstance(answer, int) and 0 < answer < 10 * self.value:
            told = self.tried(answer)
        told = told or scaled(answer, self.value)
        hint = f". {self.hints[0]}" if told.endswith(BARE) and self.hints else ""
        raise Trouble(f"{show(answer)} is not it: {told}{hint}")

    def _as_many(self, answer):
        """A text of as many numbers as are wanted, "14,14,640", as these numbers."""
        if isinstance(self.value, tuple) and isinstance(answer, str):
            numbers = re.findall(r"\d+", answer)
            if len(numbers) == len(self.value) and not re.search(r"\d\.\d|[-−]\d", answer):
                return tuple(map(int, numbers))
        return answer

    def _of_another_kind(self, answer):
        """What is wrong with an answer that is no number, or has not as many as are wanted."""
        if not isinstance(self.value, tuple):
            return f"the answer should be a number; it is {short(answer)}"
        wanted = f"the answer should be {len(self.value)} numbers; it is {short(answer)}"
        if isinstance(answer, tuple) and answer[1:] == self.value:
            return f"{wanted}, the first of which counts the images: leave it out"
        return wanted


@dataclass(frozen=True)
class Choice(Exercise):
    """A letter, for one of several explanations. `slips` says of each other letter why not."""

    value: str = ""
    slips: dict = field(default_factory=dict)

    def judge(self, answer):
        letters = sorted([self.value, *self.slips])
        answer = unwrapped(answer)
        text = answer.lower() if isinstance(answer, str) else ""
        text = re.sub(
            r"^\W*(it is|it.s|(the )?(answer|letter|option|choice)( is)?)(?=\W)", "", text
        )
        found = re.match(r"[\W_]*([a-z])(?![a-z0-9])", text)  # "b", "(b)", "B) Its layers ..."
        letter = found[1] if found else None
        named = set(re.findall(r"(?<![a-z])[a-z](?![a-z])", text)) & set(letters)
        marked = len(re.findall(r"(?<![a-z])[a-z]\s*[).:]", text)) == 1  # "b) A filter" is b
        others = named - {letter} - ({"a"} if marked else set())  # an article, behind "b)"
        if len(text) <= FEW and others:
            raise Trouble(f"the answer should be one letter; {short(answer)} has {len(named)}")
        if letter not in letters:
            wanted = ", ".join(map(repr, letters))
            raise Trouble(f"the answer should be one letter of {wanted}; it is {short(answer)}")
        if letter != self.value:
            raise Trouble(f"not {letter!r}: {self.slips[letter]}")


@dataclass(frozen=True)
class Function(Exercise):
    """A function of numbers or arrays; the docstrings of typical wrong ones, `slips`, say why.

    In a repair, which is judged blind, those of `told` alone are named."""

    reference: Callable = None
    cases: tuple = ()
    slips: tuple = ()
    told: tuple = ()

    def judge(self, answer, blind=False):
        """Raises Trouble; `blind` names what is `told`, and else only shows a case."""
        if not callable(answer):
            raise Trouble(f"the answer should be a function; it is {short(answer)}")
        made = [self._run(answer, case) for case in self.cases]
        for case, mine in zip(self.cases, made):
            wanted = self.reference(*deepcopy(case))
            if agree(mine, wanted):
                continue
            for slip in self.told if blind else (*self.slips, *self.told):
                if self._explains(slip, made):
                    raise Trouble(slip.__doc__)
            why = None if blind else slip_of(self.reference, self.cases, made)
            told = f": {why}" if why else ""
            said = f"for {self._given(case)} it gives {unlike(mine, wanted)}{told}"
            arrays = any(isinstance(x, np.ndarray) and x.size > 1 for x in case)
            own = "_" not in {name[0] for name in signature(self.reference).parameters}
            raise Trouble(said, case if arrays and own and not why else None)

    def _explains(self, slip, made):
        """Whether a slip gives the same; of arrays, where the answer is wrong at least."""
        pairs = list(zip(made, self.cases))
        if all(isinstance(m, np.ndarray) and m.size > 1 for m in made):
            pairs = [(m, c) for m, c in pairs if not agree(m, self.reference(*deepcopy(c)))]
        return all(agree(m, slip(*deepcopy(c))) for m, c in pairs)

    def _given(self, case):
        """The arguments of a case with their names: "n = 28, f = 5"."""
        names = signature(self.reference).parameters
        seen = [pair for pair in zip(names, case) if pair[0][0] != "_"]
        return ", ".join(f"{name} = {number(value) or short(value)}" for name, value in seen)

    def _run(self, answer, case):
        given = deepcopy(case)
        try:
            with guarded("your function"):
                made = answer(*given)
        except Trouble as trouble:
            if len(told := self._given(case)) > LONGEST:
                raise
            raise Trouble(f"{str(trouble).rstrip('.')} (for {told})") from None
        if not all(agree(a, b) for a, b in zip(given, case)):
            raise Trouble("your function changes the data that it is given: work on a copy")
        return made
