"""Lesson 6: each wrong answer with a part of what the check has to say about it."""

import keras
import numpy as np
from keras import layers, ops

from planted.measured import experiment
from utils import blocks

NAN = float("nan")
RESNET50, BLOCK = 3_857_973_248, 218_365_952


def bn(x):
    return layers.BatchNormalization()(x)


def conv(x, filters, kernel, strides=1, bias=False, padding="same"):
    return layers.Conv2D(filters, kernel, strides, padding=padding, use_bias=bias)(x)


def basic(
    beside=True,
    beside_bn=True,
    always=False,
    strides_at=0,
    kernel=3,
    bias=False,
    middle=True,
    end=True,
    early=False,
):
    """The two-layer block with one thing or another wrong in it."""

    def answer(x, filters, strides):
        shortcut = x
        if always or strides != 1 or x.shape[-1] != filters:
            shortcut = conv(x, filters, 1 if beside else 3, strides)
            shortcut = bn(shortcut) if beside_bn else shortcut
        x = bn(conv(x, filters, kernel, strides if strides_at == 0 else 1, bias))
        x = layers.ReLU()(x) if middle else x
        x = bn(conv(x, filters, kernel, strides if strides_at == 1 else 1, bias))
        if early:
            return layers.Add()([layers.ReLU()(x), shortcut])
        x = layers.Add()([x, shortcut])
        return layers.ReLU()(x) if end else x

    return answer


def by_strides_alone(x, filters, strides):
    """Takes the input as shortcut whenever the stride is 1, whatever the channels."""
    shortcut = bn(conv(x, filters, 1, strides)) if strides != 1 else x
    x = layers.ReLU()(bn(conv(x, filters, 3, strides)))
    return layers.ReLU()(layers.Add()([bn(conv(x, filters, 3)), shortcut]))


def by_channels_alone(x, filters, strides):
    """Takes the input as shortcut whenever the channels fit, whatever the stride."""
    shortcut = bn(conv(x, filters, 1, strides)) if x.shape[-1] != filters else x
    x = layers.ReLU()(bn(conv(x, filters, 3, strides)))
    return layers.ReLU()(layers.Add()([bn(conv(x, filters, 3)), shortcut]))


def relu_before_bn(x, filters, strides):
    y = bn(layers.ReLU()(conv(x, filters, 3, strides)))
    y = bn(conv(y, filters, 3))
    fits = strides == 1 and x.shape[-1] == filters
    return layers.ReLU()(layers.Add()([y, x if fits else bn(conv(x, filters, 1, strides))]))


def basic_by_ops(x, filters, strides):
    y = ops.relu(bn(conv(x, filters, (3, 3), (strides, strides))))
    y = bn(conv(y, filters, 3))
    if (strides, x.shape[-1]) != (1, filters):
        x = bn(layers.Dense(filters, use_bias=False)(x[:, ::strides, ::strides]))
    return ops.relu(x + y)


def basic_padded(x, filters, strides):
    y = layers.ZeroPadding2D(1)(x) if strides == 1 else layers.ZeroPadding2D(((0, 1), (0, 1)))(x)
    y = layers.Conv2D(filters, 3, strides, use_bias=False)(y)
    y = layers.Activation("relu")(bn(y))
    y = layers.Conv2D(filters, 3, use_bias=False)(layers.ZeroPadding2D()(y))
    fits = (x.shape[-1], strides) == (filters, 1)
    x = x if fits else bn(layers.Conv2D(filters, (1, 1), (strides,) * 2, use_bias=False)(x))
    return layers.Activation(ops.relu)(layers.add([x, bn(y)]))


def basic_frozen(x, filters, strides):
    image = keras.Input(x.shape[1:])
    return keras.Model(image, basic()(image, filters, strides), trainable=False)(x)


def stage(extra=0, kind=None, last=False, all_move=False, swapped=False, plain=False):
    """A stage; `kind` is True or False where every first block is, or is not, an identity block."""

    def answer(x, filters, count, strides, bottleneck):
        bottleneck = bottleneck != swapped
        for i in range(count + extra):
            moves = strides if all_move or i == (count - 1 if last else 0) else 1
            same = moves == 1 and x.shape[-1] == filters * (4 if bottleneck else 1)
            same = kind if kind is not None and i == 0 else same
            options = {"name": f"mine{i}", "bottleneck": bottleneck}
            if plain:
                x = blocks.plain_block(x, filters, strides=moves, **options)
            elif same:
                x = blocks.identity_block(x, filters, **options)
            else:
                x = blocks.convolutional_block(x, filters, strides=moves, **options)
        return x

    return answer


def stage_by_strides(x, filters, count, strides, bottleneck):
    """Whether the first block keeps the shape is asked of the strides alone."""
    return stage(kind=strides == 1)(x, filters, count, strides, bottleneck)


def stage_by_channels(x, filters, count, strides, bottleneck):
    """The same, asked of the channels alone."""
    same = x.shape[-1] == filters * (4 if bottleneck else 1)
    return stage(kind=same)(x, filters, count, strides, bottleneck)


def stage_without_four(x, filters, count, strides, bottleneck):
    """The channels are compared with filters, also behind a bottleneck."""
    same = strides == 1 and x.shape[-1] == filters
    return stage(kind=same)(x, filters, count, strides, bottleneck)


def always_bottleneck(x, filters, count, strides, bottleneck):
    return stage()(x, filters, count, strides, True)


def stage_that_forgets(x, filters, count, strides, bottleneck):
    """Every block reads the first one, so that only the last of them counts."""
    y = x = stage()(x, filters, 1, strides, bottleneck)
    for i in range(1, count):
        y = blocks.identity_block(x, filters, name=f"m{i}", bottleneck=bottleneck)
    return y


def stage_of_one_name(x, filters, count, strides, bottleneck):
    for i in range(count):
        x = stage()(x, filters, 1, strides if i == 0 else 1, bottleneck)
    return x


def stage_by_recursion(x, filters, count, strides, bottleneck):
    if count > 1:
        x = stage_by_recursion(x, filters, count - 1, strides, bottleneck)
        return blocks.identity_block(x, filters, name=f"a{count}", bottleneck=bottleneck)
    return stage()(x, filters, 1, strides, bottleneck)


def stage_as_layer(x, filters, count, strides, bottleneck):
    image = keras.Input(x.shape[1:])
    y = stage()(image, filters, count, strides, bottleneck)
    return keras.Model(image, y, name="all_of_it")(x)


def stage_by_hand(x, filters, count, strides, bottleneck):
    """Without the blocks of the course."""
    for i in range(count):
        moves, made = strides if i == 0 else 1, filters * (4 if bottleneck else 1)
        if not bottleneck:
            x = basic_by_ops(x, filters, moves)
            continue
        y = ops.relu(bn(conv(x, filters, 1, moves)))
        y = bn(conv(ops.relu(bn(conv(y, filters, 3))), made, 1))
        x = x if moves == 1 and x.shape[-1] == made else bn(conv(x, made, 1, moves))
        x = ops.relu(x + y)
    return x


def resnet18(
    moves=(1, 2, 2, 2),
    repeats=(2, 2, 2, 2),
    filters=(8, 16, 32, 64),
    kernel=7,
    pool=True,
    norm=True,
    block=None,
    head=layers.GlobalAveragePooling2D,
    top="softmax",
):
    block = block or basic()

    def answer():
        x = image = keras.Input((64, 64, 3))
        x = conv(x, filters[0], kernel, 2)
        x = layers.ReLU()(bn(x) if norm else x)
        x = layers.MaxPooling2D(3, 2, padding="same")(x) if pool else x
        for count, strides, times in zip(filters, moves, repeats):
            for i in range(times):
                x = block(x, count, strides if i == 0 else 1)
        return keras.Model(image, layers.Dense(10, activation=top)(head()(x)))

    return answer


def small(moves=(1, 2, 2), counts=(2, 2, 3), head=layers.GlobalAveragePooling2D, first=8):
    def answer():
        x = image = keras.Input((64, 64, 3))
        x = blocks.conv_bn(x, first, 7, strides=2, name="c")
        x = layers.MaxPooling2D(3, 2, padding="same")(x)
        for filters, count, strides in zip((4, 8, 16), counts, moves):
            x = blocks.convolutional_block(x, filters, strides=strides, name=f"a{filters}")
            for i in range(count - 1):
                x = blocks.identity_block(x, filters, name=f"a{filters}_{i}")
        return keras.Model(image, layers.Dense(10, activation="softmax")(head()(x)))

    return answer


def by_mean():
    return layers.Lambda(lambda x: ops.mean(x, axis=(1, 2)))


def by_pooling():
    return keras.Sequential([layers.AveragePooling2D(2), layers.Flatten()])


def frozen(network):
    network.trainable = False
    return network


def deepest_by_loop(work):
    layers, paid = 50, RESNET50
    while paid + BLOCK <= work:
        layers, paid = layers + 3, paid + BLOCK
    return layers


def deepest_below(work):
    """Stops one block early where a block would need all that is left."""
    layers, paid = 50, RESNET50
    while paid + BLOCK < work:
        layers, paid = layers + 3, paid + BLOCK
    return layers


def deepest_by_floats(work):
    return 50 + 3 * float(np.floor(np.float64(work - RESNET50) / BLOCK))


OUT, BACK = [0.31, 0.37, 0.36], [0.43, 0.64, 0.6]


def measured(out=OUT, back=BACK, said="one out"):
    return {"one out": out, "reversed": back}, said


def error(network, order, images, labels):
    first, adds, last = network
    x = first(images)
    for i in order:
        x = x + adds[i](x)
    return float(np.mean(np.argmax(last(x), axis=1) != labels))


def by_keras(network, order, images, labels):
    x = network[0](images)
    for add in [network[1][i] for i in order]:
        x = layers.Add()([x, add(x)])
    classes = keras.ops.convert_to_numpy(keras.ops.argmax(network[2](x), axis=-1))
    return sum(classes != labels) / len(labels)


def without_x(network, order, images, labels):
    first, adds, last = network
    x = first(images)
    for i in order:
        x = adds[i](x)
    return np.mean(np.argmax(last(x), axis=1) != labels)


def along_images(network, order, images, labels):
    first, adds, last = network
    x = first(images)
    for i in order:
        x = x + adds[i](x)
    return np.mean(np.argmax(last(x), axis=0) != labels)


def without_first(network, order, images, labels):
    return error((lambda x: x, *network[1:]), order, images, labels)


ANSWERS = {
    "06.conv4_blocks": {
        "right": [48, 48.0, "48", [48], np.int32(48)],
        "wrong": [
            (89, "all four stages"),
            (41, "the other three stages"),
            (144, "three make a block"),
            (267, "three make a block"),
            (267 - 41, "divide the 267 layers by three"),
            (92.5, "a bottleneck has three"),
            (267 // 2 - 41, "a bottleneck has three"),
            (267 // 3 - 3 - 30, "the 8 blocks of conv5"),
            (269 / 3 - 41, "not in any block"),
            (268 / 3 - 41, "one behind them"),
            ((269 - 2 - 4) / 3 - 41, "in shortcuts do not count"),
            (47, "266 layers"),
            (49, "272 layers"),
            (36, "ResNet-152"),
            (23, "ResNet-101"),
            ("many", "should be a number"),
        ],
    },
    "06.deepest": {
        "right": [
            lambda work: 3 * ((work - RESNET50) // BLOCK) + 50,
            lambda work: 152 + 3 * ((work - 11_282_415_616) // BLOCK),
            deepest_by_loop,
            deepest_by_floats,
        ],
        "wrong": [
            (lambda w: 50 + (w - RESNET50) // BLOCK, "a block has three layers"),
            (lambda w: 50 + 2 * ((w - RESNET50) // BLOCK), "three layers, not two"),
            (lambda w: 50 + 3 * (w // BLOCK), "is not taken off"),
            (lambda w: 3 * ((w - RESNET50) // BLOCK), "50 are missing"),
            (lambda w: (w - RESNET50) // BLOCK, "layers are asked for"),
            (lambda w: 2 + 3 * (w // BLOCK), "the stem"),
            (lambda w: 50 + 3 * round((w - RESNET50) / BLOCK), "the nearest number"),
            (lambda w: 50 + 3 * -(-(w - RESNET50) // BLOCK), "it rounds up"),
            (lambda w: 50 + 3 * (w - RESNET50) / BLOCK, "parts of a block"),
            (lambda w: 50 + 3 * (w - RESNET50) // BLOCK, "a block is added whole"),
            (deepest_below, "just enough is enough"),
            (lambda w: 16 + (w - RESNET50) // BLOCK, "ResNet-50's 16 among them"),
            (lambda w: print(w), "is there a return?"),
            (lambda: 152, "arguments is given"),
        ],
    },
    "06.basic_block": {
        "right": [basic(), basic_by_ops, basic_padded, basic_frozen],
        "wrong": [
            (basic(always=True), "(called with (x, 6, 1), where x is 6×6×6)"),
            (basic(beside=False), "filters of 3×3; they should be 1×1"),
            (basic(beside_bn=False), "there is no batch normalisation"),
            (basic(strides_at=1), "the first convolution moves by 1×1; it should move by 2×2"),
            (basic(kernel=5), "filters of 5×5; they should be 3×3"),
            (basic(bias=True), "has a bias; it should have none"),
            (basic(middle=False), "there is no ReLU"),
            (basic(end=False), "after the addition, there is no ReLU yet"),
            (basic(early=True), "a ReLU stands before an addition"),
            (relu_before_bn, "the first ReLU comes before the batch normalisation"),
            (by_strides_alone, "(called with (x, 6, 1), where x is 6×6×4)"),
            (by_channels_alone, "(called with (x, 6, 2), where x is 8×8×6)"),
        ],
    },
    "06.stage": {
        "right": [stage(), stage_by_recursion, stage_as_layer, stage_by_hand],
        "wrong": [
            (stage(extra=1), "a block is too many"),
            (stage(extra=-1), "it has 2 additions of 3"),
            (stage(kind=False), "one of 1×1 on the shortcut"),
            (stage(kind=True), "so they cannot be added; use convolutional_block"),
            (stage_by_strides, "so they cannot be added; use convolutional_block"),
            (stage_by_channels, "the first convolution (mine0_1_conv) moves by 1×1"),
            (stage_without_four, "one of 1×1 on the shortcut"),
            (
                always_bottleneck,
                "10 convolutions; it should have 6 (called with (x, 6, 3, 1, False)",
            ),
            (stage(swapped=True), "it has 7 convolutions; it should have 10"),
            (stage(all_move=True), "moves by 2×2; it should move by 1×1"),
            (stage(last=True), "moves by 1×1; it should move by 2×2"),
            (stage_that_forgets, "it has 2 additions of 3"),
            (stage_of_one_name, "two of its layers have the same name"),
            (stage(plain=True), "there is no addition after the third batch normalisation"),
        ],
    },
    "06.resnet18": {
        "right": [
            resnet18(),
            resnet18(block=basic_by_ops, head=by_mean),
            lambda: frozen(resnet18(block=basic_padded)()),
            lambda: keras.models.clone_model(resnet18(head=by_pooling)()),
        ],
        "wrong": [
            (
                resnet18(moves=(2, 2, 2, 2)),
                "the second convolution moves by 2×2; it should move by 1×1",
            ),
            (resnet18(moves=(1, 2, 2, 1)), "moves by 1×1; it should move by 2×2"),
            (resnet18(pool=False), "there is no max pooling"),
            (resnet18(repeats=(2, 2, 2, 1)), "a block is missing after the 15th ReLU"),
            (resnet18(repeats=(3, 4, 6, 3)), "blocks are too many"),
            (resnet18(kernel=3), "the first convolution has filters of 3×3"),
            (resnet18(norm=False), "there is no batch normalisation"),
            (resnet18(filters=(16, 16, 32, 64)), "has 16 filters; it needs 8"),
            (resnet18(block=basic(early=True)), "a ReLU stands before an addition"),
            (resnet18(block=basic(end=False)), "there is no ReLU"),
            (resnet18(head=layers.Flatten), "there is no global average pooling"),
            (resnet18(top=None), "there is no softmax"),
        ],
    },
    "06.small_resnet": {
        "right": [small(), small(head=by_mean), lambda: frozen(small()()), small()()],
        "wrong": [
            ("a", "bring 64 to 16"),
            ("C)", "double from stage to stage"),
            ("(d)", "the max pooling brings 32 to 16"),
            ("all", "one letter of"),
            (small(moves=(2, 2, 2)), "2 places are not"),
            (small(counts=(1, 1, 2)), "places are not"),
            (small(head=layers.GlobalMaxPooling2D), "one place is not"),
            (small(moves=(2, 2, 2), counts=(1, 1, 2)), "places are not"),
            (small(moves=(2, 2, 2), head=layers.GlobalMaxPooling2D), "3 places are not"),
            (small(moves=(1, 1, 1)), "4 places are not"),
            (small(counts=(2, 2, 4)), "places are not"),
            (small(counts=(3, 3, 4)), "places are not"),
            (small(first=16), "one place is not"),
            (small(head=layers.Flatten), "one place is not"),
        ],
    },
    "06.explanation": {
        "right": ["c", " C)", "(c)", "c) ResNet-50 has blocks with wider ends"],
        "wrong": [
            ("a", "sixteen blocks each"),
            ("A)", "as many shortcuts"),
            ("b", "adds no weights"),
            ("(b)", "a stride of 2"),
            ("d", "two numbers a channel"),
            ("d) ResNet-50", "two numbers a channel"),
            ("e", "one letter of"),
            ("wider", "one letter of"),
            (3, "one letter of"),
            (["c", "e"], "one letter of"),
        ],
    },
    "06.order_of_blocks": experiment(
        (error,),
        right=[
            measured(),
            measured(BACK, OUT, "Reversed "),
            measured(said="neither", back=[0.35, 0.64, 0.6]),
            measured(np.array(OUT), tuple(BACK)),
            [{"reversed": [*BACK, 0.9], "one out": ["0.31", 0.32, 0.33]}, "one out"],
        ],
        wrong=[
            (measured(said="reversed"), "every run of 'one out' lies below every other"),
            (measured(said="neither"), "every run of 'one out' lies below every other"),
            (measured(BACK, OUT), "every run of 'reversed' lies below"),
            (measured(back=[0.35, 0.64, 0.6]), "reach into those of another"),
            (measured(said="order"), "the conclusion should be one of"),
            (measured(said=1), "the conclusion should be one of"),
            (measured(out=[0.31, 0.37]), "'one out' has 2 of 3 runs"),
            (measured(back=0.64), "should have a list of numbers"),
            (measured(back=[0.64] * 3), "a seed of its own"),
            (measured(out=[0.31, NAN, 0.36]), "'one out' has nan"),
            (measured(back=["bad", 0.6, 0.5]), "'reversed' has 'bad'"),
            (measured(out=[31, 37, 36]), "is it a part of 1?"),
            (({"one out": OUT}, "one out"), "nothing was measured for 'reversed'"),
            ((OUT, "one out"), "measured should be a dict"),
            ({"one out": OUT, "reversed": BACK}, "measured, conclusion)"),
            ("one out", "measured, conclusion)"),
        ],
        written=[(by_keras,)],
        unlike=[
            ((lambda *given: 1 - error(*given),), "the images that it gets right"),
            ((lambda *given: 100 * error(*given),), "the part of 1 is asked for"),
            ((without_x,), "without x added"),
            ((along_images,), "error: "),
            ((without_first,), "error: your function stops"),
            ((lambda n, order, *rest: error(n, range(5), *rest),), "whatever `order` says"),
            ((lambda n, order, *rest: error(n, sorted(order), *rest),), "`order` sorted"),
            ((lambda network, order: 0.3,), "error: your function stops"),
            ((lambda *given: None,), "is there a return?"),
        ],
    ),
}
