"""Gradients along an input, errors with blocks left out, and what channels vote for."""

from itertools import cycle

import numpy as np

from utils.figures.said import listed, many
from utils.figures.style import BLUE, CYCLE, WIDTH, Figure, drawn


@drawn
def slopes(panels, inputs):
    """Gradients of a network's output by its one input, a panel a network, against that input.

    `panels` maps a title to the gradients, as many as `inputs`. A gradient is called smooth where
    the one beside it is nearly the same: the title has their correlation. Returns the figure.
    """
    figure = Figure(figsize=(WIDTH - 0.3, 1.6 * -(-len(panels) // 2) + 0.4))
    axes = figure.subplots(-(-len(panels) // 2), 2, sharex=True, squeeze=False).ravel()
    for ax, (title, gradients) in zip(axes, panels.items()):
        gradients = np.asarray(gradients, float).ravel()
        ax.plot(inputs, gradients / np.abs(gradients).max(), color=BLUE, lw=1)
        ax.set(title=title, yticks=[-1, 0, 1], ylim=(-1.1, 1.1))
    for ax in axes[len(panels) :]:
        ax.set_visible(False)
    for ax in axes[-2:]:
        ax.set_xlabel("input")
    return figure.says(
        f"The gradient by the input, from {inputs[0]:g} to {inputs[-1]:g}, of {listed(panels)}; "
        f"each divided by its largest."
    )


@drawn
def errors_without(ways, label):
    """An error in per cent against how many blocks are left out: means, and all runs as dots.

    `ways` maps a name to runs, each a list of errors, as parts of 1, without 0, 1, 2 ... blocks.
    Returns the figure.
    """
    figure = Figure(figsize=(6.5, 3.6))
    ax, said = figure.subplots(), []
    for (name, runs), colour in zip(ways.items(), cycle(CYCLE)):
        runs = 100 * np.array(runs, float)
        ax.plot(runs.mean(axis=0), "-", color=colour, label=name)
        for run in runs:
            ax.plot(run, "o", color=colour, ms=4, alpha=0.6)
        said.append(f"{name} from {runs.mean(axis=0)[0]:.0f} to {runs.mean(axis=0)[-1]:.0f} %")
    ax.set(xlabel="blocks left out", ylabel=f"{label} (%)")
    ax.set_ylim(0, None)
    figure.legend(loc="outside upper right", ncols=2)
    last = runs.shape[1] - 1
    return figure.says(
        f"With 0 to {many(last, 'block')} left out the {label} grows: {listed(said)}."
    )


@drawn
def votes(blocks, names):
    """What each channel is multiplied by, a panel a block, a row a class: dark is 1, white is 0.

    `blocks` maps a title to (classes, channels) of means from 0 to 1; `names` are the classes. The
    channels are sorted by their mean over all classes. Returns the figure.
    """
    figure = Figure(figsize=(WIDTH - 0.3, 3.2))
    axes, apart = figure.subplots(1, len(blocks), sharey=True, squeeze=False)[0], {}
    for ax, (title, means) in zip(axes, blocks.items()):
        means = np.asarray(means, float)
        order = np.argsort(means.mean(axis=0))
        shown = ax.imshow(means[:, order], cmap="Blues", vmin=0, vmax=1, aspect="auto")
        ax.set(title=title, xlabel="channel")
        ax.grid(False)
        apart[title] = float(np.ptp(means, axis=0).mean())
    axes[0].set_yticks(range(len(names)), names)
    figure.colorbar(shown, ax=list(axes), label="factor")
    said = [f"{title} by {value:.2f}" for title, value in apart.items()]
    return figure.says(
        f"Between classes, a channel's factor differs in {listed(said)}, on average."
    )
