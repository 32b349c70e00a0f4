"""Prints what the checks say of every planted answer: make mistakes."""

import os
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # as in exercises
os.environ["COURSE_PROGRESS"] = tempfile.mkdtemp(prefix="course-") + "/progress.json"


def main():
    from planted import LESSONS
    from utils.exercises import check

    for lesson in LESSONS:
        for name, answers in lesson.ANSWERS.items():
            for answer in [*answers["right"], *(wrong for wrong, _ in answers["wrong"])]:
                check(name, answer)


if __name__ == "__main__":
    main()
