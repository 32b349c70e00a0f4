"""Prints a table of what the checks say of every planted answer, and the shares: make mistakes."""

import contextlib
import io
import os
import tempfile
from collections import Counter

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # as in exercises
os.environ["COURSE_PROGRESS"] = tempfile.mkdtemp(prefix="course-") + "/progress.json"


def main():
    from planted import LESSONS, kind_of
    from utils.exercises import check

    kinds = Counter()
    for lesson in LESSONS:
        for name, answers in lesson.ANSWERS.items():
            print(f"\n{name}")
            wrong = [answer for answer, _ in answers["wrong"]]
            for answer in [*answers["right"], *wrong]:
                with contextlib.redirect_stdout(io.StringIO()) as said:
                    check(name, answer)
                sentence = said.getvalue().strip()
                kind = kind_of(sentence)
                kinds[kind] += 1
                print(f"  {kind:10} {_short(answer):30} {sentence.replace(f'{name}: ', '', 1)}")
    told = sum(kinds.values()) - kinds["right"]
    print(f"\n{told} wrong answers:")
    for kind in ("named", "vague", "raw"):
        print(f"  {kind:10} {kinds[kind]:5} {100 * kinds[kind] / told:5.1f} %")
    print(f"{kinds['right']} right ones")


def _short(answer):
    text = getattr(answer, "__name__", None) or repr(answer)
    return text if len(text) <= 30 else f"{text[:29]}…"


if __name__ == "__main__":
    main()
