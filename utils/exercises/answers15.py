"""Lesson 15, the race: what answers are compared with, and typical slips."""

from keras import layers

from utils.exercises.reasons import because


def never_beaten(errors, work):
    """The places of the networks that no other beats in both: less in one, no more in the other."""
    found = []
    for i, (error, cost) in enumerate(zip(errors, work)):
        beaten = any(
            e <= error and w <= cost and (e < error or w < cost) for e, w in zip(errors, work)
        )
        if not beaten:
            found.append(i)
    return found


def places(wanted):
    """A function of errors and work: the places for which `wanted(i, errors, work)` is true."""
    return lambda errors, work: [i for i in range(len(errors)) if wanted(i, errors, work)]


def beaten_by(better):
    """Places that no other place j beats, in the sense of `better(i, j, errors, work)`."""
    return places(
        lambda i, e, w: not any(better(i, j, e, w) for j in range(len(e)) if j != i),
    )


OTHER_UNBEATEN = because(
    "equal in one and less in the other beats, too: only one of the two has to be less",
    beaten_by(lambda i, j, e, w: e[j] < e[i] and w[j] < w[i]),
    "two networks with the same error and the same work beat each other here; neither should",
    beaten_by(lambda i, j, e, w: e[j] <= e[i] and w[j] <= w[i]),
    "one with less error beats only if it does not take more work for it",
    beaten_by(lambda i, j, e, w: e[j] < e[i] or w[j] < w[i]),
    "these are the beaten ones",
    places(lambda i, e, w: i not in never_beaten(e, w)),
    "more error and more work is worse, not better",
    lambda e, w: never_beaten([-x for x in e], [-x for x in w]),
    "more work is worse, not better: here the dearest ones stay",
    lambda e, w: never_beaten(e, [-x for x in w]),
    "more error is worse: these are errors, not accuracies",
    lambda e, w: never_beaten([-x for x in e], w),
    "this is the one with the least error alone; others need less work",
    places(lambda i, e, w: e[i] == min(e)),
    "this is the one with the least work alone; others have less error",
    places(lambda i, e, w: w[i] == min(w)),
    "it compares error times work; which of the two matters more nobody has said",
    places(lambda i, e, w: e[i] * w[i] == min(a * b for a, b in zip(e, w))),
    "the places count from 0",
    lambda e, w: [i + 1 for i in never_beaten(e, w)],
    "it returns the errors; the places are asked for",
    lambda e, w: [e[i] for i in never_beaten(e, w)],
    "the list is not in the order of the networks",
    lambda e, w: never_beaten(e, w)[::-1],
    "only neighbours are compared; any other can beat a network",
    beaten_by(
        lambda i, j, e, w: abs(i - j) == 1 and e[j] <= e[i] and w[j] <= w[i] and i != j
    ),
)  # fmt: skip


def verdict(ours, theirs):
    """1 where all runs of ours have fewer errors than all of theirs, -1 where more, else 0."""
    if max(ours) < min(theirs):
        return 1
    return -1 if max(theirs) < min(ours) else 0


def sign(difference):
    """-1, 0 or 1."""
    return (difference > 0) - (difference < 0)


def mean(values):
    """The mean of a list."""
    return sum(values) / len(values)


OTHER_VERDICTS = because(
    "the means decide here; where runs of one reach into those of the other, it is 0",
    lambda a, b: sign(mean(b) - mean(a)),
    "the best runs decide here; each has three runs, and all have to lie beyond",
    lambda a, b: sign(min(b) - min(a)),
    "the worst runs decide here; compare the worst of one with the best of the other",
    lambda a, b: sign(max(b) - max(a)),
    "the first runs decide here; seeds are not pairs: the first of one list has nothing in common "
    "with the first of the other",
    lambda a, b: sign(b[0] - a[0]),
    "it goes through the lists pair by pair; seeds are no pairs",
    lambda a, b: (all(x < y for x, y in zip(a, b))) - (all(x > y for x, y in zip(a, b))),
    "it is turned round: fewer errors are better",
    lambda a, b: -verdict(a, b),
    "where theirs are better it is -1",
    lambda a, b: max(verdict(a, b), 0),
    "where ours are better it is 1",
    lambda a, b: min(verdict(a, b), 0),
    "1 for ours, -1 for theirs: here it is never 0, though they can overlap",
    lambda a, b: 1 if max(a) < min(b) else -1,
    "a run of one that equals one of the other is no lead: then it is 0",
    lambda a, b: (max(a) <= min(b)) - (max(b) <= min(a)),
)


def chosen(runs):
    """(the rate with the least development error, the mean of its test errors)."""
    means = {}
    for rate, development, _ in runs:
        means.setdefault(rate, []).append(development)
    best = min(means, key=lambda rate: sum(means[rate]) / len(means[rate]))
    tested = [test for rate, _, test in runs if rate == best]
    return best, sum(tested) / len(tested)


def chosen_given(runs):
    """The same, chosen by the test images, of which it takes the least."""
    best = min(runs, key=lambda run: run[2])[0]
    tested = [test for rate, development, test in runs if rate == best]
    return best, min(tested)


def modern_lenet(x):
    """LeNet-5's layers behind an input, with what came later: ReLU, normalisation, max pooling."""
    for filters in (6, 16):
        x = layers.Conv2D(filters, 5, padding="same" if filters == 6 else "valid", use_bias=False)(
            x
        )
        x = layers.ReLU()(layers.BatchNormalization()(x))
        x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    for units in (120, 84):
        x = layers.Dense(units, use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    return x
