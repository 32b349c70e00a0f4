"""The exercises in which one first finds a fault, then mends it."""

from collections.abc import Callable
from dataclasses import dataclass

from utils.checks.guard import Trouble
from utils.checks.kinds import Choice, Exercise
from utils.checks.values import short, unwrapped


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
        self.repair.judge(self.turned(answer), blind=True)
