"""Scripts that run in processes with TensorFlow in them: forks of one that imported it.

To import it takes six processor seconds, a fork takes none. The process that forks has run
nothing, so a fork has all of TensorFlow to itself; it can be killed, and ends as any script does.

    python forks.py     forks and waits as the lines on its standard input ask
"""

import json
import os
import random
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

LOOK = 0.05  # seconds between two looks at a script that runs


class Forks:
    """The process that forks. To be closed; that ends the scripts that still run."""

    def __init__(self):
        self._server = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip

    def ask(self, **wanted):
        """Sends one request; the answer to it."""
        print(json.dumps(wanted), file=self._server.stdin, flush=True)
        return json.loads(self._server.stdout.readline())

    def start(self, script, *arguments, said, **variables):
        """Runs a script with `variables` in its environment, its output in the file `said`."""
        command = list(map(str, [script, *arguments]))
        return Script(self, self.ask(command=command, said=str(said), variables=variables), said)

    def close(self):
        self._server.communicate()


class Script:
    """A script that runs, much like a subprocess.Popen."""

    def __init__(self, forks, pid, said):
        self.pid, self.returncode, self._forks, self._said = pid, None, forks, Path(said)

    def poll(self):
        """The exit code, -9 after a kill; None while it runs."""
        if self.returncode is None:
            self.returncode = self._forks.ask(pid=self.pid)
        return self.returncode

    def kill(self):
        if self.poll() is None:  # its number may be another's once it has ended
            os.kill(self.pid, signal.SIGKILL)

    def said(self, within=600):
        """All that it said, once it has ended. Raises TimeoutError where it does not."""
        deadline = time.monotonic() + within
        while self.poll() is None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"still running: {self._said.read_text()}")
            time.sleep(LOOK)
        return self._said.read_text()


def serve():
    """Answers requests; returns in a fork, with what that has to run."""
    running = set()
    for line in sys.stdin:
        wanted = json.loads(line)
        if pid := wanted.get("pid"):
            ended, status = os.waitpid(pid, os.WNOHANG)
            running -= {ended}
            answer = os.waitstatus_to_exitcode(status) if ended else None
        elif answer := os.fork():
            running.add(answer)
        else:
            return wanted
        print(json.dumps(answer), flush=True)
    for pid in running:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    raise SystemExit


def become(command, said, variables):
    """Makes this fork a process of its own that runs the script."""
    with open(os.devnull) as nothing, open(said, "w") as file:
        for target, source in enumerate((nothing, file, file)):
            os.dup2(source.fileno(), target)
    random.seed()  # two processes do not draw alike
    np.random.seed()
    os.environ |= variables
    sys.argv = command
    runpy.run_path(command[0], run_name="__main__")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras  # noqa: F401
    import tensorflow  # noqa: F401

    from utils import blocks, training  # noqa: F401

    become(**serve())
