"""The slips in a sum, a product, a fraction or a power: a term missing, a sign turned round."""

import ast

LONGEST = 36  # characters of code in a sentence


def code(node, otherwise="a part"):
    """A piece of code as it stands, or where that is too long, another word."""
    text = ast.unparse(node)
    return f"`{text}`" if len(text) <= LONGEST else otherwise


def arithmetic(node):
    """(what is wrong, the changed node) for each slip in an operation of two numbers."""
    left, right, both = node.left, node.right, (code(node.left), code(node.right))
    match node.op:
        case ast.Add():
            yield f"{both[1]} is not added", left
            yield f"{both[0]} is not added", right
            yield f"{both[1]} is taken off; it is to be added", _with(node, ast.Sub())
            yield f"it is multiplied by {both[1]}, which is to be added", _with(node, ast.Mult())
        case ast.Sub():
            yield f"{both[1]} is not taken off", left
            yield f"it is {both[1]} alone; it is to be taken off {both[0]}", right
            yield f"{both[1]} is added; it is to be taken off", _with(node, ast.Add())
            yield f"the difference is turned round: take {both[1]} off {both[0]}", _turned(node)
        case ast.Mult():
            yield f"it is not multiplied by {both[1]}", left
            yield f"it is not multiplied by {both[0]}", right
            yield f"{both[1]} is added; it is to be multiplied", _with(node, ast.Add())
            yield f"it is divided by {both[1]}; it is to be multiplied", _with(node, ast.Div())
            yield f"it is multiplied by {both[1]} twice", ast.BinOp(node, ast.Mult(), right)
            yield f"it is multiplied by {both[0]} twice", ast.BinOp(node, ast.Mult(), left)
        case ast.Div() | ast.FloorDiv():
            yield f"it is not divided by {both[1]}", left
            yield f"it is multiplied by {both[1]}; it is to be divided", _with(node, ast.Mult())
            yield "the fraction is upside down", _turned(node)
            yield f"it is divided by {both[1]} twice", ast.BinOp(node, node.op, right)
            cuts = isinstance(node.op, ast.FloorDiv)
            why = "what is divided is not cut to a whole number" if cuts else "// cuts parts off"
            yield why, _with(node, ast.Div() if cuts else ast.FloorDiv())
        case ast.Pow():
            two = isinstance(right, ast.Constant) and right.value == 2
            yield f"{both[0]} is not {'squared' if two else f'raised to {both[1]}'}", left
            yield f"{both[0]} is multiplied by {both[1]}; ** is a power", _with(node, ast.Mult())
            yield f"base and exponent are exchanged at {code(node)}", _turned(node)


def _with(node, operator):
    return ast.BinOp(node.left, operator, node.right)


def _turned(node):
    return ast.BinOp(node.right, node.op, node.left)
