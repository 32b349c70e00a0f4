"""How many devices share a model's batches, and which worker speaks for all."""

import keras


def replicas(model):
    """How many devices share each batch of this model."""
    if keras.backend.backend() == "jax":
        spread = keras.distribution.distribution()
        return spread.device_mesh.devices.size if spread else 1
    strategy = getattr(model, "distribute_strategy", None)
    return strategy.num_replicas_in_sync if strategy else 1


def is_chief(model):
    """Whether this worker is the one that writes and shows progress; alone, it always is."""
    resolver = getattr(getattr(model, "distribute_strategy", None), "cluster_resolver", None)
    return resolver is None or resolver.task_id in (None, 0)
