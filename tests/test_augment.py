"""Augmentation moves and mirrors images, each for itself, and changes nothing else."""

import numpy as np
import tensorflow as tf

from utils.training import augmented


def possible(image, pixels):
    """Every image that it may make of one."""
    height, width = image.shape[:2]
    padded = np.pad(image, ((pixels, pixels), (pixels, pixels), (0, 0)))
    for y in range(2 * pixels + 1):
        for x in range(2 * pixels + 1):
            crop = padded[y : y + height, x : x + width]
            yield from (crop.tobytes(), crop[:, ::-1].tobytes())


def test_every_image_is_one_of_the_possible_ones():
    tf.random.set_seed(0)
    images = np.random.default_rng(0).normal(size=(64, 6, 5, 2)).astype("float32")
    found = augmented(images, 2).numpy()
    for image, made in zip(images, found):
        assert made.tobytes() in set(possible(image, 2))
    same = augmented(np.repeat(images[:1], 64, axis=0), 2).numpy()
    assert len({image.tobytes() for image in same}) > 20  # of 50


def test_no_shift_only_mirrors():
    tf.random.set_seed(0)
    images = np.random.default_rng(0).normal(size=(32, 4, 4, 1)).astype("float32")
    found = augmented(images, 0).numpy()
    mirrored = [np.array_equal(made, image[:, ::-1]) for image, made in zip(images, found)]
    straight = [np.array_equal(made, image) for image, made in zip(images, found)]
    assert np.logical_xor(mirrored, straight).all() and 5 < sum(mirrored) < 27


def test_in_a_pipeline_of_uint8_images():
    images = np.arange(5 * 4 * 4, dtype="uint8").reshape(5, 4, 4, 1)
    batches = tf.data.Dataset.from_tensor_slices(images).batch(2).map(augmented)
    assert [batch.shape for batch in batches] == [(2, 4, 4, 1), (2, 4, 4, 1), (1, 4, 4, 1)]
    assert batches.element_spec.shape[1:] == (4, 4, 1) and batches.element_spec.dtype == tf.uint8
