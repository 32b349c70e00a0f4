"""Which way of a graph runs in which lane, 0 for the longest."""

from itertools import chain, count


def lanes(reads, levels):
    """The lane of each call, 0 for the longest way; and of each connection that skips boxes."""
    lanes, at = [None] * len(reads), levels.index(max(levels))
    while at is not None:
        lanes[at] = 0
        at = max(reads[at], key=lambda j: levels[j], default=None)
    taken = {}  # lane -> the levels at which something is in it
    followed = set()
    for i, read in enumerate(reads):
        if lanes[i] is not None:
            continue
        before = [j for j in read if lanes[j] and j not in followed]
        if before:
            followed.add(before[0])
            lanes[i] = lanes[before[0]]
        else:
            reader = _reader(i, reads)
            wanted = _order(i, reads, lanes)
            until = levels[i] if reader is None else levels[reader] - 1
            lanes[i] = _free(taken, levels[i], max(levels[i], until), wanted)
        taken.setdefault(lanes[i], set()).add(levels[i])
    shortcuts = {}
    for i, read in enumerate(reads):
        for j in read:
            if lanes[i] == lanes[j] == 0 and levels[i] - levels[j] > 1:
                shortcuts[j, i] = _free(taken, levels[j], levels[i])
    return lanes, shortcuts


def _reader(i, reads):
    """The first call that reads what a call makes; None for an output."""
    return next((k for k, inputs in enumerate(reads) if i in inputs), None)


def _order(at, reads, lanes):
    """The lane of a branch where three or more meet: its place among them; else None."""
    reader = at
    while reader is not None and lanes[reader] != 0:
        at, reader = reader, _reader(reader, reads)
    if reader is None:
        return None
    middle = next((place for place, j in enumerate(reads[reader]) if lanes[j] == 0), None)
    if middle is None:
        return None
    return reads[reader].index(at) - middle if len(reads[reader]) > 2 else None


def _free(taken, first, last, wanted=None):
    """The lane wanted, or else the nearest beside the middle, that is free at these levels."""
    span = set(range(first, last + 1))
    beside = (lane for step in count(1) for lane in (step, -step))
    for lane in chain([wanted] if wanted else [], beside):
        if not taken.get(lane, set()) & span:
            taken.setdefault(lane, set()).update(span)
            return lane
