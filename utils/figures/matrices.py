"""Tables as pictures: who is taken for whom, and which map reads which."""

import numpy as np

from utils.figures.said import many
from utils.figures.style import BLUE, SMALL, Figure, drawn, same_number


@drawn
def confusion_matrix(labels, guesses, names):
    """How often class (row) was taken for class (column), counted over the images.

    `labels` and `guesses` (n,) are class numbers, `names` the classes' names. Mistakes are
    shaded, so that they show beside the large diagonal. Raises ValueError for a class without a
    name.
    """
    labels, guesses = np.reshape(labels, -1), np.reshape(guesses, -1)
    same_number(labels=labels, guesses=guesses)
    numbers = np.concatenate([labels, guesses])
    if unnamed := [n for n in np.unique(numbers).tolist() if n not in range(len(names))]:
        raise ValueError(
            f"class {unnamed[0]} has no name; names has those of 0 to {len(names) - 1}"
        )
    counts = np.zeros((len(names), len(names)), int)
    np.add.at(counts, (labels.astype(int), guesses.astype(int)), 1)
    wrong = counts * (1 - np.eye(len(names), dtype=int))
    figure = Figure(figsize=(7, 5.6))
    ax = figure.subplots()
    ax.imshow(wrong, cmap="Oranges", vmax=max(1, wrong.max() * 1.4))
    for row, column in np.ndindex(counts.shape):
        if counts[row, column]:
            bold = "bold" if row == column else "normal"
            ax.text(
                column, row, counts[row, column], ha="center", va="center", size=SMALL, weight=bold
            )
    places = range(len(names))
    ax.set(
        xlabel="the network said", ylabel="it is", xticks=places, yticks=places, yticklabels=names
    )
    ax.set_xticklabels(names, rotation=40, ha="right", rotation_mode="anchor")
    ax.grid(False)
    return figure.says(
        f"What {many(len(labels), 'image')} of {len(names)} classes are, and what the network said."
    )


@drawn
def connection_table(connected, inputs_name="input map", outputs_name="output map"):
    """Which input map (row) feeds which output map (column), with the count under each column.

    `connected` is a boolean array (input maps, output maps), as `SparseConv2D.connected`.
    """
    connected = np.asarray(connected)
    inputs, outputs = connected.shape
    figure = Figure(figsize=(0.42 * outputs + 1.0, 0.36 * inputs + 1.1))
    ax = figure.subplots()
    rows, columns = np.nonzero(connected)
    ax.scatter(columns, rows, marker="s", s=190, color=BLUE)
    ax.set(xlim=(-0.6, outputs - 0.4), ylim=(inputs - 0.4, -0.6), yticks=range(inputs))
    ax.set(xlabel=f"{outputs_name}, and how many it reads", ylabel=inputs_name)
    reads = connected.sum(axis=0)
    ax.set_xticks(range(outputs), [f"{i}\n({n})" for i, n in enumerate(reads)])
    ax.tick_params(length=0)
    few, most = sorted(reads)[0], sorted(reads)[-1]
    return figure.says(
        f"{inputs} rows ({inputs_name}), {outputs} columns ({outputs_name}): a column reads {few} "
        f"to {most} rows, {connected.sum()} of {connected.size} pairs in all."
    )
