"""A small training on one replica, two devices or as a worker: replicated.py KIND OUT [FOLDER]."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import layers  # noqa: E402

from utils import training  # noqa: E402


def network():
    image = keras.Input((12, 12, 1))
    x = layers.Rescaling(1 / 255)(image)
    x = layers.Conv2D(4, 3, activation="relu", kernel_regularizer="l2")(x)
    model = keras.Model(image, layers.Dense(10)(layers.Flatten()(x)))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), loss, metrics=["accuracy"])
    return model


def main(kind, out, folder=None, epochs=3):
    devices = None
    if kind == "devices":
        (cpu,) = tf.config.list_physical_devices("CPU")
        tf.config.set_logical_device_configuration(
            cpu, [tf.config.LogicalDeviceConfiguration()] * 2
        )
        devices = ["CPU:0", "CPU:1"]
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (101, 12, 12, 1), dtype="uint8")
    labels = random.integers(0, 10, 101).astype("uint8")
    keras.utils.set_random_seed(3)
    strategy = training.strategy(devices)
    with strategy.scope():
        model = network()
    assert strategy.num_replicas_in_sync == (1 if kind == "one" else 2)
    history = training.fit(
        model,
        # 101 images in batches of 25: the last has one image, none for the second replica
        training.Batches(images, labels, 25, seed=1, augment=2),
        validation_data=(images[:45], labels[:45]),
        epochs=int(epochs),
        resume=folder,
        verbose=0,
    )
    weights = np.concatenate([np.ravel(w) for w in model.get_weights()])
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    np.savez(out, weights=weights, history=[history.history[name] for name in names])


if __name__ == "__main__":
    main(*sys.argv[1:])
