"""What a wrong number is of the right one: a part missing, a place exchanged, another unit."""

from itertools import combinations

AXES = ("the height", "the width", "the channels")
UNITS = {1_000: "thousands", 1_000_000: "millions"}


def places(answer, value):
    """Which numbers of a shape are not right, or that their order is not."""
    if sorted(answer) == sorted(value):
        return "the numbers are right, and their order is not: height, width, channels"
    wrong = [axis for axis, mine, wanted in zip(AXES, answer, value) if mine != wanted]
    if len(wrong) == len(value):
        return "none of its numbers is right"
    verb = "is" if len(wrong) == 1 and wrong != [AXES[2]] else "are"
    return f"{' and '.join(wrong)} {verb} not right, the rest is"


def summed(answer, value, parts):
    """Which of a sum's parts are missing, counted twice or stand alone; None where none explains.

    `parts` is {name: number}.
    """
    for count in (1, 2):
        for names in combinations(parts, count):
            amount, said = sum(parts[name] for name in names), " and ".join(names)
            missing = f"{said} {'is' if count == 1 and names[0][-1] != 's' else 'are'}"
            if answer == value - amount:
                return f"{missing} missing"
            if answer == value + amount:
                return f"{missing} counted twice"
            if answer == amount:
                return f"this is {said} alone"
    return None


def scaled(answer, value):
    """Where a number is the right one in another unit, or a few times as large or small."""
    for factor, unit in UNITS.items():
        if answer * factor == value:
            return f"these are {unit}; the number itself is asked for"
    for factor in (2, 3, 4, 5, 8, 9):
        if answer == value * factor:
            return f"it is {factor} times too large: is something counted {factor} times?"
        if answer * factor == value:
            return f"it is {factor} times too small: is something left out?"
    return None
