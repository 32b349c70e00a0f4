"""Lesson 1, LeNet-5."""

from functools import partial

from utils.checks.experiments import Experiment, Written
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Block, Network
from utils.checks.trials import Fault
from utils.exercises.answers01 import (
    IMAGES,
    MOVED,
    RIVALS,
    SLIPS,
    as_block,
    decide_everywhere,
    lenet1,
    modern,
    modern_given,
    moved,
    rival,
    size_before,
)

EXERCISES = {
    "01.c3_shape": Number(
        effort=Effort(4, 1),
        value=(18, 14, 16),
        slips={
            (10, 10, 16): "that comes out of 32×32; here 48×40 go in",
            (22, 18, 16): "C3 is not padded: a filter of 5 takes 4 pixels off",
            (20, 16, 16): "C1 takes 4 pixels off as well, before the pooling",
            (40, 32, 16): "S2 is left out: it halves height and width",
            (24, 20, 16): "the two convolutions take pixels off; here S2 alone is counted",
            (17, 13, 16): "5 are taken off in C3; a filter of 5 fits 22 - 5 + 1 times",
            (16, 12, 16): "5 are taken off in each convolution; a filter of 5 takes 4 off",
            (9, 7, 16): "S4, the pooling after it, is counted too",
            (18, 18, 16): "the image is 40 pixels wide, not 48",
            (14, 14, 16): "the image is 48 pixels high, not 40",
            (18, 14, 6): "each filter makes one channel: 6 are C1's, C3 has 16",
            (18, 14, 3): "the colours end in C1: each filter makes one channel, whatever it reads",
            (18, 14, 1): "each of the 16 filters makes one channel",
            (18, 14, 48): "each filter adds up its channels to one; there are not 3 for each",
            (18, 14, 96): "each filter adds up its 6 channels to one; there are not 6 for each",
            (44, 36, 6): "that is C1; two layers follow",
            (22, 18, 6): "that is S2; C3 follows",
        },
        shown="48, 44, 22, 18 and 40, 36, 18, 14; the colours change nothing behind C1.",
        hints=(
            "Height and width go their own ways, by the same rule. What does C1 make of 48 and 40?",
            "A filter of 5 takes 4 off, the pooling halves, and another filter takes 4 off.",
            "48 becomes 44, then 22; 40 becomes 36, then 18. How many filters has C3?",
        ),
    ),
    "01.size_before": Function(
        effort=Effort(8, 2),
        reference=size_before,
        cases=(
            (28, 5, 0, 1),
            (14, 2, 0, 2),
            (55, 11, 0, 4),
            (10, 5, 2, 1),
            (112, 7, 3, 2),
            (3, 3, 0, 2),
        ),
        slips=tuple(SLIPS.values()),
        shown="(m - 1)s + f - 2p: of all these widths the one whose last window ends at the edge.",
        hints=(
            "Put the filter at its first place, then at its last. How far apart are the two?",
            "m places are m - 1 steps of s pixels; at the last one the filter still covers f.",
            "What it covers in all is image and padding. How much of that is padding?",
        ),
    ),
    "01.more_filters": Number(
        effort=Effort(6, 2),
        value=1_704,
        parts={"the growth of C1": 104, "the growth of C3": 1_600},
        slips={
            1_700: "the biases of C1's four new filters are forgotten",
            1_604: "of C1's four new filters only the biases are counted, not the 25 weights each",
            1_768: "C3 has 16 filters as before, and so no new biases",
            1_664: "C3 has no new biases, and the growth of C1 is missing",
            13_704: "C5 reads S4, which has 16 maps as before: nothing changes there",
            504: "each filter of C3 reads all four new maps, not one",
            63_410: "that is the whole network now; by how much did it grow?",
            61_706: "that is the whole network before",
            4_276: "those are all parameters of C1 and C3 now; by how much did they grow?",
            4_016: "those are all parameters of C3 now; by how much did it grow?",
            260: "those are all parameters of C1 now; by how much did it grow?",
            2_708: "C3 keeps its 16 filters; these are 20",
            2_604: "C3 keeps its 16 filters; these are 20, and the growth of C1 is missing",
            708: "C3 has as many filters as before; each of the 16 reads four maps more",
            604: "C3 has as many filters as before; each of the 16 reads four maps more",
            204: "each of C3's 16 filters reads the four new maps, not one of them",
            100: "these are the new weights of one filter of C3; there are 16",
            1_860: "C1 had six filters before: it grows by four of them",
            4_120: "C3 read six maps before: it grows by what it reads of the four new ones",
            1_640: "a filter of C1 is 5×5, with a bias: 26 parameters, not 10",
            63_306: "that is the network with a larger C3 alone; by how much did it grow, with C1?",
            616: "these are filters of 3×3; LeNet-5's are 5×5",
            160_104: "each place has weights of its own here; a convolution shares them",
        },
        shown="4·26 in C1, and 16·4·25 in C3, which reads four maps more; nothing behind it.",
        hints=(
            "Which layers have another number of filters now, and which read another number?",
            "C1 has four filters more; C3 has as many as before, but each reads four maps more.",
            "A filter of C1 has 25 weights and a bias. To how many weights do 16·4 windows come?",
        ),
    ),
    "01.decide_everywhere": Block(
        effort=Effort(8, 2),
        reference=decide_everywhere,
        shape=(5, 5, 16),
        others=(((9, 9, 16), ()),),
        shown="the same 59,134 weights, used at every place where the dense layers fit.",
        hints=(
            "C5 reads all of 5×5×16. How large is a filter that sees that at once?",
            "Behind C5 a place has 120 numbers. F6 reads these, and no neighbours.",
            "layers.Conv2D three times, filters as many as units; no Flatten, or places are lost.",
        ),
    ),
    "01.lenet1": Network(
        effort=Effort(10, 2),
        reference=lenet1,
        shown="104, 1,212 and 1,930: 3,246 parameters, and every filter is 5×5.",
        hints=(
            "What takes 28 pixels to 24, and 12 to 8?",
            "104 are four filters of 25 weights and a bias. And C3, which reads four maps?",
            "tanh behind both convolutions, softmax at the end; the poolings are of 2.",
        ),
    ),
    "01.modern": Fault(
        effort=Effort(8, 2),
        given=modern_given,
        where=Choice(
            value="c",
            slips={
                "a": "the first pooling is as it should be; compare it with the second",
                "b": "the second convolution is as it should be; which of the two keeps the size?",
                "d": "the first dense layer is as it should be; do the ten outputs add up to 1?",
            },
            shown="padding that was not meant, a mean among maxima, and ten separate sigmoids.",
        ),
        repair=Network(reference=modern),
        shown="61,706 parameters again, and ten probabilities that add up to 1.",
        hints=(
            "Look at modern().summary(). Where is a shape not LeNet-5's?",
            "One fault is in the padding, one in a pooling, one in an activation.",
            "Ten sigmoids need not add up to 1. And compare the two poolings.",
        ),
    ),
    "01.explanation": Choice(
        effort=Effort(5, 2),
        value="b",
        slips={
            "a": "a linear layer has gradients; they are even simpler",
            "c": "activations have no parameters, so none are missing",
            "d": "a softmax reads any numbers, and ReLU's are not between -1 and 1 either",
        },
        shown="sums of sums are sums: depth needs something between its layers that is not linear.",
        hints=(
            "With which activation is the answer True?",
            "Which kind of function gives for a sum the sum of what it gives for each?",
            "A matrix times a matrix is a matrix.",
        ),
    ),
    "01.moved": Experiment(
        effort=Effort(20, 3),
        writes=(
            Written("moved", Function(reference=moved, cases=IMAGES, slips=MOVED)),
            Written(
                "hidden",
                Block(
                    reference=rival,
                    shape=(14, 14, 1),
                    also=tuple(partial(rival, units=u, activation=f) for u, f in RIVALS),
                ),
                as_block,
            ),
        ),
        names=("convolution", "dense"),
        within=(5, 85),
        unit="errors on moved test images in %",
        outside="per cent of errors are wanted, from about 20 to 90, which is guessing",
        best="least",
        shown="a filter knows its pattern everywhere, a dense layer at one place; both have one.",
        hints=(
            "Where does the pixel of column 0 stand after the move, and what is in column 0 then?",
            "Dense layers need a Flatten first: 196 numbers. How many units make about 1,500?",
            "errors(kind, seed) gives one number; each kind needs a list of three of them.",
        ),
    ),
}
