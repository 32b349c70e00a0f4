"""Times are taken in turns, of the same functions, as often in each round."""

import keras
import pytest

from utils import stopwatch


def test_each_is_called_in_turns_and_every_other_round_in_the_opposite_order():
    called = []
    functions = {name: lambda name=name: called.append(name) for name in "ab"}
    found = stopwatch.in_turns(functions, rounds=3, least=0)
    assert list(found) == ["a", "b"] and all(seconds > 0 for seconds in found.values())
    once = [name for before, name in zip([None, *called], called) if name != before]
    assert once == ["a", "b", "a", "b", "a", "b"][: len(once)] and len(once) >= 4


def test_what_is_returned_is_waited_for(monkeypatch):
    waited = []
    convert = keras.ops.convert_to_numpy
    monkeypatch.setattr(keras.ops, "convert_to_numpy", lambda x: waited.append(x) or convert(x))
    tensor = keras.ops.ones((2, 2))
    stopwatch.in_turns({"list": lambda: [tensor, {"b": tensor}]}, rounds=1, least=0)
    assert waited and len(waited) % 2 == 0 and all(x is tensor for x in waited)


@pytest.mark.parametrize("functions, rounds", [({}, 3), ({"a": lambda: None}, 0)])
def test_nothing_to_time_is_refused(functions, rounds):
    with pytest.raises(ValueError, match="at least one of each"):
        stopwatch.in_turns(functions, rounds)
