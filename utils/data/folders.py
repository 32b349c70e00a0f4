"""A learner's own classes: a folder of photographs for each, read as they are needed."""

import hashlib
import unicodedata
import warnings
import zipfile
from collections import Counter, defaultdict
from io import BytesIO
from pathlib import Path, PurePosixPath

import numpy as np

from utils.data.photographs import alike, decoded, uploaded
from utils.whole import whole

LISTED = 8  # names in a warning
SPLITS = {"train", "training", "test", "testing", "val", "valid", "validation", "dev"}


def folders(path, pixels=224, *, test=0.2, seed=0, batch_size=32):
    """Photographs from a folder (or a zip) with a folder for each class: (train, test).

    `path` is a folder, a zip, or "upload", which on Colab asks for a zip. Each photograph becomes
    the square in its middle, `pixels` on a side, as of `photo`; both parts are `pictures.Pictures`,
    which `fit` and `predict` take, with `labels`, `names` and `classes`. Of each class the part
    `test`, at least one, is held out, by file and before anything is made of it; `seed` draws
    which. What cannot be read, and further copies of a photograph in its class, are left out with a
    warning that names them. Raises FileNotFoundError where nothing is there; ValueError for no
    classes or one, a class of no photograph or one, and a photograph that lies in two classes.
    """
    pixels, batch_size = whole(pixels, "pixels"), whole(batch_size, "batch_size")
    seed = whole(seed, "seed", 0)
    if isinstance(test, bool) or not isinstance(test, int | float) or not 0 < test < 1:
        raise ValueError(f"test is the part that is held out, such as 0.2; got {test!r}")
    where, read, names = _source(path)
    by_class = _by_class(where, names)
    kept, why = _looked_at(read, by_class)
    _refuse(where, kept, why)
    if why:
        warnings.warn(_left_out(why), stacklevel=2)
    from utils.data.pictures import Pictures  # imports Keras, which takes seconds

    train, held = [], []
    for number, found in enumerate(kept.values()):
        order = np.random.default_rng((seed, number)).permutation(len(found))
        count = min(max(1, round(test * len(found))), len(found) - 1)
        held += [(found[i], number) for i in sorted(order[:count])]
        train += [(found[i], number) for i in sorted(order[count:])]
    return tuple(Pictures(read, *zip(*part), kept, pixels, batch_size) for part in (train, held))


def _source(path):
    """What it is called, a function from a name to bytes, and the names, "class/.../file"."""
    if not isinstance(path, str | Path):
        raise ValueError(f"path is a folder, a zip or 'upload'; got a {type(path).__name__}")
    if path == "upload":
        name, content = uploaded()
        return _zipped(name, BytesIO(content))
    path = Path(path).expanduser()
    if not path.exists():
        raise FileNotFoundError(f"there is no {path}{alike(path)}")
    if path.is_file():
        return _zipped(path.name, path)
    names = [p.relative_to(path).as_posix() + "/" * p.is_dir() for p in sorted(path.rglob("*"))]
    return str(path), lambda name: (path / name).read_bytes(), names


def _zipped(name, file):
    if not zipfile.is_zipfile(file):
        raise ValueError(f"{name} is no folder and no zip; give the folder that holds the classes")
    archive = zipfile.ZipFile(file)
    return name, archive.read, sorted(archive.namelist())


def _by_class(where, names):
    """{class: [names]}; folders around all classes, as zips have them, are passed by."""
    parts = {}  # of a file its folders and its name, of an empty folder its folders and ""
    for name in names:
        own = (*PurePosixPath(name).parts, *[""] * name.endswith("/"))
        hidden = any(part.startswith((".", "__MACOSX")) or part == "Thumbs.db" for part in own)
        full = name.endswith("/") and any(n.startswith(name) and n != name for n in names)
        if not hidden and not full:
            parts[name] = own
    while parts and all(len(own) > 2 for own in parts.values()):
        if len({own[0] for own in parts.values()}) > 1:
            break
        parts = {name: own[1:] for name, own in parts.items()}
    if not parts:
        raise ValueError(f"{where} is empty; it needs a folder of photographs for each class")
    if all(len(own) == 1 for own in parts.values()):
        raise ValueError(
            f"{where} has {len(parts)} files and no folder; put the photographs of each class into "
            f"a folder with the name of the class"
        )
    found = defaultdict(list)
    for name, own in parts.items():
        if len(own) > 1:
            found[unicodedata.normalize("NFC", own[0])] += [name] if own[-1] else []
    if {label.lower() for label in found} <= SPLITS:
        raise ValueError(
            f"{where} is parted into {' and '.join(found)} already, and these are no classes; give "
            f"one of them, from which photographs are held out by file"
        )
    return {label: found[label] for label in sorted(found)}


def _looked_at(read, by_class):
    """{class: [names of photographs]}, and {name: why it is left out}. Every file is read once."""
    kept, why, first = {}, {}, {}
    for label, names in by_class.items():
        kept[label] = []
        for name in names:
            content = read(name)
            try:
                decoded(name, content)
            except ValueError as error:
                why[name] = str(error).removeprefix(name).strip()
                continue
            there = first.setdefault(hashlib.sha256(content).digest(), (label, name))
            if there == (label, name):
                kept[label].append(name)
            elif there[0] == label:
                why[name] = f"is a copy of {there[1]}"
            else:
                raise ValueError(
                    f"{there[1]} and {name} are the same photograph in two classes: to which does "
                    f"it belong?"
                )
    return kept, why


def _refuse(where, kept, why):
    """Raises ValueError for what cannot be learned from."""
    few = {label: len(names) for label, names in kept.items() if len(names) < 2}
    if few:
        label, count = next(iter(few.items()))
        left = f"; {_left_out(why)}" if why else ""
        raise ValueError(
            f"{where}: {label!r} has {count or 'no'} photograph{'s' if not count else ''}; a class "
            f"needs two at least, one to learn from and one to be tested on{left}"
        )
    if len(kept) < 2:
        raise ValueError(
            f"{where} has one class, {next(iter(kept))!r}: there is nothing to tell it from; add "
            f"a folder of photographs of something else"
        )


def _left_out(why):
    reasons = [f"{name} {reason}" for name, reason in list(why.items())[:LISTED]]
    more = [f"{len(why) - LISTED} more"] if len(why) > LISTED else []
    kinds = Counter(PurePosixPath(name).suffix.lower() or "no suffix" for name in why)
    said = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(4))
    are = "file is" if len(why) == 1 else "files are"
    return f"{len(why)} {are} left out ({said}): {'; '.join(reasons + more)}"
