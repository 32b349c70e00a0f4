"""Steps of a network in sentences: where one stands, and how one list becomes another."""

from difflib import SequenceMatcher

from utils.checks.steps import ordinal


def changes(own, wanted):
    """How one list of steps becomes another, as difflib's opcodes."""
    return SequenceMatcher(None, own, wanted, autojunk=False).get_opcodes()


def many(count, word):
    """1 convolution, 2 convolutions."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def after(found, place):
    """Behind which step a place in a list lies."""
    return f"after {ordinal(found, place - 1)}" if place else "at the start"


def named(found, place):
    """Which step it is, with the name that a learner, or a block of ours, gave to the layer."""
    name = found[place].name
    return f"{ordinal(found, place)}{f' ({name})' if name else ''}"
