"""Runs a learner's code so that a crash, an endless loop or a flood of output is a sentence."""

import logging
import signal
import threading
import time
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO

from matplotlib import pyplot

from utils.checks.errors import explained

SECONDS = 10  # what an answer may compute
PATIENCE = 6  # times as long, on a busy machine or while a GPU wakes up


class _Late(BaseException):  # passes by a learner's `except Exception`
    """The time is up."""


class Trouble(Exception):
    """What is wrong with a learner's answer, in a sentence.

    `case` are the arguments of a function for which it is wrong, where the sentence cannot have
    them.
    """

    def __init__(self, sentence, case=None):
        super().__init__(sentence)
        self.case = case


@contextmanager
def guarded(what, seconds=None, late="does a loop never end?"):
    """Runs its body with a time limit, without its output; raises Trouble for whatever happens.

    `what` begins the sentence: "your function"; `late` ends it where the time is up. What counts is
    the time that this thread computes, up to `PATIENCE` times as long by the clock: a slow machine
    is no mistake. The limit needs signals and the main thread, as in a notebook on Linux, macOS or
    Colab; elsewhere the body runs as long as it likes.
    """
    figures = set(pyplot.get_fignums())
    try:
        with (
            _quiet(),
            redirect_stdout(StringIO()),
            redirect_stderr(StringIO()),
            _limited(what, seconds or SECONDS),
        ):
            yield
    except (Trouble, KeyboardInterrupt):
        raise
    except _Late:
        raise Trouble(f"{what} takes more than {seconds or SECONDS} seconds: {late}") from None
    except RecursionError:
        raise Trouble(
            f"{what} nests too deep: it calls itself, or chains thousands of layers"
        ) from None
    except SystemExit:
        raise Trouble(f"{what} ends Python: take exit() out") from None
    except BaseException as error:
        raise Trouble(f"{what} stops: {explained(error)}") from None
    finally:
        for number in set(pyplot.get_fignums()) - figures:
            pyplot.close(number)


@contextmanager
def _quiet():
    """TensorFlow's own notes, on retracing for instance, are not for learners."""
    log = logging.getLogger("tensorflow")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


@contextmanager
def _limited(what, seconds):
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    computed, began = time.thread_time(), time.monotonic()

    def stop(*_):
        waited = time.monotonic() - began >= PATIENCE * seconds
        if waited or time.thread_time() - computed >= 0.9 * seconds:
            raise _Late

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)  # again, where a bare except took it
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before or signal.SIG_DFL)
