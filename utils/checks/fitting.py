"""Why shapes do not fit, from the texts of shapes in Keras's messages."""

import re


def shape_of(text):
    """8×8×16 of the text of a shape, without the batch axis."""
    numbers = [n for n in re.findall(r"None|\d+", text) if n != "None"]
    return "×".join(numbers) or "a single number"


WHY_SMALL = (
    "a stride or a pooling too many came before (a pooling without strides moves by its own size, "
    "MaxPooling2D(3) by 3), padding='same' is missing, an x was overwritten, "
    "the window has to fit the map, the number of filters and their size have changed places, or "
    "the channels stand first (they come last: height, width, channels)"
)


def nothing_left(shape):
    """What is wrong where a map has no height or width any more, as some versions of Keras have."""
    return f"a window does not fit on its map, and {shape} is left: {WHY_SMALL}"


def added(first, second):
    """Why two tensors cannot be added."""
    a, b = (re.findall(r"\d+", text) for text in (first, second))
    if "0" in a + b:
        return nothing_left(shape_of(first if "0" in a else second))
    said = f"an addition gets {shape_of(first)} and {shape_of(second)}, which have to be alike: "
    if ["1", "1"] in (a[:-1], b[:-1]) and len(a) == len(b) and a[-1] != b[-1]:
        return said + "the channels differ: has the last layer on each way as many outputs as it?"
    if a[:-1] != b[:-1]:
        return said + (
            "height and width differ, so a layer on one of the two ways moves by another stride or "
            "pads otherwise, an x was overwritten, or not all places are averaged"
            + (
                "; and the channels differ: does the shortcut lack its convolution?"
                * (a[-1:] != b[-1:])
            )
        )
    return said + (
        "the channels differ: how many filters has the last convolution on each way, was an x "
        "overwritten, does the shortcut need a 1×1 convolution, or should they stand one behind "
        "the other (Concatenate)?"
    )


def joined(shapes):
    """Why tensors cannot be concatenated."""
    found = " and ".join(shape_of(shape) for shape in re.findall(r"\(([^()]*)\)", shapes))
    return (
        f"a concatenation gets {found}, which may differ in their channels only: does a branch "
        f"move by another stride, lack padding='same', or pad what is not to grow, or is the axis "
        f"not -1?"
    )


def too_small(shape, size):
    """Why a window does not fit on a map."""
    high, wide = re.findall(r"\d+", size)[:2]
    if "0" in re.findall(r"\d+", shape):
        return nothing_left(shape_of(shape))
    return f"a window of {high}×{wide} does not fit on {shape_of(shape)}: {WHY_SMALL}"
