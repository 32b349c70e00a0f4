"""The papers behind the course's networks: when, who, what they changed, what they report."""

from utils.published import LEDGER, figures, lines

# A race, and the data set on which it is run.
RACES = {"fashion_mnist": "fashion_mnist", "cifar10": "cifar10", "light": "fashion_mnist"}
COLUMNS = [*"name first authors idea ledger call lesson racer".split(), *RACES]
ERRORS = {
    "validation error, top 1": "ImageNet",
    "top 1 accuracy": "ImageNet",
    "validation error, top 5": "ImageNet, first five",
    "test error, CIFAR-10, augmented": "CIFAR-10",
    "test error, CIFAR-10": "CIFAR-10",
    "test error, MNIST": "MNIST",
}


def read():
    """The course's networks in the order in which they first appeared, a list of dicts of texts.

    The keys are the columns of papers.csv, which the ledger's README explains.
    """
    return [row for _, row in lines(LEDGER / "papers.csv", COLUMNS)]


def racers(race):
    """Who takes part in one of the RACES: {racer: how scripts/train.py is called for it}.

    Raises ValueError for another race.
    """
    if race not in RACES:
        raise ValueError(f"no race {race!r}; there are {', '.join(RACES)}")
    return {paper["racer"]: paper[race] for paper in read() if paper[race]}


def error(network):
    """What a paper reports of a network: (the images, the error in %), or None.

    The first of the ledger's lines that there is: ImageNet's first guess, else its first five, else
    CIFAR-10, else MNIST. (The papers differ in crops, scales and augmentation: see the notes.)
    """
    reported = {entry["figure"]: entry["published"] for entry in reversed(figures(network))}
    for figure, images in ERRORS.items():
        if figure in reported:
            accuracy = "accuracy" in figure
            return images, round(100 - reported[figure] if accuracy else reported[figure], 2)
    return None
