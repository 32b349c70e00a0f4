"""Blocks: functions from a tensor to a tensor, from which the deep networks are stacked."""

from utils.blocks.convolutions import EPSILON, conv_bn, conv_relu
from utils.blocks.depthwise import depthwise_separable, inverted_residual
from utils.blocks.inception import inception_block, naive_inception_block
from utils.blocks.mbconv import mb_conv, squeeze_excite
from utils.blocks.residual import SHORTCUTS, convolutional_block, identity_block, plain_block

__all__ = [
    "EPSILON",
    "SHORTCUTS",
    "conv_bn",
    "conv_relu",
    "convolutional_block",
    "depthwise_separable",
    "identity_block",
    "inception_block",
    "inverted_residual",
    "mb_conv",
    "naive_inception_block",
    "plain_block",
    "squeeze_excite",
]
