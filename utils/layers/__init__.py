"""What Keras lacks: layers that the papers need, in plain keras.ops, and a faster one."""

from utils.layers.batch_normalization import BatchNormalization
from utils.layers.grouped import GroupedConv2D
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
from utils.layers.shortcut import PadChannels

__all__ = [
    "BatchNormalization",
    "EuclideanRBF",
    "GroupedConv2D",
    "LocalResponseNormalization",
    "MAPLoss",
    "PadChannels",
    "SparseConv2D",
    "Subsampling",
    "nearest_code",
    "scaled_tanh",
    "uniform",
]
