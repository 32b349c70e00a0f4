"""The ways that meet in an addition or a concatenation: told apart, named, and put in order.

A way is a list of (key of the call, Step), a branch the steps of a way that are not on all of them.
"""

from dataclasses import replace
from difflib import SequenceMatcher
from itertools import permutations


def apart(ways):
    """What each branch has that the others do not all have."""
    common = set.intersection(*({key for key, _ in way} for way in ways))
    return [[step for key, step in way if key not in common] for way in ways]


def labels(branches, concatenated=False):
    """What each of several branches is called, "" where nothing tells them apart."""
    if len(branches) == 2 and not (concatenated and all(branches)):
        short, long = sorted(map(len, branches))
        return ["the shortcut" if len(b) == short < long else "" for b in branches]
    named = [_label(branch) for branch in branches]
    return [label if named.count(label) == 1 else "" for label in named]


def _label(branch):
    if branch and "pooling" in branch[0].word:
        return "the pooling branch"
    sizes = [dict(step.settings).get("kernel_size", (0, 0)) for step in branch]
    high, wide = max(sizes, default=(0, 0))
    return f"the {high}×{wide} branch" if high else ""


def labelled(ways, labels):
    """The ways with their labels on the steps that they do not share and that have none yet."""
    common = set.intersection(*({key for key, _ in way} for way in ways))
    return [
        [
            (key, step if key in common or step.branch else replace(step, branch=label))
            for key, step in way
        ]
        for way, label in zip(ways, labels)
    ]


def paired(ways, wanted):
    """The branches in the order that resembles the wanted one most."""
    found = apart(ways)
    alike = [[SequenceMatcher(None, a, b, autojunk=False).ratio() for b in wanted] for a in found]
    orders = permutations(range(len(ways)))
    best = max(orders, key=lambda order: sum(alike[o][i] for i, o in enumerate(order)))
    return [ways[place] for place in best]
