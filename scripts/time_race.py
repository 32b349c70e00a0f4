"""Times a training step of every network of the race, in turns, and counts what it keeps.

    python scripts/time_race.py

On one thread, batches of 64 images, the networks one after the other in each round, so that a slow
moment of the machine meets all of them. Writes data/results/race_steps.json: of each network the
milliseconds of a step in each round, and the bytes of all layers' outputs for one image, which a
training keeps for the way back. Compare the networks of one file only.
"""

import json
import os
import shlex
import sys
import time

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"), "1")

import keras  # noqa: E402
import train  # noqa: E402
import train_options  # noqa: E402
from train_result import revision  # noqa: E402

from utils import cost, data, papers, results  # noqa: E402

OUT = results.RESULTS / "race_steps.json"
ROUNDS, STEPS, BATCH = 7, 3, 64


def steps(network, images, labels):
    """The milliseconds of a training step, the mean of a few."""
    start = time.perf_counter()
    for _ in range(STEPS):
        network.train_on_batch(images, labels)
    return 1000 * (time.perf_counter() - start) / STEPS


def kept(options, images):
    """Bytes of all layers' outputs for one image, in float32, without the resizing."""
    return int(cost.table(train_options.core(options, images.shape[1:]))["activation bytes"].sum())


def main():
    (images, labels), _ = data.load("fashion_mnist")
    images, labels = images[:BATCH, ..., None], labels[:BATCH]
    found, networks = {}, {}
    for paper in papers.read():
        command = f"{paper['command']} {results.BUDGET}"
        options = train_options.parse(__doc__, command.split())
        networks[paper["racer"]] = network = train.build(options, images)
        found[paper["racer"]] = {"activation bytes": kept(options, images), "milliseconds": []}
        steps(network, *train.labelled(network, images, labels))
        print(paper["racer"], flush=True)
    for _ in range(ROUNDS):
        for racer, network in networks.items():
            taken = steps(network, *train.labelled(network, images, labels))
            found[racer]["milliseconds"].append(round(taken, 1))
    text = {
        "command": shlex.join(["python", "scripts/time_race.py", *sys.argv[1:]]),
        "commit": revision(),
        "versions": {"keras": keras.__version__},
        "threads": 1,
        "racers": found,
    }
    partial = OUT.with_suffix(".partial")
    partial.write_text(json.dumps(text, indent=1) + "\n")
    partial.rename(OUT)


if __name__ == "__main__":
    main()
