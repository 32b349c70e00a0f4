"""Images, and what a network makes of them: filters, feature maps, mistakes."""

import keras
import numpy as np

from utils.figures.said import listed, many, pixels
from utils.figures.style import HEAT, WIDTH, Figure, drawn, picture, same_number
from utils.whole import whole


@drawn
def images(pictures, titles=None, columns=6, size=1.2, dark_is_high=True):
    """A grid of images, (n, h, w) or (n, h, w, channels), with a title above each.

    Every image has its own scale, dark is high unless `dark_is_high` is False, as on photographs;
    booleans are white and black.
    """
    columns = whole(columns, "columns")
    if wrong := [np.shape(p) for p in pictures if not _is_picture(np.squeeze(p))]:
        raise ValueError(
            f"a picture of shape {wrong[0]} is none: it is (h, w), or (h, w, 3) in colour; "
            f"a single one is handed over as pictures[None]"
        )
    titles = [] if titles is None else [str(title) for title in titles]
    same_number(pictures=pictures, **({"titles": titles} if titles else {}))
    rows = -(-len(pictures) // columns)
    lines = max((title.count("\n") + 1 for title in titles), default=0)
    width = min(WIDTH, columns * size)
    figure = Figure(figsize=(width, rows * (width / columns + 0.19 * lines)))
    axes = figure.subplots(rows, columns, squeeze=False)
    for ax in axes.flat[len(pictures) :]:
        ax.remove()
    for i, (ax, image) in enumerate(zip(axes.flat, pictures)):
        image = np.squeeze(image)
        scale = {"vmin": 0, "vmax": 1} if image.dtype == bool else {}
        picture(ax, image, **scale, **({} if dark_is_high else {"cmap": "gray"}))
        if titles:
            ax.set_title(titles[i], size=9)
    sizes = listed(dict.fromkeys(pixels(np.squeeze(image)) for image in pictures))
    shown = ", ".join(dict.fromkeys(" ".join(title.split()) for title in titles if title))
    said = f"{many(len(pictures), 'image')} of {sizes} pixels"
    return figure.says(f"{said}: {shown}." if shown else f"{said}.")


def _is_picture(image):
    """Whether an array is an image; one of less than 4 columns is more likely a row of one."""
    if image.ndim == 2:
        return min(image.shape) > 3 or image.shape[0] == image.shape[1]
    return image.ndim == 3 and image.shape[-1] in (3, 4)


@drawn
def mistakes(pictures, labels, probabilities, names, count=12):
    """The images whose right class got the least probability, the worst first.

    `probabilities` (n, classes) are the network's outputs, `labels` (n,) the right classes,
    `names` the classes' names. Each title: the truth, what the network said, and how sure it
    was. Raises ValueError where there are no mistakes.
    """
    same_number(pictures=pictures, labels=labels, probabilities=probabilities)
    labels = np.reshape(labels, -1)
    probabilities = np.asarray(probabilities)
    guesses = np.argmax(probabilities, axis=1)
    right = probabilities[np.arange(len(labels)), labels]
    worst = [i for i in np.argsort(right, kind="stable") if guesses[i] != labels[i]][:count]
    if not worst:
        raise ValueError("there are no mistakes to draw: every image was classified correctly")
    titles = [
        f"is {names[labels[i]]}\nsaid {names[guess]}\n({probabilities[i, guess]:.0%} sure)"
        for i, guess in zip(worst, guesses[worst])
    ]
    said = f"The {many(len(worst), 'image')} of {len(labels):,} that it got most wrong."
    return images(np.asarray(pictures)[worst], titles).says(said)


@drawn
def filters(model, layer):
    """The filters of a convolution on one channel, or of a depthwise one, which reads one each.

    Blue where a weight is negative, red positive. Raises ValueError for a layer whose filters read
    several channels: they are not images.
    """
    kernel = keras.ops.convert_to_numpy(model.get_layer(layer).kernel)
    if isinstance(model.get_layer(layer), keras.layers.DepthwiseConv2D):
        kernel = kernel.reshape(*kernel.shape[:2], 1, -1)  # (height, width, channel, filter)
    if kernel.ndim != 4 or kernel.shape[2] != 1:
        raise ValueError(
            f"{layer}: filters of shape {kernel.shape} are not images; only those of a convolution "
            f"on one channel, (height, width, 1, filters), can be drawn"
        )
    count, most = kernel.shape[-1], np.abs(kernel).max()
    columns = min(count, 8)
    rows = -(-count // columns)
    width = min(WIDTH - 0.3, columns + 0.8)
    figure = Figure(figsize=(width, 1.3 * rows))
    axes = list(figure.subplots(rows, columns, squeeze=False).flat)
    for ax in axes[count:]:
        ax.remove()
    for i, ax in enumerate(axes[:count]):
        picture(ax, kernel[:, :, 0, i], cmap="RdBu_r", vmin=-most, vmax=most)
        ax.set_title(f"filter {i + 1}", size=9)
    figure.colorbar(axes[0].images[0], ax=axes[:count], label="weight", shrink=0.9, pad=0.02)
    mixed = ((kernel > 0).any(axis=(0, 1, 2)) & (kernel < 0).any(axis=(0, 1, 2))).sum()
    return figure.says(
        f"The {many(count, 'filter')} of {layer}, {pixels(kernel)} weights each; {mixed} of them "
        f"add at some pixels and subtract at others."
    )


@drawn
def class_maps(pictures, maps, titles, columns=4):
    """Where a network sees a class: each map (h, w), enlarged, over its image.

    `pictures` (n, h, w, 1), `maps` (n, h', w'), one title each. A map is orange where it is high,
    on its own scale. Returns the figure.
    """
    same_number(pictures=pictures, maps=maps, titles=titles)
    rows = -(-len(pictures) // columns)
    figure = Figure(figsize=(columns * 1.8, rows * 2.1))
    axes = figure.subplots(rows, columns, squeeze=False)
    for ax, image, values, title in zip(axes.flat, pictures, maps, titles):
        height, width = image.shape[:2]
        picture(ax, np.squeeze(image), vmin=np.min(image), vmax=2 * np.max(image))  # pale
        extent = (-0.5, width - 0.5, height - 0.5, -0.5)
        most = max(float(np.max(values)), 1e-12)
        ax.imshow(
            values,
            cmap=HEAT,
            alpha=0.55,
            vmin=0,
            vmax=most,
            extent=extent,
            interpolation="bilinear",
        )
        ax.set_title(title, size=9)
    for ax in axes.flat[len(pictures) :]:
        ax.remove()
    return figure.says(
        f"{many(len(pictures), 'image')}, each under the map of its class, {pixels(maps[0])} "
        f"places that are orange where they speak for it."
    )


@drawn
def feature_maps(model, image, names, columns=8):
    """What each named layer makes of one image (h, w, channels): a grid of its maps a layer.

    Dark is high; every layer has its own scale. Raises ValueError for a layer without maps.
    """
    outputs = [model.get_layer(name).output for name in names]
    for name, output in zip(names, outputs):
        if len(output.shape) != 4:
            raise ValueError(
                f"{name} makes vectors {output.shape[1:]}, not maps; choose a layer before it"
            )
    maps = keras.Model(model.input, outputs)(image[None])
    maps = [keras.ops.convert_to_numpy(m)[0] for m in (maps if len(names) > 1 else [maps])]
    heights = [-(-m.shape[-1] // columns) for m in maps]
    figure = Figure(figsize=(WIDTH - 0.3, 0.96 * sum(heights) + 0.32 * (len(maps) + 1)))
    parts = figure.subfigures(len(maps) + 1, 1, height_ratios=[1.3, *(h + 0.3 for h in heights)])
    _maps(parts[0], np.asarray(image)[..., :1], "input", columns)
    for part, name, values in zip(parts[1:], names, maps):
        h, w, count = values.shape
        _maps(part, values, f"{name}: {count} maps of {h}×{w}", columns)
    made = [f"{name} ({many(m.shape[-1], 'map')} of {pixels(m)})" for name, m in zip(names, maps)]
    return figure.says(f"An image of {pixels(image)} and what becomes of it in {listed(made)}.")


def _maps(part, values, title, columns):
    part.suptitle(title, size=10, x=0.01, ha="left")
    axes = part.subplots(-(-values.shape[-1] // columns), columns, squeeze=False)
    low, high = values.min(), values.max()
    for i, ax in enumerate(axes.flat):
        if i < values.shape[-1]:
            picture(ax, values[..., i], vmin=low, vmax=high)
        else:
            ax.remove()
