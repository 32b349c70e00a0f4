"""One style for all figures."""

import sys
from functools import wraps
from inspect import signature
from textwrap import shorten

import matplotlib as mpl
import matplotlib.figure
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap

# Okabe and Ito's palette, told apart by colour-blind readers too.
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
SKY, VERMILLION, YELLOW, BLACK, GREY = "#56B4E9", "#D55E00", "#F0E442", "#000000", "#999999"
HEAT = LinearSegmentedColormap.from_list("heat", ["white", VERMILLION])
CYCLE = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK]

WIDTH = 8  # inches, the widest that a notebook page shows without shrinking
SMALL = 9  # points, the smallest text
LONGEST = 250  # characters of a figure's sentence, about what one hears in a breath

SETTINGS = {
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.prop_cycle": plt.cycler(color=CYCLE),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10,
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "font.size": 10,
    "grid.color": "#dddddd",
    "image.cmap": "gray_r",
    "image.interpolation": "nearest",
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "savefig.facecolor": "white",
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
}


# What is not a matter of style: which program draws, and what it may do.
MACHINE = ("backend", "interactive", "toolbar", "timezone", "webagg", "tk.", "keymap", "animation")
ALL = {name: value for name, value in mpl.rcParamsDefault.items() if not name.startswith(MACHINE)}
ALL |= SETTINGS


class Figure(matplotlib.figure.Figure):
    """A figure that looks alike under every style, and says in a sentence what it shows.

    It is made, drawn and saved in the course's style. The sentence is what stands for it where it
    cannot be seen: the output's text in a notebook, its description in the book.
    """

    sentence = ""

    def says(self, sentence):
        """Takes the sentence, at most `LONGEST` characters of it; returns the figure."""
        self.sentence = shorten(" ".join(sentence.split()), LONGEST, placeholder=" …")
        return self

    def __repr__(self):
        return self.sentence or super().__repr__()

    def draw(self, renderer):
        with mpl.rc_context(ALL):
            super().draw(renderer)

    def savefig(self, *target, **options):
        with mpl.rc_context(ALL):
            super().savefig(*target, **options)


def drawn(function):
    """Makes a function draw in the course's style, whichever is set.

    It raises ValueError where something that it is to draw is empty.
    """

    @wraps(function)
    def in_style(*given, **options):
        handed = {**dict(zip(signature(function).parameters, given)), **options}
        for name, value in handed.items():
            if isinstance(value, (dict, list, tuple, np.ndarray, pd.DataFrame)) and not len(value):
                raise ValueError(f"{name} is empty: {function.__name__} has nothing to draw")
        with mpl.rc_context(ALL):
            try:
                return function(*given, **options)
            except (AttributeError, IndexError, KeyError, TypeError) as error:
                takes = " ".join(function.__doc__.split("Returns")[0].split())
                raise TypeError(
                    f"{function.__name__} cannot draw what it was given ({type(error).__name__}: "
                    f"{error}). It draws: {takes}"
                ) from error

    return in_style


def use():
    """Make this the style of every figure from now on, sharp on screens of high resolution."""
    plt.rcdefaults()  # whatever a matplotlibrc says
    plt.rcParams.update(SETTINGS)
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("retina")


def same_number(**values):
    """Raises ValueError where these, which belong together one for one, are not equally many."""
    counts = {name: len(value) for name, value in values.items()}
    if len(set(counts.values())) > 1:
        said = " and ".join(f"{count} {name}" for name, count in counts.items())
        raise ValueError(f"{said}: they belong together, one for one")


def picture(ax, image, **kwargs):
    """An image without axes: (h, w) in grey, (h, w, 3) in colour."""
    ax.imshow(image, **kwargs)
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
    ax.spines[:].set_visible(True)
    ax.spines[:].set_color(GREY)
