"""Lesson 9, GoogLeNet."""

from utils.checks.experiments import Experiment, Written
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Block, Network
from utils.checks.trials import Fault
from utils.exercises.answers09 import (
    a_block_a_stage,
    a_block_a_stage_given,
    behind,
    no_classes,
    no_convolution,
    no_last_bias,
    one_direction,
    one_place,
    padded,
    side_branch,
    side_parameters,
    sigmoids,
    small_googlenet,
    thousand_classes,
    unfitting,
    unmoved,
    unpooled,
    unreduced,
    unrounded,
    wide_convolution,
    wide_steps,
    without_bias,
)

EXERCISES = {
    "09.read_by_5a": Number(
        effort=Effort(5, 2),
        value=(7, 10, 608),
        slips={
            (13, 20, 608): "this comes out of 4e; the pooling before 5a halves height and width",
            (6, 10, 608): "padded layers round up: 25 rows become 13, and 13 become 7",
            (4, 5, 608): "that is halved six times; before 5a it is five",
            (7, 10, 760): "the reduce columns stay inside the block",
            (7, 10, 512): "pool proj is missing: the fourth branch's channels come out, too",
            (7, 10, 544): "the 64 of the 5×5 are missing",
            (7, 10, 352): "the 256 of the 3×3 are missing",
            (7, 10, 416): "the 192 of the 1×1 are missing",
            (7, 10, 256): "the four branches' channels are put one behind the other",
            (7, 10, 832): "832 channels have the paper's 4e; yours has other numbers",
            (7, 7, 832): "that is the lesson's network, for 224×224 pixels and the paper's 4e",
        },
        shown="200 → 100 → 50 → 25 → 13 → 7, 320 → 10; 192 + 256 + 64 + 96 channels.",
        hints=(
            "Height and width come from the halvings, the channels from the row of 4e.",
            "A pooling keeps the channels. Which of a row's six numbers end a branch?",
            "Halve 200 and 320 five times, upwards. Add the columns 1×1, 3×3, 5×5 and pool proj.",
        ),
    ),
    "09.way_to_aux2": Number(
        effort=Effort(6, 2),
        value=18,
        tried=lambda n: (
            f"three layers are in the stem and three in the branch; of {n} that leaves {n - 6} "
            f"for six blocks"
        ),
        slips={
            22: "that is the way to the main output; the side branch leaves behind 4d",
            12: "six blocks lie on the way, each two deep (12 is the way to the first branch too)",
            15: "three layers are missing: those of the stem, or those of the branch itself",
            16: "two layers are missing: there are six blocks, and the branch has three layers",
            17: "one is missing: there are three in the stem and three in the branch",
            14: "two blocks are missing: 3a, 3b, 4a, 4b, 4c and 4d are six",
            24: "4e, 5a and 5b do not lie on the way: the branch leaves behind 4d",
            10: "blocks are two deep on the longest way: 1×1 reduce, then 3×3 or 5×5",
            19: "one layer is too many: poolings and dropout have no weights",
            20: "two layers are too many: 4e is not on the way, poolings and dropout do not count",
            42: "all six convolutions of a block are counted; at most two lie one behind the other",
        },
        shown="three in the stem, six blocks of two, three in the branch.",
        hints=(
            "Three parts: the stem, the blocks from 3a to 4d, the branch itself.",
            "The stem has three convolutions. A block's longest way leads through two.",
            "Six blocks of two, and in the branch three layers have weights. Add the stem.",
        ),
    ),
    "09.side_parameters": Function(
        effort=Effort(8, 2),
        reference=side_parameters,
        cases=((14, 512, 1000), (14, 528, 1000), (5, 32, 10), (8, 64, 10), (10, 64, 7)),
        slips=(
            *(one_place, unpooled, unmoved, padded, unrounded, without_bias),
            *(one_direction, unreduced, no_convolution, no_classes, wide_convolution),
            *(wide_steps, unfitting, no_last_bias, thousand_classes),
        ),
        shown="3,188,840 behind 4a, 3,190,888 behind 4d; two thirds are in the first dense layer.",
        hints=(
            "Three layers have parameters. What does each of them read?",
            "The places: a window of 5 in steps of 3, rounded down, plus one, in both directions.",
            "The first dense layer reads places times places times 128 values; add a bias a unit.",
        ),
    ),
    "09.side_branch": Block(
        effort=Effort(9, 2),
        reference=side_branch,
        shape=(11, 11, 12),
        arguments=(8, 24, 10),
        others=(((8, 14, 6), (4, 12, 7)),),
        shown="the map shrinks to one place without a dense layer in between, as in Inception v3.",
        hints=(
            "A classifier in small: it pools, mixes channels, reads the whole map, and decides.",
            "Which height and width has x behind the 1×1 convolution? x.shape says it.",
            "A kernel_size of two numbers, height and width: those that x has there.",
        ),
    ),
    "09.small_googlenet": Network(
        effort=Effort(15, 3),
        reference=small_googlenet,
        shown="GoogLeNet as far as 4a, from its table, with an eighth of the filters.",
        hints=(
            "Go down row by row, and compare the outputs in small_googlenet().summary().",
            "The second convolution has depth 2 and a 3×3 reduce: a 1×1 stands first.",
            "Behind 4a all places are averaged; then dropout, and one dense layer with softmax.",
        ),
    ),
    "09.a_block_a_stage": Fault(
        effort=Effort(12, 2),
        given=a_block_a_stage_given,
        where=Choice(
            value="a",
            slips={
                "b": "in 5a's row the narrow number stands before the 3×3's and the 5×5's",
                "c": "the convolution halves 32 to 16, and dropout hides 40 %: both are right",
                "d": "3a's narrow numbers stand first, and ten probabilities come out: both right",
            },
            shown="4a works on 16×16, widens before its 3×3, and all places go to the classes.",
        ),
        repair=Network(reference=a_block_a_stage),
        shown="a pooling between all stages, the narrow number first, and places averaged away.",
        hints=(
            "Compare the outputs in a_block_a_stage().summary() with those that it should have.",
            "One fault lies between two blocks, one in a row's order, one behind the last block.",
            "What halves 16×16? Which number is smaller, reduce or 3×3? What ends lesson 9's 5b?",
        ),
    ),
    "09.explanation": Choice(
        effort=Effort(8, 2),
        value="d",
        slips={
            "a": "a vanishing gradient is small, but not exactly 0; these blocks get none at all",
            "b": "the main output is computed as before; only its loss no longer counts",
            "c": "thinner is not exactly 0; and the blocks with none are always those at the end",
        },
        shown="4e, 5a and 5b learn from the main loss alone, the blocks up to 4a from all three.",
        hints=(
            "Write down after which block each of the three outputs leaves.",
            "Which blocks does the output of aux2 depend on? Which of them come after 4d?",
            "A block that a loss does not depend on gets no gradient from it, not a small one.",
        ),
    ),
    "09.larger_gradient": Experiment(
        effort=Effort(20, 3),
        writes=tuple(
            Written(
                "sigmoids",
                Network(reference=behind(branches)(sigmoids)),
                behind(branches),
                f"branches = {branches}",
            )
            for branches in ((), (1, 3), (2, 4, 5))
        ),
        names=("with", "without"),
        within=(0.05, 2.6),
        usual={"with": (1.6, 2.304), "without": (1.5, 2.304)},
        likely={"with": (2.15, 2.304), "without": (1.6, 2.25)},
        unit="loss of the main output",
        outside="ten classes guessed are 2.3; check that it is the main output's loss alone",
        best="least",
        shown="the side branches' gradient reaches the layers before them, and none behind.",
        hints=(
            "A loop over six layers; where `branches` has the number, a side branch leaves.",
            "keras.Model takes a list of outputs: [main, *sides]. Branches (1, 3), or none: ().",
            "Compare the largest loss of one kind with the smallest of the other.",
        ),
    ),
}
