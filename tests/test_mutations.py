"""Right networks with one layer changed are rejected, and the sentence names what was changed."""

import random

import pytest
from mutations import mutated, mutations
from weightless import weightless

from utils.checks import models
from utils.checks.behaviour import difference
from utils.checks.steps import ordinal, walk
from utils.checks.words import ACTIVATIONS, WORDS
from utils.exercises import face
from utils.graph import calls

PHRASES = {
    "filters": "filters",
    "units": "units",
    "kernel_size": "filters of",
    "pool_size": "pools",
    "strides": "moves by",
    "padding": "pads",
    "use_bias": "bias",
    "rate": "rate",
}
MOST = {16: 1_000, 40: 84, 1_000: 72}  # how many are drawn of a network of at most so many layers
NAMED = []  # of every mutation that was tried, whether the sentence names it


def networks():
    """{exercise: its reference as a model}, of every exercise that has layers to change."""
    found = {}
    for lesson in face.lessons():
        for name, exercise in face.exercises(lesson).items():
            exercise = getattr(exercise, "repair", exercise)
            if isinstance(exercise, models.Block):
                given = exercise.shape, exercise.arguments
            elif isinstance(exercise, models.Network):
                given = ()
            else:
                continue
            found[name] = exercise.reference, given
    return found


@pytest.fixture(params=networks().items(), ids=lambda pair: pair[0])
def reference(request):
    build, given = request.param[1]
    return models._wanted(build, *given)


def drawn(model):
    """Mutations of a model that still fit, in an order drawn with a fixed seed."""
    found = mutations(model)
    random.Random(1998).shuffle(found)
    most = next(count for size, count in MOST.items() if len(model.layers) <= size)
    for mutation in found:
        if most and (made := weightless(mutated, model, mutation)):
            most -= 1
            yield mutation, made


def said(model, mutation, made):
    """What the check says; with weights only where shapes and parameters do not tell."""
    if (made.output_shape, made.count_params()) == (model.output_shape, model.count_params()):
        made = mutated(model, mutation)
    return difference(made, model)


def named(model, mutation, sentence):
    """Whether a sentence names the layer that was changed, or a neighbour, and its setting."""
    call = calls(model, open_nested=False)[mutation.place]
    kind = type(call.layer).__name__
    word = WORDS.get(kind, kind)
    if kind == "Activation":
        function = call.layer.activation.__name__
        word = ACTIVATIONS.get(function, function)
    if mutation.what in PHRASES:
        steps, _ = walk(model)
        places = [i for i, step in enumerate(steps) if step.word == word]
        which = {ordinal(steps, i) for i in places}
        return PHRASES[mutation.what] in sentence and any(name in sentence for name in which)
    if mutation.what == "activation":
        return any(name in sentence for name in ("ReLU", "tanh", "sigmoid", "softmax"))
    return word in sentence or (mutation.what == "kind" and "pooling" in sentence)


def test_a_network_with_one_layer_changed_is_rejected_and_told_which(reference):
    for mutation, made in drawn(reference):
        sentence = said(reference, mutation, made)
        assert sentence is not None, mutation
        NAMED.append(named(reference, mutation, sentence))
        if not NAMED[-1]:
            print(mutation, sentence)


def test_at_least_two_thousand_were_tried_and_nearly_all_named():
    assert len(NAMED) >= 2_000
    assert sum(NAMED) >= 0.95 * len(NAMED)
