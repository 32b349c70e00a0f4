"""training.fit: Keras's fit, which goes on where it stopped; clear words before anything starts."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import keras
import numpy as np
import pytest

from utils import training
from utils.training import checkpoints

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (50, 6, 6, 1), dtype="uint8")
LABELS = RANDOM.integers(0, 10, 50)


def network(units=3, seed=0):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Flatten(),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dense(10),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9), loss, metrics=["accuracy"])
    return model


def weights(model):
    return np.concatenate([np.ravel(w) for w in model.get_weights()])


def fit(model, **options):
    options = {"epochs": 2, "batch_size": 16, "verbose": 0} | options
    return training.fit(model, (IMAGES, LABELS), **options)


@cache
def alone(epochs):
    """The weights and the history of a training that nothing interrupted."""
    model = network()
    history = fit(model, epochs=epochs).history
    return weights(model), history


@pytest.fixture(scope="module")
def two_epochs(tmp_path_factory):
    """The folder of a training that ended after two epochs."""
    folder = tmp_path_factory.mktemp("two")
    fit(network(), resume=folder, epochs=2)
    return folder


def test_it_is_model_fit_with_batches_of_its_own():
    ours, theirs = network(), network()
    history = fit(ours, validation_data=(IMAGES[:20], LABELS[:20]))
    batches = training.Batches(IMAGES, LABELS, 16)
    for step in range(2 * batches.steps):
        theirs.train_on_batch(*batches.batch(step))
    np.testing.assert_allclose(weights(ours), weights(theirs), atol=1e-6)
    assert isinstance(history, keras.callbacks.History) and history.epoch == [0, 1]
    assert set(history.history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert history.history["val_loss"][-1] == pytest.approx(
        ours.evaluate(IMAGES[:20], LABELS[:20], verbose=0)[0], rel=1e-5
    )


def test_keras_callbacks_are_called():
    seen = []
    watch = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch))
    stop = keras.callbacks.EarlyStopping("loss", patience=0, min_delta=100)
    model = network()
    fit(model, callbacks=[watch, stop], epochs=5)
    assert seen == [0, 1]
    fit(model, callbacks=[watch], epochs=3)  # one that ended early trains on
    assert seen == [0, 1, 0, 1, 2]


@pytest.mark.parametrize("every", [None, 3])
def test_what_is_done_is_not_done_again(tmp_path, every):
    whole, history = alone(4)
    fit(network(), resume=tmp_path, every=every)
    again = network(seed=9)
    found = fit(again, resume=tmp_path, every=every, epochs=4)
    np.testing.assert_array_equal(weights(again), whole)
    assert found.history == history
    before = weights(again)
    assert fit(again, resume=tmp_path, epochs=4).history == history
    np.testing.assert_array_equal(weights(again), before)


def test_batches_depend_on_seed_and_step_alone():
    def batches(**options):
        return training.Batches(IMAGES, LABELS, 16, augment=1, **options)

    a, b = batches(), batches()
    for step in (5, 0, 7):
        np.testing.assert_array_equal(a.batch(step)[0], b.batch(step)[0])
    order = np.concatenate([a.batch(step)[1] for step in range(a.steps)])
    assert sorted(order) == sorted(LABELS) and list(order) != list(LABELS)
    assert not np.array_equal(a.batch(0)[0], batches(seed=1).batch(0)[0])
    assert not np.array_equal(a.batch(0)[1], a.batch(4)[1])


def test_batches_may_be_read_by_several_threads():
    batches = training.Batches(IMAGES, LABELS, 4)
    alone = [training.Batches(IMAGES, LABELS, 4).batch(step)[1] for step in range(400)]
    with ThreadPoolExecutor(4) as threads:
        for found, wanted in zip(threads.map(lambda s: batches.batch(s)[1], range(400)), alone):
            np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("parts", [2, 3, 5])
def test_shares_make_up_the_batch(parts):
    batches = training.Batches(IMAGES, LABELS, 16, augment=1)
    for step in (0, 3):  # the last batch of an epoch has 2 images
        images, labels = batches.batch(step)
        shares = [batches.share(step, part, parts) for part in range(parts)]
        assert len({share[0].shape for share in shares}) == 1
        assert all(size == len(images) for *_, size in shares)
        found = np.concatenate([x[:count] for x, _, count, _ in shares])
        np.testing.assert_array_equal(found, images)
        np.testing.assert_array_equal(np.concatenate([y[:n] for _, y, n, _ in shares]), labels)


@pytest.mark.parametrize(
    "change, said",
    [
        ({"model": network(4)}, "another model: it has (36, 3) where"),
        ({"batch_size": 8}, "'batch_size': 16"),
    ],
)
def test_a_checkpoint_of_something_else(tmp_path, change, said):
    fit(network(), resume=tmp_path, epochs=1)
    model = change.pop("model", None) or network()
    before = weights(model)
    with pytest.raises(ValueError) as caught:
        fit(model, resume=tmp_path, **change)
    assert said in str(caught.value) and str(tmp_path) in str(caught.value)
    np.testing.assert_array_equal(weights(model), before)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", None])
def test_a_damaged_checkpoint_is_set_aside_and_the_one_before_it_used(
    tmp_path, two_epochs, capsys, damage
):
    shutil.copytree(two_epochs, tmp_path, dirs_exist_ok=True)
    last = sorted(tmp_path.glob("step-*.npz"))[-1]
    content = last.read_bytes()
    middle = len(content) // 2
    last.write_bytes(
        content[:middle] + b"other" + content[middle + 5 :] if damage is None else damage
    )
    model = network()
    fit(model, resume=tmp_path, epochs=3)
    out = capsys.readouterr().out
    assert f"{last.name} cannot be read and is set aside" in out and "with epoch 2" in out
    np.testing.assert_array_equal(weights(model), alone(3)[0])
    assert last.with_suffix(".damaged").exists()


def test_a_folder_that_cannot_be_written_to_is_found_before_the_first_step(tmp_path):
    file = tmp_path / "file"
    file.write_text("mine")
    model = network()
    before = weights(model)
    with pytest.raises(OSError, match="choose another folder"):
        fit(model, resume=file)
    np.testing.assert_array_equal(weights(model), before)
    assert file.read_text() == "mine"


def test_a_full_disk_leaves_the_last_checkpoint_whole(tmp_path, monkeypatch):
    fit(network(), resume=tmp_path, epochs=1)

    def full(file, **arrays):
        file.write(b"some of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space left on device; make room"):
        fit(network(), resume=tmp_path, epochs=2)
    assert checkpoints.latest(tmp_path)[0]["step"] == 4
    assert not (tmp_path / "draft").exists()


@pytest.mark.parametrize(
    "arguments, options, said",
    [
        ((IMAGES,), {}, "must be (images, labels)"),
        (((IMAGES, LABELS[:9]),), {}, "50 images and 9 labels"),
        (((IMAGES[:0], LABELS[:0]),), {}, "at least one"),
        (((IMAGES, LABELS),), {"batch_size": 0}, "batch_size is 0"),
        (((IMAGES, LABELS),), {"epochs": 0}, "epochs is 0"),
        (((IMAGES, LABELS),), {"every": 0}, "every is 0"),
        (((IMAGES, LABELS),), {"validation_data": IMAGES}, "validation_data is a ndarray"),
    ],
)
def test_bad_input(arguments, options, said):
    with pytest.raises((TypeError, ValueError)) as caught:
        training.fit(network(), *arguments, **options)
    assert said in str(caught.value)


def test_a_model_has_to_be_compiled():
    with pytest.raises(ValueError, match="not compiled"):
        training.fit(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]), ([[1]], [1]))
