"""Pictures made from pictures, for training on few of them: what is in one does not change.

Each of these is called with (images, labels, random), a batch as arrays and a numpy Generator, and
returns images and labels. `training.Batches(..., augment=[Mirror(), Shift(4)])` calls one after the
other; a function of your own with these arguments may stand among them. Images are (batch, height,
width, channels), uint8 or floats from 0 to 1, and stay so.
"""

from utils.augment.colours import Colour, PCAColour
from utils.augment.mixing import Mixup, applied
from utils.augment.places import Crop, Cutout, Mirror, Shift, ten_crops

__all__ = [
    "Colour",
    "Crop",
    "Cutout",
    "Mirror",
    "Mixup",
    "PCAColour",
    "Shift",
    "applied",
    "ten_crops",
]
