"""The exercises in which one writes a function, measures with it, and concludes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite

import numpy as np

from utils.checks.guard import Trouble
from utils.checks.kinds import Exercise
from utils.checks.values import plain, short


@dataclass(frozen=True)
class Written:
    """A function that the learner writes for an experiment, and what judges it.

    `turned` makes what `judge` can be asked about out of the learner's function, where it is
    neither a block nor a function of numbers as it stands; `called` says with what, if so.
    """

    name: str
    exercise: Exercise
    turned: Callable = lambda function: function
    called: str = ""

    def judge(self, function):
        """Raises Trouble, with the function's name, where it is not what the text asks for."""
        try:
            judge = getattr(self.exercise, "judge_anew", self.exercise.judge)
            judge(self.turned(function))
        except Trouble as trouble:
            called = f" (called with {self.called})" if self.called else ""
            told = str(trouble).rstrip(".") if called else trouble
            raise Trouble(f"{self.name}: {told}{called}", trouble.case) from None


@dataclass(frozen=True)
class Experiment(Exercise):
    """Write, measure, conclude: the answer is (function, measured, conclusion).

    `writes` are the functions that the learner writes, judged first; the function alone, or a tuple
    of them, is the first step, before anything is trained. `measured` is {name: [a number a run]}
    for each of `names`, at least `runs` of each, all within `within`; `conclusion` is the name
    whose numbers all lie beyond those of every other, at the `best` end ("least" or "most"), or
    "neither" where they overlap. It is judged by the numbers that are handed over. `unit` is what
    they are, `outside` what numbers that are not within mean, `each` what one of them is, `alike`
    what to ask where all of a name are the same, or where `drawn`, numbers of many digits, two of
    them; `usual` maps a name to narrower bounds, beyond which something else was measured; `likely`
    to where they lie on all machines that were tried: a remark goes with others.
    """

    writes: tuple[Written, ...] = ()
    names: tuple = ()
    within: tuple = (0, 1)
    unit: str = ""
    outside: str = ""
    best: str = "least"
    runs: int = 3
    each: str = "run"
    usual: dict = field(default_factory=dict)
    drawn: bool = False
    likely: dict = field(default_factory=dict)
    alike: str = "does each begin anew, with a seed of its own?"

    def begun_by(self, answer):
        """True for the functions alone."""
        return callable(answer) or all(map(callable, answer))

    def said_if_right(self):
        """What is said of the functions, and what the numbers show; the learner's own follow."""
        names = self._functions()
        do = "does" if len(names) == 1 else "do"
        begun = f"{' and '.join(names)} {do} what the text asks for. Now measure."
        return begun, f"{self.shown} Yours, {self.unit}: …"

    def judge(self, answer):
        """What the numbers say, where the conclusion fits them; for the functions, what is next."""
        functions, rest = self._parted(answer)
        for written in self.writes:
            written.judge(functions[written.name])
        return self._concluded(*rest) if rest else self.said_if_right()[0]

    def _functions(self):
        return list(dict.fromkeys(written.name for written in self.writes))

    def _parted(self, answer):
        """The functions by their names, and the rest: nothing, or what was measured and said."""
        names = self._functions()
        wanted = f"({', '.join([*names, 'measured', 'conclusion'])})"
        parts = [answer] if callable(answer) else answer
        if not isinstance(parts, tuple | list):
            raise Trouble(f"the answer should be {wanted}; it is {short(answer)}")
        found = [part for part in parts if callable(part)]
        if len(parts) == 2 and not found:
            raise Trouble(f"hand over what you wrote as well, it is judged first: {wanted}")
        in_front = len(found) == len(names) and all(map(callable, parts[: len(names)]))
        if not in_front or len(parts) not in (len(names), len(names) + 2):
            first = f", for the first step {names[0] if len(names) < 2 else tuple(names)}"
            has = f"it has {len(parts)} parts, {len(found)} of them functions"
            raise Trouble(f"the answer should be {wanted}{first.replace(chr(39), '')}; {has}")
        return dict(zip(names, parts)), parts[len(names) :]

    def _concluded(self, measured, conclusion):
        """What the numbers say, where the conclusion fits them."""
        measured = self._numbers(measured)
        wanted = self._verdict(measured)
        said = (
            conclusion.strip(" '\"").lower() if isinstance(conclusion, str) else short(conclusion)
        )
        if said not in {*self.names, "neither"}:
            allowed = ", ".join(map(repr, [*self.names, "neither"]))
            raise Trouble(f"the conclusion should be one of {allowed}; it is {short(conclusion)}")
        ranges = ((name, min(values), max(values)) for name, values in measured.items())
        numbers = "; ".join(f"{name} {low:.4g} to {high:.4g}" for name, low, high in ranges)
        if said != wanted:
            asked = (
                "" if "neither" in (said, wanted) else f" (are they what is asked, {self.unit}?)"
            )
            raise Trouble(
                f"your numbers do not say {said!r}: {self._why(wanted)}: {numbers}{asked}"
            )
        return f"{self.shown} Yours, {self.unit}: {numbers}.{self._elsewhere(measured)}"

    def _numbers(self, measured):
        """{name: [numbers]} in the order of the names, or Trouble with what is wrong with it."""
        if not isinstance(measured, dict):
            raise Trouble(f"measured should be a dict {{name: [numbers]}}; it is {short(measured)}")
        if missing := [name for name in self.names if name not in measured]:
            others = " and ".join(sorted(map(short, measured.keys() - {*self.names})))
            own = f"; what you have is called {others}" if others else ""
            raise Trouble(f"nothing was measured for {' and '.join(map(repr, missing))}{own}")
        found = {}
        for name in self.names:
            values = plain(measured[name])
            if not isinstance(values, tuple):
                raise Trouble(f"{name!r} should have a list of numbers; it has {short(values)}")
            if len(values) < self.runs:
                raise Trouble(
                    f"{name!r} has {len(values)} of {self.runs} {self.each}s: how far do others "
                    f"fall apart?"
                )
            for value in values:
                real = isinstance(value, int | float) and not isinstance(value, bool)
                if not real:
                    one = f": one number a {self.each} is wanted, the last of them or their mean"
                    several = one if isinstance(value, tuple) else ""
                    raise Trouble(f"{name!r} has {short(value)} among its numbers{several}")
                if not isfinite(value):
                    raise Trouble(
                        f"{name!r} has {value} among its numbers: it grew beyond all bounds (is a "
                        f"sign turned round, a sum taken for a mean?), or a logarithm got a number "
                        f"below 0"
                    )
                if not self.within[0] <= value <= self.within[1]:
                    percent = self.within[1] <= 1 + 1e-6 and 1 < value <= 100
                    part = "; a part of 1 is wanted, not per cent" if percent else ""
                    told = f"{name!r} has {value:.4g} among its numbers: {self.outside}"
                    raise Trouble(told + part * ("part of 1" not in self.outside))
            low, high = self.usual.get(name, self.within)
            if strange := [value for value in values if not low <= value <= high]:
                raise Trouble(
                    f"{name!r} has {strange[0]:.4g} among its numbers, which lie between {low} and "
                    f"{high} where everything is as the text says: was it trained, are the two "
                    f"exchanged, is it what the text asks for ({self.unit})?"
                )
            if len(set(values)) == 1:
                raise Trouble(
                    f"the {len(values)} {self.each}s of {name!r} are all {values[0]:.4g}: "
                    f"{self.alike}"
                )
            if self.drawn and len(set(values)) < len(values):
                raise Trouble(
                    f"two {self.each}s of {name!r} have the same number to the last digit: "
                    f"{self.alike}"
                )
            for other, earlier in found.items():
                if np.allclose(sorted(earlier)[:3], sorted(values)[:3], rtol=1e-5):
                    raise Trouble(
                        f"{other!r} and {name!r} have the same numbers: is what tells them apart "
                        f"used?"
                    )
            found[name] = values
        return found

    def _elsewhere(self, measured):
        """Of numbers that fit the conclusion and lie where nobody else's do, a remark."""
        for name, (low, high) in self.likely.items():
            if min(measured[name]) < low or max(measured[name]) > high:
                return (
                    f" (Elsewhere {name!r} came out between {low} and {high}: are the two "
                    f"exchanged, or is it something else than the {self.unit}?)"
                )
        return ""

    def _verdict(self, measured):
        """The name that all runs put first, or "neither"."""
        sign = 1 if self.best == "least" else -1
        ends = {name: sorted(sign * value for value in values) for name, values in measured.items()}
        first = min(ends, key=lambda name: ends[name][-1])
        others = [values[0] for name, values in ends.items() if name != first]
        return first if ends[first][-1] < min(others) else "neither"

    def _why(self, wanted):
        if wanted == "neither":
            return f"the {self.each}s of one reach into those of another, so no one is told apart"
        side = "below" if self.best == "least" else "above"
        return f"every {self.each} of {wanted!r} lies {side} every other"
