"""Normalisation that Keras lacks."""

import keras
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
        beside = [(0, 0)] * (len(x.shape) - 1) + [(self.n // 2, self.n // 2)]
        squares, channels = ops.pad(ops.square(wide), beside), x.shape[-1]
        total = sum(squares[..., i : i + channels] for i in range(self.n))
        return ops.cast(wide * (self.k + self.alpha * total) ** -self.beta, x.dtype)

    def get_config(self):
        own = {"n": self.n, "k": self.k, "alpha": self.alpha, "beta": self.beta}
        return {**super().get_config(), **own}
