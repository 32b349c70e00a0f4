"""The steps of a network from input to output, found in the Keras graph; what no step shows."""

from keras import layers

from utils.figures.words import describe
from utils.graph import calls, model_graph


def needed(model):
    """The places of the calls on a way to the first output, all calls, which calls each reads."""
    order = calls(model, open_nested=False)
    maker = {id(tensor): i for i, call in enumerate(order) for tensor in call.outputs}
    reads = [{maker[id(t)] for t in call.inputs} for call in order]
    places = {maker[id(model_graph(model).outputs[0])]}
    for i in range(max(places), -1, -1):
        places |= reads[i] if i in places else set()
    return sorted(places), order, reads


def steps(places, order, reads):
    """Lists of calls: one through which every way goes, or one a tower.

    `places` are those of the calls that the ways go through, in order.
    """
    passed_over = {k for i in places for j in reads[i] if j in places for k in range(j + 1, i)}
    between, last = [], None
    for i in places:
        if i in passed_over:
            between.append(i)
        else:
            yield from _between(between, last, i, order, reads)
            yield [order[i]]
            between, last = [], i


def _between(between, last, end, order, reads):
    """The steps of branches from the call at `last` to that at `end`: of towers, or of the longest.

    The branches of a block, which keep the size of what they read or make, have no steps.
    """
    towers = _towers(between, order, reads)
    ends = {_size(order[i]) for i in (last, end) if i is not None}
    others = {_size(order[i]) for i in between} - ends - {0, 1}
    has_input = any(isinstance(order[i].layer, layers.InputLayer) for i in between)
    if towers or not (others or has_input):
        yield from ([order[k] for k in step] for step in towers)
        return
    ways = [_way(i, between, reads) for i in reads[end] if i in between]
    joined = [way for way in ways if any(last in reads[i] for i in way)]
    longest = max(joined or ways, key=len)
    yield from steps(sorted(longest), order, reads)


def _way(end, between, reads):
    """The calls of a branch that lead to its end."""
    way = {end}
    for i in sorted(between, reverse=True):
        way |= reads[i] & set(between) if i in way else set()
    return way


def _size(call):
    """The height of the images that a call makes; 0 for vectors."""
    return call.shape[0] if len(call.shape) > 1 else 0


def _towers(between, order, reads):
    """The steps of branches that are alike step by step; no steps if they are not alike."""
    chains = []
    for i in between:
        before = [chain for chain in chains if reads[i] == {chain[-1]}]
        if before:
            before[0].append(i)
        else:
            chains.append([i])
    kinds = {tuple((describe(order[i])[0], order[i].shape) for i in chain) for chain in chains}
    return list(zip(*chains)) if len(chains) > 1 and len(kinds) == 1 else []


def side_outputs(model):
    """The outputs after the first: {name: (where its way leaves the others, the calls on it)}.

    The place is that of the last call that also leads to the first output, None where none does.
    """
    places, order, reads = needed(model)
    maker = {id(tensor): i for i, call in enumerate(order) for tensor in call.outputs}
    found = {}
    for name, output in zip(model.output_names[1:], model_graph(model).outputs[1:]):
        way = {maker[id(output)]}
        for i in range(max(way), -1, -1):
            way |= reads[i] if i in way else set()
        shared = max(way & set(places), default=None)
        found[name] = shared, [order[i] for i in sorted(way - set(places))]
    return found


def notes(model):
    """Sentences about inputs that are in no step, and about what leads to further outputs."""
    places, order, reads = needed(model)
    shown = {id(call.layer) for step in steps(places, order, reads) for call in step}
    inputs = [c.layer.name for c in order if isinstance(c.layer, layers.InputLayer)]
    unseen = [c.layer.name for c in order if c.layer.name in inputs and id(c.layer) not in shown]
    said = []
    if unseen:
        said.append(f"Not drawn: the input{'s' * (len(unseen) > 1)} {', '.join(unseen)}.")
    for name, (_, calls_) in side_outputs(model).items():
        words = [describe(call)[0] for call in calls_ if _changes(call)]
        shape = "×".join(map(str, calls_[-1].shape)) if calls_ else ""
        said.append(f"{name}: {', '.join(filter(None, words)) or 'no layer'}; {shape}.")
    return said


def _changes(call):
    """Whether a call does more than keep the shape or the order of the numbers."""
    has_kernel = any("kernel" in weight.path for weight in getattr(call.layer, "weights", ()))
    reshapes = isinstance(call.layer, layers.Flatten | layers.Reshape)
    return has_kernel or not reshapes and call.shape != tuple(call.inputs[0].shape[1:])
