"""Lesson 12, EfficientNet."""

from functools import partial

import numpy as np

from utils.checks.experiments import Experiment, Written
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Block
from utils.exercises.answers12 import (
    PHOTOS,
    activation_map,
    compound,
    grey,
    scale_input,
    squeeze_excite,
    stage,
    times_the_work,
)
from utils.exercises.slips12 import OTHER_GREYS, OTHER_MAPS, OTHER_RULES, OTHER_SCALES, OTHER_WORK

MAPS = np.array([[[1.0, -2.0, 0.5], [0.0, 3.0, 1.0]], [[2.0, 1.0, -1.0], [4.0, 0.0, 2.0]]])
WIDE = np.array([[[0.5, 1.5], [2.0, -1.0], [0.25, 3.0]]])

EXERCISES = {
    "12.scale_input": Function(
        effort=Effort(3, 1),
        reference=scale_input,
        cases=tuple((np.float64(x),) for x in (0, 127, 255, 31.75)),  # with the methods of arrays
        slips=OTHER_SCALES,
        shown="0 becomes -0.99 and 255 becomes 1: what the weights were trained on.",
        hints=(
            "Two steps: take something off, then divide.",
            "Take 127 off.",
            "Divide the difference by 128; brackets around it.",
        ),
    ),
    "12.times_the_work": Function(
        effort=Effort(4, 1),
        reference=times_the_work,
        cases=((2, 1, 1), (1, 2, 1), (1, 1, 2), (1.2, 1.1, 1.15), (3, 2, 1.5)),
        slips=OTHER_WORK,
        shown="depth in proportion, width and resolution by their square.",
        hints=(
            "What happens to the work of one convolution if twice as many channels come in?",
            "And if twice as many go out, too? If the image has twice as many rows and columns?",
            "Multiply depth, width squared and resolution squared.",
        ),
    ),
    "12.compound": Function(
        effort=Effort(5, 2),
        reference=compound,
        cases=((0,), (1,), (2,), (3,), (0.5,)),
        slips=OTHER_RULES,
        shown="1.92 times the work a step, shared out over all three.",
        hints=(
            "φ is the power of each of the three numbers.",
            "Depth 1.2 to the φ, width 1.1 to the φ.",
            "The side has 224 pixels for φ = 0, and grows by 1.15 to the φ.",
        ),
    ),
    "12.squeeze_weights": Number(
        effort=Effort(6, 2),
        value=1_878,
        formula="144 * 6 + 6 + 6 * 144 + 144",
        parts={
            "the first layer's weights": 864,
            "the first layer's biases": 6,
            "the second layer's weights": 864,
            "the second layer's biases": 144,
        },
        slips={
            5_889_408: "a weight counts once, at however many of the 56·56 places it is used",
            2_166: "batch normalisation is counted; there is none between the two layers",
            1_728: "the biases are missing, 6 and 144 of them",
            870: "this is the first of the two layers alone",
            1_008: "this is the second of the two layers alone",
            1_730: "each output has a bias, 6 and 144 of them, not each layer one",
            1_740: "the second layer makes 144 numbers, and has as many biases, not 6",
            2_016: "the first layer makes 6 numbers, and has as many biases, not 144",
            10_548: "36 is a quarter of the 144 wide channels; six is a quarter of the 24 before",
            10_368: "36 is a quarter of 144; a quarter of the 24 is 6, and the biases are missing",
            7_080: "24 channels come in; a quarter of them, 6, stands between the two layers",
            6_912: "a quarter of the 24, 6, stands between the layers; the biases are missing",
            20_880: "this is one layer from 144 to 144 channels; there are two, through 6",
            1_038: "the second layer makes 24 numbers; it is the 144 channels that are weighed",
            1_158: "the first layer reads 144 channels, too; 24 is what the quarter is taken of",
            318: "it is the 144 wide channels that are weighed, not the 24",
            288: "it is the 144 channels that are weighed, not the 24; the biases are missing",
            6: "so many numbers stand between the two layers; their parameters are asked for",
            1_729: "each output has a bias, 6 and 144 of them, not one in all",
            1_296: "these are the depthwise filters of the block: 144 of 3×3",
            7_056: "the means are of whole channels; the 7×7 places are averaged",
            636_540: "this is what it adds to all of B0; one of the sixteen blocks is asked for",
            5_288_548: "this is the whole of B0; the two layers of one block are asked for",
        },
        shown="864 + 6 + 864 + 144; and only 1,728 multiply-adds, since each is used once.",
        hints=(
            "Two layers: from how many channels to how many?",
            "From 144 to 6 and from 6 to 144.",
            "Weights are the product of both numbers; add 6 and 144 biases.",
        ),
    ),
    "12.squeeze_excite": Block(
        effort=Effort(10, 2),
        reference=squeeze_excite,
        also=(partial(squeeze_excite, dense=True),),
        shape=(6, 8, 12),
        arguments=(3,),
        others=(((5, 4, 8), (5,)),),  # no quarter, as 3 is of 12
        shown="12 means in, 12 numbers from 0 to 1 out, and a channel times its number.",
        hints=(
            "The mean over all places: layers.GlobalAveragePooling2D(keepdims=True).",
            "Two layers on it: reduced outputs and a ReLU, then a sigmoid.",
            "The second has as many outputs as x has channels; layers.Multiply()([x, y]).",
        ),
    ),
    "12.stage": Block(
        effort=Effort(10, 2),
        reference=stage,
        shape=(12, 12, 8),
        arguments=(12, 3, 2),
        others=(((8, 8, 6), (10, 2, 1)), ((8, 8, 6), (10, 1, 2))),
        shown="the first block changes the shape, the others keep it and have a shortcut.",
        hints=(
            "A loop over repeats; blocks.mb_conv makes one block.",
            "Every block needs a name of its own, kernel=5, squeeze=0 and activation='relu6'.",
            "Only the first moves by strides; the others by 1.",
        ),
    ),
    "12.activation_map": Function(
        effort=Effort(6, 2),
        reference=activation_map,
        cases=((MAPS, np.array([1.0, -2.0, 0.5])), (WIDE, np.array([-0.5, 2.0]))),
        slips=OTHER_MAPS,
        shown="a number for each place; their mean, and the bias, are the class's score.",
        hints=(
            "Each of the k maps has a weight. What happens to a place's k numbers?",
            "Each is multiplied by its weight, and they are added up.",
            "maps @ weights does that, or np.sum over the last axis.",
        ),
    ),
    "12.certainty": Choice(
        effort=Effort(4, 1),
        value="b",
        slips={
            "a": "97 % is a share among its words; how often it is right then, nobody has counted",
            "c": "97 % is said of this picture alone; training ends after so many steps, not there",
            "d": "it has read the whole picture; what is missing is a word for what it sees",
        },
        shown="the outputs add up to 1 whatever the picture is; none of them says “none of these”.",
        hints=(
            "Is a mushroom of your garden one of ImageNet's 1,000 words?",
            "What would the network have to say if none of them fitted?",
            "A softmax has no output for that.",
        ),
    ),
    "12.grey_or_tiles": Experiment(
        effort=Effort(15, 3),
        writes=(Written("grey", Function(reference=grey, cases=PHOTOS, slips=OTHER_GREYS)),),
        names=("grey", "tiles"),
        within=(0, 1 + 1e-6),  # a softmax may round up
        likely={"grey": (0.16, 0.82), "tiles": (0, 0.71)},
        unit="probability of the class",
        outside="a probability is a part of 1, not per cent, and not the number of a class",
        each="number",
        alike="is it the probability of each photograph's own class, after the change?",
        shown="colours gone, or shapes: what the network needs differs from picture to picture.",
        hints=(
            "The class is the likeliest of the photograph as it is: its number, by argmax.",
            "Change the photograph, predict again, and take the probability of that class.",
            "Compare the largest of one list with the smallest of the other.",
        ),
    ),
}
