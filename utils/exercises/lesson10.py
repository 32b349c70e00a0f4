"""Lesson 10, training at scale."""

from utils.checks.experiments import Experiment, Written
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Network
from utils.checks.trials import Fault
from utils.exercises.answers10 import (
    accuracy,
    accuracy_given,
    batch_variance,
    images_needed,
    rate,
    resnet8,
    shares,
)
from utils.exercises.answers10_epoch import OTHER_EPOCHS, epoch, on_slopes
from utils.exercises.slips10 import OTHER_ACCURACIES, OTHER_SHARES, OTHER_VARIANCES
from utils.exercises.slips10_rate import OTHER_NUMBERS, OTHER_RATES

EXERCISES = {
    "10.steps": Number(
        effort=Effort(3, 1),
        value=235,
        tried=lambda n: f"{n} steps of 8·32 = 256 images make {256 * n:,}; there are 60,000",
        slips={
            234: "96 images are left over, and they make a step too",
            234.375: "there is no 0.375 of a step; a smaller batch makes a step too",
            196: "there are 60,000 images here, not 50,000",
            236: "one too many: 234 are full, and the 96 images that are left make one more",
            256: "these are the images of a step; how many such steps take all 60,000?",
            96: "these are the images of the last step; how many steps are there?",
            1_500: "32 and 8 are multiplied, not added up: a step takes 256 images",
            1_875: "this is one device's batch of 32; a step takes eight of them",
            7_500: "this is divided by eight; each device takes 32 in a step",
            1_880: "a step is one of all the devices together, not one of each",
        },
        shown="234 steps of 256 images, and one of 96.",
        hints=(
            "How many images do all the devices take together in a step?",
            "256. How often does that fit into 60,000, and what remains?",
            "Round up: -(-a // b) does that in Python.",
        ),
    ),
    "10.shares": Function(
        effort=Effort(8, 2),
        reference=shares,
        cases=((7, 2), (10, 4), (5, 4), (8, 4), (1, 3), (25, 2)),
        slips=OTHER_SHARES,
        shown="equal shares while there are images, then the rest, then nothing.",
        hints=(
            "How large is the first share? Round up.",
            "Device i begins with image size * i. How many are left from there?",
            "At most size, at least 0: min and max.",
        ),
    ),
    "10.batch_variance": Function(
        effort=Effort(10, 3),
        reference=batch_variance,
        cases=(
            ([1.0, 5.0], [2.0, 1.0], [4, 3]),
            ([0.5, 0.5], [4.0, 1.0], [1, 7]),
            ([3.0, -1.0, 2.0], [0.5, 2.0, 3.0], [2, 2, 1]),
        ),
        slips=OTHER_VARIANCES,
        shown="the mean of the variances and the variance of the means, each image counting once.",
        hints=(
            "Two images of brightness 0 here, two of 4 there: what is the variance of the four?",
            "The mean of all: means weighted with counts. How far is each device's mean from it?",
            "An image's squared distance from that is, on average, variance + (own mean - mean)².",
        ),
    ),
    "10.rate": Function(
        effort=Effort(6, 2),
        reference=rate,
        cases=(
            (0, 0.1, 8, 10),
            (5, 0.1, 8, 10),
            (3, 0.1, 8, 10),
            (10, 0.1, 8, 10),
            (50, 0.1, 8, 9),
            (3, 0.2, 4, 6),
        ),
        slips=OTHER_RATES,
        shown="base, then a straight line to devices · base, then level.",
        hints=(
            "Which part of the way is done at a step? At most all of it: min(step / warmup, 1).",
            "The way goes from base to devices * base. How long is it?",
            "base plus that length times the part that is done.",
        ),
    ),
    "10.images_needed": Function(
        effort=Effort(8, 2),
        reference=images_needed,
        cases=(
            (0.9, 0.004, 0.0299),
            (0.5, 0.003, 0.01),
            (0.8, 0.01, 0.067),
            (0.75, 0.02, 0.011),
            (0.5, 0.5, 1.0),
            (0.9, 0.002, 0.7711),
        ),
        slips=OTHER_NUMBERS,
        shown="the lesson's ResNet-50 needs 52 images a device for 90 %, with 50 Gbit/s.",
        hints=(
            "With an efficiency of 0.9, how much longer does it compute than it shares?",
            "Nine times as long: 0.9 beside 0.1. And with any other efficiency?",
            "The seconds of computing, divided by those of an image, rounded up.",
        ),
    ),
    "10.resnet8": Network(
        effort=Effort(10, 2),
        reference=resnet8,
        shown="1 + 2 + 2 + 2 + 1 layers; the bytes are scaled where the network computes.",
        hints=(
            "layers.Rescaling(1 / 255) comes before everything else.",
            "Three blocks: which of them keep the shape?",
            "identity_block(x, 4), then convolutional_block by 2 with 8 and with 16 filters.",
        ),
    ),
    "10.accuracy": Fault(
        effort=Effort(8, 2),
        given=accuracy_given,
        where=Choice(
            value="b",
            slips={
                "a": "nothing is rounded: the two accuracies are 1 and 1/3, and their mean is 2/3",
                "c": "the lists are equally long, so both devices are in the mean",
                "d": "it is the other way round: len(each) is the number of devices",
            },
            shown="each of the first device's images counts 1/8, each of the second's 1/6.",
        ),
        repair=Function(
            reference=accuracy,
            cases=(
                ([4, 1], [4, 3]),
                ([3, 0], [3, 0]),
                ([0, 3], [0, 4]),
                ([5, 5], [8, 8]),
                ([1, 2, 0], [5, 2, 1]),
            ),
            told=OTHER_ACCURACIES,
        ),
        shown="all that are right by all that there are; nothing is divided by 0.",
        hints=(
            "4 of 4 are right on one device, 1 of 3 on the other. What is the accuracy?",
            "Five of seven. What does the function say, and why?",
            "Add up first, and divide once.",
        ),
    ),
    "10.explanation": Choice(
        effort=Effort(6, 2),
        value="d",
        slips={
            "a": "mean and variance are right, but look at what becomes of a single image",
            "b": "the values are small in every case: look at the table",
            "c": "64 divides evenly by 2, 8 and 32: each device has as many as the others",
        },
        shown="with two images on a device, the result is always -1 and 1.",
        hints=(
            "With 32 devices, how many images has each?",
            "What do the two rows say for the first device, and what for the last?",
            "Two images, one darker and one brighter: which two values can come out?",
        ),
    ),
    "10.once_an_epoch": Experiment(
        effort=Effort(20, 3),
        writes=(
            Written(
                "epoch",
                Function(
                    reference=on_slopes(epoch),
                    cases=((1, "each step"), (2, "each epoch")),
                    slips=tuple(map(on_slopes, OTHER_EPOCHS)),
                ),
                on_slopes,
            ),
        ),
        names=("each step", "each epoch"),
        within=(0.05, 4),
        usual={"each step": (0.7, 2), "each epoch": (0.75, 2)},
        likely={"each step": (0.7, 1.12), "each epoch": (1.05, 2)},
        drawn=True,
        unit="loss after ten epochs",
        outside="ten classes guessed are 2.3; check what you hand over",
        best="least",
        shown="as many images and steps either way; only how often the devices share differs.",
        hints=(
            "Begin with a list of eight copies of the weights, one for each device.",
            "np.split(parts, 10, axis=1) gives ten batches, each with a row of images a device.",
            "Each copy takes a step, by its own gradient or by the mean of all eight.",
        ),
    ),
}
