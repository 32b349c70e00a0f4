"""Exercise 15.chosen_rate: typical repairs that are not whole, and what is said of each."""

import numpy as np

from utils.exercises.answers15 import chosen, mean
from utils.exercises.reasons import because
from utils.exercises.slips15 import middle


def chosen_by(column, by=mean, returned=mean):
    """The same with another column to choose by, or other sums of the runs of a rate."""

    def function(runs):
        rates = {run[0] for run in runs}
        best = min(rates, key=lambda rate: by([run[column] for run in runs if run[0] == rate]))
        return best, returned([run[2] for run in runs if run[0] == best])

    return function


OTHER_CHOICES = because(
    "the rate is still chosen by the test errors; the mean at the end is right now",
    chosen_by(2),
    "the rate is still chosen by the test errors; the mean at the end is right now",
    chosen_by(2, min),
    "the middle of the held-out errors chooses here; asked is their mean",
    chosen_by(1, middle),
    "the middle of the held-out errors chooses here; asked is their mean",
    chosen_by(1, np.median),
    "the least and the largest held-out error of a rate choose here; asked is the mean of all",
    chosen_by(1, lambda values: min(values) + max(values)),
    "the test errors have a say in the choice, beside the held-out ones; they must not",
    lambda runs: (
        best := chosen([(rate, held + test, test) for rate, held, test in runs])[0],
        mean([test for rate, _, test in runs if rate == best]),
    ),
    "their sum chooses here, which grows with every run; asked is the mean",
    chosen_by(1, sum),
    "the rate with the *largest* held-out error is chosen",
    chosen_by(1, lambda values: -mean(values)),
    "of the held-out errors of each rate only the last counts here: the others are written over",
    chosen_by(1, lambda values: values[-1]),
    "of the held-out errors of each rate only the first counts here; asked is their mean",
    chosen_by(1, lambda values: values[0]),
    "the middle of the test errors is returned; asked is their mean",
    chosen_by(1, returned=lambda values: np.median(values)),
    "the sum of the test errors is returned; asked is their mean",
    chosen_by(1, returned=sum),
    "the last of the test errors is returned; asked is the mean of all",
    chosen_by(1, returned=lambda values: values[-1]),
    "the first of the test errors is returned; asked is the mean of all",
    chosen_by(1, returned=lambda values: values[0]),
    "the smallest rate is taken, whatever its errors are",
    chosen_by(0),
    "the largest rate is taken, whatever its errors are",
    chosen_by(0, lambda values: -values[0]),
    "the first rate in the list is taken, whatever its errors are",
    lambda runs: (runs[0][0], mean([test for rate, _, test in runs if rate == runs[0][0]])),
    "the rate alone is returned; asked are the rate and the mean of its test errors",
    lambda runs: chosen(runs)[0],
    "the error alone is returned; asked are the rate and the mean of its test errors",
    lambda runs: chosen(runs)[1],
    "the mean is rounded; leave it as it is",
    lambda runs: (chosen(runs)[0], round(chosen(runs)[1], 2)),
    "the least test error is returned still; which of the runs yours will be like, nobody knows",
    chosen_by(1, returned=min),
    "a single lucky run chooses the rate here; compare the rates' means",
    chosen_by(1, min),
    "a single lucky run chooses the rate, and another is returned; take means for both",
    chosen_by(1, min, min),
    "the rate is still chosen by the test errors, and the least of them returned",
    chosen_by(2, mean, min),
    "the worst test error is returned; the mean is asked for",
    chosen_by(1, returned=max),
    "the worst held-out run of each rate chooses here; compare the rates' means",
    chosen_by(1, max),
    "the error on the held-out images is returned; it was chosen to be small",
    lambda runs: chosen([(rate, held, held) for rate, held, _ in runs]),
    "the two are turned round: first the rate, then the error",
    lambda runs: chosen(runs)[::-1],
    "the mean is taken over all rates; those of the chosen one are asked for",
    lambda runs: (chosen(runs)[0], mean([test for _, _, test in runs])),
)  # fmt: skip
