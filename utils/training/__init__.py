"""Training on whatever the machine has, at the size that the profile asks for."""

from utils.training.augment import augmented
from utils.training.devices import strategy
from utils.training.profile import by_profile
from utils.training.report import check_setup

__all__ = ["augmented", "by_profile", "check_setup", "strategy"]
