"""Lesson 6, ResNet-152."""

import keras
from keras import layers

from utils import blocks
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Block, Network


def depth(blocks, per_block):
    """Layers with weights: the first convolution, those in the blocks, the dense layer."""
    return 1 + per_block * sum(blocks) + 1


def only_blocks(blocks, per_block):
    """the first convolution and the dense layer are forgotten; they have weights too"""
    return per_block * sum(blocks)


def one_end(blocks, per_block):
    """one of the two ends is forgotten: a convolution comes first and a dense layer last"""
    return per_block * sum(blocks) + 1


def always_three(blocks, per_block):
    """it counts three layers a block, whatever per_block says"""
    return 3 * sum(blocks) + 2


def always_two(blocks, per_block):
    """it counts two layers a block, whatever per_block says"""
    return 2 * sum(blocks) + 2


def with_shortcuts(blocks, per_block):
    """the convolution in each stage's shortcut is counted; the paper's names leave it out"""
    return per_block * sum(blocks) + len(blocks) + 2


def with_pooling(blocks, per_block):
    """a pooling is counted; it has no weights"""
    return per_block * sum(blocks) + 3


def number_of_blocks(blocks, per_block):
    """blocks are counted, not the layers in them"""
    return sum(blocks) + 2


def basic_block(x, filters, strides):
    """Two 3x3 convolutions and the shortcut of option B."""
    shortcut = x
    if strides != 1 or x.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides, use_bias=False)(x)
        shortcut = layers.BatchNormalization()(shortcut)
    x = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.Add()([layers.BatchNormalization()(x), shortcut]))


def stage(x, filters, count, strides):
    """A convolutional block and count - 1 identity blocks."""
    x = blocks.convolutional_block(x, filters, strides=strides, name=f"stage{filters}_1")
    for i in range(2, count + 1):
        x = blocks.identity_block(x, filters, name=f"stage{filters}_{i}")
    return x


def resnet18():
    """Table 1's 18 layers with an eighth of the filters."""
    x = image = keras.Input((64, 64, 3))
    x = layers.Conv2D(8, 7, 2, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    for filters, strides in ((8, 1), (16, 2), (32, 2), (64, 2)):
        x = basic_block(basic_block(x, filters, strides), filters, 1)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def small_resnet():
    """Three stages of 2, 2 and 3 bottlenecks."""
    x = image = keras.Input((64, 64, 3))
    x = blocks.conv_bn(x, 8, 7, strides=2, name="conv1")
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    for number, (filters, count) in enumerate(((4, 2), (8, 2), (16, 3)), start=2):
        x = stage(x, filters, count, 1 if number == 2 else 2)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def small_resnet_given():
    """The same with three faults: a stride too many, a block a stage too few, the largest value."""
    x = image = keras.Input((64, 64, 3))
    x = blocks.conv_bn(x, 8, 7, strides=2, name="conv1")
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    for number, (filters, count) in enumerate(((4, 2), (8, 2), (16, 3)), start=2):
        x = blocks.convolutional_block(x, filters, strides=2, name=f"conv{number}_1")
        for i in range(2, count):
            x = blocks.identity_block(x, filters, name=f"conv{number}_{i}")
    x = layers.GlobalMaxPooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


EXERCISES = {
    "06.conv4_blocks": Number(
        effort=Effort(4, 1),
        value=23,
        slips={
            33: "these are the blocks of all four stages; three stages have ten of them",
            69: "these are layers; three make a block",
            39.5: "two layers a block are counted; a bottleneck has three",
            101 / 3 - 10: "the first convolution and the dense layer are not in any block",
            100 / 3 - 10: "one layer stands before the blocks and one behind them",
            36: "this is ResNet-152's conv4",
            6: "this is the conv4 of ResNet-34 and 50",
        },
        shown="1 + 3·(3 + 4 + 23 + 3) + 1 = 101.",
        hints=(
            "Which layers of the 101 are in no block at all?",
            "99 layers are in blocks, three in each.",
            "From the blocks of all stages take those of conv2, conv3 and conv5.",
        ),
    ),
    "06.depth": Function(
        effort=Effort(4, 1),
        reference=depth,
        cases=(
            *(((3, 8, 36, 3), 3), ((2, 2, 2, 2), 2)),
            *(((3, 4, 6, 3), 2), ((3, 4, 6, 3), 3), ((1, 1), 3)),
        ),
        slips=(
            *(only_blocks, one_end, always_three, always_two),
            *(with_shortcuts, with_pooling, number_of_blocks),
        ),
        shown="152, 18, 34 and 50: the numbers in the names.",
        hints=(
            "Start with ResNet-18: what has weights, from the image to the classes?",
            "All blocks have `per_block` layers. What comes before the first and after the last?",
            "A convolution comes first, a dense layer last; poolings have no weights.",
        ),
    ),
    "06.basic_block": Block(
        effort=Effort(10, 2),
        reference=basic_block,
        shape=(8, 8, 6),  # oneDNN's gradient of a 1×1 that moves by 2 is wrong below 6 channels
        arguments=(8, 2),
        others=(((6, 6, 6), (6, 1)), ((6, 6, 4), (6, 1)), ((8, 8, 6), (6, 2))),
        shown="relu(F(x) + shortcut), which is x itself where it fits.",
        hints=(
            "Keep x under another name. When can it be added as it is?",
            "It fits if strides is 1 and x.shape[-1] is filters; else a 1×1 makes it fit.",
            "The shortcut has batch normalisation, no ReLU; the last ReLU follows the addition.",
        ),
    ),
    "06.stage": Block(
        effort=Effort(6, 1),
        reference=stage,
        shape=(8, 8, 8),
        arguments=(4, 3, 2),
        others=(((6, 6, 16), (4, 2, 1)), ((6, 6, 8), (3, 1, 2))),
        shown="one block changes the shape, the others keep it.",
        hints=(
            "The first block stands alone; the others are a loop.",
            "How often does the loop run if count is 1?",
            "Only the first block gets `strides`; identity blocks have none.",
        ),
    ),
    "06.resnet18": Network(
        effort=Effort(12, 2),
        reference=resnet18,
        shown="1 + 2·(2 + 2 + 2 + 2) + 1 layers, and five halvings from 64 to 2.",
        hints=(
            "Two layers halve the image before the first block: conv1 and the max pooling.",
            "So conv2's blocks move by 1. Which blocks of the later stages move by 2?",
            "The first of each: 8 filters by 1, then 16, 32 and 64 by 2; global average pooling.",
        ),
    ),
    "06.small_resnet": Network(
        effort=Effort(10, 2),
        reference=small_resnet,
        given=small_resnet_given,
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
            "a": "ResNet-34 and ResNet-50 have sixteen blocks each",
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
}
