"""Two Keras graphs held against each other: the first layer that differs, in words."""

from collections import Counter
from difflib import SequenceMatcher

from utils.checks.settings import by, setting
from utils.checks.steps import ordinal, walk
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
    early = _early(own, wanted, merges, their_merges)
    if missing := early or _not_joined(own, wanted) or _not_flattened(own, wanted):
        return missing
    words = [{step.word for step in found} for found in (own, wanted)]
    if SEPARABLE in words[0] - words[1]:
        inside = "depthwise convolution" in words[1]
        wish = "the two are wanted as two layers" if inside else "an ordinary one is wanted"
        return f"it has a {SEPARABLE}, which is a depthwise and a 1×1 convolution in one; {wish}"
    for word in ("convolution", "dense layer"):
        here, there = (sum(step.word == word for step in found) for found in (own, wanted))
        if here != there:
            place = _odd_one(own, wanted, word) if abs(there - here) == 1 else ""
            place = place or _uneven(own, wanted, word)
            return f"it has {_many(here, word)}; it should have {there or 'none'}{place}"
    for place, (here, there) in enumerate(zip(own, wanted)):
        if here == there:
            continue
        if here.word == there.word:
            return setting(here, there, _named(own, place))
        return _order(own, wanted, place)
    if len(own) < len(wanted):
        return f"after {ordinal(own, len(own) - 1)}, there is no {wanted[len(own)].word} yet"
    if len(own) > len(wanted):
        return f"{_named(own, len(wanted))} is one step too many: the network ends before it"
    for here, there in zip(merges, their_merges):
        if list(map(len, here)) != list(map(len, there)):
            return "a branch begins behind another, not beside it: what does its first layer read?"
    if twice := _used_twice(mine, reference):
        return twice
    if any(step.word == "concatenation" for step in own):
        return "every layer is right; in which order does the concatenation join its branches?"
    return None


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


def _not_joined(own, wanted):
    """Which addition or concatenation is missing; None where as many are there as should be."""
    for word in ("addition", "concatenation"):
        here, there = (sum(step.word == word for step in found) for found in (own, wanted))
        fewer = _fewer_convolutions(own, wanted)
        if here > there and fewer < -1:
            many = "a block is" if here == there + 1 else "blocks are"
            return f"it has {_many(here, word)}; it should have {there}: {many} too many"
        if here < there:
            if fewer > 1 and here:
                return (
                    f"it has {_many(here, word)} of {there}, and too few convolutions: a block is "
                    f"missing{_where_missing(own, wanted, word)}"
                )
            found = "there is no" if not here else f"it has {_many(here, word)} of {there}: one"
            what = f" {word}" if not here else " is missing"
            return f"{found}{what}{_where_missing(own, wanted, word)}"
    return None


def _fewer_convolutions(own, wanted):
    """How many convolutions are missing; less than none where there are too many."""
    here, there = (sum(s.word == "convolution" for s in found) for found in (own, wanted))
    return there - here


def _early(own, wanted, merges, their_merges):
    """That a ReLU stands before an addition and not behind it; None where none does."""
    for found, there in zip(merges, their_merges):
        ends = [{branch[-1].word for branch in m if branch} for m in (found, there)]
        if "ReLU" in ends[0] - ends[1] and _behind(wanted) > _behind(own):
            return "a ReLU stands before an addition; it should stand behind it"
    return None


def _behind(steps):
    """How often a ReLU stands right behind an addition."""
    return sum(a.word == "addition" and b.word == "ReLU" for a, b in zip(steps, steps[1:]))


def _where_missing(own, wanted, word):
    """After what a step of a kind is missing, as the end of a sentence."""
    for kind, start, _, first, last in _changes(own, wanted):
        if kind != "equal" and any(step.word == word for step in wanted[first:last]):
            return f" {_after(own, start)}" if start else ""
    return ""


def _changes(own, wanted):
    """How one list of steps becomes another, as difflib's opcodes."""
    return SequenceMatcher(None, own, wanted, autojunk=False).get_opcodes()


def _not_flattened(own, wanted):
    """What is missing before a dense layer that stands on maps; None where none should not."""
    places = [i for i, step in enumerate(own) if step.at_pixels]
    short = [sum(step.word == "dense layer" for step in found) for found in (own, wanted)]
    if not places or short[0] >= short[1]:
        return None
    counts, needed = (Counter(step.word for step in found) for found in (own, wanted))
    to_vector = ("flattening", "global average pooling", "global max pooling")
    name = own[places[0]].name
    late = next((word for word in to_vector if counts[word] == needed[word] > 0), None)
    if late and short[0] + len(places) == short[1]:
        return (
            f"the {late} comes after a dense layer{f' ({name})' if name else ''}; it should be the "
            f"other way round: on maps, a dense layer works at every pixel by itself"
        )
    absent = next((word for word in to_vector if counts[word] < needed[word]), "flattening")
    return (
        f"there is no {absent} before the first dense layer{f' ({name})' if name else ''}: "
        f"on maps, a dense layer works at every pixel by itself"
    )


def _odd_one(own, wanted, word):
    """Where the one step of this kind is missing or too many, as the end of a sentence."""
    for _, start, end, first, last in _changes(own, wanted):
        here = [step for step in own[start:end] if step.word == word]
        there = [step for step in wanted[first:last] if step.word == word]
        if len(here) == len(there):
            continue
        size = dict((here + there)[0].settings).get("kernel_size")
        what = f"one of {by(size)}" if size else "one"
        if len(here) < len(there):
            return f": {what} is missing {_after(own, start)}"
        return f": {what} {_after(own, start)} is too many"
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


def _many(count, word):
    return f"{count} {word}{'' if count == 1 else 's'}"


def _after(found, place):
    return f"after {ordinal(found, place - 1)}" if place else "at the start"


def _named(found, place):
    """The same with the name that a learner, or a block of ours, gave to the layer."""
    name = found[place].name
    return f"{ordinal(found, place)}{f' ({name})' if name else ''}"


def _order(own, wanted, place):
    """Where steps of different kinds stand in one place: one missing, too many, or swapped."""
    here, there = own[place].word, wanted[place].word
    counts = Counter(step.word for step in own)
    needed = Counter(step.word for step in wanted)
    absent = f"{_after(wanted, place)} there is no {there}: next comes {_named(own, place)}"
    if counts[there] < needed[there]:
        return absent
    near = slice(place + 1, place + 4)
    swapped = here in {s.word for s in wanted[near]} and there in {s.word for s in own[near]}
    if counts[here] == needed[here] and swapped:
        return f"{_named(own, place)} comes before the {there}; it should be the other way round"
    if next(kind for kind, *_ in _changes(own, wanted) if kind != "equal") == "insert":
        return absent
    article = "an" if here[0] in "aeiou" else "a"
    branch = own[place].branch
    where = f"on {branch}" if branch and branch != wanted[place].branch else _after(wanted, place)
    return f"{where} stands {article} {here} that does not belong there"
