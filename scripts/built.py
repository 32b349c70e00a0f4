"""Which notebooks the course has, and which of them are no longer as they were built.

notebooks/source/built.json holds a fingerprint of each notebook, noted when it is built. A learner
who runs a lesson or solves an exercise changes the file: it is theirs from then on, not compared.
"""

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def sources(root=ROOT):
    """The percent scripts of the lessons, in order."""
    return sorted((root / "notebooks" / "source").glob("[0-9][0-9]_*.py"))


def targets(root=ROOT):
    """Every notebook of the course and its source: the lessons', then the exercises'."""
    folder = root / "notebooks"
    found = {folder / f"{source.stem}.ipynb": source for source in sources(root)}
    for kind in ("exercises", "solutions"):
        for source in sorted((folder / "source" / "exercises").glob("[0-9][0-9]_*.py")):
            found[folder / kind / f"{source.stem}.ipynb"] = source
    return found


def name_of(target, root=ROOT):
    """A notebook's name below notebooks/: 01_lenet5 or exercises/01_lenet5."""
    return target.relative_to(root / "notebooks").with_suffix("").as_posix()


def noted(root=ROOT):
    """{name: fingerprint} of the notebooks as they were built."""
    manifest = root / "notebooks" / "source" / "built.json"
    return json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}


def note(built, root=ROOT):
    """Takes these notebooks, paths, as built; forgets those that have no source any more."""
    names = {name_of(target, root) for target in targets(root)}
    prints = noted(root) | {name_of(target, root): fingerprint(target) for target in built}
    kept = {name: prints[name] for name in sorted(prints) if name in names}
    manifest = root / "notebooks" / "source" / "built.json"
    manifest.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def fingerprint(target):
    """16 hexadecimal digits of a notebook's cells and outputs; None where there is none to read.

    What an editor notes about itself and the kernel does not count.
    """
    try:
        cells = json.loads(target.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()[:16]


def changed(root=ROOT):
    """Names of the notebooks that somebody edited, ran again, removed or added, in order."""
    folder, prints = root / "notebooks", noted(root)
    there = {
        name_of(path, root): fingerprint(path)
        for path in folder.rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    }
    return sorted(n for n in prints.keys() | there.keys() if prints.get(n) != there.get(n))


def report(names, root=ROOT):
    """A line or two on changed notebooks: which are not compared, and the way back."""
    paths = {name: f"notebooks/{name}.ipynb" for name in names}
    own = [paths[name] for name in names if name in noted(root)]
    added = [paths[name] for name in names if paths[name] not in own]
    lines = []
    if own:
        lines.append(f"changed here, so not compared: {', '.join(own)}")
        lines.append(f"the course's own come back with: git restore {' '.join(own)}")
    if added:
        lines.append(f"not the course's, so not compared: {', '.join(added)}")
    return lines
