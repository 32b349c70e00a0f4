"""The volumes of a network's stages: all layers whose maps have one size are one box."""

from collections import Counter
from dataclasses import replace
from itertools import groupby

from utils.figures.boxes import boxes
from utils.figures.said import many
from utils.figures.steps import needed
from utils.figures.style import SKY


def stages(model):
    """One box for all in a row whose maps have one size, as the last of them leaves it.

    Above it stands how many layers with filters make maps of this size, those of branches and
    shortcuts, too. The input, vectors and towers keep their boxes.
    """
    _, order, _ = needed(model)
    filtering = Counter(c.shape[:-1] for c in order if hasattr(c.layer, "kernel_size"))
    first, *others = boxes(model)
    found = [first]
    for size, group in groupby(others, key=lambda box: (box.shape[:-1], box.towers)):
        group = list(group)
        alone = len(group) == 1 and filtering[size[0]] < 2
        if alone or size[0] == () or size[1] > 1:
            found += group
            continue
        named = [box for box in group if "pool" not in box.made_by] or group
        names = (named[-1].layers[0], named[-1].layers[-1])
        words = many(filtering[size[0]], "conv", "convs")
        leaving = sum((box.leaving for box in group), ())
        whole = replace(group[-1], layers=names, made_by=words, times=1, parts=(), colour=SKY)
        found.append(replace(whole, leaving=leaving))
    return found
