"""A learner's model beside the reference: shapes and parameters, the first difference marked."""

from itertools import zip_longest

from utils.checks.steps import ordinal, walk
from utils.checks.values import show
from utils.tables import Table

NONE = "–"
MARK = "← first difference"


def beside(mine, reference):
    """A `Table` of the layers of two models, a row each in the order in which they run.

    Of the learner's, what each layer is, its output shape and its parameters; of the reference
    the shapes and parameters alone, so that the table gives no code away. Branches stand in the
    order of the reference's.
    """
    wanted, merges = walk(reference)
    own, _ = walk(mine, merges)
    pairs = list(zip_longest(own, wanted))
    differing = [place for place, (a, b) in enumerate(pairs) if a != b]
    rows = []
    for place, (here, there) in enumerate(pairs):
        rows.append(
            {
                "yours": ordinal(own, place).removeprefix("the ") if here else NONE,
                "output": show(here.shape) if here else NONE,
                "parameters": here.parameters if here else NONE,
                "reference: output": show(there.shape) if there else NONE,
                "reference: parameters": there.parameters if there else NONE,
                "": MARK if place in differing[:1] else "",
            }
        )
    return Table(rows, index=range(1, len(rows) + 1))
