"""The slips that one makes in a line of code: one place changed, and what that is in words."""

import ast
from contextlib import suppress
from functools import partial
from itertools import chain

from utils.checks.arithmetic import arithmetic, code

ALIKE = (
    ("min", "max"),
    ("minimum", "maximum"),
    ("ceil", "floor", "round"),
    ("mean", "sum", "median", "max", "min", "prod"),
    ("argmax", "argmin"),
    ("var", "std"),
    ("tile", "repeat"),
)
WRAPPING = ("ceil", "floor", "round", "int", "abs", "sqrt", "sorted", "exp", "log")
ROUNDED = {"ceil": "rounded up", "floor": "rounded down", "round": "rounded to the nearest"}


def changes(node, parent, parameters):
    """(what is wrong, the changed node) for each slip that this node of a syntax tree allows."""
    kinds = (
        (ast.BinOp, arithmetic),
        (ast.Constant, partial(_constant, parent=parent)),
        (ast.Compare, _comparison),
        (ast.Call, _call),
        (ast.Name, partial(_name, parameters=parameters)),
        (ast.For | ast.comprehension, _loop),
        (ast.AugAssign, _total),
        (ast.If | ast.IfExp, _condition),
        (ast.Subscript, _part),
        (ast.FunctionDef, partial(_exchanged, parameters=parameters)),
    )
    for kind, found in kinds:
        if isinstance(node, kind):
            yield from found(node)


def _constant(node, parent):
    number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
    if not number or isinstance(parent, ast.arguments):  # a default, which no learner sees
        return
    if isinstance(parent, ast.Slice | ast.Subscript | ast.keyword) or node.value < 20:
        for value in (node.value + 1, node.value - 1):
            yield f"{value} stands where {node.value} belongs", ast.Constant(value)


def _comparison(node):
    other = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
    if (operator := other.get(type(node.ops[0]))) and len(node.ops) == 1:
        why = f"it is wrong where both sides of {code(node, 'a comparison')} are equal"
        yield why, ast.Compare(node.left, [operator()], node.comparators)


def _call(node):
    method = isinstance(node.func, ast.Attribute)
    name = node.func.attr if method else getattr(node.func, "id", "")
    for other in chain.from_iterable(names for names in ALIKE if name in names):
        if other != name:
            why = f"{other} stands where {name} belongs"
            if name in ROUNDED:
                why = f"it is {ROUNDED[other]}; it is to be {ROUNDED[name]}"
            for function in _called(node.func, other):
                yield why, ast.Call(function, node.args, node.keywords)
    if name in WRAPPING and len(node.args) == 1:
        yield (
            f"it is not {ROUNDED[name]}" if name in ROUNDED else f"{name} is missing",
            node.args[0],
        )
    yield from _axes(node, name)
    if name == "range":
        end = node.args[-1] if len(node.args) < 3 else node.args[1]
        for step, why in ((1, "runs once too often"), (-1, "ends one turn early")):
            last = ast.BinOp(end, ast.Add(), ast.Constant(step))
            yield f"a loop {why}", ast.Call(node.func, [*node.args[:-1], last], [])


def _called(function, other):
    """The same function by another name; numpy's and Python's own both."""
    if isinstance(function, ast.Attribute):
        yield ast.Attribute(function.value, other, ast.Load())
    yield ast.Name(other, ast.Load())
    yield ast.Attribute(ast.Name("np", ast.Load()), other, ast.Load())


def _axes(node, name):
    """Reductions along another axis, or along all."""
    for place, keyword in enumerate(node.keywords):
        if keyword.arg == "axis":
            others = [k for i, k in enumerate(node.keywords) if i != place]
            yield f"{name} has no axis, so it goes over all", ast.Call(node.func, node.args, others)
            for axis in (-1, 0, 1, 2):
                changed = [*others, ast.keyword("axis", ast.Constant(axis))]
                why = f"{name} goes along axis {axis}; it is to go along another"
                yield why, ast.Call(node.func, node.args, changed)


def _name(node, parameters):
    if node.id in parameters and isinstance(node.ctx, ast.Load):
        for other in parameters:
            if other != node.id:
                yield f"`{other}` stands where `{node.id}` belongs", ast.Name(other, ast.Load())


def _exchanged(node, parameters):
    for i, one in enumerate(parameters):
        for other in parameters[i + 1 :]:
            changed = ast.parse(ast.unparse(node)).body[0]
            for name in ast.walk(changed):
                if isinstance(name, ast.Name) and name.id in (one, other):
                    name.id = other if name.id == one else one
            yield f"`{one}` and `{other}` are exchanged", changed


def _loop(node):
    for part, why in (
        ("[:1]", "only the first turn of a loop counts: is a return in it, or a total set anew?"),
        ("[-1:]", "only the last turn of a loop counts: is a total set anew in each?"),
        ("[:-1]", "the last turn of a loop is left out"),
        ("[1:]", "the first turn of a loop is left out"),
    ):
        shortened = ast.parse(f"list({ast.unparse(node.iter)}){part}", mode="eval").body
        fields = {name: getattr(node, name) for name in node._fields} | {"iter": shortened}
        yield why, type(node)(**fields)


def _total(node):
    yield (
        "a total is set anew in each turn: = in place of += (or of -=)",
        ast.Assign([node.target], node.value),
    )
    other = {ast.Add: ast.Sub(), ast.Sub: ast.Add()}.get(type(node.op))
    if other:
        words = ("taken off; it is to be added", "added; it is to be taken off")
        which = words[isinstance(node.op, ast.Sub)]
        yield f"{code(node.value)} is {which}", ast.AugAssign(node.target, other, node.value)


def _condition(node):
    for value in (True, False):
        fields = {name: getattr(node, name) for name in node._fields}
        why = f"it does not look at whether {code(node.test, 'a condition')}"
        yield why, type(node)(**(fields | {"test": ast.Constant(value)}))


def _part(node):
    if isinstance(node.slice, ast.Slice):
        yield f"all is taken where {code(node, 'a part')} is meant", node.value


def unbracketed(tree):
    """(what is wrong, the tree) for each pair of brackets without which it reads otherwise."""
    text = ast.unparse(tree)
    for start, end in _pairs(text):
        before = text[start - 1 : start]
        if before.isalnum() or before in tuple("_])"):
            continue  # a call's
        inner = text[start + 1 : end]
        with suppress(SyntaxError):
            changed = ast.parse(f"{text[:start]}{inner}{text[end + 1 :]}")
            if ast.dump(changed) != ast.dump(ast.parse(text)):
                yield f"brackets are missing: `{inner}` belongs together", changed


def _pairs(text):
    """The places of each opening bracket and of the one that closes it."""
    opened = []
    for place, character in enumerate(text):
        if character == "(":
            opened.append(place)
        elif character == ")" and opened:
            yield opened.pop(), place
