"""Augmentation moves and mirrors images, each for itself, and changes nothing else."""

import numpy as np
import pytest

from utils.augment import Mirror, Shift
from utils.training import augmented


def random_images(count, *shape, kind="float32"):
    return np.random.default_rng(0).integers(0, 256, (count, *shape)).astype(kind)


def possible(image, pixels):
    """Every image that it may make of one."""
    height, width = image.shape[:2]
    padded = np.pad(image, ((pixels, pixels), (pixels, pixels), (0, 0)))
    for y in range(2 * pixels + 1):
        for x in range(2 * pixels + 1):
            crop = padded[y : y + height, x : x + width]
            yield from (crop.tobytes(), crop[:, ::-1].tobytes())


@pytest.mark.parametrize("kind", ["uint8", "float32"])
def test_every_image_is_one_of_the_possible_ones(kind):
    images = random_images(64, 6, 5, 2, kind=kind)
    found = augmented(images, 2, np.random.default_rng(1))
    assert found.shape == images.shape and found.dtype == images.dtype
    for image, made in zip(images, found):
        assert made.tobytes() in set(possible(image, 2))
    same = augmented(np.repeat(images[:1], 64, axis=0), 2, np.random.default_rng(1))
    assert len({image.tobytes() for image in same}) > 20  # of 50


def test_no_shift_only_mirrors():
    images = random_images(32, 4, 4, 1)
    found = augmented(images, 0, np.random.default_rng(1))
    mirrored = [np.array_equal(made, image[:, ::-1]) for image, made in zip(images, found)]
    straight = [np.array_equal(made, image) for image, made in zip(images, found)]
    assert np.logical_xor(mirrored, straight).all() and 5 < sum(mirrored) < 27


def test_a_part_is_what_it_is_in_the_whole():
    images = random_images(9, 5, 5, 3)
    whole = augmented(images, 2, np.random.default_rng(1))
    part = augmented(images, 2, np.random.default_rng(1), keep=np.array([7, 2, 2]))
    np.testing.assert_array_equal(part, whole[[7, 2, 2]])


def test_a_list_of_functions_is_called_one_after_the_other():
    images = random_images(9, 5, 5, 3, kind="uint8")
    functions = [Mirror(), Shift(1)]
    random = np.random.default_rng(1)
    step, _ = Mirror()(images, None, random)
    step, _ = Shift(1)(step, None, random)
    found = augmented(images, functions, np.random.default_rng(1))
    np.testing.assert_array_equal(found, step)
    part = augmented(images, functions, np.random.default_rng(1), keep=[7, 2])
    np.testing.assert_array_equal(part, step[[7, 2]])
