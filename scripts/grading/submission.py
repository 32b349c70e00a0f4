"""What a learner handed in, and what the course's own notebook asks for."""

import ast
import hashlib
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LARGEST = 30_000_000  # bytes of a notebook
# What a look at the answers reads; not forbidden, and said to the instructor.
PEEKS = r"\banswers\d\d\w*|\bslips\d\d|\blesson\d\d\b|\bsolutions/|\bEXERCISES\b"


def cells(path):
    """The sources of a notebook's code cells, in order. Raises ValueError, with a sentence."""
    path = Path(path)
    if path.stat().st_size > LARGEST:
        raise ValueError(f"the file has more than {LARGEST // 1_000_000} MB: clear its outputs")
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
        sources = [cell["source"] for cell in found if cell["cell_type"] == "code"]
        return [source if isinstance(source, str) else "".join(source) for source in sources]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"this is no Jupyter notebook ({type(error).__name__})") from None


def digest(path, wanted):
    """What a result belongs to: the notebook, and the exercises asked for, with their checks."""
    found = hashlib.sha256(Path(path).read_bytes())
    found.update(" ".join(wanted).encode())
    for file in sorted((ROOT / "utils").rglob("*.py")):
        found.update(file.read_bytes())
    return found.hexdigest()


def peeks(sources):
    """Which answers of the course a notebook reads, a list of names."""
    return sorted(set(re.findall(PEEKS, "\n".join(sources))))


def own_checks(lesson):
    """The check calls of the course's own exercise notebook, [(exercise, code)], in order."""
    (path,) = (ROOT / "notebooks" / "exercises").glob(f"{lesson}_*.ipynb")
    found = []
    for source in cells(path):
        try:
            tree = ast.parse(source)
        except SyntaxError:  # a line for IPython alone
            continue
        for node in ast.walk(tree):
            if name := checked(node):
                found.append((name, ast.unparse(node)))
    return found


def checked(node):
    """The exercise that a call `check("05.name", ...)` is about; None for any other node."""
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args
    if called and node.func.id == "check" and isinstance(node.args[0], ast.Constant):
        return str(node.args[0].value)
    return None
