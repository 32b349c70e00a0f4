"""Tables that a learner can read: a DataFrame that shows 60000 as 60,000."""

from html import escape
from numbers import Integral

import pandas as pd

CELL = '<{0} style="text-align: {1}">{2}</{0}>'


class Table(pd.DataFrame):
    """A DataFrame in which whole numbers have thousands separators and shapes are 28×28×6.

    In a notebook every row is shown, text to the left and numbers to the right.
    """

    @property
    def _constructor(self):
        return Table

    def _repr_html_(self):
        lines = []
        for number, row in enumerate(self._cells()):
            tags = ["th", *["td" if number else "th"] * (len(row) - 1)]
            cells = zip(tags, self._sides(), map(escape, row))
            lines.append(f"<tr>{''.join(CELL.format(*cell) for cell in cells)}</tr>")
        return "\n".join(['<table class="dataframe">', *lines, "</table>"])

    def __repr__(self):
        widths = [max(map(len, column)) for column in zip(*self._cells())]
        pads = [str.ljust if side == "left" else str.rjust for side in self._sides()]
        rows = [[pad(*cell) for pad, *cell in zip(pads, row, widths)] for row in self._cells()]
        return "\n".join("  ".join(row).rstrip() for row in rows)

    def _cells(self):
        """The header and the rows, index first, as text."""
        rows = [["", *self.columns], *self.itertuples(name=None)]
        return [[show(value) for value in row] for row in rows]

    def _sides(self):
        texts = [all(isinstance(value, str) for value in self[column]) for column in self.columns]
        return ["left" if is_text else "right" for is_text in [True, *texts]]


def show(value):
    """A table's text for one value: 60,000, 28×28×6, and nothing for what is missing."""
    if isinstance(value, tuple):
        return "×".join(map(str, value))
    if isinstance(value, Integral) and not isinstance(value, bool):
        return f"{value:,}"
    return "" if pd.isna(value) else str(value)
