"""Lesson 5, residual blocks."""

from functools import partial

import keras
from keras import layers, ops

from utils import blocks
from utils.checks.kinds import Choice, Effort, Number
from utils.checks.models import Block, Network
from utils.checks.trials import Experiment, Fault

identity_block = partial(blocks.identity_block, name="reference")
convolutional_block = partial(blocks.convolutional_block, name="reference")


def pad_shortcut(x):
    """Option A: every second pixel, and as many channels of zeros as there are others."""
    channels = x.shape[-1]
    return ops.pad(x[:, ::2, ::2], [[0, 0], [0, 0], [0, 0], [0, channels]])


def three_stages():
    """A small residual network that halves height and width before the second and third stage."""
    x = image = keras.Input((32, 32, 3))
    x = layers.Conv2D(16, 3, padding="same", use_bias=False)(x)
    for stage, filters in enumerate((4, 8, 16)):
        strides = 1 if stage == 0 else 2
        x = blocks.convolutional_block(x, filters, strides=strides, name=f"stage{stage}_0")
        x = blocks.identity_block(x, filters, name=f"stage{stage}_1")
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def three_stages_given():
    """The same, but its condition lets it halve only once."""
    x = image = keras.Input((32, 32, 3))
    x = layers.Conv2D(16, 3, padding="same", use_bias=False)(x)
    for stage, filters in enumerate((4, 8, 16)):
        strides = 2 if stage == 1 else 1
        x = blocks.convolutional_block(x, filters, strides=strides, name=f"stage{stage}_0")
        x = blocks.identity_block(x, filters, name=f"stage{stage}_1")
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def two_stages(x):
    """conv2_x and conv3_x of ResNet-50, a sixteenth as wide."""
    for stage, (filters, count, strides) in enumerate(((4, 3, 1), (8, 4, 2)), start=2):
        x = blocks.convolutional_block(x, filters, strides=strides, name=f"conv{stage}_1")
        for i in range(2, count + 1):
            x = blocks.identity_block(x, filters, name=f"conv{stage}_{i}")
    return x


EXERCISES = {
    "05.block_weights": Number(
        effort=Effort(4, 1),
        value=69_632,
        slips={
            69_632 + 384: "biases are counted; these convolutions have none",
            4_096 + 36_864 + 16_384: "the first 1×1 reads 256 channels, not 64",
            16_384 + 4_096 + 16_384: "the middle filter is 3×3, nine places and not one",
            16_384 + 36_864 + 4_096: "the last 1×1 makes 256 channels, not 64",
            589_824: "a 3×3 on 256 channels is what the bottleneck avoids",
            2 * 589_824: "two 3×3 on 256 channels are what the bottleneck avoids",
        },
        shown="256·64 + 9·64·64 + 64·256: less than an eighth of one 3×3 on 256 channels.",
        hints=(
            "Three convolutions: 1×1 to 64 channels, 3×3 on 64, 1×1 back to 256.",
            "A kernel has height times width times channels in times channels out.",
            "Add 256·64, 3·3·64·64 and 64·256.",
        ),
    ),
    "05.shortcut_weights": Number(
        effort=Effort(3, 1),
        value=131_072,
        slips={
            131_072 + 512: "biases are counted; this convolution has none",
            9 * 131_072: "it is a 1×1 convolution, not a 3×3",
            65_536: "it reads 256 channels and makes 512; this is 256 times 256",
            512: "these are its filters, each with a weight for every channel that it reads",
            131_072 // 4: "a stride of 2 saves multiplications, not weights",
        },
        shown="256·512; the stride of 2 changes the work, not the weights.",
        hints=(
            "The shortcut has to make 512 channels out of 256, at every second pixel.",
            "W_s is a 1×1 convolution: one matrix for all pixels.",
            "The matrix has 256 rows and 512 columns.",
        ),
    ),
    "05.identity_block": Block(
        effort=Effort(8, 2),
        reference=identity_block,
        shape=(8, 8, 16),
        arguments=(4,),
        others=(((6, 6, 12), (3,)),),
        shown="relu(F(x) + x), with F as 1×1, 3×3, 1×1.",
        hints=(
            "Keep the input under another name; you need it again at the end.",
            "1×1, 3×3 and 1×1, without biases, with batch normalisation after each.",
            "ReLU after the first two normalisations; the third ReLU comes after the addition.",
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
    "05.pad_shortcut": Block(
        effort=Effort(8, 3),
        reference=pad_shortcut,
        shape=(8, 8, 6),
        others=(((6, 6, 4), ()),),
        shown="every second pixel and channels of zeros: a shortcut without a parameter.",
        hints=(
            "Two steps: take pixels away, put channels on.",
            "x[:, ::2, ::2] takes every second pixel; the zeros come after the channels of x.",
            "ops.pad wants a pair for each of the four axes, or ops.concatenate with zeros.",
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
                "a": "its strides are 1, as they should be: the maps are 32×32 there",
                "c": "16 filters at the end is what the last stage should have",
                "d": "identity blocks keep the shape; they never move by more than 1",
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
            "a": "the number of layers does not say how large they are",
            "b": "only the kernels are counted here",
            "d": "twice the channels make four times the weights: look at 256 and 512",
        },
        shown="288 to 17, at any width: a bottleneck's 3×3 has a quarter of the channels.",
        hints=(
            "By how much does each number grow from 256 to 512?",
            "A kernel has channels in times channels out; both are multiples of CHANNELS.",
            "Write all five kernels as a number times c·c.",
        ),
    ),
    "05.shortcut_left_out": Experiment(
        effort=Effort(20, 3),
        names=("with", "without"),
        within=(0.05, 2.6),
        unit="training loss after the last step",
        outside="ten classes guessed are 2.3; check what you hand over",
        best="least",
        shown="the same layers and weights; only the addition is left out.",
        hints=(
            "The shortcut is one argument: what does each block return with it and without it?",
            "Three seeds: set the seed, build a new network, train it; do that for both kinds.",
            "Compare the worst run of one kind with the best of the other.",
        ),
    ),
}
