"""Photographs: what a network says of one, and where it looks."""

import numpy as np

from utils.figures.said import listed, many, pixels
from utils.figures.style import BLACK, BLUE, HEAT, SMALL, WIDTH, Figure, drawn, picture


@drawn
def guesses(photos, named, maps=None):
    """Photographs, each beside the classes that a network finds likeliest, as bars.

    `photos` (n, h, w, 3) from 0 to 255, `named` as `weights.likeliest` returns it: a list of
    (name, probability) for each photograph, best first. `maps`, one (rows, columns) for each, are
    drawn between the two as `heat` draws them. Returns the figure.
    """
    photos = _photographs(photos)
    rows = max(len(best) for best in named)
    figure = Figure(figsize=(WIDTH - 1, len(photos) * max(1.6, 0.32 * rows + 0.3)))
    widths = (1, 1, 2) if maps is not None else (1, 2)
    axes = figure.subplots(len(photos), len(widths), squeeze=False, width_ratios=widths)
    for row, (photo, best) in enumerate(zip(photos, named, strict=True)):
        left, right = axes[row, 0], axes[row, -1]
        picture(left, photo)
        if maps is not None:
            _over(axes[row, 1], photo, maps[row])
        names, values = [name for name, _ in best], [100 * p for _, p in best]
        bars = right.barh(range(len(best)), values, color=BLUE)
        right.bar_label(bars, [f"{v:.{int(v < 1)}f} %" for v in values], padding=3, size=SMALL)
        right.set_yticks(range(len(best)), names)
        right.invert_yaxis()
        right.set(xlim=(0, 112), xticks=[])
        right.grid(False)
        right.spines["bottom"].set_visible(False)
    said = [f"“{best[0][0]}”" for best in named]
    return figure.says(
        f"{many(len(photos), 'photograph')}, and the {many(rows, 'class', 'classes')} that are "
        f"likeliest for each; first of all {listed(said)}."
    )


@drawn
def heat(photo, maps, columns=4):
    """A photograph, and over pale copies of it the maps of what a network looks at.

    `photo` (h, w, 3) from 0 to 255, `maps` a dict from a title to (rows, columns) of any size. A
    map is orange where it is high, on its own scale, white at 0 and below, and has a cross at its
    highest place. Returns the figure.
    """
    (photo,) = _photographs(np.asarray(photo)[None])
    titles, rows = ["photograph", *maps], -(-(len(maps) + 1) // columns)
    figure = Figure(figsize=(min(WIDTH - 0.3, 2 * min(columns, len(titles))), 2.2 * rows))
    axes = figure.subplots(rows, min(columns, len(titles)), squeeze=False)
    peaks = {}
    for ax, title in zip(axes.flat, titles):
        ax.set_title(title, size=SMALL)
        if title not in maps:
            picture(ax, photo)
            continue
        peaks[title] = _place(*_over(ax, photo, maps[title]))
    for ax in axes.flat[len(titles) :]:
        ax.remove()
    places = [f"{title} at the {place}" for title, place in peaks.items()]
    return figure.says(
        f"A photograph of {pixels(photo)}, and where maps are highest: {listed(places)}."
    )


def _over(ax, photo, values):
    """Draws a map over a pale copy of a photograph; where it is highest, from 0 to 1."""
    height, width = photo.shape[:2]
    values = np.maximum(np.asarray(values, "float64"), 0)
    pale = 255 - (255 - photo.mean(axis=-1)) / 2
    picture(ax, pale, vmin=0, vmax=255, cmap="gray")
    shown = {"vmin": 0, "vmax": max(values.max(), 1e-12), "interpolation": "bilinear"}
    extent = (-0.5, width - 0.5, height - 0.5, -0.5)
    ax.imshow(values, cmap=HEAT, alpha=0.7, extent=extent, **shown)
    row, column = np.unravel_index(values.argmax(), values.shape)
    x, y = (column + 0.5) / values.shape[1], (row + 0.5) / values.shape[0]
    ax.plot(x * width - 0.5, y * height - 0.5, "+", color=BLACK, ms=10, mew=1.5)
    return x, y


def _place(x, y):
    """Where a point of the unit square lies: top left, middle, right and so on."""
    down = "top" if y < 1 / 3 else "bottom" if y > 2 / 3 else ""
    across = "left" if x < 1 / 3 else "right" if x > 2 / 3 else ""
    return f"{down} {across}".strip() or "middle"


def _photographs(photos):
    photos = np.asarray(photos)
    if photos.ndim != 4 or photos.shape[-1] != 3 or photos.min() < 0 or photos.max() > 255:
        raise ValueError(
            f"photographs are (n, height, width, 3), from 0 to 255; got the shape {photos.shape}, "
            f"from {photos.min()} to {photos.max()}"
        )
    return photos.astype("uint8")
