"""What bounds a layer's speed, and what a ReLU leaves of points."""

import numpy as np

from utils.figures.said import listed
from utils.figures.style import BLACK, CYCLE, SMALL, WIDTH, Figure, drawn, same_number


@drawn
def roofline(layers, product, copy):
    """The speed of layers against their multiply-adds for each byte, under a machine's two limits.

    `layers` maps a name to (multiply-adds, bytes, seconds); `product` is the machine's fastest, in
    multiply-adds a second, `copy` the bytes that it moves in a second. Left of the bend a layer
    cannot be faster than its bytes are moved, right of it no faster than the machine multiplies.
    Both axes are logarithmic. Returns the figure. Source: Williams and others 2009, "Roofline".
    """
    figure = Figure(figsize=(6.5, 3.8))
    ax = figure.subplots()
    intensity = {name: work / size for name, (work, size, _) in layers.items()}
    bend = product / copy
    low, high = min([*intensity.values(), bend]) / 2, max([*intensity.values(), bend]) * 2
    roof = [speed / 1e9 for speed in (low * copy, product, product)]
    ax.plot([low, bend, high], roof, color=BLACK, label="the machine")
    for (name, (work, _, seconds)), colour in zip(layers.items(), CYCLE):
        ax.plot([intensity[name]], [work / seconds / 1e9], "o", color=colour, ms=8, label=name)
    ax.set(xscale="log", yscale="log")
    ax.set(xlabel="multiply-adds for each byte moved", ylabel="billions of multiply-adds a second")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:g}")
        axis.set_minor_formatter(lambda value, _: "")
    figure.legend(loc="outside right center")
    each = listed(f"{name} {value:.1f}" for name, value in intensity.items())
    return figure.says(f"Multiply-adds for each byte that is moved: {each}.")


@drawn
def clouds(panels):
    """Points in the plane, a panel each on the same scale, coloured along their order.

    `panels` maps a title to (points, 2) of as many points; the first are grey behind the others.
    Returns the figure.
    """
    same_number(**{f"points of {title!r}": points for title, points in panels.items()})
    figure = Figure(figsize=(min(WIDTH - 0.3, 1.7 * len(panels)), 2.1))
    axes = np.atleast_1d(figure.subplots(1, len(panels), sharex=True, sharey=True))
    first = np.asarray(next(iter(panels.values())))
    for ax, (title, points) in zip(axes, panels.items()):
        points = np.asarray(points)
        ax.scatter(*first.T, color="lightgrey", s=3)
        ax.scatter(*points.T, c=np.arange(len(points)), cmap="viridis", s=5)
        ax.set_title(title, size=SMALL)
        ax.set(xticks=[], yticks=[], aspect="equal")
        ax.grid(False)
        ax.spines[:].set_visible(False)
    far = [
        f"{title} {np.linalg.norm(np.asarray(points) - first) / np.linalg.norm(first):.0%}"
        for title, points in list(panels.items())[1:]
    ]
    return figure.says(f"{len(first)} points, and how far from them others are: {listed(far)}.")
