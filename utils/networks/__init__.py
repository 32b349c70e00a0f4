"""The networks of the course. Each function returns an uncompiled functional keras.Model."""

from utils.networks.alexnet import alexnet
from utils.networks.lenet import lenet5, lenet5_1998
from utils.networks.vgg import vgg

__all__ = ["alexnet", "lenet5", "lenet5_1998", "vgg"]
