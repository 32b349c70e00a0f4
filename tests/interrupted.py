"""A small training that the tests kill: python interrupted.py FOLDER OUT [MIDDLE-OF-CHECKPOINT].

Dropout, augmentation, batch normalisation, momentum, a schedule, a batch that does not divide:
all that has to be restored. With a third argument it kills itself half way through the writing
of that checkpoint.
"""

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402

from utils import blocks, training  # noqa: E402


def network():
    image = keras.Input((12, 12, 1))
    x = layers.Rescaling(1 / 255)(image)
    x = blocks.conv_bn(x, 4, 3, name="block")
    x = layers.Dropout(0.3, seed=5)(layers.Flatten()(x))
    model = keras.Model(image, layers.Dense(10)(x))
    rate = keras.optimizers.schedules.CosineDecay(0.05, 40)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), loss, metrics=["accuracy"])
    return model


def die_in_the_middle_of(number):
    """Makes the writing of one checkpoint end in SIGKILL, with half of the file on the disk."""
    savez, written = np.savez, []

    def half(file, **arrays):
        written.append(1)
        savez(file, **arrays)
        if len(written) == number:
            file.truncate(file.tell() // 2)
            file.flush()
            os.kill(os.getpid(), signal.SIGKILL)

    np.savez = half


def main(folder, out, middle=None):
    if middle is not None:
        die_in_the_middle_of(int(middle))
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (150, 12, 12, 1), dtype="uint8")
    labels = random.integers(0, 10, 150).astype("uint8")
    keras.utils.set_random_seed(3)
    with training.strategy().scope():
        model = network()
    history = training.fit(
        model,
        training.Batches(images, labels, 32, seed=1, augment=2),
        validation_data=(images[:40], labels[:40]),
        epochs=8,
        resume=folder,
        every=2,
        verbose=0,
    )
    weights = np.concatenate([np.ravel(v) for v in model.variables + model.optimizer.variables])
    values = [history.history[name] for name in sorted(history.history)]
    np.savez(out, weights=weights, history=values)


if __name__ == "__main__":
    main(*sys.argv[1:])
