"""Answers that people really give, right and wrong, a file a lesson."""

from planted import lesson01

LESSONS = [lesson01]
