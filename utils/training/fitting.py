"""One call that trains under any strategy, and goes on where an interrupted training stopped."""

import os
from contextlib import nullcontext

import keras

from utils.training import rules
from utils.training.batches import DEFAULT, Batches, Epoch
from utils.training.keeper import Keeper, finished
from utils.training.sharing import replicas
from utils.whole import whole


def fit(
    model,
    train,
    *,
    validation_data=None,
    epochs=1,
    batch_size=DEFAULT,
    callbacks=(),
    resume=None,
    every=None,
    verbose="auto",
    **others,
):
    """Trains a compiled model and returns a Keras History, whatever the strategy.

    train: (images, labels) or `Batches`; validation_data: the same. `batch_size` counts all
    replicas together. `resume`, a folder, keeps the training there: all of it (weights,
    optimizers, seeds, epoch, step, history) after each epoch and, if given, after `every` steps;
    called again, it goes on from there, with the same images in the same order, and one that is
    over says so. Callbacks are Keras's; they start anew then.

    The step is the model's own train_step. Replicas take shares of each batch, in which every
    image counts alike, also in a last batch that does not divide evenly (model.fit averages the
    replicas instead); their gradients are added up before they are clipped (model.fit clips
    first); and it works on several machines (where model.fit does not, keras issue 20585).

    ============================================  ===========  ================
    what the model brings                         one replica  several
    ============================================  ===========  ================
    optimizer: rate, decay, clipping, averages,   as Keras     as on one
    scaling of the loss, LossScaleOptimizer
    gradient_accumulation_steps,                  as Keras     refused
    ema_overwrite_frequency
    loss: mean over the batch, loss_weights       as Keras     as on one
    loss: another reduction                       as Keras     refused
    metrics, weighted_metrics, run_eagerly,       as Keras     as on one
    steps_per_execution, auto_scale_loss
    jit_compile=True                              as Keras     refused
    train_step, test_step, compute_loss,          called       called on each
    compute_metrics, get_metrics_result,
    reset_metrics, metrics of its own
    make_train_function, make_test_function       called       refused
    fit; evaluate, where there is                 refused      refused
    validation_data
    ============================================  ===========  ================

    On several replicas a train_step of your own takes its loss from compute_loss or a Keras loss,
    which divide by the number of replicas; the gradients that it sees, before optimizer.apply adds
    them up, are those of its replica's share. Batch normalisation sees that share, too. Losses that
    leave out places (masks, ignore_class) and a compute_loss that does not divide are refused.

    Raises TypeError for data of another kind; ValueError for a model that is not compiled, what
    the table refuses, labels that are no classes, a checkpoint of another network or of other
    batches, workers that do not share the folder, and on JAX batches that do not divide evenly
    over the devices; OSError for a folder that cannot be written to; all before the first step.
    """
    if others:
        raise TypeError(
            f"training.fit has no {', '.join(sorted(others))}: it takes (images, labels), "
            f"validation_data, epochs, batch_size, callbacks, resume, every and verbose; for what "
            f"else Keras has, call model.fit"
        )
    epochs, callbacks = whole(epochs, "epochs"), _flat(callbacks)
    _check_options(train, batch_size, resume, every, verbose)
    train = _batches(train, batch_size, "train")
    if validation_data is not None:
        validation_data = _batches(validation_data, batch_size, "validation_data", shuffle=False)
    rules.check(model, callbacks, replicas(model), validation_data is not None, resume, every)
    for batches in filter(None, (train, validation_data)):
        rules.check_labels(model, batches.labels)
        rules.check_augmented(model, batches)
    if keras.backend.backend() == "tensorflow":
        from utils.training.loop import run
    else:
        _check_shares(replicas(model), train, validation_data)
        run = _keras_fit
    _build(model, train, resume)
    keeper = Keeper(model, train, resume, every)
    if keeper.is_over(model, epochs):
        history = keras.callbacks.History()
        history.set_model(model)
    else:
        history = run(model, train, validation_data, epochs, [*callbacks, keeper], keeper, verbose)
    return finished(history, keeper)


def _check_options(train, batch_size, resume, every, verbose):
    """Raises ValueError for options that would be without effect, or mean nothing."""
    if isinstance(train, Batches) and batch_size not in (DEFAULT, train.batch_size):
        raise ValueError(
            f"batch_size is {batch_size}, and the Batches have {train.batch_size}: leave one out"
        )
    if every is not None and resume is None:
        raise ValueError(f"every is {every}, and nothing is kept: name a folder, resume='run'")
    if resume is not None and (not isinstance(resume, (str, os.PathLike)) or not str(resume)):
        raise ValueError(f"resume is {resume!r}; it is a folder's name, such as 'run', or None")
    if verbose not in ("auto", 0, 1, 2):
        raise ValueError(f"verbose is {verbose!r}; it is 'auto', 0, 1 or 2")


def _build(model, train, resume):
    """Makes the variables of model, optimizer and metrics, as a first step of Keras would."""
    own_step = rules.overrides(model, "train_step")
    if resume is None and replicas(model) == 1 and (own_step or not model.built):
        return  # Keras makes them in the first step
    images, labels, *_ = batch = train.share(0, 0, train.count)
    strategy = getattr(model, "distribute_strategy", None)
    with strategy.scope() if strategy else nullcontext():
        if type(model).call is not keras.Model.call or not own_step:
            model._symbolic_build(data_batch=(images, labels))
        if own_step and resume is not None and keras.backend.backend() == "tensorflow":
            from utils.training.loop import trace

            trace(model, batch[:2])  # what it makes besides: optimizers of its own
    model.reset_metrics()


def _keras_fit(model, train, validation, epochs, callbacks, keeper, verbose):
    """model.fit, once for what is left of an epoch and once for all that follow."""
    options = {"callbacks": callbacks, "verbose": verbose, "shuffle": False}
    if validation is not None:
        options |= {
            "validation_data": (validation.images, validation.labels),
            "validation_batch_size": validation.batch_size,
        }
    epoch, keeper.skipped = divmod(keeper.step, train.steps)
    model.stop_training = False  # an earlier training may have ended early

    def first():
        return keeper.step - keeper.step % train.steps + keeper.skipped

    if keeper.skipped:
        model.fit(Epoch(train, first), initial_epoch=epoch, epochs=epoch + 1, **options)
        epoch += 1
    if epoch < epochs and not model.stop_training:
        model.fit(Epoch(train, first), initial_epoch=epoch, epochs=epochs, **options)
    return model.history


def _check_shares(parts, *given):
    """Raises ValueError for batches that Keras cannot spread on JAX."""
    for batches in filter(None, given):
        count, size = batches.count, batches.batch_size
        if uneven := [n for n in (min(count, size), count % size) if n % parts]:
            raise ValueError(
                f"a batch of {uneven[0]} images cannot be shared by {parts} devices on JAX: choose "
                f"images and batch_size so that {parts} divides all batches, or fewer devices"
            )


def _flat(callbacks):
    """Callbacks, as model.fit takes them, in one list."""
    if isinstance(callbacks, keras.callbacks.CallbackList):
        callbacks = callbacks.callbacks
    found = keras.tree.flatten(callbacks if callbacks is not None else [])
    if wrong := [c for c in found if not isinstance(c, keras.callbacks.Callback)]:
        raise TypeError(f"callbacks has {wrong[0]!r}; each must be a keras.callbacks.Callback")
    return found


def _batches(given, batch_size, name, **options):
    if isinstance(given, Batches):
        return given
    if isinstance(given, (tuple, list)) and len(given) == 2:
        return Batches(*given, batch_size, **options)
    raise TypeError(
        f"{name} is a {type(given).__name__}; it must be (images, labels) or training.Batches, "
        f"which can begin at any step"
    )
