"""Which one slip in a formula, an expression of numbers, gives the number that an answer is."""

import ast
import re
from contextlib import suppress
from itertools import combinations_with_replacement
from math import prod

from utils.checks.nearly import each
from utils.checks.values import agree

LEAST = 100  # of smaller numbers, too many formulas give the same


def slip_in(formula, answer):
    """What is wrong with a number, where one slip in the formula, an expression, gives it."""
    if not formula or abs(answer) < LEAST:
        return None
    tree = ast.parse(formula, mode="eval")
    for why, changed in each(tree, ()):
        try:
            if agree(answer, eval(compile(changed, "formula", "eval"), {})):
                return why
        except (ArithmeticError, TypeError, ValueError):
            continue
    return _other_number(tree, answer) or _apart(tree, answer)


def _numbers(tree):
    """The numbers of a formula, each once, in their order."""
    found = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return list(dict.fromkeys(found))


def _other_number(tree, answer):
    """Which number of the formula another one stands for, or one more or less."""
    text = ast.unparse(tree)
    for number in _numbers(tree):
        for other in [*_numbers(tree), number - 1, number + 1]:
            for place in re.finditer(rf"\b{number}\b", text):
                changed = f"{text[: place.start()]}{other}{text[place.end() :]}"
                with suppress(ArithmeticError):
                    if other != number and agree(answer, eval(changed, {})):
                        return f"there stands {other} where {number} belongs"
    return None


def _apart(tree, answer):
    """That an answer is off by one or two numbers of the formula, multiplied."""
    by = answer - eval(compile(tree, "formula", "eval"), {})
    numbers = [n for n in _numbers(tree) if n > 1]
    for few in [(n,) for n in numbers] + list(combinations_with_replacement(numbers, 2)):
        if abs(by) == prod(few):
            what = "·".join(map(str, few))
            side = (
                "too many: what of that does not belong" if by > 0 else "too few: what is missing"
            )
            return f"it is {what} {side}?"
    return None
