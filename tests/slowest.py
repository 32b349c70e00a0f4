"""A pytest plugin: the files that took most processor time, and how much all of them took.

Counted are user and system seconds of the process that ran a file and of what it started and
waited for: kernels, workers. Wall time says little where two processes share two cores.
"""

import resource

import pytest

SHOWN = 10


def processor_seconds():
    """User and system seconds of this process and of its children that have ended."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


class Slowest:
    """Adds up per file; the workers of pytest-xdist hand theirs to the process that reports."""

    def __init__(self):
        self.files, self.others = {}, processor_seconds()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        before = processor_seconds()
        try:
            return (yield)
        finally:
            name, used = item.nodeid.split("::")[0], processor_seconds() - before
            self.files[name] = self.files.get(name, 0) + used

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        self.others = processor_seconds() - sum(self.files.values())
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["slowest"] = self.files, self.others

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node):
        files, others = node.workeroutput.get("slowest", ({}, 0))
        self.files |= files
        self.others += others

    def pytest_terminal_summary(self, terminalreporter):
        say, total = terminalreporter.write_line, sum(self.files.values())
        terminalreporter.section("processor seconds")
        for name in sorted(self.files, key=self.files.get, reverse=True)[:SHOWN]:
            say(f"{self.files[name]:7.1f}  {name}")
        say(f"{self.others:7.1f}  collecting the tests, and starting")
        say(f"{total + self.others:7.1f}  all {len(self.files)} files")
