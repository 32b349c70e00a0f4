"""What is learned anew of a trained network, and what that brings with few images."""

import re
from collections import defaultdict
from itertools import cycle
from math import prod

from utils.figures.said import listed
from utils.figures.style import BLUE, CYCLE, GREY, SMALL, Figure, drawn


@drawn
def trained_layers(model):
    """How many parameters of each part of a model are trained, and how many are frozen: bars.

    A part is all layers whose names begin alike, up to a number: stem, block1, block2, predictions.
    What batch normalisation counts and does not learn is left out. Returns the figure.
    """
    parts = defaultdict(lambda: {"trained": 0, "frozen": 0})
    for layer in model._flatten_layers():
        learns = {id(weight) for weight in layer.trainable_variables}
        for weight in layer._trainable_variables:
            name = re.match(r"[A-Za-z]+\d*", layer.name.split("/")[-1])[0]
            state = "trained" if id(weight) in learns else "frozen"
            parts[name][state] += prod(weight.shape)
    figure = Figure(figsize=(6.5, 0.3 * len(parts) + 1))
    ax = figure.subplots()
    for state, colour in (("trained", BLUE), ("frozen", GREY)):
        before = [part["trained"] if state == "frozen" else 0 for part in parts.values()]
        counts = [part[state] for part in parts.values()]
        ax.barh(list(parts), counts, 0.7, left=before, color=colour, label=state)
    for place, part in enumerate(parts.values()):
        if part["trained"]:
            ax.text(sum(part.values()), place, f" {part['trained']:,}", va="center", size=SMALL)
    most = max(sum(part.values()) for part in parts.values())
    ax.set(xlabel="parameters", xlim=(0, 1.18 * most), ylim=(len(parts) - 0.5, -0.5))
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.grid(axis="y", visible=False)
    figure.legend(loc="outside upper right", ncols=2)
    trained = {name: part["trained"] for name, part in parts.items() if part["trained"]}
    total = sum(sum(part.values()) for part in parts.values())
    where = f"in {listed(trained)}" if trained else "none"
    return figure.says(f"Of {total:,} parameters {sum(trained.values()):,} are trained, {where}.")


@drawn
def errors_against_images(ways, label):
    """An error in per cent against the number of images: lines through means, all runs as dots.

    `ways` maps a name to {images: errors of several runs, as parts of 1}. Returns the figure.
    """
    figure = Figure(figsize=(6.5, 3.8))
    ax = figure.subplots()
    counts = sorted({count for runs in ways.values() for count in runs})
    means = {}
    for place, ((name, runs), colour) in enumerate(zip(ways.items(), cycle(CYCLE))):
        found = {n: [100 * error for error in runs[n]] for n in counts if n in runs}
        means[name] = {n: sum(errors) / len(errors) for n, errors in found.items()}
        aside = 1.06 ** (place - (len(ways) - 1) / 2)  # so that no dot hides another's
        places = [n * aside for n in found]
        ax.plot(places, list(means[name].values()), "-", color=colour, label=name)
        for where, errors in zip(places, found.values()):
            ax.plot([where] * len(errors), errors, "o", color=colour, ms=4, alpha=0.6)
    ax.set(xscale="log", xlabel="images to learn from", ylabel=f"{label} (%)")
    ax.set_ylim(0, None)
    ax.set_xticks(counts, [f"{count:,}" for count in counts])
    ax.minorticks_off()
    figure.legend(loc="outside upper right", ncols=min(len(ways), 4))
    best = {n: min((v for v in means if n in means[v]), key=lambda v: means[v][n]) for n in counts}
    least = [f"with {n:,}, {way} ({means[way][n]:.0f} %)" for n, way in best.items()]
    return figure.says(f"The {label} is least, on average: {'; '.join(least)}.")
