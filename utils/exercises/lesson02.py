"""Lesson 2, AlexNet."""

from functools import partial

from utils.checks.experiments import Experiment, Written
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Block, Network
from utils.checks.trials import Fault
from utils.exercises.answers02 import (
    PIXEL,
    SLIPS,
    _alexnet,
    at,
    dropped,
    normalised,
    tiny_alexnet_given,
    two_towers,
)

EXERCISES = {
    "02.conv1_shape": Number(
        effort=Effort(4, 1),
        value=(62, 62, 96),
        slips={
            (62.25, 62.25, 96): "a step that does not fit whole is left out",
            (63, 63, 96): "it is rounded up, to a step that no longer fits into the image",
            (61, 61, 96): "the steps are counted; the place where the filter starts is one more",
            (64, 64, 96): "that is with padding (`same`); conv1 has none",
            (55, 55, 96): "that comes out of 227×227",
            (54, 54, 96): "that comes out of 224×224",
            (246, 246, 96): "that is with a stride of 1; conv1 moves by 4",
            (30, 30, 96): "pool1 is counted too; conv1 comes before it",
            (62, 62, 48): "those are the channels of one tower; there are two",
            (62, 62, 3): "each filter makes one channel, whatever the channels that it reads",
            (62, 62, 288): "each filter adds up its three channels to one",
            (62, 62, 256): "those are the filters of conv2",
            (27, 27, 96): "that is pool1 of 227×227; conv1 of 256×256 is asked for",
            (53, 53, 96): "it is divided by 4 first: take 11 off, then divide, then add the start",
            (245, 245, 96): "these are the pixels by which the filter can move; it moves by 4",
        },
        shown="61 whole steps and the start; the last row and column of pixels are left over.",
        hints=(
            "The rule of lesson 1. Where can the filter start, when it moves by 4?",
            "Its left edge can move by 256 - 11 pixels. How many whole steps of 4 are that?",
            "(256 - 11) / 4, rounded down, and one more. The filters are the channels.",
        ),
    ),
    "02.four_towers": Number(
        effort=Effort(5, 2),
        value=153_856,
        formula="4 * 64 * (5 * 5 * 24 + 1)",
        slips={
            614_656: "that is one tower: each filter reads all 96 channels",
            307_456: "those are two towers, as published: each filter reads 48 channels",
            38_464: "that is one tower of the four",
            153_600: "the biases are forgotten: one for each of the 256 filters",
            153_664: "64 biases are in it; each of the 256 filters has one",
            55_552: "these are filters of 3×3; conv2's are 5×5",
            38_400: "that is one tower of the four, and its biases are forgotten",
            614_400: "that is one tower, without biases: each filter reads all 96 channels",
            307_200: "those are two towers, without biases: each filter reads 48 channels",
            6_656: "a filter reads one channel here; it reads all 24 of its tower",
            409_856: "a filter reads 24 channels of conv1, not 64",
            460_800: "that is the difference from one tower; the number itself is asked for",
            615_424: "a tower has a quarter of the filters, 64; these are 256 in each",
            601: "that is one filter with its bias; how many filters have the towers together?",
            600: "those are the weights of one filter; how many have the towers, with biases?",
            9_664: "that is one tower, whose filters read 6 channels; they read 24",
            221_440: "these are filters of 3×3 that read 96 channels; they are 5×5 and read 24",
            153_604: "there is one bias for each filter, not for each tower",
            153_696: "there is one bias for each filter it makes, not for each channel it reads",
            743_680: "filters of 11×11 are conv1's; conv2's are 5×5",
            77_056: "a filter reads 12 channels here; a quarter of conv1's 96 are 24",
            19_456: "it reads the image's 3 channels here; conv2 reads conv1's",
            2_458_624: "those are four whole layers; each tower has a quarter of the filters",
            34_944: "that is conv1; conv2 is asked for",
        },
        shown="256 filters as ever, each of 5·5·24 weights: about a quarter of one tower's.",
        hints=(
            "Take one tower. How many filters has it, and how many channels does one of them read?",
            "96 / 4 channels go into a tower's conv2, and it has 256 / 4 filters.",
            "A filter has 5·5·24 weights and a bias. How many filters have all four together?",
        ),
    ),
    "02.normalised": Function(
        effort=Effort(12, 3),
        reference=normalised,
        cases=(
            (100 * PIXEL, 2, 5, 1e-4, 0.75),
            (PIXEL, 1, 3, 0.1, 0.5),
            (PIXEL[:4], 2, 7, 0.1, 0.75),
            (PIXEL[4:], 3, 1, 0.5, 1.5),
        ),
        slips=tuple(slip for _, slip in SLIPS),
        shown="a strong channel presses down itself and its neighbours, as in the lesson's figure.",
        hints=(
            "One sum for each channel. Which slice of values is the window around channel i?",
            "values[start:stop] stops before stop. Below 0, start counts from the end: max(0, …).",
            "Square the slice and sum it. With all sums: values / (k + alpha * sums) ** beta.",
        ),
    ),
    "02.two_towers": Block(
        effort=Effort(10, 2),
        reference=two_towers,
        also=tuple(
            partial(two_towers, joined=joined, grouped=grouped)
            for joined, grouped in ((False, True), (True, False), (True, True))
        ),
        shape=(67, 67, 3),
        arguments=(8, 12),
        others=(((51, 51, 2), (4, 6)),),
        shown="each conv2 reads its own tower: half the channels, and so half the weights.",
        hints=(
            "Write one tower from x to pool2, and do that twice: a loop, or a function of its own.",
            "Each tower has half of the filters: first // 2 and second // 2.",
            "MaxPooling2D(3, strides=2) twice in a tower; layers.Concatenate() joins two tensors.",
        ),
    ),
    "02.narrow_alexnet": Network(
        effort=Effort(15, 2),
        reference=lambda: _alexnet(67, (12, 32, 48, 48, 32), 512),
        shown="five convolutions, three dense layers; pool5 leaves one place.",
        hints=(
            "Go through the table line by line: a layer, its activation, what is behind it.",
            "Heights: 15 and 7, 7 and 3, 3, 3, 3 and 1. Between pool5 and fc6, flatten.",
            "padding='same' from conv2 on; MaxPooling2D(3, 2) three times, Dropout(0.5) twice.",
        ),
    ),
    "02.tiny_alexnet": Fault(
        effort=Effort(10, 2),
        given=tiny_alexnet_given,
        where=Choice(
            value="d",
            slips={
                "a": "the first dense layer has ReLU and dropout, as it should; and the last one?",
                "b": "the first convolution is as it should be; compare the size behind the second",
                "c": "the first convolution moves by 4, as it should; do the poolings overlap?",
            },
            shown="no overlap, a conv2 that shrinks, and scores that ReLU and dropout cut off.",
        ),
        repair=Network(reference=lambda: _alexnet(99, (8, 16, 24, 24, 16), 64)),
        shown="two of the three change no count of parameters: one has to read the code.",
        hints=(
            "Look at tiny_alexnet().summary(). Heights should be 23, 11, 11, 5, 5, 5, 5 and 2.",
            "One fault is in three lines alike, one in a convolution, one in the last loop.",
            "By how much do neighbouring windows overlap? What is behind the dense layer of 10?",
        ),
    ),
    "02.smaller_steps": Choice(
        effort=Effort(8, 2),
        value="b",
        slips={
            "a": "a convolution has one set of weights for all places: its column never changes",
            "c": "compare the columns of multiply-adds: nearly all of the new work is convolution",
            "d": "fc7 reads fc6's units, not the image: its column never changes",
        },
        shown="conv1's stride sets the work of all convolutions, but the weights of fc6 only.",
        hints=(
            "Which columns of parameters change from row to row, and which stay as they are?",
            "What does fc6 read? Look at pool5, and multiply.",
            "Compare what is added in multiply-adds: to the convolutions, and to fc6.",
        ),
    ),
    "02.false_labels": Experiment(
        effort=Effort(20, 3),
        writes=tuple(
            Written(
                "network", Network(reference=partial(dropped, rate)), at(rate), f"rate = {rate}"
            )
            for rate in (0.5, 0.25)
        ),
        names=("with", "without"),
        within=(5, 85),
        usual={"with": (18, 45), "without": (22, 52)},
        unit="errors on test images in %",
        outside="per cent of errors are wanted, from about 20 to 90, which is guessing",
        best="least",
        shown="whoever learns every training label learns the wrong ones, too.",
        hints=(
            "The lesson's dense_layers is nearly this network; where does the rate go?",
            "Each seed needs a new network: errors(rate, seed) makes one and gives one number.",
            "Two lists of three numbers each, the first for a rate of 0.5, the second for 0.",
        ),
    ),
}
