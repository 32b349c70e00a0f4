"""How many devices share a model's batches, and what its workers tell each other."""

import keras
import numpy as np


def replicas(model):
    """How many devices share each batch of this model."""
    if keras.backend.backend() == "jax":
        spread = keras.distribution.distribution()
        return spread.device_mesh.devices.size if spread else 1
    strategy = getattr(model, "distribute_strategy", None)
    return strategy.num_replicas_in_sync if strategy else 1


def workers(model):
    """How many processes, of this machine or of many, train this model together."""
    resolver = _resolver(model)
    return len(resolver.cluster_spec().as_dict().get("worker", [0])) if resolver else 1


def is_chief(model):
    """Whether this worker is the one that writes and shows progress; alone, it always is."""
    resolver = _resolver(model)
    return resolver is None or resolver.task_id in (None, 0)


def told(model, value):
    """Every worker's number, (workers,), as float64; all have to ask at the same time."""
    if workers(model) == 1:
        return np.array([value], "float64")
    import tensorflow as tf

    strategy, place = model.distribute_strategy, _resolver(model).task_id
    mine = np.zeros(workers(model))
    mine[place] = value

    def once(context):  # each worker's first replica speaks for it
        each = strategy.num_replicas_in_sync // workers(model)
        first = context.replica_id_in_sync_group % each == 0
        return tf.constant(mine if first else 0 * mine)

    spread = strategy.experimental_distribute_values_from_function(once)
    return strategy.reduce(tf.distribute.ReduceOp.SUM, spread, axis=None).numpy()


def _resolver(model):
    return getattr(getattr(model, "distribute_strategy", None), "cluster_resolver", None)
