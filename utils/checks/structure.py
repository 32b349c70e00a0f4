"""Two Keras graphs held against each other: the first layer that differs, in words."""

from collections import Counter
from difflib import SequenceMatcher

from utils.checks.steps import ACTIVATIONS, SPELLED, WORDS, ordinal, walk


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
    if missing := _not_joined(own, wanted) or _not_flattened(own, wanted):
        return missing
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
            return _settings(here, there, _named(own, place))
        return _order(own, wanted, place)
    if len(own) < len(wanted):
        return f"after {ordinal(own, len(own) - 1)}, there is no {wanted[len(own)].word} yet"
    if len(own) > len(wanted):
        return f"{_named(own, len(wanted))} is one step too many: the network ends before it"
    for here, there in zip(merges, their_merges):
        if list(map(len, here)) != list(map(len, there)):
            return "a branch begins behind another, not beside it: what does its first layer read?"
    if any(step.word == "concatenation" for step in own):
        return "every layer is right; in which order does the concatenation join its branches?"
    return None


def count_differences(mine, reference):
    """In how many places the steps of `mine` and of `reference` differ; 0 where it is not known."""
    try:
        wanted, merges = walk(reference)
        own, _ = walk(mine, merges)
    except Exception:  # a graph that Keras does not know
        return 0
    row = list(range(len(wanted) + 1))  # Levenshtein's distance, a row a step of `mine`
    for number, step in enumerate(own, start=1):
        above, row = row, [number]
        for place, other in enumerate(wanted):
            row.append(min(above[place] + (step != other), above[place + 1] + 1, row[place] + 1))
    return row[-1]


def _not_joined(own, wanted):
    """Which addition or concatenation is missing; None where as many are there as should be."""
    for word in ("addition", "concatenation"):
        here, there = (sum(step.word == word for step in found) for found in (own, wanted))
        if here < there:
            found = "there is no" if not here else f"it has {_many(here, word)} of {there}: one"
            what = f" {word}" if not here else " is missing"
            return f"{found}{what}{_where_missing(own, wanted, word)}"
    return None


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
        what = f"one of {_by(size)}" if size else "one"
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


def _settings(here, there, which):
    own, wanted = dict(here.settings), dict(there.settings)
    name = next(n for n in [*wanted, *own] if own.get(n) != wanted.get(n))
    mine, needed = own.get(name), wanted.get(name)
    if name == "reads":
        return _reads(mine, needed, which)
    return {
        "filters": f"{which} has {mine} filters; it needs {needed}",
        "units": f"{which} has {mine} units; it needs {needed}",
        "max_value": f"{which} ends at {mine}; it should have no upper end",
        "negative_slope": f"{which} has a slope of {mine} below 0; it should be 0 there",
        "rate": f"{which} has the rate {mine}; it needs {needed}",
        "kernel_size": f"{which} has filters of {_by(mine)}; they should be {_by(needed)}",
        "pool_size": f"{which} pools {_by(mine)}; it should pool {_by(needed)}",
        "strides": f"{which} moves by {_by(mine)}; it should move by {_by(needed)}",
        "padding": f"{which} pads {mine!r}; it should be {needed!r}",
        "use_bias": f"{which} has {'a' if mine else 'no'} bias; it should have "
        f"{'one' if needed else 'none'}",
    }[name]


def _reads(mine, needed, which):
    """What a merge reads, and what it should; of named branches, that one begins elsewhere."""
    named = len(mine) == len(needed) and any(" branch" in source for source in (*mine, *needed))
    if named or sorted(mine) == sorted(needed):
        return (
            f"one of the branches that meet in {which} begins where it should not: what does "
            f"each first layer read?"
        )
    own_only = [source for source in mine if source not in needed] or mine
    needed_only = [source for source in needed if source not in mine] or needed
    return f"{which} reads {' and '.join(own_only)}; it should read {' and '.join(needed_only)}"


def _by(size):
    return f"{size[0]}×{size[1]}" if isinstance(size, tuple) else size


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
    return f"{_after(wanted, place)} stands {article} {here} that does not belong there"
