"""Lesson 15, the race."""

from utils.checks.experiments import Experiment, Written
from utils.checks.kinds import Choice, Effort, Function
from utils.checks.models import Block, Network
from utils.checks.trials import Fault
from utils.exercises.answers15 import (
    chosen,
    chosen_given,
    modern,
    never_beaten,
    one_of_each,
    scaled_work,
    verdict,
)
from utils.exercises.slips15 import OTHER_UNBEATEN, OTHER_VERDICTS, OTHER_WORK
from utils.exercises.slips15_rate import OTHER_CHOICES

RUNS = (  # of (rate, held-out error, test error): what one chooses by shows in one of them
    [
        (0.003, 0.18, 0.25),
        (0.01, 0.1, 0.21),
        (0.001, 0.15, 0.18),
        (0.01, 0.4, 0.2),
        (0.003, 0.19, 0.27),
        (0.001, 0.2, 0.16),
        (0.003, 0.17, 0.23),
        (0.01, 0.1, 0.24),
        (0.001, 0.2, 0.14),
    ],
    [
        (0.001, 0.21, 0.24),
        (0.001, 0.19, 0.23),
        (0.003, 0.24, 0.13),
        (0.01, 0.3, 0.21),
        (0.003, 0.15, 0.29),
        (0.01, 0.19, 0.17),
    ],
    [
        (0.01, 0.24, 0.3),
        (0.003, 0.16, 0.28),
        (0.003, 0.17, 0.31),
        (0.001, 0.29, 0.2),
        (0.003, 0.27, 0.17),
        (0.001, 0.18, 0.15),
        (0.01, 0.21, 0.27),
        (0.001, 0.15, 0.28),
        (0.01, 0.21, 0.28),
    ],
    [
        (0.01, 0.15, 0.18),
        (0.001, 0.19, 0.25),
        (0.003, 0.24, 0.23),
        (0.003, 0.21, 0.29),
        (0.003, 0.27, 0.29),
        (0.01, 0.2, 0.3),
        (0.003, 0.21, 0.17),
    ],
)

EXERCISES = {
    "15.scaled_work": Function(
        effort=Effort(8, 2),
        reference=scaled_work,
        cases=(
            (442_368, 40_107_392, 640, 0.5, 1),
            (442_368, 40_107_392, 640, 1, 2),
            (1_000, 50_000, 300, 3, 0.5),
            (120, 7_000, 80, 2, 3),
            (1_001, 50_003, 301, 0.3, 0.7),
        ),
        slips=OTHER_WORK,
        shown="so half the width is nearly a quarter of the work, and so is half the image.",
        hints=(
            "What does each of the three parts read, and what does it make? Which of it grows?",
            "The first makes more maps of the same image. In the middle, both sides grow.",
            "The maps have side · side times as many places; behind the mean there are none.",
        ),
    ),
    "15.never_beaten": Function(
        effort=Effort(10, 2),
        reference=never_beaten,
        cases=(
            ([60, 15, 14, 15, 13, 16], [70, 106, 251, 188, 195, 106]),
            ([5, 5, 4, 4], [1, 2, 3, 3]),
            ([16, 16, 10, 10, 10, 12], [76, 71, 75, 76, 75, 76]),
            ([3.5, 2.5, 1.5], [9, 8, 7]),
            ([0.4, 0.25, 0.23, 0.22, 0.3], [0.7, 15.0, 3.8, 4.2, 0.3]),
        ),
        slips=OTHER_UNBEATEN,
        shown="on a picture of error against work these lie at the lower left edge.",
        hints=(
            "For each network: is there any other that is at least as good in both?",
            "At least as good in both and better in one: only then is it beaten.",
            "Keep a place if any(...) over all others is False; nobody beats an equal.",
        ),
    ),
    "15.verdict": Function(
        effort=Effort(6, 1),
        reference=verdict,
        cases=(
            ([13.0, 13.3, 13.1], [13.7, 14.9, 14.0]),
            ([13.7, 14.9, 14.0], [13.0, 13.3, 13.1]),
            ([14.9, 15.5, 15.0], [15.2, 16.1, 15.3]),
            ([16.0, 15.1, 15.2], [15.9, 15.8, 15.7]),
            ([14.9, 14.0, 14.1], [15.0, 14.9, 15.2]),
            ([14.9, 15.0, 15.2], [14.9, 14.0, 14.1]),
            ([12.0, 12.2, 17.0, 12.1], [14.0, 13.0, 16.0]),
            ([10, 1, 11], [8, 9, 9.5]),
            ([6, 5, 14], [4, 9, 10]),
            ([7.0, 7.5, 7.6], [5, 9, 12]),
            ([7, 5, 9], [6, 8, 10]),
            ([14.7, 14.5, 13.8], [14.0, 14.5, 14.3]),
            ([14.6, 13.6, 14.0], [14.7, 15.3, 14.5]),
        ),
        slips=OTHER_VERDICTS,
        shown="a lead that one more run could turn round is none.",
        hints=(
            "Which of our runs is the hardest to defend, and against which of theirs?",
            "Our worst run against their best one; then the other way round.",
            "If neither of the two holds, it is 0; equal runs are no lead.",
        ),
    ),
    "15.chosen_rate": Fault(
        effort=Effort(10, 2),
        given=chosen_given,
        where=Choice(
            value="d",
            slips={
                "a": "it is a fault, too, and lets luck choose; but with means of the same numbers "
                "the error would be too small still",
                "b": "it is a fault of the last line, and makes it too small; another makes the "
                "rate itself a wrong one",
                "c": "errors to be small or accuracies to be large, that comes to the same",
            },
            shown="what was chosen to be small on the test images is small there by luck, too.",
        ),
        repair=Function(
            reference=chosen,
            cases=tuple((runs,) for runs in RUNS),
            told=OTHER_CHOICES,
        ),
        shown="chosen on held-out images, by means; reported on test images, as a mean.",
        hints=(
            "Which of a run's three numbers may have a say in the choice?",
            "Each rate has several runs. Which number stands for all of them?",
            "The mean of the second numbers chooses; the mean of the third ones is returned.",
        ),
    ),
    "15.whose_merit": Choice(
        effort=Effort(6, 2),
        value="b",
        slips={
            "a": "the images are the same; what else changed in seven years?",
            "c": "multiply-adds are no points of error",
            "d": "in the race, at equal training, networks do differ",
        },
        shown="two things changed at once, so two numbers cannot part them.",
        hints=(
            "What is the same in both trainings, and what is not?",
            "Lesson 13: augmentation alone changes errors. What did the recipe of 2012 lack?",
            "To part two causes, one has to be held while the other changes.",
        ),
    ),
    "15.one_of_each": Network(
        effort=Effort(20, 3),
        reference=one_of_each,
        shown="lessons 5, 11 and 8 in one network; all of it in pieces that you have built before.",
        hints=(
            "Write normalised(x, filters, size) first; most lines are calls of it.",
            "The residual block's second convolution has no ReLU before the addition.",
            "The depthwise convolution halves the maps, and has normalisation and ReLU of its own.",
        ),
    ),
    "15.modern_lenet": Experiment(
        effort=Effort(20, 3),
        writes=(
            Written(
                "modern",
                Block(reference=modern, shape=(28, 28, 1), compared=("momentum",)),
            ),
        ),
        names=("old", "modern"),
        within=(0, 1),
        unit="part of the test images that are wrong",
        outside="a part of all images lies from 0 to 1",
        usual={"old": (0.15, 0.6), "modern": (0.1, 0.6)},
        likely={"old": (0.18, 0.27), "modern": (0.13, 0.2)},
        best="least",
        shown="the same filters and units; only what stands behind them differs.",
        hints=(
            "late(y): batch normalisation with momentum 0.9, then ReLU. Four layers need it.",
            "Convolution, late, pooling; twice. Flatten. Dense, late; twice. No biases.",
            "Three seeds: error(kind, seed) six times, three a list.",
        ),
    ),
}
