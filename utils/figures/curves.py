"""How training went."""

from itertools import cycle
from math import inf, log, log10, nan

import numpy as np
from matplotlib.ticker import MaxNLocator

from utils.figures.said import AHEAD, finish, listed, many, way
from utils.figures.style import BLACK, CYCLE, WIDTH, Figure, drawn

CLOSE = 4  # points of accuracy between curves that another seed may turn round


@drawn
def learning_curves(histories, metric="accuracy"):
    """The metric of each epoch on training (dashed) and validation data (solid), in per cent.

    `histories` maps a name to the keras History, or to its `history` dict, of one network.
    Raises ValueError where a history lacks the metric or its validation twin.
    """
    figure = Figure(figsize=(6.5, 3.4))
    ax = figure.subplots()
    ends, ways = {}, {}
    for (name, history), colour in zip(histories.items(), cycle(CYCLE)):
        values = _values(name, history, metric, f"val_{metric}")
        last = len(values[metric])
        for key, label, line in ((f"val_{metric}", "test", "o-"), (metric, "training", "o--")):
            percent = [nan if value is None else 100 * value for value in values[key]]
            epochs = range(last - len(percent) + 1, last + 1)  # one may have begun later
            ax.plot(epochs, percent, line, color=colour, ms=4, label=f"{name}, {label}")
        tests = [100 * value for value in values[f"val_{metric}"] if value is not None]
        ways[name] = way(tests[0], tests[-1], CLOSE / 2) if tests else "has none"
        ends |= {name: tests[-1]} if tests else {}
    ax.set(xlabel="epoch", ylabel=f"{metric} (%)")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend(loc="best", frameon=True, framealpha=0.8, edgecolor="none")
    span = many(last, "epoch")
    if len(set(ways.values())) == 1:
        said = f"The {metric} of {listed(ways)} on test images {ways[name]} over {span}"
    else:
        each = listed(f"{name} {moves}" for name, moves in ways.items())
        said = f"The {metric} on test images over {span}: {each}"
    return figure.says(f"{said}{finish(ends, CLOSE)}.")


@drawn
def training_errors(histories, level=None):
    """The error on training data, in per cent, after each epoch: the drawing of AlexNet's figure 1.

    `histories` maps a name to the keras History, or to its `history` dict, of one network that
    was compiled with accuracy. `level` (%) is drawn as a dotted line. Returns the figure.
    """
    figure = Figure(figsize=(6.5, 3.4))
    ax = figure.subplots()
    ends = {}
    for name, history in histories.items():
        accuracy = _values(name, history, "accuracy")["accuracy"]
        ax.plot(
            range(1, len(accuracy) + 1), [100 * (1 - a) for a in accuracy], "o-", label=name, ms=4
        )
        ends[name] = 100 * (1 - accuracy[-1])
    if level is not None:
        ax.axhline(level, color=BLACK, ls=":")
    ax.set(xlabel="epoch", ylabel="training error (%)", ylim=(0, None))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()
    said = f"The training error of {listed(ends)} over {many(len(accuracy), 'epoch')}"
    return figure.says(f"{said}{finish(ends, CLOSE / 2)}.")


@drawn
def gradient_norms(panels, columns=3):
    """The size of the gradient at each layer, from input to output: a panel a kind of network.

    `panels` maps a title to {depth: norms of the layers, input first}. Depths share one axis,
    from first to last layer; norms are on one logarithmic scale for all panels.
    """
    rows = -(-len(panels) // columns)
    figure = Figure(figsize=(WIDTH - 0.3, 2.3 * rows + 0.4))
    axes = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for ax, (title, curves) in zip(axes.flat, panels.items()):
        for depth, norms in curves.items():
            places = [i / max(1, len(norms) - 1) for i in range(len(norms))]
            ax.plot(places, norms, label=f"{depth} layers" if isinstance(depth, int) else depth)
        ax.set(title=title, yscale="log", xticks=[0, 1], xticklabels=["first", "last"])
    for ax in axes.flat[len(panels) :]:
        ax.remove()
    for ax in axes.flat[max(0, len(panels) - columns) : len(panels)]:
        ax.tick_params(labelbottom=True)
    axes[0, 0].legend()
    figure.supxlabel("layer", size=10)
    figure.supylabel("norm of the gradient", size=10)
    deepest = {title: list(curves.values())[-1] for title, curves in panels.items()}
    powers = [
        f"{title} 10^{round(log10(norms[0] / norms[-1]))}" for title, norms in deepest.items()
    ]
    curve = list(next(iter(panels.values())))[-1]
    curve = many(curve, "layer") if isinstance(curve, int) else curve
    return figure.says(
        f"The gradient at the first layer as a multiple of that at the last, {curve}: "
        f"{', '.join(powers)}."
    )


@drawn
def training_losses(histories):
    """The training loss after each epoch, on a logarithmic scale.

    `histories` maps a name to the keras History, or to its `history` dict. Names that end alike
    ("plain-8", "residual-8") get one colour; those that begin like the first are dashed.
    """
    figure = Figure(figsize=(WIDTH - 0.3, 3.8))
    ax = figure.subplots()
    first = next(iter(histories)).split("-")[0]
    colours, ends = {}, {}
    for name, history in histories.items():
        kind, _, size = name.partition("-")
        colour = colours.setdefault(size or name, CYCLE[len(colours) % len(CYCLE)])
        loss = _values(name, history, "loss")["loss"]
        line = "o--" if kind == first else "o-"
        ax.plot(range(1, len(loss) + 1), loss, line, color=colour, label=name, ms=4)
        ends[name] = log(loss[-1]) if loss[-1] else -inf
    ax.set(xlabel="epoch", ylabel="training loss", yscale="log")
    ax.yaxis.set_major_formatter("{x:.1f}")
    ax.yaxis.set_minor_formatter("{x:.1f}")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    lines, labels = ax.get_legend_handles_labels()
    order = sorted(range(len(labels)), key=lambda i: -ends[labels[i]])  # as the curves end
    figure.legend([lines[i] for i in order], [labels[i] for i in order], loc="outside right center")
    said = f"The training loss of {listed(ends)} over {many(len(loss), 'epoch')}"
    return figure.says(f"{said}{finish(ends, log(AHEAD))}.")


@drawn
def activations(functions, reach=4):
    """Activation functions and, in a second panel, their derivatives, from −reach to reach.

    `functions` maps a name to a function of an array. The derivative is the difference quotient
    over a thousandth. Returns the figure.
    """
    figure = Figure(figsize=(WIDTH - 0.3, 3))
    x, step = np.linspace(-reach, reach, 400), 1e-3
    values, slopes = figure.subplots(1, 2)
    ends = []
    for name, function in functions.items():
        high, low = (np.asarray(function(x + shift)) for shift in (step / 2, -step / 2))
        slope = (high - low) / step
        values.plot(x, np.asarray(function(x)), label=name)
        slopes.plot(x, slope, label=name)
        ends.append(f"{name} {slope[-1]:.2f} (at most {slope.max():.2f})")
    values.set(title="f(x)", xlabel="x")
    slopes.set(title="its derivative", xlabel="x")
    values.legend()
    return figure.says(f"Activations, and their derivatives, which at {reach} are {listed(ends)}.")


def _values(name, history, *metrics):
    """A history's values; ValueError where it lacks one of the metrics, or has no epoch."""
    values = getattr(history, "history", history)
    missing = [metric for metric in metrics if not len(values.get(metric, ()))]
    there = [metric for metric in values if len(values[metric])]
    if missing:
        raise ValueError(
            f"the history of {name!r} has no {' and no '.join(missing)}, only "
            f"{', '.join(there) or 'nothing'}: compile with the metric, pass validation_data to "
            f"fit, and train for an epoch"
        )
    return values
