"""A pytest plugin: the files that took most processor time, and how much all of them took.

Counted are user and system seconds of the process that ran a file and of what it started and
waited for: workers, kernels. Wall time says little where two processes share two cores.
"""

import os
import resource

import kernels
import pytest
from warm import USER

SHOWN = 10


def processor_seconds():
    """User and system seconds of this process and of its children that have ended."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


class Slowest:
    """Adds up per file; the workers of pytest-xdist hand theirs to the process that reports."""

    def __init__(self):
        self.files, self.others = {}, 0

    def add(self, name, seconds):
        self.files[name] = self.files.get(name, 0) + seconds

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        before, name = processor_seconds(), item.nodeid.split("::")[0]
        os.environ[USER] = name
        try:
            return (yield)
        finally:
            self.add(name, processor_seconds() - before)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        self.others += processor_seconds() - sum(self.files.values())
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["slowest"] = self.files  # the rest shows in its parent

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node):
        for name, seconds in getattr(node, "workeroutput", {}).get("slowest", {}).items():
            self.add(name, seconds)

    def pytest_terminal_summary(self, terminalreporter, config):
        before = processor_seconds()
        kernels.stop(config)
        self.others += processor_seconds() - before
        for name, seconds in kernels.seconds():
            self.add(name, seconds)
            self.others -= seconds
        say = terminalreporter.write_line
        terminalreporter.section("processor seconds")
        for name in sorted(self.files, key=self.files.get, reverse=True)[:SHOWN]:
            say(f"{self.files[name]:7.1f}  {name}")
        say(f"{self.others:7.1f}  starting, and finding the tests")
        say(f"{sum(self.files.values()) + self.others:7.1f}  all {len(self.files)} files")
