"""Trains every network of the course under one budget: the race of lesson 15.

    python scripts/train_race.py
    python scripts/train_race.py --data cifar10 --only VGG-11 "wide ResNet-16" --note "from JPEGs"

About 12 million multiply-adds an image, 5,000 images, ten epochs. With the first seed it tries the
learning rates 0.001, 0.003 and 0.01, and those beyond as long as the best on the held-out images is
at an edge; with the best of them two seeds more. Each run is a command of scripts/train.py, its
result in data/results/all (data/results/light for the race of 0.3 million multiply-adds). What has
a result already, for whatever lesson, is not run again.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from utils import papers, results  # noqa: E402

RACERS = {paper["racer"]: paper["command"] for paper in papers.read()}
LIGHT = {paper["racer"]: paper["light"] for paper in papers.read() if paper["light"]}
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
FIRST = (0.001, 0.003, 0.01)
SEEDS = (1, 2, 3)


def same(command, other):
    """Whether two commands train alike, wherever the result goes and whatever is noted."""
    unlike = r" --results \S+| --data fashion_mnist| --note .*"
    return re.sub(unlike, "", command) == re.sub(unlike, "", other)


def error(network, data, rate, seed, folder="all", note=None):
    """The error on the held-out images, by a run of scripts/train.py, or as one found it before."""
    command = f"scripts/train.py {network} {results.BUDGET}"
    command += f" --data {data} --rate {rate} --seed {seed}"
    for path in (ROOT / "data" / "results").glob("*/*.json"):
        found = json.loads(path.read_text())
        if same(found.get("command", "").removeprefix("python "), command):
            return found["errors"]["development"]
    noted = ["--note", note] if note else []
    command = [sys.executable, *command.split(), "--results", f"data/results/{folder}", *noted]
    subprocess.run(command, cwd=ROOT, check=True)
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
    parser.add_argument("--data", choices=["fashion_mnist", "cifar10"], default="fashion_mnist")
    parser.add_argument("--only", nargs="*", choices=RACERS, default=[*RACERS], metavar="NAME")
    parser.add_argument("--light", action="store_true", help="the race of 0.3 million instead")
    parser.add_argument("--note", help="what else should be known, as for scripts/train.py")
    options = parser.parse_args()
    how = ("light" if options.light else "all", options.note)
    for racer, network in (LIGHT if options.light else RACERS).items():
        if racer in options.only:
            rate = best_rate(network, options.data, *how)
            for seed in SEEDS[1:]:
                error(network, options.data, rate, seed, *how)


if __name__ == "__main__":
    main()
