"""Lesson 11, MobileNet."""

from utils.checks.experiments import Experiment, Written
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Block, Network
from utils.checks.trials import Fault
from utils.exercises.answers11 import (
    filtering_only,
    in_per_cent,
    inverted,
    joined,
    mixing_only,
    multiplied,
    not_squared,
    part_left,
    saved,
    separable,
    separable_convolution,
    small_mobilenet,
    squared_twice,
    swapped,
    two_inverted,
    two_inverted_given,
    upside_down,
    whole_numbers,
)

EXERCISES = {
    "11.part_left": Function(
        effort=Effort(4, 1),
        reference=part_left,
        cases=((5, 3), (256, 3), (64, 5), (2, 7)),
        slips=(
            *(multiplied, filtering_only, mixing_only, upside_down, not_squared, swapped),
            *(joined, saved, in_per_cent, whole_numbers, squared_twice),
        ),
        shown="1/n for the filtering, 1/f² for the mixing; the channels that come in cancel out.",
        hints=(
            "For m channels in, count the products of each of the two layers at one place.",
            "The ordinary one takes m·n·f², the depthwise one m·f², the 1×1 m·n.",
            "Divide both parts by m·n·f², and add.",
        ),
    ),
    "11.strided_block": Number(
        effort=Effort(6, 2),
        value=26_141_696,
        formula="14 * 14 * 256 * 9 + 14 * 14 * 256 * 512",
        parts={"the depthwise convolution": 451_584, "the 1×1 convolution": 25_690_112},
        slips={
            27_496_448: "the depthwise convolution makes 14×14 places, since it moves by 2",
            104_566_784: "both are counted at 28×28 places; a stride of 2 leaves 14×14",
            231_211_008: "this is an ordinary 3×3 convolution, at 14×14 places",
            26_593_280: "the filters read the 256 channels, each its own; none reads 512",
            131_072 + 2_304: "these are its weights, each of which is used at 14×14 places",
            25_840_640: "a filter of 3×3 has nine places, not three",
            103_212_032: "the 1×1 reads what the depthwise one made, at 14×14 places, too",
            **dict.fromkeys((26.1, 26.14, 26_100_000), "it is rounded; the number is asked for"),
            22_540_544: "it is padded: a stride of 2 leaves 14×14 places, not 13×13",
            6_874_112: "the 1×1 moves by 1: it works at 14×14 places, not at 7×7",
            52_283_392: "twice too much: is a multiply-add counted as two, or are 512 filtered?",
            **dict.fromkeys(
                (1 / 512 + 1 / 9, 0.113064, 0.113),
                "this is the part left of an ordinary convolution; the number is asked for",
            ),
        },
        shown="451,584 + 25,690,112: less than two per cent of it filters, the rest mixes.",
        hints=(
            "How many places are left behind a stride of 2?",
            "14·14 places. At each, the depthwise convolution takes 9 products for each of 256.",
            "14·14·256·9 and 14·14·256·512, added up.",
        ),
    ),
    "11.separable": Block(
        effort=Effort(8, 2),
        reference=separable,
        shape=(8, 8, 6),
        arguments=(12, 2),
        others=(((6, 6, 5), (4, 1)),),
        shown="filter each channel, then mix them; a ReLU that ends at 6 behind both.",
        hints=(
            "layers.DepthwiseConv2D takes no number of filters: it has one for each channel.",
            "Normalisation and layers.ReLU(6.0) come behind both convolutions, biases nowhere.",
            "The depthwise one has size 3, the strides and padding='same'; the other is a 1×1.",
        ),
    ),
    "11.small_mobilenet": Network(
        effort=Effort(10, 2),
        reference=small_mobilenet,
        shown="one ordinary convolution, then rows of a table: all of MobileNet is built so.",
        hints=(
            "The first convolution is an ordinary one; it halves, and has normalisation and ReLU6.",
            "A loop over the table's rows, each a separable convolution.",
            "At the end a global average pooling and a dense layer with softmax.",
        ),
    ),
    "11.inverted": Block(
        effort=Effort(10, 2),
        reference=inverted,
        shape=(8, 8, 6),
        arguments=(6, 4),
        others=(((6, 6, 4), (4, 6)),),
        shown="narrow, wide, narrow; no activation where it is narrow.",
        hints=(
            "Keep the input; it is added at the end, without an activation behind.",
            "The first 1×1 makes expansion times as many channels as come in: x.shape[-1].",
            "Two ReLU6: behind the first 1×1 and behind the depthwise convolution.",
        ),
    ),
    "11.two_inverted": Fault(
        effort=Effort(10, 3),
        given=two_inverted_given,
        where=Choice(
            value="c",
            slips={
                "a": "24 channels come in and 144 come out of it, six times as many",
                "b": "the first moves by 2 and the second by 1, as they should",
                "d": "the shapes differ there, so nothing can be added; the paper has none there",
            },
            shown="where channels are few, a ReLU destroys what they carry.",
        ),
        repair=Block(reference=two_inverted, shape=(8, 8, 24)),
        shown="linear where it is narrow: the projection has no activation, in neither block.",
        hints=(
            "Compare it with the picture of the lesson, layer by layer.",
            "How many ReLUs has an inverted residual block, and where?",
            "Behind the projection there is normalisation and nothing else.",
        ),
    ),
    "11.forgotten": Number(
        effort=Effort(8, 3),
        value=5_971_968,
        formula="96 * 96 * 24 * (3 * 3 * 3)",
        factors={
            "the 9 places of a filter": 9,
            "the 3 channels that it reads": 3,
            "the 24 filters": 24,
            "the 96 rows": 96,
        },
        slips={
            6_193_152: "biases are counted; this layer has none",
            7_962_624: "this has 32 filters; with α = 0.75 there are 24",
            8_128_512: "this is for 224 pixels; the row is for 192",
            23_887_872: "it moves by 2: 96×96 places, not 192×192",
            1_990_656: "a filter reads three channels: 27 products, not 9",
            221_184: "this is one product a filter and place; a filter of 3×3 on 3 channels has 27",
            648: "these are its weights, each of which is used at 96×96 places",
            239_273_472: "this is the whole network; which layer is missing in 233 million?",
            5_848_200: "it is padded: 96×96 places, not 95×95",
            768_000: "this is the dense layer; about six million are missing",
            12_607_488: "this is the first separable block; about half as much is missing",
            **dict.fromkeys((5.97, 6), "these are millions, rounded; the number is asked for"),
            **dict.fromkeys(
                (6_300_000, 6.3, (239.3 - 233) * 1e6, 239.3 - 233, 6_273_472),
                "this is a difference from a rounded number; count the layer itself",
            ),
        },
        shown="239.3 − 6.0 = 233.3 million: the first convolution was forgotten.",
        hints=(
            "The difference is about 6 million. Which layer has about that many at 192 pixels?",
            "The first: 3×3 on three channels, 24 filters, a stride of 2.",
            "96·96 places, 24 filters, 27 products each.",
        ),
    ),
    "11.what_bounds": Choice(
        effort=Effort(6, 2),
        value="a",
        slips={
            "b": "it has fewer weights than the 1×1, and they stay in the cache",
            "c": "normalisation is not part of either layer here",
            "d": "fewer products take less time, if nothing else holds them up; look at the bytes",
        },
        shown="each number that is fetched is used for nine products, not for thousands.",
        hints=(
            "Both layers read and write as many numbers. Which does more with them?",
            "Count the multiply-adds for each number that is read.",
            "Where a layer has few for each byte, what does it wait for?",
        ),
    ),
    "11.split_or_not": Experiment(
        effort=Effort(20, 3),
        writes=(
            Written(
                "separable_convolution",
                Block(
                    reference=separable_convolution,
                    shape=(7, 7, 16),
                    others=(((7, 7, 56), ()),),
                ),
            ),
        ),
        names=("ordinary", "separable"),
        within=(0.1, 0.91),
        usual={"ordinary": (0.25, 0.75), "separable": (0.28, 0.82)},
        unit="test error",
        outside="an error is a part of 1, and guessing has 0.9: was it trained, and on parts of 1?",
        shown="the same steps and about the same work, spent on filtering or on more channels.",
        hints=(
            "The separable one: a depthwise convolution, then a 1×1 with ReLU.",
            "Three seeds of each: set the seed, build, train, and take 1 minus the accuracy.",
            "Compare the worst run of one kind with the best of the other.",
        ),
    ),
}
