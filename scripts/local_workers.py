"""Starts a script as several workers on this machine, and ends all of them together."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

FROM_PARENT = "COURSE_PARENT_PIPE"  # set in a worker whose standard input its parent holds open


def run(command, count, patience=60):
    """Runs `count` workers; returns 0 when all succeeded, else the first failure's exit code.

    Each gets a TF_CONFIG with free ports of this machine, and its share of the GPUs (the CPU, if
    there are fewer GPUs than workers: two cannot train on one). When one fails, the others have
    `patience` seconds to say why they stop, and are then ended; on Ctrl-C they are ended at
    once. Should this process itself be killed, they notice that their standard input closes.
    """
    addresses = [f"127.0.0.1:{port}" for port in free_ports(count)]
    gpus, workers = visible_gpus(), []
    signs = signal.SIGINT, signal.SIGTERM  # a background job ignores the first, unless told
    before = [signal.signal(sign, signal.default_int_handler) for sign in signs]
    try:
        for index in range(count):
            task = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
            environment = os.environ | {"TF_CONFIG": json.dumps(task), FROM_PARENT: "1"}
            if gpus:
                environment["CUDA_VISIBLE_DEVICES"] = share(gpus, index, count)
            workers.append(
                subprocess.Popen(
                    command, env=environment, stdin=subprocess.PIPE, start_new_session=True
                )
            )
        return _wait(workers, patience)
    except KeyboardInterrupt:
        print("\ninterrupted: ending all workers; the same command goes on", file=sys.stderr)
        return 130
    finally:
        _end(workers)
        for sign, handler in zip(signs, before):
            signal.signal(sign, handler)


def visible_gpus():
    """The GPUs that this process may use, as CUDA_VISIBLE_DEVICES names them."""
    import tensorflow as tf

    found = len(tf.config.list_physical_devices("GPU"))
    named = os.environ.get("CUDA_VISIBLE_DEVICES") or ",".join(map(str, range(found)))
    return named.split(",")[:found]


def share(gpus, index, count):
    """The CUDA_VISIBLE_DEVICES of one of `count` workers: as many for each, or none ("-1")."""
    each = len(gpus) // count
    return ",".join(gpus[index * each : (index + 1) * each]) or "-1"


def leave_with_parent():
    """Ends this worker when the process that started it is gone. To be called by the worker."""
    if FROM_PARENT not in os.environ:
        return

    def watch():
        os.read(sys.stdin.fileno(), 1)  # returns when the parent's end closes
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _wait(workers, patience):
    failed, deadline = 0, None
    while any(worker.poll() is None for worker in workers):
        for index, worker in enumerate(workers):
            if worker.poll() and not failed:
                failed, deadline = worker.returncode, time.monotonic() + patience
                print(f"worker {index} ended with {_reason(failed)}", file=sys.stderr)
        if failed and time.monotonic() > deadline:
            break
        time.sleep(0.1)
    failed = failed or next((w.returncode for w in workers if w.returncode), 0)
    if failed:
        print(
            "training stopped; the same command goes on from the last checkpoint", file=sys.stderr
        )
    return abs(failed) if failed >= 0 else 128 - failed


def _reason(code):
    return f"exit code {code}" if code > 0 else f"signal {signal.Signals(-code).name}"


def _end(workers):
    for sign in (signal.SIGTERM, signal.SIGKILL):
        for worker in workers:
            if worker.poll() is None:
                worker.send_signal(sign)
        deadline = time.monotonic() + 5
        while any(w.poll() is None for w in workers) and time.monotonic() < deadline:
            time.sleep(0.05)
    for worker in workers:
        worker.stdin.close()
        worker.wait()


def free_ports(count):
    """So many ports of this machine that nothing uses at the moment."""
    doors = [socket.socket() for _ in range(count)]
    try:
        for door in doors:
            door.bind(("127.0.0.1", 0))
        return [door.getsockname()[1] for door in doors]
    finally:
        for door in doors:
            door.close()
