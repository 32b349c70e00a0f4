"""One call that trains under any strategy, and goes on where an interrupted training stopped."""

from contextlib import nullcontext

import keras

from utils.training.batches import Batches, stream
from utils.training.keeper import Keeper, finished
from utils.training.sharing import replicas


def fit(
    model,
    train,
    *,
    validation_data=None,
    epochs=1,
    batch_size=128,
    callbacks=(),
    resume=None,
    every=None,
    verbose="auto",
):
    """Trains a compiled model and returns a Keras History, whatever the strategy.

    train: (images, labels) or `Batches`; validation_data: the same. `batch_size` counts all
    replicas together. `resume`, a folder, keeps the training there: all of it (weights,
    optimizer, seeds, epoch, step, history) after each epoch and, if given, after `every` steps;
    called again, it goes on from there, with the same images in the same order. Callbacks are
    Keras's; they start anew then. One replica trains with `model.fit`; several take a step of
    their own, in which every image counts alike, also in a last batch that does not divide
    evenly (model.fit averages the replicas instead), and which works on several machines (where
    model.fit does not, keras issue 20585).

    Raises TypeError for data of another kind, ValueError for a model that is not compiled, a
    checkpoint of another network or of other batches, and on JAX batches that do not divide evenly
    over the devices, OSError for a folder that cannot be written to; all before the first step.
    """
    if getattr(model, "optimizer", None) is None:
        raise ValueError(f"{model.name} is not compiled: call model.compile(optimizer, loss) first")
    if epochs < 1:
        raise ValueError(f"epochs is {epochs}; it must be 1 or more")
    train = _batches(train, batch_size, "train")
    if validation_data is not None:
        validation_data = _batches(validation_data, batch_size, "validation_data", shuffle=False)
    run = _fit_one
    if replicas(model) > 1 and keras.backend.backend() == "tensorflow":
        from utils.training import replicated

        run = replicated.fit
    elif replicas(model) > 1:
        _check_shares(replicas(model), train, validation_data)
    _build(model, train)
    keeper = Keeper(model, train, resume, every)
    return run(model, train, validation_data, epochs, [*(callbacks or ()), keeper], keeper, verbose)


def _build(model, train):
    """Makes the variables of optimizer, loss and metrics, as a first step of Keras would."""
    strategy = getattr(model, "distribute_strategy", None)

    def measure(images, labels):
        predicted = model(images, training=False)
        model.compute_loss(images, labels, predicted, training=False)
        model.compute_metrics(images, labels, predicted)

    one = [keras.ops.convert_to_tensor(v) for v in train.share(0, 0, len(train.images))[:2]]
    with strategy.scope() if strategy else nullcontext():
        model.optimizer.build(model.trainable_variables)
        strategy.run(measure, args=one) if strategy else measure(*one)
    model.reset_metrics()


def _fit_one(model, train, validation, epochs, callbacks, keeper, verbose):
    """model.fit, once for what is left of an epoch and once for all that follow."""
    options = {"callbacks": callbacks, "verbose": verbose, "shuffle": False}
    if validation is not None:
        options |= {
            "validation_data": (validation.images, validation.labels),
            "validation_batch_size": validation.batch_size,
        }
    history = keras.callbacks.History()
    history.set_model(model)
    epoch, done = divmod(keeper.step, train.steps)
    model.stop_training = False  # an earlier training may have ended early
    if done and epoch < epochs:
        options |= {"steps_per_epoch": train.steps - done}
        model.fit(stream(train, keeper.step), initial_epoch=epoch, epochs=epoch + 1, **options)
        epoch += 1
    if epoch < epochs and not model.stop_training:
        options |= {"steps_per_epoch": train.steps}
        model.fit(stream(train, epoch * train.steps), initial_epoch=epoch, epochs=epochs, **options)
    return finished(history, keeper)


def _check_shares(parts, *given):
    """Raises ValueError for batches that Keras cannot spread on JAX."""
    for batches in filter(None, given):
        count, size = len(batches.images), batches.batch_size
        if uneven := [n for n in (min(count, size), count % size) if n % parts]:
            raise ValueError(
                f"a batch of {uneven[0]} images cannot be shared by {parts} devices on JAX: choose "
                f"images and batch_size so that {parts} divides all batches, or fewer devices"
            )


def _batches(given, batch_size, name, **options):
    if isinstance(given, Batches):
        return given
    if isinstance(given, (tuple, list)) and len(given) == 2:
        return Batches(*given, batch_size, **options)
    raise TypeError(
        f"{name} is a {type(given).__name__}; it must be (images, labels) or training.Batches, "
        f"which can begin at any step"
    )
