"""A network as the lecture draws it: volumes that shrink in size and grow in channels."""

from itertools import cycle, product
from math import sqrt
from textwrap import wrap

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import FancyArrowPatch, Polygon

from utils.figures.boxes import boxes
from utils.figures.said import listed, many
from utils.figures.stages import stages
from utils.figures.steps import notes
from utils.figures.style import BLACK, CYCLE, SMALL, VERMILLION, WIDTH, Figure, drawn

# In inches: the largest volume, the smallest, and the space that text and arrows take.
TALLEST, THICKEST, LEAST = 1.4, 0.5, 0.07
LETTER, LINE, GAP = 0.08, 0.16, 0.2
SIDE = {"ha": "center", "va": "top", "size": SMALL, "weight": "bold", "color": VERMILLION}
SLANT = 0.3  # how much of its depth a volume shows to the right and above


@drawn
def volumes(model, by_stage=False):
    """Draw any functional keras.Model from its first input to its first output.

    A box is what a layer makes: its height and its depth stand for the image's, its thickness
    for the channels, all by their square roots, so that 224 and 7 fit one picture. Branches that
    meet are slabs of one box. `boxes` says which layers get one; `by_stage`, all whose maps have
    one size get one together, see `stages`. Rows wrap at 8 inches. An
    arrow says where the way to a further output leaves; what is on it, and inputs that are left
    out, stand below in words. Returns the figure. Raises
    ValueError for a model without a fixed input shape.
    """
    found = stages(model) if by_stage else boxes(model)
    sizes = [_size(box, found) for box in found]
    rows = _rows([(box, size, _slot(box, size)) for box, size in zip(found, sizes)])
    width = round(max(sum(slot for *_, slot in row) for row in rows), 1)
    lines = [line for text in notes(model) for line in wrap(text, int((width - 0.2) / LETTER))]
    heights = [*(round(_height(row), 1) for row in rows), *[LINE + 0.02] * len(lines)]
    figure = Figure(figsize=(width, sum(heights)), layout="none")
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(0, sum(heights)))
    ax.axis("off")
    coming = 0  # arrows into a row
    for i, row in enumerate(rows):
        _draw_row(ax, row, sum(heights[i:]), coming, last=row is rows[-1])
        coming = row[-1][0].towers
    for i, note in enumerate(reversed(lines)):
        ax.text(0.1, 0.05 + i * (LINE + 0.02), note, size=SMALL, va="bottom")
    return figure.says(_says(model, found))


def _says(model, found):
    """The network's first and last volume, and the one with most channels."""
    thick = max(found, key=lambda box: box.channels * (not box.is_vector))
    first, last = found[0], found[-1]
    return (
        f"{model.name} in {many(len(found), 'box', 'boxes')}, from {first.below} ({first.name}) to "
        f"{last.below} ({last.name}); most channels in {thick.name}, {thick.below}."
    )


def _size(box, found):
    """Inches of thickness, height and depth, each against the largest of its kind."""
    images = [b for b in found if not b.is_vector]
    if box.is_vector:
        most = max(b.channels for b in found if b.is_vector)
        return 0.12, max(LEAST, TALLEST * sqrt(box.channels / most)), 0.0
    most, tallest = max(b.channels for b in images), max(max(b.height, b.width) for b in images)
    thickness = max(LEAST, THICKEST * sqrt(box.channels / most))
    height, depth = (max(LEAST, TALLEST * sqrt(n / tallest)) for n in (box.height, box.width))
    return thickness, height, SLANT * depth


def _slot(box, size):
    """The width that a box takes: its own or its widest line of text, and a gap for the arrow."""
    lines = [*box.above.split("\n"), box.name, box.below]
    return max(size[0] + size[2], LETTER * max(map(len, lines))) + GAP


def _rows(items):
    """The boxes in as few rows as fit the page, and these of about the same width."""
    total = sum(slot for *_, slot in items)
    for wanted in range(1, len(items) + 1):
        for limit in np.arange(total / wanted, WIDTH + 0.1, 0.1):
            rows, used = [[]], 0.0
            for item in items:
                if rows[-1] and used + item[-1] > limit:
                    rows.append([])
                    used = 0.0
                rows[-1].append(item)
                used += item[-1]
            if len(rows) <= wanted:
                return rows
    return [[item] for item in items]


def _above(row):
    """The height of the text above the boxes of a row."""
    return LINE * max(box.above.count("\n") + 1 for box, *_ in row) + 0.1


def _tallest(row):
    return max(_stack(box, size) for box, size, _ in row)


def _stack(box, size):
    """The height of all towers of a box, one above the other."""
    return box.towers * (size[1] + size[2]) + (box.towers - 1) * GAP


def _levels(middle, towers, height):
    """Where the middles of the towers lie, one above the other."""
    return [middle + (height + GAP) * (i - (towers - 1) / 2) for i in range(towers)]


def _height(row):
    leaving = LINE * any(box.leaving for box, *_ in row)
    return _above(row) + _tallest(row) + 2 * LINE + leaving + 0.2


def _draw_row(ax, row, top, coming, last):
    ceiling = top - _above(row)
    middle, floor = ceiling - _tallest(row) / 2, ceiling - _tallest(row)
    _, (_, *sides), _ = row[0]
    x, starts = 0.0, [(0.0, level) for level in _levels(middle, coming, sum(sides))]
    for box, size, slot in row:
        thickness, height, depth = size
        centre = x + slot / 2
        left = centre - (thickness + depth) / 2
        levels = _levels(middle, box.towers, height + depth)
        for level in levels:
            _draw_box(ax, left, level - (height + depth) / 2, size, box)
        ax.text(centre, ceiling + 0.05, box.above, ha="center", va="bottom", size=SMALL)
        ax.text(centre, floor - 0.06, box.name, ha="center", va="top", size=SMALL, weight="bold")
        ax.text(centre, floor - 0.06 - LINE, box.below, ha="center", va="top", size=SMALL)
        if box.leaving:
            said = f"→ {listed(box.leaving)}"
            ax.text(centre, floor - 0.06 - 2 * LINE, said, **SIDE)
        straight = len(starts) == len(levels) and not box.crossed
        pairs = zip(starts, levels) if straight else product(starts, levels)
        for (start, before), level in pairs:
            _arrow(ax, start, before, left, level)
        starts = [(left + thickness + depth, level) for level in levels]
        x += slot
    for start, level in [] if last else starts:
        _arrow(ax, start, level, x, level)


def _draw_box(ax, left, bottom, size, box):
    """One volume; where branches meet, a slab for each, as thick as its share of the channels."""
    thickness, height, depth = size
    parts, colours = (box.parts, CYCLE) if box.parts else ((box.channels,), (box.colour,))
    for part, colour in zip(parts, cycle(colours)):
        slab = thickness * part / box.channels
        _draw_slab(ax, left, bottom, (slab, height, depth), colour)
        left += slab


def _draw_slab(ax, left, bottom, size, colour):
    """Front, top and side, the top lighter and the side darker."""
    right, upper, depth = left + size[0], bottom + size[1], size[2]
    front = [(left, bottom), (right, bottom), (right, upper), (left, upper)]
    lid = [
        (left, upper),
        (right, upper),
        (right + depth, upper + depth),
        (left + depth, upper + depth),
    ]
    side = [
        (right, bottom),
        (right, upper),
        (right + depth, upper + depth),
        (right + depth, bottom + depth),
    ]
    for corners, light in ((front, 0.0), (lid, 0.45), (side, -0.2)):
        ax.add_patch(
            Polygon(
                corners, facecolor=_shade(colour, light), edgecolor=BLACK, lw=0.6, joinstyle="round"
            )
        )


def _shade(colour, light):
    towards = 1.0 if light > 0 else 0.0
    return tuple(c + (towards - c) * abs(light) for c in to_rgb(colour))


def _arrow(ax, start, before, end, after):
    ends = {"posA": (start + 0.03, before), "posB": (end - 0.03, after)}
    arrow = {"arrowstyle": "-|>", "mutation_scale": 8, "color": "#444444", "shrinkA": 0}
    ax.add_patch(FancyArrowPatch(**ends, **arrow, shrinkB=0))
