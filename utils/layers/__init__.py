"""What Keras lacks: layers that the papers need, in plain keras.ops."""

from utils.layers.lenet import (
    EuclideanRBF,
    MAPLoss,
    SparseConv2D,
    Subsampling,
    nearest_code,
    scaled_tanh,
    uniform,
)
from utils.layers.normalization import LocalResponseNormalization

__all__ = [
    "EuclideanRBF",
    "LocalResponseNormalization",
    "MAPLoss",
    "SparseConv2D",
    "Subsampling",
    "nearest_code",
    "scaled_tanh",
    "uniform",
]
