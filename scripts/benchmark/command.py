"""How fast the course trains, measured here and kept in data/results/benchmark.json.

    python scripts/benchmark                     everything: about 25 minutes on two cores
    python scripts/benchmark resnet20 resnet50   some of it; --list says what there is
    KERAS_BACKEND=jax python scripts/benchmark   what runs on JAX

A machine speeds up and slows down, so seconds of different minutes cannot be compared. Here the
candidates take turns in one process, and each round gives one ratio to the first of them.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import train

from benchmark import candidates, machine
from utils.tables import Table

KEPT = train.ROOT / "data" / "results" / "benchmark.json"


def compare(runs, aims, rounds):
    """{candidate: ratio of its seconds to the first one's}, with its least, its most and its aim.

    runs: {name: function that returns seconds}; the ratio is the median of the rounds'.
    """
    seconds = [[run() for run in runs.values()] for _ in range(rounds)]
    ratios = [np.divide(turn, turn[0]) for turn in seconds]
    low, middle, high = np.percentile(ratios, [0, 50, 100], axis=0).round(3).tolist()
    return {
        name: {"ratio": middle[i], "least": low[i], "most": high[i]}
        | ({"aim": aims[name]} if name in aims else {})
        for i, name in enumerate(runs)
    }


def measure(name):
    """One benchmark: its rows, {candidate: {column: value}}."""
    found = candidates.BENCHMARKS[name]()
    return compare(*found) if isinstance(found, tuple) else found


def keep(name, rows, path=KEPT):
    """Puts the rows in the place of what the file had for this backend, processor and benchmark."""
    backend, processor = keras.backend.backend(), machine.gpu() or machine.processor()
    kept = json.loads(path.read_text()) if path.exists() else {}
    kept.setdefault(backend, {}).setdefault(processor, {})[name] = {
        "what": title(name),
        "commit": train.revision(),
        "versions": {"python": platform.python_version(), "keras": keras.__version__}
        | {backend: sys.modules[backend].__version__},
        "machine": {"cores": os.cpu_count(), "GPU": machine.gpu()},
        "rows": rows,
    }
    train.write(path, json.dumps(kept, indent=1) + "\n")


def title(name):
    """What a benchmark measures: the first line of its docstring."""
    return candidates.BENCHMARKS[name].__doc__.splitlines()[0]


def main(arguments=None):
    known = candidates.possible()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("which", nargs="*", metavar="benchmark", help="all, if none is named")
    parser.add_argument("--list", action="store_true", help="say what there is")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.which if name not in known]:
        parser.error(f"no benchmark {', '.join(unknown)} here; there are {', '.join(known)}")
    if options.list:
        print(*(f"{name}: {title(name)}" for name in known), sep="\n")
        return
    if len(options.which) != 1:  # each in a process of its own, with nothing left of the others
        for name in options.which or known:
            subprocess.run([sys.executable, str(Path(__file__).parent), name], check=True)
        return
    (name,) = options.which
    rows = measure(name)
    keep(name, rows)
    print(f"\n{name}: {title(name)}\n{Table.from_dict(rows, orient='index')}", flush=True)
