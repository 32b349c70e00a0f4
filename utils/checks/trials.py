"""The exercises in which one first finds a fault, then mends it."""

from collections.abc import Callable
from dataclasses import dataclass

from utils.checks.guard import Trouble
from utils.checks.kinds import Choice, Exercise
from utils.checks.places import count_differences
from utils.checks.values import short, unwrapped

OF_YOUR_OWN = "; at least one is of your own: there it is like neither the given nor the right one"


@dataclass(frozen=True)
class Fault(Exercise):
    """Find the fault: first a letter for what is wrong, then the function without it.

    `where` judges the letter, and what it shows is said of a right one; `repair` judges the
    function, and says how many places are not right yet, not which. `given` is the faulty one.
    `turned` makes what `repair` judges out of the mended function, where that is not it itself.
    """

    where: Choice = None
    repair: Exercise = None
    turned: Callable = lambda function: function

    def begun_by(self, answer):
        """True for a letter."""
        return isinstance(unwrapped(answer), str)

    def said_if_right(self):
        """What is said of the letter, and of the mended function."""
        return f"{self.where.shown} Now mend it.", self.shown

    def judge(self, answer):
        """None for the mended function; for a right letter, what to do next."""
        answer = unwrapped(answer)
        if isinstance(answer, str):
            self.where.judge(answer)
            return self.said_if_right()[0]
        if isinstance(answer, tuple | list) and len(answer) == 2 and isinstance(answer[0], str):
            self.where.judge(answer[0])
            answer = answer[1]
        if not callable(answer):
            raise Trouble(
                f"the answer should be a letter first, then the mended function; it is "
                f"{short(answer)}"
            )
        try:
            self.repair.judge(self.turned(answer), blind=True)
        except Trouble as trouble:
            raise Trouble(f"{trouble}{self._spoiled(answer)}", trouble.case) from None

    def _spoiled(self, answer):
        """Of networks: that one differs from the given one otherwise than on the way to the right.

        What was mended is one place further from the given and one nearer to the right one.
        """
        if not hasattr(self.repair, "built"):
            return ""
        try:
            mine, wanted = self.repair.built(self.turned(answer))
            given, _ = self.repair.built(self.turned(self.given))
        except Trouble:  # which was told already
            return ""
        pairs = (given, mine), (mine, wanted), (given, wanted)
        further, left, all_faults = (count_differences(*pair) for pair in pairs)
        on_the_way = further + left == all_faults
        return "" if on_the_way or not left else OF_YOUR_OWN
