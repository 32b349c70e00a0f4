"""Training on whatever the machines have, at the size that the profile asks for."""

from utils.training.augment import augmented
from utils.training.batches import Batches
from utils.training.devices import strategy
from utils.training.fitting import fit
from utils.training.precision import use_mixed_precision
from utils.training.profile import by_profile
from utils.training.report import check_setup
from utils.training.sharing import is_chief, replicas

__all__ = [
    "Batches",
    "augmented",
    "by_profile",
    "check_setup",
    "fit",
    "is_chief",
    "replicas",
    "strategy",
    "use_mixed_precision",
]
