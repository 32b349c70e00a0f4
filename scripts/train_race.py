"""Trains every network of the course under one budget: the race of lesson 15.

    python scripts/train_race.py
    python scripts/train_race.py cifar10 --only VGG-11 "wide ResNet-16" --note "from JPEGs"

About 12 million multiply-adds an image, 5,000 images, ten epochs, on Fashion-MNIST or on CIFAR-10.
With the first seed it tries the learning rates 0.001, 0.003 and 0.01, and those beyond as long as
the best on the held-out images is at an edge; with the best of them two seeds more. Each run is a
command of scripts/train.py, its result in data/results/all ("light", the race of 0.3 million
multiply-adds, in data/results/light). What has a result already, for whatever lesson, is not run
again.
"""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from utils import papers, results  # noqa: E402

RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
FIRST = (0.001, 0.003, 0.01)
SEEDS = (1, 2, 3)


def error(network, data, rate, seed, folder="all", note=None):
    """The error on the held-out images, by a run of scripts/train.py, or as one found it before."""
    command = f"{network} {results.BUDGET}"
    wanted = {"data": data, "rate": rate, "seed": seed}
    for run in results.read("*"):
        alike = "train.py" in run.get("command", "") and results.trained(run) == command
        if alike and wanted.items() <= run["options"].items():
            return run["errors"]["development"]
    command += f" --data {data} --rate {rate} --seed {seed} --results data/results/{folder}"
    noted = ["--note", note] if note else []
    script = [sys.executable, "scripts/train.py", *command.split(), *noted]
    subprocess.run(script, cwd=ROOT, check=True)
    return error(network, data, rate, seed)


def best_rate(network, data, *how):
    """The rate with the least error, and none at an edge of those that were tried."""
    tried = {rate: error(network, data, rate, SEEDS[0], *how) for rate in FIRST}
    while True:
        best = min(tried, key=tried.get)
        place = RATES.index(best)
        beside = [rate for rate in RATES[max(0, place - 1) : place + 2] if rate not in tried]
        if not beside:
            return best
        tried |= {rate: error(network, data, rate, SEEDS[0], *how) for rate in beside}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("race", nargs="?", choices=papers.RACES, default="fashion_mnist")
    parser.add_argument("--only", nargs="*", metavar="NAME", help="these racers; else all")
    parser.add_argument("--note", help="what else should be known, as for scripts/train.py")
    options = parser.parse_args()
    racers = papers.racers(options.race)
    only = options.only or [*racers]
    if strange := [racer for racer in only if racer not in racers]:
        parser.error(f"no racer {strange[0]} in {options.race}; there are {', '.join(racers)}")
    data, folder = papers.RACES[options.race], "light" if options.race == "light" else "all"
    for racer in only:
        rate = best_rate(racers[racer], data, folder, options.note)
        for seed in SEEDS[1:]:
            error(racers[racer], data, rate, seed, folder, options.note)


if __name__ == "__main__":
    main()
