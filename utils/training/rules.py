"""What `training.fit` takes of all that a model can be compiled with, and what it refuses."""

import keras
import numpy as np

from utils.training.optimizers import inner, optimizers

ALWAYS = "works"
ONE = "one replica only"  # several refuse it
NEVER = "refused"
COMPILE = {
    "optimizer": ALWAYS,
    "loss": ALWAYS,  # but on several replicas the mean over a batch alone
    "loss_weights": ALWAYS,
    "metrics": ALWAYS,
    "weighted_metrics": ALWAYS,
    "run_eagerly": ALWAYS,
    "steps_per_execution": ALWAYS,
    "jit_compile": ONE,
    "auto_scale_loss": ALWAYS,
}
OPTIMIZER = {
    "learning_rate": ALWAYS,
    "weight_decay": ALWAYS,
    "clipnorm": ALWAYS,
    "clipvalue": ALWAYS,
    "global_clipnorm": ALWAYS,
    "use_ema": ALWAYS,
    "ema_momentum": ALWAYS,
    "ema_overwrite_frequency": ONE,
    "loss_scale_factor": ALWAYS,
    "gradient_accumulation_steps": ONE,
    "name": ALWAYS,
}
OVERRIDES = {  # methods of keras.Model that take part in a training
    "train_step": ALWAYS,
    "test_step": ALWAYS,
    "compute_loss": ALWAYS,
    "compute_metrics": ALWAYS,
    "get_metrics_result": ALWAYS,
    "reset_metrics": ALWAYS,
    "make_train_function": ONE,
    "make_test_function": ONE,
    "fit": NEVER,
    "evaluate": NEVER,
}
INSTEAD = {
    "jit_compile": "compile(jit_compile=False): XLA cannot compile what replicas exchange",
    "ema_overwrite_frequency": "leave it out: the averages are written into the weights at the end",
    "gradient_accumulation_steps": "a batch_size so many times as large has the same gradient",
    "make_train_function": "override train_step",
    "make_test_function": "override test_step",
    "fit": "call the model's own fit, or override train_step",
    "evaluate": "override test_step, or leave validation_data out and evaluate afterwards",
}
MEANS = ("sum_over_batch_size", "mean", "mean_with_sample_weight", "auto")


def check(model, callbacks, replicas, validates, resume=None, every=None):
    """Raises ValueError for what would be done otherwise than model.fit does it, before a step."""
    if getattr(model, "optimizer", None) is None or not model.compiled:
        raise ValueError(f"{model.name} is not compiled: call model.compile(optimizer, loss) first")
    if any(isinstance(call, keras.callbacks.BackupAndRestore) for call in callbacks):
        raise ValueError("BackupAndRestore is among the callbacks: resume=folder does what it does")
    if every and keras.backend.backend() == "jax" and any(o.use_ema for o in inner(model)):
        raise ValueError(
            "use_ema and every= do not go together on JAX, where Keras writes the averages into "
            "the weights before an epoch that was begun is finished: leave every= out"
        )
    if resume and any(isinstance(call, keras.callbacks.SwapEMAWeights) for call in callbacks):
        raise ValueError(
            "SwapEMAWeights is among the callbacks, and a checkpoint would hold the averages that "
            "it swaps in: leave it out, Keras writes the averages into the weights at the end"
        )
    if keras.backend.backend() == "tensorflow":
        _check_overrides(model, replicas, validates)
        _check_scope(model, replicas)
    if keras.backend.backend() == "tensorflow" and replicas > 1:
        _check_masks(model)
        _check_settings(model)
        _check_reduction(model, replicas)


def check_labels(model, labels):
    """Raises ValueError for labels that are no classes of the model's, where the loss counts them.

    Keras raises nothing on a GPU; the loss is not a number then.
    """
    names = getattr(model, "output_names", None) or ()
    shapes = [output.shape for output in getattr(model, "outputs", None) or ()]
    given = _by_output(labels, names)
    losses = _by_output(getattr(model, "loss", None), names)
    losses = losses * len(given) if len(losses) == 1 else losses
    if not len(given) == len(shapes) == len(losses):
        return
    for label, shape, loss in zip(given, shapes, losses):
        if not _counts_classes(loss) or not shape or shape[-1] is None:
            continue
        values = np.unique(np.asarray(label))
        classes = shape[-1]
        wrong = [v for v in values.tolist() if not (0 <= v < classes and v == int(v))]
        wrong = [v for v in wrong if v != getattr(loss, "ignore_class", None)]
        if wrong:
            raise ValueError(
                f"a label is {wrong[0]}, and {model.name} has {classes} classes: labels are whole "
                f"numbers from 0 to {classes - 1}"
            )


def check_augmented(model, batches):
    """Raises ValueError where augmentation makes labels that the loss does not take."""
    if isinstance(batches.augment, int):
        return
    labels, losses = batches.batch(0)[1], keras.tree.flatten(getattr(model, "loss", None))
    changed = np.shape(labels)[1:] != np.shape(batches.labels)[1:]
    if changed and any(map(_counts_classes, losses)):
        raise ValueError(
            f"augmentation makes labels of {np.shape(labels)[1:]}, probabilities of classes, and "
            f"the loss wants the classes' numbers: compile with 'categorical_crossentropy'"
        )


def _by_output(values, names):
    """What belongs to each output, in their order; a dict has their names."""
    if isinstance(values, dict):
        return [values[name] for name in names] if set(values) == set(names) else []
    return keras.tree.flatten(values)


def _counts_classes(loss):
    name = loss if isinstance(loss, str) else getattr(loss, "name", getattr(loss, "__name__", ""))
    return name == "sparse_categorical_crossentropy" or isinstance(
        loss, keras.losses.SparseCategoricalCrossentropy
    )


def overrides(model, name):
    """Whether a model has a method of its own in the place of keras.Model's."""
    return name in vars(model) or getattr(type(model), name) is not getattr(keras.Model, name)


def _check_overrides(model, replicas, validates):
    for name, rule in OVERRIDES.items():
        fine = rule == ALWAYS or (rule == ONE and replicas == 1)
        unused = name == "evaluate" and not validates
        if overrides(model, name) and not (fine or unused):
            raise ValueError(f"{model.name} overrides {name}, {_where(rule)}: {INSTEAD[name]}")


def _check_settings(model):
    pairs = [(COMPILE, model), *((OPTIMIZER, optimizer) for optimizer in inner(model))]
    for table, holder in pairs:
        for name in [name for name, rule in table.items() if rule == ONE]:
            if value := getattr(holder, name):
                raise ValueError(f"{name} is {value}, {_where(ONE)}: {INSTEAD[name]}")


def _check_reduction(model, replicas):
    for loss in keras.tree.flatten(getattr(model, "loss", None)):
        if getattr(loss, "reduction", "mean") not in MEANS:
            raise ValueError(
                f"the loss {loss.name} has reduction={loss.reduction!r}, and {replicas} replicas "
                f"average over the batch: take 'sum_over_batch_size', and a rate as many times as "
                f"large as a batch has images"
            )


def _check_masks(model):
    """Raises ValueError where each replica would average over a number of places of its own."""
    masked = [o for o in getattr(model, "outputs", None) or () if getattr(o, "_keras_mask", None)]
    losses = keras.tree.flatten(getattr(model, "loss", None))
    if masked or any(getattr(loss, "ignore_class", None) is not None for loss in losses):
        raise ValueError(
            f"the loss of {model.name} leaves out places (a mask, or ignore_class), and several "
            f"replicas would each average over their own: train it on one"
        )


def _check_scope(model, replicas):
    """Raises ValueError where parts of a model know of several replicas, and others do not."""
    import tensorflow as tf

    strategies = [optimizer._distribution_strategy for optimizer in optimizers(model)]
    if max([replicas, *(strategy.num_replicas_in_sync for strategy in strategies)]) == 1:
        return
    for weight in model.weights:
        if not isinstance(weight.value, tf.distribute.DistributedValues):
            raise ValueError(
                f"{weight.path} was made outside strategy.scope(), on one device: build or load "
                f"the network within it, and compile it there"
            )
    for optimizer, strategy in zip(optimizers(model), strategies):
        if strategy is not model.distribute_strategy:
            raise ValueError(
                f"the optimizer {optimizer.name} was made outside strategy.scope(), where it does "
                f"not know the replicas: call model.compile(...) within it"
            )


def _where(rule):
    return "which several replicas cannot do" if rule == ONE else "which training.fit does not call"
