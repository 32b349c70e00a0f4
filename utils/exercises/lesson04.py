"""Lesson 4, the trouble with depth."""

from utils.checks.experiments import Experiment, Written
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Block, Network
from utils.checks.trials import Fault
from utils.exercises.answers04 import (
    EXACT,
    SLIPS,
    he_stddev,
    plain_block,
    six_blocks,
    six_blocks_given,
    sixteen_layers,
    small_plain,
)

EXERCISES = {
    "04.layers_to_vanish": Number(
        effort=Effort(4, 1),
        value=31,
        tried=lambda n: f"after {n} layers {0.8**n:.3g} is left: the first below 0.001 is wanted",
        slips={
            30: "0.8**30 is 0.00124, still a little more than a thousandth",
            32: "0.8**32 is 0.00079, but a layer less is enough",
            5: "each layer takes a fifth of what is left, not a fifth of the beginning",
            10: "a tenth is left after about ten layers, and a tenth is not yet a thousandth",
            11: "less than a tenth is left then; a thousandth is a tenth of a tenth of a tenth",
            33: "a tenth takes a little over ten layers: rounded up three times, it is too much",
            0.8**31: "this is what 31 layers leave; the number of layers is asked for",
            0.8**30: "this is what 30 layers leave; the number of layers is asked for",
            29: "0.8**29 is 0.00155; two more layers are needed",
            34: "0.8**31 is below a thousandth already: three layers less are enough",
            7: "these are powers of e: ln 1000. Each layer multiplies by 0.8, ln 0.8 is -0.22",
            3: "these are powers of ten; each layer multiplies by 0.8, not by 0.1",
            100: "0.8**100 is a fifth of a billionth; much fewer layers are enough",
            1000: "each layer multiplies what is left by 0.8; it does not take a thousandth off",
            800: "each layer multiplies what is left by 0.8; it does not take a thousandth off",
            -31: "the logarithms of 0.001 and of 0.8 are both below 0: their quotient is not",
            62: "that is twice as many as needed: to a millionth",
            1250: "this is a thousand over 0.8; each of the layers multiplies by 0.8",
        }
        | dict.fromkeys(EXACT, "there a thousandth is left exactly; layers come in whole numbers"),
        shown="0.8**30 is 0.00124, 0.8**31 is 0.00099. Plain-56 has nearly twice the layers.",
        hints=(
            "After two layers 0.8 times 0.8 is left. After a number of layers: 0.8 to which power?",
            "Try 0.8**depth for some depths, or solve 0.8**depth = 0.001 with logarithms.",
            "math.log(0.001) / math.log(0.8), and then the next whole number.",
        ),
    ),
    "04.he_stddev": Function(
        effort=Effort(8, 2),
        reference=he_stddev,
        cases=(
            (3, 16, 32, 0),
            (7, 3, 64, 0.5),
            (5, 6, 16, 0.9),
            (1, 64, 256, 0.1),
            (3, 64, 64, 0.3),
        ),
        slips=SLIPS,
        shown="of the mean square (1 + slope²)/2 is left; slope 0 is He's rule, slope 1 has no 2.",
        hints=(
            "What one filter reads at one place are its inputs. One argument is not needed.",
            "Half of the numbers are above 0. How much of theirs do the others keep?",
            "The variance is 1 over (inputs times what is left), and left is (1 + slope²)/2.",
        ),
    ),
    "04.plain_block": Block(
        effort=Effort(7, 1),
        reference=plain_block,
        shape=(8, 8, 4),
        arguments=(6, 2),
        others=(((6, 6, 3), (5, 1)), ((6, 6, 4), (4, 1))),
        shown="relu(F(x)): a residual block of two layers, less its shortcut.",
        hints=(
            "Six layers one after the other: the same three, twice.",
            "Conv2D, BatchNormalization, ReLU. Keras gives a bias and no padding if not told else.",
            'Only the first Conv2D gets strides; both get padding="same" and use_bias=False.',
        ),
    ),
    "04.small_plain": Network(
        effort=Effort(12, 2),
        reference=small_plain,
        shown="6·2 + 2 = 14 layers; with n = 9 and the paper's filters it is plain-56.",
        hints=(
            "n = 2: how many convolutions on 32×32, on 16×16, on 8×8? Count the 1 as well.",
            "One convolution by itself, then two blocks of two for each column of the table.",
            "Only the first block on 16×16 and the first on 8×8 move by 2.",
        ),
    ),
    "04.six_blocks": Fault(
        effort=Effort(12, 2),
        given=six_blocks_given,
        where=Choice(
            value="b",
            slips={
                "a": "it is a fault, but the five blocks that are there keep their shortcuts",
                "c": "it is a fault, but what the shortcut carries is added all the same",
                "d": "that is no fault: it normalises what the convolution makes",
            },
            shown="the way past the block begins behind its convolution, so each signal goes "
            "through all of them.",
        ),
        repair=Network(reference=six_blocks),
        shown="six times relu(F(x) + x), where the shortcut has a convolution to pass.",
        hints=(
            "Go through the loop line by line: how often does it run, and what is x where?",
            "One fault is in the count, one in what the shortcut keeps, one in ReLU's place.",
            "What does range(1, 6) count? What was the block given, and when is that x lost?",
        ),
    ),
    "04.factor_explained": Choice(
        effort=Effort(10, 3),
        value="b",
        slips={
            "a": "the cell compares two networks, not two layers; and in the lesson's plain stacks "
            "with batch normalisation the gradient grows on its way back",
            "c": "it never sees the weights: it normalises what the convolution makes of them",
            "d": "nothing has learned here: every gamma is still 1",
        },
        shown="the factor does not pile up; what is left is the first convolution's own. And 1/0.8 "
        "is 1.25: to the same step, smaller weights give way more.",
        hints=(
            "How does the number change with depth, without normalisation and with it?",
            "Multiply a convolution by 0.8. What are its mean and deviation then, and what is left "
            "after it has been normalised?",
            "With normalisation, the answer to 0.8 is 1.25 and to 1.25 is 0.8. How often does a "
            "factor count in that, once or once a layer?",
        ),
    ),
    "04.which_overfits": Choice(
        effort=Effort(5, 2),
        value="b",
        slips={
            "a": "who overfits is good on the training images; theirs are wrong there, too",
            "c": "R by 0.4 points only. What P and R miss in training no overfitting explains",
            "d": "S knows its training images as well, and is wrong on 17 % of the others",
        },
        shown="dropout may help Q and S. P and R first need to be trained: that is degradation.",
        hints=(
            "Overfitting shows in the difference of two numbers. In which?",
            "Which of the four fit the images that they were trained on?",
            "What could P do, at the least, if its other 48 layers handed on what they get?",
        ),
    ),
    "04.from_identity": Experiment(
        effort=Effort(20, 3),
        writes=(
            Written(
                "sixteen_layers",
                Block(
                    reference=sixteen_layers,
                    shape=(32,),
                    arguments=("identity",),
                    others=(((32,), ("he_normal",)),),
                    starts=True,
                ),
            ),
        ),
        names=("identity", "random"),
        within=(0.01, 2.25),
        drawn=True,
        unit="training loss after the last step",
        outside="ten classes guessed make a loss of 2.3; check what you hand over",
        best="least",
        shown="the same layers, images and steps; only where the weights start differs.",
        hints=(
            "A loop: each dense layer reads what the one before made, and starts as `start` says.",
            "Three seeds of each kind: call final_loss(kind, seed) six times, three a list.",
            "Compare the worst run of one kind with the best of the other: do they overlap?",
        ),
    ),
}
