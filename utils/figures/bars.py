"""Bars: where a network keeps its weights and does its work; values along the channels."""

from itertools import cycle

import numpy as np
from matplotlib.ticker import MaxNLocator

from utils.figures.said import leader, listed, many
from utils.figures.style import BLUE, CYCLE, ORANGE, SMALL, WIDTH, Figure, drawn


@drawn
def cost_bars(table):
    """Each layer's share of all parameters beside its share of all multiply-adds, in per cent.

    `table` is a `cost.table`. Layers without weights are left out; layer_a and layer_b, the
    towers of one layer, are added up. Returns the figure.
    """
    counts = table[["parameters", "multiply_adds"]].astype(int)
    counts = counts[counts["multiply_adds"] > 0]
    names = [name[:-2] if name.endswith(("_a", "_b")) else name for name in counts.index]
    shares = 100 * counts.groupby(names, sort=False).sum() / counts.sum()
    figure = Figure(figsize=(6.5, 0.5 * len(shares) + 0.9))
    ax = figure.subplots()
    places = np.arange(len(shares))
    kinds = (("parameters", BLUE, -0.2), ("multiply_adds", ORANGE, 0.2))
    for column, colour, shift in kinds:
        bars = ax.barh(places + shift, shares[column], 0.38, color=colour)
        ax.bar_label(bars, fmt="%.1f", padding=3, size=SMALL)
        bars.set_label(column.replace("_", "-"))
    ax.set_yticks(places, shares.index)
    ax.set(xlabel="share of the whole network (%)", xlim=(0, 1.12 * shares.to_numpy().max()))
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.legend(loc="best")
    most = [
        f"most {kind.replace('_', '-')} in {shares[kind].idxmax()} ({shares[kind].max():.0f} %)"
        for kind, *_ in kinds
    ]
    return figure.says(f"Shares of {many(len(shares), 'layer')}: {listed(most)}.")


@drawn
def channel_bars(panels):
    """Values along the channels at one place of an image, a panel each, on one channel axis.

    `panels` maps a title to the values, (channels,). Returns the figure.
    """
    figure = Figure(figsize=(6.5, 1.4 * len(panels) + 0.4))
    axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    for ax, (title, values), colour in zip(axes, panels.items(), cycle(CYCLE)):
        ax.bar(np.arange(len(values)), values, 0.8, color=colour)
        ax.set_title(title, loc="left")
        ax.grid(axis="x", visible=False)
    axes[-1].set_xlabel("channel")
    axes[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
    peaks = [f"{title}: channel {np.argmax(values)}" for title, values in panels.items()]
    channels = many(len(next(iter(panels.values()))), "channel")
    return figure.says(f"Values of {channels} at one place; the largest: {listed(peaks)}.")


@drawn
def layer_bars(values, label):
    """One bar a layer or block, the first on top: `values` maps its name to its value.

    For several networks, `values` maps each network's name to such a mapping; they share the rows.
    `label` says what the values are. Returns the figure.
    """
    several = isinstance(next(iter(values.values())), dict)
    series = values if several else {"": values}
    names = list(dict.fromkeys(name for bars in series.values() for name in bars))
    figure = Figure(figsize=(6.5, 0.28 * len(names) * (1 + (len(series) - 1) / 2) + 0.7))
    ax = figure.subplots()
    high = 0.8 / len(series)
    for i, ((network, bars), colour) in enumerate(zip(series.items(), CYCLE)):
        places = [names.index(name) + (i + 0.5) * high - 0.4 for name in bars]
        drawn = ax.barh(places, list(bars.values()), high, color=colour, label=network)
        ax.bar_label(drawn, fmt="%.2f", padding=3, size=SMALL)
    most = max(max(bars.values()) for bars in series.values())
    ax.set(xlabel=label, xlim=(0, 1.1 * most), ylim=(len(names) - 0.5, -0.5))
    ax.set_yticks(range(len(names)), names)
    ax.grid(axis="y", visible=False)
    if several:
        figure.legend(loc="outside upper right", ncols=len(series))
    span = f"{label}, {names[0]} to {names[-1]}"
    if several:
        return figure.says(f"{span}, for {listed(series)}.")
    peak = leader(bars)
    return figure.says(f"{span}; {f'largest in {peak}' if peak else 'none is far ahead'}.")


@drawn
def memory_bars(table, batches=(1, 64)):
    """Megabytes of each layer's weights (float32) and of its outputs: a panel a batch size.

    `table` is a `cost.table`; inputs and reshaping are left out. Returns the figure.
    """
    kept = table[~table["kind"].isin(["InputLayer", "Flatten", "Dropout"])]
    figure = Figure(figsize=(WIDTH - 0.3, 0.26 * len(kept) + 1.2))
    axes = figure.subplots(1, len(batches), sharex=True, sharey=True, squeeze=False)[0]
    places = np.arange(len(kept))
    for ax, batch in zip(axes, batches):
        weights = kept["parameters"].astype(int) * 4 / 1e6
        outputs = kept["activation bytes"].astype(int) * batch / 1e6
        ax.barh(places - 0.2, weights, 0.38, color=BLUE, label="weights")
        ax.barh(places + 0.2, outputs, 0.38, color=ORANGE, label="outputs")
        ax.set(title=f"{batch} image{'s' if batch > 1 else ''}", xlabel="megabytes")
        ax.grid(axis="y", visible=False)
    axes[0].set_yticks(places, kept.index)
    axes[0].invert_yaxis()
    axes[0].legend(loc="center right")
    totals = [f"{outputs.sum() / batches[-1] * batch:,.0f} MB for {batch}" for batch in batches]
    return figure.says(
        f"Weights take {weights.sum():,.0f} MB, most in {weights.idxmax()}; the outputs "
        f"{listed(totals)} images, most in {outputs.idxmax()}."
    )


@drawn
def traces(panels):
    """What is done when: a panel a way of working, a row a task, a bar from each start to its end.

    `panels` maps a title to {task: [(start, end), ...]}, in milliseconds. All panels share the
    time axis. Returns the figure.
    """
    rows = max(map(len, panels.values()))
    figure = Figure(figsize=(6.5, (0.3 * rows + 0.45) * len(panels) + 0.5))
    axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    for ax, (title, tasks) in zip(axes, panels.items()):
        for row, (times, colour) in enumerate(zip(tasks.values(), CYCLE)):
            spans = [(start, end - start) for start, end in times]
            ax.broken_barh(spans, (row - 0.4, 0.8), color=colour, edgecolor=colour, lw=0.8)
        ax.set_yticks(range(len(tasks)), tasks)
        ax.set_ylim(len(tasks) - 0.5, -0.5)
        ax.set_title(title, loc="left")
        ax.grid(axis="y", visible=False)
    axes[-1].set(xlabel="milliseconds", xlim=(0, None))
    tasks = listed(next(iter(panels.values())))
    return figure.says(f"When {tasks} are done, a panel each: {listed(panels)}.")
