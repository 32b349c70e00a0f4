"""Drawings of networks and of what they see and learn.

Every function takes data or a keras.Model and returns the Matplotlib figure. Importing the
package sets the course's style: Okabe-Ito colours, text of 9 points or more, at most 8 inches
wide, a white ground that reads on light and dark pages.
"""

from utils.figures import style
from utils.figures.bars import channel_bars, cost_bars, layer_bars, memory_bars, traces
from utils.figures.curves import (
    activations,
    gradient_norms,
    learning_curves,
    training_errors,
    training_losses,
)
from utils.figures.depths import (
    bottleneck_cost,
    cost_against_depth,
    cost_against_scale,
    errors_against_depth,
    errors_against_work,
)
from utils.figures.fields import path_counts, receptive_fields
from utils.figures.images import class_maps, feature_maps, filters, images, mistakes
from utils.figures.limits import clouds, roofline
from utils.figures.matrices import confusion_matrix, connection_table
from utils.figures.moving import moving
from utils.figures.named import named_points
from utils.figures.photographs import guesses, heat
from utils.figures.relatives import errors_without, slopes, votes
from utils.figures.sharing import all_reduce
from utils.figures.sums import one_pixel
from utils.figures.transfer import errors_against_images, trained_layers
from utils.figures.volumes import volumes
from utils.figures.wiring import wiring

style.use()

__all__ = [
    "activations",
    "all_reduce",
    "bottleneck_cost",
    "channel_bars",
    "class_maps",
    "clouds",
    "confusion_matrix",
    "connection_table",
    "cost_against_depth",
    "cost_against_scale",
    "cost_bars",
    "errors_against_depth",
    "errors_against_images",
    "errors_against_work",
    "errors_without",
    "feature_maps",
    "filters",
    "gradient_norms",
    "guesses",
    "heat",
    "images",
    "layer_bars",
    "learning_curves",
    "memory_bars",
    "mistakes",
    "moving",
    "named_points",
    "one_pixel",
    "path_counts",
    "receptive_fields",
    "roofline",
    "slopes",
    "traces",
    "trained_layers",
    "training_errors",
    "training_losses",
    "volumes",
    "votes",
    "wiring",
]
