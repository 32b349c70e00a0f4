"""Lesson 15, the race: typical wrong functions, and what is said of each."""

import numpy as np

from utils.exercises.answers15 import mean, never_beaten, verdict
from utils.exercises.reasons import because


def work_by(first=1, middle=2, last=1, sides=(2, 2, 0)):
    """The same function with other powers of `width` and of `side` for the three parts."""
    powers = tuple(zip((first, middle, last), sides))

    def function(first, middle, last, width, side):
        parts = zip((first, middle, last), powers)
        return sum(part * width**wide * side**high for part, (wide, high) in parts)

    return function


OTHER_WORK = because(
    "the first convolution reads the image, whose channels do not grow: only its filters do",
    work_by(first=2),
    "between the first and the last, filters *and* what each reads are `width` times as many",
    work_by(middle=1),
    "the first convolution has `width` times as many filters, too",
    work_by(first=0),
    "the dense layer reads `width` times as many means",
    work_by(last=0),
    "it has as many classes as before: only what the dense layer reads grows",
    work_by(last=2),
    "a mean is one number a map, however large: `side` does not reach the dense layer",
    work_by(sides=(2, 2, 2)),
    "a map grows in height *and* width: `side` squared",
    work_by(sides=(1, 1, 0)),
    "the first convolution stands on larger maps, too",
    work_by(sides=(0, 2, 0)),
    "the maps grow by `side`; each filter is used at every place of them",
    work_by(sides=(0, 0, 0)),
    "all three are multiplied alike; what do the first and the last read?",
    work_by(2, 2, 2, (2, 2, 2)),
    "that squares `width` for all three",
    work_by(2, 2, 2),
    "that is for images as they were: larger maps are more places",
    work_by(2, 2, 1, (0, 0, 0)),
    "`side` is squared for the dense layer, too, or reaches it once: it reads one mean a map",
    work_by(sides=(2, 2, 1)),
    "at the layers between, `side` counts in height *and* width: its square is missing",
    work_by(sides=(2, 1, 0)),
    "at the layers between, `side` is missing: their maps grow, too",
    work_by(sides=(2, 0, 0)),
    "these are three numbers; the work is their sum",
    lambda f, m, n, width, side: (f * width * side**2, m * width**2 * side**2, n * width),
    "this is what is saved; the work that is left is asked for",
    lambda f, m, n, width, side: f + m + n - work_by()(f, m, n, width, side),
)


def places(wanted):
    """A function of errors and work: the places for which `wanted(place, errors, work)` holds."""
    return lambda errors, work: [i for i in range(len(errors)) if wanted(i, errors, work)]


def unbeaten(better):
    """Places that no other place beats, in the sense of `better(other, place, errors, work)`."""
    return places(
        lambda i, e, w: not any(better(j, i, e, w) for j in range(len(e)) if j != i),
    )


OTHER_UNBEATEN = because(
    "equal in one and less in the other beats, too: only one of the two has to be less",
    unbeaten(lambda j, i, e, w: e[j] < e[i] and w[j] < w[i]),
    "two with the same error and the same work beat each other here; neither should",
    unbeaten(lambda j, i, e, w: e[j] <= e[i] and w[j] <= w[i]),
    "here only one that has the least error *and* the least work is kept; to beat, another has to "
    "be at least as good in both",
    unbeaten(lambda j, i, e, w: e[j] < e[i] or w[j] < w[i]),
    "only those that come later are compared; an earlier one can beat a network, too",
    unbeaten(
        lambda j, i, e, w: j > i and e[j] <= e[i] and w[j] <= w[i] and (e[j], w[j]) != (e[i], w[i])
    ),
    "these are the ones that are beaten",
    places(lambda i, e, w: i not in never_beaten(e, w)),
    "here more error and more work is better",
    lambda e, w: never_beaten([-x for x in e], [-x for x in w]),
    "here more work is better",
    lambda e, w: never_beaten(e, [-x for x in w]),
    "here more error is better: these are errors, not accuracies",
    lambda e, w: never_beaten([-x for x in e], w),
    "this is the one with the least error alone; others need less work",
    places(lambda i, e, w: e[i] == min(e)),
    "this is the one with the least work alone; others have less error",
    places(lambda i, e, w: w[i] == min(w)),
    "only the two extremes are here; others between them are beaten by nobody, too",
    places(lambda i, e, w: e[i] == min(e) or w[i] == min(w)),
    "it makes one number of error and work; which of the two matters more, nobody has said",
    places(lambda i, e, w: e[i] * w[i] == min(a * b for a, b in zip(e, w))),
    "places are counted from 0",
    lambda e, w: [i + 1 for i in never_beaten(e, w)],
    "it returns the errors; the places are asked for",
    lambda e, w: [e[i] for i in never_beaten(e, w)],
    "the list is turned round: first the network that came first",
    lambda e, w: never_beaten(e, w)[::-1],
    "only neighbours are compared; any other can beat a network",
    unbeaten(
        lambda j, i, e, w: abs(i - j) == 1 and e[j] <= e[i] and w[j] <= w[i],
    ),
    "only those that came before are compared; a later one can beat a network, too",
    unbeaten(
        lambda j, i, e, w: j < i and e[j] <= e[i] and w[j] <= w[i] and (e[j], w[j]) != (e[i], w[i])
    ),
    "each network beats itself here: leave its own place out, or ask for less in one of the two",
    places(lambda i, e, w: not any(e[j] <= e[i] and w[j] <= w[i] for j in range(len(e)))),
    "these are pairs of error and work; the places are asked for",
    lambda e, w: [(e[i], w[i]) for i in never_beaten(e, w)],
    "this says of each place whether; the places themselves are asked for",
    lambda e, w: [i in never_beaten(e, w) for i in range(len(e))],
    "index finds the first of equal errors: go by places, range(len(errors))",
    lambda e, w: [list(e).index(e[i]) for i in never_beaten(e, w)],
    "of networks that are equal in both only the first is kept; neither beats, so all stay",
    lambda e, w: [
        i for i in never_beaten(e, w) if (e[i], w[i]) not in list(zip(e[:i], w[:i]))
    ],
)  # fmt: skip


def sign(difference):
    """-1, 0 or 1."""
    return int(difference > 0) - int(difference < 0)


def middle(values):
    """The median of a list of an odd number."""
    return sorted(values)[len(values) // 2]


OTHER_VERDICTS = because(
    "the means decide here; where runs of one reach into those of the other, it is 0",
    lambda a, b: sign(mean(b) - mean(a)),
    "the middle runs decide here; where runs of one reach into those of the other, it is 0",
    lambda a, b: sign(middle(b) - middle(a)),
    "the best runs decide here; all runs have to lie beyond all others",
    lambda a, b: sign(min(b) - min(a)),
    "the worst runs decide here; compare the worst of one with the best of the other",
    lambda a, b: sign(max(b) - max(a)),
    "the first runs decide here; all runs have to lie beyond all others",
    lambda a, b: sign(b[0] - a[0]),
    "it goes through the lists pair by pair; runs with the same seed have nothing in common",
    lambda a, b: (
        int(all(x < y for x, y in zip(a, b))) - int(all(x > y for x, y in zip(a, b)))
    ),
    "it goes by means and deviations; all runs have to lie beyond all others",
    lambda a, b: (
        int(mean(a) + np.std(a) < mean(b) - np.std(b))
        - int(mean(b) + np.std(b) < mean(a) - np.std(a))
    ),
    "the sign is missing where theirs are better: then it is -1",
    lambda a, b: abs(verdict(a, b)),
    "it is turned round: fewer errors are better",
    lambda a, b: -verdict(a, b),
    "where theirs are better it is -1",
    lambda a, b: max(verdict(a, b), 0),
    "where ours are better it is 1",
    lambda a, b: min(verdict(a, b), 0),
    "here it is never 0, though they can overlap",
    lambda a, b: 1 if max(a) < min(b) else -1,
    "here it is never 0, though they can overlap",
    lambda a, b: -1 if max(b) < min(a) else 1,
    "a run that equals one of the other is no lead: then it is 0",
    lambda a, b: int(max(a) <= min(b)) - int(max(b) <= min(a)),
    "one best run does not do: the worst of one has to beat the best of the other",
    lambda a, b: 1 if min(a) < min(b) and max(a) < max(b) else verdict(a, b),
    "< of two lists compares their first numbers that differ; all runs have to lie beyond all",
    lambda a, b: int(list(a) < list(b)) - int(list(b) < list(a)),
    "most pairs decide here; all runs have to lie beyond all others",
    lambda a, b: sign(sum(x < y for x in a for y in b) - sum(x > y for x in a for y in b)),
    "best is compared with best and worst with worst; all with all are meant",
    lambda a, b: (
        int(all(x < y for x, y in zip(sorted(a), sorted(b))))
        - int(all(x > y for x, y in zip(sorted(a), sorted(b))))
    ),
)  # fmt: skip
