"""What longer runs of scripts/train*.py found: data/results, read and summed up."""

import json
import re
from pathlib import Path
from statistics import median

import numpy as np

from utils import papers
from utils.tables import Table

BUDGET = (  # of the race of all networks, as options of scripts/train.py
    "--images 5000 --develop 5000 --batch-size 64 --epochs 10 --watch 1000 --optimizer adam "
    "--weight-decay 0"
)
RESULTS = Path(__file__).resolve().parent.parent / "data" / "results"


def read(folder, pattern="*.json"):
    """The results in a folder of data/results ("*": in all), dicts in the order of their names."""
    paths = sorted(RESULTS.glob(f"{folder}/{pattern}"))
    return [json.loads(path.read_text()) for path in paths]


def runs(folder, network, size=None):
    """The runs of a network in a folder of data/results, a list of dicts, one a seed.

    Of the learning rates that were tried with the lowest seed, those of the one with the least
    error on the development images, or where none were held out, the least loss on the training
    images. Raises ValueError where there are none.
    """
    found = [run for run in read(folder) if run["options"]["network"] == network]
    if size is not None:
        found = [run for run in found if run["options"]["size"] == str(size)]
    if not found:
        raise ValueError(f"data/results/{folder} has no run of {network} {size or ''}".rstrip())
    return at_best_rate(found)


def at_best_rate(found):
    """Of runs with several rates, those with the rate that did best with the lowest seed."""
    first = min((run["options"]["seed"] for run in found), default=None)
    tried = [run for run in found if run["options"]["seed"] == first]
    rate = min(tried, key=chosen_by)["options"]["rate"] if tried else None
    return [run for run in found if run["options"]["rate"] == rate]


def chosen_by(run):
    """What a learning rate is chosen by, the less the better: see `runs`."""
    return run["errors"].get("development", final_loss(run))


def final_loss(run):
    """The training loss of a run's last epoch; infinite where it was no number."""
    loss = run["history"]["loss"][-1]
    return float("inf") if loss is None else loss


def errors(found, images):
    """The errors of some runs on "training" or "test" images, as parts of 1, measured in use."""
    return [run["errors"][images] for run in found]


def spread(values, digits=1):
    """The mean of several values, and in brackets the lowest and the highest."""
    mean = sum(values) / len(values)
    return f"{mean:.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def race(names, folder="race"):
    """Networks under one budget, a row each: what they cost, and the errors of three seeds in %.

    names: {what a row is called: the network's name in scripts/train.py}. All of a `folder` of
    data/results had the same images, steps and optimizer, and each the best of the rates that were
    tried.
    """
    rows = {}
    for row, network in names.items():
        found = runs(folder, network)
        rows[row] = {
            "parameters": found[0]["parameters"],
            "multiply-adds": found[0]["multiply-adds"],
            "rate": found[0]["options"]["rate"],
            "training error, %": spread([100 * error for error in errors(found, "training")]),
            "test error, %": spread([100 * error for error in errors(found, "test")]),
        }
    return Table.from_dict(rows, orient="index")


def raced(race="fashion_mnist"):
    """The runs of one of papers.RACES with the best rates, {racer: its runs}, one a seed.

    In the order of their papers; a racer without three seeds is left out.
    """
    found = {}
    for racer, runs in entered(race).items():
        chosen = {run["options"]["seed"]: run for run in at_best_rate(runs)}
        if len(chosen) == 3:
            found[racer] = list(chosen.values())
    return found


def entered(race):
    """All runs of one of papers.RACES, {racer: its runs}, whatever their rates.

    For whichever lesson they were made: what counts is the command, that of the race's column of
    papers.csv. ("light" is the race of the least networks, on Fashion-MNIST.)
    """
    every = [run for run in read("*") if "train.py" in run.get("command", "")]
    found = {}
    for racer, command in papers.racers(race).items():
        wanted = (f"{command} {BUDGET}", papers.RACES[race])
        found[racer] = [r for r in every if (trained(r), r["options"]["data"]) == wanted]
    return found


def steps(pairs, races):
    """How many points of test error fewer or more a later racer has than an earlier, a row a pair.

    races: {what a column is called: one of papers.RACES}. Points are those of the means, as
    `standings` shows them, in brackets as a part of the errors before; where not all runs of the
    one lie beyond all of the other, the cell says that they overlap.
    """
    rows = {}
    raced_in = {column: raced(race) for column, race in races.items()}
    for before, after in pairs:
        row = rows[f"{before} → {after}"] = {}
        for column, runs in raced_in.items():
            old, new = (np.array(errors(runs[racer], "test")) for racer in (before, after))
            apart = new.max() < old.min() or old.max() < new.min()
            before_it, after_it = (round(100 * float(some.mean()), 1) for some in (old, new))
            points = before_it - after_it
            told = f"{abs(points):.1f} {'fewer' if points > 0 else 'more'}"
            part = f" ({100 * abs(points) / before_it:.0f} %)"
            row[column] = told + (part if apart else ", overlap")
    return Table.from_dict(rows, orient="index")


def standings(race="fashion_mnist"):
    """One of papers.RACES, a row a racer in the order of their papers."""
    rows = {
        racer: {
            "parameters": found[0]["parameters"],
            "multiply-adds, millions": f"{found[0]['multiply-adds'] / 1e6:.2f}",
            "rate": found[0]["options"]["rate"],
            "training error, %": f"{100 * np.mean(errors(found, 'training')):.1f}",
            "test error, %": spread([100 * error for error in errors(found, "test")]),
        }
        for racer, found in raced(race).items()
    }
    return Table.from_dict(rows, orient="index")


def costs():
    """What a step of the race on Fashion-MNIST takes (data/results/race_steps.json), a row a racer.

    Kilobytes are the outputs of all layers for one image, milliseconds the median of a step of 64
    images on one thread.
    """
    timed = json.loads((RESULTS / "race_steps.json").read_text())["racers"]
    rows = {
        racer: {
            "outputs, kB": round(timed[racer]["activation bytes"] / 1e3),
            "ms a step": round(median(timed[racer]["milliseconds"])),
        }
        for racer in papers.racers("fashion_mnist")
    }
    return Table.from_dict(rows, orient="index")


def trained(run):
    """A run's command without the script, the data, the rate, the seed, the note, the folder."""
    command = run["command"].partition("train.py ")[2]
    return re.sub(r" --(data|rate|seed|results|note) ('[^']*'|\S+)", "", command)


def blocks(kinds, epochs=20):
    """Kinds of blocks after the same training, a row each, of data/results/blocks.

    kinds: {what a row is called: the kind, or (kind, epochs)}. The rate is the one of those tried
    with the least mean error on training images. Work is in multiples of the first row's.
    """
    rows, first = {}, None
    for row, kind in kinds.items():
        kind, length = kind if isinstance(kind, tuple) else (kind, epochs)
        found = read("blocks", f"{kind}-{length}epochs-*.json")
        if not found:
            raise ValueError(f"data/results/blocks has no run of {kind} over {length} epochs")
        by_rate = {}
        for run in found:
            by_rate.setdefault(run["options"]["rate"], []).append(run)
        best = min(by_rate.values(), key=lambda runs: sum(errors(runs, "training")) / len(runs))
        first = first or best[0]["multiply-adds"]
        rows[row] = {
            "work": f"{best[0]['multiply-adds'] / first:.2f}",
            "parameters": best[0]["parameters"],
            "rate": best[0]["options"]["rate"],
            "training error, %": spread([100 * error for error in errors(best, "training")]),
            "test error, %": spread([100 * error for error in errors(best, "test")]),
        }
    return Table.from_dict(rows, orient="index")
