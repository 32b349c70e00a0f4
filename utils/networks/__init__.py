"""The networks of the course. Each function returns an uncompiled functional keras.Model."""

from utils.networks.alexnet import alexnet
from utils.networks.densenet import densenet, densenet_cifar
from utils.networks.efficientnet import efficientnet
from utils.networks.googlenet import googlenet
from utils.networks.lenet import lenet5, lenet5_1998
from utils.networks.mobilenet import mobilenet, mobilenet_v2
from utils.networks.network_in_network import network_in_network
from utils.networks.relatives import resnext, se_resnet
from utils.networks.resnet import plain, resnet
from utils.networks.resnet_cifar import plain_cifar, resnet_cifar, wide_resnet
from utils.networks.vgg import vgg
from utils.networks.xception import xception

__all__ = [
    "alexnet",
    "densenet",
    "densenet_cifar",
    "efficientnet",
    "googlenet",
    "lenet5",
    "lenet5_1998",
    "mobilenet",
    "mobilenet_v2",
    "network_in_network",
    "plain",
    "plain_cifar",
    "resnet",
    "resnet_cifar",
    "resnext",
    "se_resnet",
    "vgg",
    "wide_resnet",
    "xception",
]
