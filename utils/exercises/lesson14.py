"""Lesson 14, what came after ResNet."""

import numpy as np

from utils.checks.experiments import Experiment, Written
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Block, Network
from utils.checks.trials import Fault
from utils.exercises.answers14 import (
    dense_block,
    depth_left,
    grouped,
    layer_back,
    resnext,
    small_densenet,
    small_densenet_given,
    stack,
)
from utils.exercises.slips14 import OTHER_BACKS, OTHER_DEPTHS, OTHER_GROUPS

RANDOM = np.random.default_rng(14)


def normalised(shape):
    """Rows of random numbers, each normalised by itself, and the deviation of each."""
    x = RANDOM.normal(2, 1.5, shape)
    spread = x.std(axis=1, keepdims=True)
    return (x - x.mean(axis=1, keepdims=True)) / spread, spread


BACKS = tuple(
    (RANDOM.normal(size=shape), *normalised(shape), RANDOM.normal(size=shape[1]))
    for shape in ((4, 5), (3, 6))
)

EXERCISES = {
    "14.channels_in": Number(
        effort=Effort(4, 1),
        value=192,
        formula="((48 + 6 * 24) // 2 + 12 * 24) // 2",
        slips={
            384: "the second transition halves the channels, too",
            480: "a transition halves the channels; there are two on the way",
            264: "a transition halves all that is there, not what its block added alone",
            240: "the first transition halves the channels, too",
            96: "that is what the second block reads",
            256: "that is DenseNet-121, with a growth rate of 32; here it is 24",
            30: "each of a block's layers adds 24 channels, not each block",
            144: "the first convolution's 48 channels stay; nothing is overwritten",
            168: "the first convolution makes 48 channels, which go through both transitions",
            480 / 4: "each transition halves what is there then: the second block is halved once",
            336: "that is before the second transition, and without the first one's 48",
            480 - 48: "these are the channels that were added; transitions halve what is there",
            288: "these are the channels that the second block adds",
            768: "that is what the third block of 24 layers hands on",
        },
        shown="48, 192, 96, 384, 192: what a block adds counts whole, what came before by half.",
        hints=(
            "How many channels come out of the first block? Its six layers add 24 each.",
            "48 + 6·24. The transition leaves half of them; the second block adds to these.",
            "96 + 12·24 = 384, and a second transition.",
        ),
    ),
    "14.grouped": Function(
        effort=Effort(5, 1),
        reference=grouped,
        cases=((14, 128, 128, 32), (7, 64, 96, 1), (28, 24, 48, 4), (5, 8, 8, 8)),
        slips=OTHER_GROUPS,
        shown="groups divide what a filter reads, and nothing else.",
        hints=(
            "At how many places does it work, with how many filters? Groups change neither.",
            "How many channels does one filter read?",
            "pixels · pixels · 9 · (channels // groups) · filters.",
        ),
    ),
    "14.dense_layer": Block(
        effort=Effort(8, 2),
        reference=dense_block,
        shape=(6, 6, 5),
        arguments=(3, 4),
        others=(((5, 4, 8), (1, 3)), ((4, 4, 3), (4, 2))),
        shown="each layer reads all that came before, and adds `growth` channels to it.",
        hints=(
            "A loop of `count` turns; x is what the next turn reads.",
            "Normalise, ReLU, convolve: `growth` filters of 3×3, padded, without a bias.",
            "layers.Concatenate()([x, y]) is the next x.",
        ),
    ),
    "14.resnext": Block(
        effort=Effort(8, 2),
        reference=resnext,
        shape=(6, 6, 12),
        arguments=(12, 8, 4),
        others=(((5, 4, 8), (8, 12, 3)),),
        shown="a bottleneck whose 3×3 is in groups; all else is ResNet's.",
        hints=(
            "Three convolutions: 1×1 to `inner`, 3×3 in groups, 1×1 to `filters`.",
            "Each without a bias, each with normalisation; a ReLU behind the first two.",
            "Add x, then a last ReLU. GroupedConv2D takes groups=groups.",
        ),
    ),
    "14.small_densenet": Fault(
        effort=Effort(10, 2),
        given=small_densenet_given,
        where=Choice(
            value="c",
            slips={
                "a": "the concatenation does keep everything; but who reads it?",
                "b": "a transition should halve the channels, so that is as it should be",
                "d": "padding keeps the map's size, or nothing could be concatenated",
            },
            shown="`first` is what the block began with, so what the layers made nobody reads.",
        ),
        repair=Network(reference=small_densenet),
        shown="each layer reads the ones before it, and the last maps are normalised, too.",
        hints=(
            "Which tensor does each layer of a block read? Which should it?",
            "Compare the pooling of the transition with the lesson's.",
            "Nothing has normalised what the last layer made, when the mean is taken.",
        ),
    ),
    "14.which_convention": Choice(
        effort=Effort(6, 2),
        value="b",
        slips={
            "a": "then the page would print 3.5 million",
            "c": "both networks have biases in few layers only, and far fewer than that",
            "d": "with other classes the difference would be some multiple of 1,281",
        },
        shown="one leaves gamma and beta out, the other counts them; neither counts what is only "
        "collected.",
        hints=(
            "Compute for both: all numbers, the trainable ones, those without normalisation.",
            "3.54, 3.50 and 3.47 million; 5.33, 5.29 and 5.25 million. Which are printed?",
            "The page prints 3.47. Of 5.33, 5.29 and 5.25, which two round to 5.3?",
        ),
    ),
    "14.normalised_back": Function(
        effort=Effort(12, 3),
        reference=layer_back,
        cases=BACKS,
        slips=OTHER_BACKS,
        shown="the same bracket as batch normalisation's, along the other axis.",
        hints=(
            "The lesson's bracket has three terms. Over which axis are the means here?",
            "gamma differs from feature to feature: multiply dy by it first.",
            "With g = gamma * dy: (g - mean(g) - normal * mean(g * normal)) / spread, row by row.",
        ),
    ),
    "14.depth_left": Function(
        effort=Effort(5, 2),
        reference=depth_left,
        cases=((54, 0.5), (9, 0.8), (3, 0.1), (16, 1.0)),
        slips=OTHER_DEPTHS,
        shown="of 54 blocks 40.25, if the last is there half of the time.",
        hints=(
            "How often is block number n of `count` there? It falls in a straight line to `last`.",
            "1 - (1 - last) · n / count. And how many are there on average?",
            "The sum of that for n = 1, 2, ..., count.",
        ),
    ),
    "14.small_branches": Experiment(
        effort=Effort(20, 3),
        writes=(
            Written(
                "stack",
                Block(
                    reference=stack,
                    shape=(32,),
                    arguments=(0.1,),
                    others=(((32,), (1.0,)),),
                    starts=True,
                ),
            ),
        ),
        names=("whole", "tenth"),
        within=(0.05, 2.6),
        unit="training loss of the third epoch",
        outside="ten classes guessed are 2.3; is it the loss of the last epoch?",
        usual={"whole": (0.3, 1.1), "tenth": (0.3, 1.1)},
        likely={"whole": (0.35, 0.66), "tenth": (0.6, 1.1)},
        best="least",
        drawn=True,
        shown="the same layers and steps; only what F is multiplied by differs.",
        hints=(
            "A loop of eight: normalise, ReLU, Dense(32); then x + scale · y.",
            "Three seeds: final_loss(scale, seed) six times, three a list.",
            "Compare the worst run of one kind with the best of the other.",
        ),
    ),
}
