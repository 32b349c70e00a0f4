"""Which exercises are done: one small file of the learner's own, beside the course."""

import json
import os
import sys
from pathlib import Path

from utils.figures.style import GREEN, SMALL, Figure

FILE = Path(__file__).resolve().parent.parent.parent / "progress.json"


def done():
    """The names of the exercises that were solved; a file that makes no sense is set aside."""
    return _read() or set()


def _read():
    """The recorded names; None where a file is there that cannot be reached or moved."""
    file = _file()
    try:
        try:
            found = json.loads(file.read_text(encoding="utf-8-sig"))["done"]
            if not isinstance(found, list):
                raise TypeError
            return {name for name in found if isinstance(name, str)}
        except (ValueError, KeyError, TypeError, RecursionError):
            aside = file.with_suffix(".damaged.json")
            os.replace(file, aside)
            print(f"{file.name} could not be read; it is kept as {aside.name}, a new one begins")
            return set()
    except FileNotFoundError:
        return set()
    except OSError as error:
        print(f"({file.name} cannot be read: {error.strerror})")
        return None


def add(name):
    """Records one exercise as done. A folder that cannot be written to costs the record only."""
    known = _read()
    if known is None:  # what could not be read is not overwritten
        return
    names = sorted(known | {name})
    draft = _file().with_suffix(".draft")
    try:
        draft.write_text(json.dumps({"done": names}, indent=1) + "\n", encoding="utf-8")
        os.replace(draft, _file())
    except OSError as error:
        print(f"(not recorded: {error.strerror})")


def download():
    """Hands over the record: on Colab as a download, elsewhere by printing where it lies.

    Put back under the same name, it counts again.
    """
    file = _file()
    if not os.path.isfile(file):
        print("nothing is recorded yet")
    elif "google.colab" in sys.modules:
        sys.modules["google.colab"].files.download(str(file))
    else:
        print(f"your record is {file}")


def draw(exercises):
    """A square an exercise and a row a lesson, filled where done, and how much is left.

    `exercises` is {lesson: {name: minutes}}. Returns a Matplotlib figure.
    """
    solved = done()
    longest = max(map(len, exercises.values()))
    figure = Figure(figsize=(min(8, 2.8 + 0.4 * longest), 0.6 + 0.4 * len(exercises)))
    ax = figure.subplots()
    for row, names in enumerate(exercises.values()):
        for column, name in enumerate(names):
            colour = GREEN if name in solved else "none"
            ax.plot(column, row, "s", ms=14, mfc=colour, mec="#444444")
        said = f"{len(solved & names.keys())} of {len(names)}"
        left = sum(minutes for name, minutes in names.items() if name not in solved)
        said += f", {left} minutes left" if left else ""
        ax.text(longest - 0.3, row, said, va="center", size=SMALL)
    ax.set(xlim=(-0.6, longest + 4), ylim=(len(exercises) - 0.4, -0.6), xticks=[])
    ax.set_yticks(range(len(exercises)), [f"lesson {int(lesson)}" for lesson in exercises])
    ax.tick_params(length=0)
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    names = set().union(*exercises.values())
    return figure.says(f"{len(solved & names)} of {len(names)} exercises are solved.")


def _file():
    return Path(os.environ.get("COURSE_PROGRESS") or FILE)
