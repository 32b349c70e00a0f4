"""Grades exercise notebooks by the course's own checks.

    python scripts/grade.py submissions/*.ipynb --exercises 05 --out grades/
    python scripts/grade.py ada.ipynb --exercises 05.identity_block 05.pad_shortcut --out grades/

Each notebook runs in a process of its own, in a folder of its own, without a network, with limits
on time, memory, output and files, on this course's `utils` and not the learner's. Its cells run in
order; one that stops does not end it, and one that ends Python or never ends is left out in another
run. An exercise is right if one of its `check` calls was; a call that is missing is made as the
course's notebook makes it. Into --out go grades.csv (a learner a row), grades.json, a page of
feedback and a results.json for Gradescope a learner. The same command again grades what is new.

This executes strangers' code: read what scripts/grading/fence.py says first.
"""

import argparse
import json
import os
import signal
import sys
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from grading import children, pages, submission  # noqa: E402

VERSION = 1  # of what is written
_options = []  # what the workers inherit


def parse(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--exercises", nargs="+", required=True, help="lessons, or exercises")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=300, help="for a notebook, at most")
    parser.add_argument("--cell-seconds", type=float, default=60, help="of computing, for a cell")
    parser.add_argument("--memory", type=float, default=4e9, help="bytes more than at its start")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="notebooks at a time")
    options = parser.parse_args(arguments)
    if missing := [str(path) for path in options.notebooks if not path.is_file()]:
        parser.error(f"no such file: {', '.join(missing)}")
    names = [path.stem for path in options.notebooks]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        parser.error(f"two notebooks are called {twice[0]}: a learner is told by the file's name")
    try:
        options.wanted = chosen(options.exercises)
    except ValueError as error:
        parser.error(str(error))
    return options


def chosen(names):
    """{exercise: its record} of lessons ("05") and exercises ("05.pad_shortcut")."""
    from utils.exercises import face

    found = {}
    for name in names:
        lesson = name.split(".")[0]
        if lesson not in face.lessons():
            raise ValueError(f"no lesson {lesson!r}; there are {', '.join(face.lessons())}")
        known = face.exercises(lesson)
        if name != lesson and name not in known:
            raise ValueError(f"no exercise {name!r}; lesson {lesson} has {', '.join(known)}")
        found |= known if name == lesson else {name: known[name]}
    return found


def one_of(path):
    """As `graded`, in a worker; one that is told to end takes the notebook's process with it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        return graded(path, _options[0])
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def graded(path, options):
    """One learner's result, from an earlier run where notebook and checks are the same."""
    kept = options.out / "learners" / f"{path.stem}.json"
    stamp = f"{VERSION} {submission.digest(path, options.wanted)}"
    if kept.exists() and (found := json.loads(kept.read_text()))["stamp"] == stamp:
        return found
    found = {"stamp": stamp, "learner": path.stem, "exercises": {}, "troubles": [], "look at": []}
    try:
        sources = submission.cells(path)
    except ValueError as error:
        found["troubles"].append(str(error))
    else:
        run(sources, options, found)
    pages.write(kept, json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    return found


def run(sources, options, found):
    """Runs the cells and fills in what came out."""
    lessons = dict.fromkeys(name.split(".")[0] for name in options.wanted)
    again = [pair for lesson in lessons for pair in submission.own_checks(lesson)]

    def task(left_out, tell):
        from grading import judge

        judge.run(sources, options.wanted, left_out, again, tell)

    told, ended = children.grade(task, options)
    for line in told:
        if line.get("exercise") in options.wanted and line["score"] in (0, 1):
            before = found["exercises"].get(line["exercise"], {"score": -1})
            if line["score"] >= before["score"]:
                keys = ("score", "said", "begun")
                found["exercises"][line["exercise"]] = {key: line[key] for key in keys}
        if "stopped" in line:
            found["troubles"].append(f"cell {line['stopped'] + 1} stopped: {line['error']}")
    for trouble in ended:
        where = "before its cells" if trouble["cell"] is None else f"in cell {trouble['cell'] + 1}"
        where = "in the checks at its end" if trouble["cell"] == -1 else where
        found["troubles"].append(f"{trouble['said']}, {where}")
        found["look at"].append(f"{trouble['said']}, {where}")
    found["look at"] += [f"reads {name}" for name in submission.peeks(sources)]
    said = [exercise["said"] for exercise in found["exercises"].values()]
    found["look at"] += [text for text in said if "changed the course's own" in text]


def prepared():
    """Imports what every notebook needs, once, before any process is forked off."""
    import IPython.core.interactiveshell  # noqa: F401
    import keras  # noqa: F401
    import matplotlib

    import utils.exercises  # noqa: F401
    from utils import blocks, cost, data, figures, networks, training  # noqa: F401

    matplotlib.use("agg")


def main(arguments=None):
    options = parse(arguments)
    import keras

    for folder in ("learners", "feedback", "gradescope"):
        (options.out / folder).mkdir(parents=True, exist_ok=True)
    prepared()
    # Forked, not pickled: the workers have all that is imported, and no thread but their own.
    _options.append(options)
    bar, results = keras.utils.Progbar(len(options.notebooks), unit_name="notebook"), []
    no_interrupt = signal.SIGINT, signal.SIG_IGN  # Ctrl-C is the parent's, which ends its workers
    try:
        with get_context("fork").Pool(options.jobs, signal.signal, no_interrupt) as pool:
            for one in pool.imap(one_of, options.notebooks, chunksize=1):
                results.append(one)
                bar.add(1)
    except KeyboardInterrupt:
        graded_so_far = f"{len(results)} of {len(options.notebooks)} are graded"
        sys.exit(f"\nstopped: {graded_so_far}, and the same command goes on from there")
    for one in results:
        name = one["learner"]
        pages.write(options.out / "feedback" / f"{name}.html", pages.feedback(one, options.wanted))
        made = pages.gradescope(one, options.wanted)
        pages.write(options.out / "gradescope" / f"{name}.json", made + "\n")
    pages.write_table(options.out / "grades.csv", results, options.wanted)
    pages.write(options.out / "grades.json", json.dumps(results, indent=1, ensure_ascii=False))
    print(f"{len(results)} graded: {options.out / 'grades.csv'}")


if __name__ == "__main__":
    main()
