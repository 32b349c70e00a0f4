"""Real images: Fashion-MNIST, which ships; MNIST and CIFAR-10 through Keras; photographs."""

from utils.data.folders import folders
from utils.data.photographs import PHOTOS, photo
from utils.data.sets import CLASSES, FOLDER, SHAPES, load

__all__ = ["CLASSES", "FOLDER", "PHOTOS", "SHAPES", "folders", "load", "photo"]
