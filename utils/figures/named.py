"""Points with their names beside them."""

from math import hypot

import numpy as np
from matplotlib.patches import FancyArrowPatch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import LogLocator, NullFormatter

from utils.figures.said import many
from utils.figures.style import BLUE, GREY, SMALL, WIDTH, Figure, drawn

BESIDE = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)]
TEXT = {"textcoords": "offset points", "size": SMALL}
TEXT |= {"path_effects": [withStroke(linewidth=3, foreground="white")]}
NEAR, WIDE, HIGH = 6, 0.56 * SMALL, 1.25 * SMALL  # points: the gap, a letter's width and height
LEAD = {"arrowstyle": "-", "lw": 0.6, "color": "black", "shrinkA": 0, "shrinkB": 3}
STEP = {"arrowstyle": "->", "mutation_scale": 10, "lw": 0.8, "color": GREY, "shrinkB": 0}
ALONG = 0.6  # of the way to the next point, where the arrow's head is: names cover the ends
FAR = 10_000  # points, beyond every figure
ROUNDS = 4  # in which names that came first make room for those that came later
STRAY = 100  # square points of hidden bars: as bad is a name that lies nearer to another point


@drawn
def named_points(points, across, up, logarithmic=True, line=True):
    """Measurements with names at them, and a thin arrow from each to the next: history.

    `points` maps a name to (x, [y of each run]), in the order of the line. A point is the mean, a
    bar behind it reaches from the lowest run to the highest. `across` and `up` are what the axes
    are called; without `line` there is none. Returns the figure.
    """
    figure = Figure(figsize=(WIDTH - 0.2, 4.6))
    ax = figure.subplots()
    xs = np.array([x for x, _ in points.values()], float)
    means = np.array([np.mean(ys) for _, ys in points.values()])
    if line:
        ax.plot(xs, means, "-", color=GREY, lw=0.8, zorder=1)
    ends = np.array([(min(ys), max(ys)) for _, ys in points.values()], float)
    ax.vlines(xs, *ends.T, BLUE, lw=4, alpha=0.35)
    ax.plot(xs, means, "o", color=BLUE, ms=6, mec="white", mew=0.7)
    ax.set(xlabel=across, ylabel=up, xscale="log" if logarithmic else "linear")
    ax.margins(0.15, 0.1)
    if logarithmic:
        ax.xaxis.set_major_locator(LogLocator(subs=_ticks(max(xs) / min(xs))))
        ax.xaxis.set_major_formatter("{x:,.10g}")
        ax.xaxis.set_minor_formatter(NullFormatter())
    figure.draw_without_rendering()
    to_points = 72 / figure.dpi
    edges = ax.bbox.extents * to_points
    middles, low, high = (
        ax.transData.transform(np.c_[xs, ys]) * to_points for ys in (means, *ends.T)
    )
    bars = [(x - 3, bottom - 3, x + 3, top + 3) for (x, bottom), (_, top) in zip(low, high)]
    if line:
        heads = (middles[:-1] + (middles[1:] - middles[:-1]) * ALONG) / to_points
        for start, head in zip(zip(xs, means), ax.transData.inverted().transform(heads)):
            ax.add_patch(FancyArrowPatch(start, head, **STEP))
    where_to = offsets([*points], middles, bars, edges)
    for name, place, offset in zip(points, zip(xs, means), where_to):
        sides = [("right", "center", "left"), ("top", "center", "bottom")]
        where = [names[1 + int(np.sign(step))] for names, step in zip(sides, offset)]
        lead = LEAD if max(abs(offset)) > NEAR else None
        ax.annotate(name, place, offset, ha=where[0], va=where[1], arrowprops=lead, **TEXT)
    names, best, worst = list(points), int(means.argmin()), int(means.argmax())
    return figure.says(
        f"{many(len(points), 'network')}, {up} against {across}: the least has {names[best]} "
        f"({means[best]:.1f}), the most {names[worst]} ({means[worst]:.1f})."
    )


def _ticks(span):
    """Which multiples of powers of ten an axis names, by how many times its least is its most."""
    return (1, 2, 3, 5) if span < 30 else (1, 2, 5) if span < 1000 else (1,)


def offsets(names, middles, bars, edges):
    """Where each name goes, in points from its own: beside it, nearer to it than to another point,
    over as little else as can be.

    `bars` are boxes that are drawn already, left, bottom, right, top; `edges` are those of the
    axes, beyond which no name should go.
    """
    left, low, right, high = edges
    taken = [(-FAR, -FAR, left, FAR), (right, -FAR, FAR, FAR)]
    taken += [(-FAR, -FAR, FAR, low), (-FAR, high, FAR, FAR)]
    taken += bars
    tries = [NEAR * far * np.array(side) for far in (1, 2, 3, 5) for side in BESIDE]
    chosen, places = {}, {}
    for name, middle in [*zip(names, middles)] * ROUNDS:
        places.pop(name, None)  # its own, of the round before
        costs = []
        for step in tries:
            one = box(middle + step, step, len(name) * WIDE)
            nearer = sum(distance(one, other) <= distance(one, middle) for other in middles) - 1
            costs.append(STRAY * nearer + sum(overlap(one, b) for b in [*taken, *places.values()]))
        chosen[name] = step = tries[int(np.argmin(costs))]
        places[name] = box(middle + step, step, len(name) * WIDE)
    return [chosen[name] for name in names]


def box(corner, step, width):
    """Left, bottom, right and top of a text that begins, is centred, or ends at a place."""
    x, y = corner - (np.array([width, HIGH]) * (1 - np.sign(step)) / 2)
    return x, y, x + width, y + HIGH


def distance(box, point):
    """From a box to a point, 0 within."""
    (left, low, right, high), (x, y) = box, point
    return hypot(max(left - x, 0, x - right), max(low - y, 0, y - high))


def overlap(one, other):
    """The area that two boxes share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(0, wide) * max(0, high)
