"""Writes the recap cards, notebooks/cards.md and its pictures, from the ledger and the networks.

    python scripts/build_cards.py

A card is a network of data/published/papers.csv: when, who, the idea; its volumes; its stages,
counted; what its paper states; how its small form did in the race of lesson 15.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from built import sources  # noqa: E402
from weightless import weightless  # noqa: E402

from utils import cost, figures, networks, papers, published, results  # noqa: E402
from utils.tables import show  # noqa: E402

NOTEBOOKS = ROOT / "notebooks"
PARAMETERS = ("parameters", "trainable parameters")
HEAD = """# Recap cards

A card for each network of the course, in the order in which they first appeared. *Counted* is what
the networks here have; *published* what a paper states. A multiply-add is one multiplication and an
addition, in convolutions and dense layers. `scripts/build_cards.py` writes this page.
"""


def build(paper):
    """The paper's network, without weights."""
    return weightless(eval, f"networks.{paper['call']}", {"networks": networks})


def stages(model):
    """The layers with weights by the size of their maps: Markdown rows."""
    table = cost.table(model)
    weighted = table[(table["multiply_adds"] > 0) | (table["parameters"] > 0)]
    whole = weighted["multiply_adds"].sum()
    rows = ["| maps | layers that multiply | parameters | multiply-adds |", "|---|--:|--:|--:|"]
    by_size = {}
    for row in weighted.itertuples():
        by_size.setdefault(row[2][:-1], []).append(row)
    for size, group in by_size.items():
        layers = sum(row.multiply_adds > 0 for row in group)
        work = sum(row.multiply_adds for row in group)
        parameters = sum(row.parameters for row in group)
        cells = [
            show(size) or "vectors",
            show(layers),
            show(parameters),
            f"{100 * work / whole:.1f} %",
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def numbers(network):
    """What the ledger has of a whole network: Markdown rows."""
    wanted = (*PARAMETERS, "multiply-adds", *papers.ERRORS)
    rows = ["| | published | counted | source |", "|---|--:|--:|---|"]
    for line in published.figures(network):
        if line["figure"] in wanted and not line["layer"] and line["status"] != "wrong":
            unit = " %" if line["unit"] == "%" else ""
            cells = [f"{show(line[c])}{unit}" if line[c] else "" for c in ("published", "counted")]
            rows.append(f"| {' | '.join([line['figure'], *cells, line['source']])} |")
    return rows


def raced(paper, runs):
    """One sentence on the race of lesson 15."""
    race = NOTEBOOKS / "15_the_race.ipynb"
    race = f"[the race]({race.name})" if race.exists() else "the race of all networks"
    errors = results.spread([100 * error for error in results.errors(runs, "test")])
    return (
        f"In {race}, as {paper['racer']} with {runs[0]['parameters']:,} "
        f"parameters and {runs[0]['multiply-adds'] / 1e6:.1f} million multiply-adds, it got "
        f"{errors} % of Fashion-MNIST's test images wrong."
    )


def card(paper, model, runs):
    """A network's card: Markdown lines."""
    lesson = next(path.stem for path in sources() if int(path.stem[:2]) == int(paper["lesson"]))
    return [
        f"## {paper['name']}",
        f"{paper['first'][:4]}, {paper['authors']}. {paper['idea'][0].upper()}{paper['idea'][1:]}. "
        f"([Lesson {paper['lesson']}]({lesson}.ipynb), `networks.{paper['call']}`)",
        f"![{figures.volumes(model, by_stage=True)!r}](cards/{paper['ledger']}.png)",
        "\n".join(stages(model)),
        "\n".join(numbers(paper["ledger"])),
        *([raced(paper, runs)] if runs else []),
    ]


def text(made):
    """The page: made is {a paper's name: its network}."""
    raced = results.raced()
    cards = [card(p, made[p["name"]], raced.get(p["racer"])) for p in papers.read()]
    return "\n\n".join([HEAD.rstrip(), *(part for one in cards for part in one)]) + "\n"


def main():
    made = {paper["name"]: build(paper) for paper in papers.read()}
    (NOTEBOOKS / "cards").mkdir(exist_ok=True)
    for paper in papers.read():
        picture = figures.volumes(made[paper["name"]], by_stage=True)
        picture.savefig(NOTEBOOKS / "cards" / f"{paper['ledger']}.png", metadata={"Software": None})
    (NOTEBOOKS / "cards.md").write_text(text(made))


if __name__ == "__main__":
    main()
