"""Each notebook in a process of its own: forked, fenced, watched, ended when it takes too much."""

import hmac
import json
import os
import secrets
import select
import shutil
import signal
import tempfile
import time
import traceback
from contextlib import suppress

import psutil

from grading import fence

LOOK = 0.1  # seconds between two looks at a child
PATIENCE = 4  # times the seconds of a cell, by the clock: a busy machine is no mistake
AGAIN = 4  # times that a notebook is begun anew, without the cell that ended it


def grade(task, limits):
    """Runs a notebook, again without a cell that ended it; what was told, and which cells ended it.

    `task` is called in the child, with a set of cells to leave out and a function that tells; what
    it tells comes back as a list of dicts.
    """
    left_out, troubles, deadline = set(), [], time.monotonic() + limits.seconds
    while True:
        told, ended = _once(task, left_out, limits, deadline)
        if ended is None:
            return told, troubles
        cells = [line["cell"] for line in told if "cell" in line]
        where = cells[-1] if cells else None
        troubles.append({"cell": where, "said": ended})
        late = time.monotonic() > deadline
        if late or where in (None, -1) or len(troubles) >= AGAIN:
            return told, troubles
        left_out.add(where)


def _once(task, left_out, limits, deadline):
    """One child: what it told, and why it ended before its end, None where it did not."""
    key, (reads, writes) = secrets.token_bytes(32), os.pipe()
    folder = tempfile.mkdtemp(prefix="graded-")
    child = os.fork()
    if child == 0:
        os.close(reads)
        _inside(task, left_out, limits, folder, writes, key)
    os.close(writes)
    try:
        return _watched(child, reads, key, limits, deadline)
    finally:
        _end(child)
        os.close(reads)
        shutil.rmtree(folder, ignore_errors=True)


def _inside(task, left_out, limits, folder, writes, key):
    """The child's life; does not return."""
    code = 1

    def tell(**line):
        text = json.dumps(line, sort_keys=True)
        seal = hmac.new(key, text.encode(), "sha256").hexdigest()
        os.write(writes, f"{seal} {text}\n".encode())

    try:
        os.setsid()
        os.chdir(folder)
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        os.environ |= {"COURSE_PROGRESS": f"{folder}/progress.json", "IPYTHONDIR": folder}
        os.environ |= {"HOME": folder, "MPLBACKEND": "agg", "KERAS_HOME": folder}
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        tell(network=not fence.without_network())
        fence.limit(limits.memory)
        fence.close(folder)
        task(left_out, tell)
        code = 0
    except BaseException:
        tell(crashed=traceback.format_exc()[-1000:])
    finally:
        os._exit(code)


def _watched(child, reads, key, limits, deadline):
    """What a child tells until it ends, or takes too long or too much."""
    told, rest, process = [], b"", psutil.Process(child)
    since = time.monotonic(), 0.0
    while True:
        ready, _, _ = select.select([reads], [], [], LOOK)
        chunk = os.read(reads, 1 << 16) if ready else None
        if chunk:
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                if (found := _unsealed(line, key)) is not None:
                    told.append(found)
                    since = time.monotonic(), _computed(process)
        now = time.monotonic()
        if chunk == b"":
            last = told[-1] if told else {}
            crashed = f"the grader failed: {last.get('crashed')}"
            ended = crashed if "crashed" in last else "it ended Python"
            return told, None if last.get("finished") else ended
        waited, computed = now - since[0], _computed(process) - since[1]
        if computed > limits.cell_seconds or waited > PATIENCE * limits.cell_seconds:
            return told, f"it took more than {limits.cell_seconds:g} seconds"
        if now > deadline:
            return told, f"the notebook took more than {limits.seconds:g} seconds"
        try:
            if process.memory_info().rss > 2 * limits.memory:
                return told, f"it took more than {limits.memory / 1e9:.1f} GB of memory"
        except psutil.Error:
            continue


def _computed(process):
    """The processor seconds that a child has taken."""
    try:
        return sum(process.cpu_times()[:2])
    except psutil.Error:
        return 0.0


def _unsealed(line, key):
    """What a line says, where the child wrote it; None for any other."""
    seal, _, text = line.partition(b" ")
    right = hmac.new(key, text, "sha256").hexdigest().encode()
    return json.loads(text) if hmac.compare_digest(seal, right) else None


def _end(child):
    """Ends a child and all that it started."""
    for end in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            end(child, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(child, 0)
