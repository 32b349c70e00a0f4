"""Training on several replicas, of one machine or of many, in steps of our own."""

import keras
import tensorflow as tf

from utils.training.batches import Ahead
from utils.training.keeper import finished
from utils.training.sharing import is_chief

LOST = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.DeadlineExceededError,
    tf.errors.CancelledError,
    tf.errors.InternalError,
)


def fit(model, train, validation, epochs, callbacks, keeper, verbose):
    """As `training.fit`, for a model whose strategy has several replicas."""
    strategy = model.distribute_strategy
    step, test = _steps(model, strategy)
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
    history = keras.callbacks.History()
    history.set_model(model)
    batch = _shared(train, strategy)
    unseen = validation and _shared(validation, strategy)
    model.stop_training = False
    try:
        called.on_train_begin()
        for epoch in range(keeper.step // train.steps, epochs):
            model.reset_metrics()
            called.on_epoch_begin(epoch)
            for place in range(keeper.step % train.steps, train.steps):
                called.on_train_batch_begin(place)
                step(batch(keeper.step))
                called.on_train_batch_end(place, {})
            logs = _results(model)
            if validation is not None:
                model.reset_metrics()
                for place in range(validation.steps):
                    test(unseen(place))
                logs |= {f"val_{name}": value for name, value in _results(model).items()}
            called.on_epoch_end(epoch, logs)
            if model.stop_training:
                break
        called.on_train_end()
    except LOST as error:
        raise ConnectionError(
            "another worker is gone, and training cannot go on without it; start all workers "
            f"again with the same resume= folder ({type(error).__name__})"
        ) from error
    return finished(history, keeper)


def _steps(model, strategy):
    """One step of training and one of testing, each a function of a batch shared out."""
    count_replicas = strategy.num_replicas_in_sync
    (mean,) = (metric for metric in model.metrics if metric.name == "loss")

    def measured(images, labels, predicted, count, training):
        """The mean loss of the images that count, and of the weights; metrics are brought up."""
        some = tf.maximum(count, 1)  # the mean of no images is not a number
        kept = keras.tree.map_structure(lambda values: values[:some], (images, labels, predicted))
        # compute_loss divides by the number of replicas
        loss = model.compute_loss(*kept, training=training) * count_replicas
        decay = tf.add_n(model.losses) if model.losses else 0.0
        kept = keras.tree.map_structure(lambda values: values[:count], (images, labels, predicted))
        mean.update_state(loss, sample_weight=tf.cast(count, "float32"))
        model.compute_metrics(*kept)
        return loss - decay, decay

    def train(images, labels, count, total):
        with tf.GradientTape() as tape:
            predicted = model(images, training=True)
            loss, decay = measured(images, labels, predicted, count, training=True)
            part = tf.cast(count, loss.dtype) / tf.cast(total, loss.dtype)
            loss = model.optimizer.scale_loss(loss * part + decay / count_replicas)
        gradients = tape.gradient(loss, model.trainable_variables)
        model.optimizer.apply(gradients, model.trainable_variables)  # adds up the replicas'

    def test(images, labels, count, total):
        measured(images, labels, model(images, training=False), count, training=False)

    return (
        tf.function(lambda batch, step=step: strategy.run(step, args=batch))
        for step in (train, test)
    )


def _shared(batches, strategy):
    """A function of the step: its batch, shared out to the replicas of this worker."""
    parts = strategy.num_replicas_in_sync

    def share(context):
        made = batches.share(share.step, context.replica_id_in_sync_group, parts)
        return tuple(map(tf.constant, made))

    def shares(step):
        share.step = step
        return strategy.experimental_distribute_values_from_function(share)

    return Ahead(shares)


def _results(model):
    return {name: float(value) for name, value in model.get_metrics_result().items()}
