"""Answers to experiments: functions that learners write, and what they measure with them."""


def experiment(functions, right, wrong, written=(), unlike=()):
    """An exercise's answers, from those that are (measured, conclusion), or something else.

    `functions` are put in front of the pairs; `written` are further right functions (a tuple each),
    `unlike` wrong ones, each with part of what is said.
    """

    def whole(answer):
        pair = isinstance(answer, tuple | list) and len(answer) == 2
        return type(answer)([*functions, *answer]) if pair else answer

    right = list(right)
    return {
        "right": [*map(whole, right), *((*made, *right[0]) for made in written)],
        "wrong": [
            *((whole(answer), said) for answer, said in wrong),
            *((made if len(made) > 1 else made[0], said) for made, said in unlike),
            (right[0], "hand over what you wrote as well"),
        ],
    }
