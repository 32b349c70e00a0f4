"""Random shifts and mirror images, a whole batch at a time."""

import tensorflow as tf


def augmented(images, pixels=4):
    """Each image mirrored or not, and shifted by up to `pixels` each way, zeros moving in.

    (batch, h, w, c) -> the same; for `tf.data.Dataset.map` after `batch`. This is padding, random
    crop and flip of the residual networks' paper (He et al. 2016, section 4.2).
    """
    count, height, width = tf.unstack(tf.shape(images)[:3])
    edges = [[0, 0], [pixels, pixels], [pixels, pixels], [0, 0]]
    shifts = tf.random.uniform((2, count, 1), 0, 2 * pixels + 1, tf.int32)
    rows, columns = shifts[0] + tf.range(height), shifts[1] + tf.range(width)
    mirrored = tf.random.uniform((count, 1)) < 0.5
    columns = tf.where(mirrored, columns[:, ::-1], columns)
    shifted = tf.gather(tf.pad(images, edges), rows, axis=1, batch_dims=1)
    return tf.ensure_shape(tf.gather(shifted, columns, axis=2, batch_dims=1), images.shape)
