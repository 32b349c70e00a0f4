"""Where a network keeps its weights and where it does its work."""

import numpy as np
from matplotlib.figure import Figure

from utils.figures.style import BLUE, ORANGE, SMALL


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
    return figure
