"""Blocks: functions from a tensor to a tensor, from which the deep networks are stacked."""

from utils.blocks.convolutions import EPSILON, conv_bn, conv_relu
from utils.blocks.dense import dense_block, dense_layer, transition
from utils.blocks.depthwise import depthwise_separable, inverted_residual, separable_block
from utils.blocks.inception import inception_block, naive_inception_block
from utils.blocks.mbconv import mb_conv, squeeze_excite
from utils.blocks.relatives import preactivated_block, resnext_block, se_block
from utils.blocks.residual import SHORTCUTS, convolutional_block, identity_block, plain_block

__all__ = [
    "EPSILON",
    "SHORTCUTS",
    "conv_bn",
    "conv_relu",
    "convolutional_block",
    "dense_block",
    "dense_layer",
    "depthwise_separable",
    "identity_block",
    "inception_block",
    "inverted_residual",
    "mb_conv",
    "naive_inception_block",
    "plain_block",
    "preactivated_block",
    "resnext_block",
    "se_block",
    "separable_block",
    "squeeze_excite",
    "transition",
]
