"""Receptive fields: how much of the image one number of a deep layer depends on."""

import numpy as np
from matplotlib.patches import Rectangle

from utils.figures.said import listed
from utils.figures.style import CYCLE, SMALL, WIDTH, Figure, drawn, picture


@drawn
def path_counts(grids):
    """On how many paths each pixel reaches the middle one: a panel a network, the counts written.

    `grids` maps a title to whole numbers (n, n), all of the same n; 0 stays empty.
    """
    figure = Figure(figsize=(WIDTH - 0.4, WIDTH / len(grids) + 0.1))
    axes = figure.subplots(1, len(grids), squeeze=False)[0]
    for ax, (title, counts) in zip(axes, grids.items()):
        picture(ax, np.sqrt(counts), cmap="Oranges", vmax=1.3 * np.sqrt(np.max(counts)))
        ax.set_title(title)
        n = len(counts)
        ax.set_xticks(np.arange(0.5, n - 1), minor=True)
        ax.set_yticks(np.arange(0.5, n - 1), minor=True)
        ax.grid(which="minor")
        ax.tick_params(which="minor", length=0)
        for row, column in zip(*np.nonzero(counts)):
            ax.text(column, row, counts[row, column], ha="center", va="center", size=SMALL)
    said = [
        f"{title}, at most {np.max(counts)} and {np.min(np.extract(counts, counts))} at least"
        for title, counts in grids.items()
    ]
    size = f"{n}×{n} pixels"
    return figure.says(f"On how many paths each of {size} reaches the middle: {listed(said)}.")


@drawn
def receptive_fields(image, sizes):
    """The receptive field of one number in the middle of each layer, as a square on the image.

    `image` is (h, w, 3) or (h, w), `sizes` maps a layer's name to its field in pixels.
    """
    figure = Figure(figsize=(6.5, 5))
    ax = figure.subplots()
    picture(ax, image)
    middle_y, middle_x = (np.array(np.shape(image)[:2]) - 1) / 2
    for i, (name, size) in enumerate(sizes.items()):
        corner = (middle_x - size / 2, middle_y - size / 2)
        label = f"{name}: {size}×{size}"
        square = {"edgecolor": CYCLE[i % len(CYCLE)], "facecolor": "none", "lw": 2, "label": label}
        ax.add_patch(Rectangle(corner, size, size, **square))
    figure.legend(loc="outside right center")
    fields = [f"{size} pixels at {name}" for name, size in sizes.items()]
    return figure.says(f"The receptive field grows from layer to layer: {listed(fields)}.")
