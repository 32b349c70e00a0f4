"""How devices agree on a gradient: a ring all-reduce, step by step."""

import numpy as np
from matplotlib.patches import Rectangle

from utils.figures.said import listed
from utils.figures.style import BLACK, CYCLE, SMALL, WIDTH, Figure, drawn

STEP = 0.56  # inches of a part


@drawn
def all_reduce(gradients):
    """A ring all-reduce of n devices' gradients: before, after n − 1 steps, after 2 (n − 1).

    `gradients` is (n, n), row i the n parts of device i's gradient. In each step every device
    sends one part to the next in the ring. In the first n − 1 steps parts are added up on their
    way, then the sums go round. A coloured part is the finished sum. Returns the figure.
    """
    parts = np.array(gradients)
    if parts.ndim != 2 or parts.shape[0] != parts.shape[1] or len(parts) < 2:
        raise ValueError(
            f"gradients has shape {parts.shape}; it is (n, n): n devices, and as many parts each"
        )
    n, total = len(parts), parts.sum(axis=0)
    states, held = {"before: each has its own": (parts, None)}, parts.copy()
    for step in range(n - 1):
        before = held.copy()
        for device in range(n):
            held[(device + 1) % n, (device - step) % n] += before[device, (device - step) % n]
    states[f"after {n - 1} steps: each has one sum"] = (held.copy(), total)
    states[f"after {2 * (n - 1)} steps: each has all"] = (np.tile(total, (n, 1)), total)
    figure = Figure(figsize=(min(WIDTH, 1 + 3 * n * STEP), 0.5 + 0.75 * n * STEP))
    widths = {"width_ratios": (n + 0.9, n + 0.2, n + 0.2)}
    axes = figure.subplots(1, 3, gridspec_kw=widths)
    for ax, (title, (values, done)) in zip(axes, states.items()):
        for device, part in np.ndindex(values.shape):
            finished = done is not None and values[device, part] == done[part]
            colour = CYCLE[part % len(CYCLE)] if finished else "none"
            ax.add_patch(_box(part, device, colour))
            ax.text(part, device, values[device, part], ha="center", va="center", size=SMALL)
        room = 0.7 if done is None else 0  # for the arrows of the ring
        ax.set(xlim=(-0.6, n - 0.4 + room), ylim=(n - 0.4, -0.6), xticks=range(n), yticks=range(n))
        ax.set_xticklabels([f"part {part}" for part in range(n)], size=SMALL)
        ax.set_yticklabels([f"GPU {device}" for device in range(n)] if done is None else [])
        ax.set_title(title, size=10)
        ax.tick_params(length=0)
        ax.grid(False)
        ax.spines[:].set_visible(False)
        if done is None:
            for device in range(n):  # part i of device i goes on to the next first
                bend = -0.3 if device < n - 1 else 0.45
                arrow = {"arrowstyle": "-|>", "color": BLACK, "connectionstyle": f"arc3,rad={bend}"}
                ends = {"xy": (n - 0.5, (device + 1) % n), "xytext": (n - 0.5, device)}
                ax.annotate("", **ends, arrowprops=arrow, annotation_clip=False)
    return figure.says(
        f"{n} devices with {n} parts each; in {2 * (n - 1)} steps of one part, all have the sums "
        f"{listed(total.tolist())}."
    )


def _box(x, y, colour):
    return Rectangle((x - 0.45, y - 0.4), 0.9, 0.8, facecolor=colour, edgecolor=BLACK, alpha=0.6)
