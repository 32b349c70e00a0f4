"""Keras's fit on TensorFlow, except that it can begin at any step and that replicas take shares."""

from contextlib import contextmanager

import keras
import tensorflow as tf

from utils.training import replicated
from utils.training.batches import Ahead, reader
from utils.training.keeper import Keeper
from utils.training.sharing import is_chief, replicas, told, workers

LOST = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.DeadlineExceededError,
    tf.errors.CancelledError,
    tf.errors.InternalError,
)


def run(model, train, validation, epochs, callbacks, keeper, verbose):
    """Trains from the keeper's step on; the model's History."""
    verbose = 1 if verbose == "auto" else verbose
    called = keras.callbacks.CallbackList(
        callbacks,
        add_history=True,
        add_progbar=bool(verbose) and is_chief(model),
        model=model,
        verbose=verbose,
        epochs=epochs,
        steps=train.steps,
    )
    makes = replicated.functions if replicas(model) > 1 else _keras_functions
    try:
        if replicas(model) > 1:
            replicated.check_scale(model, train)
        with makes(model, train, validation or train) as (step, test):
            _train(model, called, step, test, train, validation, epochs, keeper)
    except LOST as error:
        if workers(model) == 1:
            raise
        raise ConnectionError(
            "another worker is gone, and training cannot go on without it; start all workers "
            f"again with the same resume= folder ({type(error).__name__})"
        ) from error
    return model.history


def trace(model, batch):
    """Makes what a train_step makes when it is first called, without taking the step."""
    batch = keras.tree.map_structure(tf.constant, batch)
    strategy = model.distribute_strategy
    tf.function(lambda: strategy.run(model.train_step, args=(batch,))).get_concrete_function()


def _train(model, called, step, test, train, validation, epochs, keeper):
    """The epochs of Keras's fit, in its order."""
    read = _stream(model, train)
    unseen = validation and _stream(model, validation)
    stops = _agreement(model, called)
    model.stop_training = False
    logs = {}
    called.on_train_begin()
    for epoch in range(keeper.step // train.steps, epochs):
        model.reset_metrics()
        called.on_epoch_begin(epoch)
        begin, end = called.on_train_batch_begin, called.on_train_batch_end
        places = keeper.step % train.steps, train.steps
        logs = _steps(model, step, read, epoch, places, begin, end, stops)
        if validation is not None:
            called.on_test_begin()
            model.reset_metrics()
            begin, end = called.on_test_batch_begin, called.on_test_batch_end
            found = _steps(model, test, unseen, 0, (0, validation.steps), begin, end)
            called.on_test_end(found)
            logs |= {f"val_{name}": value for name, value in found.items()}
        called.on_epoch_end(epoch, logs)
        if stops(always=True):
            break
    model.optimizer.finalize_variable_values(model.trainable_weights)
    called.on_train_end(logs)


def _steps(model, function, read, epoch, places, begin, end, stops=lambda: False):
    """One pass over the places of an epoch; what it has measured, {name: number or array}."""
    (first, last), size = places, model.steps_per_execution
    iterator, logs = iter(read(epoch, first, last)), {}
    for place in range(first, last, size):
        begin(place)
        logs = function(iterator)
        end(min(place + size, last) - 1, logs)
        if stops():
            break
    found = model.get_metrics_result()  # a step of the model's own may return something else
    return _flat(found if set(found) == set(logs) else logs)


def _flat(logs):
    """Logs without the dicts within, as numbers and arrays."""
    plain = {}
    for name, value in logs.items():
        if isinstance(value, dict):
            plain |= _flat(value)
        else:
            value = keras.ops.convert_to_numpy(value)
            plain[name] = value if value.ndim else value.item()
    return plain


@contextmanager
def _keras_functions(model, train, test):
    model.make_train_function()
    model.make_test_function()
    yield model.train_function, model.test_function


def _stream(model, batches):
    """A function (epoch, first, last) -> the batches of these places of the epoch, or shares."""
    if replicas(model) == 1:
        dataset, at = reader(batches), None
    else:
        dataset, at = None, Ahead(replicated.shares(batches, model.distribute_strategy))

    def read(epoch, first, last):
        first, last = (epoch * batches.steps + place for place in (first, last))
        return dataset(first, last) if dataset else map(at, range(first, last))

    return read


def _agreement(model, called):
    """A function that tells whether to stop; one worker that wants to stops all of them."""
    plain = (keras.callbacks.ProgbarLogger, Keeper)
    own = [call for call in called.callbacks if not isinstance(call, plain)]
    in_epochs = any(_has_batch_hook(call) for call in own)

    def stops(always=False):
        if workers(model) > 1 and (always or in_epochs):
            model.stop_training = bool(told(model, model.stop_training).any())
        return model.stop_training

    return stops


def _has_batch_hook(call):
    names = "on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end"
    default = keras.callbacks.Callback
    return any(
        name in vars(call) or getattr(type(call), name) is not getattr(default, name)
        for name in names
    )
