"""Lesson 3, VGG-16."""

from functools import partial

from utils import networks
from utils.checks.experiments import Experiment, Written
from utils.checks.kinds import Choice, Effort, Function, Number
from utils.checks.models import Block, Network
from utils.checks.trials import Fault
from utils.exercises.answers03 import (
    SLIPS,
    STACKS,
    convolutions,
    receptive_field,
    small_vgg,
    small_vgg_given,
    vgg_block,
)

EXERCISES = {
    "03.third_pooling": Number(
        effort=Effort(4, 1),
        value=(30, 40, 256),
        slips={
            (30, 40, 512): "the channels double once more, but only in the fourth stage",
            (30, 40, 128): "those are the channels of the second stage, which come into the third",
            (30, 40, 64): "those are the channels of the first stage; they double, twice",
            (30, 40, 192): "from stage to stage the channels double; they do not grow by 64",
            (30, 40, 768): "256 filters each read all channels and make one map each, not three",
            (60, 80, 256): "that comes into the third pooling; it halves once more",
            (60, 80, 128): "that comes out of the second pooling",
            (15, 20, 512): "that comes out of the fourth pooling",
            (40, 53, 256): "three halvings divide by 2·2·2, not by 6",
            (80, 107, 256): "three halvings divide by 2·2·2, not by 3",
            (28, 28, 256): "that is for an image of 224×224; this one is 240×320",
            (15, 20, 256): "these are four halvings; the third pooling is asked for",
            (120, 160, 64): "that comes out of the first pooling",
            (120, 160, 256): "that is halved once; each of the three poolings halves",
            (240, 320, 256): "nothing is halved; each of the three poolings halves",
            (7, 10, 512): "that comes out of the fifth pooling",
            (30, 40, 3): "the three colours end in the first convolution: filters are channels",
            (30, 40, 1024): "the channels double from stage to stage: 64, 128, 256",
            (60, 80, 512): "those are two halvings, and the channels of the fourth stage",
            (26, 36, 256): "VGG's convolutions are padded and keep the size; here they shrink it",
            (27, 37, 256): "VGG's convolutions are padded and keep the size; here they shrink it",
            (31, 41, 256): "a pooling of 2 that moves by 2 halves exactly; nothing is added",
            (29, 39, 256): "a pooling of 2 that moves by 2 halves exactly; nothing is taken off",
            (40, 30, 256): "height comes first, then width",
            (25, 35, 256): "VGG's convolutions are padded and keep the size; here they shrink it",
        },
        shown="240 and 320 halved three times, and 64 filters doubled twice.",
        hints=(
            "Only the poolings change height and width; only the convolutions change the channels.",
            "Each pooling halves. From stage to stage, the filters double.",
            "Height is 240 / 2 / 2 / 2. The first stage has 64 filters, the second 128; the third?",
        ),
    ),
    "03.stack_weights": Number(
        effort=Effort(6, 2),
        value=16_384,
        formula="9 * 64 * 128 + 9 * 128 * 128 - 25 * 64 * 128",
        slips={
            221_184: "that is the stack alone; take the weights of the one layer off",
            204_800: "that is the one 5×5 layer alone",
            73_728: "that is the first 3×3 alone",
            147_456: "that is the second 3×3 alone",
            425_984: "that is the sum of the two; their difference is asked for",
            16_512: "biases are counted; these layers have none",
            16_640: "biases are counted, 256 of them; these layers have none",
            0.08: "that is a part of the one layer's weights; the number of weights is asked for",
            1.08: "that is how many times as many; the number of weights is asked for",
            221_440: "that is the stack alone, and with biases",
            204_928: "that is the one 5×5 layer alone, and with biases",
            32_768: "a filter of 3×3 has nine weights a channel, one of 5×5 has 25, not 3 and 5",
            8: "that is the difference in per cent; the number of weights is asked for",
            -16_384: "the other way round: the weights of the stack, less those of the one layer",
        }
        | {
            sign * weights: why
            for sign in (1, -1)
            for weights, why in (
                (57_344, "the second 3×3 reads the 128 channels that the first one makes"),
                (94_208, "the first 3×3 makes 128 channels already, not 64"),
                (114_688, "the first layer reads 64 channels; only inside the stack there are 128"),
                (28_672, "that is for 64 channels in and out of each layer; they make 128"),
                (131_072, "that is one 3×3 beside the 5×5; it takes two to see 5×5"),
                (7, "that is for one channel in and one out: 18 beside 25"),
            )
        },
        shown="8 % more: the second 3×3 reads twice as many channels as the 5×5.",
        hints=(
            "A kernel has height times width times channels in times channels out.",
            "Three kernels: 3×3 from 64 to 128, 3×3 from 128 to 128, 5×5 from 64 to 128.",
            "9·64·128 + 9·128·128, and from that 25·64·128.",
        ),
    ),
    "03.receptive_field": Function(
        effort=Effort(12, 3),
        reference=receptive_field,
        cases=STACKS,
        slips=SLIPS,
        shown="7 neighbours behind all five stages: 212 + 6·32 = 404 pixels, more than the image.",
        hints=(
            "Keep two numbers while you go through the stack: the reach, and the step in pixels.",
            "Both start at 1. A filter of f adds f - 1 steps; then its stride widens the step.",
            "At the end neighbours are a step apart. How many gaps have n of them?",
        ),
    ),
    "03.vgg_block": Block(
        effort=Effort(7, 2),
        reference=vgg_block,
        shape=(16, 16, 4),
        arguments=(6, 3),
        others=(((8, 8, 3), (5, 2)), ((8, 8, 3), (5, 1))),
        shown="half as high and wide without a pooling, and a quarter of the last one's work.",
        hints=(
            "A loop of convolutions, each on what the one before made. Which one is different?",
            "layers.Conv2D takes strides=, padding= and activation=; what it makes goes into x.",
            "In range(convolutions) the last i is convolutions - 1; only there the stride is 2.",
        ),
    ),
    "03.vgg16c": Network(
        effort=Effort(15, 2),
        reference=partial(networks.vgg, "C", width=1 / 16, input_shape=(32, 32, 3), classes=10),
        shown="13 convolutions and 3 dense layers; the three 1×1 add ReLUs and no view.",
        hints=(
            "The stages differ in filters and in kernels. Write both as data, and loop over them.",
            "Stage 3 is 16 filters with the kernels (3, 3, 1). A pooling ends each stage.",
            "padding='same' everywhere; behind the last pooling flatten, then the dense layers.",
        ),
    ),
    "03.small_vgg": Fault(
        effort=Effort(10, 2),
        given=small_vgg_given,
        where=Choice(
            value="c",
            slips={
                "a": "it is one of the three, but summary() shows it: 4 convolutions, where 7 were "
                "meant",
                "b": "it is one of the three, but summary() shows it: 62×62 behind the first layer",
                "d": "that is no fault; max pooling and ReLU make the same in either order",
            },
            shown="an activation has no weights and changes no shape.",
        ),
        repair=Network(reference=small_vgg),
        shown="two of the three show in summary(); a forgotten ReLU changes no shape and no count.",
        hints=(
            "Look at small_vgg().summary(). How many convolutions are there, and of which shapes?",
            "Height and width should be 64, 32 and 16. How much does Keras pad by itself?",
            "What does range(1, 2) count? And read the dense layers: which one has no activation?",
        ),
    ),
    "03.larger_image": Choice(
        effort=Effort(8, 2),
        value="c",
        slips={
            "a": "nothing is scaled; then there would not be more work for 240 pixels",
            "b": "a convolution shares its weights among all places: its column never changes",
            "d": "fc2 reads fc1's units, not the image: its column never changes",
        },
        shown="from 224 to 255 pixels the weights stay the same; only the convolutions work more.",
        hints=(
            "In which columns of the table does 240 differ from 224, and 256 from 240?",
            "What does fc1 read? Look at block5_pool.",
            "240 is halved to 120, 60, 30 and 15. A pooling of 2 fits how often into 15?",
        ),
    ),
    "03.wider_view": Experiment(
        effort=Effort(20, 3),
        writes=(
            Written(
                "convolutions",
                Block(
                    reference=convolutions,
                    shape=(14, 14, 1),
                    arguments=((3, 3, 3), 12),
                    others=(((14, 14, 1), ((3, 1, 1), 32)),),
                ),
            ),
        ),
        names=("wide", "narrow"),
        within=(0.05, 0.85),
        usual={"wide": (0.2, 0.65), "narrow": (0.32, 0.78)},
        unit="errors on test images",
        outside="errors are parts of 1, and guessing makes 0.9; check what you hand over",
        best="least",
        shown="as many layers and about as many weights; only what one number sees differs.",
        hints=(
            "A loop over kernels; the pooling stands behind the first convolution only.",
            "Three seeds of each kind: call error_of(kind, seed) six times, three a list.",
            "Compare the worst run of one kind with the best of the other: do they overlap?",
        ),
    ),
}
