"""The optimizers of a model, and their learning rates."""

from collections.abc import ValuesView

import keras


def optimizers(model):
    """The optimizer that a model is compiled with, and those that its train_step holds besides."""
    held = [model.optimizer]
    for value in vars(model).values():
        value = value.values() if isinstance(value, dict) else value
        held += value if isinstance(value, (list, tuple, ValuesView)) else [value]
    found = [value for value in held if isinstance(value, keras.optimizers.Optimizer)]
    return list({id(optimizer): optimizer for optimizer in found}.values())


def inner(model):
    """The same, those within a LossScaleOptimizer instead of it: they have the settings."""
    return [getattr(optimizer, "inner_optimizer", optimizer) for optimizer in optimizers(model)]


def kinds(model):
    """What kinds of optimizers a model has, by name."""
    return [type(optimizer).__name__ for optimizer in inner(model)]


def rates(model):
    """Each optimizer's learning rate, a number, or None where it is a schedule."""
    return [
        float(keras.ops.convert_to_numpy(optimizer.learning_rate))
        if isinstance(optimizer._learning_rate, keras.Variable)
        else None
        for optimizer in inner(model)
    ]


def set_rates(model, values):
    """Sets each optimizer's rate, where the value is a number."""
    for optimizer, value in zip(inner(model), values):
        if value is not None:
            optimizer.learning_rate = value
