"""How training went."""

from itertools import cycle
from math import nan

from matplotlib.ticker import MaxNLocator

from utils.figures.style import BLACK, BLUE, CYCLE, VERMILLION, WIDTH, Figure, drawn


@drawn
def learning_curves(histories, metric="accuracy"):
    """The metric of each epoch on training (dashed) and validation data (solid), in per cent.

    `histories` maps a name to the keras History, or to its `history` dict, of one network.
    Raises ValueError where a history lacks the metric or its validation twin.
    """
    figure = Figure(figsize=(6.5, 3.4))
    ax = figure.subplots()
    for (name, history), colour in zip(histories.items(), cycle(CYCLE)):
        values = _values(name, history, metric, f"val_{metric}")
        last = len(values[metric])
        for key, label, line in ((f"val_{metric}", "test", "o-"), (metric, "training", "o--")):
            percent = [nan if value is None else 100 * value for value in values[key]]
            epochs = range(last - len(percent) + 1, last + 1)  # one may have begun later
            ax.plot(epochs, percent, line, color=colour, ms=4, label=f"{name}, {label}")
    ax.set(xlabel="epoch", ylabel=f"{metric} (%)")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend(loc="best")
    return figure


@drawn
def training_errors(histories, level=None):
    """The error on training data, in per cent, after each epoch: the drawing of AlexNet's figure 1.

    `histories` maps a name to the keras History, or to its `history` dict, of one network that
    was compiled with accuracy. `level` (%) is drawn as a dotted line. Returns the figure.
    """
    figure = Figure(figsize=(6.5, 3.4))
    ax = figure.subplots()
    for name, history in histories.items():
        accuracy = _values(name, history, "accuracy")["accuracy"]
        ax.plot(
            range(1, len(accuracy) + 1), [100 * (1 - a) for a in accuracy], "o-", label=name, ms=4
        )
    if level is not None:
        ax.axhline(level, color=BLACK, ls=":")
    ax.set(xlabel="epoch", ylabel="training error (%)", ylim=(0, None))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()
    return figure


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
    axes[0, 0].legend()
    figure.supxlabel("layer", size=10)
    figure.supylabel("norm of the gradient", size=10)
    return figure


@drawn
def training_losses(histories):
    """The training loss after each epoch, on a logarithmic scale.

    `histories` maps a name to the keras History, or to its `history` dict. Names that end alike
    ("plain-8", "residual-8") get one colour; those that begin like the first are dashed.
    """
    figure = Figure(figsize=(6.5, 3.8))
    ax = figure.subplots()
    first = next(iter(histories)).split("-")[0]
    colours = {}
    for name, history in histories.items():
        kind, _, size = name.partition("-")
        colour = colours.setdefault(size or name, CYCLE[len(colours) % len(CYCLE)])
        loss = _values(name, history, "loss")["loss"]
        line = "o--" if kind == first else "o-"
        ax.plot(range(1, len(loss) + 1), loss, line, color=colour, label=name, ms=4)
    ax.set(xlabel="epoch", ylabel="training loss", yscale="log")
    ax.yaxis.set_major_formatter("{x:.1f}")
    ax.yaxis.set_minor_formatter("{x:.1f}")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend(ncols=2)
    return figure


@drawn
def errors_against_depth(families, label):
    """An error in per cent against the number of layers: a line through the means, all runs dots.

    `families` maps a name to {layers: errors of several runs, as parts of 1}. The vertical axis is
    logarithmic down to 1 % and even below, so that no error at all has a place. Returns the figure.
    """
    figure = Figure(figsize=(6.5, 3.8))
    ax = figure.subplots()
    for (name, runs), colour in zip(families.items(), cycle(CYCLE)):
        depths = sorted(runs)
        percent = [[100 * error for error in runs[depth]] for depth in depths]
        means = [sum(errors) / len(errors) for errors in percent]
        ax.plot(depths, means, "-", color=colour, label=name)
        for depth, errors in zip(depths, percent):
            ax.plot([depth] * len(errors), errors, "o", color=colour, ms=5, alpha=0.7)
    ax.set_yscale("symlog", linthresh=1)
    ticks = [0, 1, 3, 10, 30, 100]
    ax.set_yticks(ticks, [str(tick) for tick in ticks])
    ax.set_xticks(sorted({depth for runs in families.values() for depth in runs}))
    ax.set(xlabel="layers", ylabel=f"{label} (%)", ylim=(-0.15, 100))
    ax.legend()
    return figure


@drawn
def cost_against_depth(families):
    """Parameters and multiply-adds against the number of layers, a panel each.

    `families` maps a name to the rows of its networks, from the shallowest: (layers, parameters,
    multiply_adds). A family is a line through its networks. Returns the figure.
    """
    figure = Figure(figsize=(WIDTH - 0.3, 3.2))
    panels = zip(figure.subplots(1, 2), ("parameters (millions)", "multiply-adds (billions)"))
    for i, (ax, label) in enumerate(panels, start=1):
        for name, rows in families.items():
            values = [row[i] / (1e6 if i == 1 else 1e9) for row in rows]
            ax.plot([row[0] for row in rows], values, "o-", label=name)
        ax.set(xlabel="layers", ylabel=label, ylim=(0, None))
    ax.legend()
    return figure


@drawn
def bottleneck_cost(work, direct, marked):
    """Multiplications through a bottleneck of every width, beside those of the direct way.

    `work` maps the bottleneck's channels to the multiplications, `marked` is the width that the
    text speaks of. Returns the figure.
    """
    figure = Figure(figsize=(6.5, 3.4))
    ax = figure.subplots()
    ax.plot(list(work), [n / 1e6 for n in work.values()], label="through the bottleneck")
    ax.axhline(direct / 1e6, color=VERMILLION, ls="--", label="directly")
    even = next((n for n in work if work[n] >= direct), None)
    for n in filter(None, (marked, even)):
        ax.plot([n], [work[n] / 1e6], "o", color=BLUE)
        ax.annotate(f"{n} channels", (n, work[n] / 1e6), (6, -14), textcoords="offset points")
    ax.set(xlabel="channels of the bottleneck", ylabel="multiplications (millions)", ylim=(0, None))
    ax.legend()
    return figure


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
