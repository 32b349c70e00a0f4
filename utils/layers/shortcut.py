"""The parameter-free shortcut of residual networks."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("classic_networks")
class PadChannels(keras.layers.Layer):
    """Every strides-th pixel, and zeros for the channels that are missing: shortcut A.

    (batch, h, w, c) -> (batch, h / strides, w / strides, channels), rounded up; the c channels
    come first, the zeros last. No weights. Raises ValueError where the input has more than
    `channels`. Source: He et al. 2016, section 3.3.
    """

    def __init__(self, channels, strides=1, **kwargs):
        super().__init__(**kwargs)
        self.channels, self.strides = channels, strides

    def build(self, shape):
        if shape[-1] > self.channels:
            raise ValueError(
                f"{self.name}: shortcut A can only add channels, but the input has {shape[-1]} "
                f"and the block makes {self.channels}; use shortcut B"
            )

    def call(self, x):
        missing = self.channels - x.shape[-1]
        return ops.pad(x[:, :: self.strides, :: self.strides], [(0, 0)] * 3 + [(0, missing)])

    def compute_output_shape(self, shape):
        batch, *size, _ = shape
        return (batch, *(n and -(-n // self.strides) for n in size), self.channels)

    def get_config(self):
        return {**super().get_config(), "channels": self.channels, "strides": self.strides}
