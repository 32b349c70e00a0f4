"""Random shifts and mirror images, a whole batch at a time; or whatever functions are given."""

import numpy as np

from utils.augment import applied


def augmented(images, how, random, keep=None):
    """Each image mirrored or not, and shifted by up to `how` pixels each way, zeros moving in.

    (batch, h, w, c) -> the same; `random` is a numpy Generator. `keep`, indices, makes only these
    images of the batch, as they would be in the whole of it. This is padding, random crop and
    flip of the residual networks' paper (He et al. 2016, section 4.2). `how` may also be a list of
    functions, as in `utils.augment`, that do without labels.
    """
    if not isinstance(how, int | np.integer):
        made, _ = applied(how, images, np.zeros(len(images), int), random)
        return made if keep is None else made[keep]
    pixels = int(how)
    count, height, width = images.shape[:3]
    tops, lefts = random.integers(0, 2 * pixels + 1, (2, count))
    mirrored = random.random(count) < 0.5
    keep = np.arange(count) if keep is None else keep
    padded = np.pad(images, ((0, 0), (pixels, pixels), (pixels, pixels), (0, 0)))
    made = np.empty((len(keep), *images.shape[1:]), images.dtype)
    for place, i in enumerate(keep):
        crop = padded[i, tops[i] : tops[i] + height, lefts[i] : lefts[i] + width]
        made[place] = crop[:, ::-1] if mirrored[i] else crop
    return made
