"""The networks of the course. Each function returns an uncompiled functional keras.Model."""

from utils.networks.alexnet import alexnet
from utils.networks.lenet import lenet5, lenet5_1998
from utils.networks.resnet import plain, resnet
from utils.networks.resnet_cifar import plain_cifar, resnet_cifar
from utils.networks.vgg import vgg

__all__ = [
    "alexnet",
    "lenet5",
    "lenet5_1998",
    "plain",
    "plain_cifar",
    "resnet",
    "resnet_cifar",
    "vgg",
]
