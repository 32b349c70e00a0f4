"""Runs a notebook's cells in this process and judges what it hands to `check`."""

import ast
import builtins
import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from types import FunctionType

import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from grading.submission import checked
from utils import exercises
from utils.checks.guard import Trouble
from utils.exercises import face, solved

OURS = "__check__"  # what a cell's `check` is while it runs
MOST = 20_000  # characters of a cell's output that are kept
KEPT = ("allclose", "array_equal", "isclose", "shape", "asarray")


class Bounded(io.StringIO):
    """Takes what is written, and keeps its beginning."""

    def write(self, text):
        return super().write(text[: max(0, MOST - self.tell())]) or len(text)


class Judge:
    """Judges answers by the course's own records; whatever a notebook calls `check` ends here."""

    def __init__(self, wanted, tell):
        self.wanted, self.tell, self.found, self.as_it_was = wanted, tell, {}, {}

    def check(self, name, answer=...):
        """As utils.exercises.check, and tells what came out."""
        name = str(name)
        if name not in self.wanted:
            print(f"{name}: not graded here")
            return
        exercise = self.wanted[name]
        now = snapshot()
        if changed := next((w for w, a in self.as_it_was.items() if now.get(w) != a), None):
            return self._say(name, 0, f"{name}: the notebook changed the course's own {changed}")
        if face._blank(answer, exercise.given):
            return self._say(name, 0, f"{name}: not attempted yet")
        try:
            said = exercise.judge(answer)
        except Trouble as trouble:
            self._say(name, 0, f"✗ {name}: {face._sentence(trouble)}")
        except Exception as error:
            self._say(name, 0, f"{name}: the check failed itself, with {type(error).__name__}")
        else:
            begun = exercise.begun_by(answer)
            self._say(name, 0 if begun else 1, f"✓ {name}: {said or exercise.shown}", begun)

    def _say(self, name, score, sentence, begun=False):
        print(sentence)
        if score >= self.found.get(name, -1):  # once right, right
            self.found[name] = score
            self.tell(exercise=name, score=score, said=sentence, begun=begun)


def snapshot():
    """What a notebook could change to be judged otherwise: {where: the thing, its code}."""
    found = {}
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "utils":
            for key, value in list(vars(module).items()):
                if (parts := _parts(value)) is not None:
                    found[f"{name}.{key}"] = parts
    return found | {f"numpy.{name}": id(getattr(np, name)) for name in KEPT}


def _parts(value):
    """What a function, a class, or a table of exercises is made of; None for all else."""
    if isinstance(value, FunctionType):
        return id(value), id(value.__code__)
    if isinstance(value, type):
        methods = {k: v for k, v in vars(value).items() if isinstance(v, FunctionType)}
        return id(value), tuple((k, id(v), id(v.__code__)) for k, v in sorted(methods.items()))
    if isinstance(value, dict):
        records = [(k, id(v), vars(v)) for k, v in value.items() if hasattr(v, "judge")]
        return tuple((k, i, tuple(map(id, f.values()))) for k, i, f in records) or None
    return None


class Renamed(ast.NodeTransformer):
    """Calls of `check` by its name are the judge's, whatever the notebook calls so."""

    def visit_Call(self, node):
        self.generic_visit(node)
        if checked(node):
            node.func = ast.copy_location(ast.Name(OURS, ast.Load()), node.func)
        return node


def run(sources, wanted, left_out, again, tell):
    """Runs the cells in order, then the course's own checks for what was not checked.

    `sources` are the cells, `wanted` {exercise: its record}, `left_out` the places of cells that
    are not run, `again` the course's checks, [(exercise, code)]. What happens is told as it does.
    """
    judge = Judge(wanted, tell)
    for module in (exercises, face):
        module.check = judge.check
    solved.add = lambda name: None
    judge.as_it_was = snapshot()
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config, colors="NoColor")
    shell.ast_transformers.append(Renamed())
    for place, source in enumerate(sources):
        if place in left_out:
            continue
        tell(cell=place)
        setattr(builtins, OURS, judge.check)
        output = Bounded()
        with redirect_stdout(output), redirect_stderr(output):
            try:
                result = shell.run_cell(source, store_history=False)
                error = result.error_before_exec or result.error_in_exec
            except BaseException as escaped:  # what IPython lets through
                error = escaped
        shell.user_ns.pop(OURS, None)
        if error is not None:
            tell(stopped=place, error=f"{type(error).__name__}: {str(error)[:300]}")
    shell.user_ns[OURS] = judge.check
    for name, code in again:
        if name in wanted and not judge.found.get(name):
            tell(cell=-1)
            with redirect_stdout(Bounded()), redirect_stderr(Bounded()):
                try:
                    exec(code.replace("check(", f"{OURS}(", 1), shell.user_ns)
                except BaseException:  # what it is about is not there
                    continue
    tell(finished=True)
