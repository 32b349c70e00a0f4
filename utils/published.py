"""The ledger data/published: what papers and lecture notes state, set beside a network.

Its README says what a line holds.
"""

import csv
import re
from math import nan, prod
from pathlib import Path

from utils import cost
from utils.tables import Table, show

LEDGER = Path(__file__).resolve().parent.parent / "data" / "published"
COLUMNS = ["layer", "figure", "published", "counted", "unit", "status", "source", "note"]
VALUES = {  # which of its two values a line of each status has
    "exact": {"published", "counted"},
    "rounded": {"published", "counted"},
    "wrong": {"published", "counted"},
    "counted": {"counted"},
    "reported": {"published"},
}


def networks():
    """The names of the networks that the ledger has, a sorted list."""
    return sorted({path.stem for path in LEDGER.glob("*.csv")} - {"claims", "papers"})


def figures(network):
    """The ledger's lines for one network, a list of dicts, one a figure and source.

    The keys are the columns. `published` and `counted` are numbers, shapes (tuples) or None, all
    others text. Raises ValueError for a network that the ledger does not have, and for a damaged
    line, with its file and number.
    """
    if network not in networks():
        raise ValueError(
            f"data/published has no network {network!r}; it has {', '.join(networks())}"
        )
    return [_entry(where, row) for where, row in lines(LEDGER / f"{network}.csv", COLUMNS)]


def value(network, figure):
    """One figure of a whole network: the exact number if it is counted, else what is published.

    Raises ValueError for a network or a figure that the ledger does not have.
    """
    entries = [entry for entry in figures(network) if not entry["layer"]]
    for entry in entries:
        if entry["figure"] == figure:
            return entry["published"] if entry["counted"] is None else entry["counted"]
    known = sorted({entry["figure"] for entry in entries})
    raise ValueError(f"data/published has no {figure!r} of {network}; it has {', '.join(known)}")


def compare(model, network):
    """What is published of a network, beside what is counted on `model`.

    Returns a table: figure (with its layer), published, counted, source, note. `published` is
    empty where no source states the figure, `counted` where it is only reported. The note has the
    difference of the two; where `model` is not the ledger's network, also what should be counted.
    Raises ValueError for a network that the ledger does not have, and where the model lacks a
    layer that the ledger names.
    """
    costs = cost.table(model, connections=True)
    rows = []
    for entry in figures(network):
        counted = None if entry["counted"] is None else _count(model, costs, entry)
        row = {
            "figure": f"{entry['layer']} {entry['figure']}".strip(),
            "published": nan if entry["published"] is None else entry["published"],
            "counted": nan if counted is None else counted,
            "source": entry["source"],
        }
        rows.append(row | {"note": _note(entry, counted)})
    return Table(rows, dtype=object).set_index("figure")


def claims():
    """The lecture notes' claims, a table: claim, lesson, verdict ("open" until it is settled)."""

    def filled(match):
        return f"{value(*match.groups()):,}"

    rows = []
    for _, row in lines(LEDGER / "claims.csv", ["claim", "lesson", "verdict"]):
        verdict = re.sub(r"\{(\w+)\.([^}]+)\}", filled, row["verdict"] or "open")
        rows.append(row | {"verdict": verdict})
    return Table(rows).set_index("claim")


def lines(path, columns):
    """Each line of a file with these columns: where it stands, and its cells by column."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{path.name}, line {number}: not in UTF-8") from None
    reader = csv.reader(text, strict=True)
    try:
        if next(reader, None) != columns:
            raise ValueError(f"{path.name}, line 1: the columns are not {','.join(columns)}")
        for cells in reader:
            where = f"{path.name}, line {reader.line_num}"
            if len(cells) != len(columns):
                raise ValueError(f"{where}: {len(cells)} columns where {len(columns)} belong")
            yield where, dict(zip(columns, cells))
    except csv.Error as error:
        raise ValueError(f"{path.name}, line {reader.line_num}: {error}") from None


def _entry(where, row):
    entry = dict(row)
    for column in ("published", "counted"):
        try:
            entry[column] = _value(row["figure"], row[column])
        except ValueError:
            raise ValueError(
                f"{where}: {column} is {row[column]!r}; it is a number, such as 61706 or 0.95, or "
                f"for an output shape 28x28x6"
            ) from None
    needed = VALUES.get(entry["status"])
    if needed is None:
        raise ValueError(f"{where}: status {entry['status']!r} is none of {', '.join(VALUES)}")
    if {column for column in ("published", "counted") if row[column]} != needed:
        raise ValueError(f"{where}: status {entry['status']} takes {' and '.join(sorted(needed))}")
    if bool(entry["source"]) != ("published" in needed):
        raise ValueError(f"{where}: what is published has a source, and nothing else has")
    return entry


def _value(figure, text):
    if not text:
        return None
    if figure == "output shape":
        return tuple(map(int, text.split("x")))
    return float(text) if "." in text else int(text)


def _count(model, costs, entry):
    layer, figure, whole = entry["layer"], entry["figure"], costs
    if size := re.fullmatch(r"multiply-adds at (\d+)x\1", figure):
        return cost.multiply_adds(model, int(size[1]))
    if figure == "trainable parameters" and not layer:
        return sum(prod(weight.shape) for weight in model.trainable_weights)
    if layer:
        rows = (costs.index == layer) | costs.index.str.startswith(f"{layer}_")
        if not rows.any():
            raise ValueError(
                f"{model.name} has no layer {layer!r}, which the ledger names; it has "
                f"{', '.join(costs.index)}"
            )
        costs = costs[rows]
    if figure == "output shape":
        return costs["output shape"].iloc[0]
    if figure == "share of multiply-adds":
        return round(100 * costs["multiply_adds"].sum() / whole["multiply_adds"].sum(), 2)
    if figure == "share of weights":
        return round(100 * _weights(model, costs.index) / _weights(model, whole.index), 2)
    if figure == "neurons":
        return sum(prod(shape) for shape in costs["output shape"][costs["multiply_adds"] > 0])
    return int(costs[figure.replace("-", "_")].sum())


def _weights(model, names):
    """How many weights the layers of these names have, without biases and normalisation."""
    kernels = (w for name in names for w in model.get_layer(name).weights if "kernel" in w.name)
    return sum(prod(kernel.shape) for kernel in kernels)


def _note(entry, counted):
    notes = []
    if counted is None:
        notes.append("reported only")
    elif isinstance(entry["published"], int | float) and counted != entry["published"]:
        difference = counted - entry["published"]
        notes.append(f"{difference:+,}" if isinstance(difference, int) else f"{difference:+.2f}")
    if counted != entry["counted"]:
        notes.append(f"should be {show(entry['counted'])}")
    return "; ".join([*notes, *filter(None, [entry["note"]])])
