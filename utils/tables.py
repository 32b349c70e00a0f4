"""Tables that a learner can read: a DataFrame that shows 60000 as 60,000."""

import re
from numbers import Integral

import pandas as pd

LEFT = ' style="text-align: left"'


def _show(value):
    if isinstance(value, tuple):
        return "×".join(map(str, value))
    if isinstance(value, Integral) and not isinstance(value, bool):
        return f"{value:,}"
    return "" if pd.isna(value) else str(value)


class Table(pd.DataFrame):
    """A DataFrame in which whole numbers have thousands separators and shapes are 28×28×6."""

    @property
    def _constructor(self):
        return Table

    def _shown(self):
        formatters = dict.fromkeys(self.columns, _show)
        return {"formatters": formatters, "na_rep": "", "index_names": False}

    def _repr_html_(self):
        """HTML with numbers to the right and text to the left, nothing cut short."""
        with pd.option_context("display.max_colwidth", None):
            rows = self.to_html(**self._shown(), notebook=True).split("<tr")
        is_text = [all(isinstance(value, str) for value in self[column]) for column in self.columns]

        def align(row):
            columns = iter([True, *is_text])  # the index first
            return re.sub("<t[dh](?=>)", lambda cell: cell[0] + LEFT * next(columns), row)

        return "<tr".join([rows[0], *map(align, rows[1:])])

    def __repr__(self):
        return self.to_string(**self._shown())
