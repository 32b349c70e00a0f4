"""Batch normalisation that trains with TensorFlow's fused kernel."""

import keras

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

        channels, before = inputs.shape[-1], tf.convert_to_tensor(self.moving_variance)
        outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            inputs,
            self.gamma if self.scale else tf.ones(channels),
            self.beta if self.center else tf.zeros(channels),
            self.moving_mean,
            before,
            epsilon=self.epsilon,
            is_training=True,
            exponential_avg_factor=1.0 - self.momentum,
        )
        # The kernel normalises by the variance over n values and averages n / (n - 1) times it.
        n = tf.cast(tf.size(inputs) / channels, "float32")
        self.moving_mean.assign(mean)
        self.moving_variance.assign(variance - (variance - self.momentum * before) / n)
        return outputs
