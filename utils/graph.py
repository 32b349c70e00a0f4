"""What is wired to what: the operations of a keras.Model in the order in which they run."""

from dataclasses import dataclass

import keras


@dataclass(frozen=True)
class Call:
    """One use of a layer: the layer, the tensors it reads, the tensors it makes, Keras's node."""

    layer: keras.Operation
    inputs: tuple
    outputs: tuple
    node: object = None

    @property
    def shape(self):
        """The shape of the first output without the batch axis, as a tuple."""
        return tuple(self.outputs[0].shape[1:])


def calls(model, open_nested=True):
    """Every use of a layer in a functional or built Sequential model, a list of `Call`.

    A layer that is used twice is there twice. A model used as a layer gives its own layers, with
    the shapes that they have there, or with `open_nested=False` is one call itself.
    Raises TypeError for a model whose graph Keras does not know (a subclass of keras.Model),
    ValueError for a Sequential model that has not been built.
    """
    inputs = {id(tensor): tensor for tensor in model_graph(model).inputs}
    return _calls(model, open_nested, inputs)


def readers(found):
    """Which of some calls read a tensor, {id of the tensor: [call, ...]}."""
    reading = {}
    for call in found:
        for tensor in call.inputs:
            reading.setdefault(id(tensor), []).append(call)
    return reading


def model_graph(model):
    """The functional model behind a model. Raises as `calls`."""
    if not isinstance(model, keras.Model):
        raise TypeError(f"{model!r} is no keras.Model")
    if isinstance(model, keras.Sequential):
        if not model.built:
            raise ValueError(f"{model.name} has no shapes yet: start it with keras.Input(shape)")
        return model._functional
    if not hasattr(model, "_nodes_by_depth"):
        raise TypeError(
            f"{model.name} is a subclassed model, whose layers Keras does not record; "
            f"build it with the functional API: keras.Model(inputs, outputs)"
        )
    return model


def _calls(model, open_nested, known):
    """As `calls`, of a model whose tensors are `known`: {id: the tensor that stands for it}."""
    model, found = model_graph(model), []
    for depth in sorted(model._nodes_by_depth, reverse=True):
        for node in model._nodes_by_depth[depth]:
            layer, inputs = node.operation, tuple(known[id(t)] for t in node.input_tensors)
            if open_nested and isinstance(layer, keras.Model):
                within = dict(zip(map(id, model_graph(layer).inputs), inputs))
                inner = _calls(layer, open_nested, within)
                found += [c for c in inner if not isinstance(c.layer, keras.layers.InputLayer)]
                outputs = tuple(within[id(tensor)] for tensor in model_graph(layer).outputs)
            else:
                outputs = _outputs(node, inputs, known)
                found.append(Call(layer, inputs, outputs, node))
            known |= zip(map(id, node.outputs), outputs)
    return found


def _outputs(node, inputs, known):
    """What a layer makes of these inputs, which may have another size than those it was made on."""
    if isinstance(node.operation, keras.layers.InputLayer):
        return tuple(known.get(id(tensor), tensor) for tensor in node.outputs)
    if [t.shape for t in inputs] == [t.shape for t in node.input_tensors]:
        return tuple(node.outputs)
    args, kwargs = node.arguments.fill_in(dict(zip(map(id, node.input_tensors), inputs)))
    return tuple(keras.tree.flatten(node.operation.compute_output_spec(*args, **kwargs)))
