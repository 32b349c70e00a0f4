"""How long functions take, compared fairly: in turns, so that all meet the same busy machine."""

import time
from statistics import median

import keras


def in_turns(functions, rounds=7, least=0.02):
    """The seconds of a call of each function, {name: median over the rounds}.

    Each of `functions`, {name: function without arguments}, is called once beforehand. In a round
    each is called as often as fits into `least` seconds, at least once, every other round in the
    opposite order. What they return is waited for. Raises ValueError for no function and for less
    than one round.
    """
    if not functions or rounds < 1:
        raise ValueError(f"{len(functions)} functions in {rounds} rounds: at least one of each")
    times = {name: max(1, round(least / _seconds(run, 1))) for name, run in functions.items()}
    found = {name: [] for name in functions}
    for turn in range(rounds):
        for name in list(functions)[:: -1 if turn % 2 else 1]:
            found[name].append(_seconds(functions[name], times[name]))
    return {name: median(seconds) for name, seconds in found.items()}


def _seconds(run, times):
    """The seconds of a call, over several of them, after one that is not counted."""
    _wait(run())
    began = time.perf_counter()
    for _ in range(times):
        made = run()
    _wait(made)
    return max((time.perf_counter() - began) / times, 1e-9)


def _wait(made):
    for tensor in keras.tree.flatten(made):
        keras.ops.convert_to_numpy(tensor)
