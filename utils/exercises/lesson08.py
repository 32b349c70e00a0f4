"""Lesson 8, the inception block."""

from utils.checks.experiments import Experiment, Written
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Block, Network
from utils.checks.trials import Fault
from utils.exercises.answers08 import (
    MAPS,
    OTHER_LOSSES,
    SLIPS,
    bottleneck_cost,
    eighth_of_3a_given,
    inception_block,
    last_rows,
    lost,
    of_places,
    one_place,
    square,
    unpadded,
    weights,
)

EXERCISES = {
    "08.piled_up": Number(
        effort=Effort(5, 2),
        value=(14, 14, 640),
        slips={
            (28, 28, 640): "the pooling between the blocks moves by 2",
            (
                7,
                7,
                640,
            ): "only the pooling between the blocks halves; those in the blocks move by 1",
            (
                13,
                13,
                640,
            ): "the pooling between the blocks is padded, and nothing is lost at the rim",
            (14, 14, 416): "this reaches the second block, which adds its own channels",
            (28, 28, 832): "both blocks read the same here, and a pooling is missing",
            (28, 28, 416): "this leaves the first block; a pooling and a block follow",
            (14, 14, 448): "the pooling of the first block hands on 192 channels too",
            (14, 14, 224): "the poolings are forgotten; each hands on all that its block reads",
            (14, 14, 256): "a 1×1 behind the pooling would cut its channels to 32; there is none",
            (14, 14, 512): "poolings without a 1×1 hand on all channels, not 32",
            (14, 14, 832): "both blocks are taken to read the same; the second reads 416 channels",
            (
                14,
                14,
                1056,
            ): "the pooling between the blocks replaces its input; it adds no channels",
        },
        shown="each block hands on all that it reads, and puts 224 channels to it.",
        hints=(
            "Branches can only be put one behind the other if height and width agree.",
            "A pooling treats every channel by itself, and hands on as many as it reads.",
            "Add the four branches of the first block; the second block's pooling reads the sum.",
        ),
    ),
    "08.bottleneck_cost": Function(
        effort=Effort(8, 2),
        reference=bottleneck_cost,
        cases=((28, 28, 192, 16, 32, 3), (14, 14, 480, 96, 208, 3), (9, 7, 20, 6, 4, 5)),
        slips=(*(of_places(*slip) for slip in SLIPS), weights, one_place, square, unpadded),
        shown="13,246,464 in block 3a: behind a neck of 16, one 5×5 is cheaper, 12,443,648.",
        hints=(
            "Three convolutions, one behind the other. Count each, then add.",
            "Each number that comes out takes as many multiplications as its filter has weights.",
            "A filter has kernel·kernel·(channels read) weights. What does the third one read?",
        ),
    ),
    "08.widest_bottleneck": Number(
        effort=Effort(8, 3),
        value=342,
        tried=lambda n: (
            f"with {n} channels a place takes {n}·(480 + 25·48) = {1680 * n:,} products; directly "
            f"576,000"
        ),
        slips={
            341: "one channel more still saves something",
            **dict.fromkeys(
                (342.9, 342.86, 342.857), "there are whole channels only; which side still saves?"
            ),
            343: "this is rounded up, and with 343 channels it costs more than the direct way",
            576_000: "this is what the direct way takes at each place",
            1_680: "this is what each channel of the bottleneck costs at a place",
            576_000 / 1_680: "there are whole channels only; which side of this still saves?",
            479: "the multiplications of the 1×1 itself are forgotten",
            480: "a 1×1 that shrinks nothing only adds work",
            1_199: "the multiplications of the 5×5 behind the bottleneck are forgotten",
            1_200: "the multiplications of the 5×5 behind the bottleneck are forgotten",
            154: "this is the lesson's block 3a; block 4a reads 480 channels and has 48 filters",
            165: "block 4a reads 480 channels, not 192",
            382: "this is the 3×3 branch of 4a; the question is about the 5×5",
            227: "this is for filters of 3×3; those of 5×5 have 25 places",
            160: "a filter of 5×5 has 25 places, not 5",
            461: "the bottleneck reads 480 channels, not 48",
            16: "this is the paper's choice; much wider ones still save something",
            112_613_760: "these are multiplications; the channels of the bottleneck are asked for",
        },
        shown="n·(480 + 25·48) is less than 25·480·48; height and width cancel out.",
        hints=(
            "Write down both ways: directly, and through a bottleneck of n channels.",
            "The map's height and width stand in every step. What is left for each place?",
            "25·480·48 directly. Each channel of the bottleneck costs 480 + 25·48. How many fit?",
        ),
    ),
    "08.inception_block": Block(
        effort=Effort(12, 2),
        reference=inception_block,
        shape=(8, 8, 7),
        arguments=((6, 4, 8, 2, 3, 5), 2),
        others=(((9, 9, 10), ((3, 8, 4, 7, 2, 6), 1)),),
        shown="four ways side by side, six convolutions; the reductions stay inside.",
        hints=(
            "Every branch starts at x. One has a single layer, the other three have two.",
            "The reductions come before the larger filters, the projection behind the pooling.",
            "Each branch moves by `strides` once; a pooling pads nothing unless told.",
        ),
    ),
    "08.last_rows": Network(
        effort=Effort(12, 2),
        reference=last_rows,
        shown="after the last block every map has one mean, and one dense layer decides.",
        hints=(
            "Go down row by row and compare the outputs in last_rows().summary().",
            "The six numbers of a row go into the block in the order in which they stand.",
            "The mean over 7×7 places leaves 1×1: flatten it, or use a global pooling.",
        ),
    ),
    "08.eighth_of_3a": Fault(
        effort=Effort(10, 2),
        given=eighth_of_3a_given,
        where=Choice(
            value="a",
            slips={
                "b": "the 3×3's is as it should be: two layers, each with ReLU; compare the 5×5's",
                "c": "the 3×3's is as it should be: two layers, each with ReLU; compare the 1×1's",
                "d": "the 3×3's is as it should be; in which order come pooling and projection?",
            },
            shown="an activation, a kernel, and the order of two layers.",
        ),
        repair=Block(
            reference=lambda x: inception_block(x, (8, 12, 16, 2, 4, 4)), shape=(8, 8, 24)
        ),
        shown="every convolution has its ReLU, fives are 5×5, and the pooling comes first.",
        hints=(
            "Hold each branch against exercise 4: its layers, their order, their sizes.",
            "One fault changes the parameters, the other two only what is computed.",
            "Look at every kernel, at every activation, and at which layer reads which.",
        ),
    ),
    "08.explanation": Choice(
        effort=Effort(10, 3),
        value="c",
        slips={
            "a": "160 is less than 192 and costs more for 5×5; and the limit moves with the kernel",
            "b": "for 5×5 a bottleneck of 64 or 128 still pays, with 32 filters behind it",
            "d": "look at the column 1×1: it is the same for every kernel",
        },
        shown="the limit is 27 channels for 1×1, 115 for 3×3, 154 for 5×5, 182 for 11×11.",
        hints=(
            "Note for each kernel the last width that stays below 100 %.",
            "Which columns change with the kernel, and which does not?",
            "Each channel fewer saves in both steps. In which of them does the kernel count?",
        ),
    ),
    "08.narrow_necks": Experiment(
        effort=Effort(20, 3),
        writes=(Written("lost", Function(reference=lost, cases=MAPS, slips=OTHER_LOSSES)),),
        names=("untrained", "trained"),
        within=(0.001, 0.35),
        usual={"untrained": (0.03, 0.13), "trained": (0.02, 0.1)},
        unit="the part of the squares that a neck of 8 loses",
        outside="a neck of 8 loses 0.001 to 0.35 here; are the values squared, the first 8 kept?",
        best="least",
        shown="the same 64 channels before and after training.",
        hints=(
            "maps has four axes; reshape it to as many rows as needed and a column a channel.",
            "What is lost: the squares from place `neck` on, over the sum of all squares.",
            "Compare the worst run of one kind with the best of the other.",
        ),
    ),
}
