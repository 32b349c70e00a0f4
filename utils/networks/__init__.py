"""The networks of the course. Each function returns an uncompiled functional keras.Model."""

from utils.networks.lenet import lenet5, lenet5_1998

__all__ = ["lenet5", "lenet5_1998"]
