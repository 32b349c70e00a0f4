"""In how many places two Keras graphs differ, without saying where."""

from utils.checks.steps import walk


def count_differences(mine, reference):
    """In how many places the steps of `mine` and of `reference` differ; 0 where it is not known."""
    try:
        wanted, merges = walk(reference)
        own, _ = walk(mine, merges)
    except Exception:  # a graph that Keras does not know
        return 0
    return _distance(*map(_without_reads, (own, wanted))) or _distance(own, wanted)


def _without_reads(steps):
    """Steps without what a merge reads: a layer that is wrong there is one place already."""
    return [(step.word, [pair for pair in step.settings if pair[0] != "reads"]) for step in steps]


def _distance(own, wanted):
    """Levenshtein's distance: how many are to be changed, taken out or put in."""
    row = list(range(len(wanted) + 1))
    for number, step in enumerate(own, start=1):
        above, row = row, [number]
        for place, other in enumerate(wanted):
            row.append(min(above[place] + (step != other), above[place + 1] + 1, row[place] + 1))
    return row[-1]
