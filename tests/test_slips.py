"""Typical wrong functions are told what they are: each record's slips, handed over as answers."""

import pytest

from utils.checks.guard import Trouble
from utils.checks.kinds import Function
from utils.exercises import face


def functions(exercise):
    """The exercises of functions of numbers that an exercise is, or consists of."""
    parts = [getattr(exercise, "repair", exercise)]
    parts += [written.exercise for written in getattr(exercise, "writes", ())]
    return [part for part in parts if isinstance(part, Function)]


SLIPS = [
    pytest.param(function, slip, id=f"{name}-{number}")
    for lesson in face.lessons()
    for name, exercise in face.exercises(lesson).items()
    for function in functions(exercise)
    for number, slip in enumerate((*function.slips, *function.told))
]


@pytest.mark.parametrize("function, slip", SLIPS)
def test_a_slip_is_told_as_what_it_is(function, slip):
    with pytest.raises(Trouble) as told:
        function.judge(slip, blind=slip in function.told)
    assert str(told.value) == slip.__doc__
