"""A model's own train_step and test_step on several replicas, where every image counts alike."""

import threading
from contextlib import contextmanager

import keras
import tensorflow as tf
from keras.src.losses import loss as loss_module

from utils.training.optimizers import inner, optimizers
from utils.training.rules import overrides

_here = threading.local()  # each replica's code is made in a thread of its own


@contextmanager
def functions(model, train, test):
    """Functions (iterator of shares) -> logs, one that trains and one that tests.

    train, test: the `Batches` that the shares are of. Within the block, optimizers add up the
    gradients of all replicas first, and only then clip, scale and apply them as they do on one
    device; Keras clips on each replica.
    """
    with _reduced_first(model):
        yield tuple(
            _function(model, step, _has_idle_replicas(model, batches))
            for step, batches in ((model.train_step, train), (model.test_step, test))
        )


def shares(batches, strategy):
    """A function of the step: its batch, shared out to the replicas of this worker."""
    parts = strategy.num_replicas_in_sync

    def share(context):
        made = batches.share(share.step, context.replica_id_in_sync_group, parts)
        return keras.tree.map_structure(tf.constant, made)

    def at(step):
        share.step = step
        return strategy.experimental_distribute_values_from_function(share)

    return at


def check_scale(model, train):
    """Raises ValueError for a loss that is not divided by the number of replicas.

    Keras divides where it averages over a batch; a function that returns one number, or a
    compute_loss that adds something of its own, would count once for each replica.
    """
    if overrides(model, "train_step"):
        return  # it may have no such loss
    strategy = model.distribute_strategy
    images, labels, *_ = keras.tree.map_structure(tf.constant, train.share(0, 0, train.count))

    def measure():
        predicted = model(images, training=False)
        return model._compute_loss(images, labels, predicted, None, training=False)

    def measured():
        local = strategy.experimental_local_results(strategy.run(measure))
        return float(local[0])

    divide = loss_module.scale_loss_for_distribution
    try:
        divided = measured()
        loss_module.scale_loss_for_distribution = lambda value: value
        whole = measured()
    finally:
        loss_module.scale_loss_for_distribution = divide
        model.reset_metrics()
    parts = strategy.num_replicas_in_sync
    if abs(parts * divided - whole) > 1e-3 * abs(whole):
        raise ValueError(
            f"the loss of {model.name} is {divided:.4g} on each of {parts} replicas, and on one "
            f"{whole:.4g}, so that parts of it would count {parts} times: a loss function returns "
            f"one number an image, ops.mean(..., axis=-1); a compute_loss divides what it adds by "
            f"training.replicas(model)"
        )


def _function(model, step, idle):
    """As Keras's train_function: takes as many shares as an execution has steps."""

    def on_replica(images, labels, count, total):
        some = tf.maximum(count, 1)  # of no images at all there is no mean
        data = keras.tree.map_structure(lambda values: values[:some], (images, labels))
        part = tf.cast(count, "float32") / tf.cast(total, "float32")
        parts = tf.distribute.get_replica_context().num_replicas_in_sync
        _here.weight = part * parts  # compute_loss has divided by the number of replicas
        watched = [(v, share, tf.identity(v)) for v, share in _uneven(model, part, idle)]
        logs = step(data)
        for variable, share, before in watched:
            share = tf.cast(share, before.dtype)
            variable.assign(before + tf.math.multiply_no_nan(variable - before, share))
        return keras.tree.map_structure_up_to(logs, lambda v: _summed([v], part)[0], logs)

    def one(share):
        logs = model.distribute_strategy.run(on_replica, args=share)
        local = model.distribute_strategy.experimental_local_results
        return keras.tree.map_structure_up_to(logs, lambda v: local(v)[0], logs)

    if not model.run_eagerly:
        one = tf.function(one, reduce_retracing=True)

    def function(iterator):
        for _, share in zip(range(model.steps_per_execution), iterator):
            logs = one(share)
        return logs

    return function


def _uneven(model, part, idle):
    """Metrics' variables that count a step of a replica as one, whatever it had, and its share.

    In a graph, Keras's means of each output's loss count batches, not images. What an `idle`
    replica measured, of images that another one has, does not count.
    """
    compiled = None if model.run_eagerly else getattr(model, "_compile_loss", None)
    of_losses = getattr(compiled, "metrics", ())
    pairs = [(metric, part) for metric in of_losses]
    if idle:
        known = list(map(id, of_losses))
        rest = [metric for metric in model.metrics if id(metric) not in known]
        pairs += [(metric, tf.sign(part)) for metric in rest]
    return [(variable, share) for metric, share in pairs for variable in metric.variables]


def _has_idle_replicas(model, batches):
    """Whether a batch is smaller than the number of replicas."""
    last = batches.count % batches.batch_size or batches.batch_size
    return min(last, batches.batch_size) < model.distribute_strategy.num_replicas_in_sync


def _summed(values, weight):
    """Each value times this replica's weight, added up over all; None stays None."""

    def weighted(value):
        if isinstance(value, tf.IndexedSlices):
            return tf.IndexedSlices(weighted(value.values), value.indices, value.dense_shape)
        value = tf.convert_to_tensor(value)
        value = value if value.dtype.is_floating else tf.cast(value, "float32")
        return tf.math.multiply_no_nan(value, tf.cast(weight, value.dtype))

    there = [weighted(value) for value in values if value is not None]
    context = tf.distribute.get_replica_context()
    found = iter(context.all_reduce(tf.distribute.ReduceOp.SUM, there))
    return [None if value is None else next(found) for value in values]


@contextmanager
def _reduced_first(model):
    made, within = optimizers(model), inner(model)
    try:
        for optimizer in made:
            optimizer.apply = _after_reduction(optimizer.apply)
        for optimizer in within:
            optimizer._all_reduce_sum_gradients = lambda pairs: pairs
        yield
    finally:
        for optimizer in made:
            del optimizer.apply
        for optimizer in within:
            del optimizer._all_reduce_sum_gradients


def _after_reduction(apply):
    def reduced(grads, trainable_variables=None):
        return apply(_summed(list(grads), getattr(_here, "weight", 1.0)), trainable_variables)

    return reduced
