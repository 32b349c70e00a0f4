"""From a number down to the sum that made it: one pixel of a convolution's output."""

import numpy as np
from matplotlib.patches import Rectangle

from utils.figures.said import pixels
from utils.figures.style import SMALL, VERMILLION, WIDTH, Figure, drawn, picture

CELL = 0.4  # inches of a number's square
SIDE = 1.55  # inches of the image and of the output
COLOURS = ("red", "green", "blue")


@drawn
def one_pixel(image, kernel, row, column, stride=1):
    """One number of a convolution's output as a sum: the window, the weights, their products.

    `image` is (h, w) or (h, w, channels), `kernel` (k, k) or (k, k, channels), at most 5×5 on at
    most 3 channels; `row` and `column` are the place in the output, counted from 0. The
    convolution moves by `stride`, without padding and without a bias. Dark is high, on
    photographs bright. Returns the figure. Raises ValueError for shapes that do not fit, and for a
    place outside the output.
    """
    image, kernel = _with_channels(image), _with_channels(kernel)
    high, wide, channels = kernel.shape
    if kernel.shape[2] != image.shape[2] or channels > 3 or max(high, wide) > 5:
        raise ValueError(
            f"a kernel of shape {kernel.shape} on an image of shape {image.shape}: both have the "
            f"same channels, at most 3, and the kernel is at most 5×5"
        )
    output = _convolve(image, kernel, stride)
    shown, look = image / max(1, image.max()), {"cmap": "gray"} if channels == 3 else {}
    if row not in range(len(output)) or column not in range(output.shape[1]):
        raise ValueError(f"place ({row}, {column}) is outside the output of {pixels(output)}")
    top, left = row * stride, column * stride
    window = image[top : top + high, left : left + wide]
    columns = [SIDE, *[max(wide * CELL, 1.0)] * 3, SIDE]
    height = max(SIDE, channels * (high * CELL + 0.3)) + 0.35
    figure = Figure(figsize=(min(WIDTH, sum(columns) + 0.8), height))
    grid = figure.add_gridspec(channels, 5, width_ratios=columns)
    _framed(figure.add_subplot(grid[:, 0]), shown, (left, top), (wide, high), "image")
    products, grey = window * kernel, "Greys_r" if channels == 3 else "Greys"
    for channel in range(channels):
        what = f" {COLOURS[channel]}" if channels == 3 else ""
        parts = ((f"window{what}", window), ("× weights", kernel), ("= products", products))
        for place, (title, values) in enumerate(parts, start=1):
            ax = figure.add_subplot(grid[channel, place])
            most = np.abs(values).max() or 1
            _numbers(ax, values[..., channel], 2 * most, (grey if place == 1 else "RdBu_r"))
            ax.set_title(title if not channel or place == 1 else "")
        many = channels > 1 and products[..., channel].size > 1
        ax.set_xlabel(f"sum {show(products[..., channel].sum())}" if many else "")
    total = show(products.sum())
    _framed(figure.add_subplot(grid[:, 4]), output, (column, row), (1, 1), f"sum: {total}", **look)
    many = f"{products.size} products" if products.size > 1 else "one product"
    return figure.says(
        f"The output's pixel in row {row}, column {column} is {total}, the sum of {many}: a window "
        f"of {pixels(window)} on {channels} channel{'s' * (channels > 1)} times the weights. The "
        f"output has {pixels(output)} pixels."
    )


def _with_channels(values):
    values = np.asarray(values, "float64")
    return values[..., None] if values.ndim == 2 else values


def _convolve(image, kernel, stride):
    """The output (h', w') of one filter, without padding."""
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)[..., 0, :, :, :]
    return (windows[::stride, ::stride] * kernel).sum(axis=(-3, -2, -1))


def _framed(ax, image, corner, size, title, **look):
    picture(ax, np.squeeze(image), **look)
    corner = [place - 0.5 for place in corner]
    for colour, width in (("white", 3.6), (VERMILLION, 1.8)):  # seen on dark and on bright
        ax.add_patch(Rectangle(corner, *size, edgecolor=colour, facecolor="none", lw=width))
    ax.set_title(title)


def _numbers(ax, values, most, colours):
    """A square a number; the colours are pale, so that the numbers can be read."""
    low = 0 if colours == "Greys" else -most
    picture(ax, values, cmap=colours, vmin=low, vmax=most)
    for row, column in np.ndindex(values.shape):
        ax.text(column, row, show(values[row, column]), ha="center", va="center", size=SMALL)


def show(value):
    """12, .53 or −1.2: short enough for a square."""
    value = float(value)
    if value == round(value):
        return f"{round(value)}".replace("-", "−")
    text = (f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}").replace("-", "−")
    return text.replace("0.", ".", 1) if abs(value) < 1 else text
