"""Small trainings drawn at random: drawn.py KIND OUT, KIND one, keras, devices or workers.

Everything that a model can be compiled with, where batches do not divide: the tests compare what
the kinds end with.
"""

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
from utils.training import rules  # noqa: E402

DRAWS = int(os.environ.get("COURSE_DRAWS", 12))
RANDOM = np.random.default_rng(7)
IMAGES = RANDOM.integers(0, 256, (37, 4, 4, 1), dtype="uint8")
CLASSES = RANDOM.integers(0, 3, 37)
OPTIMIZERS = {
    "SGD": {"learning_rate": 0.1, "momentum": 0.9},
    "Adam": {"learning_rate": 0.01, "epsilon": 1e-3},
    "AdamW": {"learning_rate": 0.01, "epsilon": 1e-3, "weight_decay": 0.1},
    "RMSprop": {"learning_rate": 0.01, "epsilon": 1e-2},
    "Lamb": {"learning_rate": 0.01, "epsilon": 1e-3},
    "Nadam": {"learning_rate": 0.01, "epsilon": 1e-3},
}
CLIPS = [{}, {"global_clipnorm": 0.05}, {"clipnorm": 0.05}, {"clipvalue": 0.02}]
OTHERS = [
    {},
    {},
    {"use_ema": True, "ema_momentum": 0.9},
    {"use_ema": True, "ema_momentum": 0.6},
    {"loss_scale_factor": 8.0},
    {"weight_decay": 0.01},
    {"gradient_accumulation_steps": 2},
    {"use_ema": True, "ema_overwrite_frequency": 2},
]
COMPILED = [
    {},
    {"steps_per_execution": 2},
    {"run_eagerly": True},
    {"steps_per_execution": 3},
    {"auto_scale_loss": False},
]
REFUSED = {name for name, rule in rules.OPTIMIZER.items() if rule == rules.ONE}


class OwnStep(keras.Model):
    """A train_step of its own, with what it returns."""

    def train_step(self, data):
        images, labels = data
        with tf.GradientTape() as tape:
            predicted = self(images, training=True)
            loss = 2 * self.compute_loss(images, labels, predicted)
            scaled = self.optimizer.scale_loss(loss)
        gradients = tape.gradient(scaled, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return {"mean": tf.reduce_mean(keras.tree.flatten(predicted)[0])}


class HalfLoss(keras.Model):
    """A loss of its own."""

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return super().compute_loss(x, y, y_pred, sample_weight, training=training) / 2


class Halved(keras.callbacks.Callback):
    """Halves the rate after each epoch, where it is a number."""

    def on_epoch_end(self, epoch, logs=None):
        optimizer = getattr(self.model.optimizer, "inner_optimizer", self.model.optimizer)
        rate = keras.ops.convert_to_numpy(optimizer.learning_rate)
        optimizer.learning_rate = 0.5 * float(rate)


class StopAt(keras.callbacks.Callback):
    """Stops in the middle of the second epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        self.model.stop_training = self.epoch == 1 and batch >= 1


CALLBACKS = [
    lambda: [],
    lambda: [Halved()],
    lambda: [StopAt()],
    lambda: [
        keras.callbacks.EarlyStopping("val_loss", patience=0, min_delta=9, start_from_epoch=1)
    ],
    lambda: [keras.callbacks.EarlyStopping("val_loss", restore_best_weights=True)],
    lambda: [keras.callbacks.TerminateOnNaN()],
]


def draw(seed):
    """What a training is made of."""
    random = np.random.default_rng(seed)

    def one(options):
        return options[random.integers(len(options))]

    name = one(list(OPTIMIZERS))
    return {
        "optimizer": name,
        "settings": OPTIMIZERS[name] | one(CLIPS) | one(OTHERS),
        "scaled": random.random() < 0.25,
        "compiled": one(COMPILED),
        "kind": one([keras.Model, keras.Model, OwnStep, HalfLoss]),
        "two": random.random() < 0.3,
        "f1": random.random() < 0.3,
        "regularizer": one([None, "l2"]),
        "constraint": one([None, "non_neg"]),
        "precision": one(["float32", "float32", "mixed_float16"]),
        "callbacks": one(CALLBACKS),
    }


def network(drawn):
    image = keras.Input((4, 4, 1))
    x = layers.Flatten()(layers.Rescaling(1 / 255)(image))
    x = layers.Dense(8, "tanh", kernel_regularizer=drawn["regularizer"])(x)
    main = layers.Dense(3, kernel_constraint=drawn["constraint"], name="main", dtype="float32")(x)
    size = layers.Dense(1, name="size", dtype="float32")(x)
    model = drawn["kind"](image, {"main": main, "size": size} if drawn["two"] else main)
    optimizer = getattr(keras.optimizers, drawn["optimizer"])(**drawn["settings"])
    if drawn["scaled"] and "loss_scale_factor" not in drawn["settings"]:
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer, initial_scale=64.0)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    metrics = [keras.metrics.F1Score(average=None) if drawn["f1"] else "accuracy"]
    metrics = None if drawn["kind"] is OwnStep else metrics  # it brings none up
    options = {"loss": loss, "metrics": metrics}
    if drawn["two"]:
        options = {
            "loss": {"main": loss, "size": "mse"},
            "loss_weights": {"main": 1.0, "size": 0.3},
            "metrics": metrics and {"main": metrics, "size": ["mae"]},
        }
    model.compile(optimizer, **options, **drawn["compiled"])
    return model


def train(drawn, strategy, keras_fit=False):
    """What a training ends with: its weights and its history, or the sentence that refuses it."""
    keras.config.set_dtype_policy(drawn["precision"])
    keras.utils.set_random_seed(5)
    with strategy.scope():
        model = network(drawn)
    one_hot = np.eye(3, dtype="float32")[CLASSES]
    labels = {"main": one_hot, "size": CLASSES[:, None] / 3.0} if drawn["two"] else one_hot
    options = {"epochs": 3, "callbacks": drawn["callbacks"](), "verbose": 0}
    unseen = keras.tree.map_structure(lambda values: values[:20], (IMAGES, labels))
    batches = training.Batches(IMAGES, labels, 9, seed=2, shuffle=False)
    try:
        if keras_fit:
            options |= {"batch_size": 9, "shuffle": False}
            history = model.fit(IMAGES, labels, validation_data=unseen, **options)
        else:
            options |= {"batch_size": 9}
            history = training.fit(model, batches, validation_data=unseen, **options)
    except ValueError as error:
        return {"refused": np.array(str(error))}
    weights = np.concatenate([np.ravel(w) for w in model.get_weights()])
    found = {name: np.array(values) for name, values in history.history.items()}
    return {"weights": weights} | found


def main(kind, out):
    devices = None
    if kind in ("devices", "one", "keras"):
        (cpu,) = tf.config.list_physical_devices("CPU")
        tf.config.set_logical_device_configuration(
            cpu, [tf.config.LogicalDeviceConfiguration()] * 2
        )
        devices = ["CPU:0", "CPU:1"] if kind == "devices" else []
    strategy = training.strategy(devices)
    for seed in range(DRAWS):
        found = train(draw(seed), strategy, kind == "keras")
        np.savez(f"{out}-{seed}.npz", **found)


if __name__ == "__main__":
    main(*sys.argv[1:])
