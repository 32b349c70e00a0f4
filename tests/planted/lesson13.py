"""Lesson 13: each wrong answer with a part of what the check has to say about it."""

import keras
import numpy as np
from keras import layers

from planted.measured import experiment
from utils.exercises import answers13 as course
from utils.exercises import slips13 as slips

LETTER = "one letter of 'a', 'b', 'c', 'd'"
BOTH = {"mirrored": [0.33, 0.35, 0.34], "upside down": [0.40, 0.38, 0.41]}
NEAR = {"mirrored": [0.33, 0.39, 0.34], "upside down": [0.40, 0.38, 0.41]}


def transferred(scale=None, old_head=False, rate=0.2, top="softmax", units=5):
    def network():
        image = keras.Input((32, 32, 3))
        x = layers.Rescaling(scale)(image) if scale else image
        inner = course.trained()
        if not old_head:
            inner = keras.Model(inner.input, inner.layers[-2].output)
        x = inner(x)
        x = layers.Dropout(rate)(x) if rate else x
        return keras.Model(image, layers.Dense(units, activation=top)(x))

    return network


def transferred_frozen():
    network = course.trained()
    network.trainable = False
    x = layers.Dense(5)(layers.Dropout(0.2)(network.layers[-1].input))
    return keras.Model(network.inputs, layers.Softmax()(x))


def transferred_in_a_row():
    return keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            *course.trained().layers[1:-1],
            layers.Dropout(0.2),
            layers.Dense(5, activation="softmax"),
        ]
    )


LOSS = "sparse_categorical_crossentropy"


def tuned(
    rates=(0.01, 0.0001),
    freeze=True,
    still=True,
    twice=True,
    fits=2,
    early=False,
    last=None,
    loss=LOSS,
    epochs=5,
):
    def fine_tune(network, body, images, labels):
        def compiled(rate):
            network.compile(keras.optimizers.Adam(rate), loss)

        if early:
            compiled(rates[0])
        body.trainable = not freeze
        if not early:
            compiled(rates[0])
        network.fit(images, labels, epochs=epochs)
        for layer in body.layers[-last:] if last else [body]:
            layer.trainable = True
        for layer in body.layers:
            if still and isinstance(layer, layers.BatchNormalization):
                layer.trainable = False
        if twice:
            compiled(rates[1])
        if fits > 1:
            network.fit(images, labels, epochs=5)

    return fine_tune


def tuned_by_names(network, body, images, labels):
    loss = keras.losses.SparseCategoricalCrossentropy()
    for trainable, rate in ((False, 1e-2), (True, 1e-3)):
        for layer in body.layers:
            normalises = type(layer).__name__ == "BatchNormalization"
            layer.trainable = trainable and not normalises
        network.compile(optimizer=keras.optimizers.SGD(rate), loss=loss, metrics=["accuracy"])
        network.fit(x=images, y=labels, epochs=5, verbose=0)


def tuned_by_assigning(network, body, images, labels):
    body.trainable = False
    network.compile("adam", LOSS)
    network.optimizer.learning_rate = 0.01
    network.fit(images, labels, 32, 5)
    for layer in body.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    network.compile("adam", LOSS)
    network.optimizer.learning_rate.assign(1e-3)
    network.fit(images, labels, 32, 5)


def tuned_by_assigning_to(optimizer):
    def fine_tune(network, body, images, labels):
        one = optimizer(0.01)
        for rate, trainable in ((0.01, False), (0.001, True)):
            for layer in body.layers:
                layer.trainable = trainable and not isinstance(layer, layers.BatchNormalization)
            one.learning_rate = rate
            network.compile(one, LOSS)
            network.fit(images, labels)

    return fine_tune


def never_unfrozen(network, body, images, labels):
    body.trainable = False
    for rate in (0.01, 0.001):
        network.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
        network.fit(images, labels)


def never_compiled(network, body, images, labels):
    body.trainable = False
    network.fit(images, labels)


def parted_by_list(images, labels, change):
    cut = len(images) - len(images) // 4
    learn = images[0:cut]
    return [
        np.vstack([learn, change(learn)]),
        np.tile(labels[:cut], 2),
        images[cut:],
        labels[cut:],
    ]


def parted(changed=True, test_changed=False, front=False, labels_twice=True, both=True):
    def split(images, labels, change):
        cut = 3 * len(images) // 4
        learn, test = images[:cut], images[cut:]
        if changed:
            parts = [change(learn), learn] if front else [learn, change(learn)]
            learn = np.concatenate(parts if both else parts[1:])
        test = change(test) if test_changed else test
        times = 2 if labels_twice else 1
        return learn, np.concatenate([labels[:cut]] * times), test, labels[cut:]

    return split


def mixed_by_loop(images, labels, classes, part, other):
    found, known = [], np.zeros((len(labels), classes))
    for i, j in enumerate(other):
        found.append(images[i] + part[i] * (images[j] - images[i]))
        known[i, labels[i]] += 1 - part[i]
        known[i, labels[j]] += part[i]
    return np.array(found), known


def mixed_by_keras(images, labels, classes, part, other):
    known = keras.utils.to_categorical(labels, classes)
    share = part.reshape(-1, 1, 1, 1)
    return (
        images * (1 - share) + images[other] * share,
        known * (1 - part)[:, None] + known[other] * part[:, None],
    )


def unshaped(images, labels, classes, part, other):
    return (1 - part) * images + part * images[other], np.eye(classes)[labels]


def doubled(images, labels, axis):
    return np.concatenate([images, np.flip(images, axis)]), np.tile(labels, 2)


def doubled_by_slices(images, labels, axis):
    turned = images[:, ::-1] if axis == 1 else images[:, :, ::-1]
    return np.vstack((images, turned)), np.append(labels, labels)


ANSWERS = {
    "13.trained_parameters": {
        "right": [422_408, "422,408", 422_408.0, np.array([422_408])],
        "wrong": [
            (10_248, "the convolution and the batch normalisation are missing"),
            (412_160, "the head is missing"),
            (419_848, "the batch normalisation is missing"),
            (424_968, "measured, and not trained"),
            (423_688, "no biases"),
            (421_128, "two numbers a channel"),
            (422_400, "the head's biases are forgotten"),
            (418_565, "eight"),
            (3_699_208, "1×1, not 3×3"),
            (3_381_256, "most of it is frozen"),
            (1_693_160, "the head is new"),
            (4_694_024, "the whole network"),
        ],
    },
    "13.mixed": {
        "right": [
            course.mixed,
            mixed_by_loop,
            mixed_by_keras,
            lambda i, n, c, p, o: list(course.mixed(i, n, c, p, o)),
        ],
        "wrong": [
            *((slip, slip.__doc__[:40]) for slip in slips.OTHER_MIXTURES),
            (unshaped, "as its first value an array of 4×3×2×4"),
            (lambda i, n, c, p, o: course.mixed(i, n, c, p, o)[0], "a tuple of 2 arrays"),
            (lambda *given: None, "is there a return?"),
            (lambda images, labels: images, "your function stops"),
        ],
    },
    "13.views": {
        "right": [
            course.by_views,
            lambda p: np.argmax(np.mean(p, 0), 1),
            lambda p: p.sum(axis=0).argmax(axis=1),
            lambda p: [int(np.argmax(row)) for row in p.mean(axis=0)],
        ],
        "wrong": [
            *((slip, slip.__doc__[:40]) for slip in slips.OTHER_VIEWS),
            (lambda p: None, "is there a return?"),
            (lambda p, q: p, "your function stops"),
        ],
    },
    "13.scaled_twice": {
        "right": [
            transferred(),
            transferred_frozen,
            transferred_in_a_row,
            transferred()(),
        ],
        "wrong": [
            ("b", "20 numbers still"),
            ("c", "as different as it was"),
            ("d", "dropout does nothing"),
            ("e", LETTER),
            (transferred(scale=1 / 255), "one place is not"),
            (transferred(old_head=True), "place"),
            (transferred(top="sigmoid"), "one place is not"),
            (transferred(scale=1 / 255, top="sigmoid"), "2 places are not"),
            (transferred(rate=0), "one place is not"),
            (transferred(units=4), "one place is not"),
            (transferred(scale=1 / 127.5), "one place is not"),
            (lambda: None, "should be a keras.Model"),
        ],
    },
    "13.fine_tune": {
        "right": [tuned(), tuned_by_names, tuned((0.01, 1e-5)), tuned_by_assigning],
        "wrong": [
            ("a", "nothing is frozen yet"),
            ("b", "the same weights to train"),
            ("c", "compiled once"),
            (tuned(twice=False), "the second fit trains the head alone, at 0.01: `trainable` was"),
            (tuned(still=False), "the second fit trains all layers, at 0.0001: is each Batch"),
            (
                tuned(early=True, twice=False),
                "the first fit trains all layers, at 0.01: `trainable`",
            ),
            (tuned(early=True), "the first fit trains all layers, at 0.01: `trainable` was"),
            (tuned(rates=(0.01, 0.01)), "the second fit trains at a rate of 0.01; it should be a"),
            (tuned(rates=(0.0001, 0.01)), "the first fit trains at a rate of 0.0001; it should be"),
            (tuned(rates=(0.1, 0.01)), "the first fit trains at a rate of 0.1; it should be 0.01"),
            (tuned(rates=(0.001, 1e-5)), "the first fit trains at a rate of 0.001; it should be"),
            (
                tuned(rates=(0.01, 0.0)),
                "the second fit trains at a rate of 0; it should be a tenth",
            ),
            (tuned(freeze=False), "the first fit trains all layers, at 0.01: it should train the"),
            (never_unfrozen, "the second fit trains the head alone, at 0.001: it should train all"),
            (tuned(rates=(0.01, np.float32(0.001))), "a learning rate is one of Python's numbers"),
            (tuned(fits=1), "fit is called once; the text has two trainings"),
            (tuned(last=8), "the second fit trains only a part of the body, at 0.0001"),
            (tuned(loss="mse"), "the loss is sparse_categorical_crossentropy; it is mse"),
            (tuned(epochs=0), "fit trains for 0 epochs"),
            (tuned_by_assigning_to(keras.optimizers.Adam), "an optimizer belongs to the weights"),
            (lambda network, body, images, labels: body.compile("adam"), "train `network`, not"),
            (never_compiled, "your function stops"),
        ],
    },
    "13.split_late": {
        "right": [
            course.parted,
            parted(),
            parted_by_list,
            lambda i, n, c: [np.array(a) for a in course.parted(i, n, c)],
        ],
        "wrong": [
            ("a", "not the worst"),
            ("b", "its image's label"),
            ("d", "would be so then"),
            (parted(changed=False), "as its first value"),
            (parted(test_changed=True), "the test images are changed, too"),
            (parted(front=True), "the copies come first"),
            (parted(labels_twice=False), "the labels of the copies"),
            (parted(both=False), "as its first value"),
            (lambda i, n, c: course.parted(i, n, c)[:3], "a tuple of 4 arrays"),
            (lambda i, n, c: course.parted(i, n, c)[::-1], "as its first value"),
            (lambda i, n: (i, n, i, n), "your function stops"),
        ],
    },
    "13.which_way": {
        "right": ["b", "B)", "(b)", "b) What would"],
        "wrong": [
            ("a", "learns fastest"),
            ("c", "does not even fit them"),
            ("d", "the best of five rates"),
            ("A", "learns fastest"),
            ("features", LETTER),
            (2, LETTER),
            (None, LETTER),
            ("", LETTER),
            (["b", "e"], LETTER),
            ("f", LETTER),
        ],
    },
    "13.upside_down": experiment(
        (doubled,),
        right=[
            (BOTH, "mirrored"),
            (NEAR, "neither"),
            ({"mirrored": BOTH["upside down"], "upside down": BOTH["mirrored"]}, "upside down"),
            [{k: np.array(v) for k, v in BOTH.items()}, " Mirrored "],
        ],
        wrong=[
            ((BOTH, "upside down"), "every run of 'mirrored' lies below"),
            ((BOTH, "neither"), "every run of 'mirrored' lies below"),
            ((NEAR, "mirrored"), "reach into those of another"),
            ((BOTH, "flipped"), "the conclusion should be one of"),
            (({"mirrored": [0.3, 0.4, 0.5]}, "mirrored"), "nothing was measured for 'upside down'"),
            (({**BOTH, "mirrored": [0.3]}, "mirrored"), "1 of 3 runs"),
            (({**BOTH, "mirrored": [0.3] * 3}, "mirrored"), "a seed of its own"),
            (({**BOTH, "mirrored": [33, 34, 35]}, "mirrored"), "an error is a part of 1"),
            (({**BOTH, "mirrored": [0.3, 0.4, np.nan]}, "mirrored"), "nan among its numbers"),
            (([0.3, 0.4], "mirrored"), "should be a dict"),
            (BOTH, "measured, conclusion)"),
        ],
        written=[(doubled_by_slices,), (lambda i, n, axis: [*doubled(i, n, axis)],)],
        unlike=[
            *(((slip,), slip.__doc__[:40]) for slip in slips.OTHER_DOUBLES),
            ((lambda i, n, axis: doubled(i, n, axis)[0],), "a tuple of 2 arrays"),
            ((lambda i, n, axis: None,), "is there a return?"),
        ],
    ),
}
