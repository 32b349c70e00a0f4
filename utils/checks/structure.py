"""Two Keras graphs held against each other: the first layer that differs, in words."""

from collections import Counter

from utils.checks.mistaken import DEPTHWISE, early_relu, not_flattened, not_joined, ordinary
from utils.checks.settings import by, setting
from utils.checks.steps import ordinal, walk
from utils.checks.telling import after, changes, many, named
from utils.checks.words import ACTIVATIONS, SPELLED, WORDS
from utils.graph import calls

SEPARABLE = "separable convolution"
WEIGHTED = ("convolution", "depthwise convolution", "dense layer")
UNREAD = ("", ", or nobody reads its output")


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
    if {"sigmoid", "multiplication"} <= words[0] - words[1]:
        return "it has squeeze-and-excitation, a sigmoid and a multiplication; it should have none"
    if kind := ordinary(own, wanted):
        return kind
    for word in ("convolution", "dense layer"):
        here, there = (sum(step.word == word for step in found) for found in (own, wanted))
        if here != there:
            place = _odd_one(own, wanted, word) if abs(there - here) == 1 else ""
            place = place or _uneven(own, wanted, word) or _sizes(own, wanted, word)
            if moved := _moves(own, wanted):
                return moved
            unread = (
                " (does each read the one before it?)" if there - here > 1 and not place else ""
            )
            return f"it has {many(here, word)}; it should have {there or 'none'}{place}{unread}"
    late = _leaves_late(own, wanted, merges, their_merges)
    for place, (here, there) in enumerate(zip(own, wanted)):
        if here == there:
            continue
        if here.word == there.word:
            on_shortcut = late and here.branch == "the shortcut"
            return late if on_shortcut else setting(here, there, named(own, place))
        told = _order(own, wanted, place)
        return late if late and "does not belong" in told else told
    if late:
        return late
    if len(own) < len(wanted):
        return f"after {ordinal(own, len(own) - 1)}, there is no {wanted[len(own)].word} yet"
    if len(own) > len(wanted):
        return f"{named(own, len(wanted))} is one step too many: the network ends before it"
    if twice := _used_twice(mine, reference):
        return twice
    if any(step.word == "concatenation" for step in own):
        return (
            "every layer is right; in which order does the concatenation join its branches (or "
            "stand the outputs in their list)?"
        )
    return None


def _leaves_late(own, wanted, merges, their_merges):
    """That a branch begins at another layer than it should, where all layers are there."""
    if Counter(step.word for step in own) != Counter(step.word for step in wanted):
        return None
    for here, there in zip(merges, their_merges):
        lengths, needed = list(map(len, here)), list(map(len, there))
        if lengths == needed:
            continue
        label = next((branch[0].branch for branch in here if branch and branch[0].branch), "")
        two = len(lengths) == len(needed) == 2 and min(lengths) == min(needed)
        if two and label in ("", "the shortcut"):
            late = max(lengths) < max(needed)
            where = "behind a layer of the other way" if late else "before the block's own input"
            return f"the shortcut begins {where}: which x does it read, was one overwritten?"
        return (
            "a branch begins at another layer than it should, earlier, later or behind another "
            "branch: what does its first layer read?"
        )
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
        where = after(own, start)
        if beside:
            made = f" (it makes {'×'.join(map(str, odd.shape))})" if odd.shape and here else ""
            where = f"on the shortcut{made}"
        if len(here) < len(there):
            return f": {what} is missing {where}, or nobody reads its output"
        return f": {what} {where} is too many"
    return ""


def _moves(own, wanted):
    """The first convolution, not on a shortcut, that moves otherwise; None where counts differ."""
    ways = [
        [i for i, s in enumerate(found) if s.word == "convolution" and s.branch != "the shortcut"]
        for found in (own, wanted)
    ]
    for here, there in zip(*ways) if len(ways[0]) == len(ways[1]) else ():
        mine, needed = (dict(step.settings)["strides"] for step in (own[here], wanted[there]))
        if mine != needed:
            return f"{named(own, here)} moves by {by(mine)}; it should move by {by(needed)}"
    return None


def _sizes(own, wanted, word):
    """Of which size there are too many or too few of a kind, as the end of a sentence."""
    here, there = (
        Counter(dict(step.settings).get("kernel_size") for step in found if step.word == word)
        for found in (own, wanted)
    )
    odd = {size: here[size] - there[size] for size in {*here, *there} if here[size] != there[size]}
    if len(odd) != 1 or None in odd:
        return ""
    ((size, count),) = odd.items()
    return f": {abs(count)} of {by(size)} {'too many' if count > 0 else 'are missing'}"


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
    absent = f"{after(wanted, place)} there is no {there}{UNREAD[there in WEIGHTED]}: next comes "
    absent += named(own, place)
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
