"""Mistakes that change which kinds of layers there are: one for another, forgotten, too early."""

from collections import Counter

from utils.checks.settings import by
from utils.checks.telling import after, changes, many, named

DEPTHWISE = "depthwise convolution"


def not_joined(own, wanted):
    """Which addition or concatenation is missing; None where as many are there as should be."""
    for word in ("addition", "concatenation"):
        here, there = (sum(step.word == word for step in found) for found in (own, wanted))
        fewer = _fewer_convolutions(own, wanted)
        if here > there == 0 and any(dict(step.settings).get("groups", 1) > 1 for step in wanted):
            return (
                "it parts the channels and joins them again: write the groups as one convolution, "
                "with groups=..."
            )
        if here > there > 0 == fewer and word == "concatenation":
            place = next(i for i, step in enumerate(own) if step.word == word)
            return (
                f"it has {many(here, word)}; it should have {there}: the branches are joined "
                f"{after(own, place)} already, so that each goes on with all channels"
            )
        if here > there and fewer < -1:
            surplus = "a block is" if here == there + 1 else "blocks are"
            return f"it has {many(here, word)}; it should have {there}: {surplus} too many"
        if here < there and fewer == 0 and (moved := _moved(own, wanted)):
            return f"{moved}: as it is, the way past the block does not fit"
        if here < there:
            if fewer > 1 and here:
                return (
                    f"it has {many(here, word)} of {there}, and too few convolutions: a block is "
                    f"missing{_where_missing(own, wanted, word)}, or nobody reads what it makes"
                )
            found = "there is no" if not here else f"it has {many(here, word)} of {there}: one"
            what = f" {word}" if not here else " is missing"
            place = _where_missing(own, wanted, word)
            return (
                f"{found}{what}{place}{', or nobody reads it' if wanted[-1].word != word else ''}"
            )
    return None


def ordinary(own, wanted):
    """Which convolution should be a depthwise one; None where as many are as should be."""
    here, there = ([s for s in found if s.word == DEPTHWISE] for found in (own, wanted))
    if len(here) > len(there) and _fewer_convolutions(own, wanted) > 0:
        sizes = [dict(step.settings).get("kernel_size") for step in there]
        odd = [s for s in here if dict(s.settings).get("kernel_size") not in sizes]
        place = next(i for i, step in enumerate(own) if step is (odd or here)[0])
        return f"{named(own, place)} reads one channel a filter; it should be an ordinary one"
    if len(here) >= len(there) or _fewer_convolutions(own, wanted) >= 0:
        return None
    sizes = {dict(step.settings).get("kernel_size") for step in there}
    grouped = any(dict(step.settings).get("groups", 1) > 1 for step in own)
    for place in _most_likely_first(own, wanted):
        step, settings = own[place], dict(own[place].settings)
        if grouped and settings.get("groups", 1) == 1:
            continue
        if step.word == "convolution" and settings.get("kernel_size") in sizes:
            which = named(own, place)
            if settings.get("groups", 1) > 1:
                return (
                    f"{which} has {settings['groups']} groups; where these are as many as channels "
                    f"it is a depthwise one, which is wanted here as layers.DepthwiseConv2D"
                )
            return f"{which} is an ordinary convolution; it should be a depthwise one"
    return None


def _most_likely_first(own, wanted):
    """The places of all steps, first those that stand where the reference has a depthwise one."""
    likely = [
        place
        for kind, start, end, first, last in changes(own, wanted)
        if kind != "equal" and any(step.word == DEPTHWISE for step in wanted[first:last])
        for place in range(start, end)
    ]
    return [*likely, *range(len(own))]


def not_flattened(own, wanted):
    """What is missing before a dense layer that stands on maps; None where none should not."""
    places = [i for i, step in enumerate(own) if step.at_pixels]
    short = [sum(step.word == "dense layer" for step in found) for found in (own, wanted)]
    if not places or short[0] >= short[1]:
        return None
    counts, needed = (Counter(step.word for step in found) for found in (own, wanted))
    to_vector = ("flattening", "global average pooling", "global max pooling")
    name = own[places[0]].name
    late = next((word for word in to_vector if counts[word] == needed[word] > 0), None)
    if late and any(step.word == late for step in own[: places[0]]):
        return (
            f"there is no flattening behind the {late}: what comes out of it has a height and a "
            f"width still, and so has the output"
        )
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


def early_relu(own, wanted, merges, their_merges):
    """That a ReLU stands before an addition and not behind it; None where none does."""
    if sum(s.word == "addition" for s in own) < sum(s.word == "addition" for s in wanted):
        return None
    for found, there in zip(merges, their_merges):
        ends = [{branch[-1].word for branch in m if branch} for m in (found, there)]
        if "ReLU" in ends[0] - ends[1] and _behind(wanted) > _behind(own):
            return "a ReLU stands before an addition; it should stand behind it"
    return None


def _moved(own, wanted):
    """Which convolution moves where it should not, so that the way past it does not fit."""
    kinds = ("convolution", DEPTHWISE)
    places = [place for place, step in enumerate(own) if step.word in kinds]
    there = [step for step in wanted if step.word in kinds]
    for place, step in zip(places, there):
        here, needed = (dict(s.settings).get("strides") for s in (own[place], step))
        if own[place].word == step.word and here != needed:
            return f"{named(own, place)} moves by {by(here)}; it should move by {by(needed)}"
    return None


def _behind(steps):
    """How often a ReLU stands right behind an addition."""
    return sum(a.word == "addition" and b.word == "ReLU" for a, b in zip(steps, steps[1:]))


def _fewer_convolutions(own, wanted):
    """How many convolutions are missing; less than none where there are too many."""
    here, there = (sum(s.word == "convolution" for s in found) for found in (own, wanted))
    return there - here


def _where_missing(own, wanted, word):
    """After what a step of a kind is missing, as the end of a sentence."""
    for kind, start, _, first, last in changes(own, wanted):
        if kind != "equal" and any(step.word == word for step in wanted[first:last]):
            return f" {after(own, start)}" if start else ""
    return ""
