"""Batch normalisation that trains with TensorFlow's fused kernel."""

import keras
from keras import ops

# The kernel raises any smaller epsilon to this one without a word.
LEAST_EPSILON = 1.001e-5


@keras.saving.register_keras_serializable("classic_networks")
class BatchNormalization(keras.layers.BatchNormalization):
    """Keras's batch normalisation, with the fused kernel of TensorFlow in training.

    Same arguments, weights, outputs, gradients and moving statistics as
    keras.layers.BatchNormalization, which Keras 3 computes in a dozen separate operations. Shapes:
    (batch, height, width, channels) -> the same. What the kernel cannot take runs as in Keras:
    other backends, inputs of other rank or precision, a mask, renorm, synchronized, an epsilon
    under 1.001e-5. Source: Ioffe and Szegedy 2015.
    """

    def call(self, inputs, training=None, mask=None):
        if training and self.trainable and mask is None and self._fits_the_kernel(inputs):
            return self._fused(inputs)
        return super().call(inputs, training=training, mask=mask)

    def _fits_the_kernel(self, inputs):
        return (
            keras.backend.backend() == "tensorflow"
            and len(inputs.shape) == 4
            and self.axis in (-1, 3)
            and self.epsilon >= LEAST_EPSILON
            and keras.backend.standardize_dtype(inputs.dtype) == self.compute_dtype
            and self.compute_dtype in ("float32", "bfloat16", "float16")
            and not (self.synchronized or getattr(self, "renorm", False))  # unknown to Keras 3.13
        )

    def _fused(self, inputs):
        import tensorflow as tf

        channels = inputs.shape[-1]
        gamma = ops.cast(self.gamma, "float32") if self.scale else ops.ones(channels)
        beta = ops.cast(self.beta, "float32") if self.center else ops.zeros(channels)
        outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            inputs, gamma, beta, epsilon=self.epsilon, is_training=True
        )
        # The kernel normalises by the variance over n values and returns n / (n - 1) times it.
        n = ops.cast(ops.size(inputs) / channels, "float32")
        self._follow(self.moving_mean, mean)
        self._follow(self.moving_variance, variance * (n - 1) / n)
        return outputs

    def _follow(self, moving, batch):
        kept = ops.cast(moving, "float32") * self.momentum
        moving.assign(kept + batch * (1.0 - self.momentum))
