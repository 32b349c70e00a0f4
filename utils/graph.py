"""What is wired to what: the operations of a keras.Model in the order in which they run."""

from dataclasses import dataclass

import keras


@dataclass(frozen=True)
class Call:
    """One use of a layer: the layer, the tensors it reads, the tensors it makes."""

    layer: keras.Operation
    inputs: tuple
    outputs: tuple

    @property
    def shape(self):
        """The shape of the first output without the batch axis, as a tuple."""
        return tuple(self.outputs[0].shape[1:])


def calls(model, open_nested=True):
    """Every use of a layer in a functional or built Sequential model, a list of `Call`.

    A layer that is used twice is there twice. A model used as a layer gives its own layers, or
    with `open_nested=False` is one call itself.
    Raises TypeError for a model whose graph Keras does not know (a subclass of keras.Model),
    ValueError for a Sequential model that has not been built.
    """
    if isinstance(model, keras.Sequential):
        if not model.built:
            raise ValueError(f"{model.name} has no shapes yet: start it with keras.Input(shape)")
        model = model._functional
    if not hasattr(model, "_nodes_by_depth"):
        raise TypeError(
            f"{model.name} is a subclassed model, whose layers Keras does not record; "
            f"build it with the functional API: keras.Model(inputs, outputs)"
        )
    found = []
    for depth in sorted(model._nodes_by_depth, reverse=True):
        for node in model._nodes_by_depth[depth]:
            if open_nested and isinstance(node.operation, keras.Model):
                inner = calls(node.operation)
                found += [c for c in inner if not isinstance(c.layer, keras.layers.InputLayer)]
            else:
                found.append(Call(node.operation, tuple(node.input_tensors), tuple(node.outputs)))
    return found
