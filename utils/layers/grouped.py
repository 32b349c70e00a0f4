"""Convolution in groups that trains on a processor, too."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("classic_networks")
class GroupedConv2D(keras.layers.Conv2D):
    """Keras's Conv2D, whose `groups` run on a processor as one convolution with zeros between them.

    Same arguments, weights, outputs and gradients. TensorFlow has no kernel for groups on a
    processor, and what Keras compiles in its place takes many times as long; there, the weights of
    each group are set into an array of zeros that reads all channels. Elsewhere it is Conv2D.
    (batch, h, w, c) -> (batch, h / strides, w / strides, filters), rounded as in Conv2D. Source:
    Krizhevsky et al. 2012, section 3.5; Xie et al. 2017, "ResNeXt", figure 3c.
    """

    def convolution_op(self, inputs, kernel):
        if keras.backend.backend() != "tensorflow" or self._on_gpu():
            return super().convolution_op(inputs, kernel)
        return super().convolution_op(inputs, self._spread(kernel))

    def _spread(self, kernel):
        """(kh, kw, c / groups, filters) -> (kh, kw, c, filters), zeros between the groups."""
        group = ops.arange(self.groups)
        reads = ops.repeat(group, kernel.shape[2])[:, None]
        makes = ops.repeat(group, kernel.shape[3] // self.groups)[None, :]
        within = ops.cast(reads == makes, kernel.dtype)
        return ops.tile(kernel, (1, 1, self.groups, 1)) * within

    @staticmethod
    def _on_gpu():
        import tensorflow as tf

        return bool(tf.config.list_logical_devices("GPU"))
