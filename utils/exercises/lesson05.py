"""Lesson 5, residual blocks."""

import numpy as np

from utils.checks.experiments import Experiment, Written
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Block, Network
from utils.checks.trials import Fault
from utils.exercises.answers05 import (
    SLIPS,
    WIDTH,
    convolutional_block,
    pad_shortcut,
    pair,
    preactivation_block,
    three_stages,
    three_stages_given,
    two_stages,
)

EXERCISES = {
    "05.bottleneck_width": Number(
        effort=Effort(6, 2),
        value=132,
        tried=lambda n: (
            f"with {n} channels the three have {1024 * n + 9 * n * n:,} weights, the pair 294,912"
        ),
        slips={
            128: "the paper's width has 278,528 weights; a few channels more still fit",
            133: "with 133 channels it is 295,393 weights, a little more than the pair has",
            181: "the 3×3 alone is counted; the two 1×1 have 1,024 weights for each channel",
            154: "one 1×1 is counted; a second one brings the 512 channels back",
            288: "the 1×1 alone are counted; the 3×3 has 9·f·f weights",
            234: "the middle filter is 3×3, nine places and not one",
            83: "the pair has two 3×3, 294,912 weights, and not 147,456",
            131: "131 has 288,593 weights; one channel more still fits",
            130: "130 has 285,220 weights; two channels more still fit",
            512: "these are the channels that it reads; the bottleneck is narrower",
            180: "the 3×3 alone is counted; the two 1×1 have 1,024 weights for each channel",
            144: "each 1×1 has 512 weights for each channel of the bottleneck, and there are two",
            176: "the 3×3 has 9·f·f weights, and the two 1×1 have 1,024·f",
            291_984: "these are the weights of the block; a number of channels is asked for",
            64: "64 is the width of the first stage's blocks; here more fits",
            256: "a 3×3 on 256 channels alone has 589,824 weights, twice those of the pair",
            278_528: "these are the weights of the paper's block; a number of channels is asked",
            294_912: "these are the weights of the pair; a number of channels is asked for",
            **dict.fromkeys((WIDTH, round(WIDTH, 1), round(WIDTH, 2)), "round down to a whole one"),
        },
        shown="512·132 + 9·132·132 + 132·512 = 291,984; four times the channels of the pair.",
        hints=(
            "With a bottleneck of f channels, how many weights has each of the three?",
            "Two 1×1 have 512·f each, the 3×3 has 9·f·f.",
            "Which is the largest whole f with 1024·f + 9·f·f at most 294,912? Try some.",
        ),
    ),
    "05.shortcut_work": Number(
        effort=Effort(4, 1),
        value=102_760_448,
        formula="7 * 7 * 1024 * 2048",
        factors={
            "the 49 places": 49,
            "the width of 7": 7,
            "the 1,024 channels that it reads": 1_024,
            "the 2,048 channels that it makes": 2_048,
        },
        slips={
            411_041_792: "a stride of 2 visits 7×7 places of the 14×14",
            2_097_152: "these are its weights; each works at all 7×7 places",
            924_844_032: "it is a 1×1 convolution, not a 3×3",
            102_762_496: "a bias for each channel is counted; this convolution has none",
            102_860_800: "biases are counted; this convolution has none",
            51_380_224: "this is half of it: 7×7 places, 1,024 channels in and 2,048 out",
            205_520_896: "twice too much: 7×7 places, 1,024 channels in and 2,048 out, and a "
            "multiplication and its addition count as one",
            102.76: "these are millions; the number itself is asked for",
            102_961_152: "batch normalisation is counted; multiply-adds are those of the weights",
            150_528: "channels in and out are added; each one made takes all that are read",
            14_680_064: "7×7 places are 49, not 7",
            100_352: "these are the numbers it makes; each takes 1,024 multiplications",
            200_704: "these are the numbers that x has, not what is multiplied",
            1_644_167_168: "the shortcut has a stride of 2: it works at 7×7 places, not at 28×28",
            25_690_112: "a quarter of it: 7×7 places, 1,024 channels in and 2,048 out",
            822_083_584: "the shortcut works at 7×7 places, and a multiply-add counts as one",
            2_099_200: "these are its weights and biases; each weight works at all 7×7 places",
            0: "option A is free; a learned shortcut is not",
        },
        shown="7·7·1,024·2,048: the stride saves three quarters of the work, but no weight.",
        hints=(
            "The shortcut has to make 2,048 channels out of 1,024, at every second pixel.",
            "W_s is a 1×1 convolution: one matrix for all pixels that it visits.",
            "The matrix has 1,024 rows and 2,048 columns; at how many places does it work?",
        ),
    ),
    "05.preactivation_block": Block(
        effort=Effort(8, 2),
        reference=preactivation_block,
        shape=(8, 8, 16),
        arguments=(4,),
        others=(((6, 6, 12), (3,)),),
        shown="x + F(x), and nothing behind: the 1 in 1 + F' passes no ReLU any more.",
        hints=(
            "Keep the input under another name; you need it again at the end.",
            "Three times the same: batch normalisation, ReLU, convolution.",
            "The shortcut leaves before the first normalisation, and the addition comes last.",
        ),
    ),
    "05.convolutional_block": Block(
        effort=Effort(6, 2),
        reference=lambda x, filters, strides: convolutional_block(x, filters, strides=strides),
        shape=(8, 8, 8),
        arguments=(4, 2),
        others=(((6, 6, 5), (3, 1)),),
        shown="relu(F(x) + W_s x), half as high and wide, with as many channels as F makes.",
        hints=(
            "It is the identity block, with a convolution in the shortcut.",
            "Both ways have to come to the same shape: the same strides, the same channels.",
            "The shortcut: a 1×1 with the strides and no bias, then batch normalisation; no ReLU.",
        ),
    ),
    "05.pad_shortcut": Function(
        effort=Effort(6, 2),
        reference=pad_shortcut,
        cases=tuple(
            (np.random.default_rng(5).normal(size=shape).astype("float32"),)
            for shape in ((2, 8, 8, 6), (1, 4, 6, 2))
        ),
        slips=SLIPS,
        shown="every second pixel and channels of zeros: a shortcut without a parameter.",
        hints=(
            "Two steps: take pixels away, put channels on.",
            "x[:, ::2, ::2] takes every second pixel; the zeros come after the channels of x.",
            "np.pad wants a pair for each of the four axes; np.concatenate joins along one.",
        ),
    ),
    "05.two_stages": Block(
        effort=Effort(8, 2),
        reference=two_stages,
        shape=(28, 28, 4),
        shown="3 + 4 blocks of three convolutions, and a learned shortcut in each stage's first.",
        hints=(
            "Which blocks change the shape? The first of each stage, and no other.",
            "conv2's first block changes the channels only, so it moves by 1.",
            "`filters` are those of the 1×1 and the 3×3; the last 1×1 makes four times as many.",
        ),
    ),
    "05.three_stages": Fault(
        effort=Effort(8, 2),
        given=three_stages_given,
        where=Choice(
            value="b",
            slips={
                "a": "the first stage is meant to work on 32×32",
                "c": "the filters double where the maps halve: 4, 8 and 16 are right",
                "d": "an identity block keeps the shape, since its input is added as it is",
            },
            shown="the third stage still works on 16×16, where 8×8 was meant.",
        ),
        repair=Network(reference=three_stages),
        shown="32×32, 16×16, 8×8. A much-read ResNet had this fault for years.",
        hints=(
            "What are height and width after each stage? Look at three_stages().summary().",
            "They should be 32, 16 and 8.",
            "In which stages should the first block move by 2? The condition names one only.",
        ),
    ),
    "05.explanation": Choice(
        effort=Effort(6, 2),
        value="c",
        slips={
            "a": "that is so, but the number of layers does not say how large they are",
            "b": "it changes no number of weights, and the table counts those of the kernels alone",
            "d": "from 256 to 512 channels both grow to four times, not to twice",
        },
        shown="288 to 17, at any width: a bottleneck's 3×3 has a quarter of the channels.",
        hints=(
            "By how much does each number grow from 256 to 512?",
            "A kernel has channels in times channels out; both are multiples of CHANNELS.",
            "Write all five kernels as a number times c·c.",
        ),
    ),
    "05.start_from_nothing": Experiment(
        effort=Effort(20, 3),
        writes=(
            Written(
                "pair",
                Block(
                    reference=pair,
                    shape=(32,),
                    arguments=("zero",),
                    others=(((32,), ("random",)),),
                    starts=True,
                ),
            ),
        ),
        names=("zero", "random"),
        within=(0.05, 5),
        drawn=True,
        unit="training loss of the last epoch",
        outside="ten classes guessed are 2.3; is it the loss of the last epoch?",
        best="least",
        shown="the same layers and data; only the start of every second layer differs.",
        hints=(
            "The start is one argument of the second layer: kernel_initializer.",
            "Three seeds: set the seed, build a new network, train it; do that for both kinds.",
            "Compare the worst run of one kind with the best of the other.",
        ),
    ),
}
