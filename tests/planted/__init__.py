"""Answers that people really give, right and wrong, a file a lesson."""

from planted import lesson01, lesson05

LESSONS = [lesson01, lesson05]
