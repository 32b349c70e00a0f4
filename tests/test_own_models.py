"""training.fit with models, labels and callbacks that people bring of their own."""

import h5py
import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from keras import layers

from utils import training
from utils.training import rules
from utils.training.arrays import arrays, take

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (50, 6, 6, 1), dtype="uint8")
LABELS = np.arange(50) % 10
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def small(optimizer=None, kind=keras.Sequential, activation=None, **compiled):
    keras.utils.set_random_seed(0)
    model = kind([layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(10, activation)])
    optimizer = optimizer or keras.optimizers.SGD(0.05, momentum=0.9)
    model.compile(optimizer, **({"loss": LOSS, "metrics": ["accuracy"]} | compiled))
    return model


def fit(model, labels=LABELS, **options):
    options = {"epochs": 2, "batch_size": 16, "verbose": 0} | options
    return training.fit(model, (IMAGES, labels), **options)


def weights(model):
    return np.concatenate([np.ravel(w) for w in model.get_weights()])


def averaged():
    return keras.optimizers.SGD(0.05, use_ema=True, ema_momentum=0.7)


class TwoOptimizers(keras.Sequential):
    """As generative adversarial networks have them: one that Keras does not know of."""

    def train_step(self, data):
        images, labels = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(images, labels, self(images, training=True))
        *kernels, bias = self.trainable_variables
        first, second = tape.gradient(loss, [kernels, [bias]])
        self.optimizer.apply(first, kernels)
        self.second.apply(second, [bias])
        return {"loss": loss}


def two_optimizers():
    model = small(kind=TwoOptimizers, metrics=None)
    model.second = keras.optimizers.SGD(0.05, momentum=0.9)
    return model


@pytest.mark.parametrize(
    "make",
    [
        small,
        lambda: small(steps_per_execution=3),
        lambda: small(averaged()),
        lambda: small(keras.optimizers.SGD(0.05, gradient_accumulation_steps=3)),
        two_optimizers,
    ],
    ids=["unbuilt", "execution of several steps", "averages", "accumulation", "two optimizers"],
)
def test_they_go_on_as_if_nothing_had_stopped_them(tmp_path, make):
    whole = make()
    history = fit(whole, epochs=4).history
    fit(make(), resume=tmp_path)
    again = make()
    found = fit(again, resume=tmp_path, epochs=4)
    np.testing.assert_array_equal(weights(again), weights(whole))
    assert found.history == history
    over = make()
    assert fit(over, resume=tmp_path, epochs=4).history == history
    np.testing.assert_array_equal(weights(over), weights(whole))


@pytest.mark.parametrize(
    "change, said",
    [
        ({"make": lambda: small(keras.optimizers.RMSprop(0.01))}, "'optimizers': ['SGD']"),
        ({"make": lambda: small(activation="relu")}, "whose layers are set otherwise"),
        ({"images": IMAGES[::-1]}, "'content'"),
        ({"shuffle": False}, "'shuffle': True"),
    ],
)
def test_a_checkpoint_of_something_that_has_the_same_shapes(tmp_path, change, said):
    def train(model, images=IMAGES, shuffle=True):
        batches = training.Batches(images, LABELS, 16, shuffle=shuffle)
        training.fit(model, batches, epochs=1, resume=tmp_path, verbose=0)

    train(small())
    model = change.pop("make", small)()
    model.build((None, 6, 6, 1))
    before = weights(model)
    with pytest.raises(ValueError) as caught:
        train(model, **change)
    assert said in str(caught.value) and str(tmp_path) in str(caught.value)
    np.testing.assert_array_equal(weights(model), before)


def test_a_rate_that_callbacks_set_is_set_once(tmp_path):
    """An epoch that begins again is not the first to halve the rate again."""
    seen = []

    class Watch(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)))
            if len(seen) == 6:
                raise KeyboardInterrupt

    def halved():
        return [keras.callbacks.LearningRateScheduler(lambda _, rate: rate / 2), Watch()]

    with pytest.raises(KeyboardInterrupt):
        fit(small(), epochs=3, callbacks=halved(), resume=tmp_path, every=1)
    fit(small(), epochs=3, callbacks=halved(), resume=tmp_path, every=1)
    wanted = np.repeat([0.025, 0.0125, 0.00625], 4)
    np.testing.assert_allclose(seen[:6] + seen[-(12 - 5) :], [*wanted[:6], *wanted[5:]])


def test_an_epoch_has_one_entry_also_where_it_was_stopped(tmp_path, capsys):
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = self.model.optimizer.iterations == 6

    options = {"resume": tmp_path, "validation_data": (IMAGES[:9], LABELS[:9])}
    whole = small()
    history = fit(whole, epochs=3, validation_data=options["validation_data"]).history
    stopped = small()
    found = fit(stopped, callbacks=Stop(), epochs=3, **options)
    assert found.epoch == [0, 1] and len(found.history["loss"]) == 2
    assert fit(small(), epochs=3, **options).history == found.history
    assert "this training is over, after 1 epochs and 2 steps" in capsys.readouterr().out
    again = small()
    assert fit(again, epochs=4, **options).history["loss"][:3] == history["loss"]


def test_what_early_stopping_restores_is_what_is_kept(tmp_path, capsys):
    def best():
        return keras.callbacks.EarlyStopping("loss", min_delta=9, restore_best_weights=True)

    model, again = small(), small()
    fit(model, epochs=5, callbacks=[best()], resume=tmp_path)
    fit(again, epochs=5, callbacks=[best()], resume=tmp_path)
    np.testing.assert_array_equal(weights(again), weights(model))
    assert capsys.readouterr().out.startswith("this training is over, after 2 epochs: it is kept")


def test_weights_that_are_no_numbers_are_not_kept(tmp_path, capsys):
    fit(small(), resume=tmp_path, epochs=1)
    capsys.readouterr()
    burst = small(keras.optimizers.SGD(1e38, momentum=0.9))
    callback = keras.callbacks.TerminateOnNaN()
    fit(burst, resume=tmp_path, epochs=5, callbacks=callback)
    said = capsys.readouterr().out
    assert "going on at the rate 1e+38; the training began at 0.05" in said
    assert said.count("the loss or a weight is no number") == 1
    for file in tmp_path.glob("step-*.npz"):
        with np.load(file) as kept:
            assert all(abs(kept[name]).max() < 9 for name in kept if name.startswith("model"))


def test_metrics_with_a_value_for_each_class(tmp_path):
    def scored():
        metrics = [keras.metrics.F1Score(average=None)]
        return small(loss=keras.losses.CategoricalCrossentropy(from_logits=True), metrics=metrics)

    history = fit(scored(), np.eye(10)[LABELS], resume=tmp_path).history
    assert np.shape(history["f1_score"]) == (2, 10)
    assert fit(scored(), np.eye(10)[LABELS], resume=tmp_path).history == history


@pytest.mark.parametrize("kind", [list, dict])
def test_several_inputs_and_outputs(kind):
    left, right = (keras.Input((6, 6, 1), name=name) for name in ("left", "right"))
    x = layers.Flatten()(layers.Subtract()([left, right]))
    outputs = {name: layers.Dense(10, name=name)(x) for name in ("main", "aux1", "aux2")}
    given = {"left": IMAGES, "right": IMAGES[::-1]}
    labels = dict.fromkeys(outputs, LABELS)
    inputs = {"left": left, "right": right}
    if kind is list:
        outputs, given, labels, inputs = (
            list(named.values()) for named in (outputs, given, labels, inputs)
        )
    models = [keras.Model(inputs, outputs) for _ in range(2)]
    for model in models:
        model.set_weights([np.full(w.shape, 0.01) for w in model.get_weights()])
        loss = keras.tree.map_structure(lambda _: LOSS, labels)
        model.compile(keras.optimizers.SGD(1e-3), loss)
    batches = training.Batches(given, labels, 16, shuffle=False)
    history = training.fit(models[0], batches, validation_data=(given, labels), verbose=0).history
    models[1].fit(given, labels, batch_size=16, shuffle=False, verbose=0)
    np.testing.assert_allclose(weights(models[0]), weights(models[1]), atol=1e-6)
    assert {"loss", "val_loss", "val_aux1_loss"} <= set(history)


ORDER = RANDOM.permutation(50)


@pytest.mark.parametrize(
    "kind",
    [
        list,
        tuple,
        tf.constant,
        lambda values: pd.Series(values, index=ORDER),
        lambda values: pd.Series(values).iloc[np.argsort(ORDER)].iloc[ORDER],
        lambda values: np.asarray(values, "int8"),
        lambda values: values[:, None].tolist(),
        lambda values: pd.DataFrame(values, index=ORDER),
    ],
)
def test_labels_are_paired_by_position(kind):
    images, labels = training.Batches(IMAGES, kind(LABELS), 16, seed=3).batch(1)
    wanted = training.Batches(IMAGES, LABELS, 16, seed=3).batch(1)
    np.testing.assert_array_equal(images, wanted[0])
    np.testing.assert_array_equal(np.ravel(labels), wanted[1])


@pytest.mark.parametrize("kind", [">i4", ">f8", "uint8"])
def test_numbers_are_read_in_whatever_order_their_bytes_are(kind):
    models = [small(), small()]
    for model, given in zip(models, (IMAGES, IMAGES.astype(kind))):
        model.build((None, 6, 6, 1))
        training.fit(model, (given, LABELS.astype(kind)), batch_size=16, verbose=0)
    np.testing.assert_allclose(weights(models[0]), weights(models[1]), atol=1e-6)


def test_labels_of_several_heads_are_those_of_their_names():
    image = keras.Input((6, 6, 1))
    x = layers.Flatten()(image)
    heads = {"main": layers.Dense(10, name="main")(x), "aux": layers.Dense(3, name="aux")(x)}
    model = keras.Model(image, heads)
    model.compile("sgd", dict.fromkeys(heads, LOSS))
    fit(model, {"main": LABELS, "aux": LABELS % 3})
    with pytest.raises(ValueError, match="a label is 3, and .* has 3 classes"):
        fit(model, {"main": LABELS % 3, "aux": LABELS})


def test_arrays_that_lie_in_files(tmp_path):
    np.save(tmp_path / "images.npy", IMAGES)
    mapped = np.load(tmp_path / "images.npy", mmap_mode="r")
    with h5py.File(tmp_path / "images.h5", "w") as file:
        stored, numbers = (file.create_dataset(n, data=v) for n, v in zip("ab", (IMAGES, LABELS)))
        for given in (mapped, stored):
            for found, wanted in zip(
                training.Batches(given, numbers, 16).share(2, 1, 2),
                training.Batches(IMAGES, LABELS, 16).share(2, 1, 2),
            ):
                np.testing.assert_array_equal(found, wanted)
        assert arrays(stored, "images") is stored
        np.testing.assert_array_equal(take(stored, np.array([7, 3, 7])), IMAGES[[7, 3, 7]])


class NoRules(keras.Sequential):
    def fit(self, *given, **options):
        return None


@pytest.mark.parametrize(
    "labels, said",
    [
        ([["a"]] * 50, "numbers are needed: for names, pandas.factorize"),
        (pd.Series(["cat"] * 50), "pandas.factorize"),
        ([np.array([n]) for n in LABELS], "np.stack"),
        (LABELS.astype("longdouble"), "'float64'"),
        ([None] * 50, "labels is of type object, None and so on"),
        (np.ma.masked_array(LABELS, LABELS > 3), "the mask would be lost"),
        (tf.sparse.from_dense(LABELS), "tf.sparse.to_dense"),
        (tf.ragged.constant([[1]] * 50), "to_tensor"),
        ([[1, 2], [3]] * 25, "its rows differ"),
        (7, "one row an image"),
        (LABELS[:9], "50 images and 9 labels"),
        ([LABELS, LABELS[:9]], "50 images and 9 or 50 labels"),
        (LABELS + 1, "a label is 10, and"),
        (LABELS - 0.5, "a label is -0.5, and"),
        (np.where(LABELS == 3, np.nan, LABELS), "a label is nan, and"),
    ],
)
def test_labels_that_are_none_are_refused_in_words(labels, said):
    model = small()
    model.build((None, 6, 6, 1))
    with pytest.raises((TypeError, ValueError)) as caught:
        fit(model, labels)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "options, said",
    [
        ({"class_weight": {0: 2.0}}, "training.fit has no class_weight"),
        ({"epochs": 2.0}, "epochs is 2.0; it must be a positive whole number"),
        ({"batch_size": "16"}, "batch_size is '16'"),
        ({"every": 0.5, "resume": "run"}, "every is 0.5"),
        ({"every": 2}, "nothing is kept: name a folder"),
        ({"resume": ""}, "resume is ''; it is a folder's name"),
        ({"resume": True}, "resume is True"),
        ({"verbose": "yes"}, "verbose is 'yes'"),
        ({"callbacks": [print]}, "must be a keras.callbacks.Callback"),
        ({"callbacks": [keras.callbacks.BackupAndRestore("x")]}, "resume=folder does what it does"),
    ],
)
def test_options_that_are_none_are_refused_in_words(options, said):
    with pytest.raises((TypeError, ValueError)) as caught:
        fit(small(), **options)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "make, replicas, said",
    [
        (lambda: small(kind=NoRules), 1, "overrides fit, which training.fit does not call"),
        (lambda: small(jit_compile=True), 2, "jit_compile is True, which several replicas"),
        (lambda: small(loss=keras.losses.MeanSquaredError("sum")), 2, "has reduction='sum', and 2"),
        (
            lambda: small(keras.optimizers.SGD(0.1, gradient_accumulation_steps=4)),
            2,
            "gradient_accumulation_steps is 4, which several replicas cannot do: a batch_size",
        ),
    ],
)
def test_what_cannot_be_done_as_keras_does_it_is_refused(make, replicas, said):
    model = make()
    with pytest.raises(ValueError) as caught:
        rules.check(model, [], replicas, validates=True)
    assert said in str(caught.value)


def test_averages_in_mid_epoch_on_jax(monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(ValueError, match="use_ema and every= do not go together on JAX"):
        rules.check(small(averaged()), [], 1, False, resume="run", every=2)


def test_numbers_and_paths_as_people_write_them(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    fit(small(), resume="~/run", epochs=np.int64(1), batch_size=np.int32(16), every=np.uint8(2))
    assert list((tmp_path / "run").glob("step-*.npz"))
    assert training.Batches(IMAGES, LABELS, None).batch_size == 32  # as Keras
