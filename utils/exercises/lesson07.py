"""Lesson 7, one-by-one convolutions."""

from functools import partial

from utils.checks.experiments import Experiment, Written
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Block, Network
from utils.checks.trials import Fault
from utils.exercises.answers07 import (
    SLIPS,
    averaged,
    case,
    in_means,
    late,
    mlpconv,
    neighbours,
    network_in_network,
    of_thinned,
    on_channels,
    one_axis,
    one_by_one,
    other_axis,
    rounded_down,
    scores,
    two_blocks,
    two_blocks_given,
    unmoved,
    unmoved_bias,
)

EXERCISES = {
    "07.shrunk_shape": Number(
        effort=Effort(3, 1),
        value=(8, 8, 64),
        slips={
            (15, 15, 64): "the pooling is missing; it moves by 2",
            (7, 7, 512): "the convolution is missing, and half of 15 is rounded up here",
            (8, 8, 512): "the convolution is missing; each filter makes one channel",
            (7, 7, 64): "the pooling is padded, so half of 15 is rounded up: 0, 2, 4 to 14",
            (8, 8, 32): "pooling treats every channel by itself, and leaves as many as it finds",
            (8, 8, 256): "pooling leaves the channels alone, and the filters set their number",
            (8, 8, 576): "a convolution puts its channels in place of the old ones",
            (8, 8, 8): "64 filters make 64 channels, however many they read",
            (5, 5, 64): "the pooling moves by 2, not by its own size of 3",
            (6, 6, 64): "a filter of one pixel loses no rim, and the pooling is padded",
            (4, 4, 64): "only the pooling moves by 2; the convolution moves by 1",
            (28, 28, 32): "these are the lesson's numbers; here 15×15×512 come in",
            (7.5, 7.5, 64): "there are whole places only: a window begins at every second",
        },
        shown="the pooling sets height and width, the convolution the channels.",
        hints=(
            "One of the two layers changes the channels, the other height and width.",
            "A filter of 1×1 fits on every pixel, and makes one channel.",
            "The pooling's windows begin at every second of 15 pixels, the first one included.",
        ),
    ),
    "07.multiplications": Number(
        effort=Effort(5, 2),
        value=5_275_648,
        formula="(15 * 15 - 8 * 8) * 512 * 64",
        factors={
            "the 512 channels that are read": 512,
            "the 64 channels that are made": 64,
            "the 161 places": 161,
        },
        slips={
            225 * 32_768: "this is the work on 15×15; the work behind the pooling is not saved",
            64 * 32_768: "this is the work behind the pooling; by how much is it less than before?",
            (225 + 64) * 32_768: "this is the sum of both ways; their difference is asked for",
            152 * 32_768: "the pooling's windows are taken off; a pooling multiplies nothing",
            -5_275_648: "the difference is taken the other way round",
            (225 - 49) * 32_768: "the padded pooling leaves 8×8, not 7×7",
            (15 - 8) * 32_768: "these are rows; count the places, 15·15 and 8·8",
            225 - 64: "these are the places that fall away; at each stands a matrix of weights",
            161 * (512 + 64): "at each place 512·64 numbers are multiplied, not 512 + 64",
            120 * 32_768: "height and width each shrink: 15·15 places become 8·8, not 15·8",
            5_529_600: "half of 15 is rounded up, to 8",
            **dict.fromkeys((0.284, 0.28), "this is the part that is left; how many less is asked"),
            161 * 64: "each filter reads 512 channels, and multiplies each by a weight",
            161 * 512: "this is the work of one filter; there are 64",
            49 * 32_768: "these are 49 places; 15·15 − 8·8 fall away, which is not (15 − 8)²",
            512 * 64: "these are the weights; each is used at every place",
            512 * 64 + 64: "these are the parameters; each weight is used at every place",
            161 * (32_768 + 64): "biases are counted; they are added, not multiplied",
            9 * 5_275_648: "the pooling's 3×3 multiplies nothing, and the filters are 1×1",
            225 * 32_768 / (64 * 32_768): "this is how many times less; how many less is asked",
            **dict.fromkeys(
                (161 / 225, 0.716, 0.72), "this is the part that is saved; the number is asked for"
            ),
            **dict.fromkeys((5.3, 5.28), "these are millions, rounded; the number is asked for"),
            4_816_896: "this is the lesson's convolution; here it reads 512 channels",
        },
        shown="(15·15 − 8·8)·512·64: under a third of the work is left. (What comes out differs.)",
        hints=(
            "Count the convolution's work twice: as it stands, and before the pooling.",
            "At one pixel it multiplies 512 channels by a weight, for each of 64 filters.",
            "15·15 places before the pooling, 8·8 behind it; biases are only added.",
        ),
    ),
    "07.one_by_one": Function(
        effort=Effort(8, 2),
        reference=one_by_one,
        cases=(case(3, 2, 4, 5, 1), case(5, 7, 4, 4, 2), case(7, 4, 3, 1, 3)),
        slips=(
            *(of_thinned(*slip) for slip in SLIPS),
            *(unmoved_bias, on_channels, in_means),
            *(unmoved, one_axis, other_axis, late, rounded_down, neighbours, averaged),
        ),
        shown="one matrix product at each pixel that is read: a dense layer on the last axis.",
        hints=(
            "At one pixel stands a number for each channel; a filter takes their weighted sum.",
            "image[i, j] @ weights is what one pixel becomes, before the biases.",
            "numpy's @ works on the last axis, and a slice with a step, x[::2], leaves pixels out.",
        ),
    ),
    "07.mlpconv": Block(
        effort=Effort(6, 1),
        reference=mlpconv,
        shape=(12, 12, 4),
        arguments=(5, (6, 5, 3), 2),
        others=(
            ((9, 9, 3), (3, (4, 6), 1)),
            ((8, 8, 2), (3, (3, 4, 5, 6), 1)),
            ((8, 8, 2), (1, (3, 4), 2)),
        ),
        shown="a convolution, then a dense network at every pixel, as deep as you like.",
        hints=(
            "Convolutions one after the other; only the first looks at neighbours.",
            "kernel and strides belong to the first alone. Which number of filters is whose?",
            "padding='same' for the first, activation='relu' for all, a loop over filters[1:].",
        ),
    ),
    "07.network_in_network": Network(
        effort=Effort(12, 2),
        reference=network_in_network,
        shown="nine convolutions and not one dense layer; 100 maps, and 100 means.",
        hints=(
            "Three calls of the block of exercise 4, with pooling and dropout between them.",
            "The poolings differ in kind, the dropouts in their rate, the blocks in their depth.",
            "The last block ends in a map for each class; then the mean, then softmax.",
        ),
    ),
    "07.two_blocks": Fault(
        effort=Effort(10, 2),
        given=two_blocks_given,
        where=Choice(
            value="b",
            slips={
                "a": "the max pooling is as it should be; look for a convolution without its ReLU",
                "c": "the third is a 1×1 with ReLU, the fifth too; hold the others against a block",
                "d": "a block begins with a larger convolution, and softmax does come last",
            },
            shown="the second is a 3×3, the sixth has no ReLU, and no dense layer belongs there.",
        ),
        repair=Network(reference=two_blocks),
        shown="no dense layer, no convolution without ReLU; the mean of a map is a score.",
        hints=(
            "Look at two_blocks().summary(). Which layers have the most parameters?",
            "One fault is in the first block, one in the second, one behind both.",
            "A block looks at neighbours once; no convolution goes without ReLU; none is dense.",
        ),
    ),
    "07.explanation": Choice(
        effort=Effort(8, 2),
        value="b",
        slips={
            "a": "a pooling halves, whatever comes, and the last maps grow with the image",
            "c": "a filter's weights are its size times the channels that it reads, on any image",
            "d": "an average has no weights; and ten for each map would not grow with the image",
        },
        shown="the work grows with the number of places, the filters' weights do not.",
        hints=(
            "Compare: by which factor do the last maps grow, by which the multiplications?",
            "Multiplications grow as places do. Which layer's parameters do so, too?",
            "How many weights has a filter of 5×5 on 32×32 pixels, and how many on 64×64?",
        ),
    ),
    "07.moved_images": Experiment(
        effort=Effort(20, 3),
        writes=(
            Written(
                "scores",
                Block(
                    reference=scores,
                    shape=(6, 6, 32),
                    arguments=("mean",),
                    others=(((6, 6, 32), ("flatten",)),),
                    also=(partial(scores, swapped=True),),
                ),
            ),
        ),
        names=("mean", "flatten"),
        within=(0.02, 0.99),
        usual={"mean": (0.42, 0.95), "flatten": (0.45, 0.95)},
        unit="the part of the moved test images that was wrong",
        outside="hand over errors, as parts of 1; of ten classes, guessing misses 0.9",
        best="least",
        shown="both networks share their maps; only what stands behind them differs.",
        hints=(
            "For the mean, ten maps are needed first: how many filters, of which size?",
            "Three seeds for each kind, a new network for each: two lists of three numbers.",
            "Compare the worst run of one kind with the best of the other.",
        ),
    ),
}
