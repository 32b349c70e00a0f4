"""Which one slip makes a function give what an answer gives.

The right one is changed in one place, a sign, a factor, a bracket, a rounding, an axis, until it
gives the same; what was changed is what went wrong.
"""

import ast
import inspect
import re
import sys
from contextlib import suppress
from copy import deepcopy
from textwrap import dedent
from warnings import catch_warnings, simplefilter

import numpy as np

from utils.checks.changed import changes, unbracketed
from utils.checks.guard import Trouble, guarded
from utils.checks.values import agree

SECONDS = 2


def slip_of(reference, cases, made):
    """What is wrong with a function that gave `made` for the cases; None where no slip explains."""
    try:
        wanted = [reference(*deepcopy(case)) for case in cases]
        if told := everywhere(made, wanted) or _fixed(reference, cases, made):
            return told
        tree = ast.parse(dedent(inspect.getsource(reference)))
        if not _telling(made):
            return None
        if getattr(reference, "__closure__", None) or not isinstance(tree.body[0], ast.FunctionDef):
            return None
        with guarded("", SECONDS), catch_warnings(), np.errstate(all="ignore"):
            simplefilter("ignore")
            return _slip(tree, reference, cases, made, wanted)
    except (Trouble, OSError, TypeError, SyntaxError, IndentationError):
        return None


def _slip(tree, reference, cases, made, wanted):
    telling = sorted(range(len(cases)), key=lambda i: agree(made[i], wanted[i]))
    parameters = tuple(inspect.signature(reference).parameters)
    tree.body[0].decorator_list = []
    space = {**sys.modules[reference.__module__].__dict__}
    hidden = {*reference.__code__.co_varnames} - {*parameters}  # names that no learner has seen
    for why, changed in each(tree, parameters):
        if hidden & {*re.findall(r"\w+", " ".join(re.findall("`(.*?)`", why)))}:
            continue
        exec(compile(changed, "slip", "exec"), space)
        function = space[reference.__name__]
        try:
            if all(agree(made[i], function(*deepcopy(cases[i]))) for i in telling):
                return why
        except Exception:  # what is changed at random may do anything
            continue
    return None


def each(tree, parameters):
    """The tree with one place changed, and what that is in words, one after the other."""
    for why, changed in unbracketed(tree):
        kind = (
            ast.Expression(changed.body[0].value) if isinstance(tree, ast.Expression) else changed
        )
        yield why, kind
    parents = {id(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for place, node in enumerate(ast.walk(tree)):
        if any(isinstance(above, ast.While) for above in _above(node, parents)):
            continue  # it might never end
        for why, changed in changes(node, parents.get(id(node)), parameters):
            copy = deepcopy(tree)
            target = next(n for i, n in enumerate(ast.walk(copy)) if i == place)
            copy = _Put(target, changed).visit(copy)
            yield why, ast.fix_missing_locations(copy)


def _above(node, parents):
    while node is not None:
        yield node
        node = parents.get(id(node))


class _Put(ast.NodeTransformer):
    """Puts a node in the place of another."""

    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return deepcopy(self.new) if node is self.old else super().generic_visit(node)


def _telling(made):
    """Whether answers differ enough between the cases that another slip would not give them."""
    different = {repr(value) for value in made}
    whole = all(isinstance(value, int | np.integer) for value in made)
    return len(different) > (2 if whole else 1) or len(made) == 1


def _fixed(reference, cases, made):
    """Which argument makes no difference to an answer, as if it were always the same."""
    for place, name in enumerate(inspect.signature(reference).parameters):
        values = [case[place] for case in cases if place < len(case)]
        if len(values) < len(cases) or not all(isinstance(v, int | float | str) for v in values):
            continue
        if len(_matters(reference, cases, place)) < 2:
            continue  # nothing would show it
        for value in set(values):
            given = [(*case[:place], value, *case[place + 1 :]) for case in cases]
            with np.errstate(all="ignore"), suppress(ArithmeticError, ValueError):
                if all(agree(m, reference(*deepcopy(g))) for m, g in zip(made, given)):
                    return f"`{name}` makes no difference: it is as if it were always {value!r}"
    return None


def _matters(reference, cases, place):
    """The values of an argument in cases in which another value would give something else."""
    found, values = set(), {case[place] for case in cases}
    for case in cases:
        for value in values - {case[place]}:
            with np.errstate(all="ignore"), suppress(ArithmeticError, ValueError):
                other = reference(*deepcopy((*case[:place], value, *case[place + 1 :])))
                if not agree(other, reference(*deepcopy(case))):
                    found.add(case[place])
    return found


def everywhere(made, wanted):
    """What is alike in all cases between what came out and what should; None where nothing is."""
    try:
        if any(np.asarray(a).dtype.kind in "US" for a in made):
            return "numbers are wanted, not text" if _as_text(made, wanted) else None
        pairs = [(np.asarray(a, float), np.asarray(b, float)) for a, b in zip(made, wanted)]
    except (TypeError, ValueError):
        return None
    if len(pairs) < 2 or any(a.shape != b.shape or not a.size for a, b in pairs):
        return None
    for said, turn in WHOLE:
        with np.errstate(all="ignore"):
            if all(np.allclose(a, turn(b), rtol=1e-9) for a, b in pairs):
                return said
    own, right = (np.concatenate([pair[i].ravel() for pair in pairs]) for i in (0, 1))
    if cut := _cut(own, right):
        return cut
    if len(set(right.tolist())) < 2 or not np.isfinite(own).all():
        return None
    if np.allclose(own - right, own[0] - right[0]):
        by = own[0] - right[0]
        return f"in every case it is {abs(by):.6g} {'more' if by > 0 else 'less'} than it should be"
    if right.all() and np.allclose(own / right, own[0] / right[0]) and own[0]:
        return f"in every case it is {own[0] / right[0]:.6g} times what it should be"
    axes = range(pairs[0][0].ndim)
    for axis in axes:
        if all(np.allclose(a, np.flip(b, axis)) for a, b in pairs):
            return f"along axis {axis} it runs the other way round"
    if axes and all(np.allclose(np.sort(a, None), np.sort(b, None)) for a, b in pairs):
        return "the numbers are the right ones, in another order"
    return None


def _cut(own, right):
    """That all numbers are rounded, or cut to whole ones, where they should not be."""
    if np.array_equal(right, np.round(right)) or len(set(own.tolist())) < 2:
        return None
    if np.array_equal(own, np.floor(right)) or np.array_equal(own, np.trunc(right)):
        return "it is cut to whole numbers: what is behind the point is missing"
    for digits in range(7):
        if np.allclose(own, np.round(right, digits), rtol=0, atol=1e-9):
            return f"it is rounded, to {digits or 'no'} places behind the point: leave it as it is"
    return None


def _as_text(made, wanted):
    """Whether texts are the right numbers, written out."""
    with suppress(TypeError, ValueError):
        texts = [np.char.replace(np.asarray(a, str), ",", "").astype(float) for a in made]
        return all(agree(a, np.asarray(b, float)) for a, b in zip(texts, wanted))
    return False


WHOLE = (
    ("the sign is wrong in every case", lambda b: -b),
    ("it is upside down in every case: 1 / it would be right", lambda b: 1 / b),
    ("it is what is missing to 1 in every case", lambda b: 1 - b),
    ("it is in per cent; the part of 1 is asked for", lambda b: 100 * b),
    ("it is a part of 1; per cent are asked for", lambda b: b / 100),
    ("it is the square of what is asked for", lambda b: b * b),
    ("it is the root of what is asked for", lambda b: np.sqrt(b)),
)
