"""The options of scripts/train.py, and whether they fit together."""

import argparse
import inspect
import math
from pathlib import Path

from weightless import weightless

from utils import data, networks

ROOT = Path(__file__).resolve().parent.parent
SIZES = {
    "depth": "18, 34, 50 or more, or 20, 32, 44, 56 of a network for small images",
    "size": "B0 to B7, or Lite0",
}

OWN = ("preactivation", "drop")  # of resnet_cifar alone


def parse(description, arguments=None):
    """The options; ends with a sentence where they do not fit together."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("network", choices=[n for n in networks.__all__ if n != "lenet5_1998"])
    parser.add_argument(
        "size", nargs="?", help="depth of a residual network, column of VGG, B0 to B7"
    )
    parser.add_argument("--data", choices=data.CLASSES, default="fashion_mnist")
    parser.add_argument("--epochs", type=positive, default=10)
    parser.add_argument("--images", type=positive, help="train on the first so many only")
    parser.add_argument("--watch", type=positive, help="test images after each epoch, else all")
    parser.add_argument(
        "--develop",
        type=positive,
        help="hold out so many training images, the last, to choose rates by; watch these instead",
    )
    parser.add_argument("--batch-size", type=positive, default=128)
    parser.add_argument("--pixels", type=positive, help="resize the images to so many on a side")
    parser.add_argument("--optimizer", choices=["sgd", "adam"], default="sgd", help="see build")
    parser.add_argument("--rate", type=above_0, default=0.1, help="falls along half a cosine to 0")
    parser.add_argument("--weight-decay", type=from_0, default=1e-3, help="see build")
    parser.add_argument("--width", type=above_0, default=1.0, help="multiplies the filters")
    parser.add_argument("--depth", type=above_0, default=1.0, help="efficientnet: more repeats")
    parser.add_argument("--preactivation", action="store_true", help="resnet_cifar: ReLU first")
    parser.add_argument("--drop", type=below_1, default=0.0, help="resnet_cifar: blocks left out")
    parser.add_argument("--augment", type=count, default=0, help="mirror, shift by so many pixels")
    parser.add_argument("--seed", type=seed, default=1)
    parser.add_argument("--precision", choices=["float32", "mixed_bfloat16"], default="float32")
    parser.add_argument("--workers", type=positive, default=1, help="on this machine")
    parser.add_argument("--every", type=positive, help="a checkpoint each so many steps, too")
    parser.add_argument("--note", help="what a reader of the result has to know, kept in it")
    parser.add_argument("--results", type=folder, default=ROOT / "data" / "results")
    parser.add_argument("--runs", type=folder, default=ROOT / "runs")
    options = parser.parse_args(arguments)
    try:
        check(options)
    except ValueError as error:
        parser.error(str(error))
    return options


def number(kind, fits, rule):
    """A type for argparse: a number of this kind that fits the rule."""

    def read(text):
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and fits(value)):
            raise argparse.ArgumentTypeError(f"must be {rule}; got {text}")
        return value

    return read


positive = number(int, lambda value: value > 0, "a positive whole number")
count = number(int, lambda value: value >= 0, "a whole number, 0 or more")
seed = number(int, lambda value: 0 <= value < 2**32, "a whole number below 2 to the 32nd")
above_0 = number(float, lambda value: value > 0, "a number above 0")
below_1 = number(float, lambda value: 0 <= value < 1, "a number from 0 to less than 1")
from_0 = number(float, lambda value: value >= 0, "a number, 0 or more")


def folder(text):
    """A path, for argparse; ~ is the user's home."""
    return Path(text).expanduser()


def check(options):
    """Raises ValueError for options that do not fit together, before anything is made or read."""
    build = getattr(networks, options.network)
    known = inspect.signature(build).parameters
    if options.depth != 1 and "size" not in known:
        raise ValueError(f"{options.network} has no --depth: its size is its depth, if it has one")
    for option in OWN:
        if getattr(options, option) and option not in known:
            raise ValueError(f"{options.network} has no --{option}; resnet_cifar has one")
    size = next((p for p in known.values() if p.kind is not p.KEYWORD_ONLY), None)
    if not (options.size or "").isascii():
        raise ValueError(f"{options.network} has no size {options.size}")
    if options.size is not None and size is None:
        raise ValueError(f"{options.network} has one size only; got {options.size}")
    if options.size is None and size is not None and size.default is size.empty:
        raise ValueError(f"{options.network} needs its {size.name}: {SIZES[size.name]}")
    (height, width, *channels), _ = data.SHAPES[options.data]
    try:
        weightless(core, options, (height, width, *(channels or [1])))
    except ValueError as error:
        hint = "; --pixels resizes the images" if "too small" in str(error) else ""
        raise ValueError(f"{error}{hint}") from None


def core(options, shape):
    """The network that the options name, for images of a shape, (h, w, channels)."""
    size = [] if options.size is None else [options.size]
    size = [int(text) if text.isdigit() else text for text in size]
    shape = (options.pixels or shape[0], options.pixels or shape[1], shape[2])
    classes = len(data.CLASSES[options.data])
    build = getattr(networks, options.network)
    known = inspect.signature(build).parameters
    factors = ["width"] + ["depth"] * ("size" in known)
    own = [name for name in OWN if getattr(options, name)]
    scaled = {name: getattr(options, name) for name in [*factors, *own]}
    return build(*size, input_shape=shape, classes=classes, **scaled, logits=True)
