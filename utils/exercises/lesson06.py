"""Lesson 6, ResNet-152."""

from utils.checks.experiments import Experiment, Written
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Block, Network
from utils.checks.trials import Fault
from utils.exercises.answers06 import (
    BLOCK,
    COURSE_RESNETS,
    RESNET50,
    all_blocks,
    all_in_blocks,
    basic_block,
    course_block,
    deepest,
    fractions,
    just_enough,
    nearest,
    nothing_paid_yet,
    number_of_blocks,
    one_a_block,
    only_further_layers,
    resnet18,
    rounded_up,
    single_layers,
    small_resnet,
    small_resnet_given,
    stage,
    stage_padded_same,
    two_a_block,
)
from utils.exercises.answers06_order import OTHER_ERRORS, error, on_small_networks

EXERCISES = {
    "06.conv4_blocks": Number(
        effort=Effort(4, 1),
        value=48,
        tried=lambda n: (
            f"with {n} there are 1 + 3·(3 + 30 + {n} + 8) + 1 = {125 + 3 * n} layers; it has 269"
        ),
        slips={
            89: "these are the blocks of all four stages; three stages have 41 of them",
            41: "these are the blocks of the other three stages",
            144: "these are layers; three make a block",
            267: "these are the layers in all blocks; three make a block",
            226: "blocks are taken from layers: divide the 267 layers by three first",
            92.5: "two layers a block are counted; a bottleneck has three",
            92: "two layers a block are counted; a bottleneck has three",
            78: "the 30 blocks of conv3 are not taken off",
            51: "the 3 blocks of conv2 are not taken off",
            56: "the 8 blocks of conv5 are not taken off",
            269 / 3 - 41: "the first convolution and the dense layer are not in any block",
            268 / 3 - 41: "one layer stands before the blocks and one behind them",
            263 / 3 - 41: "the convolutions in shortcuts do not count",
            46: "the convolutions in shortcuts do not count",
            47: "with 47 there are 1 + 3·88 + 1 = 266 layers",
            49: "with 49 there are 1 + 3·90 + 1 = 272 layers",
            36: "this is the conv4 of ResNet-152",
            23: "this is the conv4 of ResNet-101",
        },
        shown="1 + 3·(3 + 30 + 48 + 8) + 1 = 269.",
        hints=(
            "Which layers of the 269 are in no block at all?",
            "267 layers are in blocks, three in each.",
            "From the blocks of all stages take those of conv2, conv3 and conv5.",
        ),
    ),
    "06.deepest": Function(
        effort=Effort(6, 2),
        reference=deepest,
        cases=tuple(
            (work,)
            for work in (
                *(11_282_415_616, 11_282_415_615, 7_570_194_432, RESNET50, 15_470_264_320),
                *(19_632_062_464, 4_294_705_151, RESNET50 + 5 * BLOCK + 1),
            )
        ),
        slips=(
            *(one_a_block, nothing_paid_yet, only_further_layers, number_of_blocks, two_a_block),
            *(all_in_blocks, nearest, rounded_up, fractions, single_layers, just_enough),
            all_blocks,
        ),
        shown="152 for the work of ResNet-152, 209 for that of VGG-16, 266 for that of VGG-19.",
        hints=(
            "How much is left when ResNet-50 is paid for?",
            "How many whole blocks does that pay? // divides and rounds down.",
            "Each of them adds three layers to the 50.",
        ),
    ),
    "06.basic_block": Block(
        effort=Effort(10, 2),
        reference=basic_block,
        also=(course_block,),
        shape=(8, 8, 6),  # oneDNN's gradient of a 1×1 that moves by 2 is wrong below 6 channels
        arguments=(8, 2),
        others=(((6, 6, 6), (6, 1)), ((6, 6, 4), (6, 1)), ((8, 8, 6), (6, 2)), ((8, 8, 8), (6, 1))),
        shown="relu(F(x) + shortcut), which is x itself where it fits.",
        hints=(
            "Keep x under another name. When can it be added as it is?",
            "It fits if strides is 1 and x.shape[-1] is filters; else a 1×1 makes it fit.",
            "The shortcut has batch normalisation, no ReLU; the last ReLU follows the addition.",
        ),
    ),
    "06.stage": Block(
        effort=Effort(8, 2),
        reference=stage,
        also=(stage_padded_same,),
        shape=(8, 8, 8),
        arguments=(4, 3, 2, True),
        others=(
            *(((8, 8, 6), (6, 3, 1, False)), ((6, 6, 16), (4, 2, 1, True))),
            *(((8, 8, 6), (8, 2, 1, False)), ((8, 8, 16), (4, 1, 2, True))),
            *(((6, 6, 8), (8, 1, 2, False)), ((6, 6, 12), (8, 2, 1, False))),
        ),
        shown="one block changes the shape where it has to, the others keep it.",
        hints=(
            "How many channels come out of a block, with a bottleneck and without?",
            "The first block keeps the shape if strides is 1 and x has that many channels already.",
            "Only the first block gets `strides`; all get `bottleneck`, and a name each.",
        ),
    ),
    "06.resnet18": Network(
        effort=Effort(12, 2),
        reference=resnet18,
        also=COURSE_RESNETS,
        shown="1 + 2·(2 + 2 + 2 + 2) + 1 layers, and five halvings from 64 to 2.",
        hints=(
            "Two layers halve the image before the first block: conv1 and the max pooling.",
            "So conv2's blocks move by 1. Which blocks of the later stages move by 2?",
            "The first of each: 8 filters by 1, then 16, 32 and 64 by 2; global average pooling.",
        ),
    ),
    "06.small_resnet": Fault(
        effort=Effort(10, 2),
        given=small_resnet_given,
        where=Choice(
            value="b",
            slips={
                "a": "conv1 and the max pooling bring 64 to 16, as they should for conv2",
                "c": "the filters double from stage to stage, 4, 8, 16, as they should",
                "d": "the max pooling brings 32 to 16, as it should",
            },
            shown="conv2 halves, each stage lacks a block, and the largest values go on.",
        ),
        repair=Network(reference=small_resnet),
        shown="16×16, 8×8 and 4×4; 2, 2 and 3 blocks; the mean of each map.",
        hints=(
            "small_resnet().summary(): which shape do the blocks of conv2 have?",
            "How many blocks does range(2, count) add, and how many should it?",
            "And the last pooling: the mean of each map was asked for.",
        ),
    ),
    "06.explanation": Choice(
        effort=Effort(8, 3),
        value="c",
        slips={
            "a": "ResNet-34 and ResNet-50 have sixteen blocks each, and so as many shortcuts",
            "b": "in both, three stages begin with a stride of 2, and a stride adds no weights",
            "d": "two numbers a channel are little beside a matrix of channels times channels",
        },
        shown="16·f² in the shortcut beside 17·f² in the block; with two 3×3 f² beside 18·f².",
        hints=(
            "Count the weights of one block with f filters, and those of its shortcut.",
            "Two 3×3 on f channels against 1×1, 3×3, 1×1 between 4·f and 4·f.",
            "The matrix of a shortcut is as wide as the block's input and as high as its output.",
        ),
    ),
    "06.order_of_blocks": Experiment(
        effort=Effort(20, 3),
        writes=(
            Written(
                "error",
                Function(
                    reference=on_small_networks(error),
                    cases=((1, (0, 1, 2, 3, 4)), (2, (4, 3, 2, 1, 0)), (3, (0, 3, 1))),
                    slips=tuple(map(on_small_networks, OTHER_ERRORS)),
                ),
                on_small_networks,
            ),
        ),
        names=("one out", "reversed"),
        within=(0.05, 0.95),
        usual={"one out": (0.15, 0.75), "reversed": (0.25, 0.95)},
        unit="test error",
        outside="guessing ten classes is wrong in 0.9 of the images; is it a part of 1?",
        best="least",
        shown="the same trained blocks, one of them left out or all in the opposite order.",
        hints=(
            "Start from what the first layer makes of x_test; each block adds its F(x) to x.",
            "The class of an image is the largest of its ten outputs: np.argmax(..., axis=1).",
            "One out: the mean of five errors, of five orders that lack one number each.",
        ),
    ),
}
