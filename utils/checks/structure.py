"""Two Keras graphs held against each other: the first layer that differs, in words."""

from collections import Counter

from utils.checks.mistaken import DEPTHWISE, early_relu, not_flattened, not_joined, ordinary
from utils.checks.settings import by, setting
from utils.checks.steps import ordinal, walk
from utils.checks.telling import after, changes, many, named
from utils.checks.words import ACTIVATIONS, SPELLED, WORDS
from utils.graph import calls

SEPARABLE = "separable convolution"


def first_difference(mine, reference):
    """A sentence on the first layer of `mine` that `reference` does not have so; None if none.

    Branches may come in any order. Layers are compared by what they are and how they are set, not
    by their names. Where the reference is made of keras.ops rather than layers, there is nothing
    to compare: None.
    """
    wanted, their_merges = walk(reference)
    own, merges = walk(mine, their_merges)
    if not {step.word for step in wanted} <= {*WORDS.values(), *ACTIVATIONS.values(), *SPELLED}:
        return None
    early = early_relu(own, wanted, merges, their_merges)
    if missing := early or not_joined(own, wanted) or not_flattened(own, wanted):
        return missing
    words = [{step.word for step in found} for found in (own, wanted)]
    if SEPARABLE in words[0] - words[1]:
        inside = DEPTHWISE in words[1]
        wish = "the two are wanted as two layers" if inside else "an ordinary one is wanted"
        return f"it has a {SEPARABLE}, which is a depthwise and a 1×1 convolution in one; {wish}"
    if kind := ordinary(own, wanted):
        return kind
    for word in ("convolution", "dense layer"):
        here, there = (sum(step.word == word for step in found) for found in (own, wanted))
        if here != there:
            place = _odd_one(own, wanted, word) if abs(there - here) == 1 else ""
            place = place or _uneven(own, wanted, word)
            unread = (
                " (does each read the one before it?)" if there - here > 1 and not place else ""
            )
            return f"it has {many(here, word)}; it should have {there or 'none'}{place}{unread}"
    for place, (here, there) in enumerate(zip(own, wanted)):
        if here == there:
            continue
        if here.word == there.word:
            return setting(here, there, named(own, place))
        return _order(own, wanted, place)
    if len(own) < len(wanted):
        return f"after {ordinal(own, len(own) - 1)}, there is no {wanted[len(own)].word} yet"
    if len(own) > len(wanted):
        return f"{named(own, len(wanted))} is one step too many: the network ends before it"
    for here, there in zip(merges, their_merges):
        if list(map(len, here)) != list(map(len, there)):
            return "a branch begins behind another, not beside it: what does its first layer read?"
    if twice := _used_twice(mine, reference):
        return twice
    if any(step.word == "concatenation" for step in own):
        return "every layer is right; in which order does the concatenation join its branches?"
    return None


def most_alike(mine, references):
    """The place of the first reference that has most of the kinds of layers that `mine` has."""
    try:
        kinds = {step.word for step in walk(mine)[0]}
        strange = [len(kinds - {step.word for step in walk(r)[0]}) for r in references]
    except Exception:  # a graph that Keras does not know
        return 0
    return strange.index(min(strange))


def _used_twice(mine, reference):
    """Which layer with weights stands in several places, where none of the reference does."""
    mine, theirs = (
        Counter(call.layer for call in calls(model) if getattr(call.layer, "weights", ()))
        for model in (mine, reference)
    )
    if max(theirs.values(), default=1) == 1:
        for layer, count in mine.items():
            if count > 1:
                return f"one layer ({layer.name}) is used {count} times: each place needs its own"
    return None


def _odd_one(own, wanted, word):
    """Where the one step of this kind is missing or too many, as the end of a sentence."""
    for _, start, end, first, last in changes(own, wanted):
        here = [step for step in own[start:end] if step.word == word]
        there = [step for step in wanted[first:last] if step.word == word]
        if len(here) == len(there):
            continue
        odd = (here + there)[0]
        size, beside = dict(odd.settings).get("kernel_size"), odd.branch == "the shortcut"
        what = f"one of {by(size)}" if size else "one"
        where = "on the shortcut" if beside else after(own, start)
        if len(here) < len(there):
            return f": {what} is missing {where}, or nobody reads its output"
        return f": {what} {where} is too many"
    return ""


def _uneven(own, wanted, word):
    """In which branch the number of steps of a kind differs, as the end of a sentence."""
    for branch in dict.fromkeys(step.branch for step in wanted if step.branch):
        here, there = (
            sum(step.word == word and step.branch == branch for step in found)
            for found in (own, wanted)
        )
        if here != there and any(step.branch == branch for step in own):
            return f" ({branch} has {here or 'none'} of them; it should have {there or 'none'})"
    return ""


def _order(own, wanted, place):
    """Where steps of different kinds stand in one place: one missing, too many, or swapped."""
    here, there = own[place].word, wanted[place].word
    counts = Counter(step.word for step in own)
    needed = Counter(step.word for step in wanted)
    absent = f"{after(wanted, place)} there is no {there}: next comes {named(own, place)}"
    if counts[there] < needed[there]:
        return absent
    near = slice(place + 1, place + 4)
    swapped = here in {s.word for s in wanted[near]} and there in {s.word for s in own[near]}
    if counts[here] == needed[here] and swapped:
        return f"{named(own, place)} comes before the {there}; it should be the other way round"
    if next(kind for kind, *_ in changes(own, wanted) if kind != "equal") == "insert":
        return absent
    article = "an" if here[0] in "aeiou" else "a"
    branch = own[place].branch
    where = f"on {branch}" if branch and branch != wanted[place].branch else after(wanted, place)
    return f"{where} stands {article} {here} that does not belong there"
