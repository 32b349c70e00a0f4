"""What a learner calls: check, compare, ask for a hint, see what is done. Nothing here raises."""

import ast
import inspect
from collections import Counter
from copy import deepcopy
from importlib import import_module
from pathlib import Path
from textwrap import dedent

from utils.checks.beside import beside
from utils.checks.errors import said_by
from utils.checks.guard import Trouble, guarded
from utils.exercises import solved

_hints = Counter()  # how many of an exercise's hints were shown
_cases = {}  # the arguments with which an exercise's answer was last found wrong


def check(name, answer=...):
    """Prints whether an answer is right, what it shows, or what is wrong and where to look.

    `name` is "lesson.exercise", `answer` what the exercise asks for; `...` is no answer yet. A
    right answer is recorded for `progress`; the letter that an exercise asks for first is not yet.
    Returns None.
    """
    name = str(name)
    exercise = _find(name)
    if exercise is None:
        return
    if _blank(answer, exercise.given):
        print(f"{name}: not attempted yet ({exercise.effort})")
        return
    try:
        said = exercise.judge(answer)
    except Trouble as trouble:
        arguments = ""
        if trouble.case is not None:
            _cases[name] = trouble.case
            arguments = f' (utils.exercises.case("{name}") hands you these arguments.)'
        print(f"✗ {name}: {_sentence(trouble)}{arguments}")
    except Exception as error:  # the check's own fault: a learner's notebook goes on all the same
        print(f"{name}: this check failed itself, with {type(error).__name__}: {said_by(error)}")
    else:
        print(f"✓ {name}: {said or exercise.shown}")
        if not exercise.begun_by(answer):
            solved.add(name)


def compare(name, answer):
    """A table of the layers of a network or block beside the reference's, or None.

    Of the reference it has shapes and parameters alone; the first layer that differs is marked.
    What is no network, or the answer of an exercise that asks for none, gets a sentence.
    """
    name = str(name)
    exercise = _find(name)
    if exercise is None:
        return None
    built = getattr(getattr(exercise, "repair", exercise), "built", None)
    if built is None:
        print(
            f"{name} asks for no network: there are no layers to compare; check says what is wrong"
        )
        return None
    try:
        with guarded("comparing your model"):
            return beside(*built(answer))
    except Trouble as trouble:
        print(f"{name}: {_sentence(trouble)}")
        return None


def case(name):
    """The arguments with which an answer was last found wrong, a tuple; None where there are none.

    Call your function on them: `answer(*case("07.one_by_one"))`.
    """
    if str(name) not in _cases:
        print(f"{name}: no answer of yours was wrong for arguments that cannot be written out")
    return deepcopy(_cases.get(str(name)))


def hint(name):
    """Prints the next of the exercise's three hints, and the last one again after that."""
    name = str(name)
    exercise = _find(name)
    if exercise is None:
        return
    place = min(_hints[name], len(exercise.hints) - 1)
    _hints[name] += 1
    print(f"{name}, hint {place + 1} of {len(exercise.hints)}: {exercise.hints[place]}")


def progress():
    """A figure of all exercises, a row a lesson, filled where solved, and the minutes left."""
    return solved.draw(
        {
            lesson: {name: exercise.effort.minutes for name, exercise in exercises(lesson).items()}
            for lesson in lessons()
        }
    )


def lessons():
    """The lessons that have exercises: ["01", ...]."""
    files = Path(__file__).parent.glob("lesson*.py")
    return sorted(file.stem.removeprefix("lesson") for file in files)


def exercises(lesson):
    """The exercises of one lesson: {"01.c1_parameters": Exercise, ...}."""
    return import_module(f"utils.exercises.lesson{lesson}").EXERCISES


def _sentence(trouble):
    said = str(trouble)
    return f"{said}{'' if said[-1] in '.?!…' else '.'}"


def _find(name):
    lesson = str(name).split(".")[0]
    if lesson not in lessons():
        print(
            f"there are no exercises {str(name)!r}; lessons with exercises: {', '.join(lessons())}"
        )
        return None
    found = exercises(lesson)
    if name not in found:
        print(f"there is no exercise {str(name)!r}; lesson {lesson} has {', '.join(found)}")
    return found.get(name)


def _blank(answer, given):
    """Whether nothing was filled in: `...`, a function with no more in it, the given function."""
    if isinstance(answer, tuple):
        return any(_blank(part, None) for part in answer if part is ... or callable(part))
    if answer is ...:
        return True
    body = _body(answer)
    return body is not None and (not body or body == _body(given))


def _body(function):
    """What a function does, statement by statement, without docstring, `...` and pass."""
    try:
        (tree,) = ast.parse(dedent(inspect.getsource(function))).body
        statements = tree.body
    except Exception:  # no source, no plain function, or an object that answers nothing
        return None
    said = [s for s in statements if not isinstance(s, ast.Pass)]
    return [
        ast.dump(s)
        for s in said
        if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
    ]
