"""What a wrong number is of the right one: a part or factor missing, a place exchanged, a unit."""

from itertools import combinations

AXES = ("the height", "the width", "the channels")
FEW = 1_000  # things that one counts one by one
UNITS = {1_000: "thousands", 1_000_000: "millions"}


def places(answer, value):
    """Which numbers of a shape are not right, or that their order is not."""
    if None in answer:
        return "a shape of numbers is wanted; None stands where Keras does not know one"
    if sorted(answer) == sorted(value):
        return "the numbers are right, and their order is not: height, width, channels"
    wrong = [axis for axis, mine, wanted in zip(AXES, answer, value) if mine != wanted]
    if len(wrong) == len(value):
        return "height, width and channels are not right: go through the layers one by one"
    if wrong == [AXES[2]] and answer[2] and value[2] and answer[2] % value[2] == 0:
        return (
            f"there are {answer[2] // value[2]} times as many channels as it should make: a filter "
            f"makes one, however many it reads"
        )
    less = {wanted - mine for mine, wanted in zip(answer[:2], value[:2])}
    if wrong == list(AXES[:2]) and less in ({1}, {2}):
        return (
            f"height and width are {less.pop()} too small: are steps counted? Places are one more, "
            f"in each layer"
        )
    verb = "is" if len(wrong) == 1 and wrong != [AXES[2]] else "are"
    return f"{' and '.join(wrong)} {verb} not right, the rest is"


def summed(answer, value, parts):
    """Which of a sum's parts are missing, counted twice or stand alone; None where none explains.

    `parts` is {name: number}.
    """
    few = [names for count in (1, 2) for names in combinations(parts, count)]
    few = [names for names in few if len(names) < len(parts)]
    for tell in (_missing, _twice, _alone):
        for names in few:
            said = " and ".join(names)
            are = "are" if len(names) > 1 or said[-1] == "s" else "is"
            if told := tell(answer, value, sum(parts[name] for name in names), f"{said} {are}"):
                return told
    return None


def _missing(answer, value, amount, they_are):
    return f"{they_are} missing" if answer == value - amount else None


def _twice(answer, value, amount, they_are):
    return f"{they_are} counted twice" if answer == value + amount else None


def _alone(answer, value, amount, they_are):
    return f"{they_are} counted, and nothing else" if answer == amount else None


def multiplied(answer, value, factors):
    """Which of a product's factors are missing or counted twice; None where none explains.

    `factors` is {name: number}; of two that are both wrong, one may be missing and one twice.
    """
    for name, factor in factors.items():
        are = "are" if name[-1] == "s" else "is"
        if answer * factor == value:
            return f"{name} {are} missing"
        if answer == value * factor:
            return f"{name} {are} counted twice"
        for other, number in factors.items():
            if other != name and answer * factor * number == value:
                return f"{name} and {other} are missing"
            if other != name and answer * factor == value * number:
                return f"{name} {are} missing, and {other} counted twice"
    return None


def scaled(answer, value):
    """How a number differs from the right one: another unit, a whole factor, about how much."""
    for factor, unit in UNITS.items():
        if answer * factor == value:
            return f"these are {unit}; the number itself is asked for"
    if answer == -value:
        return "the sign is wrong"
    for factor in (2, 3, 4, 5, 8, 9):
        if answer == value * factor:
            return f"it is {factor} times too large: is something counted {factor} times?"
        if answer * factor == value:
            return f"it is {factor} times too small: is something left out?"
    side = "small" if answer < value else "large"
    if isinstance(value, int) and value < FEW and not float(answer).is_integer():
        return (
            f"it is too {side}, and these come in whole numbers: is something at either end "
            f"counted, or taken off, that should not be?"
        )
    if value and answer / value > 0:
        ratio = max(answer / value, value / answer)
        if ratio < 1.02:
            if _is_round(answer):
                return f"it is a little too {side}: it is rounded; the number itself is asked for"
            found = "left out" if side == "small" else "counted that does not belong"
            like = ", as biases are" if value >= FEW else ""
            return f"it is a little too {side}: is something small {found}{like}?"
        if ratio >= 1.5:
            return f"it is about {_times(ratio)} times too {side}"
    return f"it is too {side}"


def _is_round(number):
    """Whether a number has three digits at most that are not 0 at its end."""
    digits = f"{abs(number):.15g}".replace(".", "").strip("0")
    return len(digits) <= 3


def _times(ratio):
    """A ratio as one reads it, with two digits: 1.5, 610, 1,000,000."""
    return f"{ratio:.2g}" if ratio < 100 else f"{float(f'{ratio:.2g}'):,.0f}"
