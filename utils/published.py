"""The ledger data/published.toml: what papers and lecture notes state, set beside a network.

The file's head says what an entry holds.
"""

import re
import tomllib
from math import nan, prod
from pathlib import Path

from utils import cost
from utils.tables import Table

LEDGER = Path(__file__).resolve().parent.parent / "data" / "published.toml"


def figures(network):
    """The ledger's entries for one network, a list of dicts. ValueError if it has none."""
    entries = _ledger()["figures"]
    found = [entry for entry in entries if entry["network"] == network]
    if not found:
        known = sorted({entry["network"] for entry in entries})
        raise ValueError(
            f"data/published.toml has no network {network!r}; it has {', '.join(known)}"
        )
    return found


def value(network, figure):
    """One figure of a whole network. Where several sources state it, the one that is exact.

    Raises ValueError for a network or a figure that the ledger does not have.
    """
    entries = [e for e in figures(network) if "layer" not in e]
    found = [e for e in entries if e["figure"] == figure]
    if not found:
        known = sorted({e["figure"] for e in entries})
        raise ValueError(
            f"data/published.toml has no {figure!r} of {network}; it has {', '.join(known)}"
        )
    return next((e for e in found if e["status"] == "recomputed"), found[0])["value"]


def compare(model, network):
    """A network's published figures beside those of `model`.

    Returns a table: figure (with its layer), published, here, source, note. `here` is counted
    on the model, or empty where a figure is only reported. Raises ValueError for a network
    that the ledger does not have, and where the model lacks a layer that the ledger names.
    """
    costs = cost.table(model, connections=True)
    rows = []
    for entry in figures(network):
        stated = tuple(entry["value"]) if isinstance(entry["value"], list) else entry["value"]
        here = nan if entry["status"] == "reported" else _measure(model, costs, entry)
        row = {"figure": " ".join(filter(None, (entry.get("layer"), entry["figure"])))}
        row |= {"published": stated, "here": here, "source": entry["source"]}
        rows.append(row | {"note": _note(entry, stated, here)})
    return Table(rows, dtype=object).set_index("figure")


def claims():
    """The lecture notes' claims, a table: claim, lesson, verdict ("open" until it is settled)."""

    def filled(match):
        return f"{value(*match.groups()):,}"

    rows = [
        {
            "claim": claim["claim"],
            "lesson": claim["lesson"],
            "verdict": re.sub(r"\{(\w+)\.([^}]+)\}", filled, claim.get("verdict", "open")),
        }
        for claim in _ledger()["claims"]
    ]
    return Table(rows).set_index("claim")


def _ledger():
    return tomllib.loads(LEDGER.read_text(encoding="utf-8"))


def _measure(model, costs, entry):
    layer, figure = entry.get("layer"), entry["figure"]
    if figure == "trainable parameters" and layer is None:
        return sum(prod(weight.shape) for weight in model.trainable_weights)
    if layer is not None:
        rows = (costs.index == layer) | costs.index.str.startswith(f"{layer}_")
        if not rows.any():
            raise ValueError(
                f"{model.name} has no layer {layer!r}, which the ledger names; it has "
                f"{', '.join(costs.index)}"
            )
        costs = costs[rows]
    if figure == "output shape":
        return costs["output shape"].iloc[0]
    if figure == "neurons":
        return sum(prod(shape) for shape in costs["output shape"][costs["multiply_adds"] > 0])
    return int(costs[figure.replace("-", "_")].sum())


def _note(entry, stated, here):
    notes = [entry["note"]] if "note" in entry else []
    if entry["status"] == "reported":
        notes.insert(0, "reported only")
    elif here != stated:
        notes.insert(0, f"{here - stated:+,}" if isinstance(stated, int) else "differs")
    if not entry.get("confirmed", True):
        notes.append("to be confirmed")
    return "; ".join(notes)
