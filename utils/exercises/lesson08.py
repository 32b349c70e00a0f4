"""Lesson 8, the inception block."""

from functools import partial

import keras
from keras import layers

from utils import blocks
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Block, Network


def bottleneck_cost(height, width, channels_in, bottleneck, filters, kernel):
    """Multiplications of a 1×1 bottleneck and the larger filters behind it."""
    return height * width * bottleneck * (channels_in + kernel**2 * filters)


def first_step(height, width, channels_in, bottleneck, filters, kernel):
    """only the 1×1 is counted; the larger filters come on top"""
    return height * width * bottleneck * channels_in


def second_step(height, width, channels_in, bottleneck, filters, kernel):
    """only the larger filters are counted; the 1×1 before them costs something too"""
    return height * width * bottleneck * kernel**2 * filters


def direct(height, width, channels_in, bottleneck, filters, kernel):
    """this is the way without a bottleneck: the filters read all the channels that come in"""
    return height * width * filters * kernel**2 * channels_in


def reads_all(height, width, channels_in, bottleneck, filters, kernel):
    """the second step reads the bottleneck's channels, no longer all that come in"""
    return height * width * channels_in * (bottleneck + kernel**2 * filters)


def kernel_swapped(height, width, channels_in, bottleneck, filters, kernel):
    """the kernel stands in the wrong step: the bottleneck is 1×1, the filters behind it are not"""
    return height * width * bottleneck * (kernel**2 * channels_in + filters)


def kernel_once(height, width, channels_in, bottleneck, filters, kernel):
    """a filter has kernel times kernel places, not kernel"""
    return height * width * bottleneck * (channels_in + kernel * filters)


def filters_first(height, width, channels_in, bottleneck, filters, kernel):
    """the first step makes as many channels as the bottleneck has, not `filters`"""
    return height * width * filters * (channels_in + kernel**2 * bottleneck)


def weights(height, width, channels_in, bottleneck, filters, kernel):
    """these are the weights, and each is used at every place: height times width"""
    return bottleneck * (channels_in + kernel**2 * filters)


def unpadded(height, width, channels_in, bottleneck, filters, kernel):
    """the larger filters are padded, and so work at all places, those at the rim too"""
    places = (height - kernel + 1) * (width - kernel + 1)
    return height * width * bottleneck * channels_in + places * bottleneck * kernel**2 * filters


def with_biases(height, width, channels_in, bottleneck, filters, kernel):
    """biases are counted; they are added, not multiplied"""
    every_place = height * width * (bottleneck + filters)
    return every_place + bottleneck_cost(height, width, channels_in, bottleneck, filters, kernel)


def twice(height, width, channels_in, bottleneck, filters, kernel):
    """additions are counted too; only multiplications are asked for"""
    return 2 * bottleneck_cost(height, width, channels_in, bottleneck, filters, kernel)


inception_block = partial(blocks.inception_block, name="reference")


def last_rows():
    """What follows 4e in GoogLeNet, with an eighth of the filters."""
    maps = keras.Input((14, 14, 104))
    x = layers.MaxPooling2D(3, 2, padding="same")(maps)
    x = blocks.inception_block(x, (32, 20, 40, 4, 16, 16), name="5a")
    x = blocks.inception_block(x, (48, 24, 48, 6, 16, 16), name="5b")
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(maps, layers.Dense(10, activation="softmax")(x))


def eighth_of_3a_given(x):
    """An eighth of 3a with three faults: a ReLU, a kernel, the order of pooling and projection."""
    same = {"padding": "same", "activation": "relu"}
    threes = layers.Conv2D(12, 1, **same)(x)
    threes = layers.Conv2D(16, 3, **same)(threes)
    fives = layers.Conv2D(2, 1, **same)(x)
    fives = layers.Conv2D(4, 3, **same)(fives)
    pooled = layers.Conv2D(4, 1, **same)(x)
    pooled = layers.MaxPooling2D(3, 1, padding="same")(pooled)
    ones = layers.Conv2D(8, 1)(x)
    return layers.Concatenate()([ones, threes, fives, pooled])


EXERCISES = {
    "08.piled_up": Number(
        effort=Effort(5, 2),
        value=(28, 28, 640),
        slips={
            (28, 28, 416): "this leaves the first block; the second reads it and adds its own",
            (28, 28, 448): "the pooling of the first block hands on 192 channels too",
            (28, 28, 224): "the poolings are forgotten; each hands on all that its block reads",
            (28, 28, 256): "a 1×1 behind the pooling would cut its channels to 32; there is none",
            (28, 28, 832): "both blocks are taken to read the same; the second reads 416 channels",
            (14, 14, 640): "poolings here move by 1 and are padded, so height and width stay",
        },
        shown="each block hands on all that it reads, and puts 224 channels to it.",
        hints=(
            "Branches can only be put one behind the other if height and width agree.",
            "A pooling treats every channel by itself, and hands on as many as it reads.",
            "Add the four branches of the first block; the second block's pooling reads the sum.",
        ),
    ),
    "08.bottleneck_cost": Function(
        effort=Effort(6, 1),
        reference=bottleneck_cost,
        cases=((28, 28, 192, 16, 32, 5), (14, 14, 480, 96, 208, 3), (9, 7, 20, 6, 4, 5)),
        slips=(
            *(first_step, second_step, direct, reads_all, kernel_swapped, kernel_once),
            *(filters_first, weights, unpadded, with_biases, twice),
        ),
        shown="12,443,648 in block 3a, where the 5×5 alone would take 120,422,400.",
        hints=(
            "Two convolutions, one behind the other. Count each, then add.",
            "Each number that comes out takes as many multiplications as its filter has weights.",
            "A filter has kernel·kernel·(channels read) weights; the first kernel is 1.",
        ),
    ),
    "08.widest_bottleneck": Number(
        effort=Effort(8, 3),
        value=342,
        slips={
            343: "this is rounded up, and one channel more already costs more than the direct way",
            576_000 / 1_680: "there are whole channels only; which side of this still saves?",
            479: "the multiplications of the 1×1 itself are forgotten",
            480: "a 1×1 that shrinks nothing only adds work",
            1_199: "the multiplications of the 5×5 behind the bottleneck are forgotten",
            1_200: "the multiplications of the 5×5 behind the bottleneck are forgotten",
            154: "this is the lesson's block 3a; block 4a reads 480 channels and has 48 filters",
            382: "this is the 3×3 branch of 4a; the question is about the 5×5",
            160: "a filter of 5×5 has 25 places, not 5",
            461: "the bottleneck reads 480 channels, not 48",
            16: "this is the paper's choice; much wider ones still save something",
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
        arguments=((6, 4, 8, 2, 3, 5),),
        others=(((9, 9, 10), ((3, 8, 4, 7, 2, 6),)),),
        shown="four ways side by side, six convolutions; the reductions stay inside.",
        hints=(
            "Every branch starts at x. One has a single layer, the other three have two.",
            "The reductions come before the larger filters, the projection behind the pooling.",
            "A pooling moves by its own size and pads nothing unless told: which strides, padding?",
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
    "08.eighth_of_3a": Block(
        effort=Effort(8, 2),
        reference=lambda x: inception_block(x, (8, 12, 16, 2, 4, 4)),
        given=eighth_of_3a_given,
        shape=(8, 8, 24),
        shown="every convolution has its ReLU, fives are 5×5, and the pooling comes first.",
        hints=(
            "Hold each branch against exercise 4. The branch of the 3×3 is right.",
            "One fault changes the parameters, the other two only what is computed.",
            "In the other branches look at a kernel, at an activation, at the order of two lines.",
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
}
