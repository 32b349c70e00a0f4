"""Lesson 13, transfer learning and data augmentation."""

import numpy as np

from utils.checks.experiments import Experiment, Written
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Network
from utils.checks.trials import Fault
from utils.exercises.answers13 import (
    by_views,
    doubled,
    fine_tune_given,
    mixed,
    parted,
    parted_given,
    transferred,
    transferred_given,
)
from utils.exercises.noted import FineTuned
from utils.exercises.slips13 import OTHER_DOUBLES, OTHER_MIXTURES, OTHER_VIEWS
from utils.exercises.slips13_parts import OTHER_PARTS

RANDOM = np.random.default_rng(13)
IMAGES = RANDOM.random((4, 3, 2, 1))
LABELS = np.array([2, 0, 1, 2])
PROBABILITIES = RANDOM.dirichlet(np.full(3, 0.3), (5, 6))  # (views, images, classes)


def changed(images):
    """A change that tells copies from the images that they are of, and a batch from one image."""
    return np.flip(images, axis=1) + 10


EXERCISES = {
    "13.trained_parameters": Number(
        effort=Effort(6, 2),
        value=422_408,
        formula="320 * 1280 + 2 * 1280 + 1280 * 8 + 8",
        parts={
            "the convolution": 409_600,
            "the batch normalisation": 2_560,
            "the head": 10_248,
        },
        slips={
            424_960: "mean and variance are counted, too, and the head's biases are not",
            424_968: "mean and variance are counted, too; they are measured, and not trained",
            423_688: "1,280 too many: that convolution has no biases, and normalisation learns two "
            "numbers a channel",
            414_728: "the head reads the 1,280 that the convolution makes, not 320",
            420_488: "the normalisation stands behind the convolution, on 1,280 channels",
            421_127: "there are eight classes here, not seven",
            412_232: "the head has a weight for each of 1,280 numbers and eight classes",
            913_928: "the head reads the mean of each map, not its 7×7 places",
            4_652_008: "that is the whole network as it was",
            421_128: "batch normalisation learns two numbers a channel, gamma and beta",
            422_400: "the head's biases are forgotten, one for each class",
            418_565: "this is a head for five classes, as in the lesson; here there are eight",
            3_699_208: "that convolution is 1×1, not 3×3",
            4_694_024: "that is the whole network, with its old head",
            3_381_256: "that is the whole network with the new head; most of it is frozen",
            3_371_008: "that is the whole body; only its last convolution is unfrozen",
            1_693_160: "the head is new: of the 1,000 old classes nothing is kept",
            1_690_600: "the head is new, and the batch normalisation is missing",
            370_008: "the convolution reads 320 channels and makes 1,280",
            51_200: "the convolution has 320·1,280 weights",
        },
        shown="of 3.4 million an eighth, nearly all of it in one 1×1 convolution.",
        hints=(
            "Three layers are trained. The convolution is 1×1 and reads 320 channels.",
            "Batch normalisation has four numbers a channel. Which two does it learn?",
            "320·1,280 + 2·1,280, and the head reads 1,280 numbers and has a bias a class.",
        ),
    ),
    "13.mixed": Function(
        effort=Effort(10, 2),
        reference=mixed,
        cases=(
            (IMAGES, LABELS, 3, np.array([0.3, 0.0, 0.5, 0.9]), np.array([3, 2, 0, 1])),
            (IMAGES[:2], LABELS[:2], 4, np.array([0.2, 0.6]), np.array([1, 0])),
        ),
        slips=OTHER_MIXTURES,
        shown="a picture that is 0.7 bag and 0.3 boot, and a label that says so.",
        hints=(
            "np.eye(classes)[labels] makes a row of zeros and one 1 of each label.",
            "Each image has a part of its own: part[:, None, None, None] times an image.",
            "(1 - part) of the first and part of the other; for the labels part[:, None].",
        ),
    ),
    "13.views": Function(
        effort=Effort(5, 1),
        reference=by_views,
        cases=((PROBABILITIES,), (PROBABILITIES[:2, :3],)),
        slips=OTHER_VIEWS,
        shown="one sure view can outweigh several that are not.",
        hints=(
            "Which of the three axes are the views?",
            "First the mean over the views, (images, classes). Then?",
            "argmax along the last axis.",
        ),
    ),
    "13.scaled_twice": Fault(
        effort=Effort(10, 2),
        given=transferred_given,
        where=Choice(
            value="a",
            slips={
                "b": "it is a fault, but behind it the photographs differ in 20 numbers still",
                "c": "it is a fault, but what reaches it is as different as it was",
                "d": "that is no fault: in use, dropout does nothing",
            },
            shown="numbers from 0 to 1 become numbers from -1 to -0.99: black, all of them.",
        ),
        repair=Network(reference=transferred),
        shown="none of the three raised an error.",
        hints=(
            "Read trained() first: what does it do with its input, and what comes out of it?",
            "One fault is in front of the network, one at its end, one in the last layer.",
            "network.layers[-2].output is what the old head reads; the new one should, too.",
        ),
    ),
    "13.fine_tune": Fault(
        effort=Effort(8, 2),
        given=fine_tune_given,
        where=Choice(
            value="d",
            slips={
                "a": "it was frozen after the network was compiled, so nothing is frozen yet",
                "b": "the second call has the same weights to train as the first",
                "c": "it was compiled once, with 0.01, and nothing has changed that",
            },
            shown="what is trained, and how fast, was fixed when the network was compiled.",
        ),
        repair=FineTuned(),
        shown="first the head, fast; then all but batch normalisation, gently.",
        hints=(
            "When does Keras look at trainable? Fault 3 of the lesson. And what does fault 1 say?",
            "Freeze, compile, fit; unfreeze, keep batch normalisation frozen, compile, fit.",
            "isinstance(layer, layers.BatchNormalization), for each of body.layers.",
        ),
    ),
    "13.split_late": Fault(
        effort=Effort(8, 2),
        given=parted_given,
        where=Choice(
            value="c",
            slips={
                "a": "the last quarter are changed copies only, but that is not the worst of it",
                "b": "each copy has its image's label",
                "d": "the images are not mixed, but what is wrong here would be so then, too",
            },
            shown="every test picture is a copy of one that was learned.",
        ),
        repair=Function(
            reference=parted,
            cases=(
                (IMAGES, LABELS, changed),
                (np.arange(16.0).reshape(8, 2, 1), np.arange(8), changed),
                (np.arange(40.0).reshape(20, 2, 1), np.arange(20), changed),
            ),
            told=OTHER_PARTS,
        ),
        shown="split first; change what is learned from, and nothing else.",
        hints=(
            "From which images are the pictures of the last quarter made?",
            "cut has to be counted before anything is copied.",
            "images[:cut] is learned from, and changed; images[cut:] stays as it is.",
        ),
    ),
    "13.which_way": Choice(
        effort=Effort(8, 3),
        value="b",
        slips={
            "a": "a head on features that are computed already learns fastest of all",
            "c": "its error on these pictures is 5 %: it does not even fit them",
            "d": "each way had the best of five rates, tried on other pictures",
        },
        shown="the head can only use what eight classes needed; the body has to learn the rest.",
        hints=(
            "On its own 1,000 pictures it misses 5 %, the others none. What is ruled out by that?",
            "64 numbers a picture come out of the body, whatever the pictures are.",
            "Which features would tell a T-shirt from a dress? Did the eight classes need them?",
        ),
    ),
    "13.upside_down": Experiment(
        effort=Effort(20, 3),
        writes=(
            Written(
                "doubled",
                Function(
                    reference=doubled,
                    cases=((IMAGES, LABELS, 1), (IMAGES, LABELS, 2)),
                    slips=OTHER_DOUBLES,
                ),
            ),
        ),
        names=("mirrored", "upside down"),
        within=(0.1, 0.91),
        usual={"mirrored": (0.2, 0.55), "upside down": (0.2, 0.55)},
        unit="test error",
        outside="an error is a part of 1, and guessing has 0.9; check what you hand over",
        best="least",
        shown="the same images and steps; only the copies differ.",
        hints=(
            "np.flip(images, axis) reverses the order along an axis; labels stay as they are.",
            "Three seeds of each: error_of(axis, seed); axis 2 mirrors, axis 1 turns upside down.",
            "Compare the worst run of one kind with the best of the other.",
        ),
    ),
}
