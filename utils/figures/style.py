"""One style for all figures."""

import sys

import matplotlib.pyplot as plt

# Okabe and Ito's palette, told apart by colour-blind readers too.
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
SKY, VERMILLION, YELLOW, BLACK, GREY = "#56B4E9", "#D55E00", "#F0E442", "#000000", "#999999"
CYCLE = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK]

WIDTH = 8  # inches, the widest that a notebook page shows without shrinking
SMALL = 9  # points, the smallest text

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


def use():
    """Make this the style of every figure from now on, sharp on screens of high resolution."""
    plt.rcdefaults()  # whatever a matplotlibrc says
    plt.rcParams.update(SETTINGS)
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("retina")


def picture(ax, image, **kwargs):
    """An image without axes: (h, w) in grey, (h, w, 3) in colour."""
    ax.imshow(image, **kwargs)
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
    ax.spines[:].set_visible(True)
    ax.spines[:].set_color(GREY)
